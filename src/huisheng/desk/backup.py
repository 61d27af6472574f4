"""备份与恢复: one file with the whole house, verified when it is made and again before it is used.

A backup is a zip: manifest.json, records.jsonl (the canonical dump: every row of every table of ours as sorted JSON),
and the attachments under their hashes. Keys are no part of it: the manifest names the file ``*.keys`` beside it, which
holds them and belongs in another place. The dump is the same for SQLite and PostgreSQL, so a backup of one restores
into the other.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from huisheng.kernel.errors import Refused

FORMAT = 1
# what is rebuilt or belongs to a browser is no part of the truth
LEFT_OUT = {"sessions.session", "axes.accessattempt", "axes.accesslog", "axes.accessfailurelog", "search.searchrow",
            "search.searchvector", "contenttypes.contenttype", "auth.permission", "auth.group"}  # fmt: skip
APPS = ("people", "kernel", "proposals", "mfa", "account", "django_tasks_database")


def tables() -> list[type[models.Model]]:
    """Our tables in one fixed order."""
    found = [model for label in APPS if label in apps.app_configs for model in apps.get_app_config(label).get_models()]
    return [model for model in found if model._meta.label_lower not in LEFT_OUT]


def make(target: Path) -> str:
    """Write a backup, read it back and compare. Returns a sentence; raises Refused when it is not whole."""
    part = target.with_name(target.name + ".part")
    digests: dict[str, str] = {}
    with transaction.atomic(), zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        _steady()
        counts, digests["records.jsonl"] = _write_records(archive)
        for name, path in _stored_files():
            archive.write(path, f"files/{name}", zipfile.ZIP_STORED)
            digests[f"files/{name}"] = name
        archive.writestr("manifest.json", json.dumps(_manifest(counts, digests), ensure_ascii=False, indent=1))
    with part.open("rb") as handle:
        os.fsync(handle.fileno())
    verify(part)
    os.replace(part, target)
    keys = _write_keys(target)
    return f"已备份到 {target}：{sum(counts.values())} 行，{len(digests) - 1} 个文件，已验证。密钥另存 {keys}，请分开保管。"


def _steady() -> None:
    """One snapshot for the whole dump."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _write_records(archive: zipfile.ZipFile) -> tuple[dict[str, int], str]:
    counts: dict[str, int] = {}
    digest = hashlib.sha256()
    with archive.open("records.jsonl", "w", force_zip64=True) as out:
        for label, line in records():
            out.write(line)
            digest.update(line)
            counts[label] = counts.get(label, 0) + 1
    return counts, digest.hexdigest()


def records() -> Iterator[tuple[str, bytes]]:
    """The canonical dump: (table, one JSON line) in a fixed order. Equal dumps mean equal state."""
    for model in tables():
        for record in model._base_manager.order_by("pk").iterator(chunk_size=500):
            row = serializers.serialize("python", [record])[0]
            line = json.dumps(row, ensure_ascii=False, sort_keys=True, default=_plain, separators=(",", ":"))
            yield model._meta.label_lower, line.encode() + b"\n"


def _plain(value: Any) -> Any:
    from datetime import UTC, date, datetime

    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _stored_files() -> Iterator[tuple[str, Path]]:
    root = Path(settings.FILES_ROOT)
    for path in sorted(root.glob("??/*")) if root.exists() else []:
        if len(path.name) == 64:
            yield path.name, path


def _manifest(counts: dict[str, int], digests: dict[str, str]) -> dict[str, Any]:
    recorder = MigrationRecorder(connection)
    return {
        "format": FORMAT, "rows": counts, "sha256": digests,
        "migrations": sorted(f"{app}.{name}" for app, name in recorder.applied_migrations() if app in APPS),
        "keys": "密钥在同名的 .keys 文件里，须与备份分开保管；没有它，两步验证须重新设置。",
    }  # fmt: skip


def _write_keys(target: Path) -> Path:
    path = target.with_name(target.name + ".keys")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump({"secret.key": settings.SECRET_KEY}, handle)
    return path


