"""Questions: what may be seen and by whose name, what waits, what is counted. Nothing here changes a record.

A unit is shown its own notice, findings and briefings; the matter itself, its team, its checklist and its journal it never
sees. Where the authors are hidden it reads ``GROUP`` and no name: ``signed`` and ``lines_for`` are the only ways to a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, prefetch_related_objects

from huisheng.gatherings.models import Invitee
from huisheng.kernel import local
from huisheng.kernel.models import Attachment, Entry, Matter
from huisheng.people import posts
from huisheng.people.models import Account, Agency, Member, Post

from . import local_rules as rules
from .models import (
    GROUP,
    UNTOLD,
    WITH_UNIT,
    Check,
    CheckItem,
    Finding,
    FindingState,
    Hearing,
    HearingOpinion,
    HearingState,
    Inspector,
    LetterState,
    Monitor,
    MonitorLetter,
    MonitorState,
    Out,
    PaperSheets,
    Rater,
    Rectification,
    Supervision,
    SupervisionState,
    SurveyQuestion,
    Unit,
    UnitState,
)

READS_ALL = (posts.OFFICE, posts.EDITOR, posts.CHAIR)
DESK = (posts.OFFICE,)
AGENCY = (posts.HANDLER, posts.AGENCY_HEAD)


# -- what may be seen --------------------------------------------------------------------------------------------------
def teams_of(account: Account, today: date) -> QuerySet[Any]:
    """The supervisions on whose team the account's member is, and not out of it."""
    members = account.places(posts.MEMBER, on=today)
    return Inspector.objects.filter(member__in=members, out=Out.NO).values("supervision")


def led_by(account: Account, today: date) -> QuerySet[Any]:
    return teams_of(account, today).filter(is_leader=True)


def visible_to(account: Account, today: date) -> QuerySet[Supervision]:
    """The office and the chair read all; a team its own; a convener those of their body. A unit reads none of them:
    it has pages of its own. Who is out of a team (回避) reads nothing of it."""
    if not account.is_active:
        return Supervision.objects.none()
    if account.holds(*READS_ALL, on=today):
        return Supervision.objects.all()
    seen = Q(pk__in=[])
    if account.places(posts.MEMBER, on=today):
        seen |= Q(pk__in=teams_of(account, today))
    if bodies := account.places(posts.CONVENER, on=today):
        seen |= Q(host__in=bodies)
    rows = Supervision.objects.filter(seen)
    agencies = _agencies(account, today)
    return (
        rows.exclude(agencies__in=agencies) if agencies else rows
    )  # nobody supervises the unit they work in


def visible_units(account: Account, today: date) -> QuerySet[Unit]:
    """An agency its own from the notice on; everybody who reads the matter reads its units."""
    seen = Q(supervision__in=visible_to(account, today).values("pk"))
    if agencies := _agencies(account, today):
        seen |= Q(agency__in=agencies) & ~Q(state=UnitState.WAITING)
    return Unit.objects.filter(seen)


def visible_findings(account: Account, today: date) -> QuerySet[Finding]:
    """An agency its own from the day they were sent; everybody who reads the matter reads its findings."""
    seen = Q(supervision__in=visible_to(account, today).values("pk"))
    if agencies := _agencies(account, today):
        seen |= Q(agency__in=agencies, state__in=WITH_UNIT)
    return Finding.objects.filter(seen)


def visible_hearings(account: Account, today: date) -> QuerySet[Hearing]:
    """The office and the chair all; a unit its own; a team those of its matter; who was called to the meeting those heard there."""
    if not account.is_active:
        return Hearing.objects.none()
    if account.holds(*READS_ALL, on=today):
        return Hearing.objects.all()
    seen = Q(supervision__in=visible_to(account, today).values("pk"))
    if agencies := _agencies(account, today):
        seen |= Q(agency__in=agencies)
    if members := account.places(posts.MEMBER, on=today):
        called = Invitee.objects.filter(member__in=members).values("gathering")
        seen |= Q(gathering__in=called)
    return Hearing.objects.filter(seen)


