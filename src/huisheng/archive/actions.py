"""Verbs: the effects of steps, and the acts that move nothing (send in, add a file, draw up a list, take an import in).

Every effect runs inside the transaction of its step. Pictures are looked at before any transaction begins: a child
process is asked, and nobody waits for it holding a lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import journal, sealing, store
from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.files import safe_name
from huisheng.kernel.lifecycle import Act, perform
from huisheng.kernel.models import Attachment, Counter
from huisheng.kernel.once import once
from huisheng.kernel.sounds import FILMS, SOUNDS, without_tags
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.people.posts import holders

from . import dates, findable, queries
from .models import (
    COLLECTED,
    Drive,
    DriveState,
    Handover,
    HandoverLine,
    Material,
    MaterialState,
    Original,
    PhotoBatch,
    PhotoRow,
    Type,
    Use,
)
from .pictures import Look, look_at_bytes

PICTURES = ("jpg", "png", "tif")
PAPERS = ("docx", "odt", "rtf", "pdf", "doc", "txt", *PICTURES)
ACCEPTED: dict[str, tuple[str, ...]] = {
    Type.PHOTO: PICTURES, Type.TEXT: PAPERS, Type.AUDIO: (*SOUNDS, *PAPERS), Type.VIDEO: (*FILMS, *PAPERS),
    Type.OBJECT: PAPERS,
}  # fmt: skip
MOST_FILES = 30
# the words of a material that its form asks for, column by column
WORDS = (
    "type", "title", "caption", "content", "event", "place", "people", "author", "author_then", "author_now", "recorder",
    "provider_name", "provider_unit", "rights", "return_on", "secrecy", "may_show", "storage", "drive",
)  # fmt: skip
OPEN_TO_FILES = (MaterialState.DRAFT, MaterialState.RETURNED)


# -- sending in --------------------------------------------------------------------------------------------------------
def start(
    account: Account,
    data: dict[str, Any],
    files: Sequence[Any] = (),
    *,
    at: datetime | None = None,
    key: str = "",
    is_sent: bool = False,
) -> Material:
    """登记: a draft with its files; with ``is_sent`` submitted in the same transaction.

    data: the columns of WORDS, ``dated`` as written, ``provider_contact`` (sealed). files: uploads or (bytes, name).
    """
    at = at or timezone.now()
    held = _looked(files, data.get("type", Type.PHOTO))

    def act() -> dict[str, Any]:
        material = Material(made_by=account, made_at=at, changed_at=at)
        _fill(material, data, at)
        members = account.places(posts.MEMBER, on=timezone.localdate(at))
        material.provider_member_id = members[0] if members else None
        material.save()
        journal.write(material, "start", "登记", account=account, at=at, to_state=material.state)
        _add(material, held, account, at)
        if is_sent:
            perform(material, "submit", account, at=at)
        return {"id": material.pk}

    plain = {name: str(value) for name, value in data.items()}
    signature = [plain, [one.verdict.sha256 for one, _ in held], is_sent]
    return Material.objects.get(pk=once(account, key, ["material", signature], at, act)["id"])


def _fill(material: Material, data: dict[str, Any], at: datetime) -> None:
    for name in WORDS:
        if name in data:
            setattr(material, name, data[name])
    if "dated" in data:
        set_dated(material, str(data["dated"] or ""), at)
    if "provider_contact" in data:
        contact = str(data["provider_contact"] or "").strip()
        material.provider_sealed = sealing.seal({"contact": contact}) if contact else ""
    if not material.is_lent:
        material.return_on = None
    if material.is_published and not (material.may_show and material.secrecy == "public"):
        material.is_published = False


def set_dated(material: Material, words: str, at: datetime) -> None:
    """The date as it is told, and between which days it lies. Raises Refused with a sentence."""
    try:
        found = dates.read(words, today=timezone.localdate(at))
    except dates.Unread as problem:
        raise Refused(str(problem)) from None
    material.dated, material.precision = found.words, found.precision
    material.earliest, material.latest = found.earliest, found.latest


def _looked(files: Sequence[Any], type: str) -> list[tuple[store.Upload, Look | None]]:
    """Each file passed by the gate and, if a picture, looked at. Raises Refused with the first one's sentence."""
    if len(files) > MOST_FILES:
        raise Refused(f"一次最多加 {MOST_FILES} 个文件，更多的照片请文史工作人员用“批量导入”。")
    found = []
    for one in files:
        data, name = one if isinstance(one, tuple) else (one, one.name)
        upload = store.receive(data, name, kinds=ACCEPTED[type], as_is=True)
        if upload.refused:
            raise Refused(f"“{upload.verdict.safe_name}”：{upload.refused}")
        look = None
        if upload.verdict.kind in PICTURES and upload.data is not None:
            look = look_at_bytes(upload.data)
            if look.failed:
                raise Refused(f"“{upload.verdict.safe_name}”：{look.failed}")
        found.append((upload, look))
    return found


