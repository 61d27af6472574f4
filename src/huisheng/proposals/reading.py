"""A proposal as one reader sees it: everything about it in one question to the database, then what this reader may see.

Who reads what follows docs/trust.md (privacy): drafts of replies stay in the agency, ratings stay in the committee
until the round is closed, names that were not confirmed are not shown to others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.deadlines import Deadline, Span
from huisheng.kernel.deadlines import Extension as Granted
from huisheng.kernel.gather import Bundle, Part
from huisheng.kernel.lifecycle import OpenStep
from huisheng.kernel.models import Attachment, Entry
from huisheng.people import posts
from huisheng.people.models import Account

from . import local_rules as rules
from .models import (
    FILED_STATES,
    PENDING_STATES,
    Assignment,
    AssignmentState,
    Contact,
    Cosponsor,
    CosponsorState,
    Countersign,
    CountersignState,
    Disclosure,
    Extension,
    HandBack,
    Merge,
    Oversight,
    Promise,
    Proposal,
    Rating,
    RatingState,
    Reply,
    ReplyItem,
    State,
    Suggestion,
    Supplement,
    Text,
)  # fmt: skip
from .queries import SEES_ALL, is_desk, visible_to

HEAD = (
    "text", "sponsor_member", "sponsor_member__sector", "sponsor_body", "sector", "session", "session__term", "lead_agency",
    "decision", "topic",
)  # fmt: skip
WITH_HEAD = Bundle(lambda pk: {"head": Part(Proposal.objects.filter(pk=pk), dict.fromkeys(HEAD, ()))})
NAME = ("name",)


# a due day that warns: somebody owes something. Raters owe nothing: after their time it is only past
COUNTING = (*PENDING_STATES, State.HANDLING)


class Reader:
    """Who is reading, and in which circle of this proposal they stand."""

    def __init__(self, proposal: Proposal, account: Account, today: date) -> None:
        self.account, self.today = account, today
        self.is_office = is_desk(account)
        self.is_overseer = account.holds(posts.CHAIR, posts.COORDINATOR, on=today)
        self.sees_all = account.holds(*SEES_ALL, on=today)
        self.members = account.places(posts.MEMBER, on=today)
        self.bodies = account.places(posts.CONVENER, on=today)
        self.agencies = account.places(posts.HANDLER, posts.AGENCY_HEAD, on=today)
        self.is_sponsor = (
            proposal.sponsor_member_id in self.members or proposal.sponsor_body_id in self.bodies
        )
        self.is_signer = self.is_sponsor
        self.is_agency = False

    def place(self, cosponsors: list[Cosponsor], assignments: list[Assignment]) -> None:
        signed = {one.member_id for one in cosponsors if one.state == CosponsorState.ACCEPTED}
        self.is_signer = self.is_sponsor or bool(signed & set(self.members))
        self.is_agency = any(one.is_open and one.agency_id in self.agencies for one in assignments)

    @property
    def is_involved(self) -> bool:
        """Takes part in this proposal: reads who spoke with whom and what was remarked on the way."""
        return self.is_office or self.is_overseer or self.is_signer or self.is_agency


@dataclass(frozen=True)
class Turn:
    """The first line of the page: what is being done, whose turn it is, until when."""

    what: str
    who: str = ""
    due_on: date | None = None
    rule: str = ""

    @property
    def clock(self) -> str:
        """The name of its explanation's page; "" where the day was not counted but named."""
        return self.rule.removeprefix("span.")

    @property
    def warns_on(self) -> date | None:
        """The due day as a warning; none for what is nobody's debt."""
        return self.due_on if self.rule != "span.rating" else None


@dataclass(frozen=True)
class Counted:
    """A deadline with its name and its count, day by day."""

    title: str
    deadline: Deadline


@dataclass
class Doing:
    """Something the reader may do now with a child of the proposal, and the child it is about."""

    title: str
    record: Any
    steps: list[OpenStep]


