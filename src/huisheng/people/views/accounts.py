"""账号: made, given posts, opened with a slip, disabled. The administrator's room; the office may hand out slips."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from huisheng.kernel.errors import Refused
from huisheng.ui.paging import page

from .. import actions, log
from ..forms import AccountForm, EndForm, PostForm, ReachForm
from ..importing import clean
from ..models import Account, Post
from ..posts import POSTS
from .common import SLIP_GIVERS, form_page, held_by


def _me(request: HttpRequest) -> Any:
    return request.user


@held_by(*SLIP_GIVERS)
def accounts(request: HttpRequest) -> HttpResponse:
    held = Post.objects.select_related("member__sector", "body", "agency", "staff")
    rows = Account.objects.annotate(
        has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk")))
    ).prefetch_related(Prefetch("posts", queryset=held, to_attr="hats"))
    asked, kind = clean.plain(request.GET.get("q", ""), 40), request.GET.get("kind", "")
    if asked:
        rows = rows.filter(Q(name__contains=clean.name(asked)) | Q(username__icontains=asked))
    if kind in POSTS:
        current = Post.objects.current(timezone.localdate()).filter(kind=kind)
        rows = rows.filter(pk__in=current.values("account"))
    return render(
        request, "people/accounts.html",
        {
            "rows": page(rows, request, order=("pk",), count=True), "asked": asked, "kind": kind, "kinds": POSTS.values(),
            "is_admin": _me(request).holds("admin"), "today": timezone.localdate(),
        },
    )  # fmt: skip


@held_by(*SLIP_GIVERS)
def account(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Account, pk=pk)
    return render(
        request, "people/account.html",
        {
            "person": found, "posts": found.posts.select_related("member", "body", "agency", "staff").order_by("-starts_on"),
            "factors": list(Authenticator.objects.filter(user=found)), "sign_ins": found.sign_ins.all()[:20],
            "slip": found.activations.filter(used_at=None, expires_at__gt=timezone.now()).first(),
            "entries": log.lines_about(found)[:50], "is_admin": _me(request).holds("admin"), "today": timezone.localdate(),
            "is_self": found.pk == _me(request).pk,
        },
    )  # fmt: skip


@held_by("admin")
def account_new(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.create_account(by=_me(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, "账号已建立。请授予岗位，再开启用码交给本人。")
        return redirect("people:account", made.pk)
    return form_page(request, form, "建立账号", back=reverse("people:accounts"), back_label="账号", submit="建立",
                     lede="密码由本人凭启用码自己设，谁也不知道。")  # fmt: skip


@held_by("admin")
def account_reach(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Account, pk=pk)
    now = {name: getattr(found, name) for name in ("phone", "email", "wecom")}
    form = ReachForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        actions.set_reach(found, by=_me(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, "联系方式已保存。")
        return redirect("people:account", pk)
    return form_page(request, form, f"{found.name}的联系方式", back=reverse("people:account", args=[pk]),
                     back_label=found.name, lede="通知发到这里。留空的方式不发。")  # fmt: skip


@held_by("admin")
def post_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Account, pk=pk)
    form = PostForm(request.POST or None, account=found, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        made = actions.give_post(found, by=_me(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, f"已授予“{made}”。")
        return redirect("people:account", pk)
    return form_page(request, form, f"给{found.name}授予岗位", back=reverse("people:account", args=[pk]),
                     back_label=found.name, submit="授予")  # fmt: skip


@held_by("admin")
def post_end(request: HttpRequest, pk: int, post: int) -> HttpResponse:
    found = get_object_or_404(
        Post.objects.select_related("account", "member", "body", "agency", "staff"), pk=post, account=pk
    )
    form = EndForm(request.POST or None, starts_on=found.starts_on, today=timezone.localdate())
    del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        actions.end_post(found, form.cleaned_data["ends_on"], by=_me(request), at=timezone.now())
        messages.success(request, f"“{found}”已定在 {found.ends_on} 结束。")
        return redirect("people:account", pk)
    return form_page(request, form, f"结束{found.account.name}的岗位“{found}”", back=reverse("people:account", args=[pk]),
                     back_label=found.account.name, submit="结束岗位")  # fmt: skip


@held_by("admin")
@require_POST
def account_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Disable or enable; reset the second factor."""
    found = get_object_or_404(Account, pk=pk)
    acts = {
        "disable": (actions.disable, "账号已停用，正在使用的登录已全部退出。"),
        "enable": (actions.enable, "账号已启用。"),
        "factor": (actions.reset_second_factor, "两步验证已重置，本人下次登录后重新设置。"),
    }
    act, sentence = acts.get(request.POST.get("act", ""), (None, ""))
    if act is None:
        raise Refused("没有指明要办什么。请回到账号页再选。")
    act(found, by=_me(request), at=timezone.now())
    messages.success(request, sentence)
    return redirect("people:account", pk)


@held_by(*SLIP_GIVERS)
@never_cache
@require_POST
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The printed slip. It is shown in the answer to this one request and nowhere kept."""
    found = get_object_or_404(Account, pk=pk)
    at = timezone.now()
    code = actions.issue_slip(found, by=_me(request), at=at)
    return render(
        request,
        "people/slip.html",
        {"person": found, "code": code, "at": at, "expires_at": at + actions.SLIP_LASTS},
    )
