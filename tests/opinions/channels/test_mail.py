"""Mail as it really comes: charsets, quoted parts, machines, impostors, broken and hostile messages."""

from __future__ import annotations

import base64
import time
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from huisheng.opinions.channels import Item, Kind, Own, mail
from huisheng.opinions.channels.mail.charsets import decode, header
from huisheng.opinions.channels.mail.quotes import new_words

WORDS = "济源路的路灯坏了三天，晚上放学的孩子看不见路，请有关部门尽快修一修。"


def made(
    body: bytes | str = WORDS,
    *heads: str,
    kind: str = 'text/plain; charset="utf-8"',
    sender: str = "a@mail.example.com",
) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    lines = [f"From: {sender}", "Message-ID: <1@mail.example.com>", f"Content-Type: {kind}", *heads]
    head = [
        line.encode("utf-8", "surrogateescape") for line in lines if line not in ("From: ", "Content-Type: ")
    ]
    return b"\n".join(head) + b"\n\n" + data


def one(data: bytes, own: Own) -> Item:
    (item,) = mail.read(data, own=own)
    return item


# ── charsets ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("gb2312", "gb18030"), ("GBK", "gbk"), ("x-gbk", "gbk"), ("GB18030", "gb18030"), ("cp936", "gbk"),
        ("utf-8", "utf-8"), ("UTF8", "utf-8"), ("utf-7", "utf-7"), ("unicode-1-1-utf-7", "utf-7"),
        ("utf-16", "utf-16"), ("hz-gb-2312", "hz"),
        ("iso-8859-1", "gbk"), ("us-ascii", "gbk"), ("windows-1252", "utf-8"), ("x-unknown", "gbk"), ("", "utf-8"),
        ("idna", "utf-8"), ("unicode_escape", "utf-8"), ("rot13", "gb18030"), ("gbk", "utf-8"), ("utf-8", "gbk"), ("big5", "utf-8"),
        ("gb2312", "utf-8"),
    ],
)  # fmt: skip
def test_a_body_is_read_whatever_its_label_says(label: str, codec: str, own: Own) -> None:
    encoded = base64.b64encode(WORDS.encode(codec))
    kind = f'text/plain; charset="{label}"' if label else "text/plain"
    item = one(made(encoded, "Content-Transfer-Encoding: base64", kind=kind), own)

    assert item.body == WORDS


def test_traditional_mail_under_a_simplified_label(own: Own) -> None:
    words = "您好：我是在上街經營食品廠的臺灣同胞，員工子女入學要跑四個窗口，盼能有一張清單，一次說清楚。"
    item = one(made(words.encode("big5"), kind="text/plain; charset=gb2312"), own)

    assert item.body == words
    assert item.warnings == ("charset_guessed",)


def test_a_rare_character_survives() -> None:
    assert decode("请转告毛䶮和呂𬱖。".encode("gb18030"), "gb2312") == ("请转告毛䶮和呂𬱖。", False)
    assert decode(b"", "") == ("", False)
    assert decode(b"caf\xe9 au lait", "iso-8859-1") == ("café au lait", False)


@pytest.mark.parametrize("lost", range(1, 13))
def test_a_mail_cut_inside_a_character_keeps_what_came(lost: int, own: Own) -> None:
    encoded = base64.b64encode(WORDS.encode())
    item = one(made(encoded[:-lost], "Content-Transfer-Encoding: base64"), own)

    assert item.body.startswith(WORDS[:-5])
    assert item.warnings or lost % 4 == 0  # whole characters, whole groups: nothing shows that more was meant


def test_encoded_words_are_joined_before_they_are_decoded() -> None:
    raw = "汝南路井盖缺角".encode()
    cut = " ".join(f"=?utf-8?B?{base64.b64encode(raw[i : i + 4]).decode()}?=" for i in range(0, len(raw), 4))
    text = base64.b64encode(raw).decode()
    split = f"=?UTF-8?B?{text[:7]}?=\r\n =?UTF-8?B?{text[7:]}?="

    assert header(cut)[0] == "汝南路井盖缺角"
    assert header(split)[0] == "汝南路井盖缺角"
    assert header("Re: =?gb2312?Q?=C2=B7=B5=C6?= (=?utf-8*zh?b?5Z2P5LqG?=)")[0] == "Re: 路灯 (坏了)"
    assert header("路灯坏了".encode("gbk").decode("ascii", "surrogateescape"))[0] == "路灯坏了"
    assert header("=?utf-8?B?!!!?= =?nosuch?Q?abc?=")[0].strip() == "abc"


