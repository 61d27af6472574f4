"""The nouns of 政协动态: an item of news, its photographs, and each version that was ever public."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.models import Attachment, Matter, account_key
from huisheng.kernel.states import States

from .news_local_rules import COLUMN


class NewsState(States):
    # fmt: off
    DRAFT     = "draft",     "○", "grey",    "", "起草中"
    SUBMITTED = "submitted", "◔", "ochre",   "", "待初审"
    READ      = "read",      "◑", "ochre",   "", "待复审"
    CHECKED   = "checked",   "◕", "ochre",   "", "待终审"
    RETURNED  = "returned",  "↩", "orange",  "", "退回修改"
    PUBLISHED = "published", "✓", "pine",    "", "已发布"
    TAKEN     = "taken",     "×", "seal",    "", "已撤下"
    WITHDRAWN = "withdrawn", "×", "grey",    "", "已撤回"
    # fmt: on


WRITABLE = (NewsState.DRAFT, NewsState.RETURNED)  # while its writer works on it
EVER_PUBLIC = (NewsState.PUBLISHED, NewsState.TAKEN)


class NewsItem(Matter):
    """政协动态: what the committee tells the public it did. Its words change only while it is drafted, and by 更正."""

    title = models.CharField("标题", max_length=120)
    content = models.TextField("正文", blank=True)
    happened_on = models.DateField("事情发生的日期")
    column = models.CharField("栏目", max_length=40)
    state = models.CharField(
        "状态", max_length=12, choices=NewsState.choices, default=NewsState.DRAFT, editable=False
    )
    made_by = account_key("作者")
    made_at = models.DateTimeField("起草时间", default=timezone.now)
    read_by = account_key("初审人", null=True)
    checked_by = account_key("复审人", null=True)
    published_by = account_key("终审人", null=True)
    published_on = models.DateField("发布日期", null=True)
    taken_on = models.DateField("最近撤下日期", null=True)
    fingerprint = models.CharField("文本指纹", max_length=64, blank=True)

    class Meta:
        verbose_name = "政协动态"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("published", "taken"))
                | (Q(published_on__isnull=False) & ~Q(fingerprint="")),
                name="published_news_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_on__isnull=False), name="taken_news_has_its_day"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-published_on", "-id"], name="news_published"),
            models.Index(fields=["made_by", "-id"], name="news_writer"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("bulletins:news-item", args=[self.pk])

    @property
    def column_label(self) -> str:
        return local.label_of(COLUMN, self.column)

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def is_public(self) -> bool:
        return bool(self.state == NewsState.PUBLISHED)


class NewsPhoto(models.Model):
    """动态照片: the file without camera and place, and the two pictures made from it that are shown."""

    item = models.ForeignKey(
        NewsItem, verbose_name="政协动态", on_delete=models.CASCADE, related_name="photos"
    )
    number = models.PositiveSmallIntegerField("序号")
    caption = models.CharField("照片说明", max_length=60, blank=True)
    file = models.ForeignKey(Attachment, verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    view = models.ForeignKey(Attachment, verbose_name="浏览图", on_delete=models.PROTECT, related_name="+")
    thumb = models.ForeignKey(Attachment, verbose_name="缩略图", on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField("宽")
    height = models.PositiveIntegerField("高")

    class Meta:
        verbose_name = "动态照片"
        ordering = ["item", "number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="one_news_photo_per_number")]

    def __str__(self) -> str:
        return self.caption or f"第{self.number}张照片"


class NewsVersion(models.Model):
    """动态各版: the words as they were public from a moment on; ``note`` is the line of 更正 that everybody reads."""

    item = models.ForeignKey(
        NewsItem, verbose_name="政协动态", on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveSmallIntegerField("版次")
    words = models.JSONField("定稿内容", default=dict)
    note = models.CharField("更正说明", max_length=300, blank=True)
    fingerprint = models.CharField("文本指纹", max_length=64)
    account = account_key("发布人", null=True)
    at = models.DateTimeField("发布时间")

    class Meta:
        verbose_name = "动态各版"
        ordering = ["item", "number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="one_news_version_per_number")]

    def __str__(self) -> str:
        return "首次发布" if self.number == 1 else f"第{self.number - 1}次更正"

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)
