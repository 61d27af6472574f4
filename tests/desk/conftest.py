"""The cast, a browser signed in as one of them, and what a page costs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huisheng.people.models import Account
from tests.cast import Cast, make_cast
from tests.counting import questions

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
    return questions
