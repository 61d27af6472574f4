"""Pages of 民主监督: the lists, one matter, its scheme, its findings, the survey; the desk of a unit; monitors; figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huisheng.gatherings.models import Gathering, GatheringState
from huisheng.kernel import local, store
from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import OptionField, RecordsField, StepForm, TextField, choose_from
from huisheng.kernel.journal import timeline
from huisheng.kernel.models import Attachment
from huisheng.opinions import queries as voices
from huisheng.opinions.models import Lead, Opinion
from huisheng.people import posts
from huisheng.people.models import Account, Agency, Body, Member
from huisheng.proposals import queries as proposals
from huisheng.proposals.models import Proposal, Topic
from huisheng.ui.figures import show_all, show_one
from huisheng.ui.forms import DateInput, FilteredChoices
from huisheng.ui.paging import page
from huisheng.ui.printing import send
from huisheng.ui.steps import new_key, version_seen

from . import actions, papers, queries
from . import forms as asked
from . import local_rules as rules
from .figures import FIGURES
from .models import (
    SCAN,
    Finding,
    FindingState,
    Hearing,
    HearingState,
    Monitor,
    MonitorLetter,
    MonitorState,
    Rectification,
    Supervision,
    SupervisionState,
    Unit,
)
from .reading import load, scans_of

PAGE = 30
S, F, H = SupervisionState, FindingState, HearingState
GROUPS: dict[str, tuple[str, tuple[SupervisionState, ...]]] = {
    "scheme": ("拟订和批准", (S.DRAFT, S.SUBMITTED, S.APPROVED)),
    "office": ("待通知、待提意见", (S.APPROVED, S.LISTED)),
    "running": ("监督中", (S.RUNNING, S.LISTED)),
    "rectifying": ("整改中", (S.RECTIFYING,)),
    "closed": ("已办结", (S.CLOSED,)),
    "cancelled": ("已取消", (S.CANCELLED,)),
}


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def _visible(request: HttpRequest, rows: Any, pk: int) -> Any:
    """The rows of this number that the signed-in person may see: none or one; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    return rows(account_of(request), timezone.localdate()).filter(pk=pk)


def visible_supervision(request: HttpRequest, pk: int) -> Supervision:
    rows = _visible(request, queries.visible_to, pk)
    found = rows.select_related("host", "output", "made_by", "approved_by").first()
    if found is None:
        raise Http404
    return found


def visible_unit(request: HttpRequest, pk: int) -> Unit:
    found = _visible(request, queries.visible_units, pk).select_related("agency", "supervision").first()
    if found is None:
        raise Http404
    return found


def visible_hearing(request: HttpRequest, pk: int) -> Hearing:
    rows = _visible(request, queries.visible_hearings, pk)
    found = rows.select_related("agency", "supervision", "gathering").first()
    if found is None:
        raise Http404
    return found


def visible_finding(request: HttpRequest, pk: int) -> Finding:
    rows = _visible(request, queries.visible_findings, pk)
    found = rows.select_related("agency", "supervision", "found_by", "item").first()
    if found is None:
        raise Http404
    return found


def visible_monitor(request: HttpRequest, pk: int) -> Monitor:
    found = _visible(request, queries.visible_monitors, pk).select_related("member__sector", "agency").first()
    if found is None:
        raise Http404
    return found


def keeps(supervision: Supervision | None, account: Account, today: date) -> bool:
    """Whether the account may write schemes: the office, or the convener of the host."""
    if account.holds(*queries.DESK, on=today):
        return True
    bodies = account.places(posts.CONVENER, on=today)
    return bool(bodies) and (supervision is None or supervision.host_id in bodies)


