"""FIGURES: what is counted for a year, a session or a term, each with the list it counts.

A figure is a name, a unit and a queryset: the number is its count, the drill-down is the same queryset. A figure
whose parts do not close is not printed: ``check`` refuses and names the records (domain.md, design consequence 3).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONArray
from django.utils import timezone

from huisheng.kernel import figures as ground
from huisheng.kernel import local
from huisheng.kernel.errors import Refused
from huisheng.kernel.local import Changed
from huisheng.kernel.models import Entry
from huisheng.people.models import Agency, Member, Session, Term

from . import local_rules as rules
from .models import (
    FILED_STATES,
    PENDING_STATES,
    UNSENT_STATES,
    Assignment,
    AssignmentState,
    Contact,
    ContactState,
    Cosponsor,
    CosponsorState,
    Countersign,
    CountersignState,
    Extension,
    ExtensionState,
    HandBack,
    Merge,
    Oversight,
    Promise,
    PromiseState,
    Proposal,
    Rating,
    RatingState,
    Reply,
    Role,
    Series,
    State,
    Word,
)  # fmt: skip

RECEIVED = ~Q(state__in=UNSENT_STATES)
FILED = Q(state__in=FILED_STATES)
ANSWERED = Q(state__in=(State.ANSWERED, State.CONCLUDED, State.ARCHIVED), answered_on__isnull=False)


# -- the period: what everything is counted in -------------------------------------------------------------------
@dataclass(frozen=True)
class Period:
    """A year, a session (次) or a term (届); ``today`` is the day on which promises and clocks are looked at.

    known: every session, newest first, where the caller has read them already.
    """

    year: int | None = None
    session: Session | None = None
    term: Term | None = None
    today: date = field(default_factory=timezone.localdate)
    known: tuple[Session, ...] | None = None

    def q(self, path: str = "") -> Q:
        """The proposals of the period, seen from a table that reaches them by ``path`` (``proposal__``)."""
        if self.session is not None:
            return Q(**{f"{path}session": self.session.pk})
        if self.term is not None:
            return Q(**{f"{path}session__term": self.term.pk})
        return Q(**{f"{path}year": self.year})

    @property
    def label(self) -> str:
        return str(self.session or self.term or f"{self.year}年")

    @cached_property
    def before(self) -> Period | None:
        """The period it is compared with: the year before, the session before; a term is compared with none."""
        if self.year is not None:
            return Period(year=self.year - 1, today=self.today)
        if self.session is None:
            return None
        known = self.known
        if known is None:
            known = tuple(Session.objects.select_related("term").order_by("-counts_from"))
        began = self.session.counts_from
        earlier = next((one for one in known if one.counts_from < began), None)
        return Period(session=earlier, today=self.today) if earlier else None


def period_of(what: Period | Session | Term | int) -> Period:
    """A year's number, a session or a term as a period of today."""
    if isinstance(what, Period):
        return what
    if isinstance(what, Session):
        return Period(session=what)
    if isinstance(what, Term):
        return Period(term=what)
    return Period(year=int(what))


# -- a figure ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Figure:
    """``of`` is the table whose rows are counted; ``where`` says which of them in a period. Never a typed number.

    rests_on, changed: as in kernel.figures.
    """

    key: str
    label: str
    unit: str
    of: type[Any]
    where: Callable[[Period], Q]
    note: str = ""
    rests_on: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()

    def list(self, what: Period | Session | Term | int) -> QuerySet:
        """The records that make the number: what the drill-down page shows."""
        return self.of._default_manager.filter(self.where(period_of(what)))

    def count(self, what: Period | Session | Term | int) -> int:
        return self.list(what).count()


def _proposals(key: str, label: str, condition: Q, note: str = "", *rests_on: str) -> Figure:
    return Figure(key, label, "件", Proposal, lambda period: period.q() & condition, note, rests_on)


def _children(
    key: str, label: str, unit: str, of: type[Any], condition: Q, path: str = "proposal__", note: str = "",
    rests_on: tuple[str, ...] = (),
) -> Figure:  # fmt: skip
    return Figure(key, label, unit, of, lambda period: period.q(path) & condition, note, rests_on)


