"""Two pages for any room's figures: all of a year, and the list behind one. Each number is counted when it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel.figures import Figure, counted

from .paging import page

FIRST_YEAR = 2017  # nothing was recorded here before


def asked_year(request: HttpRequest) -> int:
    """“?year=2017”; anything else is this year."""
    this_year = timezone.localdate().year
    given = request.GET.get("year", "")
    is_year = given.isascii() and given.isdecimal() and len(given) == 4
    return int(given) if is_year and FIRST_YEAR <= int(given) <= this_year else this_year


def show_all(request: HttpRequest, figures: Sequence[Figure], title: str, space: str) -> HttpResponse:
    """``space``: the room's URL names ``<space>:figures``, ``<space>:figure``, ``<space>:list``."""
    year, this_year = asked_year(request), timezone.localdate().year
    numbers = counted(figures, year)
    rows = [(one, numbers[one.key], reverse(f"{space}:figure", args=[one.key])) for one in figures]
    return render(request, "figures.html", {
        "rows": rows, "year": year, "years": range(this_year, FIRST_YEAR - 1, -1), "title": title,
        "back_url": reverse(f"{space}:list"),
    })  # fmt: skip


def show_one(request: HttpRequest, figures: Sequence[Figure], key: str, space: str) -> HttpResponse:
    """The list behind one number."""
    one = next((one for one in figures if one.key == key), None)
    if one is None:
        raise Http404
    year = asked_year(request)
    rows = page(one.rows(year), request, order=("-pk",), count=True)
    return render(request, "figure.html", {
        "figure": one, "year": year, "page": rows, "lines": [(str(row), address_of(row)) for row in rows],
        "back_url": f"{reverse(f'{space}:figures')}?year={year}",
    })  # fmt: skip


def address_of(row: object) -> str:
    """The page of a record, or of the one it belongs to; "" when it has none."""
    for one in (row, getattr(row, "gathering", None)):
        if hasattr(one, "get_absolute_url"):
            return str(one.get_absolute_url())  # type: ignore[union-attr]
    return ""
