"""The walk of a supervision: from the scheme to a second look that fails once and then passes, its checklist filled offline.

Scheme → approval → notice → briefing → field work without a network, on two phones → findings → 监督意见 → rectification →
回头看, twice → close → the public note. ``HUISHENG_TOUR=1`` writes docs/tour/supervision/ anew; without it only the walk.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Locator, Page, expect

from huisheng.desk.fsck import check
from huisheng.kernel.models import Attachment
from huisheng.supervision.models import Check, Finding, Hearing, Supervision, Unit
from tests.cast import make_cast
from tests.kernel.test_files import exif_with_place, jpeg

from .pages import PHONE, TOUR, Clock, enter
from .test_voices_tour import Walk, fill, press, says, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=60_000)  # a busy machine is no failure
HEAD = """# 一次专项监督走完全程

从监督方案到回头看：方案批准、通知单位、听取情况通报，两部手机在没有网络的工地上查清单，形成问题清单和监督意见，
单位整改，回头看一次没有通过、再一次通过，办结并公开。每一步配手机（390 像素）和电脑（1366 像素）两张图。人物和文字都是虚构的。
图由 `HUISHENG_TOUR=1 python -m pytest tests/browser/test_supervision_tour.py` 重新生成。"""
ONE, TWO, THREE, FOUR = "一、方案和通知", "二、情况通报", "三、现场检查，没有网络", "四、问题和监督意见"
FIVE, SIX = "五、整改和回头看", "六、办结"


@pytest.fixture
def walk(transactional_db: None, live_server: Any, new_context: Any, monkeypatch: pytest.MonkeyPatch) -> Walk:
    cache.clear()
    clock = Clock("2017-03-01 09:30")
    monkeypatch.setattr("django.utils.timezone.now", clock.now)

    def patient(**options: Any) -> Any:
        context = new_context(**options)
        context.set_default_timeout(90_000)
        return context

    found = Walk(live_server.url, patient, make_cast(), clock)
    found.album.folder = TOUR / "supervision"
    return found


def matter() -> Supervision:
    return Supervision.objects.get()


def send_form(page: Page) -> None:
    page.locator("main form.form button[type=submit]").last.click()


# -- 1 the scheme ------------------------------------------------------------------------------------------------------
def the_office_writes_the_scheme_and_the_chair_approves_it(walk: Walk) -> None:
    page = walk.as_("office", "/supervision/new/")
    fill(page, 题目="大气污染防治专项监督", 来源依据="2017年度协商监督计划第三项", 监督内容="工地扬尘和渣土运输的治理。",
         方式方法="听通报、看现场、开座谈会。", 开始="2017-03-01", 结束="2017-06-30")  # fmt: skip
    page.get_by_label("区住房和城乡建设局").check()
    walk.shoot(page, ONE, "1-1-scheme", "拟订方案：监督什么、监督谁、怎么监督，是否对单位隐去姓名。")
    press(page, "存好")
    url = matter().get_absolute_url()
    page = walk.as_("office", f"{url}steps/compose")
    page.get_by_label("组长").select_option(str(walk.cast.member_li.pk))
    page.get_by_label("王立言").check()
    send_form(page)
    page = walk.as_("office", f"{url}steps/checklist")
    fill(
        page,
        检查项="堆场覆盖｜裸土全部覆盖，没有破口\n出入口冲洗｜冲洗设备在用\n渣土车密闭｜出场车辆全部密闭",
    )
    send_form(page)
    take(walk, "office", f"{url}steps/submit")
    page = walk.as_("chair", url)
    walk.shoot(page, ONE, "1-2-approve", "主席会议成员批准方案：小组、回避、清单都在一页上。")
    take(walk, "chair", f"{url}steps/approve")
    page = walk.as_("office", f"{url}steps/notify")
    fill(page, 通知事项="请准备在建工地台账，三月中旬到现场。")
    send_form(page)
    says(page, "“通知被监督单位”已办好")


def the_unit_takes_notice_at_its_own_desk(walk: Walk) -> None:
    unit = Unit.objects.get()
    page = walk.as_("housing_clerk", unit.get_absolute_url())
    says(page, "区政协监督组")
    assert "李清和" not in page.content()
    walk.shoot(page, ONE, "1-3-unit", "单位在自己的桌面上看通知；监督人员只写“区政协监督组”。")
    press(page, "签收")
    says(page, "“签收”已办好")


# -- 2 the briefing ------------------------------------------------------------------------------------------------------
def the_unit_briefs_the_team(walk: Walk) -> None:
    url = matter().get_absolute_url()
    page = walk.as_("office", f"{url}steps/schedule")
    page.get_by_label("通报单位").select_option(str(walk.cast.housing.pk))
    fill(page, 安排日期="2017-03-03")
    send_form(page)
    hearing = Hearing.objects.get()
    page = walk.as_("housing_clerk", f"/supervision/hearings/{hearing.pk}/steps/prepare")
    fill(page, 通报人="周建 副局长", 通报材料="在建工地二十一处，扬尘台账齐全的十七处。")
    send_form(page)
    walk.clock.go("2017-03-03 15:00")
    page = walk.as_("office", f"/supervision/hearings/{hearing.pk}/steps/hear")
    send_form(page)
    page = walk.as_("wang", f"/supervision/hearings/{hearing.pk}/steps/collect")
    page.locator("main textarea").first.fill("夜间出土的工地要有人值守。")
    send_form(page)
    page = walk.as_("office", hearing.get_absolute_url())
    press(page, "送达意见")
    page = walk.as_("housing_clerk", f"/supervision/hearings/{hearing.pk}/steps/answer")
    page.locator("main textarea").first.fill("已排夜班，值守表报区政协。")
    send_form(page)
    page = walk.as_("office", hearing.get_absolute_url())
    press(page, "审核办结")
    walk.shoot(page, TWO, "2-1-hearing", "情况通报：材料、意见、逐条反馈；单位看不到意见是谁提的。")
    hearing.refresh_from_db()
    assert hearing.state == "done"


# -- 3 the field, without a network ------------------------------------------------------------------------------------------
def card(page: Page, number: int) -> Locator:
    return page.locator("form[data-item]").nth(number - 1)


def tick(page: Page, number: int, result: str, note: str = "") -> None:
    card(page, number).get_by_text(result, exact=True).click()
    if note:
        card(page, number).get_by_label("情况").fill(note)


def save(page: Page, number: int) -> None:
    card(page, number).get_by_role("button", name="存").click()


def phone(walk: Walk, name: str) -> Page:
    page = walk.as_(name, f"{matter().get_absolute_url()}field/")
    page.set_viewport_size(PHONE)
    expect(page.get_by_text("这一页已存在本机")).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page


def two_phones_fill_the_checklist_offline(walk: Walk, folder: Path) -> None:
    walk.clock.go("2017-03-14 09:00")
    photo = folder / "堆场.jpg"
    photo.write_bytes(jpeg(exif_with_place(1)))
    wang, li = phone(walk, "wang"), phone(walk, "li")
    wang.context.set_offline(True)
    tick(wang, 1, "不符合", "东柏社安置房工地两处堆场没有覆盖")
    card(wang, 1).get_by_text("加地点、照片").click()
    card(wang, 1).get_by_label("照片").set_input_files(photo)
    card(wang, 1).get_by_label("地点").fill("东柏社安置房工地")
    save(wang, 1)
    expect(card(wang, 1)).to_contain_text("存在本机了（照片1张），等待送出")
    tick(wang, 2, "部分符合", "一台冲洗机停用")  # typed, and not saved
    wang.wait_for_timeout(800)
    expect(wang.locator("[data-field-says]")).to_contain_text("没有网络。有 1 项存在本机")
    walk.shoot(wang, THREE, "3-1-offline", "工地上没有网络：填一项存一项，都在本机，恢复后自动送出。")
    assert Check.objects.count() == 0

    wang.reload()  # the page itself opens again without a network
    expect(card(wang, 1).get_by_label("情况")).to_have_value("东柏社安置房工地两处堆场没有覆盖")
    expect(card(wang, 2).get_by_label("情况")).to_have_value("一台冲洗机停用")
    assert Check.objects.count() == 0
    save(wang, 2)
    tick(wang, 3, "符合")
    save(wang, 3)

    tick(li, 1, "符合")  # the other phone has its network all the time
    save(li, 1)
    expect(card(li, 1)).to_contain_text("已送出")

    wang.context.set_offline(False)
    expect(wang.locator("[data-field-says]")).to_contain_text("写的都已送出")
    rows = Check.objects.order_by("item__number", "pk")
    assert [(row.item.number, row.name, row.result, row.version) for row in rows] == [
        (1, "李清和", "meets", 1), (1, "王立言", "fails", 1), (2, "王立言", "partly", 1), (3, "王立言", "meets", 1),
    ]  # fmt: skip
    kept = Attachment.objects.get(subject_type=Check.kind())
    assert (kept.subject_id, kept.name) == (rows[1].pk, "堆场.jpg")
    expect(wang.locator("[data-disputed]").first).to_be_visible()
    walk.shoot(wang, THREE, "3-2-both", "网络恢复：都送出了。两位查同一项、结果不同，两份都留着。")


def the_same_person_on_two_phones_chooses(walk: Walk) -> None:
    """One account, two phones: the older version is told, both texts stand there, and nothing is lost."""
    path = f"{matter().get_absolute_url()}field/"
    other = walk.new_context().new_page()
    enter(other, walk.server, walk.cast.wang, path)
    wang = walk.pages["wang"]
    wang.goto(walk.server + path)
    tick(other, 3, "部分符合", "一辆车密闭不严")
    save(other, 3)
    expect(card(other, 3)).to_contain_text("已送出")
    tick(wang, 3, "不符合", "两辆车没有密闭")
    save(wang, 3)
    expect(card(wang, 3)).to_contain_text("您在别处已经写过")
    walk.shoot(wang, THREE, "3-3-choose", "同一人在两部手机上都写了：两份并排，本人选一份。", "[data-choice]")
    card(wang, 3).get_by_role("button", name="用本机这一份").click()
    expect(wang.locator("[data-field-says]")).to_contain_text("写的都已送出")
    row = Check.objects.get(item__number=3, account=walk.cast.wang)
    assert (row.result, row.note, row.version) == ("fails", "两辆车没有密闭", 3)


def the_leader_chooses(walk: Walk) -> None:
    page = walk.as_("li", f"{matter().get_absolute_url()}steps/choose")
    page.get_by_text("王立言：不符合").first.click()
    walk.shoot(page, THREE, "3-4-leader", "结果不同的，由组长选定以哪一份为准。")
    send_form(page)
    says(page, "“选定检查结果”已办好")


# -- 4 findings and the opinion ----------------------------------------------------------------------------------------------
def findings_become_an_opinion(walk: Walk) -> None:
    one = matter()
    url = one.get_absolute_url()
    item = one.items.get(number=1)
    page = walk.as_("wang", f"{url}findings/new/?item={item.pk}")
    fill(page, 建议="两周内全部覆盖，明确专人每天巡查。")
    press(page, "列入问题清单")
    page = walk.as_("li", url)
    press(page, "形成问题清单")
    says(page, "“形成问题清单”已办好")
    walk.shoot(page, FOUR, "4-1-matter", "监督组看到的一页：情况通报、检查清单、问题清单、文书。")
    page = walk.as_("office", f"{url}steps/opine")
    send_form(page)
    output = matter().output
    assert output is not None
    for name, action in (("editor", "send"), ("office", "check"), ("chair", "sign")):
        take(walk, name, f"/outputs/{output.pk}/steps/{action}")
    page = walk.as_("editor", f"/outputs/{output.pk}/steps/deliver")
    page.get_by_label("区委主要领导").check()
    send_form(page)
    walk.clock.go("2017-03-20 10:00")
    take(walk, "office", f"{url}steps/send")
    assert matter().state == "rectifying"
    page = walk.as_("office", url)
    walk.shoot(page, FOUR, "4-2-sent", "监督意见签发报送后送达单位，每个单位只收到自己的问题。")


# -- 5 rectification and the second look -----------------------------------------------------------------------------------------
def the_unit_says_what_it_will_do(walk: Walk) -> None:
    finding = Finding.objects.get()
    page = walk.as_("housing_clerk", f"/supervision/findings/{finding.pk}/steps/plan")
    fill(
        page,
        整改措施="购置防尘网六千平方米，两处堆场全部覆盖，专人巡查。",
        责任人="周建 副局长",
        完成时间="2017-04-10",
    )
    walk.shoot(page, FIVE, "5-1-plan", "单位报整改措施：做什么、谁负责、何时完成。")
    send_form(page)
    walk.clock.go("2017-04-07 16:00")
    page = walk.as_("housing_clerk", f"/supervision/findings/{finding.pk}/steps/report")
    fill(page, 整改情况="两处堆场已经覆盖。")
    send_form(page)
    says(page, "“报告整改情况”已办好")


def somebody_else_looks_again_and_it_fails(walk: Walk) -> None:
    finding = Finding.objects.get()
    walk.clock.go("2017-04-12 10:00")
    page = walk.as_("wang", finding.get_absolute_url())
    expect(page.get_by_role("link", name="回头看：通过")).to_have_count(0)  # who found it does not look again
    page = walk.as_("li", f"/supervision/findings/{finding.pk}/steps/fail")
    fill(page, 回头看情况="北侧堆场的网破了三处，裸土见风就扬。", 新的完成时间="2017-05-02")
    walk.shoot(page, FIVE, "5-2-fail", "回头看由发现人以外的同志办理：没有通过的，退回重新整改，定新的时间。")
    send_form(page)
    page = walk.as_("housing_clerk", finding.get_absolute_url())
    says(page, "第1轮：未通过")
    assert "李清和" not in page.content()
    walk.shoot(page, FIVE, "5-3-again", "两轮都留着；单位看得到原因，看不到是谁。")


def the_second_round_passes(walk: Walk) -> None:
    finding = Finding.objects.get()
    walk.clock.go("2017-04-28 16:00")
    page = walk.as_("housing_clerk", f"/supervision/findings/{finding.pk}/steps/report")
    fill(page, 整改情况="换了加厚防尘网，四周压实，每天巡查两次。")
    send_form(page)
    walk.clock.go("2017-05-04 10:00")
    page = walk.as_("li", f"/supervision/findings/{finding.pk}/steps/pass")
    fill(page, 回头看情况="两处堆场全部覆盖，没有破口，巡查表齐全。")
    send_form(page)
    finding.refresh_from_db()
    assert (finding.state, [row.passed for row in finding.rounds.all()]) == ("closed", [False, True])
    page = walk.as_("li", finding.get_absolute_url())
    walk.shoot(page, FIVE, "5-4-passed", "第二轮通过，问题销号。")


# -- 6 the end ---------------------------------------------------------------------------------------------------------------
def it_is_closed_and_made_public(walk: Walk) -> None:
    url = matter().get_absolute_url()
    page = walk.as_("office", f"{url}steps/close")
    fill(page, 办结情况="查三项，提出问题一项，两轮整改后销号。")
    send_form(page)
    page = walk.as_("chair", f"{url}steps/publish")
    fill(page, 公开说明="对在建工地扬尘开展专项监督，提出问题一项，经两次回头看已整改到位。")
    press(page, "下一步：核对")
    press(page, "公开")
    says(page, "“公开”已办好")
    page = walk.as_("office", "/supervision/")
    walk.shoot(page, SIX, "6-1-list", "监督事项列表：问题销了几项，一眼看到。")
    page = walk.new_context(java_script_enabled=False).new_page()
    page.goto(f"{walk.server}/open/supervisions/{matter().pk}/")
    expect(page.locator("main")).to_contain_text("两次回头看")
    assert "李清和" not in page.content()
    walk.shoot(page, SIX, "6-2-public", "公众看到的一页：说明、问题和整改结果，没有监督人员的姓名。")


def test_a_supervision_comes_back_to_look_again(walk: Walk, tmp_path: Path) -> None:
    the_office_writes_the_scheme_and_the_chair_approves_it(walk)
    the_unit_takes_notice_at_its_own_desk(walk)
    the_unit_briefs_the_team(walk)
    two_phones_fill_the_checklist_offline(walk, tmp_path)
    the_same_person_on_two_phones_chooses(walk)
    the_leader_chooses(walk)
    findings_become_an_opinion(walk)
    the_unit_says_what_it_will_do(walk)
    somebody_else_looks_again_and_it_fails(walk)
    the_second_round_passes(walk)
    it_is_closed_and_made_public(walk)
    assert walk.troubles == []
    report = check()
    assert report.is_clean, report.problems
    walk.album.write_captions(HEAD)
