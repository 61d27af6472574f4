"""Questions: what may be seen, what is overdue, what was filed. Nothing here changes a record."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from huisheng.people import posts
from huisheng.people.models import Account

from .models import (
    FILED_STATES, PENDING_STATES, REFERRED_STATES, UNSENT_STATES, Assignment, AssignmentState, Cosponsor,
    CosponsorState, Disclosure, Promise, PromiseState, Proposal, State,
)  # fmt: skip

SEES_ALL = (posts.CLERK, posts.REVIEWER, posts.OFFICE, posts.CHAIR)
HANDED_OVER = (State.HANDLING, State.ANSWERED, State.CONCLUDED, State.ARCHIVED)


def visible_to(account: Account, today: date) -> QuerySet[Proposal]:
    """The proposals an account may read; what it may not see does not leave the database (trust.md, privacy table).

    The office reads what was received; the coordinator what was filed; a member their own, what they signed or are
    asked to sign, and every filed one that is not 不公开; an agency what was handed to it.
    """
    return Proposal.objects.filter(may_see(account, today))


def may_see(account: Account, today: date) -> Q:
    if not account.is_active:
        return Q(pk__in=[])
    seen = Q(pk__in=[])
    if account.holds(*SEES_ALL, on=today):
        seen |= ~Q(state__in=UNSENT_STATES) | Q(is_paper=True)
    if account.holds(posts.COORDINATOR, on=today):
        seen |= Q(state__in=FILED_STATES)
    if members := account.places(posts.MEMBER, on=today):
        seen |= Q(sponsor_member__in=members)
        seen |= Q(pk__in=_signed_or_asked(members))
        seen |= Q(state__in=FILED_STATES) & ~Q(disclosure=Disclosure.CLOSED)
    if bodies := account.places(posts.CONVENER, on=today):
        seen |= Q(sponsor_body__in=bodies)
    if agencies := account.places(posts.HANDLER, posts.AGENCY_HEAD, on=today):
        seen |= Q(pk__in=_handed_to(agencies))
    return seen


def _signed_or_asked(members: list[int]) -> QuerySet:
    states = (CosponsorState.INVITED, CosponsorState.ACCEPTED)
    return Cosponsor.objects.filter(member__in=members, state__in=states).values("proposal")


def _handed_to(agencies: list[int]) -> QuerySet:
    mine = Assignment.objects.filter(agency__in=agencies, is_open=True).exclude(state=AssignmentState.PLANNED)
    return mine.values("proposal")


def received(year: int) -> QuerySet[Proposal]:
    return Proposal.objects.filter(year=year).exclude(state__in=UNSENT_STATES)


def filed(year: int) -> QuerySet[Proposal]:
    return Proposal.objects.filter(year=year, state__in=FILED_STATES)


def pending(year: int) -> QuerySet[Proposal]:
    return Proposal.objects.filter(year=year, state__in=PENDING_STATES)


def referred(year: int) -> QuerySet[Proposal]:
    return Proposal.objects.filter(year=year, state__in=REFERRED_STATES)


def overdue(today: date) -> QuerySet[Proposal]:
    """Handled past their deadline. Asked, not stored: a deadline may be extended with reason."""
    return Proposal.objects.filter(state=State.HANDLING, due_on__lt=today)


def promises_due(today: date) -> QuerySet[Promise]:
    return Promise.objects.filter(is_live=True, state=PromiseState.OPEN, due_on__lte=today)
