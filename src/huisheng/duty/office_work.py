"""What somebody of the office did in a period, read from the journal; and what they studied, read from the gatherings.

Own steps only, by matter: no times of day, no minutes, no counts of clicks. Each reader sees the matters they may open.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Min, QuerySet
from django.utils import timezone

from huisheng.archive import queries as archive
from huisheng.archive.models import Drive, Handover, Material
from huisheng.bulletins import news_queries as news
from huisheng.bulletins.models_news import NewsItem
from huisheng.consultations import forum_queries as forums
from huisheng.consultations import queries as consultations
from huisheng.consultations.models import Line, Plan, Research, Subject
from huisheng.consultations.models_forum import Forum
from huisheng.gatherings import queries as gatherings
from huisheng.gatherings.models import Ballot, Briefing, Gathering, Liaison, Speech
from huisheng.kernel.lifecycle import Lifecycle
from huisheng.kernel.models import Entry
from huisheng.kernel.who import NONE
from huisheng.opinions import queries as opinions
from huisheng.opinions.models import Lead, Opinion
from huisheng.outputs import queries as outputs
from huisheng.outputs.models import FollowUp, Output
from huisheng.people.models import Account
from huisheng.people.posts import STAFF_KINDS
from huisheng.proposals import queries as proposals
from huisheng.proposals.models import Proposal
from huisheng.supervision import queries as supervision
from huisheng.supervision.models import Hearing, Supervision

from . import queries as duty
from .models import Appraisal, Objection, RuleBook

Visible = Callable[[Account, date], QuerySet[Any]]

# the matters that are work of the office, and which of them a reader may open. 平时考核 itself is none; what stands above
# this room (年度报告) is put in by its own room
VISIBLE: dict[str, Visible] = {
    model.kind(): visible
    for model, visible in (
        (Proposal, proposals.visible_to),
        (Lead, opinions.visible_leads),
        (Opinion, opinions.visible_to),
        (Output, outputs.visible_to),
        (FollowUp, outputs.visible_follow_ups),
        (NewsItem, news.visible_to),
        (Gathering, gatherings.visible_to),
        (Speech, gatherings.visible_speeches),
        (Briefing, gatherings.visible_briefings),
        (Ballot, gatherings.visible_ballots),
        (Liaison, gatherings.visible_liaisons),
        (Subject, consultations.visible_subjects),
        (Plan, consultations.visible_to),
        (Line, consultations.visible_lines),
        (Research, consultations.visible_research),
        (Forum, forums.visible_to),
        (Supervision, supervision.visible_to),
        (Hearing, supervision.visible_hearings),
        (Material, archive.visible_to),
        (Drive, archive.visible_drives),
        (Handover, archive.visible_handovers),
        (Objection, duty.visible_objections),
        (RuleBook, duty.visible_books),
        (Appraisal, duty.visible_appraisals),
    )
}

Key = tuple[str, int]


@dataclass(frozen=True)
class Done:
    """One matter with the steps the person took on it, each named once, in the order they were first taken."""

    title: str
    url: str
    steps: list[str]


@dataclass
class Work:
    """All matters of one kind. ``hidden``: how many more the reader may not open."""

    label: str
    lines: list[Done] = field(default_factory=list)
    hidden: int = 0


def work_of(staff: Account, start: date, end: date, reader: Account, today: date) -> list[Work]:
    """The list beside a summary, cut to its reader. One question for the journal and one a kind, however many lines."""
    steps = _steps(staff, start, end)
    found = []
    for kind, keys in _by_kind(steps).items():
        records = VISIBLE[kind](reader, today).in_bulk([pk for _, pk in keys])
        one = Work(str(apps.get_model(kind)._meta.verbose_name))
        for key in keys:
            record = records.get(key[1])
            if record is None:
                one.hidden += 1
            else:
                one.lines.append(Done(str(record), str(record.get_absolute_url()), steps[key]))
        found.append(one)
    return found


def tally(staff: Account, start: date, end: date) -> list[tuple[str, str, int]]:
    """(kind, step, how many matters): the same list without a title, for the printed form and the seal."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for (kind, _), labels in _steps(staff, start, end).items():
        for label in labels:
            counts[str(apps.get_model(kind)._meta.verbose_name), label] += 1
    return [(kind, label, n) for (kind, label), n in counts.items()]


def _by_kind(keys: Iterable[Key]) -> dict[str, list[Key]]:
    """In the order of ``VISIBLE``, so that the list always reads alike."""
    found: dict[str, list[Key]] = {kind: [] for kind in VISIBLE}
    for key in keys:
        found[key[0]].append(key)
    return {kind: rows for kind, rows in found.items() if rows}


def _steps(staff: Account, start: date, end: date) -> dict[Key, list[str]]:
    """Matter → the names of the steps taken by an office post. What another step brought about is nobody's work; what
    somebody who is also a member did as a member is not the office's to read."""
    rows = (
        Entry.objects.filter(account=staff, cause=None, matter_type__in=list(VISIBLE), at__gte=_moment(start), at__lt=_moment(end + timedelta(days=1)))
        .order_by()
        .values_list("matter_type", "matter_id", "subject_type", "action", "label")
        .annotate(first=Min("seq"))
        .order_by("first")
    )  # fmt: skip
    official = _official(staff, end)
    found: dict[Key, list[str]] = {}
    for kind, pk, subject, action, label, _ in rows:
        if official(subject, action):
            labels = found.setdefault((kind, pk), [])
            if label not in labels:
                labels.append(label)
    return found


def _official(staff: Account, day: date) -> Callable[[str, str], bool]:
    """Whether a step is one that the person's office posts alone would let them take."""
    if all(post.kind in STAFF_KINDS or not post.member_id and not post.body_id for post in staff.posts_held):
        return lambda subject, action: True
    hatless = Account(pk=staff.pk, is_active=True)
    hats = [copy.copy(post) for post in staff.posts_held if post.kind in STAFF_KINDS]
    for post in hats:  # a post that has ended since was held when the step was taken
        post.starts_on, post.ends_on = date.min, None
    hatless.__dict__["_posts"] = hats
    lives = {life.model.kind(): life for life in Lifecycle.every}

    def official(subject: str, action: str) -> bool:
        life = lives.get(subject)
        step = next((one for one in life.steps if one.action == action), None) if life else None
        return step is not None and step.who.within(hatless, day) != NONE

    return official


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# -- 机关学习 ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Studied:
    """One study session somebody was at: which day, how many hours of it, and what they noted."""

    on: date
    title: str
    url: str
    hours: Decimal
    notes: list[str]


def study_of(staff: Account, start: date, end: date) -> list[Studied]:
    """机关学习: the study gatherings of the period that the person came to. Hours count by the parts they were at; notes
    are the person's own. Three questions."""
    return list(_studied(staff, start, end))


def _studied(staff: Account, start: date, end: date) -> Iterator[Studied]:
    came = gatherings.studied_by(staff, _moment(start), _moment(end + timedelta(days=1)))
    notes = gatherings.notes_by(staff, [one.gathering.pk for one in came])
    for one in came:
        whole = one.gathering.hours or Decimal(0)
        hours = (whole * one.came / one.parts).quantize(Decimal("0.1")) if one.parts else whole
        yield Studied(
            timezone.localdate(one.gathering.starts_at), one.gathering.title, one.gathering.get_absolute_url(),
            hours.quantize(Decimal(1)) if hours == hours.to_integral_value() else hours, notes.get(one.gathering.pk, []),
        )  # fmt: skip
