"""Meetings and activities by API: the same visibility, the same forms, the same steps; reasons of leave stay private."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huisheng.gatherings.models import Gathering, GatheringState, Leave, Liaison, Presence
from huisheng.kernel.lifecycle import perform
from huisheng.people import tokens

from .. import make
from ..cast import Cast, make_cast
from ..counting import questions

pytestmark = pytest.mark.django_db
NEW = {
    "type": "committee", "title": "经济委员会三月会议", "starts_at": "2017-03-20T09:00:00", "ends_at": "2017-03-20T11:00:00",
    "place": "三楼会议室",
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Machine:
    """A client with its token."""

    def __init__(self, account: Any) -> None:
        self.client, self.token = Client(), tokens.issue(account)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, data: Any = None, key: str = "key-00000001") -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        return self.client.post(
            f"/api/v1{path}", {} if data is None else data, content_type="application/json", headers=headers
        )


def coming(cast: Cast, **changes: Any) -> Gathering:
    """Announced, and about to begin now."""
    at = timezone.now()
    times = {"starts_at": at + timedelta(minutes=30), "ends_at": at + timedelta(hours=3)}
    return make.notified_gathering(cast, **times, **changes)


def test_the_office_starts_a_gathering_by_machine_once(cast: Cast) -> None:
    machine = Machine(cast.office)
    first, again = machine.post("/gatherings", NEW), machine.post("/gatherings", NEW)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    one = Gathering.objects.get()
    assert first.json() == {
        "id": one.pk, "type": "committee", "title": "经济委员会三月会议", "state": "draft", "state_label": "筹备中",
        "starts_at": "2017-03-20T01:00:00Z", "ends_at": "2017-03-20T03:00:00Z", "place": "三楼会议室",
        "host": "区政协办公室", "version": 0, "note": "", "agenda": [], "my_reply": None,
        "rolls": [{"part": "3月20日上午", "due": 0, "came": 0, "late": 0, "early": 0, "excused": 0, "absent": 0, "open": 0,
                   "quorum": ""}],
    }  # fmt: skip


def test_what_a_page_would_refuse_the_machine_refuses(cast: Cast) -> None:
    office = Machine(cast.office)
    wrong = {
        "no such kind": {"type": "party"}, "ends before it starts": {"ends_at": "2017-03-20T08:00:00"},
        "blank title": {"title": "  "}, "no such host": {"host": 10**15},
    }  # fmt: skip
    said = {
        name: office.post("/gatherings", NEW | change, f"key-wrong-{i:04d}").status_code
        for i, (name, change) in enumerate(wrong.items())
    }
    assert said == {
        "no such kind": 422,
        "ends before it starts": 422,
        "blank title": 422,
        "no such host": 422,
    }
    assert Machine(cast.li).post("/gatherings", NEW).status_code == 403
    assert (
        Machine(cast.convener).post("/gatherings", NEW).status_code == 422
    )  # a convener names their own body
    own = Machine(cast.convener).post("/gatherings", NEW | {"host": cast.committee.pk}, "key-00000002")
    assert (own.status_code, own.json()["host"]) == (201, "区政协经济委员会")
    assert Gathering.objects.count() == 1


def test_each_sees_in_the_list_what_the_pages_show_them(cast: Cast) -> None:
    draft = make.gathering(cast, title="还在筹备")
    told = make.notified_gathering(cast, type="study", title="读书会")

    def titles(name: str, question: str = "") -> list[str]:
        return [
            one["title"] for one in Machine(cast.accounts[name]).get(f"/gatherings{question}").json()["items"]
        ]

    assert titles("office") == ["读书会", "还在筹备"]
    assert titles("li") == ["读书会"]
    assert titles("housing_clerk") == []
    assert titles("office", "?state=draft") == ["还在筹备"]
    assert titles("office", "?type=study&year=2017") == ["读书会"]
    assert titles("office", "?year=2018") == []
    li = Machine(cast.li)
    assert [li.get(f"/gatherings/{one.pk}").status_code for one in (draft, told)] == [404, 200]


def test_the_list_is_read_page_by_page_each_once(cast: Cast) -> None:
    made = [make.gathering(cast, title=f"第{n}次").pk for n in range(5)]
    machine, found, cursor = Machine(cast.office), [], ""
    while cursor is not None:
        page = machine.get(f"/gatherings?limit=2{f'&cursor={cursor}' if cursor else ''}").json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert found == made[::-1]
    assert machine.get("/gatherings?cursor=xx").status_code == 422


def test_a_member_answers_and_only_the_office_reads_the_roll(cast: Cast) -> None:
    one = coming(cast)
    li = Machine(cast.li)
    path = f"/gatherings/{one.pk}"

    assert li.get(path).json()["my_reply"] == ""
    said = li.post(f"{path}/answer", {"coming": True})
    assert (said.status_code, said.json()["my_reply"], said.json()["rolls"]) == (200, "coming", [])
    no = li.post(f"{path}/answer", {"coming": False})
    assert (no.status_code, no.json()["detail"]) == (422, "这次会议必须参加。不能到会的，请用“请假”。")
    assert Machine(cast.convener).post(f"{path}/answer", {"coming": True}).status_code == 404
    assert li.post(f"{path}/answer", {"coming": True, "for": "wang"}).status_code == 422

    told = Machine(cast.office).get(path).json()
    assert [(roll["due"], roll["came"], roll["open"]) for roll in told["rolls"]] == [(3, 0, 3)]
    assert told["my_reply"] is None
    assert [item["title"] for item in told["agenda"]] == ["审议常委会工作报告"]


def test_signing_in_twice_by_machine_is_one_sign_in(cast: Cast) -> None:
    one = coming(cast)
    li, path = Machine(cast.li), f"/gatherings/{one.pk}/sign-in"

    first, again = li.post(path), li.post(path)
    assert (first.status_code, first.json()) == (200, again.json())
    assert (first.json()["mark"], Presence.objects.get().how) == ("present", "tap")
    assert Machine(cast.office).post(path).status_code == 403  # sees it, and is not called
    assert Machine(cast.housing_clerk).post(path).status_code == 404

    over = make.open_gathering(cast, title="早已散会")
    said = li.post(f"/gatherings/{over.pk}/sign-in")
    assert (said.status_code, said.json()["detail"][:9]) == (409, "现在不是签到时间。")


def test_the_steps_of_a_gathering_are_those_of_its_page(cast: Cast) -> None:
    one = make.gathering(cast)
    office, path = Machine(cast.office), f"/gatherings/{one.pk}/steps"

    assert [step["action"] for step in office.get(path).json()] == [
        "invite", "drop", "divide", "notify", "cancel", "record",
    ]  # fmt: skip
    told = office.post(f"{path}/notify", {"version": one.version, "data": {}})
    again = office.post(f"{path}/notify", {"version": one.version, "data": {}})
    assert (told.status_code, told.json()["to_state"], again.json()) == (200, "notified", told.json())
    assert Gathering.objects.get().state == GatheringState.NOTIFIED
    old = office.post(f"{path}/open", {"version": 0, "data": {}}, "key-00000002")
    assert (old.status_code, "您打开这一页之后" in old.json()["detail"]) == (409, True)
    assert Machine(cast.li).get(path).json() == []
    assert Machine(cast.li).post(f"{path}/open", {"data": {}}).status_code == 403
    empty = office.post(f"{path}/cancel", {"data": {}}, "key-00000003")
    assert (empty.status_code, list(empty.json()["errors"])) == (422, ["note"])


def test_leave_is_granted_by_machine_and_hidden_from_who_has_no_part_in_it(cast: Cast) -> None:
    leave = make.leave(cast)
    path = f"/leaves/{leave.pk}/steps"

    assert [step["action"] for step in Machine(cast.chair).get(path).json()] == ["grant", "refuse"]
    assert [step["action"] for step in Machine(cast.li).get(path).json()] == ["withdraw"]
    assert Machine(cast.wang).get(path).status_code == 404
    assert Machine(cast.office).post(f"{path}/grant", {"data": {}}).status_code == 403
    told = Machine(cast.chair).post(f"{path}/grant", {"data": {}})
    assert (told.status_code, Leave.objects.get().state) == (200, "granted")
    assert "illness" not in Machine(cast.wang).get(f"/gatherings/{leave.gathering_id}").content.decode()
    assert Machine(cast.chair).post(f"{path}/register", {"data": {}}, "key-00000002").status_code == 403


def test_speeches_briefings_and_ballots_offer_their_steps_to_who_may_take_them(cast: Cast) -> None:
    speech, briefing, ballot = make.speech(cast), make.briefing(cast), make.ballot(cast)
    opens = {
        f"/speeches/{speech.pk}": (cast.li, ["submit", "withdraw"]),
        f"/briefings/{briefing.pk}": (cast.office, ["issue"]),
        f"/ballots/{ballot.pk}": (cast.office, ["declare"]),
    }
    for path, (account, wanted) in opens.items():
        assert [step["action"] for step in Machine(account).get(f"{path}/steps").json()] == wanted
        assert Machine(cast.housing_clerk).get(f"{path}/steps").status_code == 404
        refused = Machine(cast.housing_clerk).post(f"{path}/steps/{wanted[0]}", {"data": {}})
        assert refused.status_code == 404


def test_one_gathering_costs_the_same_questions_for_few_and_for_many_people(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    one = make.open_gathering(cast)
    machine = Machine(cast.office)
    with django_assert_max_num_queries(16):
        machine.get(f"/gatherings/{one.pk}")
    perform(
        one,
        "invite",
        cast.office,
        {"others": "\n".join(f"客人{n}" for n in range(60)), "role": "due"},
        at=make.MEETS,
    )
    with django_assert_max_num_queries(16):
        assert machine.get(f"/gatherings/{one.pk}").json()["rolls"][0]["due"] == 63


# -- 联系计划 ------------------------------------------------------------------------------------------------------------
def test_an_arrangement_to_see_one_another_is_planned_once_and_reported_by_machine(cast: Cast) -> None:
    new = {
        "body": cast.committee.pk,
        "with_whom": "教育界委员",
        "by_whom": "戴召集",
        "way": "visit",
        "due_on": "2017-05-10",
    }
    machine = Machine(cast.convener)
    first, again = machine.post("/liaisons", new), machine.post("/liaisons", new)
    one = Liaison.objects.get()
    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json() == {
        "id": one.pk, "title": "联系教育界委员", "number": "", "state": "planned", "state_label": "待联系",
        "due_on": "2017-05-10", "version": 0, "body": "区政协经济委员会", "with_whom": "教育界委员", "by_whom": "戴召集",
        "way": "visit", "held_on": None, "heard": "", "gathering": None,
    }  # fmt: skip
    assert Machine(cast.li).post("/liaisons", new).status_code == 403
    others = machine.post("/liaisons", new | {"body": cast.sector.pk}, "key-00000002")
    assert (others.status_code, list(others.json()["errors"])) == (422, ["body"])
    for wrong in ({"way": "no"}, {"with_whom": " "}, {"body": 10**30}, {"due_on": "soon"}, {"heard": "x"}):
        assert machine.post("/liaisons", new | wrong, "key-00000003").status_code == 422, wrong

    path = f"/liaisons/{one.pk}"
    assert [step["action"] for step in machine.get(f"{path}/steps").json()] == ["report", "move", "drop"]
    said = {"held_on": "2017-05-09", "heard": "想多听教育经费的安排。"}
    done = machine.post(f"{path}/steps/report", {"version": 0, "data": said}, "key-00000004")
    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert machine.get(path).json()["heard"] == said["heard"]
    late = Machine(cast.office).post(f"{path}/steps/move", {"version": 0, "data": {}}, "key-00000005")
    assert late.status_code == 409


def test_a_plan_to_see_one_another_is_read_by_its_body_the_office_and_the_chair(cast: Cast) -> None:
    of_committee = make.liaison(cast)
    of_sector = Liaison.objects.create(
        body=cast.sector, with_whom="第一中学", by_whom="李清和", way="visit", due_on="2017-06-01",
        made_at=make.DAY, changed_at=make.DAY,
    )  # fmt: skip

    def seen(path: str) -> dict[str, list[int]]:
        told = {name: Machine(account).get(path).json()["items"] for name, account in cast.accounts.items()}
        return {name: [one["id"] for one in items] for name, items in told.items() if items}

    both = [of_sector.pk, of_committee.pk]
    inside = ("clerk", "second", "reviewer", "office", "editor", "chair")  # the office's staff and the chair
    own = {"convener": [of_committee.pk], "li": [of_sector.pk], "zhao": [of_sector.pk]}
    assert seen("/liaisons") == dict.fromkeys(inside, both) | own
    assert seen(f"/liaisons?body={cast.committee.pk}") == {
        name: [of_committee.pk] for name in (*inside, "convener")
    }
    assert seen("/liaisons?state=done") == seen(f"/liaisons?body={2**70}") == {}
    assert Machine(cast.li).get(f"/liaisons/{of_committee.pk}").status_code == 404
    assert Machine(cast.li).get(f"/liaisons/{of_committee.pk}/steps").status_code == 404


def test_a_list_of_arrangements_costs_the_same_for_one_and_for_thirty(cast: Cast) -> None:
    make.liaison(cast)
    machine = Machine(cast.office)
    token = f"Bearer {machine.token}"
    few = questions(machine.client, "/api/v1/liaisons", HTTP_AUTHORIZATION=token)
    for i in range(29):
        make.liaison(cast, with_whom=f"第{i}家")
    assert questions(machine.client, "/api/v1/liaisons", HTTP_AUTHORIZATION=token) == few
    assert len(machine.get("/liaisons").json()["items"]) == 30
