"""The list of proposals: a sentence of filters, the page of rows it names, and what each row says to this reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.forms import TextField
from huisheng.kernel.gather import Bundle, Part
from huisheng.people import posts
from huisheng.people.models import Account, Agency, Body, Session
from huisheng.search.index import find
from huisheng.ui.chips import Chip, due_chip, state_chip
from huisheng.ui.paging import Page, page
from huisheng.ui.templatetags.ui import chip_html

from . import local_rules as rules
from .models import (
    REFERRED_STATES,
    Assignment,
    AssignmentState,
    Cosponsor,
    CosponsorState,
    Proposal,
    State,
)  # fmt: skip
from .queries import HANDED_OVER, is_desk, visible_to
from .reading import COUNTING

PAGE = 30
GROUPS: dict[str, tuple[str, tuple[State, ...]]] = {
    "draft": ("草稿", (State.DRAFT,)),
    "pending": ("待审查和审查中", (State.SUBMITTED, State.REVIEWED, State.DECIDED)),
    "returned": ("退回修改", (State.RETURNED,)),
    "filed": ("已立案待交办", (State.FILED,)),
    "handling": ("办理中", (State.HANDLING,)),
    "answered": ("已答复待评价", (State.ANSWERED,)),
    "concluded": ("已办结", (State.CONCLUDED, State.ARCHIVED)),
    "all_filed": ("全部立案", (State.FILED, State.HANDLING, State.ANSWERED, State.CONCLUDED, State.ARCHIVED)),
    "merged": ("已并案", (State.MERGED,)),
    "referred": ("不予立案和转办", REFERRED_STATES),
    "withdrawn": ("已撤案", (State.WITHDRAWN,)),
}
FILTERS = (
    "session", "group", "five", "local", "agency", "sponsor", "sector", "key", "overdue", "mine", "q",
)  # fmt: skip


CHOICES = Bundle(
    lambda: {
        "sessions": Part(Session.objects.all(), {"term": ("number",)}),
        "agencies": Part(Agency.objects.filter(ends_on=None), fields=("name",)),
        "sectors": Part(Body.objects.filter(kind="sector", ends_on=None), fields=("name",)),
    }
)


class Filters(forms.Form):
    """What the sentence above the list says. Anything unknown in the address is simply not said."""

    q = TextField(label="找什么", max_length=100, required=False)
    session = forms.ChoiceField(label="届次", required=False)
    group = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部状态"), *((k, v[0]) for k, v in GROUPS.items())]
    )
    five = forms.ChoiceField(label="五位一体分类", required=False)
    local = forms.ChoiceField(label="本地分类", required=False)
    agency = forms.ChoiceField(label="承办单位", required=False)
    sponsor = TextField(label="提案者", max_length=60, required=False)
    sector = forms.ChoiceField(label="界别", required=False)
    key = forms.BooleanField(label="重点提案", required=False)
    overdue = forms.BooleanField(label="已逾期", required=False)
    mine = forms.BooleanField(label="与我有关", required=False)

    def __init__(self, request: HttpRequest, today: date) -> None:
        given = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
        super().__init__(given, label_suffix="")
        found = CHOICES.ask()
        sessions = sorted(found["sessions"], key=lambda one: one.counts_from, reverse=True)
        self._choose("session", "全部届次", [(one.pk, f"{one}（{one.year}年）") for one in sessions])
        self._choose("agency", "全部单位", [(one.pk, one.name) for one in found["agencies"]])
        self._choose("sector", "全部界别", [(one.pk, one.name) for one in found["sectors"]])
        for name, options, empty in (
            ("five", rules.FIVE, "五类"),
            ("local", rules.LOCAL_CATEGORY, "本地各类"),
        ):
            self._choose(name, empty, [(one.code, one.label) for one in local.options(options, today)])

    def _choose(self, name: str, empty: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = [("", empty), *((str(code), label) for code, label in choices)]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """The filters that hold, wrong ones left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """The filters as an address, for the export link."""
        return urlencode({name: self.data[name] for name in self.said})


@dataclass(frozen=True)
class Listing:
    """The page of rows and the sentence that asked for them."""

    filters: Filters
    page: Page
    rows: list[Row]
    drafts: int = 0
    terms: list[str] = field(default_factory=list)


# the columns that a row and the order of the list are made of
SHOWN = (
    "state", "number", "year", "serial", "title", "sponsor_name", "due_on", "submitted_at", "made_at", "is_key",
    "is_excellent", "sector__name", "lead_agency__name",
)  # fmt: skip


class Row(NamedTuple):
    """One line as this reader may see it, in words: a list of thirty is asked for far more often than changed."""

    pk: int
    number: str
    title: str
    url: str
    sponsor: str
    sector: str
    agency: str
    state: str
    due: str
    received: str
    marks: list[str]


