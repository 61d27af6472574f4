"""委员、承办单位、机构、届次: lists, details, and the forms that change them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel.errors import Refused
from huisheng.kernel.text import normalise
from huisheng.ui.paging import page

from .. import actions, log, posts, queries
from ..forms import (
    AgencyForm,
    BodyForm,
    ElectForm,
    EndForm,
    MemberForm,
    MembershipForm,
    SessionForm,
    StandDownForm,
    TermForm,
)  # fmt: skip
from ..importing import clean
from ..models import Agency, Body, BodyKind, Member, Membership, Session, StandingSeat, Term
from .common import KEEPERS, READERS, form_page, held_by, keeps


def _find(queryset: QuerySet, request: HttpRequest, *columns: str) -> tuple[QuerySet, str]:
    """Narrowed by ?q=: a part of a name, or its initials."""
    asked = clean.plain(request.GET.get("q", ""), 40)
    if not asked:
        return queryset, ""
    condition = Q(initials__startswith=normalise(asked)[:20]) if "initials" in columns else Q(pk__in=[])
    for column in columns:
        if column != "initials":
            condition |= Q(**{f"{column}__contains": clean.unit(asked)})
    return queryset.filter(condition), asked


# -- members ---------------------------------------------------------------------------------------------------------


@held_by(*READERS)
def members(request: HttpRequest) -> HttpResponse:
    standing = queries.was_standing(timezone.localdate())
    rows: QuerySet = Member.objects.select_related("sector").annotate(stands=standing).order_by("pk")
    rows, asked = _find(rows, request, "name", "unit", "initials")
    sector, is_past = request.GET.get("sector", ""), request.GET.get("past") == "1"
    if sector.isdecimal() and len(sector) < 18:
        rows = rows.filter(sector=int(sector))
    if request.GET.get("standing") == "1":
        rows = rows.filter(standing)
    rows = rows.exclude(ends_on=None) if is_past else rows.filter(ends_on=None)
    return render(
        request, "people/members.html",
        {
            "rows": page(rows, request, order=("pk",), count=True), "asked": asked, "sector": sector, "is_past": is_past,
            "sectors": Body.objects.filter(kind=BodyKind.SECTOR, ends_on=None), "keeps": keeps(request),
            "standing": request.GET.get("standing") == "1",
        },
    )  # fmt: skip


@held_by(*READERS)
def member(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Member.objects.select_related("sector"), pk=pk)
    today, seats = (
        timezone.localdate(),
        list(found.standing_seats.select_related("term").order_by("-starts_on")),
    )
    namesakes = Member.objects.filter(name=found.name).exclude(pk=pk).select_related("sector")[:10]
    return render(
        request, "people/member.html",
        {
            "member": found, "namesakes": namesakes, "keeps": keeps(request),
            "memberships": found.memberships.select_related("body").order_by("-ends_on", "kind", "-starts_on"),
            "seats": seats, "stands": any(one.starts_on <= today and (one.ends_on or today) >= today for one in seats),
            "may_elect": found.ends_on is None and all(one.ends_on for one in seats),
            "posts": found.posts.select_related("account", "member").order_by("-starts_on"),
            "entries": log.lines_about(found)[:50], "prepares": _me(request).holds(posts.OFFICE),
            "changes": queries.visible_changes(_me(request), today).filter(member=found)
            .select_related("member").order_by("-prepared_at"),
        },
    )  # fmt: skip


@held_by(*KEEPERS)
def member_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Member, pk=pk) if pk else None
    form = MemberForm(request.POST or None, instance=found, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        if similar := _similar_member(form, found, request):
            form.add_error(None, similar)
        else:
            saved = actions.save_record(form.save(commit=False), by=_me(request), at=timezone.now())
            messages.success(request, f"{saved.full_name}已保存。" + ("" if found else "请接着给他加界别。"))
            return redirect("people:member", saved.pk)
    return form_page(
        request, form, f"修改{found.full_name}" if found else "新增委员",
        back=reverse("people:member", args=[pk]) if pk else reverse("people:members"), back_label="委员",
    )  # fmt: skip


def _similar_member(form: Any, found: Member | None, request: HttpRequest) -> str:
    """A warning once: a new name that looks like one on the roster. Sent again, it is believed."""
    if found is not None or request.POST.get("believe") == form.cleaned_data["name"]:
        return ""
    folded = clean.skeleton(form.cleaned_data["name"])
    alike = [
        m
        for m in Member.objects.filter(ends_on=None).select_related("sector")
        if clean.skeleton(m.name) == folded
    ]
    if not alike:
        return ""
    form.believe = form.cleaned_data["name"]
    return f"名册里已有{'、'.join(m.full_name for m in alike[:5])}，与这个姓名相同或形近。确是另一位，请再按一次“保存”。"


def _similar_unit(form: Any, found: Any, request: HttpRequest, names: list[str]) -> str:
    """The same for units and bodies: one character off, or the same when folded."""
    name = form.cleaned_data["name"]
    if found is not None or request.POST.get("believe") == name:
        return ""
    folded = clean.skeleton(name)
    alike = [
        one
        for one in names
        if one != name and (clean.skeleton(one) == folded or clean.is_near(clean.skeleton(one), folded))
    ]
    if not alike:
        return ""
    form.believe = name
    return f"已有“{'”“'.join(alike[:5])}”，与这个名称只差一点。确是另一家，请再按一次“保存”。"


def _me(request: HttpRequest) -> Any:
    return request.user


@held_by(*KEEPERS)
def member_join(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Member.objects.select_related("sector"), pk=pk)
    form = MembershipForm(request.POST or None, member=found, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.join(
            found, data["body"], data["starts_on"], role=data["role"], by=_me(request), at=timezone.now()
        )
        messages.success(request, f"已加入{data['body'].name}。")
        return redirect("people:member", pk)
    return form_page(
        request, form, f"给{found.full_name}加界别、专委会或工委", back=reverse("people:member", args=[pk]), back_label=found.full_name,
        lede="换界别或镇街工委时，原来的到前一天为止，以前的统计不受影响。",
    )  # fmt: skip


@held_by(*KEEPERS)
def member_leave(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    found = get_object_or_404(
        Membership.objects.select_related("member", "body"), pk=membership, member=pk, ends_on=None
    )
    form = EndForm(request.POST or None, starts_on=found.starts_on, today=timezone.localdate())
    del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        actions.leave(found, form.cleaned_data["ends_on"], by=_me(request), at=timezone.now())
        messages.success(request, f"在{found.body.name}的任职已结束。")
        return redirect("people:member", pk)
    return form_page(request, form, f"结束{found.member.name}在{found.body.name}的任职",
                     back=reverse("people:member", args=[pk]), back_label=found.member.name)  # fmt: skip


@held_by(*KEEPERS)
def member_elect(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Member.objects.select_related("sector"), pk=pk, ends_on=None)
    return _elect(
        request, found, None, f"{found.full_name}当选常务委员", "从当选那一天起算，以前的名单和统计不受影响。"
    )


@held_by(*KEEPERS)
def member_redate(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    found = get_object_or_404(StandingSeat.objects.select_related("member__sector"), pk=seat, member=pk)
    return _elect(
        request, found.member, found, f"改正{found.member.full_name}的当选日期", "登记错了的，在这里改正；改了什么有记录。"
    )  # fmt: skip


def _elect(
    request: HttpRequest, found: Member, seat: StandingSeat | None, heading: str, lede: str
) -> HttpResponse:
    form = ElectForm(request.POST or None, seat=seat, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        day, decision, by, at = *form.cleaned_data.values(), _me(request), timezone.now()
        try:
            if seat:
                actions.redate(seat, day, decision, by=by, at=at)
            else:
                actions.elect(found, day, decision, by=by, at=at)
        except Refused as refusal:
            form.add_error("starts_on", refusal.sentence)
        else:
            messages.success(request, f"已登记{found.name}当选常务委员，自 {day} 起。")
            return redirect("people:member", found.pk)
    back = reverse("people:member", args=[found.pk])
    return form_page(request, form, heading, back=back, back_label=found.full_name, lede=lede)


@held_by(*KEEPERS)
def member_stand_down(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    found = get_object_or_404(StandingSeat.objects.select_related("member"), pk=seat, member=pk, ends_on=None)
    form = StandDownForm(request.POST or None, starts_on=found.starts_on, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.stand_down(found, data["ends_on"], data["reason"], by=_me(request), at=timezone.now())
        messages.success(request, f"{found.member.name}不再担任常务委员，委员照旧担任。")
        return redirect("people:member", pk)
    return form_page(
        request, form, f"{found.member.name}不再担任常务委员", back=reverse("people:member", args=[pk]),
        back_label=found.member.name, lede="只结束常务委员，委员照旧担任。委员也不再担任的，请办“委员变动”或“离任”。",
    )  # fmt: skip


@held_by(*KEEPERS)
def member_retire(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Member.objects.select_related("sector"), pk=pk, ends_on=None)
    form = EndForm(request.POST or None, starts_on=found.starts_on, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.retire(found, data["ends_on"], data["reason"], by=_me(request), at=timezone.now())
        messages.success(request, f"{found.full_name}已离任。提案和联名照旧保留。")
        return redirect("people:member", pk)
    return form_page(request, form, f"{found.full_name}离任", back=reverse("people:member", args=[pk]),
                     back_label=found.full_name,
                     lede="届满离任在这里办。届中辞去、撤销资格、调离、去世的，请政协办公室办“委员变动”，决定和文件一起留下。"
                     "离任以后不能再提提案；以前的提案、联名和评价都保留。")  # fmt: skip


# -- agencies and bodies -------------------------------------------------------------------------------------------


@held_by(*READERS)
def agencies(request: HttpRequest) -> HttpResponse:
    rows, asked = _find(Agency.objects.order_by("pk"), request, "name", "contact", "initials")
    is_past = request.GET.get("past") == "1"
    rows = rows.exclude(ends_on=None) if is_past else rows.filter(ends_on=None)
    return render(
        request, "people/agencies.html",
        {"rows": page(rows, request, order=("pk",), count=True), "asked": asked, "is_past": is_past, "keeps": keeps(request)},
    )  # fmt: skip


@held_by(*READERS)
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Agency, pk=pk)
    return render(
        request, "people/agency.html",
        {
            "agency": found, "keeps": keeps(request), "entries": log.lines_about(found)[:50],
            "posts": found.posts.select_related("account", "agency").order_by("-starts_on"),
        },
    )  # fmt: skip


@held_by(*KEEPERS)
def agency_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Agency, pk=pk) if pk else None
    form = AgencyForm(request.POST or None, instance=found, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        names = list(Agency.objects.filter(ends_on=None).values_list("name", flat=True))
        if similar := _similar_unit(form, found, request, names):
            form.add_error(None, similar)
        else:
            saved = actions.save_record(form.save(commit=False), by=_me(request), at=timezone.now())
            messages.success(request, f"“{saved.name}”已保存。")
            return redirect("people:agency", saved.pk)
    return form_page(
        request, form, f"修改{found.name}" if found else "新增承办单位",
        back=reverse("people:agency", args=[pk]) if pk else reverse("people:agencies"), back_label="承办单位",
    )  # fmt: skip


@held_by(*READERS)
def bodies(request: HttpRequest) -> HttpResponse:
    rows = Body.objects.annotate(
        count=Count("memberships", filter=Q(memberships__ends_on=None, memberships__member__ends_on=None))
    ).order_by("kind", "pk")
    groups = [(label, [row for row in rows if row.kind == kind]) for kind, label in BodyKind.choices]
    return render(request, "people/bodies.html", {"groups": groups, "keeps": keeps(request)})


@held_by(*KEEPERS)
def body_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Body, pk=pk) if pk else None
    form = BodyForm(request.POST or None, instance=found, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        names = list(
            Body.objects.filter(ends_on=None, kind=form.cleaned_data["kind"]).values_list("name", flat=True)
        )
        if similar := _similar_unit(form, found, request, names):
            form.add_error(None, similar)
        else:
            saved = actions.save_record(form.save(commit=False), by=_me(request), at=timezone.now())
            messages.success(request, f"“{saved.name}”已保存。")
            return redirect("people:bodies")
    return form_page(
        request,
        form,
        f"修改{found.name}" if found else "新增机构",
        back=reverse("people:bodies"),
        back_label="机构",
    )


# -- terms and sessions --------------------------------------------------------------------------------------------


@held_by(*READERS)
def terms(request: HttpRequest) -> HttpResponse:
    return render(
        request, "people/terms.html",
        {
            "terms": Term.objects.prefetch_related("sessions"), "keeps": keeps(request), "now": timezone.now(),
            "current": Session.objects.at(timezone.now()),
        },
    )  # fmt: skip


@held_by(*KEEPERS)
def term_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Term, pk=pk) if pk else None
    form = TermForm(request.POST or None, instance=found, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        saved = actions.save_record(form.save(commit=False), by=_me(request), at=timezone.now())
        messages.success(request, f"{saved}已保存。")
        return redirect("people:terms")
    return form_page(
        request, form, f"修改{found}" if found else "新增届", back=reverse("people:terms"), back_label="届次"
    )


@held_by(*KEEPERS)
def session_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Session.objects.select_related("term"), pk=pk) if pk else None
    form = SessionForm(request.POST or None, instance=found, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        saved = actions.save_record(form.save(commit=False), by=_me(request), at=timezone.now())
        messages.success(request, f"{saved}已保存。")
        return redirect("people:terms")
    return form_page(
        request, form, f"修改{found}" if found else "新增次", back=reverse("people:terms"), back_label="届次"
    )
