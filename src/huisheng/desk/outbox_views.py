"""外发消息 as a page for the office: what did not arrive and whom to telephone; what waits for a person's word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huisheng.kernel.models import Notice
from huisheng.people.log import lines_about
from huisheng.ui.paging import page

from . import outbox
from .carriers import CARRIERS, configured, sms
from .models import Carrier, Muted, Sending, SendingState

SHOWN = 100  # held and retried ones on the page; the call list itself has pages
DONE = {
    "resend": "已放回队列，到了可以发的时候就发。",
    "release": "已放行。",
    "settle": "已记下，移出电话名单。",
}


def _check(request: HttpRequest) -> None:
    if not request.user.is_office:  # type: ignore[union-attr]
        raise Http404


def _joined(rows: QuerySet[Sending]) -> QuerySet[Sending]:
    return rows.select_related("account", "lead").prefetch_related("account__posts__member")


def _with_phones(rows: list[Sending]) -> list[Sending]:
    """Whom to telephone. The number of a lead's sender is sealed: it is opened by two persons, on the lead's page."""
    for one in rows:
        one.phone = _phone(one.account) if one.account else ""  # type: ignore[attr-defined]
    return rows


def _phone(account: Any) -> str:
    account.__dict__["_posts"] = account.posts.all()  # as fetched for the whole page
    return sms.address(account)


@login_required
@require_GET
def outbox_page(request: HttpRequest) -> HttpResponse:
    """The call list, what waits for release, what is being tried again, and how many went by which way."""
    _check(request)
    failed = page(_joined(Sending.objects.filter(state=SendingState.FAILED)), request, order=("-pk",))
    _with_phones(failed.rows)
    held = Sending.objects.filter(state=SendingState.HELD).select_related("account", "lead")
    tried = Sending.objects.filter(state=SendingState.QUEUED, tries__gt=0).select_related("account", "lead")
    counts = Sending.objects.order_by().values("carrier", "state").annotate(number=Count("pk"))
    return render(request, "desk/outbox.html", {
        "failed": failed, "held": held.order_by("pk")[:SHOWN], "tried": tried.order_by("next_try_at")[:SHOWN],
        "table": _table({(row["carrier"], row["state"]): row["number"] for row in counts}),
        "states": [SendingState(value).label for value in COLUMNS],
    })  # fmt: skip


COLUMNS = (
    SendingState.QUEUED,
    SendingState.CLAIMED,
    SendingState.SENT,
    SendingState.FAILED,
    SendingState.HELD,
)


def _table(counts: dict[tuple[str, str], int]) -> list[tuple[str, str, list[int]]]:
    """(way, whether it is connected, numbers) per way; a word to a sender that has not gone yet has no way."""
    on = configured()
    rows = [
        (way.label, "已接通" if way in on else "没有接通", [counts.get((way, s), 0) for s in COLUMNS])
        for way in Carrier
    ]
    return [*rows, ("给来信人、还没有发的", "—", [counts.get(("", s), 0) for s in COLUMNS])]


@login_required
@require_POST
def outbox_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Resend, release, or note that somebody telephoned."""
    _check(request)
    if act not in outbox.ACTS:
        raise Http404
    one = get_object_or_404(Sending, pk=pk)
    outbox.ACTS[act](one, request.user, timezone.now())  # type: ignore[arg-type]
    messages.success(request, DONE[act])
    return redirect("desk:outbox")


# -- a person's own wishes -------------------------------------------------------------------------------------------
def wishes(account: Any) -> dict[str, Any]:
    """For the page 我的: a box for every way that this house has and that reaches the person; what is muted."""
    ways = [way for way in configured() if CARRIERS[way].address(account)]
    chosen = outbox.wanted(account, ways, outbox.wishes_of([account]))
    boxes = [(way, Carrier(way).label, way in chosen) for way in ways]
    changes = lines_about(account).filter(action__in=("prefer", "calendar"))[:5]
    return {"boxes": boxes, "muted": Muted.objects.filter(account=account), "changes": changes}


@login_required
@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """The boxes as ticked; a way that was not shown keeps its wish."""
    account: Any = request.user
    ways = [way for way in configured() if CARRIERS[way].address(account)]
    outbox.prefer(account, {way: way in request.POST.getlist("carrier") for way in ways}, timezone.now())
    messages.success(request, "已按您的意思改好。系统里的通知不受影响。")
    return redirect("me")


@login_required
@require_POST
def mute(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Notice, pk=pk, account=request.user)
    outbox.mute(one, timezone.now())
    messages.success(request, "这一件以后只在系统里通知，不再发到外面。在“我的”页可以恢复。")
    return redirect("notices")


@login_required
@require_POST
def unmute(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Muted, pk=pk, account=request.user).delete()
    messages.success(request, "已恢复提醒。")
    return redirect("me")
