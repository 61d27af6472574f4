"""One moment's state to read from, while everybody else goes on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction that reads one state of the whole database and keeps no writer waiting.

    SQLite's transactions here begin as writers (IMMEDIATE), because steps read before they write; a long reader must
    not. PostgreSQL reads one state only when told so.
    """
    store: Any = connection
    if store.in_atomic_block:  # somebody's transaction is the moment
        yield
        return
    if store.vendor != "sqlite":
        with transaction.atomic():
            with store.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    store.ensure_connection()
    usual, store.transaction_mode = store.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic():
            yield
    finally:
        store.transaction_mode = usual