@dataclass
class Answer:
    """One suggestion of the text with the answers that were delivered to it."""

    suggestion: Suggestion
    items: list[ReplyItem] = field(default_factory=list)


def find(account: Account, pk: int, today: date) -> Proposal | None:
    """The proposal with everything its head needs, when the account may see it."""
    if not visible_to(account, today).filter(pk=pk).exists():
        return None
    return next(iter(WITH_HEAD.ask(pk)["head"]), None)


class Dossier:
    """A proposal and all that belongs to it, cut to what one reader may see."""

    def __init__(self, proposal: Proposal, account: Account, today: date) -> None:
        self.proposal, self.today = proposal, today
        self.reader = Reader(proposal, account, today)
        self.found = _gathered(proposal)
        for rows in self.found.values():
            _tie(rows, proposal)
        self._tie_children()
        self.reader.place(self.found["cosponsors"], self.found["assignments"])

    def _tie_children(self) -> None:
        assignments = {one.pk: one for one in self.found["assignments"]}
        replies = {one.pk: one for one in self.found["replies"]}
        for name in ("contacts", "extensions", "replies", "promises", "countersigns", "hand_backs"):
            for one in self.found[name]:
                one.assignment = assignments[one.assignment_id]
        for one in self.found["countersigns"]:
            one.reply = replies[one.reply_id]
            one.is_waiting = one.state == CountersignState.WAITING
        for one in self.found["items"]:
            one.reply = replies[one.reply_id]
        for one in self.found["promises"]:
            one.reply = replies[one.reply_id]
            one.agency = one.assignment.agency

    # -- the text ------------------------------------------------------------------------------------------------
    @property
    def texts(self) -> list[Text]:
        """The versions, newest first; drafts only of one's own."""
        return list(reversed(self.found["texts"]))

    @cached_property
    def answers(self) -> list[Answer]:
        """The suggestions of the current text, each with what the delivered replies say to it."""
        rows = [Answer(one) for one in self.found["suggestions"]]
        by_suggestion = {row.suggestion.pk: row for row in rows}
        for item in self.found["items"]:
            if item.reply.delivered_at and item.suggestion_id in by_suggestion:
                by_suggestion[item.suggestion_id].items.append(item)
        return sorted(rows, key=lambda row: row.suggestion.number)

    @property
    def supplements(self) -> list[Supplement]:
        return self.found["supplements"]

    @cached_property
    def attachments(self) -> list[Attachment]:
        """The signed original and the source file hold telephone numbers and signatures: for those involved."""
        return [one for one in self.found["attachments"] if may_read_file(one, self.reader)]

    # -- people --------------------------------------------------------------------------------------------------
    @cached_property
    def cosponsors(self) -> list[Cosponsor]:
        """Confirmed names for everybody; the others for the office, the sponsor and the person asked."""
        sees_all = self.reader.is_office or self.reader.is_sponsor
        rows = [
            one for one in self.found["cosponsors"]
            if one.state == CosponsorState.ACCEPTED or sees_all or one.member_id in self.reader.members
        ]  # fmt: skip
        for one in rows:
            one.is_confirmed = one.state == CosponsorState.ACCEPTED  # type: ignore[attr-defined]
        return sorted(rows, key=lambda one: (one.position, one.pk))

    @property
    def categories(self) -> str:
        """五位一体 and the local category, once the review gave them; the office sees them from the start."""
        proposal = self.proposal
        if proposal.state not in FILED_STATES and not self.reader.is_office:
            return ""
        pairs = ((rules.FIVE, proposal.category_five), (rules.LOCAL_CATEGORY, proposal.category_local))
        return " · ".join(local.label_of(name, code) for name, code in pairs if code)

    @property
    def shows_phone(self) -> str:
        """ "full" for the office and the sponsor, "masked" for the agency, "" for everybody else (docs/trust.md)."""
        if self.reader.is_office or self.reader.is_sponsor:
            return "full"
        return "masked" if self.reader.is_agency else ""

    # -- handling ------------------------------------------------------------------------------------------------
    @cached_property
    def assignments(self) -> list[Assignment]:
        """What was handed over; a plan that was not sent yet is for the office."""
        return [
            one for one in self.found["assignments"]
            if one.is_open and (one.state != AssignmentState.PLANNED or self.reader.is_office)
        ]  # fmt: skip

    @cached_property
    def former_assignments(self) -> list[Assignment]:
        return (
            [one for one in self.found["assignments"] if not one.is_open] if self.reader.is_involved else []
        )

    @property
    def contacts(self) -> list[Contact]:
        return self.found["contacts"] if self.reader.is_involved else []

    @cached_property
    def waiting(self) -> list[str]:
        """Who is being waited for, since when: visible from the first minute (design consequence 12)."""
        lines: list[str] = []
        if self.proposal.state != State.HANDLING:
            return lines
        for one in self.found["countersigns"]:
            if one.state == CountersignState.WAITING:
                lines.append(f"等{one.agency}会签：{_day(one.asked_on)}送签，期限{_day(one.due_on)}")
        for one in self.found["extensions"]:
            if one.state == "asked":
                lines.append(f"等督查室批复{one.assignment.agency}的延期申请（延长{_span(one.span)}）")
        for one in self.found["hand_backs"]:
            if one.is_agreed is None:
                lines.append(f"等督查室决定{one.assignment.agency}的申退：{_day(_date(one.at))}提出")
        for one in self.assignments:
            if one.state == AssignmentState.SENT:
                lines.append(f"等{one.agency}签收：{_day(one.sent_on)}交办")
        return lines

    @cached_property
    def replies(self) -> list[Reply]:
        """Delivered ones for everybody who reads the proposal; drafts for their own agency and the office."""
        rows = [one for one in self.found["replies"] if self._may_read(one)]
        for one in rows:
            one.lines = sorted(
                (item for item in self.found["items"] if item.reply_id == one.pk), key=lambda item: item.pk
            )
            one.pledges = [promise for promise in self.found["promises"] if promise.reply_id == one.pk]
            one.signatures = [sign for sign in self.found["countersigns"] if sign.reply_id == one.pk]
            one.letter_label = local.label_of(rules.LETTER, one.letter)
        return sorted(rows, key=lambda one: (one.delivered_at is None, one.pk), reverse=True)

    def _may_read(self, reply: Reply) -> bool:
        if reply.delivered_at:
            return True
        if reply.assignment.agency_id in self.reader.agencies:
            return True
        if self.reader.is_office:
            return reply.approved_at is not None  # before its head signed, a draft is the agency's own paper
        asked = [one for one in self.found["countersigns"] if one.reply_id == reply.pk and reply.is_current]
        return any(one.agency_id in self.reader.agencies for one in asked)

    @cached_property
    def unopened(self) -> list[Reply]:
        """Delivered replies that the sponsor has not marked as seen."""
        if not self.reader.is_sponsor:
            return []
        return [one for one in self.replies if one.delivered_at and one.opened_at is None]

    @cached_property
    def promises(self) -> list[Promise]:
        live = [one for one in self.found["promises"] if one.is_live]
        return sorted(live, key=lambda one: (one.due_on, one.pk))

    # -- rating --------------------------------------------------------------------------------------------------
    @cached_property
    def ratings(self) -> list[RatingLine]:
        return rating_lines(self.proposal, self.found["ratings"], self.reader)

    @cached_property
    def rating_summary(self) -> list[str]:
        """One line a round, with numerator and denominator: 3 位提案人，2 位已评价."""
        if not self.reader.is_involved:
            return []
        lines = []
        for number in sorted({one.round for one in self.found["ratings"]}):
            asked = [one for one in self.found["ratings"] if one.round == number]
            given = [one for one in asked if one.state == RatingState.GIVEN]
            lines.append(f"第{number}轮：请 {len(asked)} 位评价，{len(given)} 位已评价")
        return lines

    # -- relations -----------------------------------------------------------------------------------------------
    @property
    def merged_into(self) -> Merge | None:
        return next((one for one in self.found["merges"] if one.undone_at is None), None)

    @property
    def takes_in(self) -> list[Merge]:
        """The title of one that is 不公开 is for those who handle or oversee it."""
        return [
            one for one in self.found["takes_in"]
            if one.undone_at is None and (one.merged.disclosure != Disclosure.CLOSED or self.reader.is_involved)
        ]  # fmt: skip

    @property
    def oversights(self) -> list[Oversight]:
        return self.found["oversights"]

    # -- timeline ------------------------------------------------------------------------------------------------
    @cached_property
    def entries(self) -> list[Entry]:
        """办理记录, newest first, each with the agency it is about."""
        about = {one.pk: one.agency.name for one in self.found["assignments"]}
        names = {one.pk: str(one.member) for one in self.found["cosponsors"]}
        signs = {one.pk: one.agency.name for one in self.found["countersigns"]}
        lines = [one for one in reversed(self.found["entries"]) if _may_read_entry(one, self.reader)]
        for one in lines:
            if one.subject_type == Assignment.kind() and one.subject_id in about:
                one.label = f"{one.label} · {about[one.subject_id]}"
            if one.subject_type == Countersign.kind() and one.subject_id in signs:
                one.label = f"会签：{one.label} · {signs[one.subject_id]}"
            if one.subject_type == Cosponsor.kind() and one.subject_id in names:
                one.label = f"{one.label} · {names[one.subject_id]}"
            if not self.reader.is_office:
                _cut(one, self.reader)
        return lines

    # -- what may be done ----------------------------------------------------------------------------------------
    @cached_property
    def own_steps(self) -> list[OpenStep]:
        return self.proposal.lifecycle.open_steps(self.proposal, self.reader.account, self.today)  # type: ignore[attr-defined]

    @cached_property
    def doings(self) -> list[Doing]:
        """Open steps of the children, grouped by child; only those the reader may take part in."""
        rows: list[Doing] = []
        for name, title in CHILDREN:
            for record in self.found[name]:
                steps = record.lifecycle.open_steps(record, self.reader.account, self.today)
                if steps:
                    rows.append(Doing(title(record), record, steps))
        return rows

    @cached_property
    def turn(self) -> Turn:
        return turn_of(self)

    # -- deadlines -----------------------------------------------------------------------------------------------
    def deadline(self, of: str) -> Counted | None:
        """How one of the due days came about: ``review``, ``rating``, or ``reply-7``, ``contact-7``, ``back-7`` of an
        assignment, ``sign-7`` of a countersign. None where there is no such clock for this reader."""
        name, _, pk = of.partition("-")
        proposal = self.proposal
        if name == "review" and proposal.submitted_at:
            return Counted("审查期限", local.deadline("span.review", _date(proposal.submitted_at)))
        if name == "rating" and proposal.answered_on:
            return Counted("评价期限", local.deadline("span.rating", proposal.answered_on))
        if name == "sign":
            sign = next((one for one in self.found["countersigns"] if str(one.pk) == pk), None)
            return (
                Counted(f"{sign.agency}会签期限", local.deadline("span.countersign", sign.asked_on))
                if sign
                else None
            )
        assignment = next((one for one in self.assignments if str(one.pk) == pk), None)
        if assignment is None or assignment.sent_on is None:
            return None
        agency = assignment.agency.name
        if name == "contact":
            return Counted(f"{agency}面商期限", local.deadline("span.contact", assignment.sent_on))
        if name == "back":
            return Counted(f"{agency}申退期限", local.deadline("span.hand_back", assignment.sent_on))
        if name == "reply" and assignment.clock_from:
            what = "答复期限" if assignment.answers_itself else "会办意见期限"
            return Counted(f"{agency}{what}", self._reply_deadline(assignment))
        return None

    def _reply_deadline(self, assignment: Assignment) -> Deadline:
        granted = tuple(
            Granted(Span.parse(one.span), one.approved_by.name if one.approved_by else "", one.reason)
            for one in self.found["extensions"]
            if one.assignment_id == assignment.pk and one.state == "granted" and one.round == assignment.round
        )
        assert assignment.clock_from is not None
        return local.deadline(assignment.clock_rule, assignment.clock_from, granted)


