"""Batches: every row once more before anything is sent, one step a row, and afterwards all papers in one file.

待公布 and 待交办 are worked off so. What was sent on a day stays at an address of its own, with the letters to print
and, until an agency has signed for it, the way back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huisheng.kernel.errors import Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.papers import Paper
from huisheng.people.models import Account
from huisheng.proposals import papers
from huisheng.proposals.models import Assignment, AssignmentState, Outcome, Proposal, Role, State
from huisheng.proposals.queries import visible_to
from huisheng.proposals.views_print import notice
from huisheng.ui.printing import send_many
from huisheng.ui.steps import new_key

from .queues import QUEUES

SHOWN = 200
MANY = 10  # the same unit more often than this in one batch is worth a second look


@dataclass
class Row:
    """One line of a batch: what will be done, and what looks unusual. ``reason``: why it cannot be done by this person."""

    proposal: Proposal
    action: str
    label: str
    to: str = ""
    doubts: list[str] = field(default_factory=list)
    reason: str = ""
    refused: str = ""


# -- 公布 ----------------------------------------------------------------------------------------------------------
def publish_rows(account: Account, today: date) -> list[Row]:
    """待公布: each with the step that its decision names."""
    decided = Proposal.objects.filter(state=State.DECIDED).select_related(
        "decision__main", "decision__account", "sector"
    )
    rows = []
    for one in decided.order_by("decision__outcome", "pk")[:SHOWN]:
        decision: Any = one.decision
        main = decision.main
        row = Row(one, decision.outcome, one.lifecycle.step(decision.outcome).label)  # type: ignore[attr-defined]
        row.to = f"并入{main.number_label}《{main}》" if main else ""
        if decision.outcome == Outcome.DECLINE and decision.account_id == account.pk:
            row.reason = "您自己审定的不予立案，须由另一位同志复核公布。"
        if decision.outcome == Outcome.DECLINE and not row.reason:
            row.doubts.append(f"{decision.account}审定，由您复核")
        rows.append(row)
    return rows


# -- 交办 ----------------------------------------------------------------------------------------------------------
def assign_rows(account: Account, today: date) -> list[Row]:
    """待交办: the planned agencies, with what differs from the usual marked."""
    waiting = next(one for one in QUEUES if one.name == "assign").rows(today)
    proposals = list(waiting.prefetch_related("assignments__agency")[:SHOWN])
    planned = {one.pk: [a for a in one.assignments.all() if a.is_open] for one in proposals}
    load = Counter(a.agency_id for rows in planned.values() for a in rows)
    return [
        Row(one, "assign", "交办", "、".join(map(str, planned[one.pk])), _doubts(planned[one.pk], load))
        for one in proposals
    ]


def _doubts(planned: list[Assignment], load: Counter[int]) -> list[str]:
    found = []
    if not any(a.answers_itself for a in planned):
        found.append("没有主办单位")
    elif all(a.role == Role.LEAD for a in planned):
        found.append("没有会办单位")
    return found + [f"{a.agency}这一批有 {load[a.agency_id]} 件" for a in planned if load[a.agency_id] > MANY]


BATCHES = {"publish": publish_rows, "assign": assign_rows}
TITLES = {"publish": ("公布审查结果", "公布"), "assign": ("交办", "交办")}


# -- pages -------------------------------------------------------------------------------------------------------
def _check_post(request: HttpRequest, name: str) -> None:
    queue = next((one for one in QUEUES if one.name == name), None)
    if queue is None or name not in BATCHES or not request.user.holds(*queue.posts):  # type: ignore[union-attr]
        raise Http404


@login_required
@require_GET
def batch(request: HttpRequest, name: str) -> HttpResponse:
    """The batch before it is sent: one row each, all chosen; nothing has happened yet."""
    _check_post(request, name)
    rows = BATCHES[name](request.user, timezone.localdate())  # type: ignore[arg-type]
    return _show(request, name, rows)


def _show(request: HttpRequest, name: str, rows: list[Row], status: int = 200) -> HttpResponse:
    title, verb = TITLES[name]
    load = Counter(row.label for row in rows)
    context = {
        "rows": rows, "title": title, "verb": verb, "name": name, "key": new_key(), "kinds": list(load.items()),
        "ready": sum(1 for row in rows if not row.reason), "doubtful": sum(1 for row in rows if row.doubts),
        "refused": [row for row in rows if row.refused],
    }  # fmt: skip
    return render(request, "desk/batch.html", context, status=status)


@login_required
@require_POST
def send_batch(request: HttpRequest, name: str) -> HttpResponse:
    """Take the step for every chosen row; a refusal stops only its own row and is said."""
    _check_post(request, name)
    chosen = set(request.POST.getlist("chosen"))
    rows = [
        row for row in BATCHES[name](request.user, timezone.localdate()) if str(row.proposal.pk) in chosen
    ]  # type: ignore[arg-type]
    done = [row for row in rows if _take(row, request)]
    _, verb = TITLES[name]
    if done:
        messages.success(request, f"已{verb} {len(done)} 件。")
    if not rows:
        messages.warning(request, f"没有选中要{verb}的提案。")
        return redirect(f"desk:{name}")
    if len(done) < len(rows):
        return _show(request, name, [row for row in rows if row.refused], status=409)
    return redirect("desk:sent", name, timezone.localdate().isoformat())


def _take(row: Row, request: HttpRequest) -> bool:
    """The row's step, once for the key of this page; a refusal is kept on the row."""
    key = f"{request.POST.get('key', '')[:60]}:{row.proposal.pk}"
    try:
        perform(row.proposal, row.action, request.user, {}, key=key)
    except Refused as refusal:
        row.refused = refusal.sentence
        return False
    return True


