"""年度协商 by API: the same visibility, the same forms, the same steps."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from huisheng.consultations.models import Subject
from huisheng.people import tokens

from .. import make
from ..cast import Cast, make_cast

pytestmark = pytest.mark.django_db
NEW = {"year": 2017, "title": "社区养老", "reason": "老人多，床位少。"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Machine:
    """A client with its token."""

    def __init__(self, account: Any) -> None:
        self.client, self.token = Client(), tokens.issue(account)

    def get(self, path: str) -> Any:
        return self.client.get(
            f"/api/v1/consultations{path}", headers={"Authorization": f"Bearer {self.token}"}
        )

    def post(self, path: str, data: Any = None, key: str = "key-00000001") -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        return self.client.post(
            f"/api/v1/consultations{path}", {} if data is None else data, content_type="application/json",
            headers=headers,
        )  # fmt: skip


def test_a_member_brings_a_topic_by_machine_once_and_the_office_screens_it(cast: Cast) -> None:
    machine, office = Machine(cast.li), Machine(cast.office)
    first, again = machine.post("/subjects", NEW), machine.post("/subjects", NEW)
    one = Subject.objects.get()

    assert (first.status_code, again.json()) == (201, first.json())
    assert Machine(cast.housing_clerk).post("/subjects", NEW, "key-00000002").status_code == 403
    assert machine.post("/subjects", NEW | {"body": 99999}, "key-00000003").status_code == 422
    assert machine.post(f"/subjects/{one.pk}/steps/choose", {}, "key-00000004").status_code == 403
    done = office.post(f"/subjects/{one.pk}/steps/choose", {"data": {"note": "好题目"}}, "key-00000005")
    assert done.json()["state"] == "chosen"
    assert Machine(cast.zhao).get(f"/subjects/{one.pk}").status_code == 404


def test_a_plan_is_read_as_issued_and_a_line_with_what_came_of_it(cast: Cast) -> None:
    plan = make.plan(cast)
    member = Machine(cast.li)
    assert (member.get(f"/plans/{plan.pk}").status_code, member.get("/plans").json()["items"]) == (404, [])
    make.issued_plan(cast, one=plan)
    line = plan.lines.get()

    said = member.get(f"/plans/{plan.pk}").json()
    assert (said["issued"], [row["title"] for row in said["lines"]]) == (1, [line.title])
    assert said["fingerprint"] == plan.versions.get().fingerprint
    read = member.get(f"/lines/{line.pk}").json()
    assert (read["is_late"], read["held"], read["delivered"], read["due_on"]) == (True, 0, 0, "2017-04-30")
    assert [row["id"] for row in member.get("/lines").json()["items"]] == [line.pk]
    steps = Machine(cast.convener).get(f"/lines/{line.pk}/steps").json()
    assert [one["action"] for one in steps] == ["begin", "arrange", "note"]
    study = make.running_research(cast)
    assert member.get(f"/research/{study.pk}").json()["questions"] == make.STUDY["questions"]
    assert Machine(cast.zhao).get("/research").json()["items"] == []
