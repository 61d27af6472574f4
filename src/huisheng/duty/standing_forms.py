"""Forms of 常委述职."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from huisheng.kernel.forms import StepForm, TextField
from huisheng.ui.forms import DateInput

LONG = 20_000


class OpenRound(StepForm):
    """发起: of which year, until when, and what the office asks for."""

    submit = "发起述职"
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    closes_on = forms.DateField(label="截止日期", widget=DateInput(), help_text="按本地规则算好的，可以改。")
    content = TextField(
        label="要求", rows=4, max_length=2000, required=False, help_text="写哪几方面、多少字；可以不写。"
    )

    def clean_closes_on(self) -> date:
        given: date = self.cleaned_data["closes_on"]
        if self.today and given < self.today:
            raise forms.ValidationError("截止日期已经过了，请写今天或以后的日期。")
        return given


class Extend(StepForm):
    submit = "改定"
    closes_on = forms.DateField(label="新的截止日期", widget=DateInput())
    note = TextField(label="原因", rows=3, max_length=1000)

    def prepare(self) -> None:
        super().prepare()
        if self.record is not None and not self.is_bound:
            self.initial.setdefault("closes_on", self.record.closes_on)

    def clean_closes_on(self) -> date:
        given: date = self.cleaned_data["closes_on"]
        if self.record is not None and given < self.record.opens_on:
            raise forms.ValidationError("截止日期不能早于通知日期。")
        return given


class Write(StepForm):
    """The member's own words."""

    submit = "存好"
    text = TextField(
        label="正文", rows=18, max_length=LONG,
        help_text="写履职的体会、做法、不足和打算；做了哪些事不用再抄，印出来时从履职档案里附上。",
    )  # fmt: skip

    def given(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}