def _add(
    material: Material, held: Iterable[tuple[store.Upload, Look | None]], account: Account, at: datetime
) -> None:
    number = material.originals.aggregate(last=Max("number"))["last"] or 0
    for number, (upload, look) in enumerate(held, number + 1):  # noqa: B020
        file = store.keep_upload(upload, material, account, "original", at)
        columns: dict[str, Any] = {}
        if look is not None:
            columns = pictured(look, material, account, at) | {"taken_on": look.taken_on}
        elif upload.verdict.kind in (*SOUNDS, *FILMS) and upload.data is not None:
            shown = without_tags(upload.data, upload.verdict.kind)
            columns = {"played": _made(shown, "played", upload.verdict.kind, material, account, at)}
        Original.objects.create(material=material, number=number, file=file, **columns)


def pictured(look: Look, record: Any, account: Account | None, at: datetime) -> dict[str, Any]:
    """The columns of what was made from a picture; its two pictures stored."""
    return {
        "width": look.width, "height": look.height, "likeness": look.likeness,
        "view": _made(look.view, "view", "jpg", record, account, at), "thumb": _made(look.thumb, "thumb", "jpg", record, account, at),
    }  # fmt: skip


def _made(
    data: bytes, purpose: str, kind: str, record: Any, account: Account | None, at: datetime
) -> Attachment:
    """What is made from an original, stored beside it."""
    sha256, size = store.write(iter([data]))
    return Attachment.objects.create(
        subject_type=record._meta.label_lower, subject_id=record.pk, purpose=purpose, name=f"{purpose}.{kind}", kind=kind,
        sha256=sha256, size=size, account=account, at=at,
    )  # fmt: skip


def add_files(
    material: Material, account: Account, files: Sequence[Any], at: datetime, key: str = ""
) -> Material:
    """加文件: while it is a draft or was sent back; the keepers also while it waits for the first review."""
    if not files:
        raise Refused("请先选文件。")
    held = _looked(files, material.type)

    def act() -> dict[str, Any]:
        locked = _open_to_files(material, account, at)
        _add(locked, held, account, at)
        names = "、".join(one.verdict.safe_name for one, _ in held)
        journal.write(locked, "add_files", "加文件", account=account, at=at, note=names[:500])
        return {"id": locked.pk}

    signature = [material.pk, [one.verdict.sha256 for one, _ in held]]
    return Material.objects.get(pk=once(account, key, ["material files", signature], at, act)["id"])


def drop_file(material: Material, account: Account, number: int, at: datetime) -> None:
    """删文件: only of a draft or what was sent back. The journal keeps its name and hash."""
    with transaction.atomic():
        locked = _open_to_files(material, account, at)
        one = locked.originals.filter(number=number).select_related("file").first()
        if one is None:
            raise Refused("没有这个文件，可能已经删了。请刷新页面。")
        data = {"sha256": one.file.sha256}
        journal.write(locked, "drop_file", "删文件", account=account, at=at, note=one.file.name, data=data)
        one.delete()


