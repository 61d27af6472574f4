"""CREDITS: which records are counted for a member, on which day, under which head. One page; nothing else knows it.

A credit is a queryset of some working room with the paths from a row to the member, the day and the record that its
line opens. All credits of a period are asked in one question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, DateField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, TruncDate

from huisheng.archive.models import Material, MaterialState
from huisheng.archive.models import Type as MaterialType
from huisheng.consultations.models import Research, ResearchState
from huisheng.consultations.models_forum import Forum, ForumPost, PostState
from huisheng.gatherings.local_rules import KIND as GATHERING_KIND
from huisheng.gatherings.models import CAME, HAPPENED, Gathering, Mark, Presence, Speech, SpeechState
from huisheng.kernel import local
from huisheng.opinions.models import ADOPTED, UNSENT, Adoption, Opinion
from huisheng.proposals.figures import FILED, RECEIVED
from huisheng.proposals.models import (
    Contact,
    ContactState,
    Cosponsor,
    CosponsorState,
    Proposal,
    Rating,
    RatingState,
)
from huisheng.supervision.local_rules import ASPECT
from huisheng.supervision.models import Inspector, Supervision

from .local_rules import HONOUR
from .models import Honour
from .models_standing import StandingReport, StandingState

# the heads of a duty file, in the order of the printed form (domain.md §6.1)
HEADS = ("会议活动", "提案", "大会发言", "社情民意", "调研协商", "民主监督", "文史资料", "表彰", "常委述职")


@dataclass(frozen=True)
class Credit:
    """``rows``: the facts of all members. Paths lead from a row to the member, the moment, the record and its name.

    sort: a path to a further word that rule books tell apart (the kind of a meeting, the level of an adoption).
    is_moment: the day is taken from a moment. adverse: a fact that is no merit (absence, lateness).
    """

    key: str
    label: str
    head: str
    unit: str
    rows: Callable[[], QuerySet[Any]]
    member: str
    on: str
    record: type[Any]
    record_id: str
    title: str
    sort: str = ""
    is_moment: bool = True
    adverse: bool = False


def _present(*marks: str) -> Callable[[], QuerySet[Presence]]:
    return lambda: Presence.objects.filter(mark__in=marks, part__gathering__state__in=HAPPENED)


def _meeting(key: str, label: str, marks: tuple[str, ...], *, adverse: bool = False) -> Credit:
    return Credit(
        f"gathering.{key}", label, "会议活动", "场", _present(*marks), "invitee__member", "part__starts_at", Gathering,
        "part__gathering", "part__gathering__title", "part__gathering__type", adverse=adverse,
    )  # fmt: skip


def _proposal(key: str, label: str, rows: Callable[[], QuerySet[Any]], **paths: Any) -> Credit:
    found = {"member": "sponsor_member", "on": "submitted_at", "record_id": "pk", "title": "title"} | paths
    return Credit(f"proposal.{key}", label, "提案", "件", rows, record=Proposal, **found)


# fmt: off
CREDITS: tuple[Credit, ...] = (
    _meeting("attend",  "出席", CAME),
    _meeting("late",    "其中迟到", (Mark.LATE,), adverse=True),
    _meeting("early",   "其中早退", (Mark.EARLY,), adverse=True),
    _meeting("excused", "请假", (Mark.EXCUSED,), adverse=True),
    _meeting("absent",  "缺席", (Mark.ABSENT,), adverse=True),
    _proposal("sent",      "提出提案（第一提案人）", lambda: Proposal.objects.filter(RECEIVED)),
    _proposal("filed",     "提案立案", lambda: Proposal.objects.filter(FILED), on="filed_on", is_moment=False),
    _proposal("key",       "重点提案", lambda: Proposal.objects.filter(FILED, is_key=True), on="filed_on", is_moment=False),
    _proposal("excellent", "优秀提案", lambda: Proposal.objects.filter(FILED, is_excellent=True), on="filed_on", is_moment=False),
    _proposal("cosigned",  "参加联名", lambda: Cosponsor.objects.filter(state=CosponsorState.ACCEPTED, proposal__filed_on__isnull=False),
              member="member", on="proposal__filed_on", record_id="proposal", title="proposal__title", is_moment=False),
    _proposal("contact",   "面商确认", lambda: Contact.objects.filter(state=ContactState.CONFIRMED, assignment__proposal__sponsor_member__isnull=False),
              member="assignment__proposal__sponsor_member", on="held_on", record_id="assignment__proposal", title="assignment__proposal__title", is_moment=False),
    _proposal("rated",     "评价答复", lambda: Rating.objects.filter(state=RatingState.GIVEN, member__isnull=False),
              member="member", on="given_at", record_id="proposal", title="proposal__title"),
    Credit("speech.oral",    "口头发言", "大会发言", "篇", lambda: Speech.objects.filter(state=SpeechState.ORAL), "speaker_member", "gathering__starts_at", Speech, "pk", "title"),
    Credit("speech.written", "书面发言", "大会发言", "篇", lambda: Speech.objects.filter(state=SpeechState.WRITTEN), "speaker_member", "gathering__starts_at", Speech, "pk", "title"),
    Credit("opinion.sent",    "反映社情民意", "社情民意", "条", lambda: Opinion.objects.exclude(state__in=UNSENT), "reporter_member", "submitted_at", Opinion, "pk", "title"),
    Credit("opinion.adopted", "社情民意采用", "社情民意", "条", lambda: Opinion.objects.filter(state__in=ADOPTED), "reporter_member", "submitted_at", Opinion, "pk", "title"),
    Credit("opinion.above",   "上级采用", "社情民意", "条次", lambda: Adoption.objects.exclude(level=Adoption.Level.DISTRICT), "opinion__reporter_member", "adopted_on", Opinion, "opinion", "opinion__title", "level", False),
    Credit("research.done",   "参加调研课题", "调研协商", "项", lambda: Research.members.through.objects.filter(research__state=ResearchState.DONE), "member", "research__changed_at", Research, "research", "research__title"),
    Credit("forum.post",      "网络议政发言", "调研协商", "条", lambda: ForumPost.objects.filter(state=PostState.SHOWN), "member", "at", Forum, "forum", "forum__title"),
    Credit("supervision.inspect", "参加民主监督", "民主监督", "项", lambda: Inspector.objects.filter(out="").exclude(supervision__state="draft"), "member", "supervision__starts_on", Supervision, "supervision", "supervision__title", "supervision__aspect", False),
    Credit("archive.given",   "提供文史资料", "文史资料", "件", lambda: Material.objects.filter(state__in=(MaterialState.KEPT, MaterialState.HANDED)), "provider_member", "kept_on", Material, "pk", "title", "type", False),
    Credit("honour.given",    "获得表彰", "表彰", "次", lambda: Honour.objects.all(), "member", "given_on", Honour, "pk", "title", "level", False),
    Credit("standing.report", "提交履职报告", "常委述职", "份", lambda: StandingReport.objects.filter(state=StandingState.TAKEN), "member", "submitted_at", StandingReport, "pk", "title"),
)
# fmt: on
BY_KEY = {one.key: one for one in CREDITS}
# what the sorts of a room's facts are called
_SORTS: dict[str, Callable[[str], str]] = {
    "gathering": lambda code: local.label_of(GATHERING_KIND, code),
    "opinion": lambda code: dict(Adoption.Level.choices).get(code, code),
    "supervision": lambda code: local.label_of(ASPECT, code),
    "archive": lambda code: dict(MaterialType.choices).get(code, code),
    "honour": lambda code: local.label_of(HONOUR, code),
}


def sort_label(key: str, code: str) -> str:
    """A sort of a credit's facts in words: 常委会议, 市级, 专项监督."""
    say = _SORTS.get(key.partition(".")[0])
    return str(say(code)) if say else code


