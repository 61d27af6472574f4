"""One question for many tables, in a bundle: a page about one record asks once for all its children, however many kinds there are.

Every row comes as a JSON array of its columns (in pieces: PostgreSQL takes a hundred at once), so that rows of different
tables fit into one UNION ALL. What comes back are model instances; relations named in ``joins`` are filled, columns that
were not asked for stay deferred.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import JSONArray

MOST_AT_ONCE = 90


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
    return _ask(_written(parts), ())


class Bundle:
    """The same question asked of many records: its SQL is written once and asked with each record's numbers.

    ``parts(*numbers)`` gives the parts for whole numbers that identify the record; it is called with stand-ins, so it
    must put them into conditions only, and build the same parts whatever they are.
    """

    def __init__(self, parts: Callable[..., Mapping[str, Part]]) -> None:
        self._parts = parts
        self._written: dict[str, _Written] = {}

    def ask(self, *numbers: int) -> dict[str, list[Any]]:
        vendor = connection.vendor
        written = self._written.get(vendor)
        if written is None:
            written = self._written[vendor] = _written(
                self._parts(*(_stand_in(i) for i in range(len(numbers))))
            )
        return _ask(written, numbers)


@dataclass(frozen=True)
class _Written:
    """The whole question as SQL, and what its rows are."""

    shapes: dict[str, list[_Columns]]
    sql: str
    params: tuple[Any, ...]


def _stand_in(place: int) -> int:
    return -771_000_000 - place


def _written(parts: Mapping[str, Part]) -> _Written:
    shapes = {name: _shape(part) for name, part in parts.items()}
    written: list[str] = []
    params: list[Any] = []
    for name, part in parts.items():
        try:
            sql, own = _query(name, part, shapes[name]).query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:  # nothing can be there
            continue
        written.append(sql)
        params += own
    return _Written(shapes, " UNION ALL ".join(written), tuple(params))


def _ask(written: _Written, numbers: tuple[int, ...]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {name: [] for name in written.shapes}
    if not written.sql:
        return found
    # PostgreSQL's driver wraps whole numbers in its own int types: equal to ours, but not of our type
    real = {_stand_in(i): number for i, number in enumerate(numbers)}
    with connection.cursor() as cursor:
        cursor.execute(
            written.sql, [real.get(one, one) if isinstance(one, int) else one for one in written.params]
        )
        for name, row in cursor.fetchall():
            pieces = json.loads(row) if isinstance(row, str) else row
            found[name].append(_instance(written.shapes[name], list(chain.from_iterable(pieces))))
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
    pieces = [JSONArray(*columns[i : i + MOST_AT_ONCE]) for i in range(0, len(columns), MOST_AT_ONCE)]
    rows = part.rows.order_by().annotate(gathered_part=Value(name), gathered_row=JSONArray(*pieces))
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
