"""The nouns of a proposal's life, and what the database keeps from ever being false."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel.models import Attachment, Job, Matter, account_key
from huisheng.kernel.states import States
from huisheng.people.models import Agency, Body, Member, Session


class State(States):
    """The states of a proposal. What is decided but not published reads 审查中 outside the office."""

    # fmt: off
    #            value         icon  tone       public      label
    DRAFT      = "draft",      "○", "grey",    "",         "草稿"
    DISCARDED  = "discarded",  "×", "grey",    "",         "已作废"
    SUBMITTED  = "submitted",  "◔", "primary", "待审查",   "待初审"
    REVIEWED   = "reviewed",   "◔", "primary", "审查中",   "待终审"
    DECIDED    = "decided",    "◕", "primary", "审查中",   "待公布"
    RETURNED   = "returned",   "↩", "ochre",   "",         "退回修改"
    FILED      = "filed",      "●", "primary", "",         "已立案"
    HANDLING   = "handling",   "✎", "primary", "",         "办理中"
    ANSWERED   = "answered",   "✓", "pine",    "",         "已答复"
    CONCLUDED  = "concluded",  "★", "pine",    "",         "已办结"
    ARCHIVED   = "archived",   "▣", "grey",    "",         "已归档"
    MERGED     = "merged",     "⇉", "pine",    "",         "已并案"
    DECLINED   = "declined",   "—", "grey",    "",         "不予立案"
    TO_OPINION = "to_opinion", "→", "grey",    "",         "转社情民意"
    TO_CHANNEL = "to_channel", "→", "grey",    "",         "转其他渠道"
    TO_UPPER   = "to_upper",   "↑", "grey",    "",         "转上级政协"
    WITHDRAWN  = "withdrawn",  "×", "grey",    "",         "已撤案"
    # fmt: on


# how the received ones are told apart in every table; each state stands in exactly one group (a test says so)
FILED_STATES = (State.FILED, State.HANDLING, State.ANSWERED, State.CONCLUDED, State.ARCHIVED)
REFERRED_STATES = (State.DECLINED, State.TO_OPINION, State.TO_CHANNEL, State.TO_UPPER)
PENDING_STATES = (State.SUBMITTED, State.REVIEWED, State.DECIDED)
UNSENT_STATES = (State.DRAFT, State.DISCARDED)


class Disclosure(models.TextChoices):
    FULL = "full", "全文公开"
    SUMMARY = "summary", "只公开摘要"
    CLOSED = "closed", "不公开"


class Series(models.TextChoices):
    SESSION = "session", "会间"
    ORDINARY = "ordinary", "平时"


class Proposal(Matter):
    """提案. Narrow on purpose: lists scan this table; the text lies in ``Text``."""

    title = models.CharField("案由", max_length=200, blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    proposer_type = models.CharField("提案者类别", max_length=20, default="member")
    sponsor_member = models.ForeignKey(
        Member,
        verbose_name="第一提案人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    sponsor_body = models.ForeignKey(
        Body,
        verbose_name="提案单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    sponsor_name = models.CharField(
        "提案者", max_length=80, blank=True, help_text="as printed; kept for the list"
    )
    sector = models.ForeignKey(
        Body, verbose_name="界别", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact_person = models.CharField("联系人", max_length=60, blank=True)
    contact_phone = models.CharField("联系电话", max_length=40, blank=True)
    text = models.ForeignKey(
        "Text", verbose_name="现行文本", null=True, on_delete=models.PROTECT, related_name="+"
    )
    topic = models.ForeignKey(
        "Topic",
        verbose_name="参考选题",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="proposals",
    )

    session = models.ForeignKey(
        Session, verbose_name="届次", null=True, on_delete=models.PROTECT, related_name="proposals"
    )
    series = models.CharField("会间/平时", max_length=10, choices=Series.choices, blank=True)
    year = models.PositiveSmallIntegerField("年度", null=True)
    serial = models.PositiveIntegerField("流水号", null=True)
    number = models.PositiveIntegerField("案号", null=True)
    number_series = models.CharField("编号系列", max_length=10, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True)
    filed_on = models.DateField("立案日期", null=True)
    assigned_on = models.DateField("交办日期", null=True)
    answered_on = models.DateField("办复日期", null=True)
    concluded_on = models.DateField("办结日期", null=True)
    due_on = models.DateField("本步期限", null=True, help_text="of whoever's turn it is; recomputed by fsck")

    category_five = models.CharField("五位一体分类", max_length=20, blank=True)
    category_local = models.CharField("本地分类", max_length=20, blank=True)
    disclosure = models.CharField(
        "公开意愿", max_length=10, choices=Disclosure.choices, default=Disclosure.FULL
    )
    disclosure_reason = models.CharField("不公开理由", max_length=200, blank=True)
    disclosed = models.CharField("公开审定", max_length=10, choices=Disclosure.choices, blank=True)
    suggested = models.ManyToManyField(
        Agency, verbose_name="建议承办单位", blank=True, related_name="suggested_for"
    )

    is_paper = models.BooleanField("代录", default=False)
    is_urgent = models.BooleanField("急件", default=False)
    is_key = models.BooleanField("重点提案", default=False)
    key_leader = models.CharField("督办领导", max_length=60, blank=True)
    is_excellent = models.BooleanField("优秀提案", default=False)
    returns = models.PositiveSmallIntegerField("退回次数", default=0)
    round = models.PositiveSmallIntegerField("办理轮次", default=1)
    lead_agency = models.ForeignKey(
        Agency,
        verbose_name="主办单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="kept beside the assignments so that a list need not join them",
    )
    result_letter = models.CharField("办理结果", max_length=4, blank=True)
    decision = models.ForeignKey(
        "Review", verbose_name="审定", null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_by = account_key("起草人", null=True)
    made_at = models.DateTimeField("起草时间", default=timezone.now)
    read_notes = models.JSONField("导入说明", default=dict, blank=True)

    class Meta:
        verbose_name = "提案"
        constraints = [
            # 流水号永久有效，不重用；案号在届次和系列内唯一（design consequence 2）
            models.UniqueConstraint(fields=["year", "serial"], name="one_proposal_per_serial"),
            models.UniqueConstraint(
                fields=["session", "number_series", "number"], name="one_proposal_per_number"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNSENT_STATES) | Q(serial__isnull=False), name="received_has_serial"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=FILED_STATES) | Q(number__isnull=False), name="filed_has_number"
            ),
        ]
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="proposal_newest"),
            models.Index(fields=["state", "-submitted_at", "-id"], name="proposal_state"),
            models.Index(
                fields=["state", "is_paper"], name="proposal_seen"
            ),  # how many the office's list holds
            models.Index(fields=["year", "state"], name="proposal_year"),
            models.Index(fields=["-answered_on", "-id"], name="proposal_answered"),
            models.Index(fields=["sponsor_member", "state"], name="proposal_sponsor"),
            models.Index(fields=["due_on"], name="proposal_due"),
        ]

    def __str__(self) -> str:
        return self.title or "（尚无标题）"

    def get_absolute_url(self) -> str:
        return reverse("proposals:detail", args=[self.pk])

    def notice_title(self) -> str:
        """不公开的提案，通知里不出现标题（ux.md §5）。"""
        if self.disclosure == Disclosure.CLOSED:
            return "您有一件提案有新进展"
        return f"《{self}》"

    @property
    def number_label(self) -> str:
        """第015号; 流水号 2017-0007 while there is no number; “” for a draft."""
        if self.number:
            return f"第{self.number:03d}号"
        return f"流水{self.year}-{self.serial:04d}" if self.serial else ""

    @property
    def sponsor(self) -> Member | Body | None:
        return self.sponsor_member or self.sponsor_body

    @property
    def is_collective(self) -> bool:
        return self.sponsor_body_id is not None


class Text(models.Model):
    """One version of a proposal's text. What was submitted is never overwritten: a change is a new version."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", "原文"
        REVISION = "revision", "修改稿"
        CORRECTION = "correction", "更正稿"

    proposal = models.ForeignKey(
        Proposal, verbose_name="提案", on_delete=models.CASCADE, related_name="texts"
    )
    number = models.PositiveSmallIntegerField("版本", default=1)
    kind = models.CharField("性质", max_length=12, choices=Kind.choices, default=Kind.ORIGINAL)
    title = models.CharField("案由", max_length=200, blank=True)
    situation = models.TextField("情况", blank=True)
    analysis = models.TextField("分析", blank=True)
    rest = models.TextField(
        "其他内容", blank=True, help_text="what an import could not place; nothing is dropped"
    )
    fingerprint = models.CharField("文本指纹", max_length=64, blank=True)
    account = account_key("写入人", null=True)
    at = models.DateTimeField("时间", default=timezone.now)
    reason = models.CharField("修改原因", max_length=200, blank=True)
    is_frozen = models.BooleanField("已提交", default=False)

    class Meta:
        verbose_name = "提案文本"
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="one_text_per_number")]

    def __str__(self) -> str:
        return self.title


