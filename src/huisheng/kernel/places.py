"""Where stored bytes lie: a folder of this machine, or a bucket of any S3-compatible store. One setting says which.

Both know only names (hashes) and bytes. A name is written whole or not at all, and never written over with other bytes.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

from .errors import Refused

CHUNK = 1 << 16
AWAY = "文件存储现在连不上，文件没有读出来。请稍后再试；一直不行，请告诉系统管理员。"


class Place(Protocol):
    """What a place of stored files can do. ``open`` raises FileNotFoundError."""

    def put(self, name: str, source: Path) -> None: ...

    def open(self, name: str) -> BinaryIO: ...

    def has(self, name: str) -> bool: ...

    def remove(self, name: str) -> None: ...

    def names(self) -> Iterator[tuple[str, float]]:
        """Every stored name with the moment it was written (seconds), and what a broken write left behind."""
        ...

    def scratch(self) -> Path:
        """A folder for a file that is being written."""
        ...


class Disk:
    """A folder; a file lies under the first two letters of its name. Written so that a power cut leaves it whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        return self.root / name[:2] / name

    def put(self, name: str, source: Path) -> None:
        """``source`` lies in ``scratch`` and is synced; it becomes the file."""
        place = self.path(name)
        place.parent.mkdir(exist_ok=True)
        source.replace(place)
        _sync(place.parent)
        _sync(self.root)

    def open(self, name: str) -> BinaryIO:
        return self.path(name).open("rb")

    def has(self, name: str) -> bool:
        return self.path(name).exists()

    def remove(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)
        if name.startswith("."):
            (self.root / name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, float]]:
        for path in [*self.root.glob("??/*"), *self.root.glob(".*")]:
            with suppress(FileNotFoundError):
                if path.is_file():
                    yield path.name, path.stat().st_mtime

    def scratch(self) -> Path:
        self.root.mkdir(parents=True, exist_ok=True)
        return self.root


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Bucket:
    """A bucket: ``s3://key:secret@host:port/bucket/prefix?tls=0&region=…``. An object appears whole or not at all."""

    def __init__(self, url: str) -> None:
        from minio import Minio

        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        self.bucket, _, prefix = parts.path.strip("/").partition("/")
        self.prefix = f"{prefix}/" if prefix else ""
        self.client = Minio(
            f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname),
            access_key=unquote(parts.username or ""), secret_key=unquote(parts.password or ""),
            secure=options.get("tls", "1") != "0", region=options.get("region") or None,
        )  # fmt: skip

    def put(self, name: str, source: Path) -> None:
        self._ask("fput_object", self.bucket, self.prefix + name, str(source))

    def open(self, name: str) -> BinaryIO:
        """A copy on this machine that is gone when it is closed: what reads it may seek."""
        copy: Any = tempfile.SpooledTemporaryFile(max_size=4 << 20)  # noqa: SIM115  the caller closes it
        answer = self._ask("get_object", self.bucket, self.prefix + name)
        try:
            for chunk in answer.stream(CHUNK):
                copy.write(chunk)
        finally:
            answer.close()
            answer.release_conn()
        copy.seek(0)
        return copy  # type: ignore[no-any-return]

    def has(self, name: str) -> bool:
        try:
            self._ask("stat_object", self.bucket, self.prefix + name)
        except FileNotFoundError:
            return False
        return True

    def remove(self, name: str) -> None:
        self._ask("remove_object", self.bucket, self.prefix + name)

    def names(self) -> Iterator[tuple[str, float]]:
        for one in self._ask("list_objects", self.bucket, prefix=self.prefix, recursive=True):
            yield one.object_name.removeprefix(self.prefix), one.last_modified.timestamp()

    def scratch(self) -> Path:
        return Path(tempfile.gettempdir())

    def _ask(self, what: str, *args: Any, **options: Any) -> Any:
        """One request. Raises FileNotFoundError for what is not there, Refused when the store cannot be reached."""
        from minio.error import MinioException, S3Error
        from urllib3.exceptions import HTTPError

        try:
            return getattr(self.client, what)(*args, **options)
        except S3Error as problem:
            if problem.code in ("NoSuchKey", "NoSuchObject"):
                raise FileNotFoundError(str(args[-1])) from None
            raise Refused(AWAY) from problem
        except (HTTPError, MinioException, OSError) as problem:
            raise Refused(AWAY) from problem


@cache
def _bucket(url: str) -> Bucket:
    return Bucket(url)


def place() -> Place:
    """Where files lie: settings.FILES names a bucket, else the folder FILES_ROOT."""
    url = getattr(settings, "FILES", "")
    return _bucket(url) if url else Disk(Path(settings.FILES_ROOT))


def scratch_name() -> str:
    return f".{secrets.token_hex(12)}"
