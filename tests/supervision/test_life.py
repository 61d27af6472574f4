"""民主监督: from the scheme to a second look. Who may, who must be out, what is refused, what is kept, who is told."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from huisheng.kernel import links
from huisheng.kernel.errors import Conflict, Invalid, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment, Entry, IdempotencyKey, Notice, Setting
from huisheng.kernel.store import receive
from huisheng.outputs.models import Kind, OutputState
from huisheng.people.models import Member, Post
from huisheng.search.models import SearchRow
from huisheng.supervision import actions, papers, queries
from huisheng.supervision.models import (
    FindingState,
    HearingState,
    Out,
    PaperSheets,
    Supervision,
    SupervisionState,
    SurveyRemarks,
    Tally,
    UnitState,
)

from .. import make
from ..cast import Cast, make_cast, moment
from ..kernel.test_files import exif_with_place, jpeg

pytestmark = pytest.mark.django_db
DAY = make.DAY


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def told(account: object) -> list[str]:
    return list(Notice.objects.filter(account=account).order_by("pk").values_list("text", flat=True))


# -- the scheme and who must be out ------------------------------------------------------------------------------------
def test_a_topic_comes_of_a_proposal_and_each_shows_the_other(cast: Cast) -> None:
    proposal = make.filed(cast)
    one = actions.start(cast.office, make.SCHEME | {"agencies": [cast.housing]}, sources=[proposal], at=DAY)
    assert [(step.record, step.before) for step in links.chain(one)] == [(proposal, True)]
    assert [(step.record, step.before) for step in links.chain(proposal)] == [(one, False)]
    with pytest.raises(NotAllowed, match="须由政协办公室或组织单位召集人办理"):
        actions.start(cast.li, make.SCHEME | {"agencies": [cast.housing]}, at=DAY)


def test_who_works_in_the_unit_or_holds_a_post_there_is_out_and_it_is_written_down(cast: Cast) -> None:
    Member.objects.filter(pk=cast.member_wang.pk).update(unit="区住建局建管科")
    Post.objects.create(account=cast.zhao, kind="handler", agency=cast.housing, starts_on="2017-01-01")
    one = actions.start(cast.office, make.SCHEME | {"agencies": [cast.housing]}, at=DAY)
    with pytest.raises(
        Invalid, match="王立言的工作单位是区住建局建管科，属于被监督单位区住房和城乡建设局，须回避"
    ):
        perform(one, "compose", cast.office, {"leader": cast.member_wang.pk}, at=DAY)
    everybody = {"leader": cast.member_li.pk, "members": [cast.member_wang.pk, cast.member_zhao.pk]}
    perform(one, "compose", cast.office, everybody, at=DAY)

    assert [(row.member.name, row.out) for row in queries.team(one)] == [
        ("李清和", Out.NO), ("王立言", Out.UNIT), ("赵闻声", Out.POST),
    ]  # fmt: skip
    line = Entry.objects.get(action="compose")
    assert "赵闻声是区住房和城乡建设局的承办单位经办人" in line.note
    assert line.is_inside
    assert not queries.visible_to(cast.wang, DAY.date()).exists()


def test_a_declared_interest_takes_a_person_off_and_the_scheme_waits_for_a_new_leader(cast: Cast) -> None:
    one = make.supervision(cast)
    perform(one, "recuse", cast.li, {"note": "亲属在该局任职"}, at=DAY)
    assert not queries.visible_to(cast.li, DAY.date()).exists()
    with pytest.raises(Refused, match="还没有组长"):
        perform(one, "submit", cast.office, at=DAY)
    with pytest.raises(Invalid, match="李清和已经申报回避"):
        perform(one, "compose", cast.office, {"leader": cast.member_li.pk}, at=DAY)
    perform(one, "compose", cast.office, {"leader": cast.member_wang.pk}, at=DAY)
    perform(one, "submit", cast.office, at=DAY)
    Member.objects.filter(pk=cast.member_wang.pk).update(unit="住房和城乡建设局")  # moved meanwhile
    one.refresh_from_db()
    with pytest.raises(Refused, match="须回避：王立言的工作单位是住房和城乡建设局"):
        perform(one, "approve", cast.chair, at=DAY)


def test_a_scheme_is_approved_by_somebody_who_is_not_on_its_team_and_then_numbered(cast: Cast) -> None:
    one = make.supervision(cast)
    Post.objects.create(account=cast.li, kind="chair", starts_on="2017-01-01")
    cast.li.refresh_posts()
    perform(one, "submit", cast.office, at=DAY)
    with pytest.raises(Refused, match="您在这个监督组里"):
        perform(one, "approve", cast.li, at=DAY)
    perform(one, "approve", cast.chair, at=DAY)
    assert (one.number_label, one.state, one.approved_by) == (
        "监督2017-1",
        SupervisionState.APPROVED,
        cast.chair,
    )
    assert told(cast.chair)[-1] == "大气污染防治专项监督：报批"


def test_what_is_called_off_keeps_its_number_and_is_found_no_more(cast: Cast) -> None:
    one = make.approved_supervision(cast)
    row = SearchRow.objects.filter(kind=one.kind(), record_id=one.pk)
    assert row.exists()
    perform(one, "cancel", cast.office, {"note": "与市里的检查合并"}, at=DAY)
    assert (one.number_label, row.exists(), list(queries.announced())) == ("监督2017-1", False, [])


# -- the notice and the briefing ---------------------------------------------------------------------------------------
def test_the_unit_takes_its_notice_at_its_own_desk(cast: Cast) -> None:
    unit = make.unit(cast)
    assert "民主监督《大气污染防治专项监督》：送达通知" in told(cast.housing_clerk)
    assert list(queries.visible_units(cast.traffic_clerk, DAY.date())) == []
    perform(unit, "take", cast.housing_clerk, at=DAY)
    assert (unit.state, unit.taken_on) == (UnitState.TAKEN, DAY.date())


def test_a_briefing_is_prepared_heard_and_every_opinion_answered_by_its_day(cast: Cast) -> None:
    one = make.hearing(cast)
    perform(one, "prepare", cast.housing_clerk, {"presenter": "周建", "material": "一季度。"}, at=DAY)
    perform(one, "hear", cast.office, {"heard_on": "2017-03-01", "gathering": one.gathering_id}, at=DAY)
    with pytest.raises(Refused, match="还没有登记意见"):
        perform(one, "send", cast.office, at=DAY)
    perform(one, "collect", cast.wang, {"opinions": ["夜间施工要管。"], "said_by": "别人"}, at=DAY)
    perform(one, "collect", cast.office, {"opinions": ["公开台账。"], "said_by": "赵闻声"}, at=DAY)
    assert [row.said_by for row in one.opinions.all()] == ["王立言", "赵闻声"]
    assert queries.opinions_for(one, cast.housing_clerk, DAY.date()) == []
    with pytest.raises(Refused, match="已经登记了意见"):
        perform(one, "settle", cast.office, at=DAY)
    perform(one, "send", cast.office, at=DAY)

    assert (one.state, one.due_on) == (HearingState.SENT, date(2017, 3, 29))
    assert len(queries.opinions_for(one, cast.housing_clerk, DAY.date())) == 2
    first, second = one.opinions.all()
    with pytest.raises(Invalid, match="第2条还没有反馈"):
        perform(one, "answer", cast.housing_clerk, {f"answer_{first.pk}": "已排班。"}, at=DAY)
    answers = {f"answer_{first.pk}": "已排班。", f"answer_{second.pk}": "下月公开。"}
    perform(one, "answer", cast.housing_clerk, answers, at=DAY)
    perform(one, "accept", cast.office, at=DAY)
    assert one.state == HearingState.DONE
    assert [step.record for step in links.chain(one) if step.before] == [one.gathering]


# -- field work ------------------------------------------------------------------------------------------------------------
def test_two_inspectors_differ_and_both_answers_stay_until_the_leader_chooses(cast: Cast) -> None:
    one = make.running_supervision(cast)
    with pytest.raises(NotAllowed, match="监督组成员"):
        make.inspect(one, cast.zhao, 1, "meets")
    make.inspect(one, cast.li, 1, "meets")
    theirs = make.inspect(one, cast.wang, 1, "fails", "两处破口")
    make.inspect(one, cast.wang, 2, "unseen", "工地停工")
    item = queries.items_of(one)[0]
    assert queries.disputed(item)
    assert queries.standing(item) is None
    with pytest.raises(Refused, match="第1项有两种不同的检查结果"):
        perform(one, "list", cast.li, at=DAY)
    with pytest.raises(NotAllowed, match="须由监督组组长办理"):
        perform(one, "choose", cast.wang, {"check": theirs.pk}, at=DAY)
    perform(one, "choose", cast.li, {"check": theirs.pk}, at=DAY)

    one.refresh_from_db()
    item = queries.items_of(one)[0]
    assert (len(item.checks.all()), queries.standing(item)) == (2, theirs)
    perform(one, "list", cast.li, at=DAY)
    with pytest.raises(WrongState, match="现场检查已经结束"):
        make.inspect(one, cast.wang, 2, "meets")


def test_what_a_phone_sends_again_is_done_once_and_an_older_version_is_told(cast: Cast) -> None:
    one = make.running_supervision(cast)
    first = make.inspect(one, cast.wang, 1, "meets", base=0, key="phone-0001")
    again = make.inspect(one, cast.wang, 1, "meets", base=0, key="phone-0001", at=DAY + timedelta(hours=3))
    assert (first.pk, again.version) == (again.pk, 1)
    make.inspect(one, cast.wang, 1, "partly", "有一处破口", base=1, key="phone-0002")
    with pytest.raises(Conflict, match="您在别处已经写过"):
        make.inspect(one, cast.wang, 1, "fails", "另一台手机", base=1, key="tablet-0001")
    late = make.inspect(one, cast.li, 1, "partly", "同上", seen_at=DAY + timedelta(days=1))
    assert late.seen_at == late.received_at  # a phone's clock does not run ahead of ours
    history = Entry.objects.filter(action="inspect").order_by("seq").values_list("data__result", flat=True)
    assert list(history) == ["meets", "partly", "partly"]


def test_a_photo_passes_the_gate_and_loses_where_it_was_taken(cast: Cast) -> None:
    upload = receive(jpeg(exif_with_place(1)), "堆场.jpg", kinds=("jpg", "png"))
    assert upload.data is not None
    assert b"GPS" not in upload.data
    one = make.running_supervision(cast)
    words = {"result": "fails", "note": "没有覆盖", "place": ""}
    check = actions.inspect(one.items.get(number=1), cast.wang, words, [upload], at=DAY)
    kept = Attachment.objects.get(subject_type=check.kind(), subject_id=check.pk)
    assert (kept.name, kept.account) == ("堆场.jpg", cast.wang)
    assert receive(b"%PDF-1.4", "x.jpg", kinds=("jpg", "png")).refused


# -- findings, the opinion, rectification, the second look -------------------------------------------------------------------
def test_findings_go_to_their_unit_when_the_opinion_is_out(cast: Cast) -> None:
    one = make.listed_supervision(cast)
    with pytest.raises(WrongState, match="不能再列入"):
        make.found(cast, one=one)
    answers = {"type": "supervision", "title": "关于大气污染防治的监督意见"}
    perform(one, "opine", cast.office, answers, at=DAY)
    assert one.output is not None
    assert (one.output.type, "（依据：扬尘污染防治办法第九条）" in one.output.content) == (
        Kind.SUPERVISION,
        True,
    )
    with pytest.raises(Refused, match="还没有签发报送"):
        perform(one, "send", cast.office, at=DAY)
    assert list(queries.visible_findings(cast.housing_clerk, DAY.date())) == []

    one = make.rectifying_supervision(cast, title="养老服务专项监督")
    finding = one.findings.get()
    assert one.output is not None
    assert one.output.state == OutputState.DELIVERED
    assert (finding.state, finding.due_on) == (FindingState.SENT, date(2017, 3, 22))
    assert list(queries.visible_findings(cast.housing_clerk, DAY.date())) == [finding]
    assert list(queries.visible_findings(cast.traffic_clerk, DAY.date())) == []


def test_a_second_look_by_another_fails_once_keeps_both_rounds_and_then_closes(cast: Cast) -> None:
    one = make.sent_finding(cast)
    late = {"what": "购置防尘网。", "who": "周建", "due_on": "2017-12-31"}
    with pytest.raises(Invalid, match="最迟到2017年9月1日"):
        perform(one, "plan", cast.housing_clerk, late, at=DAY)
    perform(one, "plan", cast.housing_clerk, late | {"due_on": make.DUE}, at=DAY)
    perform(one, "report", cast.housing_clerk, {"report": "已覆盖。"}, at=DAY)
    look = {"looked_on": "2017-03-01", "seen": "北侧一处没有覆盖。", "due_on": "2017-05-02"}
    with pytest.raises(NotAllowed, match="须由发现人以外的监督组成员或政协办公室办理"):
        perform(one, "fail", cast.wang, look, at=DAY)
    perform(one, "fail", cast.li, look, at=DAY)

    first, second = one.rounds.all()
    assert (first.passed, first.looked_by, first.report) == (False, cast.li, "已覆盖。")
    assert (second.round, second.due_on, one.state, one.due_on) == (
        2, date(2017, 5, 2), FindingState.PLANNED, date(2017, 5, 2),
    )  # fmt: skip
    perform(one, "replan", cast.housing_clerk, {"what": "换厚网。", "who": "郑文"}, at=DAY)
    perform(one, "report", cast.housing_clerk, {"report": "全部覆盖。"}, at=DAY)
    with pytest.raises(Refused, match="“办结”不适用于这一件"):
        perform(one.supervision, "close", cast.office, {"conclusion": "x"}, at=DAY)
    perform(one, "pass", cast.li, {"looked_on": "2017-03-01", "seen": "都覆盖了。"}, at=DAY)
    assert (one.state, [row.passed for row in one.rounds.all()]) == (FindingState.CLOSED, [False, True])

    matter = one.supervision
    perform(matter, "close", cast.office, {"conclusion": "一项问题，两轮整改。"}, at=DAY)
    perform(matter, "publish", cast.chair, {"public_note": "一项问题已整改。"}, at=DAY)
    assert list(queries.published()) == [matter]
    assert queries.kept(2017).count() == 1
    assert queries.second_looks(2017).count() == 2


def test_a_deadline_is_extended_with_its_reason_and_an_overdue_one_is_asked_not_stored(cast: Cast) -> None:
    one = make.planned_finding(cast)
    assert list(queries.overdue(date(2017, 4, 11))) == [one]
    with pytest.raises(Invalid, match="要晚于现在的期限2017年4月10日"):
        perform(one, "extend", cast.office, {"due_on": "2017-04-10", "note": "雨季"}, at=DAY)
    perform(one, "extend", cast.office, {"due_on": "2017-04-20", "note": "雨季"}, at=DAY)
    assert list(queries.overdue(date(2017, 4, 11))) == []
    assert one.rounds.get().due_on == date(2017, 4, 20)
    assert one.extensions[0]["reason"] == "雨季"


# -- 民主评议 -------------------------------------------------------------------------------------------------------------------
def test_a_survey_keeps_counts_and_nothing_else_and_shows_none_that_names_somebody(cast: Cast) -> None:
    one = make.running_supervision(cast, aspect="appraisal")
    sheet = {"questions": ["办事效率", "服务态度"], "bodies": [cast.sector.pk], "ends_on": "2017-03-10"}
    perform(one, "survey", cast.office, sheet, at=DAY)
    assert "请您评议：大气污染防治专项监督" in told(cast.zhao)
    first, second = one.questions.all()
    actions.rate(one, cast.zhao, {first.pk: "good", second.pk: "bad"}, at=DAY, key="sheet-0001")
    with pytest.raises(Refused, match="已经交过了"):
        actions.rate(one, cast.zhao, {first.pk: "bad", second.pk: "bad"}, at=DAY, key="sheet-0002")
    with pytest.raises(Refused, match="第2题还没有选"):
        actions.rate(one, cast.li, {first.pk: "good"}, at=DAY)
    with pytest.raises(Refused, match="不在评议人名单里"):
        actions.rate(one, cast.wang, {first.pk: "good", second.pk: "good"}, at=DAY)

    counts = Tally.objects.filter(count__gt=0).values_list("question__number", "answer", "count")
    assert sorted(counts) == [(1, "good", 1), (2, "bad", 1)]
    assert not Entry.objects.filter(account=cast.zhao).exists()
    assert IdempotencyKey.objects.get(key="sheet-0001").result == {"done": True}
    one.refresh_from_db()
    closed = queries.survey_of(one, date(2017, 3, 11))
    assert closed is not None
    assert (closed.asked, closed.answered, closed.lines) == (2, 1, [])
    Setting.objects.create(name="survey.least", starts_on="2017-01-01", value=1, at=DAY)
    shown = queries.survey_of(one, date(2017, 3, 11))
    assert shown is not None
    assert shown.lines[0].counts == [
        ("满意", 1),
        ("基本满意", 0),
        ("不满意", 0),
        ("不了解", 0),
    ]


def surveyed(cast: Cast, *questions: str) -> Supervision:
    one = make.running_supervision(cast, aspect="appraisal")
    sheet = {
        "questions": list(questions) or ["办事效率"],
        "bodies": [cast.sector.pk],
        "ends_on": "2017-03-10",
    }
    perform(one, "survey", cast.office, sheet, at=DAY)
    one.refresh_from_db()
    return one


def on_paper(one: Supervision, sheets: int = 6, **counts: int) -> dict[str, Any]:
    """The answers of the form: so many sheets, and these counts for every question."""
    rows = Tally.objects.filter(question__supervision=one)
    cells = {f"t_{row.pk}": str(counts.get(row.answer, 0)) for row in rows}
    return {"sent": "8", "sheets": str(sheets), "texts": ["请早一点答复。"], **cells}


REMARK = "窗口中午没有人，盼轮值。"


def test_paper_sheets_are_counted_with_the_others_and_entered_anew_they_replace_what_was(cast: Cast) -> None:
    one = surveyed(cast, "办事效率", "服务态度")
    first, second = one.questions.all()
    actions.rate(one, cast.zhao, {first.pk: "good", second.pk: "bad"}, REMARK, at=DAY)
    perform(one, "paper_sheets", cast.office, on_paper(one, good=1), at=DAY)
    perform(one, "paper_sheets", cast.office, on_paper(one, good=4, fair=1), at=DAY)
    one = Supervision.objects.get(pk=one.pk)
    is_open = queries.survey_of(one, DAY.date())
    assert is_open is not None
    assert (is_open.asked, is_open.answered, is_open.lines, is_open.remarks) == (10, 7, [], [])
    found = queries.survey_of(one, date(2017, 3, 11))
    assert found is not None
    assert [row.counts for row in found.lines] == [
        [("满意", 5), ("基本满意", 1), ("不满意", 0), ("不了解", 0)],
        [("满意", 4), ("基本满意", 1), ("不满意", 1), ("不了解", 0)],
    ]
    assert [row.total for row in found.lines] == [6, 6]  # one paper sheet was left empty
    assert found.lines[0].cells[0] == ("满意", 5, "83%")
    assert found.remarks == sorted([REMARK, "请早一点答复。"])
    words = actions.opinion_text(one, date(2017, 3, 11))
    assert "民主评议结果（发出问卷10份，收回7份）" in words
    assert "1．办事效率：有效6份，满意5份，基本满意1份" in words
    assert "民主评议结果" not in actions.opinion_text(one, DAY.date())
    assert REMARK not in words  # the unit reads the counts


@pytest.mark.parametrize(("changes", "said"), [
    ({"sheets": "9"}, "收回的9份比发出的8份多"),
    ({"sheets": "2"}, "第1题合计4份，收回的只有2份"),
    ({"sheets": "x"}, "整数"),
    ({"sent": ""}, "“发出份数”还没有填"),
    ({"texts": [str(n) for n in range(7)]}, "补充意见比收回的6份还多"),
])  # fmt: skip
def test_paper_sheets_that_do_not_add_up_are_not_taken(
    cast: Cast, changes: dict[str, Any], said: str
) -> None:
    one = surveyed(cast)
    with pytest.raises(Invalid) as problem:
        perform(one, "paper_sheets", cast.office, on_paper(one, good=4) | changes, at=DAY)
    assert said in str(problem.value.errors)
    assert not PaperSheets.objects.exists()


def test_once_the_result_stands_nobody_adds_a_few_sheets_to_it(cast: Cast) -> None:
    """Who saw the counts before and after would know what the few said."""
    one = surveyed(cast)
    Setting.objects.create(name="survey.least", starts_on="2017-01-01", value=2, at=DAY)
    question = one.questions.get()
    for account in (cast.zhao, cast.li):
        actions.rate(one, account, {question.pk: "good"}, at=DAY)
    after = moment("2017-03-11 09:00")
    with pytest.raises(Invalid) as problem:
        perform(one, "paper_sheets", cast.office, on_paper(one, sheets=1, good=1) | {"texts": []}, at=after)
    assert "评议结果已经显示，不足2份" in str(problem.value.errors)
    perform(one, "paper_sheets", cast.office, on_paper(one, sheets=2, good=1), at=after)
    with pytest.raises(NotAllowed):
        perform(one, "paper_sheets", cast.li, on_paper(one), at=after)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, read past the models."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description or ()]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def test_no_row_of_any_table_joins_a_person_and_what_they_answered(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one = surveyed(cast)
    question = one.questions.get()
    before = everything()
    actions.rate(one, cast.li, {question.pk: "bad"}, REMARK, at=DAY, key="sheet-one-1")
    actions.rate(one, cast.zhao, {question.pk: "good"}, "一切都好。", at=DAY, key="sheet-two-2")
    changed = {
        table: [row for row in rows if row not in before[table]]
        for table, rows in everything().items()
        if rows != before[table]
    }
    assert set(changed) == {
        "supervision_rater", "supervision_tally", "supervision_surveyremarks", "kernel_idempotencykey",
    }  # fmt: skip
    for row in changed["supervision_tally"]:
        assert set(row) == {"id", "question_id", "answer", "count", "paper"}
    for row in changed["supervision_rater"]:  # neither when nor what, in the order in which they were asked
        assert set(row) == {"id", "supervision_id", "member_id", "has_answered"}
    for row in changed["kernel_idempotencykey"]:
        assert not any(word in str(row) for word in ("bad", "good", REMARK, "一切都好"))
    (kept,) = changed["supervision_surveyremarks"]
    assert set(kept) == {"id", "supervision_id", "texts"}
    assert SurveyRemarks.objects.get().texts == sorted([REMARK, "一切都好。"])
    assert SurveyRemarks.objects.get().texts[0] == "一切都好。"  # not the one that came first
    assert not any(word in said for said in caplog.messages for word in (REMARK, "一切都好"))


# -- monitors ----------------------------------------------------------------------------------------------------------------------
def test_a_monitor_has_a_unit_and_a_term_and_never_the_unit_they_work_in(cast: Cast) -> None:
    one = make.monitor(cast)
    assert told(cast.li)[-1] == "李清和任区住房和城乡建设局民主监督员，任期到2019年2月28日"
    with pytest.raises(Refused, match="已经是区住房和城乡建设局的民主监督员"):
        make.monitor(cast)
    Member.objects.filter(pk=cast.member_wang.pk).update(unit="区财政局")
    cast.member_wang.refresh_from_db()
    with pytest.raises(Refused, match="不能担任本单位的监督员"):
        make.monitor(cast, member=cast.member_wang, agency=cast.finance)
    perform(one, "renew", cast.office, {"ends_on": "2021-02-28"}, at=DAY)
    with pytest.raises(Refused, match="最多任2期"):
        perform(one, "renew", cast.office, {"ends_on": "2023-02-28"}, at=DAY)
    perform(one, "end", cast.office, {"note": "届满"}, at=DAY)
    assert queries.monitors_in_post(2017).count() == 1
    assert queries.monitors_in_post(2018).count() == 0


# -- papers ---------------------------------------------------------------------------------------------------------------------------
def test_every_paper_is_made_from_the_records(cast: Cast) -> None:
    one = make.reported_finding(cast)
    perform(
        one, "fail", cast.li, {"looked_on": "2017-03-01", "seen": "没有盖。", "due_on": "2017-05-02"}, at=DAY
    )
    matter, unit = one.supervision, one.supervision.units.get()
    made: dict[str, Any] = {name: way.make(matter, None) for name, way in papers.INSIDE.items()}
    assert made["scheme"].title == "关于大气污染防治专项监督的监督方案"
    assert "组长：李清和；成员：王立言" in str(made["scheme"].blocks)
    assert "李清和" in str(made["second-look"].blocks)
    for name, way in papers.unit_papers(unit):
        text = str(way.make(matter, unit.agency).blocks)
        assert [one for one in ("李清和", "王立言") if one in text] == [], name
    assert len(papers.unit_papers(unit)) == 4
