"""核对, the fourth part: what is kept in the archive and what was handed over. Read-only; every file that went is read.

That three reviewers differ, that a loan has its day and that what is shown is free, the database itself sees to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

from huisheng.archive import actions
from huisheng.archive.models import COLLECTED, UNSENT, Handover, HandoverState, Material, Original, Type
from huisheng.kernel.models import Entry, Matter
from huisheng.kernel.store import fault

FROZEN = (HandoverState.HANDED, HandoverState.RECEIVED)


def archive() -> Iterator[str]:
    """Kept materials read as when they were kept; originals are whole; lists say what they said when they went."""
    yield from _originals()
    yield from _kept()
    yield from _lists()


def _originals() -> Iterator[str]:
    """Each original to the byte; said with the number of what it belongs to. The same bytes are read once."""
    said: dict[str, str] = {}
    rows = (
        Original.objects.exclude(material__state__in=UNSENT).select_related("file", "material").order_by("pk")
    )
    for one in rows.iterator(chunk_size=500):
        sha256 = one.file.sha256
        if sha256 not in said:
            said[sha256] = fault(sha256)
        if said[sha256]:
            yield f"{one.material.number_label}《{one.material}》的原件“{one.file.name}”{said[sha256]}"
    bare = (
        Material.objects.filter(type=Type.PHOTO).exclude(state__in=UNSENT).annotate(files=Count("originals"))
    )
    for photo in bare.filter(files=0):
        yield f"{photo.number_label}《{photo}》是照片，却没有原件"


def _last_lines(model: type[Matter], *actions: str) -> dict[int, dict[str, Any]]:
    """What the last line with a fingerprint left for each record."""
    rows = Entry.objects.filter(subject_type=model.kind(), action__in=actions).order_by("seq")
    lines = rows.values_list("subject_id", "data").iterator(chunk_size=2000)
    return {pk: data for pk, data in lines if "fingerprint" in data}


def _kept() -> Iterator[str]:
    written = _last_lines(Material, "approve", "describe")
    rows = Material.objects.filter(state__in=COLLECTED).prefetch_related("originals__file").order_by("pk")
    for one in rows.iterator(chunk_size=500):
        if written.get(one.pk, {}).get("fingerprint") != actions.fingerprint(one):
            yield f"{one.number_label}《{one}》与入藏时的指纹不符，著录或原件被改动过"
        if None in (one.read_by_id, one.checked_by_id, one.approved_by_id):
            yield f"{one.number_label}《{one}》已入藏，三审的人却不全"


def _lists() -> Iterator[str]:
    written = _last_lines(Handover, "hand")
    for one in Handover.objects.filter(state__in=FROZEN).order_by("pk"):
        lines = one.lines.order_by("position")
        if actions.list_fingerprint(lines) != one.fingerprint:
            yield f"移交清单{one.number_label}《{one}》与移交时的指纹不符，清单被改动过"
        elif written.get(one.pk, {}).get("fingerprint") != one.fingerprint:
            yield f"移交清单{one.number_label}《{one}》的指纹不在办理记录里"
    handed = Q(handover_lines__handover__state__in=FROZEN)
    for lost in Material.objects.filter(state="handed").exclude(handed).order_by("pk"):
        yield f"{lost.number_label}《{lost}》的状态是已移交，却不在任何移交清单里"
    for lost in Material.objects.exclude(state="handed").filter(handed).distinct().order_by("pk"):
        yield f"{lost.number_label}《{lost}》在移交清单里，状态却不是已移交"
