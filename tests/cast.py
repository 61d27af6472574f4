"""The cast: one made-up person per role, the same in every test. ``cast.li`` reads better than a factory call."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from huisheng.kernel.deadlines import published_rows
from huisheng.kernel.local import install_defaults
from huisheng.kernel.models import CalendarDay
from huisheng.people.models import Account, Agency, Body, Member, Membership, Post, Session, Term

SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGAN = date(2017, 1, 1)
PASSWORD = "一条建言都有回声"


def moment(text: str) -> datetime:
    """“2017-03-01 09:30” in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass
class Cast:
    """Accounts by role, and the places they hold."""

    li: Account  # 委员，第一提案人
    wang: Account  # 委员，联名人
    zhao: Account  # 委员，局外人
    convener: Account  # 经济委员会召集人
    clerk: Account  # 提案委工作人员
    reviewer: Account  # 提案委主任
    second: Account  # 提案委另一位工作人员
    office: Account  # 政协办公室
    chair: Account  # 主席会议成员
    coordinator: Account  # 督查室
    housing_clerk: Account  # 住建局经办人
    housing_head: Account  # 住建局负责人
    traffic_clerk: Account  # 交通局经办人
    traffic_head: Account  # 交通局负责人
    admin: Account  # 系统管理员
    auditor: Account  # 审计员
    editor: Account  # 信息编辑，兼文史工作人员
    leader: Account  # 区领导
    member_li: Member
    member_wang: Member
    member_zhao: Member
    committee: Body
    sector: Body
    housing: Agency
    traffic: Agency
    finance: Agency
    session: Session

    @property
    def accounts(self) -> dict[str, Account]:
        return {
            f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), Account)
        }


@cache
def _hashed() -> str:
    """The password everybody has, hashed once: a slow hash eighteen times over is what the tests would wait for."""
    return make_password(PASSWORD)


def _account(username: str, name: str, kind: str, **place: object) -> Account:
    """Not yet written: ``make_cast`` writes all accounts in one go, and their posts in another."""
    account = Account(username=username, name=name, password=_hashed())
    account.first_post = Post(account=account, kind=kind, starts_on=BEGAN, **place)
    return account


def _members(**sectors: Body) -> list[Member]:
    members = Member.objects.bulk_create(
        Member(name=name, sector=sector, starts_on=BEGAN) for name, sector in sectors.items()
    )
    Membership.objects.bulk_create(
        Membership(member=one, body=one.sector, kind=one.sector.kind, starts_on=BEGAN) for one in members
    )
    return members


def make_cast() -> Cast:
    """Everyone, the session of 2017, the calendar and the default lists: every table written in one go, because this
    stands before most tests."""
    install_defaults(BEGAN)
    CalendarDay.objects.bulk_create(
        (CalendarDay(date=day, is_workday=worked, name=name) for day, worked, name in published_rows()),
        ignore_conflicts=True,
    )
    term = Term.objects.create(number=9, committee="政协郑州市上街区", starts_on=BEGAN)
    session = Session.objects.create(
        term=term, number=1, year=2017, opens_on=date(2017, 2, 13), closes_on=date(2017, 2, 15),
        cutoff_at=moment("2017-02-14 17:00"), counts_from=moment("2016-12-06 00:00"),
    )  # fmt: skip
    education, economy, committee = Body.objects.bulk_create(
        (
            Body(kind="sector", name="教育界"),
            Body(kind="sector", name="经济界"),
            Body(kind="committee", name="区政协经济委员会"),
        )
    )
    li, wang, zhao = _members(李清和=education, 王立言=economy, 赵闻声=education)
    housing, traffic, finance = Agency.objects.bulk_create(
        Agency(name=name, short_names=[short], duty=duty, leader="周建", contact="郑文", phone="68910000")
        for name, short, duty in (
            ("区住房和城乡建设局", "区住建局", "负责城镇住房保障、老旧小区改造和建筑市场监管"),
            ("区交通运输局", "区交通局", "负责公路、公共交通和道路运输管理"),
            ("区财政局", "区财政局", "负责财政收支、预算和国有资产管理"),
        )
    )
    cast = Cast(
        li=_account("li", "李清和", "member", member=li),
        wang=_account("wang", "王立言", "member", member=wang),
        zhao=_account("zhao", "赵闻声", "member", member=zhao),
        convener=_account("convener", "戴召集", "convener", body=committee),
        clerk=_account("clerk", "陈提办", "clerk"),
        reviewer=_account("reviewer", "孙主任", "reviewer"),
        second=_account("second", "吴复核", "clerk"),
        office=_account("office", "何办公", "office"),
        chair=_account("chair", "冯主席", "chair"),
        coordinator=_account("coordinator", "杜督查", "coordinator"),
        housing_clerk=_account("housing_clerk", "郑经办", "handler", agency=housing),
        housing_head=_account("housing_head", "周局长", "agency_head", agency=housing),
        traffic_clerk=_account("traffic_clerk", "钱经办", "handler", agency=traffic),
        traffic_head=_account("traffic_head", "高局长", "agency_head", agency=traffic),
        admin=_account("admin", "管理员", "admin"),
        auditor=_account("auditor", "审计员", "auditor"),
        editor=_account("editor", "林信息", "editor"),
        leader=_account("leader", "高书记", "leader"),
        member_li=li, member_wang=wang, member_zhao=zhao, committee=committee, sector=education,
        housing=housing, traffic=traffic, finance=finance, session=session,
    )  # fmt: skip
    accounts = Account.objects.bulk_create(cast.accounts.values())
    Post.objects.bulk_create(one.first_post for one in accounts)
    Post.objects.create(account=cast.editor, kind="archivist", starts_on=BEGAN)  # one person, two hats
    return cast
