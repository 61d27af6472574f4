"""Pages of what happens on the floor: speeches and their timing, what was said in groups, briefings, ballots; the papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel import local
from huisheng.kernel.errors import Refused
from huisheng.kernel.journal import timeline
from huisheng.people import posts
from huisheng.ui.paging import page
from huisheng.ui.printing import TYPES, send
from huisheng.ui.steps import forget_typed, new_key, put_back

from . import floor, papers, queries
from . import local_rules as rules
from .forms import (
    AmendRemark,
    CountBallot,
    LineForm,
    RemarkForm,
    SpeechForm,
    StartBallot,
    StartBriefing,
    WriteBriefing,
)
from .models import (
    Ballot,
    BallotState,
    Briefing,
    BriefingState,
    Gathering,
    Part,
    Remark,
    Speech,
    SpeechState,
    in_minutes,
)
from .views import account_of, kept_gathering, visible_gathering
from .views_roll import visible_leave

PAGE = 50
# the three gates and what came of them, in the order of their work
GROUPS: dict[str, tuple[SpeechState, ...]] = {
    "submitted": (SpeechState.SUBMITTED,),
    "chosen": (SpeechState.CHOSEN,),
    "checked": (SpeechState.CHECKED,),
    "oral": (SpeechState.ORAL,),
    "written": (SpeechState.WRITTEN,),
    "declined": (SpeechState.DECLINED,),
    "withdrawn": (SpeechState.WITHDRAWN,),
}


def _status(form: forms.BaseForm, refusal: Refused | None) -> int:
    if refusal:
        return refusal.status
    return 422 if form.is_bound and form.errors else 200


def _found(rows: QuerySet[Any], request: HttpRequest, pk: int, *joins: str) -> Any:
    """The record when the signed-in person may see it; absent and forbidden look the same."""
    one = rows.select_related("gathering__host", *joins).filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


def _place(record: Any, what: str) -> str:
    """Where the words of a page are kept until they are sent."""
    return f"{record.kind()}:{record.pk}:{what}"


# -- speeches: writing -------------------------------------------------------------------------------------------------
def visible_speech(request: HttpRequest, pk: int) -> Speech:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_speeches(account_of(request), timezone.localdate())
    return _found(rows, request, pk, "speaker_member__sector", "speaker_body", "part", "made_by")  # type: ignore[no-any-return]


@login_required
@require_GET
def my_speeches(request: HttpRequest) -> HttpResponse:
    """我的发言: the meetings that take material now, and what I have written."""
    account, today = account_of(request), timezone.localdate()
    rows = queries.own_speeches(account, today).select_related(
        "gathering", "speaker_member__sector", "speaker_body"
    )
    calls = queries.taking_speeches(account, today).order_by("starts_at", "pk")[:20]
    return render(request, "gatherings/speech_own.html", {
        "page": page(rows, request, size=PAGE, order=("-made_at", "-pk")), "calls": list(calls),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new_speech(request: HttpRequest, pk: int) -> HttpResponse:
    """写发言: kept while typing, a draft from the first save on."""
    account, now = account_of(request), timezone.now()
    today = timezone.localdate(now)
    gathering = queries.taking_speeches(account, today).filter(pk=pk).first()
    if gathering is None:
        raise Http404
    form = SpeechForm(request.POST or None, account=account, today=today)
    place, refusal = _place(gathering, "speech"), None
    if request.method == "POST" and form.is_valid():
        try:
            made = floor.start_speech(
                gathering, account, form.as_speech(), at=now, key=request.POST.get("key", "")
            )
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "草稿已存好。核对后可以提交。")
            return redirect(made)
    if request.method == "GET":
        put_back(account, place, form)
    return render(request, "gatherings/speech_write.html", {
        "form": form, "gathering": gathering, "place": place, "refusal": refusal, "longest": _longest(today),
        "key": request.POST.get("key") or new_key(), "back": reverse("gatherings:speeches"),
    }, status=_status(form, refusal))  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def edit_speech(request: HttpRequest, pk: int) -> HttpResponse:
    speech, account, now = visible_speech(request, pk), account_of(request), timezone.now()
    today = timezone.localdate(now)
    if not _writes(speech, account, today):
        raise Http404
    if speech.state != SpeechState.DRAFT:
        return redirect(speech)
    form = SpeechForm(request.POST or None, account=account, today=today, initial=_as_written(speech))
    place, refusal = _place(speech, "write"), None
    if request.method == "POST" and form.is_valid():
        try:
            floor.save_speech(speech, account, form.as_speech(), now)
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "已存好。核对后可以提交。")
            return redirect(speech)
    if request.method == "GET":
        put_back(account, place, form)
    return render(request, "gatherings/speech_write.html", {
        "form": form, "gathering": speech.gathering, "speech": speech, "place": place, "refusal": refusal,
        "longest": _longest(today), "back": speech.get_absolute_url(),
    }, status=_status(form, refusal))  # fmt: skip


def _writes(speech: Speech, account: Any, today: date) -> bool:
    return queries.own_speeches(account, today).filter(pk=speech.pk).exists()


def _as_written(speech: Speech) -> dict[str, Any]:
    who = (
        f"member:{speech.speaker_member_id}" if speech.speaker_member_id else f"body:{speech.speaker_body_id}"
    )
    words = {name: getattr(speech, name) for name in ("title", "content", "reader", "wants_oral")}
    return words | {"speaker": who}


def _longest(today: date) -> int:
    return int(local.rule(rules.SPEECH_LONGEST, today))


# -- speeches: reading and choosing ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Group:
    """One gate of the list, with how many stand before it."""

    key: str
    label: str
    count: int


@login_required
@require_GET
def speeches(request: HttpRequest, pk: int) -> HttpResponse:
    """大会发言 of one meeting: for the office the three gates and the balance, for the others what was chosen."""
    gathering, account, today = visible_gathering(request, pk), account_of(request), timezone.localdate()
    rows = queries.visible_speeches(account, today).filter(gathering=gathering)
    chooses = queries.reads_all(account, today)
    groups = _groups(rows) if chooses else []
    shown = request.GET.get("group", "")
    if shown in GROUPS and chooses:
        rows = rows.filter(state__in=GROUPS[shown])
    rows = rows.select_related("speaker_member__sector", "speaker_body", "part")
    order = ("part__number", "position", "pk") if shown in ("", "oral") else ("submitted_at", "pk")
    return render(request, "gatherings/speech_list.html", {
        "gathering": gathering, "chooses": chooses, "groups": groups, "shown": shown,
        "page": page(rows, request, size=PAGE, order=order, count=True),
        "balances": _balances(gathering) if chooses else [],
        "keeps": queries.organises(gathering, account, today),
        "may_write": queries.taking_speeches(account, today).filter(pk=pk).exists(),
    })  # fmt: skip


def _groups(rows: QuerySet[Speech]) -> list[Group]:
    counted = dict(rows.values_list("state").annotate(n=Count("pk")).order_by())
    return [
        Group(key, str(states[0].label), sum(counted.get(state, 0) for state in states))
        for key, states in GROUPS.items()
    ]


def _balances(gathering: Gathering) -> list[tuple[str, queries.Balance]]:
    found = (
        ("界别和单位", queries.balance(gathering)),
        ("党派（政治面貌）", queries.party_balance(gathering)),
    )
    return [(label, rows) for label, rows in found if rows]


@login_required
@require_GET
def speech(request: HttpRequest, pk: int) -> HttpResponse:
    found, account, today = visible_speech(request, pk), account_of(request), timezone.localdate()
    inside = queries.reads_all(account, today)
    is_own = _writes(found, account, today)
    sees = queries.visible_to(account, today).filter(pk=found.gathering_id).exists()
    every = reverse("gatherings:gathering-speeches", args=[found.gathering_id])
    return render(request, "gatherings/speech.html", {
        "speech": found, "gathering": found.gathering, "steps": found.lifecycle.open_steps(found, account),
        "is_writable": is_own and found.state == SpeechState.DRAFT, "length": len(found.content),
        "longest": _longest(today), "entries": timeline(found) if inside or is_own else [],
        "back": every if sees else reverse("gatherings:speeches"),
        # who chooses goes on with the next one before the same gate
        "next_url": f"{every}?group={found.state}" if inside and found.state in GROUPS else "",
        "sector": queries.sector_or_body(found),
        "may_draft": account.holds(posts.EDITOR, posts.OFFICE, on=today) and found.state in queries.PUBLIC_SPEECHES,
    })  # fmt: skip


# -- speeches: timing ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Clock:
    """The speech the desk's button is for. ``elapsed`` and ``limit`` are seconds."""

    speech: Speech
    is_running: bool
    elapsed: int
    limit: int
    until: datetime | None


