"""Reading .txt: a line is a paragraph unless the file was wrapped by hand or by a mail program."""

from __future__ import annotations

import re

from huisheng.kernel.encodings import decode_text
from huisheng.proposals.intake.document import Document, Line
from huisheng.proposals.intake.wrapped import unwrap


def read(data: bytes) -> Document:
    raw = decode_text(data).text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    lines = [line.rstrip() for line in raw.split("\n")]
    if margin := _margin(lines):
        indents = [len(re.match(r"[ \u3000\t]*", line).group()) for line in lines]  # type: ignore[union-attr]
        placed = [
            (line.strip(), float(indent), float(len(line)))
            for line, indent in zip(lines, indents, strict=True)
        ]
        return Document(unwrap(placed, margin))
    return Document([Line(line.strip()) for line in lines if line.strip()])


def _margin(lines: list[str]) -> float:
    """Where lines were cut: many of nearly the same length that stop in the middle of a sentence. 0 when none."""
    full = [line for line in lines if line.strip()]
    cut = sorted(len(line) for line in full if len(line) >= 16 and line[-1] not in "。！？；：.!?;:")
    if len(cut) < 4:
        return 0.0
    usual = cut[len(cut) // 2]
    alike = [size for size in cut if abs(size - usual) <= 2]
    return float(max(alike)) if len(alike) * 3 > len(full) else 0.0
