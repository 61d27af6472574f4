"""A house of its own for harm: data folder, database and web server as ./run starts them, in one group to be killed."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests import ready
from tools import serve

ROOT = Path(__file__).resolve().parents[2]
SET_UP = """
import json, huisheng, django; django.setup()
from tests.cast import make_cast
from huisheng.people import tokens
cast = make_cast()
print(json.dumps({name: tokens.issue(account) for name, account in cast.accounts.items()}))
"""


class House:
    """Made with the cast in it; ``tokens``: account name -> API token."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.plan = serve.Plan("127.0.0.1", _free_port(), folder)
        self.plan.access_log.parent.mkdir(exist_ok=True)
        outside = {
            key: value for key, value in os.environ.items() if not key.startswith(("HUISHENG_", "DJANGO_"))
        }
        self.env = outside | {
            "HUISHENG_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "huisheng.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DATABASE_URL": _database_of_its_own(folder),
        }  # fmt: skip
        self.tokens: dict[str, str] = json.loads(self.python(SET_UP))
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "server.log"

    def python(self, program: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fsck(self) -> dict[str, list[str]]:
        """What the oracle finds; empty when clean."""
        command = [sys.executable, "-m", "huisheng.command", "fsck", "--json"]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        return {name: found for name, found in json.loads(done.stdout)["problems"].items() if found}

    def start(self) -> None:
        """The web server as the supervisor starts it, in a process group of its own."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                serve.web(self.plan).command,
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        give_up = time.monotonic() + 60
        while not serve.answers(self.plan):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < give_up, "the web server did not come up"
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 of master and workers at once: nobody gets to finish anything."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def client(self, name: str) -> Client:
        return Client(self.plan.port, self.tokens[name])


class Client:
    """Asks again with the same key until an answer comes; ``retries`` counts how often it had to."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self.retries = 0
        self.connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Any:
        return self.ask("GET", path)[1]

    def post(self, path: str, body: Any, key: str = "") -> tuple[int, Any]:
        return self.ask("POST", path, json.dumps(body), key or f"key-{secrets.token_hex(8)}")

    def ask(self, method: str, path: str, body: str | None = None, key: str = "") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        give_up = time.monotonic() + 90
        while True:
            try:
                status, answer = self._once(method, path, body, headers)
                if status != 503:
                    return status, answer
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                self.connection = None
            assert time.monotonic() < give_up, f"{method} {path}: no answer"
            self.retries += 1
            time.sleep(0.1)

    def _once(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, Any]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.connection.request(method, f"/api/v1{path}", body, headers)
        response = self.connection.getresponse()
        return response.status, json.loads(response.read())


def together(count: int, work: Any) -> None:
    """``work(i)`` in ``count`` threads that begin at one moment; the first failure is raised."""
    gate, failed = threading.Barrier(count), []

    def one(i: int) -> None:
        try:
            gate.wait()
            work(i)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def fingerprint(text: dict[str, Any]) -> str:
    """What the receipt must show for a text, reckoned by the client itself."""
    parts = [text["title"], text["situation"], text["analysis"], "", text["suggestions"]]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _database_of_its_own(folder: Path) -> str:
    """ "" for SQLite in the data folder; in the PostgreSQL suite a new database beside the tests' own."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        ready.sqlite(folder / "huisheng.sqlite3")
        return ""
    name = f"house_{secrets.token_hex(4)}"
    ready.postgres(url, name)
    return url.replace("/postgres?", f"/{name}?")
