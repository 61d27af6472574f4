"""机构表: special committees, sectors, town committees, parties and people's organisations; one sheet per kind, or one
sheet with a column that says the kind."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..models import Body, BodyKind
from . import clean, report
from .known import Known, stem
from .report import Difference, Issue, RowReport
from .tables import IGNORE, Column, Record, Table

KIND, LABEL, PRIMARY = "bodies", "机构（专委会、界别、镇街工委、党派团体）", "name"
COLUMNS = (
    Column("name", "名称", ("名称", "机构名称", "全称", "专委会名称", "界别名称", "工委名称", "组织名称", "单位名称", "界别", "专委会", "工委"), required=True),
    Column("other_names", "别名", ("别名", "简称", "又名", "其他名称", "常用名", "曾用名"), many=True),
    Column("leader", "负责人", ("主任", "召集人", "负责人", "工委主任", "主任委员", "主委", "牵头人", "联系人", "会长")),
    Column("starts_on", "设立", ("成立时间", "设立时间", "成立日期", "设立日期", "启用时间")),
    Column("kind", "类别", ("类别", "类型", "机构类别", "种类")),
    Column(IGNORE, "不导入", ("序号", "编号", "备注", "电话", "地址"), many=True),
)  # fmt: skip
LABELS = {column.key: column.label for column in COLUMNS}
SHEET_WORDS = (
    (("专委", "专门委员会"), BodyKind.COMMITTEE, "专委会"),
    (("界别",), BodyKind.SECTOR, "界别"),
    (("工委", "镇街", "街道", "街镇"), BodyKind.TOWN, "镇街工委"),
    (("党派", "团体", "支部"), BodyKind.PARTY, "党派团体"),
    (("小组", "活动组"), BodyKind.TEAM, "委员小组"),
)
_PARTY_WORDS = ("民革", "民盟", "民建", "民进", "农工", "致公", "九三", "台盟")


def section(known: Known):  # type: ignore[no-untyped-def]
    def opens(text: str) -> str:
        return text if kind_of(text) and len(text) <= 10 else ""

    return opens


def kind_of(text: str) -> str:
    """The kind that a sheet's title, a heading or a cell of the kind column names; "" when it names none."""
    return next((kind for words, kind, _ in SHEET_WORDS if any(word in text for word in words)), "")


def judge(
    tables: list[Table], known: Known, decisions: dict[str, Any]
) -> tuple[list[RowReport], dict[str, Any]]:
    rows: list[RowReport] = []
    by_sheet: Counter[str] = Counter()
    for table in tables:
        title_kind = (
            kind_of(table.sheet) or kind_of(" ".join(table.titles)) or kind_of(" ".join(table.headers))
        )
        for record in table.records:
            key = f"{table.sheet}!{record.row.number}" if len(tables) > 1 else str(record.row.number)
            row = _row(record, key, title_kind, known, decisions.get(key, {}))
            rows.append(row)
            by_sheet[table.sheet or _called(row.values["kind"])] += 1
    _find_doubles(rows)
    for row in rows:
        _settle(row, known, decisions.get(row.key, {}))
    return rows, {"data_rows": len(rows), "by_sheet": dict(by_sheet)}


def _called(kind: str) -> str:
    return next((label for _, one, label in SHEET_WORDS if one == kind), kind)


def _row(record: Record, key: str, title_kind: str, known: Known, decision: dict[str, Any]) -> RowReport:
    given = {name: value for name, value in decision.get("set", {}).items() if value != ""}
    row = RowReport(key, record.row.number, record.sheet, clean.unit(given.get("name", record.get("name"))))
    said = clean.unit(given.get("kind", record.get("kind")))
    kind = (said if said in BodyKind.values else kind_of(said)) or kind_of(record.section) or title_kind
    if kind == BodyKind.PARTY and not any(word in row.name for word in _PARTY_WORDS):
        kind = BodyKind.GROUP  # 党派团体 stand on one sheet; the eight parties are told by their names
    row.values = {
        "name": row.name[:80], "kind": kind, "leader": clean.name(given.get("leader", record.get("leader")))[:60],
        "other_names": [name for cell in record.all("other_names") for name in clean.names(cell) if name != row.name],
        "starts_on": _since(given.get("starts_on", record.get("starts_on")), known),
    }  # fmt: skip
    if not row.name:
        row.verdict = report.ERROR
        row.issues.append(Issue("name_missing", "这一行没有名称。请在文件里补上后重新导入。", "name"))
    elif len(row.name) > 80:
        row.verdict = report.ERROR
        row.issues.append(Issue("too_long", "名称超过 80 字。请在文件里改短。", "name"))
    if not kind:
        row.issues.append(
            Issue("kind_missing", "看不出是专委会、界别、镇街工委还是党派团体。请选择类别。", "kind")
        )
    return row


def _since(cell: Any, known: Known) -> str:
    """A day, or the first of a month; "" when neither can be read. ISO text."""
    found, _ = clean.day(cell)
    if found:
        return found.isoformat()
    text = clean.chinese_to_digits(clean.plain(cell))
    pair = clean._year_month(text.replace(" ", "")) if text else None
    return f"{pair[0]:04d}-{pair[1]:02d}-01" if pair and 1 <= pair[1] <= 12 and pair[0] > 1900 else ""


def _find_doubles(rows: list[RowReport]) -> None:
    seen: dict[tuple[str, str], RowReport] = {}
    for row in rows:
        key = (row.values["kind"], clean.skeleton(row.name))
        if row.name and key in seen:
            row.values["double_of"] = seen[key].key
            row.issues.append(
                Issue("duplicate_unit", f"与第 {seen[key].row} 行是同一个机构。请跳过这一行。", "")
            )
        seen.setdefault(key, row)


def _settle(row: RowReport, known: Known, decision: dict[str, Any]) -> None:
    do = row.decision = decision.get("do", "")
    if do == "skip":
        row.verdict = report.SKIPPED
        return
    if row.verdict == report.ERROR:
        return
    kind = row.values["kind"]
    bodies = known.bodies.get(kind)
    standard = bodies.names.get(clean.skeleton(row.name)) if bodies else None
    if bodies and standard and standard in bodies.held:
        row.target = bodies.held[standard].pk
        row.differences = differences(row.values, bodies.held[standard])
    elif bodies and (likely := bodies.stems.get(stem(kind, row.name))):
        row.hints.append(f"与已有的“{'、'.join(sorted(likely))}”名称相近，请核对是不是同一个。")
    if [issue for issue in row.issues if do not in issue.choices]:
        row.verdict = report.DOUBT
    elif row.target is None:
        row.verdict = report.NEW
    else:
        row.verdict = report.CHANGED if row.differences else report.SAME


def differences(values: dict[str, Any], body: Body) -> list[Difference]:
    found = []
    if values["leader"] and values["leader"] != body.leader:
        found.append(Difference("leader", "负责人", body.leader, values["leader"]))
    since = body.starts_on.isoformat() if body.starts_on else ""
    if values["starts_on"] and values["starts_on"] != since:
        found.append(Difference("starts_on", "设立", since, values["starts_on"]))
    more = [name for name in values["other_names"] if name not in body.other_names]
    if more:
        found.append(
            Difference(
                "other_names", "别名", "、".join(body.other_names), "、".join([*body.other_names, *more])
            )
        )
    return found
