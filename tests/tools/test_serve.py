"""The supervisor: starts, restarts with back-off, stops in time, and says plainly why it will not start."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import serve

ROOT = Path(serve.__file__).parents[1]


def plan(tmp_path, **env):
    return serve.read_plan({"HUISHENG_DATA": str(tmp_path), **env})


def test_the_plan_is_read_from_the_environment(tmp_path):
    assert plan(tmp_path) == serve.Plan("127.0.0.1", 8000, tmp_path)
    assert plan(tmp_path, PORT="81", HOST="0.0.0.0").address == "http://127.0.0.1:81/"
    assert plan(tmp_path, HOST="::1").address == "http://[::1]:8000/"


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1", "８０８０", "1e3"])
def test_a_port_that_is_none_is_refused_with_a_sentence(tmp_path, port):
    with pytest.raises(serve.Refusal, match="PORT 须是"):
        plan(tmp_path, PORT=port)


def test_a_data_folder_that_cannot_be_made_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(serve.Refusal, match="不能写入"):
        plan(tmp_path / "file")


def test_a_busy_port_is_refused_with_a_sentence_that_names_another(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(serve.Refusal, match=f"端口 {port} 正被.*PORT={port + 1} ./run"):
            serve.check_port(plan(tmp_path, PORT=str(port)))

    serve.check_port(plan(tmp_path, PORT=str(port)))


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_the_machine_does_not_have_is_refused_with_a_sentence(tmp_path, host):
    with pytest.raises(serve.Refusal, match=f"本机没有地址“{host}”"):
        serve.check_port(plan(tmp_path, HOST=host))


def test_one_data_folder_has_one_supervisor(tmp_path):
    held = serve.lock_data(plan(tmp_path))

    with pytest.raises(serve.Refusal, match="另一个回声正在使用"):
        serve.lock_data(plan(tmp_path))

    os.close(held)
    os.close(serve.lock_data(plan(tmp_path)))


def test_restarts_wait_longer_each_time_up_to_half_a_minute():
    assert [serve.back_off(n) for n in (0, 1, 2, 3, 7, 50)] == [0.5, 0.5, 1, 2, 30, 30]


def test_a_child_that_dies_is_started_again_after_its_wait(capsys):
    child = serve.Child("示例", [sys.executable, "-c", "raise SystemExit(3)"])
    child.tend(0)
    first = child.process
    first.wait()

    child.tend(time.monotonic())
    assert child.process is None
    assert "示例意外退出（状态 3），0.5 秒后重新启动。" in capsys.readouterr().err
    child.tend(child.next_start - 0.01)
    assert child.process is None
    child.tend(child.next_start)
    assert child.process is not first
    child.process.wait()


def test_a_long_access_log_is_turned_over(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "LOG_LIMIT", 3)
    log = tmp_path / "access.log"
    for text in ("first", "second"):
        log.write_text(text)
        assert serve.turn_over(log)
    log.write_text("ab")

    assert not serve.turn_over(log)
    assert sorted((f.name, f.read_text()) for f in tmp_path.iterdir()) == [
        ("access.log", "ab"),
        ("access.log.1", "second"),
        ("access.log.2", "first"),
    ]


def test_the_whole_house_starts_answers_survives_a_death_and_stops_in_ten_seconds(tmp_path):
    house = House(tmp_path, "--empty")
    house.wait_for("回声已启动")
    assert re.search(r"建立第一个管理员。\n[A-Z0-9-]{8,}\n", house.said())
    house.stop()

    again = House(tmp_path)  # once started empty it stays empty
    seconds = again.wait_for("回声已启动")
    assert (
        seconds < 30
    )  # 2 s on an idle machine; a busy one is no fault (how fast it starts, bench/ measures)
    for child in again.children():
        os.kill(child, signal.SIGKILL)
    again.wait_for("后台任务意外退出")
    again.wait_for("网页服务意外退出")
    wait_until(again.answers)
    assert again.stop() < 10
    assert "Traceback" not in again.said()


class House:
    """A supervisor of its own on a free port, its output in a file."""

    def __init__(self, data: Path, *arguments: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.output = data / f"output-{self.port}"
        env = {**os.environ, "HUISHENG_DATA": str(data / "data"), "PORT": str(self.port), "PYTHONUTF8": "1"}
        env.pop("DATABASE_URL", None)
        env.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-m", "tools.serve", *arguments]
        self.began = time.monotonic()
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=file, stderr=file)

    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str) -> float:
        """Seconds since the start when the text was said."""
        wait_until(lambda: text in self.said() or self.process.poll() is not None, 60)
        assert text in self.said(), self.said()
        return time.monotonic() - self.began

    def children(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def answers(self) -> bool:
        return serve.answers(serve.Plan("127.0.0.1", self.port, ROOT))

    def stop(self) -> float:
        """Seconds it took."""
        began = time.monotonic()
        children = self.children()
        self.process.terminate()
        assert self.process.wait(15) == 0, self.said()
        assert not any(is_alive(child) for child in children)
        return time.monotonic() - began


STUBBORN = """
import signal, subprocess, sys, time
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(helper.pid, flush=True)
time.sleep(60)
"""


def test_a_child_that_will_not_stop_is_killed_with_its_helpers(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(serve, "GRACE", 0.5)
    child = serve.Child("顽固", [sys.executable, "-c", STUBBORN])
    child.process = subprocess.Popen(child.command, stdout=subprocess.PIPE, start_new_session=True)
    helper = int(child.process.stdout.readline())
    supervisor = serve.Supervisor(plan(tmp_path))
    supervisor.children = [child]

    began = time.monotonic()
    supervisor.stop()

    assert time.monotonic() - began < 3
    assert child.process.wait() == -signal.SIGKILL
    assert "顽固没有按时停下" in capsys.readouterr().err
    child.process.stdout.close()
    wait_until(lambda: not is_alive(helper))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until(is_so, seconds: float = 10) -> None:
    give_up = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.05)
