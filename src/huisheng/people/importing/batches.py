"""The four acts of an import: a dry run, a batch that waits for the person, its application, its exact undoing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from huisheng.kernel import workbook
from huisheng.kernel.errors import Conflict, Refused
from huisheng.kernel.files import safe_name
from huisheng.kernel.forms import clean_all, clean_text

from .. import log
from ..models import Account, ImportBatch
from . import agencies, bodies, known, members, report, tables, writing
from .changes import Recorder, take_back
from .report import Report, RowReport, to_json
from .tables import Column, Table

Judge = Callable[[list[Table], known.Known, dict[str, Any]], tuple[list[RowReport], dict[str, Any]]]
# row, what is known, recorder, day from which the facts hold, records made so far by row key -> the record
Writer = Callable[[RowReport, known.Known, Recorder, date, dict[str, Any]], Any]


@dataclass(frozen=True)
class About:
    """What the person may say beside a file whose own words do not tell which record it is about.

    ``label``: the question; ``options``: (day) -> the records to choose from, as (key, name).
    """

    label: str
    options: Callable[[date], list[tuple[str, str]]]


@dataclass(frozen=True)
class Kind:
    """One sort of file. ``all_sheets``: each sheet is a table of its own (bodies); else the fullest one counts."""

    code: str
    label: str
    columns: tuple[Column, ...]
    primary: str
    judge: Judge
    write: Writer
    section: Callable[[known.Known], Callable[[str], str]]
    all_sheets: bool = False
    about: About | None = None


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.code] = kind


for _module, _write, _all in (
    (bodies, writing.body, True),
    (members, writing.member, False),
    (agencies, writing.agency, False),
):
    register(
        Kind(
            _module.KIND,
            _module.LABEL,
            _module.COLUMNS,
            _module.PRIMARY,
            _module.judge,
            _write,
            _module.section,
            _all,
        )
    )


def dry_run(
    kind: str,
    data: bytes,
    name: str,
    *,
    today: date,
    mapping: dict[str, Any] | None = None,
    decisions: dict[str, Any] | None = None,
    sheet: str = "",
) -> Report:
    """What the file would change. Writes nothing. Raises ``Refused`` when the file holds no such table.

    mapping    sheet title -> {column number (from 0, as text): column key or ``-``}.
    decisions  row key -> {"do": skip | take | new, "set": {field: text}}; ABOUT -> {"set": {ABOUT: key of the record}}.
    """
    return _dry_run(_kind(kind), data, name, known.load(today), mapping or {}, decisions or {}, sheet)


ABOUT = "about"


def of_record(key: str) -> dict[str, Any]:
    """The decision that says which record the file is about."""
    return {ABOUT: {"set": {ABOUT: key}}} if key else {}


def said_about(decisions: dict[str, Any]) -> str:
    """The key of the record that the person named; "" when the file is to say it."""
    return str(decisions.get(ABOUT, {}).get("set", {}).get(ABOUT, ""))


def _kind(code: str) -> Kind:
    if code not in KINDS:
        raise Refused("没有这种导入。可以导入：" + "、".join(kind.label for kind in KINDS.values()) + "。")
    return KINDS[code]


def _dry_run(
    kind: Kind,
    data: bytes,
    name: str,
    records: known.Known,
    mapping: dict[str, Any],
    decisions: dict[str, Any],
    sheet: str,
) -> Report:
    book = workbook.read(data, name)
    found, ignored = choose_tables(kind, book, records, mapping, sheet)
    if not found:
        raise Refused(
            f"没有找到“{kind.label}”的表头。请确认表里有一行列名，其中有“{_primary_label(kind)}”一列，再传一次。"
        )
    rows, summary = kind.judge(found, records, decisions)
    made = Report(kind.code, name, rows, summary, [_told(table) for table in found], book.encoding, book.note)
    made.summary["ignored_sheets"] = [sheet_name for sheet_name, _ in ignored]
    made.hints += [f"工作表“{sheet_name}”没有导入：{why}" for sheet_name, why in ignored]
    if summary.get("printed_total_is_wrong"):
        made.hints.append(
            f"表尾写的是 {summary['printed_total']}，逐行数出来是 {summary['distinct_people']}，以逐行为准。"
        )
    made.hints += summary.pop("told", []) + (summary.get("printed_totals_wrong") or [])
    for wrong in summary.get("group_count_mismatch") or ():
        made.hints.append(
            f"“{wrong['sector']}”标题写 {wrong['printed']} 人，下面实有 {wrong['counted']} 行。"
        )
    return made


def _primary_label(kind: Kind) -> str:
    return next(column.label for column in kind.columns if column.key == kind.primary)


_ASIDE = (
    "离任",
    "调出",
    "退出",
    "上届",
    "往届",
    "历届",
    "样表",
    "示例",
    "样例",
    "说明",
    "作废",
    "旧表",
    "备份",
    "模板",
    "字典",
    "选项",
)


def choose_tables(
    kind: Kind, book: workbook.Book, records: known.Known, mapping: dict[str, Any], sheet: str
) -> tuple[list[Table], list[tuple[str, str]]]:
    """The tables to import and the sheets left aside, each with the reason."""
    opens = kind.section(records)
    found: list[Table] = []
    ignored: list[tuple[str, str]] = []
    for one in book.sheets:
        own = mapping.get(one.title)
        columns = {int(i): key for i, key in own.items()} if own else None
        table = tables.read(one, kind.columns, kind.primary, mapping=columns, section=opens)
        if table is None or not table.records:
            ignored.append((one.title, "没有找到表头" if table is None else "没有数据行"))
        elif sheet and one.title != sheet:
            ignored.append((one.title, "选了别的工作表"))
        elif one.is_hidden and not sheet:
            ignored.append((one.title, "是隐藏的工作表"))
        elif any(word in one.title for word in _ASIDE) and not sheet and len(book.sheets) > 1:
            ignored.append((one.title, "从名称看不是现行名册"))
        else:
            found.append(table)
    if kind.all_sheets or len(found) < 2:
        return found, ignored
    return _of_several(found, ignored, opens)


def _of_several(
    found: list[Table], ignored: list[tuple[str, str]], opens: Callable[[str], str]
) -> tuple[list[Table], list[tuple[str, str]]]:
    """Several sheets with the same header: all of them when each is named after a section, else the fullest."""
    sections = {table.sheet: opens(tables.bare_heading(table.sheet)) for table in found}
    if all(sections.values()):
        for table in found:
            for record in table.records:
                record.section = record.section or sections[table.sheet]
        return found, ignored
    fullest = max(found, key=lambda table: len(table.records))
    rest = [
        (table.sheet, f"行数较少；要导入它，请选择这个工作表（{len(table.records)} 行）")
        for table in found
        if table is not fullest
    ]
    return [fullest], ignored + rest


def _told(table: Table) -> dict[str, Any]:
    return {
        "sheet": table.sheet, "header_rows": table.header_rows, "headers": table.headers,
        "mapping": {str(i): key for i, key in table.mapping.items()}, "titles": table.titles,
        "headings": [[row, name] for row, name, _ in table.heading_rows], "total_text": table.total_text,
        "others": table.other_rows, "sample": table.sample,
    }  # fmt: skip


# -- batches -----------------------------------------------------------------------------------------------------------


def prepare(
    kind: str, data: bytes, name: str, *, account: Account | None, at: datetime, about: str = ""
) -> ImportBatch:
    """Store a file and its dry run as a batch that waits. Nothing in the roster changes."""
    decisions = of_record(about)
    made = dry_run(kind, data, name, today=timezone.localdate(at), decisions=decisions)
    batch = ImportBatch(
        kind=kind, name=safe_name(name)[:255], content=data, account=account, at=at, digest=made.digest(),
        report=asdict(made), decisions=decisions,
    )  # fmt: skip
    batch.save()
    return batch


def report_of(batch: ImportBatch, today: date) -> Report:
    """The dry run as it stands now, with the batch's mapping and decisions."""
    return dry_run(
        batch.kind, bytes(batch.content), batch.name, today=today, mapping=batch.mapping, decisions=batch.decisions,
        sheet=batch.sheet,
    )  # fmt: skip


