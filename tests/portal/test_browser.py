"""The public pages in a real browser: without JavaScript on a phone, and before axe in every dress."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Setting
from huisheng.opinions import actions as voices
from huisheng.opinions.models import Lead
from tests import make
from tests.browser.pages import DESK, PHONE, sideways
from tests.cast import Cast, make_cast

from .test_delivered import public_issue, public_report
from .test_published import published
from .test_say import PNG, TEXT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRESS = "([scale, theme]) => Object.assign(document.documentElement.dataset, {scale, theme})"
DRESSES = ((PHONE, "1.0", "light"), (PHONE, "2.0", "dark"), (DESK, "1.0", "dark"), (DESK, "2.0", "light"))
SMALLEST = 44  # pixels of whatever is pressed


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    cache.clear()
    return make_cast()


def small_targets(page: Page) -> list[str]:
    """Buttons and links of navigation that a finger misses; links inside a sentence are read, not pressed."""
    found: list[str] = page.evaluate(
        """least => [...document.querySelectorAll("button, nav a, .button, summary, input:not([type=hidden])")]
           .filter(one => one.offsetParent && !one.closest("[aria-hidden=true]"))
           .filter(one => one.getBoundingClientRect().height < least).map(one => one.outerHTML.slice(0, 90))""",
        SMALLEST - 0.5,
    )
    return found


def test_a_letter_goes_on_a_phone_without_javascript_and_its_answer_is_read_by_code(
    cast: Cast, new_context: Any, live_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "IMG_1.png").write_bytes(PNG)
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_viewport_size(PHONE)
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda asked: elsewhere.append(asked.url) if not asked.url.startswith(live_server.url) else None,
    )

    def press(name: str) -> None:
        assert sideways(page) <= 0
        page.get_by_role("button", name=name).first.click()

    page.goto(live_server.url + "/open/")
    page.get_by_role("link", name="我要反映").last.click()
    press("下一步")
    expect(page.get_by_role("alert")).to_contain_text("“您想反映的事”还没有写")
    page.get_by_label("您想反映的事").fill(TEXT)
    press("下一步")
    page.get_by_label("在哪里").fill("文化路小学")
    press("下一步")
    page.get_by_label("选照片").set_input_files(tmp_path / "IMG_1.png")
    press("下一步")
    press("上一步")
    expect(page.get_by_text("已收下 1 张")).to_be_visible()
    press("下一步")
    page.get_by_label("电话").fill("13800008201")
    press("下一步")
    expect(page.get_by_role("heading", level=1)).to_have_text("核对一下")
    press("改 在哪里")
    page.get_by_label("在哪里").fill("文化路小学北门")
    press("改好了")
    expect(page.get_by_text("文化路小学北门")).to_be_visible()
    page.wait_for_timeout(1000)  # a person takes three seconds for five pages
    press("提交")
    expect(page.get_by_role("heading", level=1)).to_have_text("收到了，谢谢您")
    expect(page.locator("svg.qr")).to_be_visible()
    code, secret = page.locator(".code").all_inner_texts()
    lead = Lead.objects.get()
    assert (lead.code, lead.place, lead.doubts) == (code, "文化路小学北门", [])

    perform(lead, "accept", cast.editor, make.ACCEPTED)
    perform(lead, "answer", cast.editor, {"text": "交警每天早上在北门值守。"})
    page.get_by_role("link", name="查回音").click()
    page.get_by_label("回执号").fill(code.lower())
    page.get_by_label("查询码").fill(secret)
    press("看回音")
    expect(page.get_by_text("交警每天早上在北门值守。")).to_be_visible()
    page.get_by_label("要补充的话").fill("谢谢，好多了。")
    press("发出")
    expect(page.locator(".thread .mine")).to_contain_text("谢谢，好多了。")
    page.get_by_role("link", name="删除我的联系方式").click()
    press("删除联系方式")
    expect(page.get_by_text("联系方式已于")).to_be_visible()
    assert context.cookies() == []
    assert elsewhere == []
    context.close()


def test_the_browser_works_for_a_letter_when_the_hour_is_full(
    cast: Cast, page: Page, live_server: Any
) -> None:
    Setting.objects.create(name="lead.per_hour", starts_on="2017-01-01", value=0, at=timezone.now())
    page.goto(live_server.url + "/open/say/")
    page.get_by_label("您想反映的事").fill(TEXT)
    for _ in range(4):
        page.get_by_role("button", name="下一步").click()
    field = page.locator("[data-work]")
    expect(field).not_to_have_value("", timeout=60_000)
    page.get_by_role("button", name="提交").click()
    assert "这一小时网页来信超过规定条数" not in Lead.objects.get().doubts


def test_every_public_page_fits_and_is_accessible(
    cast: Cast, page: Page, live_server: Any, expect_accessible: Any
) -> None:
    one = published(cast)
    summary = published(cast, "summary")
    report, issue = public_report(cast), public_issue(cast)
    perform(make.call(cast), "open", cast.clerk, at=make.DAY)
    mine = voices.take_in(
        voices.Voice(channel="web", content=TEXT, source_id="x", contact={"phone": "13800008201"}),
        timezone.now(),
    )
    perform(mine.lead, "ask_contact", cast.editor, {"reason": "核对地点"})
    perform(mine.lead.openings.get(), "grant", cast.office)
    voices.look(mine.lead, cast.editor, timezone.now())
    voices.say(mine.lead, "请告诉我们是哪一个门。", timezone.now())
    voices.hear(mine.lead, "北门。", timezone.now())
    receipt = f"/open/r/{mine.token}"
    cache.clear()
    told: list[str] = []
    page.on("console", lambda said: told.append(f"{page.url} {said.text}") if said.type == "error" and "404" not in said.text and "422" not in said.text else None)  # fmt: skip

    def look() -> None:
        for size, scale, theme in DRESSES:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.evaluate(DRESS, [scale, theme])
            where = f"{page.url} {size['width']}/{scale}/{theme}"
            if (wide := sideways(page)) > 0:
                told.append(f"{where}：比窗口宽 {wide} 像素")
            told.extend(f"{where}：太小 {one}" for one in small_targets(page))
            try:
                expect_accessible(page)
            except AssertionError as found:
                told.append(f"{where}\n{found}")

    for path in (
        "/open/", "/open/check/", receipt, f"{receipt}/forget", "/open/proposals/", "/open/proposals/?q=窗口", "/open/proposals/?q=没有",
        f"/open/proposals/{one.pk}/", f"/open/proposals/{summary.pk}/", "/open/reports/", f"/open/reports/{report.pk}/",
        f"/open/bulletins/{issue.pk}/", "/open/search/?q=周末", "/open/figures/2017/", "/open/feedback/",
        "/open/about/accessibility/", "/open/data/", "/open/nowhere/",
    ):  # fmt: skip
        page.goto(live_server.url + path)
        look()
    page.goto(live_server.url + "/open/say/")
    page.get_by_role("button", name="下一步").click()
    look()
    page.get_by_label("您想反映的事").fill(TEXT + "我叫张三。")
    for _ in range(4):
        page.get_by_role("button", name="下一步").click()
        look()
    page.get_by_role("button", name="提交").click()
    look()
    assert not told, "\n".join(told)
