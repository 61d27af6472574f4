"""请假条: leave asked and decided on paper, one row a slip.

What was decided is put on record as decided: the leave's own line in the journal says who entered it and who approved.
A slip without an approver, one of a person who signed in all the same, and one that does not say who, are asked about.
The words of the slip (an illness, a family matter) are not kept: the kind of reason is enough.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from huisheng.kernel import local
from huisheng.kernel.errors import Refused
from huisheng.people.importing import Column, Kind, RowReport, clean, report, said_about
from huisheng.people.importing.changes import Recorder
from huisheng.people.importing.known import Known
from huisheng.people.importing.report import Issue
from huisheng.people.importing.tables import IGNORE, Record, Table

from .. import local_rules as rules
from ..models import CAME, How, Invitee, Leave, LeaveState, Mark, Part, Presence
from . import finding
from .finding import Half, Meeting

COLUMNS = (
    Column("name", "姓名", ("姓名", "请假人", "委员姓名", "委员", "名字"), required=True),
    Column("sector", "界别", ("界别", "所属界别", "所在界别")),
    Column("reason", "请假事由", ("请假事由", "事由", "请假原因", "原因", "理由")),
    Column("first", "起", ("起", "自", "开始", "请假起", "起始", "开始时间", "起始时间", "请假时间", "请假场次", "场次", "从")),
    Column("last", "止", ("止", "至", "结束", "请假止", "截止", "结束时间", "截止时间", "到")),
    Column("opinion", "审批意见", ("审批意见", "意见", "批准意见", "审批", "批示", "审批结果", "是否批准")),
    Column("approver", "批准人", ("批准人", "审批人", "准假人", "签批人", "批假领导", "审批领导")),
    Column(IGNORE, "不导入", ("编号", "序号", "备注", "单位", "电话", "联系电话", "职务"), many=True),
)  # fmt: skip
GRANTED_WORDS = ("同意", "批准", "准假", "准", "已批", "可", "√", "✓")
REFUSED_WORDS = ("不同意", "不批准", "不准", "不予批准", "未批准", "未批", "×")
# words of a slip -> the code of the office's list of reasons; what says none of them is “其他”
REASONS = (
    ("training", ("培训", "学习", "进修", "党校")),
    ("family", ("家中", "家里", "家属", "父", "母", "老人", "孩子", "子女", "婚", "丧", "探亲")),
    ("illness", ("病", "身体", "住院", "手术", "不适", "就医")),
    ("duty", ("公务", "出差", "审计", "开庭", "单位", "工作", "企业", "会议", "值班", "检查")),
    ("travel", ("外地", "出国", "出境", "在外")),
)
REGISTER, REGISTER_REFUSED = "register", "register_refused"


def reason_of(text: str, codes: list[str]) -> str:
    found = next((code for code, words in REASONS if any(word in text for word in words)), "other")
    return found if found in codes else "other" if "other" in codes else codes[-1]


# -- judging -----------------------------------------------------------------------------------------------------------
def judge(
    tables: list[Table], known: Known, decisions: dict[str, Any]
) -> tuple[list[RowReport], dict[str, Any]]:
    records = [record for table in tables for record in table.records]
    if not any(table.has("first") for table in tables):
        raise Refused(
            "请假条须有“起”“止”两列，写明从哪个半天到哪个半天。要导入的若是签到册，请把“内容”改选为“签到册”。"
        )
    titles = [text for table in tables for text in (*table.titles, table.sheet)]
    halves = [half for record in records for half in _period(record, {}) if half]
    meeting = finding.load(finding.gathering(titles, halves, said_about(decisions)), known)
    codes = [one.code for one in local.options(rules.LEAVE_REASON, known.today)]
    rows = []
    for record in records:
        key = f"{record.sheet}!{record.row.number}" if len(tables) > 1 else str(record.row.number)
        rows.append(_row(record, key, meeting, codes, decisions.get(key, {})))
    _find_doubles(rows)
    for row in rows:
        _settle(row, decisions.get(row.key, {}).get("do", ""))
    return rows, _summary(rows, meeting)


def _period(record: Record, given: dict[str, str]) -> tuple[Half | None, Half | None]:
    first = finding.half_named(clean.plain(given.get("first", record.get("first"))))
    text = clean.plain(given.get("last", record.get("last")))
    return first, finding.half_named(text) if text else first


def _row(record: Record, key: str, meeting: Meeting, codes: list[str], decision: dict[str, Any]) -> RowReport:
    given = {name: text for name, text in decision.get("set", {}).items() if text}
    name, sector = clean.name(record.get("name")), clean.unit(given.get("sector", record.get("sector")))
    row = RowReport(key, record.row.number, record.sheet, name)
    first, last = _period(record, given)
    keys = _covered(meeting, first, last)
    invitee, question = meeting.find(name, sector, "")
    if question is not None:
        question.half = keys[0] if keys else ""
        row.issues.append(question)
    if not keys:
        said = "—".join(
            text
            for text in (clean.plain(record.get("first"), 20), clean.plain(record.get("last"), 20))
            if text
        )
        names = "、".join(part.label for part in meeting.parts.values())
        asked = f"请假的起止“{said}”在这次的场次里找不到（{names}）。请填起的半天，或跳过这一行。"
        row.issues.append(Issue("period_unclear", asked, "first"))
    approver = clean.plain(record.get("approver"), 40)
    row.values = {
        "name": name, "sector": sector, "gathering": meeting.gathering.pk, "invitee": invitee.pk if invitee else None,
        "parts": keys, "reason": reason_of(clean.plain(record.get("reason")), codes), "approver": approver,
        "state": _decided(clean.plain(record.get("opinion"), 20), approver),
    }  # fmt: skip
    if invitee is not None and keys:
        _weigh(row, invitee, meeting)
    if not row.values["state"] and decision.get("do") == "take":
        row.values["state"] = LeaveState.REFUSED.value
    return row


def _covered(meeting: Meeting, first: Half | None, last: Half | None) -> list[str]:
    """The half-days from the first to the last, in time; nothing where one of them is not the gathering's."""
    ordered = sorted(meeting.parts.items(), key=lambda pair: pair[1].starts_at)
    begins = [i for i, (_, part) in enumerate(ordered) if first and first.fits(part)]
    ends = [i for i, (_, part) in enumerate(ordered) if last and last.fits(part)]
    return [key for key, _ in ordered[begins[0] : ends[-1] + 1]] if begins and ends else []


