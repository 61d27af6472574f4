"""The nouns of 社情民意, and what the database keeps from ever being false."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel.models import Matter, account_key
from huisheng.kernel.states import States
from huisheng.people.models import Agency, Body, Member


# -- leads -------------------------------------------------------------------------------------------------------
class Channel(models.TextChoices):
    """Where a lead came in. Each has an adapter or a form of its own; which brought what is counted."""

    WEB = "web", "网页"
    MAIL = "mail", "电子邮件"
    WECOM = "wecom", "企业微信"
    PHONE = "phone", "电话"
    LETTER = "letter", "来信"
    BROADCAST = "broadcast", "广播电视报刊"
    CHAT = "chat", "微信群"
    MEETING = "meeting", "会议现场"


class LeadState(States):
    """The states of a lead. The public words are those of the receipt page (ux.md §4.7)."""

    # fmt: off
    #            value         icon  tone       public                  label
    RECEIVED   = "received",   "◔", "ochre",   "已收到",                "待受理"
    SUSPECT    = "suspect",    "?", "grey",    "已收到",                "疑似无效"
    READING    = "reading",    "✎", "primary", "正在看",                "办理中"
    PASSED     = "passed",     "→", "primary", "已转给委员或单位",      "已转出"
    ANSWERED   = "answered",   "✓", "pine",    "有结果",                "已答复"
    UNUSED     = "unused",     "—", "grey",    "没有采用",              "没有采用"
    REDIRECTED = "redirected", "↗", "grey",    "请走其他渠道",          "已指引其他渠道"
    JOINED     = "joined",     "⇉", "pine",    "与同一件事的来信一起办", "已并入"
    BINNED     = "binned",     "×", "grey",    "没有采用",              "无效"
    # fmt: on


OPEN_LEADS = (LeadState.RECEIVED, LeadState.READING, LeadState.PASSED)
CLOSED_LEADS = (
    LeadState.ANSWERED,
    LeadState.UNUSED,
    LeadState.REDIRECTED,
    LeadState.JOINED,
    LeadState.BINNED,
)


class CollectingPoint(models.Model):
    """会场征集码: where a meeting or an activity collects what people say, by a picture that phones read, on its days."""

    code = models.CharField("征集码", max_length=12, unique=True, help_text="by chance, on the sheet")
    title = models.CharField("会议或活动", max_length=100)
    place = models.CharField("地点", max_length=120, blank=True)
    opens_on = models.DateField("开始")
    closes_on = models.DateField("结束")
    made_by = account_key("登记人", null=True)
    made_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "会场征集码"
        ordering = ["-opens_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class Lead(Matter):
    """线索: one voice, as it came. No address, no device and no name is kept with it."""

    code = models.CharField(
        "回执号", max_length=12, unique=True, help_text="HS-XXXX-XXXX, by chance, not in order"
    )
    state = models.CharField(
        "状态", max_length=12, choices=LeadState.choices, default=LeadState.RECEIVED, editable=False
    )
    channel = models.CharField("渠道", max_length=12, choices=Channel.choices)
    source = models.CharField(
        "出处", max_length=120, blank=True, help_text="station and programme, meeting, campaign"
    )
    source_id = models.CharField(
        "渠道编号", max_length=200, null=True, help_text="so that the same message is taken in once"
    )
    gist = models.CharField("事由", max_length=120, blank=True)
    content = models.TextField("内容", blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    category = models.CharField("类别", max_length=20, blank=True)
    doubts = models.JSONField("疑点", default=list, blank=True)
    received_at = models.DateTimeField("收到时间")
    due_on = models.DateField("本步期限", null=True)
    joined_to = models.ForeignKey(
        "self", verbose_name="并入", null=True, on_delete=models.PROTECT, related_name="joined"
    )
    # the typed way in (number and secret) and the printed one (a link of 128 bits); only hashes are kept
    secret_hash = models.CharField("查询码", max_length=128)
    token_hash = models.CharField("查询链接", max_length=64, unique=True)
    taken_by = account_key("登记人", null=True)
    passed_to = models.ForeignKey(
        Member, verbose_name="转给委员", null=True, on_delete=models.PROTECT, related_name="passed_leads"
    )
    point = models.ForeignKey(
        CollectingPoint, verbose_name="会场征集码", null=True, on_delete=models.PROTECT, related_name="leads"
    )
    committee = models.ForeignKey(
        Body, verbose_name="对口专委会", null=True, on_delete=models.PROTECT, related_name="+"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="涉及单位", null=True, on_delete=models.PROTECT, related_name="+"
    )
    excerpt = models.TextField("转出的内容", blank=True, help_text="what was passed on; no name, no contact")

    class Meta:
        verbose_name = "线索"
        constraints = [models.UniqueConstraint(fields=["channel", "source_id"], name="one_lead_per_message")]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="lead_newest"),
            models.Index(fields=["state", "-received_at", "-id"], name="lead_state"),
            models.Index(fields=["channel", "state"], name="lead_channel"),
        ]

    def __str__(self) -> str:
        return self.gist or self.content[:30] or "（没有文字）"

    def get_absolute_url(self) -> str:
        return reverse("opinions:lead", args=[self.pk])

    def notice_title(self) -> str:
        """A lead's words may name somebody: a notice never carries them."""
        return f"线索{self.code}"

    @property
    def number_label(self) -> str:
        return self.code


