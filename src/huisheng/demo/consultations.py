"""年度协商 of the demonstration year: topics, the plan of 2017 in two versions, what was consulted about and what came of it;
and the plan of 2018 as it lay before the party committee when the year ended.

The visits and meetings are those of data/meetings.txt, found by their names; one consultation on proposals is held here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from huisheng.consultations import actions
from huisheng.consultations.models import Line, Plan, Research, Subject
from huisheng.gatherings import actions as meetings
from huisheng.gatherings.models import Gathering
from huisheng.kernel import local
from huisheng.kernel.deadlines import add_working_days
from huisheng.kernel.lifecycle import perform
from huisheng.opinions.models import Lead
from huisheng.outputs import actions as outputs
from huisheng.outputs.models import OUT, Output
from huisheng.people.models import Account, Member
from huisheng.proposals.models import FILED_STATES, Proposal

from .lives import Moments, People
from .roster import moment

ECONOMY, HANDLING = "企业发展和企业融资", "园区和社区民生提案办理"
AFTERCARE, SERVICE = "中小学课后托管", "为侨服务"
ELDERLY, POVERTY = "养老服务业发展", "脱贫攻坚精准施策"
PREFACE = (
    "围绕区委、区政府中心工作，以全体会议为龙头、以常委会议和主席会议为重点、以座谈交流和提案办理协商为常态，"
    "议题少而精，先调研后协商，成果要报送、采纳要登记、落实要回头看。"
)


@dataclass(frozen=True)
class Topic:
    """One topic: who brought it, on which day, in which words; ``fate`` of those that did not go into a plan."""

    title: str
    reason: str
    by: str
    on: str
    form: str = "topic"
    fate: str = ""
    said: str = ""


@dataclass(frozen=True)
class Talk:
    """One 协商会: its name, the one thing on its agenda, the units that came, what was put down."""

    title: str
    item: str
    guests: tuple[str, ...]
    minutes: str


TOPICS_2017 = (
    Topic("工业企业运行和融资", "开年走了几家厂，订单有，钱转不开；银行说有钱，找不到合格的贷款户。", "经济委员会", "2017-02-20"),
    Topic(AFTERCARE, "三点半放学，双职工家庭接不了孩子，学校想管又怕担责任。", "教育界", "2017-02-21", "sector"),
    Topic(ELDERLY, "养老院床位空着，老人却说住不起、不敢住，护理员更难找。", "社会和法制委员会", "2017-02-22"),
    Topic(SERVICE, "侨属企业办事、侨眷子女入学，政策有，知道的人少。", "港澳台侨界", "2017-02-23", "sector"),
    Topic(HANDLING, "园区路灯、社区食堂几件提案说的是一件事，该请几家单位坐到一起答。", "提案委员会", "2017-02-24", "handling"),
    Topic("矿山片区环境整治", "扬尘反复，群众年年提。", "城建环保委员会", "2017-02-24"),
    Topic("新建一座体育馆", "群众健身没有场地。", "文化艺术界", "2017-02-27", "topic", "decline", "已列入城建计划，不必再专题协商。"),
    Topic("机关食堂改进服务", "排队时间长。", "工会", "2017-02-28", "topic", "keep", "属机关内部事务，转请有关单位改进。"),
)  # fmt: skip
TOPICS_2018 = (
    Topic("民营企业减负政策落地", "政策文件发了十几个，企业说得清的没有几个，要一家一家对账。", "民建", "2017-10-11"),
    Topic("铁路片区老旧小区改造", "十几个老旧小区权属在铁路单位，水电气路都要坐下来谈。", "城建环保委员会", "2017-10-16"),
    Topic("乡村文化设施怎么用起来", "书屋、广场建好了，门常锁着。", "文化艺术界", "2017-10-18", "sector"),
    Topic("医养结合", "去年说的养老问题，卡在医院和养老院两张皮。", "医药卫生界", "2017-10-24", "sector"),
)  # fmt: skip


def line_of(title: str, **words: Any) -> dict[str, Any]:
    given = {
        "form": "topic",
        "tier": "chairs",
        "body": None,
        "partners": [],
        "agencies": [],
        "participants": "有关委员和部门",
    }
    return given | {"title": title} | words


class Consultations:
    """The office writes and keeps the plan; conveners and members bring topics and do the work."""

    def __init__(self, people: People) -> None:
        self.people, self.office, self.chair = people, people.office, people.chair
        self.editor, self.leader = people.by_name["editor"], people.by_name["leader"]

    def lives(self) -> list[Moments]:
        return [
            self._plan(), self._whole(), self._economy(), self._handling(), self._aftercare(), self._elderly(),
            self._poverty(), self._briefed(), self._next_year(),
        ]  # fmt: skip

    # -- the plan of 2017 ------------------------------------------------------------------------------------------------
    def _plan(self) -> Moments:
        yield moment(date(2017, 2, 17), 9), "plan"
        data = {
            "year": 2017, "title": "2017年度协商工作计划", "preface": PREFACE, "collects_until": None,
        }  # fmt: skip
        at = moment(date(2017, 2, 17), 9)
        plan = actions.start_plan(self.office, data, at=at)
        perform(
            plan, "collect", self.office, {"collects_until": "2017-03-03", "note": "围绕全年中心工作"}, at=at
        )
        for topic in TOPICS_2017:
            yield from self._bring(topic, 2017)
        yield from self._screen(TOPICS_2017, moment(date(2017, 3, 6), 9))
        at = moment(date(2017, 3, 7), 10)
        yield at, "plan"
        for words in self._lines_2017():
            actions.add_line(plan, self.office, words, at=at)
        yield from self._through(plan, "主席会议（第二次）", date(2017, 3, 8), "区委常委会2017年第6次会议")
        # the standing committee spoke for the topic of the year: the plan changes, by the same way
        at = moment(date(2017, 5, 31), 10)
        yield at, "plan"
        reason = "九届二次常委会议建议把企业融资作为专题议政的重点；区委新交办脱贫攻坚民主监督。"
        perform(plan, "amend", self.office, {"note": reason}, at=at)
        mining = self._line("矿山片区环境整治")
        economy = self._line("工业企业运行和融资")
        actions.save_line(economy, self.office, self._economy_words(ECONOMY), at)
        actions.take_out(mining, self.office, at)
        words = line_of(
            POVERTY, month=11, leader="副主席 梁振声", body=self._body("社会和法制委员会"), agencies=self._units("区民政局", "峡窝镇人民政府"),
            participants="有关委员、驻村干部",
        )  # fmt: skip
        actions.add_line(plan, self.office, words, at=at)
        yield from self._through(plan, "主席会议（第三次）", date(2017, 6, 1), "区委常委会2017年第14次会议")

    def _lines_2017(self) -> list[dict[str, Any]]:
        return [
            line_of("《政府工作报告》和“十三五”规划实施", form="whole", tier="plenary", month=2, leader="主席 秦伯年", participants="全体委员"),
            self._economy_words("工业企业运行和融资") | {"subject": self._topic("工业企业运行和融资")},
            line_of(
                HANDLING, subject=self._topic(HANDLING), form="handling", month=6, leader="副主席 宋云章", body=self._body("提案委员会"),
                agencies=self._units("区住房和城乡建设局", "区城市管理局", "区民政局"), participants="提案委员、承办单位"),
            line_of(
                AFTERCARE, subject=self._topic(AFTERCARE), form="sector", tier="sector", month=5, leader="副主席 宋云章",
                body=self._body("科教文卫体委员会"), partners=[self._body("教育界")], agencies=self._units("区教育体育局"),
                participants="教育界委员、校长、家长"),
            line_of("上半年工作情况", form="briefing", tier="standing", month=7, leader="主席 秦伯年", participants="全体委员"),
            line_of(
                SERVICE, subject=self._topic(SERVICE), form="sector", tier="sector", month=9, leader="副主席 梁振声",
                body=self._body("民族宗教和港澳台侨联络委员会"), partners=[self._body("港澳台侨界")],
                agencies=self._units("区外事侨务办公室"), participants="侨界委员"),
            line_of(
                ELDERLY, subject=self._topic(ELDERLY), tier="standing", month=10, leader="副主席 梁振声",
                body=self._body("社会和法制委员会"), agencies=self._units("区民政局", "区卫生和计划生育委员会"), participants="有关委员"),
            line_of(
                "矿山片区环境整治", subject=self._topic("矿山片区环境整治"), month=8, leader="副主席 宋云章",
                body=self._body("城建环保委员会"), agencies=self._units("区环境保护局")),
        ]  # fmt: skip

    def _economy_words(self, title: str) -> dict[str, Any]:
        return line_of(
            title, tier="standing", month=7, leader="副主席 宋云章", body=self._body("经济委员会"), partners=[self._body("经济界")],
            agencies=self._units("区工业和信息化委员会", "区政府金融工作办公室", "区人力资源和社会保障局"),
            participants="经济界委员、企业和银行负责人",
        ) | ({} if title == ECONOMY else {"month": 6})  # fmt: skip

    def _through(self, plan: Plan, meeting: str, on: date, document: str) -> Moments:
        """主席会议 → 区委 → 印发. The meeting is one of the year's; what is approved comes back on paper."""
        at = moment(on, 16)
        yield at, "plan"
        perform(plan, "discuss", self.office, at=at)
        sitting = Gathering.objects.get(title=meeting, starts_at__year=plan.year)
        at = sitting.ends_at - timedelta(minutes=10)
        yield at, "plan"
        perform(plan, "endorse", self.chair, {"meeting": sitting.pk}, at=at)
        at = self._later(at, 1)
        yield at, "plan"
        perform(plan, "submit", self.office, at=at)
        yield from self._approved(plan, self._later(at, 5), document)

    def _approved(self, plan: Plan, at: datetime, document: str) -> Moments:
        """What the party committee has agreed to is registered, and a day later the plan is issued."""
        yield at, "plan"
        said = {
            "approver": "party_standing",
            "approved_on": str(at.date() - timedelta(days=1)),
            "document": document,
        }
        perform(plan, "approve", self.office, said, at=at)
        at = self._later(at, 1)
        yield at, "plan"
        perform(plan, "issue", self.chair, at=at)

    def _later(self, at: datetime, days: int) -> datetime:
        return moment(add_working_days(timezone.localdate(at), days, local.calendar()), 10)

    # -- topics ------------------------------------------------------------------------------------------------------------
    def _bring(self, topic: Topic, year: int) -> Moments:
        at = moment(date.fromisoformat(topic.on), 10, 20)
        yield at, "topic"
        words = {
            "year": year,
            "title": topic.title,
            "reason": topic.reason,
            "form": topic.form,
            "body": self._body(topic.by),
        }
        actions.bring(self.people.of_body(words["body"]), words, at=at)

    def _screen(self, topics: Iterable[Topic], at: datetime) -> Moments:
        yield at, "topic"
        for topic in topics:
            note = {"note": topic.said} if topic.fate else {}
            perform(self._topic(topic.title), topic.fate or "choose", self.office, note, at=at)

    # -- lines ---------------------------------------------------------------------------------------------------------------
    def _whole(self) -> Moments:
        """整体协商: what the groups said on the reports of the government, as one paper."""
        at = moment(date(2017, 2, 20), 9)
        yield at, "output"
        paper = self._paper(
            "summary", "九届一次全体会议协商意见综述", "委员讨论了《政府工作报告》和“十三五”规划实施情况，意见集中在三个方面。",
            (("01", "工业稳增长的措施要落到企业名单上。"), ("15", "学校建设要跟着住宅走。"), ("17", "社区养老设施要与小区同步交付。")), at,
        )  # fmt: skip
        yield from self._deliver(paper, at)
        at = moment(date(2017, 4, 6), 9)
        yield at, "line"
        line = self._line("《政府工作报告》和“十三五”规划实施")
        self._begin(line, self.office, "全体会议期间分组讨论，会后整理成综述报送。", (), at)
        plenary = Gathering.objects.get(type="plenary")
        perform(line, "arrange", self.office, {"gatherings": [plenary.pk]}, at=at)
        perform(line, "attach", self.office, {"outputs": [paper.pk]}, at=at)
        self._answer(paper, ("adopted", "adopted", "not"), at)
        perform(
            line, "conclude", self.office, {"result": "三条意见均有答复，两条采纳，一条没有采纳。"}, at=at
        )

    def _economy(self) -> Moments:
        """专题议政 on enterprises and finance: visits, symposium, report, 批示, adoption."""
        keeper = self.people.of_body(self._body("经济委员会"))
        group = self._members("经济界", 5)
        at = moment(date(2017, 4, 25), 9)
        yield at, "line"
        line = self._line("工业企业运行和融资")
        self._begin(
            line, keeper, "先走访企业，再请企业和银行面对面座谈，形成报告，提请常委会议专题议政。", group, at
        )
        study = actions.start_research(keeper, self._study(line, group), at=at)
        perform(study, "ask", keeper, at=at)
        at = moment(date(2017, 4, 26), 15)
        yield at, "line"
        perform(study, "approve", self.office, at=at)
        for on, place, question, words in NOTES:
            at = moment(date.fromisoformat(on), 18)
            yield at, "line"
            said = {"on": on, "place": place, "question": str(question), "content": words}
            perform(study, "record", self.people.of_member(group[question % len(group)]), said, at=at)
        for on, content in (("2017-06-20", REPORT[:2]), ("2017-07-03", REPORT)):
            at = moment(date.fromisoformat(on), 17)
            yield at, "line"
            written = {
                "title": "关于区工业经济发展情况的调研报告", "content": "\n".join(content), "advice": [text for _, text in ADVICE],
            }  # fmt: skip
            perform(study, "write", keeper, written, at=at)
        perform(study, "send", keeper, at=at)
        at = moment(date(2017, 7, 5), 10)
        yield at, "line"
        perform(study, "deliver", self.office, {"area": "04"}, at=at)
        paper = Research.objects.get(pk=study.pk).output
        assert paper is not None
        paper = self._areas(paper, at)
        names = ("工业经济发展调研", "工业经济发展座谈会", "九届三次常委会议")
        yield from self._hold(line, keeper, names, date(2017, 7, 26))
        yield from self._deliver(paper, moment(date(2017, 7, 27), 9))
        yield from self._instructed(paper, moment(date(2017, 8, 3), 9))
        at = moment(date(2017, 10, 20), 10)
        yield at, "line"
        self._answer(paper, ("adopted", "adopted", "partly", "adopted"), at)
        told = {"feedback": "四条建议采纳三条、部分采纳一条，承办单位已报告办理情况。", "told": ""}
        perform(paper, "conclude", self.editor, told, at=at)
        result = "走访企业12家，与32家企业、8家银行座谈，报告得到区领导批示；四条建议采纳三条、部分采纳一条。"
        perform(line, "conclude", self.office, {"result": result}, at=at)

    def _study(self, line: Line, group: list[Member]) -> dict[str, Any]:
        return {
            "title": "区工业经济发展和企业融资情况", "body": self._body("经济委员会"), "partners": [self._body("经济界")], "line": line,
            "leader": "董桂芝", "members": group, "scheme": "走访不同规模的企业十二家，再请企业和银行座谈；问题当场核对，不写没有出处的数。",
            "questions": ["企业的订单和用工怎样", "贷款难在哪一环", "用气用电的价格压力有多大", "技改补助拿到了没有"],
            "starts_on": date(2017, 5, 2), "due_on": date(2017, 7, 10),
        }  # fmt: skip

    def _instructed(self, paper: Output, at: datetime) -> Moments:
        """批示 → 转办 → 报告 → 审核办结."""
        agency = self.people.agencies["区金融办"]
        yield at, "line"
        said = {
            "words": "报告情况实、建议准。请金融办牵头，一个月内拿出银企对接的办法。",
            "agencies": [agency.pk],
        }
        perform(paper, "instruct", self.leader, said, at=at)
        instruction = paper.instructions.get()
        at += timedelta(days=1)
        yield at, "line"
        given = {
            "agencies": [agency.pk],
            "task": instruction.words,
            "excerpt": "\n".join(text for _, text in ADVICE[:2]),
        }
        perform(instruction, "transfer", self.editor, given, at=at)
        task, handler = instruction.follow_ups.get(), self.people.handler(agency)
        at += timedelta(days=3)
        yield at, "line"
        perform(task, "take", handler, at=at)
        at += timedelta(days=21)
        yield at, "line"
        report = {
            "report": "建立了银企信息台账，首批录入企业三十二家；每季度开一次对接会。",
            "measures": "首次对接会八月二十五日召开，当场达成意向九笔；应急转贷资金已报区政府常务会议。",
        }  # fmt: skip
        perform(task, "report", handler, report, at=at)
        at += timedelta(days=2)
        yield at, "line"
        told = {"told": "区金融办建立了银企信息台账，每季度开一次对接会。"}
        perform(task, "accept", self.editor, told, at=at)

    def _handling(self) -> Moments:
        """提案办理协商: proposals on one matter and the units that answer them at one table."""
        keeper = self.people.of_body(self._body("提案委员会"))
        at = moment(date(2017, 5, 10), 9)
        yield at, "line"
        line = self._line(HANDLING)
        self._begin(line, keeper, "把内容相近的提案汇集起来，请提案委员和承办单位当面协商。", (), at)
        found = Proposal.objects.filter(
            year=2017, state__in=FILED_STATES, lead_agency__name="区住房和城乡建设局"
        )
        perform(
            line,
            "gather",
            self.office,
            {"proposals": [one.pk for one in found.order_by("number")[:5]]},
            at=at,
        )
        talk = Talk(
            "园区和社区民生提案办理协商会", "承办单位逐件答复，提案委员评议", ("区住建局", "区城管局", "区民政局"),
            "五件提案逐件对账：三件年内办成，两件写明完成时间。",
        )  # fmt: skip
        days = (date(2017, 5, 26), date(2017, 6, 21), date(2017, 6, 26))
        yield from self._talk(line, keeper, self._body("提案委员会"), talk, at, days)
        at = moment(days[-1], 10)
        paper = self._paper(
            "letter", "关于合并办理园区和社区民生提案的建议", "五件提案说的是同一片区的事，宜由一家牵头、一次施工。",
            (("10", "园区路灯和人行道由住建局牵头一次修好。"), ("17", "社区食堂与日间照料合建。")), at,
        )  # fmt: skip
        yield from self._deliver(paper, at)
        at = moment(date(2017, 9, 12), 10)
        yield at, "line"
        yield from self._finish(
            line, paper, ("adopted", "adopted"), "五件提案合并办理，两条建议均被采纳。", at
        )

    def _talk(
        self, line: Line, keeper: Account, host: Any, talk: Talk, at: datetime, days: tuple[date, date, date]
    ) -> Moments:
        """A 协商会 of a line: prepared now, called, held and put down on the three days."""
        notified, held, put_down = days
        starts = moment(held, 9)
        data = {
            "type": "consultation", "title": talk.title, "starts_at": starts, "ends_at": starts + timedelta(hours=3),
            "place": "区政协二楼会议室", "host": host,
        }  # fmt: skip
        meeting = meetings.start(keeper, data, at=at)
        meetings.save_agenda(meeting, keeper, [{"number": 1, "title": talk.item}], at)
        perform(meeting, "invite", keeper, {"bodies": [host.pk], "role": "due"}, at=at)
        at = moment(notified, 9)
        yield at, "line"
        perform(meeting, "notify", keeper, at=at)
        perform(line, "arrange", keeper, {"gatherings": [meeting.pk]}, at=at)
        at = starts - timedelta(minutes=15)
        yield at, "line"
        perform(meeting, "open", keeper, at=at)
        here = list(meeting.invitees.all())
        meetings.tick(meeting, meeting.parts.get(), here, keeper, at)
        at = starts + timedelta(hours=3)
        yield at, "line"
        perform(meeting, "close", keeper, at=at)
        at = moment(put_down, 10)
        yield at, "line"
        guests = [{"organisation": name, "sort": "department", "people": 2} for name in talk.guests]
        meetings.save(meeting, keeper, {}, at=at, guests=guests)
        meetings.save_minutes(meeting, keeper, talk.minutes, at)
        perform(meeting, "settle", keeper, at=at)

    def _aftercare(self) -> Moments:
        keeper = self.people.of_body(self._body("科教文卫体委员会"))
        at = moment(date(2017, 4, 12), 9)
        yield at, "line"
        line = self._line(AFTERCARE)
        self._begin(line, keeper, "请家长、老师和委员座谈，再请教体局答复。", self._members("教育界", 3), at)
        yield from self._hold(line, keeper, ("中小学课后托管联合座谈",), date(2017, 5, 16))
        at = moment(date(2017, 5, 18), 9)
        yield at, "line"
        paper = self._paper(
            "letter", "关于中小学课后托管的建议", "家长愿意付合理的费用，学校担心安全责任，两头都等一个办法。",
            (("15", "由教体局出一个课后托管的统一办法，写清时间、收费和责任。"), ("15", "先在三所学校试行一个学期。")), at,
        )  # fmt: skip
        yield from self._deliver(paper, at)
        yield from self._finish(
            line,
            paper,
            ("adopted", "adopted"),
            "办法已印发，三所学校九月起试行。",
            moment(date(2017, 9, 8), 10),
        )

    def _elderly(self) -> Moments:
        keeper = self.people.of_body(self._body("社会和法制委员会"))
        at = moment(date(2017, 8, 8), 9)
        yield at, "line"
        line = self._line(ELDERLY)
        self._begin(
            line, keeper, "先视察，再外出考察，报告提请常委会议协商。", self._members("医药卫生界", 3), at
        )
        names = ("养老服务专项视察", "赴许昌、洛阳考察养老服务", "九届四次常委会议")
        yield from self._hold(line, keeper, names, date(2017, 10, 31))
        at = moment(date(2017, 11, 1), 9)
        yield at, "line"
        result = "视察三处、考察两地，报告经常委会议协商后报送。"
        paper = Output.objects.filter(title__contains="养老服务", type="report", state__in=OUT).first()
        if paper is None:  # the inspection's own report, where it wrote one
            paper = self._paper(
                "report", "关于养老服务业发展情况的调研报告", "床位利用低、护理员少、医养不相接，是三个主要问题。",
                (("17", "政府建好的养老设施交给社会机构办。"), ("17", "护理员由职校定向培养。"), ("16", "社区医院进院坐诊。")), at,
            )  # fmt: skip
            yield from self._deliver(paper, at)
            result += "三条建议采纳两条、部分采纳一条。"
        at = moment(date(2017, 12, 15), 10)
        yield at, "line"
        yield from self._finish(line, paper, ("adopted", "partly", "adopted"), result, at)

    def _poverty(self) -> Moments:
        """Delivered; what is made of its advice is not known yet when the year ends."""
        keeper = self.people.of_body(self._body("社会和法制委员会"))
        at = moment(date(2017, 9, 18), 9)
        yield at, "line"
        line = self._line(POVERTY)
        self._begin(line, keeper, "入户看，开会谈，意见报送后回头看。", (), at)
        yield from self._hold(line, keeper, ("脱贫攻坚民主监督性协商座谈会",), date(2017, 11, 13))
        at = moment(date(2017, 12, 15), 9)
        yield at, "line"
        paper = Output.objects.filter(title__contains="脱贫攻坚", type="letter", state__in=OUT).first()
        if paper is None:  # the supervision's own letter, where it wrote one
            paper = self._paper(
                "letter", "关于脱贫攻坚精准施策的建议", "因病致贫的户占了一半，帮扶办法还是老一套。",
                (("08", "因病致贫的户单列，一户一策。"), ("16", "贫困户家庭医生签约要真上门。")), at,
            )  # fmt: skip
            yield from self._deliver(paper, at)
        at = moment(date(2017, 12, 19), 9)
        yield at, "line"
        perform(line, "attach", self.office, {"outputs": [paper.pk]}, at=at)

    def _briefed(self) -> Moments:
        at = moment(date(2017, 6, 28), 9)
        yield at, "line"
        line = self._line("上半年工作情况")
        self._begin(line, self.office, "请区政府通报，委员当场提意见。", (), at)
        yield from self._hold(line, self.office, ("上半年工作情况通报会",), date(2017, 7, 14))
        at = moment(date(2017, 7, 14), 11)
        yield at, "line"
        perform(line, "conclude", self.office, {"result": "委员意见十一条已送区政府办公室。"}, at=at)

    # -- the plan of 2018, as far as it had come -----------------------------------------------------------------------------
    def _next_year(self) -> Moments:
        at = moment(date(2017, 9, 28), 9)
        yield at, "plan"
        data = {
            "year": 2018,
            "title": "2018年度协商工作计划",
            "preface": PREFACE,
            "collects_until": date(2017, 11, 10),
        }
        plan = actions.start_plan(self.office, data, at=at)
        for topic in TOPICS_2018:
            yield from self._bring(topic, 2018)
        at = moment(date(2017, 11, 9), 17)
        yield at, "topic"
        lead = Lead.objects.filter(content__contains="招工信息").order_by("pk").first()
        if lead is not None:  # a letter of the day before
            words = {"year": 2018, "title": "企业用工和就业服务", "form": "topic", "source": "public",
                     "reason": "群众反映招工信息分散，找工作的人收不到，企业也招不到人。"}  # fmt: skip
            actions.bring(self.office, words, of=lead, at=at)
        seen = (
            Proposal.objects.filter(year=2017, state__in=FILED_STATES, title__contains="停车")
            .order_by("pk")
            .first()
        )
        if seen is not None:
            words = {"year": 2018, "title": "城区停车怎么办", "form": "handling", "source": "member",
                     "reason": "几件提案都说停车难，办了局部，还要一起商量全区的办法。", "member": seen.sponsor_member}  # fmt: skip
            actions.bring(self.office, words, of=seen, at=at)
        yield from self._screen(TOPICS_2018, moment(date(2017, 11, 14), 9))
        at = moment(date(2017, 12, 5), 10)
        yield at, "plan"
        for one in Subject.objects.filter(year=2018, state="received"):
            perform(one, "choose", self.office, at=at)
        units = {
            "民营企业减负政策落地": ("区工业和信息化委员会",),
            "铁路片区老旧小区改造": ("区住房和城乡建设局",),
        }
        months = (3, 5, 6, 8, 9, 10)
        for month, one in zip(
            months, Subject.objects.filter(year=2018, state="chosen").order_by("pk"), strict=False
        ):
            words = line_of(
                one.title, subject=one, form=one.form, tier="sector" if one.form == "sector" else "chairs", month=month,
                leader="副主席 宋云章", body=one.body if one.body and one.body.kind == "committee" else None,
                partners=[one.body] if one.body and one.body.kind != "committee" else [],
                agencies=self._units(*units.get(one.title, ())),
            )  # fmt: skip
            actions.add_line(plan, self.office, words, at=at)
        at = moment(date(2017, 12, 18), 9)
        yield at, "plan"
        perform(plan, "discuss", self.office, at=at)
        sitting = Gathering.objects.get(title="主席会议（第五次）")
        at = sitting.ends_at - timedelta(minutes=10)
        yield at, "plan"
        perform(plan, "endorse", self.chair, {"meeting": sitting.pk}, at=at)
        at = moment(date(2017, 12, 25), 9)
        yield at, "plan"
        perform(plan, "submit", self.office, at=at)

    # -- what every line does ------------------------------------------------------------------------------------------------
    def _begin(self, line: Line, keeper: Account, scheme: str, group: Iterable[Member], at: datetime) -> None:
        perform(line, "begin", keeper, {"scheme": scheme, "members": [one.pk for one in group]}, at=at)

    def _hold(self, line: Line, keeper: Account, names: tuple[str, ...], on: date) -> Moments:
        """The gatherings that were held for it, put to the line when the last one is over."""
        at = moment(on, 10)
        yield at, "line"
        rows = Gathering.objects.filter(title__in=names)
        visible = self.office if rows.exclude(host=line.body).exists() else keeper
        perform(line, "arrange", visible, {"gatherings": [one.pk for one in rows]}, at=at)

    def _paper(
        self, kind: str, title: str, content: str, advice: tuple[tuple[str, str], ...], at: datetime
    ) -> Output:
        return outputs.start(
            self.editor, {"type": kind, "title": title, "content": content}, advice=advice, at=at
        )

    def _areas(self, paper: Output, at: datetime) -> Output:
        """Each advice in its own subject area, as the editor puts it."""
        words = {name: getattr(paper, name) for name in ("type", "title", "content", "body")}
        return outputs.save_draft(paper, self.editor, words, ADVICE, at)

    def _deliver(self, paper: Output, at: datetime) -> Moments:
        """送核 → 核稿 → 签发 → 报送, by three people."""
        yield at, "output"
        perform(paper, "send", self.editor, at=at)
        at += timedelta(hours=3)
        yield at, "output"
        perform(paper, "check", self.office, {}, at=at)
        perform(paper, "sign", self.chair, at=at)
        at += timedelta(hours=3)
        yield at, "output"
        sent = {
            "leaders": [self.leader.pk],
            "addressees": ["party_head", "government_head"],
            "how": "platform",
        }
        perform(paper, "deliver", self.editor, sent | {"delivered_on": str(at.date())}, at=at)

    def _answer(self, paper: Output, answers: tuple[str, ...], at: datetime) -> None:
        for one, response in zip(paper.advice.all(), answers, strict=True):
            measures = (
                "财力所限，今年没有列入，已书面说明。"
                if response == "not"
                else "承办单位书面答复，已列入工作安排。"
            )
            said = {"advice": one.pk, "response": response, "measures": measures}
            perform(paper, "answer_advice", self.editor, said, at=at)

    def _finish(
        self, line: Line, paper: Output, answers: tuple[str, ...], result: str, at: datetime
    ) -> Moments:
        yield at, "line"
        perform(line, "attach", self.office, {"outputs": [paper.pk]}, at=at)
        waiting = [one for one in paper.advice.all() if not one.response]
        if waiting:
            self._answer(paper, answers, at)
        perform(line, "conclude", self.office, {"result": result}, at=at)

    # -- who and what ----------------------------------------------------------------------------------------------------------
    def _body(self, name: str) -> Any:
        return self.people.bodies[name]

    def _units(self, *names: str) -> list[Any]:
        return [self.people.agencies[name] for name in names]

    def _topic(self, title: str) -> Subject:
        return Subject.objects.get(title=title)

    def _line(self, title: str) -> Line:
        return Line.objects.select_related("plan", "body").get(title=title)

    def _members(self, sector: str, most: int) -> list[Member]:
        body = self._body(sector)
        return [one for one in self.people.members if one.sector_id == body.pk][:most]


