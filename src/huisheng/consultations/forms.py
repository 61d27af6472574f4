"""One small form per step that asks for something, and the forms of a topic, a plan, a line and a research task."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from huisheng.gatherings import queries as meetings
from huisheng.gatherings.models import Gathering, GatheringState
from huisheng.kernel.forms import (
    OptionField,
    RecordsField,
    StepForm,
    TextField,
    TextsField,
    choices,
    choose_from,
)
from huisheng.opinions.local_rules import AREA
from huisheng.outputs.models import Output, OutputState
from huisheng.people import posts
from huisheng.people.models import Agency, Body, Member
from huisheng.proposals import queries as proposals
from huisheng.proposals.models import Proposal, State
from huisheng.ui.forms import DateInput, FilteredChoices

from . import local_rules as names
from . import queries
from .models import Line, LineState, PlanVersion, Subject, SubjectState

LONG = 50_000
MONTHS = tuple((n, f"{n}月") for n in range(1, 13))


class Note(StepForm):
    note = TextField(label="说明", rows=4, max_length=2000)


class OptionalNote(StepForm):
    note = TextField(label="说明", rows=3, max_length=2000, required=False)


# -- topics ------------------------------------------------------------------------------------------------------------
class Merge(StepForm):
    into = forms.ModelChoiceField(
        label="并入哪个议题", queryset=Subject.objects.none(), empty_label="（请选）"
    )
    note = TextField(label="说明", rows=3, max_length=2000, required=False)

    def prepare(self) -> None:
        super().prepare()
        open_ones = (SubjectState.RECEIVED, SubjectState.CHOSEN, SubjectState.PLANNED)
        rows = Subject.objects.filter(year=self.record.year, state__in=open_ones).exclude(pk=self.record.pk)
        choose_from(self, "into", rows.order_by("-pk"), str)


class Bring(StepForm):
    """提议题. A member and a convener bring their own; the office enters those of others."""

    title = TextField(label="议题", max_length=200, help_text="建议协商什么，一句话。")
    reason = TextField(
        label="情况和理由", rows=6, max_length=5000, help_text="为什么要协商，希望弄清、推动什么。"
    )
    form = OptionField(names.FORM, label="建议的协商形式", empty="（由政协安排）", required=False)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    body = forms.ModelChoiceField(
        label="以谁的名义", queryset=Body.objects.none(), required=False, empty_label="（不填）"
    )
    source = OptionField(names.SOURCE, label="来源")
    member = forms.ModelChoiceField(
        label="提出委员", queryset=Member.objects.none(), required=False, empty_label="（不填）"
    )
    agency = forms.ModelChoiceField(
        label="提出部门", queryset=Agency.objects.none(), required=False, empty_label="（不填）"
    )
    name = TextField(
        label="其他提出人", max_length=120, required=False, help_text="公众提的不写姓名，写“群众来信”等。"
    )
    OFFICE_ONLY = ("source", "member", "agency", "name")

    def prepare(self) -> None:
        super().prepare()
        assert self.account is not None
        assert self.today is not None
        self.is_office = self.account.holds(posts.OFFICE, posts.EDITOR, on=self.today)
        bodies = Body.objects.filter(ends_on=None)
        if self.is_office:
            choose_from(
                self, "member", Member.objects.filter(ends_on=None).select_related("sector"), _full_name
            )
            choose_from(self, "agency", Agency.objects.filter(ends_on=None), str)
        else:
            for name in self.OFFICE_ONLY:
                del self.fields[name]
            own = self.account.places(posts.CONVENER, on=self.today)
            bodies = bodies.filter(pk__in=own)
            if not own:
                del self.fields["body"]
            elif self.account.places(posts.MEMBER, on=self.today):
                setattr(self.fields["body"], "empty_label", "我本人")  # noqa: B010
            else:
                setattr(self.fields["body"], "empty_label", None)  # noqa: B010
                self.fields["body"].required = True
            self.fields["year"].widget = forms.HiddenInput()  # the plan that is collected for
        if "body" in self.fields:
            choose_from(self, "body", bodies, with_kind)


def _full_name(member: Member) -> str:
    return member.full_name


def with_kind(body: Body) -> str:
    return f"{body.name}（{body.get_kind_display()}）"


# -- the plan ----------------------------------------------------------------------------------------------------------
class Collect(StepForm):
    intro = "发出后，全体委员和召集人都收到通知，点开就可以提议题。"
    collects_until = forms.DateField(label="征集截止", widget=DateInput())
    note = TextField(label="征集说明", rows=3, max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        day = self.cleaned_data.get("collects_until")
        if day and self.today and day < self.today:
            self.add_error("collects_until", "征集截止不能早于今天。")
        return self.cleaned_data


class Endorse(StepForm):
    meeting = forms.ModelChoiceField(
        label="在哪次主席会议上",
        queryset=Gathering.objects.none(),
        required=False,
        empty_label="（没有登记会议）",
    )
    note = TextField(label="审议意见", rows=3, max_length=2000, required=False)

    def prepare(self) -> None:
        super().prepare()
        rows = Gathering.objects.filter(type="chairs").exclude(
            state__in=(GatheringState.DRAFT, GatheringState.CANCELLED)
        )
        recent = Gathering.objects.filter(pk__in=rows.order_by("-starts_at").values("pk")[:20])
        choose_from(self, "meeting", recent.order_by("-starts_at"), when_and_what)


def when_and_what(gathering: Gathering) -> str:
    day = timezone.localdate(gathering.starts_at)
    return f"{day:%Y-%m-%d} {gathering.type_label}　{gathering.title}"


class Approve(StepForm):
    """登记审定: what the party committee decided, from its paper. A change is approved by whom the plan was approved by."""

    approver = OptionField(names.APPROVER, label="审定机关")
    approved_on = forms.DateField(label="审定日期", widget=DateInput())
    document = TextField(
        label="文号或会议", max_length=60, required=False, help_text="批复文号，或哪次会议。"
    )
    note = TextField(label="审定意见", rows=3, max_length=2000, required=False)

    def prepare(self) -> None:
        super().prepare()
        first = PlanVersion.objects.filter(plan=self.record).order_by("number").first()
        if first is not None:
            field = self.fields["approver"]
            field.choices = [(first.approver, first.approver_label)]  # type: ignore[attr-defined]
            field.help_text = "年中调整由原审定机关审定。"

    def clean(self) -> dict[str, Any]:
        not_later_than_today(self, "approved_on")
        return self.cleaned_data


def not_later_than_today(form: StepForm, name: str) -> None:
    day = form.cleaned_data.get(name)
    if day and form.today and day > form.today:
        form.add_error(name, f"“{form.fields[name].label}”不能晚于今天。")


class Amend(StepForm):
    intro = "调整照原程序办：主席会议审议，原审定机关审定，再印发新的一版。在那以前，照现行的一版执行。"
    note = TextField(label="调整理由", rows=4, max_length=2000)


class Close(StepForm):
    summary = TextField(label="执行总结", rows=8, max_length=LONG)

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None
        if not self.is_bound:
            rows = queries.with_counts(queries.in_force(self.record))
            said = queries.progress(rows, self.today)
            self.initial = {"summary": said.line, **self.initial}

    def journal_data(self) -> dict[str, Any]:
        return {}


class PlanWords(StepForm):
    title = TextField(label="名称", max_length=120)
    preface = TextField(label="总体要求", rows=6, max_length=5000, required=False)
    collects_until = forms.DateField(
        label="议题征集截止",
        widget=DateInput(),
        required=False,
        help_text="在这以前，委员和召集人打开“协商”就看得到正在征集。",
    )


class NewPlan(PlanWords):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    field_order = ("year",)


class LineWords(StepForm):
    """One line of the plan, as the plan prints it."""

    subject = forms.ModelChoiceField(
        label="采自议题", queryset=Subject.objects.none(), required=False, empty_label="（另拟）"
    )
    title = TextField(label="协商议题", max_length=200)
    form = OptionField(names.FORM, label="协商形式")
    tier = OptionField(names.TIER, label="协商层次")
    month = forms.TypedChoiceField(label="时间安排", choices=MONTHS, coerce=int)
    leader = TextField(label="牵头领导", max_length=60)
    body = forms.ModelChoiceField(
        label="责任单位", queryset=Body.objects.none(), required=False, empty_label="区政协办公室"
    )
    partners = RecordsField(
        label="协办单位", queryset=Body.objects.none(), required=False, widget=FilteredChoices
    )
    agencies = RecordsField(
        label="参与部门", queryset=Agency.objects.none(), required=False, widget=FilteredChoices
    )
    participants = TextField(label="参加人员", rows=2, max_length=300, required=False)

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "body", Body.objects.filter(ends_on=None), with_kind)
        choose_from(self, "partners", Body.objects.filter(ends_on=None), with_kind)
        choose_from(self, "agencies", Agency.objects.filter(ends_on=None), str)
        field = self.fields["agencies"]
        if isinstance(field.widget, FilteredChoices):
            field.widget.initials = {
                str(pk): initials for pk, initials in Agency.objects.values_list("pk", "initials")
            }
        line: Line | None = self.record
        if line is not None and line.state != LineState.PROPOSED:
            del self.fields["subject"]
            return
        free = Q(line=None) | Q(line=line) if line is not None else Q(line=None)
        year = self.initial.get("year") or (line.plan.year if line else 0)
        rows = Subject.objects.filter(free, year=year, state=SubjectState.CHOSEN)
        choose_from(self, "subject", rows.order_by("-pk"), str)


# -- lines -------------------------------------------------------------------------------------------------------------
class Begin(StepForm):
    scheme = TextField(
        label="协商方案", rows=6, max_length=LONG, help_text="怎么调研，什么时候协商，请哪些部门和委员。"
    )
    members = RecordsField(
        label="调研组成员", queryset=Member.objects.none(), required=False, widget=FilteredChoices
    )

    def prepare(self) -> None:
        super().prepare()
        choose_members(self)

    def journal_data(self) -> dict[str, Any]:
        return {"members": [str(one) for one in self.cleaned_data["members"]]}


def choose_members(form: StepForm) -> None:
    choose_from(form, "members", Member.objects.filter(ends_on=None).select_related("sector"), _full_name)
    field = form.fields["members"]
    if isinstance(field.widget, FilteredChoices):
        field.widget.initials = {
            str(pk): initials for pk, initials in Member.objects.values_list("pk", "initials")
        }


class Arrange(StepForm):
    intro = "勾选为这一项办的走访、座谈会、协商会等；去掉勾，就不再算在这一项里。"
    gatherings = RecordsField(
        label="会议活动", queryset=Gathering.objects.none(), required=False, widget=FilteredChoices
    )

    def prepare(self) -> None:
        """Those of the plan's year and its neighbours that the person may see, and those that are there already."""
        super().prepare()
        assert self.account is not None
        assert self.today is not None
        year = self.record.plan.year
        seen = meetings.visible_to(self.account, self.today).exclude(state=GatheringState.CANCELLED)
        near = seen.filter(starts_at__year__range=(year - 1, year + 1)).order_by("-starts_at")
        chosen = list(self.record.gatherings.values_list("pk", flat=True))
        ids = {*near.values_list("pk", flat=True)[:200], *chosen}
        choose_from(
            self, "gatherings", Gathering.objects.filter(pk__in=ids).order_by("-starts_at"), when_and_what
        )
        if not self.is_bound:
            self.initial = {"gatherings": chosen, **self.initial}


