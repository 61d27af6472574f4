"""One small form per step of a 网络议政 that asks for something, and those of its pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from huisheng.kernel import local
from huisheng.kernel.forms import RecordsField, StepForm, TextField, TextsField, choose_from
from huisheng.people.models import Account, Body, Member
from huisheng.ui.forms import DateInput, FilteredChoices

from . import forum_local_rules as rules
from . import forum_outline as outline
from . import forum_queries as queries
from .models import WORKING, Line
from .models_forum import Forum

LONG = 50_000


class Note(StepForm):
    note = TextField(label="说明", rows=4, max_length=2000)


class Reason(StepForm):
    intro = "作者会看到理由；其他人只看到这里有一条发言隐藏了。"
    note = TextField(label="隐藏理由", rows=3, max_length=300)


class Decline(StepForm):
    intro = "提出的委员会收到理由。"
    note = TextField(label="不采用的理由", rows=3, max_length=300)


class Prepare(StepForm):
    """What a forum is about, whom it asks, until when and who moderates."""

    title = TextField(label="议题", max_length=200)
    content = TextField(label="情况说明", rows=8, max_length=10_000, help_text="说清背景、想听哪方面的意见。")
    line = forms.ModelChoiceField(
        label="计划项目", queryset=Line.objects.none(), required=False, empty_label="（不属于年度协商计划）"
    )
    moderator = forms.ModelChoiceField(label="主持人", queryset=Account.objects.none())
    closes_on = forms.DateField(label="征集截止", widget=DateInput())
    is_for_all = forms.BooleanField(label="邀请全体委员", required=False)
    bodies = RecordsField(
        label="邀请哪些机构的委员", queryset=Body.objects.none(), required=False, widget=FilteredChoices
    )
    members = RecordsField(
        label="另外邀请的委员", queryset=Member.objects.none(), required=False, widget=FilteredChoices
    )

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None
        forum: Forum | None = self.record
        lines = (
            Line.objects.filter(state__in=WORKING).select_related("plan").order_by("-plan__year", "number")
        )
        if forum is not None and forum.line_id:
            lines = lines | Line.objects.filter(pk=forum.line_id).select_related("plan")
        choose_from(self, "line", lines, lambda one: f"{one.plan.year}年{one.number_label} {one.title}")
        choose_from(self, "moderator", queries.moderators(self.today), lambda one: one.name)
        choose_from(
            self,
            "bodies",
            Body.objects.filter(ends_on=None),
            lambda one: f"{one.name}（{one.get_kind_display()}）",
        )
        choose_members(self, "members", serving(self.today))
        if self.is_bound:
            return
        if forum is None:
            days = int(local.rule(rules.WEEKS, self.today))
            self.initial = {
                "closes_on": self.today + timedelta(days=days),
                "moderator": self.account,
            } | dict(self.initial)
            return
        plain = ("title", "content", "line", "moderator", "is_for_all", "closes_on")
        kept = {name: getattr(forum, name) for name in plain}
        kept |= {"bodies": list(forum.bodies.all()), "members": list(forum.members.all())}
        self.initial = kept | dict(self.initial)

    def clean_closes_on(self) -> Any:
        return later_than_today(self, "closes_on")


def later_than_today(form: StepForm, name: str) -> Any:
    day = form.cleaned_data[name]
    if form.today and day <= form.today:
        raise forms.ValidationError("请选今天以后的一天。")
    return day


def serving(today: Any) -> QuerySet[Member]:
    return queries.asked_to(Forum(is_for_all=True), today).select_related("sector")


def choose_members(form: StepForm, name: str, rows: QuerySet[Member]) -> None:
    choose_from(form, name, rows, lambda one: one.full_name)
    widget = form.fields[name].widget
    if isinstance(widget, FilteredChoices):
        widget.initials = {str(pk): word for pk, word in rows.values_list("pk", "initials") if word}


class Invite(StepForm):
    members = RecordsField(label="增邀委员", queryset=Member.objects.none(), widget=FilteredChoices)

    def prepare(self) -> None:
        super().prepare()
        there = self.record.seats.values("member")
        choose_members(self, "members", serving(self.today).exclude(pk__in=there))
        self.fields["members"].error_messages["required"] = "还没有选委员。请至少选一位。"


class Extend(StepForm):
    closes_on = forms.DateField(label="延长到", widget=DateInput())

    def prepare(self) -> None:
        super().prepare()
        self.initial = {"closes_on": self.record.closes_on + timedelta(days=7)} | dict(self.initial)

    def clean_closes_on(self) -> Any:
        day = later_than_today(self, "closes_on")
        if day <= self.record.closes_on:
            raise forms.ValidationError(
                f"现在的截止日期是{self.record.closes_on:%-m月%-d日}，请选以后的一天。"
            )
        return day


class HandOver(StepForm):
    moderator = forms.ModelChoiceField(label="新的主持人", queryset=Account.objects.none())

    def prepare(self) -> None:
        super().prepare()
        assert self.today is not None
        rows = queries.moderators(self.today).exclude(pk=self.record.moderator_id)
        choose_from(self, "moderator", rows, lambda one: one.name)


class Summarise(StepForm):
    """The moderator's summary; it begins with what was counted, and every word of it may be changed."""

    intro = "下面已按最后一次统计列出提纲，请改写成综述。存好后在成果里起草、核稿、签发、报送。"
    submit = "形成综述，转到成果"
    title = TextField(label="标题", max_length=200)
    content = TextField(label="正文", rows=24, max_length=LONG)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            words = {
                "title": f"“{self.record.title}”网络议政综述"[:200],
                "content": outline.summary(self.record),
            }
            self.initial = words | dict(self.initial)


