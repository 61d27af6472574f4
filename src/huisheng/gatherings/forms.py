"""One small form per step that asks for something, and those of the pages where a gathering is planned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.forms import OptionField, RecordsField, StepForm, TextField, choices, choose_from
from huisheng.people import posts
from huisheng.people.models import Account, Agency, Body, Member, Session
from huisheng.ui.forms import DateInput, FilteredChoices

from . import local_rules as rules
from . import queries
from .models import HAPPENED, Gathering, Mark, Part, Role

LONG = 50_000
MOST_LINES = 200


class Note(StepForm):
    note = TextField(label="说明", rows=4, max_length=2000)


class OptionalNote(StepForm):
    note = TextField(label="说明", rows=3, max_length=2000, required=False)


class MomentInput(forms.DateTimeInput):
    """A day and an hour from the browser's own picker; without one, typed as 2017-03-01 09:30."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    widget = MomentInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"])
        options.setdefault("error_messages", {"invalid": "时间没有看懂。请写成 2017-03-01 09:30 这样。"})
        super().__init__(**options)


def ends_after_start(form: forms.Form) -> None:
    starts, ends = form.cleaned_data.get("starts_at"), form.cleaned_data.get("ends_at")
    if starts and ends and ends < starts:
        form.add_error("ends_at", "结束时间早于开始时间，请改一改。")


# -- planning ------------------------------------------------------------------------------------------------------------
class Plan(StepForm):
    """What everybody asks first: what, when, where, who holds it. The rest follows the kind."""

    type = OptionField(rules.KIND, label="类别")
    title = TextField(label="名称", max_length=200)
    starts_at = MomentField(label="开始")
    ends_at = MomentField(label="结束")
    place = TextField(label="地点", max_length=120)
    host = forms.ModelChoiceField(
        label="组织单位", queryset=Body.objects.none(), required=False, empty_label="区政协办公室"
    )

    def prepare(self) -> None:
        super().prepare()
        assert self.account is not None
        assert self.today is not None
        self.is_office = self.account.holds(posts.OFFICE, on=self.today)
        rows = Body.objects.filter(ends_on=None)
        if not self.is_office:
            rows = rows.filter(pk__in=self.account.places(posts.CONVENER, on=self.today))
            setattr(self.fields["host"], "empty_label", None)  # noqa: B010
            self.fields["host"].required = True
            self.fields["host"].error_messages["required"] = "请选组织单位。"
        choose_from(self, "host", rows, _with_kind)

    def clean(self) -> dict[str, Any]:
        ends_after_start(self)
        return self.cleaned_data


def _with_kind(body: Body) -> str:
    return f"{body.name}（{body.get_kind_display()}）"


class More(StepForm):
    """The rest of what may be said about a gathering."""

    session = forms.ModelChoiceField(
        label="届次", queryset=Session.objects.none(), required=False, empty_label="（不属于）"
    )
    number = forms.IntegerField(label="第几次", min_value=1, max_value=999, required=False)
    leader = TextField(label="主持或带队", max_length=60, required=False)
    partners = RecordsField(
        label="联合单位", queryset=Body.objects.none(), required=False, widget=FilteredChoices,
        help_text="与组织单位一起办的专委会、界别、镇（街）工委。合计里只算一次，各单位名下各算一次。",
    )  # fmt: skip
    joints = forms.MultipleChoiceField(label="五联手", required=False, widget=forms.CheckboxSelectMultiple)
    is_open = forms.BooleanField(label="全体委员都可以报名", required=False)
    most = forms.IntegerField(label="名额", min_value=1, max_value=2000, required=False)
    reply_by = MomentField(label="回执截止", required=False)
    note = TextField(label="通知事项", rows=4, max_length=3000, required=False)
    counterpart = TextField(label="对方单位", max_length=120, required=False)
    level = OptionField(rules.LEVEL, label="对方级别", empty="（不填）", required=False)
    project = OptionField(rules.PROJECT, label="中心工作", empty="（不填）", required=False)
    hours = forms.DecimalField(label="学时", min_value=0, max_value=999, decimal_places=1, required=False)

    # asked only of kinds that carry the mark
    MARKED = {"counterpart": "counterpart", "level": "counterpart", "project": "project", "hours": "hours"}

    def prepare(self) -> None:
        super().prepare()
        gathering: Gathering = self.record
        for name, mark in self.MARKED.items():
            if not gathering.needs(mark):
                del self.fields[name]
        choose_from(self, "session", Session.objects.select_related("term"), str)
        rows = Body.objects.filter(ends_on=None).exclude(pk=gathering.host_id or 0)
        choose_from(self, "partners", rows, _with_kind)
        self.fields["joints"].choices = choices(rules.JOINT, self.today)  # type: ignore[attr-defined]


