"""查回音: by link, by number and secret, never by guessing; the thread, and who looked at the contact."""

from __future__ import annotations

import os
import re
import secrets
import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Notice, Setting
from huisheng.opinions import actions as voices
from huisheng.opinions.models import Lead, LeadContact, LeadMessage, LeadState, ReceiptTry
from huisheng.portal import actions, queries
from tests import make
from tests.cast import Cast

from .conftest import Citizen

GUESSES = int(os.environ.get("HUISHENG_GUESSES", "2000"))  # 100000 takes some minutes
CANARY = {"phone": "13911112222", "address": "canary-7f3a@example.com"}


def taken(**changes: Any) -> voices.Taken:
    voice = {"channel": "web", "content": "路灯坏了。", "source_id": secrets.token_hex(8), "contact": CANARY}
    return voices.take_in(voices.Voice(**(voice | changes)), timezone.now())


def tries(citizen: Citizen, code: str, secret: str) -> tuple[int, str]:
    """Status and page, with what was typed taken out."""
    citizen.open("/open/check/").send(code=code, secret=secret)
    return citizen.answer.status_code, citizen.text.replace(code, "…").replace(secret, "…")


def test_the_link_opens_the_receipt_and_says_the_public_word(cast: Cast, citizen: Citizen) -> None:
    mine = taken()
    citizen.open(f"/open/r/{mine.token}")
    assert mine.lead.code in citizen.heading
    assert "已收到" in citizen.text
    assert citizen.answer["Cache-Control"] == "private, no-store"
    perform(mine.lead, "accept", cast.editor, make.ACCEPTED)
    assert "正在看" in citizen.open(f"/open/r/{mine.token}").text
    perform(mine.lead, "answer", cast.editor, {"text": "路灯已经修好。"})
    assert "有结果" in citizen.open(f"/open/r/{mine.token}").text
    assert "路灯已经修好。" in citizen.text
    assert cast.editor.name not in citizen.text


def test_a_parked_letter_looks_like_every_other(cast: Cast, citizen: Citizen) -> None:
    plain, parked = taken(), taken(doubts=("填了人看不到的格子",))
    assert parked.lead.state == LeadState.SUSPECT

    def shown(one: voices.Taken) -> str:
        text = citizen.open(f"/open/r/{one.token}").text.replace(one.lead.code, "…").replace(one.token, "…")
        return re.sub(r'name="pass" value="[^"]+"', "", text)

    assert shown(plain) == shown(parked)


@pytest.mark.parametrize(
    "write", [str, str.lower, lambda code: code.replace("-", " "), lambda code: code[3:]]
)
def test_number_and_secret_lead_to_the_receipt_for_half_an_hour(
    cast: Cast, citizen: Citizen, write: Any
) -> None:
    mine = taken()
    citizen.open("/open/check/").send(code=write(mine.lead.code), secret=f" {mine.secret.lower()} ")
    assert citizen.answer.status_code == 302
    path = citizen.answer["Location"]
    assert mine.token not in path
    assert mine.lead.code in citizen.open(path).heading
    old = signing.TimestampSigner(salt=queries.PASS)
    assert queries.lead_of(old.sign_object(mine.lead.code)) == mine.lead
    forged = path.rsplit("/", 1)[1][:-2]
    assert citizen.open(f"/open/r/{forged}").answer.status_code == 404