# -- the list ----------------------------------------------------------------------------------------------------------
class Filters(forms.Form):
    """What the sentence above the list says. Anything unknown in the address is simply not said."""

    group = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), *((key, word) for key, (word, _) in GROUPS.items())],
    )
    aspect = forms.ChoiceField(label="形式", required=False)
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)

    def __init__(self, request: HttpRequest) -> None:
        given = {name: request.GET[name] for name in self.base_fields if request.GET.get(name)}
        super().__init__(given, label_suffix="")
        listed = [(one.code, one.label) for one in local.options(rules.ASPECT)]
        self.fields["aspect"].choices = [("", "全部形式"), *listed]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """监督事项; for a unit its own desk."""
    account, today = account_of(request), timezone.localdate()
    if account.places(*queries.AGENCY, on=today) and not account.holds(*queries.READS_ALL, on=today):
        return _desk_of_unit(request, account, today)
    filters = Filters(request)
    said = filters.said
    rows = queries.with_counts(queries.visible_to(account, today)).select_related("host")
    if group := GROUPS.get(said.get("group", "")):
        rows = rows.filter(state__in=group[1])
    else:
        rows = rows.exclude(state=S.CANCELLED)
    if said.get("aspect"):
        rows = rows.filter(aspect=said["aspect"])
    if said.get("year"):
        rows = rows.filter(starts_on__year=said["year"])
    return render(request, "supervision/list.html", {
        "page": page(rows, request, size=PAGE, order=("-made_at", "-pk"), count=True), "filters": filters,
        "may_write": keeps(None, account, today), "reads_all": account.holds(*queries.READS_ALL, on=today),
        "sheets": list(queries.sheets_waiting(account, today)),
    })  # fmt: skip


def _desk_of_unit(request: HttpRequest, account: Account, today: date) -> HttpResponse:
    """被监督单位的工作台: what waits for it first, then every notice it got."""
    findings = queries.visible_findings(account, today).select_related("supervision", "agency")
    hearings = queries.visible_hearings(account, today).select_related("agency")
    rows = queries.visible_units(account, today).select_related("supervision", "agency")
    return render(request, "supervision/desk.html", {
        "page": page(rows, request, size=PAGE, order=("-notified_on", "-pk"), count=True),
        "findings": list(findings.filter(state__in=(*queries.OPEN_FINDINGS, F.REPORTED)).order_by("due_on", "pk")[:100]),
        "hearings": list(hearings.exclude(state__in=(H.DONE, H.CANCELLED)).order_by("planned_on", "pk")[:30]),
        "is_member": bool(account.places(posts.MEMBER, on=today)),
        "sheets": list(queries.sheets_waiting(account, today)),
    })  # fmt: skip


# -- one matter ----------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter whole: scheme, team, briefings, field work, findings and what became of them, papers."""
    found, account, today = visible_supervision(request, pk), account_of(request), timezone.localdate()
    entries = load(found)
    items = queries.items_of(found)
    members = set(account.places(posts.MEMBER, on=today))
    on_team = any(one.member_id in members and not one.out for one in found.team.all())
    desk = account.holds(*queries.READS_ALL, on=today)
    return render(request, "supervision/detail.html", {
        "supervision": found, "entries": entries, "steps": found.lifecycle.open_steps(found, account),
        "team": queries.team(found), "agencies": list(found.agencies.all()), "units": list(found.units.all()),
        "hearings": list(found.hearings.all()), "items": items, "progress": queries.progress(items),
        "disputed": [one for one in items if queries.disputed(one)],
        "findings": [one for one in queries.findings_of(found) if one.state != F.DROPPED],
        "survey": queries.survey_of(found, today), "scans": scans_of(found) if keeps(found, account, today) else [], "on_team": on_team, "desk": desk,
        "may_edit": found.state == S.DRAFT and keeps(found, account, today),
        "may_find": on_team and found.state == S.RUNNING, "may_inspect": on_team and found.state == S.RUNNING,
        "papers": [(name, one.label) for name, one in papers.INSIDE.items() if one.there(found)],
    })  # fmt: skip


@login_required
@require_GET
def paper(request: HttpRequest, pk: int, name: str, form: str) -> HttpResponse:
    """The committee's own papers of a matter."""
    found = visible_supervision(request, pk)
    made = papers.INSIDE.get(name)
    if made is None or not made.there(found):
        raise Http404
    return send(made.make(found, None), form, f"{found.title[:40]}{made.label}")