class Suggestion(models.Model):
    """建议: numbered, so that an answer can go point by point (design consequence 7)."""

    text = models.ForeignKey(Text, verbose_name="文本", on_delete=models.CASCADE, related_name="suggestions")
    number = models.PositiveSmallIntegerField("序号")
    content = models.TextField("内容")

    class Meta:
        verbose_name = "建议"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="one_suggestion_per_number")]

    def __str__(self) -> str:
        return self.content


class Supplement(models.Model):
    """补充材料: what the sponsor adds after review began. The filed text stays as it is."""

    proposal = models.ForeignKey(
        Proposal, verbose_name="提案", on_delete=models.CASCADE, related_name="supplements"
    )
    content = models.TextField("内容")
    account = account_key("提交人", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "补充材料"
        ordering = ["pk"]


class CosponsorState(States):
    INVITED = "invited", "◔", "ochre", "", "待确认"
    ACCEPTED = "accepted", "✓", "pine", "", "已联名"
    DECLINED = "declined", "—", "grey", "", "未同意"
    LAPSED = "lapsed", "—", "grey", "", "逾期未确认"


class Cosponsor(Matter):
    """联名人. A name that was not confirmed is not printed."""

    proposal = models.ForeignKey(
        Proposal, verbose_name="提案", on_delete=models.CASCADE, related_name="cosponsors"
    )
    member = models.ForeignKey(Member, verbose_name="委员", on_delete=models.PROTECT, related_name="cosigned")
    sector = models.ForeignKey(
        Body, verbose_name="界别", null=True, on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField("次序", default=1)
    state = models.CharField(
        "状态", max_length=12, choices=CosponsorState.choices, default=CosponsorState.INVITED, editable=False
    )
    is_paper = models.BooleanField("纸面签名", default=False)

    class Meta:
        verbose_name = "联名人"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "member"], name="one_cosponsor_once")]

    def __str__(self) -> str:
        return str(self.member)

    @property
    def matter(self) -> Proposal:
        return self.proposal


