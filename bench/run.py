"""python -m bench.run FOLDER [-c 1,8,32] [-d SECONDS] [-r ROUNDS] [--only …]: both products side by side, from seeded data.

FOLDER holds ours/ (bench.seed, its output in ours.json) and naive.db (bench.naive.seed). Starts each product's server as
it is run in earnest (two workers, four threads), drives them in turns with bench/load.py, stops them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tools import serve

ROOT = Path(__file__).resolve().parents[1]
OURS, NAIVE = 8201, 8202
ADMIN = "/admin/naive/proposal/"


def cases(folder: Path) -> list[dict[str, Any]]:
    """The two case files: the same things done in both, each in its own way."""
    facts = json.loads((folder / "ours.json").read_text())
    ids = range(1, facts["count"], max(1, facts["count"] // 300))
    draft, review = facts["drafts"], facts["submitted"]
    ours = {
        "name": "ours", "base": f"http://127.0.0.1:{OURS}", "procs": f"127.0.0.1:{OURS}",
        "login": {"path": "/accounts/login/", "fields": {"login": "bench", "password": "bench-Pass-123"}},
        "cases": [
            {"name": "list", "path": "/proposals/", "auth": True},
            {"name": "filter", "path": "/proposals/?group=concluded&five=economy", "auth": True},
            {"name": "detail", "paths": [f"/proposals/{pk}/" for pk in ids], "auth": True, "expect": [200, 404]},
            {"name": "search", "path": "/search?q={word}", "auth": True},
            {"name": "submit", "form": "/proposals/{n}/steps/submit", "token": f"/proposals/{draft}/steps/submit", "start": draft,
             "auth": True, "fields": {"disclosure": "full", "stage": "", "key": "submit-{n}", "version": ""}},
            {"name": "step", "form": "/proposals/{n}/steps/pre_review", "token": f"/proposals/{review}/steps/pre_review",
             "start": review, "auth": True, "fields": {"outcome": "file", "category_five": "society", "category_local": "urban",
                                                       "key": "review-{n}", "version": "", "stage": ""}},
            {"name": "statistics", "path": "/proposals/figures/?year=2018", "auth": True},
            {"name": "export", "path": "/proposals/export.xlsx", "auth": True, "requests": 3, "concurrency": [1], "warm": False},
            *_public(facts),
        ],
    }  # fmt: skip
    naive = {
        "name": "naive", "base": f"http://127.0.0.1:{NAIVE}", "procs": f"127.0.0.1:{NAIVE}",
        "login": {"path": "/admin/login/", "fields": {"username": "admin", "password": "bench-Pass-123"}},
        "cases": [
            {"name": "list", "path": ADMIN, "auth": True},
            {"name": "filter", "path": f"{ADMIN}?status__exact=%E5%8A%9E%E7%BB%93&category__exact=%E4%BA%A4%E9%80%9A%E5%87%BA%E8%A1%8C",
             "auth": True},
            {"name": "detail", "paths": [f"{ADMIN}{pk}/change/" for pk in ids], "auth": True},
            {"name": "search", "path": ADMIN + "?q={word}", "auth": True},
            {"name": "submit", "form": "/new/", "auth": True, "fields": {
                "serial": "n{n}", "title": "{title}", "body": "{body}", "category": "交通出行", "member": "1", "unit": "1",
                "date": "2026-01-01"}},
            {"name": "step", "token": "/new/", "form": "/accept/{n}/", "start": 1, "auth": True, "fields": {}},
            {"name": "statistics", "path": "/figures/", "auth": True},
            {"name": "export", "path": "/export.xlsx", "auth": True, "requests": 3, "concurrency": [1], "warm": False},
        ],
    }  # fmt: skip
    return [naive, ours]


def _public(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The public door: pages that are kept for a minute, and pages nobody asked for within it (bench.voices seed)."""
    cold = range(1, facts["count"], 2)  # five thousand different pages: in a few seconds none comes twice
    return [
        {"name": "open-kept", "paths": ["/open/", "/open/proposals/", "/open/bulletins/"]},
        {"name": "open-list", "paths": [f"/open/proposals/?year={year}" for year in range(2016, 2028)]},
        {"name": "open-detail", "paths": [f"/open/proposals/{pk}/" for pk in cold], "expect": [200, 404]},
        {"name": "open-search", "path": "/open/proposals/?q={word}"},
        {"name": "open-form", "path": "/open/say/"},
    ]


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]).resolve()
    plan = serve.Plan("127.0.0.1", OURS, folder / "ours")
    plan.access_log.parent.mkdir(exist_ok=True)
    env = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    ours = env | {"HUISHENG_DATA": str(plan.data), "DJANGO_SETTINGS_MODULE": "huisheng.settings"}
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, env=ours, check=True
    )
    naive = ["gunicorn", "--bind", f"127.0.0.1:{NAIVE}", "--worker-class", "gthread", "--workers", "2", "--threads", "4",
             "--log-level", "warning", "bench.naive.wsgi:application"]  # fmt: skip
    servers = [
        subprocess.Popen(serve.web(plan).command, cwd=ROOT, env=ours),
        subprocess.Popen([sys.executable, "-m", *naive], cwd=ROOT,
                         env=env | {"NAIVE_DB": str(folder / "naive.db"), "DJANGO_SETTINGS_MODULE": "bench.naive.settings"}),
    ]  # fmt: skip
    try:
        files = []
        for product in cases(folder):
            file = folder / f"{product['name']}-cases.json"
            file.write_text(json.dumps(product, ensure_ascii=False))
            files.append(str(file))
            wait_for(product["base"])
        load = [
            sys.executable,
            str(ROOT / "bench" / "load.py"),
            *files,
            "--json",
            str(folder / "results.json"),
            *arguments[1:],
        ]
        return subprocess.run(load, cwd=ROOT / "bench").returncode
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(20)


def wait_for(base: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(
                base + "/admin/login/" if base.endswith(str(NAIVE)) else base + "/help", timeout=5
            )
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{base} did not come up")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
