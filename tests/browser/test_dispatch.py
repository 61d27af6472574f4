"""分办 by keyboard: thirty proposals, no mouse, at most five keys each; nothing is sent before the batch is confirmed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from huisheng.people.models import Agency
from huisheng.proposals.models import Assignment, Proposal, Role, State
from tests import make
from tests.browser.pages import DESK, Hand, enter
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MATTERS = {
    "lead": [
        (
            "关于老旧小区改造中加装电梯的提案",
            "老旧小区改造资金不足，住房保障对象上下楼难，建筑市场监管也要跟上。",
        ),
        ("关于公共交通线路调整的提案", "公交线路绕行，公共交通换乘不便，道路运输管理有待加强。"),
        ("关于加强预算绩效管理的提案", "财政收支不平衡，预算执行偏慢，国有资产管理还有漏洞。"),
    ],
    "unknown": [("关于保护夜间星空的提案", "夜里灯光太亮，孩子看不见银河，候鸟迷失方向。")],
}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def filed(cast: Cast, number: int) -> Proposal:
    """One of thirty: most speak of what an agency does, every fifth of what none does."""
    known = MATTERS["lead"]
    title, situation = MATTERS["unknown"][0] if number % 5 == 4 else known[number % len(known)]
    return make.filed(
        cast,
        title=f"{title}（{number + 1}）",
        situation=situation,
        analysis="",
        suggestions=["请有关单位研究落实。"],
    )


def test_thirty_proposals_are_dispatched_by_keyboard_in_150_keys(
    cast: Cast, page: Page, live_server: Any
) -> None:
    Agency.objects.filter(pk=cast.finance.pk).update(initials="qczj")
    proposals = [filed(cast, number) for number in range(30)]
    page.set_viewport_size(DESK)
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    enter(page, live_server.url, cast.clerk, "/desk/queues/dispatch")
    hand = Hand(page)

    for proposal in proposals:
        expect(page.locator("#here")).to_contain_text(proposal.title)
        page.locator("#aids:not([hx-get])").wait_for()
        if page.locator("[data-lead]").count():
            hand.press("1")
        else:  # nothing is suggested: found by its pinyin initials
            expect(page.locator("#aids")).to_contain_text("没有把握")
            for key in ("/", "q", "c", "Enter"):
                hand.press(key)
        expect(page.locator(".chosen-one")).to_have_count(1)
        with page.expect_navigation():
            hand.press("Enter")

    expect(page.locator("main")).to_contain_text("没有待分办的提案")
    assert Assignment.objects.filter(role=Role.LEAD, state="planned").count() == 30
    assert Proposal.objects.filter(state=State.FILED).count() == 30  # nothing is sent yet
    unsure = Assignment.objects.filter(proposal__title__contains="星空")
    assert {one.agency for one in unsure} == {cast.finance}

    page.goto(f"{live_server.url}/desk/queues/assign")
    hand.press("g")
    with page.expect_navigation():
        hand.press("b")
    expect(page.locator("main")).to_contain_text("30 件可以交办")
    expect(page.locator("main")).to_contain_text("没有会办单位")
    with page.expect_navigation():
        hand.press("Control+Enter")

    expect(page.locator("main")).to_contain_text("已交办 30 件")
    expect(page.get_by_role("link", name="全部交办单（PDF）")).to_be_visible()
    assert Proposal.objects.filter(state=State.HANDLING).count() == 30
    assert hand.keys <= 150, f"{hand.keys} 次按键"
    assert not told
    print(f"\n分办 30 件：{hand.keys} 次按键")


def test_a_plan_is_taken_back_with_one_key_and_changed_before_it_is_sent(
    cast: Cast, page: Page, live_server: Any
) -> None:
    first, second = filed(cast, 0), filed(cast, 1)
    page.set_viewport_size(DESK)
    enter(page, live_server.url, cast.clerk, "/desk/queues/dispatch")
    page.locator("#aids:not([hx-get])").wait_for()
    page.keyboard.press("1")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#here")).to_contain_text(second.title)

    with page.expect_navigation():
        page.keyboard.press("u")
    expect(page.locator("#here")).to_contain_text(first.title)
    expect(page.locator(".chosen-one")).to_contain_text(["主办 区住房和城乡建设局"])
    page.keyboard.press("/")
    page.keyboard.type("交通")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("n")
    page.keyboard.type("请会同街道办理")
    page.locator("[data-queue-form] button[type=submit]").click()

    expect(page.locator("#here")).to_contain_text(second.title)
    roles = {one.agency_id: one.role for one in first.assignments.all()}
    assert roles == {cast.housing.pk: Role.LEAD, cast.traffic.pk: Role.ASSISTING}


def test_a_review_is_one_key_an_outcome_and_merging_is_one_key_with_the_nearest(
    cast: Cast, page: Page, live_server: Any
) -> None:
    earlier = filed(cast, 0)
    title, situation = MATTERS["lead"][0]
    later = make.submitted(
        cast, title=f"{title}（再提）", situation=situation, analysis="", suggestions=["请有关单位研究落实。"]
    )
    page.set_viewport_size(DESK)
    enter(page, live_server.url, cast.clerk, "/desk/queues/review")
    expect(page.locator("#alike")).to_contain_text(earlier.title)
    expect(page.locator("#alike")).to_contain_text("相同的文字")

    page.keyboard.press("3")
    expect(page.get_by_label("不予立案理由")).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_label("不予立案理由")).to_be_hidden()
    assert page.locator("select[name=main]").input_value() == str(earlier.pk)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    later.refresh_from_db()
    assert later.state == State.REVIEWED
    review = later.reviews.get()
    assert (review.outcome, review.main) == ("merge", earlier)


def test_nothing_moves_under_the_mouse_when_the_suggestions_come(
    cast: Cast, page: Page, live_server: Any
) -> None:
    filed(cast, 0)
    title, situation = MATTERS["lead"][0]
    make.submitted(cast, title=title, situation=situation, analysis="", suggestions=["请有关单位研究落实。"])
    page.set_viewport_size(DESK)
    enter(page, live_server.url, cast.clerk, "/desk/queues")
    held: list[Route] = []
    page.route("**/aids", lambda route: held.append(route))
    for queue, watched in (
        (
            "review",
            "[name=outcome], [name=category_five], [name=note], .queue-act button, .queue-act a.button",
        ),
        ("dispatch", "[data-chosen], #find-agency, [name=note], [data-queue-form] button"),
    ):
        page.goto(f"{live_server.url}/desk/queues/{queue}")
        expect(page.locator("#aids[hx-get]")).to_be_visible()
        places = page.locator(watched).element_handles()
        before = [one.bounding_box() for one in places]
        assert len([one for one in before if one]) >= 4
        with page.expect_response("**/aids"):
            held.pop().continue_()
        page.locator("#aids:not([hx-get])").wait_for(state="attached")
        assert [one.bounding_box() for one in places] == before, queue
