"""核对, the part of 履职: what was sealed reads as it was sealed. Read-only."""

from __future__ import annotations

from collections.abc import Iterator

from huisheng.duty.actions import fingerprint
from huisheng.duty.models import Appraisal, AppraisalState, RuleBook, RuleBookState
from huisheng.duty.models_standing import SENT, StandingReport
from huisheng.kernel.models import Entry, Matter


def duty() -> Iterator[str]:
    """Rule books in force, sealed appraisals and written reports that were sent give the fingerprints of their journal lines."""
    books = RuleBook.objects.exclude(state=RuleBookState.DRAFT).order_by("pk")
    written = _written(RuleBook, "adopt")
    for book in books:
        if fingerprint(book.content) != book.fingerprint or written.get(book.pk) != book.fingerprint:
            yield f"考核办法《{book}》与启用时的指纹不符，内容被改动过"
    written = _written(Appraisal, "seal")
    for one in Appraisal.objects.filter(state=AppraisalState.SEALED).order_by("pk"):
        if fingerprint(one.sealed) != one.fingerprint or written.get(one.pk) != one.fingerprint:
            yield f"{one}与封存时的指纹不符，内容被改动过"
    written = _written(StandingReport, "submit") | _written(StandingReport, "resubmit")
    for report in StandingReport.objects.filter(state__in=SENT).order_by("pk"):
        if fingerprint(report.sent_text) != written.get(report.pk):
            yield f"《{report}》与提交时的指纹不符，内容被改动过"


def _written(model: type[Matter], action: str) -> dict[int, str]:
    rows = Entry.objects.filter(subject_type=model.kind(), action=action).order_by("seq")
    return {pk: data.get("fingerprint", "") for pk, data in rows.values_list("subject_id", "data")}
