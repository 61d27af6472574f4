"""Verbs of 常委述职: open a round, write; the effects of its steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from huisheng.kernel import journal, local
from huisheng.kernel.errors import Conflict, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.once import once
from huisheng.people import posts
from huisheng.people.models import Account, Member
from huisheng.people.posts import holders

from . import local_rules as rules
from . import queries
from . import standing_queries as standing
from .actions import fingerprint
from .models_standing import UNSENT, StandingReport, StandingRound, title_of


def until(day: date) -> date:
    """The deadline of a round that is opened on a day, by the local rule."""
    return local.deadline(rules.STANDING_WINDOW, day).due_on


def open_round(account: Account, data: dict[str, Any], *, at: datetime, key: str = "") -> StandingRound:
    """发起述职. data: year, closes_on, content. Everybody in office as standing member today is asked and told.

    Raises NotAllowed, Conflict when the year has its round, Refused when nobody is due.
    """
    today = timezone.localdate(at)
    if not queries.manages(account, today):
        raise NotAllowed("常委述职由政协办公室发起。")

    def act() -> dict[str, Any]:
        if StandingRound.objects.filter(year=data["year"]).exists():
            raise Conflict(f"{data['year']}年度的常委述职已经发起，请在列表里打开。")
        people = list(standing.standing_on(today))
        if not people:
            raise Refused("名册里没有在任的常务委员。请先在名册里登记当选。")
        one = StandingRound.objects.create(
            year=data["year"], opens_on=today, closes_on=data["closes_on"], content=data.get("content", ""),
            opened_by=account, opened_at=at, changed_at=at,
        )  # fmt: skip
        entry = journal.write(
            one,
            "start",
            "发起述职",
            account=account,
            at=at,
            to_state=one.state,
            data={"members": len(people)},
        )
        _list(one, people, account, at, entry)
        return {"id": one.pk}

    plain = {name: str(value) for name, value in data.items()}
    return StandingRound.objects.get(pk=once(account, key, ["standing round", plain], at, act)["id"])


def _list(one: StandingRound, people: Iterable[Member], account: Any, at: datetime, entry: Any) -> None:
    """列入: a report to be written for each, with its line in the journal and a word to its member."""
    day = f"{one.closes_on:%-m月%-d日}"
    for member in people:
        report = StandingReport.objects.create(
            round=one, member=member, title=title_of(member, one.year), changed_at=at
        )
        journal.write(report, "start", "列入述职", account=account, at=at, to_state=report.state, cause=entry)
        journal.tell(
            holders([posts.MEMBER], timezone.localdate(at), member=member), f"请在{day}前提交{one.year}年度履职报告",
            key=f"standing:{report.pk}", at=at, url=report.get_absolute_url(), card=f"履职报告{day}截止",
        )  # fmt: skip


def save(
    report: StandingReport,
    account: Account,
    data: dict[str, Any],
    *,
    at: datetime,
    version: int | None = None,
) -> StandingReport:
    """存稿, by the member alone. It leaves no line in the journal: when somebody writes is nobody's business."""
    with transaction.atomic():
        found = StandingReport.objects.select_for_update().select_related("round", "member").get(pk=report.pk)
        if not standing.is_own(found, account, timezone.localdate(at)):
            raise NotAllowed("履职报告须由常务委员本人写。")
        if found.state not in UNSENT:
            raise WrongState("报告已经提交，不能再改。要补充的，请办公室退回。")
        if version is not None and version != found.version:
            raise Conflict("您打开这一页之后，报告在别处改过。请看过最新的内容再存，您写的在下面。")
        found.text = data["text"]
        found.version, found.changed_at = found.version + 1, at
        found.save(update_fields=["text", "version", "changed_at"])
    return found


# -- effects -------------------------------------------------------------------------------------------------------------
def submit(report: StandingReport, act: Act) -> None:
    """提交: the words as they are now become what the office and the chair read."""
    report.sent_text, report.sent_at = report.text, act.at
    report.submitted_at = report.submitted_at or act.at
    report.save(update_fields=["sent_text", "sent_at", "submitted_at"])
    act.remember(fingerprint=fingerprint(report.sent_text))


def take_in(report: StandingReport, act: Act) -> None:
    report.taken_on = act.today
    report.save(update_fields=["taken_on"])


def extend(one: StandingRound, act: Act) -> None:
    """改期限: those who have not sent theirs are told the new day."""
    one.closes_on = act.data["closes_on"]
    one.save(update_fields=["closes_on"])
    waiting = one.reports.filter(state__in=UNSENT).values("member")
    day = f"{one.closes_on:%-m月%-d日}"
    people = holders([posts.MEMBER], act.today, member__in=waiting)
    act.tell(people, f"{one.year}年度履职报告的截止日期改为{day}", "/duty/standing/")


def call_in(one: StandingRound, act: Act) -> None:
    """补列常委 who came into office meanwhile."""
    people = list(standing.missing_from(one, act.today))
    _list(one, people, act.account, act.at, None)
    act.remember(members=[member.name for member in people])


def close(one: StandingRound, act: Act) -> None:
    one.closed_on = act.today
    one.save(update_fields=["closed_on"])
    found = standing.tally(one)
    act.remember(whole=found.whole, taken=found.taken, excused=found.excused, missing=found.missing)
