"""Fetching from a mailbox by IMAP: a mail counts as seen only after ``keep`` has come back.

A power cut between ``keep`` and the mark brings the mail once more: the caller knows it by ``source_id``. A mail that
cannot be read is handed to ``keep`` as a refused item; one whose ``keep`` fails stays unseen and comes again.
"""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..item import Item, Own
from . import MAX_BYTES, read, too_large

BATCH = 50  # mails of one visit; the next visit takes the rest
Keep = Callable[[list[Item]], None]


class Unreachable(Exception):
    """The mailbox cannot be opened. ``str()`` is a Chinese sentence; neither password nor address stands in it."""


@dataclass(frozen=True)
class Mailbox:
    """Where mail is fetched. ``has_tls`` is off only on a loopback or behind a tunnel of one's own."""

    host: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    port: int = 993
    folder: str = "INBOX"
    has_tls: bool = True
    timeout: float = 30  # seconds


@dataclass(frozen=True)
class Polled:
    kept: int = 0
    failed: int = 0  # stayed unseen
    left: int = 0  # unseen mails not looked at in this visit


def poll(box: Mailbox, own: Own, keep: Keep, *, limit: int = BATCH) -> Polled:
    """Hand every unseen mail to ``keep``, oldest first. Raises ``Unreachable``."""
    connection = _opened(box)
    try:
        numbers = _unseen(connection)
        kept = sum(_take(connection, number, own, keep) for number in numbers[:limit])
    except (imaplib.IMAP4.error, OSError, EOFError):
        raise Unreachable("与邮箱的连接中断，没取完的邮件下次再取。") from None
    finally:
        _close(connection)
    looked_at = len(numbers[:limit])
    return Polled(kept, looked_at - kept, len(numbers) - looked_at)


def _opened(box: Mailbox) -> imaplib.IMAP4:
    try:
        connection = (
            imaplib.IMAP4_SSL(
                box.host, box.port, ssl_context=ssl.create_default_context(), timeout=box.timeout
            )
            if box.has_tls
            else imaplib.IMAP4(box.host, box.port, timeout=box.timeout)
        )
    except (imaplib.IMAP4.error, OSError, EOFError):
        raise Unreachable("连不上邮箱服务器，请检查地址、端口和网络。") from None
    try:
        connection.login(box.user, box.password)
        status, _ = connection.select(f'"{_folder_name(box.folder)}"')
    except (imaplib.IMAP4.error, OSError, EOFError, UnicodeError):  # a password outside ASCII
        _close(connection)
        raise Unreachable("邮箱不让登录，请检查账号和密码（或授权码）。") from None
    if status != "OK":
        _close(connection)
        raise Unreachable(f"邮箱里没有“{box.folder}”这个文件夹。")
    return connection


def _folder_name(name: str) -> str:
    """“线索” as IMAP wants it (RFC 3501, 5.1.3): UTF-7 with & for + and , for /."""
    runs = re.split(r"([^\x20-\x7e]+)", name.replace("\\", "").replace('"', "").replace("&", "&-"))
    packed = [
        base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") for run in runs[1::2]
    ]
    return "".join(a + b for a, b in zip(runs[::2], [*(f"&{one}-" for one in packed), ""], strict=True))


def _close(connection: imaplib.IMAP4) -> None:
    try:
        connection.logout()
    except (imaplib.IMAP4.error, OSError, EOFError):
        pass  # it is gone already


def _unseen(connection: imaplib.IMAP4) -> list[str]:
    _, found = connection.uid("SEARCH", "UNSEEN")
    return sorted(((found or [b""])[0] or b"").decode().split(), key=int)


def _take(connection: imaplib.IMAP4, number: str, own: Own, keep: Keep) -> bool:
    """One mail: size → bytes (without marking) → items → ``keep`` → seen."""
    size = _size(connection, number)
    if size >= MAX_BYTES:
        items = [too_large(_fetched(connection, number, "BODY.PEEK[HEADER]"), size)]
    else:
        data = _fetched(connection, number, "BODY.PEEK[]")
        if not data:
            return False  # somebody else deleted it meanwhile
        items = read(data, name=f"{number}.eml", own=own)
    try:
        keep(items)
    except Exception:  # the database is away, say: the mail stays unseen and the next visit brings it again
        return False
    connection.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)")
    return True


def _size(connection: imaplib.IMAP4, number: str) -> int:
    _, answer = connection.uid("FETCH", number, "(RFC822.SIZE)")
    found = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(_lines(answer)))
    return int(found[1]) if found else 0


def _fetched(connection: imaplib.IMAP4, number: str, what: str) -> bytes:
    _, answer = connection.uid("FETCH", number, f"({what})")
    return next((part[1] for part in answer or [] if isinstance(part, tuple)), b"")


def _lines(answer: list[Any]) -> list[bytes]:
    return [part[0] if isinstance(part, tuple) else part or b"" for part in answer or []]
