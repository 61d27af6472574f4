"""短信: a gateway that takes JSON. Every provider has a dialect; a committee's own small relay speaks this one.

POST {"id": key, "to": number, "text": words} with “Authorization: Bearer …” and “Idempotency-Key: …”; the answer is
2xx with {"id": the provider's number}. 429 and 5xx mean later, other refusals mean never.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from huisheng.people.importing import clean

from .letter import TIMEOUT, Letter, NotSent, seconds

LONGEST_ANSWER = 64 << 10
ODD = "短信平台的应答看不懂，稍后自动再试。"


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None  # a telephone number goes to the address that was set and to no other


def is_on() -> bool:
    return urlsplit(settings.SMS["url"]).scheme in ("http", "https")


def address(account: Any) -> str:
    """The account's own number, else that of the member it belongs to."""
    if account.phone:
        return account.phone
    return next((post.member.phone for post in account.posts_held if post.member and post.member.phone), "")


def send(letter: Letter) -> str:
    to = _mobile(letter.to)
    text = f"{letter.text}{letter.url}" if letter.url else letter.text
    body = json.dumps({"id": letter.key, "to": to, "text": text}, ensure_ascii=False).encode()
    request = Request(  # noqa: S310 the scheme was looked at in is_on
        settings.SMS["url"],
        body,
        {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.SMS['token']}",
            "Idempotency-Key": letter.key,
        },
    )
    return _number_in(_ask(request))


def _mobile(text: str) -> str:
    number, _ = clean.phone(text)
    if not re.fullmatch(r"1\d{10}", number):
        raise NotSent("不是手机号码，发不了短信。")
    return number


def _ask(request: Request) -> bytes:
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
            return _read(answer)
    except HTTPError as problem:
        if problem.code == 429 or problem.code >= 500:
            wait = seconds(problem.headers.get("Retry-After"))
            raise NotSent("短信平台繁忙，稍后自动再试。", is_passing=True, retry_after=wait) from None
        raise NotSent(f"短信平台没有接受（{problem.code}）。") from None
    except (OSError, ValueError, EOFError):
        raise NotSent("连不上短信平台，稍后自动再试。", is_passing=True) from None
    except Exception:  # http.client's own complaints about half an answer
        raise NotSent(ODD, is_passing=True) from None


def _read(answer: Any) -> bytes:
    """The whole answer within the provider's time: the time-out alone would begin anew with every drop."""
    data, end = b"", time.monotonic() + TIMEOUT
    while part := answer.read1(4096):
        data += part
        if len(data) > LONGEST_ANSWER or time.monotonic() > end:
            raise ValueError
    return data


def _number_in(data: bytes) -> str:
    try:
        answer = json.loads(data)
        number = answer.get("id")
    except (ValueError, AttributeError, RecursionError):
        raise NotSent(ODD, is_passing=True) from None
    if not isinstance(number, str | int) or isinstance(number, bool) or not str(number).strip():
        raise NotSent(ODD, is_passing=True)
    return str(number)[:80]
