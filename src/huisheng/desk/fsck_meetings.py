"""核对, the third part: meetings and activities, who came, what was said, printed and voted there. Read-only.

What the database itself keeps from being false (constraints beside the models) is not asked again here.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from huisheng.gatherings import queries
from huisheng.gatherings.floor import speech_fingerprint
from huisheng.gatherings.models import (
    CAME,
    AgendaItem,
    Ballot,
    BallotState,
    Briefing,
    BriefingState,
    Gathering,
    GatheringState,
    How,
    Leave,
    LeaveState,
    Liaison,
    LiaisonState,
    Mark,
    Presence,
    Speech,
    SpeechState,
)
from huisheng.kernel.models import Entry, Matter

UNSENT_SPEECHES = (SpeechState.DRAFT, SpeechState.WITHDRAWN)


def meetings() -> Iterator[str]:
    """What was settled, issued and declared reads as its journal line says; the roll and the leave agree."""
    yield from _minutes()
    yield from _rolls()
    yield from _leaves()
    yield from _agendas()
    yield from _speeches()
    yield from _briefings()
    yield from _ballots()
    yield from _liaisons()


def _last_lines(model: type[Matter], action: str) -> dict[int, dict[str, Any]]:
    """What the last line of a step left for each record."""
    rows = Entry.objects.filter(subject_type=model.kind(), action=action).order_by("seq")
    return dict(rows.values_list("subject_id", "data").iterator(chunk_size=2000))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _minutes() -> Iterator[str]:
    written = _last_lines(Gathering, "settle")
    rows = Gathering.objects.filter(state=GatheringState.SETTLED).order_by("pk")
    for pk, title, minutes, fingerprint in rows.values_list(
        "pk", "title", "minutes", "fingerprint"
    ).iterator():
        if _sha256(minutes) != fingerprint:
            yield f"《{title}》的纪要与办结时的指纹不符，内容被改动过"
        elif written.get(pk, {}).get("fingerprint") != fingerprint:
            yield f"《{title}》的纪要指纹不在办理记录里"


def _rolls() -> Iterator[str]:
    strays = Presence.objects.exclude(part__gathering=F("invitee__gathering")).order_by("pk")
    for name, part, title in strays.values_list("invitee__name", "part__label", "invitee__gathering__title"):
        yield f"{name}的出席记录记在“{part}”，这一场不是《{title}》的"


def _leaves() -> Iterator[str]:
    granted = Leave.parts.through.objects.filter(leave__state=LeaveState.GRANTED).order_by("pk")
    columns = ("leave__invitee__name", "leave__gathering__title", "part__label")
    strays = granted.exclude(part__gathering=F("leave__gathering"))
    for name, title, part in strays.values_list(*columns):
        yield f"{name}在《{title}》的请假写着“{part}”，这一场不是它的"
    # who came all the same is present, and a correction has its reason; anybody else is excused
    stands = Q(mark__in=(Mark.EXCUSED, *CAME)) | Q(how=How.CORRECTED)
    mark = Presence.objects.filter(stands, invitee=OuterRef("leave__invitee"), part=OuterRef("part"))
    for name, title, part in granted.exclude(Exists(mark)).values_list(*columns):
        yield f"{name}在《{title}》“{part}”的请假已批准，出席记录却没有记为请假"
    for one in (
        Leave.objects.exclude(gathering=F("invitee__gathering")).select_related("invitee").order_by("pk")
    ):
        yield f"{one.invitee.name}的请假 {one.pk} 记在别的会议上"


def _agendas() -> Iterator[str]:
    """A carried item came from an earlier one, of another gathering: never from itself, never round in a ring."""
    wrong = Q(carried_from__gte=F("pk")) | Q(carried_from__gathering=F("gathering"))
    for pk, title in AgendaItem.objects.filter(wrong).order_by("pk").values_list("pk", "title"):
        yield f"议题“{title}”（{pk}）移交的来处不对：只能来自另一次会议、先前的议题"


def _speeches() -> Iterator[str]:
    written = _last_lines(Speech, "submit")
    for one in Speech.objects.exclude(state__in=UNSENT_SPEECHES).order_by("pk").iterator(chunk_size=500):
        if speech_fingerprint(one) != one.fingerprint:
            yield f"大会发言《{one}》与提交时的指纹不符，内容被改动过"
        elif written.get(one.pk, {}).get("fingerprint") != one.fingerprint:
            yield f"大会发言《{one}》的指纹不在办理记录里"


def _briefings() -> Iterator[str]:
    """An issued one reads as its line says; within a meeting the numbers have no hole (a corrected one keeps its own)."""
    written = _last_lines(Briefing, "issue")
    numbers: dict[str, set[int]] = defaultdict(set)
    rows = Briefing.objects.exclude(number=None).select_related("gathering").order_by("pk")
    for one in rows.iterator(chunk_size=500):
        numbers[f"《{one.gathering}》（{one.gathering_id}）"].add(one.number or 0)
        line = written.get(one.pk, {})
        if one.state == BriefingState.ISSUED and line.get("fingerprint") != _sha256(one.content):
            yield f"《{one.gathering}》简报{one.number_label}与印发时的指纹不符，内容被改动过"
        if line.get("number") != one.number:
            yield f"《{one.gathering}》简报“{one}”的期号是{one.number}，办理记录里不是"
    for title, found in numbers.items():
        if missing := sorted(set(range(1, max(found) + 1)) - found):
            yield f"{title}的简报缺第{'、'.join(map(str, missing[:10]))}期"


def _ballots() -> Iterator[str]:
    written = _last_lines(Ballot, "declare")
    declared = Ballot.objects.filter(state=BallotState.DECLARED).prefetch_related("lines").order_by("pk")
    for one in declared.iterator(chunk_size=500):
        if reason := queries.what_does_not_close(one):
            yield f"表决选举《{one}》已宣布，票数却对不上：{reason}"
        elif written.get(one.pk, {}).get("outcome") != queries.told(queries.outcomes(one)):
            yield f"表决选举《{one}》的票数与宣布时的不同，登记被改动过"


def _liaisons() -> Iterator[str]:
    """A contact that took place stands as it was reported: its day, and what was heard."""
    written = _last_lines(Liaison, "report")
    done = Liaison.objects.filter(state=LiaisonState.DONE).select_related("body").order_by("pk")
    for one in done.iterator(chunk_size=500):
        line = written.get(one.pk, {})
        if (line.get("held_on"), line.get("fingerprint")) != (str(one.held_on), _sha256(one.heard)):
            yield f"{one.body}{one}的登记与办理记录不符，内容被改动过"
