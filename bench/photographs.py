"""How long a folder of photographs takes to come in, and what its gallery costs: ``python -m bench.photographs 1000``.

Photographs of 1600 × 1100 are drawn (not counted), packed with their sheet, read in, applied; then the list, the review in
batches and the public gallery are asked for. In a folder of its own, on SQLite.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
import zipfile
from pathlib import Path

SIZE = (1600, 1100)
DRAWN = 500  # different scenes; the others differ in size by a few pixels and are told apart by their bytes


def main(count: int) -> None:
    folder = tempfile.mkdtemp(prefix="bench-photos-")
    os.environ["HUISHENG_DATA"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")
    import django

    import huisheng  # noqa: F401

    django.setup()
    from django.conf import settings

    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS.append("testserver")
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _measure(count, Path(folder))


def _measure(count: int, folder: Path) -> None:
    from django.test import Client
    from django.utils import timezone

    from huisheng.archive import actions, jobs
    from huisheng.archive.models import Material
    from tests.cast import make_cast

    cast, at = make_cast(), timezone.now()
    packed = _packed(count)
    words = {"name": "bench", "provider_name": "bench", "may_show": True}
    with _told(f"读 {count} 张（{len(packed) >> 20} MB）"):
        batch = actions.begin_import(cast.editor, words, [(packed, "a.zip")], at)
        jobs.read_in(batch)
    batch.refresh_from_db()
    actions.decide_all(batch, cast.editor, "doubt", "take", at)
    with _told(f"导入 {count} 张"):
        jobs.take_in(batch, cast.editor, at)
    Material.objects.update(state="kept", is_published=True, kept_on=at.date())
    client, public = Client(), Client()
    client.force_login(cast.editor)
    for browser, path in (
        (client, "/archive/"),
        (client, "/archive/?q=照片"),
        (client, "/archive/?decade=1980"),
        (public, "/open/archive/?after="),
    ):
        times = []
        for _ in range(12):
            began = time.perf_counter()
            assert browser.get(path).status_code == 200
            times.append((time.perf_counter() - began) * 1000)
        print(f"{path:28} 中位 {sorted(times)[6]:6.0f} 毫秒，最慢 {max(times[1:]):6.0f} 毫秒", flush=True)


class _told:
    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        self.began, self.cpu = time.perf_counter(), _cpu()

    def __exit__(self, *_: object) -> None:
        print(
            f"{self.what}：{time.perf_counter() - self.began:.0f} 秒（处理器 {_cpu() - self.cpu:.0f} 秒）",
            flush=True,
        )


def _cpu() -> float:
    found = os.times()
    return found.user + found.system + found.children_user + found.children_system


def _packed(count: int) -> bytes:
    from huisheng.demo.drawing import draw
    from huisheng.kernel.sheets import write_xlsx

    scenes = [draw(f"bench {n}", size=SIZE, quality=82) for n in range(min(count, DRAWN))]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for n in range(count):  # a comment behind the end makes other bytes of the same scene
            scene = scenes[n % len(scenes)]
            marked = scene[:2] + b"\xff\xfe\x00\x0a" + f"{n:08d}".encode() + scene[2:]
            packed.writestr(f"P{n:05d}.jpg", marked)
        rows = [(f"P{n:05d}.jpg", f"照片{n}", f"{1950 + n % 60}年", "中心路") for n in range(count)]
        with write_xlsx(("文件名", "题名", "时间", "地点"), rows) as sheet:
            packed.writestr("captions.xlsx", sheet.read())
    return out.getvalue()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
