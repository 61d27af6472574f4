"""The cast, a browser signed in as one of them, and what a page costs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huisheng.people.models import Account
from tests.cast import Cast, make_cast

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def enter() -> Callable[[Account], Client]:
    def go(account: Account) -> Client:
        browser = Client()
        browser.force_login(account, backend=BACKEND)
        return browser

    return go


@pytest.fixture
def queries() -> Callable[..., int]:
    """How many questions a page asks, once what is remembered for a minute is remembered.

    Asked twice, the smaller number counts: between any two requests such a minute may end.
    """

    def asked(browser: Client, path: str, headers: dict[str, str]) -> int:
        with CaptureQueriesContext(connection) as told:
            assert browser.get(path, **headers).status_code == 200, path
        return len(told)

    def count(browser: Client, path: str, **headers: str) -> int:
        browser.get(path, **headers)
        return min(asked(browser, path, headers), asked(browser, path, headers))

    return count
