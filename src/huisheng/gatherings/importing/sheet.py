"""签到册: one line per person called, one column per half-day, with the marks people really use.

Counted is each person's own line, in their own group. A line written in by hand, a second signature in another group
and a mark against what is already known are asked about.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from huisheng.kernel.errors import Refused
from huisheng.people.importing import Column, Kind, RowReport, clean, report, said_about
from huisheng.people.importing.changes import Recorder
from huisheng.people.importing.known import Known
from huisheng.people.importing.report import Difference, Issue
from huisheng.people.importing.tables import IGNORE, Record, Table

from .. import queries
from ..models import CAME, GatheringState, How, Invitee, Mark, Presence, Role
from . import finding
from .finding import Half, Meeting

COLUMNS = (
    Column("name", "姓名", ("姓名", "委员姓名", "委员", "名字", "出席人员", "应到人员"), required=True),
    Column("sector", "界别", ("界别", "所属界别", "所在界别", "界别名称")),
    Column("group", "组别", ("组别", "小组", "分组", "讨论组", "所在小组", "编组")),
    Column("half", "场次", ("签到", "签名", "签字", "出席情况", "到会情况", "出席", "考勤"), many=True,
           pattern=r"上午|下午|晚上|\d\s*[月./-]\s*\d{1,2}\s*[日号]?"),
    Column(IGNORE, "不导入", ("序号", "编号", "座位号", "单位", "工作单位", "单位及职务", "职务", "电话", "联系电话", "手机", "备注"), many=True),
)  # fmt: skip
SPELLINGS = {
    Mark.PRESENT: ("√", "✓", "✔", "☑", "v", "V", "到", "已到", "到会", "出席", "签到", "已签到", "是", "1"),
    Mark.LATE: ("迟", "迟到"),
    Mark.EARLY: ("早退",),
    Mark.EXCUSED: ("假", "请假", "事假", "病假", "公假", "已请假"),
    Mark.ABSENT: ("", "×", "✗", "✘", "x", "X", "缺", "缺席", "未到", "未签", "没到", "旷会", "否", "0", "-", "—", "/"),
}  # fmt: skip
_MARKS = {spelling: mark for mark, spellings in SPELLINGS.items() for spelling in spellings}


def mark_of(text: str, name: str) -> Mark | None:
    """What a cell says of a person; their own name is a signature. None where it cannot be told."""
    said = re.sub(r"\s", "", text).strip("。.")
    return Mark.PRESENT if said and said == name else _MARKS.get(said)


# -- the columns -------------------------------------------------------------------------------------------------------
@dataclass
class Heads:
    """Which half-day each of a table's half-day columns is; ``keys`` stands in their order, "" for one left out."""

    keys: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)  # half-days that the import adds to a plan in preparation
    told: list[str] = field(default_factory=list)


def _heads_of(table: Table) -> list[str]:
    return [table.headers[i] for i, key in table.mapping.items() if key == "half"]


def read_heads(table: Table, meeting: Meeting) -> Heads:
    heads, found = _heads_of(table), Heads()
    for head in heads:
        key = _key_for(head, meeting, is_only=len(heads) == 1)
        if not key and (half := finding.half_named(head)):
            key = _new_key(half, meeting)
            found.made += [key] if key else []
        if not key or key in found.keys:
            found.told.append(f"“{head}”这一列看不出是哪一场，没有导入。这次的场次有：{_names(meeting)}。")
            key = ""
        found.keys.append(key)
    if found.made:
        hours = "，".join(f"{half}{opens}时至{closes}时" for half, (opens, closes) in finding.HOURS.items())
        found.told.append(
            f"安排里还没有的场次，导入时加上：{'、'.join(found.made)}（时间先按{hours}，请核对）。"
        )
    return found


def _key_for(head: str, meeting: Meeting, *, is_only: bool) -> str:
    by_label = {clean.skeleton(part.label): key for key, part in meeting.parts.items()}
    if key := by_label.get(clean.skeleton(head)):
        return key
    half = finding.half_named(head)
    if half is None:
        return next(iter(meeting.parts)) if is_only and len(meeting.parts) == 1 else ""
    fits = [key for key, part in meeting.parts.items() if half.fits(part)]
    return fits[0] if len(fits) == 1 else ""


