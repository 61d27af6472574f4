"""What is printed of 机关平时考核: 平时考核登记表 of one person and one period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from huisheng.kernel.papers import Field, Form, Heading, Paper, Para, Signature, Table
from huisheng.outputs.papers import committee

from .models_office import OfficeReview
from .office_work import Studied


def form_of(review: OfficeReview, tally: Sequence[tuple[str, str, int]], study: Sequence[Studied]) -> Paper:
    """平时考核登记表: what was written and decided so far; an empty box is written in by hand."""
    period = review.period
    boxes = [
        [Field("姓名", review.staff.name), Field("岗位", review.post)],
        [Field("考核周期", str(period)), Field("等次", review.grade_label if review.is_sealed else "")],
        [Field("个人小结", review.summary, 44, f"{review.staff.name}　{_day(review.submitted_at)}" if review.submitted_at else "签名：")],
        [Field("评鉴意见", _graded(review), 24, _by(review.graded_by, review.graded_on) if review.is_sealed else "主管领导签名：")],
        [Field("审定意见", f"同意评为“{review.grade_label}”等次。" if review.is_sealed else "", 18,
               _by(review.confirmed_by, review.confirmed_on) if review.is_sealed else "机关负责人签名：")],
        [Field("本人说明", review.answer, 18, _by(review.staff, review.answered_on) if review.answer else "签名：")],
    ]  # fmt: skip
    blocks: list = [Form(boxes), Heading(1, "办过的事（据办理记录）", 1)]
    rows = [(kind, step, f"{n}件") for kind, step, n in tally]
    blocks.append(Table(rows, ("事项", "步骤", "件数"), (4, 4, 2)) if rows else Para("这一期没有记录。"))
    blocks.append(Heading(1, "机关学习（据签到记录）", 2))
    lessons = [(str(one.on), one.title, f"{one.hours}") for one in study]
    total = sum(one.hours for one in study)
    blocks.append(
        Table(lessons, ("日期", "学习内容", "学时"), (3, 7, 2), note=f"共{len(lessons)}次，{total}学时。")
        if lessons
        else Para("这一期没有记录。")
    )
    blocks.append(Signature(committee(), review.confirmed_on or period.ends_on, seal="（盖章）"))
    return Paper("form", f"{period}平时考核登记表", blocks)


def _graded(review: OfficeReview) -> str:
    """Before it is confirmed nobody prints a grade."""
    return review.words if review.is_sealed else ""


def _by(who: object, on: object) -> str:
    return f"{who}　{on}"


def _day(moment: datetime) -> str:
    return str(timezone.localdate(moment))
