"""What of 政协动态 is found: what is public, by its title and words. Taken down, it is found no more."""

from __future__ import annotations

from collections.abc import Iterator

from huisheng.search import index
from huisheng.search.index import Findable

from . import news_queries as queries
from .models_news import NewsItem


def findable(item: NewsItem) -> Findable:
    body = "\n".join((item.content, *(one.caption for one in item.photos.all())))
    return Findable(item.kind(), item.pk, item.title, body, ())


def put(item: NewsItem) -> None:
    """Make the item findable, in the transaction that published or corrected it."""
    one = findable(item)
    index.put(one.kind, one.record_id, one.title, one.body, one.keys)


def drop(item: NewsItem) -> None:
    index.drop(item.kind(), item.pk)


def every_findable() -> Iterator[Findable]:
    """Everything, oldest first: for rebuilding the index."""
    for item in queries.published().prefetch_related("photos").order_by("pk").iterator(500):
        yield findable(item)
