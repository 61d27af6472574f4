"""python -m bench.sign_in [SECONDS] [CLIENTS]: 200 people sign in by one tap on their phones, through the web server.

A house of its own is made (database, server as ./run starts it, 200 people with sessions), each person posts the tap and
reads the page that answers it. SECONDS spreads the taps evenly (60 unless told); 0 lets all come as fast as CLIENTS
connections can send (8 unless told). Printed: one JSON line with the times of the tap and of the page, and the roll.
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tests.faults.house import House, together
from tests.faults.meeting import Meeting, prepare

TOKEN = "b" * 32
COLLECT = """
import huisheng, django; django.setup()
from django.core.management import call_command
call_command("collectstatic", interactive=False, verbosity=0)
"""


def tap(meeting: Meeting, i: int) -> tuple[float, float]:
    """Seconds that the tap took and that the page after it took. Fails unless both were answered well."""
    connection = http.client.HTTPConnection("127.0.0.1", meeting.house.plan.port, timeout=60)
    cookies = {"Cookie": f"huisheng={meeting.people[i].session}; huisheng-csrf={TOKEN}"}
    form = cookies | {"X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
    began = time.perf_counter()
    connection.request("POST", f"/gatherings/{meeting.gathering}/here/", "", form)
    answer = connection.getresponse()
    answer.read()
    tapped = time.perf_counter()
    assert answer.status == 302, answer.status
    said = [
        one.split(";")[0] for one in answer.headers.get_all("Set-Cookie", [])
    ]  # the sentence for the next page
    jar = {"Cookie": "; ".join([cookies["Cookie"], *said])}
    connection.request("GET", answer.headers["Location"], headers=jar)
    page = connection.getresponse()
    words = page.read().decode()
    assert page.status == 200, page.status
    assert "已签到" in words
    connection.close()
    return tapped - began, time.perf_counter() - tapped


def run(meeting: Meeting, seconds: float, clients: int) -> dict[str, Any]:
    taps: list[float] = []
    pages: list[float] = []
    lock = threading.Lock()
    begin = time.perf_counter() + 0.5

    def work(worker: int) -> None:
        for i in range(worker, len(meeting.people), clients):
            time.sleep(max(0.0, begin + seconds * i / len(meeting.people) - time.perf_counter()))
            spent = tap(meeting, i)
            with lock:
                taps.append(spent[0])
                pages.append(spent[1])

    together(clients, work)
    whole = time.perf_counter() - begin
    roll = meeting.roll()
    return {
        "people": len(meeting.people), "clients": clients, "seconds": round(whole, 1), "tap_ms": spread(taps),
        "page_ms": spread(pages), "signed_in": len(roll), "doubled": len(roll) - len({name for name, *_ in roll}),
    }  # fmt: skip


def spread(seconds: list[float]) -> dict[str, int]:
    ordered = sorted(seconds)
    return {
        f"p{part}": round(1000 * ordered[min(len(ordered) - 1, len(ordered) * part // 100)])
        for part in (50, 95, 99)
    }


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    clients = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "house")
        meeting = prepare(house)
        house.python(COLLECT)  # pages are served with their style sheets, as ./run does
        house.start()
        try:
            print(json.dumps(run(meeting, seconds, clients)))
        finally:
            house.kill()


if __name__ == "__main__":
    main()
