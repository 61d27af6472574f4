"""Verbs of 网络议政: effects of its steps, and the acts that move nothing (prepare, write, propose, vote).

A vote leaves no line in the journal, no hour and no key of its own: the same vote twice is one vote by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from huisheng.kernel import journal, local
from huisheng.kernel.errors import Conflict, NotAllowed, Refused
from huisheng.kernel.lifecycle import Act, perform
from huisheng.kernel.links import link
from huisheng.kernel.once import once
from huisheng.outputs import actions as outputs
from huisheng.outputs.models import Kind
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.people.posts import holders

from . import forum_local_rules as rules
from . import forum_maps as maps
from . import forum_queries as queries
from .forum_rules import PARTICIPANT, mark_of
from .models_forum import (
    Forum,
    ForumPost,
    ForumSeat,
    ForumState,
    PostState,
    Stance,
    Statement,
    StatementState,
    Vote,
)

WRITABLE = ("title", "content", "line", "moderator", "is_for_all", "closes_on")
CLOSED = "这次网络议政现在不收发言和表态。"


# -- preparing ---------------------------------------------------------------------------------------------------------
def start(account: Account, data: dict[str, Any], *, at: datetime | None = None, key: str = "") -> Forum:
    """筹备. data: title, content, line, moderator, is_for_all, bodies, members, closes_on."""
    at = at or timezone.now()
    if not account.holds(*queries.DESK, on=timezone.localdate(at)):
        raise NotAllowed("筹备网络议政须由信息编辑或政协办公室办理。")

    def act() -> dict[str, Any]:
        words = {name: data[name] for name in WRITABLE if name in data}
        forum = Forum.objects.create(made_by=account, made_at=at, changed_at=at, **words)
        _set_invited(forum, data)
        if forum.line is not None:
            link(forum.line, forum, "网络议政", at)
        journal.write(forum, "start", "筹备", account=account, at=at, to_state=forum.state)
        return {"id": forum.pk}

    plain = {name: str(value) for name, value in data.items()}
    return Forum.objects.get(pk=once(account, key, ["forum", plain], at, act)["id"])


def _set_invited(forum: Forum, data: dict[str, Any]) -> None:
    forum.bodies.set(data.get("bodies") or [])
    forum.members.set(data.get("members") or [])


def revise(forum: Forum, act: Act) -> None:
    for name in WRITABLE:
        setattr(forum, name, act.data[name])
    forum.save(update_fields=list(WRITABLE))
    _set_invited(forum, act.data)
    if forum.line is not None:
        link(forum.line, forum, "网络议政", act.at)


def open_(forum: Forum, act: Act) -> None:
    """开始征集: whoever the invitation means on this day is asked, and stays asked."""
    forum.opened_on = act.today
    forum.save(update_fields=["opened_on"])
    count = _seat(forum, queries.asked_to(forum, act.today).values_list("pk", flat=True), act)
    act.remember(invited=count)


def _seat(forum: Forum, members: Any, act: Act) -> int:
    there = set(forum.seats.values_list("member", flat=True))
    fresh = [pk for pk in members if pk not in there]
    ForumSeat.objects.bulk_create(ForumSeat(forum=forum, member_id=pk, on=act.today) for pk in fresh)
    return len(fresh)


def invite(forum: Forum, act: Act) -> None:
    fresh = [one.pk for one in act.data["members"]]
    _seat(forum, fresh, act)
    act.tell(
        holders([posts.MEMBER], act.today, member__in=fresh),
        f"请您参加{forum.notice_title()}，{forum.closes_on:%-m月%-d日}前发言、表态",
    )


def extend(forum: Forum, act: Act) -> None:
    forum.closes_on = act.data["closes_on"]
    forum.save(update_fields=["closes_on"])


def hand_over(forum: Forum, act: Act) -> None:
    forum.moderator = act.data["moderator"]
    forum.save(update_fields=["moderator"])
    act.tell([forum.moderator], f"请您主持{forum.notice_title()}")


# -- taking part -------------------------------------------------------------------------------------------------------
def _seat_for(forum: Forum, account: Account, at: datetime) -> ForumSeat:
    """The seat of somebody who may speak now. Raises NotAllowed, Conflict."""
    today = timezone.localdate(at)
    seat = queries.seat_of(forum, account, today)
    if seat is None:
        raise NotAllowed("这次网络议政没有邀请您发言、表态。需要参加的，请与主持人联系。")
    if not forum.takes_words(today):
        raise Conflict(CLOSED)
    return seat


def write(
    forum: Forum, account: Account, content: str, *, answers: ForumPost | None = None, at: datetime, key: str = ""
) -> ForumPost:  # fmt: skip
    """网络发言, under the member's own name; an answer to an answer stands under the first post."""
    seat = _seat_for(forum, account, at)
    top = answers.answers or answers if answers else None
    if answers and answers.state != PostState.SHOWN:
        raise Conflict("您要回应的发言已经隐藏或撤回。您写的在下面，可以改为单独发言。")

    def act() -> dict[str, Any]:
        post = ForumPost.objects.create(
            forum=forum, member=seat.member, answers=top, content=content, at=at, changed_at=at
        )
        entry = journal.write(
            post, "write", "回应" if top else "发言", account=account, at=at, to_state=post.state
        )
        if answers and answers.member_id != seat.member_id:
            journal.tell(
                holders([posts.MEMBER], timezone.localdate(at), member=answers.member_id),
                f"{seat.member.name}回应了您在{forum.notice_title()}的发言", key=f"answer:{post.pk}", at=at,
                url=post.get_absolute_url(), entry=entry, card="网络议政：有人回应了您的发言",
            )  # fmt: skip
        return {"id": post.pk}

    payload = ["post", forum.pk, content, answers.pk if answers else None]
    return ForumPost.objects.get(pk=once(account, key, payload, at, act)["id"])


