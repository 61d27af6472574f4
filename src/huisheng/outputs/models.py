"""The nouns of 成果与报送, and what the database keeps from ever being false."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel.models import Matter, account_key
from huisheng.kernel.states import States
from huisheng.opinions.models import Opinion
from huisheng.people.models import Agency, Body


class Kind(models.TextChoices):
    """What kind of paper. Some kinds have a room of their own above this one (``kinds.py``)."""

    REPORT = "report", "调研报告"
    LETTER = "letter", "建议信"
    MOTION = "motion", "建议案"
    SUPERVISION = "supervision", "监督意见"
    BULLETIN = "bulletin", "信息刊物"
    SUMMARY = "summary", "会议综述"


class OutputState(States):
    # fmt: off
    DRAFT     = "draft",     "○", "grey",    "", "起草中"
    REVIEW    = "review",    "◔", "ochre",   "", "待核稿"
    CHECKED   = "checked",   "◕", "ochre",   "", "待签发"
    SIGNED    = "signed",    "●", "primary", "", "待报送"
    DELIVERED = "delivered", "→", "primary", "", "已报送"
    CONCLUDED = "concluded", "✓", "pine",    "", "已办结"
    ARCHIVED  = "archived",  "▣", "grey",    "", "已归档"
    WITHDRAWN = "withdrawn", "×", "grey",    "", "已撤回"
    # fmt: on


OUT = (OutputState.DELIVERED, OutputState.CONCLUDED, OutputState.ARCHIVED)
UNNUMBERED = (OutputState.DRAFT, OutputState.WITHDRAWN)


class Output(Matter):
    """成果: one paper the committee delivers. Its words change only while it is drafted."""

    type = models.CharField("类别", max_length=12, choices=Kind.choices)
    title = models.CharField("标题", max_length=200)
    content = models.TextField("正文", blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=OutputState.choices, default=OutputState.DRAFT, editable=False
    )
    year = models.PositiveSmallIntegerField("年度", null=True)
    serial = models.PositiveIntegerField("流水号", null=True)
    body = models.ForeignKey(
        Body, verbose_name="起草单位", null=True, blank=True, on_delete=models.PROTECT, related_name="outputs"
    )
    opinions = models.ManyToManyField(
        Opinion, verbose_name="采用的社情民意信息", blank=True, related_name="+"
    )
    drafted_by = account_key("起草人", null=True)
    checked_by = account_key("核稿人", null=True)
    signed_by = account_key("签发人", null=True)
    signed_on = models.DateField("签发日期", null=True)
    delivered_on = models.DateField("报送日期", null=True)
    concluded_on = models.DateField("办结日期", null=True)
    feedback = models.TextField("反馈情况", blank=True)
    published_on = models.DateField("公开日期", null=True)
    fingerprint = models.CharField("文本指纹", max_length=64, blank=True)
    made_at = models.DateTimeField("起草时间", default=timezone.now)

    class Meta:
        verbose_name = "成果"
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="one_output_per_serial"),
            models.CheckConstraint(
                condition=Q(state__in=UNNUMBERED) | Q(serial__isnull=False), name="sent_output_has_serial"
            ),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="output_newest"),
            models.Index(fields=["state", "-made_at", "-id"], name="output_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("outputs:output", args=[self.pk])

    def notice_title(self) -> str:
        return self.title if self.title.startswith("《") else f"《{self.title}》"

    @property
    def number_label(self) -> str:
        return f"成果{self.year}-{self.serial:04d}" if self.serial else ""


class Response(models.TextChoices):
    """What the addressee made of one advice; empty while nothing came back."""

    ADOPTED = "adopted", "采纳"
    PARTLY = "partly", "部分采纳"
    NOT = "not", "未采纳"
    NONE = "none", "没有反馈"


class Advice(models.Model):
    """咨政建议: numbered, with its subject area, so that 采纳条数 and 方面 are counted and never entered."""

    output = models.ForeignKey(Output, verbose_name="成果", on_delete=models.CASCADE, related_name="advice")
    number = models.PositiveSmallIntegerField("序号")
    area = models.CharField("咨政方面", max_length=20)
    content = models.TextField("内容")
    response = models.CharField("采纳情况", max_length=10, choices=Response.choices, blank=True)
    measures = models.TextField("落实措施", blank=True)
    evidence = models.CharField("依据", max_length=300, blank=True, help_text="document, number, date")
    answered_by = account_key("登记人", null=True)
    answered_at = models.DateTimeField("登记时间", null=True)

    class Meta:
        verbose_name = "咨政建议"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["output", "number"], name="one_advice_per_number")]

    def __str__(self) -> str:
        return f"第{self.number}条"


class Delivery(models.Model):
    """报送: to whom, how, on which day; and when it was received and opened there."""

    output = models.ForeignKey(
        Output, verbose_name="成果", on_delete=models.CASCADE, related_name="deliveries"
    )
    addressee = models.CharField("报送对象", max_length=120)
    reader = account_key("收阅人", null=True)
    how = models.CharField("报送方式", max_length=20)
    delivered_on = models.DateField("报送日期")
    received_on = models.DateField("签收日期", null=True)
    opened_at = models.DateTimeField("阅读时间", null=True)
    entered_by = account_key("登记人", null=True)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "报送"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["output", "reader"], name="one_delivery_per_reader")]

    def __str__(self) -> str:
        return self.addressee


class InstructionState(States):
    WAITING = "waiting", "◔", "ochre", "", "待转办"
    PASSED = "passed", "→", "primary", "", "已转办"
    FILED = "filed", "▣", "pine", "", "阅存"
    VOID = "void", "×", "grey", "", "登记有误"


class Instruction(Matter):
    """批示: a leader's words on a paper, exactly. Append-only: a wrong entry is marked, and entered anew."""

    output = models.ForeignKey(
        Output, verbose_name="成果", on_delete=models.PROTECT, related_name="instructions"
    )
    opinion = models.ForeignKey(
        Opinion,
        verbose_name="所批的一条",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="instructions",
    )
    state = models.CharField(
        "状态",
        max_length=12,
        choices=InstructionState.choices,
        default=InstructionState.WAITING,
        editable=False,
    )
    leader = models.CharField("批示人", max_length=60)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="批示人账号",
        null=True,
        on_delete=models.PROTECT,
        related_name="instructions",
    )
    words = models.TextField("批示内容")
    given_on = models.DateField("批示日期")
    agencies = models.ManyToManyField(
        Agency, verbose_name="批给单位", blank=True, related_name="instructions"
    )
    entered_by = account_key("登记人", null=True)
    at = models.DateTimeField("登记时间")
    released_on = models.DateField("告知日期", null=True)

    class Meta:
        verbose_name = "批示"
        ordering = ["pk"]
        indexes = [models.Index(fields=["account", "-given_on"], name="instruction_leader")]

    def __str__(self) -> str:
        day = self.given_on
        return f"{self.leader}批示（{day.year}年{day.month}月{day.day}日）"

    def get_absolute_url(self) -> str:
        return reverse("outputs:instruction", args=[self.pk])

    @property
    def matter(self) -> Output:
        return self.output

    @property
    def is_from_paper(self) -> bool:
        return self.account_id is None or self.account_id != self.entered_by_id