class Outcome(models.TextChoices):
    """What a review may come to. The value is also the step that publishes it."""

    FILE = "file", "立案"
    MERGE = "merge", "并案"
    DECLINE = "decline", "不予立案"
    TO_OPINION = "to_opinion", "转社情民意"
    TO_CHANNEL = "to_channel", "转其他渠道"
    TO_UPPER = "to_upper", "转上级政协"


class Review(models.Model):
    """审查意见: one person's word at one stage. Append-only; the last final one is the proposal's decision."""

    class Stage(models.TextChoices):
        FIRST = "first", "初审"
        FINAL = "final", "终审"

    proposal = models.ForeignKey(
        Proposal, verbose_name="提案", on_delete=models.CASCADE, related_name="reviews"
    )
    stage = models.CharField("阶段", max_length=10, choices=Stage.choices)
    outcome = models.CharField("意见", max_length=12, choices=Outcome.choices)
    reason = models.CharField("理由代码", max_length=40, blank=True)
    channel = models.CharField("渠道", max_length=40, blank=True)
    main = models.ForeignKey(
        Proposal, verbose_name="并入", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    consent = models.CharField(
        "征得同意", max_length=200, blank=True, help_text="how and when the first sponsors agreed"
    )
    note = models.TextField("说明", blank=True)
    account = account_key("审查人", null=True)
    confirmed_by = account_key("复核人", null=True)
    at = models.DateTimeField("时间")
    published_at = models.DateTimeField("公布时间", null=True)

    class Meta:
        verbose_name = "审查意见"
        ordering = ["pk"]


class Merge(models.Model):
    """并案: a relation, never a deletion. The merged one keeps text, serial, signers, answer and rating."""

    merged = models.ForeignKey(
        Proposal, verbose_name="被并案", on_delete=models.PROTECT, related_name="merges"
    )
    main = models.ForeignKey(Proposal, verbose_name="主案", on_delete=models.PROTECT, related_name="takes_in")
    from_state = models.CharField("并案前状态", max_length=12)
    consent = models.CharField("征得同意", max_length=200, blank=True)
    account = account_key("经手人", null=True)
    at = models.DateTimeField("时间")
    undone_at = models.DateTimeField("解除时间", null=True)
    undone_reason = models.CharField("解除原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "并案"
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="merged_into_one_only"
            ),
            models.CheckConstraint(condition=~Q(merged=models.F("main")), name="never_merged_into_itself"),
        ]


