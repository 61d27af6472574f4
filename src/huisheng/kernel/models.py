"""The ground's tables: journal, notices, idempotency, typed text, attachments, dated local settings, working days."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q


def account_key(label: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """A column that names the account of somebody who did something: such an account is never deleted, only closed."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", **options
    )


class Matter(models.Model):
    """Anything with a lifecycle. Only ``perform()`` writes ``state`` and ``version``."""

    version = models.PositiveIntegerField("版本", default=0, editable=False)
    changed_at = models.DateTimeField("最近变动", null=True, editable=False)

    if TYPE_CHECKING:  # every model with a lifecycle has its own column and its own table of steps
        state: Any
        lifecycle: Any

    class Meta:
        abstract = True

    @property
    def matter(self) -> Matter:
        """The record whose timeline shows this one's entries; a child answers with its parent."""
        return self

    @property
    def hides_hands(self) -> bool:
        """Whether some of its readers may not know who took a step: a refusal then says the role and no name."""
        return False

    @classmethod
    def kind(cls) -> str:
        return cls._meta.label_lower

    def notice_title(self) -> str:
        """How a notice calls it: no more than any of its readers may know."""
        return str(self)

    def get_absolute_url(self) -> str:
        raise NotImplementedError


class Entry(models.Model):
    """办理记录: one line of the journal. Append-only; each line carries the hash of the one before."""

    seq = models.PositiveBigIntegerField("序号", unique=True)
    at = models.DateTimeField("时间")
    account = account_key("经手人", null=True)
    role = models.CharField("身份", max_length=60, blank=True)
    action = models.CharField("动作", max_length=40)
    label = models.CharField("动作名称", max_length=40)
    from_state = models.CharField("原状态", max_length=30, blank=True)
    to_state = models.CharField("新状态", max_length=30, blank=True)
    matter_type = models.CharField("事项类别", max_length=60)
    matter_id = models.BigIntegerField("事项")
    subject_type = models.CharField("对象类别", max_length=60)
    subject_id = models.BigIntegerField("对象")
    note = models.TextField("说明", blank=True)
    data = models.JSONField("内容", default=dict)
    is_inside = models.BooleanField("仅机关可见", default=False)
    cause = models.ForeignKey(
        "self", verbose_name="起因", null=True, on_delete=models.PROTECT, related_name="caused"
    )
    previous = models.CharField("上一行校验值", max_length=64)
    digest = models.CharField("本行校验值", max_length=64)

    class Meta:
        verbose_name = "办理记录"
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["matter_type", "matter_id", "seq"], name="entry_matter"),
            models.Index(fields=["subject_type", "subject_id", "seq"], name="entry_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.label}"

    def content(self) -> dict[str, Any]:
        """What the hash is taken over: every column but the hash itself, in a fixed order and form."""
        return {
            "seq": self.seq,
            "at": self.at.astimezone(_utc()).isoformat(timespec="microseconds"),
            "account": self.account_id,
            "role": self.role,
            "action": self.action,
            "label": self.label,
            "from": self.from_state,
            "to": self.to_state,
            "matter": [self.matter_type, self.matter_id],
            "subject": [self.subject_type, self.subject_id],
            "note": self.note,
            "data": self.data,
            "inside": self.is_inside,
            "cause": self.cause_id,
            "previous": self.previous,
        }

    def compute_digest(self) -> str:
        text = json.dumps(self.content(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _utc() -> Any:
    from datetime import UTC

    return UTC


class JournalHead(models.Model):
    """The last line of the journal: one row, locked while a line is added, so the chain never forks."""

    seq = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = "办理记录链首"


class Notice(models.Model):
    """通知: the outbox. Written in the step's transaction, shown in the inbox from ``due_at`` on."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="收件人", on_delete=models.CASCADE, related_name="notices"
    )
    entry = models.ForeignKey(
        Entry, verbose_name="办理记录", null=True, on_delete=models.PROTECT, related_name="notices"
    )
    key = models.CharField("去重键", max_length=120, help_text="one reminder is sent once")
    text = models.CharField("内容", max_length=300)
    card = models.CharField(
        "外发时的内容", max_length=120, blank=True, help_text="a kind and a number: what may leave the house"
    )
    url = models.CharField("去处", max_length=200, blank=True)
    due_at = models.DateTimeField("何时送达")
    read_at = models.DateTimeField("已读", null=True)

    class Meta:
        verbose_name = "通知"
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="one_notice_per_key")]
        indexes = [models.Index(fields=["account", "-due_at"], name="notice_inbox")]

    def __str__(self) -> str:
        return self.text


class IdempotencyKey(models.Model):
    """One key, one result: a repeated request gets the first one's answer, another content is refused."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    result = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "防重键"
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="one_result_per_key")]


class Typed(models.Model):
    """未提交的输入: what a person has typed into a step's form and not sent yet. Kept 180 days."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=160, help_text="subject and action, e.g. app.model:7:action")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = "未提交的输入"
        constraints = [models.UniqueConstraint(fields=["account", "place"], name="one_typed_per_place")]


class Counter(models.Model):
    """编号: the last number given in a series; locked while the next one is given."""

    series = models.CharField("系列", max_length=60, unique=True)
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = "编号"

    @classmethod
    def next(cls, series: str) -> int:
        """The next number; inside the caller's transaction, so that a rolled-back step leaves no gap."""
        row = cls.objects.select_for_update().get_or_create(series=series)[0]
        row.last += 1
        row.save(update_fields=["last"])
        return row.last


class Link(models.Model):
    """来龙去脉: this record came of that one. Written once by the act that made it; any record shows the whole chain."""

    source_type = models.CharField("来自类别", max_length=60)
    source_id = models.BigIntegerField("来自")
    target_type = models.CharField("去向类别", max_length=60)
    target_id = models.BigIntegerField("去向")
    label = models.CharField("怎样来的", max_length=60)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "来龙去脉"
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id", "target_type", "target_id"], name="one_link_between_two"
            )
        ]
        indexes = [models.Index(fields=["target_type", "target_id"], name="link_target")]

    def __str__(self) -> str:
        return self.label


