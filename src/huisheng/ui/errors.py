"""What is said when something fails: a Chinese sentence that says what to do, and a status that machines read.

Absent and forbidden records look the same (404). A page for people, a fragment for htmx, problem+json for /api/.
"""

from __future__ import annotations

import errno
import logging
import secrets
import sys
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)  # fmt: skip
from django.db import DatabaseError, DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict, UnreadablePostError
from django.template.loader import render_to_string

from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import clean_text

log = logging.getLogger("huisheng.incident")
NO_WORDS = ("csrfmiddlewaretoken", "key", "version", "next", "code")

ABSENT = "没有这一页，或者您无权查看。请核对地址，或从首页重新进入。"
BUSY = "系统正忙，这一步还没有办成，您可以过几秒钟再办一次。所写内容没有丢失。"
FULL = "服务器的存储空间已满，这一步没有办成。请告诉管理员；所写内容请先留在本页。"
READ_ONLY = "系统暂时只能查看、不能办理。请稍后再办，或联系管理员。"
STRANGE_HOST = "这个网址不是本系统的地址。请用单位公布的网址打开；确实无误的，请管理员把它加入允许的地址。"
MANY = "短时间内试的次数太多，先歇几分钟再试。忘了密码的，请联系本单位管理员。"
BROKEN = "这一步没有办成，是系统的问题，不是您的问题。请把下面的编号告诉管理员。"


@dataclass(frozen=True)
class Saying:
    """What is said: status, a heading, the sentence, and after how many seconds to try again (0: no promise).

    ``bare``: on a page that asks nothing of the store or of the request.
    """

    status: int
    heading: str
    sentence: str
    retry: int = 0
    bare: bool = False


def saying(error: BaseException | None) -> Saying | None:
    """What to say about an exception; None for one that is nobody's mistake but the program's."""
    match error:
        case Refused():
            return Saying(error.status, "没有办成", error.sentence)
        case Http404() | PermissionDenied():
            return Saying(404, "没有找到", ABSENT)
        case RequestDataTooBig():
            return Saying(
                413, "内容太大", "一次提交的内容太大，没有收下。请缩短文字，或把其余内容作为附件上传。"
            )
        case TooManyFieldsSent() | TooManyFilesSent():
            return Saying(413, "项目太多", "一次提交的项目太多，没有收下。请分几次提交。")
        case UnreadablePostError():
            return Saying(400, "没有收全", "网络中断，内容没有收全。请检查网络后再提交一次。")
        case DisallowedHost():
            return Saying(400, "网址不对", STRANGE_HOST, bare=True)
        case SuspiciousOperation():
            return Saying(400, "看不懂这个请求", "地址或内容里有系统不能处理的字符。请从首页重新进入。")
        case OverflowError() | DataError() if "too large" in str(error) or "out of range" in str(error):
            return Saying(404, "没有找到", ABSENT)  # a number larger than any id names nothing
        case DatabaseError() | OSError():
            return _storage(error)
    return None


def _storage(error: BaseException) -> Saying | None:
    text = str(error).lower()
    is_full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    if is_full or "disk is full" in text or "no space left" in text or "could not extend file" in text:
        return Saying(507, "存储空间已满", FULL)
    if "readonly database" in text or "read-only transaction" in text:
        return Saying(503, "暂时只读", READ_ONLY, retry=60)
    busy = (
        "is locked", "lock timeout", "deadlock detected", "could not serialize", "too many clients", "too many connections",
        "connection refused", "server closed the connection", "connection failed", "the connection is closed",
        "terminating connection", "is starting up", "is shutting down",
    )  # fmt: skip
    if isinstance(error, DatabaseError) and any(part in text for part in busy):
        return Saying(503, "系统正忙", BUSY, retry=5)
    return None


def respond(request: HttpRequest, said: Saying, number: str = "", **more: Any) -> HttpResponse:
    """The saying in the form the asker reads."""
    response = _body(request, said, number, more)
    if said.retry:
        response["Retry-After"] = str(said.retry)
    response["Cache-Control"] = "no-store"
    return response