# ── what is new in it ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "quoted",
    [
        "在 2017-02-03 16:20，区政协线索邮箱 写道：\n> 您反映的已收到\n> 如需补充",
        "在 2017-02-03 16:20，\n区政协线索邮箱 <a@b.example> 写道：\n\n> 您反映的已收到",
        "区政协线索邮箱 <a@b.example> 于2017年2月3日周五 下午4:20写道：\n\n您反映的已收到",
        "On Fri, Feb 3, 2017 at 4:20 PM 区政协 <a@b.example> wrote:\n> hello",
        "At 2017-02-03 16:20:00, \"区政协\" <a@b.example> wrote:\n您反映的已收到",
        "-----原始邮件-----\n发件人: 区政协\n您反映的已收到",
        "------------------ 原始邮件 ------------------\n您反映的已收到",
        "-----Original Message-----\nFrom: a",
        "发件人: 区政协线索邮箱\n发送时间: 2017年2月3日 16:20\n收件人: 马师傅\n主题: 您的线索\n\n您反映的已收到",
        "________________________________\n发件人：区政协\n日期：2017年2月3日\n主题：线索\n您反映的已收到",
        "> 您反映的已收到\n> 如需补充",
    ],
)  # fmt: skip
def test_what_is_quoted_below_is_no_new_word(quoted: str) -> None:
    assert new_words(f"夜里声音最大。\n\n{quoted}").strip("\n_") == "夜里声音最大。"


def test_answers_between_the_quoted_lines_are_kept() -> None:
    text = "> 地点在哪里？\n体育场西门。\n> 几点？\n> 每天都有吗？\n夜里十一点以后。"

    assert new_words(text) == "体育场西门。\n夜里十一点以后。"


@pytest.mark.parametrize("text", [">60分贝的噪声", "他在信里写道：请修路。", "发件人：写错了", "在路口写道"])
def test_own_words_that_look_like_quotes_stay(text: str) -> None:
    assert new_words(f"第一行\n{text}\n最后一行") == f"第一行\n{text}\n最后一行"


def test_html_gives_its_text_and_not_what_it_quotes(own: Own) -> None:
    page = (
        '<html><head><title>x</title></head><body onload="x()"><div>夜里<b>声音</b>最大。</div><ul><li>一</li><li>二</li></ul>'
        "<table><tr><td>甲</td><td>乙</td></tr></table><blockquote>您反映的已收到</blockquote>"
        '<div class="gmail_quote">On … wrote</div><a href="javascript:x()">点</a></body></html>'
    )
    item = one(made(page, kind="text/html; charset=utf-8"), own)

    assert item.body == "夜里声音最大。\n一\n二\n甲 乙\n点"
    assert item.warnings == ("html_only", "script")


def test_html_whose_charset_stands_in_the_page_only(own: Own) -> None:
    page = f'<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>{WORDS}'.encode("gbk")

    assert one(made(page, kind="text/html"), own).body == WORDS


def test_of_two_versions_the_plain_one_is_read_unless_it_is_blank(own: Own) -> None:
    both, blank = MIMEMultipart("alternative"), MIMEMultipart("alternative")
    for message, plain in ((both, WORDS), (blank, " \n")):
        message["From"] = "a@mail.example.com"
        message.attach(MIMEText(plain, "plain", "utf-8"))
        message.attach(MIMEText('<p>网页里的话<img src="http://t.example/x.gif">', "html", "utf-8"))

    assert [(item.body, item.warnings) for item in (one(m.as_bytes(), own) for m in (both, blank))] == [
        (WORDS, ()),
        ("网页里的话", ("html_only", "remote_image")),
    ]


