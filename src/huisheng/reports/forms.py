"""One small form per step and act that asks for something."""

from __future__ import annotations

from django import forms

from huisheng.kernel.forms import OptionField, StepForm, TextField, choose_from

from . import local_rules as rules
from .models import Report, ReportState

LONG = 20_000


class Note(StepForm):
    note = TextField(label="说明", rows=3, max_length=1000)


class OptionalNote(StepForm):
    note = TextField(label="说明", rows=3, max_length=1000, required=False)


class Start(StepForm):
    """A new report: from the house's outline, or from an earlier report with its tokens."""

    type = OptionField(rules.KIND, label="种类", widget=forms.RadioSelect)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    title = TextField(label="标题", max_length=200, required=False, help_text="不填的，用“年度＋种类”。")
    source = forms.ModelChoiceField(
        label="从哪里写起",
        queryset=Report.objects.none(),
        required=False,
        empty_label="（自带的提纲）",
        help_text="照往年的写，文字和指标都带过来，数自动换成新一年的。",
    )

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None
        rows = Report.objects.exclude(state=ReportState.WITHDRAWN).order_by("-year", "-pk")
        choose_from(self, "source", rows, lambda one: f"{one.year}年 {one}{one.edition_label}")
        if not self.is_bound:
            self.initial = {"year": self.today.year, "type": "highlights", **self.initial}


class Write(StepForm):
    """One part."""

    heading = TextField(label="标题", max_length=100)
    level = forms.TypedChoiceField(
        label="层级", coerce=int, choices=[(1, "一级标题"), (2, "二级标题")], widget=forms.RadioSelect
    )
    text = TextField(
        label="正文",
        rows=14,
        max_length=LONG,
        required=False,
        help_text="一段一行。数请用指标，不要手写：在下面的指标表里点一下，就插进正文。",
    )


class Title(StepForm):
    title = TextField(label="标题", max_length=200)
