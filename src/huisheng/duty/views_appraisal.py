"""Pages of 考核: rule books with their what-if, and the year's appraisal with each member's own sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.journal import timeline
from huisheng.ui.figures import asked_year
from huisheng.ui.steps import new_key, version_seen

from . import actions, appraising, queries
from .credits import BY_KEY, sort_label
from .forms import Begin, BookForm, Categories, Items, NewBook
from .models import Appraisal, AppraisalState, RuleBook, RuleBookState
from .views import account_of, years


def visible_book(request: HttpRequest, pk: int) -> RuleBook:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_books(account_of(request), timezone.localdate())
    found = rows.select_related("written_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def visible_appraisal(request: HttpRequest, pk: int) -> Appraisal:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_appraisals(account_of(request), timezone.localdate())
    found = rows.select_related("book", "sealed_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _office(request: HttpRequest) -> None:
    if not queries.manages(account_of(request)):
        raise NotAllowed("履职管理由政协办公室办理。")


# -- rule books ----------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """考核: rule books and years, and for the office the form that begins a year."""
    account, now = account_of(request), timezone.now()
    today = timezone.localdate(now)
    if not queries.takes_part(account):
        raise Http404
    may = queries.manages(account)
    if request.method == "POST":
        _office(request)
    form = (
        Begin(request.POST or None, account=account, today=today, initial={"year": today.year})
        if may
        else None
    )
    refusal: Refused | None = None
    if request.method == "POST" and form and form.is_valid():
        try:
            return redirect(
                actions.begin(account, form.cleaned_data["year"], at=now, key=request.POST.get("key", ""))
            )
        except Refused as problem:
            refusal = problem
    return render(request, "duty/appraisals.html", {
        "books": list(queries.visible_books(account, today).order_by("-from_year", "-pk")[:50]),
        "appraisals": list(queries.visible_appraisals(account, today).defer("sealed").order_by("-year", "-edition")[:50]),
        "form": form, "refusal": refusal, "key": request.POST.get("key") or new_key(),
    }, status=refusal.status if refusal else 422 if form and form.errors else 200)  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def new_book(request: HttpRequest) -> HttpResponse:
    """拟订一份办法, empty or from one of the published schemes."""
    account, now = account_of(request), timezone.now()
    _office(request)
    first = {"from_year": timezone.localdate(now).year, "scheme": ""}
    form = NewBook(request.POST or None, account=account, today=timezone.localdate(now), initial=first)
    if request.method == "POST" and form.is_valid():
        return redirect(
            actions.begin_book(account, form.cleaned_data, at=now, key=request.POST.get("key", ""))
        )
    return render(request, "duty/new_book.html", {
        "form": form, "key": request.POST.get("key") or new_key(),
    }, status=422 if form.errors else 200)  # fmt: skip


@login_required
@require_GET
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule book in words, and for the office what it would have made of a past year (先算一算)."""
    found, account = visible_book(request, pk), account_of(request)
    context: dict[str, Any] = {
        "book": found, "steps": found.lifecycle.open_steps(found, account), "entries": timeline(found),
        "may_write": found.state == RuleBookState.DRAFT and queries.manages(account),
        "inside": queries.reads_all(account), **years(asked_year(request)),
    }  # fmt: skip
    try:
        read = appraising.Rules.read(found.content)
    except (ValueError, KeyError, TypeError, ArithmeticError) as problem:
        context["problem"] = (
            str(problem) if isinstance(problem, ValueError) else "办法还没有写完整，请先补齐。"
        )
        return render(request, "duty/book.html", context)
    context["items"] = [
        (
            one,
            BY_KEY[one.credit],
            "、".join(sort_label(one.credit, code) for code in one.sorts),
            appraising.PER[one.per],
            appraising.FOR[one.whom],
        )
        for one in read.items
    ]
    context["rules"] = read
    if "year" in request.GET and context["inside"]:
        context["sheets"] = [_row(one, read) for one in actions.sheets(context["year"], read)]
    return render(request, "duty/book.html", context)


