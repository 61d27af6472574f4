"""后台任务: one process beside the web server. It does the jobs people ordered, and what the clock brings about.

Every duty asks “what is due now?” and may be asked any number of times: after a crash the next worker simply asks
again. A job whose worker died is taken up anew; one that killed three workers is parked with a sentence.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from huisheng.consultations import forum_actions, forum_maps
from huisheng.kernel import local
from huisheng.kernel.errors import Refused
from huisheng.kernel.models import Attachment, IdempotencyKey, Job, Typed
from huisheng.kernel.places import place
from huisheng.opinions import actions as voices
from huisheng.opinions import gates
from huisheng.outputs.freezing import freeze_waiting
from huisheng.people import changing

from . import backup, health, outbox, reminders
from .fsck import check

log = logging.getLogger("huisheng.worker")

PAUSE = 1.0  # seconds between two looks into the queue
GRACE = 3.5  # seconds a job gets to end after the worker was told to stop; the next worker does it again
LONGEST_JOB = 900  # seconds
LONGEST_LEARNING = 600  # seconds
LEASE = timedelta(seconds=LONGEST_JOB + 300)
MOST_TRIES = 3
NIGHT_FROM = 2  # o'clock; what is done once a night is also done in the day when the machine was off at night
KEPT = timedelta(days=180)  # typed words that were never sent
KEYS_KEPT = timedelta(days=90)
STRAY = timedelta(hours=24)  # bytes without a row: an upload that never ended


class Parked(Exception):
    """A job that outlived its time or its workers."""


class Told:
    """Whether the worker was told to stop. A signal arrives between any two instructions, so it only sets a mark."""

    is_stopping = False

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True
        # in the middle of a job: let it end if it can; its task stays claimed, and the next worker takes it up
        timer = threading.Timer(GRACE, os._exit, (0,))
        timer.daemon = True
        timer.start()


def run() -> int:
    """Work until SIGTERM or SIGINT; then 0, within five seconds."""
    told = Told()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told.stop)
    signal.signal(signal.SIGALRM, _too_long)
    name = worker_name()
    beat = Beat()
    while not told.is_stopping:
        close_old_connections()
        local.forget()
        _safely("队列", lambda: jobs(name, told))
        if not told.is_stopping:
            beat.strike(timezone.now())
            time.sleep(PAUSE)
    return 0


def _safely(name: str, duty: Callable[[], Any]) -> Any:
    """A duty that fails is logged and asked again later; the others go on."""
    try:
        return duty()
    except Exception:
        log.exception("后台任务“%s”没有办成，稍后再试", name)
        return None


# -- the clock -------------------------------------------------------------------------------------------------------
class Beat:
    """Decides which duties a moment calls for. Knows nothing but when each was last done."""

    def __init__(self) -> None:
        self.minute: datetime | None = None
        self.hour: datetime | None = None

    def strike(self, now: datetime) -> list[str]:
        """Do what is due; the names of what was done."""
        done: list[str] = []
        minute = now.replace(second=0, microsecond=0)
        if minute == self.minute:
            return done
        self.minute = minute
        for name, duty in EVERY_MINUTE.items():
            _safely(name, lambda duty=duty: duty(now))  # type: ignore[misc]
            done.append(name)
        hour = minute.replace(minute=0)
        if hour != self.hour:
            self.hour = hour
            for name, duty in EVERY_HOUR.items():
                _safely(name, lambda duty=duty: duty(now))  # type: ignore[misc]
                done.append(name)
        for name, duty in EVERY_NIGHT.items():
            if is_night_duty_due(name, now):
                _safely(name, lambda duty=duty: duty(now))  # type: ignore[misc]
                health.note(f"night-{name}", at=now)
                done.append(name)
        return done


def is_night_duty_due(name: str, now: datetime) -> bool:
    """Once for every night; also later in the day, when the machine was off."""
    night: date = (timezone.localtime(now) - timedelta(hours=NIGHT_FROM)).date()
    last = health.noted(f"night-{name}").get("at")
    return last is None or (timezone.localtime(last) - timedelta(hours=NIGHT_FROM)).date() < night


def alive(now: datetime) -> None:
    health.note("worker", at=now, name=worker_name())


def check_house(now: datetime) -> None:
    report = check()
    health.note("fsck", at=now, **report.as_json())


def tidy(now: datetime) -> None:
    """Typed words nobody sent, words that went out long ago, old keys, old sessions, bytes without a row."""
    Typed.objects.filter(saved_at__lt=now - KEPT).delete()
    IdempotencyKey.objects.filter(at__lt=now - KEYS_KEPT).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).delete()
    outbox.tidy(now)
    call_command("clearsessions")
    voices.forget_tries(now)
    sweep(now)
    tune()


def tune() -> None:
    """Let SQLite count its rows anew: it then chooses an index by what is there. PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def erase_contacts(now: datetime) -> None:
    """联系方式到期删除（本地规则）; mails that were refused go with them."""
    voices.erase_contacts(now)
    gates.sweep_refused(now)


