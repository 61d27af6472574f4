"""What is printed of 常委述职: a report in the member's words, with the year's facts read from the records."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from huisheng.kernel.papers import Heading, Note, Paper, Para, Signature, Table

from .models_standing import StandingReport
from .queries import Head


def paper_of(report: StandingReport, text: str, heads: list[Head]) -> Paper:
    """常委履职报告: the words, the signature, and as an annex what the duty record holds of the year."""
    day: date | str = timezone.localdate(report.sent_at) if report.sent_at else "（未提交）"
    blocks: list = [Para(text), Signature(report.member.name, day)]
    if heads:
        blocks.append(Heading(1, f"附：{report.round.year}年履职记录"))
        rows = [
            (str(line.fact.on), entry.credit.label, line.fact.title)
            for head in heads
            for entry in head.entries
            for line in entry.lines
        ]
        blocks += [
            Table(rows, ("日期", "事项", "内容"), (2, 3, 7)),
            Note("由各项工作的记录汇总，不另填报。"),
        ]
    return Paper("official", report.title, blocks)