class Gather(StepForm):
    intro = "把内容相近、要一起协商的提案汇集到这一项。"
    proposals = RecordsField(
        label="有关提案", queryset=Proposal.objects.none(), required=False, widget=FilteredChoices
    )

    def prepare(self) -> None:
        super().prepare()
        assert self.account is not None
        assert self.today is not None
        year = self.record.plan.year
        seen = proposals.visible_to(self.account, self.today)
        going = (State.FILED, State.HANDLING, State.ANSWERED, State.CONCLUDED)
        near = seen.filter(year__range=(year - 1, year), state__in=going).order_by("-year", "number")
        chosen = list(self.record.proposals.values_list("pk", flat=True))
        ids = {*near.values_list("pk", flat=True)[:300], *chosen}
        rows = Proposal.objects.filter(pk__in=ids).order_by("-year", "number", "pk")
        choose_from(self, "proposals", rows, numbered)
        if not self.is_bound:
            self.initial = {"proposals": chosen, **self.initial}


def numbered(proposal: Proposal) -> str:
    return f"{proposal.number_label}　{proposal}"


class Attach(StepForm):
    intro = "勾选这一项形成的报告、建议案等；批示、转办和采纳情况从成果里读出来，不另外填。"
    outputs = RecordsField(
        label="成果", queryset=Output.objects.none(), required=False, widget=FilteredChoices
    )

    def prepare(self) -> None:
        super().prepare()
        year = self.record.plan.year
        near = Output.objects.filter(made_at__year__range=(year - 1, year + 1)).exclude(
            Q(state=OutputState.WITHDRAWN) | Q(type="bulletin")
        )
        chosen = list(self.record.outputs.values_list("pk", flat=True))
        ids = {*near.order_by("-pk").values_list("pk", flat=True)[:100], *chosen}
        choose_from(self, "outputs", Output.objects.filter(pk__in=ids).order_by("-pk"), _output)
        if not self.is_bound:
            self.initial = {"outputs": chosen, **self.initial}


