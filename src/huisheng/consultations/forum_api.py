"""网络议政 for machines: the same visibility, the same forms, the same ``perform``. A vote is answered to its voter alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from huisheng.kernel.errors import Invalid
from huisheng.people.models import Account
from huisheng.ui.machine import Filters, Key, Line, answers, cleaned, id_of, page_of, step_operations

from . import forum_actions as actions
from . import forum_forms as forms
from . import forum_outline as outline
from . import forum_queries as queries
from .forum_rules import mark_of
from .models_forum import Forum, ForumPost, PostState, Statement

router = Router(tags=["网络议政"])


def who(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


class ForumOut(Line):
    content: str
    moderator: str
    opened_on: date | None
    closed_on: date | None
    output: int | None = Field(description="综述的成果编号")
    seats: int = Field(description="受邀委员人数")
    posts: int
    writers: int = Field(description="发言的委员人数")
    statements: int = Field(description="可以表态的观点条数")


class ForumPage(Schema):
    items: list[Line]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class StatementOut(Schema):
    id: int
    number: int | None
    content: str
    theme: str = Field(description="主持人归纳的主题；没有的为空")
    by: str = Field(description="提出的委员；主持人提出的为空")
    state: str
    state_label: str
    mine: int | None = Field(description="您自己的表态：1 同意、-1 不同意、0 略过；没有表态为 null")
    version: int


class PostOut(Schema):
    id: int
    answers: int | None = Field(description="回应的哪一条")
    by: str
    at: datetime
    content: str
    state: str
    reason: str = Field(description="隐藏的理由")
    version: int


class PostPage(Schema):
    items: list[PostOut]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


class NewPost(Schema, extra="forbid"):
    content: str = Field(min_length=1, max_length=5000)
    answers: int | None = None


class NewStatement(Schema, extra="forbid"):
    content: str = Field(min_length=1, max_length=200)


class VoteIn(Schema, extra="forbid"):
    value: int = Field(ge=-1, le=1, description="1 同意、-1 不同意、0 略过")


class VoteOut(Schema):
    statement: int
    value: int


class TallyOut(Schema):
    statement: int
    number: int
    content: str
    agree: int
    disagree: int
    passed: int


class TraitOut(Schema):
    statement: int
    stance: str
    inside: str
    outside: str


class GroupOut(Schema):
    name: str
    size: int
    traits: list[TraitOut]


class SharedOut(Schema):
    statement: int
    stance: str
    rates: list[str]


class MapOut(Schema):
    """The newest count; null fields before the first."""

    counted_at: datetime | None
    is_final: bool
    people: int
    votes: int
    why: str = Field(description="没有分组的原因；分了组为空")
    explained_variance: list[float]
    silhouettes: dict[str, float]
    counts: list[TallyOut]
    groups: list[GroupOut]
    consensus: list[SharedOut]


@router.get("/forums", response=answers(ForumPage), summary="我能看到的网络议政，新的在前")
def list_forums(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(queries.visible_to(who(request), timezone.localdate()), filters, _line)


@router.get("/forums/{int:pk}", response=answers(ForumOut), summary="一次网络议政")
def get_forum(request: HttpRequest, pk: int) -> dict[str, Any]:
    forum = _visible(request, pk)
    numbers = queries.numbers(forum)
    return _line(forum) | {
        "content": forum.content, "moderator": forum.moderator.name, "opened_on": forum.opened_on, "closed_on": forum.closed_on,
        "output": forum.output_id, "seats": numbers.seats, "posts": numbers.posts, "writers": numbers.writers,
        "statements": numbers.statements,
    }  # fmt: skip


@router.get(
    "/forums/{int:pk}/statements", response=answers(list[StatementOut]), summary="观点，和我自己的表态"
)
def list_statements(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    forum, account, today = _visible(request, pk), who(request), timezone.localdate()
    seat = queries.seat_of(forum, account, today)
    mine = queries.own_votes(forum, mark_of(forum, seat.member_id)) if seat else {}
    rows = queries.visible_statements(account, today).filter(forum=forum).select_related("member")
    return [_statement_line(one, mine.get(one.pk)) for one in rows]


@router.post("/forums/{int:pk}/statements", response=answers(StatementOut, 201), summary="提出一条观点")
def add_statement(request: HttpRequest, pk: int, payload: NewStatement, key: Key) -> Status:
    forum, account = _visible(request, pk), who(request)
    form = cleaned(forms.Propose({"content": payload.content}, account=account, today=timezone.localdate()))
    made = actions.propose(forum, account, form["content"], at=timezone.now(), key=key)
    return Status(201, _statement_line(made, None))


@router.put(
    "/forums/{int:pk}/statements/{int:statement}/vote",
    response=answers(VoteOut),
    summary="表态；同样的表态再来一次，不变",
)
def put_vote(request: HttpRequest, pk: int, statement: int, payload: VoteIn) -> dict[str, Any]:
    forum, account = _visible(request, pk), who(request)
    one = queries.accepted(forum).filter(pk=id_of(statement)).first()
    if one is None:
        raise Http404
    actions.vote(one, account, payload.value, timezone.now())
    return {"statement": one.pk, "value": payload.value}


@router.get("/forums/{int:pk}/posts", response=answers(PostPage), summary="发言和回应，新的在前")
def list_posts(request: HttpRequest, pk: int, filters: Query[Filters]) -> dict[str, Any]:
    forum = _visible(request, pk)
    rows = queries.visible_posts(who(request), timezone.localdate()).filter(forum=forum)
    return page_of(rows.select_related("member__sector"), filters, _post_line)


@router.post("/forums/{int:pk}/posts", response=answers(PostOut, 201), summary="发言，或回应一条发言")
def add_post(request: HttpRequest, pk: int, payload: NewPost, key: Key) -> Status:
    forum, account, today = _visible(request, pk), who(request), timezone.localdate()
    answered = None
    if payload.answers is not None:
        answered = (
            queries.visible_posts(account, today).filter(forum=forum, pk=id_of(payload.answers)).first()
        )
        if answered is None:
            raise Invalid({"answers": ["没有这一条发言。"]})
    form = cleaned(forms.Write({"content": payload.content}, account=account, today=today))
    made = actions.write(forum, account, form["content"], answers=answered, at=timezone.now(), key=key)
    return Status(201, _post_line(made))


@router.get(
    "/forums/{int:pk}/map",
    response=answers(MapOut),
    summary="最近一次统计：各条人数、分组、共识；没有任何一个人的表态",
)
def get_map(request: HttpRequest, pk: int) -> dict[str, Any]:
    forum = _visible(request, pk)
    newest = queries.newest_map(forum)
    if newest is None:
        return {
            "counted_at": None, "is_final": False, "people": 0, "votes": 0, "why": "还没有公布统计。", "explained_variance": [],
            "silhouettes": {}, "counts": [], "groups": [], "consensus": [],
        }  # fmt: skip
    seen = outline.view(newest, list(queries.accepted(forum)))
    return {
        "counted_at": newest.made_at, "is_final": newest.is_final, "people": newest.people, "votes": newest.votes,
        "why": seen.why, "explained_variance": newest.data["explained"], "silhouettes": newest.data["silhouettes"],
        "counts": [
            {"statement": row.statement.pk, "number": row.statement.number, "content": row.statement.content,
             "agree": row.whole.agree, "disagree": row.whole.disagree, "passed": row.whole.passed}
            for row in seen.rows
        ],
        "groups": [
            {"name": group.name, "size": group.size, "traits": [
                {"statement": one.statement.pk, "stance": one.stance, "inside": one.inside, "outside": one.outside}
                for one in group.said
            ]}
            for group in seen.groups
        ],
        "consensus": [
            {"statement": one.statement.pk, "stance": one.stance, "rates": one.rates} for one in seen.shared
        ],
    }  # fmt: skip


def _line(forum: Forum) -> dict[str, Any]:
    return {
        "id": forum.pk, "title": forum.title, "number": "", "state": forum.state,
        "state_label": forum.get_state_display(), "due_on": forum.due_on, "version": forum.version,
    }  # fmt: skip


def _statement_line(one: Statement, mine: int | None) -> dict[str, Any]:
    return {
        "id": one.pk, "number": one.number, "content": one.content, "theme": one.theme,
        "by": one.member.name if one.member else "", "state": one.state, "state_label": one.get_state_display(),
        "mine": mine, "version": one.version,
    }  # fmt: skip


def _post_line(post: ForumPost) -> dict[str, Any]:
    return {
        "id": post.pk, "answers": post.answers_id, "by": post.member.full_name, "at": post.at, "content": post.content,
        "state": post.state, "reason": post.reason if post.state == PostState.HIDDEN else "", "version": post.version,
    }  # fmt: skip


def _visible(request: HttpRequest, pk: int) -> Forum:
    rows = queries.visible_to(who(request), timezone.localdate())
    found = rows.select_related("moderator", "output", "line").filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


def _visible_post(request: HttpRequest, pk: int) -> ForumPost:
    rows = queries.visible_posts(who(request), timezone.localdate())
    found = rows.select_related("forum").filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


def _visible_statement(request: HttpRequest, pk: int) -> Statement:
    rows = queries.visible_statements(who(request), timezone.localdate())
    found = rows.select_related("forum").filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


step_operations(router, "forums", Forum, _visible)
step_operations(router, "forum-posts", ForumPost, _visible_post)
step_operations(router, "forum-statements", Statement, _visible_statement)
