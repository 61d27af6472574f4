"""The year report of the demonstration: written by the office from the outline, approved by the chair."""

from __future__ import annotations

from datetime import date
from typing import Any

from huisheng.duty import actions as duty
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account, Member
from huisheng.reports import actions
from huisheng.reports.models import Report

from .roster import moment

WRITTEN, APPROVED = date(2017, 12, 26), date(2017, 12, 29)


def honours() -> None:
    """文史工作先进单位 one, 先进个人 two."""
    office = Account.objects.get(username="office")
    member = Member.objects.order_by("pk")[5]
    given: dict[str, Any] = {
        "level": "city",
        "given_by": "市政协",
        "given_on": date(2017, 11, 20),
        "document": "",
    }
    who: tuple[dict[str, Any], ...] = (
        {"member": None, "person": "", "title": "文史资料工作先进单位"},
        {"member": member, "person": "", "title": "文史资料工作先进个人"},
        {"member": None, "person": office.name, "title": "文史资料工作先进个人"},
    )
    for number, words in enumerate(who):
        duty.enter_honour(office, given | words, at=moment(date(2017, 11, 22), 9 + number))
    duty.begin_book(
        office,
        {"title": "委员履职考核办法（征求意见稿）", "from_year": 2018, "scheme": "anqing"},
        at=moment(date(2017, 12, 5), 10),
    )


def load() -> Report:
    """「2017政协工作亮点」, sealed on the figures that the year came to; the standing committee's is being written."""
    honours()
    office, chair = (Account.objects.get(username=name) for name in ("office", "chair"))
    words = {"type": "highlights", "year": 2017, "title": "2017政协工作亮点"}
    report = actions.start(office, words, at=moment(WRITTEN, 9))
    perform(report, "send", office, {}, at=moment(WRITTEN, 16))
    perform(report, "approve", chair, at=moment(APPROVED, 9))
    actions.start(office, {"type": "standing", "year": 2017}, at=moment(APPROVED, 15))
    return report
