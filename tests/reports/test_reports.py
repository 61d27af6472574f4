"""A year's report: written with live numbers, approved by another, sealed, corrected in a next edition."""

from __future__ import annotations

import hashlib
import re

import pytest
from django.db import connection
from django.test import Client

from huisheng.desk.fsck_reports import reports as fsck
from huisheng.kernel.errors import Conflict, NotAllowed, Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry
from huisheng.proposals.models import Proposal
from huisheng.reports import actions, figures, queries
from huisheng.reports.models import Report
from huisheng.reports.papers import paper_of
from tests import make
from tests.cast import Cast, make_cast
from tests.counting import questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def as_(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]
    return client


def prose(report: Report) -> str:
    return queries.plain_text(queries.parts_of(Report.objects.get(pk=report.pk)))


def test_the_numbers_of_a_report_move_with_the_records_until_it_is_sealed(cast: Cast) -> None:
    report = make.report(cast)
    assert "收到提案 0 件" in prose(report)

    make.filed(cast)
    assert "收到提案 1 件，立案 一 件" in prose(report)
    page = as_(cast.office).get(report.get_absolute_url()).content.decode()
    assert "存稿时 0，现在 1" in page
    assert "/proposals/figures/year_received/?of=year-2017" in page

    perform(report, "send", cast.office, {})
    with pytest.raises(NotAllowed, match="主席会议成员"):
        perform(report, "approve", cast.office)
    perform(report, "approve", cast.chair)
    sealed = as_(cast.chair).get(f"{report.get_absolute_url()}paper.json").content
    make.submitted(cast)

    assert "收到提案 1 件" in prose(report)
    assert hashlib.sha256(sealed).hexdigest() == Report.objects.get(pk=report.pk).fingerprint
    assert as_(cast.chair).get(f"{report.get_absolute_url()}paper.json").content == sealed
    assert "封存时 1，现在" in as_(cast.office).get(report.get_absolute_url()).content.decode()

    perform(report, "correct", cast.office, {"note": "平时又收到一件"})
    with pytest.raises(Refused, match="更新的一版"):
        perform(report, "correct", cast.office, {"note": "再来"})
    second = Report.objects.get(corrects=report)
    assert (second.edition, "收到提案 2 件" in prose(second)) == (2, True)
    assert list(fsck()) == []


def test_a_report_is_not_sent_with_an_empty_part_or_a_figure_that_is_none(cast: Cast) -> None:
    report = make.report(cast)
    part = report.sections.get()
    actions.save_section(
        part, cast.office, {"heading": "提案", "level": 1, "text": "立案 {proposals.nothing} 件"}, at=make.DAY
    )
    with pytest.raises(Refused, match=r"没有“proposals\.nothing”这个指标"):
        perform(report, "send", cast.office, {})
    actions.save_section(part, cast.office, {"heading": "提案", "level": 1, "text": ""}, at=make.DAY)
    report.refresh_from_db()
    report.__dict__.pop("_sections", None)
    with pytest.raises(Refused, match="“提案”还没有写正文"):
        perform(report, "send", cast.office, {})
    with pytest.raises(Conflict, match="已经有了"):
        make.report(cast)


def test_a_table_that_does_not_close_stops_the_report_and_names_the_record(cast: Cast) -> None:
    report, proposal = make.report(cast), make.filed(cast)
    line = Entry.objects.filter(subject_type=Proposal.kind(), subject_id=proposal.pk, action="file").get()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_notice")
        cursor.execute("DELETE FROM kernel_entry WHERE id = %s", [line.pk])

    answer = as_(cast.office).get(report.get_absolute_url())

    assert "数字对不上" in answer.content.decode()
    with pytest.raises(Refused):
        perform(report, "send", cast.office, {})


def test_every_outline_speaks_of_figures_that_exist_and_prints(cast: Cast) -> None:
    make.concluded(cast)
    for kind in ("highlights", "standing", "proposals"):
        report = actions.start(cast.office, {"type": kind, "year": 2017}, at=make.DAY)
        problems = [found for part in queries.parts_of(report) for found in part.problems]
        typed = [found for part in queries.parts_of(report) for found in part.typed]
        assert (problems, typed) == ([], [])
        titles = [
            getattr(block, "text", getattr(block, "title", ""))
            for block in paper_of(report, make.DAY.date()).blocks
        ]
        assert {"附：图表", "附：数字和口径"} <= set(titles)


