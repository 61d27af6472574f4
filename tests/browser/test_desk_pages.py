"""Every page of the desks, by the roles that open them: nothing for axe, nothing to scroll sideways, at both widths,
light and dark, plain and twice the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account
from tests import make
from tests.browser.pages import enter, sideways
from tests.cast import Cast, make_cast, moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = ((390, "1.0", "light"), (1366, "2.0", "dark"), (390, "2.0", "dark"), (1366, "1.0", "light"))
LONG = "关于进一步完善我区城乡居民生活垃圾分类投放收集运输处置全链条管理机制并建立长效监督考核办法的提案"
OFFICE_PAGES = (
    "/", "/desk/queues/", "/desk/queues/review", "/desk/queues/decide", "/desk/queues/dispatch", "/desk/queues/untaken",
    "/desk/queues/replies", "/desk/queues/kept", "/desk/queues/paper", "/desk/publish", "/desk/assign", "/desk/sent/assign/2017-03-01",
    "/desk/sent/publish/2017-03-01", "/desk/deadlines", "/desk/oversight", "/search?q=电梯", "/notices", "/me", "/feedback", "/help",
    "/proposals/figures/?year=2017", "/proposals/figures/filed/?of=year-2017", "/proposals/figures/ratings_asked/?of=year-2017",
)  # fmt: skip
PAGES: dict[str, tuple[str, ...]] = {
    "reviewer": OFFICE_PAGES,
    "coordinator": ("/", "/desk/queues/extensions", "/desk/oversight"),
    "chair": ("/", "/desk/queues/overdue"),
    "housing_clerk": ("/", "/desk/todo", "/desk/deadlines", "/?role=assisting&due="),
    "housing_head": ("/",),
    "li": ("/", "/desk/todo", "/notices", "/me"),
    "zhao": ("/", "/desk/todo"),
    "admin": ("/",),
    "auditor": ("/", "/desk/journal"),
}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    cast = make_cast()
    for maker in (make.submitted, make.reviewed, make.decided, make.filed, make.approved, make.concluded, make.extension,
                  make.promise, make.contact, make.invited, make.nomination):  # fmt: skip
        maker(cast)
    make.submitted(cast, title=LONG)
    make.drafted(cast, is_joint=True, title=LONG)
    key = make.handling(cast, is_joint=True, title=LONG)
    perform(key, "mark_key", cast.chair, {"leader": "冯主席", "note": "主席会议确定"}, at=make.DAY)
    perform(key, "urge", cast.coordinator, {"note": "请抓紧办理"}, at=moment("2017-06-20 10:00"))
    planned = make.filed(cast, title=LONG)
    perform(
        planned, "plan", cast.clerk, {"lead": cast.housing.pk, "assisting": [cast.traffic.pk]}, at=make.DAY
    )
    return cast


@pytest.mark.parametrize("role", PAGES)
def test_every_page_of_a_desk_is_accessible_and_fits(
    cast: Cast, page: Page, live_server: Any, expect_accessible: Callable[[Page], None], role: str
) -> None:
    account: Account = getattr(cast, role)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    enter(page, live_server.url, account, PAGES[role][0])

    for i, path in enumerate(PAGES[role]):
        # every page in two looks that differ in width, text and colour; the looks change places from page to page
        for width, scale, theme in (LOOKS[:2], LOOKS[2:])[i % 2]:
            page.set_viewport_size({"width": width, "height": 768})
            for name, value in (("ui-scale", scale), ("ui-theme", theme)):
                page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
            page.goto(live_server.url + path)
            if page.locator("#aids[hx-get]").count():
                page.locator("#aids:not([hx-get])").wait_for()
            expect_accessible(page)
            assert sideways(page) <= 0, (path, width, scale)
    assert told == []
