"""A member files a proposal from a Word file on a phone, counted in taps; what is typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from huisheng.people.models import Account
from huisheng.proposals import actions
from huisheng.proposals.models import Proposal
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAPERS = Path(__file__).parent.parent / "data" / "proposals"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def enter(page: Page, live_server: Any, settings: Any) -> Callable[[Account, str], None]:
    def go(account: Account, path: str) -> None:
        client = Client()
        client.force_login(account, backend=BACKEND)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        page.goto(live_server.url + path)

    return go


class Thumb:
    """Counts what a thumb does."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, role: str, name: str) -> None:
        self.taps += 1
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    def pick_file(self, label: str, path: Path) -> None:
        self.taps += 2  # one opens the picker, one takes the file in it
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_label(label).click()
        chooser.value.set_files(path)


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_member_files_a_word_file_on_a_phone_in_nine_taps(
    cast: Cast, page: Page, enter: Any, expect_accessible: Any
) -> None:
    page.set_viewport_size(PHONE)
    enter(cast.li, "/proposals/")
    thumb = Thumb(page)
    paper = next(path for path in PAPERS.iterdir() if path.name.startswith("01"))

    thumb.tap("link", "提提案")
    expect_accessible(page)
    thumb.pick_file("提案文件", paper)
    expect(page.get_by_role("heading", name="请核对")).to_be_visible(timeout=30_000)
    expect_accessible(page)
    assert fits(page)
    thumb.tap("radio", "全文公开")
    thumb.tap("button", "下一步：核对")
    expect(page.get_by_role("heading", name="请核对：提交")).to_be_visible()
    expect_accessible(page)
    thumb.tap("button", "正式提交提案")
    expect(page.get_by_text("提案已收到")).to_be_visible()
    expect_accessible(page)
    assert fits(page)

    assert thumb.taps <= 9
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.sponsor_member) == ("submitted", cast.member_li)
    expect(page.locator(".receipt-number")).to_contain_text(f"{proposal.year}-{proposal.serial:04d}")


def test_words_are_saved_by_themselves_and_survive_the_closing_of_the_page(
    cast: Cast, page: Page, enter: Any, live_server: Any
) -> None:
    page.set_viewport_size(PHONE)
    proposal = actions.start(cast.li, {})
    enter(cast.li, f"/proposals/{proposal.pk}/draft/")
    page.get_by_label("案由").fill("关于增设路灯的提案")
    page.get_by_label("案由").blur()
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    page.wait_for_function("document.querySelector('[name=version]').value.length > 10")
    page.get_by_label("情况").fill("背街小巷没有路灯。")
    page.get_by_label("情况").blur()
    page.wait_for_timeout(600)
    page.goto("about:blank")

    page.goto(f"{live_server.url}/proposals/{proposal.pk}/draft/")
    expect(page.get_by_label("案由")).to_have_value("关于增设路灯的提案")
    expect(page.get_by_label("情况")).to_have_value("背街小巷没有路灯。")
