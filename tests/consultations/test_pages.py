"""Pages of 年度协商: who writes what, what a reader sees and does not, and what the pages cost."""

from __future__ import annotations

import pytest
from django.test import Client

from huisheng.consultations import actions
from huisheng.consultations.models import Line, Plan, Research, Subject
from huisheng.desk.reminders import everything_due
from huisheng.desk.search import search
from huisheng.desk.todo import duties
from huisheng.kernel.lifecycle import perform

from .. import make
from ..cast import Cast, make_cast, moment
from ..counting import questions

pytestmark = pytest.mark.django_db
LINE = {
    "title": "养老服务", "form": "sector", "tier": "committee", "month": "9", "leader": "冯主席", "body": "", "subject": "",
    "participants": "部分委员", "key": "k-line", "version": "",
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: object) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def test_a_member_brings_a_topic_on_one_page_once_and_a_unit_cannot(cast: Cast) -> None:
    client = browser(cast.li)
    asked = {"title": "社区养老怎么办", "reason": "", "form": "", "year": "2017", "key": "k1"}
    refused = client.post("/consultations/subjects/new/", asked)
    assert (refused.status_code, "“情况和理由”还没有填" in refused.content.decode()) == (422, True)
    assert 'value="社区养老怎么办"' in refused.content.decode()  # what was typed stands there
    for _ in range(2):
        client.post("/consultations/subjects/new/", asked | {"reason": "老人多，床位少。"})

    one = Subject.objects.get()
    assert (one.member, one.source) == (cast.member_li, "member")
    assert "来源" not in text(
        client, "/consultations/subjects/new/"
    )  # the office's fields are not asked of a member
    text(browser(cast.housing_clerk), "/consultations/subjects/new/", 403)
    text(browser(cast.zhao), one.get_absolute_url(), 404)


def test_the_office_takes_up_a_lead_and_writes_the_chosen_topic_into_the_plan(cast: Cast) -> None:
    client = browser(cast.office)
    lead = make.reading(cast)
    assert lead.gist in text(client, f"/consultations/subjects/new/?lead={lead.pk}")
    words = {
        "title": "卫生站周末开门",
        "reason": "群众反映看病难。",
        "source": "public",
        "year": "2017",
        "key": "k2",
    }
    client.post(f"/consultations/subjects/new/?lead={lead.pk}", words)
    subject = Subject.objects.get()
    perform(subject, "choose", cast.office)
    client.post("/consultations/plans/new/", {"year": "2017", "title": "2017年度协商工作计划", "key": "k3"})
    again = client.post("/consultations/plans/new/", {"year": "2017", "title": "又一份", "key": "k4"})
    assert "2017年的计划已经有了" in again.content.decode()
    page = text(client, f"/consultations/plans/2017/lines/new/?subject={subject.pk}")
    assert 'value="卫生站周末开门"' in page
    client.post(
        "/consultations/plans/2017/lines/new/", LINE | {"subject": subject.pk, "title": subject.title}
    )

    line = Line.objects.get()
    assert (subject.lead, line.subject, line.number) == (lead, subject, 1)
    assert str(lead) not in text(browser(cast.li), subject.get_absolute_url(), 404)


def test_lines_are_ordered_changed_and_taken_out_only_while_the_plan_is_written(cast: Cast) -> None:
    plan, client = make.plan(cast, lines=3), browser(cast.office)
    first, second, third = plan.lines.all()
    client.post(f"/consultations/lines/{second.pk}/move/", {"way": "up"})
    client.post(f"/consultations/lines/{first.pk}/take-out/")
    assert list(plan.lines.order_by("number").values_list("pk", "number")) == [(second.pk, 1), (third.pk, 2)]
    assert browser(cast.li).post(f"/consultations/lines/{third.pk}/take-out/").status_code == 404
    assert browser(cast.chair).post(f"/consultations/lines/{third.pk}/take-out/").status_code == 403
    make.issued_plan(cast, one=plan)

    assert client.post(f"/consultations/lines/{third.pk}/take-out/").status_code == 409
    perform(plan, "amend", cast.office, {"note": "新任务"})
    client.post(f"/consultations/lines/{third.pk}/edit/", LINE | {"title": third.title})
    assert "拟调整" in text(client, "/consultations/plans/2017/")
    assert "这次调整" in text(client, "/consultations/plans/2017/")
    assert "拟调整" not in text(browser(cast.li), "/consultations/plans/2017/")


def test_a_version_prints_as_it_was_issued_and_a_draft_only_for_those_who_write_it(cast: Cast) -> None:
    plan = make.plan(cast)
    text(browser(cast.li), "/consultations/plans/2017/", 404)
    assert browser(cast.office).get("/consultations/plans/2017/paper.docx").status_code == 200
    make.issued_plan(cast, one=plan)
    client = browser(cast.li)

    assert client.get("/consultations/plans/2017/paper.pdf?version=1").content.startswith(b"%PDF")
    assert client.get("/consultations/plans/2017/paper.pdf").status_code == 404
    assert plan.versions.get().fingerprint in text(client, "/consultations/plans/2017/versions/1/")
    text(client, "/consultations/plans/2017/versions/2/", 404)


