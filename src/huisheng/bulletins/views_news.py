"""Pages of 政协动态: the list, one item with its reviews, where it is written, its photographs, and the preview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.gatherings.forms import Photo
from huisheng.kernel import local, store
from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.forms import choices
from huisheng.kernel.journal import timeline
from huisheng.ui.paging import page
from huisheng.ui.steps import forget_typed, new_key, put_back, version_seen

from . import news_actions as actions
from . import news_forms as asked
from . import news_local_rules as names
from . import news_queries as queries
from . import news_reading as reading
from . import news_rules as rules
from .models_news import NewsItem, NewsPhoto, NewsState
from .views import PAGE, account_of

SIZES = ("thumb", "view")
NEW = "bulletins.newsitem:new:write"
# the states a list may be narrowed to, in words
GROUPS: dict[str, tuple[str, tuple[NewsState, ...]]] = {
    "writing": ("起草和修改中", (NewsState.DRAFT, NewsState.RETURNED)),
    "first": ("待初审", (NewsState.SUBMITTED,)),
    "second": ("待复审", (NewsState.READ,)),
    "final": ("待终审", (NewsState.CHECKED,)),
    "published": ("已发布", (NewsState.PUBLISHED,)),
    "taken": ("已撤下", (NewsState.TAKEN,)),
    "withdrawn": ("已撤回", (NewsState.WITHDRAWN,)),
}


def visible_item(request: HttpRequest, pk: int) -> NewsItem:
    """The item when the signed-in person may read it; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_to(account_of(request), timezone.localdate())
    people = ("made_by", "read_by", "checked_by", "published_by")
    found = rows.select_related(*people).prefetch_related("photos").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _own_item(request: HttpRequest, pk: int) -> NewsItem:
    found = visible_item(request, pk)
    if not queries.is_own(found, account_of(request), timezone.localdate()):
        raise NotAllowed("动态由作者本人修改；审稿的同志请退回修改。")
    return found


# -- the list ----------------------------------------------------------------------------------------------------------
class Filters(forms.Form):
    """What the sentence above the list says. Anything unknown in the address is simply not said."""

    group = forms.ChoiceField(
        label="状态", required=False,
        choices=[("", "全部状态"), *((key, word) for key, (word, _) in GROUPS.items())],
    )  # fmt: skip
    column = forms.ChoiceField(label="栏目", required=False)
    year = forms.IntegerField(label="年份", required=False, min_value=2000, max_value=2100)

    def __init__(self, request: HttpRequest, *, has_states: bool) -> None:
        given = {name: request.GET[name] for name in self.base_fields if request.GET.get(name)}
        super().__init__(given, label_suffix="")
        self.fields["column"].choices = choices(names.COLUMN, timezone.localdate(), "全部栏目")  # type: ignore[attr-defined]
        if not has_states:
            del self.fields["group"]

    @property
    def said(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """动态列表: the office everything and where it stands; a writer their own besides; everybody what is published."""
    account, today = account_of(request), timezone.localdate()
    may_write = queries.writes(account, today)
    has_states = may_write or queries.reads_all(account, today)
    filters = Filters(request, has_states=has_states)
    said = filters.said
    rows = queries.visible_to(account, today).defer("content").select_related("made_by")
    if group := GROUPS.get(said.get("group", "")):
        rows = rows.filter(state__in=group[1])
    else:
        rows = rows.exclude(state=NewsState.WITHDRAWN)
    if said.get("column"):
        rows = rows.filter(column=said["column"])
    if said.get("year"):
        rows = rows.filter(happened_on__year=said["year"])
    return render(request, "bulletins/news.html", {
        "page": page(rows, request, size=PAGE, order=("-pk",), count=True), "filters": filters,
        "has_states": has_states, "may_write": may_write,
    })  # fmt: skip


# -- one item ----------------------------------------------------------------------------------------------------------
@login_required
@require_GET
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: where it stands, what can be done, its words and photographs, its versions."""
    found, account, today = visible_item(request, pk), account_of(request), timezone.localdate()
    is_own = queries.is_own(found, account, today)
    inside = is_own or found.made_by_id == account.pk or queries.reads_all(account, today)
    waits = found.state in (*GROUPS["writing"][1], NewsState.SUBMITTED, NewsState.READ, NewsState.CHECKED)
    return render(request, "bulletins/news_item.html", {
        "item": found, "inside": inside, "photos": list(found.photos.all()),
        "may_write": is_own and found.is_writable, "steps": found.lifecycle.open_steps(found, account),
        "hints": rules.hints(found) if inside and waits else [],
        "versions": list(found.versions.select_related("account")),
        "entries": timeline(found) if inside else [],
    })  # fmt: skip


@login_required
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """预览: the very article of the public page, in its frame; the pictures come by the inside address."""
    found = visible_item(request, pk)
    one = reading.read(found, lambda photo: photo_url(photo, "view"))
    return render(request, "bulletins/news_preview.html", {"one": one, "item": found})


# -- writing -----------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """写动态; “?from=gathering-7” names the record it tells of."""
    account, now = account_of(request), timezone.now()
    today = timezone.localdate(now)
    if not queries.writes(account, today):
        raise NotAllowed("动态由机关人员或召集人写。")
    origin = queries.origin(request.GET.get("from") or "", account, today)
    form = asked.Words(
        request.POST or None, account=account, today=today, initial=_first_words(origin, today)
    )
    place = NEW if origin is None else f"{origin.kind()}:{origin.pk}:news"
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.start(
                account, form.cleaned_data, sources=[origin] if origin else [], at=now, key=request.POST.get("key", "")
            )  # fmt: skip
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "已存好，还没有提交。可以加照片，看预览。")
            return redirect(made)
    elif not form.is_bound:
        put_back(account, place, form)
    return _write(request, form, refusal, {"origin": origin, "place": place})


def _first_words(origin: Any, today: Any) -> dict[str, Any]:
    """The day of the activity, and today for everything else; the words are the writer's."""
    starts_at = getattr(origin, "starts_at", None)
    return {
        "happened_on": timezone.localdate(starts_at) if starts_at else today,
        "column": "meeting" if starts_at else "headline",
    }


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """接着写, by the writer; what is typed is kept every few seconds."""
    found, account, now = _own_item(request, pk), account_of(request), timezone.now()
    if not found.is_writable:
        return redirect(found)
    place = f"{found.kind()}:{found.pk}:write"
    words = {name: getattr(found, name) for name in actions.WORDS}
    form = asked.Words(
        request.POST or None, record=found, account=account, today=timezone.localdate(now), initial=words
    )
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.save(found, account, form.cleaned_data, at=now, version=version_seen(request))
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "已存好。")
            return redirect(found)
    elif not form.is_bound:
        put_back(account, place, form)
    return _write(request, form, refusal, {"item": found, "place": place, "version": found.version})


