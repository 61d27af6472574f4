"""Pages of a bulletin: the list, the editor's desk for one issue, and the leader's three minutes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.opinions.models import Opinion
from huisheng.outputs import queries as outputs
from huisheng.outputs import views as papers
from huisheng.outputs.models import OUT, Instruction
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.ui.figures import show_all, show_one
from huisheng.ui.paging import page
from huisheng.ui.steps import new_key

from . import actions, forms, queries
from .figures import FIGURES
from .models import Issue, Item
from .papers import source_line

PAGE = 30
OFFERED = 40  # opinions offered for an issue at once


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def visible_issue(request: HttpRequest, pk: int) -> Issue:
    """The issue when the signed-in person may see it; absent and forbidden look the same."""
    rows = queries.visible_to(account_of(request), timezone.localdate())
    found = (
        rows.select_related("output__drafted_by", "output__checked_by", "output__signed_by")
        .annotate(has_pdf=outputs.has_pdf("output"))
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _desk_issue(request: HttpRequest, pk: int) -> Issue:
    issue = visible_issue(request, pk)
    if not account_of(request).holds(*queries.DESK):
        raise Http404
    return issue


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """刊物列表: what was issued and what is being compiled; a leader sees what was delivered."""
    account, today = account_of(request), timezone.localdate()
    if not account.holds(*queries.READERS):
        raise Http404
    rows = queries.with_counts(queries.visible_to(account, today)).select_related("output")
    rows = rows.exclude(output__state="withdrawn")
    return render(request, "bulletins/list.html", {
        "page": page(rows, request, size=PAGE, order=("-pk",), count=True), "desk": account.holds(*outputs.READS_ALL),
        "may_write": account.holds(*queries.DESK), "waiting": {one.issue.pk: one for one in queries.for_leader(account, today, PAGE)},
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """新编一期."""
    account = account_of(request)
    if not account.holds(*queries.DESK):
        raise NotAllowed("编刊须由信息编辑或政协办公室办理。")
    form = forms.Start(request.POST or None, account=account, today=timezone.localdate())
    key = request.POST.get("key") or new_key()
    if request.method == "POST" and form.is_valid():
        issue = actions.start(account, form.cleaned_data["series"], key=key)
        messages.success(request, "已新建一期。现在从已签发的信息中编入条目。")
        return redirect(issue)
    return render(request, "bulletins/new.html", {"form": form, "key": key})


# -- the editor's desk -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One item as the editor sees it: with what is wrong and how many characters it has."""

    item: Item
    letters: int
    faults: list[str]
    source: str


@login_required
@require_GET
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """One issue for those who make it. A leader is led to the page made for reading."""
    found, account, today = visible_issue(request, pk), account_of(request), timezone.localdate()
    if not account.holds(*outputs.READS_ALL):
        return redirect("bulletins:read", found.pk)
    items = list(found.items.select_related("opinion"))
    output = outputs.load_parts(found.output)
    may_write = found.is_open and account.holds(*queries.DESK)
    return render(request, "bulletins/issue.html", {
        "issue": found, "output": output, "may_write": may_write,
        "lines": [Line(one, queries.letters(one.gist), queries.faults(one, today), source_line(one)) for one in items],
        "length": queries.length(items, today), "steps": output.lifecycle.open_steps(output, account),
        "offered": list(queries.candidates(found)[:OFFERED]) if may_write else [],
        "imprint": forms.Imprint(initial={name: getattr(found, name) for name in actions.IMPRINT}, today=today) if may_write else None,
        "entries": outputs.entries_of(output),
        "being_set": bool(output.signed_on and not found.has_pdf),  # type: ignore[attr-defined]
        "instructions": outputs.instructions_for(output, account, today),
    })  # fmt: skip


@login_required
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """编入一条."""
    found = _desk_issue(request, pk)
    given = request.POST.get("opinion", "")
    opinion = Opinion.objects.filter(pk=given).first() if given.isdecimal() and len(given) < 18 else None
    if opinion is None:
        raise Refused("请选一条已签发的信息。")
    actions.add_item(found, opinion, account_of(request), timezone.now())
    messages.success(request, f"《{opinion}》已编入，请核对标题和要点。")
    return redirect(found)


