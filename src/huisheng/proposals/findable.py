"""What of a proposal is found: its title, its words, its number and the names on it. Drafts are not."""

from __future__ import annotations

from collections.abc import Iterator

from huisheng.search import index
from huisheng.search.index import Findable

from .models import UNSENT_STATES, CosponsorState, LedgerRow, Proposal


def findable(proposal: Proposal) -> Findable:
    text = proposal.text
    parts = (
        [text.situation, text.analysis, *(one.content for one in text.suggestions.all()), text.rest]
        if text
        else []
    )
    signers = [str(one.member) for one in proposal.cosponsors.all() if one.state == CosponsorState.ACCEPTED]
    keys = tuple(filter(None, (proposal.number_label, proposal.sponsor_name, *signers)))
    return Findable(proposal.kind(), proposal.pk, proposal.title, "\n".join(parts), keys)


def put(proposal: Proposal) -> None:
    """Make the proposal findable, in the transaction that received or changed it."""
    one = findable(proposal)
    index.put(one.kind, one.record_id, one.title, one.body, one.keys)


def of_ledger(row: LedgerRow) -> Findable:
    keys = tuple(filter(None, (row.sponsor, row.agency_name)))
    return Findable(LedgerRow._meta.label_lower, row.pk, row.title, "", keys)


def every_findable() -> Iterator[Findable]:
    """Everything, oldest first: for rebuilding the index."""
    received = Proposal.objects.exclude(state__in=UNSENT_STATES).select_related("text")
    for proposal in (
        received.prefetch_related("text__suggestions", "cosponsors__member").order_by("pk").iterator(500)
    ):
        yield findable(proposal)
    for row in LedgerRow.objects.order_by("pk").iterator(500):
        yield of_ledger(row)
