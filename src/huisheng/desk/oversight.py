"""督查室的桌子: what is late, slow or soon due, unit by unit; proposed by the system, sent by a person.

Three colours as the local notices have them: 红 past its date, 黄 behind (not signed for, no talk held in time), 蓝 due
within fifteen days. Each piece stands in one of them only. What the unit did after it was urged stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from huisheng.kernel.models import Entry
from huisheng.kernel.papers import Heading, Note, Paper, Para, Table
from huisheng.people import posts
from huisheng.people.models import Account, Term
from huisheng.proposals.models import (
    PENDING_STATES,
    Assignment,
    AssignmentState,
    Contact,
    ContactState,
    Countersign,
    CountersignState,
    Promise,
    PromiseState,
    Proposal,
    Rating,
    RatingState,
    State,
)  # fmt: skip
from huisheng.proposals.queries import visible_children, visible_to
from huisheng.ui.printing import send
from huisheng.ui.steps import new_key, step_url

WATCHERS = (posts.COORDINATOR, posts.CHAIR, posts.CLERK, posts.REVIEWER, posts.OFFICE)
SENDERS = (posts.COORDINATOR, posts.CLERK, posts.OFFICE)  # who may take the step “催办”
SOON = timedelta(days=15)
MOST = 300
DONE = (AssignmentState.REPLIED, AssignmentState.OPINED, AssignmentState.PLANNED, AssignmentState.RELEASED)


# -- three-step notices --------------------------------------------------------------------------------------------
@dataclass
class Watched:
    """One assignment that wants looking after: why, what would be written, what was written last and what followed."""

    assignment: Assignment
    why: str
    days: int
    urged: Entry | None = None
    answer: Entry | None = None
    key: str = ""

    @property
    def text(self) -> str:
        """The notice as it is proposed; the person may change it before sending."""
        one = self.assignment
        return f"{one.agency}：{one.proposal.number_label}提案由贵单位{one.get_role_display()}，{self.why}。请抓紧办理，并告知进展。"

    @property
    def urge_url(self) -> str:
        return step_url(self.assignment.proposal, "urge")


@dataclass(frozen=True)
class Colour:
    """One step of the notices."""

    name: str
    label: str
    tone: str
    rows: list[Watched]


def colours(account: Account, today: date) -> list[Colour]:
    """红、黄、蓝, each with its rows, the longest waiting first: two queries."""
    talked = Contact.objects.filter(assignment=OuterRef("pk"), round=OuterRef("round")).exclude(
        state=ContactState.DISPUTED
    )
    rows = (
        visible_children(Assignment, account, today)
        .filter(is_open=True, proposal__state=State.HANDLING)
        .exclude(state__in=DONE)
        .filter(
            Q(due_on__lte=today + SOON)
            | Q(contact_until__lt=today)
            | Q(state=AssignmentState.SENT, hand_back_until__lt=today)
        )
        .annotate(has_talked=Exists(talked))
        .select_related("proposal", "agency")
        .order_by("due_on", "pk")[:MOST]
    )
    red, yellow, blue = [], [], []
    for one in rows:
        if one.due_on and one.due_on < today:
            red.append(
                Watched(
                    one,
                    f"期限{_day(one.due_on)}，已逾期 {(today - one.due_on).days} 天",
                    (today - one.due_on).days,
                )
            )
        elif slow := _slow(one, today):
            yellow.append(Watched(one, slow, (one.due_on - today).days if one.due_on else 0))
        elif one.due_on and one.due_on <= today + SOON:
            days = (one.due_on - today).days
            blue.append(
                Watched(one, f"期限{_day(one.due_on)}，" + (f"还有 {days} 天" if days else "今天到期"), days)
            )
    _beside([*red, *yellow, *blue])
    return [
        Colour("red", "红：已逾期", "seal", red),
        Colour("yellow", "黄：进展慢", "ochre", yellow),
        Colour("blue", "蓝：十五天内到期", "primary", blue),
    ]


def _slow(one: Any, today: date) -> str:
    if one.state == AssignmentState.SENT and one.hand_back_until and one.hand_back_until < today:
        return f"{_day(one.sent_on)}交办，至今没有签收"
    if (
        one.answers_itself
        and one.round == 1
        and not one.has_talked
        and one.contact_until
        and one.contact_until < today
    ):
        return f"面商期限{_day(one.contact_until)}，没有面商记录"
    return ""


def _beside(rows: list[Watched]) -> None:
    """The last notice about each proposal, and the first thing its unit did on the assignment afterwards. One query."""
    proposals = {row.assignment.proposal_id for row in rows}
    pieces = {row.assignment.pk for row in rows}
    mine = Q(subject_type=Proposal.kind(), subject_id__in=proposals, action="urge")
    theirs = Q(subject_type=Assignment.kind(), subject_id__in=pieces, account__isnull=False)
    urged: dict[int, Entry] = {}
    done: dict[int, list[Entry]] = {}
    for entry in Entry.objects.filter(mine | theirs).select_related("account").order_by("seq"):
        if entry.action == "urge":
            urged[entry.subject_id] = entry
        else:
            done.setdefault(entry.subject_id, []).append(entry)
    for row in rows:
        row.key = new_key()
        row.urged = urged.get(row.assignment.proposal_id)
        if row.urged is not None:
            after = [one for one in done.get(row.assignment.pk, []) if one.seq > row.urged.seq]
            row.answer = after[-1] if after else None


# -- unit × state ---------------------------------------------------------------------------------------------------
COLUMNS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("sent", "待签收", (AssignmentState.SENT,)),
    ("taken", "办理中", (AssignmentState.TAKEN,)),
    ("back", "申退中", (AssignmentState.BACK,)),
    ("signing", "审签审核", (AssignmentState.DRAFTED, AssignmentState.APPROVED)),
    ("done", "已答复", (AssignmentState.REPLIED, AssignmentState.OPINED)),
)


HEADINGS = [label for _, label, _ in COLUMNS] + ["逾期"]


@dataclass(frozen=True)
class Cell:
    label: str
    number: int
    url: str


@dataclass(frozen=True)
class Unit:
    """One line of the matrix; every count leads to the list that it counts."""

    name: str
    url: str
    cells: list[Cell]


def matrix(today: date) -> list[Unit]:
    """单位 × 状态 of what is being handled: plain counts by unit, no order of merit. One query."""
    open_ones = Assignment.objects.filter(is_open=True, proposal__state=State.HANDLING)
    late = Q(due_on__lt=today) & ~Q(state__in=DONE)
    numbers = {name: Count("pk", filter=Q(state__in=states)) for name, _, states in COLUMNS}
    rows = (
        open_ones.values("agency", "agency__name")
        .annotate(**numbers, late=Count("pk", filter=late))
        .order_by("agency")
    )
    return [_unit(row) for row in rows]


def _unit(row: dict[str, Any]) -> Unit:
    list_url = reverse("desk:deadlines")
    columns = [(name, label) for name, label, _ in COLUMNS] + [("late", "逾期")]
    cells = [
        Cell(label, row[name], f"{list_url}?agency={row['agency']}&state={name}") for name, label in columns
    ]
    return Unit(row["agency__name"], f"{list_url}?agency={row['agency']}", cells)


# -- promises ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Month:
    """The promises of one month."""

    label: str
    rows: list[Promise]
    is_late: bool


WAITED = (PromiseState.OPEN, PromiseState.BROKEN, PromiseState.REPORTED, PromiseState.EXPLAINED)


def promises_by_month(account: Account, today: date) -> list[Month]:
    """到期未见结果 first, then what is promised, month by month. One query."""
    rows = (
        visible_children(Promise, account, today)
        .filter(is_live=True, state__in=WAITED)
        .select_related("proposal", "agency")
        .order_by("due_on", "pk")[:MOST]
    )
    late = [
        one for one in rows if one.due_on < today and one.state in (PromiseState.OPEN, PromiseState.BROKEN)
    ]
    months: dict[str, list[Promise]] = {}
    for one in rows:
        if one not in late:
            months.setdefault(f"{one.due_on:%Y年%-m月}", []).append(one)
    first = [Month("到期未见结果", late, True)] if late else []
    return first + [Month(label, found, False) for label, found in months.items()]


# -- pages ------------------------------------------------------------------------------------------------------------
def _check(request: HttpRequest) -> Any:
    if not request.user.holds(*WATCHERS):  # type: ignore[union-attr]
        raise Http404
    return request.user


@login_required
@require_GET
def oversight(request: HttpRequest) -> HttpResponse:
    """督办: three colours, units, promises; prints on A4."""
    account = _check(request)
    today = timezone.localdate()
    return render(request, "desk/oversight.html", {
        "colours": colours(account, today), "units": matrix(today), "columns": HEADINGS,
        "months": promises_by_month(account, today), "may_send": account.holds(*SENDERS), "today": today,
    })  # fmt: skip


@login_required
@require_GET
def report(request: HttpRequest, form: str) -> HttpResponse:
    """办理情况通报 as PDF or .docx: the same rows as the page, to be sent on paper."""
    account = _check(request)
    return send(paper(account, timezone.localdate()), form, f"提案办理情况{timezone.localdate():%Y%m%d}")


def paper(account: Account, today: date) -> Paper:
    found = colours(account, today)
    blocks: list[Any] = [
        Para(
            "；".join(f"{one.label.partition('：')[2]} {len(one.rows)} 件" for one in found)
            + f"。数据截至{_day(today)}。"
        )
    ]
    number = 0
    for one in found:
        if not one.rows:
            continue
        number += 1
        rows = [
            [row.assignment.proposal.number_label, row.assignment.proposal.title,
             f"{row.assignment.agency}（{row.assignment.get_role_display()}）", row.why, _said(row)] for row in one.rows
        ]  # fmt: skip
        blocks += [Heading(1, one.label.partition("：")[2], number), Table(rows, ("案号", "案由", "单位", "情况", "催办和回应"),
                   widths=(2, 5, 4, 4, 4))]  # fmt: skip
    units = [[unit.name, *(cell.number for cell in unit.cells)] for unit in matrix(today)]
    if units:
        header = ("单位", *HEADINGS)
        blocks += [Heading(1, "各单位在办件数", number + 1), Table(units, header, widths=(6, 2, 2, 2, 2, 2, 2), aligns="lrrrrrr",
                   note="按单位列出，不排名次。")]  # fmt: skip
    late = [row for month in promises_by_month(account, today) if month.is_late for row in month.rows]
    if late:
        rows = [
            [one.proposal.number_label, str(one.agency), one.what, one.who, _day(one.due_on)] for one in late
        ]
        blocks += [Heading(1, "到期未见结果的承诺", number + 2), Table(rows, ("案号", "单位", "承诺", "责任人", "期限"),
                   widths=(2, 4, 6, 2, 3))]  # fmt: skip
    term = Term.objects.order_by("-number").first()
    return Paper("official", "提案办理情况通报", [*blocks, Note(f"打印：{account.name}")],
                 subtitle=f"{term.committee}委员会" if term else "")  # fmt: skip


def _said(row: Watched) -> str:
    if row.urged is None:
        return ""
    urged = f"{_day(timezone.localdate(row.urged.at))}催办"
    if row.answer is None:
        return f"{urged}，没有回应"
    return f"{urged}；{_day(timezone.localdate(row.answer.at))}{row.answer.label}"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


# -- everything with a date -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Due:
    """One thing that must be done by a day, whoever's it is."""

    kind: str
    proposal: Proposal
    who: str
    state: Any
    due_on: date


