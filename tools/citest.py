"""`./run test`: everything that is checked before a change lands, stage by stage.

    ./run test                    all stages
    ./run test lint               style, types, imports, hygiene, migrations, generated documents
    ./run test sqlite|pg|browser  one suite; what follows goes to pytest:  ./run test pg tests/kernel -k chain

What asks nothing of the database (the marker one_database) is asked on SQLite alone; with HUISHENG_WHOLE=1 everything is
asked on both, and the hostile tests send every value to every form.

A browser on a busy machine may miss a moment: one or two failed browser tests are asked once more, alone, and the
closing line names them, so that a test which needs that twice is mended. A fault fails both times.

A stage that fails does not stop the others; the run fails at the end. A stage that cannot run fails with a sentence.
Output of each stage lies in .cache/ci/; of a failed one the end is printed. The last lines say it all once more, a line
a stage with pytest's own closing line, and before them every test that failed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.private_pg import NoPostgres, private_postgres

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / ".cache" / "ci"
WHOLE = bool(os.environ.get("HUISHENG_WHOLE"))
BIN = Path(sys.executable).parent
TAIL = 80  # lines shown of a failed stage
SOURCES = ["src", "tests", "tools", "manage.py"]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=5"]
PARALLEL = ["-n", "2", "--dist", "worksteal"]
AGAIN = 2  # at most so many failed browser tests are asked once more
NO_TESTS = 5  # pytest's exit status when nothing was selected


@dataclass(frozen=True)
class Need:
    """Something of the system that the tests cannot do without, and the Debian package that brings it."""

    package: str
    is_there: Callable[[], bool]


def has_program(*names: str) -> bool:
    return any(shutil.which(name) for name in names)


def has_font(pattern: str) -> bool:
    folders = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
    return any(next(Path(folder).expanduser().rglob(pattern), None) for folder in folders)


def has_library(pattern: str) -> bool:
    return any(next(Path(folder).glob(pattern), None) for folder in ("/usr/lib", "/usr/local/lib", "/lib"))


NEEDS = (
    Need("chromium", lambda: has_program("chromium", "chromium-browser", "google-chrome")),
    Need("fonts-noto-cjk", lambda: has_font("*CJK*")),
    Need("fonts-lxgw-wenkai", lambda: has_font("LXGWWenKai*")),
    Need("libatomic1", lambda: has_library("*/libatomic.so.1")),  # for the driver in the playwright wheel
    Need("poppler-utils", lambda: has_program("pdftotext")),
)

Stage = tuple[str, Callable[["Log"], bool]]


class Log:
    """The output of one stage."""

    def __init__(self, name: str) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.path = LOGS / f"{name}.log"
        self.path.write_text("")

    def say(self, text: str) -> None:
        with self.path.open("a") as file:
            file.write(text + "\n")

    def run(self, *command: str | Path, env: dict[str, str] | None = None) -> int:
        """Runs a command in the project's folder, its output into the log; the exit status."""
        with self.path.open("ab") as file:
            words = [str(word) for word in command]
            return subprocess.run(
                words, cwd=ROOT, stdout=file, stderr=file, env={**os.environ, **(env or {})}
            ).returncode

    def lines(self) -> list[str]:
        return self.path.read_text(errors="replace").rstrip().splitlines()


def system_needs(log: Log) -> bool:
    """Installs as root what is missing, else names it."""
    missing = [need.package for need in NEEDS if not need.is_there()]
    if missing and os.geteuid() == 0 and has_program("apt-get"):
        env = {"DEBIAN_FRONTEND": "noninteractive"}
        log.run("apt-get", "update", "-qq", env=env)
        log.run("apt-get", "install", "-yqq", "--no-install-recommends", *missing, env=env)
        missing = [need.package for need in NEEDS if not need.is_there()]
    if missing:
        log.say(f"缺少系统软件包，请管理员安装：apt-get install {' '.join(missing)}")
    return not missing


def command(*words: str | Path) -> Callable[[Log], bool]:
    return lambda log: log.run(*words) == 0


def suite(select: str, arguments: Sequence[str], env: dict[str, str] | None = None) -> Callable[[Log], bool]:
    """A pytest run of the tests that `select` (a marker expression) names. Nothing selected is a failure,
    unless the developer narrowed the run."""

    def run(log: Log) -> bool:
        status = log.run(*PYTEST, *PARALLEL, "-m", select, *arguments, env=env)
        return status == 0 or (status == NO_TESTS and bool(arguments))

    return run


