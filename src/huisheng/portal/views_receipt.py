"""查回音: what became of a letter, the thread, who looked at the contact. Opened by a link, or by number and secret."""

from __future__ import annotations

import secrets
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import clean_text
from huisheng.opinions.models import CLOSED_LEADS, Lead, LeadContact, LeadState

from . import actions, queries
from .forms import Message, Number
from .pages import page

WRITE = "portal.write"  # the salt of a message's form key
KEY_LASTS = 24 * 3600  # seconds
AGED = "这一页开得太久了，请再按一次“发出”。您写的话都在。"

# what the office thinks of a letter before it has decided is not the sender's to read, not even by its icon
AS_SHOWN = {LeadState.SUSPECT: LeadState.RECEIVED, LeadState.BINNED: LeadState.UNUSED}


@csrf_exempt  # nothing to forge: who asks must know number and secret
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Number and secret, typed. Right ones lead to an address that lasts half an hour."""
    at = timezone.now()
    form = Number(request.POST if request.method == "POST" else None, today=timezone.localdate(at))
    if not form.is_bound or not form.is_valid():
        return page("check", {"form": form}, 422 if form.is_bound else 200)
    try:
        lead = actions.by_number(form.cleaned_data["code"], form.cleaned_data["secret"], at)
    except Refused as refusal:
        return page("check", {"form": form, "says": refusal.sentence}, refusal.status)
    response = redirect("portal:receipt", queries.passing(lead))
    response["Cache-Control"] = "private, no-store"
    return response


def _lead(token: str) -> Lead:
    found = queries.lead_of(token)
    if found is None:
        raise Http404
    return found


@csrf_exempt  # the address itself is the key; nobody else's page knows it
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt's page; what is sent here is the sender's next message."""
    found = _lead(token)
    if request.method != "POST":
        return _show(found, token, Message(today=timezone.localdate()))
    at = timezone.now()
    form = Message(request.POST, today=timezone.localdate(at))
    key = _key(request.POST.get("pass", ""))
    if not form.is_valid():
        return _show(found, token, form, status=422)
    if not key:
        form.add_error("text", AGED)
        return _show(found, token, form, status=422)
    try:
        actions.write_again(found, form.cleaned_data["text"], key, at)
    except Refused as refusal:
        form.add_error("text", refusal.sentence)
        return _show(found, token, form, status=refusal.status)
    return _back(token)


def _key(signed: str) -> str:
    try:
        return str(signing.loads(clean_text(signed), salt=WRITE, max_age=KEY_LASTS))
    except signing.BadSignature:
        return ""


def _back(token: str) -> HttpResponse:
    response = redirect("portal:receipt", token)
    response["Cache-Control"] = "private, no-store"
    return response


def _show(lead: Lead, token: str, form: Message, status: int = 200) -> HttpResponse:
    shown = AS_SHOWN.get(LeadState(lead.state), LeadState(lead.state))
    contact = LeadContact.objects.filter(lead=lead).only("erased_at", "wants_answer").first()
    context: dict[str, Any] = {
        "lead": lead, "token": token, "word": shown.word(inside=False), "tone": shown.tone, "icon": shown.icon,
        "is_closed": lead.state in CLOSED_LEADS, "thread": queries.thread(lead),
        "form": form, "pass": signing.dumps(secrets.token_urlsafe(12), salt=WRITE), "contact": contact,
        "openings": queries.openings(lead), "looks": queries.looks(lead), "photos": queries.photos(lead),
    }  # fmt: skip
    return page("receipt", context, status)


@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest, token: str) -> HttpResponse:
    """删除联系方式: a page that says what it means, then one button."""
    found = _lead(token)
    if request.method != "POST":
        return page("forget", {"lead": found, "token": token})
    actions.take_contact_back(found, timezone.now())
    return _back(token)
