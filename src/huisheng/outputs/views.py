"""Pages of 成果与报送: the list, one paper, its printed form; and the leader's 批示 with its preview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.gatherings import queries as meetings
from huisheng.gatherings.models import Speech
from huisheng.kernel import local, store
from huisheng.kernel.errors import Invalid, NotAllowed, Refused
from huisheng.kernel.forms import RecordsField, StepForm, TextField, choose_from
from huisheng.kernel.journal import timeline
from huisheng.kernel.lifecycle import perform, typed_place
from huisheng.kernel.models import Attachment, Typed
from huisheng.opinions.local_rules import AREA
from huisheng.opinions.models import Opinion, OpinionState
from huisheng.people import posts, signin
from huisheng.people.models import Account, Body
from huisheng.ui.paging import page
from huisheng.ui.printing import TYPES, send
from huisheng.ui.steps import carried, keep_typed, new_key, safe_next, version_seen

from . import actions, kinds, papers, queries
from . import local_rules as rules
from .forms import LONG, Write
from .models import (
    OPEN_FOLLOW_UPS,
    OUT,
    FollowUp,
    FollowUpState,
    Instruction,
    InstructionState,
    Kind,
    Output,
    OutputState,
)

PAGE = 30
# the states a list may be narrowed to, in words
GROUPS: dict[str, tuple[str, tuple[OutputState, ...]]] = {
    "open": ("起草和核稿中", (OutputState.DRAFT, OutputState.REVIEW, OutputState.CHECKED)),
    "review": ("待核稿", (OutputState.REVIEW,)),
    "signed": ("待报送", (OutputState.SIGNED,)),
    "out": ("已报送", (OutputState.DELIVERED,)),
    "done": ("已办结", (OutputState.CONCLUDED, OutputState.ARCHIVED)),
    "withdrawn": ("已撤回", (OutputState.WITHDRAWN,)),
}


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def visible_output(request: HttpRequest, pk: int) -> Output:
    """The paper when the signed-in person may see it; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_to(account_of(request), timezone.localdate())
    rows = rows.select_related("body", "drafted_by", "checked_by", "signed_by")
    found = rows.annotate(has_pdf=queries.has_pdf()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def visible_instruction(request: HttpRequest, pk: int) -> Instruction:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_instructions(account_of(request), timezone.localdate())
    found = rows.select_related("output", "opinion__text", "account", "entered_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def visible_follow_up(request: HttpRequest, pk: int) -> FollowUp:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_follow_ups(account_of(request), timezone.localdate())
    found = rows.select_related("agency", "instruction__output", "instruction__opinion").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


# -- the list --------------------------------------------------------------------------------------------------------
class Filters(forms.Form):
    """What the sentence above the list says. Anything unknown in the address is simply not said."""

    group = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部状态"), *((key, word) for key, (word, _) in GROUPS.items())],
    )
    type = forms.ChoiceField(label="类别", required=False, choices=[("", "全部类别"), *Kind.choices])
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)

    def __init__(self, request: HttpRequest) -> None:
        given = {name: request.GET[name] for name in self.base_fields if request.GET.get(name)}
        super().__init__(given, label_suffix="")

    @property
    def said(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """成果列表."""
    account, today = account_of(request), timezone.localdate()
    filters = Filters(request)
    said = filters.said
    rows = queries.visible_to(account, today).defer("content", "feedback").select_related("body")
    if group := GROUPS.get(said.get("group", "")):
        rows = rows.filter(state__in=group[1])
    else:
        rows = rows.exclude(state=OutputState.WITHDRAWN)
    if said.get("type"):
        rows = rows.filter(type=said["type"])
    if said.get("year"):
        rows = rows.filter(made_at__year=said["year"])
    return render(request, "outputs/list.html", {
        "page": page(rows, request, size=PAGE, order=("-made_at", "-pk"), count=True), "filters": filters,
        "may_write": account.holds(*queries.DESK), "counts": counts(account, today),
    })  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """The year's figures above the list; each is the length of its list."""

    year: int
    delivered: int
    instructed: int
    areas: int


def counts(account: Account, today: date) -> Counts | None:
    if not account.holds(*queries.READS_ALL):
        return None
    year = today.year
    return Counts(
        year, queries.delivered(year).count(), queries.instructed(year).count(), queries.areas(year).count()
    )


# -- one paper -------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One paper: the whole for the office, the chair and leaders; for an agency only what was given to it."""
    output, account, today = visible_output(request, pk), account_of(request), timezone.localdate()
    if not queries.reads_whole(account, today):
        mine = queries.visible_follow_ups(account, today).filter(instruction__output=output)
        rows = mine.select_related("agency", "instruction").order_by("pk")
        return render(request, "outputs/part.html", {"output": output, "follow_ups": list(rows)})
    room, desk = kinds.room_of(output), account.holds(*queries.READS_ALL)
    if room is not None and not desk:
        return redirect(room.reading, output.pk)
    queries.load_parts(output)
    return render(request, "outputs/detail.html", {
        "output": output, "desk": desk, "room_url": reverse(room.page, args=[output.pk]) if room else "",
        "steps": _shown_steps(output, account), "advice": advice_lines(output),
        "adoption": queries.adoption(output), "deliveries": list(output.deliveries.select_related("reader")) if desk else [],
        "instructions": queries.instructions_for(output, account, today),
        "entries": queries.entries_of(output) if desk else [],
        "sources": list(output.opinions.all()) if desk and output.signed_on is None else [],
        "being_set": bool(output.signed_on and not output.has_pdf),  # type: ignore[attr-defined]
        "may_instruct": may_instruct(output, account), "ways": _ways(), "may_edit": desk and may_edit(output, account),
    })  # fmt: skip


def _shown_steps(output: Output, account: Account) -> list[Any]:
    """A leader's 批示 has a page of its own, with a preview."""
    return [one for one in output.lifecycle.open_steps(output, account) if not one.step.elsewhere]


def _ways() -> dict[str, str]:
    return {one.code: one.label for one in local.options(rules.WAY)}


def may_edit(output: Output, account: Account) -> bool:
    return (
        output.state == OutputState.DRAFT and account.holds(*queries.DESK) and kinds.room_of(output) is None
    )


def may_instruct(output: Output, account: Account) -> bool:
    return output.state in OUT and account.holds(posts.LEADER) and output.state != OutputState.ARCHIVED


@dataclass(frozen=True)
class AdviceLine:
    """One advice with its area in words."""

    advice: Any
    area: str


def advice_lines(output: Output) -> list[AdviceLine]:
    return [AdviceLine(one, local.label_of(AREA, one.area)) for one in output.advice.all()]


# -- writing ---------------------------------------------------------------------------------------------------------
class Draft(StepForm):
    """A paper while it is written. Bulletins have a page of their own."""

    type = forms.ChoiceField(
        label="类别",
        choices=[one for one in Kind.choices if one[0] != Kind.BULLETIN],
        widget=forms.RadioSelect,
    )
    title = TextField(label="标题", max_length=200)
    body = forms.ModelChoiceField(
        label="起草单位", queryset=Body.objects.none(), required=False, empty_label="（机关）"
    )
    content = TextField(label="正文", rows=16, max_length=LONG, required=False)
    opinions = RecordsField(
        label="采用的社情民意信息",
        queryset=Opinion.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="选上的，反映人会知道自己的话写进了哪份成果、后来怎样。",
    )

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "body", Body.objects.filter(ends_on=None), str)
        issued = Opinion.objects.filter(state=OpinionState.ISSUED)
        chosen = self.record.opinions.values("pk") if self.record else []
        rows = Opinion.objects.filter(pk__in=issued.order_by("-issued_on", "-pk").values("pk")[:60])
        choose_from(
            self, "opinions", (rows | Opinion.objects.filter(pk__in=chosen)).order_by("-pk"), _numbered
        )


