"""本地规则、选项清单、工作日历: dated values that the office keeps, driven by what the code has declared."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from huisheng.kernel import local
from huisheng.kernel.deadlines import FEWEST_HOLIDAYS_OF_A_YEAR, unknown_year
from huisheng.kernel.local import said
from huisheng.kernel.models import CalendarDay, Option, Setting

from .. import actions
from ..forms import CalendarDayForm, OptionForm, RuleForm
from .common import KEEPERS, READERS, form_page, held_by, keeps

GROUPS = {
    "span": "期限", "rounds": "次数", "text": "字数", "number": "编号", "rating": "评价", "remind": "提醒", "letter": "文号",
    "reply": "文号", "excellent": "表彰", "office": "联系", "signin": "登录", "appraisal": "机关平时考核", "open": "公开",
}  # fmt: skip


def _me(request: HttpRequest) -> Any:
    return request.user


@held_by(*READERS)
def rules(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    coming = {row.name: row for row in Setting.objects.filter(starts_on__gt=today).order_by("-starts_on")}
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for rule in local.RULES.values():
        group = GROUPS.get(rule.name.split(".")[0], "其他")
        later = coming.get(rule.name)
        groups[group].append({
            "rule": rule, "said": said(rule, local.rule(rule.name, today)),
            "later": f"自 {later.starts_on} 起：{said(rule, later.value)}" if later else "",
        })  # fmt: skip
    return render(
        request, "people/rules.html",
        {"groups": dict(groups), "lists": local.LISTS.values(), "keeps": keeps(request), "today": today},
    )  # fmt: skip


@held_by(*READERS)
def rule(request: HttpRequest, name: str) -> HttpResponse:
    declared = local.RULES.get(name)
    if declared is None:
        raise Http404
    today, may_keep = timezone.localdate(), keeps(request)
    form = RuleForm(request.POST or None, rule=declared, current=local.rule(name, today), today=today)
    if request.method == "POST":
        if not may_keep:
            raise Http404
        if form.is_valid():
            data = form.cleaned_data
            actions.set_rule(
                name, data["value"], data["starts_on"], data["note"], by=_me(request), at=timezone.now()
            )
            messages.success(request, f"“{declared.label}”已改，自 {data['starts_on']} 起按新值。")
            return redirect("people:rule", name)
    history = [
        {"row": row, "said": said(declared, row.value), "is_coming": row.starts_on > today}
        for row in Setting.objects.filter(name=name).select_related("account").order_by("-starts_on")
    ]  # fmt: skip
    return render(
        request, "people/rule.html",
        {
            "rule": declared, "said": said(declared, local.rule(name, today)), "default": said(declared, declared.default),
            "form": form, "history": history, "keeps": may_keep,
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


@held_by(*KEEPERS)
@require_POST
def rule_drop(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    actions.drop_rule(get_object_or_404(Setting, pk=pk, name=name), by=_me(request), at=timezone.now())
    messages.success(request, "未生效的取值已取消。")
    return redirect("people:rule", name)


@held_by(*READERS)
def options(request: HttpRequest, listing: str) -> HttpResponse:
    declared = local.LISTS.get(listing)
    if declared is None:
        raise Http404
    today = timezone.localdate()
    rows = [
        {
            "option": row, "is_open": row.starts_on <= today and (row.ends_on is None or today <= row.ends_on),
            "marks": [label for flag, label in declared.flags.items() if row.data.get(flag)],
        }
        for row in local.options(listing)
    ]  # fmt: skip
    return render(
        request, "people/options.html", {"listing": declared, "rows": rows, "keeps": keeps(request)}
    )


@held_by(*KEEPERS)
def option_edit(request: HttpRequest, listing: str, pk: int | None = None) -> HttpResponse:
    declared = local.LISTS.get(listing)
    if declared is None:
        raise Http404
    found = get_object_or_404(Option, pk=pk, list=listing) if pk else Option(list=listing, data={})
    form = OptionForm(
        request.POST or None, listing=declared, is_new=pk is None, initial=_option_initial(found, listing)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        found.code = data.get("code", found.code)
        for name in ("label", "position", "starts_on", "ends_on"):
            setattr(found, name, data[name])
        found.data = {**found.data, **{flag.removeprefix("flag_"): data[flag] for flag in form.flags}}
        actions.save_option(listing, found, by=_me(request), at=timezone.now())
        messages.success(request, f"“{found.label}”已保存。")
        return redirect("people:options", listing)
    return form_page(
        request, form, f"{declared.label}：{found.label}" if pk else f"{declared.label}：增加一项",
        back=reverse("people:options", args=[listing]), back_label=declared.label,
        lede="停用的选项不再出现在新的办理中，以前用过的照旧显示。",
    )  # fmt: skip


def _option_initial(found: Option, listing: str) -> dict[str, Any]:
    if found.pk is None:
        last = max((row.position for row in local.options(listing)), default=0)
        return {"starts_on": timezone.localdate(), "position": last + 1}
    flags = {f"flag_{name}": value for name, value in found.data.items()}
    flags |= {f"flag_{name}": local.text_of(listing, found, name) for name in local.LISTS[listing].texts}
    return {
        "label": found.label,
        "position": found.position,
        "starts_on": found.starts_on,
        "ends_on": found.ends_on,
        **flags,
    }


@held_by(*READERS)
def calendar(request: HttpRequest) -> HttpResponse:
    """One year of departures from Monday to Friday; a year without enough of them is said so."""
    asked = request.GET.get("year", "")
    year = (
        int(asked)
        if asked.isdecimal() and len(asked) == 4 and 1990 <= int(asked) <= 2100
        else timezone.localdate().year
    )
    may_keep = keeps(request)
    form = CalendarDayForm(request.POST or None)
    if request.method == "POST":
        if not may_keep:
            raise Http404
        if form.is_valid():
            data = form.cleaned_data
            actions.set_day(
                data["date"], data["is_workday"], data["name"], by=_me(request), at=timezone.now()
            )
            messages.success(request, f"{data['date']} 已记为{'上班' if data['is_workday'] else '放假'}。")
            return redirect(f"{reverse('people:calendar')}?year={data['date'].year}")
    rows = list(CalendarDay.objects.filter(date__range=(date(year, 1, 1), date(year, 12, 31))))
    days_off = sum(not row.is_workday for row in rows)
    return render(
        request, "people/calendar.html",
        {
            "year": year, "rows": rows, "form": form, "keeps": may_keep, "years": sorted({2016, year - 1, year, year + 1}),
            "warning": unknown_year(year) if days_off < FEWEST_HOLIDAYS_OF_A_YEAR else "",
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


@held_by(*KEEPERS)
@require_POST
def calendar_drop(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(CalendarDay, pk=pk)
    year = row.date.year
    actions.drop_day(row, by=_me(request), at=timezone.now())
    messages.success(request, "已删去，这一天改回按星期计。")
    return redirect(f"{reverse('people:calendar')}?year={year}")
