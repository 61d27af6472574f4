"""指标: what the year's meetings and activities came to, each with the sentence of the year report it serves."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet

from huisheng.kernel.figures import Figure, counted
from huisheng.people.models import Body, BodyKind

from . import queries
from .models import Aid, Gathering, Guest, Stop

RESEARCH = ("research", "inspection")
TALKS = ("symposium", "consultation")


def _held(*types: str) -> Callable[[int], QuerySet[Gathering]]:
    return lambda year: queries.held_of(year, *types)


def _stops(types: tuple[str, ...], sort: str = "") -> Callable[[int], QuerySet[Stop]]:
    def rows(year: int) -> QuerySet[Stop]:
        found = Stop.objects.filter(gathering__in=queries.held_of(year, *types).values("pk"))
        return found.filter(sort=sort) if sort else found

    return rows


def _guests(sort: str) -> Callable[[int], QuerySet[Guest]]:
    return lambda year: Guest.objects.filter(
        gathering__in=queries.held_of(year, *TALKS).values("pk"), sort=sort
    )


def _joined(kind: BodyKind) -> Callable[[int], QuerySet[Body]]:
    """The bodies of a kind that took part in joint activities, each once."""

    def rows(year: int) -> QuerySet[Body]:
        joint = queries.joint(year).values("pk")
        partners = Gathering.partners.through.objects.filter(gathering__in=joint).values("body")
        return Body.objects.filter(
            Q(pk__in=queries.joint(year).values("host")) | Q(pk__in=partners), kind=kind
        )

    return rows


def _aid(year: int) -> QuerySet[Aid]:
    return Aid.objects.filter(gathering__in=queries.held(year).values("pk"))


FIGURES = (
    Figure("plenaries", "全体会议", "次", _held("plenary")),
    Figure("standing_meetings", "常委会议", "次", _held("standing")),
    Figure("chairs_meetings", "主席会议", "次", _held("chairs")),
    Figure("symposia", "座谈会和协商会", "次", _held(*TALKS)),
    Figure("briefing_meetings", "情况通报会", "次", _held("briefing")),
    Figure("inspections", "视察", "次", _held("inspection")),
    Figure("study_tours", "考察", "次", _held("study_tour")),
    Figure("study_places", "考察地", "处", _stops(("study_tour",)), "考察去过的地方"),
    Figure("enterprises_visited", "走访企业", "家", _stops(RESEARCH, "enterprise"), "调研、视察中走访的企业"),
    Figure("symposium_enterprises", "座谈企业", "家", _guests("enterprise"), "应邀到会座谈、协商的企业"),
    Figure("symposium_banks", "座谈银行", "家", _guests("bank"), "应邀到会座谈、协商的银行"),
    Figure("visits_in", "联谊来访", "次", _held("visit_in")),
    Figure("visits_out", "联谊出访", "地", _stops(("visit_out",)), "联谊出访去过的兄弟政协"),
    Figure("trainings", "学习培训", "次", queries.members_studies, "机关人员自己的学习不在内"),
    Figure("office_studies", "机关学习", "次", queries.office_studies, "机关人员参加的学习，如“两学一做”"),
    Figure("joint_activities", "联合活动", "次", queries.joint, "五联手活动，合计里每次只算一次"),
    Figure("township_committees", "参加联合活动的镇（街）工委", "个", _joined(BodyKind.TOWN)),
    Figure("sectors", "参加联合活动的界别", "个", _joined(BodyKind.SECTOR)),
    Figure("joint_committees", "参加联合活动的专委会", "个", _joined(BodyKind.COMMITTEE)),
    Figure("central_works", "服务中心工作", "次", _held("central")),
    Figure("liaisons", "联系委员和界别", "次", queries.contacted, "按联系计划见面、通话并作了登记的"),
    Figure("aid_given", "帮扶捐助", "笔", _aid, "只记给了什么、给了多少人，不记给了谁"),
)


def figures(year: int) -> dict[str, int]:
    return counted(FIGURES, year)
