"""Marks that speak in a word, an icon and, for time, a number of days; colour only repeats them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

PICTURES = {"⏳": "hourglass"}


@dataclass(frozen=True)
class Chip:
    icon: str
    word: str
    tone: str
    note: str = ""

    @property
    def picture(self) -> str:
        """The drawn icon for a sign that many machines have no glyph for; "" when the sign itself is shown."""
        return PICTURES.get(self.icon, "")


def state_chip(record: Any, inside: bool) -> Chip:
    """The record's state in the reader's word."""
    state = type(record).lifecycle.states(record.state)
    return Chip(state.icon, state.word(inside), state.tone)


def due_chip(due_on: date | None, today: date) -> Chip | None:
    """逾期 2 天 · 今天到期 · 5 天内 · 15 天内 · the date itself. None without a due day."""
    if due_on is None:
        return None
    days = (due_on - today).days
    day = (
        f"{due_on.month}月{due_on.day}日"
        if due_on.year == today.year
        else f"{due_on.year}年{due_on.month}月{due_on.day}日"
    )
    if days < 0:
        return Chip("!", f"逾期 {-days} 天", "seal", day)
    if days == 0:
        return Chip("⏳", "今天到期", "orange", day)
    if days <= 5:
        return Chip("⏳", f"{days} 天内", "orange", day)
    if days <= 15:
        return Chip("⏳", f"{days} 天内", "ochre", day)
    return Chip("", f"{day}前", "grey")
