"""What is printed of a meeting: notice with its reply slip, agenda, seats, sign-in book, leave, attendance, minutes, briefing,
order of speeches, result of a vote. Each function turns records into a Paper; who may have it stands beside it in ``PAPERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.papers import (
    Block,
    Colophon,
    Field,
    Form,
    Heading,
    PageBreak,
    Paper,
    Para,
    Signature,
    Table,
    Verify,
)
from huisheng.people.models import Account, Term

from . import local_rules as rules
from . import queries
from .models import (
    CAME,
    AgendaItem,
    Ballot,
    Briefing,
    Gathering,
    GatheringState,
    Invitee,
    Leave,
    Mark,
    Presence,
    Role,
    Speech,
    SpeechState,
)

SEATS_IN_A_ROW = 8
MOST_NAMED = 40  # beyond it a notice says how many are called, not who
MOST_UPRIGHT = 3  # columns of half-days on an upright page
BLANK = "　　　　　"


@dataclass(frozen=True)
class Reader:
    """Who asks for a paper of which meeting, and what they are to it."""

    gathering: Gathering
    account: Account
    now: datetime
    keeps: bool
    reads_all: bool

    @classmethod
    def of(cls, gathering: Gathering, account: Account, now: datetime) -> Reader:
        today = timezone.localdate(now)
        return cls(
            gathering,
            account,
            now,
            queries.organises(gathering, account, today),
            queries.reads_all(account, today),
        )


@dataclass(frozen=True)
class Print:
    """One line of the list of papers: what it is called, who may have it, how it is made."""

    label: str
    may: Callable[[Reader], bool]
    make: Callable[[Reader], Paper]


# -- words that many papers share --------------------------------------------------------------------------------------
def committee(gathering: Gathering) -> str:
    """政协……委员会: of the meeting's own term, else of the newest."""
    term = gathering.session.term if gathering.session else Term.objects.first()
    return f"{term.committee.removesuffix('委员会')}委员会" if term else "政协委员会"


def issuer(gathering: Gathering) -> str:
    return str(gathering.host) if gathering.host else f"{committee(gathering)}办公室"


def _moment(at: datetime) -> str:
    """2017年3月8日（星期三）9:00"""
    here = timezone.localtime(at)
    return f"{_day(here.date())}（星期{'一二三四五六日'[here.weekday()]}）{here:%-H:%M}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def when(gathering: Gathering) -> str:
    """From when to when; the day is said once."""
    start, end = timezone.localtime(gathering.starts_at), timezone.localtime(gathering.ends_at)
    until = f"{end:%-H:%M}" if start.date() == end.date() else _moment(end)
    return f"{_moment(start)}至{until}"


def _clock(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%-m月%-d日 %-H:%M}" if at else ""


def _heading(gathering: Gathering) -> str:
    """The line under a paper's title: which meeting, when, where."""
    return f"{gathering}　{_day(timezone.localdate(gathering.starts_at))}　{gathering.place}"


def _verify(reader: Reader) -> Verify:
    return Verify("", reader.account.name, f"{timezone.localtime(reader.now):%Y-%m-%d %H:%M}")


def _names(people: Iterable[Any]) -> str:
    return "、".join(one.name for one in people)


def _people(gathering: Gathering) -> list[Invitee]:
    return list(gathering.invitees.select_related("sector"))


def circle_of(invitee: Invitee) -> str:
    """Where a person sits and signs: with the group, else the sector; those who listen by themselves."""
    if invitee.role == Role.LISTENS:
        return "列席"
    return invitee.group or str(invitee.sector or "其他")


def _circles(people: Sequence[Invitee]) -> dict[str, list[Invitee]]:
    """Everybody by group or sector, both in the order of the list; those who listen come last."""
    found: dict[str, list[Invitee]] = {}
    for one in sorted(people, key=lambda one: one.role == Role.LISTENS):
        found.setdefault(circle_of(one), []).append(one)
    return found


# -- notice and agenda ---------------------------------------------------------------------------------------------------
def notice(reader: Reader) -> Paper:
    """会议通知（附回执）: the slip is a page of its own, to be cut off and sent back."""
    one = reader.gathering
    org = issuer(one)
    points: list[tuple[str, Sequence[Block]]] = [
        ("时间", [Para(when(one))]), ("地点", [Para(one.place)]), ("参加人员", [Para(_called(one))]),
        ("议程", _agenda_blocks(one, level=2)), ("有关事项", [Para(line) for line in _requests(one)]),
    ]  # fmt: skip
    blocks: list[Block] = [Para(f"决定{_verb(one)}{one}。现将有关事项通知如下：")]
    for number, (label, said) in enumerate(((label, said) for label, said in points if said), 1):
        blocks += [Heading(1, label, number), *said]
    blocks += [Signature(org, one.notified_on or "（未发出）"), PageBreak(), *_reply_slip(one)]
    return Paper("official", f"关于{_verb(one)}{one}的通知", blocks, mark=org, addressee=_addressed(one))  # fmt: skip


