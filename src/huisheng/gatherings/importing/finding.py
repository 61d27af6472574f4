"""Which gathering a paper is about, which half-days its heads name, and which of those called a line means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.errors import Conflict, Refused
from huisheng.people.importing import About, clean
from huisheng.people.importing.changes import Recorder
from huisheng.people.importing.known import Known, stem
from huisheng.people.importing.report import Issue
from huisheng.people.models import BodyKind, chinese_number

from .. import local_rules as rules
from ..models import COMING, Gathering, GatheringState, Invitee, Leave, LeaveState, Part, Presence

MOST = 60  # gatherings offered to choose from
# while a gathering can still be put on record; what is settled is reopened first
STILL_OPEN = (GatheringState.DRAFT, *COMING, GatheringState.HELD)
HOURS = {"上午": (9, 12), "下午": (15, 18), "晚上": (19, 21)}
_HALF = re.compile(
    r"(?:(?P<year>\d{4})[年./-])?(?P<month>\d{1,2})[月./-](?P<day>\d{1,2})[日号]?(?:[（(]?(?:周|星期).[）)]?)?(?P<half>上午|下午|晚)"
)
_SESSION = re.compile(r"([一二三四五六七八九十\d]{1,3})届([一二三四五六七八九十\d]{1,3})次(.{0,10})")
# the word of a title after 九届三次 -> the code of its kind; a bare 九届一次会议 is the plenary
_TIERS = (("常委", "standing"), ("主席", "chairs"))
PLENARY = "plenary"


# -- half-days ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, order=True)
class Half:
    """One half-day as a head or a slip names it; ``year`` is 0 where it says none."""

    month: int
    day: int
    half: str
    year: int = 0

    @property
    def label(self) -> str:
        return f"{self.month}月{self.day}日{self.half}"

    @property
    def order(self) -> tuple[int, int, int]:
        return self.month, self.day, list(HOURS).index(self.half)

    def fits(self, part: Part) -> bool:
        on = timezone.localdate(part.starts_at)
        same_day = (on.month, on.day) == (self.month, self.day) and self.year in (0, on.year)
        return same_day and half_of(part) == self.half


def half_named(text: str) -> Half | None:
    """“2月13日下午”, “2017-02-13 下午”, “2月13日（周一）下午” → the half-day; None for anything else."""
    found = _HALF.search(re.sub(r"\s", "", clean.chinese_to_digits(clean.plain(text))))
    if found is None:
        return None
    half = "晚上" if found["half"] == "晚" else found["half"]
    return Half(int(found["month"]), int(found["day"]), half, int(found["year"] or 0))


def half_of(part: Part) -> str:
    hour = timezone.localtime(part.starts_at).hour
    return "上午" if hour < 12 else "下午" if hour < 18 else "晚上"


def keyed(parts: Iterable[Part]) -> dict[str, Part]:
    """How each part is called in a report: 2017-02-13 下午; where one half-day has two, by the part's own name."""
    found: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        found[f"{timezone.localdate(part.starts_at)} {half_of(part)}"].append(part)
    return {
        key if len(own) == 1 else f"{key} {part.label}": part for key, own in found.items() for part in own
    }


# -- the gathering -----------------------------------------------------------------------------------------------------
def choices(today: date) -> list[tuple[str, str]]:
    """The gatherings a paper may be about, newest first."""
    rows = Gathering.objects.filter(state__in=STILL_OPEN).order_by("-starts_at", "-pk")[:MOST]
    return [
        (str(one.pk), f"{timezone.localdate(one.starts_at)} {one.title}")
        for one in rows.only("starts_at", "title")
    ]


ABOUT = About("哪一次会议活动", choices)


def gathering(titles: Iterable[str], halves: Iterable[Half], said: str) -> Gathering:
    """The one the person named; else the one that the title names by its 届次 or by its own name; else the only one
    with these half-days. Raises Refused with what to do where that is none or several."""
    rows = Gathering.objects.exclude(state=GatheringState.CANCELLED)
    if said:
        return _chosen(rows, said)
    text, wanted = " ".join(titles), list(halves)
    named = _by_session(rows, text)
    if named is not None:
        found, called = list(named[0]), named[1]
    else:
        fits = [pk for pk, title in rows.values_list("pk", "title") if _is_in(title, text)]
        found, called = list(rows.filter(pk__in=fits)), ""
    if not called and not found and wanted:
        found = _with_halves(rows, wanted)
    if len(found) > 1 and wanted:
        found = _with_halves(rows.filter(pk__in=[one.pk for one in found]), wanted) or found
    if len(found) == 1:
        return rows.select_related("host").get(pk=found[0].pk)
    raise Refused(_several(found) if found else _none(called, wanted))


