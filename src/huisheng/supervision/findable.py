"""What of 民主监督 is found: a matter by its title, what it is about and its number, once it was approved."""

from __future__ import annotations

from collections.abc import Iterator

from huisheng.search import index
from huisheng.search.index import Findable

from .models import Supervision
from .queries import announced


def findable(one: Supervision) -> Findable:
    body = "\n".join((one.content, one.method, one.conclusion, one.public_note))
    return Findable(one.kind(), one.pk, one.title, body, tuple(filter(None, (one.number_label,))))


def put(one: Supervision) -> None:
    """Make the matter findable, in the transaction that approved or closed it."""
    found = findable(one)
    index.put(found.kind, found.record_id, found.title, found.body, found.keys)


def take_out(one: Supervision) -> None:
    """What was called off is found no more."""
    index.drop(one.kind(), one.pk)


def every_findable() -> Iterator[Findable]:
    """Everything, oldest first: for rebuilding the index."""
    for one in announced().order_by("pk").iterator(500):
        yield findable(one)
