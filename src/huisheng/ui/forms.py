"""How forms are drawn. Any Django form looks right without help: the renderer and the widget templates see to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """settings.FORM_RENDERER: ``{{ form }}`` gives summary and fields, ``{{ field.as_field_group }}`` one field."""

    form_template_name = "_form.html"
    field_template_name = "_field.html"
    formset_template_name = "_formset.html"


class DateInput(forms.DateInput):
    """A day from the browser's own calendar; without one, typed as 2017-03-01."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class FilteredChoices(forms.CheckboxSelectMultiple):
    """A long list of boxes that can be narrowed by typing a part of the name or its pinyin initials.

    ``initials``: value -> initials, e.g. {"7": "zjj"}.
    """

    def __init__(self, initials: dict[str, str] | None = None, **options: Any) -> None:
        self.initials = initials or {}
        super().__init__(**options)

    def create_option(self, name: str, value: Any, *rest: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *rest, **options)
        if initials := self.initials.get(str(value)):
            option["attrs"]["data-initials"] = initials
        return option
