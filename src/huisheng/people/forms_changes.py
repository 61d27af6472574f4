"""Forms of 委员变动 and 信息更正: what the office prepares, what a meeting decided, what somebody asks to have put right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import validate_email

from huisheng.kernel import local
from huisheng.kernel.forms import OptionField, PaperField, StepForm, TextField, choose_from
from huisheng.ui.forms import DateInput

from . import local_rules as rules
from . import queries
from .forms import PARTIES, SEXES, check_born, check_person, check_phone
from .importing import clean
from .models import Body, BodyKind, Member, MemberChange

PAPERS = ("pdf", "docx", "doc", "jpg", "png")
LATEST = timedelta(days=366)
PERSON = ("name", "sex", "born", "party", "unit", "job")


class Note(StepForm):
    note = TextField(label="说明", rows=3, max_length=1000)


class Answer(StepForm):
    submit = "不同意更正"
    answer = TextField(label="理由", rows=4, max_length=1000, help_text="为什么不能这样改，本人看得到。")


class ChangeForm(StepForm):
    """准备委员变动: an end names its member, a new seat names the person and the sector."""

    sort = OptionField(rules.CHANGE, label="变动", widget=forms.RadioSelect)
    member = forms.ModelChoiceField(
        label="委员", queryset=Member.objects.none(), required=False, empty_label="（请选）"
    )
    name = TextField(label="姓名", max_length=60, required=False, help_text="生僻字请用输入法打出正式的字。")
    sector = forms.ModelChoiceField(
        label="拟任界别", queryset=Body.objects.none(), required=False, empty_label="（请选）"
    )
    sex = forms.ChoiceField(label="性别", choices=SEXES, required=False)
    born = TextField(label="出生年月", max_length=20, required=False, help_text="例如 1968-05。")
    party = forms.ChoiceField(label="政治面貌", choices=PARTIES, required=False)
    unit = TextField(label="工作单位", max_length=120, required=False)
    job = TextField(label="职务", max_length=120, required=False)
    source = TextField(label="推荐单位", max_length=120, required=False, help_text="例如：区委统战部。")
    apart = forms.BooleanField(
        label="名册里有同名的，也不是同一个人", required=False, help_text="没有同名的不用勾。"
    )
    reason = OptionField(rules.REASON, empty="（请选）", label="原因")
    words = TextField(
        label="说明", rows=4, max_length=2000, required=False, help_text="提请审议时主席会议看得到。"
    )

    def prepare(self) -> None:
        assert self.today is not None
        codes = [one.code for one in local.options(rules.CHANGE, self.today)]
        new = "|".join(code for code in codes if queries.adds(code))
        ends = "|".join(code for code in codes if not queries.adds(code))
        asked = (*PERSON, "sector", "source", "apart")
        self.when = {"member": f"sort={ends}", **dict.fromkeys(asked, f"sort={new}")}
        super().prepare()
        rows = Member.objects.filter(ends_on=None).select_related("sector").order_by("initials", "pk")
        choose_from(self, "member", rows, lambda one: one.full_name)
        choose_from(self, "sector", Body.objects.filter(kind=BodyKind.SECTOR, ends_on=None), str)

    def clean_born(self) -> str:
        assert self.today is not None
        return check_born(self.cleaned_data["born"], self.today)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        sort = given.get("sort")
        if sort and queries.adds(sort):
            self._clean_person(given)
        elif sort and not given.get("member"):
            self.add_error("member", "“委员”还没有选。")
        return given

    def _clean_person(self, given: dict[str, Any]) -> None:
        if not given.get("name"):
            self.add_error("name", "“姓名”还没有填。")
        else:
            try:
                given["name"] = check_person(given["name"])
            except forms.ValidationError as problem:
                self.add_error("name", problem)
        if not given.get("sector"):
            self.add_error("sector", "“拟任界别”还没有选。")
        if given.get("name") and not given.get("apart"):
            self._check_namesakes(given["name"])

    def _check_namesakes(self, name: str) -> None:
        folded = clean.skeleton(name)
        rows = Member.objects.filter(ends_on=None).select_related("sector")
        if alike := [one.full_name for one in rows if clean.skeleton(one.name) == folded]:
            self.add_error("apart", f"名册里已有{'、'.join(alike[:5])}。确是另一位，请勾上这一项。")

    def data_of(self) -> dict[str, Any]:
        """As ``changing.prepare`` asks for it: what does not concern this kind is left out."""
        given = self.cleaned_data
        new = queries.adds(given["sort"])
        return {
            "sort": given["sort"], "adds": new, "reason": given["reason"], "words": given["words"],
            "member": None if new else given["member"], "sector": given["sector"] if new else None,
            "person": {name: given[name] for name in PERSON} if new else {}, "source": given["source"] if new else "",
        }  # fmt: skip


def initial_of(change: MemberChange) -> dict[str, Any]:
    """The form as it stands in the record."""
    return {
        "sort": change.sort, "member": change.member_id, "sector": change.sector_id, "source": change.source,
        "reason": change.reason, "words": change.words, **change.person,
    }  # fmt: skip


class ChairsMeeting(StepForm):
    meeting = TextField(label="哪次主席会议", max_length=120, help_text="例如：九届第十二次主席会议。")
    held_on = forms.DateField(label="会议日期", widget=DateInput())
    note = TextField(label="说明", rows=3, max_length=1000, required=False)

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if self.today and day > self.today:
            raise forms.ValidationError("会议日期还没有到。")
        return day


class Decision(StepForm):
    """登记决定: which meeting, when, on what paper, and from what day it counts."""

    meeting = TextField(label="哪次常委会会议", max_length=120, help_text="例如：九届常委会第五次会议。")
    decided_on = forms.DateField(label="决定日期", widget=DateInput())
    document = TextField(label="文号", max_length=80, required=False, help_text="文号和文件至少有一样。")
    file = PaperField(
        kinds=PAPERS, label="决定文件", required=False, help_text="PDF、Word 或照片，不超过 50 MB。"
    )
    effective_on = forms.DateField(label="生效日期", widget=DateInput())

    def prepare(self) -> None:
        super().prepare()
        if self.record is not None:
            new = self.record.adds
            self.fields["effective_on"].help_text = (
                "从这一天起是委员。" if new else "任职到这一天为止，含这一天。"
            )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        decided, effective = given.get("decided_on"), given.get("effective_on")
        if decided and self.today and decided > self.today:
            self.add_error("decided_on", "决定日期还没有到。会议开过以后再登记。")
        if decided and self.record.chairs_on and decided < self.record.chairs_on:
            self.add_error("decided_on", f"不能早于主席会议的日期 {self.record.chairs_on}。")
        if not given.get("document") and not given.get("file") and "file" not in self.errors:
            self.add_error("document", "请写文号，或者附上决定文件。")
        if decided and effective:
            self._check_effect(decided, effective)
        return given

    def _check_effect(self, decided: date, effective: date) -> None:
        change = self.record
        if effective < decided and not queries.has_own_day(change.sort):
            self.add_error("effective_on", "不能早于决定日期。")
        elif change.member and effective < change.member.starts_on:
            self.add_error("effective_on", f"不能早于任职的日期 {change.member.starts_on}。")
        elif effective > decided + LATEST:
            self.add_error("effective_on", "离决定日期超过一年，请核对年份。")


# -- 信息更正 --------------------------------------------------------------------------------------------------------
def _email(text: str, today: date) -> str:
    if text:
        try:
            validate_email(text)
        except forms.ValidationError:
            raise forms.ValidationError("电子邮箱的写法不对，请写作 name@example.cn。") from None
    return text


CHECKS: dict[str, Callable[[str, date], str]] = {
    "name": lambda text, today: check_person(text),
    "born": check_born,
    "unit": lambda text, today: clean.unit(text),
    "phone": lambda text, today: check_phone(text),
    "email": _email,
}
LENGTHS = {"name": 60, "born": 20, "unit": 120, "job": 120, "phone": 20, "email": 254}
CHOICES = {"sex": SEXES, "party": PARTIES}


class CorrectionForm(StepForm):
    """申请更正: every field as it is kept now; what the person changes is what they ask for."""

    submit = "申请更正"
    reason = TextField(
        label="理由", rows=3, max_length=1000, help_text="例如：名字中的字登记错了；九月起换了单位。"
    )

    def __init__(self, *args: Any, now: dict[str, str], asked: list[str], **options: Any) -> None:
        self.now, self.asked = now, asked
        super().__init__(*args, **options)

    def prepare(self) -> None:
        reason = self.fields.pop("reason")
        for name in self.asked:
            self.fields[name] = self._field(name)
            # telephones do not lie in drafts, and a register value put back later could be yesterday's
            self.fields[name].widget.attrs["data-unkept"] = True
        self.fields["reason"] = reason
        super().prepare()
        self.initial = {**{name: self.now[name] for name in self.asked}, **self.initial}

    def _field(self, name: str) -> forms.Field:
        label = rules.FIELDS[name]
        if name in CHOICES:
            known = [*CHOICES[name]]
            if self.now[name] not in {code for code, _ in known}:
                known.append((self.now[name], self.now[name]))
            return forms.ChoiceField(label=label, choices=known, required=False)
        return TextField(label=label, max_length=LENGTHS[name], required=name == "name")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        assert self.today is not None
        for name in self.asked:
            if name in given and name in CHECKS and given[name] != self.now[name]:
                try:
                    given[name] = CHECKS[name](given[name], self.today)
                except forms.ValidationError as problem:
                    self.add_error(name, problem)
        if not self.errors and not self.wanted():
            self.add_error(None, "哪一项也没有改。请直接改要更正的那一项。")
        return given

    def wanted(self) -> dict[str, list[str]]:
        """field -> [as it is kept, as it should be], of what was changed."""
        given = self.cleaned_data
        return {
            name: [self.now[name], given[name]]
            for name in self.asked
            if name in given and given[name] != self.now[name]
        }
