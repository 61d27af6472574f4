"""The nouns of 文史资料: drives, materials with their originals and uses, photo imports, handing-over lists."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from huisheng.kernel import local
from huisheng.kernel.models import Attachment, Job, Matter, account_key
from huisheng.kernel.states import States
from huisheng.people.models import Member

from .dates import Precision
from .local_rules import USE


class Type(models.TextChoices):
    PHOTO = "photo", "照片"
    TEXT = "text", "文稿"
    AUDIO = "audio", "录音"
    VIDEO = "video", "录像"
    OBJECT = "object", "实物"


class Rights(models.TextChoices):
    """捐赠: ours. 借用: goes back on a day. 复制: the provider keeps the original, we a copy."""

    DONATED = "donated", "捐赠"
    LENT = "lent", "借用"
    COPIED = "copied", "复制"


class Secrecy(models.TextChoices):
    """Nothing classified comes in at all; 内部 is for the office and the chair alone."""

    PUBLIC = "public", "公开"
    INSIDE = "inside", "内部"


class DriveState(States):
    DRAFT = "draft", "○", "grey", "草稿"
    OPEN = "open", "◐", "primary", "征集中"
    CLOSED = "closed", "●", "pine", "已结束"


class MaterialState(States):
    DRAFT = "draft", "○", "grey", "草稿"
    SUBMITTED = "submitted", "◔", "ochre", "待初审"
    READ = "read", "◑", "ochre", "待复审"
    CHECKED = "checked", "◕", "ochre", "待终审"
    KEPT = "kept", "●", "pine", "已入藏"
    HANDED = "handed", "◆", "pine", "已移交"
    RETURNED = "returned", "↩", "orange", "退回补充"
    DECLINED = "declined", "–", "grey", "不收"
    WITHDRAWN = "withdrawn", "×", "grey", "已撤回"


class HandoverState(States):
    DRAFT = "draft", "○", "grey", "编制中"
    HANDED = "handed", "◑", "ochre", "已移交"
    RECEIVED = "received", "●", "pine", "已签收"
    VOID = "void", "×", "grey", "已作废"


COLLECTED = (MaterialState.KEPT, MaterialState.HANDED)
WAITING = (MaterialState.SUBMITTED, MaterialState.READ, MaterialState.CHECKED)
UNSENT = (MaterialState.DRAFT, MaterialState.WITHDRAWN)
GONE = (MaterialState.DECLINED, MaterialState.WITHDRAWN)


class Drive(Matter):
    """文史征集: what is asked for, from when to when, with a text for everybody."""

    title = models.CharField("标题", max_length=120)
    content = models.TextField("公告正文")
    opens_on = models.DateField("开始")
    closes_on = models.DateField("结束")
    contact = models.CharField(
        "联系方式", max_length=120, blank=True, help_text="the office's own, printed with the text"
    )
    state = models.CharField(
        "状态", max_length=12, choices=DriveState.choices, default=DriveState.DRAFT, editable=False
    )
    made_by = account_key("起草人")

    class Meta:
        verbose_name = "文史征集"
        ordering = ["-opens_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="drive_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("archive:drive", args=[self.pk])


class PhotoBatch(models.Model):
    """照片导入: a folder of photographs with its sheet of captions, read, decided row by row, applied, undone."""

    name = models.CharField("名称", max_length=120)
    drive = models.ForeignKey(
        Drive, verbose_name="征集", null=True, blank=True, on_delete=models.PROTECT, related_name="batches"
    )
    provider_name = models.CharField("提供人", max_length=60)
    provider_unit = models.CharField("单位", max_length=120, blank=True)
    rights = models.CharField("权属", max_length=10, choices=Rights.choices, default=Rights.DONATED)
    return_on = models.DateField("归还日期", null=True, blank=True)
    secrecy = models.CharField("公开范围", max_length=10, choices=Secrecy.choices, default=Secrecy.PUBLIC)
    may_show = models.BooleanField("提供人同意对外展示", default=False)
    storage = models.CharField("存放位置", max_length=120, blank=True)
    told = models.JSONField("读表的说明", default=list)
    account = account_key("导入人")
    at = models.DateTimeField("时间")
    job = models.ForeignKey(
        Job, verbose_name="后台任务", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    read_at = models.DateTimeField("读完", null=True)
    applied_at = models.DateTimeField("导入", null=True)
    undone_at = models.DateTimeField("撤销", null=True)

    class Meta:
        verbose_name = "照片导入"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("archive:import", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Read, and neither applied nor undone: rows can be decided."""
        return self.read_at is not None and self.applied_at is None and self.undone_at is None