def deadlines_of(account: Account, today: date, agency: int = 0, state: str = "") -> list[Due]:
    """Everything with a date that the account may know of, the soonest first; of one agency, in one state."""
    pieces = visible_children(Assignment, account, today).filter(is_open=True, proposal__state=State.HANDLING)
    if state:
        pieces = pieces.filter(_in_state(state, today))
    elif not agency:
        pieces = pieces.exclude(state__in=DONE)
    if agency:
        pieces = pieces.filter(agency=agency)
    rows = [
        Due(_of_assignment(one), one.proposal, str(one.agency), one, one.due_on or date.max)
        for one in pieces.select_related("proposal", "agency").order_by("due_on", "pk")[:MOST]
    ]
    if not agency and not state:
        rows += _others(account, today)
    return sorted(rows, key=lambda one: (one.due_on, one.proposal.pk))


def _of_assignment(one: Assignment) -> str:
    return "答复" if one.answers_itself else "会办意见"


def _in_state(name: str, today: date) -> Q:
    if name == "late":
        return Q(due_on__lt=today) & ~Q(state__in=DONE)
    return Q(state__in=next((states for one, _, states in COLUMNS if one == name), ()))


def _others(account: Account, today: date) -> Iterable[Due]:
    """Reviews, countersigns, ratings and promises: one query each, none where the account may see none."""
    reviews = visible_to(account, today).filter(state__in=PENDING_STATES, due_on__isnull=False)
    if account.is_office:
        for one in reviews.order_by("due_on")[:MOST]:
            yield Due("审查", one, "提案委", one, one.due_on)
    signs = visible_children(Countersign, account, today).filter(state=CountersignState.WAITING)
    for sign in signs.select_related("assignment__proposal", "agency").order_by("due_on")[:MOST]:
        yield Due("会签", sign.matter, str(sign.agency), sign, sign.due_on)
    if account.is_office:
        ratings = Rating.objects.filter(state=RatingState.ASKED, proposal__state=State.ANSWERED)
        for rating in ratings.select_related("proposal", "member", "body").order_by("due_on")[:MOST]:
            yield Due("评价", rating.proposal, str(rating.member or rating.body), rating, rating.due_on)
    promises = visible_children(Promise, account, today).filter(
        is_live=True, state__in=(PromiseState.OPEN, PromiseState.EXPLAINED)
    )
    if agencies := account.places(posts.HANDLER, posts.AGENCY_HEAD, on=today):
        promises = promises.filter(agency__in=agencies)
    if agencies or account.holds(*WATCHERS, on=today):
        for promise in (
            promises.filter(due_on__lte=today + timedelta(days=60))
            .select_related("proposal", "agency")
            .order_by("due_on")[:MOST]
        ):
            yield Due("承诺", promise.proposal, str(promise.agency), None, promise.due_on)


