"""首页: what is mine to do, by when; put together from the hats a person wears. At most twelve questions a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from huisheng.bulletins.queries import Waiting, for_leader
from huisheng.consultations.forum_queries import open_to
from huisheng.consultations.models_forum import Forum
from huisheng.gatherings.models import Invitee
from huisheng.gatherings.queries import waiting_for_reply
from huisheng.kernel.gather import Part, gather
from huisheng.kernel.models import Entry, Job, JournalHead
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.proposals.models import (
    FILED_STATES,
    UNSENT_STATES,
    Assignment,
    AssignmentState,
    Call,
    Contact,
    ContactState,
    Cosponsor,
    CosponsorState,
    Countersign,
    CountersignState,
    Nomination,
    NominationState,
    Proposal,
    Role,
    State,
)  # fmt: skip
from huisheng.supervision.models import Rater
from huisheng.supervision.queries import sheets_waiting

from . import oversight
from .founding import Stone, stones
from .models import Feedback
from .queues import Group, groups, queues_of, total
from .todo import Duty, duties

CARDS = 5
MEETINGS = 3
# posts whose work comes piece by piece, on cards
PERSONAL = (posts.MEMBER, posts.CONVENER, posts.HANDLER, posts.AGENCY_HEAD, posts.CHAIR)
ROWS = 60


@dataclass
class Home:
    """The sections of one person's home; an empty one is not shown."""

    stones: list[Stone] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    is_member: bool = False
    mine: list[Proposal] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    agency: AgencyDesk | None = None
    signs: bool = False
    watch: Watch | None = None
    chair: ChairDesk | None = None
    care: CareDesk | None = None
    issues: list[Waiting] = field(default_factory=list)
    meetings: list[Invitee] = field(default_factory=list)
    forums: list[Forum] = field(default_factory=list)
    sheets: list[Rater] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """How much waits for the person: in queues for the office, card by card for everybody else."""
        waits = total(self.groups) if self.groups and not self.duties else len(self.duties)
        return waits + len(self.sheets)

    @property
    def cards(self) -> list[Duty]:
        return self.duties[:CARDS]

    @property
    def more(self) -> int:
        return max(0, len(self.duties) - CARDS)


@dataclass(frozen=True)
class Watch:
    """督查室: three colours, units, promises."""

    colours: list[oversight.Colour]
    units: list[oversight.Unit]
    months: list[oversight.Month]
    columns: list[str]


def home_of(account: Account, today: date, filters: dict[str, str] | None = None) -> Home:
    """All sections the account's posts call for. ``filters``: what the agency's table is narrowed to."""
    home = Home()
    queues = queues_of(account, today)
    if not queues or account.holds(*PERSONAL, on=today):  # the others' work stands in queues
        home.duties = duties(account, today)
    if account.holds(posts.MEMBER, posts.CONVENER, on=today):
        home.is_member = True
        home.mine = list(_mine(account, today)[:8])
        home.meetings = list(waiting_for_reply(account, today)[:MEETINGS])
        home.forums = list(open_to(account, today)[:MEETINGS])
        home.calls, home.sheets = _calls_and_sheets(account, today)
    if queues and not account.holds(posts.CHAIR, on=today):
        home.groups = groups(queues, today)
    if account.holds(posts.HANDLER, posts.AGENCY_HEAD, on=today):
        home.agency = agency_desk(account, today, filters or {})
        home.signs = account.holds(posts.AGENCY_HEAD, on=today) and not account.holds(posts.HANDLER, on=today)
    if account.holds(posts.COORDINATOR, on=today):
        home.watch = Watch(
            oversight.colours(account, today), oversight.matrix(today), oversight.promises_by_month(account, today),
            oversight.HEADINGS,
        )  # fmt: skip
    if account.holds(posts.CHAIR, on=today):
        home.chair = chair_desk(today)
    home.issues = for_leader(account, today)
    if account.holds(posts.ADMIN, posts.AUDITOR, on=today):
        home.care = care_desk(account, today)
    if account.holds(posts.ADMIN, posts.OFFICE, on=today):
        home.stones = stones(account)
    return home


