"""Reading .txt: a line is a paragraph unless the file was wrapped by hand or by a mail program."""

from __future__ import annotations

import re

from huisheng.kernel.encodings import decode_text
from huisheng.proposals.intake.document import Document, Line
from huisheng.proposals.intake.wrapped import unwrap


def read(data: bytes) -> Document:
    raw = decode_text(data).text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    lines = [line.rstrip() for line in raw.split("\n")]
    if _is_wrapped(lines):
        indents = [len(re.match(r"[ \u3000\t]*", line).group()) for line in lines]  # type: ignore[union-attr]
        return Document(unwrap([(line.strip(), indent, len(line)) for line, indent in zip(lines, indents, strict=True)]))
    return Document([Line(line.strip()) for line in lines if line.strip()])


def _is_wrapped(lines: list[str]) -> bool:
    """Many lines of nearly the same length that stop in the middle of a sentence."""
    full = [line for line in lines if line.strip()]
    if len(full) < 8:
        return False
    widest = max(map(len, full))
    cut = [line for line in full if len(line) >= widest - 4 and line[-1] not in "。！？；：.!?;:"]
    return 16 <= widest <= 90 and len(cut) * 3 > len(full)
