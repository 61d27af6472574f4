"""What is printed of a plan: the version as it was issued, or the draft for the chairmen's meeting. Records into a Paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from huisheng.kernel.papers import Block, Heading, Note, Paper, Para, Signature, Table
from huisheng.outputs.papers import committee

from . import queries
from .models import Plan, PlanVersion

HEADER = ("序号", "协商议题", "协商形式", "时间", "牵头领导", "责任单位", "参与部门", "参加人员")
WIDTHS = (1, 4.6, 2.2, 1.2, 2.6, 2.6, 3.4, 2.8)


def version_paper(version: PlanVersion) -> Paper:
    """The plan as it was issued, word for word; its fingerprint stands at the end."""
    approved = f"{version.approver_label}{_day(version.approved_on)}审定" + (
        f"（{version.document}）" if version.document else ""
    )
    title = version.title if version.number == 1 else f"{version.title}（第{version.number}版）"
    change = f"调整理由：{version.change}" if version.change else ""
    return _paper(
        title, version.preface, version.lines, version.issued_on, [approved, change, f"文本指纹 {version.fingerprint}"]
    )  # fmt: skip


def draft_paper(plan: Plan) -> Paper:
    return _paper(
        f"{plan.title}（送审稿）", plan.preface, queries.proposed_lines(plan), "（未印发）", [plan.change]
    )


def _paper(title: str, preface: str, lines: list[dict[str, Any]], day: date | str, notes: list[str]) -> Paper:
    blocks: list[Block] = []
    if preface:
        blocks += [Heading(1, "总体要求", 1), Para(preface), Heading(1, "协商项目", 2)]
    blocks.append(Table([_row(one) for one in lines], HEADER, WIDTHS))
    blocks += [Note(text) for text in notes if text]
    blocks.append(Signature(committee(), day))
    return Paper("form", title, blocks, mark=committee(), landscape=True)


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    bodies = "、".join(filter(None, (one["body"], one["partners"])))
    kind = f"{one['form']}（{one['tier']}）"
    return (
        one["number"], one["title"], kind, f"{one['month']}月", one["leader"], bodies, one["agencies"], one["participants"],
    )  # fmt: skip


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
