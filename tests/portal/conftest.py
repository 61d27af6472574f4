"""The cast, and somebody from the street: a browser without JavaScript and without a cookie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from lxml import html

from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def nothing_is_kept_from_the_last_test() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


class Citizen:
    """Opens pages, fills the form that is there, presses its buttons. Asserts that no cookie ever comes."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.answer: Any = None

    def open(self, path: str) -> Citizen:
        return self._take(self.client.get(path))

    def _take(self, answer: Any) -> Citizen:
        self.answer = answer
        assert not answer.cookies, answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
        return self

    @property
    def text(self) -> str:
        return str(self.answer.content.decode())

    @property
    def page(self) -> Any:
        return html.fromstring(self.text)

    @property
    def heading(self) -> str:
        return str(self.page.xpath("string(//h1)"))

    def hidden(self) -> dict[str, Any]:
        return {
            one.get("name"): one.get("value", "") for one in self.page.xpath("//form//input[@type='hidden']")
        }

    def filled(self) -> dict[str, Any]:
        """What the form holds as it stands, files and buttons aside."""
        form = self.page.xpath("//form")[0]
        return {
            name: (value or "").removeprefix("\n")  # a browser drops the line end after <textarea>
            for name, value in form.fields.items()
            if name and not form.xpath(f".//input[@type='file'][@name='{name}']")
        }

    def send(self, path: str = "", **words: Any) -> Citizen:
        """Press a button of the first form: what it holds, with these words changed."""
        target = path or self.page.xpath("//form")[0].get("action") or self.answer.request["PATH_INFO"]
        return self._take(self.client.post(target, self.filled() | words))


@pytest.fixture
def citizen(db: None) -> Citizen:
    return Citizen()
