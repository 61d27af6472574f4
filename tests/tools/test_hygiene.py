"""The hygiene check finds what it is there to find."""

import pytest

from tools import hygiene

LOCK = "django==5.2.19 \\\n    --hash=sha256:00\n"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setattr(hygiene, "ROOT", tmp_path)
    monkeypatch.setattr(hygiene, "tracked_files", lambda: [p.name for p in tmp_path.iterdir() if p.is_file()])
    (tmp_path / "requirements").mkdir()
    for name in ("prod", "dev"):
        (tmp_path / "requirements" / f"{name}.lock").write_text(LOCK)
    return tmp_path


def test_a_clean_repository_has_no_findings(repository):
    (repository / "notes.md").write_text("网址 /proposals/7/work/ 与 ../shared/ 都不是机器路径\n")

    assert [*hygiene.lock_findings(), *hygiene.text_findings()] == []


def test_a_lock_with_an_address_a_missing_hash_or_another_pin_is_found(repository):
    (repository / "requirements" / "prod.lock").write_text(
        "--index-url https://example.org\ndjango==5.2.18\n"
    )

    told = "\n".join(hygiene.lock_findings())

    assert "prod.lock 含有网址" in told
    assert "prod.lock 有一项没有哈希：django==5.2.18" in told
    assert "django 在 prod.lock 是 5.2.18，在 dev.lock 是 5.2.19" in told


@pytest.mark.parametrize(
    "line", ["open('/wo" + "rk/main/x')", "数据在 /ro" + "ot/data", "/ho" + "me/li/project"]
)
def test_the_path_of_a_machine_is_found(repository, line):
    (repository / "code.py").write_text(line + "\n")

    assert [finding.split(" ")[0] for finding in hygiene.text_findings()] == ["code.py:1"]


def test_the_name_of_a_package_registry_is_found(repository):
    (repository / "setup.cfg").write_text("index" + "-url = somewhere\n")

    assert [finding.split(" ")[0] for finding in hygiene.text_findings()] == ["setup.cfg:1"]
