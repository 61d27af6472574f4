"""委员变动 and 信息更正 for machines: the same visibility, the same forms, the same ``perform``. A paper comes by the page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from huisheng.ui.machine import Filters, Line, answers, page_of, step_operations

from . import queries
from .models import Account, Correction, MemberChange
from .views.changes import visible_change, visible_correction

router = Router(tags=["委员变动"])


class ChangeLine(Line):
    sort: str = Field(description="变动类别代码")
    adds: bool = Field(description="新任委员；否则为离任")
    member: int | None = Field(description="委员；增补的，生效以后才有")
    reason: str = Field(description="原因代码")
    meeting: str
    decided_on: date | None
    document: str
    effective_on: date | None


class CorrectionLine(Line):
    fields: list[str] = Field(description="申请更正哪几项；改成什么，只在页面上看")


class ChangePage(Schema):
    items: list[ChangeLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class CorrectionPage(Schema):
    items: list[CorrectionLine]
    next: str | None


def who(request: HttpRequest) -> Account:
    """Whose token it is; the door lets nobody in without one."""
    return request.user  # type: ignore[return-value]


def _line(one: MemberChange | Correction) -> dict[str, Any]:
    states = one.lifecycle.states
    return {
        "id": one.pk, "title": str(one), "number": "", "state": one.state, "state_label": states(one.state).label, "due_on": None,
        "version": one.version,
    }  # fmt: skip


def change_line(one: MemberChange) -> dict[str, Any]:
    return _line(one) | {
        "sort": one.sort, "adds": one.adds, "member": one.member_id, "reason": one.reason, "meeting": one.meeting,
        "decided_on": one.decided_on, "document": one.document, "effective_on": one.effective_on,
    }  # fmt: skip


def correction_line(one: Correction) -> dict[str, Any]:
    return _line(one) | {"fields": list(one.wanted)}


@router.get("/people/changes", response=answers(ChangePage), summary="我能看到的委员变动，新的在前")
def list_changes(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_changes(who(request), timezone.localdate()).select_related("member")
    return page_of(rows, filters, change_line)


@router.get("/people/corrections", response=answers(CorrectionPage), summary="我能看到的信息更正，新的在前")
def list_corrections(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_corrections(who(request), timezone.localdate()).select_related("account")
    return page_of(rows, filters, correction_line)


step_operations(router, "people/changes", MemberChange, visible_change)
step_operations(router, "people/corrections", Correction, visible_correction)
