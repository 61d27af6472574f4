"""委员名册: one row per member. What is only written differently is evened out; what a person must decide is asked.

Not imported, because the committee's work does not need it: ethnicity, e-mail, identity numbers, addresses, remarks.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from huisheng.kernel.workbook import Cell

from ..models import BodyKind, Member
from . import clean, report
from .known import Bodies, Known
from .report import Difference, Issue, RowReport
from .tables import IGNORE, Column, Record, Table

KIND, LABEL, PRIMARY = "members", "委员名册", "name"
COLUMNS = (
    Column("name", "姓名", ("姓名", "委员姓名", "委员", "名字", "姓 名", "人员姓名"), required=True),
    Column("sex", "性别", ("性别",)),
    Column("born", "出生年月", ("出生年月", "出生日期", "出生年月日", "生日", "出生时间", "出生")),
    Column("party", "政治面貌", ("党派", "政治面貌", "所属党派", "面貌", "党派（政治面貌）")),
    Column("sector", "界别", ("界别", "所属界别", "所在界别", "界别名称", "所属界")),
    Column("committee", "专门委员会", ("专委会", "专门委员会", "所在专委会", "所属专委会", "专委会1", "专委会2", "第一专委会",
                                       "第二专委会", "所在专门委员会", "专委", "委组", "参加专委会"), many=True),
    Column("town", "镇（街）工委", ("镇街工委", "镇街", "工委", "街道工委", "所在工委", "所属工委", "镇（街）工委", "街镇工委",
                                    "政协工委", "所在镇街", "所属街道", "街道（镇）")),
    Column("unit", "工作单位", ("单位及职务", "工作单位", "单位", "工作单位及职务", "单位职务", "单位和职务", "所在单位", "单位名称",
                                "现工作单位及职务", "工作单位和职务")),
    Column("job", "职务", ("职务", "行政职务", "单位职务名称", "现任职务", "职务职称", "职务/职称")),
    Column("phone", "手机", ("手机", "手机号", "手机号码", "联系电话", "电话", "联系方式", "移动电话", "电话号码")),
    Column("standing", "常务委员", ("是否常委", "常委", "常务委员", "是否常务委员", "常委标记", "政协职务")),
    Column(IGNORE, "不导入", ("序号", "编号", "民族", "邮箱", "电子邮箱", "电子邮件", "备注", "身份证", "身份证号", "籍贯", "学历", "学位",
                              "住址", "家庭住址", "通讯地址", "微信", "微信号", "照片", "年龄", "宗教信仰", "职称", "入党时间", "是否连任", "届次"), many=True),
)  # fmt: skip

LABELS = {column.key: column.label for column in COLUMNS} | {"standing": "常务委员"}
_USUAL = 0.9  # a column filled in so many rows is one in which a blank means something
_MIN_ROWS = 10  # of a small table no habit can be read off
_MISSING = {
    "sex": "sex_missing", "born": "birth_missing", "party": "party_missing", "unit": "unit_missing",
    "phone": "phone_missing", "committee": "committee_missing", "town": "town_missing",
}  # fmt: skip
_TAKE = "照此导入（这一项留空）"


def section(known: Known):  # type: ignore[no-untyped-def]
    """A lone cell that names a sector opens that sector."""
    sectors = known.bodies[BodyKind.SECTOR]

    def opens(text: str) -> str:
        return sectors.find(text) or (
            text if not sectors and re.search(r"界$|人士$|联$|盟$|建$|党$|社$", text) else ""
        )

    return opens


@dataclass
class Habits:
    """How this file is filled: which columns are nearly always filled, and which names occur often."""

    filled: dict[str, float]
    rows: int


def judge(
    tables: list[Table], known: Known, decisions: dict[str, Any]
) -> tuple[list[RowReport], dict[str, Any]]:
    """One verdict per data row, and the counts of the file."""
    records = [record for table in tables for record in table.records]
    told = _learn_bodies(records, known)
    habits = _habits(records)
    rows = []
    for record in records:
        key = f"{record.sheet}!{record.row.number}" if len(tables) > 1 else str(record.row.number)
        rows.append(_row(record, key, known, habits, decisions.get(key, {})))
    _suggest_sectors(rows)
    _find_doubles(rows, records, decisions)
    for row in rows:
        _settle(row, known, decisions.get(row.key, {}))
    return rows, _summary(tables, rows) | {"told": told}


def _learn_bodies(records: list[Record], known: Known) -> list[str]:
    """Names that several rows share are believed, and will be made, where the records plainly lack them: when no or
    few of the file's rows speak of a body on record. Sentences that tell it."""
    told = []
    for key, kind in (
        ("sector", BodyKind.SECTOR),
        ("committee", BodyKind.COMMITTEE),
        ("town", BodyKind.TOWN),
    ):
        bodies = known.bodies[kind]
        seen = Counter(
            name for record in records for cell in _body_cells(record, key) for name in clean.names(cell)
        )
        recorded = sum(count for name, count in seen.items() if bodies.find(name))
        if bodies and recorded * 2 >= seen.total():
            continue
        new = [name for name, count in seen.most_common() if count >= 2 and not bodies.find(name)]
        for name in new:
            if not bodies.find(name):  # another spelling of it may have come just before
                bodies.add(name)
        if new:
            told.append(f"{LABELS[key]}还没有登记全，导入时一并新建：{'、'.join(new)}。")
    return told


