"""The nouns of 会议与活动, and what the database keeps from ever being false."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.models import Matter, account_key
from huisheng.kernel.states import States
from huisheng.people.models import Agency, Body, Member, Session, chinese_number

from . import local_rules as rules


# -- the gathering and its parts -------------------------------------------------------------------------------------
class GatheringState(States):
    # fmt: off
    DRAFT     = "draft",     "○", "grey",    "", "筹备中"
    NOTIFIED  = "notified",  "→", "primary", "", "已通知"
    OPEN      = "open",      "◔", "ochre",   "", "进行中"
    HELD      = "held",      "◕", "ochre",   "", "待定纪要"
    SETTLED   = "settled",   "✓", "pine",    "", "已办结"
    CANCELLED = "cancelled", "×", "grey",    "", "已取消"
    # fmt: on


HAPPENED = (GatheringState.HELD, GatheringState.SETTLED)
COMING = (GatheringState.NOTIFIED, GatheringState.OPEN)


class Gathering(Matter):
    """会议活动. ``type`` is a code of the office's list of kinds; the marks there say what this kind needs."""

    type = models.CharField("类别", max_length=40)
    title = models.CharField("名称", max_length=200)
    state = models.CharField(
        "状态", max_length=12, choices=GatheringState.choices, default=GatheringState.DRAFT, editable=False
    )
    session = models.ForeignKey(
        Session,
        verbose_name="届次",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="gatherings",
    )
    number = models.PositiveSmallIntegerField("第几次", null=True, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name="所属会议",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    place = models.CharField("地点", max_length=120)
    host = models.ForeignKey(
        Body,
        verbose_name="组织单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hosted",
        help_text="empty: the committee's office",
    )
    partners = models.ManyToManyField(Body, verbose_name="联合单位", blank=True, related_name="joined")
    joints = models.JSONField("五联手", default=list, blank=True, help_text="codes of the joints it served")
    leader = models.CharField("主持或带队", max_length=60, blank=True)
    is_open = models.BooleanField("向全体委员开放报名", default=False)
    most = models.PositiveSmallIntegerField("名额", null=True, blank=True)
    reply_by = models.DateTimeField("回执截止", null=True, blank=True)
    note = models.TextField("通知事项", blank=True)
    counterpart = models.CharField("对方单位", max_length=120, blank=True)
    level = models.CharField("对方级别", max_length=40, blank=True)
    project = models.CharField("中心工作", max_length=40, blank=True)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1, null=True, blank=True)
    minutes = models.TextField("纪要", blank=True)
    minutes_by = account_key("纪要起草人", null=True, blank=True)
    fingerprint = models.CharField("纪要指纹", max_length=64, blank=True)
    made_by = account_key("经办人", null=True, blank=True)
    made_at = models.DateTimeField("登记时间", default=timezone.now)
    notified_on = models.DateField("通知日期", null=True)
    settled_on = models.DateField("办结日期", null=True)
    published_on = models.DateField("公开日期", null=True)

    class Meta:
        verbose_name = "会议活动"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")), name="gathering_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("notified", "open")) | Q(notified_on__isnull=False),
                name="notified_gathering_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["-starts_at", "-id"], name="gathering_newest"),
            models.Index(fields=["type", "-starts_at", "-id"], name="gathering_kind"),
            models.Index(fields=["state", "starts_at"], name="gathering_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("gatherings:gathering", args=[self.pk])

    @property
    def type_label(self) -> str:
        return local.label_of(rules.KIND, self.type)

    @property
    def host_name(self) -> str:
        return str(self.host) if self.host else "区政协办公室"

    @property
    def number_label(self) -> str:
        return f"第{chinese_number(self.number)}次" if self.number else ""

    @property
    def due_on(self) -> Any:
        """By when the invited answer: shown beside the state while it is awaited."""
        waits = self.state == GatheringState.NOTIFIED and self.reply_by
        return timezone.localdate(self.reply_by) if waits and self.reply_by else None

    def needs(self, mark: str) -> bool:
        """Whether this kind of gathering carries a mark of the office's list (``local_rules.KIND``)."""
        found = local.option(rules.KIND, self.type)
        return bool(found and found.data.get(mark))


class Part(models.Model):
    """场次: one half-day or sitting; attendance is taken for each."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.CASCADE, related_name="parts"
    )
    number = models.PositiveSmallIntegerField("序号")
    label = models.CharField("名称", max_length=60)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    place = models.CharField("地点", max_length=120, blank=True)

    class Meta:
        verbose_name = "场次"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["gathering", "number"], name="one_part_per_number"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="part_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.label


class Stop(models.Model):
    """走访点、考察点: one place gone to; visited enterprises are counted from here."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.CASCADE, related_name="stops"
    )
    number = models.PositiveSmallIntegerField("序号")
    organisation = models.CharField("单位或地点", max_length=120)
    sort = models.CharField("单位类型", max_length=40)
    region = models.CharField("所在地", max_length=60, blank=True)
    on = models.DateField("日期")
    note = models.CharField("看了什么", max_length=300, blank=True)

    class Meta:
        verbose_name = "走访点"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["gathering", "number"], name="one_stop_per_number")]

    def __str__(self) -> str:
        return self.organisation

    @property
    def sort_label(self) -> str:
        return local.label_of(rules.SORT, self.sort)


