"""Bytes of an .xlsx or .csv to plain sheets of cells: no formulas, no styles, merged cells filled, sizes bounded.

The cells come out as text, whole numbers, floats or dates, as the file holds them: what they mean is the business of
whoever asked. The gate (``kernel.files``) has looked at the bytes before. Writing is ``sheets``.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from huisheng.kernel.encodings import Undecodable, decode_text
from huisheng.kernel.errors import Refused
from huisheng.kernel.files import LIMITS, inspect

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_UNPACKED = 40 * 1024 * 1024  # a workbook is read in this process: its table of strings must fit
MAX_COLUMNS = 120
MAX_BLANK_RUN = 500  # a sheet whose "used range" ends at row 1,048,576 has nothing more to say after so many
MAX_CELL = 4_000  # characters
MAX_MERGED = 20_000

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Row:
    """One row as the file numbers it (from 1)."""

    number: int
    cells: tuple[Cell, ...]

    def text(self, column: int) -> str:
        return as_text(self.cells[column]) if 0 <= column < len(self.cells) else ""

    @property
    def texts(self) -> list[str]:
        return [as_text(cell) for cell in self.cells]

    @property
    def is_blank(self) -> bool:
        return not any(as_text(cell) for cell in self.cells)


@dataclass
class Sheet:
    title: str
    rows: list[Row]
    is_hidden: bool = False
    merged: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # first row, first column, last, last


@dataclass
class Book:
    sheets: list[Sheet]
    encoding: str = ""
    note: str = ""  # what was assumed about the encoding, for the person to confirm


def as_text(cell: Cell) -> str:
    """The cell as one reads it; white space at the ends taken off, full-width blanks too."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return (
        re.sub(r"[\u200b-\u200d\u2060\ufeff\u00ad]", "", str(cell)).replace("\u00a0", " ").strip()[:MAX_CELL]
    )


def read(data: bytes, name: str) -> Book:
    """The sheets of a file. Raises ``Refused`` with a sentence when it cannot be read."""
    if not data:
        raise Refused("这个文件是空的。请检查后重新选择。")
    if len(data) > MAX_BYTES:
        raise Refused("这个文件超过 10 MB，太大了。请只保留要导入的工作表后再传。")
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused("这是旧格式（.xls 或 .et）或加了密码的表格。请取消密码，另存为 .xlsx 后再传。")
    verdict = inspect(
        data, name, kinds=("xlsx", "csv", "txt"), lenient=True, limits=replace(LIMITS, unpacked=MAX_UNPACKED)
    )
    if verdict.refused:
        raise Refused(verdict.refused)
    if data[:4] == b"PK\x03\x04":
        return _read_xlsx(data)
    if data[:5] == b"%PDF-" or data[:6] in (b"{\\rtf1", b"<html>", b"<!DOCT"):
        raise Refused("这不是表格文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再传。")
    return _read_csv(data)


def _read_csv(data: bytes) -> Book:
    try:
        decoded = decode_text(data)
    except Undecodable as problem:
        raise Refused(str(problem)) from None
    text = decoded.text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        rows = list(_bounded(Row(i, tuple(cells[:MAX_COLUMNS])) for i, cells in enumerate(reader, 1)))
    except csv.Error:
        raise Refused("这个文件里有一格长得不像表格内容，无法按表格读出。请另存为 .xlsx 后再传。") from None
    return Book([Sheet("", rows)], decoded.encoding, decoded.note)


def _delimiter(text: str) -> str:
    head = text[:20_000]
    return max(",\t;", key=lambda mark: head.count(mark)) if any(mark in head for mark in ",\t;") else ","


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    blank = 0
    for row in rows:
        if row.number > MAX_ROWS:
            raise Refused(f"这个表格超过 {MAX_ROWS} 行。请分成几个文件导入。")
        blank = blank + 1 if row.is_blank else 0
        if blank > MAX_BLANK_RUN:
            return
        yield row


def _read_xlsx(data: bytes) -> Book:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheets = [_read_sheet(sheet, data) for sheet in book.worksheets]
            book.close()
    except Refused:
        raise
    except Exception:  # openpyxl raises whatever the broken part provokes; the person needs one sentence
        raise Refused(
            "这个表格文件已损坏，或不是真正的 .xlsx。请用 Excel 或 WPS 打开后另存为 .xlsx 再传。"
        ) from None
    if not any(sheet.rows for sheet in sheets):
        raise Refused("这个表格里没有内容。")
    return Book(sheets)


def _read_sheet(sheet: Any, data: bytes) -> Sheet:
    sheet.reset_dimensions()  # the file's own statement of its size may be a lie
    found = list(
        _bounded(
            Row(number, tuple(_plain(value) for value in values))
            for number, values in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1)
        )
    )
    while found and found[-1].is_blank:
        found.pop()
    merged = _merged(data, sheet._worksheet_path)
    return Sheet(sheet.title, _filled(found, merged), sheet.sheet_state != "visible", merged)


def _plain(value: Any) -> Cell:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, str) and value.startswith("#") and value.endswith(("!", "?", "/A", "0!")):
        return None  # an error of a formula is no content
    return value if isinstance(value, str | int | float | date | datetime) else None


_REF = re.compile(rb'<mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def _merged(data: bytes, path: str) -> list[tuple[int, int, int, int]]:
    """The merged ranges of a sheet, read from its part without building it in memory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(path.lstrip("/")) as part:
        found: list[tuple[int, int, int, int]] = []
        tail = b""
        while chunk := part.read(1 << 20):
            text = tail + chunk
            last = 0
            for match in _REF.finditer(text):
                left, top, right, bottom = match.groups()
                found.append((int(top), _column(left), int(bottom), _column(right)))
                last = match.end()
                if len(found) >= MAX_MERGED:
                    return found
            tail = text[max(last, len(text) - 200) :]
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _filled(rows: list[Row], merged: list[tuple[int, int, int, int]]) -> list[Row]:
    """Rows in which a cell merged over several rows stands in each of them: a group written once for its ten rows.

    Across columns nothing is filled: a title merged over the whole width must not become fourteen cells.
    """
    by_number = {row.number: i for i, row in enumerate(rows)}
    cells = [list(row.cells) for row in rows]
    for top, left, bottom, right in merged:
        if bottom == top or left >= MAX_COLUMNS or bottom - top > MAX_ROWS or top not in by_number:
            continue
        source = cells[by_number[top]]
        value = source[left] if left < len(source) else None
        if value is None or right - left > 1:
            continue
        for number in range(top + 1, bottom + 1):
            if number not in by_number:
                break
            target = cells[by_number[number]]
            target.extend([None] * (left + 1 - len(target)))
            if target[left] is None:
                target[left] = value
    return [Row(row.number, tuple(cells[i])) for i, row in enumerate(rows)]