class PartForm(forms.Form):
    label = TextField(label="场次", max_length=60, required=False)
    starts_at = MomentField(label="开始", required=False)
    ends_at = MomentField(label="结束", required=False)
    place = TextField(label="地点", max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if self.is_said and not self.errors:
            for name in ("label", "starts_at", "ends_at"):
                if not found.get(name):
                    self.add_error(name, f"“{self.fields[name].label}”还没有填。")
        ends_after_start(self)
        return found

    @property
    def is_said(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)


class _Row(forms.Form):
    """One line of a table on the planning page; a line left empty does not count."""

    needed: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for one in self.fields.values():
            if isinstance(one, OptionField):
                one.load(timezone.localdate())

    @property
    def is_said(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.needed)

    def clean(self) -> dict[str, Any]:
        if self.is_said:
            for name in self.needed:
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, f"“{self.fields[name].label}”还没有填。")
        return self.cleaned_data


class StopForm(_Row):
    needed = ("organisation", "on")
    organisation = TextField(label="单位或地点", max_length=120, required=False)
    sort = OptionField(rules.SORT, label="类型", required=False)
    region = TextField(label="所在地", max_length=60, required=False)
    on = forms.DateField(
        label="日期", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = TextField(label="看了什么", max_length=300, required=False)


class GuestForm(_Row):
    needed = ("organisation",)
    organisation = TextField(label="单位", max_length=120, required=False)
    sort = OptionField(rules.SORT, label="类型", required=False)
    agency = forms.ModelChoiceField(
        label="承办单位", queryset=Agency.objects.filter(ends_on=None), required=False, empty_label="（不是）"
    )
    people = forms.IntegerField(label="人数", min_value=1, max_value=9999, required=False)


class AidForm(_Row):
    needed = ("giver",)
    sort = OptionField(rules.AID, label="类型", required=False)
    giver = TextField(label="捐助人或单位", max_length=120, required=False)
    amount = forms.DecimalField(
        label="金额（元）", min_value=0, max_digits=12, decimal_places=2, required=False
    )
    goods = TextField(label="物资", max_length=120, required=False)
    worth = forms.DecimalField(
        label="折价（元）", min_value=0, max_digits=12, decimal_places=2, required=False
    )
    beneficiaries = forms.IntegerField(label="受助人数", min_value=0, max_value=999999, required=False)


# -- steps of the gathering ------------------------------------------------------------------------------------------------
class Invite(StepForm):
    """Whom to call: all members, the standing ones, bodies as they stand on that day, single members, others by name."""

    CIRCLES = (("", "（不按范围）"), ("all", "全体委员"), ("standing", "常务委员"))

    circle = forms.ChoiceField(label="范围", choices=CIRCLES, required=False)
    bodies = RecordsField(
        label="专委会、界别、镇（街）工委的委员",
        queryset=Body.objects.none(),
        required=False,
        widget=FilteredChoices,
    )
    members = RecordsField(
        label="委员", queryset=Member.objects.none(), required=False, widget=FilteredChoices,
        help_text="输入姓名或拼音首字母查找；同名的看界别。",
    )  # fmt: skip
    accounts = RecordsField(
        label="机关和承办单位的人员", queryset=Account.objects.none(), required=False, widget=FilteredChoices
    )
    others = TextField(
        label="其他人",
        rows=3,
        max_length=2000,
        required=False,
        help_text="没有账号的，一行写一个姓名，用于签到表。",
    )
    role = forms.ChoiceField(label="身份", choices=Role.choices, initial=Role.DUE)
    group = TextField(label="组别", max_length=40, required=False, help_text="分组讨论时写，例如“第一组”。")

    def prepare(self) -> None:
        super().prepare()
        on = timezone.localdate(self.record.starts_at)
        members = queries.in_office(on).select_related("sector").order_by("pk")
        choose_from(self, "members", members, str)
        choose_from(self, "bodies", Body.objects.filter(ends_on=None), _with_kind)
        choose_from(self, "accounts", queries.callable_by_name(on), str)
        if not self.is_bound and self.record.needs("must"):
            self.initial.setdefault("circle", "standing" if self.record.needs("standing") else "all")

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        lines = [line.strip() for line in (answers.get("others") or "").splitlines() if line.strip()]
        if len(lines) > MOST_LINES or any(len(line) > 60 for line in lines):
            self.add_error("others", f"一行一个姓名，每行最多60字，最多{MOST_LINES}行。")
        answers["others"] = lines
        if not (lines or any(answers.get(name) for name in ("circle", "bodies", "members", "accounts"))):
            self.add_error(None, "请至少选一个范围、一个单位或一个人。")
        return answers

    def journal_data(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "circle": given["circle"], "bodies": [str(one) for one in given["bodies"]],
            "members": len(given["members"]), "accounts": len(given["accounts"]), "others": len(given["others"]),
            "role": given["role"], "group": given["group"],
        }  # fmt: skip


class Divide(StepForm):
    """分组开会: which groups, when, where; the people are those of each group."""

    submit = "建小组会议"
    groups = forms.MultipleChoiceField(label="哪些组", widget=forms.CheckboxSelectMultiple)
    starts_at = MomentField(label="开始")
    ends_at = MomentField(label="结束")
    place = TextField(label="地点", max_length=120, help_text="各组地点不同的，建好以后在那一组的页面上改。")
    tells = forms.BooleanField(label="建好就给组员发通知", required=False, initial=True)

    def prepare(self) -> None:
        super().prepare()
        found = queries.groups_ahead(self.record)
        self.fields["groups"].choices = [(name, f"{name}（{n}人）") for name, n in found.items()]  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial.setdefault("groups", list(found))
            for name in ("starts_at", "ends_at", "place"):
                self.initial.setdefault(name, getattr(self.record, name))

    def clean(self) -> dict[str, Any]:
        ends_after_start(self)
        return self.cleaned_data

    def journal_data(self) -> dict[str, Any]:
        return {"groups": self.cleaned_data["groups"], "tells": self.cleaned_data["tells"]}


class Drop(StepForm):
    intro = "减去的人不再列入应到。已经签到或请过假的，不能减去。"
    people = RecordsField(label="减去谁", queryset=None, widget=FilteredChoices)

    def prepare(self) -> None:
        super().prepare()
        rows = self.record.invitees.filter(presences=None, leaves=None).select_related("sector")
        choose_from(self, "people", rows, invitee_name)

    def journal_data(self) -> dict[str, Any]:
        return {"people": [str(one) for one in self.cleaned_data["people"]]}


def invitee_name(one: Any) -> str:
    return f"{one.name}（{one.sector}）" if one.sector else one.name


class Change(StepForm):
    starts_at = MomentField(label="开始")
    ends_at = MomentField(label="结束")
    place = TextField(label="地点", max_length=120)
    note = TextField(label="变更说明", rows=3, max_length=2000)

    def prepare(self) -> None:
        super().prepare()
        if not self.is_bound:
            for name in ("starts_at", "ends_at", "place"):
                self.initial.setdefault(name, getattr(self.record, name))

    def clean(self) -> dict[str, Any]:
        ends_after_start(self)
        return self.cleaned_data


class Record(StepForm):
    """补记: who came, by ticking names."""

    intro = "没有勾选的，必须参加的会议记为缺席，其他活动记为不参加。"
    came = RecordsField(label="到场的人", queryset=None, required=False, widget=FilteredChoices)
    minutes = TextField(label="三行小结", rows=4, max_length=3000, required=False)

    def prepare(self) -> None:
        super().prepare()
        rows = self.record.invitees.select_related("sector")
        choose_from(self, "came", rows, invitee_name)
        if not self.is_bound:
            self.initial.setdefault("came", [one.pk for one in rows])

    def journal_data(self) -> dict[str, Any]:
        return {"came": len(self.cleaned_data["came"])}


class Correct(StepForm):
    people = RecordsField(label="更正谁", queryset=None, widget=FilteredChoices)
    parts = RecordsField(label="哪几场", queryset=Part.objects.none(), widget=forms.CheckboxSelectMultiple)
    mark = forms.ChoiceField(label="改为", choices=Mark.choices)
    note = TextField(label="更正的原因", rows=2, max_length=200)

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "people", self.record.invitees.select_related("sector"), invitee_name)
        parts = self.record.parts.all()
        choose_from(self, "parts", parts, str)
        if not self.is_bound and len(parts) == 1:
            self.initial.setdefault("parts", [parts[0].pk])

    def journal_data(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "people": [str(one) for one in given["people"]], "parts": [str(one) for one in given["parts"]],
            "mark": given["mark"],
        }  # fmt: skip


