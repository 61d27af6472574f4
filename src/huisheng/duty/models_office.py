"""The nouns of 机关平时考核: a period, and what one person of the office's staff wrote, was told and answered in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from huisheng.kernel import local
from huisheng.kernel.models import Matter, account_key
from huisheng.kernel.states import States

from . import office_local_rules as rules


class OfficePeriod(models.Model):
    """考核周期: a quarter, as the local rule has it. Its days are fixed when it begins, whatever the rule becomes."""

    title = models.CharField("名称", max_length=40)
    starts_on = models.DateField("起", unique=True)
    ends_on = models.DateField("止")

    class Meta:
        verbose_name = "考核周期"
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="office_period_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.title


class OfficeReviewState(States):
    # fmt: off
    DRAFT     = "draft",     "✎", "grey",    "", "本人小结"
    SUBMITTED = "submitted", "◔", "ochre",   "", "待评鉴"
    GRADED    = "graded",    "◕", "ochre",   "", "待审定"
    CONFIRMED = "confirmed", "✓", "pine",    "", "已审定"
    ANSWERED  = "answered",  "✓", "primary", "", "已审定，本人有说明"
    # fmt: on


SEALED = (OfficeReviewState.CONFIRMED, OfficeReviewState.ANSWERED)


class OfficeReview(Matter):
    """机关平时考核 of one person in one period: their summary, the line leader's grade and words, the confirmation, the answer.

    Known to the person, their line leader and whoever confirms. Words and grades stand here alone, never in the journal,
    which is read by others.
    """

    period = models.ForeignKey(
        OfficePeriod, verbose_name="考核周期", on_delete=models.PROTECT, related_name="reviews"
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="机关人员",
        on_delete=models.PROTECT,
        related_name="office_reviews",
    )
    post = models.CharField("岗位", max_length=120, help_text="as held when the period was begun")
    state = models.CharField(
        "状态",
        max_length=12,
        choices=OfficeReviewState.choices,
        default=OfficeReviewState.DRAFT,
        editable=False,
    )
    summary = models.TextField("个人小结", blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True)
    returned = models.TextField("退回时说的", blank=True)
    grade = models.CharField("等次", max_length=40, blank=True)
    words = models.TextField("评鉴意见", blank=True)
    graded_by = account_key("评鉴人", null=True)
    graded_on = models.DateField("评鉴日期", null=True)
    confirmed_by = account_key("审定人", null=True)
    confirmed_on = models.DateField("审定日期", null=True)
    sealed: Any = models.JSONField("封存内容", default=dict)
    fingerprint = models.CharField("封存指纹", max_length=64, blank=True)
    answer = models.TextField("本人说明", blank=True)
    answered_on = models.DateField("说明日期", null=True)
    made_at = models.DateTimeField("开始时间")

    class Meta:
        verbose_name = "机关平时考核"
        constraints = [
            models.UniqueConstraint(fields=["period", "staff"], name="one_office_review_a_period"),
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "answered"))
                | (
                    Q(graded_by__isnull=False, graded_on__isnull=False, confirmed_on__isnull=False)
                    & ~Q(grade="")
                    & ~Q(fingerprint="")
                ),
                name="confirmed_office_review_has_its_seal",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | (Q(answered_on__isnull=False) & ~Q(answer="")),
                name="answered_office_review_has_its_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff.name}{self.period}平时考核"

    def get_absolute_url(self) -> str:
        return reverse("duty:office-review", args=[self.pk])

    @property
    def grade_label(self) -> str:
        return local.label_of(rules.GRADE, self.grade) if self.grade else ""

    @property
    def is_sealed(self) -> bool:
        return self.state in SEALED
