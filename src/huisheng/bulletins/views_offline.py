"""离线副本: the issues a reader chose to keep on a phone, and nothing else; docs/adr/0010.

The copy is a page of its own: the words of an issue, no form, no instruction, nothing of the frame. The browser keeps
it in a named store (never in its ordinary cache: the page says no-store) until the day the page names, which is never
later than the end of the session. Signing out, another reader, or a refusal of the house empty that store.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from huisheng.kernel import local
from huisheng.people import signin

from . import local_rules as rules
from . import queries
from .papers import source_line
from .views import Reading, account_of, visible_issue

MOST = 12  # issues a phone keeps; the oldest go first


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It knows addresses and nobody; asked without a session, too, so that it can be renewed."""
    response = render(request, "bulletins/worker.js", content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@login_required
@require_GET
def kept(request: HttpRequest) -> HttpResponse:
    """存在这台手机上的刊物: an empty shelf; the page itself fills it from what the phone keeps."""
    if not account_of(request).holds(*queries.READERS):
        raise Http404
    return _plain(render(request, "bulletins/kept.html"))


@login_required
@require_GET
def allowed(request: HttpRequest) -> HttpResponse:
    """Which of the kept issues this reader may still keep."""
    account = account_of(request)
    if not account.holds(*queries.READERS):
        raise Http404
    asked = [
        int(one) for one in request.GET.getlist("pk") if one.isascii() and one.isdecimal() and len(one) < 18
    ]
    rows = queries.visible_to(account, timezone.localdate()).filter(pk__in=asked[:MOST])
    return _plain(JsonResponse({"issues": sorted(rows.values_list("pk", flat=True))}))


@login_required
@require_GET
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """One issue as it is kept: its words and until when."""
    issue, today, now = visible_issue(request, pk), timezone.localdate(), timezone.now()
    items = list(issue.items.all())
    until = _until(request, now)
    response = render(request, "bulletins/copy.html", {
        "issue": issue, "output": issue.output, "length": queries.length(items, today), "now": now, "until": until,
        "readings": [Reading(one, source_line(one), []) for one in items],
    })  # fmt: skip
    response["X-Kept-Until"] = until.isoformat()
    response["X-Kept-Title"] = quote(str(issue.output))
    return _plain(response)


def _until(request: HttpRequest, now: datetime) -> datetime:
    days = int(local.rule(rules.OFFLINE_DAYS, timezone.localdate(now)))
    return min(now + timedelta(days=days), signin.ends_at(request))


def _plain(response: HttpResponse) -> HttpResponse:
    """Never in the browser's ordinary cache, where it would outlive the session."""
    response["Cache-Control"] = "private, no-store"
    return response
