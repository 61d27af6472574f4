"""320 photographs and a dirty sheet of captions: imported, reviewed, handed over, verified; one flipped byte is named."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from datetime import timedelta

import pytest

from huisheng.archive import actions, jobs, queries
from huisheng.archive.figures import figures
from huisheng.archive.models import Handover, Material, MaterialState, PhotoBatch, PhotoRow
from huisheng.desk import fsck
from huisheng.kernel.errors import Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.store import bytes_of, path_of
from huisheng.search import index
from tests.cast import Cast, make_cast
from tests.make import DAY

from .photographs import name_of, packed, photographs, sheet

pytestmark = pytest.mark.django_db
WORDS = {
    "name": "老照片第一批",
    "provider_name": "区档案室",
    "rights": "donated",
    "secrecy": "public",
    "may_show": True,
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def files(settings, tmp_path, monkeypatch) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    monkeypatch.setattr(
        "os.fsync", lambda handle: None
    )  # a thousand of them; that they are there is tests/faults' matter


def _row(batch: PhotoBatch, number: int) -> PhotoRow:
    return batch.rows.get(name=name_of(number))


def _imported(cast: Cast, files: dict[str, bytes], captions: bytes, **options: bool) -> PhotoBatch:
    batch = actions.begin_import(
        cast.editor, WORDS, [(packed(files, captions, **options), "老照片.zip")], DAY
    )
    jobs.order("read", batch, "读入", cast.editor, DAY)
    batch.refresh_from_db()
    return batch


def test_320_photographs_with_a_dirty_sheet_are_imported_reviewed_handed_over_and_verified(
    cast: Cast, files: None
) -> None:
    photos = photographs()
    batch = _imported(cast, photos, sheet(), is_windows=True)

    # a verdict for each row, and why
    assert batch.job is not None
    assert batch.job.failed == ""
    verdicts = Counter(batch.rows.values_list("verdict", flat=True))
    assert verdicts == {"good": 310, "doubt": 7, "same": 1, "missing": 1, "refused": 2}
    doubts = {row.name: row.issues for row in batch.rows.filter(verdict="doubt")}
    assert set(doubts) == {name_of(n) for n in (16, 17, 18, 40, 151, 200, 201)}, doubts
    assert "没有“1975年13月”这个月" in doubts[name_of(16)][0]
    assert "晚于今天" in doubts[name_of(18)][0]
    assert "几乎一样" in doubts[name_of(151)][0]
    assert "说明表里没有这张照片" in doubts[name_of(200)][0]
    assert "同一个文件" in batch.rows.get(verdict="same").issues[0]
    assert _row(batch, 5).issues == ["表里写的是“老照片005”，按主文件名对上。"]
    assert batch.rows.get(verdict="missing").name == "老照片999.jpg"

    # nothing comes in while a row is undecided; an amended date is read; then all at once, in the background
    with pytest.raises(Refused, match="还有 7 行没有决定"):
        jobs.take_in(batch, cast.editor, DAY)
    with pytest.raises(Refused, match="没有看懂"):
        actions.decide(
            batch, cast.editor, {_row(batch, 17).pk: {"dated": "炼钢那年", "decision": "take"}}, DAY
        )
    actions.decide(batch, cast.editor, {_row(batch, 17).pk: {"dated": "约1958年", "decision": "take"},
                                        _row(batch, 151).pk: {"decision": "skip"}}, DAY)  # fmt: skip
    actions.decide_all(batch, cast.editor, "doubt", "take", DAY)
    jobs.order("apply", batch, "导入", cast.editor, DAY)
    batch.refresh_from_db()
    assert batch.job is not None
    assert (batch.job.failed, batch.materials.count()) == ("", 316)

    # the originals are what came, with all the camera wrote; what is shown has nothing of it
    first = Material.objects.get(title="第80号：老街旧影")
    one = first.originals.get()
    assert bytes_of(one.file.sha256) == photos[name_of(80)]
    assert b"Camera of nobody" in photos[name_of(80)]
    assert all(b"Exif" not in bytes_of(shown.sha256) for shown in (one.view, one.thumb) if shown)
    assert (first.dated, first.precision, str(first.earliest), first.people_lines) == (
        "1985年", "year", "1985-01-01", ["甲某，时任厂长", "乙某，时任主任"])  # fmt: skip
    found = index.find(
        "铝城旧影 照片17的说明", within={Material.kind(): queries.visible_to(cast.editor, DAY.date())}
    )
    assert found.total == 1

    # three reviews in batches by three persons; the same person twice is refused row by row
    def materials(state: MaterialState) -> list[Material]:
        return list(Material.objects.filter(state=state).order_by("pk"))

    assert actions.review_many(materials(MaterialState.SUBMITTED), "read", cast.editor, DAY) == (316, [])
    done, refused = actions.review_many(materials(MaterialState.READ)[:3], "check", cast.editor, DAY)
    assert (done, [said for _, said in refused]) == (
        0,
        ["三审须由三个人办理：前面的审稿有一次是您办的，请另一位同志办。"] * 3,
    )
    assert actions.review_many(materials(MaterialState.READ), "check", cast.office, DAY) == (316, [])
    assert actions.review_many(materials(MaterialState.CHECKED), "approve", cast.chair, DAY) == (316, [])
    assert figures(2017)["archive_photos"] == 316

    # handed over with the hash of every file; whoever receives the packet can check it
    handover = actions.draw_up(cast.editor, {"title": "老照片移交清单", "receiver": "区档案馆"}, at=DAY)
    perform(handover, "list_more", cast.editor, {"type": "photo"}, at=DAY)
    perform(handover, "hand", cast.editor, {"handed_on": "2017-03-01", "handed_by": "林信息"}, at=DAY)
    perform(handover, "receive", cast.editor, {"received_on": "2017-03-01", "received_by": "档某"}, at=DAY)
    perform(handover, "verify", cast.editor, at=DAY)
    assert Material.objects.filter(state=MaterialState.HANDED).count() == 316
    jobs.order("packet", handover, "移交包", cast.editor, DAY)
    handover.refresh_from_db()
    assert handover.packet is not None
    _packet_is_whole(bytes_of(handover.packet.sha256), 316)
    assert _found() == []

    # one flipped byte is found and named, by the list and by fsck
    _flip(one.file.sha256)
    position = handover.lines.get(material=first).position
    with pytest.raises(
        Refused, match=f"第{position}件《第80号：老街旧影》的文件“老照片080.jpg”的内容与校验值不符"
    ):
        perform(handover, "verify", cast.editor, at=DAY + timedelta(days=1))
    assert _found() == [
        "附件“老照片080.jpg”的内容与校验值不符",
        f"{first.number_label}《第80号：老街旧影》的原件“老照片080.jpg”的内容与校验值不符",
    ]


def _packet_is_whole(data: bytes, count: int) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sums = [line.split("  ", 1) for line in archive.read("校验值.sha256").decode().splitlines()]
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == sha256 for sha256, name in sums)
        assert {name for _, name in sums} | {"校验值.sha256"} == set(archive.namelist())
        assert len(json.loads(archive.read("移交清单.json"))["lines"]) == count


def _flip(sha256: str) -> None:
    path = path_of(sha256)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _found() -> list[str]:
    return [said for found in fsck.check().problems.values() for said in found]


def test_an_import_is_undone_but_for_what_was_reviewed_and_then_the_same_folder_may_come_again(
    cast: Cast, files: None
) -> None:
    few = {name: data for name, data in photographs().items() if name in (name_of(1), name_of(2), name_of(3))}
    batch = _imported(cast, few, sheet())
    jobs.take_in(batch, cast.editor, DAY)
    with pytest.raises(Refused, match="已经导入"):
        jobs.take_in(batch, cast.editor, DAY)
    reviewed = batch.materials.order_by("pk").first()
    assert reviewed is not None
    perform(reviewed, "read", cast.editor, {}, at=DAY)

    assert jobs.undo(batch, cast.editor, DAY) == (2, 1)

    again = _imported(cast, few, sheet())
    assert Counter(again.rows.exclude(verdict="missing").values_list("verdict", flat=True)) == {
        "same": 1,
        "good": 2,
    }
    assert again.rows.get(verdict="same").twin == reviewed
    assert _found() == []


def test_what_is_no_folder_of_photographs_is_refused_with_a_sentence(cast: Cast, files: None) -> None:
    photo = {name_of(1): photographs()[name_of(1)]}
    wrong = {
        "不完整或已损坏": [(packed(photo, sheet())[:900], "老照片.zip")],
        "没有照片": [(packed({}, sheet()), "老照片.zip")],
        "没有找到“文件名”一列": [(packed(photo, None), "a.zip"), ("甲,乙\n1,2\n".encode(), "表.csv")],
    }
    for sentence, uploads in wrong.items():
        batch = actions.begin_import(cast.editor, WORDS, uploads, DAY)
        job = jobs.order("read", batch, "读入", cast.editor, DAY)
        job.refresh_from_db()
        assert sentence in job.failed
        assert not batch.rows.exists()
    assert Handover.objects.count() == 0
