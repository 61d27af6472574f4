"""The nouns: Account, Post, Term, Session, Member, Body, Membership, Agency, the batches that imported them, and what
changes them on paper: a change of members (委员变动) and a correction somebody asked for (信息更正)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.gather import Bundle, Part
from huisheng.kernel.models import Matter
from huisheng.kernel.states import States

from . import local_rules as rules
from .posts import POSTS, Place


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, name: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(username=username, name=name, **fields)
        account.set_password(password)
        account.save()
        return account


class Account(AbstractBaseUser):
    """A person who signs in. What they may do comes from their posts alone."""

    username = models.CharField("账号", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    email = models.EmailField("电子邮箱", blank=True)
    phone = models.CharField("手机", max_length=20, blank=True)
    wecom = models.CharField("企业微信账号", max_length=64, blank=True)
    is_active = models.BooleanField("启用", default=True)
    is_demo = models.BooleanField("演示账号", default=False)
    must_change_password = models.BooleanField("须改密码", default=False)
    text_scale = models.CharField("字号", max_length=6, default="")
    theme = models.CharField("明暗", max_length=6, default="")
    made_at = models.DateTimeField("建立时间", default=timezone.now)

    objects = AccountManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.name

    @property
    def posts_held(self) -> list[Post]:
        """All posts with their places: one query, remembered with the account for the request."""
        if "_posts" not in self.__dict__:
            self.__dict__["_posts"] = HELD.ask(self.pk)["posts"]
        return self.__dict__["_posts"]

    def refresh_posts(self) -> None:
        self.__dict__.pop("_posts", None)

    def holds(self, *codes: str, on: date | None = None) -> bool:
        """Whether one of the posts is held on a day (today when none is given)."""
        return any(
            post.kind in codes and post.is_held(on or timezone.localdate()) for post in self.posts_held
        )

    def places(self, *codes: str, on: date | None = None) -> list[int]:
        """Ids of the members, bodies, agencies or people led where one of the posts is held."""
        day = on or timezone.localdate()
        return [p.place_id for p in self.posts_held if p.kind in codes and p.place_id and p.is_held(day)]

    @property
    def is_office(self) -> bool:
        """Works in the committee's office: reads the inside words and lines."""
        return any(
            POSTS[post.kind].is_office and post.is_held(timezone.localdate()) for post in self.posts_held
        )


