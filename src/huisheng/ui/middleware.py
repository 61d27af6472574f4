"""The outermost net: whatever is raised below becomes a sentence."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from . import errors
from .errors import Saying


class PlainErrors:
    """Turns refusals, a busy or full store and hostile addresses into plain pages.

    Unforeseen exceptions go on to ``handler500`` (errors.server_error), so that logs and tests see them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if has_nul(request):
            return errors.respond(
                request, Saying(400, "看不懂这个请求", "地址里有系统不能处理的字符。请从首页重新进入。")
            )
        response = self.get_response(request)
        if response.status_code == 405 and isinstance(response, HttpResponse) and not response.content:
            page = errors.not_allowed_method(request)
            page["Allow"] = response.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        said = errors.saying(exception)
        return errors.respond(request, said) if said else None


def has_nul(request: HttpRequest) -> bool:
    """NUL in path, query or cookie: no page of ours has one, and PostgreSQL refuses it."""
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    return any("\x00" in value for value in request.COOKIES.values())
