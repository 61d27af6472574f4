"""指标: what the year's consultations came to. Each is a queryset: the number is its count, its page is the same queryset."""

from __future__ import annotations

from huisheng.kernel.figures import Figure, counted

from . import forum_queries, queries

FIGURES = (
    Figure("consult_subjects", "征集协商议题", "个", queries.subjects, "提给当年计划的，撤回的不计"),
    Figure("consult_lines", "年度协商计划项目", "项", queries.lines_of, "已印发的；年中调出的不计"),
    Figure("consult_lines_done", "完成协商项目", "项", queries.concluded),
    Figure(
        "consult_events",
        "为协商举行的会议活动",
        "次",
        queries.consultations_held,
        "走访、座谈会、协商会等，每次只计一次",
    ),
    Figure("consult_outputs", "协商成果报送", "件", queries.outputs_of),
    Figure("consult_advice", "协商建议", "条", queries.advice_of),
    Figure("consult_advice_adopted", "采纳协商建议", "条", queries.advice_adopted, "采纳和部分采纳的"),
    Figure("forums_held", "网络议政", "次", forum_queries.held, "当年开始征集的，取消的不计"),
    Figure("research_tasks", "调研课题", "个", queries.research_of, "已批准的，停止的不计"),
    Figure("research_done", "完成调研课题", "个", queries.research_done, "报告已转成果的"),
)


def figures(year: int) -> dict[str, int]:
    return counted(FIGURES, year)
