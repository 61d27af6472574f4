"""Verbs: the effects of steps, and the acts that move nothing (plan, answer, ask leave, sign in).

Every effect runs inside the transaction of its step. ``act`` says who, when and with what answers. An answer and a sign-in
are records with who, when and how in their own row: two hundred of them in a minute do not queue for the journal.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import journal, local, store
from huisheng.kernel.errors import NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.links import link
from huisheng.kernel.models import Attachment
from huisheng.kernel.once import once
from huisheng.kernel.store import Upload
from huisheng.people import posts
from huisheng.people.models import Account, Member
from huisheng.people.queries import was_standing

from . import findable, queries
from . import local_rules as names
from .models import (
    CAME,
    COMING,
    AgendaItem,
    Aid,
    Gathering,
    GatheringState,
    Guest,
    How,
    Invitee,
    Leave,
    LeaveState,
    Liaison,
    Mark,
    Part,
    Presence,
    Reading,
    Reply,
    Role,
    Stop,
)
from .rules import APPROVER, INVITED

GROUP = "group"  # the kind that 分组开会 makes
FINISHED = (GatheringState.SETTLED, GatheringState.CANCELLED)
# fixed by the notice: afterwards they move by the step “变更通知” only
ANNOUNCED = ("type", "starts_at", "ends_at", "place", "host")
Rows = Sequence[dict[str, Any]]


# -- planning --------------------------------------------------------------------------------------------------------
def start(account: Account, data: dict[str, Any], *, at: datetime | None = None, key: str = "") -> Gathering:
    """筹备. data: type, title, starts_at, ends_at, place, host; and any other column. One part is made from the times."""
    at = at or timezone.now()
    _may_hold(account, data.get("host"), at)

    parent = data.get("parent")
    if parent is not None and (parent.parent_id or parent.state in FINISHED):
        raise WrongState("下属会议只能建在一次还没有办结的会议之下。")

    def act() -> dict[str, Any]:
        return {"id": _begin(account, data, at).pk}

    plain = {name: str(value) for name, value in data.items()}
    return Gathering.objects.get(pk=once(account, key, ["gathering", plain], at, act)["id"])


def _begin(account: Account, data: dict[str, Any], at: datetime) -> Gathering:
    words = {name: value for name, value in data.items() if name != "partners"}
    gathering = Gathering.objects.create(made_by=account, made_at=at, changed_at=at, **words)
    gathering.partners.set(data.get("partners", ()))
    Part.objects.create(
        gathering=gathering, number=1, label=half_day(gathering.starts_at), starts_at=gathering.starts_at,
        ends_at=gathering.ends_at, place=gathering.place,
    )  # fmt: skip
    journal.write(gathering, "start", "筹备", account=account, at=at, to_state=gathering.state)
    return gathering


def divide(gathering: Gathering, act: Act) -> None:
    """分组开会: a meeting for each group, with the people of the group; they are told at once when that was ticked."""
    answers = act.data
    for group in answers["groups"]:
        one = _begin(act.account, {
            "type": GROUP, "title": f"{gathering}{group}讨论"[:200], "parent": gathering, "session_id": gathering.session_id,
            "host_id": gathering.host_id, **{name: answers[name] for name in ("starts_at", "ends_at", "place")},
        }, act.at)  # fmt: skip
        columns = ("member_id", "account_id", "name", "sector_id", "group", "role")
        people = gathering.invitees.filter(group=group).order_by("pk").values(*columns)
        Invitee.objects.bulk_create(Invitee(gathering=one, **row) for row in people)
        if answers["tells"]:
            act.follow(one, "notify")


def half_day(moment: datetime) -> str:
    """2月13日上午"""
    here = timezone.localtime(moment)
    return f"{here.month}月{here.day}日{'上午' if here.hour < 12 else '下午'}"


def check_planner(account: Account, on: date) -> None:
    """Raises NotAllowed for who can hold no gathering at all: told before a form is asked to be mended."""
    if not queries.may_plan(account, on):
        raise NotAllowed("组织会议活动须由政协办公室，或者专委会、界别、镇（街）工委的召集人办理。")


def _may_hold(account: Account, host: Any, at: datetime) -> None:
    on = timezone.localdate(at)
    if account.holds(posts.OFFICE, on=on):
        return
    if host is None or host.pk not in account.places(posts.CONVENER, on=on):
        raise NotAllowed("组织会议活动须由政协办公室，或者组织单位的召集人办理。")


def save(
    gathering: Gathering,
    account: Account,
    data: dict[str, Any],
    *,
    parts: Rows | None = None,
    stops: Rows | None = None,
    guests: Rows | None = None,
    aid: Rows | None = None,
    at: datetime,
    version: int | None = None,
) -> Gathering:
    """Write the plan in place. After the notice went out, what it announced stays as it is. Raises WrongState when the
    gathering is finished, or when somebody else changed it meanwhile."""
    with transaction.atomic():
        gathering = locked(gathering.pk, account, at)
        if version is not None and version != gathering.version:
            raise WrongState("您打开这一页之后，它改过。请看过最新的内容再改，您写的在下面。")
        is_draft = gathering.state == GatheringState.DRAFT
        for name, value in data.items():
            if name == "partners":
                gathering.partners.set(value)
            elif is_draft or name not in ANNOUNCED:
                setattr(gathering, name, value)
        gathering.changed_at = at
        gathering.save()
        if parts is not None and is_draft:
            _write_parts(gathering, parts)
        _replace(Stop, gathering, stops, numbered=True)
        _replace(Guest, gathering, guests)
        _replace(Aid, gathering, aid)
        journal.write(gathering, "plan", "修改安排", account=account, at=at, is_inside=True)
        findable.put(gathering)
    return gathering


def locked(pk: int, account: Account, at: datetime) -> Gathering:
    """The gathering, locked, for whoever keeps it. Raises NotAllowed, WrongState."""
    gathering = Gathering.objects.select_for_update().get(pk=pk)
    if not queries.organises(gathering, account, timezone.localdate(at)):
        raise NotAllowed("这次会议活动由政协办公室或者组织单位的召集人安排。")
    if gathering.state in FINISHED:
        raise WrongState("已经办结或取消，不能再改。要补正的，请先退回补正。")
    return gathering


def _write_parts(gathering: Gathering, rows: Rows) -> None:
    """At least one; the gathering begins with the first and ends with the last."""
    if not rows:
        rows = [
            {
                "label": half_day(gathering.starts_at),
                "starts_at": gathering.starts_at,
                "ends_at": gathering.ends_at,
            }
        ]
    gathering.parts.all().delete()
    ordered = sorted(rows, key=lambda row: row["starts_at"])
    Part.objects.bulk_create(Part(gathering=gathering, number=n, **row) for n, row in enumerate(ordered, 1))
    gathering.starts_at = ordered[0]["starts_at"]
    gathering.ends_at = max(row["ends_at"] for row in ordered)
    gathering.save(update_fields=["starts_at", "ends_at"])


def _replace(model: Any, gathering: Gathering, rows: Rows | None, *, numbered: bool = False) -> None:
    if rows is None:
        return
    model.objects.filter(gathering=gathering).delete()
    model.objects.bulk_create(
        model(gathering=gathering, **({"number": n} if numbered else {}), **row)
        for n, row in enumerate(rows, 1)
    )


# -- the agenda ------------------------------------------------------------------------------------------------------
def save_agenda(gathering: Gathering, account: Account, rows: Rows, at: datetime) -> None:
    """rows: id (of an item that stays), number, title, presenter, minutes, part, parent (number of another row), outcome,
    is_done. An item with papers or one carried on stays, whatever the rows leave out."""
    with transaction.atomic():
        gathering = locked(gathering.pk, account, at)
        known = {item.pk: item for item in gathering.agenda.all()}
        written: dict[int, AgendaItem] = {}
        for row in rows:
            item = known.pop(row.get("id") or 0, None) or AgendaItem(gathering=gathering)
            for name in ("number", "title", "presenter", "minutes", "part", "outcome", "is_done"):
                setattr(item, name, row.get(name, getattr(item, name)))
            item.parent = written.get(row.get("parent") or 0)
            item.save()
            written[item.number] = item
        kept = set(_with_papers(known))
        AgendaItem.objects.filter(pk__in=set(known) - kept, carried_to=None).delete()
        journal.write(gathering, "agenda", "修改议程", account=account, at=at, is_inside=True)
        findable.put(gathering)


def _with_papers(items: Iterable[int]) -> Iterable[int]:
    return Attachment.objects.filter(subject_type=AgendaItem.kind(), subject_id__in=list(items)).values_list(
        "subject_id", flat=True
    )


def carry(item: AgendaItem, to: Gathering, account: Account, at: datetime) -> AgendaItem:
    """移交: an item goes on to another gathering (another tier, or the next meeting), and both know of it."""
    with transaction.atomic():
        locked(item.gathering_id, account, at)
        to = locked(to.pk, account, at)
        if item.is_done:
            raise WrongState("这一项已经议定，不用移交。")
        if AgendaItem.objects.filter(carried_from=item).exists():
            raise WrongState("这一项已经移交过了。")
        last = to.agenda.order_by("-number").values_list("number", flat=True).first() or 0
        new = AgendaItem.objects.create(
            gathering=to, number=last + 1, title=item.title, presenter=item.presenter, minutes=item.minutes,
            carried_from=item,
        )  # fmt: skip
        link(item.gathering, to, "移交议题", at)
        journal.write(
            item.gathering, "carry", "移交议题", account=account, at=at, note=f"{item}，移交《{to}》"
        )
        journal.write(
            to, "receive", "接收议题", account=account, at=at, note=f"{item}，来自《{item.gathering}》"
        )
    return new


def opened(gathering: Gathering, file: Attachment, account: Account, at: datetime) -> None:
    """已阅: the first time somebody called opens a paper of the agenda."""
    if queries.invitation_of(gathering, account, timezone.localdate(at)) is None:
        return
    Reading.objects.get_or_create(file=file, account=account, defaults={"at": at})


# -- photographs -----------------------------------------------------------------------------------------------------
def add_photo(gathering: Gathering, account: Account, upload: Upload, at: datetime) -> Attachment:
    """照片: where and with what it was taken is gone already (``kernel.store.receive``). Raises Refused, NotAllowed, WrongState."""
    _keeps_photos(gathering, account, at)
    if upload.refused:
        raise Refused(upload.refused)
    most = int(local.rule(names.PHOTOS_MOST, timezone.localdate(at)))
    with transaction.atomic():
        Gathering.objects.select_for_update().get(pk=gathering.pk)  # the last place is one photograph's
        if same := queries.photos(gathering).filter(sha256=upload.verdict.sha256).first():
            return same  # pressed twice
        if queries.photos(gathering).count() >= most:
            raise Refused(f"已经有{most}张照片。要换的，请先撤下一张；要入档的，请交文史资料。")
        found = store.keep_upload(upload, gathering, account, queries.PHOTO, at)
        journal.write(gathering, "photo", "加照片", account=account, at=at, note=found.name, is_inside=True)
    return found


def remove_photo(gathering: Gathering, account: Account, photo: Attachment, at: datetime) -> None:
    """撤下照片: gone from the page; the bytes are swept later, the journal keeps that it was there."""
    _keeps_photos(gathering, account, at)
    with transaction.atomic():
        journal.write(
            gathering, "photo_off", "撤下照片", account=account, at=at, note=photo.name, is_inside=True
        )
        photo.delete()


def _keeps_photos(gathering: Gathering, account: Account, at: datetime) -> None:
    if not queries.organises(gathering, account, timezone.localdate(at)):
        raise NotAllowed("照片由政协办公室或者组织单位的召集人整理。")
    if gathering.state not in queries.TAKES_PHOTOS:
        raise WrongState(f"现在是“{gathering.get_state_display()}”，还不能存照片。")


# -- who is called -----------------------------------------------------------------------------------------------------
def invite(gathering: Gathering, act: Act) -> None:
    """增加人员: those in office on the day of the gathering; somebody already on the list is not called twice."""
    answers, on = act.data, timezone.localdate(gathering.starts_at)
    found: dict[int, Member] = {}
    if answers["circle"]:
        circle = queries.in_office(on)
        circle = circle.filter(was_standing(on)) if answers["circle"] == "standing" else circle
        found |= {one.pk: one for one in circle}
    if answers["bodies"]:
        found |= {one.pk: one for one in queries.of_bodies(list(answers["bodies"]), on)}
    found |= {one.pk: one for one in answers["members"]}
    common = {"gathering": gathering, "role": answers["role"], "group": answers["group"]}
    rows = [Invitee(member=one, name=one.name, sector_id=one.sector_id, **common) for one in found.values()]
    rows += [Invitee(account=one, name=one.name, **common) for one in answers["accounts"]]
    Invitee.objects.bulk_create(rows, ignore_conflicts=True)
    known = set(gathering.invitees.filter(member=None, account=None).values_list("name", flat=True))
    Invitee.objects.bulk_create(
        Invitee(name=name, **common) for name in dict.fromkeys(answers["others"]) if name not in known
    )
    act.remember(total=gathering.invitees.count())
    if gathering.state in COMING:
        act.tell(INVITED.audience(gathering, act.today), _call(gathering))


def drop(gathering: Gathering, act: Act) -> None:
    Invitee.objects.filter(pk__in=[one.pk for one in act.data["people"]]).delete()


def _call(gathering: Gathering) -> str:
    here = timezone.localtime(gathering.starts_at)
    return f"请您参加{here.month}月{here.day}日{here:%H:%M}的{gathering.type_label}《{gathering}》，地点：{gathering.place}"[
        :300
    ]


def notify(gathering: Gathering, act: Act) -> None:
    """发通知: everybody called is told when and where, and until when to answer."""
    gathering.notified_on = act.today
    if gathering.reply_by is None:
        gathering.reply_by = max(act.at, gathering.starts_at - timedelta(days=1))
    gathering.save(update_fields=["notified_on", "reply_by"])
    findable.put(gathering)
    act.tell(INVITED.audience(gathering, act.today), _call(gathering))
    act.remember(invited=gathering.invitees.count())


def change(gathering: Gathering, act: Act) -> None:
    """变更通知: every part moves with the beginning; who answered is asked again."""
    moved = act.data["starts_at"] - gathering.starts_at
    before = {"starts_at": gathering.starts_at, "ends_at": gathering.ends_at, "place": gathering.place}
    old_place = gathering.place
    for name in before:
        setattr(gathering, name, act.data[name])
    gathering.save(update_fields=list(before))
    findable.put(gathering)
    parts = list(gathering.parts.all())
    for part in parts:
        part.starts_at, part.ends_at = part.starts_at + moved, part.ends_at + moved
        if len(parts) == 1:
            part.ends_at = gathering.ends_at
        if moved:
            part.label = (
                half_day(part.starts_at) if part.label == half_day(part.starts_at - moved) else part.label
            )
        if part.place == old_place:
            part.place = gathering.place
        part.save()
    if moved:
        gathering.invitees.update(reply=Reply.NONE, replied_at=None)
    act.remember(before=before)
    act.tell(INVITED.audience(gathering, act.today), f"时间地点有变：{_call(gathering)}"[:300])


def remind(gathering: Gathering, act: Act) -> None:
    """提醒回执: those only who have not answered."""
    silent = gathering.invitees.filter(reply=Reply.NONE).exclude(leaves__state__in=("asked", "granted"))
    members = silent.exclude(member=None).values("member")
    accounts = (
        Account.objects.filter(is_active=True, posts__kind=posts.MEMBER, posts__member__in=members).distinct()
        | Account.objects.filter(
            is_active=True, pk__in=silent.exclude(account=None).values("account")
        ).distinct()
    )
    act.tell(accounts, f"请回执：{_call(gathering)}"[:300])
    act.remember(reminded=silent.count())


def cancel(gathering: Gathering, act: Act) -> None:
    if gathering.notified_on:
        act.tell(INVITED.audience(gathering, act.today), f"《{gathering}》取消：{act.note}"[:300])


# -- answers ---------------------------------------------------------------------------------------------------------------
def read(gathering: Gathering, account: Account, at: datetime) -> None:
    """看到通知: the first opening counts as the receipt."""
    invitee = queries.invitation_of(gathering, account, timezone.localdate(at))
    if invitee is not None:
        Invitee.objects.filter(pk=invitee.pk, read_at=None).update(read_at=at)


def answer(gathering: Gathering, account: Account, coming: bool, at: datetime) -> Invitee:
    """回执、报名: yes or no. What must be attended is declined by asking for leave. Raises Refused, WrongState."""
    today = timezone.localdate(at)
    with transaction.atomic():
        gathering = Gathering.objects.select_for_update().get(pk=gathering.pk)
        if gathering.state not in COMING:
            raise WrongState(f"现在是“{gathering.get_state_display()}”，不能回执。")
        if gathering.ends_at < at:
            raise WrongState("会议活动已经结束，不能回执。")
        invitee = queries.invitation_of(gathering, account, today)
        if invitee is None:
            invitee = _sign_up(gathering, account, today)
        elif coming and invitee.reply != Reply.COMING:
            _check_room(gathering)
        if not coming and gathering.needs("must"):
            raise Refused("这次会议必须参加。不能到会的，请用“请假”。")
        invitee.reply = Reply.COMING if coming else Reply.DECLINED
        invitee.replied_at, invitee.read_at = at, invitee.read_at or at
        invitee.save()
    return invitee


def _sign_up(gathering: Gathering, account: Account, today: Any) -> Invitee:
    seat = Member.objects.filter(pk__in=account.places(posts.MEMBER, on=today)).first()
    if not gathering.is_open or seat is None:
        raise NotAllowed("这次会议活动没有向您开放报名。想参加的，请联系组织单位。")
    _check_room(gathering)
    return Invitee(gathering=gathering, member=seat, name=seat.name, sector_id=seat.sector_id)


def _check_room(gathering: Gathering) -> None:
    if gathering.most and gathering.invitees.filter(reply=Reply.COMING).count() >= gathering.most:
        raise Refused(f"名额{gathering.most}人已经报满。")


# -- leave -------------------------------------------------------------------------------------------------------------------
def ask_leave(
    gathering: Gathering, account: Account, data: dict[str, Any], *, at: datetime, key: str = ""
) -> Leave:
    """请假. data: parts, reason, note. Late ones are taken and marked: illness keeps no notice. Raises Refused, WrongState."""
    today = timezone.localdate(at)

    def act() -> dict[str, Any]:
        held = Gathering.objects.select_for_update().get(pk=gathering.pk)
        invitee = queries.invitation_of(held, account, today)
        _may_ask(held, invitee, at, today)
        assert invitee is not None
        leave = Leave.objects.create(
            gathering=held, invitee=invitee, reason=data["reason"], note=data.get("note", ""), asked_at=at,
            changed_at=at, is_chairs=held.needs("chair"), is_late=_is_late(held, at),
        )  # fmt: skip
        leave.parts.set(data["parts"])
        entry = journal.write(
            leave, "ask", "申请请假", account=account, at=at, to_state=leave.state, is_inside=True
        )
        journal.tell(APPROVER.audience(leave, today), f"{leave}，请批：《{held}》", key=f"entry:{entry.seq}", at=at,
                     url=leave_url(leave), entry=entry)  # fmt: skip
        return {"id": leave.pk}

    plain = [gathering.pk, data["reason"], data.get("note", ""), [one.pk for one in data["parts"]]]
    return Leave.objects.get(pk=once(account, key, ["leave", plain], at, act)["id"])


def leave_url(leave: Leave) -> str:
    return reverse("gatherings:leave", args=[leave.pk])


def _may_ask(gathering: Gathering, invitee: Invitee | None, at: datetime, today: Any) -> None:
    if invitee is None:
        raise NotAllowed("您不在这次会议活动的名单上，不用请假。")
    if gathering.state not in COMING or gathering.ends_at < at:
        raise WrongState("现在不能请假了。确有情况的，请联系组织单位更正出席。")
    if invitee.leaves.filter(state=LeaveState.ASKED).exists():
        raise WrongState("您的请假还在等批准，不用再提。")
    most = int(local.rule(names.LEAVE_MOST, today))
    if invitee.leaves.exclude(state=LeaveState.WITHDRAWN).count() >= most:
        raise Refused(f"同一次会议最多请假{most}次。确有情况的，请直接联系政协办公室。")


def _is_late(gathering: Gathering, at: datetime) -> bool:
    ahead = timedelta(days=int(local.rule(names.LEAVE_AHEAD, timezone.localdate(at))))
    return timezone.localdate(at) > timezone.localdate(gathering.starts_at) - ahead


def grant(leave: Leave, act: Act) -> None:
    """批准: the parts are marked; who came all the same stays marked as come."""
    _decide(leave, act)
    for part in leave.parts.all():
        Presence.objects.get_or_create(
            invitee=leave.invitee, part=part,
            defaults={"mark": Mark.EXCUSED, "how": How.LEAVE, "at": act.at, "by": act.account},
        )  # fmt: skip
    # an excuse that stood on a paper sheet alone rests on the leave from now on
    weaker = Q(mark=Mark.ABSENT) | Q(mark=Mark.EXCUSED, how=How.SHEET)
    Presence.objects.filter(weaker, invitee=leave.invitee, part__in=leave.parts.all()).update(
        mark=Mark.EXCUSED, how=How.LEAVE, at=act.at, by=act.account
    )


def refuse(leave: Leave, act: Act) -> None:
    _decide(leave, act)


def enter_leave(leave: Leave, act: Act) -> None:
    """登记纸质请假: decided on paper, so nobody here is named as having decided; the note says who signed."""
    act.note = act.data["note"]


def _decide(leave: Leave, act: Act) -> None:
    leave.decided_by, leave.decided_at = act.account, act.at
    leave.save(update_fields=["decided_by", "decided_at"])


def withdraw_leave(leave: Leave, act: Act) -> None:
    """撤回: the person comes after all; the marks the leave had made go."""
    Presence.objects.filter(
        invitee=leave.invitee, part__in=leave.parts.all(), mark=Mark.EXCUSED, how=How.LEAVE
    ).delete()


# -- signing in ----------------------------------------------------------------------------------------------------------------
def sign_in(
    gathering: Gathering, account: Account, at: datetime, *, code: str = ""
) -> tuple[Invitee, Part, Presence]:
    """本人签到, by one tap or by the code on the screen: the moment is kept, no place. A second time changes nothing.
    Raises NotAllowed, WrongState, Refused."""
    invitee = queries.invitation_of(gathering, account, timezone.localdate(at))
    if invitee is None:
        raise NotAllowed("您不在这次会议活动的名单上。请到签到台说明，由工作人员登记。")
    if gathering.state not in COMING:
        raise WrongState(f"现在是“{gathering.get_state_display()}”，不能签到。")
    part = queries.part_now(gathering, at)
    if part is None:
        raise WrongState("现在不是签到时间。迟到或提前离开的，请到签到台登记。")
    if code and not is_code(part, code, at):
        raise Refused("签到码已经换了。请再扫一次屏幕上的码。")
    return invitee, part, mark(invitee, part, _mark_at(part, at), How.CODE if code else How.TAP, account, at)


def _mark_at(part: Part, at: datetime) -> Mark:
    minutes = int(local.rule(names.LATE_AFTER, timezone.localdate(at)))
    return Mark.LATE if at > part.starts_at + timedelta(minutes=minutes) else Mark.PRESENT


def mark(
    invitee: Invitee, part: Part, as_what: Mark, how: How, by: Account | None, at: datetime, note: str = ""
) -> Presence:
    """One mark for one person and part. Who was excused or absent and comes is present; present stays present."""
    with transaction.atomic():
        found, is_new = Presence.objects.select_for_update().get_or_create(
            invitee=invitee,
            part=part,
            defaults={"mark": as_what, "how": how, "at": at, "by": by, "note": note},
        )
        if (
            not is_new
            and found.mark in (Mark.EXCUSED, Mark.ABSENT)
            and as_what not in (Mark.EXCUSED, Mark.ABSENT)
        ):
            found.mark, found.how, found.at, found.by, found.note = as_what, how, at, by, note
            found.save()
    return found


def tick(gathering: Gathering, part: Part, people: Iterable[Invitee], account: Account, at: datetime,
         *, moments: dict[int, datetime] | None = None) -> int:  # fmt: skip
    """签到台: the desk ticks names, also from a list that was kept while there was no network (``moments`` by person).
    Returns how many are new. Raises NotAllowed, WrongState."""
    if not queries.organises(gathering, account, timezone.localdate(at)):
        raise NotAllowed("签到台由政协办公室或者组织单位的召集人使用。")
    if gathering.state not in (*COMING, GatheringState.HELD):
        raise WrongState(f"现在是“{gathering.get_state_display()}”，不能登记签到。")
    people = list(people)
    came_at = {one.pk: min((moments or {}).get(one.pk, at), at) for one in people}
    known = {row.invitee_id: row.mark for row in Presence.objects.filter(part=part, invitee__in=people)}
    fresh = [
        Presence(
            invitee=one, part=part, mark=_mark_at(part, came_at[one.pk]), how=How.DESK, at=came_at[one.pk], by=account
        )
        for one in people
        if one.pk not in known
    ]  # fmt: skip
    back = [one for one in people if known.get(one.pk, Mark.PRESENT) not in CAME]
    with transaction.atomic():
        Presence.objects.bulk_create(
            fresh, ignore_conflicts=True
        )  # who signs in at this moment is there already
        for one in back:
            mark(one, part, _mark_at(part, came_at[one.pk]), How.DESK, account, came_at[one.pk])
    return len(fresh) + len(back)


def code_of(part: Part, at: datetime) -> str:
    """The code on the screen at a moment: ten signs that only this installation can make, for one part and some seconds."""
    return _code(part, _window(at))


def is_code(part: Part, code: str, at: datetime) -> bool:
    """This window's code or the one before: who scanned at the change is not turned away."""
    now = _window(at)
    return any(hmac.compare_digest(_code(part, one).encode(), code.encode()) for one in (now, now - 1))


