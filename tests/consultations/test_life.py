"""年度协商, from a topic somebody brings to the answer its advice gets."""

from __future__ import annotations

from datetime import date

import pytest

from huisheng.consultations import actions, queries
from huisheng.consultations.models import Line, LineState, PlanState, Subject, SubjectState
from huisheng.kernel import links
from huisheng.kernel.errors import Invalid, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Notice

from .. import make
from ..cast import Cast, make_cast, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_a_topic_is_brought_screened_and_its_member_hears_of_it(cast: Cast) -> None:
    one = make.subject(cast)
    with pytest.raises(NotAllowed, match="须由政协办公室办理"):
        perform(one, "choose", cast.li)
    with pytest.raises(NotAllowed, match="委员、召集人或政协办公室"):
        actions.bring(cast.housing_clerk, make.TOPIC, at=make.DAY)
    perform(one, "choose", cast.office, at=make.DAY)

    assert (one.source, one.member, one.state) == ("member", cast.member_li, SubjectState.CHOSEN)
    assert Notice.objects.filter(account=cast.li, text__contains="列入备选").exists()
    assert set(queries.visible_subjects(cast.zhao, make.DAY.date())) == set()


def test_a_lead_and_a_proposal_are_taken_up_and_the_dossier_shows_both(cast: Cast) -> None:
    lead, proposal = make.reading(cast), make.handling(cast)
    words = {"year": 2017, "title": "卫生站周末开门", "reason": "群众反映周末看病难。", "source": "public"}
    one = actions.bring(cast.editor, words, of=lead, at=make.DAY)
    two = actions.bring(cast.office, words | {"source": "member"}, of=proposal, at=make.DAY)
    with pytest.raises(NotAllowed, match="政协办公室或信息编辑"):
        actions.bring(cast.li, make.TOPIC, of=proposal, at=make.DAY)
    perform(two, "merge", cast.office, {"into": one.pk}, at=make.DAY)

    assert (one.lead, two.proposal, two.state, two.merged_into) == (lead, proposal, SubjectState.MERGED, one)
    assert {step.record for step in links.chain(one) if step.before} == {lead, proposal, two}
    assert "卫生站" not in one.who  # nobody of the public is named


def test_the_plan_goes_to_the_chair_to_the_party_committee_and_is_issued_frozen(cast: Cast) -> None:
    plan = make.plan(cast, lines=2)
    subject = Subject.objects.get()
    with pytest.raises(Refused, match="请先从草案里去掉"):
        perform(subject, "decline", cast.office, {"note": "不合适"}, at=make.DAY)
    make.submitted_plan(cast, one=plan)
    with pytest.raises(WrongState, match="不在拟订中"):
        actions.add_line(plan, cast.office, make.line_words(cast), at=make.DAY)
    with pytest.raises(Invalid):
        perform(
            plan,
            "approve",
            cast.office,
            {"approver": "party_standing", "approved_on": "2017-03-02"},
            at=make.DAY,
        )
    perform(plan, "approve", cast.office, make.APPROVED, at=make.DAY)
    assert list(queries.visible_to(cast.li, make.DAY.date())) == []  # nobody outside reads a draft
    perform(plan, "issue", cast.chair, at=make.DAY)
    subject.refresh_from_db()

    version = plan.versions.get()
    assert [one["title"] for one in version.lines] == ["银企合作破解企业融资难"] * 2
    assert version.fingerprint == actions.version_seal(version)
    assert {one.state for one in plan.lines.all()} == {LineState.PLANNED}
    assert subject.state == SubjectState.PLANNED
    assert list(queries.visible_to(cast.li, make.DAY.date())) == [plan]
    assert Notice.objects.filter(account=cast.convener, text__contains="有您单位负责的项目").exists()