NOTES = (
    ("2017-05-09", "汜东铝材公司", 1, "订单满到八月，缺熟练工十七人，夜班排不满。"),
    ("2017-05-10", "方山耐火材料厂", 2, "抵押物是厂房，评估只给三成；续贷要先还后借，过桥一次花了八万。"),
    ("2017-05-12", "通航制造公司", 4, "技改补助批了两年，还有一半没有到账。"),
    ("2017-05-16", "亮马机械公司", 3, "气价三档，冬季比夏季贵近三成。"),
    ("2017-06-15", "座谈会上，汜水农商银行", 2, "不是不贷，是看不清企业的真实流水；希望有一本各家都认的台账。"),
)  # fmt: skip
REPORT = (
    "走访企业十二家，座谈企业三十二家、银行八家。订单回暖，难在钱和人。",
    "融资难有三环：抵押物折得低，续贷要过桥，银行看不清企业流水。",
    "用工难在熟练工留不住，用气用电价格高，技改补助到账慢。",
)  # fmt: skip
ADVICE = (
    ("04", "由金融办牵头建立银企信息台账，税务、供电、社保数据经企业同意后供银行查询。"),
    ("04", "设立区级应急转贷资金，让续贷不再过桥。"),
    ("20", "职校与企业订单培养熟练工，给住房和子女入学便利。"),
    ("01", "技改补助列出到账时间表，每季度公开一次。"),
)  # fmt: skip
