"""Reading .odt (OASIS OpenDocument 1.3): paragraphs, lists with their numbers, tables, text boxes, tracked changes."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from huisheng.proposals.intake.document import Cell, Document, Line, Unreadable
from huisheng.proposals.intake.markers import printed
from huisheng.proposals.intake.tables import table_lines

NS = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
}
FORMS = {"一, 二, 三, ...": "一", "壹, 贰, 叁, ...": "壹", "①, ②, ③, ...": "①", "１, ２, ３, ...": "１"}


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _get(element: etree._Element, name: str) -> str:
    prefix, local = name.split(":")
    return element.get(f"{{{NS[prefix]}}}{local}", "")


def read(data: bytes) -> Document:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return _Reader(package).document()


class _Reader:
    def __init__(self, package: zipfile.ZipFile) -> None:
        self.out = Document()
        self.package = package
        content = self._tree("content.xml")
        if content is None:
            raise Unreadable("这个 .odt 文件里没有正文。请用 WPS 或 LibreOffice 打开检查，另存后再传。")
        self.content = content
        self.styles: dict[str, etree._Element] = {}
        self.lists: dict[str, dict[int, etree._Element]] = {}
        for tree in (self._tree("styles.xml"), self.content):
            if tree is not None:
                self._learn(tree)
        self.counters: dict[str, list[int]] = {}
        self.in_table = 0

    def _tree(self, name: str) -> etree._Element | None:
        try:
            raw = self.package.read(name)
        except KeyError:
            return None
        return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))

    def _learn(self, tree: etree._Element) -> None:
        for style in tree.iter(f"{{{NS['style']}}}style"):
            self.styles[_get(style, "style:name")] = style
        for style in tree.iter(f"{{{NS['text']}}}list-style"):
            levels = {
                int(_get(level, "text:level")): level
                for level in style
                if _get(level, "text:level").isdigit()
            }
            self.lists[_get(style, "style:name")] = levels

    def document(self) -> Document:
        body = self.content.find(".//office:body/office:text", NS)
        if body is None:
            raise Unreadable("这个 .odt 文件里没有正文。请用 WPS 或 LibreOffice 打开检查，另存后再传。")
        self.out.lines = self._blocks(body)
        self._headers()
        for info in self.package.infolist():
            if re.search(r"(^|/)Pictures/.+\.(png|jpe?g|gif|bmp|svg|emf|wmf)$", info.filename, re.I):
                self.out.images.append((posixpath.basename(info.filename), info.file_size))
                self.out.marks.add("image")
        return self.out

    def _headers(self) -> None:
        tree = self._tree("styles.xml")
        for kind in ("header", "footer"):
            for part in () if tree is None else tree.iter(f"{{{NS['style']}}}{kind}"):
                text = "\n".join("".join(p.itertext()) for p in part.iter(f"{{{NS['text']}}}p"))
                if re.sub(r"[\s\d第页共/\-—–.·]", "", text):
                    self.out.asides.append((kind, text))
                    self.out.marks.add("header_footer")

    def _blocks(self, parent: etree._Element, lists: tuple[str, ...] = ()) -> list[Line]:
        lines: list[Line] = []
        for block in parent:
            name = _local(block)
            if name in ("p", "h"):
                lines += self._paragraph(block, "")
            elif name == "list":
                lines += self._list(block, lists)
            elif name == "table":
                lines += self._table(block)
            elif name in (
                "section",
                "index-body",
                "frame",
                "text-box",
                "soft-page-break",
                "numbered-paragraph",
            ):
                lines += self._blocks(block, lists)
            elif name == "tracked-changes":
                self._changes(block)
        return lines

    def _changes(self, block: etree._Element) -> None:
        self.out.marks.add("tracked_changes")
        for gone in block.iter(f"{{{NS['text']}}}deletion"):
            text = "\n".join("".join(p.itertext()) for p in gone.iter(f"{{{NS['text']}}}p"))
            if text.strip():
                self.out.asides.append(("deleted", text))

    def _list(self, block: etree._Element, outer: tuple[str, ...]) -> list[Line]:
        style = _get(block, "text:style-name") or (outer[0] if outer else "")
        level = len(outer) + 1
        counters = self.counters.setdefault(style, [0] * 12)
        if (
            level == 1
            and not _get(block, "text:continue-numbering")
            and not _get(block, "text:continue-list")
        ):
            counters[:] = [0] * 12
        lines: list[Line] = []
        for item in block:
            if _local(item) not in ("list-item", "list-header"):
                continue
            number = ""
            if _local(item) == "list-item" and any(_local(child) in ("p", "h") for child in item):
                counters[min(level, 11)] += 1
                counters[level + 1 :] = [0] * (11 - level)
                number = self._number(style, level, counters)
            for child in item:
                if _local(child) in ("p", "h"):
                    lines += self._paragraph(child, number)
                    number = ""
                elif _local(child) == "list":
                    lines += self._list(child, (*outer, style))
                else:
                    lines += self._blocks(child) if _local(child) != "table" else self._table(child)
        return lines

    def _number(self, style: str, level: int, counters: list[int]) -> str:
        shape = self.lists.get(style, {}).get(level)
        if shape is None:
            return ""
        if _local(shape) != "list-level-style-number":
            self.out.marks.add("auto_numbering")
            return "●"
        form = _get(shape, "style:num-format")
        if not form:
            return ""
        self.out.marks.add("auto_numbering")
        prefix, suffix = _get(shape, "style:num-prefix"), _get(shape, "style:num-suffix")
        return prefix + printed(counters[level], FORMS.get(form, form)) + suffix

    def _paragraph(self, block: etree._Element, number: str) -> list[Line]:
        pieces: list[list[tuple[str, bool]]] = [[]]
        boxes: list[Line] = []
        style = _get(block, "text:style-name")
        self._inline(block, pieces, boxes, self._is_bold(style))
        texts = [("".join(text for text, _ in runs), runs) for runs in pieces]
        if sum(bool(text.strip()) for text, _ in texts) > 1:
            self.out.marks.add("line_breaks_in_cell" if self.in_table else "line_breaks")
        lines = list(boxes)
        for text, runs in texts:
            if text.strip():
                bold = all(bold for part, bold in runs if part.strip())
                lines.append(Line(text.strip(), number, bold, self._align(style), _local(block) == "h"))
                number = ""
        return lines

    def _inline(
        self, node: etree._Element, pieces: list[list[tuple[str, bool]]], boxes: list[Line], bold: bool
    ) -> None:
        if node.text:
            pieces[-1].append((_collapse(node.text), bold))
        for child in node:
            name = _local(child)
            if name == "s":
                count = _get(child, "text:c")
                pieces[-1].append((" " * min(int(count) if count.isdigit() else 1, 200), bold))
            elif name == "tab":
                pieces[-1].append(("\t", bold))
            elif name == "line-break":
                pieces.append([])
            elif name == "note":
                self._aside("footnote", "footnote", child)
            elif name == "annotation":
                self._aside("comment", "comments", child)
            elif name == "frame":
                boxes += self._frame(child)
            elif name == "ruby":
                base = child.find("text:ruby-base", NS)
                if base is not None:
                    self._inline(base, pieces, boxes, bold)
            elif name in ("change", "change-start", "change-end", "annotation-end", "bookmark"):
                pass
            elif name:
                self._inline(child, pieces, boxes, bold or self._is_bold(_get(child, "text:style-name")))
            if child.tail:
                pieces[-1].append((_collapse(child.tail), bold))

    def _aside(self, kind: str, mark: str, node: etree._Element) -> None:
        paragraphs = node.iter(f"{{{NS['text']}}}p")
        text = "\n".join("".join(p.itertext()) for p in paragraphs)
        if text.strip():
            self.out.asides.append((kind, text))
            self.out.marks.add(mark)

    def _frame(self, frame: etree._Element) -> list[Line]:
        lines = [line for box in frame if _local(box) == "text-box" for line in self._blocks(box)]
        if lines:
            self.out.marks.add("text_box")
        return lines

    def _table(self, table: etree._Element) -> list[Line]:
        if self.in_table:
            self.out.marks.add("nested_table")
        self.in_table += 1
        rows = [self._row(row) for row in _rows(table)]
        self.in_table -= 1
        return table_lines(rows, self.out.marks)

    def _row(self, row: etree._Element) -> list[Cell]:
        cells: list[Cell] = []
        column, covered_by_span = 0, 0
        for cell in row:
            name = _local(cell)
            if name == "covered-table-cell":
                if covered_by_span:
                    covered_by_span -= 1
                else:
                    cells.append(Cell([], column, 1, True))
                column += 1
            elif name == "table-cell":
                span = _get(cell, "table:number-columns-spanned")
                width = int(span) if span.isdigit() else 1
                cells.append(Cell(self._blocks(cell), column, width))
                covered_by_span = width - 1
                column += 1
        return cells

    def _chain(self, style: str) -> Iterator[etree._Element]:
        seen: set[str] = set()
        while style in self.styles and style not in seen:
            seen.add(style)
            yield self.styles[style]
            style = _get(self.styles[style], "style:parent-style-name")

    def _is_bold(self, style: str) -> bool:
        for one in self._chain(style):
            props = one.find("style:text-properties", NS)
            weight = props is not None and (
                _get(props, "fo:font-weight") or props.get(f"{{{NS['style']}}}font-weight-asian", "")
            )
            if weight:
                return weight in ("bold", "600", "700", "800", "900")
        return False

    def _align(self, style: str) -> str:
        for one in self._chain(style):
            props = one.find("style:paragraph-properties", NS)
            if props is not None and (align := _get(props, "fo:text-align")):
                return {"center": "center", "end": "right", "right": "right"}.get(align, "")
        return ""


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if _local(child) == "table-row":
            yield child
        elif _local(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _collapse(text: str) -> str:
    """White space in the XML is one space; an ideographic space is a character of the text."""
    return re.sub(r"[ \t\r\n]+", " ", text)