def propose(forum: Forum, account: Account, content: str, *, at: datetime, key: str = "") -> Statement:
    """提出观点: waits for the moderator before anybody votes on it."""
    seat = _seat_for(forum, account, at)
    if forum.statements.filter(content=content).exclude(state=StatementState.WITHDRAWN).exists():
        raise Refused("已经有人提出过一字不差的观点，不用再提。")

    def act() -> dict[str, Any]:
        one = Statement.objects.create(
            forum=forum, member=seat.member, content=content, original=content, at=at, changed_at=at
        )
        entry = journal.write(one, "propose", "提出观点", account=account, at=at, to_state=one.state)
        journal.tell(
            [forum.moderator], f"{forum.notice_title()}有新的观点待审核", key=f"statement:{one.pk}", at=at,
            url=one.get_absolute_url(), entry=entry, card="网络议政：有新的观点待审核",
        )  # fmt: skip
        return {"id": one.pk}

    return Statement.objects.get(pk=once(account, key, ["statement", forum.pk, content], at, act)["id"])


def put(
    forum: Forum, account: Account, contents: list[str], *, theme: str = "", at: datetime, key: str = ""
) -> list[Statement]:
    """主持人提出: statements to begin with; they go through the same gate and can be voted on at once."""
    if forum.moderator_id != account.pk:
        raise NotAllowed("由主持人提出观点。您可以用“提出观点”，由主持人审核。")
    if forum.state not in queries.TAKES_STATEMENTS:
        raise Conflict(CLOSED)

    def act() -> dict[str, Any]:
        made = []
        for content in contents:
            one = Statement.objects.create(
                forum=forum, content=content, original=content, at=at, changed_at=at
            )
            journal.write(one, "propose", "主持人提出观点", account=account, at=at, to_state=one.state)
            perform(one, "accept", account, {"content": content, "theme": theme}, at=at)
            made.append(one.pk)
        return {"ids": made}

    ids = once(account, key, ["put", forum.pk, contents, theme], at, act)["ids"]
    return list(Statement.objects.filter(pk__in=ids).order_by("pk"))