class VoidNumber(models.Model):
    """空号: a filed number that no longer stands for a proposal in hand, and why."""

    proposal = models.ForeignKey(
        Proposal, verbose_name="提案", on_delete=models.PROTECT, related_name="void_numbers"
    )
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    number_series = models.CharField("编号系列", max_length=10, blank=True)
    number = models.PositiveIntegerField("案号")
    reason = models.CharField("原因", max_length=200)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "空号"


class AssignmentState(States):
    PLANNED = "planned", "○", "grey", "", "拟交办"
    SENT = "sent", "→", "ochre", "", "待签收"
    TAKEN = "taken", "✎", "primary", "", "办理中"
    BACK = "back", "↩", "orange", "", "申退中"
    OPINED = "opined", "✓", "pine", "", "已提会办意见"
    DRAFTED = "drafted", "◔", "primary", "", "待审签"
    APPROVED = "approved", "◕", "primary", "", "答复待审核"
    REPLIED = "replied", "✓", "pine", "", "已答复"
    RELEASED = "released", "×", "grey", "", "已改办"


class Role(models.TextChoices):
    LEAD = "lead", "主办"
    ASSISTING = "assisting", "会办"
    SEPARATE = "separate", "分办"


class Assignment(Matter):
    """交办件: one proposal given to one agency. One lead at most, any number of assisting or separate agencies."""

    proposal = models.ForeignKey(
        Proposal, verbose_name="提案", on_delete=models.CASCADE, related_name="assignments"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="承办单位", on_delete=models.PROTECT, related_name="assignments"
    )
    role = models.CharField("角色", max_length=10, choices=Role.choices, default=Role.LEAD)
    state = models.CharField(
        "状态",
        max_length=12,
        choices=AssignmentState.choices,
        default=AssignmentState.PLANNED,
        editable=False,
    )
    is_open = models.BooleanField("在办", default=True, editable=False)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    sent_on = models.DateField("交办日期", null=True)
    taken_at = models.DateTimeField("签收时间", null=True)
    taken_by = account_key("签收人", null=True)
    hand_back_until = models.DateField("申退截止", null=True)
    contact_until = models.DateField("面商期限", null=True)
    due_on = models.DateField(
        "期限", null=True, help_text="reply for lead and separate, opinion for assisting agencies"
    )
    clock_from = models.DateField(
        "起算日", null=True, help_text="the day before the first counted day of this round"
    )
    clock_rule = models.CharField(
        "期限规则", max_length=20, blank=True, help_text="name of the local rule that counts"
    )
    opinion = models.TextField("会办意见", blank=True)
    opined_at = models.DateTimeField("会办意见时间", null=True)
    replied_at = models.DateTimeField("送达时间", null=True)
    replaces = models.ForeignKey(
        "self", verbose_name="改办自", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )

    class Meta:
        verbose_name = "交办件"
        ordering = ["pk"]
        constraints = [
            # 主办只有一家，会办不限（提案工作条例）
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(role="lead", is_open=True), name="one_lead_agency"
            ),
            models.UniqueConstraint(
                fields=["proposal", "agency"], condition=Q(is_open=True), name="one_assignment_per_agency"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "due_on"], name="assignment_agency"),
            models.Index(fields=["state", "due_on"], name="assignment_due"),
        ]

    def __str__(self) -> str:
        return f"{self.agency.name}（{self.get_role_display()}）"

    @property
    def matter(self) -> Proposal:
        return self.proposal

    @property
    def answers_itself(self) -> bool:
        """主办、分办直接答复提案人；会办只向主办提意见。"""
        return self.role in (Role.LEAD, Role.SEPARATE)