# -- the scheme ------------------------------------------------------------------------------------------------------------
class Scheme(StepForm):
    """监督方案. The host is asked of the office; a convener writes for their own body."""

    title = TextField(label="题目", max_length=120)
    aspect = OptionField(rules.ASPECT, label="监督形式")
    source = OptionField(rules.SOURCE, label="议题来源")
    ground = TextField(label="来源依据", max_length=300, required=False, help_text="计划哪一项、哪份文件。")
    proposals = TextField(
        label="由哪些提案而来", max_length=120, required=False, help_text="提案号，用顿号隔开，例如：12、35。"
    )
    content = TextField(label="监督内容", rows=6, max_length=5000)
    agencies = RecordsField(label="被监督单位", queryset=Agency.objects.none(), widget=FilteredChoices)
    method = TextField(label="方式方法", rows=4, max_length=5000, help_text="听通报、看现场、座谈、问卷等。")
    starts_on = forms.DateField(label="开始", widget=DateInput())
    ends_on = forms.DateField(label="结束", widget=DateInput())
    host = forms.ModelChoiceField(
        label="组织单位", queryset=Body.objects.none(), required=False, empty_label="区政协办公室"
    )
    hides_authors = forms.BooleanField(
        label="对被监督单位隐去监督人员姓名", required=False, help_text="单位只看到“区政协监督组”。"
    )

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None
        agencies = Agency.objects.exclude(ends_on__lt=self.today).order_by("pk")
        choose_from(self, "agencies", agencies, str)
        widget = self.fields["agencies"].widget
        if isinstance(widget, FilteredChoices):
            widget.initials = {str(one.pk): one.initials for one in agencies}
        bodies = Body.objects.filter(ends_on=None).order_by("kind", "pk")
        if not self.account.holds(*queries.DESK, on=self.today):
            bodies = bodies.filter(pk__in=self.account.places(posts.CONVENER, on=self.today))
            self.fields["host"].required = True
            self.fields["host"].empty_label = None  # type: ignore[attr-defined]
        choose_from(self, "host", bodies, str)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        begun, ended = answers.get("starts_on"), answers.get("ends_on")
        if begun and ended and ended < begun:
            self.add_error("ends_on", "“结束”不能早于“开始”。")
        return answers

    def clean_proposals(self) -> list[Proposal]:
        """The filed proposals of these numbers, this year's first, that the account may see."""
        words = self.cleaned_data["proposals"].replace("，", "、").replace(",", "、").replace(" ", "、")
        numbers = [one for one in words.split("、") if one]
        found: list[Proposal] = []
        for one in numbers:
            digits = one.removeprefix("第").removesuffix("号")
            if not (digits.isascii() and digits.isdecimal()) or len(digits) > 5:
                raise forms.ValidationError(f"“{one}”不是提案号，只写数字。")
            rows = proposals.visible_to(self.account, self.today or timezone.localdate())
            match = rows.filter(number=int(digits)).order_by("-year").first()
            if match is None:
                raise forms.ValidationError(f"没有第{digits}号提案，或者您看不到它。")
            found.append(match)
        return found


# “?from=opinion-7”: the record the topic comes of
ORIGINS: dict[str, tuple[Any, Any]] = {
    "proposal": (Proposal, proposals.visible_to),
    "topic": (Topic, proposals.visible_topics),
    "opinion": (Opinion, voices.visible_to),
    "lead": (Lead, voices.visible_leads),
    "letter": (MonitorLetter, queries.letters_to_take),
}


def _origin(request: HttpRequest) -> Any:
    """The record named in the address, when the person may see it; None for anything else."""
    kind, _, pk = (request.GET.get("from") or "").partition("-")
    if kind not in ORIGINS or not (pk.isascii() and pk.isdecimal()) or len(pk) > 18:
        return None
    _, rows = ORIGINS[kind]
    return rows(account_of(request), timezone.localdate()).filter(pk=int(pk)).first()


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """拟订监督方案."""
    account, now = account_of(request), timezone.now()
    if not keeps(None, account, timezone.localdate(now)):
        raise Http404
    origin = _origin(request)
    initial: dict[str, Any] = {"hides_authors": True} | (
        {"title": str(origin)[:120], "source": "proposals"} if origin else {}
    )
    if isinstance(origin, MonitorLetter):
        initial |= {
            "content": f"{origin.content}\n{origin.advice}",
            "agencies": [origin.monitor.agency_id],
            "ground": "民主监督建议书",
        }
    form = Scheme(
        request.POST or None, record=None, account=account, today=timezone.localdate(now), initial=initial
    )
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        sources = [*([origin] if origin else []), *data.pop("proposals")]
        try:
            one = actions.start(account, data, sources=sources, at=now, key=request.POST.get("key", ""))
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "方案存好了。下一步：组成监督组。")
            return redirect(one)
    return _write(request, form, refusal, {"origin": origin})


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found, account, now = visible_supervision(request, pk), account_of(request), timezone.now()
    today = timezone.localdate(now)
    if not keeps(found, account, today):
        raise Http404
    if found.state != S.DRAFT:
        raise Refused("方案已经报批，不能再改。要改的，请批准人先退回修改。")
    names = [name for name in actions.WRITABLE if name != "host"]
    initial = {name: getattr(found, name) for name in names} | {
        "host": found.host_id, "agencies": [one.pk for one in found.agencies.all()],
    }  # fmt: skip
    form = Scheme(request.POST or None, record=found, account=account, today=today, initial=initial)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        sources = data.pop("proposals")
        try:
            actions.save_draft(found, account, data, now, sources=sources, version=version_seen(request))
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "方案存好了。")
            return redirect(found)
    return _write(request, form, refusal, {"supervision": found})


