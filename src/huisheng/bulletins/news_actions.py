"""Verbs of 政协动态: begin, write, photographs; and the effects of its steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from huisheng.archive.actions import pictured
from huisheng.archive.pictures import look_at_bytes
from huisheng.kernel import journal, local, store
from huisheng.kernel.errors import Conflict, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.links import link
from huisheng.kernel.models import Attachment
from huisheng.kernel.once import fingerprint, once
from huisheng.kernel.store import Upload
from huisheng.people.models import Account

from . import news_findable as findable
from . import news_local_rules as names
from . import news_queries as queries
from .models_news import NewsItem, NewsPhoto, NewsVersion

WORDS = ("title", "column", "happened_on", "content")
PICTURES = ("jpg", "png")


# -- begin and write ---------------------------------------------------------------------------------------------------
def start(
    account: Account, data: dict[str, Any], *, sources: Iterable[Any] = (), at: datetime, key: str = ""
) -> NewsItem:
    """写动态. data: title, column, happened_on, content. sources: the records it tells of. Raises NotAllowed."""
    if not queries.writes(account, timezone.localdate(at)):
        raise NotAllowed("动态由机关人员或召集人写。")
    sources = list(sources)

    def act() -> dict[str, Any]:
        words = {name: data[name] for name in WORDS}
        item = NewsItem.objects.create(made_by=account, made_at=at, changed_at=at, **words)
        for one in sources:
            link(one, item, "写成动态", at)
        told = {"sources": [str(one) for one in sources]} if sources else {}
        journal.write(item, "start", "起草", account=account, at=at, to_state=item.state, data=told)
        return {"id": item.pk}

    payload = [
        {name: str(data[name]) for name in WORDS},
        [[one.kind(), one.pk] for one in sources],
    ]
    return NewsItem.objects.get(pk=once(account, key, ["news", payload], at, act)["id"])


def save(
    item: NewsItem, account: Account, data: dict[str, Any], *, at: datetime, version: int | None = None
) -> NewsItem:
    """存稿, by the writer, while it is a draft or was sent back. Raises NotAllowed, WrongState, Conflict."""
    with transaction.atomic():
        found = _open(item, account, at)
        if version is not None and version != found.version:
            raise Conflict("您打开这一页之后，这条动态在别处改过。请看过最新的内容再存，您写的在下面。")
        for name in WORDS:
            setattr(found, name, data[name])
        found.version, found.changed_at = found.version + 1, at
        found.save(update_fields=[*WORDS, "version", "changed_at"])
        journal.write(found, "write", "修改", account=account, at=at)
    return found


def _open(item: NewsItem, account: Account, at: datetime) -> NewsItem:
    """The item, locked, while its writer may still work on it."""
    found = NewsItem.objects.select_for_update().get(pk=item.pk)
    if not queries.is_own(found, account, timezone.localdate(at)):
        raise NotAllowed("动态由作者本人修改；审稿的同志请退回修改。")
    if not found.is_writable:
        raise WrongState(
            f"现在是“{found.get_state_display()}”，不能再改。要改的请审稿人退回；已经发布的走更正。"
        )
    return found


# -- photographs -------------------------------------------------------------------------------------------------------
def add_photo(item: NewsItem, account: Account, upload: Upload, caption: str, at: datetime) -> NewsPhoto:
    """加照片: past the gate, without camera and place; the pictures that are shown are made here and now."""
    if upload.refused or upload.data is None:
        raise Refused(upload.refused)
    if not caption.strip():
        raise Refused("请写照片说明：看不到照片的人听到的就是这句话。")
    look = look_at_bytes(upload.data)  # takes a moment, and in no transaction
    if look.failed:
        raise Refused(look.failed)
    most = int(local.rule(names.PHOTOS, timezone.localdate(at)))
    with transaction.atomic():
        found = _open(item, account, at)
        if same := found.photos.filter(file__sha256=upload.verdict.sha256).first():
            return same  # pressed twice
        if found.photos.count() >= most:
            raise Refused(f"已经有{most}张照片。要换的，请先拿掉一张。")
        columns = pictured(look, found, account, at)
        columns.pop("likeness")
        number = (found.photos.aggregate(last=Max("number"))["last"] or 0) + 1
        photo = NewsPhoto.objects.create(
            item=found, number=number, caption=caption.strip(),
            file=store.keep_upload(upload, found, account, "photo", at), **columns,
        )  # fmt: skip
        journal.write(found, "photo", "加照片", account=account, at=at, note=photo.caption)
    return photo


def take_photos(item: NewsItem, account: Account, photos: Iterable[Attachment], at: datetime) -> int:
    """选用活动照片: those of the activity it tells of, with their captions. How many came in."""
    offered = queries.offered_photos(item, account, timezone.localdate(at))
    chosen = list(offered.filter(pk__in=[one.pk for one in photos]))
    most, there = int(local.rule(names.PHOTOS, timezone.localdate(at))), item.photos.count()
    if there + len(chosen) > most:
        raise Refused(f"一条动态最多{most}张照片，已经有{there}张，最多再选{max(0, most - there)}张。")
    for one in chosen:
        with store.open_file(one) as handle:
            upload = store.receive(handle.read(), one.name, kinds=PICTURES)
        add_photo(item, account, upload, PurePath(one.name).stem[:60], at)
    return len(chosen)


def set_caption(item: NewsItem, account: Account, number: int, words: str, at: datetime) -> None:
    """改说明."""
    with transaction.atomic():
        found = _open(item, account, at)
        photo = _photo(found, number)
        photo.caption = words.strip()
        photo.save(update_fields=["caption"])
        journal.write(found, "caption", "改照片说明", account=account, at=at, note=photo.caption)


def remove_photo(item: NewsItem, account: Account, number: int, at: datetime) -> None:
    """拿掉照片: gone from the item; the bytes are swept later, the journal keeps that it was there."""
    with transaction.atomic():
        found = _open(item, account, at)
        photo = _photo(found, number)
        files = [photo.file, photo.view, photo.thumb]
        journal.write(found, "photo_off", "拿掉照片", account=account, at=at, note=str(photo))
        photo.delete()
        for one in files:
            one.delete()


def _photo(item: NewsItem, number: int) -> NewsPhoto:
    photo = item.photos.select_related("file", "view", "thumb").filter(number=number).first()
    if photo is None:
        raise Refused("没有这张照片，可能已经拿掉了。请刷新页面。")
    return photo


# -- effects -----------------------------------------------------------------------------------------------------------
def submit(item: NewsItem, act: Act) -> None:
    """提交: the reviews begin anew, also after it was sent back."""
    item.read_by = item.checked_by = item.published_by = None
    item.save(update_fields=["read_by", "checked_by", "published_by"])


def read(item: NewsItem, act: Act) -> None:
    item.read_by = act.account
    item.save(update_fields=["read_by"])


def check(item: NewsItem, act: Act) -> None:
    item.checked_by = act.account
    item.save(update_fields=["checked_by"])


def publish(item: NewsItem, act: Act) -> None:
    """终审发布: the words are frozen as the first version, and found by everybody from now on."""
    item.published_by, item.published_on = act.account, act.today
    item.save(update_fields=["published_by", "published_on"])
    _freeze(item, act, "")


def correct(item: NewsItem, act: Act) -> None:
    """更正: a new version; the earlier one stays as it was."""
    item.title, item.content = act.data["title"], act.data["content"]
    item.save(update_fields=["title", "content"])
    _freeze(item, act, act.note)


def words_of(item: NewsItem) -> dict[str, Any]:
    """What is frozen: everything the public reads, the pictures by their hash."""
    return {
        "title": item.title, "column": item.column, "happened_on": item.happened_on.isoformat(), "content": item.content,
        "photos": [[one.number, one.caption, one.file.sha256, one.view.sha256]
                   for one in item.photos.all()],
    }  # fmt: skip


def _freeze(item: NewsItem, act: Act, note: str) -> None:
    words = words_of(item)
    number = (item.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    item.fingerprint = fingerprint([number, words, note])
    item.save(update_fields=["fingerprint"])
    NewsVersion.objects.create(
        item=item, number=number, words=words, note=note, fingerprint=item.fingerprint, account=act.account, at=act.at
    )  # fmt: skip
    act.remember(edition=number, fingerprint=item.fingerprint)
    findable.put(item)


def take_down(item: NewsItem, act: Act) -> None:
    item.taken_on = act.today
    item.save(update_fields=["taken_on"])
    findable.drop(item)


def restore(item: NewsItem, act: Act) -> None:
    """恢复发布: the day it was taken down stays on record."""
    findable.put(item)
