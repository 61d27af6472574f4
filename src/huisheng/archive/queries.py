"""Questions: what may be seen, what waits, what is lent, what is counted. Nothing here changes a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from huisheng.people import posts
from huisheng.people.models import Account

from .models import (
    COLLECTED,
    GONE,
    Drive,
    DriveState,
    Handover,
    Material,
    MaterialState,
    Original,
    PhotoBatch,
    PhotoRow,
    Rights,
    Secrecy,
    Type,
    Use,
)

KEEPERS = (posts.ARCHIVIST, posts.OFFICE)
READERS = (*KEEPERS, posts.CHAIR)
# who finds the room in the navigation: members send in, the office keeps
ROOM = (*READERS, posts.MEMBER, posts.CONVENER)


# -- what may be seen --------------------------------------------------------------------------------------------------
def reads_all(account: Account, today: date) -> bool:
    return account.is_active and account.holds(*READERS, on=today)


def keeps(account: Account, today: date) -> bool:
    return account.is_active and account.holds(*KEEPERS, on=today)


def visible_to(account: Account, today: date) -> QuerySet[Material]:
    """The archive, the office and the chair all but other people's drafts; members their own and what was kept and is public."""
    if not account.is_active:
        return Material.objects.none()
    own = Q(made_by=account)
    if reads_all(account, today):
        return Material.objects.filter(own | ~Q(state=MaterialState.DRAFT))
    if account.holds(*ROOM, on=today):
        return Material.objects.filter(own | Q(state__in=COLLECTED, secrecy=Secrecy.PUBLIC))
    return Material.objects.filter(own)


def visible_drives(account: Account, today: date) -> QuerySet[Drive]:
    if not account.is_active or not account.holds(*ROOM, on=today):
        return Drive.objects.none()
    return Drive.objects.all() if keeps(account, today) else Drive.objects.exclude(state=DriveState.DRAFT)


def visible_handovers(account: Account, today: date) -> QuerySet[Handover]:
    return Handover.objects.all() if reads_all(account, today) else Handover.objects.none()


def visible_batches(account: Account, today: date) -> QuerySet[PhotoBatch]:
    return PhotoBatch.objects.all() if keeps(account, today) else PhotoBatch.objects.none()


# -- lists -------------------------------------------------------------------------------------------------------------
def with_thumb(rows: QuerySet[Material]) -> QuerySet[Material]:
    """Each with the number of the original whose picture stands for it, in the same question."""
    pictured = Original.objects.filter(material=OuterRef("pk")).exclude(thumb=None).order_by("number")
    return rows.annotate(pictured=Subquery(pictured.values("number")[:1]))


# which step of the three waits where
STAGES = {MaterialState.SUBMITTED: "read", MaterialState.READ: "check", MaterialState.CHECKED: "approve"}


def waiting(stage: str) -> QuerySet[Material]:
    state = next((state for state, action in STAGES.items() if action == stage), None)
    return Material.objects.filter(state=state) if state else Material.objects.none()


def lent() -> QuerySet[Material]:
    """What was lent to us and has not gone back."""
    rows = Material.objects.filter(rights=Rights.LENT, returned_on=None)
    return rows.exclude(state__in=GONE).exclude(state=MaterialState.DRAFT)


def may_be_listed() -> QuerySet[Material]:
    """Kept, and on no list that is being drawn up."""
    return Material.objects.filter(state=MaterialState.KEPT).exclude(handover_lines__handover__state="draft")


def neighbours(material: Material, rows: QuerySet[Material]) -> tuple[int | None, int | None]:
    """The ids before and after it among the pictures that somebody may see: for turning over in the viewer."""
    shown = rows.filter(originals__thumb__isnull=False).exclude(state__in=GONE).order_by().distinct()
    before = shown.filter(pk__gt=material.pk).order_by("pk").values_list("pk", flat=True).first()
    after = shown.filter(pk__lt=material.pk).order_by("-pk").values_list("pk", flat=True).first()
    return before, after


def in_years(rows: QuerySet[Material], first: int, last: int) -> QuerySet[Material]:
    """Whose time may lie within these years."""
    return rows.filter(earliest__lte=date(last, 12, 31), latest__gte=date(first, 1, 1))


# -- the public ----------------------------------------------------------------------------------------------------------
def published() -> QuerySet[Material]:
    """What anybody may see: published, kept, public, its provider agreed. Asked of every column, not of one."""
    return Material.objects.filter(
        is_published=True, may_show=True, secrecy=Secrecy.PUBLIC, state__in=COLLECTED
    )


def open_drives(today: date) -> QuerySet[Drive]:
    return Drive.objects.filter(state=DriveState.OPEN, opens_on__lte=today, closes_on__gte=today)


# -- the same file, the same picture -------------------------------------------------------------------------------------
def alive() -> QuerySet[Original]:
    """The originals of materials that are not withdrawn or declined."""
    return Original.objects.exclude(material__state__in=GONE)


def with_hash(hashes: Iterable[str]) -> dict[str, int]:
    """Hash → the material that has this very file."""
    found: dict[str, int] = {}
    wanted: Sequence[str] = sorted(set(hashes))
    for start in range(0, len(wanted), 500):
        rows = alive().filter(file__sha256__in=wanted[start : start + 500]).order_by("-pk")
        found |= dict(rows.values_list("file__sha256", "material"))
    return found


def likenesses() -> Iterable[tuple[Any, int]]:
    rows = alive().exclude(likeness=None)
    return rows.values_list("likeness", "material").iterator(chunk_size=5000)


# -- figures ---------------------------------------------------------------------------------------------------------
def collected(year: int, *types: str) -> QuerySet[Material]:
    """Kept in the year (by the day of the third review), and still kept."""
    rows = Material.objects.filter(state__in=COLLECTED, kept_on__year=year)
    return rows.filter(type__in=types) if types else rows


def received(year: int) -> QuerySet[Material]:
    return Material.objects.filter(year=year).exclude(serial=None).exclude(state=MaterialState.WITHDRAWN)


def used(year: int) -> QuerySet[Use]:
    return Use.objects.filter(used_on__year=year)


def handed(year: int) -> QuerySet[Any]:
    return Material.objects.filter(
        pk__in=Handover.objects.filter(state__in=("handed", "received"), handed_on__year=year).values(
            "lines__material"
        )
    )


def drives(year: int) -> QuerySet[Drive]:
    return Drive.objects.filter(opens_on__year=year).exclude(state=DriveState.DRAFT)


PHOTOS, TEXTS = (Type.PHOTO,), (Type.TEXT,)
OTHERS = (Type.AUDIO, Type.VIDEO, Type.OBJECT)


# -- photo imports ------------------------------------------------------------------------------------------------------
def to_take(batch: PhotoBatch) -> QuerySet[PhotoRow]:
    """The rows that come in: good ones unless left out, and what somebody decided to take."""
    taken = Q(verdict="good") & ~Q(decision="skip") | Q(verdict__in=("doubt", "same"), decision="take")
    return batch.rows.filter(taken, file__isnull=False)
