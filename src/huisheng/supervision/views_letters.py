"""Pages of 民主监督建议书: the list, one letter, writing it, its paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huisheng.kernel.errors import Refused
from huisheng.kernel.journal import timeline
from huisheng.ui.paging import page
from huisheng.ui.printing import send
from huisheng.ui.steps import new_key, version_seen

from . import letters, papers, queries
from .forms import LetterWords
from .models import LetterState, MonitorLetter, MonitorState
from .views import PAGE, account_of, visible_monitor


def visible_letter(request: HttpRequest, pk: int) -> MonitorLetter:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_letters(account_of(request), timezone.localdate()).filter(pk=pk)
    found = rows.select_related("monitor__member__sector", "monitor__agency").first()
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    account, today = account_of(request), timezone.localdate()
    rows = queries.visible_letters(account, today).select_related("monitor__member", "monitor__agency")
    return render(request, "supervision/letters.html", {
        "page": page(rows, request, size=PAGE, order=("-made_at", "-pk"), count=True),
        "posts": list(queries.posts_of(account, today)), "reads_all": account.holds(*queries.READS_ALL, on=today),
    })  # fmt: skip


@login_required
@require_GET
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    found, account, now = visible_letter(request, pk), account_of(request), timezone.now()
    today = timezone.localdate(now)
    is_mine = letters.is_writer(found.monitor, account, now)
    can_begin = queries.letters_to_take(account, today).filter(pk=found.pk).exists()
    return render(request, "supervision/letter.html", {
        "letter": found, "steps": found.lifecycle.open_steps(found, account), "entries": timeline(found),
        "may_edit": is_mine and found.state == LetterState.DRAFT,
        "begin_url": f"{reverse('supervision:new')}?from=letter-{found.pk}" if can_begin else "",
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """写建议书, about the unit of one's own post."""
    monitor, account, now = visible_monitor(request, pk), account_of(request), timezone.now()
    if not letters.is_writer(monitor, account, now) or monitor.state != MonitorState.IN_POST:
        raise Http404
    form = LetterWords(request.POST or None, account=account, today=timezone.localdate(now))
    return _write(
        request, form, f"写建议书：{monitor.agency}", monitor.get_absolute_url(), None,
        lambda data: letters.start(monitor, account, data, at=now, key=request.POST.get("key", "")),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found, account, now = visible_letter(request, pk), account_of(request), timezone.now()
    if not letters.is_writer(found.monitor, account, now):
        raise Http404
    if found.state != LetterState.DRAFT:
        raise Refused("建议书已经提交，不能再改。要改的，请先“撤回修改”。")
    words = {name: getattr(found, name) for name in letters.WORDS}
    form = LetterWords(
        request.POST or None, record=found, account=account, today=timezone.localdate(now), initial=words
    )
    return _write(
        request, form, f"改建议书：{found.monitor.agency}", found.get_absolute_url(), found.version,
        lambda data: letters.save(found, account, data, now, version_seen(request)),
    )  # fmt: skip


def _write(
    request: HttpRequest, form: LetterWords, title: str, back: str, version: int | None, save: Any
) -> HttpResponse:
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = save(form.cleaned_data)
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "存好了。写完请“提交”，提交以前只有您看得到。")
            return redirect(found)
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "supervision/letter_write.html", {
        "form": form, "refusal": refusal, "title": title, "back_url": back, "version": version,
        "key": request.POST.get("key") or new_key(),
    }, status=status)  # fmt: skip


@login_required
@require_GET
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    found = visible_letter(request, pk)
    return send(papers.letter(found), form, f"民主监督建议书（{found.title[:40]}）")
