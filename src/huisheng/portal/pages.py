"""How a public page is answered: rendered without a request (nothing of a reader can get into it), kept for a while."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from huisheng.ui.addresses import absolute
from huisheng.ui.context import committee_name

View = Callable[..., HttpResponse]
KEPT = ("Content-Type", "Content-Disposition", "Link")  # headers of a page that are its own


def page(template: str, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """A page of one reader: never kept anywhere."""
    body = render_to_string(f"portal/{template}.html", {"committee": committee_name(), **(context or {})})
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def published(seconds: int, asks: tuple[str, ...] = ()) -> Callable[[View], View]:
    """A page that is the same for everybody: read only, kept so long here and at the reader's, with an ETag.

    What is no longer to be published is gone after that time, too. asks: the questions this page knows; what is
    asked with one of them is not kept here, for a stranger may ask a million different ones.
    """

    def wrap(view: View) -> View:
        @require_safe
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            is_asked = any(name in request.GET for name in asks)
            place = "" if is_asked else f"portal:{absolute(request, request.path)}"
            kept = cache.get(place) if place else None
            if kept is None:
                made = view(request, *args, **kwargs)
                if made.status_code != 200:
                    return made
                headers = {name: made[name] for name in KEPT if name in made}
                tag = f'"{hashlib.sha256(made.content).hexdigest()[:32]}"'
                kept = (made.content, headers, tag)
                if place:
                    cache.set(place, kept, seconds)
            body, headers, tag = kept
            response = HttpResponse(body, headers=headers)
            response["ETag"] = tag
            response["Cache-Control"] = f"public, max-age={seconds}"
            return get_conditional_response(request, etag=tag, response=response) or response  # type: ignore[return-value]

        return answer

    return wrap