class LeadContact(models.Model):
    """联系方式: sealed, apart from the content. Opened by two named persons; erased when its time is over."""

    lead = models.OneToOneField(Lead, verbose_name="线索", on_delete=models.CASCADE, related_name="contact")
    sealed = models.TextField(
        "封存的内容", blank=True, help_text="name, phone, address, wecom; empty when erased"
    )
    wants_answer = models.BooleanField("要回音", default=True)
    erased_at = models.DateTimeField("删除时间", null=True)

    class Meta:
        verbose_name = "线索联系方式"

    def __str__(self) -> str:
        return f"{self.lead.code}的联系方式"


class OpeningState(States):
    ASKED = "asked", "◔", "ochre", "", "待同意"
    GRANTED = "granted", "✓", "pine", "", "已同意"
    REFUSED = "refused", "—", "grey", "", "未同意"


class Opening(Matter):
    """查看联系方式: one person asks with a reason, another agrees; the sender reads both names on the receipt page."""

    lead = models.ForeignKey(Lead, verbose_name="线索", on_delete=models.CASCADE, related_name="openings")
    state = models.CharField(
        "状态", max_length=12, choices=OpeningState.choices, default=OpeningState.ASKED, editable=False
    )
    reason = models.CharField("理由", max_length=200)
    asked_by = account_key("申请人", null=True)
    asked_at = models.DateTimeField("申请时间")
    granted_by = account_key("同意人", null=True)
    ends_at = models.DateTimeField("可看到何时", null=True)

    class Meta:
        verbose_name = "查看联系方式"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.lead.code}：{self.reason}"

    def is_open_to(self, account: Any, at: datetime) -> bool:
        """Within its hours, for the two persons alone."""
        is_on = self.ends_at is not None and self.ends_at > at
        return is_on and account.pk in (self.asked_by_id, self.granted_by_id)

    @property
    def matter(self) -> Lead:
        return self.lead


class LeadMessage(models.Model):
    """往来: one message of the thread between the sender and the office; the sender needs no account."""

    lead = models.ForeignKey(Lead, verbose_name="线索", on_delete=models.CASCADE, related_name="messages")
    is_from_sender = models.BooleanField("来信人写的", default=False)
    text = models.TextField("内容")
    channel = models.CharField("渠道", max_length=12, choices=Channel.choices, default=Channel.WEB)
    source_id = models.CharField("渠道编号", max_length=200, null=True)
    account = account_key("经手人", null=True)
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("机关已看", null=True)

    class Meta:
        verbose_name = "线索往来"
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["channel", "source_id"], name="one_message_once")]

    def __str__(self) -> str:
        return self.text[:30]


