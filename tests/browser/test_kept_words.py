"""Nothing typed is lost, in forms that do not save by themselves either: the words stay on the device until they are sent."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.cast import Cast, make_cast

from .pages import enter, says

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def test_a_form_without_autosave_keeps_its_words_on_the_device_until_they_are_sent(
    cast: Cast, page: Page, live_server: Any
) -> None:
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    enter(page, live_server.url, cast.editor, "/opinions/leads/new/")
    page.get_by_label("反映的内容").fill("北门的路灯三个晚上没有亮。")
    page.get_by_label("来信人电话").fill("13900000003")
    page.reload()  # the page is lost before anything was sent

    says(page, "没有保存到服务器")
    page.get_by_role("button", name="放回来").click()
    assert page.get_by_label("反映的内容").input_value() == "北门的路灯三个晚上没有亮。"
    assert page.get_by_label("来信人电话").input_value() == "", "a telephone is kept nowhere"
    assert "13900000003" not in page.evaluate("JSON.stringify(localStorage)")
    page.get_by_role("button", name="登记").click()
    says(page, "回执")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('typed:'))") == []
    assert told == []


def test_words_that_arrived_are_not_offered_again_on_the_page_they_were_sent_from(
    cast: Cast, page: Page, live_server: Any
) -> None:
    meeting = make.open_gathering(cast)
    enter(page, live_server.url, cast.office, f"/gatherings/{meeting.pk}/remarks/")
    page.get_by_label("谁发言").fill("李清和")
    page.get_by_label("发言要点").fill("建议把路灯修好。")
    page.locator("main form.form button[type=submit]").first.click()
    says(page, "建议把路灯修好。")
    expect(page.get_by_role("button", name="放回来")).to_have_count(0)
