"""Verbs about people, rules and the calendar. Each writes its line of the journal in the same transaction."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.deadlines import published_rows
from huisheng.kernel.errors import Conflict, NotAllowed, Refused
from huisheng.kernel.models import CalendarDay, Option, Setting
from huisheng.kernel.text import pinyin_initials

from . import log
from .models import (
    Account,
    Activation,
    Agency,
    Body,
    BodyKind,
    Member,
    Membership,
    Post,
    Session,
    StandingSeat,
    Term,
)  # fmt: skip
from .posts import ADMIN, OFFICE, POSTS
from .signin import end_sign_ins
from .tokens import digest_of

SLIP_LASTS = timedelta(hours=24)


# -- accounts ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_account(
    name: str,
    username: str,
    *,
    phone: str = "",
    email: str = "",
    wecom: str = "",
    by: Account | None,
    at: datetime,
    password: str | None = None,
) -> Account:
    """An account without posts; without a password it is opened with a slip."""
    account = Account(name=name, username=username, phone=phone, email=email, wecom=wecom, made_at=at)
    if password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
    account.save()
    log.note(account, "create", "建立账号", account=by, at=at, note=f"{name}（{username}）")
    return account


@transaction.atomic
def set_reach(
    account: Account, *, phone: str, email: str, wecom: str, by: Account | None, at: datetime
) -> None:
    """Where messages reach a person. The journal says that it changed, not to what."""
    account.phone, account.email, account.wecom = phone, email, wecom
    account.save(update_fields=["phone", "email", "wecom"])
    log.note(account, "reach", "修改联系方式", account=by, at=at)


@transaction.atomic
def set_own(account: Account, values: dict[str, str], *, by: Account | None, at: datetime) -> None:
    """Columns of an account that its owner asked to have put right: name, phone, email. Names of columns in the journal."""
    for name, value in values.items():
        setattr(account, name, value)
    account.save(update_fields=list(values))
    labels = [str(Account._meta.get_field(name).verbose_name) for name in values]
    log.note(account, "edit", "修改", account=by, at=at, note="、".join(labels))


@transaction.atomic
def give_post(
    account: Account,
    kind: str,
    starts_on: date,
    *,
    by: Account | None,
    at: datetime,
    ends_on: date | None = None,
    member: Member | None = None,
    body: Body | None = None,
    agency: Agency | None = None,
    staff: Account | None = None,
) -> Post:
    post = Post.objects.create(
        account=account,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        member=member,
        body=body,
        agency=agency,
        staff=staff,
    )
    account.refresh_posts()
    log.note(
        account, "post", "授予岗位", account=by, at=at, note=f"{post}，自 {starts_on} 起", data={"post": kind}
    )
    return post


@transaction.atomic
def end_post(post: Post, ends_on: date, *, by: Account, at: datetime) -> None:
    """The last day of a post. The last administrator cannot be taken away."""
    if post.kind == ADMIN and not _other_admins(
        post, max(ends_on, timezone.localdate(at)) + timedelta(days=1)
    ):
        raise Conflict("这是最后一位系统管理员。请先授予另一个人，再结束这个岗位。")
    post.ends_on = ends_on
    post.save(update_fields=["ends_on"])
    log.note(
        post.account,
        "post_end",
        "结束岗位",
        account=by,
        at=at,
        note=f"{post}，至 {ends_on}",
        data={"post": post.kind},
    )


def _other_admins(post: Post, on: date) -> bool:
    others = Post.objects.current(on).filter(kind=ADMIN, account__is_active=True).exclude(pk=post.pk)
    return others.exclude(account=post.account_id).exists() or others.filter(account=post.account_id).exists()


@transaction.atomic
def disable(account: Account, *, by: Account | None, at: datetime) -> None:
    """The account comes in no more, and whoever is in with it is out at once. Records it made stay its own.
    by None: the clock, after the last day of a seat."""
    if by is not None and account.pk == by.pk:
        raise Refused("不能停用自己的账号。请由另一位系统管理员来办。")
    account.is_active = False
    account.save(update_fields=["is_active"])
    account.tokens.filter(ended_at=None).update(ended_at=at)
    Activation.objects.filter(account=account, used_at=None).update(used_at=at)
    end_sign_ins(account)
    log.note(account, "disable", "停用账号", account=by, at=at)


@transaction.atomic
def enable(account: Account, *, by: Account, at: datetime) -> None:
    account.is_active = True
    account.save(update_fields=["is_active"])
    log.note(account, "enable", "启用账号", account=by, at=at)


@transaction.atomic
def issue_slip(account: Account, *, by: Account | None, at: datetime) -> str:
    """A code for the printed slip: good once, for 24 hours; an earlier one of the account ends.

    The office hands slips to members and agencies; a slip for somebody who decides or administers is the
    administrator's to give, or a clerk could become anybody.
    """
    if not account.is_active:
        raise Conflict("这个账号已停用。请先启用，再开启用码。")
    today = timezone.localdate(at)
    powerful = any(POSTS[post.kind].needs_second_factor for post in account.posts_held)
    if by is not None and powerful and not by.holds(ADMIN, on=today):
        raise NotAllowed("这个账号有机关岗位，启用码须由系统管理员开具。")
    Activation.objects.filter(account=account, used_at=None).update(used_at=at)
    code = secrets.token_urlsafe(18)
    Activation.objects.create(
        account=account, digest=digest_of(code), made_by=by, made_at=at, expires_at=at + SLIP_LASTS
    )  # fmt: skip
    log.note(account, "slip", "开具启用码", account=by, at=at)
    return code


def slip_of(code: str, at: datetime) -> Activation | None:
    """The open slip of a code; None when it is unknown, used, too old, or its account is disabled."""
    if not code or len(code) > 100:
        return None
    found = Activation.objects.select_related("account").filter(digest=digest_of(code), used_at=None).first()
    return found if found and at <= found.expires_at and found.account.is_active else None


@transaction.atomic
def activate(code: str, password: str, *, at: datetime) -> Account:
    """Set the password with a slip; sessions that were open with an older one end."""
    slip = slip_of(code, at)
    if slip is None or not Activation.objects.filter(pk=slip.pk, used_at=None).update(used_at=at):
        raise Refused("这个启用码不对、已用过或已过期。请找办公室重新开具。")
    account = slip.account
    account.set_password(password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    end_sign_ins(account)
    log.note(account, "activate", "凭启用码设置密码", account=account, at=at)
    return account


@transaction.atomic
def reset_second_factor(account: Account, *, by: Account, at: datetime) -> None:
    """For somebody who lost the telephone: the second factor goes, every session ends."""
    if account.pk == by.pk:
        raise Refused("不能重置自己的两步验证。请由另一位系统管理员来办。")
    from allauth.mfa.models import Authenticator

    Authenticator.objects.filter(user=account).delete()
    end_sign_ins(account)
    log.note(account, "second_factor", "重置两步验证", account=by, at=at)


# -- first run ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_up(data: dict[str, Any], *, at: datetime) -> Account:
    """The first administrator, the committee, its term and session. Only while there is no account at all."""
    if Account.objects.select_for_update().exists():
        raise Conflict("系统已经设置过了。请用已有的账号登录。")
    today = timezone.localdate(at)
    account = create_account(data["name"], data["username"], by=None, at=at, password=data["password"])
    for kind in (ADMIN, OFFICE) if data.get("is_office") else (ADMIN,):
        give_post(account, kind, min(today, data["term_starts_on"]), by=account, at=at)
    term = Term.objects.create(
        number=data["term"], committee=data["committee"], starts_on=data["term_starts_on"]
    )
    midnight = timezone.make_aware(
        datetime.combine(data["opens_on"].replace(month=1, day=1), datetime.min.time())
    )
    Session.objects.create(
        term=term, number=data["session"], year=data["opens_on"].year, opens_on=data["opens_on"],
        closes_on=data["closes_on"], cutoff_at=data["cutoff"], counts_from=min(midnight, data["cutoff"]),
    )  # fmt: skip
    local.install_defaults(min(today, data["term_starts_on"]))
    CalendarDay.objects.bulk_create(
        (CalendarDay(date=day, is_workday=worked, name=name) for day, worked, name in published_rows()),
        ignore_conflicts=True,
    )
    log.note(term, "setup", "初次设置", account=account, at=at, note=f"{term.committee}委员会，{term}")
    return account


# -- roster ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_record(record: Any, *, by: Account | None, at: datetime) -> Any:
    """Save a member, agency, body, term or session from its form, telling the journal which columns changed."""
    is_new = record.pk is None
    before = None if is_new else type(record)._base_manager.filter(pk=record.pk).first()
    if isinstance(record, Member | Agency):
        record.initials = pinyin_initials(record.name, is_name=isinstance(record, Member))[:20]
    record.save()
    changed = [] if before is None else _changed(before, record)
    if is_new or changed:
        # names of columns only: telephone numbers and births have no place in a journal kept for ever
        log.note(record, "create" if is_new else "edit", "登记" if is_new else "修改", account=by, at=at,
                 note=str(record) if is_new else "、".join(changed))  # fmt: skip
    return record


def _changed(before: models.Model, after: models.Model) -> list[str]:
    return [
        str(f.verbose_name) for f in after._meta.concrete_fields
        if f.name != "initials" and getattr(before, f.attname) != getattr(after, f.attname)
    ]  # fmt: skip


@transaction.atomic
def join(
    member: Member, body: Body, starts_on: date, *, role: str = "", by: Account | None, at: datetime
) -> Membership:
    """A seat in a body. A new sector or town ends the old one on the day before; figures of earlier days keep it."""
    if body.kind in (BodyKind.SECTOR, BodyKind.TOWN):
        for old in Membership.objects.filter(member=member, kind=body.kind, ends_on=None):
            if old.starts_on >= starts_on:
                raise Refused(f"“{old.body}”自 {old.starts_on} 起，新的要从那以后的日子开始。")
            old.ends_on = starts_on - timedelta(days=1)
            old.save()
    try:
        with transaction.atomic():
            made = Membership.objects.create(member=member, body=body, role=role, starts_on=starts_on)
    except IntegrityError:
        raise Conflict(f"{member.name}已经在“{body.name}”。") from None
    _keep_sector(member)
    log.note(member, "join", "加入机构", account=by, at=at, note=f"{body.name}{role}，自 {starts_on} 起")
    return made


@transaction.atomic
def leave(membership: Membership, ends_on: date, *, by: Account, at: datetime) -> None:
    membership.ends_on = ends_on
    membership.save()
    _keep_sector(membership.member)
    log.note(
        membership.member,
        "leave",
        "离开机构",
        account=by,
        at=at,
        note=f"{membership.body.name}，至 {ends_on}",
    )


def _keep_sector(member: Member) -> None:
    """The sector beside the name follows the open membership."""
    held = (
        Membership.objects.filter(member=member, kind=BodyKind.SECTOR, ends_on=None)
        .select_related("body")
        .first()
    )
    member.sector = held.body if held else member.sector
    member.save(update_fields=["sector"])


@transaction.atomic
def elect(
    member: Member, starts_on: date, decision: str, *, by: Account | None, at: datetime
) -> StandingSeat:
    """当选常务委员, from a day on, by a decision. Raises Refused outside the membership, Conflict where a seat is held."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    _check_seat(member, starts_on, member.ends_on)
    seat = StandingSeat.objects.create(
        member=member, term=Term.objects.at(starts_on), starts_on=starts_on, ends_on=member.ends_on, decision=decision
    )  # fmt: skip
    log.note(member, "elect", "当选常务委员", account=by, at=at, note=f"自 {starts_on} 起。{decision}")
    return seat


