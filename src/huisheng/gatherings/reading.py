"""One gathering as its page reads it: everything that belongs to it in one question, the roll in two more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from huisheng.kernel.gather import Bundle
from huisheng.kernel.gather import Part as Piece
from huisheng.kernel.models import Attachment, Entry
from huisheng.people import posts
from huisheng.people.models import Account, Body

from . import queries
from .models import (
    AgendaItem,
    Aid,
    Gathering,
    Guest,
    Invitee,
    Leave,
    LeaveState,
    Part,
    Presence,
    Reply,
    Role,
    Stop,
)


def _own(account: int, member: int, before: str = "") -> Q:
    return Q(**{f"{before}account": account}) | Q(**{f"{before}member": member})


def _open(pk: int, account: int, member: int) -> dict[str, Piece]:
    """What everybody reads who sees the gathering, and the reader's own invitation, leave and marks."""
    items = AgendaItem.objects.filter(gathering=pk)
    return {
        "parts": Piece(Part.objects.filter(gathering=pk)),
        "items": Piece(items, {"part": ("label",), "carried_from": ("gathering",), "carried_from__gathering": ("title",)}),
        "carried": Piece(AgendaItem.objects.filter(carried_from__gathering=pk), {"gathering": ("title",)}),
        "files": Piece(Attachment.objects.filter(subject_type=AgendaItem.kind(), subject_id__in=items.values("pk"))),
        "stops": Piece(Stop.objects.filter(gathering=pk)),
        "guests": Piece(Guest.objects.filter(gathering=pk)),
        "aid": Piece(Aid.objects.filter(gathering=pk)),
        "photos": Piece(Attachment.objects.filter(subject_type=Gathering.kind(), subject_id=pk, purpose=queries.PHOTO)),
        "partners": Piece(Gathering.partners.through.objects.filter(gathering=pk), {"body": ("name", "kind")}),
        "invitee": Piece(Invitee.objects.filter(gathering=pk).filter(_own(account, member))),
        "leaves": Piece(Leave.objects.filter(gathering=pk).filter(_own(account, member, "invitee__"))),
        "marks": Piece(
            Presence.objects.filter(part__gathering=pk).filter(_own(account, member, "invitee__")),
            {"part": ("number", "label")},
        ),
    }  # fmt: skip


def _kept(pk: int, account: int, member: int) -> dict[str, Piece]:
    """The same with the journal, for whoever organises it."""
    lines = Entry.objects.filter(matter_type=Gathering.kind(), matter_id=pk)
    return _open(pk, account, member) | {"entries": Piece(lines, {"account": ("name",)})}


OPEN, KEPT = Bundle(_open), Bundle(_kept)


@dataclass(frozen=True)
class ItemLine:
    """One item of the agenda with its papers; ``depth`` is its place in the tree, ``went`` where it was carried on."""

    item: AgendaItem
    depth: int
    files: list[Attachment]
    went: Gathering | None


@dataclass
class Dossier:
    """The gathering's own records, loaded."""

    parts: list[Part]
    agenda: list[ItemLine]
    stops: list[Stop]
    guests: list[Guest]
    aid: list[Aid]
    photos: list[Attachment]
    partners: list[Body]
    invitee: Invitee | None
    leaves: list[Leave]
    marks: list[Presence]
    entries: list[Entry] = field(default_factory=list)


def dossier(gathering: Gathering, account: Account, today: date, *, keeps: bool) -> Dossier:
    """One question for all of it."""
    seats = account.places(posts.MEMBER, on=today)
    found = (KEPT if keeps else OPEN).ask(gathering.pk, account.pk, seats[0] if seats else 0)
    return Dossier(
        parts=sorted(found["parts"], key=lambda part: part.number),
        agenda=_tree(found["items"], found["files"], found["carried"]),
        stops=sorted(found["stops"], key=lambda stop: stop.number), guests=found["guests"], aid=found["aid"],
        photos=found["photos"],
        partners=[row.body for row in found["partners"]],
        invitee=next(iter(found["invitee"]), None), leaves=found["leaves"],
        marks=sorted(found["marks"], key=lambda mark: mark.part.number), entries=found.get("entries", [])[::-1],
    )  # fmt: skip


def agenda_lines(gathering: Gathering) -> list[ItemLine]:
    """The agenda alone, for the pages where it is written."""
    items = list(gathering.agenda.select_related("part", "carried_from__gathering"))
    files = Attachment.objects.filter(
        subject_type=AgendaItem.kind(), subject_id__in=[one.pk for one in items]
    )
    carried = AgendaItem.objects.filter(carried_from__gathering=gathering).select_related("gathering")
    return _tree(items, list(files), list(carried))


def _tree(items: list[AgendaItem], files: list[Attachment], carried: list[AgendaItem]) -> list[ItemLine]:
    """In reading order: each item, then those under it."""
    papers: dict[int, list[Attachment]] = {}
    for one in files:
        papers.setdefault(one.subject_id, []).append(one)
    went = {one.carried_from_id: one.gathering for one in carried}
    under: dict[int | None, list[AgendaItem]] = {}
    for item in sorted(items, key=lambda one: (one.number, one.pk)):
        under.setdefault(item.parent_id, []).append(item)

    def walk(parent: int | None, depth: int) -> list[ItemLine]:
        lines: list[ItemLine] = []
        for item in under.get(parent, []):
            lines.append(ItemLine(item, depth, papers.get(item.pk, []), went.get(item.pk)))
            lines += walk(item.pk, depth + 1)
        return lines

    return walk(None, 0)


@dataclass(frozen=True)
class Replies:
    """回执: counted from the list of those called, in one question."""

    called: int
    due: int
    read: int
    coming: int
    declined: int
    leave: int


def replies(gathering: Gathering) -> Replies:
    """``due`` as ``queries.expected`` counts it."""
    leave = Leave.objects.filter(invitee=OuterRef("pk"), state__in=(LeaveState.ASKED, LeaveState.GRANTED))
    due = queries.still_seated(gathering) & Q(role=Role.DUE)
    if not gathering.needs("must"):
        due &= ~Q(reply=Reply.DECLINED)
    found: dict[str, Any] = gathering.invitees.annotate(has_leave=Exists(leave)).aggregate(
        called=Count("pk"), due=Count("pk", filter=due), read=Count("pk", filter=Q(read_at__isnull=False)),
        coming=Count("pk", filter=Q(reply=Reply.COMING)), declined=Count("pk", filter=Q(reply=Reply.DECLINED)),
        leave=Count("pk", filter=Q(has_leave=True)),
    )  # fmt: skip
    return Replies(**found)
