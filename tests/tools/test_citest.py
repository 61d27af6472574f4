"""The last lines of ./run test, which CI reads."""

from __future__ import annotations

from tools.citest import Log, perform, summary


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
