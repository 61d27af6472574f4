"""Pages of 协商议题: the list, bringing one, one topic."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huisheng.kernel.journal import timeline
from huisheng.people import posts
from huisheng.ui.paging import page

from . import actions, queries
from .forms import Bring
from .models import Subject, SubjectState
from .views import Writing, account_of, write

PAGE = 30
GROUPS: dict[str, tuple[str, tuple[SubjectState, ...]]] = {
    "waiting": ("待筛选", (SubjectState.RECEIVED,)),
    "chosen": ("列入备选", (SubjectState.CHOSEN,)),
    "planned": ("已列入计划", (SubjectState.PLANNED,)),
    "left": (
        "未列入",
        (SubjectState.KEPT, SubjectState.DECLINED, SubjectState.MERGED, SubjectState.WITHDRAWN),
    ),
}


def visible_subject(request: HttpRequest, pk: int) -> Subject:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_subjects(account_of(request), timezone.localdate())
    found = rows.select_related(
        "member", "body", "agency", "lead", "opinion", "proposal", "merged_into", "line__plan"
    )
    one = found.filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """议题列表: the office sees all; a member and a convener their own, and what went into a plan."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_subjects(account, today).select_related("member", "body", "agency")
    group, year = request.GET.get("group", ""), request.GET.get("year", "")
    if group in GROUPS:
        rows = rows.filter(state__in=GROUPS[group][1])
    if year.isascii() and year.isdecimal() and len(year) == 4:
        rows = rows.filter(year=int(year))
    return render(request, "consultations/subjects.html", {
        "page": page(rows, request, size=PAGE, order=("-made_at", "-pk"), count=True),
        "groups": [(key, word) for key, (word, _) in GROUPS.items()], "group": group if group in GROUPS else "",
        "year": year, "brings": account.holds(*queries.BRINGS, on=today), "collecting": queries.collecting(today),
        "screens": account.holds(*queries.SCREENS, on=today),
    })  # fmt: skip


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    found, account, today = visible_subject(request, pk), account_of(request), timezone.localdate()
    screens = account.holds(*queries.SCREENS, on=today)
    is_own = (
        queries.visible_subjects(account, today).filter(queries.own_subjects(account, today), pk=pk).exists()
    )
    line = queries.visible_lines(account, today).filter(subject=found).select_related("plan").first()
    plan = (
        queries.open_plan(found.year)
        if found.state == SubjectState.CHOSEN and account.holds(posts.OFFICE)
        else None
    )
    return render(request, "consultations/subject.html", {
        "subject": found, "screens": screens, "line": line, "steps": found.lifecycle.open_steps(found, account),
        "plan": plan if line is None else None, "entries": timeline(found) if screens or is_own else [],
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """提议题; with ?lead=, ?opinion= or ?proposal= the office takes one up."""
    account, now = account_of(request), timezone.now()
    today = timezone.localdate(now)
    actions.check_bringer(account, now)
    of = queries.taken_from(account, today, request.GET)
    initial: dict[str, Any] = {"year": queries.collected_year(today), **(queries.words_of(of) if of else {})}
    form = Bring(request.POST or None, account=account, today=today, initial=initial)
    lede = (
        f"采自{of._meta.verbose_name}《{of}》。请改成可以公开讨论的话，不写反映人的姓名和联系方式。"
        if of is not None
        else "写清协商什么、为什么。办公室筛选以后，会告诉您列入了没有。"
    )
    page = Writing(
        "提协商议题", lede, reverse("consultations:subjects"), "consultations.subject:new:write",
        lambda data: actions.bring(account, data, of=of, at=now, key=request.POST.get("key", "")),
        "议题已收到。筛选以后会告诉您。", "提交议题",
    )  # fmt: skip
    return write(request, form, page)
