"""Who comes in: what allauth may do here, the lock-out page, the limits of a session, and the list of sign-ins.

There is no self sign-up and no mail: accounts are made by the administrator, first passwords are set with a slip.
"""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session as WebSession
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from huisheng.kernel import local

from .local_rules import GRACE_DAYS, SECOND_FACTOR
from .models import Account, SignIn
from .posts import POSTS

WRONG = "账号或密码不对。请检查大小写和数字键盘；想不起来，请找办公室重新开具启用码。"
SENTENCES = {
    "account/messages/password_changed.txt": "密码已改，其他地方的登录都已退出。",
    "mfa/messages/totp_activated.txt": "验证器已启用。请把恢复码抄下来，放在安全的地方。",
    "mfa/messages/totp_deactivated.txt": "验证器已停用。",
    "mfa/messages/webauthn_added.txt": "通行密钥已添加。",
    "mfa/messages/webauthn_removed.txt": "通行密钥已删除。",
    "mfa/messages/recovery_codes_generated.txt": "新的恢复码已生成，旧的不能再用。",
}


class Adapter(DefaultAccountAdapter):
    """allauth with sign-up and mail turned off and its sentences in our words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "incorrect_password": "现用密码不对。",
        "too_many_login_attempts": "试得太频繁了，请过一会儿再试。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # an address that is none leads nowhere
            return False

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves this installation."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> bool:
        return False

    def add_message(
        self, request: Any, level: Any, message_template: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        sentence = SENTENCES.get(message_template or "")
        if sentence:
            super().add_message(request, level, message=sentence)

    def get_client_ip(self, request: HttpRequest) -> str:
        return source_of(request)

    def set_password(self, user: Any, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)


def source_of(request: HttpRequest) -> str:
    """The address of the other end of the connection. Forwarding headers are not believed: anybody can write them."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def username_of(request: Any, credentials: Any = None) -> str:
    """The account a failed try is counted against: written in capitals it is the same account."""
    given = (credentials or {}).get("username") or (credentials or {}).get("login")
    if not given and request is not None:
        given = request.POST.get("login") or request.POST.get("username")
    return str(given or "").strip().casefold()[:255]


def locked_out(
    request: HttpRequest, original: Any = None, credentials: Any = None, *args: Any
) -> HttpResponse:
    """Too many wrong tries from here for this account. From elsewhere its owner still gets in."""
    tries = AccessAttempt.objects.filter(
        username=username_of(request, credentials), ip_address=source_of(request)
    )
    last = tries.order_by("-attempt_time").values_list("attempt_time", flat=True).first() or timezone.now()
    opens_at = last + timedelta(hours=float(settings.AXES_COOLOFF_TIME))
    minutes = max(1, -int((timezone.now() - opens_at).total_seconds() // 60))
    return render(request, "account/locked.html", {"minutes": minutes, "opens_at": opens_at}, status=429)


# -- limits of a session -------------------------------------------------------------------------------------------


def limits_of(account: Account, today: date) -> tuple[timedelta, timedelta]:
    """(idle, longest): the strictest of the posts held; without a post, as for staff."""
    kinds = [POSTS[post.kind] for post in account.posts_held if post.is_held(today)] or [POSTS["clerk"]]
    return min(kind.idle for kind in kinds), min(kind.longest for kind in kinds)


def ends_at(request: HttpRequest) -> datetime:
    """When this session ends at the latest, if it is not used again."""
    now = timezone.now()
    idle, longest = limits_of(request.user, timezone.localdate(now))  # type: ignore[arg-type]
    started = float(request.session.get("started", now.timestamp()))
    return min(now + idle, datetime.fromtimestamp(started, tz=now.tzinfo) + longest)


def needs_second_factor(account: Account, today: date) -> bool:
    """Whether the account must have a second factor (whether it has one is not asked here)."""
    wish = os.environ.get("HUISHENG_MFA", "")
    if wish == "offered" or account.is_demo:
        return False
    if not any(POSTS[post.kind].needs_second_factor and post.is_held(today) for post in account.posts_held):
        return False
    return wish == "required" or bool(local.rule(SECOND_FACTOR, today))


def grace_ends_on(account: Account, today: date) -> date:
    return timezone.localdate(account.made_at) + timedelta(days=int(local.rule(GRACE_DAYS, today)))


# -- sign-ins --------------------------------------------------------------------------------------------------------


@receiver(user_logged_in)
def _remember(sender: Any, request: HttpRequest, user: Account, **rest: Any) -> None:
    """One row per session, so that its owner can see and end it."""
    session, now = request.session, timezone.now()
    longest = limits_of(user, timezone.localdate(now))[1]
    session["started"] = session["seen"] = now.timestamp()
    session.set_expiry(int(longest.total_seconds()))
    session.save()
    SignIn.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "account": user, "device": device_of(request), "source": source_of(request), "started_at": now, "seen_at": now,
        },
    )  # fmt: skip


@receiver(user_logged_out)
def _forget(sender: Any, request: HttpRequest, user: Account | None, **_: Any) -> None:
    if request.session.session_key:
        SignIn.objects.filter(session_key=request.session.session_key).delete()


def end_sign_ins(account: Account, *, but: str = "", only: int | None = None) -> int:
    """End sessions of an account: all, all but the one with a key, or only one row. How many were ended."""
    rows = SignIn.objects.filter(account=account)
    if only is not None:
        rows = rows.filter(pk=only)
    keys = [key for key in rows.values_list("session_key", flat=True) if key != but]
    WebSession.objects.filter(session_key__in=keys).delete()
    SignIn.objects.filter(session_key__in=keys).delete()
    return len(keys)


_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("Android", "安卓手机"), ("iPhone", "苹果手机"), ("iPad", "苹果平板"), ("Windows", "Windows 电脑"),
    ("Mac OS X", "苹果电脑"), ("Linux", "Linux 电脑"),
)  # fmt: skip
_BROWSERS = (
    ("MicroMessenger", "微信"), ("wxwork", "企业微信"), ("Edg", "Edge"), ("QQBrowser", "QQ 浏览器"), ("Firefox", "火狐"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def device_of(request: HttpRequest) -> str:
    """A few words by which people know their device again."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    system = next((word for mark, word in _SYSTEMS if mark in agent), "未知设备")
    browser = next((word for mark, word in _BROWSERS if mark in agent), "")
    return f"{system} · {browser}" if browser else system


# -- who it is, once more --------------------------------------------------------------------------------------------


def proved_at(request: HttpRequest) -> float:
    """When the person last showed who they are: by signing in, or by their password once more. Seconds since 1970."""
    shown = [float(one.get("at", 0)) for one in get_authentication_records(request, request.user)]
    return max([float(request.session.get("started", 0)), *shown])


def has_passkey(account: Account) -> bool:
    """Whether the person can show who they are with a finger or a face."""
    return bool(account.authenticator_set.filter(type=Authenticator.Type.WEBAUTHN).exists())  # type: ignore[attr-defined]


def prove(request: HttpRequest, password: str) -> bool:
    """The password once more, before an act of weight. A wrong one counts like one at the door."""
    account: Any = request.user
    found = authenticate(request, username=account.username, password=password)
    if found is None or found.pk != account.pk:
        return False
    reauthenticate_by_password(request)
    return True
