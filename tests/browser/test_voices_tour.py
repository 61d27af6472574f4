"""The second acceptance walk: a citizen's word, anonymously, on a phone, to an instruction, an answer, and back to them.

Citizen → intake desk → 社情民意信息 → 《政协直通车》 → 批示 → 转办 → 反馈 → the citizen's receipt, the member's notices,
the journal. ``HUISHENG_TOUR=1`` writes docs/tour/voices/ anew; without it only the walk.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from huisheng.desk.fsck import check
from huisheng.kernel.models import Entry, Notice
from huisheng.opinions.actions import ways_in
from huisheng.opinions.models import Lead, Opinion
from huisheng.outputs.models import FollowUp, Instruction, Output
from tests.cast import Cast, make_cast

from .pages import DESK, PHONE, TOUR, Album, Clock, enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=20_000)  # a busy machine is no failure
HEAD = """# 一句话走完全程

一位居民匿名反映的事，怎样变成社情民意信息、编入《政协直通车》、得到批示、由单位办理，再回到居民那里。
每一步配手机（390 像素）和电脑（1366 像素）两张图。人物和文字都是虚构的。
图由 `HUISHENG_TOUR=1 python -m pytest tests/browser/test_voices_tour.py` 重新生成。"""
SAID = "济源路社区卫生站周末不开门，孩子发烧只能跑大医院，来回要两个小时。"
WORDS = {
    "标题": "关于社区卫生站周末留一个门诊窗口的建议",
    "情况": "济源路社区卫生站周末不开门，周边四个小区的孩子发烧只能去大医院，来回两个小时。卫生站有医护十一人，周末全部休息。",
    "分析": "排班按工作日定，周末没有值班补贴。",
    "建议": "周末轮流留一个门诊窗口，值班补贴从公共卫生经费里列支；大门口写明当天谁值班。",
}


class Walk:
    """The house at its own clock, and a browser for everybody who takes part."""

    def __init__(self, server: str, new_context: Any, cast: Cast, clock: Clock) -> None:
        self.server, self.new_context, self.cast, self.clock = server, new_context, cast, clock
        self.pages: dict[str, Page] = {}
        self.troubles: list[str] = []
        self.album = Album(new_context().new_page(), TOUR / "voices")

    def as_(self, name: str, path: str) -> Page:
        if name not in self.pages:
            page = self.pages[name] = self.new_context().new_page()
            page.on("pageerror", lambda error: self.troubles.append(f"{name} {error}"))
            page.set_viewport_size(DESK)
        page = self.pages[name]
        page.goto(self.server + path)
        if "/accounts/login/" in page.url:  # the session ended meanwhile
            enter(page, self.server, self.cast.accounts[name], path)
        return page

    def shoot(self, page: Page, stage: str, name: str, caption: str) -> None:
        self.album.shoot(page, stage, name, caption)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def fill(page: Page, **fields: str) -> None:
    for label, words in fields.items():
        page.get_by_label(label).first.fill(words)


def says(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


@pytest.fixture
def walk(transactional_db: None, live_server: Any, new_context: Any, monkeypatch: pytest.MonkeyPatch) -> Walk:
    cache.clear()
    clock = Clock("2017-03-01 09:30")
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    return Walk(live_server.url, new_context, make_cast(), clock)


# -- 1 the citizen -------------------------------------------------------------------------------------------------
def a_citizen_says_it_on_a_phone(walk: Walk) -> None:
    page = walk.new_context(java_script_enabled=False).new_page()
    walk.pages["citizen"] = page
    page.set_viewport_size(PHONE)
    page.goto(f"{walk.server}/open/")
    walk.shoot(page, "一、群众反映", "1-1-door", "公众的门：先说清急事打哪里，再请您说。")
    page.get_by_role("link", name="我要反映").last.click()
    page.get_by_label("您想反映的事").fill(SAID)
    walk.shoot(page, "一、群众反映", "1-2-say", "一页只问一件事，必填的只有这一项。")
    for _ in range(4):
        page.get_by_role("button", name="下一步").first.click()
    page.wait_for_timeout(3500)  # nobody fills five pages in three seconds
    press(page, "提交")
    expect(page.get_by_role("heading", level=1)).to_have_text("收到了，谢谢您")
    walk.shoot(page, "一、群众反映", "1-3-receipt", "回执：回执号、查询码和二维码，什么都没有留也能看结果。")
    lead = Lead.objects.get()
    assert (lead.content, lead.doubts, hasattr(lead, "contact")) == (SAID, [], False)


# -- 2 the intake desk ---------------------------------------------------------------------------------------------
def the_desk_takes_it_up(walk: Walk) -> None:
    walk.clock.go("2017-03-02 09:00")
    lead = Lead.objects.get()
    page = walk.as_("editor", "/opinions/leads/")
    says(page, lead.code)
    walk.shoot(page, "二、收件台", "2-1-inbox", "收件台：哪个渠道来的都在一处。")
    page = walk.as_("editor", f"/opinions/leads/{lead.pk}/steps/accept")
    fill(page, 事由="社区卫生站周末不开门")
    page.get_by_label("类别").select_option("health")
    press(page, "受理")
    page = walk.as_("editor", f"/opinions/leads/{lead.pk}/steps/take_up")
    fill(page, 新信息的标题=WORDS["标题"])
    press(page, "编为社情民意信息")
    page = walk.as_("editor", f"/opinions/leads/{lead.pk}/")
    says(page, "来龙去脉")
    walk.shoot(page, "二、收件台", "2-2-lead", "一条线索：原话、往来、来龙去脉；编进了哪一条信息。")


# -- 3 社情民意信息 --------------------------------------------------------------------------------------------------
def it_is_edited_checked_and_signed(walk: Walk) -> None:
    opinion = Opinion.objects.get()
    url = f"/opinions/{opinion.pk}/"
    page = walk.as_("editor", f"{url}steps/adopt")
    page.get_by_label("咨政方面").select_option("16")
    press(page, "采用")
    page = walk.as_("editor", f"{url}steps/edit")
    fill(page, **WORDS)
    press(page, "编辑送核")
    page = walk.as_("office", f"{url}steps/check")
    press(page, "核稿")
    page = walk.as_("chair", f"{url}steps/sign")
    press(page, "签发")
    page = walk.as_("editor", url)
    says(page, "已签发")
    walk.shoot(
        page, "三、社情民意信息", "3-1-opinion", "编辑、核稿、签发是三个人；原文不动，改动逐处看得到。"
    )
    page = walk.as_("editor", f"{url}texts/2/")
    walk.shoot(page, "三、社情民意信息", "3-2-differences", "两个版本之间加了什么、删了什么。")


# -- 4 《政协直通车》 --------------------------------------------------------------------------------------------------
def it_goes_into_an_issue(walk: Walk) -> None:
    page = walk.as_("editor", "/bulletins/new/")
    press(page, "新建")
    page.get_by_role("button", name="编入").first.click()
    page.get_by_role("link", name="修改").first.click()
    fill(page, 标题="社区卫生站周末留一个门诊窗口")
    fill(page, 要点=WORDS["情况"] + WORDS["分析"])
    press(page, "存好")
    walk.shoot(page, "四、《政协直通车》", "4-1-compile", "编一期：挑条目、排次序，标题和要点当场数字数。")
    output = Output.objects.get()
    for name, action in (("editor", "send"), ("office", "check"), ("chair", "sign")):
        take(walk, name, f"/outputs/{output.pk}/steps/{action}")
    page = walk.as_("editor", f"/outputs/{output.pk}/steps/deliver")
    page.get_by_label("区委主要领导").check()
    page.locator("main form button[type=submit]").last.click()
    output.refresh_from_db()
    assert output.state == "delivered", output.state


def take(walk: Walk, name: str, path: str) -> None:
    """Press a step on its own page, and once more where a formal one shows what will happen."""
    page = walk.as_(name, path)
    page.locator(
        "main form.form button[type=submit], main form button.formal, main form button.primary"
    ).last.click()


# -- 5 批示 --------------------------------------------------------------------------------------------------------
def the_leader_writes_in_six_taps(walk: Walk) -> None:
    walk.clock.go("2017-03-06 08:30")
    output = Output.objects.get()
    page = walk.as_("leader", f"/bulletins/{output.pk}/read/")
    page.set_viewport_size(PHONE)
    walk.shoot(page, "五、批示", "5-1-read", "区领导三分钟读完一期：二十像素的字，一栏到底。")
    page.locator(".gist-act a").first.click()  # 1
    page.get_by_text("研究提出意见").first.click()  # 2
    page.get_by_label("区住房和城乡建设局").check()  # 3
    walk.shoot(page, "五、批示", "5-2-write", "批示：点一句，点单位。")
    press(page, "预览")  # 4
    if page.get_by_label("密码").count():
        page.get_by_label("密码").fill("一条建言都有回声")
    walk.shoot(page, "五、批示", "5-3-preview", "确认之前看一遍印出来的样子。")
    press(page, "确认批示")  # 5
    says(page, "研究提出意见")
    instruction = Instruction.objects.get()
    assert (instruction.words, instruction.account) == (
        "请区住房和城乡建设局研究提出意见。",
        walk.cast.leader,
    )


# -- 6 转办和反馈 ---------------------------------------------------------------------------------------------------
def the_unit_reports_back(walk: Walk) -> None:
    instruction = Instruction.objects.get()
    page = walk.as_("editor", f"/outputs/instructions/{instruction.pk}/steps/transfer")
    press(page, "转办")
    says(page, "“转办”已办好")
    follow_up = FollowUp.objects.get()
    take(walk, "housing_clerk", f"/outputs/follow-ups/{follow_up.pk}/steps/take")
    walk.clock.go("2017-03-13 10:00")
    page = walk.as_("housing_clerk", f"/outputs/follow-ups/{follow_up.pk}/steps/report")
    fill(
        page,
        办理情况="与卫计委商定排班。",
        落实措施="四月起四个社区卫生站周末各留一个门诊窗口，门口公示值班表。",
    )
    page.locator("main form.form button[type=submit]").last.click()
    page = walk.as_("housing_clerk", f"/outputs/follow-ups/{follow_up.pk}/")
    walk.shoot(page, "六、转办和反馈", "6-1-unit", "承办单位只看得到批给自己的那一段，在自己的桌面上报告。")
    page = walk.as_("editor", f"/outputs/follow-ups/{follow_up.pk}/steps/accept")
    press(page, "审核办结")
    says(page, "“审核办结”已办好")
    follow_up.refresh_from_db()
    assert follow_up.state == "accepted"


# -- 7 回声 --------------------------------------------------------------------------------------------------------
def the_citizen_reads_what_came_of_it(walk: Walk) -> None:
    lead = Lead.objects.get()
    page = walk.as_("editor", f"/opinions/leads/{lead.pk}/steps/answer")
    fill(page, 答复="四月起四个社区卫生站周末都有门诊窗口，值班表贴在门口。谢谢您提的意见。")
    press(page, "下一步：核对")
    press(page, "答复来信人")
    says(page, "“答复来信人”已办好")
    page = walk.pages["citizen"]
    token, _ = ways_in(lead.channel, str(lead.source_id))
    page.goto(f"{walk.server}/open/r/{token}")
    for words in ("有结果", "区领导作了批示", "四月起四个社区卫生站周末"):
        expect(page.locator("main")).to_contain_text(words)
    walk.shoot(
        page, "七、回声", "7-1-echo", "来信人凭回执看到每一步：编进了信息、领导作了批示、单位怎么办的。"
    )
    page = walk.as_("editor", f"/opinions/leads/{lead.pk}/")
    walk.shoot(page, "七、回声", "7-2-chain", "从任何一件都看得到前因后果。")


STAGES = (
    a_citizen_says_it_on_a_phone, the_desk_takes_it_up, it_is_edited_checked_and_signed, it_goes_into_an_issue,
    the_leader_writes_in_six_taps, the_unit_reports_back, the_citizen_reads_what_came_of_it,
)  # fmt: skip


def test_a_citizens_word_goes_up_and_its_echo_comes_back(walk: Walk) -> None:
    for stage in STAGES:
        stage(walk)
    assert walk.troubles == []
    assert Entry.objects.filter(matter_type=Lead.kind(), label="答复来信人").count() == 1
    assert Notice.objects.filter(account=walk.cast.editor).exists()
    report = check()
    assert report.is_clean, report.problems
    walk.album.write_captions(HEAD)
