"""Files in an S3-compatible store, by one setting: a real server on this machine, everything the disk can do."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from huisheng.desk import backup, worker
from huisheng.kernel import store
from huisheng.kernel.errors import Refused
from huisheng.kernel.models import Attachment
from huisheng.kernel.places import Bucket, place
from tests import make
from tests.cast import make_cast


@pytest.fixture
def bucket(settings: Any, tmp_path: Any) -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"s3://key:{'secret%2F'}@{host}:{port}/papers/shangjie?tls=0&region=us-east-1"
    settings.FILES, settings.FILES_ROOT = url, tmp_path / "not used"
    Bucket(url).client.make_bucket("papers")
    yield url
    server.stop()


@pytest.mark.django_db
def test_files_in_a_bucket_are_kept_read_checked_backed_up_and_swept_as_on_the_disk(
    bucket: str, tmp_path: Any
) -> None:
    cast = make_cast()
    text = "一份材料".encode()
    one = store.keep(text, "材料.txt", make.draft(cast), cast.li, "attachment", make.DAY)
    big, size = store.write(iter([os.urandom(1 << 20)] * 6))  # in several parts

    assert (store.bytes_of(one.sha256), store.fault(one.sha256), size) == (text, "", 6 << 20)
    assert b"".join(store.download(one).streaming_content) == text  # type: ignore[arg-type]
    assert not (tmp_path / "not used").exists()
    assert {name for name, _ in place().names()} == {one.sha256, big}

    # a backup has it; a lost file is said to be lost and comes back from there
    assert "已验证" in backup.make(tmp_path / "all.zip", with_keys=False)
    place().remove(one.sha256)
    assert (store.has(one.sha256), store.fault(one.sha256)) == (False, "的文件不在了，或读不出来")
    with pytest.raises(Refused, match="找不到了"):
        store.open_file(one)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive, backup._files(archive):
        assert store.fault(one.sha256) == ""

    # what no row names is swept after a day
    assert Attachment.objects.filter(sha256=big).count() == 0
    now = make.DAY.fromtimestamp(time.time() + 2 * 86_400, make.DAY.tzinfo)
    assert worker.sweep(now) == 1
    assert {name for name, _ in place().names()} == {one.sha256}


def test_a_store_that_does_not_answer_is_a_sentence(settings: Any) -> None:
    settings.FILES = "s3://key:secret@127.0.0.1:9/papers?tls=0&region=us-east-1"
    bucket = place()
    assert isinstance(bucket, Bucket)
    bucket.client._http = bucket.client._http.__class__(retries=False, timeout=1)  # no waiting here
    with pytest.raises(Refused, match="连不上"):
        bucket.has("0" * 64)
