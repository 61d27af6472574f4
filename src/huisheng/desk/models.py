"""The desk keeps one thing of its own: what people say about the product (意见建议), and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


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
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="答复人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        verbose_name = "意见建议"
        ordering = ["-pk"]
