"""年度协商计划 for the public: the years whose plan was issued, and one year with what became of its lines."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from huisheng.ui.paging import page as paged

from . import planned
from .pages import page, published

MINUTE = 60
PAGE = 20


@published(MINUTE, asks=("after", "before"))
def plans(request: HttpRequest) -> HttpResponse:
    listed = paged(planned.plans(), request, size=PAGE, order=("-year", "-pk"))
    return page("plans", {"page": listed, "rows": [planned.outline(one) for one in listed.rows]})


@published(MINUTE)
def plan(request: HttpRequest, year: int) -> HttpResponse:
    found = planned.read(year)
    if found is None:
        raise Http404
    return page("plan", {"plan": found})
