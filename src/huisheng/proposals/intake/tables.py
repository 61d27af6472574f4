"""A table is a form (labels and what was typed beside or below them), a list of people, or plain data."""

from __future__ import annotations

from dataclasses import replace

from huisheng.proposals.intake.document import Cell, Line
from huisheng.proposals.intake.labels import PERSONAL, label_of, labelled, squeeze

Row = list[Cell]


def table_lines(rows: list[Row], marks: set[str]) -> list[Line]:
    """The table as lines; values of a form carry ``field``. Nothing in any cell is left out."""
    rows = [row for row in rows if row]
    if not rows:
        return []
    if any(cell.span > 1 or cell.continues for row in rows for cell in row):
        marks.add("merged_cells")
    labels = sum(bool(_pure_label(cell)) for row in rows for cell in row)
    inline = sum(bool(labelled(cell.text)) for row in rows for cell in row)
    if people := _people(rows):
        return [Line(people, field="cosponsors")]
    if labels + inline >= 2:
        marks.add("table_form")
        return _form(rows)
    if max(len([cell for cell in row if not cell.continues]) for row in rows) == 1:
        return [line for row in rows for cell in row for line in cell.lines]  # a frame around the text
    return [Line("\t".join(squeeze_lines(cell) for cell in row)) for row in rows]


def squeeze_lines(cell: Cell) -> str:
    return " ".join(line.full.strip() for line in cell.lines if line.full.strip())


def _pure_label(cell: Cell) -> str:
    return label_of(cell.text) if not cell.continues else ""


def _form(rows: list[Row]) -> list[Line]:
    out: list[Line] = []
    held: dict[int, str] = {}  # column -> label of a cell that spans rows
    at = 0
    while at < len(rows):
        row = rows[at]
        for cell in row:
            if not cell.continues:
                held.pop(cell.column, None)
        block = _block(rows, at)
        if block > 1 and (lines := _people_block(rows[at : at + block])):
            out += lines
            at += block
            continue
        if below := _labels_above(rows, at):
            out += below
            at += 2
            continue
        out += _row(row, held)
        at += 1
    return out


def _block(rows: list[Row], at: int) -> int:
    """How many rows the first cell of row ``at`` spans."""
    first = rows[at][0]
    size = 1
    while (
        at + size < len(rows) and rows[at + size][0].continues and rows[at + size][0].column == first.column
    ):
        size += 1
    return size


def _people_block(rows: list[Row]) -> list[Line]:
    """联名人 spanning several rows beside a small list with its own head (姓名, 界别, …)."""
    field = _pure_label(rows[0][0])
    if field not in ("cosponsors", "sponsor"):
        return []
    people = _people([row[1:] for row in rows])
    return [Line(people, field=field)] if people else []


def _people(rows: list[Row]) -> str:
    """ "张三（教育界，第三小学）、李四（农业界）" from a list with 姓名 in its head, "" when it is no such list."""
    if len(rows) < 2:
        return ""
    head = [_pure_label(cell) for cell in rows[0]]
    if "person" not in head or sum(key in PERSONAL for key in head) < max(2, len(head) - 1):
        return ""
    people = []
    for row in rows[1:]:
        values = {key: squeeze_lines(cell) for key, cell in zip(head, row, strict=False) if key}
        if _pure_label(row[0]) and not values.get("person"):
            return ""
        if name := values.get("person", ""):
            about = [values[key] for key in ("sector", "unit") if values.get(key)]
            people.append(f"{squeeze(name)}（{'，'.join(about)}）" if about else squeeze(name))
    return "、".join(people)


def _labels_above(rows: list[Row], at: int) -> list[Line]:
    """A row of labels only, with its values in the row below."""
    row = [cell for cell in rows[at] if not cell.continues]
    keys = [_pure_label(cell) for cell in row]
    if not all(keys) or at + 1 >= len(rows):
        return []
    below = [cell for cell in rows[at + 1] if not cell.continues]
    if len(below) != len(row) or any(_pure_label(cell) for cell in below):
        return []
    if len(row) == 1 and keys[0] in ("office", "remark"):
        return _value(keys[0], below[0])
    return [line for key, cell in zip(keys, below, strict=True) for line in _value(key, cell)]


def _row(row: Row, held: dict[int, str]) -> list[Line]:
    out: list[Line] = []
    key = ""
    for cell in row:
        if cell.continues:
            key = held.get(cell.column, key)
            continue
        if found := _pure_label(cell):
            # a second label in a row where the first has no value yet names a group: 联名人 | 姓名 | 李四
            key = key if found in ("person", "signed") and key in ("sponsor", "cosponsors") else found
            held[cell.column] = key
        elif key:
            out += _value(key, cell)
            key = (
                key
                if key in ("cosponsors", "content", "situation", "analysis", "suggestions", "agencies")
                else ""
            )
        else:
            out += cell.lines
    return out


def _value(key: str, cell: Cell) -> list[Line]:
    return [replace(line, field=key) for line in cell.lines if line.full.strip()]
