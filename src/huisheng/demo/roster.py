"""Term, sessions, calendar, bodies, agencies and members: read from our own sheets by the importers of the product."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from huisheng.kernel.deadlines import Calendar, published_rows
from huisheng.kernel.local import install_defaults
from huisheng.kernel.models import CalendarDay
from huisheng.people import importing
from huisheng.people.actions import save_record
from huisheng.people.models import Body, BodyKind, Session, Term
from huisheng.proposals.models import LedgerRow

DATA = Path(__file__).with_name("data")
SHANGHAI = ZoneInfo("Asia/Shanghai")
COMMITTEE = "政协郑州市上街区"
FIRST_DAY = date(2016, 12, 1)
AUTUMN = date(2016, 10, 10)
# what the office answered to the rows in question: as a person would in the check page
DECISIONS: dict[str, dict[str, dict[str, Any]]] = {
    "bodies": {},
    "agencies": {
        "12": {"set": {"phone": "0371-68120010"}},
        "33": {"do": "skip"},  # the same unit under its short name
        "43": {
            "set": {"duty": "负责融资服务、金融机构联系、非法集资防范等方面的工作，受理涉及企业贷款的提案。"}
        },
    },
    "members": {
        "24": {"do": "take"},
        "30": {"set": {"sex": "女"}},
        "33": {"do": "skip"},  # the line above once more
        "120": {"set": {"sector": "文化艺术界"}},
        "155": {"do": "take"},
        "167": {"do": "take"},
        "174": {"set": {"sector": "少数民族和宗教界"}},
        "175": {"set": {"committee": "科教文卫体委员会"}},
        "187": {"do": "take"},  # one person, the later number holds
    },
    "proposals": {row: {"do": "take"} for row in ("8", "14", "39", "46")} | {"94": {"do": "skip"}},
}


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def make_ground() -> None:
    """Term nine, the working calendar and the local lists."""
    install_defaults(date(2016, 1, 1))
    CalendarDay.objects.bulk_create(
        (CalendarDay(date=day, is_workday=worked, name=name) for day, worked, name in published_rows()),
        ignore_conflicts=True,
    )
    Term.objects.create(number=9, committee=COMMITTEE, starts_on=FIRST_DAY, ends_on=date(2021, 12, 31))


def make_session(year: int, opens: date | None = None) -> Session:
    """The session of a year, in its own term of five: 2018 is 九届二次, 2026 is 十届五次."""
    terms, number = divmod(year - 2017, 5)
    first = 2017 + 5 * terms
    term = Term.objects.get_or_create(
        number=9 + terms,
        defaults={"committee": COMMITTEE, "starts_on": date(first, 1, 1), "ends_on": date(first + 4, 12, 31)},
    )[0]
    opens = opens or opening(year)
    return Session.objects.get_or_create(
        term=term, number=number + 1,
        defaults={
            "year": year, "opens_on": opens, "closes_on": opens + timedelta(days=2),
            "cutoff_at": moment(opens + timedelta(days=1), 17), "counts_from": moment(date(year - 1, 12, 6), 0),
        },
    )[0]  # fmt: skip


def opening(year: int) -> date:
    """The Tuesday of the last week of February, or the first one after it that is no holiday."""
    day = date(year, 2, 24)
    day -= timedelta(days=day.weekday() - 1)
    while not Calendar.published().is_workday(day):
        day += timedelta(days=7)
    return day


def make_bodies() -> None:
    """Bodies and agencies through the importers: dry run, the answers above, application, journal."""
    for kind in ("bodies", "agencies"):
        _import(kind, f"{kind}.xlsx", moment(AUTUMN, 10))
    write_duties(moment(AUTUMN, 10))


# 各专委会联系的方面; the desk is advised by them which committee a letter is for
DUTIES = {
    "提案委员会": "负责提案征集、审查、交办、督办",
    "经济委员会": "联系企业、融资、招商引资、商贸物流、农业农村、合作社、政务大厅、营商环境、就业",
    "城建环保委员会": "联系道路、停车、公共交通、路灯、供热、供水、燃气、物业、老旧小区、垃圾、扬尘、污水、绿化",
    "学习和文史委员会": "负责委员学习、文史资料、文物、传统村落、非物质文化遗产",
    "科教文卫体委员会": "联系学校、幼儿园、医院、社区卫生、门诊、图书馆、体育场、健身、科技",
    "社会和法制委员会": "联系养老、社区治理、法律服务、消防、社会保障、残疾人、妇女儿童",
    "民族宗教和港澳台侨联络委员会": "联系民族、宗教、港澳台同胞、归侨侨眷",
}


def write_duties(at: datetime) -> None:
    for body in Body.objects.filter(kind=BodyKind.COMMITTEE, name__in=DUTIES):
        body.duty = DUTIES[body.name]
        save_record(body, by=None, at=at)


def make_members() -> None:
    """The members of the ninth committee, from the day it begins."""
    _import("members", "members.xlsx", moment(FIRST_DAY, 10))


def import_ledger(at: datetime) -> int:
    """The ledger of 2016, so that similar texts of the year before are found; how many rows it brought."""
    _import("proposals", "ledger_2016.xlsx", at)
    return LedgerRow.objects.count()


def _import(kind: str, name: str, at: datetime) -> None:
    batch = importing.prepare(kind, (DATA / name).read_bytes(), name, account=None, at=at)
    importing.revise(batch, at.date(), decisions=DECISIONS[kind])
    importing.apply(batch, None, at)
