"""Pages of the frame itself."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from huisheng.kernel.forms import TextField, TextsField

from .chips import Chip, due_chip
from .context import KEYS_COOKIE, SCALE_COOKIE, SCALES, THEME_COOKIE, THEMES, shell_of
from .forms import DateInput, FilteredChoices
from .steps import Answer, safe_next

YEAR = 365 * 24 * 3600


@require_POST
def prefs(request: HttpRequest) -> HttpResponse:
    """Text size, light or dark, single keys: kept with the account, and in this browser for the sign-in page."""
    account = shell_of(request).account
    response: HttpResponse = redirect(safe_next(request) or shell_of(request).home_url)
    if request.headers.get("Accept") == "application/json":
        response = HttpResponse(status=204)
    scale, theme, keys = (request.POST.get(name) for name in ("scale", "theme", "keys"))
    if scale in SCALES:
        _remember(response, SCALE_COOKIE, scale)
        _keep(account, text_scale=scale)
    if theme in (*THEMES, "auto"):
        _remember(response, THEME_COOKIE, theme)
        _keep(account, theme="" if theme == "auto" else theme)
    if keys in ("on", "off"):
        _remember(response, KEYS_COOKIE, keys)
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )


def _keep(account: Any, **values: str) -> None:
    if account is None:
        return
    for name, value in values.items():
        setattr(account, name, value)
    account.save(update_fields=list(values))


# -- the living style page -------------------------------------------------------------------------------------------


class Sample(forms.Form):
    """Every kind of field once."""

    title = TextField(label="案由", max_length=40, help_text="一件提案只写一件事。")
    body = TextField(
        label="建议", rows=4, max_length=1500, required=False, help_text="每条建议写明由谁办、办到什么程度。"
    )
    points = TextsField(label="具体建议", required=False, help_text="一条建议写一格，答复时会逐条回答。")
    due_on = forms.DateField(label="办理期限", widget=DateInput(), required=False)
    open_to = forms.ChoiceField(
        label="公开方式", widget=forms.RadioSelect,
        choices=[("full", "全文公开"), ("gist", "只公开摘要"), ("none", "不公开")],
    )  # fmt: skip
    reason = TextField(
        label="不公开的理由", required=False, widget=forms.TextInput(attrs={"data-when": "open_to=none"})
    )
    agencies = forms.MultipleChoiceField(
        label="会办单位", required=False, widget=FilteredChoices(initials={"1": "zjj", "2": "jtj", "3": "jyj"}),
        choices=[("1", "区住房和城乡建设局"), ("2", "区交通运输局"), ("3", "区教育局"), ("4", "区卫生健康委员会")],
    )  # fmt: skip
    committees = forms.MultipleChoiceField(
        label="相关专委会", required=False, choices=[(str(i), f"第{i}专门委员会") for i in range(1, 11)],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="类别", choices=[("", "请选择"), ("a", "经济建设"), ("b", "社会建设")], required=False
    )
    paper = forms.FileField(label="附件", required=False, help_text="Word、PDF 或图片，每个不超过 50 MB。")
    sure = forms.BooleanField(label="已与第一提案人核实")


def style(request: HttpRequest) -> HttpResponse:
    """Everything pages are built from, on one page: for whoever builds, and for the accessibility tests."""
    if not (settings.DEBUG or shell_of(request).inside):
        raise Http404
    if "say" in request.GET:
        messages.success(request, "“签收”已办好。")
    today = timezone.localdate()
    wrong = Sample({"wrong-body": "字" * 30, "wrong-due_on": "明天", "wrong-agencies": "2"}, prefix="wrong")
    return render(request, "ui/style.html", {
        "form": Sample(initial={"open_to": "full"}), "wrong": wrong, "states": _states(), "dues": _dues(today),
        "entries": _entries(), "buttons": _buttons(), "record": SimpleNamespace(version=1), "rows": _rows(today),
        "people": _people(), "answers": [Answer("案由", "关于完善老旧小区电动自行车充电设施的建议", "id_title"),
                                         Answer("公开方式", "全文公开", "id_open_to")],
        "page": SimpleNamespace(notice="", prev_url="?say=1", next_url="?say=1", total=142), "now": timezone.now(),
        "step_url": request.path, "fingerprint": "3f9ac1d2e4b58a70",
        "submit_label": "正式提交提案",
    })  # fmt: skip


def _states() -> list[Chip]:
    rows = (
        "○ 草稿 grey", "◔ 待审 ochre", "● 已立案 primary", "→ 已交办 primary", "✎ 办理中 primary", "✓ 已答复 pine",
        "★ 已评价 pine", "↻ 再办 orange", "× 不予立案 grey",
    )  # fmt: skip
    return [Chip(icon, word, tone) for icon, word, tone in (row.split() for row in rows)]


def _dues(today: date) -> list[Chip | None]:
    return [due_chip(today + timedelta(days=days), today) for days in (-2, 0, 3, 12, 60)]


def _entries() -> list[Any]:
    def entry(label: str, who: str, role: str, note: str = "", is_inside: bool = False) -> Any:
        account = SimpleNamespace(name=who) if who else None
        return SimpleNamespace(
            label=label, account=account, role=role, note=note, is_inside=is_inside, at=timezone.now()
        )

    return [
        entry("办复", "", ""),
        entry("催办", "周立群", "督查室", "距期限还有 5 天，请抓紧与提案人沟通。", is_inside=True),
        entry("签收", "陈志远", "承办单位经办人"),
        entry("立案", "王淑敏", "提案委工作人员", "一事一案，建议具体，予以立案。"),
        entry("提交", "𬱖明远", "第一提案人"),
    ]


def _buttons() -> list[Any]:
    def button(label: str, tone: str = "", reason: str = "", is_direct: bool = False) -> Any:
        return SimpleNamespace(
            id=label, label=label, tone=tone, reason=reason, is_direct=is_direct, url="/ui/", key="k"
        )

    return [
        button("正式提交提案", "formal"), button("签收", "primary", is_direct=True), button("申退"),
        button("撤案", "formal-plain"), button("办复", reason="还有 1 家会办单位没有提出意见：区教育局。"),
    ]  # fmt: skip


def _rows(today: date) -> list[Any]:
    def row(number: str, title: str, chip: Chip, days: int, who: str) -> Any:
        return SimpleNamespace(
            number=number, title=title, chips=[chip, due_chip(today + timedelta(days=days), today)], who=who
        )

    return [
        row("2017-037", "关于完善老旧小区电动自行车充电设施的建议", Chip("✎", "办理中", "primary"), -2, "区住房和城乡建设局"),
        row("2017-081", "关于在中心小学周边增设限时停车泊位的提案", Chip("→", "已交办", "primary"), 4, "区公安分局"),
        row("2017-104", "关于加强汜水河沿岸湿地保护与科普步道建设、并同步完善公共厕所和饮水点的建议", Chip("✓", "已答复", "pine"), 40, "第一提案人评价"),
    ]  # fmt: skip


def _people() -> list[Any]:
    sector = SimpleNamespace(name="教育界")
    other = SimpleNamespace(name="医药卫生界")
    return [SimpleNamespace(name="李红", sector=sector), SimpleNamespace(name="李红", sector=other)]
