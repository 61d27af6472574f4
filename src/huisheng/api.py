"""The directory of doors for machines: /api/v1/. Bearer tokens; every refusal is problem+json with a Chinese sentence.

``huisheng token ACCOUNT`` issues a token; it may do what the account may do, no more.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from huisheng.archive.api import router as archive
from huisheng.bulletins.api import router as bulletins
from huisheng.consultations.api import router as consultations
from huisheng.consultations.forum_api import router as forums
from huisheng.duty.api import router as duty
from huisheng.duty.office_api import router as office_reviews
from huisheng.duty.standing_api import router as standing
from huisheng.gatherings.api import router as gatherings
from huisheng.kernel.errors import Invalid, Refused
from huisheng.opinions.api import router as opinions
from huisheng.outputs.api import router as outputs
from huisheng.people import tokens
from huisheng.people.api import router as people
from huisheng.portal.api import router as published
from huisheng.proposals.api import router as proposals
from huisheng.supervision.api import router as supervision

MEGABYTE = 1 << 20
PROBLEM_TYPE = "application/problem+json"


class Bearer(HttpBearer):
    """``Authorization: Bearer …``; sets ``request.user`` so that views and API ask the same questions."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        account = tokens.account_for(token)
        if account is not None:
            request.user = account
        return account


TITLES = {
    400: "请求写得不对", 401: "没有登录", 403: "没有权限", 404: "没有找到", 405: "不支持这种方式", 409: "有冲突",
    413: "内容太大", 422: "内容须修改", 429: "请求太多", 500: "系统出错", 503: "暂时不能办理",
}  # fmt: skip


class Door(NinjaAPI):
    """Ninja with the manners of this house: what it refuses before a view is asked is problem+json, too."""

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                is_ninjas_own = pattern.name in ("openapi-json", "api-root")
                pattern.callback = _guarded(
                    require_safe(pattern.callback) if is_ninjas_own else pattern.callback
                )
        return patterns, app, namespace

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                _declare_problems(operation["responses"])
        return schema


def _declare_problems(responses: dict[int, Any]) -> None:
    for status, answer in responses.items():
        if status >= 400 and "content" in answer:
            (shape,) = answer["content"].values()
            answer["content"] = {PROBLEM_TYPE: shape}
        answer["description"] = TITLES.get(status, "好了")


def _guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Too large a body is not read; a method the address does not know is answered like every other refusal."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _length(request) > MEGABYTE:
            return problem(request, 413, "一次最多 1 MB。请缩短文字，或把其余内容作为附件在页面上传。")
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        refusal = problem(request, 405, f"这个地址不支持 {request.method}。")
        refusal["Allow"] = ", ".join(sorted(word.strip() for word in response["Allow"].split(",")))
        return refusal

    return answer


def _length(request: HttpRequest) -> int:
    said = str(request.META.get("CONTENT_LENGTH") or "")
    return int(said) if said.isdecimal() and len(said) < 20 else 0


api = Door(
    title="回声", version="1", description="区政协工作平台：与页面同一套规则。", docs_url=None, openapi_url="/openapi.json",
    auth=Bearer(), urls_namespace="api-1",
)  # fmt: skip
api.add_router("/open", published)  # what is published asks for no token
api.add_router("", outputs)
api.add_router("", bulletins)
api.add_router("", consultations)
api.add_router("", supervision)
api.add_router("", duty)
api.add_router("", standing)
api.add_router("", office_reviews)
api.add_router("", opinions)  # before the one whose last addresses take any word
api.add_router("", gatherings)
api.add_router("", forums)
api.add_router("", archive)
api.add_router("", people)
api.add_router("", proposals)


def problem(
    request: HttpRequest, status: int, detail: str, errors: dict[str, list[str]] | None = None
) -> HttpResponse:
    body = {"type": "about:blank", "title": TITLES.get(status, "出错"), "status": status, "detail": detail}
    response = api.create_response(request, body | {"errors": errors or {}}, status=status)
    response["Content-Type"] = f"{PROBLEM_TYPE}; charset=utf-8"
    response["Cache-Control"] = "no-store"
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(
        request, error.status, error.sentence, error.errors if isinstance(error, Invalid) else None
    )


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for one in error.errors:
        place = ".".join(str(part) for part in one["loc"][1:] if part != "payload") or str(one["loc"][0])
        errors.setdefault(place, []).append(_sentence(one))
    return problem(request, 422, "有的字段不对，请按 errors 逐项修改。", errors)


def _sentence(error: Any) -> str:
    limits = error.get("ctx") or {}
    words = {
        "missing": "缺少这一项。", "string_type": "须是文字。", "int_parsing": "须是整数。", "int_type": "须是整数。",
        "int_from_float": "须是整数。", "list_type": "须是列表。", "dict_type": "须是对象。", "model_attributes_type": "须是对象。",
        "bool_parsing": "须是 true 或 false。", "bool_type": "须是 true 或 false。", "extra_forbidden": "没有这一项。",
        "string_too_long": f"最多 {limits.get('max_length')} 字。", "string_too_short": f"至少 {limits.get('min_length')} 字。",
        "too_long": f"最多 {limits.get('max_length')} 项。", "less_than_equal": f"最大 {limits.get('le')}。",
        "greater_than_equal": f"最小 {limits.get('ge')}。", "int_parsing_size": "数太大。",
        "string_unicode": "含有半个字符（不成对的代理码），请重新输入。",
    }  # fmt: skip
    return words.get(error["type"], f"不合要求（{error['type']}）。")


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(request, 401, "令牌不对或已停用。请用 huisheng token 账号 重新取得令牌。")


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, "没有这一件，或您无权查看。")


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    sentences = {400: "请求不是合法的 JSON，或缺少必要的部分。", 413: "内容太大。"}
    return problem(request, error.status_code, sentences.get(error.status_code, str(error)))
