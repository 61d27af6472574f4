"""Recordings and films: which kind a file is by its own structure, walked to the end, and the same without its tags.

Nothing is decoded. A tag may say who recorded and where; that is nobody's business.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

SOUNDS = ("m4a", "mp3", "amr", "ogg", "wav")
FILMS = ("mp4",)
CALLED = {
    "m4a": "M4A 录音", "mp3": "MP3 录音", "amr": "AMR 录音", "ogg": "OGG 录音", "wav": "WAV 录音",
    "mp4": "MP4 录像",
}  # fmt: skip
AMR_BYTES = (12, 13, 15, 17, 19, 20, 26, 31, 5)  # of a frame without its first byte, by its type
BITRATES = (
    0,
    32,
    40,
    48,
    56,
    64,
    80,
    96,
    112,
    128,
    160,
    192,
    224,
    256,
    320,
)  # of MPEG-1 layer III, in kbit/s
BITRATES_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # of MPEG-2 and 2.5
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
TAGS = (b"udta", b"meta")
Part = tuple[bytes, int, int]  # name, where its content begins, where it ends


def kind_of(data: bytes) -> str:
    """The kind of recording or film, "" for what is none, or only begins like one."""
    tests = {"m4a": _is_m4a, "mp4": _is_mp4, "amr": _is_amr, "ogg": _is_ogg, "wav": _is_wav, "mp3": _is_mp3}
    return next((kind for kind, test in tests.items() if test(data)), "")


def without_tags(data: bytes, kind: str) -> bytes:
    """The recording without names, places and pictures; of the same length where its inside counts in places."""
    if kind == "mp3":
        begins, ends = _mp3_span(data)
        return data[begins:ends]
    if kind == "wav":
        kept = [one for one in _chunks(data) if one[0] in (b"fmt ", b"data", b"fact")]
        body = b"".join(
            name + struct.pack("<I", end - start) + data[start:end] + b"\0" * ((end - start) % 2)
            for name, start, end in kept
        )
        return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body
    if kind in ("m4a", "mp4"):
        return _blanked(data)
    return data


# -- m4a: boxes inside boxes -----------------------------------------------------------------------------------------
def _boxes(data: bytes, start: int, end: int) -> Iterator[Part]:
    """The boxes between two places; ValueError where they do not fill it exactly."""
    while start < end:
        if end - start < 8:
            raise ValueError
        size, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1 and end - start >= 16:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            raise ValueError
        yield name, start + head, start + size
        start += size


def _is_m4a(data: bytes) -> bool:
    return _tracks(data, (b"m4a", b"mp4", b"iso", b"3gp")) == {b"soun"}  # a film is no recording


def _is_mp4(data: bytes) -> bool:
    """Of the brands every browser plays; QuickTime's own is not one of them."""
    return b"vide" in _tracks(data, (b"m4v", b"mp4", b"iso", b"avc", b"3gp"))


def _tracks(data: bytes, brands: tuple[bytes, ...]) -> set[bytes]:
    """What the tracks of a container are (soun, vide, …); empty for what is not whole or of another brand."""
    if data[4:8] != b"ftyp" or not data[8:12].lower().startswith(brands):
        return set()
    try:
        top = list(_boxes(data, 0, len(data)))
        moov = next(one for one in top if one[0] == b"moov")
        found = {data[start + 8 : start + 12] for start, _ in _handlers(data, *moov[1:])}
    except (ValueError, StopIteration):
        return set()
    return found if any(one[0] == b"mdat" for one in top) else set()


def _handlers(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What every track of it is: the handler boxes of moov/trak/mdia."""
    for name, inner, stop in _boxes(data, start, end):
        if name in (b"trak", b"mdia"):
            yield from _handlers(data, inner, stop)
        elif name == b"hdlr":
            yield inner, stop


def _blanked(data: bytes) -> bytes:
    """Boxes of tags become free space of the same length: nothing else moves, so every place stays right."""
    clean = bytearray(data)

    def blank(start: int, end: int) -> None:
        for name, inner, stop in list(_boxes(data, start, end)):
            if name in TAGS:
                clean[inner - 4 : inner] = b"free"
                clean[inner:stop] = bytes(stop - inner)
            elif name in (b"moov", b"trak"):
                blank(inner, stop)

    blank(0, len(data))
    return bytes(clean)


# -- the others --------------------------------------------------------------------------------------------------------
def _is_amr(data: bytes) -> bool:
    if not data.startswith(b"#!AMR\n"):
        return False
    at = 6
    while at < len(data):
        kind = data[at] >> 3 & 15
        at += 1 + (AMR_BYTES[kind] if kind < len(AMR_BYTES) else 0)
    return at == len(data) and at > 6


def _is_ogg(data: bytes) -> bool:
    """Pages one behind the other; the first says Opus or Vorbis."""
    at, first = 0, b""
    while at < len(data):
        if data[at : at + 4] != b"OggS" or len(data) - at < 27:
            return False
        sizes = data[at + 27 : at + 27 + data[at + 26]]
        body = at + 27 + len(sizes)
        first = first or data[body : body + 8]
        at = body + sum(sizes)
    return at == len(data) and first.startswith((b"OpusHead", b"\x01vorbis"))


def _chunks(data: bytes) -> Iterator[Part]:
    at, end = 12, len(data)
    while end - at >= 8:
        name, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > end:
            raise ValueError
        yield name, at + 8, at + 8 + size
        at += 8 + size + size % 2


def _is_wav(data: bytes) -> bool:
    if not data.startswith(b"RIFF") or data[8:12] != b"WAVE":
        return False
    try:
        names = {name for name, _, _ in _chunks(data)}
    except ValueError:
        return False
    return {b"fmt ", b"data"} <= names


def _mp3_span(data: bytes) -> tuple[int, int]:
    """Where the sound begins behind the tag in front, and ends before the tag behind."""
    begins = 0
    if data.startswith(b"ID3") and len(data) > 10:
        size = data[6:10]
        begins = 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    ends = len(data) - 128 if data[-128:].startswith(b"TAG") else len(data)
    return begins, ends


def _is_mp3(data: bytes) -> bool:
    """Frames one behind the other to the end; the last may be cut short."""
    at, end = _mp3_span(data)
    frames = 0
    while end - at >= 4:
        size = _frame_size(data[at : at + 4])
        if not size:
            break
        at += size
        frames += 1
    return frames >= 3 and at >= end - 4


def _frame_size(head: bytes) -> int:
    """Bytes of an MPEG layer III frame; 0 for what is none."""
    word = int.from_bytes(head, "big")
    version, layer, rate = word >> 19 & 3, word >> 17 & 3, word >> 12 & 15
    speed, padding = word >> 10 & 3, word >> 9 & 1
    if word >> 21 != 0x7FF or version == 1 or layer != 1 or rate in (0, 15) or speed == 3:
        return 0
    bits, factor = (BITRATES, 144) if version == 3 else (BITRATES_LOW, 72)
    return factor * bits[rate] * 1000 // RATES[version][speed] + padding
