"""推荐: which category, committee and agency a lead is about, each with its ground. A clerk decides; unsure means silent.

Two grounds count: the words of a duty that the letter says, and earlier letters like it that a clerk sorted so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from huisheng.kernel import local
from huisheng.kernel.text import cached_words, normalise
from huisheng.people.models import Account, Agency, Body, BodyKind
from huisheng.search import similar, suggest
from huisheng.search.vectors import speaks, synonyms

from . import local_rules as rules
from .models import Lead
from .queries import visible_leads

NEAR = 12  # letters asked of the index
NEAR_FROM = 0.2  # likeness below which an earlier letter is about something else
OFFERED = 2
SURE_FROM = 0.25  # below it neither duties nor earlier letters say enough
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
IN_GIST, IN_LETTER = 0.6, 0.35  # what a word of a category counts in the clerk's own line, and in the letter
LONGEST = 40  # characters of a quoted sentence


Unit = tuple[Any, str, str]  # id, name, words of its duty
Found = tuple[Any, float, str]  # id, how sure, why


@dataclass(frozen=True)
class Suggestion:
    """``value`` is what the step 归类 is answered with; ``ground``: why, in a sentence."""

    value: str
    label: str
    ground: str
    score: float


@dataclass
class Aids:
    categories: list[Suggestion] = field(default_factory=list)
    committees: list[Suggestion] = field(default_factory=list)
    agencies: list[Suggestion] = field(default_factory=list)

    def groups(self) -> list[tuple[str, str, list[Suggestion]]]:
        """(the form's field, its name, what is suggested), those with something to say."""
        rows = (("category", "类别", self.categories), ("committee", "对口专委会", self.committees),
                ("agency", "涉及单位", self.agencies))  # fmt: skip
        return [row for row in rows if row[2]]


def aids(lead: Lead, account: Account, today: date) -> Aids:
    """Everything that can be suggested for a lead: two questions to the index, three to the tables."""
    text = f"{lead.gist}\n{lead.content}"
    if not text.strip():
        return Aids()
    near = _near(lead, account, today)
    categories: list[Unit] = [
        (one.code, one.label, local.text_of(rules.LEAD_CATEGORY, one, "words"))
        for one in local.options(rules.LEAD_CATEGORY, today)
    ]
    bodies = Body.objects.filter(kind=BodyKind.COMMITTEE, ends_on=None)
    committees = list(bodies.values_list("pk", "name", "duty"))
    agencies = list(Agency.objects.filter(ends_on=None).values_list("pk", "name", "duty"))
    return Aids(
        _ranked(categories, _by_words(lead, categories), near, "category"),
        _ranked(committees, _by_duty(text, committees), near, "committee_id"),
        _ranked(agencies, _by_duty(text, agencies), near, "agency_id"),
    )


def _near(lead: Lead, account: Account, today: date) -> list[tuple[float, Lead]]:
    seen = visible_leads(account, today)
    found = similar.similar(str(lead), lead.content, Lead.kind(), NEAR, exclude=lead.pk, within=seen)
    close = [one for one in found if one.score >= NEAR_FROM]
    rows = Lead.objects.in_bulk([one.record_id for one in close]) if close else {}
    return [(one.score, rows[one.record_id]) for one in close if one.record_id in rows]


def _by_words(lead: Lead, categories: list[Unit]) -> Iterator[Found]:
    """A category is spoken of by as many of its words as the letter says."""
    gist, letter = normalise(lead.gist), normalise(lead.content)
    for code, _, words in categories:
        said = [one for one in re.split(r"[、，,\s]+", words) if one and (one in gist or one in letter)]
        if said:
            score = sum(IN_GIST if one in gist else IN_LETTER for one in said)
            yield code, min(1.0, score), f"说到{''.join(f'“{one}”' for one in said[:4])}"


def _by_duty(text: str, units: list[Unit]) -> Iterator[Found]:
    for pk, score, clause in suggest.duty_match(text, [unit for unit in units if unit[2]]):
        said = _sentence_about(clause, text)
        yield pk, score, f"职责里有“{clause}”" + (f"，来信写道“{said}”" if said else "")


def _ranked(
    units: list[Unit], found: Iterable[Found], near: list[tuple[float, Lead]], column: str
) -> list[Suggestion]:
    """The best of what the words and the earlier letters say together."""
    names = {pk: name for pk, name, _ in units}
    scores: dict[Any, float] = defaultdict(float)
    grounds: dict[Any, list[str]] = defaultdict(list)
    for pk, score, ground in found:
        scores[pk] += score
        grounds[pk].append(ground)
    for score, other in near:
        value = getattr(other, column)
        if value in names:
            scores[value] += score
            grounds[value].append(f"相近的线索{other.code}这样归类")
    best = sorted(scores.items(), key=lambda pair: (-pair[1], str(pair[0])))
    sure = [(pk, score) for pk, score in best if score >= SURE_FROM][:OFFERED]
    return [Suggestion(str(pk), names[pk], "；".join(grounds[pk][:3]), round(score, 3)) for pk, score in sure]


def _sentence_about(clause: str, text: str) -> str:
    """The sentence of the letter that says the clause, or a word of it, or another word for it; "" when none does."""
    words = [word for word in cached_words(clause) if speaks(word)]
    wanted = [clause, *words, *(other for word in words for other in sorted(synonyms().get(word, ())))]
    sentences = [one.strip() for one in _SENTENCE.findall(text) if one.strip()]
    for word in wanted:
        for sentence in sentences:
            if word in normalise(sentence):
                return sentence if len(sentence) <= LONGEST else f"{sentence[:LONGEST]}…"
    return ""