class Attachment(models.Model):
    """附件: a file that passed the gate. Stored under its hash; the row is written after the bytes are safe."""

    subject_type = models.CharField("对象类别", max_length=60)
    subject_id = models.BigIntegerField("对象")
    purpose = models.CharField("用途", max_length=40, default="attachment")
    name = models.CharField("文件名", max_length=255)
    kind = models.CharField("类型", max_length=10)
    sha256 = models.CharField("校验值", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    account = account_key("上传人", null=True)
    at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "附件"
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="attachment_subject")]

    def __str__(self) -> str:
        return self.name


class Setting(models.Model):
    """本地规则: one value of a local rule, in force from a day on. The latest that has begun is in force."""

    name = models.CharField("规则", max_length=60)
    starts_on = models.DateField("自何日起")
    value = models.JSONField("取值")
    note = models.CharField("依据", max_length=200, blank=True)
    account = account_key("修改人", null=True)
    at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = "本地规则"
        constraints = [models.UniqueConstraint(fields=["name", "starts_on"], name="one_value_per_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_on}"


class Option(models.Model):
    """选项: one entry of a dated list (reasons, letters, categories, types). ``data`` holds the flags of that list."""

    list = models.CharField("清单", max_length=40)
    code = models.CharField("代码", max_length=40)
    label = models.CharField("名称", max_length=120)
    data = models.JSONField("附加", default=dict, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    starts_on = models.DateField("启用")
    ends_on = models.DateField("停用", null=True, blank=True)

    class Meta:
        verbose_name = "选项"
        ordering = ["list", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["list", "code"], condition=Q(ends_on=None), name="one_open_option"
            )
        ]

    def __str__(self) -> str:
        return self.label


class CalendarDay(models.Model):
    """工作日历: a day that departs from Monday-to-Friday, from the yearly holiday arrangement."""

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40)

    class Meta:
        verbose_name = "工作日历"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class Job(models.Model):
    """后台任务: what takes longer than a request, with its progress and its file."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    name = models.CharField("名称", max_length=120)
    total = models.PositiveIntegerField("总数", default=0)
    done = models.PositiveIntegerField("已完成", default=0)
    says = models.CharField("进展", max_length=200, blank=True)
    failed = models.CharField("失败原因", max_length=300, blank=True)
    file = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True)

    class Meta:
        verbose_name = "后台任务"
