"""One small form per step that asks for something."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from huisheng.gatherings.models import Gathering, GatheringState
from huisheng.kernel import local
from huisheng.kernel.forms import RecordsField, StepForm, TextField, TextsField, choose_from
from huisheng.kernel.store import receive
from huisheng.outputs.models import Kind
from huisheng.people.models import Agency, Body, Member
from huisheng.ui.forms import DateInput, FilteredChoices

from . import local_rules as rules
from . import queries
from .models import Check, Finding, Supervision, SupervisionState, SurveyQuestion, Tally

LONG = 20_000
MOST_ITEMS = 200
MOST_SHEETS = 2000
MOST_REMARK = 500
EVIDENCE = ("jpg", "png", "pdf", "docx")


class Note(StepForm):
    note = TextField(label="说明", rows=4, max_length=2000)


class OptionalNote(StepForm):
    note = TextField(label="说明", rows=3, max_length=2000, required=False)


class Recuse(StepForm):
    note = TextField(label="回避理由", rows=3, max_length=300)


def _not_after_today(form: StepForm, name: str) -> None:
    day = form.cleaned_data.get(name)
    if day and form.today and day > form.today:
        form.add_error(name, f"“{form.fields[name].label}”不能晚于今天。")


def _from_today(form: StepForm, name: str) -> None:
    day = form.cleaned_data.get(name)
    if day and form.today and day < form.today:
        form.add_error(name, f"“{form.fields[name].label}”不能早于今天。")


class File(forms.FileField):
    """One file that passes the gate; a photo loses where and with what it was taken."""

    kinds: tuple[str, ...] = EVIDENCE

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if not found:
            return None
        upload = receive(found, found.name, kinds=self.kinds)
        if upload.refused:
            raise forms.ValidationError(upload.refused)
        return upload


# -- the scheme ------------------------------------------------------------------------------------------------------
def members_in_office(today: date) -> Any:
    rows = Member.objects.filter(starts_on__lte=today).exclude(ends_on__lt=today)
    return rows.select_related("sector").order_by("pk")


def _member_label(one: Member) -> str:
    return f"{one.full_name}　{one.unit}" if one.unit else one.full_name


class Compose(StepForm):
    leader = forms.ModelChoiceField(label="组长", queryset=Member.objects.none(), empty_label="请选")
    members = RecordsField(
        label="成员", queryset=Member.objects.none(), required=False, widget=FilteredChoices
    )

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None
        rows = members_in_office(self.today)
        choose_from(self, "leader", rows, _member_label)
        choose_from(self, "members", rows, _member_label)
        widget = self.fields["members"].widget
        if isinstance(widget, FilteredChoices):
            widget.initials = {str(one.pk): one.initials for one in rows}
        if not self.is_bound:
            team = [one for one in queries.team(self.record) if not one.out]
            leader = next((one.member_id for one in team if one.is_leader), None)
            members = [one.member_id for one in team if not one.is_leader]
            self.initial = {"leader": leader, "members": members, **self.initial}

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        leader = answers.get("leader")
        if leader is not None and self.today is not None:
            found = queries.conflicts([leader], self.record, self.today)
            if leader.pk in found:
                self.add_error("leader", f"{found[leader.pk][1]}，须回避，请另选组长。")
            if self.record.team.filter(member=leader, out="declared").exists():
                self.add_error("leader", f"{leader.name}已经申报回避，请另选组长。")
        return answers


class Checklist(StepForm):
    items = TextField(
        label="检查项",
        rows=12,
        max_length=LONG,
        help_text="一行一项。内容和要求之间用“｜”隔开，例如：堆场是否覆盖｜裸土全部覆盖，没有破口。已经有检查记录的，会保留。",
    )

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            lines = [
                f"{one.title}｜{one.expectation}" if one.expectation else one.title
                for one in self.record.items.all()
            ]
            self.initial = {"items": "\n".join(lines), **self.initial}

    def clean_items(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for line in self.cleaned_data["items"].splitlines():
            title, _, expectation = line.replace("|", "｜").partition("｜")
            title, expectation = title.strip(), expectation.strip()
            if not title and expectation:
                raise forms.ValidationError(f"“{expectation[:20]}”前面还没有写检查内容。")
            if len(title) > 200 or len(expectation) > 300:
                raise forms.ValidationError(f"“{title[:20]}…”太长：内容最多200字，要求最多300字。")
            if title and title in [one for one, _ in found]:
                raise forms.ValidationError(f"“{title[:20]}”写了两遍，请留一行。")
            if title:
                found.append((title, expectation))
        if len(found) > MOST_ITEMS:
            raise forms.ValidationError(f"检查项最多{MOST_ITEMS}项，现在有{len(found)}项。")
        return found

    def journal_data(self) -> dict[str, Any]:
        return {"items": len(self.cleaned_data["items"])}


class Notify(StepForm):
    request = TextField(
        label="通知事项",
        rows=6,
        max_length=5000,
        help_text="监督什么、什么时候到、请单位准备什么。各单位收到的通知相同。",
    )

    def journal_data(self) -> dict[str, Any]:
        return {}


def _gatherings(form: StepForm, *states: GatheringState) -> None:
    rows = Gathering.objects.filter(state__in=states).order_by("-starts_at", "-pk")
    choose_from(form, "gathering", rows, lambda one: f"{one.title}（{one.starts_at:%Y-%m-%d}）")


class Schedule(StepForm):
    agency = forms.ModelChoiceField(label="通报单位", queryset=None, empty_label="请选")
    subject = TextField(label="通报事项", max_length=200)
    planned_on = forms.DateField(label="安排日期", widget=DateInput())
    gathering = forms.ModelChoiceField(
        label="在哪次会议上", queryset=None, required=False, empty_label="（还没有定）"
    )

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "agency", self.record.agencies.order_by("pk"), str)
        _gatherings(self, GatheringState.DRAFT, GatheringState.NOTIFIED, GatheringState.OPEN)
        if not self.is_bound:
            self.initial = {"subject": f"{self.record.title}有关情况", **self.initial}

    def clean(self) -> dict[str, Any]:
        _from_today(self, "planned_on")
        return self.cleaned_data


class OpenSurvey(StepForm):
    questions = TextsField(label="评议题目", max_length=200, most=30)
    bodies = RecordsField(label="请哪些机构的委员评议", queryset=Body.objects.none(), widget=FilteredChoices)
    ends_on = forms.DateField(label="截止日期", widget=DateInput())

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "bodies", Body.objects.filter(ends_on=None).order_by("kind", "pk"), str)

    def clean(self) -> dict[str, Any]:
        _from_today(self, "ends_on")
        return self.cleaned_data


class EnterSheets(StepForm):
    """登记纸质问卷: all that came back on paper, counted question by question; what is entered again replaces it."""

    template_name = "supervision/_enter_sheets.html"

    sent = forms.IntegerField(
        label="发出份数", min_value=1, max_value=MOST_SHEETS, help_text="发给没有在手机上评议的人。"
    )
    sheets = forms.IntegerField(label="收回份数", min_value=0, max_value=MOST_SHEETS)
    texts = TextsField(label="问卷上的补充意见", max_length=MOST_REMARK, most=MOST_SHEETS, required=False)
    file = File(
        label="问卷扫描件",
        required=False,
        help_text="可以不传。pdf 或图片，一个；只有登记的人所在单位看得到。",
    )

    def prepare(self) -> None:
        super().prepare()
        self.questions = list(self.record.questions.prefetch_related("tallies"))
        before = queries.paper_sheets(self.record)
        for question in self.questions:
            for tally in question.tallies.all():
                self.fields[self.cell(tally)] = forms.IntegerField(
                    label=f"{question.number}．{question.text}：{local.label_of(rules.RATE, tally.answer)}",
                    min_value=0, max_value=MOST_SHEETS, required=False,
                )  # fmt: skip
                if not self.is_bound and before is not None:
                    self.initial.setdefault(self.cell(tally), tally.paper)
        self.order_fields([name for name in self.fields if name not in ("texts", "file")] + ["texts", "file"])
        if not self.is_bound and before is not None:
            self.initial = {
                "sent": before.sent,
                "sheets": before.sheets,
                "texts": before.texts,
                **self.initial,
            }

    @staticmethod
    def cell(tally: Tally) -> str:
        return f"t_{tally.pk}"

    @property
    def items(self) -> list[tuple[SurveyQuestion, list[tuple[str, forms.BoundField]]]]:
        """Each question with a box for every answer."""
        return [
            (
                one,
                [(local.label_of(rules.RATE, row.answer), self[self.cell(row)]) for row in one.tallies.all()],
            )
            for one in self.questions
        ]

    def counts(self) -> dict[int, int]:
        """Tally → how many sheets gave this answer."""
        return {
            tally.pk: self.cleaned_data.get(self.cell(tally)) or 0
            for question in self.questions
            for tally in question.tallies.all()
        }

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        sent, sheets = answers.get("sent"), answers.get("sheets")
        if sent is None or sheets is None:
            return answers
        assert self.today is not None
        if sheets > sent:
            self.add_error("sheets", f"收回的{sheets}份比发出的{sent}份多，请核对。")
        least = int(local.rule(rules.LEAST, self.today))
        if 0 < sheets < least and queries.survey_is_shown(self.record, self.today):
            self.add_error("sheets", f"评议结果已经显示，不足{least}份的纸质问卷不能再加，以免看出是谁填的。")
        counts = self.counts()
        for question in self.questions:
            total = sum(counts[tally.pk] for tally in question.tallies.all())
            if total > sheets:
                cell = self.cell(question.tallies.all()[0])
                self.add_error(cell, f"第{question.number}题合计{total}份，收回的只有{sheets}份，请核对。")
        if len(answers.get("texts") or ()) > sheets:
            self.add_error("texts", f"补充意见比收回的{sheets}份还多，请核对。")
        return answers

    def journal_data(self) -> dict[str, Any]:
        return {"sent": self.cleaned_data["sent"], "sheets": self.cleaned_data["sheets"]}


class Choose(StepForm):
    check = forms.ModelChoiceField(
        label="以哪一份为准", queryset=Check.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def prepare(self) -> None:
        super().prepare()
        items = {one.pk: one for one in queries.items_of(self.record)}
        open_items = [pk for pk, one in items.items() if queries.disputed(one) or one.chosen_id]
        rows = Check.objects.filter(item__in=open_items).order_by("item__number", "pk")
        choose_from(
            self,
            "check",
            rows,
            lambda one: f"第{items[one.item_id].number}项　{one}　{one.note[:60]}",
        )

    def journal_data(self) -> dict[str, Any]:
        one = self.cleaned_data["check"]
        return {"item": one.item.number, "check": one.pk, "result": one.result}


class Opine(StepForm):
    type = forms.ChoiceField(
        label="成果类别",
        choices=[(one.value, one.label) for one in (Kind.SUPERVISION, Kind.REPORT, Kind.LETTER)],
        widget=forms.RadioSelect,
    )
    title = TextField(label="标题", max_length=200)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            self.initial = {
                "type": Kind.SUPERVISION.value,
                "title": f"关于{self.record.title}的监督意见",
                **self.initial,
            }


class Close(StepForm):
    conclusion = TextField(
        label="办结情况", rows=6, max_length=LONG, help_text="监督了什么、发现了什么、整改得怎样。"
    )

    def journal_data(self) -> dict[str, Any]:
        return {}


class Publish(StepForm):
    public_note = TextField(
        label="公开说明", rows=6, max_length=5000, help_text="不写监督人员的姓名，不写涉密内容和个人信息。"
    )

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            self.initial = {"public_note": self.record.public_note or self.record.conclusion, **self.initial}


# -- briefings ---------------------------------------------------------------------------------------------------------
class Prepare(StepForm):
    presenter = TextField(label="通报人", max_length=60, help_text="姓名和职务。")
    material = TextField(label="通报材料", rows=10, max_length=LONG)
    file = File(label="附件", required=False, help_text="docx、pdf 或图片，一个。")

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            self.initial = {
                "presenter": self.record.presenter,
                "material": self.record.material,
                **self.initial,
            }

    def journal_data(self) -> dict[str, Any]:
        return {"presenter": self.cleaned_data["presenter"]}


class Postpone(StepForm):
    planned_on = forms.DateField(label="改到哪一天", widget=DateInput())
    note = TextField(label="说明", rows=2, max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        _from_today(self, "planned_on")
        return self.cleaned_data


class Hear(StepForm):
    heard_on = forms.DateField(label="听取日期", widget=DateInput())
    gathering = forms.ModelChoiceField(
        label="在哪次会议上", queryset=None, required=False, empty_label="（没有开会）"
    )

    def prepare(self) -> None:
        super().prepare()
        _gatherings(
            self, GatheringState.NOTIFIED, GatheringState.OPEN, GatheringState.HELD, GatheringState.SETTLED
        )
        if not self.is_bound:
            self.initial = {"heard_on": self.today, "gathering": self.record.gathering_id, **self.initial}

    def clean(self) -> dict[str, Any]:
        _not_after_today(self, "heard_on")
        return self.cleaned_data


class Collect(StepForm):
    opinions = TextsField(label="意见", max_length=2000, most=60)
    said_by = TextField(
        label="提出人", max_length=60, required=False, help_text="办公室代记时填；单位看不到是谁提的。"
    )

    def journal_data(self) -> dict[str, Any]:
        return {"opinions": len(self.cleaned_data["opinions"])}


class Answer(StepForm):
    """One answer for each opinion."""

    def prepare(self) -> None:
        super().prepare()
        for one in self.record.opinions.all():
            self.fields[f"answer_{one.pk}"] = TextField(
                label=f"{one.number}．{one.content[:120]}", rows=4, max_length=2000,
                error_messages={"required": f"第{one.number}条还没有反馈。"},
            )  # fmt: skip
            if not self.is_bound:
                self.initial.setdefault(f"answer_{one.pk}", one.answer)

    def journal_data(self) -> dict[str, Any]:
        return {}


# -- findings ------------------------------------------------------------------------------------------------------------
class Revise(StepForm):
    """A finding's words, while it is not with its unit."""

    agency = forms.ModelChoiceField(label="责任单位", queryset=Agency.objects.none(), empty_label="请选")
    content = TextField(label="问题", rows=5, max_length=2000, help_text="什么时间、什么地方、看到什么。")
    basis = TextField(label="依据", max_length=300, required=False, help_text="哪一条规定、哪一项要求。")
    advice = TextField(label="建议", rows=3, max_length=2000, required=False)

    def prepare(self) -> None:
        super().prepare()
        supervision = self.record.supervision if isinstance(self.record, Finding) else self.record
        choose_from(self, "agency", supervision.agencies.order_by("pk"), str)
        if not self.is_bound and isinstance(self.record, Finding):
            one = self.record
            kept = {"agency": one.agency_id, "content": one.content, "basis": one.basis, "advice": one.advice}
            self.initial = {**kept, **self.initial}