@login_required
@require_GET
def timing(request: HttpRequest, pk: int) -> HttpResponse:
    """发言计时: one big button for the desk; the clock runs by script, the moments stand there without it."""
    gathering, now = kept_gathering(request, pk), timezone.now()
    rows = list(queries.oral_speeches(gathering))
    totals = sorted(queries.speech_seconds(gathering).items(), key=lambda row: -row[1])
    return render(request, "gatherings/speech_timing.html", {
        "gathering": gathering, "rows": rows, "clock": _clock(rows, request.GET.get("speech", ""), now),
        "totals": [(name, in_minutes(seconds)) for name, seconds in totals],
    })  # fmt: skip


def _clock(rows: list[Speech], asked: str, now: datetime) -> Clock | None:
    """The one that is speaking; else the one asked for; else the next in order."""
    waiting = [one for one in rows if one.ended_at is None]
    running = next((one for one in waiting if one.began_at), None)
    wanted = next((one for one in waiting if str(one.pk) == asked), None)
    found = running or wanted or next(iter(waiting), None)
    if found is None:
        return None
    limit = 60 * (found.limit or int(local.rule(rules.SPEECH_MINUTES, timezone.localdate(now))))
    elapsed = int((now - found.began_at).total_seconds()) if found.began_at else 0
    until = found.began_at + timedelta(seconds=limit) if found.began_at else None
    return Clock(found, found.began_at is not None, max(0, elapsed), limit, until)


