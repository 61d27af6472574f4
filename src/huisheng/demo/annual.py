"""The year report of the demonstration: written by the office from the outline, approved by the chair."""

from __future__ import annotations

from datetime import date

from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account
from huisheng.reports import actions
from huisheng.reports.models import Report

from .roster import moment

WRITTEN, APPROVED = date(2017, 12, 26), date(2017, 12, 29)


def load() -> Report:
    """「2017政协工作亮点」, sealed on the figures that the year came to; the standing committee's is being written."""
    office, chair = (Account.objects.get(username=name) for name in ("office", "chair"))
    words = {"type": "highlights", "year": 2017, "title": "2017政协工作亮点"}
    report = actions.start(office, words, at=moment(WRITTEN, 9))
    perform(report, "send", office, {}, at=moment(WRITTEN, 16))
    perform(report, "approve", chair, at=moment(APPROVED, 9))
    actions.start(office, {"type": "standing", "year": 2017}, at=moment(APPROVED, 15))
    return report
