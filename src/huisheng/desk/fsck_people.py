"""核对, the part of 委员变动: what was decided is what the dated rows say, and nobody sits twice in one place. Read-only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby, pairwise

from django.db.models import Q, QuerySet
from django.utils import timezone

from huisheng.kernel.models import Attachment, Entry
from huisheng.people import posts
from huisheng.people.models import (
    BodyKind,
    Correction,
    CorrectionState,
    MemberChange,
    MemberChangeState,
    Membership,
    Post,
    StandingSeat,
)

ONE_AT_A_TIME = (BodyKind.SECTOR, BodyKind.TOWN)


def membership() -> Iterator[str]:
    """Seats do not overlap; a change in force has its decision, its paper, and the rows it opened or closed."""
    yield from _overlapping()
    yield from _standing()
    changes = MemberChange.objects.filter(state=MemberChangeState.IN_FORCE).select_related("member")
    written = set(_lines("decide"))
    with_file = set(
        Attachment.objects.filter(subject_type=MemberChange.kind()).values_list("subject_id", flat=True)
    )
    for one in changes.order_by("pk"):
        if one.pk not in written or not (one.document or one.pk in with_file):
            yield f"委员变动“{one}”已生效，没有决定的记录或文件"
    yield from _added(changes)
    yield from _ended(changes)
    waited = timezone.localdate() - timedelta(days=1)
    for one in MemberChange.objects.filter(state=MemberChangeState.DECIDED, effective_on__lt=waited):
        yield f"委员变动“{one}”已过生效日期，还没有生效"
    made = Correction.objects.filter(state=CorrectionState.MADE).values_list("pk", flat=True)
    told = set(
        Entry.objects.filter(subject_type=Correction.kind(), action="approve").values_list(
            "subject_id", flat=True
        )
    )
    for pk in sorted(set(made) - told):
        yield f"信息更正 {pk} 没有核准的记录"


def _lines(action: str) -> Iterator[int]:
    rows = Entry.objects.filter(subject_type=MemberChange.kind(), action=action)
    yield from rows.values_list("subject_id", flat=True)


def _overlapping() -> Iterator[str]:
    """Two seats of one member in the same body, or in two sectors or towns, on one day."""
    rows = Membership.objects.select_related("member", "body").order_by("member", "starts_on", "pk")
    for _, seats in groupby(rows.iterator(chunk_size=2000), key=lambda one: one.member_id):
        places: dict[tuple[str, int], list[Membership]] = {}
        for seat in seats:
            place = (seat.kind, 0) if seat.kind in ONE_AT_A_TIME else (seat.kind, seat.body_id)
            places.setdefault(place, []).append(seat)
        for held in places.values():
            for before, after in pairwise(held):
                if (before.ends_on or date.max) >= after.starts_on:
                    yield f"{before.member}在“{before.body}”和“{after.body}”的任职日期重叠"


def _standing() -> Iterator[str]:
    """Seats in the standing committee: one at a time, and none outside the member's own."""
    rows = StandingSeat.objects.select_related("member").order_by("member", "starts_on", "pk")
    for _, seats in groupby(rows.iterator(chunk_size=2000), key=lambda one: one.member_id):
        held = list(seats)
        for before, after in pairwise(held):
            if (before.ends_on or date.max) >= after.starts_on:
                yield f"{before.member}两次任常务委员的日期重叠"
        for seat in held:
            member = seat.member
            is_inside = member.starts_on <= seat.starts_on and (
                member.ends_on is None or (seat.ends_on or date.max) <= member.ends_on
            )
            if not is_inside:
                yield f"{member}任常务委员的日期超出了任委员的日期"


def _added(changes: QuerySet[MemberChange]) -> Iterator[str]:
    for one in changes.filter(adds=True):
        member = one.member
        if member is None or member.starts_on != one.effective_on:
            yield f"委员变动“{one}”的生效日期与任职日期不一致"


def _ended(changes: QuerySet[MemberChange]) -> Iterator[str]:
    """Whoever a change ended is in no body and holds no seat's post after the day."""
    ended = {one.member_id: one for one in changes.filter(adds=False)}
    for one in ended.values():
        left, due = one.member.ends_on if one.member else None, one.effective_on
        if left is None or due is None or left > due:
            yield f"委员变动“{one}”已生效，名册上还在任"
    open_seats = Membership.objects.filter(ends_on=None, member__in=list(ended))
    seats = Post.objects.filter(Q(ends_on=None), kind=posts.MEMBER, member__in=list(ended))
    for pk in sorted({*open_seats.values_list("member", flat=True), *seats.values_list("member", flat=True)}):
        yield f"委员变动“{ended[pk]}”已生效，还有没结束的任职或岗位"
