"""What the desk keeps of its own: what people say about the product (意见建议), and the messages that leave the house."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from huisheng.kernel.models import Notice, account_key
from huisheng.opinions.models import Lead


class Feedback(models.Model):
    """意见建议: a complaint or suggestion about this system. No account is needed; none is asked for."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="提出人",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    content = models.TextField("意见建议")
    page = models.CharField("所在页面", max_length=200, blank=True)
    at = models.DateTimeField("时间")
    answer = models.TextField("答复", blank=True)
    answered_by = account_key("答复人", null=True)
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        verbose_name = "意见建议"
        ordering = ["-pk"]


class CalendarFeed(models.Model):
    """日历订阅: the address where one person's calendar reads what is due. Only its hash; none while it is stopped."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="+"
    )
    number = models.PositiveIntegerField("第几次", default=0)
    digest = models.CharField("地址校验值", max_length=64, unique=True, null=True)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = "日历订阅"


class Carrier(models.TextChoices):
    """通道: the ways by which a message leaves the house; one module each in ``carriers/``."""

    WECOM = "wecom", "企业微信"
    MAIL = "mail", "电子邮件"
    SMS = "sms", "短信"


class SendingState(models.TextChoices):
    QUEUED = "queued", "待发"
    CLAIMED = "claimed", "发送中"
    SENT = "sent", "已发出"
    FAILED = "failed", "没有送到"
    HELD = "held", "待放行"
    DROPPED = "dropped", "不必再发"
    TOLD = "told", "已另行告知"


class Sending(models.Model):
    """外发消息: one message that leaves the house, to an account or to the sender of a lead.

    At least once: what the provider took while the worker was killed goes out again, with the same ``key`` as its
    number, so that a provider that compares numbers drops it. Nobody's address or telephone stands here: they are
    looked up, or unsealed, at the moment of sending. The words are emptied after thirty days; the row stays.
    """

    class Kind(models.TextChoices):
        CARD = "card", "通知"
        DIGEST = "digest", "摘要"
        NUDGE = "nudge", "催看"
        ANSWER = "answer", "回音"

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="收件人", null=True, on_delete=models.CASCADE, related_name="+"
    )
    lead = models.ForeignKey(
        Lead, verbose_name="线索", null=True, on_delete=models.CASCADE, related_name="sendings"
    )
    carrier = models.CharField(
        "通道", max_length=8, choices=Carrier.choices, blank=True,
        help_text="empty for the sender of a lead: which it is, is in the sealed contact",
    )  # fmt: skip
    kind = models.CharField("性质", max_length=8, choices=Kind.choices, default=Kind.CARD)
    subject = models.CharField("标题", max_length=60, blank=True)
    text = models.CharField("内容", max_length=300, blank=True)
    url = models.CharField("去处", max_length=200, blank=True)
    key = models.CharField(
        "去重键", max_length=120, unique=True, help_text="also the number told to the provider"
    )
    notices = models.ManyToManyField(Notice, verbose_name="代表的通知", related_name="sendings")
    state = models.CharField("状态", max_length=8, choices=SendingState.choices, default=SendingState.QUEUED)
    tries = models.PositiveSmallIntegerField("已试次数", default=0)
    deaths = models.PositiveSmallIntegerField(
        "中断次数", default=0, help_text="workers that died while sending it"
    )
    claimed_until = models.DateTimeField("占用至", null=True)
    next_try_at = models.DateTimeField("下次发送", null=True)
    sent_at = models.DateTimeField("发出时间", null=True)
    provider_id = models.CharField("对方编号", max_length=80, blank=True)
    failed = models.CharField("没有送到的原因", max_length=120, blank=True)
    made_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = "外发消息"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, lead=None) | Q(account=None, lead__isnull=False),
                name="sending_has_one_addressee",
            ),
            models.CheckConstraint(
                condition=~Q(state=SendingState.SENT) | Q(sent_at__isnull=False), name="sent_has_its_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="sending_waiting"),
            models.Index(fields=["account", "made_at"], name="sending_account"),
        ]

    def __str__(self) -> str:
        return self.subject or f"外发消息 {self.pk}"


class Preference(models.Model):
    """接收方式: whether a person wants messages by a carrier. Without a row the carrier's own habit holds."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="preferences"
    )
    carrier = models.CharField("通道", max_length=8, choices=Carrier.choices)
    is_on = models.BooleanField("接收")

    class Meta:
        verbose_name = "接收方式"
        constraints = [
            models.UniqueConstraint(fields=["account", "carrier"], name="one_preference_per_carrier")
        ]


class Muted(models.Model):
    """不再提醒: a matter of which a person wants no messages outside the house; the inbox still shows it."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="muted"
    )
    url = models.CharField("事项", max_length=200, help_text="where its notices lead")
    text = models.CharField("通知内容", max_length=300, help_text="by which the person knows it again")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "不再提醒"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["account", "url"], name="one_mute_per_matter")]