# -- leave -----------------------------------------------------------------------------------------------------------------
class AskLeave(StepForm):
    submit = "提出请假"
    reason = OptionField(rules.LEAVE_REASON, label="事由", widget=forms.RadioSelect)
    parts = RecordsField(label="哪几场", queryset=None, widget=forms.CheckboxSelectMultiple)
    note = TextField(label="说明", rows=2, max_length=300, required=False, help_text="不用写病情等私事。")

    def prepare(self) -> None:
        super().prepare()
        parts = self.record.parts.all()
        choose_from(self, "parts", parts, str)
        if not self.is_bound:
            self.initial.setdefault("parts", [one.pk for one in parts])


# -- speeches and ballots ----------------------------------------------------------------------------------------------------
class Arrange(StepForm):
    part = forms.ModelChoiceField(label="哪一场", queryset=None, required=False, empty_label="（未定）")
    position = forms.IntegerField(label="发言次序", min_value=1, max_value=200)
    limit = forms.IntegerField(label="限时（分钟）", min_value=1, max_value=120)
    reader = TextField(label="宣读人", max_length=60, required=False)
    note = TextField(label="说明", rows=2, max_length=2000, required=False)

    def prepare(self) -> None:
        super().prepare()
        speech = self.record
        choose_from(self, "part", speech.gathering.parts.all(), str)
        if self.is_bound or self.today is None:
            return
        last = queries.last_position(speech.gathering)
        self.initial.setdefault("part", speech.part_id)
        self.initial.setdefault("position", speech.position or last + 1)
        self.initial.setdefault("limit", speech.limit or local.rule(rules.SPEECH_MINUTES, self.today))
        self.initial.setdefault("reader", speech.reader)


