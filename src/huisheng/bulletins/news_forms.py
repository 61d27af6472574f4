"""What is asked in 政协动态. The server counts; a title's page counts along."""

from __future__ import annotations

from typing import Any

from django import forms

from huisheng.kernel import local
from huisheng.kernel.forms import OptionField, RecordsField, StepForm, TextField, choose_from
from huisheng.kernel.models import Attachment
from huisheng.ui.forms import DateInput

from . import news_local_rules as rules

LONG = 10_000  # with its frame a page of so many characters stays under a hundred kilobytes


class Note(StepForm):
    note = TextField(label="说明", rows=4, max_length=1000)


class OptionalNote(StepForm):
    note = TextField(label="说明", rows=3, max_length=1000, required=False)


class Reason(StepForm):
    intro = "撤下以后，原来的网址只说“已经撤下”；原因只有机关看得到。"
    note = TextField(label="原因", rows=3, max_length=1000)


class Words(StepForm):
    """The writer's own words. A title that is too long is kept, and must be shorter before it is handed in."""

    title = TextField(label="标题", max_length=120)
    column = OptionField(rules.COLUMN, label="栏目")
    happened_on = forms.DateField(label="事情发生的日期", widget=DateInput())
    content = TextField(
        label="正文", rows=14, max_length=LONG,
        help_text="写什么时候、在哪里、谁、做了什么、有什么结果。不写群众的姓名、电话和证件号码。",
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None
        longest = int(local.rule(rules.TITLE, self.today))
        self.fields["title"].help_text = f"最多{longest}字。"
        self.fields["title"].widget.attrs.update({"data-letters": "", "data-letters-most": longest})
        self.fields["title"].widget.attrs.pop("maxlength", None)


class Caption(StepForm):
    caption = TextField(label="照片说明", max_length=60, help_text="看不到照片的人听到的就是这句话。")


class Take(StepForm):
    """选用: photographs of the activity it tells of."""

    photos = RecordsField(
        label="选哪几张", queryset=Attachment.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请先勾选照片。"},
    )  # fmt: skip

    def offer(self, rows: Any) -> None:
        choose_from(self, "photos", rows, lambda one: one.name.rpartition(".")[0] or one.name)


class Correct(StepForm):
    """更正: the words as they shall stand, and the line that says what was put right."""

    intro = "更正以后，公开页上写明更正了什么、哪天更正的；原来的文字留作前一版。"
    title = TextField(label="标题", max_length=120)
    content = TextField(label="正文", rows=14, max_length=LONG)
    note = TextField(
        label="更正说明", max_length=300, help_text="公众看得到，例如“参加座谈的单位应为六家，原文误作五家”。"
    )

    def prepare(self) -> None:
        super().prepare()
        if self.record is not None and not self.is_bound:
            self.initial = {"title": self.record.title, "content": self.record.content, **self.initial}

    def clean_title(self) -> str:
        given: str = self.cleaned_data["title"]
        assert self.today is not None
        longest = int(local.rule(rules.TITLE, self.today))
        if len(given) > longest:
            raise forms.ValidationError(f"标题有{len(given)}字，最多{longest}字，请改短。")
        return given

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        words = (found.get("title"), found.get("content"))
        if self.record is not None and words == (self.record.title, self.record.content):
            raise forms.ValidationError("标题和正文都没有改动，不用更正。")
        return found

    def journal_data(self) -> dict[str, Any]:
        """The words stand in the versions; the line says what was put right, and that is its note."""
        return {}
