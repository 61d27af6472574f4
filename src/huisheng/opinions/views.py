"""Pages that are read: the list, one opinion, the versions of its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.differences import Piece, differences
from huisheng.kernel.forms import TextField
from huisheng.kernel.gather import Bundle, Part
from huisheng.kernel.models import Entry
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.search.index import find
from huisheng.search.similar import similar
from huisheng.ui.paging import Page, page

from . import local_rules as rules
from . import onward
from .models import REPORTERS_OWN, Adoption, Opinion, OpinionState, OpinionText
from .queries import INTAKE, READS_OPINIONS, passed_to, visible_to

PAGE = 30
MOST_PASSED = 20
GROUPS: dict[str, tuple[str, tuple[OpinionState, ...]]] = {
    "submitted": ("待初核", (OpinionState.SUBMITTED,)),
    "returned": ("退回补充", (OpinionState.RETURNED,)),
    "editing": ("编辑和核稿中", (OpinionState.EDITING, OpinionState.EDITED, OpinionState.CHECKED)),
    "issued": ("已签发", (OpinionState.ISSUED, OpinionState.COMBINED)),
    "kept": ("留存", (OpinionState.KEPT,)),
    "draft": ("草稿", (OpinionState.DRAFT,)),
}
WRITERS = (posts.MEMBER, posts.CONVENER)
# what was fetched after the page is a part of it; by itself it is a page
ALIKE = {True: "opinions/_alike.html", False: "opinions/alike.html"}


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def is_part(request: HttpRequest) -> bool:
    """Whether the page asks for a part of itself."""
    return bool(request.htmx)  # type: ignore[attr-defined]


def visible_opinion(request: HttpRequest, pk: int) -> Opinion:
    """The opinion when the signed-in person may see it; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = visible_to(account_of(request), timezone.localdate())
    found = rows.select_related("text", "reporter_member__sector", "reporter_body", "sector", "combined_in",
                                "edited_by", "checked_by", "signed_by").filter(pk=pk).first()  # fmt: skip
    if found is None:
        raise Http404
    return found


class Filters(forms.Form):
    """What the sentence above the list says. Anything unknown in the address is simply not said."""

    q = TextField(label="找什么", max_length=100, required=False)
    group = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部状态"), *((key, word) for key, (word, _) in GROUPS.items())],
    )
    area = forms.ChoiceField(label="咨政方面", required=False)
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)

    def __init__(self, request: HttpRequest, today: date) -> None:
        super().__init__(
            {name: request.GET[name] for name in self.base_fields if request.GET.get(name)}, label_suffix=""
        )
        options = [(one.code, one.label) for one in local.options(rules.AREA, today)]
        self.fields["area"].choices = [("", "全部方面"), *options]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """社情民意信息列表."""
    account, today = account_of(request), timezone.localdate()
    filters = Filters(request, today)
    said = filters.said
    rows = _narrowed(visible_to(account, today), said).select_related("sector")
    found = _searched(rows, said["q"], request) if said.get("q") else page(
        rows, request, size=PAGE, order=("-made_at", "-pk"), count=True
    )  # fmt: skip
    return render(request, "opinions/list.html", {
        "filters": filters, "page": found, "passed": passed_to(account, today).order_by("-changed_at")[:MOST_PASSED], "may_write": account.holds(*WRITERS), "may_register": account.holds(*INTAKE),
    })  # fmt: skip


@login_required
def passed(request: HttpRequest, pk: int) -> HttpResponse:
    """转给我的线索: what the office passed on to this member, and what they may make of it."""
    account, today = account_of(request), timezone.localdate()
    lead = passed_to(account, today).filter(pk=pk).first()
    if lead is None:
        raise Http404
    context = {"lead": lead, "ways": onward.ways(lead, account, today)}
    return render(request, "opinions/passed.html", context)


def _narrowed(rows: QuerySet[Opinion], said: dict[str, Any]) -> QuerySet[Opinion]:
    if group := GROUPS.get(said.get("group", "")):
        rows = rows.filter(state__in=group[1])
    else:
        rows = rows.exclude(state=OpinionState.DISCARDED)
    wanted = {name: said[name] for name in ("area", "year") if said.get(name)}
    return rows.filter(**wanted)


def _searched(rows: QuerySet[Opinion], words: str, request: HttpRequest) -> Page:
    found = find(words, within={Opinion.kind(): rows}, limit=PAGE, after=request.GET.get("after"))
    by_id = rows.in_bulk([hit.record_id for hit in found.hits])
    query = request.GET.copy()
    query["after"] = found.after or ""
    next_url = f"?{query.urlencode()}" if found.after else ""
    return Page(
        [by_id[hit.record_id] for hit in found.hits if hit.record_id in by_id], next_url, "", found.total
    )