def _new_key(half: Half, meeting: Meeting) -> str:
    """A half-day to be added: only while the plan may still change, and only after its last one."""
    if meeting.gathering.state != GatheringState.DRAFT:
        return ""
    year = half.year or timezone.localdate(meeting.gathering.starts_at).year
    day, code = clean.day(f"{year}-{half.month}-{half.day}")
    if code or day is None:
        return ""
    last = max((timezone.localtime(part.starts_at) for part in meeting.parts.values()), default=None)
    comes_after = last is None or (day, finding.HOURS[half.half][0]) > (last.date(), last.hour)
    return f"{day} {half.half}" if comes_after else ""


def _names(meeting: Meeting) -> str:
    return "、".join(part.label for part in meeting.parts.values())


# -- judging -----------------------------------------------------------------------------------------------------------
@dataclass
class Line:
    """One line of the sheet on the way to its verdict."""

    row: RowReport
    record: Record
    heads: Heads
    decision: dict[str, Any]
    invitee: Invitee | None = None
    is_own: bool = True
    said: dict[str, Mark] = field(default_factory=dict)
    counts: dict[str, Mark] = field(default_factory=dict)  # what the roll will say of each half-day


def judge(
    tables: list[Table], known: Known, decisions: dict[str, Any]
) -> tuple[list[RowReport], dict[str, Any]]:
    titles = [text for table in tables for text in (*table.titles, table.sheet)]
    named = [head for table in tables for head in _heads_of(table)]
    if not named:
        raise Refused(
            "签到册须每个半天一列，列名写“2月13日下午”这样。要导入的若是请假条，请把“内容”改选为“请假条”。"
        )
    halves = [half for head in named if (half := finding.half_named(head))]
    meeting = finding.load(finding.gathering(titles, halves, said_about(decisions)), known)
    lines = []
    for table in tables:
        heads = read_heads(table, meeting)
        if not any(heads.keys):
            raise Refused(
                f"列名里的半天（{'、'.join(_heads_of(table))}）和《{meeting.gathering}》的场次（{_names(meeting)}）对不上。"
                f"请改列名，或者选对“{finding.ABOUT.label}”，再导入。"
            )
        for record in table.records:
            key = f"{record.sheet}!{record.row.number}" if len(tables) > 1 else str(record.row.number)
            lines.append(_line(record, key, heads, meeting, decisions.get(key, {})))
    _find_second_signatures(lines)
    empty = _blank_halves(lines)
    for line in lines:
        _weigh(line, meeting, empty)
        _settle(line)
    return [line.row for line in lines], _summary(lines, meeting, empty)


def _line(record: Record, key: str, heads: Heads, meeting: Meeting, decision: dict[str, Any]) -> Line:
    given = {name: text for name, text in decision.get("set", {}).items() if text}
    name = clean.name(record.get("name"))
    sector, group = (
        clean.unit(given.get("sector", record.get("sector"))),
        clean.unit(record.get("group")) or record.section,
    )
    row = RowReport(key, record.row.number, record.sheet, name)
    line = Line(row, record, heads, decision)
    line.invitee, question = meeting.find(name, sector, group)
    row.issues += [question] if question else []
    row.values = {
        "name": name, "sector": sector, "group": group, "gathering": meeting.gathering.pk,
        "invitee": line.invitee.pk if line.invitee else None, "marks": {},
    }  # fmt: skip
    if line.invitee is not None:
        _read_marks(line, name, given)
    return line


def _read_marks(line: Line, name: str, given: dict[str, str]) -> None:
    cells = line.record.cells.get("half", [])
    for i, key in enumerate(line.heads.keys):
        if not key:
            continue
        text = clean.plain(given.get(f"half{i}", cells[i] if i < len(cells) else ""), 40)
        found = mark_of(text, name)
        if found is None:
            asked = f"{key}写的是“{text}”，看不出是到会、请假还是缺席。请填 √、假 或 缺，或跳过这一行。"
            line.row.issues.append(Issue("mark_unclear", asked, f"half{i}", half=key))
        else:
            line.said[key] = found