@dataclass(frozen=True)
class Fact:
    """One line of a duty record."""

    credit: Credit
    member_id: int
    on: date
    record_id: int
    title: str
    sort: str


def facts(start: date, end: date, members: Iterable[int] | None = None) -> list[Fact]:
    """Every fact of the period, oldest first; of some members when they are named. One question."""
    parts = [_asked(one, start, end, members) for one in CREDITS]
    rows = parts[0].union(*parts[1:], all=True)
    found = [
        Fact(BY_KEY[row["fact"]], row["who"], row["day"], row["of"], row["called"], row["kind"] or "")
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.on, one.credit.key, one.record_id))


def merits(start: date, end: date, members: Iterable[int] | None = None) -> dict[int, dict[str, int]]:
    """Member → head → how many merits of the period; of some members when they are named. One question, which brings
    numbers and no facts."""
    parts = [
        _asked(one, start, end, members).values("fact", "who").annotate(n=Count("pk"))
        for one in CREDITS
        if not one.adverse
    ]
    found: dict[int, dict[str, int]] = {}
    for row in parts[0].union(*parts[1:], all=True):
        heads, head = found.setdefault(row["who"], {}), BY_KEY[row["fact"]].head
        heads[head] = heads.get(head, 0) + row["n"]
    return found


def _asked(
    one: Credit, start: date, end: date, members: Iterable[int] | None
) -> QuerySet[Any, dict[str, Any]]:
    rows = one.rows().filter(**{f"{one.member}__isnull": False})
    if members is not None:
        rows = rows.filter(**{f"{one.member}__in": list(members)})
    day = TruncDate(one.on) if one.is_moment else Cast(F(one.on), DateField())
    kind = Cast(F(one.sort), CharField(max_length=40)) if one.sort else Value("", output_field=CharField())
    return (
        rows.order_by()
        .annotate(fact=Value(one.key), who=F(one.member), day=day, of=F(one.record_id), called=Cast(F(one.title), TextField()), kind=kind)
        .filter(day__gte=start, day__lte=end)
        .values("fact", "who", "day", "of", "called", "kind")
    )  # fmt: skip
