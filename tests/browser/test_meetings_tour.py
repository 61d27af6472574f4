"""The third acceptance walk: a plenary from its notice to its minutes, each act by the account that may.

Notice → leave → speeches through three gates → sign-in by two phones, the desk and without a network → groups and what they
said → the speaker's clock → an election's counts → 简报 → minutes as PDF. ``HUISHENG_TOUR=1`` writes docs/tour/meetings/ anew.
"""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pypdf
import pytest
import segno
from django.core.cache import cache
from playwright.sync_api import Page, expect

from huisheng.desk.fsck import check
from huisheng.gatherings import actions
from huisheng.gatherings.models import Ballot, Briefing, Gathering, Leave, Presence, Speech
from huisheng.people.models import Body, Member, Membership
from tests.cast import make_cast

from .pages import PHONE, TOUR, Album, Clock
from .test_voices_tour import Walk, fill, press, says, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEAD = """# 一次全体会议走完全程

从发通知到纪要定稿：请假、发言三道关、两部手机扫码签到、分组讨论、发言计时、选举计票、简报、纪要。
每一步配手机（390 像素）和电脑（1366 像素）两张图。人物和文字都是虚构的。
图由 `HUISHENG_TOUR=1 python -m pytest tests/browser/test_meetings_tour.py` 重新生成。"""
MORE = {
    "教育界": "毛思远 林雨晴 万家宁 崔书同 方念慈 邱可欣 尹望舒 葛文清 阎若水".split(),
    "经济界": "曹启明 田守业 白景行 樊立新 陶远航 俞成章 石敬之 孟庆年 姚本固".split(),
    "医药卫生界": "苏安和 卢怀仁 蒋半夏 薛当归 叶青黛 秦方正 许济民 罗春晖 唐和平".split(),
}
GROUPS = {"第一组": "教育界", "第二组": "经济界", "第三组": "医药卫生界"}
SPEECH = "老旧小区加装电梯，难在一层不同意、钱不够、没人管。建议补贴写明标准，社区设一个管到底的人，装好以后维保进物业合同。"
SAID = {
    "第一组": ("李清和", "报告写到了电梯，补贴的标准还要写明。"),
    "第二组": ("王立言", "园区夜里的路灯去年提过，今年要看见灯亮。"),
}
MINUTES = "会议听取并审议了常委会工作报告，分组讨论了报告；一位委员作大会发言；选举了副主席二名。会议要求，分组提出的意见逐条办理。"


@pytest.fixture
def walk(transactional_db: None, live_server: Any, new_context: Any, monkeypatch: pytest.MonkeyPatch) -> Walk:
    cache.clear()
    clock = Clock("2017-03-01 09:30")
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    cast = make_cast()
    seat_more()
    one = Walk(live_server.url, new_context, cast, clock)
    one.album = Album(new_context().new_page(), TOUR / "meetings")
    return one


def seat_more() -> None:
    """Thirty members in three sectors, so that there is something to count."""
    Body.objects.create(kind="sector", name="医药卫生界")
    began = date(2017, 1, 1)
    for sector, names in MORE.items():
        body = Body.objects.get(name=sector)
        members = [Member(name=name, sector=body, starts_on=began) for name in names]
        Member.objects.bulk_create(members)
        Membership.objects.bulk_create(
            Membership(member=one, body=body, kind=body.kind, starts_on=began) for one in members
        )


def plenary() -> Gathering:
    return Gathering.objects.get(type="plenary")


def choose(page: Page, label: str, words: str) -> None:
    page.get_by_label(re.compile(f"^{label}")).first.select_option(label=words)


