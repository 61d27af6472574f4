"""An item of news as the public reads it: contact data taken out, each 更正 with its day. The preview reads the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from huisheng.opinions.hiding import hide

from .models_news import NewsItem, NewsPhoto

GIST = 80  # characters that a line of a list tells


@dataclass(frozen=True)
class Picture:
    url: str
    caption: str
    width: int
    height: int


@dataclass(frozen=True)
class Corrected:
    on: date
    note: str


@dataclass(frozen=True)
class News:
    """One item in words. ``published_on`` is empty in the preview of what is not public yet."""

    pk: int
    title: str
    column: str
    column_label: str
    happened_on: date
    published_on: date | None
    content: str
    pictures: tuple[Picture, ...] = ()
    corrections: tuple[Corrected, ...] = ()

    @property
    def gist(self) -> str:
        text = " ".join(self.content.split())
        return text if len(text) <= GIST else f"{text[:GIST]}…"

    @property
    def words(self) -> str:
        """Everything that is published of it: what a search may find."""
        return "\n".join((self.title, self.content, *(one.caption for one in self.pictures)))


def read(item: NewsItem, url: Callable[[NewsPhoto], str] | None = None) -> News:
    """``url``: where a photograph is fetched from; without it the pictures and corrections are not asked for."""
    pictures: tuple[Picture, ...] = ()
    corrections: tuple[Corrected, ...] = ()
    if url is not None:
        pictures = tuple(
            Picture(url(one), hide(one.caption), one.width, one.height) for one in item.photos.all()
        )
        corrections = tuple(
            Corrected(one.on, hide(one.note)) for one in item.versions.all() if one.number > 1
        )
    return News(
        item.pk, hide(item.title), item.column, item.column_label, item.happened_on, item.published_on,
        hide(item.content), pictures, corrections,
    )  # fmt: skip
