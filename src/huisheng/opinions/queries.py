"""Questions: what may be seen, what waits. Nothing here changes a record."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet

from huisheng.people import posts
from huisheng.people.models import Account

from .models import (
    ADOPTED,
    OPEN_LEADS,
    UNSENT,
    CollectingPoint,
    Lead,
    Opening,
    OpeningState,
    Opinion,
    OpinionState,
)

INTAKE = (posts.EDITOR, posts.OFFICE)
READS_OPINIONS = (posts.EDITOR, posts.OFFICE, posts.CHAIR)


def visible_leads(account: Account, today: date) -> QuerySet[Lead]:
    """Leads are the intake desk's; nobody else reads what a member of the public wrote (privacy table of trust.md)."""
    return (
        Lead.objects.all() if account.is_active and account.holds(*INTAKE, on=today) else Lead.objects.none()
    )


def passed_to(account: Account, today: date) -> QuerySet[Lead]:
    """Leads that were passed on to this member. A page shows their gist and the excerpt, never the letter itself."""
    members = account.places(posts.MEMBER, on=today) if account.is_active else []
    return Lead.objects.filter(passed_to__in=members) if members else Lead.objects.none()


def visible_to(account: Account, today: date) -> QuerySet[Opinion]:
    """The office reads what was filed; a reporter reads their own, drafts too."""
    if not account.is_active:
        return Opinion.objects.none()
    seen = Q(pk__in=[])
    if account.holds(*READS_OPINIONS, on=today):
        seen |= ~Q(state__in=UNSENT)
    if members := account.places(posts.MEMBER, on=today):
        seen |= Q(reporter_member__in=members)
    if bodies := account.places(posts.CONVENER, on=today):
        seen |= Q(reporter_body__in=bodies)
    return Opinion.objects.filter(seen)


def overdue_leads(today: date) -> QuerySet[Lead]:
    """Open past their day. Asked, not stored."""
    return Lead.objects.filter(state__in=OPEN_LEADS, due_on__lt=today)


def open_point(code: str, today: date) -> CollectingPoint | None:
    """The collecting point of a sheet, on its days."""
    return CollectingPoint.objects.filter(code=code, opens_on__lte=today, closes_on__gte=today).first()


def received_leads(year: int) -> QuerySet[Lead]:
    return Lead.objects.filter(received_at__year=year)


def received(year: int) -> QuerySet[Opinion]:
    return Opinion.objects.filter(year=year).exclude(state__in=UNSENT)


def adopted(year: int) -> QuerySet[Opinion]:
    return Opinion.objects.filter(year=year, state__in=ADOPTED)


def issued(year: int) -> QuerySet[Opinion]:
    return Opinion.objects.filter(year=year, state__in=(OpinionState.ISSUED, OpinionState.COMBINED))


def may_look(lead: Lead, account: Account, at: datetime) -> Opening | None:
    """The opening by which this account may read the sender's contact now, if there is one."""
    asked = (one for one in lead.openings.all() if one.state == OpeningState.GRANTED)
    return next((one for one in asked if one.is_open_to(account, at)), None)