class HandBack(models.Model):
    """申退: an agency asks that the proposal be given to another; decided by the coordinator, logged either way."""

    assignment = models.ForeignKey(
        Assignment, verbose_name="交办件", on_delete=models.CASCADE, related_name="hand_backs"
    )
    reason = models.CharField("理由代码", max_length=40)
    ground = models.TextField("依据的职责条款")
    proposed = models.ForeignKey(
        Agency, verbose_name="建议改办单位", on_delete=models.PROTECT, related_name="+"
    )
    signed_by = models.CharField("签字负责人", max_length=60)
    at = models.DateTimeField("申请时间")
    is_agreed = models.BooleanField("同意", null=True)
    decided_by = account_key("决定人", null=True)
    decided_at = models.DateTimeField("决定时间", null=True)
    note = models.TextField("决定说明", blank=True)

    class Meta:
        verbose_name = "申退"
        ordering = ["pk"]


class ExtensionState(States):
    ASKED = "asked", "◔", "ochre", "", "待批准"
    GRANTED = "granted", "✓", "pine", "", "已同意"
    REFUSED = "refused", "—", "grey", "", "未同意"


class Extension(Matter):
    """延期: more time for a reply, for a reason, with an approver; part of the deadline's explanation."""

    assignment = models.ForeignKey(
        Assignment, verbose_name="交办件", on_delete=models.CASCADE, related_name="extensions"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    span = models.CharField("延长", max_length=10)
    reason = models.TextField("理由")
    state = models.CharField(
        "状态", max_length=12, choices=ExtensionState.choices, default=ExtensionState.ASKED, editable=False
    )
    approved_by = account_key("批准人", null=True)
    approved_at = models.DateTimeField("批准时间", null=True)

    class Meta:
        verbose_name = "延期"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.assignment} 延期"

    @property
    def matter(self) -> Proposal:
        return self.assignment.proposal


class ContactState(States):
    RECORDED = "recorded", "◔", "ochre", "", "承办单位单方记录"
    CONFIRMED = "confirmed", "✓", "pine", "", "提案人已确认"
    DISPUTED = "disputed", "!", "seal", "", "提案人否认"


class Contact(Matter):
    """面商: a talk between agency and sponsor. It counts only when the sponsor confirmed it (design consequence 15)."""

    assignment = models.ForeignKey(
        Assignment, verbose_name="交办件", on_delete=models.CASCADE, related_name="contacts"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    form = models.CharField("方式", max_length=20)
    held_on = models.DateField("日期")
    people = models.CharField("参加人", max_length=200)
    points = models.TextField("商谈要点")
    state = models.CharField(
        "状态", max_length=12, choices=ContactState.choices, default=ContactState.RECORDED, editable=False
    )
    view = models.TextField("提案人意见", blank=True)
    account = account_key("记录人", null=True)
    at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "面商"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.assignment.agency} {self.held_on} 面商"

    @property
    def matter(self) -> Proposal:
        return self.assignment.proposal


