"""What of 会议与活动 is found: an announced gathering by its name, place, notice and agenda; its minutes once they are final."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from huisheng.search import index
from huisheng.search.index import Findable

from .models import Gathering, GatheringState


def findable(gathering: Gathering) -> Findable:
    parts = [
        gathering.place,
        gathering.counterpart,
        gathering.note,
        *(item.title for item in gathering.agenda.all()),
    ]
    if gathering.state == GatheringState.SETTLED:
        parts.append(gathering.minutes)
    return Findable(gathering.kind(), gathering.pk, gathering.title, "\n".join(filter(None, parts)), ())


def put(gathering: Gathering) -> None:
    """Make the gathering findable, in the transaction that announced or changed it."""
    if gathering.state == GatheringState.DRAFT:
        return
    one = findable(gathering)
    index.put(one.kind, one.record_id, one.title, one.body, one.keys)


def announced() -> QuerySet[Gathering]:
    """What was ever announced or put on record is found; a cancelled draft never was."""
    return Gathering.objects.exclude(state=GatheringState.DRAFT).exclude(notified_on=None)


def every_findable() -> Iterator[Findable]:
    """Everything, oldest first: for rebuilding the index."""
    for gathering in announced().prefetch_related("agenda").order_by("pk").iterator(500):
        yield findable(gathering)
