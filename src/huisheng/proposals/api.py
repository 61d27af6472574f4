"""Proposals for machines: schemas and one router. The same visibility, the same forms, the same ``perform``."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from huisheng.kernel.errors import Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Matter
from huisheng.people.models import Agency, Body

from . import actions, queries
from .models import (
    Assignment, Call, Contact, Cosponsor, Countersign, Extension, Nomination, Promise, Proposal, Rating, State,
)  # fmt: skip

STATUSES = (400, 401, 403, 404, 405, 409, 413, 422, 503)
PAGE = 50
router = Router(tags=["提案"])

# the children of a proposal that have steps of their own, by the word in the path
CHILDREN: dict[str, type[Matter]] = {
    "assignments": Assignment, "cosponsors": Cosponsor, "contacts": Contact, "countersigns": Countersign,
    "extensions": Extension, "promises": Promise, "ratings": Rating,
}  # fmt: skip
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


class ProposalOut(ProposalLine):
    situation: str
    analysis: str
    rest: str
    suggestions: list[SuggestionOut]
    fingerprint: str
    cosponsors: list[CosponsorOut]
    assignments: list[AssignmentOut]
    ratings: list[RatingOut] = Field(description="请您办的或您有权看的评价，只有编号和状态")


class NewProposal(Schema):
    """What a draft may begin with; everything may be added later."""

    title: str = Field("", max_length=200)
    situation: str = Field("", max_length=50_000)
    analysis: str = Field("", max_length=50_000)
    suggestions: list[str] = Field([], max_length=60)
    proposer_type: str = Field("", max_length=20)
    sponsor_body: int | None = None
    contact_person: str = Field("", max_length=60)
    contact_phone: str = Field("", max_length=40)
    suggested_agencies: list[int] = Field([], max_length=20)


class OpenStepOut(Schema):
    action: str
    label: str
    reason: str = Field(description="还不能办的原因；空为可以办")
    fields: list[str] = Field(description="办这一步要答的字段")


class StepIn(Schema):
    version: int | None = Field(None, description="您看到的版本；别人先办了会得到 409")
    data: dict[str, Any] = {}


class EntryOut(Schema):
    seq: int
    at: datetime
    label: str
    from_state: str
    to_state: str
    digest: str
    state: str = Field(description="办完之后的状态")
    version: int


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


@router.get("/proposals", response=Page, summary="我能看到的提案，新的在前")
def list_proposals(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_to(request.user, timezone.localdate()).select_related(*LINE)
    rows = rows.filter(_asked(filters))
    if filters.cursor:
        rows = rows.filter(_after(filters.cursor))
    found = list(rows.order_by("-changed_at", "-pk")[: filters.limit + 1])
    more = len(found) > filters.limit
    found = found[: filters.limit]
    return {"items": [_line(one, request.user) for one in found], "next": _cursor(found[-1]) if more else None}


def _asked(filters: Filters) -> Q:
    wanted = Q()
    for name in ("year", "state", "category_five", "is_key"):
        if (value := getattr(filters, name)) is not None:
            wanted &= Q(**{name: value})
    if filters.agency is not None:
        wanted &= Q(pk__in=Assignment.objects.filter(agency=filters.agency, is_open=True).values("proposal"))
    if filters.sponsor is not None:
        wanted &= Q(sponsor_member=filters.sponsor)
    return wanted


def _cursor(last: Proposal) -> str:
    assert last.changed_at is not None
    return base64.urlsafe_b64encode(json.dumps([last.changed_at.isoformat(), last.pk]).encode()).decode()


def _after(cursor: str) -> Q:
    try:
        moment, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        at, pk = datetime.fromisoformat(moment), int(pk)
    except (ValueError, TypeError) as problem:
        raise Refused("cursor 不对。请从第一页重新取。") from problem
    return Q(changed_at__lt=at) | Q(changed_at=at, pk__lt=pk)


@router.post("/proposals", response={201: ProposalOut}, summary="起草一件提案")
def start_proposal(request: HttpRequest, payload: NewProposal) -> tuple[int, dict[str, Any]]:
    data = payload.dict()
    if data["sponsor_body"] is not None:
        data["sponsor_body"] = _one(Body, data["sponsor_body"], "机构")
    agencies = data.pop("suggested_agencies")
    data["suggested"] = list(Agency.objects.filter(pk__in=agencies))
    if len(data["suggested"]) != len(set(agencies)):
        raise Refused("建议承办单位里有不存在的编号。")
    proposal = actions.start(request.user, _clean(data), key=_key(request))
    return 201, _whole(proposal, request.user)


@router.get("/proposals/{int:pk}", response=ProposalOut, summary="一件提案")
def get_proposal(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _whole(_visible(request, pk), request.user)


@router.get("/proposals/{int:pk}/steps", response=list[OpenStepOut], summary="我现在能办的步骤")
def open_steps(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    return _open(request, _visible(request, pk))


@router.post("/proposals/{int:pk}/steps/{action}", response=EntryOut, summary="办一步")
def take_step(request: HttpRequest, pk: int, action: str, payload: StepIn) -> dict[str, Any]:
    return _perform(request, _visible(request, pk), action, payload)


@router.get("/{kind}/{int:pk}/steps", response=list[OpenStepOut], summary="交办件、联名、评价等的步骤")
def open_child_steps(request: HttpRequest, kind: str, pk: int) -> list[dict[str, Any]]:
    return _open(request, _child(request, kind, pk))


@router.post("/{kind}/{int:pk}/steps/{action}", response=EntryOut, summary="办交办件、联名、评价等的一步")
def take_child_step(request: HttpRequest, kind: str, pk: int, action: str, payload: StepIn) -> dict[str, Any]:
    return _perform(request, _child(request, kind, pk), action, payload)


def _visible(request: HttpRequest, pk: int) -> Proposal:
    rows = queries.visible_to(request.user, timezone.localdate()).select_related(*LINE, "text")
    found = rows.filter(pk=_id(pk)).first()
    if found is None:
        raise Http404
    return found


def _child(request: HttpRequest, kind: str, pk: int) -> Matter:
    """A child of a proposal the account may see; a stranger's rating or plan looks like nothing at all."""
    if kind in ALONE:
        return _one(ALONE[kind], pk, "")
    model = CHILDREN.get(kind)
    if model is None:
        raise Http404
    found = queries.visible_children(model, request.user, timezone.localdate()).filter(pk=_id(pk)).first()
    if found is None:
        raise Http404
    return found


