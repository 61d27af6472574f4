"""The pages of this room in a real browser: nothing for axe to find, no sideways scroll, passkeys ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from huisheng.people import importing
from huisheng.people.models import Account
from tests.cast import PASSWORD, Cast, make_cast

from .conftest import AT, DATA

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (390, 1366)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    made = make_cast()
    Account.objects.update(is_demo=True)  # no reminder of the second factor above every page
    return made


@pytest.fixture
def enter(page: Any, live_server: Any) -> Callable[[str], Any]:
    def sign_in(username: str) -> Any:
        page.goto(f"{live_server.url}/accounts/login/")
        page.get_by_label("账号").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda url: "/accounts/" not in url)
        return page

    return sign_in


def check(page: Any, live_server: Any, expect_accessible: Callable[[Any], None], paths: list[str]) -> None:
    wrong = []
    for path in paths:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.goto(live_server.url + path).status == 200, path
            expect_accessible(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
                wrong.append((path, width))
    assert wrong == []


def test_the_door_is_open_to_everybody(
    cast: Cast, page: Any, live_server: Any, expect_accessible: Callable[[Any], None]
) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    check(page, live_server, expect_accessible, ["/accounts/login/", "/activate"])

    page.goto(f"{live_server.url}/accounts/login/")
    assert page.evaluate("typeof allauth.webauthn.forms.loginForm") == "function"
    assert problems == []


def test_the_rooms_of_the_office_are_open_to_everybody(
    cast: Cast, enter: Callable[[str], Any], live_server: Any, expect_accessible: Callable[[Any], None]
) -> None:
    page = enter("admin")
    content = (DATA / "roster" / "members.xlsx").read_bytes()
    waiting = importing.prepare("members", content, "members.xlsx", account=cast.clerk, at=AT)
    paths = [
        "/people/members", f"/people/members/{cast.member_li.pk}", f"/people/members/{cast.member_li.pk}/edit",
        "/people/agencies", f"/people/agencies/{cast.housing.pk}", "/people/bodies", "/people/terms", "/people/accounts",
        f"/people/accounts/{cast.li.pk}", f"/people/accounts/{cast.li.pk}/posts/new", "/rules", "/rules/span.review",
        "/rules/lists/category_local", "/rules/calendar?year=2017", "/imports", f"/imports/{waiting.pk}", "/me/sign-ins",
        "/accounts/2fa/", "/accounts/password/change/",
    ]  # fmt: skip
    check(page, live_server, expect_accessible, paths)
