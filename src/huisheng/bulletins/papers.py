"""The printed issue: red head, number, issuer and day, items, and the foot with 报、送、发、编辑、核稿、签发."""

from __future__ import annotations

from huisheng.kernel import local
from huisheng.kernel.papers import Block, Colophon, Heading, Paper, Para
from huisheng.outputs.models import Output
from huisheng.outputs.papers import office

from . import local_rules as rules
from .models import Issue, Item


def issue_paper(output: Output) -> Paper:
    """As it is signed and frozen. Before that the number and the day are left open."""
    issue = Issue.objects.get(pk=output.pk)
    items = list(issue.items.all())
    series = local.option(rules.SERIES, issue.series)
    issuer = (series.data.get("issuer") if series else "") or office()
    return Paper(
        "official", "", [*_contents(items), *_items(items), _foot(issue)], mark=issue.name,
        number=issue.number_line or "第　期（总第　期）", issuer=issuer, issued_on=output.signed_on or "（未签发）",
    )  # fmt: skip


def _contents(items: list[Item]) -> list[Block]:
    if len(items) < 2:
        return []
    lines = "\n".join(f"{number}．{one.headline}" for number, one in enumerate(items, 1))
    return [Para("本期要目", style="hei"), Para(lines, style="kai")]


def _items(items: list[Item]) -> list[Block]:
    blocks: list[Block] = []
    for number, one in enumerate(items, 1):
        blocks += [Heading(1, one.headline, number if len(items) > 1 else None), Para(one.gist)]
        if one.proposal:
            blocks.append(Para(one.proposal, lead="建议："))
        blocks.append(Para(f"（{source_line(one)}）", style="kai"))
    return blocks


def source_line(item: Item) -> str:
    """Who spoke, and how many."""
    return f"{item.source}，{item.voices}人反映" if item.voices > 1 else item.source


def _foot(issue: Issue) -> Colophon:
    output = issue.output
    lines = [(label, text) for label, text in (
        ("报", issue.report_to), ("送", issue.send_to), ("发", issue.hand_to)) if text]  # fmt: skip
    names = (("编辑", output.drafted_by), ("核稿", output.checked_by), ("签发", output.signed_by))
    people = "　".join(f"{label}：{account.name if account else '　　　'}" for label, account in names)
    return Colophon(lines, people, f"共印{issue.copies}份" if issue.copies else "")
