"""履职 for machines: the same visibility, the same forms, the same ``perform``.

A member's machine reads its own member's record and sheets alone; the office's reads the members in the order of the
roster, and there is no other order to ask for.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from huisheng.kernel.errors import Invalid, NotAllowed
from huisheng.kernel.forms import clean_all
from huisheng.kernel.models import Matter
from huisheng.outputs.api import who
from huisheng.people.models import Member
from huisheng.ui.machine import (
    PAGE,
    Filters,
    Key,
    Line,
    answers,
    cleaned,
    id_of,
    leaf,
    page_of,
    step_operations,
)

from . import actions, queries
from .credits import BY_KEY, HEADS, merits
from .forms import Begin, HonourForm, Object
from .models import (
    Appraisal,
    AppraisalState,
    Honour,
    Objection,
    ObjectionState,
    RuleBook,
    RuleBookState,
)  # fmt: skip

router = Router(tags=["履职"])


# -- what is told ------------------------------------------------------------------------------------------------------
class RecordLine(Schema):
    member: int
    name: str
    sector: str
    counts: dict[str, int] = Field(description="类别到件次；只数功，不计分，不排名")


class RecordPage(Schema):
    items: list[RecordLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class FactOut(Schema):
    on: date
    title: str
    url: str = Field(description="那条记录的页面")
    record: int = Field(description="那条记录的编号，提异议时用")
    sort: str = Field(description="会议类别、采用级别等代码；不分的为空")
    sector: str = Field(description="换过界别的，当天所在的界别；没有换过的为空")


class EntryOfRecord(Schema):
    credit: str = Field(description="履职事项代码")
    label: str
    unit: str
    adverse: bool = Field(description="请假、缺席等，不是功")
    facts: list[FactOut]


class HeadOut(Schema):
    label: str
    entries: list[EntryOfRecord]


class RecordOut(Schema):
    member: int
    name: str
    sector: str
    starts_on: date
    ends_on: date
    heads: list[HeadOut]


class ObjectionLine(Line):
    member: int
    name: str
    asked_at: datetime
    answered_on: date | None


class ObjectionOut(ObjectionLine):
    credit: str = Field(description="履职事项代码；漏记的为空")
    record: int | None
    about: str
    reason: str
    answer: str


class HonourOut(Schema):
    id: int
    member: int | None = Field(description="表彰单位和机关人员的为 null")
    whom: str
    title: str
    level: str = Field(description="级别代码，见本地规则“表彰级别”")
    given_by: str
    given_on: date
    document: str


class BookLine(Line):
    from_year: int
    source: str
    fingerprint: str


class BookOut(BookLine):
    content: dict[str, Any] = Field(description="类别、细则、等次，和页面上的是同一份")


class AppraisalLine(Line):
    year: int
    edition: int
    book: int
    sealed_on: date | None
    fingerprint: str = Field(description="封存指纹；没有封存的为空")


class SumOut(Schema):
    category: str
    points: str


class SheetLine(Schema):
    member: int
    name: str
    sector: str
    total: str
    band: str = Field(description="等次；办法不分等次的为空")
    sums: list[SumOut]


class SheetFact(Schema):
    credit: str
    on: date
    record: int
    title: str


class PointsOut(Schema):
    label: str
    count: int
    points: str
    counts: bool = Field(description="false：同组另有更高的，不计")
    facts: list[SheetFact]


class SheetOut(SheetLine):
    lines: list[PointsOut]


class ObjectionPage(Schema):
    items: list[ObjectionLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class HonourPage(Schema):
    items: list[HonourOut]
    next: str | None


class BookPage(Schema):
    items: list[BookLine]
    next: str | None


class AppraisalPage(Schema):
    items: list[AppraisalLine]
    next: str | None


class SheetPage(Schema):
    items: list[SheetLine]
    next: str | None


# -- what is asked -----------------------------------------------------------------------------------------------------
class Turn(Schema):
    """Which page of a list that has no states."""

    cursor: str | None = Field(None, max_length=200)
    limit: int = Field(PAGE, ge=1, le=200)


class RecordFilters(Turn):
    year: int | None = Field(None, ge=2000, le=2100, description="不写为今年")
    empty: bool = Field(False, description="只要这一年还没有记录的")


class Period(Schema):
    year: int | None = Field(None, ge=2000, le=2100, description="不写为今年")
    whole: bool = Field(False, description="这一年所在的整届")


class NewObjection(Schema, extra="forbid"):
    about: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2000)
    credit: str = Field("", max_length=40, description="履职事项代码；漏记的不写")
    record: int | None = Field(None, ge=1, lt=10**17, description="那条记录的编号；漏记的不写")


class NewHonour(Schema, extra="forbid"):
    member: int | None = None
    person: str = Field("", max_length=60, description="机关人员姓名；表彰单位的，两项都不写")
    title: str = Field(min_length=1, max_length=120)
    level: str = Field(min_length=1, max_length=40)
    given_by: str = Field(min_length=1, max_length=120)
    given_on: date
    document: str = Field("", max_length=80)


class NewAppraisal(Schema, extra="forbid"):
    year: int = Field(ge=2000, le=2100)


def _today() -> date:
    return timezone.localdate()


# -- records -----------------------------------------------------------------------------------------------------------
@router.get("/duty-records", response=answers(RecordPage), summary="我能看到的履职档案，按名册次序")
def list_records(request: HttpRequest, filters: Query[RecordFilters]) -> dict[str, Any]:
    """The office and the chair everybody's, a member their own. Nobody else's number leaves the database."""
    today = _today()
    start, end = queries.period(filters.year or today.year, False, today)
    seen = queries.visible_members(who(request), today)
    own = None if queries.reads_all(who(request), today) else list(seen.values_list("pk", flat=True))
    counts = merits(start, end, own)
    rows = queries.in_office(start, end).filter(pk__in=seen.values("pk"))
    if filters.empty:
        rows = rows.exclude(pk__in=list(counts))
    found, following = leaf(rows, filters.cursor, filters.limit, in_roster_order=True)
    return {"items": [_record_line(one, counts.get(one.pk, {})) for one in found], "next": following}


@router.get("/duty-records/{int:member}", response=answers(RecordOut), summary="一位委员的履职档案")
def get_record(request: HttpRequest, member: int, period: Query[Period]) -> dict[str, Any]:
    one, today = _member(request, member), _today()
    start, end = queries.period(period.year or today.year, period.whole, today)
    return {
        "member": one.pk, "name": one.name, "sector": str(one.sector or ""), "starts_on": start, "ends_on": end,
        "heads": [
            {"label": head.label, "entries": [_entry(entry) for entry in head.entries]}
            for head in queries.sheet(one, start, end)
        ],
    }  # fmt: skip


@router.post(
    "/duty-records/{int:member}/objections", response=answers(ObjectionOut, 201), summary="提出履职异议"
)
def object_to(request: HttpRequest, member: int, payload: NewObjection, key: Key) -> Status[dict[str, Any]]:
    one, now = _member(request, member), timezone.now()
    data = clean_all(payload.dict())
    credit, record = BY_KEY.get(data.pop("credit")), data.pop("record")
    if (credit is None) != (record is None) or (payload.credit and credit is None):
        raise Invalid({"credit": ["履职事项和记录编号要写就都写，照履职档案里的写；漏记的两项都不写。"]})
    line = {}
    if credit is not None:
        line = {"credit": credit.key, "subject_type": credit.record._meta.label_lower, "subject_id": record}
    given = cleaned(Object(data, account=who(request), today=timezone.localdate(now)))
    return Status(201, _objection(actions.ask(one, who(request), given | line, at=now, key=key)))


@router.get("/duty-objections", response=answers(ObjectionPage), summary="我能看到的履职异议，新的在前")
def list_objections(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_objections(who(request), _today()).select_related("member")
    return page_of(rows, filters, _objection_line)


@router.get("/duty-objections/{int:pk}", response=answers(ObjectionOut), summary="一件履职异议")
def get_objection(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _objection(visible(Objection, request, pk))


# -- honours -----------------------------------------------------------------------------------------------------------
@router.get("/honours", response=answers(HonourPage), summary="表彰，新登记的在前")
def list_honours(request: HttpRequest, turn: Query[Turn]) -> dict[str, Any]:
    rows = queries.visible_honours(who(request), _today()).select_related("member")
    found, following = leaf(rows, turn.cursor, turn.limit)
    return {"items": [_honour(one) for one in found], "next": following}


@router.post("/honours", response=answers(HonourOut, 201), summary="登记一项表彰")
def enter_honour(request: HttpRequest, payload: NewHonour, key: Key) -> Status[dict[str, Any]]:
    now = timezone.now()
    today = timezone.localdate(now)
    if not queries.manages(who(request), today):
        raise NotAllowed("表彰由政协办公室登记。")
    typed = clean_all(payload.dict()) | {"member": "" if payload.member is None else id_of(payload.member)}
    given = cleaned(HonourForm(typed, account=who(request), today=today))
    return Status(201, _honour(actions.enter_honour(who(request), given, at=now, key=key)))


# -- rule books and years ----------------------------------------------------------------------------------------------
@router.get("/rule-books", response=answers(BookPage), summary="我能看到的考核办法，新拟的在前")
def list_books(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(queries.visible_books(who(request), _today()).defer("content"), filters, _book_line)


@router.get("/rule-books/{int:pk}", response=answers(BookOut), summary="一份考核办法")
def get_book(request: HttpRequest, pk: int) -> dict[str, Any]:
    one: RuleBook = visible(RuleBook, request, pk)
    return _book_line(one) | {"content": one.content}


@router.get("/appraisals", response=answers(AppraisalPage), summary="我能看到的年度考核，新的在前")
def list_appraisals(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_appraisals(who(request), _today()).defer("sealed")
    return page_of(rows, filters, _appraisal_line)


@router.post("/appraisals", response=answers(AppraisalLine, 201), summary="开始一年的考核")
def begin_appraisal(request: HttpRequest, payload: NewAppraisal, key: Key) -> Status[dict[str, Any]]:
    now = timezone.now()
    given = cleaned(Begin(payload.dict(), account=who(request), today=timezone.localdate(now)))
    return Status(201, _appraisal_line(actions.begin(who(request), given["year"], at=now, key=key)))


@router.get("/appraisals/{int:pk}", response=answers(AppraisalLine), summary="一年的考核")
def get_appraisal(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _appraisal_line(visible(Appraisal, request, pk))


@router.get(
    "/appraisals/{int:pk}/sheets", response=answers(SheetPage), summary="我能看到的考核表，按名册次序，不排名"
)
def list_sheets(request: HttpRequest, pk: int, turn: Query[Turn]) -> dict[str, Any]:
    """Those who are not appraised take no line, so that a page of a year that is not sealed may be shorter than asked."""
    one: Appraisal = visible(Appraisal, request, pk)
    seen = queries.visible_members(who(request), _today())
    if (
        one.state == AppraisalState.SEALED
    ):  # as it was sealed, also for who is on no roster of the year any more
        known = {row["member"] for row in actions.sheets_of(one)}
        seen = seen.filter(pk__in=known)
    else:
        seen = queries.in_office(date(one.year, 1, 1), date(one.year, 12, 31)).filter(
            pk__in=seen.values("pk")
        )
    found, following = leaf(seen, turn.cursor, turn.limit, in_roster_order=True)
    return {
        "items": [_sheet_line(row) for row in actions.sheets_of(one, [member.pk for member in found])],
        "next": following,
    }


@router.get("/appraisals/{int:pk}/sheets/{int:member}", response=answers(SheetOut), summary="一张考核表")
def get_sheet(request: HttpRequest, pk: int, member: int) -> dict[str, Any]:
    one, found = visible(Appraisal, request, pk), _member(request, member)
    sheet = next(iter(actions.sheets_of(one, [found.pk])), None)
    if sheet is None:
        raise Http404
    return _sheet_line(sheet) | {
        "lines": [
            {name: line[name] for name in ("label", "count", "points", "counts")}
            | {"facts": [dict(zip(("credit", "on", "record", "title"), fact, strict=True)) for fact in line["facts"]]}
            for line in sheet["lines"]
        ]
    }  # fmt: skip


# -- who may see -------------------------------------------------------------------------------------------------------
def _member(request: HttpRequest, pk: int) -> Member:
    rows = queries.visible_members(who(request), _today()).select_related("sector")
    found = rows.filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


_VISIBLE: dict[type[Matter], Any] = {
    Objection: queries.visible_objections, RuleBook: queries.visible_books, Appraisal: queries.visible_appraisals,
}  # fmt: skip


def visible(model: type[Matter], request: HttpRequest, pk: int) -> Any:
    found = _VISIBLE[model](who(request), _today()).filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


step_operations(router, "duty-objections", Objection, partial(visible, Objection))
step_operations(router, "rule-books", RuleBook, partial(visible, RuleBook))
step_operations(router, "appraisals", Appraisal, partial(visible, Appraisal))


# -- shapes ------------------------------------------------------------------------------------------------------------
def _line(one: Any, states: Any) -> dict[str, Any]:
    return {
        "id": one.pk, "title": str(one), "number": "", "state": one.state, "state_label": states(one.state).label,
        "due_on": None, "version": one.version,
    }  # fmt: skip


def _record_line(one: Member, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "member": one.pk, "name": one.name, "sector": str(one.sector or ""),
        "counts": {head: counts.get(head, 0) for head in HEADS},
    }  # fmt: skip


def _entry(entry: queries.Entry) -> dict[str, Any]:
    credit = entry.credit
    return {
        "credit": credit.key, "label": credit.label, "unit": credit.unit, "adverse": credit.adverse,
        "facts": [
            {"on": line.fact.on, "title": line.fact.title, "url": line.url, "record": line.fact.record_id,
             "sort": line.fact.sort, "sector": line.sector}
            for line in entry.lines
        ],
    }  # fmt: skip


def _objection_line(one: Objection) -> dict[str, Any]:
    return _line(one, ObjectionState) | {
        "member": one.member_id, "name": one.member.name, "asked_at": one.asked_at, "answered_on": one.answered_on,
    }  # fmt: skip


def _objection(one: Objection) -> dict[str, Any]:
    return _objection_line(one) | {
        "credit": one.credit, "record": one.subject_id, "about": one.about, "reason": one.reason, "answer": one.answer,
    }  # fmt: skip


def _honour(one: Honour) -> dict[str, Any]:
    words = ("title", "level", "given_by", "given_on", "document")
    return {"id": one.pk, "member": one.member_id, "whom": one.whom} | {
        name: getattr(one, name) for name in words
    }


def _book_line(one: RuleBook) -> dict[str, Any]:
    more = {"from_year": one.from_year, "source": one.source, "fingerprint": one.fingerprint}
    return _line(one, RuleBookState) | more


def _appraisal_line(one: Appraisal) -> dict[str, Any]:
    return _line(one, AppraisalState) | {
        "year": one.year, "edition": one.edition, "book": one.book_id, "sealed_on": one.sealed_on,
        "fingerprint": one.fingerprint,
    }  # fmt: skip


def _sheet_line(sheet: dict[str, Any]) -> dict[str, Any]:
    words = ("member", "name", "sector", "total", "band")
    sums = [{"category": label, "points": points} for label, points in sheet["sums"]]
    return {name: sheet[name] for name in words} | {"sums": sums}
