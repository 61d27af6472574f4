"""全局检索 and the palette: only what the person may see, counted exactly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from huisheng.desk.search import palette, search
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account
from huisheng.proposals import actions
from tests import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]
TODAY = date(2017, 3, 1)


def found(account: Account, question: str) -> tuple[list[str], int]:
    answer = search(account, question, TODAY)
    return [row.title for row in answer.rows], answer.total


def test_a_member_finds_neither_another_s_draft_nor_a_closed_proposal(cast: Cast) -> None:
    actions.start(cast.li, make.TEXT | {"title": "关于电梯的草稿"}, at=make.DAY)
    closed = make.draft(cast, title="关于电梯的不公开提案")
    perform(closed, "submit", cast.li, {"disclosure": "closed", "disclosure_reason": "涉及个人"}, at=make.DAY)
    perform(closed, "pre_review", cast.clerk, make.FILE, at=make.DAY)
    perform(closed, "decide", cast.reviewer, make.FILE, at=make.DAY)
    perform(closed, "file", cast.clerk, at=make.DAY)
    make.filed(cast, title="关于电梯的公开提案")

    assert found(cast.zhao, "电梯") == (["关于电梯的公开提案"], 1)
    assert found(cast.li, "电梯")[1] == 2
    assert found(cast.clerk, "电梯")[1] == 2
    assert found(cast.housing_clerk, "电梯") == ([], 0)
    assert found(cast.admin, "电梯") == ([], 0)


def test_two_characters_a_name_and_a_number_find(cast: Cast) -> None:
    one = make.filed(cast)

    assert found(cast.clerk, "补偿")[0] == [one.title]
    assert found(cast.clerk, "李清和")[0] == [one.title]
    assert [item["title"] for item in palette(cast.clerk, "第1号", TODAY)] == [one.title]
    assert [item["title"] for item in palette(cast.clerk, "1", TODAY)] == [one.title]
    assert palette(cast.zhao, "999", TODAY) == []


def test_the_palette_names_people_to_staff_alone(cast: Cast) -> None:
    make.filed(cast)

    assert "王立言（经济界）" in [item["title"] for item in palette(cast.clerk, "王立言", TODAY)]
    assert palette(cast.wang, "区住房", TODAY) == []


def test_the_palette_opens_a_bodys_page_for_who_may_read_it(cast: Cast) -> None:
    [one] = palette(cast.li, "经济委员会", TODAY)
    assert (one["title"], one["url"]) == ("区政协经济委员会", f"/desk/bodies/{cast.committee.pk}/")
    assert palette(cast.housing_clerk, "经济委员会", TODAY) == []


def test_search_pages_and_palette_survive_any_question(cast: Cast, enter: Enter) -> None:
    make.filed(cast)
    browser = enter(cast.clerk)

    for question in ("", "%", '"', "' OR 1=1 --", "😀", "a" * 5000, "*", "NEAR(", "电 梯"):
        assert browser.get("/search", {"q": question}).status_code == 200
        assert browser.get("/palette", {"q": question}).status_code == 200
    assert browser.get("/search", {"q": "\x00电梯"}).status_code in (200, 400)


def test_search_asks_at_most_twelve_questions(cast: Cast, enter: Enter, queries: Any) -> None:
    make.filed(cast)
    few = queries(enter(cast.clerk), "/search?q=电梯")
    for _ in range(6):
        make.handling(cast)

    assert few == queries(enter(cast.clerk), "/search?q=电梯") <= 12


def test_a_stranger_is_led_to_the_door(cast: Cast) -> None:
    for path in (
        "/search",
        "/notices",
        "/me",
        "/desk/todo",
        "/desk/queues/",
        "/desk/assign",
        "/desk/oversight",
        "/desk/deadlines",
        "/desk/journal",
    ):
        response = Client().get(path)
        assert response.status_code == 302
        assert "/accounts/login/" in response.headers["location"]
    assert Client().get("/help").status_code == 200