def test_a_change_goes_the_same_way_and_is_not_in_force_before_it_is_issued(cast: Cast) -> None:
    plan = make.issued_plan(cast, lines=2)
    first, second = plan.lines.order_by("number")
    perform(plan, "amend", cast.office, {"note": "区委新交办任务"}, at=make.DAY)
    with pytest.raises(Refused, match="没有不同"):
        perform(plan, "discuss", cast.office, at=make.DAY)
    actions.save_line(first, cast.office, make.line_words(cast, month=6, agencies=[]), make.DAY)
    actions.take_out(second, cast.office, make.DAY)
    actions.add_line(plan, cast.office, make.line_words(cast, title="养老服务", form="sector"), at=make.DAY)
    first.refresh_from_db()
    assert (first.month, first.pending) == (4, {"month": 6, "agencies": []})
    make.submitted_plan(cast, one=plan)
    with pytest.raises(Invalid):  # another approver than the plan's own
        perform(plan, "approve", cast.office, make.APPROVED | {"approver": "party_secretary"}, at=make.DAY)
    perform(plan, "approve", cast.office, make.APPROVED, at=make.DAY)
    perform(plan, "issue", cast.chair, at=make.DAY)

    before, after = plan.versions.order_by("number")
    changes = [
        (one.kind, one.title, [f[:1] + f[1:] for f in one.fields])
        for one in queries.differences(before.lines, after.lines)
    ]
    assert changes == [
        ("修改", first.title, [("时间安排", "4月", "6月"), ("参与部门", "区财政局", "（空）")]),
        ("新增", "养老服务", []),
        ("调出", second.title, []),
    ]
    assert [(one.month, one.state) for one in plan.lines.order_by("pk")] == [
        (6, LineState.PLANNED), (4, LineState.DROPPED), (4, LineState.PLANNED)
    ]  # fmt: skip


def test_a_change_given_up_leaves_the_plan_as_it_was_issued(cast: Cast) -> None:
    plan = make.issued_plan(cast)
    perform(plan, "amend", cast.office, {"note": "想加一项"}, at=make.DAY)
    actions.save_line(plan.lines.get(), cast.office, make.line_words(cast, month=9), make.DAY)
    actions.add_line(plan, cast.office, make.line_words(cast, title="临时加的"), at=make.DAY)
    perform(plan, "keep", cast.office, {"note": "区委不同意调整"}, at=make.DAY)

    assert plan.state == PlanState.ISSUED
    assert [(one.month, one.pending) for one in plan.lines.all()] == [(4, None)]
    assert queries.changes_proposed(plan) == []


def test_a_line_turns_red_by_itself_and_is_done_when_its_advice_is_answered(cast: Cast) -> None:
    line = make.running_line(cast)
    assert list(queries.late(date(2017, 4, 30))) == []
    assert list(queries.late(date(2017, 5, 1))) == [line]
    with pytest.raises(Refused, match="还没有关联已经举行的会议活动"):
        perform(line, "conclude", cast.office, {"result": "办完了"})
    meeting = make.held_gathering(cast, type="consultation", title="银企合作协商会", host=cast.committee)
    perform(line, "arrange", cast.convener, {"gatherings": [meeting.pk]}, at=make.ENDS)
    with pytest.raises(Refused, match="还没有成果报送"):
        perform(line, "conclude", cast.office, {"result": "办完了"})
    paper = make.delivered_output(cast, at=make.ENDS)
    perform(line, "attach", cast.office, {"outputs": [paper.pk]}, at=make.ENDS)
    assert list(queries.late(date(2017, 5, 1))) == []
    for one in paper.advice.all():
        with pytest.raises(Refused, match="没有登记采纳情况"):
            perform(line, "conclude", cast.office, {"result": "办完了"})
        answer = {"advice": one.pk, "response": "adopted", "measures": "已经照办。"}
        perform(paper, "answer_advice", cast.office, answer, at=make.ENDS)
    perform(line, "conclude", cast.office, {"result": "开了协商会，建议已采纳。"}, at=make.ENDS)

    row = queries.with_counts(Line.objects.select_related("plan")).get(pk=line.pk)
    assert (row.held, row.out, row.advised, row.adopted) == (1, 1, 2, 2)
    assert (
        queries.progress([row], date(2017, 12, 31)).line
        == "共 1 项，已报送成果 1 项，已完成 1 项，完成率 100%。"
    )
    assert {step.record for step in links.chain(line)} == {line.subject, meeting, paper}


