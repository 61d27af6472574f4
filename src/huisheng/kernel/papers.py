"""Papers: a printed document is a value; writers turn it into PDF (typst) and .docx (python-docx).

Four layouts: `official` (公文格式) and `letter` (信函格式) after GB/T 9704-2012, `form` (a table to be filled in)
and `compilation` (a book with cover, contents, chapters). Text of users is only ever data: it goes to typst as
JSON strings and never into typst source, so no markup in it is obeyed.
"""

from __future__ import annotations

import io
import json
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from .fonts import FontSet, NoFont, font_set

__all__ = [
    "Attachments",
    "Bars",
    "Colophon",
    "CopyTo",
    "Field",
    "Form",
    "Heading",
    "NoFont",
    "Note",
    "Numbered",
    "PageBreak",
    "Paper",
    "Para",
    "Signature",
    "Table",
    "Verify",
    "break_title",
    "chinese_date",
    "chinese_number",
    "document_number",
    "missing_glyphs",
    "to_docx",
    "to_pdf",
    "to_pdf_many",
    "visible_text",
    "warm",
]

_ASSETS = Path(__file__).parent / "typst"

Layout = Literal["official", "letter", "form", "compilation"]
Style = Literal["body", "flush", "center", "right", "kai", "hei", "small"]


# ── The value ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. Levels print as 一、黑体 / （一）楷体 / 1. / （1）; `number` writes that prefix, None adds nothing.

    In a compilation level 1 opens a chapter on a new page; levels 1 and 2 stand in the contents.
    """

    level: int
    text: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Para:
    """Running text; each line of `text` becomes a paragraph. `lead` is set before it in 黑体."""

    text: str
    style: Style = "body"
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """Items numbered in the manner of a heading level (3: “1.”, 4: “（1）”)."""

    items: Sequence[str]
    level: int = 3
    start: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table; the header repeats on every page. `widths` are shares (empty: equal), `aligns` like "lcr"."""

    rows: Sequence[Sequence[object]]
    header: Sequence[str] = ()
    widths: Sequence[float] = ()
    aligns: str = ""
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of stacked bars of 100 %: rows of a label with its parts (label, number).

    Parts are told apart by grey and pattern, so that a copy of a copy still reads; the numbers stand under each bar.
    """

    title: str
    rows: Sequence[tuple[str, Sequence[tuple[str, int]]]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One box of a form: a label and what is written beside it; `sign` stands at its lower right."""

    label: str
    value: str = ""
    height_mm: float = 0
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Rows of boxes; boxes of one row share its width."""

    rows: Sequence[Sequence[Field]]
    label_mm: float = 26


@dataclass(frozen=True, slots=True)
class Signature:
    """署名 and 成文日期; several organisations stand one below another. `seal` is a remark like （盖章）."""

    org: str | Sequence[str]
    date: date | str
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Attachments:
    """附件说明: names only, no punctuation after them."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Note:
    """附注 below the date, printed in round brackets, e.g. the contact person and telephone."""

    text: str


@dataclass(frozen=True, slots=True)
class CopyTo:
    """版记 at the foot of the last page: 抄送, and 印发机关 with 印发日期 (the letter format prints 抄送 only)."""

    to: str | Sequence[str] = ""
    printed_by: str = ""
    printed_on: date | str = ""


@dataclass(frozen=True, slots=True)
class Colophon:
    """The foot of a periodical: ruled lines of a label with its text (报： 送： 发：), last a line with two ends."""

    lines: Sequence[tuple[str, str]]
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins a new page."""


Block = (
    Heading
    | Para
    | Numbered
    | Table
    | Bars
    | Form
    | Signature
    | Attachments
    | Note
    | CopyTo
    | Colophon
    | PageBreak
)


@dataclass(frozen=True, slots=True)
class Verify:
    """The line at the foot of every page: which record, printed by whom and when; `url` becomes a QR code."""

    number: str
    printed_by: str = ""
    printed_at: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document ready to be printed. Empty parts take no room.

    mark: 发文机关标志; number: 发文字号; signer: 签发人 (upward papers); addressee: 主送;
    issuer / issued_on: the line of a periodical between its number and the red rule, at the left and the right;
    top_left / top_right: short marks in the corners of page 1, e.g. “公开属性：主动公开” and “B”;
    subtitle: under the title (in a compilation the lines at the foot of the cover).
    """

    layout: Layout
    title: str
    blocks: Sequence[Block] = field(default=())
    mark: str = ""
    number: str = ""
    signer: str = ""
    issuer: str = ""
    issued_on: date | str = ""
    addressee: str = ""
    top_left: str = ""
    top_right: str = ""
    subtitle: str = ""
    landscape: bool = False
    verify: Verify | None = None