def _decided(opinion: str, approver: str) -> str:
    """granted or refused; "" where the paper does not say by whom, or what."""
    if opinion in REFUSED_WORDS:
        return LeaveState.REFUSED.value
    return LeaveState.GRANTED.value if opinion in GRANTED_WORDS and approver else ""


def _weigh(row: RowReport, invitee: Invitee, meeting: Meeting) -> None:
    keys = row.values["parts"]
    signed = [key for key in keys if (mark := meeting.mark(invitee, key)) and mark.mark in CAME]
    came = f"，且{'、'.join(signed)}已签到" if signed else ""
    if not row.values["state"]:
        sentence = f"请假条上没有批准人签的“同意”{came}，不算请假。请补办批准手续，或跳过这一行。"
        take = {"take": "按未批准登记"}
        row.issues.append(Issue("leave_not_approved", sentence, choices=take, half=(signed or keys)[0]))
    elif signed and row.values["state"] == LeaveState.GRANTED and not _known(row, invitee, meeting):
        sentence = (
            f"批准了请假，{'、'.join(signed)}却已签到。请核对：登记请假（签到过的仍算到会），还是跳过这一行。"
        )
        take = {"take": "登记请假，签到过的仍算到会"}
        row.issues.append(Issue("leave_but_signed_in", sentence, choices=take, half=signed[0]))
    if any(leave.state == LeaveState.ASKED for leave in meeting.leaves.get(invitee.pk, ())):
        sentence = f"“{row.name}”在系统里提过请假，还在等批准。请先在系统里批，再跳过这一行。"
        row.issues.append(Issue("already_asked", sentence))
    elif _known(row, invitee, meeting):
        row.verdict = report.SAME


