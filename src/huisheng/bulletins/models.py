"""The nouns of a bulletin: an issue and its items."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from huisheng.kernel import local
from huisheng.opinions.models import Opinion
from huisheng.outputs.models import Output, OutputState

from .local_rules import SERIES


class Issue(models.Model):
    """刊期: one issue of a series. It moves with its output; numbered when that is signed, never before."""

    output = models.OneToOneField(
        Output, verbose_name="成果", primary_key=True, on_delete=models.PROTECT, related_name="issue"
    )
    series = models.CharField("刊物系列", max_length=40)
    year = models.PositiveSmallIntegerField("年度", null=True)
    number = models.PositiveIntegerField("期号", null=True)
    total = models.PositiveIntegerField("总期号", null=True)
    report_to = models.CharField("报", max_length=200, blank=True)
    send_to = models.CharField("送", max_length=200, blank=True)
    hand_to = models.CharField("发", max_length=200, blank=True)
    copies = models.PositiveSmallIntegerField("印数", default=0)

    class Meta:
        verbose_name = "刊期"
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "number"], name="one_issue_per_number"),
            models.UniqueConstraint(fields=["series", "total"], name="one_issue_per_total"),
            models.CheckConstraint(
                condition=Q(number=None, total=None, year=None)
                | Q(number__isnull=False, total__isnull=False, year__isnull=False),
                name="issue_numbers_together",
            ),
        ]

    def __str__(self) -> str:
        return f"《{self.name}》{self.number_line or '（未编号）'}"

    def get_absolute_url(self) -> str:
        return reverse("bulletins:issue", args=[self.pk])

    @property
    def name(self) -> str:
        return local.label_of(SERIES, self.series)

    @property
    def number_line(self) -> str:
        return f"第{self.number}期（总第{self.total}期）" if self.number else ""

    @property
    def is_open(self) -> bool:
        return bool(self.output.state == OutputState.DRAFT)


class Item(models.Model):
    """刊发条目: one opinion as it is printed and read; the opinion's own text stays as it is."""

    issue = models.ForeignKey(Issue, verbose_name="刊期", on_delete=models.CASCADE, related_name="items")
    opinion = models.ForeignKey(
        Opinion, verbose_name="社情民意信息", on_delete=models.PROTECT, related_name="items"
    )
    position = models.PositiveSmallIntegerField("次序")
    headline = models.CharField("标题", max_length=200)
    gist = models.TextField("要点")
    proposal = models.CharField("建议", max_length=200, blank=True)
    source = models.CharField("来源", max_length=120)
    voices = models.PositiveIntegerField("反映人数", default=1)

    class Meta:
        verbose_name = "刊发条目"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["issue", "opinion"], name="one_item_per_opinion")]

    def __str__(self) -> str:
        return self.headline


from . import models_news  # noqa: E402, F401  (the nouns of 政协动态)