def is_of_unit(hearing: Hearing, account: Account, today: date) -> bool:
    """Whether the account reads a briefing as the unit that gave it."""
    return hearing.agency_id in _agencies(account, today) and not account.holds(*READS_ALL, on=today)


def opinions_for(hearing: Hearing, account: Account, today: date) -> list[HearingOpinion]:
    """What was said. The unit reads it from the day it was sent."""
    sent = hearing.state in (HearingState.SENT, HearingState.ANSWERED, HearingState.DONE)
    return list(hearing.opinions.all()) if sent or not is_of_unit(hearing, account, today) else []


def visible_monitors(account: Account, today: date) -> QuerySet[Monitor]:
    """The office and the chair all; a member their own posts; a unit those with it."""
    if not account.is_active:
        return Monitor.objects.none()
    if account.holds(*READS_ALL, on=today):
        return Monitor.objects.all()
    seen = Q(member__in=account.places(posts.MEMBER, on=today))
    if agencies := _agencies(account, today):
        seen |= Q(agency__in=agencies)
    return Monitor.objects.filter(seen)


def visible_letters(account: Account, today: date) -> QuerySet[MonitorLetter]:
    """A writer their own; the office and the chair what was handed in. The unit that is written about none."""
    if not account.is_active:
        return MonitorLetter.objects.none()
    seen = Q(monitor__member__in=account.places(posts.MEMBER, on=today))
    if account.holds(*READS_ALL, on=today):
        seen |= ~Q(state=LetterState.DRAFT)
    return MonitorLetter.objects.filter(seen)


def posts_of(account: Account, today: date) -> QuerySet[Monitor]:
    """The posts in which the account's member may write."""
    mine = Monitor.objects.filter(member__in=account.places(posts.MEMBER, on=today))
    return mine.filter(state=MonitorState.IN_POST).select_related("agency").order_by("pk")


def letters_to_take(account: Account, today: date) -> QuerySet[MonitorLetter]:
    """Those the office may begin a supervision with."""
    rows = visible_letters(account, today).filter(state=LetterState.SENT)
    return rows if account.holds(*DESK, on=today) else rows.none()


def _agencies(account: Account, today: date) -> list[int]:
    return account.places(*AGENCY, on=today) if account.is_active else []


def visible(model: type[Matter], account: Account, today: date) -> QuerySet:
    """The rows of one of this module's matters that an account may read."""
    by_model: dict[Any, Any] = {
        Supervision: visible_to, Unit: visible_units, Finding: visible_findings, Hearing: visible_hearings,
        Monitor: visible_monitors, MonitorLetter: visible_letters,
    }  # fmt: skip
    return by_model[model](account, today)


# -- by whose name -----------------------------------------------------------------------------------------------------
def reads_names(account: Account, supervision: Supervision | None, today: date) -> bool:
    """Whether the account may know who is on the team, who found and who looked again. Whoever works in a supervised unit
    may not where the authors are hidden, also when they are a member besides."""
    if supervision is None or not supervision.hides_authors:
        return True
    return not _agencies(account, today) or account.holds(*READS_ALL, on=today)


def signed(person: Account | None, account: Account, supervision: Supervision | None, today: date) -> str:
    """A person of the committee as this reader may know them."""
    if person is None:
        return ""
    return person.name if reads_names(account, supervision, today) else GROUP


@dataclass(frozen=True)
class Line:
    """One line of the journal as its reader may know it; read by _timeline.html like an Entry."""

    label: str
    at: Any
    account: Any
    role: str
    note: str
    is_inside: bool


@dataclass(frozen=True)
class Hand:
    name: str


