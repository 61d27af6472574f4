"""台账: the ledger of proposals of an earlier year, as offices keep it in Excel, read into clean rows.

Numbers (001, 4, 第9号), dates, units, A/B/C and satisfaction are written in many ways; what only differs in writing
is evened out, what a person must decide is asked. Nothing in here writes records: ``kind(write)`` makes the import
kind from the function that does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from huisheng.kernel import workbook
from huisheng.people.importing import clean, known, report
from huisheng.people.importing.batches import Kind, Writer
from huisheng.people.importing.report import Issue, RowReport
from huisheng.people.importing.tables import IGNORE, Column, Record, Table

KIND, LABEL, PRIMARY = "proposals", "提案台账", "title"
COLUMNS = (
    Column("number", "案号", ("案号", "提案号", "编号", "提案编号", "序号", "号", "案 号", "提案序号")),
    Column("title", "案由", ("案由", "提案题目", "提案名称", "题目", "标题", "提案标题", "提案案由", "内容"), required=True),
    Column("sponsor", "提案人", ("提案人", "提案者", "第一提案人", "提出人", "委员", "提案委员", "领衔人", "提案单位", "提案人/单位")),
    Column("cosponsors", "联名人", ("联名人", "附议人", "联名委员", "共同提案人", "联名")),
    Column("category", "类别", ("类别", "分类", "提案类别", "提案分类", "所属类别", "内容分类")),
    Column("lead", "主办单位", ("主办单位", "承办单位", "主办", "主要承办单位", "牵头单位", "主办部门", "承办部门")),
    Column("assisting", "会办单位", ("会办单位", "协办单位", "会办", "协办", "配合单位", "会同单位")),
    Column("handed_on", "交办日期", ("交办日期", "交办时间", "交办", "转办日期", "分办日期", "交办日")),
    Column("replied_on", "答复日期", ("答复日期", "办复日期", "答复时间", "办结日期", "办复时间", "复文日期", "办结时间", "答复日")),
    Column("reply_class", "答复类别", ("答复类别", "办理结果", "答复类型", "办复类别", "结果", "办理类别", "办复结果", "答复分类", "ABC类")),
    Column("satisfaction", "满意度", ("满意度", "委员意见", "委员评价", "满意情况", "反馈意见", "委员反馈", "评价", "满意程度")),
    Column("remark", "备注", ("备注", "说明", "附注", "办理情况", "情况说明")),
    Column(IGNORE, "不导入", ("联系电话", "分管领导", "经办人", "电话"), many=True),
)  # fmt: skip
LABELS = {column.key: column.label for column in COLUMNS}
FILED, MERGED, WITHDRAWN, DECLINED = "filed", "merged", "withdrawn", "declined"
OUTCOMES = {FILED: "立案", MERGED: "并案", WITHDRAWN: "撤案", DECLINED: "不予立案"}
SATISFIED, MOSTLY, NOT_SATISFIED, NO_ANSWER = "满意", "基本满意", "不满意", "未反馈"
LATE_AFTER = 90  # calendar days between hand-over and reply
_TAKE = "照此导入（这一项留空）"
_USUAL, _MIN_ROWS = 0.9, 10


@dataclass
class LedgerRow:
    """One proposal of the ledger. ``sponsors`` as written, in order; agencies by their standard names where known."""

    row: int
    number: int | None
    title: str
    sponsors: list[str]
    category: str
    lead: list[str]
    assisting: list[str]
    handed_on: date | None
    replied_on: date | None
    is_replied: bool
    reply_class: str  # A, B, C, D or ""
    satisfaction: str
    outcome: str
    merged_into: int | None
    remark: str
    issues: list[Issue] = field(default_factory=list)


def kind(write: Writer) -> Kind:
    """The import kind, ready for ``people.importing.register``."""
    return Kind(KIND, LABEL, COLUMNS, PRIMARY, judge, write, lambda records: lambda text: "")


def row_of(made: RowReport) -> LedgerRow:
    """The ledger row again, from the stored values of its report (dates are ISO text there)."""
    values = {key: value for key, value in made.values.items() if key in LedgerRow.__dataclass_fields__}
    for key in ("handed_on", "replied_on"):
        values[key] = date.fromisoformat(values[key]) if values[key] else None
    return LedgerRow(
        row=made.row, issues=made.issues, **{k: v for k, v in values.items() if k not in ("row", "issues")}
    )


def read_ledger(data: bytes, name: str, records: known.Known) -> tuple[list[RowReport], dict[str, Any]]:
    """The verdicts and the counts of a ledger file. Raises ``Refused`` when it holds no ledger."""
    from huisheng.people.importing.batches import choose_tables

    one = kind(lambda *_: None)
    found, _ = choose_tables(one, workbook.read(data, name), records, {}, "")
    return judge(found, records, {})


def judge(
    found: list[Table], records: known.Known, decisions: dict[str, Any]
) -> tuple[list[RowReport], dict[str, Any]]:
    year = _year(found)
    rows_in = [record for table in found for record in table.records]
    habits = {
        key: sum(bool(record.all(key)) for record in rows_in) / max(len(rows_in), 1) for key in LABELS if key != IGNORE
    }  # fmt: skip
    units = Units(records, rows_in)
    rows = []
    for record in rows_in:
        key = f"{record.sheet}!{record.row.number}" if len(found) > 1 else str(record.row.number)
        rows.append(_report(record, key, year, units, habits, len(rows_in), decisions.get(key, {})))
    _find_doubles(rows)
    _check_merges(rows)
    for row in rows:
        _settle(row, decisions.get(row.key, {}).get("do", ""))
    return rows, summarise(rows, found, year)


# -- one row -----------------------------------------------------------------------------------------------------------


def _report(
    record: Record,
    key: str,
    year: int | None,
    units: Units,
    habits: dict[str, float],
    count: int,
    decision: dict[str, Any],
) -> RowReport:
    given = {name: value for name, value in decision.get("set", {}).items() if value != ""}
    read = _read(record, given, year, units)
    made = RowReport(key, record.row.number, record.sheet, read.title)
    made.issues = read.issues
    closed = read.outcome in (MERGED, WITHDRAWN, DECLINED)
    for field_name, code in (
        ("number", "number_missing"), ("sponsor", "sponsor_missing"), ("category", "category_missing"),
        ("lead", "lead_missing"), ("handed_on", "handover_missing"),
    ):  # fmt: skip
        if closed and field_name in ("lead", "handed_on"):
            continue
        blank = not record.all(field_name) and field_name not in given
        if blank and count >= _MIN_ROWS and _USUAL <= habits[field_name] < 1:
            made.issues.append(
                Issue(
                    code,
                    f"{LABELS[field_name]}是空的，别的行都填了。请补上，或照空白导入。",
                    field_name,
                    {"take": _TAKE},
                )
            )
    if (
        read.is_replied
        and not read.reply_class
        and not any(i.field == "reply_class" for i in made.issues)
        and count >= _MIN_ROWS
    ):
        made.issues.append(
            Issue("class_missing", "已经答复，但没有写答复类别。", "reply_class", {"take": _TAKE})
        )
    values = dict(read.__dict__)
    values.pop("issues")
    for name in ("handed_on", "replied_on"):
        values[name] = values[name].isoformat() if values[name] else ""
    made.values = values | {"year": year or (read.handed_on.year if read.handed_on else None)}
    return made


def _read(record: Record, given: dict[str, Any], year: int | None, units: Units) -> LedgerRow:
    cell = lambda key: given.get(key, record.get(key))  # noqa: E731 - a local reading aid
    issues: list[Issue] = []
    remark = clean.plain(cell("remark"))
    outcome, into = outcome_of(
        " ".join([remark, clean.plain(cell("reply_class")), clean.plain(cell("satisfaction"))])
    )
    number, code = number_of(cell("number"))
    if code:
        issues.append(
            Issue(code, f"案号“{clean.plain(cell('number'), 20)}”不是一个号码。", "number", {"take": _TAKE})
        )
    title = clean.unit(cell("title"))
    if not title:
        issues.append(Issue("title_missing", "案由是空的。请补上，或跳过这一行。", "title"))
    elif len(title) > 200:
        issues.append(
            Issue("too_long", f"案由有 {len(title)} 字，最多 200 字。请改短，或跳过这一行。", "title")
        )
    handed_on = _day(cell("handed_on"), year, "handed_on", issues)
    replied_on = _day(cell("replied_on"), year, "replied_on", issues)
    if handed_on and replied_on and replied_on < handed_on:
        issues.append(
            Issue("reply_before_handover", f"答复日期（{replied_on}）早于交办日期（{handed_on}）。请填正确的答复日期。",
                  "replied_on", {"take": _TAKE})
        )  # fmt: skip
        replied_on = None
    letter, code = class_of(cell("reply_class"))
    if code and outcome == FILED:
        issues.append(
            Issue(
                code,
                f"答复类别“{clean.plain(cell('reply_class'), 20)}”看不出是哪一类。",
                "reply_class",
                {"take": _TAKE},
            )
        )
    is_replied = outcome == FILED and bool(
        record.all("replied_on") or given.get("replied_on") or letter or code
    )
    said, code = satisfaction_of(cell("satisfaction"))
    if code and outcome == FILED:
        issues.append(
            Issue(
                code,
                f"满意度“{clean.plain(cell('satisfaction'), 20)}”看不懂。",
                "satisfaction",
                {"take": "按未反馈导入"},
            )
        )
    return LedgerRow(
        record.row.number, number, title, sponsors_of(cell("sponsor")) + sponsors_of(cell("cosponsors")),
        clean.unit(cell("category")), units.resolve(cell("lead"), "lead", issues),
        units.resolve(cell("assisting"), "assisting", issues), handed_on, replied_on, is_replied, letter,
        (said or NO_ANSWER) if is_replied else said, outcome, into, remark, issues,
    )  # fmt: skip


def _day(cell: Any, year: int | None, key: str, issues: list[Issue]) -> date | None:
    found, code = clean.day(cell, year)
    if code:
        text = clean.plain(cell, 20)
        issues.append(
            Issue(code, f"{LABELS[key]}“{text}”不成立，没有这一天。请填正确的日期。", key, {"take": _TAKE})
        )
    elif found and year and not -1 <= found.year - year <= 2:
        issues.append(
            Issue(
                "date_unlikely",
                f"{LABELS[key]}写的是 {found}，与 {year} 年的台账差得太远。",
                key,
                {"take": "就是这一天"},
            )
        )
    return found


def number_of(cell: Any) -> tuple[int | None, str]:
    """001, 4, 第9号, ８５, 2016-012 (the last part) → a number."""
    text = re.sub(r"\s", "", clean.plain(cell))
    if not text:
        return None, ""
    match = re.fullmatch(
        r"(?:第|[NＮ]o\.?|提案|提字|[\[〔（(]?\d{4}[\]〕）)]?[-—年第号字]*(?=\d|第))*(\d{1,4})(?:号|号提案|号案|\.)?",
        text,
    )
    return (int(match[1]), "") if match else (None, "number_invalid")


def outcome_of(text: str) -> tuple[str, int | None]:
    """(outcome, number merged into) from what the remarks say. Without a word of another outcome it was filed."""
    match = re.search(r"(?:并入|合并到|合并至|并到|归并|并案(?:到|至|于)?|与)第?\s*(\d{1,4})\s*号", text)
    if match and re.search(r"并", text):
        return MERGED, int(match[1])
    if re.search(r"并案|合并办理", text):
        return MERGED, None
    if re.search(r"撤回|撤案|撤销提案|撤消", text):
        return WITHDRAWN, None
    if re.search(r"不予立案|不立案|未立案|转(?:为|作)?(?:社情民意|意见|建议|来信)", text):
        return DECLINED, None
    return FILED, None


_CLASS_WORDS = (
    ("A", ("已解决", "已经解决", "已采纳", "解决或采纳", "已落实", "基本解决")),
    ("B", ("正在解决", "列入计划", "已列入计划", "拟解决", "计划解决", "逐步解决", "正在落实")),
    ("C", ("留作参考", "参考", "因条件限制", "暂不能解决", "无法解决", "不能解决", "待条件成熟", "解释说明")),
    ("D", ("不可行", "不采纳")),
)  # fmt: skip


def class_of(cell: Any) -> tuple[str, str]:
    """(letter, code): Ａ, b, “C ”, A类, （A）, 已解决 are evened out; A/B is a question."""
    text = re.sub(r"[\s（）()“”\"类级。.]", "", clean.plain(cell)).upper()
    if not text or text in ("-", "--", "—", "/", "无"):
        return "", ""
    if re.fullmatch(r"[A-D]", text):
        return text, ""
    found = {letter for letter, words in _CLASS_WORDS if any(word in text for word in words)}
    letters = set(re.findall(r"[A-D]", text))
    if len(found | letters) == 1:
        return next(iter(found | letters)), ""
    return "", "class_unclear"


def satisfaction_of(cell: Any) -> tuple[str, str]:
    """(word, code): 很满意, 非常满意 → 满意; 较满意, 比较满意 → 基本满意; 不太满意 → 不满意."""
    text = re.sub(r"[\s。√]", "", clean.plain(cell))
    if (
        not text
        or re.search(r"未反馈|未收回|没有反馈|未回|未评|无反馈", text)
        or text in ("-", "--", "—", "/", "无")
    ):
        return "", ""
    if re.search(r"基本满意|较满意|比较满意|较为满意|一般|基本同意", text):
        return MOSTLY, ""
    if re.search(r"不满意|不太满意|不甚满意|很不满意|不认可", text):
        return NOT_SATISFIED, ""
    if re.search(r"满意|同意|认可", text):
        return SATISFIED, ""
    return "", "satisfaction_unclear"


def sponsors_of(cell: Any) -> list[str]:
    """The names in order: 张三、李四等5人 → 张三, 李四."""
    found = [re.sub(r"等\s*\d*\s*[人名位]?(?:委员)?$", "", clean.name(part)) for part in
             re.split(r"[、,，;；/／\n]+", clean.plain(cell).replace("\u3000", " "))]  # fmt: skip
    return [name for name in found if name]


class Units:
    """Standard names of the agencies by any name in use; with or without 区 and 上街区 in front.

    A unit that is not on record but stands in several rows of the ledger is a real one: it is kept as written.
    """

    def __init__(self, records: known.Known, rows: list[Record]) -> None:
        self.names: dict[str, set[str]] = {}
        self.usual = Counter(
            clean.skeleton(name)
            for row in rows
            for key in ("lead", "assisting")
            for name in clean.names(row.get(key))
        )
        for agency in records.agencies:
            for name in (agency.name, *agency.short_names):
                for spelled in {clean.skeleton(name), _bare(name)}:
                    self.names.setdefault(spelled, set()).add(agency.name)

    def resolve(self, cell: Any, key: str, issues: list[Issue]) -> list[str]:
        """The standard names; without any agency on record, the names as written."""
        found = []
        for name in clean.names(cell):
            likely = self.names.get(clean.skeleton(name)) or self.names.get(_bare(name)) or set()
            if len(likely) == 1:
                found.append(next(iter(likely)))
            elif self.names and (likely or self.usual[clean.skeleton(name)] < 2):
                why = "不在承办单位名单里" if not likely else f"可能是{'、'.join(sorted(likely))}"
                issues.append(
                    Issue(
                        "agency_unknown", f"{LABELS[key]}“{name}”{why}。请定是哪一家。", key, {"take": _TAKE}
                    )
                )
            else:
                found.append(name)
        return list(dict.fromkeys(found))


def _bare(name: str) -> str:
    return re.sub(r"^(?:.{2,6}?市)?(?:.{1,3}?区|区|县|市)(?=.{2,})", "", clean.skeleton(name))


# -- rows towards each other -------------------------------------------------------------------------------------------


def _find_doubles(rows: list[RowReport]) -> None:
    seen: dict[int, RowReport] = {}
    for row in rows:
        number = row.values["number"]
        if number is None:
            continue
        other = seen.setdefault(number, row)
        if other is row:
            continue
        if clean.skeleton(row.name) == clean.skeleton(other.name):
            row.values["double_of"] = other.key
            row.issues = [
                Issue("duplicate_number", f"第 {number} 号与第 {other.row} 行重复登记。请跳过这一行。", "")
            ]
        else:
            row.issues.append(
                Issue(
                    "duplicate_number",
                    f"第 {number} 号在第 {other.row} 行已用于“{other.name}”。请填正确的案号。",
                    "number",
                )
            )


def _check_merges(rows: list[RowReport]) -> None:
    numbers = {row.values["number"] for row in rows}
    for row in rows:
        into = row.values["merged_into"]
        if row.values["outcome"] == MERGED and into is not None and into not in numbers:
            row.issues.append(
                Issue(
                    "merge_target_missing",
                    f"写着并入第 {into} 号，台账里没有这个号。",
                    "remark",
                    {"take": "照此导入（不记并入哪一件）"},
                )
            )


def _settle(row: RowReport, do: str) -> None:
    row.decision = do
    if do == "skip":
        row.verdict = report.SKIPPED
    elif [issue for issue in row.issues if do not in issue.choices]:
        row.verdict = report.DOUBT


# -- the whole ---------------------------------------------------------------------------------------------------------


def _year(found: list[Table]) -> int | None:
    """The ledger's year: from its title or sheet name, else the year most dates fall into."""
    for table in found:
        for text in (*table.titles, table.sheet):
            if match := re.search(r"((?:19|20)\d{2})\s*年?", clean.chinese_to_digits(text)):
                return int(match[1])
    years = Counter(
        day.year for table in found for record in table.records for key in ("handed_on", "replied_on")
        if (day := clean.day(record.get(key))[0]) is not None
    )  # fmt: skip
    return years.most_common(1)[0][0] if years else None


