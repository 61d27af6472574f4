"""The nouns of 民主监督, and what the database keeps from ever being false."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from huisheng.gatherings.models import Gathering
from huisheng.kernel import local
from huisheng.kernel.models import Matter, account_key
from huisheng.kernel.states import States
from huisheng.outputs.models import Output
from huisheng.people.models import Agency, Body, Member

from . import local_rules as rules


# -- the matter and its team -----------------------------------------------------------------------------------------
class SupervisionState(States):
    # fmt: off
    DRAFT      = "draft",      "○", "grey",    "", "拟订方案"
    SUBMITTED  = "submitted",  "◔", "ochre",   "", "方案待批准"
    APPROVED   = "approved",   "◕", "primary", "", "待通知"
    RUNNING    = "running",    "→", "primary", "", "监督中"
    LISTED     = "listed",     "◕", "ochre",   "", "待提监督意见"
    RECTIFYING = "rectifying", "✎", "ochre",   "", "整改中"
    CLOSED     = "closed",     "✓", "pine",    "", "已办结"
    CANCELLED  = "cancelled",  "×", "grey",    "", "已取消"
    # fmt: on


UNTOLD = (SupervisionState.DRAFT, SupervisionState.SUBMITTED, SupervisionState.CANCELLED)


class Supervision(Matter):
    """监督事项. ``aspect`` and ``source`` are codes of the office's lists."""

    title = models.CharField("题目", max_length=120)
    aspect = models.CharField("监督形式", max_length=40)
    source = models.CharField("议题来源", max_length=40)
    ground = models.CharField("来源依据", max_length=300, blank=True)
    content = models.TextField("监督内容")
    method = models.TextField("方式方法")
    state = models.CharField(
        "状态",
        max_length=12,
        choices=SupervisionState.choices,
        default=SupervisionState.DRAFT,
        editable=False,
    )
    year = models.PositiveSmallIntegerField("年度", null=True)
    serial = models.PositiveIntegerField("流水号", null=True)
    host = models.ForeignKey(
        Body,
        verbose_name="组织单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="supervisions",
        help_text="empty: the committee's office",
    )
    agencies = models.ManyToManyField(Agency, verbose_name="被监督单位", related_name="supervisions")
    hides_authors = models.BooleanField("对被监督单位隐去监督人员姓名", default=True)
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束")
    output = models.OneToOneField(
        Output,
        verbose_name="监督意见",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="supervision",
    )
    conclusion = models.TextField("办结情况", blank=True)
    public_note = models.TextField("公开说明", blank=True)
    made_by = account_key("经办人", null=True, blank=True)
    made_at = models.DateTimeField("登记时间", default=timezone.now)
    approved_by = account_key("批准人", null=True, blank=True)
    approved_on = models.DateField("批准日期", null=True)
    notified_on = models.DateField("通知日期", null=True)
    sent_on = models.DateField("意见送达日期", null=True)
    closed_on = models.DateField("办结日期", null=True)
    published_on = models.DateField("公开日期", null=True)
    survey_ends_on = models.DateField("评议截止", null=True)

    class Meta:
        verbose_name = "监督事项"
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="one_supervision_per_serial"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="supervision_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(published_on=None) | ~Q(public_note=""), name="public_supervision_has_its_note"
            ),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="supervision_newest"),
            models.Index(fields=["state", "-made_at"], name="supervision_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("supervision:supervision", args=[self.pk])

    @property
    def number_label(self) -> str:
        return f"监督{self.year}-{self.serial}" if self.serial else ""

    @property
    def aspect_label(self) -> str:
        return local.label_of(rules.ASPECT, self.aspect)

    @property
    def source_label(self) -> str:
        return local.label_of(rules.SOURCE, self.source)

    @property
    def host_name(self) -> str:
        return str(self.host) if self.host else "区政协办公室"

    def may(self, mark: str) -> bool:
        """Whether this form of supervision carries a mark of the office's list (``local_rules.ASPECT``)."""
        found = local.option(rules.ASPECT, self.aspect)
        return bool(found and found.data.get(mark))


class Out(models.TextChoices):
    """Why somebody is not on the team."""

    NO = "", "在组"
    UNIT = "unit", "在被监督单位工作"
    POST = "post", "在被监督单位任岗"
    DECLARED = "declared", "本人申报"


class Inspector(models.Model):
    """监督组成员: one member on one team, or kept out of it (回避) with the ground and the day."""

    supervision = models.ForeignKey(
        Supervision, verbose_name="监督事项", on_delete=models.CASCADE, related_name="team"
    )
    member = models.ForeignKey(
        Member, verbose_name="委员", on_delete=models.PROTECT, related_name="inspections"
    )
    is_leader = models.BooleanField("组长", default=False)
    out = models.CharField("回避", max_length=10, choices=Out.choices, blank=True, default=Out.NO)
    reason = models.CharField("回避理由", max_length=300, blank=True)
    out_on = models.DateField("回避日期", null=True)

    class Meta:
        verbose_name = "监督组成员"
        ordering = ["-is_leader", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["supervision", "member"], name="one_inspector_per_member"),
            models.UniqueConstraint(
                fields=["supervision"], condition=Q(is_leader=True, out=""), name="one_team_leader"
            ),
            models.CheckConstraint(
                condition=Q(out="", out_on=None) | (~Q(out="") & Q(out_on__isnull=False)),
                name="recusal_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.member.name


# -- what a unit is told and says ------------------------------------------------------------------------------------
GROUP = "区政协监督组"


class Unmarked(Matter):
    """What a unit works on in its own desk: where the authors are hidden, no line of it says a name of theirs."""

    class Meta:
        abstract = True

    @property
    def hides_hands(self) -> bool:
        return bool(self.supervision and self.supervision.hides_authors)  # type: ignore[attr-defined]


class UnitState(States):
    WAITING = "waiting", "○", "grey", "", "未通知"
    NOTIFIED = "notified", "◔", "ochre", "", "待签收"
    TAKEN = "taken", "✓", "pine", "", "已签收"


class Unit(Unmarked):
    """被监督单位: one agency in one supervision, and its notice. The agency sees this and no other page of the matter."""

    supervision = models.ForeignKey(
        Supervision, verbose_name="监督事项", on_delete=models.PROTECT, related_name="units"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="承办单位", on_delete=models.PROTECT, related_name="supervised"
    )
    state = models.CharField(
        "状态", max_length=12, choices=UnitState.choices, default=UnitState.WAITING, editable=False
    )
    request = models.TextField("通知事项", blank=True)
    notified_on = models.DateField("通知日期", null=True)
    taken_on = models.DateField("签收日期", null=True)

    class Meta:
        verbose_name = "被监督单位"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["supervision", "agency"], name="one_unit_per_agency")]
        indexes = [models.Index(fields=["agency", "state"], name="unit_agency")]

    def __str__(self) -> str:
        return f"{self.agency}：{self.supervision}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:unit", args=[self.pk])

    def notice_title(self) -> str:
        return f"民主监督《{self.supervision}》"

    @property
    def number_label(self) -> str:
        return self.supervision.number_label


