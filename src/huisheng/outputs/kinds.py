"""Kinds of paper with a room of their own: what that room adds when one is sent, signed, printed and opened.

A room above this floor declares its kind once (docs/adr/0006). The lifecycle stays one table for all papers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from huisheng.kernel.lifecycle import Act
from huisheng.kernel.papers import Paper
from huisheng.opinions.models import Opinion

from .models import Output


@dataclass(frozen=True)
class Room:
    """ready: "" or why the paper cannot go on yet. sign: what signing adds (its number); runs before it is frozen.
    words: what its fingerprint is taken over. paper: how it is printed. sources: the opinions in it. page, reading: URL names, given the output's id."""

    ready: Callable[[Output], str]
    sign: Callable[[Output, Act], None]
    words: Callable[[Output], list[str]]
    paper: Callable[[Output], Paper]
    sources: Callable[[Output], list[Opinion]]
    page: str
    reading: str


ROOMS: dict[str, Room] = {}


def declare_kind(kind: str, room: Room) -> None:
    ROOMS[kind] = room


def room_of(output: Output) -> Room | None:
    return ROOMS.get(output.type)


def fingerprint(output: Output) -> str:
    """What seals a paper's words: its own, its advice, and what its room adds."""
    parts = [output.type, output.title, output.content]
    parts += [f"{one.area}\x1e{one.content}" for one in output.advice.all()]
    room = room_of(output)
    if room is not None:
        parts += room.words(output)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
