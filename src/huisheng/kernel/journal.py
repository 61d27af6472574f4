"""The journal: one line per step, chained, written in the step's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import Entry, JournalHead, Matter, Notice

FIRST = "0" * 64
# nothing rings at night (ux.md §5): a notice made outside these hours waits for the morning
QUIET_FROM, QUIET_TO = time(20), time(8)


def write(
    record: Matter,
    action: str,
    label: str,
    *,
    account: Any,
    at: datetime,
    role: str = "",
    from_state: str = "",
    to_state: str = "",
    note: str = "",
    data: dict[str, Any] | None = None,
    is_inside: bool = False,
    cause: Entry | None = None,
) -> Entry:
    """Append one line. Must run inside the transaction of the change it tells of."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a journal line is written in the transaction of its step")
    head = JournalHead.objects.select_for_update().get_or_create(pk=1)[0]
    matter = record.matter
    entry = Entry(
        seq=head.seq + 1,
        at=at,
        account=account,
        role=role,
        action=action,
        label=label,
        from_state=from_state,
        to_state=to_state,
        matter_type=matter.kind(),
        matter_id=matter.pk,
        subject_type=record.kind(),
        subject_id=record.pk,
        note=note,
        data=data or {},
        is_inside=is_inside,
        cause=cause,
        previous=head.digest,
    )
    entry.digest = entry.compute_digest()
    entry.save(force_insert=True)
    head.seq, head.digest = entry.seq, entry.digest
    head.save(update_fields=["seq", "digest"])
    return entry


def timeline(matter: Matter) -> QuerySet[Entry]:
    """All lines of a matter and its children, newest first, with who wrote them."""
    return (
        Entry.objects.filter(matter_type=matter.kind(), matter_id=matter.pk)
        .select_related("account")
        .order_by("-seq")
    )


def broken_links() -> Iterator[str]:
    """Walk the chain; yield one sentence per hole, forged line or cut tail. Empty when the journal is whole."""
    expected, previous = 1, FIRST
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000):
        if entry.seq != expected:
            yield f"办理记录缺第 {expected} 行（下一行是第 {entry.seq} 行）"
        if entry.previous != previous:
            yield f"办理记录第 {entry.seq} 行接不上前一行"
        if entry.compute_digest() != entry.digest:
            yield f"办理记录第 {entry.seq} 行的内容被改动过"
        expected, previous = entry.seq + 1, entry.digest
    head = JournalHead.objects.filter(pk=1).first()
    if head and (head.seq, head.digest) != (expected - 1, previous):
        yield f"办理记录的末行与链首不符（链首记第 {head.seq} 行）"


def tell(
    accounts: Iterable[Any], text: str, *, key: str, at: datetime, url: str = "", entry: Entry | None = None, card: str = "",
) -> int:  # fmt: skip
    """Put notices into the outbox, one per account and key. Returns how many accounts were addressed.

    text: what its reader sees behind the door. card: what may leave the house instead, a kind and a number; without
    one a message outside only says that there is something new.
    """
    due_at = after_quiet(at)
    rows = [
        Notice(
            account=account,
            entry=entry,
            key=key[:120],
            text=text[:300],
            card=card[:120],
            url=url,
            due_at=due_at,
        )
        for account in {account.pk: account for account in accounts}.values()
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def after_quiet(at: datetime) -> datetime:
    """The moment itself, or the next morning when it falls into the quiet hours."""
    local = timezone.localtime(at)
    if QUIET_TO <= local.time() < QUIET_FROM:
        return at
    day: date = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return timezone.make_aware(datetime.combine(day, QUIET_TO), local.tzinfo)
