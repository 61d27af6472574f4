"""The cast, files of the roster, and a workbook made of rows."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from tests.cast import PASSWORD, Cast, make_cast, moment

DATA = Path(__file__).parent.parent / "data"
AT = moment("2017-02-20 10:00")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def roster() -> Callable[[str], bytes]:
    return lambda name: (DATA / "roster" / name).read_bytes()


@pytest.fixture(scope="session")
def expected() -> dict[str, Any]:
    return json.loads((DATA / "roster" / "expected.json").read_text())


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """Bytes of an .xlsx: one sheet per keyword, each a list of rows; ``merge`` names ranges of the first sheet."""

    def build(
        sheets: dict[str, Sequence[Sequence[Any]]], merge: Sequence[str] = (), hide: Sequence[str] = ()
    ) -> bytes:
        book = Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
            if title in hide:
                sheet.sheet_state = "hidden"
        for area in merge:
            book.worksheets[0].merge_cells(area)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return build


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Client]:
    """A browser signed in through the door, as a person does it."""

    def enter(username: str, password: str = PASSWORD, source: str = "10.0.0.1") -> Client:
        browser = Client(REMOTE_ADDR=source)
        response = browser.post("/accounts/login/", {"login": username, "password": password})
        assert response.status_code == 302, response.content.decode()[-2000:]
        return browser

    return enter