class Medium(models.Model):
    """待取媒体: a picture or recording that a channel announced and that is still to be fetched."""

    lead = models.ForeignKey(Lead, verbose_name="线索", on_delete=models.CASCADE, related_name="media")
    media_id = models.CharField("媒体编号", max_length=200, unique=True)
    name = models.CharField("文件名", max_length=255)
    tries = models.PositiveSmallIntegerField("次数", default=0)
    failed = models.CharField("没有取到的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "待取媒体"

    def __str__(self) -> str:
        return self.name


class ReceiptTry(models.Model):
    """查询尝试: how often a receipt number was tried on a day, there or not; five times, then tomorrow."""

    code = models.CharField("回执号", max_length=12)
    day = models.DateField("日期")
    count = models.PositiveSmallIntegerField("次数", default=0)

    class Meta:
        verbose_name = "查询尝试"
        constraints = [models.UniqueConstraint(fields=["code", "day"], name="one_count_per_day")]


# -- opinions ----------------------------------------------------------------------------------------------------
class OpinionState(States):
    """The states of an opinion. What is being edited reads 已采用 to its reporter."""

    # fmt: off
    DRAFT     = "draft",     "○", "grey",    "",               "草稿"
    DISCARDED = "discarded", "×", "grey",    "",               "已作废"
    SUBMITTED = "submitted", "◔", "ochre",   "已提交",         "待初核"
    RETURNED  = "returned",  "↩", "ochre",   "",               "退回补充"
    KEPT      = "kept",      "▣", "grey",    "",               "留存"
    EDITING   = "editing",   "✎", "primary", "已采用，编辑中", "编辑中"
    EDITED    = "edited",    "◔", "primary", "已采用，编辑中", "待核稿"
    CHECKED   = "checked",   "◕", "primary", "已采用，编辑中", "待签发"
    ISSUED    = "issued",    "★", "pine",    "",               "已签发"
    COMBINED  = "combined",  "⇉", "pine",    "",               "并入综合稿"
    # fmt: on


UNSENT = (OpinionState.DRAFT, OpinionState.DISCARDED)
ADOPTED = (
    OpinionState.EDITING, OpinionState.EDITED, OpinionState.CHECKED, OpinionState.ISSUED, OpinionState.COMBINED,
)  # fmt: skip


class Opinion(Matter):
    """社情民意信息. The texts lie in ``OpinionText``; lists scan this table."""

    title = models.CharField("标题", max_length=200, blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=OpinionState.choices, default=OpinionState.DRAFT, editable=False
    )
    year = models.PositiveSmallIntegerField("年度", null=True)
    serial = models.PositiveIntegerField("流水号", null=True)
    reporter_member = models.ForeignKey(
        Member,
        verbose_name="反映委员",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opinions",
    )
    reporter_body = models.ForeignKey(
        Body,
        verbose_name="反映单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opinions",
    )
    reporter_name = models.CharField("反映人", max_length=80, blank=True, help_text="as printed")
    sector = models.ForeignKey(
        Body, verbose_name="界别", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_anonymous = models.BooleanField("刊登时不署名", default=False)
    is_synthesis = models.BooleanField("综合稿", default=False)
    is_urgent = models.BooleanField("急件", default=False)
    area = models.CharField("咨政方面", max_length=20, blank=True)
    text = models.ForeignKey(
        "OpinionText", verbose_name="现行文本", null=True, on_delete=models.PROTECT, related_name="+"
    )
    combined_in = models.ForeignKey(
        "self", verbose_name="并入综合稿", null=True, on_delete=models.PROTECT, related_name="parts"
    )
    voices = models.PositiveIntegerField("来信人数", default=0, help_text="leads that it was made of")
    submitted_at = models.DateTimeField("提交时间", null=True)
    issued_on = models.DateField("签发日期", null=True)
    due_on = models.DateField("本步期限", null=True)
    edited_by = account_key("编辑", null=True)
    checked_by = account_key("核稿", null=True)
    signed_by = account_key("签发", null=True)
    made_by = account_key("登记人", null=True)
    made_at = models.DateTimeField("起草时间", default=timezone.now)

    class Meta:
        verbose_name = "社情民意信息"
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="one_opinion_per_serial"),
            models.CheckConstraint(
                condition=Q(state__in=UNSENT) | Q(serial__isnull=False), name="filed_opinion_has_serial"
            ),
        ]
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="opinion_newest"),
            models.Index(fields=["state", "-submitted_at", "-id"], name="opinion_state"),
            models.Index(fields=["reporter_member", "state"], name="opinion_reporter"),
        ]

    def __str__(self) -> str:
        return self.title or "（尚无标题）"

    def get_absolute_url(self) -> str:
        return reverse("opinions:opinion", args=[self.pk])

    def notice_title(self) -> str:
        return f"《{self}》"

    @property
    def number_label(self) -> str:
        return f"民意{self.year}-{self.serial:04d}" if self.serial else ""


class OpinionText(models.Model):
    """One version of an opinion's text. The reporter's own words are the first and stay as they were."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", "原文"
        ADDED = "added", "补充稿"
        EDITED = "edited", "编辑稿"
        CHECKED = "checked", "核定稿"

    opinion = models.ForeignKey(
        Opinion, verbose_name="社情民意信息", on_delete=models.CASCADE, related_name="texts"
    )
    number = models.PositiveSmallIntegerField("版本", default=1)
    kind = models.CharField("性质", max_length=12, choices=Kind.choices, default=Kind.ORIGINAL)
    title = models.CharField("标题", max_length=200, blank=True)
    situation = models.TextField("情况", blank=True)
    analysis = models.TextField("分析", blank=True)
    advice = models.TextField("建议", blank=True)
    fingerprint = models.CharField("文本指纹", max_length=64, blank=True)
    account = account_key("写入人", null=True)
    at = models.DateTimeField("时间", default=timezone.now)
    is_frozen = models.BooleanField("已提交", default=False)

    class Meta:
        verbose_name = "社情民意文本"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "number"], name="one_opinion_text_per_number")
        ]

    def __str__(self) -> str:
        return self.title


# what a reporter reads of their own opinion before it is issued
REPORTERS_OWN = (OpinionText.Kind.ORIGINAL, OpinionText.Kind.ADDED)


class Adoption(models.Model):
    """采用: a level above or beside that used the opinion, alone or within a synthesis, and what it said."""

    class Level(models.TextChoices):
        DISTRICT = "district", "区级"
        CITY = "city", "市级"
        PROVINCE = "province", "省级"
        STATE = "state", "国家级"

    class How(models.TextChoices):
        SINGLE = "single", "单篇采用"
        SYNTHESIS = "synthesis", "综合采用"
        PASSED = "passed", "转送有关部门"

    opinion = models.ForeignKey(
        Opinion, verbose_name="社情民意信息", on_delete=models.CASCADE, related_name="adoptions"
    )
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    how = models.CharField("方式", max_length=10, choices=How.choices)
    addressee = models.CharField("主送", max_length=120)
    instruction = models.TextField("批示内容", blank=True)
    adopted_on = models.DateField("日期")
    account = account_key("登记人", null=True)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "采用记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_level_display()}{self.get_how_display()}"
