"""Backup and restore: the whole house, on another path, on the other database, and never from a damaged file."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from huisheng.desk import backup
from huisheng.desk.dump import APPS
from huisheng.kernel.errors import Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Typed
from huisheng.kernel.store import keep, path_of
from huisheng.people import tokens
from huisheng.people.models import Account, ImportBatch
from huisheng.proposals import jobs
from huisheng.proposals.models import Proposal
from tools.private_pg import private_postgres

from .. import make
from ..cast import PASSWORD, Cast, make_cast

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def a_full_house(cast: Cast) -> None:
    """Something of everything: files, second factors, tokens, typed words, merges, jobs, odd characters."""
    from allauth.mfa.totp.internal.auth import TOTP

    main, merged = make.filed(cast), make.filed(cast, title="关于𬱖䶮㐂与“🀄”的提案")
    perform(merged, "merge_filed", cast.reviewer, {"main": main.pk, "consent": "电话征得同意"}, at=make.DAY)
    make.concluded(cast, is_cosigned=True)
    make.promise(cast)
    make.held_gathering(cast)
    draft = make.draft(cast)
    draft.suggested.set([cast.traffic, cast.housing])
    keep("照片说明\r\n第二行".encode(), "现场.txt", draft, cast.li, "attachment", make.DAY)
    TOTP.activate(cast.clerk, "JBSWY3DPEHPK3PXP")
    tokens.issue(cast.li)
    Typed.objects.create(
        account=cast.li, place="x:1:y", data={"b": [1, 2.5], "a": None, "z": "文"}, saved_at=make.DAY
    )
    jobs.order_compilation(cast.clerk, 2017, make.DAY)
    ImportBatch.objects.create(kind="members", name="名册.xlsx", content=b"PK\x00\xff\xfe", at=make.DAY)


class House:
    """Another data folder (and another database), reached only through the command line."""

    def __init__(self, folder: Path, url: str = "") -> None:
        folder.mkdir()
        self.folder, self.url = folder, url

    def run(self, *commands: list[str | Path], is_fine: bool = True) -> subprocess.CompletedProcess[str]:
        """Several commands in one process: starting Python and Django takes longer than what they do."""
        program = (
            "import json, sys; from huisheng.command import main\n"
            "for command in json.loads(sys.argv[1]):\n"
            "    status = main(command)\n"
            "    if status: sys.exit(status)\n"
        )
        words = json.dumps([[str(word) for word in command] for command in commands])
        env = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("HUISHENG_", "DJANGO_", "DATABASE_"))
        }
        env |= {"HUISHENG_DATA": str(self.folder), "PYTHONPATH": str(ROOT / "src"), "DATABASE_URL": self.url}
        done = subprocess.run([sys.executable, "-c", program, words], capture_output=True, text=True, env=env)
        assert (done.returncode == 0) is is_fine, done.stdout + done.stderr
        return done


def dump_of(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as one:
        return one.read("records.jsonl").decode().splitlines()


def test_every_table_of_ours_is_in_a_backup() -> None:
    ours = {one.label for one in apps.get_app_configs() if one.name.startswith("huisheng.")}
    without_tables = {label for label in ours if not list(apps.get_app_config(label).get_models())}
    rebuilt = {"search"}  # from the records, after a restore
    assert ours - set(APPS) == without_tables | rebuilt


@pytest.mark.django_db
def test_a_backup_restores_elsewhere_on_both_databases_and_back(cast: Cast, tmp_path: Path) -> None:
    a_full_house(cast)
    first = tmp_path / "first.zip"
    assert "已验证" in backup.make(first)
    with private_postgres() as url:
        houses = [House(tmp_path / "sqlite"), House(tmp_path / "postgres", url), House(tmp_path / "again")]
        source = first
        for house in houses:
            copy = house.folder / "copy.zip"
            done = house.run(["restore", source], ["fsck"], ["backup", copy])
            assert "与备份逐行一致" in done.stdout
            assert "没有发现问题" in done.stdout
            assert dump_of(copy) == dump_of(first)
            source = copy
        manifests = [backup.verify(house.folder / "copy.zip") for house in houses]
    assert [one["rows"] for one in manifests] == [backup.verify(first)["rows"]] * 3
    assert [one["sequences"] for one in manifests] == [manifests[0]["sequences"]] * 3
    rows = manifests[0]["rows"]
    assert min(rows[name] for name in ("mfa.authenticator", "kernel.journalhead", "kernel.entry", "kernel.typed",
                                       "proposals.proposal_suggested", "proposals.merge", "people.apitoken", "gatherings.gathering")) > 0  # fmt: skip
    assert (houses[0].folder / "secret.key").read_text() == settings.SECRET_KEY


@pytest.mark.django_db
def test_life_goes_on_after_a_restore(cast: Cast, tmp_path: Path) -> None:
    """Ids, serial numbers, and the chain go on where they stopped."""
    make.submitted(cast)
    gone = make.draft(cast)
    last = gone.pk
    Proposal.objects.filter(pk=last).update(text=None)
    gone.texts.all().delete()
    Proposal.objects.filter(pk=last).delete()
    backup.make(tmp_path / "one.zip")
    house = House(tmp_path / "house")
    house.run(["restore", tmp_path / "one.zip"])
    program = f"""