def _verb(gathering: Gathering) -> str:
    return "召开" if gathering.needs("agenda") or gathering.needs("groups") else "举行"


def _addressed(gathering: Gathering) -> str:
    """主送: members, and the units that are invited."""
    rows = gathering.invitees.values_list("member", flat=True)
    found = ["各位委员"] if any(rows) else []
    if any(one is None for one in rows) or gathering.guests.exists():
        found.append("各有关单位" if found else "各有关单位和人员")
    return "，".join(found) or "各有关单位"


def _called(gathering: Gathering) -> str:
    people = _people(gathering)
    words = []
    for role in Role:
        mine = [one for one in people if one.role == role]
        if mine:
            names = _names(mine) if len(mine) <= MOST_NAMED else f"{len(mine)}人，名单另附"
            words.append(f"{role.label}：{names}。")
    guests = [f"{one.organisation}{one.people}人" for one in gathering.guests.all()]
    if guests:
        words.append(f"邀请：{'、'.join(guests)}。")
    return "\n".join(words)


def _requests(gathering: Gathering) -> list[str]:
    lines = [line.strip() for line in gathering.note.splitlines() if line.strip()]
    if gathering.reply_by:
        lines.append(f"请于{_clock(gathering.reply_by)}前回执。")
    if gathering.needs("must"):
        ahead = local.rule(rules.LEAVE_AHEAD, timezone.localdate(gathering.starts_at))
        lines.append(f"因故不能参加的，请提前{ahead}天请假。")
    return lines


def _reply_slip(gathering: Gathering) -> list[Block]:
    choices = "□出席　　□请假" if gathering.needs("must") else "□参加　　□不参加"
    return [
        Para("回　　执", style="center"), Para(f"{gathering}", style="center"),
        Form([
            [Field("姓名"), Field("界别或单位")],
            [Field("是否参加", choices)],
            [Field("请假事由", "", 20)],
            [Field("联系电话"), Field("日期", "　　年　月　日")],
        ], label_mm=34),
        Para("没有使用平台的，请填写后交会务组。", style="small"),
    ]  # fmt: skip


def agenda(reader: Reader) -> Paper:
    """议程: sitting by sitting where the items are so assigned."""
    one = reader.gathering
    return Paper(
        "official", f"{one}议程", _agenda_blocks(one, level=1), subtitle=when(one), verify=_verify(reader)
    )


def _agenda_blocks(gathering: Gathering, level: int) -> list[Block]:
    items = list(gathering.agenda.select_related("part"))
    top = [one for one in items if one.parent_id is None]
    parts = list(dict.fromkeys(one.part for one in top if one.part))
    if len(parts) < 2:
        return list(_items(top, items, level))
    blocks = list(_items([one for one in top if one.part is None], items, level))
    for part in parts:
        where = f"{timezone.localtime(part.starts_at):%-H:%M}，{part.place or gathering.place}"
        blocks.append(Para(f"{part}（{where}）", style="hei"))
        blocks += _items([one for one in top if one.part == part], items, level)
    return blocks


def _items(here: Sequence[AgendaItem], every: Sequence[AgendaItem], level: int) -> Iterable[Block]:
    """Items of one level, numbered, each with what stands under it."""
    for number, one in enumerate(here, 1):
        by = f"（{one.presenter}）" if one.presenter else ""
        takes = f"　{one.minutes}分钟" if one.minutes else ""
        yield Heading(min(level, 4), f"{one.title}{by}{takes}", number)
        yield from _items([under for under in every if under.parent_id == one.pk], every, level + 1)


# -- who sits, signs, asks leave -----------------------------------------------------------------------------------------
def seating(reader: Reader) -> Paper:
    """座次表: row by row, each group or sector beginning a new one."""
    one = reader.gathering
    rows = [
        ["" if start else label, *(person.name for person in people[start : start + SEATS_IN_A_ROW])]
        for label, people in _circles(_people(one)).items()
        for start in range(0, len(people), SEATS_IN_A_ROW)
    ]
    header = ["组别（界别）", *(str(seat) for seat in range(1, SEATS_IN_A_ROW + 1))]
    table = Table(rows, header, widths=(2.2, *[1.4] * SEATS_IN_A_ROW), aligns="l" + "c" * SEATS_IN_A_ROW)
    front = Para("主　席　台", style="center")
    return Paper(
        "form", "座次表", [front, table], subtitle=_heading(one), landscape=True, verify=_verify(reader)
    )