def term_and_session(found: list[Table]) -> tuple[int, int] | None:
    """八届五次 → (8, 5), when the title says so."""
    text = " ".join(title for table in found for title in (*table.titles, table.sheet))
    match = re.search(r"([一二三四五六七八九十\d]{1,3})届([一二三四五六七八九十\d]{1,3})次", text)
    return (clean.figure(match[1]), clean.figure(match[2])) if match else None


def summarise(rows: list[RowReport], found: list[Table], year: int | None) -> dict[str, Any]:
    """Counts over the distinct proposals, each from the rows, never from the printed totals."""
    kept = [row for row in rows if not row.values.get("double_of") and row.verdict != report.SKIPPED]
    values = [row.values for row in kept]
    count: Callable[[str], int] = lambda outcome: sum(one["outcome"] == outcome for one in values)  # noqa: E731
    numbers: Callable[[Callable[[dict[str, Any]], bool]], list[int]] = lambda test: sorted(  # noqa: E731
        one["number"] for one in values if one["number"] is not None and test(one)
    )
    replied = [one for one in values if one["is_replied"]]
    figures: dict[str, Any] = {
        "data_rows": len(rows),
        "clean_rows": sum(not row.issues for row in rows),
        "header_row": found[0].header_rows[-1] if found else None,
        "blank_rows": sum(table.blank_rows for table in found),
        "total_row": next((table.total_row for table in found if table.total_row), None),
        "year": year,
        "term_and_session": term_and_session(found),
        "distinct_proposals": len(kept),
        "filed": count(FILED),
        "merged": count(MERGED),
        "withdrawn": count(WITHDRAWN),
        "declined": count(DECLINED),
        "merged_numbers": numbers(lambda one: one["outcome"] == MERGED),
        "withdrawn_numbers": numbers(lambda one: one["outcome"] == WITHDRAWN),
        "replied": len(replied),
        "in_hand": numbers(lambda one: one["outcome"] == FILED and not one["is_replied"]),
        "by_category": dict(Counter(one["category"] or "空缺" for one in values)),
        "by_reply_class": dict(Counter(one["reply_class"] or "说不清" for one in replied)),
        "by_satisfaction": dict(Counter(one["satisfaction"] or NO_ANSWER for one in replied)),
        f"replied_after_more_than_{LATE_AFTER}_days": numbers(_is_late),
    }
    figures["printed_totals_wrong"] = _wrong_totals(found, figures)
    return figures


