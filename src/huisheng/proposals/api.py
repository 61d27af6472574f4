"""Proposals for machines: schemas and one router. The same visibility, the same forms, the same ``perform``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from huisheng.kernel.errors import Invalid, Refused
from huisheng.kernel.forms import clean_all
from huisheng.kernel.models import Matter
from huisheng.people.models import Agency, Body
from huisheng.ui.machine import (
    PAGE,
    EntryOut,
    Key,
    OpenStepOut,
    StepIn,
    again,
    answers,
    cursor_of,
    id_of,
    last_seen,
    open_steps,
    take,
)

from . import actions, queries
from .models import (
    Assignment,
    Call,
    Contact,
    Cosponsor,
    Countersign,
    Extension,
    Nomination,
    Promise,
    Proposal,
    Rating,
    State,
)  # fmt: skip

router = Router(tags=["提案"])

# the children of a proposal that have steps of their own, by the word in the path
CHILDREN: dict[str, type[Matter]] = {
    "assignments": Assignment, "cosponsors": Cosponsor, "contacts": Contact, "countersigns": Countersign,
    "extensions": Extension, "promises": Promise, "ratings": Rating,
}  # fmt: skip
OTHERS = ("contacts", "countersigns", "extensions", "promises")
ALONE: dict[str, type[Matter]] = {"nominations": Nomination, "calls": Call}


class ProposalLine(Schema):
    """A row of the list: narrow, without the text."""

    id: int
    title: str
    state: str = Field(description="状态代码")
    state_label: str = Field(description="状态，读者该看到的词")
    number: int | None = Field(description="案号，立案时才有")
    serial: str = Field(description="流水号，提交时给，永不改变")
    year: int | None
    series: str = Field(description="session 会间 / ordinary 平时")
    sponsor: str
    sector: str
    lead_agency: str
    category_five: str
    category_local: str
    submitted_at: datetime | None
    due_on: date | None
    version: int


class Page(Schema):
    items: list[ProposalLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class SuggestionOut(Schema):
    number: int
    content: str


class CosponsorOut(Schema):
    id: int
    name: str
    sector: str
    state: str


class AssignmentOut(Schema):
    id: int
    agency: str
    role: str
    state: str
    due_on: date | None
    version: int


class RatingOut(Schema):
    id: int
    round: int
    state: str


class ChildOut(Schema):
    """A contact, countersign, extension or promise: its steps are asked for under its kind and id."""

    kind: str = Field(description="contacts / countersigns / extensions / promises")
    id: int
    state: str
    due_on: date | None
    version: int


class ProposalOut(ProposalLine):
    situation: str
    analysis: str
    rest: str
    suggestions: list[SuggestionOut]
    fingerprint: str
    cosponsors: list[CosponsorOut]
    assignments: list[AssignmentOut]
    ratings: list[RatingOut] = Field(description="请您办的或您有权看的评价，只有编号和状态")
    children: list[ChildOut] = Field(description="您有权看的面商、会签、延期、承诺")


class NewProposal(Schema, extra="forbid"):
    """What a draft may begin with; everything may be added later."""

    title: str = Field("", max_length=200)
    situation: str = Field("", max_length=50_000)
    analysis: str = Field("", max_length=50_000)
    suggestions: list[Annotated[str, Field(max_length=5000)]] = Field([], max_length=60)
    proposer_type: str = Field("", max_length=20)
    sponsor_body: int | None = None
    contact_person: str = Field("", max_length=60)
    contact_phone: str = Field("", max_length=40)
    suggested_agencies: list[int] = Field([], max_length=20)


class Filters(Schema):
    year: int | None = None
    state: str | None = Field(None, max_length=20)
    category_five: str | None = Field(None, max_length=20)
    agency: int | None = None
    sponsor: int | None = None
    is_key: bool | None = None
    cursor: str | None = Field(None, max_length=200)
    limit: int = Field(PAGE, ge=1, le=200)


LINE = ("sector", "lead_agency")


@router.get("/proposals", response=answers(Page), summary="我能看到的提案，新的在前")
def list_proposals(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_to(request.user, timezone.localdate()).select_related(*LINE)
    rows = rows.filter(_asked(filters))
    if filters.cursor:
        rows = rows.filter(pk__lt=last_seen(filters.cursor))
    found = list(rows.order_by("-pk")[: filters.limit + 1])
    more = len(found) > filters.limit
    found = found[: filters.limit]
    return {
        "items": [_line(one, request.user) for one in found],
        "next": cursor_of(found[-1]) if more else None,
    }


def _asked(filters: Filters) -> Q:
    wanted = Q()
    for name in ("year", "state", "category_five", "is_key"):
        if (value := getattr(filters, name)) is not None:
            wanted &= Q(**{name: value})
    if filters.agency is not None:
        wanted &= Q(
            pk__in=Assignment.objects.filter(agency=id_of(filters.agency), is_open=True).values("proposal")
        )
    if filters.sponsor is not None:
        wanted &= Q(sponsor_member=id_of(filters.sponsor))
    return wanted


@router.post("/proposals", response=answers(ProposalOut, 201), summary="起草一件提案")
def start_proposal(request: HttpRequest, payload: NewProposal, key: Key) -> Status[dict[str, Any]]:
    data = payload.dict()
    if data["sponsor_body"] is not None:
        data["sponsor_body"] = _named(Body, data["sponsor_body"], "机构")
    wanted = {id_of(pk) for pk in data.pop("suggested_agencies")}
    data["suggested"] = list(Agency.objects.filter(pk__in=wanted))
    if len(data["suggested"]) != len(wanted):
        raise Invalid({"suggested_agencies": ["建议承办单位里有不存在的编号。"]})
    proposal = actions.start(request.user, {name: clean_all(value) for name, value in data.items()}, key=key)
    return Status(201, _whole(proposal, request.user))


@router.get("/proposals/{int:pk}", response=answers(ProposalOut), summary="一件提案")
def get_proposal(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _whole(_visible(request, pk), request.user)


@router.get("/proposals/{int:pk}/steps", response=answers(list[OpenStepOut]), summary="我现在能办的步骤")
def open_steps_of(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    return open_steps(request, _visible(request, pk))


@router.post("/proposals/{int:pk}/steps/{action}", response=answers(EntryOut), summary="办一步")
def take_step(request: HttpRequest, pk: int, action: str, payload: StepIn, key: Key) -> dict[str, Any]:
    return again(request, Proposal, pk, action, payload, key) or take(
        request, _visible(request, pk), action, payload, key
    )


@router.get(
    "/{kind}/{int:pk}/steps", response=answers(list[OpenStepOut]), summary="交办件、联名、评价等的步骤"
)
def open_child_steps(request: HttpRequest, kind: str, pk: int) -> list[dict[str, Any]]:
    return open_steps(request, _child(request, kind, pk))


@router.post(
    "/{kind}/{int:pk}/steps/{action}", response=answers(EntryOut), summary="办交办件、联名、评价等的一步"
)
def take_child_step(
    request: HttpRequest, kind: str, pk: int, action: str, payload: StepIn, key: Key
) -> dict[str, Any]:
    return again(request, _model(kind), pk, action, payload, key) or take(
        request, _child(request, kind, pk), action, payload, key
    )


def _visible(request: HttpRequest, pk: int) -> Proposal:
    rows = queries.visible_to(request.user, timezone.localdate()).select_related(*LINE, "text")
    found = rows.filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


def _model(kind: str) -> type[Matter]:
    model = CHILDREN.get(kind) or ALONE.get(kind)
    if model is None:
        raise Http404
    return model


def _child(request: HttpRequest, kind: str, pk: int) -> Matter:
    """A child of a proposal the account may see; a stranger's rating or plan looks like nothing at all."""
    model = _model(kind)
    today = timezone.localdate()
    rows = (
        model._default_manager.all()
        if kind in ALONE
        else queries.visible_children(model, request.user, today)
    )
    found = rows.filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


