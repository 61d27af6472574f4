"""年度协商 and 民主监督 of a drawn year: what drawn.py found to talk over and to look at, lived as in the written year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from huisheng.consultations import actions
from huisheng.consultations.models import Line, Plan
from huisheng.gatherings.models import Gathering
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Body
from huisheng.supervision import actions as looking
from huisheng.supervision.models import Supervision

from .consultations import PREFACE, Consultations, Talk, Topic, line_of
from .lives import Moments, People
from .plan import worked
from .roster import moment
from .supervision import Story, Watch
from .texts import head

if TYPE_CHECKING:
    from .drawn import Told

SITTING = "主席会议（第二次）"  # where the year's plan is discussed
HOSTS = {
    "urban": "城建环保委员会", "economy": "经济委员会", "education": "科教文卫体委员会", "law": "社会和法制委员会", "rural": "经济委员会",
    "history": "学习和文史委员会",
}  # fmt: skip


class Talks(Consultations):
    """The plan of the year, as the year before left it or made anew; its lines one after another, the last one late."""

    def __init__(self, people: People, year: int, told: Sequence[Told]) -> None:
        super().__init__(people)
        self.year, self.told = year, told

    def lives(self) -> list[Moments]:
        return [self._of_the_year(), *(self._of_line(i) for i in range(len(self.told)))]

    def _of_the_year(self) -> Moments:
        at = moment(date(self.year, 1, 3), 9)
        yield at, "plan"
        document = f"区委常委会{self.year}年第4次会议"
        left = Plan.objects.filter(year=self.year, state="submitted").first()
        if left is not None:
            yield from self._approved(left, self._later(at, 3), document)
            return
        words = {"year": self.year, "title": f"{self.year}年度协商工作计划", "preface": PREFACE, "collects_until": None}  # fmt: skip
        sitting = self._sitting(4)
        at = moment(sitting, 9)
        yield at, "plan"
        plan = actions.start_plan(self.office, words, at=at)
        until = {"collects_until": str(sitting), "note": "围绕全年中心工作"}
        perform(plan, "collect", self.office, until, at=at)
        topics = [Topic(one.title, one.analysis, HOSTS[one.local], str(sitting)) for one in self.told]
        for topic in topics:
            yield from self._bring(topic, self.year)
        yield from self._screen(topics, moment(self._sitting(3), 9))
        at = moment(self._sitting(3), 10)
        yield at, "plan"
        for i, one in enumerate(self.told):
            line = line_of(
                one.title, subject=self._topic(one.title), month=5 + i, leader="副主席 宋云章", body=self._body(HOSTS[one.local]),
                agencies=self._units(one.lead, *one.assisting[:1]),
            )  # fmt: skip
            actions.add_line(plan, self.office, line, at=at)
        yield from self._through(plan, SITTING, self._sitting(1), document)

    def _sitting(self, before: int) -> date:
        """So many days before the chairmen's meeting: it sits on a Friday, those before it are worked."""
        starts = Gathering.objects.filter(title=SITTING, starts_at__year=self.year).values_list(
            "starts_at", flat=True
        )
        day = starts.first()
        return (day.date() if day else date(self.year, 3, 9)) - timedelta(days=before)

    def _of_line(self, place: int) -> Moments:
        """Begun in spring, talked over in its month, written up, answered in autumn."""
        day = worked(date(self.year, 4, 9) + timedelta(days=20 * place))
        at = moment(day, 9)
        yield at, "line"
        line = self._nth(place)
        if line is None:
            return
        told, host = self.told[place], self._host(line)
        keeper = self.people.of_body(line.body) if line.body_id else self.office
        self._begin(line, keeper, "先到现场看，再请有关单位当面协商，意见写成建议报送。", (), at)
        if place == len(self.told) - 1:
            return  # its month has come and gone
        talk = Talk(
            f"{line.title}协商会", "通报情况，委员和单位逐条协商", tuple(str(one) for one in line.agencies.all()[:3]),
            f"围绕“{line.title}”逐条协商，意见归为{len(told.suggestions)}条，会后写成建议报送。",
        )  # fmt: skip
        days = tuple(worked(day + timedelta(days=after)) for after in (3, 28, 33))
        yield from self._talk(line, keeper, host, talk, at, (days[0], days[1], days[2]))
        advice = tuple((told.area, words) for words in told.suggestions)
        at = moment(days[2], 10)
        paper = self._paper("letter", f"关于{line.title}的建议", told.situation, advice, at)
        yield from self._deliver(paper, at)
        answers = ("adopted", "partly" if place % 2 else "adopted", "not" if place % 3 == 1 else "adopted")
        later = moment(worked(days[2] + timedelta(days=95)), 10)
        yield from self._finish(line, paper, answers, "建议均有答复，采纳的已列入工作安排。", later)

    def _nth(self, place: int) -> Line | None:
        lines = Line.objects.filter(plan__year=self.year, state="planned").select_related("plan", "body")
        begun = Line.objects.filter(plan__year=self.year).exclude(state="planned").count()
        return (
            lines.order_by("number", "pk")[place - begun : place - begun + 1].first()
            if place >= begun
            else None
        )

    def _host(self, line: Line) -> Body:
        return line.body or line.partners.first() or self._body("提案委员会")