def _output(output: Output) -> str:
    return f"{output.number_label or '草稿'}　{output}"


class Conclude(StepForm):
    result = TextField(
        label="完成情况", rows=6, max_length=LONG, help_text="怎么协商的，提了哪些意见，采纳落实得怎样。"
    )

    def journal_data(self) -> dict[str, Any]:
        return {}


# -- research ----------------------------------------------------------------------------------------------------------
class Task(StepForm):
    """A research task as it is set up."""

    title = TextField(label="题目", max_length=200)
    body = forms.ModelChoiceField(
        label="牵头单位", queryset=Body.objects.none(), required=False, empty_label="区政协办公室"
    )
    partners = RecordsField(
        label="联合单位", queryset=Body.objects.none(), required=False, widget=FilteredChoices
    )
    line = forms.ModelChoiceField(
        label="属于年度协商计划的", queryset=Line.objects.none(), required=False, empty_label="（计划外自选）"
    )
    leader = TextField(label="课题负责人", max_length=60, required=False)
    members = RecordsField(
        label="课题组成员", queryset=Member.objects.none(), required=False, widget=FilteredChoices
    )
    scheme = TextField(
        label="调研方案", rows=5, max_length=5000, help_text="为什么调研，到哪里去，用什么办法，分几步。"
    )
    questions = TextsField(
        label="调研提纲", max_length=300, most=30, required=False, help_text="要弄清的问题，一条一格。"
    )
    starts_on = forms.DateField(label="开始", widget=DateInput())
    due_on = forms.DateField(label="报告期限", widget=DateInput())

    def prepare(self) -> None:
        super().prepare()
        assert self.account is not None
        assert self.today is not None
        bodies = Body.objects.filter(ends_on=None)
        choose_from(self, "partners", bodies, with_kind)
        if not self.account.holds(posts.OFFICE, on=self.today):
            bodies = bodies.filter(pk__in=self.account.places(posts.CONVENER, on=self.today))
            setattr(self.fields["body"], "empty_label", None)  # noqa: B010
            self.fields["body"].required = True
        choose_from(self, "body", bodies, with_kind)
        choose_members(self)
        lines = Line.objects.filter(state__in=(LineState.PLANNED, LineState.RUNNING)).select_related("plan")
        mine = Q(pk=self.record.line_id) if self.record and self.record.line_id else Q(pk__in=[])
        lines = (lines | Line.objects.filter(mine).select_related("plan")).order_by("-plan__year", "number")
        choose_from(self, "line", lines, line_label)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        starts, due = answers.get("starts_on"), answers.get("due_on")
        if starts and due and due < starts:
            self.add_error("due_on", "报告期限不能早于开始。")
        return answers


