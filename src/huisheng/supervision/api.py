"""民主监督 for machines: the same visibility, the same forms, the same ``perform``.

A unit's machine reads its notice, findings and briefings, and no name of the team where the authors are hidden.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from huisheng.kernel.forms import clean_text
from huisheng.kernel.models import Matter
from huisheng.outputs.api import who
from huisheng.ui.machine import Filters, Key, Line, answers, id_of, page_of, step_operations

from . import actions, queries
from .models import (
    CheckItem,
    Finding,
    FindingState,
    Hearing,
    HearingState,
    LetterState,
    Monitor,
    MonitorLetter,
    MonitorState,
    Supervision,
    SupervisionState,
    Unit,
    UnitState,
)

router = Router(tags=["民主监督"])


class SupervisionLine(Line):
    aspect: str = Field(description="监督形式代码")
    starts_on: date
    ends_on: date


class InspectorOut(Schema):
    name: str
    is_leader: bool
    out: str = Field(description="回避：unit / post / declared；在组的为空")


class SupervisionOut(SupervisionLine):
    source: str
    content: str
    method: str
    agencies: list[str]
    team: list[InspectorOut]
    hides_authors: bool
    output: int | None
    findings: list[int]
    conclusion: str


class UnitLine(Line):
    supervision: int
    agency: str
    request: str
    notified_on: date | None
    taken_on: date | None


class FindingLine(Line):
    supervision: int
    agency: str
    sent_on: date | None


class RoundOut(Schema):
    round: int
    what: str
    who: str
    due_on: date
    report: str
    reported_on: date | None
    passed: bool | None = Field(description="回头看：通过、未通过；还没有看的为 null")
    looked_by: str = Field(description="隐去姓名的，为“区政协监督组”")
    looked_on: date | None
    seen: str


class FindingOut(FindingLine):
    content: str
    basis: str
    advice: str
    found_by: str = Field(description="隐去姓名的，为“区政协监督组”")
    rounds: list[RoundOut]


class HearingLine(Line):
    supervision: int | None
    agency: str
    planned_on: date
    heard_on: date | None


class OpinionOut(Schema):
    number: int
    content: str
    answer: str


class HearingOut(HearingLine):
    presenter: str
    material: str
    opinions: list[OpinionOut]


class MonitorLine(Line):
    member: str
    agency: str
    way: str
    starts_on: date
    ends_on: date


class CheckOut(Schema):
    name: str
    result: str = Field(description="meets / partly / fails / unseen")
    note: str
    place: str
    version: int
    is_mine: bool


class ItemOut(Schema):
    id: int
    number: int
    title: str
    expectation: str
    is_disputed: bool
    chosen: int | None
    checks: list[CheckOut]


class CheckIn(Schema, extra="forbid"):
    result: str = Field(pattern="^(meets|partly|fails|unseen)$")
    note: str = Field("", max_length=2000)
    place: str = Field("", max_length=120)
    base: int | None = Field(None, ge=0, le=10**9, description="您看到的自己那一份的版本；没有写过的为 0")
    seen_at: datetime | None = None


class CheckDone(Schema):
    version: int


class SupervisionPage(Schema):
    items: list[SupervisionLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class UnitPage(Schema):
    items: list[UnitLine]
    next: str | None


class FindingPage(Schema):
    items: list[FindingLine]
    next: str | None


class HearingPage(Schema):
    items: list[HearingLine]
    next: str | None


class MonitorPage(Schema):
    items: list[MonitorLine]
    next: str | None


class LetterLine(Line):
    member: str
    agency: str
    sent_on: date | None
    answered_on: date | None


class LetterOut(LetterLine):
    content: str
    advice: str
    answer: str


class LetterPage(Schema):
    items: list[LetterLine]
    next: str | None


def _today() -> date:
    return timezone.localdate()


@router.get("/supervisions", response=answers(SupervisionPage), summary="我能看到的监督事项，新的在前")
def list_supervisions(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(queries.visible_to(who(request), _today()), filters, _supervision_line)


@router.get("/supervisions/{int:pk}", response=answers(SupervisionOut), summary="一项监督")
def get_supervision(request: HttpRequest, pk: int) -> dict[str, Any]:
    one: Supervision = visible(Supervision, request, pk)
    return _supervision_line(one) | {
        "source": one.source, "content": one.content, "method": one.method,
        "agencies": [str(row) for row in one.agencies.order_by("pk")], "hides_authors": one.hides_authors,
        "team": [
            {"name": row.member.name, "is_leader": row.is_leader, "out": row.out} for row in queries.team(one)
        ],
        "output": one.output_id, "conclusion": one.conclusion,
        "findings": [row.pk for row in one.findings.exclude(state=FindingState.DROPPED)],
    }  # fmt: skip


@router.get("/supervisions/{int:pk}/checklist", response=answers(list[ItemOut]), summary="检查清单和检查记录")
def get_checklist(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    one, account = visible(Supervision, request, pk), who(request)
    return [
        {"id": item.pk, "number": item.number, "title": item.title, "expectation": item.expectation,
         "is_disputed": queries.disputed(item), "chosen": item.chosen_id,
         "checks": [
             {"name": row.name, "result": row.result, "note": row.note, "place": row.place, "version": row.version,
              "is_mine": row.account_id == account.pk}
             for row in item.checks.all()
         ]}
        for item in queries.items_of(one)
    ]  # fmt: skip


@router.post("/supervisions/{int:pk}/checklist/{int:item}", response=answers(CheckDone), summary="记一项检查")
def inspect(request: HttpRequest, pk: int, item: int, payload: CheckIn, key: Key) -> dict[str, Any]:
    one = visible(Supervision, request, pk)
    row = CheckItem.objects.filter(supervision=one, pk=id_of(item)).first()
    if row is None:
        raise Http404
    words = {name: clean_text(getattr(payload, name)) for name in ("result", "note", "place")}
    at = timezone.now()
    seen = payload.seen_at if payload.seen_at is not None and timezone.is_aware(payload.seen_at) else None
    check = actions.inspect(row, who(request), words, (), at=at, seen_at=seen, base=payload.base, key=key)
    return {"version": check.version}


@router.get("/supervision-units", response=answers(UnitPage), summary="监督通知，新的在前")
def list_units(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_units(who(request), _today()).select_related("agency", "supervision")
    return page_of(rows, filters, _unit_line)


@router.get("/supervision-units/{int:pk}", response=answers(UnitLine), summary="一份监督通知")
def get_unit(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _unit_line(visible(Unit, request, pk))


@router.get("/supervision-findings", response=answers(FindingPage), summary="监督发现的问题，新的在前")
def list_findings(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_findings(who(request), _today()).select_related("agency", "supervision")
    return page_of(rows, filters, _finding_line)


@router.get("/supervision-findings/{int:pk}", response=answers(FindingOut), summary="一项问题和它的整改")
def get_finding(request: HttpRequest, pk: int) -> dict[str, Any]:
    one: Finding = visible(Finding, request, pk)
    account, today = who(request), _today()
    return _finding_line(one) | {
        "content": one.content, "basis": one.basis, "advice": one.advice,
        "found_by": queries.signed(one.found_by, account, one.supervision, today),
        "rounds": [
            {"round": row.round, "what": row.what, "who": row.who, "due_on": row.due_on, "report": row.report,
             "reported_on": row.reported_on, "passed": row.passed, "looked_on": row.looked_on, "seen": row.seen,
             "looked_by": queries.signed(row.looked_by, account, one.supervision, today)}
            for row in one.rounds.select_related("looked_by")
        ],
    }  # fmt: skip


@router.get("/supervision-hearings", response=answers(HearingPage), summary="情况通报，新的在前")
def list_hearings(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_hearings(who(request), _today()).select_related("agency")
    return page_of(rows, filters, _hearing_line)


@router.get("/supervision-hearings/{int:pk}", response=answers(HearingOut), summary="一次情况通报")
def get_hearing(request: HttpRequest, pk: int) -> dict[str, Any]:
    """A unit reads the opinions from the day they were sent; who said them nobody reads here."""
    one: Hearing = visible(Hearing, request, pk)
    return _hearing_line(one) | {
        "presenter": one.presenter, "material": one.material,
        "opinions": [
            {"number": row.number, "content": row.content, "answer": row.answer}
            for row in queries.opinions_for(one, who(request), _today())
        ],
    }  # fmt: skip


@router.get("/supervision-monitors", response=answers(MonitorPage), summary="民主监督员，新的在前")
def list_monitors(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_monitors(who(request), _today()).select_related("member", "agency")
    return page_of(rows, filters, _monitor_line)


@router.get("/supervision-monitors/{int:pk}", response=answers(MonitorLine), summary="一位民主监督员")
def get_monitor(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _monitor_line(visible(Monitor, request, pk))


@router.get("/supervision-letters", response=answers(LetterPage), summary="民主监督建议书，新的在前")
def list_letters(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_letters(who(request), _today()).select_related(
        "monitor__member", "monitor__agency"
    )
    return page_of(rows, filters, _letter_line)


@router.get("/supervision-letters/{int:pk}", response=answers(LetterOut), summary="一份民主监督建议书")
def get_letter(request: HttpRequest, pk: int) -> dict[str, Any]:
    one = visible(MonitorLetter, request, pk)
    return _letter_line(one) | {"content": one.content, "advice": one.advice, "answer": one.answer}


def visible(model: type[Matter], request: HttpRequest, pk: int) -> Any:
    found = queries.visible(model, who(request), _today()).filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


step_operations(router, "supervisions", Supervision, partial(visible, Supervision))
step_operations(router, "supervision-units", Unit, partial(visible, Unit))
step_operations(router, "supervision-findings", Finding, partial(visible, Finding))
step_operations(router, "supervision-hearings", Hearing, partial(visible, Hearing))
step_operations(router, "supervision-monitors", Monitor, partial(visible, Monitor))
step_operations(router, "supervision-letters", MonitorLetter, partial(visible, MonitorLetter))


# -- shapes --------------------------------------------------------------------------------------------------------
def _line(one: Any, states: Any, number: str = "") -> dict[str, Any]:
    return {
        "id": one.pk, "title": str(one), "number": number, "state": one.state, "state_label": states(one.state).label,
        "due_on": getattr(one, "due_on", None), "version": one.version,
    }  # fmt: skip


def _supervision_line(one: Supervision) -> dict[str, Any]:
    more = {"aspect": one.aspect, "starts_on": one.starts_on, "ends_on": one.ends_on}
    return _line(one, SupervisionState, one.number_label) | more


def _unit_line(one: Unit) -> dict[str, Any]:
    return _line(one, UnitState, one.number_label) | {
        "supervision": one.supervision_id, "agency": str(one.agency), "request": one.request,
        "notified_on": one.notified_on, "taken_on": one.taken_on,
    }  # fmt: skip


def _finding_line(one: Finding) -> dict[str, Any]:
    more = {"supervision": one.supervision_id, "agency": str(one.agency), "sent_on": one.sent_on}
    return _line(one, FindingState, one.number_label) | more


def _hearing_line(one: Hearing) -> dict[str, Any]:
    return _line(one, HearingState) | {
        "supervision": one.supervision_id, "agency": str(one.agency), "planned_on": one.planned_on,
        "heard_on": one.heard_on,
    }  # fmt: skip


def _monitor_line(one: Monitor) -> dict[str, Any]:
    return _line(one, MonitorState) | {
        "member": one.member.name, "agency": str(one.agency), "way": one.way, "starts_on": one.starts_on,
        "ends_on": one.ends_on,
    }  # fmt: skip


def _letter_line(one: MonitorLetter) -> dict[str, Any]:
    return _line(one, LetterState) | {
        "member": one.monitor.member.name, "agency": str(one.monitor.agency), "sent_on": one.sent_on,
        "answered_on": one.answered_on,
    }  # fmt: skip
