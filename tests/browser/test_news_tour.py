"""The walk of a piece of news: written from a meeting's page, reviewed three times, read by anybody, corrected, taken down.

Every page of it is looked at by axe. ``HUISHENG_TOUR=1`` writes docs/tour/news/ anew; without it only the walk.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from huisheng.bulletins.models_news import NewsItem, NewsState
from huisheng.demo.drawing import draw
from huisheng.desk.fsck import check
from tests import make
from tests.cast import make_cast

from .pages import PHONE, AxeWalk, Clock, press, says

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=20_000)  # a busy machine is no failure
HEAD = """# 一条动态走完全程

会后从会议的页面写起，选好照片、写好说明，三审发布，公众不用登录就能看；写错了更正，不合适就撤下。
每一步配手机（390 像素）和电脑（1366 像素）两张图。照片是程序画的，人物和文字都是虚构的。
图由 `HUISHENG_TOUR=1 python -m pytest tests/browser/test_news_tour.py` 重新生成。"""
TITLE = "区政协专委会到企业走访座谈"


@pytest.fixture
def walk(
    transactional_db: None,
    live_server: Any,
    new_context: Any,
    monkeypatch: pytest.MonkeyPatch,
    expect_accessible: Any,
) -> AxeWalk:
    cache.clear()
    monkeypatch.setattr("django.utils.timezone.now", Clock("2017-03-09 09:30").now)
    return AxeWalk(live_server.url, new_context, make_cast(), expect_accessible, "news")


def item() -> NewsItem:
    return NewsItem.objects.get()


def it_is_written_from_the_meeting(walk: AxeWalk) -> None:
    meeting = make.notified_gathering(
        walk.cast, type="committee", host=walk.cast.committee, title="企业走访座谈会"
    )
    page = walk.as_("clerk", meeting.get_absolute_url())
    page.get_by_role("link", name="写动态").click()
    says(page, "企业走访座谈会")
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("正文").fill(
        "三月八日上午，经济委员会到两家企业走访，同银行座谈小微企业贷款的难处。\n\n"
        "委员们记下十一条意见，整理后送有关单位。联系人王先生，电话 13900000000。"
    )
    walk.shoot(page, "一、起草", "1-1-write", "从会议的页面写起，两边都看得到来龙去脉；写到一半也存着。")
    press(page, "存好")
    says(page, "会自动隐去")
    page.get_by_role("link", name="照片", exact=True).click()
    page.get_by_label("照片", exact=True).set_input_files(
        [{"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": draw("the visit")}]
    )
    page.get_by_label("说明").last.fill("委员在车间听企业负责人介绍")
    press(page, "存好")
    says(page, "拍摄地点和机型已经去掉")
    walk.shoot(page, "一、起草", "1-2-photos", "照片去掉拍摄地点，每张写一句说明，看不到照片的人听得到。")
    page = walk.as_("clerk", item().get_absolute_url())
    press(page, "提交")
    says(page, "“提交”已办好")


def three_persons_review(walk: AxeWalk) -> None:
    page = walk.as_("clerk", item().get_absolute_url())
    expect(page.get_by_role("link", name="初审")).to_have_count(0)  # nobody reviews their own
    for name, label in (("editor", "初审"), ("office", "复审")):
        page = walk.as_(name, "/")
        page.get_by_role("link", name=f"1 待{label}").click()
        page.get_by_role("link", name=TITLE).click()
        page.get_by_role("link", name=label, exact=True).click()
        press(page, label)
        says(page, f"“{label}”已办好")
    page = walk.as_("chair", item().get_absolute_url())
    walk.shoot(
        page, "二、三审", "2-1-final", "终审：前两审是谁、提示什么，一眼看清；作者和前两审的人不能终审。"
    )
    page.get_by_role("link", name="预览").click()
    expect(page.locator("main")).not_to_contain_text("13900000000")
    walk.shoot(page, "二、三审", "2-2-preview", "发布之前看到的，就是公众会看到的：电话、姓名自动隐去。")
    page = walk.as_("chair", item().get_absolute_url())
    page.get_by_role("link", name="终审发布").click()
    press(page, "终审发布")
    says(page, "“终审发布”已办好")
    assert item().state == NewsState.PUBLISHED


def anybody_reads_it(walk: AxeWalk) -> Page:
    bare = walk.new_context(java_script_enabled=False).new_page()
    bare.set_viewport_size(PHONE)
    bare.goto(f"{walk.server}/open/")
    bare.get_by_role("link", name=TITLE).click()
    expect(bare.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(bare.locator("main")).not_to_contain_text("王先生")
    assert bare.context.cookies() == []
    seen = walk.new_context().new_page()
    seen.goto(f"{walk.server}/open/news/")
    walk.shoot(seen, "三、公开", "3-1-list", "公众不用登录：一个栏目一页，也在订阅和搜索里。")
    seen.goto(bare.url)
    walk.shoot(seen, "三、公开", "3-2-item", "一条动态：正文、照片和说明。")
    return bare


def it_is_corrected_and_taken_down(walk: AxeWalk, bare: Page) -> None:
    page = walk.as_("chair", item().get_absolute_url())
    page.get_by_role("link", name="更正", exact=True).click()
    page.get_by_label("正文").fill("三月八日上午，经济委员会到三家企业走访，同银行座谈小微企业贷款的难处。")
    page.get_by_label("说明").fill("走访的企业是三家，原文写成两家。")
    press(page, "下一步：核对")
    press(page, "更正")
    says(page, "“更正”已办好")
    cache.clear()  # a public page is remembered for a minute
    bare.reload()
    expect(bare.locator("main")).to_contain_text("走访的企业是三家，原文写成两家。")
    seen = walk.new_context().new_page()
    seen.goto(bare.url)
    walk.shoot(
        seen, "四、更正和撤下", "4-1-corrected", "更正写在最上面：哪天、改了什么；原来的一版机关留着。"
    )
    page = walk.as_("office", item().get_absolute_url())
    page.get_by_role("link", name="撤下", exact=True).click()
    page.get_by_label("原因").fill("企业请求暂不公开。")
    press(page, "撤下")
    says(page, "“撤下”已办好")
    cache.clear()
    later = walk.new_context(java_script_enabled=False).new_page()  # the first one remembers for a minute
    answer = later.goto(bare.url)
    assert answer is not None
    assert answer.status == 410
    expect(later.locator("main")).not_to_contain_text("企业请求暂不公开")
    page = walk.as_("office", item().get_absolute_url())
    walk.shoot(
        page, "四、更正和撤下", "4-2-taken", "撤下以后，原来的网址只说“已经撤下”；原因和经过机关看得到。"
    )


def test_a_piece_of_news_goes_from_the_meeting_to_the_public(walk: AxeWalk) -> None:
    it_is_written_from_the_meeting(walk)
    three_persons_review(walk)
    bare = anybody_reads_it(walk)
    it_is_corrected_and_taken_down(walk, bare)
    assert walk.troubles == []
    report = check()
    assert report.is_clean, report.problems
    walk.album.write_captions(HEAD)
