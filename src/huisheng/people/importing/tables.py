"""Where in a sheet the table is: title rows, one or two header rows, section headings, totals, notes, and the data.

A ``Column`` says what is wanted and by which words people call it; ``guess`` maps the file's columns to the wanted
ones, the person may correct the mapping, and ``Table`` hands out one ``Record`` per data row.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from huisheng.kernel.workbook import Cell, Row, Sheet

from . import clean

IGNORE = "-"  # the mapping's word for “this column is not imported”
_LOOK_FOR_HEADER = 60
_LOOKS = 50  # how much a head weighs that looks right: less than an exact word, more than a part of one
_BARE_HALF = ("上午", "下午", "晚上")
_COUNT = re.compile(r"[（(\[]?\s*(?:共|计)?\s*(\d{1,4})\s*[人名位家件个]\s*[)）\]]?")
_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．])"
)
_TOTAL = re.compile(r"^(?:合计|总计|共计|小计|累计|总数|总人数|合计数|共有|全区合计)")
_NOTE = re.compile(
    r"^(?:注[:：]|注\d|说明|备注[:：]|填表|制表|审核|校对|打印|截止|截至|以上|以下|单位[:：（(]|联系人[:：]|第?\d+页)"
)


@dataclass(frozen=True)
class Column:
    """A column we want. ``words``: what it may be called, the exact names first. ``many``: may stand twice.
    ``pattern``: what a head looks like that no list of words can hold (2月13日下午)."""

    key: str
    label: str
    words: tuple[str, ...]
    required: bool = False
    many: bool = False
    pattern: str = ""


@dataclass
class Record:
    """One data row under its mapping: key -> cells (several where the column may stand twice)."""

    sheet: str
    row: Row
    cells: dict[str, list[Cell]]
    section: str = ""  # the section heading or the sheet's title above it

    def get(self, key: str) -> Cell:
        return next((cell for cell in self.cells.get(key, []) if cell not in (None, "")), None)

    def all(self, key: str) -> list[Cell]:
        return [cell for cell in self.cells.get(key, []) if cell not in (None, "")]


@dataclass
class Table:
    """The table of one sheet. Row numbers are the file's own."""

    sheet: str
    header_rows: list[int]
    headers: list[str]
    mapping: dict[int, str]
    title_rows: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    blank_rows: int = 0
    heading_rows: list[tuple[int, str, int | None]] = field(
        default_factory=list
    )  # row, section, printed count
    total_row: int | None = None
    printed_total: int | None = None
    total_text: str = ""
    other_rows: list[tuple[int, str]] = field(
        default_factory=list
    )  # repeated headers and notes, told to the person
    sample: list[list[str]] = field(default_factory=list)

    def has(self, key: str) -> bool:
        return key in self.mapping.values()


def guess(label: str, columns: tuple[Column, ...]) -> str:
    """The column that a header cell means, or "". The longest matching word wins, an exact one before all."""
    text = clean.skeleton(label)
    best, key = 0, ""
    for column in columns:
        if column.pattern and best < _LOOKS and re.search(column.pattern, label):
            best, key = _LOOKS, column.key
        for word in column.words:
            folded = clean.skeleton(word)
            if text == folded:
                weight = 100
            elif len(folded) > 1 and folded in text and len(text) <= len(folded) + 6:
                weight = len(folded)
            else:
                continue
            if weight > best:
                best, key = weight, column.key
    return key


def find(sheet: Sheet, columns: tuple[Column, ...], primary: str) -> tuple[list[int], list[str]] | None:
    """The header rows (positions in ``sheet.rows``) and one label per column; None when no row looks like a header."""
    scored = [(_matches(row, columns), i) for i, row in enumerate(sheet.rows[:_LOOK_FOR_HEADER])]
    with_primary = [(len(found), -i) for found, i in scored if primary in found]
    if not with_primary:
        return None
    count, position = max(with_primary)
    if count < min(2, len([c for c in columns if c.key != IGNORE])):
        return None
    rows = [-position]
    if rows[0] > 0 and primary in scored[rows[0] - 1][0] and len(scored[rows[0] - 1][0]) >= 2:
        rows.insert(0, rows[0] - 1)
    elif rows[0] > 0 and _is_group_row(sheet.rows[rows[0] - 1], columns):
        rows.insert(0, rows[0] - 1)
    if (
        len(rows) == 1
        and rows[0] + 1 < len(sheet.rows)
        and _is_second_header(sheet.rows, rows[0], columns, primary)
    ):
        rows.append(rows[0] + 1)
    return rows, _labels([sheet.rows[i] for i in rows])


def _matches(row: Row, columns: tuple[Column, ...]) -> set[str]:
    texts = [text for text in row.texts if text]
    if any(len(text) > 40 for text in texts):
        return set()
    return {key for text in texts if (key := guess(text, columns))}


def _is_group_row(row: Row, columns: tuple[Column, ...]) -> bool:
    """A row above the header that only names groups of columns (所在组织 over 专委会 and 镇街工委)."""
    texts = [text for text in row.texts if text]
    return len(set(texts)) >= 2 and all(len(text) <= 10 for text in texts) and bool(_matches(row, columns))


def _is_second_header(rows: list[Row], first: int, columns: tuple[Column, ...], primary: str) -> bool:
    upper, lower = rows[first], rows[first + 1]
    found = _matches(lower, columns)
    at = next((i for i, text in enumerate(upper.texts) if guess(text, columns) == primary), 0)
    name = lower.text(at)
    texts = [text for text in lower.texts if text]
    return bool(found) and (not name or name == upper.text(at)) and len(found) * 2 >= len(set(texts))


