"""What is asked of people: the words of a material, the small forms of the steps, drives, lists, imports."""

from __future__ import annotations

from typing import Any

from django import forms

from huisheng.kernel.forms import OptionField, RecordsField, StepForm, TextField
from huisheng.ui.forms import DateInput

from . import dates, queries
from . import local_rules as rules
from .models import Drive, DriveState, Handover, HandoverLine, Material, PhotoBatch, Rights, Secrecy, Type


class Note(StepForm):
    note = TextField(label="说明", rows=4, max_length=2000)


class OptionalNote(StepForm):
    note = TextField(label="说明", rows=3, max_length=2000, required=False)


class FilesInput(forms.ClearableFileInput):
    """Several files at once, from the phone's pictures or camera."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploads; the gate looks at each of them later."""

    def __init__(self, accept: str = "", **options: Any) -> None:
        options.setdefault("widget", FilesInput(attrs={"accept": accept} if accept else {}))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not given:
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(one, initial) for one in given]


def check_dated(form: forms.Form) -> str:
    words = str(form.cleaned_data.get("dated") or "")
    try:
        return dates.read(words, today=form.today).words  # type: ignore[attr-defined]
    except dates.Unread as problem:
        raise forms.ValidationError(str(problem)) from None


def check_return(form: forms.Form) -> None:
    """A loan has its day of return; a gift has none."""
    data = form.cleaned_data
    if data.get("rights") == Rights.LENT and not data.get("return_on"):
        form.add_error("return_on", "借用的资料要写归还日期。")
    if data.get("rights") != Rights.LENT:
        data["return_on"] = None


class Words(StepForm):
    """著录: everything a material says of itself."""

    when = {"return_on": "rights=lent", "content": "type=text"}
    type = forms.ChoiceField(label="类型", choices=Type.choices)
    title = TextField(label="题名", max_length=120, help_text="一句话说清是什么，例如“中心路拓宽工程开工”。")
    content = TextField(
        label="正文", rows=12, max_length=50_000, required=False,
        help_text="写亲历、亲见、亲闻，用第一人称，不评论、不虚构；二千到五千字为宜。",
    )  # fmt: skip
    caption = TextField(
        label="说明", rows=3, max_length=2000, required=False, help_text="照片上是什么，或这件资料讲什么。"
    )
    dated = TextField(
        label="年代", max_length=60, required=False,
        help_text="照知道的写：1958年5月1日、1958年、约1958年、五十年代；不知道就空着。",
    )  # fmt: skip
    place = TextField(label="地点", max_length=120, required=False)
    event = TextField(label="事件", max_length=120, required=False)
    people = TextField(
        label="主要人物",
        rows=3,
        max_length=2000,
        required=False,
        help_text="一行一位，写姓名和当时的职务，从左到右。",
    )
    author = TextField(label="作者（拍摄者）", max_length=60, required=False)
    author_then = TextField(label="作者当时身份", max_length=120, required=False)
    author_now = TextField(label="作者现在身份", max_length=120, required=False)
    recorder = TextField(
        label="整理人", max_length=60, required=False, help_text="他人口述、由您记录的，写您的姓名。"
    )
    provider_name = TextField(label="提供人", max_length=60)
    provider_unit = TextField(label="提供人单位", max_length=120, required=False)
    provider_contact = TextField(
        label="提供人联系方式",
        max_length=120,
        required=False,
        is_kept=False,
        help_text="加密保管，只有文史工作人员和办公室可以看，看过有记录。",
    )
    rights = forms.ChoiceField(
        label="权属", choices=Rights.choices, help_text="借用的到期归还；复制的，原件您留着。"
    )
    return_on = forms.DateField(label="归还日期", widget=DateInput(), required=False)
    may_show = forms.BooleanField(label="同意对外展示（网上展厅、展览）", required=False)

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None

    def clean_dated(self) -> str:
        return check_dated(self)

    def clean(self) -> dict[str, Any]:
        check_return(self)
        return self.cleaned_data

    def journal_data(self) -> dict[str, Any]:
        """What changed by name only; the provider's contact never enters the journal."""
        return {"changed": sorted(name for name in self.changed_data if name != "provider_contact")}


