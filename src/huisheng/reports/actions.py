"""Verbs: start and write a report; the effects of its steps. A saved part remembers the numbers its writer saw."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from huisheng.kernel import journal, local
from huisheng.kernel.errors import Conflict, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.once import once
from huisheng.people.models import Account

from . import figures, queries, tokens
from . import local_rules as rules
from .models import Report, ReportState, Section

OUTLINES = Path(__file__).parent / "data"
MOST_PARTS = 60


# -- acts that move nothing --------------------------------------------------------------------------------------------
def start(account: Account, data: dict[str, Any], *, at: datetime, key: str = "") -> Report:
    """起草. data: type, year, title, source (a Report or None). Raises NotAllowed, Conflict."""
    _needs_writer(account, at)

    def act() -> dict[str, Any]:
        kind, year, source = data["type"], data["year"], data.get("source")
        if queries.newest(kind, year):
            raise Conflict(f"{year}年的{local.label_of(rules.KIND, kind)}已经有了，请在列表里打开它接着写。")
        title = data.get("title") or f"{year}年{local.label_of(rules.KIND, kind)}"
        report = Report.objects.create(
            type=kind, year=year, title=title, written_by=account, made_at=at, changed_at=at
        )
        _write_sections(report, _copied(source) if source else outline(kind))
        journal.write(report, "start", "起草", account=account, at=at, to_state=report.state)
        return {"id": report.pk}

    plain = {name: str(getattr(value, "pk", value)) for name, value in data.items()}
    return Report.objects.get(pk=once(account, key, ["report", plain], at, act)["id"])


def outline(kind: str) -> list[tuple[int, str, str]]:
    """提纲: level, heading and prose of each part, from data/<kind>.md; a kind of the office's own begins empty."""
    path = OUTLINES / f"{kind}.md"
    parts: list[tuple[int, str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line.startswith("#"):
            parts.append((len(line) - len(line.lstrip("#")), line.lstrip("# "), ""))
        elif line.strip() and parts:
            level, heading, text = parts[-1]
            parts[-1] = (level, heading, f"{text}\n{line}".strip())
    return parts


def _copied(source: Report) -> list[tuple[int, str, str]]:
    return [(one.level, one.heading, one.text) for one in source.sections.all()]


def _write_sections(report: Report, parts: list[tuple[int, str, str]]) -> None:
    Section.objects.bulk_create(
        Section(report=report, number=number, level=level, heading=heading, text=text)
        for number, (level, heading, text) in enumerate(parts, 1)
    )


def save_section(
    section: Section, account: Account, data: dict[str, Any], *, at: datetime, version: int | None = None
) -> Section:
    """写一个部分. data: heading, level, text. Raises WrongState when the report was sent on or saved meanwhile."""
    with transaction.atomic():
        report = _written(section.report_id, account, at, version)
        section = Section.objects.get(pk=section.pk)
        section.heading, section.level, section.text = data["heading"], data["level"], data["text"]
        section.seen = _seen(section.text, report.year)
        section.save()
        _touch(report, account, at)
        journal.write(
            report,
            "write",
            "修改一个部分",
            account=account,
            at=at,
            data={"heading": section.heading},
            is_inside=True,
        )
    return section


def _seen(text: str, year: int) -> dict[str, int]:
    """The numbers that stand behind the text's tokens while it is written; none while a table does not close."""
    named = tokens.names(text)
    try:
        numbers = figures.numbers(year) if named else {}
    except Refused:
        return {}
    return {name: numbers[name] for name in named if name in numbers}


def add_section(report: Report, account: Account, *, at: datetime, key: str = "") -> Section:
    """加一个部分, at the end."""

    def act() -> dict[str, Any]:
        found = _written(report.pk, account, at)
        last = found.sections.aggregate(last=Max("number"))["last"] or 0
        if found.sections.count() >= MOST_PARTS:
            raise Refused(f"一份报告最多{MOST_PARTS}个部分，请把相近的合起来。")
        section = Section.objects.create(report=found, number=last + 1, heading="（新的部分）")
        _touch(found, account, at)
        journal.write(found, "add", "加一个部分", account=account, at=at, is_inside=True)
        return {"id": section.pk}

    return Section.objects.get(pk=once(account, key, ["section", report.pk], at, act)["id"])


def move_section(section: Section, account: Account, up: bool, *, at: datetime) -> None:
    """上移、下移: two neighbours change places; at the end nothing happens."""
    with transaction.atomic():
        report = _written(section.report_id, account, at)
        rows = list(report.sections.all())
        here = next(i for i, one in enumerate(rows) if one.pk == section.pk)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rows):
            return
        first, second = rows[here], rows[there]
        numbers = first.number, second.number
        for one, number in ((first, 0), (second, numbers[0]), (first, numbers[1])):
            Section.objects.filter(pk=one.pk).update(number=number)
        _touch(report, account, at)
        journal.write(
            report,
            "move",
            "调整次序",
            account=account,
            at=at,
            data={"heading": section.heading},
            is_inside=True,
        )


def remove_section(section: Section, account: Account, *, at: datetime) -> None:
    """删去一个部分; its words stay in the journal."""
    with transaction.atomic():
        report = _written(section.report_id, account, at)
        kept = {"heading": section.heading, "text": section.text}
        section.delete()
        _touch(report, account, at)
        journal.write(report, "remove", "删去一个部分", account=account, at=at, data=kept, is_inside=True)


def _written(pk: int, account: Account, at: datetime, version: int | None = None) -> Report:
    """The report, locked, while it may still be written."""
    _needs_writer(account, at)
    report = Report.objects.select_for_update().get(pk=pk)
    if report.state != ReportState.DRAFT:
        raise WrongState("这份报告已经送审定，不能再改。要改的，请先退回修改。")
    if version is not None and version != report.version:
        raise WrongState("您打开这一页之后，这份报告改过。请看过最新的内容再改，您写的在下面。")
    return report


def _touch(report: Report, account: Account, at: datetime) -> None:
    report.version += 1
    report.changed_at, report.written_by = at, account
    report.save(update_fields=["version", "changed_at", "written_by"])


def _needs_writer(account: Account, at: datetime) -> None:
    if not account.holds(*queries.WRITERS, on=timezone.localdate(at)):
        raise NotAllowed("年度报告由政协办公室、信息编辑或提案委主任起草。")


# -- effects of steps ----------------------------------------------------------------------------------------------------
def seal(report: Report, act: Act) -> None:
    """审定封存: words, numbers and definitions as they are at this moment, under one fingerprint."""
    numbers = queries.numbers_of(report)
    report.sealed = {
        "title": report.title,
        "year": report.year,
        **queries.annexes(report, act.today),
        "parts": [
            {
                "heading": one.heading,
                "level": one.level,
                "paragraphs": [
                    [[piece.words, piece.name] for piece in tokens.pieces(line, numbers)]
                    for line in one.text.splitlines()
                    if line.strip() and not queries.is_list_line(line)
                ],
            }
            for one in queries.sections_of(report)
        ],
    }
    report.fingerprint = fingerprint(report.sealed)
    report.approved_by, report.approved_on = act.account, act.today
    report.save(update_fields=["sealed", "fingerprint", "approved_by", "approved_on"])
    act.remember(fingerprint=report.fingerprint, edition=report.edition)


def fingerprint(sealed: dict[str, Any]) -> str:
    """SHA-256 of the sealed content in one fixed form."""
    text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def correct(report: Report, act: Act) -> None:
    """起草更正版: the next edition begins with this one's text; the seal of this one stands."""
    made = Report.objects.create(
        type=report.type, year=report.year, title=report.title, edition=report.edition + 1, corrects=report,
        written_by=act.account, made_at=act.at, changed_at=act.at,
    )  # fmt: skip
    _write_sections(made, _copied(report))
    journal.write(
        made, "start", "起草更正版", account=act.account, at=act.at, to_state=made.state, note=act.note
    )
    act.remember(edition=made.edition, report=made.pk)
