"""文史展厅: what was collected and is free to see. Pictures are the ones made to be shown; originals never leave.

Everything is asked of ``archive.queries.published`` each time: what is taken down is gone within a minute.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from huisheng.archive import queries as archive
from huisheng.archive.models import Material, Original, Type
from huisheng.kernel import store
from huisheng.kernel.forms import clean_text
from huisheng.kernel.models import Attachment
from huisheng.search import index
from huisheng.ui.paging import page as paged

from .pages import page, published

MINUTE, DAY = 60, 86_400
PAGE = 24


@published(MINUTE, asks=("q", "after", "before"))
def gallery(request: HttpRequest) -> HttpResponse:
    """Pictures and texts, the latest kept first; words search captions."""
    words = clean_text(request.GET.get("q", ""))[:100].strip()
    rows = archive.published()
    drives = list(archive.open_drives(timezone.localdate()))
    if words:
        hits = index.find(words, within={Material.kind(): rows}, limit=PAGE)
        loaded = archive.with_thumb(rows).in_bulk([hit.record_id for hit in hits.hits])
        found = [loaded[hit.record_id] for hit in hits.hits if hit.record_id in loaded]
        return page("gallery", {"rows": found, "words": words, "count": hits.total, "drives": drives})
    listed = paged(archive.with_thumb(rows), request, size=PAGE, order=("-kept_on", "-pk"))
    return page("gallery", {"rows": listed.rows, "page": listed, "drives": drives})


@published(MINUTE)
def exhibit(request: HttpRequest, pk: int) -> HttpResponse:
    one = archive.published().filter(pk=pk).first()
    if one is None:
        raise Http404
    pictures = list(
        one.originals.exclude(view=None).order_by("number").values_list("number", "width", "height")
    )
    return page("exhibit", {"one": one, "pictures": pictures, "is_text": one.type == Type.TEXT})


@require_safe
def exhibit_picture(request: HttpRequest, pk: int, number: int, size: str) -> HttpResponse:
    """The picture made to be shown: no camera, no place, no author in it."""
    rows = Original.objects.filter(material__in=archive.published(), material=pk, number=number)
    one = rows.select_related("view", "thumb").first() if size in ("thumb", "view") else None
    return shown(getattr(one, size) if one else None)


def shown(picture: Attachment | None, seconds: int = DAY) -> HttpResponse:
    """A picture made to be shown, so long in the reader's cache: what stands at its address never changes."""
    if picture is None:
        raise Http404
    with store.open_file(picture) as handle:
        response = HttpResponse(handle.read(), content_type="image/jpeg")
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
