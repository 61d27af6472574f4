"""A figure is a name, a unit and a queryset: the number is its count, its page is the same queryset.

Its definition may change: with the product (``changed``) or with a local rule or list that it rests on (``rests_on``).
Wherever two years stand side by side, the mark and the sentence of what changed between them stand there, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import F, Func, IntegerField, QuerySet, Value

from . import local
from .local import Changed

MARK = "※"  # 口径有变; a sign and words, for it is printed in black, too


class Defined(Protocol):
    """What has a definition that may change."""

    @property
    def rests_on(self) -> tuple[str, ...]: ...
    @property
    def changed(self) -> tuple[Changed, ...]: ...


@dataclass(frozen=True)
class Figure:
    """``rows(year)``: the records that make the number. ``note``: what is counted and what is not.

    rests_on: local rules and lists that decide what is counted; changed: changes of the definition in the product.
    """

    key: str
    label: str
    unit: str
    rows: Callable[[int], QuerySet[Any]]
    note: str = ""
    rests_on: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()


def changes(one: Defined, first: int, last: int, further: Iterable[Changed] = ()) -> list[str]:
    """What makes the numbers of two years no longer of one kind, oldest first.

    A change on the first day of the earlier year holds for the whole of both; one within a year touches it.
    """
    found = {*one.changed, *local.changes(one.rests_on), *further}
    return [it.sentence for it in sorted(found) if date(first, 1, 1) < it.on <= date(last, 12, 31)]


def together(told: Iterable[tuple[str, list[str]]]) -> list[str]:
    """Sentences of several figures, each once with the names of those that it is about."""
    about: dict[str, list[str]] = {}
    for label, sentences in told:
        for sentence in sentences:
            about.setdefault(sentence, []).append(label)
    return [f"{sentence}（{'、'.join(labels)}）" for sentence, labels in about.items()]


def counted(figures: Sequence[Figure], year: int) -> dict[str, int]:
    """Key → number: each counted, none typed; one question for all of them."""
    parts = [
        one.rows(year).order_by()
        .annotate(figure=Value(one.key), found=Func(F("pk"), function="COUNT", output_field=IntegerField()))
        .values_list("figure", "found")
        for one in figures
    ]  # fmt: skip
    return {one.key: 0 for one in figures} | dict(parts[0].union(*parts[1:], all=True))