def test_a_line_shows_everybody_what_came_of_it_and_opens_only_what_each_may_read(cast: Cast) -> None:
    line = make.running_line(cast)
    meeting = make.held_gathering(cast, type="consultation", title="银企合作协商会", host=cast.committee)
    perform(line, "arrange", cast.convener, {"gatherings": [meeting.pk]}, at=make.ENDS)
    paper = make.delivered_output(cast, at=make.ENDS)
    perform(line, "attach", cast.office, {"outputs": [paper.pk]}, at=make.ENDS)
    make.instruction(cast, one=paper)
    member, office = (text(browser(one), line.get_absolute_url()) for one in (cast.li, cast.office))

    for page in (member, office):
        assert "已举行 <b>1</b> 次" in page
        assert "区领导批示 <b>1</b> 件" in page
        assert "建议 <b>2</b> 条" in page
    assert paper.get_absolute_url() in office
    assert paper.get_absolute_url() not in member
    assert questions(browser(cast.office), line.get_absolute_url()) <= 12
    day = f"/consultations/lines/{line.pk}/gatherings/{meeting.pk}/notice/"
    assert "逐日计算" in text(browser(cast.li), day)
    text(browser(cast.li), day.replace("notice", "nothing"), 404)


def test_a_convener_sets_up_research_and_the_group_writes_it(cast: Cast) -> None:
    client = browser(cast.convener)
    words = {
        "title": "企业融资难在哪里", "body": cast.committee.pk, "leader": "戴召集", "members": [cast.member_li.pk],
        "scheme": "走访。", "questions": ["难在哪里", ""], "starts_on": "2017-03-01", "due_on": "2017-02-01", "key": "k5",
    }  # fmt: skip
    refused = client.post("/consultations/research/new/", words)
    assert "报告期限不能早于开始" in refused.content.decode()
    client.post("/consultations/research/new/", words | {"due_on": "2017-05-01"})
    one = Research.objects.get()
    assert one.questions == ["难在哪里"]
    perform(one, "ask", cast.convener)
    perform(one, "approve", cast.office)
    note = {
        "on": "2017-03-02",
        "place": "某机械厂",
        "question": "1",
        "content": "抵押不够。",
        "gathering": "",
    }
    browser(cast.li).post(f"/consultations/research/{one.pk}/steps/record", note)
    for content in ("初稿一段。", "初稿一段，再加一句。"):
        perform(one, "write", cast.convener, make.STUDIED | {"content": content})

    assert "抵押不够" in text(browser(cast.li), one.get_absolute_url())
    assert "<ins>" in text(browser(cast.li), f"/consultations/research/{one.pk}/reports/2/")
    text(browser(cast.zhao), one.get_absolute_url(), 404)
    text(browser(cast.li), "/consultations/research/new/", 403)


def test_what_waits_stands_on_the_desks_is_found_and_reminds(cast: Cast) -> None:
    line = make.line(cast)
    make.subject(cast, title="居家养老")
    today = moment("2017-05-02 09:00")
    said = {duty.sentence for duty in duties(cast.convener, today.date())}
    assert "2017年协商第1项《银企合作破解企业融资难》请启动" in said
    assert "协商议题《居家养老》请筛选" in {duty.sentence for duty in duties(cast.office, today.date())}
    assert duties(cast.convener, moment("2017-01-20 09:00").date()) == []  # not months before
    assert [one.what for one in everything_due(today) if one.url == line.get_absolute_url()] == [
        "协商第1项《银企合作破解企业融资难》的成果"
    ] * 2

    assert [one.title for one in search(cast.zhao, "银企合作", today.date()).rows] == [line.title] * 2
    assert search(cast.zhao, "居家养老", today.date()).rows == []
    assert "过了时间没有成果" in text(browser(cast.office), "/consultations/")


def test_pages_cost_the_same_for_few_and_for_many(cast: Cast) -> None:
    plan = make.plan(cast, lines=2)
    office, member = browser(cast.office), browser(cast.li)
    make.subject(cast)
    make.research(cast)
    lists = (
        "/consultations/",
        "/consultations/plans/2017/",
        "/consultations/subjects/",
        "/consultations/research/",
    )
    before = [questions(office, path) for path in lists]
    for n in range(28):
        actions.add_line(plan, cast.office, make.line_words(cast, title=f"第{n}个"), at=make.DAY)
        make.subject(cast, title=f"议题{n}")
        make.research(cast, title=f"课题{n}")
    after = [questions(office, path) for path in lists]
    make.issued_plan(cast, one=Plan.objects.get())
    line = plan.lines.order_by("number")[0]

    assert after == before
    assert max(after) <= 12
    assert questions(member, "/consultations/plans/2017/") <= 12
    assert questions(office, line.get_absolute_url()) <= 12
    assert questions(office, Research.objects.all()[0].get_absolute_url()) <= 12
