"""承办单位通讯录: one row per unit, with short names, leader, contact and duty sentence."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from ..models import Agency
from . import clean, report
from .known import Known
from .report import Difference, Issue, RowReport
from .tables import IGNORE, Column, Record, Table

KIND, LABEL, PRIMARY = "agencies", "承办单位", "name"
COLUMNS = (
    Column("name", "名称", ("名称", "单位名称", "承办单位", "单位", "单位全称", "全称", "部门", "部门名称", "承办单位名称"), required=True),
    Column("short_names", "简称", ("简称", "单位简称", "别名", "常用简称", "曾用名"), many=True),
    Column("kind", "类别", ("类别", "单位类别", "单位性质", "类型", "性质", "系统")),
    Column("leader", "分管领导", ("分管领导", "分管区领导", "主管领导", "分管副区长", "联系领导", "领导", "负责人", "分管负责人")),
    Column("contact", "经办人", ("联系人", "经办人", "联络员", "承办人", "联系人姓名", "提案联络员")),
    Column("phone", "联系电话", ("电话", "联系电话", "办公电话", "联系方式", "手机", "电话号码")),
    Column("duty", "职责", ("职责要点", "职责", "主要职责", "职能", "工作职责", "职责分工", "主要职能")),
    Column(IGNORE, "不导入", ("序号", "编号", "备注", "地址", "邮箱", "传真", "邮编"), many=True),
)  # fmt: skip
LABELS = {column.key: column.label for column in COLUMNS}
_PENDING = re.compile(r"^(?:待补充|待定|待填|暂无|暂缺|略|无|未填|空缺|[-—/]+|同上|。)$")
_SAME = ("同上", "同前", "〃", "″", '"')
_LIMITS = {"name": 80, "kind": 40, "leader": 60, "contact": 60, "phone": 40}


def section(known: Known):  # type: ignore[no-untyped-def]
    kinds = (
        "党委部门",
        "政府部门",
        "事业单位",
        "人民团体",
        "群团组织",
        "企业单位",
        "镇街",
        "驻区单位",
        "垂直管理单位",
        "法检",
        "国有企业",
    )

    def opens(text: str) -> str:
        return (
            text
            if text in kinds or re.search(r"(?:部门|单位|团体|企业|镇街|街道)类?$", text) and len(text) <= 8
            else ""
        )

    return opens


def judge(
    tables: list[Table], known: Known, decisions: dict[str, Any]
) -> tuple[list[RowReport], dict[str, Any]]:
    records = [record for table in tables for record in table.records]
    rows = [_row(record, decisions.get(str(record.row.number), {}), len(records)) for record in records]
    _find_doubles(rows)
    for row in rows:
        _settle(row, known, decisions.get(row.key, {}))
    units = [row for row in rows if not row.values.get("double_of")]
    doubtful = [row for row in rows if row.verdict in (report.DOUBT, report.ERROR)]
    return rows, {
        "data_rows": len(rows), "distinct_units": len(units), "clean_rows": len(rows) - len(doubtful),
        "doubt_rows": len(doubtful),
        "blank_rows": sum(table.blank_rows for table in tables),
        "by_category": dict(Counter(row.values["kind"] or "未分类" for row in units)),
    }  # fmt: skip


def _row(record: Record, decision: dict[str, Any], count: int) -> RowReport:
    given = {name: value for name, value in decision.get("set", {}).items() if value != ""}
    row = RowReport(
        str(record.row.number),
        record.row.number,
        record.sheet,
        clean.unit(given.get("name", record.get("name"))),
    )
    values: dict[str, Any] = {"name": row.name}
    values["short_names"] = [
        name for cell in ([given["short_names"]] if "short_names" in given else record.all("short_names"))
        for name in clean.names(cell) if name != row.name
    ]  # fmt: skip
    for key in ("kind", "leader", "contact"):
        values[key] = clean.plain(given.get(key, record.get(key)))
    values["kind"] = clean.unit(values["kind"]) or record.section
    values["duty"] = clean.plain(given.get("duty", record.get("duty")))
    raw = given.get("phone", record.get("phone"))
    values["phone"], code = ("", "") if clean.plain(raw) in _SAME else clean.phone(raw)
    if not row.name:
        row.verdict = report.ERROR
        row.issues.append(Issue("name_missing", "这一行没有单位名称。请在文件里补上后重新导入。", "name"))
    for key, limit in _LIMITS.items():
        if len(values[key]) > limit:
            row.verdict = report.ERROR
            row.issues.append(
                Issue(
                    "too_long",
                    f"{LABELS[key]}有 {len(values[key])} 字，最多 {limit} 字。请在文件里改短。",
                    key,
                )
            )
    if code == "phone_several":
        row.hints.append("写了两个以上电话，只保存第一个。")
    elif code:
        row.issues.append(
            Issue(code, f"电话“{values['phone']}”的写法不对。", "phone", {"take": "照此导入（电话留空）"})
        )
        values["phone"] = ""
    elif not values["phone"] and "phone" in record.cells and clean.plain(raw) not in _SAME:
        row.issues.append(
            Issue(
                "phone_missing",
                "电话是空的。请补上，或照空白导入。",
                "phone",
                {"take": "照此导入（电话留空）"},
            )
        )
    if "duty" in record.cells and (not values["duty"] or _PENDING.match(values["duty"])):
        row.issues.append(
            Issue(
                "duty_missing",
                "没有写职责。写了职责，分办时才能据此推荐这个单位。",
                "duty",
                {"take": "照此导入（职责留空）"},
            )
        )
        values["duty"] = ""
    for key in ("leader", "contact"):
        if values[key] in _SAME:
            values[key] = ""
    row.values = values
    return row


def _find_doubles(rows: list[RowReport]) -> None:
    """Two rows for one unit: a row named by another unit's short name, or the same name again."""
    owners: dict[str, RowReport] = {}
    for row in rows:
        if row.name:
            owners.setdefault(clean.skeleton(row.name), row)
    for row in rows:
        for short in row.values["short_names"]:
            owners.setdefault(clean.skeleton(short), row)
    for i, row in enumerate(rows):
        names = [row.name, *row.values["short_names"]]
        for other in rows[:i]:
            others = {clean.skeleton(name) for name in (other.name, *other.values["short_names"])}
            same_name = clean.skeleton(row.name) == clean.skeleton(other.name)
            if row.name and (same_name or clean.skeleton(row.name) in others or clean.skeleton(other.name) in
                             {clean.skeleton(name) for name in names}):  # fmt: skip
                row.values["double_of"] = other.key
                # one question settles the row: blanks in a double need no answer of their own
                row.issues = [issue for issue in row.issues if issue.code in ("name_missing", "too_long")]
                row.issues.append(
                    Issue("duplicate_unit", f"“{row.name}”与第 {other.row} 行“{other.name}”像是同一家单位。请跳过这一行，或说明是两家。",
                          "", {"new": "是另一家单位"})
                )  # fmt: skip
                break
            shared = {clean.skeleton(s) for s in row.values["short_names"]} & {
                clean.skeleton(s) for s in other.values["short_names"]
            }
            if shared:
                row.hints.append(
                    f"与第 {other.row} 行“{other.name}”用了同一个简称，提案里写这个简称时会请人来定。"
                )


