"""Who may in 机关平时考核, and what must be true first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from huisheng.kernel.lifecycle import Act
from huisheng.kernel.who import NONE, Who
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.people.posts import anybody, at, holders

from . import office_queries as queries
from .models_office import OfficeReview


def _own(account: Any, today: date) -> Q:
    return Q(staff__in=[account.pk]) if account.is_active else NONE


def _self(review: Any, today: date) -> QuerySet:
    return Account.objects.filter(pk=review.staff_id, is_active=True)


STAFF = Who("机关人员本人", _own, _self)
LEADER = at(posts.LINE_LEADER, "staff")
HEAD = anybody(posts.OFFICE_HEAD)


def may_submit(review: OfficeReview, act: Act) -> str:
    if not review.summary.strip():
        return "小结还没有写。"
    if not holders([posts.LINE_LEADER], act.today, staff=review.staff_id).exists():
        return "还没有登记您的主管领导。请系统管理员在“账号”里授予主管领导岗位，再提交。"
    return ""


def may_confirm(review: OfficeReview, act: Act) -> str:
    """审定: by another than the person and their grader, after the period's end, and within the share."""
    if act.account.pk == review.staff_id:
        return "自己的平时考核须由另一位机关负责人审定。"
    if act.account.pk == review.graded_by_id:
        return "等次是您评的，须由另一位机关负责人审定（两人原则）。"
    if act.today < review.period.ends_on:
        return f"{review.period}到{review.period.ends_on:%-m月%-d日}才结束，结束以后再审定。"
    return queries.over_share(review, act.account, act.today)
