"""One small form per step that asks for something."""

from __future__ import annotations

from typing import Any

from django import forms

from huisheng.kernel import local
from huisheng.kernel.deadlines import Span
from huisheng.kernel.forms import OptionField, RecordsField, StepForm, TextField, choices, choose_from
from huisheng.kernel.store import receive
from huisheng.people import posts
from huisheng.people.models import Account, Agency
from huisheng.people.posts import holders
from huisheng.ui.forms import DateInput, FilteredChoices

from . import local_rules as rules
from . import queries
from .models import Response

LONG = 50_000
PHOTO = ("jpg", "png", "pdf")
MOST_LINES = 30


class Note(StepForm):
    note = TextField(label="说明", rows=4, max_length=2000)


class OptionalNote(StepForm):
    note = TextField(label="说明", rows=3, max_length=2000, required=False)


def not_later_than_today(form: StepForm, name: str) -> None:
    day = form.cleaned_data.get(name)
    if day and form.today and day > form.today:
        form.add_error(name, f"“{form.fields[name].label}”不能晚于今天。")


class Deliver(StepForm):
    """To whom: addressees of the list, leaders who read it here, others by name."""

    addressees = forms.MultipleChoiceField(
        label="报送对象", required=False, widget=forms.CheckboxSelectMultiple
    )
    leaders = RecordsField(
        label="送哪些领导在平台阅读",
        queryset=Account.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    other = TextField(label="其他报送对象", rows=2, max_length=1000, required=False, help_text="一行一个。")
    how = OptionField(rules.WAY, label="报送方式")
    delivered_on = forms.DateField(label="报送日期", widget=DateInput())

    def prepare(self) -> None:
        super().prepare()
        self.fields["addressees"].choices = choices(rules.ADDRESSEE, self.today)  # type: ignore[attr-defined]
        assert self.today is not None
        leaders = holders([posts.LEADER], self.today).order_by("pk")
        choose_from(self, "leaders", leaders, str)
        if not self.is_bound:
            self.initial = {
                "delivered_on": self.today,
                "leaders": [one.pk for one in leaders],
                **self.initial,
            }

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        lines = [line.strip() for line in (answers.get("other") or "").splitlines() if line.strip()]
        if len(lines) > MOST_LINES or any(len(line) > 120 for line in lines):
            self.add_error("other", f"一行一个报送对象，每行最多120字，最多{MOST_LINES}行。")
        if not answers.get("addressees") and not answers.get("leaders") and not lines:
            self.add_error("addressees", "至少选一个报送对象。")
        not_later_than_today(self, "delivered_on")
        answers["other"] = lines
        return answers

    def journal_data(self) -> dict[str, Any]:
        names = [local.label_of(rules.ADDRESSEE, one) for one in self.cleaned_data["addressees"]]
        names += [str(one) for one in self.cleaned_data["leaders"]] + self.cleaned_data["other"]
        return {"to": names, "how": self.cleaned_data["how"], "on": str(self.cleaned_data["delivered_on"])}


class RecordReceipt(StepForm):
    delivery = forms.ModelChoiceField(label="哪一份", queryset=None)
    received_on = forms.DateField(label="签收日期", widget=DateInput())

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "delivery", self.record.deliveries.filter(received_on=None), str)

    def clean(self) -> dict[str, Any]:
        not_later_than_today(self, "received_on")
        return self.cleaned_data


