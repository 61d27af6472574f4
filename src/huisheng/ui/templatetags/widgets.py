"""What the widget templates repeat most: ``{% load widgets %}``. A template for each of four hundred choices is what a
page of choices would spend its time on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag
def attributes(attrs: Mapping[str, Any]) -> str:
    """The attributes of a field. Its longest length is for the counter only: pasted text is never cut off unseen."""
    drawn = []
    for name, value in attrs.items():
        shown = "data-max" if name == "maxlength" else name
        if value is True:
            drawn.append(format_html(" {}", shown))
        elif value is not False:
            drawn.append(format_html(' {}="{}"', shown, value))
    return mark_safe("".join(drawn))


@register.simple_tag
def options(groups: Iterable[tuple[str | None, list[Mapping[str, Any]], int]]) -> str:
    """The choices of a select. Django puts each that belongs to no group into a nameless one of its own."""
    drawn = []
    for name, choices, _ in groups:
        inner = [_option(one) for one in choices]
        drawn += (
            [format_html('<optgroup label="{}">{}</optgroup>', name, mark_safe("".join(inner)))]
            if name
            else inner
        )
    return mark_safe("".join(drawn))


def _option(one: Mapping[str, Any]) -> str:
    return format_html(
        '<option value="{}"{}>{}</option>', one["value"], attributes(one["attrs"]), one["label"]
    )
