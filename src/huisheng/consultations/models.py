"""The nouns of 年度协商, and what the database keeps from ever being false."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from huisheng.gatherings.models import Gathering
from huisheng.kernel import local
from huisheng.kernel.models import Matter, account_key
from huisheng.kernel.states import States
from huisheng.opinions.models import Lead, Opinion
from huisheng.outputs.models import Output
from huisheng.people.models import Agency, Body, Member
from huisheng.proposals.models import Proposal

from . import local_rules as names


def _one(model: Any, label: str, **options: Any) -> models.ForeignKey:
    """A record of another room that need not be there."""
    given: dict[str, Any] = {"null": True, "blank": True, "on_delete": models.PROTECT, "related_name": "+"}
    return models.ForeignKey(model, verbose_name=label, **(given | options))


# -- topics ----------------------------------------------------------------------------------------------------------
class SubjectState(States):
    # fmt: off
    RECEIVED  = "received",  "◔", "ochre",   "", "待筛选"
    CHOSEN    = "chosen",    "◕", "primary", "", "列入备选"
    PLANNED   = "planned",   "✓", "pine",    "", "已列入计划"
    KEPT      = "kept",      "○", "grey",    "", "留待以后"
    MERGED    = "merged",    "→", "grey",    "", "已并入"
    DECLINED  = "declined",  "×", "grey",    "", "未列入"
    WITHDRAWN = "withdrawn", "×", "grey",    "", "已撤回"
    # fmt: on


class Subject(Matter):
    """协商议题: what somebody asks the committee to consult about in a year, with the reason and where it came from."""

    state = models.CharField(
        "状态", max_length=12, choices=SubjectState.choices, default=SubjectState.RECEIVED, editable=False
    )
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("议题", max_length=200)
    reason = models.TextField("情况和理由")
    form = models.CharField("建议的协商形式", max_length=40, blank=True)
    source = models.CharField("来源", max_length=40)
    member = _one(Member, "提出委员")
    body = _one(Body, "提出单位")
    agency = _one(Agency, "提出部门")
    name = models.CharField("提出人", max_length=120, blank=True, help_text="when none of the above")
    lead = _one(Lead, "采自线索", related_name="subjects")
    opinion = _one(Opinion, "采自社情民意", related_name="subjects")
    proposal = _one(Proposal, "采自提案", related_name="subjects")
    merged_into = _one("self", "并入", related_name="merged")
    made_by = account_key("登记人", null=True, blank=True)
    made_at = models.DateTimeField("提出时间", default=timezone.now)
    fingerprint = models.CharField("文本指纹", max_length=64, blank=True)

    class Meta:
        verbose_name = "协商议题"
        indexes = [models.Index(fields=["year", "-made_at", "-id"], name="subject_year")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False), name="merged_subject_says_where"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consultations:subject", args=[self.pk])

    @property
    def source_label(self) -> str:
        return local.label_of(names.SOURCE, self.source)

    @property
    def form_label(self) -> str:
        return local.label_of(names.FORM, self.form) if self.form else ""

    @property
    def who(self) -> str:
        """Who brought it, in words; a member of the public is never named here."""
        return str(self.member or self.body or self.agency or self.name or self.source_label)


# -- the plan --------------------------------------------------------------------------------------------------------
class PlanState(States):
    # fmt: off
    DRAFT     = "draft",     "○", "grey",    "", "拟订中"
    DISCUSSED = "discussed", "◔", "ochre",   "", "主席会议审议中"
    ENDORSED  = "endorsed",  "◕", "ochre",   "", "主席会议已通过"
    SUBMITTED = "submitted", "→", "primary", "", "已报区委审定"
    APPROVED  = "approved",  "◕", "primary", "", "区委已审定"
    ISSUED    = "issued",    "✓", "pine",    "", "已印发"
    CLOSED    = "closed",    "▣", "grey",    "", "已总结"
    # fmt: on


class Plan(Matter):
    """年度协商计划: one a year. What is in force is its newest version; a change is prepared beside it and issued anew."""

    state = models.CharField(
        "状态", max_length=12, choices=PlanState.choices, default=PlanState.DRAFT, editable=False
    )
    year = models.PositiveSmallIntegerField("年度", unique=True)
    title = models.CharField("名称", max_length=120)
    preface = models.TextField("总体要求", blank=True)
    collects_until = models.DateField("议题征集截止", null=True, blank=True)
    change = models.TextField("调整理由", blank=True, help_text="why the next version is prepared")
    approver = models.CharField("审定机关", max_length=40, blank=True)
    approved_on = models.DateField("审定日期", null=True)
    document = models.CharField("审定文号", max_length=60, blank=True)
    endorsed_at = _one(Gathering, "审议的主席会议")
    summary = models.TextField("执行总结", blank=True)
    made_by = account_key("起草人", null=True, blank=True)
    made_at = models.DateTimeField("起草时间", default=timezone.now)

    class Meta:
        verbose_name = "年度协商计划"
        ordering = ["-year"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consultations:plan", args=[self.year])

    def notice_title(self) -> str:
        return f"《{self.title}》"

    @property
    def approver_label(self) -> str:
        return local.label_of(names.APPROVER, self.approver) if self.approver else ""


class PlanVersion(models.Model):
    """计划版本: the plan as it was issued, word for word, with its fingerprint. Never changed."""

    plan = models.ForeignKey(
        Plan, verbose_name="年度协商计划", on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField("版次")
    title = models.CharField("名称", max_length=120)
    preface = models.TextField("总体要求", blank=True)
    lines = models.JSONField("项目", default=list)
    change = models.TextField("调整理由", blank=True)
    approver = models.CharField("审定机关", max_length=40)
    approved_on = models.DateField("审定日期")
    document = models.CharField("审定文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期")
    issued_by = account_key("签发人", null=True, blank=True)
    fingerprint = models.CharField("文本指纹", max_length=64)

    class Meta:
        verbose_name = "计划版本"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"第{self.number}版"

    @property
    def approver_label(self) -> str:
        return local.label_of(names.APPROVER, self.approver)


class LineState(States):
    # fmt: off
    PROPOSED  = "proposed",  "○", "grey",    "", "拟列入"
    PLANNED   = "planned",   "◔", "ochre",   "", "待启动"
    RUNNING   = "running",   "✎", "primary", "", "进行中"
    CONCLUDED = "concluded", "✓", "pine",    "", "已完成"
    DROPPED   = "dropped",   "×", "grey",    "", "已调出"
    CARRIED   = "carried",   "→", "grey",    "", "结转下年"
    # fmt: on


IN_FORCE = (LineState.PLANNED, LineState.RUNNING, LineState.CONCLUDED, LineState.CARRIED)
WORKING = (LineState.PLANNED, LineState.RUNNING)


class Line(Matter):
    """计划项目: one consultation of the year's plan, and what hangs on it.

    Its columns are what is in force; ``pending`` holds what a change prepares (column → value as JSON holds it), and
    ``is_leaving`` that the change takes it out. Both take effect when the next version is issued.
    """

    plan = models.ForeignKey(
        Plan, verbose_name="年度协商计划", on_delete=models.PROTECT, related_name="lines"
    )
    state = models.CharField(
        "状态", max_length=12, choices=LineState.choices, default=LineState.PROPOSED, editable=False
    )
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("协商议题", max_length=200)
    subject = models.OneToOneField(
        Subject,
        verbose_name="采自议题",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="line",
    )
    tier = models.CharField("协商层次", max_length=40)
    form = models.CharField("协商形式", max_length=40)
    month = models.PositiveSmallIntegerField("时间安排")
    leader = models.CharField("牵头领导", max_length=60)
    body = _one(Body, "责任单位", related_name="consultations")
    partners = models.ManyToManyField(Body, verbose_name="协办单位", blank=True, related_name="+")
    agencies = models.ManyToManyField(
        Agency, verbose_name="参与部门", blank=True, related_name="consultations"
    )
    participants = models.CharField("参加人员", max_length=300, blank=True)
    scheme = models.TextField("协商方案", blank=True)
    members = models.ManyToManyField(
        Member, verbose_name="调研组成员", blank=True, related_name="consultations"
    )
    gatherings = models.ManyToManyField(
        Gathering, verbose_name="会议活动", blank=True, related_name="consultation_lines"
    )
    outputs = models.ManyToManyField(
        Output, verbose_name="成果", blank=True, related_name="consultation_lines"
    )
    proposals = models.ManyToManyField(
        Proposal, verbose_name="有关提案", blank=True, related_name="consultation_lines"
    )
    pending = models.JSONField("拟调整", null=True, blank=True)
    is_leaving = models.BooleanField("拟调出", default=False)
    result = models.TextField("完成情况", blank=True)
    began_on = models.DateField("启动日期", null=True)
    concluded_on = models.DateField("完成日期", null=True)

    class Meta:
        verbose_name = "计划项目"
        ordering = ["number", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(month__range=(1, 12)), name="line_month_is_a_month"),
            models.UniqueConstraint(
                fields=["plan", "number"], condition=~Q(state="dropped"), name="one_plan_line_per_number"
            ),
        ]
        indexes = [models.Index(fields=["state", "month"], name="line_state_month")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consultations:line", args=[self.pk])

    @property
    def number_label(self) -> str:
        return f"第{self.number}项"

    @property
    def tier_label(self) -> str:
        return local.label_of(names.TIER, self.tier)

    @property
    def form_label(self) -> str:
        return local.label_of(names.FORM, self.form)

    @property
    def body_name(self) -> str:
        return str(self.body) if self.body else "区政协办公室"

    @property
    def last_day(self) -> date:
        """The last day of its month: afterwards a line without an output is late."""
        return date(self.plan.year, self.month, monthrange(self.plan.year, self.month)[1])

    @property
    def due_on(self) -> date | None:
        return self.last_day if self.state in WORKING else None

    def asks(self, mark: str) -> bool:
        """Whether this form of consultation carries a mark of the office's list (``local_rules.FORM``)."""
        found = local.option(names.FORM, self.form)
        return bool(found and found.data.get(mark))


