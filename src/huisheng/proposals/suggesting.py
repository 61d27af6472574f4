"""Suggestions with a concrete ground: which agency, which category, what is like it. People decide; unsure means silent.

One question to the index answers all three: what is near in words votes for its lead agency and its category, and
the nearest of all are shown with the passages they share. A category is read by the kept classifier where one was
learned (``learn_categories``, done by the worker), else from the neighbours.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Subquery

from huisheng.kernel import local
from huisheng.kernel.gather import Part, gather
from huisheng.people.models import Account, Agency
from huisheng.search import similar, suggest

from . import likeness
from .local_rules import FIVE
from .models import FILED_STATES, LedgerRow, Promise, Proposal, State, Suggestion, Text
from .queries import is_desk, visible_to
from .texts import whole

NEAR = 24  # proposals asked of the index; the filed ones among them vote
VOTERS = 12
OFFERED = 3
STANDING = (
    State.SUBMITTED,
    State.REVIEWED,
    State.DECIDED,
    State.FILED,
    State.HANDLING,
)  # as forms.mergeable_into asks
NEAR_FROM = 0.12  # likeness below which an earlier case is another matter and has no vote
# read from the demonstration year, each proposal against the others: with 0.3 six of ten are spoken of, and for two of
# three of these the agency that leads is among those offered
SURE_FROM = 0.3  # the best one; below it neither the past nor the duties say enough, and nothing is said
WISHED = 0.5  # what the sponsor's own wish counts: more than one near case
ALSO_FROM = 0.2  # the second and third
AGREE_FROM = 0.5  # the share of the neighbours' votes that a category needs
CASES_NEEDED = 3  # neighbours with a category, below which they are not asked
LEARN_FROM = 60  # filed proposals; below this a classifier is not worth keeping


@dataclass(frozen=True)
class AgencySuggestion:
    """An agency and why: the nearest past cases and the clause of its duties that the text speaks of."""

    agency: Agency
    ground: str
    score: float


@dataclass(frozen=True)
class CategorySuggestion:
    code: str
    label: str
    confidence: float

    @property
    def percent(self) -> int:
        return round(self.confidence * 100)


@dataclass
class Aids:
    """What helps a person decide on one proposal; each list is empty where nothing can be said with a ground."""

    agencies: list[AgencySuggestion] = field(default_factory=list)
    categories: list[CategorySuggestion] = field(default_factory=list)
    alike: list[likeness.Alike] = field(default_factory=list)
    mergeable: set[int] = field(default_factory=set)


def load(pk: int, account: Account, today: date) -> tuple[Proposal | None, bool]:
    """The proposal with its words and suggested agencies, when the account may see it; and whether there is a ledger.

    One query, so that the comparison itself is what the page costs.
    """
    own = Proposal.objects.filter(pk=pk)
    first = LedgerRow.objects.order_by("pk").values("pk")[:1]
    found = gather({
        "proposal": Part(visible_to(account, today).filter(pk=pk), {"text": ()}),
        "suggestions": Part(Suggestion.objects.filter(text__in=own.values("text"))),
        "suggested": Part(Agency.objects.filter(suggested_for=pk), fields=("name",)),
        "ledger": Part(LedgerRow.objects.filter(pk=Subquery(first)), fields=("year",)),
    })  # fmt: skip
    if not found["proposal"]:
        return None, False
    proposal: Proposal = found["proposal"][0]
    proposal._prefetched_objects_cache = {"suggested": found["suggested"]}  # type: ignore[attr-defined]
    if proposal.text is not None:
        rows = sorted(found["suggestions"], key=lambda one: one.number)
        proposal.text._prefetched_objects_cache = {"suggestions": rows}  # type: ignore[attr-defined]
    return proposal, bool(found["ledger"])


def aids(proposal: Proposal, account: Account, today: date, has_ledger: bool = True) -> Aids:
    """Everything that can be said about a proposal by comparing it: two questions to the index, one to the tables."""
    text = proposal.text
    if text is None:
        return Aids()
    contents = [one.content for one in text.suggestions.all()]
    own = whole(text.title, text.situation, text.analysis, contents)
    seen = visible_to(account, today).exclude(state__in=(State.DRAFT, State.DISCARDED))
    near = similar.similar(proposal.title, own, Proposal.kind(), NEAR, exclude=proposal.pk, within=seen)
    older = similar.similar(proposal.title, own, LedgerRow._meta.label_lower, VOTERS) if has_ledger else []
    found = _loaded(near, older, [one.record_id for one in near if one.band][: likeness.MOST])
    return Aids(
        _agencies(proposal, own, near, older, found),
        categories_of(f"{proposal.title}\n{own}", near, found["near"]),
        _alike(own, near, older, found, is_desk(account)),
        {
            one.pk
            for one in found["near"].values()
            if one.session_id == proposal.session_id and one.state in STANDING
        },
    )


def _loaded(near: list[similar.Match], older: list[similar.Match], shown: list[int]) -> dict[str, Any]:
    """The records behind the matches in one query, whole texts only of those that are shown."""
    rows = gather({
        "near": Part(Proposal.objects.filter(pk__in=[one.record_id for one in near]),
                     {"session": (), "session__term": ("number",)}),
        "texts": Part(Text.objects.filter(proposal__in=shown, pk=F("proposal__text"))),
        "suggestions": Part(Suggestion.objects.filter(text__proposal__in=shown, text=F("text__proposal__text"))),
        "promises": Part(Promise.objects.filter(proposal__in=shown, is_live=True)),
        "older": Part(LedgerRow.objects.filter(pk__in=[one.record_id for one in older])),
        "agencies": Part(Agency.objects.filter(ends_on=None), fields=("name", "duty", "initials")),
    })  # fmt: skip
    by_text: dict[int, list[Suggestion]] = defaultdict(list)
    for one in rows["suggestions"]:
        by_text[one.text_id].append(one)
    promised: dict[int, list[Promise]] = defaultdict(list)
    for promise in rows["promises"]:
        promised[promise.proposal_id].append(promise)
    proposals = {one.pk: one for one in rows["near"]}
    for text in rows["texts"]:
        proposal = proposals[text.proposal_id]
        proposal.text = text
        text._prefetched_objects_cache = {"suggestions": sorted(by_text[text.pk], key=lambda one: one.number)}
        proposal._prefetched_objects_cache = {"promises": promised[proposal.pk]}
    return {
        "near": proposals, "shown": set(shown), "older": {one.pk: one for one in rows["older"]},
        "agencies": {one.pk: one for one in rows["agencies"]},
    }  # fmt: skip


def _alike(
    own: str, near: list[similar.Match], older: list[similar.Match], found: dict[str, Any], inside: bool
) -> list[likeness.Alike]:
    ours = [
        likeness.of_ours(found["near"][one.record_id], one.band, own, inside)
        for one in near
        if one.record_id in found["shown"] and one.record_id in found["near"]
    ]
    banded = [one for one in older if one.band][: likeness.MOST]
    return ours + [
        likeness.of_ledger(found["older"][one.record_id], one.band)
        for one in banded
        if one.record_id in found["older"]
    ]


# -- agencies ----------------------------------------------------------------------------------------------------
def _agencies(
    proposal: Proposal, own: str, near: list[similar.Match], older: list[similar.Match], found: dict[str, Any]
) -> list[AgencySuggestion]:
    """At most three agencies, best first; none when neither the past nor the duties say enough."""
    agencies: dict[int, Agency] = found["agencies"]
    votes: dict[int, float] = defaultdict(float)
    grounds: dict[int, list[str]] = defaultdict(list)
    cases = list(_cases(near, older, found))[:VOTERS]
    weight = sum(score for score, _, _ in cases) or 1.0
    said: dict[int, list[str]] = defaultdict(list)
    for score, agency, label in cases:
        votes[agency] += (
            score * score / weight
        )  # half the neighbours being near counts as much as one being nearest
        said[agency].append(label)
    for agency, labels in said.items():
        shown = "、".join(labels[:3]) + ("等" if len(labels) > 3 else "")
        grounds[agency].append(f"相近的 {len(cases)} 件中 {len(labels)} 件由它主办（{shown}）")
    for wished in proposal.suggested.all():
        votes[wished.pk] += WISHED
        grounds[wished.pk].insert(0, "提案人建议由它办理")
    duties = [(one.pk, one.name, one.duty) for one in agencies.values() if one.duty]
    for pk, score, clause in suggest.duty_match(f"{proposal.title}\n{own}", duties)[:6]:
        votes[pk] += score * 0.5
        grounds[pk].append(f"职责里有“{clause}”")
    best = sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))
    if not best or best[0][1] < SURE_FROM:
        return []
    sure = [(pk, score) for pk, score in best if pk in agencies and score >= ALSO_FROM][:OFFERED]
    return [AgencySuggestion(agencies[pk], "；".join(grounds[pk]), round(score, 3)) for pk, score in sure]


def _cases(
    near: list[similar.Match], older: list[similar.Match], found: dict[str, Any]
) -> Iterable[tuple[float, int, str]]:
    """(likeness, lead agency, how it is cited) of the earlier cases that were handled, nearest first."""
    cases = []
    for one in near:
        row = found["near"].get(one.record_id)
        if row is not None and row.state in FILED_STATES and row.lead_agency_id and one.score >= NEAR_FROM:
            cases.append((one.score, row.lead_agency_id, f"{row.year}年{row.number_label}"))
    for one in older:
        row = found["older"].get(one.record_id)
        if row is not None and row.agency_id and one.score >= NEAR_FROM:
            cases.append((one.score, row.agency_id, f"{row.year}年第{row.number:03d}号"))
    return sorted(cases, reverse=True)


# -- categories --------------------------------------------------------------------------------------------------
def categories_of(
    text: str, near: list[similar.Match], rows: dict[int, Proposal]
) -> list[CategorySuggestion]:
    """The likeliest of the five categories; empty when the classifier abstains or the neighbours do not agree."""
    model = _kept()
    if model is not None:
        return (
            []
            if model.abstains(text)
            else [_category(code, sure) for code, sure in model.top(text, 2) if sure >= 0.1]
        )
    votes: Counter[str] = Counter()  # summed likeness, not whole numbers
    voters = 0
    for one in near:
        row = rows.get(one.record_id)
        if row is not None and row.category_five and row.state in FILED_STATES and one.score >= NEAR_FROM:
            votes[row.category_five] += one.score**2  # type: ignore[assignment]
            voters += 1
    total = sum(votes.values())
    if voters < CASES_NEEDED or votes.most_common(1)[0][1] / total < AGREE_FROM:
        return []
    return [_category(code, round(score / total, 2)) for code, score in votes.most_common(2)]


def _category(code: str, confidence: float) -> CategorySuggestion:
    return CategorySuggestion(code, local.label_of(FIVE, code), confidence)


_memory: dict[str, Any] = {"stamp": None, "model": None}


def _file() -> Path:
    return Path(settings.DATA) / "learned" / "category_five.json"


def _kept() -> suggest.Classifier | None:
    """The classifier as it was last learned, read once by each process and again when the file is newer."""
    try:
        stamp = _file().stat().st_mtime_ns
    except OSError:
        return None
    if _memory["stamp"] != stamp:
        _memory["model"] = suggest.Classifier.loads(_file().read_text(encoding="utf-8"))
        _memory["stamp"] = stamp
    return _memory["model"]


def learn_categories(most: int = 5000) -> int:
    """Learn the five categories from what was filed, newest first; the worker's nightly task. Returns how many texts.

    The model lies beside the database and can be learned again at any time: it is no part of a backup.
    """
    rows = Text.objects.filter(
        pk=F("proposal__text"), proposal__state__in=FILED_STATES
    ).exclude(proposal__category_five="").order_by("-proposal__pk")[:most]  # fmt: skip
    examples = [
        (f"{row.title}\n{whole(row.title, row.situation, row.analysis, [one.content for one in row.suggestions.all()])}",
         row.proposal.category_five)
        for row in rows.select_related("proposal").prefetch_related("suggestions")
    ]  # fmt: skip
    if len(examples) < LEARN_FROM:
        _file().unlink(missing_ok=True)
        return 0
    kept = suggest.Classifier.train(examples).dumps()
    json.loads(kept)  # what cannot be read back is not kept
    _file().parent.mkdir(parents=True, exist_ok=True)
    fresh = _file().with_suffix(".new")
    fresh.write_text(kept, encoding="utf-8")
    os.replace(fresh, _file())
    return len(examples)