def _write(request: HttpRequest, form: Any, refusal: Refused | None, more: dict[str, Any]) -> HttpResponse:
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    context = {"form": form, "refusal": refusal, "key": request.POST.get("key") or new_key(), **more}
    return render(request, "supervision/write.html", context, status=status)


# -- findings --------------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """列入问题, from the matter or from one item of the checklist (“?item=12”)."""
    found, account, now = visible_supervision(request, pk), account_of(request), timezone.now()
    today = timezone.localdate(now)
    if not actions.on_team(found, account, today):
        raise Http404
    given = request.GET.get("item", "")
    is_id = given.isascii() and given.isdecimal() and len(given) < 19
    item = found.items.filter(pk=int(given)).first() if is_id else None
    form = asked.Revise(request.POST or None, record=found, account=account, today=today, initial=_seen(item))
    if not form.is_bound and (only := list(found.agencies.all()[:2])) and len(only) == 1:
        form.initial.setdefault("agency", only[0].pk)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.find(
                found, account, form.cleaned_data, item=item, at=now, key=request.POST.get("key", "")
            )
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "已列入问题清单。")
            return redirect(found)
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "supervision/find.html", {
        "supervision": found, "form": form, "item": item, "refusal": refusal,
        "key": request.POST.get("key") or new_key(),
    }, status=status)  # fmt: skip


def _seen(item: Any) -> dict[str, Any]:
    """What a finding begins with when it comes from the checklist."""
    stands = queries.standing(item) if item else None
    if item is None:
        return {}
    words = [item.title, stands.note if stands else "", stands.place if stands else ""]
    return {"content": "：".join(one for one in words[:2] if one), "basis": item.expectation}


@dataclass(frozen=True)
class Round:
    """One round as its reader may know it."""

    row: Rectification
    looked_by: str
    files: list[Attachment]


@login_required
@require_GET
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: the words, every round, the steps; by name only for those who may know."""
    found, account, today = visible_finding(request, pk), account_of(request), timezone.localdate()
    supervision = found.supervision
    rows = list(found.rounds.select_related("looked_by").order_by("-round"))
    files = queries.photos_of(rows, Rectification.kind())
    inside = queries.visible_to(account, today).filter(pk=supervision.pk).exists()
    return render(request, "supervision/finding.html", {
        "finding": found, "supervision": supervision, "inside": inside,
        "found_by": queries.signed(found.found_by, account, supervision, today),
        "rounds": [Round(row, queries.signed(row.looked_by, account, supervision, today), files.get(row.pk, [])) for row in rows],
        "steps": found.lifecycle.open_steps(found, account), "entries": queries.lines_for(found, account, today),
        "unit": None if inside else Unit.objects.filter(supervision=supervision, agency=found.agency_id).first(),
    })  # fmt: skip


@login_required
@require_GET
def evidence(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    found = visible_finding(request, pk)
    rounds = found.rounds.values("pk")
    kept = Attachment.objects.filter(
        subject_type=Rectification.kind(), subject_id__in=rounds, pk=file
    ).first()
    if kept is None:
        raise Http404
    return store.download(kept, inline=True)


@login_required
@require_GET
def deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """期限怎么算的: the days for the measures, or the longest the unit may take for the work."""
    found = visible_finding(request, pk)
    if found.sent_on is None:
        raise Http404
    rule = rules.PLAN if found.state == F.SENT else rules.LONGEST
    return render(request, "supervision/deadline.html", {
        "record": found, "deadline": local.deadline(rule, found.sent_on), "what": local.RULES[rule].label,
        "due_on": found.due_on, "extensions": found.extensions, "is_own": rule == rules.LONGEST,
    })  # fmt: skip


@login_required
@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    """问题台账: what is with the units, the soonest due first."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_findings(account, today).select_related("supervision", "agency")
    shown = request.GET.get("group", "")
    if shown == "look":
        rows = rows.filter(state=F.REPORTED)
    elif shown == "late":
        rows = rows.filter(pk__in=queries.overdue(today).values("pk"))
    elif shown == "all":
        rows = rows.exclude(state=F.DROPPED)
    else:
        rows = rows.filter(state__in=(*queries.OPEN_FINDINGS, F.REPORTED))
    return render(request, "supervision/findings.html", {
        "page": page(rows, request, size=PAGE, order=("due_on", "pk"), count=True), "shown": shown,
    })  # fmt: skip


