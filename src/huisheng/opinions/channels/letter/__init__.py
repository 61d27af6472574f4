"""来信: the scan of a letter (PNG, JPG, PDF). Its words are typed in by a person; nothing here pretends to read hands."""

from __future__ import annotations

from huisheng.kernel.files import CALLED, inspect, shows_place

from ..item import Enclosed, Item, Kind, Own, answers_always, refused

__all__ = ["KINDS", "read"]

KINDS = ("png", "jpg", "pdf")
MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "pdf": "application/pdf"}


@answers_always("letter")
def read(data: bytes, *, name: str = "", own: Own) -> list[Item]:
    """One item with an empty body and the scan attached; refused with the gate's sentence when it may not come in."""
    kind = next((kind for kind, magic in MAGIC.items() if data.startswith(magic)), "")
    verdict = inspect(data, name or f"来信.{kind or 'png'}", kinds=KINDS)
    if verdict.refused:
        return [refused("letter", data, verdict.refused)]
    warnings = ("needs_transcription", *(["photo_has_gps"] if shows_place(data) else []))
    scan = Enclosed(verdict.safe_name, data, MEDIA_TYPES[verdict.kind])
    details = (("文件", CALLED[verdict.kind]),)
    return [Item("letter", Kind.LEAD, attachments=(scan,), warnings=warnings, raw=data, details=details)]


MAGIC = {"png": b"\x89PNG", "jpg": b"\xff\xd8\xff", "pdf": b"%PDF-"}
