"""Pages of 调研课题: the list, setting one up, one task with its notes and report versions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huisheng.kernel.differences import differences
from huisheng.kernel.journal import timeline
from huisheng.outputs import queries as outputs
from huisheng.people import posts
from huisheng.ui.paging import page
from huisheng.ui.steps import version_seen

from . import actions, queries
from .forms import Task
from .models import Research, ResearchState
from .views import Writing, account_of, write

PAGE = 30


def visible_research(request: HttpRequest, pk: int) -> Research:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_research(account_of(request), timezone.localdate())
    found = rows.select_related("body", "line__plan", "output").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_research(account, today).select_related("body", "line__plan")
    return render(request, "consultations/researches.html", {
        "page": page(rows, request, size=PAGE, order=("-starts_on", "-pk"), count=True),
        "may_write": queries.may_research(account, today),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """登记调研课题."""
    account, now = account_of(request), timezone.now()
    today = timezone.localdate(now)
    actions.check_researcher(account, now)
    own = account.places(posts.CONVENER, on=today)
    line = (
        queries.visible_lines(account, today)
        .filter(pk=queries.number_in(request.GET.get("line", "")))
        .first()
    )
    initial: dict[str, Any] = {"starts_on": today, "body": own[0] if own else None}
    if line is not None:
        initial |= {"line": line.pk, "title": line.title, "body": line.body_id or initial["body"]}
    form = Task(request.POST or None, account=account, today=today, initial=initial)
    save = actions.start_research
    page_ = Writing(
        "登记调研课题", "写清调研什么、弄清哪些问题、谁来做、什么时候交报告。", reverse("consultations:researches"),
        "consultations.research:new:write",
        lambda data: save(account, data, at=now, key=request.POST.get("key", "")), "已存好。写好后可以报批。",
    )  # fmt: skip
    return write(request, form, page_)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found, account, now = visible_research(request, pk), account_of(request), timezone.now()
    if not queries.leads(found, account, timezone.localdate(now)):
        raise Http404
    if found.state != ResearchState.DRAFT:
        return redirect(found)
    words = {
        name: getattr(found, name)
        for name in ("title", "leader", "scheme", "questions", "starts_on", "due_on")
    }
    many = {name: [one.pk for one in getattr(found, name).all()] for name in ("partners", "members")}
    form = Task(
        request.POST or None, record=found, account=account, today=timezone.localdate(now),
        initial=words | many | {"body": found.body_id, "line": found.line_id},
    )  # fmt: skip
    page_ = Writing(
        "修改课题", "", found.get_absolute_url(), f"{found.kind()}:{found.pk}:edit",
        lambda data: actions.save_research(found, account, data, now, version_seen(request)), "已存好。",
    )  # fmt: skip
    return write(request, form, page_, found.version)


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: the questions with what was found to each, the report versions, the output."""
    found, account, today = visible_research(request, pk), account_of(request), timezone.localdate()
    notes = list(found.notes.select_related("by", "gathering"))
    asked = [
        (number, text, [one for one in notes if one.question == number])
        for number, text in enumerate(found.questions, 1)
    ]
    rest = [one for one in notes if not one.question or one.question > len(asked)]
    out = found.output
    return render(request, "consultations/research.html", {
        "research": found, "asked": asked, "rest": rest, "notes": len(notes),
        "reports": list(found.reports.select_related("by").order_by("-number")), "partners": list(found.partners.all()),
        "members": list(found.members.select_related("sector")), "steps": found.lifecycle.open_steps(found, account),
        "opens_output": out is not None and outputs.visible_to(account, today).filter(pk=out.pk).exists(),
        "due_on": found.due_on if found.state in (ResearchState.RUNNING, ResearchState.REPORTED) else None,
        "may_edit": queries.leads(found, account, today) and found.state == ResearchState.DRAFT, "entries": timeline(found),
    })  # fmt: skip


@login_required
@require_GET
def report(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version of the report, and what it changed against the one before."""
    found = visible_research(request, pk)
    versions = {one.number: one for one in found.reports.select_related("by")}
    if number not in versions:
        raise Http404
    one, before = versions[number], versions.get(number - 1)
    return render(request, "consultations/report.html", {
        "research": found, "report": one, "before": before,
        "pieces": differences(before.content, one.content) if before else [],
    })  # fmt: skip
