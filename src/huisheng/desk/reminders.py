"""提醒: what a person is told as a deadline comes near, when it has passed, and when a promise falls due.

Asked again and again (a notice of one key is sent once), so nothing is lost when the machine was off on the day.
Nothing rings at night: ``journal.tell`` holds a notice back until the morning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from huisheng.archive import local_rules as archive_rules
from huisheng.archive import queries as archive
from huisheng.consultations import queries as consultations
from huisheng.consultations.models import Research, ResearchState
from huisheng.duty import local_rules as duty_rules
from huisheng.duty import queries as duty
from huisheng.duty import standing_queries as standing
from huisheng.kernel import journal, local
from huisheng.kernel.lifecycle import perform_by_clock
from huisheng.kernel.models import Notice
from huisheng.opinions.models import OPEN_LEADS, Lead, LeadState
from huisheng.outputs.models import FollowUp, FollowUpState
from huisheng.people import posts
from huisheng.people.models import Account, Post, Session
from huisheng.proposals.models import (
    Assignment,
    AssignmentState,
    Contact,
    Cosponsor,
    CosponsorState,
    Countersign,
    CountersignState,
    Promise,
    PromiseState,
    Proposal,
    Rating,
    RatingState,
    State,
)
from huisheng.supervision.models import Finding, Hearing, HearingState
from huisheng.supervision.queries import OPEN_FINDINGS

IDLE_DRAFT = timedelta(days=180)
LAST = ("1", "late")  # the stages at which the one in charge is told too
UNANSWERED = (AssignmentState.SENT, AssignmentState.TAKEN, AssignmentState.BACK, AssignmentState.DRAFTED,
              AssignmentState.APPROVED)  # fmt: skip


@dataclass(frozen=True)
class Due:
    """Something with a day by which it should be done. ``posts``: who is told, at ``place`` (column, id)."""

    key: str
    what: str
    due_on: date
    url: str
    posts: tuple[str, ...]
    place: tuple[str, int | None]  # ("", None): wherever the post is held
    late_posts: tuple[str, ...] = ()
    rule: str = "remind.before"  # the local rule that says how many days before


def remind(now: datetime) -> int:
    """Put every reminder that is due into the outbox; how many notices that were not there before."""
    today = timezone.localdate(now)
    steps = {
        name: days_before(today, name)
        for name in (
            "remind.before",
            "remind.follow_up",
            "remind.lead",
            archive_rules.REMIND,
            duty_rules.STANDING_REMIND,
        )
    }
    wanted = {f"{due.key}:{stage}": (due, stage) for due in everything_due(now)
              if (stage := stage_of(due.due_on, today, steps[due.rule]))}  # fmt: skip
    for key in _sent(list(wanted)):
        wanted.pop(key, None)
    holders, count = Holders(today) if wanted else None, 0
    for key, (due, stage) in wanted.items():
        assert holders is not None
        kinds = (*due.posts, *(due.late_posts if stage in LAST else ()))
        count += journal.tell(
            holders.at(kinds, *due.place),
            sentence(due, today),
            key=key,
            at=now,
            url=due.url,
            card=card_of(due, today),
        )
    return count


def _sent(keys: list[str]) -> set[str]:
    """Which of the keys have gone out; asked in portions, because a statement holds only so many values."""
    return {
        key
        for i in range(0, len(keys), 500)
        for key in Notice.objects.filter(key__in=keys[i : i + 500]).values_list("key", flat=True).distinct()
    }


def days_before(today: date, rule: str = "remind.before") -> list[int]:
    """The days before a deadline on which the local rule reminds, ascending; what is no number is passed over."""
    words = str(local.rule(rule, today)).replace("，", ",").replace("、", ",").split(",")
    return sorted({int(word) for word in words if word.strip().isdecimal()})


def stage_of(due_on: date, today: date, steps: list[int]) -> str:
    """Which reminder this day calls for: the nearest of ``steps`` that has begun, “late” after the day, else “”."""
    left = (due_on - today).days
    if left < 0:
        return "late"
    return next((str(n) for n in steps if left <= n), "")


def sentence(due: Due, today: date) -> str:
    left = (due.due_on - today).days
    day = f"{due.due_on:%-m月%-d日}"
    if left < 0:
        return f"{due.what}已于{day}到期，逾期{-left}天，请尽快办理"
    return f"{due.what}今天到期" if left == 0 else f"{due.what}还有{left}天到期（{day}）"


def card_of(due: Due, today: date) -> str:
    """What of it leaves the house: how many days, not what about and of whom."""
    return sentence(replace(due, what="一件待办"), today)


def everything_due(now: datetime) -> Iterator[Due]:
    yield from _assignments()
    yield from _contacts()
    yield from _countersigns()
    yield from _ratings()
    yield from _promises()
    yield from _invitations(now)
    yield from _follow_ups()
    yield from _leads()
    yield from _lines()
    yield from _windows(now)
    yield from _research()
    yield from _supervised()
    yield from _loans()
    yield from _standing()


def _name(proposal: Proposal) -> str:
    return f"{proposal.number_label}{proposal.notice_title()}"


def _assignments() -> Iterator[Due]:
    rows = Assignment.objects.filter(is_open=True, state__in=UNANSWERED, due_on__isnull=False)
    for one in rows.select_related("proposal"):
        word = "答复" if one.answers_itself else "会办意见"
        assert one.due_on is not None
        yield Due(f"due:assignment:{one.pk}:{one.round}:{one.due_on}", f"{_name(one.proposal)}的{word}", one.due_on,
                  one.proposal.get_absolute_url(), (posts.HANDLER,), ("agency", one.agency_id),
                  (posts.AGENCY_HEAD,))  # fmt: skip


def _contacts() -> Iterator[Due]:
    """面商 that has not taken place, as far as the agency itself says."""
    held = Contact.objects.filter(assignment=OuterRef("pk"), round=OuterRef("round"))
    rows = Assignment.objects.filter(is_open=True, state__in=(AssignmentState.SENT, AssignmentState.TAKEN),
                                     role__in=("lead", "separate"), contact_until__isnull=False)  # fmt: skip
    for one in rows.exclude(Exists(held)).select_related("proposal"):
        assert one.contact_until is not None
        yield Due(f"due:contact:{one.pk}:{one.round}:{one.contact_until}", f"{_name(one.proposal)}与提案人面商",
                  one.contact_until, one.proposal.get_absolute_url(), (posts.HANDLER,), ("agency", one.agency_id))  # fmt: skip


def _countersigns() -> Iterator[Due]:
    rows = Countersign.objects.filter(state=CountersignState.WAITING, reply__is_current=True)
    for one in rows.select_related("assignment__proposal"):
        proposal = one.assignment.proposal
        yield Due(f"due:countersign:{one.pk}:{one.due_on}", f"{_name(proposal)}答复稿的会签", one.due_on,
                  proposal.get_absolute_url(), (posts.HANDLER,), ("agency", one.agency_id), (posts.AGENCY_HEAD,))  # fmt: skip


def _ratings() -> Iterator[Due]:
    rows = Rating.objects.filter(state=RatingState.ASKED, round=F("proposal__round"))
    open_ones = Q(proposal__state=State.ANSWERED) | Q(
        proposal__merges__undone_at=None, proposal__merges__main__state=State.ANSWERED
    )
    for one in rows.filter(open_ones).select_related("proposal").distinct():
        place = ("member", one.member_id) if one.member_id else ("body", one.body_id)
        yield Due(f"due:rating:{one.pk}:{one.due_on}", f"对{_name(one.proposal)}的评价", one.due_on,
                  one.proposal.get_absolute_url(), (posts.MEMBER, posts.CONVENER), place)  # fmt: skip


def _promises() -> Iterator[Due]:
    rows = Promise.objects.filter(is_live=True, state=PromiseState.OPEN)
    for one in rows.select_related("proposal"):
        yield Due(f"due:promise:{one.pk}:{one.due_on}", f"{_name(one.proposal)}中的承诺“{one}”", one.due_on,
                  one.proposal.get_absolute_url(), (posts.HANDLER,), ("agency", one.agency_id), (posts.AGENCY_HEAD,))  # fmt: skip


def _invitations(now: datetime) -> Iterator[Due]:
    """联名 that waits for a word before the session's cut-off; afterwards submitting itself lets it lapse."""
    session = Session.objects.filter(cutoff_at__gt=now).order_by("cutoff_at").first()
    if session is None:
        return
    cutoff = timezone.localdate(session.cutoff_at)
    rows = Cosponsor.objects.filter(
        state=CosponsorState.INVITED, proposal__state__in=(State.DRAFT, State.RETURNED)
    )
    for one in rows.select_related("proposal"):
        yield Due(f"due:invitation:{one.pk}:{cutoff}", f"{one.proposal.sponsor_name}请您联名《{one.proposal}》，会间提案截止",
                  cutoff, one.proposal.get_absolute_url(), (posts.MEMBER,), ("member", one.member_id))  # fmt: skip


