"""`./run`: one supervisor for the web server and the worker.

Prepares the data folder (tools.prepare), starts both, starts again with back-off whichever dies, and stops both
within ten seconds on SIGTERM, SIGINT or SIGHUP. Standard library only: it stays small and starts at once.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
GRACE = 7.0  # seconds a child has to stop by itself; gunicorn's own grace is shorter
STEADY = 60.0  # seconds after which a child that dies is restarted without delay
LONGEST_WAIT = 30.0
LOG_LIMIT = 20_000_000  # bytes of access log before it is turned over
LOGS_KEPT = 5
PR_SET_PDEATHSIG = 1


class Refusal(Exception):
    """The server cannot start; the text is a sentence for the person at the terminal."""


@dataclass(frozen=True)
class Plan:
    """Where the server listens and where its data lies."""

    host: str
    port: int
    data: Path

    @property
    def address(self) -> str:
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}/"

    @property
    def access_log(self) -> Path:
        return self.data / "logs" / "access.log"


def read_plan(env: dict[str, str]) -> Plan:
    """The plan from PORT, HOST and HUISHENG_DATA. Refusal when PORT is no port or the folder cannot be written."""
    port = env.get("PORT") or "8000"
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise Refusal(f"PORT 须是 1 至 65535 之间的数字，现在是“{port}”。")
    data = Path(env.get("HUISHENG_DATA") or ROOT / "var").expanduser().resolve()
    refusal = Refusal(f"数据目录 {data} 不能写入。请换一个：HUISHENG_DATA=目录 ./run")
    try:
        (data / "logs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal from error
    if not os.access(data, os.W_OK):
        raise refusal
    return Plan(env.get("HOST") or "127.0.0.1", int(port), data)


def check_port(plan: Plan) -> None:
    """Refusal when nobody can listen there."""
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plan.host, plan.port))
            probe.listen(1)
        except PermissionError as error:
            raise Refusal(
                f"没有使用端口 {plan.port} 的权限。请换一个大于 1024 的端口：PORT=8001 ./run"
            ) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Refusal(f"本机没有地址“{plan.host}”。请检查 HOST，不写则只供本机访问。") from error
            other = plan.port % 65535 + 1
            raise Refusal(
                f"端口 {plan.port} 正被另一个程序占用。请先停掉它，或换一个端口：PORT={other} ./run"
            ) from error


def lock_data(plan: Plan) -> int:
    """Holds the data folder for this supervisor: two would run every reminder twice. Returns the open descriptor."""
    descriptor = os.open(plan.data / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Refusal(
            f"另一个回声正在使用数据目录 {plan.data} 。请先停掉它，或用另一个目录：HUISHENG_DATA=目录 ./run"
        ) from error
    return descriptor


def die_with_parent() -> None:
    """In the child: a supervisor killed outright takes its children along (Linux; elsewhere they stay)."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        pass


@dataclass
class Child:
    """One process kept alive, in a group of its own so that its helpers go with it."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    next_start: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, start_new_session=True, preexec_fn=die_with_parent
        )
        self.started_at = time.monotonic()

    def tend(self, now: float) -> None:
        """Starts the process when it is due, and makes it due again, later each time, when it has died."""
        if self.process is None:
            if now >= self.next_start:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.kill_group()  # gunicorn's workers may have outlived their master and hold the port
        self.failures = 0 if now - self.started_at > STEADY else self.failures + 1
        wait = back_off(self.failures)
        say(f"{self.name}意外退出（状态 {status}），{wait:g} 秒后重新启动。")
        self.process, self.next_start = None, now + wait

    def signal(self, number: int) -> None:
        if self.process is None:
            return
        try:
            self.process.send_signal(number)
        except ProcessLookupError:
            pass

    def kill_group(self) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def back_off(failures: int) -> float:
    """Seconds to wait before the next start: 0.5, 1, 2, 4 … 30."""
    return min(0.5 * 2.0 ** max(failures - 1, 0), LONGEST_WAIT)


WEB_OPTIONS = """
    --worker-class gthread --workers 2 --threads 4 --preload --max-requests 2000 --max-requests-jitter 200
    --timeout 60 --graceful-timeout 5 --keep-alive 5 --log-level warning --no-control-socket
"""
# the path only: a query string may hold a name or a phone number
ACCESS_LINE = "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"


def web(plan: Plan) -> Child:
    host = f"[{plan.host}]" if ":" in plan.host else plan.host
    options = ["--bind", f"{host}:{plan.port}", *WEB_OPTIONS.split(), "--worker-tmp-dir", memory_folder()]
    options += ["--access-logfile", str(plan.access_log), "--access-logformat", ACCESS_LINE]
    return Child("网页服务", [sys.executable, "-m", "gunicorn", *options, "huisheng.wsgi:application"])


def memory_folder() -> str:
    """Where gunicorn's heartbeat file lies: in memory, because on a slow disk the heartbeat itself would stall."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()


def worker() -> Child:
    return Child("后台任务", [sys.executable, "-m", "huisheng.command", "worker"])


