"""Pages of 常委述职: the rounds, one round in the order of the roster, a member's report, and where it is written."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.journal import timeline
from huisheng.ui.paging import page
from huisheng.ui.printing import send
from huisheng.ui.steps import forget_typed, new_key, put_back, version_seen

from . import queries, standing_papers
from . import standing_actions as actions
from . import standing_queries as standing
from .models_standing import UNSENT, StandingReport, StandingRound
from .standing_forms import OpenRound, Write
from .views import PAGE, account_of


def visible_round(request: HttpRequest, pk: int) -> StandingRound:
    if not request.user.is_authenticated:
        raise Http404
    rows = standing.visible_rounds(account_of(request), timezone.localdate())
    found = rows.select_related("opened_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def visible_report(request: HttpRequest, pk: int) -> StandingReport:
    """The report when the signed-in person may read it; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = standing.visible_reports(account_of(request), timezone.localdate())
    found = rows.select_related("round", "member__sector").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """常委述职: the rounds for the office and the chair, a member's own reports for themselves."""
    account, now = account_of(request), timezone.now()
    today = timezone.localdate(now)
    if not queries.takes_part(account):
        raise Http404
    may = queries.manages(account)
    if request.method == "POST" and not may:
        raise NotAllowed("常委述职由政协办公室发起。")
    first = {"year": today.year, "closes_on": actions.until(today)} if may else {}
    form = OpenRound(request.POST or None, account=account, today=today, initial=first) if may else None
    refusal: Refused | None = None
    if request.method == "POST" and form and form.is_valid():
        try:
            one = actions.open_round(account, form.cleaned_data, at=now, key=request.POST.get("key", ""))
            messages.success(request, "已发起，各位常委都收到了通知。")
            return redirect(one)
        except Refused as problem:
            refusal = problem
    rounds = standing.visible_rounds(account, today)
    mine = StandingReport.objects.filter(member=queries.seat_of(account)).select_related("round")
    return render(request, "duty/standing.html", {
        "page": page(rounds, request, size=PAGE, order=("-year",)), "mine": list(mine.order_by("-round__year")[:20]),
        "reads_all": queries.reads_all(account), "form": form, "refusal": refusal, "key": request.POST.get("key") or new_key(),
    }, status=refusal.status if refusal else 422 if form and form.errors else 200)  # fmt: skip


@login_required
@require_GET
def round_(request: HttpRequest, pk: int) -> HttpResponse:
    """One year: who was asked, in the order of the roster; which reports came, which came late."""
    found, account = visible_round(request, pk), account_of(request)
    rows = found.reports.defer("text", "sent_text").select_related("member__sector")
    listed = page(rows, request, size=PAGE, order=("member__pk", "pk"))
    for one in listed:
        one.round = found  # asked for already
    return render(request, "duty/standing_round.html", {
        "round": found, "page": listed, "tally": standing.tally(found), "entries": timeline(found),
        "steps": found.lifecycle.open_steps(found, account),
    })  # fmt: skip


@login_required
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A report: the member reads their own words, everybody else what was sent."""
    found, account = visible_report(request, pk), account_of(request)
    is_own = standing.is_own(found, account, timezone.localdate())
    return render(request, "duty/standing_report.html", {
        "report": found, "is_own": is_own, "words": standing.words_of(found, is_own), "entries": timeline(found),
        "may_write": is_own and found.state in UNSENT, "reads_all": queries.reads_all(account),
        "steps": found.lifecycle.open_steps(found, account),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The member writes; what is typed is kept every few seconds, and sent only when they say so."""
    found, account, now = visible_report(request, pk), account_of(request), timezone.now()
    today = timezone.localdate(now)
    if not standing.is_own(found, account, today):
        raise NotAllowed("履职报告须由常务委员本人写。")
    if found.state not in UNSENT:
        return redirect(found)
    place = f"duty.standing:{found.pk}:write"
    form = Write(
        request.POST or None, record=found, account=account, today=today, initial={"text": found.text}
    )
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.save(found, account, form.given(), at=now, version=version_seen(request))
            forget_typed(account, place)
            messages.success(request, "已存好，还没有提交。")
            return redirect(found)
        except Refused as problem:
            refusal = problem
    elif not form.is_bound:
        put_back(account, place, form)
    return render(request, "duty/standing_write.html", {
        "report": found, "form": form, "refusal": refusal, "place": place, "version": found.version, "key": new_key(),
        "heads": _facts(found),
    }, status=refusal.status if refusal else 422 if form.errors else 200)  # fmt: skip


def _facts(found: StandingReport) -> list[queries.Head]:
    year = found.round.year
    return queries.sheet(found.member, date(year, 1, 1), date(year, 12, 31))


@login_required
@require_GET
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The report as it is printed, with the year's facts behind it."""
    found, account = visible_report(request, pk), account_of(request)
    words = standing.words_of(found, standing.is_own(found, account, timezone.localdate()))
    if not words.strip():
        raise Refused("报告还没有正文，不能打印。")
    return send(standing_papers.paper_of(found, words, _facts(found)), form, found.title)