# -- 委员 ----------------------------------------------------------------------------------------------------------
def _calls_and_sheets(account: Account, today: date) -> tuple[list[Call], list[Rater]]:
    """One question for both: a few are open at a time."""
    found = gather({
        "calls": Part(Call.objects.filter(state="open")),
        "sheets": Part(sheets_waiting(account, today), {"supervision": ("title", "survey_ends_on")}),
    })  # fmt: skip
    calls = sorted(found["calls"], key=lambda one: one.closes_on)
    return calls[:3], found["sheets"][:MEETINGS]


def _mine(account: Account, today: date) -> QuerySet[Proposal]:
    members = account.places(posts.MEMBER, on=today)
    signed = Cosponsor.objects.filter(member__in=members, state=CosponsorState.ACCEPTED).values("proposal")
    own = (
        Q(sponsor_member__in=members)
        | Q(sponsor_body__in=account.places(posts.CONVENER, on=today))
        | Q(pk__in=signed)
    )
    rows = Proposal.objects.filter(own).exclude(state=State.DISCARDED)
    return rows.select_related("lead_agency").defer("read_notes").order_by("-changed_at", "-pk")


# -- 承办单位 --------------------------------------------------------------------------------------------------------
BANDS = {"": "全部期限", "late": "已逾期", "5": "五天内", "15": "十五天内"}
ROLES = {"": "全部角色", "lead": "主办、分办", "assisting": "会办"}
_NEXT = {
    (AssignmentState.SENT, True): "签收", (AssignmentState.SENT, False): "签收",
    (AssignmentState.TAKEN, True): "拟写答复", (AssignmentState.TAKEN, False): "提会办意见",
    (AssignmentState.BACK, True): "申退待决定", (AssignmentState.BACK, False): "申退待决定",
    (AssignmentState.DRAFTED, True): "审签", (AssignmentState.APPROVED, True): "送达",
}  # fmt: skip


@dataclass(frozen=True)
class InHand:
    """One line of the agency's table: the next step, and who is waited for."""

    assignment: Assignment
    next: str
    waits: list[str]


@dataclass(frozen=True)
class AgencyDesk:
    """What an agency has in hand; ``late`` and ``soon`` count all of it, whatever the filters show."""

    rows: list[InHand]
    total: int
    late: int
    soon: int
    role: str
    band: str

    roles = ROLES
    bands = BANDS


def agency_desk(account: Account, today: date, filters: dict[str, str]) -> AgencyDesk:
    every = list(in_hand(account.places(posts.HANDLER, posts.AGENCY_HEAD, on=today))[:ROWS])
    days = {one.pk: (one.due_on - today).days if one.due_on else 10_000 for one in every}
    role, band = filters.get("role", ""), filters.get("due", "")
    shown = [one for one in every if _in_role(one, role) and _in_band(days[one.pk], band)]
    waits = _waits(shown, today)
    rows = [
        InHand(one, _NEXT.get((AssignmentState(one.state), one.answers_itself), ""), waits[one.pk])
        for one in shown
    ]
    late = sum(1 for left in days.values() if left < 0)
    return AgencyDesk(rows, len(every), late, sum(1 for left in days.values() if 0 <= left <= 5), role, band)


def in_hand(agencies: list[int]) -> QuerySet[Assignment]:
    """What an agency has in hand, the soonest due first."""
    done = (
        AssignmentState.PLANNED,
        AssignmentState.REPLIED,
        AssignmentState.OPINED,
        AssignmentState.RELEASED,
    )
    rows = Assignment.objects.filter(agency__in=agencies, is_open=True).exclude(state__in=done)
    return rows.select_related("proposal", "agency").order_by("due_on", "pk")


def _in_role(one: Assignment, role: str) -> bool:
    return not role or one.answers_itself == (role == "lead")


def _in_band(left: int, band: str) -> bool:
    return {"late": left < 0, "5": 0 <= left <= 5, "15": 0 <= left <= 15}.get(band, True)


