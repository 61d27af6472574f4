"""系统状况: a few lights in words, read from what the worker last wrote down and from the machine as it is now."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from huisheng.kernel import local

from .carriers import configured
from .models import Sending, SendingState

GOOD, WARN, BAD = "pine", "ochre", "seal"
FAILING_LONG = timedelta(hours=2)  # a provider that is away longer is somebody's business
WORDS = {GOOD: "正常", WARN: "请留意", BAD: "须处理"}


@dataclass(frozen=True)
class Light:
    """One line of the page: what it is about, how it stands, a sentence, and what to do."""

    name: str
    tone: str
    sentence: str
    advice: str = ""

    @property
    def word(self) -> str:
        return WORDS[self.tone]


# -- notes the worker leaves ----------------------------------------------------------------------------------------
def note(name: str, /, **facts: Any) -> None:
    """Write down a result (``fsck``, ``backup``, ``worker``) so that another process may read it; whole or not at all."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.{os.getpid()}"
    part.write_text(json.dumps(facts, ensure_ascii=False, default=str))
    part.replace(folder / f"{name}.json")


def noted(name: str) -> dict[str, Any]:
    try:
        found = json.loads((_folder() / f"{name}.json").read_text())
    except (OSError, ValueError):
        return {}
    if "at" in found:
        found["at"] = datetime.fromisoformat(found["at"])
    return found


def _folder() -> Path:
    return Path(settings.DATA) / "health"


# -- lights ----------------------------------------------------------------------------------------------------------
def lights(now: datetime) -> list[Light]:
    return [worker(now), queue(now), messages(now), chain(now), checks(now), backups(now), disk(), store()]


def worker(now: datetime) -> Light:
    seen = noted("worker").get("at")
    if seen is None:
        return Light(
            "后台任务",
            BAD,
            "后台任务还没有运行过。",
            "用 ./run 启动会一起启动它；单独启动用 huisheng worker。",
        )
    if now - seen > timedelta(minutes=15):
        return Light("后台任务", BAD, f"{_when(seen)}以后没有动静，提醒和备份都停着。", "请重新启动服务。")
    return Light("后台任务", GOOD, f"在运行，最近一次活动 {_when(seen)}。")


def queue(now: datetime) -> Light:
    ready = DBTaskResult.objects.ready()
    oldest = ready.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    failed = DBTaskResult.objects.failed().filter(finished_at__gt=now - timedelta(days=7)).count()
    waiting = ready.count()
    if oldest and now - oldest > timedelta(minutes=30):
        return Light(
            "队列", BAD, f"有 {waiting} 项在等，最早的从{_when(oldest)}等起。", "请看后台任务是否在运行。"
        )
    if failed:
        return Light(
            "队列",
            WARN,
            f"{waiting} 项在等；近七天有 {failed} 项没有办成。",
            "请让下单的人到“后台任务”页看原因，重新下一次。",
        )
    return Light(
        "队列", GOOD, f"{waiting} 项在等，近七天没有失败的。" if waiting else "没有在等的，近七天没有失败的。"
    )


def messages(now: datetime) -> Light:
    """外发消息: how many wait, how many failed, since when the oldest waits. Failing is no news at night."""
    ways = configured()
    if not ways:
        return Light("外发消息", GOOD, "没有接通企业微信、邮件和短信，通知只在系统里看。")
    waits = Q(state__in=(SendingState.QUEUED, SendingState.CLAIMED), tries__gt=0)
    found = Sending.objects.aggregate(
        waiting=Count("pk", filter=Q(state=SendingState.QUEUED)), failing=Count("pk", filter=waits),
        oldest=Min("made_at", filter=waits), failed=Count("pk", filter=Q(state=SendingState.FAILED)),
        held=Count("pk", filter=Q(state=SendingState.HELD)),
    )  # fmt: skip
    said = f"{found['waiting']} 条在等" + (f"，{found['held']} 条等人放行" if found["held"] else "")
    if found["failing"] and now - found["oldest"] > FAILING_LONG:
        sentence = f"{said}；{found['failing']} 条一直没有送到，最早的从{_when(found['oldest'])}等起。"
        return Light("外发消息", BAD, sentence, "请在“外发消息”页看原因；对方恢复后会自动补发，每人一条。")
    if found["failed"]:
        sentence = f"{said}；{found['failed']} 条没有送到，不再自动重试。"
        return Light("外发消息", WARN, sentence, "请在“外发消息”页按名单打电话告知。")
    if found["failing"]:
        return Light("外发消息", WARN, f"{said}；{found['failing']} 条没有送到，正在重试。")
    return Light("外发消息", GOOD, f"{said}，没有送不到的。")