class PostQuerySet(models.QuerySet["Post"]):
    def current(self, on: date) -> QuerySet[Post]:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class Post(models.Model):
    """岗位: a hat an account wears from a day to a day, at a place."""

    account = models.ForeignKey(Account, verbose_name="账号", on_delete=models.CASCADE, related_name="posts")
    kind = models.CharField("岗位", max_length=20, choices=[(k.code, k.label) for k in POSTS.values()])
    member = models.ForeignKey(
        "Member", verbose_name="委员", null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    body = models.ForeignKey(
        "Body", verbose_name="机构", null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    agency = models.ForeignKey(
        "Agency",
        verbose_name="承办单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="posts",
    )
    staff = models.ForeignKey(
        Account,
        verbose_name="机关人员",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_by",
        help_text="whom a line leader leads",
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="post_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(staff=None) | ~Q(staff=F("account")), name="nobody_leads_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place.name} {self.label}" if self.place else self.label

    @property
    def label(self) -> str:
        return POSTS[self.kind].label

    @property
    def place(self) -> Any:
        where = POSTS[self.kind].place
        return getattr(self, where.value) if where else None

    @property
    def place_id(self) -> int | None:
        where = POSTS[self.kind].place
        return getattr(self, f"{where.value}_id") if where else None

    def is_held(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


# asked by every page: written down once
HELD = Bundle(
    lambda pk: {
        "posts": Part(
            Post.objects.filter(account=pk), {"member": (), "body": (), "agency": (), "staff": ("name",)}
        )
    }
)


class TermQuerySet(models.QuerySet["Term"]):
    def at(self, day: date) -> Term | None:
        """The term a day falls into: the latest that had begun."""
        return self.filter(starts_on__lte=day).order_by("-starts_on").first()


class Term(models.Model):
    """届: one committee's five years."""

    number = models.PositiveSmallIntegerField("届", unique=True)
    committee = models.CharField("机关全称", max_length=80)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = "届"
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{chinese_number(self.number)}届"


class SessionQuerySet(models.QuerySet["Session"]):
    def at(self, moment: datetime) -> Session | None:
        """The session a submission of this moment counts to: the one whose counting year it falls into."""
        return self.filter(counts_from__lte=moment).select_related("term").order_by("-counts_from").first()


class Session(models.Model):
    """次: one plenary and the year that follows it.

    opens_on–closes_on is the window of 会间; after cutoff_at a proposal is 平时, also while the plenary still sits.
    counts_from: submissions from this moment on count to this session (the day after the year's cut-off).
    """

    term = models.ForeignKey(Term, verbose_name="届", on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField("次")
    year = models.PositiveSmallIntegerField("年度")
    opens_on = models.DateField("开幕")
    closes_on = models.DateField("闭幕")
    cutoff_at = models.DateTimeField("会间提案截止")
    counts_from = models.DateTimeField("计入起点")

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "次"
        ordering = ["-counts_from"]
        constraints = [
            models.UniqueConstraint(fields=["term", "number"], name="one_session_per_number"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="session_closes_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return f"{chinese_number(self.term.number)}届{chinese_number(self.number)}次"

    @property
    def title(self) -> str:
        """政协郑州市上街区第九届委员会第一次会议"""
        return f"{self.term.committee}第{chinese_number(self.term.number)}届委员会第{chinese_number(self.number)}次会议"

    def is_sitting(self, moment: datetime) -> bool:
        """Whether a submission of this moment is a 会间 one."""
        return moment <= self.cutoff_at


class BodyKind(models.TextChoices):
    COMMITTEE = "committee", "专门委员会"
    SECTOR = "sector", "界别"
    TOWN = "town", "镇（街）工委"
    PARTY = "party", "党派"
    GROUP = "group", "人民团体"
    TEAM = "team", "委员小组"


class Body(models.Model):
    """机构: a special committee, sector, town committee, party, people's organisation or members' group."""

    kind = models.CharField("类别", max_length=12, choices=BodyKind.choices)
    name = models.CharField("名称", max_length=80)
    other_names = models.JSONField("别名", default=list, blank=True)
    leader = models.CharField("负责人", max_length=60, blank=True)
    duty = models.TextField("职责", blank=True)
    starts_on = models.DateField("设立", null=True, blank=True)
    ends_on = models.DateField("撤销", null=True, blank=True)

    class Meta:
        verbose_name = "机构"
        ordering = ["kind", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="one_body_per_name")]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """委员. Only what the committee's work needs: no identity number, no address, no religion."""

    name = models.CharField("姓名", max_length=60, db_index=True)
    initials = models.CharField("拼音首字母", max_length=20, blank=True, db_index=True)
    sex = models.CharField("性别", max_length=2, blank=True)
    born = models.CharField("出生年月", max_length=7, blank=True)
    party = models.CharField("政治面貌", max_length=30, blank=True)
    unit = models.CharField("工作单位", max_length=120, blank=True)
    job = models.CharField("职务", max_length=120, blank=True)
    phone = models.CharField("手机", max_length=20, blank=True)
    starts_on = models.DateField("任职")
    ends_on = models.DateField("离任", null=True, blank=True)
    end_reason = models.CharField("离任原因", max_length=120, blank=True)
    sector = models.ForeignKey(
        Body,
        verbose_name="现属界别",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="the sector of today, kept beside the dated memberships so that a list need not join them",
    )

    class Meta:
        verbose_name = "委员"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """The name with its sector, as it is always shown where two members could share it."""
        return f"{self.name}（{self.sector.name}）" if self.sector else self.name


class Membership(models.Model):
    """A member's seat in a body, from a day to a day. One sector at a time; at most two special committees."""

    member = models.ForeignKey(
        Member, verbose_name="委员", on_delete=models.CASCADE, related_name="memberships"
    )
    body = models.ForeignKey(Body, verbose_name="机构", on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField("类别", max_length=12, choices=BodyKind.choices, editable=False)
    role = models.CharField("职务", max_length=40, blank=True)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "组织关系"
        constraints = [
            models.UniqueConstraint(
                fields=["member", "body"], condition=Q(ends_on=None), name="one_open_membership"
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(ends_on=None, kind="sector"), name="one_sector_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(ends_on=None, kind="town"), name="one_town_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.body}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.kind = self.body.kind
        super().save(*args, **kwargs)


class StandingSeatQuerySet(models.QuerySet["StandingSeat"]):
    def on(self, day: date) -> QuerySet[StandingSeat]:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class StandingSeat(models.Model):
    """常务委员任职: a member's seat in the standing committee, from the day of the election to the last day of it, with the
    words of the decision either way. Whoever asks who is a standing member asks about a day (``queries.was_standing``)."""

    member = models.ForeignKey(
        Member, verbose_name="委员", on_delete=models.CASCADE, related_name="standing_seats"
    )
    term = models.ForeignKey(
        Term, verbose_name="届", null=True, on_delete=models.PROTECT, related_name="standing_seats"
    )
    starts_on = models.DateField("当选")
    ends_on = models.DateField("最后一天", null=True, blank=True)
    decision = models.CharField("当选的决定", max_length=200, blank=True)
    end_decision = models.CharField("不再担任的决定", max_length=200, blank=True)

    objects = StandingSeatQuerySet.as_manager()

    class Meta:
        verbose_name = "常务委员任职"
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(ends_on=None), name="one_open_standing_seat"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="standing_seat_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}（常务委员）"


class Agency(models.Model):
    """承办单位: a unit of government, party or public service that answers proposals."""

    name = models.CharField("名称", max_length=80, unique=True)
    short_names = models.JSONField("简称", default=list, blank=True)
    initials = models.CharField("拼音首字母", max_length=20, blank=True, db_index=True)
    kind = models.CharField("类别", max_length=40, blank=True)
    duty = models.TextField("职责", blank=True)
    leader = models.CharField("分管领导", max_length=60, blank=True)
    contact = models.CharField("经办人", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    starts_on = models.DateField("设立", null=True, blank=True)
    ends_on = models.DateField("撤销", null=True, blank=True)

    class Meta:
        verbose_name = "承办单位"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """导入批次: one file read into the records; what it changed is kept so that it can be undone exactly.

    Before ``applied_at`` it is a dry run that waits for the person: mapping, decisions and report may still change.
    """

    kind = models.CharField("内容", max_length=20)
    name = models.CharField("文件名", max_length=255)
    content = models.BinaryField("原文件", default=bytes)
    sheet = models.CharField("工作表", max_length=100, blank=True)
    mapping = models.JSONField("各列含义", default=dict)
    decisions = models.JSONField("逐行处理", default=dict)
    account = models.ForeignKey(
        Account, verbose_name="经手人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间")
    report = models.JSONField("逐行结论", default=dict)
    digest = models.CharField("结论校验值", max_length=64, blank=True)
    changes = models.JSONField("改动", default=list)
    applied_at = models.DateTimeField("导入时间", null=True)
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "导入批次"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def state_word(self) -> str:
        if self.undone_at:
            return "已撤销"
        return "已导入" if self.applied_at else "待确认"


class SignIn(models.Model):
    """登录: one session of an account, so that its owner can see and end it. The session row itself is Django's."""

    account = models.ForeignKey(
        Account, verbose_name="账号", on_delete=models.CASCADE, related_name="sign_ins"
    )
    session_key = models.CharField("会话", max_length=40, unique=True)
    device = models.CharField("设备", max_length=80, blank=True)
    source = models.CharField("来源地址", max_length=45, blank=True)
    started_at = models.DateTimeField("登录时间")
    seen_at = models.DateTimeField("最近使用")

    class Meta:
        verbose_name = "登录"
        ordering = ["-seen_at"]


class Activation(models.Model):
    """启用码: a printed slip that lets its bearer set a password once, within 24 hours. Only the hash is kept."""

    account = models.ForeignKey(
        Account, verbose_name="账号", on_delete=models.CASCADE, related_name="activations"
    )
    digest = models.CharField("校验值", max_length=64, unique=True)
    made_by = models.ForeignKey(
        Account, verbose_name="开具人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("开具时间")
    expires_at = models.DateTimeField("有效至")
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = "启用码"


class ApiToken(models.Model):
    """接口令牌: its hash only; the token itself is shown once."""

    account = models.ForeignKey(Account, verbose_name="账号", on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField("校验值", max_length=64, unique=True)
    made_at = models.DateTimeField("建立时间", default=timezone.now)
    used_at = models.DateTimeField("最近使用", null=True)
    ended_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "接口令牌"


# -- 委员变动 --------------------------------------------------------------------------------------------------------


class MemberChangeState(States):
    # fmt: off
    DRAFT     = "draft",     "✎", "grey",  "", "准备中"
    PROPOSED  = "proposed",  "◔", "ochre", "", "待主席会议审议"
    ENDORSED  = "endorsed",  "◑", "ochre", "", "待常委会议决定"
    DECIDED   = "decided",   "●", "pine",  "", "已决定，待生效"
    IN_FORCE  = "in_force",  "✓", "pine",  "", "已生效"
    REJECTED  = "rejected",  "—", "grey",  "", "未通过"
    WITHDRAWN = "withdrawn", "○", "grey",  "", "已撤回"
    # fmt: on


# while one of these stands, no second change of the same member is begun
OPEN_CHANGES = (
    MemberChangeState.DRAFT,
    MemberChangeState.PROPOSED,
    MemberChangeState.ENDORSED,
    MemberChangeState.DECIDED,
)
DECIDED_CHANGES = (MemberChangeState.DECIDED, MemberChangeState.IN_FORCE)


class MemberChange(Matter):
    """委员变动: one seat given or ended between two plenaries, with the decision it rests on.

    On its day it opens or closes the dated rows; those alone say who is a member. Nothing is deleted.
    """

    sort = models.CharField("变动", max_length=40, help_text="a code of the office's list of kinds")
    adds = models.BooleanField(
        "新任", help_text="as the list said when it was prepared: a new seat, or an end"
    )
    member = models.ForeignKey(
        Member, verbose_name="委员", null=True, on_delete=models.PROTECT, related_name="changes"
    )
    person: Any = models.JSONField("拟任人选", default=dict, help_text="name, sex, born, party, unit, job")
    sector = models.ForeignKey(
        Body, verbose_name="拟任界别", null=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField("推荐单位", max_length=120, blank=True)
    reason = models.CharField("原因", max_length=40, help_text="a code of the office's list of reasons")
    words = models.TextField("说明", blank=True)
    state = models.CharField(
        "状态",
        max_length=12,
        choices=MemberChangeState.choices,
        default=MemberChangeState.DRAFT,
        editable=False,
    )
    chairs_meeting = models.CharField("主席会议", max_length=120, blank=True)
    chairs_on = models.DateField("主席会议日期", null=True)
    meeting = models.CharField("决定的会议", max_length=120, blank=True)
    decided_on = models.DateField("决定日期", null=True)
    document = models.CharField("文号", max_length=80, blank=True)
    effective_on = models.DateField(
        "生效日期", null=True, help_text="first day of a seat, last day of an ended one"
    )
    prepared_by = models.ForeignKey(
        Account, verbose_name="经办人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    prepared_at = models.DateTimeField("准备时间")

    class Meta:
        verbose_name = "委员变动"
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(adds=False, state__in=("draft", "proposed", "endorsed", "decided")),
                name="one_open_change_a_member",
            ),
            models.CheckConstraint(
                condition=Q(adds=True) | Q(member__isnull=False), name="ending_change_has_its_member"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("decided", "in_force"))
                | (Q(decided_on__isnull=False, effective_on__isnull=False) & ~Q(meeting="")),
                name="decided_change_has_its_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(member__isnull=False),
                name="change_in_force_has_its_member",
            ),
        ]
        indexes = [models.Index(fields=["state", "effective_on"], name="change_state")]

    def __str__(self) -> str:
        return f"{self.sort_label}：{self.name}"

    def get_absolute_url(self) -> str:
        return reverse("people:change", args=[self.pk])

    @property
    def name(self) -> str:
        return str(self.member) if self.member else str(self.person.get("name", ""))

    @property
    def sector_name(self) -> str:
        sector = self.member.sector if self.member and not self.adds else self.sector
        return str(sector or "")

    @property
    def unit_and_job(self) -> str:
        if self.member:
            return f"{self.member.unit}{self.member.job}"
        return f"{self.person.get('unit', '')}{self.person.get('job', '')}"

    @property
    def sort_label(self) -> str:
        return local.label_of(rules.CHANGE, self.sort)

    @property
    def reason_label(self) -> str:
        return local.label_of(rules.REASON, self.reason)


# -- 信息更正 --------------------------------------------------------------------------------------------------------


class CorrectionState(States):
    # fmt: off
    ASKED     = "asked",     "◔", "ochre", "", "待核准"
    MADE      = "made",      "✓", "pine",  "", "已更正"
    REFUSED   = "refused",   "—", "grey",  "", "未同意"
    WITHDRAWN = "withdrawn", "○", "grey",  "", "已撤回"
    # fmt: on


class Correction(Matter):
    """信息更正: somebody asks that what is kept about them be put right; the office approves or says why not.

    Read by the person and the office alone. ``wanted``: field -> [as it was, as it should be].
    """

    account = models.ForeignKey(
        Account, verbose_name="申请人", on_delete=models.PROTECT, related_name="corrections"
    )
    member = models.ForeignKey(
        Member, verbose_name="委员", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    wanted: Any = models.JSONField("更正内容", default=dict)
    reason = models.TextField("理由")
    state = models.CharField(
        "状态", max_length=12, choices=CorrectionState.choices, default=CorrectionState.ASKED, editable=False
    )
    asked_at = models.DateTimeField("申请时间")
    answer = models.TextField("不同意的理由", blank=True)
    answered_on = models.DateField("办理日期", null=True)

    class Meta:
        verbose_name = "信息更正"
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="asked"), name="one_open_correction_an_account"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | (Q(answered_on__isnull=False) & ~Q(answer="")),
                name="refused_correction_says_why",
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="correction_state")]

    def __str__(self) -> str:
        return f"{self.account.name}申请更正{self.what}"

    def get_absolute_url(self) -> str:
        return reverse("people:correction", args=[self.pk])

    @property
    def what(self) -> str:
        """The fields' names; never what is in them, for notices and lists."""
        return "、".join(rules.FIELDS[name] for name in self.wanted)

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        return [(rules.FIELDS[name], old, new) for name, (old, new) in self.wanted.items()]


_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1–99 in Chinese figures, as terms and sessions are counted: 9 → 九, 13 → 十三; beyond that as they are."""
    if not 0 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


__all__ = [
    "DECIDED_CHANGES", "OPEN_CHANGES", "Account", "Activation", "Agency", "ApiToken", "Body", "BodyKind", "Correction",
    "CorrectionState", "ImportBatch", "Member", "MemberChange", "MemberChangeState", "Membership", "Place", "Post", "Session",
    "SignIn", "StandingSeat", "Term", "chinese_number",
]  # fmt: skip
