"""首页: what is mine to do, by when; put together from the hats a person wears."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.proposals.models import (
    FILED_STATES, Assignment, AssignmentState, Call, Cosponsor, CosponsorState, Proposal, State,
)  # fmt: skip

from .queues import Queue, counts, queues_of
from .todo import Duty, duties

CARDS = 5


@dataclass
class Home:
    """The sections of one person's home; an empty one is not shown."""

    duties: list[Duty]
    is_member: bool = False
    mine: list[Proposal] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    queues: list[tuple[Queue, int]] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    is_agency: bool = False
    matrix: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=dict)
    overdue: list[Proposal] = field(default_factory=list)

    @property
    def cards(self) -> list[Duty]:
        return self.duties[:CARDS]

    @property
    def more(self) -> int:
        return max(0, len(self.duties) - CARDS)


def home_of(account: Account, today: date) -> Home:
    """All sections the account's posts call for."""
    home = Home(duties=duties(account, today))
    if account.holds(posts.MEMBER, posts.CONVENER, on=today):
        home.is_member = True
        home.mine = list(_mine(account, today)[:8])
        home.calls = list(Call.objects.filter(state="open").order_by("closes_on")[:3])
    queues = queues_of(account, today)
    if queues:
        numbers = counts(queues, today)
        home.queues = [(queue, numbers[queue.name]) for queue in queues]
    if account.holds(posts.HANDLER, posts.AGENCY_HEAD, on=today):
        home.is_agency = True
        home.assignments = list(in_hand(account.places(posts.HANDLER, posts.AGENCY_HEAD, on=today))[:60])
    if account.holds(posts.COORDINATOR, on=today):
        home.matrix = matrix(today)
    if account.holds(posts.CHAIR, on=today):
        home.facts = facts(today)
        home.overdue = list(_overdue(today)[:20])
    return home


def _mine(account: Account, today: date) -> QuerySet[Proposal]:
    members = account.places(posts.MEMBER, on=today)
    signed = Cosponsor.objects.filter(member__in=members, state=CosponsorState.ACCEPTED).values("proposal")
    own = Q(sponsor_member__in=members) | Q(sponsor_body__in=account.places(posts.CONVENER, on=today)) | Q(pk__in=signed)
    return Proposal.objects.filter(own).exclude(state=State.DISCARDED).select_related("lead_agency").order_by("-changed_at")


def in_hand(agencies: list[int]) -> QuerySet[Assignment]:
    """What an agency has in hand, the soonest due first."""
    done = (AssignmentState.PLANNED, AssignmentState.REPLIED, AssignmentState.OPINED, AssignmentState.RELEASED)
    rows = Assignment.objects.filter(agency__in=agencies, is_open=True).exclude(state__in=done)
    return rows.select_related("proposal", "agency").order_by("due_on", "pk")


def matrix(today: date) -> list[dict[str, Any]]:
    """单位 × 状态, plain counts: sent, in hand, waiting for signature, overdue. One query; no order of merit."""
    open_ones = Assignment.objects.filter(is_open=True, proposal__state=State.HANDLING)
    late = Q(due_on__lt=today) & ~Q(state__in=(AssignmentState.REPLIED, AssignmentState.OPINED))
    return list(
        open_ones.values("agency", "agency__name")
        .annotate(
            sent=Count("pk", filter=Q(state=AssignmentState.SENT)),
            taken=Count("pk", filter=Q(state=AssignmentState.TAKEN)),
            back=Count("pk", filter=Q(state=AssignmentState.BACK)),
            signing=Count("pk", filter=Q(state__in=(AssignmentState.DRAFTED, AssignmentState.APPROVED))),
            done=Count("pk", filter=Q(state__in=(AssignmentState.REPLIED, AssignmentState.OPINED))),
            late=Count("pk", filter=late),
            total=Count("pk"),
        )
        .order_by("agency")
    )


def facts(today: date) -> dict[str, int]:
    """Four sentences for the leaders: received, filed, answered in time or late, not yet rated; of the newest year."""
    year = Proposal.objects.exclude(year=None).order_by("-year").values_list("year", flat=True).first()
    if year is None:
        return {}
    answered = (State.ANSWERED, State.CONCLUDED, State.ARCHIVED)
    numbers = Proposal.objects.filter(year=year).aggregate(
        received=Count("pk", filter=~Q(state__in=(State.DRAFT, State.DISCARDED))),
        filed=Count("pk", filter=Q(state__in=FILED_STATES)),
        answered=Count("pk", filter=Q(state__in=answered)),
        overdue=Count("pk", filter=Q(state=State.HANDLING, due_on__lt=today)),
        waiting=Count("pk", filter=Q(state=State.ANSWERED)),
    )
    return {"year": year, **numbers}


def _overdue(today: date) -> QuerySet[Proposal]:
    return Proposal.objects.filter(state=State.HANDLING, due_on__lt=today).select_related("lead_agency").order_by("due_on")