def test_no_two_rooms_call_two_figures_by_one_key() -> None:
    keys = [one.key for room in figures.ROOMS for one in room.figures] + [
        one.key for one in figures.proposals.FIGURES
    ]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_members_read_what_was_approved_and_nothing_before(cast: Cast) -> None:
    draft, sealed = make.report(cast), make.sealed_report(cast, year=2016)

    seen = as_(cast.li).get("/reports/annual/").content.decode()

    assert (draft.title in seen, sealed.title in seen) == (False, True)
    assert as_(cast.li).get(draft.get_absolute_url()).status_code == 404
    assert as_(cast.li).get(sealed.get_absolute_url()).status_code == 200
    assert as_(cast.housing_clerk).get(sealed.get_absolute_url()).status_code == 404


def test_two_writers_of_one_part_both_keep_their_words(cast: Cast) -> None:
    report = make.report(cast)
    part, client = report.sections.get(), as_(cast.office)
    url = f"{report.get_absolute_url()}parts/{part.pk}/"
    words = {"heading": "提案", "level": "1", "text": "先写的。", "version": str(report.version)}
    assert client.post(url, words).status_code == 302

    second = client.post(url, words | {"text": "后写的。"})

    assert second.status_code == 409
    assert "后写的。" in second.content.decode()
    part.refresh_from_db()
    assert part.text == "先写的。"


def test_the_overview_and_the_figures_cost_the_same_for_one_proposal_and_for_many(cast: Cast) -> None:
    client = as_(cast.office)
    make.concluded(cast)
    pages = ("/reports/?year=2017", "/reports/figures/?year=2017")
    few = [questions(client, page) for page in pages]
    for _ in range(6):
        make.concluded(cast)

    assert [questions(client, page) for page in pages] == few
    assert max(few) <= 12


def test_the_link_of_every_figure_opens_a_list_of_as_many_rows(cast: Cast) -> None:
    make.concluded(cast, is_cosigned=True)
    make.submitted(cast)
    make.held_gathering(cast)
    make.delivered_issue(cast)
    make.honour(cast)
    client, numbers, known = as_(cast.office), figures.numbers(2017), figures.known()
    wrong = []
    for name, number in numbers.items():
        if not number or name not in known:
            continue
        page = client.get(known[name].url(2017))
        total = page.context["total"] if "total" in page.context else page.context["page"].total
        rows = len(page.context["rows"]) if name.startswith("proposals.") else len(page.context["lines"])
        if not (page.status_code == 200 and total == number == rows):
            wrong.append((name, number, total, rows))
    assert wrong == []
    assert len([name for name, number in numbers.items() if number]) > 20


def test_a_number_leads_only_where_its_reader_may_go(cast: Cast) -> None:
    make.concluded(cast)
    make.held_gathering(cast)
    make.delivered_issue(cast)
    make.honour(cast)
    report = actions.start(cast.office, {"type": "highlights", "year": 2017}, at=make.DAY)
    perform(report, "send", cast.office, {})
    perform(report, "approve", cast.chair)
    pages = ("/reports/?year=2017", "/reports/figures/?year=2017", report.get_absolute_url())
    dead, linked = [], {}
    for name in ("li", "leader", "clerk", "chair", "coordinator", "editor", "office"):
        client = as_(cast.accounts[name])
        for page in pages:
            answer = client.get(page)
            if answer.status_code != 200:
                continue
            links = set(re.findall(r'href="(/[a-z]+/figures/[^"]+)"', answer.content.decode()))
            linked[name, page] = len(links)
            dead += [
                (name, link) for link in links if client.get(link.replace("&amp;", "&")).status_code != 200
            ]
    assert dead == []
    assert linked["li", pages[2]] == 0
    assert linked["office", pages[2]] > 40
    assert 0 < linked["editor", pages[2]] < linked["office", pages[2]]
