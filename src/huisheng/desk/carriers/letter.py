"""What is handed to a carrier, and how a carrier says no."""

from __future__ import annotations

from dataclasses import dataclass, field

TIMEOUT = 10  # seconds a provider gets
LONGEST_WAIT = 86_400  # seconds; a provider that wants more is asked again tomorrow


@dataclass(frozen=True)
class Letter:
    """One message on its way. ``to`` lives only as long as the sending: in no table, no log, no representation."""

    key: str
    to: str = field(repr=False)
    subject: str
    text: str
    url: str
    when: str  # “11月3日 10:05”: two messages of the same words are told apart by it
    reply_to: str = ""  # a mailbox of ours that reads answers


class NotSent(Exception):
    """``is_passing``: try again; else somebody must look. ``retry_after``: seconds the provider asked for."""

    def __init__(self, sentence: str, *, is_passing: bool = False, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.sentence, self.is_passing = sentence[:120], is_passing
        self.retry_after = min(max(0, retry_after), LONGEST_WAIT)


def seconds(text: str | None) -> int:
    """A Retry-After header in seconds; 0 where it is none we read (dates are rare and not worth the trouble)."""
    word = (text or "").strip()
    return int(word) if word.isascii() and word.isdigit() and len(word) < 8 else 0
