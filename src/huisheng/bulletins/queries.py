"""Questions about issues: what may be seen, what could go in, how long it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from huisheng.kernel import local
from huisheng.opinions.models import Opinion, OpinionState
from huisheng.outputs import queries as outputs
from huisheng.outputs.models import OUT, Delivery, OutputState
from huisheng.people import posts
from huisheng.people.models import Account

from . import local_rules as rules
from .models import Issue, Item

DESK = outputs.DESK
READERS = (*outputs.READS_ALL, posts.LEADER)


def visible_to(account: Account, today: date) -> QuerySet[Issue]:
    """The office and the chair all issues; a leader those that were delivered. An agency reads no issue."""
    if not account.is_active or not account.holds(*READERS, on=today):
        return Issue.objects.none()
    return Issue.objects.filter(output__in=outputs.visible_to(account, today))


def candidates(issue: Issue) -> QuerySet[Opinion]:
    """Issued opinions that stand in no issue of this series yet; urgent ones first, then the newest."""
    taken = Item.objects.filter(issue__series=issue.series).exclude(
        issue__output__state=OutputState.WITHDRAWN
    )
    rows = Opinion.objects.filter(state=OpinionState.ISSUED).exclude(pk__in=taken.values("opinion"))
    return rows.order_by("-is_urgent", "-issued_on", "-pk")


def letters(text: str) -> int:
    """Characters as an editor counts them: without spaces and line ends."""
    return len("".join(text.split()))


@dataclass(frozen=True)
class Length:
    """How long an issue reads. ``is_long``: more than the office wants a leader to read."""

    items: int
    letters: int
    minutes: int
    most: int

    @property
    def is_long(self) -> bool:
        return self.letters > self.most

    @property
    def line(self) -> str:
        return f"本期 {self.items} 条，约 {self.minutes} 分钟"


def length(items: Sequence[Item], today: date) -> Length:
    count = sum(letters(one.gist) for one in items)
    pace = max(1, int(local.rule(rules.SPEED, today))) * 60
    return Length(len(items), count, max(1, -(-count // pace)), int(local.rule(rules.ALL, today)))


def faults(item: Item, today: date) -> list[str]:
    """What keeps an item from being printed, each with its count."""
    found = []
    head, gist = letters(item.headline), letters(item.gist)
    longest, least, most = (
        int(local.rule(name, today)) for name in (rules.HEADLINE, rules.LEAST, rules.MOST)
    )
    if not head:
        found.append("标题还没有写")
    if head > longest:
        found.append(f"标题有{head}字，最多{longest}字")
    if not least <= gist <= most:
        found.append(f"要点有{gist}字，须{least}至{most}字")
    return found


def by_total(total: int, series: str) -> Issue | None:
    return Issue.objects.filter(total=total, series=series).select_related("output").first()


def delivered(year: int) -> QuerySet[Issue]:
    """Issues that reached their readers in a year."""
    return Issue.objects.filter(output__in=outputs.delivered(year)).order_by("total")


def published() -> QuerySet[Issue]:
    """Issues the committee made public, newest first."""
    return Issue.objects.filter(output__in=outputs.published()).select_related("output").order_by("-total")


@dataclass(frozen=True)
class Waiting:
    """One issue on a leader's home."""

    issue: Issue
    items: int
    minutes: int
    opened_at: datetime | None


def for_leader(account: Account, today: date, most: int = 5) -> list[Waiting]:
    """The newest delivered issues for this leader, whether opened or not. Three questions for any number."""
    if not account.holds(posts.LEADER, on=today):
        return []
    rows = Issue.objects.filter(Q(output__deliveries__reader=account), output__state__in=OUT)
    issues = list(
        rows.select_related("output")
        .prefetch_related("items")
        .order_by("-output__delivered_on", "-pk")[:most]
    )
    opened = dict(
        Delivery.objects.filter(reader=account, output__in=[one.pk for one in issues]).values_list(
            "output", "opened_at"
        )
    )
    return [
        Waiting(one, len(one.items.all()), length(list(one.items.all()), today).minutes, opened.get(one.pk))
        for one in issues
    ]


def with_counts(rows: QuerySet[Issue]) -> QuerySet[Issue]:
    return rows.annotate(item_count=Count("items"))
