"""A parser runs in a child process with little memory and little time; when it dies, the server stays."""

from __future__ import annotations

import base64
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["ChildDied", "in_child"]

SOURCE = Path(__file__).resolve().parents[2]  # the folder that holds the package, for the child's path

TOO_LONG = "读这个文件用的时间太长，已停止。请另存一份新的再传，或删去其中多余的内容。"
TOO_LARGE = "这个文件展开后太大，读它所需的内存超过了上限。请另存一份新的再传，或删去其中多余的内容。"
UNREADABLE = (
    "这个文件的内部结构读不通。请用 Word 或 WPS 打开，另存为新的 .docx 再传；也可以把文字粘贴到起草页。"
)


class ChildDied(Exception):
    """The child gave no answer. ``sentence`` tells the person why, in Chinese."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


def in_child(
    func: Callable[..., Any], *args: Any, seconds: int = 30, megabytes: int = 512, cpu_seconds: int = 20
) -> Any:
    """``func(*args)`` in a process of its own. ``func`` is a module-level function; arguments and result are what
    JSON can carry, arguments also ``bytes``. Raises ``ChildDied`` when it runs out of memory, time or luck."""
    order = {
        "func": f"{func.__module__}:{func.__qualname__}",
        "args": [
            {"bytes": base64.b64encode(arg).decode()} if isinstance(arg, bytes) else arg for arg in args
        ],
        "megabytes": megabytes,
        "cpu_seconds": cpu_seconds,
    }
    # JSON, not pickle: whatever a hostile file makes of the child, its answer stays data here.
    try:
        done = subprocess.run(
            [sys.executable, "-m", "huisheng.kernel.child"],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=seconds,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ChildDied(
            "读这个文件用的时间太长，已停止。请另存一份新的再传，或删去其中多余的内容。"
        ) from None
    return _answer(done)


def _environment() -> dict[str, str]:
    kept = {
        key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR", "SYSTEMROOT", "HOME") if key in os.environ
    }
    return {**kept, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"}


def _answer(done: subprocess.CompletedProcess[bytes]) -> Any:
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and "result" in answer:
        return answer["result"]
    detail = (
        str(answer.get("error"))
        if isinstance(answer, dict)
        else done.stderr[-2000:].decode("utf-8", "replace")
    )
    if done.returncode == -24:  # SIGXCPU
        raise ChildDied(TOO_LONG)
    sentence = TOO_LARGE if "MemoryError" in detail or done.returncode == -9 else UNREADABLE
    raise ChildDied(sentence, detail)


def _limit(megabytes: int, cpu_seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not a Unix; the time limit of the parent still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> int:
    order = json.loads(sys.stdin.buffer.read())
    args = [base64.b64decode(arg["bytes"]) if isinstance(arg, dict) and set(arg) == {"bytes"} else arg
            for arg in order["args"]]  # fmt: skip
    module, _, name = order["func"].partition(":")
    func = getattr(importlib.import_module(module), name)
    _limit(order["megabytes"], order["cpu_seconds"])
    try:
        answer = {"result": func(*args)}
    except MemoryError:
        answer = {"error": "MemoryError"}
    except Exception as error:  # the parent turns this into a sentence; nothing else may leave the child
        answer = {"error": f"{type(error).__name__}: {error}"[:500]}
    sys.stdout.buffer.write(json.dumps(answer).encode())
    return 0


if __name__ == "__main__":
    sys.exit(_main())