def chain(now: datetime) -> Light:
    found = noted("fsck")
    if not found:
        return _never("办理记录链")
    broken = found["problems"].get("办理记录链", [])
    if broken:
        return Light(
            "办理记录链",
            BAD,
            f"{len(broken)} 处不符：{broken[0]}。",
            "办理记录可能被改动过。请保留现场，联系审计员。",
        )
    return Light(
        "办理记录链", GOOD, f"{found['checked'].get('办理记录', 0)} 行首尾相接（{_when(found['at'])}核对）。"
    )


def checks(now: datetime) -> Light:
    found = noted("fsck")
    if not found:
        return _never("核对")
    problems = {name: said for name, said in found["problems"].items() if said and name != "办理记录链"}
    if problems:
        name, said = next(iter(problems.items()))
        total = sum(len(one) for one in problems.values())
        return Light(
            "核对",
            BAD,
            f"{total} 处不符，例如{name}：{said[0]}。",
            "运行 huisheng fsck 看全部，告诉维护人员。",
        )
    if now - found["at"] > timedelta(hours=50):
        return Light(
            "核对",
            WARN,
            f"最近一次在{_when(found['at'])}，没有发现问题。",
            "每夜应核对一次，请看后台任务是否在运行。",
        )
    return Light("核对", GOOD, f"{_when(found['at'])}核对过，没有发现问题。")


def _never(name: str) -> Light:
    return Light(name, WARN, "还没有核对过。", "后台任务每夜核对一次；也可以现在运行 huisheng fsck。")


def backups(now: datetime) -> Light:
    if not local.rule("backup.nightly", timezone.localdate(now)):
        return Light(
            "备份", WARN, "没有打开自动备份。", "请在“本地规则”里打开，或自行用 huisheng backup 备份。"
        )
    found = noted("backup")
    if not found:
        return Light(
            "备份", WARN, "还没有备份过。", "后台任务每夜备份一次；也可以现在运行 huisheng backup 文件名。"
        )
    if found.get("failed"):
        return Light(
            "备份",
            BAD,
            f"{_when(found['at'])}没有备份成：{found['failed']}",
            "明夜会再试；也可以现在运行 huisheng backup 文件名。",
        )
    if now - found["at"] > timedelta(hours=50):
        return Light(
            "备份", BAD, f"最近一次备份是{_when(found['at'])}。", "请看后台任务是否在运行、磁盘是否已满。"
        )
    return Light(
        "备份",
        GOOD,
        f"{_when(found['at'])}备份并验证过，存放在 {found['file']}。",
        "请定期拷一份到别的机器上。",
    )


def disk() -> Light:
    usage = shutil.disk_usage(settings.DATA)
    free, share = usage.free >> 20, usage.free * 100 // usage.total
    said = f"还剩 {free / 1024:.1f} GB（{share}%）。" if free > 1024 else f"还剩 {free} MB（{share}%）。"
    if share < 5 or free < 200:
        return Light("磁盘", BAD, said, "满了就不能办理。请马上清理或扩大存储。")
    if share < 15:
        return Light("磁盘", WARN, said, "请安排清理或扩大存储。")
    return Light("磁盘", GOOD, said)


def store() -> Light:
    """The database's own state: SQLite's log may not grow without end."""
    if connection.vendor != "sqlite":
        return Light("数据库", GOOD, "PostgreSQL，连接正常。")
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    size = log.stat().st_size >> 20 if log.exists() else 0
    if size > 256:
        return Light(
            "数据库", WARN, f"SQLite 的日志文件有 {size} MB。", "有一个读取没有结束。重新启动服务后会缩回去。"
        )
    return Light("数据库", GOOD, "SQLite，连接正常。")


def _when(at: datetime) -> str:
    return f"{timezone.localtime(at):%-m月%-d日 %H:%M}"
