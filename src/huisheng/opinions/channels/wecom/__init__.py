"""企业微信: decrypted message bodies (one, or many in a ``<messages>`` element) as items.

``crypto.Callback`` opens what the platform sends, ``client.WeCom`` fetches pictures and voices and sends messages.
The platform pushes a message again when it gets no answer in five seconds: the same MsgId counts once.
Whereabouts are refused and not kept, not even in ``raw``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, tostring

from huisheng.kernel.errors import Refused
from huisheng.kernel.files import safe_name

from ..item import (
    Enclosed,
    Item,
    Kind,
    Own,
    answers_always,
    asks_anonymity,
    find_phone,
    find_receipt_code,
    gist,
    one_line,
    paragraphs,
)
from .xml import parsed, text_of

__all__ = ["belong_together", "join", "read"]

TOGETHER = timedelta(minutes=10)
MEDIA = {"image": ("jpg", "image/jpeg"), "voice": ("amr", "audio/amr"), "video": ("mp4", "video/mp4")}
WHEREABOUTS = "发来的是位置。我们不收集、不保存个人位置，请用文字写明地点，例如“登封路口东北角”。"
UNKNOWN = "这种消息（{}）读不出内容。请用文字、图片或语音反映。"
SEALED = "这是还没有解密的回调内容，须由企业微信接口接收。"


@answers_always("wecom")
def read(data: bytes, *, name: str = "", own: Own) -> list[Item]:
    """The items of a file or of one callback; events give none. A picture and the same person's next words are one."""
    root = parsed(data)
    bodies = [root] if root.tag == "xml" else list(root.iter("xml"))
    if not bodies:
        raise Refused("这个 XML 里没有企业微信消息。")
    seen: set[str] = set()
    items: list[Item] = []
    for body in bodies:
        key = text_of(body, "MsgId") or "|".join(
            text_of(body, tag) for tag in ("FromUserName", "CreateTime", "MsgType", "Event")
        )
        if key not in seen and (item := _item(body, own)):
            items.append(item)
        seen.add(key)
    return _joined(items)


def _item(body: Element, own: Own) -> Item | None:
    kind = text_of(body, "MsgType").lower()
    if not kind and body.find("Encrypt") is not None:
        raise Refused(SEALED)
    if kind == "event":
        return None
    found = Item(
        "wecom",
        Kind.LEAD,
        from_address=one_line(text_of(body, "FromUserName"), 100),
        received_at=_moment(text_of(body, "CreateTime"), own),
        source_id=one_line(text_of(body, "MsgId"), 64),
        raw=tostring(body, encoding="utf-8"),
    )
    if kind == "location":
        return replace(found, kind=Kind.REFUSED, reason=WHEREABOUTS, raw=b"")
    if kind in MEDIA:
        return _with_media(found, body, kind)
    if kind in ("text", "link"):
        return _with_words(found, _words(body, kind))
    return replace(found, kind=Kind.REFUSED, reason=UNKNOWN.format(one_line(kind, 20) or "没有类型"))


def _words(body: Element, kind: str) -> str:
    tags = ("Content",) if kind == "text" else ("Title", "Description", "Url")
    return paragraphs("\n".join(part for tag in tags if (part := text_of(body, tag))))


def _with_words(item: Item, words: str) -> Item:
    code = find_receipt_code(words)
    warnings = [*item.warnings]
    if not words:
        warnings.append("empty_body")
    if asks_anonymity(words):
        warnings.append("asks_anonymity")
    return replace(
        item,
        kind=Kind.FOLLOW_UP if code else Kind.LEAD,
        subject=gist(words),
        body=words,
        phone=find_phone(words),
        receipt_code=code,
        warnings=tuple(warnings),
    )


def _with_media(item: Item, body: Element, kind: str) -> Item:
    media_id = one_line(text_of(body, "MediaId"), 200)
    if not media_id:
        return replace(item, kind=Kind.REFUSED, reason="消息里没有图片或语音的编号，取不到内容。请重新发送。")
    ending, media_type = MEDIA[kind]
    if kind == "voice" and text_of(body, "Format").isalnum():
        ending = text_of(body, "Format").lower()[:8]
    file = Enclosed(safe_name(f"{media_id}.{ending}"), b"", media_type, media_id)
    warning = "needs_transcription" if kind == "voice" else "empty_body"
    words = paragraphs(text_of(body, "Recognition"))
    return replace(item, attachments=(file,), body=words, subject=gist(words), warnings=(warning,))


def _moment(text: str, own: Own) -> datetime | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return None
    return datetime.fromtimestamp(int(text), own.zone)


# ── a picture and the words to it ─────────────────────────────────────────────────────────────────────────────────


def belong_together(earlier: Item, later: Item) -> bool:
    """Whether ``later`` are the words to the wordless pictures of ``earlier``: same person, within ten minutes."""
    if earlier.kind != Kind.LEAD or later.kind not in (Kind.LEAD, Kind.FOLLOW_UP):
        return False
    if (
        earlier.body
        or not earlier.attachments
        or "needs_transcription" in (*earlier.warnings, *later.warnings)
    ):
        return False
    if not earlier.received_at or not later.received_at or earlier.from_address != later.from_address:
        return False
    return timedelta() <= later.received_at - earlier.received_at <= TOGETHER


def join(earlier: Item, later: Item) -> Item:
    """One item: the words of ``later``, the pictures of both, the time and number of ``earlier``."""
    has_words = bool(later.body)
    kept = [code for code in (*earlier.warnings, *later.warnings) if not (has_words and code == "empty_body")]
    return replace(
        later,
        attachments=earlier.attachments + later.attachments,
        received_at=earlier.received_at if has_words else later.received_at,
        source_id=earlier.source_id,
        warnings=tuple(dict.fromkeys(kept)),
        raw=earlier.raw + b"\n" + later.raw,
    )


def _joined(items: Iterable[Item]) -> list[Item]:
    made: list[Item] = []
    last: dict[str, int] = {}  # person -> place of what they sent last
    for item in items:
        at = last.get(item.from_address)
        if at is not None and belong_together(made[at], item):
            made[at] = join(made[at], item)
        else:
            last[item.from_address] = len(made)
            made.append(item)
    return made
