"""Pages of the desk: home, notices, search, what a person is shown about themselves, help."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huisheng.kernel.forms import TextField, clean_text
from huisheng.kernel.models import Job, Notice
from huisheng.people.models import Account
from huisheng.supervision.queries import sheets_waiting
from huisheng.ui.addresses import absolute
from huisheng.ui.paging import page

from . import calendars
from . import search as searching
from .carriers import configured
from .homes import BANDS, ROLES, home_of
from .models import CalendarFeed, Feedback
from .outbox_views import wishes
from .todo import duties


def home(request: HttpRequest) -> HttpResponse:
    """The door: the first-run page in an empty house, sign-in for a stranger, else the person's own home."""
    if not request.user.is_authenticated:
        return redirect("account_login" if Account.objects.exists() else "people:setup")
    found = home_of(request.user, timezone.localdate(), _filters(request))
    return render(request, "desk/home.html", {"home": found})


def _filters(request: HttpRequest) -> dict[str, str]:
    """What the agency's table was narrowed to last: kept for the session, so that nobody sets it twice."""
    kept: dict[str, str] = request.session.get("agency_desk", {})
    asked = {name: request.GET[name] for name in ("role", "due") if name in request.GET}
    known = {"role": ROLES, "due": BANDS}
    asked = {name: value for name, value in asked.items() if value in known[name]}
    if asked and {**kept, **asked} != kept:
        kept = request.session["agency_desk"] = {**kept, **asked}
    return kept


@login_required
@require_GET
def todo(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = {"duties": duties(request.user, today), "sheets": list(sheets_waiting(request.user, today))}
    return render(request, "desk/todo.html", found)


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    mine = Notice.objects.filter(account=request.user, due_at__lte=timezone.now())
    found = page(mine, request, order=("-due_at", "-pk"))
    return render(request, "desk/notices.html", {"notices": found, "can_mute": bool(configured())})


@login_required
@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Reading a notice marks it read and goes where it leads."""
    one = get_object_or_404(Notice, pk=pk, account=request.user)
    if one.read_at is None:
        one.read_at = timezone.now()
        one.save(update_fields=["read_at"])
    return redirect(one.url or "notices")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    Notice.objects.filter(account=request.user, due_at__lte=now, read_at=None).update(read_at=now)
    return redirect("notices")


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    question = clean_text(request.GET.get("q", ""))[:200].strip()
    after = request.GET.get("after") or None
    found = searching.search(request.user, question, timezone.localdate(), after) if question else None
    return render(request, "desk/search.html", {"question": question, "found": found})


@login_required
@require_GET
def palette(request: HttpRequest) -> JsonResponse:
    question = clean_text(request.GET.get("q", ""))
    return JsonResponse({"items": searching.palette(request.user, question, timezone.localdate())})


SECURITY = (
    ("account_change_password", "修改密码"),
    ("mfa_index", "两步验证和通行密钥"),
    ("people:sign_ins", "登录记录"),
)


@login_required
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    jobs = Job.objects.filter(account=request.user).select_related("file").order_by("-pk")[:10]
    return render(
        request, "desk/me.html",
        {"posts": request.user.posts_held, "jobs": jobs, "security": SECURITY, "calendar": _calendar(request),
         **wishes(request.user)},
    )  # fmt: skip


def _calendar(request: HttpRequest) -> str:
    """The address of the person's calendar, "" while there is none."""
    feed = CalendarFeed.objects.filter(account=request.user).exclude(digest=None).first()
    return absolute(request, calendars.address_of(feed)) if feed else ""


@login_required
@require_POST
def calendar(request: HttpRequest) -> HttpResponse:
    """日历订阅: make or change the address, or stop it."""
    if request.POST.get("act") == "stop":
        calendars.stop(request.user, timezone.now())
        messages.success(request, "已停用。原来的地址打不开了。")
    else:
        calendars.renew(request.user, timezone.now())
        messages.success(request, "地址已生成。以前的地址打不开了。")
    return redirect("me")


class FeedbackForm(forms.Form):
    content = TextField(label="您的意见或建议", rows=6, max_length=5000,
                        help_text="说的是这个系统好不好用。反映区里的事，请用提案或社情民意。")  # fmt: skip
    page = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)


def feedback(request: HttpRequest) -> HttpResponse:
    """意见建议: the same place on every page (WCAG 3.2.6); open to whoever can open a page."""
    form = FeedbackForm(
        request.POST or None, initial={"page": request.GET.get("from", "")[:200]}, label_suffix=""
    )
    if request.method == "POST" and form.is_valid():
        account = request.user if request.user.is_authenticated else None
        Feedback.objects.create(account=account, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "收到了，谢谢您。办公室会看每一条。")
        return redirect("feedback")
    mine: Any = []
    if request.user.is_authenticated:
        seen = (
            Feedback.objects.all()
            if request.user.is_office
            else Feedback.objects.filter(account=request.user)
        )
        mine = page(seen.select_related("account", "answered_by"), request, order=("-pk",))
    status = 422 if form.errors else 200
    return render(request, "desk/feedback.html", {"form": form, "mine": mine}, status=status)


@login_required
@require_POST
def answer_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Feedback if request.user.is_office else Feedback.objects.none(), pk=pk)
    text = clean_text(request.POST.get("answer", "")).strip()[:5000]
    if not text:
        messages.warning(request, "答复还没有写。")
        return redirect("feedback")
    one.answer, one.answered_by_id, one.answered_at = text, request.user.pk, timezone.now()
    one.save()
    messages.success(request, "答复已保存，提出人看得到。")
    return redirect("feedback")


@require_GET
def help(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/help.html")