class SpeechForm(StepForm):
    """Material for 大会发言. Only the title is needed while it is being written; what is missing is said at 提交."""

    title = TextField(label="题目", max_length=120)
    speaker = forms.ChoiceField(label="谁来发言")
    reader = TextField(label="宣读人", max_length=60, required=False, help_text="单位发言的，写由谁宣读。")
    wants_oral = forms.BooleanField(
        label="申请口头发言", required=False, initial=True, help_text="不勾选的，作书面发言。"
    )
    content = TextField(label="发言材料", rows=16, max_length=LONG, required=False)

    def prepare(self) -> None:
        """The person's own seat, and the bodies they speak for."""
        super().prepare()
        assert self.account is not None
        assert self.today is not None
        members = Member.objects.filter(
            pk__in=self.account.places(posts.MEMBER, on=self.today)
        ).select_related("sector")
        bodies = Body.objects.filter(pk__in=self.account.places(posts.CONVENER, on=self.today))
        self.speakers: dict[str, Member | Body] = {f"member:{one.pk}": one for one in members}
        self.speakers |= {f"body:{one.pk}": one for one in bodies}
        self.fields["speaker"].choices = [  # type: ignore[attr-defined]
            (code, one.full_name if isinstance(one, Member) else _with_kind(one))
            for code, one in self.speakers.items()
        ]

    def as_speech(self) -> dict[str, Any]:
        """The answers as the columns of a speech: of member and body exactly one speaks."""
        given = self.cleaned_data
        who = self.speakers[given["speaker"]]
        words = {name: given[name] for name in ("title", "content", "reader", "wants_oral")}
        return words | {
            "speaker_member": who if isinstance(who, Member) else None,
            "speaker_body": who if isinstance(who, Body) else None,
        }


class RemarkForm(StepForm):
    """发言记录: who, what, one press. Typing narrows the names; somebody who is not on the list is written as typed."""

    person = TextField(
        label="谁发言", max_length=60, widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
        help_text="输入姓名或拼音首字母，从列出的名字里选；不在名单上的，直接写姓名。",
    )  # fmt: skip
    text = TextField(label="发言要点", rows=5, max_length=LONG)

    def prepare(self) -> None:
        super().prepare()
        self.people = labelled(self.record.invitees.select_related("sector", "member"))

    def clean_person(self) -> str:
        given = str(self.cleaned_data["person"]).strip()
        alike = [one for one in self.people.values() if one.name == given]
        if given not in self.people and len(alike) > 1:
            raise forms.ValidationError(
                f"名单上有{len(alike)}位“{given}”，请从列出的名字里选带界别的那一位。"
            )
        self.invitee = self.people.get(given) or (alike[0] if alike else None)
        return given

    def as_remark(self) -> dict[str, Any]:
        return {
            "invitee": self.invitee,
            "name": self.cleaned_data["person"],
            "text": self.cleaned_data["text"],
        }


