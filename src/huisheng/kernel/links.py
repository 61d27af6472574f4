"""来龙去脉: which record came of which; from any of them the whole chain is read, in one question a generation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import Q

from .models import Link, Matter

FARTHEST = 8  # generations; a long chain has five

Key = tuple[str, int]


def link(source: Matter, target: Matter, label: str, at: datetime) -> None:
    """Write down that the target came of the source; a second time changes nothing."""
    Link.objects.get_or_create(
        source_type=source.kind(), source_id=source.pk, target_type=target.kind(), target_id=target.pk,
        defaults={"label": label, "at": at},
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One link of the chain: ``before`` where it came from, else where it went."""

    record: Matter
    label: str
    at: datetime
    before: bool


def chain(record: Matter) -> list[Step]:
    """Everything the record came from and led to, earliest first. Not yet cut to what a reader may see."""
    rows = _walk((record.kind(), record.pk))
    records = _load({key for key, _, _ in rows})
    found = [Step(records[key], row.label, row.at, before) for key, row, before in rows if key in records]
    return sorted(found, key=lambda one: (not one.before, one.at))


def _walk(start: Key) -> list[tuple[Key, Link, bool]]:
    """Both ways at once: one question a generation. Backwards it follows sources only, forwards targets only."""
    known = {start}
    fresh: dict[bool, list[Key]] = {True: [start], False: [start]}
    rows = []
    for _ in range(FARTHEST):
        asked = _any("target", fresh[True]) | _any("source", fresh[False])
        found = list(Link.objects.filter(asked))
        fronts = {before: set(keys) for before, keys in fresh.items()}
        fresh = {True: [], False: []}
        for row in found:
            ends = {True: ((row.target_type, row.target_id), (row.source_type, row.source_id)),
                    False: ((row.source_type, row.source_id), (row.target_type, row.target_id))}  # fmt: skip
            for before, (here, there) in ends.items():
                if here in fronts[before] and there not in known:
                    known.add(there)
                    fresh[before].append(there)
                    rows.append((there, row, before))
        if not any(fresh.values()):
            break
    return rows


def _any(side: str, keys: list[Key]) -> Q:
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, pk in keys:
        by_kind[kind].append(pk)
    asked = Q(pk__in=[])
    for kind, pks in by_kind.items():
        asked |= Q(**{f"{side}_type": kind, f"{side}_id__in": pks})
    return asked


def _load(keys: set[Key]) -> dict[Key, Matter]:
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, pk in keys:
        by_kind[kind].append(pk)
    return {
        (kind, pk): record
        for kind, pks in by_kind.items()
        for pk, record in apps.get_model(kind)._default_manager.in_bulk(pks).items()
    }
