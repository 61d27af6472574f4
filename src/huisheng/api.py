"""The directory of doors for machines: /api/v1/. Bearer tokens; every refusal is problem+json with a Chinese sentence.

``huisheng token ACCOUNT`` issues a token; it may do what the account may do, no more.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from huisheng.kernel.errors import Invalid, Refused
from huisheng.people import tokens
from huisheng.proposals.api import STATUSES, router


class Bearer(HttpBearer):
    """``Authorization: Bearer …``; sets ``request.user`` so that views and API ask the same questions."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        account = tokens.account_for(token)
        if account is not None:
            request.user = account
        return account


class Problem(Schema):
    """RFC 9457. ``detail`` is a sentence for a person; ``errors`` names the fields that must be mended."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] = {}


TITLES = {
    400: "请求写得不对", 401: "没有登录", 403: "没有权限", 404: "没有找到", 405: "不支持这种方式", 409: "有冲突",
    413: "内容太大", 422: "内容须修改", 429: "请求太多", 500: "系统出错", 503: "暂时不能办理",
}  # fmt: skip

api = NinjaAPI(
    title="回声", version="1", description="区政协提案：与页面同一套规则。", docs_url=None, openapi_url="/openapi.json",
    auth=Bearer(), urls_namespace="api-1",
)  # fmt: skip
api.add_router("", router)


def problem(request: HttpRequest, status: int, detail: str, errors: dict[str, list[str]] | None = None) -> HttpResponse:
    body = {"type": "about:blank", "title": TITLES.get(status, "出错"), "status": status, "detail": detail}
    response = api.create_response(request, body | {"errors": errors or {}}, status=status)
    response["Content-Type"] = "application/problem+json; charset=utf-8"
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(request, error.status, error.sentence, error.errors if isinstance(error, Invalid) else None)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for one in error.errors:
        place = ".".join(str(part) for part in one["loc"][1:] if part != "payload") or str(one["loc"][0])
        errors.setdefault(place, []).append(_sentence(one))
    return problem(request, 422, "有的字段不对，请按 errors 逐项修改。", errors)


def _sentence(error: Any) -> str:
    words = {"missing": "缺少这一项。", "string_type": "须是文字。", "int_parsing": "须是整数。", "int_type": "须是整数。",
             "list_type": "须是列表。", "dict_type": "须是对象。", "bool_parsing": "须是 true 或 false。"}  # fmt: skip
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


# one declaration for all: the statuses a client must be ready for, with one shape
for path_view in router.path_operations.values():
    for operation in path_view.operations:
        for status in STATUSES:
            operation.response_models.setdefault(status, operation._create_response_model(Problem))
