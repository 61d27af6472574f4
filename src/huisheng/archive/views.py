"""Pages of 文史资料: the gallery, one material with its viewer, sending in, the three reviews in batches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel import store
from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import clean_text
from huisheng.kernel.journal import timeline
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.search import index
from huisheng.ui.figures import show_all, show_one
from huisheng.ui.paging import page
from huisheng.ui.steps import forget_typed, new_key, put_back

from . import actions, forms, queries
from .figures import FIGURES
from .models import Material, MaterialState, Original, PhotoBatch

PAGE = 24
REVIEWED = 60  # shown at once for a review in batches
FIRST_DECADE = 1900
SIZES = ("thumb", "view")
TYPED = "archive.material:new:start"
ZOOMS = {"1": "适合窗口", "2": "两倍", "4": "四倍"}


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def visible_material(request: HttpRequest, pk: int) -> Material:
    """The material when the signed-in person may see it; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_to(account_of(request), timezone.localdate())
    joined = rows.select_related(
        "drive", "batch", "provider_member", "made_by", "read_by", "checked_by", "approved_by"
    )
    found = joined.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


# -- the gallery -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Listed:
    """One page of the gallery, whether asked in words or not."""

    rows: list[Material]
    total: int
    next_url: str = ""
    prev_url: str = ""
    notice: str = ""


@login_required
@require_GET
def index_page(request: HttpRequest) -> HttpResponse:
    """What is collected: pictures with their captions; narrowed by words, type, state, decade, drive, loan."""
    account, today = account_of(request), timezone.localdate()
    if not account.holds(*queries.ROOM):
        raise Http404
    is_keeper, reads_all = queries.keeps(account, today), queries.reads_all(account, today)
    form = forms.Filters(
        request.GET, states=MaterialState.choices, drives=queries.visible_drives(account, today),
        decades=[(str(year), f"{year}年代") for year in range(FIRST_DECADE, today.year + 1, 10)][::-1], is_keeper=reads_all,
    )  # fmt: skip
    asked = form.cleaned_data if form.is_valid() else {}
    rows = _narrowed(queries.visible_to(account, today), asked)
    listed = _asked(request, rows, clean_text(asked.get("q") or "").strip())
    waiting = (
        {action: queries.waiting(action).count() for action in _stages(account, today)} if reads_all else {}
    )
    return render(request, "archive/list.html", {
        "form": form, "listed": listed, "is_narrowed": any(asked.values()), "is_keeper": is_keeper, "reads_all": reads_all,
        "waiting": [(action, STAGES[action], count) for action, count in waiting.items() if count],
    })  # fmt: skip


