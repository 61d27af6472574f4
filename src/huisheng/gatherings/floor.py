"""Verbs of what happens on the floor: speeches, remarks, briefings, ballots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from huisheng.kernel import journal, local
from huisheng.kernel.errors import Invalid, NotAllowed, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.once import once
from huisheng.people import posts
from huisheng.people.models import Account

from . import queries
from .local_rules import BALLOT_BASE
from .models import (
    COMING,
    Ballot,
    BallotLine,
    BallotState,
    Briefing,
    BriefingState,
    Gathering,
    GatheringState,
    Remark,
    Speech,
    SpeechState,
)

SITTING = (*COMING, GatheringState.HELD)


# -- speeches --------------------------------------------------------------------------------------------------------
def start_speech(
    gathering: Gathering, account: Account, data: dict[str, Any], *, at: datetime, key: str = ""
) -> Speech:
    """大会发言材料. data: title, content, reader, wants_oral and speaker_member or speaker_body. Raises NotAllowed, WrongState."""
    _may_speak(account, data, at)
    if not gathering.needs("speeches") or gathering.state not in queries.TAKES_SPEECHES:
        raise WrongState("这次会议现在不收发言材料。")

    def act() -> dict[str, Any]:
        one = Speech.objects.create(gathering=gathering, made_by=account, made_at=at, changed_at=at, **data)
        journal.write(one, "start", "起草发言", account=account, at=at, to_state=one.state)
        return {"id": one.pk}

    plain = {name: str(value) for name, value in data.items()}
    return Speech.objects.get(pk=once(account, key, ["speech", gathering.pk, plain], at, act)["id"])


def save_speech(speech: Speech, account: Account, data: dict[str, Any], at: datetime) -> Speech:
    """Write the draft's words in place. Raises WrongState when it was submitted meanwhile."""
    with transaction.atomic():
        speech = Speech.objects.select_for_update().get(pk=speech.pk)
        if speech.state != SpeechState.DRAFT:
            raise WrongState("这份发言材料已经提交，不能再改。")
        _may_speak(account, data, at)
        for name, value in data.items():
            setattr(speech, name, value)
        speech.changed_at = at
        speech.save()
        journal.write(speech, "revise", "修改发言", account=account, at=at)
    return speech


def _may_speak(account: Account, data: dict[str, Any], at: datetime) -> None:
    today, member, body = timezone.localdate(at), data.get("speaker_member"), data.get("speaker_body")
    own = member is not None and member.pk in account.places(posts.MEMBER, on=today)
    ours = body is not None and body.pk in account.places(posts.CONVENER, on=today)
    if not own and not ours:
        raise NotAllowed("发言材料由发言委员本人，或者发言单位的召集人提交。")


def speech_fingerprint(speech: Speech) -> str:
    return hashlib.sha256(f"{speech.title}\x1f{speech.content}".encode()).hexdigest()


def submit_speech(speech: Speech, act: Act) -> None:
    speech.submitted_at = act.at
    speech.fingerprint = speech_fingerprint(speech)
    speech.save(update_fields=["submitted_at", "fingerprint"])
    act.remember(fingerprint=speech.fingerprint)


def arrange(speech: Speech, act: Act) -> None:
    for name in ("part", "position", "limit"):
        setattr(speech, name, act.data[name])
    speech.reader = act.data["reader"] or speech.reader
    speech.save(update_fields=["part", "position", "limit", "reader"])


def time_speech(
    speech: Speech, account: Account, at: datetime, *, press: Literal["begin", "end", ""] = ""
) -> Speech:
    """计时: the first press begins, the second ends; one speaks at a time, and what is timed is not timed again.

    press: which of the two the person saw on the button; the same press twice (a double click) then changes nothing.
    """
    with transaction.atomic():
        # the gathering is locked, so that two desks do not begin two speeches at once
        gathering = Gathering.objects.select_for_update().get(pk=speech.gathering_id)
        speech = _timed(speech, account, at)
        if speech.ended_at is not None and press != "end":
            raise WrongState("这个发言已经计过时了。要重新计，请先按“清除，重计”。")
        if (press == "begin" and speech.began_at) or speech.ended_at:
            return speech
        if speech.began_at is None:
            _begin(speech, gathering, at, press)
        else:
            speech.ended_at = max(at, speech.began_at)
        speech.save(update_fields=["began_at", "ended_at"])
        label = "发言结束" if speech.ended_at else "开始发言"
        journal.write(speech, "time", label, account=account, at=at)
    return speech