def line_label(line: Line) -> str:
    return f"{line.plan.year}年{line.number_label}　{line}"


class Record(StepForm):
    """记录情况: one day in the field."""

    on = forms.DateField(label="日期", widget=DateInput())
    place = TextField(label="地点或单位", max_length=120)
    question = forms.TypedChoiceField(label="对应提纲", coerce=int, required=False, empty_value=None)
    gathering = forms.ModelChoiceField(
        label="在哪次活动", queryset=Gathering.objects.none(), required=False, empty_label="（不在活动里）"
    )
    content = TextField(label="看到、听到的情况", rows=6, max_length=LONG)

    def prepare(self) -> None:
        super().prepare()
        assert self.account is not None
        assert self.today is not None
        asked = self.record.questions
        self.fields["question"].choices = [  # type: ignore[attr-defined]
            ("", "（整个课题）"), *((n, f"{n}. {text[:40]}") for n, text in enumerate(asked, 1))
        ]  # fmt: skip
        seen = meetings.visible_to(self.account, self.today).filter(
            starts_at__date__range=(self.record.starts_on, max(self.record.due_on, self.today))
        )
        choose_from(self, "gathering", seen.order_by("-starts_at"), when_and_what)
        if not self.is_bound:
            self.initial = {"on": self.today, **self.initial}

    def clean(self) -> dict[str, Any]:
        not_later_than_today(self, "on")
        return self.cleaned_data

    def journal_data(self) -> dict[str, Any]:
        return {}


