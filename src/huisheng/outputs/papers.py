"""What is printed of an output: the paper itself, and the sheet of an instruction. Each turns records into a Paper."""

from __future__ import annotations

from huisheng.kernel import local
from huisheng.kernel.papers import Heading, Paper, Para, Signature, document_number
from huisheng.opinions.local_rules import AREA
from huisheng.people.models import Term

from . import kinds
from .models import Output


def office() -> str:
    """The issuing office: 政协……委员会办公室."""
    return f"{committee()}办公室"


def committee() -> str:
    """The committee's full name, of the newest term."""
    term = Term.objects.first()
    return f"{term.committee.removesuffix('委员会')}委员会" if term else "政协委员会"


def paper_of(output: Output) -> Paper:
    """As it is signed and frozen; a kind with a room of its own is printed by that room."""
    room = kinds.room_of(output)
    return room.paper(output) if room is not None else _plain(output)


def name_of(output: Output) -> str:
    return f"{output.number_label} {output.title}".strip()[:120]


def _plain(output: Output) -> Paper:
    """公文格式: mark, number, title, text, the advice point by point, signature."""
    blocks: list = [Para(output.content)]
    advice = list(output.advice.all())
    if advice:
        blocks.append(Heading(1, "建议", None))
        blocks += [
            Para(f"{one.content}", lead=f"{one.number}．（{local.label_of(AREA, one.area)}）")
            for one in advice
        ]
    day = output.signed_on
    org = str(output.body) if output.body else committee()
    blocks.append(Signature(org, day or "（未签发）"))
    number = document_number("协成果", output.year or 0, output.serial) if output.serial else ""
    return Paper("official", output.title, blocks, mark=committee(), number=number)
