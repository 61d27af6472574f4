"""民主监督 of the demonstration year: 大气污染防治 with a second look that fails once, 养老服务视察 that ends in a report, the 脱贫攻坚
symposium, two 情况通报, and four monitors. And one matter for today's desks. Meetings are those of data/meetings.txt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from huisheng.gatherings.models import Gathering
from huisheng.kernel import local
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.links import link
from huisheng.outputs import actions as outputs
from huisheng.people.models import Account, Member, Membership
from huisheng.people.queries import was_standing
from huisheng.supervision import actions, queries
from huisheng.supervision.models import Finding, Hearing, Supervision

from .lives import Moments, People, run
from .roster import moment

DELIVER = {"addressees": ["party_head", "government_head", "leaders"], "how": "exchange"}


@dataclass(frozen=True)
class Story:
    """One supervision: its scheme, what was looked at (item, expectation), by whom with which result."""

    title: str
    aspect: str
    host: str
    agencies: tuple[str, ...]
    content: str
    method: str
    begins: date
    ends: date
    request: str
    items: tuple[tuple[str, str], ...] = ()
    # per item: what the first inspector saw, and what the second did where both looked
    seen: tuple[tuple[tuple[str, str], ...], ...] = ()
    meetings: tuple[str, ...] = ()
    declares: bool = False


@dataclass(frozen=True)
class Problem:
    """A finding, what its unit did about it, and where the first second look failed: why, and what was done then."""

    agency: str
    item: int
    words: str
    basis: str
    advice: str
    what: str
    done: str
    again: tuple[str, str] = ("", "")


@dataclass
class Team:
    """Who leads and who belongs to it: members of the host's seats without a conflict, and one who declares one."""

    leader: Member
    members: list[Member]
    others: list[Member] = field(default_factory=list)


