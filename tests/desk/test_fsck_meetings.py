"""The oracle at meetings: what somebody with the database's own shell could do to a roll, a leave or a count is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huisheng.desk import fsck
from huisheng.gatherings import actions, floor
from huisheng.gatherings.models import (
    AgendaItem,
    Ballot,
    BallotLine,
    Briefing,
    Gathering,
    Leave,
    Liaison,
    Mark,
    Part,
    Presence,
    Speech,
)
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry
from tests import make
from tests.cast import Cast, make_cast
from tests.make import DAY, ENDS, MEETS

pytestmark = pytest.mark.django_db


def found() -> dict[str, list[str]]:
    return {name: sentences for name, sentences in fsck.check().problems.items() if sentences}


@dataclass
class World:
    """One of everything, come to its state honestly."""

    cast: Cast
    settled: Gathering
    other: Gathering
    leave: Leave  # granted
    item: AgendaItem  # carried to the other gathering
    speech: Speech  # submitted
    briefings: list[Briefing]  # issued, three
    ballot: Ballot  # declared


@pytest.fixture
def world() -> World:
    cast = make_cast()
    leave = make.leave(cast)
    one, other = leave.gathering, make.gathering(cast, type="chairs", title="主席会议")
    perform(leave, "grant", cast.chair, at=DAY)
    speech = floor.start_speech(
        one, cast.wang, {"title": "下楼", "content": "电梯。", "speaker_member": cast.member_wang}, at=DAY
    )
    perform(speech, "submit", cast.wang, at=DAY)
    perform(one, "open", cast.office, at=MEETS)
    actions.sign_in(one, cast.wang, MEETS)
    lines = [{"name": "决议草案", "in_favour": 2, "against": 0, "abstained": 1}]
    counts = {"title": "决议", "method": "hands", "present": 3, "issued": 3, "returned": 3}
    ballot = floor.start_ballot(one, cast.office, counts, lines, at=MEETS)
    perform(ballot, "declare", cast.office, at=MEETS)
    briefings = []
    for n in range(3):
        briefing = floor.start_briefing(
            one, cast.office, {"title": f"讨论{n}", "content": "摘要。"}, [], at=MEETS
        )
        perform(briefing, "issue", cast.office, at=MEETS)
        briefings.append(briefing)
    item = actions.carry(one.agenda.get(), other, cast.office, MEETS)
    actions.save_minutes(one, cast.office, "会议审议了报告。", MEETS)
    one.refresh_from_db()
    perform(one, "close", cast.office, at=ENDS)
    perform(one, "settle", cast.office, at=ENDS)
    perform(
        make.liaison(cast),
        "report",
        cast.convener,
        {"held_on": "2017-03-08", "heard": "希望早些拿到材料。"},
        at=ENDS,
    )
    return World(cast, one, other, leave, item, speech, briefings, ballot)


def test_a_meeting_that_was_held_honestly_is_clean(world: World) -> None:
    assert found() == {}


def test_recalling_correcting_and_reopening_leave_a_clean_house(world: World) -> None:
    at, office = ENDS, world.cast.office
    perform(world.briefings[1], "recall", office, {"note": "错字"}, at=at)
    floor.save_briefing(world.briefings[1], office, {"title": "讨论", "content": "改过。"}, at)
    assert found() == {}
    world.briefings[1].refresh_from_db()
    perform(world.briefings[1], "issue", office, at=at)
    perform(world.settled, "reopen", office, {"note": "补一句"}, at=at)
    actions.save_minutes(world.settled, office, "会议审议并通过了报告。", at)
    excused = [world.leave.invitee_id]
    correction = {
        "people": excused,
        "parts": [world.settled.parts.get().pk],
        "mark": "absent",
        "note": "没有来",
    }
    world.settled.refresh_from_db()
    perform(world.settled, "correct", office, correction, at=at)
    perform(world.settled, "settle", office, at=at)
    perform(world.ballot, "correct", office, {"note": "登记有误"}, at=at)
    floor.save_ballot(world.ballot, office, {}, [{"name": "决议草案", "in_favour": 3}], at)
    world.ballot.refresh_from_db()
    perform(world.ballot, "declare", office, at=at)
    assert found() == {}


def sql(text: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


# what is done by hand, and what the sentence about it names
def rewrite_minutes(w: World) -> None:
    Gathering.objects.filter(pk=w.settled.pk).update(minutes="会议没有审议报告。")


def rewrite_minutes_and_fingerprint(w: World) -> None:
    text = "会议没有审议报告。"
    Gathering.objects.filter(pk=w.settled.pk).update(minutes=text, fingerprint=fsck_sha(text))


def fsck_sha(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def present_elsewhere(w: World) -> None:
    who, part = w.settled.invitees.get(member=w.cast.member_wang), w.other.parts.get()
    Presence.objects.create(invitee=who, part=part, mark=Mark.PRESENT, how="desk", at=DAY)


def forget_an_excuse(w: World) -> None:
    Presence.objects.filter(invitee=w.leave.invitee_id).delete()


def call_the_excused_absent(w: World) -> None:
    Presence.objects.filter(invitee=w.leave.invitee_id).update(mark=Mark.ABSENT)


def leave_for_a_part_of_another(w: World) -> None:
    part = w.other.parts.get()
    sql("UPDATE gatherings_leave_parts SET part_id=%s WHERE leave_id=%s", part.pk, w.leave.pk)


def leave_at_another_meeting(w: World) -> None:
    Leave.objects.filter(pk=w.leave.pk).update(gathering=w.other)


def carry_backwards(w: World) -> None:
    first = w.settled.agenda.get()
    AgendaItem.objects.filter(pk=w.item.pk).update(carried_from=None)
    AgendaItem.objects.filter(pk=first.pk).update(carried_from=w.item)


def carry_within(w: World) -> None:
    AgendaItem.objects.filter(pk=w.item.pk).update(gathering=w.settled)


def rewrite_a_speech(w: World) -> None:
    Speech.objects.filter(pk=w.speech.pk).update(content="别的话。")


def rewrite_a_briefing(w: World) -> None:
    Briefing.objects.filter(pk=w.briefings[0].pk).update(content="别的话。")


def take_a_briefing_away(w: World) -> None:
    Entry.objects.filter(subject_type=Briefing.kind(), subject_id=w.briefings[1].pk).update(cause=None)
    Briefing.objects.filter(pk=w.briefings[1].pk).delete()


def renumber_a_briefing(w: World) -> None:
    Briefing.objects.filter(pk=w.briefings[2].pk).update(number=7)


def lose_a_vote(w: World) -> None:
    BallotLine.objects.filter(ballot=w.ballot).update(in_favour=1)


def turn_a_vote(w: World) -> None:
    BallotLine.objects.filter(ballot=w.ballot).update(in_favour=1, against=1)


def issue_too_many(w: World) -> None:
    Ballot.objects.filter(pk=w.ballot.pk).update(present=2)


def put_words_into_a_contact(world: World) -> None:
    Liaison.objects.update(heard="一切都好。")


@pytest.mark.parametrize(("harm", "names"), [
    (rewrite_minutes, "《九届一次全体会议》的纪要与办结时的指纹不符"),
    (rewrite_minutes_and_fingerprint, "《九届一次全体会议》的纪要指纹不在办理记录里"),
    (present_elsewhere, "王立言的出席记录记在“3月8日上午”，这一场不是《九届一次全体会议》的"),
    (forget_an_excuse, "李清和在《九届一次全体会议》“3月8日上午”的请假已批准"),
    (call_the_excused_absent, "李清和在《九届一次全体会议》“3月8日上午”的请假已批准"),
    (leave_for_a_part_of_another, "李清和在《九届一次全体会议》的请假写着“3月8日上午”，这一场不是它的"),
    (leave_at_another_meeting, "李清和的请假 {leave} 记在别的会议上"),
    (carry_backwards, "议题“审议常委会工作报告”（{first}）移交的来处不对"),
    (carry_within, "议题“审议常委会工作报告”（{item}）移交的来处不对"),
    (rewrite_a_speech, "大会发言《下楼》与提交时的指纹不符"),
    (rewrite_a_briefing, "《九届一次全体会议》简报第1期与印发时的指纹不符"),
    (take_a_briefing_away, "的简报缺第2期"),
    (renumber_a_briefing, "的简报缺第3、4、5、6期"),
    (lose_a_vote, "《决议》已宣布，票数却对不上：“决议草案”赞成、反对、弃权共2票，有效票是3票"),
    (turn_a_vote, "《决议》的票数与宣布时的不同"),
    (issue_too_many, "《决议》已宣布，票数却对不上：发出3票，多于实到2人"),
    (put_words_into_a_contact, "区政协经济委员会联系教育界委员的登记与办理记录不符"),
], ids=lambda value: getattr(value, "__name__", ""))  # fmt: skip
def test_every_harm_is_found_and_named(world: World, harm: Callable[[World], None], names: str) -> None:
    wanted = names.format(leave=world.leave.pk, item=world.item.pk, first=world.settled.agenda.get().pk)
    harm(world)
    sentences = found()
    assert wanted in "".join(sentences.get("会议活动", [])), sentences


def test_the_questions_are_as_many_for_one_meeting_and_for_many(world: World) -> None:
    from huisheng.desk.fsck_meetings import meetings

    with CaptureQueriesContext(connection) as few:
        assert list(meetings()) == []
    make.held_gathering(world.cast)
    leave = make.leave(world.cast)
    perform(leave, "grant", world.cast.chair, at=DAY)
    for _ in range(3):
        perform(make.briefing(world.cast), "issue", world.cast.office, at=MEETS)
        perform(make.ballot(world.cast), "declare", world.cast.office, at=MEETS)
    with CaptureQueriesContext(connection) as many:
        assert list(meetings()) == []
    assert len(many) == len(few)
    assert Part.objects.count() > 4
