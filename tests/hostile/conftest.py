"""The cast, and a browser that shows what the server really answers."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()  # a public page that is kept for a minute is of another test's house
    return make_cast()
