"""核对, the part of the reading room: a sealed report reads as it was approved. Read-only."""

from __future__ import annotations

from collections.abc import Iterator

from huisheng.kernel.models import Entry
from huisheng.reports.actions import fingerprint
from huisheng.reports.models import Report, ReportState


def reports() -> Iterator[str]:
    """Words and numbers under the seal give its fingerprint, and the fingerprint is the one its journal line carries."""
    lines = Entry.objects.filter(subject_type=Report.kind(), action="approve").order_by("seq")
    written = {
        pk: data.get("fingerprint") for pk, data in lines.values_list("subject_id", "data").iterator(500)
    }
    for one in Report.objects.filter(state=ReportState.SEALED).order_by("pk").iterator(100):
        if fingerprint(one.sealed) != one.fingerprint:
            yield f"年度报告《{one}》与封存时的指纹不符，内容被改动过"
        elif written.get(one.pk) != one.fingerprint:
            yield f"年度报告《{one}》的封存指纹不在办理记录里"