def test_a_forwarded_mail_says_what_it_forwards_and_a_bare_answer_says_nothing(own: Own) -> None:
    quoted = f"-----原始邮件-----\n{WORDS}"

    assert WORDS in one(made(quoted, "Subject: Fw: lamp"), own).body
    assert one(made(quoted, "Subject: Re: HS-4TR8-W6PD"), own).warnings == ("empty_body",)


# ── people and machines ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("heads", "sender", "kind"),
    [
        (("Auto-Submitted: auto-replied",), "a@x.example", Kind.AUTO_REPLY),
        (("Auto-Submitted: auto-generated; x=y",), "a@x.example", Kind.AUTO_REPLY),
        (("Auto-Submitted: no",), "a@x.example", Kind.LEAD),
        (("X-Autoreply: yes",), "a@x.example", Kind.AUTO_REPLY),
        (("Precedence: bulk",), "a@x.example", Kind.AUTO_REPLY),
        (("List-Id: <news.example>",), "a@x.example", Kind.AUTO_REPLY),
        (("Subject: Out of office: lamp",), "a@x.example", Kind.AUTO_REPLY),
        (("X-Huisheng: receipt",), "xiansuo@szzx.example.gov.cn", Kind.AUTO_REPLY),
        (("Subject: Automatic reply machines",), "a@x.example", Kind.LEAD),
        (("Return-Path: <>",), "a@x.example", Kind.BOUNCE),
        ((), "MAILER-DAEMON", Kind.BOUNCE),
        (("X-Failed-Recipients: b@y.example",), "a@x.example", Kind.BOUNCE),
        (("Subject: =?gbk?b?" + base64.b64encode("系统退信".encode("gbk")).decode() + "?=",), "PostMaster@x.example", Kind.BOUNCE),
        (("Subject: the post office",), "postmaster@x.example", Kind.LEAD),
    ],
)  # fmt: skip
def test_a_machine_is_told_from_a_person(heads: tuple[str, ...], sender: str, kind: Kind, own: Own) -> None:
    assert one(made(WORDS, *heads, sender=sender), own).kind == kind


def test_a_returned_receipt_names_its_code_even_inside_the_returned_mail(own: Own) -> None:
    inner = made("您的回执码：hs－4tr8－w6pd", "Subject: x")
    data = (
        b"From: postmaster@qq.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
        b"--B\nContent-Type: text/plain\n\nUndeliverable\n--B\nContent-Type: message/rfc822\n\n"
        + inner
        + b"\n--B--\n"
    )
    item = one(data, own)

    assert (item.kind, item.receipt_code, item.attachments, item.body) == (
        Kind.BOUNCE,
        "HS-4TR8-W6PD",
        (),
        "Undeliverable",
    )


def test_a_read_receipt_is_no_bounce(own: Own) -> None:
    data = b"From: a@x.example\nContent-Type: multipart/report; report-type=disposition-notification; boundary=B\n\n--B\n\nread\n--B--\n"

    assert one(data, own).kind == Kind.AUTO_REPLY


@pytest.mark.parametrize(
    "sender",
    [
        '"区政协办公室" <x@evil.example>', "區 政 協 <x@evil.example>", "区\u200b政协 <x@evil.example>",
        '"xiansuo@szzx.example.gov.cn" <x@evil.example>', "<xiansuo@szzx.example.gov.cn> <x@evil.example>",
        "区政协 <xiansuo@szzx.example.gov.cn.evil.example>",
    ],
)  # fmt: skip
def test_who_only_calls_himself_ours_is_set_apart(sender: str, own: Own) -> None:
    item = one(made(WORDS, sender=sender), own)

    assert item.kind == Kind.SUSPICIOUS
    assert "display_name_is_ours_but_address_is_not" in item.warnings
    assert "evil" in item.from_address
    assert item.reason


def test_ours_is_ours_and_a_forged_sender_is_parked(own: Own) -> None:
    ours = "区政协办公室 <office@mail.szzx.example.gov.cn>"
    passed = "Authentication-Results: mx; spf=pass; dkim=pass"
    failed = "Authentication-Results: mx; spf=fail smtp.mailfrom=x; dmarc=fail"

    assert [one(made(WORDS, *heads, sender=ours), own).kind for heads in ((passed,), (failed,))] == [
        Kind.LEAD,
        Kind.SUSPICIOUS,
    ]
    assert one(made(WORDS, sender=ours), own).warnings == ("own_domain_unverified",)


