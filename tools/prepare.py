"""Makes the data folder ready before the servers start: tables, static files, the demonstration year.

Started by tools.serve as a process of its own, so that the supervisor itself stays small. Does only what is due: on a
second start it looks and leaves. Exit status 1 with a sentence on stderr when something stands in the way.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")

import django

import huisheng  # noqa: F401  (puts the locked SQLite in place)
from huisheng import command

DEMO_YEAR = "2017"


def main(arguments: list[str]) -> int:
    django.setup()
    from django.conf import settings

    migrate()
    collect_static(settings.DATA / "static.stamp")
    return greet(settings.DATA, wants_empty="--empty" in arguments)


def migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    say("正在建立或升级数据表……")
    call_command("migrate", interactive=False, verbosity=0)


def collect_static(stamp: Path) -> None:
    """Collects and compresses the static files when any of them changed since the stamp was written."""
    from django.conf import settings
    from django.core.management import call_command

    digest = static_digest()
    if Path(settings.STATIC_ROOT).is_dir() and stamp.exists() and stamp.read_text() == digest:
        return
    say("正在整理网页静态文件……")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest)


def static_digest() -> str:
    """Changes when a static file of ours or of a library is added, removed or edited."""
    from django.contrib.staticfiles.finders import get_finders

    total = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            total.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return total.hexdigest()


def greet(data: Path, *, wants_empty: bool) -> int:
    """Loads the demonstration year into a house without accounts (unless it was once started empty), then prints
    the accounts to sign in with."""
    from django.contrib.auth import get_user_model

    chose_empty = data / "started-empty"
    if get_user_model().objects.exists():
        return unfinished(data) or command.main(["accounts", "--demo"])
    if wants_empty:
        chose_empty.touch()
    if chose_empty.exists():
        print("还没有任何账号：请打开网页，用下面的安装码建立第一个管理员。", flush=True)
        return command.main(["setup-code"])
    return load_demo(data) or command.main(["accounts", "--demo"])


def load_demo(data: Path) -> int:
    say(f"正在装入 {DEMO_YEAR} 演示年度（只在首次启动时，需要一两分钟）……")
    loading = data / "demo-loading"
    loading.touch()
    status = command.main(["demo", "--year", DEMO_YEAR])
    if status:
        say("演示年度没有装成。")
        return status
    loading.unlink()
    return 0


def unfinished(data: Path) -> int:
    """1 with a sentence when a demonstration year was cut off halfway: half a year must not pass for a whole one."""
    if not (data / "demo-loading").exists():
        return 0
    say(
        f"上次装入演示年度时中断了，数据不完整。请删除数据目录 {data} （用 PostgreSQL 的，请清空数据库）后重新启动。"
    )
    return 1


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