@login_required
@require_POST
def time_speech(request: HttpRequest, pk: int) -> HttpResponse:
    """开始, 结束, or 清除重计: what stood on the button."""
    found, account, now = visible_speech(request, pk), account_of(request), timezone.now()
    press = request.POST.get("press", "")
    if press == "again":
        floor.untime_speech(found, account, now)
    elif press in ("begin", "end"):
        floor.time_speech(found, account, now, press=press)  # type: ignore[arg-type]
    else:
        raise Refused("没有看懂按的是哪一个。请回到计时页再按一次。")
    return redirect("gatherings:timing", found.gathering_id)


# -- what was said in groups -----------------------------------------------------------------------------------------------
def _recorded(request: HttpRequest, pk: int) -> Gathering:
    gathering = visible_gathering(request, pk)
    if not queries.reads_remarks(gathering, account_of(request), timezone.localdate()):
        raise Http404
    return gathering


@login_required
@require_http_methods(["GET", "POST"])
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """发言记录: who, what, one press; the newest on top."""
    gathering, account, now = _recorded(request, pk), account_of(request), timezone.now()
    today = timezone.localdate(now)
    may_note = queries.organises(gathering, account, today) and gathering.state in floor.SITTING
    form = RemarkForm(request.POST or None, record=gathering, account=account, today=today)
    place, refusal = _place(gathering, "remark"), None
    if request.method == "POST" and form.is_valid():
        try:
            floor.note_remark(gathering, account, form.as_remark(), at=now, key=request.POST.get("key", ""))
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "已记下。")
            return redirect("gatherings:remarks", gathering.pk)
    if request.method == "GET":
        put_back(account, place, form)
    rows = gathering.remarks.select_related("by").annotate(used=Count("briefings"))
    return render(request, "gatherings/remarks.html", {
        "gathering": gathering, "form": form, "place": place, "refusal": refusal, "may_note": may_note,
        "page": page(rows, request, size=PAGE, order=("-pk",), count=True), "key": new_key(),
    }, status=_status(form, refusal))  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def remark(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    """改发言记录."""
    gathering, account = kept_gathering(request, pk), account_of(request)
    found: Remark | None = gathering.remarks.filter(pk=remark).first()
    if found is None:
        raise Http404
    form = AmendRemark(request.POST or None, initial={"text": found.text})
    place, refusal = f"{gathering.kind()}:{found.pk}:remark_amend", None
    if request.method == "POST" and form.is_valid():
        try:
            floor.amend_remark(found, account, form.cleaned_data["text"], timezone.now())
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "已改好。")
            return redirect("gatherings:remarks", gathering.pk)
    if request.method == "GET":
        put_back(account, place, form)
    return render(request, "gatherings/remarks_amend.html", {
        "gathering": gathering, "remark": found, "form": form, "place": place, "refusal": refusal,
        "printed": list(found.briefings.filter(state=BriefingState.ISSUED)),
    }, status=_status(form, refusal))  # fmt: skip


# -- briefings -------------------------------------------------------------------------------------------------------------
def visible_briefing(request: HttpRequest, pk: int) -> Briefing:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_briefings(account_of(request), timezone.localdate())
    return _found(rows, request, pk, "made_by", "issued_by")  # type: ignore[no-any-return]


