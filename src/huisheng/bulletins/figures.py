"""指标: what the year's voices came to, and what was told of the year. Each is a queryset: the number is its count, its page is the same queryset."""

from __future__ import annotations

from django.db.models import QuerySet

from huisheng.kernel.figures import Figure, counted
from huisheng.opinions import queries as voices
from huisheng.opinions.local_rules import AREA
from huisheng.opinions.models import Adoption, LeadState
from huisheng.outputs import queries as outputs
from huisheng.outputs.models import FollowUp, FollowUpState

from . import news_queries as news
from . import queries


def _adopted_above(year: int) -> QuerySet[Adoption]:
    above = (Adoption.Level.CITY, Adoption.Level.PROVINCE, Adoption.Level.STATE)
    return Adoption.objects.filter(opinion__year=year, level__in=above)


def _reported(year: int) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(sent_on__year=year, state=FollowUpState.ACCEPTED)


FIGURES = (
    Figure("leads_received", "收到线索", "条", voices.received_leads, "各渠道收到的，疑似无效的也在内"),
    Figure(
        "leads_answered",
        "答复来信",
        "条",
        lambda year: voices.received_leads(year).filter(state=LeadState.ANSWERED),
    ),
    Figure("opinions_received", "收到社情民意信息", "条", voices.received, "提交或登记过的；草稿不计"),
    Figure("opinions_adopted", "采用社情民意信息", "条", voices.adopted),
    Figure("opinions_issued", "签发社情民意信息", "条", voices.issued, "并入综合稿的也在内"),
    Figure("adopted_above", "市级以上采用", "条次", _adopted_above),
    Figure("bulletins_issued", "编发刊物", "期", queries.delivered, "《政协直通车》等，已经报送的"),
    Figure("outputs_delivered", "报送成果", "件", outputs.delivered, "报告、建议信、刊物等全部成果"),
    Figure("instructions_given", "区领导批示", "件次", outputs.instructed),
    Figure("follow_ups_done", "批示办结", "件", _reported),
    Figure(
        "advice_areas",
        "咨政方面",
        "个",
        outputs.areas,
        "已报送成果和刊发信息所属方面，相同的只计一个",
        rests_on=(AREA,),
    ),
    Figure("news_published", "发布动态", "条", news.published_in, "公开网页上的政协动态，撤下的不计"),
)


def figures(year: int) -> dict[str, int]:
    return counted(FIGURES, year)