def _begin(speech: Speech, gathering: Gathering, at: datetime, press: str) -> None:
    if press == "end":
        raise WrongState("这个发言还没有开始计时。")
    other = gathering.speeches.filter(began_at__isnull=False, ended_at=None).first()
    if other is not None:
        raise WrongState(f"《{other}》还在计时。请先按它的“结束”。")
    speech.began_at = at


def untime_speech(speech: Speech, account: Account, at: datetime) -> Speech:
    """清除，重计: the button was pressed for the wrong speaker, or too early."""
    with transaction.atomic():
        speech = _timed(speech, account, at)
        before = speech.seconds
        speech.began_at = speech.ended_at = None
        speech.save(update_fields=["began_at", "ended_at"])
        journal.write(speech, "untime", "清除计时", account=account, at=at, data={"seconds": before})
    return speech


def _timed(speech: Speech, account: Account, at: datetime) -> Speech:
    speech = Speech.objects.select_for_update().get(pk=speech.pk)
    _keeps(speech.gathering, account, at)
    if speech.state != SpeechState.ORAL:
        raise WrongState("只有口头发言才计时。")
    return speech


def _keeps(gathering: Gathering, account: Account, at: datetime) -> None:
    if not queries.organises(gathering, account, timezone.localdate(at)):
        raise NotAllowed("这一步由政协办公室或者组织单位的召集人办理。")


# -- remarks ---------------------------------------------------------------------------------------------------------
def note_remark(
    gathering: Gathering, account: Account, data: dict[str, Any], *, at: datetime, key: str = ""
) -> Remark:
    """记发言. data: invitee or name, text. Raises NotAllowed, WrongState."""
    _keeps(gathering, account, at)
    if gathering.state not in SITTING:
        raise WrongState(f"现在是“{gathering.get_state_display()}”，不能再记发言。")

    def act() -> dict[str, Any]:
        invitee = data.get("invitee")
        one = Remark.objects.create(
            gathering=gathering, invitee=invitee, name=invitee.name if invitee else data["name"], text=data["text"],
            at=at, by=account,
        )  # fmt: skip
        return {"id": one.pk}

    plain = [gathering.pk, str(data.get("invitee")), data.get("name", ""), data["text"]]
    return Remark.objects.get(pk=once(account, key, ["remark", plain], at, act)["id"])


def write_note(gathering: Gathering, account: Account, text: str, *, at: datetime, key: str = "") -> Remark:
    """学习体会: a member's own words about a course they were called to. Raises NotAllowed, WrongState."""
    invitee = queries.invitation_of(gathering, account, timezone.localdate(at))
    if invitee is None or not gathering.needs("hours"):
        raise NotAllowed("学习体会由参加这次学习的人自己写。")
    if gathering.state not in queries.TAKES_NOTES:
        raise WrongState("学习还没有开始，体会等学过再写。")

    def act() -> dict[str, Any]:
        one = Remark.objects.create(
            gathering=gathering, invitee=invitee, name=invitee.name, text=text, at=at, by=account
        )
        return {"id": one.pk}

    return Remark.objects.get(pk=once(account, key, ["study note", gathering.pk, text], at, act)["id"])


def amend_remark(remark: Remark, account: Account, text: str, at: datetime) -> None:
    """A slip of the pen is put right while the meeting is not settled; what an issued briefing took stays as printed."""
    _keeps(remark.gathering, account, at)
    if remark.gathering.state not in SITTING:
        raise WrongState("会议已经办结，发言记录不能再改。")
    with transaction.atomic():
        remark.text, remark.by, remark.at = text, account, at
        remark.save(update_fields=["text", "by", "at"])
        journal.write(remark.gathering, "remark", "改发言记录", account=account, at=at, is_inside=True)


# -- briefings -------------------------------------------------------------------------------------------------------
def start_briefing(
    gathering: Gathering,
    account: Account,
    data: dict[str, Any],
    remarks: Iterable[Remark],
    *,
    at: datetime,
    key: str = "",
) -> Briefing:
    """编简报. data: title, content (empty: put together from the remarks)."""
    chosen = list(remarks)
    _keeps(gathering, account, at)

    def act() -> dict[str, Any]:
        content = data.get("content") or "\n".join(f"{one.name}：{one.text}" for one in chosen)
        one = Briefing.objects.create(
            gathering=gathering,
            title=data["title"],
            content=content,
            made_by=account,
            made_at=at,
            changed_at=at,
        )
        one.remarks.set(chosen)
        journal.write(one, "start", "编写简报", account=account, at=at, to_state=one.state)
        return {"id": one.pk}

    plain = [gathering.pk, data["title"], data.get("content", ""), [one.pk for one in chosen]]
    return Briefing.objects.get(pk=once(account, key, ["briefing", plain], at, act)["id"])


