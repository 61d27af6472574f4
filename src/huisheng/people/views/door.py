"""The door: first run, activation by slip, one's own sign-ins."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huisheng.kernel.errors import Refused

from .. import actions, setup, signin
from ..forms import ActivateForm, SetupForm

WRONG_CODE = "安装码不对。请看启动服务的窗口，或在服务器上运行 huisheng setup-code。"


def login(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """allauth's page; before the first account exists it leads to the first run."""
    if request.method == "GET" and setup.needed():
        return redirect("people:setup")
    return LoginView.as_view()(request, **kwargs)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    if not setup.needed():
        raise Http404
    setup.setup_code()  # made now, so that the console command and the page speak of the same one
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not setup.is_right(form.cleaned_data["code"]):
            form.add_error("code", WRONG_CODE)
        else:
            actions.set_up(form.cleaned_data, at=timezone.now())
            setup.forget()
            messages.success(
                request, "初次设置已完成。请用刚才的账号登录，再到“导入”读入委员名册和承办单位。"
            )
            return redirect("account_login")
    return render(request, "people/setup.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, code: str = "") -> HttpResponse:
    """A slip's bearer sets the password. A wrong, used or old code looks the same."""
    code = (request.POST.get("code") or request.GET.get("code") or code).strip()
    slip = actions.slip_of(code, timezone.now())
    if slip is None:
        status = 404 if code else 200
        return render(request, "people/activate_code.html", {"is_wrong": bool(code)}, status=status)
    form = ActivateForm(request.POST if "password" in request.POST else None, account=slip.account)
    if form.is_bound and form.is_valid():
        account = actions.activate(code, form.cleaned_data["password"], at=timezone.now())
        messages.success(request, f"密码已设好。请用账号“{account.username}”登录。")
        return redirect("account_login")
    return render(
        request, "people/activate.html", {"form": form, "code": code, "account": slip.account},
        status=422 if form.errors else 200,
    )  # fmt: skip


@login_required
def sign_ins(request: HttpRequest) -> HttpResponse:
    """我的登录: where I am signed in, and the ways I sign in."""
    account: Any = request.user
    today = timezone.localdate()
    idle, longest = signin.limits_of(account, today)
    return render(
        request, "people/sign_ins.html",
        {
            "rows": account.sign_ins.all()[:50], "here": request.session.session_key,
            "idle_minutes": int(idle.total_seconds() // 60), "longest_hours": int(longest.total_seconds() // 3600),
            "factors": list(account.authenticator_set.all()), "must": signin.needs_second_factor(account, today),
        },
    )  # fmt: skip


@login_required
@require_POST
def end_sign_in(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions, or all the others."""
    account: Any = request.user
    here = request.session.session_key or ""
    which = request.POST.get("which", "")
    if which == "others":
        count = signin.end_sign_ins(account, but=here)
    elif which.isdecimal() and len(which) < 18:
        count = signin.end_sign_ins(account, but=here, only=int(which))
    else:
        raise Refused("没有指明要结束哪一处登录。请回到“我的登录”再选。")
    messages.success(request, f"已结束 {count} 处登录。" if count else "没有别处的登录要结束。")
    return redirect("people:sign_ins")


__all__ = ["activate", "end_sign_in", "first_run", "login", "sign_ins"]
