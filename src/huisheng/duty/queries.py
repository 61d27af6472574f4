"""Questions about duty: who may read whose record, its lines, and what nobody has done yet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from huisheng.people import posts
from huisheng.people.models import Account, BodyKind, Member, Membership

from .credits import CREDITS, HEADS, Credit, Fact, facts
from .models import Appraisal, AppraisalState, Objection, RuleBook

OFFICE = (posts.OFFICE,)
READS_ALL = (posts.OFFICE, posts.CHAIR)


def visible_members(account: Account, today: date) -> QuerySet[Member]:
    """A member reads their own record; the office and the chair everybody's; nobody else any (issue 5 §1)."""
    if not account.is_active:
        return Member.objects.none()
    if account.holds(*READS_ALL, on=today):
        return Member.objects.all()
    return Member.objects.filter(pk__in=account.places(posts.MEMBER, on=today))


def visible_objections(account: Account, today: date) -> QuerySet[Objection]:
    return Objection.objects.filter(member__in=visible_members(account, today))


def visible_books(account: Account, today: date) -> QuerySet[RuleBook]:
    """A rule that people are measured by is open to them: drafts are the office's."""
    if account.holds(*READS_ALL, on=today):
        return RuleBook.objects.all()
    if account.holds(posts.MEMBER, on=today):
        return RuleBook.objects.exclude(state="draft")
    return RuleBook.objects.none()


def visible_appraisals(account: Account, today: date) -> QuerySet[Appraisal]:
    if account.holds(*READS_ALL, on=today):
        return Appraisal.objects.all()
    if account.holds(posts.MEMBER, on=today):
        return Appraisal.objects.filter(state=AppraisalState.SEALED)
    return Appraisal.objects.none()


def in_office(start: date, end: date) -> QuerySet[Member]:
    """Members in office on some day of the period, in the order of the roster."""
    rows = Member.objects.filter(starts_on__lte=end).filter(Q(ends_on=None) | Q(ends_on__gte=start))
    return rows.select_related("sector").order_by("pk")


@dataclass(frozen=True)
class Line:
    """One fact as it is read; ``sector``: where the member sat on that day, when they sat in more than one."""

    fact: Fact
    url: str
    sector: str = ""


@dataclass
class Entry:
    """One credit of a sheet with its lines."""

    credit: Credit
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Head:
    label: str
    entries: list[Entry]


def sheet(member: Member, start: date, end: date) -> list[Head]:
    """履职档案: the facts of a member in a period by head and credit. Two questions."""
    found = facts(start, end, [member.pk])
    seats = list(
        Membership.objects.filter(member=member, kind=BodyKind.SECTOR)
        .select_related("body")
        .order_by("starts_on")
    )
    entries = {one.key: Entry(one) for one in CREDITS}
    for fact in found:
        entries[fact.credit.key].lines.append(Line(fact, address_of(fact), _sector_on(seats, fact.on)))
    return [
        Head(label, rows)
        for label in HEADS
        if (rows := [one for one in entries.values() if one.credit.head == label and one.lines])
    ]


def address_of(fact: Fact) -> str:
    """The page of the record behind a line; made without asking for the record."""
    return str(fact.credit.record(pk=fact.record_id).get_absolute_url())


def _sector_on(seats: list[Membership], day: date) -> str:
    if len(seats) < 2:
        return ""
    on = [one for one in seats if one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)]
    return str(on[0].body) if on else ""


@dataclass(frozen=True)
class Row:
    """One member of the office's list: how many facts under each head. In the order of the roster."""

    member: Member
    counts: list[int]
    url: str

    @property
    def is_empty(self) -> bool:
        return not any(self.counts)


def rows(start: date, end: date) -> list[Row]:
    """Everybody in office with the number of merits a head. Two questions; no order but the roster's."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(HEADS, 0))
    for fact in facts(start, end):
        if not fact.credit.adverse:
            counts[fact.member_id][fact.credit.head] += 1
    return [
        Row(one, [counts[one.pk][head] if one.pk in counts else 0 for head in HEADS], reverse("duty:member", args=[one.pk]))
        for one in in_office(start, end)
    ]  # fmt: skip


def book_of(year: int) -> RuleBook | None:
    """The rule book in force for a year: the latest that had begun."""
    return RuleBook.objects.filter(state="in_force", from_year__lte=year).order_by("-from_year").first()


def without_any(start: date, end: date) -> list[Member]:
    """Members without a single merit in the period: reminded by the office, known to nobody else."""
    return [one.member for one in rows(start, end) if one.is_empty]
