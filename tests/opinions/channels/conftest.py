"""What the channel tests share: the committee's own names, the open set, a mail made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from huisheng.opinions.channels import Own

LEADS = Path(__file__).parents[2] / "data" / "leads"


@pytest.fixture(scope="session")
def own() -> Own:
    return Own(names=("区政协", "政协郑州市上街区委员会"), domains=("szzx.example.gov.cn",))


@pytest.fixture(scope="session")
def expected() -> dict[str, Any]:
    return json.loads((LEADS / "expected.json").read_text(encoding="utf-8"))
