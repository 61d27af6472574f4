"""Pages of 会议与活动: what comes, the calendar, one gathering, its plan, agenda and minutes."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel import local, store
from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import OptionField, StepForm, TextField
from huisheng.kernel.models import Attachment
from huisheng.people import posts
from huisheng.people.models import Account, Body
from huisheng.ui.figures import show_all, show_one
from huisheng.ui.paging import page
from huisheng.ui.steps import forget_typed, new_key, put_back, version_seen

from . import actions, papers, queries, reading
from . import local_rules as rules
from .figures import FIGURES
from .forms import AidForm, GuestForm, More, PartForm, Plan, StopForm
from .models import (
    CAME,
    COMING,
    AgendaItem,
    Gathering,
    GatheringState,
    Leave,
    LeaveState,
    Part,
    Reading,
)

PAGE = 30
MINUTES = (GatheringState.OPEN, GatheringState.HELD)
Rows = list[dict[str, Any]]


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def visible_gathering(request: HttpRequest, pk: int) -> Gathering:
    """The gathering when the signed-in person may see it; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_to(account_of(request), timezone.localdate())
    found = rows.select_related("host", "session__term", "parent", "minutes_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def kept_gathering(request: HttpRequest, pk: int) -> Gathering:
    """The gathering for whoever organises it."""
    found = visible_gathering(request, pk)
    if not queries.organises(found, account_of(request), timezone.localdate()):
        raise Http404
    return found


# -- what comes and what was -------------------------------------------------------------------------------------------
class Filters(forms.Form):
    """What the sentence above the list says. Anything unknown in the address is simply not said."""

    when = forms.ChoiceField(
        label="时间", required=False, choices=[("", "即将举行"), ("past", "已经举行"), ("all", "全部")]
    )
    type = OptionField(rules.KIND, label="类别", empty="全部类别", required=False)
    host = forms.ModelChoiceField(
        label="组织单位", queryset=Body.objects.all(), required=False, empty_label="全部单位"
    )
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    mine = forms.BooleanField(label="只看请我参加的", required=False)

    def __init__(self, request: HttpRequest) -> None:
        given = {name: request.GET[name] for name in self.base_fields if request.GET.get(name)}
        super().__init__(given, label_suffix="")
        self.fields["type"].load(timezone.localdate())  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """会议与活动: what is still to come first, the soonest on top; what is over, newest on top."""
    account, now = account_of(request), timezone.now()
    today = timezone.localdate(now)
    filters = Filters(request)
    said = filters.said
    rows = _narrowed(queries.visible_to(account, today), account, said, today)
    when = said.get("when", "past" if said.get("year") else "")
    order = ("-starts_at", "-pk")
    if when == "past":
        rows = rows.filter(ends_at__lt=now)
    elif when != "all":
        rows = rows.filter(ends_at__gte=now).exclude(state=GatheringState.CANCELLED)
        order = ("starts_at", "pk")
    rows = rows.select_related("host").defer("minutes", "note")
    return render(request, "gatherings/list.html", {
        "page": page(rows, request, size=PAGE, order=order, count=True), "filters": filters,
        "may_plan": queries.may_plan(account, today), "leaves": _leaves_waiting(account, today),
        "reads_all": queries.reads_all(account, today), "speaks": account.holds(posts.MEMBER, posts.CONVENER, on=today),
    })  # fmt: skip


def _narrowed(
    rows: QuerySet[Gathering], account: Account, said: dict[str, Any], today: date
) -> QuerySet[Gathering]:
    if said.get("type"):
        rows = rows.filter(type=said["type"])
    if said.get("host"):
        rows = rows.filter(host=said["host"])
    if said.get("year"):
        rows = rows.filter(starts_at__year=said["year"])
    return rows.filter(queries.calls(account, today)) if said.get("mine") else rows


def _leaves_waiting(account: Account, today: date) -> int:
    return Leave.lifecycle.awaiting(account, today).count()


# -- the calendar --------------------------------------------------------------------------------------------------------
@dataclass
class Day:
    """One square of the month."""

    on: date
    inside: bool
    is_today: bool
    gatherings: list[Gathering] = field(default_factory=list)


@login_required
@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """日历: one month, Monday to Sunday; a gathering of several days stands on each."""
    account, today = account_of(request), timezone.localdate()
    first = _month_of(request.GET.get("month", ""), today)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    start, end = _moment(weeks[0][0]), _moment(weeks[-1][-1] + timedelta(days=1))
    rows = queries.visible_to(account, today).filter(starts_at__lt=end, ends_at__gte=start)
    rows = rows.exclude(state=GatheringState.CANCELLED).filter(parent=None).only(
        "pk", "title", "type", "state", "starts_at", "ends_at", "place"
    )  # fmt: skip
    days = {on: Day(on, on.month == first.month, on == today) for week in weeks for on in week}
    for one in rows.order_by("starts_at", "pk"):
        on, last = timezone.localdate(one.starts_at), timezone.localdate(one.ends_at)
        while on <= last:
            if on in days:
                days[on].gatherings.append(one)
            on += timedelta(days=1)
    return render(request, "gatherings/month.html", {
        "weeks": [[days[on] for on in week] for week in weeks], "first": first,
        "before": (first - timedelta(days=1)).replace(day=1), "after": (first + timedelta(days=32)).replace(day=1),
    })  # fmt: skip


def _month_of(word: str, today: date) -> date:
    """“2017-03”; anything else is this month."""
    try:
        year, number = word.split("-")
        return date(min(max(int(year), 2000), 2100), int(number), 1)
    except ValueError:
        return today.replace(day=1)


def _moment(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time()))