# -- a unit's own page ---------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as its unit reads it, with its findings, briefings and papers. The team stands there only where it is not hidden."""
    found, account, today = visible_unit(request, pk), account_of(request), timezone.localdate()
    supervision = found.supervision
    named = queries.reads_names(account, supervision, today)
    rows = queries.visible_findings(account, today).filter(supervision=supervision, agency=found.agency_id)
    hearings = queries.visible_hearings(account, today).filter(
        supervision=supervision, agency=found.agency_id
    )
    return render(request, "supervision/unit.html", {
        "unit": found, "supervision": supervision,
        "team": [one for one in queries.team(supervision) if not one.out] if named else [],
        "findings": list(rows.exclude(state=F.DROPPED).order_by("number")), "hearings": list(hearings.order_by("planned_on")),
        "steps": found.lifecycle.open_steps(found, account), "entries": queries.lines_for(found, account, today),
        "papers": [(name, one.label) for name, one in papers.unit_papers(found)],
        "inside": queries.visible_to(account, today).filter(pk=supervision.pk).exists(),
    })  # fmt: skip


@login_required
@require_GET
def unit_paper(request: HttpRequest, pk: int, name: str, form: str) -> HttpResponse:
    found = visible_unit(request, pk)
    made = dict(papers.unit_papers(found)).get(name)
    if made is None:
        raise Http404
    return send(
        made.make(found.supervision, found.agency), form, f"{found.supervision.title[:40]}{made.label}"
    )


# -- briefings -------------------------------------------------------------------------------------------------------------------
class NewHearing(StepForm):
    """A briefing of its own: a meeting hears a unit, without a supervision."""

    agency = forms.ModelChoiceField(label="通报单位", queryset=Agency.objects.none(), empty_label="请选")
    subject = TextField(label="通报事项", max_length=200)
    planned_on = forms.DateField(label="安排日期", widget=DateInput())
    gathering = forms.ModelChoiceField(
        label="在哪次会议上", queryset=Gathering.objects.none(), required=False, empty_label="（还没有定）"
    )

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "agency", Agency.objects.exclude(ends_on__lt=self.today).order_by("pk"), str)
        states = (GatheringState.DRAFT, GatheringState.NOTIFIED, GatheringState.OPEN)
        rows = Gathering.objects.filter(state__in=states).order_by("-starts_at", "-pk")
        choose_from(self, "gathering", rows, lambda one: f"{one.title}（{one.starts_at:%Y-%m-%d}）")

    def clean(self) -> dict[str, Any]:
        day = self.cleaned_data.get("planned_on")
        if day and self.today and day < self.today:
            self.add_error("planned_on", "“安排日期”不能早于今天。")
        return self.cleaned_data


