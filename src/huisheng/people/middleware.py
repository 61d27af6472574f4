"""A session ends by itself: after a time without use, and after its longest time, as the holder's posts say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from . import signin
from .models import SignIn

_NOTE_EVERY = 60.0  # seconds between two notes of “last used”: a page costs no write more often than that
_OPEN = ("/accounts/", "/static/", "/prefs", "/setup", "/activate")


class SessionLimits:
    """Ends what has lasted too long, and leads whoever must first change the password or set up a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # the account itself: a page asks it hundreds of things, and each through Django's lazy stand-in costs
        account: Any = get_user(request)
        request.user = account
        if not account.is_authenticated or request.path.startswith("/static/"):
            return self.get_response(request)
        sentence = self._too_long(request, account)
        if sentence:
            logout(request)
            messages.info(request, sentence)
            return _to(request, f"{reverse('account_login')}?next={quote(_back(request))}")
        if not request.path.startswith(_OPEN) and (first := self._first(request, account)):
            return _to(request, first)
        response = self.get_response(request)
        response.setdefault(
            "Cache-Control", "private, no-store"
        )  # 14.3.2: gone from the browser with the session
        return response

    def _too_long(self, request: HttpRequest, account: Any) -> str:
        now = timezone.now()
        idle, longest = signin.limits_of(account, timezone.localdate(now))
        seen = float(request.session.get("seen", now.timestamp()))
        started = float(request.session.get("started", now.timestamp()))
        if now.timestamp() - started > longest.total_seconds():
            return "这次登录已到时限，请重新登录。写好的内容没有丢。"
        if now.timestamp() - seen > idle.total_seconds():
            return f"您有{_said(idle)}没有操作，已自动退出。写好的内容没有丢，请重新登录。"
        if now.timestamp() - seen > _NOTE_EVERY or "seen" not in request.session:
            request.session["seen"] = now.timestamp()
            request.session.setdefault("started", now.timestamp())
            SignIn.objects.filter(session_key=request.session.session_key).update(seen_at=now)
        return ""

    def _first(self, request: HttpRequest, account: Any) -> str:
        """Where the person must go before anything else; "" when nowhere."""
        if account.must_change_password:
            return reverse("account_change_password")
        today = timezone.localdate()
        if request.session.get("has_second_factor") or not signin.needs_second_factor(account, today):
            return ""
        ends_on = signin.grace_ends_on(account, today)
        if today <= ends_on and request.session.get("told_second_factor"):
            return ""
        if account.authenticator_set.exists():
            request.session["has_second_factor"] = True
            return ""
        if today > ends_on:
            return reverse("mfa_index")
        request.session["told_second_factor"] = True
        messages.warning(
            request,
            f"您的岗位须用两步验证。请在 {ends_on.month} 月 {ends_on.day} 日前到“我的登录”设置验证器或通行密钥。",
        )
        return ""


def _said(idle: timedelta) -> str:
    minutes = int(idle.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // 1440} 天"


def _back(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" else request.path


def _to(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that htmx also follows as a whole page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