# -- one gathering ---------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One gathering: what it is and when, what I answered, the agenda, who came, what was decided."""
    gathering, account, now = visible_gathering(request, pk), account_of(request), timezone.now()
    today = timezone.localdate(now)
    keeps, reads_all = queries.organises(gathering, account, today), queries.reads_all(account, today)
    found = reading.dossier(gathering, account, today, keeps=keeps)
    answers = reading.replies(gathering) if keeps or reads_all else None
    rolls = queries.rolls(gathering, found.parts, answers.due) if answers else []
    return render(request, "gatherings/detail.html", {
        "gathering": gathering, "keeps": keeps, "reads_all": reads_all, "found": found,
        "my": _my(gathering, found, account, now), "rolls": [(one, queries.quorum(gathering, one)) for one in rolls],
        "joints": [local.label_of(rules.JOINT, one) for one in gathering.joints],
        "children": list(queries.visible_to(account, today).filter(parent=gathering).order_by("starts_at", "pk")),
        "replies": answers if keeps else None, "facts": _facts(gathering),
        "steps": gathering.lifecycle.open_steps(gathering, account), "must": gathering.needs("must"),
        "may_plan": keeps and gathering.state not in actions.FINISHED,
        "shows_screen": keeps and gathering.state in COMING, "may_minute": keeps and gathering.state in MINUTES,
        "shows_minutes": gathering.state == GatheringState.SETTLED or keeps,
        "floor": queries.floor_of(gathering, account, today),
        "papers": papers.printable(papers.Reader.of(gathering, account, now)),
        "may_part": gathering.parent_id is None and gathering.needs("agenda"),
        "takes_photos": keeps and gathering.state in queries.TAKES_PHOTOS,
        "may_write_note": found.invitee is not None and gathering.needs("hours") and gathering.state in queries.TAKES_NOTES,
    })  # fmt: skip


def _facts(gathering: Gathering) -> list[tuple[str, str]]:
    """What this kind says besides when and where."""
    found = [
        ("届次", str(gathering.session) if gathering.session else ""),
        ("主持或带队", gathering.leader), ("对方单位", gathering.counterpart),
        ("对方级别", local.label_of(rules.LEVEL, gathering.level) if gathering.level else ""),
        ("中心工作", local.label_of(rules.PROJECT, gathering.project) if gathering.project else ""),
        ("学时", f"{gathering.hours.normalize():f}" if gathering.hours is not None else ""),
    ]  # fmt: skip
    return [(label, words) for label, words in found if words]


@dataclass(frozen=True)
class My:
    """What the signed-in person may do about being called."""

    may_answer: bool
    may_sign_up: bool
    may_ask_leave: bool
    may_sign_in: bool
    is_over: bool


def _my(gathering: Gathering, found: reading.Dossier, account: Account, now: datetime) -> My:
    comes = gathering.state in COMING and gathering.ends_at >= now
    called = found.invitee is not None
    waits = any(one.state == LeaveState.ASKED for one in found.leaves)
    signed = {one.part_id for one in found.marks if one.mark in CAME}
    part = queries.part_at(found.parts, now) if called and comes else None
    seat = account.holds(posts.MEMBER, on=timezone.localdate(now))
    return My(
        may_answer=comes and called, may_sign_up=comes and not called and gathering.is_open and seat,
        may_ask_leave=comes and called and not waits, may_sign_in=part is not None and part.pk not in signed,
        is_over=not comes,
    )  # fmt: skip