@transaction.atomic
def redate(seat: StandingSeat, starts_on: date, decision: str, *, by: Account, at: datetime) -> None:
    """改正当选日期: what was written down wrongly, or taken over without its day. Refused as ``elect`` refuses."""
    member = Member.objects.select_for_update().get(pk=seat.member_id)
    _check_seat(member, starts_on, seat.ends_on, but=seat.pk)
    before = seat.starts_on
    seat.term, seat.starts_on, seat.decision = Term.objects.at(starts_on), starts_on, decision
    seat.save(update_fields=["term", "starts_on", "decision"])
    log.note(member, "redate", "改正当选日期", account=by, at=at, note=f"{before} → {starts_on}。{decision}")


def _check_seat(member: Member, starts_on: date, ends_on: date | None, *, but: int = 0) -> None:
    """Inside the membership, and beside no other seat of the same member."""
    if starts_on < member.starts_on or (member.ends_on and starts_on > member.ends_on):
        until = f"至 {member.ends_on}" if member.ends_on else "起"
        raise Refused(f"{member.name}任委员自 {member.starts_on} {until}，当选的日期要在任期之内。")
    if ends_on and starts_on > ends_on:
        raise Refused(f"当选的日期不能晚于最后一天 {ends_on}。")
    other = member.standing_seats.exclude(pk=but).filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        other = other.filter(starts_on__lte=ends_on)
    if held := other.order_by("starts_on").first():
        until = f"至 {held.ends_on}" if held.ends_on else "起"
        raise Conflict(f"{member.name}任常务委员自 {held.starts_on} {until}，与新的日期重叠。")


