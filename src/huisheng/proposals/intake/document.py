"""What a reader hands over: the paper's lines in reading order, before anybody asks what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Line:
    """One paragraph, or one piece of a paragraph between manual line breaks.

    ``number`` is the marker the word processor would print ("（一）"); ``field`` is the label of the form's cell
    the line was typed in ("title", "suggestions" …), "" outside forms.
    """

    text: str
    number: str = ""
    bold: bool = False
    align: str = ""  # "", "center", "right"
    heading: bool = False
    field: str = ""

    @property
    def full(self) -> str:
        return self.number + self.text


@dataclass
class Cell:
    lines: list[Line] = field(default_factory=list)
    column: int = 0
    span: int = 1
    continues: bool = False  # the lower part of a cell that spans rows

    @property
    def text(self) -> str:
        return "\n".join(line.full for line in self.lines if line.full.strip())


@dataclass
class Document:
    """``asides`` are texts that stay out of the body: (kind, text) with kind footnote, comment, header, footer,
    deleted, hidden. ``images`` are (name, bytes). ``marks`` are layout codes such as "tracked_changes"."""

    lines: list[Line] = field(default_factory=list)
    asides: list[tuple[str, str]] = field(default_factory=list)
    images: list[tuple[str, int]] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)


class Unreadable(Exception):
    """The reader can get no text out of the file; the message says what to do. ``code`` names the case."""

    def __init__(self, sentence: str, code: str = "unreadable") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
