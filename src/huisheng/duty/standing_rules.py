"""Who may in 常委述职, and what must be true first. A guard answers "" or with a sentence the person can act on."""

from __future__ import annotations

from huisheng.kernel.lifecycle import Act

from . import standing_queries as queries
from .models_standing import StandingReport, StandingRound, StandingState


def is_written(report: StandingReport, act: Act) -> str:
    return "" if report.text.strip() else "报告还没有写正文，请先写好、存好。"


def is_supplemented(report: StandingReport, act: Act) -> str:
    if said := is_written(report, act):
        return said
    same = report.text.strip() == report.sent_text.strip()
    return "退回以后正文还没有改动，请先补充、存好。" if same else ""


def is_all_looked_at(one: StandingRound, act: Act) -> str:
    waiting = one.reports.filter(state=StandingState.SUBMITTED).count()
    return f"还有{waiting}份没有收存，请先收存或退回补充。" if waiting else ""


def somebody_is_missing(one: StandingRound, act: Act) -> str:
    return "" if queries.missing_from(one, act.today).exists() else "现任常务委员都已经列入。"