@login_required
@require_GET
def hearings(request: HttpRequest) -> HttpResponse:
    """情况通报: those to come and those that wait, then the others."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_hearings(account, today).select_related("agency", "supervision")
    shown = request.GET.get("group", "")
    if shown != "all":
        rows = rows.exclude(state__in=(H.DONE, H.CANCELLED))
    return render(request, "supervision/hearings.html", {
        "page": page(rows, request, size=PAGE, order=("-planned_on", "-pk"), count=True), "shown": shown,
        "may_write": account.holds(*queries.DESK, on=today),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new_hearing(request: HttpRequest) -> HttpResponse:
    account, now = account_of(request), timezone.now()
    if not account.holds(*queries.DESK, on=timezone.localdate(now)):
        raise Http404
    form = NewHearing(request.POST or None, account=account, today=timezone.localdate(now))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            one = actions.plan_hearing(account, form.cleaned_data, at=now, key=request.POST.get("key", ""))
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "安排好了，通报单位已收到通知。")
            return redirect(one)
    return _ask(request, form, refusal, "安排情况通报", "supervision:hearings")


def _ask(request: HttpRequest, form: Any, refusal: Refused | None, title: str, back: str) -> HttpResponse:
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "supervision/ask.html", {
        "form": form, "refusal": refusal, "title": title, "back_url": reverse(back),
        "key": request.POST.get("key") or new_key(),
    }, status=status)  # fmt: skip


@login_required
@require_GET
def hearing(request: HttpRequest, pk: int) -> HttpResponse:
    """One briefing. Who said what is for the committee's office alone; the unit reads the opinions from the day they were sent."""
    found, account, today = visible_hearing(request, pk), account_of(request), timezone.localdate()
    desk = account.holds(*queries.READS_ALL, on=today)
    is_unit = queries.is_of_unit(found, account, today)
    files = Attachment.objects.filter(subject_type=Hearing.kind(), subject_id=found.pk)
    gathering = found.gathering if not is_unit else None
    return render(request, "supervision/hearing.html", {
        "hearing": found, "open_due": found.due_on if found.state == H.SENT else None, "desk": desk, "gathering": gathering,
        "opinions": queries.opinions_for(found, account, today),
        "files": list(files), "steps": found.lifecycle.open_steps(found, account),
        "entries": queries.lines_for(found, account, today), "is_unit": is_unit,
    })  # fmt: skip


@login_required
@require_GET
def hearing_file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    found = visible_hearing(request, pk)
    kept = Attachment.objects.filter(subject_type=Hearing.kind(), subject_id=found.pk, pk=file).first()
    if kept is None:
        raise Http404
    return store.download(kept, inline=True)


