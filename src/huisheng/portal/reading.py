"""A published proposal as the public reads it: cut to the disclosure decisions, contact data taken out.

Full: text, answers, promises. Summary: 案由 and the heads of the suggestions, who answers and with what result. An
answer has a decision of its own and is never more open than its proposal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.gather import Bundle, Part
from huisheng.opinions.hiding import hide
from huisheng.proposals import local_rules as names
from huisheng.proposals.forms import stricter
from huisheng.proposals.models import (
    Assignment,
    Disclosure,
    Promise,
    PromiseState,
    Proposal,
    Reply,
    ReplyItem,
    Role,
    Suggestion,
)  # fmt: skip
from huisheng.supervision.models import FindingState, Supervision

LINE = 60  # characters of a suggestion's head


@dataclass(frozen=True)
class PromiseOut:
    what: str
    due_on: date
    state: str
    icon: str
    tone: str


@dataclass(frozen=True)
class AnswerOut:
    """One agency's answer; ``level`` says how much of it there is."""

    agency: str
    role: str
    level: str
    result: str
    number: str
    delivered_on: date
    opening: str
    items: tuple[tuple[int, str], ...]
    closing: str
    promises: tuple[PromiseOut, ...]

    @property
    def is_full(self) -> bool:
        return self.level == Disclosure.FULL

    @property
    def is_summary(self) -> bool:
        return self.level == Disclosure.SUMMARY


@dataclass(frozen=True)
class Published:
    """``record`` is asked only for what is public in any case: title, number, sponsor as printed, dates."""

    record: Proposal
    level: str
    situation: str
    analysis: str
    rest: str
    suggestions: tuple[tuple[int, str], ...]
    heads: tuple[str, ...]
    answers: tuple[AnswerOut, ...]

    @property
    def is_full(self) -> bool:
        return self.level == Disclosure.FULL

    @property
    def title(self) -> str:
        return hide(self.record.title)

    @property
    def result(self) -> str:
        return result_of(self.record.result_letter)

    @property
    def session(self) -> str:
        return self.record.session.title if self.record.session else ""

    @cached_property
    def words(self) -> str:
        """Everything that is published of it, in one piece: what a search may find."""
        one = self.record
        parts = [self.title, one.number_label, one.sponsor_name, str(one.lead_agency or ""), *self.heads]
        parts += [self.situation, self.analysis, self.rest, *(text for _, text in self.suggestions)]
        return "\n".join(filter(None, parts))

    @property
    def gist(self) -> str:
        """A few sentences for a feed: what is asked, and what came of it."""
        said = "；".join(self.heads)
        end = f"办理结果：{self.result}。" if self.result else ""
        return f"建议：{said}。{end}" if said else end


def level_of(proposal: Proposal) -> str:
    return stricter(proposal.disclosure, proposal.disclosed)


def result_of(letter: str) -> str:
    """“B类（列入计划逐步解决）” in the neutral words of domain.md; "" without a letter."""
    if not letter:
        return ""
    one = local.option(names.LETTER, letter)
    meaning = names.MEANINGS.get(one.data.get("meaning", ""), one.label) if one else ""
    return f"{letter}类（{meaning}）" if meaning else f"{letter}类"


def publish(proposals: Sequence[Proposal], *, is_whole: bool = True) -> list[Published]:
    """Cut to what is public. Four questions, whatever their number; ``text`` and ``session`` are there already.

    is_whole: with the words of the answers; a list and a search need them not.
    """
    suggestions: dict[int, list[Suggestion]] = defaultdict(list)
    for row in Suggestion.objects.filter(text__in=[one.text_id for one in proposals]).order_by("number"):
        suggestions[row.text_id].append(row)
    replies = _replies([one.pk for one in proposals], is_whole)
    return [_published(one, suggestions[one.text_id or 0], replies[one.pk]) for one in proposals]


DELIVERED = {"assignment__is_open": True, "is_current": True, "delivered_at__isnull": False}
_THEIRS = {f"reply__{name}": value for name, value in DELIVERED.items()}
_PAGE = Bundle(
    lambda pk: {
        "proposal": Part(
            Proposal.objects.filter(pk=pk),
            {"text": (), "session": (), "session__term": (), "lead_agency": ("name",)},
        ),
        "suggestions": Part(Suggestion.objects.filter(text__proposal=pk)),
        "replies": Part(
            Reply.objects.filter(assignment__proposal=pk, **DELIVERED),
            {"assignment": ("proposal", "agency", "role", "round"), "assignment__agency": ("name",)},
        ),
        "items": Part(
            ReplyItem.objects.filter(reply__assignment__proposal=pk, **_THEIRS), {"suggestion": ("number",)}
        ),
        "promises": Part(Promise.objects.filter(reply__assignment__proposal=pk, is_live=True, **_THEIRS)),
    }
)


def publish_one(pk: int) -> Published:
    """The same of one that is known to be public, whole: one question for all of it."""
    found = _PAGE.ask(pk)
    one: Proposal = found["proposal"][0]
    suggestions = [row for row in found["suggestions"] if row.text_id == one.text_id]
    told = _told(found["replies"], found["items"], found["promises"], is_whole=True)
    return _published(one, sorted(suggestions, key=lambda row: row.number), told[one.pk])


