"""Pages of being there: answering, asking leave, signing in, the code on the screen, the desk's list."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel import local
from huisheng.kernel.errors import Refused
from huisheng.people import posts
from huisheng.ui.paging import page
from huisheng.ui.steps import new_key

from . import actions, queries
from . import local_rules as rules
from .forms import AskLeave
from .models import Gathering, Invitee, Leave, LeaveState, Part
from .views import account_of, kept_gathering, visible_gathering

PAGE = 30


def visible_leave(request: HttpRequest, pk: int) -> Leave:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_leaves(account_of(request), timezone.localdate())
    found = rows.select_related("gathering__host", "invitee__sector", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


# -- answering and leave -----------------------------------------------------------------------------------------------
@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """收到通知: the page says so by itself; without script its button does."""
    gathering = visible_gathering(request, pk)
    actions.read(gathering, account_of(request), timezone.now())
    if request.headers.get("X-Requested-With"):
        return HttpResponse(status=204)
    messages.success(request, "已记下您看到了通知。")
    return redirect(gathering)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """回执、报名: one tap."""
    gathering = visible_gathering(request, pk)
    coming = request.POST.get("coming") == "yes"
    actions.answer(gathering, account_of(request), coming, timezone.now())
    messages.success(request, "已回执：参加。" if coming else "已回执：不参加。")
    return redirect(gathering)


@login_required
@require_http_methods(["GET", "POST"])
def ask_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """请假: a reason and one tap."""
    gathering, account, now = visible_gathering(request, pk), account_of(request), timezone.now()
    if queries.invitation_of(gathering, account, timezone.localdate(now)) is None:
        raise Refused("您不在这次会议活动的名单上，不用请假。")
    form = AskLeave(request.POST or None, record=gathering, account=account, today=timezone.localdate(now))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_leave(gathering, account, form.cleaned_data, at=now, key=request.POST.get("key", ""))
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "请假已提出，批了会通知您。")
            return redirect(gathering)
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "gatherings/ask_leave.html", {
        "gathering": gathering, "form": form, "refusal": refusal, "key": request.POST.get("key") or new_key(),
        "ahead": local.rule(rules.LEAVE_AHEAD, timezone.localdate(now)),
    }, status=status)  # fmt: skip


@login_required
@require_GET
def leaves(request: HttpRequest) -> HttpResponse:
    """请假: what I decide and what I asked, the undecided first."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_leaves(account, today).select_related("gathering", "invitee__sector")
    shown = request.GET.get("group", "")
    if shown != "all":
        rows = rows.filter(state=LeaveState.ASKED)
    found = page(rows, request, size=PAGE, order=("-asked_at", "-pk"), count=True)
    return render(request, "gatherings/leaves.html", {"page": found, "shown": shown})


@login_required
@require_GET
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_leave(request, pk), account_of(request)
    return render(request, "gatherings/leave.html", {
        "leave": found, "gathering": found.gathering, "parts": list(found.parts.all()),
        "steps": found.lifecycle.open_steps(found, account),
        "before": list(found.invitee.leaves.exclude(pk=found.pk)),
    })  # fmt: skip


# -- signing in ----------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def here(request: HttpRequest, pk: int) -> HttpResponse:
    """签到: from the card with one tap, or behind the code on the screen with one more to confirm."""
    gathering, account = visible_gathering(request, pk), account_of(request)
    code = (request.POST.get("code") or request.GET.get("code") or "")[:20]
    if request.method == "GET":
        invitee = queries.invitation_of(gathering, account, timezone.localdate())
        part = queries.part_now(gathering, timezone.now())
        return render(request, "gatherings/here.html", {
            "gathering": gathering, "invitee": invitee, "part": part, "code": code,
            "mark": invitee.presences.filter(part=part).first() if invitee and part else None,
        })  # fmt: skip
    _, part, presence = actions.sign_in(gathering, account, timezone.now(), code=code)
    when = timezone.localtime(presence.at)
    messages.success(request, f"{part}已签到，{when:%H:%M}，{presence.get_mark_display()}。")
    return redirect(gathering)


@login_required
@require_GET
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """屏幕上的签到码: changes by itself, also without script; only the organiser can show it."""
    gathering, now = kept_gathering(request, pk), timezone.now()
    part = queries.part_now(gathering, now)
    svg, count = "", 0
    if part is not None:
        link = request.build_absolute_uri(reverse("gatherings:here", args=[gathering.pk]))
        code = segno.make(f"{link}?code={actions.code_of(part, now)}", error="m", micro=False)
        svg = code.svg_inline(scale=10, omitsize=True, title="签到码")
        count = part.presences.filter(mark__in=("present", "late", "early")).count()
    return render(request, "gatherings/screen.html", {
        "gathering": gathering, "part": part, "svg": mark_safe(svg), "count": count,
        "seconds": max(5, int(local.rule(rules.CODE_SECONDS, timezone.localdate(now)))),
        "due": queries.expected(gathering).count(),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """签到台: everybody called, part by part. Ticks made without a network are kept in the browser and sent later."""
    gathering = kept_gathering(request, pk)
    parts = list(gathering.parts.all())
    part = _chosen(parts, request, gathering)
    if request.method == "POST":
        return _tick(request, gathering, part)
    lines = queries.roll_lines(gathering, parts)
    return render(request, "gatherings/roll.html", {
        "gathering": gathering, "parts": parts, "part": part, "lines": lines,
        "now": [(one, mark) for one in lines for p, mark in zip(parts, one.marks, strict=True) if p == part],
        "rolls": [(one, queries.quorum(gathering, one)) for one in queries.rolls(gathering, parts)],
        "may_import": account_of(request).holds(posts.OFFICE),
    })  # fmt: skip


def _chosen(parts: list[Part], request: HttpRequest, gathering: Gathering) -> Part | None:
    """The part asked for, else the one that sits now, else the first."""
    given = request.POST.get("part") or request.GET.get("part") or ""
    asked = next((one for one in parts if str(one.pk) == given), None)
    now = queries.part_at(parts, timezone.now())
    return asked or now or (parts[0] if parts else None)


def _tick(request: HttpRequest, gathering: Gathering, part: Part | None) -> HttpResponse:
    if part is None:
        raise Refused("这次会议活动还没有场次。")
    ids = [one for one in request.POST.getlist("came") if one.isdecimal() and len(one) < 18]
    people = list(Invitee.objects.filter(gathering=gathering, pk__in=ids))
    moments = {one.pk: at for one in people if (at := _moment(request.POST.get(f"at-{one.pk}", "")))}
    fresh = actions.tick(gathering, part, people, account_of(request), timezone.now(), moments=moments)
    if request.headers.get("X-Requested-With"):
        return HttpResponse(status=204)
    messages.success(request, f"{part}登记了{fresh}人。")
    return redirect(f"{reverse('gatherings:roll', args=[gathering.pk])}?part={part.pk}")


def _moment(text: str) -> Any:
    """When the tick was made, as the desk's browser kept it; what is no moment is left out."""
    try:
        found = parse_datetime(text) if text else None
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None
