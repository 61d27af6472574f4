"""One small form per step that asks for something."""

from __future__ import annotations

from typing import Any

from django import forms

from huisheng.kernel.forms import OptionField, StepForm, TextField, choose_from
from huisheng.people.models import Agency, Body, BodyKind, Member
from huisheng.ui.forms import DateInput

from . import local_rules as rules
from .hiding import hide
from .models import OPEN_LEADS, Adoption, Lead, Opinion, OpinionState

LONG = 50_000  # of one text; the whole request is capped at 6 MB by the settings
MOST = 200  # offered in one choice


class Note(StepForm):
    note = TextField(label="说明", rows=4, max_length=2000)


class OptionalNote(StepForm):
    note = TextField(label="说明", rows=3, max_length=2000, required=False)


# -- leads -------------------------------------------------------------------------------------------------------
class Accept(StepForm):
    """受理: what it is about, in the office's words; the sender's own stay as they came."""

    gist = TextField(label="事由", max_length=120, help_text="一句话说清是什么事、在哪里；不写来信人的姓名。")
    category = OptionField(rules.LEAD_CATEGORY, label="类别")
    place = TextField(label="地点", max_length=120, required=False)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            lead = self.record
            self.initial = {"gist": str(lead), "category": lead.category, "place": lead.place, **self.initial}


class Sort(StepForm):
    """归类: category, committee, agency; what is not sent stays as it is, so that one suggestion is taken with one press."""

    category = OptionField(rules.LEAD_CATEGORY, label="类别", required=False, empty="（还没有定）")
    committee = forms.ModelChoiceField(
        label="对口专委会", queryset=Body.objects.none(), required=False, empty_label="（没有）"
    )
    agency = forms.ModelChoiceField(
        label="涉及单位", queryset=Agency.objects.none(), required=False, empty_label="（没有）"
    )

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "committee", Body.objects.filter(kind=BodyKind.COMMITTEE, ends_on=None), str)
        choose_from(self, "agency", Agency.objects.filter(ends_on=None), str)
        if not self.is_bound:
            lead = self.record
            now = {"category": lead.category, "committee": lead.committee_id, "agency": lead.agency_id}
            self.initial = {**now, **self.initial}

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        kept = {name: getattr(self.record, name) for name in ("category", "committee", "agency")}
        return {name: answers.get(name) if name in self.data else kept[name] for name in kept}


class Transcribe(StepForm):
    """录入文字: what a scan or a recording says, typed by a person."""

    content = TextField(label="内容", rows=10, max_length=LONG, help_text="照原样录入，不改字句。")
    note = TextField(label="说明", max_length=200, required=False)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            self.initial = {"content": self.record.content, **self.initial}

    def journal_data(self) -> dict[str, Any]:
        return {}  # the words may name somebody; the journal is kept for ever


class Redirect(StepForm):
    service = OptionField(rules.SERVICE, label="应当找哪里")
    text = TextField(
        label="给来信人的话", rows=4, max_length=2000, required=False, help_text="不写时，只告诉去处。"
    )

    def journal_data(self) -> dict[str, Any]:
        return {"service": self.cleaned_data["service"]}


class Join(StepForm):
    main = forms.ModelChoiceField(label="并入哪一条", queryset=Lead.objects.none())

    def prepare(self) -> None:
        super().prepare()
        rows = (
            Lead.objects.filter(state__in=OPEN_LEADS)
            .exclude(pk=self.record.pk)
            .order_by("-received_at", "-pk")
        )
        choose_from(self, "main", rows, lambda one: f"{one.code} {one}")


class PassOn(StepForm):
    """转给委员或单位: a member reads it here; a unit is named, and gets it the way units get letters."""

    member = forms.ModelChoiceField(
        label="转给委员", queryset=Member.objects.none(), required=False, empty_label="（不是转给委员）"
    )
    to = TextField(label="或：转给哪个单位", max_length=120, required=False)
    excerpt = TextField(
        label="转出的内容", rows=6, max_length=LONG, required=False,
        help_text="委员只看得到事由和这一段。电话等已自动隐去，请再看一遍：不写来信人的姓名和住处。",
    )  # fmt: skip
    text = TextField(
        label="给来信人的话", rows=3, max_length=2000, required=False, help_text="不写时，只告诉已经转出。"
    )

    def prepare(self) -> None:
        super().prepare()
        members = Member.objects.filter(ends_on=None).select_related("sector").order_by("initials", "pk")
        choose_from(self, "member", members, lambda one: one.full_name)
        if not self.is_bound:
            agency = str(self.record.agency) if self.record.agency_id else ""
            self.initial = {"excerpt": hide(self.record.content), "to": agency, **self.initial}

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if not answers.get("member") and not answers.get("to"):
            self.add_error("member", "请选一位委员，或写一个单位。")
        if answers.get("member") and answers.get("to"):
            self.add_error("to", "委员和单位只写一个。还要转给另一方的，转出之后再办。")
        if answers.get("member") and not answers.get("excerpt"):
            self.add_error("excerpt", "请写转给委员的内容。")
        return answers

    def journal_data(self) -> dict[str, Any]:
        answers = self.cleaned_data
        return {"to": str(answers["member"] or answers["to"])}


