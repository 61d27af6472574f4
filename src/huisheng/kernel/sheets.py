"""Sheets: lists and tables of figures as .xlsx and .csv, written row by row so that a long list needs little memory.

Every text leaves as text: no formula goes out of the house, whatever a user typed. Numbers stay numbers.
The sheet XML is written by hand because the goal for exports (bench/, 2.5 × xlsxwriter) needs it.
"""

from __future__ import annotations

import csv
import io
import math
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from .errors import Refused

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and its width in (half-width) characters; long text wraps when `wrap`."""

    name: str
    width: float = 14
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: rows under a frozen header that repeats on every printed A4 page.

    `title` stands above the header in one merged cell, `note` below the last row. `name` is the tab: signs that
    Excel refuses are replaced, 31 characters are kept.
    """

    name: str
    columns: Sequence[Column | str]
    rows: Iterable[Sequence[object]]
    title: str = ""
    note: str = ""
    landscape: bool = False


def write_xlsx(
    columns: Sequence[Column | str], rows: Iterable[Sequence[object]], name: str = "数据"
) -> IO[bytes]:
    """A workbook of one sheet, as an open temporary file at its beginning; memory does not grow with the rows."""
    return write_workbook([Sheet(name, columns, rows)])


def write_workbook(sheets: Sequence[Sheet]) -> IO[bytes]:
    """A workbook of several sheets, as an open temporary file at its beginning. Raise `Refused` on too many rows."""
    if not sheets:
        raise ValueError("write_workbook: no sheet")
    file = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 the caller closes it
    names = _tab_names([sheet.name for sheet in sheets])
    # Level 1: a quarter of the time of level 6 for a tenth more bytes.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for number, sheet in enumerate(sheets, 1):
            with package.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part:
                _write_sheet(part, sheet)
        for path, text in _package_parts(names, [bool(sheet.title) for sheet in sheets]):
            package.writestr(path, text)
    file.seek(0)
    return file


