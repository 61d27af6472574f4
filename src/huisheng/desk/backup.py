"""备份与恢复: one file with the whole house, verified when it is made and again before it is used.

A backup is a zip: manifest.json, records.jsonl (the canonical dump), and the attachments under their hashes; its last
64 bytes are the hash of all the others. Keys are no part of it: they lie in ``*.keys`` beside it and belong in another
place. The dump is the same for SQLite and PostgreSQL, so a backup of one restores into the other.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from huisheng.kernel import store
from huisheng.kernel.errors import Refused
from huisheng.kernel.models import Attachment
from huisheng.kernel.places import place

from . import dump
from .dump import APPS, records
from .snapshot import snapshot

__all__ = ["make", "records", "restore", "verify"]

FORMAT = 1
BLOCK = 1 << 20
SEAL = 64  # hexadecimal digits of the hash at the end of the file
BROKEN = "备份已损坏，请用另一份。"


# -- making ------------------------------------------------------------------------------------------------------
def make(target: Path, *, with_keys: bool = True) -> str:
    """Write a backup of one moment, also while people work; read it back. Returns a sentence, raises Refused.

    with_keys: the keys go into a file beside it; not for the nightly one, which lies in the keys' own folder.
    """
    if not target.parent.is_dir():
        raise Refused(f"没有目录 {target.parent}，请先建立，或换一个位置。")
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as handle:
            manifest = _write(handle)
            _seal(handle)
        verify(part)
        keys = _write_keys(target) if with_keys else None
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    rows, files = sum(manifest["rows"].values()), len(manifest["sha256"]) - 1
    told = f"已备份到 {target}：{rows} 行，{files} 个文件，已验证。"
    if keys:
        told += f"密钥另存 {keys}，请分开保管。"
    if manifest["missing"]:
        told += (
            f"有 {len(manifest['missing'])} 个附件的文件已经不在，没有备份进来，请运行 huisheng fsck 查看。"
        )
    return told


def _write(handle: Any) -> dict[str, Any]:
    counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    missing: list[str] = []
    with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        with snapshot():
            digests["records.jsonl"] = _write_records(archive, counts)
            stored = sorted(set(Attachment.objects.order_by().values_list("sha256", flat=True)))
            manifest = _manifest(counts, digests, missing)
        for name in stored:  # never changed once written, so read after the moment
            try:
                with store.open_bytes(name) as source:
                    _store(archive, f"files/{name}", source)
            except FileNotFoundError:
                missing.append(name)
                continue
            digests[f"files/{name}"] = name
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.comment = b"0" * SEAL
    return manifest


def _store(archive: zipfile.ZipFile, name: str, source: BinaryIO) -> None:
    """A file as it is: what was compressed by a camera or an office is not compressed again."""
    info = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    with archive.open(info, "w", force_zip64=True) as out:
        shutil.copyfileobj(source, out, BLOCK)


def _write_records(archive: zipfile.ZipFile, counts: dict[str, int]) -> str:
    digest = hashlib.sha256()
    with archive.open("records.jsonl", "w", force_zip64=True) as out:
        for label, line in records():
            out.write(line)
            digest.update(line)
            counts[label] = counts.get(label, 0) + 1
    return digest.hexdigest()


def _manifest(counts: dict[str, int], digests: dict[str, str], missing: list[str]) -> dict[str, Any]:
    """``sha256`` and ``missing`` are filled while the files are written."""
    return {
        "format": FORMAT, "made_at": timezone.now().isoformat(timespec="seconds"), "rows": counts, "sha256": digests,
        "missing": missing, "migrations": sorted(_migrations()), "sequences": dump.sequences(),
        "keys": "密钥在同名的 .keys 文件里，须与备份分开保管；没有它，恢复后所有人须重新登录。",
    }  # fmt: skip


def _migrations() -> set[str]:
    return {
        f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations() if app in APPS
    }


def _seal(handle: Any) -> None:
    """The zip's comment, so far noughts, becomes the hash of the file with the noughts."""
    handle.flush()
    digest = _digest_of(Path(handle.name))
    handle.seek(-SEAL, os.SEEK_END)
    handle.write(digest.encode())
    handle.flush()
    os.fsync(handle.fileno())


def _digest_of(path: Path) -> str:
    """The hash of all but the seal."""
    digest, left = hashlib.sha256(), path.stat().st_size - SEAL
    with path.open("rb") as handle:
        while left > 0 and (block := handle.read(min(BLOCK, left))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()


def _write_keys(target: Path) -> Path:
    path = target.with_name(target.name + ".keys")
    _write_secret(path, json.dumps({"secret.key": settings.SECRET_KEY, "field.key": settings.FIELD_KEY}))
    return path


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())


