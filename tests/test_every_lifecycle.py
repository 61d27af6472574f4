"""Every step of every lifecycle × every state × every person of the cast, generated from the tables.

``MAKERS`` says how to bring a record of each kind into being; the state is then set by hand, because what is asked here
is only the table's own promise: who may, from where. That a state is reached the honest way is tests/make.py's matter.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction

from huisheng.bulletins.models_news import NewsItem
from huisheng.consultations.models import Subject
from huisheng.consultations.models_forum import ForumPost, Statement
from huisheng.duty.models import Appraisal, Objection
from huisheng.duty.models_office import OfficeReview
from huisheng.duty.models_standing import StandingReport
from huisheng.gatherings.models import Briefing, Gathering, Liaison
from huisheng.kernel.errors import Invalid, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Lifecycle, Step, perform
from huisheng.kernel.models import Entry
from huisheng.kernel.who import SYSTEM
from huisheng.people.models import Correction
from huisheng.proposals.models import Proposal
from huisheng.reports.models import Report

from . import make
from .cast import Cast, make_cast

pytestmark = pytest.mark.django_db
TODAY = date(2017, 3, 1)

MAKERS = {
    "proposals.proposal": make.draft,
    "proposals.cosponsor": make.cosponsor,
    "proposals.assignment": make.approved,  # with a reply, so that its later steps find one
    "proposals.extension": make.extension,
    "proposals.contact": make.contact,
    "proposals.countersign": make.countersign,
    "proposals.promise": make.promise,
    "proposals.rating": make.rating,
    "proposals.nomination": make.nomination,
    "proposals.call": make.call,
    "opinions.lead": make.lead,
    "opinions.opening": make.opening,
    "opinions.opinion": make.edited_opinion,
    "gatherings.gathering": lambda cast: make.gathering(cast, host=cast.committee),
    "gatherings.leave": lambda cast: make.leave(cast, type="committee", host=cast.committee),
    "gatherings.speech": make.speech,
    "gatherings.briefing": make.briefing,
    "gatherings.ballot": lambda cast: make.ballot(cast, host=cast.committee),
    "gatherings.liaison": make.liaison,
    "consultations.subject": make.subject,
    "consultations.plan": make.plan,
    "consultations.line": make.line,
    "consultations.research": lambda cast: make.running_research(cast, output=make.output(cast)),
    "consultations.forum": make.open_forum,
    "consultations.forumpost": make.forum_post,
    "consultations.statement": make.statement,
    "archive.drive": make.drive,
    "archive.material": make.lent_material,
    "archive.handover": make.handover,
    "duty.objection": make.objection,
    "duty.rulebook": make.rule_book,
    "duty.appraisal": make.appraisal,
    "people.memberchange": make.coming_change,  # with a decision, so that its later steps find one
    "people.correction": make.correction,
    "duty.standinground": make.standing_round,
    "duty.standingreport": make.standing_report,
    "duty.officereview": make.graded_review,  # with its grade, so that what follows it finds one
    "reports.report": make.sent_report,
    "bulletins.newsitem": make.submitted_news,
    "outputs.output": make.sent_output,
    "outputs.instruction": make.instruction,
    "outputs.followup": make.follow_up,
    "supervision.supervision": lambda cast: make.listed_supervision(cast, host=cast.committee),
    "supervision.unit": make.unit,
    "supervision.hearing": make.heard_hearing,
    "supervision.finding": make.reported_finding,
    "supervision.monitor": make.monitor,
    "supervision.monitorletter": make.sent_letter,
}
# who holds which role towards the records above; read beside lifecycle.py this is the permission table
ROLES = {
    "第一提案人或提案单位召集人": {"li"},
    "受邀联名的委员": {"wang"},
    "评价人或评价单位召集人": {"li"},
    "提案委工作人员": {"clerk", "second"},
    "提案委主任": {"reviewer"},
    "提案委": {"clerk", "second", "reviewer"},
    "提案委、办公室或督查室": {"clerk", "second", "office", "coordinator"},
    "主席会议成员、督查室或提案委": {"clerk", "second", "chair", "coordinator"},
    "督查室": {"coordinator"},
    "主席会议成员": {"chair"},
    "委员": {"li", "wang", "zhao"},
    "承办单位经办人": {"housing_clerk"},
    "承办单位负责人": {"housing_head"},
    "信息编辑或政协办公室": {"editor", "office"},
    "信息编辑": {"editor"},
    "政协办公室": {"office"},
    "政协办公室或主席会议成员": {"office", "chair"},
    "反映委员或反映单位召集人": {"li"},
    "区领导": {"leader"},
    "主持人": {"editor"},
    "发言人本人": {"li"},
    "提出人": {"li"},
    "委员本人": {"li"},
    "申请人": {"li"},
    "年度报告起草人": {"office", "editor", "reviewer"},
    "主席会议成员或起草人": {"chair", "office", "editor", "reviewer"},
    "政协办公室或组织单位召集人": {"office", "convener"},
    "政协办公室或召集人": {"office", "convener"},
    "机关人员本人": {"clerk"},
    "主管领导": {"reviewer"},
    "机关负责人": {"office"},
    "送交人": {"li"},
    "文史工作人员或政协办公室": {"editor", "office"},
    "文史工作人员或政协办公室或送交人": {"editor", "office", "li"},
    "文史工作人员或政协办公室或主席会议成员": {"editor", "office", "chair"},
    "请假批准人": {"office", "convener"},
    "请假人": {"li"},
    "发言委员或发言单位召集人": {"li"},
    "提案委或政协办公室": {"clerk", "second", "reviewer", "office"},
    "提出委员或提出单位召集人": {"li"},
    "政协办公室或责任单位召集人": {"office", "convener"},
    "政协办公室或牵头单位召集人": {"office", "convener"},
    "政协办公室或牵头单位召集人或课题组成员": {"office", "convener", "li"},
    "监督组成员": {"li", "wang"},
    "监督组组长": {"li"},
    "政协办公室或听取通报的委员": {"office", "li", "wang", "zhao"},
    "发现人以外的监督组成员或政协办公室": {"li", "office"},
    "作者": {"clerk"},
    "作者以外的信息编辑或政协办公室": {"editor", "office"},
    "作者和初审人以外的政协办公室或提案委主任": {"office", "reviewer"},
    "作者和前两审以外的主席会议成员或机关负责人": {"chair"},
    "作者以外的审稿人": {"editor", "office", "reviewer", "chair"},
    "信息编辑、政协办公室或终审人": {"editor", "office", "reviewer", "chair"},
    "写建议书的民主监督员": {"li"},
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_every_lifecycle_has_a_maker() -> None:
    assert {life.model.kind() for life in Lifecycle.every} == set(MAKERS)


def who_may(life: Lifecycle, step: Step) -> set[str]:
    if step.who is SYSTEM:
        return set()
    if life.model.kind() == "proposals.countersign" and step.who.label == "承办单位经办人":
        return {"traffic_clerk"}  # the assisting bureau countersigns the leading one's draft
    return ROLES[step.who.label]


@pytest.mark.parametrize("life", Lifecycle.every, ids=lambda life: life.model.__name__)
def test_each_step_is_open_to_its_role_alone_and_from_its_states_alone(life: Lifecycle, cast: Cast) -> None:
    record: Any = MAKERS[life.model.kind()](cast)
    wrong: list[str] = []
    for step in life.steps:
        for name, account in cast.accounts.items():
            allowed = name in who_may(life, step)
            for state in life.states:
                with transaction.atomic():
                    said = attempt(record, step, account, state)
                    transaction.set_rollback(True)
                if not agrees(said, allowed, state in step.source):
                    wrong.append(f"{step.label} · {state.label} · {name}: {said}")
    assert wrong == []


def attempt(record: Any, step: Step, account: Any, state: Any) -> str:
    """What ``perform`` answers, in one word."""
    type(record)._base_manager.filter(pk=record.pk).update(**needed_by(record, state))
    lines = Entry.objects.count()
    try:
        perform(record, step.action, account, {}, at=make.DAY)
    except NotAllowed:
        answer = "not allowed"
    except WrongState:
        answer = "wrong state"
    except Invalid:
        answer = "asked"
    except Refused:
        answer = "guarded"
    else:
        return "done" if Entry.objects.count() > lines else "no line"
    return answer if Entry.objects.count() == lines else "refused, and yet a line"


def needed_by(record: Any, state: Any) -> dict[str, Any]:
    """The columns that the database demands of a state."""
    if isinstance(record, Gathering):
        return {"state": state, "notified_on": TODAY}
    if isinstance(record, Statement):
        return {"state": state, "number": 9}
    if isinstance(record, ForumPost):
        return {"state": state, "reason": "与议题无关。"}
    if isinstance(record, Briefing):
        return {"state": state, "number": 1}
    if isinstance(record, Liaison):
        return {"state": state, "held_on": TODAY}
    if isinstance(record, Subject):
        return {"state": state, "merged_into": record.pk}
    if isinstance(record, Report):
        return {"state": state, "approved_on": TODAY, "fingerprint": "0" * 64}
    if isinstance(record, OfficeReview):
        confirmed = {
            "confirmed_on": TODAY,
            "fingerprint": "0" * 64,
            "answer": "另有说明。",
            "answered_on": TODAY,
        }
        return {"state": state} | confirmed
    if isinstance(record, Appraisal):
        return {"state": state, "sealed_on": TODAY, "fingerprint": "0" * 64}
    if isinstance(record, Correction):
        return {"state": state, "answered_on": TODAY, "answer": "请先办调动手续。"}
    if isinstance(record, StandingReport):
        return {
            "state": state,
            "sent_text": "一年来",
            "submitted_at": make.DAY,
            "sent_at": make.DAY,
            "taken_on": TODAY,
        }
    if isinstance(record, NewsItem):
        return {"state": state, "published_on": TODAY, "taken_on": TODAY, "fingerprint": "0" * 64}
    if isinstance(record, Objection):
        return {"state": state, "answered_on": TODAY, "answer": "已补。"}
    if not isinstance(record, Proposal):
        return {"state": state} | ({"process": "good", "result": "good"} if state == "given" else {})
    return {"state": state, "year": 2017, "serial": 900, "number": 900, "session": 1}


def agrees(said: str, allowed: bool, is_source: bool) -> bool:
    if not allowed:
        return said == "not allowed"
    if not is_source:
        return said == "wrong state"
    # "wrong state" also speaks for steps that do not concern this record (``only``)
    return said in {"done", "asked", "guarded", "wrong state"}


@pytest.mark.parametrize("life", Lifecycle.every, ids=lambda life: life.model.__name__)
def test_every_state_is_reached_and_none_is_a_trap(life: Lifecycle) -> None:
    ways: dict[Any, set[Any]] = defaultdict(set)
    for step in life.steps:
        for start in step.source:
            ways[start].add(step.target or start)
    reached, fresh = set(), {next(iter(life.states))}
    while fresh:
        reached |= fresh
        fresh = {end for start in fresh for end in ways[start]} - reached
    assert reached == set(life.states)


def test_what_a_system_step_does_nobody_can_press(cast: Cast) -> None:
    proposal = make.answered(cast)
    for account in cast.accounts.values():
        with pytest.raises(NotAllowed, match="自动完成"):
            perform(proposal, "conclude", account)


def test_every_line_is_chained_to_the_one_before(cast: Cast) -> None:
    make.concluded(cast)
    entries = list(Entry.objects.order_by("seq"))
    assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
    assert all(b.previous == a.digest for a, b in pairwise(entries))
    assert all(e.digest == e.compute_digest() for e in entries)
