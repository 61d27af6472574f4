"""The canonical dump: every row of every table of ours as one sorted JSON line. Equal dumps mean equal state.

The same rows give the same bytes on SQLite and on PostgreSQL, so a dump of one is also the way into the other.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

APPS = (
    "people",
    "kernel",
    "gatherings",
    "archive",
    "opinions",
    "proposals",
    "outputs",
    "bulletins",
    "consultations",
    "supervision",
    "duty",
    "reports",
    "desk",
    "mfa",
    "account",
    "django_tasks_database",
)
# what belongs to a browser is no part of the truth: who restores signs in anew
LEFT_OUT = {"people.signin"}
BATCH = 500
_JSON: dict[str, Any] = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}


def tables() -> list[type[models.Model]]:
    """Our tables in one fixed order, those between two others (many to many) too."""
    found = [
        model
        for label in APPS
        if label in apps.app_configs
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    return [model for model in found if model._meta.label_lower not in LEFT_OUT and model._meta.managed]


def records() -> Iterator[tuple[str, bytes]]:
    """(table, one JSON line) in a fixed order: table by table, row by row."""
    for model in tables():
        label, columns = model._meta.label_lower, [field.attname for field in model._meta.concrete_fields]
        rows = model._base_manager.order_by("pk").values_list(*columns)
        for row in rows.iterator(chunk_size=BATCH):
            line = json.dumps([label, dict(zip(columns, row, strict=True))], default=_plain, **_JSON)
            yield label, line.encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return b64encode(value).decode()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"a column holds {type(value)}, which would not come back from a backup as it was")


def read(lines: Iterable[bytes]) -> None:
    """Write dumped rows into empty tables, in dump order. Must run in a transaction: foreign keys that point ahead
    (a proposal's text, its decision) are looked at when it ends."""
    models_by_label = {model._meta.label_lower: model for model in tables()}
    parsed = (json.loads(line) for line in lines)
    for label, rows in groupby(parsed, key=lambda row: row[0]):
        _write(models_by_label[label], (columns for _, columns in rows))


def _write(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    records = (model(**{name: _python(fields[name], value) for name, value in row.items()}) for row in rows)
    if any(
        getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)
        for field in fields.values()
    ):
        for record in records:  # raw: a moment that the column sets by itself stays the dumped one
            record.save_base(raw=True, force_insert=True)
        return
    batch: list[models.Model] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            model._base_manager.bulk_create(batch)
            batch = []
    model._base_manager.bulk_create(batch)


def _python(field: Any, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField):
        return None if value is None else b64decode(value)
    return field.to_python(value)


# -- sequences: an id that was given once is not given again ----------------------------------------------------------
def sequences() -> dict[str, int]:
    """The last id given in each table, also of rows that are gone."""
    found = {}
    with connection.cursor() as cursor:
        for model in _numbered():
            table = model._meta.db_table
            if connection.vendor == "sqlite":
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            else:
                cursor.execute("SELECT last_value FROM pg_sequences WHERE schemaname = current_schema() AND"
                               " sequencename = %s", [f"{table}_{_id_column(model)}_seq"])  # fmt: skip
            row = cursor.fetchone()
            if row and row[0]:
                found[model._meta.label_lower] = int(row[0])
    return found


def set_sequences(wanted: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        for model in _numbered():
            last = wanted.get(model._meta.label_lower)
            if not last:
                continue
            table = model._meta.db_table
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
            else:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, true)",
                               [f'"{table}"', _id_column(model), last])  # fmt: skip


def _numbered() -> list[type[models.Model]]:
    return [model for model in tables() if isinstance(model._meta.pk, models.AutoField)]


def _id_column(model: type[models.Model]) -> str:
    column = model._meta.pk.column
    assert column, "every table of ours has an id of its own"
    return column
