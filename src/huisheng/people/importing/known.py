"""What the records already hold, loaded once per dry run: bodies by any of their names, members, agencies."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from ..models import Agency, Body, BodyKind, Member, Membership, StandingSeat
from . import clean

# endings people leave out or add: 提案委 = 提案委员会, 教育 = 教育界, 济源路工委 = 济源路街道工委
_ENDINGS = {
    BodyKind.COMMITTEE: ("委员会", "专门委员会", "委"),
    BodyKind.SECTOR: ("界别", "界", "人士"),
    BodyKind.TOWN: ("街道工作委员会", "镇工作委员会", "街道政协工委", "镇政协工委", "政协工委", "街道工委", "镇工委", "工作委员会", "工委"),
}  # fmt: skip


def stem(kind: str, name: str) -> str:
    """A body's name without the ending that comes and goes."""
    folded = clean.skeleton(name)
    for prefix in ("区政协", "政协"):
        folded = folded.removeprefix(prefix)
    for ending in sorted(_ENDINGS.get(BodyKind(kind), ()), key=len, reverse=True):
        if folded.endswith(clean.skeleton(ending)) and len(folded) > len(ending):
            return folded[: -len(clean.skeleton(ending))]
    return folded


@dataclass
class Bodies:
    """Bodies of one kind. ``find`` answers with the body a name means, or None; two that share a stem answer None."""

    kind: str
    names: dict[str, str] = field(default_factory=dict)  # folded name -> standard name
    held: dict[str, Body] = field(
        default_factory=dict
    )  # standard name -> record; absent for one still to be made
    stems: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, name: str, body: Body | None = None) -> None:
        for one in (name, *(body.other_names if body else ())):
            self.names[clean.skeleton(one)] = name
            self.stems[stem(self.kind, one)].add(name)
        if body is not None:
            self.held[name] = body

    def find(self, name: str) -> str | None:
        exact = self.names.get(clean.skeleton(name))
        if exact:
            return exact
        likely = self.stems.get(stem(self.kind, name), set())
        return next(iter(likely)) if len(likely) == 1 else None

    def near(self, name: str) -> str:
        """A name worth suggesting for one that is not known, or "": one character off, or most characters shared."""
        folded = clean.skeleton(name)
        best, choice = 0.0, ""
        for key, standard in self.names.items():
            shared = len(set(folded) & set(key)) / max(len(set(folded) | set(key)), 1)
            if shared > best:
                best, choice = shared, standard
        return choice if best >= 0.5 else ""

    def __bool__(self) -> bool:
        return bool(self.names)


@dataclass
class Known:
    today: date
    bodies: dict[str, Bodies] = field(default_factory=dict)
    members: dict[str, list[Member]] = field(default_factory=lambda: defaultdict(list))  # by folded name
    memberships: dict[int, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    standing: set[int] = field(default_factory=set)  # members who are standing members on the day
    agencies: list[Agency] = field(default_factory=list)
    term_start: date | None = None


def load(today: date) -> Known:
    """Five queries, whatever the size of the roster."""
    known = Known(today, {kind: Bodies(kind) for kind in BodyKind.values})
    for body in Body.objects.filter(ends_on=None):
        known.bodies[body.kind].add(body.name, body)
    for member in Member.objects.filter(ends_on=None).select_related("sector"):
        known.members[clean.skeleton(member.name)].append(member)
    for membership in Membership.objects.filter(ends_on=None).select_related("body"):
        known.memberships[membership.member_id].append(membership)
    known.standing = set(StandingSeat.objects.on(today).values_list("member", flat=True))
    known.agencies = list(Agency.objects.filter(ends_on=None))
    return known
