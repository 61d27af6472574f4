"""Queues as pages: list left, text right, action bar beside; when one is done the next opens by itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from huisheng.kernel import local
from huisheng.kernel.gather import Part, gather
from huisheng.kernel.models import Entry
from huisheng.proposals import hints, suggesting
from huisheng.proposals.local_rules import LETTER
from huisheng.proposals.models import (
    Assignment,
    Promise,
    Proposal,
    Reply,
    ReplyItem,
    Review,
    Suggestion,
    Supplement,
    Text,
)  # fmt: skip
from huisheng.proposals.queries import visible_children, visible_to
from huisheng.ui.steps import new_key, step_url

from .batches import TITLES
from .queues import QUEUES, Queue, groups, queues_of
from .todo import JOINS

SHOWN = 50
AIDED = ("pre_review", "decide", "plan")  # steps that are decided by comparing with others
# which fields of the review form concern only some answers
WHEN = {
    "reason": "outcome=decline",
    "channel": "outcome=to_channel",
    "main": "outcome=merge",
    "consent": "outcome=merge",
}
# the page's own partial for a step's form; the others are drawn field by field
FORMS = {"plan": "desk/_plan.html", "pre_review": "desk/_review.html", "decide": "desk/_review.html"}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    queues = queues_of(request.user, today)  # type: ignore[arg-type]
    if not queues:
        raise Http404
    return render(request, "desk/queues.html", {"groups": groups(queues, today)})


def find_queue(request: HttpRequest, name: str) -> Queue:
    """The queue, for those whose post it belongs to."""
    found = next((queue for queue in QUEUES if queue.name == name), None)
    if found is None or found.listed[0] or not request.user.holds(*found.posts):  # type: ignore[union-attr]
        raise Http404
    return found


@login_required
@require_GET
def queue(request: HttpRequest, name: str) -> HttpResponse:
    """One queue with one record open: the one asked for, else the first.

    ``?at=`` names the record; ``?last=`` the one done before it, to which “u” leads back.
    """
    asked = find_queue(request, name)
    today = timezone.localdate()
    rows = list(_joined(asked, asked.rows(today))[: SHOWN + 1])
    has_more, rows = len(rows) > SHOWN, rows[:SHOWN]
    at = request.GET.get("at", "")
    here = _here(request, asked, rows, at)
    place = next((i for i, row in enumerate(rows) if here is not None and row.pk == here.pk), None)
    context: dict[str, Any] = {
        "queue": asked, "rows": rows, "here": here, "has_more": has_more, "place": place,
        "batch_url": reverse(f"desk:{name}") if name in TITLES else "",
        "is_again": here is not None and place is None,
        "last_url": _last_url(request, asked),
    }  # fmt: skip
    if here is None:
        context["why_empty"] = _why_empty(asked)
    else:
        after, before = _neighbours(rows, place)
        context |= {"after": after, "before": before, **_open(request, asked, here, after)}
    return render(request, "desk/queue.html", context)


def _why_empty(asked: Queue) -> str:
    """Why there is nothing, and when something was last done here (ux.md §6)."""
    if not asked.action:
        return asked.empty
    last = Entry.objects.filter(action=asked.action, subject_type=asked.model.kind()).order_by("-seq").first()
    if last is None:
        return asked.empty
    at = timezone.localtime(last.at)
    return f"{asked.empty}上次“{last.label}”：{at.year}年{at.month}月{at.day}日 {at:%H:%M}。"


def _joined(asked: Queue, rows: QuerySet) -> QuerySet:
    joins = JOINS.get(asked.model._meta.model_name or "", ())
    path = (
        "" if asked.model is Proposal else next((f"{one}__" for one in joins if one.endswith("proposal")), "")
    )
    return rows.select_related(*joins, f"{path}sector", f"{path}lead_agency").defer(f"{path}read_notes")


def _here(request: HttpRequest, asked: Queue, rows: list[Any], at: str) -> Any:
    """The record asked for. One that has left the queue is shown when it was asked for, else the queue's first."""
    if not at.isdecimal() or len(at) > 18:
        return rows[0] if rows else None
    found = next((row for row in rows if row.pk == int(at)), None)
    if found is None and "again" in request.GET:
        found = _joined(asked, _seen(request, asked)).filter(pk=int(at)).first()
    return found or (rows[0] if rows else None)


def _seen(request: HttpRequest, asked: Queue) -> QuerySet:
    today = timezone.localdate()
    if asked.model is Proposal:
        return visible_to(request.user, today)  # type: ignore[arg-type]
    return visible_children(asked.model, request.user, today)  # type: ignore[arg-type]


def _neighbours(rows: list[Any], place: int | None) -> tuple[Any, Any]:
    """The rows behind and before the open one, round the corner at the end; for a reopened one the queue's first."""
    if place is None:
        return (rows[0] if rows else None), None
    after = rows[place + 1] if place + 1 < len(rows) else (rows[0] if place else None)
    return after, rows[place - 1] if place else None