# -- what was sent on a day ----------------------------------------------------------------------------------------
def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _assigned(account: Account, day: date) -> list[Assignment]:
    """The assignments sent on a day, of proposals the account may see."""
    seen = visible_to(account, timezone.localdate())
    rows = Assignment.objects.filter(sent_on=day, is_open=True, proposal__in=seen).exclude(
        state=AssignmentState.PLANNED
    )
    return list(
        rows.select_related("proposal__text", "proposal__session__term", "proposal__sector", "agency", "taken_by")
        .order_by("proposal__number", "proposal", "pk")
    )  # fmt: skip


def _published(account: Account, day: date) -> list[Proposal]:
    """The proposals whose outcome was made known on a day."""
    seen = visible_to(account, timezone.localdate()).filter(decision__published_at__date=day)
    return list(
        seen.select_related("decision", "session__term", "sector").order_by(
            "decision__outcome", "number", "pk"
        )
    )


@login_required
@require_GET
def sent(request: HttpRequest, name: str, day: str) -> HttpResponse:
    """What went out on a day: who has signed for it, the papers, and the way back where it is still open."""
    _check_post(request, name)
    account: Any = request.user
    on = _day(day)
    context: dict[str, Any] = {"name": name, "day": on, "title": TITLES[name][0], "verb": TITLES[name][1]}
    if name == "publish":
        context["proposals"] = _published(account, on)
        return render(request, "desk/sent.html", context)
    by_proposal: dict[int, list[Assignment]] = {}
    for one in _assigned(account, on):
        by_proposal.setdefault(one.proposal_id, []).append(one)
    context["handed"] = [
        {"proposal": rows[0].proposal, "assignments": rows, "may_recall": _may_recall(rows)} for rows in by_proposal.values()
    ]  # fmt: skip
    context["slips"] = sum(len(rows) for rows in by_proposal.values())
    return render(request, "desk/sent.html", context)


def _may_recall(rows: list[Assignment]) -> bool:
    """Until one agency has signed for it (收回交办)."""
    return rows[0].proposal.state == State.HANDLING and all(one.state == AssignmentState.SENT for one in rows)


@login_required
@require_GET
def sent_papers(request: HttpRequest, name: str, day: str) -> HttpResponse:
    """All 交办单 of a day, or all letters to the sponsors, one behind the other in one PDF."""
    _check_post(request, name)
    account: Any = request.user
    on = _day(day)
    made: list[Paper] = []
    if name == "assign":
        made = [papers.handover_slip(one, account) for one in _assigned(account, on)]
    else:
        made = [paper for one in _published(account, on) if (paper := notice(one))]
    if not made:
        raise Http404
    return send_many(made, "pdf", f"{TITLES[name][0]}{on:%Y%m%d}")
