"""核对, the part of 履职: what was sealed reads as it was sealed. Read-only."""

from __future__ import annotations

from collections.abc import Iterator

from huisheng.duty.actions import fingerprint
from huisheng.duty.models import Appraisal, AppraisalState, RuleBook, RuleBookState
from huisheng.duty.models_office import SEALED, OfficePeriod, OfficeReview
from huisheng.duty.models_standing import SENT, StandingReport
from huisheng.duty.office_actions import fingerprint_of_answer
from huisheng.duty.office_queries import share_of
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
    yield from _office()


def _office() -> Iterator[str]:
    """机关平时考核: what was confirmed and answered reads as it did then, and no period has more of the best grade than its share."""
    confirmed, answered = _written(OfficeReview, "confirm"), _written(OfficeReview, "answer")
    for one in OfficeReview.objects.filter(state__in=SEALED).select_related("period", "staff").order_by("pk"):
        sealed = one.sealed
        stands = (one.summary, one.words, one.grade) == (
            sealed["summary"],
            sealed["words"],
            sealed["grade"][0],
        )
        if not stands or fingerprint(sealed) != one.fingerprint or confirmed.get(one.pk) != one.fingerprint:
            yield f"{one}与审定时的指纹不符，内容被改动过"
        if one.answer and fingerprint_of_answer(one) != answered.get(one.pk):
            yield f"{one}的本人说明与写下时的指纹不符，内容被改动过"
    for period in OfficePeriod.objects.order_by("pk"):
        share = share_of(period)
        # one that is being graded anew counts again when it is
        most = period.reviews.filter(submitted_at__isnull=False).count() * share.percent // 100
        if len(share.holders) > most:
            yield f"{period}机关平时考核“好”有{len(share.holders)}人，按{share.percent}%最多{most}人"


def _written(model: type[Matter], action: str) -> dict[int, str]:
    rows = Entry.objects.filter(subject_type=model.kind(), action=action).order_by("seq")
    return {pk: data.get("fingerprint", "") for pk, data in rows.values_list("subject_id", "data")}
