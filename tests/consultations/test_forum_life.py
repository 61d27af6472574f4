"""网络议政 from 筹备 to 办结: who is asked, who may speak, how a vote stays one's own, what is counted and who hears of it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import connection

from huisheng.consultations import forum_actions as actions
from huisheng.consultations import forum_maps as maps
from huisheng.consultations import forum_queries as queries
from huisheng.consultations.forum_drawing import draw
from huisheng.consultations.forum_outline import view
from huisheng.consultations.forum_rules import mark_of
from huisheng.consultations.models_forum import (
    ConsensusMap,
    ForumPost,
    ForumState,
    PostState,
    StatementState,
    Vote,
)
from huisheng.kernel.errors import Conflict, Invalid, NotAllowed, Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, IdempotencyKey, Notice
from huisheng.outputs.models import OutputState
from huisheng.people.models import Account

from .. import make
from ..cast import Cast, make_cast
from ..make import DAY
from .crowd import SENTENCES, crowd, vote_all

pytestmark = pytest.mark.django_db
TODAY = DAY.date()
LATER = DAY + timedelta(days=30)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def told(account: Account) -> list[str]:
    return list(Notice.objects.filter(account=account).order_by("pk").values_list("text", flat=True))


def test_a_forum_opens_to_the_members_it_asks_and_they_are_told(cast: Cast) -> None:
    empty = make.forum(cast, is_for_all=False)
    with pytest.raises(Refused, match="还没有邀请委员"):
        perform(empty, "open", cast.editor, at=DAY)
    with pytest.raises(NotAllowed, match="须由主持人办理"):
        perform(empty, "open", cast.office, at=DAY)
    with pytest.raises(NotAllowed, match="须由信息编辑或政协办公室"):
        actions.start(cast.li, make.FORUM, at=DAY)

    one = make.open_forum(cast, is_for_all=False, bodies=[cast.sector])
    assert {str(seat.member) for seat in one.seats.all()} == {"李清和", "赵闻声"}
    assert told(cast.zhao) == ["网络议政《城区停车怎样便民》：开始征集"]
    assert told(cast.wang) == []
    assert queries.visible_to(cast.li, TODAY).get() == one
    assert not queries.visible_to(cast.wang, TODAY).exists()
    assert not queries.visible_to(cast.admin, TODAY).exists()

    perform(one, "invite", cast.editor, {"members": [cast.member_wang.pk]}, at=DAY)
    assert "请您参加网络议政" in told(cast.wang)[0]
    assert queries.visible_to(cast.wang, TODAY).exists()


def test_posts_carry_a_name_and_a_hidden_one_is_seen_by_its_author_with_the_reason(cast: Cast) -> None:
    one = make.open_forum(cast)
    post = make.forum_post(cast, one=one)
    reply = actions.write(one, cast.wang, "我们小区也一样。", answers=post, at=DAY)
    again = actions.write(one, cast.zhao, "同意两位。", answers=reply, at=DAY, key="k")
    assert actions.write(one, cast.zhao, "同意两位。", answers=reply, at=DAY, key="k") == again
    assert again.answers == post, "an answer to an answer stands under the first post"
    assert told(cast.li)[-1] == "王立言回应了您在网络议政《城区停车怎样便民》的发言"
    with pytest.raises(NotAllowed, match="没有邀请您"):
        actions.write(one, cast.office, "机关不发言。", at=DAY)

    with pytest.raises(Invalid):
        perform(reply, "hide", cast.editor, {"note": ""}, at=DAY)
    perform(reply, "hide", cast.editor, {"note": "与议题无关。"}, at=DAY)
    seen = {name: set(queries.visible_posts(getattr(cast, name), TODAY)) for name in ("li", "wang", "editor")}
    assert seen == {"li": {post, again}, "wang": {post, reply, again}, "editor": {post, reply, again}}
    assert queries.hidden_count(one, cast.li, TODAY) == 1
    assert ForumPost.objects.get(pk=reply.pk).reason == "与议题无关。"
    assert Entry.objects.get(action="hide").is_inside
    with pytest.raises(Conflict, match="已经隐藏或撤回"):
        actions.write(one, cast.li, "回应", answers=ForumPost.objects.get(pk=reply.pk), at=DAY)
    perform(reply, "show", cast.editor, at=DAY)
    assert reply.state == PostState.SHOWN
    with pytest.raises(NotAllowed):
        perform(reply, "withdraw", cast.li, at=DAY)


def test_a_statement_waits_for_the_moderator_and_is_numbered(cast: Cast) -> None:
    one = make.open_forum(cast)
    mine = make.statement(cast, one=one)
    with pytest.raises(Conflict, match="现在不能表态"):
        actions.vote(mine, cast.wang, 1, DAY)
    with pytest.raises(Refused, match="一字不差"):
        actions.propose(one, cast.wang, mine.content, at=DAY)
    with pytest.raises(Refused, match="还有1条观点没有审核"):
        perform(one, "close", cast.editor, at=DAY)
    assert not queries.visible_statements(cast.wang, TODAY).filter(pk=mine.pk).exists()

    perform(mine, "accept", cast.editor, {"content": "小区应当为老人留临时车位", "theme": "照顾老人"}, at=DAY)
    assert (mine.number, mine.original, mine.theme) == (3, "小区要为老人留出临时车位", "照顾老人")
    other = actions.propose(one, cast.wang, "不要停车", at=DAY)
    perform(other, "decline", cast.editor, {"note": "说得不清楚，请改一改再提。"}, at=DAY)
    assert other.state == StatementState.DECLINED
    assert "不采用" in told(cast.wang)[-1]


def test_one_vote_a_person_changed_at_will_and_written_nowhere_with_a_name(cast: Cast) -> None:
    one = make.open_forum(cast)
    first = queries.accepted(one)[0]
    lines, keys, notices = Entry.objects.count(), IdempotencyKey.objects.count(), Notice.objects.count()
    actions.vote(first, cast.li, 1, DAY)
    actions.vote(first, cast.li, 1, DAY)
    actions.vote(first, cast.li, -1, DAY)
    actions.vote(first, cast.wang, 1, DAY)

    assert Vote.objects.count() == 2
    assert queries.own_votes(one, mark_of(one, cast.member_li.pk)) == {first.pk: -1}
    assert (Entry.objects.count(), IdempotencyKey.objects.count(), Notice.objects.count()) == (
        lines,
        keys,
        notices,
    )
    assert {field.name for field in Vote._meta.get_fields()} == {"id", "statement", "mark", "value", "round"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM consultations_vote")
        rows = json.dumps([list(map(str, row)) for row in cursor.fetchall()])
    assert "李清和" not in rows
    other = make.open_forum(cast)
    assert mark_of(other, cast.member_li.pk) != mark_of(one, cast.member_li.pk), (
        "nobody is followed from forum to forum"
    )

    with pytest.raises(Refused, match="请选"):
        actions.vote(first, cast.li, 2, DAY)
    with pytest.raises(NotAllowed, match="没有邀请您"):
        actions.vote(first, cast.editor, 1, DAY)
    with pytest.raises(Conflict, match="不收发言和表态"):
        actions.vote(first, cast.li, 1, LATER)


def test_a_count_waits_for_five_more_people_and_holds_nobody(cast: Cast) -> None:
    one = make.open_forum(cast)
    people = crowd(10)
    perform(one, "invite", cast.editor, {"members": [a.posts.get().member_id for a in people]}, at=DAY)
    vote_all(one, people[:4])
    assert maps.draw_waiting(DAY) == 0, "four people's votes could be told apart"
    vote_all(one, people[4:5])
    assert maps.draw_waiting(DAY) == 1
    first = queries.newest_map(one)
    assert first is not None
    assert (first.people, first.votes, first.is_final) == (5, 10, False)
    assert "现在有5人表态" in first.data["why"]

    one.refresh_from_db()
    actions.vote(queries.accepted(one)[0], people[0], -1, DAY)
    vote_all(one, people[5:8])
    assert maps.draw_waiting(DAY) == 0
    vote_all(one, people[8:9])
    assert maps.draw_waiting(DAY) == 1
    assert ConsensusMap.objects.filter(forum=one).count() == 2


def test_forty_five_people_are_grouped_and_the_summary_goes_its_way_until_all_hear(cast: Cast) -> None:
    people = crowd(45)
    one = make.forum(cast)
    actions.put(one, cast.editor, list(SENTENCES), at=DAY)
    perform(one, "open", cast.editor, at=DAY)
    post = make.forum_post(cast, one=one)
    vote_all(one, people)

    perform(one, "close", cast.editor, at=LATER)
    last = queries.newest_map(one)
    assert last is not None
    assert (last.people, last.votes, last.is_final) == (45, 45 * 9, True)
    assert sorted(group["size"] for group in last.data["groups"]) == [22, 23]
    numbers = dict(queries.accepted(one).values_list("pk", "number"))
    assert {numbers[pk] for pk, *_ in last.data["shared"]} == {8, 9}
    assert maps.draw(one, LATER, is_final=True) is None, "the last count is the last"
    with pytest.raises(Conflict):
        actions.write(one, cast.li, "晚了。", at=LATER)

    words = one.lifecycle.step("summarise").form(record=one, account=cast.editor, today=LATER.date()).initial  # type: ignore[misc]
    assert "邀请48名委员，1名委员发言1条，45人对9条观点表态405次" in words["content"]
    assert "甲组（23人）" in words["content"]
    perform(one, "summarise", cast.editor, words, at=LATER)
    with pytest.raises(Refused, match="综述还没有报送"):
        perform(one, "conclude", cast.editor, at=LATER)
    output = one.output
    perform(output, "send", cast.editor, at=LATER)
    perform(output, "check", cast.office, at=LATER)
    perform(output, "sign", cast.chair, at=LATER)
    make.deliver(output, cast, LATER)
    one.refresh_from_db()
    perform(one, "conclude", cast.editor, at=LATER)

    assert (one.state, one.concluded_on, one.output.state) == (
        ForumState.CONCLUDED,
        LATER.date(),
        OutputState.DELIVERED,
    )
    assert (
        told(post_author(post))[-1]
        == "网络议政《城区停车怎样便民》已办结，综述采用了您的发言或观点，已报送区领导"
    )
    assert told(people[3])[-1] == "网络议政《城区停车怎样便民》已办结，综述已报送区领导"
    assert queries.held(2017).get() == one


def post_author(post: ForumPost) -> Account:
    return Account.objects.get(posts__member=post.member)


def test_the_period_is_extended_and_another_takes_over(cast: Cast) -> None:
    one = make.open_forum(cast)
    with pytest.raises(Invalid, match="请选以后的一天"):
        perform(one, "extend", cast.editor, {"closes_on": "2017-03-20"}, at=DAY)
    perform(one, "extend", cast.editor, {"closes_on": "2017-04-10"}, at=DAY)
    assert one.closes_on == date(2017, 4, 10)
    assert told(cast.li)[-1] == "网络议政《城区停车怎样便民》：延长征集"
    perform(one, "hand_over", cast.office, {"moderator": cast.office.pk}, at=DAY)
    with pytest.raises(NotAllowed):
        perform(one, "cancel", cast.editor, {"note": "不办了。"}, at=DAY)
    perform(one, "cancel", cast.office, {"note": "并入专题协商。"}, at=DAY)
    assert one.state == ForumState.CANCELLED


def test_the_machine_names_what_several_people_speak_of_and_the_drawing_stays_inside(cast: Cast) -> None:
    people = crowd(34)
    one = make.forum(cast)
    actions.put(one, cast.editor, list(SENTENCES), at=DAY)
    perform(one, "open", cast.editor, at=DAY)
    for account in people[:3]:
        actions.write(one, account, "学校操场应当开放，可是没有保险。", at=DAY)
    actions.write(one, people[4], "夜间要有路灯。", at=DAY)
    vote_all(one, people)
    drawn = maps.draw(one, DAY)
    assert drawn is not None
    assert dict(drawn.data["words"]) == {"学校": 3, "操场": 3, "保险": 3}

    seen = view(drawn, list(queries.accepted(one)))
    picture = draw(seen)
    assert picture is not None
    assert all(oval.x - oval.rx >= 0 and oval.x + oval.rx <= picture.width for oval in picture.ovals)
    assert all(oval.y - oval.ry >= 0 and oval.y + oval.ry <= picture.height for oval in picture.ovals)
    places = [(mark.x, mark.y) for mark in picture.marks]
    assert len(places) == len(SENTENCES)
    assert all((a - c) ** 2 + (b - d) ** 2 > 20**2 for a, b in places for c, d in places if (a, b) != (c, d))
