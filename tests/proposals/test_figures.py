"""Figures on a few records: what is counted where, how a percentage is printed, and what refuses."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from huisheng.kernel.errors import Refused
from huisheng.kernel.lifecycle import perform
from huisheng.proposals import figures, tables
from huisheng.proposals.models import Proposal
from tests import make
from tests.cast import Cast, moment


def _some(found: dict[str, int], *keys: str) -> tuple[int, ...]:
    return tuple(found[key] for key in keys)


def test_an_empty_year_counts_nothing_and_closes(cast: Cast) -> None:
    make.draft(cast)

    assert set(figures.figures(2017).values()) == {0}
    assert [table.key for table in tables.tables(2017)][:2] == ["received", "proposers"]


def test_each_received_one_is_counted_in_exactly_one_part(cast: Cast) -> None:
    make.submitted(cast, moment("2017-02-13 09:00"))
    make.decided(cast)
    make.filed(cast)
    make.handling(cast)
    make.concluded(cast)
    declined = make.decided(cast, outcome={"outcome": "decline", "reason": "10"})
    perform(declined, "decline", cast.second, at=make.DAY)
    back = make.submitted(cast)
    perform(back, "send_back", cast.clerk, {"reason": "vague", "note": "请写具体。"}, at=make.DAY)

    found = figures.figures(2017)

    assert _some(found, "year_received", "session_received", "ordinary_received") == (7, 1, 6)
    assert _some(found, "filed", "declined", "returned", "pending") == (3, 1, 1, 2)
    assert _some(found, "answered", "in_handling", "concluded", "category_society") == (1, 2, 1, 3)
    for figure in figures.listed(figures.period_of(2017)):
        assert figure.count(2017) == found[figure.key], figure.key


def test_silence_is_not_counted_as_satisfied(cast: Cast) -> None:
    proposal = make.answered(cast, is_cosigned=True)
    make.rate(proposal.ratings.get(is_first=True), cast.li)

    found = figures.figures(2017)

    assert _some(found, "ratings_asked", "ratings_given", "ratings_missing", "process_good") == (2, 1, 1, 1)


def test_a_second_round_is_what_counts_and_the_first_is_told_beside_it(cast: Cast) -> None:
    proposal = make.answered(cast)
    make.rate(proposal.ratings.get(), cast.li, result="bad", reason="missed")

    found = figures.figures(2017)

    assert _some(found, "answered", "in_handling", "rounds_redone", "rated_bad_before", "ratings_asked") == (
        0,
        1,
        1,
        1,
        0,
    )


def test_a_proposal_whose_filing_was_deleted_is_named(cast: Cast) -> None:
    one = make.filed(cast)
    Proposal.objects.filter(pk=one.pk).update(state="submitted", number=None, filed_on=None)

    with pytest.raises(Refused, match=r"状态与办理记录的末行不符.*不出表") as refused:
        figures.figures(2017)
    assert one.title in refused.value.sentence
    assert [offender.proposal_id for offender in figures.closing(2017).offenders] == [one.pk]


def test_a_record_that_went_missing_leaves_its_serial_as_witness(cast: Cast) -> None:
    make.submitted(cast)
    lost = make.submitted(cast)
    make.submitted(cast)
    Proposal.objects.filter(pk=lost.pk).update(serial=99, year=2016)

    with pytest.raises(Refused, match="流水2017-0002：记录不见了"):
        figures.figures(2017)


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (29, 29, ""),
        (30, 30, "100%"),
        (9999, 10000, "99.9%"),
        (1, 9999, "0.1%"),
        (0, 40, "0%"),
        (21, 40, "52.5%"),
    ],
)
def test_a_percentage_promises_no_more_than_it_knows(part: int, whole: int, printed: str) -> None:
    assert tables.percent(part, whole) == printed


def test_every_key_of_a_table_is_a_figure_and_an_odd_word_is_none(cast: Cast) -> None:
    make.concluded(cast)

    for table in tables.tables(2017):
        for (row, column), key in table.links.items():
            assert figures.figure(key).count(2017) == table.rows[row][column], key
    for odd in (
        "",
        "nothing",
        "agency_x_lead",
        "agency_1_drop",
        "letter",
        "letter_Z",
        "type_king",
        "session_ratings_asked",
    ):
        with pytest.raises(KeyError):
            figures.figure(odd).count(2017)


def test_figures_cost_the_same_queries_for_one_and_for_many(cast: Cast) -> None:
    from django.db import connection

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            tables.tables(2017)
        return len(seen)

    make.concluded(cast)
    one = cost()
    for _ in range(3):
        make.answered(cast)
    assert cost() == one
    assert one <= 8