def sign_in_sheet(reader: Reader) -> Paper:
    """签到册 to be signed: a box for each person and half-day."""
    return _book(reader, "签到册", lambda line: ["" for _ in line.marks])


def register(reader: Reader) -> Paper:
    """签到册 as it is recorded."""
    return _book(reader, "签到册（已登记）", lambda line: [_marked(one) for one in line.marks])


def _marked(one: Presence | None) -> str:
    if one is None:
        return ""
    came = one.mark in CAME
    return (
        f"{one.get_mark_display()}{timezone.localtime(one.at):　%-H:%M}" if came else one.get_mark_display()
    )


def _book(reader: Reader, title: str, boxes: Callable[[queries.Line], list[str]]) -> Paper:
    one = reader.gathering
    parts = list(one.parts.all())
    lines = {line.invitee.pk: line for line in queries.roll_lines(one, parts)}
    header = ["序号", "姓名", *(str(part) for part in parts), "备注"]
    widths = (1, 2, *[2.5] * len(parts), 2)
    blocks: list[Block] = []
    number = 0
    for label, people in _circles([line.invitee for line in lines.values()]).items():
        rows = []
        for person in people:
            number += 1
            rows.append([str(number), person.name, *boxes(lines[person.pk]), ""])
        blocks.append(
            Table(rows, header, widths, "cl" + "c" * len(parts) + "l", title=f"{label}（{len(people)}人）")
        )
    return Paper(
        "form", title, blocks, subtitle=_heading(one), landscape=len(parts) > MOST_UPRIGHT, verify=_verify(reader)
    )  # fmt: skip


def leaves(reader: Reader) -> Paper:
    """请假条汇总: as far as the reader may read leave."""
    one = reader.gathering
    rows = queries.visible_leaves(reader.account, timezone.localdate(reader.now)).filter(gathering=one)
    rows = rows.select_related("invitee__sector", "decided_by").prefetch_related("parts")
    cells = [
        [
            str(number), leave.invitee.name, str(leave.invitee.sector or ""), "、".join(str(part) for part in leave.parts.all()),
            leave.reason_label + (f"：{leave.note}" if leave.note else ""),
            _clock(leave.asked_at) + ("（超过时限）" if leave.is_late else ""),
            leave.get_state_display() + (f"（{leave.decided_by.name}）" if leave.decided_by else ""),
        ]
        for number, leave in enumerate(rows, 1)
    ]  # fmt: skip
    header = ("序号", "姓名", "界别", "场次", "事由", "提出时间", "结果（批准人）")
    table = Table(cells, header, (0.8, 1.5, 1.8, 2.4, 3, 2.2, 2.4), "clllll")
    blocks: list[Block] = [table] if cells else [Para("没有请假。")]
    return Paper("form", "请假条汇总", blocks, subtitle=_heading(one), landscape=True, verify=_verify(reader))


def leave_slip(leave: Leave) -> Paper:
    """请假条, as it was asked and decided: to be signed where a committee keeps paper."""
    decided = f"{leave.decided_by.name}　{_clock(leave.decided_at)}" if leave.decided_by else ""
    who, asked = leave.invitee, _clock(leave.asked_at) + ("（超过时限）" if leave.is_late else "")
    rows = [
        [Field("会议", str(leave.gathering))],
        [Field("时间、地点", f"{when(leave.gathering)}，{leave.gathering.place}")],
        [Field("请假人", who.name), Field("界别或单位", str(who.sector or ""))],
        [Field("请假的场次", "、".join(str(part) for part in leave.parts.all()))],
        [Field("事由", leave.reason_label + (f"：{leave.note}" if leave.note else ""), 20)],
        [Field("提出时间", asked)],
        [Field("审批意见", f"{leave.get_state_display()}　{decided}", 24, sign="签字：　　　　　　年　月　日")],
    ]  # fmt: skip
    return Paper("form", "请假条", [Form(rows, label_mm=34)], subtitle=issuer(leave.gathering))


