"""The outermost net: whatever is raised below becomes a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

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

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        return errors.other_encoding(request) if is_other_encoding(request) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        said = errors.saying(exception)
        return errors.respond(request, said) if said else None


def has_nul(request: HttpRequest) -> bool:
    """NUL in path, query or cookie: no page of ours has one, and PostgreSQL refuses it."""
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    return any("\x00" in value for value in request.COOKIES.values())


def is_other_encoding(request: HttpRequest) -> bool:
    """Whether the words of a form came as GBK or broken UTF-8: read as UTF-8 they would be stored as mojibake.

    A replacement mark alone says nothing (somebody may have pasted one), so the bytes are asked.
    """
    if request.method != "POST" or request.content_type not in FORMS:
        return False
    marked = [value for values in request.POST.lists() for value in values[1] if "\ufffd" in value]
    if not marked:
        return False
    if request.content_type == FORMS[0]:
        return not _is_utf8(unquote_to_bytes(request.body.replace(b"+", b" ")))
    # the bytes of a form with files are gone by now: Chinese in another encoding is mostly marks
    return any(
        3 * value.count("\ufffd") > sum(not char.isascii() for char in value) and value.count("\ufffd") > 2
        for value in marked
    )


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
