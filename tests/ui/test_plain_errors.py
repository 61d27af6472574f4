from __future__ import annotations

import logging
import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("door", "status", "sentence"),
    [
        ("refused", 403, "须由提案委工作人员办理"),
        ("absent", 404, "没有这一页，或者您无权查看"),
        ("forbidden", 404, "没有这一页，或者您无权查看"),
        ("locked", 503, "系统正忙"),
        ("full", 507, "存储空间已满"),
        ("nospace", 507, "存储空间已满"),
        ("post", 405, "不能直接打开"),
    ],
)
def test_every_failure_is_a_chinese_page_a_fragment_and_a_problem_document(
    client: Client, door: str, status: int, sentence: str
) -> None:
    as_page = client.get(f"/broken/{door}")
    as_fragment = client.get(f"/broken/{door}", headers={"hx-request": "true"})
    as_problem = client.get(f"/api/broken/{door}")

    assert [r.status_code for r in (as_page, as_fragment, as_problem)] == [status] * 3
    assert sentence in as_page.content.decode()
    assert "<html" in as_page.content.decode()
    assert sentence in as_fragment.content.decode()
    assert "<html" not in as_fragment.content.decode()
    assert as_problem["Content-Type"] == "application/problem+json"
    assert sentence in as_problem.json()["detail"]
    assert as_problem.json()["status"] == status


def test_absent_and_forbidden_are_one_page(client: Client) -> None:
    pages = [
        re.sub(r'value="[^"]*"', "", client.get(url).content.decode())
        for url in ("/broken/absent", "/broken/forbidden")
    ]

    assert pages[0].replace("absent", "") == pages[1].replace("forbidden", "")


def test_a_busy_store_says_when_to_come_again(client: Client) -> None:
    assert client.get("/broken/locked")["Retry-After"] == "5"


def test_a_bug_shows_a_number_that_stands_in_the_log_and_no_detail(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, "huisheng.incident"):
        answer = client.get("/broken/bug")

    number = re.search(r'class="incident">([2-9A-Z]{6})<', answer.content.decode())
    assert answer.status_code == 500
    assert number
    assert number[1] in caplog.text
    assert "secret detail" not in answer.content.decode()
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    "url", ["/?q=%00", "/%00", "/proposals/1%00/", "/notices?after=%00", "/a%FF%FE", "/?x=%ED%A0%80"]
)
def test_hostile_addresses_do_not_crash(client: Client, url: str) -> None:
    assert client.get(url).status_code in (200, 400, 404)


def test_a_nul_in_a_cookie_does_not_reach_the_database(client: Client) -> None:
    client.cookies["huisheng"] = "a\x00b"

    assert client.get("/").status_code == 400


def test_too_much_at_once_gets_a_sentence(client: Client) -> None:
    too_many = client.post("/broken/post", {f"f{i}": "1" for i in range(4100)})
    too_long = client.post(
        "/broken/post", "words=" + "x" * (7 << 20), content_type="application/x-www-form-urlencoded"
    )

    assert [too_many.status_code, too_long.status_code] == [413, 413]
    assert "项目太多" in too_many.content.decode()
    assert "内容太大" in too_long.content.decode()


def test_an_old_form_keeps_its_words_and_may_be_sent_again() -> None:
    client = Client(enforce_csrf_checks=True)
    words = {"words": "第一段。\n第二段，写了很久。", "password": "geheim"}

    ours = client.post("/broken/post", {"words": words["words"]}, headers={"origin": "http://testserver"})
    page = ours.content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)

    assert ours.status_code == 403
    assert "第二段，写了很久。" in page
    assert token
    again = client.post("/broken/post", {"words": words["words"], "csrfmiddlewaretoken": token[1]})
    assert again.status_code == 200
    assert (
        "geheim"
        not in client.post("/broken/post", words, headers={"origin": "http://testserver"}).content.decode()
    )


def test_a_foreign_form_is_refused_and_not_offered_again() -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/broken/post", {"words": "转走一百万"}, headers={"origin": "http://evil.example"})

    assert answer.status_code == 403
    assert "转走一百万" not in answer.content.decode()
    assert "不是从本系统的页面提交的" in answer.content.decode()


def test_policy_forbids_inline_and_pages_have_none(client: Client) -> None:
    answer = client.get("/")
    page = answer.content.decode()

    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)|<style|javascript:", page)