def sweep(now: datetime) -> int:
    """Remove stored bytes that no attachment names and that are older than a day. How many."""
    known = set(Attachment.objects.order_by().values_list("sha256", flat=True))
    where, swept = place(), 0
    for name, written in where.names():
        if name not in known and now.timestamp() - written > STRAY.total_seconds():
            # asked again by itself: the row may have come since
            if not Attachment.objects.filter(sha256=name).exists():
                where.remove(name)
                swept += 1
    return swept


def back_up(now: datetime) -> None:
    """The nightly backup, in the data folder; the oldest give way."""
    today = timezone.localdate(now)
    if not local.rule("backup.nightly", today):
        return
    folder = Path(settings.DATA) / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"huisheng-{today:%Y%m%d}.zip"
    try:
        backup.make(target, with_keys=False)
    except (Refused, OSError) as problem:
        health.note("backup", at=now, failed=str(problem))
        raise
    health.note("backup", at=now, file=str(target))
    keep = max(1, int(local.rule("backup.keep", today)))
    for old in sorted(folder.glob("huisheng-????????.zip"))[:-keep]:
        old.unlink()


def learn(now: datetime) -> None:
    """The suggested categories, learned anew in a process of its own: what learning needs (150 MB) goes with it."""
    command = [sys.executable, "-m", "huisheng.command", "learn"]
    subprocess.run(command, check=True, capture_output=True, timeout=LONGEST_LEARNING)


EVERY_MINUTE: dict[str, Callable[[datetime], Any]] = {
    "心跳": alive,
    "承诺到期再问": reminders.ask_again,
    "收邮件": gates.fetch_mail,
    "收投递目录": gates.fetch_folder,
    "取企业微信媒体": gates.fetch_media,
    "外发计划": outbox.plan,
    "外发": outbox.drain,
}
EVERY_HOUR: dict[str, Callable[[datetime], Any]] = {
    "提醒": reminders.remind,
    "久未动的草稿": reminders.name_idle_drafts,
    "还没有履职记录的委员": reminders.name_quiet_members,
    "短信催看": outbox.nudge,
    "补排定稿": freeze_waiting,
    "委员变动生效": changing.begin_due,
    "网络议政统计": forum_maps.draw_waiting,
    "网络议政提醒": forum_actions.remind,
}
EVERY_NIGHT: dict[str, Callable[[datetime], Any]] = {
    "整理": tidy,
    "删除到期的联系方式": erase_contacts,
    "核对": check_house,
    "备份": back_up,
    "学习分类": learn,
}


# -- jobs ------------------------------------------------------------------------------------------------------------
def worker_name() -> str:
    """host:process, so that a worker on the same machine can tell whether another is still there."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def jobs(name: str, told: Told | None = None) -> int:
    """Do every job that waits, oldest first; how many."""
    reclaim(timezone.now(), name)
    done = 0
    while not (told and told.is_stopping) and DBTaskResult.objects.ready().exists():
        signal.alarm(LONGEST_JOB)
        try:
            Worker(
                queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=1,
                worker_id=name, excluded_queue_names=[],
            ).run()  # fmt: skip
        finally:
            signal.alarm(0)
        done += 1
    return done


def _too_long(number: int, frame: FrameType | None) -> None:
    raise Parked(f"这项任务超过了 {LONGEST_JOB // 60} 分钟，已停止。请缩小范围再试。")


def reclaim(now: datetime, name: str) -> int:
    """Jobs whose worker is gone wait again; one that has taken its third worker along is parked. How many."""
    count = 0
    for task in DBTaskResult.objects.running():
        if not _is_orphan(task, now, name):
            continue
        count += 1
        if len(task.worker_ids) < MOST_TRIES:
            DBTaskResult.objects.filter(pk=task.pk, status=task.status).update(
                status="READY", started_at=None
            )
            continue
        sentence = f"试了 {MOST_TRIES} 次都中断了，不再重试。请把这一页告诉系统管理员。"
        task.set_failed(Parked(sentence))
        arguments = task.args_kwargs.get("args") or [0]
        Job.objects.filter(pk=arguments[0], ended_at=None).update(failed=sentence, ended_at=now)
    return count


def _is_orphan(task: DBTaskResult, now: datetime, name: str) -> bool:
    if task.started_at is None or now - task.started_at > LEASE:
        return True
    holder = str((task.worker_ids or [""])[-1])
    host, _, process = holder.rpartition(":")
    if holder == name:  # we do one job at a time, and are not doing this one
        return True
    return host == name.rpartition(":")[0] and not _is_running(process)


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True