class Write(StepForm):
    """写报告: a new version each time; the earlier ones stay."""

    title = TextField(label="报告标题", max_length=200)
    content = TextField(label="正文", rows=16, max_length=LONG)
    advice = TextsField(
        label="建议",
        max_length=5000,
        most=60,
        required=False,
        help_text="一条一格，转成果时逐条统计采纳情况。",
    )

    def prepare(self) -> None:
        super().prepare()
        last = self.record.reports.order_by("-number").first()
        if not self.is_bound:
            said = (
                {"title": last.title, "content": last.content, "advice": last.advice}
                if last
                else {"title": f"关于{self.record.title}的调研报告"[:200]}
            )
            self.initial = {**said, **self.initial}

    def journal_data(self) -> dict[str, Any]:
        return {}


class Extend(StepForm):
    due_on = forms.DateField(label="报告期限延到", widget=DateInput())
    note = TextField(label="理由", rows=3, max_length=2000)

    def clean(self) -> dict[str, Any]:
        day = self.cleaned_data.get("due_on")
        if day and day <= self.record.due_on:
            self.add_error("due_on", f"要晚于现在的期限{self.record.due_on:%Y年%-m月%-d日}。")
        return self.cleaned_data


class Deliver(StepForm):
    area = forms.ChoiceField(label="建议的咨政方面", help_text="转过去以后，可以在成果里逐条改。")

    def prepare(self) -> None:
        super().prepare()
        self.fields["area"].choices = choices(AREA, self.today)  # type: ignore[attr-defined]
