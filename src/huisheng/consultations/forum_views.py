"""Pages of 网络议政: the list, one forum, its posts, its statements, the vote (one at a time), the map."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.forms import StepForm
from huisheng.people.models import Account
from huisheng.ui.paging import page
from huisheng.ui.steps import forget_typed, new_key, put_back

from . import forum_actions as actions
from . import forum_drawing, forum_outline
from . import forum_forms as forms
from . import forum_queries as queries
from .forum_rules import mark_of
from .models_forum import Forum, ForumPost, ForumState, PostState, Stance, Statement, StatementState

PAGE = 20
LINES = 30  # of the journal beside a forum


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def visible_forum(request: HttpRequest, pk: int) -> Forum:
    """The forum when the signed-in person may see it; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_to(account_of(request), timezone.localdate())
    found = rows.select_related("line__plan", "moderator", "output").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def visible_post(request: HttpRequest, pk: int) -> ForumPost:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_posts(account_of(request), timezone.localdate())
    found = rows.select_related("forum", "member").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def visible_statement(request: HttpRequest, pk: int) -> Statement:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_statements(account_of(request), timezone.localdate())
    found = rows.select_related("forum", "member").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Me:
    """What the signed-in person is in a forum and may do there now."""

    is_moderator: bool
    reads_all: bool
    has_seat: bool
    may_speak: bool
    may_put: bool

    @classmethod
    def of(cls, forum: Forum, account: Account) -> Me:
        today = timezone.localdate()
        seat = queries.seat_of(forum, account, today)
        moderates = forum.moderator_id == account.pk
        return cls(
            is_moderator=moderates,
            reads_all=moderates or account.holds(*queries.READS_ALL, on=today),
            has_seat=seat is not None,
            may_speak=seat is not None and forum.takes_words(today),
            may_put=moderates and forum.state in queries.TAKES_STATEMENTS,
        )


# -- the list and preparing --------------------------------------------------------------------------------------------
@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """网络议政: those one is asked to or keeps, newest first."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.with_counts(queries.visible_to(account, today)).select_related("moderator")
    if not account.holds(*queries.READS_ALL, on=today):
        rows = rows.exclude(state=ForumState.CANCELLED)
    return render(request, "consultations/forum_list.html", {
        "page": page(rows, request, size=PAGE, order=("-made_at", "-pk"), count=True),
        "may_prepare": account.holds(*queries.DESK, on=today),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """筹备一次网络议政."""
    account, today = account_of(request), timezone.localdate()
    if not account.holds(*queries.DESK, on=today):
        raise NotAllowed("筹备网络议政须由信息编辑或政协办公室办理。")
    place = "consultations.forum:new:start"
    status = 200
    if request.method == "POST":
        form = forms.Prepare(request.POST, account=account, today=today)
        if form.is_valid():
            forum = actions.start(account, form.cleaned_data, key=request.POST.get("key", ""))
            forget_typed(account, place)
            messages.success(request, "已建好，还没有开始征集。请先提出几条观点，再开始。")
            return redirect(forum)
        status = 422
    else:
        line = request.GET.get("line", "")
        form = forms.Prepare(
            account=account,
            today=today,
            initial={"line": line} if line.isdecimal() and len(line) < 18 else None,
        )
        put_back(account, place, form)
    context = {"form": form, "key": request.POST.get("key") or new_key(), "place": place}
    return render(request, "consultations/forum_new.html", context, status=status)


# -- one forum ---------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def forum(request: HttpRequest, pk: int) -> HttpResponse:
    """One forum: the question, what one may do now, how it goes, and at the end what came of it."""
    found, account = visible_forum(request, pk), account_of(request)
    me = Me.of(found, account)
    left, asked = _left(found, account)
    return render(request, "consultations/forum.html", {
        "forum": found, "me": me, "steps": found.lifecycle.open_steps(found, account), "numbers": queries.numbers(found),
        "newest": queries.newest_map(found), "left": left, "asked": asked,
        "entries": list(queries.entries_of(found)[:LINES]) if me.reads_all else [],
        "shows_summary": found.output is not None and (me.reads_all or found.state == ForumState.CONCLUDED),
        "reads_output": account.holds(*queries.READS_ALL),
    })  # fmt: skip


def _left(found: Forum, account: Account) -> tuple[int, int]:
    """How many statements wait for one's vote, of how many."""
    seat = queries.seat_of(found, account, timezone.localdate())
    if seat is None:
        return 0, 0
    ids = set(queries.accepted(found).values_list("pk", flat=True))
    return len(ids - set(queries.own_votes(found, mark_of(found, seat.member_id)))), len(ids)


