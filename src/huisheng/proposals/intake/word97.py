"""Reading .doc, the binary format of Word 97 to 2003, straight from its piece table.

Structures after [MS-DOC]: FIB (2.5), Clx with the piece table (2.8.35), ChpxFkp and PapxFkp (2.9.33, 2.9.174).
Deleted text (sprmCFRMarkDel) and hidden text stand aside; notes, headers and comments are separate texts behind
the body and stay out of it.
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass, field

import olefile

from huisheng.proposals.intake.document import Cell, Document, Line, Unreadable
from huisheng.proposals.intake.tables import table_lines

ASK = "旧版 .doc 文件这里读不出来。请用 Word 或 WPS 打开，另存为 .docx 后重新上传；也可以把文字粘贴到起草页。"
# (operand size) by the three highest bits of a sprm; 6 is variable
OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
C_DELETED, C_INSERTED, C_BOLD, C_VANISH = 0x0800, 0x0801, 0x0835, 0x083C
P_ALIGN, P_ALIGN_OLD, P_IN_TABLE, P_ROW_END, P_LIST, P_LEVEL = 0x2461, 0x2403, 0x2416, 0x2417, 0x460B, 0x260A


@dataclass
class _Runs:
    """File ranges with their properties: (start, end, {sprm: value})."""

    ranges: list[tuple[int, int, dict[int, int]]] = field(default_factory=list)

    def at(self, place: int) -> dict[int, int]:
        low, high = 0, len(self.ranges)
        while low < high:
            middle = (low + high) // 2
            if self.ranges[middle][1] <= place:
                low = middle + 1
            else:
                high = middle
        if low < len(self.ranges) and self.ranges[low][0] <= place:
            return self.ranges[low][2]
        return {}


def read(data: bytes) -> Document:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            word = ole.openstream("WordDocument").read()
            table = ole.openstream("1Table" if word[11] & 2 else "0Table").read()
        return _Reader(word, table).document()
    except (OSError, struct.error, IndexError, KeyError, UnicodeDecodeError):
        raise Unreadable(ASK) from None


class _Reader:
    def __init__(self, word: bytes, table: bytes) -> None:
        self.word, self.table = word, table
        if struct.unpack_from("<H", word)[0] != 0xA5EC or struct.unpack_from("<H", word, 2)[0] < 0xC1:
            raise Unreadable(ASK)
        if word[11] & 1:
            raise Unreadable("文件加了打开密码，读不出内容。请去掉密码后重新上传。", "password_protected")
        self.out = Document()
        lengths = 0x4C  # FibRgLw97.ccpText and the texts behind the body
        names = ("text", "ftn", "hdd", "mcr", "atn", "edn", "txbx", "hdrtxbx")
        self.lengths = dict(zip(names, struct.unpack_from("<8l", word, lengths), strict=True))
        self.chars, self.places = self._pieces()
        self.character = self._fkps(12, self._chpx)
        self.paragraph = self._fkps(13, self._papx)

    def _lc(self, number: int) -> tuple[int, int]:
        """(offset, length) of entry ``number`` in FibRgFcLcb97."""
        return struct.unpack_from("<2L", self.word, 0x9A + 8 * number)

    def _pieces(self) -> tuple[str, list[int]]:
        """All text, and for every character the place of its first byte in the file."""
        offset, length = self._lc(33)
        clx = self.table[offset : offset + length]
        at = 0
        while clx[at] == 1:
            at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
        size = struct.unpack_from("<L", clx, at + 1)[0]
        plc = clx[at + 5 : at + 5 + size]
        count = (size - 4) // 12
        ends = struct.unpack_from(f"<{count + 1}L", plc)
        text: list[str] = []
        places: list[int] = []
        for number in range(count):
            chars = ends[number + 1] - ends[number]
            place = struct.unpack_from("<L", plc, 4 * (count + 1) + 8 * number + 2)[0]
            if chars < 0 or len(places) + chars > 5_000_000:
                raise Unreadable(ASK)
            if place & 0x40000000:
                start = (place & 0x3FFFFFFF) // 2
                text.append(self.word[start : start + chars].decode("cp1252", "replace"))
                places += range(start, start + chars)
            else:
                units = self.word[place : place + 2 * chars]
                # one character per UTF-16 unit, so that positions keep counting; pairs are joined at the end
                text.append(
                    "".join(map(chr, struct.unpack(f"<{len(units) // 2}H", units[: len(units) // 2 * 2])))
                )
                places += range(place, place + 2 * chars, 2)
        return "".join(text), places

    def _fkps(self, entry: int, unpack) -> _Runs:  # type: ignore[no-untyped-def]
        offset, length = self._lc(entry)
        plc = self.table[offset : offset + length]
        count = (length - 4) // 8
        runs = _Runs()
        for page in struct.unpack_from(f"<{count}L", plc, 4 * (count + 1)) if count > 0 else ():
            fkp = self.word[(page & 0x3FFFFF) * 512 :][:512]
            if len(fkp) < 512:
                continue
            number = fkp[511]
            bounds = struct.unpack_from(f"<{number + 1}L", fkp)
            for at in range(number):
                runs.ranges.append((bounds[at], bounds[at + 1], _sprms(unpack(fkp, number, at))))
        runs.ranges.sort(key=lambda run: run[0])
        return runs

    @staticmethod
    def _chpx(fkp: bytes, number: int, at: int) -> bytes:
        start = fkp[4 * (number + 1) + at] * 2
        return fkp[start + 1 : start + 1 + fkp[start]] if start else b""

    @staticmethod
    def _papx(fkp: bytes, number: int, at: int) -> bytes:
        start = fkp[4 * (number + 1) + 13 * at] * 2
        if not start:
            return b""
        if fkp[start]:
            return fkp[start + 3 : start + 2 * fkp[start]]
        return fkp[start + 4 : start + 2 + 2 * fkp[start + 1]]

    def document(self) -> Document:
        size = self.lengths["text"]
        self._lines(self.chars[:size], self.places[:size])
        at = size
        for name, kind, mark in (
            ("ftn", "footnote", "footnote"), ("hdd", "header", "header_footer"), ("mcr", "", ""),
            ("atn", "comment", "comments"), ("edn", "footnote", "footnote"), ("txbx", "box", "text_box"),
        ):  # fmt: skip
            part = self.chars[at : at + self.lengths[name]]
            at += self.lengths[name]
            text = _pairs(re.sub(r"[\x00-\x08\x0e-\x1f]", "", _fieldless(part)).replace("\r", "\n")).strip()
            if not kind or not re.sub(r"[\s\d第页共/\-—–.·]", "", text):
                continue
            self.out.marks.add(mark)
            if kind == "box":
                self.out.lines[1:1] = [
                    Line(line.strip()) for line in re.split(r"[\n\x0b]", text) if line.strip()
                ]
            else:
                self.out.asides.append((kind, text))
        return self.out

    def _lines(self, chars: str, places: list[int]) -> None:
        rows: list[list[Cell]] = []
        row: list[Cell] = []
        cell: list[Line] = []
        buffer: list[tuple[str, bool]] = []
        gone: list[str] = []
        field_depth: list[bool] = []  # per open field: still in its instruction?
        counters: dict[tuple[int, int], int] = {}
        for char, place in zip(chars, places, strict=False):
            if char == "\x13":
                field_depth.append(True)
            elif char == "\x14" and field_depth:
                field_depth[-1] = False
            elif char == "\x15" and field_depth:
                field_depth.pop()
            elif char in "\r\x07\x0c":
                props = self.paragraph.at(place)
                if char == "\x07" and props.get(P_ROW_END):
                    rows.append(row)
                    row = []
                    buffer.clear()
                    continue
                lines = self._paragraph(buffer, props, counters)
                buffer.clear()
                if char == "\x07":
                    row.append(Cell(cell + lines, len(row)))
                    cell = []
                elif props.get(P_IN_TABLE):
                    cell += lines
                else:
                    self._end_table(rows)
                    rows = []
                    self.out.lines += lines
            elif any(field_depth):
                continue
            else:
                props = self.character.at(place)
                if props.get(C_DELETED) or props.get(C_VANISH):
                    self.out.marks.add("tracked_changes" if props.get(C_DELETED) else "hidden_text")
                    gone.append(char)
                    continue
                if props.get(C_INSERTED):
                    self.out.marks.add("tracked_changes")
                if char == "\x01":
                    self.out.marks.add("image")
                buffer.append((char, bool(props.get(C_BOLD))))
        self._end_table(rows)
        self.out.lines += cell + self._paragraph(buffer, {}, counters)
        if text := _pairs("".join(gone)).strip():
            self.out.asides.append(("deleted", text))

    def _end_table(self, rows: list[list[Cell]]) -> None:
        if rows:
            self.out.lines += table_lines(rows, self.out.marks)

    def _paragraph(
        self, buffer: list[tuple[str, bool]], props: dict[int, int], counters: dict[tuple[int, int], int]
    ) -> list[Line]:
        text = "".join(char for char, _ in buffer)
        if not re.sub(r"[\x00-\x08\x0e-\x1f\s]", "", text):
            return []
        number = ""
        if (chosen := props.get(P_LIST, 0)) and chosen not in (0xF801, 0xFFFF):
            # The list's own shape is not read: items of one list and level count 1, 2, 3, and levels stay apart.
            key = (chosen, props.get(P_LEVEL, 0))
            counters[key] = counters.get(key, 0) + 1
            number = f"{counters[key]}." if key[1] == 0 else f"（{counters[key]}）"
            self.out.marks.add("auto_numbering")
        align = {1: "center", 2: "right"}.get(props.get(P_ALIGN, props.get(P_ALIGN_OLD, 0)), "")
        bold = all(bold for char, bold in buffer if char.strip())
        parts = [_clean(part) for part in text.split("\x0b")]
        if sum(bool(part) for part in parts) > 1:
            self.out.marks.add("line_breaks")
        lines = [Line(part, "", bold, align) for part in parts if part]
        if lines:
            lines[0].number = number
        return lines


def _clean(text: str) -> str:
    text = text.replace("\x1e", "-").replace("\x1f", "").replace("\xa0", "\u00a0")
    return _pairs(re.sub(r"[\x00-\x08\x0e-\x1d]", "", text)).strip()


def _pairs(text: str) -> str:
    """Surrogate halves read one by one, put together again."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _fieldless(text: str) -> str:
    return re.sub(r"\x13[^\x13\x14\x15]*\x14?", "", text).replace("\x15", "")


def _sprms(raw: bytes) -> dict[int, int]:
    found: dict[int, int] = {}
    at = 0
    while at + 2 <= len(raw):
        sprm = struct.unpack_from("<H", raw, at)[0]
        kind = sprm >> 13
        at += 2
        if kind == 6:
            if at >= len(raw):
                break
            size = raw[at] + 1 if sprm != 0xD608 else struct.unpack_from("<H", raw, at)[0] + 1
        else:
            size = OPERANDS[kind]
            found[sprm] = int.from_bytes(raw[at : at + size], "little")
        at += size
    return found