def _row(sheet: appraising.Sheet, rules: appraising.Rules) -> tuple[Any, list[str], str, str]:
    sums = [appraising.shown(sheet.sums[one.code]) for one in rules.categories]
    return sheet.member, sums, appraising.shown(sheet.total), sheet.band


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole rule book as tables to be filled in."""
    found, account = visible_book(request, pk), account_of(request)
    _office(request)
    if found.state != RuleBookState.DRAFT:
        return redirect(found)
    content = found.content
    first = {
        "title": found.title, "from_year": found.from_year, "source": found.source, "joined_after": content.get("joined_after", ""),
        "bands": "\n".join(f"{one['from']:g} {one['label']}" for one in content.get("bands", ())),
    }  # fmt: skip
    data = request.POST or None
    form = BookForm(data, record=found, account=account, today=timezone.localdate(), initial=first)
    categories = Categories(data, initial=content.get("categories", []), prefix="category")
    items = Items(
        data,
        initial=[one | {"sorts": " ".join(one.get("sorts") or ())} for one in content.get("items", [])],
        prefix="item",
    )
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid() and categories.is_valid() and items.is_valid():
        given = form.cleaned_data
        whole = {
            "title": given["title"], "from_year": given["from_year"], "source": given["source"],
            "content": {
                "joined_after": given["joined_after"], "bands": given["bands"],
                "categories": [_kept(one) for one in categories.cleaned_data if one.get("label")],
                "items": [_kept(one) for one in items.cleaned_data if one.get("label")],
            },
        }  # fmt: skip
        try:
            actions.save_book(found, account, whole, at=timezone.now(), version=version_seen(request))
            messages.success(request, "已存好。可以先拿往年算一算。")
            return redirect(found)
        except Refused as problem:
            refusal = problem
    has_errors = (
        bool(form.errors) or request.method == "POST" and not (categories.is_valid() and items.is_valid())
    )
    return render(request, "duty/edit.html", {
        "book": found, "form": form, "categories": categories, "items": items, "refusal": refusal, "version": found.version,
        "key": new_key(),
    }, status=refusal.status if refusal else 422 if has_errors else 200)  # fmt: skip


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON holds it: numbers as numbers, sorts as a list, empty cells left out."""
    made: dict[str, Any] = {}
    for name, value in row.items():
        if name == "sorts":
            made[name] = value.split()
        elif value not in (None, "", False):
            made[name] = value if isinstance(value, str | int | bool) else float(value)
    return made


# -- a year --------------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def appraisal(request: HttpRequest, pk: int) -> HttpResponse:
    """The year in the order of the roster for the office and the chair; a member is led to their own sheet."""
    found, account = visible_appraisal(request, pk), account_of(request)
    if not queries.reads_all(account):
        return redirect("duty:sheet", found.pk, queries.seat_of(account))
    rules = appraising.Rules.read(found.book.content)
    now = [actions.plain(one, rules) for one in actions.sheets(found.year, rules)]
    shown = found.sealed["sheets"] if found.state == AppraisalState.SEALED else now
    return render(request, "duty/appraisal.html", {
        "appraisal": found, "rules": rules, "sheets": shown, "steps": found.lifecycle.open_steps(found, account),
        "entries": timeline(found), "moved": _moved(found, now),
    })  # fmt: skip


def _moved(found: Appraisal, now: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Whose points the records no longer give, since the seal: name, sealed, now."""
    if found.state != AppraisalState.SEALED:
        return []
    today = {one["member"]: one["total"] for one in now}
    return [
        (one["name"], one["total"], today.get(one["member"], "0"))
        for one in found.sealed["sheets"]
        if today.get(one["member"], "0") != one["total"]
    ]


@login_required
@require_GET
def sheet(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """One member's own sheet: every point with the records it rests on."""
    found, account = visible_appraisal(request, pk), account_of(request)
    if not queries.visible_members(account, timezone.localdate()).filter(pk=member).exists():
        raise Http404
    mine = next(iter(actions.sheets_of(found, [member])), None)
    lines = [(line, [_fact(*fact) for fact in line["facts"]]) for line in mine["lines"]] if mine else []
    return render(
        request, "duty/sheet.html", {"appraisal": found, "sheet": mine, "lines": lines, "member_id": member}
    )


def _fact(key: str, on: str, record: int, title: str) -> tuple[str, str, str]:
    """Day, words and address of a fact in a sheet."""
    credit = BY_KEY.get(key)
    return on, title, str(credit.record(pk=record).get_absolute_url()) if credit else ""
