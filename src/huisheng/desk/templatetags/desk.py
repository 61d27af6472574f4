"""Small words of the desk's pages: ``{% load desk %}``."""

from __future__ import annotations

from typing import Any

from django import template

from huisheng.ui import steps

register = template.Library()


@register.simple_tag
def step_url(record: Any, action: str) -> str:
    """The door of a step."""
    return steps.step_url(record, action)
