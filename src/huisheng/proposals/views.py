"""Pages that are read: the list, one proposal, its text versions, its deadlines, its files; and the doors of its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from huisheng.kernel import local, store
from huisheng.kernel.models import Matter
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.ui.nav import url_of
from huisheng.ui.steps import StepView

from . import actions, listing, reading, texts
from .models import (
    PENDING_STATES,
    Assignment,
    Contact,
    Cosponsor,
    Countersign,
    Extension,
    Promise,
    Proposal,
    Rating,
    State,
)  # fmt: skip
from .queries import is_desk, own_refusals, visible_to

WRITERS = (posts.MEMBER, posts.CONVENER, posts.CLERK, posts.OFFICE)  # who starts a proposal and who nominates


def visible_proposal(request: HttpRequest, pk: int) -> Proposal:
    """The proposal when the signed-in person may see it; absent and forbidden look the same."""
    found = None
    if request.user.is_authenticated:
        found = reading.find(request.user, pk, timezone.localdate())  # type: ignore[arg-type]
    if found is None:
        raise Http404
    return found


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """提案列表: a sentence of filters, thirty rows, the total."""
    found = listing.listing(request, timezone.localdate())
    return render(request, "proposals/list.html", {
        "listing": found, "filters": found.filters, "inside": is_desk(request.user), "export_url": url_of("proposals:export"),
        "may_write": may_start(request.user),  # type: ignore[arg-type]
    })  # fmt: skip


def may_start(account: Account) -> bool:
    """Members and conveners write their own; the office registers paper ones."""
    return account.holds(*WRITERS)


@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = visible_proposal(request, pk)
    dossier = reading.Dossier(proposal, request.user, timezone.localdate())  # type: ignore[arg-type]
    return _show(request, proposal, dossier)


def _show(request: HttpRequest, proposal: Proposal, dossier: reading.Dossier, **more: Any) -> HttpResponse:
    account: Account = request.user  # type: ignore[assignment]
    may_nominate = proposal.state in (State.CONCLUDED, State.ARCHIVED) and account.holds(*WRITERS)
    context = {
        "proposal": proposal,
        "dossier": dossier,
        "reader": dossier.reader,
        "may_nominate": may_nominate,
    }
    return render(request, "proposals/detail.html", context | more)


@login_required
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """回执: what was received, when, under which number and fingerprint, who acts next and by when."""
    proposal = visible_proposal(request, pk)
    if proposal.serial is None:
        raise Http404
    assert proposal.submitted_at is not None
    dossier = reading.Dossier(proposal, request.user, timezone.localdate())  # type: ignore[arg-type]
    counted = local.deadline("span.review", timezone.localdate(proposal.submitted_at)).due_on
    return render(request, "proposals/receipt.html", {
        "proposal": proposal, "turn": dossier.turn, "number": f"流水号 {proposal.year}-{proposal.serial:04d}",
        "fingerprint": proposal.text.fingerprint if proposal.text else "",
        "review_by": proposal.due_on if proposal.state in PENDING_STATES else counted,
    })  # fmt: skip


class ProposalStep(StepView):
    """A proposal's steps: what was submitted gets its receipt."""

    def _after(self, request: HttpRequest, pk: int) -> str:
        url = super()._after(request, pk)
        action = self.kwargs["action"]
        if action in ("submit", "register", "resubmit"):
            return f"{url}receipt/"
        return url


def visible_child(model: type[Matter]) -> Any:
    """How ``step_urls`` finds a child: only of a proposal the person may see, and only one that is theirs to know."""
    path, allowed = CHILDREN[model]

    def find(request: HttpRequest, pk: int) -> Any:
        if not request.user.is_authenticated:
            raise Http404
        account: Account = request.user  # type: ignore[assignment]
        today = timezone.localdate()
        seen = visible_to(account, today).values("pk")
        record = model._default_manager.filter(pk=pk, **{f"{path}__in": seen}).first()
        if record is None or not (is_desk(account) or allowed(record, account, today)):
            raise Http404
        return record

    return find


