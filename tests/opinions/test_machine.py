"""Leads and opinions by API: the same rules as the pages, and never a contact."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from huisheng.opinions.models import Lead, Opinion
from huisheng.people import tokens

from .. import make
from ..cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Machine:
    """A client with its token."""

    def __init__(self, account: Any) -> None:
        self.client, self.token = Client(), tokens.issue(account)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, data: Any, key: str = "key-00000001") -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        return self.client.post(f"/api/v1{path}", data, content_type="application/json", headers=headers)


def test_a_member_files_an_opinion_by_machine_once(cast: Cast) -> None:
    machine = Machine(cast.li)
    first, again = machine.post("/opinions", make.WORDS), machine.post("/opinions", make.WORDS)
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    pk = first.json()["id"]
    assert [one["action"] for one in machine.get(f"/opinions/{pk}/steps").json()] == ["submit", "discard"]
    told = machine.post(f"/opinions/{pk}/steps/submit", {"version": 0, "data": {}}, "key-00000002").json()
    assert (told["to_state"], Opinion.objects.get().serial) == ("submitted", 1)
    assert (
        machine.post(f"/opinions/{pk}/steps/adopt", {"data": {"area": "16"}}, "key-00000003").status_code
        == 403
    )


def test_how_far_the_editing_is_stays_inside(cast: Cast) -> None:
    make.edited_opinion(cast, title="关于周末门诊")
    assert Machine(cast.li).get("/opinions").json()["items"][0]["state"] == "editing"
    assert Machine(cast.office).get("/opinions").json()["items"][0]["state"] == "edited"


def test_a_hotlines_system_brings_a_lead_once_and_nobody_reads_the_contact(cast: Cast) -> None:
    machine = Machine(cast.editor)
    lead = {
        "channel": "phone",
        "content": "井盖缺角。",
        "source_id": "12345-88",
        "name": "金丝雀",
        "phone": "13812345678",
    }
    first, again = machine.post("/leads", lead), machine.post("/leads", lead)
    assert first.status_code == 201
    assert first.json() == again.json()
    assert Lead.objects.count() == 1
    said = first.content.decode() + machine.get("/leads").content.decode()
    assert [word for word in ("金丝雀", "13812345678") if word in said] == []
    assert Machine(cast.li).post("/leads", lead).status_code == 403
    assert Machine(cast.li).get(f"/leads/{first.json()['id']}").status_code == 404
