"""The frame in a real browser: nothing for axe to find, nothing to scroll sideways, nothing typed that is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from huisheng.kernel.models import Notice, Typed
from huisheng.people.models import Account
from huisheng.ui.steps import step_url
from tests import make
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def enter(page: Page, live_server: Any, settings: Any) -> Callable[..., list[str]]:
    """Open a path as somebody; returns the list that gathers what the console complains of."""

    def go(account: Account | None, path: str, **cookies: str) -> list[str]:
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        if account:
            client = Client()
            client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [
                {"name": name.replace("_", "-"), "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        page.goto(live_server.url + path)
        return told

    return go


def says(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def sideways(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


SMALL = """() => [...document.querySelectorAll(
    "main button, main a.button, .tool, .tabs a, .side a, .choice, main input:not([type=hidden]):not([type=checkbox]):not([type=radio]), main select"
)].filter(e => e.getClientRects().length && !e.matches(".hidden"))
  .map(e => [e.getBoundingClientRect(), e]).filter(([r]) => r.height < LEAST || r.width < LEAST)
  .map(([r, e]) => `${e.outerHTML.slice(0, 80)} ${Math.round(r.width)}×${Math.round(r.height)}`)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scale", ["1.0", "1.4", "2.0"])
@pytest.mark.parametrize("width", [390, 1366])
def test_every_piece_is_accessible_and_fits(
    cast: Cast, page: Page, enter: Any, expect_accessible: Any, width: int, scale: str, theme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    told = enter(cast.clerk, "/ui/?say=1", ui_scale=scale, ui_theme=theme)

    expect_accessible(page)
    assert sideways(page) <= 0
    # ux.md: 44 px, 60 in large type
    least = 44 if scale == "1.0" else 60
    assert page.evaluate(SMALL.replace("LEAST", str(least))) == []
    assert told == []


def test_a_small_phone_with_twice_the_text_scrolls_only_down(cast: Cast, page: Page, enter: Any) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    enter(cast.clerk, "/ui/", ui_scale="2.0")

    assert sideways(page) <= 0


@pytest.mark.parametrize("door", ["/broken/absent", "/broken/locked", "/accounts/login/"])
@pytest.mark.parametrize(
    ("width", "scale", "theme"), [(390, "1.0", "dark"), (390, "2.0", "light"), (1366, "1.0", "light")]
)
def test_strangers_pages_are_accessible(
    cast: Cast, page: Page, enter: Any, expect_accessible: Any, door: str, width: int, scale: str, theme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    enter(None, door, ui_scale=scale, ui_theme=theme)

    expect_accessible(page)
    assert sideways(page) <= 0


VOICE = """() => {
  const said = window.said = [];
  const speech = { getVoices: () => [{ lang: "VOICE" }], addEventListener() {}, cancel() {},
    speak(one) { said.push(one.text); if (said.length < 2) setTimeout(() => one.onend(), 10); } };
  Object.defineProperty(window, "speechSynthesis", { value: speech, configurable: true });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}"""


def test_a_page_is_read_aloud_piece_by_piece_where_the_phone_has_a_voice(
    cast: Cast, page: Page, enter: Any, expect_accessible: Any
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(f"({VOICE.replace('VOICE', 'en-US')})()")
    enter(cast.leader, "/broken/absent", ui_scale="2.0")
    button = page.locator("[data-aloud]")
    expect(button).to_be_hidden()

    page.add_init_script(f"({VOICE.replace('VOICE', 'zh-CN')})()")
    page.reload()
    button.click()
    expect(button).to_have_text("停下")
    page.wait_for_function("window.said.length === 2")
    assert page.evaluate("window.said[0]") == page.locator("h1").inner_text()
    expect(page.locator(".aloud")).to_have_count(1)
    expect_accessible(page)
    assert sideways(page) <= 0
    button.click()
    expect(button).to_have_text("朗读")
    expect(page.locator(".aloud")).to_have_count(0)


def test_a_field_stands_there_only_for_the_answer_it_concerns(cast: Cast, page: Page, enter: Any) -> None:
    enter(cast.clerk, "/ui/")
    reason = page.locator("#id_reason")
    expect(reason).to_be_hidden()

    page.locator("[name=open_to][value=none]").check()
    expect(reason).to_be_visible()
    page.locator("[name=open_to][value=full]").check()
    expect(reason).to_be_hidden()


def test_typed_words_reach_the_server_by_themselves(cast: Cast, page: Page, enter: Any) -> None:
    one = make.taken(cast, timezone.now())
    told = enter(cast.housing_clerk, step_url(one, "contact"))

    page.get_by_label("商谈要点").fill("先看现场，再定方案。")
    page.get_by_label("参加人").focus()

    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"已保存 \d\d:\d\d"))
    kept = Typed.objects.get(account=cast.housing_clerk)
    assert kept.data["points"] == ["先看现场，再定方案。"]
    page.reload()
    assert page.get_by_label("商谈要点").input_value() == "先看现场，再定方案。"
    page.get_by_role("button", name="不要了，从头写").click()
    page.wait_for_url("**/contact")
    assert page.get_by_label("商谈要点").input_value() == ""
    assert told == []


def test_without_the_server_words_stay_on_the_device_and_are_offered_back(
    cast: Cast, page: Page, enter: Any
) -> None:
    one = make.taken(cast, timezone.now())
    enter(cast.housing_clerk, step_url(one, "contact"))
    page.route("**/typed", lambda route: route.abort())
    page.get_by_label("商谈要点").fill("没有网也要写。")
    page.get_by_label("参加人").focus()
    expect(page.locator("[data-saved]")).to_contain_text("内容已留在这台设备上")

    page.unroute("**/typed")
    page.reload()
    page.get_by_role("button", name="放回来").click()

    assert page.get_by_label("商谈要点").input_value() == "没有网也要写。"
    expect(page.locator("[data-saved]")).to_contain_text("已保存")


def test_a_double_click_takes_the_step_once(cast: Cast, page: Page, enter: Any) -> None:
    one = make.taken(cast, timezone.now())
    enter(cast.housing_clerk, step_url(one, "contact"))
    page.get_by_label("现场").or_(page.locator("[name=form]").first).first.check()
    page.get_by_label("日期").fill(str(timezone.localdate()))
    page.get_by_label("参加人").fill("李清和")
    page.get_by_label("商谈要点").fill("看了现场。")

    page.get_by_role("button", name="记录面商").dblclick()
    page.wait_for_url("**/proposals/*/")

    assert one.contacts.count() == 1
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('typed:'))") == []


