"""去向: what a lead or an opinion may become in the rooms above this one, and the words it takes along.

Each way is a page of its room, known here by the name of its address alone: a new one is a line in ``WAYS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from huisheng.people import posts
from huisheng.people.models import Account

from . import queries
from .hiding import hide
from .models import REPORTERS_OWN, UNSENT, Lead, LeadState, Opinion, OpinionState

UNREAD = (LeadState.RECEIVED, LeadState.SUSPECT, LeadState.BINNED)


@dataclass(frozen=True)
class Way:
    """``route``: a page that takes (of, pk). ``posts``: who may go it, if they may see the record."""

    route: str
    label: str
    posts: tuple[str, ...]


WAYS = (
    Way("proposals:topic-from", "列入选题参考目录", (posts.CLERK, posts.OFFICE)),
    Way("proposals:draft-from", "据此起草提案", (posts.MEMBER, posts.CONVENER, posts.CLERK, posts.OFFICE)),
)


@dataclass(frozen=True)
class Words:
    """What a record says to those above, without the contact data of whoever wrote it."""

    title: str
    situation: str
    analysis: str = ""
    advice: str = ""


def ways(record: Lead | Opinion, account: Account, today: date) -> list[tuple[str, str]]:
    """(label, address) of what this person may make of it; nothing while it was not looked at yet."""
    if not _is_ripe(record):
        return []
    of = str(record._meta.model_name)
    return [
        (way.label, reverse(way.route, args=[of, record.pk]))
        for way in WAYS
        if account.holds(*way.posts, on=today)
    ]


def find(of: str, pk: int, route: str, account: Account, today: date) -> Lead | Opinion | None:
    """The record of a way's address, when this person may see it and go that way."""
    way = next(one for one in WAYS if one.route == route)
    if not account.holds(*way.posts, on=today):
        return None
    rows: dict[str, Any] = {
        "lead": queries.visible_leads(account, today) | queries.passed_to(account, today),
        "opinion": queries.visible_to(account, today).select_related("text"),
    }
    found = rows[of].filter(pk=pk).first() if of in rows else None
    return found if found is not None and _is_ripe(found) else None


def _is_ripe(record: Lead | Opinion) -> bool:
    return record.state not in (UNREAD if isinstance(record, Lead) else UNSENT)


def words_of(record: Lead | Opinion, account: Account) -> Words:
    """As this person may read them: of a lead what was passed on, of an opinion before its issue the reporter's own."""
    if isinstance(record, Lead):
        return Words(str(record), record.excerpt or hide(record.content))
    text = record.text
    if not account.holds(*queries.READS_OPINIONS) and record.state != OpinionState.ISSUED:
        text = record.texts.filter(kind__in=REPORTERS_OWN).order_by("-number").first()
    if text is None:
        return Words(record.title, "")
    return Words(text.title, text.situation, text.analysis, text.advice)
