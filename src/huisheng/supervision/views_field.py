"""现场检查: the checklist on a phone, with or without a network, with or without JavaScript.

One address takes an answer, from the page's own form and from the queue of a phone that was offline (``field.js``); both are
``actions.inspect``. ``worker`` is the service worker: it keeps this page and what it is drawn with, nothing else.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from huisheng.kernel import store
from huisheng.kernel.errors import Invalid, Refused
from huisheng.kernel.forms import TextField
from huisheng.kernel.models import Attachment
from huisheng.kernel.store import Upload, receive
from huisheng.ui.steps import new_key

from . import actions, queries
from .models import Check, CheckItem, Result, Supervision, SupervisionState
from .reading import load
from .views import account_of, visible_supervision

WORKER = Path(__file__).with_name("static") / "supervision" / "worker.js"
PHOTOS = ("jpg", "png")


class Answer(forms.Form):
    result = forms.ChoiceField(
        label="结果",
        choices=Result.choices,
        error_messages={"required": "请先选结果：符合、部分符合、不符合或未查。"},
    )
    note = TextField(label="情况", max_length=2000, required=False)
    place = TextField(label="地点", max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if answers.get("result") in (Result.FAILS, Result.PARTLY, Result.UNSEEN) and not answers.get("note"):
            self.add_error("note", "不符合、部分符合和未查的，请写明情况。")
        return answers


def _inspected(request: HttpRequest, pk: int) -> Supervision:
    found = visible_supervision(request, pk)
    if not actions.on_team(found, account_of(request), timezone.localdate()):
        raise Http404
    return found


@login_required
@require_GET
def field(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist: one card an item; what others answered stands below."""
    found, account = _inspected(request, pk), account_of(request)
    load(found)
    cards = [_card(one, account.pk) for one in queries.items_of(found)]
    return render(request, "supervision/field.html", {
        "supervision": found, "cards": cards, "results": Result.choices, "account": account,
        "is_open": found.state == SupervisionState.RUNNING, "progress": queries.progress(queries.items_of(found)),
    })  # fmt: skip


def _card(item: CheckItem, account: int) -> dict[str, Any]:
    checks = list(item.checks.all())
    return {
        "item": item, "mine": next((one for one in checks if one.account_id == account), None),
        "others": [one for one in checks if one.account_id != account], "disputed": queries.disputed(item),
        "key": new_key(),
    }  # fmt: skip


@login_required
@require_GET
def state(request: HttpRequest, pk: int) -> JsonResponse:
    """What the server holds, and a fresh token to send with: asked before a phone sends what it kept."""
    found, account = _inspected(request, pk), account_of(request)
    load(found)
    items = {
        str(card["item"].pk): {
            "version": card["mine"].version if card["mine"] else 0, "mine": _told(card["mine"]),
            "others": [_told(one) for one in card["others"]], "disputed": card["disputed"],
        }
        for card in (_card(one, account.pk) for one in queries.items_of(found))
    }  # fmt: skip
    response = JsonResponse({
        "account": account.pk, "token": get_token(request), "is_open": found.state == SupervisionState.RUNNING,
        "items": items,
    })  # fmt: skip
    response["Cache-Control"] = "private, no-store"
    return response


def _told(check: Check | None) -> dict[str, Any] | None:
    if check is None:
        return None
    return {
        "name": check.name, "result": check.result, "label": check.get_result_display(), "note": check.note,
        "place": check.place, "version": check.version,
    }  # fmt: skip


@login_required
@require_POST
def answer(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """One answer. A phone's queue asks for JSON and gets, beside a refusal, what the server holds."""
    found = _inspected(request, pk)
    row = found.items.filter(pk=item).first()
    if row is None:
        raise Http404
    machine = request.headers.get("X-Requested-With") == "fetch"
    try:
        check = _inspect(request, row)
    except Refused as refusal:
        if not machine:
            raise
        mine = row.checks.filter(account=account_of(request)).first()
        body = {"sentence": refusal.sentence, "mine": _told(mine), "is_conflict": refusal.status == 409}
        return JsonResponse(body, status=refusal.status)
    if machine:
        return JsonResponse({"version": check.version})
    messages.success(request, f"第{row.number}项记好了。")
    return redirect(f"{reverse('supervision:field', args=[pk])}#item-{row.pk}")


def _inspect(request: HttpRequest, item: CheckItem) -> Check:
    form = Answer(request.POST)
    if not form.is_valid():
        raise Invalid({name: [str(one) for one in errors] for name, errors in form.errors.items()})
    base, at = request.POST.get("base", ""), timezone.now()
    return actions.inspect(
        item, account_of(request), form.cleaned_data, _photos(request), at=at, seen_at=_moment(request),
        base=int(base) if re.fullmatch(r"\d{1,9}", base, re.ASCII) else None, key=request.POST.get("key", ""),
    )  # fmt: skip


def _photos(request: HttpRequest) -> list[Upload]:
    """Each through the gate; where and with what it was taken stays on the phone."""
    found = []
    for one in request.FILES.getlist("photos")[: actions.MOST_PHOTOS + 1]:
        upload = receive(one, one.name or "", kinds=PHOTOS)
        if upload.refused:
            raise Invalid({"photos": [upload.refused]})
        found.append(upload)
    return found


def _moment(request: HttpRequest) -> datetime | None:
    """When it was seen, by the phone's clock; anything unreadable is now."""
    try:
        at = parse_datetime(request.POST.get("seen_at", ""))
    except ValueError:
        return None
    return at if at is not None and timezone.is_aware(at) else None


@login_required
@require_GET
def photo(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A photo of the field work: for the committee alone."""
    found = visible_supervision(request, pk)
    checks = Check.objects.filter(item__supervision=found).values("pk")
    kept = Attachment.objects.filter(subject_type=Check.kind(), subject_id__in=checks, pk=file).first()
    if kept is None:
        raise Http404
    return store.download(kept, inline=True)


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the folder it may serve: nobody's data is in it."""
    response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = reverse("supervision:list")
    response["Cache-Control"] = "no-cache"
    return response
