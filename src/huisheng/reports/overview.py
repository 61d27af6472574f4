"""一页总览 (ux.md §7): four sentences, where the filed proposals are, what came of them over three years, responses with
未评价, days to an answer unit by unit, topics of proposals beside those of the public, and who is late.

Values for one page and one sheet of paper. Units stand in the order of the roster, never by merit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, IntegerField, OuterRef, Subquery, Value
from django.urls import reverse

from huisheng.kernel import local
from huisheng.opinions.local_rules import LEAD_CATEGORY
from huisheng.opinions.models import Lead
from huisheng.proposals import charts
from huisheng.proposals import local_rules as rules
from huisheng.proposals.figures import ANSWERED, FILED, Period, changes, check, counts, figure
from huisheng.proposals.models import Assignment, AssignmentState, Extension, Proposal, Role

YEARS = 3
OWN_STRIP = 5  # answered assignments from which a unit has a strip of its own; the others share one
WIDTH = 1000.0


@dataclass(frozen=True)
class Strip:
    """One unit's days from hand-over to answer: a dot each, the median, and the place of the limit."""

    label: str
    url: str
    dots: list[tuple[float, int]]
    median: float
    median_x: float
    count: int


@dataclass(frozen=True)
class Strips:
    rows: list[Strip]
    limit: int
    limit_x: float
    longest: int


@dataclass(frozen=True)
class Topic:
    """One theme with its number, and the width of its bar in drawing units; ``url`` opens the list."""

    label: str
    number: int
    url: str
    width: float


@dataclass(frozen=True)
class Late:
    """One answer that is overdue."""

    proposal: Any
    agency: str
    days: int
    reason: str


@dataclass(frozen=True)
class Overview:
    """Everything the page says of a year, on a day."""

    year: int
    today: date
    numbers: dict[str, int]
    flow: charts.Chart
    results: charts.Chart
    response: charts.Chart
    promises: charts.Chart
    strips: Strips
    topics: list[Topic]
    lead_topics: list[Topic]
    late: list[Late]

    @property
    def charts(self) -> list[charts.Chart]:
        """Those with something to show, in the order of the page."""
        return [one for one in (self.flow, self.results, self.promises, self.response) if one.bars]


def overview(year: int, today: date) -> Overview:
    """Raises Refused, naming the records, when the year's table does not close. Five questions for any year."""
    period = Period(year=year, today=today)
    numbers = counts(period)
    check(period, numbers)
    made = {one.key: one for one in charts.charts(period, numbers)}
    empty, found = charts.Chart("", "", []), grouped(year)
    return Overview(
        year, today, numbers, made.get("flow", empty), results(year, numbers, found["letter"]), made.get("response", empty),
        made.get("promises", empty), strips(year), topics(year, found["proposal"]), _bars(found["lead"], LEAD_CATEGORY, lambda code: ""), late(year, today),
    )  # fmt: skip


def grouped(year: int) -> dict[str, dict[Any, int]]:
    """Result letters of the years before, themes of the year's filed proposals and of its leads: one question."""
    answered = Proposal.objects.filter(ANSWERED, year__gt=year - YEARS, year__lt=year)
    filed = Proposal.objects.filter(FILED, year=year)
    told = Lead.objects.filter(received_at__year=year)
    number = Value(year, output_field=IntegerField())
    parts = [
        rows.order_by().annotate(what=Value(what), of=of, theme=F(code)).values("what", "of", "theme").annotate(n=Count("pk"))
        for what, rows, of, code in (
            ("letter", answered, F("year"), "result_letter"), ("proposal", filed, number, "category_local"),
            ("lead", told, number, "category"),
        )
    ]  # fmt: skip
    found: dict[str, dict[Any, int]] = {"letter": {}, "proposal": {}, "lead": {}}
    for row in parts[0].union(*parts[1:], all=True):
        found[row["what"]][(row["of"], row["theme"]) if row["what"] == "letter" else row["theme"]] = row["n"]
    return found