def _body(request: HttpRequest, said: Saying, number: str, more: dict[str, Any]) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": said.heading,
            "status": said.status,
            "detail": said.sentence,
        }
        if number:
            problem["instance"] = f"urn:incident:{number}"
        return JsonResponse(
            problem,
            status=said.status,
            content_type="application/problem+json",
            json_dumps_params={"ensure_ascii": False},
        )
    context = {
        "heading": said.heading,
        "sentence": said.sentence,
        "number": number,
        "kept": [] if said.bare else words_of(request),
        **more,
    }
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(render_to_string("_refused.html", context), status=said.status)
    # a failing store must not be asked for the reader's name and notices
    if said.bare or said.status >= 500:
        return HttpResponse(render_to_string("error_bare.html", context), status=said.status)
    # the public pages have a frame of their own, without anybody's session in it
    template = getattr(request, "plain_page", "error.html")
    return HttpResponse(render_to_string(template, context, request), status=said.status)


def incident(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """500 with a number short enough to be read out on the telephone; the same number stands in the log."""
    number = _number()
    log.error("事故 %s %s %s", number, request.method, request.path, exc_info=error)
    response = respond(request, Saying(500, "系统出了问题", BROKEN), number)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would write the same traceback again
    return response


def _number() -> str:
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(6))


def words_of(request: HttpRequest) -> list[str]:
    """The longer words of a form that could not be taken, to be copied: a refusal never costs what was written."""
    if request.method != "POST" or not is_own_form(request):
        return []
    try:
        names = [name for name in request.POST if "password" not in name.lower() and name not in NO_WORDS]
        values = [clean_text(value) for name in names for value in request.POST.getlist(name)]
        return [value for value in values if len(value) > 20 or not value.isascii()]
    except (SuspiciousOperation, BadRequest, UnreadablePostError):
        return []  # what could not be read at all still stands in the person's own window


# -- the handlers that urls.py names -------------------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return respond(
        request, saying(exception) or Saying(400, "看不懂这个请求", "请从首页重新进入，再办一次。")
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return respond(request, Saying(404, "没有找到", ABSENT))


forbidden = not_found  # absent and forbidden look the same


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]
    said = saying(error)
    return respond(request, said) if said else incident(request, error)


def not_allowed_method(request: HttpRequest) -> HttpResponse:
    return respond(
        request, Saying(405, "不能这样打开", "这个地址不能直接打开。请返回上一页，从页面上的按钮办理。")
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """allauth's limits on signing in; it looks for this handler in urls.py."""
    return respond(request, Saying(429, "试得太勤了", MANY, retry=300))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's pass is missing or old. What was typed is shown again; only a form of our own may be sent once more."""
    typed = [
        (name, value)
        for name in request.POST
        if name not in ("csrfmiddlewaretoken", "key") and "password" not in name.lower()
        for value in request.POST.getlist(name)
    ]
    said = Saying(403, "这一页开得太久了", "为了安全，请再确认一次。您写的内容都在下面，没有丢失。")
    if not is_own_form(request):
        sentence = "这份表单不是从本系统的页面提交的，没有办理。请从首页进入，在本系统的页面上办理。"
        said, typed = Saying(403, "没有办理", sentence), []
    texts = [(name, value) for name, value in typed if len(value) > 20 or "\n" in value]
    has_password = any("password" in name.lower() for name in request.POST)
    return respond(
        request, said, typed=[] if has_password else typed, texts=texts, action=request.get_full_path(),
        had_files=bool(request.FILES), again=has_password,
    )  # fmt: skip


def other_encoding(request: HttpRequest) -> HttpResponse:
    """The words came in another encoding than this system's. They are shown as GBK reads them, to be sent again."""
    words = (
        QueryDict(request.body, encoding="gb18030")
        if request.content_type.endswith("urlencoded")
        else request.POST
    )
    own = is_own_form(request) and not any("password" in name.lower() for name in words)
    typed = [
        (name, value)
        for name in words
        if own and name not in ("csrfmiddlewaretoken", "key")
        for value in words.getlist(name)
    ]
    texts = [(name, value) for name, value in typed if not value.isascii()]
    sentence = "这份表单的文字不是按 UTF-8 编码送来的，没有办理。"
    sentence += (
        "下面是按中文编码读出的内容，请核对后再提交。" if typed else "请从本系统的页面上填写，再办一次。"
    )
    said = Saying(400, "文字编码不对", sentence)
    return respond(
        request, said, typed=typed, texts=texts, action=request.get_full_path(), had_files=bool(request.FILES)
    )


def is_own_form(request: HttpRequest) -> bool:
    """The browser itself says that the form came from one of our pages; a stranger's page cannot say that."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