CHILDREN: tuple[tuple[str, Any], ...] = (
    ("cosponsors", lambda one: f"联名：{one.member.full_name}"),
    ("assignments", lambda one: f"{one.agency.name}（{one.get_role_display()}）"),
    ("countersigns", lambda one: f"{one.agency}会签"),
    ("extensions", lambda one: f"{one.assignment.agency}申请延期{_span(one.span)}：{one.reason}"),
    ("contacts", lambda one: f"{one.assignment.agency}记录的{_day(one.held_on)}面商"),
    ("ratings", lambda one: f"{one.member or one.body}的评价（第{one.round}轮）"),
    ("promises", lambda one: f"{one.agency}的承诺：{one}"),
)


MEMBER = {"member": ("name", "sector"), "member__sector": NAME}


def _early(pk: int, text: int) -> dict[str, Part]:
    """What a draft may already have."""
    entries = Entry.objects.filter(matter_type=Proposal.kind(), matter_id=pk)
    versions = ("number", "kind", "at", "reason", "fingerprint", "is_frozen", "account")
    return {
        "texts": Part(Text.objects.filter(proposal=pk), {"account": NAME}, versions),
        "suggestions": Part(Suggestion.objects.filter(text=text)),
        "cosponsors": Part(Cosponsor.objects.filter(proposal=pk), MEMBER),
        "attachments": Part(files_of(pk), {"account": NAME}),
        "entries": Part(entries, {"account": NAME}),
    }


