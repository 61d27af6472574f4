"""机构: each committee's, sector's and town committee's own page, and the matrix of 五联手. Read from the records only.

A joint activity is entered once: it counts once in every total, and once for each body that held or joined it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from huisheng.gatherings import queries as meetings
from huisheng.gatherings.local_rules import JOINT
from huisheng.gatherings.models import COMING, HAPPENED, Gathering, GatheringState, LiaisonState
from huisheng.kernel import local
from huisheng.kernel.figures import Figure, counted
from huisheng.kernel.gather import Part, gather
from huisheng.opinions import queries as voices
from huisheng.opinions.models import Opinion
from huisheng.outputs import queries as papers
from huisheng.outputs.models import OUT, Output
from huisheng.people import posts
from huisheng.people.models import Account, Body, BodyKind, Membership
from huisheng.proposals import queries as proposals
from huisheng.proposals.models import Proposal
from huisheng.ui.figures import FIRST_YEAR, asked_year

READERS = (
    posts.MEMBER, posts.CONVENER, posts.CLERK, posts.REVIEWER, posts.OFFICE, posts.EDITOR, posts.CHAIR, posts.LEADER,
)  # fmt: skip
COMMUNIST = ("中共", "中国共产党")  # how a roster writes it: 中共党员, 中共, 中国共产党党员
SHOWN = 10
AXES = (BodyKind.TOWN, BodyKind.SECTOR)


def _reader(request: HttpRequest) -> Account:
    account: Account = request.user  # type: ignore[assignment]
    if not account.holds(*READERS):
        raise Http404
    return account


# -- all bodies --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Share:
    """How many sit in a body on a day, and how many of them belong to no or another party than the 中共."""

    people: int = 0
    others: int = 0

    @property
    def percent(self) -> str:
        return f"{self.others / self.people:.0%}" if self.people else ""


def day_of(year: int, today: date) -> date:
    """A past year is read on its last day."""
    return min(today, date(year, 12, 31))


def seated(on: date) -> QuerySet[Membership]:
    """Who sat where on a day; who had left the committee by then sat nowhere."""
    rows = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)
    return rows.filter(Q(member__ends_on=None) | Q(member__ends_on__gte=on))


def _of_others() -> Q:
    ours = Q()
    for word in COMMUNIST:
        ours |= Q(member__party__startswith=word)
    return ~ours & ~Q(member__party="")


def shares(on: date) -> tuple[dict[int, Share], Share]:
    """The share of each body, and that of all members, each member once: two questions."""
    counted = {
        "people": Count("member", distinct=True),
        "others": Count("member", distinct=True, filter=_of_others()),
    }
    each = {
        row["body"]: Share(row["people"], row["others"])
        for row in seated(on).values("body").annotate(**counted)
    }
    return each, Share(**seated(on).aggregate(**counted))


@dataclass(frozen=True)
class Row:
    body: Body
    share: Share
    activities: int


@login_required
@require_GET
def bodies(request: HttpRequest) -> HttpResponse:
    """All bodies by kind: how many members, how many outside the 中共, how many activities in the year."""
    _reader(request)
    year, today = asked_year(request), timezone.localdate()
    on = day_of(year, today)
    each, all_of_them = shares(on)
    held = activities(meetings.held(year))
    standing = Body.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on)).filter(
        Q(starts_on=None) | Q(starts_on__lte=on)
    )
    kinds: dict[str, list[Row]] = defaultdict(list)
    for body in standing:
        kinds[body.get_kind_display()].append(
            Row(body, each.get(body.pk, Share()), len(held.get(body.pk, ())))
        )
    order = [label for _, label in BodyKind.choices if label in kinds]
    return render(request, "desk/bodies.html", {
        "kinds": [(label, kinds[label]) for label in order], "all": all_of_them, "on": on, **_years(year, today),
    })  # fmt: skip


def _years(year: int, today: date) -> dict[str, Any]:
    return {"year": year, "years": range(today.year, FIRST_YEAR - 1, -1)}


def activities(rows: QuerySet[Gathering]) -> dict[int, set[int]]:
    """Body → the activities it held or joined: two questions, however many bodies."""
    found: dict[int, set[int]] = defaultdict(set)
    for body, gathering in rows.exclude(host=None).values_list("host", "pk"):
        found[body].add(gathering)
    joined = Gathering.partners.through.objects.filter(gathering__in=rows.values("pk"))
    for body, gathering in joined.values_list("body", "gathering"):
        found[body].add(gathering)
    return found


# -- one body ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Listed:
    """One list of a body's page: how many there are, and the latest of those the reader may see."""

    label: str
    rows: list[Any]
    total: int
    seen: int

    @property
    def hidden(self) -> int:
        return self.total - self.seen


