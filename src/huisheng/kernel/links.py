"""来龙去脉: which record came of which; from any of them the whole chain is read, in one question a generation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.apps import apps
from django.db.models import Q

from .models import Link

FARTHEST = 8  # generations; a long chain has five

Key = tuple[str, int]
Load = Callable[[set[Key]], dict[Key, Any]]


class Record(Protocol):
    """What a chain can hold: a matter, or anything else with a kind, a name and a page."""

    pk: Any

    @classmethod
    def kind(cls) -> str: ...

    def get_absolute_url(self) -> str: ...


def link(source: Record, target: Record, label: str, at: datetime) -> None:
    """Write down that the target came of the source; a second time changes nothing."""
    Link.objects.get_or_create(
        source_type=source.kind(), source_id=source.pk, target_type=target.kind(), target_id=target.pk,
        defaults={"label": label, "at": at},
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One link of the chain: ``before`` where it came from, else where it went."""

    record: Any
    label: str
    at: datetime
    before: bool


def chain(record: Record, load: Load | None = None) -> list[Step]:
    """Everything the record came from and led to, earliest first.

    load: the records of these (kind, id); a page gives one that finds only what its reader may see.
    """
    rows = _walk((record.kind(), record.pk))
    records = (load or _load)({key for key, _, _ in rows})
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
    asked = Q(pk__in=[])
    for kind, pks in by_kind(keys).items():
        asked |= Q(**{f"{side}_type": kind, f"{side}_id__in": pks})
    return asked


def _load(keys: set[Key]) -> dict[Key, Any]:
    return {
        (kind, pk): record
        for kind, pks in by_kind(keys).items()
        for pk, record in apps.get_model(kind)._default_manager.in_bulk(pks).items()
    }


def by_kind(keys: Iterable[Key]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for kind, pk in keys:
        found[kind].append(pk)
    return found
