"""The papers of a meeting, really set: what stands in them as PDF and as Word, and who may have which."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from huisheng.gatherings import actions, floor, papers
from huisheng.gatherings.models import Ballot, Gathering, Invitee
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Member

from .. import make
from ..cast import BEGAN, Cast, make_cast, moment
from ..make import DAY, ENDS, MEETS

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: object) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    return client


def pdf(account: object, path: str) -> str:
    """The words of a PDF without blanks, as another program reads them."""
    answer = browser(account).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), path
    command = ["pdftotext", "-layout", "-", "-"]
    read = subprocess.run(command, input=answer.content, capture_output=True, check=True).stdout
    return re.sub(r"[\s\u200b]", "", read.decode())


def word(account: object, path: str) -> str:
    """All paragraphs and cells of a .docx, without blanks."""
    answer = browser(account).get(path)
    assert answer.status_code == 200, path
    document = Document(io.BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return re.sub(r"\s", "", "".join([*(one.text for one in document.paragraphs), *cells]))


def both(account: object, path: str) -> tuple[str, str]:
    return pdf(account, f"{path}.pdf"), word(account, f"{path}.docx")


def paper(one: Gathering, name: str) -> str:
    return f"/gatherings/{one.pk}/paper/{name}"


def openers(cast: Cast, path: str) -> set[str]:
    found = {name: browser(account).get(path).status_code for name, account in cast.accounts.items()}
    assert set(found.values()) <= {200, 404}
    return {name for name, status in found.items() if status == 200}


INSIDE = {"clerk", "second", "reviewer", "office", "editor", "chair"}
CALLED = {"li", "wang", "zhao"}


def plenary(cast: Cast) -> Gathering:
    """Announced: an agenda in two levels, somebody who listens, a note."""
    one = make.gathering(cast)
    actions.save(one, cast.office, {"note": "请着正装。", "leader": "冯主席"}, at=DAY)
    items: list[dict[str, Any]] = [
        {"number": 1, "title": "听取工作报告", "presenter": "冯主席", "minutes": 40},
        {"number": 2, "title": "常委会工作报告", "parent": 1},
        {"number": 3, "title": "大会选举"},
    ]
    actions.save_agenda(one, cast.office, items, DAY)
    perform(one, "invite", cast.office, {"others": "周列席", "role": "listens"}, at=DAY)
    perform(one, "notify", cast.office, at=DAY)
    return one


def test_the_notice_says_when_where_and_what_and_carries_its_slip(cast: Cast) -> None:
    one = plenary(cast)
    for said in both(cast.li, paper(one, "notice")):
        for words in (
            "关于召开九届一次全体会议的通知", "各位委员，各有关单位：", "2017年3月8日（星期三）9:00至11:30", "区会议中心",
            "出席：李清和、王立言、赵闻声。列席：周列席。", "听取工作报告（冯主席）", "请着正装。", "请于3月7日9:00前回执。",
            "请提前2天请假", "2017年3月1日", "回执", "□出席□请假", "政协郑州市上街区委员会办公室",
        ):  # fmt: skip
            assert words in said, words
    assert openers(cast, f"{paper(one, 'notice')}.docx") == INSIDE | CALLED


def test_the_notice_of_a_visit_asks_who_comes(cast: Cast) -> None:
    one = make.notified_gathering(cast, type="visit_in", title="洛阳市政协来访", host=cast.committee)
    said = pdf(cast.li, f"{paper(one, 'notice')}.pdf")
    assert "关于举行洛阳市政协来访的通知" in said
    assert ("□参加□不参加" in said, "请提前" in said, "区政协经济委员会" in said) == (True, False, True)


def test_the_agenda_is_a_numbered_tree_sitting_by_sitting(cast: Cast) -> None:
    one = plenary(cast)
    for said in both(cast.li, paper(one, "agenda")):
        assert "一、听取工作报告（冯主席）40分钟（一）常委会工作报告二、大会选举" in said

    other = make.gathering(cast, title="两天的会")
    two = [{"label": f"{day}日上午", "starts_at": moment(f"2017-03-0{day} 09:00"), "ends_at": moment(f"2017-03-0{day} 11:00")}
           for day in (8, 9)]  # fmt: skip
    actions.save(other, cast.office, {}, parts=two, at=DAY)
    first, second = other.parts.all()
    items = [{"number": 1, "title": "开幕", "part": first}, {"number": 2, "title": "闭幕", "part": second}]
    actions.save_agenda(other, cast.office, items, DAY)
    assert "8日上午（9:00，区会议中心）一、开幕9日上午（9:00，区会议中心）一、闭幕" in pdf(
        cast.office, f"{paper(other, 'agenda')}.pdf"
    )


def test_seats_and_sign_in_follow_the_groups_of_the_list(cast: Cast) -> None:
    one = plenary(cast)
    one.invitees.filter(member=cast.member_wang).update(group="第一组")
    for said in both(cast.office, paper(one, "seating")):
        assert "主席台" in said
        assert "教育界李清和赵闻声" in said
        assert "第一组王立言" in said
        assert said.index("第一组王立言") < said.index("列席周列席")
    for said in both(cast.office, paper(one, "sheet")):
        assert "3月8日上午" in said
        assert "1李清和" in said
        assert "4周列席" in said
    assert "教育界（2人）" in pdf(cast.office, f"{paper(one, 'sheet')}.pdf")


def test_a_sheet_is_empty_and_the_register_says_who_came_when(cast: Cast) -> None:
    one = plenary(cast)
    perform(one, "open", cast.office, at=MEETS)
    actions.sign_in(one, cast.li, moment("2017-03-08 08:52"))
    perform(one, "close", cast.office, at=ENDS)
    empty = pdf(cast.office, f"{paper(one, 'sheet')}.pdf")
    assert ("出席8:52" in empty, "缺席" in empty) == (False, False)
    for said in both(cast.office, paper(one, "register")):
        assert "李清和出席8:52" in said
        assert "王立言缺席" in said


def test_a_wide_sheet_lies_on_its_side(cast: Cast) -> None:
    one = make.gathering(cast)
    parts = [{"label": f"第{n}场", "starts_at": MEETS + timedelta(days=n), "ends_at": ENDS + timedelta(days=n)} for n in range(5)]  # fmt: skip
    actions.save(one, cast.office, {}, parts=parts, at=DAY)
    reader = papers.Reader.of(one, cast.office, DAY)
    assert papers.sign_in_sheet(reader).landscape
    assert "第4场" in pdf(cast.office, f"{paper(one, 'sheet')}.pdf")


def test_leave_and_the_sign_in_book_are_the_organisers_alone(cast: Cast) -> None:
    leave = make.leave(cast, type="committee", title="专委会会议", host=cast.committee)
    one = leave.gathering
    for name in ("leaves", "sheet", "register"):
        assert openers(cast, f"{paper(one, name)}.docx") == {"office", "convener"}, name
    for name in ("seating", "attendance"):
        assert openers(cast, f"{paper(one, name)}.docx") == INSIDE | {"convener"}, name
    perform(leave, "refuse", cast.convener, {"note": "请到会"}, at=DAY)
    for said in both(cast.convener, paper(one, "leaves")):
        assert "1李清和教育界3月8日上午身体原因" in said
        assert "未批准（戴召集）" in said


def test_a_leave_slip_is_printed_for_who_asked_and_who_decides(cast: Cast) -> None:
    leave = make.leave(cast)
    perform(leave, "grant", cast.chair, {}, at=DAY)
    path = f"/gatherings/leaves/{leave.pk}/paper"
    for said in both(cast.li, path):
        for words in ("请假条", "李清和", "教育界", "3月8日上午", "身体原因", "已批准", "冯主席"):
            assert words in said
    assert openers(cast, f"{path}.docx") == {"li", "office", "chair"}


def test_a_convener_does_not_read_on_paper_the_leave_that_the_chair_decides(cast: Cast) -> None:
    leave = make.leave(cast, host=cast.committee)
    assert "身体原因" in pdf(cast.office, f"{paper(leave.gathering, 'leaves')}.pdf")
    assert "没有请假。" in pdf(cast.convener, f"{paper(leave.gathering, 'leaves')}.pdf")


def test_the_report_slip_says_due_present_and_the_quorum(cast: Cast) -> None:
    one = make.held_gathering(cast)
    for said in both(cast.chair, paper(one, "attendance")):
        assert "3月8日上午31000200" in said  # 应到3 实到1 … 缺席2
        assert "应到3人，实到1人，须三分之二以上出席方可开会（2人），还差1人。" in said
    assert browser(cast.li).get(f"{paper(one, 'attendance')}.pdf").status_code == 404


def test_minutes_name_who_came_had_leave_and_listened(cast: Cast) -> None:
    one = plenary(cast)
    leave = actions.ask_leave(one, cast.wang, {"parts": list(one.parts.all()), "reason": "illness"}, at=DAY)
    perform(leave, "grant", cast.chair, at=DAY)
    perform(one, "open", cast.office, at=MEETS)
    part, guest = one.parts.get(), one.invitees.get(name="周列席")
    actions.sign_in(one, cast.li, MEETS)
    actions.tick(one, part, [guest], cast.office, MEETS)
    perform(one, "close", cast.office, at=ENDS)
    assert browser(cast.office).get(f"{paper(one, 'minutes')}.pdf").status_code == 404  # nothing written yet
    actions.save_minutes(one, cast.office, "会议审议了常委会工作报告。", ENDS)
    items = [{"id": item.pk, "number": item.number, "title": item.title, "outcome": "通过。" if item.number == 3 else ""}
             for item in one.agenda.all()]  # fmt: skip
    actions.save_agenda(one, cast.office, items, ENDS)
    assert browser(cast.li).get(f"{paper(one, 'minutes')}.pdf").status_code == 404  # not final yet
    assert "（未定稿）" in pdf(cast.office, f"{paper(one, 'minutes')}.pdf")

    one.refresh_from_db()
    perform(one, "settle", cast.office, at=ENDS)
    for said in both(cast.li, paper(one, "minutes")):
        for words in (
            "政协郑州市上街区委员会全体会议纪要", "第一次", "时间：2017年3月8日（星期三）9:00至11:30", "主持：冯主席", "出席：李清和请假：王立言列席：周列席",
            "会议审议了常委会工作报告。", "1．大会选举：通过。", "2017年3月8日",
        ):  # fmt: skip
            assert words in said, words
        assert ("赵闻声" in said, "身体原因" in said) == (False, False)


def test_a_briefing_is_printed_with_its_number(cast: Cast) -> None:
    one = make.briefing(cast)
    path = f"/gatherings/briefings/{one.pk}/paper"
    assert "第期" in pdf(cast.office, f"{path}.pdf")
    assert browser(cast.li).get(f"{path}.pdf").status_code == 404
    perform(one, "issue", cast.office, at=MEETS)
    for said in both(cast.li, path):
        for words in (
            "九届一次全体会议简报",
            "第1期",
            "2017年3月8日",
            "第一组讨论摘要",
            "李清和：电梯补贴应当写明标准。",
            "编写：何办公签发：何办公",
        ):
            assert words in said, words


def test_the_order_of_speeches_holds_only_what_was_chosen(cast: Cast) -> None:
    one = make.speech(cast)
    perform(one, "submit", cast.li, at=DAY)
    path = paper(one.gathering, "speeches")
    assert "还没有排定。" in pdf(cast.li, f"{path}.pdf")
    perform(one, "choose", cast.editor, {}, at=DAY)
    perform(one, "check", cast.office, {}, at=DAY)
    perform(one, "speak", cast.chair, {"position": 2, "limit": 8}, at=DAY)
    for said in both(cast.li, path):
        assert "2李清和教育界让老旧小区的老人下得了楼" in said
        assert "8分钟" in said
    visit = make.notified_gathering(cast, type="visit_in", title="来访")
    assert browser(cast.office).get(f"{paper(visit, 'speeches')}.pdf").status_code == 404


def test_the_result_of_an_election_is_read_out_from_paper(cast: Cast) -> None:
    one = make.ballot(
        cast, is_election=True, seats=1, method="secret", scrutineers="孙监票", tellers="李计票"
    )
    lines = [
        {"name": "甲某", "in_favour": 2, "against": 1},
        {"name": "乙某", "in_favour": 1, "is_written_in": True},
    ]
    floor.save_ballot(one, cast.office, {}, lines, MEETS)
    one.refresh_from_db()
    path = f"/gatherings/ballots/{one.pk}/paper"
    assert "（未宣布）" in pdf(cast.office, f"{path}.pdf")
    assert browser(cast.li).get(f"{path}.docx").status_code == 404
    perform(one, "declare", cast.office, at=MEETS)
    for said in both(cast.li, path):
        for words in (
            "选举结果报告单", "应到3人", "实到3人", "发出3票", "收回3票", "有效3票", "废票0票", "甲某210当选", "乙某（另选）100未当选",
            "以应到人数过半数为当选，须2票。", "多于应选名额的作废", "孙监票", "李计票",
        ):  # fmt: skip
            assert words in said, words
        assert "（未宣布）" not in said


def test_a_vote_by_applause_has_no_counts_on_its_slip(cast: Cast) -> None:
    one = make.ballot(cast, method="acclaim")
    said = pdf(cast.office, f"/gatherings/ballots/{one.pk}/paper.pdf")
    assert ("表决结果报告单" in said, "决议草案通过" in said, "发出" in said) == (True, True, False)


def test_what_is_no_paper_is_not_there(cast: Cast) -> None:
    one = make.notified_gathering(cast)
    for name in ("nothing.pdf", "notice.exe", "agenda.PDF", "minutes.pdf"):
        assert browser(cast.office).get(f"/gatherings/{one.pk}/paper/{name}").status_code == 404, name
    assert browser(cast.office).get(f"/gatherings/ballots/{Ballot.objects.count() + 99999}/paper.pdf").status_code == 404  # fmt: skip
    draft = make.gathering(cast, title="还没通知")
    assert openers(cast, f"{paper(draft, 'notice')}.docx") == {"office"}


def test_the_page_lists_the_papers_that_open(cast: Cast) -> None:
    one = plenary(cast)
    for name, account in (("office", cast.office), ("li", cast.li), ("editor", cast.editor)):
        page = browser(account).get(f"/gatherings/{one.pk}/").content.decode()
        listed = set(re.findall(rf'href="/gatherings/{one.pk}/paper/(\w+)\.pdf"', page))
        opens = {
            which for which in papers.PAPERS if browser(account).get(f"{paper(one, which)}.docx").status_code == 200
        }  # fmt: skip
        assert listed == opens, name
        assert {"notice", "agenda", "speeches"} <= listed


@pytest.mark.parametrize("name", papers.PAPERS)
def test_a_paper_asks_the_same_for_few_and_for_many(name: str, cast: Cast) -> None:
    one = make.held_gathering(cast)
    actions.save_minutes(one, cast.office, "会议纪要。", ENDS)
    crowd(cast, one, 1)
    few = asked(one, name, cast)
    crowd(cast, one, 20)
    assert asked(one, name, cast) == few
    assert few <= 9


def asked(one: Gathering, name: str, cast: Cast) -> int:
    gathering = Gathering.objects.select_related("host", "session__term").get(pk=one.pk)
    reader = papers.Reader.of(gathering, cast.office, ENDS)
    papers.PAPERS[name].make(reader)
    with CaptureQueriesContext(connection) as told:
        assert papers.PAPERS[name].make(reader).blocks
    return len(told)


def crowd(cast: Cast, one: Gathering, count: int) -> None:
    """So many more people who had leave, came all the same, and spoke; and so many items."""
    for number in range(count):
        member = Member.objects.create(name=f"委员{number}", sector=cast.sector, starts_on=BEGAN)
        invitee = Invitee.objects.create(gathering=one, member=member, name=member.name, sector=cast.sector)
        leave = one.leaves.create(
            invitee=invitee, reason="duty", asked_at=DAY, state="granted", decided_by=cast.chair
        )
        leave.parts.set(one.parts.all())
        one.speeches.create(
            title=f"发言{number}", content="好", speaker_member=member, state="oral", position=number
        )
        actions.tick(one, one.parts.get(), [invitee], cast.office, MEETS)
    items = [{"number": n, "title": f"议题{n}", "outcome": "通过"} for n in range(1, count + 1)]
    actions.save_agenda(one, cast.office, items, ENDS)
