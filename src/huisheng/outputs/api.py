"""成果、批示、转办 for machines: the same visibility, the same forms, the same ``perform``.

A leader's own 批示 is no step for a machine: it is previewed and proved on its page, and the step says so.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from huisheng.kernel import local
from huisheng.kernel.errors import Invalid
from huisheng.kernel.forms import clean_all
from huisheng.kernel.models import Matter
from huisheng.opinions.local_rules import AREA
from huisheng.people.models import Account, Body
from huisheng.ui.machine import Filters, Key, Line, answers, id_of, page_of, step_operations

from . import actions, queries
from .models import (
    FollowUp,
    FollowUpState,
    Instruction,
    InstructionState,
    Kind,
    Output,
    OutputState,
)  # fmt: skip

router = Router(tags=["成果与报送"])


class OutputLine(Line):
    type: str = Field(description="report / letter / motion / supervision / bulletin / summary")
    signed_on: date | None
    delivered_on: date | None


class AdviceOut(Schema):
    number: int
    area: str = Field(description="咨政方面代码")
    content: str
    response: str = Field(description="adopted / partly / not / none；没有登记的为空")
    measures: str


class DeliveryOut(Schema):
    addressee: str
    how: str
    delivered_on: date
    received_on: date | None


class OutputOut(OutputLine):
    content: str
    feedback: str
    fingerprint: str
    advice: list[AdviceOut]
    deliveries: list[DeliveryOut]


class InstructionLine(Line):
    output: int
    opinion: int | None
    leader: str
    words: str = Field(description="批示原文")
    given_on: date


class FollowUpLine(Line):
    instruction: int
    agency: str
    sent_on: date


class FollowUpOut(FollowUpLine):
    task: str
    excerpt: str
    report: str
    measures: str
    reported_on: date | None
    accepted_on: date | None


class OutputPage(Schema):
    items: list[OutputLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class InstructionPage(Schema):
    items: list[InstructionLine]
    next: str | None


class FollowUpPage(Schema):
    items: list[FollowUpLine]
    next: str | None


class NewAdvice(Schema, extra="forbid"):
    area: str = Field(max_length=20)
    content: str = Field(min_length=1, max_length=5000)


class NewOutput(Schema, extra="forbid"):
    """What a draft may begin with; a bulletin is begun on its own page."""

    type: str = Field("report", pattern="^(report|letter|motion|supervision|summary)$")
    title: str = Field(min_length=1, max_length=200)
    content: str = Field("", max_length=50_000)
    body: int | None = None
    advice: Annotated[list[NewAdvice], Field(max_length=60)] = []


def who(request: HttpRequest) -> Account:
    """Whose token it is; the door lets nobody in without one."""
    return request.user  # type: ignore[return-value]


@router.get("/outputs", response=answers(OutputPage), summary="我能看到全文的成果，新的在前")
def list_outputs(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(queries.searched(who(request), timezone.localdate()), filters, output_line)


@router.post("/outputs", response=answers(OutputOut, 201), summary="起草一份成果")
def start_output(request: HttpRequest, payload: NewOutput, key: Key) -> Status[dict[str, Any]]:
    data = clean_all(payload.dict())
    advice = [(one["area"], one["content"]) for one in data.pop("advice")]
    known = {one.code for one in local.options(AREA, timezone.localdate())}
    if any(area not in known for area, _ in advice):
        raise Invalid({"advice": ["咨政方面里有不存在的代码。"]})
    if data["body"] is not None:
        data["body"] = Body.objects.filter(pk=id_of(data["body"])).first()
        if data["body"] is None:
            raise Invalid({"body": ["没有这个机构。"]})
    return Status(201, _output(actions.start(who(request), data, advice=advice, key=key)))


@router.get("/outputs/{int:pk}", response=answers(OutputOut), summary="一份成果")
def get_output(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _output(visible(Output, request, pk))


@router.get("/instructions", response=answers(InstructionPage), summary="我能看到的批示，新的在前")
def list_instructions(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(queries.visible_instructions(who(request), timezone.localdate()), filters, _instruction)


@router.get("/instructions/{int:pk}", response=answers(InstructionLine), summary="一条批示")
def get_instruction(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _instruction(visible(Instruction, request, pk))


@router.get("/follow-ups", response=answers(FollowUpPage), summary="我能看到的转办，新的在前")
def list_follow_ups(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_follow_ups(who(request), timezone.localdate()).select_related("agency")
    return page_of(rows, filters, _follow_up_line)


@router.get("/follow-ups/{int:pk}", response=answers(FollowUpOut), summary="一件转办")
def get_follow_up(request: HttpRequest, pk: int) -> dict[str, Any]:
    one = visible(FollowUp, request, pk)
    words = {
        name: getattr(one, name)
        for name in ("task", "excerpt", "report", "measures", "reported_on", "accepted_on")
    }
    return _follow_up_line(one) | words


def visible(model: type[Matter], request: HttpRequest, pk: int) -> Any:
    """A paper only for those who read it whole: an agency reads its part as a follow-up."""
    rows = queries.searched if model is Output else partial(queries.visible, model)
    found = rows(who(request), timezone.localdate()).filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


step_operations(router, "outputs", Output, partial(visible, Output))
step_operations(router, "instructions", Instruction, partial(visible, Instruction))
step_operations(router, "follow-ups", FollowUp, partial(visible, FollowUp))


# -- shapes ------------------------------------------------------------------------------------------------------
def output_line(one: Output) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "number": one.number_label, "state": one.state,
        "state_label": OutputState(one.state).label, "due_on": None, "version": one.version, "type": Kind(one.type).value,
        "signed_on": one.signed_on, "delivered_on": one.delivered_on,
    }  # fmt: skip


def _output(one: Output) -> dict[str, Any]:
    return output_line(one) | {
        "content": one.content, "feedback": one.feedback, "fingerprint": one.fingerprint,
        "advice": [
            {"number": row.number, "area": row.area, "content": row.content, "response": row.response,
             "measures": row.measures}
            for row in one.advice.all()
        ],
        "deliveries": [
            {"addressee": row.addressee, "how": row.how, "delivered_on": row.delivered_on,
             "received_on": row.received_on}
            for row in one.deliveries.all()
        ],
    }  # fmt: skip


def _instruction(one: Instruction) -> dict[str, Any]:
    return {
        "id": one.pk, "title": str(one), "number": "", "state": one.state,
        "state_label": InstructionState(one.state).label, "due_on": None, "version": one.version,
        "output": one.output_id, "opinion": one.opinion_id, "leader": one.leader, "words": one.words,
        "given_on": one.given_on,
    }  # fmt: skip


def _follow_up_line(one: FollowUp) -> dict[str, Any]:
    return {
        "id": one.pk, "title": str(one), "number": one.number_label, "state": one.state,
        "state_label": FollowUpState(one.state).label, "due_on": one.due_on, "version": one.version,
        "instruction": one.instruction_id, "agency": str(one.agency), "sent_on": one.sent_on,
    }  # fmt: skip