@transaction.atomic
def stand_down(seat: StandingSeat, ends_on: date, decision: str, *, by: Account | None, at: datetime) -> None:
    """不再担任常务委员, with the last day and the decision it rests on. The seat in the committee goes on."""
    seat.ends_on, seat.end_decision = ends_on, decision
    seat.save(update_fields=["ends_on", "end_decision"])
    log.note(
        seat.member, "stand_down", "不再担任常务委员", account=by, at=at, note=f"至 {ends_on}。{decision}"
    )


@transaction.atomic
def retire(member: Member, ends_on: date, reason: str, *, by: Account | None, at: datetime) -> None:
    """A member's seat ends: memberships, the seat in the standing committee and the posts held as this member end with
    it, also those meant to last longer. An election that would have begun afterwards comes to nothing."""
    member.ends_on, member.end_reason = ends_on, reason
    member.save(update_fields=["ends_on", "end_reason"])
    later = Q(ends_on=None) | Q(ends_on__gt=ends_on)
    for membership in member.memberships.filter(later):
        membership.ends_on = max(ends_on, membership.starts_on)
        membership.save()
    undone, _ = member.standing_seats.filter(starts_on__gt=ends_on).delete()
    member.standing_seats.filter(later).update(ends_on=ends_on, end_decision=reason)
    for post in Post.objects.filter(later, member=member):
        post.ends_on = max(ends_on, post.starts_on)
        post.save(update_fields=["ends_on"])
    log.note(
        member,
        "retire",
        "离任",
        account=by,
        at=at,
        note=f"至 {ends_on}。{reason}{'；当选常务委员还没有起算，一并取消' if undone else ''}",
    )


