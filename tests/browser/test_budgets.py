"""What the everyday jobs cost, counted in taps, keys and typed words, with the time model of ux.md §4.

Taps are counted as a thumb or a mouse makes them; reading, deciding and waiting enter through the model. People on
site may need longer: the counts are held here, the times are only estimates.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from huisheng.kernel.lifecycle import perform
from huisheng.proposals.models import Cosponsor, Proposal
from tests import make
from tests.cast import Cast, make_cast

from .pages import DESK, PHONE, Hand, enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAPERS = Path(__file__).parents[1] / "data" / "proposals"
expect.set_options(timeout=20_000)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def at_home(page: Page, server: str, account: Any, size: dict[str, int]) -> Hand:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    enter(page, server, account, "/")
    return Hand(page)


def card(page: Page, words: str) -> Any:
    return page.locator("li.card", has_text=words)


def test_a_proposal_is_filed_from_word_in_nine_taps_and_nothing_typed(
    cast: Cast, page: Page, live_server: Any
) -> None:
    hand = at_home(page, live_server.url, cast.li, PHONE)
    paper = next(one for one in PAPERS.iterdir() if one.name.startswith("01"))

    hand.tap(page.get_by_role("link", name="提提案"))
    hand.pick_file(page.get_by_label("提案文件"), paper)
    expect(page.get_by_role("heading", name="请核对")).to_be_visible()
    hand.reads(page.locator("dl.facts"))
    hand.choose(page.get_by_role("radio", name="全文公开"))
    hand.tap(page.get_by_role("button", name="下一步：核对"))
    hand.tap(page.get_by_role("button", name="正式提交提案"))
    expect(page.locator("main")).to_contain_text("提案已收到")

    assert Proposal.objects.get().state == "submitted"
    assert (hand.taps <= 9, hand.keys + hand.typed, hand.seconds <= 90) == (True, 0, True), hand


def test_co_signing_is_one_tap_from_home(cast: Cast, page: Page, live_server: Any) -> None:
    make.invited(cast)
    hand = at_home(page, live_server.url, cast.wang, PHONE)

    hand.choose(page.get_by_role("button", name="同意联名"))
    expect(page.locator("#says")).to_contain_text("已办好")

    assert Cosponsor.objects.get().state == "accepted"
    assert (hand.taps, hand.typed) == (1, 0), hand


def test_rating_is_four_taps_from_home(cast: Cast, page: Page, live_server: Any) -> None:
    proposal = make.answered(cast)
    hand = at_home(page, live_server.url, cast.li, PHONE)

    hand.tap(card(page, "请您评价").get_by_role("link", name="评价"))
    hand.choose(page.locator("[name=process][value=good]"))
    hand.choose(page.locator("[name=result][value=fair]"))
    hand.tap(page.get_by_role("button", name="提交评价"))
    expect(page.locator("#says")).to_contain_text("已办好")

    assert proposal.ratings.get().state == "given"
    assert (hand.taps <= 4, hand.typed, hand.seconds <= 30) == (True, 0, True), hand


def test_a_contact_is_confirmed_in_two_taps(cast: Cast, page: Page, live_server: Any) -> None:
    contact = make.contact(cast)
    hand = at_home(page, live_server.url, cast.li, PHONE)

    hand.tap(card(page, "面商").get_by_role("link", name="确认面商"))
    hand.tap(page.get_by_role("button", name="确认面商"))
    expect(page.locator("#says")).to_contain_text("已办好")

    contact.refresh_from_db()
    assert contact.state == "confirmed"
    assert (hand.taps <= 2, hand.typed) == (True, 0), hand


def test_a_leader_reads_and_signs_in_a_minute(cast: Cast, page: Page, live_server: Any) -> None:
    one = make.drafted(cast)
    hand = at_home(page, live_server.url, cast.housing_head, PHONE)

    hand.tap(card(page, "审签").get_by_role("link", name="审签"))
    hand.reads(page.locator(".reply"))
    hand.choose(page.get_by_role("button", name="审签", exact=True))
    expect(page.locator("#says")).to_contain_text("已办好")

    one.refresh_from_db()
    assert one.state == "approved"
    assert (hand.taps <= 3, hand.typed, hand.seconds <= 60) == (True, 0, True), hand


def test_an_agency_countersigns_in_three_taps(cast: Cast, page: Page, live_server: Any) -> None:
    sign = make.countersign(cast)
    hand = at_home(page, live_server.url, cast.traffic_clerk, DESK)

    hand.tap(card(page, "会签").get_by_role("link", name="同意"))
    hand.choose(page.get_by_role("button", name="同意", exact=True))
    expect(page.locator("#says")).to_contain_text("已办好")

    sign.refresh_from_db()
    assert sign.state == "agreed"
    assert (hand.taps <= 3, hand.typed) == (True, 0), hand


def test_a_routine_reply_takes_at_most_25_clicks(cast: Cast, page: Page, live_server: Any) -> None:
    one = make.assignment(cast)
    hand = at_home(page, live_server.url, cast.housing_clerk, DESK)

    hand.tap(page.get_by_role("button", name="签收"))
    expect(page.locator("#says")).to_contain_text("已办好")
    hand.tap(page.get_by_role("link", name=one.proposal.title, exact=True))
    hand.tap(page.get_by_role("link", name="记录面商"))
    hand.choose(page.get_by_role("radio", name="上门"))
    for label, words in (
        ("日期", "2017-03-01"),
        ("参加人", "李清和、郑文"),
        ("商谈要点", "看了三个单元，意见一致。"),
    ):
        hand.tap(page.get_by_label(label))
        hand.type(page.get_by_label(label), words)
    hand.tap(page.get_by_role("button", name="记录面商"))
    expect(page.locator("#says")).to_contain_text("已办好")
    perform(one.contacts.get(), "confirm", cast.li, {})

    page.goto(live_server.url + "/")
    hand.tap(card(page, "请拟写答复").get_by_role("link", name="拟写答复"))
    hand.choose(page.locator("[name=letter][value=A]"))
    for box in page.locator("textarea[name^=answer_]").all():
        hand.tap(box)
        hand.type(box, "已经办理，三季度内完工。")
    hand.tap(page.get_by_role("button", name="拟写答复"))
    expect(page.locator("#says")).to_contain_text("已办好")
    perform(one, "approve", cast.housing_head)

    one.refresh_from_db()
    assert one.state == "approved"
    assert hand.taps <= 25, hand
