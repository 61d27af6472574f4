"""机关 of the demonstration year: “两学一做” studied four times, and three quarters of 平时考核 lived by five people.

The director leads the two clerks, the office's own leads the others, the chair confirms. Who nobody here leads is appraised
elsewhere.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from huisheng.duty import office_actions as office
from huisheng.duty import office_queries as queries
from huisheng.duty.models_office import OfficeReview
from huisheng.gatherings import actions, floor
from huisheng.gatherings.models import CAME
from huisheng.kernel.lifecycle import perform

from .accounts import LED
from .lives import Moments, People
from .roster import moment

STAFF = ("clerk", "clerk2", "reviewer", "editor", "archivist")
LEADER_OF = {name: leader for leader, names in LED.items() for name in names}

# day, what was studied, who was away, who wrote what afterwards
STUDIES: tuple[tuple[date, str, tuple[str, ...], tuple[tuple[str, str], ...]], ...] = (
    (date(2017, 3, 17), "“两学一做”学习：学党章党规", (), (("clerk", "对照党章看自己的案头：该回的电话当天回，不推到下一个人。"),)),
    (date(2017, 6, 23), "“两学一做”学习：学系列讲话，谈服务委员", ("archivist",), (("editor", "来信人要的不是套话，是一句准话。以后答复先写办没办成。"),)),
    (date(2017, 9, 22), "“两学一做”学习：做合格党员，查办文时限", (), (("clerk2", "复核时多问一句依据在哪里，少一次返工。"), ("archivist", "借来的照片，归还日期写在封套上。"))),
    (date(2017, 11, 24), "“两学一做”学习：学党的十九大精神", (), (("reviewer", "提案办得怎样，请提案人说，不由我们自己说。"),)),
)  # fmt: skip

# quarter → person → what they wrote
SUMMARIES: dict[int, dict[str, str]] = {
    1: {
        "clerk": "全会期间提案集中，初审当天清，逐件打电话核对附议人。不足：立案通知写得长，委员说看不明白，已改短。",
        "clerk2": "复核不予立案和并案，依据逐条写明。不足：两件复核拖过一天。",
        "reviewer": "主持审查和交办，疑难的都当面听过提案人意见。不足：对会办单位催得不够。",
        "editor": "收件台的来信当天登记，能指路的指路。不足：编辑稿有两篇退回重写。",
        "archivist": "征集公告发出，照片开始收。退回后补写：登记簿和实物已逐件对过。",
    },
    2: {
        "clerk": "跟办面商和答复，件件问过提案人。不足：台账更新不及时。",
        "clerk2": "审核答复，不具体的退回重写。不足：对外行话多。",
        "reviewer": "带队看了办理现场，把答复里的承诺列成单子。不足：看点安排得紧。",
        "editor": "社情民意编报及时，采用的都告诉了本人。不足：综合稿少。",
        "archivist": "照片整理成批，时间地点人物逐张核对。不足：口述史才开头。",
    },
    3: {
        "clerk": "催评价、催反馈，不满意的件盯着重办。不足：电话记录不全。",
        "clerk2": "承诺到期的逐件核实。不足：与经办人沟通方式生硬，已改。",
        "reviewer": "组织提案办理评议。不足：材料准备偏晚。",
        "editor": "直通车按期编印，批示转办有回音。不足：校对还有错字。",
        "archivist": "移交清单做了两批。不足：借来的照片有几张归还晚了。",
    },
}
GOOD = {1: ("clerk", "editor"), 2: ("reviewer", "archivist"), 3: ("clerk",)}
WORDS = {
    "good": "事情办得实，时限守得住，别人愿意同他搭手。",
    "fair": "本职完成得好，不足自己看得清，下一季度要见改进。",
    "plain": "借件归还误了期，虽已补救，要记住。",
}


def lives(people: People) -> list[Moments]:
    return [
        *(_study(people, *one) for one in STUDIES),
        *(_quarter(people, quarter, name) for quarter in SUMMARIES for name in STAFF),
    ]


def _study(
    people: People, day: date, title: str, away: tuple[str, ...], notes: tuple[tuple[str, str], ...]
) -> Moments:
    """Called by the office, signed in, noted by those who were there, settled."""
    at = moment(day - timedelta(days=4), 10)
    yield at, "study"
    keeper, called = people.office, [people.by_name[name] for name in (*STAFF, "office")]
    starts = moment(day, 15)
    data: dict[str, Any] = {
        "type": "study", "title": title, "starts_at": starts, "ends_at": starts + timedelta(hours=2), "place": "机关三楼会议室",
        "hours": "2",
    }  # fmt: skip
    one = actions.start(keeper, data, at=at)
    perform(one, "invite", keeper, {"accounts": [each.pk for each in called], "role": "due"}, at=at)
    at += timedelta(minutes=10)
    yield at, "study"
    perform(one, "notify", keeper, at=at)
    yield starts - timedelta(minutes=20), "study"
    perform(one, "open", keeper, at=starts - timedelta(minutes=20))
    missing = {people.by_name[name].pk for name in away}
    there = [each for each in one.invitees.order_by("pk") if each.account_id not in missing]
    actions.tick(one, one.parts.get(), there, keeper, starts - timedelta(minutes=5))
    yield starts + timedelta(hours=2), "study"
    perform(one, "close", keeper, at=starts + timedelta(hours=2))
    for n, (name, words) in enumerate(notes, 1):
        at = starts + timedelta(hours=2, minutes=30 * n)
        yield at, "study"
        floor.write_note(one, people.by_name[name], words, at=at)
    at = starts + timedelta(days=3)
    yield at, "study"
    assert one.invitees.filter(presences__mark__in=CAME).count() == len(there)
    perform(one, "settle", keeper, at=at)


def _quarter(people: People, quarter: int, name: str) -> Moments:
    """One person's quarter: written in its last days, graded and confirmed in the first ones of the next."""
    staff, leader, head = people.by_name[name], people.by_name[LEADER_OF[name]], people.chair
    turn = STAFF.index(name)
    ends = queries.span_of(date(2017, quarter * 3, 1)).ends_on
    at = moment(ends - timedelta(days=2), 9, 10 * turn)
    yield at, "summary"
    one = office.begin(staff, queries.span_of(at.date()), at=at)
    office.save_summary(one, staff, SUMMARIES[quarter][name], at=at)
    at = moment(ends, 11, 10 * turn)
    yield at, "submit"
    perform(one, "submit", staff, at=at)
    at = moment(ends + timedelta(days=5), 9, 10 * turn)
    yield at, "grade"
    if (quarter, name) == (1, "archivist"):
        perform(one, "return", leader, {"words": "登记簿和实物对过没有，请写上。"}, at=at)
        at += timedelta(hours=3)
        yield at, "submit"
        perform(one, "submit", staff, at=at)
        at += timedelta(hours=1)
        yield at, "grade"
    grade = "good" if name in GOOD[quarter] else "plain" if (quarter, name) == (3, "archivist") else "fair"
    if (quarter, name) == (2, "editor"):
        # proposed for the best grade, as a third of five
        perform(one, "grade", leader, {"grade": "good", "words": WORDS["good"]}, at=at)
        at = moment(ends + timedelta(days=10), 15, 30)
        yield at, "send back"
        perform(one, "send_back", head, {"words": "“好”的名额本季度已满，请重评。"}, at=at)
        at += timedelta(hours=1)
        yield at, "grade"
    perform(one, "grade", leader, {"grade": grade, "words": WORDS[grade]}, at=at)
    at = moment(ends + timedelta(days=10), 15, turn) if at.date() <= ends + timedelta(days=9) else at
    at += timedelta(minutes=40 if at.hour == 16 else 0)
    yield at, "confirm"
    perform(one, "confirm", head, at=at)
    if grade == "plain":
        at += timedelta(days=1)
        yield at, "answer"
        perform(
            one, "answer", staff, {"words": "照片已全部归还，借条收回存档；以后到期前一周提醒自己。"}, at=at
        )


def today(people: People, now: datetime) -> None:
    """The running quarter is begun for everybody; one has handed in and waits for the grade."""
    at = now - timedelta(days=3)
    span = queries.span_of(at.date())
    office.begin_all(people.chair, span, at=at)
    one = OfficeReview.objects.get(staff=people.clerk, period__starts_on=span.starts_on)
    text = "平时提案随到随审，承诺到期的都问了结果。不足：两件答复催得晚。"
    office.save_summary(one, people.clerk, text, at=at + timedelta(hours=5))
    perform(OfficeReview.objects.get(pk=one.pk), "submit", people.clerk, at=at + timedelta(hours=6))
