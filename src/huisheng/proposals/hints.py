"""Hints on a draft: the same checks as on an imported file, over what is typed now. They never block; each cites its rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huisheng.kernel import local

from .intake import Draft
from .intake.checks import check, count
from .models import Proposal

LENGTH = ("too_short", "too_long")
# which field a hint is about: the “更改” beside it leads there
FIELDS = {
    "too_short": "situation", "too_long": "situation", "no_suggestions": "suggestions", "suggestions_vague": "suggestions",
    "several_matters": "title", "forbidden": "situation", "agency_missing": "suggested", "agency_unknown": "suggested",
    "agency_alias": "suggested", "contact_missing": "contact_phone", "contact_invalid": "contact_phone",
    "title_missing": "title", "title_from_file_name": "title",
}  # fmt: skip


@dataclass(frozen=True)
class Hint:
    """``rule`` is what it rests on; ``field`` is the draft's field to change."""

    text: str
    rule: str
    field: str


def hints(proposal: Proposal, today: date) -> list[Hint]:
    """What a reader in the office would remark, said before it is sent."""
    text = proposal.text
    if text is None:
        return []
    draft = Draft(
        title=text.title, situation=text.situation, analysis=text.analysis,
        suggestions=[one.content for one in text.suggestions.all()],
        suggested_agencies=[one.name for one in proposal.suggested.all()], contact=proposal.contact_phone,
    )  # fmt: skip
    check(draft, set())
    found = [
        Hint(one.message, rule_of(one.code), field_of(one.code))
        for one in draft.warnings
        if one.code not in LENGTH
    ]
    return [*_length(draft, today), *found]


def _length(draft: Draft, today: date) -> list[Hint]:
    size = count(draft.body)
    shortest, advised, longest = (
        int(local.rule(f"text.{name}", today)) for name in ("shortest", "advised", "longest")
    )
    if size < shortest:
        return [
            Hint(
                f"正文只有 {size} 字，少于 {shortest} 字。提案应有情况、有分析、有具体建议，请补充。",
                "提案工作条例；字数为本地规则",
                "situation",
            )
        ]
    if size > longest:
        return [
            Hint(
                f"正文有 {size} 字，超过 {longest} 字。可以删减，或把详细材料作附件；全文都会留着。",
                "本地规则：提示过长的字数",
                "situation",
            )
        ]
    if size > advised:
        return [Hint(f"正文有 {size} 字，建议在 {advised} 字左右。", "本地规则：建议字数", "situation")]
    return []


def rule_of(code: str) -> str:
    name = code.partition(":")[0]
    if name in ("several_matters", "no_suggestions", "suggestions_vague", "forbidden"):
        return "提案工作条例"
    return "办理需要"


def field_of(code: str) -> str:
    return FIELDS.get(code.partition(":")[0], "")
