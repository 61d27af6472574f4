"""Mail fetched from a mailbox and from a folder: nothing is marked before it is kept, nothing is lost."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from huisheng.opinions.channels import Item, Kind, Own
from huisheng.opinions.channels.mail.folder import Taken, sweep, take
from huisheng.opinions.channels.mail.poll import Mailbox, Polled, Unreachable, poll
from tests.opinions.fakes.imap import FakeMailbox, fake_mailbox

from .conftest import LEADS

MAILS = [path.read_bytes() for path in sorted(LEADS.glob("*.eml"))]


def box_of(fake: FakeMailbox, **other: object) -> Mailbox:
    return Mailbox(
        "127.0.0.1",
        **{
            "user": fake.user,
            "password": fake.password,
            "port": fake.port,
            "has_tls": False,
            "timeout": 3,
            **other,
        },
    )  # type: ignore[arg-type]


def test_every_unseen_mail_is_kept_once_and_then_marked(own: Own) -> None:
    kept: list[Item] = []
    with fake_mailbox(*MAILS) as fake:
        fake.seen = {2}
        assert poll(box_of(fake), own, kept.extend) == Polled(11, 0, 0)
        assert poll(box_of(fake), own, kept.extend) == Polled()

    assert len({item.source_id for item in kept}) == len(kept) == 11
    assert kept[0].subject == "关于淮阳路路面大坑的反映"  # oldest first


def test_a_mail_stays_unseen_when_keeping_it_fails(own: Own) -> None:
    def keep(items: list[Item]) -> None:
        if items[0].kind != Kind.LEAD:
            raise RuntimeError("the database is away")

    with fake_mailbox(*MAILS) as fake:
        polled = poll(box_of(fake), own, keep)

        assert (polled.kept, polled.failed, len(fake.seen)) == (8, 4, 8)
        assert not any("BODY[" in command for command in fake.said)  # PEEK alone: fetching marks nothing


def test_a_visit_takes_no_more_than_its_share(own: Own) -> None:
    with fake_mailbox(*MAILS) as fake:
        assert poll(box_of(fake), own, lambda _: None, limit=5) == Polled(5, 0, 7)
        assert sorted(fake.seen) == [1, 2, 3, 4, 5]


def test_a_mail_too_large_is_not_fetched_but_told(own: Own) -> None:
    kept: list[Item] = []
    with fake_mailbox(MAILS[0]) as fake:
        fake.sizes = {1: 40 << 20}
        poll(box_of(fake), own, kept.extend)
        assert not any("BODY.PEEK[]" in command for command in fake.said)

    assert [(item.kind, item.warnings, item.from_address) for item in kept] == [
        (Kind.REFUSED, ("too_large",), "hao1958@mail.example.com")
    ]


def test_a_connection_that_breaks_loses_nothing(own: Own) -> None:
    kept: list[Item] = []
    with fake_mailbox(*MAILS[:4]) as fake:
        fake.drop_at = 3
        with pytest.raises(Unreachable):
            poll(box_of(fake), own, kept.extend)
        assert fake.seen == {1, 2}
        fake.drop_at = 0
        poll(box_of(fake), own, kept.extend)

    assert len(kept) == 4


def test_a_mailbox_that_does_not_open_says_why_and_no_password(own: Own) -> None:
    with fake_mailbox() as fake:
        for other, why in (
            ({"password": "wrong one"}, "登录"),
            ({"folder": "没有"}, "没有"),
            ({"password": "密码"}, "登录"),
            ({"port": 1}, "连不上"),
            ({"has_tls": True}, "连不上"),
        ):
            with pytest.raises(Unreachable, match=why) as refused:
                poll(box_of(fake, **other), own, lambda _: None)
            assert "wrong one" not in str(refused.value)
    assert "password" not in repr(box_of(fake))
    assert fake.user not in repr(box_of(fake))


def test_a_folder_may_have_a_chinese_name(own: Own) -> None:
    with fake_mailbox(MAILS[0]) as fake:
        fake.folder = "&fr99Ig-"
        assert poll(box_of(fake, folder="线索"), own, lambda _: None) == Polled(1)


# ── the folder ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in sorted(LEADS.glob("*.eml"))[:3]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_what_is_kept_leaves_no_open_copy_and_what_is_refused_gets_a_sentence(folder: Path, own: Own) -> None:
    (folder / "x.eml").write_bytes(b"this is no mail")
    (folder / "big.EML").write_bytes(b"From: a@x.example\n\n" + b"x" * (30 << 20))
    kept: list[Item] = []

    assert take(folder, own, kept.extend, settled=0) == Taken(3, 2, 0)
    assert names(folder) == ["refused"]
    assert (folder / "refused").stat().st_mode & 0o077 == 0
    assert names(folder / "refused") == ["big.EML", "big.EML.txt", "x.eml", "x.eml.txt"]
    assert "不是一封邮件" in (folder / "refused" / "x.eml.txt").read_text("utf-8")
    assert len(kept) == 3
    assert sweep(folder, time.time() - 60) == 0
    assert sweep(folder, time.time() + 60) == 4
    assert names(folder / "refused") == []


def test_a_file_whose_keeping_fails_stays_and_the_same_name_is_not_overwritten(
    folder: Path, own: Own
) -> None:
    def fails(_: list[Item]) -> None:
        raise RuntimeError

    assert take(folder, own, fails, settled=0) == Taken(0, 0, 3)
    assert names(folder) == ["01-淮阳路坑槽.eml", "02-图书馆.eml", "03-早市.eml"]
    for words in (b"no mail", b"no mail either"):
        (folder / "x.eml").write_bytes(words)
        take(folder, own, lambda _: None, settled=0)

    assert names(folder) == ["refused"]
    assert names(folder / "refused") == ["x-2.eml", "x-2.eml.txt", "x.eml", "x.eml.txt"]


def test_links_hidden_files_and_files_still_being_written_are_left_alone(folder: Path, own: Own) -> None:
    os.symlink("/etc/passwd", folder / "l.eml")
    (folder / ".x.eml").write_bytes(b"x")
    (folder / "a.tmp").write_bytes(b"x")
    (folder / "d.eml").mkdir()

    assert take(folder, own, lambda _: None) == Taken()  # all written a moment ago
    assert take(folder, own, lambda _: None, settled=0) == Taken(3, 0, 0)
    assert names(folder) == [".x.eml", "a.tmp", "d.eml", "l.eml"]
