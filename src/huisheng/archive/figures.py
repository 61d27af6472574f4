"""指标: what the year's collecting came to."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from huisheng.kernel.figures import Figure, counted

from . import queries
from .models import Material


def _collected(types: tuple[str, ...]) -> Callable[[int], QuerySet[Material]]:
    return lambda year: queries.collected(year, *types)


FIGURES = (
    Figure(
        "archive_received", "收到文史资料", "件", queries.received, "当年编了征集号的；撤回和撤销导入的不计"
    ),
    Figure("archive_photos", "征集文史照片", "幅", _collected(queries.PHOTOS), "当年经三审入藏的"),
    Figure("archive_texts", "征集文史文稿", "篇", _collected(queries.TEXTS), "当年经三审入藏的"),
    Figure("archive_others", "征集录音、录像和实物", "件", _collected(queries.OTHERS), "当年经三审入藏的"),
    Figure("archive_drives", "文史征集公告", "次", queries.drives, "当年开始的，草稿不计"),
    Figure("archive_used", "采用文史资料", "件次", queries.used, "书、展览、报刊等，用一次计一次"),
    Figure("archive_handed", "移交文史资料", "件", queries.handed, "当年移交的清单里的"),
)


def figures(year: int) -> dict[str, int]:
    return counted(FIGURES, year)
