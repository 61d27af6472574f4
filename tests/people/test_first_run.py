"""An empty installation: whoever holds the code makes the first administrator, and only once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from huisheng.kernel.models import Entry
from huisheng.people import setup
from huisheng.people.models import Account, Session, Term
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
ANSWERS = {
    "committee": "政协郑州市上街区委员会", "term": "9", "term_starts_on": "2017-01-01", "session": "1", "opens_on": "2017-02-13",
    "closes_on": "2017-02-15", "cutoff": "2017-02-14T18:00", "name": "王　芳", "username": "wangfang",
    "password": "一条建言都有回声", "again": "一条建言都有回声", "is_office": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh() -> None:
    setup.forget()


def test_the_first_visit_leads_to_the_first_run(client: Client) -> None:
    assert client.get("/accounts/login/")["Location"] == "/setup"
    assert client.get("/setup").status_code == 200


def test_without_the_code_a_stranger_gets_nothing(client: Client) -> None:
    for code in ("", "AAAA-AAAA-AAAA", "0", "x" * 40):
        assert client.post("/setup", ANSWERS | {"code": code}).status_code == 422
    assert not Account.objects.exists()


def test_the_code_lies_in_the_data_folder_for_the_servers_user_only(client: Client) -> None:
    code = setup.setup_code()

    file = Path(settings.DATA) / "setup-code"
    assert file.read_text() == code == setup.setup_code()
    assert file.stat().st_mode & 0o777 == 0o600


def test_with_the_code_the_first_administrator_term_and_session_are_made_once(client: Client) -> None:
    code = setup.setup_code()
    response = client.post("/setup", ANSWERS | {"code": code.lower()})

    assert response["Location"] == "/accounts/login/"
    account = Account.objects.get()
    assert (account.name, sorted(post.kind for post in account.posts.all())) == ("王芳", ["admin", "office"])
    assert Term.objects.get().committee == "政协郑州市上街区"
    assert str(Session.objects.get()) == "九届一次"
    assert Entry.objects.filter(action="setup").exists()
    assert not (Path(settings.DATA) / "setup-code").exists()
    assert setup.setup_code() == ""
    assert client.get("/setup").status_code == 404
    assert client.post("/setup", ANSWERS | {"code": code, "username": "second"}).status_code == 404
    assert (
        client.post("/accounts/login/", {"login": "wangfang", "password": ANSWERS["password"]}).status_code
        == 302
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"again": "另一句"}, "两次输入的密码不一样"),
        ({"password": "12345678", "again": "12345678"}, "password"),
        ({"closes_on": "2017-02-01"}, "闭幕日期早于开幕日期"),
        ({"username": "a b"}, "中间不要有空格"),
        ({"term": "0"}, "errors"),
        ({"opens_on": "明天"}, "errors"),
    ],
)
def test_slips_of_the_pen_are_told_and_nothing_is_made(
    client: Client, change: dict[str, str], sentence: str
) -> None:
    response = client.post("/setup", ANSWERS | {"code": setup.setup_code()} | change)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Account.objects.exists()


def test_an_empty_house_says_on_its_first_page_what_to_bring_in_and_in_which_order(client: Client) -> None:
    client.post("/setup", ANSWERS | {"code": setup.setup_code(), "term": "8"})
    client.force_login(Account.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get("/").content.decode()
    assert "先把家安好" in page
    assert page.index("委员名册") < page.index("承办单位</a>")
    make_cast()
    assert "先把家安好" not in client.get("/").content.decode()