def _item(request: HttpRequest, pk: int, item: int) -> Item:
    found = _desk_issue(request, pk)
    one = Item.objects.filter(pk=item, issue=found).select_related("issue__output", "opinion__text").first()
    if one is None:
        raise Http404
    return one


@login_required
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """One item: headline, gist, proposed action, source, voices; beside it the opinion it was made from."""
    one, account, today = _item(request, pk, item), account_of(request), timezone.localdate()
    if request.method == "POST":
        form = forms.ItemForm(request.POST, record=one, account=account, today=today)
        if form.is_valid():
            actions.save_item(one, account, form.cleaned_data, timezone.now())
            messages.success(request, "已存好。")
            return redirect(one.issue)
    else:
        words = {name: getattr(one, name) for name in actions.WORDS}
        form = forms.ItemForm(initial=words, record=one, account=account, today=today)
    if not one.issue.is_open:
        raise Refused("本期已经送核，不能再改。要改的，请先退回修改。")
    status = 422 if form.errors else 200
    context = {"item": one, "issue": one.issue, "form": form, "text": one.opinion.text}
    return render(request, "bulletins/item.html", context, status=status)


@login_required
@require_POST
def move(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    one = _item(request, pk, item)
    actions.move_item(one, account_of(request), request.POST.get("to") == "up", timezone.now())
    return redirect(f"{one.issue.get_absolute_url()}#item-{one.pk}")


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    one = _item(request, pk, item)
    actions.remove_item(one, account_of(request), timezone.now())
    messages.success(request, f"《{one.opinion}》已移出，可以编入别的一期。")
    return redirect(one.issue)


@login_required
@require_POST
def imprint(request: HttpRequest, pk: int) -> HttpResponse:
    """报、送、发和印数."""
    found, account = _desk_issue(request, pk), account_of(request)
    form = forms.Imprint(request.POST, account=account, today=timezone.localdate())
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    actions.save_imprint(found, account, form.cleaned_data, timezone.now())
    messages.success(request, "已存好。")
    return redirect(found)


# -- the leader's three minutes ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reading:
    """One item as a leader reads it, with what they said about it and what came of that."""

    item: Item
    source: str
    instructions: list[Instruction]


@login_required
@require_GET
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """本期 6 条，约 3 分钟: one column, large type; read aloud, kept as a file, 批示 beside every item."""
    found, account, today = visible_issue(request, pk), account_of(request), timezone.localdate()
    items = list(found.items.all())
    given = _given(found, account, today)
    is_leader = account.holds(posts.LEADER)
    return render(request, "bulletins/read.html", {
        "issue": found, "output": found.output, "length": queries.length(items, today),
        "readings": [Reading(one, source_line(one), given[one.opinion_id]) for one in items], "whole": given[None],
        "may_instruct": is_leader and papers.may_instruct(found.output, account),
        "unread": is_leader and found.output.deliveries.filter(reader=account, opened_at=None).exists(),
        "is_out": found.output.state in OUT,
        "being_set": bool(found.output.signed_on and not found.has_pdf),  # type: ignore[attr-defined]
    })  # fmt: skip


def _given(issue: Issue, account: Account, today: date) -> dict[Any, list[Instruction]]:
    by_opinion: dict[Any, list[Instruction]] = defaultdict(list)
    for one in outputs.instructions_for(issue.output, account, today):
        by_opinion[one.opinion_id].append(one)
    return by_opinion


# -- figures -------------------------------------------------------------------------------------------------------
@login_required
def figures(request: HttpRequest) -> HttpResponse:
    """社情民意和报送的数字."""
    if not account_of(request).holds(*queries.DESK):
        raise Http404
    return show_all(request, FIGURES, "社情民意数字", "bulletins")


@login_required
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """The list behind one number."""
    if not account_of(request).holds(*queries.DESK):
        raise Http404
    return show_one(request, FIGURES, key, "bulletins")
