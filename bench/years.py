"""python -m bench.years seed [TIMES] | measure [ROUNDS]: ten years of a district in $HUISHENG_DATA (an empty folder), and what the
reading rooms cost over them.

seed     TIMES × (2,000 proposals, 20,000 leads, 60,000 attendance rows, journal lines up to 300,000)
measure  the overview, the page of all figures, a duty record, the year report as PDF, ``fsck``: wall and CPU, one JSON line each

With TIMES 1, 3 and 10 the lines of the three runs are the curve. Rows are written in bulk, as in bench.seed.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")

import django

import huisheng  # noqa: F401  (puts the locked SQLite in place)

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import seed as proposals  # noqa: E402
from bench import voices  # noqa: E402
from huisheng.desk import fsck  # noqa: E402
from huisheng.desk.worker import tune  # noqa: E402
from huisheng.gatherings.models import Gathering, Invitee, Part, Presence  # noqa: E402
from huisheng.kernel.models import Entry, JournalHead  # noqa: E402
from huisheng.kernel.papers import to_pdf, warm  # noqa: E402
from huisheng.opinions.models import Lead  # noqa: E402
from huisheng.opinions.receipts import hashed  # noqa: E402
from huisheng.people.models import Account, Body, Member, Post  # noqa: E402
from huisheng.reports import actions as reports  # noqa: E402
from huisheng.reports.papers import paper_of  # noqa: E402
from huisheng.reports.queries import newest  # noqa: E402

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, YEARS = 2016, 10
PROPOSALS, LEADS, ATTENDED, LINES = 2_000, 20_000, 60_000, 300_000
CALLED = 150  # to a gathering
YEAR = 2019
SLICE = 2_000


# -- rows --------------------------------------------------------------------------------------------------------------
def seed(times: int = 1) -> None:
    proposals.main(PROPOSALS * times, 20)
    secret = hashed("nobody's secret")
    for first in range(0, LEADS * times, SLICE):
        with transaction.atomic():
            voices._leads(range(first, first + SLICE), secret)
    office = Account.objects.create_user("office", "测速办公室", "bench-Pass-123")
    Post.objects.create(account=office, kind="office", starts_on=date(2016, 1, 1))
    with transaction.atomic():
        _gatherings(ATTENDED * times)
        _lines(LINES * times, office)
    reports.start(office, {"type": "highlights", "year": YEAR}, at=timezone.now())
    tune()
    print(json.dumps({
        "times": times, "lines": Entry.objects.count(), "leads": Lead.objects.count(), "attended": Presence.objects.count(),
    }))  # fmt: skip


def _gatherings(attended: int) -> None:
    """Committee meetings of CALLED people each, spread over the years, everybody present."""
    host = Body.objects.create(kind="committee", name="经济科技委")
    members = list(Member.objects.order_by("pk"))
    count = attended // CALLED
    apart = timedelta(days=YEARS * 365) / count
    begin = datetime(FIRST_YEAR, 1, 4, 9, tzinfo=SHANGHAI)
    rows = [
        Gathering(type="committee", title=f"专委会会议{n}", host=host, place="会议室", starts_at=begin + n * apart,
                  ends_at=begin + n * apart + timedelta(hours=2), state="settled", notified_on=(begin + n * apart).date())
        for n in range(count)
    ]  # fmt: skip
    Gathering.objects.bulk_create(rows, batch_size=500)
    parts = Part.objects.bulk_create(
        (Part(gathering=one, number=1, label="上午", starts_at=one.starts_at, ends_at=one.ends_at) for one in rows),
        batch_size=500,
    )  # fmt: skip
    for n, (one, part) in enumerate(zip(rows, parts, strict=True)):
        called = [members[(n * 7 + place) % len(members)] for place in range(CALLED)]
        invited = Invitee.objects.bulk_create(
            Invitee(gathering=one, member=each, name=each.name, sector_id=each.sector_id) for each in called
        )
        Presence.objects.bulk_create(
            Presence(invitee=each, part=part, mark="present", how="desk", at=part.starts_at)
            for each in invited
        )


def _lines(wanted: int, account: Account) -> None:
    """Lines of the leads until the journal has as many as wanted: the first says the lead's state, the others move nothing."""
    head = JournalHead.objects.get(pk=1)
    leads = list(Lead.objects.order_by("pk").values_list("pk", "state", "received_at"))
    each, kept = -(-(wanted - head.seq) // len(leads)), []
    kind = Lead.kind()
    for pk, state, at in leads:
        for n in range(each):
            head.seq += 1
            entry = Entry(seq=head.seq, at=at, account=account, role="政协办公室", action="take_in" if n == 0 else "note",
                          label="登记" if n == 0 else "记录", from_state="", to_state=state if n == 0 else "", matter_type=kind,
                          matter_id=pk, subject_type=kind, subject_id=pk, previous=head.digest)  # fmt: skip
            entry.digest = head.digest = entry.compute_digest()
            kept.append(entry)
        if len(kept) > 5_000:
            Entry._base_manager.bulk_create(kept, batch_size=1_000)
            kept = []
    Entry._base_manager.bulk_create(kept, batch_size=1_000)
    head.save()


# -- what they cost ------------------------------------------------------------------------------------------------------
def measure(rounds: int = 20) -> None:
    if not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    browser, member = Client(), Member.objects.order_by("pk")[1]
    browser.force_login(
        Account.objects.get(username="office"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    pages = {
        "overview": f"/reports/?year={YEAR}", "all figures": f"/reports/figures/?year={YEAR}",
        "duty record": f"/duty/members/{member.pk}/",
    }  # fmt: skip
    for name, path in pages.items():
        ask = _asked(browser, path)
        ask()  # settings and lists are kept for a minute
        with CaptureQueriesContext(connection) as asked:
            answer = ask()
        _say(name, ask, rounds, status=answer.status_code, queries=len(asked))
    warm()
    report = newest("highlights", YEAR)
    assert report is not None
    _say("year report, PDF", lambda: to_pdf(paper_of(report, timezone.localdate())), 3)
    _say("fsck", fsck.check, 1, lines=Entry.objects.count())


def _asked(browser: Client, path: str) -> Callable[[], Any]:
    return lambda: browser.get(path)


def _say(name: str, act: Callable[[], Any], rounds: int, **more: Any) -> None:
    cpu, wall = [], []
    for _ in range(rounds):
        began, clock = time.process_time(), time.perf_counter()
        act()
        cpu.append((time.process_time() - began) * 1000)
        wall.append((time.perf_counter() - clock) * 1000)
    wall.sort()
    found = {"cpu_least": min(cpu), "cpu_median": statistics.median(cpu), "p50": statistics.median(wall),
             "p95": wall[int(len(wall) * 0.95)]}  # fmt: skip
    print(
        json.dumps({"what": name, **{key: round(number, 1) for key, number in found.items()}, **more}),
        flush=True,
    )


if __name__ == "__main__":
    {"seed": seed, "measure": measure}[sys.argv[1]](*map(int, sys.argv[2:]))