def _having(of: type[Any], condition: Q, path: str) -> Callable[[Period], Q]:
    """Rows of another table (members, agencies) to which a proposal of the period belongs: each counted once."""
    return lambda period: Q(
        Exists(of._default_manager.filter(period.q(path[0]) & condition, **{path[1]: OuterRef("pk")}))
    )


_FINAL = Q(round=F("proposal__round"))  # the last round of a proposal: what the year is judged by
_GIVEN = Q(state=RatingState.GIVEN) & _FINAL
_MISSING = ~Q(state=RatingState.GIVEN) & _FINAL
_SENT = ~Q(state__in=(AssignmentState.PLANNED, AssignmentState.RELEASED))
_ANSWERS = Q(role__in=(Role.LEAD, Role.SEPARATE), is_open=True)
_DELIVERED = Q(delivered_at__isnull=False, is_current=True)
_DUE = ("span.reply", "span.extension")  # what decides the day on which an answer is late


def _due(period: Period) -> Q:
    settled = Q(state__in=(PromiseState.KEPT, PromiseState.BROKEN))
    return period.q("proposal__") & Q(is_live=True) & (Q(due_on__lte=period.today) | settled)


# fmt: off
FIGURES: tuple[Figure, ...] = (
    # received and what became of it: year_received is the sum of the ten that follow it (see ``closing``)
    _proposals("session_received", "会间收到", RECEIVED & Q(series=Series.SESSION), "全体会议截止时间之前提交的"),
    _proposals("ordinary_received", "平时收到", RECEIVED & Q(series=Series.ORDINARY), "截止时间之后提交的"),
    _proposals("year_received",    "收到",       RECEIVED, "提交过的全部提案；草稿和作废的草稿不计"),
    _proposals("filed",            "立案",       FILED),
    _proposals("merged",           "并案",       Q(state=State.MERGED), "被并入其他提案的；原件、提案人和评价权都在"),
    _proposals("declined",         "不予立案",   Q(state=State.DECLINED), "", rules.DECLINE_REASON),
    _proposals("to_opinion",       "转社情民意", Q(state=State.TO_OPINION)),
    _proposals("to_channel",       "转其他渠道", Q(state=State.TO_CHANNEL), "", rules.CHANNEL),
    _proposals("to_upper",         "转上级政协", Q(state=State.TO_UPPER)),
    _proposals("returned",         "退回修改",   Q(state=State.RETURNED), "退回后还没有改好再提交的"),
    _proposals("withdrawn",        "撤案",       Q(state=State.WITHDRAWN)),
    _proposals("pending",          "在审",       Q(state__in=PENDING_STATES)),
    # who proposed
    _proposals("member_proposals", "委员提案",   RECEIVED & Q(sponsor_body=None)),
    _proposals("collective",       "集体提案",   RECEIVED & Q(sponsor_body__isnull=False), "党派、团体、界别、小组、专委会", rules.PROPOSER_TYPE),
    _proposals("collective_filed", "集体提案立案", FILED & Q(sponsor_body__isnull=False), "", rules.PROPOSER_TYPE),
    _proposals("cosigned",         "联名提案",   RECEIVED & Q(Exists(Cosponsor.objects.filter(proposal=OuterRef("pk"), state=CosponsorState.ACCEPTED)))),
    _proposals("on_paper",         "代录提案",   RECEIVED & Q(is_paper=True)),
    Figure("proposing_members",    "提出提案的委员", "人", Member, _having(Proposal, RECEIVED, ("", "sponsor_member")), "第一提案人，一人只计一次"),
    Figure("signing_members",      "参加联名的委员", "人", Member, _having(Cosponsor, Q(state=CosponsorState.ACCEPTED), ("proposal__", "member")), "已确认联名的，一人只计一次"),
    # handling and answer
    Figure("agencies_involved",    "承办单位",   "个", Agency, _having(Assignment, Q(is_open=True) & _SENT, ("proposal__", "agency"))),
    _children("assignments",       "交办件",     "件次", Assignment, Q(is_open=True) & _SENT),
    _children("assisting",         "会办",       "件次", Assignment, Q(is_open=True, role=Role.ASSISTING) & _SENT),
    _children("hand_backs",        "申退",       "次", HandBack, Q(), "assignment__proposal__", rests_on=("span.hand_back",)),
    _children("hand_backs_agreed", "申退同意改办", "次", HandBack, Q(is_agreed=True), "assignment__proposal__"),
    _children("extensions",        "同意延期",   "次", Extension, Q(state=ExtensionState.GRANTED), "assignment__proposal__", rests_on=("span.extension",)),
    _children("contacts",          "面商记录",   "次", Contact, Q(), "assignment__proposal__"),
    _children("contacts_confirmed", "面商经提案人确认", "次", Contact, Q(state=ContactState.CONFIRMED), "assignment__proposal__", "没有确认的不算面商"),
    _children("contacts_disputed", "面商被提案人否认", "次", Contact, Q(state=ContactState.DISPUTED), "assignment__proposal__"),
    _proposals("proposals_contacted", "有确认面商的立案提案", FILED & Q(Exists(Contact.objects.filter(assignment__proposal=OuterRef("pk"), state=ContactState.CONFIRMED)))),
    _children("dissents",          "会签有不同意见", "次", Countersign, Q(state=CountersignState.DISSENTED), "assignment__proposal__"),
    _children("deemed",            "会签认定无意见", "次", Countersign, Q(state=CountersignState.DEEMED), "assignment__proposal__", rests_on=("span.countersign",)),
    _proposals("answered",         "办复",       ANSWERED, "立案的，且全部应答复的单位都已答复"),
    _proposals("awaiting",         "已答复待评价", Q(state=State.ANSWERED, answered_on__isnull=False), "办复而还没有办结的"),
    _proposals("in_handling",      "办理中",     Q(state__in=(State.FILED, State.HANDLING)), "立案而还没有办复的"),
    _proposals("concluded",        "办结",       Q(state__in=(State.CONCLUDED, State.ARCHIVED))),
    _children("replies_on_time",   "按期答复",   "件次", Assignment, _ANSWERS & Q(state=AssignmentState.REPLIED, replied_at__date__lte=F("due_on")), rests_on=_DUE),
    _children("replies_late",      "逾期答复",   "件次", Assignment, _ANSWERS & Q(state=AssignmentState.REPLIED, replied_at__date__gt=F("due_on")), rests_on=_DUE),
    _children("replies_delivered", "送达的答复", "件", Reply, _DELIVERED, "assignment__proposal__", "含分办单位各自的答复和重办的答复"),
    # promises
    _children("promises",          "承诺",       "条", Promise, Q(is_live=True)),
    Figure("promises_due",         "到期承诺",   "条", Promise, _due, "已到期，或已认定兑现、未兑现的"),
    _children("promises_kept",     "承诺兑现",   "条", Promise, Q(is_live=True, state=PromiseState.KEPT)),
    _children("promises_broken",   "承诺未兑现", "条", Promise, Q(is_live=True, state=PromiseState.BROKEN)),
    _children("promises_explained", "承诺说明改期", "条", Promise, Q(is_live=True, state=PromiseState.EXPLAINED)),
    _children("promises_open",     "承诺在办",   "条", Promise, Q(is_live=True, state__in=(PromiseState.OPEN, PromiseState.REPORTED))),
    # ratings: asked = given + missing; each question adds up to given
    _children("ratings_asked",     "送达评价表", "份", Rating, _FINAL, note="每件提案最后一轮的；第一提案人和每位联名人各一份"),
    _children("ratings_given",     "收回评价表", "份", Rating, _GIVEN, rests_on=("span.rating",)),
    _children("ratings_missing",   "未评价",     "份", Rating, _MISSING, note="没有回音的，不算满意", rests_on=("span.rating",)),
    _children("ratings_recorded",  "代录评价",   "份", Rating, _GIVEN & Q(recorded_by__isnull=False)),
    _children("process_good",      "办理过程满意",     "份", Rating, _GIVEN & Q(process=Word.GOOD)),
    _children("process_fair",      "办理过程基本满意", "份", Rating, _GIVEN & Q(process=Word.FAIR)),
    _children("process_bad",       "办理过程不满意",   "份", Rating, _GIVEN & Q(process=Word.BAD)),
    _children("result_good",       "办理结果满意",     "份", Rating, _GIVEN & Q(result=Word.GOOD)),
    _children("result_fair",       "办理结果基本满意", "份", Rating, _GIVEN & Q(result=Word.FAIR)),
    _children("result_bad",        "办理结果不满意",   "份", Rating, _GIVEN & Q(result=Word.BAD)),
    _proposals("rounds_redone",    "重新办理",   FILED & Q(round__gt=1), "提案人不满意，另办一轮；两轮评价都保留", "rounds.redo"),
    _children("rated_bad_before",  "重办之前的不满意", "份", Rating, Q(state=RatingState.GIVEN, round__lt=F("proposal__round")) & (Q(process=Word.BAD) | Q(result=Word.BAD))),
    # oversight and excellence
    _proposals("key_proposals",    "重点提案",   FILED & Q(is_key=True)),
    _children("oversights",        "督办活动",   "次", Oversight, Q()),
    _proposals("excellent",        "优秀提案",   FILED & Q(is_excellent=True), "", "excellent.share"),
)
# fmt: on