AIR = Story(
    "大气污染防治专项监督", "special", "城建环保委员会", ("区环境保护局", "区住房和城乡建设局", "区城市管理局"),
    "工地扬尘、料场封闭、渣土运输和餐饮油烟的治理：责任落到谁、措施有没有用、整改到没到位。",
    "听情况通报，分两组看现场、查台账，与企业和住户座谈，列出问题，提出监督意见，到期回头看。",
    date(2017, 3, 20), date(2017, 10, 20),
    "请准备在建工地、料场、餐饮单位的台账和去年以来的检查记录；四月中旬到现场，届时请有关负责同志到场。",
    (
        ("工地围挡和裸土覆盖", "围挡连续，裸土全部覆盖"), ("工地出入口冲洗", "冲洗设备在用，出场车辆冲净"),
        ("料场料堆封闭", "料堆入棚，道路硬化"), ("货场出入口", "有冲洗，无带泥上路"),
        ("餐饮油烟净化", "净化器开启，清洗有记录"), ("渣土运输", "密闭，按时段路线"),
    ),
    (
        (("fails", "围挡到位，两处裸土没有盖全"), ("partly", "大部盖了，东侧一处露土")), (("fails", "冲洗机停用，管子断了"),),
        (("meets", "料堆已封闭"),), (("fails", "出入口没有冲洗，路上有泥"),), (("fails", "三家油烟净化没有开"),),
        (("partly", "夜间有一辆没有盖严"),),
    ),
    ("大气污染防治专项监督（现场）",), declares=True,
)  # fmt: skip
PROBLEMS = (
    Problem("区住房和城乡建设局", 1, "中心路北段工地两处裸土没有覆盖，约四百平方米。", "扬尘污染防治办法第九条", "两周内全部覆盖，专人每天巡查。",
            "购置防尘网，全部覆盖，项目部每天巡查登记。", "两处裸土已覆盖。", ("东侧网破了三处，风一吹就扬。", "换加厚网，四周压实，巡查表上墙。")),
    Problem("区住房和城乡建设局", 2, "中心路北段工地出入口冲洗机停用。", "扬尘污染防治办法第十条", "修好冲洗设备，不冲净不出场。",
            "更换冲洗设备，门岗登记每一车。", "冲洗设备已换新，门岗登记齐全。"),
    Problem("区城市管理局", 4, "工业路货场出入口没有冲洗，车辆带泥上路。", "城市市容管理条例第二十一条", "货场装冲洗台，路面每天冲洗两次。",
            "责成货场装冲洗台，路面每天冲洗两次。", "冲洗台已建成使用。"),
    Problem("区城市管理局", 6, "夜间渣土车一辆没有密闭。", "建筑垃圾管理规定第十四条", "夜间设卡抽查，违规的停运整改。",
            "夜间设两处卡点，违规车辆停运三天。", "查处六辆，全部换装密闭盖。"),
    Problem("区环境保护局", 5, "济源路餐饮街三家油烟净化器没有开启。", "大气污染防治法第八十一条", "逐户检查，清洗记录张贴上墙。",
            "逐户检查三十一家，清洗记录上墙，不开的限期改正。", "三十一家全部开启，清洗记录已上墙。"),
    Problem("区环境保护局", 3, "料场喷淋没有运行记录。", "排污许可证载明的要求", "喷淋运行记入台账，每月报送。",
            "建立喷淋台账，每月报送。", "台账已建立，五月起按月报送。"),
)  # fmt: skip
ELDERS = Story(
    "养老服务专项视察", "inspection", "社会和法制委员会", ("区民政局",),
    "社区养老、敬老院和老年食堂的服务：老人用不用得上、用得起、用得好。", "看机构、问老人、与护理员和子女座谈，并赴外地学习比较。",
    date(2017, 8, 7), date(2017, 10, 26), "请安排三处养老机构，准备床位、护理员和收费情况。",
    (("日间照料", "白天有人照料"), ("敬老院设施", "扶手、呼叫齐全"), ("老年食堂", "一日至少一餐")),
    ((("partly", "白天有人，缺护理员"),), (("partly", "洗浴间没有扶手，已当场约定加装"),), (("meets", "中午供一餐，老人满意"),)),
    ("养老服务专项视察", "赴许昌、洛阳考察养老服务"),
)  # fmt: skip
REPORT = """八月至九月，区政协社会和法制委员会组织委员视察三处养老机构，赴许昌、洛阳考察。
三处机构白天有人照料，老年食堂老人满意；问题集中在床位利用低、护理员少、医养不相接。
许昌、洛阳的做法：政府建好交社会办，护理员由职校定向培养，社区医院进院坐诊。
建议把闲置床位改为日间照料，与职校签订护理员培养协议，社区卫生站每周到院坐诊。"""
POOR = Story(
    "脱贫攻坚民主监督性协商座谈会", "symposium", "社会和法制委员会", ("区农业农村工作委员会", "区民政局", "区卫生和计划生育委员会"),
    "扶贫对象识别、因病致贫户的帮扶、扶贫资金到户。", "听取情况通报，委员和镇村干部、群众代表座谈协商。",
    date(2017, 10, 16), date(2017, 12, 15), "请准备脱贫攻坚情况通报，十一月上旬到会听取意见。", meetings=("脱贫攻坚民主监督性协商座谈会",),
)  # fmt: skip
FIRST = ("在建工地台账公开。", "夜间施工要有人值守。", "油烟投诉一周内回话。")
SAID = (
    "因病致贫的户单列，一户一策。", "识别要进门看，不看表。", "帮扶干部换人要交账。", "产业项目先问销路。", "危房改造优先独居老人。",
    "大病救助一窗办完。", "孩子上学的费用提前告知。", "资金到户公开到组。", "脱贫以后再扶一年。",
)  # fmt: skip
HALF_YEAR = (
    "用工和融资要有专班。", "老旧小区改造先问住户。", "路灯修复给出时间。", "学校周边晚高峰要疏导。", "社区门诊周末要有人。", "园区污水管网早接通。",
    "农田水利管护定到人。", "招商项目落地率要公布。", "食堂和养老床位要用起来。", "办事窗口少跑一趟。", "提案承诺到期要回头看。",
)  # fmt: skip
QUARTER = (
    "工业用电上涨的原因讲清。", "停产企业逐家问。", "新开工项目列出清单。", "银行放款按月通报。", "物流成本要降。", "技改补贴早兑现。", "用工缺口摸底。",
)  # fmt: skip
MONITORS = ("区公安分局", "区人力资源和社会保障局", "区卫生和计划生育委员会", "区行政服务中心")


