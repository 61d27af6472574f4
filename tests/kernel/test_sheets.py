"""Sheets: what leaves as .xlsx or .csv opens in Excel and WPS, and never as a formula."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from huisheng.kernel.sheets import Column, Sheet, write_csv, write_workbook, write_xlsx

FORMULAS = [
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1+1",
    "＋1",
    "－x",
    "＠A",
]


def opened(file):
    return load_workbook(io.BytesIO(file.read()))


def read_csv(pieces) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"), newline="")))


# ── xlsx ──


def test_a_list_becomes_a_sheet_with_frozen_header_widths_and_a4_paper():
    sheet = opened(
        write_xlsx(["编号", Column("事由", 40, wrap=True)], [(1, "照明"), (2, "步道")], "清单")
    ).active

    assert sheet.title == "清单"
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["编号", "事由"],
        [1, "照明"],
        [2, "步道"],
    ]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width == 40
    assert sheet["B2"].alignment.wrap_text
    assert sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == "$1:$1"


def test_a_statistics_sheet_has_a_title_over_all_columns_and_a_note_below():
    book = opened(write_workbook([
        Sheet("收到", ["单位", "件数"], [("甲局", 3)], title="收到情况", note="数据截至11月", landscape=True),
        Sheet("办结", ["单位", "件数"], [("甲局", 2)]),
    ]))  # fmt: skip

    sheet = book["收到"]
    assert book.sheetnames == ["收到", "办结"]
    assert sorted(map(str, sheet.merged_cells.ranges)) == ["A1:B1", "A4:B4"]
    assert [next(c.value for c in row) for row in sheet.rows] == ["收到情况", "单位", "甲局", "数据截至11月"]
    assert sheet.freeze_panes == "A3"
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_formula_leaves_in_a_workbook(text):
    file = write_xlsx(["甲"], [(text,)])

    with zipfile.ZipFile(file) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
    file.seek(0)
    cell = opened(file).active["A2"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.value == text.replace("\r", "")
    assert cell.number_format == "@"


def test_numbers_stay_numbers_and_other_values_read_as_text():
    values = (
        -3,
        2.5,
        Decimal("7.25"),
        True,
        None,
        date(2017, 3, 5),
        datetime(2017, 3, 5, 10, 22),
        float("nan"),
        10**18,
    )
    row = next(opened(write_xlsx(["x"] * 9, [values])).active.iter_rows(min_row=2, values_only=True))

    assert row == (-3, 2.5, 7.25, "是", None, "2017-03-05", "2017-03-05 10:22", None, "1000000000000000000")


def test_signs_xml_forbids_are_replaced_and_markup_is_kept():
    text = "<b>&\"'\0\x0b\ud800𬱖\n二行"

    assert opened(write_xlsx(["<甲&>"], [(text,)])).active["A2"].value == "<b>&\"'\ufffd\ufffd\ufffd𬱖\n二行"


def test_a_text_that_looks_like_excels_own_escape_is_escaped():
    with zipfile.ZipFile(write_xlsx(["甲"], [("_x0041_",)])) as package:
        assert b"_x005F_x0041_" in package.read("xl/worksheets/sheet1.xml")


def test_a_text_longer_than_a_cell_says_how_much_is_missing():
    value = opened(write_xlsx(["甲"], [("长" * 40_000,)])).active["A2"].value

    assert len(value) <= 32_767
    assert "余下 7273 字未列" in value


def test_tab_names_are_made_acceptable_and_different():
    names = ["a/b:c", "一" * 40, "一" * 40, "", "it's"]
    book = opened(write_workbook([Sheet(name, ["甲"], []) for name in names]))

    assert book.sheetnames == ["a－b－c", "一" * 31, "一" * 27 + "(2)", "数据", "it's"]


def test_a_long_list_takes_little_memory():
    rows = ((i, "照明" * 500) for i in range(5_000))
    tracemalloc.start()
    with write_xlsx(["编号", "正文"], rows):
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 12_000_000


@given(st.text())
def test_any_text_comes_back_from_a_sheet_or_is_replaced_sign_by_sign(text):
    value = opened(write_xlsx(["甲"], [(text,)])).active["A2"].value or ""

    assert len(value) == len(text.replace("\r", ""))


# ── csv ──


def test_a_csv_begins_with_a_mark_that_excel_knows_and_keeps_its_rows():
    pieces = list(write_csv(["编号", "事由"], [(1, "照明,“亮”"), (2, '引"号\n二行')]))

    assert pieces[0].startswith(b"\xef\xbb\xbf")
    assert read_csv(pieces) == [["编号", "事由"], ["1", "照明,“亮”"], ["2", '引"号\n二行']]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_field_that_looks_like_a_formula_is_made_text(text):
    assert read_csv(write_csv(["甲"], [(text,)]))[1] == ["'" + text]


def test_negative_numbers_in_a_csv_stay_numbers():
    rows = [(-3, -2.5, Decimal("-1.5"), "-7", "+86", "-12.5%", None, True)]

    assert read_csv(write_csv(["x"] * 8, rows))[1] == ["-3", "-2.5", "-1.5", "-7", "+86", "-12.5%", "", "是"]


def test_a_csv_is_streamed_in_pieces():
    drawn = []

    def rows():
        for i in range(1_000):
            drawn.append(i)
            yield (i, "照明" * 100)

    pieces = write_csv(["编号", "正文"], rows())
    next(pieces)
    assert drawn == []
    next(pieces)
    assert len(drawn) < 300


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_no_field_of_a_csv_begins_as_a_formula(fields):
    encodable = [text.encode("utf-8", "replace").decode() for text in fields]
    for field in read_csv(write_csv(["x"] * len(fields), [encodable]))[1:][0]:
        assert not field.lstrip().startswith(("=", "@", "＝", "＠"))
