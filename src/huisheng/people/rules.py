"""Who may, and what must be true first: changes of members, corrections of one's own data."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from huisheng.kernel.lifecycle import Act
from huisheng.kernel.who import NONE, Who

from . import posts
from .local_rules import FIELDS
from .models import Account, Correction, MemberChange
from .posts import anybody, at
from .queries import kept

OFFICE = anybody(posts.OFFICE)
CHAIR = anybody(posts.CHAIR)
MEMBER = at(posts.MEMBER, "member", label="委员本人")


def _own(account: Account, today: date) -> Q:
    return Q(account__in=[account.pk]) if account.is_active else NONE


def _askers(correction: Correction, today: date) -> QuerySet[Account]:
    return Account.objects.filter(pk=correction.account_id, is_active=True)


ASKER = Who("申请人", _own, _askers)


def stands(change: MemberChange, act: Act) -> str:
    """An end needs somebody in office, a new seat a sector that there still is."""
    if change.adds:
        gone = change.sector is None or change.sector.ends_on is not None
        return f"“{change.sector_name}”已经撤销，请先改拟任界别。" if gone else ""
    if change.member and change.member.ends_on:
        return f"{change.name}已于{change.member.ends_on:%Y年%-m月%-d日}离任，不用再办。"
    return ""


def is_before_its_day(change: MemberChange, act: Act) -> str:
    assert change.effective_on is not None
    return "" if change.effective_on > act.today else "已到生效日期，不能再改登记。"


def may_approve(correction: Correction, act: Act) -> str:
    """By another than who asked, and only while the row still says what the person saw."""
    if correction.account_id == act.account.pk:
        return "自己的信息须由另一位同志核准。"
    now = kept(correction.account, correction.member)
    for name, (old, _) in correction.wanted.items():
        if now[name] != old:
            return f"申请以后，“{FIELDS[name]}”已经改过。请与本人核对，不同意这一份，请他按现在的内容再申请。"
    return ""
