"""F9: the process that sends messages is killed outright, at the five points where it hurts.

The fake gateway holds the knife: it kills the sender when a request arrives, when it has accepted and not yet answered,
when it has answered and the sender cannot yet write it down. In the house each notice exactly once; outside nothing is
lost, and nothing comes more often than workers were killed between the yes and its writing down.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desk.providers import Provider, provider

from .house import ROOT, House

pytestmark = pytest.mark.fault
PHONES = [f"1370000941{n}" for n in range(4)]
HELD = 0.7  # seconds a sender waits for its turn to write before it is killed

SET_UP = """
import json, os, huisheng, django; django.setup()
from types import SimpleNamespace
from huisheng.kernel import journal
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account
from tests import make
from tests.cast import moment
at = moment("2017-03-06 09:00")
cast = SimpleNamespace(**{one.username: one for one in Account.objects.all()})
Account.objects.filter(username="li").update(wecom="li.wecom")
for number in json.loads(os.environ["PHONES"]):
    lead = make.lead(cast, at, contact={"phone": number})
    perform(lead, "ask", cast.editor, {"text": "请问是几号楼？"}, at=at)
journal.tell([cast.li], "《提案》：催办", key="test:1", at=at, url="/proposals/1/")
"""
# the messages anew, as on the first day
PLANNED = """
import huisheng, django; django.setup()
from huisheng.desk import outbox
from huisheng.desk.models import Sending
from tests.cast import moment
Sending.objects.all().delete()
print(outbox.plan(moment("2017-03-06 09:00")))
"""
# passes of one sender at the given minutes; it says when it is about to begin, waits for a word to go on, and tells
# at the end what stands in the house
PASSES = """
import json, sys, huisheng, django; django.setup()
from datetime import timedelta
from huisheng.desk import fsck, outbox
from huisheng.desk.models import Sending
from huisheng.kernel.models import Notice
from tests.cast import moment
print("ready", flush=True)
sys.stdin.readline()
for minute in sys.argv[1:]:
    outbox.drain(moment("2017-03-06 09:00") + timedelta(minutes=int(minute)))
