"""The open set of leads, scored field by field against expected.json; the score is printed with -s."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from huisheng.kernel.files import strip_photo
from huisheng.opinions.channels import Item, Kind, Own
from huisheng.opinions.channels.reading import as_json, read_file

from .conftest import LEADS


def items(file: str, own: Own) -> list[Item]:
    path = LEADS.parent / file
    return read_file(path, path.read_bytes(), own)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def faults(item: Item, wanted: dict[str, Any]) -> list[str]:
    got = as_json(item, wanted["file"])
    found = [key for key in ("kind", "subject", "from_address", "attachments") if got[key] != wanted[key]]
    start = wanted["body_starts_with"]
    if not squeezed(got["body"]).startswith(start) or bool(start) != bool(got["body"]):
        found.append("body")
    if sorted(got["warnings"]) != sorted(wanted.get("warnings", [])):
        found.append("warnings")
    if item.receipt_code != wanted.get("receipt_code", "") or item.phone != wanted.get("phone", ""):
        found.append("receipt_code or phone")
    return found


def test_the_twelve_mails_are_read_as_expected(own: Own, expected: dict[str, Any]) -> None:
    table = {}
    for wanted in expected["emails"]:
        (item,) = items(wanted["file"], own)
        table[wanted["file"]] = faults(item, wanted)
    print(f"\nmails right: {sum(not found for found in table.values())} of {len(table)}")

    assert {file: found for file, found in table.items() if found} == {}


def test_the_mails_are_of_the_kinds_counted(own: Own, expected: dict[str, Any]) -> None:
    kinds = Counter(str(items(one["file"], own)[0].kind) for one in expected["emails"])

    assert dict(kinds) == expected["counts"]


def test_the_answer_is_exactly_what_the_command_prints(own: Own) -> None:
    (item,) = items("leads/08-回复带回执码.eml", own)

    assert as_json(item, "08.eml") == {
        "file": "08.eml",
        "kind": "follow_up",
        "subject": "Re: 您的线索已收到（回执码 HS-4TR8-W6PD）",
        "from_address": "mashifu@mail.example.com",
        "body": "谢谢回复。补充一点：夜里十一点以后声音最大，尤其周五。",
        "attachments": [],
        "warnings": [],
        "channel": "mail",
        "receipt_code": "HS-4TR8-W6PD",
        "reason": "",
    }
    assert item.in_reply_to == "<20170203162000.r@szzx.example.gov.cn>"


def test_two_attachments_of_one_name_are_both_kept_and_a_photo_loses_its_place(own: Own) -> None:
    (lamp,) = items("leads/09-同名附件.eml", own)
    (road,) = items("leads/01-淮阳路坑槽.eml", own)

    assert len({file.data for file in lamp.attachments}) == 2
    (photo,) = road.attachments
    assert b"HUAWEI" in photo.data
    assert b"HUAWEI" not in strip_photo(photo.data)


def test_the_wecom_messages_count_once_and_a_picture_goes_with_its_words(
    own: Own, expected: dict[str, Any]
) -> None:
    read = items("leads/wecom_messages.xml", own)

    assert len(read) == expected["wecom"]["distinct_message_ids"] - 1  # picture and words are one
    assert {item.kind for item in read} == {Kind.LEAD}
    assert [(item.body[:6], [file.name for file in item.attachments]) for item in read] == [
        ("济源路社区卫", []),
        ("上面照片是登", ["MEDIA_A_001.jpg"]),
        ("", ["MEDIA_A_002.amr"]),
        ("", ["MEDIA_A_003.amr"]),
        ("我想匿名反映", []),
    ]
    assert [item.warnings for item in read] == [
        (), (), ("needs_transcription",), ("needs_transcription",), ("asks_anonymity",),
    ]  # fmt: skip
    assert f"{read[0].received_at:%Y-%m-%d %H:%M}" == "2017-02-02 09:46"


def test_the_phone_notes_are_sorted_as_the_clerk_remarked(own: Own, expected: dict[str, Any]) -> None:
    read, wanted = items("leads/phone_notes.csv", own), expected["phone"]
    rows = list(enumerate(read, 1))
    number_of = {item.source_id: row for row, item in rows}

    assert len(rows) == wanted["rows"]
    assert sum(item.kind == Kind.LEAD for item in read) == wanted["leads"]
    assert [row for row, item in rows if item.kind == Kind.REFUSED] == [
        one["row"] for one in wanted["not_leads"]
    ]
    assert all(one["why"] in read[one["row"] - 1].reason for one in wanted["not_leads"])
    follow_ups = [
        {"row": row, "of": number_of[item.follows]} for row, item in rows if item.kind == Kind.FOLLOW_UP
    ]
    assert follow_ups == wanted["follow_up"]
    assert [row for row, item in rows if "phone_in_doubt" in item.warnings] == wanted["phone_in_doubt"]
    assert [f"{item.received_at:%m-%d %H:%M}" for item in read] == [
        "01-19 09:12", "01-19 10:40", "01-20 15:00", "01-22 15:03", "01-24 08:55", "02-03 17:20", "02-06 11:00",
    ]  # fmt: skip
    assert read[6].body == '峡窝镇集市日没有公厕，"说了多年"，请修一座'
    assert read[1].from_name == ""  # 不愿透露


def test_the_letter_is_kept_as_a_scan_to_be_typed_in(own: Own, expected: dict[str, Any]) -> None:
    (letter,) = items(expected["letter"]["file"], own)

    assert (letter.channel, letter.kind, letter.body, letter.warnings) == (
        "letter",
        Kind.LEAD,
        "",
        ("needs_transcription",),
    )
    assert [file.data for file in letter.attachments] == [(LEADS / "letter_scan.png").read_bytes()]


def test_no_contact_stands_in_what_python_prints_of_an_item(own: Own, expected: dict[str, Any]) -> None:
    for wanted in [one["file"] for one in expected["emails"]] + [
        "leads/phone_notes.csv",
        "leads/wecom_messages.xml",
    ]:
        for item in items(wanted, own):
            shown = repr(item)
            personal = (item.from_name, item.from_address, item.phone, item.body, item.subject)
            assert [text for text in personal if text and text in shown] == []
