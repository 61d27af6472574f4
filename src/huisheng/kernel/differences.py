"""What changed between two versions of a text, by clause."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

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
