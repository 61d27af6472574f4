"""The roster of the open set, read for tests; the product takes its roster from the database."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl

from huisheng.proposals.intake import Agency, Body, Member, Roster


def load_roster_files(
    members: Path, agencies: Path, bodies: Path, session: tuple[int, int] | None = (9, 1)
) -> Roster:
    return Roster(_members(members), _bodies(bodies), _agencies(agencies), session)


def _rows(path: Path, sheet: str = "") -> list[list[str]]:
    book = openpyxl.load_workbook(path, read_only=True)
    page = book[sheet] if sheet else book.worksheets[0]
    return [[str(value or "").strip() for value in row] for row in page.iter_rows(values_only=True)]


def _members(path: Path) -> tuple[Member, ...]:
    """Every person once: a line entered twice is one member."""
    people: dict[tuple[str, str, str], Member] = {}
    for row in _rows(path)[3:]:
        if not row[0].isdigit():
            continue
        name, sector, unit = re.sub(r"\s", "", row[1]), row[6].strip(), row[9]
        people.setdefault((name, sector, unit), Member(len(people) + 1, name, sector, unit))
    return tuple(people.values())


def _bodies(path: Path) -> tuple[Body, ...]:
    out: list[Body] = []
    for kind in openpyxl.load_workbook(path, read_only=True).sheetnames:
        for row in _rows(path, kind)[1:]:
            if row[0]:
                out.append(Body(len(out) + 1, kind, row[0], tuple(filter(None, re.split("[、,，]", row[1])))))
    return tuple(out)


def _agencies(path: Path) -> tuple[Agency, ...]:
    rows = [row for row in _rows(path)[2:] if row[0]]
    return tuple(
        Agency(at, row[0], tuple(filter(None, re.split("[、,，]", row[1]))), row[6])
        for at, row in enumerate(rows, 1)
    )