def lines_for(record: Any, account: Account, today: date) -> list[Line]:
    """办理记录 of a unit's record, newest first. A unit reads its own people's names; those of the committee only where
    they are not hidden."""
    rows = Entry.objects.filter(subject_type=record.kind(), subject_id=record.pk).select_related("account")
    known = reads_names(account, record.supervision, today)
    own = set() if known else _people_of(record.agency_id)
    return [
        Line(one.label, one.at, _hand(one, known, own), one.role, one.note, one.is_inside)
        for one in rows.order_by("-seq")
    ]


def _hand(entry: Entry, known: bool, own: set[int]) -> Any:
    if entry.account is None:
        return None
    return entry.account if known or entry.account_id in own else Hand(GROUP)


def _people_of(agency: int) -> set[int]:
    return set(Post.objects.filter(agency=agency).values_list("account", flat=True))


def entries_of(supervision: Supervision) -> QuerySet[Entry]:
    """The journal of a matter with that of its units, findings and briefings, newest first."""
    found = Q(matter_type=Supervision.kind(), matter_id=supervision.pk)
    for model in (Unit, Finding, Hearing):
        rows = model.objects.filter(supervision=supervision).values("pk")  # type: ignore[attr-defined]
        found |= Q(matter_type=model.kind(), matter_id__in=rows)
    return Entry.objects.filter(found).select_related("account").order_by("-seq")


# -- the team and who must be out ----------------------------------------------------------------------------------------
def team(supervision: Supervision) -> list[Inspector]:
    """Leader first; with those who are out behind."""
    prefetch_related_objects([supervision], "team__member__sector")
    return sorted(supervision.team.all(), key=lambda one: (one.out != Out.NO, not one.is_leader, one.pk))


def leader_of(supervision: Supervision) -> Inspector | None:
    return next((one for one in team(supervision) if one.is_leader and not one.out), None)


def conflicts(members: Iterable[Member], supervision: Supervision, today: date) -> dict[int, tuple[str, str]]:
    """Who of them belongs to a supervised unit: member → (ground, sentence)."""
    return belonging(members, list(supervision.agencies.all()), today)


def works_at(member: Member, agency: Agency, today: date) -> bool:
    return bool(belonging([member], [agency], today))


def belonging(members: Iterable[Member], agencies: list[Agency], today: date) -> dict[int, tuple[str, str]]:
    """By the unit they work in, and by the posts of their account there."""
    members = list(members)
    found: dict[int, tuple[str, str]] = {}
    for member in members:
        at = next((one for one in agencies if _works_in(member.unit, one)), None)
        if at is not None:
            found[member.pk] = (Out.UNIT, f"{member.name}的工作单位是{member.unit}，属于被监督单位{at}")
    held = Post.objects.current(today).filter(kind__in=AGENCY, agency__in=agencies).select_related("agency")
    there = {one.account_id: one for one in held}
    own = Post.objects.current(today).filter(kind=posts.MEMBER, account__in=list(there))
    for post in own.select_related("member"):
        if post.member is not None and post.member_id not in found:
            at_unit = there[post.account_id]
            found[post.member.pk] = (Out.POST, f"{post.member.name}是{at_unit.agency}的{at_unit.label}")
    wanted = {one.pk for one in members}
    return {pk: said for pk, said in found.items() if pk in wanted}


def _works_in(unit: str, agency: Any) -> bool:
    unit = unit.strip()
    names = [agency.name, *agency.short_names]
    return bool(unit) and any(name and (name in unit or unit == name.removeprefix("区")) for name in names)


# -- the checklist ---------------------------------------------------------------------------------------------------------
def items_of(supervision: Supervision) -> list[CheckItem]:
    """The checklist with everybody's answers: three questions for any number of items, none where it is loaded."""
    prefetch_related_objects([supervision], "items__checks__account", "items__chosen")
    return list(supervision.items.all())


def disputed(item: CheckItem) -> bool:
    """Two inspectors answered differently and the leader has not chosen. Those who did not look say nothing."""
    if item.chosen_id is not None:
        return False
    results = {one.result for one in item.checks.all() if one.result != "unseen"}
    return len(results) > 1


