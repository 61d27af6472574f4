"""会场征集码: the office makes one for a meeting, prints its sheet, and sees how many spoke."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel.forms import StepForm, TextField
from huisheng.people.models import Account
from huisheng.ui.addresses import absolute, qr
from huisheng.ui.forms import DateInput
from huisheng.ui.paging import page
from huisheng.ui.steps import new_key

from . import actions
from .models import CollectingPoint
from .queries import INTAKE


class PointForm(StepForm):
    title = TextField(
        label="会议或活动", max_length=100, help_text="例如：济源路街道委员接待日。会印在纸上。"
    )
    place = TextField(label="地点", max_length=120, required=False)
    opens_on = forms.DateField(label="开始", widget=DateInput())
    closes_on = forms.DateField(
        label="结束", widget=DateInput(), help_text="过了这一天，扫码的人按普通网页来信办理。"
    )

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        opens, closes = answers.get("opens_on"), answers.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", "结束日期不能早于开始日期。")
        return answers


def _desk(request: HttpRequest) -> Account:
    account: Account = request.user  # type: ignore[assignment]
    if not account.holds(*INTAKE):
        raise Http404
    return account


@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The points with how many leads each brought, and the form for a new one."""
    account, today = _desk(request), timezone.localdate()
    first = {"opens_on": today, "closes_on": today}
    form = PointForm(request.POST or None, account=account, today=today, initial=first)
    if request.method == "POST" and form.is_valid():
        point = actions.make_point(account, form.cleaned_data, timezone.now(), request.POST.get("key", ""))
        messages.success(request, "征集码已设好，可以打印。")
        return redirect("opinions:point", point.pk)
    rows = page(CollectingPoint.objects.annotate(count=Count("leads")), request, order=("-opens_on", "-pk"))
    context = {"form": form, "page": rows, "today": today, "key": request.POST.get("key") or new_key()}
    return render(request, "opinions/points.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The printable sheet: what it is for, what it is not, and the picture."""
    _desk(request)
    point = get_object_or_404(CollectingPoint, pk=pk)
    link = f"{absolute(request, reverse('portal:say'))}?at={point.code}"
    context = {
        "point": point,
        "link": link,
        "qr": qr(link),
        "is_open": point.closes_on >= timezone.localdate(),
    }
    return render(request, "opinions/point.html", context)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    account = _desk(request)
    actions.close_point(get_object_or_404(CollectingPoint, pk=pk), account, timezone.now())
    messages.success(request, "已停止征集。已经收到的照常办理。")
    return redirect("opinions:points")
