"""What is printed of a supervision: 监督方案, 通知, 监督意见书, 整改清单, 回头看报告. Each turns records into a Paper.

What goes to a unit (``UNIT``) names the team only where the authors are not hidden; the scheme and the inside second look
(``INSIDE``) are the committee's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.papers import (
    Block,
    Field,
    Form,
    Heading,
    Note,
    Numbered,
    Paper,
    Para,
    Signature,
    Table,
    chinese_date,
    document_number,
)
from huisheng.outputs.papers import committee
from huisheng.people.models import Agency

from . import local_rules as rules
from . import queries
from .models import (
    GROUP,
    WITH_UNIT,
    Finding,
    FindingState,
    MonitorLetter,
    Supervision,
    SupervisionState,
    Unit,
    UnitState,
)

BLANK = "　　　"


@dataclass(frozen=True)
class Print:
    """One line of the list of papers: what it is called, whether there is one yet, how it is made."""

    label: str
    there: Callable[[Supervision], bool]
    make: Callable[[Supervision, Agency | None], Paper]


def number(supervision: Supervision) -> str:
    if not supervision.serial:
        return ""
    return document_number("协监", supervision.year or 0, supervision.serial)


def _period(supervision: Supervision) -> str:
    return f"{chinese_date(supervision.starts_on)}至{chinese_date(supervision.ends_on)}"


def _team_line(supervision: Supervision) -> str:
    rows = [one for one in queries.team(supervision) if not one.out]
    leader = "、".join(one.member.name for one in rows if one.is_leader)
    others = "、".join(one.member.name for one in rows if not one.is_leader)
    return f"组长：{leader or BLANK}" + (f"；成员：{others}" if others else "")


# -- 监督方案 ------------------------------------------------------------------------------------------------------------
def scheme(supervision: Supervision, agency: Agency | None = None) -> Paper:
    """The committee's own: it names the team and who is out of it."""
    names = "、".join(str(one) for one in supervision.agencies.order_by("pk"))
    blocks: list[Block] = [
        Heading(1, "监督内容", 1), Para(supervision.content),
        Heading(1, "监督形式和对象", 2), Para(f"{supervision.aspect_label}；被监督单位：{names}。"),
        Heading(1, "议题来源", 3), Para("。".join(filter(None, (supervision.source_label, supervision.ground)))),
        Heading(1, "监督组", 4), Para(f"{_team_line(supervision)}。组织单位：{supervision.host_name}。"),
    ]  # fmt: skip
    if out := [one for one in queries.team(supervision) if one.out]:
        blocks.append(
            Para("；".join(f"{one.member.name}（{one.get_out_display()}）" for one in out), lead="回避：")
        )
    blocks += [
        Heading(1, "时间和方式", 5),
        Para(f"{_period(supervision)}。"),
        Para(supervision.method),
    ]
    if items := list(supervision.items.all()):
        rows = [(one.number, one.title, one.expectation) for one in items]
        blocks += [
            Heading(1, "检查清单", 6),
            Table(rows, header=("序号", "检查内容", "要求"), widths=(1, 5, 5), aligns="cll"),
        ]
    blocks.append(Signature(committee(), supervision.approved_on or "（未批准）"))
    title = f"关于{supervision.title}的监督方案"
    return Paper("official", title, blocks, mark=committee(), number=number(supervision))


# -- 通知 ------------------------------------------------------------------------------------------------------------------
def notice(supervision: Supervision, agency: Agency | None) -> Paper:
    unit = Unit.objects.filter(supervision=supervision, agency=agency).first()
    who = GROUP if supervision.hides_authors else _team_line(supervision)
    blocks: list[Block] = [
        Para(f"区政协定于{_period(supervision)}就{supervision.title}开展{supervision.aspect_label}，现将有关事项通知如下。"),
        Heading(1, "监督内容", 1), Para(supervision.content),
        Heading(1, "方式", 2), Para(supervision.method),
        Heading(1, "监督人员", 3), Para(f"{who}。"),
        Heading(1, "请做好的工作", 4), Para(unit.request if unit else ""),
        Signature(committee(), unit.notified_on if unit and unit.notified_on else "（未通知）"),
    ]  # fmt: skip
    title = f"关于开展{supervision.title}{supervision.aspect_label}的通知"
    if supervision.title.endswith(supervision.aspect_label):
        title = f"关于开展{supervision.title}的通知"
    return Paper(
        "official", title, blocks, mark=committee(), number=number(supervision),
        addressee=f"{agency}：" if agency else "",
    )  # fmt: skip