def vote(statement: Statement, account: Account, value: int, at: datetime) -> None:
    """表态: one a person, changed as often as they like until the end. Nobody else can read it, nothing records who."""
    if value not in Stance.values:
        raise Refused("请选“同意”“不同意”或“略过”。")
    with transaction.atomic():
        forum = Forum.objects.select_for_update().get(pk=statement.forum_id)
        seat = _seat_for(forum, account, at)
        statement.refresh_from_db(fields=["state"])
        if statement.state != StatementState.ACCEPTED:
            raise Conflict("这条观点现在不能表态。")
        mark = mark_of(forum, seat.member_id)
        kept = Vote.objects.filter(statement=statement, mark=mark).first()
        if kept is not None and kept.value == value:
            return
        Vote.objects.update_or_create(
            statement=statement, mark=mark, defaults={"value": value, "round": forum.round}
        )


def remind(now: datetime) -> int:
    """截止前提醒: everybody who is asked, also who voted on all: a notice sent to some would tell who did not. Once."""
    today = timezone.localdate(now)
    until = today + timedelta(days=int(local.rule(rules.HASTE, today)))
    count = 0
    for forum in Forum.objects.filter(state=ForumState.OPEN, closes_on__gte=today, closes_on__lte=until):
        day = f"{forum.closes_on:%-m月%-d日}"
        count += journal.tell(
            PARTICIPANT.audience(forum, today), f"{forum.notice_title()}{day}截止，还没有发言、表态的请抓紧",
            key=f"forum:{forum.pk}:{forum.closes_on}", at=now, url=forum.get_absolute_url(), card=f"网络议政{day}截止",
        )  # fmt: skip
    return count


# -- moderating --------------------------------------------------------------------------------------------------------
def hide(post: ForumPost, act: Act) -> None:
    """The author sees the post and why it is hidden; nobody else sees it but the moderator and the desk."""
    post.reason = act.note[:300]
    post.save(update_fields=["reason"])


def accept(statement: Statement, act: Act) -> None:
    """采用: numbered, in the wording the moderator settled on; the proposer's own words stay beside it."""
    statement.content, statement.theme = act.data["content"], act.data.get("theme") or ""
    Forum.objects.select_for_update().get(pk=statement.forum_id)
    last = statement.forum.statements.aggregate(n=Max("number"))["n"] or 0
    statement.number = last + 1
    statement.save(update_fields=["content", "theme", "number"])
    act.remember(number=statement.number)


def sort(statement: Statement, act: Act) -> None:
    """归入主题: what people found in common, named by the moderator."""
    statement.theme = act.data["theme"]
    statement.save(update_fields=["theme"])


# -- the end -----------------------------------------------------------------------------------------------------------
def close(forum: Forum, act: Act) -> None:
    """结束征集: no more words, no more votes; the last count is ordered in the same transaction."""
    forum.closed_on = act.today
    forum.save(update_fields=["closed_on"])
    maps.draw_soon.enqueue(forum.pk)


def summarise(forum: Forum, act: Act) -> None:
    """整理: the summary becomes an output and goes its way: checked by another, signed, delivered."""
    words = {"type": Kind.SUMMARY, "title": act.data["title"], "content": act.data["content"]}
    if forum.line is not None and forum.line.body_id:
        words["body"] = forum.line.body
    output = outputs.start(act.account, words, at=act.at)
    forum.output = output
    forum.save(update_fields=["output"])
    link(forum, output, "整理", act.at)
    if forum.line is not None:
        forum.line.outputs.add(output)
    act.remember(output=output)


def conclude(forum: Forum, act: Act) -> None:
    """办结: everybody who was asked hears it, and whoever wrote hears that their words went into it."""
    forum.concluded_on = act.today
    forum.save(update_fields=["concluded_on"])
    wrote = queries.contributors(forum)
    others = set(forum.seats.values_list("member", flat=True)) - wrote
    title = forum.notice_title()
    act.tell(
        holders([posts.MEMBER], act.today, member__in=wrote),
        f"{title}已办结，综述采用了您的发言或观点，已报送区领导",
    )
    act.tell(holders([posts.MEMBER], act.today, member__in=others), f"{title}已办结，综述已报送区领导")
    act.remember(contributors=len(wrote), participants=len(wrote) + len(others))
