"""Work for today's desks: a handful of papers of the current session, each left where somebody is waited for.

They belong to the session of the clock's year, never to 2017: the figures of the demonstration year stand still.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from huisheng.people.models import Member
from huisheng.proposals.models import Nomination, Proposal

from . import voices_now
from .lives import Case, Life, People, run
from .roster import make_session, moment
from .texts import Paper, read_papers

FILE = "papers_now.txt"


def load(people: People, known: dict[str, Proposal], today: datetime) -> None:
    """Live the papers of today up to their stop word. Does nothing on a clock that has not left 2017."""
    year = _counting_year(timezone.localdate(today))
    if year <= 2018:
        return
    for one in (year - 1, year):  # the spring's papers still count to the session before
        make_session(one)
    cases = [_case(paper, people, today) for paper in read_papers(FILE)]
    cases.sort(key=lambda case: case.submitted)
    lives = [(Life(case, people, known).live(), case.paper.marks["stop"]) for case in cases]
    run(lives, until=today)
    _nominate(people, known, today)
    voices_now.load(people, today)


def _nominate(people: People, known: dict[str, Proposal], today: datetime) -> None:
    """One nomination waits for the chairmen's meeting."""
    done = [one for one in known.values() if one.year and one.year > 2017 and one.state == "concluded"]
    for one in done[:1]:
        Nomination.objects.create(
            year=one.year, proposal=one, reason="查得细，建议能落地，承办单位已给出时间表。", nominated_by="提案委员会",
            account=people.clerk, at=today,
        )  # fmt: skip


def _counting_year(day: date) -> int:
    return day.year + (day >= date(day.year, 12, 6))


def _case(paper: Paper, people: People, today: datetime) -> Case:
    """``ago``: days between the submission and today; ``m``: the sponsor; ``w``: cosponsors by name."""
    rng = Random(paper.key)
    day = timezone.localdate(today) - timedelta(days=int(paper.marks["ago"]))
    submitted = moment(day, 10, rng.randint(0, 59))
    if submitted > today:
        submitted = today - timedelta(minutes=30)
    named = {one.name: one for one in people.members}
    body = people.bodies.get(paper.marks.get("by", ""))
    sponsor: Member | None = None if body else named[paper.marks["m"]]
    others = [named[name] for name in paper.marks.get("w", "").split(",") if name]
    return Case(paper, submitted, sponsor=sponsor, body=body, cosponsors=others, pace=0.5)