class SendIn(Words):
    """What a member fills in on a phone: what it is, the files, a few words."""

    files: Any = FilesField(label="照片或文件", required=False, accept="image/jpeg,image/png,image/tiff,.docx,.doc,.odt,.rtf,.pdf,.txt,audio/*,video/mp4",
                       help_text="可以一次选多张；原样保存，不压缩。")  # fmt: skip
    drive = forms.ModelChoiceField(
        label="响应哪次征集", queryset=Drive.objects.none(), required=False, empty_label="（不是响应征集）"
    )
    field_order = ("type", "files", "title", "content", "caption", "dated", "place", "people", "event")

    def prepare(self) -> None:
        super().prepare()
        assert self.account is not None
        field: Any = self.fields["drive"]
        field.queryset = queries.open_drives(self.today)  # type: ignore[arg-type]
        if not field.queryset:
            del self.fields["drive"]
        if not self.is_bound:
            self.initial = {"provider_name": self.account.name, "type": Type.PHOTO, **self.initial}


class Describe(Words):
    """著录 by the keepers: the same words, and where it lies and who may see it."""

    secrecy = forms.ChoiceField(label="公开范围", choices=Secrecy.choices, help_text="不得收入涉密资料。")
    storage = TextField(
        label="存放位置", max_length=120, required=False, help_text="例如“二楼档案室 3 柜 2 层”。"
    )
    drive = forms.ModelChoiceField(
        label="征集", queryset=Drive.objects.none(), required=False, empty_label="（没有）"
    )

    def prepare(self) -> None:
        super().prepare()
        one: Material = self.record
        field: Any = self.fields["drive"]
        field.queryset = Drive.objects.exclude(state=DriveState.DRAFT)
        if not queries.keeps(self.account, self.today):  # type: ignore[arg-type]
            for name in ("secrecy", "storage", "drive"):
                del self.fields[name]
        if one.provider_sealed:
            self.fields["provider_contact"].help_text = "已经封存了联系方式；空着就不变，另写就换成新的。"
        if one.serial:  # its files were accepted for this type
            self.fields["type"].disabled = True
        words = {name: getattr(one, name) for name in self.fields if hasattr(one, name)}
        self.initial = {**words, **self.initial}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("provider_contact"):
            data.pop("provider_contact", None)
        return data


class Using(StepForm):
    sort = OptionField(rules.USE, label="用途")
    title = TextField(label="书刊、展览名称", max_length=120)
    used_on = forms.DateField(label="采用日期", widget=DateInput())
    fee = forms.DecimalField(
        label="稿酬（元）", min_value=0, max_value=99_999, decimal_places=2, required=False
    )
    copies = forms.IntegerField(label="样书（份）", min_value=0, max_value=1000, required=False)

    def clean(self) -> dict[str, Any]:
        for name in ("fee", "copies"):
            self.cleaned_data[name] = self.cleaned_data.get(name) or 0
        return self.cleaned_data


class GiveBack(StepForm):
    returned_on = forms.DateField(label="归还日期", widget=DateInput())
    note = TextField(label="交给谁、有无损坏", rows=2, max_length=500)

    def clean_returned_on(self) -> Any:
        day = self.cleaned_data["returned_on"]
        if self.today and day > self.today:
            raise forms.ValidationError("归还日期晚于今天，请核对。")
        return day


# -- drives --------------------------------------------------------------------------------------------------------
class DriveForm(StepForm):
    title = TextField(label="标题", max_length=120)
    opens_on = forms.DateField(label="开始", widget=DateInput())
    closes_on = forms.DateField(label="结束", widget=DateInput())
    content = TextField(
        label="公告正文", rows=12, max_length=20_000, help_text="征集什么、要写明什么、怎样送交、是否归还。"
    )
    contact = TextField(
        label="联系方式", max_length=120, required=False, help_text="办公室的电话、地址，印在公告末尾。"
    )

    def clean(self) -> dict[str, Any]:
        opens, closes = self.cleaned_data.get("opens_on"), self.cleaned_data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", "结束日期不能早于开始日期。")
        return self.cleaned_data


class Extend(StepForm):
    closes_on = forms.DateField(label="延到哪一天", widget=DateInput())

    def clean_closes_on(self) -> Any:
        day = self.cleaned_data["closes_on"]
        if day < self.record.opens_on:
            raise forms.ValidationError("结束日期不能早于开始日期。")
        return day


# -- handing over ----------------------------------------------------------------------------------------------------
class HandoverForm(StepForm):
    title = TextField(label="标题", max_length=120, help_text="例如“2017年征集文史照片移交清单”。")
    receiver = TextField(label="接收单位", max_length=120)


