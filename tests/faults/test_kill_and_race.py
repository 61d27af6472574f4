"""Harm done to the running server: killed outright while people submit, two hands on one proposal, fifty at once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .. import make
from .house import House, fingerprint, together

pytestmark = pytest.mark.fault
SUBMISSIONS, CLIENTS, KILLS = 200, 8, 3


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    one = House(Path(tmp_path_factory.mktemp("house")))
    one.start()
    yield one
    one.kill()


def text_of(i: int) -> dict[str, Any]:
    return {
        "title": f"第{i}件：关于加装电梯的提案",
        "situation": f"情况{i}",
        "analysis": "分析",
        "suggestions": [f"建议{i}", "建议乙"],
    }


def test_whoever_got_an_answer_finds_it_again_after_the_server_was_killed(house: House) -> None:
    """200 drafts written and submitted through the API while the whole server group is killed three times."""
    ledger: dict[int, int] = {}
    retries: list[int] = []

    def work(worker: int) -> None:
        client = house.client(("li", "wang", "zhao")[worker % 3])
        for i in range(worker, SUBMISSIONS, CLIENTS):
            status, one = client.post("/proposals", text_of(i), f"create-{i:04d}")
            assert status == 201, one
            status, step = client.post(
                f"/proposals/{one['id']}/steps/submit", {"data": {"disclosure": "full"}}, f"submit-{i:04d}"
            )
            assert (status, step["state"]) == (200, "submitted"), step
            ledger[i] = one["id"]
        retries.append(client.retries)

    def harm() -> None:
        chance = random.Random(20170301)
        for n in range(1, KILLS + 1):
            while len(ledger) < n * SUBMISSIONS // (KILLS + 1):
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.3))
            house.kill()
            house.start()

    killer = threading.Thread(target=harm)
    killer.start()
    together(CLIENTS, work)
    killer.join()

    assert len(ledger) == len(set(ledger.values())) == SUBMISSIONS
    assert sum(retries) > 0, "no request was cut off: the kill missed"
    clerk = house.client("clerk")
    found, cursor = {}, ""
    while cursor is not None:
        page = clerk.get(f"/proposals?limit=200{f'&cursor={cursor}' if cursor else ''}")
        found.update({one["id"]: one for one in page["items"]})
        cursor = page["next"]
    assert set(found) == set(ledger.values())
    assert sorted(int(one["serial"][5:]) for one in found.values()) == list(range(1, SUBMISSIONS + 1))
    for i in random.Random(7).sample(range(SUBMISSIONS), 40):
        one = clerk.get(f"/proposals/{ledger[i]}")
        assert (one["title"], one["fingerprint"]) == (text_of(i)["title"], fingerprint(text_of(i)))
    assert house.fsck() == {}


def test_of_two_clerks_on_one_proposal_one_wins_and_the_other_hears_who(house: House) -> None:
    li = house.client("li")
    for n in range(10):
        one = li.post("/proposals", text_of(1000 + n))[1]
        li.post(f"/proposals/{one['id']}/steps/submit", {"data": {"disclosure": "full"}})
        version = house.client("clerk").get(f"/proposals/{one['id']}")["version"]
        said: dict[str, tuple[int, Any]] = {}

        def review(who: int, pk: int = one["id"], seen: int = version, said: Any = said) -> None:
            name = ("clerk", "second")[who]
            said[name] = house.client(name).post(
                f"/proposals/{pk}/steps/pre_review", {"data": make.FILE, "version": seen}
            )

        together(2, review)
        statuses = {name: status for name, (status, _) in said.items()}
        assert sorted(statuses.values()) == [200, 409]
        winner = {"clerk": "陈提办", "second": "吴复核"}[min(statuses, key=lambda name: statuses[name])]
        loser = max(statuses, key=lambda name: statuses[name])
        assert f"{winner}已于" in said[loser][1]["detail"]
        assert "您写的内容已经留住" in said[loser][1]["detail"]


def test_fifty_people_writing_at_once_are_all_served(house: House) -> None:
    said: list[tuple[int, Any]] = []

    def write(i: int) -> None:
        client = house.client(("li", "wang", "zhao")[i % 3])
        for n in range(3):
            said.append(client.post("/proposals", {"title": f"同时{i}-{n}"}, f"together-{i:02d}-{n}"))
        assert client.retries == 0  # nobody was told to come again

    together(50, write)
    assert {status for status, _ in said} == {201}
    assert len({one["id"] for _, one in said}) == 150
    assert "locked" not in house.log.read_text()


def test_one_key_pressed_by_many_at_once_makes_one(house: House) -> None:
    ids: list[int] = []
    together(
        12,
        lambda i: ids.append(
            house.client("li").post("/proposals", text_of(5000), "pressed-twelve-times")[1]["id"]
        ),
    )
    assert len(ids) == 12
    assert len(set(ids)) == 1
    assert house.fsck() == {}