@login_required
@require_GET
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """One body's page: members, plan, activities, papers, proposals, opinions and contacts of a year."""
    account = _reader(request)
    found = get_object_or_404(Body, pk=pk)
    year, today = asked_year(request), timezone.localdate()
    on = day_of(year, today)
    seats = list(
        seated(on).filter(body=found).select_related("member__sector").order_by("-role", "member__pk")
    )
    others = sum(bool(one.member.party) and not one.member.party.startswith(COMMUNIST) for one in seats)
    own = meetings.of_body(found).filter(starts_at__year=year, parent=None)
    ahead = own.filter(
        state__in=(GatheringState.DRAFT, *COMING), pk__in=meetings.visible_to(account, today).values("pk")
    )
    contacts = meetings.visible_liaisons(account, today).filter(body=found, due_on__year=year)
    kinds = _kinds(found, account, year, today, own.filter(state__in=HAPPENED))
    rows = gather(
        {kind.key: kind.shown() for kind in kinds} | {"plan": Part(ahead), "contacts": Part(contacts)}
    )
    numbers = counted([figure for kind in kinds for figure in kind.figures()], year)
    met = sorted(rows["contacts"], key=lambda one: (one.due_on, one.pk))
    return render(request, "desk/body.html", {
        "body": found, "seats": seats, "share": Share(len(seats), others), "on": on, "contacts": met,
        "met": sum(one.state == LiaisonState.DONE for one in met),
        "keeps": meetings.kept_bodies(account, today).filter(pk=pk).exists(),
        "plan": sorted(rows["plan"], key=lambda one: (one.starts_at, one.pk))[:SHOWN],
        "lists": [kind.listed(rows[kind.key], numbers) for kind in kinds], **_years(year, today),
    })  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One list of a body's page before it is asked: all of it, and what of it the reader may see."""

    key: str
    label: str
    all_of_it: QuerySet
    visible: QuerySet
    order: str
    joins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def seen(self) -> QuerySet:
        return self.all_of_it.filter(pk__in=self.visible.order_by().values("pk"))

    def shown(self) -> Part:
        latest = self.seen.order_by(f"-{self.order}", "-pk").values("pk")[:SHOWN]
        return Part(self.all_of_it.model._default_manager.filter(pk__in=latest), self.joins)

    def figures(self) -> Iterator[Figure]:
        yield Figure(self.key, self.label, "", lambda _: self.all_of_it)
        yield Figure(f"{self.key}_seen", self.label, "", lambda _: self.seen)

    def listed(self, rows: list[Any], numbers: dict[str, int]) -> Listed:
        latest = sorted(rows, key=lambda one: (getattr(one, self.order), one.pk), reverse=True)
        return Listed(self.label, latest, numbers[self.key], numbers[f"{self.key}_seen"])


def _kinds(found: Body, account: Account, year: int, today: date, held: QuerySet[Gathering]) -> list[Kind]:
    sent = Proposal.objects.filter(_from(found, "sponsor_body"), submitted_at__year=year)
    told = Opinion.objects.filter(_from(found, "reporter_body"), submitted_at__year=year)
    made = Output.objects.filter(body=found, delivered_on__year=year, state__in=OUT)
    return [
        Kind("held", "办过的活动", held, meetings.visible_to(account, today), "starts_at"),
        Kind("papers", "成果", made, papers.visible_to(account, today), "delivered_on"),
        Kind("proposals", "提案", sent, proposals.visible_to(account, today), "submitted_at"),
        Kind("opinions", "社情民意", told, voices.visible_to(account, today), "submitted_at"),
    ]