class ListMore(StepForm):
    """编入: narrowed by what is chosen; with nothing chosen, everything that is kept and on no open list."""

    type = forms.ChoiceField(label="类型", choices=[("", "全部"), *Type.choices], required=False)
    drive = forms.ModelChoiceField(
        label="征集", queryset=Drive.objects.none(), required=False, empty_label="全部"
    )
    batch = forms.ModelChoiceField(
        label="导入的照片", queryset=PhotoBatch.objects.none(), required=False, empty_label="全部"
    )

    def prepare(self) -> None:
        super().prepare()
        drive, batch = self.fields["drive"], self.fields["batch"]
        drive.queryset = Drive.objects.exclude(state=DriveState.DRAFT)  # type: ignore[attr-defined]
        batch.queryset = PhotoBatch.objects.exclude(applied_at=None).filter(undone_at=None)  # type: ignore[attr-defined]


class ListFewer(StepForm):
    lines = RecordsField(
        label="移出", queryset=HandoverLine.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        super().prepare()
        record: Handover = self.record
        field: Any = self.fields["lines"]
        field.queryset = record.lines.select_related("material")
        field.label_from_instance = lambda line: f"{line.position}. {line.material}"

    def journal_data(self) -> dict[str, Any]:
        return {}


class Hand(StepForm):
    handed_on = forms.DateField(label="移交日期", widget=DateInput())
    handed_by = TextField(label="移交人", max_length=60)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound and self.account is not None:
            self.initial = {"handed_by": self.account.name, "handed_on": self.today, **self.initial}


class Receive(StepForm):
    received_on = forms.DateField(label="签收日期", widget=DateInput())
    received_by = TextField(label="接收人", max_length=60)

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if self.record.handed_on and day < self.record.handed_on:
            raise forms.ValidationError("签收日期早于移交日期，请核对。")
        return day


# -- photo imports ---------------------------------------------------------------------------------------------------
class Import(StepForm):
    """批量导入: the files, and what holds for all of them."""

    when = {"return_on": "rights=lent"}
    name = TextField(label="这一批叫什么", max_length=120, help_text="例如“老照片征集第一批”。")
    files: Any = FilesField(
        label="照片和说明表", accept=".zip,.jpg,.jpeg,.png,.xlsx,.csv",
        help_text="一个 .zip（照片文件夹连同说明表一起压缩），或一次选中照片和 .xlsx 说明表。说明表的一列写文件名，其余列写题名、时间、地点、人物、拍摄者等。",
    )  # fmt: skip
    drive = forms.ModelChoiceField(
        label="征集", queryset=Drive.objects.none(), required=False, empty_label="（没有）"
    )
    provider_name = TextField(label="提供人", max_length=60, help_text="表里另写了提供人的，照表里的。")
    provider_unit = TextField(label="提供人单位", max_length=120, required=False)
    rights = forms.ChoiceField(label="权属", choices=Rights.choices)
    return_on = forms.DateField(label="归还日期", widget=DateInput(), required=False)
    secrecy = forms.ChoiceField(label="公开范围", choices=Secrecy.choices, help_text="不得收入涉密资料。")
    may_show = forms.BooleanField(label="提供人同意对外展示", required=False)
    storage = TextField(label="存放位置", max_length=120, required=False)

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["drive"]
        field.queryset = Drive.objects.exclude(state=DriveState.DRAFT)

    def clean(self) -> dict[str, Any]:
        check_return(self)
        return self.cleaned_data


class Filters(forms.Form):
    """What the list of materials may be narrowed to."""

    q = forms.CharField(
        label="找", max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    type = forms.ChoiceField(label="类型", choices=[("", "全部"), *Type.choices], required=False)
    state = forms.ChoiceField(label="状态", required=False)
    decade = forms.ChoiceField(label="年代", required=False)
    drive = forms.ModelChoiceField(
        label="征集", queryset=Drive.objects.none(), required=False, empty_label="全部"
    )
    loan = forms.BooleanField(label="借用未还", required=False)

    def __init__(self, data: Any, *, states: Any, drives: Any, decades: Any, is_keeper: bool) -> None:
        super().__init__(data, label_suffix="")
        self.fields["state"].choices = [("", "全部"), *states]  # type: ignore[attr-defined]
        self.fields["decade"].choices = [("", "全部"), *decades]  # type: ignore[attr-defined]
        self.fields["drive"].queryset = drives  # type: ignore[attr-defined]
        if not is_keeper:
            del self.fields["loan"], self.fields["state"]