_BY_KEY = {figure.key: figure for figure in FIGURES}

# the parts of 收到, in the order in which every table prints them
PARTS = (
    "filed",
    "merged",
    "declined",
    "to_opinion",
    "to_channel",
    "to_upper",
    "returned",
    "withdrawn",
    "pending",
)


def listed(period: Period) -> tuple[Figure, ...]:
    """FIGURES and, from the local lists, one figure per result letter, category and proposer type."""
    return (*FIGURES, *_of_lists())


def _of_lists() -> Iterator[Figure]:
    for one in _distinct(rules.LETTER):
        yield _letter(one.code, f"{one.code}类答复")
    for prefix, name in _CATEGORIES.items():
        for one in _distinct(name):
            yield _category(prefix, one.code, one.label)
    for one in _distinct(rules.PROPOSER_TYPE):
        yield _type(one.code, one.label)


_CATEGORIES = {"category": rules.FIVE, "local": rules.LOCAL_CATEGORY}


def _distinct(name: str) -> list[Any]:
    return list({one.code: one for one in local.options(name)}.values())


def _letter(code: str, label: str) -> Figure:
    return _proposals(
        f"letter_{code}",
        label,
        ANSWERED & Q(result_letter=code),
        local.label_of(rules.LETTER, code),
        rules.LETTER,
    )


