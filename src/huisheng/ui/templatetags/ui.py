"""The pieces a page is built from: ``{% load ui %}``. See docs/ui.md."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html

from ..apps import NOT_FILLED
from ..chips import due_chip, state_chip
from ..steps import step_buttons

register = template.Library()


def _inside(context: Any) -> bool:
    return bool(getattr(context.get("shell"), "inside", False))


@register.simple_tag
def icon(name: str) -> str:
    """An outline picture; a word always stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("ui/icons.svg"), name
    )


@register.inclusion_tag("_state.html", takes_context=True)
def state(context: Any, record: Any, due_on: date | None = None) -> dict[str, Any]:
    """The record's state in the reader's word, and when it is due."""
    today = timezone.localdate()
    return {
        "chips": [chip for chip in (state_chip(record, _inside(context)), due_chip(due_on, today)) if chip]
    }


@register.inclusion_tag("_state.html")
def due(due_on: date | None, today: date | None = None) -> dict[str, Any]:
    chip = due_chip(due_on, today or timezone.localdate())
    return {"chips": [chip] if chip else []}


@register.inclusion_tag("_steps.html", takes_context=True)
def steps(context: Any, record: Any, open_steps: Any, next_url: str = "") -> dict[str, Any]:
    """The buttons of the steps that are open to the reader, greyed ones with their reason."""
    return {
        "buttons": step_buttons(record, open_steps), "record": record, "next_url": next_url,
        "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


@register.inclusion_tag("_timeline.html", takes_context=True)
def timeline(context: Any, entries: Any) -> dict[str, Any]:
    """办理记录, newest first; lines for the office alone are left out for everybody else."""
    inside = _inside(context)
    return {"entries": [entry for entry in entries if inside or not entry.is_inside]}


@register.inclusion_tag("_people.html")
def people(members: Any) -> dict[str, Any]:
    """Names with their sector: two members may share a name."""
    return {"people": members}


@register.inclusion_tag("_page.html", takes_context=True)
def pager(context: Any, page: Any) -> dict[str, Any]:
    return {"page": page}


@register.filter
def iso_date(value: Any) -> str:
    """2017/3/1 and 2017-3-1 as a date input reads them; "" for what is no date (then the text is kept as text)."""
    found = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", str(value or "").strip())
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""


@register.filter
def about(error: str, field: Any) -> str:
    """The bare “not filled” names its field, so that a list of errors can be read."""
    return f"“{field.label}”还没有填。" if error == NOT_FILLED else error


@register.filter
def groups_of_four(value: str) -> str:
    """A fingerprint as people read it aloud."""
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))