def _from(found: Body, column: str) -> Q:
    """In the body's own name; a sector's also what its members handed in while they sat in it."""
    own = Q(**{column: found})
    return own | Q(sector=found) if found.kind == BodyKind.SECTOR else own


# -- five joints -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """How often two bodies worked together, and whether this is the cell that is open."""

    count: int
    committee: int
    other: int
    is_open: bool


@dataclass(frozen=True)
class Grid:
    """Committees down, towns or sectors across; every cell is there, also the empty ones."""

    label: str
    columns: list[Body]
    rows: list[tuple[Body, list[Cell], int]]
    totals: list[int]
    empty: int


@login_required
@require_GET
def joints(request: HttpRequest) -> HttpResponse:
    """五联手: committee × town and committee × sector; with ?town= the sectors of that town's activities alone."""
    account = _reader(request)
    year, today = asked_year(request), timezone.localdate()
    rows = meetings.joint(year)
    by_body = activities(rows)
    standing = list(Body.objects.filter(kind__in=(BodyKind.COMMITTEE, *AXES), ends_on=None).order_by("pk"))
    bodies_of = {kind: [one for one in standing if one.kind == kind] for kind in (BodyKind.COMMITTEE, *AXES)}
    committee, other, town = (_asked(request, name, standing) for name in ("committee", "other", "town"))
    within = by_body.get(town.pk, set()) if town else None
    chosen = _chosen(by_body, committee, other, within)
    listed = meetings.visible_to(account, today).filter(pk__in=rows.filter(pk__in=chosen).values("pk"))
    shown = (
        list(listed.select_related("host").prefetch_related("partners").order_by("starts_at"))
        if committee
        else []
    )
    open_cell = (committee.pk if committee else 0, other.pk if other else 0)
    grids = [
        grid(
            kind,
            bodies_of[BodyKind.COMMITTEE],
            bodies_of[kind],
            by_body,
            open_cell,
            within if kind == BodyKind.SECTOR else None,
        )
        for kind in AXES
    ]
    return render(request, "desk/joints.html", {
        "grids": grids, "total": rows.count(), "towns": bodies_of[BodyKind.TOWN], "town": town, "committee": committee,
        "other": other, "shown": shown, "hidden": len(chosen) - len(shown) if committee else 0,
        "served": _served(rows), **_years(year, today),
    })  # fmt: skip


def _asked(request: HttpRequest, name: str, standing: Iterable[Body]) -> Body | None:
    given = request.GET.get(name, "")
    return next((one for one in standing if str(one.pk) == given), None)


def _chosen(
    by_body: dict[int, set[int]], committee: Body | None, other: Body | None, within: set[int] | None
) -> set[int]:
    if committee is None:
        return set()
    found = by_body.get(committee.pk, set())
    if other:
        found = found & by_body.get(other.pk, set())
    return found if within is None else found & within


def grid(
    kind: BodyKind,
    committees: list[Body],
    columns: list[Body],
    by_body: dict[int, set[int]],
    open_cell: tuple[int, int],
    within: set[int] | None,
) -> Grid:
    """The cells, the sums of rows and columns (each activity once), and how many cells are empty."""

    def of(body: Body) -> set[int]:
        found = by_body.get(body.pk, set())
        return found if within is None else found & within

    everything = set().union(*(of(one) for one in columns)) if columns else set()
    rows = [
        (one, [Cell(len(of(one) & of(column)), one.pk, column.pk, open_cell == (one.pk, column.pk)) for column in columns],
         len(of(one) & everything))
        for one in committees
    ]  # fmt: skip
    empty = sum(not cell.count for _, cells, _ in rows for cell in cells)
    return Grid(str(kind.label), columns, rows, [len(of(column)) for column in columns], empty)


def _served(rows: QuerySet[Gathering]) -> list[tuple[str, int]]:
    """How many activities served each of the five joints; one may serve several."""
    counts = Counter(code for codes in rows.values_list("joints", flat=True) for code in codes)
    return [(one.label, counts[one.code]) for one in local.options(JOINT, timezone.localdate())]
