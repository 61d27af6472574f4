"""What stands in an address: its numbers and words, its parameters, its method, its host, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from huisheng.kernel import local
from huisheng.people.models import Account
from tests import make
from tests.cast import PASSWORD, Cast, make_cast

from . import catalogue, house
from .judge import as_read, body_of, browser, dump, encode, faults, post, quick, undone

pytestmark = pytest.mark.django_db
ASKED = house.parameters()


@pytest.fixture(scope="module")
def full_house(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """Built once for this file, inside a transaction that is taken back; what a test does is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = make_cast()
        house.full(found)
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def cast(full_house: Cast, db: None) -> Cast:
    local.forget()
    return deepcopy(full_house)


def get(client: Client, url: str, fields: dict[str, Any]) -> Any:
    return client.generic("GET", f"{url}?{encode(fields).decode()}")


def broken(ask: Callable[[], Any], told: str) -> list[str]:
    """The faults of one request that leaves nothing behind."""
    with undone():
        answer = ask()
        found = [f"{told}: {fault}" for fault in faults(answer)]
        if answer.streaming:
            b"".join(answer.streaming_content)  # read to its end the client closes it as a server does
    return found


def readers(cast: Cast) -> dict[str, Account]:
    return {"clerk": cast.clerk, "li": cast.li, "coordinator": cast.coordinator}


def test_no_parameter_of_any_page_breaks_it(cast: Cast) -> None:
    values = list(catalogue.EVERYWHERE.items()) + [(f"id {k}", v) for k, v in catalogue.IDS.items()]
    wrong: list[str] = []
    with quick():
        for place, (who, account) in enumerate(readers(cast).items()):
            client = browser(account)
            pages = [url for url in house.addresses() if _is_page(client, url)]
            for number, url in enumerate(pages):
                # a list gets every value; of the other pages each gets its share, from every reader another one
                share = values if url in LISTS and who == "clerk" else values[(number + 7 * place) % 21 :: 21]
                for told, value in share:
                    fields = dict.fromkeys(ASKED, value)
                    wrong += broken(
                        lambda client=client, url=url, fields=fields: get(client, url, fields),
                        f"{who} {url} {told}",
                    )
    assert not wrong, "\n".join(wrong)


def _is_page(client: Client, url: str) -> bool:
    """A page that is shown, quick enough to be asked a hundred times: books and papers are tried elsewhere."""
    if url.rpartition(".")[2] in ("pdf", "docx", "xlsx") or "help" in url:
        return False
    with undone():
        answer = client.get(url)
    return answer.status_code == 200 and answer.get("Content-Type", "").startswith(
        ("text/html", "application/json")
    )


LISTS = (
    "/proposals/", "/opinions/", "/proposals/promises/", "/proposals/calls/", "/proposals/nominations/", "/search", "/notices", "/feedback",
    "/people/members", "/people/agencies", "/people/accounts", "/imports", "/desk/journal",
)  # fmt: skip


@pytest.mark.parametrize("url", LISTS)
def test_a_broken_place_in_a_list_leads_to_its_first_page(cast: Cast, url: str) -> None:
    account = cast.admin if url.startswith("/people/accounts") else cast.clerk
    client = browser(account)
    wrong: list[str] = []
    with quick():
        for cursor in catalogue.CURSORS:
            for fields in ({"after": cursor}, {"before": cursor}, {"after": cursor, "q": "电梯"}):
                wrong += broken(lambda fields=fields: get(client, url, fields), f"{fields}"[:120])
    assert not wrong, "\n".join(wrong)


def test_no_question_breaks_the_search(cast: Cast) -> None:
    client = browser(cast.clerk)
    texts = [one for value in catalogue.WORDS.values() for one in as_read(value)[:1]]
    asked = [
        *texts,
        *catalogue.SQL,
        *catalogue.MARKUP,
        *catalogue.PATHS,
        *catalogue.IDS.values(),
        "电",
        "电 梯",
        "的" * 200,
    ]
    wrong: list[str] = []
    with quick():
        for question in asked:
            for url in ("/search", "/palette", "/proposals/"):
                wrong += broken(
                    lambda url=url, q=question: get(client, url, {"q": q}), f"{url} {question!r}"[:120]
                )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("number", ["0", "987654321", str(2**31), str(2**63), str(2**64), "9" * 5000, "01"])
def test_a_number_behind_which_nothing_stands_is_404(cast: Cast, number: str) -> None:
    wrong: list[str] = []
    client = browser(cast.clerk)
    with quick():
        for url in house.addresses(int=number):
            wrong += broken(lambda url=url: client.get(url), url[:120])
    assert not wrong, "\n".join(wrong)


@pytest.mark.one_database
@pytest.mark.parametrize("word", ["nonsense", "..", "%2e%2e", "%00", "%F0%A0%AE%B7", "%ED%A0%80", "x" * 3000, "__class__", "１",
                                  "%3Cscript%3E", "a%0d%0ab", "'", "constructor", "-"])  # fmt: skip
def test_an_unknown_word_in_an_address_is_404(cast: Cast, word: str) -> None:
    wrong: list[str] = []
    client = browser(cast.clerk)
    with quick():
        for url in house.addresses(slug=word, str=word):
            if word in url:
                wrong += broken(lambda url=url: client.get(url), url[:120])
    assert not wrong, "\n".join(wrong)


