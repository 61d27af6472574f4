"""FIGURES of all rooms on one page: what a report may say in numbers, and where the list of each stands.

A room is imported by name; there is no registry. A figure's full name is ``room.key``: ``{proposals.filed}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from huisheng.archive import queries as archive
from huisheng.archive.figures import FIGURES as MATERIALS
from huisheng.bulletins import queries as bulletins
from huisheng.bulletins.figures import FIGURES as VOICES
from huisheng.consultations import queries as consultations
from huisheng.consultations.figures import FIGURES as CONSULTATIONS
from huisheng.duty import queries as duty
from huisheng.duty.figures import FIGURES as HONOURS
from huisheng.gatherings import queries as gatherings
from huisheng.gatherings.figures import FIGURES as MEETINGS
from huisheng.kernel import figures as ground
from huisheng.people.models import Account
from huisheng.proposals import figures as proposals
from huisheng.proposals import queries as proposals_read
from huisheng.supervision import queries as supervision
from huisheng.supervision.figures import FIGURES as SUPERVISION

PROPOSALS = "proposals"


@dataclass(frozen=True)
class Room:
    """One working room's figures; ``page`` is the URL name of the list behind one of them, ``opens`` says for whom."""

    code: str
    label: str
    page: str
    opens: Callable[[Account, date], bool]
    figures: tuple[ground.Figure, ...] = ()


ROOMS = (
    Room(
        PROPOSALS,
        "提案",
        "proposals:figure",
        lambda account, on: account.holds(*proposals_read.COUNTERS, on=on),
    ),
    Room("gatherings", "会议和活动", "gatherings:figure", gatherings.reads_all, MEETINGS),
    Room(
        "voices",
        "社情民意、成果和刊物",
        "bulletins:figure",
        lambda account, on: account.holds(*bulletins.DESK, on=on),
        VOICES,
    ),
    Room(
        "consultations",
        "年度协商",
        "consultations:figure",
        lambda account, on: account.holds(*consultations.SCREENS, on=on),
        CONSULTATIONS,
    ),
    Room(
        "supervision",
        "民主监督",
        "supervision:figure",
        lambda account, on: account.holds(*supervision.READS_ALL, on=on),
        SUPERVISION,
    ),
    Room("archive", "文史资料", "archive:figure", archive.reads_all, MATERIALS),
    Room("duty", "履职", "duty:figure", duty.reads_all, HONOURS),
)
_BY_CODE = {room.code: room for room in ROOMS}


def opened_by(account: Account, today: date) -> frozenset[str]:
    """The rooms whose lists the account may open: elsewhere a number is told and leads nowhere."""
    return frozenset(room.code for room in ROOMS if room.opens(account, today))


def room_of(name: str) -> str:
    return name.partition(".")[0]


@dataclass(frozen=True)
class Known:
    """A figure as a report names it."""

    room: Room
    key: str
    label: str
    unit: str
    note: str = ""

    @property
    def name(self) -> str:
        return f"{self.room.code}.{self.key}"

    @property
    def token(self) -> str:
        return f"{{{self.name}}}"

    def url(self, year: int) -> str:
        """The list that the number counts."""
        words = {"of": f"year-{year}"} if self.room.code == PROPOSALS else {"year": year}
        return f"{reverse(self.room.page, args=[self.key])}?{urlencode(words)}"

    @property
    def own(self) -> ground.Figure:
        return next(one for one in self.room.figures if one.key == self.key)

    def rows(self, year: int) -> QuerySet[Any]:
        """The records that make the number: the same queryset as the list's page."""
        if self.room.code == PROPOSALS:
            return proposals.figure(self.key).list(year)
        return self.own.rows(year)


def known() -> dict[str, Known]:
    """Every figure by its full name, in the order of the rooms. No question is asked but for the local lists."""
    found = [_known(_BY_CODE[PROPOSALS], one) for one in proposals.listed(proposals.period_of(0))]
    found += [_known(room, one) for room in ROOMS for one in room.figures]
    return {one.name: one for one in found}


def _known(room: Room, one: Any) -> Known:
    return Known(room, one.key, one.label, one.unit, one.note)


def numbers(year: int) -> dict[str, int]:
    """Full name → number, all counted now. Raises Refused, naming the records, when a table does not close."""
    found = {f"{PROPOSALS}.{key}": number for key, number in proposals.figures(year).items()}
    others = [(room, one) for room in ROOMS for one in room.figures]
    counted = ground.counted([_full(room, one) for room, one in others], year) if others else {}
    return found | counted


def _full(room: Room, one: ground.Figure) -> ground.Figure:
    return ground.Figure(f"{room.code}.{one.key}", one.label, one.unit, one.rows)


def changed(rows: Iterable[Known], first: int, last: int) -> dict[str, list[str]]:
    """Full name → what changed in the definition between two years, a sentence each; those without a change are left out."""
    every = list(rows)
    ours = [proposals.figure(one.key) for one in every if one.room.code == PROPOSALS]
    found = {f"{PROPOSALS}.{key}": told for key, told in proposals.changes(ours, first, last).items()}
    found |= {one.name: ground.changes(one.own, first, last) for one in every if one.room.code != PROPOSALS}
    return {one.name: found[one.name] for one in every if found[one.name]}


def marks(rows: Iterable[Known], first: int, last: int) -> list[str]:
    """The same for a reader: each sentence once, with the figures that it is about."""
    every = {one.name: one for one in rows}
    return ground.together(
        (every[name].label, told) for name, told in changed(every.values(), first, last).items()
    )


def flat(year: int) -> dict[str, int]:
    """``huisheng figures YEAR --json``: one object by bare key. Two rooms never use one key (tested)."""
    return {name.partition(".")[2]: number for name, number in numbers(year).items()}


def by_room(names: Iterable[Known]) -> list[tuple[str, list[Known]]]:
    """For a page: the rooms in order, each with its figures."""
    rows: dict[str, list[Known]] = {}
    for one in names:
        rows.setdefault(one.room.label, []).append(one)
    return list(rows.items())