@dataclass(frozen=True)
class Alike:
    """An earlier opinion that says much the same."""

    record: Opinion
    band: str


def alike(title: str, body: str, account: Account, today: date, but: int | None = None) -> list[Alike]:
    """Earlier opinions like these words, of those the account may see. Never blocks."""
    seen = visible_to(account, today).exclude(state__in=(OpinionState.DRAFT, OpinionState.DISCARDED))
    found = [one for one in similar(title, body, Opinion.kind(), 3, but, seen) if one.band]
    records = Opinion.objects.in_bulk([one.record_id for one in found]) if found else {}
    return [Alike(records[one.record_id], one.band) for one in found if one.record_id in records]


@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    opinion = visible_opinion(request, pk)
    account = account_of(request)
    inside = account.holds(*READS_OPINIONS)
    text = opinion.text
    dossier = DOSSIER.ask(opinion.pk)
    return render(request, "opinions/detail.html", {
        "opinion": opinion, "inside": inside, "steps": opinion.lifecycle.open_steps(opinion, account),
        "texts": [one for one in dossier["texts"] if one.is_frozen and (inside or one.kind in REPORTERS_OWN)],
        "shown": text if inside or opinion.state == OpinionState.ISSUED else _own_words(dossier["texts"]),
        "adoptions": dossier["adoptions"], "parts": dossier["parts"],
        "ways": onward.ways(opinion, account, timezone.localdate()),
        "area": local.label_of(rules.AREA, opinion.area) if opinion.area else "",
        "entries": reversed(dossier["entries"]),
        "is_writable": opinion.state in (OpinionState.DRAFT, OpinionState.RETURNED) and is_reporter(opinion, account),
    })  # fmt: skip


def _own_words(texts: list[OpinionText]) -> OpinionText | None:
    """What the reporter reads before the issued text is out: their own last words."""
    return next((one for one in reversed(texts) if one.kind in REPORTERS_OWN), None)


DOSSIER = Bundle(
    lambda pk: {
        "texts": Part(OpinionText.objects.filter(opinion=pk), {"account": ("name",)}),
        "adoptions": Part(Adoption.objects.filter(opinion=pk)),
        "parts": Part(Opinion.objects.filter(combined_in=pk)),
        "entries": Part(
            Entry.objects.filter(matter_type=Opinion.kind(), matter_id=pk), {"account": ("name",)}
        ),
    }
)


@login_required
def alike_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Earlier ones like this; fetched after the page, because comparing takes its time."""
    opinion, account = visible_opinion(request, pk), account_of(request)
    found = alike(opinion.title, body_of(opinion.text), account, timezone.localdate(), opinion.pk)
    return render(request, ALIKE[is_part(request)], {"alike": found, "record": opinion})


def is_reporter(opinion: Opinion, account: Account) -> bool:
    return opinion.reporter_member_id in account.places(posts.MEMBER) or (
        opinion.reporter_body_id in account.places(posts.CONVENER)
    )


def body_of(text: OpinionText | None) -> str:
    return "\n".join((text.situation, text.analysis, text.advice)) if text else ""


@dataclass(frozen=True)
class Piecewise:
    """One headed part of a text and its differences to the version before."""

    label: str
    pieces: list[Piece]


@login_required
def text(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version of the text, with what changed against the version before."""
    opinion = visible_opinion(request, pk)
    inside = account_of(request).holds(*READS_OPINIONS) or opinion.state == OpinionState.ISSUED
    versions = [
        one
        for one in opinion.texts.select_related("account")
        if one.is_frozen and (inside or one.kind in REPORTERS_OWN)
    ]
    shown = next((one for one in versions if one.number == number), None)
    if shown is None:
        raise Http404
    before = next((one for one in reversed(versions) if one.number < number), None)
    return render(request, "opinions/text.html", {
        "opinion": opinion, "text": shown, "before": before, "versions": list(reversed(versions)),
        "parts": list(_parts(shown, before)),
    })  # fmt: skip


def _parts(now: OpinionText, then: OpinionText | None) -> Any:
    for name, label in (("title", "标题"), ("situation", "情况"), ("analysis", "分析"), ("advice", "建议")):
        new, old = getattr(now, name), getattr(then, name) if then else ""
        if new or old:
            yield Piecewise(label, differences(old, new) if then else [Piece("same", new)])