@login_required
@require_GET
def deadlines(request: HttpRequest) -> HttpResponse:
    """期限: by days left, whoever's turn it is; narrowed to a unit and a state by the matrix's links."""
    account: Any = request.user
    if not account.holds(*WATCHERS, posts.HANDLER, posts.AGENCY_HEAD):
        raise Http404
    today = timezone.localdate()
    agency = request.GET.get("agency", "")
    rows = deadlines_of(
        account, today, int(agency[:9]) if agency.isdecimal() else 0, request.GET.get("state", "")
    )
    kind = request.GET.get("kind", "")
    kinds = Counter(row.kind for row in rows)
    shown = [row for row in rows if not kind or row.kind == kind]
    state = next((label for name, label, _ in COLUMNS if name == request.GET.get("state")), "")
    if request.GET.get("state") == "late":
        state = "逾期"
    return render(request, "desk/deadlines.html", {
        "bands": _bands(shown, today), "total": len(shown), "kinds": list(kinds.items()), "kind": kind,
        "unit": rows[0].who if agency and rows else "", "state": state,
    })  # fmt: skip


def _bands(rows: list[Due], today: date) -> list[tuple[str, list[Due]]]:
    """逾期 / 五天内 / 十五天内 / 以后, those that hold something."""
    names = (("逾期", -1), ("五天内", 5), ("十五天内", 15), ("以后", 10_000_000))
    found: dict[str, list[Due]] = {name: [] for name, _ in names}
    for row in rows:
        left = (row.due_on - today).days
        found[next(name for name, until in names if left <= until)].append(row)
    return [(name, some) for name, some in found.items() if some]