def _settle(row: RowReport, known: Known, decision: dict[str, Any]) -> None:
    do = row.decision = decision.get("do", "")
    if do == "skip":
        row.verdict = report.SKIPPED
        return
    if row.verdict == report.ERROR:
        return
    target = _existing(row, known) if do != "new" else None
    if target is not None:
        row.target, row.differences = target.pk, differences(row.values, target)
    elif row.name:
        near = next(
            (
                a.name
                for a in known.agencies
                if clean.is_near(clean.skeleton(a.name), clean.skeleton(row.name))
            ),
            "",
        )
        if near:
            row.hints.append(f"与已有的“{near}”只差一个字，请核对是不是同一家。")
    if [issue for issue in row.issues if do not in issue.choices]:
        row.verdict = report.DOUBT
    elif target is None:
        row.verdict = report.NEW
    else:
        row.verdict = report.CHANGED if row.differences else report.SAME


def _existing(row: RowReport, known: Known) -> Agency | None:
    folded = clean.skeleton(row.name)
    by_name = next((a for a in known.agencies if clean.skeleton(a.name) == folded), None)
    if by_name is not None:
        return by_name
    by_short = [a for a in known.agencies if folded in {clean.skeleton(short) for short in a.short_names}]
    if len(by_short) == 1 and row.decision != "new":
        row.issues.append(
            Issue("duplicate_unit", f"“{row.name}”是已有单位“{by_short[0].name}”的简称。请跳过这一行，或说明是另一家。", "",
                  {"take": f"就是“{by_short[0].name}”，更新它", "new": "是另一家单位"})
        )  # fmt: skip
        return by_short[0]
    return None


FIELDS = ("name", "kind", "leader", "contact", "phone", "duty")


def differences(values: dict[str, Any], agency: Agency) -> list[Difference]:
    found = [
        Difference(key, LABELS[key], getattr(agency, key), values[key])
        for key in FIELDS if values[key] and values[key] != getattr(agency, key)
    ]  # fmt: skip
    more = [name for name in values["short_names"] if name not in agency.short_names]
    if more:
        found.append(
            Difference(
                "short_names", "简称", "、".join(agency.short_names), "、".join([*agency.short_names, *more])
            )
        )
    return found
