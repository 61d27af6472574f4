"""The roster a paper is read against: members, bodies and agencies of today, and the session it should name."""

from __future__ import annotations

from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone

from huisheng.kernel.gather import Part, gather
from huisheng.people.models import Agency as AgencyRow
from huisheng.people.models import Body as BodyRow
from huisheng.people.models import BodyKind, Session
from huisheng.people.models import Member as MemberRow

from .intake import Agency, Body, Member, Roster

# the words the reader knows kinds of bodies by
KINDS = {
    BodyKind.COMMITTEE: "专委会", BodyKind.SECTOR: "界别", BodyKind.TOWN: "镇街工委", BodyKind.PARTY: "党派",
    BodyKind.GROUP: "团体", BodyKind.TEAM: "委员小组",
}  # fmt: skip


def roster(at: datetime) -> Roster:
    """Everybody in office today. Three queries: names in other spellings are JSON and come by themselves."""
    session = Session.objects.at(at)
    members = gather({"members": Part(
        MemberRow.objects.filter(ends_on=None), {"sector": ("name",)}, ("name", "unit", "sector")
    )})["members"]  # fmt: skip
    bodies = BodyRow.objects.filter(ends_on=None).values_list("pk", "kind", "name", "other_names")
    agencies = AgencyRow.objects.filter(ends_on=None).values_list("pk", "name", "short_names", "duty")
    return Roster(
        members=tuple(
            Member(one.pk, one.name, one.sector.name if one.sector else "", one.unit) for one in members
        ),
        bodies=tuple(
            Body(pk, KINDS[BodyKind(kind)], name, tuple(others)) for pk, kind, name, others in bodies
        ),
        agencies=tuple(Agency(pk, name, tuple(shorts), duty) for pk, name, shorts, duty in agencies),
        session=(session.term.number, session.number) if session else None,
    )


def current_roster() -> Roster:
    """The same for the command line: an empty roster where there is no data folder with tables yet."""
    try:
        return roster(timezone.now())
    except DatabaseError:
        return Roster()
