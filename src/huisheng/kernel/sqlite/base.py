"""Writers wait in line. SQLite lets one write at a time, and whoever finds it busy sleeps longer and longer, up to a
tenth of a second, while others come and go before him. Here the threads of a process take their turn one behind the
other, and only the first of them asks SQLite, every two thousandths of a second."""

from __future__ import annotations

import threading
import time
from collections import defaultdict

from django.db import OperationalError
from django.db.backends.sqlite3 import base

ASK_EVERY = 0.002
_turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)  # one line for each database


class DatabaseWrapper(base.DatabaseWrapper):
    has_turn = False
    transaction_mode: str | None  # Django's own, which its stubs do not name

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode != "IMMEDIATE":  # a reader (desk.snapshot) is in nobody's way
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs name no private method
            return
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        give_up = time.monotonic() + patience
        if not self._turn.acquire(timeout=patience):
            raise OperationalError("database is locked")
        self.has_turn = True
        try:
            self._begin(give_up, patience)
        except BaseException:
            self._pass_turn()
            raise

    def _begin(self, give_up: float, patience: float) -> None:
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while not self._try_to_begin(is_last=time.monotonic() > give_up):
                time.sleep(ASK_EVERY)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")

    def _try_to_begin(self, is_last: bool) -> bool:
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs name no private method
        except OperationalError as error:
            if is_last or "locked" not in str(error):
                raise
            return False
        return True

    @property
    def _turn(self) -> threading.Lock:
        return _turns[str(self.settings_dict["NAME"])]

    def _pass_turn(self) -> None:
        if self.has_turn:
            self.has_turn = False
            self._turn.release()

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self._pass_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._pass_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._pass_turn()