class Watch:
    """Who writes schemes, who approves, who looks."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.office, self.chair, self.editor = people.office, people.chair, people.by_name["editor"]

    def lives(self) -> list[Moments]:
        return [
            self._air(), self._elders(), self._poor(), self._monitors(),
            self._told(AIR, "区环境保护局", "大气污染防治情况", date(2017, 4, 6), FIRST),
            self._told(POOR, "区农业农村工作委员会", "脱贫攻坚情况", date(2017, 11, 9), SAID),
            self._briefing("区发展和改革委员会", "一季度经济运行情况", "九届二次常委会议", QUARTER, date(2017, 4, 12)),
            self._briefing("区政府办公室", "上半年经济社会发展情况", "上半年工作情况通报会", HALF_YEAR, date(2017, 7, 3)),
        ]  # fmt: skip

    # -- what all of them begin with ---------------------------------------------------------------------------------
    def _begin(self, story: Story) -> Iterator[tuple[Any, ...]]:
        """Scheme, team, checklist, approval, notice; the last thing yielded is the matter itself with its team."""
        at = moment(story.begins, 9, 10)
        yield at, "supervision"
        host = self.people.bodies[story.host]
        agencies = [self.people.agencies[name] for name in story.agencies]
        data = {
            "title": story.title, "aspect": story.aspect, "source": "plan", "ground": f"{story.begins.year}年度协商监督安排",
            "content": story.content, "method": story.method, "host": host, "hides_authors": True,
            "starts_on": story.begins, "ends_on": story.ends, "agencies": agencies,
        }  # fmt: skip
        one = actions.start(self.office, data, at=at)
        team = self._team(one, story)
        answers = {"leader": team.leader.pk, "members": [member.pk for member in team.members]}
        at += timedelta(minutes=20)
        yield at, "supervision"
        perform(one, "compose", self.office, answers, at=at)
        if story.items:
            lines = "\n".join(f"{title}｜{expectation}" for title, expectation in story.items)
            perform(one, "checklist", self.office, {"items": lines}, at=at)
        if story.declares:
            at += timedelta(hours=1)
            yield at, "supervision"
            account = self.people.of_member(team.members[-1])
            perform(one, "recuse", account, {"note": "配偶在被监督的单位工作。"}, at=at)
        for day, account, action, said in (
            (1, self.office, "submit", {}), (2, self.chair, "approve", {}),
            (3, self.office, "notify", {"request": story.request}),
        ):  # fmt: skip
            at = moment(story.begins + timedelta(days=day), 15)
            yield at, "supervision"
            perform(one, action, account, said, at=at)
        at = moment(story.begins + timedelta(days=4), 10)
        yield at, "supervision"
        for unit in one.units.select_related("agency"):
            perform(unit, "take", self.people.handler(unit.agency), at=at)

    def _team(self, one: Supervision, story: Story) -> Team:
        """Of the host's members: who has no conflict, the standing ones first."""
        seats = Membership.objects.filter(body=one.host, ends_on=None).values("member")
        rows = Member.objects.filter(pk__in=seats, ends_on=None).annotate(stands=was_standing(story.begins))
        members = list(rows.order_by("-stands", "pk"))
        out = queries.conflicts(members, one, story.begins)
        free = [member for member in members if member.pk not in out]
        kept_out = [member for member in members if member.pk in out][:1]
        return Team(free[0], [*free[1:4], *kept_out, *free[4:5]])

    def _inspectors(self, one: Supervision) -> list[Account]:
        return [self.people.of_member(row.member) for row in queries.team(one) if not row.out]

    def _inspect(self, one: Supervision, story: Story, at: datetime) -> None:
        """Two groups in the field: the first inspector looks at every item, the second at those where both were."""
        first, second = self._inspectors(one)[1:3]
        for item, rows in zip(one.items.order_by("number"), story.seen, strict=True):
            for account, (result, note) in zip((first, second), rows, strict=False):
                words = {"result": result, "note": note, "place": ""}
                actions.inspect(item, account, words, (), at=at, seen_at=at)

    def _paper(self, one: Supervision, kind: str, title: str, at: datetime, content: str = "") -> Moments:
        """The opinion through 成果报送: written, checked by another, signed, delivered."""
        yield at, "supervision"
        perform(one, "opine", self.office, {"type": kind, "title": title}, at=at)
        one.refresh_from_db()
        paper = one.output
        assert paper is not None
        if content:
            outputs.save_draft(paper, self.editor, {"content": content}, (), at)
        for hours, account, action, said in (
            (1, self.editor, "send", {}), (2, self.office, "check", {}), (4, self.chair, "sign", {}),
        ):  # fmt: skip
            at += timedelta(hours=hours)
            yield at, "supervision"
            perform(paper, action, account, said, at=at)
        at += timedelta(days=1)
        yield at, "supervision"
        perform(paper, "deliver", self.editor, DELIVER | {"delivered_on": str(at.date())}, at=at)

    def _linked(self, one: Supervision, names: tuple[str, ...], at: datetime) -> None:
        for gathering in Gathering.objects.filter(title__in=names).order_by("starts_at"):
            link(one, gathering, "监督活动", at)

    # -- 大气污染防治 ----------------------------------------------------------------------------------------------------
    def _air(self) -> Moments:
        yield from self._begin(AIR)
        one = Supervision.objects.get(title=AIR.title)
        at = moment(date(2017, 4, 13), 16)
        yield at, "supervision"
        self._linked(one, AIR.meetings, at)
        self._inspect(one, AIR, at)
        at = moment(date(2017, 4, 17), 10)
        yield at, "supervision"
        leader, finder = self._inspectors(one)[:2]
        check = one.items.get(number=1).checks.order_by("pk")[0]
        perform(one, "choose", leader, {"check": check.pk}, at=at)
        for problem in PROBLEMS:
            data = {"agency": self.people.agencies[problem.agency], "content": problem.words, "basis": problem.basis,
                    "advice": problem.advice}  # fmt: skip
            actions.find(one, finder, data, item=one.items.get(number=problem.item), at=at)
        at = moment(date(2017, 4, 18), 10)
        yield at, "supervision"
        perform(one, "list", leader, at=at)
        yield from self._paper(one, "supervision", "关于大气污染防治的监督意见", moment(date(2017, 6, 12), 9))
        at = moment(date(2017, 6, 14), 9)
        yield at, "supervision"
        perform(one, "send", self.office, at=at)
        yield from self._rectify(one)
        at = moment(date(2017, 10, 18), 10)
        yield at, "supervision"
        conclusion = "查四处，提出问题六项，均已整改；一项第一次回头看没有通过，第二次通过。"
        perform(one, "close", self.office, {"conclusion": conclusion}, at=at)
        at = moment(date(2017, 10, 20), 10)
        yield at, "supervision"
        perform(one, "publish", self.chair, {"public_note": conclusion}, at=at)

    def _rectify(self, one: Supervision) -> Moments:
        """Each unit plans, works, reports; a second look by another, which one finding fails the first time."""
        findings = list(one.findings.order_by("number").select_related("agency"))
        looker = self._inspectors(one)[0]
        for i, (finding, problem) in enumerate(zip(findings, PROBLEMS, strict=True)):
            at = moment(date(2017, 6, 22), 9, i * 5)
            yield at, "supervision"
            plan = {
                "what": problem.what,
                "who": f"{finding.agency.leader or '分管负责人'}",
                "due_on": "2017-08-15",
            }
            perform(finding, "plan", self.people.handler(finding.agency), plan, at=at)
        for i, (finding, problem) in enumerate(zip(findings, PROBLEMS, strict=True)):
            at = moment(date(2017, 8, 10), 9, i * 5)
            yield at, "supervision"
            perform(finding, "report", self.people.handler(finding.agency), {"report": problem.done}, at=at)
        for i, (finding, problem) in enumerate(zip(findings, PROBLEMS, strict=True)):
            at = moment(date(2017, 8, 29), 9, i * 9)
            yield at, "supervision"
            yield from self._look(finding, problem, looker, at)

    def _look(self, finding: Finding, problem: Problem, looker: Account, at: datetime) -> Moments:
        why, then = problem.again
        if why:
            fail = {"looked_on": str(at.date()), "seen": why, "due_on": "2017-09-28"}
            perform(finding, "fail", looker, fail, at=at)
            return
        seen = {"looked_on": str(at.date()), "seen": f"到现场看过：{problem.done}"}
        perform(finding, "pass", looker, seen, at=at)
        if finding.number == len(
            PROBLEMS
        ):  # the last one looked at that day; the failed one comes back in autumn
            first = Finding.objects.get(supervision=finding.supervision_id, number=1)
            then = PROBLEMS[0].again[1]
            later = moment(date(2017, 9, 26), 10)
            yield later, "supervision"
            perform(first, "report", self.people.handler(first.agency), {"report": then}, at=later)
            later = moment(date(2017, 10, 11), 10)
            yield later, "supervision"
            good = {"looked_on": str(later.date()), "seen": "裸土全部覆盖，网没有破口，巡查表齐全。"}
            perform(first, "pass", looker, good, at=later)

    # -- 养老服务 ---------------------------------------------------------------------------------------------------------
    def _elders(self) -> Moments:
        yield from self._begin(ELDERS)
        one = Supervision.objects.get(title=ELDERS.title)
        at = moment(date(2017, 8, 22), 16)
        yield at, "supervision"
        self._inspect(one, ELDERS, at)
        at = moment(date(2017, 9, 8), 10)
        yield at, "supervision"
        self._linked(one, ELDERS.meetings, at)
        perform(one, "list", self._inspectors(one)[0], at=at)
        yield from self._paper(
            one, "report", "关于养老服务专项视察的报告", moment(date(2017, 9, 18), 9), REPORT
        )
        at = moment(date(2017, 10, 30), 10)
        yield at, "supervision"
        said = {"conclusion": "视察三处，形成报告报送；扶手当场约定加装，九月装好。"}
        perform(one, "close", self.office, said, at=at)

    # -- 脱贫攻坚 ---------------------------------------------------------------------------------------------------------
    def _poor(self) -> Moments:
        yield from self._begin(POOR)
        one = Supervision.objects.get(title=POOR.title)
        leader = self._inspectors(one)[0]
        at = moment(date(2017, 12, 6), 9)
        yield at, "supervision"
        self._linked(one, POOR.meetings, at)
        perform(one, "list", leader, at=at)
        content = "\n".join((POOR.content, *(f"{i}．{words}" for i, words in enumerate(SAID, 1))))
        yield from self._paper(one, "letter", "关于脱贫攻坚的建议", moment(date(2017, 12, 7), 9), content)
        at = moment(date(2017, 12, 14), 9)
        yield at, "supervision"
        perform(one, "close", self.office, {"conclusion": "提出意见九条，全部反馈。"}, at=at)

    # -- 情况通报 ----------------------------------------------------------------------------------------------------
    def _told(self, story: Story, agency: str, subject: str, planned: date, said: tuple[str, ...]) -> Moments:
        """The briefing that belongs to a supervision: called a few days after its notice."""
        at = moment(story.begins + timedelta(days=7), 9)
        yield at, "supervision"
        one = Supervision.objects.get(title=story.title)
        answers = {"agency": self.people.agencies[agency].pk, "subject": subject, "planned_on": str(planned)}
        perform(one, "schedule", self.office, answers, at=at)
        meeting = story.meetings[0] if story.aspect == "symposium" else ""
        teller = self._inspectors(one)[0]
        yield from self._hear(one.hearings.get(), meeting, said, teller, planned - timedelta(days=3))

    def _briefing(
        self, agency: str, subject: str, meeting: str, said: tuple[str, ...], begins: date
    ) -> Moments:
        at = moment(begins, 9, 30)
        yield at, "supervision"
        gathering = Gathering.objects.get(title=meeting)
        data = {"agency": self.people.agencies[agency], "subject": subject, "planned_on": gathering.starts_at.date(),
                "gathering": gathering}  # fmt: skip
        one = actions.plan_hearing(self.office, data, at=at)
        yield from self._hear(one, meeting, said, self.office, begins + timedelta(days=2))

    def _hear(
        self, hearing: Hearing, meeting: str, said: tuple[str, ...], teller: Account, prepared: date
    ) -> Moments:
        """Material, the hearing, opinions, the answers by their day."""
        handler = self.people.handler(hearing.agency)
        at = moment(prepared, 10)
        yield at, "supervision"
        words = {
            "presenter": hearing.agency.leader or "主要负责人",
            "material": f"{hearing.subject}：进展、问题和下一步打算。",
        }
        perform(hearing, "prepare", handler, words, at=at)
        gathering = Gathering.objects.filter(title=meeting).first() if meeting else None
        heard = timezone.localtime(gathering.ends_at) if gathering else moment(hearing.planned_on, 16)
        at = heard + timedelta(minutes=30)
        yield at, "supervision"
        answers = {"heard_on": str(heard.date()), "gathering": gathering.pk if gathering else ""}
        perform(hearing, "hear", self.office, answers, at=at)
        perform(hearing, "collect", teller, {"opinions": list(said), "said_by": ""}, at=at)
        at = moment(_workday(heard.date() + timedelta(days=1)), 10)
        yield at, "supervision"
        perform(hearing, "send", self.office, at=at)
        at = moment(_workday(heard.date() + timedelta(days=21)), 10)
        yield at, "supervision"
        told = {
            f"answer_{one.pk}": "已列入工作安排，办理情况随季度情况一并报送。"
            for one in hearing.opinions.all()
        }
        perform(hearing, "answer", handler, told, at=at)
        at = moment(_workday(heard.date() + timedelta(days=23)), 10)
        yield at, "supervision"
        perform(hearing, "accept", self.office, at=at)

    # -- 监督员 -------------------------------------------------------------------------------------------------------------
    def _monitors(self) -> Moments:
        at = moment(date(2017, 3, 6), 10)
        yield at, "supervision"
        free = iter(self.people.proposers[20:])
        for i, name in enumerate(MONITORS):
            agency = self.people.agencies.get(name)
            if agency is None:
                continue
            member = next(one for one in free if not queries.works_at(one, agency, at.date()))
            data = {
                "member": member, "agency": agency, "way": "sent" if i % 2 else "hired", "certificate": f"协监〔2017〕{i + 1}号",
                "starts_on": date(2017, 3, 6), "ends_on": date(2019, 3, 5),
            }  # fmt: skip
            actions.appoint(self.office, data, at=at)