# -- 监督意见书 -----------------------------------------------------------------------------------------------------------
def opinion(supervision: Supervision, agency: Agency | None) -> Paper:
    """To one unit its own findings; without a unit all of them."""
    rows = _findings(supervision, agency)
    blocks: list[Block] = [
        Para(f"{_period(supervision)}，区政协就{supervision.title}开展{supervision.aspect_label}，现提出监督意见。"),
        Heading(1, "发现的问题", 1),
        Numbered([f"{_of(one, agency)}{one.content}{f'（依据：{one.basis}）' if one.basis else ''}" for one in rows])
        if rows else Para("没有发现需要整改的问题。"),
    ]  # fmt: skip
    if advice := [f"{_of(one, agency)}{one.advice}" for one in rows if one.advice]:
        blocks += [Heading(1, "监督意见", 2), Numbered(advice)]
    # where several units are supervised, the answers are not one unit's own
    survey = queries.survey_of(supervision, timezone.localdate())
    is_own = agency is None or supervision.agencies.count() == 1
    if survey is not None and survey.lines and is_own:
        blocks += [Heading(1, "民主评议结果", 3 if advice else 2), *_result_table(survey)]
    if due := next((one.due_on for one in rows if one.state == FindingState.SENT and one.due_on), None):
        blocks.append(Para(f"请于{chinese_date(due)}前报送整改措施，写明做什么、谁负责、何时完成。"))
    blocks.append(Signature(committee(), supervision.sent_on or "（未送达）"))
    return Paper(
        "official", f"关于{supervision.title}的监督意见书", blocks, mark=committee(), number=number(supervision),
        addressee=f"{agency}：" if agency else "",
    )  # fmt: skip


def _of(finding: Finding, agency: Agency | None) -> str:
    return "" if agency else f"（{finding.agency}）"


def _findings(supervision: Supervision, agency: Agency | None) -> list[Finding]:
    rows = [one for one in queries.findings_of(supervision) if one.state != FindingState.DROPPED]
    if agency is None:
        return rows
    return [one for one in rows if one.agency_id == agency.pk and one.state in WITH_UNIT]


# -- 整改清单 ------------------------------------------------------------------------------------------------------------
def rectification_list(supervision: Supervision, agency: Agency | None) -> Paper:
    """Every finding with all its rounds: what, who, by when, done when, what the second look saw."""
    rows = []
    for one in _findings(supervision, agency):
        rounds = list(one.rounds.all())
        if not rounds:
            rows.append((f"{one.number}", str(one.agency), one.content, "", "", "", one.get_state_display()))
        for row in rounds:
            rows.append((
                f"{one.number}" if row.round == 1 else f"{one.number}（第{row.round}轮）", str(one.agency),
                one.content if row.round == 1 else "同上", row.what, row.who, _day(row.due_on), _outcome(row),
            ))  # fmt: skip
    header = ("序号", "责任单位", "问题", "整改措施", "责任人", "完成时间", "结果")
    return Paper(
        "official", f"{supervision.title}整改清单",
        [Table(rows, header=header, widths=(2, 3, 6, 6, 3, 3, 4), aligns="clllccl"), Signature(committee(), supervision.sent_on or "")],
        landscape=True,
    )  # fmt: skip


def _day(day: date | None) -> str:
    return f"{day.year}.{day.month}.{day.day}" if day else ""


def _outcome(row: object) -> str:
    passed, looked, reported = (getattr(row, name) for name in ("passed", "looked_on", "reported_on"))
    if passed is not None:
        return f"{_day(looked)}回头看{'通过' if passed else '未通过'}"
    return f"{_day(reported)}报告" if reported else "整改中"


# -- 回头看报告 -----------------------------------------------------------------------------------------------------------
def second_look(supervision: Supervision, agency: Agency | None) -> Paper:
    """Each look with what was seen. To a unit by name only where the authors are not hidden; inside always."""
    named = agency is None or not supervision.hides_authors
    findings = _findings(supervision, agency)
    looked = [(one, row) for one in findings for row in one.rounds.all() if row.looked_on]
    closed = sum(one.state == FindingState.CLOSED for one in findings)
    blocks: list[Block] = [
        Para(f"{supervision.title}共提出问题{len(findings)}项，回头看{len(looked)}次，已整改销号{closed}项。")
    ]
    for place, (one, row) in enumerate(looked, 1):
        who = f"，{row.looked_by.name}" if named and row.looked_by else ""
        verdict = "通过" if row.passed else f"未通过，要求{_due_after(one, row.round)}前改好"
        blocks += [
            Heading(1, f"第{one.number}项（第{row.round}轮）：{verdict}", place),
            Para(one.content, lead="问题："),
            Para(row.report, lead="整改情况："),
            Para(f"{row.seen}（{chinese_date(row.looked_on or '')}{who}）", lead="回头看："),
        ]
    last = max((row.looked_on for _, row in looked if row.looked_on), default=None)
    blocks.append(Signature(committee() if agency is None else GROUP, last or "（还没有回头看）"))
    return Paper("official", f"{supervision.title}回头看报告", blocks)


def _due_after(finding: Finding, looked_round: int) -> str:
    following = next((one for one in finding.rounds.all() if one.round == looked_round + 1), None)
    return chinese_date(following.due_on) if following else "限期"


# -- 评议问卷和结果 --------------------------------------------------------------------------------------------------------
BOX = "□"


def _survey_name(supervision: Supervision) -> str:
    return supervision.title if supervision.title.endswith("评议") else f"{supervision.title}评议"


