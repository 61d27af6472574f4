"""A step's form: small, knows the record it is for, and says what its fields mean to the journal."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.db import models

from . import local, store

# what PostgreSQL refuses, and what would turn the line around for the next reader
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def clean_text(text: str) -> str:
    """Text as it may be stored: line ends made one, control characters out, bidi turns shown as a mark."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _FORBIDDEN.sub("", text)
    return _TURNS.sub("�", text)


def clean_all(value: Any) -> Any:
    """The same for every text inside lists and mappings: neither a column of text nor one of JSON holds a NUL."""
    match value:
        case str():
            return clean_text(value)
        case list():
            return [clean_all(one) for one in value]
        case dict():
            return {clean_all(name): clean_all(one) for name, one in value.items()}
    return value


class TextField(forms.CharField):
    """A text of the person's own: stored as typed but for characters no database and no paper can hold.

    ``is_kept`` False: what is typed lies in no draft, neither here nor on the device (somebody's name, telephone).
    """

    def __init__(self, *, rows: int = 0, is_kept: bool = True, **options: Any) -> None:
        self.is_kept = is_kept
        if rows:
            options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | ({} if self.is_kept else {"data-unkept": True})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(clean_text(value) if isinstance(value, str) else value) or "")

    def run_validators(self, value: Any) -> None:
        if isinstance(value, str) and self.max_length and len(value) > self.max_length:
            raise forms.ValidationError(
                f"“{self.label}”现在有 {len(value)} 字，最多 {self.max_length} 字。请删减，或把其余内容作为附件。"
            )
        super().run_validators(value)


def choices(name: str, today: Any, empty: str = "") -> list[tuple[str, str]]:
    found = [(one.code, one.label) for one in local.options(name, today)]
    return [("", empty), *found] if empty else found


class OptionField(forms.ChoiceField):
    """One entry of a dated option list, those in force on the form's day."""

    def __init__(self, name: str, *, empty: str = "", **options: Any) -> None:
        self.option_list, self.empty = name, empty
        super().__init__(**options)

    def load(self, today: Any) -> None:
        self.choices = choices(self.option_list, today, self.empty)


class PaperField(forms.FileField):
    """A file that comes with a step: an ``Upload`` past the gate, or None; a refusal is the gate's own sentence."""

    def __init__(self, *, kinds: tuple[str, ...], **options: Any) -> None:
        self.kinds = kinds
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> store.Upload | None:
        sent = super().clean(data, initial)
        if not sent:
            return None
        sent.seek(0)  # the form may be asked twice
        upload = store.receive(sent, str(sent.name), kinds=self.kinds)
        if upload.refused:
            raise forms.ValidationError(upload.refused)
        return upload


class StepForm(forms.Form):
    """Base of every step's form. A field named ``note`` becomes the journal line's text.

    ``when``: field -> the answers it concerns ("outcome=decline|merge"); for other answers the page leaves it out.
    """

    intro = ""
    submit = ""
    when: dict[str, str] = {}

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        record: Any = None,
        account: Any = None,
        today: date | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.record = record
        self.account = account
        self.today = today
        super().__init__(data, files, initial=initial, label_suffix="")
        for field in self.fields.values():
            if field.required and "required" in field.error_messages:
                field.error_messages["required"] = f"“{field.label}”还没有填。"
        self.prepare()

    def prepare(self) -> None:
        """Fill choices that depend on the record, the person or the day; option fields load those in force on it."""
        for name, answers in self.when.items():
            self.fields[name].widget.attrs["data-when"] = answers
            setattr(self.fields[name], "is_conditional", True)  # noqa: B010  then it is needed: not "optional"
        for field in self.fields.values():
            if isinstance(field, OptionField):
                field.load(self.today)

    def journal_data(self) -> dict[str, Any]:
        """The cleaned answers in a form JSON can hold; the note is kept apart."""
        return {name: plain(value) for name, value in self.cleaned_data.items() if name != "note"}


def plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, store.Upload):
        return {"name": value.verdict.safe_name, "sha256": value.verdict.sha256}
    if isinstance(value, models.QuerySet | list | tuple | set):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if hasattr(value, "name") and hasattr(value, "size"):
        return {"file": str(value.name), "size": value.size}
    return str(value)


def choose_from(form: forms.Form, name: str, rows: Any, label: Callable[[Any], str]) -> None:
    """Which records a choice field offers for this record, and how each is called."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
    setattr(field, "label_from_instance", label)  # noqa: B010  Django's own hook for the words of a choice


class ManyTexts(forms.Widget):
    """Several text areas of one name; an empty one is no answer. ``data`` may be a QueryDict or plain JSON."""

    template_name = "ui/widgets/many_texts.html"

    def __init__(self, rows: int = 3, least: int = 3, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.rows, self.least = rows, least

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return [values] if isinstance(values, str) else list(values)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        texts = [str(one) for one in value or []]
        context["widget"].update(texts=texts + [""] * max(1, self.least - len(texts)), rows=self.rows)
        return context


class RecordsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several records of a queryset. A number larger than any id is one that is not there, in every database."""

    default_error_messages = {
        "invalid_choice": "“%(value)s”不在可选的范围里，请重新勾选。",
        "invalid_pk_value": "“%(pk)s”不在可选的范围里，请重新勾选。",
    }

    def clean(self, value: Any) -> Any:
        for one in value if isinstance(value, list | tuple) else ():
            if len(str(one)) > 18:
                message = self.error_messages["invalid_pk_value"]
                raise forms.ValidationError(
                    message, code="invalid_pk_value", params={"pk": str(one)[:18] + "…"}
                )
        return super().clean(value)


class TextsField(forms.Field):
    """A list of texts, in order; blanks are left out."""

    widget = ManyTexts

    def __init__(self, *, max_length: int = 5000, most: int = 60, **options: Any) -> None:
        super().__init__(**options)
        self.max_length, self.most = max_length, most

    def to_python(self, value: Any) -> list[str]:
        texts = [clean_text(one).strip() for one in value or [] if isinstance(one, str)]
        return [one for one in texts if one]

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(f"“{self.label}”最多 {self.most} 条，现在有 {len(value)} 条。")
        for i, one in enumerate(value, 1):
            if len(one) > self.max_length:
                raise forms.ValidationError(
                    f"“{self.label}”第 {i} 条有 {len(one)} 字，最多 {self.max_length} 字。"
                )
