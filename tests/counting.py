"""How many questions a page asks the database."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def questions(browser: Client, path: str, **headers: str) -> int:
    """Counted once what is remembered for a minute is remembered.

    Asked twice, the smaller number counts: between any two requests such a minute may end.
    """
    browser.get(path, **headers)
    return min(_asked(browser, path, headers), _asked(browser, path, headers))


def _asked(browser: Client, path: str, headers: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as told:
        assert browser.get(path, **headers).status_code == 200, path
    return len(told)
