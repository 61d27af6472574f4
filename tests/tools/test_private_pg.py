"""A private PostgreSQL starts, understands Chinese, and leaves nothing behind."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tools import private_pg


@pytest.mark.parametrize("source", ["system", "embedded"])
def test_a_private_postgres_starts_and_is_thrown_away(source, monkeypatch):
    if source == "embedded":
        monkeypatch.setattr(private_pg, "system_tools", lambda: None)

    with private_pg.private_postgres() as url:
        folder = Path(parse_qs(urlsplit(url).query)["host"][0])
        with psycopg.connect(url) as connection:
            answer = connection.execute(
                "select '提案' ~ '^[[:alpha:]]+$', current_setting('listen_addresses')"
            ).fetchone()
        assert folder.is_dir()

    assert answer == (True, "")
    assert not folder.exists()


def test_a_postgres_that_does_not_start_says_so(monkeypatch):
    monkeypatch.setattr(private_pg, "SERVER_OPTIONS", "-c no_such_setting=1")

    with (
        pytest.raises(private_pg.NoPostgres, match="私有 PostgreSQL 没有启动"),
        private_pg.private_postgres(),
    ):
        raise AssertionError("it started")
