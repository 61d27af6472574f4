"""In front of the public pages: nobody there is anybody, so no cookie goes in or out and no page varies by one.

The link of a receipt opens it, and so does that of a calendar: the token is kept out of every log line (Django's own and the server's).
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

OPEN = ("/open/", "/api/v1/open/", "/robots.txt", "/me/calendar/")
# addresses that are keys themselves
KEYS = ("/open/r/", "/me/calendar/")


class PublicDoor:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(OPEN):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.plain_page = "portal/refused.html"  # type: ignore[attr-defined]  # how ui.errors says no here
        key = next((place for place in KEYS if request.path_info.startswith(place)), "")
        if key:
            request.path = f"{key}…"  # what Django logs; addresses are resolved by path_info
        try:
            response = self.get_response(request)
        finally:
            if key:
                request.META["PATH_INFO"] = f"{key}-"  # what the web server logs
        response.cookies.clear()
        _drop_cookie_from_vary(response)
        return response


def _drop_cookie_from_vary(response: HttpResponseBase) -> None:
    """The session is looked at on every way in; without a cookie it is the same for everybody."""
    names = [name.strip() for name in response.get("Vary", "").split(",")]
    kept = [name for name in names if name and name.lower() != "cookie"]
    if kept:
        response["Vary"] = ", ".join(kept)
    elif response.has_header("Vary"):
        del response["Vary"]