def write_csv(columns: Sequence[Column | str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """UTF-8 with BOM (Excel and WPS ask for it), CRLF, in pieces of about 64 KB; the first piece comes at once."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_csv_value(_heading(column)) for column in columns])
    yield b"\xef\xbb\xbf" + _taken(buffer)
    for row in rows:
        writer.writerow([_csv_value(value) for value in row])
        if buffer.tell() > 32_768:
            yield _taken(buffer)
    rest = _taken(buffer)
    if rest:
        yield rest


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")  # only lone surrogates cannot be encoded


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────

# What makes Excel, WPS or LibreOffice take a CSV field for a formula (OWASP: CSV injection), full-width forms too.
_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠]|[\t\r]")  # fmt: skip
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,10})?%?")


def _csv_value(value: object) -> object:
    if isinstance(value, str):
        return _harmless(value)
    if value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool)):
        return value
    return _harmless(_as_text(value))


def _harmless(text: str) -> str:
    text = text.replace("\0", "\ufffd")
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _as_text(value: object) -> str:
    """How a value that is no number reads: 是/否, 2017-03-05, 2017-03-05 10:22."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _heading(column: Column | str) -> str:
    return column if isinstance(column, str) else column.name


# ── sheet XML ────────────────────────────────────────────────────────────────────────────────────────────────────

_CELL_LIMIT = 32_767  # characters Excel keeps in one cell
_ROW_LIMIT = 1_048_000  # Excel's own limit less room for title and note
_TOO_MANY = "要导出的行数超过一张工作表的上限（约104万行）。请加筛选条件分次导出，或改用 CSV 格式。"
_PIECE = 1 << 18

# Not allowed in XML 1.0, or markup. `_x0041_` is Excel's own escape and must itself be escaped.
_UNSAFE = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": ""}
_EXCEL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

# Numbers of the cell formats in _STYLES.
_TEXT, _WRAPPED, _FIGURE, _HEADER, _TITLE, _NOTE = 1, 2, 3, 4, 5, 6


def _write_sheet(part: IO[bytes], sheet: Sheet) -> None:
    columns = [Column(column) if isinstance(column, str) else column for column in sheet.columns]
    letters = [_letters(i) for i in range(len(columns))]
    frozen = 2 if sheet.title else 1
    part.write(_sheet_head(sheet, columns, frozen).encode())
    number = frozen
    if sheet.title:
        part.write(_row(1, [_text_cell("A1", _TITLE, sheet.title)], 30).encode())
    heads = [
        _text_cell(f"{letter}{frozen}", _HEADER, c.name) for letter, c in zip(letters, columns, strict=True)
    ]
    part.write(_row(frozen, heads, 22).encode())
    for number, piece in _row_pieces(sheet.rows, letters, columns, frozen):  # noqa: B007 the last row's number
        part.write(piece)
    if sheet.note:
        number += 1
        part.write(_row(number, [_text_cell(f"A{number}", _NOTE, sheet.note)]).encode())
    part.write(_sheet_tail(sheet, letters[-1], number).encode())


def _row_pieces(
    rows: Iterable[Sequence[object]], letters: list[str], columns: list[Column], number: int
) -> Iterator[tuple[int, bytes]]:
    """The rows as encoded XML, about 256 KB a piece, each with the number of its last row."""
    cells = [
        (letter, _WRAPPED if column.wrap else _TEXT) for letter, column in zip(letters, columns, strict=True)
    ]
    made: list[str] = []
    size = 0
    for row in rows:
        number += 1
        if number > _ROW_LIMIT:
            raise Refused(_TOO_MANY)
        line = "".join(
            [_cell(f"{at}{number}", style, value) for (at, style), value in zip(cells, row, strict=False)]
        )
        made.append(f'<row r="{number}">{line}</row>')
        size += len(line)
        if size > _PIECE:
            yield number, "".join(made).encode()
            made, size = [], 0
    if made:
        yield number, "".join(made).encode()


def _cell(at: str, style: int, value: object) -> str:
    if isinstance(value, str):
        return _text_cell(at, style, value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _figure_cell(at, style, value)
    return _text_cell(at, style, _as_text(value))


def _figure_cell(at: str, style: int, value: int | float | Decimal) -> str:
    if isinstance(value, int) and abs(value) >= 10**15:
        return _text_cell(at, style, str(value))  # Excel keeps fifteen digits and would round it
    if not math.isfinite(value):
        return _text_cell(at, style, "")
    return f'<c r="{at}" s="{_FIGURE}"><v>{value}</v></c>'


def _text_cell(at: str, style: int, text: str) -> str:
    if not text:
        return f'<c r="{at}" s="{style}"/>'
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_xml(text)}</t></is></c>'


def _xml(text: str) -> str:
    if len(text) > _CELL_LIMIT:
        text = (
            f"{text[: _CELL_LIMIT - 40]}……（本格最多容 32767 字，余下 {len(text) - _CELL_LIMIT + 40} 字未列）"
        )
    if "_x" in text:
        text = _EXCEL_ESCAPE.sub("_x005F_", text)
    if _UNSAFE.search(text):
        text = _UNSAFE.sub(lambda found: _ESCAPES.get(found.group(), "\ufffd"), text)
    return text


def _row(number: int, cells: list[str], height: float = 0) -> str:
    tall = f' ht="{height}" customHeight="1"' if height else ""
    return f'<row r="{number}"{tall}>{"".join(cells)}</row>'


def _letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    made = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        made = chr(65 + rest) + made
    return made


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _sheet_head(sheet: Sheet, columns: list[Column], frozen: int) -> str:
    widths = "".join(
        f'<col min="{i}" max="{i}" width="{column.width}" customWidth="1"/>'
        for i, column in enumerate(columns, 1)
    )
    pane = f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="18"/><cols>{widths}</cols><sheetData>'
    )


def _sheet_tail(sheet: Sheet, last_letter: str, last_row: int) -> str:
    merged = [f"A1:{last_letter}1"] if sheet.title else []
    merged += [f"A{last_row}:{last_letter}{last_row}"] if sheet.note else []
    merged = [area for area in merged if last_letter != "A"]
    merges = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    return (
        "</sheetData>"
        + (f'<mergeCells count="{len(merged)}">{merges}</mergeCells>' if merged else "")
        + '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.6" right="0.6" top="0.8" bottom="0.8" header="0.4" footer="0.4"/>'
        f'<pageSetup paperSize="9" orientation="{"landscape" if sheet.landscape else "portrait"}" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    )


# ── the rest of the package ──────────────────────────────────────────────────────────────────────────────────────

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_FORMAT = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _tab_names(names: Sequence[str]) -> list[str]:
    """Tab names Excel accepts: none of []:*?/\\ , at most 31 characters, no two alike."""
    made: list[str] = []
    for name in names:
        clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "－", name).strip("'")[:31] or "数据"
        count = 2
        unique = clean
        while unique.lower() in {other.lower() for other in made}:
            unique = f"{clean[:27]}({count})"
            count += 1
        made.append(unique)
    return made


def _package_parts(names: list[str], titled: list[bool]) -> Iterator[tuple[str, str]]:
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name="{_attribute(name)}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(names, 1)
    )
    # The header repeats on every printed page.
    repeated = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{i}">{_attribute(_quoted(name))}!$1:${2 if tall else 1}'
        "</definedName>"
        for i, (name, tall) in enumerate(zip(names, titled, strict=True))
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_FORMAT}.worksheet+xml"/>'
        for i in numbers
    )
    targets = "".join(
        f'<Relationship Id="rId{i}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_FORMAT}.sheet.main+xml"/>{types}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_FORMAT}.styles+xml"/></Types>',
    )
    yield (
        "_rels/.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{targets}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    )
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets>'
        f"<definedNames>{repeated}</definedNames></workbook>",
    )
    yield "xl/styles.xml", _STYLES


def _attribute(text: str) -> str:
    return _xml(text).replace('"', "&quot;")


def _quoted(name: str) -> str:
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def _font(size: float, bold: bool = False) -> str:
    return f'<font>{"<b/>" if bold else ""}<sz val="{size}"/><name val="宋体"/><family val="3"/><charset val="134"/></font>'


def _format(font: int, border: int, align: str, number: int = 49, fill: int = 0) -> str:
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment {align}/></xf>'
    )


_SIDE = '<{0} style="thin"><color rgb="FF8B8F98"/></{0}>'
# Format 49 is “@”, text: a cell that begins with “=” stays text even when somebody edits it.
_FORMATS = (
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    _format(0, 1, 'vertical="center"'),
    _format(0, 1, 'vertical="top" wrapText="1"'),
    _format(0, 1, 'horizontal="right" vertical="center"', number=0),
    _format(1, 1, 'horizontal="center" vertical="center" wrapText="1"', fill=2),
    _format(2, 0, 'horizontal="center" vertical="center"'),
    _format(0, 0, 'vertical="top" wrapText="1"'),
)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}">'
    f'<fonts count="3">{_font(11)}{_font(11, bold=True)}{_font(16, bold=True)}</fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFF1EFEA"/></patternFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    f"<border>{''.join(_SIDE.format(side) for side in ('left', 'right', 'top', 'bottom'))}<diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(_FORMATS)}">{"".join(_FORMATS)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