class Plan(StepForm):
    what = TextField(label="整改措施", rows=6, max_length=5000)
    who = TextField(label="责任人", max_length=60, help_text="姓名和职务。")
    due_on = forms.DateField(label="完成时间", widget=DateInput())

    def clean(self) -> dict[str, Any]:
        _from_today(self, "due_on")
        day, sent = self.cleaned_data.get("due_on"), self.record.sent_on
        last = local.deadline(rules.LONGEST, sent).due_on if sent else None
        if day and last and day > last:
            self.add_error("due_on", f"完成时间最迟到{last.year}年{last.month}月{last.day}日。")
        return self.cleaned_data


class Replan(StepForm):
    what = TextField(label="整改措施", rows=6, max_length=5000)
    who = TextField(label="责任人", max_length=60, help_text="姓名和职务。")

    def prepare(self) -> None:
        super().prepare()
        last = queries.latest(self.record)
        if not self.is_bound and last is not None:
            self.initial = {"what": last.what, "who": last.who, **self.initial}


class Report(StepForm):
    report = TextField(label="整改情况", rows=8, max_length=LONG, help_text="做了什么、现在怎样。")
    file = File(label="佐证", required=False, help_text="照片、文件，一个。照片里的拍摄地点会自动去掉。")

    def journal_data(self) -> dict[str, Any]:
        return {}