def _write(request: HttpRequest, form: Any, refusal: Refused | None, more: dict[str, Any]) -> HttpResponse:
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    context = {"form": form, "refusal": refusal, "key": request.POST.get("key") or new_key(), **more}
    return render(request, "bulletins/news_write.html", context, status=status)


# -- photographs -------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """照片: each with what it shows; new ones, or those that the activity has already."""
    found, account, now = _own_item(request, pk), account_of(request), timezone.now()
    today = timezone.localdate(now)
    form, refusal = Photo(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            upload = store.receive(file, file.name, kinds=actions.PICTURES)
            actions.add_photo(found, account, upload, form.cleaned_data["caption"], now)
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "照片已存好，拍摄地点和机型已经去掉。")
            return redirect("bulletins:news-photos", found.pk)
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return _photos(request, found, form, refusal, status, today)


def _photos(
    request: HttpRequest, found: NewsItem, form: Any, refusal: Refused | None, status: int, today: Any
) -> HttpResponse:
    offered = queries.offered_photos(found, account_of(request), today)
    taking = asked.Take(record=found, today=today) if found.is_writable and offered.exists() else None
    if taking:
        taking.offer(offered)
    return render(request, "bulletins/news_photos.html", {
        "item": found, "form": form, "refusal": refusal, "photos": list(found.photos.all()),
        "most": local.rule(names.PHOTOS, today), "taking": taking,
    }, status=status)  # fmt: skip


@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """选用活动照片."""
    found, account, now = _own_item(request, pk), account_of(request), timezone.now()
    form = asked.Take(request.POST, record=found, account=account, today=timezone.localdate(now))
    form.offer(queries.offered_photos(found, account, timezone.localdate(now)))
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    count = actions.take_photos(found, account, form.cleaned_data["photos"], now)
    messages.success(request, f"已选用 {count} 张，请核对说明。")
    return redirect("bulletins:news-photos", found.pk)


@login_required
@require_POST
def caption(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, now = _own_item(request, pk), timezone.now()
    form = asked.Caption(request.POST, account=account_of(request), today=timezone.localdate(now))
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    actions.set_caption(found, account_of(request), number, form.cleaned_data["caption"], now)
    messages.success(request, "说明已存好。")
    return redirect("bulletins:news-photos", found.pk)


@login_required
@require_POST
def remove_photo(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = _own_item(request, pk)
    actions.remove_photo(found, account_of(request), number, timezone.now())
    messages.success(request, "照片已拿掉。")
    return redirect("bulletins:news-photos", found.pk)


def photo_url(photo: NewsPhoto, size: str) -> str:
    return reverse("bulletins:news-photo", args=[photo.item_id, photo.number, size])


@login_required
@require_GET
def photo(request: HttpRequest, pk: int, number: int, size: str) -> HttpResponseBase:
    """A picture made from the photograph, for those who may read the item."""
    found = visible_item(request, pk).photos.select_related(*SIZES).filter(number=number).first()
    if found is None or size not in SIZES:
        raise Http404
    return store.download(getattr(found, size), inline=True)
