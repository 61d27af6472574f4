"""What of 社情民意 is found: an opinion by its words, reporter and number; a lead by its words and receipt number.

A sender's contact is never part of the index.
"""

from __future__ import annotations

from collections.abc import Iterator

from huisheng.search import index
from huisheng.search.index import Findable

from .models import UNSENT, Lead, Opinion


def findable(opinion: Opinion) -> Findable:
    text = opinion.text
    body = "\n".join((text.situation, text.analysis, text.advice)) if text else ""
    keys = tuple(filter(None, (opinion.number_label, opinion.reporter_name)))
    return Findable(opinion.kind(), opinion.pk, opinion.title, body, keys)


def of_lead(lead: Lead) -> Findable:
    return Findable(
        lead.kind(), lead.pk, lead.gist, lead.content, tuple(filter(None, (lead.code, lead.place)))
    )


def put(opinion: Opinion) -> None:
    """Make the opinion findable, in the transaction that received or changed it."""
    one = findable(opinion)
    index.put(one.kind, one.record_id, one.title, one.body, one.keys)


def put_lead(lead: Lead) -> None:
    one = of_lead(lead)
    index.put(one.kind, one.record_id, one.title, one.body, one.keys)


def every_findable() -> Iterator[Findable]:
    """Everything, oldest first: for rebuilding the index."""
    for opinion in (
        Opinion.objects.exclude(state__in=UNSENT).select_related("text").order_by("pk").iterator(500)
    ):
        yield findable(opinion)
    for lead in Lead.objects.order_by("pk").iterator(500):
        yield of_lead(lead)
