"""The year report of the demonstration: written by the office from the outline, approved by the chair."""

from __future__ import annotations

from datetime import date
from typing import Any

from huisheng.duty import actions as duty
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account, Member
from huisheng.reports import actions

from .lives import Moments
from .roster import moment

WRITTEN, APPROVED = date(2017, 12, 26), date(2017, 12, 29)


def _honours(office: Account) -> None:
    """文史工作先进单位 one, 先进个人 two."""
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


def life() -> Moments:
    """「2017政协工作亮点」, sealed on the figures that the year came to; the standing committee's is being written."""
    yield moment(date(2017, 11, 22), 9), "honours"
    office, chair = (Account.objects.get(username=name) for name in ("office", "chair"))
    _honours(office)
    at = moment(date(2017, 12, 5), 10)
    yield at, "rule book"
    draft = {"title": "委员履职考核办法（征求意见稿）", "from_year": 2018, "scheme": "anqing"}
    duty.begin_book(office, draft, at=at)
    at = moment(WRITTEN, 9)
    yield at, "report"
    words = {"type": "highlights", "year": 2017, "title": "2017政协工作亮点"}
    report = actions.start(office, words, at=at)
    at = moment(WRITTEN, 16)
    yield at, "send"
    perform(report, "send", office, {}, at=at)
    at = moment(APPROVED, 9)
    yield at, "approve"
    perform(report, "approve", chair, at=at)
    at = moment(APPROVED, 15)
    yield at, "report"
    actions.start(office, {"type": "standing", "year": 2017}, at=at)
