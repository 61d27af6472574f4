"""The nouns of 履职: an objection to a line, an honour, a rule book, and a year's appraisal under it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from huisheng.kernel import local
from huisheng.kernel.models import Matter, account_key
from huisheng.kernel.states import States
from huisheng.people.models import Member

from . import local_rules as rules


class ObjectionState(States):
    # fmt: off
    ASKED     = "asked",     "◔", "ochre", "", "待答复"
    UPHELD    = "upheld",    "✓", "pine",  "", "已更正"
    KEPT      = "kept",      "—", "grey",  "", "维持记录"
    WITHDRAWN = "withdrawn", "○", "grey",  "", "已撤回"
    # fmt: on


class Objection(Matter):
    """履职异议: a member says that a line of the duty record is wrong, or that one is missing.

    The record itself is corrected in the room that keeps it; this is the question, the answer, and their days.
    """

    member = models.ForeignKey(
        Member, verbose_name="委员", on_delete=models.PROTECT, related_name="objections"
    )
    state = models.CharField(
        "状态", max_length=12, choices=ObjectionState.choices, default=ObjectionState.ASKED, editable=False
    )
    credit = models.CharField("履职事项", max_length=40, blank=True, help_text="empty: a line is missing")
    subject_type = models.CharField("对象类别", max_length=60, blank=True)
    subject_id = models.BigIntegerField("对象", null=True)
    about = models.CharField("说的是", max_length=200)
    reason = models.TextField("理由")
    asked_by = account_key("提出人", null=True)
    asked_at = models.DateTimeField("提出时间")
    answer = models.TextField("答复", blank=True)
    answered_on = models.DateField("答复日期", null=True)

    class Meta:
        verbose_name = "履职异议"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("upheld", "kept")) | (Q(answered_on__isnull=False) & ~Q(answer="")),
                name="answered_objection_has_its_words",
            )
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="objection_state")]

    def __str__(self) -> str:
        return f"关于“{self.about}”的异议"

    def get_absolute_url(self) -> str:
        return reverse("duty:objection", args=[self.pk])


class Honour(models.Model):
    """表彰: what a member, or the committee itself, was honoured with, by whom and when."""

    member = models.ForeignKey(
        Member, verbose_name="委员", null=True, blank=True, on_delete=models.PROTECT, related_name="honours"
    )
    person = models.CharField(
        "姓名", max_length=60, blank=True, help_text="of the office's staff; empty: the unit"
    )
    title = models.CharField("称号", max_length=120)
    level = models.CharField("级别", max_length=40)
    given_by = models.CharField("授予单位", max_length=120)
    given_on = models.DateField("授予日期")
    document = models.CharField("文号", max_length=80, blank=True)
    entered_by = account_key("登记人", null=True)
    entered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "表彰"
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(member=None) | Q(person=""), name="honour_of_one_person")
        ]

    def __str__(self) -> str:
        return f"{self.whom}　{self.title}"

    def get_absolute_url(self) -> str:
        return reverse("duty:honours")

    @property
    def whom(self) -> str:
        return str(self.member) if self.member else self.person or "本级政协"

    @property
    def level_label(self) -> str:
        return local.label_of(rules.HONOUR, self.level)


class RuleBookState(States):
    # fmt: off
    DRAFT    = "draft",    "✎", "grey",  "", "拟订中"
    IN_FORCE = "in_force", "●", "pine",  "", "已启用"
    RETIRED  = "retired",  "○", "grey",  "", "已停用"
    # fmt: on


class RuleBook(Matter):
    """考核办法: categories, items, points, caps, bands as data. In force from a year on; past years keep theirs."""

    title = models.CharField("名称", max_length=120)
    state = models.CharField(
        "状态", max_length=12, choices=RuleBookState.choices, default=RuleBookState.DRAFT, editable=False
    )
    from_year = models.PositiveSmallIntegerField("自哪一年起")
    source = models.CharField("依据", max_length=200, blank=True)
    content: Any = models.JSONField("办法", default=dict, help_text="see appraising.Rules")
    fingerprint = models.CharField("指纹", max_length=64, blank=True)
    written_by = account_key("拟订人", null=True)
    made_at = models.DateTimeField("拟订时间")

    class Meta:
        verbose_name = "考核办法"
        constraints = [
            models.UniqueConstraint(
                fields=["from_year"], condition=Q(state="in_force"), name="one_rule_book_a_year"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("duty:rule-book", args=[self.pk])


class AppraisalState(States):
    # fmt: off
    OPEN   = "open",   "◔", "ochre", "", "核对中"
    SEALED = "sealed", "✓", "pine",  "", "已封存"
    # fmt: on


class Appraisal(Matter):
    """年度考核: one year under one rule book. Counted anew at every look until it is sealed; then it never changes.

    A later correction is the next edition; the sealed one stands beside it.
    """

    year = models.PositiveSmallIntegerField("年度")
    edition = models.PositiveSmallIntegerField("版次", default=1)
    book = models.ForeignKey(
        RuleBook, verbose_name="考核办法", on_delete=models.PROTECT, related_name="appraisals"
    )
    state = models.CharField(
        "状态", max_length=12, choices=AppraisalState.choices, default=AppraisalState.OPEN, editable=False
    )
    sealed: Any = models.JSONField("封存内容", default=dict)
    fingerprint = models.CharField("封存指纹", max_length=64, blank=True)
    sealed_by = account_key("封存人", null=True)
    sealed_on = models.DateField("封存日期", null=True)
    made_by = account_key("经办人", null=True)
    made_at = models.DateTimeField("开始时间")

    class Meta:
        verbose_name = "年度考核"
        constraints = [
            models.UniqueConstraint(fields=["year", "edition"], name="one_appraisal_per_edition"),
            models.CheckConstraint(
                condition=~Q(state="sealed") | (Q(sealed_on__isnull=False) & ~Q(fingerprint="")),
                name="sealed_appraisal_has_its_seal",
            ),
        ]

    def __str__(self) -> str:
        again = f"（更正第{self.edition - 1}版）" if self.edition > 1 else ""
        return f"{self.year}年委员履职考核{again}"

    def get_absolute_url(self) -> str:
        return reverse("duty:appraisal", args=[self.pk])


from . import models_office, models_standing  # noqa: E402, F401  (the nouns of 机关平时考核 and 常委述职)