@pytest.mark.one_database
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "x"])
def test_no_method_breaks_an_address_or_moves_anything(cast: Cast, method: str) -> None:
    before = dump()
    wrong: list[str] = []
    with quick():
        for account in (None, cast.clerk):
            client = browser(account)
            for url in house.addresses():
                if url.endswith(("pdf", "docx", "xlsx", "packet")):
                    continue
                with undone() as writes:
                    answer = client.generic(
                        method, url, b"state=archived", content_type="application/x-www-form-urlencoded"
                    )
                    if answer.status_code not in (200, 204, 302, 404, 405, 403, 400, 409, 429):
                        wrong.append(f"{url}: {faults(answer) or answer.status_code}")
                    if writes.seen and method != "x" and dump() != before and "logout" not in url:
                        wrong.append(f"{method} {url} changed something")
    assert not wrong, "\n".join(wrong)


@pytest.mark.one_database
def test_looking_at_every_page_changes_nothing(cast: Cast) -> None:
    before = dump()
    wrong: list[str] = []
    with quick():
        for name in ("li", "clerk", "coordinator", "housing_clerk", "admin"):
            client = browser(cast.accounts[name])
            for url in house.addresses():
                if url.endswith(("pdf", "docx", "xlsx", "packet")):
                    continue
                with undone() as writes:
                    answer = client.get(url)
                    wrong += [f"{name} {url}: {fault}" for fault in faults(answer)]
                    if writes.seen and dump() != before:
                        wrong.append(f"{name} changed something by looking at {url}")
    assert not wrong, "\n".join(wrong)


# -- without the pass of a form -------------------------------------------------------------------------------------
# the public forms know nobody: there is no cookie that a stranger's page could misuse (docs/adr/0007);
# WeCom proves itself by its signature
NO_COOKIE = ("/open/say/", "/open/check/", "/open/feedback/", "/open/r/", "/opinions/channels/wecom/")


@pytest.mark.one_database
def test_no_form_is_taken_without_its_pass_and_the_words_come_back(cast: Cast) -> None:
    words = "我写了很久的一段话，" * 12
    fields = {"title": words, "content": words, "password": "不要显示的密码", "key": "k"}
    wrong: list[str] = []
    with quick():
        for account in (None, cast.clerk):
            client = Client(enforce_csrf_checks=True, raise_request_exception=False)
            if account:
                client.force_login(account)
            for url in house.addresses():
                if url.startswith(("/accounts/2fa/webauthn/login", *NO_COOKIE)):
                    continue
                with undone() as writes:
                    answer = post(client, url, fields, headers={"Sec-Fetch-Site": "same-origin"})
                    text = body_of(answer)
                    if answer.status_code != 403:
                        wrong.append(f"{url}: {answer.status_code}")
                    elif "不要显示的密码" in text or writes.seen:
                        wrong.append(f"{url}: shows a password or wrote something")
                    answer = post(
                        client,
                        url,
                        {"title": words, "content": words},
                        headers={"Sec-Fetch-Site": "same-origin"},
                    )
                    if words not in body_of(answer):
                        wrong.append(f"{url}: lost the words")
    assert not wrong, "\n".join(wrong)


@pytest.mark.one_database
@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
    {"Referer": "https://evil.example/"}, {"Sec-Fetch-Site": "same-site"},
])  # fmt: skip
def test_a_strangers_form_is_refused_and_its_words_are_not_offered(
    cast: Cast, headers: dict[str, str]
) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.li)
    proposal = make.draft(cast)

    answer = post(
        client, f"/proposals/{proposal.pk}/steps/discard", {"title": "陌生人写的话"}, headers=headers
    )

    assert answer.status_code == 403
    assert "陌生人写的话" not in body_of(answer)
    proposal.refresh_from_db()
    assert proposal.state == "draft"


# -- where it leads ------------------------------------------------------------------------------------------------------
@pytest.mark.one_database
@pytest.mark.parametrize("where", catalogue.NEXT)
def test_nobody_is_led_to_a_strangers_page(cast: Cast, where: str) -> None:
    urls = [
        "/prefs",
        "/typed",
        "/accounts/login/",
        "/accounts/logout/",
        f"/proposals/{make.draft(cast).pk}/steps/discard",
    ]
    for url in urls:
        client = browser(None if "login" in url else cast.li)
        fields = {"next": where, "login": "li", "password": PASSWORD, "scale": "1.4", "forget": "1",
                  "place": "proposals.proposal:new:draft"}  # fmt: skip
        for answer in (
            post(client, url, fields),
            post(client, f"{url}?next={quote(where)}", fields | {"next": ""}),
        ):
            assert answer.status_code in (200, 204, 302, 400, 404, 409)
            assert is_ours(answer.get("Location", "")), f"{url} leads to {answer.get('Location')}"
            assert "Set-Cookie: x=y" not in str(answer.headers)


def is_ours(location: str) -> bool:
    parts = urlsplit(location)
    return (
        parts.scheme in ("", "http")
        and parts.netloc in ("", "testserver")
        and not location.startswith(("//", "/\\", "\\"))
    )


def test_a_page_asked_for_before_signing_in_is_shown_after_it(cast: Cast) -> None:
    client = browser()
    led = client.get("/proposals/?group=draft")
    assert led.status_code == 302
    answer = client.post(led.url, {"login": "li", "password": PASSWORD, "next": "/proposals/?group=draft"})
    assert answer.url == "/proposals/?group=draft"


@pytest.mark.one_database
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:8000@evil.example", "x" * 300, "", "127.0.0.1\r\nx: y", "区政协"]
)
def test_a_strangers_host_is_refused_in_a_sentence(cast: Cast, host: str) -> None:
    answer = browser(cast.li).get("/", headers={"host": host.encode().decode("latin-1")})
    assert answer.status_code == 400
    assert "。" in body_of(answer)
    assert "evil.example" not in body_of(answer)


def test_forwarding_headers_change_no_address(cast: Cast) -> None:
    answer = browser().get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
                                         "Forwarded": "host=evil.example"})  # fmt: skip
    assert "evil.example" not in str(answer.headers) + body_of(answer)