def _known(row: RowReport, invitee: Invitee, meeting: Meeting) -> bool:
    """The same leave, decided the same way, is on record."""
    return any(
        leave.state == row.values["state"]
        and {part.pk for part in leave.parts.all()} >= {meeting.parts[key].pk for key in row.values["parts"]}
        for leave in meeting.leaves.get(invitee.pk, ())
    )


def _find_doubles(rows: list[RowReport]) -> None:
    seen: dict[tuple[Any, ...], RowReport] = {}
    for row in rows:
        if row.values["invitee"] is None or not row.values["parts"]:
            continue
        other = seen.setdefault((row.values["invitee"], *row.values["parts"]), row)
        if other is not row:
            sentence = f"与第 {other.row} 行是同一个人、同样的时间。请跳过这一行。"
            row.issues = [Issue("duplicate", sentence, half=row.values["parts"][0])]


def _settle(row: RowReport, do: str) -> None:
    row.decision = do
    if do == "skip":
        row.verdict = report.SKIPPED
    elif [issue for issue in row.issues if do not in issue.choices]:
        row.verdict = report.DOUBT


def _summary(rows: list[RowReport], meeting: Meeting) -> dict[str, Any]:
    states = Counter(row.values["state"] for row in rows if row.verdict in (report.NEW, report.SAME))
    return {
        "gathering": meeting.gathering.title, "leave_slips": len(rows),
        "granted": states[LeaveState.GRANTED], "refused": states[LeaveState.REFUSED],
    }  # fmt: skip


# -- writing -----------------------------------------------------------------------------------------------------------
def write(row: RowReport, known: Known, recorder: Recorder, today: Any, done: dict[str, Any]) -> Leave:
    values = row.values
    ground = finding.ground(values["gathering"], done)
    parts = [ground.parts[key] for key in values["parts"]]
    by = f"批准人：{values['approver']}" if values["approver"] else "没有批准人签字"
    leave = Leave.objects.create(
        gathering=ground.gathering, invitee_id=values["invitee"], reason=values["reason"], note=f"纸质请假条，{by}",
        asked_at=recorder.at, changed_at=recorder.at, is_chairs=ground.gathering.needs("chair"),
    )  # fmt: skip
    leave.parts.set(parts)
    is_granted = values["state"] == LeaveState.GRANTED
    recorder.enter(leave, REGISTER if is_granted else REGISTER_REFUSED, note=leave.note)
    if is_granted:
        _excuse(ground.marks, values["invitee"], parts, recorder)
    return leave


def _excuse(
    marks: dict[tuple[int, int], Presence], invitee: int, parts: list[Part], recorder: Recorder
) -> None:
    """As ``actions.grant`` does: who signed stays as signed, who is marked absent is excused. An excuse that stood on the
    sheet alone rests on the leave from now on."""
    excused = {"mark": Mark.EXCUSED, "how": How.LEAVE, "at": recorder.at, "by": recorder.account}
    for part in parts:
        before = marks.get((invitee, part.pk))
        if before is None:
            one = Presence(invitee_id=invitee, part=part, **excused)
            marks[invitee, part.pk] = finding.add_mark(recorder, one)
        elif before.mark == Mark.ABSENT or (before.mark == Mark.EXCUSED and before.how == How.SHEET):
            recorder.update(before, **excused)


KIND = Kind(
    "leave_slips", "请假条", COLUMNS, "name", judge, write, lambda known: lambda text: "", about=finding.ABOUT
)
