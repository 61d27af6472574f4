"""What was understood of a paper, what is doubtful, and what was left over: nothing in the file is dropped."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from huisheng.kernel.text import normalise


class Warning(NamedTuple):
    """``code`` may carry what it is about behind a colon: "not_in_roster:左振华". ``level`` is "layout" (read
    correctly, no need to tell), "hint" (a rule of the proposal regulations) or "doubt" (a person must look)."""

    code: str
    message: str
    level: str = "doubt"


class Member(NamedTuple):
    id: int
    name: str
    sector: str = ""
    unit: str = ""


class Body(NamedTuple):
    """专委会, 界别, 镇街工委, 党派 or 团体."""

    id: int
    kind: str
    name: str
    other_names: tuple[str, ...] = ()


class Agency(NamedTuple):
    id: int
    name: str
    short_names: tuple[str, ...] = ()
    duty: str = ""


@dataclass(frozen=True)
class Roster:
    """Who there is: given in by the caller, so that reading a paper needs no database.

    ``session`` is (届, 次) of the present session, None when unknown."""

    members: tuple[Member, ...] = ()
    bodies: tuple[Body, ...] = ()
    agencies: tuple[Agency, ...] = ()
    session: tuple[int, int] | None = None

    @cached_property
    def by_name(self) -> dict[str, list[Member]]:
        found: dict[str, list[Member]] = {}
        for member in self.members:
            found.setdefault(key(member.name), []).append(member)
        return found

    def to_dict(self) -> dict[str, Any]:
        return {
            "members": [list(member) for member in self.members],
            "bodies": [[*body[:3], list(body.other_names)] for body in self.bodies],
            "agencies": [[a.id, a.name, list(a.short_names), a.duty] for a in self.agencies],
            "session": list(self.session) if self.session else None,
        }

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Roster:
        return cls(
            tuple(Member(*row) for row in raw["members"]),
            tuple(Body(row[0], row[1], row[2], tuple(row[3])) for row in raw["bodies"]),
            tuple(Agency(row[0], row[1], tuple(row[2]), row[3]) for row in raw["agencies"]),
            tuple(raw["session"]) if raw["session"] else None,
        )


def key(name: str) -> str:
    """What two spellings of one name share: 呂 and 吕, inner spaces, width."""
    return re.sub(r"\s+", "", normalise(name))


@dataclass
class Person:
    """One co-sponsor (or the sponsor). ``member`` is set only when exactly one member fits; otherwise the ids in
    ``candidates`` are offered and nobody is chosen. ``body`` is set for a collective."""

    name: str
    sector: str = ""
    member: int | None = None
    candidates: list[int] = field(default_factory=list)
    body: int | None = None


@dataclass
class Block:
    """One piece of the paper in reading order and what it was taken for."""

    role: str
    text: str


@dataclass
class Draft:
    title: str = ""
    sponsor: str = ""
    sponsor_person: Person | None = None
    sponsor_kind: str = ""  # "" for a member, otherwise the kind of body
    cosponsors: list[Person] = field(default_factory=list)
    sector: str | None = ""
    situation: str = ""
    analysis: str = ""
    suggestions: list[str] = field(default_factory=list)
    suggested_agencies: list[str] = field(default_factory=list)
    agency_ids: list[int] = field(default_factory=list)
    unknown_agencies: list[str] = field(default_factory=list)
    host_agency: str = ""
    publishable: bool | None = None
    contact: str = ""
    email: str = ""
    contact_person: str = ""
    attachment: str = ""
    rest: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    asides: list[tuple[str, str]] = field(default_factory=list)
    images: list[tuple[str, int]] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    kind: str = ""  # of the file
    sha256: str = ""

    def warn(self, code: str, message: str, level: str = "doubt") -> None:
        if code not in {warning.code for warning in self.warnings}:
            self.warnings.append(Warning(code, message, level))

    @property
    def body(self) -> str:
        return "\n".join(part for part in (self.situation, self.analysis, *self.suggestions) if part)

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "warnings": [list(warning) for warning in self.warnings]}

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Draft:
        sponsor = raw["sponsor_person"]
        return cls(
            **{
                **raw,
                "sponsor_person": Person(**sponsor) if sponsor else None,
                "cosponsors": [Person(**person) for person in raw["cosponsors"]],
                "blocks": [Block(**block) for block in raw["blocks"]],
                "asides": [(kind, text) for kind, text in raw["asides"]],
                "images": [(name, size) for name, size in raw["images"]],
                "warnings": [Warning(*warning) for warning in raw["warnings"]],
            }
        )


@dataclass(frozen=True)
class Refused:
    """The file was kept but not read; ``sentence`` says what to do. ``code``: password_protected, no_text_layer …"""

    sentence: str
    code: str = "refused"


def to_json(outcome: Draft | Refused) -> dict[str, Any]:
    """The shape printed by ``huisheng parse-proposal --json``."""
    if isinstance(outcome, Refused):
        return {"refused": outcome.sentence}
    return {
        "title": outcome.title,
        "sponsor": outcome.sponsor,
        "cosponsors": [{"name": person.name, "sector": person.sector} for person in outcome.cosponsors],
        "sector": outcome.sector,
        "situation": outcome.situation,
        "analysis": outcome.analysis,
        "suggestions": outcome.suggestions,
        "suggested_agencies": outcome.suggested_agencies,
        "host_agency": outcome.host_agency,
        "publishable": outcome.publishable,
        "contact": outcome.contact,
        "contact_person": outcome.contact_person,
        "attachment": outcome.attachment,
        "rest": outcome.rest,
        "warnings": [{"code": warning.code, "message": warning.message} for warning in outcome.warnings],
    }
