"""Calls for proposals, nominations for the awards, and the ledger of promises."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from huisheng.kernel.errors import NotAllowed
from huisheng.kernel.forms import StepForm, TextField, TextsField
from huisheng.kernel.journal import timeline
from huisheng.people import posts
from huisheng.people.models import Account, Agency, Session
from huisheng.ui.forms import DateInput
from huisheng.ui.paging import page
from huisheng.ui.steps import new_key

from . import actions
from .models import (
    FILED_STATES,
    Call,
    CallState,
    Nomination,
    NominationState,
    Promise,
    PromiseState,
    Proposal,
    TopicTaken,
)  # fmt: skip
from .queries import is_desk, visible_to
from .views import WRITERS

EDITORS = (posts.CLERK, posts.OFFICE)


# -- calls ---------------------------------------------------------------------------------------------------------
def visible_call(request: HttpRequest, pk: int) -> Call:
    """A published call for everybody; a draft for those who may publish it."""
    if not request.user.is_authenticated:
        raise Http404
    found = Call.objects.select_related("session__term").filter(pk=pk).first()
    if found is None or (found.state == CallState.DRAFT and not _may_see_drafts(request.user)):  # type: ignore[arg-type]
        raise Http404
    return found


def _may_see_drafts(account: Account) -> bool:
    return account.holds(*EDITORS, posts.COORDINATOR)


@login_required
def calls(request: HttpRequest) -> HttpResponse:
    account: Account = request.user  # type: ignore[assignment]
    rows = Call.objects.select_related("session__term").annotate(topic_count=Count("topics"))
    if not _may_see_drafts(account):
        rows = rows.exclude(state=CallState.DRAFT)
    return render(request, "proposals/calls.html", {
        "page": page(rows, request, order=("-opens_on", "-pk")), "may_edit": account.holds(*EDITORS),
    })  # fmt: skip


@login_required
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """公告、选题目录；members take a topic up and start writing from it."""
    found = visible_call(request, pk)
    account: Account = request.user  # type: ignore[assignment]
    steps = found.lifecycle.open_steps(found, account)  # type: ignore[attr-defined]
    topics = list(found.topics.annotate(taken_count=Count("taken")))
    members = account.places(posts.MEMBER)
    mine = (
        set(TopicTaken.objects.filter(topic__call=found, member__in=members).values_list("topic", flat=True))
        if members
        else set()
    )
    return render(request, "proposals/call.html", {
        "call": found, "topics": topics, "mine": mine, "steps": [one for one in steps if one.step.action != "take_up"],
        "may_edit": account.holds(*EDITORS) and found.state != CallState.CLOSED, "entries": timeline(found),
        "key": new_key(), "is_open": any(one.step.action == "take_up" for one in steps),
    })  # fmt: skip


class CallForm(StepForm):
    title = TextField(label="标题", max_length=120)
    session = forms.ModelChoiceField(label="届次", queryset=Session.objects.none())
    opens_on = forms.DateField(label="开始", widget=DateInput())
    closes_on = forms.DateField(label="结束", widget=DateInput())
    content = TextField(label="公告正文", rows=10, max_length=20_000)
    topics = TextsField(
        label="选题参考目录", required=False, most=200, help_text="一格一个选题：第一行写题目（最多120字），下面各行写背景。",
    )  # fmt: skip

    def prepare(self) -> None:
        field: Any = self.fields["session"]
        field.queryset = Session.objects.select_related("term")

    def clean_topics(self) -> list[tuple[str, str]]:
        topics = []
        for i, one in enumerate(self.cleaned_data["topics"], 1):
            title, _, background = one.partition("\n")
            if len(title.strip()) > 120:
                raise forms.ValidationError(
                    f"第 {i} 个选题的题目有 {len(title.strip())} 字，最多 120 字。请把背景写到第二行。"
                )
            topics.append((title.strip(), background.strip()))
        return topics

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if (
            answers.get("opens_on")
            and answers.get("closes_on")
            and answers["closes_on"] < answers["opens_on"]
        ):
            self.add_error("closes_on", "结束日期不能早于开始日期。")
        return answers


@login_required
@require_http_methods(["GET", "POST"])
def edit_call(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    account: Account = request.user  # type: ignore[assignment]
    if not account.holds(*EDITORS):
        raise NotAllowed("征集公告由提案委工作人员或办公室起草。")
    found = visible_call(request, pk) if pk else None
    if request.method == "POST":
        form = CallForm(request.POST, account=account)
        if form.is_valid():
            saved = actions.save_call(
                found, account, form.cleaned_data, at=timezone.now(), key=request.POST.get("key", "")
            )
            messages.success(
                request,
                "征集已保存。"
                if saved.state != CallState.DRAFT
                else "征集已保存为草稿，发布后委员才看得到。",
            )
            return redirect(saved)
    else:
        form = CallForm(account=account, initial=_initial_of(found) if found else {})
    return render(request, "proposals/call_form.html", {"call": found, "form": form, "key": new_key()},
                  status=422 if form.errors else 200)  # fmt: skip


def _initial_of(found: Call) -> dict[str, Any]:
    topics = ["\n".join(part for part in (one.title, one.background) if part) for one in found.topics.all()]
    return {
        "title": found.title, "session": found.session_id, "opens_on": found.opens_on, "closes_on": found.closes_on,
        "content": found.content, "topics": topics,
    }  # fmt: skip


# -- nominations ---------------------------------------------------------------------------------------------------


def _nominations(account: Account) -> QuerySet[Nomination]:
    """The office and the chairmen's meeting see all; everybody else what was awarded and what they nominated."""
    rows = Nomination.objects.select_related("proposal", "agency")
    if is_desk(account) or account.holds(posts.CHAIR):
        return rows
    return rows.filter(Q(state=NominationState.AWARDED) | Q(account=account))


