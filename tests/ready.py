"""A database with its tables and nothing in them: made once from the migrations, then copied.

The eighty migrations take eight seconds, and a run needs them a dozen times: each process of each suite, each house that
is started to be killed. The file lies in .cache/ready under the fingerprint of everything it is made of; a PostgreSQL
server has its own. Whoever comes while it is being made waits.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cache" / "ready"
TEMPLATE = "hs_ready"
MIGRATE = """
import huisheng, django; django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
"""


def sqlite(target: Path) -> None:
    """Writes a SQLite database with its tables to ``target``."""
    kept = FOLDER / f"{fingerprint()}.sqlite3"
    with turn():
        if not kept.exists():
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory(dir=FOLDER) as data:
                migrate(Path(data), "")
                made = Path(data) / "huisheng.sqlite3"
                with sqlite3.connect(made) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
                made.replace(kept)
        shutil.copyfile(kept, target)


def postgres(url: str, name: str) -> None:
    """Makes the database ``name`` anew, with its tables, on the server of ``url`` (which names its database postgres)."""
    import psycopg

    with turn(), psycopg.connect(url, autocommit=True) as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone()
        if not found:
            server.execute(f"CREATE DATABASE {TEMPLATE}_begun")
            with tempfile.TemporaryDirectory() as data:
                migrate(Path(data), url.replace("/postgres?", f"/{TEMPLATE}_begun?"))
            server.execute(f"ALTER DATABASE {TEMPLATE}_begun RENAME TO {TEMPLATE}")
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}')


def fingerprint() -> str:
    """Of every line the tables could come from: the program and what it stands on."""
    found = hashlib.sha256()
    for path in [ROOT / "requirements" / "dev.lock", *sorted((ROOT / "src").rglob("*.py"))]:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def migrate(data: Path, url: str) -> None:
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("HUISHENG_", "DJANGO_", "DATABASE_"))
    }
    env |= {
        "HUISHENG_DATA": str(data), "DATABASE_URL": url, "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "huisheng.settings",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", MIGRATE], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@contextmanager
def turn() -> Iterator[None]:
    """One at a time, over all processes of this folder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "turn").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