def _numbered(opinion: Opinion) -> str:
    return f"{opinion.number_label}　{opinion}"


class AdviceForm(forms.Form):
    """咨政建议, one a row; an empty row is no advice, a row whose words are taken away is gone."""

    area = forms.ChoiceField(label="咨政方面", required=False)
    content = TextField(label="建议内容", rows=3, max_length=5000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        options = [(one.code, one.label) for one in local.options(AREA, timezone.localdate())]
        known = {code for code, _ in options}
        old = self.initial.get("area", "")
        if old and old not in known:
            options.append((old, local.label_of(AREA, old)))
        self.fields["area"].choices = [("", "（请选）"), *options]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if answers.get("content") and not answers.get("area"):
            self.add_error("area", "这一条建议还没有选咨政方面。")
        return answers


AdviceRows = forms.formset_factory(AdviceForm, extra=3, max_num=60)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """起草一份成果."""
    account = account_of(request)
    if not account.holds(*queries.DESK):
        raise NotAllowed("起草成果须由信息编辑或政协办公室办理。")
    return _write(request, None, _speech(request))


def _speech(request: HttpRequest) -> Speech | None:
    """The 大会发言 that a new paper is made of, when the person may read it."""
    given = request.POST.get("speech") or request.GET.get("speech") or ""
    if not (given.isdecimal() and len(given) < 18):
        return None
    rows = meetings.visible_speeches(account_of(request), timezone.localdate())
    chosen = rows.filter(state__in=meetings.PUBLIC_SPEECHES)
    return chosen.select_related("gathering", "speaker_member", "speaker_body").filter(pk=int(given)).first()


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    output = visible_output(request, pk)
    if not account_of(request).holds(*queries.DESK):
        raise Http404
    if not may_edit(output, account_of(request)):
        return redirect(output)
    return _write(request, output)


def _write(request: HttpRequest, output: Output | None, speech: Speech | None = None) -> HttpResponse:
    account, today = account_of(request), timezone.localdate()
    initial, rows = _as_written(output)
    if speech is not None:
        said = f"（根据{speech.speaker_name}在{speech.gathering}上的发言整理）"
        initial |= {
            "title": speech.title,
            "content": f"{speech.content}\n\n{said}",
            "body": speech.speaker_body_id,
        }
    form = Draft(request.POST or None, record=output, account=account, today=today, initial=initial)
    advice = AdviceRows(request.POST or None, initial=rows, prefix="advice")
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid() and advice.is_valid():
        given = [
            (row["area"], row["content"])
            for row in advice.cleaned_data
            if row.get("content") and row.get("area")
        ]
        try:
            words = form.cleaned_data | ({"speech": speech} if speech else {})
            saved = _save(request, output, words, given)
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "已存好。写完后可以送核。")
            return redirect(saved)
    context = {
        "output": output, "form": form, "advice": advice, "refusal": refusal, "speech": speech,
        "key": request.POST.get("key") or new_key(), "version": request.POST.get("version") or getattr(output, "version", ""),
    }  # fmt: skip
    return render(request, "outputs/write.html", context, status=refusal.status if refusal else 200)