def save_briefing(briefing: Briefing, account: Account, data: dict[str, Any], at: datetime) -> None:
    with transaction.atomic():
        briefing = Briefing.objects.select_for_update().get(pk=briefing.pk)
        _keeps(briefing.gathering, account, at)
        if briefing.state != BriefingState.DRAFT:
            raise WrongState("这期简报已经印发，不能再改。要更正的，请先撤回更正。")
        briefing.title, briefing.content, briefing.changed_at = data["title"], data["content"], at
        briefing.save(update_fields=["title", "content", "changed_at"])


def issue_briefing(briefing: Briefing, act: Act) -> None:
    """印发: numbered within its meeting; a corrected one keeps its number."""
    # the gathering is locked, so that two issued at once get two numbers
    Gathering.objects.select_for_update().get(pk=briefing.gathering_id)
    if briefing.number is None:
        taken = (
            briefing.gathering.briefings.order_by("-number")
            .exclude(number=None)
            .values_list("number", flat=True)
        )
        briefing.number = (taken.first() or 0) + 1
    briefing.issued_by, briefing.issued_at = act.account, act.at
    briefing.save(update_fields=["number", "issued_by", "issued_at"])
    act.remember(number=briefing.number, fingerprint=hashlib.sha256(briefing.content.encode()).hexdigest())


# -- ballots ---------------------------------------------------------------------------------------------------------
def start_ballot(
    gathering: Gathering,
    account: Account,
    data: dict[str, Any],
    lines: Sequence[dict[str, Any]],
    *,
    at: datetime,
    key: str = "",
) -> Ballot:
    """登记表决、选举. data: title, is_election, method, seats, part and the counts. 应到 is the list's, as on the roll."""
    _keeps(gathering, account, at)
    if gathering.state not in SITTING:
        raise WrongState(f"现在是“{gathering.get_state_display()}”，不能登记表决。")

    def act() -> dict[str, Any]:
        base = "present" if local.rule(BALLOT_BASE, timezone.localdate(at)) == "实到" else "due"
        one = Ballot(gathering=gathering, made_by=account, base=base)
        _write_ballot(one, data, lines, at)
        journal.write(one, "start", "登记表决", account=account, at=at, to_state=one.state, is_inside=True)
        return {"id": one.pk}

    plain = [gathering.pk, {name: str(value) for name, value in data.items()}, list(lines)]
    return Ballot.objects.get(pk=once(account, key, ["ballot", plain], at, act)["id"])


def save_ballot(
    ballot: Ballot, account: Account, data: dict[str, Any], lines: Sequence[dict[str, Any]], at: datetime
) -> None:
    """Write the counts in place until they are announced. Raises WrongState, Invalid."""
    with transaction.atomic():
        ballot = Ballot.objects.select_for_update().get(pk=ballot.pk)
        _keeps(ballot.gathering, account, at)
        if ballot.state != BallotState.DRAFT:
            raise WrongState("结果已经宣布，不能再改。登记有误的，请用“更正登记”。")
        _write_ballot(ballot, data, lines, at)
        journal.write(ballot, "revise", "修改登记", account=account, at=at, is_inside=True)


def _write_ballot(
    ballot: Ballot, data: dict[str, Any], lines: Sequence[dict[str, Any]], at: datetime
) -> None:
    ballot.due = queries.expected(ballot.gathering).count()
    for name, value in data.items():
        setattr(ballot, name, value)
    wrong = queries.contradictions(ballot.due, ballot.present, ballot.issued, ballot.returned, ballot.void)
    if wrong:
        raise Invalid({name: [sentence] for name, sentence in wrong.items()})
    ballot.changed_at = at
    ballot.save()
    ballot.lines.all().delete()
    BallotLine.objects.bulk_create(
        BallotLine(ballot=ballot, number=n, **row) for n, row in enumerate(lines, 1)
    )


def declare(ballot: Ballot, act: Act) -> None:
    """宣布结果: what passed is computed, and written into the journal with its counts."""
    ballot.declared_at = act.at
    ballot.save(update_fields=["declared_at"])
    act.remember(outcome=queries.told(queries.outcomes(ballot)))
