"""One supervision as its page reads it: everything that belongs to it in one question.

What is loaded is put where ``.all()`` finds it, so guards, papers and counts ask nothing again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from huisheng.kernel.gather import Bundle, Part
from huisheng.kernel.models import Attachment, Entry

from .models import (
    SCAN,
    Check,
    CheckItem,
    Finding,
    Hearing,
    Inspector,
    PaperSheets,
    Rater,
    Rectification,
    Supervision,
    SurveyQuestion,
    SurveyRemarks,
    Tally,
    Unit,
)


def _parts(pk: int) -> dict[str, Part]:
    lines = Q(matter_type=Supervision.kind(), matter_id=pk)
    for model in (Unit, Finding, Hearing):
        rows = model.objects.filter(supervision=pk).values("pk")
        lines |= Q(matter_type=model.kind(), matter_id__in=rows)
    checks = Check.objects.filter(item__supervision=pk)
    return {
        "agencies": Part(Supervision.agencies.through.objects.filter(supervision=pk), {"agency": ()}),
        "team": Part(Inspector.objects.filter(supervision=pk), {"member": (), "member__sector": ("name",)}),
        "items": Part(CheckItem.objects.filter(supervision=pk)),
        "checks": Part(checks, {"account": ("name",)}),
        "photos": Part(Attachment.objects.filter(subject_type=Check.kind(), subject_id__in=checks.values("pk"))),
        "findings": Part(Finding.objects.filter(supervision=pk), {"agency": ("name",), "found_by": ("name",)}),
        "rounds": Part(Rectification.objects.filter(finding__supervision=pk), {"looked_by": ("name",)}),
        "hearings": Part(Hearing.objects.filter(supervision=pk), {"agency": ("name",), "gathering": ("title",)}),
        "units": Part(Unit.objects.filter(supervision=pk), {"agency": ("name",)}),
        "questions": Part(SurveyQuestion.objects.filter(supervision=pk)),
        "tallies": Part(Tally.objects.filter(question__supervision=pk)),
        "raters": Part(Rater.objects.filter(supervision=pk)),
        "remarks": Part(SurveyRemarks.objects.filter(supervision=pk)),
        "paper": Part(PaperSheets.objects.filter(supervision=pk)),
        "scans": Part(
            Attachment.objects.filter(subject_type=Supervision.kind(), subject_id=pk, purpose=SCAN)
        ),
        "entries": Part(Entry.objects.filter(lines), {"account": ("name",)}),
    }  # fmt: skip


WHOLE = Bundle(_parts)


def load(supervision: Supervision) -> list[Entry]:
    """Everything of the matter, kept with it; returns its journal, newest first."""
    found = WHOLE.ask(supervision.pk)
    _keep(supervision, "agencies", [row.agency for row in found["agencies"]])
    _keep(supervision, "team", found["team"])
    _under(found["items"], "checks", found["checks"], "item")
    _under(found["findings"], "rounds", sorted(found["rounds"], key=lambda one: one.round), "finding")
    _under(found["questions"], "tallies", found["tallies"], "question")
    checks = {one.pk: one for one in found["checks"]}
    for item in found["items"]:
        if item.chosen_id:
            CheckItem._meta.get_field("chosen").set_cached_value(item, checks.get(item.chosen_id))
    for name in ("items", "findings", "questions"):
        _keep(supervision, name, sorted(found[name], key=lambda one: one.number))
    for name in ("hearings", "units", "raters"):
        _keep(supervision, name, found[name])
    for name, rows in (("survey_remarks", found["remarks"]), ("paper_sheets", found["paper"])):
        supervision._state.fields_cache[name] = rows[0] if rows else None
    supervision.__dict__["scans"] = sorted(found["scans"], key=lambda one: one.pk)  # type: ignore[attr-defined]
    for name in ("findings", "hearings", "units", "items"):
        for one in found[name]:
            one._meta.get_field("supervision").set_cached_value(one, supervision)
    photos: dict[int, list[Attachment]] = defaultdict(list)
    for one in found["photos"]:
        photos[one.subject_id].append(one)
    for one in found["checks"]:
        one.photos = photos[one.pk]
    return sorted(found["entries"], key=lambda one: -one.seq)


def scans_of(supervision: Supervision) -> list[Attachment]:
    """The scanned paper sheets of a supervision that ``load`` has read."""
    return supervision.__dict__.get("scans", [])


def _under(parents: list[Any], name: str, rows: Iterable[Any], column: str) -> None:
    by_parent: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_parent[getattr(row, f"{column}_id")].append(row)
    for parent in parents:
        _keep(parent, name, by_parent[parent.pk])
        for row in by_parent[parent.pk]:
            row._meta.get_field(column).set_cached_value(row, parent)


def _keep(record: Any, name: str, rows: list[Any]) -> None:
    """As prefetch_related leaves it."""
    queryset = getattr(record, name).get_queryset()
    queryset._result_cache, queryset._prefetch_done = rows, True
    record.__dict__.setdefault("_prefetched_objects_cache", {})[name] = queryset
