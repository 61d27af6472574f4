"""Any file to items: which channel it came by is seen from its content, then from its name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from huisheng.kernel import workbook
from huisheng.kernel.errors import Refused
from huisheng.kernel.files import EXTENSIONS, inspect

from . import broadcast, chat, letter, mail, phone, wecom
from .item import Item, Own, Reader, refused
from .rows import has_headings

_MAIL_HEAD = re.compile(
    rb"\s*(?:return-path|received|from|to|date|subject|message-id|mime-version|content-type|delivered-to|x-[\w-]+|"
    rb"dkim-signature|authentication-results|reply-to|sender)\s*:[^\n]*\n(?:[\w-]+:|[ \t])",
    re.IGNORECASE,
)
_XML_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\b.*?\?>\s*)?(?:<!--(?>.*?-->)\s*+)*+(?:<!DOCTYPE\b|<xml\b|<messages\b)",
    re.DOTALL,
)
OUTLOOK = "这是 Outlook 的 .msg 文件。请在 Outlook 里把邮件另存为 .eml 后再传，或直接转发到线索邮箱。"
UNKNOWN = "看不出这是哪种渠道来的材料。可以收：邮件（.eml）、企业微信消息（.xml）、电话记录和媒体线索表（.csv、.xlsx）、来信扫描件（.png、.jpg、.pdf）、群聊文字（.txt）。"
PAPER = "文档不能当作线索直接收取。请把文字粘贴到登记页；这个文件可作为附件保存。"
NO_TABLE = "这张表看不出是电话记录还是媒体线索：找不到“反映内容”和“来电时间”，也找不到“媒体、栏目、内容”这样的列名。请在第一行写明列名后再传。"


def read_file(name: str | PurePath, data: bytes, own: Own) -> list[Item]:
    """The items of one file; one refused item with a sentence when nothing can be done with it. Never raises."""
    shown = PurePath(name).name
    try:
        return _reader(shown, data)(data, name=shown, own=own)
    except Refused as no:
        return [replace(refused("", data, no.sentence), details=(("文件", shown),))]


def _reader(name: str, data: bytes) -> Reader:
    ending = name.rpartition(".")[2].lower()
    if ending == "eml" or _MAIL_HEAD.match(data[:4096]):
        return mail.read
    if _XML_HEAD.match(data[:4096]):
        return wecom.read
    if ending == "msg":
        raise Refused(OUTLOOK)
    if (
        any(data.startswith(magic) for magic in letter.MAGIC.values())
        or EXTENSIONS.get(ending) in letter.KINDS
    ):
        return letter.read
    if ending in ("csv", "xlsx", "xlsm", "xls", "et"):
        return _table(name, data)
    verdict = inspect(data, name, lenient=True)
    if verdict.refused:
        raise Refused(UNKNOWN if ending in ("", "xml", "json", "html", "htm") else verdict.refused)
    if verdict.kind == "txt" and EXTENSIONS.get(ending, "txt" if ending == name.lower() else "") == "txt":
        return chat.read
    raise Refused(PAPER if verdict.kind in ("docx", "doc", "odt", "rtf") else UNKNOWN)


def _table(name: str, data: bytes) -> Reader:
    book = workbook.read(data, name)
    if has_headings(book, broadcast.COLUMNS, ("body", "medium")):
        return broadcast.read
    if any(has_headings(book, phone.COLUMNS, ("body", key)) for key in ("phone", "at", "name")):
        return phone.read
    raise Refused(NO_TABLE)


def as_json(item: Item, file: str) -> dict[str, Any]:
    """One line of ``huisheng intake --json``."""
    return {
        "file": file,
        "kind": str(item.kind),
        "subject": item.subject,
        "from_address": item.from_address,
        "body": item.body,
        "attachments": [enclosed.name for enclosed in item.attachments],
        "warnings": list(item.warnings),
        "channel": item.channel,
        "receipt_code": item.receipt_code,
        "reason": item.reason,
    }
