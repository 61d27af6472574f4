"""Forms of sign-in, first run, accounts, roster and local rules. Each names its fields; nothing else can be posted."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.signals import user_login_failed
from django.utils import timezone

from huisheng.kernel.deadlines import Span
from huisheng.kernel.forms import TextField
from huisheng.kernel.local import OptionList, Rule
from huisheng.ui.forms import DateInput

from . import signin
from .importing import clean
from .models import Account, Agency, Body, BodyKind, Member, Membership, Post, Session, StandingSeat, Term
from .posts import APART, POSTS, STAFF_KINDS, Place


def _say(form: Any, **labels: str) -> None:
    """Our labels on allauth's fields, and no placeholder where a label already speaks."""
    form.label_suffix = ""
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].help_text = ""
            form.fields[name].widget.attrs.pop("placeholder", None)
            form.fields[name].error_messages["required"] = f"“{label}”还没有填。"


# -- sign-in -------------------------------------------------------------------------------------------------------


class LoginForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, login="账号", password="密码")

    def login(self, request: Any, redirect_url: str | None = None) -> Any:
        response = super().login(request, redirect_url)
        if request.user.is_authenticated:  # allauth has just set its own length of session
            _, longest = signin.limits_of(request.user, timezone.localdate())
            request.session.set_expiry(int(longest.total_seconds()))
        return response


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, oldpassword="现用密码", password1="新密码", password2="再输一次新密码")
        self.fields["password1"].help_text = "至少 8 个字符，越长越好。可以用一句自己记得住的话。"


class ReauthenticateForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, password="密码")


class _Counted:
    """A wrong code counts like a wrong password: six digits would be guessed in a night otherwise."""

    def clean_code(self) -> str:
        request, credentials = context.request, {"username": self.user.username}  # type: ignore[attr-defined]
        if not AxesProxyHandler.is_allowed(request, credentials):
            raise forms.ValidationError("验证码错得太多，请过十五分钟再试，或联系办公室。")
        try:
            return super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
            raise forms.ValidationError(
                "验证码不对。请看验证器上现在显示的数字，或用一个没用过的恢复码。"
            ) from None


class AuthenticateForm(_Counted, mfa_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code="验证码")


class MfaReauthenticateForm(_Counted, mfa_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code="验证码")


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, code="验证器上显示的六位数字")


class AddWebAuthnForm(webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, name="给这把钥匙起个名字", passwordless="可以不输密码直接登录")


class EditWebAuthnForm(webauthn_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, name="名字")


class PasswordMixin(forms.Form):
    """A new password typed twice, checked against what everybody would guess."""

    password = forms.CharField(
        label="密码", max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 8 个字符，越长越好。可以用一句自己记得住的话。", strip=False,
    )  # fmt: skip
    again = forms.CharField(
        label="再输一次密码",
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def check_password(self, account: Account) -> None:
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if not password:
            return
        if password != again:
            self.add_error("again", "两次输入的密码不一样。")
            return
        try:
            validate_password(password, account)
        except forms.ValidationError as problem:
            self.add_error("password", problem)


class ActivateForm(PasswordMixin):
    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self) -> dict[str, Any]:
        self.check_password(self.account)
        return self.cleaned_data


