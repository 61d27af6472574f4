"""相似: what has been raised before that is like this text, best first, in two bands.

Two steps. The index gives candidates: the terms that say most about the text, each asked for by its pairs of
characters, weighed by how rare it is. The candidates are then compared word by word: cosine of the words (the
title counting more), plus the pairs of characters the titles share. A score never merges anything by itself:
people look at a ranked list.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat
from operator import mul

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from huisheng.kernel.text import fingerprint, normalise, pieces, tokens

from .engines import engine
from .index import phrase, visible_sql
from .models import SearchRow
from .vectors import (
    FIRST_WORD,
    WORDS_READ,
    Rarity,
    concepts,
    counted,
    number,
    plain_title,
    rarity,
    synonyms,
    unpack,
)

CANDIDATES = 60  # compared word by word
TERMS = 20  # asked of the index
ROWS = 4_000  # read from the index for one text, about: frequent terms cost the most and say the least
_AT_LEAST = 4  # terms asked for, however frequent
_FOR_A_SYNONYM = 0.5  # of the word's own weight
_COMMON = (
    0.12  # a term in more than this share of all records is not asked for (one frequent term costs the most)
)
# what each likeness counts (bench/similar): words, characters, words with synonyms together, pairs of the titles, and
# how much of what was asked of the index the record holds
_WORDS, _CHARS, _MEANT, _TITLE, _HELD = 0.4, 0.7, 0.4, 0.3, 0.9
_BARE = 60  # characters and words, together, that a record without a body has at most
_WHOLE = _WORDS + _CHARS + _MEANT + _TITLE + _HELD

LIKELY, POSSIBLE = "极可能重复", "可能相关"
# Read from bench/similar (evaluate.py --bands): above LIKELY_FROM 19 of 20 are the same matter
LIKELY_FROM, POSSIBLE_FROM = 0.6, 0.25


@dataclass(frozen=True)
class Match:
    """An earlier record and how alike it is: 0 (nothing) to 1 (the same paper)."""

    record_id: int
    score: float
    band: str  # LIKELY, POSSIBLE or ""


def similar(
    title: str,
    body: str,
    kind: str,
    limit: int = 20,
    exclude: Iterable[int] | int | None = None,
    within: QuerySet | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> list[Match]:
    """The records of a kind most like the text, best first; `within` holds those the person may see (None: all).

    `exclude` are record ids left out (the text itself). A text that says nothing has nothing like it.
    """
    title, body = normalise(title or ""), normalise(body or "").head(WORDS_READ)
    rare = rarity(using)
    wanted = counted(title, body)
    asked = _asked(title, body, wanted, rare)
    if not asked:
        return []
    left_out = {exclude} if isinstance(exclude, int) else set(exclude or ())
    rows = _candidates(asked, kind, left_out, within, using)
    own = _Text(wanted, plain_title(title), rare)
    heading = _Text(counted(title, ""), plain_title(title), rare) if title and body else own
    all_held = sum(weight for _, weight in asked)
    found = []
    for record_id, other, words, counts, held in rows:
        score = own.likeness(words, counts, plain_title(other), float(held) / all_held)
        if len(counts) <= _BARE:  # a row of an old ledger has a title only: titles are compared
            score = max(score, heading.likeness(words, counts, plain_title(other)))
        if score > 0:
            found.append(Match(record_id, round(score, 4), band(score)))
    found.sort(key=lambda match: (-match.score, -match.record_id))
    return found[:limit]


def band(score: float) -> str:
    return LIKELY if score >= LIKELY_FROM else POSSIBLE if score >= POSSIBLE_FROM else ""


def same_document(
    body: str, kind: str, within: QuerySet | None = None, using: str = DEFAULT_DB_ALIAS
) -> list[int]:
    """Ids of records with the same body, letter for letter (punctuation and spaces overlooked); empty for none."""
    if not tokens(body):
        return []
    rows = SearchRow.objects.using(using).filter(kind=kind, body_digest=fingerprint(body))
    if within is not None:
        rows = rows.filter(record_id__in=within.order_by().values("pk"))
    return list(rows.order_by("record_id").values_list("record_id", flat=True))


# -- candidates ----------------------------------------------------------------------------------------------------


def _asked(title: str, body: str, wanted: dict[int, int], rare: Rarity) -> list[tuple[str, float]]:
    """The terms that say most, with their weights, until they cost too much."""
    weights: dict[str, float] = {}
    for word in dict.fromkeys([*pieces(title), *pieces(body)]):
        if key := number(word):
            weights[word] = (1 + math.log(wanted[key])) * rare.of(key)
    ranked = sorted(weights, key=lambda word: -weights[word])
    asked: dict[str, float] = {}
    rows = 0.0
    for word in ranked:
        cost = rare.share(number(word)) * rare.size
        if rows + cost > ROWS and len(asked) >= _AT_LEAST:
            continue
        rows += cost
        asked[word] = weights[word]
        if len(asked) == TERMS:
            break
    for word in tuple(asked):
        for other in synonyms().get(word, ()):
            rows += rare.share(number(other)) * rare.size
            if rows <= 2 * ROWS:
                asked.setdefault(other, asked[word] * _FOR_A_SYNONYM)
    return list(asked.items())


def _candidates(
    asked: list[tuple[str, float]], kind: str, left_out: set[int], within: QuerySet | None, using: str
) -> list[tuple[int, str, bytes, bytes, float]]:
    """(record id, folded title, words, counts, weight held) of the records that hold most of the terms' weight.

    One query, whatever is found.
    """
    phrases = [(wanted, weight) for word, weight in asked if (wanted := phrase(word))]
    hits, params = engine(using).weighed(phrases)
    allowed, allowed_params = visible_sql("found", [kind], None if within is None else {kind: within}, using)
    not_these = ""
    if left_out:
        not_these = f" AND r.record_id NOT IN ({', '.join(['%s'] * len(left_out))})"
    sql = (
        f"WITH hits AS ({hits}), heavy AS (SELECT id, sum(weight) AS weight FROM hits GROUP BY id), "
        "found AS MATERIALIZED (SELECT r.id, r.kind, r.record_id, heavy.weight FROM heavy "
        f"JOIN search_searchrow r ON r.id = heavy.id WHERE r.kind = %s{not_these}), "
        f"best AS MATERIALIZED (SELECT id, record_id, weight FROM found WHERE {allowed} "
        "ORDER BY weight DESC, id DESC LIMIT %s) "
        "SELECT best.record_id, v.title, v.words, v.counts, best.weight FROM best "
        "JOIN search_searchvector v ON v.row_id = best.id"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [*params, kind, *sorted(left_out), *allowed_params, CANDIDATES])
        return cursor.fetchall()


# -- comparing -----------------------------------------------------------------------------------------------------


class _Text:
    """One text ready to be compared with many."""

    def __init__(self, counts: dict[int, int], title: str, rare: Rarity):
        self.rare = rare
        weights = {key: _LOGS[min(count, 255)] * rare.of(key) for key, count in counts.items()}
        words = {key: weight for key, weight in weights.items() if key >= FIRST_WORD}
        chars = {key: weight for key, weight in weights.items() if key < FIRST_WORD}
        # divided by their lengths once, so that the products below are cosines but for the other text's length
        self.words, self.chars = _unit(words), _unit(chars)
        self.heavy = {key: weight / sum(words.values()) for key, weight in words.items()}
        self.meant = _unit(_meant(words))
        self.says = {key: concept for key, concept in concepts().items() if concept in self.meant}
        self.ratio = _length(words.values()) / _length(_meant(words).values())
        self.pairs = _pairs(title)

    def likeness(self, words: bytes, counts: bytes, title: str, held: float | None = None) -> float:
        """0 to 1; `held` is the share of the asked terms' weight that the index found in the other text, None asks
        the words themselves.

        Done for every candidate of every question, hence whole rows at a time and no loop but over what is shared.
        """
        keys, times, first_word = unpack(words, counts)
        weights = list(
            map(mul, map(_LOGS.__getitem__, times), map(self.rare.idf.get, keys, repeat(self.rare.unknown)))
        )
        of_chars, of_words = weights[:first_word], weights[first_word:]
        char_product = sum(map(mul, of_chars, map(self.chars.get, keys[:first_word], repeat(0.0))))
        word_product = sum(map(mul, of_words, map(self.words.get, keys[first_word:], repeat(0.0))))
        if held is None:
            held = sum(self.heavy[key] for key in self.heavy.keys() & set(keys))
        likeness = (
            (
                _WORDS * word_product
                + _MEANT * self._meant(dict(zip(keys, weights, strict=True)), word_product)
            )
            / _length(of_words)
            + _CHARS * char_product / _length(of_chars)
            + _TITLE * self._titles(title)
            + _HELD * held
        )
        return min(1.0, likeness / _WHOLE)

    def _meant(self, weights: dict[int, float], word_product: float) -> float:
        """The product of what both mean: that of their words, with those of the table of synonyms taken out and put
        in again by what they say."""
        said: dict[int, float] = {}
        for key, concept in self.says.items():
            if weight := weights.get(key):
                word_product -= self.words.get(key, 0.0) * weight
                said[concept] = max(weight, said.get(concept, 0.0))
        return word_product * self.ratio + sum(
            self.meant[concept] * weight for concept, weight in said.items()
        )

    def _titles(self, title: str) -> float:
        other = _pairs(title)
        both = len(self.pairs & other)
        return both / len(self.pairs | other) if both else 0.0


_LOGS = [0.0] + [1 + math.log(count) for count in range(1, 256)]


def _length(weights: Iterable[float]) -> float:
    return math.hypot(*weights) or 1.0


def _unit(weights: dict[int, float]) -> dict[int, float]:
    length = _length(weights.values())
    return {key: weight / length for key, weight in weights.items()}


def _meant(words: dict[int, float]) -> dict[int, float]:
    """The words with synonyms put together: the heaviest of a group stands for it."""
    same = concepts()
    meant: dict[int, float] = {}
    for key, weight in words.items():
        key = same.get(key, key)
        if weight > meant.get(key, 0.0):
            meant[key] = weight
    return meant


def _pairs(title: str) -> set[str]:
    return {title[at : at + 2] for at in range(len(title) - 1)}