class Pass(StepForm):
    looked_on = forms.DateField(label="回头看日期", widget=DateInput())
    seen = TextField(label="回头看情况", rows=5, max_length=5000, help_text="到哪里看的，看到什么。")

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            self.initial = {"looked_on": self.today, **self.initial}

    def clean(self) -> dict[str, Any]:
        _not_after_today(self, "looked_on")
        day, last = self.cleaned_data.get("looked_on"), queries.latest(self.record)
        if day and last and last.reported_on and day < last.reported_on:
            self.add_error("looked_on", "回头看不能早于单位报告整改情况的日期。")
        return self.cleaned_data

    def journal_data(self) -> dict[str, Any]:
        return {"looked_on": str(self.cleaned_data["looked_on"])}


class Fail(Pass):
    due_on = forms.DateField(label="新的完成时间", widget=DateInput())

    def clean(self) -> dict[str, Any]:
        super().clean()
        day = self.cleaned_data.get("due_on")
        if day and self.today and day <= self.today:
            self.add_error("due_on", "新的完成时间要晚于今天。")
        return self.cleaned_data

    def journal_data(self) -> dict[str, Any]:
        return super().journal_data() | {"due_on": str(self.cleaned_data["due_on"])}


class Extend(StepForm):
    due_on = forms.DateField(label="延到哪一天", widget=DateInput())
    note = TextField(label="理由", rows=3, max_length=300)

    def clean(self) -> dict[str, Any]:
        day, now = self.cleaned_data.get("due_on"), self.record.due_on
        if day and now and day <= now:
            self.add_error("due_on", f"要晚于现在的期限{now.year}年{now.month}月{now.day}日。")
        return self.cleaned_data