# -- planning ----------------------------------------------------------------------------------------------------------------
PartRows = forms.formset_factory(PartForm, extra=2, max_num=40)
StopRows = forms.formset_factory(StopForm, extra=3, max_num=60)
GuestRows = forms.formset_factory(GuestForm, extra=3, max_num=120)
AidRows = forms.formset_factory(AidForm, extra=2, max_num=60)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """办活动: what, when, where, who holds it. The rest follows on the next page."""
    account, now = account_of(request), timezone.now()
    actions.check_planner(account, timezone.localdate(now))
    under = _under(request)
    first = {"host": _own_body(account)} if under is None else {
        "host": under.host_id, "starts_at": under.starts_at, "ends_at": under.ends_at, "place": under.place,
    }  # fmt: skip
    form = Plan(request.POST or None, account=account, today=timezone.localdate(now), initial=first)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            belongs = {"parent": under, "session": under.session} if under else {}
            made = actions.start(
                account, form.cleaned_data | belongs, at=now, key=request.POST.get("key", "")
            )
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "已建好。接下来写好安排、请好人员，就可以发通知。")
            return redirect("gatherings:plan", made.pk)
    context = {"form": form, "refusal": refusal, "key": request.POST.get("key") or new_key(), "under": under}
    return render(request, "gatherings/new.html", context, status=_status(form, refusal))


def _under(request: HttpRequest) -> Gathering | None:
    """The meeting that a new one belongs to, for whoever keeps it."""
    given = request.POST.get("under") or request.GET.get("under") or ""
    return kept_gathering(request, int(given)) if given.isdecimal() and len(given) < 18 else None


def _own_body(account: Account) -> int | None:
    found = account.places(posts.CONVENER)
    return None if account.holds(posts.OFFICE) or not found else found[0]


def _status(form: forms.BaseForm, refusal: Refused | None) -> int:
    if refusal:
        return refusal.status
    return 422 if form.is_bound and form.errors else 200


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """安排: the parts, stops, guests and what else this kind needs. After the notice, time and place are its own step."""
    gathering, account, today = kept_gathering(request, pk), account_of(request), timezone.localdate()
    if gathering.state in actions.FINISHED:
        raise Refused("已经办结或取消，不能再改。要补正的，请先退回补正。")
    is_draft = gathering.state == GatheringState.DRAFT
    data = request.POST or None
    first = (
        Plan(data, record=gathering, account=account, today=today, initial=_as_planned(gathering))
        if is_draft
        else None
    )
    more = More(data, record=gathering, account=account, today=today, initial=_as_planned(gathering))
    tables = _tables(gathering, data, is_draft)
    place, refusal = f"{gathering.kind()}:{gathering.pk}:plan", None
    given = [one for one in (first, more, *tables.values()) if one is not None]
    are_valid = [one.is_valid() for one in given]  # all are asked: every table shows its own errors
    if request.method == "POST" and all(are_valid):
        words = (first.cleaned_data if first else {}) | more.cleaned_data
        rows = {name: _said(table, name) for name, table in tables.items()}
        try:
            actions.save(gathering, account, words, at=timezone.now(), version=version_seen(request), **rows)
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "安排已存好。")
            return redirect(gathering)
    if request.method == "GET":
        put_back(
            account, place, *(one for one in (first, more) if one), *chain.from_iterable(tables.values())
        )
    context = {
        "gathering": gathering, "first": first, "more": more, "tables": [(TABLES[name], one) for name, one in tables.items()],
        "refusal": refusal, "version": request.POST.get("version") or gathering.version, "forms": given,
        "place": place, "form": more,
    }  # fmt: skip
    failed = any(one.is_bound and not one.is_valid() for one in given)
    return render(
        request, "gatherings/plan.html", context, status=refusal.status if refusal else 422 if failed else 200
    )


TABLES = {"parts": "场次", "stops": "走访（考察）点", "guests": "邀请单位", "aid": "帮扶捐助"}