# ── Small words of official papers ───────────────────────────────────────────────────────────────────────────────

_DIGITS = "〇一二三四五六七八九"


def chinese_number(value: int) -> str:
    """1 → 一, 12 → 十二, 120 → 一百二十 (1 to 999)."""
    if not 1 <= value <= 999:
        raise ValueError("chinese_number: 1 to 999")
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens == 0:
        gap = "零" if hundreds and ones else ""
        return text + gap + (_DIGITS[ones] if ones else "")
    text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    return text + (_DIGITS[ones] if ones else "")


def chinese_date(day: date | str) -> str:
    """2017-03-05 → 2017年3月5日 (成文日期, GB/T 9704: Arabic digits, no leading zero); text stays as it is."""
    return day if isinstance(day, str) else f"{day.year}年{day.month}月{day.day}日"


def document_number(code: str, year: int, serial: int) -> str:
    """发文字号, e.g. `某函〔2017〕15号`: six-cornered brackets, no 第, no leading zero."""
    return f"{code}〔{year}〕{serial}号"


def heading_prefix(level: int, number: int | None) -> str:
    """The numbering of a heading level: 一、 / （一） / 1. / （1）."""
    if number is None:
        return ""
    forms = {1: "{cn}、", 2: "（{cn}）", 3: "{n}.", 4: "（{n}）"}
    return forms[level].format(n=number, cn=chinese_number(number) if level <= 2 else "")


def break_title(title: str, per_line: int = 19) -> str:
    """Break a long title into lines of like length, between words (词意完整，排列对称，长短适宜).

    A title that already has line breaks, or fits one line, is returned as it is.
    """
    if "\n" in title or len(title) <= per_line or len(title) > 8 * per_line:
        return title
    count = -(-len(title) // per_line)
    ends = _word_ends(title)
    best = _best_breaks(title, ends, count, per_line) or _best_breaks(title, ends, count + 1, per_line)
    if not best:
        return title
    return "\n".join(title[a:b] for a, b in zip([0, *best], [*best, len(title)], strict=True))


def _word_ends(title: str) -> list[int]:
    import rjieba  # its dictionary takes 0.2 s to load; only long titles need it

    ends, at = [], 0
    for word in rjieba.cut(title):
        at += len(word)
        if word[0] not in _NUMERALS:  # 一次｜会议 and 15｜号 stay together
            ends.append(at)
    return ends


_NUMERALS = "〇零一二三四五六七八九十百千0123456789第"
# A line must not begin with these (避头), and reads badly when it begins with 的 or 和.
_NOT_FIRST = "，。、；：？！）》”’】〕的和与等"
_NOT_LAST = "（《“‘【〔"


def _best_breaks(title: str, ends: list[int], count: int, per_line: int) -> list[int] | None:
    """Break positions for `count` lines with the least unevenness, or None when words do not fit."""
    ideal = len(title) / count
    allowed = [
        e for e in ends if e < len(title) and title[e] not in _NOT_FIRST and title[e - 1] not in _NOT_LAST
    ]
    costs: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for line in range(count):
        stops = [len(title)] if line == count - 1 else allowed
        reached: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, path) in costs.items():
            for stop in stops:
                if not 0 < stop - start <= per_line:
                    continue
                total = cost + (stop - start - ideal) ** 2
                if stop not in reached or total < reached[stop][0]:
                    reached[stop] = (total, [*path, stop])
        costs = reached
    return costs[len(title)][1][:-1] if len(title) in costs else None


# ── Text made printable ──────────────────────────────────────────────────────────────────────────────────────────

GETA = "〓"  # the printers' mark for a sort that is not in the case
_INKLESS = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
_VARIATION = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
_LONG_WORD = re.compile(r"[!-~]{30,}")
_SPACES = str.maketrans({"\t": "　", "\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n", "\x85": "\n"})


def missing_glyphs(text: str) -> list[str]:
    """The characters of `text` that no font of this machine can print, each once, in order of appearance."""
    fonts = font_set()
    return [char for char in dict.fromkeys(visible_text(text)) if _is_missing(char, fonts)]