def _chosen(rows: QuerySet[Gathering], said: str) -> Gathering:
    is_number = said.isdecimal() and len(said) < 18
    found = rows.filter(pk=int(said)).first() if is_number else None
    if found is None:
        raise Refused("没有选的这次会议活动，或者它已经取消。请重新选。")
    return found


def _by_session(rows: QuerySet[Gathering], text: str) -> tuple[QuerySet[Gathering], str] | None:
    """九届一次会议 → the plenary of that session; 九届三次常委会议 → the third meeting of its kind in the term."""
    match = _SESSION.search(re.sub(r"\s", "", text))
    if match is None:
        return None
    term, number, rest = clean.figure(match[1]), clean.figure(match[2]), match[3]
    kind = next((code for word, code in _TIERS if word in rest), PLENARY)
    called = f"{chinese_number(term)}届{chinese_number(number)}次{local.label_of(rules.KIND, kind)}"
    rows = rows.filter(type=kind, session__term__number=term)
    if kind == PLENARY:
        return rows.filter(session__number=number, parent=None), called
    return rows.filter(number=number), called


def _is_in(title: str, text: str) -> bool:
    return len(title) > 3 and clean.skeleton(title) in clean.skeleton(text)


def _with_halves(rows: QuerySet[Gathering], wanted: list[Half]) -> list[Gathering]:
    days = {(one.month, one.day) for one in wanted}
    parts: dict[int, list[Part]] = defaultdict(list)
    for part in Part.objects.filter(gathering__in=rows.values("pk")):
        on = timezone.localdate(part.starts_at)
        if (on.month, on.day) in days:
            parts[part.gathering_id].append(part)
    fits = [pk for pk, own in parts.items() if all(any(half.fits(part) for part in own) for half in wanted)]
    return list(rows.filter(pk__in=fits))


def _several(found: list[Gathering]) -> str:
    names = "、".join(f"《{one.title}》" for one in found[:4])
    return f"有{len(found)}次会议活动对得上：{names}。请选好“{ABOUT.label}”再导入。"


def _none(called: str, wanted: list[Half]) -> str:
    what = f"“{called}”" if called else "这份表说的会议活动"
    halves = (
        f"，场次写上{'、'.join(half.label for half in sorted(set(wanted), key=lambda one: one.order))}"
        if wanted
        else ""
    )
    return (
        f"还没有{what}。请先在“会议活动”里按“办活动”建好它：类别和届次选对{halves}，"
        "用“增加人员”把应到的人按组加上；然后再导入。已经建好的，请选好“" + ABOUT.label + "”再导入。"
    )


