"""邮件: an .eml, or what IMAP gave (RFC 5322), as one item.

Order: within bounds → a machine's mail or a person's → the sender believed or not → new words and attachments →
a receipt code makes it a follow-up. ``poll`` and ``folder`` fetch.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from huisheng.kernel.files import MEGABYTE, shows_place

from ..item import (
    Item,
    Kind,
    Own,
    answers_always,
    asks_anonymity,
    find_phone,
    find_receipt_code,
    gist,
    paragraphs,
    refused,
)
from .parts import Content, TooNested, content, everything, field_of, parse
from .quotes import new_words
from .sender import Sender, doubts, message_ids, sender
from .sorting import OUR_HEADER, machine

__all__ = ["MAX_BYTES", "OUR_HEADER", "read", "too_large"]

MAX_BYTES = 30 * MEGABYTE
WINMAIL = "附件打包在 winmail.dat 里，这里打不开。请来信人改用普通附件（Outlook 里选“HTML”或“纯文本”格式）再发一次。"
EMPTY = "空信：没有主题、正文和附件，待人工查看。"
IMPOSTOR = "显示名冒用本机关的名称，实际地址是外面的。已隔离，请勿点其中的网址，也不要回复。"
FORGED = "收件服务器认定发件人地址是伪造的。已隔离，待人工查看。"
_IS_FORWARD = re.compile(r"(?:fw|fwd|转发|轉寄|转寄|转)\s*[:：]", re.IGNORECASE)
_MAIL_FIELDS = ("From", "Subject", "Date", "To", "Received", "Message-ID", "Return-Path")


@answers_always("mail")
def read(data: bytes, *, name: str = "", own: Own) -> list[Item]:
    """One item. A mail that cannot be taken apart is refused with a sentence and its ``raw`` kept."""
    if len(data) >= MAX_BYTES:
        return [too_large(data[:100_000], len(data))]
    try:
        message = parse(data)
    except TooNested:
        return [
            refused("mail", data, "这封邮件一层套一层，没有拆开。原件已留存，请人工查看。", "nested_too_deep")
        ]
    if not any(message.get(one) for one in _MAIL_FIELDS):
        return [refused("mail", data, "这不是一封邮件：没有发件人、主题和日期。")]
    return [_item(message, data, own)]


def too_large(beginning: bytes, size: int) -> Item:
    """The refusal of a mail too large to be fetched; ``beginning`` holds at least its headers."""
    message = parse(re.split(rb"\r?\n\r?\n", beginning, maxsplit=1)[0] + b"\n\n")
    who = sender(message)
    return Item(
        "mail",
        Kind.REFUSED,
        subject=field_of(message, "Subject"),
        from_name=who.name,
        from_address=who.address,
        received_at=_moment(message),
        source_id=_source_id(message),
        warnings=("too_large",),
        reason=f"邮件有 {size / MEGABYTE:.0f} MB，超过 {MAX_BYTES // MEGABYTE} MB 的上限，没有收取。请来信人压缩照片或分几封发送。",
        raw=beginning,
    )  # fmt: skip


def _item(message: Message, data: bytes, own: Own) -> Item:
    who, found = sender(message), content(message)
    subject = field_of(message, "Subject")
    body = _body(found, subject)
    if not body:
        found.warn("empty_body")
    if not who.address:
        found.warn("no_sender")
    if any(shows_place(file.data) for file in found.attachments):
        found.warn("photo_has_gps")
    if asks_anonymity(body):
        found.warn("asks_anonymity")
    kind, reason, code = _kind(message, who, own, found, subject, body)
    return Item(
        "mail",
        kind,
        subject=subject or gist(body),
        body=body,
        from_name=who.name,
        from_address=who.address,
        phone=find_phone(f"{body}\n{subject}"),
        received_at=_moment(message),
        source_id=_source_id(message),
        receipt_code=code,
        attachments=tuple(found.attachments),
        warnings=tuple(found.warnings),
        reason=reason,
        raw=data,
        in_reply_to=next(iter(message_ids(message, "In-Reply-To")), ""),
    )


def _kind(
    message: Message, who: Sender, own: Own, found: Content, subject: str, body: str
) -> tuple[Kind, str, str]:
    """(kind, reason, receipt code)"""
    if by_machine := machine(message, who):
        kind, reason, warning = by_machine
        found.warn(*[warning] if warning else [])
        return kind, reason, find_receipt_code(*everything(message))
    found.warn(*(seen := doubts(message, who, own)))
    code = find_receipt_code(subject, body, found.whole)
    if "display_name_is_ours_but_address_is_not" in seen:
        return Kind.SUSPICIOUS, IMPOSTOR, code
    if "forged_sender" in seen:
        return Kind.SUSPICIOUS, FORGED, code
    winmail = WINMAIL if "winmail_dat" in found.warnings else ""
    if not (body or found.attachments):
        if winmail:
            return Kind.REFUSED, winmail, code
        if not subject:
            return Kind.SUSPICIOUS, EMPTY, code
    return (Kind.FOLLOW_UP if code else Kind.LEAD), winmail, code


def _body(found: Content, subject: str) -> str:
    """The new words. In a forwarded mail the forwarded words are what the sender wants to say."""
    if _IS_FORWARD.match(subject):
        return paragraphs(found.whole)
    return paragraphs(new_words(found.new))


def _source_id(message: Message) -> str:
    return next(iter(message_ids(message, "Message-ID")), "") or field_of(message, "Message-ID")[:250]


def _moment(message: Message) -> datetime | None:
    """When our side received it (the topmost Received), else when the sender says it was sent."""
    received = field_of(message, "Received").rpartition(";")[2]
    for text in (received, field_of(message, "Date")):
        try:
            moment = parsedate_to_datetime(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (TypeError, ValueError, IndexError, OverflowError):
            continue
    return None
