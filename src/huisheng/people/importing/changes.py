"""What a batch changed, value by value, and the way back."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.timezone import is_aware

from huisheng.kernel.errors import Conflict
from huisheng.kernel.lifecycle import perform_by_clock
from huisheng.kernel.models import Matter


class Recorder:
    """Saves records and keeps what each save did, in order; knows who imports and when."""

    def __init__(self, account: Any, at: datetime) -> None:
        self.account, self.at = account, at
        self.changes: list[dict[str, Any]] = []

    def create(self, record: models.Model) -> Any:
        record.save(force_insert=True)
        self.changes.append({"op": "create", **_address(record), "after": snapshot(record)})
        return record

    def enter(self, matter: Matter, action: str, **data: Any) -> Any:
        """A matter that exists on paper already: brought by its SYSTEM step into the state it has there. Its line in the
        journal stays, so it is never deleted again: undoing takes its step ``take_back``."""
        perform_by_clock(matter, action, self.at, account=self.account, **data)
        self.changes.append({"op": "enter", **_address(matter), "after": snapshot(matter)})
        return matter

    def update(self, record: models.Model, **values: Any) -> Any:
        """Set the values that differ. Nothing is written when none does."""
        before = {_column(record, name): _plain(getattr(record, _column(record, name))) for name in values}
        for name, value in values.items():
            setattr(record, name, value)
        after = {name: _plain(getattr(record, name)) for name in before}
        changed = [name for name in before if before[name] != after[name]]
        if not changed:
            return record
        record.save()
        self.changes.append({
            "op": "update", **_address(record), "before": {n: before[n] for n in changed}, "after": {n: after[n] for n in changed},
        })  # fmt: skip
        return record


def _address(record: models.Model) -> dict[str, Any]:
    return {"model": record._meta.label_lower, "pk": record.pk}


def _column(record: models.Model, name: str) -> str:
    return record._meta.get_field(name).attname  # type: ignore[union-attr]


def snapshot(record: models.Model) -> dict[str, Any]:
    return {
        f.attname: _plain(getattr(record, f.attname))
        for f in record._meta.concrete_fields
        if not f.primary_key
    }


def _plain(value: Any) -> Any:
    """As it is kept; a moment in one zone, whichever zone it was handed over in."""
    if isinstance(value, datetime) and is_aware(value):
        value = value.astimezone(UTC)
    return value.isoformat() if isinstance(value, date | datetime) else value


def take_back(changes: list[dict[str, Any]], account: Any, at: datetime) -> int:
    """Undo the changes, last first. Raises ``Conflict`` with a sentence before anything is touched."""
    made: dict[str, list[int]] = defaultdict(list)
    for change in changes:
        if change["op"] == "create":
            made[change["model"]].append(change["pk"])
    present = _load(changes)
    _check_unchanged(changes, present)
    _check_free(made)
    for change in reversed(changes):
        record = present[change["model"], change["pk"]]
        if change["op"] == "enter":
            assert isinstance(record, Matter)
            perform_by_clock(record, "take_back", at, account=account)
            continue
        if change["op"] == "create":
            type(record)._base_manager.filter(pk=record.pk).delete()
            continue
        fields = {f.attname: f for f in record._meta.concrete_fields}
        values = {name: fields[name].to_python(value) for name, value in change["before"].items()}
        type(record)._base_manager.filter(pk=record.pk).update(**values)
    return len(changes)


def _load(changes: list[dict[str, Any]]) -> dict[tuple[str, int], models.Model]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        wanted[change["model"]].add(change["pk"])
    found = {}
    for label, pks in wanted.items():
        for record in apps.get_model(label)._base_manager.select_for_update().filter(pk__in=pks):
            found[label, record.pk] = record
    return found


def _check_unchanged(changes: list[dict[str, Any]], present: dict[tuple[str, int], models.Model]) -> None:
    last: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    for change in changes:
        last[change["model"], change["pk"]].update(change["after"])
    for address, expected in last.items():
        record = present.get(address)
        if record is None:
            raise Conflict("这一批导入的记录中，有的后来已被删除，不能整批撤销。请逐条修改。")
        now = snapshot(record)
        if moved := [name for name, value in expected.items() if now[name] != value]:
            labels = {f.attname: f.verbose_name for f in record._meta.concrete_fields}
            raise Conflict(
                f"{record._meta.verbose_name}“{record}”导入以后又改过“{labels[moved[0]]}”，不能整批撤销。请逐条修改。"
            )


def _check_free(made: dict[str, list[int]]) -> None:
    """Nothing outside the batch may point at what the batch made."""
    for label, pks in made.items():
        model = apps.get_model(label)
        for relation in model._meta.get_fields(include_hidden=True):
            if not (relation.auto_created and not relation.concrete and hasattr(relation, "field")):
                continue
            if not isinstance(relation, models.ManyToOneRel):
                continue
            source: Any = relation.related_model
            own = made.get(source._meta.label_lower, [])
            rows = source._base_manager.filter(**{f"{relation.field.name}__in": pks}).exclude(pk__in=own)
            if (row := rows.first()) is not None:
                target = getattr(row, relation.field.name)
                raise Conflict(
                    f"{model._meta.verbose_name}“{target}”已经用在{source._meta.verbose_name}里，不能整批撤销。"
                    "请先处理用到它的记录，或逐条修改。"
                )
