"""What takes longer than a request: reading, applying and undoing a photo import; the packet that goes with a list.

Each is done by the worker, says how far it is, and can be begun again where it was broken off: nothing comes in twice.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from huisheng.kernel import store
from huisheng.kernel.errors import Refused
from huisheng.kernel.lifecycle import perform_by_clock
from huisheng.kernel.models import Attachment, Job
from huisheng.kernel.papers import NoFont, to_pdf
from huisheng.people.models import Account

from . import actions, papers, queries
from .importing import captions, folder, reading
from .models import Handover, Material, MaterialState, Original, PhotoBatch, PhotoRow, Type

AT_ONCE = 50  # materials taken in by one transaction


def order(kind: str, record: Any, name: str, account: Account, at: datetime) -> Job:
    """Put the work on the worker's list; the record shows how far it is."""
    with transaction.atomic():
        job = Job.objects.create(account=account, name=name[:120], total=1, says="排队中", at=at)
        type(record).objects.filter(pk=record.pk).update(job=job)
        work.enqueue(job.pk, kind, record.pk)
    return job


@task()
def work(job_id: int, kind: str, pk: int) -> None:
    """Done by the worker. A failure is told on the record's page in a sentence and never repeated by itself."""
    job = Job.objects.select_related("account").get(pk=job_id)
    if job.ended_at is not None:
        return
    try:
        WORK[kind](job, pk)
    except (Refused, NoFont) as problem:
        job.failed = str(problem)[:300]
    except Exception:
        job.failed = "程序出错，没有办成。请把这一页告诉系统管理员。"
        job.ended_at = timezone.now()
        job.save()
        raise
    job.ended_at = timezone.now()
    job.save()


def say(job: Job, done: int, total: int, text: str) -> None:
    job.done, job.total, job.says = done, max(1, total), text
    job.save(update_fields=["done", "total", "says"])


# -- reading -----------------------------------------------------------------------------------------------------------
def _read(job: Job, pk: int) -> None:
    batch = PhotoBatch.objects.select_related("account").get(pk=pk)
    read_in(batch, lambda done, total: say(job, done, total, f"已读 {done} / {total} 张"))
    say(job, 1, 1, f"读完，共 {batch.rows.count()} 行")


def read_in(
    batch: PhotoBatch,
    progress: Callable[[int, int], None] = lambda done, total: None,
    at: datetime | None = None,
) -> None:
    """Unpack, look, compare, store; afterwards the packed upload is no longer kept: every original lies by itself."""
    if batch.applied_at or batch.undone_at:
        raise Refused("这一批已经导入或撤销，不能再读。")
    with tempfile.TemporaryDirectory(prefix="photos-") as place:
        found = folder.open_all(reading.uploads_of(batch), Path(place))
        sheets = captions.read_sheets(found.sheets)
        if not found.photos:
            raise Refused("上传的文件里没有照片（.jpg 或 .png）。")
        if len(found.sheets) == 0:
            found.told.append("没有说明表，题名暂用文件名。")
        rows = reading.match(found, sheets, timezone.localdate(batch.at))
        reading.read_batch(batch, rows, batch.at, progress)
    batch.told, batch.read_at = [*found.told, *sheets.told][:50], at or timezone.now()
    batch.save(update_fields=["told", "read_at"])
    _drop_uploads(batch)


def _drop_uploads(batch: PhotoBatch) -> None:
    """The rows go; the bytes are swept a day later unless an original is the same file."""
    Attachment.objects.filter(
        subject_type=batch._meta.label_lower, subject_id=batch.pk, purpose="upload"
    ).delete()


# -- applying ------------------------------------------------------------------------------------------------------------
def _apply(job: Job, pk: int) -> None:
    batch = PhotoBatch.objects.select_related("account").get(pk=pk)
    take_in(
        batch, job.account, job.at, lambda done, total: say(job, done, total, f"已导入 {done} / {total} 张")
    )
    say(job, 1, 1, f"已导入 {batch.materials.count()} 张")