class HearingState(States):
    # fmt: off
    PLANNED   = "planned",   "○", "ochre",   "", "待报材料"
    READY     = "ready",     "◔", "primary", "", "待听取"
    HEARD     = "heard",     "◕", "ochre",   "", "整理意见"
    SENT      = "sent",      "→", "primary", "", "待反馈"
    ANSWERED  = "answered",  "◕", "ochre",   "", "反馈待审核"
    DONE      = "done",      "✓", "pine",    "", "已办结"
    CANCELLED = "cancelled", "×", "grey",    "", "已取消"
    # fmt: on


class Hearing(Unmarked):
    """情况通报: a unit tells the committee how something stands; what is said to it is sent, and answered by a day."""

    supervision = models.ForeignKey(
        Supervision,
        verbose_name="监督事项",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hearings",
    )
    agency = models.ForeignKey(
        Agency, verbose_name="通报单位", on_delete=models.PROTECT, related_name="hearings"
    )
    gathering = models.ForeignKey(
        Gathering,
        verbose_name="会议活动",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hearings",
    )
    subject = models.CharField("通报事项", max_length=200)
    state = models.CharField(
        "状态", max_length=12, choices=HearingState.choices, default=HearingState.PLANNED, editable=False
    )
    planned_on = models.DateField("安排日期")
    presenter = models.CharField("通报人", max_length=60, blank=True)
    material = models.TextField("通报材料", blank=True)
    heard_on = models.DateField("听取日期", null=True)
    sent_on = models.DateField("意见送达日期", null=True)
    due_on = models.DateField("反馈期限", null=True)
    answered_on = models.DateField("反馈日期", null=True)
    made_by = account_key("经办人", null=True, blank=True)
    made_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        verbose_name = "情况通报"
        indexes = [
            models.Index(fields=["-planned_on", "-id"], name="hearing_newest"),
            models.Index(fields=["agency", "state"], name="hearing_agency"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("supervision:hearing", args=[self.pk])


class HearingOpinion(models.Model):
    """通报意见: one thing said to the unit, and its answer. Who said it is for the committee alone."""

    hearing = models.ForeignKey(
        Hearing, verbose_name="情况通报", on_delete=models.CASCADE, related_name="opinions"
    )
    number = models.PositiveSmallIntegerField("序号")
    content = models.TextField("意见")
    said_by = models.CharField("提出人", max_length=60, blank=True)
    account = account_key("登记人", null=True, blank=True)
    answer = models.TextField("反馈", blank=True)

    class Meta:
        verbose_name = "通报意见"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "number"], name="one_hearing_opinion_per_number")
        ]

    def __str__(self) -> str:
        return f"第{self.number}条"