def _published(one: Proposal, suggestions: list[Suggestion], replies: list[_Told]) -> Published:
    level = level_of(one)
    known = {one.contact_person, one.contact_phone}
    for told in replies:
        known |= {told.reply.handler, told.reply.leader, told.reply.phone}
    known -= {one.sponsor_name}
    text, is_full = one.text, level == Disclosure.FULL
    asked = [(row.number, hide(row.content, known)) for row in suggestions]
    return Published(
        record=one, level=level,
        situation=hide(text.situation, known) if text and is_full else "",
        analysis=hide(text.analysis, known) if text and is_full else "",
        rest=hide(text.rest, known) if text and is_full else "",
        suggestions=tuple(asked) if is_full else (),
        heads=tuple(_head(content) for _, content in asked),  # hidden first: a number cut in two has no shape
        answers=tuple(_answer(told, level, known) for told in replies),
    )  # fmt: skip


def _head(content: str) -> str:
    line = content.strip().split("\n")[0].split("。")[0]
    return line if len(line) <= LINE else f"{line[:LINE]}…"


@dataclass(frozen=True)
class _Told:
    """A delivered answer with its parts."""

    assignment: Assignment
    reply: Reply
    items: list[ReplyItem]
    promises: list[Promise]


def _replies(pks: list[int], is_whole: bool) -> dict[int, list[_Told]]:
    """The current delivered answers of the last round, by proposal."""
    rows = Reply.objects.filter(assignment__proposal__in=pks, **DELIVERED).select_related(
        "assignment__agency"
    )
    replies = list(rows)
    open_ones = [one.pk for one in replies if is_whole and _reply_level(one) == Disclosure.FULL]
    items = ReplyItem.objects.filter(reply__in=open_ones).select_related("suggestion") if open_ones else ()
    promises = Promise.objects.filter(reply__in=open_ones, is_live=True) if open_ones else ()
    return _told(replies, items, promises, is_whole)


def _told(
    replies: Iterable[Reply], items: Iterable[ReplyItem], promises: Iterable[Promise], is_whole: bool
) -> dict[int, list[_Told]]:
    """Delivered answers of the last round by proposal, each with its parts as far as it is open."""
    by_reply: dict[int, tuple[list[ReplyItem], list[Promise]]] = defaultdict(lambda: ([], []))
    for item in sorted(items, key=lambda one: one.pk):
        by_reply[item.reply_id][0].append(item)
    for promise in sorted(promises, key=lambda one: (one.due_on, one.pk)):
        by_reply[promise.reply_id][1].append(promise)
    told: dict[int, list[_Told]] = defaultdict(list)
    for one in sorted(replies, key=lambda one: (one.assignment.role, one.pk)):
        if one.round != one.assignment.round:
            continue
        is_open = is_whole and _reply_level(one) == Disclosure.FULL
        parts = by_reply[one.pk] if is_open else ([], [])
        told[one.assignment.proposal_id].append(_Told(one.assignment, one, *parts))
    return told


def _reply_level(reply: Reply) -> str:
    """Closed while nobody decided: an answer is let out, it does not slip out."""
    return stricter(reply.disclosure, reply.disclosed or Disclosure.CLOSED)


def _answer(told: _Told, of_proposal: str, known: set[str]) -> AnswerOut:
    reply = told.reply
    level = stricter(_reply_level(reply), of_proposal)
    is_full = level == Disclosure.FULL
    return AnswerOut(
        agency=str(told.assignment.agency), role=str(Role(told.assignment.role).label), level=level,
        result=result_of(reply.letter) if level != Disclosure.CLOSED else "",
        number=reply.number if is_full else "", delivered_on=timezone.localdate(reply.delivered_at),
        opening=hide(reply.opening, known) if is_full else "",
        items=tuple((item.suggestion.number, hide(item.content, known)) for item in told.items) if is_full else (),
        closing=hide(reply.closing, known) if is_full else "",
        promises=tuple(_promise(one, known) for one in told.promises) if is_full else (),
    )  # fmt: skip


def _promise(one: Promise, known: set[str]) -> PromiseOut:
    state = PromiseState(one.state)
    return PromiseOut(hide(one.what, known), one.due_on, str(state.label), state.icon, state.tone)


# -- 民主监督 -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SupervisedLine:
    """One finding as the public reads it: the words, the unit, what came of it. Who found it stays inside."""

    content: str
    agency: str
    outcome: str


def supervised_lines(supervision: Supervision) -> list[SupervisedLine]:
    rows = [one for one in supervision.findings.all() if one.state == FindingState.CLOSED]
    return [
        SupervisedLine(hide(one.content), str(one.agency), _looked(len(one.rounds.all()))) for one in rows
    ]


def _looked(rounds: int) -> str:
    return "已整改，回头看一次通过" if rounds == 1 else f"已整改，回头看{rounds}次后通过"
