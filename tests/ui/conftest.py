from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import clear_url_caches

from huisheng.ui import nav
from tests.cast import Cast, make_cast


@pytest.fixture(autouse=True)
def _our_doors(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.ui.urls_here"
    clear_url_caches()
    nav.url_of.cache_clear()
    cache.clear()
    yield
    clear_url_caches()
    nav.url_of.cache_clear()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