class Material(Matter):
    """文史资料: one photograph, text, recording or thing, with whose it is, when, where, who, and who reviewed it."""

    year = models.PositiveSmallIntegerField("年度", null=True)
    serial = models.PositiveIntegerField("征集号", null=True)
    type = models.CharField("类型", max_length=10, choices=Type.choices)
    title = models.CharField("题名", max_length=120)
    caption = models.TextField("说明", blank=True)
    content = models.TextField("正文", blank=True)
    event = models.CharField("事件", max_length=120, blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    people = models.TextField(
        "主要人物", blank=True, help_text="one a line: the name and the post held at the time"
    )
    dated = models.CharField("年代", max_length=60, default="不详")
    precision = models.CharField(
        "年代精度", max_length=10, choices=Precision.choices, default=Precision.UNKNOWN
    )
    earliest = models.DateField("不早于", null=True)
    latest = models.DateField("不晚于", null=True)
    author = models.CharField("作者（拍摄者）", max_length=60, blank=True)
    author_then = models.CharField("作者当时身份", max_length=120, blank=True)
    author_now = models.CharField("作者现在身份", max_length=120, blank=True)
    recorder = models.CharField("整理人", max_length=60, blank=True)
    provider_member = models.ForeignKey(
        Member,
        verbose_name="提供委员",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="materials",
    )
    provider_name = models.CharField("提供人", max_length=60)
    provider_unit = models.CharField("提供人单位", max_length=120, blank=True)
    provider_sealed = models.TextField("提供人联系方式（封存）", blank=True, editable=False)
    rights = models.CharField("权属", max_length=10, choices=Rights.choices, default=Rights.DONATED)
    return_on = models.DateField("归还日期", null=True, blank=True)
    returned_on = models.DateField("已归还", null=True, blank=True)
    secrecy = models.CharField("公开范围", max_length=10, choices=Secrecy.choices, default=Secrecy.PUBLIC)
    may_show = models.BooleanField("提供人同意对外展示", default=False)
    is_published = models.BooleanField("对外展示", default=False, editable=False)
    storage = models.CharField("存放位置", max_length=120, blank=True)
    drive = models.ForeignKey(
        Drive, verbose_name="征集", null=True, blank=True, on_delete=models.PROTECT, related_name="materials"
    )
    batch = models.ForeignKey(
        PhotoBatch, verbose_name="照片导入", null=True, on_delete=models.PROTECT, related_name="materials"
    )
    state = models.CharField(
        "状态", max_length=12, choices=MaterialState.choices, default=MaterialState.DRAFT, editable=False
    )
    made_by = account_key("登记人")
    made_at = models.DateTimeField("登记时间")
    received_on = models.DateField("收到日期", null=True)
    kept_on = models.DateField("入藏日期", null=True)
    read_by = account_key("初审", null=True)
    checked_by = account_key("复审", null=True)
    approved_by = account_key("终审", null=True)

    class Meta:
        verbose_name = "文史资料"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="one_material_per_serial"),
            # 三审须由三个人
            models.CheckConstraint(
                condition=(Q(read_by=None) | Q(checked_by=None) | ~Q(read_by=F("checked_by")))
                & (Q(read_by=None) | Q(approved_by=None) | ~Q(read_by=F("approved_by")))
                & (Q(checked_by=None) | Q(approved_by=None) | ~Q(checked_by=F("approved_by"))),
                name="three_reviewers",
            ),
            models.CheckConstraint(
                condition=~Q(rights="lent") | Q(return_on__isnull=False), name="lent_has_a_day_of_return"
            ),
            models.CheckConstraint(
                condition=Q(is_published=False) | Q(secrecy="public", may_show=True), name="published_is_free"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="material_state"),
            models.Index(fields=["is_published", "-kept_on", "-id"], name="material_published"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("archive:material", args=[self.pk])

    @property
    def number_label(self) -> str:
        return f"文史{self.year}-{self.serial:04d}" if self.serial else ""

    @property
    def is_lent(self) -> bool:
        return self.rights == Rights.LENT

    @property
    def due_on(self) -> Any:
        """The day on which what was lent goes back."""
        return self.return_on if self.is_lent and not self.returned_on else None

    @property
    def is_vague(self) -> bool:
        """Its words do not say by themselves between which days it lies."""
        vague = (Precision.SEASON, Precision.RANGE, Precision.DECADE, Precision.ABOUT)
        return self.precision in vague and self.earliest is not None

    @property
    def people_lines(self) -> list[str]:
        return [line.strip() for line in self.people.splitlines() if line.strip()]

    @property
    def type_label(self) -> str:
        return str(Type(self.type).label)


class Original(models.Model):
    """原件: one file as it was received, to the byte; beside it the pictures that are shown of it."""

    material = models.ForeignKey(
        Material, verbose_name="文史资料", on_delete=models.PROTECT, related_name="originals"
    )
    number = models.PositiveSmallIntegerField("序号", default=1)
    file = models.ForeignKey(Attachment, verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    view = models.ForeignKey(
        Attachment, verbose_name="浏览图", null=True, on_delete=models.PROTECT, related_name="+"
    )
    thumb = models.ForeignKey(
        Attachment, verbose_name="缩略图", null=True, on_delete=models.PROTECT, related_name="+"
    )
    played = models.ForeignKey(
        Attachment, verbose_name="播放件", null=True, on_delete=models.PROTECT, related_name="+",
        help_text="a recording or film without what the machine wrote about who and where",
    )  # fmt: skip
    width = models.PositiveIntegerField("宽", default=0)
    height = models.PositiveIntegerField("高", default=0)
    likeness = models.BigIntegerField(
        "图像指纹", null=True, help_text="64 bits, signed; near copies differ in few"
    )
    taken_on = models.DateField("相机所记日期", null=True)

    class Meta:
        verbose_name = "原件"
        ordering = ["material", "number"]
        constraints = [models.UniqueConstraint(fields=["material", "number"], name="one_original_per_number")]

    def __str__(self) -> str:
        return self.file.name


class Use(models.Model):
    """采用: where a material was used, what was paid and how many sample copies were sent."""

    material = models.ForeignKey(
        Material, verbose_name="文史资料", on_delete=models.PROTECT, related_name="uses"
    )
    sort = models.CharField("用途", max_length=40)
    title = models.CharField("书刊、展览名称", max_length=120)
    used_on = models.DateField("采用日期")
    fee = models.DecimalField("稿酬（元）", max_digits=8, decimal_places=2, default=0)
    copies = models.PositiveSmallIntegerField("样书（份）", default=0)
    account = account_key("登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "采用记录"
        ordering = ["used_on", "pk"]

    def __str__(self) -> str:
        return f"{self.sort_label}《{self.title}》"

    @property
    def sort_label(self) -> str:
        return local.label_of(USE, self.sort)

    def get_absolute_url(self) -> str:
        return self.material.get_absolute_url()


class PhotoRow(models.Model):
    """照片导入行: one photograph with its caption, one photograph without, or one caption whose photograph is missing."""

    class Verdict(models.TextChoices):
        GOOD = "good", "可以导入"
        DOUBT = "doubt", "请看一看"
        SAME = "same", "已经有了"
        MISSING = "missing", "缺照片"
        REFUSED = "refused", "不能收"

    class Decision(models.TextChoices):
        OPEN = "", "未定"
        TAKE = "take", "导入"
        SKIP = "skip", "不导入"

    batch = models.ForeignKey(
        PhotoBatch, verbose_name="照片导入", on_delete=models.CASCADE, related_name="rows"
    )
    position = models.PositiveIntegerField("次序")
    line = models.PositiveIntegerField("表格行", null=True)
    name = models.CharField("文件名", max_length=255)
    file = models.ForeignKey(
        Attachment, verbose_name="原件", null=True, on_delete=models.PROTECT, related_name="+"
    )
    view = models.ForeignKey(
        Attachment, verbose_name="浏览图", null=True, on_delete=models.PROTECT, related_name="+"
    )
    thumb = models.ForeignKey(
        Attachment, verbose_name="缩略图", null=True, on_delete=models.PROTECT, related_name="+"
    )
    width = models.PositiveIntegerField("宽", default=0)
    height = models.PositiveIntegerField("高", default=0)
    likeness = models.BigIntegerField("图像指纹", null=True)
    taken_on = models.DateField("相机所记日期", null=True)
    words = models.JSONField("著录", default=dict, help_text="what the sheet says of it, by field")
    issues = models.JSONField("问题", default=list, help_text="sentences")
    verdict = models.CharField("判定", max_length=10, choices=Verdict.choices)
    decision = models.CharField(
        "决定", max_length=6, choices=Decision.choices, default=Decision.OPEN, blank=True
    )
    material = models.ForeignKey(
        Material, verbose_name="文史资料", null=True, on_delete=models.PROTECT, related_name="+"
    )
    twin = models.ForeignKey(
        Material, verbose_name="相同或相近的资料", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "照片导入行"
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="one_photo_row_per_position")
        ]

    def __str__(self) -> str:
        return self.name


class Handover(Matter):
    """移交清单: which materials go to whom, with the hash of every file. Frozen when they are handed over."""

    title = models.CharField("标题", max_length=120)
    receiver = models.CharField("接收单位", max_length=120)
    year = models.PositiveSmallIntegerField("年度", null=True)
    serial = models.PositiveIntegerField("清单号", null=True)
    state = models.CharField(
        "状态", max_length=12, choices=HandoverState.choices, default=HandoverState.DRAFT, editable=False
    )
    handed_on = models.DateField("移交日期", null=True)
    handed_by = models.CharField("移交人", max_length=60, blank=True)
    received_on = models.DateField("签收日期", null=True)
    received_by = models.CharField("接收人", max_length=60, blank=True)
    fingerprint = models.CharField("清单指纹", max_length=64, blank=True)
    verified_at = models.DateTimeField("最近核验", null=True)
    packet = models.ForeignKey(
        Attachment, verbose_name="移交包", null=True, on_delete=models.PROTECT, related_name="+"
    )
    job = models.ForeignKey(
        Job, verbose_name="后台任务", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_by = account_key("编制人")
    made_at = models.DateTimeField("编制时间")

    class Meta:
        verbose_name = "移交清单"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["year", "serial"], name="one_handover_per_serial")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("archive:handover", args=[self.pk])

    @property
    def number_label(self) -> str:
        return f"文史移交{self.year}-{self.serial:02d}" if self.serial else ""


class HandoverLine(models.Model):
    """移交条目: one material on a list; ``files`` is frozen with the list: name, bytes and hash of each original."""

    handover = models.ForeignKey(
        Handover, verbose_name="移交清单", on_delete=models.CASCADE, related_name="lines"
    )
    material = models.ForeignKey(
        Material, verbose_name="文史资料", on_delete=models.PROTECT, related_name="handover_lines"
    )
    position = models.PositiveIntegerField("序号")
    title = models.CharField("题名", max_length=120, blank=True)
    files = models.JSONField("文件", default=list)

    class Meta:
        verbose_name = "移交条目"
        ordering = ["handover", "position"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "material"], name="one_line_per_material"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.material)

    def get_absolute_url(self) -> str:
        return self.material.get_absolute_url()