def revise(
    batch: ImportBatch,
    today: date,
    *,
    mapping: dict[str, Any] | None = None,
    decisions: dict[str, Any] | None = None,
    sheet: str | None = None,
) -> Report:
    """Change the mapping or the decisions of a waiting batch and judge again."""
    if batch.applied_at:
        raise Conflict("这个批次已经导入，不能再改。要改请先撤销。")
    if mapping is not None:
        batch.mapping = clean_all(mapping)
    if decisions is not None:
        batch.decisions = clean_all(decisions)
    if sheet is not None:
        batch.sheet = clean_text(sheet)
    made = report_of(batch, today)
    batch.report, batch.digest = asdict(made), made.digest()
    batch.save(update_fields=["mapping", "decisions", "sheet", "report", "digest"])
    return made


@transaction.atomic
def apply(batch: ImportBatch, account: Account | None, at: datetime, *, leave_doubts: bool = False) -> Report:
    """Write what the dry run promised: all of it or nothing.

    Refuses when the roster has moved since the person looked, or while questions are open (``leave_doubts`` leaves
    the rows in question out instead).
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.applied_at:
        raise Conflict("这个批次已经导入过了。")
    kind, today = _kind(batch.kind), timezone.localdate(at)
    records = known.load(today)
    made = _dry_run(
        kind, bytes(batch.content), batch.name, records, batch.mapping, batch.decisions, batch.sheet
    )
    if made.digest() != batch.digest:
        raise Conflict("核对之后，名册里的内容又有变动，结论已不一样。请重新核对这个批次，再导入。")
    if made.doubts and not leave_doubts:
        raise Refused(f"还有 {len(made.doubts)} 行有疑问。请逐行处理，或选择“有疑问的先跳过”。")
    recorder = Recorder(account, at)
    done: dict[str, Any] = {}
    for row in made.rows:
        if row.verdict in (report.NEW, report.CHANGED):
            done[row.key] = kind.write(row, records, recorder, today, done)
    batch.changes, batch.report, batch.applied_at = recorder.changes, asdict(made), at
    batch.save(update_fields=["changes", "report", "applied_at"])
    log.note(
        batch, "import", "导入", account=account, at=at,
        note=f"{kind.label}：新增 {made.count(report.NEW)}，修改 {made.count(report.CHANGED)}，"
        f"未导入 {made.count(report.DOUBT) + made.count(report.ERROR) + made.count(report.SKIPPED)}",
        data={"file": batch.name, "changes": len(recorder.changes)},
    )  # fmt: skip
    return made


@transaction.atomic
def undo(batch: ImportBatch, account: Account | None, at: datetime) -> int:
    """Put everything back as it was before the batch; the number of records put back.

    Refuses, naming the record, when something it made was changed since or something else has come to depend on it.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if not batch.applied_at:
        raise Conflict("这个批次还没有导入，不用撤销。")
    if batch.undone_at:
        raise Conflict("这个批次已经撤销过了。")
    count = take_back(batch.changes, account, at)
    batch.undone_at = at
    batch.save(update_fields=["undone_at"])
    log.note(
        batch,
        "undo",
        "撤销导入",
        account=account,
        at=at,
        note=f"撤回 {count} 处改动",
        data={"file": batch.name},
    )
    return count