class Reply(models.Model):
    """答复: one version of an agency's answer in one round. A returned one stays; the next is a new version."""

    assignment = models.ForeignKey(
        Assignment, verbose_name="交办件", on_delete=models.CASCADE, related_name="replies"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    version = models.PositiveSmallIntegerField("版本", default=1)
    letter = models.CharField("办理结果", max_length=4)
    meaning = models.CharField("结果含义", max_length=12)
    number = models.CharField("文号", max_length=60, blank=True)
    opening = models.TextField("开头", blank=True)
    closing = models.TextField("结尾", blank=True)
    leader = models.CharField("联系领导", max_length=60)
    handler = models.CharField("经办人", max_length=60)
    phone = models.CharField("联系电话", max_length=40)
    disclosure = models.CharField(
        "公开属性", max_length=10, choices=Disclosure.choices, default=Disclosure.FULL
    )
    disclosure_reason = models.CharField("不公开理由", max_length=200, blank=True)
    disclosed = models.CharField("公开审定", max_length=10, choices=Disclosure.choices, blank=True)
    drafted_by = account_key("拟稿人", null=True)
    drafted_at = models.DateTimeField("拟稿时间")
    approved_by = account_key("审签人", null=True)
    approved_at = models.DateTimeField("审签时间", null=True)
    delivered_by = account_key("审核人", null=True)
    delivered_at = models.DateTimeField("送达时间", null=True)
    opened_at = models.DateTimeField("提案人打开时间", null=True)
    is_current = models.BooleanField("现行", default=True)
    return_reason = models.TextField("退回原因", blank=True)

    class Meta:
        verbose_name = "答复"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "round", "version"], name="one_reply_per_version"),
            models.UniqueConstraint(
                fields=["assignment", "round"], condition=Q(is_current=True), name="one_current_reply"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment.agency} 答复"


class ReplyItem(models.Model):
    """The answer to one numbered suggestion."""

    reply = models.ForeignKey(Reply, verbose_name="答复", on_delete=models.CASCADE, related_name="items")
    suggestion = models.ForeignKey(
        Suggestion, verbose_name="建议", on_delete=models.PROTECT, related_name="answers"
    )
    content = models.TextField("答复")

    class Meta:
        verbose_name = "逐条答复"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "suggestion"], name="one_answer_per_suggestion")
        ]


class CountersignState(States):
    WAITING = "waiting", "◔", "ochre", "", "待会签"
    AGREED = "agreed", "✓", "pine", "", "同意"
    DISSENTED = "dissented", "≠", "orange", "", "有不同意见"
    DEEMED = "deemed", "—", "grey", "", "视为无意见"
    VOID = "void", "×", "grey", "", "已作废"


class Countersign(Matter):
    """会签: an assisting agency's word on a drafted reply. Dissent is text and stays visible; silence needs an order."""

    reply = models.ForeignKey(
        Reply, verbose_name="答复", on_delete=models.CASCADE, related_name="countersigns"
    )
    assignment = models.ForeignKey(
        Assignment, verbose_name="会办交办件", on_delete=models.CASCADE, related_name="countersigns"
    )
    agency = models.ForeignKey(Agency, verbose_name="会办单位", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        "状态",
        max_length=12,
        choices=CountersignState.choices,
        default=CountersignState.WAITING,
        editable=False,
    )
    content = models.TextField("意见", blank=True)
    asked_on = models.DateField("送签日期")
    due_on = models.DateField("会签期限")
    answered_at = models.DateTimeField("会签时间", null=True)

    class Meta:
        verbose_name = "会签"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "assignment"], name="one_countersign_per_agency")
        ]

    def __str__(self) -> str:
        return f"{self.agency} 会签"

    @property
    def matter(self) -> Proposal:
        return self.assignment.proposal


class PromiseState(States):
    OPEN = "open", "○", "primary", "", "待兑现"
    REPORTED = "reported", "◔", "ochre", "", "已报告待认定"
    KEPT = "kept", "✓", "pine", "", "已兑现"
    BROKEN = "broken", "!", "seal", "", "未兑现"
    EXPLAINED = "explained", "↻", "ochre", "", "已说明改期"


class Promise(Matter):
    """承诺: what an answer says will be done, by whom, by when. Asked again when due, until kept or explained."""

    proposal = models.ForeignKey(
        Proposal, verbose_name="提案", on_delete=models.CASCADE, related_name="promises"
    )
    assignment = models.ForeignKey(
        Assignment, verbose_name="交办件", on_delete=models.CASCADE, related_name="promises"
    )
    reply = models.ForeignKey(Reply, verbose_name="答复", on_delete=models.CASCADE, related_name="promises")
    agency = models.ForeignKey(
        Agency, verbose_name="承办单位", on_delete=models.PROTECT, related_name="promises"
    )
    what = models.TextField("做什么")
    who = models.CharField("责任人", max_length=120)
    due_on = models.DateField("何时完成")
    first_due_on = models.DateField("最初期限")
    state = models.CharField(
        "状态", max_length=12, choices=PromiseState.choices, default=PromiseState.OPEN, editable=False
    )
    evidence = models.TextField("进展或说明", blank=True)
    is_live = models.BooleanField("已送达", default=False, help_text="true once its reply was delivered")

    class Meta:
        verbose_name = "承诺"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="promise_due")]

    def __str__(self) -> str:
        return self.what[:40]

    @property
    def matter(self) -> Proposal:
        return self.proposal


