"""统计 as pages: every number opens the list it counts; what does not close is named, not printed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry
from huisheng.people.models import Account
from huisheng.proposals.models import Proposal
from tests import make
from tests.cast import Cast
from tests.counting import questions

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]
LINK = re.compile(r'href="(/proposals/figures/([\w-]+)/\?[^"]*)"[^>]*>(?:<b>)?(\d+)<')


def year(cast: Cast) -> None:
    """A small year with something in most tables."""
    make.concluded(cast, is_cosigned=False)
    make.promise(cast)
    make.handling(cast, is_joint=True)
    make.submitted(cast)
    declined = make.decided(cast, outcome={"outcome": "decline", "reason": "10", "note": ""})
    perform(declined, "decline", cast.second, at=make.DAY)


def test_every_number_on_the_page_opens_a_list_of_that_length(cast: Cast, enter: Enter) -> None:
    year(cast)
    browser = enter(cast.clerk)
    page = browser.get("/proposals/figures/?year=2017").content.decode()
    links = {(unescape(url), int(number)) for url, _, number in LINK.findall(page)}

    assert len(links) > 25
    for url, number in sorted(links):
        response = browser.get(url)
        assert response.status_code == 200, url
        assert (response.context["total"], len(response.context["rows"]), response.context["hidden"]) == (
            number,
            number,
            0,
        ), url


@pytest.mark.parametrize("query", ["year=2017", "session={session}", "term={term}", "of=year-2017", ""])
def test_a_year_a_session_and_a_term_are_counted(cast: Cast, enter: Enter, query: str) -> None:
    year(cast)
    asked = query.format(session=cast.session.pk, term=cast.session.term_id)

    page = enter(cast.office).get(f"/proposals/figures/?{asked}")

    assert page.status_code == 200
    assert page.context["numbers"]["year_received"] == 5
    assert "口径见文末" in page.content.decode()


@pytest.mark.parametrize(
    "query", ["year=x", "year=99999999999", "session=9999", "term=0", "of=drop-1", "of=year-١٢"]
)
def test_a_period_that_does_not_exist_is_not_found(cast: Cast, enter: Enter, query: str) -> None:
    assert enter(cast.office).get(f"/proposals/figures/?{query}").status_code == 404


def test_an_empty_house_prints_noughts(cast: Cast, enter: Enter) -> None:
    page = enter(cast.office).get("/proposals/figures/?year=2017")

    assert page.status_code == 200
    assert page.context["charts"] == []


def test_statistics_are_for_the_office_the_coordinator_and_the_chair(cast: Cast, enter: Enter) -> None:
    year(cast)
    paths = ("/proposals/figures/", "/proposals/figures/filed/?of=year-2017", "/proposals/figures.xlsx?of=year-2017",
             "/proposals/figures.pdf?of=year-2017")  # fmt: skip

    for path in paths:
        open_to = {name for name, one in cast.accounts.items() if enter(one).get(path).status_code == 200}
        assert open_to == {"clerk", "second", "reviewer", "office", "coordinator", "chair"}, path


def test_the_coordinator_is_told_what_the_list_leaves_out(cast: Cast, enter: Enter) -> None:
    year(cast)

    page = enter(cast.coordinator).get("/proposals/figures/year_received/?of=year-2017")

    assert (page.context["total"], page.context["hidden"], len(page.context["rows"])) == (5, 2, 3)
    assert "其中 2 件不在您可以看的范围" in page.content.decode()


def test_when_a_filing_has_lost_its_line_the_page_names_it_and_prints_nothing(
    cast: Cast, enter: Enter
) -> None:
    one = make.filed(cast)
    make.filed(cast)
    line = Entry.objects.filter(subject_type=Proposal.kind(), subject_id=one.pk, action="file")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_notice")
        cursor.execute("DELETE FROM kernel_entry WHERE id = %s", [line.get().pk])
    browser = enter(cast.clerk)

    page = browser.get("/proposals/figures/?year=2017")

    assert page.status_code == 409
    text = page.content.decode()
    assert "数字对不上，不出表" in text
    assert f'href="{one.get_absolute_url()}"' in text
    assert "没有立案记录" in text
    assert "figures.pdf" not in text
    for form in ("xlsx", "pdf"):
        refused = browser.get(f"/proposals/figures.{form}?of=year-2017")
        assert refused.status_code == 422
        assert "第001号" in refused.content.decode()


def test_the_workbook_and_the_paper_hold_every_table(cast: Cast, enter: Enter) -> None:
    year(cast)
    browser = enter(cast.chair)
    titles = [shown.table.title for shown in browser.get("/proposals/figures/?year=2017").context["tables"]]

    book = load_workbook(
        io.BytesIO(b"".join(browser.get("/proposals/figures.xlsx?of=year-2017").streaming_content))
    )
    paper = PdfReader(io.BytesIO(browser.get("/proposals/figures.pdf?of=year-2017").content))
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in paper.pages))

    assert [sheet["A1"].value for sheet in book] == titles
    first = book.worksheets[0]
    assert [cell.value for cell in first[2]][:3] == ["", "收到", "立案"] or first["B2"].value == "收到"
    for title in titles:
        assert title.removeprefix("2017年") in text
    assert "数据截至" in text


def test_an_unknown_figure_is_not_found(cast: Cast, enter: Enter) -> None:
    for key in ("nothing", "agency_x_lead", "letter_", "session_ratings_given", "agency_1_drop"):
        response = enter(cast.clerk).get(f"/proposals/figures/{key}/?of=year-2017")
        assert response.status_code in (200, 404), key
        if response.status_code == 200:
            assert response.context["total"] == 0


def test_the_page_costs_the_same_for_few_and_many(cast: Cast, enter: Enter) -> None:
    year(cast)
    browser = enter(cast.clerk)

    paths = (
        "/proposals/figures/?year=2017",
        f"/proposals/figures/?session={cast.session.pk}",
        "/proposals/figures/filed/?of=year-2017",
        "/proposals/figures/ratings_asked/?of=year-2017",
    )
    few = [questions(browser, path) for path in paths]
    year(cast)
    year(cast)

    assert few == [questions(browser, path) for path in paths]
    assert max(few) <= 12


def test_charts_say_in_words_what_they_draw(cast: Cast, enter: Enter) -> None:
    year(cast)

    page = enter(cast.chair).get("/proposals/figures/?year=2017").content.decode()

    assert 'aria-label="立案的提案现在到了哪一步，立案：已办结1，已答复，等评价1，办理中1"' in page
    assert "未评价" in page
    assert "style=" not in page