class Looks(Watch):
    """One 专项监督: seen in the field, found, sent, mended by the day the units named, and looked at again."""

    def __init__(self, people: People, year: int, told: Sequence[Told]) -> None:
        super().__init__(people)
        self.year, self.told = year, told

    def lives(self) -> list[Moments]:
        return [self._special(one, worked(date(self.year, 3, 19 + 7 * i))) for i, one in enumerate(self.told)]

    def _story(self, told: Told, begins: date) -> Story:
        items = tuple((head(words), words.rstrip("。")) for words in told.suggestions)
        seen = (
            (("fails", "到现场看过，还没有动手"),),
            (("partly", "做了一部分，还有没有做到的"),),
            (("meets", "已经照办"),),
        )
        return Story(
            f"{told.title}专项监督", "special", HOSTS[told.local], (told.lead, *told.assisting[:1]), told.situation,
            "听情况通报，看现场、查台账，与群众座谈，列出问题，到期回头看。", begins, worked(begins + timedelta(days=200)),
            "请准备台账和近一年的工作情况；四月中旬到现场，届时请有关负责同志到场。", items, seen,
        )  # fmt: skip

    def _special(self, told: Told, begins: date) -> Moments:
        story = self._story(told, begins)
        yield from self._begin(story)
        one = Supervision.objects.get(title=story.title)
        at = moment(worked(begins + timedelta(days=24)), 16)
        yield at, "supervision"
        self._inspect(one, story, at)
        leader, finder = self._inspectors(one)[:2]
        agency = self.people.agencies[told.lead]
        for number, ((result, note),) in enumerate(story.seen, 1):
            if result == "meets":
                continue
            item = one.items.get(number=number)
            words = {
                "agency": agency,
                "content": f"{item.title}：{note}。",
                "basis": "年度工作安排",
                "advice": item.expectation,
            }
            looking.find(one, finder, words, item=item, at=at)
        at = moment(worked(at.date() + timedelta(days=4)), 10)
        yield at, "supervision"
        perform(one, "list", leader, at=at)
        yield from self._paper(
            one,
            "supervision",
            f"关于{told.title}的监督意见",
            moment(worked(at.date() + timedelta(days=10)), 9),
        )
        at = moment(worked(at.date() + timedelta(days=14)), 9)
        yield at, "supervision"
        perform(one, "send", self.office, at=at)
        findings = list(one.findings.order_by("number").select_related("agency"))
        handler = self.people.handler(agency)
        due = worked(at.date() + timedelta(days=60))
        for after, action in ((8, "plan"), (50, "report"), (68, "pass")):
            then = moment(worked(at.date() + timedelta(days=after)), 9)
            yield then, "supervision"
            for finding in findings:
                finding.refresh_from_db()
                said = {
                    "plan": {"what": told.done, "who": agency.leader or "分管负责人", "due_on": str(due)},
                    "report": {"report": told.done},
                    "pass": {"looked_on": str(then.date()), "seen": f"到现场看过：{told.done}"},
                }  # fmt: skip
                perform(finding, action, leader if action == "pass" else handler, said[action], at=then)
        at = moment(worked(at.date() + timedelta(days=75)), 10)
        yield at, "supervision"
        conclusion = f"提出问题{len(findings)}项，均已整改，回头看一次通过。"
        perform(one, "close", self.office, {"conclusion": conclusion}, at=at)
