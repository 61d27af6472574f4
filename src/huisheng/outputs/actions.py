"""Verbs: the effects of steps, and the acts that move nothing (start, save, read).

Every effect runs inside the transaction of its step. ``act`` says who, when and with what answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from huisheng.kernel import journal, local
from huisheng.kernel.deadlines import Deadline, Extension, Span
from huisheng.kernel.errors import NotAllowed, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.links import link
from huisheng.kernel.models import Counter
from huisheng.kernel.once import once
from huisheng.kernel.store import keep_upload
from huisheng.opinions.actions import tell_contributors
from huisheng.opinions.models import Opinion
from huisheng.opinions.rules import REPORTER
from huisheng.people.models import Account
from huisheng.people.posts import HANDLER, holders

from . import findable, kinds, queries
from . import local_rules as rules
from .freezing import freeze_soon
from .kinds import fingerprint
from .models import (
    Advice,
    Delivery,
    FollowUp,
    Instruction,
    Output,
    OutputState,
)  # fmt: skip

WRITABLE = ("type", "title", "content", "body")
Rows = Sequence[tuple[str, str]]


# -- acts that move nothing ----------------------------------------------------------------------------------------
def start(
    account: Account, data: dict[str, Any], *, advice: Rows = (), at: datetime | None = None, key: str = ""
) -> Output:
    """起草. data: type, title, content, body, opinions, speech (大会发言 it is made of); advice: (area, content) in order."""
    at = at or timezone.now()
    _needs_desk(account, at)

    def act() -> dict[str, Any]:
        words = {name: data[name] for name in WRITABLE if name in data}
        output = Output.objects.create(drafted_by=account, made_at=at, changed_at=at, **words)
        _write_parts(output, data, advice)
        journal.write(output, "start", "起草", account=account, at=at, to_state=output.state)
        if speech := data.get("speech"):
            link(speech, output, "转为成果", at)
        return {"id": output.pk}

    plain = {name: str(value) for name, value in data.items()}
    return Output.objects.get(pk=once(account, key, ["output", plain, list(advice)], at, act)["id"])


def save_draft(
    output: Output,
    account: Account,
    data: dict[str, Any],
    advice: Rows,
    at: datetime,
    version: int | None = None,
) -> Output:
    """Write the draft's words in place: nothing was sent yet. Raises WrongState when it was meanwhile."""
    _needs_desk(account, at)
    with transaction.atomic():
        output = drafted(output.pk)
        if version is not None and version != output.version:
            raise WrongState("您打开这一页之后，这份成果改过。请看过最新的内容再改，您写的在下面。")
        for name in WRITABLE:
            if name in data:
                setattr(output, name, data[name])
        output.drafted_by, output.changed_at = account, at
        output.save()
        _write_parts(output, data, advice)
        journal.write(output, "revise", "修改稿件", account=account, at=at, is_inside=True)
    return output


def drafted(pk: int) -> Output:
    """The paper, locked, while it may still be written. Raises WrongState when it was sent on."""
    output = Output.objects.select_for_update().get(pk=pk)
    if output.state != OutputState.DRAFT:
        raise WrongState("这份成果已经送核，不能再改。要改的，请先退回修改。")
    return output


def _write_parts(output: Output, data: dict[str, Any], advice: Rows) -> None:
    if "opinions" in data:
        output.opinions.set(data["opinions"])
    output.advice.all().delete()
    Advice.objects.bulk_create(
        Advice(output=output, number=number, area=area, content=content)
        for number, (area, content) in enumerate(advice, 1)
    )


def _needs_desk(account: Account, at: datetime) -> None:
    if not account.holds(*queries.DESK, on=timezone.localdate(at)):
        raise NotAllowed("起草成果须由信息编辑或政协办公室办理。")


def opened(output: Output, account: Account, at: datetime) -> None:
    """已阅: the reader opened it; the first time counts and is a line of the journal."""
    with transaction.atomic():
        row = (
            Delivery.objects.select_for_update().filter(output=output, reader=account, opened_at=None).first()
        )
        if row is None:
            return
        row.opened_at = at
        row.received_on = row.received_on or timezone.localdate(at)
        row.save(update_fields=["opened_at", "received_on"])
        journal.write(output, "open", "阅读", account=account, at=at, is_inside=True)


