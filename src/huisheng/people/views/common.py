"""What the pages of this room share: who may see them, and the page that is one form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

READERS = ("clerk", "reviewer", "office", "admin")
KEEPERS = ("clerk", "office", "admin")  # of roster, terms, local rules and calendar
SLIP_GIVERS = ("office", "admin")

View = Callable[..., HttpResponse]


def held_by(*codes: str) -> Callable[[View], View]:
    """Only for holders of one of the posts; for everybody else the page is absent."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            account: Any = request.user
            if not account.holds(*codes):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def form_page(
    request: HttpRequest,
    form: Any,
    heading: str,
    *,
    back: str,
    back_label: str,
    submit: str = "保存",
    lede: str = "",
    tone: str = "primary",
    is_upload: bool = False,
) -> HttpResponse:
    """A page that is one form; 422 when it came back with errors."""
    return render(
        request, "people/form.html",
        {"form": form, "heading": heading, "back": back, "back_label": back_label, "submit": submit, "lede": lede,
         "tone": tone, "is_upload": is_upload},
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


def keeps(request: HttpRequest) -> bool:
    account: Any = request.user
    return account.holds(*KEEPERS)
