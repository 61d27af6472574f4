"""The papers of the demonstration, read from data/*.txt: our own sentences about a made-up year of a real kind.

A paper in the file::

    ## 关于……的提案
    society urban 区住建局 +区财政局 | s=教育界 letter=B
    情况……
    = 分析……
    - 建议一
    - 建议二

First line after the title: 五位一体 category, local category, the lead agency, ``+`` assisting ones (``/`` between
agencies that answer separately), then marks: ``s=`` the sponsor's sector, ``by=`` a collective proposer,
``end=`` another end than filing, and what else happens on the way (see ``lives.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Paper:
    """One proposal as written, and what happens to it. ``marks``: name → value ("" when the mark stands alone)."""

    key: str
    title: str
    five: str
    local: str
    lead: str
    assisting: tuple[str, ...]
    separate: tuple[str, ...]
    situation: str
    analysis: str
    suggestions: tuple[str, ...]
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def end(self) -> str:
        return self.marks.get("end", "file")


Block = tuple[str, str, list[str]]  # title, the line under it, the lines that follow


def read_blocks(name: str) -> list[Block]:
    """``## title`` and what stands under it, block by block."""
    content = (DATA / name).read_text(encoding="utf-8")
    blocks = (
        [line.strip() for line in block.splitlines() if line.strip()]
        for block in re.split(r"^## ", content, flags=re.M)[1:]
    )
    return [(title, head, lines) for title, head, *lines in blocks]


def read_papers(name: str) -> list[Paper]:
    """The papers of a file, in its order; the key is the file's name and the place in it."""
    return [_paper(f"{name.removesuffix('.txt')}-{i}", block) for i, block in enumerate(read_blocks(name), 1)]


def _paper(key: str, block: Block) -> Paper:
    title, head, lines = block
    places, _, marks = head.partition("|")
    five, local, *agencies = places.split()
    own = agencies[0].split("/") if agencies else [""]
    return Paper(
        key=key, title=title, five=five, local=local,
        lead=own[0] if len(own) == 1 else "", separate=tuple(own) if len(own) > 1 else (),
        assisting=tuple(one.removeprefix("+") for one in agencies[1:]),
        situation="\n".join(line for line in lines if line[0] not in "=-"),
        analysis="\n".join(line[1:].strip() for line in lines if line[0] == "="),
        suggestions=tuple(line[1:].strip() for line in lines if line[0] == "-"),
        marks={name: value for name, _, value in (mark.partition("=") for mark in marks.split())},
    )  # fmt: skip


def pools(name: str) -> dict[str, list[str]]:
    """``[name]`` and the sentences under it."""
    found: dict[str, list[str]] = {}
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            found[line.strip("[] ")] = rows = []
        elif line.strip():
            rows.append(line.strip())
    return found


class Deck:
    """A pool dealt like cards: no sentence comes back before all others were dealt."""

    def __init__(self, cards: list[str], rng: Random) -> None:
        self.cards, self.rng, self.hand = cards, rng, list[str]()

    def deal(self) -> str:
        if not self.hand:
            self.hand = self.rng.sample(self.cards, len(self.cards))
        return self.hand.pop()


_STREETS = ("济源路街道", "中心路街道", "新安路街道", "工业路街道", "矿山街道", "峡窝镇")
_MONTHS = ("去年九月", "去年十月", "去年十一月", "去年十二月", "今年一月", "春节前")


class Voice:
    """How a paper and its answer speak: opening words, the way its writer got to know, the answers point by point."""

    def __init__(self, seed: str) -> None:
        self.rng = Random(seed)
        self.decks = {name: Deck(cards, self.rng) for name, cards in pools("sentences.txt").items()}

    def _say(self, pool: str, **words: object) -> str:
        return self.decks[pool].deal().format(**words)

    def situation(self, paper: Paper, *, is_collective: bool) -> str:
        """The situation, with a sentence on how it was found out; never the same one in neighbouring papers."""
        pool = "found_out_by_a_body" if is_collective else "found_out"
        how = self._say(
            pool, street=self.rng.choice(_STREETS), month=self.rng.choice(_MONTHS), n=self.rng.randint(3, 9),
            m=self.rng.randint(12, 86), p=self.rng.randint(41, 78),
        )  # fmt: skip
        after = [
            self._in_turn(paper, pool, stride)
            for pool, stride in ((f"impact_{paper.local}", 7), ("so_far", 5))
        ]
        why = "" if is_collective else self._in_turn(paper, "why_now", 5)
        return "\n".join(part for part in (paper.situation, how, "".join(after), why) if part)

    def _in_turn(self, paper: Paper, pool: str, stride: int) -> str:
        """The sentence whose turn it is: neighbouring papers get different ones."""
        cards = self.decks[pool].cards
        return cards[(int(paper.key.rpartition("-")[2]) * stride + len(paper.title)) % len(cards)]

    def contact(self, paper: Paper) -> str:
        return self._say("contact", head=head(paper.suggestions[0]))

    def opinion(self, agency: str, paper: Paper) -> str:
        return self._say("opinion", us=ourselves(agency), head=head(self.rng.choice(paper.suggestions)))

    def answer(self, letter: str, suggestion: str, agency: str, on: date) -> str:
        """The answer to one suggestion: done, planned or not possible now, as the letter of the reply says.

        on: the day it is written; what is told as done was done in a month before.
        """
        kind = self.rng.choice({"A": ("done", "done", "done", "doing"), "B": ("done", "doing", "planned"),
                                "C": ("doing", "kept")}[letter])  # fmt: skip
        return self._say(kind, us=ourselves(agency), head=head(suggestion), n=self.rng.randint(2, 9),
                         m=self.rng.randint(12, 60), month=max(1, on.month - self.rng.randint(1, 2)))  # fmt: skip

    def opening(self, title: str, agency: str) -> str:
        return self._say("opening", title=title, us=ourselves(agency))

    def closing(self, agency: str) -> str:
        return self._say("closing", us=ourselves(agency))

    def promise(self, suggestion: str) -> str:
        return self._say("promise", head=head(suggestion))

    def sentence(self, pool: str, **words: object) -> str:
        return self._say(pool, **words)


_INNER = str.maketrans("“”", "‘’")  # it stands inside quotation marks


def head(suggestion: str) -> str:
    """The first clause of a suggestion, as an answer quotes it."""
    clauses = re.split(r"[，；。：]", suggestion.strip("。 "))
    found = clauses[0]
    if len(found) < 7 and len(clauses) > 1:
        found = f"{found}，{clauses[1]}"
    return found[:30].translate(_INNER)


_OURSELVES = (
    ("办事处", "我办事处"), ("人民政府", "我镇"), ("委员会", "我委"), ("办公室", "我办"), ("大队", "我大队"),
    ("分局", "我局"), ("局", "我局"), ("处", "我处"), ("中心", "我中心"), ("公司", "我公司"), ("联合会", "我会"),
    ("总工会", "我会"), ("协会", "我会"), ("部", "我部"),
)  # fmt: skip


def ourselves(agency: str) -> str:
    """How an agency calls itself in a letter: 我局, 我委, 我镇."""
    return next((word for ending, word in _OURSELVES if agency.endswith(ending)), "我单位")
