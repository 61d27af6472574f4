"""Bytes made to hang, crash or swell a reader: each is answered, and soon."""

from __future__ import annotations

import random
import time

import pytest

from huisheng.opinions.channels import Kind, Own, broadcast, chat, letter, mail, phone, wecom
from huisheng.opinions.channels.reading import as_json, read_file

from .conftest import LEADS

READERS = {
    "mail": mail,
    "wecom": wecom,
    "phone": phone,
    "broadcast": broadcast,
    "letter": letter,
    "chat": chat,
}
SAMPLES = {path.name: path.read_bytes() for path in sorted(LEADS.iterdir()) if path.suffix != ".json"}
HEAD = b"From: a@x.example\nContent-Type: text/plain; charset=utf-8\n\n"
NOTES = "来电时间,电话,内容,处理意见\n"
SWOLLEN = {
    "spaces after wrote": ("a.eml", HEAD + b"2017 wrote" + b" " * 500_000 + b"x"),
    "dashes": ("a.eml", HEAD + b"-" * 500_000 + b"x"),
    "quote marks": ("a.eml", HEAD + b">a\n\n" * 200_000),
    "one line": ("a.eml", HEAD + "写道".encode() * 500_000),
    "open tags": ("a.eml", HEAD.replace(b"plain", b"html") + b"<" * 1_000_000),
    "attributes": ("a.eml", HEAD.replace(b"plain", b"html") + b"<p " + b"a=b " * 200_000 + b">x"),
    "a long sender": ("a.eml", b"From: <" + b"a@" * 500_000 + b"\n\nx"),
    "many headers": ("a.eml", b"Received: x\n" * 200_000 + b"\nx"),
    "authentication": ("a.eml", b"Authentication-Results: spf" + b" " * 500_000 + b"\nFrom: a@x.example\n\nx"),
    "digits": ("a.eml", HEAD + b"1" * 500_000),
    "receipt codes": ("a.eml", HEAD + b"HS -" * 200_000),
    "chat of spaces": ("a.txt", b"a: b\nc: d\n" + b"a" + b" " * 500_000 + b":"),
    "chat of names": ("a.txt", "".join(f"人{i}: 话{i}\n" for i in range(40_000)).encode()),
    "chat of brackets": ("a.txt", b"[10:32] a: b\n" + b"[" * 500_000),
    "calls from one number": ("a.csv", (NOTES + "2017-1-1,13800008201,洛宁路大车压坏路面,与1重复\n" * 15_000).encode()),
    "calls from many numbers": ("a.csv", (NOTES + "".join(f"1月1日,1380{i:07},路灯坏了请修一修,\n" for i in range(15_000))).encode()),
    "messages of many people": ("a.xml", b"<messages>" + b"".join(
        b"<xml><FromUserName>u%d</FromUserName><MsgType>text</MsgType><Content>x</Content><MsgId>%d</MsgId></xml>" % (i, i)
        for i in range(20_000)) + b"</messages>"),
    "comments before the xml": ("a.xml", b"<!---->" * 500_000),
}  # fmt: skip


@pytest.mark.parametrize("case", SWOLLEN)
def test_what_is_made_to_take_long_is_answered_soon(case: str, own: Own) -> None:
    name, data = SWOLLEN[case]
    began = time.process_time()
    items = read_file(name, data, own)

    assert items
    assert time.process_time() - began < 15  # seconds of work; quadratic would be minutes


@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_files_are_answered_by_every_reader(name: str, own: Own) -> None:
    chance = random.Random(name)
    for _ in range(12):
        data = bytearray(SAMPLES[name][: chance.choice((200, 900, 3000))])
        for _ in range(chance.randrange(1, 20)):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(3)] = chance.choice(
                (b"\0", b"\xff", b"\n\n", b"=?", b"<", b'"', b"--", b"\r")
            )
        for reader in READERS.values():
            check(reader.read(bytes(data), own=own))
        check(read_file(name, bytes(data), own))


def check(items: list) -> None:
    for item in items:
        assert item.kind in Kind
        assert bool(item.reason) or item.kind in (Kind.LEAD, Kind.FOLLOW_UP)
        shown = as_json(item, "f")
        texts = [
            shown["subject"],
            shown["body"],
            shown["from_address"],
            item.from_name,
            *shown["attachments"],
        ]
        assert not any("\0" in text or any("\ud800" <= c <= "\udfff" for c in text) for text in texts)
        assert "\n" not in shown["subject"] + shown["from_address"] + item.from_name
        assert not any("/" in file or "\\" in file for file in shown["attachments"])


@pytest.mark.parametrize("channel", READERS)
def test_all_readers_have_one_shape(channel: str, own: Own) -> None:
    for data in (b"", b"\0", b"\xff" * 50, "你好".encode()):
        items = READERS[channel].read(data, name="", own=own)
        assert {item.channel for item in items} == {channel}
        check(items)
