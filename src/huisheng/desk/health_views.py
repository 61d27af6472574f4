"""The page of lights, for whoever keeps the machine and for the office."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from huisheng.people import posts

from .health import BAD, lights


@login_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    account = request.user
    if not (account.is_office or account.holds(posts.ADMIN, posts.AUDITOR)):
        raise Http404
    found = lights(timezone.now())
    troubles = sum(light.tone == BAD for light in found)
    return render(request, "desk/health.html", {"lights": found, "troubles": troubles})
