"""Loading a demonstration year: a data folder becomes the committee of that year, and an empty one a desk with work for today.

The same year and seed give the same year. What happens to a paper is written beside it; the days are found here. Figures
are not aimed at: they come out as ``huisheng figures YEAR`` counts them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TextIO

from django.db import transaction
from django.utils import timezone

from huisheng.gatherings.models import Gathering
from huisheng.kernel import local
from huisheng.kernel.errors import Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Notice
from huisheng.outputs.freezing import freeze_waiting
from huisheng.people.models import Account, Member, Session, Term
from huisheng.proposals.models import Call, Nomination, Proposal, Topic

from . import annual, archive, changes, drawn, now, office, roster, year2017
from .accounts import make_accounts, make_leaders, make_staff
from .lives import Case, Life, Moments, People, run
from .meetings import Meetings
from .plan import Plan
from .roster import moment
from .supervision import load_today
from .texts import Paper
from .voices import Desk

YEARS = range(2017, 2022)  # of the ninth committee, whose register this is


def load(
    year: int = 2017, stdout: TextIO | None = None, *, seed: int | None = None, today: datetime | None = None
) -> None:
    """Fill an empty data folder, or add a later year to a demonstration. Raises Refused when that cannot be.

    today: the clock, from which the work on today's desks is dated back.
    """
    is_new = _may_load(year, seed)
    said = _Said(stdout)
    today = today or timezone.now()
    plan = year2017.plan() if year == 2017 else drawn.plan(year, seed or 0)
    with _one_unit():
        with transaction.atomic():
            if is_new:
                roster.make_ground()
            session = roster.make_session(year, plan.opens)
            if is_new:
                roster.make_bodies()
                make_staff()
            call = _call(session, plan)
            if is_new:
                roster.make_members()
                make_accounts()
                make_leaders()
        people = People(year)
        said.line(
            f"名册：委员{len(people.members)}人，承办单位{len(set(people.agencies.values()))}个，机构{len(people.bodies)}个"
        )
        if is_new:
            with transaction.atomic():
                said.line(f"往年台账：2016年{roster.import_ledger(moment(date(2016, 12, 2), 9))}件")
        known: dict[str, Proposal] = {}
        steps = run((life, "") for life in _lives(plan, people, session, call, known))
        count = Proposal.objects.filter(year=year).count()
        meetings = Gathering.objects.filter(starts_at__year=year).count()
        said.line(f"{year}年：提案{count}件，会议活动{meetings}次，办理{steps}步")
        if is_new:
            now.load(people, known, today)
            load_today(people, today)
            archive.today(people, today)
            changes.load_today(people, today)
            office.today(people, today)
        _read_old_notices(today)
    freeze_waiting(today)  # a demonstration is looked at before its worker has begun
    said.line(f"共用{time.monotonic() - said.began:.0f}秒，办理记录{Entry.objects.count()}行")


def _may_load(year: int, seed: int | None) -> bool:
    """Whether the folder is empty. Refuses what would mix a demonstration with anything else."""
    if year not in YEARS:
        raise Refused(
            f"演示年度只有{YEARS[0]}年至{YEARS[-1]}年（第九届）。请写 huisheng demo --year 2018 --seed 7。"
        )
    if year == 2017 and seed is not None:
        raise Refused("2017年是写定的一年，不用 --seed。请写 huisheng demo --year 2017。")
    if not (Term.objects.exists() or Account.objects.exists()):
        return True
    if year == 2017 or not Account.objects.filter(is_demo=True).exists():
        raise Refused("数据目录里已有内容，演示年度只能装入空目录。请换一个目录：HUISHENG_DATA=新目录 ./run")
    lived = Session.objects.filter(year__in=YEARS).order_by("-year").values_list("year", flat=True).first()
    if lived and lived >= year:
        raise Refused(f"这里已经装到{lived}年，只能接着装以后的年度。请换一个年度，或换一个空目录。")
    return False


def _lives(
    plan: Plan, people: People, session: Session, call: Call, known: dict[str, Proposal]
) -> list[Moments]:
    """Everything that happens in the year."""
    return [
        _topics(call, people, plan),
        *[Life(case, people, known).live() for case in cases(people, plan)],
        *Desk(people, plan).lives(),
        *Meetings(people, session, plan).lives(),
        *plan.further(people),
        annual.life(plan),
        _awards(people, known, plan),
    ]


class _Said:
    def __init__(self, stdout: TextIO | None) -> None:
        self.stdout, self.began = stdout, time.monotonic()

    def line(self, text: str) -> None:
        if self.stdout:
            print(text, file=self.stdout or sys.stdout, flush=True)


@contextmanager
def _one_unit() -> Iterator[None]:
    """Local rules and calendar are remembered for the whole loading instead of being asked at every step."""
    local.forget()
    yield
    local.forget()


# -- who proposes what, and when ---------------------------------------------------------------------------------
def cases(people: People, plan: Plan) -> list[Case]:
    """The papers of the year with their people and dates, ordered by submission. Same seed, same year."""
    rng = Random(f"huisheng {plan.seed}")
    turn = _Turn(people)
    made = [_case(paper, people, turn, plan, rng) for paper in plan.papers]
    _keep_mains_first(made)
    made.sort(key=lambda case: case.submitted)
    for i, case in enumerate(made):
        case.order = i
        case.publishes = _batch(case.submitted, plan.batches)
        is_early = case.submitted.date() < plan.opens + timedelta(days=3)
        case.hands_over = plan.hand_over if is_early else None
        case.archives = plan.day(12, 8)
    return made


def _case(paper: Paper, people: People, turn: _Turn, plan: Plan, rng: Random) -> Case:
    if body := paper.marks.get("by"):
        return Case(paper, _moment_of(paper, plan, rng), body=people.bodies[body])
    sponsor = turn.member(paper.marks.get("s", ""), paper.marks.get("m", ""))
    submitted = _moment_of(paper, plan, rng)
    return Case(paper, submitted, sponsor=sponsor, cosponsors=turn.cosponsors(sponsor, paper, rng))


class _Turn:
    """Members of a sector propose in turn, so that nobody proposes everything."""

    def __init__(self, people: People) -> None:
        self.by_sector: dict[str, list[Member]] = {}
        for one in people.proposers:
            self.by_sector.setdefault(one.sector.name if one.sector else "", []).append(one)
        self.everybody = people.proposers
        self.place: dict[str, int] = {}

    def member(self, sector: str, name: str) -> Member:
        if name:
            return next(one for one in self.everybody if one.name == name)
        names = self.by_sector.get(sector) or self.everybody
        place = self.place.get(sector, 0)
        self.place[sector] = place + 1
        return names[place % len(names)]

    def cosponsors(self, sponsor: Member, paper: Paper, rng: Random) -> list[Member]:
        told = paper.marks.get("with")
        wanted = int(told) if told else rng.choice((0, 0, 0, 0, 0, 1, 1, 2, 2, 3))
        others = [one for one in self.everybody if one.pk != sponsor.pk]
        near = [one for one in others if one.sector_id == sponsor.sector_id]
        picked = rng.sample(near, min(1, wanted)) + rng.sample(others, wanted)
        return list({one.pk: one for one in picked}.values())[:wanted]


def _moment_of(paper: Paper, plan: Plan, rng: Random) -> datetime:
    """When it was submitted: told (ordinary time), or some day before the session, most in its last days."""
    if told := paper.marks.get("on"):
        return moment(date.fromisoformat(told), rng.choice((9, 10, 15, 20)), rng.randint(0, 59))
    third = rng.random()
    if third < 0.22:
        day = plan.begins + timedelta(days=6 + rng.randint(0, 38))
    elif third < 0.5:
        day = plan.opens - timedelta(days=10 - rng.randint(0, 8))
    else:
        day = plan.opens - timedelta(days=1 - rng.randint(0, 2))
    last = 16 if day == plan.opens + timedelta(days=1) else 21
    return moment(day, rng.randint(8, last), rng.randint(0, 59))


def _keep_mains_first(made: list[Case]) -> None:
    """A paper that merges was handed in after the one it merges into."""
    by_title = {case.paper.title: case for case in made}
    for case in made:
        if into := case.paper.marks.get("into"):
            main = by_title[into]
            if case.submitted <= main.submitted:
                case.submitted, main.submitted = main.submitted, case.submitted
            if case.submitted == main.submitted:
                case.submitted += timedelta(minutes=7)


def _batch(submitted: datetime, batches: tuple[date, ...]) -> date | None:
    ready = submitted.date() + timedelta(days=9)
    return next((day for day in batches if day >= ready), None)


# -- the call, the awards, the old notices -----------------------------------------------------------------------
def _call(session: Session, plan: Plan) -> Call:
    """提案征集 of the autumn before: a public text and a catalogue of topics."""
    clerk = Account.objects.get(username="clerk")
    opens_on, closes_on = plan.call_days
    call = Call.objects.create(
        title=f"{plan.edition}会议提案选题征集", session=session, opens_on=opens_on, closes_on=closes_on,
        content="现向全区各界征集提案选题。请围绕转型发展、城市管理、生态环保、民生保障，写明看到的问题和大致想法，三百字以内。"
        "选题不是提案，由委员认领、调研、提交。涉法涉诉、举报投诉和个人事项，请到相应部门反映。",
        made_by=clerk,
    )  # fmt: skip
    Topic.objects.bulk_create(
        Topic(call=call, number=i, title=title, background=background, source=source)
        for i, (title, background, source) in enumerate(plan.topics, 1)
    )
    perform(call, "open", clerk, at=moment(opens_on, 9))
    return call


def _topics(call: Call, people: People, plan: Plan) -> Moments:
    """Topics are taken up by members when the committee has begun; the call closes before the session."""
    rng = Random(f"huisheng {plan.seed} call")
    at = moment(plan.begins + timedelta(days=2), 12)
    for topic in call.topics.all():
        for member in rng.sample(people.proposers, rng.choice((0, 1, 1, 2, 3))):
            at += timedelta(hours=rng.randint(1, 9))
            yield at, "take_up"
            perform(call, "take_up", people.of_member(member), {"topic": topic.pk}, at=at)
    at = moment(plan.call_days[1], 17)
    yield at, "close"
    perform(call, "close", people.clerk, at=at)


def _awards(people: People, known: dict[str, Proposal], plan: Plan) -> Moments:
    """优秀提案 and 先进承办单位: nominated with a reason, decided by the chairmen's meeting in December."""
    nominated_at, decided_on = moment(plan.day(12, 12), 10), plan.day(12, 20)
    yield nominated_at, "nominate"
    wanted: list[tuple[dict[str, Any], str, str]] = [
        (
            {"proposal": known[paper.title]},
            paper.marks["excellent"],
            "pass" if "passed" in paper.marks else "award",
        )
        for paper in plan.papers
        if "excellent" in paper.marks
    ]
    wanted += [({"agency": people.agencies[name]}, reason, "award") for name, reason in plan.units]
    nominated = [
        Nomination.objects.create(
            year=plan.year, **what, reason=reason, nominated_by="提案委员会", account=people.clerk,
            at=nominated_at + timedelta(minutes=i),
        )
        for i, (what, reason, _) in enumerate(wanted)
    ]  # fmt: skip
    for i, (one, (_, _, step)) in enumerate(zip(nominated, wanted, strict=True)):
        at = moment(decided_on, 15, i)
        yield at, step
        perform(one, step, people.chair, {"note": "主席会议研究决定"}, at=at)


def _read_old_notices(today: datetime) -> None:
    """Nobody opens an inbox with two thousand notices of a year long past: those older than two months were read."""
    old: Any = Notice.objects.filter(due_at__lt=today - timedelta(days=60), read_at=None)
    old.update(read_at=today - timedelta(days=60))