def _follow_ups() -> Iterator[Due]:
    """转办 that the agency has not reported on."""
    rows = FollowUp.objects.filter(state__in=(FollowUpState.SENT, FollowUpState.TAKEN, FollowUpState.BACK))
    for one in rows.select_related("agency"):
        yield Due(f"due:follow_up:{one.pk}:{one.due_on}", f"{one.notice_title()}的办理情况", one.due_on,
                  one.get_absolute_url(), (posts.HANDLER,), ("agency", one.agency_id), (posts.AGENCY_HEAD,),
                  "remind.follow_up")  # fmt: skip


def _supervised() -> Iterator[Due]:
    """Findings and briefings of 民主监督 that the unit has not answered: the number alone, never who found it."""
    for one in Finding.objects.filter(state__in=OPEN_FINDINGS).select_related("supervision"):
        assert one.due_on is not None
        yield Due(f"due:finding:{one.pk}:{one.due_on}", f"{one.notice_title()}的整改", one.due_on,
                  one.get_absolute_url(), (posts.HANDLER,), ("agency", one.agency_id), (posts.AGENCY_HEAD,),
                  "remind.follow_up")  # fmt: skip
    for hearing in Hearing.objects.filter(state=HearingState.SENT):
        assert hearing.due_on is not None
        yield Due(f"due:hearing:{hearing.pk}:{hearing.due_on}", f"情况通报“{hearing}”的反馈", hearing.due_on,
                  hearing.get_absolute_url(), (posts.HANDLER,), ("agency", hearing.agency_id), (posts.AGENCY_HEAD,),
                  "remind.follow_up")  # fmt: skip


