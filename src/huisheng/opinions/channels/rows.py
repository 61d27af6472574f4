"""Notes kept as a list (.csv, .xlsx): the heading row found by what people call the columns, then one row a note."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from huisheng.kernel import workbook
from huisheng.kernel.errors import Refused
from huisheng.kernel.text import normalise

from .item import Own

Columns = Mapping[str, tuple[str, ...]]  # key -> what the column may be called, without blanks and marks
_LOOK_FOR_HEADINGS = 12  # rows: a title, a unit, a date may stand above


@dataclass(frozen=True)
class Note:
    """One row: ``number`` counts the notes from 1; ``cells`` by key; ``headings`` are the file's own words."""

    number: int
    cells: Mapping[str, workbook.Cell]
    headings: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        return workbook.as_text(self.cells.get(key))

    @property
    def raw(self) -> bytes:
        """The note as one reads it, heading and text line by line."""
        return "\n".join(f"{self.headings[key]}：{_shown(cell)}" for key, cell in self.cells.items()).encode()


def _shown(cell: workbook.Cell) -> str:
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else workbook.as_text(cell)


def notes(data: bytes, name: str, columns: Columns, wanted: str) -> list[Note]:
    """The notes of the first sheet that has the column ``wanted`` and another one. Raises ``Refused``."""
    for sheet in workbook.read(data, _named(data, name)).sheets:
        if found := _headings(sheet.rows, columns, wanted):
            at, keys = found
            return list(_notes(sheet.rows[at + 1 :], keys, sheet.rows[at].texts))
    raise Refused("这张表里找不到需要的列。请在第一行写明列名，例如“日期、反映人、内容”。")


def has_headings(book: workbook.Book, columns: Columns, wanted: tuple[str, ...]) -> bool:
    """Whether a heading row of the file names all the columns ``wanted``."""
    for sheet in book.sheets:
        found = _headings(sheet.rows, columns, wanted[0])
        if found and set(wanted) <= set(found[1].values()):
            return True
    return False


def _named(data: bytes, name: str) -> str:
    """A name the gate takes for what the bytes are; a reader may be given none."""
    return name or ("a.xlsx" if data.startswith(b"PK\3\4") else "a.csv")


def _headings(rows: list[workbook.Row], columns: Columns, wanted: str) -> tuple[int, dict[int, str]] | None:
    for at, row in enumerate(rows[:_LOOK_FOR_HEADINGS]):
        keys: dict[int, str] = {}
        for i, text in enumerate(row.texts):
            key = _key(text, columns)
            if key and key not in keys.values():
                keys[i] = key
        if wanted in keys.values() and len(keys) > 1:
            return at, keys
    return None


def _key(heading: str, columns: Columns) -> str:
    """The column a heading means: the same word, else one that begins or ends with it (反映人姓名, 联系电话号码)."""
    bare = "".join(char for char in normalise(heading) if char.isalnum())
    if not bare or len(bare) > 12:
        return ""
    for key, words in columns.items():
        if bare in words:
            return key
    close = [
        (len(word), key)
        for key, words in columns.items()
        for word in words
        if len(word) > 1 and (bare.startswith(word) or bare.endswith(word))
    ]
    return max(close)[1] if close else ""


def _notes(rows: Iterable[workbook.Row], keys: dict[int, str], texts: list[str]) -> Iterable[Note]:
    number = 0
    headings = {key: texts[i] for i, key in keys.items()}
    for row in rows:
        cells = {key: row.cells[i] if i < len(row.cells) else None for i, key in keys.items()}
        if not any(workbook.as_text(cell) for cell in cells.values()) or row.texts == texts:
            continue
        number += 1
        yield Note(number, cells, headings)


# ── moments ───────────────────────────────────────────────────────────────────────────────────────────────────────

_DAY = re.compile(r"(?:(?P<y>\d{4}|\d{2})\s*[-/.年])?\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?")
_PACKED = re.compile(r"(?<!\d)(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})(?!\d)")
_TIME = re.compile(r"(?P<h>\d{1,2})\s*(?:[:：时点]\s*(?P<min>\d{1,2}|半)?)")
_PARTS = {"凌晨": 3, "清晨": 6, "早": 8, "上午": 9, "中午": 12, "下午": 15, "傍晚": 18, "晚": 20, "夜": 22}
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE = re.compile(
    r"[〇○零一二三四五六七八九]{4}(?=年)|[一二三四五六七八九]?十?[一二三四五六七八九十](?=[月日号时点])"
)


def moment(cell: workbook.Cell, own: Own, near: date | None = None) -> tuple[datetime | None, bool]:
    """(moment, whether it had to be guessed). “1月20日下午” takes the year of ``near`` and an hour of the afternoon.

    Half a day off is told apart from wrong: a guessed hour is no doubt, a guessed year or an unreadable text is.
    """
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=own.zone), False
    if isinstance(cell, date):
        return datetime.combine(cell, time(), own.zone), False
    text = _CHINESE.sub(_figure, unicodedata.normalize("NFKC", workbook.as_text(cell)[:60]))
    if not text:
        return None, False
    found = _PACKED.search(text) or _DAY.search(text)
    if not found:
        return None, True
    year = int(found["y"] or (near.year if near else 0))
    hour, minute = _hour(text[found.end() :])
    try:
        made = datetime(
            year + 2000 if 0 < year < 100 else year,
            int(found["m"]),
            int(found["d"]),
            hour,
            minute,
            tzinfo=own.zone,
        )
    except ValueError:
        return None, True
    return made, not found["y"]


def _figure(match: re.Match[str]) -> str:
    text = match.group()
    if "十" not in text:
        return text.translate(_DIGITS)
    tens, _, ones = text.partition("十")
    return f"{tens.translate(_DIGITS) or 1}{ones.translate(_DIGITS) or 0}"


def _hour(text: str) -> tuple[int, int]:
    part = next((word for word in _PARTS if word in text), "")
    if not (found := _TIME.search(text)):
        return (_PARTS[part] if part else 0), 0
    hour = int(found["h"])
    minute = 30 if found["min"] == "半" else int(found["min"] or 0)
    if part in ("下午", "傍晚", "晚", "夜") and hour < 12:
        hour += 12
    return hour, minute
