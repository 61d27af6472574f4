"""The demonstration year: an empty data folder becomes the committee of 2017, and a desk with work for today.

The same seed gives the same year. What happens to a paper is written beside it (data/papers_*.txt); the days are
found here. Figures are not aimed at: they come out as ``huisheng figures 2017`` counts them.
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

from . import annual, archive, now, office, roster
from .accounts import make_accounts, make_leaders, make_staff
from .consultations import Consultations
from .forum import Deliberation
from .lives import Case, Life, Moments, People, run
from .meetings import Meetings
from .roster import moment
from .supervision import Watch, load_today
from .texts import Paper, pools, read_papers
from .voices import Desk

SEED = "huisheng 2017"
FILES = ("papers_city.txt", "papers_people.txt", "papers_economy.txt", "papers_green.txt", "papers_law.txt")
# days on which a batch of decisions was published; each paper takes the first one it is ready for
BATCHES = tuple(
    date.fromisoformat(day)
    for day in ("2016-12-20", "2016-12-30", "2017-01-10", "2017-01-20", "2017-02-07", "2017-02-17", "2017-02-27")
)  # fmt: skip
HAND_OVER = date(2017, 3, 16)  # 交办会, within thirty days after the session closed
ARCHIVE = date(2017, 12, 8)


def load(year: int = 2017, stdout: TextIO | None = None, *, today: datetime | None = None) -> None:
    """Fill an empty data folder. Raises Refused when there is something in it, or for a year we have no papers of.

    today: the clock, from which the work on today's desks is dated back.
    """
    if year != 2017:
        raise Refused("演示年度只有2017年。请写 huisheng demo --year 2017。")
    if Term.objects.exists() or Account.objects.exists():
        raise Refused("数据目录里已有内容，演示年度只能装入空目录。请换一个目录：HUISHENG_DATA=新目录 ./run")
    said = _Said(stdout)
    today = today or timezone.now()
    with _one_unit():
        with transaction.atomic():
            session = roster.make_ground()
            roster.make_bodies()
            make_staff()
            call = _call(session)
            roster.make_members()
            make_accounts()
            make_leaders()
        people = People()
        said.line(
            f"名册：委员{len(people.members)}人，承办单位{len(set(people.agencies.values()))}个，机构{len(people.bodies)}个"
        )
        with transaction.atomic():
            said.line(f"往年台账：2016年{roster.import_ledger(moment(date(2016, 12, 2), 9))}件")
        known: dict[str, Proposal] = {}
        lives = [Life(case, people, known).live() for case in cases(people)]
        voices, meetings = Desk(people).lives(), Meetings(people, session).lives()
        consulted, talks = Consultations(people).lives(), Deliberation(people).lives()
        watched, materials = Watch(people).lives(), archive.Archive(people).lives()
        everything = (
            _topics(call, people),
            *lives,
            *voices,
            *meetings,
            *consulted,
            *talks,
            *watched,
            *office.lives(people),
            annual.life(),
            _awards(people, known),
        )
        steps = run([*((life, "") for life in everything), *materials])
        said.line(
            f"2017年：提案{Proposal.objects.filter(year=2017).count()}件，会议活动{Gathering.objects.count()}次，办理{steps}步"
        )
        now.load(people, known, today)
        load_today(people, today)
        archive.today(people, today)
        office.today(people, today)
        _read_old_notices(today)
    freeze_waiting(today)  # a demonstration is looked at before its worker has begun
    said.line(f"共用{time.monotonic() - said.began:.0f}秒，办理记录{Entry.objects.count()}行")


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
def cases(people: People) -> list[Case]:
    """The papers of the year with their people and dates, ordered by submission. Same seed, same year."""
    rng = Random(SEED)
    papers = [paper for name in FILES for paper in read_papers(name)]
    turn = _Turn(people)
    made = [_case(paper, people, turn, rng) for paper in papers]
    _keep_mains_first(made)
    made.sort(key=lambda case: case.submitted)
    for i, case in enumerate(made):
        case.order = i
        case.publishes = _batch(case.submitted)
        is_early = case.submitted.date() < date(2017, 2, 16)
        case.hands_over = HAND_OVER if is_early else None
        case.archives = ARCHIVE
    return made


def _case(paper: Paper, people: People, turn: _Turn, rng: Random) -> Case:
    if body := paper.marks.get("by"):
        return Case(paper, _moment_of(paper, rng), body=people.bodies[body])
    sponsor = turn.member(paper.marks.get("s", ""), paper.marks.get("m", ""))
    return Case(
        paper, _moment_of(paper, rng), sponsor=sponsor, cosponsors=turn.cosponsors(sponsor, paper, rng)
    )


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


def _moment_of(paper: Paper, rng: Random) -> datetime:
    """When it was submitted: told (ordinary time), or some day before the session, most in its last days."""
    if told := paper.marks.get("on"):
        return moment(date.fromisoformat(told), rng.choice((9, 10, 15, 20)), rng.randint(0, 59))
    third = rng.random()
    if third < 0.22:
        day = date(2016, 12, 12) + timedelta(days=rng.randint(0, 38))
    elif third < 0.5:
        day = date(2017, 2, 3) + timedelta(days=rng.randint(0, 8))
    else:
        day = date(2017, 2, 12) + timedelta(days=rng.randint(0, 2))
    last = 16 if day == date(2017, 2, 14) else 21
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


def _batch(submitted: datetime) -> date | None:
    ready = submitted.date() + timedelta(days=9)
    return next((day for day in BATCHES if day >= ready), None)


# -- the call, the awards, the old notices -----------------------------------------------------------------------
def _call(session: Session) -> Call:
    """提案征集 of autumn 2016: a public text and a catalogue of topics."""
    clerk = Account.objects.get(username="clerk")
    call = Call.objects.create(
        title="九届一次会议提案选题征集", session=session, opens_on=date(2016, 10, 17), closes_on=date(2017, 1, 25),
        content="现向全区各界征集提案选题。请围绕转型发展、城市管理、生态环保、民生保障，写明看到的问题和大致想法，三百字以内。"
        "选题不是提案，由委员认领、调研、提交。涉法涉诉、举报投诉和个人事项，请到相应部门反映。",
        made_by=clerk,
    )  # fmt: skip
    rows = [row.split("|") for row in pools("topics.txt")["topics"]]
    Topic.objects.bulk_create(
        Topic(call=call, number=i, title=title, background=background, source=source)
        for i, (title, background, source) in enumerate(rows, 1)
    )
    perform(call, "open", clerk, at=moment(date(2016, 10, 17), 9))
    return call


def _topics(call: Call, people: People) -> Moments:
    """Topics are taken up by members when the committee has begun; the call closes before the session."""
    rng = Random(f"{SEED} call")
    at = moment(date(2016, 12, 8), 12)
    for topic in call.topics.all():
        for member in rng.sample(people.proposers, rng.choice((0, 1, 1, 2, 3))):
            at += timedelta(hours=rng.randint(1, 9))
            yield at, "take_up"
            perform(call, "take_up", people.of_member(member), {"topic": topic.pk}, at=at)
    at = moment(date(2017, 1, 25), 17)
    yield at, "close"
    perform(call, "close", people.clerk, at=at)


def _awards(people: People, known: dict[str, Proposal]) -> Moments:
    """优秀提案 and 先进承办单位: nominated with a reason, decided by the chairmen's meeting in December."""
    yield moment(date(2017, 12, 12), 10), "nominate"
    papers = [paper for name in FILES for paper in read_papers(name) if "excellent" in paper.marks]
    wanted: list[tuple[dict[str, Any], str, str]] = [
        (
            {"proposal": known[paper.title]},
            paper.marks["excellent"],
            "pass" if "passed" in paper.marks else "award",
        )
        for paper in papers
    ]
    wanted += [
        ({"agency": people.agencies[name]}, reason, "award")
        for name, reason in (
            ("区住房和城乡建设局", "承办件数最多，件件见面，承诺按月报进度。"),
            ("区民政局", "养老服务的建议逐条落实，提案人两次到现场。"),
            ("区环境保护局", "会办意见提得早，答复数字实。"),
        )
    ]
    nominated = [
        Nomination.objects.create(
            year=2017, **what, reason=reason, nominated_by="提案委员会", account=people.clerk,
            at=moment(date(2017, 12, 12), 10, i),
        )
        for i, (what, reason, _) in enumerate(wanted)
    ]  # fmt: skip
    for i, (one, (_, _, step)) in enumerate(zip(nominated, wanted, strict=True)):
        at = moment(date(2017, 12, 20), 15, i)
        yield at, step
        perform(one, step, people.chair, {"note": "主席会议研究决定"}, at=at)


def _read_old_notices(today: datetime) -> None:
    """Nobody opens an inbox with two thousand notices of a year long past: those older than two months were read."""
    old: Any = Notice.objects.filter(due_at__lt=today - timedelta(days=60), read_at=None)
    old.update(read_at=today - timedelta(days=60))