# -- reading -----------------------------------------------------------------------------------------------------
def verify(source: Path) -> dict[str, Any]:
    """Read every byte and compare with the seal and the manifest. One flipped bit is a refusal. Returns the manifest."""
    with source.open("rb") as handle:
        handle.seek(max(0, source.stat().st_size - SEAL))
        seal = handle.read()
    if not zipfile.is_zipfile(source):
        raise Refused("这个文件不是完整的回声备份，请用另一份。")
    if seal != _digest_of(source).encode():
        raise Refused(BROKEN)
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            _verify_parts(archive, manifest)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, EOFError) as problem:
        raise Refused(BROKEN) from problem
    return manifest


def _verify_parts(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise Refused("这份备份的格式与本程序不同，请用做备份的那个版本恢复。")
    if set(archive.namelist()) != {"manifest.json", *manifest["sha256"]}:
        raise Refused("备份里的文件与清单不符，请用另一份。")
    for name, expected in manifest["sha256"].items():
        with archive.open(name) as handle:
            if hashlib.file_digest(handle, "sha256").hexdigest() != expected:  # type: ignore[arg-type]
                raise Refused(f"备份里的 {name} 与清单不符，备份已损坏，请用另一份。")


def restore(source: Path) -> str:
    """Read a verified backup into an empty house and compare the dumps. Raises Refused, and then nothing was changed."""
    from django.core.management import call_command

    manifest = verify(source)
    _check_empty()
    call_command("migrate", interactive=False, verbosity=0)
    _check_versions(manifest)
    with zipfile.ZipFile(source) as archive, _files(archive), transaction.atomic():
        with archive.open("records.jsonl") as lines:
            dump.read(lines)
        connection.check_constraints()
        dump.set_sequences(manifest["sequences"])
        _compare(manifest)
        _rebuild_index()
    _restore_keys(source)
    return (
        f"已恢复 {sum(manifest['rows'].values())} 行、{len(manifest['sha256']) - 1} 个文件，与备份逐行一致。"
    )


def _check_empty() -> None:
    there = set(connection.introspection.table_names())
    for model in dump.tables():
        if model._meta.db_table in there and model._base_manager.exists():
            raise Refused("数据目录里已有数据，恢复只能进行到空的数据目录。请另设 HUISHENG_DATA 后再恢复。")


def _check_versions(manifest: dict[str, Any]) -> None:
    if set(manifest["migrations"]) != _migrations():
        raise Refused("备份与本程序的数据表版本不同。请用做备份的那个版本恢复，再升级。")


@contextmanager
def _files(archive: zipfile.ZipFile) -> Iterator[None]:
    """Put the archive's files under their hashes; take them away again when what follows fails."""
    where, written = place(), []
    try:
        for name in archive.namelist():
            sha256 = name.removeprefix("files/")
            if name.startswith("files/") and not where.has(sha256):
                store.write(_blocks(archive, name))
                written.append(sha256)
        yield
    except BaseException:
        for sha256 in written:
            where.remove(sha256)
        raise


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as handle:
        while block := handle.read(BLOCK):
            yield block


def _compare(manifest: dict[str, Any]) -> None:
    digest = hashlib.sha256()
    for _, line in records():
        digest.update(line)
    if digest.hexdigest() != manifest["sha256"]["records.jsonl"]:
        raise Refused("恢复出来的数据与备份不一致，已全部撤回。请报告这个问题。")


def _restore_keys(source: Path) -> None:
    """With the keys beside the backup, links and codes that were signed with them go on working."""
    keys = source.with_name(source.name + ".keys")
    if keys.exists():
        for name, key in json.loads(keys.read_text()).items():
            if name in ("secret.key", "field.key"):
                _write_secret(Path(settings.DATA) / name, key)


def _rebuild_index() -> None:
    from huisheng.archive import findable as materials
    from huisheng.bulletins import news_findable as news
    from huisheng.consultations import findable as consultations
    from huisheng.gatherings import findable as meetings
    from huisheng.opinions import findable as voices
    from huisheng.outputs import findable as papers
    from huisheng.proposals import findable
    from huisheng.search import index
    from huisheng.supervision import findable as supervision

    rooms = (findable, voices, papers, meetings, materials, consultations, supervision, news)
    index.rebuild(chain.from_iterable(room.every_findable() for room in rooms))
