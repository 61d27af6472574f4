"""What stays of an activity: its photographs, and the study notes that those who were there write themselves."""

from __future__ import annotations

from pathlib import PurePath

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel import local, store
from huisheng.kernel.errors import Refused
from huisheng.ui.steps import forget_typed, new_key, put_back

from . import actions, floor, queries
from . import local_rules as rules
from .forms import Photo, StudyNote
from .models import Gathering
from .views import account_of, kept_gathering, visible_gathering

PICTURES = ("jpg", "png")


# -- photographs -----------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """照片: for everybody who sees the activity; whoever keeps it adds and takes away."""
    gathering, account, now = visible_gathering(request, pk), account_of(request), timezone.now()
    today = timezone.localdate(now)
    keeps = queries.organises(gathering, account, today) and gathering.state in queries.TAKES_PHOTOS
    form, refusal = Photo(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        try:
            _keep(request, gathering, form)
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, "照片已存好，拍摄地点和机型已经去掉。")
            return redirect("gatherings:photos", gathering.pk)
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "gatherings/photos.html", {
        "gathering": gathering, "form": form, "keeps": keeps, "refusal": refusal,
        "photos": [(one, PurePath(one.name).stem) for one in queries.photos(gathering)],
        "most": local.rule(rules.PHOTOS_MOST, today),
    }, status=status)  # fmt: skip


def _keep(request: HttpRequest, gathering: Gathering, form: Photo) -> None:
    """Kept under its caption: that is the name it is read and downloaded by."""
    file = form.cleaned_data["file"]
    name = form.cleaned_data["caption"] + PurePath(file.name).suffix.lower()
    upload = store.receive(file, name, kinds=PICTURES)
    actions.add_photo(gathering, account_of(request), upload, timezone.now())


@login_required
@require_GET
def photo(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    found = queries.photos(visible_gathering(request, pk)).filter(pk=file).first()
    if found is None:
        raise Http404
    return store.download(found, inline="inline" in request.GET)  # type: ignore[return-value]


@login_required
@require_POST
def remove_photo(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    gathering = kept_gathering(request, pk)
    found = queries.photos(gathering).filter(pk=file).first()
    if found is None:
        raise Http404
    actions.remove_photo(gathering, account_of(request), found, timezone.now())
    messages.success(request, "照片已撤下。")
    return redirect("gatherings:photos", gathering.pk)


# -- study notes -----------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def study_note(request: HttpRequest, pk: int) -> HttpResponse:
    """学习体会: what I learnt, in my own words; read by myself, whoever keeps the course, and the office."""
    gathering, account, now = visible_gathering(request, pk), account_of(request), timezone.now()
    if not gathering.needs("hours"):
        raise Http404
    form = StudyNote(request.POST or None, record=gathering, account=account, today=timezone.localdate(now))
    place, refusal = f"{gathering.kind()}:{gathering.pk}:note", None
    if request.method == "POST" and form.is_valid():
        try:
            floor.write_note(
                gathering, account, form.cleaned_data["text"], at=now, key=request.POST.get("key", "")
            )
        except Refused as problem:
            refusal = problem
        else:
            forget_typed(account, place)
            messages.success(request, "学习体会已存好。")
            return redirect("gatherings:note", gathering.pk)
    if request.method == "GET":
        put_back(account, place, form)
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "gatherings/note.html", {
        "gathering": gathering, "form": form, "place": place, "refusal": refusal,
        "notes": list(queries.own_notes(gathering, account, timezone.localdate(now))),
        "key": request.POST.get("key") or new_key(),
    }, status=status)  # fmt: skip