def attendance(reader: Reader) -> Paper:
    """出席情况报告单: 应到、实到 of each half-day and the quorum in words, for whoever presides."""
    one = reader.gathering
    rolls = queries.rolls(one)
    header = ("场次", "应到", "实到", "迟到", "早退", "请假", "缺席", "未登记", "列席")
    rows = [
        [str(r.part), r.due, r.came, r.late, r.early, r.excused, r.absent, r.open, r.listens] for r in rolls
    ]
    said = [
        Para(found.sentence, lead=f"{roll.part}：") for roll in rolls if (found := queries.quorum(one, roll))
    ]
    table = Table(
        rows, header, (3, *[1.2] * 8), "l" + "c" * 8, note="实到含迟到、早退；列席不计入应到、实到。"
    )
    sign = Form([[Field("报告人", sign="日期：　　　　"), Field("主持人", sign="日期：　　　　")]])
    return Paper(
        "form", "出席情况报告单", [table, *said, sign], subtitle=_heading(one), verify=_verify(reader)
    )


# -- minutes ---------------------------------------------------------------------------------------------------------------
def minutes(reader: Reader) -> Paper:
    """纪要 in 纪要格式: who came, had leave and listened stand before the text; what was decided after it."""
    one = reader.gathering
    came, excused, listened = _attendance(one)
    facts = (
        ("时间", when(one)), ("地点", one.place), ("主持", one.leader), ("出席", _names(came)), ("请假", _names(excused)),
        ("列席", _names(listened)),
    )  # fmt: skip
    blocks: list[Block] = [Para(words, lead=f"{label}：") for label, words in facts if words]
    blocks.append(Para(one.minutes))
    decided = [item for item in one.agenda.all() if item.outcome]
    if decided:
        blocks.append(Heading(1, "议定事项"))
        blocks += [Para(f"{number}．{item.title}：{item.outcome}") for number, item in enumerate(decided, 1)]
    mark = f"{committee(one)}{one.type_label}纪要"
    return Paper(
        "official", str(one), blocks, mark=mark, number=one.number_label, issuer=issuer(one),
        issued_on=one.settled_on or "（未定稿）",
    )  # fmt: skip


def _attendance(gathering: Gathering) -> tuple[list[Invitee], list[Invitee], list[Invitee]]:
    """Who came to at least one half-day, who had leave and did not come, and who listened."""
    marks: dict[int, set[str]] = {}
    for invitee, mark in Presence.objects.filter(part__gathering=gathering).values_list("invitee", "mark"):
        marks.setdefault(invitee, set()).add(mark)
    people = list(gathering.invitees.all())
    here = [one for one in people if marks.get(one.pk, set()) & set(CAME)]
    away = [one for one in people if one not in here and Mark.EXCUSED in marks.get(one.pk, ())]
    due = [one for one in here if one.role == Role.DUE]
    return (
        due,
        [one for one in away if one.role == Role.DUE],
        [one for one in here if one.role == Role.LISTENS],
    )


# -- the floor ---------------------------------------------------------------------------------------------------------------
def speeches(reader: Reader) -> Paper:
    """发言顺序表: the oral ones in order, the written ones after them."""
    one = reader.gathering
    oral = list(queries.oral_speeches(one))
    written = one.speeches.filter(state=SpeechState.WRITTEN).select_related(
        "speaker_member__sector", "speaker_body"
    )
    blocks: list[Block] = []
    for label, rows in (("口头发言", oral), ("书面发言", list(written))):
        if rows:
            header = ("次序", "发言人", "界别（单位）", "题目", "场次", "限时")
            cells = [_speech_row(number, speech) for number, speech in enumerate(rows, 1)]
            blocks.append(
                Table(cells, header, (0.8, 1.8, 2.4, 5, 2, 1.2), "clllcc", title=f"{label}（{len(rows)}人）")
            )
    return Paper(
        "form", "大会发言顺序表", blocks or [Para("还没有排定。")], subtitle=_heading(one), verify=_verify(reader)
    )  # fmt: skip


def _speech_row(number: int, speech: Speech) -> list[str]:
    by = f"{speech.reader}（宣读）" if speech.speaker_body and speech.reader else speech.speaker_name
    return [
        str(speech.position or number), by, queries.sector_or_body(speech), speech.title, str(speech.part or ""),
        f"{speech.limit}分钟" if speech.limit else "",
    ]  # fmt: skip


def briefing_paper(briefing: Briefing) -> Paper:
    """会议简报 with its red head; before it is issued number and day are left open."""
    one = briefing.gathering
    made = f"编写：{briefing.made_by.name if briefing.made_by else ''}"
    signed = f"签发：{briefing.issued_by.name if briefing.issued_by else BLANK}"
    return Paper(
        "official", briefing.title, [Para(briefing.content), Colophon([], made, signed)], mark=f"{one}简报",
        number=f"第{briefing.number}期" if briefing.number else "第　期", issuer=issuer(one),
        issued_on=timezone.localdate(briefing.issued_at) if briefing.issued_at else "（未印发）",
    )  # fmt: skip


