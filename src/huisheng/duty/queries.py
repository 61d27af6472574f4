"""Questions about duty: who may read whose record, its lines, and what nobody has done yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from huisheng.people import posts
from huisheng.people.models import Account, BodyKind, Member, Membership, Session, Term

from .credits import CREDITS, HEADS, Credit, Fact, facts, merits
from .models import Appraisal, AppraisalState, Honour, Objection, RuleBook

OFFICE = (posts.OFFICE,)
READS_ALL = (posts.OFFICE, posts.CHAIR)


def reads_all(account: Account, on: date | None = None) -> bool:
    """The office and the chair read everybody's record."""
    return account.holds(*READS_ALL, on=on)


def manages(account: Account, on: date | None = None) -> bool:
    """The office keeps the room: honours, rule books, rounds."""
    return account.holds(*OFFICE, on=on)


def takes_part(account: Account, on: date | None = None) -> bool:
    """Who has anything to read here besides honours: members their own, the office and the chair all."""
    return account.holds(*READS_ALL, posts.MEMBER, on=on)


def reads_honours(account: Account, on: date | None = None) -> bool:
    return account.holds(*READS_ALL, posts.MEMBER, posts.CONVENER, on=on)


def seat_of(account: Account, on: date | None = None) -> int | None:
    """The member that the account is, if any."""
    return next(iter(account.places(posts.MEMBER, on=on)), None)


def visible_members(account: Account, today: date) -> QuerySet[Member]:
    """A member reads their own record; the office and the chair everybody's; nobody else any (issue 5 §1)."""
    if not account.is_active:
        return Member.objects.none()
    if reads_all(account, today):
        return Member.objects.all()
    return Member.objects.filter(pk__in=account.places(posts.MEMBER, on=today))


def visible_objections(account: Account, today: date) -> QuerySet[Objection]:
    return Objection.objects.filter(member__in=visible_members(account, today))


def visible_books(account: Account, today: date) -> QuerySet[RuleBook]:
    """A rule that people are measured by is open to them: drafts are the office's."""
    if reads_all(account, today):
        return RuleBook.objects.all()
    if account.holds(posts.MEMBER, on=today):
        return RuleBook.objects.exclude(state="draft")
    return RuleBook.objects.none()


def visible_appraisals(account: Account, today: date) -> QuerySet[Appraisal]:
    if reads_all(account, today):
        return Appraisal.objects.all()
    if account.holds(posts.MEMBER, on=today):
        return Appraisal.objects.filter(state=AppraisalState.SEALED)
    return Appraisal.objects.none()


def visible_honours(account: Account, today: date) -> QuerySet[Honour]:
    return Honour.objects.all() if reads_honours(account, today) else Honour.objects.none()


def period(year: int, is_whole: bool, today: date) -> tuple[date, date]:
    """The days of a year, or those of the whole term (届) it belongs to."""
    if not is_whole:
        return date(year, 1, 1), date(year, 12, 31)
    session = Session.objects.select_related("term").filter(year=year).first()
    term = session.term if session else Term.objects.order_by("-starts_on").first()
    start = term.starts_on if term else date(year, 1, 1)
    return start, (term.ends_on if term and term.ends_on else today)


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


def rows(members: Iterable[Member], counts: Mapping[int, Mapping[str, int]]) -> list[Row]:
    """The office's lines of these members, with the number of merits a head."""
    return [
        Row(one, [counts.get(one.pk, {}).get(head, 0) for head in HEADS], reverse("duty:member", args=[one.pk]))
        for one in members
    ]  # fmt: skip


def without_any(start: date, end: date) -> QuerySet[Member]:
    """Members in office without a single merit in the period, in the order of the roster. Known to the office and to
    themselves, to nobody else."""
    return in_office(start, end).exclude(pk__in=list(merits(start, end)))


def book_of(year: int) -> RuleBook | None:
    """The rule book in force for a year: the latest that had begun."""
    return RuleBook.objects.filter(state="in_force", from_year__lte=year).order_by("-from_year").first()
