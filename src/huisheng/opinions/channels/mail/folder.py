"""Fetching from a folder into which another program, or a person, drops .eml files.

A file is removed only after ``keep`` has come back: the original then lies sealed with its lead, and an open copy of it
would outlive the sender's contact. One that is refused goes to ``refused/``, which nobody else may enter, with a .txt
beside it that says why; ``sweep`` takes it away in time. A file whose ``keep`` fails stays and is tried again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..item import Item, Kind, Own
from . import MAX_BYTES, read, too_large

SETTLED = 2.0  # seconds without a change before a file counts as wholly written
Keep = Callable[[list[Item]], None]


@dataclass(frozen=True)
class Taken:
    kept: int = 0
    refused: int = 0
    failed: int = 0  # stayed in the folder


def take(folder: Path, own: Own, keep: Keep, *, settled: float = SETTLED) -> Taken:
    """Hand every .eml of the folder (not of folders inside it) to ``keep``, by name. Links are not followed."""
    outcomes = [_take(file, own, keep) for file in sorted(folder.iterdir()) if _is_ready(file, settled)]
    return Taken(*(outcomes.count(word) for word in ("kept", "refused", "failed")))


def _is_ready(file: Path, settled: float) -> bool:
    if file.suffix.lower() != ".eml" or file.name.startswith(".") or file.is_symlink() or not file.is_file():
        return False
    return time.time() - file.stat().st_mtime >= settled


def _take(file: Path, own: Own, keep: Keep) -> str:
    try:
        items = _read(file, own)
    except OSError:  # not ours to read, or gone: the next visit sees
        return "failed"
    if all(item.kind == Kind.REFUSED for item in items):
        moved = _move(file, file.parent / "refused")
        moved.with_name(f"{moved.name}.txt").write_text(f"{items[0].reason}\n", encoding="utf-8")
        return "refused"
    try:
        keep(items)
    except Exception:  # the database is away, say: the file stays and the next visit takes it
        return "failed"
    file.unlink()
    return "kept"


def _read(file: Path, own: Own) -> list[Item]:
    size = file.stat().st_size
    if size < MAX_BYTES:
        return read(file.read_bytes(), name=file.name, own=own)
    with file.open("rb") as opened:
        return [too_large(opened.read(100_000), size)]


def _move(file: Path, folder: Path) -> Path:
    """Into the folder, under a name not yet taken there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    target, count = folder / file.name, 1
    while target.exists():
        count += 1
        target = folder / f"{file.stem}-{count}{file.suffix}"
    os.replace(file, target)
    return target


def sweep(folder: Path, before: float) -> int:
    """Remove what was refused before a moment (seconds since 1970), and what it was refused for. How many files."""
    old = [one for one in (folder / "refused").glob("*") if one.is_file() and one.stat().st_mtime < before]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)
