"""Queues: the next one opens by itself, nothing leads to what a person may not see, and no page asks too much."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from huisheng.desk.queues import QUEUES
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account
from huisheng.proposals import suggesting
from huisheng.proposals.models import Assignment, Proposal, Role, State
from tests import make
from tests.cast import Cast

# those with a page of their own, and those whose records are worked on in a list
PAGED = [queue for queue in QUEUES if not queue.listed[0]]
LISTED = [queue for queue in QUEUES if queue.listed[0]]
pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}
TODAY = make.DAY.date()
BUS = {"title": "关于公交线路调整的提案", "situation": "公交线路绕行，公共交通换乘不便，早晚高峰挤不上车。",
       "analysis": "道路运输管理没有跟上新建小区。", "suggestions": ["请调整三路公交的走向。"]}  # fmt: skip
STARS = {
    "title": "关于保护夜间星空的提案",
    "situation": "夜里灯光太亮，孩子看不见银河。",
    "analysis": "",
    "suggestions": ["请熄灭景观灯。"],
}


def text(browser: Client, path: str, **headers: Any) -> str:
    response = browser.get(path, **headers)
    assert response.status_code == 200, path
    return response.content.decode()


def one_of_each(cast: Cast) -> None:
    for maker in (make.submitted, make.reviewed, make.decided, make.filed, make.handling, make.approved, make.answered,
                  make.concluded, make.extension, make.promise):  # fmt: skip
        maker(cast)
    planned = make.filed(cast)
    perform(planned, "plan", cast.clerk, {"lead": cast.housing.pk}, at=make.DAY)
    back = make.assignment(cast)
    reason = {"reason": "duty", "ground": "三定方案", "proposed": cast.traffic.pk, "signed_by": "周建"}
    perform(back, "hand_back", cast.housing_clerk, reason, at=make.DAY)
    returned = make.submitted(cast)
    perform(returned, "send_back", cast.clerk, {"reason": "vague", "note": "请补充"}, at=make.DAY)


def test_every_queue_page_asks_at_most_twelve_questions_for_one_row_and_for_many(
    cast: Cast, enter: Enter, queries: Any
) -> None:
    one_of_each(cast)
    paths = [f"/desk/queues/{queue.name}" for queue in PAGED] + [
        "/desk/queues/",
        "/desk/assign",
        "/desk/publish",
    ]
    browser = enter(cast.reviewer)
    one = {path: queries(browser, path) for path in paths}
    for _ in range(4):
        one_of_each(cast)
    many = {path: queries(browser, path) for path in paths}

    assert {path: (one[path], many[path]) for path in paths if one[path] != many[path]} == {}
    assert {path: number for path, number in many.items() if number > 12} == {}


def test_what_helps_to_decide_asks_at_most_twelve_questions(cast: Cast, enter: Enter, queries: Any) -> None:
    make.answered(cast)
    one, browser = make.filed(cast), enter(cast.clerk)

    few = queries(browser, f"/desk/queues/dispatch/{one.pk}/aids", **HTMX)
    for _ in range(6):
        make.answered(cast)

    assert few == queries(browser, f"/desk/queues/dispatch/{one.pk}/aids", **HTMX) <= 12


@pytest.mark.parametrize("queue", LISTED, ids=lambda queue: queue.name)
def test_a_queue_without_a_page_leads_to_its_list(cast: Cast, client: Any, queue: Any) -> None:
    make.lead(cast)
    make.filed_opinion(cast)
    for name in ("editor", "office"):
        client.force_login(cast.accounts[name])
        assert client.get(queue.url).status_code == 200
        assert client.get(f"/desk/queues/{queue.name}").status_code == 404


@pytest.mark.parametrize("queue", PAGED, ids=lambda queue: queue.name)
def test_a_queue_is_open_to_its_posts_alone(cast: Cast, enter: Enter, queue: Any) -> None:
    open_to = {
        name
        for name, one in cast.accounts.items()
        if enter(one).get(f"/desk/queues/{queue.name}").status_code == 200
    }

    assert open_to == {name for name, one in cast.accounts.items() if one.holds(*queue.posts)}


def test_when_one_is_done_the_next_opens_and_at_the_end_the_queue_is_empty(cast: Cast, enter: Enter) -> None:
    first, second = make.filed(cast, title="关于甲的提案"), make.filed(cast, title="关于乙的提案")
    browser = enter(cast.clerk)
    page = browser.get("/desk/queues/dispatch")

    for proposal in (first, second):
        assert page.context["here"] == proposal
        page = browser.post(
            page.context["step_url"],
            {"lead": cast.housing.pk, "key": page.context["key"], "version": proposal.version, "next": page.context["next_url"]},
            follow=True,
        )  # fmt: skip
    assert page.context["here"] is None
    assert "没有待分办的提案" in page.content.decode()


def test_one_goes_back_to_the_last_and_does_it_again(cast: Cast, enter: Enter) -> None:
    one = make.filed(cast)
    perform(one, "plan", cast.clerk, {"lead": cast.housing.pk}, at=make.DAY)
    browser = enter(cast.clerk)

    page = browser.get(f"/desk/queues/dispatch?at={one.pk}&again=1")

    assert page.context["here"] == one
    assert page.context["form"].initial["lead"] == cast.housing.pk
    perform(one, "plan", cast.clerk, {"lead": cast.traffic.pk}, at=make.DAY)
    assert [(a.agency, a.role) for a in one.assignments.all()] == [(cast.traffic, Role.LEAD)]


def test_a_made_up_address_opens_nothing_that_is_not_the_reader_s(cast: Cast, enter: Enter) -> None:
    draft = make.draft(cast)
    browser = enter(cast.clerk)

    for path in (f"/desk/queues/dispatch?at={draft.pk}&again=1", "/desk/queues/review?at=99999999999999999999&again=1",
                 "/desk/queues/review?at=x&last=<b>"):  # fmt: skip
        page = browser.get(path)
        assert (page.status_code, page.context["here"]) == (200, None), path
    assert browser.get(f"/desk/queues/review/{draft.pk}/aids").status_code == 404
    assert browser.get("/desk/queues/nothing").status_code == 404


def test_a_review_offers_only_fields_that_its_answer_needs(cast: Cast, enter: Enter) -> None:
    make.submitted(cast)

    page = text(enter(cast.clerk), "/desk/queues/review")

    assert 'data-when="outcome=decline"' in page
    assert page.count('data-when="outcome=merge"') == 2
    assert 'data-key="6" data-key-label="转上级政协"' in page


def test_the_coordinator_cannot_review_and_the_clerk_cannot_decide(cast: Cast, enter: Enter) -> None:
    make.reviewed(cast)

    assert enter(cast.coordinator).get("/desk/queues/review").status_code == 404
    assert enter(cast.clerk).get("/desk/queues/decide").context["form"] is None
    assert enter(cast.reviewer).get("/desk/queues/decide").context["form"] is not None


# -- suggestions -----------------------------------------------------------------------------------------------------
def test_three_agencies_at_most_each_with_cases_and_the_clause_that_matched(cast: Cast) -> None:
    for title in ("关于加密公交班次的提案", "关于公交站台改造的提案"):
        past = make.filed(cast, **(BUS | {"title": title}))
        perform(past, "plan", cast.clerk, {"lead": cast.traffic.pk}, at=make.DAY)
    one = make.filed(cast, **BUS)

    found = suggesting.aids(one, cast.clerk, TODAY).agencies

    assert found[0].agency == cast.traffic
    assert found[0].ground.startswith("相近的 2 件中 2 件由它主办（2017年第00")
    assert "职责里有“公共交通" in found[0].ground
    assert len(found) <= 3


def test_nothing_is_suggested_where_neither_past_nor_duties_speak(cast: Cast, enter: Enter) -> None:
    one = make.filed(cast, **STARS)

    page = text(enter(cast.clerk), f"/desk/queues/dispatch/{one.pk}/aids", **HTMX)

    assert suggesting.aids(one, cast.clerk, TODAY).agencies == []
    assert "没有把握，不作建议" in page


def test_a_category_needs_neighbours_that_agree(cast: Cast) -> None:
    lone = make.submitted(cast, **BUS)
    assert suggesting.aids(lone, cast.clerk, TODAY).categories == []

    for i in range(3):
        make.filed(cast, **(BUS | {"title": f"关于公交线路优化的提案{i}"}))

    found = suggesting.aids(lone, cast.clerk, TODAY).categories
    assert [(one.code, one.label) for one in found] == [("society", "社会建设")]


def test_a_kept_classifier_is_read_once_and_abstains_when_unsure(
    cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.DATA = tmp_path
    assert suggesting.learn_categories() == 0  # too few to learn from
    assert suggesting._kept() is None

    from huisheng.search.suggest import Classifier

    weights = {"公交": array("f", [-9.0, 9.0]), "融资": array("f", [9.0, -9.0])}
    model = Classifier(["economy", "society"], weights, dict.fromkeys(weights, 1.0), [0.0, 0.0], 1.0, 0.9)
    (tmp_path / "learned").mkdir()
    (tmp_path / "learned" / "category_five.json").write_text(model.dumps(), encoding="utf-8")
    sure, unsure = make.submitted(cast, **BUS), make.submitted(cast, **STARS)

    assert suggesting._kept() is suggesting._kept()
    assert [one.code for one in suggesting.aids(sure, cast.clerk, TODAY).categories] == ["society"]
    assert suggesting.aids(unsure, cast.clerk, TODAY).categories == []


def test_like_texts_show_their_fate_and_the_passages_shared(cast: Cast, enter: Enter) -> None:
    past = make.answered(cast)
    one = make.submitted(cast, title="关于老旧小区加装电梯的建议")

    page = text(enter(cast.clerk), f"/desk/queues/review/{one.pk}/aids", **HTMX)

    assert past.get_absolute_url() in page
    assert "办理结果：A" in page
    assert "<mark>" in page
    assert f"main={past.pk}" not in page  # what is answered takes nothing in any more
    standing = make.submitted(cast, title="关于老旧小区加装电梯的意见")
    page = text(enter(cast.clerk), f"/desk/queues/review/{one.pk}/aids", **HTMX)
    assert f"outcome=merge&amp;main={standing.pk}" in page


def test_the_aids_stand_alone_as_a_page_without_scripts(cast: Cast, enter: Enter) -> None:
    one = make.filed(cast, **BUS)

    page = text(enter(cast.clerk), f"/desk/queues/dispatch/{one.pk}/aids")

    assert "<h1>" in page
    assert "hx-swap-oob" not in page


def test_no_queue_holds_what_its_own_step_took_out(cast: Cast) -> None:
    one_of_each(cast)
    for queue in PAGED:
        if queue.model is not Proposal or queue.action not in ("pre_review", "decide", "plan"):
            continue
        account = cast.reviewer if queue.action == "decide" else cast.clerk
        row = queue.rows(TODAY).first()
        data = {"lead": cast.housing.pk} if queue.action == "plan" else make.FILE
        perform(row, queue.action, account, data, at=make.DAY)
        assert not queue.rows(TODAY).filter(pk=row.pk).exists()


def test_untaken_assignments_stand_in_their_queue(cast: Cast, enter: Enter) -> None:
    one = make.assignment(cast)

    page = enter(cast.coordinator).get("/desk/queues/untaken")

    assert page.context["here"] == one
    assert {step.step.action for step in page.context["others"]} == {"reassign"}
    assert Assignment.objects.get().state == "sent"
    assert one.proposal.state == State.HANDLING