# -- posts -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PostView:
    """One post as its reader sees it: with its words, or with the sentence that it is hidden."""

    post: ForumPost
    steps: list[Any]
    replies: list[PostView]
    is_mine: bool

    @property
    def is_shown(self) -> bool:
        return bool(self.post.state == PostState.SHOWN)


@login_required
@require_http_methods(["GET", "POST"])
def posts(request: HttpRequest, pk: int) -> HttpResponse:
    """网络发言: newest first, replies below; write and answer on the same page."""
    found, account, now = visible_forum(request, pk), account_of(request), timezone.now()
    today = timezone.localdate(now)
    place = f"consultations.forum:{found.pk}:write"
    refusal, status, form = None, 200, forms.Write(account=account, today=today)
    if request.method == "POST":
        form = forms.Write(request.POST, account=account, today=today)
        if form.is_valid():
            try:
                made = actions.write(
                    found, account, form.cleaned_data["content"], answers=_answered(request, found), at=now,
                    key=request.POST.get("key", ""),
                )  # fmt: skip
            except Refused as problem:
                refusal, status = problem, problem.status
            else:
                forget_typed(account, place)
                messages.success(request, "已发布，署您的姓名和界别。")
                return redirect(made)
        else:
            status = 422
    elif not request.GET.get("answer"):
        put_back(account, place, form)
    shown = page(queries.threads(found, account, today), request, size=PAGE, order=("-pk",), count=True)
    mine = set(account.places("member", on=today))
    return render(request, "consultations/forum_posts.html", {
        "forum": found, "me": Me.of(found, account), "page": shown, "form": form, "key": request.POST.get("key") or new_key(),
        "place": place, "refusal": refusal, "answering": _answered(request, found),
        "threads": [_post(one, account, mine) for one in shown],
        "hidden": queries.hidden_count(found, account, today),
    }, status=status)  # fmt: skip


def _post(post: ForumPost, account: Account, mine: set[int]) -> PostView:
    replies = [] if post.answers_id else [_post(one, account, mine) for one in post.replies.all()]
    return PostView(post, post.lifecycle.open_steps(post, account), replies, post.member_id in mine)


def _answered(request: HttpRequest, found: Forum) -> ForumPost | None:
    given = request.POST.get("answers") or request.GET.get("answer") or ""
    if not given.isdecimal() or len(given) > 17:
        return None
    rows = queries.visible_posts(account_of(request), timezone.localdate())
    return rows.select_related("member", "answers").filter(forum=found, pk=given).first()


# -- statements --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class StatementView:
    statement: Statement
    steps: list[Any]


@login_required
@require_http_methods(["GET", "POST"])
def statements(request: HttpRequest, pk: int) -> HttpResponse:
    """观点: what is voted on, by theme; what waits for the moderator; proposing one."""
    found, account, now = visible_forum(request, pk), account_of(request), timezone.now()
    today, me = timezone.localdate(now), Me.of(found, account)
    kind = forms.Put if me.may_put else forms.Propose
    refusal, status, form = None, 200, kind(account=account, today=today)
    if request.method == "POST":
        form = kind(request.POST, account=account, today=today)
        if form.is_valid():
            try:
                told = _proposed(found, account, form, now, request.POST.get("key", ""))
            except Refused as problem:
                refusal, status = problem, problem.status
            else:
                messages.success(request, told)
                return redirect("consultations:forum-statements", found.pk)
        else:
            status = 422
    rows = list(
        queries.visible_statements(account, today)
        .filter(forum=found)
        .select_related("forum", "member__sector")
    )
    views = [StatementView(one, one.lifecycle.open_steps(one, account)) for one in rows]
    by_state = {state: [one for one in views if one.statement.state == state] for state in StatementState}
    return render(request, "consultations/forum_statements.html", {
        "forum": found, "me": me, "form": form, "key": request.POST.get("key") or new_key(), "refusal": refusal,
        "waiting": by_state[StatementState.PROPOSED], "themes": _by_theme(by_state[StatementState.ACCEPTED]),
        "others": by_state[StatementState.DECLINED] + by_state[StatementState.WITHDRAWN],
    }, status=status)  # fmt: skip


