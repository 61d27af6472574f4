"""委员变动: the list, the record with its paper, the register. 信息更正: one's own data, and the office's list."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huisheng.kernel import store
from huisheng.kernel.errors import Conflict, NotAllowed
from huisheng.kernel.journal import timeline
from huisheng.kernel.models import Attachment
from huisheng.ui.figures import FIRST_YEAR, asked_year
from huisheng.ui.paging import page
from huisheng.ui.printing import send
from huisheng.ui.steps import forget_typed, new_key, put_back, version_seen

from .. import changing, papers, posts, queries
from .. import local_rules as rules
from ..forms_changes import ChangeForm, CorrectionForm, initial_of
from ..models import OPEN_CHANGES, Account, Correction, CorrectionState, MemberChange, MemberChangeState, Post
from .common import held_by

PAGE = 30
CHANGED = "您打开这一页之后，登记的信息改过，下面“现在登记的”是最新的。请核对要更正的那一项，再申请一次。"


def _me(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def visible_change(request: HttpRequest, pk: int) -> MemberChange:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_changes(_me(request), timezone.localdate())
    found = rows.select_related("member__sector", "sector", "prepared_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def visible_correction(request: HttpRequest, pk: int) -> Correction:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_corrections(_me(request), timezone.localdate())
    found = rows.select_related("account", "member__sector").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


# -- 委员变动 --------------------------------------------------------------------------------------------------------
@held_by(*queries.READS_CHANGES)
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """What is under way, or what was decided in a year."""
    year, only = asked_year(request), request.GET.get("show") != "year"
    rows = MemberChange.objects.select_related("member__sector", "sector")
    rows = (
        rows.filter(state__in=OPEN_CHANGES)
        if only
        else rows.filter(prepared_at__year=year) | rows.filter(decided_on__year=year)
    )
    return render(request, "people/changes.html", {
        "page": page(rows, request, size=PAGE, order=("-prepared_at", "-pk"), count=True), "only": only, "year": year,
        "years": range(timezone.localdate().year, FIRST_YEAR - 1, -1), "decided": queries.registered(year).count(),
        "keeps": _me(request).holds(posts.OFFICE),
    })  # fmt: skip


@login_required
@require_GET
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_change(request, pk), _me(request)
    inside = account.holds(*queries.READS_CHANGES)
    papers_of = Attachment.objects.filter(subject_type=MemberChange.kind(), subject_id=pk).order_by("-pk")
    return render(request, "people/change.html", {
        "change": found, "steps": found.lifecycle.open_steps(found, account), "entries": timeline(found),
        "papers": list(papers_of), "inside": inside, "on_roster": account.holds(posts.OFFICE) and found.member_id,
        "may_edit": found.state == MemberChangeState.DRAFT and account.holds(posts.OFFICE),
        "other_posts": _other_posts(found) if inside else [],
    })  # fmt: skip


def _other_posts(found: MemberChange) -> list[Any]:
    """What else the person is: it stays, and the administrator is asked to look at it."""
    if found.adds or found.member is None:
        return []
    accounts = found.member.posts.filter(kind=posts.MEMBER).values("account")
    held = Post.objects.current(timezone.localdate()).filter(account__in=accounts)
    rows = held.select_related("account", "member", "body", "agency").order_by("pk")
    return [one for one in rows if one.member_id != found.member_id]


@held_by(posts.OFFICE)
@require_http_methods(["GET", "POST"])
def change_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """准备委员变动, and 修改 while it is prepared. “?member=” names whose seat it is about."""
    found = visible_change(request, pk) if pk else None
    account, now = _me(request), timezone.now()
    place = f"people.memberchange:{pk or 'new'}:write"
    initial = initial_of(found) if found else {"member": request.GET.get("member", "")}
    form = ChangeForm(request.POST or None, account=account, today=timezone.localdate(now), initial=initial)
    status, told = 200, ""
    if request.method == "POST" and form.is_valid():
        try:
            if found:
                made = changing.save(found, account, form.data_of(), at=now, version=version_seen(request))
            else:
                made = changing.prepare(account, form.data_of(), at=now, key=request.POST.get("key", ""))
        except Conflict as refusal:
            status, told = refusal.status, refusal.sentence
        else:
            forget_typed(account, place)
            messages.success(request, "已保存。看过以后提请主席会议审议。")
            return redirect(made)
    elif form.is_bound:
        status = 422
    else:
        put_back(account, place, form)
    if found:
        found.refresh_from_db()
    return render(request, "people/change_edit.html", {
        "form": form, "change": found, "place": place, "key": request.POST.get("key") or new_key(), "told": told,
        "token": found.version if found else "",
    }, status=status)  # fmt: skip


@login_required
@require_GET
def change_paper(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """The decision's paper."""
    visible_change(request, pk)
    one = Attachment.objects.filter(pk=file, subject_type=MemberChange.kind(), subject_id=pk).first()
    if one is None:
        raise Http404
    return store.download(one, inline="inline" in request.GET)