def ballot_paper(ballot: Ballot) -> Paper:
    """表决（选举）结果报告单, as it is read out: counts, the needed votes, what came of it; nobody's vote."""
    day = timezone.localdate(ballot.declared_at or ballot.gathering.starts_at)
    counted = queries.is_counted(ballot)
    facts = [
        [Field("事项", ballot.title)],
        [
            Field("方式", local.label_of(rules.VOTE, ballot.method)),
            Field("应选名额", str(ballot.seats or "—")),
        ],
        [Field("应到", f"{ballot.due}人"), Field("实到", f"{ballot.present}人")],
    ]
    if counted:
        facts += [
            [Field("发出", f"{ballot.issued}票"), Field("收回", f"{ballot.returned}票")],
            [Field("有效", f"{ballot.valid}票"), Field("废票", f"{ballot.void}票")],
        ]
    blocks: list[Block] = [Form(facts), _votes(ballot, counted), *_rule_lines(ballot, counted, day)]
    blocks.append(Form([
        [Field("监票人", ballot.scrutineers, 16), Field("计票人", ballot.tellers, 16)],
        [Field("主持人", "", 16, sign="日期：　　　　")],
    ]))  # fmt: skip
    title = f"{'选举' if ballot.is_election else '表决'}结果报告单"
    subtitle = str(ballot.gathering) + ("" if ballot.declared_at else "（未宣布）")
    return Paper("form", title, blocks, subtitle=subtitle)


def _votes(ballot: Ballot, counted: bool) -> Table:
    passed = "当选" if ballot.is_election else "通过"
    rows = [
        [
            one.line.name + ("（另选）" if one.line.is_written_in else ""),
            *([one.line.in_favour, one.line.against, one.line.abstained] if counted else []),
            passed if one.passed else f"未{passed}",
        ]
        for one in queries.outcomes(ballot)
    ]
    header = (
        "候选人" if ballot.is_election else "表决事项",
        *(("赞成", "反对", "弃权") if counted else ()),
        "结果",
    )
    return Table(rows, header, (5, *([1.4] * 3 if counted else []), 2), "l" + "c" * (4 if counted else 1))


def _rule_lines(ballot: Ballot, counted: bool, day: date) -> list[Block]:
    if not counted:
        return []
    base = "应到" if ballot.base == "due" else "实到"
    lines: list[Block] = [
        Para(
            f"以{base}人数过半数为{'当选' if ballot.is_election else '通过'}，须{queries.needed(ballot)}票。"
        )
    ]
    return lines + ([Para(str(local.rule(rules.BALLOT_VOID, day)))] if ballot.is_election else [])


# -- the list of papers --------------------------------------------------------------------------------------------------------
def _announced(reader: Reader) -> bool:
    return reader.keeps or reader.gathering.state != GatheringState.DRAFT


def _kept(reader: Reader) -> bool:
    return reader.keeps


def _inside(reader: Reader) -> bool:
    return reader.keeps or reader.reads_all


def _written(reader: Reader) -> bool:
    """As on the page: while they are drafted, minutes are the organiser's."""
    is_out = reader.keeps or reader.gathering.state == GatheringState.SETTLED
    return is_out and bool(reader.gathering.minutes.strip())


def _has_agenda(reader: Reader) -> bool:
    return reader.gathering.needs("agenda") and _announced(reader)


def _has_speeches(reader: Reader) -> bool:
    return reader.gathering.needs("speeches") and _announced(reader)


PAPERS: dict[str, Print] = {
    "notice": Print("会议通知（附回执）", _announced, notice),
    "agenda": Print("议程", _has_agenda, agenda),
    "speeches": Print("发言顺序表", _has_speeches, speeches),
    "seating": Print("座次表", _inside, seating),
    "sheet": Print("签到册", _kept, sign_in_sheet),
    "register": Print("签到册（已登记）", _kept, register),
    "leaves": Print("请假条汇总", _kept, leaves),
    "attendance": Print("出席情况报告单", _inside, attendance),
    "minutes": Print("纪要", _written, minutes),
}


def printable(reader: Reader) -> list[tuple[str, str]]:
    """(name, label) of the papers the reader may have."""
    return [(name, one.label) for name, one in PAPERS.items() if one.may(reader)]