# ── attachments ───────────────────────────────────────────────────────────────────────────────────────────────────


def attached(*heads: str, data: str = "AAAA") -> bytes:
    part = "\n".join(heads)
    return (
        "From: a@x.example\nSubject: s\nContent-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\nhello\n"
        f"--B\n{part}\nContent-Transfer-Encoding: base64\n\n{data}\n--B--\n"
    ).encode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="../../etc/passwd"', "passwd"),
        (r'attachment; filename="..\\..\\windows\\a.docx"', "a.docx"),
        ('attachment; filename="CON.txt"', "_CON.txt"),
        ('attachment; filename="a\0b\u202egpj.exe"', "abgpj.exe"),
        ("attachment; filename*=utf-8''%E8%B7%AF%E7%81%AF.jpg", "路灯.jpg"),
        ("attachment; filename*=gb18030'zh'%C2%B7%B5%C6.jpg", "路灯.jpg"),
        ("attachment; filename*0*=utf-8''%E8%B7; filename*1*=%AF%E7%81%AF.jpg", "路灯.jpg"),
        ('attachment; filename="=?gb18030?b?wrc=?= =?gb18030?b?tcYuanBn?="', "路灯.jpg"),
        ("attachment; filename=" + "路灯.jpg".encode("gbk").decode("utf-8", "surrogateescape"), "路灯.jpg"),
        ("attachment; filename=%E8%B7%AF%E7%81%AF.jpg", "路灯.jpg"),
        ('attachment; filename="' + "长" * 300 + '.pdf"', "长" * 58 + ".pdf"),
        ("attachment", "附件.pdf"),
    ],
)
def test_a_file_name_is_read_and_made_harmless(disposition: str, name: str, own: Own) -> None:
    item = one(attached("Content-Type: application/pdf", f"Content-Disposition: {disposition}"), own)

    assert [(file.name, file.data) for file in item.attachments] == [(name, b"\0\0\0")]


def test_winmail_dat_is_not_handed_on_and_the_sender_can_be_told_what_to_do(own: Own) -> None:
    tnef = attached(
        "Content-Type: application/ms-tnef", 'Content-Disposition: attachment; filename="winmail.dat"'
    )
    item, bare = one(tnef, own), one(tnef.replace(b"hello", b""), own)

    assert (item.kind, item.attachments, item.warnings) == (Kind.LEAD, (), ("winmail_dat",))
    assert (bare.kind, bare.attachments) == (Kind.REFUSED, ())
    assert "winmail.dat" in item.reason
    assert item.reason == bare.reason


def test_a_forwarded_mail_is_kept_whole_as_an_attachment(own: Own) -> None:
    data = (
        b"From: a@x.example\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\nsee\n--B\nContent-Type: message/rfc822\n\n"
        + made(WORDS, "Subject: lamp")
        + b"\n--B--\n"
    )
    (file,) = one(data, own).attachments

    assert file.name == "lamp.eml"
    assert one(file.data, own).body == WORDS


def test_a_picture_inside_the_page_is_an_attachment_and_a_signature_is_none(own: Own) -> None:
    image = attached("Content-Type: image/png", "Content-ID: <1>", data="iVBORw0KGgo=")
    signed = attached('Content-Type: application/pkcs7-signature; name="smime.p7s"')

    assert [file.name for file in one(image, own).attachments] == ["附件.png"]
    assert one(signed, own).attachments == ()


# ── broken and hostile ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", [25, 200, 5_000])
def test_parts_inside_parts_are_not_followed_for_ever(count: int, own: Own) -> None:
    inside = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(count)
    )
    item = one(b"From: a@x.example\n" + inside + b"\nhello", own)

    assert (item.kind, item.warnings) == (Kind.REFUSED, ("nested_too_deep",))
    assert item.raw


def test_a_hundred_thousand_parts_are_refused_quickly(own: Own) -> None:
    data = b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000
    began = time.process_time()

    assert one(data, own).warnings == ("nested_too_deep",)
    assert time.process_time() - began < 5


