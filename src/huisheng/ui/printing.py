"""A paper as a file to keep: PDF, or .docx of a single one."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse

from huisheng.kernel import store
from huisheng.kernel.errors import Refused
from huisheng.kernel.papers import NoFont, Paper, to_docx, to_pdf_many

TYPES = {"pdf": store.CONTENT_TYPES["pdf"], "docx": store.CONTENT_TYPES["docx"]}


def send(made: Paper, form: str, name: str) -> HttpResponse:
    """A paper as a file: pdf or docx, nothing else."""
    return send_many([made], form, name)


def send_many(made: Sequence[Paper], form: str, name: str) -> HttpResponse:
    """One file of one or many papers; .docx for a single one only."""
    if form not in TYPES or (form == "docx" and len(made) != 1):
        raise Http404
    try:
        data = to_docx(made[0]) if form == "docx" else to_pdf_many(made)
    except NoFont as problem:
        raise Refused(str(problem)) from problem
    response = HttpResponse(data, content_type=TYPES[form])
    response["Content-Disposition"] = store.disposition(f"{name}.{form}")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
