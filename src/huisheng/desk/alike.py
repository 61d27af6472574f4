"""相近的提案: proposals about what a letter or an opinion says, and 关联: the desk writes down that it is one matter.

Asked for after the page, because comparing takes its time. It stands here because 社情民意 is below 提案 and knows none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huisheng.kernel.models import Link
from huisheng.opinions.models import Lead, Opinion
from huisheng.opinions.queries import INTAKE, READS_OPINIONS
from huisheng.people.models import Account
from huisheng.proposals import actions
from huisheng.proposals.models import UNSENT_STATES, Proposal
from huisheng.proposals.queries import visible_to
from huisheng.search.similar import similar

from .chain import KINDS

MOST = 3
OF = ("lead", "opinion")


@dataclass(frozen=True)
class Alike:
    proposal: Proposal
    band: str
    is_related: bool


def proposals_like(record: Lead | Opinion, account: Account, today: date) -> list[Alike]:
    """The proposals most like its words, of those the account may read."""
    seen = visible_to(account, today).exclude(state__in=UNSENT_STATES)
    title, body = _words(record)
    near = [one for one in similar(title, body, Proposal.kind(), MOST, None, seen) if one.band]
    if not near:
        return []
    rows = Proposal.objects.select_related("session__term").in_bulk([one.record_id for one in near])
    related = set(
        Link.objects.filter(
            source_type=record.kind(), source_id=record.pk, target_type=Proposal.kind()
        ).values_list("target_id", flat=True)
    )
    return [
        Alike(rows[one.record_id], one.band, one.record_id in related)
        for one in near
        if one.record_id in rows
    ]


def _words(record: Any) -> tuple[str, str]:
    if isinstance(record, Lead):
        return str(record), f"{record.gist} {record.content}".strip()
    text = record.text
    return record.title, "\n".join((text.situation, text.analysis, text.advice)) if text else ""


def _record(request: HttpRequest, of: str, pk: int) -> tuple[Any, Account]:
    account: Account = request.user  # type: ignore[assignment]
    today = timezone.localdate()
    if of not in OF or not account.holds(*READS_OPINIONS, on=today):
        raise Http404
    found = KINDS[of][1](account, today).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found, account


@login_required
@require_GET
def alike(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    record, account = _record(request, of, pk)
    template = "desk/_alike.html" if request.htmx else "desk/alike.html"  # type: ignore[attr-defined]
    today = timezone.localdate()
    return render(request, template, {
        "record": record, "of": of, "proposals": proposals_like(record, account, today),
        "may_relate": account.holds(*INTAKE, on=today),
    })  # fmt: skip


@login_required
@require_POST
def relate(request: HttpRequest, of: str, pk: int, proposal: int) -> HttpResponse:
    """关联提案: from now on each shows the other in its 来龙去脉."""
    record, account = _record(request, of, pk)
    one = visible_to(account, timezone.localdate()).filter(pk=proposal).first()
    if one is None:
        raise Http404
    actions.relate(record, one, account, timezone.now())
    messages.success(request, f"已关联{one.number_label}提案，两边的“来龙去脉”里都看得到。")
    return redirect(record.get_absolute_url())
