"""统计: the tables of a year, a session or a term; every number opens its list; what does not close is not printed.

The list behind a number is the figure's own queryset, cut down to what the reader may see. Charts are drawn by the
server as SVG; the table beside each says the same in numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from huisheng.kernel.papers import Heading, Note, Paper, Para
from huisheng.kernel.papers import Table as Ruled
from huisheng.kernel.sheets import XLSX_TYPE, Column, Sheet, write_workbook
from huisheng.people import posts
from huisheng.people.models import Account, Agency, Member, Session
from huisheng.ui.paging import page
from huisheng.ui.printing import send

from . import charts
from .figures import Closing, Figure, Period, closing, counts, figure
from .models import UNSENT_STATES, Proposal
from .queries import COUNTERS, is_desk, visible_to
from .tables import Table, further, tables


# -- which period --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Choice:
    """One period that can be chosen, as the address names it."""

    value: str
    label: str


def _choices() -> tuple[list[Session], list[Choice]]:
    """All sessions, and the years, sessions and terms that have proposals, newest first. One query."""
    some = Proposal.objects.filter(session=OuterRef("pk")).exclude(state__in=UNSENT_STATES)
    every: list[Any] = list(
        Session.objects.annotate(has_some=Exists(some)).select_related("term").order_by("-counts_from")
    )
    sessions = [one for one in every if one.has_some]
    found = [Choice(f"year-{year}", f"{year}年") for year in dict.fromkeys(one.year for one in sessions)]
    found += [Choice(f"session-{one.pk}", str(one)) for one in sessions]
    terms = list({one.term_id: one.term for one in sessions}.values())
    return every, found + [Choice(f"term-{one.pk}", str(one)) for one in terms]


def period_asked(request: HttpRequest, choices: list[Choice], sessions: list[Session]) -> tuple[Period, str]:
    """The period the address names (``?year=2017``, ``?session=3``, ``?term=1`` or ``?of=year-2017``), else the newest."""
    today = timezone.localdate()
    asked = request.GET.get("of", "")
    for name in ("year", "session", "term"):
        if request.GET.get(name):
            asked = f"{name}-{request.GET[name]}"
    if not asked:
        asked = choices[0].value if choices else f"year-{today.year}"
    kind, _, number = asked.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise Http404
    if kind == "year" and 1949 <= int(number) <= 2999:
        return Period(year=int(number), today=today), asked
    session = next((one for one in sessions if one.pk == int(number)), None)
    if kind == "session" and session:
        return Period(session=session, today=today, known=tuple(sessions)), asked
    term = next((one.term for one in sessions if one.term_id == int(number)), None)
    if kind == "term" and term:
        return Period(term=term, today=today), asked
    raise Http404


def _reader(request: HttpRequest) -> Any:
    if not request.user.holds(*COUNTERS):  # type: ignore[union-attr]
        raise Http404
    return request.user


# -- the page ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shown:
    """A table as the page draws it: cells with the address of their list, "" for words."""

    table: Table
    rows: list[list[tuple[Any, str, bool]]]
    heads: list[tuple[str, bool]]


def _shown(table: Table, asked: str) -> Shown:
    rows = [
        [
            (
                cell,
                _list_url(table.links.get((i, j), ""), asked) if cell != 0 else "",
                isinstance(cell, int) or _is_share(cell),
            )
            for j, cell in enumerate(row)
        ]
        for i, row in enumerate(table.rows)
    ]
    heads = [(name, i > 0 and _is_numeric(table, i)) for i, name in enumerate(table.columns)]
    return Shown(table, rows, heads)


def _is_share(cell: Any) -> bool:
    return isinstance(cell, str) and cell[:1].isdigit() and (cell.endswith("%") or "/" in cell)


def _list_url(key: str, asked: str) -> str:
    return f"{reverse('proposals:figure', args=[key])}?{urlencode({'of': asked})}" if key else ""


@login_required
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """All tables of a period with their charts; when they do not close, the records that break them instead."""
    account = _reader(request)
    sessions, choices = _choices()
    period, asked = period_asked(request, choices, sessions)
    context: dict[str, Any] = {
        "period": period,
        "asked": asked,
        "choices": choices,
        "query": urlencode({"of": asked}),
    }
    numbers = counts(period, further(period))
    found = closing(period, numbers)
    if not found.closes:
        return render(request, "proposals/figures.html", {**context, "open": _named(found)}, status=409)
    made = tables(period, numbers)
    context |= {
        "numbers": numbers, "tables": [_shown(one, asked) for one in made], "charts": charts.charts(period, numbers),
        "headline": _headline(numbers, asked), "book_year": period.year or (period.session.year if period.session else None),
        "may_order": is_desk(account) or account.holds(posts.CHAIR),
    }  # fmt: skip
    return render(request, "proposals/figures.html", context)


def _headline(numbers: dict[str, int], asked: str) -> list[list[tuple[str, Any, str]]]:
    """Four sentences with numbers; each number leads to its list (ux.md §7)."""

    def number(key: str) -> tuple[str, Any, str]:
        return ("", numbers[key], _list_url(key, asked) if numbers[key] else "")

    def words(text: str) -> tuple[str, Any, str]:
        return (text, None, "")

    return [
        [words("收到 "), number("year_received"), words(" 件，立案 "), number("filed"), words(" 件。")],
        [words("立案的 "), number("filed"), words(" 件中，已办复 "), number("answered"), words(" 件，办理中 "), number("in_handling"), words(" 件。")],
        [words("按期答复 "), number("replies_on_time"), words(" 件次，逾期答复 "), number("replies_late"), words(" 件次。")],
        [words("送达评价表 "), number("ratings_asked"), words(" 份，收回 "), number("ratings_given"), words(" 份，未评价 "), number("ratings_missing"), words(" 份。")],
    ]  # fmt: skip


def _named(found: Closing) -> dict[str, Any]:
    """What does not close: the sums in words, and each record with its address."""
    proposals = Proposal.objects.in_bulk([one.proposal_id for one in found.offenders if one.proposal_id])
    return {
        "received": found.received, "sum": sum(found.parts.values()), "difference": abs(found.difference), "sums": found.sums,
        "offenders": [(one, proposals[one.proposal_id].get_absolute_url() if one.proposal_id in proposals else "")
                      for one in found.offenders],
    }  # fmt: skip


# -- the list behind a number --------------------------------------------------------------------------------------
@login_required
@require_GET
def drill(request: HttpRequest, key: str) -> HttpResponse:
    """The records that make a number. What the reader may not see is not listed, and that it is missing is said."""
    account = _reader(request)
    sessions, choices = _choices()
    period, asked = period_asked(request, choices, sessions)
    try:
        one = figure(key)
    except KeyError:
        raise Http404 from None
    every = one.list(period)
    rows = _restricted(one, every, account, period.today)
    found = page(rows.select_related(*_joins(one)), request, order=_order(one))
    total = every.count()
    seen = total if rows is every else rows.count()
    return render(request, "proposals/figures_list.html", {
        "figure": one, "period": period, "asked": asked, "page": found, "total": total, "hidden": total - seen,
        "rows": [_line(record) for record in found], "heading": HEADINGS.get(one.of._meta.model_name, "明细"),
    })  # fmt: skip


# how a table's rows reach the proposal they belong to; members and agencies belong to many
_PATHS = {
    "proposal": "", "assignment": "proposal", "reply": "assignment__proposal", "handback": "assignment__proposal",
    "extension": "assignment__proposal", "contact": "assignment__proposal", "countersign": "assignment__proposal",
    "promise": "proposal", "rating": "proposal", "oversight": "proposal",
}  # fmt: skip
_MORE = {
    "proposal": ("lead_agency",), "assignment": ("agency",), "reply": ("assignment__agency",),
    "handback": ("assignment__agency",), "extension": ("assignment__agency",), "contact": ("assignment__agency",),
    "countersign": ("agency",), "promise": ("agency",), "rating": ("member", "body"), "member": ("sector",),
}  # fmt: skip
HEADINGS = {
    "proposal": "主办单位", "assignment": "单位和角色", "reply": "单位", "handback": "单位", "extension": "单位", "contact": "面商",
    "countersign": "会签单位", "promise": "承诺", "rating": "评价", "oversight": "督办", "member": "界别", "agency": "",
}  # fmt: skip


def _restricted(one: Figure, rows: QuerySet, account: Account, today: date) -> QuerySet:
    if is_desk(account) or account.holds(posts.CHAIR, on=today):
        return rows  # they read everything that was received
    path = _PATHS.get(one.of._meta.model_name or "")
    if path is None:
        return rows
    seen = visible_to(account, today)
    return rows.filter(pk__in=seen) if path == "" else rows.filter(**{f"{path}__in": seen})


def _joins(one: Figure) -> list[str]:
    name = one.of._meta.model_name or ""
    path = _PATHS.get(name)
    return [*([path] if path else []), *_MORE.get(name, ())]


def _order(one: Figure) -> tuple[str, ...]:
    return ("-submitted_at", "-pk") if one.of is Proposal else ("pk",)


@dataclass(frozen=True)
class Line:
    """One record of a list: the proposal it belongs to, and what it is itself."""

    number: str
    title: str
    url: str
    about: str
    record: Any = None


def _line(record: Any) -> Line:
    if isinstance(record, Member):
        return Line("", record.name, "", str(record.sector or ""))
    if isinstance(record, Agency):
        return Line("", record.name, f"{reverse('proposals:list')}?agency={record.pk}", "")
    name = record._meta.model_name
    path = _PATHS[name]
    proposal = record
    for step in path.split("__") if path else ():
        proposal = getattr(proposal, step)
    state = record if hasattr(type(record), "lifecycle") else None
    return Line(
        proposal.number_label, proposal.title, proposal.get_absolute_url(), _about(record, name), state
    )


def _about(record: Any, name: str) -> str:
    if name == "proposal":
        return str(record.lead_agency or "")
    if name in ("reply", "handback", "extension"):
        return str(record.assignment.agency)
    if name == "contact":
        return f"{record.assignment.agency}，{record.held_on.year}年{record.held_on.month}月{record.held_on.day}日"
    if name == "countersign":
        return str(record.agency)
    if name == "promise":
        return f"{record.what}（{record.agency}）"
    if name == "rating":
        said = (
            f"办理过程{record.get_process_display()}，办理结果{record.get_result_display()}"
            if record.process
            else ""
        )
        return "，".join(filter(None, (str(record.member or record.body), said)))
    if name == "oversight":
        return f"{record.leader}，{record.held_on.year}年{record.held_on.month}月{record.held_on.day}日"
    return str(record)


# -- the same tables as a sheet and on paper -------------------------------------------------------------------------
def _asked(request: HttpRequest) -> tuple[Period, list[Table]]:
    _reader(request)
    sessions, choices = _choices()
    period, _ = period_asked(request, choices, sessions)
    return period, tables(period)


@login_required
@require_GET
def workbook(request: HttpRequest) -> HttpResponse:
    """All tables in one workbook, a sheet each. Refused, with the names, when they do not close."""
    period, made = _asked(request)
    sheets = [
        Sheet(one.title.removeprefix(period.label)[:31] or one.key, [Column(name, 24 if i == 0 else 14, wrap=True) for i, name in enumerate(one.columns)],
              one.rows, title=one.title, note="　".join([*one.notes, _as_of(period)]), landscape=len(one.columns) > 7)
        for one in made
    ]  # fmt: skip
    name = f"{period.label}提案统计.xlsx"
    return FileResponse(write_workbook(sheets), as_attachment=True, filename=name, content_type=XLSX_TYPE)  # type: ignore[return-value]


@login_required
@require_GET
def pdf(request: HttpRequest) -> HttpResponse:
    """All tables as one paper to print and to sign."""
    period, made = _asked(request)
    return send(paper(period, made), "pdf", f"{period.label}提案统计")


def paper(period: Period, made: list[Table]) -> Paper:
    blocks: list[Any] = [Para(f"{_as_of(period)}每张表下面写明口径。")]
    for number, one in enumerate(made, 1):
        first = 3.0 if len(one.columns) > 4 else 2.0
        widths = [first, *([1.0] * (len(one.columns) - 1))]
        aligns = "l" + "".join("r" if _is_numeric(one, j) else "l" for j in range(1, len(one.columns)))
        blocks.append(Heading(1, one.title.removeprefix(period.label), number))
        if one.rows:
            blocks.append(Ruled(one.rows, one.columns, widths=widths, aligns=aligns))
        blocks += [Para(note, style="small") for note in one.notes]
    return Paper(
        "official",
        f"{period.label}提案工作情况统计",
        [*blocks, Note("由系统按记录计数生成，没有手填的数字")],
        landscape=True,
    )


def _is_numeric(table: Table, column: int) -> bool:
    return all(
        isinstance(row[column], int) or _is_share(row[column]) or row[column] == "" for row in table.rows
    )


def _as_of(period: Period) -> str:
    return f"数据截至{period.today.year}年{period.today.month}月{period.today.day}日。"
