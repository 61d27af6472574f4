"""The nouns of 年度报告: a report and its parts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from huisheng.kernel import local
from huisheng.kernel.models import Matter, account_key
from huisheng.kernel.states import States

from . import local_rules as rules


class ReportState(States):
    # fmt: off
    DRAFT     = "draft",     "✎", "grey",  "", "起草中"
    REVIEW    = "review",    "◔", "ochre", "", "待审定"
    SEALED    = "sealed",    "✓", "pine",  "", "已封存"
    WITHDRAWN = "withdrawn", "×", "grey",  "", "已撤回"
    # fmt: on


class Report(Matter):
    """年度报告. While it is written its figures are counted anew at every look; ``sealed`` holds what was approved."""

    type = models.CharField("种类", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    edition = models.PositiveSmallIntegerField("版次", default=1)
    corrects = models.ForeignKey(
        "self", verbose_name="更正", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    title = models.CharField("标题", max_length=200)
    state = models.CharField(
        "状态", max_length=12, choices=ReportState.choices, default=ReportState.DRAFT, editable=False
    )
    written_by = account_key("起草人", null=True)
    made_at = models.DateTimeField("起草时间")
    approved_by = account_key("审定人", null=True)
    approved_on = models.DateField("审定日期", null=True)
    sealed = models.JSONField(
        "封存内容", default=dict, help_text="title, parts, figures as they were approved"
    )
    fingerprint = models.CharField("封存指纹", max_length=64, blank=True)

    class Meta:
        verbose_name = "年度报告"
        constraints = [
            models.UniqueConstraint(
                fields=["type", "year", "edition"],
                condition=~Q(state="withdrawn"),
                name="one_report_per_edition",
            ),
            models.CheckConstraint(
                condition=~Q(state="sealed") | (Q(approved_on__isnull=False) & ~Q(fingerprint="")),
                name="sealed_report_has_its_seal",
            ),
        ]
        indexes = [models.Index(fields=["-year", "-id"], name="report_newest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:report", args=[self.pk])

    @property
    def type_label(self) -> str:
        return local.label_of(rules.KIND, self.type)

    @property
    def edition_label(self) -> str:
        return f"更正第{self.edition - 1}版" if self.edition > 1 else ""


class Section(models.Model):
    """部分: a heading and its prose. ``seen``: the figures as they stood when the prose was last saved."""

    report = models.ForeignKey(
        Report, verbose_name="年度报告", on_delete=models.CASCADE, related_name="sections"
    )
    number = models.PositiveSmallIntegerField("序号")
    level = models.PositiveSmallIntegerField("层级", default=1, choices=[(1, "一级标题"), (2, "二级标题")])
    heading = models.CharField("标题", max_length=100)
    text = models.TextField("正文", blank=True)
    seen: Any = models.JSONField("存稿时的数", default=dict)

    class Meta:
        verbose_name = "报告部分"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="one_section_per_number")]

    def __str__(self) -> str:
        return self.heading
