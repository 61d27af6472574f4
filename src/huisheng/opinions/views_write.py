"""Writing: a member's draft with its autosave, and what the office registers from paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.forms import StepForm, TextField, choose_from
from huisheng.people.models import Body, Member
from huisheng.ui.steps import new_key

from . import actions
from .forms import LONG
from .models import Opinion, OpinionState
from .queries import INTAKE
from .views import WRITERS, account_of, alike, is_reporter, visible_opinion

WRITABLE = (OpinionState.DRAFT, OpinionState.RETURNED)


class Draft(StepForm):
    """情况、分析、建议. Nothing is required while it is being written; what is missing is said when it is submitted."""

    title = TextField(
        label="标题", max_length=200, required=False, help_text="写“关于……的建议”，一件事一条。"
    )
    situation = TextField(label="情况", rows=8, max_length=LONG, required=False)
    analysis = TextField(label="分析", rows=5, max_length=LONG, required=False)
    advice = TextField(label="建议", rows=6, max_length=LONG, required=False)
    is_anonymous = forms.BooleanField(label="刊登时不署我的名字", required=False)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """反映一件事: the page for a first draft; it is kept from the first save on."""
    account = account_of(request)
    if not account.holds(*WRITERS):
        raise NotAllowed("反映社情民意信息须是委员，或党派、界别、专委会的召集人。")
    form = Draft(request.POST or None, account=account, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        opinion = actions.start(account, form.cleaned_data, key=request.POST.get("key", ""))
        messages.success(request, "草稿已存好。核对后可以提交。")
        return redirect(opinion)
    return render(request, "opinions/write.html", {"form": form, "key": request.POST.get("key") or new_key()})


def _own_draft(request: HttpRequest, pk: int) -> Opinion:
    opinion = visible_opinion(request, pk)
    if not is_reporter(opinion, account_of(request)):
        raise Http404
    return opinion


@login_required
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    opinion, account, today = _own_draft(request, pk), account_of(request), timezone.localdate()
    if opinion.state not in WRITABLE:
        return redirect(opinion)
    if request.method == "POST":
        form = Draft(request.POST, account=account, today=today)
        if form.is_valid():
            actions.save_draft(opinion, account, form.cleaned_data, timezone.now())
            messages.success(request, "已存好。核对后可以提交。")
            return redirect(opinion)
    else:
        text = opinion.text
        words = {name: getattr(text, name, "") for name in actions.WORDS}
        form = Draft(account=account, today=today, initial=words | {"is_anonymous": opinion.is_anonymous})
    body = "\n".join(str(form[name].value() or "") for name in ("situation", "analysis", "advice"))
    return render(request, "opinions/write.html", {
        "form": form, "opinion": opinion, "alike": alike(opinion.title, body, account, today, opinion.pk) if body.strip() else [],
    })  # fmt: skip


@login_required
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Autosave: what is typed is kept every five seconds and on leaving a field."""
    opinion = _own_draft(request, pk)
    form = Draft(request.POST)
    if not form.is_valid():
        sentence = next(iter(form.errors.values()))[0]
        return JsonResponse({"sentence": sentence}, status=422)
    try:
        text = actions.save_draft(opinion, account_of(request), form.cleaned_data, timezone.now())
    except Refused as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
    return JsonResponse({"saved_at": timezone.localtime(text.at).strftime("%H:%M")})


class Register(StepForm):
    """登记: what reached the office on paper or by telephone."""

    reporter_member = forms.ModelChoiceField(
        label="反映委员", queryset=Member.objects.none(), required=False, empty_label="（不是委员反映的）"
    )
    reporter_body = forms.ModelChoiceField(
        label="反映单位", queryset=Body.objects.none(), required=False, empty_label="（不是单位反映的）"
    )
    reporter_name = TextField(label="反映人（非委员）", max_length=80, required=False)
    title = TextField(label="标题", max_length=200)
    situation = TextField(label="情况", rows=8, max_length=LONG)
    analysis = TextField(label="分析", rows=5, max_length=LONG, required=False)
    advice = TextField(label="建议", rows=6, max_length=LONG, required=False)

    def prepare(self) -> None:
        super().prepare()
        members = Member.objects.filter(ends_on=None).select_related("sector")
        choose_from(self, "reporter_member", members, lambda one: one.full_name)
        choose_from(self, "reporter_body", Body.objects.filter(ends_on=None), str)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if answers.get("reporter_member") and answers.get("reporter_body"):
            self.add_error("reporter_body", "反映委员和反映单位只选一个。")
        return answers


@login_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    if not account.holds(*INTAKE):
        raise NotAllowed("登记社情民意信息须由信息编辑或办公室办理。")
    form = Register(request.POST or None, account=account, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        opinion = actions.register(account, form.cleaned_data, timezone.now(), request.POST.get("key", ""))
        messages.success(request, f"已登记，流水号{opinion.number_label}。")
        return redirect(opinion)
    return render(
        request, "opinions/register.html", {"form": form, "key": request.POST.get("key") or new_key()}
    )
