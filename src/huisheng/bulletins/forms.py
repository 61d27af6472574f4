"""What an editor writes of an issue. The server counts; the page counts along."""

from __future__ import annotations

from django import forms

from huisheng.kernel import local
from huisheng.kernel.forms import OptionField, StepForm, TextField

from . import local_rules as rules
from .queries import letters


class Start(StepForm):
    series = OptionField(rules.SERIES, label="刊物系列", widget=forms.RadioSelect)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            self.initial = {"series": next(iter(self.fields["series"].choices))[0], **self.initial}  # type: ignore[attr-defined]


class ItemForm(StepForm):
    """One item. Its lengths are the office's rules; the counts stand in the sentence."""

    headline = TextField(label="标题", max_length=200)
    gist = TextField(label="要点", rows=4, max_length=2000)
    proposal = TextField(
        label="建议", rows=2, max_length=200, required=False, help_text="一句话：请谁做什么。"
    )
    source = TextField(label="来源", max_length=120)
    voices = forms.IntegerField(label="反映人数", min_value=1, max_value=1_000_000)

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None
        wanted = (rules.HEADLINE, rules.LEAST, rules.MOST)
        self.longest, self.least, self.most = (int(local.rule(name, self.today)) for name in wanted)
        self.fields["headline"].help_text = f"最多{self.longest}字。"
        self.fields["gist"].help_text = f"{self.least}至{self.most}字，说清什么事、多大影响、为什么。"
        self.fields["headline"].widget.attrs.update({"data-letters": "", "data-letters-most": self.longest})
        self.fields["gist"].widget.attrs.update(
            {"data-letters": "gist", "data-letters-least": self.least, "data-letters-most": self.most}
        )
        for name in ("headline", "gist"):  # one counter is enough: the page's own counts without spaces
            self.fields[name].widget.attrs.pop("maxlength", None)

    def clean_headline(self) -> str:
        text: str = self.cleaned_data["headline"]
        if letters(text) > self.longest:
            raise forms.ValidationError(f"标题现在有{letters(text)}字，最多{self.longest}字。")
        return text

    def clean_gist(self) -> str:
        text: str = self.cleaned_data["gist"]
        if not self.least <= letters(text) <= self.most:
            raise forms.ValidationError(f"要点现在有{letters(text)}字，须{self.least}至{self.most}字。")
        return text


class Imprint(StepForm):
    """The foot of the issue: to whom, how many copies."""

    report_to = TextField(label="报", max_length=200)
    send_to = TextField(label="送", max_length=200, required=False)
    hand_to = TextField(label="发", max_length=200, required=False)
    copies = forms.IntegerField(label="印数", min_value=0, max_value=10_000)
