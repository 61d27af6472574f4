"""联系计划: whom a body means to see this year; the list, one arrangement, and the form for a new one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huisheng.kernel import journal
from huisheng.people.models import Body
from huisheng.ui.paging import page
from huisheng.ui.steps import forget_typed, new_key, put_back

from . import actions, queries
from .forms import PlanLiaison
from .models import Liaison, LiaisonState
from .views import PAGE, account_of

PLACE = "gatherings.liaison:new:plan"  # where a form that was not sent keeps its words


def visible_liaison(request: HttpRequest, pk: int) -> Liaison:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_liaisons(account_of(request), timezone.localdate())
    found = rows.select_related("body", "gathering", "made_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What is still to be done, the earliest first; or all."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_liaisons(account, today).select_related("body")
    shown, body = request.GET.get("group", ""), _asked_body(request)
    if body:
        rows = rows.filter(body=body)
    if shown != "all":
        rows = rows.filter(state=LiaisonState.PLANNED)
    order = ("-due_on", "-pk") if shown == "all" else ("due_on", "pk")
    return render(request, "gatherings/liaisons.html", {
        "page": page(rows, request, size=PAGE, order=order, count=True), "shown": shown, "body": body,
        "keeps": queries.may_plan(account, today),
    })  # fmt: skip


def _asked_body(request: HttpRequest) -> Body | None:
    asked = request.GET.get("body", "")
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 18
    return Body.objects.filter(pk=int(asked)).first() if is_number else None


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """列入联系计划: five fields."""
    account, now = account_of(request), timezone.now()
    today = timezone.localdate(now)
    actions.check_planner(account, today)
    first = {"body": request.GET.get("body", ""), "by_whom": account.name}
    form = PlanLiaison(request.POST or None, account=account, today=today, initial=first)
    if request.method == "POST" and form.is_valid():
        key = request.POST.get("key", "")
        liaison = actions.plan_liaison(account, form.cleaned_data, at=now, key=key)
        forget_typed(account, PLACE)
        messages.success(request, "已列入联系计划。联系过了，请来登记。")
        return redirect(liaison)
    if not form.is_bound:
        put_back(account, PLACE, form)
    return render(request, "gatherings/liaison_new.html", {
        "form": form, "place": PLACE, "key": request.POST.get("key") or new_key(),
    }, status=422 if form.errors else 200)  # fmt: skip


@login_required
@require_GET
def liaison(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_liaison(request, pk), account_of(request)
    return render(request, "gatherings/liaison.html", {
        "liaison": found, "steps": found.lifecycle.open_steps(found, account), "entries": journal.timeline(found),
    })  # fmt: skip