# -- field work ------------------------------------------------------------------------------------------------------
class Result(models.TextChoices):
    MEETS = "meets", "符合"
    PARTLY = "partly", "部分符合"
    FAILS = "fails", "不符合"
    UNSEEN = "unseen", "未查"


class CheckItem(models.Model):
    """检查项: what is looked at and what is expected. Two inspectors may answer; where they differ the leader chooses."""

    supervision = models.ForeignKey(
        Supervision, verbose_name="监督事项", on_delete=models.CASCADE, related_name="items"
    )
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("检查内容", max_length=200)
    expectation = models.CharField("要求", max_length=300, blank=True)
    chosen = models.ForeignKey(
        "Check", verbose_name="组长选定", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "检查项"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["supervision", "number"], name="one_check_item_per_number")
        ]

    def __str__(self) -> str:
        return self.title


class Check(models.Model):
    """检查记录: one inspector's answer to one item. ``version`` counts its writings: a phone that knew an older one is told."""

    item = models.ForeignKey(
        CheckItem, verbose_name="检查项", on_delete=models.PROTECT, related_name="checks"
    )
    account = account_key("检查人", null=True, blank=True)
    name = models.CharField("检查人姓名", max_length=60)
    version = models.PositiveIntegerField("版本", default=1)
    result = models.CharField("结果", max_length=8, choices=Result.choices)
    note = models.TextField("情况", blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    seen_at = models.DateTimeField("检查时间", help_text="by the phone's clock, never later than received")
    received_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = "检查记录"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "account"], name="one_check_per_inspector"),
            models.CheckConstraint(
                condition=Q(seen_at__lte=F("received_at")), name="check_is_seen_before_received"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}：{self.get_result_display()}"

    @classmethod
    def kind(cls) -> str:
        """What its photos are attached under."""
        return cls._meta.label_lower


# -- findings and what becomes of them -------------------------------------------------------------------------------
class FindingState(States):
    # fmt: off
    LISTED   = "listed",   "○", "grey",    "", "已列入清单"
    SENT     = "sent",     "◔", "ochre",   "", "待报整改措施"
    PLANNED  = "planned",  "✎", "primary", "", "整改中"
    REPORTED = "reported", "◕", "ochre",   "", "待回头看"
    CLOSED   = "closed",   "✓", "pine",    "", "已整改销号"
    DROPPED  = "dropped",  "×", "grey",    "", "不列入"
    # fmt: on


WITH_UNIT = (FindingState.SENT, FindingState.PLANNED, FindingState.REPORTED, FindingState.CLOSED)


