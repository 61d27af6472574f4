"""Reading a PDF with a text layer: every glyph with its place, sorted into lines, joined into paragraphs.

pypdf parses the file and unpacks streams; the text operators are walked here, because a quotation mark set in
another font must come back to its place in the line. Operators: ISO 32000-1, clause 9.4.
"""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

from huisheng.proposals.intake.document import Document, Line, Unreadable
from huisheng.proposals.intake.wrapped import unwrap

Matrix = tuple[float, float, float, float, float, float]
ONE: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
SCANNED = "这个 PDF 里只有图片，没有文字（可能是扫描件），读不出内容。请上传 Word 文档，或把文字粘贴到起草页；扫描件可作为附件保存。"
ENCODINGS = {
    "GBK": "gbk",
    "GB-EUC": "gb2312",
    "GBpc": "gb2312",
    "GBKp": "gbk",
    "GBK2K": "gb18030",
    "B5": "big5",
    "ETen": "big5",
}
MOST_PAGES, MOST_GLYPHS = 60, 200_000


@dataclass
class _Glyph:
    text: str
    x: float
    y: float
    width: float
    size: float


@dataclass
class _Row:
    text: str
    left: float
    right: float
    y: float
    size: float
    page: int


def read(data: bytes) -> Document:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("文件加了打开密码，读不出内容。请去掉密码后重新上传。", "password_protected")
    if len(reader.pages) > MOST_PAGES:
        raise Unreadable(
            f"这个 PDF 有 {len(reader.pages)} 页，超过 {MOST_PAGES} 页。请只上传正文，其余作为附件。"
        )
    out = Document()
    rows: list[_Row] = []
    for number, page in enumerate(reader.pages):
        glyphs = _Page(reader, page).glyphs()
        rows += _rows(glyphs, number)
        for image in _images(page):
            out.images.append(image)
            out.marks.add("image")
    if sum(len(re.findall(r"[㐀-鿿]", row.text)) for row in rows) < 15:
        raise Unreadable(SCANNED, "no_text_layer")
    if _garbled(rows):
        raise Unreadable(
            "这个 PDF 的文字没有对照表，复制出来是乱码，读不出内容。请上传 Word 文档，或把文字粘贴到起草页。",
            "no_text_layer",
        )
    out.lines = _paragraphs(_without_page_marks(rows, out), rows)
    return out


def _garbled(rows: list[_Row]) -> bool:
    text = "".join(row.text for row in rows)
    return sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in text) * 5 > len(text)


