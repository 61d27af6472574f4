"""Words of a proposal: what changed between two versions, and what a paste from a word processor leaves behind."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from .models import Text

_PIECE = re.compile(r"[^。！？；\n，、：]*[。！？；\n，、：]?")


class Piece(NamedTuple):
    """``kind``: same, added, removed."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """The new text with what was taken out and put in, by clause: people read clauses, not characters."""
    before = [piece for piece in _PIECE.findall(old) if piece]
    after = [piece for piece in _PIECE.findall(new) if piece]
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(after[c:d])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(after[c:d])))
    return pieces


class Part(NamedTuple):
    """One headed part of a text and its differences to the version before."""

    label: str
    pieces: list[Piece]


def parts_with_differences(text: Text, before: Text | None) -> list[Part]:
    """Every part that is there now or was there before."""
    now, then = _parts(text), _parts(before) if before else {}
    labels = list(dict.fromkeys([*now, *then]))
    return [
        Part(
            label,
            differences(then.get(label, ""), now.get(label, ""))
            if before
            else [Piece("same", now.get(label, ""))],
        )
        for label in labels
    ]


def _parts(text: Text) -> dict[str, str]:
    parts = {"案由": text.title, "情况": text.situation, "分析": text.analysis}
    parts |= {f"建议{one.number}": one.content for one in text.suggestions.all()}
    return {label: value for label, value in (parts | {"其他内容": text.rest}).items() if value}


def whole(title: str, situation: str, analysis: str, suggestions: list[str], rest: str = "") -> str:
    """The text as one piece, for counting and comparing."""
    return "\n".join(part for part in (situation, analysis, *suggestions, rest) if part)