@login_required
@require_GET
def briefings(request: HttpRequest, pk: int) -> HttpResponse:
    """会议简报 of one meeting, the newest on top."""
    gathering, account, today = visible_gathering(request, pk), account_of(request), timezone.localdate()
    rows = queries.visible_briefings(account, today).filter(gathering=gathering).select_related("made_by")
    return render(request, "gatherings/briefing_list.html", {
        "gathering": gathering, "page": page(rows, request, size=PAGE, order=("-pk",), count=True),
        "keeps": queries.organises(gathering, account, today),
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new_briefing(request: HttpRequest, pk: int) -> HttpResponse:
    """编简报: tick what goes in; its first words stand on the next page."""
    gathering, account, now = kept_gathering(request, pk), account_of(request), timezone.now()
    also_used = "all" in request.GET
    form = StartBriefing(
        request.POST or None, record=gathering, account=account, today=timezone.localdate(now), also_used=also_used
    )  # fmt: skip
    place, refusal = _place(gathering, "briefing"), None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = floor.start_briefing(
                gathering, account, {"title": given["title"]}, given["remarks"], at=now,
                key=request.POST.get("key", ""),
            )  # fmt: skip
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            return redirect("gatherings:briefing-edit", made.pk)
    if request.method == "GET":
        put_back(account, place, form)
    return render(request, "gatherings/briefing_new.html", {
        "gathering": gathering, "form": form, "place": place, "refusal": refusal, "also_used": also_used,
        "key": request.POST.get("key") or new_key(),
    }, status=_status(form, refusal))  # fmt: skip


@login_required
@require_GET
def briefing(request: HttpRequest, pk: int) -> HttpResponse:
    found, account, today = visible_briefing(request, pk), account_of(request), timezone.localdate()
    keeps = queries.organises(found.gathering, account, today)
    return render(request, "gatherings/briefing.html", {
        "briefing": found, "gathering": found.gathering, "steps": found.lifecycle.open_steps(found, account),
        "is_writable": keeps and found.state == BriefingState.DRAFT,
        "entries": timeline(found) if keeps or queries.reads_all(account, today) else [],
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def edit_briefing(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_briefing(request, pk), account_of(request)
    if not queries.organises(found.gathering, account, timezone.localdate()):
        raise Http404
    if found.state != BriefingState.DRAFT:
        return redirect(found)
    initial = {"title": found.title, "content": found.content}
    form = WriteBriefing(request.POST or None, initial=initial)
    place, refusal = _place(found, "write"), None
    if request.method == "POST" and form.is_valid():
        try:
            floor.save_briefing(found, account, form.cleaned_data, timezone.now())
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "简报已存好。核对后可以印发。")
            return redirect(found)
    if request.method == "GET":
        put_back(account, place, form)
    context = {
        "briefing": found,
        "gathering": found.gathering,
        "form": form,
        "place": place,
        "refusal": refusal,
    }
    return render(request, "gatherings/briefing_write.html", context, status=_status(form, refusal))


# -- ballots ---------------------------------------------------------------------------------------------------------------
SPARE_LINES = 3
LineRows = forms.formset_factory(LineForm, extra=SPARE_LINES, max_num=300)


def visible_ballot(request: HttpRequest, pk: int) -> Ballot:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_ballots(account_of(request), timezone.localdate())
    return _found(rows, request, pk, "part", "made_by")  # type: ignore[no-any-return]


@login_required
@require_GET
def ballots(request: HttpRequest, pk: int) -> HttpResponse:
    """表决、选举 of one meeting."""
    gathering, account, today = visible_gathering(request, pk), account_of(request), timezone.localdate()
    rows = queries.visible_ballots(account, today).filter(gathering=gathering)
    keeps = queries.organises(gathering, account, today)
    return render(request, "gatherings/ballot_list.html", {
        "gathering": gathering, "page": page(rows, request, size=PAGE, order=("pk",), count=True),
        "keeps": keeps, "may_start": keeps and gathering.state in floor.SITTING,
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new_ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """登记一项: what is voted on and who stands; the counts follow."""
    gathering, account, now = kept_gathering(request, pk), account_of(request), timezone.now()
    form = StartBallot(request.POST or None, record=gathering, account=account, today=timezone.localdate(now))
    place, refusal = _place(gathering, "ballot"), None
    if request.method == "POST" and form.is_valid():
        try:
            made = floor.start_ballot(
                gathering, account, *form.as_ballot(), at=now, key=request.POST.get("key", "")
            )
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "已登记。计票以后，在这里填票数。")
            return redirect("gatherings:ballot-edit", made.pk)
    if request.method == "GET":
        put_back(account, place, form)
    return render(request, "gatherings/ballot_new.html", {
        "gathering": gathering, "form": form, "place": place, "refusal": refusal,
        "key": request.POST.get("key") or new_key(),
    }, status=_status(form, refusal))  # fmt: skip


@login_required
@require_GET
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """One vote: valid votes, how many were needed, what came of it. Who voted what is nowhere."""
    found, account, today = visible_ballot(request, pk), account_of(request), timezone.localdate()
    keeps = queries.organises(found.gathering, account, today)
    return render(request, "gatherings/ballot.html", {
        "ballot": found, "gathering": found.gathering, "steps": found.lifecycle.open_steps(found, account),
        "is_writable": keeps and found.state == BallotState.DRAFT, "outcomes": queries.outcomes(found),
        "is_counted": queries.is_counted(found), "needed": queries.needed(found),
        "method": local.label_of(rules.VOTE, found.method), "void_rule": local.rule(rules.BALLOT_VOID, today),
        "entries": timeline(found) if keeps or queries.reads_all(account, today) else [],
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def edit_ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """填票数: the counts, and a line for every name; three empty lines for names written in."""
    found, account, now = visible_ballot(request, pk), account_of(request), timezone.now()
    if not queries.organises(found.gathering, account, timezone.localdate(now)):
        raise Http404
    if found.state != BallotState.DRAFT:
        return redirect(found)
    data = request.POST or None
    form = CountBallot(
        data, record=found, account=account, today=timezone.localdate(now), initial=_as_counted(found, now)
    )
    columns = ("name", "in_favour", "against", "abstained", "is_written_in")
    lines: Any = LineRows(data, initial=list(found.lines.values(*columns)), prefix="lines")
    place, refusal = _place(found, "count"), None
    are_valid = [form.is_valid(), lines.is_valid()]  # both are asked: each shows its own errors
    if request.method == "POST" and all(are_valid):
        rows = [row for one in lines if (row := one.as_line())]
        try:
            floor.save_ballot(found, account, form.cleaned_data, rows, now)
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "票数已存好。核对后可以宣布结果。")
            return redirect(found)
    if request.method == "GET":
        put_back(account, place, form, *lines)
    failed = request.method == "POST" and not all(are_valid)
    return render(request, "gatherings/ballot_count.html", {
        "ballot": found, "gathering": found.gathering, "form": form, "lines": lines, "place": place, "refusal": refusal,
        "is_counted": queries.is_counted(found), "due": queries.expected(found.gathering).count(),
        "void_rule": local.rule(rules.BALLOT_VOID, timezone.localdate(now)),
    }, status=refusal.status if refusal else 422 if failed else 200)  # fmt: skip


def _as_counted(ballot: Ballot, now: datetime) -> dict[str, Any]:
    """As it was last saved; 实到 is first read from the roll of the sitting."""
    columns = ("title", "seats", "present", "issued", "returned", "void", "scrutineers", "tellers")
    found = {name: getattr(ballot, name) for name in columns}
    return found | {"present": ballot.present or _came(ballot.gathering, ballot.part, now)}


def _came(gathering: Gathering, part: Part | None, now: datetime) -> int:
    sitting = part or queries.part_now(gathering, now)
    rolls = queries.rolls(gathering)
    chosen = [one for one in rolls if one.part == sitting] or rolls[-1:]
    return chosen[0].came if chosen else 0


# -- papers ------------------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def paper(request: HttpRequest, pk: int, which: str, form: str) -> HttpResponse:
    """One paper of the meeting, for whoever may see what stands in it."""
    gathering = visible_gathering(request, pk)
    reader = papers.Reader.of(gathering, account_of(request), timezone.now())
    found = papers.PAPERS.get(which)
    if form not in TYPES or found is None or not found.may(reader):
        raise Http404
    return send(found.make(reader), form, _file_name(gathering, found.label))


@login_required
@require_GET
def briefing_paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    found = visible_briefing(request, pk)
    return send(papers.briefing_paper(found), form, _file_name(found.gathering, f"简报{found.number_label}"))


@login_required
@require_GET
def leave_slip(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """请假条 on paper, for whoever may read the leave."""
    found = visible_leave(request, pk)
    return send(papers.leave_slip(found), form, _file_name(found.gathering, f"{found.invitee.name}请假条"))


@login_required
@require_GET
def ballot_paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    found = visible_ballot(request, pk)
    return send(papers.ballot_paper(found), form, _file_name(found.gathering, f"{found.title}结果报告单"))


def _file_name(gathering: Gathering, label: str) -> str:
    return f"{gathering} {label}"[:120]
