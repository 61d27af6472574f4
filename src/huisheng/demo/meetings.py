"""会议与活动 of a demonstration year: the plenary with its roll, the meetings and activities, the planned contacts.

What a plan says of them (of 2017: data/plenary.csv, speeches.txt, meetings.txt, contacts.txt) is lived: called, answered, signed
in, minuted and settled.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from huisheng.gatherings import actions, floor
from huisheng.gatherings.models import CAME, Gathering, Invitee, Part
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account, Body, Session, chinese_number

from .lives import Moments, People
from .plan import Event, Plan, Seat, Speech
from .roster import DATA, moment

GROUPS = ("第一组", "第二组", "第三组", "第四组", "第五组", "第六组")
ELECTION = "选举"
AGENDA = (
    ("听取常委会工作报告", "主席", 1), ("听取提案工作情况报告", "提案委员会", 1), ("列席区人大会议，听取政府工作报告", "", 2),
    ("分组讨论各项报告", "各组召集人", 3), ("大会发言", "", 3), (ELECTION, "主席团", 4), ("通过会议决议", "主席团", 4),
)  # fmt: skip
# what was said in the groups: (group, words)
REMARKS = (
    ("第一组", "报告里的数字实，明年的事要写到哪一家办。"), ("第二组", "园区夜里的路灯，去年提过，今年要看见灯亮。"),
    ("第三组", "老旧小区改造先问住户，再定项目。"), ("第四组", "用水的账要公开，合作社才管得长。"),
    ("第五组", "学校周边晚高峰，交警、学校、家长三家坐下来谈一次。"), ("第六组", "提案答复里写了时间的，到时间请回头看。"),
)  # fmt: skip
CANDIDATES = [
    {"name": "主席候选人甲", "in_favour": 167, "against": 0, "abstained": 1},
    {"name": "副主席候选人乙", "in_favour": 166, "against": 1, "abstained": 1},
    {"name": "副主席候选人丙", "in_favour": 165, "against": 2, "abstained": 1},
    {"name": "秘书长候选人丁", "in_favour": 168, "against": 0, "abstained": 0},
]
ENTERPRISES = (
    "汜东铝材公司", "方山耐火材料厂", "通航制造公司", "金泽阀门公司", "五云磨料磨具公司", "廖峪新材料公司", "亮马机械公司", "聂寨塑编公司",
    "许洼饲料公司", "朱寨电缆公司", "二十里铺物流公司", "杨家沟包装公司", "东柏社家具公司", "马固食品公司", "冯沟门业公司", "魏岗化工公司",
    "沙固建材公司", "左照沟印刷公司", "石嘴服装公司", "营坡汽修公司", "上街村豆制品厂", "观沟电器公司", "郭小寨玻璃公司", "肖洼机电公司",
    "夏侯村木业公司", "卢庄苗木公司", "南峡窝油脂公司", "北峡窝陶瓷厂", "任庄模具公司", "武庄仪表公司", "白杨软件公司", "水磨冷链公司",
)  # fmt: skip
BANKS = (
    "汜水农商银行", "峡窝村镇银行", "五云山商业银行", "中原惠民银行上街支行", "陇海商业银行上街支行", "豫西邮储网点", "黄河发展银行上街支行",
    "上街小企业贷款中心",
)  # fmt: skip


def read_events() -> list[Event]:
    events: list[Event] = []
    for line in _lines("meetings.txt"):
        if line.startswith("## "):
            events.append(Event(line[3:]))
            continue
        one, sign, rest = events[-1], line[:2], line[2:]
        cells = [cell.strip() for cell in rest.split("|")]
        match sign:
            case "> ":
                one.stops.append(cells)
            case "< ":
                one.guests.append(cells)
            case "* ":
                one.items.append(cells)
            case "$ ":
                one.aid.append(cells)
            case "+ ":
                one.notes.append(rest)
            case "= ":
                one.minutes = rest
            case _:
                one.marks = dict(mark.split("=", 1) for mark in line.split(" "))
    return events


def read_contacts() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split("|")) for line in _lines("contacts.txt"))


def read_roll() -> tuple[Seat, ...]:
    """The plenary of 2017 as it was signed: name, sector, group, the marks of the half-days."""
    with (DATA / "plenary.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Seat(name, sector, group, tuple(marks))
            for name, sector, group, *marks in list(csv.reader(file))[1:]
        )


def read_speeches() -> tuple[Speech, ...]:
    lines = list(_lines("speeches.txt"))
    heads = (head.split("|") for head in lines[::2])
    return tuple(
        Speech(title, by, way, int(seconds), words)
        for (title, by, way, seconds), words in zip(heads, lines[1::2], strict=True)
    )


def _lines(name: str) -> Iterator[str]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("# ") and not line.startswith("#  "):
            yield line


Happening = tuple[datetime, Callable[[], Any]]


def in_order(events: list[Happening]) -> Moments:
    """Several things of one meeting that overlap, each at its moment."""
    for at, act in sorted(events, key=lambda one: one[0]):
        yield at, "meeting"
        act()


class Meetings:
    """Who calls, who comes, who writes the minutes."""

    def __init__(self, people: People, session: Session, plan: Plan) -> None:
        self.people, self.session, self.plan = people, session, plan
        self.office, self.chair, self.editor = people.office, people.chair, people.by_name["editor"]
        self.rng = Random(f"meetings {plan.seed}")
        called = {(one.name, str(one.sector)) for one in people.members}
        self.roll = [
            seat for seat in plan.roll if (seat.name, seat.sector) in called
        ]  # who has left is not called

    def lives(self) -> list[Moments]:
        contacts = (self._contact(cells) for cells in self.plan.contacts)
        return [self._plenary(), *(self._event(one) for one in self.plan.events), *contacts]

    # -- what data/contacts.txt tells --------------------------------------------------------------------------------
    def _contact(self, cells: tuple[str, ...]) -> Moments:
        """A body plans to see somebody, and reports what was heard."""
        name, with_whom, by_whom, way, planned, due, met, heard = cells
        body = self.people.bodies[name]
        keeper = self.people.of_body(body)
        at = moment(date.fromisoformat(planned), 10)
        yield at, "meeting"
        said = {
            "body": body,
            "with_whom": with_whom,
            "by_whom": by_whom,
            "way": way,
            "due_on": date.fromisoformat(due),
        }
        one = actions.plan_liaison(keeper, said, at=at)
        if not met:
            return
        at = moment(date.fromisoformat(met), 17, 30)
        yield at, "meeting"
        perform(one, "report", keeper, {"held_on": met, "heard": heard}, at=at)

    # -- what data/meetings.txt tells --------------------------------------------------------------------------------
    def _event(self, event: Event) -> Moments:
        at = event.starts - timedelta(days=8, hours=1)
        yield at, "meeting"
        host = self.people.bodies.get(event.marks.get("host", ""))
        keeper = self.people.of_body(host) if host else self.office
        one = self._plan(event, host, keeper, at)
        perform(one, "invite", keeper, self._called(event, host), at=at)
        at += timedelta(minutes=30)
        yield at, "meeting"
        perform(one, "notify", keeper, at=at)
        at = event.starts - timedelta(minutes=20)
        yield at, "meeting"
        perform(one, "open", keeper, at=at)
        share = float(event.marks.get("came", "0.92"))
        for part in one.parts.all():
            came = [each for each in one.invitees.all() if self.rng.random() < share]
            early = part.starts_at - timedelta(minutes=5)
            actions.tick(one, part, came, keeper, early)
        yield event.ends, "meeting"
        perform(one, "close", keeper, at=event.ends)
        yield from self._notes(one, event)
        at = event.ends + timedelta(hours=self.rng.randint(2, 40))
        yield at, "meeting"
        self._put_down(one, event, keeper, at)
        at += timedelta(hours=3)
        yield at, "meeting"
        perform(one, "settle", keeper, at=at)

    def _notes(self, one: Gathering, event: Event) -> Moments:
        """学习体会: those who were there write, an evening later."""
        came = one.invitees.filter(presences__mark__in=CAME).exclude(member=None).distinct().order_by("pk")
        for n, (who, words) in enumerate(zip(came, event.notes, strict=False), 1):
            at = event.ends + timedelta(minutes=20 * n)
            yield at, "meeting"
            floor.write_note(one, self.people.of_member(who.member), words, at=at)

    def _plan(self, event: Event, host: Body | None, keeper: Account, at: datetime) -> Gathering:
        marks = event.marks
        data: dict[str, Any] = {
            "type": marks["type"], "title": event.title, "starts_at": event.starts, "ends_at": event.ends, "place": marks["at"],
            "host": host, "partners": [self.people.bodies[name] for name in marks.get("with", "").split(",") if name],
            "joints": [code for code in marks.get("joints", "").split(",") if code],
            "counterpart": marks.get("counterpart", ""), "level": marks.get("level", ""), "project": marks.get("project", ""),
            "hours": marks.get("hours"), "number": marks.get("number"), "session": self.session if "number" in marks else None,
        }  # fmt: skip
        one = actions.start(keeper, data, at=at)
        if event.items:
            rows = [
                {"number": n, "title": cells[0], "presenter": cells[1]}
                for n, cells in enumerate(event.items, 1)
            ]
            actions.save_agenda(one, keeper, rows, at)
        return Gathering.objects.get(pk=one.pk)

    def _called(self, event: Event, host: Body | None) -> dict[str, Any]:
        who = event.marks["who"]
        if who in ("all", "standing"):
            return {"circle": who, "role": "due"}
        if who == "chairs":
            leaders = [self.chair.pk, self.office.pk, self.people.by_name["clerk"].pk]
            return {"accounts": leaders, "role": "due"}
        sectors = [self.people.bodies["经济界"]] if who == "economy" else []
        joined = [self.people.bodies[name] for name in event.marks.get("with", "").split(",") if name]
        wanted: list[Body | None] = [*sectors] or [host, *(body for body in joined if body.kind == "sector")]
        return {"bodies": [body.pk for body in wanted if body], "role": "due"}

    def _put_down(self, one: Gathering, event: Event, keeper: Account, at: datetime) -> None:
        actions.save(
            one, keeper, {}, at=at,
            stops=[
                {"organisation": name, "sort": sort, "region": region, "on": date.fromisoformat(on), "note": note}
                for name, sort, region, on, note in event.stops
            ],
            guests=[{"organisation": name, "sort": sort, "people": int(people)} for name, sort, people in event.guests],
            aid=[
                {"giver": giver, "sort": sort, "amount": amount, "goods": goods, "worth": worth, "beneficiaries": int(people)}
                for giver, sort, amount, goods, worth, people in event.aid
            ],
        )  # fmt: skip
        items = list(one.agenda.all())
        rows = [
            {"id": item.pk, "number": item.number, "title": item.title, "presenter": item.presenter, "outcome": cells[2],
             "is_done": bool(cells[2])}
            for item, cells in zip(items, event.items, strict=True)
        ]  # fmt: skip
        if rows:
            actions.save_agenda(one, keeper, rows, at)
        actions.save_minutes(one, keeper, event.minutes, at)

    # -- the plenary -------------------------------------------------------------------------------------------------
    def _plenary(self) -> Moments:
        half_days = self.plan.half_days
        at = moment(self.plan.from_opening(-24), 10)
        yield at, "meeting"
        one = self._call_plenary(at)
        yield from in_order([*self._leaves(one), *self._speeches(one)])
        start = half_days[0][1] - timedelta(minutes=50)
        yield start, "meeting"
        perform(one, "open", self.office, at=start)
        people = {(each.name, str(each.sector)): each for each in one.invitees.select_related("sector")}
        for place, part in enumerate(one.parts.all()):
            yield part.starts_at, "meeting"
            self._sign(one, part, place, people)
            if place == 2:
                yield from in_order([*self._groups(one, part.starts_at), *self._spoken(one, part)])
        end = half_days[3][2]
        yield end - timedelta(minutes=20), "meeting"
        self._elect(one, end - timedelta(minutes=20))
        yield end, "meeting"
        perform(one, "close", self.office, at=end)
        at = moment(self.plan.from_opening(3), 16)
        yield at, "meeting"
        actions.save_minutes(one, self.office, self._plenary_minutes(), at)
        at += timedelta(hours=1)
        yield at, "meeting"
        perform(one, "settle", self.office, at=at)

    def _call_plenary(self, at: datetime) -> Gathering:
        half_days = self.plan.half_days
        first, last = half_days[0][1], half_days[-1][2]
        one = actions.start(
            self.office,
            {"type": "plenary", "title": f"区政协{self.plan.edition}会议", "starts_at": first, "ends_at": last, "place": "区会议中心",
             "session": self.session, "number": self.session.number, "leader": "主席团", "note": "请携带委员证，提前三十分钟到会签到。"},
            at=at,
        )  # fmt: skip
        parts = [
            {"label": label, "starts_at": starts, "ends_at": ends,
             "place": "区会议中心"}
            for label, starts, ends in half_days
        ]  # fmt: skip
        one = actions.save(one, self.office, {}, parts=parts, at=at)
        by_number = {part.number: part for part in one.parts.all()}
        rows = [
            {"number": n, "title": title, "presenter": presenter, "part": by_number[part], "is_done": True}
            for n, (title, presenter, part) in enumerate(self._agenda(), 1)
        ]
        actions.save_agenda(one, self.office, rows, at)
        seats = {(each.name, str(each.sector)): each.pk for each in self.people.members}
        for group in GROUPS:
            members = [seats[seat.name, seat.sector] for seat in self.roll if seat.group == group]
            perform(one, "invite", self.office, {"members": members, "role": "due", "group": group}, at=at)
        perform(one, "notify", self.office, at=at)
        return one

    def _leaves(self, one: Gathering) -> Iterator[Happening]:
        """Who was excused asked for it beforehand; the chair granted it."""
        parts = list(one.parts.all())
        seats = {(each.name, str(each.sector)): each for each in self.people.members}
        at = moment(self.plan.from_opening(-4), 9)
        for seat in self.roll:
            wanted = [part for part, mark in zip(parts, seat.marks, strict=True) if mark == "excused"]
            if not wanted:
                continue
            at += timedelta(minutes=11)
            account = self.people.of_member(seats[seat.name, seat.sector])
            said = {
                "parts": wanted,
                "reason": self.rng.choice(("duty", "duty", "illness", "family", "training")),
            }
            yield at, partial(actions.ask_leave, one, account, said, at=at)
            yield at + timedelta(hours=2), partial(self._grant, one, account, at + timedelta(hours=2))

    def _grant(self, one: Gathering, account: Account, at: datetime) -> None:
        leave = one.leaves.get(invitee__member__in=account.places("member", on=at.date()), state="asked")
        perform(leave, "grant", self.chair, {}, at=at)

    def _sign(
        self,
        one: Gathering,
        part: Part,
        place: int,
        people: dict[Any, Invitee],
    ) -> None:
        """The desk ticks who came; the late came a quarter of an hour after the beginning."""
        came = {
            "present": part.starts_at - timedelta(minutes=10),
            "late": part.starts_at + timedelta(minutes=15),
        }
        for mark, when in came.items():
            names = [people[seat.name, seat.sector] for seat in self.roll if seat.marks[place] == mark]
            actions.tick(
                one, part, names, self.office, part.ends_at, moments={each.pk: when for each in names}
            )

    def _speeches(self, one: Gathering) -> Iterator[Happening]:
        """Three gates, an hour apart."""
        at = moment(self.plan.from_opening(-4), 14)
        part = one.parts.get(number=3)
        for place, text in enumerate(self.plan.speeches, 1):
            at += timedelta(minutes=25)
            title, words = text.title, text.words
            account, said = self._speaker(text.by)
            arranged = {"part": part.pk, "position": place, "limit": 8}
            last: tuple[str, Account, Any] = ("speak", self.chair, arranged)
            if text.way == "written":
                last = ("print", self.chair, {})
            yield (
                at,
                partial(floor.start_speech, one, account, {"title": title, "content": words, **said}, at=at),
            )
            steps = (("submit", account, None), ("choose", self.editor, {}), ("check", self.office, {}), last)
            for hours, (action, who, answers) in enumerate(steps):
                when = at + timedelta(hours=hours, minutes=1)
                yield when, partial(self._step, one, title, action, who, answers, when)

    def _step(
        self, one: Gathering, title: str, action: str, who: Account, answers: Any, at: datetime
    ) -> None:
        perform(one.speeches.get(title=title), action, who, answers, at=at)

    def _spoken(self, one: Gathering, part: Part) -> Iterator[Happening]:
        """Those chosen to speak are timed at the desk, nine minutes apart."""
        at = part.starts_at + timedelta(minutes=20)
        for text in self.plan.speeches:
            if text.way == "oral":
                for when in (at, at + timedelta(seconds=text.seconds)):
                    yield when, partial(self._time, one, text.title, when)
                at += timedelta(minutes=9)

    def _time(self, one: Gathering, title: str, at: datetime) -> None:
        floor.time_speech(one.speeches.get(title=title), self.office, at)

    def _speaker(self, name: str) -> tuple[Account, dict[str, Any]]:
        body = self.people.bodies[name]
        if body.kind == "sector":
            member = next(each for each in self.people.members if each.sector_id == body.pk)
            return self.people.of_member(member), {"speaker_member": member}
        return self.people.of_body(body), {"speaker_body": body}

    def _groups(self, one: Gathering, at: datetime) -> Iterator[Happening]:
        """Six groups talk at once; the office notes what was said and issues a briefing the same afternoon."""
        at += timedelta(minutes=70)
        for i, (group, words) in enumerate(self.plan.remarks):
            who = one.invitees.filter(group=group, presences__part__number=3).order_by("pk")[i % 5]
            when = at + timedelta(minutes=i)
            yield when, partial(floor.note_remark, one, self.office, {"invitee": who, "text": words}, at=when)
        yield at + timedelta(minutes=50), partial(self._brief, one, at + timedelta(minutes=50))

    def _brief(self, one: Gathering, at: datetime) -> None:
        briefing = floor.start_briefing(one, self.office, {"title": "各组讨论摘要"}, one.remarks.all(), at=at)
        perform(briefing, "issue", self.office, at=at)

    def _elect(self, one: Gathering, at: datetime) -> None:
        """The officers of a new term, and the resolution of the session."""
        due, present = (
            len(self.roll),
            sum(seat.marks[3] in ("present", "late") for seat in self.roll),
        )
        if self.plan.elects:
            counts = {"due": due, "present": present, "issued": present, "returned": present, "void": 1}
            words = {"title": "选举主席、副主席、秘书长", "is_election": True, "method": "secret", "seats": 4}
            self._declare(one, words | counts, CANDIDATES, at)
        counts = {"due": due, "present": present, "issued": present, "returned": present}
        resolved = {"name": "会议决议（草案）", "in_favour": present, "against": 0, "abstained": 0}
        self._declare(one, {"title": "会议决议", "method": "hands"} | counts, [resolved], at)

    def _declare(
        self, one: Gathering, words: dict[str, Any], lines: list[dict[str, Any]], at: datetime
    ) -> None:
        ballot = floor.start_ballot(one, self.office, words, lines, at=at)
        perform(ballot, "declare", self.office, at=at)

    def _agenda(self) -> list[tuple[str, str, int]]:
        return [item for item in AGENDA if self.plan.elects or item[0] != ELECTION]

    def _plenary_minutes(self) -> str:
        first, last = self.plan.opens, self.plan.opens + timedelta(days=2)
        oral = sum(one.way == "oral" for one in self.plan.speeches)
        days = f"{first.year}年{first.month}月{first.day}日至{f'{last.month}月' if last.month != first.month else ''}{last.day}日"
        elected = "选举了主席、副主席、秘书长，" if self.plan.elects else ""
        count = [chinese_number(n) for n in (len(self.plan.speeches), oral, len(self.plan.speeches) - oral)]
        count = ["两" if word == "二" else word for word in count]
        return (
            f"区政协{self.plan.edition}会议于{days}召开。会议听取并审议了常委会工作报告和提案工作情况的报告，列席了区人大会议，"
            f"分六个小组讨论了各项报告；{count[0]}位委员和单位作大会发言，其中口头发言{count[1]}个、书面发言{count[2]}个；"
            f"会议{elected}通过了会议决议。"
        )