def _body_cells(record: Record, key: str) -> list[Cell]:
    cells = record.all(key)
    return cells or ([record.section] if key == "sector" and record.section else [])


def _habits(records: list[Record]) -> Habits:
    count = max(len(records), 1)
    return Habits(
        {key: sum(bool(r.all(key)) for r in records) / count for key in (*_MISSING, "standing")}, len(records)
    )


def _row(record: Record, key: str, known: Known, habits: Habits, decision: dict[str, Any]) -> RowReport:
    """The cleaned values of one row and its own questions; other rows are not looked at here."""
    given = {name: value for name, value in decision.get("set", {}).items() if value != ""}
    cell = lambda field: given.get(field, record.get(field))  # noqa: E731 - a local reading aid
    row = RowReport(key, record.row.number, record.sheet, clean.name(cell("name")))
    values: dict[str, Any] = {"name": row.name}
    _name(row, values, cell("name"))
    values["sex"] = values.get("sex") or _ask(
        row, "sex", clean.sex(cell("sex")), "性别写成“{}”，看不出是男是女。", cell("sex")
    )
    values["born"] = _ask(
        row, "born", clean.month(cell("born"), known.today), "出生年月“{}”不成立。", cell("born")
    )
    values["party"] = _ask(
        row, "party", clean.party(cell("party")), "政治面貌“{}”不在名单里。", cell("party")
    )
    values["phone"] = _ask(
        row, "phone", clean.phone(cell("phone")), "电话“{}”的位数或写法不对。", cell("phone")
    )
    values["unit"], values["job"] = clean.unit(cell("unit"))[:120], clean.unit(cell("job"))[:120]
    _standing(row, values, record, cell, habits)
    _bodies(row, values, record, given, known)
    _blanks(row, values, record, given, habits)
    _sizes(row, record)
    if any(issue.code == "name_missing" for issue in row.issues):
        row.issues = row.issues[:1]  # who it is comes first; the rest is asked once that is known
    row.values = values
    return row


