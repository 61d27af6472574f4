"""Pages of 履职: a member's own record, the office's list, objections, honours."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huisheng.kernel import local
from huisheng.kernel.errors import NotAllowed
from huisheng.kernel.journal import timeline
from huisheng.people import posts
from huisheng.people.models import Account, Member
from huisheng.ui.figures import FIRST_YEAR, asked_year, show_all, show_one
from huisheng.ui.paging import page
from huisheng.ui.printing import send
from huisheng.ui.steps import forget_typed, new_key, put_back

from . import actions, papers, queries
from . import local_rules as rules
from .credits import BY_KEY, HEADS, merits
from .figures import FIGURES
from .forms import HonourForm, Object
from .models import Objection, ObjectionState

PAGE = 30


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def visible_member(request: HttpRequest, pk: int) -> Member:
    """The member whose record the signed-in person may read; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_members(account_of(request), timezone.localdate())
    found = rows.select_related("sector").prefetch_related("memberships__body").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def visible_objection(request: HttpRequest, pk: int) -> Objection:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_objections(account_of(request), timezone.localdate())
    found = rows.select_related("member", "asked_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def years(year: int) -> dict[str, Any]:
    return {"year": year, "years": range(timezone.localdate().year, FIRST_YEAR - 1, -1)}


def _period(request: HttpRequest) -> tuple[int, date, date, bool]:
    """A year, or the whole term (届) of it: “?whole=1”."""
    year, is_whole = asked_year(request), "whole" in request.GET
    return year, *queries.period(year, is_whole, timezone.localdate()), is_whole


# -- the record ----------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """我的履职档案; the office is led to its list."""
    account = account_of(request)
    if seat := queries.seat_of(account):
        return redirect("duty:member", seat)
    if queries.reads_all(account):
        return redirect("duty:members")
    raise Http404


@login_required
@require_GET
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """履职档案: every fact with its source, by head."""
    found, account = visible_member(request, pk), account_of(request)
    year, start, end, whole = _period(request)
    objections = Objection.objects.filter(member=found).order_by("-asked_at")[:10]
    return render(request, "duty/member.html", {
        "member": found, "heads": queries.sheet(found, start, end), "is_own": pk in account.places(posts.MEMBER),
        "objections": list(objections), "whole": whole, "start": start, "end": end, "inside": queries.reads_all(account),
        "appraises": local.rule(rules.APPRAISES, timezone.localdate()), **years(year),
    })  # fmt: skip


@login_required
@require_GET
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """履职登记表."""
    found = visible_member(request, pk)
    _, start, end, _ = _period(request)
    made = papers.register(found, queries.sheet(found, start, end), start, end)
    return send(made, form, f"{found.name}{start.year}年履职登记表")


@login_required
@require_GET
def members(request: HttpRequest) -> HttpResponse:
    """The office's list, in the order of the roster: counts by head, and who has nothing yet."""
    if not queries.reads_all(account_of(request)):
        raise Http404
    year, start, end, _ = _period(request)
    everybody, counts = queries.in_office(start, end), merits(start, end)
    quiet = everybody.exclude(pk__in=list(counts))
    only = request.GET.get("show") == "none"
    found = page(quiet if only else everybody, request, size=PAGE, order=("pk",))
    return render(request, "duty/members.html", {
        "page": found, "rows": queries.rows(found, counts), "heads": HEADS, "only": only, "empty": quiet.count(),
        "all": everybody.count(), **years(year),
    })  # fmt: skip


# -- objections ----------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """提出异议, about a line (named in the address) or one that is missing."""
    found, account, now = visible_member(request, pk), account_of(request), timezone.now()
    if pk not in account.places(posts.MEMBER):
        raise NotAllowed("履职异议须由委员本人提出。")
    line, place = _line_asked(request), f"duty.objection:{pk}:ask"
    form = Object(
        request.POST or None,
        account=account,
        today=timezone.localdate(now),
        initial={"about": line.pop("about", "")},
    )
    if request.method == "POST" and form.is_valid():
        one = actions.ask(found, account, form.cleaned_data | line, at=now, key=request.POST.get("key", ""))
        forget_typed(account, place)
        messages.success(request, "已经提出，办公室答复后会告诉您。")
        return redirect(one)
    if not form.is_bound:
        put_back(account, place, form)
    return render(request, "duty/ask.html", {
        "member": found, "form": form, "place": place, "key": request.POST.get("key") or new_key(), "line": line,
    }, status=422 if form.errors else 200)  # fmt: skip


def _line_asked(request: HttpRequest) -> dict[str, Any]:
    """credit, subject and words of a line, when the address names one that there can be."""
    credit = BY_KEY.get(request.GET.get("credit", ""))
    record = request.GET.get("record", "")
    if credit is None or not (record.isascii() and record.isdecimal() and len(record) < 18):
        return {}
    about = request.GET.get("about", "").replace("\x00", "")[:200]
    return {
        "credit": credit.key,
        "subject_type": credit.record._meta.label_lower,
        "subject_id": int(record),
        "about": about,
    }


@login_required
@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    rows = queries.visible_objections(account, timezone.localdate()).select_related("member")
    only = request.GET.get("show") != "all"
    if only:
        rows = rows.filter(state=ObjectionState.ASKED)
    if not queries.takes_part(account):
        raise Http404
    return render(request, "duty/objections.html", {
        "page": page(rows, request, size=PAGE, order=("-asked_at", "-pk"), count=True), "only": only,
    })  # fmt: skip


@login_required
@require_GET
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_objection(request, pk), account_of(request)
    credit = BY_KEY.get(found.credit)
    url = str(credit.record(pk=found.subject_id).get_absolute_url()) if credit and found.subject_id else ""
    return render(request, "duty/objection.html", {
        "objection": found, "steps": found.lifecycle.open_steps(found, account), "entries": timeline(found),
        "credit": credit, "record_url": url,
    })  # fmt: skip


# -- honours -------------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def honours(request: HttpRequest) -> HttpResponse:
    """表彰: the list, and for the office the form of a new one."""
    account, now = account_of(request), timezone.now()
    if not queries.reads_honours(account):
        raise Http404
    may = queries.manages(account)
    if request.method == "POST" and not may:
        raise NotAllowed("表彰由政协办公室登记。")
    form = HonourForm(request.POST or None, account=account, today=timezone.localdate(now)) if may else None
    if request.method == "POST" and form and form.is_valid():
        actions.enter_honour(account, form.cleaned_data, at=now, key=request.POST.get("key", ""))
        messages.success(request, "已登记。")
        return redirect("duty:honours")
    rows = queries.visible_honours(account, timezone.localdate(now)).select_related("member__sector")
    return render(request, "duty/honours.html", {
        "page": page(rows, request, size=PAGE, order=("-given_on", "-pk"), count=True), "form": form,
        "key": request.POST.get("key") or new_key(),
    }, status=422 if form and form.errors else 200)  # fmt: skip


@login_required
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """The room's figures of a year."""
    if not queries.reads_all(account_of(request)):
        raise Http404
    return show_all(request, FIGURES, "履职", "duty")


@login_required
@require_GET
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """The list behind one figure."""
    if not queries.reads_all(account_of(request)):
        raise Http404
    return show_one(request, FIGURES, key, "duty")