class Guest(models.Model):
    """邀请单位: an organisation that sent people; counted by its sort (企业、银行、部门、群众)."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.CASCADE, related_name="guests"
    )
    organisation = models.CharField("单位", max_length=120)
    sort = models.CharField("单位类型", max_length=40)
    agency = models.ForeignKey(
        Agency, verbose_name="承办单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    people = models.PositiveSmallIntegerField("人数", default=1)

    class Meta:
        verbose_name = "邀请单位"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.organisation

    @property
    def sort_label(self) -> str:
        return local.label_of(rules.SORT, self.sort)


class AgendaItem(models.Model):
    """议程. Items stand in a tree; one not finished is carried to another gathering and keeps where it came from."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.CASCADE, related_name="agenda"
    )
    part = models.ForeignKey(
        Part, verbose_name="场次", null=True, blank=True, on_delete=models.SET_NULL, related_name="agenda"
    )
    parent = models.ForeignKey(
        "self", verbose_name="上级议程", null=True, blank=True, on_delete=models.CASCADE, related_name="items"
    )
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("议题", max_length=200)
    presenter = models.CharField("报告人", max_length=60, blank=True)
    minutes = models.PositiveSmallIntegerField("时长（分钟）", null=True, blank=True)
    outcome = models.TextField("结果", blank=True)
    is_done = models.BooleanField("已议定", default=False)
    carried_from = models.OneToOneField(
        "self",
        verbose_name="由何处移来",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried_to",
    )

    class Meta:
        verbose_name = "议程"
        ordering = ["number", "pk"]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def kind(cls) -> str:
        """What papers of an item are attached under."""
        return cls._meta.label_lower