# -- drafting, checking, signing -----------------------------------------------------------------------------------
def send(output: Output, act: Act) -> None:
    """送核: the serial is given; what was sent is known by its fingerprint."""
    if output.serial is None:
        output.year, output.serial = act.today.year, Counter.next(f"output:{act.today.year}")
    output.drafted_by, output.fingerprint = act.account, fingerprint(output)
    output.save(update_fields=["year", "serial", "drafted_by", "fingerprint"])
    findable.put(output)
    act.remember(serial=output.serial, fingerprint=output.fingerprint)


def check(output: Output, act: Act) -> None:
    output.checked_by = act.account
    output.save(update_fields=["checked_by"])


def sign(output: Output, act: Act) -> None:
    """签发: number, seal over the words, links to what went into it. PDF and .docx are set right after (``freezing``)."""
    output.signed_by, output.signed_on = act.account, act.today
    room = kinds.room_of(output)
    if room is not None:
        room.sign(output, act)
    output.fingerprint = fingerprint(output)
    output.save(update_fields=["signed_by", "signed_on", "title", "fingerprint"])
    for opinion in room.sources(output) if room is not None else output.opinions.all():
        link(opinion, output, "编入", act.at)
    act.remember(fingerprint=output.fingerprint)
    findable.put(output)
    freeze_soon.enqueue(output.pk)


# -- delivery ------------------------------------------------------------------------------------------------------
def deliver(output: Output, act: Act) -> None:
    """报送: one row an addressee; leaders who read here are told; contributors hear that it went up."""
    output.delivered_on = act.data["delivered_on"]
    output.save(update_fields=["delivered_on"])
    _deliver(output, act)
    _tell_sources(output, "报送", f"{output.notice_title()}已报送区领导，采用了您反映的内容。", act)


def deliver_more(output: Output, act: Act) -> None:
    _deliver(output, act)


def _deliver(output: Output, act: Act) -> None:
    answers = act.data
    names = [local.label_of(rules.ADDRESSEE, one) for one in answers["addressees"]] + answers["other"]
    common = {
        "how": answers["how"],
        "delivered_on": answers["delivered_on"],
        "entered_by": act.account,
        "at": act.at,
    }
    Delivery.objects.bulk_create(Delivery(output=output, addressee=name[:120], **common) for name in names)
    fresh = []
    for leader in answers["leaders"]:
        _, is_new = Delivery.objects.get_or_create(
            output=output, reader=leader, defaults={"addressee": leader.name, **common}
        )
        fresh += [leader] if is_new else []
    act.tell(fresh, f"{output.notice_title()}请您阅看")


def record_receipt(output: Output, act: Act) -> None:
    row: Delivery = act.data["delivery"]
    row.received_on = act.data["received_on"]
    row.save(update_fields=["received_on"])


# -- instructions --------------------------------------------------------------------------------------------------
def register(output: Output, act: Act) -> None:
    """登记批示: entered by the office from paper, with a picture of it."""
    leader: Account | None = act.data.get("account")
    instruction = _instruct(
        output, act, leader=leader.name if leader else act.data["leader"], account=leader,
        words=act.data["words"], given_on=act.data["given_on"],
    )  # fmt: skip
    if act.data.get("photo"):
        keep_upload(act.data["photo"], instruction, act.account, "instruction", act.at)


def write_instruction(output: Output, act: Act) -> None:
    """批示: the leader's own, word for word as the preview showed it."""
    words, today = act.data["said"], act.today
    opened(output, act.account, act.at)  # who writes on it has read it
    _instruct(output, act, leader=act.account.name, account=act.account, words=words, given_on=today)


def _instruct(
    output: Output, act: Act, *, leader: str, account: Account | None, words: str, given_on: date
) -> Instruction:
    opinion: Opinion | None = act.data.get("opinion")
    instruction = Instruction.objects.create(
        output=output, opinion=opinion, leader=leader, account=account, words=words, given_on=given_on,
        entered_by=act.account, at=act.at, changed_at=act.at,
    )  # fmt: skip
    instruction.agencies.set(act.data["agencies"])
    link(opinion or output, instruction, "批示", act.at)
    journal.write(
        instruction, "give", "批示" if account == act.account else "登记批示", account=act.account, at=act.at,
        to_state=instruction.state, is_inside=True, data={"words": hashlib.sha256(words.encode()).hexdigest()},
    )  # fmt: skip
    act.remember(instruction=instruction, opinion=opinion)
    sources = [opinion] if opinion else queries.sources_of(output)
    _tell(sources, "区领导批示", f"{output.notice_title()}采用您反映的内容，区领导作了批示。", act)
    return instruction