class Finding(Unmarked):
    """问题: one thing that is not as it should be, of one unit. Closed when somebody else has looked again."""

    supervision = models.ForeignKey(
        Supervision, verbose_name="监督事项", on_delete=models.PROTECT, related_name="findings"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="责任单位", on_delete=models.PROTECT, related_name="findings"
    )
    item = models.ForeignKey(
        CheckItem,
        verbose_name="检查项",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings",
    )
    number = models.PositiveSmallIntegerField("序号")
    content = models.TextField("问题")
    basis = models.CharField("依据", max_length=300, blank=True)
    advice = models.TextField("建议", blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=FindingState.choices, default=FindingState.LISTED, editable=False
    )
    found_by = account_key("发现人", null=True, blank=True)
    found_on = models.DateField("发现日期")
    sent_on = models.DateField("送达日期", null=True)
    due_on = models.DateField("期限", null=True, help_text="of the measures while SENT, of the work after")
    extensions = models.JSONField("延期", default=list, help_text="due, approver, reason")
    closed_on = models.DateField("销号日期", null=True)
    fingerprint = models.CharField("文本指纹", max_length=64, blank=True)

    class Meta:
        verbose_name = "监督发现的问题"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["supervision", "number"], name="one_finding_per_number")
        ]
        indexes = [
            models.Index(fields=["agency", "state"], name="finding_agency"),
            models.Index(fields=["state", "due_on"], name="finding_due"),
        ]

    def __str__(self) -> str:
        return self.content[:60]

    def get_absolute_url(self) -> str:
        return reverse("supervision:finding", args=[self.pk])

    def notice_title(self) -> str:
        return f"《{self.supervision}》第{self.number}项问题"

    @property
    def number_label(self) -> str:
        return f"{self.supervision.number_label}第{self.number}项"


class Rectification(models.Model):
    """整改: one round. What the unit will do, who and by when; what it did; who looked again and what they saw."""

    finding = models.ForeignKey(Finding, verbose_name="问题", on_delete=models.PROTECT, related_name="rounds")
    round = models.PositiveSmallIntegerField("轮次")
    what = models.TextField("整改措施")
    who = models.CharField("责任人", max_length=60)
    due_on = models.DateField("完成时间")
    planned_on = models.DateField("报送日期")
    report = models.TextField("整改情况", blank=True)
    reported_on = models.DateField("报告日期", null=True)
    passed = models.BooleanField("回头看通过", null=True)
    looked_by = account_key("回头看人员", null=True, blank=True)
    looked_on = models.DateField("回头看日期", null=True)
    seen = models.TextField("回头看情况", blank=True)

    class Meta:
        verbose_name = "整改"
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "round"], name="one_rectification_per_round"),
            models.CheckConstraint(
                condition=Q(passed=None, looked_on=None) | Q(passed__isnull=False, looked_on__isnull=False),
                name="second_look_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding}（第{self.round}轮）"

    @classmethod
    def kind(cls) -> str:
        """What its evidence is attached under."""
        return cls._meta.label_lower

    def get_absolute_url(self) -> str:
        return self.finding.get_absolute_url()

    @property
    def is_kept(self) -> bool:
        return self.reported_on is not None and self.reported_on <= self.due_on


# -- 民主评议 ----------------------------------------------------------------------------------------------------------
class SurveyQuestion(models.Model):
    """评议题目. Its answers are counts and nothing else."""

    supervision = models.ForeignKey(
        Supervision, verbose_name="监督事项", on_delete=models.CASCADE, related_name="questions"
    )
    number = models.PositiveSmallIntegerField("序号")
    text = models.CharField("题目", max_length=200)

    class Meta:
        verbose_name = "评议题目"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["supervision", "number"], name="one_question_per_number")
        ]

    def __str__(self) -> str:
        return self.text


class Tally(models.Model):
    """评议计数: how many gave one answer to one question, on their phone and on paper."""

    question = models.ForeignKey(
        SurveyQuestion, verbose_name="评议题目", on_delete=models.CASCADE, related_name="tallies"
    )
    answer = models.CharField("等次", max_length=40)
    count = models.PositiveIntegerField("份数", default=0)
    paper = models.PositiveIntegerField("纸质份数", default=0)

    class Meta:
        verbose_name = "评议计数"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["question", "answer"], name="one_tally_per_answer")]

    def __str__(self) -> str:
        return f"{self.answer} {self.count}"


class Rater(models.Model):
    """评议人: who was asked, and that the sheet came in; never when, never what."""

    supervision = models.ForeignKey(
        Supervision, verbose_name="监督事项", on_delete=models.CASCADE, related_name="raters"
    )
    member = models.ForeignKey(Member, verbose_name="委员", on_delete=models.PROTECT, related_name="+")
    has_answered = models.BooleanField("已收回", default=False)

    class Meta:
        verbose_name = "评议人"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["supervision", "member"], name="one_sheet_per_member")]

    def __str__(self) -> str:
        return self.member.name


class SurveyRemarks(models.Model):
    """评议意见: the words that were written on sheets, without a name, in the order of the words themselves: neither a row
    nor its place says which sheet one came with."""

    supervision = models.OneToOneField(
        Supervision, verbose_name="监督事项", on_delete=models.CASCADE, related_name="survey_remarks"
    )
    texts = models.JSONField("意见", default=list)

    class Meta:
        verbose_name = "评议意见"

    def __str__(self) -> str:
        return f"{len(self.texts)}条"


