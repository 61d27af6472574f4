"""Pages of 机关平时考核: the room, one record with the work it stands on, the summary's page, the printed form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel.errors import Refused
from huisheng.kernel.journal import timeline
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.ui.paging import page
from huisheng.ui.printing import send
from huisheng.ui.steps import forget_typed, new_key, put_back, version_seen

from . import office_actions as actions
from . import office_papers as papers
from . import office_queries as queries
from . import office_work as work
from .models_office import OfficePeriod, OfficeReview, OfficeReviewState
from .office_forms import Begin, Summary
from .views import PAGE, account_of


def visible_review(request: HttpRequest, pk: int) -> OfficeReview:
    """The record, for the three who may read it; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_to(account_of(request), timezone.localdate())
    found = rows.select_related("period", "staff", "graded_by", "confirmed_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _in_room(request: HttpRequest) -> Account:
    account = account_of(request)
    if not account.holds(*queries.ROOM) and not queries.visible_to(account, timezone.localdate()).exists():
        raise Http404
    return account


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """平时考核: what is mine to write, and the records of a period that I may read, in office order."""
    account, today = _in_room(request), timezone.localdate()
    seen = queries.visible_to(account, today)
    periods = list(OfficePeriod.objects.filter(pk__in=seen.values("period"))[:40])
    wanted = request.GET.get("period", "")
    chosen = next((one for one in periods if str(one.pk) == wanted), periods[0] if periods else None)
    rows = seen.filter(period=chosen).defer("summary", "words", "sealed", "answer", "returned")
    is_head = account.holds(posts.OFFICE_HEAD, on=today)
    spans = queries.recent_spans(today)
    is_led = queries.led_in(spans[0].starts_on, today).filter(pk=account.pk).exists()
    return render(request, "duty/office.html", {
        "page": page(rows, request, size=PAGE, order=("staff", "pk"), count=True), "periods": periods, "chosen": chosen,
        "to_write": queries.to_write(account, today, spans) if is_led else [],
        "lacks_leader": not is_led and not is_head and account.holds(*posts.STAFF_KINDS, on=today),
        "is_head": is_head, "running": spans[-1],
        "share": queries.share_of(chosen) if is_head and chosen else None,
        "missing": _missing(chosen) if is_head and chosen else [], "account": account, "key": new_key(),
    })  # fmt: skip


def _missing(period: OfficePeriod) -> list[str]:
    """Who has not handed in, for the head alone."""
    done = period.reviews.filter(submitted_at__isnull=False).values("staff")
    people = queries.led_in(period.starts_on, period.ends_on).exclude(pk__in=done)
    return list(people.values_list("name", flat=True))


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """写这一期的小结; and for the head: 给全体开始."""
    account, now = _in_room(request), timezone.now()
    today = timezone.localdate(now)
    form = Begin(request.POST, account=account, today=today)
    if not form.is_valid():
        raise Refused("没有这一期。请返回平时考核，从页面上的按钮开始。")
    day, key = form.cleaned_data["period"], request.POST.get("key", "")
    if form.cleaned_data["everybody"]:
        n = actions.begin_all(account, queries.span_of(today), at=now, key=key)
        messages.success(request, f"已给{n}人开始，他们会收到通知。" if n else "全体机关人员都已开始。")
        return redirect("duty:office")
    span = next((one for one in queries.recent_spans(today) if one.starts_on == day), None)
    if span is None:
        raise Refused("只能写这一期或上一期的小结。请返回平时考核，从页面上的按钮开始。")
    return redirect("duty:office-summary", actions.begin(account, span, at=now, key=key).pk)


def _facts(review: OfficeReview, reader: Account) -> dict[str, Any]:
    """The work and the study of the period, cut to the reader."""
    period, today = review.period, timezone.localdate()
    study = work.study_of(review.staff, period.starts_on, period.ends_on)
    return {
        "work": work.work_of(review.staff, period.starts_on, period.ends_on, reader, today),
        "study": study, "hours": sum(one.hours for one in study),
    }  # fmt: skip


@login_required
@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One record. The grade is shown to the person when it is confirmed, to those who decide from the day it is given."""
    found, account = visible_review(request, pk), account_of(request)
    is_own = found.staff_id == account.pk
    return render(request, "duty/office_review.html", {
        "review": found, "steps": found.lifecycle.open_steps(found, account), "entries": timeline(found), "is_own": is_own,
        "reads_words": queries.reads_words(found, account), "may_write": is_own and found.state == OfficeReviewState.DRAFT,
        "shows_grade": queries.shows_grade(found, account), "shows_returned": queries.shows_returned(found, account),
        **_facts(found, account),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """写小结, beside the list of what was done."""
    found, account, now = visible_review(request, pk), account_of(request), timezone.now()
    if found.staff_id != account.pk:
        raise Http404
    form = Summary(request.POST or None, record=found, account=account, today=timezone.localdate(now),
                   initial={"summary": found.summary})  # fmt: skip
    place, refusal = f"{found.kind()}:{found.pk}:write", None
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_summary(
                found, account, form.cleaned_data["summary"], at=now, version=version_seen(request)
            )
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "小结已存好。看过没有问题，再点“提交小结”。")
            return redirect(found)
    if request.method == "GET":
        if found.state != OfficeReviewState.DRAFT:
            return redirect(found)
        put_back(account, place, form)
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "duty/office_summary.html", {
        "review": found, "form": form, "place": place, "refusal": refusal, "version": found.version,
        "key": request.POST.get("key") or new_key(), **_facts(found, account),
    }, status=status)  # fmt: skip


@login_required
@require_GET
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """平时考核登记表."""
    found, account = visible_review(request, pk), account_of(request)
    if not queries.reads_words(found, account):
        raise Http404
    start, end = found.period.starts_on, found.period.ends_on
    made = papers.form_of(found, work.tally(found.staff, start, end), work.study_of(found.staff, start, end))
    return send(made, form, f"{found.staff.name}{found.period}平时考核登记表")