def _is_late(one: dict[str, Any]) -> bool:
    if not (one["handed_on"] and one["replied_on"] and one["is_replied"]):
        return False
    return (date.fromisoformat(one["replied_on"]) - date.fromisoformat(one["handed_on"])).days > LATE_AFTER


def _wrong_totals(found: list[Table], figures: dict[str, Any]) -> list[str]:
    """Sentences about printed totals that the rows do not bear out."""
    text = " ".join(table.total_text for table in found)
    wrong = []
    for words, key, label in (
        (r"收到\D{0,4}", "distinct_proposals", "收到"),
        ("立案", "filed", "立案"),
        ("办复|答复", "replied", "答复"),
    ):
        match = re.search(rf"(?:{words})\D{{0,3}}(\d+)\s*件", text)
        if match and int(match[1]) != figures[key]:
            wrong.append(f"表尾写{label} {match[1]} 件，逐行数出来是 {figures[key]} 件，以逐行为准。")
    for words, part, whole, label in (
        ("办复率|答复率", figures["replied"], figures["filed"], "办复率"),
        ("满意率", figures["by_satisfaction"].get(SATISFIED, 0), figures["replied"], "满意率"),
    ):
        match = re.search(rf"(?:{words})\D{{0,3}}([\d.]+)\s*[%％]", text)
        if match and whole and abs(float(match[1]) - 100 * part / whole) >= 0.1:
            wrong.append(
                f"表尾写{label} {match[1]}%，逐行算出来是 {part}/{whole}＝{100 * part / whole:.1f}%，以逐行为准。"
            )
    return wrong