def _open_to_files(material: Material, account: Account, at: datetime) -> Material:
    locked = Material.objects.select_for_update().get(pk=material.pk)
    is_keeper = queries.keeps(account, timezone.localdate(at))
    if not is_keeper and locked.made_by_id != account.pk:
        raise NotAllowed("加文件、删文件须由送交人或文史工作人员办理。")
    if locked.state in OPEN_TO_FILES or (is_keeper and locked.state == MaterialState.SUBMITTED):
        return locked
    raise Refused("审稿已经开始，不能再动文件。要换的，请先退回补充。")


def open_contact(material: Material, account: Account, at: datetime) -> str:
    """查看联系方式: for the keepers, and each time a line of the journal says who looked."""
    if not queries.keeps(account, timezone.localdate(at)):
        raise NotAllowed("提供人的联系方式只有文史工作人员和政协办公室可以看。")
    with transaction.atomic():
        locked = Material.objects.select_for_update().get(pk=material.pk)
        words = sealing.unseal(locked.provider_sealed)
        journal.write(locked, "open_contact", "查看联系方式", account=account, at=at, is_inside=True)
    return str(words.get("contact", ""))


# -- effects of the steps of 文史资料 -----------------------------------------------------------------------------------------
def submit(material: Material, act: Act) -> None:
    """提交: the 征集号 of the year, and from now on it is found."""
    if material.serial is None:
        material.year = act.today.year
        material.serial = Counter.next(f"material:{act.today.year}")
        material.received_on = act.today
        material.save(update_fields=["year", "serial", "received_on"])
    act.remember(number=material.number_label, fingerprint=fingerprint(material))
    findable.put(material)


def read(material: Material, act: Act) -> None:
    _reviewed(material, act, "read_by")


def check(material: Material, act: Act) -> None:
    _reviewed(material, act, "checked_by")


def approve(material: Material, act: Act) -> None:
    """终审: kept from this day on, as it reads now."""
    _reviewed(material, act, "approved_by")
    material.kept_on = act.today
    material.save(update_fields=["kept_on"])
    act.remember(fingerprint=fingerprint(material))


def _reviewed(material: Material, act: Act, column: str) -> None:
    setattr(material, column, act.account)
    material.save(update_fields=[column])


def send_back(material: Material, act: Act) -> None:
    """退回: the three reviews begin anew."""
    material.read_by = material.checked_by = material.approved_by = None
    material.save(update_fields=["read_by", "checked_by", "approved_by"])


def leave(material: Material, act: Act) -> None:
    """撤回: it is found no more."""
    findable.put(material)


def describe(material: Material, act: Act) -> None:
    """著录、修改: the words anew; of what is kept the fingerprint, too."""
    _fill(material, act.data, act.at)
    material.save()
    if material.state in COLLECTED:
        act.remember(fingerprint=fingerprint(material))
    findable.put(material)


def publish(material: Material, act: Act) -> None:
    material.is_published = act.step.action == "publish"
    material.save(update_fields=["is_published"])


def use(material: Material, act: Act) -> None:
    words = {name: act.data[name] for name in ("sort", "title", "used_on", "fee", "copies")}
    Use.objects.create(material=material, account=act.account, at=act.at, **words)


def give_back(material: Material, act: Act) -> None:
    material.returned_on = act.data["returned_on"]
    material.save(update_fields=["returned_on"])


def fingerprint(material: Material) -> str:
    """Of its words and of every file, in order."""
    words = [
        getattr(material, name)
        for name in ("title", "caption", "content", "event", "place", "people", "dated", "author")
    ]
    hashes = list(material.originals.order_by("number").values_list("file__sha256", flat=True))
    return hashlib.sha256(json.dumps([words, hashes], ensure_ascii=False).encode()).hexdigest()


NEXT = {"read": ("复审", queries.KEEPERS), "check": ("终审", (posts.CHAIR,))}


