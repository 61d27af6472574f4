"""Notes kept as lists, pasted chats, letters, and telling one file from another."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from huisheng.kernel.sheets import write_xlsx
from huisheng.opinions.channels import Item, Kind, Own, broadcast, chat, letter, phone
from huisheng.opinions.channels.reading import read_file
from huisheng.opinions.channels.rows import moment

from .conftest import LEADS


def xlsx(heads: list[str], *rows: list[Any]) -> bytes:
    with write_xlsx(heads, rows) as file:
        return file.read()


def csv(text: str, codec: str = "utf-8") -> bytes:
    return text.encode(codec)


# ── moments ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "said", "is_doubtful"),
    [
        ("2017-01-19 09:12", "2017-01-19 09:12", False), ("2017/1/19 10:40", "2017-01-19 10:40", False),
        ("1月20日下午", "2017-01-20 15:00", True), ("2017年1月20日下午3点半", "2017-01-20 15:30", False),
        ("2017.1.20 上午9时", "2017-01-20 09:00", False), ("20170120", "2017-01-20 00:00", False),
        ("17-1-20", "2017-01-20 00:00", False), ("二〇一七年二月十五日", "2017-02-15 00:00", False),
        ("二月二十日晚8:05", "2017-02-20 20:05", True), ("２０１７年１月２０日", "2017-01-20 00:00", False),
        (datetime(2017, 1, 20, 8, 1), "2017-01-20 08:01", False), (date(2017, 1, 20), "2017-01-20 00:00", False),
        ("", None, False), (None, None, False), ("上周", None, True), ("2017-02-30", None, True), ("1月20日25:00", None, True),
    ],
)  # fmt: skip
def test_days_are_read_in_the_spellings_people_use(
    cell: Any, said: str | None, is_doubtful: bool, own: Own
) -> None:
    at, doubt = moment(cell, own, date(2017, 1, 19))

    assert (f"{at:%Y-%m-%d %H:%M}" if at else None, doubt) == (said, is_doubtful)


# ── phone ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_notes_as_a_workbook_and_under_other_headings(own: Own) -> None:
    heads = ["号", "接电时间", "来电人姓名", "联系电话", "反映的问题", "反映事项", "备注"]
    rows = [
        [1, datetime(2017, 1, 19, 9, 12), "刘先生", 13800008201, "", "洛宁路大车压坏路面", ""],
        [2, "1月20日", "匿名", "0371-68921234", "", "路灯不亮，请替我保密", ""],
        [3, "1月21日", "刘先生", "138-0000-8201", "", "洛宁路大车压坏路面，问上次的事", ""],
        [4, "1月22日", "王", "1380000820", "", "同上", "同第2条"],
        [5, "1月23日", "王", "", "", "", ""],
        [6, "1月24日", "王", "", "", "问 HS-4TR8-W6PD 的事", ""],
    ]
    read = phone.read(xlsx(heads, *rows), own=own)

    assert [(str(item.kind), item.from_name) for item in read] == [
        ("lead", "刘先生"), ("lead", ""), ("follow_up", "刘先生"), ("follow_up", "王"), ("refused", "王"), ("follow_up", "王"),
    ]  # fmt: skip
    assert [item.follows for item in read] == ["", "", read[0].source_id, read[1].source_id, "", ""]
    assert [item.warnings for item in read][:4] == [
        (), ("date_in_doubt", "asks_anonymity"), ("date_in_doubt",), ("phone_in_doubt", "date_in_doubt"),
    ]  # fmt: skip
    assert read[5].receipt_code == "HS-4TR8-W6PD"


def test_which_remarks_make_no_lead_is_the_offices_matter(own: Own) -> None:
    data = csv(
        "时间,电话,内容,处理意见\n2017-1-1,,举报热线打不通，建议增加人手,\n2017-1-2,,楼上漏水,转物业\n"
    )

    assert [item.kind for item in phone.read(data, own=own)] == [Kind.LEAD, Kind.LEAD]
    assert [item.kind for item in phone.read(data, own=Own(not_leads=("转物业",)))] == [
        Kind.LEAD,
        Kind.REFUSED,
    ]


def test_a_formula_in_a_note_stays_text_and_a_gbk_file_is_read(own: Own) -> None:
    data = csv("来电时间,来电人,反映内容\n2017-1-1,=cmd|' /C calc'!A1,丹江路公厕没有水\n", "gbk")
    (item,) = phone.read(data, own=own)

    assert (item.from_name, item.body) == ("=cmd|' /C calc'!A1", "丹江路公厕没有水")


def test_a_note_read_twice_has_one_number(own: Own) -> None:
    data = (LEADS / "phone_notes.csv").read_bytes()
    first, second = phone.read(data, own=own), phone.read(data, own=own)

    assert [item.source_id for item in first] == [item.source_id for item in second]
    assert len({item.source_id for item in first}) == 7


# ── radio, television, newspapers ─────────────────────────────────────────────────────────────────────────────────


def test_what_was_said_on_air_is_read_row_by_row(own: Own) -> None:
    heads = ["媒体名称", "栏目", "播出日期", "听众", "反映的问题", "主持人答复"]
    data = xlsx(
        ["电台转来", "", "", "", "", ""],
        heads,
        ["上街电台", "行风热线", date(2017, 2, 4), "王先生", "济源路公交站没有站牌", "已转公交公司"],
        ["", "", "2月5日", "", "汝南路红绿灯不亮", ""],
        ["区电视台", "", "2月6日", "", "", ""],
    )
    read = broadcast.read(data, own=own)

    assert [(str(item.kind), item.body, item.from_name, item.details) for item in read] == [
        (
            "lead",
            "济源路公交站没有站牌",
            "王先生",
            (("媒体名称", "上街电台"), ("栏目", "行风热线"), ("主持人答复", "已转公交公司")),
        ),
        ("lead", "汝南路红绿灯不亮", "", (("媒体名称", "上街电台"), ("栏目", "行风热线"))),
        ("refused", "", "", (("媒体名称", "区电视台"), ("栏目", "行风热线"))),
    ]
    assert [f"{item.received_at:%m-%d}" for item in read] == ["02-04", "02-05", "02-06"]


# ── chat ──────────────────────────────────────────────────────────────────────────────────────────────────────────

WORDS = ["菜市场门口积水，路灯也坏了", "我家门口也是", "建议：先抽水，再修灯"]
PASTED = {
    "name and clock": "张大妈 10:32\n{}\n李师傅 下午3:05\n{}\n陈老师  22:10:01\n{}\n",
    "clock and name": "2017-01-20 10:32:11 张大妈\n{}\n2017-01-20 10:33:00 李师傅(123456)\n{}\n2017/1/21 8:00 陈老师<a@x.example>\n{}",
    "name and day": "张大妈 2017年1月20日 10:32\n{}\n\n李师傅 1月20日 10:33\n{}\n\n陈老师 昨天 10:33\n{}\n",
    "name and colon": "张大妈: {}\n李师傅：{}\n陈老师:{}",
    "clock, name and colon": "[10:32] 张大妈：{}\n[10:33] 李师傅: {}\n[10:34] 陈老师：{}",
    "with notices": '群聊的聊天记录\n———— 2017-01-20 ————\n张大妈 10:32\n{}\n"王五"撤回了一条消息\n李师傅 10:33\n{}\n"赵六"加入了群聊\n李师傅 10:34\n[图片]\n陈老师 10:35\n{}\n[动画表情]',
}


@pytest.mark.parametrize("form", PASTED)
def test_a_pasted_chat_gives_its_messages_and_nobodys_name(form: str, own: Own) -> None:
    read = chat.read(PASTED[form].format(*WORDS).encode(), own=own)

    assert [item.body for item in read] == WORDS
    shown = repr([vars(item) for item in read])
    assert [name for name in ("张大妈", "李师傅", "陈老师", "王五", "赵六") if name in shown] == []


def test_mentions_and_names_inside_words_go_too(own: Own) -> None:
    text = "张大妈 10:32\n@李师傅\u2005你看，@陈老师 也说了\n李师傅 10:33\n张大妈说得对\n@张大妈我也去看了\n"

    assert [item.body for item in chat.read(text.encode(), own=own)] == [
        "你看，也说了",
        "群友说得对\n我也去看了",
    ]


def test_a_clock_alone_belongs_to_the_day_before_it(own: Own) -> None:
    text = "2017-01-20 10:32:11 张大妈\n一处坑\n李师傅 10:40\n两处坑\n"

    assert [f"{item.received_at:%Y-%m-%d %H:%M}" for item in chat.read(text.encode("gbk"), own=own)] == [
        "2017-01-20 10:32", "2017-01-20 10:40",
    ]  # fmt: skip


def test_a_text_in_which_nobody_speaks_is_one_message(own: Own) -> None:
    text = "路灯坏了。\n建议：修好\n地点：洛宁路\n"

    assert [(item.body, item.warnings) for item in chat.read(text.encode(), own=own)] == [
        (text.strip(), ("no_speakers",))
    ]


@pytest.mark.parametrize(
    "data", [b"", b"\n \n", "[图片]".encode(), b"a\0b", b"x" * (6 << 20), "张大妈 10:32\n[图片]\n".encode()]
)
def test_a_chat_without_words_is_refused(data: bytes, own: Own) -> None:
    (item,) = chat.read(data, own=own)

    assert item.kind == Kind.REFUSED
    assert item.reason


# ── letters, and telling files apart ──────────────────────────────────────────────────────────────────────────────


def test_a_letter_that_is_broken_is_refused_with_the_gates_sentence(own: Own) -> None:
    scan = (LEADS / "letter_scan.png").read_bytes()
    (named,) = letter.read(scan, name="../来信.png", own=own)
    (cut,) = letter.read(scan[:2000], name="a.png", own=own)

    assert [file.name for file in named.attachments] == ["来信.png"]
    assert (cut.kind, cut.attachments) == (Kind.REFUSED, ())
    assert "损坏" in cut.reason


@pytest.mark.parametrize(
    ("name", "data", "channel", "says"),
    [
        ("a.eml", b"From: a@x.example\n\nx", "mail", ""),
        ("no-ending", b"Received: from x\n by y\nFrom: a@x.example\n\nx", "mail", ""),
        ("a.xml", b"<xml><MsgType>text</MsgType><Content>x</Content></xml>", "wecom", ""),
        ("a.xml", b'<?xml version="1.0"?><!DOCTYPE a><xml/>', "wecom", "DTD"),
        ("a.xml", b'<?xml version="1.0"?><rss/>', "", "看不出"),
        ("a.csv", "媒体,栏目,内容\n电台,热线,路灯坏了".encode(), "broadcast", ""),
        ("a.csv", "来电人,电话,内容\n王,,路灯坏了".encode("gbk"), "phone", ""),
        ("a.csv", "甲,乙\n1,2".encode(), "", "列名"),
        ("a.csv", b"", "", "空"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "", "旧格式"),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "另存为 .eml"),
        ("a.txt", "张大妈: 路灯坏了\n李师傅: 是的".encode(), "chat", ""),
        ("a.json", b'{"a": 1}', "", "看不出"),
        ("a.zip", b"PK\3\4" + b"\0" * 40, "", ""),
        ("a.exe", b"MZ\0\0", "", "程序"),
        ("a.heic", b"\0\0\0\x18ftypheic", "", "JPG"),
        ("a.pdf", b"not a pdf", "letter", ""),
        ("a.docx", b"", "", "空"),
        ("", b"", "", "看不出"),
    ],
)
def test_the_channel_is_seen_from_content_and_name(
    name: str, data: bytes, channel: str, says: str, own: Own
) -> None:
    first: Item = read_file(name, data, own)[0]

    assert first.channel == channel
    assert says in first.reason
    assert bool(first.reason) == (first.kind == Kind.REFUSED)
    assert first.kind != Kind.REFUSED or first.raw == data
