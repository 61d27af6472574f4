"""What of 成果 is found: a paper by its title, words and number."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from huisheng.search import index
from huisheng.search.index import Findable

from . import kinds
from .models import Output


def findable(output: Output) -> Findable:
    room = kinds.room_of(output)
    words = room.words(output) if room else [one.content for one in output.advice.all()]
    body = "\n".join((output.content, *words)).replace("\x1e", "\n")
    return Findable(output.kind(), output.pk, output.title, body, tuple(filter(None, (output.number_label,))))


def put(output: Output) -> None:
    """Make the paper findable, in the transaction that sent or signed it."""
    one = findable(output)
    index.put(one.kind, one.record_id, one.title, one.body, one.keys)


def sent() -> QuerySet[Output]:
    """What was ever sent for checking has its number and is found."""
    return Output.objects.exclude(serial=None)


def every_findable() -> Iterator[Findable]:
    """Everything, oldest first: for rebuilding the index."""
    rows = sent().prefetch_related("advice").order_by("pk")
    for output in rows.iterator(500):
        yield findable(output)
