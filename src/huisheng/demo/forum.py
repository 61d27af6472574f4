"""网络议政 of the demonstration year: three weeks in May about parking in the old town, lived by invitation, post and vote.

Who sees what how is made up beside each statement; the groups, the consensus and the figures come out by counting.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from huisheng.consultations import forum_actions as actions
from huisheng.consultations import forum_maps as maps
from huisheng.consultations.models import WORKING, Line
from huisheng.consultations.models_forum import Forum, ForumPost, Statement
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account, Member

from .lives import Moments, People
from .roster import moment

SEED = "huisheng 2017 forum"
TITLE = "老城区停车怎样便民"
CONTENT = """老城区九个老旧小区有车位三千一百个，登记车辆五千四百辆；学校、机关的场地夜间空着，商户门前白天停满。
区城市管理局、公安分局交警大队正在拟停车管理办法，想先听听委员的意见：哪些地方可以错时停车，怎样收费，管理由谁来做。
请谈亲眼看到的情况和具体办法，不点个人和商户的名字。"""
VOTERS = 56
# statement, theme, who put it (p: a member), how many of a hundred agree in each of two camps and among the rest
STATEMENTS: tuple[tuple[str, str, str, int, int, int], ...] = (
    ("路边车位应当限时收费", "收费", "", 90, 12, 55),
    ("收费标准和收支应当每季公开", "收费", "", 96, 94, 95),
    ("前半小时应当免费", "收费", "p", 40, 92, 70),
    ("市中心收费应当高于外围", "收费", "p", 86, 15, 50),
    ("收费收入应当只用于建车位", "收费", "p", 45, 80, 60),
    ("学校操场放学后应当开放停车", "错时停车", "", 78, 70, 74),
    ("机关院子晚上应当开放停车", "错时停车", "", 95, 93, 96),
    ("开放场地的保险和看管应当由政府出钱", "错时停车", "p", 35, 88, 62),
    ("应当先建立体停车楼", "新建车位", "p", 25, 85, 50),
    ("不应当为停车再占绿地", "新建车位", "p", 92, 90, 93),
    ("应当增加公交班次，让人少开车", "少开车", "p", 91, 30, 60),
    ("老旧小区应当为老人和残疾人留临时车位", "照顾困难群众", "p", 97, 96, 97),
)
WITHDRAWN = "车位应当按户平均分配"
DECLINED = ("某某商场门口应当禁止停车", "点了商户的名字。请改成一类地方的做法再提。")
# (words, an answer to it or "")
POSTS: tuple[tuple[str, str], ...] = (
    (
        "晚上八点以后，我们小区里绕三圈也没有车位，隔一条马路的学校操场却空着。",
        "操场开放我赞成，保险和看管先要说清楚谁来出。",
    ),
    (
        "商户门前的车位，早上七点就被住户的车占了，顾客没有地方停。限时是个办法。",
        "限时要有人管。没有人管，写了牌子也白写。",
    ),
    ("外地来办事的人，找车位要半个小时。能不能在手机上看到哪里有空位？", ""),
    (
        "我在医院工作。门诊高峰时救护车进不来，路边停车要先保通道。",
        "同意。消防通道和救护通道要画红线，谁占拖谁。",
    ),
    (
        "收费我不反对，但是钱用到哪里要公开。去年的停车费收了多少，没有看到账。",
        "按季公开，贴在街道公示栏，老人也看得到。",
    ),
    ("建停车楼要地要钱，三五年才见效。错时停车今年就能做。", "两件事不矛盾，停车楼也要先选点。"),
    ("小区里的绿地本来就少，不能再改成车位。", ""),
    ("我母亲坐轮椅，车停得远就出不了门。请给老人和残疾人留临时车位。", "这一条应当写进办法，不只是倡议。"),
    (
        "机关的院子晚上空着八百多个位，刷身份证登记进出，技术上没有难处。",
        "我们单位去年试过，登记三十户，没有出过事。",
    ),
    ("公交末班车六点半就没有了，晚上不开车怎么回家？", ""),
    ("电动车的充电桩占了车位，也要一起规划。", ""),
    ("镇上的集市逢五逢十，停车最乱，平时不乱。管理要分日子。", "可以在集市边的空地上临时放开。"),
)
OFF_TOPIC = ("去年提的路灯到现在没有亮。", "与本次议题无关，已转提案委查询办理情况。")
SUMMARY = """一、基本情况
2017年5月8日至5月28日，围绕“老城区停车怎样便民”开展网络议政，邀请全体委员参加。委员发言、提出观点并逐条表态，统计见平台共识图。
二、一致的意见
收费标准和收支每季公开；机关院子晚上开放停车；不为停车再占绿地；老旧小区为老人和残疾人留临时车位。各组同意的都在九成上下。
三、不同的意见
一组主张路边限时收费、市中心高于外围、增加公交让人少开车；另一组主张先建立体停车楼、前半小时免费、开放场地的保险和看管由政府出钱。
四、意见建议
（一）今年先做错时停车：机关院子夜间登记开放，学校操场由一所学校试点，保险和看管费用列入街道经费。
（二）停车管理办法写明收支每季公开，在街道公示栏张贴。
（三）办法写明老人和残疾人临时车位的数量和位置。
（四）分歧较大的收费标准和停车楼选址，另开协商会听取意见。"""


class Deliberation:
    """One forum, its moderator, and the members who take part. Each strand is a life of its own, in the order of time."""

    def __init__(self, people: People) -> None:
        self.people, self.rng = people, Random(SEED)
        self.moderator = people.by_name["editor"]
        self.members = self.rng.sample(people.proposers, VOTERS)
        self.forum: Forum = None  # type: ignore[assignment]

    def lives(self) -> list[Moments]:
        return [self._frame(), self._posts(), self._statements(), self._votes()]

    def _account(self, member: Member) -> Account:
        return self.people.of_member(member)

    def _frame(self) -> Moments:
        """筹备, 征集, 整理, 办结: what the moderator and the desk do."""
        at = moment(date(2017, 5, 4), 10)
        yield at, "prepare"
        line = (
            Line.objects.filter(plan__year=2017, form="online", state__in=WORKING).order_by("number").first()
        )
        self.forum = forum = actions.start(
            self.people.office,
            {"title": TITLE, "content": CONTENT, "line": line, "moderator": self.moderator, "is_for_all": True,
             "closes_on": date(2017, 5, 28)},
            at=at,
        )  # fmt: skip
        at = moment(date(2017, 5, 8), 9)
        yield at, "open"
        for words, theme, by, *_ in STATEMENTS:
            if not by:
                actions.put(forum, self.moderator, [words], theme=theme, at=at)
        perform(forum, "open", self.moderator, at=at)
        at = moment(date(2017, 5, 29), 9)
        yield at, "close"
        perform(forum, "close", self.moderator, at=at)
        maps.draw(forum, at, is_final=True)
        at = moment(date(2017, 6, 1), 15)
        yield at, "summarise"
        words_of_it: dict[str, Any] = {"title": f"“{TITLE}”网络议政综述", "content": SUMMARY}
        perform(forum, "summarise", self.moderator, words_of_it, at=at)
        yield from self._output(forum)
        at = moment(date(2017, 6, 7), 11)
        yield at, "conclude"
        forum.refresh_from_db()
        perform(forum, "conclude", self.moderator, at=at)

    def _output(self, forum: Forum) -> Moments:
        output = forum.output
        assert output is not None
        for action, account, day in (
            ("send", self.moderator, 1), ("check", self.people.office, 2), ("sign", self.people.chair, 5),
        ):  # fmt: skip
            at = moment(date(2017, 6, day), 16)
            yield at, action
            perform(output, action, account, at=at)
        at = moment(date(2017, 6, 6), 9)
        yield at, "deliver"
        sent = {
            "addressees": ["party_head", "government_head"],
            "leaders": [],
            "other": "区城市管理局",
            "how": "exchange",
        }
        perform(output, "deliver", self.moderator, sent | {"delivered_on": str(at.date())}, at=at)

    def _posts(self) -> Moments:
        """Two weeks of posts and answers; one off the topic is hidden, with the reason."""
        at, speakers = moment(date(2017, 5, 8), 19, 30), iter(self.members)
        for words, answer in POSTS:
            yield at, "write"
            post = actions.write(self.forum, self._account(next(speakers)), words, at=at)
            if answer:
                at += timedelta(minutes=self.rng.randint(20, 70))
                yield at, "answer"
                actions.write(self.forum, self._account(next(speakers)), answer, answers=post, at=at)
            at = self._later(at)
        yield at, "write"
        stray: ForumPost = actions.write(self.forum, self._account(next(speakers)), OFF_TOPIC[0], at=at)
        at += timedelta(minutes=25)
        yield at, "hide"
        perform(stray, "hide", self.moderator, {"note": OFF_TOPIC[1]}, at=at)

    def _statements(self) -> Moments:
        """What members propose, each looked at by the moderator the same day."""
        at, speakers = moment(date(2017, 5, 9), 9, 5), iter(self.members[::-1])
        for words, theme, by, *_ in STATEMENTS:
            if not by:
                continue
            yield at, "propose"
            one = actions.propose(self.forum, self._account(next(speakers)), words, at=at)
            at += timedelta(minutes=self.rng.randint(15, 50))
            yield at, "accept"
            perform(one, "accept", self.moderator, {"content": words, "theme": theme}, at=at)
            at = self._later(at)
        author = self._account(next(speakers))
        yield at, "propose"
        one = actions.propose(self.forum, author, DECLINED[0], at=at)
        at += timedelta(minutes=20)
        yield at, "decline"
        perform(one, "decline", self.moderator, {"note": DECLINED[1]}, at=at)
        at += timedelta(minutes=10)
        yield at, "propose"
        other = actions.propose(self.forum, author, WITHDRAWN, at=at)
        at += timedelta(minutes=10)
        yield at, "withdraw"
        perform(other, "withdraw", author, at=at)

    def _later(self, at: datetime) -> datetime:
        """Some hours on, in waking hours."""
        at += timedelta(hours=self.rng.randint(4, 20), minutes=self.rng.randint(0, 59))
        if at.hour < 8:
            return at.replace(hour=8)
        return at if at.hour < 22 else at.replace(hour=8) + timedelta(days=1)

    def _votes(self) -> Moments:
        """In the last week, ten people a day; twice on the way the votes are counted."""
        rows: dict[str, Statement] = {}
        for i, member in enumerate(self.members):
            at = moment(date(2017, 5, 22) + timedelta(days=i // 10), 9 + i % 10, 30)
            yield at, "vote"
            rows = rows or {one.content: one for one in self.forum.statements.filter(state="accepted")}
            camp = 0 if i % 16 < 7 else 1 if i % 16 < 13 else 2
            for words, _, _, *agree in STATEMENTS:
                if self.rng.random() < 0.94:  # some statements are left alone
                    actions.vote(rows[words], self._account(member), self._stance(agree[camp]), at)
            if i in (34, 49):
                maps.draw(self.forum, at)

    def _stance(self, agree: int) -> int:
        drawn = self.rng.random() * 100
        if drawn < agree:
            return 1
        return 0 if drawn > 96 else -1