class Word(models.TextChoices):
    """三个词. No answer is none of them."""

    GOOD = "good", "满意"
    FAIR = "fair", "基本满意"
    BAD = "bad", "不满意"


class RatingState(States):
    ASKED = "asked", "◔", "ochre", "", "待评价"
    GIVEN = "given", "★", "pine", "", "已评价"
    LAPSED = "lapsed", "—", "grey", "", "未评价"


class Rating(Matter):
    """评价: one signer's word on one round, in two questions. The agency sees nothing until the round is closed."""

    proposal = models.ForeignKey(
        Proposal, verbose_name="提案", on_delete=models.CASCADE, related_name="ratings"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    member = models.ForeignKey(
        Member, verbose_name="评价人", null=True, on_delete=models.PROTECT, related_name="ratings"
    )
    body = models.ForeignKey(
        Body, verbose_name="评价单位", null=True, on_delete=models.PROTECT, related_name="ratings"
    )
    is_first = models.BooleanField("第一提案人", default=False)
    state = models.CharField(
        "状态", max_length=12, choices=RatingState.choices, default=RatingState.ASKED, editable=False
    )
    process = models.CharField("办理过程", max_length=6, choices=Word.choices, blank=True)
    result = models.CharField("办理结果", max_length=6, choices=Word.choices, blank=True)
    reason = models.CharField("不满意原因", max_length=40, blank=True)
    remark = models.TextField("只给政协看", blank=True)
    recorded_by = account_key("代录人", null=True)
    asked_on = models.DateField("送达日期")
    due_on = models.DateField("评价期限")
    given_at = models.DateTimeField("评价时间", null=True)

    class Meta:
        verbose_name = "评价"
        ordering = ["-is_first", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "round", "member"],
                condition=Q(member__isnull=False),
                name="one_rating_per_member",
            ),
            models.UniqueConstraint(
                fields=["proposal", "round", "body"],
                condition=Q(body__isnull=False),
                name="one_rating_per_body",
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | (~Q(process="") & ~Q(result="")), name="given_has_two_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member or self.body} 评价"

    @property
    def matter(self) -> Proposal:
        return self.proposal


class Oversight(models.Model):
    """督办: an event in which a leader follows a proposal up."""

    proposal = models.ForeignKey(
        Proposal, verbose_name="提案", on_delete=models.CASCADE, related_name="oversights"
    )
    leader = models.CharField("督办领导", max_length=60)
    form = models.CharField("形式", max_length=20)
    held_on = models.DateField("日期")
    result = models.TextField("结果")
    account = account_key("记录人", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "督办"
        ordering = ["held_on", "pk"]


class NominationState(States):
    NOMINATED = "nominated", "◔", "ochre", "", "已提名"
    AWARDED = "awarded", "★", "pine", "", "已表彰"
    PASSED = "passed", "—", "grey", "", "未入选"


class Nomination(Matter):
    """优秀提案、先进承办单位的提名: with a reason, decided by the chairmen's meeting; no ranking, no points."""

    year = models.PositiveSmallIntegerField("年度")
    proposal = models.ForeignKey(
        Proposal,
        verbose_name="提案",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="nominations",
    )
    agency = models.ForeignKey(
        Agency,
        verbose_name="承办单位",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="nominations",
    )
    reason = models.TextField("提名理由")
    nominated_by = models.CharField("提名者", max_length=80)
    account = account_key("经手人", null=True)
    at = models.DateTimeField("时间")
    state = models.CharField(
        "状态",
        max_length=12,
        choices=NominationState.choices,
        default=NominationState.NOMINATED,
        editable=False,
    )

    class Meta:
        verbose_name = "提名"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, agency__isnull=True)
                | Q(proposal__isnull=True, agency__isnull=False),
                name="nominates_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.proposal or self.agency)

    def get_absolute_url(self) -> str:
        return reverse("proposals:nominations")


class CallState(States):
    DRAFT = "draft", "○", "grey", "", "草稿"
    OPEN = "open", "●", "primary", "", "征集中"
    CLOSED = "closed", "✓", "grey", "", "已结束"


class Call(Matter):
    """提案征集: dates, a public text and a catalogue of topics members may take up."""

    title = models.CharField("标题", max_length=120)
    session = models.ForeignKey(Session, verbose_name="届次", on_delete=models.PROTECT, related_name="calls")
    opens_on = models.DateField("开始")
    closes_on = models.DateField("结束")
    content = models.TextField("公告正文")
    state = models.CharField(
        "状态", max_length=12, choices=CallState.choices, default=CallState.DRAFT, editable=False
    )
    made_by = account_key("起草人", null=True)

    class Meta:
        verbose_name = "提案征集"
        ordering = ["-opens_on"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("proposals:call", args=[self.pk])


class Topic(models.Model):
    """选题: one entry of the catalogue (选题参考目录)."""

    call = models.ForeignKey(Call, verbose_name="征集", on_delete=models.CASCADE, related_name="topics")
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("选题", max_length=120)
    background = models.TextField("背景", blank=True)
    source = models.CharField("来源", max_length=120, blank=True)

    class Meta:
        verbose_name = "选题"
        ordering = ["call", "number"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="one_topic_per_number")]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def kind(cls) -> str:
        return cls._meta.label_lower

    def get_absolute_url(self) -> str:
        return f"{reverse('proposals:call', args=[self.call_id])}#topic-{self.pk}"

    @property
    def number_label(self) -> str:
        return f"选题{self.number}"


class TopicTaken(models.Model):
    """A member says: I will work on this. Several may."""

    topic = models.ForeignKey(Topic, verbose_name="选题", on_delete=models.CASCADE, related_name="taken")
    member = models.ForeignKey(Member, verbose_name="委员", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "认领"
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="taken_once_by_a_member")]


