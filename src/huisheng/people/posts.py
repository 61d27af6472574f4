"""Every 岗位, one line each: what it is called, where it is held, and how long a session of its holder lasts.

``place`` names the column of Post that says where: a member's seat, a body, an agency, one person of the office's staff (who is
led), or nowhere (the office itself).
Session limits are those of docs/trust.md: members thirty days on their own phone, staff eight hours idle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from huisheng.kernel.who import EVERY, NONE, Who


class Place(models.TextChoices):
    NONE = "", "机关"
    MEMBER = "member", "委员"
    BODY = "body", "机构"
    AGENCY = "agency", "承办单位"
    STAFF = "staff", "机关人员"


@dataclass(frozen=True)
class PostKind:
    code: str
    label: str
    place: Place
    idle: timedelta
    longest: timedelta
    is_office: bool = False
    needs_second_factor: bool = False


_MEMBER, _STAFF, _ADMIN = (
    (timedelta(days=30), timedelta(days=180)),
    (timedelta(hours=8), timedelta(hours=24)),
    (timedelta(minutes=30), timedelta(hours=12)),
)

POSTS: dict[str, PostKind] = {
    kind.code: kind
    for kind in (
        #        code           名称                 place          session   机关    两步验证
        PostKind("member",      "委员",              Place.MEMBER,  *_MEMBER),
        PostKind("convener",    "召集人",            Place.BODY,    *_MEMBER),
        PostKind("clerk",       "提案委工作人员",    Place.NONE,    *_STAFF,  True,   True),
        PostKind("reviewer",    "提案委主任",        Place.NONE,    *_STAFF,  True,   True),
        PostKind("office",      "政协办公室",        Place.NONE,    *_STAFF,  True,   True),
        PostKind("editor",      "信息编辑",          Place.NONE,    *_STAFF,  True,   True),
        PostKind("archivist",   "文史工作人员",      Place.NONE,    *_STAFF,  True,   True),
        PostKind("chair",       "主席会议成员",      Place.NONE,    *_STAFF,  False,  True),
        PostKind("leader",      "区领导",            Place.NONE,    *_MEMBER),
        PostKind("coordinator", "督查室",            Place.NONE,    *_STAFF,  False,  True),
        PostKind("handler",     "承办单位经办人",    Place.AGENCY,  *_STAFF),
        PostKind("agency_head", "承办单位负责人",    Place.AGENCY,  *_STAFF,  False,  True),
        PostKind("admin",       "系统管理员",        Place.NONE,    *_ADMIN,  False,  True),
        PostKind("auditor",     "审计员",            Place.NONE,    *_ADMIN,  False,  True),
        PostKind("line_leader", "主管领导",          Place.STAFF,   *_STAFF,  False,  True),
        PostKind("office_head", "机关负责人",        Place.NONE,    *_STAFF,  False,  True),
    )
}  # fmt: skip

MEMBER, CONVENER, CLERK, REVIEWER, OFFICE = "member", "convener", "clerk", "reviewer", "office"
CHAIR, COORDINATOR, HANDLER, AGENCY_HEAD = "chair", "coordinator", "handler", "agency_head"
EDITOR, LEADER, ARCHIVIST = "editor", "leader", "archivist"
ADMIN, AUDITOR = "admin", "auditor"
LINE_LEADER, OFFICE_HEAD = "line_leader", "office_head"
STAFF_KINDS = tuple(kind.code for kind in POSTS.values() if kind.is_office)

# the three administrators never in one person (等保 访问控制)
APART = ({ADMIN, AUDITOR},)


def anybody(*codes: str, label: str = "") -> Who:
    """Everyone who holds one of the posts, towards every record."""
    return Who(
        label or "或".join(POSTS[code].label for code in codes),
        lambda account, today: EVERY if account.holds(*codes, on=today) else NONE,
        lambda record, today: holders(codes, today),
    )


def at(code: str, column: str, label: str = "") -> Who:
    """Who holds the post at the place that the record names in ``column``.

    ``column`` is a foreign key of the record (or a path to one): ``at(HANDLER, "agency")`` reads “the handlers of
    this record's agency”.
    """
    place = POSTS[code].place

    def within(account: Any, today: date) -> Q:
        ids = account.places(code, on=today)
        return Q(**{f"{column}__in": ids}) if ids else NONE

    def audience(record: Any, today: date) -> QuerySet:
        target: Any = record
        for part in column.split("__"):
            target = getattr(target, part, None)
        return holders([code], today, **{f"{place}": target}) if target else holders([], today)

    return Who(label or POSTS[code].label, within, audience)


def holders(codes: Any, today: date, **place: Any) -> QuerySet:
    """The active accounts that hold one of the posts on a day, at a place when one is given."""
    from .models import Account, Post

    posts = Post.objects.current(today).filter(kind__in=list(codes), **place)
    return Account.objects.filter(is_active=True, pk__in=posts.values("account"))
