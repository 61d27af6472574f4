"""What an import would do, row by row: 新增, 修改, 不变, 有疑问, 错误, 跳过. A value; nothing in here writes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from dataclasses import field as made
from typing import Any

NEW, CHANGED, SAME, DOUBT, ERROR, SKIPPED = "new", "changed", "same", "doubt", "error", "skipped"
VERDICTS = {NEW: "新增", CHANGED: "修改", SAME: "不变", DOUBT: "有疑问", ERROR: "错误", SKIPPED: "跳过"}


@dataclass
class Issue:
    """A question about a row. ``code`` for programs, ``sentence`` for the person; ``field``: which value it is about.

    ``choices``: decision -> what it would do, beside 跳过 which is always possible; ``suggest``: a value worth trying;
    ``half``: the half-day, where a line of a roll is asked about.
    """

    code: str
    sentence: str
    field: str = ""
    choices: dict[str, str] = made(default_factory=dict)
    suggest: str = ""
    half: str = ""


@dataclass
class Difference:
    field: str
    label: str
    before: str
    after: str


@dataclass
class RowReport:
    key: str
    row: int
    sheet: str
    name: str
    verdict: str = NEW
    issues: list[Issue] = made(default_factory=list)
    differences: list[Difference] = made(default_factory=list)
    hints: list[str] = made(default_factory=list)  # told, never blocking
    values: dict[str, Any] = made(default_factory=dict)
    target: int | None = None  # the record that would be changed
    decision: str = ""

    @property
    def label(self) -> str:
        return VERDICTS[self.verdict]


@dataclass
class Report:
    """The dry run. ``summary`` holds counts of the file itself; ``tables`` says how each sheet was read."""

    kind: str
    name: str
    rows: list[RowReport] = made(default_factory=list)
    summary: dict[str, Any] = made(default_factory=dict)
    tables: list[dict[str, Any]] = made(default_factory=list)
    encoding: str = ""
    encoding_note: str = ""
    hints: list[str] = made(default_factory=list)

    def count(self, verdict: str) -> int:
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def doubts(self) -> list[RowReport]:
        return [row for row in self.rows if row.verdict == DOUBT]

    def digest(self) -> str:
        """Changes when a verdict, a value or a target does: what was checked is what will be applied."""
        import hashlib
        import json

        kept = [
            [row.key, row.verdict, row.target, row.values, [asdict(d) for d in row.differences]]
            for row in self.rows
        ]
        return hashlib.sha256(
            json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str).encode()
        ).hexdigest()


def to_json(report: Report, *, applied: bool = False, batch: int | None = None) -> dict[str, Any]:
    """The shape that ``huisheng import … --json`` prints."""
    doubtful = [row for row in report.rows if row.issues and row.verdict in (DOUBT, SKIPPED, ERROR)]
    return {
        "kind": report.kind,
        "file": report.name,
        "rows": len(report.rows),
        **{verdict: report.count(verdict) for verdict in VERDICTS},
        "applied": applied,
        "batch": batch,
        "doubts": [
            {
                "row": row.row, **({"sheet": row.sheet} if row.sheet else {}), "name": row.name, "code": issue.code,
                "sentence": issue.sentence, **({"suggest": issue.suggest} if issue.suggest else {}),
                **({"half": issue.half} if issue.half else {}),
            }
            for row in doubtful if row.verdict != ERROR for issue in row.issues
        ],
        "errors": [
            {"row": row.row, "name": row.name, "code": issue.code, "sentence": issue.sentence}
            for row in doubtful if row.verdict == ERROR for issue in row.issues
        ],
        "hints": [{"row": row.row, "name": row.name, "sentence": text} for row in report.rows for text in row.hints]
        + [{"sentence": text} for text in report.hints],
        "encoding": report.encoding,
        "encoding_note": report.encoding_note,
        **report.summary,
    }  # fmt: skip