def _workday(day: date) -> date:
    """The same day, or the next one that is worked."""
    return day if local.calendar().is_workday(day) else local.calendar().next_workday(day)


# -- today ---------------------------------------------------------------------------------------------------------------------
def load_today(people: People, today: datetime) -> None:
    """One matter for today's desks: a checklist to be filled by 曹红霞 and 孟凡军, a notice at the housing bureau's desk."""
    if timezone.localdate(today).year <= 2018:
        return
    run([(_now(people, today), "")], until=today)


def _now(people: People, today: datetime) -> Moments:
    at = today - timedelta(days=3)
    yield at, "supervision"
    day = timezone.localdate(at)
    data = {
        "title": "老旧小区改造质量专项监督", "aspect": "special", "source": "committee", "ground": "委员联名建议",
        "content": "今年改造的老旧小区：防水、管线、加装电梯的质量和住户的意见。", "method": "看现场、问住户、查验收资料。",
        "host": None, "hides_authors": True, "starts_on": day, "ends_on": day + timedelta(days=60),
        "agencies": [people.agencies["区住房和城乡建设局"]],
    }  # fmt: skip
    one = actions.start(people.office, data, at=at)
    leader, other = (
        next(member for member in people.members if member.name == name) for name in ("曹红霞", "孟凡军")
    )
    perform(one, "compose", people.office, {"leader": leader.pk, "members": [other.pk]}, at=at)
    items = "屋面防水｜雨后不渗不漏\n雨污管线｜分开接通，没有堵\n加装电梯｜验收合格，有人管\n公共照明｜每个楼道都亮\n住户意见｜改造前后都问过"
    perform(one, "checklist", people.office, {"items": items}, at=at)
    perform(one, "submit", people.office, at=at)
    for days, account, action, said in (
        (2, people.chair, "approve", {}), (1, people.office, "notify", {"request": "请准备改造项目清单和验收资料。"}),
    ):  # fmt: skip
        at = today - timedelta(days=days)
        yield at, "supervision"
        perform(one, action, account, said, at=at)
