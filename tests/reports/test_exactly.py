"""What is deleted, merged or corrected moves exactly the figures it should, and the oracle's recount agrees each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from huisheng.desk.fsck_reports import figures as recount
from huisheng.kernel.lifecycle import perform
from huisheng.proposals.models import Proposal, Review
from huisheng.reports import figures
from tests import make
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    yield make_cast()
    assert list(recount()) == []


def moved(act: Callable[[], Any]) -> dict[str, int]:
    """Every figure of the year that the act changed, with the difference."""
    before = figures.numbers(2017)
    act()
    after = figures.numbers(2017)
    return {key: after[key] - before[key] for key in after if after[key] != before[key]}


def step(record: Any, action: str, account: Any, answers: dict[str, Any] | None = None) -> Callable[[], Any]:
    return lambda: perform(record, action, account, answers or {}, at=make.DAY)


def test_a_draft_is_in_no_figure_and_neither_is_its_end(cast: Cast) -> None:
    made: list[Proposal] = []
    assert moved(lambda: made.append(make.draft(cast))) == {}
    assert moved(step(made[0], "discard", cast.li)) == {}


def test_what_is_taken_back_after_filing_leaves_its_figures_and_stands_among_the_withdrawn(
    cast: Cast,
) -> None:
    make.filed(cast)
    one = make.filed(cast)
    assert moved(step(one, "withdraw", cast.li, {"note": "不提了"})) == {
        "proposals.filed": -1, "proposals.withdrawn": 1, "proposals.in_handling": -1, "proposals.category_society": -1,
        "proposals.local_urban": -1,
    }  # fmt: skip


def test_merging_and_taking_apart_again_leave_what_was_received(cast: Cast) -> None:
    main, other = make.filed(cast), make.filed(cast)
    merging = {
        "proposals.filed": -1, "proposals.merged": 1, "proposals.in_handling": -1, "proposals.category_society": -1,
        "proposals.local_urban": -1,
    }  # fmt: skip
    consent = {"main": main.pk, "consent": "电话征得双方同意"}
    assert moved(step(other, "merge_filed", cast.reviewer, consent)) == merging
    apart = moved(step(other, "unmerge_filed", cast.reviewer, {"note": "两件事不同"}))
    assert apart == {key: -number for key, number in merging.items()}


def test_a_corrected_text_moves_nothing_and_a_corrected_category_its_two_lines(cast: Cast) -> None:
    one = make.filed(cast)
    words = make.TEXT | {"title": one.title + "（更正）", "note": "漏了几个字"}
    assert moved(step(one, "correct", cast.reviewer, words)) == {}
    other = {"category_five": "economy", "category_local": "urban"}
    assert moved(step(one, "classify", cast.clerk, other)) == {
        "proposals.category_society": -1,
        "proposals.category_economy": 1,
    }


def test_an_instruction_put_down_by_mistake_is_counted_no_more(cast: Cast) -> None:
    one = make.instruction(cast)
    gone = moved(step(one, "void", cast.office, {"note": "登记错了"}))
    assert gone == {"voices.instructions_given": -1}


def test_a_meeting_that_was_called_off_was_never_one(cast: Cast) -> None:
    one = make.notified_gathering(cast, type="inspection", title="视察")
    assert moved(step(one, "cancel", cast.office, {"note": "下雨"})) == {}
    assert moved(lambda: make.held_gathering(cast, type="inspection", title="视察")) == {
        "gatherings.inspections": 1
    }


def test_the_oracle_names_the_figure_that_is_not_its_list(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.filed(cast)
    counted = figures.numbers(2017)
    monkeypatch.setattr(figures, "numbers", lambda year: counted | {"proposals.filed": 7})
    assert list(recount()) == ["2017年“立案”数出 7，清单有 1 行"]
    monkeypatch.undo()

    lost = make.filed(cast)
    Review.objects.filter(proposal=lost).update(published_at=None)  # somebody with the database's password
    (sentence,) = recount()
    assert "第002号" in sentence
    assert "没有公布的立案决定" in sentence
    Review.objects.filter(proposal=lost).update(published_at=make.DAY)