import django; django.setup()
from huisheng.kernel.journal import broken_links
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account
from huisheng.proposals import actions
from tests import make
li = Account.objects.get(username="li")
one = actions.start(li, make.TEXT, at=make.DAY)
perform(one, "submit", li, {{"disclosure": "full"}}, at=make.DAY)
one.refresh_from_db()
assert one.pk > {last}, one.pk
assert one.serial == 2, one.serial
assert list(broken_links()) == []
"""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("HUISHENG_", "DATABASE_"))}
    env |= {
        "HUISHENG_DATA": str(house.folder),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "huisheng.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", "import huisheng\n" + program], capture_output=True, text=True, env=env
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_one_flipped_bit_anywhere_is_refused(cast: Cast, tmp_path: Path) -> None:
    a_full_house(cast)
    whole = tmp_path / "whole.zip"
    backup.make(whole)
    data = whole.read_bytes()
    chance = random.Random(7)
    places = [
        0,
        1,
        len(data) // 2,
        len(data) - 1,
        len(data) - 70,
        *(chance.randrange(len(data)) for _ in range(40)),
    ]
    for place in places:
        broken = bytearray(data)
        broken[place] ^= 1 << chance.randrange(8)
        (tmp_path / "broken.zip").write_bytes(broken)
        with pytest.raises(Refused):
            backup.verify(tmp_path / "broken.zip")
    for cut in (b"", data[:10], data[:-1], data[:-100], data + b"\0", b"not a zip at all" * 50):
        (tmp_path / "broken.zip").write_bytes(cut)
        with pytest.raises(Refused, match="另一份"):
            backup.verify(tmp_path / "broken.zip")


@pytest.mark.django_db
def test_a_house_with_people_in_it_is_not_restored_over(cast: Cast, tmp_path: Path) -> None:
    backup.make(tmp_path / "one.zip")
    before = list(backup.records())
    with pytest.raises(Refused, match="只能进行到空的数据目录"):
        backup.restore(tmp_path / "one.zip")
    assert list(backup.records()) == before


@pytest.mark.django_db
def test_a_backup_of_other_tables_is_refused(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(backup, "_migrations", lambda: {"proposals.9999_from_the_future"})
        backup.make(tmp_path / "future.zip")
    house = House(tmp_path / "house")
    done = house.run(["restore", tmp_path / "future.zip"], is_fine=False)
    assert done.returncode == 2
    assert "数据表版本不同" in done.stderr


@pytest.mark.django_db
def test_a_missing_file_is_told_and_the_rest_is_saved(cast: Cast, tmp_path: Path) -> None:
    one = keep("材料".encode(), "材料.txt", make.draft(cast), cast.li, "attachment", make.DAY)
    path_of(one.sha256).unlink()
    assert "1 个附件的文件已经不在" in backup.make(tmp_path / "one.zip")
    assert backup.verify(tmp_path / "one.zip")["missing"] == [one.sha256]


@pytest.mark.django_db
def test_keys_lie_apart_and_no_password_or_token_is_readable(cast: Cast, tmp_path: Path) -> None:
    token = tokens.issue(cast.li)
    backup.make(tmp_path / "one.zip")
    text = "\n".join(dump_of(tmp_path / "one.zip"))
    assert settings.SECRET_KEY not in text
    assert token not in text
    assert PASSWORD not in text
    assert os.stat(tmp_path / "one.zip.keys").st_mode & 0o077 == 0


@pytest.fixture
def busy_writer(transactional_db: Any) -> Iterator[tuple[Cast, threading.Event]]:
    """Somebody who goes on submitting until told to stop; the first submission is done when the test begins."""
    cast, began, stop = make_cast(), threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            while not stop.is_set():
                make.submitted(cast)
                began.set()
        except BaseException as error:
            failed.append(error)
        finally:
            began.set()
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert began.wait(60)
    yield cast, stop
    stop.set()
    thread.join(60)
    assert failed == []


def test_a_backup_made_while_people_write_is_of_one_moment(
    busy_writer: tuple[Cast, threading.Event], tmp_path: Path
) -> None:
    made = []
    for i in range(4):
        backup.make(tmp_path / f"{i}.zip")
        made.append(backup.verify(tmp_path / f"{i}.zip")["rows"])
    busy_writer[1].set()
    assert made[-1]["kernel.entry"] > made[0]["kernel.entry"]
    house = House(tmp_path / "house")
    assert "没有发现问题" in house.run(["restore", tmp_path / "2.zip"], ["fsck"]).stdout


def test_a_long_reader_keeps_no_writer_waiting(transactional_db: Any) -> None:
    from huisheng.desk.snapshot import snapshot

    cast, done = make_cast(), threading.Event()

    def write() -> None:
        make.draft(cast)
        connection.close()
        done.set()

    with snapshot():
        before = Proposal.objects.count()
        thread = threading.Thread(target=write)
        thread.start()
        assert done.wait(15)
        assert Proposal.objects.count() == before  # one moment's state
    thread.join()
    assert Proposal.objects.count() == before + 1
    with transaction.atomic():  # and the next transaction is a writer again
        Account.objects.update(theme="dark")
