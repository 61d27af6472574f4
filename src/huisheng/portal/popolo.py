"""人和机构 as open data, in the names of the Popolo specification: persons, organizations, posts, memberships.

Organizations are published as they are. Who sits in them is published from the day on which the committee decides so
(本地规则 ``open.people``): names, sector, committee, township and post, each with its dates. Nothing else of a member
leaves the house, and data/schemas/popolo.json has no place for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from huisheng.kernel import local
from huisheng.people.models import Agency, Body, BodyKind, Member, Membership, StandingSeat
from huisheng.ui.context import committee_name

from .local_rules import PEOPLE

COMMITTEE = "committee"
# parties and people's organisations are left out: whose member somebody is there is theirs to say
KINDS = (BodyKind.SECTOR, BodyKind.COMMITTEE, BodyKind.TOWN)
SEAT, STANDING = "委员", "常务委员"


def document(today: date) -> dict[str, list[dict[str, Any]]]:
    """Everything in one document; the same number of questions for any number of people."""
    bodies = list(Body.objects.filter(kind__in=KINDS).order_by("kind", "pk"))
    seats = list(
        Membership.objects.filter(kind__in=KINDS, starts_on__lte=today, member__starts_on__lte=today)
        .order_by("starts_on", "pk")
        .values_list("pk", "member", "body", "role", "starts_on", "ends_on")
    )
    is_open = local.rule(PEOPLE, today)
    members = list(Member.objects.filter(starts_on__lte=today).order_by("pk")) if is_open else []
    held = [(COMMITTEE, SEAT), (COMMITTEE, STANDING)]
    held += [(f"body-{body}", role) for _, _, body, role, _, _ in seats if role]
    names = {COMMITTEE: _committee()} | {f"body-{one.pk}": one.name for one in bodies}
    return {
        "persons": [{"id": f"person-{one.pk}", "name": one.name} for one in members],
        "organizations": [*_organizations(bodies)],
        "posts": [
            {"id": _post(of, role), "label": f"{names[of]}{role}", "role": role, "organization_id": of}
            for of, role in dict.fromkeys(held)
        ],
        "memberships": [*_in_committee(members, today), *_in_bodies(seats)] if is_open else [],
    }


def _organizations(bodies: list[Body]) -> Iterator[dict[str, Any]]:
    yield {"id": COMMITTEE, "name": _committee(), "classification": "政协委员会"}
    for one in bodies:
        yield _organization(
            f"body-{one.pk}", one, str(BodyKind(one.kind).label), one.other_names, parent_id=COMMITTEE
        )
    for agency in Agency.objects.only("name", "short_names", "starts_on", "ends_on").order_by("pk"):
        yield _organization(f"agency-{agency.pk}", agency, "承办单位", agency.short_names)


def _committee() -> str:
    return committee_name() or "政协委员会"


def _organization(pk: str, one: Body | Agency, kind: str, others: list[str], **more: str) -> dict[str, Any]:
    return {
        "id": pk, "name": one.name, "classification": kind, **more,
        **({"other_names": [{"name": name} for name in others]} if others else {}),
        **_dates(one.starts_on, one.ends_on, "founding_date", "dissolution_date"),
    }  # fmt: skip


def _post(of: str, role: str) -> str:
    return f"post-{of}-{role}"


def _in_committee(members: list[Member], today: date) -> Iterator[dict[str, Any]]:
    """Each member's own seat, and those in the standing committee."""
    standing: dict[int, list[StandingSeat]] = defaultdict(list)
    for seat in StandingSeat.objects.filter(starts_on__lte=today).order_by("starts_on", "pk"):
        standing[seat.member_id].append(seat)
    for one in members:
        yield _held(f"seat-{one.pk}", one.pk, COMMITTEE, SEAT) | _dates(one.starts_on, one.ends_on)
        for seat in standing[one.pk]:
            held = _held(f"standing-{seat.pk}", one.pk, COMMITTEE, STANDING)
            yield held | _dates(seat.starts_on, seat.ends_on)


def _in_bodies(seats: list[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    for pk, member, body, role, starts_on, ends_on in seats:
        yield _held(f"membership-{pk}", member, f"body-{body}", role) | _dates(starts_on, ends_on)


def _held(pk: str, member: int, of: str, role: str) -> dict[str, Any]:
    one = {"id": pk, "person_id": f"person-{member}", "organization_id": of}
    return one | ({"post_id": _post(of, role), "role": role} if role else {})


def _dates(
    starts_on: date | None, ends_on: date | None, first: str = "start_date", last: str = "end_date"
) -> dict[str, str]:
    found = ((first, starts_on), (last, ends_on))
    return {name: day.isoformat() for name, day in found if day}
