"""Every page a role can reach by its links: it answers, fits, and axe finds nothing in any of its dresses.

Each role's links are followed from its home, one page a kind of address. Pages of the same address and the same
build (the same tags and classes) are looked at by axe once: at 1366 px light 1.0, then at 390 px dark 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account, Session
from tests import make
from tests.cast import Cast, make_cast, moment

from .pages import DESK, PHONE, enter, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 70  # pages of one role
NO_PAGE = re.compile(r"\.(pdf|docx|xlsx|csv|zip)$|/file$|/files/|/unread/|/logout|^/api/|^/static/")
ROLES = {
    "委员": ("li", "wang", "convener"),
    "机关": ("clerk", "office"),
    "主任与督查": ("reviewer", "coordinator", "chair"),
    "单位与系统": ("housing_clerk", "housing_head", "traffic_clerk", "admin", "auditor"),
}
BUILD = """() => [...new Set([...document.querySelectorAll("main *")].map(e => e.tagName + "." + e.className))].sort().join(" ")"""
DRESS = "([scale, theme]) => Object.assign(document.documentElement.dataset, {scale, theme})"


def furnish(cast: Cast) -> None:
    """Something of every kind, in every place it can stand: of 2017, long overdue, and of these days."""
    at = timezone.now()
    Session.objects.create(
        term=cast.session.term, number=5, year=at.year, opens_on=at.date(), closes_on=at.date(),
        cutoff_at=at, counts_from=moment("2018-01-01 00:00"),
    )  # fmt: skip
    make.draft(cast, title="关于背街小巷照明的提案")
    make.invited(cast)
    make.submitted(cast, at, title="关于社区养老服务站的提案", is_cosigned=True)
    perform(
        make.submitted(cast, title="关于广场噪声的提案"),
        "send_back",
        cast.clerk,
        {"reason": "vague", "note": "请写明时段。"},
    )
    make.reviewed(cast, at, title="关于中小学午餐的提案")
    make.decided(cast, title="关于货运通道扬尘治理的提案")
    make.filed(cast, at, title="关于公交线路调整的提案")
    planned = make.filed(cast, title="关于体育场停车的提案")
    perform(planned, "plan", cast.clerk, {"lead": cast.housing.pk, "assisting": [cast.traffic.pk]})
    make.handling(cast, at, is_joint=True, title="关于饮水安全的提案")
    back = make.taken(cast, at, title="关于传统村落保护的提案")
    perform(back, "hand_back", cast.housing_clerk, {
        "reason": "duty", "ground": "三定方案第四条", "proposed": cast.finance.pk, "signed_by": "周建"}, at=at)  # fmt: skip
    make.drafted(cast, is_joint=True, title="关于垃圾分类的提案")
    make.approved(cast, title="关于河道保洁的提案")
    make.answered(cast, title="关于校门口交通的提案", is_cosigned=True)
    make.contact(cast)
    make.extension(cast)
    perform(make.promise(cast), "report", cast.housing_clerk, {"evidence": "已出台细则。"})
    make.nomination(cast)
    call = make.call(cast)
    perform(call, "open", cast.clerk)


def kind_of(path: str) -> str:
    """Addresses that lead to the same kind of page: numbers and days are told apart by nobody, queues by their name."""
    parts = urlsplit(path)
    asked = ",".join(sorted(parse_qs(parts.query)))
    return re.sub(r"\d{4}-\d\d-\d\d|\d+", "N", parts.path) + (f"?{asked}" if asked else "")


def links(page: Page, server: str) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    own = (one.removeprefix(server).partition("#")[0] for one in found if one.startswith(server + "/"))
    return [one for one in own if one and not NO_PAGE.search(urlsplit(one).path)]


class Inspector:
    """Looks at pages; remembers the builds already seen."""

    def __init__(self, page: Page, check: Callable[[Page], None]) -> None:
        self.page, self.check = page, check
        self.seen: set[tuple[str, str]] = set()
        self.told: list[str] = []

    def look(self, who: str, path: str) -> None:
        build = (kind_of(path).partition("?")[0], self.page.evaluate(BUILD))
        if build in self.seen:
            return
        self.seen.add(build)
        for size, scale, theme, by_axe in (
            (DESK, "1.0", "light", True), (DESK, "2.0", "light", False),
            (PHONE, "1.0", "light", False), (PHONE, "2.0", "dark", True),
        ):  # fmt: skip
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.page.evaluate(DRESS, [scale, theme])
            where = f"{who} {path} {size['width']}/{scale}/{theme}"
            if (wide := sideways(self.page)) > 0:
                self.told.append(f"{where}：比窗口宽 {wide} 像素")
            if by_axe:
                try:
                    self.check(self.page)
                except AssertionError as found:
                    self.told.append(f"{where}\n{found}")
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]


@pytest.mark.parametrize("group", ROLES, ids=("members", "office", "leaders", "agencies"))
def test_every_page_a_role_can_reach_answers_fits_and_is_accessible(
    transactional_db: None, page: Page, live_server: Any, expect_accessible: Any, group: str
) -> None:
    cast = make_cast()
    furnish(cast)
    Account.objects.update(is_demo=True)
    inspector = Inspector(page, expect_accessible)
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: inspector.told.append(f"{page.url} {error}"))
    page.emulate_media(reduced_motion="reduce")
    for name in ROLES[group]:
        walk(inspector, live_server.url, name, cast.accounts[name])

    assert not inspector.told, "\n".join(inspector.told)


def walk(inspector: Inspector, server: str, name: str, account: Account) -> None:
    page = inspector.page
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    enter(page, server, account, "/")
    ahead, met = ["/"], {"/"}
    for _ in range(MOST):
        if not ahead:
            return
        path = ahead.pop(0)
        answer = page.goto(server + path)
        if answer is None or answer.status != 200:
            inspector.told.append(f"{name} {path} 回答 {answer and answer.status}")
            continue
        if page.locator("[hx-trigger~=load]").count():
            page.wait_for_load_state("networkidle")
        inspector.look(name, path)
        for link in links(page, server):
            if kind_of(link) not in met:
                met.add(kind_of(link))
                ahead.append(link)