class Packet(models.Model):
    """归档包: PDF, originals, replies, ratings and the journal's lines with their hashes, in one file."""

    proposal = models.ForeignKey(
        Proposal, verbose_name="提案", on_delete=models.PROTECT, related_name="packets"
    )
    file = models.ForeignKey(Attachment, verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "归档包"
        ordering = ["-pk"]


class PaperFile(models.Model):
    """导入的文件: one of several files brought at once, and what became of it: a draft, or the sentence why not."""

    job = models.ForeignKey(Job, verbose_name="任务", on_delete=models.CASCADE, related_name="paper_files")
    position = models.PositiveSmallIntegerField("次序")
    file = models.ForeignKey(Attachment, verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(
        Proposal, verbose_name="草稿", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    refused = models.CharField("没有读出来的原因", max_length=300, blank=True)
    read_at = models.DateTimeField("读出时间", null=True)
    same_as: PaperFile | None = None  # put there by jobs.papers_read

    class Meta:
        verbose_name = "导入的文件"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="one_paper_file_a_place"),
        ]


class LedgerRow(models.Model):
    """往年台账: a proposal of an earlier year as its ledger tells it. Not a record of ours: searched, shown, never counted with ours."""

    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("案号")
    title = models.CharField("案由", max_length=200)
    sponsor = models.CharField("提案者", max_length=120, blank=True)
    agency_name = models.CharField("承办单位", max_length=200, blank=True)
    agency = models.ForeignKey(
        Agency, verbose_name="主办单位", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    category = models.CharField("类别", max_length=40, blank=True)
    outcome = models.CharField("审查结果", max_length=20, blank=True)
    assigned_on = models.DateField("交办日期", null=True)
    replied_on = models.DateField("答复日期", null=True)
    letter = models.CharField("办理结果", max_length=10, blank=True)
    satisfaction = models.CharField("满意度", max_length=20, blank=True)

    class Meta:
        verbose_name = "往年台账"
        ordering = ["-year", "number"]
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="one_ledger_row_per_number")]

    def __str__(self) -> str:
        return self.title
