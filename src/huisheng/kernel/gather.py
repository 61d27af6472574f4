"""One question for many tables: a page about one record asks once for all its children, however many kinds there are.

Every row comes as a JSON array of its columns, so that rows of different tables fit into one UNION ALL. What comes
back are model instances; relations named in ``joins`` are filled, columns that were not asked for stay deferred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import JSONArray


@dataclass(frozen=True)
class Part:
    """The rows of one table: ``joins`` maps a relation path to the columns wanted of it; ``fields`` empty means all."""

    rows: QuerySet[Any]
    joins: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class _Columns:
    """Where the columns of one instance lie in the array."""

    path: tuple[str, ...]
    model: type[models.Model]
    fields: list[models.Field[Any, Any]]
    start: int


def gather(parts: Mapping[str, Part]) -> dict[str, list[Any]]:
    """The instances of every part, by its name, oldest first: one query for all of them."""
    shapes = {name: _shape(part) for name, part in parts.items()}
    queries = [_query(name, part, shapes[name]) for name, part in parts.items()]
    found: dict[str, list[Any]] = {name: [] for name in parts}
    if not queries:
        return found
    whole = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    for name, row in whole:
        found[name].append(_instance(shapes[name], row))
    for rows in found.values():
        rows.sort(key=lambda record: record.pk)
    return found


def _shape(part: Part) -> list[_Columns]:
    model = part.rows.model
    shape = [_Columns((), model, _fields(model, part.fields), 0)]
    for path, names in sorted(part.joins.items(), key=lambda item: item[0].count("__")):
        steps = tuple(path.split("__"))
        target: Any = model
        for step in steps:
            target = target._meta.get_field(step).related_model
        shape.append(_Columns(steps, target, _fields(target, names), shape[-1].start + len(shape[-1].fields)))
    return shape


def _fields(model: type[models.Model], names: Sequence[str]) -> list[models.Field[Any, Any]]:
    """The key first; JSON columns are left deferred, the databases nest them differently."""
    wanted = [
        f for f in model._meta.concrete_fields if not isinstance(f, models.JSONField | models.BinaryField)
    ]
    return [f for f in wanted if f.primary_key or not names or f.name in names or f.attname in names]


def _query(name: str, part: Part, shape: list[_Columns]) -> QuerySet[Any]:
    columns = [F("__".join((*one.path, f.attname))) for one in shape for f in one.fields]
    rows = part.rows.order_by().annotate(gathered_part=Value(name), gathered_row=JSONArray(*columns))
    return rows.values_list("gathered_part", "gathered_row")


def _instance(shape: list[_Columns], row: Sequence[Any]) -> Any:
    whole = _build(shape[0], row)
    for columns in shape[1:]:
        parent = whole
        for step in columns.path[:-1]:
            parent = None if parent is None else getattr(parent, step)
        if parent is None:
            continue
        relation: Any = type(parent)._meta.get_field(columns.path[-1])
        relation.set_cached_value(parent, _build(columns, row))
    return whole


def _build(columns: _Columns, row: Sequence[Any]) -> Any:
    values = [_value(f, row[columns.start + i]) for i, f in enumerate(columns.fields)]
    if values[0] is None:  # the key of an outer join that found nothing
        return None
    return columns.model.from_db("default", [f.attname for f in columns.fields], values)


def _value(column: models.Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(column, models.CharField | models.TextField):
        return value
    value = getattr(column, "target_field", column).to_python(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)  # SQLite stores moments in UTC and does not say so
    return value