def _category(prefix: str, code: str, label: str) -> Figure:
    column = "category_five" if prefix == "category" else "category_local"
    return _proposals(
        f"{prefix}_{code}", f"{label}类立案", FILED & Q(**{column: code}), "", _CATEGORIES[prefix]
    )


def _type(code: str, label: str) -> Figure:
    return _proposals(f"type_{code}", label, RECEIVED & Q(proposer_type=code), "", rules.PROPOSER_TYPE)


def figure(key: str) -> Figure:
    """The figure of a key, also of those that carry a code: ``letter_A``, ``category_society``, ``local_urban``,
    ``type_party``, ``type_party_filed``, ``agency_12_lead``, ``session_filed``. KeyError for any other word."""
    if key in _BY_KEY:
        return _BY_KEY[key]
    head, _, code = key.partition("_")
    if head == "letter" and local.option(rules.LETTER, code):
        return _letter(code, f"{code}类答复")
    if head in _CATEGORIES and local.option(_CATEGORIES[head], code):
        return _category(head, code, local.label_of(_CATEGORIES[head], code))
    if head in (Series.SESSION, Series.ORDINARY) and code in _BY_KEY:
        return _narrowed(key, _BY_KEY[code], Q(series=head), Series(head).label)
    if head == "type":
        return _of_type(key, code)
    if head == "agency":
        return _of_agency(key, *code.partition("_")[::2])
    raise KeyError(key)