def standing(item: CheckItem) -> Check | None:
    """The answer that stands: the leader's choice, else the first of those who looked; None while they differ."""
    if item.chosen is not None:
        return item.chosen
    checks = list(item.checks.all())
    if disputed(item) or not checks:
        return None
    return next((one for one in checks if one.result != "unseen"), checks[0])


@dataclass(frozen=True)
class Progress:
    """How far the field work is."""

    total: int
    done: int
    disputed: int
    wrong: int


def progress(items: Iterable[CheckItem]) -> Progress:
    rows = list(items)
    stands = [standing(one) for one in rows]
    wrong = sum(one is not None and one.result in ("fails", "partly") for one in stands)
    return Progress(
        len(rows), sum(bool(one.checks.all()) for one in rows), sum(disputed(one) for one in rows), wrong
    )


def photos_of(records: Iterable[Any], kind: str) -> dict[int, list[Attachment]]:
    """Attachments by record: one question."""
    found: dict[int, list[Attachment]] = {}
    rows = Attachment.objects.filter(subject_type=kind, subject_id__in=[one.pk for one in records])
    for one in rows.order_by("pk"):
        found.setdefault(one.subject_id, []).append(one)
    return found


# -- findings --------------------------------------------------------------------------------------------------------------
def findings_of(supervision: Supervision) -> list[Finding]:
    """With agency, finder and rounds: a few questions for any number, none where they are loaded."""
    names = ("findings__agency", "findings__found_by", "findings__rounds__looked_by")
    prefetch_related_objects([supervision], *names)
    return list(supervision.findings.all())


def latest(finding: Finding) -> Rectification | None:
    """The round that is worked on; None before the unit said what it will do."""
    return finding.rounds.order_by("-round").first()


def next_number(rows: QuerySet[Any]) -> int:
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


# -- 民主评议 -----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Answered:
    """One question with its counts in the order of the list."""

    question: SurveyQuestion
    counts: list[tuple[str, int]]

    @property
    def total(self) -> int:
        """The denominator: a paper sheet may leave a question out."""
        return sum(count for _, count in self.counts)

    @property
    def cells(self) -> list[tuple[str, int, str]]:
        """With the share of those who answered this question; "" where nobody did."""
        total = self.total
        return [(label, n, f"{100 * n / total:.0f}%" if total else "") for label, n in self.counts]


@dataclass(frozen=True)
class Survey:
    """What came in, by phone and on paper. ``lines`` and ``remarks`` stay empty while it is open, and where too few
    answered: counts must name nobody."""

    asked: int
    answered: int
    least: int
    is_open: bool
    lines: list[Answered]
    remarks: list[str]
    paper: PaperSheets | None


def survey_of(supervision: Supervision, today: date) -> Survey | None:
    prefetch_related_objects([supervision], "questions__tallies", "raters", "paper_sheets", "survey_remarks")
    questions = list(supervision.questions.all())
    if not questions:
        return None
    raters = [one.has_answered for one in supervision.raters.all()]
    paper = paper_sheets(supervision)
    asked, answered = len(raters), sum(raters)
    if paper is not None:
        asked, answered = asked + paper.sent, answered + paper.sheets
    least, is_open = int(local.rule(rules.LEAST, today)), survey_is_open(supervision, today)
    shown = not is_open and answered >= least
    lines = [
        Answered(
            one,
            [(local.label_of(rules.RATE, row.answer), row.count + row.paper) for row in one.tallies.all()],
        )
        for one in questions
        if shown
    ]
    return Survey(asked, answered, least, is_open, lines, _remarks(supervision) if shown else [], paper)


def paper_sheets(supervision: Supervision) -> PaperSheets | None:
    return getattr(supervision, "paper_sheets", None)


