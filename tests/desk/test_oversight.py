"""督办: three colours, each piece in one of them; sent by a person; what the unit did stands beside it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from docx import Document
from pypdf import PdfReader

from huisheng.desk import oversight
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account
from tests import make
from tests.cast import Cast, moment

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]
# make.DAY is 1 March 2017: hand back until 10 March, talk by 22 March, reply by 1 June, opinion by 1 April


def shown(account: Account, day: str) -> dict[str, list[tuple[str, str]]]:
    return {
        colour.name: [(row.assignment.agency.name, row.why) for row in colour.rows]
        for colour in oversight.colours(account, date.fromisoformat(day))
    }


def test_each_piece_stands_in_one_colour_as_time_passes(cast: Cast) -> None:
    one = make.taken(cast, is_joint=True)
    opinion_due = one.proposal.assignments.get(agency=cast.traffic).due_on
    assert opinion_due is not None
    housing, traffic = cast.housing.name, cast.traffic.name

    assert shown(cast.coordinator, "2017-03-02") == {"red": [], "yellow": [], "blue": []}
    assert shown(cast.coordinator, "2017-03-14")["yellow"] == [(traffic, "2017年3月1日交办，至今没有签收")]
    later = shown(cast.coordinator, "2017-05-01")
    assert later["red"] == [
        (
            traffic,
            f"期限{opinion_due.year}年{opinion_due.month}月{opinion_due.day}日，已逾期 {(date(2017, 5, 1) - opinion_due).days} 天",
        )
    ]
    assert [name for name, _ in later["yellow"]] == [housing]
    make_talk = {"form": "visit", "held_on": "2017-03-20", "people": "李清和", "points": "现场看了"}
    perform(one, "contact", cast.housing_clerk, make_talk, at=moment("2017-03-20 10:00"))
    assert shown(cast.coordinator, "2017-05-01")["yellow"] == []
    assert [name for name, _ in shown(cast.coordinator, "2017-05-25")["blue"]] == [housing]
    assert [name for name, _ in shown(cast.coordinator, "2017-06-10")["red"]] == [traffic, housing]


def test_a_person_sends_the_notice_and_the_unit_s_answer_stands_beside_it(cast: Cast, enter: Enter) -> None:
    one = make.taken(cast)
    browser = enter(cast.coordinator)
    row = browser.get("/desk/oversight").context["colours"][0].rows[0]

    sent = browser.post(row.urge_url, {"note": row.text, "key": row.key, "version": row.assignment.proposal.version,
                                       "next": "/desk/oversight#red"})  # fmt: skip
    silent = browser.get("/desk/oversight").context["colours"][0].rows[0]
    perform(one, "extend", cast.housing_clerk, {"span": "5个工作日", "note": "资金未到"})
    answered = browser.get("/desk/oversight").context["colours"][0].rows[0]

    assert sent.headers["location"] == "/desk/oversight#red"
    assert (silent.urged.account, silent.answer) == (cast.coordinator, None)
    assert "还没有回应" in browser.get("/desk/oversight").content.decode() or answered.answer
    assert answered.answer.label == "申请延期"
    assert cast.housing_clerk.notices.filter(text__contains="催办").exists()


def test_the_chair_looks_on_and_sends_nothing(cast: Cast, enter: Enter) -> None:
    make.taken(cast)

    assert "送出催办" in enter(cast.coordinator).get("/desk/oversight").content.decode()
    assert "送出催办" not in enter(cast.chair).get("/desk/oversight").content.decode()


def test_every_count_of_the_matrix_is_the_length_of_its_list(cast: Cast, enter: Enter) -> None:
    make.handling(cast, is_joint=True)
    make.taken(cast)
    make.drafted(cast, is_joint=True)
    make.approved(cast)
    browser = enter(cast.coordinator)

    units = oversight.matrix(date(2017, 3, 2))

    assert [unit.name for unit in units] == [cast.housing.name, cast.traffic.name]
    assert [[cell.number for cell in unit.cells] for unit in units] == [
        [1, 1, 0, 2, 0, 0],
        [2, 0, 0, 0, 0, 0],
    ]
    for unit in oversight.matrix(date.today()):
        for cell in unit.cells:
            assert browser.get(cell.url).context["total"] == cell.number, cell


def test_promises_past_their_date_come_first_then_by_promised_month(cast: Cast) -> None:
    make.promise(cast)

    before = oversight.promises_by_month(cast.coordinator, date(2017, 5, 1))
    after = oversight.promises_by_month(cast.coordinator, date(2017, 6, 2))

    assert [(month.label, month.is_late, len(month.rows)) for month in before] == [("2017年6月", False, 1)]
    assert [(month.label, month.is_late, len(month.rows)) for month in after] == [("到期未见结果", True, 1)]


def test_the_round_goes_out_on_paper_as_pdf_and_docx(cast: Cast, enter: Enter) -> None:
    make.taken(cast, is_joint=True)
    make.promise(cast)
    browser = enter(cast.coordinator)

    pdf = "".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(browser.get("/desk/oversight.pdf").content)).pages
    )
    docx = Document(io.BytesIO(browser.get("/desk/oversight.docx").content))

    cells = [cell.text for table in docx.tables for row in table.rows for cell in row.cells]
    for words in ("区住房和城乡建设局", "区交通运输局"):
        assert words in pdf.replace("\n", "")
        assert any(words in cell for cell in cells)
    assert "出台加装电梯实施细则" in pdf.replace("\n", "")
    assert browser.get("/desk/oversight.exe").status_code == 404


def test_deadlines_are_shown_to_those_whose_they_are(cast: Cast, enter: Enter) -> None:
    make.submitted(cast)
    make.drafted(cast, is_joint=True)
    make.answered(cast)

    def kinds(account: Account) -> dict[str, int]:
        return dict(enter(account).get("/desk/deadlines").context["kinds"])

    assert kinds(cast.clerk) == {"审查": 1, "会签": 1, "评价": 1, "会办意见": 1, "答复": 1}
    assert kinds(cast.coordinator) == {"会签": 1, "会办意见": 1, "答复": 1}
    assert kinds(cast.traffic_clerk) == {"会签": 1, "会办意见": 1, "答复": 1}
    assert enter(cast.li).get("/desk/deadlines").status_code == 404


@pytest.mark.parametrize("path", ["/desk/oversight", "/desk/deadlines"])
def test_the_pages_ask_the_same_for_one_row_and_for_many(
    cast: Cast, enter: Enter, queries: Any, path: str
) -> None:
    def fill(times: int) -> None:
        for _ in range(times):
            make.drafted(cast, is_joint=True)
            make.promise(cast)
            make.submitted(cast)

    fill(1)
    browser = enter(cast.clerk)
    one = queries(browser, path)
    fill(4)

    assert one == queries(browser, path) <= 12