# -- its people and what is known of them ------------------------------------------------------------------------------
@dataclass
class Meeting:
    """A gathering with its half-days, those called, the marks and the granted leave they have: five queries."""

    gathering: Gathering
    known: Known
    parts: dict[str, Part] = field(default_factory=dict)
    people: dict[str, list[Invitee]] = field(default_factory=lambda: defaultdict(list))
    marks: dict[tuple[int, int], Presence] = field(default_factory=dict)
    leaves: dict[int, list[Leave]] = field(default_factory=lambda: defaultdict(list))

    def mark(self, invitee: Invitee, key: str) -> Presence | None:
        return self.marks.get((invitee.pk, self.parts[key].pk)) if key in self.parts else None

    def find(self, name: str, sector: str, group: str) -> tuple[Invitee | None, Issue | None]:
        """Who of those called a line means; the question where that is nobody or cannot be told."""
        alike = self.people.get(clean.skeleton(name), [])
        if not alike:
            return None, self._unknown(name)
        of_sector = [one for one in alike if not sector or self._is_sector(one, sector)]
        if not of_sector:
            asked = f"名单上的“{name}”是{'、'.join(str(one.sector or '没有界别的') for one in alike)}，这一行写的是“{sector}”。"
            return None, Issue("sector_differs", asked + "请填名单上的界别，或跳过这一行。", "sector")
        if len(of_sector) > 1 and group:
            of_sector = [
                one for one in of_sector if clean.skeleton(one.group) == clean.skeleton(group)
            ] or of_sector
        if len(of_sector) == 1:
            return of_sector[0], None
        sectors = "、".join(str(one.sector or "（无）") for one in of_sector)
        asked = f"名单上有{len(of_sector)}位“{name}”（{sectors}），看不出是哪一位。请填界别，或跳过这一行。"
        return None, Issue("same_name", asked, "sector")

    def _unknown(self, name: str) -> Issue:
        if not name:
            return Issue("name_missing", "这一行没有姓名。请跳过这一行。")
        if clean.skeleton(name) in self.known.members:
            sentence = f"“{name}”是委员，但不在这次的名单上。应当列入的，请先用“增加人员”加上，再重新核对。"
            return Issue("not_invited", sentence)
        return Issue("not_in_roster", f"“{name}”不在名册里，不计入。请核对是谁；不是委员的，跳过这一行。")

    def _is_sector(self, one: Invitee, text: str) -> bool:
        if one.sector is None:
            return False
        standard = self.known.bodies[BodyKind.SECTOR].find(text) or text
        return standard == one.sector.name or stem(BodyKind.SECTOR, text) == stem(
            BodyKind.SECTOR, one.sector.name
        )


def load(found: Gathering, known: Known) -> Meeting:
    one = Meeting(found, known, keyed(found.parts.all()))
    for invitee in found.invitees.select_related("sector"):
        one.people[clean.skeleton(invitee.name)].append(invitee)
    for mark in Presence.objects.filter(part__gathering=found):
        one.marks[mark.invitee_id, mark.part_id] = mark
    decided = (LeaveState.ASKED, LeaveState.GRANTED, LeaveState.REFUSED)
    for leave in found.leaves.filter(state__in=decided).prefetch_related("parts"):
        one.leaves[leave.invitee_id].append(leave)
    return one


# -- writing -----------------------------------------------------------------------------------------------------------
@dataclass
class Ground:
    """What the writers of one batch share: the gathering, locked, with its half-days and marks."""

    gathering: Gathering
    parts: dict[str, Part]
    marks: dict[tuple[int, int], Presence]


def ground(pk: int, done: dict[str, Any]) -> Ground:
    """Fetched once per batch. Raises Refused where nothing can be put on record any more."""
    if "ground" not in done:
        found = Gathering.objects.select_for_update().get(pk=pk)
        if found.state not in STILL_OPEN:
            raise Refused(f"《{found}》{found.get_state_display()}，不能再导入。要补正的，请先“退回补正”。")
        parts = keyed(found.parts.all())
        marks = {(one.invitee_id, one.part_id): one for one in Presence.objects.filter(part__gathering=found)}
        done["ground"] = Ground(found, parts, marks)
    one: Ground = done["ground"]
    return one


def add_part(one: Ground, key: str, recorder: Recorder) -> Part:
    """A half-day the plan did not have, with the usual hours; it comes after the last."""
    on, half = key.split(" ")
    day, (opens, closes) = date.fromisoformat(on), HOURS[half]
    starts_at, ends_at = _at(day, opens), _at(day, closes)
    last = max(one.parts.values(), key=lambda part: part.number, default=None)
    part: Part = recorder.create(
        Part(
            gathering=one.gathering, number=last.number + 1 if last else 1, label=f"{day.month}月{day.day}日{half}",
            starts_at=starts_at, ends_at=ends_at, place=one.gathering.place,
        )
    )  # fmt: skip
    if ends_at > one.gathering.ends_at:
        recorder.update(one.gathering, ends_at=ends_at)
    one.parts[key] = part
    return part


def add_mark(recorder: Recorder, mark: Presence) -> Presence:
    try:
        with transaction.atomic():
            found: Presence = recorder.create(mark)
    except IntegrityError as error:
        raise Conflict("导入的时候有人正在签到，什么也没有写入。请重新核对，再导入一次。") from error
    return found


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