def _narrowed(key: str, base: Figure, more: Q, prefix: str) -> Figure:
    if base.of is not Proposal:
        raise KeyError(key)
    return replace(
        base, key=key, label=f"{prefix}{base.label}", where=lambda period: base.where(period) & more, note=""
    )


def _of_type(key: str, code: str) -> Figure:
    for ending in ("filed", "answered"):
        if code.endswith(f"_{ending}"):
            plain = code.removesuffix(f"_{ending}")
            label = local.label_of(rules.PROPOSER_TYPE, plain)
            return _narrowed(key, _BY_KEY[ending], Q(proposer_type=plain), label)
    if not local.option(rules.PROPOSER_TYPE, code):
        raise KeyError(key)
    return _type(code, local.label_of(rules.PROPOSER_TYPE, code))


# what the window of a session decides: from when on a submission counts to it, and which are 会间
_BY_WINDOW = ("session_received", "ordinary_received", "year_received")


def changes(figures: Iterable[Figure], first: int, last: int) -> dict[str, list[str]]:
    """By key: what changed in the definition between two years, by the product, the local rules and the sessions."""
    every = list(figures)
    windows = list(_windows(first, last)) if any(one.key in _BY_WINDOW for one in every) else []
    return {
        one.key: ground.changes(one, first, last, windows if one.key in _BY_WINDOW else ()) for one in every
    }


def _windows(first: int, last: int) -> Iterator[Changed]:
    """Sessions whose counting year begins on another day, or whose 会间 ends at another hour, than the one before."""
    rows = list(Session.objects.filter(year__range=(first, last)).order_by("counts_from"))
    for before, after in pairwise(rows):
        day = date(after.year, 1, 2)  # the whole of that year is counted so
        old, new = (f"{timezone.localtime(one.counts_from):%-m月%-d日}" for one in (before, after))
        if old != new:
            yield Changed(day, f"{after.year}年起，提案自上一年{new}起计入当年，以前自{old}起")
        old, new = (_cutoff(one) for one in (before, after))
        if old != new:
            yield Changed(day, f"{after.year}年起，会间提案截止在{new}，以前在{old}")


def _cutoff(session: Session) -> str:
    at = timezone.localtime(session.cutoff_at)
    return (
        f"全会第{(at.date() - session.opens_on).days + 1}天{at.hour}时{f'{at.minute}分' if at.minute else ''}"
    )


_REPLIED = _ANSWERS & Q(state=AssignmentState.REPLIED)
# what is counted for one agency: plain counts, no ranking (domain.md §1.15: appraisal is another matter)
AGENCY_FIGURES: dict[str, tuple[str, Q]] = {
    "lead": ("主办", Q(is_open=True, role=Role.LEAD) & _SENT),
    "separate": ("分办", Q(is_open=True, role=Role.SEPARATE) & _SENT),
    "assisting": ("会办", Q(is_open=True, role=Role.ASSISTING) & _SENT),
    "ontime": ("按期答复", _REPLIED & Q(replied_at__date__lte=F("due_on"))),
    "late": ("逾期答复", _REPLIED & Q(replied_at__date__gt=F("due_on"))),
    "open": ("在办", _ANSWERS & _SENT & ~Q(state=AssignmentState.REPLIED)),
    "opined": ("已提会办意见", Q(is_open=True, role=Role.ASSISTING, opined_at__isnull=False)),
}


def agency_condition(name: str) -> Q:
    """What the agency table counts; ``letter_A`` counts its answering assignments whose last reply carries the letter."""
    if name.startswith("letter_"):
        reply = Reply.objects.filter(
            _DELIVERED,
            assignment=OuterRef("pk"),
            round=OuterRef("round"),
            letter=name.removeprefix("letter_"),
        )
        return _REPLIED & Q(Exists(reply))
    return AGENCY_FIGURES[name][1]


def _of_agency(key: str, pk: str, name: str) -> Figure:
    if not pk.isdecimal() or len(pk) > 18:
        raise KeyError(key)
    condition = agency_condition(name)  # KeyError for another word
    label = f"{name.removeprefix('letter_')}类答复" if name.startswith("letter_") else AGENCY_FIGURES[name][0]
    agency = Agency.objects.filter(pk=int(pk)).first()
    return _children(key, f"{agency or ''}{label}", "件次", Assignment, condition & Q(agency=int(pk)))