# -- 民主评议 -----------------------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """评议问卷: one choice a question, and a remark for who wants. Only counts and words are kept, without a name.
    Afterwards whoever was asked reads here what came of it."""
    account, now = account_of(request), timezone.now()
    today = timezone.localdate(now)
    sheet = queries.rater_of(pk, account, today)
    if sheet is None or sheet.supervision.state == S.CANCELLED:
        raise Http404
    survey = queries.survey_of(sheet.supervision, today)
    if survey is None or not survey.is_open:
        if request.method == "POST":
            raise Refused("评议已经截止，问卷没有交上。")
        return render(
            request, "supervision/rate.html",
            {"supervision": sheet.supervision, "sheet": sheet, "survey": survey},
        )  # fmt: skip
    questions = list(sheet.supervision.questions.all())
    form = _Sheet(questions, request.POST or None)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        picked = {one.pk: form.cleaned_data[f"q_{one.pk}"] for one in questions}
        remark = form.cleaned_data["remark"].strip()
        try:
            actions.rate(sheet.supervision, account, picked, remark, at=now, key=request.POST.get("key", ""))
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "问卷收到了，谢谢您。系统只记各等次的份数和意见的文字，不记是谁写的。")
            return redirect("supervision:rate", pk)
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "supervision/rate.html", {
        "supervision": sheet.supervision, "sheet": sheet, "form": form, "refusal": refusal,
        "key": request.POST.get("key") or new_key(),
    }, status=status)  # fmt: skip


class _Sheet(forms.Form):
    """The answers are those the survey began with, also when the list has changed since."""

    def __init__(self, questions: list[Any], data: Any) -> None:
        super().__init__(data, label_suffix="")
        for one in questions:
            choices = [(row.answer, local.label_of(rules.RATE, row.answer)) for row in one.tallies.all()]
            self.fields[f"q_{one.pk}"] = forms.ChoiceField(
                label=f"{one.number}．{one.text}", choices=choices, widget=forms.RadioSelect,
                error_messages={"required": f"第{one.number}题还没有选。"},
            )  # fmt: skip
        self.fields["remark"] = TextField(
            label="补充意见", rows=3, max_length=asked.MOST_REMARK, required=False,
            help_text="可以不写。不署名；请不要写看得出您是谁的话。",
        )  # fmt: skip


@login_required
@require_GET
def scan(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """Scanned paper sheets: a hand may be known by its writing, so only those who entered them look again."""
    found, today = visible_supervision(request, pk), timezone.localdate()
    if not keeps(found, account_of(request), today):
        raise Http404
    rows = Attachment.objects.filter(subject_type=Supervision.kind(), subject_id=found.pk, purpose=SCAN)
    kept = rows.filter(pk=file).first()
    if kept is None:
        raise Http404
    return store.download(kept, inline=True)


# -- monitors ------------------------------------------------------------------------------------------------------------------------
class Appoint(StepForm):
    member = forms.ModelChoiceField(label="委员", queryset=Member.objects.none(), empty_label="请选")
    agency = forms.ModelChoiceField(label="受监督单位", queryset=Agency.objects.none(), empty_label="请选")
    way = OptionField(rules.WAY, label="产生方式")
    certificate = TextField(label="聘书（证）号", max_length=60, required=False)
    starts_on = forms.DateField(label="任期起", widget=DateInput())
    ends_on = forms.DateField(label="任期止", widget=DateInput())

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None
        rows = asked.members_in_office(self.today)
        choose_from(self, "member", rows, lambda one: one.full_name)
        choose_from(self, "agency", Agency.objects.exclude(ends_on__lt=self.today).order_by("pk"), str)

    def clean(self) -> dict[str, Any]:
        begun, ended = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if begun and ended and ended <= begun:
            self.add_error("ends_on", "“任期止”要晚于“任期起”。")
        return self.cleaned_data


@login_required
@require_GET
def monitors(request: HttpRequest) -> HttpResponse:
    """特邀（民主）监督员: those in post, by unit."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_monitors(account, today).select_related("member__sector", "agency")
    shown = request.GET.get("group", "")
    rows = rows if shown == "all" else rows.filter(state=MonitorState.IN_POST)
    return render(request, "supervision/monitors.html", {
        "page": page(rows, request, size=PAGE, order=("agency_id", "pk"), count=True), "shown": shown,
        "may_write": account.holds(*queries.DESK, on=today),
        "reads_letters": account.holds(*queries.READS_ALL, posts.MEMBER, on=today),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new_monitor(request: HttpRequest) -> HttpResponse:
    account, now = account_of(request), timezone.now()
    if not account.holds(*queries.DESK, on=timezone.localdate(now)):
        raise Http404
    form = Appoint(request.POST or None, account=account, today=timezone.localdate(now))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            one = actions.appoint(account, form.cleaned_data, at=now, key=request.POST.get("key", ""))
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "办好了，委员和单位都已收到通知。")
            return redirect(one)
    return _ask(request, form, refusal, "委派、聘请民主监督员", "supervision:monitors")


@login_required
@require_GET
def monitor(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_monitor(request, pk), account_of(request)
    today = timezone.localdate()
    rows = queries.visible_letters(account, today).filter(monitor=found)
    return render(request, "supervision/monitor.html", {
        "monitor": found, "steps": found.lifecycle.open_steps(found, account),
        "entries": timeline(found), "letters": list(rows.order_by("-made_at", "-pk")[:PAGE]),
        "may_write": found.state == MonitorState.IN_POST and found.member_id in account.places(posts.MEMBER, on=today),
    })  # fmt: skip


# -- figures -----------------------------------------------------------------------------------------------------------------------------
@login_required
def figures(request: HttpRequest) -> HttpResponse:
    if not account_of(request).holds(*queries.READS_ALL):
        raise Http404
    return show_all(request, FIGURES, "民主监督数字", "supervision")


@login_required
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """The list behind one number."""
    if not account_of(request).holds(*queries.READS_ALL):
        raise Http404
    return show_one(request, FIGURES, key, "supervision")
