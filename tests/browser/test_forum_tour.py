"""A 网络议政 from its preparation to its summary: the desk, a moderator, members on phones, forty voters and a map.

``HUISHENG_TOUR=1`` writes docs/tour/forum/ anew; without it only the walk.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from huisheng.consultations import forum_maps as maps
from huisheng.consultations import forum_queries as queries
from huisheng.consultations.models_forum import Forum, ForumState, Vote
from huisheng.desk.fsck import check
from huisheng.kernel.lifecycle import perform
from tests import make
from tests.cast import Cast, make_cast
from tests.consultations.crowd import SENTENCES, crowd, vote_all

from .pages import DESK, PHONE, TOUR, Album, Clock, enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=20_000)  # a busy machine is no failure
HEAD = """# 网络议政走完全程

政协办公室筹备一次网络议政，主持人提出观点、开始征集；委员在手机上发言、提出观点、逐条表态；满三十人画共识图；结束后整理成综述报送，参加的委员都收到结果。
每一步配手机（390 像素）和电脑（1366 像素）两张图。人物和文字都是虚构的。
图由 `HUISHENG_TOUR=1 python -m pytest tests/browser/test_forum_tour.py` 重新生成。"""
SAID = "晚上八点以后，老城区的小区里绕三圈也没有车位，可学校操场是空的。"


class Walk:
    """The house at its own clock, and a browser for everybody who takes part."""

    def __init__(self, server: str, new_context: Any, cast: Cast, clock: Clock) -> None:
        self.server, self.new_context, self.cast, self.clock = server, new_context, cast, clock
        self.pages: dict[str, Page] = {}
        self.album = Album(new_context().new_page(), TOUR / "forum")

    def as_(self, name: str, path: str, **context: Any) -> Page:
        if name not in self.pages:
            page = self.pages[name] = self.new_context(**context).new_page()
            page.set_viewport_size(PHONE if name in ("li", "wang") else DESK)
            enter(page, self.server, self.cast.accounts[name], path)
        page = self.pages[name]
        page.goto(self.server + path)
        if "/accounts/login/" in page.url:  # the session ended meanwhile
            enter(page, self.server, self.cast.accounts[name], path)
        return page

    def shoot(self, page: Page, stage: str, name: str, caption: str, of: str = "") -> None:
        self.album.shoot(page, stage, name, caption, of)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def says(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


@pytest.fixture
def walk(transactional_db: None, live_server: Any, new_context: Any, monkeypatch: pytest.MonkeyPatch) -> Walk:
    cache.clear()
    clock = Clock("2017-09-04 09:30")
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    return Walk(live_server.url, new_context, make_cast(), clock)


def the_desk_prepares(walk: Walk) -> Forum:
    page = walk.as_("office", "/consultations/forums/new/")
    page.get_by_label("议题").fill("老城区停车怎样便民")
    page.get_by_label("情况说明").fill(
        "老城区有车位三千一百个，登记车辆五千四百辆。想听听怎样错时停车、怎样收费、怎样管理。"
    )
    page.get_by_label("主持人").select_option(label="林信息")
    page.get_by_label("征集截止").fill("2017-09-25")
    page.get_by_label("邀请全体委员").check()
    walk.shoot(page, "一、筹备", "1-1-prepare", "筹备：议题、主持人、期限，请谁参加。")
    press(page, "存好，开始筹备")
    says(page, "还没有开始征集")
    return Forum.objects.get()


def the_moderator_opens(walk: Walk, forum: Forum) -> None:
    page = walk.as_("editor", f"/consultations/forums/{forum.pk}/statements/")
    while (have := queries.accepted(forum).count()) < len(SENTENCES) - 1:  # the last one comes from a member
        boxes = page.locator("textarea[name=contents]")
        for i, words in enumerate(SENTENCES[have:-1][: boxes.count()]):
            boxes.nth(i).fill(words)
        press(page, "提出")
        says(page, SENTENCES[have])
    page.goto(f"{walk.server}{forum.get_absolute_url()}")
    page.get_by_role("link", name="开始征集").or_(page.get_by_role("button", name="开始征集")).first.click()
    if page.get_by_role("button", name="开始征集", exact=True).count():
        press(page, "开始征集")
    says(page, "“开始征集”已办好")


def members_speak_on_their_phones(walk: Walk, forum: Forum) -> None:
    page = walk.as_("li", forum.get_absolute_url(), java_script_enabled=False)
    walk.shoot(page, "二、发言", "2-1-forum", "委员打开：先表态，也可以发言、提出观点。")
    page.goto(f"{walk.server}{forum.get_absolute_url()}posts/")
    page.get_by_label("您的发言").fill(SAID)
    press(page, "发布")
    says(page, "李清和（教育界）")

    other = walk.as_("wang", f"{forum.get_absolute_url()}posts/")
    other.get_by_role("link", name="回应").first.click()
    other.get_by_label("您的发言").fill("操场开放我赞成，保险和看管要先说清楚谁来出。")
    press(other, "发布回应")
    says(other, "王立言（经济界）")
    walk.shoot(other, "二、发言", "2-2-posts", "发言署名；回应排在首条发言之下。")

    page.goto(f"{walk.server}{forum.get_absolute_url()}statements/")
    page.get_by_role("textbox", name="一条观点").fill(SENTENCES[-1])
    press(page, "提出")
    says(page, "主持人采用后，大家就可以表态")


def the_moderator_keeps_order(walk: Walk, forum: Forum) -> None:
    page = walk.as_("editor", f"{forum.get_absolute_url()}statements/")
    walk.shoot(page, "三、主持", "3-1-statements", "主持人审核委员提出的观点。")
    page.locator("#waiting + ul").get_by_role("link", name="采用", exact=True).click()
    page.get_by_role("textbox", name="主题").fill("公共交通")
    press(page, "采用")
    says(page, "“采用”已办好")
    assert queries.accepted(forum).count() == len(SENTENCES)


def a_member_votes_without_javascript(walk: Walk, forum: Forum) -> None:
    page = walk.as_("li", f"{forum.get_absolute_url()}vote/")
    walk.shoot(page, "四、表态", "4-1-vote", "一次一条，三个大按钮；不用脚本也能办。")
    for _ in SENTENCES:
        press(page, "同意")
    says(page, "9 条都表过态了")
    walk.shoot(page, "四、表态", "4-2-mine", "表过的都能改；怎样表态只有本人看得到。")
    assert Vote.objects.count() == len(SENTENCES)


def the_map_is_drawn(walk: Walk, forum: Forum) -> None:
    people = crowd(42)
    members = [post.member_id for account in people for post in account.posts.all()]
    perform(forum, "invite", walk.cast.editor, {"members": members}, at=walk.clock.now())
    vote_all(forum, people)
    assert maps.draw_waiting(walk.clock.now()) == 1
    page = walk.as_("li", f"{forum.get_absolute_url()}map/")
    says(page, "甲组")
    walk.shoot(
        page, "五、共识图", "5-1-map", "共识图：两组意见，方块是一致的观点。图上没有任何一个人的位置。"
    )
    walk.shoot(page, "五、共识图", "5-2-table", "旁边的表把同样的数字再说一遍。", of="#numbers")


def it_is_summed_up(walk: Walk, forum: Forum) -> None:
    walk.clock.go("2017-09-26 09:00")
    page = walk.as_("editor", f"{forum.get_absolute_url()}steps/close")
    press(page, "结束征集")
    says(page, "“结束征集”已办好")
    page.goto(f"{walk.server}{forum.get_absolute_url()}steps/summarise")
    says(page, "43人对9条观点表态")
    walk.shoot(page, "六、整理", "6-1-summary", "整理：按最后一次统计列好提纲，主持人改写成综述。")
    press(page, "形成综述，转到成果")
    says(page, "“整理综述”已办好")
    forum.refresh_from_db()
    at, output = walk.clock.now(), forum.output
    perform(output, "send", walk.cast.editor, at=at)
    perform(output, "check", walk.cast.office, at=at)
    perform(output, "sign", walk.cast.chair, at=at)
    perform(output, "deliver", walk.cast.editor, make.DELIVER | {"delivered_on": date(2017, 9, 26)}, at=at)
    page.goto(f"{walk.server}{forum.get_absolute_url()}")
    press(page, "办结")
    says(page, "“办结”已办好")
    walk.shoot(page, "六、整理", "6-2-concluded", "办结：综述、进展和全部办理记录在一页。")
    walk.clock.go("2017-09-26 10:00")
    page = walk.as_("li", "/notices")
    says(page, "综述采用了您的发言或观点")
    walk.shoot(page, "六、整理", "6-3-told", "发过言的委员收到结果。")


def test_a_forum_is_walked_from_preparation_to_summary(walk: Walk) -> None:
    forum = the_desk_prepares(walk)
    the_moderator_opens(walk, forum)
    members_speak_on_their_phones(walk, forum)
    the_moderator_keeps_order(walk, forum)
    a_member_votes_without_javascript(walk, forum)
    the_map_is_drawn(walk, forum)
    it_is_summed_up(walk, forum)
    forum.refresh_from_db()
    assert forum.state == ForumState.CONCLUDED
    assert check().is_clean, check().as_text()
    walk.album.write_captions(HEAD)
