"""核对, the part of the reading room: a sealed report reads as it was approved; every figure is its list. Read-only."""

from __future__ import annotations

from collections.abc import Iterator

from huisheng.kernel.errors import Refused
from huisheng.kernel.models import Entry
from huisheng.proposals.models import Proposal
from huisheng.reports import figures as counting
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


def figures() -> Iterator[str]:
    """Recounted year by year: the table of proposals closes from the journal's lines, and each figure, which the pages count
    together with the others in one question, is as long as its own list."""
    known = counting.known()
    for year in sorted({year for year in Proposal.objects.values_list("year", flat=True) if year}):
        try:
            found = counting.numbers(year)
        except Refused as problem:
            yield str(problem)
            continue
        for name, one in known.items():
            if found[name] != (alone := one.rows(year).count()):
                yield f"{year}年“{one.label}”数出 {found[name]}，清单有 {alone} 行"