# -- 1 the notice --------------------------------------------------------------------------------------------------
def the_office_plans_and_calls(walk: Walk) -> None:
    page = walk.as_("office", "/gatherings/new/")
    choose(page, "类别", "全体会议")
    fill(page, 名称="区政协九届一次会议", 开始="2017-03-08T09:00", 结束="2017-03-08T17:30", 地点="区会议中心")
    press(page, "下一步")
    one = plenary()
    page.locator("#id_session").select_option(index=1)
    fill(page, 第几次="1", 主持或带队="主席团", 通知事项="请携带委员证，提前三十分钟到会签到。")
    for row, (label, starts, ends) in enumerate(
        (("3月8日上午", "09:00", "11:30"), ("3月8日下午", "14:30", "17:30"))
    ):
        for name, words in (
            ("label", label),
            ("starts_at", f"2017-03-08T{starts}"),
            ("ends_at", f"2017-03-08T{ends}"),
        ):
            page.locator(f"#id_parts-{row}-{name}").fill(words)
    walk.shoot(
        page, "一、通知", "1-1-plan", "写安排：场次、届次、通知事项；这一类会议要填什么，表上就有什么。"
    )
    press(page, "存好")
    page = walk.as_("office", f"/gatherings/{one.pk}/agenda/")
    for row, (title, presenter) in enumerate(
        (("审议常委会工作报告", "主席"), ("大会发言", ""), ("选举副主席", "主席团"))
    ):
        page.locator(f"#id_items-{row}-title").fill(title)
        page.locator(f"#id_items-{row}-presenter").fill(presenter)
    press(page, "存好议程")
    for group, sector in GROUPS.items():
        page = walk.as_("office", f"/gatherings/{one.pk}/steps/invite")
        page.locator("#id_circle").select_option("")
        page.get_by_label(f"{sector}（界别）").check()
        fill(page, 组别=group)
        press(page, "增加人员")
        says(page, "“增加人员”已办好")
    take(walk, "office", f"/gatherings/{one.pk}/steps/notify")
    confirm(walk.pages["office"], "发通知")
    page = walk.as_("office", one.get_absolute_url())
    says(page, "请了 30 人")
    walk.shoot(page, "一、通知", "1-2-notified", "发出以后：谁看到了通知、谁回了执、谁请了假，当场有数。")


def confirm(page: Page, name: str) -> None:
    """A formal step shows what will happen; press it there."""
    button = page.get_by_role("button", name=name, exact=True)
    if button.count():
        button.first.click()


# -- 2 leave and speeches --------------------------------------------------------------------------------------------
def a_member_asks_for_leave_and_the_chair_decides(walk: Walk) -> None:
    walk.clock.go("2017-03-02 20:10")
    one = plenary()
    page = walk.as_("zhao", one.get_absolute_url())
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="请假", exact=True).click()
    page.get_by_label("公务或工作安排").check()
    page.get_by_label("3月8日上午").uncheck()
    walk.shoot(page, "二、请假", "2-1-leave", "委员在手机上请假：点事由、点哪几场；不用写病情等私事。")
    press(page, "提出请假")
    says(page, "请假已提出")
    walk.clock.go("2017-03-03 09:00")
    leave = Leave.objects.get()
    page = walk.as_("chair", f"/gatherings/leaves/{leave.pk}/")
    walk.shoot(
        page, "二、请假", "2-2-decide", "全体会议的请假由主席会议成员批；谁批、什么时候批，留在办理记录里。"
    )
    page = walk.as_("chair", f"/gatherings/leaves/{leave.pk}/steps/grant")
    press(page, "批准")
    leave.refresh_from_db()
    assert (leave.state, leave.decided_by) == ("granted", walk.cast.chair)


def a_speech_passes_three_gates(walk: Walk) -> None:
    one = plenary()
    page = walk.as_("li", f"/gatherings/{one.pk}/speeches/new/")
    fill(page, 题目="老旧小区加装电梯要有人管到底", 发言材料=SPEECH)
    page.locator("main form.form button[type=submit]").last.click()
    speech = Speech.objects.get()
    take(walk, "li", f"/gatherings/speeches/{speech.pk}/steps/submit")
    for name, action in (("editor", "choose"), ("office", "check")):
        take(walk, name, f"/gatherings/speeches/{speech.pk}/steps/{action}")
    page = walk.as_("chair", f"/gatherings/{one.pk}/speeches/?group=checked")
    walk.shoot(page, "三、大会发言", "3-1-gates", "初选、审稿、审定是三个人；界别和党派的平衡就在旁边。")
    page = walk.as_("chair", f"/gatherings/speeches/{speech.pk}/steps/speak")
    choose(page, "哪一场", "3月8日下午")
    press(page, "定为口头发言")
    speech.refresh_from_db()
    assert (speech.state, speech.limit) == ("oral", 8)