def test_thirty_megabytes_are_refused_with_the_sender_named(own: Own) -> None:
    item = one(made(WORDS, "Subject: photos") + b"x" * (31 << 20), own)

    assert (item.kind, item.warnings, item.subject, item.from_address) == (
        Kind.REFUSED,
        ("too_large",),
        "photos",
        "a@mail.example.com",
    )
    assert "31 MB" in item.reason
    assert "30 MB" in item.reason
    assert item.source_id == "<1@mail.example.com>"


def test_a_line_break_in_a_subject_or_name_makes_no_header(own: Own) -> None:
    smuggled = base64.b64encode("路灯\r\nBcc: all@x.example\r\n\r\n<script>".encode()).decode()
    item = one(
        made(WORDS, f"Subject: =?utf-8?b?{smuggled}?=", sender=f"=?utf-8?b?{smuggled}?= <a@x.example>"), own
    )

    assert item.subject == "路灯 Bcc: all@x.example <script>"
    assert "\n" not in item.from_name + item.from_address


def test_a_mail_from_nobody_is_a_lead_and_an_empty_one_waits(own: Own) -> None:
    nobody = one(b"Subject: s\nDate: nonsense\n\n" + WORDS.encode(), own)
    empty = one(b"From: a@x.example\n\n \n", own)

    assert (nobody.kind, nobody.from_address, nobody.warnings, nobody.received_at) == (
        Kind.LEAD,
        "",
        ("no_sender",),
        None,
    )
    assert (empty.kind, empty.warnings) == (Kind.SUSPICIOUS, ("empty_body",))
    assert empty.reason


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0" * 100, b"hello", b"\xff\xfe\0\0", b"<?xml version='1.0'?><a/>", b"From: \n\n", b"Subject:\n\n\n",
        b"From: a@x.example\nContent-Type: multipart/mixed\n\nno boundary",
        b"From: a@x.example\nContent-Type: multipart/mixed; boundary=B\n\n--B",
        b"From: a@x.example\nContent-Type: text/plain; charset*=bad''%zz\n\nx",
        b"From: a@x.example\nContent-Type: message/rfc822\n\n",
        b"From: a@x.example\nContent-Type: multipart/report; boundary=B\n\n--B--\n",
        b"From: a@x.example\nContent-Transfer-Encoding: base64\n\n!!!=A=",
        b"From: a@x.example\nContent-Transfer-Encoding: uuencode\n\nbegin 666 x\n!!!\nend",
        b"From: a@x.example\nDate: Fri, 99 Feb 99999 99:99:99 +9999\n\nx",
        b"From: " + b"<" * 50_000 + b"\n\nx",
        b"From: a@x.example\nContent-Type: text/plain; a=" + b'"' * 20_000 + b"\n\nx",
        b"From: a@x.example\nContent-Type: text/html\n\n" + b"<div>" * 50_000 + b"x",
        b"From: a@x.example\nContent-Type: text/html\n\n<![CDATA[<script>]]>&#0;&#xD800;&bogus;",
        b"From: a@x.example\nSubject: " + b"=?utf-8?b?5Z2P?= " * 5_000 + b"\n\nx",
        b"From: a@x.example\nContent-Type: text/plain; charset=utf-7\n\n+2AA-x +AD4-\0",
    ],
)  # fmt: skip
def test_whatever_comes_is_answered(data: bytes, own: Own) -> None:
    began = time.process_time()
    item = one(data, own)

    assert item.kind in Kind
    assert item.kind != Kind.REFUSED or item.reason
    assert not any(
        "\ud800" <= char <= "\udfff" or char == "\0" for char in item.body + item.subject + item.from_name
    )
    assert time.process_time() - began < 2


def test_a_thousand_mails_take_far_less_than_a_minute(own: Own) -> None:
    data = made(WORDS * 20, "Subject: =?utf-8?b?5Z2P5LqG?=")
    began = time.process_time()
    for _ in range(200):
        one(data, own)

    assert time.process_time() - began < 6  # of the sixty for a thousand, half of what reading may take
