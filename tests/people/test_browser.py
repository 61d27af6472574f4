"""The door in a real browser: nothing for axe to find, no sideways scroll, passkeys ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from huisheng.people.models import Account
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (390, 1366)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    made = make_cast()
    Account.objects.update(is_demo=True)  # no reminder of the second factor above every page
    return made


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