class Reading(models.Model):
    """阅读: an invited person opened a paper of the agenda; the first time counts."""

    file = models.ForeignKey(
        "kernel.Attachment", verbose_name="材料", on_delete=models.CASCADE, related_name="+"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="阅读人", on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "材料阅读"
        constraints = [models.UniqueConstraint(fields=["file", "account"], name="one_reading_per_person")]


# -- who is called, and who came -------------------------------------------------------------------------------------
class Role(models.TextChoices):
    DUE = "due", "出席"
    LISTENS = "listens", "列席"


class Reply(models.TextChoices):
    NONE = "", "没有回"
    COMING = "coming", "参加"
    DECLINED = "declined", "不参加"


class Invitee(models.Model):
    """受邀人员: one person called to one gathering, with the sector and group of that day."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.CASCADE, related_name="invitees"
    )
    member = models.ForeignKey(
        Member,
        verbose_name="委员",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations",
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations",
        help_text="somebody invited who is no member",
    )
    name = models.CharField("姓名", max_length=60)
    sector = models.ForeignKey(
        Body, verbose_name="界别", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    group = models.CharField("组别", max_length=40, blank=True)
    role = models.CharField("身份", max_length=8, choices=Role.choices, default=Role.DUE)
    reply = models.CharField("回执", max_length=8, choices=Reply.choices, blank=True, default=Reply.NONE)
    replied_at = models.DateTimeField("回执时间", null=True)
    read_at = models.DateTimeField("看到通知", null=True)

    class Meta:
        verbose_name = "受邀人员"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["gathering", "member"], name="one_invitation_per_member"),
            models.UniqueConstraint(fields=["gathering", "account"], name="one_invitation_per_account"),
        ]
        indexes = [models.Index(fields=["member", "gathering"], name="invitee_member")]

    def __str__(self) -> str:
        return self.name


class Mark(models.TextChoices):
    PRESENT = "present", "出席"
    LATE = "late", "迟到"
    EARLY = "early", "早退"
    EXCUSED = "excused", "请假"
    ABSENT = "absent", "缺席"


CAME = (Mark.PRESENT, Mark.LATE, Mark.EARLY)


class How(models.TextChoices):
    TAP = "tap", "本人签到"
    CODE = "code", "扫码签到"
    DESK = "desk", "签到台"
    SHEET = "sheet", "纸质签到表"
    LEAVE = "leave", "请假批准"
    CLOSE = "close", "散会结算"
    CORRECTED = "corrected", "更正"


class Presence(models.Model):
    """出席记录: how one person stood towards one part. No place is kept, only the moment."""

    invitee = models.ForeignKey(
        Invitee, verbose_name="受邀人员", on_delete=models.CASCADE, related_name="presences"
    )
    part = models.ForeignKey(Part, verbose_name="场次", on_delete=models.CASCADE, related_name="presences")
    mark = models.CharField("出席情况", max_length=8, choices=Mark.choices)
    how = models.CharField("怎样记的", max_length=10, choices=How.choices)
    at = models.DateTimeField("时间")
    by = account_key("登记人", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "出席记录"
        constraints = [models.UniqueConstraint(fields=["invitee", "part"], name="one_presence_per_part")]
        indexes = [models.Index(fields=["part", "mark"], name="presence_part")]


class LeaveState(States):
    ASKED = "asked", "◔", "ochre", "", "待批"
    GRANTED = "granted", "✓", "pine", "", "已批准"
    REFUSED = "refused", "×", "seal", "", "未批准"
    WITHDRAWN = "withdrawn", "○", "grey", "", "已撤回"


class Leave(Matter):
    """请假: asked with a reason for named parts; decided by whom the kind of gathering names."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.CASCADE, related_name="leaves"
    )
    invitee = models.ForeignKey(
        Invitee, verbose_name="请假人", on_delete=models.CASCADE, related_name="leaves"
    )
    parts = models.ManyToManyField(Part, verbose_name="场次", related_name="leaves")
    state = models.CharField(
        "状态", max_length=12, choices=LeaveState.choices, default=LeaveState.ASKED, editable=False
    )
    reason = models.CharField("事由", max_length=40)
    note = models.CharField("说明", max_length=300, blank=True)
    is_late = models.BooleanField("超过时限提出", default=False)
    is_chairs = models.BooleanField("由主席会议成员批准", default=False)
    asked_at = models.DateTimeField("申请时间")
    decided_by = account_key("批准人", null=True, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True)

    class Meta:
        verbose_name = "请假"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invitee"], condition=Q(state="asked"), name="one_open_leave_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.invitee.name}请假"

    @property
    def matter(self) -> Gathering:
        return self.gathering

    @property
    def reason_label(self) -> str:
        return local.label_of(rules.LEAVE_REASON, self.reason)


# -- what happens there ------------------------------------------------------------------------------------------------
class SpeechState(States):
    # fmt: off
    DRAFT     = "draft",     "○", "grey",    "",     "草稿"
    SUBMITTED = "submitted", "◔", "ochre",   "",     "待初选"
    CHOSEN    = "chosen",    "◕", "ochre",   "已提交", "待审稿"
    CHECKED   = "checked",   "◕", "primary", "已提交", "待审定"
    ORAL      = "oral",      "●", "pine",    "",     "口头发言"
    WRITTEN   = "written",   "▣", "pine",    "",     "书面发言"
    DECLINED  = "declined",  "×", "grey",    "",     "未选用"
    WITHDRAWN = "withdrawn", "○", "grey",    "",     "已撤回"
    # fmt: on