# tables of many rows are counted in one pass each; of the small ones every figure is a branch of its own
_LARGE = (Proposal, Assignment, Rating, Promise)
_AT_ONCE = 90  # counts of one pass; PostgreSQL takes a hundred


def counts(what: Period | Session | Term | int, further: Iterable[Figure] = ()) -> dict[str, int]:
    """Every listed figure of a period, and ``further`` ones, without the closing check: one query."""
    period = period_of(what)
    every = {one.key: one for one in (*listed(period), *further)}
    passes = [
        batch for model in _LARGE for batch in _batched([one for one in every.values() if one.of is model])
    ]
    branches = [
        passed[0].of._default_manager.order_by().values(place=Value(place))
        .annotate(numbers=JSONArray(*(Count("pk", filter=one.where(period)) for one in passed)))
        for place, passed in enumerate(passes)
    ]  # fmt: skip
    small = [one for one in every.values() if one.of not in _LARGE]
    branches += [
        one.list(period).order_by().values(place=Value(place)).annotate(numbers=JSONArray(Count("pk")))
        for place, one in enumerate(small, len(passes))
    ]
    found: dict[str, int] = dict.fromkeys(every, 0)  # a table without rows gives no numbers
    places = [*passes, *([one] for one in small)]
    for row in branches[0].union(*branches[1:], all=True):
        numbers = json.loads(row["numbers"]) if isinstance(row["numbers"], str) else row["numbers"]
        found |= dict(zip((one.key for one in places[row["place"]]), numbers, strict=True))
    return found


def _batched(figures: list[Figure]) -> Iterator[list[Figure]]:
    for start in range(0, len(figures), _AT_ONCE):
        yield figures[start : start + _AT_ONCE]


def figures(what: Period | Session | Term | int) -> dict[str, int]:
    """``huisheng figures YEAR``: key → number, one flat object. Raises Refused when the figures do not close."""
    period = period_of(what)
    found = counts(period)
    check(period, found)
    return found


# -- closing -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Offender:
    """A record that breaks a sum, and in what."""

    proposal_id: int | None
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name}：{self.reason}"


@dataclass(frozen=True)
class Closing:
    """收到 = 立案 + 并案 + 不立案/转办 + 退回 + 撤案 + 在审, and the evidence behind each part."""

    received: int
    parts: dict[str, int]
    offenders: list[Offender]
    sums: list[str] = field(default_factory=list)

    @property
    def difference(self) -> int:
        return self.received - sum(self.parts.values())

    @property
    def closes(self) -> bool:
        return not (self.difference or self.offenders or self.sums)

    @property
    def sentence(self) -> str:
        """“” when everything closes; else what is wrong, with the names of the records."""
        if self.closes:
            return ""
        said = [f"收到{self.received}件，各项合计{sum(self.parts.values())}件"]
        if self.difference:
            said[0] += f"，相差{abs(self.difference)}件"
        said += self.sums
        named = [str(one) for one in self.offenders[:12]]
        if len(self.offenders) > 12:
            named.append(f"另有{len(self.offenders) - 12}处")
        names = f"。请先核对：{'；'.join(named)}" if named else ""
        return f"{'；'.join(said)}{names}。数字对不上，不出表。"


def closing(what: Period | Session | Term | int, numbers: dict[str, int] | None = None) -> Closing:
    """Add the parts up against what was received, and look for the record behind every single state.

    What was received is known by its serial and its submission's journal line, not by its state; a filed one must
    have its number, date, published decision and 立案 line, a merged one its merge, and so on. One that has lost a
    piece of that evidence is counted in no part, so the sum cannot close without it.
    """
    period = period_of(what)
    numbers = numbers or counts(period)
    evidence = _Evidence(period)
    parts = dict.fromkeys(PARTS, 0)
    offenders: list[Offender] = list(evidence.gaps())
    for row in evidence.rows:
        reasons = evidence.reasons_against(row)
        offenders += [Offender(row["pk"], evidence.name(row), reason) for reason in reasons]
        part = _PART_OF.get(row["state"])
        if part and not reasons:
            parts[part] += 1
    received = len(evidence.rows) + len(evidence.lost)
    return Closing(
        received, parts, offenders, _open_sums({one.key: numbers[one.key] for one in listed(period)})
    )


