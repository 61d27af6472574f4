"""The nouns of 常委述职: a year's round with its deadline, and each standing member's written report in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel.models import Matter, account_key
from huisheng.kernel.states import States
from huisheng.people.models import Member


class RoundState(States):
    # fmt: off
    OPEN   = "open",   "◔", "ochre", "", "收取中"
    CLOSED = "closed", "✓", "pine",  "", "已收齐"
    # fmt: on


class StandingRound(Matter):
    """常委述职: one year's call for written reports. Who is in it was in office as standing member when it was opened."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    state = models.CharField(
        "状态", max_length=12, choices=RoundState.choices, default=RoundState.OPEN, editable=False
    )
    opens_on = models.DateField("通知日期")
    closes_on = models.DateField("截止日期")
    content = models.TextField("要求", blank=True)
    closed_on = models.DateField("结束日期", null=True)
    opened_by = account_key("经办人", null=True)
    opened_at = models.DateTimeField("发起时间")

    class Meta:
        verbose_name = "常委述职"
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")), name="standing_round_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}年度常委述职"

    def get_absolute_url(self) -> str:
        return reverse("duty:standing-round", args=[self.pk])


class StandingState(States):
    # fmt: off
    WRITING   = "writing",   "✎", "grey",  "", "未提交"
    SUBMITTED = "submitted", "◔", "ochre", "", "待收存"
    RETURNED  = "returned",  "↩", "orange", "", "退回补充"
    TAKEN     = "taken",     "✓", "pine",  "", "已收存"
    EXCUSED   = "excused",   "○", "grey",  "", "免交"
    # fmt: on


SENT = (StandingState.SUBMITTED, StandingState.RETURNED, StandingState.TAKEN)
UNSENT = (StandingState.WRITING, StandingState.RETURNED)  # what the member still works on


class StandingReport(Matter):
    """常委履职报告: written by the member. ``text`` is theirs alone until they send it; ``sent_text`` is what was sent."""

    round = models.ForeignKey(
        StandingRound, verbose_name="年度述职", on_delete=models.PROTECT, related_name="reports"
    )
    member = models.ForeignKey(
        Member, verbose_name="委员", on_delete=models.PROTECT, related_name="standing_reports"
    )
    state = models.CharField(
        "状态", max_length=12, choices=StandingState.choices, default=StandingState.WRITING, editable=False
    )
    title = models.CharField("标题", max_length=120)
    text = models.TextField("正文", blank=True)
    sent_text = models.TextField("提交的正文", blank=True)
    submitted_at = models.DateTimeField("首次提交", null=True)
    sent_at = models.DateTimeField("最近提交", null=True)
    taken_on = models.DateField("收存日期", null=True)

    class Meta:
        verbose_name = "常委履职报告"
        constraints = [
            models.UniqueConstraint(fields=["round", "member"], name="one_standing_report_a_year"),
            models.CheckConstraint(
                condition=Q(state__in=("writing", "excused"))
                | (Q(submitted_at__isnull=False) & Q(sent_at__isnull=False) & ~Q(sent_text="")),
                name="sent_standing_report_has_its_words",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_on__isnull=False),
                name="taken_standing_report_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("duty:standing-report", args=[self.pk])

    @property
    def due_on(self) -> date | None:
        """The round's deadline, as long as nothing was sent: a supplement has no day of its own."""
        return self.round.closes_on if self.state == StandingState.WRITING else None

    @property
    def days_late(self) -> int:
        """How many days after the deadline the first version came; shown, and nothing follows from it."""
        if self.submitted_at is None:
            return 0
        return max(0, (timezone.localdate(self.submitted_at) - self.round.closes_on).days)

    def notice_title(self) -> str:
        return self.title


def title_of(member: Member, year: int) -> str:
    return f"{member.name}{year}年度履职报告"


__all__: list[Any] = [
    "SENT", "UNSENT", "RoundState", "StandingReport", "StandingRound", "StandingState", "title_of",
]  # fmt: skip