class Speech(Matter):
    """大会发言材料: from a member or a body; three gates; spoken or in writing."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.PROTECT, related_name="speeches"
    )
    title = models.CharField("题目", max_length=120)
    content = models.TextField("正文")
    speaker_member = models.ForeignKey(
        Member,
        verbose_name="发言委员",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="speeches",
    )
    speaker_body = models.ForeignKey(
        Body,
        verbose_name="发言单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="speeches",
    )
    reader = models.CharField("宣读人", max_length=60, blank=True, help_text="who speaks for a body")
    state = models.CharField(
        "状态", max_length=12, choices=SpeechState.choices, default=SpeechState.DRAFT, editable=False
    )
    wants_oral = models.BooleanField("申请口头发言", default=True)
    part = models.ForeignKey(
        Part, verbose_name="场次", null=True, blank=True, on_delete=models.SET_NULL, related_name="speeches"
    )
    position = models.PositiveSmallIntegerField("发言次序", null=True, blank=True)
    limit = models.PositiveSmallIntegerField("限时（分钟）", null=True, blank=True)
    began_at = models.DateTimeField("开始发言", null=True)
    ended_at = models.DateTimeField("结束发言", null=True)
    made_by = account_key("提交人", null=True, blank=True)
    made_at = models.DateTimeField("登记时间", default=timezone.now)
    submitted_at = models.DateTimeField("提交时间", null=True)
    fingerprint = models.CharField("文本指纹", max_length=64, blank=True)

    class Meta:
        verbose_name = "大会发言"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(speaker_member=None) ^ Q(speaker_body=None), name="speech_has_one_speaker"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(began_at__isnull=False), name="speech_ends_after_beginning"
            ),
        ]
        indexes = [models.Index(fields=["gathering", "state"], name="speech_gathering")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("gatherings:speech", args=[self.pk])

    @property
    def speaker_name(self) -> str:
        return str(self.speaker_body or self.speaker_member)

    @property
    def seconds(self) -> int | None:
        if self.began_at is None or self.ended_at is None:
            return None
        return int((self.ended_at - self.began_at).total_seconds())

    @property
    def spoken(self) -> str:
        return in_minutes(self.seconds) if self.seconds is not None else ""


def in_minutes(seconds: int) -> str:
    """7分05秒"""
    return f"{seconds // 60}分{seconds % 60:02}秒"


class Remark(models.Model):
    """发言记录: what one person said in a group discussion, or noted at a study course, as the recorder wrote it."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.CASCADE, related_name="remarks"
    )
    invitee = models.ForeignKey(
        Invitee,
        verbose_name="发言人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="remarks",
    )
    name = models.CharField("发言人姓名", max_length=60)
    text = models.TextField("发言要点")
    at = models.DateTimeField("记录时间")
    by = account_key("记录人", null=True, blank=True)

    class Meta:
        verbose_name = "发言记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class BriefingState(States):
    DRAFT = "draft", "○", "grey", "", "编写中"
    ISSUED = "issued", "✓", "pine", "", "已印发"


class Briefing(Matter):
    """会议简报: written while the meeting sits, numbered and issued within the hour."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.PROTECT, related_name="briefings"
    )
    number = models.PositiveSmallIntegerField("期号", null=True)
    title = models.CharField("标题", max_length=120)
    content = models.TextField("内容")
    remarks = models.ManyToManyField(Remark, verbose_name="采用的发言", blank=True, related_name="briefings")
    state = models.CharField(
        "状态", max_length=12, choices=BriefingState.choices, default=BriefingState.DRAFT, editable=False
    )
    made_by = account_key("编写人", null=True, blank=True)
    made_at = models.DateTimeField("编写时间", default=timezone.now)
    issued_by = account_key("签发人", null=True, blank=True)
    issued_at = models.DateTimeField("印发时间", null=True)

    class Meta:
        verbose_name = "会议简报"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["gathering", "number"], name="one_briefing_per_number"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False), name="issued_briefing_has_number"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("gatherings:briefing", args=[self.pk])

    @property
    def number_label(self) -> str:
        return f"第{self.number}期" if self.number else "未编号"


class BallotState(States):
    DRAFT = "draft", "○", "grey", "", "登记中"
    DECLARED = "declared", "✓", "pine", "", "已宣布"


class Ballot(Matter):
    """表决、选举: counts and outcome only. Who voted what is not asked and cannot be stored here."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.PROTECT, related_name="ballots"
    )
    part = models.ForeignKey(
        Part, verbose_name="场次", null=True, blank=True, on_delete=models.SET_NULL, related_name="ballots"
    )
    title = models.CharField("事项", max_length=200)
    is_election = models.BooleanField("选举", default=False)
    method = models.CharField("方式", max_length=40)
    seats = models.PositiveSmallIntegerField("应选名额", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=BallotState.choices, default=BallotState.DRAFT, editable=False
    )
    due = models.PositiveSmallIntegerField("应到", default=0)
    present = models.PositiveSmallIntegerField("实到", default=0)
    issued = models.PositiveSmallIntegerField("发出票数", default=0)
    returned = models.PositiveSmallIntegerField("收回票数", default=0)
    void = models.PositiveSmallIntegerField("废票", default=0)
    base = models.CharField("过半数以什么计", max_length=8, default="due", help_text="due or present")
    scrutineers = models.CharField("监票人", max_length=200, blank=True)
    tellers = models.CharField("计票人", max_length=200, blank=True)
    made_by = account_key("登记人", null=True, blank=True)
    declared_at = models.DateTimeField("宣布时间", null=True)

    class Meta:
        verbose_name = "表决选举"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(returned__lte=F("issued")), name="no_more_ballots_than_issued"
            ),
            models.CheckConstraint(condition=Q(void__lte=F("returned")), name="void_ballots_were_returned"),
            models.CheckConstraint(condition=Q(present__lte=F("due")), name="no_more_present_than_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("gatherings:ballot", args=[self.pk])

    @property
    def valid(self) -> int:
        return self.returned - self.void


class BallotLine(models.Model):
    """得票: one matter or one name; a name written in by voters is marked so."""

    ballot = models.ForeignKey(
        Ballot, verbose_name="表决选举", on_delete=models.CASCADE, related_name="lines"
    )
    number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("事项或候选人", max_length=120)
    in_favour = models.PositiveSmallIntegerField("赞成", default=0)
    against = models.PositiveSmallIntegerField("反对", default=0)
    abstained = models.PositiveSmallIntegerField("弃权", default=0)
    is_written_in = models.BooleanField("另选他人", default=False)

    class Meta:
        verbose_name = "得票"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["ballot", "number"], name="one_line_per_number")]

    def __str__(self) -> str:
        return self.name


