"""委员变动 and 信息更正 of the demonstration year: one member resigns to the end of the year, one candidate is withdrawn,
one telephone number is put right. And for today's desks a 增补 before the chairmen and a correction before the office."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from huisheng.kernel.lifecycle import perform
from huisheng.people import changing
from huisheng.people.models import Member, MemberChange

from .lives import Moments, People
from .roster import moment

LEAVES = "叶秀兰"  # nothing is on record of her but that she was called
CALLED, HOPES = "程振宇", "龙莉"  # has a new telephone number; hopes for a new post
# a seat kept until the last day of the year: the year's 应到 stand as they were lived
LAST_DAY = date(2017, 12, 31)


def _prepared(people: People, at: datetime, **words: Any) -> MemberChange:
    whole = {"adds": False, "member": None, "person": {}, "sector": None, "source": "", "words": ""} | words
    return changing.prepare(people.office, whole, at=at)


def _candidate(name: str, sex: str, born: str, unit: str, job: str) -> dict[str, str]:
    return {"name": name, "sex": sex, "born": born, "party": "无党派人士", "unit": unit, "job": job}


def resignation(people: People) -> Moments:
    """辞去: asked in writing in September, before the chairs on the 14th, decided in October, in force at the year's end."""
    at = moment(date(2017, 9, 11), 10)
    yield at, "member change"
    member = next(one for one in people.members if one.name == LEAVES)
    words = "本人调往外市分行工作，书面申请辞去委员。"
    one = _prepared(people, at, sort="resign", member=member, reason="work", words=words)
    for day, hour, account, action, said in (
        (date(2017, 9, 12), 9, people.office, "propose", {}),
        (date(2017, 9, 14), 17, people.chair, "endorse", {"meeting": "主席会议（第四次）", "held_on": "2017-09-14"}),
        (date(2017, 10, 27), 9, people.office, "decide", {
            "meeting": "九届四次常委会议", "decided_on": "2017-10-26", "document": "上政协〔2017〕21号",
            "effective_on": LAST_DAY.isoformat(),
        }),
    ):  # fmt: skip
        at = moment(day, hour, 30)
        yield at, "member change"
        perform(one, action, account, said, at=at)
    at = moment(LAST_DAY, 0, 10)
    yield at, "member change"
    changing.begin_due(at)


def withdrawn(people: People) -> Moments:
    """增补 sent back by the chairs and withdrawn: who recommended names somebody else next year."""
    at = moment(date(2017, 9, 11), 15)
    yield at, "member change"
    sector = people.bodies["经济界"]
    person = _candidate("骆文斌", "男", "1979-03", "汜东铝材公司", "副总经理")
    words = "经济界缺额一名，区工商联推荐。"
    one = _prepared(
        people,
        at,
        sort="join",
        adds=True,
        person=person,
        sector=sector,
        source="区工商联",
        reason="vacancy",
        words=words,
    )
    for day, account, action, said in (
        (date(2017, 9, 12), people.office, "propose", {}),
        (date(2017, 9, 15), people.chair, "return", {"note": "请推荐单位补充本人履职意愿和单位意见。"}),
        (date(2017, 9, 29), people.office, "withdraw", {"note": "本人工作有变动，推荐单位明年另行推荐人选。"}),
    ):  # fmt: skip
        at = moment(day, 10)
        yield at, "member change"
        perform(one, action, account, said, at=at)


def put_right(people: People) -> Moments:
    """信息更正: a telephone number, approved; a unit, refused until its papers are there."""
    at = moment(date(2017, 5, 8), 20)
    yield at, "correction"
    member = next(one for one in people.members if one.name == CALLED)
    account = people.of_member(member)
    held = Member.objects.get(pk=member.pk).phone
    one = changing.ask(account, {"phone": [held, "13800008017"]}, "换了号码，旧号停用。", at=at)
    at = moment(date(2017, 5, 9), 9)
    yield at, "correction"
    perform(one, "approve", people.office, at=at)
    at = moment(date(2017, 6, 5), 19)
    yield at, "correction"
    member = next(one for one in people.members if one.name == HOPES)
    wanted = {"unit": [member.unit, member.unit.replace("副主任医师", "主任医师")]}
    one = changing.ask(people.of_member(member), wanted, "近期可能晋升。", at=at)
    at = moment(date(2017, 6, 6), 9)
    yield at, "correction"
    perform(one, "refuse", people.office, {"answer": "职称文件下达以后再更正，请届时写明文号。"}, at=at)


def lives(people: People) -> list[Moments]:
    return [resignation(people), withdrawn(people), put_right(people)]


def load_today(people: People, today: datetime) -> None:
    """For today's desks: a 增补 waits for the chairs, a correction for the office."""
    if today.year <= 2018:
        return
    at = today - timedelta(days=2)
    person = _candidate("方静宜", "女", "1984-11", "区人民医院", "副主任医师")
    one = _prepared(
        people, at, sort="join", adds=True, person=person, sector=people.bodies["医药卫生界"], source="区委统战部",
        reason="vacancy", words="医药卫生界缺额一名。",
    )  # fmt: skip
    perform(one, "propose", people.office, at=today - timedelta(days=1))
    account = people.by_name["member"]
    job = Member.objects.get(name="曹红霞").job
    changing.ask(
        account, {"job": [job, f"{job}、教研室主任"]}, "学校新任，请更正。", at=today - timedelta(hours=20)
    )
