"""Questions about reports: who reads which, what their figures are now, and what has moved since."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from huisheng.kernel.differences import Piece as Change
from huisheng.kernel.differences import differences
from huisheng.kernel.figures import together
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.proposals.charts import charts
from huisheng.proposals.figures import Period
from huisheng.proposals.models import Disclosure

from . import figures, tokens
from .models import Report, ReportState, Section

WRITERS = (posts.OFFICE, posts.EDITOR, posts.REVIEWER)
READS_ALL = (*WRITERS, posts.CLERK, posts.CHAIR)
LISTED = 200  # records of a 清单 that are printed
READS_SEALED = (posts.MEMBER, posts.CONVENER, posts.LEADER, posts.COORDINATOR)


def visible_to(account: Account, today: date) -> QuerySet[Report]:
    """The office and the chair read all; members and leaders what was approved."""
    if not account.is_active:
        return Report.objects.none()
    if account.holds(*READS_ALL, on=today):
        return Report.objects.all()
    if account.holds(*READS_SEALED, on=today):
        return Report.objects.filter(state=ReportState.SEALED)
    return Report.objects.none()


def numbers_of(report: Report) -> dict[str, int]:
    """The year's figures, counted once for one reading of the report. Raises Refused when a table does not close."""
    found = report.__dict__.get("_numbers")
    if found is None:
        found = report.__dict__["_numbers"] = figures.numbers(report.year)
    return found


def sections_of(report: Report) -> list[Section]:
    found = report.__dict__.get("_sections")
    if found is None:
        found = report.__dict__["_sections"] = list(report.sections.all())
    return found


def is_missing(section: Section, sections: list[Section]) -> bool:
    """No prose, and no smaller parts under the heading that would say it."""
    after = next((one for one in sections if one.number > section.number), None)
    return not section.text.strip() and not (section.level == 1 and after is not None and after.level == 2)


@dataclass(frozen=True)
class Shown:
    """A stretch of prose as it is read: words, and for a figure its name, its explanation and the address of its list."""

    words: str
    name: str = ""
    told: str = ""
    url: str = ""
    was: int | None = None


@dataclass(frozen=True)
class Part:
    """One part as it is read. ``lists``: what stands for ``清单`` tokens, in their order; ``typed``: hints."""

    section: Any
    heading: str
    level: int
    paragraphs: list[list[Shown]]
    problems: list[tokens.Problem] = field(default_factory=list)
    typed: list[tuple[tokens.Typed, list[str]]] = field(default_factory=list)
    moved: list[tuple[str, int, int]] = field(default_factory=list)
    is_missing: bool = False


def parts_of(report: Report) -> list[Part]:
    """The report as it reads now: from the seal when it has one, else from its text and the records."""
    if report.state == ReportState.SEALED:
        return [_sealed(part, report) for part in report.sealed["parts"]]
    numbers, known = numbers_of(report), figures.known()
    return [_live(section, report, numbers, known) for section in sections_of(report)]


def for_reader(parts: Iterable[Part], rooms: Container[str]) -> list[Part]:
    """The parts with links only to lists that the reader may open."""
    return [
        replace(part, paragraphs=[
            [one if not one.url or figures.room_of(one.name) in rooms else replace(one, url="") for one in line]
            for line in part.paragraphs
        ])
        for part in parts
    ]  # fmt: skip


def _live(
    section: Section, report: Report, numbers: Mapping[str, int], known: Mapping[str, figures.Known]
) -> Part:
    seen: dict[str, int] = section.seen
    paragraphs = [
        [_shown(piece, report.year, numbers, known, seen) for piece in tokens.pieces(line, numbers)]
        for line in section.text.splitlines()
        if line.strip()
    ]
    moved = [
        (known[name].label, seen[name], numbers[name])
        for name in tokens.names(section.text)
        if name in known and name in seen and seen[name] != numbers.get(name)
    ]
    typed = [
        (one, [f"{known[name].token}（{known[name].label}）" for name in one.candidates if name in known][:3])
        for one in tokens.typed(section.text, numbers)
    ]
    problems = tokens.problems(section.text, numbers)
    missing = is_missing(section, sections_of(report))
    return Part(section, section.heading, section.level, paragraphs, problems, typed, moved, missing)


def _shown(
    piece: tokens.Piece,
    year: int,
    numbers: Mapping[str, int],
    known: Mapping[str, figures.Known],
    seen: dict[str, int],
) -> Shown:
    if not piece.name:
        return Shown(piece.words)
    one = known[piece.name]
    was = seen.get(piece.name)
    told = _told(one.label, numbers[piece.name], one.unit, one.note)
    words = f"（{one.label}清单，{piece.words}{one.unit}，印在文后）" if piece.is_list else piece.words
    return Shown(words, piece.name, told, one.url(year), was if was != numbers[piece.name] else None)


def _told(label: str, number: int, unit: str, note: str) -> str:
    return f"{label}：{number}{unit}" + (f"。{note}" if note else "")


def _sealed(part: dict[str, Any], report: Report) -> Part:
    known, kept = figures.known(), report.sealed["figures"]

    def shown(words: str, name: str) -> Shown:
        one = kept.get(name)
        if one is None:
            return Shown(words)
        url = known[name].url(report.year) if name in known else ""
        return Shown(words, name, _told(one["label"], one["number"], one["unit"], one["note"]), url)

    paragraphs = [[shown(words, name) for words, name in line] for line in part["paragraphs"]]
    return Part(None, part["heading"], part["level"], paragraphs)


