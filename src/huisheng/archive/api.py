"""文史资料 for machines: the same visibility, the same forms, the same ``perform``. The provider's contact is in no answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from huisheng.people.models import Account
from huisheng.ui.machine import Filters, answers, id_of, page_of, step_operations

from . import queries
from .models import Drive, Handover, Material

router = Router(tags=["文史资料"])


def who(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


class MaterialLine(Schema):
    id: int
    number: str = Field(description="征集号；草稿为空")
    type: str
    title: str
    state: str
    state_label: str
    dated: str = Field(description="年代，按提供人的写法")
    earliest: date | None
    latest: date | None
    version: int


class FileOut(Schema):
    name: str
    size: int
    sha256: str


class MaterialOut(MaterialLine):
    caption: str
    content: str
    event: str
    place: str
    people: list[str]
    author: str
    rights: str
    is_published: bool
    files: list[FileOut] = Field(description="原件和校验值；送交人和机关以外为空")


class MaterialPage(Schema):
    items: list[MaterialLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class DriveOut(Schema):
    id: int
    title: str
    content: str
    opens_on: date
    closes_on: date
    contact: str
    state: str
    state_label: str
    version: int


class DrivePage(Schema):
    items: list[DriveOut]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class HandoverLineOut(Schema):
    position: int
    material: int
    title: str
    files: list[FileOut]


class HandoverOut(Schema):
    id: int
    number: str
    title: str
    receiver: str
    state: str
    state_label: str
    handed_on: date | None
    fingerprint: str = Field(description="清单指纹；没有移交为空")
    version: int


class HandoverWhole(HandoverOut):
    lines: list[HandoverLineOut]


class HandoverPage(Schema):
    items: list[HandoverOut]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


# -- materials -------------------------------------------------------------------------------------------------------
@router.get("/archive/materials", response=answers(MaterialPage), summary="我能看到的文史资料，新登记的在前")
def list_materials(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(queries.visible_to(who(request), timezone.localdate()), filters, _line)


@router.get("/archive/materials/{int:pk}", response=answers(MaterialOut), summary="一件文史资料")
def get_material(request: HttpRequest, pk: int) -> dict[str, Any]:
    one, account = _material(request, pk), who(request)
    shows_files = one.made_by_id == account.pk or queries.reads_all(account, timezone.localdate())
    files = one.originals.select_related("file") if shows_files else []
    return _line(one) | {
        "caption": one.caption, "content": one.content, "event": one.event, "place": one.place, "people": one.people_lines,
        "author": one.author, "rights": one.rights, "is_published": one.is_published,
        "files": [{"name": row.file.name, "size": row.file.size, "sha256": row.file.sha256} for row in files],
    }  # fmt: skip


def _material(request: HttpRequest, pk: int) -> Material:
    return _found(queries.visible_to(who(request), timezone.localdate()), pk)


def _found(rows: Any, pk: int) -> Any:
    found = rows.filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


def _line(one: Material) -> dict[str, Any]:
    return _stated(one) | {
        "number": one.number_label, "type": one.type, "dated": one.dated, "earliest": one.earliest, "latest": one.latest,
    }  # fmt: skip


def _stated(one: Any) -> dict[str, Any]:
    label = one.lifecycle.states(one.state).label
    return {
        "id": one.pk,
        "title": one.title,
        "state": one.state,
        "state_label": label,
        "version": one.version,
    }


step_operations(router, "archive/materials", Material, _material)


# -- drives ------------------------------------------------------------------------------------------------------------
@router.get("/archive/drives", response=answers(DrivePage), summary="文史征集公告，新的在前")
def list_drives(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(queries.visible_drives(who(request), timezone.localdate()), filters, _drive_out)


@router.get("/archive/drives/{int:pk}", response=answers(DriveOut), summary="一次文史征集")
def get_drive(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _drive_out(_drive(request, pk))


def _drive(request: HttpRequest, pk: int) -> Drive:
    return _found(queries.visible_drives(who(request), timezone.localdate()), pk)


def _drive_out(one: Drive) -> dict[str, Any]:
    words = {name: getattr(one, name) for name in ("content", "opens_on", "closes_on", "contact")}
    return _stated(one) | words


step_operations(router, "archive/drives", Drive, _drive)


# -- handing over --------------------------------------------------------------------------------------------------------
@router.get("/archive/handovers", response=answers(HandoverPage), summary="移交清单，新的在前")
def list_handovers(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(queries.visible_handovers(who(request), timezone.localdate()), filters, _handover_out)


@router.get(
    "/archive/handovers/{int:pk}", response=answers(HandoverWhole), summary="一份移交清单，逐件写明校验值"
)
def get_handover(request: HttpRequest, pk: int) -> dict[str, Any]:
    one = _handover(request, pk)
    lines = [
        {"position": line.position, "material": line.material_id, "title": str(line), "files": line.files}
        for line in one.lines.select_related("material").order_by("position")
    ]
    return _handover_out(one) | {"lines": lines}


def _handover(request: HttpRequest, pk: int) -> Handover:
    return _found(queries.visible_handovers(who(request), timezone.localdate()), pk)


def _handover_out(one: Handover) -> dict[str, Any]:
    words = {name: getattr(one, name) for name in ("receiver", "handed_on", "fingerprint")}
    return _stated(one) | words | {"number": one.number_label}


step_operations(router, "archive/handovers", Handover, _handover)
