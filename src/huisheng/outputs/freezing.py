"""定稿: a signed paper is set as PDF and .docx, once, and kept for ever.

Signing seals the words (their fingerprint stands in the journal) and orders this in the same transaction; typesetting
takes most of a second, and nobody who writes shall wait for it. A page says so until it is there. What is set is
compared with the seal first: words changed behind the house's back are never printed as the signed ones.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django_tasks import task

from huisheng.kernel import journal
from huisheng.kernel.errors import Refused
from huisheng.kernel.models import Attachment, Entry
from huisheng.kernel.papers import NoFont, to_docx, to_pdf
from huisheng.kernel.store import write

from . import papers
from .kinds import fingerprint
from .models import Output

log = logging.getLogger("huisheng.outputs")
FORMS = ("pdf", "docx")


@task(priority=10)
def freeze_soon(output_id: int) -> None:
    """Done by the worker within seconds; somebody waits for it before delivering."""
    freeze(output_id, timezone.now())


def freeze(output_id: int, at: datetime) -> bool:
    """Set and keep what is missing; whether anything was. Raises Refused, NoFont. May be asked any number of times."""
    output = Output.objects.select_related("drafted_by", "checked_by", "signed_by").get(pk=output_id)
    if output.signed_on is None or not _missing(output):
        return False
    if fingerprint(output) != output.fingerprint:
        raise Refused(f"成果 {output.number_label} 的文本与签发时不同，没有排版。请运行 huisheng fsck 查看。")
    made = papers.paper_of(output)
    files = {
        "pdf": to_pdf(made, at=_signed_at(output) or at),
        "docx": to_docx(made),
    }  # slow, and in no transaction
    kept = {form: write(iter([data])) for form, data in files.items()}
    return _keep(output, kept, at)


def _signed_at(output: Output) -> datetime | None:
    """None when the step that signs is not through yet: where tasks are done at once."""
    lines = Entry.objects.filter(subject_type=Output.kind(), subject_id=output.pk, action="sign")
    return lines.order_by("-seq").values_list("at", flat=True).first()


def _missing(output: Output) -> list[str]:
    there = signed_files(output).values_list("kind", flat=True)
    return [form for form in FORMS if form not in set(there)]


def signed_files(output: Output) -> QuerySet[Attachment]:
    return Attachment.objects.filter(
        subject_type=Output.kind(), subject_id=output.pk, purpose="signed", kind__in=FORMS
    )


def _keep(output: Output, kept: dict[str, tuple[str, int]], at: datetime) -> bool:
    with transaction.atomic():
        Output.objects.select_for_update().get(pk=output.pk)
        missing = _missing(output)  # asked again: two workers may have set the same paper
        for form in missing:
            sha256, size = kept[form]
            Attachment.objects.create(
                subject_type=Output.kind(), subject_id=output.pk, purpose="signed", kind=form, sha256=sha256, size=size,
                name=f"{papers.name_of(output)}.{form}", account=output.signed_by, at=at,
            )  # fmt: skip
        if missing:
            data = {form: kept[form][0] for form in missing}
            journal.write(output, "freeze", "排版定稿", account=None, at=at, data=data, is_inside=True)
    return bool(missing)


def waiting() -> QuerySet[Output]:
    """Signed papers of which a form is missing."""
    files = Attachment.objects.filter(subject_type=Output.kind(), purpose="signed", kind__in=FORMS)
    whole = files.values("subject_id").annotate(forms=Count("kind", distinct=True)).filter(forms=len(FORMS))
    return Output.objects.filter(~Q(pk__in=whole.values("subject_id")), signed_on__isnull=False)


def freeze_waiting(now: datetime) -> int:
    """What was signed while no worker ran, or no font was there. How many papers."""
    count = 0
    for pk in list(waiting().order_by("pk").values_list("pk", flat=True)):
        try:
            count += freeze(pk, now)
        except (Refused, NoFont) as problem:
            log.error("成果 %s 没有排成定稿：%s", pk, problem)
    return count