def _narrowed(rows: QuerySet[Material], asked: dict[str, Any]) -> QuerySet[Material]:
    if not asked.get("state"):
        rows = rows.exclude(state__in=(MaterialState.WITHDRAWN, MaterialState.DECLINED))
    for name in ("type", "state", "drive"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("decade"):
        first = int(asked["decade"])
        rows = queries.in_years(rows, first, first + 9)
    if asked.get("loan"):
        rows = rows.filter(pk__in=queries.lent().values("pk"))
    return rows


def _asked(request: HttpRequest, rows: QuerySet[Material], words: str) -> Listed:
    """In words: as the search finds them, best first; else the newest first."""
    if not words:
        found = page(queries.with_thumb(rows), request, size=PAGE, order=("-pk",), count=True)
        return Listed(found.rows, found.total or 0, found.next_url, found.prev_url, found.notice)
    hits = index.find(
        words, within={Material.kind(): rows}, limit=PAGE, after=request.GET.get("after") or None
    )
    loaded = queries.with_thumb(Material.objects.all()).in_bulk([hit.record_id for hit in hits.hits])
    following = ""
    if hits.after:
        given = request.GET.copy()
        given["after"] = hits.after
        following = f"?{given.urlencode()}"
    return Listed(
        [loaded[hit.record_id] for hit in hits.hits if hit.record_id in loaded], hits.total, following
    )


# -- one material ------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One material: its pictures, what is known of it, and for the archive what was done with it."""
    found, account, today = visible_material(request, pk), account_of(request), timezone.localdate()
    reads_all, is_keeper = queries.reads_all(account, today), queries.keeps(account, today)
    is_own = found.made_by_id == account.pk
    originals = list(found.originals.select_related("file", "view", "played"))
    shows_more = reads_all or is_own
    return render(request, "archive/detail.html", {
        "material": found, "originals": originals, "pictured": next((one for one in originals if one.view_id), None),
        "steps": found.lifecycle.open_steps(found, account),  # type: ignore[attr-defined]
        "entries": timeline(found) if shows_more else [], "reads_all": reads_all, "is_keeper": is_keeper, "shows_more": shows_more,
        "uses": list(found.uses.all()) if shows_more else [],
        "lists": list(found.handover_lines.select_related("handover")) if reads_all else [],
        "may_add": _may_add(found, account, is_keeper), "key": new_key(),
    })  # fmt: skip


def _may_add(found: Material, account: Account, is_keeper: bool) -> bool:
    is_open = found.state in actions.OPEN_TO_FILES or (is_keeper and found.state == MaterialState.SUBMITTED)
    return is_open and (is_keeper or found.made_by_id == account.pk)


@login_required
@require_GET
def viewer(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One picture as large as wanted; ← and → turn over, + and − zoom. Without a script the links do the same."""
    found, account, today = visible_material(request, pk), account_of(request), timezone.localdate()
    originals = [one for one in found.originals.select_related("view") if one.view_id]
    here = next((one for one in originals if one.number == number), None)
    if here is None:
        raise Http404
    at = originals.index(here)
    before, after = queries.neighbours(found, queries.visible_to(account, today))
    zoom = request.GET.get("zoom", "1")
    return render(request, "archive/viewer.html", {
        "material": found, "one": here, "at": at + 1, "count": len(originals), "zoom": zoom if zoom in ZOOMS else "1", "zooms": ZOOMS.items(),
        "previous": originals[at - 1] if at else None, "following": originals[at + 1] if at + 1 < len(originals) else None,
        "before": before, "after": after,
    })  # fmt: skip


@login_required
@require_GET
def turn(request: HttpRequest, pk: int) -> HttpResponse:
    """To the first picture of a neighbour."""
    found = visible_material(request, pk)
    first = found.originals.exclude(view=None).order_by("number").values_list("number", flat=True).first()
    return redirect("archive:viewer", found.pk, first) if first else redirect(found)


def _original(request: HttpRequest, pk: int, number: int) -> Original:
    rows = queries.visible_to(account_of(request), timezone.localdate())
    one = (
        Original.objects.filter(material__in=rows, material=pk, number=number)
        .select_related("file", "view", "thumb", "played", "material")
        .first()
    )
    if one is None:
        raise Http404
    return one


@login_required
@require_GET
def picture(request: HttpRequest, pk: int, number: int, size: str) -> HttpResponseBase:
    """A picture made from the original; a day in the reader's own cache, for what it shows never changes."""
    one = _original(request, pk, number) if size in SIZES else None
    shown = getattr(one, size) if one else None
    if shown is None:
        raise Http404
    response = store.download(shown, inline=True)
    response["Cache-Control"] = "private, max-age=86400"
    return response


@login_required
@require_GET
def played(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A recording or film to be heard and seen by whoever may read the material; what the machine wrote of who and where is out."""
    one = _original(request, pk, number)
    if one.played is None:
        raise Http404
    return store.play(request, one.played)


@login_required
@require_GET
def original(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The file to the byte: for the archive, the office, the chair, and whoever sent it in."""
    one, account = _original(request, pk, number), account_of(request)
    if one.material.made_by_id != account.pk and not queries.reads_all(account, timezone.localdate()):
        raise Http404
    return store.download(one.file)


# -- sending in ----------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """送交资料: one page, from a phone; sent at once, or kept as a draft."""
    account, today = account_of(request), timezone.localdate()
    if not account.holds(*queries.ROOM):
        raise Http404
    key = request.POST.get("key") or new_key()
    refusal: Refused | None = None
    wish = request.GET.get("drive", "")
    initial = {"drive": wish} if wish.isdecimal() and len(wish) < 18 else {}
    form = forms.SendIn(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        account=account,
        today=today,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "files"}
        is_sent = request.POST.get("go") != "keep"
        try:
            found = actions.start(account, data, form.cleaned_data["files"], key=key, is_sent=is_sent)
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, TYPED)
            messages.success(
                request, f"已送交，征集号 {found.number_label}。" if is_sent else "已存为草稿，还没有提交。"
            )
            return redirect(found)
    if request.method == "GET":
        put_back(account, TYPED, form)
    context = {
        "form": form,
        "key": key,
        "refusal": refusal,
        "place": TYPED,
        "may_import": queries.keeps(account, today),
    }
    return render(request, "archive/new.html", context, status=422 if refusal or form.errors else 200)


@login_required
@require_POST
def add_files(request: HttpRequest, pk: int) -> HttpResponse:
    found = visible_material(request, pk)
    actions.add_files(
        found,
        account_of(request),
        request.FILES.getlist("files"),
        timezone.now(),
        request.POST.get("key", ""),
    )
    messages.success(request, "文件已加上。")
    return redirect(found)


@login_required
@require_POST
def drop_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = visible_material(request, pk)
    actions.drop_file(found, account_of(request), number, timezone.now())
    messages.success(request, "文件已删去。")
    return redirect(found)


@login_required
@require_POST
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """查看联系方式: shown on this page once, and who looked stands in the journal."""
    found = visible_material(request, pk)
    words = actions.open_contact(found, account_of(request), timezone.now())
    return render(request, "archive/contact.html", {"material": found, "contact": words})


# -- the three reviews -----------------------------------------------------------------------------------------------------
STAGES = {"read": "初审", "check": "复审", "approve": "终审"}


def _stages(account: Account, today: date) -> list[str]:
    """Which of the three reviews the account may do."""
    found = ["read", "check"] if queries.keeps(account, today) else []
    return [*found, "approve"] if account.holds(posts.CHAIR, on=today) else found


@dataclass
class Waiting:
    """One material that waits; ``reason``: why this person cannot review it."""

    material: Material
    reason: str = ""


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, stage: str) -> HttpResponse:
    """整批审稿: pictures with their captions, all chosen; what looks wrong is left out or sent back."""
    account, today = account_of(request), timezone.localdate()
    if stage not in _stages(account, today):
        raise Http404
    batch = _batch_of(request)
    rows = queries.waiting(stage)
    if batch:
        rows = rows.filter(batch=batch)
    if request.method == "POST":
        return _reviewed(request, stage, rows, batch)
    return _show_review(request, stage, rows, batch)


def _batch_of(request: HttpRequest) -> PhotoBatch | None:
    given = request.GET.get("batch", "") or request.POST.get("batch", "")
    return (
        PhotoBatch.objects.filter(pk=given).first()
        if given.isascii() and given.isdecimal() and len(given) < 18
        else None
    )


def _show_review(
    request: HttpRequest,
    stage: str,
    rows: QuerySet[Material],
    batch: PhotoBatch | None,
    refused: Any = (),
    status: int = 200,
) -> HttpResponse:
    account = account_of(request)
    total = rows.count()
    shown = [
        Waiting(one, "前面的审稿有您办的" if account.pk in (one.read_by_id, one.checked_by_id) else "")
        for one in queries.with_thumb(rows).order_by("pk")[:REVIEWED]
    ]
    return render(request, "archive/review.html", {
        "stage": stage, "label": STAGES[stage], "rows": shown, "total": total, "left": max(0, total - len(shown)), "batch": batch,
        "refused": refused, "key": new_key(), "note": clean_text(request.POST.get("note", ""))[:10_000], "others": [(one, STAGES[one]) for one in _stages(account, timezone.localdate()) if one != stage],
    }, status=status)  # fmt: skip


def _reviewed(
    request: HttpRequest, stage: str, rows: QuerySet[Material], batch: PhotoBatch | None
) -> HttpResponse:
    """One act for every chosen row: pass on, or send back with a reason."""
    chosen = [
        int(one)
        for one in request.POST.getlist("chosen")
        if one.isascii() and one.isdecimal() and len(one) < 18
    ]
    materials = list(rows.filter(pk__in=chosen[:REVIEWED]).order_by("pk"))
    is_back = request.POST.get("act") == "return"
    if not materials:
        messages.warning(request, "没有选中要审的资料。")
        return _show_review(request, stage, rows, batch, status=422)
    note = clean_text(request.POST.get("note", "")).strip()
    if is_back and not note:
        messages.warning(request, "退回要写明请对方补充什么。")
        return _show_review(request, stage, rows, batch, status=422)
    done, refused = actions.review_many(
        materials,
        "return" if is_back else stage,
        account_of(request),
        timezone.now(),
        request.POST.get("key", ""),
        {"note": note},
    )
    if done:
        messages.success(request, f"已退回 {done} 件。" if is_back else f"{STAGES[stage]}通过 {done} 件。")
    if refused:
        return _show_review(request, stage, rows, batch, refused, status=409)
    return redirect(f"{request.path}?batch={batch.pk}" if batch else request.path)


# -- figures -------------------------------------------------------------------------------------------------------------
@login_required
def figures(request: HttpRequest) -> HttpResponse:
    """文史资料的数字."""
    if not queries.reads_all(account_of(request), timezone.localdate()):
        raise Http404
    return show_all(request, FIGURES, "文史资料数字", "archive")


@login_required
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """The list behind one number."""
    if not queries.reads_all(account_of(request), timezone.localdate()):
        raise Http404
    return show_one(request, FIGURES, key, "archive")