class _Font:
    """Codes to text and widths; ``size`` is how many bytes one code has."""

    def __init__(self, font: Any) -> None:
        self.composite = font.get("/Subtype") == "/Type0"
        self.size = 2 if self.composite else 1
        self.to_unicode: dict[int, str] = {}
        self.encoding = ""
        name = str(font.get("/Encoding", ""))
        if self.composite:
            key = next((codec for part, codec in ENCODINGS.items() if name.startswith(f"/{part}")), "")
            self.encoding = key or ("utf-16-be" if name.startswith("/Uni") else "")
        if "/ToUnicode" in font:
            self._cmap(font["/ToUnicode"].get_object().get_data())
        self.widths, self.default = self._widths(font)

    def _cmap(self, data: bytes) -> None:
        for block in re.findall(rb"begincodespacerange\s*<([0-9A-Fa-f]+)>", data)[:1]:
            self.size = max(1, len(block) // 2)
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", data, re.S):
            for code, text in re.findall(rb"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]*)>", block):
                self.to_unicode[_hex(code)] = _utf16(text)
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", data, re.S):
            pattern = rb"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>\s*(?:<([0-9A-Fa-f\s]*)>|\[(.*?)\])"
            for low, high, start, each in re.findall(pattern, block, re.S):
                first, last = _hex(low), min(_hex(high), _hex(low) + 65_535)
                texts = [_utf16(text) for text in re.findall(rb"<([0-9A-Fa-f\s]*)>", each)]
                for code in range(first, last + 1):
                    at = code - first
                    if texts:
                        self.to_unicode[code] = texts[at] if at < len(texts) else ""
                    elif text := _utf16(start):
                        self.to_unicode[code] = text[:-1] + chr(min(ord(text[-1]) + at, 0x10FFFF))

    def _widths(self, font: Any) -> tuple[dict[int, float], float]:
        widths: dict[int, float] = {}
        if not self.composite:
            first = int(font.get("/FirstChar", 0))
            for at, width in enumerate(font.get("/Widths", []) or []):
                widths[first + at] = float(width.get_object() if hasattr(width, "get_object") else width)
            return widths, 500.0
        descendant = font["/DescendantFonts"][0].get_object()
        items = [
            item.get_object() if hasattr(item, "get_object") else item for item in descendant.get("/W", [])
        ]
        at = 0
        while at + 1 < len(items):
            if isinstance(items[at + 1], list):
                for offset, width in enumerate(items[at + 1]):
                    widths[int(items[at]) + offset] = float(width)
                at += 2
            elif at + 2 < len(items):
                for code in range(int(items[at]), min(int(items[at + 1]), int(items[at]) + 65_535) + 1):
                    widths[code] = float(items[at + 2])
                at += 3
            else:
                break
        return widths, float(descendant.get("/DW", 1000))

    def decode(self, raw: bytes) -> list[tuple[str, float, bool]]:
        """(text, width in thousandths, is a single-byte space) for every code in ``raw``."""
        if self.encoding and not self.to_unicode:
            return [(char, self.default, False) for char in raw.decode(self.encoding, "replace")]
        out = []
        for at in range(0, len(raw) - self.size + 1, self.size):
            code = int.from_bytes(raw[at : at + self.size], "big")
            text = self.to_unicode.get(code)
            if text is None:
                text = "\ufffd" if self.composite else bytes([code]).decode("cp1252", "replace")
            out.append((text, self.widths.get(code, self.default), self.size == 1 and code == 32))
        return out


def _sub(resources: Any, name: str) -> Any:
    """A dictionary of the resources, whether it is given or referred to; {} when there is none."""
    found = resources.get_object().get(name) if resources else None
    return found.get_object() if found is not None else {}


def _hex(raw: bytes) -> int:
    return int(re.sub(rb"\s", b"", raw) or b"0", 16)


def _utf16(raw: bytes) -> str:
    digits = re.sub(rb"\s", b"", raw)
    return bytes.fromhex(digits.decode() if len(digits) % 2 == 0 else "0" + digits.decode()).decode(
        "utf-16-be", "ignore"
    )


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


class _Page:
    def __init__(self, reader: PdfReader, page: Any) -> None:
        self.reader = reader
        self.page = page
        self.out: list[_Glyph] = []
        self.fonts: dict[int, _Font] = {}

    def glyphs(self) -> list[_Glyph]:
        contents = self.page.get_contents()
        if contents is not None:
            self._walk(contents, self.page.get("/Resources", {}), ONE, 0)
        return self.out

    def _font(self, resources: Any, name: str) -> _Font | None:
        font = _sub(resources, "/Font").get(name)
        if font is None:
            return None
        font = font.get_object()
        if id(font) not in self.fonts:
            self.fonts[id(font)] = _Font(font)
        return self.fonts[id(font)]

    def _walk(self, contents: Any, resources: Any, ctm: Matrix, depth: int) -> None:
        saved: list[tuple[Any, ...]] = []
        font, size, leading, char_gap, word_gap, scale, rise = None, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0
        line: Matrix = ONE
        text: Matrix = ONE

        def show(raw: Any) -> None:
            nonlocal text
            if font is None:
                return
            data = (
                raw
                if isinstance(raw, bytes)
                else getattr(raw, "original_bytes", str(raw).encode("latin-1", "replace"))
            )
            for shown, width, space in font.decode(data):
                where = _times((size * scale, 0, 0, size, 0, rise), _times(text, ctm))
                advance = (width / 1000 * size + char_gap + (word_gap if space else 0)) * scale
                across = abs(where[0]) or abs(where[1])
                if shown and len(self.out) < MOST_GLYPHS:
                    self.out.append(
                        _Glyph(shown, where[4], where[5], width / 1000 * across, abs(where[3]) or across)
                    )
                text = _times((1, 0, 0, 1, advance, 0), text)

        def move(x: float, y: float) -> None:
            nonlocal line, text
            line = text = _times((1, 0, 0, 1, x, y), line)

        for operands, operator in contents.operations:
            op = operator.decode("latin-1")
            try:
                if op == "q":
                    saved.append((ctm, font, size, leading, char_gap, word_gap, scale, rise))
                elif op == "Q" and saved:
                    ctm, font, size, leading, char_gap, word_gap, scale, rise = saved.pop()
                elif op == "cm":
                    ctm = _times(tuple(map(float, operands)), ctm)  # type: ignore[arg-type]
                elif op == "BT":
                    line = text = ONE
                elif op == "Tf":
                    font, size = self._font(resources, operands[0]), float(operands[1])
                elif op == "Td":
                    move(float(operands[0]), float(operands[1]))
                elif op == "TD":
                    leading = -float(operands[1])
                    move(float(operands[0]), float(operands[1]))
                elif op == "Tm":
                    line = text = tuple(map(float, operands))  # type: ignore[assignment]
                elif op == "T*":
                    move(0, -leading)
                elif op == "TL":
                    leading = float(operands[0])
                elif op == "Tc":
                    char_gap = float(operands[0])
                elif op == "Tw":
                    word_gap = float(operands[0])
                elif op == "Tz":
                    scale = float(operands[0]) / 100
                elif op == "Ts":
                    rise = float(operands[0])
                elif op == "Tj":
                    show(operands[0])
                elif op == "'":
                    move(0, -leading)
                    show(operands[0])
                elif op == '"':
                    word_gap, char_gap = float(operands[0]), float(operands[1])
                    move(0, -leading)
                    show(operands[2])
                elif op == "TJ":
                    for part in operands[0]:
                        if isinstance(part, (int, float)) or part.__class__.__name__ in (
                            "FloatObject",
                            "NumberObject",
                        ):
                            text = _times((1, 0, 0, 1, -float(part) / 1000 * size * scale, 0), text)
                        else:
                            show(part)
                elif op == "Do" and depth < 4:
                    self._form(resources, operands[0], ctm, depth)
            except (IndexError, TypeError, ValueError):
                continue  # one damaged operator must not cost the rest of the page

    def _form(self, resources: Any, name: str, ctm: Matrix, depth: int) -> None:
        form = _sub(resources, "/XObject").get(name)
        form = form.get_object() if form is not None else None
        if form is None or form.get("/Subtype") != "/Form":
            return
        matrix = tuple(map(float, form.get("/Matrix", ONE)))
        inner = _times(matrix, ctm)  # type: ignore[arg-type]
        self._walk(ContentStream(form, self.reader), form.get("/Resources", resources), inner, depth + 1)


def _images(page: Any) -> list[tuple[str, int]]:
    out = []
    for name, item in _sub(page.get("/Resources", {}), "/XObject").items():
        item = item.get_object()
        if item.get("/Subtype") == "/Image":
            out.append((name.lstrip("/"), int(item.get("/Length", 0) or 0)))
    return out


def _rows(glyphs: list[_Glyph], page: int) -> list[_Row]:
    """Glyphs whose feet stand within a third of their height of one another are one line."""
    lines: list[list[_Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (-glyph.y, glyph.x)):
        if lines and abs(lines[-1][0].y - glyph.y) < max(glyph.size, lines[-1][0].size) / 3:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    rows = []
    for line in lines:
        line.sort(key=lambda glyph: glyph.x)
        text, last = "", None
        for glyph in line:
            gap = glyph.x - (last.x + last.width) if last else 0
            if last and gap > glyph.size * 0.9:
                text += "\u3000"
            elif last and gap > glyph.size * 0.2 and (last.text[-1:].isascii() and glyph.text[:1].isascii()):
                text += " "
            if not (glyph.text.isspace() and text.endswith(" ")):
                text += glyph.text
            last = glyph
        inked = [glyph for glyph in line if glyph.text.strip()]
        text = re.sub(r"(?<=[㐀-鿿0-9]) (?=[㐀-鿿0-9])", "", text) if " " in text else text
        if inked:
            end = inked[-1]
            rows.append(_Row(text.strip(), inked[0].x, end.x + end.width, inked[0].y, inked[0].size, page))
    return rows


PAGE_MARK = re.compile(
    r"[\s\-—–－·•.]*(第\s*)?([0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})(\s*页)?([\s/／,，]*(共\s*)?[0-9]{1,3}\s*页?)?[\s\-—–－·•.]*$"
)


def _without_page_marks(rows: list[_Row], out: Document) -> list[_Row]:
    """Page numbers, and lines that stand at the same height on several pages, are not text of the paper."""
    kept: list[_Row] = []
    pages = {row.page for row in rows}
    ends = {
        page: (max(r.y for r in rows if r.page == page), min(r.y for r in rows if r.page == page))
        for page in pages
    }
    at_ends = [row for row in rows if row.y in ends[row.page]]
    repeated = Counter((re.sub(r"\d+", "#", row.text), round(row.y)) for row in at_ends)
    for row in rows:
        at_end = row.y in ends[row.page]
        if at_end and PAGE_MARK.fullmatch(row.text):
            continue
        again = repeated[re.sub(r"\d+", "#", row.text), round(row.y)]
        if at_end and again > 1:
            out.asides.append(("header" if row.y == ends[row.page][0] else "footer", row.text))
            out.marks.add("header_footer")
            continue
        kept.append(row)
    return kept


def _paragraphs(kept: list[_Row], rows: list[_Row]) -> list[Line]:
    lines: list[tuple[str, float, float]] = []
    usual = sorted(row.size for row in rows)[len(rows) // 2]
    gaps = [a.y - b.y for a, b in itertools.pairwise(kept) if a.page == b.page and a.y > b.y]
    step = sorted(gaps)[len(gaps) // 2] if gaps else usual * 2
    last: _Row | None = None
    for row in kept:
        if (
            last
            and last.page == row.page
            and (last.y - row.y > 1.7 * step or abs(last.size - row.size) > usual / 5)
        ):
            lines.append(("", 0.0, 0.0))
        lines.append((row.text, row.left, row.right))
        last = row
    return unwrap(lines)