def listing(request: HttpRequest, today: date) -> Listing:
    """The list that the address asks for: filters, page, total."""
    account: Account = request.user  # type: ignore[assignment]
    filters = Filters(request, today)
    said = filters.said
    rows = narrowed(visible_to(account, today), said, account, today)
    if said.get("group") != "draft":
        rows = rows.exclude(state__in=(State.DRAFT, State.DISCARDED))
    rows = rows.select_related("sector", "lead_agency").only(*SHOWN)
    if said.get("q"):
        found, terms = _searched(rows, said["q"], request)
    else:
        order = ("-made_at", "-pk") if said.get("group") == "draft" else ("-submitted_at", "-pk")
        found, terms = page(rows, request, size=PAGE, order=order, count=True), []
    inside = is_desk(account)
    return Listing(filters, found, [_row(one, inside, today) for one in found.rows], terms=terms)


def narrowed(
    rows: QuerySet[Proposal], said: dict[str, Any], account: Account, today: date
) -> QuerySet[Proposal]:
    """The proposals that fit the sentence. The same for the list, the export and the figures' drill-down."""
    for name, column in (
        ("session", "session"),
        ("five", "category_five"),
        ("local", "category_local"),
        ("sector", "sector"),
    ):
        if said.get(name):
            rows = rows.filter(**{column: said[name]})
    if group := GROUPS.get(said.get("group", "")):
        rows = rows.filter(state__in=group[1])
    if said.get("agency"):
        rows = rows.filter(pk__in=_handled_by(int(said["agency"]), account))
    if said.get("sponsor"):
        rows = rows.filter(_proposed_by(said["sponsor"]))
    if said.get("key"):
        rows = rows.filter(is_key=True)
    if said.get("overdue"):
        rows = rows.filter(due_on__lt=today, state__in=COUNTING)
    if said.get("mine"):
        rows = rows.filter(mine(account, today))
    return rows


def _handled_by(agency: int, account: Account) -> QuerySet:
    given = Assignment.objects.filter(agency=agency, is_open=True)
    if not is_desk(account):
        given = given.exclude(state=AssignmentState.PLANNED)
    return given.values("proposal")


def _proposed_by(name: str) -> Q:
    signed = Cosponsor.objects.filter(member__name__contains=name, state=CosponsorState.ACCEPTED).values(
        "proposal"
    )
    return Q(sponsor_name__contains=name) | Q(pk__in=signed)


def mine(account: Account, today: date) -> Q:
    """What I proposed, signed or am asked to sign; what my agency has in hand."""
    members, bodies = account.places(posts.MEMBER, on=today), account.places(posts.CONVENER, on=today)
    agencies = account.places(posts.HANDLER, posts.AGENCY_HEAD, on=today)
    states = (CosponsorState.INVITED, CosponsorState.ACCEPTED)
    signed = Cosponsor.objects.filter(member__in=members, state__in=states).values("proposal")
    given = Assignment.objects.filter(agency__in=agencies, is_open=True).exclude(
        state=AssignmentState.PLANNED
    )
    return (
        Q(sponsor_member__in=members) | Q(sponsor_body__in=bodies) | Q(pk__in=signed)
        | Q(pk__in=given.values("proposal")) | Q(is_paper=True, made_by=account)
    )  # fmt: skip


def _searched(rows: QuerySet[Proposal], words: str, request: HttpRequest) -> tuple[Page, list[str]]:
    """Full text within the filters, best first."""
    found = find(words, within={Proposal.kind(): rows}, limit=PAGE, after=request.GET.get("after"))
    by_id = {one.pk: one for one in rows.filter(pk__in=[hit.record_id for hit in found.hits])}
    query = request.GET.copy()
    query.pop("before", None)
    query["after"] = found.after or ""
    next_url = f"?{query.urlencode()}" if found.after else ""
    query.pop("after")
    prev_url = f"?{query.urlencode()}" if request.GET.get("after") else ""
    ordered = [by_id[hit.record_id] for hit in found.hits if hit.record_id in by_id]
    return Page(ordered, next_url, prev_url, found.total), found.terms


KEY, EXCELLENT = Chip("◆", "重点", "ochre"), Chip("★", "优秀", "pine")


def _row(one: Proposal, inside: bool, today: date) -> Row:
    shows_agency = (inside or one.state in HANDED_OVER) and one.lead_agency is not None
    received = timezone.localdate(one.submitted_at) if one.submitted_at else None
    return Row(
        pk=one.pk, number=one.number_label, title=str(one), url=one.get_absolute_url(), sponsor=one.sponsor_name,
        sector=one.sector.name if one.sector else "", agency=one.lead_agency.name if shows_agency else "",
        state=chip_html(state_chip(one, inside)),
        due=chip_html(due_chip(one.due_on if one.state in COUNTING else None, today)),
        received=received.isoformat() if received else "",
        marks=[chip_html(chip) for chip, holds in ((KEY, one.is_key), (EXCELLENT, one.is_excellent)) if holds],
    )  # fmt: skip
