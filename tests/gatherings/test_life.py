"""A meeting from the notice to the minutes: who is due, who answered, who came, and what adds up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huisheng.gatherings import actions, floor, queries
from huisheng.gatherings.models import GatheringState, Mark, Presence, Reply
from huisheng.kernel.errors import NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Notice
from tests import make
from tests.cast import Cast, make_cast, moment
from tests.make import DAY, MEETS

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_the_notice_reaches_who_is_in_office_on_that_day(cast: Cast) -> None:
    cast.member_zhao.ends_on = MEETS.date() - timedelta(days=1)
    cast.member_zhao.save()
    one = make.notified_gathering(cast)

    assert {str(row.member) for row in one.invitees.all()} == {str(cast.member_li), str(cast.member_wang)}
    told = set(Notice.objects.filter(text__contains="区会议中心").values_list("account__name", flat=True))
    assert told == {"李清和", "王立言"}
    assert one.state == GatheringState.NOTIFIED
    assert one.reply_by is not None


def test_whose_seat_ended_after_the_notice_is_not_due_and_the_roll_closes(cast: Cast) -> None:
    one = make.open_gathering(cast)
    actions.sign_in(one, cast.li, MEETS)
    cast.member_zhao.ends_on = MEETS.date() - timedelta(days=1)
    cast.member_zhao.save()
    assert [(roll.due, roll.came, roll.open) for roll in queries.rolls(one)] == [(2, 1, 1)]

    perform(one, "close", cast.office, at=make.ENDS)

    assert [(roll.due, roll.absent, roll.open) for roll in queries.rolls(one)] == [(2, 1, 0)]
    assert not one.invitees.get(member=cast.member_zhao).presences.exists()


def test_a_notice_waits_for_people_and_an_agenda(cast: Cast) -> None:
    data = {"type": "plenary", "title": "全体会议", "starts_at": MEETS, "ends_at": MEETS, "place": "会议中心"}
    one = actions.start(cast.office, data, at=DAY)

    with pytest.raises(Refused, match="还没有邀请人员"):
        perform(one, "notify", cast.office, at=DAY)
    perform(one, "invite", cast.office, {"circle": "all", "role": "due"}, at=DAY)
    with pytest.raises(Refused, match="议程"):
        perform(one, "notify", cast.office, at=DAY)


def test_who_must_come_asks_for_leave_and_who_may_come_says_no(cast: Cast) -> None:
    must = make.notified_gathering(cast)
    with pytest.raises(Refused, match="请假"):
        actions.answer(must, cast.li, False, DAY)
    assert actions.answer(must, cast.li, True, DAY).reply == Reply.COMING

    may = make.notified_gathering(cast, type="study", title="读书会")
    assert actions.answer(may, cast.li, False, DAY).reply == Reply.DECLINED
    with pytest.raises(NotAllowed, match="没有向您开放报名"):
        actions.answer(may, cast.convener, True, DAY)


def test_the_last_place_goes_to_one_person(cast: Cast) -> None:
    one = make.notified_gathering(cast, type="study", title="读书会", most=1)

    actions.answer(one, cast.li, True, DAY)
    with pytest.raises(Refused, match="名额1人已经报满"):
        actions.answer(one, cast.wang, True, DAY)
    actions.answer(one, cast.li, False, DAY)
    actions.answer(one, cast.wang, True, DAY)


def test_leave_is_decided_by_another_and_marks_the_roll(cast: Cast) -> None:
    leave = make.leave(cast)
    with pytest.raises(NotAllowed, match="须由请假批准人办理"):
        perform(leave, "grant", cast.office, at=DAY)  # from a plenary the chair decides
    with pytest.raises(WrongState, match="还在等批准"):
        actions.ask_leave(leave.gathering, cast.li, {"parts": [], "reason": "family"}, at=DAY)

    perform(leave, "grant", cast.chair, at=DAY)
    assert [one.mark for one in leave.invitee.presences.all()] == [Mark.EXCUSED]
    roll = queries.rolls(leave.gathering)[0]
    assert (roll.due, roll.excused, roll.came, roll.open) == (3, 1, 0, 2)


def test_who_was_excused_and_comes_is_present(cast: Cast) -> None:
    leave = make.leave(cast)
    perform(leave, "grant", cast.chair, at=DAY)
    one = leave.gathering
    perform(one, "open", cast.office, at=MEETS)

    actions.sign_in(one, cast.li, MEETS)
    assert leave.invitee.presences.get().mark == Mark.PRESENT


def test_late_leave_is_taken_and_marked(cast: Cast) -> None:
    one = make.notified_gathering(cast)
    parts = list(one.parts.all())

    early = actions.ask_leave(one, cast.li, {"parts": parts, "reason": "duty"}, at=moment("2017-03-06 18:00"))
    late = actions.ask_leave(
        one, cast.wang, {"parts": parts, "reason": "duty"}, at=moment("2017-03-07 08:00")
    )
    assert (early.is_late, late.is_late) == (False, True)


def test_one_signs_in_within_the_window_once_and_late_after_ten_minutes(cast: Cast) -> None:
    one = make.open_gathering(cast)

    with pytest.raises(WrongState, match="不是签到时间"):
        actions.sign_in(one, cast.li, moment("2017-03-08 07:59"))
    actions.sign_in(one, cast.li, moment("2017-03-08 08:30"))
    actions.sign_in(one, cast.li, moment("2017-03-08 09:30"))
    actions.sign_in(one, cast.wang, moment("2017-03-08 09:11"))
    with pytest.raises(NotAllowed, match="不在这次会议活动的名单上"):
        actions.sign_in(one, cast.office, MEETS)
    marks = dict(Presence.objects.values_list("invitee__name", "mark"))
    assert marks == {"李清和": Mark.PRESENT, "王立言": Mark.LATE}


def test_the_code_on_the_screen_lives_two_windows(cast: Cast) -> None:
    one = make.open_gathering(cast)
    part = one.parts.get()
    code = actions.code_of(part, MEETS)

    actions.sign_in(one, cast.li, MEETS + timedelta(seconds=30), code=code)
    with pytest.raises(Refused, match="签到码已经换了"):
        actions.sign_in(one, cast.wang, MEETS + timedelta(seconds=61), code=code)
    assert Presence.objects.get().how == "code"


def test_closing_marks_the_absent_and_the_roll_closes(cast: Cast) -> None:
    one = make.held_gathering(cast)

    roll = queries.rolls(one)[0]
    assert (roll.due, roll.came, roll.absent, roll.open) == (3, 1, 2, 0)
    quorum = queries.quorum(one, roll)
    assert quorum is not None
    assert not quorum.is_met
    assert quorum.sentence == "应到3人，实到1人，须三分之二以上出席方可开会（2人），还差1人。"


def test_a_wrong_mark_is_corrected_with_its_reason_in_the_journal(cast: Cast) -> None:
    one = make.held_gathering(cast)
    wang = one.invitees.get(member=cast.member_wang)

    entry = perform(
        one, "correct", cast.office,
        {"people": [wang.pk], "parts": [one.parts.get().pk], "mark": "present", "note": "签到台漏登"}, at=MEETS,
    )  # fmt: skip
    assert wang.presences.get().mark == Mark.PRESENT
    assert (entry.note, entry.data["people"]) == ("签到台漏登", ["王立言"])


def test_an_activity_is_put_on_record_afterwards(cast: Cast) -> None:
    one = make.gathering(cast, type="study", title="读书会", host=cast.committee, hours=4)
    li = one.invitees.get(member=cast.member_li)

    with pytest.raises(Refused, match="还没有开始"):
        perform(one, "record", cast.convener, {"came": [li.pk]}, at=DAY)
    perform(one, "record", cast.convener, {"came": [li.pk], "minutes": "学了两个文件。"}, at=MEETS)
    assert one.state == GatheringState.HELD
    assert dict(Presence.objects.values_list("invitee__name", "mark")) == {"李清和": "present"}
    roll = queries.rolls(one)[0]
    assert (roll.due, roll.came, roll.open) == (1, 1, 0)


def test_it_is_settled_when_minutes_are_written_and_leave_is_decided(cast: Cast) -> None:
    leave = make.leave(cast)
    one = leave.gathering
    perform(one, "open", cast.office, at=MEETS)
    perform(one, "close", cast.office, at=MEETS)
    with pytest.raises(Refused, match="还有1份请假没有批"):
        perform(one, "settle", cast.office, at=MEETS)
    perform(leave, "refuse", cast.chair, {"note": "请到会"}, at=MEETS)
    with pytest.raises(Refused, match="纪要还没有写"):
        perform(one, "settle", cast.office, at=MEETS)

    actions.save_minutes(one, cast.office, "会议审议了报告。", MEETS)
    one.refresh_from_db()
    perform(one, "settle", cast.office, at=MEETS)
    assert one.fingerprint
    with pytest.raises(WrongState, match="已经办结"):
        actions.save_minutes(one, cast.office, "改一下", MEETS)


def test_a_changed_notice_moves_the_parts_and_asks_again(cast: Cast) -> None:
    one = make.notified_gathering(cast)
    actions.answer(one, cast.li, True, DAY)

    perform(one, "change", cast.office, {
        "starts_at": "2017-03-09 09:00", "ends_at": "2017-03-09 11:30", "place": "区委礼堂", "note": "会场调整",
    }, at=DAY)  # fmt: skip
    part = one.parts.get()
    assert (part.label, part.place, part.starts_at) == ("3月9日上午", "区委礼堂", moment("2017-03-09 09:00"))
    assert one.invitees.get(member=cast.member_li).reply == Reply.NONE


def test_an_item_not_finished_goes_on_to_the_next_meeting(cast: Cast) -> None:
    one = make.gathering(cast)
    other = make.gathering(cast, type="chairs", title="主席会议")
    item = one.agenda.get()

    new = actions.carry(item, other, cast.office, DAY)
    assert (new.title, new.carried_from) == (item.title, item)
    with pytest.raises(WrongState, match="移交过了"):
        actions.carry(item, other, cast.office, DAY)
    actions.save_agenda(one, cast.office, [], DAY)
    assert list(one.agenda.all()) == [item]  # what went on is not forgotten here


def test_a_speech_passes_three_gates_and_is_timed(cast: Cast) -> None:
    one = make.speech(cast)
    perform(one, "submit", cast.li, at=DAY)
    perform(one, "choose", cast.editor, {}, at=DAY)
    perform(one, "check", cast.office, {}, at=DAY)
    perform(one, "speak", cast.chair, {"position": 1, "limit": 8}, at=DAY)

    floor.time_speech(one, cast.office, MEETS)
    done = floor.time_speech(one, cast.office, MEETS + timedelta(minutes=7, seconds=5))
    assert done.seconds == 425
    with pytest.raises(WrongState, match="计过时"):
        floor.time_speech(one, cast.office, MEETS)
    assert queries.speech_seconds(one.gathering) == {"教育界": 425}
    assert queries.balance(one.gathering) == [("教育界", 1, 1)]


def test_a_briefing_is_numbered_when_issued_and_keeps_its_number(cast: Cast) -> None:
    one = make.briefing(cast)
    assert one.content == "李清和：电梯补贴应当写明标准。"
    perform(one, "issue", cast.office, at=MEETS)
    assert one.number_label == "第1期"
    with pytest.raises(WrongState, match="已经印发"):
        floor.save_briefing(one, cast.office, {"title": "x", "content": "y"}, MEETS)

    perform(one, "recall", cast.office, {"note": "错一个字"}, at=MEETS)
    floor.save_briefing(one, cast.office, {"title": "第一组讨论摘要", "content": "改过"}, MEETS)
    one.refresh_from_db()
    perform(one, "issue", cast.office, at=MEETS)
    assert one.number == 1


def test_a_ballot_is_announced_only_when_it_adds_up(cast: Cast) -> None:
    one = make.ballot(cast)
    floor.save_ballot(
        one, cast.office, {"returned": 2}, [{"name": "决议草案", "in_favour": 2, "abstained": 1}], MEETS
    )
    one.refresh_from_db()
    with pytest.raises(Refused, match="赞成、反对、弃权共3票，有效票是2票"):
        perform(one, "declare", cast.office, at=MEETS)

    floor.save_ballot(
        one, cast.office, {"returned": 3}, [{"name": "决议草案", "in_favour": 2, "abstained": 1}], MEETS
    )
    one.refresh_from_db()
    entry = perform(one, "declare", cast.office, at=MEETS)
    assert entry.data["outcome"] == [{"name": "决议草案", "in_favour": 2, "passed": True}]


def test_a_tie_across_the_last_seat_elects_nobody_of_the_tied(cast: Cast) -> None:
    one = make.ballot(cast, is_election=True, seats=2)
    lines = [
        {"name": "甲", "in_favour": 3}, {"name": "乙", "in_favour": 2, "against": 1}, {"name": "丙", "in_favour": 2, "abstained": 1},
    ]  # fmt: skip
    floor.save_ballot(one, cast.office, {}, lines, MEETS)
    assert [(found.line.name, found.passed) for found in queries.outcomes(one)] == [
        ("甲", True), ("乙", False), ("丙", False),
    ]  # fmt: skip


def test_who_is_not_called_does_not_see_it_and_drafts_are_the_hosts(cast: Cast) -> None:
    one = make.gathering(cast, type="study", title="读书会", host=cast.committee, hours=2)
    day = DAY.date()

    def sees(name: str) -> bool:
        return queries.visible_to(cast.accounts[name], day).filter(pk=one.pk).exists()

    assert {name for name in cast.accounts if sees(name)} == {
        "clerk",
        "second",
        "reviewer",
        "office",
        "editor",
        "chair",
        "convener",
    }
    perform(one, "notify", cast.convener, at=DAY)
    assert {name for name in cast.accounts if sees(name)} == {
        "clerk", "second", "reviewer", "office", "editor", "chair", "convener", "li", "wang", "zhao",
    }  # fmt: skip