def _window(at: datetime) -> int:
    return int(at.timestamp()) // max(5, int(local.rule(names.CODE_SECONDS, timezone.localdate(at))))


def _code(part: Part, window: int) -> str:
    said = f"sign-in:{part.pk}:{window}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:10]


# -- closing -----------------------------------------------------------------------------------------------------------------
def close(gathering: Gathering, act: Act) -> None:
    """散会: who was due and neither came nor has leave is absent, part by part."""
    rows = []
    people = list(queries.expected(gathering))
    known = set(Presence.objects.filter(part__gathering=gathering).values_list("invitee", "part"))
    for part in gathering.parts.all():
        rows += [
            Presence(invitee=one, part=part, mark=Mark.ABSENT, how=How.CLOSE, at=act.at, by=act.account)
            for one in people
            if (one.pk, part.pk) not in known
        ]
    Presence.objects.bulk_create(rows)
    act.remember(absent=len(rows))


def record(gathering: Gathering, act: Act) -> None:
    """补记: the ticked came to every part; of the others, who had to come is absent, else they declined."""
    came = {one.pk for one in act.data["came"]}
    must = gathering.needs("must")
    rows = []
    parts = list(gathering.parts.all())
    for one in gathering.invitees.all():
        if one.pk not in came and (not must or one.role != Role.DUE):
            Invitee.objects.filter(pk=one.pk).update(reply=Reply.DECLINED)
            continue
        as_what = Mark.PRESENT if one.pk in came else Mark.ABSENT
        rows += [
            Presence(invitee=one, part=part, mark=as_what, how=How.DESK, at=act.at, by=act.account)
            for part in parts
        ]
    Presence.objects.bulk_create(rows, ignore_conflicts=True)
    gathering.notified_on = gathering.notified_on or act.today
    if act.data["minutes"]:
        gathering.minutes, gathering.minutes_by = act.data["minutes"], act.account
    gathering.save(update_fields=["notified_on", "minutes", "minutes_by"])
    findable.put(gathering)


