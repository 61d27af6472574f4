"""Writers wait in line (kernel/sqlite): one after the other, not longer than promised, and nobody is left standing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler


@pytest.fixture
def store(tmp_path: Path, django_db_blocker: Any) -> Iterator[ConnectionHandler]:
    """A database of its own, a connection for each thread that asks."""
    options = {"timeout": 0.3, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"}
    file = {"ENGINE": "huisheng.kernel.sqlite", "NAME": str(tmp_path / "turns.sqlite3"), "OPTIONS": options}
    store = ConnectionHandler({"default": file})
    with django_db_blocker.unblock():  # it is no test database
        with store["default"].cursor() as cursor:
            cursor.execute("CREATE TABLE said (word)")
        yield store


def say(store: ConnectionHandler, word: str) -> None:
    connection = store["default"]
    with _atomic(connection), connection.cursor() as cursor:
        cursor.execute("INSERT INTO said SELECT %s || count(*) FROM said", [word])


def said(store: ConnectionHandler) -> list[str]:
    with store["default"].cursor() as cursor:
        return [word for (word,) in cursor.execute("SELECT word FROM said").fetchall()]


class _atomic:
    """transaction.atomic() for a connection that Django's settings do not name."""

    def __init__(self, connection) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        self.connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)

    def __exit__(self, kind, *_) -> None:
        self.connection.rollback() if kind else self.connection.commit()
        self.connection.set_autocommit(True)


def test_many_writers_at_once_all_get_their_turn(store: ConnectionHandler) -> None:
    writers = [threading.Thread(target=say, args=(store, "w")) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert said(store) == [f"w{i}" for i in range(8)]


def test_another_process_is_waited_for_but_not_for_ever(store: ConnectionHandler) -> None:
    other = pysqlite3.connect(store.settings["default"]["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(OperationalError, match="locked"):
        say(store, "too early ")
    other.execute("COMMIT")
    say(store, "in time ")

    assert said(store) == ["in time 0"]


def test_a_long_reader_stands_in_nobodys_way(store: ConnectionHandler) -> None:
    store["default"].transaction_mode = "DEFERRED"  # as desk.snapshot reads
    with _atomic(store["default"]):
        before = said(store)
        neighbour = threading.Thread(target=say, args=(store, "meanwhile "))
        neighbour.start()
        neighbour.join()

        assert said(store) == before == []
    assert said(store) == ["meanwhile 0"]


def test_a_failed_step_passes_the_turn_on(store: ConnectionHandler) -> None:
    with pytest.raises(OperationalError, match="no such table"), _atomic(store["default"]):
        store["default"].cursor().execute("INSERT INTO nowhere VALUES (1)")
    neighbour = threading.Thread(target=say, args=(store, "next "))
    neighbour.start()
    neighbour.join()

    assert said(store) == ["next 0"]
