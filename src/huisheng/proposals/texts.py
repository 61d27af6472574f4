"""Words of a proposal: what changed between two versions, and what a paste from a word processor leaves behind."""

from __future__ import annotations

from typing import NamedTuple

from huisheng.kernel.differences import Piece, differences

from .models import Text


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