class TakeUp(StepForm):
    """编为社情民意信息: a new one, or as a further voice of one that is being worked on."""

    opinion = forms.ModelChoiceField(
        label="编入", queryset=Opinion.objects.none(), required=False, empty_label="新编一条社情民意信息"
    )
    title = TextField(label="新信息的标题", max_length=200, required=False)
    when = {"title": "opinion="}

    def prepare(self) -> None:
        super().prepare()
        open_ones = (OpinionState.SUBMITTED, OpinionState.EDITING)
        rows = Opinion.objects.filter(state__in=open_ones).order_by("-submitted_at", "-pk")
        choose_from(self, "opinion", rows, lambda one: f"{one.number_label} {one}")
        if not self.is_bound:
            self.initial = {"title": f"关于{self.record}", **self.initial}

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if not answers.get("opinion") and not answers.get("title"):
            self.add_error("title", "新编一条信息，请写标题。")
        return answers


class Ask(StepForm):
    text = TextField(label="想请来信人补充什么", rows=4, max_length=2000)

    def journal_data(self) -> dict[str, Any]:
        return {}


class Answer(StepForm):
    text = TextField(
        label="答复", rows=6, max_length=5000, help_text="来信人凭回执看到这段话；留了联系方式的，另行通知。"
    )

    def journal_data(self) -> dict[str, Any]:
        return {}


class Unuse(StepForm):
    reason = OptionField(rules.UNUSED_REASON, label="理由")
    text = TextField(label="给来信人的话", rows=4, max_length=2000, required=False)

    def journal_data(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class AskContact(StepForm):
    intro = "须由另一位同志同意。来信人在回执页上看得到是谁、什么时候、为什么看了联系方式。"
    reason = TextField(label="理由", max_length=200)


# -- opinions ----------------------------------------------------------------------------------------------------
class Words(StepForm):
    """Another version of the text; the ones before stay."""

    title = TextField(label="标题", max_length=200)
    situation = TextField(label="情况", rows=8, max_length=LONG)
    analysis = TextField(label="分析", rows=6, max_length=LONG, required=False)
    advice = TextField(label="建议", rows=6, max_length=LONG)
    note = TextField(label="说明", max_length=200, required=False)

    def prepare(self) -> None:
        super().prepare()
        text = self.record.text
        if text and not self.is_bound:
            words = {name: getattr(text, name) for name in ("title", "situation", "analysis", "advice")}
            self.initial = {**words, **self.initial}

    def journal_data(self) -> dict[str, Any]:
        return {}  # the versions themselves are kept; the journal gets their fingerprints


class Adopt(StepForm):
    area = OptionField(rules.AREA, label="咨政方面")
    is_urgent = forms.BooleanField(label="急件，优先编发", required=False)
    note = TextField(label="说明", rows=3, max_length=2000, required=False)


class Keep(StepForm):
    reason = OptionField(rules.KEEP_REASON, label="留存理由")
    note = TextField(label="给反映人的说明", rows=3, max_length=2000, required=False)


class Combine(StepForm):
    synthesis = forms.ModelChoiceField(
        label="并入哪一份综合稿",
        queryset=Opinion.objects.none(),
        required=False,
        empty_label="新建一份综合稿",
    )
    title = TextField(label="新综合稿的标题", max_length=200, required=False)
    when = {"title": "synthesis="}

    def prepare(self) -> None:
        super().prepare()
        rows = Opinion.objects.filter(is_synthesis=True, state=OpinionState.EDITING).order_by("-pk")
        choose_from(self, "synthesis", rows, lambda one: f"{one.number_label} {one}")

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if not answers.get("synthesis") and not answers.get("title"):
            self.add_error("title", "新建综合稿，请写标题。")
        return answers


class RecordAdoption(StepForm):
    level = forms.ChoiceField(label="层级", choices=Adoption.Level.choices, widget=forms.RadioSelect)
    how = forms.ChoiceField(label="方式", choices=Adoption.How.choices, widget=forms.RadioSelect)
    addressee = TextField(label="主送", max_length=120)
    adopted_on = forms.DateField(label="日期", widget=DateInput())
    instruction = TextField(
        label="批示内容", rows=4, max_length=5000, required=False, help_text="照原文录入。"
    )
