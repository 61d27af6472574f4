"""指标: what the year's supervision came to. Each is a queryset: the number is its count, its page is the same queryset."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from huisheng.kernel.figures import Figure, counted

from . import queries
from .models import FindingState, Rectification, Supervision


def _of(aspect: str) -> Callable[[int], QuerySet[Supervision]]:
    return lambda year: queries.carried_out(year, aspect)


def _failed(year: int) -> QuerySet[Rectification]:
    return queries.second_looks(year).filter(passed=False)


FIGURES = (
    Figure("supervisions", "民主监督", "项", queries.carried_out, "当年通知了被监督单位的"),
    Figure("supervisions_special", "专项监督", "项", _of("special")),
    Figure("supervisions_inspection", "监督性视察", "项", _of("inspection")),
    Figure("supervisions_appraisal", "民主评议", "项", _of("appraisal")),
    Figure("supervisions_symposium", "监督性协商座谈", "项", _of("symposium")),
    Figure("findings_sent", "提出问题", "项", queries.findings_sent, "当年送达被监督单位的"),
    Figure(
        "findings_closed",
        "整改销号",
        "项",
        lambda year: queries.findings_sent(year).filter(state=FindingState.CLOSED),
        "当年送达、已经回头看通过的",
    ),
    Figure("rectifications", "整改措施", "条", queries.measures, "当年报送的，重新整改的一轮算一条"),
    Figure("rectifications_kept", "按期整改", "条", queries.kept, "按自报时间完成，回头看通过的"),
    Figure("second_looks", "回头看", "次", queries.second_looks),
    Figure("second_looks_failed", "回头看未通过", "次", _failed),
    Figure("hearings_heard", "听取情况通报", "次", queries.heard),
    Figure("monitors", "民主监督员", "人次", queries.monitors_in_post, "当年在任过的"),
)  # fmt: skip


def figures(year: int) -> dict[str, int]:
    return counted(FIGURES, year)
