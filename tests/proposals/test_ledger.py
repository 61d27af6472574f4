"""The ledger of the year before: read, counted, and what a person must decide is asked."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from huisheng.people.importing import known
from huisheng.people.models import Agency
from huisheng.proposals import ledger

pytestmark = pytest.mark.django_db
HISTORY = Path(__file__).parent.parent / "data" / "history"
TODAY = date(2017, 2, 20)


def read(data: bytes, name: str = "台账.xlsx") -> tuple[list[Any], dict[str, Any]]:
    return ledger.read_ledger(data, name, known.load(TODAY))


def book(*rows: list[Any], title: str = "八届四次会议提案台账（2015年）") -> bytes:
    made = Workbook()
    made.active.append([title])
    for row in rows:
        made.active.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_the_ledger_of_2016_is_counted_as_expected() -> None:
    rows, figures = read((HISTORY / "proposals_2016.xlsx").read_bytes())
    expected = json.loads((HISTORY / "expected.json").read_text())

    for key, value in expected.items():
        if key not in ("file", "doubts", "note"):
            assert figures[key] == value, key
    asked = sorted((row.row, row.values["number"], issue.code) for row in rows for issue in row.issues)
    assert asked == sorted((d["row"], d["no"], d["code"]) for d in expected["doubts"])
    assert figures["term_and_session"] == (8, 5)
    assert len(figures["printed_totals_wrong"]) == 3


def test_units_are_resolved_to_their_standard_names() -> None:
    Agency.objects.create(name="区国土资源分局", short_names=["国土局"])
    header = ["案号", "案由", "提案人", "主办单位", "会办单位"]
    rows, _ = read(
        book(
            header,
            ["1", "关于甲的提案", "李一", "国土局", "上街区国土资源分局"],
            ["2", "关于乙的提案", "李二", "没听过的局", ""],
        )
    )

    assert [row.values["lead"] for row in rows] == [["区国土资源分局"], []]
    assert rows[0].values["assisting"] == ["区国土资源分局"]
    assert [issue.code for issue in rows[1].issues] == ["agency_unknown"]


@pytest.mark.parametrize(
    ("cell", "number"),
    [("001", 1), (4, 4), ("第9号", 9), ("８５", 85), ("2015-012", 12), ("第 66 号", 66), ("〔2015〕7号", 7)],
)
def test_a_number_is_read_in_every_style(cell: object, number: int) -> None:
    assert ledger.number_of(cell) == (number, "")


@pytest.mark.parametrize(
    ("cell", "letter"),
    [
        ("Ａ", "A"),
        ("b", "B"),
        ("C ", "C"),
        ("A类", "A"),
        ("已解决", "A"),
        ("列入计划", "B"),
        ("留作参考", "C"),
        ("（B）", "B"),
        ("", ""),
    ],
)
def test_a_reply_class_is_read_in_every_style(cell: str, letter: str) -> None:
    assert ledger.class_of(cell) == (letter, "")


def test_a_class_of_two_letters_is_a_question() -> None:
    assert ledger.class_of("A/B") == ("", "class_unclear")


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("很满意", "满意"),
        ("非常满意", "满意"),
        ("较满意", "基本满意"),
        ("比较满意", "基本满意"),
        ("不太满意", "不满意"),
        ("未反馈", ""),
        ("", ""),
    ],
)
def test_satisfaction_is_evened_out(cell: str, word: str) -> None:
    assert ledger.satisfaction_of(cell) == (word, "")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("并入012号", ("merged", 12)), ("与第3号并案办理", ("merged", 3)), ("提案人撤回", ("withdrawn", None)), ("正在办理", ("filed", None)),
        ("不予立案", ("declined", None)), ("转社情民意", ("declined", None)), ("第一次不满意，重新办理后满意", ("filed", None)),
    ],
)  # fmt: skip
def test_the_outcome_is_read_from_the_remarks(text: str, outcome: tuple[str, int | None]) -> None:
    assert ledger.outcome_of(text) == outcome


def test_columns_in_other_words_and_another_order() -> None:
    header = [
        "备注",
        "办结时间",
        "承办单位",
        "提案题目",
        "委员评价",
        "提案编号",
        "第一提案人",
        "办理结果",
        "交办时间",
        "提案分类",
    ]
    row = [
        "",
        "6月1日",
        "某局",
        "关于甲的提案",
        "很满意",
        "第７号",
        "李 一、王二等3人",
        "Ａ类",
        "2015年3月16日",
        "经济",
    ]
    rows, figures = read(book(header, row))
    made = ledger.row_of(rows[0])

    assert (made.number, made.sponsors, made.reply_class, made.satisfaction) == (
        7,
        ["李一", "王二"],
        "A",
        "满意",
    )
    assert (made.handed_on, made.replied_on) == (date(2015, 3, 16), date(2015, 6, 1))
    assert (figures["year"], figures["filed"], figures["replied"]) == (2015, 1, 1)


def test_the_same_number_for_another_matter_and_a_lost_merge_are_asked() -> None:
    header = ["案号", "案由", "提案人", "备注"]
    rows, _ = read(
        book(header, ["1", "关于甲", "李", ""], ["1", "关于乙", "王", ""], ["2", "关于丙", "赵", "并入99号"])
    )

    assert [[issue.code for issue in row.issues] for row in rows] == [
        [],
        ["duplicate_number"],
        ["merge_target_missing"],
    ]