def test_errors_take_the_focus_and_lead_to_the_field(cast: Cast, page: Page, enter: Any) -> None:
    one = make.taken(cast, timezone.now())
    enter(cast.housing_clerk, step_url(one, "contact"))
    page.get_by_role("button", name="记录面商").click()
    expect(page.locator("[data-errors]")).to_be_focused()

    page.locator("[data-errors] a", has_text="商谈要点").click()

    expect(page.get_by_label("商谈要点")).to_be_focused()
    assert page.title().startswith("有错")


def test_text_size_changes_at_once_and_stays(cast: Cast, page: Page, enter: Any) -> None:
    told = enter(cast.li, "/me")
    page.locator("summary", has_text="字号").click()

    with page.expect_response("**/prefs"):
        page.get_by_role("button", name="特大").click()

    expect(page.locator("html")).to_have_attribute("data-scale", "2.0")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-scale", "2.0")
    assert told == []


def test_without_scripts_the_choice_is_made_by_the_form(
    cast: Cast, new_context: Any, live_server: Any
) -> None:
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/")

    page.locator("summary", has_text="字号").click()
    page.get_by_role("button", name="大字", exact=True).click()

    expect(page.locator("html")).to_have_attribute("data-scale", "1.4")
    context.close()


def test_keys_walk_a_list_and_keep_silent_while_somebody_types(cast: Cast, page: Page, enter: Any) -> None:
    Notice.objects.create(account=cast.clerk, key="k", text="x", due_at=timezone.now())
    told = enter(cast.clerk, "/ui/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-row].at")).to_contain_text("2017-081")
    page.keyboard.press("k")
    expect(page.locator("[data-row].at")).to_contain_text("2017-037")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("下一行")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#id_title").fill("")
    page.locator("#id_title").press("j")
    assert page.locator("#id_title").input_value() == "j"
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/me")
    assert told == []


def test_keys_turned_off_do_nothing(cast: Cast, page: Page, enter: Any) -> None:
    enter(cast.clerk, "/ui/", ui_keys="off")
    page.keyboard.press("j")

    expect(page.locator("[data-row].at")).to_have_count(0)


def test_the_palette_finds_a_room_by_a_letter(
    cast: Cast, page: Page, enter: Any, expect_accessible: Any
) -> None:
    enter(cast.clerk, "/ui/")
    page.keyboard.press("Control+k")
    page.keyboard.insert_text("我的")
    expect(page.get_by_role("dialog").get_by_role("option")).to_have_count(1)
    expect_accessible(page)
    page.keyboard.press("Enter")

    page.wait_for_url("**/me")


def test_print_shows_the_text_alone(cast: Cast, page: Page, enter: Any) -> None:
    enter(cast.clerk, "/ui/")
    page.emulate_media(media="print")

    for selector in (".tools", ".side", ".steps", ".pager"):
        expect(page.locator(selector).first).to_be_hidden()
    expect(page.locator(".print-only")).to_contain_text("打印：陈提办")
