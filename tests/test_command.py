"""The console: a sentence and exit status 2 where something is not there, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from huisheng.command import REFUSED, main


@pytest.mark.parametrize("command", [["parse-proposal"], ["import", "members"], ["restore"]])
def test_a_folder_or_nothing_in_place_of_a_file_is_told(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path, tmp_path / "没有这个文件.docx"):
        assert main([*command, str(path)]) == REFUSED
        assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize("command", [["figures", "2017"], ["fsck"], ["token", "li"], ["accounts", "--demo"]])
def test_a_folder_without_tables_is_told(command: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "huisheng.command", *command], capture_output=True, text=True, check=False,
        env=os.environ | {"HUISHENG_DATA": str(tmp_path), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "huisheng.settings"},
    )  # fmt: skip
    assert done.returncode == REFUSED
    assert "请先运行 huisheng migrate" in done.stderr
    assert "Traceback" not in done.stderr
