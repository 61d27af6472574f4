"""Bytes of a mail to text: what the label says if it can be true, otherwise what the bytes themselves say.

Labels on Chinese mail are often wrong: GB2312 for GB18030, ISO-8859-1 for GBK, none at all. ``kernel.encodings`` weighs
how everyday the characters are; the label is believed unless another reading is clearly better.
"""

from __future__ import annotations

import binascii
import codecs
import quopri
import re
from itertools import groupby
from urllib.parse import unquote_to_bytes

from huisheng.kernel.encodings import IDEOGRAPH, PRIVATE_USE, Undecodable, decode_text, score

_GB = re.compile(r"(x-)?(gb|cs_?gb|cp936|ms936|euc-?cn|chinese)")
_BIG5 = re.compile(r"(x-x-|cn-|cs)?big-?5|cp950|ms950")
# No other codec of Python's: ``idna`` takes quadratic time, ``unicode_escape`` is no charset.
_HARMLESS = re.compile(r"ascii$|utf|cp\d|iso8859|iso2022|euc|shift|koi8|hz$|big5|gb|mac")
_SINGLE_BYTE = re.compile(r"cp125|iso8859|koi8|mac")
_SEVEN_BIT = re.compile(r"utf-?7|utf-?16|utf-?32|hz$|iso2022")  # plain ASCII bytes may mean other characters
_CLEARLY_BETTER = 0.2  # of the share of everyday characters


def decode(data: bytes, label: str = "") -> tuple[str, bool]:
    """(text, whether the label was not believed). Never raises."""
    codec = _codec(label)
    if data.isascii() and not _SEVEN_BIT.match(codec):
        return data.decode("ascii"), False
    labelled = _strictly(data, codec) if codec else None
    if labelled is not None and not _doubtful(labelled, codec):
        return labelled, False
    if labelled is None and codec and (most := _mostly(data, codec)) is not None:
        return most, True
    guessed = _guess(data)
    if guessed is not None and (labelled is None or score(guessed) > score(labelled) + _CLEARLY_BETTER):
        return guessed, True
    if labelled is not None:
        return labelled, False
    return data.decode(codec or "utf-8", "replace"), True


def _codec(label: str) -> str:
    """Python's name for a label, "" for one that is unknown or no charset of a text."""
    label = label.strip().strip("\"'").lower().replace("_", "-").partition("*")[0]
    if _GB.match(label):
        return "gb18030"
    if _BIG5.match(label):
        return "big5hkscs"
    if label == "unicode-1-1-utf-7":
        return "utf-7"
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    return name if _HARMLESS.match(name) else ""


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        return None if codec != "big5hkscs" else _strictly(data, "cp950")
    return text.translate(PRIVATE_USE) if codec == "gb18030" else text


def _doubtful(text: str, codec: str) -> bool:
    if _SINGLE_BYTE.match(codec):
        return True  # any bytes at all are valid in these
    return bool(IDEOGRAPH.search(text)) and score(text) < 0.35


def _mostly(data: bytes, codec: str) -> str | None:
    """The labelled reading when only a few bytes are broken: a mail cut off, a line wrapped inside a character."""
    text = data.decode(codec, "replace")
    lost, written = text.count("\ufffd"), len(IDEOGRAPH.findall(text))
    return text if lost <= max(1, written // 20) and written and not _doubtful(text, codec) else None


def _guess(data: bytes) -> str | None:
    try:
        return decode_text(data.replace(b"\0", b"") if data.count(b"\0") * 10 < len(data) else data).text
    except Undecodable:
        return None


# ── headers ───────────────────────────────────────────────────────────────────────────────────────────────────────

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")


def header(value: str) -> tuple[str, bool]:
    """A header as a person reads it. Neighbouring encoded words are joined as bytes first: mailers cut characters in
    two (RFC 2047 forbids it, they do it). ``value`` may hold raw bytes as surrogates, as ``email`` leaves them."""
    value = re.sub(r"[\r\n]+(?=[ \t])", "", value)
    made: list[str] = []
    guessed = False
    for charset, words in groupby(_tokens(value), key=lambda token: token[0]):
        text, doubt = _run(charset, [word for _, word in words])
        made.append(text)
        guessed |= doubt
    return "".join(made), guessed


def _tokens(value: str) -> list[tuple[str, tuple[str, str]]]:
    """(charset, (B or Q, text)) of each encoded word, ("", ("", text)) of what stands between; blanks between two
    encoded words are no text."""
    found: list[tuple[str, tuple[str, str]]] = []
    end = 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        if between.strip() or (between and not found):
            found.append(("", ("", between)))
        found.append((match[1].lower().partition("*")[0], (match[2].upper(), match[3])))
        end = match.end()
    if value[end:]:
        found.append(("", ("", value[end:])))
    return found


def _run(charset: str, words: list[tuple[str, str]]) -> tuple[str, bool]:
    if not charset:
        return decode(_bytes("".join(text for _, text in words)))
    try:
        data = b"".join(_word(way, text) for way, text in words)
    except binascii.Error:
        data = _one_base64(words)
    else:
        if _strictly(data, _codec(charset) or "utf-8") is None and len({way for way, _ in words}) == 1:
            data = _one_base64(words) or data
    return decode(data, charset)


def _word(way: str, text: str) -> bytes:
    if way == "Q":
        return quopri.decodestring(_bytes(text), header=True)
    return binascii.a2b_base64(_bytes(text.rstrip("= ")) + b"=" * (-len(text.rstrip("= ")) % 4))


def _one_base64(words: list[tuple[str, str]]) -> bytes:
    """Some mailers cut the base64 text itself, wherever 75 characters end."""
    joined = "".join(text.strip("= ") for way, text in words if way == "B")
    try:
        return _word("B", joined[: len(joined) - (len(joined) % 4 == 1)])
    except binascii.Error:
        return b""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def parameter(value: str | tuple[str | None, str | None, str] | None) -> str:
    """A parameter such as a file name: RFC 2231, encoded words where none belong, percent signs, raw bytes."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return decode(value[2].encode("latin-1", "surrogateescape"), value[0] or "")[0]
    text, _ = header(value)
    if re.search(r"(%[0-9A-Fa-f]{2}){3}", text):
        text, _ = decode(unquote_to_bytes(text))
    return text
