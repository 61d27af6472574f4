"""Pages of 年度协商: the plans, one plan as a table and as a paper, one line with everything that came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel.errors import Invalid, Refused
from huisheng.kernel.forms import StepForm
from huisheng.kernel.journal import timeline
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.ui.figures import show_all, show_one
from huisheng.ui.printing import TYPES, send
from huisheng.ui.steps import forget_typed, new_key, put_back, version_seen

from . import actions, papers, queries, reading
from .figures import FIGURES
from .forms import LineWords, NewPlan, PlanWords
from .models import WORKING, Line, LineState, Plan, PlanState, SubjectState

CHANGEABLE = (LineState.PROPOSED, *WORKING)


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def visible_plan(request: HttpRequest, pk: int) -> Plan:
    return _plan(request, pk=pk)


def plan_of(request: HttpRequest, year: int) -> Plan:
    return _plan(request, year=year)


def _plan(request: HttpRequest, **which: int) -> Plan:
    """The plan when the signed-in person may see it; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_to(account_of(request), timezone.localdate())
    found = rows.select_related("endorsed_at").filter(**which).first()
    if found is None:
        raise Http404
    return found


def visible_line(request: HttpRequest, pk: int) -> Line:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_lines(account_of(request), timezone.localdate())
    found = queries.with_counts(rows).select_related("plan", "body", "subject").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def is_planner(request: HttpRequest) -> bool:
    return account_of(request).holds(posts.OFFICE)


# -- writing ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Writing:
    """A page with one form of one's own: ``save`` makes the one call and answers with where to go next."""

    title: str
    lede: str
    back: str
    place: str
    save: Callable[[dict[str, Any]], Any]
    done: str
    button: str = "存好"


def write(request: HttpRequest, form: StepForm, page: Writing, version: int | None = None) -> HttpResponse:
    """Show the form, or do what it asks; what was typed is kept either way."""
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = page.save(form.cleaned_data)
        except Invalid as problem:
            for name, sentences in problem.errors.items():
                form.add_error(name if name in form.fields else None, sentences)
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account_of(request), page.place)
            messages.success(request, page.done)
            return redirect(found)
    if request.method == "GET":
        put_back(account_of(request), page.place, form)
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "consultations/write.html", {
        "page": page, "form": form, "refusal": refusal, "key": request.POST.get("key") or new_key(),
        "version": request.POST.get("version") or ("" if version is None else version),
    }, status=status)  # fmt: skip


# -- the plans -----------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """年度协商: the plans, newest first, and the doors to topics and research."""
    account, today = account_of(request), timezone.localdate()
    plans = list(queries.visible_to(account, today).order_by("-year")[:30])
    rows = queries.with_counts(queries.lines_in_force(plans))
    by_plan: dict[int, list[Line]] = {}
    for one in rows:
        by_plan.setdefault(one.plan_id, []).append(one)
    return render(request, "consultations/list.html", {
        "plans": [(one, queries.progress(by_plan.get(one.pk, ()), today)) for one in plans],
        "is_planner": is_planner(request), "brings": account.holds(*queries.BRINGS, on=today),
        "collecting": queries.collecting(today), "shows_research": queries.visible_research(account, today).exists(),
        "waiting": queries.visible_subjects(account, today).filter(state=SubjectState.RECEIVED).count(),
        "late": queries.late(today).select_related("plan", "body").order_by("plan__year", "month", "number")
        if account.holds(*queries.SCREENS, on=today) else [],
        "reads_figures": account.holds(*queries.SCREENS, on=today),
    })  # fmt: skip


@login_required
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    if not account_of(request).holds(*queries.SCREENS):
        raise Http404
    return show_all(request, FIGURES, "年度协商的数字", "consultations")


@login_required
@require_GET
def figure(request: HttpRequest, key: str) -> HttpResponse:
    if not account_of(request).holds(*queries.SCREENS):
        raise Http404
    return show_one(request, FIGURES, key, "consultations")


