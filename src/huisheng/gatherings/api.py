"""Meetings and activities for machines: the same visibility, the same forms, the same ``perform``.

Who asked for leave and why is no part of any answer but the leave's own.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from huisheng.kernel.forms import clean_all
from huisheng.kernel.models import Matter
from huisheng.people.models import Account
from huisheng.ui import machine
from huisheng.ui.machine import (
    PAGE,
    EntryOut,
    Key,
    OpenStepOut,
    StepIn,
    again,
    answers,
    cleaned,
    cursor_of,
    id_of,
    last_seen,
    open_steps,
    page_of,
    take,
)

from . import actions, queries
from .forms import Plan, PlanLiaison, local_moment
from .models import Ballot, Briefing, Gathering, GatheringState, Leave, Liaison, LiaisonState, Speech

router = Router(tags=["会议活动"])


def who(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


class Line(Schema):
    id: int
    type: str = Field(description="类别代码，见本地规则“会议活动类别”")
    title: str
    state: str
    state_label: str
    starts_at: datetime
    ends_at: datetime
    place: str
    host: str
    version: int


class RollOut(Schema):
    """One half-day; due = came + excused + absent + open."""

    part: str
    due: int
    came: int
    late: int
    early: int
    excused: int
    absent: int
    open: int
    quorum: str = Field(description="法定人数的一句话；不需要的为空")


class ItemOut(Schema):
    number: int
    title: str
    presenter: str
    is_done: bool


class GatheringOut(Line):
    note: str
    agenda: list[ItemOut]
    rolls: list[RollOut] = Field(description="出席情况；只有组织单位、机关和主席会议成员看得到")
    my_reply: str | None = Field(description="我的回执；没有请我为 null")


class GatheringPage(Schema):
    items: list[Line]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class Filters(Schema):
    state: str | None = Field(None, max_length=20)
    type: str | None = Field(None, max_length=40)
    year: int | None = Field(None, ge=2000, le=2100)
    cursor: str | None = Field(None, max_length=200)
    limit: int = Field(PAGE, ge=1, le=200)


class NewGathering(Schema, extra="forbid"):
    type: str = Field(min_length=1, max_length=40)
    title: str = Field(min_length=1, max_length=200)
    starts_at: datetime
    ends_at: datetime
    place: str = Field(min_length=1, max_length=120)
    host: int | None = Field(None, description="组织单位；空为区政协办公室")


class LiaisonLine(machine.Line):
    body: str = Field(description="谁的联系计划")
    with_whom: str
    by_whom: str
    way: str = Field(description="联系方式代码，见本地规则“联系方式”")
    held_on: date | None = Field(description="联系日期；还没有联系的为 null")


class LiaisonOut(LiaisonLine):
    heard: str = Field(description="听到的意见")
    gathering: int | None = Field(description="在哪次会议活动中；单独联系的为 null")


class LiaisonPage(Schema):
    items: list[LiaisonLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class LiaisonFilters(machine.Filters):
    body: int | None = Field(None, description="机构编号")


class NewLiaison(Schema, extra="forbid"):
    body: int
    with_whom: str = Field(min_length=1, max_length=120)
    by_whom: str = Field(min_length=1, max_length=60)
    way: str = Field(min_length=1, max_length=40)
    due_on: date


class AnswerIn(Schema, extra="forbid"):
    coming: bool


class SignedIn(Schema):
    part: str
    mark: str
    at: datetime


@router.get("/gatherings", response=answers(GatheringPage), summary="我能看到的会议活动，新登记的在前")
def list_gatherings(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    rows = queries.visible_to(who(request), timezone.localdate()).select_related("host")
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.type:
        rows = rows.filter(type=filters.type)
    if filters.year:
        rows = rows.filter(starts_at__year=filters.year)
    if filters.cursor:
        rows = rows.filter(pk__lt=last_seen(filters.cursor))
    found = list(rows.order_by("-pk")[: filters.limit + 1])
    more, found = len(found) > filters.limit, found[: filters.limit]
    return {"items": [_line(one) for one in found], "next": cursor_of(found[-1]) if more else None}


@router.post("/gatherings", response=answers(GatheringOut, 201), summary="筹备一次会议活动")
def start_gathering(request: HttpRequest, payload: NewGathering, key: Key) -> Status[dict[str, Any]]:
    actions.check_planner(who(request), timezone.localdate())
    form = Plan(_as_typed(clean_all(payload.dict())), account=who(request), today=timezone.localdate())
    return Status(201, _whole(actions.start(who(request), cleaned(form), key=key), who(request)))


def _as_typed(data: dict[str, Any]) -> dict[str, Any]:
    """What a person would have typed into the page's form; a moment without a zone is the committee's own."""
    moments = {name: data[name] for name in ("starts_at", "ends_at")}
    typed = {
        name: local_moment(at if timezone.is_aware(at) else timezone.make_aware(at))
        for name, at in moments.items()
    }
    return data | typed | {"host": "" if data["host"] is None else id_of(data["host"])}


@router.get("/gatherings/{int:pk}", response=answers(GatheringOut), summary="一次会议活动")
def get_gathering(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _whole(_visible(Gathering, request, pk), who(request))


@router.post("/gatherings/{int:pk}/answer", response=answers(GatheringOut), summary="回执或报名")
def answer(request: HttpRequest, pk: int, payload: AnswerIn) -> dict[str, Any]:
    one = _visible(Gathering, request, pk)
    actions.answer(one, who(request), payload.coming, timezone.now())
    return _whole(one, who(request))


@router.post("/gatherings/{int:pk}/sign-in", response=answers(SignedIn), summary="本人签到；再来一次不变")
def sign_in(request: HttpRequest, pk: int) -> dict[str, Any]:
    _, part, presence = actions.sign_in(_visible(Gathering, request, pk), who(request), timezone.now())
    return {"part": str(part), "mark": presence.mark, "at": presence.at}


# -- seeing one another ------------------------------------------------------------------------------------------------
@router.get("/liaisons", response=answers(LiaisonPage), summary="我能看到的联系安排，新列入的在前")
def list_liaisons(request: HttpRequest, filters: Query[LiaisonFilters]) -> dict[str, Any]:
    rows = queries.visible_liaisons(who(request), timezone.localdate()).select_related("body")
    if filters.body is not None:
        rows = rows.filter(body=id_of(filters.body))
    return page_of(rows, filters, _liaison_line)


@router.post("/liaisons", response=answers(LiaisonOut, 201), summary="列入联系计划")
def plan_liaison(request: HttpRequest, payload: NewLiaison, key: Key) -> Status[dict[str, Any]]:
    now = timezone.now()
    today = timezone.localdate(now)
    actions.check_planner(who(request), today)
    typed = clean_all(payload.dict()) | {"body": id_of(payload.body)}
    given = cleaned(PlanLiaison(typed, account=who(request), today=today))
    return Status(201, _liaison(actions.plan_liaison(who(request), given, at=now, key=key)))


@router.get("/liaisons/{int:pk}", response=answers(LiaisonOut), summary="一次联系安排")
def get_liaison(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _liaison(_visible(Liaison, request, pk))


# -- steps ---------------------------------------------------------------------------------------------------------------
VISIBLE: dict[type[Matter], Any] = {
    Gathering: queries.visible_to, Leave: queries.visible_leaves, Speech: queries.visible_speeches,
    Briefing: queries.visible_briefings, Ballot: queries.visible_ballots, Liaison: queries.visible_liaisons,
}  # fmt: skip


def _steps_of(model: type[Matter], word: str) -> None:
    """Two operations for one kind of matter: what may be done, and doing it."""

    def steps(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
        return open_steps(request, _visible(model, request, pk))

    def step(request: HttpRequest, pk: int, action: str, payload: StepIn, key: Key) -> dict[str, Any]:
        done = again(request, model, pk, action, payload, key)
        return done or take(request, _visible(model, request, pk), action, payload, key)

    name = str(model._meta.verbose_name)
    shown, done = f"{name}：我现在能办的步骤", f"{name}：办一步"
    router.get(f"/{word}/{{int:pk}}/steps", response=answers(list[OpenStepOut]), summary=shown,
               operation_id=f"{word}_steps")(steps)  # fmt: skip
    router.post(f"/{word}/{{int:pk}}/steps/{{action}}", response=answers(EntryOut), summary=done,
                operation_id=f"{word}_step")(step)  # fmt: skip


for _model, _word in (
    (Gathering, "gatherings"),
    (Leave, "leaves"),
    (Speech, "speeches"),
    (Briefing, "briefings"),
    (Ballot, "ballots"),
    (Liaison, "liaisons"),
):
    _steps_of(_model, _word)


def _visible(model: type[Matter], request: HttpRequest, pk: int) -> Any:
    found = VISIBLE[model](who(request), timezone.localdate()).filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


def _line(one: Gathering) -> dict[str, Any]:
    return {
        "id": one.pk, "type": one.type, "title": one.title, "state": one.state,
        "state_label": GatheringState(one.state).label, "starts_at": one.starts_at, "ends_at": one.ends_at,
        "place": one.place, "host": one.host_name, "version": one.version,
    }  # fmt: skip


def _whole(one: Gathering, account: Account) -> dict[str, Any]:
    today = timezone.localdate()
    shows = queries.organises(one, account, today) or queries.reads_all(account, today)
    invitee = queries.invitation_of(one, account, today)
    return _line(one) | {
        "note": one.note, "my_reply": invitee.reply if invitee else None,
        "agenda": [{"number": i.number, "title": i.title, "presenter": i.presenter, "is_done": i.is_done} for i in one.agenda.all()],
        "rolls": [_roll(one, row) for row in queries.rolls(one)] if shows else [],
    }  # fmt: skip


def _roll(one: Gathering, row: queries.Roll) -> dict[str, Any]:
    quorum = queries.quorum(one, row)
    return {
        "part": str(row.part), "due": row.due, "came": row.came, "late": row.late, "early": row.early,
        "excused": row.excused, "absent": row.absent, "open": row.open, "quorum": quorum.sentence if quorum else "",
    }  # fmt: skip


def _liaison_line(one: Liaison) -> dict[str, Any]:
    return {
        "id": one.pk, "title": str(one), "number": "", "state": one.state, "state_label": LiaisonState(one.state).label,
        "due_on": one.due_on, "version": one.version, "body": str(one.body), "with_whom": one.with_whom,
        "by_whom": one.by_whom, "way": one.way, "held_on": one.held_on,
    }  # fmt: skip


def _liaison(one: Liaison) -> dict[str, Any]:
    return _liaison_line(one) | {"heard": one.heard, "gathering": one.gathering_id}
