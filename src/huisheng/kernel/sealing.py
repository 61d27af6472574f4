"""Sealing: short personal words are kept encrypted, with a key that lies outside the database.

The key is one file of the data folder and part of the backup's keys. Without it the database alone, or a copy of it,
tells nobody who wrote.
"""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from .errors import Refused

LOST = "这一条是用另一把密钥封存的，现在打不开。请让系统管理员从密钥备份恢复 field.key。"


def seal(words: dict[str, Any]) -> str:
    """The words as one sealed text; nothing of them, not even which were given, can be read from it."""
    return Fernet(settings.FIELD_KEY).encrypt(json.dumps(words, ensure_ascii=False).encode()).decode()


def seal_bytes(data: bytes) -> bytes:
    """A whole file, sealed: what came by post is kept as it came, and still nobody reads the sender from the disk."""
    return Fernet(settings.FIELD_KEY).encrypt(data)


def unseal_bytes(sealed: bytes) -> bytes:
    """Raises Refused when the key is not the one it was sealed with."""
    try:
        return Fernet(settings.FIELD_KEY).decrypt(sealed)
    except InvalidToken:
        raise Refused(LOST) from None


def unseal(sealed: str) -> dict[str, Any]:
    """What was sealed; {} for "". Raises Refused when the key is not the one it was sealed with."""
    if not sealed:
        return {}
    try:
        return dict(json.loads(Fernet(settings.FIELD_KEY).decrypt(sealed.encode())))
    except InvalidToken:
        raise Refused(LOST) from None