def labelled(people: Iterable[Any]) -> dict[str, Any]:
    """Those called, by the name they are picked with; the second of two who look alike is numbered."""
    found: dict[str, Any] = {}
    for one in people:
        label = shown = invitee_name(one)
        number = 2
        while shown in found:
            shown, number = f"{label}·{number}", number + 1
        found[shown] = one
    return found


class StudyNote(StepForm):
    """学习体会, in one's own words."""

    text = TextField(label="学习体会", rows=12, max_length=LONG)


class Photo(StepForm):
    """One photograph and what it shows."""

    file = forms.FileField(
        label="照片", error_messages={"required": "请先选一张照片。"},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )  # fmt: skip
    caption = TextField(
        label="照片说明", max_length=60, help_text="写事情和地点，例如“在新安路社区食堂”；不写群众的姓名。"
    )


class AmendRemark(StepForm):
    text = TextField(label="发言要点", rows=8, max_length=LONG)


class StartBriefing(StepForm):
    """编简报: the remarks that go into it; its first words are put together from them."""

    title = TextField(label="标题", max_length=120)
    remarks = RecordsField(
        label="采用哪些发言", queryset=None, required=False, widget=FilteredChoices,
        help_text="勾选的发言按“姓名：要点”编成初稿，下一步再修改。",
    )  # fmt: skip

    def __init__(self, *args: Any, also_used: bool = False, **options: Any) -> None:
        self.also_used = also_used
        super().__init__(*args, **options)

    def prepare(self) -> None:
        super().prepare()
        rows = queries.remarks_within(self.record).select_related("gathering").order_by("gathering", "pk")
        rows = rows if self.also_used else rows.filter(briefings=None)
        choose_from(self, "remarks", rows, self._words)

    def _words(self, one: Any) -> str:
        where = "" if one.gathering_id == self.record.pk else f"［{one.gathering}］"
        return f"{where}{one.name}：{one.text}"


class WriteBriefing(StepForm):
    title = TextField(label="标题", max_length=120)
    content = TextField(label="内容", rows=16, max_length=LONG, required=False)


