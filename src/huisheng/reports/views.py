"""Pages of the reading room: the overview, every figure, and the year reports."""

from __future__ import annotations

import json
from collections.abc import Container
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.journal import timeline
from huisheng.kernel.sheets import XLSX_TYPE, Column, Sheet, write_workbook
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.ui.figures import FIRST_YEAR, asked_year
from huisheng.ui.paging import page
from huisheng.ui.printing import send
from huisheng.ui.steps import forget_typed, new_key, put_back, version_seen

from . import actions, figures, papers, queries
from .forms import Start, Write
from .models import Report, ReportState, Section
from .overview import overview as overview_of

WATCHERS = (posts.CLERK, posts.REVIEWER, posts.OFFICE, posts.EDITOR, posts.COORDINATOR, posts.CHAIR)
PAGE = 30


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def _watcher(request: HttpRequest) -> Account:
    account = account_of(request)
    if not account.holds(*WATCHERS):
        raise Http404
    return account


def _years(year: int, today: date) -> dict[str, Any]:
    return {"year": year, "years": range(today.year, FIRST_YEAR - 1, -1)}


# -- figures of all rooms ------------------------------------------------------------------------------------------------
@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """一页总览: one page on the screen, one sheet of A4 on paper."""
    account = _watcher(request)
    year, today = asked_year(request), timezone.localdate()
    # without it the pieces of the page tell a number that leads nowhere
    opens = figures.PROPOSALS in figures.opened_by(account, today)
    context: dict[str, Any] = _years(year, today) | {
        "query": urlencode({"of": f"year-{year}"}) if opens else ""
    }
    try:
        return render(request, "reports/overview.html", context | {"o": overview_of(year, today)})
    except Refused as problem:
        return render(request, "reports/overview.html", context | {"refusal": problem}, status=409)


@login_required
@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """全部指标: every figure with its definition and its token; each number opens its list."""
    _watcher(request)
    year, today = asked_year(request), timezone.localdate()
    context = _years(year, today)
    try:
        rooms = _rows(year, figures.opened_by(account_of(request), today))
    except Refused as problem:
        return render(request, "reports/figures.html", context | {"refusal": problem}, status=409)
    return render(request, "reports/figures.html", context | {"rooms": rooms})


def _rows(
    year: int, rooms: Container[str] = ()
) -> list[tuple[str, list[tuple[figures.Known, int, str, list[str]]]]]:
    """Room by room: the figure, its number, the address of its list where the room is among those the reader may open, and what
    changed in it since the year before."""
    found, known = figures.numbers(year), figures.known()
    changed = figures.changed(known.values(), year - 1, year)
    return [
        (
            label,
            [
                (
                    one,
                    found[one.name],
                    one.url(year) if one.room.code in rooms else "",
                    changed.get(one.name, []),
                )
                for one in rows
            ],
        )
        for label, rows in figures.by_room(known.values())
    ]


@login_required
@require_GET
def exported(request: HttpRequest, form: str) -> HttpResponseBase:
    """The year's figures as a table or for machines: key, name, number, unit, definition, and what changed in it."""
    _watcher(request)
    year = asked_year(request)
    rows = [
        (one.name, label, one.label, number, one.unit, one.note, changed)
        for label, found in _rows(year)
        for one, number, _, changed in found
    ]
    name = f"{year}年指标.{form}"
    if form == "json":
        made = {
            "year": year,
            "figures": {row[0]: row[3] for row in rows},
            "changes": {row[0]: row[6] for row in rows if row[6]},
        }
        answer = JsonResponse(made, json_dumps_params={"ensure_ascii": False})
        answer["Content-Disposition"] = f'attachment; filename="figures-{year}.json"'
        return answer
    columns = [
        Column("代码", 30),
        Column("房间", 18),
        Column("指标", 26),
        Column("数", 10),
        Column("单位", 8),
        Column("口径", 50, wrap=True),
        Column(f"※ 与{year - 1}年相比口径有变", 50, wrap=True),
    ]
    sheet = Sheet(
        "指标",
        columns,
        [(*row[:6], "；".join(row[6])) for row in rows],
        title=f"{year}年指标",
        note="每个数都按记录计数得出。",
    )
    if form == "xlsx":
        return FileResponse(
            write_workbook([sheet]), as_attachment=True, filename=name, content_type=XLSX_TYPE
        )  # type: ignore[return-value]
    raise Http404