def _name(row: RowReport, values: dict[str, Any], cell: Cell) -> None:
    match = re.fullmatch(
        r"(.+?)[（(]([男女])?[,，、 ]?([\u4e00-\u9fff]{1,4}族)?[^（()）]{0,6}[)）]", row.name
    )
    if match and (match[2] or match[3]):
        row.name = values["name"] = match[1]
        values["sex"] = match[2] or ""
    if not row.name:
        row.issues.append(Issue("name_missing", "这一行没有姓名。请补上姓名，或跳过这一行。", "name"))
    elif clean.has_unreadable(row.name) or re.search(r"\d", row.name):
        row.issues.append(
            Issue(
                "name_unreadable",
                f"姓名“{row.name}”里有字没有读出来（可能是生僻字丢失）。请补上正确的姓名。",
                "name",
            )
        )
    elif any(0xE000 <= ord(char) <= 0xF8FF for char in str(cell or "")):
        row.hints.append(f"姓名用的是旧电脑的造字码，已换成正式字“{row.name}”，请核对。")
    elif any(ord(char) > 0xFFFF or "㐀" <= char <= "䶿" for char in row.name):
        row.hints.append(f"“{row.name}”有生僻字，已照原字保存。")


_ISSUE_HINTS = {"phone_several": "写了两个以上电话，只保存第一个。"}


def _ask(row: RowReport, field: str, answer: tuple[str, str], sentence: str, cell: Cell) -> str:
    value, code = answer
    if code in _ISSUE_HINTS:
        row.hints.append(_ISSUE_HINTS[code])
        return value
    if code:
        shown = clean.plain(cell, 40)
        row.issues.append(
            Issue(
                code, sentence.format(shown) + "请填写正确的，或照空白导入，或跳过。", field, {"take": _TAKE}
            )
        )
        return ""
    return value


def _standing(row: RowReport, values: dict[str, Any], record: Record, cell: Any, habits: Habits) -> None:
    text = clean.plain(cell("standing"))
    values["says_standing"] = "standing" in record.cells
    if "常委" in text and len(text) > 2 and "是否" not in text:
        values["is_standing"] = True
        return
    said = clean.yes_no(cell("standing"))
    if said is None and re.search(r"委员|主席|主任|秘书长", text):
        said = "主席" in text or "秘书长" in text
    values["is_standing"] = bool(said)
    if said is None:
        row.issues.append(
            Issue(
                "standing_unclear",
                f"“是否常委”填的是“{text}”，看不出是不是常委。",
                "standing",
                {"take": "照“不是常委”导入"},
            )
        )
    elif not text and habits.rows >= _MIN_ROWS and _USUAL <= habits.filled.get("standing", 0) < 1:
        row.issues.append(
            Issue(
                "standing_unclear",
                "别的行都写了是否常委，这一行是空的。",
                "standing",
                {"take": "照“不是常委”导入"},
            )
        )


def _bodies(
    row: RowReport, values: dict[str, Any], record: Record, given: dict[str, Any], known: Known
) -> None:
    _sector(row, values, record, given, known.bodies[BodyKind.SECTOR])
    values["committees"] = _several(row, "committee", record, given, known.bodies[BodyKind.COMMITTEE], 2)
    towns = _several(row, "town", record, given, known.bodies[BodyKind.TOWN], 1)
    values["town"] = towns[0][0] if towns else ""


def _sector(
    row: RowReport, values: dict[str, Any], record: Record, given: dict[str, Any], sectors: Bodies
) -> None:
    text = clean.unit(given.get("sector", record.get("sector")))
    found = sectors.find(text) if text else ""
    if not text and record.section and "sector" not in given:
        text = record.section
        found = sectors.find(text)
    values["sector"] = found or ""
    if not text:
        row.issues.append(Issue("sector_missing", "界别是空的。请选择界别，或跳过这一行。", "sector"))
    elif not found:
        near = sectors.near(text)
        row.issues.append(
            Issue(
                "sector_unknown",
                f"界别“{text}”不在现有界别之内。请选择正确的界别，或跳过这一行。",
                "sector",
                suggest=near,
            )
        )
    elif record.section and record.get("sector") and sectors.find(record.section) not in (None, found):
        row.issues.append(
            Issue("sector_conflict", f"这一行写的界别是“{text}”，却排在“{record.section}”之下。请定一个界别。", "sector",
                  {"take": f"以本行所写“{found}”为准"}, str(sectors.find(record.section)))
        )  # fmt: skip