# -- monitors ------------------------------------------------------------------------------------------------------------
class Renew(StepForm):
    ends_on = forms.DateField(label="任到哪一天", widget=DateInput())

    def clean(self) -> dict[str, Any]:
        day = self.cleaned_data.get("ends_on")
        if day and day <= self.record.ends_on:
            self.add_error("ends_on", "要晚于现在的任期届满日。")
        return self.cleaned_data


class LetterWords(StepForm):
    """民主监督建议书."""

    title = TextField(label="题目", max_length=120)
    content = TextField(
        label="看到的情况", rows=8, max_length=5000, help_text="什么时间、到哪里、看到什么、听到什么。"
    )
    advice = TextField(label="建议", rows=6, max_length=5000, help_text="请单位做什么；一条一行。")


class TakeLetter(StepForm):
    when = {"supervision": "way=supervision"}

    way = forms.ChoiceField(
        label="怎样采用",
        choices=[("supervision", "列入一项监督"), ("opinion", "转为社情民意信息")],
        widget=forms.RadioSelect,
    )
    supervision = forms.ModelChoiceField(
        label="哪一项监督",
        queryset=Supervision.objects.none(),
        required=False,
        empty_label="请选",
        help_text="还没有的，先用“列为监督议题”拟订方案，存好就算采用，不用再来这里。",
    )
    note = TextField(
        label="给监督员的话", rows=3, max_length=2000, required=False, help_text="写的人看得到。"
    )

    def prepare(self) -> None:
        super().prepare()
        over = (SupervisionState.CLOSED, SupervisionState.CANCELLED)
        rows = Supervision.objects.exclude(state__in=over).order_by("-made_at", "-pk")
        choose_from(self, "supervision", rows, lambda one: f"{one.number_label or '方案'}　{one}")

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if answers.get("way") == "supervision" and not answers.get("supervision") and not self.errors:
            self.add_error("supervision", "请选列入哪一项监督。")
        return answers

    def journal_data(self) -> dict[str, Any]:
        return {"way": self.cleaned_data["way"]}
