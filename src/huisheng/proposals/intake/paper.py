"""A paper while it is being read: its lines with the roles they were given, and what is known so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from huisheng.proposals.intake import agencies
from huisheng.proposals.intake.document import Document, Line
from huisheng.proposals.intake.draft import Draft, Roster
from huisheng.proposals.intake.headings import Heading

NUMERAL = r"[一二三四五六七八九十\d]{1,3}"
DATE = re.compile(
    rf"(?:[12]\d{{3}}|[〇零○一二三四五六七八九\d]{{4}})\s*[年.\-/]\s*(?:{NUMERAL}\s*[月.\-/]?\s*(?:{NUMERAL}\s*日?)?)?|年\s*月\s*日"
)
CLOSING = re.compile(
    r"(?:以上|妥否|当否|特此|此提案|此致|敬礼|请予|谢谢|专此|盼复|特提此案|特此提案|恳请采纳|请审议|请予审议|不妥之处).{0,32}"
)
SEAL = re.compile(r"盖章|公章|印章|签章|[（(]章[）)]|加盖")


@dataclass(eq=False)
class Part:
    """A line and what it was taken for."""

    line: Line
    role: str = "rest"
    text: str = ""  # where a line was cut: what this part of it says

    @property
    def full(self) -> str:
        return self.text or self.line.full


@dataclass(eq=False)
class Section:
    role: str
    title: str = ""
    style: str = ""
    strict: bool = False
    parts: list[Part] = field(default_factory=list)


class Paper:
    """What a paper says, as far as it is read. Every pass adds to it, and none takes a line away."""

    def __init__(self, document: Document, roster: Roster, name: str) -> None:
        self.document = document
        self.roster = roster
        self.directory = agencies.Directory(roster)
        self.name = name
        self.marks = set(document.marks)
        self.draft = Draft(asides=list(document.asides), images=list(document.images))
        self.lines: list[Line] = []
        self.values: dict[str, list[str]] = {}  # what stood behind a label, by the label's key
        self.parts: list[Part] = []  # every line, in order
        self.body: list[Part] = []  # those that are the text itself
        self.heads: list[str] = []
        self.signature: list[str] = []
        self.bylines: list[str] = []
        self.topics: list[Heading] = []  # headings that each begin a matter of their own

    def put(self, line: Line, role: str, text: str = "") -> Part:
        part = Part(line, role, text)
        self.parts.append(part)
        return part

    def value(self, key: str, value: str) -> None:
        if value.strip():
            self.values.setdefault(key, []).append(value.strip())