def _leads() -> Iterator[Due]:
    """线索 that waits to be accepted or answered: the number alone, the words may name somebody."""
    for one in Lead.objects.filter(state__in=OPEN_LEADS, due_on__isnull=False).only(
        "code", "state", "due_on"
    ):
        assert one.due_on is not None
        word = "受理" if one.state == LeadState.RECEIVED else "答复"
        yield Due(f"due:lead:{one.pk}:{one.due_on}", f"{one.notice_title()}的{word}", one.due_on, one.get_absolute_url(),
                  (posts.EDITOR,), ("", None), (posts.OFFICE,), "remind.lead")  # fmt: skip


def _lines() -> Iterator[Due]:
    """协商项目 from which no paper went out yet, by the last day of their month."""
    for one in consultations.without_output():
        key, what = f"due:line:{one.pk}:{one.last_day}", f"协商{one.number_label}《{one}》的成果"
        if one.body_id:
            yield Due(
                key, what, one.last_day, one.get_absolute_url(), (posts.CONVENER,), ("body", one.body_id)
            )
        yield Due(f"{key}:office", what, one.last_day, one.get_absolute_url(), (posts.OFFICE,), ("", None))


def _windows(now: datetime) -> Iterator[Due]:
    """通知、材料、纪要 of a 协商会 that are not done."""
    for line, gathering, window in consultations.open_windows(timezone.localdate(now)):
        yield Due(f"due:consult:{gathering.pk}:{window.rule}:{window.due_on}", f"《{gathering}》的{window.label}",
                  window.due_on, line.get_absolute_url(), (posts.OFFICE,), ("", None))  # fmt: skip


def _research() -> Iterator[Due]:
    """调研报告 that was not sent in."""
    for one in Research.objects.filter(state=ResearchState.RUNNING):
        place = ("body", one.body_id) if one.body_id else ("", None)
        yield Due(f"due:research:{one.pk}:{one.due_on}", f"调研课题《{one}》的报告", one.due_on, one.get_absolute_url(),
                  (posts.CONVENER,) if one.body_id else (posts.OFFICE,), place)  # fmt: skip


def _loans() -> Iterator[Due]:
    """借用的文史资料 that goes back on a day."""
    for one in archive.lent().order_by("pk"):
        assert one.return_on is not None
        yield Due(f"due:loan:{one.pk}:{one.return_on}", f"借用的{one.number_label}《{one}》的归还", one.return_on,
                  one.get_absolute_url(), (posts.ARCHIVIST,), ("", None), (posts.OFFICE,), archive_rules.REMIND)  # fmt: skip


