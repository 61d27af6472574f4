"""指标: honours of the year, and the standing members' written reports that were taken in."""

from __future__ import annotations

from django.db.models import QuerySet

from huisheng.kernel.figures import Figure

from .models import Honour
from .models_standing import StandingReport, StandingState


def _units(year: int) -> QuerySet[Honour]:
    return Honour.objects.filter(given_on__year=year, member=None, person="")


def _people(year: int) -> QuerySet[Honour]:
    return Honour.objects.filter(given_on__year=year).exclude(member=None, person="")


def _standing(year: int) -> QuerySet[StandingReport]:
    return StandingReport.objects.filter(round__year=year, state=StandingState.TAKEN)


FIGURES = (
    Figure("honours_unit", "先进单位", "个", _units, "本级政协获得的集体表彰"),
    Figure("honours_person", "先进个人", "人", _people, "委员和机关人员获得的个人表彰"),
    Figure("standing_reports", "常委履职报告", "份", _standing, "办公室已收存的，按述职的年度"),
)