def visible_answer(request: HttpRequest, pk: int) -> Any:
    """How ``step_urls`` finds an answer to an invitation: after a refusal only to think again, the draft is closed."""
    try:
        return visible_child(Cosponsor)(request, pk)
    except Http404:
        asked = request.resolver_match and request.resolver_match.kwargs.get("action")
        if not request.user.is_authenticated or asked != "reconsider":
            raise
        return get_object_or_404(own_refusals(request.user, timezone.localdate()), pk=pk)


def _signs(record: Any, account: Account, today: Any) -> bool:
    proposal = record.matter
    return proposal.sponsor_member_id in account.places(
        "member", on=today
    ) or proposal.sponsor_body_id in account.places("convener", on=today)


def _works_there(agency: int, account: Account, today: Any) -> bool:
    return agency in account.places("handler", "agency_head", on=today)


CHILDREN: dict[type[Matter], tuple[str, Any]] = {
    Assignment: ("proposal", lambda one, who, day: one.state != "planned" and (
        who.holds("coordinator", "chair", on=day) or _works_there(one.agency_id, who, day))),
    Cosponsor: ("proposal", lambda one, who, day: one.member_id in who.places("member", on=day) or _signs(one, who, day)),
    Contact: ("assignment__proposal", lambda one, who, day: _signs(one, who, day)
              or _works_there(one.assignment.agency_id, who, day)),
    Countersign: ("assignment__proposal", lambda one, who, day: who.holds("coordinator", on=day)
                  or _works_there(one.agency_id, who, day)),
    Extension: ("assignment__proposal", lambda one, who, day: who.holds("coordinator", on=day)
                or _works_there(one.assignment.agency_id, who, day)),
    Promise: ("proposal", lambda one, who, day: one.is_live and _works_there(one.agency_id, who, day)),
    Rating: ("proposal", lambda one, who, day: one.member_id in who.places("member", on=day)
             or one.body_id in who.places("convener", on=day)),
}  # fmt: skip


@login_required
def text(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version of the text, with what changed against the version before."""
    proposal = visible_proposal(request, pk)
    versions = list(proposal.texts.filter(is_frozen=True).order_by("number").select_related("account"))
    shown = next((one for one in versions if one.number == number), None)
    if shown is None:
        raise Http404
    before = next((one for one in reversed(versions) if one.number < number), None)
    return render(request, "proposals/text.html", {
        "proposal": proposal, "text": shown, "before": before, "versions": list(reversed(versions)),
        "parts": texts.parts_with_differences(shown, before), "is_current": shown.pk == proposal.text_id,
    })  # fmt: skip


@login_required
def deadline(request: HttpRequest, pk: int, of: str) -> HttpResponse:
    """期限怎么算的: the count, day by day."""
    proposal = visible_proposal(request, pk)
    dossier = reading.Dossier(proposal, request.user, timezone.localdate())  # type: ignore[arg-type]
    counted = dossier.deadline(of)
    if counted is None:
        raise Http404
    return render(request, "proposals/deadline.html", {"proposal": proposal, "counted": counted})


@login_required
@require_POST
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """我已看到答复: the sponsor says so; the office sees when."""
    proposal = visible_proposal(request, pk)
    actions.open_replies(proposal, request.user, timezone.now())  # type: ignore[arg-type]
    messages.success(request, "已记下您看到答复的时间。")
    return redirect(proposal)


@login_required
@require_POST
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """联系电话: the agency asks for the sponsor's number; who asked, and when, is written down."""
    proposal = visible_proposal(request, pk)
    number = actions.reveal_phone(proposal, request.user, timezone.now())  # type: ignore[arg-type]
    dossier = reading.Dossier(proposal, request.user, timezone.localdate())  # type: ignore[arg-type]
    return _show(request, proposal, dossier, phone=number)


@login_required
def attachment(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file of the proposal, when the person may read it; ``?inline`` shows PDF and pictures in the page."""
    proposal = visible_proposal(request, pk)
    dossier = reading.Dossier(proposal, request.user, timezone.localdate())  # type: ignore[arg-type]
    found = next((one for one in dossier.attachments if one.pk == file), None)
    if found is None:
        raise Http404
    return store.download(found, inline="inline" in request.GET)  # type: ignore[return-value]
