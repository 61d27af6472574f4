"""A mail taken apart: parsed within bounds, its readable text, its attachments as they came."""

from __future__ import annotations

import base64
import contextlib
import io
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import errors
from email._policybase import Compat32
from email.feedparser import BytesFeedParser
from email.generator import BytesGenerator
from email.message import Message
from typing import Any

from huisheng.kernel.files import safe_name

from ..item import Enclosed, one_line
from .charsets import decode, header, parameter
from .html import html_text

MAX_PARTS = 300
MAX_DEPTH = 20
MAX_HEADER = 20_000  # characters; parameters of a longer one would take the standard library quadratic time
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_ENCRYPTED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")


class TooNested(Exception):
    """More parts, or parts deeper inside one another, than any mail program makes."""


class _Raw(Compat32):
    """Header values as they stand in the file; decoding is ``charsets``."""

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return value[:MAX_HEADER]


def parse(data: bytes) -> Message:
    """The mail as a tree. Raises ``TooNested`` before the tree costs anything."""
    made = 0

    def factory(policy: Any) -> Message:
        nonlocal made
        made += 1
        # the stack is the parser's own name; nothing public tells the depth while it can still be stopped
        if made > MAX_PARTS or len(getattr(parser, "_msgstack", ())) > MAX_DEPTH:
            raise TooNested
        return Message(policy)

    parser: BytesFeedParser = BytesFeedParser(policy=_Raw())
    parser._factory = factory  # type: ignore[attr-defined]
    parser.feed(data)
    return parser.close()


def field_of(message: Message, name: str) -> str:
    """A header as a person reads it, on one line; "" when it is missing."""
    return one_line(header(str(message.get(name) or ""))[0], 1000)


@dataclass
class Content:
    """``whole``: the text with quoted parts. ``new``: without those that HTML marks as quoted."""

    whole: str = ""
    new: str = ""
    attachments: list[Enclosed] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def warn(self, *codes: str) -> None:
        self.warnings.extend(code for code in codes if code not in self.warnings)


@dataclass(frozen=True)
class _Text:
    is_html: bool
    new: str
    whole: str
    warnings: tuple[str, ...]


def content(message: Message) -> Content:
    """Text and attachments. A delivery report is its first part: what it returns is not somebody's words."""
    if message.get_content_type() == "multipart/report" and message.is_multipart():
        message = message.get_payload()[0]  # type: ignore[index,assignment]
    pieces = list(_pieces(message))
    texts = [piece for piece in pieces if isinstance(piece, _Text)]
    found = Content(attachments=[piece for piece in pieces if isinstance(piece, Enclosed)])
    found.new = "\n\n".join(text.new for text in texts if text.new.strip())
    found.whole = "\n\n".join(text.whole for text in texts if text.whole.strip())
    if texts and all(text.is_html for text in texts):
        found.warn("html_only")
    for text in texts:
        found.warn(*text.warnings)
    _look_at(message, found)
    return found


def _look_at(message: Message, found: Content) -> None:
    for part in _leaves(message):
        kind = part.get_content_type()
        if _is_winmail(part):
            found.warn("winmail_dat")
        if kind in _ENCRYPTED and "signed" not in str(part.get_param("smime-type", "")):
            found.warn("encrypted")
        if any(isinstance(one, errors.InvalidBase64LengthDefect) for one in part.defects):
            found.warn("cut_short")
    if any(isinstance(one, errors.CloseBoundaryNotFoundDefect) for one in message.defects):
        found.warn("cut_short")


