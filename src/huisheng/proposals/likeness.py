"""Texts like this one, of this and earlier years: the passages they share, and what became of them. Never blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from huisheng.kernel import local
from huisheng.kernel.text import shared_passages
from huisheng.people.models import Account
from huisheng.search.similar import similar

from . import local_rules as rules
from .models import LedgerRow, Proposal, State, Text
from .queries import is_desk, visible_to
from .texts import whole

MOST, PASSAGES = 3, 5
LEAST = 10  # characters that make a passage worth showing
ANSWERED = (State.ANSWERED, State.CONCLUDED, State.ARCHIVED)


@dataclass(frozen=True)
class Passage:
    """The same words as they stand in both texts."""

    mine: str
    theirs: str


@dataclass(frozen=True)
class Alike:
    """One earlier text. ``fate``: lines that say what became of it."""

    title: str
    about: str
    band: str
    url: str = ""
    fate: list[str] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    pk: int = 0  # of our own proposals; 0 for a row of an old ledger


def alike(proposal: Proposal, account: Account, today: date) -> list[Alike]:
    """The earlier texts most like this proposal's, of those the account may see, and rows of older ledgers."""
    text = proposal.text
    if text is None:
        return []
    own = whole(text.title, text.situation, text.analysis, [one.content for one in text.suggestions.all()])
    seen = visible_to(account, today).exclude(state__in=(State.DRAFT, State.DISCARDED))
    found = [
        one for one in similar(proposal.title, own, Proposal.kind(), MOST, proposal.pk, seen) if one.band
    ]
    ledger = LedgerRow._meta.label_lower
    older = [one for one in similar(proposal.title, own, ledger, MOST) if one.band]
    rows = {
        one.pk: one for one in Proposal.objects.filter(pk__in=[match.record_id for match in found])
        .select_related("text", "session__term").prefetch_related("text__suggestions", "promises")
    } if found else {}  # fmt: skip
    inside = is_desk(account)
    results = [
        of_ours(rows[match.record_id], match.band, own, inside) for match in found if match.record_id in rows
    ]
    ledger_rows = LedgerRow.objects.in_bulk([match.record_id for match in older]) if older else {}
    return results + [
        of_ledger(ledger_rows[match.record_id], match.band)
        for match in older
        if match.record_id in ledger_rows
    ]


def of_ours(other: Proposal, band: str, own: str, inside: bool) -> Alike:
    state = State(other.state)
    fate = [state.word(inside)]
    if other.result_letter and state in ANSWERED:
        fate.append(f"办理结果：{other.result_letter}（{local.label_of(rules.LETTER, other.result_letter)}）")
    live = [one for one in other.promises.all() if one.is_live]
    if live:
        fate.append(
            "承诺："
            + "；".join(
                f"{one}（{one.due_on:%Y年%-m月%-d日}前，{one.get_state_display()}）" for one in live[:3]
            )
        )
    about = "　".join(
        part for part in (str(other.session or ""), other.number_label, other.sponsor_name) if part
    )
    return Alike(
        other.title, about, band, other.get_absolute_url(), fate, passages(own, _whole(other.text)), other.pk
    )


def _whole(text: Text | None) -> str:
    if text is None:
        return ""
    return whole(text.title, text.situation, text.analysis, [one.content for one in text.suggestions.all()])


def passages(own: str, other: str) -> list[Passage]:
    """The longest shared passages, in the order of one's own text."""
    found = [place for place in shared_passages(own, other) if place[2] >= LEAST]
    longest = sorted(sorted(found, key=lambda place: -place[2])[:PASSAGES])
    return [Passage(own[a : a + size], other[b : b + size]) for a, b, size in longest]


def of_ledger(row: LedgerRow, band: str) -> Alike:
    fate = [row.outcome or "结果未载明"]
    if row.letter:
        fate.append(f"办理结果：{row.letter}")
    if row.replied_on:
        fate.append(
            f"{row.replied_on:%Y年%-m月%-d日}答复" + (f"（{row.agency_name}）" if row.agency_name else "")
        )
    return Alike(row.title, f"{row.year}年台账第{row.number:03d}号　{row.sponsor}", band, "", fate)