def _tables(gathering: Gathering, data: Any, is_draft: bool) -> dict[str, Any]:
    """The tables this kind of gathering fills in."""
    found: dict[str, Any] = {}
    if is_draft:
        rows = [
            {"label": p.label, "starts_at": p.starts_at, "ends_at": p.ends_at, "place": p.place}
            for p in gathering.parts.all()
        ]
        found["parts"] = PartRows(data, initial=rows, prefix="parts")
    sources: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
        ("stops", StopRows, ("organisation", "sort", "region", "on", "note")),
        ("guests", GuestRows, ("organisation", "sort", "agency", "people")),
        ("aid", AidRows, ("sort", "giver", "amount", "goods", "worth", "beneficiaries")),
    )
    for name, rows_form, columns in sources:
        if gathering.needs(name) or getattr(gathering, name).exists():
            initial = list(getattr(gathering, name).values(*columns))
            found[name] = rows_form(data, initial=initial, prefix=name)
    return found


def _said(table: Any, name: str) -> Rows:
    """The rows that say something, as their table keeps them: an empty number is its column's default."""
    rows = [form.cleaned_data for form in table if form.cleaned_data and form.is_said]
    defaults: dict[str, Any] = {"people": 1, "amount": 0, "worth": 0, "beneficiaries": 0}
    return [
        {key: (defaults[key] if key in defaults and value is None else value) for key, value in row.items()}
        for row in rows
    ]  # fmt: skip


def _as_planned(gathering: Gathering) -> dict[str, Any]:
    columns = (
        "type", "title", "starts_at", "ends_at", "place", "host", "session", "number", "leader", "joints", "is_open",
        "most", "reply_by", "note", "counterpart", "level", "project", "hours",
    )  # fmt: skip
    found = {name: getattr(gathering, name) for name in columns}
    return found | {
        "host": gathering.host_id,
        "session": gathering.session_id,
        "partners": [one.pk for one in gathering.partners.all()],
    }


