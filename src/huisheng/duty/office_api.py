"""机关平时考核 for machines: the same three people, the same forms, the same ``perform``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from huisheng.kernel.errors import Invalid
from huisheng.outputs.api import who
from huisheng.people.models import Account
from huisheng.ui.machine import Filters, Key, Line, answers, cleaned, id_of, page_of, step_operations

from . import office_actions as actions
from . import office_queries as queries
from . import office_work as work
from .models_office import OfficeReview, OfficeReviewState
from .office_forms import Summary

router = Router(tags=["机关平时考核"])


class SpanOut(Schema):
    title: str
    starts_on: date
    ends_on: date


class ReviewLine(Line):
    period: int
    period_title: str
    staff: str
    post: str
    submitted_at: datetime | None
    grade: str = Field(description="等次代码；本人审定以后才看得到")


class DoneOut(Schema):
    title: str
    url: str
    steps: list[str]


class WorkOut(Schema):
    label: str
    lines: list[DoneOut]
    hidden: int = Field(description="另有几件您不能打开")


class StudyOut(Schema):
    on: date
    title: str
    hours: float = Field(description="学时")
    notes: list[str]


class ReviewOut(ReviewLine):
    summary: str = Field(description="个人小结；本人还在写的，别人看到的为空")
    returned: str = Field(description="退回时说的")
    words: str = Field(description="评鉴意见")
    graded_by: str
    graded_on: date | None
    confirmed_by: str
    confirmed_on: date | None
    fingerprint: str
    answer: str = Field(description="本人说明")
    answered_on: date | None
    work: list[WorkOut]
    study: list[StudyOut]


class ReviewPage(Schema):
    items: list[ReviewLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class ReviewFilters(Filters):
    period: int | None = None


class NewReview(Schema, extra="forbid"):
    starts_on: date = Field(description="考核周期的第一天，见 office-reviews/to-write")


class Begun(Schema):
    begun: int = Field(description="给几个人开始了")


class SummaryIn(Schema, extra="forbid"):
    summary: str = Field(min_length=1, max_length=5000)
    version: int | None = Field(None, description="您看到的版本；在别处改过会得到 409")


@router.get("/office-reviews", response=answers(ReviewPage), summary="我能看到的平时考核，新开始的在前")
def list_reviews(request: HttpRequest, filters: Query[ReviewFilters]) -> dict[str, Any]:
    account = who(request)
    rows = queries.visible_to(account, timezone.localdate())
    if filters.period is not None:
        rows = rows.filter(period=id_of(filters.period))
    narrow = rows.defer("summary", "words", "sealed", "answer", "returned")
    return page_of(narrow, filters, lambda one: _line(one, account))


@router.get("/office-reviews/to-write", response=answers(list[SpanOut]), summary="我还可以写小结的考核周期")
def spans_to_write(request: HttpRequest) -> list[dict[str, Any]]:
    spans = queries.to_write(who(request), timezone.localdate())
    return [{"title": one.title, "starts_on": one.starts_on, "ends_on": one.ends_on} for one in spans]


@router.post("/office-reviews", response=answers(ReviewOut, 201), summary="开始写一期的小结")
def begin_review(request: HttpRequest, payload: NewReview, key: Key) -> Status[dict[str, Any]]:
    account, now = who(request), timezone.now()
    spans = queries.recent_spans(timezone.localdate(now))
    span = next((one for one in spans if one.starts_on == payload.starts_on), None)
    if span is None:
        raise Invalid({"starts_on": ["只能写这一期或上一期的小结，写那一期的第一天。"]})
    return Status(201, _whole(actions.begin(account, span, at=now, key=key), account))


@router.post("/office-reviews/everybody", response=answers(Begun), summary="机关负责人给全体开始这一期")
def begin_everybody(request: HttpRequest, key: Key) -> dict[str, Any]:
    now = timezone.now()
    running = queries.span_of(timezone.localdate(now))
    return {"begun": actions.begin_all(who(request), running, at=now, key=key)}


@router.get("/office-reviews/{int:pk}", response=answers(ReviewOut), summary="一份平时考核")
def get_review(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _whole(visible(request, pk), who(request))


@router.put(
    "/office-reviews/{int:pk}/summary", response=answers(ReviewOut), summary="存小结，只有本人能写；不提交"
)
def write_summary(request: HttpRequest, pk: int, payload: SummaryIn) -> dict[str, Any]:
    one, account, now = visible(request, pk), who(request), timezone.now()
    given = cleaned(
        Summary({"summary": payload.summary}, record=one, account=account, today=timezone.localdate(now))
    )
    saved = actions.save_summary(one, account, given["summary"], at=now, version=payload.version)
    return _whole(saved, account)


def visible(request: HttpRequest, pk: int) -> OfficeReview:
    rows = queries.visible_to(who(request), timezone.localdate())
    found = rows.select_related("period", "staff", "graded_by", "confirmed_by").filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


step_operations(router, "office-reviews", OfficeReview, visible)


# -- shapes ------------------------------------------------------------------------------------------------------------
def _line(one: OfficeReview, account: Account) -> dict[str, Any]:
    return {
        "id": one.pk, "title": str(one), "number": "", "state": one.state,
        "state_label": OfficeReviewState(one.state).label, "due_on": None, "version": one.version,
        "period": one.period_id, "period_title": one.period.title, "staff": one.staff.name, "post": one.post,
        "submitted_at": one.submitted_at, "grade": one.grade if queries.shows_grade(one, account) else "",
    }  # fmt: skip


def _whole(one: OfficeReview, account: Account) -> dict[str, Any]:
    start, end = one.period.starts_on, one.period.ends_on
    graded, sealed = queries.shows_grade(one, account), one.is_sealed
    return _line(one, account) | {
        "summary": one.summary if queries.reads_words(one, account) else "",
        "returned": one.returned if queries.shows_returned(one, account) else "",
        "words": one.words if graded else "",
        "graded_by": one.graded_by.name if graded and one.graded_by else "",
        "graded_on": one.graded_on if graded else None,
        "confirmed_by": one.confirmed_by.name if sealed and one.confirmed_by else "",
        "confirmed_on": one.confirmed_on, "fingerprint": one.fingerprint, "answer": one.answer,
        "answered_on": one.answered_on,
        "work": [
            {"label": kind.label, "hidden": kind.hidden,
             "lines": [{"title": row.title, "url": row.url, "steps": row.steps} for row in kind.lines]}
            for kind in work.work_of(one.staff, start, end, account, timezone.localdate())
        ],
        "study": [
            {"on": row.on, "title": row.title, "hours": row.hours, "notes": row.notes}
            for row in work.study_of(one.staff, start, end)
        ],
    }  # fmt: skip