# -- rules and calendar ------------------------------------------------------------------------------------------------


@transaction.atomic
def set_rule(name: str, value: Any, starts_on: date, note: str, *, by: Account, at: datetime) -> Setting:
    """A local rule's value from a day on. A second value for the same day replaces the first."""
    before = local.rule(name, starts_on)
    made, _ = Setting.objects.update_or_create(
        name=name, starts_on=starts_on, defaults={"value": value, "note": note, "account": by, "at": at}
    )
    log.note(made, "rule", "修改本地规则", account=by, at=at,
             note=f"{local.RULES[name].label}：{before} → {value}，自 {starts_on} 起。{note}",
             data={"rule": name, "before": before, "after": value})  # fmt: skip
    return made


@transaction.atomic
def drop_rule(setting: Setting, *, by: Account, at: datetime) -> None:
    """Take back a value that has not begun. One that was in force stays: deadlines were counted by it."""
    if setting.starts_on <= timezone.localdate(at):
        raise Conflict("这个取值已经生效，不能删去。要改，请从今天或以后的日子起另定新值。")
    label = local.RULES[setting.name].label if setting.name in local.RULES else setting.name
    log.note(
        setting,
        "rule_drop",
        "取消未生效的规则",
        account=by,
        at=at,
        note=f"{label}：自 {setting.starts_on} 起的取值",
    )
    setting.delete()
    local.forget()


@transaction.atomic
def save_option(listing: str, option: Option, *, by: Account, at: datetime) -> Option:
    is_new = option.pk is None
    try:
        with transaction.atomic():
            option.save()
    except IntegrityError:
        raise Conflict(
            f"代码“{option.code}”在这个清单里已有一项在用。请换一个代码，或先停用原来的。"
        ) from None
    word = "增加选项" if is_new else "修改选项"
    log.note(option, "option", word, account=by, at=at, note=f"{local.LISTS[listing].label}：{option.label}")
    return option


@transaction.atomic
def set_day(day: date, is_workday: bool, name: str, *, by: Account, at: datetime) -> CalendarDay:
    made, _ = CalendarDay.objects.update_or_create(
        date=day, defaults={"is_workday": is_workday, "name": name}
    )
    log.note(
        made,
        "calendar",
        "修改工作日历",
        account=by,
        at=at,
        note=f"{day} {'上班' if is_workday else '放假'}（{name}）",
    )
    return made


@transaction.atomic
def drop_day(row: CalendarDay, *, by: Account, at: datetime) -> None:
    log.note(
        row,
        "calendar_drop",
        "删去工作日历的一天",
        account=by,
        at=at,
        note=f"{row.date}（{row.name}）改回按星期计",
    )
    row.delete()