def _labels(rows: list[Row]) -> list[str]:
    width = max(len(row.cells) for row in rows)
    labels = []
    for column in range(width):
        parts = list(dict.fromkeys(text for row in rows if (text := row.text(column))))
        said = parts[-1] if parts else ""
        labels.append(re.sub(r"\s+", "", _day_above(rows, column) + said if said in _BARE_HALF else said))
    return labels


def _day_above(rows: list[Row], column: int) -> str:
    """上午 under 2月13日, which is merged over its morning and afternoon: the cell above, or the nearest to its left."""
    above = rows[0] if len(rows) > 1 else None
    return next((text for i in range(column, -1, -1) if above and (text := above.text(i))), "")


def read(
    sheet: Sheet,
    columns: tuple[Column, ...],
    primary: str,
    *,
    mapping: dict[int, str] | None = None,
    section: Callable[[str], str] = lambda text: "",
) -> Table | None:
    """The table of a sheet, its rows sorted into data and the rest. ``section``: text of a lone cell -> the section
    it opens, or ""."""
    found = find(sheet, columns, primary)
    if found is None:
        return None
    positions, headers = found
    if mapping is None:
        mapping = guess_mapping(headers, columns)
    table = Table(sheet.title, [sheet.rows[i].number for i in positions], headers, mapping)
    for row in sheet.rows[: positions[0]]:
        if not row.is_blank:
            table.title_rows.append(row.number)
            table.titles.append(" ".join(dict.fromkeys(text for text in row.texts if text))[:120])
    _sort(table, sheet.rows[positions[-1] + 1 :], columns, primary, section)
    return table


def guess_mapping(headers: list[str], columns: tuple[Column, ...]) -> dict[int, str]:
    many = {column.key for column in columns if column.many}
    mapping: dict[int, str] = {}
    exact = {clean.skeleton(word): column.key for column in columns for word in column.words}
    order = sorted(range(len(headers)), key=lambda i: clean.skeleton(headers[i]) not in exact)
    for i in order:
        key = guess(headers[i], columns) if headers[i] else ""
        if key and (key in many or key not in mapping.values()):
            mapping[i] = key
    return dict(sorted(mapping.items()))


def _sort(
    table: Table, rows: list[Row], columns: tuple[Column, ...], primary: str, section: Callable[[str], str]
) -> None:
    opened, pending = "", 0
    header_texts = {text for text in table.headers if text}
    for row in rows:
        texts = [text for text in row.texts if text]
        distinct = list(dict.fromkeys(texts))
        if not texts:
            pending += 1
            continue
        first = re.sub(r"\s+", "", texts[0])
        if len(header_texts & {re.sub(r"\s+", "", text) for text in distinct}) >= 3:
            table.other_rows.append((row.number, "重复的表头"))
        elif _TOTAL.match(first) and not _looks_like_data(row, table, primary):
            _note_total(table, row, texts, opened)
        elif len(distinct) == 1 and (found := _heading(distinct[0], row, table, primary, section)):
            opened = found
            count = _COUNT.search(distinct[0])
            table.heading_rows.append((row.number, found, int(count[1]) if count else None))
        elif len(distinct) <= 2 and _NOTE.match(first):
            table.other_rows.append((row.number, distinct[0][:60]))
        else:
            table.blank_rows += pending
            table.records.append(_record(table, row, opened))
            if len(table.sample) < 5:
                table.sample.append(row.texts)
        pending = 0


def _looks_like_data(row: Row, table: Table, primary: str) -> bool:
    at = next((i for i, key in table.mapping.items() if key == primary), None)
    return at is not None and bool(row.text(at)) and sum(bool(text) for text in row.texts) > 5


def _note_total(table: Table, row: Row, texts: list[str], opened: str) -> None:
    joined = " ".join(texts)
    if re.sub(r"\s+", "", texts[0]).startswith("小计") and opened:
        table.other_rows.append((row.number, joined[:60]))
        return
    table.total_row = row.number
    table.total_text = joined[:200]
    count = re.search(r"\d+", joined)
    table.printed_total = int(count.group()) if count else None


def _heading(text: str, row: Row, table: Table, primary: str, section: Callable[[str], str]) -> str:
    """The section that a row with one text opens: a known one, one that is numbered or counted, or a short text that
    does not stand where names stand."""
    bare = bare_heading(text)
    if not bare or len(bare) > 30:
        return ""
    if found := section(bare):
        return found
    if _NUMBERING.match(clean.unit(text)) or _COUNT.search(text):
        return bare
    at = next((i for i, key in table.mapping.items() if key == primary), 0)
    is_name = bool(row.text(at)) and row.cells.count(row.cells[at]) == 1
    return (
        bare if not is_name and len(bare) <= 12 and len(table.headers) >= 5 and not _NOTE.match(bare) else ""
    )


def bare_heading(text: str) -> str:
    """一、工商联（11人） → 工商联"""
    text = _COUNT.sub("", _NUMBERING.sub("", clean.unit(text)))
    return re.sub(r"^(?:界别|类别|专委会|小组)[:：]", "", text).strip("：:（）()【】[]、-—")


def _record(table: Table, row: Row, opened: str) -> Record:
    cells: dict[str, list[Cell]] = {}
    for i, key in table.mapping.items():
        if key != IGNORE and i < len(row.cells):
            cells.setdefault(key, []).append(row.cells[i])
    return Record(table.sheet, row, cells, opened)
