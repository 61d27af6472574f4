"""The third acceptance walk: a consultation, from the topic a member brings to the advice that was adopted.

Member → screening → plan → chairmen's meeting → party committee → issued → research, visits, 协商会 → report → 批示 →
adoption → done. ``HUISHENG_TOUR=1`` writes docs/tour/consultations/ anew; without it only the walk.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from huisheng.consultations.models import Line, Plan, Research, Subject
from huisheng.desk.fsck import check
from huisheng.gatherings import actions as meetings
from huisheng.gatherings.models import Gathering
from huisheng.kernel.lifecycle import perform
from huisheng.outputs.models import Instruction, Output
from tests.cast import Cast, make_cast, moment

from .pages import DESK, PHONE, TOUR, Album, Clock, enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=60_000)
HEAD = """# 一个协商项目走完全程

一个议题怎样从委员提出，经筛选、主席会议、区委审定列入年度计划，再调研、协商、报送、批示，直到建议被采纳。
每一步配手机（390 像素）和电脑（1366 像素）两张图。人物和文字都是虚构的。
图由 `HUISHENG_TOUR=1 python -m pytest tests/browser/test_consultations_tour.py` 重新生成。"""
TITLE = "银企合作破解企业融资难"
COLLECT, PLAN, STUDY, CONSULT, RESULT = (
    "一、征集和筛选", "二、计划审定和印发", "三、调研", "四、协商", "五、成果、批示和采纳",
)  # fmt: skip


class Walk:
    """The house at its own clock, and a browser for everybody who takes part."""

    def __init__(self, server: str, new_context: Any, cast: Cast, clock: Clock) -> None:
        self.server, self.new_context, self.cast, self.clock = server, new_context, cast, clock
        self.pages: dict[str, Page] = {}
        self.troubles: list[str] = []
        self.album = Album(new_context().new_page(), TOUR / "consultations")

    def as_(self, name: str, path: str) -> Page:
        if name not in self.pages:
            page = self.pages[name] = self.new_context().new_page()
            page.on("pageerror", lambda error: self.troubles.append(f"{name} {error}"))
            page.set_default_timeout(120_000)  # a busy machine is no failure
            page.set_viewport_size(PHONE if name in ("li", "leader") else DESK)
        page = self.pages[name]
        page.goto(self.server + path)
        if "/accounts/login/" in page.url:  # the session ended meanwhile
            enter(page, self.server, self.cast.accounts[name], path)
        return page

    def shoot(self, page: Page, stage: str, name: str, caption: str) -> None:
        self.album.shoot(page, stage, name, caption)


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def send(page: Page) -> None:
    """The form of a step's own page."""
    with page.expect_navigation():
        page.locator(
            "main form.form button[type=submit], main form button.formal, main form button.primary"
        ).last.click()


def fill(page: Page, **fields: str) -> None:
    for label, words in fields.items():
        page.get_by_label(label).first.fill(words)


def says(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.locator("main")).to_contain_text(text)


def take(walk: Walk, name: str, path: str, **fields: str) -> Page:
    """Press a step on its own page, and once more where a formal one shows what will happen."""
    page = walk.as_(name, path)
    fill(page, **fields)
    send(page)
    if page.get_by_role("heading", name="请核对").count():
        send(page)
    return page


@pytest.fixture
def walk(transactional_db: None, live_server: Any, new_context: Any, monkeypatch: pytest.MonkeyPatch) -> Walk:
    cache.clear()
    clock = Clock("2017-01-06 09:30")
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    return Walk(live_server.url, new_context, make_cast(), clock)