def _id(pk: int) -> int:
    """Larger than any row's id is simply not there, in every database."""
    return pk if pk < 2**63 else -1


def _one(model: Any, pk: int, word: str) -> Any:
    found = model._default_manager.filter(pk=_id(pk)).first()
    if found is None:
        raise Refused(f"没有编号为 {pk} 的{word}。") if word else Http404
    return found


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 8 <= len(key) <= 100:
        raise Refused("请在 Idempotency-Key 头里给一个 8 到 100 字的键；同一个键重发不会办两次。")
    return key


def _clean(data: dict[str, Any]) -> dict[str, Any]:
    from huisheng.kernel.forms import clean_text

    def one(value: Any) -> Any:
        if isinstance(value, str):
            return clean_text(value)
        return [one(v) for v in value] if isinstance(value, list) else value

    return {name: one(value) for name, value in data.items()}


def _open(request: HttpRequest, record: Matter) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {"action": one.step.action, "label": one.step.label, "reason": one.reason,
         "fields": _fields(one.step, record, request.user, today)}
        for one in record.lifecycle.open_steps(record, request.user, today)  # type: ignore[attr-defined]
    ]  # fmt: skip


def _fields(step: Any, record: Matter, account: Any, today: date) -> list[str]:
    return list(step.form(record=record, account=account, today=today).fields) if step.form else []


def _perform(request: HttpRequest, record: Matter, action: str, payload: StepIn) -> dict[str, Any]:
    entry = perform(record, action, request.user, _clean(payload.data), version=payload.version, key=_key(request))
    return {
        "seq": entry.seq, "at": entry.at, "label": entry.label, "from_state": entry.from_state,
        "to_state": entry.to_state, "digest": entry.digest, "state": record.state, "version": record.version,  # type: ignore[attr-defined]
    }  # fmt: skip


def _line(one: Proposal, account: Any) -> dict[str, Any]:
    state = State(one.state)
    return {
        "id": one.pk, "title": one.title, "state": one.state if account.is_office else _outside(state),
        "state_label": state.word(account.is_office), "number": one.number,
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
    }  # fmt: skip
