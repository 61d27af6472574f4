"""The last lines of ./run test, which CI reads."""

from __future__ import annotations

import pytest

from tools.citest import Log, in_browser, perform, summary


def test_the_closing_lines_name_every_stage_with_its_last_word_and_every_failed_test() -> None:
    def good(log: Log) -> bool:
        log.say("....\n412 passed in 3.00s")
        return True

    def bad(log: Log) -> bool:
        log.say("F.\nFAILED tests/test_a.py::test_b - assert 1 == 2\n1 failed, 1 passed in 1.00s")
        return False

    done = [perform("try-good", good), perform("try-bad", bad)]
    try:
        told = summary(done, 61)
        assert told[1] == "try-bad: FAILED tests/test_a.py::test_b - assert 1 == 2"
        assert told[2].startswith("✓ try-good")
        assert told[2].endswith("412 passed in 3.00s")
        assert told[3].startswith("✗ try-bad")
        assert told[3].endswith("1 failed, 1 passed in 1.00s")
        assert told[4] == "没有通过：try-bad（2 个阶段，用时 1 分 1 秒；全部输出在 .cache/ci/）"
        assert summary(done[:1], 5)[-1] == "全部通过：1 个阶段，用时 0 分 5 秒"
    finally:
        for one in done:
            Log(one.name).path.unlink()


@pytest.mark.parametrize(
    ("first", "second", "is_good", "runs"),
    [
        (["74 passed in 9.00s"], 0, True, 1),
        (["FAILED tests/browser/test_a.py::test_b[chromium] - Timeout"], 0, True, 2),
        (["FAILED tests/browser/test_a.py::test_b[chromium] - Timeout"], 1, False, 2),
        ([f"FAILED tests/browser/test_a.py::test_{name}[chromium]" for name in "abc"], 0, False, 1),
        (["ERROR tests/browser/test_a.py::test_b[chromium]"], 0, False, 1),
    ],
)
def test_a_missed_moment_in_the_browser_is_asked_once_more_and_named(
    monkeypatch: pytest.MonkeyPatch, first: list[str], second: int, is_good: bool, runs: int
) -> None:
    asked: list[tuple[str, ...]] = []

    def run(log: Log, *words: str, env: object = None) -> int:
        asked.append(words)
        if len(asked) == 1:
            log.say("\n".join(first))
            return int("passed" not in first[0])
        return second

    monkeypatch.setattr(Log, "run", run)
    log = Log("try-again")
    try:
        assert in_browser([])(log) is is_good
        assert len(asked) == runs
        if runs == 2:
            assert asked[1][-1] == "tests/browser/test_a.py::test_b[chromium]"
        if runs == 2 and is_good:
            assert log.lines()[-1] == "1 项第二遍才通过：tests/browser/test_a.py::test_b[chromium]"
    finally:
        log.path.unlink()


def test_a_narrowed_run_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(log: Log, *words: str, env: object = None) -> int:
        log.say("FAILED tests/browser/test_a.py::test_b[chromium]")
        return 1

    monkeypatch.setattr(Log, "run", run)
    log = Log("try-narrow")
    try:
        assert not in_browser(["-k", "b"])(log)
    finally:
        log.path.unlink()