# -- 1 topics --------------------------------------------------------------------------------------------------------
def topics_are_brought_and_screened(walk: Walk) -> None:
    page = walk.as_("office", "/consultations/plans/new/")
    fill(page, 总体要求="围绕中心，先调研后协商。", 议题征集截止="2017-01-20")
    press(page, "建好计划")
    page = walk.as_("li", "/consultations/")
    says(page, "正在征集2017年的协商议题")
    page.get_by_role("link", name="提议题").first.click()
    fill(page, 议题=TITLE, 情况和理由="小微企业贷款难，银行放款也难，双方都说缺信息。")
    walk.shoot(page, COLLECT, "1-1-bring", "委员在手机上提议题：一句话、一段理由。")
    press(page, "提交议题")
    says(page, "李清和提出", "待筛选")
    page = walk.as_("convener", "/consultations/subjects/new/")
    fill(page, 议题="养老服务业发展", 情况和理由="床位空着，老人却住不起。")
    press(page, "提交议题")
    page = walk.as_("office", "/consultations/subjects/?group=waiting")
    walk.shoot(page, COLLECT, "1-2-topics", "办公室筛选：谁提的、从哪里来，都在一处。")
    first, second = Subject.objects.order_by("pk")
    take(walk, "office", f"/consultations/subjects/{first.pk}/steps/choose", 说明="与区委中心工作一致。")
    take(walk, "office", f"/consultations/subjects/{second.pk}/steps/keep", 说明="列入明年备选。")
    page = walk.as_("office", f"/consultations/subjects/{first.pk}/")
    walk.shoot(page, COLLECT, "1-3-topic", "列入备选的议题，一点就写进计划草案。")


# -- 2 the plan ------------------------------------------------------------------------------------------------------
def the_plan_is_written_approved_and_issued(walk: Walk) -> None:
    subject = Subject.objects.get(title=TITLE)
    page = walk.as_("office", f"/consultations/subjects/{subject.pk}/")
    page.get_by_role("link", name="写进2017年计划").click()
    page.get_by_label("协商形式").select_option("topic")
    page.get_by_label("协商层次").select_option("chairs")
    page.get_by_label("时间安排").select_option("4")
    page.get_by_label("责任单位").select_option(str(walk.cast.committee.pk))
    fill(page, 牵头领导="副主席 冯主席", 参加人员="部分委员、企业和银行")
    page.get_by_label("区财政局").check()
    walk.shoot(page, PLAN, "2-1-line", "一个项目：议题、形式、层次、月份、牵头领导、责任和参与单位。")
    press(page, "存好")
    says(page, TITLE, "拟列入")
    plan = Plan.objects.get()
    steps = f"/consultations/plans/{plan.pk}/steps"
    walk.clock.go("2017-01-23 09:00")
    page = walk.as_("office", "/consultations/plans/2017/")
    press(page, "提请审议")
    take(walk, "chair", f"{steps}/endorse", 审议意见="同意，报区委审定。")
    page = walk.as_("office", "/consultations/plans/2017/")
    take(walk, "office", f"{steps}/submit")
    walk.clock.go("2017-02-06 09:00")
    take(walk, "office", f"{steps}/approve", 审定日期="2017-02-04", 文号或会议="区委常委会第3次会议")
    page = walk.as_("chair", f"{steps}/issue")
    walk.shoot(page, PLAN, "2-2-issue", "印发之前再看一遍：这一版定稿，不能再改。")
    send(page)
    plan.refresh_from_db()
    assert plan.state == "issued", plan.state
    page = walk.as_("li", "/consultations/plans/2017/")
    says(page, "共 1 项")
    walk.shoot(page, PLAN, "2-3-plan", "印发的计划：手机上一项一张卡片，电脑上一张表，可打印成公文。")


