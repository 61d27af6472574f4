"""Reading .rtf (Microsoft RTF 1.9.1): one pass over the tokens, each group with its own state."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, field

from huisheng.proposals.intake.document import Cell, Document, Line
from huisheng.proposals.intake.tables import table_lines

TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.S,
)
CODEPAGES = {
    0: "cp1252",
    2: "cp1252",
    128: "cp932",
    129: "cp949",
    134: "gbk",
    136: "big5",
    77: "mac_roman",
    255: "cp437",
}
SKIPPED = frozenset(
    "fonttbl colortbl stylesheet info pict objdata themedata colorschememapping datastore latentstyles listtable "
    "listoverridetable rsidtbl generator xmlnstbl filetbl revtbl mmathPr wgrffmtfilter shppict nonshppict fldinst "
    "bkmkstart bkmkend pgptbl background ftnsep ftnsepc aftnsep aftnsepc userprops docvar template datafield "
    "shprslt falt panose sp sn sv xe tc pnseclvl atnid atnauthor atnref atndate atrfstart atrfend".split()
)
ASIDES = {
    "footnote": "footnote", "annotation": "comment", "header": "header", "headerl": "header", "headerr": "header",
    "headerf": "header", "footer": "footer", "footerl": "footer", "footerr": "footer", "footerf": "footer",
}  # fmt: skip
MARKS = {"footnote": "footnote", "comment": "comments", "header": "header_footer", "footer": "header_footer"}
SPECIAL = {
    "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005",
}  # fmt: skip


@dataclass
class _State:
    skip: bool = False
    font: int = -1
    unicode_skip: int = 1
    bold: bool = False
    deleted: bool = False
    hidden: bool = False
    aside: str = ""
    listtext: bool = False
    box: bool = False


@dataclass
class _Paragraph:
    runs: list[list[tuple[str, bool]]] = field(default_factory=lambda: [[]])
    number: str = ""
    align: str = ""
    in_table: bool = False


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.out = Document()
        self.state = _State()
        self.stack: list[_State] = []
        self.paragraph = _Paragraph()
        self.pending = bytearray()  # bytes of a code page, kept until a whole character is there
        self.to_skip = 0
        self.star = False
        self.fonts: dict[int, int] = {}
        self.codepage = "cp1252"
        self.in_fonts = False
        self.font_now = -1
        self.asides: dict[str, list[str]] = {}
        self.rows: list[list[Cell]] = []
        self.row: list[Cell] = []
        self.cell: list[Line] = []
        self.high = 0

    def read(self) -> Document:
        at = 0
        while found := TOKEN.match(self.data, at):
            at = found.end()
            word, number, hexa, symbol, brace, plain = found.groups()
            if word == b"bin":
                at += max(0, int(number or 0))
            elif word:
                self._flush()
                self._word(word.decode(), int(number) if number else None)
            elif hexa:
                self._byte(int(hexa, 16))
            elif symbol:
                self._symbol(symbol)
            elif brace:
                self._flush()
                self._brace(brace)
            elif plain:
                for byte in plain:
                    self._byte(byte)
        self._flush()
        self._end_paragraph()
        self._end_table()
        for kind, texts in self.asides.items():
            text = "".join(texts).strip()
            if re.sub(r"[\s\d第页共/\-—–.·]", "", text):
                self.out.asides.append((kind, text))
                self.out.marks.add(MARKS[kind])
        return self.out

    def _brace(self, brace: bytes) -> None:
        if brace == b"{":
            self.stack.append(copy(self.state))
            return
        if not self.stack:
            return
        was, self.state = self.state, self.stack.pop()
        if was.listtext and not self.state.listtext:
            self.paragraph.number = self.paragraph.number.strip()
            if self.paragraph.number:
                self.out.marks.add("auto_numbering")
        if was.box and not self.state.box:
            self._end_paragraph()
        if self.in_fonts and was.skip and not self.state.skip:
            self.in_fonts = False

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self.star = True
            return
        self._flush()
        if symbol in b"\\{}":
            self._text(symbol.decode())
        elif symbol == b"~":
            self._text("\u00a0")
        elif symbol == b"_":
            self._text("-")
        elif symbol in b"\r\n":
            self._word("par", None)

    def _word(self, word: str, number: int | None) -> None:
        star, self.star = self.star, False
        state = self.state
        if word == "fonttbl":
            self.in_fonts = True
        if word in SKIPPED or (star and word not in ("shpinst", "shptxt", "annotation", "footnote")):
            state.skip = True
            if word in ("pict", "shppict"):
                self.out.marks.add("image")
            return
        if self.in_fonts:
            if word == "f" and number is not None:
                self.font_now = number
            elif word == "fcharset" and number is not None:
                self.fonts[self.font_now] = number
            return
        if word in ASIDES:
            state.aside = ASIDES[word]
            self._text("\n")
        elif word == "shptxt":
            state.box, state.skip = True, False
            self.out.marks.add("text_box")
            self._end_paragraph()
        elif word in ("listtext", "pntext"):
            state.listtext = True
        elif word == "u" and number is not None:
            self._unicode(number)
        elif word == "uc":
            state.unicode_skip = number or 0
        elif word == "ansicpg" and number:
            self.codepage = {936: "gbk", 54936: "gb18030", 950: "big5", 65001: "utf-8"}.get(
                number, f"cp{number}"
            )
        elif word in ("par", "sect") and not state.skip:
            self._text("\n") if state.aside else self._end_paragraph()
        elif word == "line" and not state.skip:
            self._text("\n") if state.aside else self.paragraph.runs.append([])
        elif word == "pard":
            self.paragraph.align, self.paragraph.in_table = "", False
        elif word in ("qc", "qr", "ql", "qj"):
            self.paragraph.align = {"qc": "center", "qr": "right"}.get(word, "")
        elif word == "intbl":
            self.paragraph.in_table = True
        elif word == "cell" and not state.skip:
            self._end_cell()
        elif word == "row" and not state.skip:
            self._end_row()
        elif word == "b":
            state.bold = number != 0
        elif word == "v":
            state.hidden = number != 0
        elif word == "plain":
            state.bold = state.hidden = False
        elif word == "deleted":
            state.deleted = number != 0
            self.out.marks.add("tracked_changes")
        elif word == "revised":
            self.out.marks.add("tracked_changes")
        elif word == "f" and number is not None:
            state.font = number
        elif word in SPECIAL:
            self._text(SPECIAL[word])

    def _unicode(self, number: int) -> None:
        unit = number + 65536 if number < 0 else number
        if 0xD800 <= unit < 0xDC00:
            self.high = unit
        elif 0xDC00 <= unit < 0xE000:
            if self.high:
                self._text(chr(0x10000 + ((self.high - 0xD800) << 10) + unit - 0xDC00))
            self.high = 0
        elif unit < 0x110000:
            self._text(chr(unit))
        self.to_skip = self.state.unicode_skip

    def _byte(self, byte: int) -> None:
        if self.to_skip:
            self.to_skip -= 1
            return
        if byte < 0x80 and not self.pending:
            self._text(chr(byte))
            return
        self.pending.append(byte)
        encoding = self._encoding()
        if encoding in ("gbk", "gb18030", "big5", "cp932", "cp949") and len(self.pending) % 2:
            return
        self._flush()

    def _encoding(self) -> str:
        charset = self.fonts.get(self.state.font, 0)
        return CODEPAGES.get(charset, self.codepage) if charset > 2 else self.codepage

    def _flush(self) -> None:
        if self.pending:
            try:
                self._text(bytes(self.pending).decode(self._encoding(), "replace"))
            except LookupError:
                self._text(bytes(self.pending).decode("gbk", "replace"))
            self.pending.clear()

    def _text(self, text: str) -> None:
        state = self.state
        if state.skip or self.in_fonts:
            return
        if state.deleted or state.hidden:
            self.out.asides.append(("deleted" if state.deleted else "hidden", text))
        elif state.aside:
            self.asides.setdefault(state.aside, []).append(text)
        elif state.listtext:
            self.paragraph.number += text
        else:
            self.paragraph.runs[-1].append((text, state.bold))

    def _lines(self) -> list[Line]:
        done, self.paragraph = (
            self.paragraph,
            _Paragraph(align=self.paragraph.align, in_table=self.paragraph.in_table),
        )
        texts = [("".join(text for text, _ in runs), runs) for runs in done.runs]
        if sum(bool(text.strip()) for text, _ in texts) > 1:
            self.out.marks.add("line_breaks_in_cell" if done.in_table else "line_breaks")
        lines, number = [], done.number
        for text, runs in texts:
            if text.strip():
                bold = all(bold for part, bold in runs if part.strip())
                lines.append(Line(text.strip(), number, bold, done.align))
                number = ""
        return lines

    def _end_paragraph(self) -> None:
        in_table = self.paragraph.in_table
        lines = self._lines()
        if in_table and not self.state.box:
            self.cell += lines
            return
        if lines:
            self._end_table()
        self.out.lines += lines

    def _end_cell(self) -> None:
        self.cell += self._lines()
        self.row.append(Cell(self.cell, len(self.row)))
        self.cell = []

    def _end_row(self) -> None:
        if self.row:
            self.rows.append(self.row)
        self.row = []

    def _end_table(self) -> None:
        self._end_row()
        if self.rows:
            self.out.lines += table_lines(self.rows, self.out.marks)
        self.rows = []
        self.out.lines += self.cell
        self.cell = []


def read(data: bytes) -> Document:
    document = _Reader(data).read()
    document.asides = _joined(document.asides)
    return document


def _joined(asides: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Deleted and hidden text comes in crumbs; one entry per kind is enough to show it."""
    out: dict[str, str] = {}
    for kind, text in asides:
        out[kind] = out.get(kind, "") + text
    return [(kind, text.strip()) for kind, text in out.items() if text.strip()]