class FollowUpState(States):
    # fmt: off
    SENT     = "sent",     "◔", "ochre",   "", "待签收"
    TAKEN    = "taken",    "✎", "primary", "", "办理中"
    BACK     = "back",     "↩", "ochre",   "", "申请退回"
    REPORTED = "reported", "◕", "primary", "", "已报告待审核"
    ACCEPTED = "accepted", "✓", "pine",    "", "已办结"
    RECALLED = "recalled", "×", "grey",    "", "已收回"
    # fmt: on


OPEN_FOLLOW_UPS = (FollowUpState.SENT, FollowUpState.TAKEN, FollowUpState.BACK, FollowUpState.REPORTED)


class FollowUp(Matter):
    """转办: what one agency must do about an instruction, by a day. The agency sees this part of the paper and no other."""

    instruction = models.ForeignKey(
        Instruction, verbose_name="批示", on_delete=models.PROTECT, related_name="follow_ups"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="承办单位", on_delete=models.PROTECT, related_name="follow_ups"
    )
    state = models.CharField(
        "状态", max_length=12, choices=FollowUpState.choices, default=FollowUpState.SENT, editable=False
    )
    task = models.TextField("办理要求")
    excerpt = models.TextField("交办的内容", blank=True)
    sent_on = models.DateField("转办日期")
    due_on = models.DateField("办理期限")
    extensions = models.JSONField("延期", default=list, help_text="span, approver, reason")
    report = models.TextField("办理情况", blank=True)
    measures = models.TextField("落实措施", blank=True)
    reported_on = models.DateField("报告日期", null=True)
    accepted_on = models.DateField("办结日期", null=True)

    class Meta:
        verbose_name = "转办"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["agency", "state"], name="follow_up_agency"),
            models.Index(fields=["state", "due_on"], name="follow_up_due"),
        ]

    def __str__(self) -> str:
        return self.task[:60]

    def get_absolute_url(self) -> str:
        return reverse("outputs:follow-up", args=[self.pk])

    def notice_title(self) -> str:
        """The agency is told that something came, and reads what it is behind its own door."""
        return f"{self.sent_on.month}月{self.sent_on.day}日转{self.agency}办理的批示"

    @property
    def number_label(self) -> str:
        return f"转办{self.sent_on.year}-{self.pk}"