def visible_nomination(request: HttpRequest, pk: int) -> Nomination:
    found = _nominations(request.user).filter(pk=pk).first() if request.user.is_authenticated else None  # type: ignore[arg-type]
    if found is None:
        raise Http404
    return found


@login_required
def nominations(request: HttpRequest) -> HttpResponse:
    """优秀提案和先进承办单位: nominated with a reason, decided by the chairmen's meeting; no ranking, no points."""
    account: Account = request.user  # type: ignore[assignment]
    rows = page(_nominations(account), request, order=("-year", "-pk"))
    for one in rows.rows:
        one.open_steps = one.lifecycle.open_steps(one, account)  # type: ignore[attr-defined]
    return render(
        request, "proposals/nominations.html", {"page": rows, "may_nominate": account.holds(*WRITERS)}
    )


class NominationForm(StepForm):
    year = forms.IntegerField(label="年度", min_value=1949, max_value=2999)
    proposal = forms.IntegerField(label="提案（案号页的编号）", required=False, widget=forms.HiddenInput())
    agency = forms.ModelChoiceField(
        label="先进承办单位", queryset=Agency.objects.none(), required=False, empty_label="（提名的是提案）"
    )
    reason = TextField(
        label="提名理由", rows=4, max_length=2000, help_text="写事实：提了什么、办成了什么、谁受益。"
    )

    def prepare(self) -> None:
        field: Any = self.fields["agency"]
        field.queryset = Agency.objects.filter(ends_on=None)
        if self.record is not None:
            del self.fields["agency"]

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if self.record is None and not answers.get("agency"):
            self.add_error("agency", "请选一个承办单位；提名优秀提案的，请从那件提案的页面进入。")
        return answers


@login_required
@require_http_methods(["GET", "POST"])
def nominate(request: HttpRequest) -> HttpResponse:
    account: Account = request.user  # type: ignore[assignment]
    if not account.holds(*WRITERS):
        raise NotAllowed("提名由委员、提案单位召集人、提案委或办公室提出。")
    proposal = _proposal_named(request)
    if request.method == "POST":
        form = NominationForm(request.POST, record=proposal, account=account)
        if form.is_valid():
            answers = form.cleaned_data
            actions.nominate(
                account, answers["year"], proposal, answers.get("agency"), answers["reason"], at=timezone.now(),
                key=request.POST.get("key", ""),
            )  # fmt: skip
            messages.success(request, "提名已记下，由主席会议决定。")
            return redirect("proposals:nominations")
    else:
        year = proposal.year if proposal else timezone.localdate().year
        form = NominationForm(
            record=proposal,
            account=account,
            initial={"year": year, "proposal": proposal.pk if proposal else None},
        )
    return render(request, "proposals/nominate.html", {"proposal": proposal, "form": form, "key": new_key()},
                  status=422 if form.errors else 200)  # fmt: skip


def _proposal_named(request: HttpRequest) -> Proposal | None:
    given = request.POST.get("proposal") or request.GET.get("proposal") or ""
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Http404
    found = (
        visible_to(request.user, timezone.localdate()).filter(pk=int(given), state__in=FILED_STATES).first()
    )  # type: ignore[arg-type]
    if found is None:
        raise Http404
    return found


# -- promises ------------------------------------------------------------------------------------------------------
PROMISE_FILTERS: dict[str, tuple[str, Any]] = {
    "overdue": (
        "到期未见结果",
        lambda today: Q(state__in=(PromiseState.OPEN, PromiseState.BROKEN), due_on__lt=today),
    ),
    "soon": (
        "三十天内到期",
        lambda today: Q(state=PromiseState.OPEN, due_on__gte=today, due_on__lte=_later(today)),
    ),
    "reported": ("已报告待认定", lambda today: Q(state=PromiseState.REPORTED)),
    "explained": ("已说明改期", lambda today: Q(state=PromiseState.EXPLAINED)),
    "kept": ("已兑现", lambda today: Q(state=PromiseState.KEPT)),
    "broken": ("未兑现", lambda today: Q(state=PromiseState.BROKEN)),
}


def _later(today: date) -> date:
    from datetime import timedelta

    return today + timedelta(days=30)


@login_required
def promises(request: HttpRequest) -> HttpResponse:
    """承诺台账: what the answers promised, by due day; the rate of those kept, with its numerator and denominator."""
    account: Account = request.user  # type: ignore[assignment]
    today = timezone.localdate()
    rows = Promise.objects.filter(is_live=True, proposal__in=visible_to(account, today).values("pk"))
    agency = request.GET.get("agency", "")
    if agency.isascii() and agency.isdigit() and len(agency) < 19:
        rows = rows.filter(agency=int(agency))
    due = Q(first_due_on__lte=today)
    rate = rows.aggregate(
        total=Count("pk"),
        due=Count("pk", filter=due),
        kept=Count("pk", filter=due & Q(state=PromiseState.KEPT)),
    )
    wanted = request.GET.get("which", "")
    if wanted in PROMISE_FILTERS:
        rows = rows.filter(PROMISE_FILTERS[wanted][1](today))
    found = page(rows.select_related("agency", "proposal"), request, order=("due_on", "pk"), count=True)
    for one in found.rows:
        one.counts = one.state in (PromiseState.OPEN, PromiseState.BROKEN)
        one.is_late = one.state == PromiseState.OPEN and one.due_on < today
    return render(request, "proposals/promises.html", {
        "page": found, "rate": rate, "which": wanted, "agency": agency, "today": today,
        "choices": [(code, label) for code, (label, _) in PROMISE_FILTERS.items()],
        "agencies": Agency.objects.filter(ends_on=None).only("name"),
    })  # fmt: skip