# -- 3 research ------------------------------------------------------------------------------------------------------
def the_committee_studies_it(walk: Walk) -> None:
    line = Line.objects.get()
    page = walk.as_("convener", f"/consultations/lines/{line.pk}/steps/begin")
    fill(page, 协商方案="走访企业，再请企业和银行面对面座谈，形成报告，提请主席会议协商。")
    page.get_by_label("李清和").check()
    send(page)
    page = walk.as_("convener", f"/consultations/research/new/?line={line.pk}")
    fill(
        page,
        课题负责人="戴召集",
        调研方案="走访企业十二家，座谈一次。",
        开始="2017-02-06",
        报告期限="2017-04-10",
    )
    for place, text in enumerate(("贷款难在哪一环", "银行缺什么信息")):
        page.locator("textarea[name=questions]").nth(place).fill(text)
    page.get_by_label("李清和").check()
    walk.shoot(page, STUDY, "3-1-study", "调研课题：提纲、课题组、报告期限。")
    press(page, "存好")
    study = Research.objects.get()
    page = walk.as_("convener", f"/consultations/research/{study.pk}/")
    press(page, "报批")
    take(walk, "office", f"/consultations/research/{study.pk}/steps/approve")
    walk.clock.go("2017-02-16 17:00")
    page = walk.as_("li", f"/consultations/research/{study.pk}/steps/record")
    fill(page, 日期="2017-02-16", 地点或单位="方山耐火材料厂")
    fill(page, **{"看到、听到的情况": "抵押物是厂房，评估只给三成；续贷要先还后借。"})
    page.get_by_label("对应提纲").select_option("1")
    walk.shoot(page, STUDY, "3-2-note", "课题组成员在现场用手机记下看到、听到的。")
    send(page)
    says(page, "评估只给三成")
    for content in (
        "走访十二家。融资难在抵押和续贷。",
        "走访十二家，座谈一次。融资难在抵押、续贷和信息三环。",
    ):
        page = walk.as_("convener", f"/consultations/research/{study.pk}/steps/write")
        fill(page, 报告标题="关于企业融资情况的调研报告", 正文=content)
        for place, text in enumerate(("建立银企信息台账。", "设立应急转贷资金。")):
            page.locator("textarea[name=advice]").nth(place).fill(text)
        send(page)
    page = walk.as_("convener", f"/consultations/research/{study.pk}/reports/2/")
    walk.shoot(page, STUDY, "3-3-versions", "报告每一稿都留着，改了哪里看得到。")
    page = walk.as_("convener", f"/consultations/research/{study.pk}/")
    walk.shoot(page, STUDY, "3-4-research", "课题页：每个问题下面是走访的记录，再下面是报告各稿。")
    press(page, "报告送审")
    page = take(walk, "office", f"/consultations/research/{study.pk}/steps/deliver")
    study.refresh_from_db()
    assert study.output is not None


# -- 4 the consultation ----------------------------------------------------------------------------------------------
def _meeting(walk: Walk, type: str, title: str, on: date, told: str, **more: Any) -> Gathering:
    """A gathering of the committee, run by its convener (its own pages have their own walk)."""
    cast, keeper = walk.cast, walk.cast.convener
    starts = moment(f"{on} 09:00")
    data = {"type": type, "title": title, "starts_at": starts, "ends_at": starts + timedelta(hours=3),
            "place": "区政协二楼会议室", "host": cast.committee}  # fmt: skip
    one = meetings.start(keeper, data, at=moment(told))
    meetings.save_agenda(one, keeper, [{"number": 1, "title": "听取调研情况，面对面协商"}], moment(told))
    meetings.save(one, keeper, {}, at=moment(told), **more)
    perform(
        one,
        "invite",
        keeper,
        {"members": [cast.member_li.pk, cast.member_wang.pk], "role": "due"},
        at=moment(told),
    )
    perform(one, "notify", keeper, at=moment(told))
    return one


def _hold(walk: Walk, one: Gathering, minutes: str, settled: str) -> None:
    keeper = walk.cast.convener
    perform(one, "open", keeper, at=one.starts_at)
    meetings.tick(one, one.parts.get(), list(one.invitees.all()), keeper, one.starts_at)
    perform(one, "close", keeper, at=one.ends_at)
    meetings.save_minutes(one, keeper, minutes, moment(settled))
    perform(one, "settle", keeper, at=moment(settled))


