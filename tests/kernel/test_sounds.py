"""Recordings at the gate: known by their structure to the end; what only begins like one, or hides a film, stays out."""

from __future__ import annotations

import struct

import pytest

from huisheng.kernel.files import inspect
from huisheng.kernel.sounds import FILMS, SOUNDS, kind_of, without_tags


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def m4a(handler: bytes = b"soun") -> bytes:
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(13))))
    tags = box(b"udta", box(b"\xa9xyz", "张三家 +34.8+113.3".encode()))
    return box(b"ftyp", b"M4A \0\0\0\0M4A ") + box(b"moov", track + tags) + box(b"mdat", bytes(64))


def mp4(brand: bytes = b"isom") -> bytes:
    tracks = b"".join(
        box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + one + bytes(13)))) for one in (b"vide", b"soun")
    )
    tags = box(b"udta", box(b"\xa9xyz", "张三家 +34.8+113.3".encode()))
    return (
        box(b"ftyp", brand + b"\0\0\0\0" + brand)
        + box(b"moov", tracks + tags)
        + box(b"mdat", bytes(range(256)))
    )


def mp3() -> bytes:
    frame = bytes.fromhex("fffb9064") + bytes(413)
    tag = b"ID3\x04\0\0\0\0\0\x10" + "张三的手机".encode()[:15] + b"\0"
    return tag + frame * 4 + b"TAG" + "张三".encode().ljust(125, b"\0")


def wav() -> bytes:
    chunks = [(b"fmt ", bytes(16)), (b"LIST", "INFO张三".encode()), (b"data", bytes(40))]
    body = b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def ogg() -> bytes:
    head = b"OpusHead" + bytes(11)
    page = b"OggS\0\2" + bytes(20) + bytes([1, len(head)]) + head
    return page + b"OggS\0\0" + bytes(20) + bytes([1, 30]) + bytes(30)


AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 5
FILES = {"m4a": m4a(), "mp3": mp3(), "amr": AMR, "ogg": ogg(), "wav": wav()}


@pytest.mark.parametrize("kind", SOUNDS)
def test_a_recording_comes_in_where_recordings_are_welcome(kind: str) -> None:
    data = FILES[kind]
    assert inspect(data, f"录音.{kind}", kinds=SOUNDS).refused == ""
    assert "这里不收" in inspect(data, f"录音.{kind}").refused
    assert "扩展名" in inspect(data, "录音.pdf", kinds=SOUNDS).refused


@pytest.mark.parametrize("kind", SOUNDS)
def test_what_only_begins_like_a_recording_stays_out(kind: str) -> None:
    data = FILES[kind]
    for wrong in (data[: len(data) // 2], data[:12], data + b"<script>alert(1)</script>" * 9):
        if kind == "mp3" and len(wrong) == len(data) // 2:
            continue  # cut short it is still one
        assert kind_of(wrong) == ""
        assert inspect(wrong, f"录音.{kind}", kinds=SOUNDS).refused != ""


def test_a_film_is_no_recording() -> None:
    assert kind_of(m4a(b"vide")) == ""


@pytest.mark.parametrize("kind", ["m4a", "mp3", "wav"])
def test_tags_that_say_who_and_where_are_gone_and_the_sound_is_not(kind: str) -> None:
    clean = without_tags(FILES[kind], kind)
    assert "张三".encode() not in clean
    assert b"+34.8" not in clean
    assert kind_of(clean) == kind
    assert kind != "m4a" or len(clean) == len(FILES[kind])


def test_a_film_comes_in_where_films_are_welcome_and_says_no_place() -> None:
    film = mp4()
    assert inspect(film, "录像.mp4", kinds=FILMS).refused == ""
    assert "这里不收MP4 录像" in inspect(film, "录像.mp4", kinds=SOUNDS).refused
    assert inspect(film, "录音.m4a", kinds=SOUNDS).refused != ""
    assert kind_of(m4a()) == "m4a"
    clean = without_tags(film, "mp4")
    assert (len(clean), kind_of(clean)) == (len(film), "mp4")
    assert "张三".encode() not in clean
    for wrong in (film[: len(film) // 2], film + b"<script>" * 9, mp4(b"qt  ")):
        assert inspect(wrong, "录像.mp4", kinds=FILMS).refused.endswith("。")
