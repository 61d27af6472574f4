"""Reading .docx: the XML itself, because what people send is more than paragraphs.

Tracked changes are read as accepted, a text box once (not its old copy), numbers as printed; notes, comments and
page headers stand aside. Source of the element names: ECMA-376, part 1, chapter 17.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from huisheng.proposals.intake.document import Cell, Document, Line, Unreadable
from huisheng.proposals.intake.markers import printed
from huisheng.proposals.intake.tables import table_lines

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
GONE = {"del", "moveFrom"}  # text that is no more when all changes are accepted
CHECKS = {
    "F0FE": "☑",
    "F052": "☑",
    "F0A8": "□",
    "F06F": "□",
    "F0FC": "✓",
    "F0A3": "□",
    "F0FD": "☒",
    "F053": "☒",
    "F050": "✓",
}
BULLET = "●"


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _val(element: etree._Element | None, name: str = "val") -> str:
    return "" if element is None else element.get(W + name, "")


def _on(element: etree._Element | None) -> bool:
    return element is not None and _val(element) not in ("0", "false", "off", "none")


def read(data: bytes) -> Document:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return _Reader(package).document()


@dataclass
class _Piece:
    """Text of one paragraph under way: ``lines`` between manual breaks, each with whether it is all bold."""

    lines: list[list[tuple[str, bool]]] = field(default_factory=lambda: [[]])

    def add(self, text: str, bold: bool) -> None:
        self.lines[-1].append((text, bold))

    def break_line(self) -> None:
        self.lines.append([])


class _Reader:
    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        self.out = Document()
        self.main = self._main_part()
        self.styles = _Styles(self._tree(self._beside("styles.xml")))
        self.numbers = _Numbers(self._tree(self._beside("numbering.xml")), self.styles)
        self.depth = 0  # of tables
        self.in_box = False

    def _main_part(self) -> str:
        rels = self._tree("_rels/.rels")
        if rels is not None:
            for rel in rels:
                if rel.get("Type", "").endswith("/officeDocument"):
                    return posixpath.normpath(rel.get("Target", "").lstrip("/"))
        return "word/document.xml"

    def _beside(self, name: str) -> str:
        return posixpath.join(posixpath.dirname(self.main), name)

    def _tree(self, name: str) -> etree._Element | None:
        try:
            raw = self.package.read(name)
        except KeyError:
            return None
        raw = raw.replace(STRICT.encode(), W[1:-1].encode())
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
        )
        return etree.fromstring(raw, parser)

    def document(self) -> Document:
        root = self._tree(self.main)
        body = None if root is None else root.find(f"{W}body")
        if body is None:
            raise Unreadable("这个 Word 文档里没有正文。请用 Word 或 WPS 打开检查，另存后再传。")
        self.out.lines = self._blocks(body)
        self._aside(body)
        self._headers()
        for info in self.package.infolist():
            if re.search(r"/media/.+\.(png|jpe?g|gif|bmp|emf|wmf|tiff?)$", info.filename, re.I):
                self.out.images.append((posixpath.basename(info.filename), info.file_size))
                self.out.marks.add("image")
        return self.out

    # -- blocks

    def _blocks(self, parent: etree._Element) -> list[Line]:
        lines: list[Line] = []
        open_piece: _Piece | None = None  # a paragraph whose end mark was deleted goes on in the next one
        for block in _flat(parent):
            name = _local(block)
            if name == "p":
                piece = open_piece or _Piece()
                boxes: list[Line] = []
                self._runs(block, piece, boxes)
                props = block.find(f"{W}pPr")
                gone = props is not None and (
                    props.find(f"{W}rPr/{W}del") is not None or props.find(f"{W}rPr/{W}moveFrom") is not None
                )
                lines += boxes
                if gone:
                    self.out.marks.add("tracked_changes")
                    open_piece = piece
                    continue
                open_piece = None
                lines += self._paragraph(props, piece)
            elif name == "tbl":
                lines += self._table(block)
        if open_piece:
            lines += self._paragraph(None, open_piece)
        return lines

    def _paragraph(self, props: etree._Element | None, piece: _Piece) -> list[Line]:
        texts = [("".join(text for text, _ in runs), runs) for runs in piece.lines]
        if not any(text.strip() for text, _ in texts):
            return []
        if sum(bool(text.strip()) for text, _ in texts) > 1:
            self.out.marks.add("line_breaks_in_cell" if self.depth else "line_breaks")
        style = _val(props.find(f"{W}pStyle")) if props is not None else ""
        number = self.numbers.next(props, style)
        if number:
            self.out.marks.add("auto_numbering")
        align = _val(props.find(f"{W}jc")) if props is not None else ""
        align = {"center": "center", "right": "right", "end": "right"}.get(
            align or self.styles.align(style), ""
        )
        heading = self.styles.is_heading(style) or (
            props is not None and props.find(f"{W}outlineLvl") is not None
        )
        bold_style = self.styles.is_bold(style)
        lines = []
        for text, runs in texts:
            bold = all(bold or bold_style for part, bold in runs if part.strip())
            if text.strip():
                lines.append(Line(text.strip(), number, bold, align, heading))
                number = ""
        return lines

    def _table(self, table: etree._Element) -> list[Line]:
        if self.depth:
            self.out.marks.add("nested_table")
        self.depth += 1
        rows = []
        for tr in _children(table, "tr"):
            if tr.find(f"{W}trPr/{W}del") is not None:
                self.out.marks.add("tracked_changes")
                continue
            row, column = [], 0
            for tc in _children(tr, "tc"):
                props = tc.find(f"{W}tcPr")
                span = int(_val(props.find(f"{W}gridSpan")) or 1) if props is not None else 1
                merge = props.find(f"{W}vMerge") if props is not None else None
                continues = merge is not None and _val(merge) != "restart"
                row.append(Cell(self._blocks(tc), column, span, continues))
                column += span
            rows.append(row)
        self.depth -= 1
        return table_lines(rows, self.out.marks)

    # -- runs

    def _runs(self, parent: etree._Element, piece: _Piece, boxes: list[Line]) -> None:
        for child in parent:
            name = _local(child)
            if name in GONE:
                self._deleted(child, name)
            elif name == "r":
                self._run(child, piece, boxes)
            elif name in ("ins", "moveTo"):
                self.out.marks.add("moved_text" if name == "moveTo" else "tracked_changes")
                self._runs(child, piece, boxes)
            elif name == "AlternateContent":
                self._runs(_choice(child), piece, boxes)
            elif name == "ruby":
                self._runs(child.find(f"{W}rubyBase"), piece, boxes)
            elif name in (
                "pPr",
                "rPr",
                "sdtPr",
                "sdtEndPr",
                "commentRangeStart",
                "bookmarkStart",
                "proofErr",
            ):
                continue
            elif name in ("oMath", "oMathPara"):
                piece.add("".join(child.itertext()), False)
            else:  # hyperlink, smartTag, sdt, fldSimple, customXml …: transparent
                self._runs(child, piece, boxes)

    def _deleted(self, element: etree._Element, name: str) -> None:
        self.out.marks.add("moved_text" if name == "moveFrom" else "tracked_changes")
        text = "".join(node.text or "" for node in element.iter(f"{W}delText", f"{W}t"))
        if text.strip() and name == "del":
            self.out.asides.append(("deleted", text))

    def _run(self, run: etree._Element, piece: _Piece, boxes: list[Line]) -> None:
        props = run.find(f"{W}rPr")
        bold = props is not None and _on(props.find(f"{W}b"))
        if props is not None and (_on(props.find(f"{W}vanish")) or _on(props.find(f"{W}webHidden"))):
            text = "".join(node.text or "" for node in run.iter(f"{W}t"))
            if text.strip():
                self.out.asides.append(("hidden", text))
                self.out.marks.add("hidden_text")
            return
        for node in run:
            name = _local(node)
            if name == "t":
                piece.add(node.text or "", bold)
            elif name in ("br", "cr"):
                if node.get(W + "type") not in ("page", "column"):
                    piece.break_line()
            elif name in ("tab", "ptab"):
                piece.add("\t", bold)
            elif name == "noBreakHyphen":
                piece.add("-", bold)
            elif name == "sym":
                piece.add(CHECKS.get(_val(node, "char").upper(), BULLET), bold)
            elif name in ("drawing", "pict", "object"):
                boxes += self._box(node)
            elif name == "AlternateContent":
                for inner in _choice(node):
                    if _local(inner) in ("drawing", "pict", "object"):
                        boxes += self._box(inner)
            elif name == "ruby":
                self._runs(node.find(f"{W}rubyBase"), piece, boxes)

    def _box(self, drawing: etree._Element) -> list[Line]:
        """Text boxes and shapes; several in one group each once."""
        lines: list[Line] = []
        for content in _outermost(drawing, "txbxContent"):
            found = self._blocks(content)
            if found:
                self.out.marks.add("text_box")
            lines += found
        return lines

    # -- what stands aside

    def _aside(self, body: etree._Element) -> None:
        for part, kind, tag in (
            ("footnotes.xml", "footnote", "footnote"),
            ("endnotes.xml", "footnote", "endnote"),
            ("comments.xml", "comment", "comment"),
        ):
            tree = self._tree(self._beside(part))
            for note in () if tree is None else tree.iter(W + tag):
                if note.get(W + "type") in ("separator", "continuationSeparator", "continuationNotice"):
                    continue
                text = "\n".join(line.full for line in _Aside(self).blocks(note))
                if text.strip():
                    self.out.asides.append((kind, text))
                    self.out.marks.add("comments" if kind == "comment" else "footnote")

    def _headers(self) -> None:
        for name in sorted(self.package.namelist()):
            found = re.fullmatch(re.escape(posixpath.dirname(self.main)) + r"/(header|footer)\d*\.xml", name)
            tree = self._tree(name) if found else None
            if tree is None or found is None:
                continue
            text = "\n".join(line.full for line in _Aside(self).blocks(tree))
            if re.sub(r"[\s\d第页共/\-—–PpAaGgEeOoFf.·]", "", text):
                self.out.asides.append((found[1], text))
                self.out.marks.add("header_footer")


class _Aside:
    """The same reader for a note or a header, leaving no marks on the paper itself."""

    def __init__(self, reader: _Reader) -> None:
        self.reader = reader

    def blocks(self, parent: etree._Element) -> list[Line]:
        kept, asides = set(self.reader.out.marks), list(self.reader.out.asides)
        lines = self.reader._blocks(parent)
        self.reader.out.marks, self.reader.out.asides = kept, asides
        return lines


def _flat(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables, looking through content controls and custom XML; blocks moved or deleted are left out."""
    for child in parent:
        name = _local(child)
        if name in ("p", "tbl"):
            yield child
        elif name == "AlternateContent":
            yield from _flat(_choice(child))
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
            yield from _flat(child)


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in parent:
        local = _local(child)
        if local == name:
            yield child
        elif local in ("sdt", "sdtContent", "customXml"):
            yield from _children(child, name)


