"""社情民意 of a demonstration year: letters by every channel, opinions of members and bodies, and what became of them.

What a plan says (of 2017: data/voices.txt and data/letters.txt) is lived through the lifecycle, in the order of time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from huisheng.bulletins import actions as issues
from huisheng.bulletins import queries as issue_queries
from huisheng.bulletins.models import Issue, Item
from huisheng.kernel import local
from huisheng.kernel.deadlines import add_working_days
from huisheng.kernel.lifecycle import perform
from huisheng.opinions import actions
from huisheng.opinions.models import Lead, Opinion
from huisheng.outputs.models import OutputState
from huisheng.people.models import Body, Member

from .lives import Moments, People
from .plan import Letter, Plan, Story
from .roster import DATA, moment

SYNTHESIS = "关于麦收晒粮烘干难的综合反映"
OPENS = 9  # o'clock
MOST = 6  # items of an issue


def read_stories() -> list[Story]:
    stories: list[Story] = []
    for line in _lines("voices.txt"):
        if line.startswith("## "):
            stories.append(Story(line[3:], {}))
            continue
        story = stories[-1]
        if not story.marks:
            story.marks = dict(mark.split("=", 1) for mark in line.split())
        elif line.startswith("= "):
            story.analysis = line[2:]
        elif line.startswith("+ "):
            story.advice = line[2:]
        elif line.startswith("> "):
            story.letters.append(_letter(line[2:]))
        elif line.startswith("< "):
            story.answer = line[2:]
        elif line.startswith("@ "):
            story.report = line[2:]
        else:
            story.situation = line
    return stories


def read_letters() -> list[Letter]:
    return [_letter(line) for line in _lines("letters.txt")]


def _lines(name: str) -> Iterator[str]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("# "):
            yield line


def _letter(line: str) -> Letter:
    channel, source, day, words, *rest = (part.strip() for part in line.split("|"))
    return Letter(channel, source, date.fromisoformat(day), words, *rest)


class Desk:
    """The intake desk, the editor, the checker and the chair of the demonstration."""

    def __init__(self, people: People, plan: Plan) -> None:
        self.people, self.plan = people, plan
        self.editor, self.office, self.chair = people.by_name["editor"], people.office, people.chair
        self.leader = people.by_name["leader"]
        self.rng = Random(f"voices {plan.seed}")
        self.synthesis: Opinion | None = None

    def lives(self) -> list[Moments]:
        stories = self.plan.stories
        parts = [one for one in stories if one.marks["fate"] == "combined"]
        return [self._issues(), *(self._opinion(one) for one in stories), *(self._letter(one) for one in self.plan.letters),
                *([self._whole(parts)] if parts else []), *(self._order(one) for one in stories if one.report)]  # fmt: skip

    # -- letters -------------------------------------------------------------------------------------------------
    def _take_in(self, one: Letter, at: datetime) -> Lead:
        """Half of the senders leave a number; it is made up, as they are."""
        contact = {"phone": f"138-0000-8{self.rng.randint(300, 999)}"} if self.rng.random() < 0.5 else {}
        by_hand = one.channel not in ("web", "mail", "wecom")
        voice = actions.Voice(
            one.channel, one.words, f"demo:{one.day}:{one.words[:40]}", source=one.source, contact=contact
        )
        return actions.take_in(voice, at, self.editor if by_hand else None).lead

    def _accept(self, lead: Lead, at: datetime) -> None:
        gist = lead.content.rstrip("。")[:40]
        perform(lead, "accept", self.editor, {"gist": gist, "category": _category(lead.content)}, at=at)

    def _letter(self, one: Letter) -> Moments:
        at = moment(one.day, OPENS + self.rng.randint(0, 8), self.rng.randint(0, 59))
        yield at, "voice"
        lead = self._take_in(one, at)
        at = self._later(at, 1)
        yield at, "voice"
        fate, _, detail = one.fate.partition(":")
        if fate == "bin":
            perform(lead, "park", self.editor, {"note": one.answer}, at=at)
            perform(lead, "bin", self.office, {"note": one.answer}, at=at)
        elif fate == "redirect":
            perform(lead, "redirect", self.editor, {"service": detail, "text": one.answer}, at=at)
        else:
            self._accept(lead, at)
            at = self._later(at, self.rng.randint(6, 18))
            yield at, "voice"
            if fate == "unuse":
                perform(lead, "unuse", self.editor, {"reason": detail, "text": one.answer}, at=at)
            else:
                perform(lead, "pass_on", self.editor, {"to": "有关承办单位"}, at=at)
                perform(lead, "answer", self.editor, {"text": one.answer}, at=at)

    # -- opinions ------------------------------------------------------------------------------------------------
    def _opinion(self, story: Story) -> Moments:
        leads = []
        for one in story.letters:
            at = moment(one.day, OPENS + self.rng.randint(0, 8), self.rng.randint(0, 29))
            yield at, "voice"
            lead = self._take_in(one, at)
            at += timedelta(minutes=20)
            yield at, "voice"
            self._accept(lead, at)
            leads.append(lead)
        at = moment(date.fromisoformat(story.marks["on"]), 10, self.rng.randint(0, 59))
        yield at, "voice"
        opinion = self._submit(story, at)
        fate = story.marks["fate"]
        at = self._later(at, self.rng.randint(1, 3))
        yield at, "voice"
        if fate == "returned":
            perform(
                opinion,
                "send_back",
                self.editor,
                {"note": "请补充停车位的数量和来办事的人数，建议再具体一些。"},
                at=at,
            )
            return
        if fate == "kept":
            perform(
                opinion, "keep", self.editor, {"reason": "later", "note": "留作人才工作综合稿的材料。"}, at=at
            )
            return
        perform(opinion, "adopt", self.editor, {"area": story.marks["area"]}, at=at)
        for lead in leads:
            perform(lead, "take_up", self.editor, {"opinion": opinion.pk}, at=at)
        if fate == "combined":
            self._combine(opinion, at)
            return
        at = self._later(at, 2)
        yield at, "voice"
        perform(opinion, "edit", self.editor, story.words, at=at)
        yield from self._finish(opinion, story, at)
        at = self._later(at, self.rng.randint(20, 40))
        yield at, "voice"
        for lead in leads:
            perform(lead, "answer", self.editor, {"text": story.answer}, at=at)

    def _submit(self, story: Story, at: datetime) -> Opinion:
        member, body = self._reporter(story)
        account = self.people.of_body(body) if body else self.people.of_member(member)
        opinion = actions.start(account, story.words | {"reporter_body": body}, at=at)
        perform(opinion, "submit", account, at=at)
        return opinion

    def _reporter(self, story: Story) -> tuple[Member | None, Body | None]:
        if name := story.marks.get("by"):
            return None, self.people.bodies[name]
        sector = story.marks["s"]
        mine = [one for one in self.people.proposers if one.sector and one.sector.name == sector]
        return self.rng.choice(mine), None

    def _finish(self, opinion: Opinion, story: Story, at: datetime) -> Moments:
        at = self._later(at, 1)
        yield at, "voice"
        perform(opinion, "check", self.office, story.words, at=at)
        at = self._later(at, 1)
        yield at, "voice"
        perform(opinion, "sign", self.chair, at=at)
        if adopted := story.marks.get("adopted"):
            level, _, addressee = adopted.partition(":")
            at = self._later(at, 15)
            yield at, "voice"
            answers = {"level": level, "how": "single", "addressee": addressee, "adopted_on": str(at.date())}
            perform(opinion, "record_adoption", self.editor, answers, at=at)

    # -- 《政协直通车》 ------------------------------------------------------------------------------------------------
    def _issues(self) -> Moments:
        for number, day in enumerate(self.plan.issues):
            at = moment(day, 14, self.rng.randint(0, 29))
            yield at, "issue"
            issue = self._compile(at)
            perform(issue.output, "send", self.editor, at=at)
            at = self._later(at, 1)
            yield at, "issue"
            perform(issue.output, "check", self.office, {}, at=at)
            perform(issue.output, "sign", self.chair, at=at)
            at = self._later(at, 1)
            yield at, "issue"
            readers = {"leaders": [self.leader.pk], "addressees": ["party_head", "government_head"]}
            sent = readers | {"how": "platform", "delivered_on": str(at.date())}
            perform(issue.output, "deliver", self.editor, sent, at=at)
            if number < self.plan.public_issues:
                perform(issue.output, "publish", self.chair, at=at)

    def _compile(self, at: datetime) -> Issue:
        issue = issues.start(self.editor, "express", at=at)
        waiting = list(issue_queries.candidates(issue).select_related("text"))[::-1][:MOST]
        for opinion in waiting:
            item = issues.add_item(issue, opinion, self.editor, at)
            gist = item.gist
            if issue_queries.letters(gist) < 60 and opinion.text:
                gist = f"{gist}{opinion.text.advice}".rstrip("。")[:118] + "。"
            words = {
                "headline": item.headline,
                "gist": gist,
                "proposal": item.proposal,
                "source": item.source,
            }
            issues.save_item(item, self.editor, words | {"voices": item.voices}, at)
        return issue

    def _order(self, story: Story) -> Moments:
        """A leader reads and writes; the unit takes it up and reports; everybody whose words it was hears of it."""
        agency = self.people.agencies[story.marks["to"]]
        day = date.fromisoformat(story.marks["on"]) + timedelta(days=19)
        item: Item | None = None
        while item is None:  # until the issue lies on the leader's desk
            day += timedelta(days=2)
            at = moment(add_working_days(day, 1, local.calendar()), 8, 30)
            yield at, "instruction"
            out = Item.objects.filter(opinion__title=story.title, issue__output__state=OutputState.DELIVERED)
            item = out.select_related("issue__output", "opinion").first()
        issue, opinion = item.issue, item.opinion
        said = {"opinion": opinion.pk, "phrase": "study", "agencies": [agency.pk]}
        perform(issue.output, "instruct", self.leader, said, at=at)
        instruction = issue.output.instructions.get(opinion=opinion)
        at = self._later(at, 1)
        yield at, "instruction"
        excerpt = "\n".join((f"《{opinion}》", story.situation, story.advice))
        given = {"agencies": [agency.pk], "task": instruction.words, "excerpt": excerpt}
        perform(instruction, "transfer", self.editor, given, at=at)
        follow_up = instruction.follow_ups.get()
        handler = self.people.handler(agency)
        at = self._later(at, 1)
        yield at, "instruction"
        perform(follow_up, "take", handler, at=at)
        at = self._later(at, 14)
        yield at, "instruction"
        perform(follow_up, "report", handler, {"report": story.report, "measures": story.report}, at=at)
        at = self._later(at, 2)
        yield at, "instruction"
        perform(follow_up, "accept", self.editor, {"told": f"{agency}报告：{story.report}"}, at=at)

    # -- the synthesis -------------------------------------------------------------------------------------------
    def _combine(self, opinion: Opinion, at: datetime) -> None:
        target = {"synthesis": self.synthesis.pk} if self.synthesis else {"title": SYNTHESIS}
        perform(opinion, "combine", self.editor, target, at=at)
        self.synthesis = self.synthesis or Opinion.objects.get(is_synthesis=True)

    def _whole(self, parts: list[Story]) -> Moments:
        story = Story(
            SYNTHESIS, {}, "\n".join(one.situation for one in parts), "\n".join(one.analysis for one in parts),
            "\n".join(one.advice for one in parts),
        )  # fmt: skip
        at = self._later(moment(max(date.fromisoformat(one.marks["on"]) for one in parts)), 6)
        yield at, "voice"
        assert self.synthesis is not None, "its parts came first"
        whole = Opinion.objects.get(pk=self.synthesis.pk)
        perform(whole, "edit", self.editor, story.words, at=at)
        yield from self._finish(whole, story, at)

    def _later(self, at: datetime, days: int) -> datetime:
        day = add_working_days(at.date(), days, local.calendar())
        return moment(day, OPENS + self.rng.randint(0, 7), self.rng.randint(0, 59))


CATEGORIES = (
    ("路|车|停|公交|红绿灯|灯杆", "road"), ("水|井盖|公厕", "water"), ("医|疫苗|卫生", "health"), ("学校|孩子|图书馆|校", "school"),
    ("老|食堂", "elderly"), ("规划|小区|院", "housing"), ("早市|菜|零食", "environment"), ("招工|贷|企业|厂", "business"),
)  # fmt: skip


_STREET = re.compile("(?:济源|中心|新安|工业)路街道")  # a place, not what the letter is about


def _category(words: str) -> str:
    words = _STREET.sub("", words)
    return next((code for pattern, code in CATEGORIES if re.search(pattern, words)), "other")