class Photo(forms.FileField):
    """A picture or scan of the paper; it passes the gate like every file."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if not found:
            return None
        upload = receive(found, found.name, kinds=PHOTO)
        if upload.refused:
            raise forms.ValidationError(upload.refused)
        return upload


def _opinions(form: StepForm) -> None:
    """Which part of the paper the instruction is about, when it has parts."""
    rows = queries.sources_of(form.record).order_by("pk")
    choose_from(form, "opinion", rows, str)
    if not form.is_bound and "opinion" not in form.initial and rows.count() == 1:
        form.initial["opinion"] = rows.get().pk


class Register(StepForm):
    """登记批示: from paper, word for word."""

    intro = "照原文录入，一字不改。批示不能修改；录错了的，标为登记有误后重新登记。"
    account = forms.ModelChoiceField(
        label="批示人", queryset=Account.objects.none(), required=False, empty_label="（不在平台的领导）"
    )
    leader = TextField(label="批示人姓名职务", max_length=60, required=False)
    when = {"leader": "account="}
    opinion = forms.ModelChoiceField(label="批的是哪一条", queryset=None, required=False, empty_label="整份")
    words = TextField(label="批示内容", rows=4, max_length=5000)
    given_on = forms.DateField(label="批示日期", widget=DateInput())
    agencies = RecordsField(
        label="批给哪些单位", queryset=Agency.objects.none(), required=False, widget=FilteredChoices
    )
    photo = Photo(label="批示原件照片", required=False, help_text="照片或扫描件，JPG、PNG 或 PDF。")

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None
        choose_from(self, "account", holders([posts.LEADER], self.today).order_by("pk"), str)
        choose_agencies(self)
        _opinions(self)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if not answers.get("account") and not answers.get("leader"):
            self.add_error("leader", "请选批示人，或写明批示人的姓名职务。")
        not_later_than_today(self, "given_on")
        return answers

    def journal_data(self) -> dict[str, Any]:
        return {}  # the words lie in the record; the journal names it


def choose_agencies(form: StepForm) -> None:
    assert form.today is not None
    choose_from(form, "agencies", queries.agencies_by_use(form.account, form.today), str)
    field = form.fields["agencies"]
    if isinstance(field.widget, FilteredChoices):
        field.widget.initials = {
            str(pk): initials for pk, initials in Agency.objects.values_list("pk", "initials")
        }


class Write(StepForm):
    """批示 by the leader: a phrase or own words, and to whom. Nothing is classified."""

    intro = ""
    opinion = forms.ModelChoiceField(label="批的是哪一条", queryset=None, required=False, empty_label="整份")
    phrase = forms.ChoiceField(label="批示用语", required=False, widget=forms.RadioSelect)
    words = TextField(
        label="自己写", rows=3, max_length=5000, required=False, help_text="写了字，就以写的为准。"
    )
    agencies = RecordsField(
        label="批给哪些单位",
        queryset=Agency.objects.none(),
        required=False,
        widget=FilteredChoices,
        help_text="您用过的在前面。",
    )
    submit = "确认批示"

    def prepare(self) -> None:
        super().prepare()
        self.fields["phrase"].choices = [  # type: ignore[attr-defined]
            (one.code, one.label) for one in local.options(rules.PHRASE, self.today)
        ]
        choose_agencies(self)
        _opinions(self)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if self.errors:
            return answers
        words, agencies = answers["words"], list(answers["agencies"])
        phrase = local.label_of(rules.PHRASE, answers["phrase"]) if answers["phrase"] else ""
        if not words and not phrase:
            self.add_error("words", "请选一句批示用语，或自己写。")
        elif not words and "…" in phrase and not agencies:
            self.add_error("agencies", f"“{phrase}”要选批给哪些单位。")
        answers["said"] = words or phrase.replace("…", "、".join(str(one) for one in agencies))
        return answers

    def journal_data(self) -> dict[str, Any]:
        return {}


class AnswerAdvice(StepForm):
    advice = forms.ModelChoiceField(label="哪一条建议", queryset=None)
    response = forms.ChoiceField(label="采纳情况", choices=Response.choices, widget=forms.RadioSelect)
    measures = TextField(label="落实措施", rows=4, max_length=5000, required=False)
    evidence = TextField(
        label="依据", max_length=300, required=False, help_text="文件名称、文号、日期，或谁在什么会上说的。"
    )

    def prepare(self) -> None:
        super().prepare()
        rows = self.record.advice.all()
        choose_from(self, "advice", rows, lambda one: f"第{one.number}条　{one.content[:40]}")

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        taken = answers.get("response") in (Response.ADOPTED, Response.PARTLY)
        if taken and not (answers.get("measures") or answers.get("evidence")):
            self.add_error("measures", "采纳了的，请写明落实措施或依据。")
        return answers


class Conclude(StepForm):
    feedback = TextField(label="反馈情况", rows=6, max_length=LONG, help_text="汇总批示、转办和采纳的情况。")
    told = TextField(
        label="告诉反映人的话",
        rows=3,
        max_length=200,
        required=False,
        help_text="来信人和委员都会看到；不写批示原文。不写就不通知。",
    )

    def journal_data(self) -> dict[str, Any]:
        return {}


class Transfer(StepForm):
    """转办: one follow-up for each agency, all with the same task and the same day."""

    agencies = RecordsField(
        label="转给哪些单位",
        queryset=Agency.objects.none(),
        widget=FilteredChoices,
    )
    task = TextField(label="办理要求", rows=4, max_length=5000)
    excerpt = TextField(
        label="交办的内容",
        rows=8,
        max_length=LONG,
        required=False,
        help_text="承办单位只看得到批示、办理要求和这一段，看不到成果的其他部分。",
    )

    def prepare(self) -> None:
        super().prepare()
        choose_agencies(self)
        if not self.is_bound:
            instruction = self.record
            self.initial = {
                "agencies": [one.pk for one in instruction.agencies.all()],
                "task": instruction.words,
                "excerpt": _excerpt(instruction),
                **self.initial,
            }

    def journal_data(self) -> dict[str, Any]:
        return {"agencies": [str(one) for one in self.cleaned_data["agencies"]]}


def _excerpt(instruction: Any) -> str:
    opinion = instruction.opinion
    if opinion is not None and opinion.text is not None:
        return "\n".join(filter(None, (f"《{opinion}》", opinion.text.situation, opinion.text.advice)))
    return "\n".join(f"{one.number}. {one.content}" for one in instruction.output.advice.all())


class Report(StepForm):
    report = TextField(label="办理情况", rows=8, max_length=LONG)
    measures = TextField(
        label="落实措施", rows=4, max_length=5000, help_text="做了什么、做到哪一步、下一步什么时候做完。"
    )

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            self.initial = {"report": self.record.report, "measures": self.record.measures, **self.initial}

    def journal_data(self) -> dict[str, Any]:
        return {}


class Accept(StepForm):
    told = TextField(
        label="告诉反映人的话", rows=4, max_length=200, help_text="来信人和委员都会看到；不写批示原文。"
    )

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            said = f"{self.record.agency}报告：{self.record.measures}"[:200]
            self.initial = {"told": said, **self.initial}


SPANS = tuple((text, Span.parse(text).label) for text in ("5w", "10w", "15w", "20w"))


class Extend(StepForm):
    span = forms.ChoiceField(label="延长", choices=SPANS, widget=forms.RadioSelect)
    note = TextField(label="理由", rows=3, max_length=200)
