"""年度协商 for machines: the same visibility, the same forms, the same ``perform``."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from huisheng.kernel.errors import Invalid
from huisheng.kernel.forms import clean_all
from huisheng.kernel.models import Matter
from huisheng.outputs import queries as outputs
from huisheng.people.models import Account
from huisheng.ui.machine import Filters, Key, answers, id_of, page_of, step_operations
from huisheng.ui.machine import Line as Row

from . import actions, queries
from .forms import Bring
from .models import Line, LineState, Plan, PlanState, Research, ResearchState, Subject, SubjectState

router = Router(tags=["年度协商"])


class SubjectRow(Row):
    year: int
    source: str = Field(description="来源代码，见本地规则“议题来源”")
    who: str = Field(description="谁提出的；公众不写姓名")
    reason: str


class NewSubject(Schema, extra="forbid"):
    year: int = Field(ge=2000, le=2100)
    title: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=5000)
    form: str = Field("", max_length=40, description="建议的协商形式代码")
    body: int | None = Field(None, description="以哪个机构的名义；召集人填自己的机构")
    source: str = Field("", max_length=40, description="来源代码；政协办公室登记时填")


class PlannedOut(Schema):
    """One line as the version in force says it."""

    number: int
    title: str
    tier: str
    form: str
    month: int
    leader: str
    body: str
    partners: str
    agencies: str
    participants: str


class PlanRow(Row):
    year: int
    issued: int = Field(description="已印发到第几版；0 为没有印发")


class PlanOut(PlanRow):
    preface: str
    fingerprint: str = Field(description="现行一版的文本指纹；没有印发的为空")
    lines: list[PlannedOut] = Field(description="现行一版的项目")


class LineRow(Row):
    year: int
    tier: str
    form: str
    month: int
    leader: str
    body: str


class LineOut(LineRow):
    is_late: bool = Field(description="过了时间没有成果报送")
    held: int = Field(description="已举行的会议活动")
    delivered: int = Field(description="已报送的成果")
    advised: int = Field(description="建议条数")
    adopted: int = Field(description="采纳和部分采纳的条数")
    instructed: int = Field(description="批示件数")
    outputs: list[int] = Field(description="您能打开的成果")
    gatherings: list[int]


class ResearchRow(Row):
    body: str
    line: int | None
    starts_on: date


class ResearchOut(ResearchRow):
    scheme: str
    questions: list[str]
    notes: int
    reports: int = Field(description="报告写到第几稿")
    output: int | None


class SubjectPage(Schema):
    items: list[SubjectRow]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class PlanPage(Schema):
    items: list[PlanRow]
    next: str | None


class LinePage(Schema):
    items: list[LineRow]
    next: str | None


class ResearchPage(Schema):
    items: list[ResearchRow]
    next: str | None


def who(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def visible(model: type[Matter], request: HttpRequest, pk: int) -> Any:
    rows = queries.visible(model, who(request), timezone.localdate())
    found = rows.filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


@router.get("/consultations/subjects", response=answers(SubjectPage), summary="我能看到的协商议题，新的在前")
def list_subjects(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_subjects(who(request), timezone.localdate())
    return page_of(rows.select_related("member", "body", "agency"), filters, _subject)


@router.post("/consultations/subjects", response=answers(SubjectRow, 201), summary="提一个协商议题")
def bring_subject(request: HttpRequest, payload: NewSubject, key: Key) -> Status[dict[str, Any]]:
    account, now = who(request), timezone.now()
    actions.check_bringer(account, now)
    data = clean_all(payload.dict())
    typed = data | {"body": "" if data["body"] is None else id_of(data["body"])}
    form = Bring(typed, account=account, today=timezone.localdate(now))
    if unasked := [name for name in ("body", "source") if data[name] and name not in form.fields]:
        raise Invalid({name: ["您不用填这一项。"] for name in unasked})
    if not form.is_valid():
        raise Invalid({name: [str(e) for e in errors] for name, errors in form.errors.items()})
    return Status(201, _subject(actions.bring(account, form.cleaned_data, at=now, key=key)))


@router.get("/consultations/subjects/{int:pk}", response=answers(SubjectRow), summary="一个协商议题")
def get_subject(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _subject(visible(Subject, request, pk))


@router.get("/consultations/plans", response=answers(PlanPage), summary="我能看到的年度协商计划，新的在前")
def list_plans(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_to(who(request), timezone.localdate())
    return page_of(queries.with_issued(rows), filters, _plan)


@router.get(
    "/consultations/plans/{int:pk}", response=answers(PlanOut), summary="一个年度的协商计划：现行的一版"
)
def get_plan(request: HttpRequest, pk: int) -> dict[str, Any]:
    plan = visible(Plan, request, pk)
    version = queries.newest(plan)
    plan.issued = version.number if version else 0
    return _plan(plan) | {
        "preface": version.preface if version else "", "fingerprint": version.fingerprint if version else "",
        "lines": version.lines if version else [],
    }  # fmt: skip


@router.get("/consultations/lines", response=answers(LinePage), summary="我能看到的协商项目，新的在前")
def list_lines(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_lines(who(request), timezone.localdate()).select_related("plan", "body")
    return page_of(rows, filters, _line)


@router.get("/consultations/lines/{int:pk}", response=answers(LineOut), summary="一个协商项目和它的进度")
def get_line(request: HttpRequest, pk: int) -> dict[str, Any]:
    account, today = who(request), timezone.localdate()
    rows = queries.with_counts(queries.visible_lines(account, today)).select_related("plan", "body")
    one: Any = rows.filter(pk=id_of(pk)).first()
    if one is None:
        raise Http404
    opens = outputs.visible_to(account, today).filter(consultation_lines=one).values_list("pk", flat=True)
    return _line(one) | {
        "is_late": queries.is_late(one, today), "held": one.held, "delivered": one.out, "advised": one.advised,
        "adopted": one.adopted, "instructed": one.instructed, "outputs": sorted(opens),
        "gatherings": sorted(one.gatherings.values_list("pk", flat=True)),
    }  # fmt: skip


@router.get("/consultations/research", response=answers(ResearchPage), summary="我能看到的调研课题，新的在前")
def list_research(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_research(who(request), timezone.localdate()).select_related("body")
    return page_of(rows, filters, _research)


@router.get("/consultations/research/{int:pk}", response=answers(ResearchOut), summary="一个调研课题")
def get_research(request: HttpRequest, pk: int) -> dict[str, Any]:
    one = visible(Research, request, pk)
    return _research(one) | {
        "scheme": one.scheme, "questions": one.questions, "notes": one.notes.count(), "reports": one.reports.count(),
        "output": one.output_id,
    }  # fmt: skip


step_operations(router, "consultations/subjects", Subject, partial(visible, Subject))
step_operations(router, "consultations/plans", Plan, partial(visible, Plan))
step_operations(router, "consultations/lines", Line, partial(visible, Line))
step_operations(router, "consultations/research", Research, partial(visible, Research))


# -- shapes --------------------------------------------------------------------------------------------------------------
def _subject(one: Subject) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "number": "", "state": one.state, "state_label": SubjectState(one.state).label,
        "due_on": None, "version": one.version, "year": one.year, "source": one.source, "who": one.who,
        "reason": one.reason,
    }  # fmt: skip


def _plan(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "number": "", "state": one.state, "state_label": PlanState(one.state).label,
        "due_on": None, "version": one.version, "year": one.year, "issued": one.issued or 0,
    }  # fmt: skip


def _line(one: Line) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "number": one.number_label, "state": one.state,
        "state_label": LineState(one.state).label, "due_on": one.due_on, "version": one.version, "year": one.plan.year,
        "tier": one.tier, "form": one.form, "month": one.month, "leader": one.leader, "body": one.body_name,
    }  # fmt: skip


def _research(one: Research) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "number": "", "state": one.state, "state_label": ResearchState(one.state).label,
        "due_on": one.due_on, "version": one.version, "body": one.body_name, "line": one.line_id,
        "starts_on": one.starts_on,
    }  # fmt: skip
