"""The life of one paper, told as a generator: it says when the next thing happens, waits, and does it.

``run`` deals the moments of all lives in the order of time, so that serials, numbers and the journal come out as
they would have in the year itself. Everything goes through ``actions`` and ``perform``: no state is written here.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Generator, Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from huisheng.kernel import local, store
from huisheng.kernel.deadlines import add_working_days
from huisheng.kernel.lifecycle import perform, perform_by_clock
from huisheng.people.models import Account, Agency, Body, Member, Post
from huisheng.proposals import actions
from huisheng.proposals.forms import suggestions_to_answer
from huisheng.proposals.models import (
    Assignment,
    AssignmentState,
    Promise,
    Proposal,
    Rating,
    RatingState,
    Role,
)  # fmt: skip

from .roster import DATA, moment
from .texts import Paper, Voice

# a life yields its next moment, and a word for the point it has reached
Moments = Generator[tuple[datetime, str], None, None]
_IN_A_CHUNK = 400


def run(lives: Iterable[tuple[Moments, str]], until: datetime | None = None) -> int:
    """Live all lives in the order of time, each to its end, to its stop word, or to ``until``. Returns the steps.

    Transactions hold a few hundred steps each: a commit per step would cost a minute on a slow disk.
    """
    order = itertools.count()
    queue: list[tuple[datetime, int, Moments, str]] = []

    def advance(life: Moments, stop: str) -> None:
        following = next(life, None)
        if following and following[1] != stop and (until is None or following[0] <= until):
            heapq.heappush(queue, (following[0], next(order), life, stop))

    for life, stop in lives:
        advance(life, stop)
    steps = 0
    while queue:
        with transaction.atomic():
            for _ in range(_IN_A_CHUNK):
                if not queue:
                    break
                _, _, life, stop = heapq.heappop(queue)
                advance(life, stop)
                steps += 1
    return steps


class People:
    """Who presses the buttons in a year: accounts by role and by place, each with its posts, so that asking costs no query."""

    def __init__(self, year: int) -> None:
        gone = Member.objects.filter(ends_on__lt=date(year, 12, 31))
        self.members = list(Member.objects.exclude(pk__in=gone).select_related("sector").order_by("pk"))
        self.agencies = {name: one for one in Agency.objects.all() for name in (one.name, *one.short_names)}
        self.bodies: dict[str, Body] = {}
        for body in Body.objects.all():
            self.bodies.setdefault(body.name, body)
        self._at: dict[tuple[str, int], Account] = {}
        self.by_name: dict[str, Account] = {}
        posts = list(Post.objects.select_related("member", "body", "agency", "staff").order_by("pk"))
        accounts = {one.pk: one for one in Account.objects.all()}
        for account in accounts.values():
            account.__dict__["_posts"] = []
            self.by_name[account.username] = account
        for post in posts:
            account = accounts[post.account_id]
            account.posts_held.append(post)
            if post.place_id:
                self._at[post.kind, post.place_id] = account
        self.clerk, self.clerk2 = self.by_name["clerk"], self.by_name["clerk2"]
        self.reviewer, self.office = self.by_name["reviewer"], self.by_name["office"]
        self.chair, self.coordinator = self.by_name["chair"], self.by_name["coordinator"]
        avoided = {
            place for account in (self.reviewer,) for place in account.places("member", on=date(2017, 1, 1))
        }
        self.proposers = [one for one in self.members if one.pk not in avoided]

    def of_member(self, member: Member | None) -> Account:
        assert member is not None
        return self._at["member", member.pk]

    def of_body(self, body: Body | None) -> Account:
        assert body is not None
        return self._at["convener", body.pk]

    def handler(self, agency: Agency) -> Account:
        return self._at["handler", agency.pk]

    def head(self, agency: Agency) -> Account:
        return self._at["agency_head", agency.pk]

    def sponsor(self, proposal: Proposal) -> Account:
        return (
            self.of_body(proposal.sponsor_body)
            if proposal.sponsor_body_id
            else self.of_member(proposal.sponsor_member)
        )

    def rater(self, rating: Rating) -> Account:
        return self.of_body(rating.body) if rating.body_id else self.of_member(rating.member)


@dataclass
class Case:
    """A paper with its people and dates. ``submitted`` is fixed; what follows finds its own days."""

    paper: Paper
    submitted: datetime
    sponsor: Member | None = None
    body: Body | None = None
    cosponsors: list[Member] = field(default_factory=list)
    publishes: date | None = None  # day on which its batch of decisions is published
    hands_over: date | None = None  # day of the 交办会; None: as soon as it is filed
    archives: date | None = None
    pace: float = 1.0  # below 1 the days between two steps shrink, for the cases of today
    order: int = 0


class Life:
    """One case being lived. ``known`` holds the proposals made so far by the paper's key, for those that merge."""

    def __init__(self, case: Case, people: People, known: dict[str, Proposal]) -> None:
        self.case, self.paper, self.people, self.known = case, case.paper, people, known
        self.rng = Random(f"huisheng:{case.paper.key}")
        self.voice = Voice(case.paper.key)
        self.now = case.submitted
        self.proposal: Proposal = None  # type: ignore[assignment]

    # -- time ----------------------------------------------------------------------------------------------------
    def work(self, least: int, most: int) -> datetime:
        """Office hours, so many working days from now."""
        days = round(self.rng.randint(least, most) * self.case.pace)
        day = timezone.localdate(self.now)
        calendar = local.calendar()
        if days:
            day = add_working_days(day, days, calendar)
        elif not calendar.is_workday(day):
            day = calendar.next_workday(day)
        wanted = moment(day, self.rng.choice((9, 10, 11, 15, 16)), self.rng.randint(0, 59))
        return self._after(wanted)

    def spare(self, least: int, most: int) -> datetime:
        """A member's hour, so many days from now: noon or evening, weekends too."""
        day = timezone.localdate(self.now) + timedelta(
            days=round(self.rng.randint(least, most) * self.case.pace)
        )
        return self._after(moment(day, self.rng.choice((8, 12, 13, 18, 19)), self.rng.randint(0, 59)))

    def on(self, day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
        return self._after(moment(day, hour, minute) + timedelta(seconds=second))

    def soon(self, minutes: int) -> datetime:
        self.now += timedelta(minutes=minutes)
        return self.now

    def _after(self, wanted: datetime) -> datetime:
        self.now = max(wanted, self.now + timedelta(minutes=self.rng.randint(3, 25)))
        return self.now

    def has(self, mark: str) -> bool:
        return mark in self.paper.marks

    def do(self, record: Any, action: str, account: Account, data: dict[str, Any] | None = None) -> None:
        perform(record, action, account, data, at=self.now)

    def _reload(self) -> Proposal:
        self.proposal.refresh_from_db()
        return self.proposal

    # -- the whole -----------------------------------------------------------------------------------------------
    def live(self) -> Moments:
        yield from self.write()
        if self.has("withdraw_early"):
            yield self.spare(1, 2), "withdraw"
            self.do(
                self.proposal,
                "withdraw",
                self.people.sponsor(self.proposal),
                {"note": self.paper.marks["withdraw_early"]},
            )
            return
        yield from self.review()
        if self._reload().state != "filed":
            return
        yield from self.hand_over()
        yield from self.handle()
        yield from self.rate()
        yield from heapq.merge(*self._beside_each_other())

    def _beside_each_other(self) -> list[Moments]:
        """What goes on at the same time after the rating: each promise by its own clock, and the archiving."""
        lives = [self._apart()._archive()]
        promises = (
            self.proposal.promises.filter(is_live=True).select_related("agency").order_by("due_on", "pk")
        )
        return lives + [self._apart()._keep(promise, self._fate()) for promise in promises]

    def _apart(self) -> Life:
        """This life with a clock of its own."""
        return copy(self)

    def _archive(self) -> Moments:
        if not self.case.archives or self._reload().state != "concluded":
            return
        yield self.on(self.case.archives, 9, 30, self.case.order * 20), "archive"
        self.do(self.proposal, "archive", self.people.clerk)

    # -- writing and submission ----------------------------------------------------------------------------------
    def write(self) -> Moments:
        paper, case = self.paper, self.case
        is_paper = self.has("paper")
        account = (
            self.people.clerk
            if is_paper
            else self.people.of_body(case.body)
            if case.body
            else self.people.of_member(case.sponsor)
        )
        drafted = case.submitted - timedelta(
            days=self.rng.randint(2, 9) if case.pace == 1 else 2, minutes=self.rng.randint(5, 200)
        )
        self.now = drafted
        yield drafted, "start"
        self.proposal = actions.start(account, self._words(is_paper), at=self.now)
        self.known[paper.key] = self.known[paper.title] = self.proposal
        if case.body:
            _seal(self.proposal, account, self.now)
        yield from self._cosign(account, is_paper)
        self.now = max(case.submitted, self.now + timedelta(minutes=5))
        yield self.now, "submit"
        disclosure = {"disclosure": "closed", "disclosure_reason": "涉及正在协商的企业经营情况"} if self.has("closed") else {
            "disclosure": "summary" if self.has("summary") else "full"}  # fmt: skip
        self.do(self.proposal, "register" if is_paper else "submit", account, disclosure)
        if self.has("revise"):
            yield self.soon(120), "revise"
            self.do(self.proposal, "revise", account, self._revised("补写了一处数字"))

    def _words(self, is_paper: bool) -> dict[str, Any]:
        paper, case = self.paper, self.case
        phone = case.sponsor.phone if case.sponsor else ""
        suggested = [
            self.people.agencies[one] for one in (paper.lead or paper.separate[0], *paper.assisting) if one
        ]
        return {
            "title": paper.title, "situation": self.voice.situation(paper, is_collective=case.body is not None),
            "analysis": paper.analysis, "suggestions": list(paper.suggestions), "contact_phone": phone,
            "contact_person": case.sponsor.name if case.sponsor else case.body.leader if case.body else "",
            "sponsor_member": case.sponsor, "sponsor_body": case.body, "is_paper": is_paper,
            "suggested": suggested[: self.rng.randint(1, 2)],
        }  # fmt: skip

    def _revised(self, note: str) -> dict[str, Any]:
        text = self.proposal.text
        assert text is not None
        return {
            "title": text.title, "situation": text.situation + "\n附近两条街的情况与此相同，一并提出。", "analysis": text.analysis,
            "suggestions": [one.content for one in text.suggestions.all()], "note": note,
        }  # fmt: skip

    def _cosign(self, account: Account, is_paper: bool) -> Moments:
        asked = self.case.cosponsors
        if not asked:
            return
        if is_paper:
            actions.invite_members(self.proposal, asked, is_paper=True)
            return
        yield self.soon(20), "invite"
        self.do(self.proposal, "invite", account, {"members": [one.pk for one in asked]})
        for i, one in enumerate(self.proposal.cosponsors.select_related("member").order_by("position")):
            if self.has("unanswered") and i == len(asked) - 1:
                continue  # lapses at submission: a name that was not confirmed is not printed
            yield self.soon(self.rng.randint(60, 540)), "cosign"
            self.do(
                one,
                "refuse" if self.has("refused") and i == 1 else "accept",
                self.people.of_member(one.member),
            )

    # -- review --------------------------------------------------------------------------------------------------
    def review(self) -> Moments:
        people, paper = self.people, self.paper
        yield self.work(1, 3), "pre_review"
        if self.has("send_back"):
            self.do(
                self.proposal,
                "send_back",
                people.clerk,
                {"reason": "vague", "note": paper.marks["send_back"]},
            )
            if paper.end == "returned":
                return
            yield self.spare(1, 3), "resubmit"
            self.do(self.proposal, "resubmit", people.sponsor(self.proposal))
            yield self.work(0, 1), "pre_review"
        answers = self._outcome()
        self.do(self.proposal, "pre_review", people.clerk, answers)
        if self.has("withdraw"):
            yield self.spare(1, 2), "withdraw"
            self.do(
                self.proposal, "withdraw", people.sponsor(self.proposal), {"note": paper.marks["withdraw"]}
            )
            return
        if self.has("supplement"):
            yield self.spare(0, 1), "supplement"
            self.do(
                self.proposal,
                "supplement",
                people.sponsor(self.proposal),
                {"content": self.voice.sentence("supplement")},
            )
        yield self.work(1, 2), "decide"
        self.do(self.proposal, "decide", people.reviewer, answers)
        if self.has("review_anew"):
            yield self.soon(60), "decide"
            self.do(self.proposal, "review_anew", people.reviewer, {"note": "类别要再斟酌，重新审定。"})
            yield self.work(0, 0), "decide"
            self.do(self.proposal, "decide", people.reviewer, answers)
        yield from self._publish(answers)

    def _outcome(self) -> dict[str, Any]:
        """The reviewers' answers: the end mark is the outcome, with what that outcome asks for."""
        marks, (kind, _, detail) = self.paper.marks, self.paper.end.partition(":")
        answers: dict[str, Any] = {
            "outcome": kind, "category_five": self.paper.five, "category_local": self.paper.local,
            "note": marks.get("note", ""),
        }  # fmt: skip
        if kind == "merge":
            answers |= {
                "main": self.known[self._main_title()].pk,
                "consent": "提案委分别打电话征得双方第一提案人同意",
            }
        elif kind == "decline":
            answers["reason"] = detail
        elif kind == "to_channel":
            answers["channel"] = detail
        elif kind in ("returned", "withdrawn", "merge_filed"):
            answers["outcome"] = "file"
        return answers

    def _main_title(self) -> str:
        return self.paper.marks["into"]

    def _publish(self, answers: dict[str, Any]) -> Moments:
        people, outcome = self.people, answers["outcome"]
        day = self.case.publishes
        if day is None or day < timezone.localdate(self.now):
            yield self.work(1, 1), "publish"
        else:
            yield self.on(day, 10, 0, self.case.order * 15), "publish"
        self.do(self.proposal, outcome, people.clerk2 if outcome == "decline" else people.clerk)
        if self.has("unmerged"):
            yield from self._unmerge()
        if self.paper.end.startswith("merge_filed"):
            yield self.work(1, 2), "merge_filed"
            main = self.known[self._main_title()]
            self.do(self.proposal, "merge_filed", people.reviewer,
                    {"main": main.pk, "consent": "双方第一提案人当面同意", "note": "立案后发现内容相同"})  # fmt: skip

    def _unmerge(self) -> Moments:
        people = self.people
        yield self.work(2, 3), "unmerge"
        self.do(
            self.proposal,
            "unmerge",
            people.reviewer,
            {"note": "第一提案人来电说明两件侧重不同，要求单独办理。"},
        )
        answers = {"outcome": "file", "category_five": self.paper.five, "category_local": self.paper.local}
        yield self.work(0, 1), "decide"
        self.do(self.proposal, "decide", people.reviewer, answers)
        yield self.work(0, 1), "publish"
        self.do(self.proposal, "file", people.clerk)

    # -- hand-over -----------------------------------------------------------------------------------------------
    def hand_over(self) -> Moments:
        people, paper = self.people, self.paper
        yield self.work(2, 6) if self.case.hands_over else self.work(0, 1), "plan"
        pks = [[people.agencies[one].pk for one in names] for names in (paper.assisting, paper.separate)]
        lead = people.agencies[paper.lead].pk if paper.lead else ""
        plan = {"lead": lead, "assisting": pks[0], "separate": pks[1]}
        self.do(self.proposal, "plan", people.clerk, plan)
        if self.has("correct"):
            yield self.work(0, 1), "correct"
            self.do(self.proposal, "correct", people.reviewer, self._revised("第一提案人来函更正一处路名"))
        by = people.office
        day = self.case.hands_over
        if day and day >= timezone.localdate(self.now):
            yield self.on(day, 15, 0, self.case.order * 5), "assign"
        else:
            yield self.work(1, 2), "assign"
        self.do(self.proposal, "assign", by)
        if self.has("recall"):
            yield self.soon(40), "recall"
            self.do(self.proposal, "recall", by, {"note": "会办单位漏列，收回重新拟定。"})
            yield self.soon(30), "plan"
            self.do(self.proposal, "plan", people.clerk, plan)
            yield self.soon(20), "assign"
            self.do(self.proposal, "assign", by)
        if self.has("key"):
            yield self.work(3, 6), "mark_key"
            self.do(self.proposal, "mark_key", people.chair,
                    {"leader": paper.marks["key"] or people.chair.name, "note": "主席会议研究确定"})  # fmt: skip

    def _open(self, *roles: str) -> list[Assignment]:
        return list(
            self.proposal.assignments.filter(is_open=True, role__in=roles)
            .select_related("agency", "proposal__text")
            .order_by("pk")
        )

    # -- handling ------------------------------------------------------------------------------------------------
    def handle(self) -> Moments:
        yield from self._take_all()
        if self.has("add_agency"):
            yield self.work(1, 3), "add_agency"
            agency = self.people.agencies[self.paper.marks["add_agency"]]
            self.do(
                self.proposal,
                "add_agency",
                self.people.coordinator,
                {"agency": agency.pk, "note": "主办单位提出需要其参加"},
            )
            yield from self._take_all()
        if self.has("no_contact"):
            yield self.work(25, 28), "urge"
            self.do(self.proposal, "urge", self.people.coordinator, {"note": self.voice.sentence("urge")})
        for one in self._open(Role.LEAD, Role.SEPARATE):
            yield from self._contact(one)
        for one in self._open(Role.ASSISTING):
            yield self.work(2, 6), "opine"
            self.do(
                one,
                "opine",
                self.people.handler(one.agency),
                {"opinion": self.voice.opinion(one.agency.name, self.paper)},
            )
        yield from self._oversee()
        for one in self._open(Role.LEAD, Role.SEPARATE):
            yield from self._answer(one, self.paper.marks.get("letter", "A"), wait=(12, 30))

    def _take_all(self) -> Moments:
        for one in self._open(Role.LEAD, Role.SEPARATE, Role.ASSISTING):
            if one.state != AssignmentState.SENT:
                continue
            yield self.work(0, 1), "take"
            self.do(one, "take", self.people.handler(one.agency))
            if one.answers_itself and self.has("hand_back"):
                yield from self._hand_back(one)

    def _hand_back(self, one: Assignment) -> Moments:
        people = self.people
        name, _, how = self.paper.marks["hand_back"].partition(":")
        proposed = people.agencies[name]
        yield self.work(0, 0), "hand_back"
        self.do(one, "hand_back", people.handler(one.agency),
                {"reason": "duty", "ground": f"按“三定”规定，这一事项的主管职责在{proposed.name}。", "proposed": proposed.pk,
                 "signed_by": people.head(one.agency).name})  # fmt: skip
        yield self.work(1, 2), "decide_back"
        if how == "refused":
            self.do(
                one,
                "refuse_back",
                people.coordinator,
                {"note": "经与编制部门核对，主要职责在你单位，请继续办理。"},
            )
            return
        self.do(
            one, "agree_back", people.coordinator, {"agency": proposed.pk, "note": "职责清楚，同意改办。"}
        )
        yield self.work(0, 1), "take"
        new = self._open(Role.LEAD, Role.SEPARATE)[0]
        self.do(new, "take", people.handler(new.agency))

    def _contact(self, one: Assignment) -> Moments:
        people, agency = self.people, one.agency
        yield self.work(3, 9), "contact"
        held_on = timezone.localdate(self.now)
        sponsor = people.sponsor(self.proposal)
        self.do(one, "contact", people.handler(agency),
                {"form": self.rng.choice(("visit", "meeting", "site", "site", "phone")), "held_on": held_on.isoformat(),
                 "people": f"{sponsor.name}、{agency.contact or people.handler(agency).name}", "points": self.voice.contact(self.paper)})  # fmt: skip
        made = one.contacts.order_by("-pk")[0]
        if self.has("unconfirmed"):
            return
        yield self.spare(0, 4), "confirm"
        if self.has("disputed") and one.round == 1 and one.contacts.count() == 1:
            self.do(made, "dispute", sponsor, {"view": self.voice.sentence("dispute")})
            yield from self._contact(one)
            return
        view = self.voice.sentence("view") if self.rng.random() < 0.4 else ""
        self.do(made, "confirm", sponsor, {"view": view})

    def _oversee(self) -> Moments:
        if not self.has("key"):
            return
        for form in self.rng.sample(("consult", "inspection", "meeting", "research"), self.rng.randint(1, 2)):
            yield self.work(5, 9), "oversee"
            self.do(self.proposal, "oversee", self.people.chair,
                    {"leader": self.paper.marks["key"] or self.people.chair.name, "form": form,
                     "held_on": timezone.localdate(self.now).isoformat(), "result": self.voice.sentence("oversight")})  # fmt: skip

    def _answer(self, one: Assignment, letter: str, wait: tuple[int, int]) -> Moments:
        people, agency = self.people, one.agency
        handler = people.handler(agency)
        if self.has("extend") and one.round == 1:
            yield self.work(28, 32), "extend"
            self.do(
                one,
                "extend",
                handler,
                {"span": "1个月", "note": "涉及上级审批和管线迁改，需要再作一次衔接。"},
            )
            yield self.work(1, 2), "grant"
            asked = one.extensions.get()
            refused = self.paper.marks["extend"] == "refused"
            self.do(
                asked,
                "refuse" if refused else "grant",
                people.coordinator,
                {"note": "理由不充分，请按期答复。" if refused else "情况属实，同意一次。"},
            )
            wait = (1, 4) if refused else (14, 20)
        elif self.has("late") and one.round == 1:
            wait = (45, 52)
        yield self.work(*wait), "draft"
        self.do(one, "draft", handler, self._reply(one, letter))
        if self.has("rejected") and one.round == 1:
            yield self.work(1, 2), "approve"
            self.do(one, "reject", people.head(agency), {"note": "第二条答得太笼统，补上完成时间。"})
            yield self.work(1, 2), "draft"
            self.do(one, "draft", handler, self._reply(one, letter))
        yield from self._countersign(one)
        yield self.work(1, 2), "approve"
        self.do(one, "approve", people.head(agency))
        yield self.work(1, 3), "deliver"
        if self.has("returned_reply") and one.round == 1:
            self.do(
                one,
                "return_reply",
                people.clerk,
                {"note": "第一条没有回应提案的具体要求，请与提案人再沟通后重写。"},
            )
            yield self.work(2, 4), "draft"
            self.do(one, "draft", handler, self._reply(one, letter))
            yield from self._countersign(one)
            yield self.work(1, 1), "approve"
            self.do(one, "approve", people.head(agency))
            yield self.work(1, 1), "deliver"
        disclosed = "closed" if self.has("closed") else "summary" if self.has("summary") else "full"
        self.do(one, "deliver", people.clerk, {"disclosed": disclosed})

    def _reply(self, one: Assignment, letter: str) -> dict[str, Any]:
        agency, people = one.agency, self.people
        answers: dict[str, Any] = {
            "letter": letter, "leader": people.head(agency).name, "handler": people.handler(agency).name,
            "phone": agency.phone, "disclosure": "full", "opening": self.voice.opening(self.paper.title, agency.name),
            "closing": self.voice.closing(agency.name),
        }  # fmt: skip
        asked = list(suggestions_to_answer(one))
        answers |= {
            f"answer_{s.pk}": self.voice.answer(letter, s.content, agency.name, timezone.localdate(self.now))
            for s in asked
        }
        if letter == "B":
            for i in range(1, 1 + (2 if self.rng.random() < 0.3 else 1)):
                answers |= {
                    f"promise_{i}_what": self.voice.promise(asked[(i * 2 - 1) % len(asked)].content),
                    f"promise_{i}_who": f"{people.head(agency).name}、{people.handler(agency).name}",
                    f"promise_{i}_due": self._promise_day(i).isoformat(),
                }
        return answers

    def _promise_day(self, i: int) -> date:
        if "due" in self.paper.marks:
            return date.fromisoformat(self.paper.marks["due"])
        day = timezone.localdate(self.now)
        if self.case.pace < 1:
            return day + timedelta(days=60 * i)
        ends = [
            date(day.year, 9, 30),
            date(day.year, 10, 31),
            date(day.year, 11, 30),
            date(day.year, 12, 29),
            date(day.year + 1, 4, 27),
        ]
        return self.rng.choice([one for one in ends if one > day + timedelta(days=20)])

    def _countersign(self, one: Assignment) -> Moments:
        reply = one.replies.filter(is_current=True, round=one.round).last()
        assert reply is not None
        for i, asked in enumerate(reply.countersigns.filter(state="waiting").select_related("agency")):
            if self.has("deemed") and i == 0:
                calendar = local.calendar()
                self.now = max(
                    self.now, moment(calendar.next_workday(asked.due_on + timedelta(days=1)), 9, 30)
                )
                yield self.now, "countersign"
                self.do(
                    asked,
                    "deem",
                    self.people.coordinator,
                    {"note": "会签期满，两次电话催问没有回音，认定为无意见。"},
                )
                continue
            yield self.work(0, 2), "countersign"
            handler = self.people.handler(asked.agency)
            if self.has("dissent") and i == 0:
                self.do(
                    asked,
                    "dissent",
                    handler,
                    {"content": "第二条写的时间我单位没有把握，用地手续至少需要半年，建议改为分步实施。"},
                )
            else:
                self.do(asked, "agree", handler)

    # -- rating --------------------------------------------------------------------------------------------------
    def rate(self) -> Moments:
        for _ in range(2):
            yield from self._rate_round()
            if self._reload().state != "handling":
                return
            for one in self._open(Role.LEAD, Role.SEPARATE):
                yield from self._contact(one)
                yield from self._answer(one, self.paper.marks.get("second", "A"), wait=(2, 4))

    def _rate_round(self) -> Moments:
        main = self._reload()
        round_number = main.round
        if not self.has("silent"):
            yield self.spare(0, 2), "open"
            actions.open_replies(main, self.people.sponsor(main), self.now)
        asked = [
            rating for one in actions.with_merged(main)
            for rating in one.ratings.filter(round=round_number, state=RatingState.ASKED).select_related("member", "body").order_by("-is_first", "pk")
        ]  # fmt: skip
        for i, rating in enumerate(asked):
            if self._misses(rating, i, round_number):
                continue
            is_recorded = self.has("recorded") and i == 0
            yield self.work(1, 4) if is_recorded else self.spare(1, 5) if i == 0 else self.spare(0, 2), "rate"
            rating.refresh_from_db()
            if rating.state != RatingState.ASKED:
                return  # another signer's 不满意 closed the round
            self._say_rating(rating, i, round_number)
        if self._reload().state != "answered":
            return
        last = max(one.due_on for one in asked)
        self.now = max(
            self.now,
            moment(local.calendar().next_workday(last + timedelta(days=1)), 10, self.rng.randint(0, 59)),
        )
        yield self.now, "close"
        self.do(main, "close", self.people.clerk)

    def _misses(self, rating: Rating, i: int, round_number: int) -> bool:
        if "bad" in self.paper.marks and i == 0:
            return False
        return self.has("silent") or (not rating.is_first and self.rng.random() < 0.12)

    def _say_rating(self, rating: Rating, i: int, round_number: int) -> None:
        is_bad = i == 0 and (self.has("bad") and round_number == 1 or self.has("bad_again"))
        answers = self._words_of_rating(is_bad)
        if self.has("recorded") and i == 0:
            self.do(
                rating,
                "rate_for",
                self.people.clerk,
                answers | {"source": f"{timezone.localdate(self.now):%-m月%-d日}收到纸质反馈表，已存档"},
            )
        else:
            self.do(rating, "rate", self.people.rater(rating), answers)

    def _words_of_rating(self, is_bad: bool) -> dict[str, Any]:
        if is_bad:
            return {"process": self.rng.choice(("fair", "bad")), "result": "bad", "reason": self.paper.marks.get("bad") or "missed",
                    "remark": self.voice.sentence("bad_remark")}  # fmt: skip
        letter = self.paper.marks.get("letter", "A")
        process = "good" if self.rng.random() < 0.82 else "fair"
        result = "good" if self.rng.random() < {"A": 0.8, "B": 0.6, "C": 0.3}[letter] else "fair"
        remark = self.voice.sentence(f"{result}_remark") if self.rng.random() < 0.35 else ""
        return {"process": process, "result": result, "remark": remark}

    # -- promises ------------------------------------------------------------------------------------------------
    def _fate(self) -> str:
        told = self.paper.marks.get("promise")
        return told or ("explained" if self.rng.random() < 0.15 else "kept")

    def _keep(self, promise: Promise, fate: str) -> Moments:
        people = self.people
        handler = people.handler(promise.agency)
        if fate == "open":
            return
        due = promise.due_on
        if fate == "broken":
            yield self.on(local.calendar().next_workday(due + timedelta(days=3)), 15), "break"
            self.do(promise, "break", people.clerk, {"note": self.voice.sentence("broken")})
            return
        if fate in ("explained", "postponed"):
            yield self.on(due - timedelta(days=4), 10), "explain"
            new = (
                date.fromisoformat(self.paper.marks["until"])
                if fate == "postponed"
                else due + timedelta(days=120)
            )
            self.do(
                promise,
                "explain",
                handler,
                {"evidence": self.voice.sentence("late_reason"), "due_on": new.isoformat()},
            )
            if fate == "postponed":
                return
            yield self.on(new, 8), "ask"
            perform_by_clock(promise, "ask", self.now)
            due = new
        yield self.on(due - timedelta(days=self.rng.randint(2, 12)), 16, self.rng.randint(0, 59)), "report"
        self.do(promise, "report", handler, {"evidence": self.voice.sentence("evidence")})
        yield self.work(1, 5), "keep"
        self.do(promise, "keep", people.clerk)


def _seal(proposal: Proposal, account: Account, at: datetime) -> None:
    """The page with seal and signature, as the body scanned it (one specimen for all)."""
    upload = store.receive((DATA / "seal.pdf").read_bytes(), f"{proposal.sponsor_name}盖章签名页.pdf")
    actions.attach(proposal, account, upload, "seal", at=at)