def _as_written(output: Output | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    if output is None:
        return {"type": Kind.REPORT}, []
    rows = [{"area": one.area, "content": one.content} for one in output.advice.all()]
    return {
        "type": output.type, "title": output.title, "body": output.body_id, "content": output.content,
        "opinions": [one.pk for one in output.opinions.all()],
    }, rows  # fmt: skip


def _save(
    request: HttpRequest, output: Output | None, words: dict[str, Any], advice: list[tuple[str, str]]
) -> Output:
    account = account_of(request)
    if output is None:
        return actions.start(account, words, advice=advice, key=request.POST.get("key", ""))
    return actions.save_draft(output, account, words, advice, timezone.now(), version_seen(request))


# -- printed and kept ------------------------------------------------------------------------------------------------
@login_required
@require_GET
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The paper as it was set when it was signed; before that, as it would be printed now."""
    output, account, today = visible_output(request, pk), account_of(request), timezone.localdate()
    if form not in TYPES or not queries.reads_whole(account, today):
        raise Http404
    kept = queries.frozen(output, form)
    if kept is not None:
        return store.download(kept, inline="inline" in request.GET)  # type: ignore[return-value]
    if output.signed_on is not None:
        raise Refused(queries.BEING_SET)
    return send(papers.paper_of(output), form, f"{papers.name_of(output)}（未签发）")


@login_required
@require_GET
def photo(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """The picture of a paper 批示: for the office and its leader."""
    instruction = visible_instruction(request, pk)
    account = account_of(request)
    if not account.holds(*queries.READS_ALL) and instruction.account_id != account.pk:
        raise Http404
    one = Attachment.objects.filter(pk=file, subject_type=Instruction.kind(), subject_id=pk).first()
    if one is None:
        raise Http404
    return store.download(one, inline="inline" in request.GET)  # type: ignore[return-value]


@login_required
@require_POST
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """已阅: the reader says so; the reading page does it by itself."""
    output = visible_output(request, pk)
    actions.opened(output, account_of(request), timezone.now())
    if request.headers.get("X-Requested-With"):
        return HttpResponse(status=204)
    messages.success(request, "已记下您的阅读时间。")
    return redirect(safe_next(request) or output)


# -- 批示 by the leader: phrase, to whom, preview, confirm --------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def instruct(request: HttpRequest, pk: int) -> HttpResponse:
    """Six taps: 批示, a phrase, an agency, 预览, 确认. The preview shows it as it will be printed."""
    output, account = visible_output(request, pk), account_of(request)
    if not account.holds(posts.LEADER):
        raise Http404
    if not may_instruct(output, account):
        raise Refused("这份成果已经归档，不能再批示。需要批示的，请告诉政协办公室。")
    today = timezone.localdate()
    if request.method == "GET" or request.POST.get("stage") == "change":
        initial = _given(request, output)
        return _ask(request, output, Write(record=output, account=account, today=today, initial=initial))
    form = Write(request.POST, record=output, account=account, today=today)
    if not form.is_valid():
        return _ask(request, output, form, status=422)
    if request.POST.get("stage") != "confirm":
        return _preview(request, output, form)
    if wrong := _not_proved(request):
        return _preview(request, output, form, wrong=wrong, status=422)
    try:
        perform(output, "instruct", account, _answers(request), key=request.POST.get("key", ""))
    except Invalid:
        return _ask(request, output, form, status=422)
    messages.success(request, "批示已记下，政协办公室会转有关单位办理。")
    return redirect(_back(request, output))


def _answers(request: HttpRequest) -> QueryDict:
    """The form's answers and nothing else: a password is no part of any record, nor of a fingerprint."""
    answers = QueryDict(mutable=True)
    for name in ("opinion", "phrase", "words", "agencies"):
        answers.setlist(name, request.POST.getlist(name))
    return answers


def _given(request: HttpRequest, output: Output) -> dict[str, Any]:
    """What was chosen before, when the person comes back from the preview; or the item they came from."""
    if request.method == "POST":
        data = request.POST
        return {
            "opinion": data.get("opinion"), "phrase": data.get("phrase"), "words": data.get("words"),
            "agencies": data.getlist("agencies"),
        }  # fmt: skip
    if "typed" in request.GET:
        return _typed(request, output)
    chosen = request.GET.get("opinion", "")
    return {"opinion": chosen} if chosen.isdecimal() and len(chosen) < 18 else {}


def _ask(request: HttpRequest, output: Output, form: Write, status: int = 200) -> HttpResponse:
    chosen = str(form["opinion"].value() or "")
    opinion = None
    if chosen.isdecimal() and len(chosen) < 18:
        opinion = queries.sources_of(output).filter(pk=chosen).first()
    context = {"output": output, "form": form, "next_url": _back(request, output), "opinion": opinion}
    return render(request, "outputs/instruct.html", context, status=status)


def _preview(
    request: HttpRequest, output: Output, form: Write, wrong: str = "", status: int = 200
) -> HttpResponse:
    left_out, asks = ("password",), not _lately_proved(request)
    context = {
        "output": output, "words": form.cleaned_data["said"], "agencies": form.cleaned_data["agencies"],
        "opinion": form.cleaned_data["opinion"], "day": timezone.localdate(), "next_url": _back(request, output),
        "carried": [one for one in carried(request.POST) if one[0] not in left_out], "key": new_key(),
        "asks_password": asks, "passkey_url": _by_passkey(request, output) if asks else "", "wrong": wrong, "leader": account_of(request).name,
    }  # fmt: skip
    return render(request, "outputs/instruct_check.html", context, status=status)


def _by_passkey(request: HttpRequest, output: Output) -> str:
    """确认是您本人, with the phone's own lock instead of the password: the words are kept meanwhile; "" without a passkey."""
    account = account_of(request)
    if not signin.has_passkey(account):
        return ""
    keep_typed(account, typed_place(output, "instruct"), request.POST)
    back = f"{reverse('outputs:instruct', args=[output.pk])}?{urlencode({'typed': '1', 'next': _back(request, output)})}"
    return f"{reverse('mfa_reauthenticate_webauthn')}?{urlencode({'next': back})}"


def _typed(request: HttpRequest, output: Output) -> dict[str, Any]:
    """What was kept before the person went to show who they are."""
    kept = Typed.objects.filter(account=account_of(request), place=typed_place(output, "instruct")).first()
    if kept is None:
        return {}
    words = {name: kept.data.get(name, [""])[-1] for name in ("opinion", "phrase", "words")}
    return words | {"agencies": kept.data.get("agencies", [])}


def _lately_proved(request: HttpRequest) -> bool:
    minutes = int(local.rule(rules.MINUTES, timezone.localdate()))
    return timezone.now().timestamp() - signin.proved_at(request) <= minutes * 60


def _not_proved(request: HttpRequest) -> str:
    """Why the act may not be taken yet: the session is older than the rule allows and the password is not right."""
    if _lately_proved(request):
        return ""
    password = request.POST.get("password", "")
    if not password:
        return "请输入密码，确认是您本人。"
    return "" if signin.prove(request, password) else "密码不对，请再输一次。"


def _back(request: HttpRequest, output: Output) -> str:
    room = kinds.room_of(output)
    return safe_next(request) or (
        reverse(room.reading, args=[output.pk]) if room else output.get_absolute_url()
    )


# -- one instruction, one follow-up -------------------------------------------------------------------------------------
@login_required
@require_GET
def instructions(request: HttpRequest) -> HttpResponse:
    """批示: those the account may read, newest first; those that wait for 转办 when asked."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_instructions(account, today).select_related("output", "opinion")
    shown = request.GET.get("group", "")
    if shown == "waiting":
        rows = rows.filter(state=InstructionState.WAITING)
    found = page(rows, request, size=PAGE, order=("-given_on", "-pk"), count=True)
    return render(request, "outputs/instructions.html", {"page": found, "shown": shown})


@login_required
@require_GET
def instruction(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_instruction(request, pk), account_of(request)
    desk = account.holds(*queries.READS_ALL)
    own = desk or found.account_id == account.pk
    files = Attachment.objects.filter(subject_type=Instruction.kind(), subject_id=found.pk)
    return render(request, "outputs/instruction.html", {
        "instruction": found, "output": found.output, "desk": desk, "own": own,
        "steps": found.lifecycle.open_steps(found, account), "agencies": list(found.agencies.all()) if own else [],
        "follow_ups": list(found.follow_ups.select_related("agency")), "files": list(files) if own else [],
    })  # fmt: skip


@login_required
@require_GET
def follow_ups(request: HttpRequest) -> HttpResponse:
    """批示转办: what the agencies do about it, the soonest due first."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_follow_ups(account, today).select_related("agency", "instruction")
    shown = request.GET.get("group", "")
    if shown == "reported":
        rows = rows.filter(state__in=(FollowUpState.REPORTED, FollowUpState.BACK))
    elif shown == "late":
        rows = rows.filter(pk__in=queries.overdue(today).values("pk"))
    elif shown != "all":
        rows = rows.filter(state__in=OPEN_FOLLOW_UPS)
    return render(request, "outputs/follow_ups.html", {
        "page": page(rows, request, size=PAGE, order=("due_on", "pk"), count=True), "shown": shown,
        "shows_agency": account.holds(*queries.READS_ALL),
    })  # fmt: skip


@login_required
@require_GET
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One 转办: the words, what is asked, by when; the paper itself only for those who read it."""
    found, account, today = visible_follow_up(request, pk), account_of(request), timezone.localdate()
    desk = account.holds(*queries.READS_ALL)
    return render(request, "outputs/follow_up.html", {
        "follow_up": found, "instruction": found.instruction, "desk": desk,
        "reads_whole": queries.reads_whole(account, today), "steps": found.lifecycle.open_steps(found, account),
        "entries": timeline(found),
    })  # fmt: skip


@login_required
@require_GET
def deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """期限怎么算的: the count, day by day."""
    found = visible_follow_up(request, pk)
    return render(
        request, "outputs/deadline.html", {"follow_up": found, "deadline": actions.deadline_of(found)}
    )
