"""One small form per step of 机关平时考核. What is written here stands in the record, not in the journal."""

from __future__ import annotations

from typing import Any

from django import forms

from huisheng.kernel.forms import OptionField, StepForm, TextField

from . import office_local_rules as rules


class Quiet(StepForm):
    """The journal says who took the step and when; grade and words are for three people and stand in the record."""

    def journal_data(self) -> dict[str, Any]:
        return {}


class Summary(Quiet):
    submit = "存好"
    summary = TextField(
        label="个人小结", rows=12, max_length=5000,
        help_text="做了什么、做得怎样、还差什么。旁边是记录里您办过的事，不用抄。",
    )  # fmt: skip


class Grade(Quiet):
    grade = OptionField(rules.GRADE, label="等次", widget=forms.RadioSelect)
    words = TextField(label="评鉴意见", rows=4, max_length=1000, help_text="审定以后，本人看得到。")


class GiveBack(Quiet):
    words = TextField(label="为什么退回", rows=3, max_length=1000)


class Answer(Quiet):
    intro = "只能说明一次。主管领导和机关负责人看得到，等次不因此改变。"
    words = TextField(label="本人说明", rows=5, max_length=2000)


class Begin(StepForm):
    """Which period, by its first day; and for the head whether for everybody."""

    period = forms.DateField(label="考核周期", input_formats=["%Y-%m-%d"])
    everybody = forms.BooleanField(label="给全体机关人员开始", required=False)