def take_in(
    batch: PhotoBatch,
    account: Account,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """导入: every row that is to come in becomes a material with its original, waiting for the first review."""
    actions.check_applicable(batch)
    left = list(queries.to_take(batch).filter(material=None).order_by("position"))
    for start in range(0, len(left), AT_ONCE):
        with transaction.atomic():
            for row in left[start : start + AT_ONCE]:
                _take_row(batch, row, account, at)
        progress(min(start + AT_ONCE, len(left)), len(left))
    batch.applied_at = at
    batch.save(update_fields=["applied_at"])


def _take_row(batch: PhotoBatch, row: PhotoRow, account: Account, at: datetime) -> None:
    material = Material(
        type=Type.PHOTO, title=(row.words.get("title") or Path(row.name).stem)[:120], made_by=account, made_at=at,
        changed_at=at, batch=batch,
        **{name: getattr(batch, name) for name in actions.BATCH if name != "name"},
    )  # fmt: skip
    for name in ("caption", "place", "event", "people", "author", "provider_name", "provider_unit"):
        if row.words.get(name):
            setattr(material, name, row.words[name])
    try:
        actions.set_dated(material, row.words.get("dated", ""), at)
    except Refused:
        material.caption = f"{material.caption}\n（原记时间：{row.words['dated']}）".strip()
    material.save()
    assert row.file is not None
    Original.objects.create(
        material=material, file=row.file, view=row.view, thumb=row.thumb, width=row.width, height=row.height,
        likeness=row.likeness, taken_on=row.taken_on,
    )  # fmt: skip
    perform_by_clock(material, "enter", at, account=account)
    row.material = material
    row.save(update_fields=["material"])


# -- undoing -------------------------------------------------------------------------------------------------------------
def _undo(job: Job, pk: int) -> None:
    batch = PhotoBatch.objects.get(pk=pk)
    gone, stayed = undo(
        batch, job.account, job.at, lambda done, total: say(job, done, total, f"已撤销 {done} / {total} 张")
    )
    more = f"；{stayed} 张已经审过，没有动" if stayed else ""
    say(job, 1, 1, f"已撤销 {gone} 张{more}")


def undo(
    batch: PhotoBatch,
    account: Account,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[int, int]:
    """撤销导入: what nobody has reviewed yet is taken back; how many, and how many stayed. The journal keeps both lines."""
    if batch.applied_at is None or batch.undone_at is not None:
        raise Refused("这一批还没有导入，或者已经撤销。")
    untouched = list(batch.materials.filter(state=MaterialState.SUBMITTED).order_by("pk"))
    for start in range(0, len(untouched), AT_ONCE):
        with transaction.atomic():
            for one in untouched[start : start + AT_ONCE]:
                perform_by_clock(one, "take_back", at, account=account)
        progress(min(start + AT_ONCE, len(untouched)), len(untouched))
    batch.undone_at = at
    batch.save(update_fields=["undone_at"])
    return len(untouched), batch.materials.exclude(state=MaterialState.WITHDRAWN).count()


# -- the packet of a list --------------------------------------------------------------------------------------------------
def _packet(job: Job, pk: int) -> None:
    handover = Handover.objects.get(pk=pk)
    if not handover.fingerprint:
        raise Refused("清单还没有移交，没有定稿的文件可以打包。")
    with tempfile.TemporaryFile() as out:
        _pack(handover, out, lambda done, total: say(job, done, total, f"已装 {done} / {total} 件"))
        out.seek(0)
        sha256, size = store.write(iter(lambda: out.read(1 << 20), b""))
    with transaction.atomic():
        job.file = Attachment.objects.create(
            subject_type=handover.kind(), subject_id=handover.pk, purpose="packet", name=f"{handover.number_label}移交包.zip",
            kind="zip", sha256=sha256, size=size, account=job.account, at=timezone.now(),
        )  # fmt: skip
        Handover.objects.filter(pk=handover.pk, fingerprint=handover.fingerprint).update(packet=job.file)
    say(job, 1, 1, "移交包已经装好")


def _pack(handover: Handover, out: Any, progress: Callable[[int, int], None]) -> None:
    """The list as PDF, .xlsx and .json, every original under its number, and the hashes as ``sha256sum -c`` reads them."""
    lines = list(handover.lines.select_related("material").order_by("position"))
    sums: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in _lists(handover, lines):
            archive.writestr(name, data)
            sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}")
        for done, line in enumerate(lines, 1):
            for i, file in enumerate(line.files, 1):
                name = f"原件/{line.position:04d}-{i}-{file['name']}"
                with (
                    store.open_bytes(file["sha256"]) as source,
                    archive.open(name, "w", force_zip64=True) as to,
                ):
                    while piece := source.read(1 << 20):
                        to.write(piece)
                sums.append(f"{file['sha256']}  {name}")
            if done % 20 == 0 or done == len(lines):
                progress(done, len(lines))
        archive.writestr("校验值.sha256", "\n".join(sums) + "\n")


def _lists(handover: Handover, lines: list[Any]) -> Iterator[tuple[str, bytes]]:
    yield "移交清单.pdf", to_pdf(papers.handover_paper(handover, lines))
    with papers.handover_sheet(handover, lines) as sheet:
        yield "移交清单.xlsx", sheet.read()
    rows = [
        {
            "position": one.position,
            "number": one.material.number_label,
            "title": one.title,
            "files": one.files,
        }
        for one in lines
    ]
    whole = {"title": handover.title, "number": handover.number_label, "receiver": handover.receiver,
             "fingerprint": handover.fingerprint, "lines": rows}  # fmt: skip
    yield "移交清单.json", json.dumps(whole, ensure_ascii=False, indent=1).encode()


WORK: dict[str, Callable[[Job, int], None]] = {
    "read": _read,
    "apply": _apply,
    "undo": _undo,
    "packet": _packet,
}
