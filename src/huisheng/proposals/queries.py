"""Questions: what may be seen, what is overdue, what was filed. Nothing here changes a record."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from huisheng.kernel.models import Matter
from huisheng.people import posts
from huisheng.people.models import Account

from .models import (
    FILED_STATES,
    PENDING_STATES,
    REFERRED_STATES,
    UNSENT_STATES,
    Assignment,
    AssignmentState,
    CallState,
    Cosponsor,
    CosponsorState,
    Disclosure,
    Promise,
    PromiseState,
    Proposal,
    State,
    Topic,
)  # fmt: skip

SEES_ALL = (posts.CLERK, posts.REVIEWER, posts.OFFICE, posts.CHAIR)
DESK = (posts.CLERK, posts.REVIEWER, posts.OFFICE)
COUNTERS = (*DESK, posts.COORDINATOR, posts.CHAIR)  # who opens the lists behind the figures
HANDED_OVER = (State.HANDLING, State.ANSWERED, State.CONCLUDED, State.ARCHIVED)


def is_desk(account: Account) -> bool:
    """Works on proposals, and reads of one what only the office may: drafts of replies, remarks, telephones. Others of
    the office, as the editor of voices, read a filed proposal as members do."""
    return account.holds(*DESK)


def visible_to(account: Account, today: date) -> QuerySet[Proposal]:
    """The proposals an account may read; what it may not see does not leave the database (trust.md, privacy table).

    The office reads what was received; the coordinator what was filed; a member their own, what they signed or are
    asked to sign, and every filed one that is not 不公开; the editor of voices the last, too; an agency what was handed
    to it.
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
    if account.holds(posts.EDITOR, on=today):  # the intake desk tells a sender what is already being done
        seen |= Q(state__in=FILED_STATES) & ~Q(disclosure=Disclosure.CLOSED)
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


def visible_topics(account: Account, today: date) -> QuerySet[Topic]:
    """Topics of a published call are everybody's; those of a draft belong to whoever may write it."""
    if not account.is_active:
        return Topic.objects.none()
    if account.holds(posts.CLERK, posts.OFFICE, posts.COORDINATOR, on=today):
        return Topic.objects.select_related("call")
    return Topic.objects.select_related("call").exclude(call__state=CallState.DRAFT)


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


def visible_children(model: type[Matter], account: Account, today: date) -> QuerySet:
    """The assignments, contacts, ratings … that an account may know of: those of proposals it may see, and less.

    A planned assignment is the office's; a countersign and an extension are the agencies' and the coordinator's;
    a rating is its rater's and the office's until the round is closed (privacy table of trust.md).
    """
    path = {"rating": "proposal", "cosponsor": "proposal", "assignment": "proposal", "promise": "proposal"}
    name = model._meta.model_name or ""
    column = path.get(name, "assignment__proposal")
    rows = model._default_manager.filter(**{f"{column}__in": visible_to(account, today)})
    seen = rows.filter(_narrower(name, account, today))
    return seen | own_refusals(account, today) if name == "cosponsor" else seen


def own_refusals(account: Account, today: date) -> QuerySet[Cosponsor]:
    """Whoever said no may no longer read the draft; the answer is still theirs to think over (不参加联名 → 重新考虑)."""
    members = account.places(posts.MEMBER, on=today)
    return Cosponsor.objects.filter(member__in=members, state=CosponsorState.DECLINED)


def _narrower(name: str, account: Account, today: date) -> Q:
    if account.holds(*SEES_ALL, on=today):
        return Q()
    if name == "rating":
        return Q(member__in=account.places(posts.MEMBER, on=today)) | Q(
            body__in=account.places(posts.CONVENER, on=today)
        )
    if name == "assignment":
        return ~Q(state=AssignmentState.PLANNED)
    if name == "promise":
        return Q(is_live=True) | Q(agency__in=_agencies(account, today))
    if name in ("countersign", "extension") and not account.holds(posts.COORDINATOR, on=today):
        return Q(assignment__proposal__in=_handed_to(_agencies(account, today)))
    return Q()


def _agencies(account: Account, today: date) -> list[int]:
    return account.places(posts.HANDLER, posts.AGENCY_HEAD, on=today)