# -- 4 signing in ----------------------------------------------------------------------------------------------------
def two_phones_scan_the_screen(walk: Walk) -> None:
    walk.clock.go("2017-03-08 08:30")
    one = plenary()
    take(walk, "office", f"/gatherings/{one.pk}/steps/open")
    screen = walk.as_("office", f"/gatherings/{one.pk}/screen/")
    expect(screen.get_by_role("status")).to_contain_text("应到 30 人，已签到 0 人")
    walk.shoot(screen, "四、签到", "4-1-screen", "大屏上的签到码，半分钟一换；旁边是应到和已签到的人数。")
    old = scan(walk, screen)
    page = walk.as_("li", old)
    page.set_viewport_size(PHONE)
    walk.shoot(page, "四、签到", "4-2-phone", "扫码以后在手机上确认：只记时间，不记位置。")
    press(page, "我到了")
    says(page, "3月8日上午已签到")
    # a photograph of the code, sent on to somebody who is not there, is of no use a minute later
    walk.clock.go("2017-03-08 08:32")
    page = walk.as_("wang", old)
    page.set_viewport_size(PHONE)
    press(page, "我到了")
    says(page, "签到码已经换了")
    screen.reload()
    page = walk.as_("wang", scan(walk, screen))
    press(page, "我到了")
    says(page, "3月8日上午已签到")
    assert Presence.objects.filter(how="code", mark="present").count() == 2


def scan(walk: Walk, screen: Page) -> str:
    """The address in the code on the screen, as a phone reads it; the picture shown is that of the address."""
    part = plenary().parts.get(number=1)
    path = f"/gatherings/{part.gathering_id}/here/?code={actions.code_of(part, walk.clock.now())}"
    wanted = segno.make(walk.server + path, error="m", micro=False).svg_inline(scale=10, omitsize=True)
    drawn = screen.locator(".screen-code svg path").last.get_attribute("d")
    assert drawn
    assert drawn in wanted
    return path


def the_desk_ticks_also_without_a_network(walk: Walk) -> None:
    one = plenary()
    page = walk.as_("office", f"/gatherings/{one.pk}/roll/")
    boxes = page.locator("input[name=came]:enabled")
    names = boxes.count()
    page.context.set_offline(True)
    for place in range(names):
        if boxes.nth(place).evaluate("box => !box.closest('label').textContent.includes('赵闻声')"):
            boxes.nth(place).check()
    press(page, "登记")
    expect(page.locator("[data-roll-says]")).to_contain_text("先记在本机")
    walk.shoot(page, "四、签到", "4-3-desk", "签到台：没有网络时照样勾，先记在本机，恢复后自动送出。")
    page.context.set_offline(False)
    expect(page.locator("[data-roll-says]")).to_contain_text("已登记 27 人")
    page = walk.as_("office", f"/gatherings/{one.pk}/")
    says(page, "应到30人，实到29人，须三分之二以上出席方可开会（20人），符合规定人数。")
    walk.shoot(page, "四、签到", "4-4-quorum", "人到齐了没有，一句话连依据说清楚。")