class Aid(models.Model):
    """帮扶捐助: what was given, and to how many; never to whom."""

    gathering = models.ForeignKey(
        Gathering, verbose_name="会议活动", on_delete=models.CASCADE, related_name="aid"
    )
    sort = models.CharField("类型", max_length=40)
    giver_member = models.ForeignKey(
        Member, verbose_name="捐助委员", null=True, blank=True, on_delete=models.PROTECT, related_name="aid"
    )
    giver = models.CharField("捐助人或单位", max_length=120)
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2, default=0)
    goods = models.CharField("物资", max_length=120, blank=True)
    worth = models.DecimalField("物资折价（元）", max_digits=12, decimal_places=2, default=0)
    beneficiaries = models.PositiveIntegerField("受助人数", default=0)

    class Meta:
        verbose_name = "帮扶捐助"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0) & Q(worth__gte=0), name="aid_is_not_negative")
        ]

    def __str__(self) -> str:
        return self.giver

    @property
    def sort_label(self) -> str:
        return local.label_of(rules.AID, self.sort)


# -- seeing one another ------------------------------------------------------------------------------------------------
class LiaisonState(States):
    PLANNED = "planned", "◔", "ochre", "", "待联系"
    DONE = "done", "✓", "pine", "", "已联系"
    DROPPED = "dropped", "×", "grey", "", "已取消"


class Liaison(Matter):
    """联系安排: whom a committee, sector or town committee means to see, by whom and by when; and what was heard there.

    Only names of sectors, units and members; nothing about what a person believes.
    """

    body = models.ForeignKey(Body, verbose_name="机构", on_delete=models.PROTECT, related_name="liaisons")
    state = models.CharField(
        "状态", max_length=12, choices=LiaisonState.choices, default=LiaisonState.PLANNED, editable=False
    )
    with_whom = models.CharField("联系对象", max_length=120)
    by_whom = models.CharField("由谁联系", max_length=60)
    way = models.CharField("联系方式", max_length=40)
    due_on = models.DateField("计划日期")
    held_on = models.DateField("联系日期", null=True)
    heard = models.TextField("听到的意见", blank=True)
    gathering = models.ForeignKey(
        Gathering,
        verbose_name="所在活动",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="liaisons",
    )
    made_by = account_key("登记人", null=True, blank=True)
    made_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "联系安排"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(held_on__isnull=False), name="done_liaison_has_its_day"
            )
        ]
        indexes = [models.Index(fields=["body", "-due_on", "-id"], name="liaison_of_body")]

    def __str__(self) -> str:
        return f"联系{self.with_whom}"

    def get_absolute_url(self) -> str:
        return reverse("gatherings:liaison", args=[self.pk])

    @property
    def way_label(self) -> str:
        return local.label_of(rules.LIAISON, self.way)