def check(what: Period | Session | Term | int, numbers: dict[str, int] | None = None) -> None:
    """Refuses (422, with the names) when the figures of a period do not close."""
    found = closing(what, numbers)
    if not found.closes:
        raise Refused(found.sentence)


_PART_OF: dict[str, str] = {
    **dict.fromkeys(FILED_STATES, "filed"),
    **dict.fromkeys(PENDING_STATES, "pending"),
    **{state: state for state in (State.MERGED, State.DECLINED, State.TO_OPINION, State.TO_CHANNEL, State.TO_UPPER,
                                  State.RETURNED, State.WITHDRAWN)},
}  # fmt: skip
_RECEIVING = ("submit", "register")
_PUBLISHED = (State.DECLINED, State.TO_OPINION, State.TO_CHANNEL, State.TO_UPPER)
_DONE_BY = {State.DECLINED: "decline", State.RETURNED: "send_back", State.WITHDRAWN: "withdraw"}
_ANSWERED_STATES = (State.ANSWERED, State.CONCLUDED, State.ARCHIVED)


class _Evidence:
    """What the other tables say about the proposals of a period: two queries whatever their number."""

    def __init__(self, period: Period) -> None:
        self.period = period
        sent = Q(serial__isnull=False) | RECEIVED
        mine = Proposal.objects.filter(period.q() & sent)
        self.rows = list(
            mine.order_by("year", "serial", "pk").values(
                "pk", "title", "state", "series", "year", "serial", "number", "filed_on", "answered_on", "returns",
                "category_five", "proposer_type", "result_letter", "round", "session_id", "number_series",
                "decision__outcome", "decision__published_at", "decision__reason",
                has_merge=Exists(Merge.objects.filter(merged=OuterRef("pk"), undone_at=None)),
                has_reply=Exists(Reply.objects.filter(
                    _DELIVERED, assignment__proposal=OuterRef("pk"), assignment__is_open=True, round=OuterRef("round"))),
            )
        )  # fmt: skip
        ids = mine.values("pk")
        self.lines: dict[int, set[str]] = {}
        self.last: dict[int, str] = {}
        lines = Entry.objects.filter(subject_type=Proposal.kind(), subject_id__in=ids).order_by("seq")
        for subject, action, to_state in lines.values_list("subject_id", "action", "to_state"):
            self.lines.setdefault(subject, set()).add(action)
            self.last[subject] = to_state
        self.letters = {one.code for one in local.options(rules.LETTER)}
        self.fives = {one.code for one in local.options(rules.FIVE)}
        self.types = {one.code for one in local.options(rules.PROPOSER_TYPE)}
        self.lost = self._lost_serials()

    def _lost_serials(self) -> list[tuple[int, int]]:
        """A serial is permanent: one below the year's last that no record carries is a record that went missing."""
        if self.period.year is None:
            return []
        held = {row["serial"] for row in self.rows if row["serial"]}
        return [(self.period.year, n) for n in range(1, max(held, default=0) + 1) if n not in held]

    def gaps(self) -> Iterator[Offender]:
        for year, serial in self.lost:
            yield Offender(None, f"流水{year}-{serial:04d}", "记录不见了")

    @staticmethod
    def name(row: dict[str, Any]) -> str:
        number = f"第{row['number']:03d}号" if row["number"] else ""
        serial = f"流水{row['year']}-{row['serial']:04d}" if row["serial"] else "无流水号"
        return f"{number or serial}《{row['title']}》"

    def reasons_against(self, row: dict[str, Any]) -> list[str]:
        """What is missing behind the state of a proposal; empty when everything stands."""
        lines = self.lines.get(row["pk"], set())
        found = [
            (row["serial"] is None, "没有流水号"),
            (not lines & set(_RECEIVING), "没有提交记录"),
            (row["series"] not in Series.values, "没有写明会间还是平时"),
            (row["proposer_type"] not in self.types, f"提案者类别“{row['proposer_type']}”不在清单里"),
            (row["state"] in UNSENT_STATES, "已有流水号，状态却是草稿"),
            (
                bool(self.last.get(row["pk"])) and self.last[row["pk"]] != row["state"],
                "状态与办理记录的末行不符",
            ),
            *self._of_state(row, lines),
        ]
        return [reason for is_wrong, reason in found if is_wrong]

    def _of_state(self, row: dict[str, Any], lines: set[str]) -> list[tuple[bool, str]]:
        state = row["state"]
        if state in FILED_STATES:
            return self._of_filed(row, lines)
        if state == State.MERGED:
            return [
                (not row["has_merge"], "没有并案关系"),
                (not lines & {"merge", "merge_filed"}, "没有并案记录"),
            ]
        found = []
        if state in _PUBLISHED:
            is_published = row["decision__outcome"] == state or row["decision__outcome"] == _DONE_BY.get(
                state
            )
            found += [
                (not is_published or row["decision__published_at"] is None, "没有公布的审查决定"),
                (_DONE_BY.get(state, state) not in lines, f"没有“{State(state).label}”记录"),
                (state == State.DECLINED and not row["decision__reason"], "不予立案没有理由代码"),
            ]
        if state in (State.RETURNED, State.WITHDRAWN):
            found.append((_DONE_BY[state] not in lines, f"没有“{State(state).label}”记录"))
        if state in PENDING_STATES:
            found.append((row["number"] is not None and "unmerge" not in lines, "有案号，状态却是在审"))
        return found

    def _of_filed(self, row: dict[str, Any], lines: set[str]) -> list[tuple[bool, str]]:
        is_filed = row["decision__outcome"] == "file" and row["decision__published_at"] is not None
        found = [
            (row["number"] is None, "没有案号"),
            (row["filed_on"] is None, "没有立案日期"),
            ("file" not in lines, "没有立案记录"),
            (not is_filed, "没有公布的立案决定"),
            (row["category_five"] not in self.fives, "没有五位一体分类"),
        ]
        if row["state"] in _ANSWERED_STATES:
            found += [
                (row["answered_on"] is None, "没有办复日期"),
                ("answer" not in lines, "没有办复记录"),
                (not row["has_reply"], "没有送达的答复"),
                (row["result_letter"] not in self.letters, "没有办理结果"),
            ]
        return found