def verify(source: Path) -> dict[str, Any]:
    """Read every byte and compare with the manifest. One flipped bit is a refusal."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            names = set(archive.namelist()) - {"manifest.json"}
            for name, expected in manifest["sha256"].items():
                with archive.open(name) as handle:
                    if _digest(handle) != expected:
                        raise Refused(f"备份里的 {name} 与清单不符，备份已损坏，请用另一份。")
                names.discard(name)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, NotImplementedError) as problem:
        raise Refused("这个文件不是完整的回声备份，请用另一份。") from problem
    except Exception as problem:
        if isinstance(problem, Refused):
            raise
        raise Refused("备份已损坏，请用另一份。") from problem
    if names:
        raise Refused("备份里有清单之外的文件，请用另一份。")
    if manifest.get("format") != FORMAT:
        raise Refused("这份备份的格式与本程序不同，请用做备份的那个版本恢复。")
    return manifest


def _digest(handle: Any) -> str:
    digest = hashlib.sha256()
    while block := handle.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def restore(source: Path) -> str:
    """Read a verified backup into an empty house and compare the dumps. Raises Refused, and then nothing was changed."""
    from django.core.management import call_command

    manifest = verify(source)
    call_command("migrate", interactive=False, verbosity=0)
    _check_versions(manifest)
    _check_empty()
    with zipfile.ZipFile(source) as archive, transaction.atomic():
        _read_files(archive)
        _read_records(archive)
        _compare(manifest)
    _reset_sequences()
    _restore_keys(source)
    _rebuild_index()
    return f"已恢复 {sum(manifest['rows'].values())} 行、{len(manifest['sha256']) - 1} 个文件，与备份逐行一致。"


def _check_versions(manifest: dict[str, Any]) -> None:
    here = {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations() if app in APPS}
    if set(manifest["migrations"]) != here:
        raise Refused("备份与本程序的数据表版本不同。请用做备份的那个版本恢复，再升级。")


def _check_empty() -> None:
    for model in tables():
        if model._base_manager.exists():
            raise Refused("数据目录里已有数据，恢复只能进行到空的数据目录。请另设 HUISHENG_DATA 后再恢复。")


def _read_files(archive: zipfile.ZipFile) -> None:
    root = Path(settings.FILES_ROOT)
    for name in archive.namelist():
        if not name.startswith("files/"):
            continue
        digest = name.removeprefix("files/")
        path = root / digest[:2] / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, path.open("wb") as target:
            _copy(source, target)


def _copy(source: Any, target: BinaryIO) -> None:
    while block := source.read(1 << 20):
        target.write(block)
    target.flush()
    os.fsync(target.fileno())


def _read_records(archive: zipfile.ZipFile) -> None:
    """Rows in dump order; foreign keys are checked when the transaction ends."""
    with archive.open("records.jsonl") as lines, connection.constraint_checks_disabled():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for line in lines:
            for record in serializers.deserialize("python", [json.loads(line)]):
                record.save()
    connection.check_constraints()


def _compare(manifest: dict[str, Any]) -> None:
    digest = hashlib.sha256()
    for _, line in records():
        digest.update(line)
    if digest.hexdigest() != manifest["sha256"]["records.jsonl"]:
        raise Refused("恢复出来的数据与备份不一致，已全部撤回。请报告这个问题。")


def _reset_sequences() -> None:
    """PostgreSQL's sequences go on after the highest restored id."""
    from django.core.management.color import no_style

    statements = connection.ops.sequence_reset_sql(no_style(), tables())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _restore_keys(source: Path) -> None:
    """With the keys beside the backup, signed-in devices and second factors go on working."""
    keys = source.with_name(source.name + ".keys")
    if not keys.exists():
        return
    path = Path(settings.DATA) / "secret.key"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(json.loads(keys.read_text())["secret.key"])


def _rebuild_index() -> None:
    from huisheng.proposals.findable import every_findable
    from huisheng.search import index

    index.rebuild(every_findable())
