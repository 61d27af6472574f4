"""The same thing twice: double clicks, back and send again, two tabs, two people, one key for two things."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from huisheng.kernel.models import Entry, IdempotencyKey, Typed
from huisheng.proposals.models import Call, Nomination, Proposal
from huisheng.ui.steps import MOST_PLACES
from tests import make
from tests.cast import PASSWORD, Cast, make_cast

from . import catalogue
from .judge import body_of, browser, dump, encode, faults, post

pytestmark = pytest.mark.django_db
STEP = "/proposals/{}/steps/{}"


def lines(action: str) -> int:
    return Entry.objects.filter(action=action).count()


def test_back_and_send_again_is_one_step_with_the_same_end(cast: Cast) -> None:
    proposal = make.submitted(cast)
    form = {"content": "x", "note": "材料有误", "key": "one", "version": proposal.version}
    client = browser(cast.li)
    answers = [client.post(STEP.format(proposal.pk, "withdraw"), form) for _ in range(5)]
    assert {one.status_code for one in answers} <= {302, 409}
    assert answers[0].status_code == 302
    assert lines("withdraw") == 1


@pytest.mark.parametrize("key", ["", "\x00", "k" * 5000, "键", "' OR 1=1", " ", "🗝"])
def test_a_strange_key_is_a_key_or_none(cast: Cast, key: str) -> None:
    proposal = make.submitted(cast)
    for _ in range(2):
        answer = browser(cast.li).post(STEP.format(proposal.pk, "revise"), words(note="第一次", key=key))
        assert answer.status_code in (302, 409, 422)
        assert faults(answer) == []
    assert lines("revise") == (2 if not key else lines("revise"))
    assert lines("revise") <= 2


def words(**changes: Any) -> dict[str, Any]:
    text = {name: make.TEXT[name] for name in ("title", "situation", "analysis", "suggestions")}
    return text | changes


def test_long_keys_that_begin_alike_are_two_keys(cast: Cast) -> None:
    """Only a hundred characters of a key are kept: two that differ after that must not answer for one another."""
    proposal = make.submitted(cast)
    client = browser(cast.li)
    first = client.post(STEP.format(proposal.pk, "revise"), words(note="第一次", key="k" * 100 + "a"))
    second = client.post(
        STEP.format(proposal.pk, "revise"), words(title="另一个案由", note="第二次", key="k" * 100 + "b")
    )
    assert first.status_code == 302
    # either a new step or a plain refusal with the words kept; never a success that did nothing
    if second.status_code == 302:
        assert Proposal.objects.get().title == "另一个案由"
    else:
        assert "另一个案由" in body_of(second)


def test_one_key_for_two_things_is_refused_and_the_second_keeps_its_words(cast: Cast) -> None:
    proposal = make.submitted(cast)
    client = browser(cast.li)
    assert (
        client.post(STEP.format(proposal.pk, "revise"), words(title="第一个案由", key="same")).status_code
        == 302
    )
    answer = client.post(STEP.format(proposal.pk, "revise"), words(title="第二个案由", key="same"))
    assert answer.status_code == 409
    assert "第二个案由" in body_of(answer)
    proposal.refresh_from_db()
    assert proposal.title == "第一个案由"


def test_a_key_of_somebody_else_answers_nobody_else(cast: Cast) -> None:
    proposal = make.submitted(cast)
    browser(cast.clerk).post(STEP.format(proposal.pk, "pre_review"), make.FILE | {"key": "shared"})
    answer = browser(cast.li).post(
        STEP.format(proposal.pk, "supplement"), {"content": "补充", "key": "shared"}
    )
    assert answer.status_code == 302
    assert IdempotencyKey.objects.filter(key="shared").count() == 2


@pytest.mark.parametrize(("url", "fields", "model"), [
    ("/proposals/new/write/", {}, Proposal),
    ("/proposals/new/paste/", {"text": "关于加装电梯的提案\n情况：老旧小区没有电梯。\n建议：设一个窗口。"}, Proposal),
])  # fmt: skip
def test_a_double_click_makes_one_of_it(cast: Cast, url: str, fields: dict[str, Any], model: Any) -> None:
    client = browser(cast.li)
    ends = {client.post(url, fields | {"key": "double"}).get("Location") for _ in range(3)}
    assert model.objects.count() == 1
    assert len(ends) == 1


def test_a_double_click_by_the_office_makes_one_of_it(cast: Cast) -> None:
    client = browser(cast.clerk)
    call = {"title": "2018年征集", "session": cast.session.pk, "opens_on": "2017-12-01", "closes_on": "2018-01-10",
            "content": "欢迎提出。", "key": "call"}  # fmt: skip
    nomination = {
        "year": "2017",
        "agency": cast.housing.pk,
        "reason": "办得实",
        "proposal": "",
        "key": "nominate",
    }
    for _ in range(3):
        assert client.post("/proposals/calls/new/", call).status_code == 302
        assert client.post("/proposals/nominations/new/", nomination).status_code == 302
    assert Call.objects.count() == 1
    assert Nomination.objects.count() == 1


def test_of_two_clerks_the_second_is_told_who_was_first_and_keeps_the_words(cast: Cast) -> None:
    proposal = make.submitted(cast)
    seen = proposal.version
    note = "我认为这一件应当立案，理由写了很长。"
    first = browser(cast.second).post(STEP.format(proposal.pk, "pre_review"), make.FILE | {"version": seen})
    second = browser(cast.clerk).post(
        STEP.format(proposal.pk, "pre_review"), make.FILE | {"version": seen, "note": note}
    )
    assert (first.status_code, second.status_code) == (302, 409)
    text = body_of(second)
    assert "吴复核已于" in text
    assert note in text
    assert note in str(Typed.objects.get(account=cast.clerk).data)
    assert lines("pre_review") == 1


def test_two_tabs_of_one_step_lose_neither_text(cast: Cast) -> None:
    proposal = make.submitted(cast)
    client, seen = browser(cast.li), proposal.version
    url = STEP.format(proposal.pk, "revise")
    assert client.post(url, words(title="左边窗口写的案由", version=seen, key="left")).status_code == 302
    answer = client.post(url, words(title="右边窗口写的案由", version=seen, key="right"))
    assert answer.status_code == 409
    assert "右边窗口写的案由" in body_of(answer)
    assert Proposal.objects.get().title == "左边窗口写的案由"
    again = client.get(url)
    assert "右边窗口写的案由" in body_of(again)


def test_what_was_typed_belongs_to_one_record_one_step_and_one_person(cast: Cast) -> None:
    mine, other = make.submitted(cast), make.submitted(cast, title="另一件")
    client = browser(cast.li)
    client.post("/typed", {"place": f"proposals.proposal:{mine.pk}:revise", "title": "只写给这一件的话"})
    assert "只写给这一件的话" in body_of(client.get(STEP.format(mine.pk, "revise")))
    assert "只写给这一件的话" not in body_of(client.get(STEP.format(other.pk, "revise")))
    assert "只写给这一件的话" not in body_of(client.get(STEP.format(mine.pk, "withdraw")))
    for name in ("wang", "clerk", "reviewer"):
        assert "只写给这一件的话" not in body_of(
            browser(cast.accounts[name]).get(STEP.format(mine.pk, "revise"))
        )


@pytest.mark.parametrize("place", [
    "", "x", "proposals.proposal:1", "proposals.proposal:1:draft:x", "../../x", "proposals.proposal:-1:draft", "\x00",
    "proposals.proposal:" + "9" * 5000 + ":draft", "proposals.proposal:１:draft", "a" * 10_000, "people.account:1:password",
])  # fmt: skip
def test_words_are_not_kept_under_a_strange_name(cast: Cast, place: str) -> None:
    answer = browser(cast.li).post("/typed", {"place": place, "title": "字", "password": "不要留住的密码"})
    assert answer.status_code in (200, 400)
    assert "。" in answer.json().get("sentence", "。")
    assert "不要留住的密码" not in str(list(Typed.objects.values_list("data", flat=True)))


def test_autosave_cannot_fill_the_house(cast: Cast) -> None:
    """A person keeps words at so many places and no more; the oldest make room."""
    places = [f"proposals.proposal:{number}:revise" for number in range(1, 400)]
    Typed.objects.bulk_create(
        Typed(account=cast.li, place=place, data={}, saved_at=make.DAY) for place in places
    )
    other = Typed.objects.create(account=cast.wang, place=places[0], data={}, saved_at=make.DAY)
    browser(cast.li).post("/typed", {"place": "proposals.proposal:new:draft", "title": "字"})
    kept = Typed.objects.filter(account=cast.li)
    assert kept.count() == MOST_PLACES
    assert kept.filter(place="proposals.proposal:new:draft").exists()
    assert Typed.objects.filter(pk=other.pk).exists()


# -- another encoding --------------------------------------------------------------------------------------------------
def test_words_in_gbk_are_never_stored_as_mojibake_and_come_back_readable(cast: Cast) -> None:
    proposal = make.reviewed(cast)
    url = STEP.format(proposal.pk, "supplement")
    client = browser(cast.li)
    gbk = {"content": "三个单元的住户名单".encode("gbk"), "key": b"k"}
    answer = post(client, url, gbk)
    assert answer.status_code == 400
    assert "三个单元的住户名单" in body_of(answer)
    assert lines("supplement") == 0
    strange = post(client, url, gbk, headers={"Sec-Fetch-Site": "cross-site"})
    assert "三个单元的住户名单" not in body_of(strange)
    said = client.generic(
        "POST", url, encode(gbk), content_type="application/x-www-form-urlencoded; charset=gbk"
    )
    assert said.status_code == 400
    assert faults(said) == []
    mark = post(client, url, {"content": "粘贴来的\ufffd一个字看不清", "key": "k2"})
    assert mark.status_code == 302  # a mark that somebody really typed is a character like any other
    envelope = (
        b'--x\r\nContent-Disposition: form-data; name="content"\r\n\r\n'
        + "三个单元的住户".encode("gbk")
        + b"\r\n--x--\r\n"
    )
    assert (
        client.generic("POST", url, envelope, content_type="multipart/form-data; boundary=x").status_code
        == 400
    )


# -- at the very same moment -------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_one_moment_take_one_step_and_make_one_draft() -> None:
    cast = make_cast()
    proposal = make.submitted(cast)
    clients = []
    for _ in range(8):
        client = Client(raise_request_exception=False)
        client.force_login(cast.li, backend="allauth.account.auth_backends.AuthenticationBackend")
        clients.append(client)
    answers: list[tuple[str, int]] = []

    def press(client: Client, number: int) -> None:
        try:
            for url, fields in (
                ("/proposals/new/write/", {"key": "moment"}),
                (
                    STEP.format(proposal.pk, "withdraw"),
                    {"note": "不提了", "key": "moment-2", "version": proposal.version},
                ),
                (
                    STEP.format(proposal.pk, "withdraw"),
                    {"note": "不提了", "key": f"other-{number}", "version": proposal.version},
                ),
            ):
                answers.append((url, client.post(url, fields).status_code))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(client, number)) for number, client in enumerate(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert {status for _, status in answers} <= {302, 409, 503}
    assert Proposal.objects.count() == 2
    assert lines("withdraw") == 1


# -- sessions --------------------------------------------------------------------------------------------------------
def test_a_session_number_that_a_stranger_chose_is_not_taken_up(cast: Cast, settings: Any) -> None:
    client = browser()
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.post("/accounts/login/", {"login": "li", "password": PASSWORD})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value != "a" * 32
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    stranger = browser()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    assert stranger.get("/me").status_code == 302


@pytest.mark.parametrize("cookie", ["", "\x00", "x" * 5000, "../../etc/passwd", "' OR 1=1", "é", "a" * 32])
def test_a_strange_cookie_is_a_stranger(cast: Cast, settings: Any, cookie: str) -> None:
    client = browser()
    for name in (
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        "ui-scale",
        "ui-theme",
        "ui-keys",
        "messages",
    ):
        client.cookies[name] = cookie
    for url in ("/", "/me", "/accounts/login/", "/help"):
        answer = client.get(url)
        assert answer.status_code in (200, 302, 400)
        assert faults(answer) == []


def test_no_word_at_the_door_breaks_it_or_opens_it(cast: Cast) -> None:
    before = dump()
    for value in [*catalogue.WORDS.values(), *catalogue.SQL, *catalogue.IDS.values()]:
        if isinstance(value, bytes | list):
            continue
        client = browser()
        for fields in (
            {"login": value, "password": PASSWORD},
            {"login": "li", "password": value + "x"},
            {"login": value, "password": value},
        ):
            answer = client.post(
                "/accounts/login/",
                fields,
                REMOTE_ADDR=f"10.1.{hash(str(value)) % 250}.{len(str(value)) % 250}",
            )
            assert answer.status_code in (200, 422, 429), repr(value)[:80]
            assert faults(answer) == [], repr(value)[:80]
    assert dump() == before
