"""往年台账 as records: the writer of the ledger's import kind, and the one door for files of every kind.

A ledger row is no proposal of ours: it is searched and shown beside new texts, and never counted with ours.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from huisheng.kernel.errors import Refused
from huisheng.people import importing
from huisheng.people.importing.changes import Recorder
from huisheng.people.importing.known import Known
from huisheng.people.importing.report import RowReport
from huisheng.people.models import Account, Agency
from huisheng.search import index

from . import findable, ledger
from .models import LedgerRow


def write(row: RowReport, known: Known, recorder: Recorder, today: date, done: dict[str, Any]) -> LedgerRow:
    """One row of the ledger, new or over the one of the same year and number; findable at once."""
    read, year = ledger.row_of(row), row.values.get("year")
    if not year or not read.number:
        raise Refused(f"第 {row.row} 行没有年份或案号，不能导入。请补上后再导入。")
    agency = Agency.objects.filter(name=read.lead[0]).first() if read.lead else None
    values = {
        "title": read.title[:200], "sponsor": "、".join(read.sponsors)[:120], "agency": agency,
        "agency_name": "、".join([*read.lead, *read.assisting])[:200], "category": read.category[:40],
        "outcome": ledger.OUTCOMES.get(read.outcome, read.outcome)[:20], "assigned_on": read.handed_on,
        "replied_on": read.replied_on, "letter": read.reply_class[:10], "satisfaction": read.satisfaction[:20],
    }  # fmt: skip
    known_one = LedgerRow.objects.filter(year=year, number=read.number).first()
    if known_one:
        record = recorder.update(known_one, **values)
    else:
        record = recorder.create(LedgerRow(year=year, number=read.number, **values))
    one = findable.of_ledger(record)
    index.put(one.kind, one.record_id, one.title, one.body, one.keys)
    return record


importing.register(ledger.kind(write))


def import_file(
    kind: str, data: bytes, name: str, *, is_dry: bool, account: Account | None = None, about: str = ""
) -> dict[str, Any]:
    """``huisheng import``: members, agencies, bodies, the ledger of an earlier year (``proposals``), or the sign-in sheet
    and leave slips of a meeting (``about``: its id).

    Rows whose only doubt is one value come in with that value blank, and the doubt is told; the rest stays out.
    """
    at = timezone.now()
    return importing.import_file(
        kind, data, name, account=account, at=at, is_dry=is_dry, take_doubts=True, about=about
    )