SCAN = "sheets"  # what scanned paper sheets are attached as


class PaperSheets(models.Model):
    """纸质问卷: how many went out on paper and came back, and what was written on them. Their counts stand in the tallies."""

    supervision = models.OneToOneField(
        Supervision, verbose_name="监督事项", on_delete=models.CASCADE, related_name="paper_sheets"
    )
    sent = models.PositiveIntegerField("发出份数")
    sheets = models.PositiveIntegerField("收回份数")
    texts = models.JSONField("意见", default=list)
    entered_by = account_key("登记人", null=True, blank=True)
    entered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "纸质问卷"
        constraints = [
            models.CheckConstraint(condition=Q(sheets__lte=F("sent")), name="no_more_sheets_than_went_out")
        ]

    def __str__(self) -> str:
        return f"发出{self.sent}份，收回{self.sheets}份"


# -- 特邀（民主）监督员 -------------------------------------------------------------------------------------------------
class MonitorState(States):
    IN_POST = "in_post", "●", "pine", "", "在任"
    ENDED = "ended", "▣", "grey", "", "已卸任"


class Monitor(Matter):
    """民主监督员: a member sent by the committee, or hired by a unit, to supervise it from a day to a day."""

    member = models.ForeignKey(
        Member, verbose_name="委员", on_delete=models.PROTECT, related_name="monitor_posts"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="受监督单位", on_delete=models.PROTECT, related_name="monitors"
    )
    way = models.CharField("产生方式", max_length=40)
    certificate = models.CharField("聘书（证）号", max_length=60, blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=MonitorState.choices, default=MonitorState.IN_POST, editable=False
    )
    term = models.PositiveSmallIntegerField("第几期", default=1)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    ended_on = models.DateField("卸任日期", null=True)
    made_by = account_key("经办人", null=True, blank=True)
    made_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        verbose_name = "民主监督员"
        ordering = ["agency", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "agency"], condition=Q(state="in_post"), name="one_monitor_post_at_a_time"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="monitor_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.member}（{self.agency}）"

    def get_absolute_url(self) -> str:
        return reverse("supervision:monitor", args=[self.pk])

    @property
    def way_label(self) -> str:
        return local.label_of(rules.WAY, self.way)

    @property
    def due_on(self) -> Any:
        """The term's last day, while somebody is in post."""
        return self.ends_on if self.state == MonitorState.IN_POST else None


class LetterState(States):
    # fmt: off
    DRAFT = "draft", "○", "grey",    "", "起草中"
    SENT  = "sent",  "◔", "ochre",   "", "待处理"
    TAKEN = "taken", "✓", "pine",    "", "已采用"
    KEPT  = "kept",  "▣", "grey",    "", "已留存"
    # fmt: on


class MonitorLetter(Matter):
    """民主监督建议书: what a 监督员 writes to the committee about the unit they are sent to. The unit does not read it; what
    is taken up goes on as a supervision or an opinion, and the writer is told what became of it."""

    monitor = models.ForeignKey(
        Monitor, verbose_name="民主监督员", on_delete=models.PROTECT, related_name="letters"
    )
    state = models.CharField(
        "状态", max_length=12, choices=LetterState.choices, default=LetterState.DRAFT, editable=False
    )
    title = models.CharField("题目", max_length=120)
    content = models.TextField("看到的情况")
    advice = models.TextField("建议")
    made_at = models.DateTimeField("起草时间", default=timezone.now)
    sent_on = models.DateField("提交日期", null=True)
    fingerprint = models.CharField("文本指纹", max_length=64, blank=True)
    answer = models.TextField("答复", blank=True)
    answered_on = models.DateField("答复日期", null=True)

    class Meta:
        verbose_name = "民主监督建议书"
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="letter_newest"),
            models.Index(fields=["state", "-made_at"], name="letter_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(sent_on__isnull=False) & ~Q(fingerprint="")),
                name="sent_letter_is_sealed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("supervision:letter", args=[self.pk])

    def notice_title(self) -> str:
        return f"民主监督建议书《{self.title}》"

    @property
    def is_sent(self) -> bool:
        """A letter that was taken back to be changed keeps its day until it is handed in anew."""
        return self.state != LetterState.DRAFT
