"""Who may in 常委述职, and what must be true first. A guard answers "" or with a sentence the person can act on."""

from __future__ import annotations

from huisheng.kernel.lifecycle import Act

from . import standing_queries as queries
from .models_standing import StandingReport, StandingRound


def is_written(report: StandingReport, act: Act) -> str:
    return "" if report.text.strip() else "报告还没有写正文，请先写好、存好。"


def is_supplemented(report: StandingReport, act: Act) -> str:
    if said := is_written(report, act):
        return said
    same = report.text.strip() == report.sent_text.strip()
    return "退回以后正文还没有改动，请先补充、存好。" if same else ""


def is_over(one: StandingRound, act: Act) -> str:
    """结束收取: when all that came was looked at, and all came or the last day is over."""
    found = queries.tally(one)
    if found.waiting:
        return f"还有{found.waiting}份没有收存，请先收存或退回补充。"
    if found.missing and act.today <= one.closes_on:
        return f"截止日期还没有过，还有{found.missing}份没有交来。"
    return ""


def somebody_is_missing(one: StandingRound, act: Act) -> str:
    return "" if queries.missing_from(one, act.today).exists() else "现任常务委员都已经列入。"