def _waits(rows: list[Assignment], today: date) -> dict[int, list[str]]:
    """等谁: who blocks each piece, since when. One query for all of them."""
    proposals = {one.proposal_id for one in rows}
    found = gather({
        "signs": Part(Countersign.objects.filter(assignment__proposal__in=proposals, state=CountersignState.WAITING),
                      {"agency": ("name",), "reply": ("assignment",)}),
        "others": Part(Assignment.objects.filter(proposal__in=proposals, is_open=True, role=Role.ASSISTING,
                       state__in=(AssignmentState.SENT, AssignmentState.TAKEN)), {"agency": ("name",)}),
        "talks": Part(Contact.objects.filter(assignment__in=[one.pk for one in rows], state=ContactState.RECORDED)),
    }) if rows else {"signs": [], "others": [], "talks": []}  # fmt: skip
    return {one.pk: list(_waits_of(one, found, today)) for one in rows}


def _waits_of(one: Assignment, found: dict[str, list[Any]], today: date) -> Any:
    if one.state == AssignmentState.SENT:
        yield f"本单位签收，{_since(one.sent_on, today)}"
    elif one.state == AssignmentState.APPROVED:
        yield "政协提案委审核"
    elif one.state == AssignmentState.BACK:
        yield "督查室决定"
    elif one.state == AssignmentState.DRAFTED:
        signs = [sign for sign in found["signs"] if sign.reply.assignment_id == one.pk]
        for sign in signs:
            yield f"{sign.agency}会签，{_since(sign.asked_on, today)}"
        if not signs:
            yield "本单位负责人审签"
    elif one.state == AssignmentState.TAKEN and one.answers_itself:
        for other in found["others"]:
            if other.proposal_id == one.proposal_id:
                yield f"{other.agency}会办意见，{_since(other.sent_on, today)}"
        for talk in found["talks"]:
            if talk.assignment_id == one.pk:
                yield f"提案人确认{talk.held_on.month}月{talk.held_on.day}日的面商"


def _since(day: date | None, today: date) -> str:
    if day is None:
        return ""
    return f"{day.month}月{day.day}日送出，已 {(today - day).days} 天"


# -- 主席会议成员 ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ChairDesk:
    """Four sentences of the newest year, each number a list; key proposals; what is late, by name."""

    year: int | None
    numbers: dict[str, int]
    overdue: list[Proposal]
    key: list[Any]
    nominations: list[Nomination]


def chair_desk(today: date) -> ChairDesk:
    answered = (State.ANSWERED, State.CONCLUDED, State.ARCHIVED)
    by_year = Proposal.objects.exclude(state__in=UNSENT_STATES).values("year").annotate(
        received=Count("pk"),
        filed=Count("pk", filter=Q(state__in=FILED_STATES)),
        answered=Count("pk", filter=Q(state__in=answered)),
        overdue=Count("pk", filter=Q(state=State.HANDLING, due_on__lt=today)),
        waiting=Count("pk", filter=Q(state=State.ANSWERED)),
    )  # fmt: skip
    numbers = by_year.order_by("-year").first() or {}
    year = numbers.pop("year", None)
    late = (
        Proposal.objects.filter(state=State.HANDLING, due_on__lt=today)
        .select_related("lead_agency")
        .order_by("due_on", "pk")
    )
    key = (
        Proposal.objects.filter(is_key=True, year=year).select_related("lead_agency").order_by("number")
        .annotate(seen=Count("oversights"), last_seen=Max("oversights__held_on"))
    )  # fmt: skip
    named = Nomination.objects.filter(state=NominationState.NOMINATED).select_related("proposal", "agency")
    return ChairDesk(
        year,
        numbers,
        list(late.defer("read_notes")[:20]),
        list(key.defer("read_notes")[:20]),
        list(named[:20]),
    )


# -- 系统管理员、审计员 ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class CareDesk:
    """What keeps the system in order: no proposal is read here."""

    head: JournalHead | None
    lines: list[Entry]
    failed: list[Job]
    feedback: int
    is_admin: bool


def care_desk(account: Account, today: date) -> CareDesk:
    is_admin = account.holds(posts.ADMIN, on=today)
    lines = [] if is_admin else list(Entry.objects.select_related("account").order_by("-seq")[:8])
    failed = (
        list(Job.objects.exclude(failed="").select_related("account").order_by("-pk")[:5]) if is_admin else []
    )
    unanswered = Feedback.objects.filter(answered_at=None).count() if is_admin else 0
    return CareDesk(JournalHead.objects.filter(pk=1).first(), lines, failed, unanswered, is_admin)
