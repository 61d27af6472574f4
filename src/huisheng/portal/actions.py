"""Verbs of the public door: send a letter, keep a photo, come back by number, write again, take the contact back."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from huisheng.desk.models import Feedback
from huisheng.kernel import journal, local, store
from huisheng.kernel.errors import Refused
from huisheng.kernel.files import Verdict
from huisheng.kernel.sounds import SOUNDS
from huisheng.opinions.actions import Taken, Voice, erase, hear, take_in
from huisheng.opinions.models import Channel, Lead, LeadMessage, ReceiptTry
from huisheng.opinions.queries import open_point
from huisheng.opinions.receipts import hashed, is_right

from . import rules
from .letter import Letter, Photo

PHOTO_KINDS = ("jpg", "png")
HEAR = "只有录音，请听后“录入文字”"
LARGEST_PHOTO = 12 << 20
TRIES = 5  # of a receipt number and day
# one slow hash at a time and process: a thousand guesses at once must not take the machine's memory
_hashing = threading.Lock()


class LockedToday(Refused):
    """The number was tried too often today, there or not."""

    status = 429


# -- sending -------------------------------------------------------------------------------------------------------
def send(letter: Letter, at: datetime, work: str = "") -> Taken:
    """寄出: the letter becomes a lead, once however often it is sent; with doubts it is parked, never lost.

    Raises Refused when a photo's bytes have been swept meanwhile: it has to be chosen again.
    """
    point = open_point(letter.at, timezone.localdate(at)) if letter.at else None
    voice = Voice(
        channel=Channel.MEETING if point else Channel.WEB, source=point.title if point else "", point=point, content=letter.text, source_id=letter.key, place=letter.place,
        contact={"phone": letter.phone, "address": letter.email}, doubts=rules.doubts(letter, at, work),
        files=_files(letter), remarks=(HEAR,) if letter.voice and not letter.text else (),
    )  # fmt: skip
    return take_in(voice, at)


def _files(letter: Letter) -> tuple[store.Upload, ...]:
    """Under names of ours: the name a phone gives says when, and sometimes who."""
    photos = tuple(_upload(one, f"照片{i}.{one.kind}") for i, one in enumerate(letter.photos, 1))
    return (*photos, _upload(letter.voice, f"录音.{letter.voice.kind}")) if letter.voice else photos


def _upload(photo: Photo, name: str) -> store.Upload:
    if not store.has(photo.sha256):
        raise Refused("照片或录音放得太久，已经不在了。请拿掉它再提交，或重新选一次；文字都在。")
    return store.Upload(
        name, store.bytes_of(photo.sha256), Verdict(photo.kind, photo.sha256, photo.size, name)
    )


def keep_photo(source: Any) -> Photo:
    """Look at a photo and put it by, without place, camera and name. Without a letter it is swept after a day.

    Raises Refused with a sentence when it may not come in.
    """
    if source.size > LARGEST_PHOTO:
        raise Refused(
            f"“{source.name}”有 {source.size >> 20} MB，一张最多 {LARGEST_PHOTO >> 20} MB。请选小一些的。"
        )
    upload = store.receive(source, source.name, kinds=PHOTO_KINDS)
    if upload.refused or upload.data is None:
        raise Refused(f"“{source.name}”没有收下：{upload.refused}")
    sha256, size = store.write(iter((upload.data,)))
    return Photo(sha256, size, upload.verdict.kind)


def keep_voice(source: Any, today: date) -> Photo:
    """Look at a recording and put it by, without its tags. Raises Refused with a sentence when it may not come in."""
    most = int(local.rule("lead.voice_megabytes", today))
    if source.size > most << 20:
        raise Refused(f"录音有 {source.size >> 20} MB，最多 {most} MB。请录短一些，或分几次反映。")
    upload = store.receive(source, source.name, kinds=SOUNDS)
    if upload.refused or upload.data is None:
        raise Refused(f"录音没有收下：{upload.refused}")
    sha256, size = store.write(iter((upload.data,)))
    return Photo(sha256, size, upload.verdict.kind)


def keep_photos(sources: Iterable[Any], room: int) -> tuple[list[Photo], list[str]]:
    """The photos that came in, and why others did not."""
    kept: list[Photo] = []
    said: list[str] = []
    for source in sources:
        if len(kept) >= room:
            said.append(f"“{source.name}”没有收下：照片已经够数了。")
            continue
        try:
            kept.append(keep_photo(source))
        except Refused as refusal:
            said.append(refusal.sentence)
    return kept, said


# -- coming back ---------------------------------------------------------------------------------------------------
def by_number(code: str, secret: str, at: datetime) -> Lead:
    """The lead of a typed number and secret. Absent and wrong get the same answer after the same work; after five
    wrong ones the number rests until tomorrow, whether it is there or not. Raises Refused."""
    today = timezone.localdate(at)
    with transaction.atomic():
        row, _ = ReceiptTry.objects.select_for_update().get_or_create(code=code, day=today)
        row.count = min(row.count + 1, TRIES + 1)  # before looking: of many at once only five are looked at
        row.save(update_fields=["count"])
    if row.count > TRIES:
        raise LockedToday("这个回执号今天已经试了五次，请明天再试。有二维码或链接的，可以直接打开。")
    lead = Lead.objects.filter(code=code).first()
    with _hashing:
        matches = is_right(secret, lead.secret_hash if lead else _of_nobody())
    if lead is None or not matches:
        left = TRIES - row.count
        raise Refused(
            f"回执号或查询码不对，请照回执再看一遍。{f'今天还可以试 {left} 次。' if left else '今天不能再试了。'}"
        )
    ReceiptTry.objects.filter(pk=row.pk).update(count=F("count") - 1)
    return lead


@cache
def _of_nobody() -> str:
    """A hash like every other, of a secret that nobody has."""
    return hashed("a secret of nobody")


# -- the thread ----------------------------------------------------------------------------------------------------
def write_again(lead: Lead, text: str, key: str, at: datetime) -> LeadMessage | None:
    """来信人补充; None when this very message is there already. Raises Refused when the day is full."""
    most = int(local.rule("lead.writes_a_day", timezone.localdate(at)))
    since = at - timedelta(days=1)
    if lead.messages.filter(is_from_sender=True, at__gt=since).count() >= most:
        raise Refused(f"一天最多补充 {most} 次，请明天再写。您写的话还在下面，可以先抄下来。")
    return hear(lead, text, at, source_id=f"open:{key}")


def take_contact_back(lead: Lead, at: datetime) -> bool:
    """来信人删除联系方式: erased at once, for good. False when there was none."""
    with transaction.atomic():
        if not erase([lead.pk], at):
            return False
        journal.write(lead, "take_back_contact", "来信人删除联系方式", account=None, at=at)
    return True


# -- about the product itself --------------------------------------------------------------------------------------
def complain(content: str, at: datetime) -> None:
    """意见建议 of somebody without an account. Raises Refused when the hour is full; nothing of it is lost then."""
    most = int(local.rule("feedback.per_hour", timezone.localdate(at)))
    if Feedback.objects.filter(account=None, at__gt=at - rules.HOUR).count() >= most:
        raise Refused("这一小时收到的意见太多，还没有收下您这一条。请过一会儿再提交，文字都在下面。")
    Feedback.objects.create(content=content, page="/open/", at=at)
