"""核对, the part of 政协动态: what is public was reviewed by three others than its writer, and reads as it was frozen. Read-only."""

from __future__ import annotations

from collections.abc import Iterator

from huisheng.bulletins import news_actions as actions
from huisheng.bulletins import news_queries as queries
from huisheng.bulletins.models_news import NewsItem
from huisheng.kernel.models import Entry
from huisheng.kernel.once import fingerprint
from huisheng.kernel.store import fault


def news() -> Iterator[str]:
    """Every item that is or was public, each of its versions, and each of its pictures."""
    written = _frozen()
    rows = queries.ever_public().prefetch_related("versions", "photos__file", "photos__view", "photos__thumb")
    for one in rows.order_by("pk").iterator(chunk_size=500):
        yield from _reviewed(one)
        yield from _versions(one, written.get(one.pk, {}))
        yield from _pictures(one)


def _reviewed(one: NewsItem) -> Iterator[str]:
    people = [one.read_by_id, one.checked_by_id, one.published_by_id]
    if None in people:
        yield f"动态《{one}》已经发布，三审的人却不全"
    elif len({*people, one.made_by_id}) != 4:
        yield f"动态《{one}》的三审不是由作者以外的三个人办的"


def _frozen() -> dict[int, dict[int, str]]:
    """Item -> number of the version -> the fingerprint its journal line keeps."""
    found: dict[int, dict[int, str]] = {}
    rows = Entry.objects.filter(subject_type=NewsItem.kind(), action__in=("publish", "correct"))
    for pk, data in rows.order_by("seq").values_list("subject_id", "data"):
        found.setdefault(pk, {})[data.get("edition", 0)] = data.get("fingerprint", "")
    return found


def _versions(one: NewsItem, written: dict[int, str]) -> Iterator[str]:
    versions = list(one.versions.all())
    if not versions:
        yield f"动态《{one}》已经发布，却没有定稿的一版"
        return
    for each in versions:
        same = fingerprint([each.number, each.words, each.note]) == each.fingerprint
        if not same or written.get(each.number) != each.fingerprint:
            yield f"动态《{one}》{each}的一版与定稿时的指纹不符，内容被改动过"
    last = versions[-1]
    if actions.words_of(one) != last.words or one.fingerprint != last.fingerprint:
        yield f"动态《{one}》现在的文字或照片与最后定稿的一版不符"


def _pictures(one: NewsItem) -> Iterator[str]:
    for photo in one.photos.all():
        if not photo.caption.strip():
            yield f"动态《{one}》第{photo.number}张照片没有说明"
        for kept in (photo.view, photo.thumb):
            if said := fault(kept.sha256):
                yield f"动态《{one}》第{photo.number}张照片的“{kept.name}”{said}"
