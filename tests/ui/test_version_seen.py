"""The version a form was sent from: what is no number never passes for “no version”, or it would overwrite unseen."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from huisheng.ui.steps import version_seen


@pytest.mark.parametrize(
    ("given", "seen"), [("7", 7), ("", None), ("x", -1), ("７", -1), ("-3", -1), ("9" * 40, -1), ("1e3", -1)]
)
def test_what_is_no_version_is_treated_as_one_that_is_past(given: str, seen: int | None) -> None:
    assert version_seen(RequestFactory().post("/", {"version": given})) == seen
    assert version_seen(RequestFactory().post("/")) is None
