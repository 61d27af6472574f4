"""The nouns of 网络议政: a forum, who was asked to it, what they wrote, the statements and how they were voted on.

Who voted what stands in no table: a vote carries a mark that only the server's key can make of a member and a forum
(``forum_rules.mark_of``), no account, no hour, no address. What leaves the database is counted (docs/adr/0012).
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel.models import Matter, account_key
from huisheng.kernel.states import States
from huisheng.outputs.models import Output
from huisheng.people.models import Body, Member

from .models import Line


class ForumState(States):
    # fmt: off
    PREPARING = "preparing", "○", "grey",    "", "筹备"
    OPEN      = "open",      "✎", "primary", "", "征集中"
    SUMMING   = "summing",   "◕", "ochre",   "", "整理"
    CONCLUDED = "concluded", "✓", "pine",    "", "办结"
    CANCELLED = "cancelled", "×", "grey",    "", "已取消"
    # fmt: on


class Forum(Matter):
    """网络议政: one question put to invited members for some weeks, with a moderator, ending in a summary."""

    state = models.CharField(
        "状态", max_length=12, choices=ForumState.choices, default=ForumState.PREPARING, editable=False
    )
    title = models.CharField("议题", max_length=200)
    content = models.TextField("情况说明")
    line = models.ForeignKey(
        Line, verbose_name="计划项目", null=True, blank=True, on_delete=models.PROTECT, related_name="forums"
    )
    moderator = account_key("主持人")
    is_for_all = models.BooleanField("邀请全体委员", default=False)
    bodies = models.ManyToManyField(Body, verbose_name="邀请哪些机构的委员", blank=True, related_name="+")
    members = models.ManyToManyField(Member, verbose_name="另外邀请的委员", blank=True, related_name="+")
    closes_on = models.DateField("征集截止")
    opened_on = models.DateField("开始征集", null=True)
    closed_on = models.DateField("结束征集", null=True)
    concluded_on = models.DateField("办结日期", null=True)
    output = models.OneToOneField(
        Output, verbose_name="综述", null=True, blank=True, on_delete=models.PROTECT, related_name="forum"
    )
    round = models.PositiveIntegerField(
        "统计轮次", default=1, help_text="the count that the next vote goes into"
    )
    made_by = account_key("登记人", null=True)
    made_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        verbose_name = "网络议政"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("preparing", "cancelled")) | Q(opened_on__isnull=False),
                name="open_forum_has_day",
            ),
            models.CheckConstraint(
                condition=Q(opened_on=None) | Q(closes_on__gte=F("opened_on")), name="forum_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="forum_newest"),
            models.Index(fields=["state", "closes_on"], name="forum_closes"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consultations:forum", args=[self.pk])

    def notice_title(self) -> str:
        return f"网络议政《{self.title}》"

    @property
    def due_on(self) -> date | None:
        return self.closes_on if self.state == ForumState.OPEN else None

    def takes_words(self, today: date) -> bool:
        """Whether people may still write and vote: until the evening of the last day."""
        return self.state == ForumState.OPEN and today <= self.closes_on


class ForumSeat(models.Model):
    """参加委员: a member who is asked to a forum; fixed when it opens, added to later."""

    forum = models.ForeignKey(Forum, verbose_name="网络议政", on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey(
        Member, verbose_name="委员", on_delete=models.PROTECT, related_name="forum_seats"
    )
    on = models.DateField("邀请日期")

    class Meta:
        verbose_name = "参加委员"
        constraints = [models.UniqueConstraint(fields=["forum", "member"], name="one_seat_in_forum")]

    def __str__(self) -> str:
        return str(self.member)


class PostState(States):
    SHOWN = "shown", "●", "grey", "", "已发布"
    HIDDEN = "hidden", "×", "ochre", "", "已隐藏"
    WITHDRAWN = "withdrawn", "×", "grey", "", "已撤回"


class ForumPost(Matter):
    """网络发言: what a member wrote under their own name; an answer names the post it answers."""

    forum = models.ForeignKey(Forum, verbose_name="网络议政", on_delete=models.CASCADE, related_name="posts")
    member = models.ForeignKey(
        Member, verbose_name="发言委员", on_delete=models.PROTECT, related_name="forum_posts"
    )
    answers = models.ForeignKey(
        "self", verbose_name="回应", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    state = models.CharField(
        "状态", max_length=12, choices=PostState.choices, default=PostState.SHOWN, editable=False
    )
    content = models.TextField("内容")
    reason = models.CharField("隐藏理由", max_length=300, blank=True)
    at = models.DateTimeField("发言时间")

    class Meta:
        verbose_name = "网络发言"
        constraints = [
            models.CheckConstraint(condition=~Q(state="hidden") | ~Q(reason=""), name="hidden_post_says_why")
        ]
        indexes = [models.Index(fields=["forum", "answers", "-id"], name="post_of_forum")]

    def __str__(self) -> str:
        return " ".join(self.content.split())[:40]

    def get_absolute_url(self) -> str:
        return f"{reverse('consultations:forum-posts', args=[self.forum_id])}#post-{self.pk}"

    @property
    def matter(self) -> Forum:
        return self.forum


class StatementState(States):
    # fmt: off
    PROPOSED  = "proposed",  "◔", "ochre",   "", "待审核"
    ACCEPTED  = "accepted",  "✓", "primary", "", "表态中"
    DECLINED  = "declined",  "×", "grey",    "", "未采用"
    WITHDRAWN = "withdrawn", "×", "grey",    "", "已撤回"
    # fmt: on


class Statement(Matter):
    """观点: one sentence everybody can agree or disagree with, proposed by a participant or put by the moderator."""

    forum = models.ForeignKey(
        Forum, verbose_name="网络议政", on_delete=models.CASCADE, related_name="statements"
    )
    member = models.ForeignKey(
        Member, verbose_name="提出委员", null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )  # fmt: skip
    state = models.CharField(
        "状态", max_length=12, choices=StatementState.choices, default=StatementState.PROPOSED, editable=False
    )
    number = models.PositiveSmallIntegerField("序号", null=True)
    content = models.CharField("观点", max_length=200)
    original = models.CharField("提出时的原文", max_length=200, blank=True)
    theme = models.CharField(
        "主题", max_length=20, blank=True, help_text="named by the moderator: found by people"
    )
    at = models.DateTimeField("提出时间")

    class Meta:
        verbose_name = "观点"
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["forum", "number"], name="one_statement_per_number"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(number__isnull=False), name="accepted_statement_has_number"
            ),
        ]

    def __str__(self) -> str:
        return self.content

    def get_absolute_url(self) -> str:
        return f"{reverse('consultations:forum-statements', args=[self.forum_id])}#statement-{self.pk}"

    @property
    def matter(self) -> Forum:
        return self.forum


class Stance(models.IntegerChoices):
    AGREE = 1, "同意"
    DISAGREE = -1, "不同意"
    PASS = 0, "略过"


class Vote(models.Model):
    """表态: agree, disagree or pass. ``mark`` stands for the voter and is read by nobody but the voter's own request."""

    statement = models.ForeignKey(
        Statement, verbose_name="观点", on_delete=models.CASCADE, related_name="votes"
    )
    mark = models.CharField("表态人标记", max_length=64)
    value = models.SmallIntegerField("表态", choices=Stance.choices)
    round = models.PositiveIntegerField("统计轮次")

    class Meta:
        verbose_name = "表态"
        constraints = [
            models.UniqueConstraint(fields=["statement", "mark"], name="one_vote_per_person"),
            models.CheckConstraint(condition=Q(value__in=(-1, 0, 1)), name="vote_is_one_of_three"),
        ]

    def __str__(self) -> str:
        return "表态"


class ConsensusMap(models.Model):
    """共识图: what one count of the votes said, in numbers of people. Kept, because votes change; newest last."""

    forum = models.ForeignKey(Forum, verbose_name="网络议政", on_delete=models.CASCADE, related_name="maps")
    round = models.PositiveIntegerField("统计轮次")
    people = models.PositiveIntegerField("表态人数")
    votes = models.PositiveIntegerField("表态次数")
    data = models.JSONField("统计", default=dict, help_text="counts and groups; nothing about one person")
    is_final = models.BooleanField("最后一次", default=False)
    made_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = "共识图"
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["forum", "round"], name="one_map_per_round"),
            models.UniqueConstraint(fields=["forum"], condition=Q(is_final=True), name="one_final_map"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.made_at):%-m月%-d日}的统计"