# -- the agenda ----------------------------------------------------------------------------------------------------------------
class ItemForm(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput())
    title = TextField(label="议题", max_length=200, required=False)
    under = forms.IntegerField(label="列在第几项之下", required=False, min_value=1, max_value=99)
    presenter = TextField(label="报告人", max_length=60, required=False)
    minutes = forms.IntegerField(label="时长（分钟）", required=False, min_value=1, max_value=600)
    part = forms.ModelChoiceField(
        label="场次", queryset=Part.objects.none(), required=False, empty_label="（不分）"
    )
    outcome = TextField(label="结果", rows=2, max_length=3000, required=False)
    is_done = forms.BooleanField(label="已议定", required=False)

    def __init__(self, *args: Any, parts: QuerySet[Part], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["part"].queryset = parts  # type: ignore[attr-defined]


ItemRows = forms.formset_factory(ItemForm, extra=3, max_num=80)


@login_required
@require_http_methods(["GET", "POST"])
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """议程: items in order, one under another where it belongs there; results after the meeting."""
    gathering, account = kept_gathering(request, pk), account_of(request)
    if gathering.state in actions.FINISHED:
        raise Refused("已经办结或取消，不能再改。要补正的，请先退回补正。")
    rows = ItemRows(
        request.POST or None,
        initial=_as_listed(gathering),
        prefix="items",
        form_kwargs={"parts": gathering.parts.all()},
    )
    if request.method == "POST" and rows.is_valid():
        said = [form.cleaned_data for form in rows if form.cleaned_data.get("title")]
        given = [
            row | {"number": n, "parent": row["under"] if (row["under"] or n) < n else None}
            for n, row in enumerate(said, 1)
        ]
        actions.save_agenda(gathering, account, given, timezone.now())
        messages.success(request, "议程已存好。")
        return redirect(gathering)
    status = 422 if rows.is_bound else 200
    return render(request, "gatherings/agenda.html", {
        "gathering": gathering, "rows": rows, "lines": reading.agenda_lines(gathering), "next_meetings": _next_of(gathering, account),
        "readings": _readings(gathering), "key": new_key(),
    }, status=status)  # fmt: skip


def _as_listed(gathering: Gathering) -> Rows:
    items = list(gathering.agenda.all())
    numbers = {item.pk: n for n, item in enumerate(items, 1)}
    return [
        {"id": one.pk, "title": one.title, "under": numbers.get(one.parent_id or 0), "presenter": one.presenter,
         "minutes": one.minutes, "part": one.part_id, "outcome": one.outcome, "is_done": one.is_done}
        for one in items
    ]  # fmt: skip


def _next_of(gathering: Gathering, account: Account) -> list[Gathering]:
    """Where an unfinished item may go on: gatherings in preparation or announced that the person organises."""
    today = timezone.localdate()
    rows = (
        queries.visible_to(account, today)
        .filter(state__in=(GatheringState.DRAFT, *COMING))
        .exclude(pk=gathering.pk)
    )
    return [
        one
        for one in rows.order_by("starts_at")[:40]
        if one.needs("agenda") and queries.organises(one, account, today)
    ]


def _readings(gathering: Gathering) -> dict[int, list[Reading]]:
    """Who opened each paper and when, the first first."""
    found: dict[int, list[Reading]] = {}
    files = Attachment.objects.filter(
        subject_type=AgendaItem.kind(), subject_id__in=gathering.agenda.values("pk")
    ).values("pk")
    for one in Reading.objects.filter(file__in=files).select_related("account").order_by("at", "pk"):
        found.setdefault(one.file_id, []).append(one)
    return found


@login_required
@require_POST
def carry(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """移交: an item goes on to another gathering."""
    gathering, account = kept_gathering(request, pk), account_of(request)
    found = gathering.agenda.filter(pk=item).first()
    to = request.POST.get("to", "")
    if found is None:
        raise Http404
    if not (to.isdecimal() and len(to) < 18):
        raise Refused("请选移交到哪一次会议。")
    target = kept_gathering(request, int(to))
    actions.carry(found, target, account, timezone.now())
    messages.success(request, f"已移交《{target}》。")
    return redirect("gatherings:agenda", gathering.pk)


@login_required
@require_POST
def add_file(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """材料: a paper of the agenda, through the gate."""
    gathering, account = kept_gathering(request, pk), account_of(request)
    found = gathering.agenda.filter(pk=item).first()
    given = request.FILES.get("file")
    if found is None:
        raise Http404
    if given is None:
        raise Refused("请先选一个文件。")
    upload = store.receive(given, given.name or "")
    if upload.refused:
        raise Refused(upload.refused)
    store.keep_upload(upload, found, account, "paper", timezone.now())
    messages.success(request, "材料已加上。")
    return redirect("gatherings:agenda", gathering.pk)


@login_required
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A paper of the agenda, for those called. Pressed on the page (POST) the first opening is noted; GET only reads."""
    gathering, account = visible_gathering(request, pk), account_of(request)
    items = gathering.agenda.values("pk")
    one = Attachment.objects.filter(pk=file, subject_type=AgendaItem.kind(), subject_id__in=items).first()
    if one is None:
        raise Http404
    if request.method == "POST":
        actions.opened(gathering, one, account, timezone.now())
        return redirect(request.path)
    return store.download(one, inline="inline" in request.GET)  # type: ignore[return-value]


# -- minutes ---------------------------------------------------------------------------------------------------------------------
class Minutes(StepForm):
    minutes = TextField(label="纪要", rows=18, max_length=50_000)


@login_required
@require_http_methods(["GET", "POST"])
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """写纪要: beside the agenda and what people said; kept while typing."""
    gathering, account = kept_gathering(request, pk), account_of(request)
    if gathering.state not in MINUTES:
        raise Refused(f"现在是“{gathering.get_state_display()}”，不能写纪要。")
    form = Minutes(request.POST or None, initial={"minutes": gathering.minutes})
    place, refusal = f"{gathering.kind()}:{gathering.pk}:minutes", None
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_minutes(
                gathering, account, form.cleaned_data["minutes"], timezone.now(), version_seen(request)
            )
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "纪要已存好。")
            return redirect(gathering)
    if request.method == "GET":
        put_back(account, place, form)
    context = {
        "gathering": gathering, "form": form, "place": place, "refusal": refusal, "agenda": reading.agenda_lines(gathering),
        "remarks": list(gathering.remarks.all()[:200]), "version": request.POST.get("version") or gathering.version,
    }  # fmt: skip
    return render(request, "gatherings/minutes.html", context, status=_status(form, refusal))


# -- figures -----------------------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """会议活动的数字."""
    if not queries.reads_all(account_of(request), timezone.localdate()):
        raise Http404
    return show_all(request, FIGURES, "会议活动数字", "gatherings")


@login_required
@require_GET
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """The list behind one number."""
    if not queries.reads_all(account_of(request), timezone.localdate()):
        raise Http404
    return show_one(request, FIGURES, key, "gatherings")
