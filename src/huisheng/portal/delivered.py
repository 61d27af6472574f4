"""What was delivered and let out, as the public reads it: a report with its advice, an issue with its items.

Contact data is taken out, and so is what stays inside: whose words an item was, what leaders said about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet
from django.urls import reverse

from huisheng.bulletins import queries as bulletins
from huisheng.bulletins.models import Issue
from huisheng.kernel import local
from huisheng.opinions.hiding import hide
from huisheng.opinions.local_rules import AREA
from huisheng.outputs import queries as outputs
from huisheng.outputs.models import Kind, Output, Response

HEADS = 3  # items or advice that a line of a list tells of
LINE = 40  # characters of one


@dataclass(frozen=True)
class Point:
    """One item of an issue or one advice of a report. ``head`` is the headline, or the subject area."""

    number: int
    head: str
    text: str
    proposal: str = ""
    response: str = ""

    @property
    def line(self) -> str:
        return self.text.rstrip("。") if len(self.text) <= LINE else f"{self.text[:LINE]}…"


@dataclass(frozen=True)
class Paper:
    """A delivered paper that the committee made public."""

    pk: int
    kind: str
    title: str
    drafted: str
    delivered_on: date
    published_on: date
    content: str
    points: tuple[Point, ...]

    @property
    def is_issue(self) -> bool:
        return self.kind == Kind.BULLETIN

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def url(self) -> str:
        return reverse("portal:bulletin" if self.is_issue else "portal:report", args=[self.pk])

    @cached_property
    def words(self) -> str:
        """Everything that is published of it, in one piece: what a search may find."""
        parts = [self.title, self.drafted, self.content]
        for one in self.points:
            parts += (one.head, one.text, one.proposal)
        return "\n".join(filter(None, parts))

    @property
    def gist(self) -> str:
        heads = [one.head if self.is_issue else one.line for one in self.points]
        more = f"等{len(heads)}条" if len(heads) > HEADS else ""
        return "；".join(heads[:HEADS]) + more


# -- issues --------------------------------------------------------------------------------------------------------
def issues() -> QuerySet[Issue]:
    return bulletins.published().prefetch_related("items")


def read_issue(issue: Issue) -> Paper:
    points = tuple(
        Point(place, hide(one.headline), hide(one.gist), hide(one.proposal))
        for place, one in enumerate(issue.items.all(), 1)
    )
    return _paper(issue.output, str(issue), points)


# -- reports and letters -------------------------------------------------------------------------------------------
def reports() -> QuerySet[Output]:
    """Every other kind: reports, letters, opinions of supervision, summaries."""
    rows = outputs.published().exclude(type=Kind.BULLETIN)
    return rows.select_related("body").prefetch_related("advice")


def read_report(output: Output) -> Paper:
    points = tuple(
        Point(
            one.number,
            local.label_of(AREA, one.area),
            hide(one.content),
            response=str(Response(one.response).label) if one.response else "",
        )
        for one in output.advice.all()
    )
    return _paper(output, output.title, points, str(output.body or ""))


def _paper(output: Output, title: str, points: tuple[Point, ...], drafted: str = "") -> Paper:
    assert output.delivered_on
    assert output.published_on
    return Paper(
        pk=output.pk, kind=output.type, title=hide(title), drafted=drafted, delivered_on=output.delivered_on,
        published_on=output.published_on, content=hide(output.content), points=points,
    )  # fmt: skip


# -- both kinds ----------------------------------------------------------------------------------------------------
def read(pks: Sequence[int]) -> dict[int, Paper]:
    """Papers of both kinds by their number, as far as they are public. Four questions."""
    found = [read_issue(one) for one in issues().filter(pk__in=pks)]
    found += [read_report(one) for one in reports().filter(pk__in=pks)]
    return {one.pk: one for one in found}


def newest(most: int) -> list[Paper]:
    """Those made public last."""
    last = outputs.published().order_by("-published_on", "-pk").values_list("pk", flat=True)[:most]
    return sorted(read(list(last)).values(), key=lambda one: (one.published_on, one.pk), reverse=True)
