"""Queues: one row each. What waits, for whom, and the lifecycle step that takes a record out of the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.proposals.models import (
    Assignment, AssignmentState, Extension, Promise, PromiseState, Proposal, Rating, State,
)  # fmt: skip

OFFICE = (posts.CLERK, posts.REVIEWER, posts.OFFICE)
SOON = timedelta(days=5)


@dataclass(frozen=True)
class Queue:
    """One queue. ``within(today)`` narrows the model's rows; ``action`` is the step that its pages begin with."""

    name: str
    label: str
    model: type[Any]
    within: Callable[[date], Q]
    posts: tuple[str, ...]
    action: str
    empty: str

    def rows(self, today: date) -> QuerySet:
        return self.model._default_manager.filter(self.within(today))


def _state(*states: Any) -> Callable[[date], Q]:
    return lambda today: Q(state__in=states)


def _planned(has_plan: bool) -> Callable[[date], Q]:
    plan = Exists(Assignment.objects.filter(proposal=OuterRef("pk"), is_open=True, state=AssignmentState.PLANNED))
    return lambda today: Q(state=State.FILED) & (Q(plan) if has_plan else ~Q(plan))


QUEUES = (
    #     name          名称            model       within                              posts                        action          empty
    Queue("review",     "待初审",       Proposal,   _state(State.SUBMITTED),            OFFICE,                      "pre_review",   "没有等初审的提案。"),
    Queue("decide",     "待终审",       Proposal,   _state(State.REVIEWED),             OFFICE,                      "decide",       "没有等终审的提案。"),
    Queue("publish",    "待公布",       Proposal,   _state(State.DECIDED),              OFFICE,                      "file",         "没有已审定、等公布的提案。"),
    Queue("dispatch",   "待分办",       Proposal,   _planned(False),                    OFFICE,                      "plan",         "没有待分办的提案。"),
    Queue("assign",     "待交办",       Proposal,   _planned(True),                     (*OFFICE, posts.COORDINATOR), "assign",      "没有拟好单位、等交办的提案。"),
    Queue("back",       "申退待改派",   Assignment, _state(AssignmentState.BACK),       (posts.COORDINATOR, *OFFICE), "agree_back",  "没有申请退回的交办件。"),
    Queue("extensions", "延期待批",     Extension,  _state("asked"),                    (posts.COORDINATOR, *OFFICE), "grant",       "没有等批准的延期。"),
    Queue("untaken",    "待签收",       Assignment, _state(AssignmentState.SENT),       (posts.COORDINATOR, *OFFICE), "",            "都已签收。"),
    Queue("soon",       "五天内到期",   Proposal,   lambda today: Q(state=State.HANDLING, due_on__range=(today, today + SOON)), (posts.COORDINATOR, posts.CHAIR, *OFFICE), "urge", "五天之内没有到期的提案。"),
    Queue("overdue",    "逾期",         Proposal,   lambda today: Q(state=State.HANDLING, due_on__lt=today), (posts.COORDINATOR, posts.CHAIR, *OFFICE), "urge", "没有逾期的提案。"),
    Queue("replies",    "答复待审",     Assignment, _state(AssignmentState.APPROVED),   OFFICE,                      "deliver",      "没有等审核的答复。"),
    Queue("redo",       "不满意重办",   Proposal,   lambda today: Q(state=State.HANDLING, round__gt=1), (posts.COORDINATOR, *OFFICE), "", "没有重办中的提案。"),
    Queue("unrated",    "待评价",       Rating,     lambda today: Q(state="asked", proposal__state=State.ANSWERED), OFFICE, "rate_for", "没有等评价的提案。"),
    Queue("promises",   "承诺待认定",   Promise,    _state(PromiseState.REPORTED),      OFFICE,                      "keep",         "没有等认定的承诺。"),
    Queue("kept",       "承诺到期未见结果", Promise, lambda today: Q(state=PromiseState.OPEN, is_live=True, due_on__lt=today), (posts.COORDINATOR, *OFFICE), "", "没有到期而未见结果的承诺。"),
    Queue("archive",    "待归档",       Proposal,   _state(State.CONCLUDED),            OFFICE,                      "archive",      "没有等归档的提案。"),
    Queue("returned",   "退回修改中",   Proposal,   _state(State.RETURNED),             OFFICE,                      "",             "没有退回修改的提案。"),
    Queue("paper",      "代录草稿",     Proposal,   lambda today: Q(state=State.DRAFT, is_paper=True), OFFICE,      "register",     "没有没提交完的代录提案。"),
)  # fmt: skip


def queues_of(account: Account, today: date) -> list[Queue]:
    return [queue for queue in QUEUES if account.holds(*queue.posts, on=today)]


def counts(queues: list[Queue], today: date) -> dict[str, int]:
    """How many wait in each queue: one query a table."""
    from django.db.models import Count

    found: dict[str, int] = {}
    for model in {queue.model for queue in queues}:
        mine = [queue for queue in queues if queue.model is model]
        numbers = model._default_manager.aggregate(
            **{queue.name: Count("pk", filter=queue.within(today)) for queue in mine}
        )
        found |= numbers
    return found
