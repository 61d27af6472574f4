"""What of a proposal can be printed by its reader: ``{% load papers %}{% papers dossier %}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse

from .. import papers as letters
from ..models import FILED_STATES, REFERRED_STATES, AssignmentState, State

register = template.Library()
PUBLISHED_STATES = (*FILED_STATES, *REFERRED_STATES, State.MERGED)


@dataclass(frozen=True)
class Printed:
    """One paper: what it is, and where its PDF and its .docx lie ("" where there is none)."""

    label: str
    pdf: str
    docx: str = ""


@register.inclusion_tag("proposals/_papers.html")
def papers(dossier: Any) -> dict[str, Any]:
    """The papers that exist now and may be read; the same conditions as the doors they lead to."""
    return {"papers": list(_papers(dossier))}


def _papers(dossier: Any) -> Any:
    proposal, reader = dossier.proposal, dossier.reader
    yield Printed("提案表", *_both("paper", proposal.pk, "form"))
    if proposal.state in PUBLISHED_STATES and (reader.is_involved or reader.sees_all):
        yield Printed("审查结果通知", *_both("paper", proposal.pk, "notice"))
    for one in dossier.assignments:
        is_theirs = reader.sees_all or reader.is_overseer or one.agency_id in reader.agencies
        if one.state != AssignmentState.PLANNED and is_theirs:
            yield Printed(f"交办单：{one.agency.name}", *_both("slip", one.pk))
    for one in dossier.replies:
        if one.is_current or one.delivered_at:
            yield Printed(f"答复函：{one.assignment.agency.name}" + (f"（第{one.round}轮）" if one.round > 1 else ""),
                          *_both("reply-letter", one.pk))  # fmt: skip
    if proposal.state == State.ARCHIVED and reader.is_office:
        yield Printed("归档包", reverse("proposals:packet", args=[proposal.pk]))


def _both(door: str, *place: Any) -> tuple[str, str]:
    return (
        reverse(f"proposals:{door}", args=[*place, "pdf"]),
        reverse(f"proposals:{door}", args=[*place, "docx"]),
    )


@register.inclusion_tag("proposals/_outcome.html")
def outcome(dossier: Any) -> dict[str, Any]:
    """What a proposal that was not filed was told, on its page: the words of the letter, and the letter."""
    proposal, reader = dossier.proposal, dossier.reader
    is_told = proposal.state in REFERRED_STATES and (reader.is_involved or reader.sees_all)
    lines = letters.outcome_lines(proposal) if is_told else []
    return {"lines": lines, "url": _both("paper", proposal.pk, "notice")[0]}