def _several(
    row: RowReport, key: str, record: Record, given: dict[str, Any], bodies: Bodies, limit: int
) -> list[list[str]]:
    """[[standard name, duty], …]: names that the bodies know; unknown ones are asked about."""
    cells = [given[key]] if key in given else record.all(key)
    found: list[list[str]] = []
    for text in (name for cell in cells for name in clean.names(cell)):
        if text in ("无", "-", "--", "/", "—"):
            continue
        match = re.fullmatch(
            r"(.+?)[（(]?(副?主任委员|副?主任|副?召集人|副?组长|委员|成员|秘书长)?[)）]?", text
        )
        name, duty = (match[1], match[2] or "") if match else (text, "")
        standard = bodies.find(text) or bodies.find(name)
        duty = "" if bodies.find(text) and clean.skeleton(text) in bodies.names else duty
        if standard and standard not in [one[0] for one in found]:
            found.append([standard, "" if duty in ("委员", "成员") else duty])
        elif not standard:
            row.issues.append(
                Issue(f"{key}_unknown", f"{LABELS[key]}“{text}”不在机构表里。请选择正确的，或照空白导入。", key, {"take": _TAKE},
                      bodies.near(text))
            )  # fmt: skip
    if len(found) > limit:
        names = "、".join(one[0] for one in found)
        row.issues.append(
            Issue(f"{key}_too_many", f"{LABELS[key]}写了 {len(found)} 个（{names}），最多 {limit} 个。", key,
                  {"take": f"只保留前 {limit} 个"})
        )  # fmt: skip
    return found[:limit]


def _blanks(
    row: RowReport, values: dict[str, Any], record: Record, given: dict[str, Any], habits: Habits
) -> None:
    """A blank in a column that nearly every other row fills is a question; a blank where blanks are usual is none."""
    if habits.rows < _MIN_ROWS:
        return
    for key, code in _MISSING.items():
        if record.all(key) or key in given or values.get(key) or not _USUAL <= habits.filled[key] < 1:
            continue
        row.issues.append(
            Issue(code, f"{LABELS[key]}是空的，别的行都填了。请补上，或照空白导入。", key, {"take": _TAKE})
        )


def _sizes(row: RowReport, record: Record) -> None:
    limits = {"name": 60, "unit": 120, "job": 120}
    for key, limit in limits.items():
        size = len(clean.unit(record.get(key)))
        if size > limit:
            row.verdict = report.ERROR
            row.issues.append(
                Issue(
                    "too_long", f"{LABELS[key]}有 {size} 字，最多 {limit} 字。请在文件里改短后重新导入。", key
                )
            )


def _suggest_sectors(rows: list[RowReport]) -> None:
    """A roster is kept sector by sector: between two rows of one sector stands a third of it."""
    for i, row in enumerate(rows):
        before = next((r.values["sector"] for r in reversed(rows[:i]) if r.values["sector"]), "")
        after = next((r.values["sector"] for r in rows[i + 1 :] if r.values["sector"]), "")
        for issue in row.issues:
            if issue.code in ("sector_missing", "sector_unknown") and before and before == after:
                issue.suggest = before
                issue.sentence += f"前后各行都是“{before}”。"


def _find_doubles(rows: list[RowReport], records: list[Record], decisions: dict[str, Any]) -> None:
    """The same person twice in the file. Same name in another sector and unit is another person."""
    earlier: dict[str, list[tuple[RowReport, Record]]] = defaultdict(list)
    for row, record in zip(rows, records, strict=True):
        folded = clean.skeleton(row.name)
        for other, other_record in earlier[folded]:
            if not folded or decisions.get(row.key, {}).get("do") == "new":
                continue
            if (issue := _double(row, record, other, other_record)) is not None:
                row.issues.append(issue)
                row.values["double_of"] = other.key
                break
        earlier[folded].append((row, record))
    for same in earlier.values():
        different = [row for row, _ in same if not row.values.get("double_of")]
        if len(different) > 1 and different[0].name:
            shown = "、".join(f"{row.name}（{row.values['sector'] or '界别未定'}）" for row in different)
            for row in different:
                row.hints.append(f"同名委员：{shown}，按不同的人处理。")