def on_postgres(arguments: Sequence[str]) -> Callable[[Log], bool]:
    def run(log: Log) -> bool:
        try:
            with private_postgres() as url:
                select = "not browser" if WHOLE else "not browser and not one_database"
                return suite(select, arguments, {"DATABASE_URL": url})(log)
        except NoPostgres as error:
            log.say(str(error))
            return False

    return run


def in_browser(arguments: Sequence[str]) -> Callable[[Log], bool]:
    def run(log: Log) -> bool:
        if suite("browser", arguments)(log):
            return True
        failed = [
            one.removeprefix("FAILED ").split(" - ")[0] for one in log.lines() if one.startswith("FAILED ")
        ]
        if arguments or not 0 < len(failed) <= AGAIN:
            return False
        if log.run(*PYTEST, *failed) != 0:
            return False
        log.say(f"{len(failed)} 项第二遍才通过：{'、'.join(failed)}")
        return True

    return run


def lint_stages() -> list[Stage]:
    django = [sys.executable, "-m", "huisheng.command"]
    return [
        ("ruff", command(BIN / "ruff", "check", "-q", "--output-format", "concise", *SOURCES)),
        ("format", command(BIN / "ruff", "format", "-q", "--check", "--output-format", "concise", *SOURCES)),
        ("mypy", command(BIN / "mypy")),
        ("imports", command(BIN / "lint-imports", "--no-logo", "--cache-dir", ".cache/imports")),
        ("hygiene", command(sys.executable, "-m", "tools.hygiene")),
        ("migrations", command(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")),
        ("docs", command(*django, "docs", "--check")),
    ]


def stages(choice: str, arguments: Sequence[str]) -> list[Stage]:
    """The stages of a choice: all, lint, sqlite, pg or browser."""
    suites: dict[str, Stage] = {
        "sqlite": ("sqlite", suite("not browser", arguments)),
        "pg": ("pg", on_postgres(arguments)),
        "browser": ("browser", in_browser(arguments)),
    }
    if choice == "lint":
        return lint_stages()
    if choice in suites:
        return [("system", system_needs), suites[choice]]
    return [("system", system_needs), *lint_stages(), *suites.values()]


@dataclass(frozen=True)
class Outcome:
    """One stage done. ``line`` is what CI reads: mark, name, seconds, the last line of output."""

    name: str
    is_good: bool
    line: str
    failed: list[str]  # pytest's lines of the tests that failed


def perform(name: str, act: Callable[[Log], bool]) -> Outcome:
    """Runs one stage and prints its line; when it failed, the end of its output."""
    log = Log(name)
    print(f"… {name}", end="\r" if sys.stdout.isatty() else "\n", flush=True)
    began = time.monotonic()
    is_good = act(log)
    lines = log.lines()
    last = lines[-1].strip("= ") if lines else ""
    line = f"{'✓' if is_good else '✗'} {name:<11}{time.monotonic() - began:7.1f} 秒  {last[:100]}"
    print(line, flush=True)
    if not is_good:
        print("\n".join(f"    {one}" for one in lines[-TAIL:]), flush=True)
    return Outcome(name, is_good, line, [one for one in lines if one.startswith(("FAILED ", "ERROR "))])


def summary(done: Sequence[Outcome], seconds: float) -> list[str]:
    """The closing lines: every failed test, every stage, and one sentence."""
    minutes, rest = divmod(round(seconds), 60)
    spent = f"{len(done)} 个阶段，用时 {minutes} 分 {rest} 秒"
    bad = [one.name for one in done if not one.is_good]
    told = [f"{one.name}: {test}" for one in done for test in one.failed]
    verdict = f"没有通过：{'、'.join(bad)}（{spent}；全部输出在 .cache/ci/）" if bad else f"全部通过：{spent}"
    return ["", *told, *(one.line for one in done), verdict]


def main(arguments: list[str]) -> int:
    choices = ("lint", "sqlite", "pg", "browser")
    choice = arguments[0] if arguments and arguments[0] in choices else "all"
    rest = arguments[choice != "all" :]
    if choice == "lint" and rest:
        print("./run test lint 不带其他参数。", file=sys.stderr)
        return 2
    # runs in a data folder of its own: a check must not touch the developer's data
    os.environ["HUISHENG_DATA"] = str(ROOT / ".cache" / "data")
    os.environ.pop("DATABASE_URL", None)
    # a run starts some hundred processes: what one of them compiled the next one reads
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(ROOT / ".cache" / "bytecode")
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"

    began = time.monotonic()
    done = [perform(name, act) for name, act in stages(choice, rest)]
    print("\n".join(summary(done, time.monotonic() - began)), flush=True)
    return 0 if all(one.is_good for one in done) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
