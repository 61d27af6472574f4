"""Doors for these tests: the frame's own pages, the steps of real proposals, and doors that break on purpose."""

from __future__ import annotations

import errno
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from huisheng.kernel.errors import NotAllowed
from huisheng.kernel.models import Notice
from huisheng.proposals.models import Assignment, Proposal
from huisheng.proposals.queries import visible_children, visible_to
from huisheng.ui.paging import page
from huisheng.ui.steps import step_urls


def proposal(request: Any, pk: int) -> Any:
    return get_object_or_404(visible_to(request.user, timezone.localdate()), pk=pk)


def assignment(request: Any, pk: int) -> Any:
    return get_object_or_404(visible_children(Assignment, request.user, timezone.localdate()), pk=pk)


def plain(request: Any, **_: Any) -> HttpResponse:
    return render(request, "base.html")


def notices(request: Any) -> HttpResponse:
    rows = page(Notice.objects.filter(account=request.user), request, size=10, order=("read_at", "-pk"))
    return HttpResponse("\n".join(notice.text for notice in rows), content_type="text/plain; charset=utf-8")


def breaks(error: BaseException) -> Any:
    def view(request: Any) -> HttpResponse:
        raise error

    return view


@require_POST
def only_post(request: Any) -> HttpResponse:
    return HttpResponse(request.POST.get("words", ""))


doors = [
    path("refused", breaks(NotAllowed("“立案”须由提案委工作人员办理。"))),
    path("absent", breaks(Http404())),
    path("forbidden", breaks(PermissionDenied())),
    path("locked", breaks(OperationalError("database is locked"))),
    path("full", breaks(OperationalError("database or disk is full"))),
    path("nospace", breaks(OSError(errno.ENOSPC, "No space left on device"))),
    path("bug", breaks(RuntimeError("secret detail"))),
    path("post", only_post),
]
proposal_doors = [
    path("<int:pk>/", plain, name="detail"),
    *step_urls(Proposal, proposal),
    *step_urls(Assignment, assignment, "assignments/"),
]
urlpatterns = [
    path("", plain, name="home"),
    path("notices", notices, name="notices"),
    path("me", plain, name="me"),
    path("accounts/", include("huisheng.people.door_urls")),
    path("", include("huisheng.people.urls")),
    path("proposals/", include((proposal_doors, "proposals"))),
    path("broken/", include(doors)),
    path("api/broken/", include(doors)),
    path("", include("huisheng.ui.urls")),
]
handler400 = "huisheng.ui.errors.bad_request"
handler403 = "huisheng.ui.errors.forbidden"
handler404 = "huisheng.ui.errors.not_found"
handler500 = "huisheng.ui.errors.server_error"