def review_many(
    materials: Iterable[Material],
    action: str,
    account: Account,
    at: datetime,
    key: str = "",
    data: Any = None,
) -> tuple[int, list[tuple[Material, str]]]:
    """One step for each; a refusal stops only its own. How many were done, and who was refused why.

    Whoever reviews next is told once of all that came in with a folder; what came singly told by itself.
    """
    done, folder, refused = 0, 0, []
    for one in materials:
        try:
            perform(one, action, account, data or {}, key=f"{key[:60]}:{one.pk}" if key else "", at=at)
            done += 1
            folder += one.batch_id is not None
        except Refused as problem:
            refused.append((one, problem.sentence))
    if folder and action in NEXT:
        word, kinds = NEXT[action]
        others = holders(kinds, timezone.localdate(at)).exclude(pk=account.pk)
        url = reverse("archive:review", args=["check" if action == "read" else "approve"])
        place = f"archive:{action}:{account.pk}:{at.isoformat()}"
        journal.tell(others, f"{folder} 张照片请{word}", key=place, at=at, url=url, card=f"文史资料请{word}")
    return done, refused


# -- drives ------------------------------------------------------------------------------------------------------------
def save_drive(
    drive: Drive | None, account: Account, data: dict[str, Any], *, at: datetime, key: str = ""
) -> Drive:
    """写征集公告: data: title, content, opens_on, closes_on, contact."""
    if not queries.keeps(account, timezone.localdate(at)):
        raise NotAllowed("征集公告由文史工作人员或政协办公室起草。")

    def act() -> dict[str, Any]:
        one = (
            Drive.objects.select_for_update().get(pk=drive.pk)
            if drive
            else Drive(made_by=account, changed_at=at)
        )
        if one.state == DriveState.CLOSED:
            raise Refused("征集已经结束，公告不再修改。")
        for name in ("title", "content", "opens_on", "closes_on", "contact"):
            setattr(one, name, data[name])
        one.save()
        label = "修改公告" if drive else "起草公告"
        journal.write(one, "save", label, account=account, at=at, to_state="" if drive else one.state)
        return {"id": one.pk}

    plain = {name: str(value) for name, value in data.items()}
    place = ["drive", drive.pk if drive else 0, plain]
    return Drive.objects.get(pk=once(account, key, place, at, act)["id"])


def extend(drive: Drive, act: Act) -> None:
    drive.closes_on = act.data["closes_on"]
    drive.save(update_fields=["closes_on"])


# -- handing over --------------------------------------------------------------------------------------------------------
def draw_up(account: Account, data: dict[str, Any], *, at: datetime | None = None, key: str = "") -> Handover:
    """编制移交清单: data: title, receiver."""
    at = at or timezone.now()
    if not queries.keeps(account, timezone.localdate(at)):
        raise NotAllowed("移交清单由文史工作人员或政协办公室编制。")

    def act() -> dict[str, Any]:
        one = Handover.objects.create(
            title=data["title"], receiver=data["receiver"], made_by=account, made_at=at, changed_at=at
        )
        journal.write(one, "start", "编制", account=account, at=at, to_state=one.state)
        return {"id": one.pk}

    return Handover.objects.get(pk=once(account, key, ["handover", data], at, act)["id"])


def list_more(handover: Handover, act: Act) -> None:
    """编入: everything kept that the answers name and that stands on no open list."""
    rows = queries.may_be_listed().order_by("year", "serial")
    for name, column in (("type", "type"), ("drive", "drive"), ("batch", "batch")):
        if act.data.get(name):
            rows = rows.filter(**{column: act.data[name]})
    if act.data.get("materials"):
        rows = rows.filter(pk__in=[one.pk for one in act.data["materials"]])
    last = handover.lines.aggregate(last=Max("position"))["last"] or 0
    made = HandoverLine.objects.bulk_create(
        HandoverLine(handover=handover, material=one, position=position)
        for position, one in enumerate(rows, last + 1)
    )
    if not made:
        raise Refused("没有可以编入的：已入藏、还没有在别的清单里的资料中，没有符合条件的。")
    act.extra.pop("materials", None)
    act.remember(count=len(made))
    act.note = f"编入 {len(made)} 件"


