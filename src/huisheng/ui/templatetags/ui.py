"""The pieces a page is built from: ``{% load ui %}``. See docs/ui.md."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from ..apps import NOT_FILLED
from ..chips import Chip, due_chip, state_chip
from ..steps import step_buttons

register = template.Library()


def _inside(context: Any) -> bool:
    return bool(getattr(context.get("shell"), "inside", False))


@register.simple_tag
@lru_cache(maxsize=200)
def icon(name: str) -> str:
    """An outline picture; a word always stands beside it. Remembered: a page shows some forty of a few dozen."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("ui/icons.svg"), name
    )


@register.simple_tag
@lru_cache(maxsize=500)
def remembered(name: str, **values: Any) -> str:
    """A partial whose few values say all there is to it: drawn for the first page, remembered for the next ones."""
    return mark_safe(render_to_string(name, values))


@register.simple_tag(takes_context=True)
def state(context: Any, record: Any, due_on: date | None = None) -> str:
    """The record's state in the reader's word, and when it is due."""
    words = chip_html(state_chip(record, _inside(context)))
    return words + chip_html(due_chip(due_on, timezone.localdate())) if due_on else words


@register.simple_tag
def due(due_on: date | None, today: date | None = None) -> str:
    return chip_html(due_chip(due_on, today or timezone.localdate())) if due_on else ""


@lru_cache(maxsize=2000)
def chip_html(chip: Chip | None) -> str:
    """A chip as _state.html draws it; remembered, because a list shows the same few a hundred times."""
    return mark_safe(render_to_string("_state.html", {"chips": [chip] if chip else []}))


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
