"""定稿: signing seals the words and returns; the paper is set right after, outside every transaction, from those words."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from huisheng import command
from huisheng.desk import worker
from huisheng.desk.fsck import check
from huisheng.kernel.models import Attachment, Entry
from huisheng.kernel.papers import NoFont, to_docx, to_pdf
from huisheng.outputs import freezing, queries
from huisheng.outputs.models import Output
from tests import make
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
SAYS = "定稿正在排版"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def a_queue_as_in_earnest(settings: Any) -> None:
    """Tests do tasks at once; here they wait for the worker, as they do in the house."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def set_in(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a transaction was open, each time something was set."""
    seen: list[bool] = []

    def watched(made: Any, **options: Any) -> bytes:
        seen.append(connection.in_atomic_block)
        return to_pdf(made, **options)

    def watched_docx(made: Any) -> bytes:
        seen.append(connection.in_atomic_block)
        return to_docx(made)

    monkeypatch.setattr(freezing, "to_pdf", watched)
    monkeypatch.setattr(freezing, "to_docx", watched_docx)
    return seen


def enter(account: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def test_signing_sets_nothing_and_the_worker_does_in_no_transaction(
    cast: Cast, set_in: list[bool], tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    issue = make.signed_issue(cast)
    output, office, leader = issue.output, enter(cast.office), enter(cast.leader)
    assert (set_in, queries.frozen(output, "pdf")) == ([], None)
    for page in (f"/bulletins/{issue.pk}/", f"/outputs/{output.pk}/"):
        assert SAYS in office.get(page).content.decode()
    answer = office.get(f"/outputs/{output.pk}/paper.pdf")
    assert (answer.status_code, SAYS in answer.content.decode()) == (422, True)
    assert command.main(["bulletin", "1", "--pdf", str(tmp_path / "1.pdf")]) == 2
    assert SAYS in capsys.readouterr().err
    make.deliver(output, cast)
    assert "下载 PDF" not in leader.get(f"/bulletins/{issue.pk}/read/").content.decode()

    assert worker.jobs("test:1") == 1
    assert set_in == [False, False]
    assert SAYS not in office.get(f"/bulletins/{issue.pk}/").content.decode()
    assert b"".join(office.get(f"/outputs/{output.pk}/paper.pdf").streaming_content)[:5] == b"%PDF-"
    assert "下载 PDF" in leader.get(f"/bulletins/{issue.pk}/read/").content.decode()
    kept = {one.kind: one.sha256 for one in freezing.signed_files(output)}
    assert Entry.objects.get(subject_type=Output.kind(), action="freeze").data == kept
    assert set(kept) == {"pdf", "docx"}
    assert check().is_clean
    assert (freezing.freeze(output.pk, make.DAY), freezing.freeze_waiting(make.DAY)) == (False, 0)


def test_words_changed_after_signing_are_never_set_as_the_signed_ones(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    one = make.signed_output(cast)
    Output.objects.filter(pk=one.pk).update(content="后来换掉的正文。")
    with caplog.at_level(logging.ERROR, "huisheng.outputs"):
        assert freezing.freeze_waiting(make.DAY) == 0
    assert "与签发时不同" in caplog.text
    assert not Attachment.objects.filter(purpose="signed").exists()
    said = check().problems["成果"]
    assert any("内容被改动过" in sentence for sentence in said)
    one.refresh_from_db()
    Output.objects.filter(pk=one.pk).update(fingerprint=freezing.fingerprint(one))
    assert any("不是办理记录里签发时的" in sentence for sentence in check().problems["成果"])


def test_what_could_not_be_set_is_set_by_the_hour_once_there_is_a_font(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make.signed_output(cast)
    with monkeypatch.context() as patch:
        patch.setattr(freezing, "to_pdf", lambda made, **more: (_ for _ in ()).throw(NoFont()))
        worker.jobs("test:1")
        assert freezing.freeze_waiting(make.DAY) == 0
    assert list(freezing.waiting()) == [one]
    late = "没有签发时的 pdf 定稿"
    assert any(late in sentence for sentence in check().problems["成果"])
    Entry.objects.filter(subject_type=Output.kind(), action="sign").update(
        at=timezone.now() - timedelta(minutes=5)
    )
    assert not any(late in sentence for sentence in check().problems["成果"])
    assert worker.EVERY_HOUR["补排定稿"](timezone.now()) == 1
    assert (list(freezing.waiting()), freezing.signed_files(one).count()) == ([], 2)
