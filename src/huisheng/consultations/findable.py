"""What of 年度协商 is found: a topic by its words, a line once it is in force."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from huisheng.search import index
from huisheng.search.index import Findable

from .models import Line, LineState, Subject


def findable(one: Subject | Line) -> Findable:
    if isinstance(one, Subject):
        return Findable(one.kind(), one.pk, one.title, one.reason, ())
    body = "\n".join(filter(None, (one.leader, one.participants, one.scheme, one.result)))
    return Findable(one.kind(), one.pk, one.title, body, ())


def put(one: Subject | Line) -> None:
    """Make it findable, in the transaction that brought or adopted it."""
    found = findable(one)
    index.put(found.kind, found.record_id, found.title, found.body, found.keys)


def adopted() -> QuerySet[Line]:
    return Line.objects.exclude(state=LineState.PROPOSED)


def every_findable() -> Iterator[Findable]:
    """Everything, oldest first: for rebuilding the index."""
    for subject in Subject.objects.order_by("pk").iterator(500):
        yield findable(subject)
    for line in adopted().order_by("pk").iterator(500):
        yield findable(line)