# -- one plan ------------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def plan(request: HttpRequest, year: int) -> HttpResponse:
    """One year's plan: every line with how far it is; for the office and the chair also what is being prepared."""
    found, account, today = plan_of(request, year), account_of(request), timezone.localdate()
    drafts = queries.drafts(account, today) or account.holds(posts.LEADER, on=today)
    queries.load(found)
    lines, versions = list(found.lines.all()), list(found.versions.all())
    shown = [one for one in lines if drafts or one.state != LineState.PROPOSED]
    changes = (
        queries.differences(versions[-1].lines, queries.proposed_lines(found)) if versions and drafts else []
    )
    return render(request, "consultations/plan.html", {
        "plan": found, "versions": versions, "is_open": found.state not in (PlanState.ISSUED, PlanState.CLOSED),
        "lines": [
            (one, queries.so_far(one), queries.is_late(one, today), one.state == LineState.PROPOSED, one.state in CHANGEABLE)
            for one in shown
        ],
        "progress": queries.progress(lines, today), "drafts": drafts, "changes": changes,
        "may_write": is_planner(request) and found.state == PlanState.DRAFT,
        "steps": found.lifecycle.open_steps(found, account), "entries": timeline(found) if drafts else [],
        "too_many": queries.too_many(lines, today) if drafts else 0,
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new_plan(request: HttpRequest) -> HttpResponse:
    """起草年度协商计划."""
    account, now = account_of(request), timezone.now()
    actions.check_planner(account, now)
    year = queries.next_year(timezone.localdate(now))
    form = NewPlan(
        request.POST or None, account=account, today=timezone.localdate(now),
        initial={"year": year, "title": f"{year}年度协商工作计划"},
    )  # fmt: skip
    page = Writing(
        "起草年度协商计划", "一年一份。先征集议题，再从备选议题里列项目。", reverse("consultations:list"),
        "consultations.plan:new:write",
        lambda data: actions.start_plan(account, data, at=now, key=request.POST.get("key", "")),
        "已建好。接下来可以征集议题、列项目。", "建好计划",
    )  # fmt: skip
    return write(request, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def edit_plan(request: HttpRequest, year: int) -> HttpResponse:
    found, account, now = plan_of(request, year), account_of(request), timezone.now()
    actions.check_planner(account, now)
    if found.state != PlanState.DRAFT:
        return redirect(found)
    words = {name: getattr(found, name) for name in ("title", "preface", "collects_until")}
    form = PlanWords(
        request.POST or None, record=found, account=account, today=timezone.localdate(now), initial=words
    )
    page = Writing(
        "修改计划", f"{found}。项目在计划页上逐项改。", found.get_absolute_url(), f"{found.kind()}:{found.pk}:write",
        lambda data: actions.save_plan(found, account, data, now, version_seen(request)), "已存好。",
    )  # fmt: skip
    return write(request, form, page, found.version)


@login_required
@require_GET
def version(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """One version as it was issued, and what it changed against the one before."""
    found = plan_of(request, year)
    versions = {one.number: one for one in found.versions.select_related("issued_by")}
    if number not in versions:
        raise Http404
    one, before = versions[number], versions.get(number - 1)
    return render(request, "consultations/version.html", {
        "plan": found, "version": one, "before": before,
        "changes": queries.differences(before.lines, one.lines) if before else [],
        "is_whole": actions.version_seal(one) == one.fingerprint,
    })  # fmt: skip


@login_required
@require_GET
def paper(request: HttpRequest, year: int, form: str) -> HttpResponseBase:
    """The plan on paper: a version as it was issued; for the office and the chair also the draft as it stands."""
    found, account, today = plan_of(request, year), account_of(request), timezone.localdate()
    if form not in TYPES:
        raise Http404
    asked = request.GET.get("version", "")
    versions = {str(one.number): one for one in found.versions.all()}
    if asked in versions:
        return send(papers.version_paper(versions[asked]), form, f"{versions[asked].title}（第{asked}版）")
    may_draft = queries.drafts(account, today) or account.holds(posts.LEADER, on=today)
    if asked or not may_draft:
        raise Http404
    return send(papers.draft_paper(found), form, f"{found.title}（送审稿）")


# -- lines ---------------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new_line(request: HttpRequest, year: int) -> HttpResponse:
    """加一项: from a chosen topic, or worded anew."""
    found, account, now = plan_of(request, year), account_of(request), timezone.now()
    actions.check_planner(account, now)
    if found.state != PlanState.DRAFT:
        return redirect(found)
    initial: dict[str, Any] = {"year": year}
    subject = queries.chosen_subject(year, request.GET.get("subject", ""))
    if subject is not None:
        initial |= {
            "subject": subject.pk,
            "title": subject.title,
            "form": subject.form,
            "body": subject.body_id,
        }
    form = LineWords(request.POST or None, account=account, today=timezone.localdate(now), initial=initial)
    page = Writing(
        "加一项", f"{found}。", found.get_absolute_url(), f"{found.kind()}:{found.pk}:line",
        lambda data: actions.add_line(found, account, data, at=now, key=request.POST.get("key", "")).plan, "已加上。",
    )  # fmt: skip
    return write(request, form, page)


@login_required
@require_http_methods(["GET", "POST"])
def edit_line(request: HttpRequest, pk: int) -> HttpResponse:
    """改一项: what was issued is changed beside it, and takes effect with the next version."""
    found, account, now = visible_line(request, pk), account_of(request), timezone.now()
    actions.check_planner(account, now)
    if found.plan.state != PlanState.DRAFT or found.state not in CHANGEABLE:
        return redirect(found)
    form = LineWords(
        request.POST or None, record=found, account=account, today=timezone.localdate(now),
        initial=queries.as_written(found),
    )  # fmt: skip
    is_new = found.state == LineState.PROPOSED
    lede = "" if is_new else "现行的一项不变，改动在下一版印发时生效。"
    page = Writing(
        f"改{found.number_label}", lede, found.plan.get_absolute_url(), f"{found.kind()}:{found.pk}:write",
        lambda data: actions.save_line(found, account, data, now, version_seen(request)).plan, "已存好。",
    )  # fmt: skip
    return write(request, form, page, found.version)


@login_required
@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_line(request, pk)
    actions.take_out(found, account_of(request), timezone.now())
    return redirect(found.plan)


@login_required
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_line(request, pk)
    actions.move_line(found, account_of(request), request.POST.get("way") == "up", timezone.now())
    return redirect(found.plan)


@login_required
@require_GET
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line and everything that came of it; what the reader may not open is named, and not a link."""
    found, account, today = visible_line(request, pk), account_of(request), timezone.localdate()
    keeps = account.holds(posts.OFFICE, posts.CHAIR, on=today) or found.body_id in account.places(
        posts.CONVENER, on=today
    )
    dossier = reading.dossier(found, account, today, keeps=keeps)
    # the office reads it beside its greyed button
    is_open = keeps and not is_planner(request) and found.state == LineState.RUNNING
    is_draft = is_planner(request) and found.plan.state == PlanState.DRAFT
    return render(request, "consultations/line.html", {
        "line": found, "so_far": queries.so_far(found), "due_on": queries.due_of(found), "is_new": found.state == LineState.PROPOSED, "is_late": queries.is_late(found, today),
        "steps": found.lifecycle.open_steps(found, account), "found": dossier, "keeps": keeps,
        "opens_subject": found.subject is not None and queries.opens_subject(found.subject, account, today),
        "open": reading.what_is_open(found, dossier) if is_open else "", "may_write": is_draft and found.state in CHANGEABLE,
    })  # fmt: skip


@login_required
@require_GET
def window(request: HttpRequest, pk: int, gathering: int, which: str) -> HttpResponse:
    """期限怎么算的: the count, day by day."""
    found = visible_line(request, pk)
    meeting = found.gatherings.filter(pk=gathering).first()
    if meeting is None or which not in queries.WINDOWS or not meeting.needs("windows"):
        raise Http404
    one = queries.window(meeting, which, queries.papers_of([meeting]).get(meeting.pk))
    return render(request, "consultations/window.html", {
        "line": found, "gathering": meeting, "window": one, "word": one.word(timezone.localdate()),
    })  # fmt: skip
