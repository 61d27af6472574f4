"""What is printed: 委员履职登记表 of one member."""

from __future__ import annotations

from datetime import date

from huisheng.kernel.papers import Field, Form, Heading, Paper, Signature, Table
from huisheng.outputs.papers import committee
from huisheng.people.models import Member

from .queries import Head


def register(member: Member, heads: list[Head], start: date, end: date) -> Paper:
    """委员履职登记表: who, and every fact with its day and its source."""
    seats = "、".join(str(one.body) for one in member.memberships.all() if one.ends_on is None)
    blocks: list = [
        Form([
            [Field("姓名", member.name), Field("界别", str(member.sector or ""))],
            [Field("工作单位和职务", f"{member.unit}{member.job}"), Field("任职", str(member.starts_on))],
            [Field("所在机构", seats)],
        ]),
    ]  # fmt: skip
    # the sector of the day is told where a member sat in more than one
    has_sector = any(line.sector for head in heads for entry in head.entries for line in entry.lines)
    columns, widths = ("日期", "事项", "内容", "当时界别"), (2, 3, 6, 2)
    shown = 4 if has_sector else 3
    for number, head in enumerate(heads, 1):
        blocks.append(Heading(1, head.label, number))
        rows = [
            (str(line.fact.on), entry.credit.label, line.fact.title, line.sector)[:shown]
            for entry in head.entries
            for line in entry.lines
        ]
        blocks.append(Table(rows, columns[:shown], widths[:shown]))
    blocks.append(Signature(committee(), end, seal="（盖章）"))
    years = f"{start.year}年" if start.year == end.year else f"{start.year}—{end.year}年"
    return Paper("form", f"{years}委员履职登记表", blocks)