rows = Sending.objects.order_by("pk")
print(json.dumps({
    "states": [one.state for one in rows], "deaths": [one.deaths for one in rows],
    "notices": list(Notice.objects.filter(key="test:1").values_list("account__username", flat=True)),
    "fsck": [said for said in fsck.sendings() if "三十天" not in said],
}))
"""


class Knife(Provider):
    """Kills the sender on the n-th message it is handed: before it takes it, after, or after its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: subprocess.Popen[str] | None = None
        self.kills: dict[int, str] = {}
        self.seen, self.gap = 0, 0  # messages handed over; kills between the yes and its writing down
        self.hold: Callable[[], Callable[[], None]] = lambda: lambda: None

    def take(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.seen += 1
        when = self.kills.pop(self.seen, "")
        if when == "before":
            self.kill()
            return {}  # nobody hears it
        answer = super().take(path, body)
        if when == "after":
            self.gap += 1
            self.kill()
        if when == "written":  # the answer goes out; the sender reads it and cannot write
            self.gap += 1
            release = self.hold()
            threading.Thread(target=self._kill_later, args=(release,)).start()
        return answer

    def kill(self) -> None:
        assert self.victim is not None
        os.kill(self.victim.pid, signal.SIGKILL)
        self.victim.wait()

    def _kill_later(self, release: Callable[[], None]) -> None:
        time.sleep(HELD)
        self.kill()
        release()


class Senders:
    """Sender processes, one after the other, each at its minutes."""

    def __init__(self, house: House, knife: Knife) -> None:
        self.house, self.knife = house, knife

    def run(self, *minutes: int, is_killed_first: bool = False) -> dict[str, Any] | None:
        """The passes of one process; what stands in the house afterwards, None when it was killed."""
        process = subprocess.Popen(
            [sys.executable, "-c", PASSES, *map(str, minutes)], cwd=ROOT, env=self.house.env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.knife.victim = process
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        if is_killed_first:
            self.knife.kill()
        else:
            process.stdin.write("go\n")
            process.stdin.flush()
        said = process.stdout.read()
        status = process.wait()
        assert status in (0, -signal.SIGKILL)
        return json.loads(said) if status == 0 else None


def writers_wait(house: House) -> Callable[[], Callable[[], None]]:
    """Holds the database against every writer until released, as a long transaction of somebody else would."""

    def hold() -> Callable[[], None]:
        if url := house.env["DATABASE_URL"]:
            import psycopg

            held = psycopg.connect(url)
            held.execute("LOCK TABLE desk_sending IN EXCLUSIVE MODE")

            def forget() -> None:
                """The server would still carry out what a dead client asked for: the whole machine is to be dead."""
                held.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
                )
        else:
            import sqlite3

            from huisheng.kernel.sqlite import base  # noqa: F401  (the locked SQLite)

            held = sqlite3.connect(
                house.plan.data / "huisheng.sqlite3", isolation_level=None, check_same_thread=False
            )
            held.execute("BEGIN IMMEDIATE")

            def forget() -> None:
                pass

        def release() -> None:
            forget()
            held.rollback()
            held.close()

        return release

    return hold


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    one = House(Path(tmp_path_factory.mktemp("senders")))
    one.env["PHONES"] = json.dumps(PHONES)
    one.python(SET_UP)
    return one


@pytest.fixture
def senders(house: House) -> Iterator[Senders]:
    knife = Knife()
    with provider(knife):
        house.env |= {
            "HUISHENG_SMS_URL": f"{knife.base_url}/sms", "HUISHENG_SMS_TOKEN": "t", "HUISHENG_WECOM_URL": knife.base_url,
            "HUISHENG_WECOM_CORP": "c", "HUISHENG_WECOM_SECRET": "s", "HUISHENG_WECOM_AGENT": "7",
        }  # fmt: skip
        knife.hold = writers_wait(house)
        assert house.python(PLANNED).strip() == str(len(PHONES) + 1)
        yield Senders(house, knife)


# point -> what is done to the first sender, and how often the one message may come twice
POINTS = {
    "before claim": ({}, True, 0),
    "after claim, before the provider accepted": ({2: "before"}, False, 0),
    "after the provider accepted, before it answered": ({2: "after"}, False, 1),
    "after the answer, before “sent” is written": ({2: "written"}, False, 1),
    "after “sent” is written": ({3: "before"}, False, 0),  # the third request: the second is written by then
}


@pytest.mark.parametrize("dedupes", [False, True], ids=["every number taken", "numbers compared"])
@pytest.mark.parametrize("point", POINTS)
def test_a_sender_killed_outright_loses_nothing_and_repeats_no_more_than_the_gap_allows(
    senders: Senders, point: str, dedupes: bool
) -> None:
    kills, is_killed_first, extra = POINTS[point]
    knife = senders.knife
    knife.kills, knife.dedupes = dict(kills), dedupes
    assert senders.run(0, is_killed_first=is_killed_first) is None
    assert knife.kills == {}
    # the next one comes at once, and again after five minutes: what is claimed is not touched before its time
    found = senders.run(1, 6)
    came = Counter(one["to"] for one in knife.sms)
    assert set(came) == set(PHONES)  # lost 0
    assert came.total() - len(PHONES) == (0 if dedupes else extra)
    assert (knife.gap, len(knife.cards)) == (extra, 1)
    assert found is not None
    died = 0 if is_killed_first else 1
    assert (found["states"], found["notices"], sum(found["deaths"])) == (["sent"] * 5, ["li"], died)
    assert found["fsck"] == []


def test_kill_after_kill_at_every_point_keeps_to_the_bound(senders: Senders) -> None:
    """Each sender dies at the first message it hands over, each at another point, until nothing is left to die for."""
    knife, minute, found = senders.knife, 0, None
    while found is None and minute < 240:
        knife.kills = {knife.seen + 1: ("before", "after", "written")[knife.seen % 3]}
        found = senders.run(minute)
        minute += 6
    assert found is not None
    came = Counter(one["to"] for one in knife.sms) + Counter(one["touser"] for one in knife.cards)
    parked = found["states"].count("failed")
    assert set(found["states"]) <= {"sent", "failed"}
    assert (found["notices"], found["fsck"]) == (["li"], [])
    assert knife.gap >= 3
    assert len(came) >= len(PHONES) + 1 - parked  # what is parked stands on the call list
    assert came.total() <= len(PHONES) + 1 - parked + knife.gap


def test_a_message_that_kills_every_sender_is_parked_and_the_others_go_out(
    senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    knife = senders.knife
    plain = knife.take

    def take(path: str, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("to") == PHONES[1]:  # whoever brings this one dies, however often
            knife.kill()
            return {}
        return plain(path, body)

    monkeypatch.setattr(knife, "take", take)
    assert [senders.run(6 * n) for n in range(3)] == [None] * 3
    found = senders.run(18)
    assert found is not None
    assert (sorted(found["states"]), max(found["deaths"])) == (["failed"] + ["sent"] * 4, 3)
    assert Counter(one["to"] for one in knife.sms) == Counter(set(PHONES) - {PHONES[1]})
