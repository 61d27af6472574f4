"""政协动态 at the public door: the list by column, one item with its photographs, and what an address says afterwards.

Everything is asked of ``bulletins.news_queries.published`` each time: what is taken down is gone within a minute, its pictures
within ten from the caches of those who had looked.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from huisheng.bulletins import news_queries, news_reading
from huisheng.bulletins.models_news import NewsPhoto
from huisheng.bulletins.news_local_rules import COLUMN
from huisheng.kernel.forms import choices
from huisheng.ui.paging import page as paged

from . import queries
from .pages import page, published
from .views_archive import shown

MINUTE, TEN_MINUTES, PAGE = 60, 600, 20
SIZES = ("thumb", "view")


@published(MINUTE, asks=("column", "after", "before"))
def news(request: HttpRequest) -> HttpResponse:
    """Newest first; a column narrows. An unknown column is simply not asked."""
    columns = choices(COLUMN, timezone.localdate())
    column = request.GET.get("column", "")
    label = dict(columns).get(column, "")
    rows = news_queries.published().filter(column=column) if label else news_queries.published()
    listed = paged(rows, request, size=PAGE, order=("-published_on", "-pk"))
    return page("news", {
        "page": listed, "rows": [news_reading.read(one) for one in listed.rows], "columns": columns,
        "column": column if label else "", "label": label,
    })  # fmt: skip


@published(MINUTE)
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item; one that was taken down answers with a sentence (410), and nothing of its words."""
    found = queries.published_news_item(pk)
    if found is not None:
        return page("news_item", {"one": found, "related": queries.told_of(pk)})
    gone = news_queries.taken_down(pk)
    if gone is None:
        raise Http404
    return page("news_gone", {"taken_on": gone.taken_on}, 410)


@require_safe
def picture(request: HttpRequest, pk: int, number: int, size: str) -> HttpResponse:
    """The picture made to be shown: no camera, no place, no author in it."""
    rows = NewsPhoto.objects.filter(item__in=news_queries.published(), item=pk, number=number)
    one = rows.select_related(*SIZES).first() if size in SIZES else None
    return shown(getattr(one, size) if one else None, TEN_MINUTES)