class StatementText(TextField):
    """One sentence; how long it may be is the office's rule."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, **options)


def bound_length(form: StepForm, name: str, rule: str) -> None:
    assert form.today is not None
    most = int(local.rule(rule, form.today))
    field = form.fields[name]
    assert isinstance(field, forms.CharField)
    field.max_length = most
    field.widget.attrs["maxlength"] = str(most)


class Accept(StepForm):
    content = StatementText(label="观点", rows=3, help_text="可以改得更清楚；一条只说一件事，不改原意。")
    theme = TextField(
        label="主题", max_length=20, required=False, help_text="同一主题的观点排在一起。可以不填。"
    )

    def prepare(self) -> None:
        super().prepare()
        name_themes(self)
        if not self.is_bound and self.record is not None:
            self.initial = {"content": self.record.content} | dict(self.initial)

    def clean_content(self) -> str:
        return " ".join(self.cleaned_data["content"].split())


class Sort(StepForm):
    theme = TextField(label="主题", max_length=20)

    def prepare(self) -> None:
        super().prepare()
        name_themes(self)
        if not self.is_bound:
            self.initial = {"theme": self.record.theme} | dict(self.initial)


def name_themes(form: StepForm) -> None:
    if form.record is None:
        return
    there = (
        form.record.forum.statements.exclude(theme="")
        .order_by("theme")
        .values_list("theme", flat=True)
        .distinct()
    )
    if names := "、".join(there[:20]):
        form.fields["theme"].help_text = f"已有的主题：{names}。"


class Write(StepForm):
    """网络发言."""

    content = TextField(label="您的发言", rows=5, max_length=5000)

    def prepare(self) -> None:
        super().prepare()
        bound_length(self, "content", rules.POST)


class Propose(StepForm):
    content = StatementText(
        label="一条观点", rows=2, help_text="一句话，只说一件事，别人能表示同意或不同意。"
    )

    def prepare(self) -> None:
        super().prepare()
        bound_length(self, "content", rules.STATEMENT)

    def clean_content(self) -> str:
        return " ".join(self.cleaned_data["content"].split())


class Put(StepForm):
    contents = TextsField(label="观点，每格一条", max_length=200, most=20)
    theme = TextField(label="主题", max_length=20, required=False)

    def clean_contents(self) -> list[str]:
        return [" ".join(one.split()) for one in self.cleaned_data["contents"]]
