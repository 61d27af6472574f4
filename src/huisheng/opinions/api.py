"""Leads and opinions for machines: the same visibility, the same forms, the same ``perform``.

A sender's contact is no part of any answer: it is opened by two persons, on a page.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from huisheng.kernel.forms import clean_all
from huisheng.kernel.models import Matter
from huisheng.people.models import Account, Body
from huisheng.ui.machine import Filters, Key, Line, answers, id_of, page_of, step_operations

from . import actions, queries, suggesting
from .models import REPORTERS_OWN, Lead, LeadState, Opinion, OpinionState

router = Router(tags=["社情民意"])


def who(request: HttpRequest) -> Account:
    """Whose token it is; the door lets nobody in without one."""
    return request.user  # type: ignore[return-value]


class LeadLine(Line):
    channel: str
    source: str
    category: str
    received_at: datetime


class OpinionLine(Line):
    reporter: str
    area: str = Field(description="咨政方面代码")
    submitted_at: datetime | None


class MessageOut(Schema):
    is_from_sender: bool
    text: str
    at: datetime


class SuggestionOut(Schema):
    field: str = Field(description="category / committee / agency")
    value: str
    label: str
    ground: str = Field(description="根据")


class LeadOut(LeadLine):
    content: str
    place: str
    doubts: list[str]
    committee: str = Field(description="对口专委会")
    agency: str = Field(description="涉及单位")
    messages: list[MessageOut]
    suggestions: list[SuggestionOut] = Field(description="推荐；采用的用“归类”一步答 field 和 value")


class OpinionOut(OpinionLine):
    situation: str
    analysis: str
    advice: str
    fingerprint: str


class LeadPage(Schema):
    items: list[LeadLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class OpinionPage(Schema):
    items: list[OpinionLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class NewOpinion(Schema, extra="forbid"):
    """What a draft may begin with; everything may be added later."""

    title: str = Field("", max_length=200)
    situation: str = Field("", max_length=50_000)
    analysis: str = Field("", max_length=50_000)
    advice: str = Field("", max_length=50_000)
    reporter_body: int | None = None
    is_anonymous: bool = False


class NewLead(Schema, extra="forbid"):
    """A lead as a channel of the committee's own brought it: a hotline's system, a station's mailbox."""

    channel: str = Field(pattern="^(phone|letter|broadcast|chat|meeting)$")
    content: str = Field(min_length=1, max_length=50_000)
    source: str = Field("", max_length=120)
    source_id: str = Field(min_length=1, max_length=190, description="来处的编号；同一编号只收一次")
    place: str = Field("", max_length=120)
    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=40)


@router.get("/leads", response=answers(LeadPage), summary="收件台的线索，新的在前")
def list_leads(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(queries.visible_leads(who(request), timezone.localdate()), filters, _lead_line)


@router.post("/leads", response=answers(LeadOut, 201), summary="登记一条线索")
def take_in_lead(request: HttpRequest, payload: NewLead) -> Status[dict[str, Any]]:
    words = clean_all(payload.dict())
    voice = actions.Voice(
        words["channel"], words["content"], f"api:{words['source_id']}", place=words["place"], source=words["source"],
        contact={"name": words["name"], "phone": words["phone"]},
    )  # fmt: skip
    return Status(201, _lead(actions.take_in_by(who(request), voice, timezone.now()).lead, who(request)))


@router.get("/leads/{int:pk}", response=answers(LeadOut), summary="一条线索")
def get_lead(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _lead(_visible(Lead, request, pk), who(request))


@router.get("/opinions", response=answers(OpinionPage), summary="我能看到的社情民意信息，新的在前")
def list_opinions(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    inside = who(request).is_office
    rows = queries.visible_to(who(request), timezone.localdate())
    return page_of(rows, filters, lambda one: _opinion_line(one, inside))


@router.post("/opinions", response=answers(OpinionOut, 201), summary="起草一条社情民意信息")
def start_opinion(request: HttpRequest, payload: NewOpinion, key: Key) -> Status[dict[str, Any]]:
    data = clean_all(payload.dict())
    if data["reporter_body"] is not None:
        data["reporter_body"] = Body.objects.filter(pk=id_of(data["reporter_body"])).first()
        if data["reporter_body"] is None:
            raise Http404
    return Status(201, _opinion(actions.start(who(request), data, key=key), who(request)))


@router.get("/opinions/{int:pk}", response=answers(OpinionOut), summary="一条社情民意信息")
def get_opinion(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _opinion(_visible(Opinion, request, pk), who(request))


def _visible(model: type[Matter], request: HttpRequest, pk: int) -> Any:
    visible = queries.visible_leads if model is Lead else queries.visible_to
    found = visible(who(request), timezone.localdate()).filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


step_operations(router, "leads", Lead, partial(_visible, Lead))
step_operations(router, "opinions", Opinion, partial(_visible, Opinion))


def _lead_line(one: Lead) -> dict[str, Any]:
    return {
        "id": one.pk, "title": str(one), "number": one.code, "state": one.state, "state_label": LeadState(one.state).label,
        "due_on": one.due_on, "version": one.version, "channel": one.channel, "source": one.source,
        "category": one.category, "received_at": one.received_at,
    }  # fmt: skip


def _lead(one: Lead, account: Account) -> dict[str, Any]:
    groups = suggesting.aids(one, account, timezone.localdate()).groups()
    suggestions = [
        {"field": name, "value": row.value, "label": row.label, "ground": row.ground}
        for name, _, rows in groups
        for row in rows
    ]
    messages = [{"is_from_sender": m.is_from_sender, "text": m.text, "at": m.at} for m in one.messages.all()]
    return _lead_line(one) | {
        "content": one.content, "place": one.place, "doubts": one.doubts, "messages": messages,
        "committee": str(one.committee or ""), "agency": str(one.agency or ""), "suggestions": suggestions,
    }  # fmt: skip


def _opinion_line(one: Opinion, inside: bool) -> dict[str, Any]:
    state = OpinionState(one.state)
    return {
        "id": one.pk, "title": one.title, "number": one.number_label, "state": one.state if inside else _outside(state),
        "state_label": state.word(inside), "due_on": one.due_on, "version": one.version, "reporter": one.reporter_name,
        "area": one.area, "submitted_at": one.submitted_at,
    }  # fmt: skip


def _outside(state: OpinionState) -> str:
    """How far the editing has come is the office's; outside it reads as being edited, also for machines."""
    being_edited = (OpinionState.EDITED, OpinionState.CHECKED)
    return OpinionState.EDITING.value if state in being_edited else state.value


def _opinion(one: Opinion, account: Any) -> dict[str, Any]:
    """Before the issue is out its reporter reads their own words; the office reads the current ones."""
    text = one.text
    if not account.is_office and one.state != OpinionState.ISSUED:
        text = one.texts.filter(kind__in=REPORTERS_OWN).order_by("-number").first()
    words = {name: getattr(text, name, "") for name in ("situation", "analysis", "advice", "fingerprint")}
    return _opinion_line(one, account.is_office) | words
