"""Where accepted files lie: under their hash, written so that a power cut leaves a whole file or none.

Order: temporary file, fsync, rename, fsync of the folder, and only then the row. A row therefore always has its
bytes; bytes without a row are swept by fsck.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from .errors import Refused
from .files import KINDS, LIMITS, Verdict, inspect, safe_name, strip_photo
from .models import Attachment, Matter
from .places import Disk, place, scratch_name
from .sounds import FILMS, SOUNDS, without_tags

CHUNK = 1 << 16
CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text", "doc": "application/msword", "rtf": "application/rtf",
    "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8", "zip": "application/zip", "m4a": "audio/mp4", "mp3": "audio/mpeg",
    "amr": "audio/amr", "ogg": "audio/ogg", "wav": "audio/wav",
    "mp4": "video/mp4", "tif": "image/tiff",
}  # fmt: skip


@dataclass(frozen=True)
class Upload:
    """A file as it came in, looked at by the gate. ``data`` is None for one too big to be read."""

    name: str
    data: bytes | None
    verdict: Verdict
    source: Any = None

    @property
    def refused(self) -> str:
        return self.verdict.refused


def receive(
    source: bytes | Any,
    name: str,
    *,
    kinds: tuple[str, ...] = KINDS,
    lenient: bool = False,
    as_is: bool = False,
) -> Upload:
    """Look at an upload (bytes, or Django's UploadedFile) without storing it. as_is: kept to the byte, with all that the
    camera or the recorder wrote; such a file is shown to nobody outside, only what is made from it."""
    if not isinstance(source, bytes) and source.size > LIMITS.size:
        sentence = (
            f"文件有 {source.size >> 20} MB，超过 {LIMITS.size >> 20} MB 的上限。请压缩图片或拆成几份再传。"
        )
        return Upload(name, None, Verdict("", "", source.size, safe_name(name), sentence), source)
    data = source if isinstance(source, bytes) else source.read()
    verdict = inspect(data, name, kinds=kinds, lenient=lenient)
    if as_is:
        return Upload(name, data, verdict)
    if not verdict.refused and verdict.kind in ("png", "jpg"):
        data = strip_photo(data)  # where a photo was taken is nobody's business
        verdict = replace(verdict, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    if not verdict.refused and verdict.kind in (*SOUNDS, *FILMS):
        data = without_tags(data, verdict.kind)  # nor who recorded it
        verdict = replace(verdict, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    return Upload(name, data, verdict)


def keep(
    data: bytes,
    name: str,
    record: Matter | Any,
    account: Any,
    purpose: str,
    at: datetime,
    *,
    kinds: tuple[str, ...] = KINDS,
) -> Attachment:
    """Accept and store a file as an attachment of a record. Raises Refused with the gate's sentence."""
    upload = receive(data, name, kinds=kinds)
    if upload.refused:
        raise Refused(upload.refused)
    return keep_upload(upload, record, account, purpose, at)


def keep_upload(upload: Upload, record: Any, account: Any, purpose: str, at: datetime) -> Attachment:
    """Store what was received, also a refused file: then its kind is "" and it is only ever handed back as it came."""
    sha256, size = write(_chunks(upload))
    kind = "" if upload.refused else upload.verdict.kind
    return Attachment.objects.create(
        subject_type=record._meta.label_lower, subject_id=record.pk, purpose=purpose, name=upload.verdict.safe_name,
        kind=kind, sha256=sha256, size=size, account=account, at=at,
    )  # fmt: skip


def _chunks(upload: Upload) -> Iterator[bytes]:
    if upload.data is not None:
        yield upload.data
        return
    upload.source.seek(0)
    yield from upload.source.chunks(CHUNK)


def write(chunks: Iterator[bytes]) -> tuple[str, int]:
    """Put bytes under their hash; (sha256, size). The same bytes twice lie there once."""
    where = place()
    temporary = where.scratch() / scratch_name()
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                handle.write(chunk)
            handle.flush()
            os.fsync(handle.fileno())
        where.put(digest.hexdigest(), temporary)
    finally:
        temporary.unlink(missing_ok=True)
    return digest.hexdigest(), size


def path_of(sha256: str) -> Path:
    """Where a file lies on this machine's disk; what must work with any place of files asks ``bytes_of`` or ``open_bytes``."""
    return Disk(Path(settings.FILES_ROOT)).path(sha256)


def open_bytes(sha256: str) -> BinaryIO:
    """The stored bytes, open. Raises FileNotFoundError."""
    return place().open(sha256)


def bytes_of(sha256: str) -> bytes:
    with open_bytes(sha256) as handle:
        return handle.read()


def has(sha256: str) -> bool:
    return place().has(sha256)


def fault(sha256: str) -> str:
    """What is wrong with a stored file, as the end of a sentence; "" when it is there and whole."""
    try:
        with open_bytes(sha256) as handle:
            same = hashlib.file_digest(handle, "sha256").hexdigest() == sha256  # type: ignore[arg-type]
    except OSError:
        return "的文件不在了，或读不出来"
    return "" if same else "的内容与校验值不符"


def open_file(attachment: Attachment) -> BinaryIO:
    """The stored bytes. Raises Refused when they are missing (a restore without its files)."""
    try:
        return open_bytes(attachment.sha256)
    except FileNotFoundError:
        raise Refused("这个文件在存储里找不到了。请告诉管理员，从备份恢复。") from None


def download(attachment: Attachment, *, inline: bool = False) -> FileResponse:
    """The file as a download: its own name in every browser (RFC 5987), never guessed at, never run."""
    response = FileResponse(open_file(attachment))
    _describe(response, attachment, inline=inline)
    return response


def _describe(response: HttpResponseBase, attachment: Attachment, *, inline: bool) -> None:
    way = "inline" if inline and attachment.kind in ("pdf", "png", "jpg", *SOUNDS, *FILMS) else "attachment"
    response["Content-Type"] = CONTENT_TYPES.get(attachment.kind, "application/octet-stream")
    response["Content-Disposition"] = disposition(attachment.name, way)
    response["Content-Length"] = str(attachment.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"


def play(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """A recording for a player: whole, or the one part it asks for (RFC 9110, 14.2). Some phones play nothing of a server that
    has no parts, and nobody could go to the middle of an hour."""
    asked = re.fullmatch(r"bytes=(\d{0,12})-(\d{0,12})", request.headers.get("Range", ""))
    size = attachment.size
    if asked is None or not (asked[1] or asked[2]):
        response = download(attachment, inline=True)
        response["Accept-Ranges"] = "bytes"
        return response
    start = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
    end = min(int(asked[2]), size - 1) if asked[1] and asked[2] else size - 1
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = StreamingHttpResponse(_part(open_file(attachment), start, end - start + 1), status=206)
    _describe(part, attachment, inline=True)
    part["Content-Length"] = str(end - start + 1)
    part["Content-Range"] = f"bytes {start}-{end}/{size}"
    return part


def _part(handle: BinaryIO, start: int, size: int) -> Iterator[bytes]:
    with handle:
        handle.seek(start)
        while size and (chunk := handle.read(min(CHUNK, size))):
            size -= len(chunk)
            yield chunk


def disposition(name: str, way: str = "attachment") -> str:
    """A Content-Disposition that gives a Chinese name whole in every browser (RFC 6266, RFC 5987)."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in name)
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