def _find_second_signatures(lines: list[Line]) -> None:
    """Of several lines of one person the one in their own group counts; without a group, the first."""
    by_person: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.invitee is not None and line.decision.get("do") != "skip":
            by_person[line.invitee.pk].append(line)
    for own in by_person.values():
        if len(own) < 2:
            continue
        home = next((line for line in own if line.invitee and _is_home(line, line.invitee)), own[0])
        for line in own:
            if line is not home:
                _note_second(line, home)


def _is_home(line: Line, invitee: Invitee) -> bool:
    return bool(invitee.group) and clean.skeleton(line.row.values["group"]) == clean.skeleton(invitee.group)


def _note_second(line: Line, home: Line) -> None:
    line.is_own = False
    where = [f"{one.row.values['group'] or '没写组别'}（第 {one.row.row} 行）" for one in (home, line)]
    sentence = (
        f"“{line.row.name}”在{where[0]}和{where[1]}各有一行，只算第 {home.row.row} 行。请核对后跳过这一行。"
    )
    line.row.issues = [Issue("signed_twice", sentence)]


def _blank_halves(lines: list[Line]) -> set[str]:
    """Half-days in which nobody's own line says anything: the sheet was not laid out there."""
    keys = {key for line in lines for key in line.heads.keys if key}
    said = {key for line in lines if line.is_own for key, mark in line.said.items() if mark != Mark.ABSENT}
    return keys - said


def _weigh(line: Line, meeting: Meeting, empty: set[str]) -> None:
    """Each mark of an own line against what is already known: new, different, the same, or a question."""
    if line.invitee is None or not line.is_own:
        return
    is_taken = line.decision.get("do") == "take"
    for key, said in line.said.items():
        if key in empty or (said == Mark.ABSENT and line.invitee.role != Role.DUE):
            continue
        before = meeting.mark(line.invitee, key)
        line.counts[key] = Mark(before.mark) if before and keeps(before, said) else said
        if before is None:
            line.row.values["marks"][key] = said.value
        elif line.counts[key] != before.mark:
            _differ(line, key, before, said, is_taken)
        elif said == Mark.ABSENT and before.mark in CAME:
            line.row.hints.append(f"{key}册上没有签名，系统里已{before.get_how_display()}，按到会计。")


def keeps(before: Presence, said: Mark) -> bool:
    """An empty cell takes nothing back: neither a sign-in of another kind nor granted leave."""
    signed = before.mark in CAME and before.how != How.SHEET
    return before.mark == said or (said == Mark.ABSENT and (signed or before.mark == Mark.EXCUSED))


def _differ(line: Line, key: str, before: Presence, said: Mark, is_taken: bool) -> None:
    was, now = before.get_mark_display(), said.label
    question = _contradiction(key, before, said)
    if question is not None:
        line.row.issues.append(question)
        if not is_taken:
            return
    line.row.values["marks"][key] = said.value
    line.row.differences.append(Difference(key, key, was, now))


def _contradiction(key: str, before: Presence, said: Mark) -> Issue | None:
    take = {"take": "照签到册记"}
    if before.how == How.CORRECTED:
        sentence = f"{key}已经更正为“{before.get_mark_display()}”（{before.note}），册上是“{said.label}”。以哪个为准？"
        return Issue("corrected", sentence, choices=take, half=key)
    if before.mark == Mark.EXCUSED and before.how == How.LEAVE and said in CAME:
        sentence = f"{key}已批准请假，册上却有签到。请核对：照签到册记为到会，还是跳过这一行。"
        return Issue("leave_but_signed_in", sentence, choices=take, half=key)
    if before.mark in CAME and before.how != How.SHEET and said == Mark.EXCUSED:
        sentence = f"{key}册上写请假，系统里却已{before.get_how_display()}。请核对：照签到册记为请假，还是跳过这一行。"
        return Issue("leave_but_signed_in", sentence, choices=take, half=key)
    return None


