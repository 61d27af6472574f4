"""Pages of a list by keyset: page 1,000 costs what page 1 costs, and a row that moves is neither shown twice nor lost.

The cursor is the last row's order values, in plain base64; it opens nothing that the queryset does not hold, so it is
checked for form only. A broken one leads to the first page with a sentence.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet
from django.http import HttpRequest

BROKEN = "这个翻页地址已经失效，下面从第一页开始。"


@dataclass(frozen=True)
class Page:
    """One page of rows. Urls are "" at the ends; ``total`` only when it was asked for."""

    rows: list[Any]
    next_url: str
    prev_url: str
    total: int | None = None
    notice: str = ""

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Column:
    """One column of the order. Empty values come last, whichever database counts them."""

    name: str
    descends: bool
    nullable: bool
    field: Field


def page(
    queryset: QuerySet,
    request: HttpRequest,
    size: int = 30,
    order: Sequence[str] = ("-submitted_at", "-pk"),
    count: bool = False,
) -> Page:
    """The page that ``?after=`` or ``?before=`` asks for: one query, two with ``count``.

    order   column names, "-" for descending; the last must be unique (the key). Columns that may be empty work, but
            give the database a column without NULL where the list is long: only then an index gives the order.
    """
    columns = [_column(queryset, name) for name in order]
    total = queryset.count() if count else None
    given, backwards = request.GET.get("after"), False
    if given is None and "before" in request.GET:
        given, backwards = request.GET["before"], True
    values, notice = _decode(given, columns) if given is not None else (None, "")
    backwards = backwards and values is not None
    rows = queryset.order_by(*[_ordering(column, backwards) for column in columns])
    if values is not None:
        rows = rows.filter(_beyond(columns, values, backwards))
    found = list(rows[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_next = has_more if not backwards else True
    has_prev = has_more if backwards else values is not None
    return Page(
        rows=found,
        next_url=_url(request, "after", columns, found[-1]) if has_next and found else "",
        prev_url=_url(request, "before", columns, found[0])
        if has_prev and found
        else _first(request, has_prev),
        total=total,
        notice=notice,
    )


def _column(queryset: QuerySet, name: str) -> Column:
    path, descends = name.removeprefix("-"), name.startswith("-")
    annotation = queryset.query.annotations.get(path)
    if annotation is not None:
        return Column(path, descends, True, annotation.output_field)
    model: type[Model] | Any = queryset.model
    field: Any = None
    nullable = False
    for part in path.split("__"):
        field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        nullable = nullable or field.null
        model = field.related_model
    if field is None:
        raise FieldDoesNotExist(path)
    return Column(path, descends, nullable, field)


def _ordering(column: Column, backwards: bool) -> Any:
    descends = column.descends is not backwards
    expression = F(column.name)
    if not column.nullable:
        return expression.desc() if descends else expression.asc()
    empty = {"nulls_first": True} if backwards else {"nulls_last": True}
    return expression.desc(**empty) if descends else expression.asc(**empty)


def _beyond(columns: list[Column], values: list[Any], backwards: bool) -> Q:
    """Rows after the cursor in the order: ``a < x or (a = x and (b < y or …))``."""
    condition = Q(pk__in=[])
    for column, value in zip(reversed(columns), reversed(values), strict=True):
        equal = Q(**{f"{column.name}__isnull": True}) if value is None else Q(**{column.name: value})
        condition = _past(column, value, backwards) | (equal & condition)
    first, value = columns[0], values[0]
    if first.nullable or value is None:
        return condition
    # says nothing new, but lets the database walk the index from the cursor instead of sorting an OR
    bound = "lte" if first.descends is not backwards else "gte"
    return Q(**{f"{first.name}__{bound}": value}) & condition


def _past(column: Column, value: Any, backwards: bool) -> Q:
    if value is None:
        return Q(**{f"{column.name}__isnull": False}) if backwards else Q(pk__in=[])
    comparison = "lt" if column.descends is not backwards else "gt"
    past = Q(**{f"{column.name}__{comparison}": value})
    return past | Q(**{f"{column.name}__isnull": True}) if column.nullable and not backwards else past


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part, None)
    return row


def _encode(columns: list[Column], row: Any) -> str:
    values = [_plain(_value(row, column.name)) for column in columns]
    text = json.dumps(
        [[_name(column) for column in columns], values], ensure_ascii=False, separators=(",", ":")
    )
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _name(column: Column) -> str:
    return f"-{column.name}" if column.descends else column.name


def _decode(cursor: str, columns: list[Column]) -> tuple[list[Any] | None, str]:
    """The order values of a cursor, or (None, sentence)."""
    try:
        raw = base64.b64decode(cursor[:2000] + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        names, values = json.loads(raw)
        if names != [_name(column) for column in columns] or len(values) != len(columns):
            return None, BROKEN
        return [_checked(column, value) for column, value in zip(columns, values, strict=True)], ""
    except (binascii.Error, ValueError, TypeError, ValidationError, RecursionError, OverflowError):
        return None, BROKEN


def _checked(column: Column, value: Any) -> Any:
    if value is None:
        if not column.nullable:
            raise ValueError(column.name)
        return None
    if isinstance(value, list | dict | float) or (isinstance(value, str) and "\x00" in value):
        raise ValueError(column.name)
    field: Any = column.field
    return (field.target_field if field.is_relation else field).to_python(value)


def _url(request: HttpRequest, name: str, columns: list[Column], row: Any) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[name] = _encode(columns, row)
    return f"?{query.urlencode()}"


def _first(request: HttpRequest, has_prev: bool) -> str:
    """Back to the first page from an empty one (its rows have gone meanwhile)."""
    if not has_prev:
        return ""
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    return f"?{query.urlencode()}"
