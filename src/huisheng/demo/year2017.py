"""2017, the written year: its papers, letters, meetings and days as data/ tells them, and what only this year has."""

from __future__ import annotations

from datetime import date

from . import changes, news, office, standing
from .archive import Archive
from .consultations import Consultations
from .forum import Deliberation
from .lives import Moments, People
from .meetings import BANKS, ENTERPRISES, REMARKS, read_contacts, read_events, read_roll, read_speeches
from .plan import Event, Plan
from .supervision import Watch
from .texts import pools, read_papers
from .voices import read_letters, read_stories

FILES = ("papers_city.txt", "papers_people.txt", "papers_economy.txt", "papers_green.txt", "papers_law.txt")
INVITED = "工业经济发展座谈会"  # whose guests are too many for a line each


def _days(*days: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in days)


def plan() -> Plan:
    return Plan(
        year=2017, seed="2017", opens=date(2017, 2, 13), hand_over=date(2017, 3, 16),
        batches=_days(
            "2016-12-20", "2016-12-30", "2017-01-10", "2017-01-20", "2017-02-07", "2017-02-17", "2017-02-27"
        ),
        papers=tuple(paper for name in FILES for paper in read_papers(name)),
        topics=tuple((title, background, source) for title, background, source in (
            row.split("|") for row in pools("topics.txt")["topics"]
        )),
        call_days=(date(2016, 10, 17), date(2017, 1, 25)),
        stories=tuple(read_stories()), letters=tuple(read_letters()),
        issues=_days("2017-02-24", "2017-03-24", "2017-04-21", "2017-05-19", "2017-06-23", "2017-07-28"), public_issues=2,
        events=events(), contacts=read_contacts(), roll=read_roll(), speeches=read_speeches(), remarks=REMARKS,
        units=(
            ("区住房和城乡建设局", "承办件数最多，件件见面，承诺按月报进度。"),
            ("区民政局", "养老服务的建议逐条落实，提案人两次到现场。"),
            ("区环境保护局", "会办意见提得早，答复数字实。"),
        ),
        honours=(
            {"member": None, "person": "", "title": "文史资料工作先进单位"},
            {"member": 5, "person": "", "title": "文史资料工作先进个人"},
            {"member": None, "person": "office", "title": "文史资料工作先进个人"},
        ),
        rule_book=("anqing", "委员履职考核办法（征求意见稿）"), elects=True, further=_further,
    )  # fmt: skip


def events() -> tuple[Event, ...]:
    made = read_events()
    for one in made:
        if one.title == INVITED:
            one.guests = [[name, "enterprise", "1"] for name in ENTERPRISES]
            one.guests += [[name, "bank", "2"] for name in BANKS]
    return tuple(made)


def _further(people: People) -> list[Moments]:
    """The consultations, the forum, the supervision, the collecting, the changes, the written reports, the office's own quarters and the
    news."""
    return [
        *Consultations(people).lives(),
        *Deliberation(people).lives(),
        *Watch(people).lives(),
        *Archive(people).lives(),
        *changes.lives(people),
        *standing.lives(people),
        *office.lives(people),
        *news.lives(people),
    ]
