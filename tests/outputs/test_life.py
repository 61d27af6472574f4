"""成果与报送: from a draft to what came of it. Who may, what is refused, what is counted, who is told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huisheng.kernel.errors import Invalid, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment, Entry, Notice
from huisheng.outputs import actions, queries
from huisheng.outputs.models import Delivery, FollowUpState, InstructionState, OutputState, Response

from .. import make
from ..cast import Cast, make_cast

pytestmark = pytest.mark.django_db
TODAY = make.DAY.date()
SCAN = Path(__file__).parents[1] / "data" / "leads" / "letter_scan.png"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def told(account: object) -> list[str]:
    return list(Notice.objects.filter(account=account).order_by("pk").values_list("text", flat=True))


# -- drafting, checking, signing -------------------------------------------------------------------------------------
def test_a_paper_without_words_is_not_sent(cast: Cast) -> None:
    one = make.output(cast, content=" ")
    with pytest.raises(Refused, match="正文还没有写"):
        perform(one, "send", cast.editor, at=make.DAY)
    with pytest.raises(NotAllowed, match="须由信息编辑或政协办公室办理"):
        actions.start(cast.li, make.REPORT, at=make.DAY)


def test_who_drafted_does_not_check_and_who_checked_does_not_sign(cast: Cast) -> None:
    one = actions.start(cast.office, make.REPORT, advice=make.ADVICE, at=make.DAY)
    perform(one, "send", cast.office, at=make.DAY)
    with pytest.raises(Refused, match="核稿须由另一位同志办理：这份成果是何办公起草的"):
        perform(one, "check", cast.office, at=make.DAY)

    other = make.checked_output(cast)
    assert (other.drafted_by, other.checked_by) == (cast.editor, cast.office)
    with pytest.raises(NotAllowed, match="须由主席会议成员办理"):
        perform(other, "sign", cast.office, at=make.DAY)
    perform(other, "sign", cast.chair, at=make.DAY)
    assert (other.state, other.signed_by, other.number_label) == (
        OutputState.SIGNED,
        cast.chair,
        "成果2017-0002",
    )


def test_what_was_sent_is_not_written_any_more_until_it_comes_back(cast: Cast) -> None:
    one = make.sent_output(cast)
    with pytest.raises(WrongState, match="已经送核，不能再改"):
        actions.save_draft(one, cast.editor, make.REPORT, (), make.DAY)
    with pytest.raises(Invalid, match="说明"):
        perform(one, "send_back", cast.office, {}, at=make.DAY)
    perform(one, "send_back", cast.office, {"note": "数字再核"}, at=make.DAY)
    actions.save_draft(one, cast.editor, make.REPORT | {"title": "改过的标题"}, make.ADVICE[:1], make.DAY)
    one.refresh_from_db()
    assert (one.title, one.advice.count(), one.number_label) == ("改过的标题", 1, "成果2017-0001")


def test_a_signed_paper_is_frozen_in_both_forms(cast: Cast) -> None:
    one = make.signed_output(cast)
    kept = Attachment.objects.filter(subject_type=one.kind(), subject_id=one.pk, purpose="signed")
    assert {row.kind for row in kept} == {"pdf", "docx"}
    line = Entry.objects.get(subject_type=one.kind(), action="freeze")
    assert {line.data["pdf"], line.data["docx"]} == {row.sha256 for row in kept}
    assert actions.fingerprint(one) == one.fingerprint


# -- delivery --------------------------------------------------------------------------------------------------------
def test_delivery_names_its_addressees_and_their_day(cast: Cast) -> None:
    one = make.signed_output(cast)
    with pytest.raises(Invalid, match="至少选一个报送对象"):
        perform(one, "deliver", cast.editor, {"how": "hand", "delivered_on": "2017-03-01"}, at=make.DAY)
    with pytest.raises(Invalid, match="不能晚于今天"):
        perform(one, "deliver", cast.editor, make.DELIVER | {"delivered_on": "2017-03-02"}, at=make.DAY)
    answers = make.DELIVER | {"leaders": [cast.leader.pk], "other": "区人武部\n\n市政协研究室"}
    perform(one, "deliver", cast.editor, answers, at=make.DAY)

    rows = Delivery.objects.filter(output=one)
    assert [row.addressee for row in rows] == [
        "区委主要领导",
        "区政府主要领导",
        "区人武部",
        "市政协研究室",
        "高书记",
    ]
    assert told(cast.leader) == ["《关于社区养老服务的调研报告》请您阅看"]
    perform(one, "deliver_more", cast.editor, answers, at=make.DAY)
    assert rows.filter(reader=cast.leader).count() == 1
    assert len(told(cast.leader)) == 1


def test_reading_is_noted_once(cast: Cast) -> None:
    one = make.delivered_output(cast)
    actions.opened(one, cast.leader, make.DAY)
    actions.opened(one, cast.leader, make.DAY + timedelta(hours=1))
    row = Delivery.objects.get(output=one, reader=cast.leader)
    assert (row.opened_at, row.received_on) == (make.DAY, TODAY)
    assert Entry.objects.filter(action="open").count() == 1


def test_receipt_of_a_paper_copy_is_entered_by_the_office(cast: Cast) -> None:
    one = make.delivered_output(cast)
    row = one.deliveries.get(addressee="区委主要领导")
    perform(
        one, "record_receipt", cast.office, {"delivery": row.pk, "received_on": "2017-03-01"}, at=make.DAY
    )
    row.refresh_from_db()
    assert row.received_on == TODAY


# -- instructions ----------------------------------------------------------------------------------------------------
def test_a_leader_gives_a_phrase_or_own_words_and_nothing_is_classified(cast: Cast) -> None:
    one = make.delivered_output(cast)
    with pytest.raises(Invalid, match="请选一句批示用语，或自己写"):
        perform(one, "instruct", cast.leader, {}, at=make.DAY)
    with pytest.raises(Invalid, match="要选批给哪些单位"):
        perform(one, "instruct", cast.leader, {"phrase": "read"}, at=make.DAY)
    picked = {"phrase": "read", "agencies": [cast.housing.pk, cast.traffic.pk]}
    first = make.instruction(cast, one=one, **picked)
    own = make.instruction(cast, one=one, words="此事月内办妥。")
    seen = make.instruction(cast, one=one, phrase="seen", agencies=[])

    assert [row.words for row in (first, own, seen)] == [
        "请区住房和城乡建设局、区交通运输局阅处。",
        "此事月内办妥。",
        "已阅。",
    ]
    assert (first.leader, first.account, first.entered_by, first.is_from_paper) == (
        "高书记", cast.leader, cast.leader, False,
    )  # fmt: skip
    assert sum("批示" in text for text in told(cast.editor)) == 3


def test_the_office_enters_a_paper_instruction_with_its_picture(cast: Cast) -> None:
    one = make.delivered_output(cast)
    answers = {"words": "请住建局研究。\n高", "given_on": "2017-02-28"}
    with pytest.raises(Invalid, match="请选批示人"):
        perform(one, "register", cast.editor, answers, at=make.DAY)
    bad = SimpleUploadedFile("批示.jpg", b"no picture at all")
    with pytest.raises(Invalid):
        perform(one, "register", cast.editor, answers | {"leader": "区长"}, {"photo": bad}, at=make.DAY)
    photo = SimpleUploadedFile("批示.png", SCAN.read_bytes())
    perform(one, "register", cast.editor, answers | {"leader": "孙区长"}, {"photo": photo}, at=make.DAY)

    row = one.instructions.get()
    assert (row.leader, row.account, row.words, row.entered_by, row.is_from_paper) == (
        "孙区长", None, "请住建局研究。\n高", cast.editor, True,
    )  # fmt: skip
    assert Attachment.objects.get(subject_type=row.kind(), subject_id=row.pk).purpose == "instruction"
    line = Entry.objects.get(subject_type=row.kind())
    assert (line.is_inside, "请住建局研究" in str(line.data)) == (True, False)


def test_a_wrong_entry_is_marked_and_never_changed(cast: Cast) -> None:
    row = make.instruction(cast)
    with pytest.raises(NotAllowed, match="须由政协办公室办理"):
        perform(row, "void", cast.editor, {"note": "错"}, at=make.DAY)
    perform(row, "void", cast.office, {"note": "录成了另一位领导"}, at=make.DAY)
    row.refresh_from_db()
    assert (row.state, row.words) == (InstructionState.VOID, "请区住房和城乡建设局研究提出意见。")
    assert queries.instructed(2017).count() == 0


def test_the_words_are_released_to_reporters_and_to_nobody_else(cast: Cast) -> None:
    opinion = make.issued_opinion(cast)
    row = make.instruction(cast, one=make.delivered_output(cast, opinions=[opinion]))
    seen = {name: queries.visible_instructions(account, TODAY).filter(pk=row.pk).exists()
            for name, account in cast.accounts.items()}  # fmt: skip
    assert {name for name, yes in seen.items() if yes} == {"editor", "office", "chair", "leader"}
    perform(row, "release", cast.office, at=make.DAY)
    seen = {name: queries.visible_instructions(account, TODAY).filter(pk=row.pk).exists()
            for name, account in cast.accounts.items()}  # fmt: skip
    assert {name for name, yes in seen.items() if yes} == {"editor", "office", "chair", "leader", "li"}
    last = Notice.objects.filter(account=cast.li).latest("pk")
    assert ("批示原文可以看了" in last.text, last.url) == (True, row.get_absolute_url())


# -- follow-ups ------------------------------------------------------------------------------------------------------
def test_each_agency_gets_its_own_part_with_a_counted_day(cast: Cast) -> None:
    row = make.instruction(cast)
    with pytest.raises(Invalid, match="转给哪些单位"):
        perform(row, "transfer", cast.office, {"task": "研究"}, at=make.DAY)
    agencies = [cast.housing.pk, cast.traffic.pk]
    perform(row, "transfer", cast.office, {"agencies": agencies, "task": "研究提出意见"}, at=make.DAY)

    first, second = row.follow_ups.order_by("pk")
    assert (first.agency, second.agency, first.due_on) == (cast.housing, cast.traffic, date(2017, 3, 29))
    assert actions.deadline_of(first).days[-1].number == 20
    assert told(cast.housing_clerk) == ["转来一件区领导批示，请签收，3月29日前报告办理情况"]
    notice = Notice.objects.get(account=cast.housing_clerk)
    assert notice.url == first.get_absolute_url()
    with pytest.raises(NotAllowed, match="须由承办单位经办人办理"):
        perform(first, "take", cast.traffic_clerk, at=make.DAY)


def test_more_time_is_given_with_a_reason_and_the_count_says_so(cast: Cast) -> None:
    one = make.follow_up(cast)
    with pytest.raises(Invalid):
        perform(one, "extend", cast.office, {"span": "5w"}, at=make.DAY)
    perform(one, "extend", cast.office, {"span": "5w", "note": "要等省里的口径"}, at=make.DAY)
    counted = actions.deadline_of(one)
    assert (one.due_on, counted.due_on, counted.original_due_on) == (
        date(2017, 4, 6), date(2017, 4, 6), date(2017, 3, 29),
    )  # fmt: skip
    assert counted.extensions[0].reason == "要等省里的口径"
    assert list(queries.overdue(date(2017, 4, 7))) == [one]
    assert list(queries.overdue(date(2017, 4, 6))) == []


def test_an_agency_hands_back_and_the_office_decides(cast: Cast) -> None:
    one = make.follow_up(cast)
    perform(one, "hand_back", cast.housing_clerk, {"note": "属卫生部门"}, at=make.DAY)
    assert one.state == FollowUpState.BACK
    perform(one, "insist", cast.office, {"note": "三定方案有这一条"}, at=make.DAY)
    perform(one, "hand_back", cast.housing_clerk, {"note": "仍属卫生部门"}, at=make.DAY)
    perform(one, "recall", cast.office, {"note": "改转卫生局"}, at=make.DAY)
    assert one.state == FollowUpState.RECALLED


def test_a_report_that_does_not_do_goes_back(cast: Cast) -> None:
    one = make.reported_follow_up(cast)
    perform(one, "return", cast.editor, {"note": "没有写时间"}, at=make.DAY)
    said = {"report": "补了时间。", "measures": "四月一日起周末轮值。"}
    perform(one, "report", cast.housing_clerk, said, at=make.DAY)
    perform(one, "accept", cast.editor, {"told": "区住建局报告：四月一日起周末轮值。"}, at=make.DAY)
    one.refresh_from_db()
    assert (one.state, one.measures) == (FollowUpState.ACCEPTED, "四月一日起周末轮值。")


# -- what came of it -------------------------------------------------------------------------------------------------
def test_a_paper_is_concluded_when_nothing_is_open_any_more(cast: Cast) -> None:
    one = make.delivered_output(cast)
    row = make.instruction(cast, one=one)
    done = {"feedback": "两条都采纳。"}
    with pytest.raises(Refused, match="还有1条批示没有转办"):
        perform(one, "conclude", cast.editor, done, at=make.DAY)
    follow_up = make.follow_up(cast, one=row)
    with pytest.raises(Refused, match="还有转办没有办结：区住房和城乡建设局"):
        perform(one, "conclude", cast.editor, done, at=make.DAY)
    make.reported_follow_up(cast, one=follow_up)
    perform(follow_up, "accept", cast.editor, {"told": "四月起周末轮值。"}, at=make.DAY)
    with pytest.raises(Refused, match="还有2条建议没有登记采纳情况"):
        perform(one, "conclude", cast.editor, done, at=make.DAY)
    first, second = one.advice.all()
    answer = {"advice": first.pk, "response": "adopted"}
    with pytest.raises(Invalid, match="采纳了的，请写明落实措施或依据"):
        perform(one, "answer_advice", cast.editor, answer, at=make.DAY)
    perform(one, "answer_advice", cast.editor, answer | {"measures": "已经轮值"}, at=make.DAY)
    perform(one, "answer_advice", cast.editor, {"advice": second.pk, "response": "not"}, at=make.DAY)
    assert queries.adoption(one) == {"total": 2, "adopted": 1, "partly": 0, "open": 0}
    perform(one, "conclude", cast.editor, done, at=make.DAY)
    perform(one, "archive", cast.office, at=make.DAY)
    assert (one.state, one.advice.get(number=1).response) == (OutputState.ARCHIVED, Response.ADOPTED)


def test_a_late_instruction_opens_a_concluded_paper_again(cast: Cast) -> None:
    one = make.delivered_output(cast)
    for row in one.advice.all():
        perform(one, "answer_advice", cast.editor, {"advice": row.pk, "response": "none"}, at=make.DAY)
    perform(one, "conclude", cast.editor, {"feedback": "没有反馈。"}, at=make.DAY)
    make.instruction(cast, one=one)
    one.refresh_from_db()
    assert one.state == OutputState.DELIVERED


def test_areas_are_counted_once_whatever_paper_they_stand_in(cast: Cast) -> None:
    make.delivered_output(cast)  # areas 16 and 17
    opinion = make.issued_opinion(cast)  # area 16 again
    make.delivered_output(cast, opinions=[opinion])
    make.signed_output(cast)  # not delivered: does not count
    assert sorted(queries.areas(2017).values_list("code", flat=True)) == ["16", "17"]
    assert (queries.delivered(2017).count(), queries.areas(2016).count()) == (2, 0)


def test_contributors_hear_of_delivery_instruction_and_result(cast: Cast) -> None:
    opinion = make.issued_opinion(cast)
    one = make.delivered_output(cast, opinions=[opinion])
    row = make.instruction(cast, one=one)
    follow_up = make.reported_follow_up(cast, one=make.follow_up(cast, one=row))
    perform(follow_up, "accept", cast.editor, {"told": "五个卫生站四月起周末轮值。"}, at=make.DAY)

    outcomes = Entry.objects.filter(subject_type=opinion.kind(), subject_id=opinion.pk, action="outcome")
    assert list(outcomes.order_by("seq").values_list("label", flat=True)) == [
        "报送", "区领导批示", "转办", "批示办理结果",
    ]  # fmt: skip
    heard = Notice.objects.filter(account=cast.li, text__in=outcomes.values("note"))
    assert heard.count() == 4
    assert {notice.url for notice in heard} == {opinion.get_absolute_url()}
    assert not any(row.words in text for text in told(cast.li))