def transfer(instruction: Instruction, act: Act) -> None:
    """转办: one follow-up an agency, due by the local rule."""
    due_on = local.deadline(rules.FOLLOW_UP, act.today).due_on
    for agency in act.data["agencies"]:
        one = FollowUp.objects.create(
            instruction=instruction, agency=agency, task=act.data["task"], excerpt=act.data["excerpt"],
            sent_on=act.today, due_on=due_on, changed_at=act.at,
        )  # fmt: skip
        link(instruction, one, "转办", act.at)
        entry = journal.write(one, "send", "转办", account=act.account, at=act.at, to_state=one.state)
        text = f"转来一件区领导批示，请签收，{due_on.month}月{due_on.day}日前报告办理情况"
        journal.tell(holders([HANDLER], act.today, agency=agency), text, key=f"follow_up:{one.pk}", at=act.at, card=text,
                     url=one.get_absolute_url(), entry=entry)  # fmt: skip
    names = "、".join(str(one) for one in act.data["agencies"])
    _tell(
        _sources(instruction),
        "转办",
        f"您反映的事已按区领导批示转{names}办理。",
        act,
    )


def release(instruction: Instruction, act: Act) -> None:
    """告知批示: the reporters may read the words; a member of the public still hears only that there is one."""
    instruction.released_on = act.today
    instruction.save(update_fields=["released_on"])
    for opinion in _sources(instruction):
        for one in (opinion, *opinion.parts.select_related("reporter_member", "reporter_body")):
            act.tell(
                REPORTER.audience(one, act.today),
                f"《{one}》的批示原文可以看了",
                instruction.get_absolute_url(),
            )


def _sources(instruction: Instruction) -> Iterable[Opinion]:
    return [instruction.opinion] if instruction.opinion else queries.sources_of(instruction.output)


# -- follow-ups ----------------------------------------------------------------------------------------------------
def report(follow_up: FollowUp, act: Act) -> None:
    follow_up.report, follow_up.measures = act.data["report"], act.data["measures"]
    follow_up.reported_on = act.today
    follow_up.save(update_fields=["report", "measures", "reported_on"])
    act.remember(fingerprint=hashlib.sha256(follow_up.report.encode()).hexdigest())


def accept(follow_up: FollowUp, act: Act) -> None:
    """办结: those who spoke hear what was done, in the words the office chose."""
    follow_up.accepted_on = act.today
    follow_up.save(update_fields=["accepted_on"])
    _tell(_sources(follow_up.instruction), "批示办理结果", act.data["told"], act)


def extend(follow_up: FollowUp, act: Act) -> None:
    given = {"span": act.data["span"], "approver": act.account.name, "reason": act.note}
    follow_up.extensions = [*follow_up.extensions, given]
    follow_up.due_on = deadline_of(follow_up).due_on
    follow_up.save(update_fields=["extensions", "due_on"])
    act.remember(due_on=str(follow_up.due_on))


def deadline_of(follow_up: FollowUp) -> Deadline:
    """The day by which the agency reports, counted as the rule of that day said."""
    more = tuple(
        Extension(Span.parse(one["span"]), one["approver"], one["reason"]) for one in follow_up.extensions
    )
    return local.deadline(rules.FOLLOW_UP, follow_up.sent_on, more)


# -- what came of it -----------------------------------------------------------------------------------------------
def answer_advice(output: Output, act: Act) -> None:
    one: Advice = act.data["advice"]
    one.response, one.measures, one.evidence = (
        act.data[name] for name in ("response", "measures", "evidence")
    )
    one.answered_by, one.answered_at = act.account, act.at
    one.save(update_fields=["response", "measures", "evidence", "answered_by", "answered_at"])


def conclude(output: Output, act: Act) -> None:
    output.feedback, output.concluded_on = act.data["feedback"], act.today
    output.save(update_fields=["feedback", "concluded_on"])
    if act.data["told"]:
        _tell_sources(output, "办结", act.data["told"], act)


def publish(output: Output, act: Act) -> None:
    output.published_on = act.today
    output.save(update_fields=["published_on"])


def unpublish(output: Output, act: Act) -> None:
    output.published_on = None
    output.save(update_fields=["published_on"])


def _tell_sources(output: Output, label: str, sentence: str, act: Act) -> None:
    _tell(queries.sources_of(output), label, sentence, act)


def _tell(opinions: Iterable[Opinion], label: str, sentence: str, act: Act) -> None:
    """Everyone whose words they were hears it; and each opinion's own journal says what came of it."""
    for opinion in opinions:
        tell_contributors(opinion, sentence, act)
        journal.write(opinion, "outcome", label, account=act.account, at=act.at, note=sentence)
