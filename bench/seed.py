"""python -m bench.seed COUNT [POOL]: COUNT made-up proposals in an empty data folder ($HUISHENG_DATA), columns as the lifecycle
leaves them: texts, suggestions, signers, assignments, replies, ratings, a chained journal, the search index.

Written in bulk, because ten thousand lives lived step by step take an hour; what a page reads is the same.
Besides them a pool of drafts to submit and of submitted ones to review. Prints what the measuring programs need as JSON.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")

import django

import huisheng  # noqa: F401  (puts the locked SQLite in place)

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from bench import gen_texts  # noqa: E402
from huisheng.kernel.deadlines import published_rows  # noqa: E402
from huisheng.kernel.journal import FIRST  # noqa: E402
from huisheng.kernel.local import install_defaults  # noqa: E402
from huisheng.kernel.models import CalendarDay, Counter, Entry, JournalHead  # noqa: E402
from huisheng.people import tokens  # noqa: E402
from huisheng.people.models import Account, Agency, Body, Member, Post, Session, Term  # noqa: E402
from huisheng.proposals.findable import every_findable  # noqa: E402
from huisheng.proposals.models import (  # noqa: E402
    Assignment,
    Cosponsor,
    Proposal,
    Rating,
    Reply,
    ReplyItem,
    Review,
    Suggestion,
    Text,
)
from huisheng.search import index  # noqa: E402

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "bench-Pass-123"
POOL = 1500  # drafts to submit, and as many submitted ones to review
# state -> share; how far its life has come
LIVES = (
    ("concluded", 55),
    ("answered", 10),
    ("handling", 15),
    ("filed", 3),
    ("submitted", 5),
    ("declined", 8),
    ("withdrawn", 4),
)
STEPS = (
    ("start", "起草", "", "draft"), ("submit", "提交", "draft", "submitted"), ("pre_review", "初审", "submitted", "reviewed"),
    ("decide", "审定", "reviewed", "decided"), ("file", "立案", "decided", "filed"), ("plan", "拟定承办单位", "filed", "filed"),
    ("assign", "交办", "filed", "handling"), ("answer", "办复", "handling", "answered"), ("conclude", "办结", "answered", "concluded"),
)  # fmt: skip
ENDS = {
    "declined": ("decline", "不予立案", "decided", "declined"),
    "withdrawn": ("withdraw", "撤案", "submitted", "withdrawn"),
}
REACHED = {
    "draft": 1,
    "submitted": 2,
    "withdrawn": 2,
    "declined": 4,
    "filed": 6,
    "handling": 7,
    "answered": 8,
    "concluded": 9,
}


class People:
    """The committee: 300 members, 32 agencies, ten sessions; one account that is member, clerk and office at once."""

    def __init__(self) -> None:
        install_defaults(date(2016, 1, 1))
        CalendarDay.objects.bulk_create(
            CalendarDay(date=d, is_workday=w, name=n) for d, w, n in published_rows()
        )
        term = Term.objects.create(number=9, committee="政协郑州市上街区", starts_on=date(2016, 1, 1))
        self.sessions = {
            year: Session.objects.create(
                term=term,
                number=year - 2015,
                year=year,
                opens_on=date(year, 2, 13),
                closes_on=date(year, 2, 15),
                cutoff_at=datetime(year, 2, 14, 17, tzinfo=SHANGHAI),
                counts_from=datetime(year, 1, 1, tzinfo=SHANGHAI),
            )
            for year in range(2016, 2028)
        }
        self.sectors = {name: Body.objects.create(kind="sector", name=name) for name in gen_texts.SECTORS}
        rows = [gen_texts.member(i) for i in range(300)]
        self.members = Member.objects.bulk_create(
            Member(name=r["name"], sector=self.sectors[r["sector"]], starts_on=date(2016, 1, 1)) for r in rows
        )
        self.agencies = {
            name: Agency.objects.create(name=name, duty=f"负责{name}有关工作") for name in gen_texts.UNITS
        }
        self.bench = Account.objects.create_user("bench", "测速员", PASSWORD)
        for kind, place in (("clerk", {}), ("office", {}), ("member", {"member": self.members[0]})):
            Post.objects.create(account=self.bench, kind=kind, starts_on=date(2016, 1, 1), **place)
        self.staff = Account.objects.create_user(
            "staff", "提案委", PASSWORD
        )  # an ordinary clerk reads the pages
        Post.objects.create(account=self.staff, kind="clerk", starts_on=date(2016, 1, 1))
        self.member = Account.objects.create_user("member", self.members[1].name, PASSWORD)
        Post.objects.create(
            account=self.member, kind="member", member=self.members[1], starts_on=date(2016, 1, 1)
        )


class Writer:
    """Rows of one slice, kept until all are made: few statements, and the ids are known beforehand."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.chance = random.Random(5)
        self.numbers: dict[str, int] = {}
        self.seq, self.digest = 0, FIRST
        self.rows: dict[type, list[Any]] = {}

    def next(self, series: str) -> int:
        self.numbers[series] = self.numbers.get(series, 0) + 1
        return self.numbers[series]

    def put(self, row: Any) -> Any:
        self.rows.setdefault(type(row), []).append(row)
        return row

    def flush(self) -> None:
        proposals = self.rows.pop(Proposal)
        kept = [(one.text_id, one.decision_id) for one in proposals]
        for one in proposals:
            one.text_id = one.decision_id = None
        Proposal.objects.bulk_create(proposals, batch_size=500)
        for model in (Text, Suggestion, Cosponsor, Review, Assignment, Reply, ReplyItem, Rating, Entry):
            model._base_manager.bulk_create(self.rows.pop(model, []), batch_size=500)
        for one, (text, decision) in zip(proposals, kept, strict=True):
            one.text_id, one.decision_id = text, decision
        Proposal.objects.bulk_update(proposals, ["text", "decision"], batch_size=400)

    def close(self) -> None:
        Counter.objects.bulk_create(
            Counter(series=series, last=last) for series, last in self.numbers.items() if ":" in series
        )
        JournalHead.objects.update_or_create(pk=1, defaults={"seq": self.seq, "digest": self.digest})

    def proposal(self, i: int, state: str, sponsor: Member | None = None) -> None:
        made_up = gen_texts.proposal(i)
        people, pk, reached = self.people, i + 1, REACHED[state]
        day = date.fromisoformat(made_up["date"])
        at = datetime(day.year, day.month, day.day, 10, i % 60, tzinfo=SHANGHAI)
        member = sponsor or people.members[made_up["member"]]
        one = Proposal(
            pk=pk, title=made_up["title"], state=state, sponsor_member=member, sponsor_name=member.name,
            sector_id=member.sector_id, made_by=people.bench, made_at=at, changed_at=at, version=reached - 1, text_id=pk,
        )  # fmt: skip
        self.put(one)
        self._text(pk, made_up, at, is_frozen=reached > 1)
        if reached > 1:
            one.year, one.session, one.series = day.year, people.sessions[day.year], "ordinary"
            one.serial, one.submitted_at = self.next(f"serial:{day.year}"), at
            one.category_five, one.category_local = (
                self.chance.choice(("economy", "society", "ecology")),
                "urban",
            )
        for position, signer in enumerate(made_up["cosigners"], 1):
            self.put(Cosponsor(proposal_id=pk, member=people.members[signer], position=position, state="accepted",
                               sector_id=people.members[signer].sector_id, answered_at=at))  # fmt: skip
        if reached > 2:
            ways = {"outcome": "decline", "reason": "10"} if state == "declined" else {"outcome": "file"}
            self.put(
                Review(
                    pk=pk, proposal_id=pk, stage="final", account=people.bench, at=at, published_at=at, **ways
                )
            )
            one.decision_id = pk
        if reached > 4:
            one.number, one.filed_on = self.next(f"number:{one.session_id}:"), day
        if reached > 5:
            self._handled(one, made_up, at, reached)
        for action, label, start, end in [*STEPS[:reached], *([ENDS[state]] if state in ENDS else [])]:
            self._entry(pk, action, label, start, end, at)

    def _text(self, pk: int, made_up: dict[str, Any], at: datetime, *, is_frozen: bool) -> None:
        head, _, rest = made_up["body"].partition("存在的主要问题:")
        analysis, _, advice = rest.partition("具体建议:")
        self.put(Text(pk=pk, proposal_id=pk, number=1, title=made_up["title"], situation=head.removeprefix("案由:").strip(),
                      analysis=analysis.strip(), account=self.people.bench, at=at, is_frozen=is_frozen))  # fmt: skip
        for number, content in enumerate([line for line in advice.split("\n\n") if line][:6], 1):
            self.put(Suggestion(pk=pk * 10 + number, text_id=pk, number=number, content=content))

    def _handled(self, one: Proposal, made_up: dict[str, Any], at: datetime, reached: int) -> None:
        agency = self.people.agencies[made_up["unit"]]
        due_on = at.date() + timedelta(days=90)
        one.lead_agency, one.assigned_on = agency, at.date()
        one.due_on = due_on if one.state == "handling" else None
        states = {"filed": "planned", "handling": "taken"}
        self.put(Assignment(pk=one.pk, proposal_id=one.pk, agency=agency, state=states.get(one.state, "replied"), due_on=due_on,
                            sent_on=at.date(), clock_from=at.date(), clock_rule="span.reply", version=3))  # fmt: skip
        if reached < 8:
            return
        one.answered_on, one.result_letter = at.date(), "A"
        one.concluded_on = at.date() if reached == 9 else None
        self.put(Reply(pk=one.pk, assignment_id=one.pk, letter="A", meaning="solved", leader="周建", handler="郑文", phone="68910000",
                       drafted_by=self.people.bench, drafted_at=at, approved_at=at, delivered_at=at))  # fmt: skip
        for row in [row for row in self.rows[Suggestion][-6:] if row.text_id == one.pk]:
            self.put(ReplyItem(reply_id=one.pk, suggestion=row, content=f"已经办理：{row.content[:80]}"))
        given = (
            {"state": "given", "process": "good", "result": "fair", "given_at": at} if reached == 9 else {}
        )
        self.put(
            Rating(
                proposal_id=one.pk,
                member_id=one.sponsor_member_id,
                is_first=True,
                asked_on=at.date(),
                due_on=due_on,
                **given,
            )
        )

    def _entry(self, pk: int, action: str, label: str, start: str, end: str, at: datetime) -> None:
        self.seq += 1
        kind = Proposal.kind()
        entry = Entry(seq=self.seq, at=at, account=self.people.bench, role="提案委", action=action, label=label, from_state=start,
                      to_state=end, matter_type=kind, matter_id=pk, subject_type=kind, subject_id=pk, previous=self.digest)  # fmt: skip
        entry.digest = self.digest = entry.compute_digest()
        self.put(entry)


def main(count: int, pool: int = POOL) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        people = People()
        writer = Writer(people)
        states = [state for state, share in LIVES for _ in range(share)]
        for i in range(count + 2 * pool):
            sponsor = None if i < count else people.members[0] if i < count + pool else people.members[2]
            state = states[i * 37 % 100] if i < count else "draft" if i < count + pool else "submitted"
            writer.proposal(i, state, sponsor)
            if i % 1000 == 999:
                writer.flush()
        if writer.rows:
            writer.flush()
        writer.close()
    index.rebuild(every_findable())
    print(
        json.dumps(
            {
                "count": count,
                "drafts": count + 1,
                "submitted": count + pool + 1,
                "token": tokens.issue(people.bench),
            }
        )
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
