"""Lines as they stand on a page, joined to the paragraphs they were cut from."""

from __future__ import annotations

from collections import Counter

from huisheng.proposals.intake.document import Line
from huisheng.proposals.intake.labels import label_of, labelled
from huisheng.proposals.intake.markers import marker


def unwrap(lines: list[tuple[str, float, float]], margin: float = 0) -> list[Line]:
    """``lines`` are (text, left edge, right edge) in any one unit, "" for an empty line; ``margin`` is the right
    margin where it is known, else the longest line tells it.

    A paragraph goes on in the next line when its line reaches the right margin and the next one begins at the left
    margin without a number or a label."""
    shown = [line for line in lines if line[0]]
    if not shown:
        return []
    widest = max(end for _, _, end in shown)
    right = margin or widest
    unit = (widest - min(start for _, start, _ in shown)) / max(len(text) for text, _, _ in shown)
    starts = Counter(round(start / unit) for text, start, end in shown if end >= right - 3 * unit)
    left = min(starts, default=0) if starts else round(min(start for _, start, _ in shown) / unit)
    out: list[Line] = []
    goes_on = False
    for text, start, end in lines:
        if not text:
            goes_on = False
            continue
        indented = round(start / unit) >= left + 1
        if goes_on and not indented and not _begins(text):
            out[-1].text = _join(out[-1].text, text)
        else:
            out.append(Line(text, align=_align(start, end, left * unit, right, unit)))
        goes_on = end >= right - 2.6 * unit
    return out


def _begins(text: str) -> bool:
    found = marker(text)
    if found and found.style not in ("letter", "n ", "first", "zh is", "nth", "nth is", "of these"):
        return True
    return bool(labelled(text)) or bool(label_of(text.rstrip("：:")) and text.endswith(("：", ":")))


def _join(one: str, two: str) -> str:
    latin = one[-1:].isascii() and one[-1:].isalnum() and two[:1].isascii() and two[:1].isalnum()
    return one + (" " if latin and one[-1].isalpha() else "") + two


def _align(start: float, end: float, left: float, right: float, unit: float) -> str:
    before, behind = start - left, right - end
    if before > 3 * unit and abs(before - behind) <= 2 * unit:
        return "center"
    return "right" if before > 5 * unit and behind < before / 2 else ""
