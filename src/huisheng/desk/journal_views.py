"""办理记录 as a whole, for the auditor and the administrator: read, narrowed, and its chain of hashes walked on request."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huisheng.kernel import journal as kept
from huisheng.kernel.forms import TextField
from huisheng.kernel.models import Entry, JournalHead
from huisheng.people import posts
from huisheng.proposals.models import Proposal
from huisheng.ui.forms import DateInput
from huisheng.ui.paging import page

READERS = (posts.AUDITOR, posts.ADMIN)
TOLD = 50  # broken places named on the page; the first one is where to look


class Filters(forms.Form):
    """What the lines are narrowed to; a wrong date is simply not said."""

    who = TextField(label="经手人", max_length=60, required=False)
    what = TextField(label="步骤", max_length=40, required=False)
    number = forms.IntegerField(label="案号", required=False, min_value=1, max_value=99_999)
    since = forms.DateField(label="自", required=False, widget=DateInput())
    until = forms.DateField(label="至", required=False, widget=DateInput())

    @property
    def condition(self) -> Q:
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        found = Q()
        if "who" in said:
            found &= Q(account__name__contains=said["who"]) | Q(account__username=said["who"])
        if "what" in said:
            found &= Q(label__contains=said["what"])
        if "number" in said:
            numbered = Proposal.objects.filter(number=said["number"]).values("pk")
            found &= Q(matter_type=Proposal.kind(), matter_id__in=numbered)
        if "since" in said:
            found &= Q(at__date__gte=said["since"])
        if "until" in said:
            found &= Q(at__date__lte=said["until"])
        return found


def _check(request: HttpRequest) -> None:
    if not request.user.holds(*READERS):  # type: ignore[union-attr]
        raise Http404


def _words(entries: list[Entry]) -> None:
    """What each line is about: the kind, and a proposal's number; titles are not the auditor's to read."""
    numbered = {entry.matter_id for entry in entries if entry.matter_type == Proposal.kind()}
    rows = (
        Proposal.objects.filter(pk__in=numbered).only("number", "year", "serial").in_bulk()
        if numbered
        else {}
    )
    for entry in entries:
        model: Any = apps.get_model(entry.subject_type)
        about: Any = rows.get(entry.matter_id) if entry.matter_type == Proposal.kind() else None
        entry.about = f"{about.number_label if about else ''}{model._meta.verbose_name}"  # type: ignore[attr-defined]
        states = getattr(getattr(model, "lifecycle", None), "states", None)
        entry.moved = _moved(states, entry)  # type: ignore[attr-defined]


def _moved(states: Any, entry: Entry) -> str:
    if states is None or not entry.to_state or entry.from_state == entry.to_state:
        return ""
    words = [states(one).label for one in (entry.from_state, entry.to_state) if one in states.values]
    return " → ".join(words)


@login_required
@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    """The lines, newest first, fifty a page."""
    _check(request)
    filters = Filters({name: value for name, value in request.GET.items() if value}, label_suffix="")
    rows = Entry.objects.filter(filters.condition).select_related("account")
    found = page(rows, request, size=50, order=("-seq",))
    _words(found.rows)
    head = JournalHead.objects.filter(pk=1).first()
    return render(request, "desk/journal.html", {"page": found, "filters": filters, "head": head})


@login_required
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """校验: walk the whole chain; every hole, forged line or cut tail is named."""
    _check(request)
    broken = list(islice(kept.broken_links(), TOLD + 1))
    head = JournalHead.objects.filter(pk=1).first()
    return render(request, "desk/journal_verified.html", {
        "broken": broken[:TOLD], "has_more": len(broken) > TOLD, "head": head, "at": timezone.now(),
    })  # fmt: skip
