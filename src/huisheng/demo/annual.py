"""The year report of the demonstration: written by the office from the outline, approved by the chair."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from huisheng.duty import actions as duty
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account, Member
from huisheng.reports import actions, figures, tokens
from huisheng.reports.models import Report

from .lives import Moments
from .plan import Plan
from .roster import moment


def _honours(office: Account, plan: Plan) -> None:
    """What the committee and its people were honoured with: the level, the giver and the day are those of 文史 work."""
    members = list(Member.objects.order_by("pk")[:60])
    given: dict[str, Any] = {
        "level": "city",
        "given_by": "市政协",
        "given_on": plan.day(11, 20),
        "document": "",
    }
    for number, words in enumerate(plan.honours):
        place, person = words["member"], words["person"]
        who = {
            "member": None if place is None else members[place],
            "person": Account.objects.get(username=person).name if person else "",
        }
        duty.enter_honour(office, given | words | who, at=moment(plan.day(11, 22), 9 + number))


def life(plan: Plan) -> Moments:
    """「政协工作亮点」, sealed on the figures that the year came to; the standing committee's is being written."""
    yield moment(plan.day(11, 22), 9), "honours"
    office, chair = (Account.objects.get(username=name) for name in ("office", "chair"))
    _honours(office, plan)
    if plan.rule_book:
        at = moment(plan.day(12, 5), 10)
        yield at, "rule book"
        scheme, title = plan.rule_book
        duty.begin_book(office, {"title": title, "from_year": plan.year + 1, "scheme": scheme}, at=at)
    at = moment(plan.day(12, 26), 9)
    yield at, "report"
    words = {"type": "highlights", "year": plan.year, "title": f"{plan.year}政协工作亮点"}
    report = actions.start(office, words, at=at)
    _leave_out(report, office, at)
    at = moment(plan.day(12, 26), 16)
    yield at, "send"
    perform(report, "send", office, {}, at=at)
    at = moment(plan.day(12, 29), 9)
    yield at, "approve"
    perform(report, "approve", chair, at=at)
    at = moment(plan.day(12, 29), 15)
    yield at, "report"
    actions.start(office, {"type": "standing", "year": plan.year}, at=at)


def _leave_out(report: Report, office: Account, at: datetime) -> None:
    """A part of the outline whose every number is none this year has nothing to tell."""
    numbers = figures.numbers(report.year)
    for one in report.sections.all():
        told = tokens.names(one.text)
        if told and not any(numbers[name] for name in told):
            actions.remove_section(one, office, at=at)