def survey_sheet(supervision: Supervision, agency: Agency | None = None) -> Paper:
    """评议问卷, empty: to be filled by hand, without a name. Its columns are the answers the survey began with."""
    questions = list(supervision.questions.prefetch_related("tallies"))
    tallies = questions[0].tallies.all() if questions else ()
    labels = [local.label_of(rules.RATE, one.answer) for one in tallies]
    names = "、".join(str(one) for one in supervision.agencies.order_by("pk"))
    ends = supervision.survey_ends_on
    until = f"请于{chinese_date(ends)}前交回。" if ends else ""
    return Paper(
        "form", f"{_survey_name(supervision)}问卷",
        [
            Para(f"被评议单位：{names}。每题在一个{BOX}里打“√”；不署名。{until}"),
            Table(
                [(one.number, one.text, *(BOX for _ in labels)) for one in questions],
                header=("序号", "评议题目", *labels), widths=(1, 6, *(1.6 for _ in labels)), aligns="cl" + "c" * len(labels),
            ),
            Form([[Field("补充意见\n（可不填）", height_mm=40)]]),
        ],
        mark=committee(),
    )  # fmt: skip


def survey_result(supervision: Supervision, agency: Agency | None = None) -> Paper:
    survey = queries.survey_of(supervision, timezone.localdate())
    title = f"{_survey_name(supervision)}结果"
    if survey is None:
        return Paper("form", title, [Para("没有评议。")], mark=committee())
    blocks: list[Block] = [
        Para(f"发出问卷{survey.asked}份，收回{survey.answered}份。百分数以本题有效份数为分母。"),
        *_result_table(survey),
    ]
    if survey.remarks:
        blocks += [Heading(1, "补充意见", None), Numbered(survey.remarks)]
    ends = supervision.survey_ends_on
    blocks.append(Note(f"评议{chinese_date(ends)}截止") if ends else Note(""))
    return Paper("form", title, blocks, mark=committee(), landscape=True)


def _result_table(survey: queries.Survey) -> list[Block]:
    """Each count with its share and, at the end of the line, its denominator; nothing while the result is not shown."""
    if not survey.lines:
        return []
    labels = [label for label, _ in survey.lines[0].counts]
    rows = [
        (
            one.question.number, one.question.text,
            *(f"{n}（{share}）" if share else str(n) for _, n, share in one.cells), one.total,
        )
        for one in survey.lines
    ]  # fmt: skip
    table = Table(
        rows, header=("序号", "评议题目", *labels, "有效份数"), widths=(1, 5, *(2 for _ in labels), 2),
        aligns="cl" + "c" * (len(labels) + 1),
    )  # fmt: skip
    return [table]


# -- 民主监督建议书 -------------------------------------------------------------------------------------------------------
def letter(one: MonitorLetter) -> Paper:
    """As its writer handed it in, under no head: it is theirs. A draft says so."""
    blocks: list[Block] = [
        Heading(1, "看到的情况", 1), Para(one.content),
        Heading(1, "建议", 2), Para(one.advice),
        Signature(one.monitor.member.name, one.sent_on if one.is_sent and one.sent_on else "（未提交）"),
    ]  # fmt: skip
    return Paper(
        "official",
        "民主监督建议书",
        blocks,
        subtitle=f"关于{one.monitor.agency}：{one.title}",
    )


def _is_asked(supervision: Supervision) -> bool:
    return supervision.survey_ends_on is not None


def _has_result(supervision: Supervision) -> bool:
    return queries.survey_is_shown(supervision, timezone.localdate())


def _always(supervision: Supervision) -> bool:
    return True


def _is_sent(supervision: Supervision) -> bool:
    return supervision.sent_on is not None


def _is_listed(supervision: Supervision) -> bool:
    return supervision.state in (
        SupervisionState.LISTED,
        SupervisionState.RECTIFYING,
        SupervisionState.CLOSED,
    )


INSIDE: dict[str, Print] = {
    "scheme": Print("监督方案", _always, scheme),
    "survey-sheet": Print("评议问卷（空白）", _is_asked, survey_sheet),
    "survey-result": Print("评议结果", _has_result, survey_result),
    "opinion": Print("监督意见书", _is_listed, opinion),
    "rectification": Print("整改清单", _is_sent, rectification_list),
    "second-look": Print("回头看报告", _is_sent, second_look),
}
UNIT: dict[str, Print] = {
    "notice": Print("通知", _always, notice),
    "opinion": Print("监督意见书", _is_sent, opinion),
    "rectification": Print("整改清单", _is_sent, rectification_list),
    "second-look": Print("回头看报告", _is_sent, second_look),
}


def unit_papers(unit: Unit) -> list[tuple[str, Print]]:
    """Those a unit may have now: the opinion and what follows only when something was sent to it."""
    if unit.state == UnitState.WAITING:
        return []
    has_own = Finding.objects.filter(
        supervision=unit.supervision, agency=unit.agency, state__in=WITH_UNIT
    ).exists()
    return [
        (name, one)
        for name, one in UNIT.items()
        if name == "notice" or (has_own and one.there(unit.supervision))
    ]
