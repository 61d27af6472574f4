"""Queues as pages: list left, text right, action bar below; when one is done the next opens by itself.

The two batch pages (公布, 交办) show every row once more before anything is sent, and then take one step a row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huisheng.kernel.errors import Refused
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Agency
from huisheng.proposals import suggesting
from huisheng.proposals.likeness import alike
from huisheng.proposals.models import Assignment, Proposal, Role, State
from huisheng.ui.steps import new_key, step_url

from .queues import QUEUES, Queue, counts, queues_of
from .todo import JOINS

SHOWN = 100
MANY = 10  # the same unit more often than this in one batch is worth a second look


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    queues = queues_of(request.user, today)
    if not queues:
        raise Http404
    numbers = counts(queues, today)
    return render(request, "desk/queues.html", {"queues": [(queue, numbers[queue.name]) for queue in queues]})


def _queue(request: HttpRequest, name: str) -> Queue:
    found = next((queue for queue in QUEUES if queue.name == name), None)
    if found is None or not request.user.holds(*found.posts):
        raise Http404
    return found


@login_required
@require_GET
def queue(request: HttpRequest, name: str) -> HttpResponse:
    """One queue with one record open: the one asked for, else the first."""
    asked = _queue(request, name)
    today = timezone.localdate()
    joins = JOINS.get(asked.model._meta.model_name or "", ())
    rows = list(asked.rows(today).select_related(*joins).order_by("pk")[:SHOWN])
    here = _here(rows, request.GET.get("at", ""))
    context = {"queue": asked, "rows": rows, "here": here, "batch_url": BATCHES.get(name) and reverse(f"desk:{name}")}
    if here is not None:
        context |= _open(request, asked, here)
    return render(request, "desk/queue.html", context)


def _here(rows: list[Any], at: str) -> Any:
    """The record asked for; when it has left the queue the one after it, so that work goes on."""
    if not rows:
        return None
    if not at.isdigit():
        return rows[0]
    return next((row for row in rows if row.pk >= int(at)), rows[0])


def _open(request: HttpRequest, asked: Queue, record: Any) -> dict[str, Any]:
    today = timezone.localdate()
    proposal = record.matter if isinstance(record.matter, Proposal) else None
    steps = record.lifecycle.open_steps(record, request.user, today)
    first = next((one for one in steps if one.step.action == asked.action), None)
    form = None
    if first and first.step.form and not first.reason:
        form = first.step.form(record=record, account=request.user, today=today)
    found: dict[str, Any] = {
        "proposal": proposal, "step": first, "form": form, "key": new_key(),
        "others": [one for one in steps if one is not first],
        "step_url": step_url(record, first.step.action) if first else "",
        "next_url": f"{reverse('desk:queue', args=[asked.name])}?at={record.pk + 1}",
    }  # fmt: skip
    if asked.action == "plan" and form is not None and proposal:
        found["suggestions"] = suggesting.agencies_for(proposal, today)
        found["agencies"] = Agency.objects.filter(ends_on=None).order_by("pk")
    if asked.action in ("pre_review", "decide") and proposal:
        found["categories"] = suggesting.categories_for(proposal)
    if proposal and asked.action in ("pre_review", "decide", "plan"):
        found["alike"] = alike(proposal, request.user, today)
    return found


# -- batches -----------------------------------------------------------------------------------------------------
@dataclass
class Row:
    """One line of a batch: what will be done, and what looks unusual."""

    proposal: Proposal
    action: str
    label: str
    to: str = ""
    doubts: list[str] = field(default_factory=list)
    reason: str = ""


def _publish_rows(request: HttpRequest) -> list[Row]:
    """待公布: each with the step that its decision names."""
    found = []
    decided = Proposal.objects.filter(state=State.DECIDED).select_related("decision__main", "decision__account", "text")
    for one in decided.order_by("pk")[:SHOWN]:
        action = one.decision.outcome
        step = one.lifecycle.step(action)
        to = f"并入{one.decision.main.number_label}《{one.decision.main}》" if one.decision.main else ""
        row = Row(one, action, step.label, to)
        if action == "decline" and one.decision.account_id == request.user.pk:
            row.reason = "您自己审定的不予立案，须由另一位同志复核公布。"
        found.append(row)
    return found


def _assign_rows(request: HttpRequest) -> list[Row]:
    """待交办: the planned agencies, with what differs from the usual marked."""
    queue = next(one for one in QUEUES if one.name == "assign")
    proposals = queue.rows(timezone.localdate()).prefetch_related("assignments__agency").order_by("number", "pk")[:SHOWN]
    load: dict[int, int] = {}
    rows = []
    for one in proposals:
        planned = [a for a in one.assignments.all() if a.is_open]
        for a in planned:
            load[a.agency_id] = load.get(a.agency_id, 0) + 1
        rows.append(Row(one, "assign", "交办", "、".join(f"{a.agency}（{a.get_role_display()}）" for a in planned)))
    for row in rows:
        row.doubts = _doubts([a for a in row.proposal.assignments.all() if a.is_open], load)
    return rows


def _doubts(planned: list[Assignment], load: dict[int, int]) -> list[str]:
    found = []
    if not any(a.role in (Role.LEAD, Role.SEPARATE) for a in planned):
        found.append("没有主办单位")
    elif not any(a.role == Role.ASSISTING for a in planned) and all(a.role == Role.LEAD for a in planned):
        found.append("没有会办单位")
    found += [f"{a.agency}这一批有{load[a.agency_id]}件" for a in planned if load[a.agency_id] > MANY]
    return found


BATCHES = {"publish": _publish_rows, "assign": _assign_rows}
TITLES = {"publish": ("公布审查结果", "公布"), "assign": ("交办", "交办")}


@login_required
@require_GET
def batch(request: HttpRequest, name: str) -> HttpResponse:
    """The batch before it is sent: one row each, all chosen; nothing has happened yet."""
    _queue(request, name)
    title, verb = TITLES[name]
    rows = BATCHES[name](request)
    context = {"rows": rows, "title": title, "verb": verb, "name": name, "key": new_key(),
               "ready": sum(1 for row in rows if not row.reason)}  # fmt: skip
    return render(request, "desk/batch.html", context)


@login_required
@require_POST
def send_batch(request: HttpRequest, name: str) -> HttpResponse:
    """Take the step for every chosen row; a refusal stops only its own row and is said."""
    _queue(request, name)
    chosen = {value for value in request.POST.getlist("chosen") if value.isdigit()}
    done, refused = [], []
    for row in BATCHES[name](request):
        if str(row.proposal.pk) not in chosen:
            continue
        key = f"{request.POST.get('key', '')[:60]}:{row.proposal.pk}"
        try:
            perform(row.proposal, row.action, request.user, {}, key=key)
        except Refused as refusal:
            refused.append((row, refusal.sentence))
        else:
            done.append(row)
    title, verb = TITLES[name]
    messages.success(request, f"已{verb} {len(done)} 件。") if done else None
    if not done and not refused:
        messages.warning(request, f"没有选中要{verb}的提案。")
    if not refused:
        return redirect("desk:queue", name)
    context = {"rows": [row for row, _ in refused], "refused": refused, "title": title, "verb": verb, "name": name,
               "key": new_key(), "ready": len(refused)}  # fmt: skip
    return render(request, "desk/batch.html", context, status=409)