def results(year: int, numbers: dict[str, int], before: dict[Any, int]) -> charts.Chart:
    """The letters of three years, a bar a year. ``before``: (year, letter) → number."""
    letters = list({one.code: one for one in local.options(rules.LETTER)}.values())
    bars: list[tuple[int, charts.Bar]] = []
    for of in range(year, year - YEARS, -1):
        parts = [
            (f"{one.code}类，{rules.MEANINGS.get(one.data.get('meaning', ''), one.label)}",
             numbers.get(f"letter_{one.code}", 0) if of == year else before.get((of, one.code), 0),
             f"letter_{one.code}" if of == year else "", charts.FILLS.get(one.data.get("meaning", ""), 3))
            for one in letters
        ]  # fmt: skip
        bar = charts.bar(f"{of}年", parts)
        if bar.whole or of == year:
            bars.append((of, bar))
    marked = [
        replace(bar, changes=_changed([f"letter_{one.code}" for one in letters], before, of))
        for (of, bar), (before, _) in pairwise(bars)
    ]
    shown = [*marked, *(bar for _, bar in bars[-1:])]
    return charts.Chart(
        "results", "办复的提案有了什么结果", shown, "答复归类不等于办成，请与承诺兑现一起看。"
    )


def _changed(keys: list[str], first: int, last: int) -> tuple[str, ...]:
    """What changed in the definitions of these figures between two years, each sentence once."""
    found = changes(map(figure, keys), first, last)
    return tuple(dict.fromkeys(said for sentences in found.values() for said in sentences))


def strips(year: int) -> Strips:
    """Days from hand-over to the delivered answer, working calendar aside: days as people count them."""
    rows = Assignment.objects.filter(
        proposal__year=year, role__in=(Role.LEAD, Role.SEPARATE), state=AssignmentState.REPLIED,
        replied_at__isnull=False, sent_on__isnull=False,
    ).order_by("agency_id", "replied_at").values_list("agency_id", "agency__name", "sent_on", "replied_at__date", "due_on")  # fmt: skip
    days: dict[tuple[int, str], list[int]] = defaultdict(list)
    limits: list[int] = []
    for pk, name, sent, replied, due in rows:
        assert sent is not None  # asked for above
        days[pk, name].append(max(0, (replied - sent).days))
        if due:
            limits.append((due - sent).days)
    rest = [n for key in [key for key in days if len(days[key]) < OWN_STRIP] for n in days.pop(key)]
    limit = int(median(limits)) if limits else 0
    longest = max([limit, *rest, *(n for found in days.values() for n in found)], default=0) or 1

    def x(n: float) -> float:
        return round(WIDTH * n / longest, 1)

    def strip(label: str, url: str, found: list[int]) -> Strip:
        middle = float(median(found))
        return Strip(label, url, [(x(n), n) for n in sorted(found)], middle, x(middle), len(found))

    made = [
        strip(name, f"{reverse('proposals:list')}?{urlencode({'agency': pk})}", found)
        for (pk, name), found in days.items()
    ]
    if rest:
        made.append(strip(f"其余单位（答复不足{OWN_STRIP}件）", "", rest))
    return Strips(made, limit, x(limit), longest)


def topics(year: int, found: dict[str, int]) -> list[Topic]:
    """Filed proposals by the local tree, most first."""
    period = urlencode({"of": f"year-{year}"})
    return _bars(
        found,
        rules.LOCAL_CATEGORY,
        lambda code: f"{reverse('proposals:figure', args=[f'local_{code}'])}?{period}",
    )


def _bars(found: dict[str, int], name: str, url: Callable[[str], str]) -> list[Topic]:
    labels = {one.code: one.label for one in local.options(name)}
    most = max(found.values(), default=0) or 1
    rows = [
        Topic(labels.get(code, code) if code else "还没有分类", number, url(code) if code else "", round(WIDTH * number / most, 1))
        for code, number in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda one: (-one.number, one.label))


def late(year: int, today: date) -> list[Late]:
    """Who has not answered in time, the longest first, with the reason of the last extension when one was given."""
    rows = Assignment.objects.filter(
        proposal__year=year, is_open=True, role__in=(Role.LEAD, Role.SEPARATE), due_on__lt=today
    ).exclude(state__in=(AssignmentState.REPLIED, AssignmentState.PLANNED, AssignmentState.RELEASED))  # fmt: skip
    given = Extension.objects.filter(assignment=OuterRef("pk")).order_by("-pk").values("reason")[:1]
    rows = rows.annotate(reason=Subquery(given)).select_related("proposal", "agency").order_by("due_on", "pk")
    return [
        Late(one.proposal, one.agency.name, (today - one.due_on).days, one.reason or "")
        for one in rows
        if one.due_on is not None
    ]