def correct(gathering: Gathering, act: Act) -> None:
    """更正出席: with the reason, in the journal."""
    for one in act.data["people"]:
        for part in act.data["parts"]:
            Presence.objects.update_or_create(
                invitee=one, part=part,
                defaults={"mark": act.data["mark"], "how": How.CORRECTED, "at": act.at, "by": act.account, "note": act.note[:200]},
            )  # fmt: skip


def save_minutes(
    gathering: Gathering, account: Account, text: str, at: datetime, version: int | None = None
) -> None:
    """写纪要: from the moment the meeting sits until it is settled."""
    with transaction.atomic():
        gathering = locked(gathering.pk, account, at)
        if gathering.state not in (GatheringState.OPEN, GatheringState.HELD):
            raise WrongState(f"现在是“{gathering.get_state_display()}”，还不能写纪要。")
        if version is not None and version != gathering.version:
            raise WrongState("您打开这一页之后，它改过。请看过最新的内容再改，您写的在下面。")
        gathering.minutes, gathering.minutes_by, gathering.changed_at = text, account, at
        gathering.save(update_fields=["minutes", "minutes_by", "changed_at"])
        journal.write(gathering, "minute", "写纪要", account=account, at=at, is_inside=True)


def settle(gathering: Gathering, act: Act) -> None:
    """办结: the minutes are final and known by their fingerprint."""
    gathering.settled_on = act.today
    gathering.fingerprint = hashlib.sha256(gathering.minutes.encode()).hexdigest()
    gathering.save(update_fields=["settled_on", "fingerprint"])
    findable.put(gathering)
    act.remember(fingerprint=gathering.fingerprint)


