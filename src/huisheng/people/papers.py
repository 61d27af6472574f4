"""What is printed: 委员变动名册, as a paper and as a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import IO

from huisheng.kernel.papers import Paper, Para, Signature, Table
from huisheng.kernel.sheets import Column, Sheet, write_workbook

from .models import MemberChange, Term

HEADER = ("序号", "变动", "姓名", "界别", "单位及职务", "原因", "决定的会议", "决定日期", "文号", "生效日期")
WIDTHS = (1, 1.8, 2, 2.2, 4.4, 2.2, 4, 2.6, 3.4, 2.6)


def committee() -> str:
    """The committee's full name, of the newest term."""
    term = Term.objects.first()
    return f"{term.committee.removesuffix('委员会')}委员会" if term else "政协委员会"


def _rows(changes: Sequence[MemberChange]) -> list[tuple[object, ...]]:
    return [
        (
            number, one.sort_label, one.name, one.sector_name, one.unit_and_job, one.reason_label, one.meeting,
            one.decided_on, one.document, one.effective_on,
        )
        for number, one in enumerate(changes, 1)
    ]  # fmt: skip


def summary(changes: Sequence[MemberChange]) -> str:
    """“新任1人，离任2人”: counted from the lines themselves."""
    new = sum(one.adds for one in changes)
    return f"新任{new}人，离任{len(changes) - new}人"


def register(year: int, changes: Sequence[MemberChange], today: date) -> Paper:
    rows = [tuple(str(cell if cell is not None else "") for cell in row) for row in _rows(changes)]
    blocks = [
        Para(f"{year}年决定的委员变动：{summary(changes)}。"),
        Table(rows, HEADER, WIDTHS),
        Signature(committee(), today, seal="（盖章）"),
    ]
    return Paper("form", f"{year}年委员变动名册", blocks, landscape=True)


def sheet(year: int, changes: Sequence[MemberChange]) -> IO[bytes]:
    columns = tuple(
        Column(name, width, wrap=width > 20)
        for name, width in zip(HEADER, (6, 10, 12, 16, 36, 14, 28, 12, 18, 12), strict=True)
    )
    title = f"{year}年委员变动名册"
    made = Sheet("委员变动名册", columns, _rows(changes), title=title, note=summary(changes), landscape=True)
    return write_workbook([made])