def _standing() -> Iterator[Due]:
    """常委履职报告 that was not sent: to its member alone, and to nobody above them when it is late."""
    for one in standing.unsent():
        yield Due(f"due:standing:{one.pk}:{one.round.closes_on}", f"您的{one.round.year}年度履职报告", one.round.closes_on,
                  one.get_absolute_url(), (posts.MEMBER,), ("member", one.member_id), (), duty_rules.STANDING_REMIND)  # fmt: skip


class Holders:
    """Who holds which post where on a day: one query for all reminders."""

    def __init__(self, today: date) -> None:
        self.found: dict[tuple[str, str, int], list[Account]] = {}
        current = Post.objects.current(today).filter(account__is_active=True).select_related("account")
        for post in current:
            self.found.setdefault((post.kind, "", 0), []).append(post.account)
            for column in ("member", "body", "agency"):
                if (pk := getattr(post, f"{column}_id")) is not None:
                    self.found.setdefault((post.kind, column, pk), []).append(post.account)

    def at(self, kinds: Iterable[str], column: str, pk: int | None) -> list[Account]:
        return [account for kind in kinds for account in self.found.get((kind, column, pk or 0), [])]


# -- what the clock itself does ----------------------------------------------------------------------------------------
def ask_again(now: datetime) -> int:
    """A promise whose explained new day has come is asked after again."""
    come = Promise.objects.filter(
        is_live=True, state=PromiseState.EXPLAINED, due_on__lte=timezone.localdate(now)
    )
    due = list(come.order_by("pk"))
    for promise in due:
        perform_by_clock(promise, "ask", now)
    return len(due)


def name_idle_drafts(now: datetime) -> int:
    """A draft nobody has touched for half a year: its author is told, once for each time it fell asleep."""
    told = 0
    idle: Any = Proposal.objects.filter(state=State.DRAFT, changed_at__lt=now - IDLE_DRAFT)
    holders = Holders(timezone.localdate(now))
    for one in idle.order_by("pk"):
        place = ("member", one.sponsor_member_id) if one.sponsor_member_id else ("body", one.sponsor_body_id)
        people = holders.at((posts.MEMBER, posts.CONVENER), *place)
        key = f"idle:{one.pk}:{timezone.localdate(one.changed_at)}"
        if not Notice.objects.filter(key=key).exists():
            text = f"草稿《{one}》已有半年没有动过。不再需要的请作废，需要的请继续写完提交"
            told += journal.tell(people, text, key=key, at=now, url=one.get_absolute_url())
    return told


QUIET = "今年还没有读到您的履职记录。记录由各项工作自动汇入；有漏记的，请在履职档案里告诉办公室，需要帮助也请联系办公室"


def name_quiet_members(now: datetime) -> int:
    """委员 without any record in the year, from the day of the local rule: they themselves are told, and the office once.

    The office's notice is the last of them and written with them: it says that the year is done.
    """
    today = timezone.localdate(now)
    day = str(local.rule(duty_rules.QUIET_ON, today))
    key = f"quiet:{today.year}"
    if not day or f"{today:%m-%d}" < day or Notice.objects.filter(key=key).exists():
        return 0
    month, number = (int(part) for part in day.split("-"))
    asked_on = date(today.year, month, 1) + timedelta(days=number - 1)  # 02-30 is a day, too
    joined_by = asked_on - timedelta(days=int(local.rule(duty_rules.QUIET_JOINED, today)))
    quiet = duty.without_any(date(today.year, 1, 1), today).filter(starts_on__lte=joined_by)
    found = list(quiet.filter(Q(ends_on=None) | Q(ends_on__gte=today)))
    holders, told = Holders(today), 0
    with transaction.atomic():
        for one in found:
            url = f"{reverse('duty:member', args=[one.pk])}?year={today.year}"
            told += journal.tell(
                holders.at((posts.MEMBER,), "member", one.pk), QUIET, key=f"{key}:{one.pk}", at=now, url=url, card="履职档案"
            )  # fmt: skip
        text = f"{today.year}年还没有履职记录的委员有 {len(found)} 位，已经提醒本人。请看一看是漏记了，还是需要联系"
        if not found:
            text = f"{today.year}年在任的委员都有履职记录"
        told += journal.tell(
            holders.at((posts.OFFICE,), "", None), text, key=key, at=now,
            url=f"{reverse('duty:members')}?year={today.year}&show=none", card="委员履职",
        )  # fmt: skip
    return told
