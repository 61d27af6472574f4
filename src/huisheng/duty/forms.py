"""One small form per step and act that asks for something."""

from __future__ import annotations

from typing import Any

from django import forms

from huisheng.kernel.forms import OptionField, StepForm, TextField, choose_from
from huisheng.people.models import Member
from huisheng.ui.forms import DateInput

from . import local_rules as rules
from .appraising import FOR, MOST_ITEMS, PER
from .credits import CREDITS
from .schemes import SCHEMES


class Note(StepForm):
    note = TextField(label="说明", rows=3, max_length=1000)


class Answer(StepForm):
    answer = TextField(
        label="答复", rows=4, max_length=2000, help_text="改了哪条记录，或者为什么维持。委员看得到。"
    )


class Object(StepForm):
    """履职异议: about one line, or about one that is missing."""

    submit = "提出异议"
    about = TextField(label="说的是哪一条", max_length=200, help_text="漏记的，写清什么时候、什么活动。")
    reason = TextField(label="理由", rows=5, max_length=2000)


class HonourForm(StepForm):
    submit = "登记"
    member = forms.ModelChoiceField(
        label="委员", queryset=Member.objects.none(), required=False, empty_label="（不是委员）"
    )
    person = TextField(
        label="机关人员姓名", max_length=60, required=False, help_text="表彰单位的，两项都不填。"
    )
    title = TextField(label="称号", max_length=120)
    level = OptionField(rules.HONOUR, label="级别", widget=forms.RadioSelect)
    given_by = TextField(label="授予单位", max_length=120)
    given_on = forms.DateField(label="授予日期", widget=DateInput())
    document = TextField(label="文号", max_length=80, required=False)

    def prepare(self) -> None:
        super().prepare()
        rows = Member.objects.select_related("sector").order_by("pk")
        choose_from(self, "member", rows, lambda one: f"{one.name}（{one.sector or '未定界别'}）")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("member") and given.get("person"):
            self.add_error("person", "委员和机关人员只填一个。")
        if given.get("given_on") and self.today and given["given_on"] > self.today:
            self.add_error("given_on", "授予日期还没有到。")
        return given


class NewBook(StepForm):
    submit = "开始拟订"
    title = TextField(label="名称", max_length=120)
    from_year = forms.IntegerField(label="自哪一年起", min_value=2000, max_value=2100)
    scheme = forms.ChoiceField(
        label="从哪里写起", required=False, widget=forms.RadioSelect,
        choices=[("", "空白"), *((code, one["label"]) for code, one in SCHEMES.items())],
        help_text="都是公开的办法整理成的样式，分值照原文，可以随意改。",
    )  # fmt: skip


class Begin(StepForm):
    submit = "开始考核"
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)


class BookForm(StepForm):
    title = TextField(label="名称", max_length=120)
    from_year = forms.IntegerField(label="自哪一年起", min_value=2000, max_value=2100)
    source = TextField(label="依据", max_length=200, required=False)
    joined_after = forms.RegexField(
        r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", label="何日以后任职的当年不考核", required=False,
        help_text="写成 10-01；不写就都考核。", error_messages={"invalid": "写成 10-01 这样，月和日都是两位数。"},
    )  # fmt: skip
    bands = TextField(
        label="等次",
        rows=4,
        max_length=400,
        required=False,
        help_text="一行一个，写成“90 优秀”；不分等次的不写。",
    )

    def clean_bands(self) -> list[dict[str, Any]]:
        made = []
        for line in self.cleaned_data["bands"].splitlines():
            if not line.strip():
                continue
            least, _, label = line.strip().partition(" ")
            if not least.replace(".", "", 1).isdecimal() or not least.isascii() or not label.strip():
                raise forms.ValidationError(f"“{line.strip()[:20]}”读不懂，请写成“90 优秀”。")
            made.append({"from": float(least), "label": label.strip()[:20]})
        return made


class CategoryForm(forms.Form):
    """类别, one a row; an emptied row is gone."""

    code = forms.SlugField(label="代码", max_length=20, required=False)
    label = TextField(label="类别", max_length=40, required=False)
    start = forms.DecimalField(label="起始分", required=False, max_digits=7, decimal_places=2)
    cap = forms.DecimalField(label="最多", required=False, max_digits=7, decimal_places=2)
    floor = forms.DecimalField(label="最少", required=False, max_digits=7, decimal_places=2)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("label") and not given.get("code"):
            self.add_error("code", "这个类别还没有代码（小写字母）。")
        return given


class ItemForm(forms.Form):
    """细则, one a row; a row without words is gone."""

    label = TextField(label="细则", max_length=60, required=False)
    category = forms.SlugField(label="类别代码", max_length=20, required=False)
    credit = forms.ChoiceField(
        label="履职事项", required=False, choices=[("", "（请选）"), *((one.key, f"{one.head}：{one.label}") for one in CREDITS)]
    )  # fmt: skip
    sorts = TextField(label="只算哪些（代码，空格分开）", max_length=120, required=False)
    points = forms.DecimalField(label="分值", required=False, max_digits=7, decimal_places=2)
    per = forms.ChoiceField(label="计法", required=False, choices=list(PER.items()))
    first = forms.IntegerField(label="从第几次起", required=False, min_value=1, max_value=999)
    last = forms.IntegerField(label="计到第几次", required=False, min_value=1, max_value=999)
    cap = forms.DecimalField(label="本条最多", required=False, min_value=0, max_digits=7, decimal_places=2)
    best_of = TextField(label="同组取高", max_length=20, required=False)
    split = forms.BooleanField(label="联名的分摊", required=False)
    whom = forms.ChoiceField(label="对谁", required=False, choices=list(FOR.items()))

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("label"):
            return given
        for name, said in (("category", "类别代码"), ("credit", "履职事项"), ("points", "分值")):
            if given.get(name) in (None, ""):
                self.add_error(name, f"这一条还没有填{said}。")
        return given


Categories = forms.formset_factory(CategoryForm, extra=2, max_num=20)
Items = forms.formset_factory(ItemForm, extra=3, max_num=MOST_ITEMS)