def test_the_passing_address_ends(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = taken()
    address = queries.passing(mine.lead)
    later = time.time() + queries.PASS_LASTS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert queries.lead_of(address) is None


def test_absent_and_wrong_cannot_be_told_apart_and_rest_after_five(cast: Cast, citizen: Citizen) -> None:
    mine = taken()
    wrong = [tries(citizen, mine.lead.code, "AAAAAAAA") for _ in range(7)]
    absent = [tries(citizen, "HS-2222-2223", "AAAAAAAA") for _ in range(7)]
    assert wrong == absent
    assert [status for status, _ in wrong] == [422, 422, 422, 422, 422, 429, 429]
    assert (
        tries(citizen, mine.lead.code, mine.secret)[0] == 429
    )  # the right one, too: else a guess would be told
    assert mine.lead.code in citizen.open(f"/open/r/{mine.token}").heading  # the link always opens
    ReceiptTry.objects.update(day=timezone.localdate() - timedelta(days=1))
    citizen.open("/open/check/").send(code=mine.lead.code, secret=mine.secret)
    assert citizen.answer.status_code == 302


@pytest.mark.parametrize(
    "typed",
    ["\x00", "’ OR 1=1 --", "九" * 5000, "HS-😀😀😀😀-😀😀😀😀", "ＨＳ－２２２２－２２２３", " "],
)
def test_no_number_and_no_secret_breaks_the_page(cast: Cast, citizen: Citizen, typed: str) -> None:
    for words in ({"code": typed, "secret": "AAAAAAAA"}, {"code": "HS-2222-2222", "secret": typed}):
        answer = citizen.open("/open/check/").client.post("/open/check/", words)
        assert answer.status_code == 422
        assert answer.headers["Content-Type"].startswith("text/html")


def test_right_ones_are_no_tries_however_often(cast: Cast, citizen: Citizen) -> None:
    mine = taken()
    for _ in range(7):
        citizen.open("/open/check/").send(code=mine.lead.code, secret=mine.secret)
        assert citizen.answer.status_code == 302


def test_absent_and_wrong_cost_one_slow_hash_each(
    cast: Cast, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, asked = taken(), []
    real = actions.is_right
    monkeypatch.setattr(actions, "is_right", lambda secret, made: asked.append(made) or real(secret, made))
    tries(citizen, mine.lead.code, "AAAAAAAA")
    tries(citizen, "HS-2222-2223", "AAAAAAAA")
    assert len(asked) == 2
    assert [one.split("$")[0] for one in asked] == ["argon2"] * 2


def test_guesses_by_link_find_nothing(cast: Cast, citizen: Citizen) -> None:
    for _ in range(3):
        taken()
    pages, found = set(), 0
    for _ in range(GUESSES):
        answer = citizen.client.get(f"/open/r/{secrets.token_urlsafe(16)}")
        found += answer.status_code == 200
        pages.add((answer.status_code, answer.content))
    assert found == 0
    assert len(pages) == 1


def test_guesses_by_number_find_nothing_and_tell_nothing(cast: Cast, citizen: Citizen) -> None:
    """Half of them at numbers that are there, each of which is locked after five."""
    there = [taken().lead.code for _ in range(20)]
    codes = [secrets.choice(there) if n % 2 else random_code() for n in range(GUESSES)]
    statuses: dict[bool, set[int]] = {True: set(), False: set()}
    for code in codes:
        secret = random_code()[3:].replace("-", "")
        answer = citizen.client.post("/open/check/", {"code": code, "secret": secret})
        statuses[code in there].add(answer.status_code)
    assert statuses == {True: {422, 429}, False: {422}}
    looked_at = sum(ReceiptTry.objects.filter(code__in=there).values_list("count", flat=True))
    assert looked_at == 20 * (actions.TRIES + 1)  # never more than five are compared


def random_code() -> str:
    signs = "".join(secrets.choice(voices.ALPHABET) for _ in range(8))
    return f"HS-{signs[:4]}-{signs[4:]}"


def test_tries_of_earlier_days_are_forgotten(cast: Cast) -> None:
    day = timezone.localdate()
    for back in (0, 1, 2, 9):
        ReceiptTry.objects.create(code="HS-2222-2222", day=day - timedelta(days=back), count=1)
    assert voices.forget_tries(timezone.now()) == 2


# -- the thread ----------------------------------------------------------------------------------------------------
def test_the_sender_writes_again_and_the_desk_is_told(cast: Cast, citizen: Citizen) -> None:
    mine = taken()
    citizen.open(f"/open/r/{mine.token}").send(f"/open/r/{mine.token}", text="补充：一共坏了三盏。")
    assert (citizen.answer.status_code, citizen.answer["Location"]) == (302, f"/open/r/{mine.token}")
    assert LeadMessage.objects.get().text == "补充：一共坏了三盏。"
    assert Notice.objects.filter(account=cast.editor, text__contains="写来新的话").exists()
    assert "补充：一共坏了三盏。" in citizen.open(f"/open/r/{mine.token}").text


def test_the_same_message_sent_twice_stands_once(cast: Cast, citizen: Citizen) -> None:
    mine = taken()
    words = citizen.open(f"/open/r/{mine.token}").filled() | {"text": "一次"}
    for _ in range(2):
        assert citizen.client.post(f"/open/r/{mine.token}", words).status_code == 302
    assert LeadMessage.objects.count() == 1


def test_a_message_that_cannot_be_taken_stays_on_the_page(cast: Cast, citizen: Citizen) -> None:
    mine = taken()
    path = f"/open/r/{mine.token}"
    for words, sentence in (({"text": ""}, "还没有写"), ({"text": "长" * 2001}, "最多 2000 字"), ({"pass": "old", "text": "话"}, "开得太久")):  # fmt: skip
        citizen.open(path).send(path, **words)
        assert citizen.answer.status_code == 422
        assert sentence in citizen.text
        assert citizen.filled()["text"] == words["text"]
    Setting.objects.create(name="lead.writes_a_day", starts_on="2017-01-01", value=1, at=timezone.now())
    citizen.open(path).send(path, text="第一")
    citizen.open(path).send(path, text="第二")
    assert citizen.answer.status_code == 422
    assert "一天最多补充 1 次" in citizen.text
    assert citizen.filled()["text"] == "第二"


# -- the contact ---------------------------------------------------------------------------------------------------
def test_the_sender_reads_who_looked_and_takes_the_contact_back(cast: Cast, citizen: Citizen) -> None:
    mine = taken()
    path = f"/open/r/{mine.token}"
    assert "还没有人看过" in citizen.open(path).text
    perform(mine.lead, "ask_contact", cast.editor, {"reason": "核对地点"})
    assert f"{cast.editor.name}申请查看，理由：核对地点" in citizen.open(path).text
    perform(mine.lead.openings.get(), "grant", cast.office)
    voices.look(mine.lead, cast.editor, timezone.now())
    text = citizen.open(path).text
    assert f"{cast.office.name}同意" in text
    assert f"{cast.editor.name}看过" in text

    citizen.open(f"{path}/forget")
    assert "找不回来" in citizen.text
    citizen.send(f"{path}/forget")
    assert citizen.answer.status_code == 302
    contact = LeadContact.objects.get()
    assert (contact.sealed, contact.erased_at is not None) == ("", True)
    assert "删除。" in citizen.open(path).text
    assert Entry.objects.filter(action="take_back_contact").count() == 1
    citizen.open(f"{path}/forget").send(f"{path}/forget")
    assert Entry.objects.filter(action="take_back_contact").count() == 1


def test_a_contact_left_here_stands_in_no_index_journal_notice_or_page(cast: Cast, citizen: Citizen) -> None:
    from django.core.cache import cache

    from huisheng.desk.dump import records
    from huisheng.search.index import find

    mine = taken()
    citizen.open(f"/open/r/{mine.token}")
    pages = [citizen.text, citizen.open("/open/").text]
    told = [line.decode() for _, line in records()]
    kept = str(getattr(cache, "_cache", {}))
    for word in CANARY.values():
        assert not [text for text in (*pages, *told, kept) if word in text]
        assert find(word).total == 0


# -- the logs ------------------------------------------------------------------------------------------------------
def test_no_log_line_holds_the_key_of_a_receipt(
    cast: Cast, citizen: Citizen, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = taken()
    path = f"/open/r/{mine.token}"
    citizen.open(path).send(path, text="")  # 422
    citizen.open(f"{path}x")  # 404 by the view
    citizen.open(f"{path}/what")  # 404 by the table of addresses
    citizen.client.delete(path)  # 405
    monkeypatch.setattr(queries, "openings", lambda lead: 1 / 0)
    assert citizen.open(path).answer.status_code == 500
    said = "\n".join(f"{one.getMessage()} {one.__dict__.get('request', '')}" for one in caplog.records)
    assert "事故" in said
    assert mine.token[:10] not in said
    assert citizen.answer.wsgi_request.META["PATH_INFO"] == "/open/r/-"  # what the web server writes down


def test_the_web_server_writes_down_neither_address_nor_device() -> None:
    from tools.serve import ACCESS_LINE

    assert not {"%(h)s", "%(a)s", "%(f)s", "%(q)s"} & set(ACCESS_LINE.split())


def test_secret_and_link_are_stored_as_hashes_alone(cast: Cast) -> None:
    mine = taken()
    row = str(Lead.objects.values().get())
    assert mine.secret not in row
    assert mine.token not in row


def test_a_median_of_absent_and_wrong_is_alike(cast: Cast) -> None:
    """By the product's own hash: the difference of the medians is a fraction of one of them."""
    mine = taken()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "TRIES", 10_000)
        took: dict[str, list[float]] = {mine.lead.code: [], "HS-2222-2223": []}
        for _ in range(40):
            for code, times in took.items():
                began = time.thread_time()  # its own work, whatever else the machine does
                with pytest.raises(Exception, match="不对"):
                    actions.by_number(code, "AAAAAAAA", timezone.now())
                times.append(time.thread_time() - began)
    one, other = (statistics.median(times) for times in took.values())
    assert abs(one - other) < max(0.005, 0.3 * max(one, other))