def reopen(gathering: Gathering, act: Act) -> None:
    """退回补正: the minutes are no longer final, and no longer found."""
    findable.put(gathering)


# -- seeing one another ------------------------------------------------------------------------------------------------
def plan_liaison(account: Account, data: dict[str, Any], *, at: datetime, key: str = "") -> Liaison:
    """列入联系计划. data: body, with_whom, by_whom, way, due_on. Raises NotAllowed for who keeps no plan of this body."""
    if not queries.kept_bodies(account, timezone.localdate(at)).filter(pk=data["body"].pk).exists():
        raise NotAllowed("联系计划由政协办公室，或者这个机构的召集人安排。")

    def act() -> dict[str, Any]:
        liaison = Liaison.objects.create(made_by=account, made_at=at, changed_at=at, **data)
        journal.write(liaison, "plan", "列入联系计划", account=account, at=at, to_state=liaison.state)
        return {"id": liaison.pk}

    plain = {name: str(value) for name, value in data.items()} | {"body": data["body"].pk}
    return Liaison.objects.get(pk=once(account, key, ["liaison", plain], at, act)["id"])


def report_liaison(liaison: Liaison, act: Act) -> None:
    """登记联系: the day, what was heard, and the activity it belonged to."""
    liaison.held_on, liaison.heard = act.data["held_on"], act.data["heard"]
    liaison.gathering = act.data.get("gathering")
    liaison.save(update_fields=["held_on", "heard", "gathering"])
    act.remember(held_on=str(liaison.held_on), fingerprint=hashlib.sha256(liaison.heard.encode()).hexdigest())


def move_liaison(liaison: Liaison, act: Act) -> None:
    liaison.due_on = act.data["due_on"]
    liaison.save(update_fields=["due_on"])