def _remarks(supervision: Supervision) -> list[str]:
    """Those of the phones among those on paper, in the order of the words."""
    kept, paper = getattr(supervision, "survey_remarks", None), paper_sheets(supervision)
    return sorted([*(kept.texts if kept else ()), *(paper.texts if paper else ())])


def survey_is_shown(supervision: Supervision, today: date) -> bool:
    found = survey_of(supervision, today)
    return bool(found and found.lines)


def survey_is_open(supervision: Supervision, today: date) -> bool:
    """Until its last day, while the matter runs."""
    ends = supervision.survey_ends_on
    return bool(supervision.state == SupervisionState.RUNNING and ends and today <= ends)


def sheet_of(supervision_pk: int, account: Account, today: date) -> Rater | None:
    """The sheet that waits for this account, while the survey is open."""
    found = rater_of(supervision_pk, account, today)
    return found if found and survey_is_open(found.supervision, today) else None


def rater_of(supervision_pk: int, account: Account, today: date) -> Rater | None:
    """The account as one who was asked; afterwards they read what came of it."""
    members = account.places(posts.MEMBER, on=today)
    rows = Rater.objects.filter(supervision=supervision_pk, member__in=members)
    return rows.select_related("supervision").first()


def sheets_waiting(account: Account, today: date) -> QuerySet[Rater]:
    rows = Rater.objects.filter(member__in=account.places(posts.MEMBER, on=today), has_answered=False)
    return rows.filter(
        supervision__state=SupervisionState.RUNNING, supervision__survey_ends_on__gte=today
    ).select_related("supervision")


# -- what waits, and what is counted -----------------------------------------------------------------------------------------
OPEN_FINDINGS = (FindingState.SENT, FindingState.PLANNED)


def overdue(today: date) -> QuerySet[Finding]:
    """Findings whose measures or whose work is past its day. Asked, not stored."""
    return Finding.objects.filter(state__in=OPEN_FINDINGS, due_on__lt=today)


def announced() -> QuerySet[Supervision]:
    """What was approved once and not called off: it is found, counted and has its number."""
    return Supervision.objects.exclude(state__in=UNTOLD).exclude(serial=None)


def carried_out(year: int, aspect: str = "") -> QuerySet[Supervision]:
    rows = announced().filter(notified_on__year=year)
    return rows.filter(aspect=aspect) if aspect else rows


def findings_sent(year: int) -> QuerySet[Finding]:
    return Finding.objects.filter(sent_on__year=year, state__in=WITH_UNIT)


def measures(year: int) -> QuerySet[Rectification]:
    return Rectification.objects.filter(planned_on__year=year)


def kept(year: int) -> QuerySet[Rectification]:
    """Reported by their day, and passed."""
    return measures(year).filter(passed=True, reported_on__lte=F("due_on"))


def second_looks(year: int) -> QuerySet[Rectification]:
    return Rectification.objects.filter(looked_on__year=year)


def heard(year: int) -> QuerySet[Hearing]:
    return Hearing.objects.filter(heard_on__year=year).exclude(state=HearingState.CANCELLED)


def monitors_in_post(year: int) -> QuerySet[Monitor]:
    """In post on at least one day of the year."""
    rows = Monitor.objects.filter(starts_on__lte=date(year, 12, 31), ends_on__gte=date(year, 1, 1))
    return rows.filter(Q(ended_on=None) | Q(ended_on__gte=date(year, 1, 1)))


def published() -> QuerySet[Supervision]:
    """What the committee made public, newest first."""
    return announced().filter(published_on__isnull=False)


def with_counts(rows: QuerySet[Supervision]) -> QuerySet[Supervision]:
    """For the list: findings, and how many are closed."""
    real = ~Q(findings__state=FindingState.DROPPED)
    return rows.annotate(
        finding_count=Count("findings", filter=real, distinct=True),
        closed_count=Count("findings", filter=Q(findings__state=FindingState.CLOSED), distinct=True),
    )