def _choice(alternate: etree._Element) -> etree._Element:
    """Word keeps a text box twice, for new and for old readers: the first Choice, else the Fallback."""
    for child in alternate:
        if _local(child) == "Choice" and (len(child) or child.text):
            return child
    fallback = [child for child in alternate if _local(child) == "Fallback"]
    return fallback[0] if fallback else alternate


def _outermost(element: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in element:
        local = _local(child)
        if local == name:
            yield child
        elif local == "AlternateContent":
            yield from _outermost(_choice(child), name)
        elif local:
            yield from _outermost(child, name)


class _Styles:
    def __init__(self, tree: etree._Element | None) -> None:
        self.by_id = (
            {} if tree is None else {_val(style, "styleId"): style for style in tree.iter(f"{W}style")}
        )

    def _chain(self, style: str) -> Iterator[etree._Element]:
        seen: set[str] = set()
        while style and style not in seen and style in self.by_id:
            seen.add(style)
            yield self.by_id[style]
            style = _val(self.by_id[style].find(f"{W}basedOn"))

    def _first(self, style: str, path: str) -> etree._Element | None:
        return next((found for one in self._chain(style) if (found := one.find(path)) is not None), None)

    def is_heading(self, style: str) -> bool:
        return self._first(style, f"{W}pPr/{W}outlineLvl") is not None

    def is_bold(self, style: str) -> bool:
        return _on(self._first(style, f"{W}rPr/{W}b"))

    def align(self, style: str) -> str:
        return _val(self._first(style, f"{W}pPr/{W}jc"))

    def numbering(self, style: str) -> etree._Element | None:
        return self._first(style, f"{W}pPr/{W}numPr")


class _Numbers:
    """Counts the automatic numbers as the word processor does."""

    def __init__(self, tree: etree._Element | None, styles: _Styles) -> None:
        self.styles = styles
        self.lists: dict[str, etree._Element] = {}
        self.of_num: dict[str, str] = {}
        self.starts: dict[tuple[str, int], int] = {}
        self.counters: dict[str, list[int]] = defaultdict(lambda: [0] * 9)
        self.started: set[tuple[str, int]] = set()
        if tree is None:
            return
        for abstract in tree.iter(f"{W}abstractNum"):
            self.lists[_val(abstract, "abstractNumId")] = abstract
        for num in tree.iter(f"{W}num"):
            number = _val(num, "numId")
            self.of_num[number] = _val(num.find(f"{W}abstractNumId"))
            for override in num.iter(f"{W}lvlOverride"):
                start = override.find(f"{W}startOverride")
                if start is not None and _val(override, "ilvl").isdigit() and _val(start).isdigit():
                    self.starts[number, int(_val(override, "ilvl"))] = int(_val(start))

    def next(self, props: etree._Element | None, style: str) -> str:
        numbering = props.find(f"{W}numPr") if props is not None else None
        if numbering is None or numbering.find(f"{W}numId") is None:
            numbering = self.styles.numbering(style)
        if numbering is None:
            return ""
        number = _val(numbering.find(f"{W}numId"))
        raw = _val(numbering.find(f"{W}ilvl"))
        level = min(int(raw), 8) if raw.isdigit() else 0
        abstract = self.lists.get(self.of_num.get(number, ""))
        if abstract is None or number == "0":
            return ""
        levels = {
            int(_val(lvl, "ilvl")): lvl for lvl in abstract.iter(f"{W}lvl") if _val(lvl, "ilvl").isdigit()
        }
        if level not in levels:
            return ""
        counters = self.counters[self.of_num[number]]
        if (number, level) in self.starts and (number, level) not in self.started:
            counters[level] = self.starts[number, level] - 1
        elif not counters[level]:
            start = _val(levels[level].find(f"{W}start"))
            counters[level] = int(start) - 1 if start.isdigit() else 0
        self.started.add((number, level))
        counters[level] += 1
        counters[level + 1 :] = [0] * (8 - level)
        return self._print(levels, counters, level)

    def _print(self, levels: dict[int, etree._Element], counters: list[int], level: int) -> str:
        form = _val(levels[level].find(f"{W}numFmt")) or "decimal"
        if form == "bullet":
            return BULLET
        pattern = _val(levels[level].find(f"{W}lvlText"))
        legal = levels[level].find(f"{W}isLgl") is not None

        def one(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            if at not in levels:
                return ""
            form_of = "decimal" if legal else _val(levels[at].find(f"{W}numFmt")) or "decimal"
            return printed(max(counters[at], 1), form_of)

        return re.sub(r"%([1-9])", one, pattern)