def _whole(pk: int, text: int) -> dict[str, Part]:
    """Everything that may belong to a proposal that was received."""
    head = ("title", "number", "serial", "year", "sponsor_name", "disclosure", "state")
    items = ReplyItem.objects.filter(reply__assignment__proposal=pk)
    return _early(pk, text) | {
        "supplements": Part(Supplement.objects.filter(proposal=pk), {"account": NAME}),
        "assignments": Part(Assignment.objects.filter(proposal=pk), {"agency": NAME}),
        "hand_backs": Part(HandBack.objects.filter(assignment__proposal=pk), {"proposed": NAME}),
        "contacts": Part(Contact.objects.filter(assignment__proposal=pk)),
        "extensions": Part(Extension.objects.filter(assignment__proposal=pk), {"approved_by": NAME}),
        "replies": Part(Reply.objects.filter(assignment__proposal=pk)),
        "items": Part(items, {"suggestion": ("number", "content", "text")}),
        "countersigns": Part(Countersign.objects.filter(assignment__proposal=pk), {"agency": NAME}),
        "promises": Part(Promise.objects.filter(proposal=pk)),
        "ratings": Part(Rating.objects.filter(proposal=pk), MEMBER | {"body": NAME}),
        "merges": Part(Merge.objects.filter(merged=pk), {"main": head}),
        "takes_in": Part(Merge.objects.filter(main=pk), {"merged": head}),
        "oversights": Part(Oversight.objects.filter(proposal=pk)),
    }