def list_fewer(handover: Handover, act: Act) -> None:
    """移出, and the positions close up."""
    handover.lines.filter(pk__in=[one.pk for one in act.data["lines"]]).delete()
    rows = list(handover.lines.order_by("position"))
    for position, one in enumerate(rows, 1):
        one.position = position
    HandoverLine.objects.bulk_update(rows, ["position"])
    act.extra = {"count": len(act.data["lines"])}


def hand(handover: Handover, act: Act) -> None:
    """移交: every file is read and must be whole; then the list is frozen, numbered, and each material moves with it."""
    lines = list(handover.lines.select_related("material").prefetch_related("material__originals__file"))
    for line in lines:
        line.title = line.material.title
        line.files = [
            {"name": one.file.name, "size": one.file.size, "sha256": one.file.sha256}
            for one in line.material.originals.all()
        ]
    if bad := broken_files(lines):
        raise Refused(f"{bad[0]}。请先从备份恢复，再移交。")
    HandoverLine.objects.bulk_update(lines, ["title", "files"], batch_size=200)
    if handover.serial is None:  # one that was recalled keeps its number
        handover.year = act.today.year
        handover.serial = Counter.next(f"handover:{act.today.year}")
    handover.handed_on, handover.handed_by = act.data["handed_on"], act.data["handed_by"]
    handover.fingerprint = list_fingerprint(lines)
    handover.save(update_fields=["year", "serial", "handed_on", "handed_by", "fingerprint"])
    act.remember(fingerprint=handover.fingerprint, count=len(lines), number=handover.number_label)
    for line in lines:
        act.follow(line.material, "hand_over")


def recall(handover: Handover, act: Act) -> None:
    """撤回移交: the list is open again, its materials are back. Its number stays its own."""
    handover.fingerprint = ""
    handover.packet = None
    handover.save(update_fields=["fingerprint", "packet"])
    for line in handover.lines.select_related("material"):
        act.follow(line.material, "bring_back")


def receive(handover: Handover, act: Act) -> None:
    handover.received_on, handover.received_by = act.data["received_on"], act.data["received_by"]
    handover.save(update_fields=["received_on", "received_by"])


def verify(handover: Handover, act: Act) -> None:
    """核验: every file on the list is read once more and compared with what the list says. Raises Refused and names it."""
    lines = list(handover.lines.order_by("position"))
    if list_fingerprint(lines) != handover.fingerprint:
        raise Refused("核验没有通过：清单与移交时的指纹不符，清单被改动过。请运行 huisheng fsck 查看。")
    if bad := broken_files(lines):
        more = f"（共 {len(bad)} 个）" if len(bad) > 1 else ""
        raise Refused(f"核验没有通过：{bad[0]}{more}。请从备份恢复后再核验。")
    files = sum(len(line.files) for line in lines)
    handover.verified_at = act.at
    handover.save(update_fields=["verified_at"])
    act.remember(files=files)
    act.note = f"{len(lines)} 件、{files} 个文件与清单一致"


def list_fingerprint(lines: Iterable[HandoverLine]) -> str:
    words = [[line.position, line.material_id, line.title, line.files] for line in lines]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def broken_files(lines: Iterable[HandoverLine]) -> list[str]:
    """A sentence for each file of a list that is not there, or not as the list says."""
    found = []
    for line in lines:
        for file in line.files:
            if said := store.fault(file["sha256"]):
                found.append(f"第{line.position}件《{line.title}》的文件“{file['name']}”{said}")
    return found


# -- photo imports -------------------------------------------------------------------------------------------------------
BATCH = (
    "name", "drive", "provider_name", "provider_unit", "rights", "return_on", "secrecy", "may_show", "storage",
)  # fmt: skip


