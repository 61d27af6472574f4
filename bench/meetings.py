"""python -m bench.meetings [ROUNDS]: pages of meetings over a full house, made in $HUISHENG_DATA (an empty folder).

One plenary with 500 people called and four half-days signed, and 5,000 gatherings spread over the years around it, 200 of
them in its month. CPU milliseconds, wall milliseconds (p50, p95) and queries of each page, in one process, as bench.pages.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from datetime import date, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")

import django

import huisheng  # noqa: F401

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from huisheng.gatherings import actions  # noqa: E402
from huisheng.gatherings.models import AgendaItem, Gathering, Invitee, Part, Presence  # noqa: E402
from huisheng.kernel.lifecycle import perform  # noqa: E402
from huisheng.people.models import Account, Body, Member  # noqa: E402

PEOPLE, EVENTS, IN_MONTH = 500, 5000, 200
MONTH = date(2017, 3, 1)
DAY = datetime(2017, 2, 20, 9, tzinfo=timezone.get_default_timezone())


@transaction.atomic
def seed() -> tuple[int, Account, Account]:
    """The plenary's id, somebody of the office, and a member called to it."""
    from tests.cast import make_cast

    cast = make_cast()
    Member.objects.bulk_create(
        Member(name=f"委员{n:03d}", sector=cast.sector, starts_on=date(2017, 1, 1)) for n in range(PEOPLE - 3)
    )
    starts = datetime(2017, 3, 8, 9, tzinfo=timezone.get_default_timezone())
    parts = [
        {
            "label": f"第{n}场",
            "starts_at": starts + timedelta(hours=6 * n),
            "ends_at": starts + timedelta(hours=6 * n + 3),
        }
        for n in range(4)
    ]
    one = actions.start(
        cast.office,
        {"type": "plenary", "title": "全体会议", "place": "会议中心", "starts_at": starts, "ends_at": starts},
        at=DAY,
    )
    one = actions.save(one, cast.office, {"session": cast.session, "number": 1}, parts=parts, at=DAY)
    actions.save_agenda(one, cast.office, [{"number": n, "title": f"议程{n}"} for n in range(1, 13)], DAY)
    for action, answers in (("invite", {"circle": "all", "role": "due"}), ("notify", {}), ("open", {})):
        perform(one, action, cast.office, answers, at=DAY)
    Presence.objects.bulk_create(
        Presence(invitee=each, part=part, mark="present", how="desk", at=part.starts_at)
        for part in one.parts.all() for each in one.invitees.all()
    )  # fmt: skip
    _events(cast.committee)
    return one.pk, cast.office, cast.li


def _events(host: Body) -> None:
    """Committee meetings: IN_MONTH of them in the month that is looked at, the others four a day."""
    first = datetime(MONTH.year, MONTH.month, 1, 9, tzinfo=timezone.get_default_timezone())
    rows = []
    for n in range(EVENTS):
        at = first + (timedelta(hours=3.5 * n) if n < IN_MONTH else timedelta(days=40, hours=6 * n))
        rows.append(Gathering(
            type="committee", title=f"专委会会议{n}", host=host, place="会议室", starts_at=at, ends_at=at + timedelta(hours=2),
            state="settled", notified_on=at.date(),
        ))  # fmt: skip
    Gathering.objects.bulk_create(rows, batch_size=500)
    Part.objects.bulk_create(
        (
            Part(gathering=one, number=1, label="上午", starts_at=one.starts_at, ends_at=one.ends_at)
            for one in rows
        ),
        batch_size=500,
    )
    AgendaItem.objects.bulk_create(
        (AgendaItem(gathering=one, number=1, title="议题") for one in rows), batch_size=500
    )
    members = list(Member.objects.order_by("pk")[:5])
    Invitee.objects.bulk_create(
        (Invitee(gathering=one, member=each, name=each.name) for one in rows for each in members),
        batch_size=500,
    )


def measure(browser: Client, path: str, rounds: int) -> dict[str, Any]:
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(path)
    queries = len(asked)
    cpu, wall = [], []
    for _ in range(rounds):
        began, clock = time.process_time(), time.perf_counter()
        browser.get(path)
        cpu.append((time.process_time() - began) * 1000)
        wall.append((time.perf_counter() - clock) * 1000)
    wall.sort()
    return {
        "status": answer.status_code, "queries": queries, "cpu_least": round(min(cpu), 1), "cpu_median": round(statistics.median(cpu), 1),
        "p50": round(statistics.median(wall), 1), "p95": round(wall[int(len(wall) * 0.95)], 1), "kb": len(answer.content) // 1024,
    }  # fmt: skip


def main(rounds: int = 40) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    if not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    plenary, office, member = seed()
    pages = (
        (office, f"/gatherings/{plenary}/"), (member, f"/gatherings/{plenary}/"), (office, f"/gatherings/{plenary}/roll/"),
        (office, f"/gatherings/month/?month={MONTH:%Y-%m}"), (member, f"/gatherings/month/?month={MONTH:%Y-%m}"),
        (office, "/gatherings/?when=past"), (member, "/gatherings/?when=past"), (office, "/desk/bodies/?year=2017"),
        (office, "/desk/joints/?year=2017"),
    )  # fmt: skip
    for account, path in pages:
        browser = Client()
        browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        print(
            json.dumps(
                {"page": path, "as": account.username, **measure(browser, path, rounds)}, ensure_ascii=False
            ),
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
