"""The questions of the public pages, one small form each."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.validators import validate_email

from huisheng.kernel import local
from huisheng.kernel.forms import TextField

_PHONE = re.compile(r"\+?[\d\-－—()（） 转]{5,30}")


class Question(forms.Form):
    """Base: Chinese refusals, no colon behind a label."""

    def __init__(self, data: Any = None, *, initial: Any = None, today: date) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        self.prepare(today)
        for one in self.fields.values():
            one.error_messages["required"] = f"“{one.label}”还没有写。"

    def prepare(self, today: date) -> None:
        """What depends on the local rules of the day."""


class Words(Question):
    text = TextField(label="您想反映的事", rows=9)

    def prepare(self, today: date) -> None:
        longest = int(local.rule("lead.longest", today))
        self.fields["text"].max_length = longest  # type: ignore[attr-defined]
        self.fields["text"].help_text = f"写清什么事、什么时候、您希望怎么办。最多 {longest} 字。"


class Place(Question):
    place = TextField(
        label="在哪里",
        max_length=120,
        required=False,
        help_text="街道、小区、路口或单位名称都可以。不写自家门牌。",
    )


class ContactLeft(Question):
    phone = TextField(
        label="电话",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    email = TextField(
        label="电子邮箱",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "email"}),
    )

    def clean_phone(self) -> str:
        phone = unicodedata.normalize("NFKC", self.cleaned_data["phone"]).strip()
        if phone and not (_PHONE.fullmatch(phone) and 5 <= sum(char.isdigit() for char in phone) <= 20):
            raise forms.ValidationError(
                "电话只写数字，例如 13800000000 或 0371-68000000。不想留的，空着就行。"
            )
        return phone

    def clean_email(self) -> str:
        email = unicodedata.normalize("NFKC", self.cleaned_data["email"]).strip()
        if email:
            try:
                validate_email(email)
            except forms.ValidationError:
                raise forms.ValidationError(
                    "邮箱要有 @ 和后面的网址，例如 name@example.com。不想留的，空着就行。"
                ) from None
        return email


class Number(Question):
    """回执号和查询码, typed from paper: spaces, small letters and full-width forms are all right."""

    code = TextField(
        label="回执号",
        max_length=40,
        help_text="HS- 开头，例如 HS-2345-6789。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    secret = TextField(
        label="查询码",
        max_length=40,
        help_text="回执上的 8 个字母和数字。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        signs = _plain(self.cleaned_data["code"])
        signs = signs.removeprefix("HS") if len(signs) == 10 else signs
        if len(signs) != 8:
            raise forms.ValidationError("回执号是 HS- 后面加 8 个字母和数字，请照回执再看一遍。")
        return f"HS-{signs[:4]}-{signs[4:]}"

    def clean_secret(self) -> str:
        return _plain(self.cleaned_data["secret"])


def _plain(typed: str) -> str:
    """Letters and digits alone, large and half-width."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", typed).upper())


class Message(Question):
    text = TextField(label="要补充的话", rows=5, max_length=2000, help_text="不要写出自己的名字和电话。")


class Complaint(Question):
    content = TextField(label="意见或建议", rows=6, max_length=2000)


class Find(Question):
    q = TextField(label="找什么", max_length=100, required=False)