def _proposed(found: Forum, account: Account, form: StepForm, now: Any, key: str) -> str:
    data = form.cleaned_data
    if isinstance(form, forms.Put):
        made = actions.put(found, account, data["contents"], theme=data["theme"], at=now, key=key)
        return f"已提出{len(made)}条观点。"
    actions.propose(found, account, data["content"], at=now, key=key)
    return "已提出。主持人采用后，大家就可以表态。"


def _by_theme(views: list[StatementView]) -> list[tuple[str, list[StatementView]]]:
    """Themes in the order of their first statement; those without one last."""
    found: dict[str, list[StatementView]] = {}
    for one in sorted(views, key=lambda one: one.statement.number or 0):
        found.setdefault(one.statement.theme, []).append(one)
    return sorted(found.items(), key=lambda one: not one[0])


# -- voting ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Mine:
    """A statement and what one said of it."""

    statement: Statement
    stance: str


@login_required
@require_http_methods(["GET", "POST"])
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """表态: one statement at a time, three big buttons; below, what one said so far, to be changed."""
    found, account, now = visible_forum(request, pk), account_of(request), timezone.now()
    seat = queries.seat_of(found, account, timezone.localdate(now))
    if seat is None:
        raise NotAllowed("这次网络议政没有邀请您表态。")
    if request.method == "POST":
        one = _statement(found, request.POST.get("statement", ""))
        actions.vote(one, account, _value(request.POST.get("value", "")), now)
        return redirect(f"{reverse('consultations:forum-vote', args=[found.pk])}?done={one.pk}")
    rows = list(queries.accepted(found).select_related("member__sector"))
    mark = mark_of(found, seat.member_id)
    said = queries.own_votes(found, mark)
    wanted = request.GET.get("statement", "")
    left = [one for one in _own_order(rows, mark) if one.pk not in said]
    chosen = next((one for one in rows if str(one.pk) == wanted), None)
    done = next((one for one in rows if str(one.pk) == request.GET.get("done")), None)
    may_vote = found.takes_words(timezone.localdate(now))
    return render(request, "consultations/forum_vote.html", {
        "forum": found, "one": (chosen or (left[0] if left else None)) if may_vote else None, "may_vote": may_vote,
        "said_of_it": said.get(chosen.pk) if chosen else None, "left": len(left), "whole": len(rows),
        "done": Mine(done, str(Stance(said[done.pk]).label)) if done and done.pk in said else None,
        "mine": [Mine(one, str(Stance(said[one.pk]).label)) for one in rows if one.pk in said],
    })  # fmt: skip


def _own_order(rows: list[Statement], mark: str) -> list[Statement]:
    """Everybody meets the statements in another order, always the same for one person: no statement is always first."""
    return sorted(rows, key=lambda one: hashlib.sha256(f"{mark}:{one.pk}".encode()).digest())


def _statement(found: Forum, given: str) -> Statement:
    one = None
    if given.isdecimal() and len(given) < 18:
        one = queries.accepted(found).filter(pk=given).first()
    if one is None:
        raise Refused("这条观点现在不能表态。请返回上一页重新选。")
    return one


def _value(given: str) -> int:
    known = {str(one.value): int(one.value) for one in Stance}
    if given not in known:
        raise Refused("请选“同意”“不同意”或“略过”。")
    return known[given]


# -- the map -----------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def consensus_map(request: HttpRequest, pk: int) -> HttpResponse:
    """共识图: the newest count, drawn and in tables. Nothing on it is about one person."""
    found, account = visible_forum(request, pk), account_of(request)
    newest = queries.newest_map(found)
    seen = (
        forum_outline.view(newest, list(queries.accepted(found).select_related("forum"))) if newest else None
    )
    return render(request, "consultations/forum_map.html", {
        "forum": found, "me": Me.of(found, account), "seen": seen, "drawing": forum_drawing.draw(seen) if seen else None,
        "is_waiting": queries.needs_final(found), "smallest": queries.smallest(timezone.localdate()),
        "least": queries.least(timezone.localdate()),
    })  # fmt: skip
