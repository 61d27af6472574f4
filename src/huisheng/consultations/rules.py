"""Who may, and what must be true first. A guard answers "" or with a sentence the person can act on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from huisheng.kernel.lifecycle import Act
from huisheng.kernel.who import NONE, Who
from huisheng.people import posts
from huisheng.people.models import Account, Post
from huisheng.people.posts import anybody, at

from . import queries
from .models import Line, LineState, Plan, Research, Subject

OFFICE = anybody(posts.OFFICE)
CHAIR = anybody(posts.CHAIR)
# who reads every proposal that was received
GATHERER = anybody(posts.CLERK, posts.REVIEWER, posts.OFFICE, label="提案委或政协办公室")
REVISER = anybody(posts.OFFICE, posts.CHAIR)
LEADER = anybody(posts.LEADER)
PROPOSER = at(posts.MEMBER, "member", "提出委员") | at(posts.CONVENER, "body", "提出单位召集人")
KEEPER = OFFICE | at(posts.CONVENER, "body", "责任单位召集人")
RESEARCHER = OFFICE | at(posts.CONVENER, "body", "牵头单位召集人")


def _works_on(account: Any, today: date) -> Q:
    members = account.places(posts.MEMBER, on=today)
    if not members:
        return NONE
    return Q(pk__in=Research.members.through.objects.filter(member__in=members).values("research"))


def _group(research: Any, today: date) -> QuerySet:
    seats = Post.objects.current(today).filter(kind=posts.MEMBER, member__in=research.members.all())
    return Account.objects.filter(is_active=True, pk__in=seats.values("account"))


GROUP = RESEARCHER | Who("课题组成员", _works_on, _group)


# -- topics ------------------------------------------------------------------------------------------------------------
def is_in_no_draft(subject: Subject, act: Act) -> str:
    """A topic that a draft plan already uses leaves it first."""
    line = Line.objects.filter(subject=subject).select_related("plan").first()
    if line is None:
        return ""
    return f"这个议题已经写进《{line.plan}》{line.number_label}，请先从草案里去掉这一项。"


# -- the plan ----------------------------------------------------------------------------------------------------------
def has_lines(plan: Plan, act: Act) -> str:
    """What goes to the chairmen's meeting is whole; a change must change something."""
    lines = queries.proposed_lines(plan)
    if not lines:
        return "计划里还没有项目。请先加上项目，再提请审议。"
    if empty := [str(one["number"]) for one in lines if not one["leader"]]:
        return f"第{'、'.join(empty[:5])}项还没有写牵头领导。"
    if queries.has_version(plan) and not queries.changes_proposed(plan):
        return "与已经印发的计划没有不同。要调整的，请先改项目；不调整了的，请点“不再调整”。"
    return ""


def is_approved(plan: Plan, act: Act) -> str:
    return "" if plan.approved_on else "审定机关和日期还没有登记，请办公室先“登记审定”。"


def has_version(plan: Plan) -> bool:
    return queries.has_version(plan)


# -- lines -------------------------------------------------------------------------------------------------------------
def has_result(line: Line, act: Act) -> str:
    """完成 waits for the consultation itself, for the output and for what was answered to its advice."""
    return queries.what_is_open(line)


def is_about_proposals(line: Line) -> bool:
    return line.asks("proposals")


def is_going_on(line: Line) -> bool:
    return line.state != LineState.PROPOSED


# -- research ----------------------------------------------------------------------------------------------------------
def has_questions(research: Research, act: Act) -> str:
    if not research.questions:
        return "调研提纲还没有写。请先写明要弄清哪些问题。"
    return "" if research.leader else "课题负责人还没有写。"


def has_report(research: Research, act: Act) -> str:
    return "" if research.reports.exists() else "报告还没有写。请先用“写报告”写好第一稿。"
