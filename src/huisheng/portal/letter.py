"""A letter being written: carried from page to page inside the form itself, sealed, because there is no cookie.

The seal keeps what was typed from being read in the page's source and from being made up by a program: whoever
sends must have asked for the first page, and when that was is known.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from huisheng.kernel import sealing
from huisheng.kernel.errors import Refused

KIND = "portal.letter"


@dataclass
class Photo:
    """A photo or recording that passed the gate; its bytes lie in the store under their hash, without a row until it is sent."""

    sha256: str
    size: int
    kind: str


@dataclass
class Letter:
    """``key`` makes it one lead however often it is sent; ``began``: when its first page was asked for."""

    key: str
    began: float
    text: str = ""
    place: str = ""
    phone: str = ""
    email: str = ""
    photos: list[Photo] = field(default_factory=list)
    voice: Photo | None = None
    at: str = ""  # the code of a meeting's sheet
    is_trapped: bool = False

    @classmethod
    def new(cls, at: datetime) -> Letter:
        return cls(secrets.token_urlsafe(16), at.timestamp())

    def sealed(self) -> str:
        return sealing.seal({"kind": KIND, **asdict(self)})

    def age(self, at: datetime) -> float:
        """Seconds since its first page was asked for."""
        return at.timestamp() - self.began


def opened(sealed: str) -> Letter | None:
    """The letter as its form carried it; None for what is none of ours."""
    try:
        words: dict[str, Any] = sealing.unseal(sealed)
    except (Refused, ValueError):
        return None
    if words.pop("kind", "") != KIND:
        return None
    photos = [Photo(**one) for one in words.pop("photos")]
    voice = Photo(**kept) if (kept := words.pop("voice", None)) else None
    return Letter(photos=photos, voice=voice, **words)