EARLY, WHOLE = Bundle(_early), Bundle(_whole)
LATER = (
    "supplements", "assignments", "hand_backs", "contacts", "extensions", "replies", "items", "countersigns", "promises",
    "ratings", "merges", "takes_in", "oversights",
)  # fmt: skip


def _gathered(proposal: Proposal) -> dict[str, list[Any]]:
    if proposal.serial is None:  # nobody has received it: nothing else can be there
        return {name: [] for name in LATER} | EARLY.ask(proposal.pk, proposal.text_id or 0)
    return WHOLE.ask(proposal.pk, proposal.text_id or 0)


def _tie(rows: list[Any], proposal: Proposal) -> None:
    """Give every child the proposal that is already in memory."""
    for one in rows:
        if "proposal_id" in one.__dict__ and one.proposal_id == proposal.pk:
            one.proposal = proposal


# -- files -------------------------------------------------------------------------------------------------------
PURPOSES = {
    "attachment": "附件材料", "seal": "盖章签名页", "source": "提案原件", "original": "纸质提案扫描件",
    "supplement": "补充材料",
}  # fmt: skip
FOR_THE_INVOLVED = ("seal", "source", "original")


def files_of(proposal: int) -> QuerySet[Attachment]:
    """The attachments of a proposal, by its key."""
    return Attachment.objects.filter(subject_type=Proposal.kind(), subject_id=proposal)


