"""Who may, and what must be true first."""

from __future__ import annotations

from huisheng.kernel.errors import Refused
from huisheng.kernel.lifecycle import Act
from huisheng.people import posts
from huisheng.people.posts import anybody

from . import queries, tokens
from .models import Report

WRITER = anybody(*queries.WRITERS, label="年度报告起草人")
APPROVER = anybody(posts.CHAIR)
REVISER = anybody(posts.CHAIR, *queries.WRITERS, label="主席会议成员或起草人")


def is_ready(report: Report, act: Act) -> str:
    """Prose in every part, every token a figure, every table closed."""
    sections = queries.sections_of(report)
    empty = [one.heading for one in sections if queries.is_missing(one, sections)]
    if not sections or empty:
        return (
            f"“{empty[0]}”还没有写正文。写好或者删去，再送审定。" if empty else "还没有写，请先加上各个部分。"
        )
    try:
        numbers = queries.numbers_of(report)
    except Refused as problem:
        return problem.sentence
    wrong = [(one.heading, found) for one in sections for found in tokens.problems(one.text, numbers)]
    return f"“{wrong[0][0]}”里：{wrong[0][1].sentence}" if wrong else ""


def approved_by_another(report: Report, act: Act) -> str:
    if report.written_by_id == act.account.pk:
        return f"审定须由另一位同志办理：这份报告是{act.account.name}起草的。"
    return is_ready(report, act)


def is_newest(report: Report, act: Act) -> str:
    later = Report.objects.filter(type=report.type, year=report.year, edition__gt=report.edition)
    if later.exclude(state="withdrawn").exists():
        return "已经有更新的一版，请在那一版上更正。"
    return ""
