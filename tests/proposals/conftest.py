"""The cast, and a browser signed in as one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from huisheng.people.models import Account
from tests.cast import Cast, make_cast

PAPERS = Path(__file__).parent.parent / "data" / "proposals"
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
def paper() -> Callable[[str], bytes]:
    """A paper of the open set by the beginning of its name: “01”."""
    return lambda start: next(
        path for path in sorted(PAPERS.iterdir()) if path.name.startswith(start)
    ).read_bytes()
