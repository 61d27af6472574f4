"""What is printed of a report: prose, charts, lists and the definitions of its figures, in official layout."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from huisheng.kernel.figures import MARK, together
from huisheng.kernel.papers import (
    Bars,
    Heading,
    Numbered,
    PageBreak,
    Paper,
    Para,
    Signature,
    Table,
    chinese_date,
)
from huisheng.outputs.papers import committee

from . import queries
from .models import Report, ReportState


def paper_of(report: Report, today: date) -> Paper:
    """A sealed report from its seal alone; one that is being written as it reads on ``today``. Raises Refused."""
    is_sealed = report.state == ReportState.SEALED
    after = report.sealed if is_sealed else queries.annexes(report, today)
    blocks = _prose(report)
    blocks.append(Signature(committee(), report.approved_on or "（未审定）"))
    blocks += _charts(after["charts"])
    for one in after["lists"]:
        blocks += [Heading(1, f"附：{one['label']}"), Numbered(one["rows"])]
    blocks += _definitions(after["figures"], after["as_of"])
    told = f"封存指纹 {report.fingerprint[:16]}" if is_sealed else "未审定，数字按记录现数"
    title = report.sealed["title"] if is_sealed else report.title
    subtitle = "　".join(filter(None, (report.edition_label, told)))
    return Paper("official", title, blocks, mark=committee(), subtitle=f"（{subtitle}）")


def name_of(report: Report) -> str:
    return f"{report.title}{report.edition_label}"[:120]


def _prose(report: Report) -> list[Any]:
    blocks: list[Any] = []
    count: Counter[int] = Counter()
    for part in queries.parts_of(report):
        count[part.level] += 1
        if part.level == 1:
            count[2] = 0
        blocks.append(Heading(part.level, part.heading, count[part.level]))
        blocks += [Para("".join(one.words for one in line)) for line in part.paragraphs]
    return blocks


def _charts(charts: list[dict[str, Any]]) -> list[Any]:
    if not charts:
        return []
    made: list[Any] = [PageBreak(), Heading(1, "附：图表")]
    for one in charts:
        rows = [(bar["label"], [(label, number) for label, number in bar["parts"]]) for bar in one["bars"]]
        made.append(Bars(one["title"], rows, one["note"]))
    return made


def _definitions(kept: dict[str, Any], as_of: str) -> list[Any]:
    """口径: every figure of the text, its number, and what is counted."""
    if not kept:
        return []
    rows = [
        (f"{one['label']} {MARK}" if one.get("changes") else one["label"], f"{one['number']} {one['unit']}", one["note"])
        for one in kept.values()
    ]  # fmt: skip
    note = f"数据截至{chinese_date(date.fromisoformat(as_of))}，每个数都按记录计数得出，没有手填的。"
    told = together((one["label"], one.get("changes", [])) for one in kept.values())
    return [
        Heading(1, "附：数字和口径"),
        Table(rows, ("指标", "数", "口径"), (3, 2, 5), "lrl", note=note),
        *(Para(f"{MARK} 与上年相比口径有变：{line}。") for line in told),
    ]
