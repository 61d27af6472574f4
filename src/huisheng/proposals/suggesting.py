"""Suggestions with a concrete ground: which agency, which category. People decide; unsure means silent."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from huisheng.kernel import local
from huisheng.people.models import Agency
from huisheng.search import similar, suggest

from .local_rules import FIVE
from .models import FILED_STATES, LedgerRow, Proposal

NEAREST = 12
OFFERED = 3
SURE_FROM = 0.18  # below this neither the past nor the duties say enough


@dataclass(frozen=True)
class AgencySuggestion:
    agency: Agency
    ground: str
    score: float


def text_of(proposal: Proposal) -> str:
    text = proposal.text
    if text is None:
        return ""
    return "\n".join([text.situation, text.analysis, *(one.content for one in text.suggestions.all())])


def agencies_for(proposal: Proposal, today: date) -> list[AgencySuggestion]:
    """At most three agencies, each with the nearest past cases and the duty sentence that matched; none when unsure."""
    body = text_of(proposal)
    votes: dict[int, float] = defaultdict(float)
    grounds: dict[int, list[str]] = defaultdict(list)
    _from_the_past(proposal, body, votes, grounds)
    duties = [(one.pk, one.name, one.duty) for one in Agency.objects.filter(ends_on=None).exclude(duty="")]
    for pk, score, sentence in suggest.duty_match(f"{proposal.title}\n{body}", duties)[:6]:
        votes[pk] += score * 0.6
        grounds[pk].append(f"职责：“{sentence}”")
    best = sorted(votes.items(), key=lambda pair: -pair[1])[:OFFERED]
    agencies = Agency.objects.in_bulk([pk for pk, score in best if score >= SURE_FROM])
    return [
        AgencySuggestion(agencies[pk], "；".join(grounds[pk]), round(score, 3)) for pk, score in best if pk in agencies
    ]


def _from_the_past(
    proposal: Proposal, body: str, votes: dict[int, float], grounds: dict[int, list[str]]
) -> None:
    """The nearest handled proposals and ledger rows vote for their lead agency, by how near they are."""
    handled = Proposal.objects.filter(state__in=FILED_STATES, lead_agency__isnull=False)
    near = {m.record_id: m.score for m in similar.similar(
        proposal.title, body, Proposal.kind(), NEAREST, exclude=proposal.pk, within=handled)}  # fmt: skip
    cases: dict[int, list[str]] = defaultdict(list)
    for one in handled.filter(pk__in=near):
        votes[one.lead_agency_id] += near[one.pk] ** 2
        cases[one.lead_agency_id].append(f"{one.year}年{one.number_label}")
    kind = LedgerRow._meta.label_lower
    old = {m.record_id: m.score for m in similar.similar(proposal.title, "", kind, NEAREST)}
    for row in LedgerRow.objects.filter(pk__in=old, agency__isnull=False):
        votes[row.agency_id] += old[row.pk] ** 2
        cases[row.agency_id].append(f"{row.year}年第{row.number:03d}号")
    total = sum(len(found) for found in cases.values())
    for pk, found in cases.items():
        grounds[pk].append(f"相近的{total}件中{len(found)}件由它主办（{'、'.join(found[:3])}）")


def categories_for(proposal: Proposal) -> list[tuple[str, float]]:
    """The five-fold category the nearest past cases were given; empty when they do not agree."""
    near = similar.similar(proposal.title, text_of(proposal), Proposal.kind(), NEAREST, exclude=proposal.pk)
    scores = {match.record_id: match.score for match in near}
    votes: Counter[str] = Counter()
    for pk, code in Proposal.objects.filter(pk__in=scores).exclude(category_five="").values_list("pk", "category_five"):
        votes[code] += scores[pk] ** 2
    total = sum(votes.values())
    if total == 0 or votes.most_common(1)[0][1] / total < 0.5:
        return []
    return [(local.label_of(FIVE, code), round(score / total, 2)) for code, score in votes.most_common(3)]
