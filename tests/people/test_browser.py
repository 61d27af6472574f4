"""The door in a real browser: nothing for axe to find, no sideways scroll, passkeys ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from huisheng.kernel.models import Typed
from huisheng.people.models import Account
from tests import make
from tests.browser.pages import enter
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


def test_a_change_of_members_and_ones_own_data_are_read_by_everybody(
    cast: Cast, page: Any, live_server: Any, expect_accessible: Callable[[Any], None]
) -> None:
    coming, new = make.coming_change(cast, timezone.now()), make.new_member(cast)
    make.proposed_change(cast, one=new)
    one = make.correction(cast, phone=["", "13812345678"], unit=["", "区第一中学"])
    enter(page, live_server.url, cast.office, "/people/changes")
    check(page, live_server, expect_accessible, [
        "/people/changes", f"/people/changes?show=year&year={timezone.localdate().year}", "/people/changes/new",
        f"/people/changes/{coming.pk}", f"/people/changes/{new.pk}", f"/people/changes/{coming.pk}/steps/amend",
        "/people/corrections", f"/people/corrections/{one.pk}",
    ])  # fmt: skip
    page.goto(f"{live_server.url}/people/changes/new")
    page.get_by_label("辞去").check()
    assert page.get_by_label("委员", exact=True).is_visible()
    assert not page.get_by_label("拟任界别").is_visible()
    page.get_by_label("增补").check()
    assert page.get_by_label("拟任界别").is_visible()
    enter(page, live_server.url, cast.wang, "/me")
    check(page, live_server, expect_accessible, ["/me/particulars", "/me"])
    page.goto(f"{live_server.url}/me/particulars")
    page.get_by_label("手机").fill("13900000002")
    page.get_by_label("工作单位").fill("区实验中学")
    page.get_by_label("理由").fill("九月起换了单位。")
    page.get_by_label("理由").blur()
    page.get_by_text("已保存").wait_for()
    typed = Typed.objects.get(account=cast.wang, place__contains=":ask")
    assert typed.data == {"reason": ["九月起换了单位。"]}, "a telephone lies in no draft"
    page.reload()
    assert page.get_by_label("理由").input_value() == "九月起换了单位。"
    page.get_by_label("工作单位").fill("区实验中学")
    page.get_by_role("button", name="申请更正").click()
    assert page.get_by_role("heading", level=1).inner_text() == "王立言申请更正工作单位"
