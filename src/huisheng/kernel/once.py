"""One key, one result: the same request twice does the work once and answers twice (double click, retry, two tabs)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from .errors import Conflict
from .forms import clean_text
from .models import IdempotencyKey


def fingerprint(payload: Any) -> str:
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def once(
    account: Any, key: str, payload: Any, at: datetime, act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Run ``act`` in one transaction with its key; on a repeat return the stored result.

    Raises Conflict when the key was used for other content. Without a key the act just runs in a transaction.
    """
    key = _readable(key)
    with transaction.atomic():
        if not key:
            return act()
        digest = fingerprint(payload)
        # the unique row is taken first: of two equal requests at once, the second waits here for the first
        IdempotencyKey.objects.bulk_create(
            [IdempotencyKey(account=account, key=key, digest=digest, at=at)], ignore_conflicts=True
        )
        row = IdempotencyKey.objects.get(account=account, key=key)
        if row.result:  # a row of ours has none yet: key and result become visible together
            return _same(row, digest)
        row.result = act()
        row.save(update_fields=["result"])
        return row.result


def recall(account: Any, key: str, payload: Any) -> dict[str, Any] | None:
    """The stored result of a key; None when it is new. Raises Conflict when it was used for other content."""
    key = _readable(key)
    row = IdempotencyKey.objects.filter(account=account, key=key).first() if key else None
    return _same(row, fingerprint(payload)) if row else None


def _readable(key: str) -> str:
    """A key as its column can hold it; one of control characters alone is none."""
    return clean_text(key)[:100]


def _same(row: IdempotencyKey, digest: str) -> dict[str, Any]:
    if row.digest != digest:
        raise Conflict("这份表单已经提交过一次，内容与现在的不同。请刷新页面后再办。")
    return row.result
