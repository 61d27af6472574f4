"""The year's consultation plan (年度协商计划) as the public reads it: the newest issued version, word for word, and what
became of each line.

Issuing is what makes a plan public; a draft and a change that is prepared stay inside until their version is issued. Of
what came of a line only days and kinds are told: a meeting by its day, a paper by name only when the committee let it out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from huisheng.consultations import queries
from huisheng.consultations.models import IN_FORCE, Line, LineState, Plan, PlanVersion
from huisheng.gatherings.models import HAPPENED, Gathering
from huisheng.kernel.papers import chinese_date, chinese_number
from huisheng.opinions.hiding import hide
from huisheng.outputs.models import OUT, Response

from . import delivered
from .delivered import Paper

# of a line's columns; who takes part is arranged inside
WORDS = ("title", "tier", "form", "month", "leader", "body", "partners", "agencies")
HEADS = 3  # lines that a feed tells of


@dataclass(frozen=True)
class Held:
    """One meeting or visit of a line that took place: what kind, when. Its title and its people stay inside."""

    kind: str
    day: date


@dataclass(frozen=True)
class Result:
    """One paper of a line that was let out, and how its advice was answered."""

    paper: Paper

    @property
    def advice(self) -> int:
        return len(self.paper.points)

    @property
    def adopted(self) -> int:
        return self._answered(Response.ADOPTED)

    @property
    def partly(self) -> int:
        return self._answered(Response.PARTLY)

    @property
    def waiting(self) -> int:
        return sum(not one.response for one in self.paper.points)

    def _answered(self, response: Response) -> int:
        return sum(one.response == response.label for one in self.paper.points)


@dataclass(frozen=True)
class Item:
    """One line as its version says it. ``closed`` counts papers that were delivered and are not public."""

    number: int
    title: str
    kind: str
    month: int
    leader: str
    bodies: str
    agencies: str
    state: LineState | None
    held: tuple[Held, ...] = ()
    results: tuple[Result, ...] = ()
    closed: int = 0


@dataclass(frozen=True)
class Change:
    """What a later version did to one line."""

    kind: str
    title: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Version:
    name: str
    issued_on: date
    approval: str
    reason: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class YearPlan:
    """A plan in its newest version. ``items`` is empty where only a list or the feed asks."""

    year: int
    title: str
    preface: str
    versions: tuple[Version, ...]
    count: int
    gist: str
    items: tuple[Item, ...] = ()

    @property
    def url(self) -> str:
        return reverse("portal:plan", args=[self.year])

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    @property
    def issued_on(self) -> date:
        return self.newest.issued_on

    @property
    def name(self) -> str:
        """With the version that is in force, once there are several."""
        return f"{self.title}（{self.newest.name}）" if len(self.versions) > 1 else self.title


# -- the plans -----------------------------------------------------------------------------------------------------
def plans() -> QuerySet[Plan]:
    return queries.issued()


def outline(plan: Plan) -> YearPlan:
    """What a list of the years shows of one; no question beyond those of ``plans``."""
    versions = list(plan.versions.all())
    last = versions[-1]
    heads = [hide(one["title"]) for one in last.lines[:HEADS]]
    more = f"等{len(last.lines)}项" if len(last.lines) > HEADS else ""
    return YearPlan(
        year=plan.year, title=hide(last.title), preface=hide(last.preface), versions=_versions(versions),
        count=len(last.lines), gist="；".join(heads) + more,
    )  # fmt: skip


def read(year: int) -> YearPlan | None:
    """One year with what became of every line: the same few questions for one line and for thirty."""
    plan = plans().filter(year=year).first()
    if plan is None:
        return None
    lines = {one["id"]: one for one in list(plan.versions.all())[-1].lines}
    states = dict(Line.objects.filter(pk__in=lines, state__in=IN_FORCE).values_list("pk", "state"))
    held = _held(lines)
    results, closed = _papers(lines)
    items = tuple(_item(one, states.get(pk), held[pk], results[pk], closed[pk]) for pk, one in lines.items())
    return replace(outline(plan), items=items)


def newest(most: int) -> list[YearPlan]:
    """Those that came out last, each in its newest version."""
    found = [outline(one) for one in plans().order_by("-year")[:most]]
    return sorted(found, key=lambda one: (one.issued_on, one.year), reverse=True)


# -- the versions --------------------------------------------------------------------------------------------------
def _versions(rows: list[PlanVersion]) -> tuple[Version, ...]:
    before = [None, *rows[:-1]]
    return tuple(_version(one, was) for one, was in zip(rows, before, strict=True))


def _version(one: PlanVersion, was: PlanVersion | None) -> Version:
    changes = queries.differences(was.lines, one.lines, WORDS) if was else []
    document = f"（{one.document}）" if one.document else ""
    return Version(
        name=f"第{chinese_number(one.number)}版", issued_on=one.issued_on,
        approval=f"{one.approver_label}{chinese_date(one.approved_on)}审定{document}", reason=hide(one.change),
        changes=tuple(
            Change(
                row.kind, hide(row.title), tuple((label, hide(old), hide(new)) for label, old, new in row.fields)
            )
            for row in changes
        ),
    )  # fmt: skip


# -- the lines -----------------------------------------------------------------------------------------------------
def _item(
    one: dict[str, Any], state: str | None, held: list[Held], results: list[Result], closed: int
) -> Item:
    return Item(
        number=one["number"], title=hide(one["title"]), kind=f"{one['form']}（{one['tier']}）", month=one["month"],
        leader=hide(one["leader"]), bodies="、".join(filter(None, (one["body"], one["partners"]))),
        agencies=one["agencies"], state=LineState(state) if state else None, held=tuple(held),
        results=tuple(results), closed=closed,
    )  # fmt: skip


def _held(lines: Iterable[int]) -> dict[int, list[Held]]:
    """Line → its meetings that took place, in the order of time."""
    found: dict[int, list[Held]] = defaultdict(list)
    rows = Line.gatherings.through.objects.filter(line__in=lines, gathering__state__in=HAPPENED)
    for row in rows.select_related("gathering").order_by("gathering__starts_at", "gathering"):
        found[row.line_id].append(_meeting(row.gathering))
    return found


def _meeting(one: Gathering) -> Held:
    return Held(one.type_label, timezone.localdate(one.starts_at))


def _papers(lines: Iterable[int]) -> tuple[dict[int, list[Result]], dict[int, int]]:
    """Line → its papers that were let out, and how many were delivered and are not public."""
    rows = Line.outputs.through.objects.filter(line__in=lines, output__state__in=OUT)
    pairs = list(rows.order_by("output__delivered_on", "output").values_list("line", "output"))
    read = delivered.read([output for _, output in pairs])
    results: dict[int, list[Result]] = defaultdict(list)
    closed: dict[int, int] = defaultdict(int)
    for line, output in pairs:
        if output in read:
            results[line].append(Result(read[output]))
        else:
            closed[line] += 1
    return results, closed


# -- one line in a search ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Planned:
    """One line of an issued plan, as a search finds it."""

    plan: str
    year: int
    item: Item

    @property
    def url(self) -> str:
        return f"{reverse('portal:plan', args=[self.year])}#n{self.item.number}"

    @property
    def title(self) -> str:
        return self.item.title

    @property
    def facts(self) -> str:
        return f"{self.plan}第{self.item.number}项 · {self.item.kind} · {self.item.month}月"

    @cached_property
    def words(self) -> str:
        one = self.item
        return "\n".join((one.title, one.kind, one.leader, one.bodies, one.agencies))


def findable() -> QuerySet[Line]:
    return Line.objects.filter(plan__in=queries.issued().values("pk"), state__in=IN_FORCE)


def lines(pks: Iterable[int]) -> dict[int, Planned]:
    """Lines by their record, as far as the newest version has them. Two questions."""
    found: dict[int, Planned] = {}
    wanted = set(pks)
    for plan in plans().filter(lines__in=wanted).distinct():
        last = list(plan.versions.all())[-1]
        for one in last.lines:
            if one["id"] in wanted:
                found[one["id"]] = Planned(hide(last.title), plan.year, _item(one, None, [], [], 0))
    return found
