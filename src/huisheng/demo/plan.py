"""A demonstration year as data: its days, its papers, its letters and its meetings. Who lives it does not ask where it is from.

2017 is written (year2017.py); any other year of the ninth committee is drawn from a seed (drawn.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from huisheng.kernel.deadlines import Calendar
from huisheng.people.models import chinese_number

from .roster import SHANGHAI, moment
from .texts import Paper

BEGINS = (12, 6)  # of the year before: from this day on a submission counts to the year


@dataclass(frozen=True)
class Letter:
    """One letter: where it came in, when, in which words; ``fate`` and ``answer`` when nothing else became of it."""

    channel: str
    source: str
    day: date
    words: str
    fate: str = ""
    answer: str = ""


@dataclass
class Story:
    """One opinion: its words, who reported it, its day, what became of it, and the letters it was made of."""

    title: str
    marks: dict[str, str]
    situation: str = ""
    analysis: str = ""
    advice: str = ""
    letters: list[Letter] = field(default_factory=list)
    answer: str = ""
    report: str = ""

    @property
    def words(self) -> dict[str, str]:
        parts = {"situation": self.situation, "analysis": self.analysis, "advice": self.advice}
        return {"title": self.title} | parts


@dataclass
class Event:
    """One meeting or activity: its marks, and what is written of it line by line (data/meetings.txt says how)."""

    title: str
    marks: dict[str, str] = field(default_factory=dict)
    stops: list[list[str]] = field(default_factory=list)
    guests: list[list[str]] = field(default_factory=list)
    items: list[list[str]] = field(default_factory=list)
    aid: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    minutes: str = ""

    @property
    def starts(self) -> datetime:
        return datetime.fromisoformat(self.marks["on"]).replace(tzinfo=SHANGHAI)

    @property
    def ends(self) -> datetime:
        return datetime.fromisoformat(self.marks["to"]).replace(tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Seat:
    """A member in the plenary: the group, and the mark of each half-day."""

    name: str
    sector: str
    group: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Speech:
    """``by``: a body or sector; ``way``: oral or written."""

    title: str
    by: str
    way: str
    seconds: int
    words: str


@dataclass(frozen=True)
class Plan:
    """``seed``: what every die of the year is thrown with. ``further``: lives that only this year has."""

    year: int
    seed: str
    opens: date  # the first of the three days of the plenary
    hand_over: date
    batches: tuple[
        date, ...
    ]  # days on which decisions were published; each paper takes the first it is ready for
    papers: tuple[Paper, ...]
    topics: tuple[tuple[str, str, str], ...]  # of the call of the autumn before: title, background, source
    call_days: tuple[date, date]
    stories: tuple[Story, ...]
    letters: tuple[Letter, ...]
    issues: tuple[date, ...]
    public_issues: int
    events: tuple[Event, ...]
    contacts: tuple[tuple[str, ...], ...]
    roll: tuple[Seat, ...]
    speeches: tuple[Speech, ...]
    remarks: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]  # 先进承办单位 with the reason
    honours: tuple[dict[str, Any], ...]  # ``member``: place in the register; ``person``: a username
    rule_book: tuple[str, str] | None = None  # scheme and title of an appraisal drafted for the year after
    elects: bool = False  # the first plenary of a term elects its officers
    further: Callable[[Any], Iterable[Any]] = lambda people: ()

    @property
    def begins(self) -> date:
        return date(self.year - 1, *BEGINS)

    @property
    def edition(self) -> str:
        """九届二次"""
        terms, number = divmod(self.year - 2017, 5)
        return f"{chinese_number(9 + terms)}届{chinese_number(number + 1)}次"

    @property
    def half_days(self) -> tuple[tuple[str, datetime, datetime], ...]:
        """Four of them: label, begin, end."""
        spans = ((0, "下午", (14, 30), (17, 30)), (1, "上午", (9, 0), (11, 30)), (1, "下午", (14, 30), (17, 30)),
                 (2, "上午", (9, 0), (11, 0)))  # fmt: skip
        made = []
        for after, half, first, last in spans:
            day = self.opens + timedelta(days=after)
            made.append((f"{day.month}月{day.day}日{half}", moment(day, *first), moment(day, *last)))
        return tuple(made)

    def day(self, month: int, day: int) -> date:
        """That day of the year, or the first worked one after it."""
        return worked(date(self.year, month, day))

    def from_opening(self, days: int) -> date:
        return worked(self.opens + timedelta(days=days))


def worked(day: date) -> date:
    return Calendar.published().next_workday(day)
