"""What of 文史资料 is found: a material by its title, caption, event, place, people and, for a text, its words."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from huisheng.search import index
from huisheng.search.index import Findable

from .models import UNSENT, Material, MaterialState


def findable(material: Material) -> Findable:
    parts = (
        material.caption, material.event, material.place, material.people, material.dated, material.author,
        material.provider_unit, material.content,
    )  # fmt: skip
    keys = tuple(filter(None, (material.number_label, material.provider_name, material.author)))
    return Findable(material.kind(), material.pk, material.title, "\n".join(filter(None, parts)), keys)


def put(material: Material) -> None:
    """Make it findable, or findable anew, in the caller's transaction; a draft and what was withdrawn are not."""
    if material.state in UNSENT:
        index.drop(material.kind(), material.pk)
        return
    one = findable(material)
    index.put(one.kind, one.record_id, one.title, one.body, one.keys)


def sent() -> QuerySet[Material]:
    """What was ever received; drafts and what was taken back are not found."""
    return Material.objects.exclude(state__in=(MaterialState.DRAFT, MaterialState.WITHDRAWN))


def every_findable() -> Iterator[Findable]:
    """Everything, oldest first: for rebuilding the index."""
    for material in sent().order_by("pk").iterator(500):
        yield findable(material)
