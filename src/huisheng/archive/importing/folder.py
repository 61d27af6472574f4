"""Uploads to files in a folder: a zip is opened piece by piece, nothing it says about itself is believed.

Names: a zip of Windows carries GBK names without saying so. Folders inside it are walked; what is neither a photograph
nor a sheet is told, not taken.
"""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from huisheng.kernel.errors import Refused
from huisheng.kernel.files import safe_name

MEGABYTE = 1 << 20
ENTRIES = 12_000  # what a job of a quarter of an hour can look at
LARGEST = 50 * MEGABYTE  # one photograph
UNPACKED = 60 * 1024 * MEGABYTE
RATIO = 200
CHUNK = 1 << 18
PHOTOS = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
SHEETS = (".xlsx", ".csv")
OWN = ("thumbs.db", "desktop.ini", ".ds_store")  # what systems leave in every folder


@dataclass(frozen=True)
class Found:
    """One photograph on this machine. ``failed``: why it is not there after all."""

    name: str
    path: Path | None
    failed: str = ""


@dataclass
class Folder:
    """What the uploads held. ``told``: sentences about what was left aside."""

    photos: list[Found] = field(default_factory=list)
    sheets: list[tuple[str, bytes]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def open_all(uploads: Iterator[tuple[str, BinaryIO]], into: Path) -> Folder:
    """Every upload's files, in the order of their names. Raises Refused for a zip that cannot be one."""
    folder = Folder()
    for name, handle in uploads:
        if handle.read(4) == b"PK\3\4" and not name.lower().endswith(".xlsx"):
            handle.seek(0)
            _unzip(name, handle, folder, into)
        else:
            handle.seek(0)
            _take(name, handle, folder, into)
    folder.photos.sort(key=lambda one: _natural(one.name))
    return folder


def _natural(name: str) -> list[tuple[int, int, str]]:
    """“2.jpg” before “10.jpg”."""
    parts, digits = [], ""
    for char in name + "\0":
        if char.isascii() and char.isdigit():
            digits += char
            continue
        if digits:
            parts.append((0, int(digits), ""))
            digits = ""
        parts.append((1, 0, char))
    return parts


def _unzip(name: str, handle: BinaryIO, folder: Folder, into: Path) -> None:
    try:
        archive = zipfile.ZipFile(handle)
        entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Refused(f"压缩包“{name}”不完整或已损坏，可能没有传完。请重新压缩后再传。") from None
    if len(entries) > ENTRIES:
        raise Refused(f"压缩包“{name}”里有 {len(entries)} 个文件，一次最多 {ENTRIES} 个。请分几批导入。")
    left = UNPACKED
    with archive:
        for entry in entries:
            shown = _shown(entry)
            if entry.is_dir() or _is_own(shown):
                continue
            if entry.flag_bits & 0x1:
                raise Refused(f"压缩包“{name}”加了密码，打不开。请去掉密码重新压缩后再传。")
            if entry.external_attr >> 16 & 0o170000 == 0o120000:
                folder.told.append(f"“{shown}”是快捷方式，没有收。")
                continue
            if entry.file_size > LARGEST or entry.file_size > max(MEGABYTE, entry.compress_size * RATIO):
                folder.photos.append(Found(shown, None, _too_large(entry.file_size)))
                continue
            try:
                with archive.open(entry) as inside:
                    left -= _take(shown, inside, folder, into)
            except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
                folder.photos.append(Found(shown, None, "在压缩包里已损坏，取不出来。请换一份再传。"))
            if left < 0:
                raise Refused(f"压缩包“{name}”展开后太大。请分几批导入。")


def _too_large(size: int) -> str:
    return f"有 {size // MEGABYTE} MB，一张最多 {LARGEST // MEGABYTE} MB。请缩小后再传。"


def _shown(entry: zipfile.ZipInfo) -> str:
    """The last part of the name; zips of Windows write GBK and do not say so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for coding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(coding)
                break
            except UnicodeDecodeError:
                continue
    return (
        safe_name(unicodedata.normalize("NFC", name.replace("\\", "/")).rsplit("/", 1)[-1])
        if not entry.is_dir()
        else ""
    )


def _is_own(name: str) -> bool:
    return name.lower() in OWN or name.startswith(("._", "~$", "."))


def _take(name: str, source: IO[bytes], folder: Folder, into: Path) -> int:
    """One file; how many bytes it had."""
    lowered = name.lower()
    if not lowered.endswith((*PHOTOS, *SHEETS)):
        folder.told.append(f"“{name}”既不是照片也不是说明表，没有收。")
        return 0
    if lowered.endswith(SHEETS):
        data = source.read(LARGEST + 1)
        folder.sheets.append((name, data))
        return len(data)
    place, size = into / str(len(folder.photos)), 0
    with place.open("wb") as out:
        while piece := source.read(CHUNK):
            size += len(piece)
            if size > LARGEST:
                break
            out.write(piece)
    if size > LARGEST:
        place.unlink()
        folder.photos.append(Found(name, None, _too_large(size)))
    else:
        folder.photos.append(Found(name, place))
    return size