# -- reports -------------------------------------------------------------------------------------------------------------
def visible_report(request: HttpRequest, pk: int) -> Report:
    """The report when the signed-in person may read it; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_to(account_of(request), timezone.localdate())
    found = rows.select_related("written_by", "approved_by", "corrects").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _writer(request: HttpRequest) -> Account:
    account = account_of(request)
    if not account.holds(*queries.WRITERS):
        raise NotAllowed("年度报告由政协办公室、信息编辑或提案委主任起草。")
    return account


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """年度报告列表, newest first."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_to(account, today).exclude(state=ReportState.WITHDRAWN).defer("sealed")
    return render(request, "reports/list.html", {
        "page": page(rows, request, size=PAGE, order=("-year", "-pk")), "may_write": account.holds(*queries.WRITERS),
        "watches": account.holds(*WATCHERS),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    account, now = _writer(request), timezone.now()
    form = Start(request.POST or None, account=account, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        report = actions.start(account, form.cleaned_data, at=now, key=request.POST.get("key", ""))
        messages.success(request, "已经起好头。逐个部分写，数都是现数的。")
        return redirect(report)
    return render(request, "reports/new.html", {
        "form": form, "key": request.POST.get("key") or new_key(),
    }, status=422 if form.errors else 200)  # fmt: skip


@login_required
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it reads now, every number a link to its list; what has moved, what is typed by hand."""
    found, account = visible_report(request, pk), account_of(request)
    inside = account.holds(*queries.READS_ALL)
    context: dict[str, Any] = {
        "report": found, "inside": inside, "steps": found.lifecycle.open_steps(found, account),
        "entries": timeline(found) if inside else [], "may_write": _may_write(found, account), "key": new_key(),
        "before": queries.year_before(found) if inside else None, "marks": queries.marks(found),
        "between": f"{found.year - 1}年和{found.year}年",
    }  # fmt: skip
    try:
        rooms = figures.opened_by(account, timezone.localdate())
        context["parts"] = queries.for_reader(queries.parts_of(found), rooms)
        if inside and found.state == ReportState.SEALED:
            context["moved"] = queries.moved_since(found, rooms)
    except Refused as problem:
        context["refusal"] = problem
        context["sections"] = queries.sections_of(found) if context.get("parts") is None else []
    return render(request, "reports/report.html", context)


def _may_write(found: Report, account: Account) -> bool:
    return found.state == ReportState.DRAFT and account.holds(*queries.WRITERS)


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    """One part: heading, prose, and beside it every figure of the year with its number."""
    found, account = visible_report(request, pk), _writer(request)
    one = get_object_or_404(Section, pk=section, report=found)
    if not _may_write(found, account):
        return redirect(found)
    place = f"reports.section:{one.pk}:write"
    initial = {"heading": one.heading, "level": one.level, "text": one.text}
    form = Write(
        request.POST or None, record=found, account=account, today=timezone.localdate(), initial=initial
    )
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_section(
                one, account, form.cleaned_data, at=timezone.now(), version=version_seen(request)
            )
            forget_typed(account, place)
            messages.success(request, "已存好。")
            return redirect(f"{found.get_absolute_url()}#part-{one.pk}")
        except Refused as problem:
            refusal = problem
    elif not form.is_bound:
        put_back(account, place, form)
    return render(request, "reports/write.html", {
        "report": found, "section": one, "form": form, "refusal": refusal, "place": place, "version": found.version,
        "rooms": _rows_or_none(found.year), "key": new_key(),
    }, status=refusal.status if refusal else 422 if form.errors else 200)  # fmt: skip


def _rows_or_none(year: int) -> list[Any]:
    """The table of figures beside the prose; empty while the year's table does not close."""
    try:
        return _rows(year)
    except Refused:
        return []


@login_required
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_report(request, pk), _writer(request)
    one = actions.add_section(found, account, at=timezone.now(), key=request.POST.get("key", ""))
    return redirect("reports:write", found.pk, one.pk)


@login_required
@require_POST
def arrange(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    """上移、下移、删去."""
    found, account, now = visible_report(request, pk), _writer(request), timezone.now()
    one = get_object_or_404(Section, pk=section, report=found)
    act = request.POST.get("act", "")
    if act == "remove":
        actions.remove_section(one, account, at=now)
        messages.success(request, f"“{one.heading}”已删去，原文留在办理记录里。")
    elif act in ("up", "down"):
        actions.move_section(one, account, act == "up", at=now)
    else:
        raise Refused("没有这个操作。请用页面上的按钮。")
    return redirect(found)


@login_required
@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """与上年比: what was taken out and put in since the last approved report of its kind."""
    found = visible_report(request, pk)
    before = queries.year_before(found)
    if not account_of(request).holds(*queries.READS_ALL) or before is None:
        raise Http404
    changes = queries.compared(before, found)
    return render(request, "reports/compare.html", {
        "report": found, "before": before, "changes": changes, "marks": queries.marks_between(before, found),
        "between": f"{before.year}年和{found.year}年",
    })  # fmt: skip


@login_required
@require_GET
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """PDF and .docx; a sealed report also as the sealed data themselves (.json), whose fingerprint is printed on it."""
    found = visible_report(request, pk)
    if form == "json":
        if found.state != ReportState.SEALED:
            raise Http404
        text = json.dumps(found.sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        answer = HttpResponse(text, content_type="application/json; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="report-{found.year}-{found.pk}.json"'
        return answer
    return send(papers.paper_of(found, timezone.localdate()), form, papers.name_of(found))