# -- what is printed after the prose --------------------------------------------------------------------------------------
def annexes(report: Report, today: date) -> dict[str, Any]:
    """Plain data, so that a seal can hold it: figures named in the prose with their definitions, charts, lists."""
    numbers, known, sections = numbers_of(report), figures.known(), sections_of(report)
    named = dict.fromkeys(name for one in sections for name in tokens.names(one.text) if name in numbers)
    changed = figures.changed([known[name] for name in named], report.year - 1, report.year)
    return {
        "as_of": today.isoformat(),
        "figures": {
            name: {"label": known[name].label, "unit": known[name].unit, "note": known[name].note, "number": numbers[name]}
            | ({"changes": changed[name]} if name in changed else {})
            for name in named
        },
        "charts": _charts(report.year, numbers, today) if any(one.startswith("proposals.") for one in named) else [],
        "lists": [_list(known[name], report.year) for name in _listed(sections) if name in known],
    }  # fmt: skip


def _charts(year: int, numbers: Mapping[str, int], today: date) -> list[dict[str, Any]]:
    found = {name.partition(".")[2]: n for name, n in numbers.items() if name.startswith("proposals.")}
    return [
        {
            "title": one.title,
            "note": one.note,
            "bars": [
                {"label": bar.label if len(one.bars) > 1 else "", "parts": [[part.label, part.number] for part in bar.parts]}
                for bar in one.bars
            ],
        }
        for one in charts(Period(year=year, today=today), found)
    ]  # fmt: skip


def is_list_line(line: str) -> bool:
    match = tokens.TOKEN.fullmatch(line.strip())
    return bool(match and match[2] == tokens.LIST)


def _listed(sections: Iterable[Section]) -> list[str]:
    found = [match for one in sections for match in tokens.TOKEN.finditer(one.text)]
    return list(dict.fromkeys(match[1] for match in found if match[2] == tokens.LIST))


def _list(one: figures.Known, year: int) -> dict[str, Any]:
    """清单: the titles of a figure's own records; a proposal that is not public is counted and not named."""
    rows = list(one.rows(year).order_by("pk")[:LISTED])
    named = [str(row) for row in rows if getattr(row, "disclosure", "") != Disclosure.CLOSED]
    hidden = len(rows) - len(named)
    return {"label": one.label, "rows": [*named, *([f"另有不公开的 {hidden} {one.unit}"] if hidden else [])]}


def plain_text(parts: Iterable[Part]) -> str:
    """As it is read, without addresses: for comparing and for search."""
    lines: list[str] = []
    for part in parts:
        lines.append(part.heading)
        lines += ["".join(one.words for one in line) for line in part.paragraphs]
    return "\n".join(lines)


@dataclass(frozen=True)
class Moved:
    """A figure of a sealed report that the records no longer give."""

    label: str
    sealed: int
    now: int
    url: str


def moved_since(report: Report, rooms: Container[str]) -> list[Moved]:
    """What has changed under a sealed report: the seal stands, the next edition says it. Raises Refused."""
    numbers, known = numbers_of(report), figures.known()
    return [
        Moved(
            one["label"],
            one["number"],
            numbers.get(name, 0),
            known[name].url(report.year) if name in known and known[name].room.code in rooms else "",
        )
        for name, one in report.sealed["figures"].items()
        if numbers.get(name, 0) != one["number"]
    ]


def year_before(report: Report) -> Report | None:
    """The last approved report of the same kind of an earlier year; of the same year, an earlier edition."""
    rows = Report.objects.filter(type=report.type, state=ReportState.SEALED)
    earlier = rows.filter(Q(year__lt=report.year) | Q(year=report.year, edition__lt=report.edition))
    return earlier.order_by("-year", "-edition").first()


def compared(old: Report, new: Report) -> list[Change]:
    return differences(plain_text(parts_of(old)), plain_text(parts_of(new)))


def marks(report: Report) -> list[str]:
    """What is counted otherwise than in the year before, of the figures a report names: from the seal when it has one."""
    if report.state == ReportState.SEALED:
        kept = report.sealed["figures"].values()
        return together((one["label"], one.get("changes", [])) for one in kept)
    return figures.marks(_named(report), report.year - 1, report.year)


def marks_between(old: Report, new: Report) -> list[str]:
    """The same for two reports side by side, of whatever either of them names."""
    rows = {one.name: one for report in (old, new) for one in _named(report)}
    return figures.marks(rows.values(), old.year, new.year)


def _named(report: Report) -> list[figures.Known]:
    known = figures.known()
    names = (
        report.sealed["figures"]
        if report.state == ReportState.SEALED
        else dict.fromkeys(name for one in sections_of(report) for name in tokens.names(one.text))
    )
    return [known[name] for name in names if name in known]


def newest(kind: str, year: int) -> Report | None:
    """The one to print: the newest approved edition, else the one being written."""
    rows = Report.objects.filter(type=kind, year=year).exclude(state=ReportState.WITHDRAWN)
    sealed = rows.filter(state=ReportState.SEALED).order_by("-edition").first()
    return sealed or rows.order_by("-edition").first()


def naming(name: str, year: int) -> list[Section]:
    """Where a figure is used: the parts of the year's reports that name it."""
    rows = Section.objects.filter(report__year=year, text__contains="{" + name)
    rows = rows.exclude(report__state=ReportState.WITHDRAWN).select_related("report")
    return [one for one in rows.order_by("report", "number") if name in tokens.names(one.text)]