def they_visit_and_consult(walk: Walk) -> None:
    line = Line.objects.get()
    stops = [
        {"organisation": f"某企业{n}", "sort": "enterprise", "on": date(2017, 2, 16)} for n in range(1, 13)
    ]
    guests = [
        {"organisation": "汜水农商银行", "sort": "bank", "people": 2},
        {"organisation": "方山耐火材料厂", "sort": "enterprise", "people": 1},
    ]
    visit = _meeting(walk, "research", "企业融资调研", date(2017, 2, 16), "2017-02-08 09:00", stops=stops)
    talk = _meeting(
        walk, "consultation", "银企合作协商会", date(2017, 4, 6), "2017-03-10 09:00", guests=guests
    )
    _hold(walk, visit, "走访十二家。", "2017-02-20 09:00")
    walk.clock.go("2017-03-27 09:00")
    page = walk.as_("convener", f"/consultations/lines/{line.pk}/steps/arrange")
    for name in ("企业融资调研", "银企合作协商会"):
        page.get_by_label(name).check()
    send(page)
    says(page, "走访企业 12 家", "书面通知", "送达材料")
    walk.shoot(
        page, CONSULT, "4-1-line", "项目页：走访、座谈、协商会都挂在这里，通知、材料、纪要三个期限自己提醒。"
    )
    page.locator(".windows a").nth(1).click()
    says(page, "逐日计算")
    walk.shoot(page, CONSULT, "4-2-days", "期限怎么算的：从开会往前数，一天一行说得清。")
    _hold(walk, talk, "银行与企业当场对接九家。", "2017-04-10 09:00")


# -- 5 what came of it -----------------------------------------------------------------------------------------------
def the_report_is_delivered_and_its_advice_adopted(walk: Walk) -> None:
    walk.clock.go("2017-04-12 09:00")
    line, output = Line.objects.get(), Output.objects.get()
    for name, action in (("editor", "send"), ("office", "check"), ("chair", "sign")):
        take(walk, name, f"/outputs/{output.pk}/steps/{action}")
    page = walk.as_("editor", f"/outputs/{output.pk}/steps/deliver")
    page.get_by_label("区委主要领导").check()
    send(page)
    page = walk.as_("leader", f"/outputs/{output.pk}/instruct/")
    fill(page, 自己写="报告情况实、建议准。请财政局牵头落实。")
    press(page, "预览")
    if page.get_by_label("密码").count():
        page.get_by_label("密码").fill("一条建言都有回声")
    press(page, "确认批示")
    says(page, "报告情况实")
    take(walk, "office", f"/outputs/instructions/{Instruction.objects.get().pk}/steps/keep")
    page = walk.as_("office", f"/consultations/lines/{line.pk}/")
    says(page, "还有2条建议没有登记采纳情况")
    walk.shoot(page, RESULT, "5-1-waiting", "还差什么，页面自己说：建议没有答复，就不能算完成。")
    walk.clock.go("2017-05-16 09:00")
    for one in output.advice.all():
        page = walk.as_("editor", f"/outputs/{output.pk}/steps/answer_advice")
        page.get_by_label("哪一条建议").select_option(str(one.pk))
        page.get_by_label("采纳", exact=True).check()
        fill(page, 落实措施="已列入区政府工作安排，六月底前办成。")
        send(page)
    take(
        walk,
        "office",
        f"/consultations/lines/{line.pk}/steps/conclude",
        完成情况="走访12家，开协商会一次，两条建议均被采纳。",
    )
    page = walk.as_("li", f"/consultations/lines/{line.pk}/")
    says(page, "建议 2 条：采纳 2", "区领导批示 1 件", "已完成")
    walk.shoot(page, RESULT, "5-2-done", "提议题的委员看得到：做了什么、形成什么、采纳几条。")
    page = walk.as_("chair", "/consultations/plans/2017/")
    says(page, "完成率 100%")
    walk.shoot(page, RESULT, "5-3-plan", "计划的完成率，是一项一项数出来的。")
    public = walk.new_context(java_script_enabled=False).new_page()
    public.goto(f"{walk.server}/open/consultations/2017/")
    says(public, TITLE, "已完成")
    walk.shoot(
        public,
        RESULT,
        "5-4-public",
        "印发的计划公众也看得到：商量哪些事、开了什么会、后来怎样；参加的人和没有公开的材料不列。",
    )


STAGES = (
    topics_are_brought_and_screened, the_plan_is_written_approved_and_issued, the_committee_studies_it,
    they_visit_and_consult, the_report_is_delivered_and_its_advice_adopted,
)  # fmt: skip


def test_a_topic_becomes_a_consultation_and_its_advice_is_adopted(walk: Walk) -> None:
    for stage in STAGES:
        stage(walk)
    assert walk.troubles == []
    report = check()
    assert report.is_clean, report.problems
    walk.album.write_captions(HEAD)