def _named(model: Any, pk: int, word: str) -> Any:
    found = model._default_manager.filter(pk=id_of(pk)).first()
    if found is None:
        raise Refused(f"没有编号为 {pk} 的{word}。")
    return found


# -- shapes ------------------------------------------------------------------------------------------------------
def _line(one: Proposal, account: Any) -> dict[str, Any]:
    state = State(one.state)
    return {
        "id": one.pk, "title": one.title, "state": one.state if queries.is_desk(account) else _outside(state),
        "state_label": state.word(queries.is_desk(account)), "number": one.number,
        "serial": f"{one.year}-{one.serial:04d}" if one.serial else "", "year": one.year, "series": one.series,
        "sponsor": one.sponsor_name, "sector": str(one.sector or ""), "lead_agency": str(one.lead_agency or ""),
        "category_five": one.category_five, "category_local": one.category_local, "submitted_at": one.submitted_at,
        "due_on": one.due_on, "version": one.version,
    }  # fmt: skip


def _outside(state: State) -> str:
    """What is decided and not published reads as under review, also for machines."""
    return State.REVIEWED.value if state == State.DECIDED else state.value


def _whole(one: Proposal, account: Any) -> dict[str, Any]:
    text = one.text
    today = timezone.localdate()
    ratings = queries.visible_children(Rating, account, today).filter(proposal=one)
    return _line(one, account) | {
        "situation": text.situation if text else "", "analysis": text.analysis if text else "",
        "rest": text.rest if text else "", "fingerprint": text.fingerprint if text else "",
        "suggestions": [{"number": s.number, "content": s.content} for s in text.suggestions.all()] if text else [],
        "cosponsors": [
            {"id": c.pk, "name": str(c.member), "sector": str(c.sector or ""), "state": c.state}
            for c in one.cosponsors.select_related("member", "sector")
        ],
        "assignments": [
            {"id": a.pk, "agency": str(a.agency), "role": a.role, "state": a.state, "due_on": a.due_on,
             "version": a.version}
            for a in queries.visible_children(Assignment, account, today).filter(proposal=one).select_related("agency")
        ],
        "ratings": [{"id": r.pk, "round": r.round, "state": r.state} for r in ratings],
        "children": [child for kind in OTHERS for child in _children(kind, one, account, today)],
    }  # fmt: skip


def _children(kind: str, one: Proposal, account: Any, today: date) -> list[dict[str, Any]]:
    column = "proposal" if kind == "promises" else "assignment__proposal"
    rows = queries.visible_children(CHILDREN[kind], account, today).filter(**{column: one})
    return [
        {
            "kind": kind,
            "id": row.pk,
            "state": row.state,
            "due_on": getattr(row, "due_on", None),
            "version": row.version,
        }
        for row in rows
    ]