def import_file(
    kind: str,
    data: bytes,
    name: str,
    *,
    account: Account | None,
    at: datetime,
    is_dry: bool,
    take_doubts: bool = False,
    about: str = "",
) -> dict[str, Any]:
    """One file from the console; the shape is ``to_json``'s.

    Applied with the rows in question left out; with ``take_doubts`` those whose question allows it are taken with the
    doubtful value left blank (double rows never are).
    """
    today = timezone.localdate(at)
    if is_dry:
        return to_json(dry_run(kind, data, name, today=today, decisions=of_record(about)))
    batch = prepare(kind, data, name, account=account, at=at, about=about)
    asked = report_of(batch, today)
    harmless = [row for row in asked.doubts if _is_harmless(row)] if take_doubts else []
    if harmless:
        revise(batch, today, decisions=of_record(about) | {row.key: {"do": "take"} for row in harmless})
    made = apply(batch, account, at, leave_doubts=True)
    # the verdicts stay those of the file as it came; what was taken with a blank is counted beside them
    answer = to_json(asked, applied=True, batch=batch.pk)
    answer["taken"] = made.count(report.NEW) + made.count(report.CHANGED)
    answer["left_out"] = made.count(report.DOUBT) + made.count(report.ERROR) + made.count(report.SKIPPED)
    return answer


def _is_harmless(row: RowReport) -> bool:
    return all("take" in issue.choices and issue.field for issue in row.issues)