class StartBallot(StepForm):
    """登记一项表决、选举: what is voted on, before it is counted. The counts follow on the next page."""

    when = {"seats": "is_election=on"}

    title = TextField(
        label="事项", max_length=200, help_text="例如“关于常委会工作报告的决议”，或者“选举区政协副主席”。"
    )
    method = OptionField(rules.VOTE, label="方式", widget=forms.RadioSelect)
    is_election = forms.BooleanField(label="这是选举", required=False)
    seats = forms.IntegerField(label="应选名额", min_value=1, max_value=500, required=False)
    part = forms.ModelChoiceField(label="哪一场", queryset=None, required=False, empty_label="（不分场次）")
    names = TextField(
        label="候选人或表决事项", rows=5, max_length=20_000, required=False,
        help_text="一行一个，按选票或草案的次序。不写的，就以上面的“事项”为一项。",
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        choose_from(self, "part", self.record.parts.all(), str)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if answers.get("is_election") and not answers.get("seats") and "seats" not in self.errors:
            self.add_error("seats", "选举须写明应选名额。")
        if not answers.get("is_election"):
            answers["seats"] = None
        names = [line.strip() for line in (answers.get("names") or "").splitlines() if line.strip()]
        if len(names) > MOST_LINES or any(len(one) > 120 for one in names):
            self.add_error("names", f"一行一个，每行最多120字，最多{MOST_LINES}行。")
        if answers.get("is_election") and not names:
            self.add_error("names", "请写上候选人，一行一个。")
        if self._uncounted(answers):
            self.add_error("method", "选举要计票，请改用别的方式。")
        answers["names"] = names or [str(answers.get("title", ""))[:120]]
        return answers

    def _uncounted(self, answers: dict[str, Any]) -> bool:
        found = local.option(rules.VOTE, answers.get("method") or "")
        return bool(answers.get("is_election") and found and found.data.get("uncounted"))

    def as_ballot(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        given = self.cleaned_data
        data = {name: given[name] for name in ("title", "method", "is_election", "seats", "part")}
        return data, [{"name": name} for name in given["names"]]


class CountBallot(StepForm):
    """计票结果. A show of hands has no papers: who is present has voted."""

    COUNTS = ("present", "issued", "returned", "void")

    title = TextField(label="事项", max_length=200)
    seats = forms.IntegerField(label="应选名额", min_value=1, max_value=500)
    present = forms.IntegerField(label="实到", min_value=0, max_value=5000)
    issued = forms.IntegerField(label="发出票数", min_value=0, max_value=5000)
    returned = forms.IntegerField(label="收回票数", min_value=0, max_value=5000)
    void = forms.IntegerField(label="废票", min_value=0, max_value=5000)
    scrutineers = TextField(label="监票人", max_length=200, required=False)
    tellers = TextField(label="计票人", max_length=200, required=False)

    def prepare(self) -> None:
        super().prepare()
        found = local.option(rules.VOTE, self.record.method)
        marks = found.data if found else {}
        self.has_papers = bool(marks.get("papers"))
        gone = [] if self.has_papers else ["issued", "returned", "void"]
        gone += [] if self.record.is_election else ["seats"]
        for name in gone:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if not self.has_papers and "present" in answers:
            answers |= {"issued": answers["present"], "returned": answers["present"], "void": 0}
        counts = {name: answers[name] for name in self.COUNTS if name in answers}
        if len(counts) == len(self.COUNTS):
            due = queries.expected(self.record.gathering).count()
            for name, sentence in queries.contradictions(due, **counts).items():
                self.add_error(name if name in self.fields else "present", sentence)
        return answers


class LineForm(forms.Form):
    """One matter or one name with its votes; a line whose name is emptied does not count."""

    name = TextField(label="候选人或事项", max_length=120, required=False)
    in_favour = forms.IntegerField(label="赞成", min_value=0, max_value=5000, required=False)
    against = forms.IntegerField(label="反对", min_value=0, max_value=5000, required=False)
    abstained = forms.IntegerField(label="弃权", min_value=0, max_value=5000, required=False)
    is_written_in = forms.BooleanField(label="另选他人", required=False)

    VOTES = ("in_favour", "against", "abstained")

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if not found.get("name") and "name" not in self.errors and any(found.get(one) for one in self.VOTES):
            self.add_error("name", "有票数，但没有写姓名或事项。")
        return found

    def as_line(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if not given.get("name"):
            return None
        votes = {name: given.get(name) or 0 for name in self.VOTES}
        return votes | {"name": given["name"], "is_written_in": bool(given.get("is_written_in"))}


def local_moment(value: datetime) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")


# -- seeing one another --------------------------------------------------------------------------------------------------
class PlanLiaison(StepForm):
    body = forms.ModelChoiceField(label="机构", queryset=Body.objects.none())
    with_whom = TextField(
        label="联系对象", max_length=120, help_text="写界别、单位或委员姓名；不写信仰、病情等私事。"
    )
    by_whom = TextField(label="由谁联系", max_length=60)
    way = OptionField(rules.LIAISON, label="联系方式", widget=forms.RadioSelect)
    due_on = forms.DateField(label="计划日期", widget=DateInput())

    def prepare(self) -> None:
        super().prepare()
        assert self.today
        choose_from(self, "body", queries.kept_bodies(self.account, self.today), _with_kind)


class ReportLiaison(StepForm):
    submit = "登记联系"
    held_on = forms.DateField(label="联系日期", widget=DateInput())
    heard = TextField(
        label="听到的意见", rows=5, max_length=3000, help_text="说了什么、要办什么；没有意见的写“没有意见”。"
    )
    gathering = forms.ModelChoiceField(
        label="在哪次活动中", queryset=Gathering.objects.none(), required=False, empty_label="（单独联系）"
    )

    def prepare(self) -> None:
        super().prepare()
        rows = queries.of_body(self.record.body).filter(
            state__in=HAPPENED, starts_at__year=self.record.due_on.year
        )
        choose_from(self, "gathering", rows.order_by("-starts_at", "-pk"), str)

    def clean_held_on(self) -> date:
        held: date = self.cleaned_data["held_on"]
        if self.today and held > self.today:
            raise forms.ValidationError("联系日期还没有到，请在联系以后登记。")
        return held


class MoveLiaison(StepForm):
    due_on = forms.DateField(label="改到", widget=DateInput())
    note = TextField(label="原因", rows=2, max_length=300)
