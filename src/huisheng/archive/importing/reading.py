"""Photographs and captions together: a verdict for each row, with the sentences that say why.

Good: comes in. Doubt: somebody decides. Same: the very file is here already. Missing: a caption without a photograph.
Refused: no photograph, or a broken one. Nothing is guessed in silence: what was matched without its extension is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from huisheng.kernel import local, store
from huisheng.kernel.models import Attachment

from .. import actions, dates, queries
from .. import local_rules as rules
from ..actions import PICTURES
from ..models import PhotoBatch, PhotoRow
from ..pictures import AT_ONCE, Likenesses, Look, look_at
from .captions import Caption, Captions, folded, stem
from .folder import Folder, Found

Say = Callable[[int, int], None]
V = PhotoRow.Verdict


@dataclass
class Draft:
    """A row while it is made."""

    name: str
    line: int | None = None
    words: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    missing: bool = False
    doubts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    same: str = ""
    twin: int | None = None
    columns: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> V:
        if self.refused:
            return V.REFUSED
        if self.missing:
            return V.MISSING
        if self.same:
            return V.SAME
        return V.DOUBT if self.doubts else V.GOOD

    @property
    def issues(self) -> list[str]:
        return [one for one in (self.refused, self.same, *self.doubts, *self.notes) if one]


def match(folder: Folder, captions: Captions, today: date) -> list[tuple[Draft, Found | None]]:
    """Each photograph with its caption, and each caption that found none, in the order of the photographs."""
    by_name: dict[str, list[Caption]] = defaultdict(list)
    by_stem: dict[str, list[Caption]] = defaultdict(list)
    for one in captions.lines:
        by_name[folded(one.name)].append(one)
        by_stem[stem(one.name)].append(one)
    stems: dict[str, int] = defaultdict(int)
    for found in folder.photos:
        stems[stem(found.name)] += 1
    used: set[int] = set()
    rows: list[tuple[Draft, Found | None]] = []
    for found in folder.photos:
        draft = Draft(found.name)
        lines = by_name.get(folded(found.name), [])
        if not lines and stems[stem(found.name)] == 1:
            lines = by_stem.get(stem(found.name), [])
            if lines:
                draft.notes.append(f"表里写的是“{lines[0].name}”，按主文件名对上。")
        _describe(draft, lines, today)
        used |= {id(one) for one in lines}
        rows.append((draft, found))
    if captions.lines:
        for draft, _ in rows:
            if draft.line is None:
                draft.doubts.append("说明表里没有这张照片。导入的话，题名暂用文件名，请补上。")
    rows += [(_without(one, today), None) for one in captions.lines if id(one) not in used]
    return rows


def _describe(draft: Draft, lines: list[Caption], today: date) -> None:
    if not lines:
        return
    one = lines[0]
    draft.line, draft.words = one.line, dict(one.words)
    if len(lines) > 1:
        numbers = "、".join(str(line.line) for line in lines)
        draft.doubts.append(f"说明表第 {numbers} 行写的都是这张照片，用了第 {one.line} 行。")
    for key in one.cut:
        draft.doubts.append(f"“{key_label(key)}”太长，已截短，请核对。")
    if not draft.words.get("title"):
        first = draft.words.get("caption", "").split("。")[0][:60]
        if first:
            draft.words["title"] = first
            draft.notes.append("没有题名，用了说明的第一句。")
        else:
            draft.doubts.append("没有题名，导入的话暂用文件名，请补上。")
    _date(draft, today)


def _date(draft: Draft, today: date) -> None:
    try:
        found = dates.read(draft.words.get("dated", ""), today=today)
    except dates.Unread as problem:
        draft.doubts.append(f"{problem}不改的话，导入时记为“不详”，原来的写法留在说明里。")
        return
    if found.latest and found.latest.year < int(local.rule(rules.EARLIEST, today)):
        draft.doubts.append(f"时间“{found.words}”很早，请核对。")


def key_label(key: str) -> str:
    labels = {"title": "题名", "caption": "说明", "dated": "时间", "place": "地点", "event": "事件", "people": "人物",
              "author": "拍摄者", "provider_name": "提供人", "provider_unit": "单位"}  # fmt: skip
    return labels.get(key, key)


def _without(one: Caption, today: date) -> Draft:
    name = one.name or "（没有写文件名）"
    draft = Draft(name[:255], one.line, dict(one.words), missing=True)
    draft.notes.append(
        f"说明表第 {one.line} 行的照片“{name[:80]}”不在上传的文件里。"
        if one.name
        else f"说明表第 {one.line} 行没有写文件名。"
    )
    return draft


# -- looking and storing ---------------------------------------------------------------------------------------------
def read_batch(batch: PhotoBatch, rows: list[tuple[Draft, Found | None]], at: datetime, say: Say) -> None:
    """Look at every photograph, store what comes in, and write the rows. Begins anew when it was broken off."""
    batch.rows.all().delete()
    near = int(local.rule(rules.NEAR, timezone.localdate(at)))
    known = Likenesses(queries.likenesses())
    here: dict[str, str] = {}  # hash -> name, of this batch
    alike: Likenesses = Likenesses()
    photos = [(draft, found) for draft, found in rows if found is not None]
    position = 0
    for start in range(0, len(photos), AT_ONCE):
        part = photos[start : start + AT_ONCE]
        looks = _look(part)
        hashes = queries.with_hash(upload.verdict.sha256 for upload, _ in looks.values())
        with transaction.atomic():
            made = []
            for draft, _found in part:
                if held := looks.get(id(draft)):
                    upload, look = held
                    _compare(draft, upload.verdict.sha256, look, hashes, here, known, alike, near)
                    _keep(draft, upload, look, batch, at)
                position += 1
                made.append(_row(batch, position, draft))
            PhotoRow.objects.bulk_create(made)
        say(min(start + AT_ONCE, len(photos)), len(photos))
    missing = [draft for draft, found in rows if found is None]
    PhotoRow.objects.bulk_create(
        [_row(batch, position + i, draft) for i, draft in enumerate(missing, 1)], batch_size=500
    )


def _look(part: list[tuple[Draft, Any]]) -> dict[int, tuple[store.Upload, Look]]:
    """What passed the gate and could be opened; the others are told why not."""
    passed: list[tuple[Draft, store.Upload, Path]] = []
    for draft, found in part:
        if found.path is None:
            draft.refused = found.failed
            continue
        upload = store.receive(found.path.read_bytes(), found.name, kinds=PICTURES, as_is=True)
        if upload.refused:
            draft.refused = upload.refused
        else:
            passed.append((draft, upload, found.path))
    looks = look_at([path for _, _, path in passed])
    found_looks = {}
    for (draft, upload, path), look in zip(passed, looks, strict=True):
        path.unlink(missing_ok=True)
        if look.failed:
            draft.refused = look.failed
        else:
            found_looks[id(draft)] = (upload, look)
    return found_looks


def _compare(
    draft: Draft,
    sha256: str,
    look: Look,
    hashes: dict[str, int],
    here: dict[str, str],
    known: Likenesses,
    alike: Likenesses,
    near: int,
) -> None:
    """The very file again, or a picture that is nearly this one: of what is kept, and of this batch."""
    if sha256 in hashes:
        draft.same, draft.twin = "这张照片（逐字节相同）已经收过。", hashes[sha256]
        return
    if sha256 in here:
        draft.same = f"与这一批里的“{here[sha256]}”是同一个文件。"
        return
    here[sha256] = draft.name
    if look.likeness is None:
        return
    if found := known.nearest(look.likeness, near):
        draft.twin = found[0]
        draft.doubts.append("与已经收过的一张几乎一样，可能是同一张的另一份。")
    elif found := alike.nearest(look.likeness, near):
        draft.doubts.append(f"与这一批里的“{found[0]}”几乎一样，可能是同一张的另一份。")
    alike.add(look.likeness, draft.name)


def _keep(draft: Draft, upload: store.Upload, look: Look, batch: PhotoBatch, at: datetime) -> None:
    """Store the original and its two pictures; of what is here already only the row is written."""
    if draft.same:
        return
    file = store.keep_upload(upload, batch, batch.account, "original", at)
    draft.columns = actions.pictured(look, batch, batch.account, at) | {
        "file": file,
        "taken_on": look.taken_on,
    }
    if look.taken_on and not draft.words.get("dated") and look.taken_on <= timezone.localdate(at):
        day = look.taken_on
        draft.notes.append(f"没有写时间；相机记的是 {day.year}年{day.month}月{day.day}日，供参考。")


def _row(batch: PhotoBatch, position: int, draft: Draft) -> PhotoRow:
    return PhotoRow(
        batch=batch, position=position, line=draft.line, name=draft.name, words=draft.words, issues=draft.issues,
        verdict=draft.verdict, twin_id=draft.twin, **draft.columns,
    )  # fmt: skip


def uploads_of(batch: PhotoBatch) -> Iterator[tuple[str, Any]]:
    """The batch's uploads, each open."""
    rows = Attachment.objects.filter(
        subject_type=batch._meta.label_lower, subject_id=batch.pk, purpose="upload"
    ).order_by("pk")
    for one in rows:
        with store.open_file(one) as handle:
            yield one.name, handle
