"""《政协直通车》 without network: chosen, read, gone with the session."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from huisheng.bulletins.models import Issue
from huisheng.people.models import Post
from tests import make
from tests.cast import Cast, make_cast

from .pages import PHONE, enter, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STORES = "caches.keys().then(names => names.filter(name => name.startsWith('kept-')))"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def issue(cast: Cast) -> Issue:
    return make.delivered_issue(cast, items=2)


def keep(page: Page) -> None:
    page.get_by_role("button", name="存下离线看").click()
    expect(page.locator("[data-kept-says]")).to_contain_text("以前没有网络也能看")


def test_a_chosen_issue_is_read_without_network_and_nothing_else(
    cast: Cast, issue: Issue, page: Page, live_server: Any, expect_accessible: Any
) -> None:
    server, other = live_server.url, make.delivered_issue(cast)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    enter(page, server, cast.leader, f"/bulletins/{issue.pk}/read/")
    keep(page)
    expect(page.get_by_role("button", name="已存下，删去")).to_be_visible()

    page.context.set_offline(True)
    for path in (f"/bulletins/{issue.pk}/read/", f"/bulletins/{issue.pk}/copy/"):
        page.goto(server + path)
        expect(page.get_by_text("离线副本", exact=True)).to_be_visible()
        expect(page.get_by_role("heading", level=2)).to_have_count(2)
    assert page.evaluate("getComputedStyle(document.body).fontSize") != "16px"  # its look is there, too
    assert sideways(page) <= 0
    assert page.locator("form").count() == 0
    for path in ("/", "/bulletins/", f"/bulletins/{other.pk}/read/"):
        page.goto(server + path)
        expect(page.get_by_role("heading", level=1)).to_have_text("存在这台手机上的刊物")
        expect(page.locator("[data-shelf] a")).to_have_text([issue.output.title])
    page.get_by_role("link", name=issue.output.title).click()
    expect(page.get_by_role("button", name="朗读")).to_be_visible()

    page.context.set_offline(False)
    page.goto(f"{server}/bulletins/{issue.pk}/copy/")
    expect_accessible(page)
    page.goto(f"{server}/bulletins/kept/")
    expect_accessible(page)
    page.get_by_role("button", name=f"删去{issue.output.title}").click()
    expect(page.get_by_text("没有存下的刊物")).to_be_visible()
    assert page.evaluate(STORES) == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_signing_out_another_reader_and_a_refusal_empty_the_shelf(
    cast: Cast, issue: Issue, page: Page, live_server: Any
) -> None:
    server, path = live_server.url, f"/bulletins/{issue.pk}/read/"
    enter(page, server, cast.leader, path)
    keep(page)
    page.locator("details.menu").filter(has_text="退出登录").locator("summary").click()
    page.get_by_role("button", name="退出登录").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    assert page.evaluate(STORES) == []

    enter(page, server, cast.leader, path)
    keep(page)
    enter(page, server, cast.chair, path)  # somebody else on the same phone
    expect(page.get_by_role("button", name="存下离线看")).to_be_visible()
    page.wait_for_function(f"async () => !(await {STORES}).length")

    enter(page, server, cast.leader, path)
    keep(page)
    Post.objects.filter(account=cast.leader).update(ends_on=make.DAY.date())
    page.goto(f"{server}/bulletins/")
    page.wait_for_function(f"async () => !(await {STORES}).length")
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(server + path)
