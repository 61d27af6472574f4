"""From a settled row to records, through the recorder, so that everything can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from huisheng.kernel.text import pinyin_initials

from ..models import Agency, Body, BodyKind, Member, Membership, StandingSeat, Term
from .changes import Recorder
from .known import Known
from .report import RowReport

ROSTER = "委员名册导入"  # the decision an imported roster gives for a seat in the standing committee


def body(row: RowReport, known: Known, recorder: Recorder, today: date, done: dict[str, Any]) -> Body:
    values = row.values
    starts_on = date.fromisoformat(values["starts_on"]) if values["starts_on"] else None
    if row.target is None:
        return recorder.create(
            Body(kind=values["kind"], name=values["name"], other_names=values["other_names"], leader=values["leader"],
                 starts_on=starts_on)
        )  # fmt: skip
    record = Body.objects.get(pk=row.target)
    more = [name for name in values["other_names"] if name not in record.other_names]
    return recorder.update(
        record, leader=values["leader"] or record.leader, starts_on=starts_on or record.starts_on,
        other_names=[*record.other_names, *more],
    )  # fmt: skip


def agency(row: RowReport, known: Known, recorder: Recorder, today: date, done: dict[str, Any]) -> Agency:
    values = row.values
    plain = {key: values[key] for key in ("kind", "leader", "contact", "phone", "duty")}
    if row.target is None:
        return recorder.create(
            Agency(name=values["name"], short_names=values["short_names"],
                   initials=pinyin_initials(values["name"], is_name=False)[:20], **plain)
        )  # fmt: skip
    record = Agency.objects.get(pk=row.target)
    more = [name for name in values["short_names"] if name not in record.short_names]
    kept = {key: value or getattr(record, key) for key, value in plain.items()}
    return recorder.update(record, short_names=[*record.short_names, *more], **kept)


def member(row: RowReport, known: Known, recorder: Recorder, today: date, done: dict[str, Any]) -> Member:
    values = row.values
    record = done.get(values.get("double_of", ""))
    if row.target is not None:
        record = Member.objects.get(pk=row.target)
    if record is None:
        return _new_member(values, known, recorder, today)
    fields = {
        key: values[key] or getattr(record, key) for key in ("name", "sex", "born", "party", "unit", "job", "phone")
    }  # fmt: skip
    fields["initials"] = pinyin_initials(fields["name"], is_name=True)[:20]
    sector = _body(BodyKind.SECTOR, values["sector"], known, recorder)
    recorder.update(record, sector=sector or record.sector, **fields)
    _move(record, BodyKind.SECTOR, [(sector, "")] if sector else [], recorder, today)
    _move(record, BodyKind.COMMITTEE, _committees(values, known, recorder), recorder, today)
    if values["says_standing"]:
        _stand(record, values["is_standing"], recorder, record.starts_on if row.target is None else today)
    town = _body(BodyKind.TOWN, values["town"], known, recorder)
    _move(record, BodyKind.TOWN, [(town, "")] if town else [], recorder, today)
    return record


def _new_member(values: dict[str, Any], known: Known, recorder: Recorder, today: date) -> Member:
    since = _term_start(known, today)
    sector = _body(BodyKind.SECTOR, values["sector"], known, recorder)
    record = recorder.create(
        Member(
            sector=sector, starts_on=since, initials=pinyin_initials(values["name"], is_name=True)[:20],
            **{key: values[key] for key in ("name", "sex", "born", "party", "unit", "job", "phone")},
        )
    )  # fmt: skip
    if values["is_standing"]:
        recorder.create(_seat(record, since))
    town = _body(BodyKind.TOWN, values["town"], known, recorder)
    places = [(sector, ""), *_committees(values, known, recorder), (town, "")]
    for place, role in places:
        if place is not None:
            recorder.create(Membership(member=record, body=place, role=role, starts_on=since))
    return record


def _stand(record: Member, stands: bool, recorder: Recorder, since: date) -> None:
    """What the roster says of the standing committee, from a day on; what was before stays as it was."""
    seats = record.standing_seats.filter(Q(ends_on=None) | Q(ends_on__gte=since)).order_by("starts_on")
    held = seats.first()
    if stands and held is None:
        recorder.create(_seat(record, max(since, record.starts_on)))
    elif held is not None and not stands and held.starts_on <= since:
        recorder.update(held, ends_on=max(held.starts_on, since - timedelta(days=1)), end_decision=ROSTER)


def _seat(record: Member, since: date) -> StandingSeat:
    return StandingSeat(member=record, term=Term.objects.at(since), starts_on=since, decision=ROSTER)


def _term_start(known: Known, today: date) -> date:
    """Members of a roster sit since the beginning of the term they are imported in."""
    if known.term_start is None:
        term = Term.objects.at(today)
        known.term_start = term.starts_on if term else today
    return known.term_start


def _committees(values: dict[str, Any], known: Known, recorder: Recorder) -> list[tuple[Body, str]]:
    found = [(_body(BodyKind.COMMITTEE, name, known, recorder), role) for name, role in values["committees"]]
    return [(place, role) for place, role in found if place is not None]


def _body(kind: str, name: str, known: Known, recorder: Recorder) -> Body | None:
    """The body of that name; made when the file is the first to speak of it."""
    if not name:
        return None
    bodies = known.bodies[kind]
    if name not in bodies.held:
        bodies.held[name] = recorder.create(Body(kind=kind, name=name))
    return bodies.held[name]


def _move(record: Member, kind: str, wanted: list[tuple[Body, str]], recorder: Recorder, today: date) -> None:
    """End the memberships of a kind that are no longer held, begin the new ones. No wish changes nothing."""
    if not wanted:
        return
    held = {m.body_id: m for m in record.memberships.filter(kind=kind, ends_on=None)}
    for pk, membership in held.items():
        if pk not in {place.pk for place, _ in wanted}:
            recorder.update(membership, ends_on=max(membership.starts_on, today - timedelta(days=1)))
    for place, role in wanted:
        if place.pk in held:
            recorder.update(held[place.pk], role=role or held[place.pk].role)
        else:
            recorder.create(Membership(member=record, body=place, role=role, starts_on=today))
