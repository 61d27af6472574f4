"""python -m bench.pages [ROUNDS]: CPU milliseconds and queries of each page, in one process, over the data in
$HUISHENG_DATA (made by bench.seed). The whole stack runs: middleware, view, template. CPU time stays meaningful on a
machine that others use too; the median of the rounds is printed, one JSON line a page.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")

import django

import huisheng  # noqa: F401

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from huisheng.people.models import Account, Agency  # noqa: E402
from huisheng.proposals.models import Proposal  # noqa: E402


def pages() -> dict[str, str]:
    """Name -> address. The deep page is nine tenths down the list, by keyset."""
    answered = Proposal.objects.filter(state="concluded").order_by("pk").values_list("pk", flat=True)[50]
    agency = Agency.objects.order_by("pk").values_list("pk", flat=True)[3]
    return {
        "anchor: 401 of the API": "/api/v1/proposals?limit=1", "home": "/", "list": "/proposals/", "list filtered": f"/proposals/?group=concluded&five=economy&agency={agency}",
        "list deep": deep(), "detail": f"/proposals/{answered}/", "search 2 characters": "/search?q=停车",
        "search words": "/search?q=充电 社区", "queue": "/desk/queues/review", "figures": "/proposals/figures/",
        "api list": "/api/v1/proposals", "export xlsx": "/proposals/export.xlsx",
    }  # fmt: skip


def deep() -> str:
    from django.test import RequestFactory

    from huisheng.ui.paging import page

    rows = Proposal.objects.exclude(submitted_at=None)
    skip = rows.count() * 9 // 10
    at = rows.order_by("-submitted_at", "-pk")[skip]
    request = RequestFactory().get("/proposals/")
    behind = page(
        rows.filter(submitted_at__lte=at.submitted_at), request, size=30, order=("-submitted_at", "-pk")
    )
    return "/proposals/" + behind.next_url[behind.next_url.index("?") :]


def measure(ask: Callable[[], Any], rounds: int) -> dict[str, Any]:
    ask()
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    asked = len(queries)  # now: the next request empties the log
    times = []
    for _ in range(rounds):
        began = time.process_time()
        ask()
        times.append((time.process_time() - began) * 1000)
    return {"status": answer.status_code, "cpu_ms": round(statistics.median(times), 1), "least": round(min(times), 1),
            "queries": asked}  # fmt: skip


def main(rounds: int = 15) -> None:
    if not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    browser = Client()
    browser.force_login(Account.objects.get(username="staff"))
    token = os.environ.get("BENCH_TOKEN", "")
    for name, path in pages().items():
        headers = {"Authorization": f"Bearer {token}"} if path.startswith("/api/") else None

        def ask(path: str = path, headers: Any = headers) -> Any:
            answer = browser.get(path, headers=headers)
            if answer.streaming:
                b"".join(answer.streaming_content)
            return answer

        found = measure(ask, 3 if "export" in name else rounds)
        print(
            json.dumps({"page": name, "rows": Proposal.objects.count(), **found}, ensure_ascii=False),
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