def _last_url(request: HttpRequest, asked: Queue) -> str:
    last = request.GET.get("last", "")
    return f"?at={last}&again=1" if last.isdecimal() and len(last) < 19 else ""


def _open(request: HttpRequest, asked: Queue, record: Any, after: Any) -> dict[str, Any]:
    """What the page needs to show one record and to take the queue's step on it."""
    today = timezone.localdate()
    proposal = record.matter
    steps = record.lifecycle.open_steps(record, request.user, today)
    first = next((one for one in steps if one.step.action == asked.action), None)
    if first is None and asked.name == "publish" and record.decision_id:
        first = next((one for one in steps if one.step.action == record.decision.outcome), None)
    form = _form(request, record, first) if first and not first.reason else None
    next_url = f"{reverse('desk:queue', args=[asked.name])}?last={record.pk}"
    if after is not None:
        next_url += f"&at={after.pk}"
    aided = first is not None and first.step.action in AIDED
    found: dict[str, Any] = {
        "proposal": proposal, "here_due": getattr(record, "due_on", None), "step": first, "form": form, "key": new_key(), "next_url": next_url,
        "others": [one for one in steps if one is not first and not one.reason],
        "step_url": step_url(record, first.step.action) if first else "",
        "form_template": FORMS.get(first.step.action, "") if first else "",
        **_words(proposal, record),
    }  # fmt: skip
    if aided:
        found["aids_url"] = reverse("desk:aids", args=[asked.name, proposal.pk])
        found["offers_agencies"] = asked.action == "plan"
        found["merge_url"] = next(
            (step_url(record, one.step.action) for one in steps if one.step.action == "merge_filed"), ""
        )
    return found


def _words(proposal: Proposal, record: Any) -> dict[str, Any]:
    """The text that is read: one question for it, its suggestions, what was added later, and the reply to be checked."""
    answered = (
        {"assignment": record.pk, "round": record.round} if isinstance(record, Assignment) else {"pk": None}
    )
    reply = Reply.objects.filter(is_current=True, **answered)
    found = gather({
        "text": Part(Text.objects.filter(pk=proposal.text_id)),
        "suggestions": Part(Suggestion.objects.filter(text=proposal.text_id)),
        "supplements": Part(Supplement.objects.filter(proposal=proposal.pk)),
        "reviews": Part(Review.objects.filter(proposal=proposal.pk), {"account": ("name",)}),
        "reply": Part(reply),
        "answers": Part(ReplyItem.objects.filter(reply__in=reply.values("pk")), {"suggestion": ("number", "content")}),
        "pledges": Part(Promise.objects.filter(reply__in=reply.values("pk"))),
    })  # fmt: skip
    if found["text"]:
        proposal.text = found["text"][0]
        proposal.text._prefetched_objects_cache = {"suggestions": found["suggestions"]}
    for one in found["reply"]:
        one.letter_label = local.label_of(LETTER, one.letter)
    shown = {name: found[name] for name in ("suggestions", "supplements", "reviews", "pledges")}
    answers = sorted(found["answers"], key=lambda one: (one.suggestion.number, one.pk))
    return shown | {"reply": next(iter(found["reply"]), None), "answers": answers}


def _form(request: HttpRequest, record: Any, first: Any) -> Any:
    if first.step.form is None:
        return None
    form = first.step.form(record=record, account=request.user, today=timezone.localdate())
    for name, when in WHEN.items():
        if name in form.fields and "outcome" in form.fields:
            form.fields[name].widget.attrs["data-when"] = when
    if "main" in form.fields and isinstance(form.fields["main"], forms.ModelChoiceField):
        form.fields["main"].queryset = form.fields["main"].queryset.only(
            "number", "year", "serial", "title", "sponsor_name"
        )
    return form


@login_required
@require_GET
def aids(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """What helps to decide on a proposal: suggested agencies and category, hints, what is like it. Also a page alone."""
    asked = find_queue(request, name)
    today = timezone.localdate()
    if pk >= 2**63:  # larger than any row's id: not there, in every database
        raise Http404
    proposal, has_ledger = suggesting.load(pk, request.user, today)  # type: ignore[arg-type]
    if proposal is None or asked.model is not Proposal:
        raise Http404
    context = {
        "asked": asked, "proposal": proposal, "aids": suggesting.aids(proposal, request.user, today, has_ledger),  # type: ignore[arg-type]
        "hints": hints.hints(proposal, today) if asked.action != "plan" else [],
        "offers_agencies": asked.action == "plan", "offers_merge": asked.action in ("pre_review", "decide"),
    }  # fmt: skip
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "desk/_aids.html" if is_part else "desk/aids.html", {**context, "oob": is_part})