class Supervisor:
    """Keeps the children alive until it is told to stop."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.children: list[Child] = []
        self.stopping = threading.Event()
        self.preparation: subprocess.Popen[bytes] | None = None
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.on_signal)

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()
        if self.preparation:
            self.preparation.terminate()

    def begin_preparation(self, arguments: list[str]) -> None:
        command = [sys.executable, "-m", "tools.prepare", *arguments]
        self.preparation = subprocess.Popen(
            command, cwd=ROOT, start_new_session=True, preexec_fn=die_with_parent
        )
        if self.stopping.is_set():  # the signal came before there was anything to pass it on to
            self.preparation.terminate()

    def run(self, arguments: list[str]) -> int:
        """Exit status: 0 when told to stop, 1 when the data could not be made ready or the web server never came up.

        The servers wait for the preparation, unless nothing has changed since the last one: then it only looks, and
        runs beside them."""
        stamp = self.plan.data / "prepared"
        state = state_of(self.plan, dict(os.environ))
        is_fresh = stamp.exists() and stamp.read_text() == state
        self.begin_preparation(arguments)
        assert self.preparation
        if not is_fresh:
            stamp.unlink(missing_ok=True)
            status = self.preparation.wait()
            if status or self.stopping.is_set():
                return 0 if self.stopping.is_set() else 1
            stamp.write_text(state_of(self.plan, dict(os.environ)))
        try:
            return self.tend(self.preparation)
        finally:
            self.stop()

    def tend(self, preparation: subprocess.Popen[bytes]) -> int:
        """Keeps the web server and the worker alive until told to stop; the exit status."""
        server = web(self.plan)
        self.children = [server, worker()]
        is_up = False
        checked_log = time.monotonic()
        while not self.stopping.is_set():
            now = time.monotonic()
            for child in self.children:
                child.tend(now)
            if preparation.poll():
                (self.plan.data / "prepared").unlink(missing_ok=True)
                return 1
            if not is_up:
                is_up = answers(self.plan) and preparation.poll() == 0
                if is_up:
                    self.announce()
                elif server.failures >= 3:
                    say("网页服务没能启动，原因见上面的输出。")
                    return 1
            if now - checked_log > 60:
                checked_log = now
                self.turn_over_log(server)
            self.stopping.wait(0.3 if is_up else 0.05)
        return 0

    def announce(self) -> None:
        print(f"回声已启动：{self.plan.address}", flush=True)
        print(f"数据目录：{self.plan.data}    停止：Ctrl+C", flush=True)
        if self.plan.host not in ("127.0.0.1", "localhost", "::1") and not os.environ.get("HUISHENG_HOSTS"):
            print("提示：要让别的电脑访问，请把网址里的主机名写进 HUISHENG_HOSTS（逗号分隔）。", flush=True)

    def turn_over_log(self, server: Child) -> None:
        if turn_over(self.plan.access_log):
            server.signal(signal.SIGUSR1)  # gunicorn opens the file anew

    def stop(self) -> None:
        """Asks every child to stop, waits GRACE seconds, then kills what is left of their groups."""
        if self.preparation and self.preparation.poll() is None:
            self.preparation.terminate()
        running = [child for child in self.children if child.process and child.process.poll() is None]
        for child in running:
            child.signal(signal.SIGTERM)
        give_up = time.monotonic() + GRACE
        for child in running:
            try:
                assert child.process
                child.process.wait(max(give_up - time.monotonic(), 0.01))
            except subprocess.TimeoutExpired:
                say(f"{child.name}没有按时停下，强制结束。")
            child.kill_group()


def state_of(plan: Plan, env: dict[str, str]) -> str:
    """Changes whenever there may be something to prepare: a migration, a static file, a library, another database,
    or static files or database gone."""
    total = hashlib.sha256(env.get("DATABASE_URL", "").encode())
    sources = [*(ROOT / "src").glob("*/*/migrations/*.py"), *(ROOT / "src").glob("*/*/static/**/*")]
    for path in sorted([*sources, *(ROOT / "requirements").glob("*.lock")]):
        status = path.stat()
        total.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    total.update(f"{[(plan.data / name).exists() for name in ('static', 'huisheng.sqlite3')]}".encode())
    return total.hexdigest()


def answers(plan: Plan) -> bool:
    """Does the web server answer at all? Any status will do, a redirect to the sign-in page too."""
    address = urllib.parse.urlsplit(plan.address)
    connection = http.client.HTTPConnection(address.hostname or "", plan.port, timeout=2)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def turn_over(log: Path) -> bool:
    """access.log → access.log.1 → … → access.log.5 once it is large; True when it was done."""
    if not log.exists() or log.stat().st_size < LOG_LIMIT:
        return False
    for number in range(LOGS_KEPT, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        newer = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
        if newer.exists():
            newer.replace(older)
    return True


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    try:
        plan = read_plan(dict(os.environ))
        lock_data(plan)
        check_port(plan)
    except Refusal as refusal:
        say(str(refusal))
        return 1
    os.environ["HUISHENG_DATA"] = str(plan.data)
    return Supervisor(plan).run(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