def _is_missing(char: str, fonts: FontSet) -> bool:
    return char not in "\n 　" and ord(char) not in _VARIATION and not fonts.has(char)


def visible_text(text: str) -> str:
    """What shall be seen: line ends unified, characters without ink dropped, controls and bidi marks named."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES).translate(_INKLESS)
    if text.isprintable():
        return text
    return "".join(_named(char) if _is_control(char) else char for char in text)


def _is_control(char: str) -> bool:
    """No character to be seen: controls, bidi marks, lone surrogates, private use, noncharacters."""
    code = ord(char)
    if char == "\n":
        return False
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return noncharacter or code in _BIDI or unicodedata.category(char) in {"Cc", "Cs", "Co"}


def _named(char: str) -> str:
    return f"〔U+{ord(char):04X}〕"


class _Printer:
    """Turns the values of one paper into plain data for a writer, and counts what the fonts lack."""

    def __init__(self, fonts: FontSet) -> None:
        self.fonts = fonts
        self.missing: Counter[str] = Counter()

    def text(self, text: str) -> str:
        text = visible_text(text)
        lacking = {char for char in set(text) if _is_missing(char, self.fonts)}
        if lacking:
            self.missing.update(char for char in text if char in lacking)
            text = text.translate(dict.fromkeys(map(ord, lacking), GETA))
        return _LONG_WORD.sub(lambda m: re.sub(r"(.{10})", "\\1\u200b", m.group()), text)

    def data(self, value: Any) -> Any:
        """Dataclasses become dicts with their kind, every string becomes printable."""
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, date):
            return chinese_date(value)
        if is_dataclass(value):
            made = {f.name: self.data(getattr(value, f.name)) for f in fields(value)}
            return {"kind": type(value).__name__, **made}
        if isinstance(value, Sequence):
            return [self.data(item) for item in value]
        return self.text(str(value))

    def note(self) -> str:
        """The sentence that owns up to characters which could not be printed; empty when there are none."""
        if not self.missing:
            return ""
        named = "、".join(
            f"U+{ord(c):04X}" + (f"×{n}" if n > 1 else "") for c, n in self.missing.most_common(8)
        )
        more = f" 等{len(self.missing)}字" if len(self.missing) > 8 else ""
        return f"本机字库缺字，文中以“{GETA}”代印：{named}{more}。"


# ── PDF ──────────────────────────────────────────────────────────────────────────────────────────────────────────

# A signature must not stand alone on a page; GB/T 9704 says: adjust the pitch. (pitch in pt, blank lines above)
_PITCH = 28.95
_TIGHTER = ((_PITCH, 1), (28.0, 1), (27.0, 1), (25.9, 1))  # 22, 23, 24, 25 lines
# One compiler a process: typst lets go of Python's lock while it works, so other threads go on; a second compiler
# would cost memory for the rare case that two people print in the same second. Long runs belong to the worker.
_one_at_a_time = threading.Lock()


def to_pdf(paper: Paper, *, at: datetime | None = None) -> bytes:
    """One paper as PDF/A-2b, dated `at` (default: now). Raise `NoFont` on a machine without Chinese fonts."""
    return to_pdf_many([paper], at=at)


def to_pdf_many(papers: Sequence[Paper], *, at: datetime | None = None) -> bytes:
    """Many papers as one PDF, each on new pages with its own page numbers; one run of the compiler.

    A compilation must be alone: its contents page lists the headings of the whole file.
    """
    if not papers:
        raise ValueError("to_pdf_many: no paper")
    if len(papers) > 1 and any(p.layout == "compilation" for p in papers):
        raise ValueError("to_pdf_many: a compilation is printed alone")
    return _set([_typst_data(paper) for paper in papers], at or datetime.now(UTC))


def warm() -> None:
    """Find the fonts and print a first page, so that the first reader does not wait (about 0.8 s)."""
    break_title("关于把第一次排印所需的字体和词典事先准备好的说明")
    to_pdf(
        Paper(
            "letter",
            "预热",
            [Heading(1, "一"), Heading(2, "二"), Para("三"), Signature("四", "五")],
            mark="六",
        )
    )


@cache
def _compiler() -> Any:
    """The compiler of this process, kept warm; only whoever holds `_one_at_a_time` may use it."""
    import typst

    return typst.Compiler(
        str(_ASSETS / "paper.typ"),
        root=str(_ASSETS),
        font_paths=font_set().typst_fonts,
        ignore_system_fonts=True,
    )


def _inputs(papers: list[dict[str, Any]]) -> dict[str, str]:
    data = {"fonts": font_set().chains, "papers": papers}
    return {"data": json.dumps(data, ensure_ascii=False)}


def _typst_data(paper: Paper) -> dict[str, Any]:
    printer = _Printer(font_set())
    made = printer.data(
        replace(paper, title=break_title(visible_text(paper.title)), blocks=_printed_blocks(paper))
    )
    made |= {"missing": printer.note(), "pitch": _PITCH, "gap": 2, "qr": _qr(paper.verify)}
    return made  # type: ignore[no-any-return]


def _printed_blocks(paper: Paper) -> list[Block]:
    """The blocks with numbering written out, so that both writers print the same."""
    return [_numbered(block) if isinstance(block, Heading | Numbered) else block for block in paper.blocks]


def _numbered(block: Heading | Numbered) -> Heading | Numbered:
    if isinstance(block, Heading):
        return Heading(min(max(block.level, 1), 4), heading_prefix(block.level, block.number) + block.text)
    items = [heading_prefix(block.level, n) + item for n, item in enumerate(block.items, block.start)]
    return replace(block, items=items)


@cache
def _segno() -> Any:
    import segno

    return segno


def _qr(verify: Verify | None) -> str:
    """The QR code as an SVG source, or nothing."""
    if verify is None or not verify.url:
        return ""
    code = _segno().make(verify.url, error="m", micro=False, mask=3)  # trying all eight masks takes 8 ms
    source = io.BytesIO()
    code.save(source, kind="svg", border=0, omitsize=True, xmldecl=False, nl=False)
    return source.getvalue().decode()


def _set(papers: list[dict[str, Any]], at: datetime) -> bytes:
    """Compile; papers whose last page holds little but the signature are set tighter where that saves the page.

    The template itself keeps the last line of text with the signature; this only avoids the nearly empty page.
    """
    with _one_at_a_time:
        pdf = _compile(papers, at)
        tighter = _tighter(papers, at)
        return _compile(tighter, at) if tighter else pdf


def _tighter(papers: list[dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
    """The papers of the last run with those that save a page set tighter; empty when there is nothing to save."""
    places = _places()
    lonely = [i for i, place in places.items() if _is_lonely(place)]
    saved: dict[int, dict[str, Any]] = {}
    for pitch, gap in _TIGHTER:
        if not lonely:
            break
        tried = {i: papers[i] | {"pitch": pitch, "gap": gap} for i in lonely}
        _compile(list(tried.values()), at)
        after = _places()
        shorter = [i for k, i in enumerate(lonely) if after[k]["last"] < places[i]["last"]]
        saved |= {i: tried[i] for i in shorter}
        lonely = [i for i in lonely if i not in saved]
    return [saved.get(i, paper) for i, paper in enumerate(papers)] if saved else []


def _compile(papers: list[dict[str, Any]], at: datetime) -> bytes:
    moment = int(at.timestamp())
    return _compiler().compile(sys_inputs=_inputs(papers), pdf_standards=["a-2b"], timestamp=moment)  # type: ignore[no-any-return]


def _places() -> dict[int, dict[str, float]]:
    """Of each signed paper in the last run: the page of its signature, its height there in pt, and the last page."""
    found = json.loads(_compiler().query("<place>", field="value"))
    places: dict[int, dict[str, float]] = {}
    for mark in found:
        places.setdefault(mark["paper"], {}).update(mark["at"])
    return {i: place for i, place in places.items() if "sign" in place}


def _is_lonely(place: dict[str, float]) -> bool:
    """The last page holds no more than three lines, the signature and what follows it."""
    return place["last"] > 1 and (
        place["sign"] < place["last"] or place["sign_y"] < 37 * 72 / 25.4 + 3.2 * _PITCH
    )


def to_docx(paper: Paper) -> bytes:
    """The same paper as a Word file, with the font names the standard asks for (the reader's computer has them)."""
    from .paper_docx import write_docx

    return write_docx(
        replace(paper, title=break_title(visible_text(paper.title)), blocks=_printed_blocks(paper))
    )
