"""Verbs of 委员变动 and 信息更正: begin one, and the effects of their steps. What they move are the dated rows and the
columns that ``actions`` writes; here is the paper that says why."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import journal, store
from huisheng.kernel.errors import Conflict, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Act, perform_by_clock
from huisheng.kernel.once import once

from . import actions, posts, queries
from . import local_rules as rules
from .models import (
    OPEN_CHANGES,
    Account,
    Correction,
    CorrectionState,
    Member,
    MemberChange,
    MemberChangeState,
)
from .posts import holders

log = logging.getLogger("huisheng.people")

PAPER = "decision"  # purpose of the attachment that carries the decision
WRITTEN = ("sort", "adds", "member", "person", "sector", "source", "reason", "words")


# -- 委员变动 --------------------------------------------------------------------------------------------------------
def prepare(account: Account, data: dict[str, Any], *, at: datetime, key: str = "") -> MemberChange:
    """准备委员变动. data: sort, adds, member, person, sector, source, reason, words."""
    _needs_office(account, at)

    def act() -> dict[str, Any]:
        _check_alone(data["member"])
        made = MemberChange.objects.create(
            **{name: data[name] for name in WRITTEN}, prepared_by=account, prepared_at=at, changed_at=at
        )
        journal.write(made, "prepare", "准备委员变动", account=account, at=at, to_state=made.state)
        return {"id": made.pk}

    plain = {name: str(getattr(data[name], "pk", data[name])) for name in WRITTEN}
    return MemberChange.objects.get(pk=once(account, key, ["member change", plain], at, act)["id"])


def save(
    change: MemberChange, account: Account, data: dict[str, Any], *, at: datetime, version: int | None = None
) -> MemberChange:
    """修改, while it is prepared. data as in ``prepare``."""
    _needs_office(account, at)
    with transaction.atomic():
        change = MemberChange.objects.select_for_update().get(pk=change.pk)
        if change.state != MemberChangeState.DRAFT:
            raise WrongState("已经提请审议，不能再改。要改的，请先撤回或请主席会议退回。")
        if version is not None and version != change.version:
            raise Conflict("您打开这一页之后，这份变动改过。请看过最新的内容再改，您写的在下面。")
        _check_alone(data["member"], but=change.pk)
        for name in WRITTEN:
            setattr(change, name, data[name])
        change.version, change.changed_at = change.version + 1, at
        change.save()
        journal.write(change, "write", "修改委员变动", account=account, at=at, is_inside=True)
    return change


def _check_alone(member: Member | None, but: int = 0) -> None:
    if member is None:
        return
    Member.objects.select_for_update().filter(
        pk=member.pk
    ).first()  # two who begin at once come one after the other
    other = MemberChange.objects.filter(member=member, adds=False, state__in=OPEN_CHANGES).exclude(pk=but)
    if found := other.first():
        raise Conflict(f"{member.name}已有一份没办完的变动（{found.sort_label}）。请办完或撤回那一份。")


def endorse(change: MemberChange, act: Act) -> None:
    change.chairs_meeting, change.chairs_on = act.data["meeting"], act.data["held_on"]
    change.save(update_fields=["chairs_meeting", "chairs_on"])


def decide(change: MemberChange, act: Act) -> None:
    """登记决定: which meeting, when, on what paper. A day that has come takes effect at once."""
    for name in ("meeting", "decided_on", "document", "effective_on"):
        setattr(change, name, act.data[name])
    change.save(update_fields=["meeting", "decided_on", "document", "effective_on"])
    if upload := act.data.get("file"):
        store.keep_upload(upload, change, act.account, PAPER, act.at)
    if act.data["effective_on"] <= act.today:
        act.follow(change, "begin")


def take_effect(change: MemberChange, act: Act) -> None:
    """生效: the dated rows are opened or closed at the effect's day by the same acts as everywhere else."""
    assert change.effective_on is not None
    if change.adds:
        _seat(change, act)
        return
    assert change.member is not None
    member = change.member
    if member.ends_on is None or member.ends_on > change.effective_on:
        reason = f"{change.sort_label}（{change.reason_label}）"[:120]
        actions.retire(member, change.effective_on, reason, by=act.account, at=act.at)
    close_accounts(act.at, member)


def _seat(change: MemberChange, act: Act) -> None:
    member = Member(**change.person, starts_on=change.effective_on, sector=change.sector)
    actions.save_record(member, by=act.account, at=act.at)
    assert change.sector is not None
    assert change.effective_on is not None
    actions.join(member, change.sector, change.effective_on, by=act.account, at=act.at)
    change.member = member
    change.save(update_fields=["member"])
    # who administers opens the account; the decision itself is not theirs to read
    admins = holders([posts.ADMIN], act.today)
    act.tell(admins, f"{member.full_name}增补为委员，请建立账号", reverse("people:member", args=[member.pk]))