def may_read_file(attachment: Attachment, reader: Reader) -> bool:
    if attachment.purpose not in FOR_THE_INVOLVED:
        return True
    return reader.is_office or reader.is_sponsor or reader.sees_all


# -- ratings -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RatingLine:
    """One rating as the reader may see it; ``name`` is "" where the rater is protected."""

    rating: Rating
    name: str
    words: str
    reason: str
    remark: str

    @property
    def due_on(self) -> date | None:
        """Until when; a rating that lapsed is over, not late."""
        return self.rating.due_on if self.rating.state == RatingState.ASKED else None


def rating_lines(proposal: Proposal, ratings: list[Rating], reader: Reader) -> list[RatingLine]:
    """The privacy table: the rater their own, the office all, the agency and the overseers the words of a closed round.

    Never the remark outside the committee; no names (but the first sponsor's) where fewer raters than the local rule
    would give each other away (design consequences 16 and 19).
    """
    lines = []
    least = int(local.rule("rating.protect", reader.today)) if ratings else 0
    for number in sorted({one.round for one in ratings}, reverse=True):
        of_round = [one for one in ratings if one.round == number]
        given = sum(one.state == RatingState.GIVEN for one in of_round)
        for one in sorted(of_round, key=lambda one: (not one.is_first, one.pk)):
            is_own = one.member_id in reader.members or one.body_id in reader.bodies
            if reader.is_office or is_own:
                lines.append(_line(one, name=True, remark=True))
            elif reader.is_agency or reader.is_overseer:
                if round_is_closed(proposal, number) and one.state == RatingState.GIVEN:
                    lines.append(_line(one, name=one.is_first or given >= least, remark=False))
    return lines


def round_is_closed(proposal: Proposal, number: int) -> bool:
    return number < proposal.round or proposal.state in (State.CONCLUDED, State.ARCHIVED)


def _line(rating: Rating, *, name: bool, remark: bool) -> RatingLine:
    who = rating.member.full_name if rating.member else str(rating.body or "")
    is_given = rating.state == RatingState.GIVEN
    words = (
        f"办理过程{rating.get_process_display()}，办理结果{rating.get_result_display()}" if is_given else ""
    )
    reason = local.label_of(rules.BAD_REASON, rating.reason) if rating.reason else ""
    return RatingLine(rating, who if name else "", words, reason, rating.remark if remark else "")


# -- the timeline ------------------------------------------------------------------------------------------------
# between people of one agency, or between two members: not for the eyes of others
AGENCY_INSIDE = ("reject", "take_back")
MEMBERS_INSIDE = ("discard", "send_back", "resubmit", "start", "invite")

CONFIRMED = ("accept", "confirm_on_paper")


def _may_read_entry(entry: Entry, reader: Reader) -> bool:
    if reader.is_office:
        return True
    if entry.is_inside:
        return False
    if entry.subject_type == Assignment.kind() and entry.action in AGENCY_INSIDE:
        return reader.is_agency
    if entry.subject_type == Cosponsor.kind() and entry.action not in CONFIRMED:
        return reader.is_sponsor
    if entry.subject_type == Proposal.kind() and entry.action in MEMBERS_INSIDE:
        return reader.is_signer or reader.sees_all
    return True