def _double(row: RowReport, record: Record, other: RowReport, other_record: Record) -> Issue | None:
    if _all_cells(record) == _all_cells(other_record):
        return Issue(
            "duplicate_exact", f"与第 {other.row} 行完全相同。请跳过这一行。", "", {"new": "是另一位同名委员"}
        )
    a, b = row.values, other.values
    same_place = a["sector"] == b["sector"] and bool(a["sector"])
    same_unit = bool(a["unit"]) and clean.skeleton(a["unit"]) == clean.skeleton(b["unit"])
    same_born = bool(a["born"]) and a["born"] == b["born"]
    same_phone = bool(a["phone"]) and a["phone"] == b["phone"]
    if (
        (same_unit and (same_place or same_born))
        or (same_phone and (same_unit or same_place or same_born))
        or (same_place and same_born and not (a["unit"] and b["unit"]))
    ):
        return Issue(
            "duplicate_conflict",
            f"与第 {other.row} 行像是同一人，但{_what_differs(a, b)}不同。请定以哪一行为准，或说明是两个人。", "",
            {"take": "同一人，以本行为准", "new": "是另一位同名委员"},
        )  # fmt: skip
    return None


def _all_cells(record: Record) -> list[tuple[str, list[str]]]:
    return [(key, [clean.unit(cell) for cell in cells]) for key, cells in sorted(record.cells.items())]


def _what_differs(a: dict[str, Any], b: dict[str, Any]) -> str:
    fields = {**LABELS, "is_standing": "是否常委", "committees": "专门委员会"}
    names = [fields.get(key, key) for key in a if key != "double_of" and a[key] != b.get(key)]
    return "、".join(names) or "别的内容"


def _settle(row: RowReport, known: Known, decision: dict[str, Any]) -> None:
    """From questions and the person's decision to one verdict."""
    do = row.decision = decision.get("do", "")
    if do == "skip":
        row.verdict = report.SKIPPED
        return
    if row.verdict == report.ERROR:
        return
    _match_existing(row, known, do)
    open_issues = [
        issue for issue in row.issues if not (do in issue.choices or (do == "new" and not issue.field))
    ]
    if open_issues:
        row.verdict = report.DOUBT
        return
    if row.values.get("double_of") and do == "take":
        row.verdict = report.CHANGED  # written onto the member that the earlier row makes
        return
    if row.target is None:
        row.verdict = report.NEW
        return
    row.verdict = report.CHANGED if row.differences else report.SAME


def _match_existing(row: RowReport, known: Known, do: str) -> None:
    """Which member of the roster the row speaks of: the one who shares sector, unit, phone or birth with it."""
    candidates = known.members.get(clean.skeleton(row.name), []) if row.name else []
    if not candidates or do == "new":
        return
    values = row.values
    scored = [(_likeness(values, member), -member.pk, member) for member in candidates]
    score, _, member = max(scored)
    if score >= 2:
        row.target = member.pk
        row.differences = differences(values, member, known)
        if member.name != values["name"]:
            row.issues.append(
                Issue("name_variant", f"名册里这位委员写作“{member.full_name}”，这里写作“{row.name}”，只是字形不同。", "",
                      {"take": "同一人，改用这里的写法", "new": "是另一位委员"})
            )  # fmt: skip
        return
    shown = "、".join(member.full_name for member in candidates)
    if len(candidates) == 1 and score == 1:
        row.target = member.pk
        row.differences = differences(values, member, known)
    row.issues.append(
        Issue("same_name_existing", f"名册里已有同名的{shown}，界别、单位和电话对不上。请定是同一人还是另一位。", "",
              {"new": "是另一位同名委员", **({"take": f"就是{shown}"} if len(candidates) == 1 else {})})
    )  # fmt: skip
    if len(candidates) == 1 and do == "take":
        row.target = candidates[0].pk
        row.differences = differences(values, candidates[0], known)


