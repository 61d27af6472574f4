"""Questions about changes of members and corrections: who may read them, and what is kept about a person now."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from huisheng.kernel import local

from . import local_rules as rules
from . import posts
from .models import (
    DECIDED_CHANGES,
    Account,
    Correction,
    Member,
    MemberChange,
    MemberChangeState,
    Post,
    StandingSeat,
)

READS_CHANGES = (posts.OFFICE, posts.CHAIR)


def visible_changes(account: Account, today: date) -> QuerySet[MemberChange]:
    """The office and the chair; a member reads what was decided about their own seat."""
    if not account.is_active:
        return MemberChange.objects.none()
    if account.holds(*READS_CHANGES, on=today):
        return MemberChange.objects.all()
    seats = account.places(posts.MEMBER, on=today)
    return MemberChange.objects.filter(member__in=seats, state__in=DECIDED_CHANGES)


def visible_corrections(account: Account, today: date) -> QuerySet[Correction]:
    """One's own; the office everybody's; nobody else any."""
    if not account.is_active:
        return Correction.objects.none()
    if account.holds(posts.OFFICE, on=today):
        return Correction.objects.all()
    return Correction.objects.filter(account=account)


def was_standing(day: date) -> Exists:
    """A condition on members: 常务委员 on a day; of somebody who had left the committee by then, on their last day."""
    seats = StandingSeat.objects.filter(member=OuterRef("pk"), starts_on__lte=day)
    return Exists(seats.filter(Q(ends_on=None) | Q(ends_on__gte=day) | Q(ends_on=OuterRef("ends_on"))))


def seat_of(account: Account, today: date) -> Member | None:
    """The member this account speaks for; None for everybody else."""
    seats = account.places(posts.MEMBER, on=today)
    return Member.objects.select_related("sector").filter(pk__in=seats).order_by("pk").first()


def kept(account: Account, member: Member | None) -> dict[str, str]:
    """What is kept about a person now, field by field: the member's row first, the account's where there is none."""
    found = {name: str(getattr(account, name)) for name in rules.OF_ACCOUNT}
    if member is not None:
        found |= {name: str(getattr(member, name)) for name in rules.FIELDS if name != "email"}
        found["phone"] = found["phone"] or account.phone
    return {name: found[name] for name in rules.FIELDS if name in found}


def correctable(member: Member | None, today: date) -> list[str]:
    """The fields the person may ask for: the office's list, and of it what is kept about them."""
    listed = {one.code for one in local.options(rules.CORRECTABLE, today)}
    mine = rules.FIELDS if member is not None else rules.OF_ACCOUNT
    return [name for name in rules.FIELDS if name in listed and name in mine]


def without_seat(today: date, just_ended: Member | None = None) -> QuerySet[Account]:
    """Active accounts whose seat a change has ended and who hold no other post today or later. ``just_ended``: by a
    change that is taking effect this moment."""
    held = Post.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today))
    gone = MemberChange.objects.filter(adds=False, state=MemberChangeState.IN_FORCE, effective_on__lt=today)
    ended = Q(member__in=gone.values("member"))
    if just_ended is not None and just_ended.ends_on and just_ended.ends_on < today:
        ended |= Q(member=just_ended)
    seats = Post.objects.filter(ended, kind=posts.MEMBER)
    return Account.objects.filter(is_active=True, pk__in=seats.values("account")).exclude(
        pk__in=held.values("account")
    )


def adds(sort: str) -> bool:
    """Whether a kind of change gives a seat, as the office's list says."""
    found = local.option(rules.CHANGE, sort)
    return bool(found and found.data.get("adds"))


def has_own_day(sort: str) -> bool:
    """Whether it counts from its own day, also one before the decision: somebody moved away or died."""
    found = local.option(rules.CHANGE, sort)
    return bool(found and found.data.get("own_day"))


def registered(year: int) -> QuerySet[MemberChange]:
    """委员变动名册: what was decided in a year, in the order of the decisions."""
    rows = MemberChange.objects.filter(state__in=DECIDED_CHANGES, decided_on__year=year)
    return rows.select_related("member__sector", "sector").order_by("decided_on", "pk")