# -- 5 groups ----------------------------------------------------------------------------------------------------------
def groups_talk_and_are_recorded(walk: Walk) -> None:
    walk.clock.go("2017-03-08 09:40")
    one = plenary()
    page = walk.as_("office", f"/gatherings/{one.pk}/steps/divide")
    fill(page, 开始="2017-03-08T10:00", 结束="2017-03-08T11:30")
    walk.shoot(page, "五、分组讨论", "5-1-divide", "分组开会：每组一个小组会议，组员就是受邀人员。")
    press(page, "建小组会议")
    for group, (who, words) in SAID.items():
        inner = one.children.get(title__contains=group)
        take(walk, "office", f"/gatherings/{inner.pk}/steps/open")
        page = walk.as_("office", f"/gatherings/{inner.pk}/remarks/")
        fill(page, 谁发言=who, 发言要点=words)
        press(page, "记下")
        says(page, words)
    walk.shoot(
        page, "五、分组讨论", "5-2-remarks", "记一条只要两格：谁、说了什么；输入姓名或拼音首字母就能选。"
    )


# -- 6 the speaker's clock -------------------------------------------------------------------------------------------
def the_speaker_is_timed(walk: Walk) -> None:
    walk.clock.go("2017-03-08 14:40")
    one = plenary()
    page = walk.as_("office", f"/gatherings/{one.pk}/timing/")
    press(page, "开始")
    walk.clock.go("2017-03-08 14:46")
    page.reload()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^[56]:\d\d"))
    walk.shoot(
        page,
        "六、大会发言",
        "6-1-clock",
        "发言计时：一个大按钮，到时间有提示；各界别一共讲了多久，接着合计。",
    )
    press(page, "结束")
    says(page, "各方面发言时间")
    assert 300 < (Speech.objects.get().seconds or 0) < 400


# -- 7 the election --------------------------------------------------------------------------------------------------
def an_election_is_counted(walk: Walk) -> None:
    walk.clock.go("2017-03-08 16:00")
    one = plenary()
    page = walk.as_("office", f"/gatherings/{one.pk}/ballots/new/")
    fill(page, 事项="选举区政协副主席")
    page.get_by_label("无记名投票").check()
    page.get_by_label("这是选举").check()
    fill(page, 应选名额="2", 候选人或表决事项="候选人甲\n候选人乙")
    page.locator("main form.form button[type=submit]").last.click()
    ballot = Ballot.objects.get()
    page = walk.as_("office", f"/gatherings/ballots/{ballot.pk}/edit/")
    fill(page, 实到="29", 发出票数="29", 收回票数="29", 废票="1", 监票人="毛思远、曹启明", 计票人="林信息")
    for row, votes in enumerate(((27, 0, 1), (20, 5, 3))):
        for name, number in zip(("in_favour", "against", "abstained"), votes, strict=True):
            page.locator(f"input[name$='-{row}-{name}']").fill(str(number))
    walk.shoot(
        page,
        "七、选举",
        "7-1-count",
        "只记票数和结果，谁投了什么票不问、也存不下；对不上的当场说哪里对不上。",
    )
    press(page, "存好，下一步核对")
    take(walk, "office", f"/gatherings/ballots/{ballot.pk}/steps/declare")
    confirm(walk.pages["office"], "宣布结果")
    page = walk.as_("li", f"/gatherings/ballots/{ballot.pk}/")
    says(page, "须得票16 票")
    assert page.get_by_text("当选", exact=True).count() == 2
    walk.shoot(
        page, "七、选举", "7-2-declared", "宣布以后，到会的人都看得到结果和作废的规定；结果报告单可以印。"
    )


# -- 8 the briefing --------------------------------------------------------------------------------------------------
def a_briefing_goes_out_the_same_hour(walk: Walk) -> None:
    walk.clock.go("2017-03-08 16:30")
    one = plenary()
    page = walk.as_("office", f"/gatherings/{one.pk}/briefings/new/")
    fill(page, 标题="各组讨论摘要")
    for _, words in SAID.values():
        page.get_by_label(re.compile(words)).check()
    press(page, "编成初稿")
    press(page, "存好，下一步核对")
    briefing = Briefing.objects.get()
    take(walk, "office", f"/gatherings/briefings/{briefing.pk}/steps/issue")
    confirm(walk.pages["office"], "印发")
    page = walk.as_("wang", f"/gatherings/briefings/{briefing.pk}/")
    says(page, SAID["第二组"][1])
    walk.shoot(page, "八、简报", "8-1-briefing", "简报从发言记录编成，当场编号印发，委员在手机上就能读。")
    briefing.refresh_from_db()
    assert (briefing.state, briefing.number) == ("issued", 1)


