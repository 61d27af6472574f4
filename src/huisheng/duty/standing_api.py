"""常委述职 for machines: the same visibility, the same forms, the same ``perform``. Unsent words are told to their writer
alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from huisheng.kernel.errors import NotAllowed
from huisheng.kernel.forms import clean_all
from huisheng.outputs.api import who
from huisheng.ui.machine import Filters, Key, Line, answers, cleaned, id_of, page_of, step_operations

from . import queries
from . import standing_actions as actions
from . import standing_queries as standing
from .models_standing import RoundState, StandingReport, StandingRound, StandingState
from .standing_forms import LONG, OpenRound, Write

router = Router(tags=["常委述职"])


class RoundLine(Line):
    year: int
    opens_on: date
    closes_on: date
    closed_on: date | None


class RoundOut(RoundLine):
    content: str = Field(description="要求")
    whole: int = Field(description="应交份数")
    sent: int
    waiting: int = Field(description="待收存")
    taken: int
    excused: int
    missing: int = Field(description="未交份数")


class ReportLine(Line):
    round: int
    year: int
    member: int
    name: str
    submitted_at: datetime | None
    days_late: int = Field(description="迟交几天；只是写明")
    taken_on: date | None


class ReportOut(ReportLine):
    text: str = Field(description="本人写着的，只有本人看得到；别人看到的是提交了的")


class RoundPage(Schema):
    items: list[RoundLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class ReportPage(Schema):
    items: list[ReportLine]
    next: str | None


class NewRound(Schema, extra="forbid"):
    year: int = Field(ge=2000, le=2100)
    closes_on: date | None = Field(None, description="不写为按本地规则算的截止日期")
    content: str = Field("", max_length=2000)


class ReportFilters(Filters):
    round: int | None = None


class Words(Schema, extra="forbid"):
    text: str = Field(min_length=1, max_length=LONG)
    version: int | None = Field(None, description="您看到的版本；在别处改过会得到 409")


@router.get("/standing-rounds", response=answers(RoundPage), summary="常委述职，新的在前")
def list_rounds(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(standing.visible_rounds(who(request), timezone.localdate()), filters, _round_line)


@router.post("/standing-rounds", response=answers(RoundOut, 201), summary="发起一年的常委述职")
def open_round(request: HttpRequest, payload: NewRound, key: Key) -> Status[dict[str, Any]]:
    now = timezone.now()
    today = timezone.localdate(now)
    if not queries.manages(who(request), today):
        raise NotAllowed("常委述职由政协办公室发起。")
    typed = clean_all(payload.dict()) | {"closes_on": payload.closes_on or actions.until(today)}
    given = cleaned(OpenRound(typed, account=who(request), today=today))
    return Status(201, _round(actions.open_round(who(request), given, at=now, key=key)))


@router.get("/standing-rounds/{int:pk}", response=answers(RoundOut), summary="一年的常委述职")
def get_round(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _round(visible_round(request, pk))


@router.get("/standing-reports", response=answers(ReportPage), summary="我能看到的常委履职报告，新列入的在前")
def list_reports(request: HttpRequest, filters: Query[ReportFilters]) -> dict[str, Any]:
    rows = standing.visible_reports(who(request), timezone.localdate()).defer("text", "sent_text")
    if filters.round is not None:
        rows = rows.filter(round=id_of(filters.round))
    return page_of(rows.select_related("round", "member"), filters, _report_line)


@router.get("/standing-reports/{int:pk}", response=answers(ReportOut), summary="一份常委履职报告")
def get_report(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _report(visible_report(request, pk), request)


@router.put(
    "/standing-reports/{int:pk}/text", response=answers(ReportOut), summary="存稿，只有本人能写；不提交"
)
def write_report(request: HttpRequest, pk: int, payload: Words) -> dict[str, Any]:
    one, now = visible_report(request, pk), timezone.now()
    form = Write({"text": payload.text}, record=one, account=who(request), today=timezone.localdate(now))
    cleaned(form)
    saved = actions.save(one, who(request), form.given(), at=now, version=payload.version)
    return _report(saved, request)


def visible_round(request: HttpRequest, pk: int) -> StandingRound:
    found = standing.visible_rounds(who(request), timezone.localdate()).filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


def visible_report(request: HttpRequest, pk: int) -> StandingReport:
    rows = standing.visible_reports(who(request), timezone.localdate()).select_related("round", "member")
    found = rows.filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


step_operations(router, "standing-rounds", StandingRound, visible_round)
step_operations(router, "standing-reports", StandingReport, visible_report)


# -- shapes ------------------------------------------------------------------------------------------------------------
def _round_line(one: StandingRound) -> dict[str, Any]:
    return {
        "id": one.pk, "title": str(one), "number": "", "state": one.state, "state_label": RoundState(one.state).label,
        "due_on": one.closes_on if one.state == RoundState.OPEN else None, "version": one.version, "year": one.year,
        "opens_on": one.opens_on, "closes_on": one.closes_on, "closed_on": one.closed_on,
    }  # fmt: skip


def _round(one: StandingRound) -> dict[str, Any]:
    found = standing.tally(one)
    return _round_line(one) | {
        "content": one.content, "whole": found.whole, "sent": found.sent, "waiting": found.waiting, "taken": found.taken,
        "excused": found.excused, "missing": found.missing,
    }  # fmt: skip


def _report_line(one: StandingReport) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "number": "", "state": one.state, "state_label": StandingState(one.state).label,
        "due_on": one.due_on, "version": one.version, "round": one.round_id, "year": one.round.year,
        "member": one.member_id, "name": one.member.name, "submitted_at": one.submitted_at, "days_late": one.days_late,
        "taken_on": one.taken_on,
    }  # fmt: skip


def _report(one: StandingReport, request: HttpRequest) -> dict[str, Any]:
    is_own = standing.is_own(one, who(request), timezone.localdate())
    return _report_line(one) | {"text": standing.words_of(one, is_own)}