def begin_due(now: datetime) -> int:
    """The clock's: decided changes whose day has come, and accounts whose last day is over. One that cannot be done
    is told in the log and holds up no other. How many took effect."""
    due = MemberChange.objects.filter(
        state=MemberChangeState.DECIDED, effective_on__lte=timezone.localdate(now)
    )
    begun = 0
    for change in due.order_by("effective_on", "pk"):
        try:
            perform_by_clock(change, "begin", now)
            begun += 1
        except Refused as refusal:
            log.warning("委员变动 %s 没有生效：%s", change.pk, refusal.sentence)
    close_accounts(now)
    return begun


def close_accounts(now: datetime, just_ended: Member | None = None) -> None:
    """After a seat's last day its account is closed, unless the person still holds another post."""
    for account in queries.without_seat(timezone.localdate(now), just_ended):
        actions.disable(account, by=None, at=now)


# -- 信息更正 --------------------------------------------------------------------------------------------------------
def ask(
    account: Account, wanted: dict[str, list[str]], reason: str, *, at: datetime, key: str = ""
) -> Correction:
    """申请更正. wanted: field -> [as the person saw it, as it should be]."""
    today = timezone.localdate(at)
    member = queries.seat_of(account, today)
    if strange := set(wanted) - set(queries.correctable(member, today)):
        raise NotAllowed(
            f"“{rules.FIELDS.get(min(strange), min(strange))}”不能由本人申请更正，请与办公室联系。"
        )

    def act() -> dict[str, Any]:
        Account.objects.select_for_update().filter(pk=account.pk).first()
        if Correction.objects.filter(account=account, state=CorrectionState.ASKED).exists():
            raise Conflict("您已有一份申请在等办公室核准。要改的，请先撤回那一份。")
        one = Correction.objects.create(
            account=account, member=member, wanted=wanted, reason=reason, asked_at=at, changed_at=at
        )
        entry = journal.write(
            one, "ask", "申请更正", account=account, at=at, to_state=one.state, note=one.what, is_inside=False
        )
        office = holders([posts.OFFICE], today).exclude(pk=account.pk)
        journal.tell(office, f"{one}，请核准", key=f"entry:{entry.seq}", at=at, url=one.get_absolute_url(), entry=entry,
                     card="信息更正")  # fmt: skip
        return {"id": one.pk}

    return Correction.objects.get(pk=once(account, key, ["correction", wanted, reason], at, act)["id"])


def correct(correction: Correction, act: Act) -> None:
    """同意更正: the rows change here, and the journal says from what to what; of a contact only its ends."""
    account = Account.objects.select_for_update().get(pk=correction.account_id)
    member = correction.member and Member.objects.select_for_update().get(pk=correction.member_id)
    now = queries.kept(account, member)
    for name, (old, _) in correction.wanted.items():
        if now[name] != old:
            raise Conflict(f"申请以后，“{rules.FIELDS[name]}”已经改过。请与本人核对后再办。")
    wanted = {name: new for name, (_, new) in correction.wanted.items()}
    of_account = {name: new for name, new in wanted.items() if name in rules.OF_ACCOUNT}
    if of_account:
        actions.set_own(account, of_account, by=act.account, at=act.at)
    if member is not None:
        for name, new in wanted.items():
            if name != "email":
                setattr(member, name, new)
        actions.save_record(member, by=act.account, at=act.at)
    correction.answered_on = act.today
    correction.save(update_fields=["answered_on"])
    told = {
        rules.FIELDS[name]: [_told(name, old), _told(name, new)]
        for name, (old, new) in correction.wanted.items()
    }
    act.remember(changes=told)
    act.note = "；".join(
        f"{label}：{old or '（空）'} → {new or '（空）'}" for label, (old, new) in told.items()
    )


def _told(name: str, value: str) -> str:
    """As the journal keeps it for ever: a telephone number or an address of mail by its first and last signs only."""
    if name not in rules.CONTACTS or not value:
        return value
    whose, at, where = value.partition("@")
    return f"{whose[:1]}***{at}{where}" if at else f"{whose[:3]}****{whose[-2:]}"


def refuse(correction: Correction, act: Act) -> None:
    correction.answer, correction.answered_on = act.data["answer"], act.today
    correction.save(update_fields=["answer", "answered_on"])


def _needs_office(account: Account, at: datetime) -> None:
    if not account.holds(posts.OFFICE, on=timezone.localdate(at)):
        raise NotAllowed("委员变动由政协办公室办理。")