# -- research --------------------------------------------------------------------------------------------------------
class ResearchState(States):
    # fmt: off
    DRAFT    = "draft",    "○", "grey",    "", "拟题中"
    ASKED    = "asked",    "◔", "ochre",   "", "待批准"
    RUNNING  = "running",  "✎", "primary", "", "调研中"
    REPORTED = "reported", "◕", "ochre",   "", "报告待审"
    DONE     = "done",     "✓", "pine",    "", "已转成果"
    DROPPED  = "dropped",  "×", "grey",    "", "已停止"
    # fmt: on


class Research(Matter):
    """调研课题: one study of a committee or sector: questions, a group, field notes, and a report in versions."""

    state = models.CharField(
        "状态", max_length=12, choices=ResearchState.choices, default=ResearchState.DRAFT, editable=False
    )
    title = models.CharField("题目", max_length=200)
    body = _one(Body, "牵头单位", related_name="research")
    partners = models.ManyToManyField(Body, verbose_name="联合单位", blank=True, related_name="+")
    line = _one(Line, "计划项目", related_name="research")
    leader = models.CharField("课题负责人", max_length=60, blank=True)
    members = models.ManyToManyField(Member, verbose_name="课题组成员", blank=True, related_name="research")
    scheme = models.TextField("调研方案")
    questions = models.JSONField("调研提纲", default=list, blank=True)
    starts_on = models.DateField("开始")
    due_on = models.DateField("报告期限")
    output = models.OneToOneField(
        Output,
        verbose_name="成果",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="research",
    )
    made_by = account_key("登记人", null=True, blank=True)
    made_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        verbose_name = "调研课题"
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("starts_on")), name="research_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(output__isnull=False), name="done_research_has_output"
            ),
        ]
        indexes = [models.Index(fields=["-starts_on", "-id"], name="research_newest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consultations:research", args=[self.pk])

    @property
    def body_name(self) -> str:
        return str(self.body) if self.body else "区政协办公室"


class FieldNote(models.Model):
    """调研记录: what was seen and heard on one day, to which question it belongs."""

    research = models.ForeignKey(
        Research, verbose_name="调研课题", on_delete=models.CASCADE, related_name="notes"
    )
    on = models.DateField("日期")
    place = models.CharField("地点或单位", max_length=120)
    question = models.PositiveSmallIntegerField("对应提纲", null=True, blank=True, help_text="number, from 1")
    content = models.TextField("看到、听到的情况")
    gathering = _one(Gathering, "在哪次活动")
    by = account_key("记录人", null=True, blank=True)
    at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "调研记录"
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.on.month}月{self.on.day}日 {self.place}"


class ReportVersion(models.Model):
    """报告版本: the report as it stood when it was written down; a later one stands beside it."""

    research = models.ForeignKey(
        Research, verbose_name="调研课题", on_delete=models.CASCADE, related_name="reports"
    )
    number = models.PositiveSmallIntegerField("版次")
    title = models.CharField("标题", max_length=200)
    content = models.TextField("正文")
    advice = models.JSONField("建议", default=list, blank=True, help_text="one text a piece of advice")
    by = account_key("执笔人", null=True, blank=True)
    at = models.DateTimeField("时间")
    fingerprint = models.CharField("文本指纹", max_length=64)

    class Meta:
        verbose_name = "报告版本"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["research", "number"], name="one_report_per_number")]

    def __str__(self) -> str:
        return f"第{self.number}稿"


from . import models_forum  # noqa: E402, F401  (the nouns of 网络议政)