def test_proposals_on_one_matter_are_gathered_for_one_consultation(cast: Cast) -> None:
    plan = make.plan(cast, lines=0)
    actions.add_line(plan, cast.office, make.line_words(cast, form="handling"), at=make.DAY)
    make.issued_plan(cast, one=plan)
    line, proposal = plan.lines.get(), make.handling(cast)
    perform(line, "gather", cast.office, {"proposals": [proposal.pk]}, at=make.DAY)
    other = make.line_words(cast)
    assert other["form"] == "topic"

    assert list(line.proposals.all()) == [proposal]
    assert Entry.objects.filter(subject_type=proposal.kind(), action="gather", note=str(line)).exists()


def test_what_a_year_did_not_finish_goes_on_as_a_topic_of_the_next(cast: Cast) -> None:
    plan = make.issued_plan(cast, lines=2)
    perform(plan, "close", cast.office, {"summary": "两项都没有完成。"}, at=moment("2017-12-29 10:00"))

    assert {one.state for one in plan.lines.all()} == {LineState.CARRIED}
    carried = Subject.objects.filter(year=2018)
    assert {(one.source, one.state) for one in carried} == {("carried", SubjectState.RECEIVED)}
    assert carried.count() == 2


def test_the_days_around_a_consultation_are_counted_and_say_why(cast: Cast) -> None:
    """8 March 2017 is a Wednesday: fifteen working days before it lies 15 February, ten before it 22 February."""
    meeting = make.notified_gathering(cast, type="consultation", title="协商会", host=cast.committee)
    notice, papers, minutes = (queries.window(meeting, which) for which in ("notice", "papers", "minutes"))

    assert (notice.due_on, papers.due_on, minutes.due_on) == (
        date(2017, 2, 15),
        date(2017, 2, 22),
        date(2017, 3, 17),
    )
    assert [day.number for day in notice.deadline.days if day.counted] == list(range(1, 16))
    assert notice.is_late(date(2017, 3, 1))  # it was sent on 1 March
    assert notice.word(date(2017, 3, 1)) == "迟于期限"
    assert (papers.word(date(2017, 3, 1)), minutes.is_late(date(2017, 3, 17))) == ("逾期7天", False)


def test_a_research_task_keeps_every_version_and_its_report_becomes_an_output(cast: Cast) -> None:
    line = make.running_line(cast)
    one = make.running_research(cast, line=line)
    with pytest.raises(Refused, match="报告还没有写"):
        perform(one, "send", cast.convener, at=make.DAY)
    note = {"on": "2017-03-01", "place": "某机械厂", "question": "2", "content": "银行要三年报表。"}
    perform(one, "record", cast.li, note, at=make.DAY)  # a member of the group writes down what was seen
    with pytest.raises(NotAllowed):
        perform(one, "record", cast.zhao, note, at=make.DAY)
    perform(one, "write", cast.convener, make.STUDIED | {"content": "初稿。"}, at=make.DAY)
    perform(one, "write", cast.convener, make.STUDIED, at=make.DAY)
    perform(one, "send", cast.convener, at=make.DAY)
    perform(one, "deliver", cast.office, {"area": "16"}, at=make.DAY)

    assert [(n.question, n.by) for n in one.notes.all()] == [(2, cast.li)]
    assert [v.number for v in one.reports.all()] == [1, 2]
    paper = one.output
    assert paper is not None
    assert (paper.content, [a.content for a in paper.advice.all()]) == (
        make.STUDIED["content"],
        make.STUDIED["advice"],
    )
    assert list(line.outputs.all()) == [paper]
    assert {step.record for step in links.chain(paper)} >= {one, line}
