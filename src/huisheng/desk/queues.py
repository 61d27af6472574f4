"""Queues: one row each. What waits, for whom, and the lifecycle step that takes a record out of the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value
from django.urls import reverse

from huisheng.bulletins.models_news import NewsItem, NewsState
from huisheng.consultations.models import Line, Subject, SubjectState
from huisheng.consultations.queries import late as lines_late
from huisheng.opinions.models import OPEN_LEADS, Lead, Opinion
from huisheng.opinions.models import LeadState as L
from huisheng.opinions.models import OpinionState as O
from huisheng.outputs.models import (
    FollowUp,
    FollowUpState,
    Instruction,
    InstructionState,
    Output,
    OutputState,
)
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.proposals.models import (
    Assignment,
    AssignmentState,
    Extension,
    Promise,
    PromiseState,
    Proposal,
    Rating,
    State,
)  # fmt: skip
from huisheng.supervision.models import (
    Finding,
    FindingState,
    Hearing,
    HearingState,
    LetterState,
    MonitorLetter,
    Supervision,
    SupervisionState,
)
from huisheng.supervision.queries import OPEN_FINDINGS

DESK = (posts.EDITOR, posts.OFFICE)
OFFICE = (posts.CLERK, posts.REVIEWER, posts.OFFICE)
DISPATCH = (*OFFICE, posts.COORDINATOR)
WATCH = (*DISPATCH, posts.CHAIR)
SOON = timedelta(days=5)


@dataclass(frozen=True)
class Queue:
    """One queue. ``within(today)`` narrows the model's rows; ``action`` is the step that its pages begin with.

    ``again``: after its step a record may be opened here once more, until the batch is sent.
    ``listed``: the list and its filter where these records are worked on, when that is not the queue's own page.
    """

    name: str
    group: str
    label: str
    model: type[Any]
    within: Callable[[date], Q]
    posts: tuple[str, ...]
    action: str
    empty: str
    order: tuple[str, ...] = ("pk",)
    again: bool = False
    listed: tuple[str, str] = ("", "")

    @property
    def url(self) -> str:
        name, query = self.listed
        return f"{reverse(name)}?{query}" if name else reverse("desk:queue", args=[self.name])

    def rows(self, today: date) -> QuerySet:
        return self.model._default_manager.filter(self.within(today)).order_by(*self.order)


def _state(*states: Any) -> Callable[[date], Q]:
    return lambda today: Q(state__in=states)


def _planned(has_plan: bool) -> Callable[[date], Q]:
    plan = Exists(
        Assignment.objects.filter(proposal=OuterRef("pk"), is_open=True, state=AssignmentState.PLANNED)
    )
    return lambda today: Q(state=State.FILED) & (Q(plan) if has_plan else ~Q(plan))


def _soon(today: date) -> Q:
    return Q(state=State.HANDLING, due_on__range=(today, today + SOON))


def _late(today: date) -> Q:
    return Q(state=State.HANDLING, due_on__lt=today)


def _unseen(today: date) -> Q:
    return Q(state=PromiseState.OPEN, is_live=True, due_on__lt=today)


BY_DUE = ("due_on", "pk")
BY_NUMBER = ("number", "pk")
# fmt: off
QUEUES = (
    #     name          group         名称                model       within                            posts     action          empty
    Queue("review",     "审查",       "待初审",           Proposal,   _state(State.SUBMITTED),          OFFICE,   "pre_review",   "没有等初审的提案。"),
    Queue("decide",     "审查",       "待终审",           Proposal,   _state(State.REVIEWED),           OFFICE,   "decide",       "没有等终审的提案。"),
    Queue("publish",    "审查",       "待公布",           Proposal,   _state(State.DECIDED),            OFFICE,   "file",         "没有已审定、等公布的提案。"),
    Queue("returned",   "审查",       "退回修改中",       Proposal,   _state(State.RETURNED),           OFFICE,   "",             "没有退回修改的提案。"),
    Queue("paper",      "审查",       "代录草稿",         Proposal,   lambda today: Q(state=State.DRAFT, is_paper=True), OFFICE, "register", "没有没提交完的代录提案。"),
    Queue("dispatch",   "交办",       "待分办",           Proposal,   _planned(False),                  OFFICE,   "plan",         "没有待分办的提案。", BY_NUMBER, again=True),
    Queue("assign",     "交办",       "待交办",           Proposal,   _planned(True),                   DISPATCH, "assign",       "没有拟好单位、等交办的提案。", BY_NUMBER),
    Queue("untaken",    "交办",       "待签收",           Assignment, _state(AssignmentState.SENT),     DISPATCH, "",             "交办的都已签收。", ("sent_on", "pk")),
    Queue("back",       "交办",       "申退待改派",       Assignment, _state(AssignmentState.BACK),     DISPATCH, "agree_back",   "没有申请退回的交办件。"),
    Queue("extensions", "交办",       "延期待批",         Extension,  _state("asked"),                  DISPATCH, "grant",        "没有等批准的延期。"),
    Queue("soon",       "办理",       "五天内到期",       Proposal,   _soon,                            WATCH,    "urge",         "五天之内没有到期的提案。", BY_DUE),
    Queue("overdue",    "办理",       "逾期",             Proposal,   _late,                            WATCH,    "urge",         "没有逾期的提案。", BY_DUE),
    Queue("replies",    "办理",       "答复待审",         Assignment, _state(AssignmentState.APPROVED), OFFICE,   "deliver",      "没有等审核的答复。", BY_DUE),
    Queue("redo",       "办理",       "不满意重办",       Proposal,   lambda today: Q(state=State.HANDLING, round__gt=1), DISPATCH, "", "没有重办中的提案。", BY_DUE),
    Queue("unrated",    "评价和承诺", "待评价",           Rating,     lambda today: Q(state="asked", proposal__state=State.ANSWERED), OFFICE, "rate_for", "没有等评价的提案。", BY_DUE),
    Queue("promises",   "评价和承诺", "承诺待认定",       Promise,    _state(PromiseState.REPORTED),    OFFICE,   "keep",         "没有等认定的承诺。", BY_DUE),
    Queue("kept",       "评价和承诺", "承诺到期未见结果", Promise,    _unseen,                          DISPATCH, "",             "没有到期而未见结果的承诺。", BY_DUE),
    Queue("archive",    "评价和承诺", "待归档",           Proposal,   _state(State.CONCLUDED),          OFFICE,   "archive",      "没有等归档的提案。"),
    Queue("leads",      "社情民意",   "待受理线索",       Lead,       _state(L.RECEIVED),               DESK,     "accept",       "没有等受理的线索。", listed=("opinions:leads", "group=new")),
    Queue("suspects",   "社情民意",   "疑似无效",         Lead,       _state(L.SUSPECT),                DESK,     "clear",        "没有疑似无效的线索。", listed=("opinions:leads", "group=suspect")),
    Queue("leads-late", "社情民意",   "线索逾期",         Lead,       lambda today: Q(state__in=OPEN_LEADS, due_on__lt=today), DESK, "", "没有逾期的线索。", listed=("opinions:leads", "overdue=on")),
    Queue("opinions",   "社情民意",   "待初核",           Opinion,    _state(O.SUBMITTED),              DESK,     "adopt",        "没有等初核的信息。", listed=("opinions:list", "group=submitted")),
    Queue("editing",    "社情民意",   "编辑和核稿中",     Opinion,    _state(O.EDITING, O.EDITED),      DESK,     "edit",         "没有在编的信息。", listed=("opinions:list", "group=editing")),
    Queue("outputs",    "成果报送",   "待核稿",           Output,     _state(OutputState.REVIEW),       DESK,     "check",        "没有等核稿的成果。", listed=("outputs:list", "group=review")),
    Queue("deliveries", "成果报送",   "待报送",           Output,     _state(OutputState.SIGNED),       DESK,     "deliver",      "没有等报送的成果。", listed=("outputs:list", "group=signed")),
    Queue("instructions", "成果报送", "批示待转办",       Instruction, _state(InstructionState.WAITING), DESK,    "transfer",     "没有等转办的批示。", listed=("outputs:instructions", "group=waiting")),
    Queue("reports",    "成果报送",   "办理情况待审核",   FollowUp,   _state(FollowUpState.REPORTED, FollowUpState.BACK), DESK, "accept", "没有等审核的办理情况。", listed=("outputs:follow-ups", "group=reported")),
    Queue("follow-ups-late", "成果报送", "转办逾期",      FollowUp,   lambda today: Q(state__in=(FollowUpState.SENT, FollowUpState.TAKEN, FollowUpState.BACK), due_on__lt=today), DESK, "", "没有逾期的转办。", listed=("outputs:follow-ups", "group=late")),
    Queue("news-first", "政协动态",   "待初审",           NewsItem,   _state(NewsState.SUBMITTED),      DESK,     "read",         "没有等初审的动态。", listed=("bulletins:news", "group=first")),
    Queue("news-second", "政协动态",  "待复审",           NewsItem,   _state(NewsState.READ),           (posts.OFFICE, posts.REVIEWER), "check", "没有等复审的动态。", listed=("bulletins:news", "group=second")),
    Queue("subjects",   "年度协商",   "议题待筛选",       Subject,    _state(SubjectState.RECEIVED),    DESK,     "choose",       "没有等筛选的协商议题。", listed=("consultations:subjects", "group=waiting")),
    Queue("lines-late", "年度协商",   "过时没有成果",     Line,       lambda today: Q(pk__in=lines_late(today).values("pk")), DESK, "", "没有过了时间还没有成果的协商项目。", listed=("consultations:list", "show=late")),
    Queue("looks",      "民主监督",   "待回头看",         Finding,    _state(FindingState.REPORTED),    (posts.OFFICE,), "pass",  "没有等回头看的问题。", BY_DUE, listed=("supervision:findings", "group=look")),
    Queue("findings-late", "民主监督", "整改逾期",        Finding,    lambda today: Q(state__in=OPEN_FINDINGS, due_on__lt=today), (posts.OFFICE,), "", "没有逾期的整改。", BY_DUE, listed=("supervision:findings", "group=late")),
    Queue("hearings",   "民主监督",   "情况通报待办",     Hearing,    _state(HearingState.READY, HearingState.HEARD, HearingState.ANSWERED), (posts.OFFICE,), "hear", "没有等办公室办的情况通报。", BY_DUE, listed=("supervision:hearings", "")),
    Queue("letters",    "民主监督",   "民主监督建议书待处理", MonitorLetter, _state(LetterState.SENT), (posts.OFFICE,), "take", "没有等处理的民主监督建议书。", listed=("supervision:letters", "")),
    Queue("supervisions", "民主监督", "监督事项待办",     Supervision, _state(SupervisionState.APPROVED, SupervisionState.LISTED), (posts.OFFICE,), "notify", "没有等通知单位、等提监督意见的监督事项。", listed=("supervision:list", "group=office")),
)
# fmt: on


@dataclass(frozen=True)
class Waiting:
    """A queue and how many wait in it."""

    queue: Queue
    number: int


Group = tuple[str, list[Waiting]]


def queues_of(account: Account, today: date) -> list[Queue]:
    return [queue for queue in QUEUES if account.holds(*queue.posts, on=today)]


def groups(queues: list[Queue], today: date) -> list[Group]:
    """The queues with their counts, by group: the order in which a proposal passes them."""
    numbers = counts(queues, today)
    counted = [Waiting(queue, numbers[queue.name]) for queue in queues]
    return [(name, list(found)) for name, found in groupby(counted, key=lambda one: one.queue.group)]


def total(found: Iterable[Group]) -> int:
    """How many wait in all queues that ask for something; what only waits for others is not counted."""
    return sum(one.number for _, rows in found for one in rows if one.queue.action)


def counts(queues: list[Queue], today: date) -> dict[str, int]:
    """How many wait in each queue: one query for all of them."""
    if not queues:
        return {}
    parts = [
        queue.model._default_manager.filter(queue.within(today)).order_by()
        .annotate(queue=Value(queue.name), rows=Func(F("pk"), function="COUNT", output_field=IntegerField()))
        .values_list("queue", "rows")
        for queue in queues
    ]  # fmt: skip
    return dict(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])