def begin_import(
    account: Account, data: dict[str, Any], uploads: Sequence[Any], at: datetime, key: str = ""
) -> PhotoBatch:
    """上传: the files as they came, stored before anything is looked at. Reading them is the worker's (jobs).

    uploads: Django's, or (bytes, name).
    """
    if not queries.keeps(account, timezone.localdate(at)):
        raise NotAllowed("批量导入须由文史工作人员或政协办公室办理。")
    if not uploads:
        raise Refused("请选照片压缩包（.zip），或选照片和说明表。")
    held = []
    for one in uploads:
        chunks, name = (iter([one[0]]), one[1]) if isinstance(one, tuple) else (one.chunks(), one.name)
        held.append((safe_name(name), *store.write(chunks)))

    def act() -> dict[str, Any]:
        batch = PhotoBatch.objects.create(
            account=account, at=at, **{name: data[name] for name in BATCH if name in data}
        )
        Attachment.objects.bulk_create(
            Attachment(
                subject_type=batch._meta.label_lower, subject_id=batch.pk, purpose="upload", name=name, kind="",
                sha256=sha256, size=size, account=account, at=at,
            )
            for name, sha256, size in held
        )  # fmt: skip
        return {"id": batch.pk}

    plain = {name: str(value) for name, value in data.items() if name != "files"}
    return PhotoBatch.objects.get(pk=once(account, key, ["photo batch", plain, held], at, act)["id"])


def decide(batch: PhotoBatch, account: Account, decisions: dict[int, dict[str, str]], at: datetime) -> int:
    """决定: row → {"decision", "title", "dated"}; an amended title or date is read anew. How many rows changed."""
    if not queries.keeps(account, timezone.localdate(at)):
        raise NotAllowed("批量导入须由文史工作人员或政协办公室办理。")
    with transaction.atomic():
        batch = PhotoBatch.objects.select_for_update().get(pk=batch.pk)
        if not batch.is_open:
            raise Refused("这一批已经导入或撤销，不能再改。")
        rows = list(batch.rows.filter(pk__in=decisions))
        for row in rows:
            _decide(row, decisions[row.pk], at)
        PhotoRow.objects.bulk_update(rows, ["decision", "words", "verdict", "issues"], batch_size=200)
    return len(rows)


def _decide(row: PhotoRow, wish: dict[str, str], at: datetime) -> None:
    """What cannot come in (no photograph, refused) is never taken."""
    if row.verdict in (PhotoRow.Verdict.MISSING, PhotoRow.Verdict.REFUSED):
        return
    if "title" in wish and wish["title"].strip():
        row.words = row.words | {"title": wish["title"].strip()[:120]}
    if "dated" in wish and wish["dated"].strip() != row.words.get("dated", ""):
        try:
            found = dates.read(wish["dated"], today=timezone.localdate(at))
        except dates.Unread as problem:
            raise Refused(f"“{row.name}”：{problem}") from None
        row.words = row.words | {"dated": found.words}
    if wish.get("decision") in PhotoRow.Decision.values:
        row.decision = wish["decision"]


def decide_all(batch: PhotoBatch, account: Account, verdict: str, decision: str, at: datetime) -> int:
    """The same decision for every row of a verdict that has none yet."""
    if not queries.keeps(account, timezone.localdate(at)):
        raise NotAllowed("批量导入须由文史工作人员或政协办公室办理。")
    if decision not in ("take", "skip") or verdict not in (PhotoRow.Verdict.DOUBT, PhotoRow.Verdict.SAME):
        raise Refused("请选“导入”或“不导入”。")
    with transaction.atomic():
        batch = PhotoBatch.objects.select_for_update().get(pk=batch.pk)
        if not batch.is_open:
            raise Refused("这一批已经导入或撤销，不能再改。")
        return batch.rows.filter(verdict=verdict, decision="").update(decision=decision)


def check_applicable(batch: PhotoBatch) -> None:
    """Raises Refused while a row waits for a decision, or nothing is to come in."""
    if not batch.is_open:
        raise Refused("这一批还没有读完，或者已经导入、撤销。")
    left = batch.rows.filter(verdict=PhotoRow.Verdict.DOUBT, decision="").count()
    if left:
        raise Refused(f"还有 {left} 行没有决定。请逐行选“导入”或“不导入”，或用“其余都……”。")
    if not queries.to_take(batch).exists():
        raise Refused("没有要导入的照片。")