class SetupForm(PasswordMixin):
    """The first run: who administers, which committee, which term and session."""

    field_order = [
        "code", "committee", "term", "term_starts_on", "session", "opens_on", "closes_on", "cutoff", "name", "username",
        "password", "again", "is_office",
    ]  # fmt: skip
    code = forms.CharField(
        label="安装码",
        max_length=40,
        help_text="显示在启动服务的窗口里；也可在服务器上运行 huisheng setup-code 查看。",
    )
    committee = TextField(label="机关全称", max_length=80, help_text="写到“委员会”以前，例如：政协××市××区")
    term = forms.IntegerField(label="现在是第几届", min_value=1, max_value=99)
    term_starts_on = forms.DateField(label="本届开始日期", widget=DateInput())
    session = forms.IntegerField(label="现在是第几次会议", min_value=1, max_value=20)
    opens_on = forms.DateField(label="本次会议开幕日期", widget=DateInput())
    closes_on = forms.DateField(label="本次会议闭幕日期", widget=DateInput())
    cutoff = forms.DateTimeField(
        label="会间提案截止时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )  # fmt: skip
    name = TextField(label="管理员姓名", max_length=60)
    username = TextField(
        label="管理员账号", max_length=60, help_text="登录时输入的账号，用字母、数字，或本人姓名。"
    )
    is_office = forms.BooleanField(label="这位管理员也在政协办公室工作", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_committee(self) -> str:
        return re.sub(r"委员会$", "", clean.unit(self.cleaned_data["committee"]))

    def clean_name(self) -> str:
        return clean.name(self.cleaned_data["name"])

    def clean_username(self) -> str:
        return check_username(self.cleaned_data["username"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for name in ("opens_on", "closes_on", "cutoff_at", "counts_from"):
            if data.get(name) and not FIRST_YEAR <= data[name].year <= LAST_YEAR:
                self.add_error(name, f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。")
        if self.errors:
            return data
        if data.get("opens_on") and data.get("closes_on") and data["closes_on"] < data["opens_on"]:
            self.add_error("closes_on", "闭幕日期早于开幕日期。")
        if data.get("opens_on") and data.get("term_starts_on") and data["term_starts_on"] > data["opens_on"]:
            self.add_error("term_starts_on", "本届开始日期不能晚于本次会议开幕日期。")
        self.check_password(Account(username=data.get("username", ""), name=data.get("name", "")))
        return data


def check_username(text: str) -> str:
    """An account's name as it is typed: no blanks, no control marks, unique without regard to capitals."""
    username = clean.plain(text)
    if not re.fullmatch(r"[\w.@+-]{2,60}", username):
        raise forms.ValidationError("账号用 2 到 60 个字母、数字或汉字，中间不要有空格。")
    if Account.objects.filter(username__iexact=username).exists():
        raise forms.ValidationError(f"账号“{username}”已经有人用了，请换一个。")
    return username


# -- accounts --------------------------------------------------------------------------------------------------------


class ReachForm(forms.Form):
    """Where messages reach a person."""

    phone = forms.CharField(label="手机", max_length=20, required=False)
    email = forms.EmailField(label="电子邮箱", max_length=254, required=False)
    wecom = forms.RegexField(
        r"^[0-9A-Za-z@._-]{1,64}$", label="企业微信账号", max_length=64, required=False,
        help_text="企业微信通讯录里的账号，不是姓名。", error_messages={"invalid": "企业微信账号由字母、数字和 . _ - @ 组成。"},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_phone(self) -> str:
        return check_phone(self.cleaned_data["phone"])

    def clean_wecom(self) -> str:
        if self.cleaned_data["wecom"].lower() == "@all":  # the platform's word for everybody
            raise forms.ValidationError("请填一个人的账号。")
        return self.cleaned_data["wecom"]


class AccountForm(ReachForm):
    name = TextField(label="姓名", max_length=60)
    username = TextField(label="账号", max_length=60)
    field_order = ["name", "username", "phone", "email", "wecom"]

    def clean_name(self) -> str:
        return clean.name(self.cleaned_data["name"])

    def clean_username(self) -> str:
        return check_username(self.cleaned_data["username"])


def check_phone(text: str) -> str:
    number, code = clean.phone(text)
    if code == "phone_invalid":
        raise forms.ValidationError("电话号码的位数或写法不对。手机是 11 位数字，座机写作 0371-68120000。")
    return number


def check_person(text: str) -> str:
    """A person's name with its rare characters; compatibility ones become the proper ones."""
    name = clean.name(text)
    if not name or clean.has_unreadable(name):
        raise forms.ValidationError("姓名里有认不出的字。生僻字请用输入法打出正式的字。")
    return name


def check_born(text: str, today: date) -> str:
    found, code = clean.month(text, today)
    if code:
        raise forms.ValidationError("出生年月不成立。请写作 1968-05。")
    return found


class PostForm(forms.Form):
    """A hat: which, where, from when to when."""

    kind = forms.ChoiceField(
        label="岗位", choices=[("", "请选择")] + [(k.code, k.label) for k in POSTS.values()]
    )
    member = forms.ModelChoiceField(label="委员", queryset=Member.objects.none(), required=False, empty_label="（不选）",
                                    help_text="岗位是委员时选。")  # fmt: skip
    body = forms.ModelChoiceField(label="机构", queryset=Body.objects.none(), required=False, empty_label="（不选）",
                                  help_text="岗位是召集人时选。")  # fmt: skip
    agency = forms.ModelChoiceField(label="承办单位", queryset=Agency.objects.none(), required=False, empty_label="（不选）",
                                    help_text="岗位是承办单位经办人、负责人时选。")  # fmt: skip
    staff = forms.ModelChoiceField(label="机关人员", queryset=Account.objects.none(), required=False, empty_label="（不选）",
                                   help_text="岗位是主管领导时选：主管谁，一人一行。")  # fmt: skip
    starts_on = forms.DateField(label="起", widget=DateInput())
    ends_on = forms.DateField(label="止", widget=DateInput(), required=False, help_text="不填表示一直担任。")

    def __init__(self, *args: Any, account: Account, today: date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", initial={"starts_on": today}, **kwargs)
        self.account = account
        fields: dict[str, Any] = self.fields
        fields["member"].queryset = (
            Member.objects.filter(ends_on=None).select_related("sector").order_by("initials", "pk")
        )
        fields["member"].label_from_instance = lambda member: member.full_name
        fields["body"].queryset = Body.objects.filter(ends_on=None)
        fields["body"].label_from_instance = lambda body: f"{body.get_kind_display()}：{body.name}"
        fields["agency"].queryset = Agency.objects.filter(ends_on=None)
        staffed = Post.objects.current(today).filter(kind__in=STAFF_KINDS).values("account")
        others = Account.objects.filter(is_active=True, pk__in=staffed).exclude(pk=account.pk)
        fields["staff"].queryset = others.order_by("pk")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        kind = POSTS.get(data.get("kind", ""))
        if kind is None:
            return data
        for place in (Place.MEMBER, Place.BODY, Place.AGENCY, Place.STAFF):
            if kind.place == place and not data.get(place.value):
                self.add_error(place.value, f"岗位“{kind.label}”要选{place.label}。")
            elif kind.place != place:
                data[place.value] = None
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "止的日期早于起的日期。")
        self._check_apart(kind.code, starts_on, ends_on)
        return data

    def _check_apart(self, code: str, starts_on: date | None, ends_on: date | None) -> None:
        """Whoever watches over the administrator is not the administrator (等保 访问控制)."""
        for pair in APART:
            if code not in pair:
                continue
            for post in self.account.posts_held:
                if post.kind in pair - {code} and _overlap(post, starts_on, ends_on):
                    self.add_error("kind", f"“{POSTS[code].label}”和“{post.label}”不能由同一个人担任。")


def _overlap(post: Post, starts_on: date | None, ends_on: date | None) -> bool:
    return (post.ends_on is None or starts_on is None or post.ends_on >= starts_on) and (
        ends_on is None or post.starts_on <= ends_on
    )


# -- roster ------------------------------------------------------------------------------------------------------------


SEXES = [("", "（不填）"), ("男", "男"), ("女", "女")]
PARTIES = [("", "（不填）")] + [(name, name) for name in clean.PARTIES]


class MemberForm(forms.ModelForm):
    class Meta:
        model = Member
        fields = ["name", "sex", "born", "party", "unit", "job", "phone", "starts_on"]
        widgets = {
            "starts_on": DateInput(),
            "sex": forms.Select(choices=SEXES),
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.today = today
        self.fields["born"].help_text = "例如 1968-05 或 1968年5月。"
        self.fields["party"].widget = forms.Select(choices=PARTIES)

    def clean_name(self) -> str:
        return check_person(self.cleaned_data["name"])

    def clean_born(self) -> str:
        return check_born(self.cleaned_data["born"], self.today)

    def clean_phone(self) -> str:
        return check_phone(self.cleaned_data["phone"])

    def clean_starts_on(self) -> date:
        """No seat in the standing committee lies before the membership."""
        given: date = self.cleaned_data["starts_on"]
        seat = self.instance.standing_seats.order_by("starts_on").first() if self.instance.pk else None
        if seat is not None and given > seat.starts_on:
            raise forms.ValidationError(f"{seat.starts_on} 已当选常务委员，任职不能晚于那一天。")
        return given


class ElectForm(forms.Form):
    """当选常务委员: from which day, by which decision."""

    starts_on = forms.DateField(label="当选日期", widget=DateInput())
    decision = TextField(label="哪次会议选举", max_length=200, help_text="写会议名称和日期，有文号的也写上。")

    def __init__(self, *args: Any, seat: StandingSeat | None, today: date, **kwargs: Any) -> None:
        first = {"starts_on": seat.starts_on, "decision": seat.decision} if seat else {"starts_on": today}
        super().__init__(*args, label_suffix="", initial=first, **kwargs)


class MembershipForm(forms.Form):
    body = forms.ModelChoiceField(label="机构", queryset=Body.objects.none(), empty_label="请选择")
    role = TextField(label="职务", max_length=40, required=False, help_text="例如：副主任。一般委员不填。")
    starts_on = forms.DateField(label="起", widget=DateInput())

    def __init__(self, *args: Any, member: Member, today: date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", initial={"starts_on": today}, **kwargs)
        self.member = member
        field: Any = self.fields["body"]
        field.queryset = Body.objects.filter(ends_on=None)
        field.label_from_instance = lambda body: f"{body.get_kind_display()}：{body.name}"

    def clean_body(self) -> Body:
        body = self.cleaned_data["body"]
        held = list(Membership.objects.filter(member=self.member, ends_on=None).select_related("body"))
        if any(one.body_id == body.pk for one in held):
            raise forms.ValidationError(f"已经在“{body.name}”。")
        same = [one for one in held if one.kind == body.kind]
        if body.kind == BodyKind.COMMITTEE and len(same) >= 2:
            raise forms.ValidationError("已在两个专门委员会，最多两个。请先结束其中一个。")
        return body


class EndForm(forms.Form):
    """The last day of something that has begun."""

    ends_on = forms.DateField(label="最后一天", widget=DateInput())
    reason = TextField(label="原因", max_length=120, required=False)

    def __init__(self, *args: Any, starts_on: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", initial={"ends_on": today}, **kwargs)
        self.starts_on = starts_on

    def clean_ends_on(self) -> date:
        ends_on = self.cleaned_data["ends_on"]
        if ends_on < self.starts_on:
            raise forms.ValidationError(f"不能早于开始的日期 {self.starts_on}。")
        return ends_on


class StandDownForm(EndForm):
    """不再担任常务委员: the last day, and the decision or the reason."""

    reason = TextField(label="依据", max_length=200, help_text="写哪次会议的决定，或者本人辞去的原因。")


class NamesField(TextField):
    """Names separated by 、 — a list."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return list(dict.fromkeys(clean.names(super().clean(value))))


class AgencyForm(forms.ModelForm):
    short_names = NamesField(
        label="简称", max_length=200, required=False, help_text="几个简称之间用顿号隔开。"
    )
    duty = TextField(
        label="职责",
        max_length=2000,
        required=False,
        rows=5,
        help_text="分办时据此推荐单位，写清楚管什么事。",
    )

    class Meta:
        model = Agency
        fields = ["name", "short_names", "kind", "leader", "contact", "phone", "duty", "starts_on", "ends_on"]
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_name(self) -> str:
        return clean.unit(self.cleaned_data["name"])

    def clean_phone(self) -> str:
        return check_phone(self.cleaned_data["phone"])


class BodyForm(forms.ModelForm):
    other_names = NamesField(
        label="别名", max_length=200, required=False, help_text="几个别名之间用顿号隔开。"
    )

    duty = TextField(
        label="职责", max_length=2000, required=False, rows=4, help_text="收件台据此推荐对口专委会，写清楚联系哪些方面。"
    )  # fmt: skip

    class Meta:
        model = Body
        fields = ["kind", "name", "other_names", "leader", "duty", "starts_on", "ends_on"]
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_name(self) -> str:
        return clean.unit(self.cleaned_data["name"])


class TermForm(forms.ModelForm):
    class Meta:
        model = Term
        fields = ["number", "committee", "starts_on", "ends_on"]
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["committee"].help_text = "写到“委员会”以前，例如：政协××市××区"

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", "止的日期早于起的日期。")
        return data


# the committee is no older than the institution, and no plan reaches further
FIRST_YEAR, LAST_YEAR = 1949, 2999


class SessionForm(forms.ModelForm):
    class Meta:
        model = Session
        fields = ["term", "number", "year", "opens_on", "closes_on", "cutoff_at", "counts_from"]
        widgets = {
            "opens_on": DateInput(), "closes_on": DateInput(),
            "cutoff_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "counts_from": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["cutoff_at"].help_text = "到这一时刻为止提交的是会间提案，之后是平时提案。"
        self.fields[
            "counts_from"
        ].help_text = "从这一时刻起提交的提案计入本次，一般是上年度截止的第二天零时。"

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("opens_on") and data.get("closes_on") and data["closes_on"] < data["opens_on"]:
            self.add_error("closes_on", "闭幕日期早于开幕日期。")
        if data.get("cutoff_at") and data.get("counts_from") and data["cutoff_at"] < data["counts_from"]:
            self.add_error("cutoff_at", "会间提案截止时间早于计入起点。")
        if (
            data.get("cutoff_at")
            and data.get("opens_on")
            and timezone.localdate(data["cutoff_at"]) < data["opens_on"]
        ):
            self.add_error("cutoff_at", "会间提案截止时间早于开幕日期。")
        return data


# -- local rules -------------------------------------------------------------------------------------------------------


class RuleForm(forms.Form):
    """A new value of one rule, from a day on, with its ground."""

    starts_on = forms.DateField(label="自何日起", widget=DateInput())
    note = TextField(label="依据", max_length=200, required=False, help_text="例如：主席会议 3 月 2 日决定。")
    field_order = ["value", "starts_on", "note"]

    def __init__(self, *args: Any, rule: Rule, current: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", initial={"starts_on": today, "value": current}, **kwargs)
        self.fields["value"] = value_field(rule)
        self.order_fields(self.field_order)


MONTH_DAY = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


def value_field(rule: Rule) -> forms.Field:
    """The field in which a rule's value is typed."""
    label = "取值"
    if rule.kind == "yes_no":
        return forms.TypedChoiceField(
            label=label, choices=[("True", "是"), ("False", "否")], coerce=lambda text: text == "True"
        )
    if rule.kind in ("days", "number"):
        return forms.IntegerField(label=label, min_value=0, max_value=100_000)
    if rule.kind == "choice":
        return forms.TypedChoiceField(label=label, choices=rule.choices, coerce=type(rule.default))
    if rule.kind == "hour":
        return _HourField(label=label, help_text="例如 18:00。")
    if rule.kind == "month_day":
        return forms.RegexField(
            MONTH_DAY, label=label, required=False, help_text="写成 10-15；可以留空。",
            error_messages={"invalid": "写成 10-15 这样，月和日都是两位数。"},
        )  # fmt: skip
    if rule.kind == "span":
        return _SpanField(label=label, help_text="例如 10个工作日、30日、3个月。")
    return TextField(label=label, max_length=500, required=False)


class _HourField(forms.TimeField):
    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return found.strftime("%H:%M") if isinstance(found, time) else found


class _SpanField(forms.CharField):
    def prepare_value(self, value: Any) -> Any:
        try:
            return Span.parse(str(value)).label if value else value
        except ValueError:
            return value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return str(Span.parse(text))
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None


class OptionForm(forms.Form):
    """One entry of a local list."""

    code = forms.RegexField(
        r"^[0-9A-Za-z_-]{1,40}$", label="代码", max_length=40,
        error_messages={"invalid": "代码用字母、数字、下划线，不超过 40 个。"}, help_text="统计和接口用它认出这一项，定了不要改。",
    )  # fmt: skip
    label = TextField(label="名称", max_length=120)
    position = forms.IntegerField(label="次序", min_value=0, max_value=9999, initial=0)
    starts_on = forms.DateField(label="启用", widget=DateInput())
    ends_on = forms.DateField(
        label="停用", widget=DateInput(), required=False, help_text="不填表示一直可用。"
    )

    def __init__(self, *args: Any, listing: OptionList, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if not is_new:
            del self.fields["code"]
        self.flags = [f"flag_{name}" for name in listing.flags]
        for name, label in listing.flags.items():
            self.fields[f"flag_{name}"] = forms.BooleanField(label=label, required=False)
        for name, label in listing.texts.items():
            self.flags.append(f"flag_{name}")
            self.fields[f"flag_{name}"] = TextField(label=label, rows=3, max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", "停用日期早于启用日期。")
        return data


class CalendarDayForm(forms.Form):
    date = forms.DateField(label="日期", widget=DateInput())
    is_workday = forms.TypedChoiceField(
        label="这一天",
        choices=[("False", "放假"), ("True", "上班（调休）")],
        coerce=lambda text: text == "True",
    )
    name = TextField(label="名称", max_length=40, help_text="例如：春节、国庆节调休。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


# -- import --------------------------------------------------------------------------------------------------------------


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label="内容")
    file = forms.FileField(
        label="文件", help_text="Excel 工作簿（.xlsx）或 CSV。表头、标题行、合计行都不用删。不得上传涉密信息。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": "这个文件是空的。请检查后重新选择。"},
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        kinds: list[tuple[str, str]],
        about: list[tuple[str, list[tuple[str, str]]]],
        **kwargs: Any,
    ) -> None:
        """about: a question and its answers, for the kinds of file that do not always say which record they are about."""
        super().__init__(*args, label_suffix="", **kwargs)
        field: Any = self.fields["kind"]
        field.choices = kinds
        for label, options in about:
            self.fields["about"] = forms.ChoiceField(
                label=label, required=False, choices=[("", "按文件里写的找"), *options],
                help_text="文件里写明了的不用选。名册、台账不用选。",
            )  # fmt: skip