def _cut(entry: Entry, reader: Reader) -> None:
    """What another step brought about carries no person: the last rating must not name its rater."""
    if entry.cause_id:
        entry.account, entry.role = None, ""
    if not reader.is_involved:
        entry.note = ""


# -- whose turn --------------------------------------------------------------------------------------------------
def turn_of(dossier: Dossier) -> Turn:
    proposal, reader = dossier.proposal, dossier.reader
    inside = reader.is_office
    sponsor = proposal.sponsor_name or "提案人"
    simple = {
        State.DRAFT: Turn("草稿，还没有提交", "代录的工作人员" if proposal.is_paper else sponsor),
        State.DISCARDED: Turn("草稿已作废"),
        State.SUBMITTED: Turn(
            "已收到，待初审" if inside else "已收到，待审查", "提案委", proposal.due_on, "span.review"
        ),
        State.REVIEWED: Turn(
            "待终审" if inside else "审查中",
            "提案委主任" if inside else "提案委",
            proposal.due_on,
            "span.review",
        ),
        State.DECIDED: Turn(
            "已审定，待公布" if inside else "审查中", "提案委", proposal.due_on, "span.review"
        ),
        State.RETURNED: Turn("退回修改", sponsor),
        State.FILED: Turn("已立案，待交办", "提案委和督查室"),
        State.ANSWERED: Turn("已答复，待评价", "提案人", proposal.due_on, "span.rating"),
        State.ARCHIVED: Turn("已归档"),
        State.DECLINED: Turn("不予立案"),
        State.TO_OPINION: Turn("已转社情民意"),
        State.TO_CHANNEL: Turn("已转其他渠道"),
        State.TO_UPPER: Turn("已转上级政协"),
        State.WITHDRAWN: Turn("已撤案"),
    }
    state = State(proposal.state)
    if state == State.HANDLING:
        return _turn_of_agencies(dossier)
    if state == State.MERGED and dossier.merged_into:
        return Turn(f"已并入{dossier.merged_into.main.number_label}，随主案办理、分别评价")
    if state == State.CONCLUDED:
        return _turn_of_promises(dossier)
    return simple.get(state, Turn(state.word(inside)))


STAGES = {
    AssignmentState.SENT: "待签收", AssignmentState.TAKEN: "办理中", AssignmentState.BACK: "申退，待督查室决定",
    AssignmentState.DRAFTED: "答复待审签", AssignmentState.APPROVED: "答复待提案委审核",
}  # fmt: skip


def _turn_of_agencies(dossier: Dossier) -> Turn:
    answering = [one for one in dossier.assignments if one.answers_itself and one.state in STAGES]
    if not answering:
        return Turn("办理中", "承办单位", dossier.proposal.due_on)
    first = answering[0]
    stage = STAGES[AssignmentState(first.state)]
    who = "、".join(one.agency.name for one in answering)
    if first.state == AssignmentState.BACK:
        who = "督查室"
    if first.state == AssignmentState.APPROVED:
        who = "提案委"
    due_on = dossier.proposal.due_on
    decisive = next((one for one in answering if one.due_on == due_on), None)
    if dossier.proposal.round > 1:
        stage = f"重新办理（第{dossier.proposal.round}轮），{stage}"
    return Turn(stage, who, due_on, f"reply-{decisive.pk}" if decisive else "")


def _turn_of_promises(dossier: Dossier) -> Turn:
    left = [one for one in dossier.promises if one.state not in ("kept",)]
    if not left:
        return Turn("已办结")
    return Turn(f"已办结，还有 {len(left)} 条承诺待兑现", left[0].agency.name, left[0].due_on)


# -- small words -------------------------------------------------------------------------------------------------
def _day(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""


def _date(moment: Any) -> date:
    return timezone.localdate(moment)


def _span(text: str) -> str:
    try:
        return Span.parse(text).label
    except ValueError:  # an old row in words of its own
        return text
