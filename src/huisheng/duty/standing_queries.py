"""Questions about 常委述职: who is asked, who reads what, how a round stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from huisheng.people import posts
from huisheng.people.models import Account, Member
from huisheng.people.queries import was_standing

from . import queries
from .models_standing import SENT, UNSENT, RoundState, StandingReport, StandingRound, StandingState


def standing_on(day: date) -> QuerySet[Member]:
    """常务委员 in office on a day, in the order of the roster."""
    rows = Member.objects.filter(was_standing(day), starts_on__lte=day)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=day)).order_by("pk")


def missing_from(one: StandingRound, day: date) -> QuerySet[Member]:
    """Standing members of a day who are not in the round: they came into office after it was opened."""
    return standing_on(day).exclude(pk__in=one.reports.values("member"))


def visible_rounds(account: Account, today: date) -> QuerySet[StandingRound]:
    """The whole of a round is the office's and the chair's."""
    return StandingRound.objects.all() if queries.reads_all(account, today) else StandingRound.objects.none()


def visible_reports(account: Account, today: date) -> QuerySet[StandingReport]:
    """A member reads their own reports; the office and the chair everybody's, of which the unsent words stay away."""
    if not account.is_active:
        return StandingReport.objects.none()
    if queries.reads_all(account, today):
        return StandingReport.objects.defer("text")
    return StandingReport.objects.filter(member__in=account.places(posts.MEMBER, on=today))


def is_own(report: StandingReport, account: Account, today: date) -> bool:
    return report.member_id in account.places(posts.MEMBER, on=today)


def words_of(report: StandingReport, is_own: bool) -> str:
    """Their own words for the member, as long as they work on them; what was sent for everybody else."""
    return report.text if is_own and report.state in UNSENT else report.sent_text


@dataclass(frozen=True)
class Tally:
    """How many reports of a round stand where. Counts of papers, not of people's merit."""

    whole: int
    sent: int
    waiting: int
    taken: int
    excused: int

    @property
    def missing(self) -> int:
        return self.whole - self.sent - self.excused


def tally(one: StandingRound) -> Tally:
    counted = one.reports.aggregate(
        whole=Count("pk"),
        sent=Count("pk", filter=Q(state__in=SENT)),
        waiting=Count("pk", filter=Q(state=StandingState.SUBMITTED)),
        taken=Count("pk", filter=Q(state=StandingState.TAKEN)),
        excused=Count("pk", filter=Q(state=StandingState.EXCUSED)),
    )
    return Tally(**counted)


def unsent() -> QuerySet[StandingReport]:
    """Reports that were not sent, of rounds that are going on: what the worker reminds of."""
    rows = StandingReport.objects.filter(state=StandingState.WRITING, round__state=RoundState.OPEN)
    return rows.select_related("round").order_by("pk")