def _likeness(values: dict[str, Any], member: Member) -> int:
    alike = 0
    alike += 2 * bool(values["phone"] and values["phone"] == member.phone)
    alike += 2 * bool(values["unit"] and clean.skeleton(values["unit"]) == clean.skeleton(member.unit))
    alike += 2 * bool(
        member.sector and values["sector"] == member.sector.name and values["born"] in ("", member.born)
    )
    return alike + bool(values["born"] and values["born"] == member.born)


FIELDS = ("name", "sex", "born", "party", "unit", "job", "phone", "is_standing")


def differences(values: dict[str, Any], member: Member, known: Known) -> list[Difference]:
    """What the row would change. A blank in the file changes nothing: files leave out what they do not know."""
    found = []
    for field in FIELDS:
        before = member.pk in known.standing if field == "is_standing" else getattr(member, field)
        after = values[field]
        if (
            after not in ("", None)
            and after != before
            and not (field == "is_standing" and not values.get("says_standing", True))
        ):
            found.append(Difference(field, LABELS.get(field, "常务委员"), _said(before), _said(after)))
    held = known.memberships.get(member.pk, [])
    for key, kind, wanted in (
        ("sector", BodyKind.SECTOR, [values["sector"]] if values["sector"] else []),
        ("committees", BodyKind.COMMITTEE, [name for name, _ in values["committees"]]),
        ("town", BodyKind.TOWN, [values["town"]] if values["town"] else []),
    ):
        now = sorted(m.body.name for m in held if m.kind == kind)
        if wanted and sorted(wanted) != now:
            found.append(Difference(key, LABELS.get(key, "专门委员会"), "、".join(now), "、".join(wanted)))
    return found


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value or "")


def _summary(tables: list[Table], rows: list[RowReport]) -> dict[str, Any]:
    """The counts of the file, after every question: a double row is no second person."""
    people = [row for row in rows if not row.values.get("double_of")]
    doubtful = [row for row in rows if row.verdict in (report.DOUBT, report.ERROR)]
    printed = next((table.printed_total for table in tables if table.printed_total is not None), None)
    sectors = Counter(row.values["sector"] or _suggested(row) or "未定" for row in people)
    same_names: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in people:
        same_names[row.name].append({"sector": row.values["sector"], "unit": row.values["unit"]})
    heading_counts = [
        (name, printed_count) for table in tables for _, name, printed_count in table.heading_rows
    ]
    return {
        "data_rows": len(rows),
        "clean_rows": len(rows) - len(doubtful),
        "doubt_rows": len(doubtful),
        "blank_rows": sum(table.blank_rows for table in tables),
        "sector_heading_rows": sum(len(table.heading_rows) for table in tables),
        "header_rows": tables[0].header_rows if tables else [],
        "title_rows": tables[0].title_rows if tables else [],
        "first_data_row": rows[0].row if rows else None,
        "total_row": next((table.total_row for table in tables if table.total_row), None),
        "distinct_people": len(people),
        "printed_total": printed,
        "printed_total_is_wrong": printed is not None and printed != len(people),
        "group_count_mismatch": _group_mismatch(heading_counts, rows, tables),
        "standing_members": sum(row.values["is_standing"] for row in people),
        "people_by_sector": dict(sectors),
        "same_name_pairs": {name: found for name, found in same_names.items() if name and len(found) > 1},
    }


def _suggested(row: RowReport) -> str:
    return next((issue.suggest for issue in row.issues if issue.code.startswith("sector_")), "")


def _group_mismatch(
    headings: list[tuple[str, int | None]], rows: list[RowReport], tables: list[Table]
) -> list[dict[str, Any]] | None:
    counted = Counter(record.section for table in tables for record in table.records)
    wrong = [
        {"sector": name, "printed": count, "counted": counted[name]}
        for name, count in headings if count is not None and counted[name] != count
    ]  # fmt: skip
    return wrong or None
