"""A figure is a name, a unit and a queryset: the number is its count, its page is the same queryset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, Value


@dataclass(frozen=True)
class Figure:
    """``rows(year)``: the records that make the number. ``note``: what is counted and what is not."""

    key: str
    label: str
    unit: str
    rows: Callable[[int], QuerySet[Any]]
    note: str = ""


def counted(figures: Sequence[Figure], year: int) -> dict[str, int]:
    """Key → number: each counted, none typed; one question for all of them."""
    parts = [
        one.rows(year).order_by()
        .annotate(figure=Value(one.key), found=Func(F("pk"), function="COUNT", output_field=IntegerField()))
        .values_list("figure", "found")
        for one in figures
    ]  # fmt: skip
    return {one.key: 0 for one in figures} | dict(parts[0].union(*parts[1:], all=True))
