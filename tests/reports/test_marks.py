"""口径有变: wherever two years stand side by side, what is counted otherwise since is marked with a sign and said."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from huisheng.desk.fsck_reports import reports as sealed_reports
from huisheng.kernel import local
from huisheng.kernel.figures import together
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.local import Changed
from huisheng.kernel.models import Option, Setting
from huisheng.people.models import Session
from huisheng.proposals import figures as proposals
from huisheng.proposals.models import Proposal
from huisheng.proposals.tables import tables
from huisheng.reports import actions, figures, queries
from huisheng.reports.models import Report
from huisheng.reports.overview import overview
from huisheng.reports.papers import paper_of
from tests import make
from tests.cast import Cast, make_cast, moment
from tests.counting import questions

pytestmark = pytest.mark.django_db
SHORTER = "2017年6月1日起，“答复期限”由3个月改为2个月"
NEW_LETTER = "2017年7月1日起，办理结果增加“正在解决”，停用“因条件限制暂不能解决，留作参考”"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def change_rule(on: str = "2017-06-01", value: str = "2m") -> None:
    Setting.objects.create(name="span.reply", starts_on=on, value=value, at=timezone.now())
    local.forget()


def change_list() -> None:
    Option.objects.filter(list="result_letter", code="C").update(ends_on=date(2017, 6, 30))
    Option.objects.create(
        list="result_letter",
        code="D",
        label="正在解决",
        data={"meaning": "solving"},
        starts_on=date(2017, 7, 1),
    )
    local.forget()


def on_time(first: int, last: int) -> list[str]:
    return proposals.changes([proposals.figure("replies_on_time")], first, last)["replies_on_time"]


def test_a_change_lies_between_two_years_unless_both_are_wholly_after_or_before_it(cast: Cast) -> None:
    change_rule()
    change_rule("2018-01-01", "1m")
    change_rule("2019-03-01", "1m")  # said again, changed nothing
    later = "2018年1月1日起，“答复期限”由2个月改为1个月"
    assert on_time(2015, 2016) == []
    assert on_time(2016, 2017) == [SHORTER]
    assert on_time(2017, 2018) == [SHORTER, later]
    assert on_time(2016, 2018) == [SHORTER, later]
    assert on_time(2018, 2019) == on_time(2019, 2020) == []


def test_a_list_says_what_came_what_went_and_what_was_named_anew(cast: Cast) -> None:
    assert local.changes(["result_letter"]) == []  # what it began with is no change
    change_list()
    assert local.changes(["result_letter"]) == [Changed(date(2017, 7, 1), NEW_LETTER)]
    Option.objects.filter(list="result_letter", code="D").update(ends_on=date(2018, 12, 31))
    Option.objects.create(
        list="result_letter", code="D", label="正在着手解决", data={}, starts_on=date(2019, 1, 1)
    )
    local.forget()
    assert [one.sentence for one in local.changes(["result_letter"])] == [
        NEW_LETTER,
        "2019年1月1日起，办理结果“正在解决”改为“正在着手解决”",
    ]
    assert together([("甲", ["一"]), ("乙", ["一", "二"])]) == ["一（甲、乙）", "二（乙）"]


def test_the_window_of_a_session_is_a_definition_too(cast: Cast) -> None:
    session = Session.objects.get()
    words = {"term": session.term, "year": 2018, "number": 2, "opens_on": date(2018, 2, 26), "closes_on": date(2018, 2, 28)}  # fmt: skip
    Session.objects.create(
        **words, cutoff_at=moment("2018-02-28 12:00"), counts_from=moment("2017-12-01 00:00")
    )
    found = proposals.changes(proposals.FIGURES, 2017, 2018)
    assert found["session_received"] == [
        "2018年起，会间提案截止在全会第3天12时，以前在全会第2天17时",
        "2018年起，提案自上一年12月1日起计入当年，以前自12月6日起",
    ]
    assert found["filed"] == []


def test_every_rule_and_list_a_figure_rests_on_is_one_of_the_house(cast: Cast) -> None:
    keys = [key for room in figures.known().values() for key in _rests_on(room)]
    assert set(keys) <= {*local.RULES, *local.LISTS}
    assert len(keys) > 10


def _rests_on(one: figures.Known) -> tuple[str, ...]:
    return proposals.figure(one.key).rests_on if one.room.code == figures.PROPOSALS else one.own.rests_on


def of_two_years(cast: Cast) -> None:
    make.concluded(cast)
    before = make.concluded(cast)
    Proposal.objects.filter(pk=before.pk).update(year=2016)


def page(cast: Cast, path: str) -> str:
    client = Client()
    client.force_login(cast.office)
    answer = client.get(path)
    content = b"".join(answer.streaming_content) if hasattr(answer, "streaming_content") else answer.content  # type: ignore[attr-defined]
    return content.decode()


def test_the_overview_marks_the_year_in_which_a_letter_changed_and_no_other(cast: Cast) -> None:
    of_two_years(cast)
    assert "※ 口径有变</strong>" not in page(cast, "/reports/?year=2017")
    change_list()
    bars = overview(2017, date(2017, 12, 31)).results.bars
    assert [(bar.label, bar.changes) for bar in bars] == [("2017年", (NEW_LETTER,)), ("2016年", ())]
    text = page(cast, "/reports/?year=2017")
    assert '2017年 <strong class="changed">※ 口径有变</strong>' in text
    assert f"※ 2017年口径有变：{NEW_LETTER}。" in text


def test_the_table_beside_the_year_before_marks_the_line_and_says_why(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_two_years(cast)
    row = proposals.figure("filed")
    changed = (Changed(date(2017, 3, 1), "2017年3月1日起，并案的不再计入立案"),)
    monkeypatch.setitem(proposals._BY_KEY, "filed", replace(row, changed=changed))
    table = tables(2017)[-1]
    assert table.key == "compared"
    assert [row[0] for row in table.rows][:3] == ["收到", "立案 ※", "并案"]
    assert table.notes[0] == "※ 口径有变：2017年3月1日起，并案的不再计入立案（立案）。"


def test_exports_and_open_data_say_it_in_a_column_of_their_own(cast: Cast) -> None:
    make.concluded(cast)
    change_rule()
    client = Client()
    client.force_login(cast.office)
    made = client.get("/reports/figures.json?year=2017").json()
    assert made["changes"] == {
        "proposals.replies_on_time": [SHORTER],
        "proposals.replies_late": [SHORTER],
    }
    assert made["figures"]["proposals.filed"] == 1
    sheet = openpyxl.load_workbook(
        io.BytesIO(b"".join(client.get("/reports/figures.xlsx?year=2017").streaming_content))
    ).active
    assert next(row for row in sheet.iter_rows(values_only=True) if SHORTER in row)[2] == "按期答复"  # type: ignore[union-attr]
    assert f"※ 与上年相比口径有变：{SHORTER}" in page(cast, "/reports/figures/?year=2017")

    cache.clear()
    public = {one["key"]: one["changes"] for one in Client().get("/open/figures/2017.json").json()["figures"]}
    assert (public["replies_late"], public["filed"]) == ([SHORTER], [])
    text = b"".join(Client().get("/open/figures/2017.csv")).decode("utf-8-sig")
    found = {row["代码"]: row["与上年相比口径有变"] for row in csv.DictReader(io.StringIO(text))}
    assert (found["replies_late"], found["filed"]) == (SHORTER, "")
    assert f"※ 与上年相比口径有变：{SHORTER}" in Client().get("/open/figures/2017/").content.decode()
    cache.clear()


def test_the_year_report_prints_it_with_the_definitions_and_keeps_it_under_the_seal(cast: Cast) -> None:
    change_rule()
    report = make.report(cast)
    words = {"heading": "提案", "level": 1, "text": "按期答复 {proposals.replies_on_time} 件次。"}
    actions.save_section(report.sections.get(), cast.office, words, at=make.DAY)
    report = Report.objects.get(pk=report.pk)
    blocks = paper_of(report, make.DAY.date()).blocks
    said = f"※ 与上年相比口径有变：{SHORTER}（按期答复）。"
    assert said in [getattr(block, "text", "") for block in blocks]
    assert any(row[0] == "按期答复 ※" for block in blocks for row in getattr(block, "rows", ()))
    assert f"※ {SHORTER}（按期答复）" in page(cast, report.get_absolute_url())

    before = make.sealed_report(cast, year=2016)
    assert queries.marks(before) == []
    text = page(cast, f"{report.get_absolute_url()}compare/")
    assert "2016年和2017年的这些数字不能直接相比" in text
    assert f"※ {SHORTER}（按期答复）" in text

    perform(report, "send", cast.office, {})
    perform(report, "approve", cast.chair)
    change_rule("2017-09-01", "4m")  # afterwards: the seal says what it said
    sealed = Report.objects.get(pk=report.pk)
    assert queries.marks(sealed) == [f"{SHORTER}（按期答复）"]
    assert said in [getattr(block, "text", "") for block in paper_of(sealed, make.DAY.date()).blocks]
    assert list(sealed_reports()) == []


def test_a_mark_costs_no_more_than_a_question_for_any_number_of_changes(cast: Cast) -> None:
    of_two_years(cast)
    client = Client()
    client.force_login(cast.office)
    pages = ("/reports/?year=2017", "/reports/figures/?year=2017", "/proposals/figures/?of=year-2017")
    few = [questions(client, one) for one in pages]
    change_rule()
    change_list()
    assert [questions(client, one) for one in pages] == few
