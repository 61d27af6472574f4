"""Every figure is its list, looked at in a browser; and the walks of a year report and of a duty record.

For every figure of the reading room, every mark of the overview and every number in the prose of the reports, the link
is followed and the rows are counted, page after page. The walks: figures → report → approval under a seal → a record
that changes afterwards; a member's record → a line contested → answered → an appraisal sealed, each member's own sheet.
``HUISHENG_TOUR=1`` writes docs/tour/reports/ and docs/tour/duty/ anew; without it only the walk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from huisheng.reports import actions as annual
from huisheng.reports import figures
from huisheng.reports.tokens import WORDINGS
from tests import make
from tests.cast import make_cast

from .pages import enter
from .test_every_page import furnish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=60_000)  # a busy machine is no failure
ROWS = "main [data-row], main ul.chain > li"
REPORTS = ("highlights", "standing", "proposals")


@dataclass(frozen=True)
class Told:
    """A number as a page tells it, with the address it leads to."""

    where: str
    number: int
    url: str


def rows_of(page: Page, url: str) -> int:
    """Follow a link and count what is listed there, on all its pages."""
    count, ahead = 0, url
    while ahead:
        answer = page.goto(ahead)
        assert answer is not None, ahead
        assert answer.status == 200, f"{ahead} 回答 {answer.status}"
        count += page.locator(ROWS).count()
        following = page.locator("main nav a[rel=next]")
        ahead = following.first.evaluate("one => one.href") if following.count() else ""
    return count


def numbers_on(page: Page, where: str) -> Iterator[Told]:
    """Every linked number of a page: in its sentences, tables and legends."""
    found = page.locator("main a").evaluate_all("all => all.map(one => [one.innerText.trim(), one.href])")
    for words, url in found:
        if re.fullmatch(r"[0-9]+", words) and "#" not in url:
            yield Told(where, int(words), url)


def in_prose(page: Page, where: str) -> Iterator[Told]:
    """Every number of a report's prose: what the link says of itself, and that the words are this number."""
    found = page.locator("main .annual a.figure-link").evaluate_all(
        "all => all.map(one => [one.innerText.trim(), one.title, one.href])"
    )
    for words, title, url in found:
        match = re.match(r"[^：]+：([0-9]+)", title)
        assert match, title
        number = int(match[1])
        assert words in {say(number) for say in WORDINGS.values()} or str(number) in words, (words, title)
        yield Told(where, number, url)


def test_every_figure_is_as_many_rows_as_it_says(
    transactional_db: None, page: Page, live_server: Any
) -> None:
    """The house is furnished with records of every kind; the link of every figure is followed in a browser."""
    cast = make_cast()
    furnish(cast)
    make.honour(cast, member=None, title="先进单位")
    for number in range(31):  # more than one page of a list
        make.honour(cast, title=f"优秀政协委员（{number}）")
    make.held_gathering(cast, type="committee", host=cast.committee)
    reports = [annual.start(cast.office, {"type": kind, "year": 2017}, at=make.DAY) for kind in REPORTS]
    server = live_server.url
    enter(page, server, cast.office, "/reports/figures/?year=2017")

    told = list(numbers_on(page, "全部指标"))
    linked = len(told)
    counted = figures.numbers(2017)
    known = figures.known()
    assert linked == sum(1 for name in known if counted[name])
    told += [Told(name, 0, server + one.url(2017)) for name, one in known.items() if not counted[name]]
    page.goto(f"{server}/reports/?year=2017")
    told += numbers_on(page, "总览")
    late = page.locator("main a[href='#late']")
    assert page.locator("#late ~ div tbody tr").count() == (int(late.inner_text()) if late.count() else 0)
    for report in reports:
        page.goto(server + report.get_absolute_url())
        told += in_prose(page, str(report))

    rows: dict[str, int] = {}
    for url in dict.fromkeys(one.url for one in told):
        rows[url] = rows_of(page, url)
    wrong = [
        f"{one.where} {one.url}：说 {one.number}，列出 {rows[one.url]}"
        for one in told
        if rows[one.url] != one.number
    ]
    assert not wrong, "\n".join(wrong)
    assert linked > 60, linked
