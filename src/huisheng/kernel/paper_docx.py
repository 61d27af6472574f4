"""A Paper as .docx, set with the font names, sizes and pitch of GB/T 9704-2012 so that an office can go on in Word."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from .papers import (
    Attachments,
    Bars,
    Block,
    Colophon,
    CopyTo,
    Field,
    Form,
    Heading,
    Note,
    Numbered,
    PageBreak,
    Paper,
    Para,
    Signature,
    Table,
    chinese_date,
    visible_text,
)

FACES = {
    "fang": "仿宋_GB2312",
    "kai": "楷体_GB2312",
    "hei": "黑体",
    "title": "方正小标宋简体",
    "song": "宋体",
}
_RED = "E60012"
_PITCH = 28.95  # pt; 22 lines in 225 mm
# Word knows half points only: 3号 is 16 pt, and 0.25 pt less between characters lets 28 of them fill 156 mm.
_TIGHTEN = "-5"  # 1/20 pt
_ALIGN = {
    "l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER,
    "r": WD_ALIGN_PARAGRAPH.RIGHT, "b": WD_ALIGN_PARAGRAPH.JUSTIFY,
}  # fmt: skip


def write_docx(paper: Paper) -> bytes:
    """The paper as a Word file. Numbering must already be written into headings (`papers.to_docx` does)."""
    document = Document()
    _Writer(document, paper).write()
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


class _Writer:
    """Writes one paper into an empty Word document, top to bottom."""

    def __init__(self, document: Any, paper: Paper) -> None:
        self.document = document
        self.paper = paper
        self.size = 16.0 if paper.layout in ("official", "letter") else 14.0
        self.pitch = {"form": 22.0, "compilation": 25.0}.get(paper.layout, _PITCH)
        self.section = document.sections[0]

    def write(self) -> None:
        self._set_defaults()
        self._set_page()
        self._write_feet()
        head = {"official": self._official_head, "letter": self._letter_head, "form": self._form_head}
        head.get(self.paper.layout, self._cover)()
        if self.paper.layout != "compilation":
            self._title()
        for block in self.paper.blocks:
            self._block(block)

    # ── page ──

    def _set_defaults(self) -> None:
        normal = self.document.styles["Normal"]
        normal.font.size = Pt(self.size)
        normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.line_spacing = 1.0
        _set_face(normal.element.get_or_add_rPr(), FACES["fang"])
        self.document.core_properties.title = visible_text(self.paper.title).replace("\n", "")
        self.document.core_properties.author = visible_text(self.paper.mark)

    def _set_page(self) -> None:
        section, form = self.section, self.paper.layout == "form"
        width, height = (297, 210) if self.paper.landscape else (210, 297)
        section.orientation = WD_ORIENT.LANDSCAPE if self.paper.landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(width), Mm(height)
        top, bottom, left, right = (22, 24, 20, 20) if form else (37, 35, 28, 26)
        section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
        section.left_margin, section.right_margin = Mm(left), Mm(right)
        section.header_distance, section.footer_distance = Mm(17), Mm(8 if form else 22)
        for grid in section._sectPr.findall(qn("w:docGrid")):  # the exact pitch of each line is the grid
            section._sectPr.remove(grid)

    def _write_feet(self) -> None:
        if self.paper.layout == "form":
            self._verify_line(self.section.footer.paragraphs[0])
            return
        self.document.settings.odd_and_even_pages_header_footer = True
        self._page_number(self.section.footer.paragraphs[0], "r")
        self._page_number(self.section.even_page_footer.paragraphs[0], "l")
        for footer in (self.section.footer, self.section.even_page_footer):
            if self.paper.verify:
                self._verify_line(footer.add_paragraph())

    def _page_number(self, paragraph: Any, side: str) -> None:
        paragraph.alignment = _ALIGN[side]
        paragraph.paragraph_format.right_indent = Pt(14) if side == "r" else None
        paragraph.paragraph_format.left_indent = Pt(14) if side == "l" else None
        _run(paragraph, "— ", "song", 14)
        _add_field(paragraph, "PAGE", 14)
        _run(paragraph, " —", "song", 14)

    def _verify_line(self, paragraph: Any) -> None:
        verify = self.paper.verify
        if verify is None:
            return
        paragraph.alignment = _ALIGN["c"]
        printed = " ".join(part for part in (verify.printed_by, verify.printed_at) if part)
        said = [
            f"编号 {verify.number}" if verify.number else "",
            f"{printed} 打印" if printed else "",
            verify.url,
        ]
        _run(paragraph, "　·　".join(part for part in said if part) + "　·　第 ", "song", 8)
        _add_field(paragraph, "PAGE", 8)
        _run(paragraph, " 页，共 ", "song", 8)
        _add_field(paragraph, "NUMPAGES", 8)
        _run(paragraph, " 页", "song", 8)

    # ── heads ──

    def _corners(self, paragraph: Any) -> None:
        paragraph.paragraph_format.tab_stops.clear_all()
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
        _run(paragraph, self.paper.top_left, "hei", 16)
        _run_after_tab(paragraph, self.paper.top_right, "hei", 16)

    def _letter_head(self) -> None:
        """First page header: corners, the mark 30 mm from the edge, a double red rule of 170 mm; no page number."""
        self.section.different_first_page_header_footer = True
        header = self.section.first_page_header
        self._corners(header.paragraphs[0])
        _pitch(header.paragraphs[0], 22)
        mark = header.add_paragraph()
        mark.alignment = _ALIGN["c"]
        mark.paragraph_format.space_before = Mm(5)
        mark.paragraph_format.left_indent = mark.paragraph_format.right_indent = Mm(-7)
        _run(mark, self.paper.mark, "title", _mark_size(self.paper.mark, 150), _RED)
        _rule(mark, "bottom", "thickThinSmallGap", 24, 11, _RED)
        if self.paper.number:
            self._line(self.paper.number, align="r", container=header, before=14)
        foot = self.section.first_page_footer
        foot.paragraphs[0].paragraph_format.left_indent = Mm(-7)
        foot.paragraphs[0].paragraph_format.right_indent = Mm(-7)
        _rule(foot.paragraphs[0], "top", "thinThickSmallGap", 24, 1, _RED)
        self._verify_line(foot.paragraphs[0])

    def _official_head(self) -> None:
        paper = self.paper
        if paper.top_left or paper.top_right:
            self._corners(self.document.add_paragraph())
        if not paper.mark and not paper.number:
            return
        mark = self.document.add_paragraph()
        mark.alignment = _ALIGN["c"]
        mark.paragraph_format.space_before = Mm(20 if paper.top_left or paper.top_right else 33)
        _run(mark, paper.mark, "title", _mark_size(paper.mark, 156), _RED)
        self._blank()
        number = self._line(paper.number, align="c", before=self.pitch)
        if paper.signer:
            number.alignment = _ALIGN["l"]
            number.paragraph_format.left_indent = Pt(self.size)
            number.paragraph_format.tab_stops.add_tab_stop(Mm(150), WD_TAB_ALIGNMENT.RIGHT)
            _run_after_tab(number, "签发人：", "fang", self.size)
            _run(number, paper.signer, "kai", self.size)
        last = number
        if paper.issuer or paper.issued_on:
            last = self._two_ends(paper.issuer, chinese_date(paper.issued_on), self.size, 156)
        _rule(last, "bottom", "single", 12, 11, _RED)
        if not paper.title:
            self._blank()

    def _form_head(self) -> None:
        if not self.paper.mark and not self.paper.number:
            return
        line = self._line(self.paper.mark)
        line.paragraph_format.tab_stops.add_tab_stop(
            Mm(257 if self.paper.landscape else 170), WD_TAB_ALIGNMENT.RIGHT
        )
        _run_after_tab(line, self.paper.number, "fang", self.size)

    def _cover(self) -> None:
        """Cover and contents of a compilation; Word fills the contents when it opens the file (F9)."""
        for text, face, size, before in (
            (self.paper.mark, "title", 22, 120), (self.paper.title, "title", 34, 40),
            (self.paper.number, "kai", 18, 30), (self.paper.subtitle, "kai", 18, 220),
        ):  # fmt: skip
            if text:
                self._line(text, face=face, size=size, align="c", before=before, exact=False)
        self._page_break()
        self._line("目　录", face="title", size=22, align="c", exact=False)
        contents = self.document.add_paragraph()
        _add_field(contents, 'TOC \\o "1-2" \\h \\z \\u', 12, shown="在目录上按 F9，即可填入页码。")
        _update_fields_on_opening(self.document.settings.element)

    def _title(self) -> None:
        paper = self.paper
        if paper.title:
            before = 6 if paper.layout == "form" else 2 * self.pitch
            self._line(paper.title, face="title", size=22, align="c", before=before, pitch=34)
        if paper.subtitle:
            self._line(paper.subtitle, face="kai", align="c")
        if paper.addressee:
            self._line(paper.addressee.rstrip("：") + "：", before=self.pitch)

    # ── blocks ──

    def _block(self, block: Block) -> None:
        writers: dict[type, Any] = {
            Para: self._para, Heading: self._heading, Numbered: self._numbered, Table: self._table, Bars: self._bars, Form: self._form,
            Signature: self._signature, Attachments: self._attachments, Note: self._note, CopyTo: self._copies,
            Colophon: self._colophon,
        }  # fmt: skip
        if isinstance(block, PageBreak):
            self._page_break()
        else:
            writers[type(block)](block)

    def _para(self, block: Para) -> None:
        align = {"center": "c", "right": "r", "flush": "l"}.get(block.style, "b")
        face = block.style if block.style in ("kai", "hei") else "fang"
        indent = block.style in ("body", "kai", "hei") and self.paper.layout != "form"
        for i, text in enumerate(visible_text(block.text).split("\n")):
            line = self._line("", align=align, indent=indent)
            if i == 0 and block.lead:
                _run(line, block.lead, "hei", self.size)
            _run(line, text, face, 10.5 if block.style == "small" else self.size)

    def _heading(self, block: Heading) -> None:
        book = self.paper.layout == "compilation"
        line = self.document.add_paragraph()
        line._p.style = (
            f"Heading{block.level}"  # by id: looking styles up by name is a sixth of the whole time
        )
        face = ("hei", "kai", "fang", "fang")[block.level - 1]
        size = self.size
        if book and block.level <= 2:
            face, size = "title", (26.0, 18.0)[block.level - 1]
            line.alignment = _ALIGN["c"]
            line.paragraph_format.page_break_before = block.level == 1
        _run(line, block.text, face, size, "000000")
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(12 if book else 0)
        if not book:
            _pitch(line, self.pitch)
            _indent(line)

    def _numbered(self, block: Numbered) -> None:
        for item in block.items:
            self._para(Para(item))

    def _signature(self, block: Signature) -> None:
        orgs = [block.org] if isinstance(block.org, str) else list(block.org)
        lines = [org + block.seal for org in orgs] + [chinese_date(block.date)]
        widths = [_width(line) for line in lines]
        right = max(1.0, 4 - (max(widths) - widths[-1]) / 2)
        for i, (text, width) in enumerate(zip(lines, widths, strict=True)):
            line = self._line(text, align="r", before=2 * self.pitch if i == 0 else 0)
            line.paragraph_format.right_indent = Pt(self.size * (right + (max(widths) - width) / 2))
            line.paragraph_format.keep_with_next = i < len(lines) - 1
        self._keep_last_text_with_signature(len(lines))

    def _keep_last_text_with_signature(self, lines: int) -> None:
        before = self.document.paragraphs[: -lines or None]
        if before:
            before[-1].paragraph_format.keep_with_next = True

    def _attachments(self, block: Attachments) -> None:
        many = len(block.names) > 1
        for i, name in enumerate(block.names):
            lead = "附件：" if i == 0 else "　　　"
            line = self._line(
                f"{lead}{i + 1}.{name}" if many else lead + name, before=self.pitch if i == 0 else 0
            )
            line.paragraph_format.left_indent = Pt(self.size * (5.8 if many else 5))
            line.paragraph_format.first_line_indent = Pt(-self.size * (3.8 if many else 3))

    def _note(self, block: Note) -> None:
        self._line(f"（{block.text}）", indent=True)

    def _copies(self, block: CopyTo) -> None:
        ruled = self.paper.layout == "official"
        to = block.to if isinstance(block.to, str) else "，".join(block.to)
        last = None
        if to:
            last = self._line(f"抄送：{to.rstrip('。')}。", size=14, before=self.pitch)
            last.paragraph_format.left_indent, last.paragraph_format.first_line_indent = Pt(56), Pt(-42)
            if ruled:
                _rule(last, "top", "single", 8, 1, "000000")
        if ruled and (block.printed_by or block.printed_on):
            printed = f"{chinese_date(block.printed_on)}印发" if block.printed_on else ""
            if last is not None:
                _rule(last, "bottom", "single", 6, 1, "000000")
            last = self._line(block.printed_by, size=14)
            _run_after_tab(last, printed, "fang", 14)
            last.paragraph_format.left_indent = Pt(14)
            last.paragraph_format.tab_stops.add_tab_stop(Mm(151), WD_TAB_ALIGNMENT.RIGHT)
        if ruled and last is not None:
            _rule(last, "bottom", "single", 8, 1, "000000")

    def _colophon(self, block: Colophon) -> None:
        lines = [self._line(f"{label}：{text}", size=14) for label, text in block.lines]
        if block.left or block.right:
            lines.append(self._two_ends(block.left, block.right, 14, 151))
        for i, line in enumerate(lines):
            line.paragraph_format.left_indent = Pt(14)
            _rule(line, "top", "single", 6 if i else 8, 1, "000000")
        if lines:
            lines[0].paragraph_format.space_before = Pt(self.pitch)
            _rule(lines[-1], "bottom", "single", 8, 1, "000000")

    def _two_ends(self, left: str, right: str, size: float, room_mm: float) -> Any:
        line = self._line(left, size=size)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(room_mm), WD_TAB_ALIGNMENT.RIGHT)
        _run_after_tab(line, right, "fang", size)
        return line

    def _table(self, block: Table) -> None:
        if block.title:
            self._line(block.title, face="hei", size=14, align="c").paragraph_format.keep_with_next = True
        count = max([len(block.header), 1, *(len(row) for row in block.rows)])
        table = self.document.add_table(rows=0, cols=count, style="Table Grid")
        shares = [block.widths[i] if i < len(block.widths) else 1 for i in range(count)]
        widths = [Mm(self._text_width() * share / sum(shares)) for share in shares]
        if block.header:
            self._row(table, block.header, widths, "c" * count, "hei")
            header = table.rows[0]._tr.get_or_add_trPr()
            header.append(_element("w:tblHeader", {"w:val": "true"}))
        for row in block.rows:
            self._row(table, row, widths, block.aligns, "fang")
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        if block.note:
            self._line(block.note, size=10.5)

    def _bars(self, block: Bars) -> None:
        """Word draws no bars here: each stands as its numbers, a row a bar."""
        rows = [
            (label, "，".join(f"{part} {number}" for part, number in parts)) for label, parts in block.rows
        ]
        self._table(Table(rows, widths=(1, 4), title=block.title, note=block.note))

    def _row(
        self, table: Any, values: Sequence[object], widths: Sequence[Any], aligns: str, face: str
    ) -> None:
        cells = table.add_row().cells
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            cell.width = width
            value = values[i] if i < len(values) else ""
            cell.paragraphs[0].alignment = _ALIGN[aligns[i] if i < len(aligns) else "l"]
            _run(cell.paragraphs[0], "" if value is None else str(value), face, 12)

    def _form(self, block: Form) -> None:
        """One table on the grid of all box edges; a box spans the columns between its own."""
        edges = sorted({edge for row in block.rows for edge in self._edges(row, block.label_mm)})
        table = self.document.add_table(rows=len(block.rows), cols=len(edges) - 1, style="Table Grid")
        table.autofit = False
        for column, left, right in zip(table.columns, edges, edges[1:], strict=False):
            column.width = Mm(right - left)
        for line, row in zip(table.rows, block.rows, strict=True):
            line.height = Mm(max([9, *(box.height_mm for box in row)]))
            self._form_row(list(line.cells), row, [edges.index(e) for e in self._edges(row, block.label_mm)])

    def _edges(self, row: Sequence[Field], label_mm: float) -> list[float]:
        """Where the boxes of a row begin and end, in mm from the left: label, value, label, value …"""
        share = self._text_width() / len(row)
        edges = [edge for i in range(len(row)) for edge in (i * share, i * share + label_mm)]
        return [round(edge, 1) for edge in [*edges, self._text_width()]]

    def _form_row(self, cells: list[Any], row: Sequence[Field], edges: list[int]) -> None:
        for i, box in enumerate(row):
            label = cells[edges[2 * i]].merge(cells[edges[2 * i + 1] - 1])
            value = cells[edges[2 * i + 1]].merge(cells[edges[2 * i + 2] - 1])
            label.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            label.paragraphs[0].alignment = _ALIGN["c"]
            _run(label.paragraphs[0], box.label, "hei", 14)
            _run(value.paragraphs[0], box.value, "fang", 14)
            if box.sign:
                sign = value.add_paragraph()
                sign.alignment = _ALIGN["r"]
                _run(sign, box.sign, "fang", 14)

    # ── lines ──

    def _line(
        self, text: str, *, face: str = "fang", size: float = 0, align: str = "l", indent: bool = False,
        before: float = 0, pitch: float = 0, exact: bool = True, container: Any = None,
    ) -> Any:  # fmt: skip
        line = (container or self.document).add_paragraph()
        line.alignment = _ALIGN[align]
        line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(before), Pt(0)
        if exact:
            _pitch(line, pitch or self.pitch)
        if indent:
            _indent(line)
        if text:
            _run(line, text, face, size or self.size)
        return line

    def _blank(self) -> None:
        self._line("")

    def _page_break(self) -> None:
        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _text_width(self) -> float:
        """Width of the type area in mm."""
        if self.paper.layout != "form":
            return 156
        return 257 if self.paper.landscape else 170


def _update_fields_on_opening(settings: Any) -> None:
    """Word is strict about the order of settings: this one stands before the compatibility block."""
    later = [
        settings.find(qn(name)) for name in ("w:hdrShapeDefaults", "w:footnotePr", "w:endnotePr", "w:compat")
    ]
    first = next((element for element in later if element is not None), None)
    made = _element("w:updateFields", {"w:val": "true"})
    if first is None:
        settings.append(made)
    else:
        first.addprevious(made)


def _element(name: str, attributes: dict[str, str]) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(key), value)
    return made


def _set_face(properties: Any, face: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for key, value in (("ascii", "Times New Roman"), ("hAnsi", "Times New Roman"), ("eastAsia", face)):
        fonts.set(qn(f"w:{key}"), value)
    fonts.set(qn("w:hint"), "eastAsia")  # “” and — are Chinese here


def _run(paragraph: Any, text: str, face: str, size: float, colour: str = "") -> Any:
    run = paragraph.add_run(visible_text(text))
    run._r.insert(0, deepcopy(_run_properties(face, size, colour)))
    return run


def _run_after_tab(paragraph: Any, text: str, face: str, size: float) -> None:
    paragraph.add_run().add_tab()
    _run(paragraph, text, face, size)


@cache
def _run_properties(face: str, size: float, colour: str) -> Any:
    """The <w:rPr> of a run, made once and copied: python-docx spends most of its time on these."""
    properties = OxmlElement("w:rPr")
    _set_face(properties, FACES[face])
    properties.append(_element("w:b", {"w:val": "false"}))
    if colour:
        properties.append(_element("w:color", {"w:val": colour}))
    if size == 16:
        properties.append(_element("w:spacing", {"w:val": _TIGHTEN}))
    for name in ("w:sz", "w:szCs"):
        properties.append(_element(name, {"w:val": str(round(size * 2))}))
    return properties


def _add_field(paragraph: Any, code: str, size: float, shown: str = "1") -> None:
    """A real field (page number, contents), which Word keeps up to date."""
    made = _element("w:fldSimple", {"w:instr": f" {code} "})
    run = _run(paragraph, shown, "song", size)
    run._r.addprevious(made)
    made.append(run._r)


def _rule(paragraph: Any, side: str, kind: str, eighths: int, space: int, colour: str) -> None:
    """A border at one side of a paragraph; width in eighths of a point, distance in points."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:spacing",
                                         "w:ind", "w:jc", "w:rPr")  # fmt: skip
    values = {"w:val": kind, "w:sz": str(eighths), "w:space": str(space), "w:color": colour}
    made = _element(f"w:{side}", values)
    if side == "top":
        borders.insert(0, made)
    else:
        borders.append(made)


def _pitch(paragraph: Any, points: float) -> None:
    paragraph.paragraph_format.line_spacing = Pt(points)  # python-docx writes lineRule="exact" for a length
    paragraph.paragraph_format.widow_control = False


def _indent(paragraph: Any) -> None:
    """Two characters, in Word's own unit, so that it follows the size of the type."""
    properties = paragraph._p.get_or_add_pPr()
    indent = properties.get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), "630")  # for readers that do not know the other


def _width(text: str) -> float:
    """Width in characters: half-width signs count half."""
    return sum(0.5 if char < "\u2e80" else 1 for char in text)


def _mark_size(mark: str, room_mm: float) -> float:
    """Type size of the mark in pt: 42, less where a long name would not fit the line."""
    fitting = room_mm * 72 / 25.4 / max(_width(mark), 1)
    return max(16.0, round(min(42.0, fitting) * 2 - 0.5) / 2)