# -- 9 minutes -------------------------------------------------------------------------------------------------------
def it_is_minuted_and_settled(walk: Walk) -> None:
    walk.clock.go("2017-03-08 14:35")
    one = plenary()
    page = walk.as_("office", f"/gatherings/{one.pk}/roll/?part={one.parts.get(number=2).pk}")
    for place in range(page.locator("input[name=came]:enabled").count()):
        box = page.locator("input[name=came]:enabled").nth(place)
        if box.evaluate("box => !box.closest('label').textContent.includes('赵闻声')"):
            box.check()
    press(page, "登记")
    expect(page.locator("[data-roll-says]")).to_contain_text("已登记 29 人")
    walk.clock.go("2017-03-08 17:35")
    for inner in one.children.exclude(state="open"):
        take(walk, "office", f"/gatherings/{inner.pk}/steps/open")
    for inner in [*one.children.all(), one]:
        take(walk, "office", f"/gatherings/{inner.pk}/steps/close")
    page = walk.as_("office", f"/gatherings/{one.pk}/steps/correct")
    page.get_by_label("樊立新（经济界）").check()
    page.get_by_label("3月8日下午").check()
    choose(page, "改为", "早退")
    fill(page, 更正的原因="接站，四点半离会，会务组当面登记。")
    walk.shoot(page, "九、纪要", "9-1-correct", "有出入的，散会后更正：谁、哪一场、改成什么、为什么。")
    press(page, "更正出席")
    page = walk.as_("office", f"/gatherings/{one.pk}/minutes/")
    fill(page, 纪要=MINUTES)
    walk.shoot(page, "九、纪要", "9-2-minutes", "写纪要：议程、结果和发言就在旁边，边写边存。")
    press(page, "存好")
    take(walk, "office", f"/gatherings/{one.pk}/steps/settle")
    confirm(walk.pages["office"], "办结")
    page = walk.as_("li", one.get_absolute_url())
    says(page, MINUTES)
    walk.shoot(page, "九、纪要", "9-3-settled", "办结以后：纪要、出席和各样纸件都在这一页。")
    said = pdf_text(page.request.get(f"{walk.server}/gatherings/{one.pk}/paper/minutes.pdf").body())
    for words in ("全体会议纪要", "李清和", re.sub(r"\s", "", MINUTES)[:30]):
        assert words in said, said
    # on leave in the afternoon and not there in the morning: the roll closes over thirty people
    marks = Presence.objects.filter(part__gathering=one).values_list("invitee__name", "part__number", "mark")
    assert {row for row in marks if row[0] == "赵闻声"} == {("赵闻声", 1, "absent"), ("赵闻声", 2, "excused")}
    assert ("樊立新", 2, "early") in set(marks)
    assert len(marks) == 60


def pdf_text(data: bytes) -> str:
    assert data.startswith(b"%PDF")
    return re.sub(r"\s", "", "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(data)).pages))


STAGES = (
    the_office_plans_and_calls, a_member_asks_for_leave_and_the_chair_decides, a_speech_passes_three_gates,
    two_phones_scan_the_screen, the_desk_ticks_also_without_a_network, groups_talk_and_are_recorded, the_speaker_is_timed,
    an_election_is_counted, a_briefing_goes_out_the_same_hour, it_is_minuted_and_settled,
)  # fmt: skip


def test_a_plenary_runs_from_its_notice_to_its_minutes(walk: Walk) -> None:
    for stage in STAGES:
        stage(walk)
    assert walk.troubles == []
    report = check()
    assert report.is_clean, report.problems
    walk.album.write_captions(HEAD)