@held_by(*queries.READS_CHANGES)
@require_GET
def register(request: HttpRequest, form: str) -> HttpResponseBase:
    """委员变动名册 of a year: .pdf, .docx or .xlsx."""
    year = asked_year(request)
    rows, name = list(queries.registered(year)), f"{year}年委员变动名册"
    if form == "xlsx":
        return FileResponse(papers.sheet(year, rows), as_attachment=True, filename=f"{name}.xlsx")
    return send(papers.register(year, rows, timezone.localdate()), form, name)


# -- 信息更正 --------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def particulars(request: HttpRequest) -> HttpResponse:
    """我的信息: what is kept about me, and the form that asks to have it put right."""
    account, now = _me(request), timezone.now()
    today = timezone.localdate(now)
    seat = queries.seat_of(account, today)
    kept, asked = queries.kept(account, seat), queries.correctable(seat, today)
    mine = Correction.objects.filter(account=account).order_by("-asked_at", "-pk")[:10]
    waiting = next((one for one in mine if one.state == CorrectionState.ASKED), None)
    form, status, token, place = None, 200, _fingerprint(kept), f"people.correction:{account.pk}:ask"
    if asked and (waiting is None or request.method == "POST"):
        form = CorrectionForm(request.POST or None, account=account, today=today, now=kept, asked=asked)
    if request.method == "POST":
        if form is None:
            raise NotAllowed("现在没有可以由本人申请更正的信息，请与办公室联系。")
        if request.POST.get("version", token) != token:
            # a field the person never touched would else ask for yesterday's value back
            form.add_error(None, CHANGED)
            status = 409
        elif form.is_valid():
            key = request.POST.get("key", "")
            one = changing.ask(account, form.wanted(), form.cleaned_data["reason"], at=now, key=key)
            forget_typed(account, place)
            messages.success(request, "已经申请，办公室核准后会告诉您。")
            return redirect(one)
        else:
            status = 422
    elif form:
        put_back(account, place, form)
    # a form that came back unsent stands beside what is kept; an untouched one already says it
    shown = kept if form is None or form.errors else {n: value for n, value in kept.items() if n not in asked}
    return render(request, "people/particulars.html", {
        "rows": [(rules.FIELDS[name], value) for name, value in shown.items()], "seat": seat, "form": form, "token": token,
        "place": place, "waiting": waiting, "mine": mine, "key": request.POST.get("key") or new_key(),
    }, status=status)  # fmt: skip


def _fingerprint(kept: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


@held_by(posts.OFFICE)
@require_GET
def corrections(request: HttpRequest) -> HttpResponse:
    """The office's list: what waits for an answer, or everything."""
    only = request.GET.get("show") != "all"
    rows = Correction.objects.select_related("account", "member__sector")
    rows = rows.filter(state=CorrectionState.ASKED) if only else rows
    return render(request, "people/corrections.html", {
        "page": page(rows, request, size=PAGE, order=("-asked_at", "-pk"), count=True), "only": only,
    })  # fmt: skip


@login_required
@require_GET
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    found, account = visible_correction(request, pk), _me(request)
    return render(request, "people/correction.html", {
        "correction": found, "steps": found.lifecycle.open_steps(found, account), "entries": timeline(found),
        "is_own": found.account_id == account.pk,
    })  # fmt: skip