def _settle(line: Line) -> None:
    row, do = line.row, line.decision.get("do", "")
    row.decision = do
    if do == "skip":
        row.verdict = report.SKIPPED
    elif [issue for issue in row.issues if do not in issue.choices]:
        row.verdict = report.DOUBT
    elif row.differences:
        row.verdict = report.CHANGED
    else:
        row.verdict = report.NEW if row.values["marks"] else report.SAME
    if row.verdict in (report.CHANGED, report.SAME) and line.invitee is not None:
        row.target = line.invitee.pk


# -- counting ----------------------------------------------------------------------------------------------------------
def _summary(lines: list[Line], meeting: Meeting, empty: set[str]) -> dict[str, Any]:
    """The figures of the sheet: every own line of those due, also one that is asked about, as the sheet has it."""
    found = meeting.gathering
    due = queries.expected(found).count()
    own = [
        line for line in lines if line.invitee is not None and line.is_own and line.invitee.role == Role.DUE
    ]
    keys = sorted(
        {key for line in lines for key in line.heads.keys if key and key not in empty}, key=_in_time
    )
    figures = {key: _figures([line.counts[key] for line in own if key in line.counts], due) for key in keys}
    told = [text for heads in {id(line.heads): line.heads for line in lines}.values() for text in heads.told]
    told += [f"{key}一个人也没有签，没有导入。" for key in sorted(empty, key=_in_time)]
    told += [_sentence(key, one) for key, one in figures.items()]
    if lost := _not_on_sheet(own, meeting):
        names = "、".join(lost[:10]) + ("等" if len(lost) > 10 else "")
        told.append(f"名单上有{len(lost)}人签到册里没有：{names}。")
    if found.state not in finding.STILL_OPEN and any(
        line.row.verdict in (report.NEW, report.CHANGED) for line in lines
    ):
        told.append(f"《{found}》{found.get_state_display()}：要导入，先由政协办公室“退回补正”。")
    return {
        "gathering": found.title, "half_days": keys, "due": due, "by_half_day": figures,
        "not_on_sheet": len(lost), "told": told,
    }  # fmt: skip


def _in_time(key: str) -> tuple[str, int, str]:
    """2017-02-13 下午 after its morning."""
    on, half, *label = key.split(" ")
    return on, list(finding.HOURS).index(half), " ".join(label)


def _figures(marks: list[Mark], due: int) -> dict[str, int]:
    count = Counter(marks)
    return {
        "present": sum(count[mark] for mark in CAME), "of_which_late": count[Mark.LATE], "on_leave": count[Mark.EXCUSED],
        "absent_unexplained": count[Mark.ABSENT], "due": due,
    }  # fmt: skip


def _sentence(key: str, one: dict[str, int]) -> str:
    late = f"（迟到{one['of_which_late']}人）" if one["of_which_late"] else ""
    return f"{key}：应到{one['due']}人，到会{one['present']}人{late}，请假{one['on_leave']}人，缺席{one['absent_unexplained']}人。"


def _not_on_sheet(own: list[Line], meeting: Meeting) -> list[str]:
    there = {line.invitee.pk for line in own if line.invitee}
    due = [one for alike in meeting.people.values() for one in alike if one.role == Role.DUE]
    return [one.name for one in due if one.pk not in there]


# -- writing -----------------------------------------------------------------------------------------------------------
def write(row: RowReport, known: Known, recorder: Recorder, today: Any, done: dict[str, Any]) -> Any:
    ground = finding.ground(row.values["gathering"], done)
    common = {"how": How.SHEET, "at": recorder.at, "by": recorder.account, "note": ""}
    for key, mark in row.values["marks"].items():
        part = ground.parts.get(key) or finding.add_part(ground, key, recorder)
        before = ground.marks.get((row.values["invitee"], part.pk))
        if before is not None:
            recorder.update(before, mark=mark, **common)
            continue
        finding.add_mark(recorder, Presence(invitee_id=row.values["invitee"], part=part, mark=mark, **common))
    return row.key


KIND = Kind(
    "attendance", "签到册", COLUMNS, "name", judge, write,
    lambda known: lambda text: text if re.fullmatch(r"第.{1,3}组", text) else "", about=finding.ABOUT,
)  # fmt: skip