def _leaves(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _pieces(part: Message) -> Iterator[_Text | Enclosed]:
    kind = part.get_content_type()
    if kind == "multipart/alternative" and part.is_multipart():
        yield from _alternative(part)
    elif kind == "message/rfc822" or (kind.startswith("message/") and part.is_multipart()):
        yield _forwarded(part)
    elif part.is_multipart():
        for child in part.get_payload():
            yield from _pieces(child)  # type: ignore[arg-type]
    elif kind in ("text/plain", "text/html") and not _is_file(part):
        yield _text(part, kind == "text/html")
    elif kind not in _SIGNATURES and not _is_winmail(part):
        if (data := _data(part)) or _is_file(part):
            yield Enclosed(_name(part), data, kind)


def _alternative(part: Message) -> Iterator[_Text | Enclosed]:
    """The same words twice: plain text is taken unless it is blank; files are all kept."""
    pieces = [piece for child in part.get_payload() for piece in _pieces(child)]  # type: ignore[arg-type]
    plain = [
        piece for piece in pieces if isinstance(piece, _Text) and not piece.is_html and piece.whole.strip()
    ]
    wanted = plain[:1] or [piece for piece in pieces if isinstance(piece, _Text) and piece.is_html][:1]
    yield from wanted
    yield from (piece for piece in pieces if isinstance(piece, Enclosed))


def _text(part: Message, is_html: bool) -> _Text:
    data = _data(part)
    label = parameter(part.get_param("charset"))
    if is_html and not label and (meta := _META.search(data[:4096])):
        label = meta[1].decode()
    text, guessed = decode(data, label)
    doubt = ("charset_guessed",) if guessed and label else ()
    if not is_html:
        return _Text(False, text, text, doubt)
    read = html_text(text)
    return _Text(True, read.new, read.whole, (*sorted(read.warnings), *doubt))


def _data(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    if any(isinstance(one, errors.InvalidBase64LengthDefect) for one in part.defects):
        return _cut_base64(str(part.get_payload()))
    return data if isinstance(data, bytes) else b""


def _cut_base64(text: str) -> bytes:
    """What can be read of base64 that ends in the middle of a character; the library gives it back undecoded."""
    clean = re.sub(r"[^A-Za-z0-9+/]", "", text)
    clean = clean[:-1] if len(clean) % 4 == 1 else clean
    return base64.b64decode(clean + "=" * (-len(clean) % 4))


def _is_file(part: Message) -> bool:
    return (part.get_content_disposition() or "") == "attachment" or bool(_raw_name(part))


def _is_winmail(part: Message) -> bool:
    return part.get_content_type() in ("application/ms-tnef", "application/vnd.ms-tnef") or (
        _raw_name(part).lower() == "winmail.dat"
    )


def _raw_name(part: Message) -> str:
    for name, where in (("filename", "content-disposition"), ("name", "content-type")):
        if text := parameter(part.get_param(name, None, where)):
            return text
    return ""


def _name(part: Message) -> str:
    return safe_name(_raw_name(part) or f"附件{mimetypes.guess_extension(part.get_content_type()) or ''}")


def _forwarded(part: Message) -> Enclosed:
    """A mail inside the mail stays whole: it is opened as a mail of its own when somebody asks for it."""
    inner = part.get_payload()[0] if part.is_multipart() else part  # type: ignore[index]
    out = io.BytesIO()
    with contextlib.suppress(Exception):  # a mail too broken to be written again; the whole original has it
        BytesGenerator(out, mangle_from_=False, policy=_Raw()).flatten(inner)  # type: ignore[arg-type]
    subject = field_of(inner, "Subject")  # type: ignore[arg-type]
    return Enclosed(safe_name(f"{subject or '转来的邮件'}.eml"), out.getvalue(), "message/rfc822")


def everything(message: Message) -> Iterator[str]:
    """Every subject and every text in the mail, returned parts too: where a receipt code may stand."""
    for part in message.walk():
        yield field_of(part, "Subject")
        if not part.is_multipart() and part.get_content_maintype() in ("text", "message"):
            text, _ = decode(_data(part)[:100_000], parameter(part.get_param("charset")))
            yield text
            yield from (header(line)[0] for line in re.findall(r"(?im)^subject:.*(?:\n[ \t].*)*", text))
