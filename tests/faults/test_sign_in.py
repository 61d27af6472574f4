"""Two hundred people sign in at once while the server is killed: whoever was told “signed in” is on the roll, once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from .house import House, together
from .meeting import PEOPLE, Meeting, prepare

pytestmark = pytest.mark.fault
CLIENTS = 8


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    house = House(Path(tmp_path_factory.mktemp("meeting")))
    one = prepare(house)
    house.start()
    yield one
    house.kill()


def test_no_sign_in_is_lost_or_doubled_when_the_server_is_killed(meeting: Meeting) -> None:
    told: dict[str, list[Any]] = {one.name: [] for one in meeting.people}
    retries: list[int] = []

    def work(worker: int) -> None:
        own = list(range(worker, PEOPLE, CLIENTS))
        impatient = [(i + 1) % PEOPLE for i in own[::5]]  # these are signed in by the next worker as well
        for i in sorted([*own, *impatient]):
            client = meeting.client(i)
            told[meeting.people[i].name].append(client.post(f"/gatherings/{meeting.gathering}/sign-in", {}))
            retries.append(client.retries)

    def harm() -> None:
        while sum(bool(answers) for answers in told.values()) < PEOPLE // 2:
            time.sleep(0.01)
        meeting.house.kill()
        meeting.house.start()

    killer = threading.Thread(target=harm)
    killer.start()
    together(CLIENTS, work)
    killer.join()

    answers = {
        name: {(status, said["mark"], _moment(said["at"])) for status, said in given}
        for name, given in told.items()
    }
    assert {name: len(given) for name, given in answers.items()} == dict.fromkeys(
        told, 1
    )  # twice told the same
    assert sum(len(given) == 2 for given in told.values()) == PEOPLE // 5
    assert sum(retries) > 0, "no request was cut off: the kill missed"
    roll = meeting.roll()
    assert len(roll) == PEOPLE
    assert {name: {(200, mark, _moment(at))} for name, mark, at in roll} == answers
    assert meeting.house.fsck() == {}


def _moment(text: str) -> datetime:
    """To the millisecond: an answer in JSON is cut there."""
    found = datetime.fromisoformat(text)
    return found.replace(microsecond=found.microsecond // 1000 * 1000)