# whole = parts, printed beside each other: told apart from the closing of 收到, refused alike
_SUMS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("year_received", ("session_received", "ordinary_received"), "会间与平时之和"),
    ("year_received", PARTS, "各项审查结果之和"),
    ("year_received", ("member_proposals", "collective"), "委员提案与集体提案之和"),
    ("filed", ("answered", "in_handling"), "办复与办理中之和"),
    ("ratings_asked", ("ratings_given", "ratings_missing"), "收回与未评价之和"),
    ("ratings_given", ("process_good", "process_fair", "process_bad"), "办理过程三项之和"),
    ("ratings_given", ("result_good", "result_fair", "result_bad"), "办理结果三项之和"),
    ("promises", ("promises_kept", "promises_broken", "promises_explained", "promises_open"), "承诺各项之和"),
)
_SUMS_BY_PREFIX = (
    ("answered", "letter_", "办理结果各类之和"),
    ("filed", "category_", "五位一体各类之和"),
    ("year_received", "type_", "各类提案者之和"),
)


def _open_sums(numbers: dict[str, int]) -> list[str]:
    """The printed sums that do not add up, each in words."""
    every = [*_SUMS, *((whole, tuple(key for key in numbers if key.startswith(prefix)), label)
                       for whole, prefix, label in _SUMS_BY_PREFIX)]  # fmt: skip
    return [
        f"{_BY_KEY[whole].label}{numbers[whole]}，{label}{sum(numbers[key] for key in parts)}"
        for whole, parts, label in every
        if numbers[whole] != sum(numbers[key] for key in parts)
    ]
