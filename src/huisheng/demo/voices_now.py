"""Voices for today's desks: letters to be read, an opinion to be checked, an issue a leader has not opened, a task a
unit has not taken, a letter of advice that is public. Of these days, never of 2017: that year's figures stand still.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from huisheng.bulletins import actions as issues
from huisheng.kernel.lifecycle import perform
from huisheng.opinions import actions
from huisheng.opinions.models import Opinion
from huisheng.outputs import actions as papers

from .lives import People

# channel, source, words, hours ago
LETTERS = (
    ("web", "", "中心路小学西门的减速带掉了两截，早上送孩子的电动车颠得厉害，请补上。", 5),
    ("phone", "办公室值班电话", "工业路夜里渣土车鸣笛，住在二楼睡不着，能不能立个禁鸣的牌子。", 26),
    ("mail", "", "我们小区想装电动车充电棚，物业说要先报批，不知道找哪个单位，请指个路。", 50),
)
# title, area, situation, analysis, advice
OPINIONS = (
    (
        "关于老旧小区消防通道划线的建议", "23",
        "二十六个老旧小区里有十九个的消防通道没有划线，车停满以后消防车进不去，去年冬天的一次火情里水带多接了八十米。",
        "物业说划线要消防的图，消防说要街道报数，三家没有坐到一起。",
        "由区住建局牵头，街道报数、消防出图、物业划线，年底以前先划完十九个小区，明年纳入日常检查。",
    ),
    (
        "关于社区食堂错峰供餐的建议", "17",
        "五个社区食堂中午十一点半到十二点排队最长，送餐志愿者不够，行动不便的老人常常拿不到热饭。",
        "就餐的人里三分之一是附近单位的职工，和老人挤在同一个时段。",
        "十一点到十一点半只供六十五岁以上老人和送餐，职工从十一点半开始；缺的送餐员由民政购买服务补上。",
    ),
)  # fmt: skip
WAITING = (
    "关于公园夜间照明的建议", "",
    "洛宁路公园东侧一百二十米没有路灯，晚上散步的人绕着走，有老人摔过跤。",
    "路灯归两家单位，分界正好在这一段。",
    "由区城管局先装六盏太阳能灯，再把分界写清楚。",
)  # fmt: skip
LETTER = {
    "type": "letter",
    "title": "关于规范电动自行车充电设施建设的建议信",
    "content": "常委会组织委员走访了十一个小区，七个小区有人从窗口拉线充电。居民愿意到集中充电点充电，最关心的是收费和离家远近。",
}
ADVICE = (
    ("23", "由区住建局会同街道列出今年建棚的小区名单，先建没有电梯的楼。"),
    ("10", "充电服务费公开到每度电，贴在充电点上。"),
)


def load(people: People, today: datetime) -> None:
    desk = _Today(people, today)
    desk.letters()
    desk.waiting()
    desk.issue()
    desk.letter_of_advice()


class _Today:
    def __init__(self, people: People, today: datetime) -> None:
        self.people, self.today = people, today
        self.editor, self.office, self.chair = people.by_name["editor"], people.office, people.chair
        self.leader = people.by_name["leader"]
        self.reporters = [one for one in people.proposers if one.sector][:3]

    def ago(self, days: int = 0, hours: int = 0) -> datetime:
        return self.today - timedelta(days=days, hours=hours)

    def letters(self) -> None:
        for channel, source, words, hours in LETTERS:
            voice = actions.Voice(channel, words, f"demo:now:{words[:20]}", source=source)
            actions.take_in(voice, self.ago(hours=hours), self.editor if channel == "phone" else None)

    def _filed(self, which: int, words: tuple[str, ...], at: datetime) -> Opinion:
        title, _, situation, analysis, advice = words
        account = self.people.of_member(self.reporters[which])
        parts = {"title": title, "situation": situation, "analysis": analysis, "advice": advice}
        opinion = actions.start(account, parts, at=at)
        perform(opinion, "submit", account, at=at)
        return opinion

    def waiting(self) -> None:
        """One waits to be read."""
        self._filed(2, WAITING, self.ago(days=1))

    def issue(self) -> None:
        """Compiled of two, delivered the day before yesterday; on the first the leader wrote, the unit has not taken it."""
        at = self.ago(days=9)
        issue = issues.start(self.editor, "express", at=self.ago(days=4))
        for which, words in enumerate(OPINIONS):
            title, area, situation, analysis, advice = words
            opinion = self._filed(which, words, at)
            parts = {"title": title, "situation": situation, "analysis": analysis, "advice": advice}
            perform(opinion, "adopt", self.editor, {"area": area}, at=at)
            perform(opinion, "edit", self.editor, parts, at=at + timedelta(days=1))
            perform(opinion, "check", self.office, parts, at=at + timedelta(days=2))
            perform(opinion, "sign", self.chair, at=at + timedelta(days=3))
            item = issues.add_item(issue, opinion, self.editor, self.ago(days=4))
            said = {
                "headline": title.removeprefix("关于").removesuffix("的建议"), "gist": f"{situation}{analysis}",
                "proposal": advice, "source": item.source, "voices": 12 + 7 * which,
            }  # fmt: skip
            issues.save_item(item, self.editor, said, self.ago(days=4))
        output = issue.output
        perform(output, "send", self.editor, at=self.ago(days=4))
        perform(output, "check", self.office, {}, at=self.ago(days=3))
        perform(output, "sign", self.chair, at=self.ago(days=3))
        sent_on = self.ago(days=2)
        readers = {"leaders": [self.leader.pk], "addressees": ["party_head", "government_head"]}
        perform(output, "deliver", self.editor,
                readers | {"how": "platform", "delivered_on": str(sent_on.date())}, at=sent_on)  # fmt: skip
        agency = self.people.agencies["区住房和城乡建设局"]
        first = issue.items.all()[0].opinion
        said = {"opinion": first.pk, "phrase": "study", "agencies": [agency.pk]}
        perform(output, "instruct", self.leader, said, at=self.ago(days=1))
        instruction = output.instructions.get()
        given = {
            "agencies": [agency.pk],
            "task": instruction.words,
            "excerpt": f"《{first}》\n{OPINIONS[0][2]}\n{OPINIONS[0][4]}",
        }
        perform(instruction, "transfer", self.editor, given, at=self.ago(hours=20))

    def letter_of_advice(self) -> None:
        at = self.ago(days=40)
        output = papers.start(self.editor, LETTER, advice=ADVICE, at=at)
        perform(output, "send", self.editor, at=at)
        perform(output, "check", self.office, {}, at=at + timedelta(days=1))
        perform(output, "sign", self.chair, at=at + timedelta(days=2))
        sent_on = at + timedelta(days=3)
        perform(output, "deliver", self.editor,
                {"addressees": ["government_head"], "how": "exchange", "delivered_on": str(sent_on.date())}, at=sent_on)  # fmt: skip
        heard = {
            "advice": output.advice.all()[0].pk,
            "response": "adopted",
            "measures": "列入今年的建棚名单，先建六个小区。",
        }
        perform(output, "answer_advice", self.editor, heard, at=at + timedelta(days=25))
        perform(output, "publish", self.chair, at=at + timedelta(days=26))
