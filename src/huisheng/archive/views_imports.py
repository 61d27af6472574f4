"""批量导入: upload, watch it being read, answer the doubtful rows, import, undo."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel import store
from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import clean_text
from huisheng.ui.paging import page
from huisheng.ui.steps import new_key

from . import actions, forms, jobs, queries
from .models import PhotoBatch, PhotoRow
from .views import account_of

PAGE = 40
FIELD = re.compile(r"(do|title|dated)-(\d{1,18})")


def visible_batch(request: HttpRequest, pk: int) -> PhotoBatch:
    rows = queries.visible_batches(account_of(request), timezone.localdate())
    found = rows.select_related("account", "drive", "job").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Upload, and all batches since the beginning."""
    account, today = account_of(request), timezone.localdate()
    if not queries.keeps(account, today):
        raise Http404
    key = request.POST.get("key") or new_key()
    form = forms.Import(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        account=account,
        today=today,
    )
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            batch = actions.begin_import(
                account, form.cleaned_data, form.cleaned_data["files"], timezone.now(), key
            )
            if batch.job_id is None:
                jobs.order("read", batch, f"读照片：{batch}", account, timezone.now())
        except Refused as problem:
            refusal = problem
        else:
            return redirect(batch)
    rows = page(PhotoBatch.objects.select_related("account"), request, order=("-pk",))
    return render(request, "archive/imports.html", {"form": form, "rows": rows, "key": key, "refusal": refusal},
                  status=422 if refusal or form.errors else 200)  # fmt: skip


@login_required
@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; when it was read, row by row what comes in and what is doubtful."""
    found = visible_batch(request, pk)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "archive/_job.html", {"record": found, "job": found.job})
    counts = Counter(dict(found.rows.order_by().values_list("verdict").annotate(n=_count())))
    doubts = found.rows.filter(verdict=PhotoRow.Verdict.DOUBT, decision="").count() if found.is_open else 0
    given = request.GET.get("show", "")
    shown = (
        given
        if given in PhotoRow.Verdict.values or given == "all"
        else ("doubt" if counts["doubt"] and found.is_open else "all")
    )
    rows = found.rows.select_related("material", "twin")
    if shown != "all":
        rows = rows.filter(verdict=shown)
    return render(request, "archive/import.html", {
        "batch": found, "job": found.job, "record": found, "page": page(rows, request, size=PAGE, order=("position",)),
        "counts": [(value, label, counts[value]) for value, label in PhotoRow.Verdict.choices], "total": sum(counts.values()),
        "shown": shown, "doubts": doubts, "to_take": queries.to_take(found).count() if found.is_open else 0,
        "is_busy": found.job is not None and found.job.ended_at is None, "key": new_key(),
    })  # fmt: skip


def _count() -> Any:
    from django.db.models import Count

    return Count("pk")


@login_required
@require_GET
def thumb(request: HttpRequest, pk: int, row: int) -> HttpResponseBase:
    batch = visible_batch(request, pk)
    one = batch.rows.filter(pk=row, thumb__isnull=False).select_related("thumb").first()
    if one is None or one.thumb is None:
        raise Http404
    response = store.download(one.thumb, inline=True)
    response["Cache-Control"] = "private, max-age=86400"
    return response


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The answers of one page, or one answer for all rows that are still open."""
    found, account = visible_batch(request, pk), account_of(request)
    wishes: dict[int, dict[str, str]] = {}
    for name, value in request.POST.items():
        if match := FIELD.fullmatch(name):
            word = "decision" if match[1] == "do" else match[1]
            wishes.setdefault(int(match[2]), {})[word] = clean_text(str(value))[:200]
    if wishes:
        actions.decide(found, account, wishes, timezone.now())
    if every := request.POST.get("all"):
        verdict, _, decision = every.partition(":")
        actions.decide_all(found, account, verdict, decision, timezone.now())
    messages.success(request, "已存好。")
    return redirect(f"{found.get_absolute_url()}?show={request.POST.get('show', 'doubt')[:10]}")


@login_required
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_batch(request, pk), account_of(request)
    _check_idle(found)
    actions.check_applicable(found)
    jobs.order("apply", found, f"导入照片：{found}", account, timezone.now())
    return redirect(found)


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_batch(request, pk), account_of(request)
    _check_idle(found)
    if found.applied_at is None or found.undone_at:
        raise Refused("这一批还没有导入，或者已经撤销。")
    jobs.order("undo", found, f"撤销导入：{found}", account, timezone.now())
    return redirect(found)


def _check_idle(found: PhotoBatch) -> None:
    if found.job is not None and found.job.ended_at is None:
        raise Refused("后台正在办这一批，请等它办完。")
