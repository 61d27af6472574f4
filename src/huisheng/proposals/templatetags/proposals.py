"""Small words of the proposal pages: ``{% load proposals %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from huisheng.kernel import local

from .. import local_rules as rules
from .. import papers, reading
from ..actions import WRITABLE
from ..models import AssignmentState

register = template.Library()


@register.filter
def is_writable(proposal: Any, dossier: Any) -> bool:
    """A draft of the reader's own."""
    reader = dossier.reader
    return proposal.state in WRITABLE and (reader.is_sponsor or (proposal.is_paper and reader.is_office))


@register.filter
def masked(phone: str) -> str:
    return papers.masked(phone)


@register.filter
def purpose_label(attachment: Any) -> str:
    return reading.PURPOSES.get(attachment.purpose, "附件")


@register.filter
def contact_form(contact: Any) -> str:
    return local.label_of(rules.CONTACT_FORM, contact.form)


@register.filter
def clock(record: Any, name: str) -> str:
    """The name of a deadline in its address: reply-7."""
    return f"{name}-{record.pk}"


@register.filter
def still_counts(assignment: Any) -> bool:
    """Whether the assignment's clock still runs; a clock that stopped is a date, no warning."""
    return assignment.state not in (AssignmentState.REPLIED, AssignmentState.OPINED)


@register.simple_tag
def select(field: Any) -> str:
    """A choice of the list's sentence. Written here, not by the widget's templates: sixty units are sixty templates."""
    value = str(field.value() or "")
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (code, mark_safe(" selected") if code == value else "", label)
            for code, label in field.field.choices
        ),
    )
    return format_html('<select name="{}" id="{}">{}</select>', field.html_name, field.id_for_label, options)
