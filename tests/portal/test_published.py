"""What is published: as far as the decisions go, without contact data, light, the same for everybody, cheap."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from huisheng.desk.models import Feedback
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Setting
from huisheng.opinions import actions as voices
from huisheng.opinions.actions import Voice, take_in
from huisheng.portal import pages, queries
from huisheng.proposals.models import Disclosure, Proposal, Reply, Text
from huisheng.search import index
from tests import make
from tests.cast import Cast
from tests.counting import questions

from .conftest import Citizen

SECRET = "联系人：张建国，电话13800008201。"
HEAVIEST = 100_000


def published(cast: Cast, level: str = "full", reply: str = "full", **options: Any) -> Proposal:
    """Answered, with contact data in every text, and let out so far."""
    words = {
        "situation": f"我区一九九九年以前建成的住宅有四十六个小区。{SECRET}",
        "analysis": f"手续要跑六个窗口。{SECRET}",
        "suggestions": [f"设一个受理窗口。{SECRET}材料一次交清。", "由街道司法所牵头编一份协商办法。"],
    }
    planned = {
        "letter": "B", "promise_1_what": f"出台加装电梯实施细则。{SECRET}", "promise_1_who": "周建国", "promise_1_due": "2017-06-01",
        "opening": f"您提出的提案收悉，请拨68910000。{SECRET}", "closing": f"感谢您的关心。{SECRET}", "handler": "郑文斌",
    }  # fmt: skip
    one = make.answered(cast, answers=planned, **(words | options))
    Proposal.objects.filter(pk=one.pk).update(
        disclosed=level, contact_person="钱联络", contact_phone="13700003333"
    )
    Reply.objects.filter(assignment__proposal=one).update(disclosed=reply)
    cache.clear()
    one.refresh_from_db()
    return one


def read(one: Proposal) -> Any:
    return Client().get(f"/open/proposals/{one.pk}/")


# -- disclosure ----------------------------------------------------------------------------------------------------
def test_a_full_one_shows_text_answer_and_promise_and_no_contact(cast: Cast) -> None:
    one = published(cast)
    Text.objects.filter(proposal=one).update(situation=f"四十六个小区，找钱联络。{SECRET}")
    answer = read(one)
    text = answer.content.decode()
    for word in (
        one.title,
        "四十六个小区",
        "手续要跑六个窗口",
        "材料一次交清",
        "第1条：已经办理。",
        "出台加装电梯实施细则",
        "李清和",
        "区住房和城乡建设局",
        "列入计划",
        "待兑现",
    ):
        assert word in text
    for word in ("张建国", "13800008201", "68910000", "郑文斌", "钱联络", "13700003333", "周建国"):
        assert word not in text
    assert "［已隐去］" in text


def test_a_summary_shows_the_heads_alone_and_its_answer_no_more(cast: Cast) -> None:
    text = read(published(cast, "summary")).content.decode()
    assert "设一个受理窗口" in text
    assert "列入计划" in text
    for word in ("四十六个小区", "手续要跑六个窗口", "材料一次交清", "已经办理", "出台加装电梯实施细则"):
        assert word not in text


@pytest.mark.parametrize(
    ("reply", "shown"),
    [("summary", "这份答复只公开摘要"), ("closed", "这份答复不公开"), ("", "这份答复不公开")],
)
def test_an_answer_has_a_decision_of_its_own(cast: Cast, reply: str, shown: str) -> None:
    text = read(published(cast, "full", reply)).content.decode()
    assert shown in text
    assert "材料一次交清" in text
    assert "已经办理" not in text
    assert "出台加装电梯实施细则" not in text


def test_what_is_not_let_out_is_not_there(cast: Cast) -> None:
    there = published(cast)
    hidden = [
        published(cast, "closed"),
        published(cast, ""),
        make.handling(cast),
        make.submitted(cast),
        make.draft(cast),
    ]
    wish = published(cast)
    Proposal.objects.filter(pk=wish.pk).update(disclosure=Disclosure.CLOSED)
    cache.clear()
    for one in (*hidden, wish):
        answer = read(one)
        assert answer.status_code == 404
        assert Client().get(f"/api/v1/open/proposals/{one.pk}").status_code == 404
        assert answer.content == Client().get("/open/proposals/99999/").content
    assert [one["id"] for one in Client().get("/api/v1/open/proposals").json()["items"]] == [there.pk]
    listed = Client().get("/open/proposals/").content.decode()
    assert re.findall(r"/open/proposals/(\d+)/", listed) == [str(there.pk)]


def test_a_proposal_closed_afterwards_is_gone_when_the_page_is_no_longer_kept(cast: Cast) -> None:
    one = published(cast)
    assert read(one).status_code == 200
    Proposal.objects.filter(pk=one.pk).update(disclosed="closed")
    cache.clear()
    assert read(one).status_code == 404


# -- search --------------------------------------------------------------------------------------------------------
def found(words: str) -> list[int]:
    return [one.record.pk for one in queries.search(words)]


def test_only_what_is_published_of_a_text_is_found(cast: Cast) -> None:
    full = published(cast, title="关于楼道照明的提案")
    summary = published(cast, "summary", title="关于广场噪声的提案")
    closed = published(cast, "closed", title="关于公交线路的提案")
    for one in (full, summary, closed):
        index.put(one.kind(), one.pk, one.title, f"{one.text.situation}{one.text.analysis}", ("李清和",))
    assert found("楼道照明") == [full.pk]
    assert found("广场噪声") == [summary.pk]
    assert found("公交线路") == []
    assert found("六个窗口") == [full.pk]
    assert found("李清和 噪声") == [summary.pk]
    assert [found(word) for word in ("13800008201", "张建国", "1380", "郑文斌", "")] == [[]] * 5
    page = Client().get("/open/proposals/", {"q": "六个窗口"}).content.decode()
    assert "找到 1 件" in page


# -- figures -------------------------------------------------------------------------------------------------------
def test_the_years_figures_are_those_of_the_house_in_three_forms(cast: Cast) -> None:
    published(cast)
    make.submitted(cast)
    assert Client().get("/open/figures/")["Location"] == "/open/figures/2017/"
    page = Client().get("/open/figures/2017/").content.decode()
    made = Client().get("/open/figures/2017.json").json()
    numbers = {one["key"]: one["value"] for one in made["figures"]}
    assert (numbers["year_received"], numbers["filed"], numbers["answered"], numbers["letter_B"]) == (
        2,
        1,
        1,
        1,
    )
    sheet = b"".join(Client().get("/open/figures/2017.csv")).decode("utf-8-sig")
    assert len(sheet.splitlines()) == len(made["figures"]) + 1
    assert Client().get("/api/v1/open/figures/2017").json() == made
    for text in (page, sheet, str(made)):
        assert "李清和" not in text
    assert Client().get("/open/figures/1999/").status_code == 404


def test_a_year_that_does_not_close_is_not_published_and_names_nobody(cast: Cast) -> None:
    one = published(cast)
    Proposal.objects.filter(pk=one.pk).update(category_five="")
    for path in (
        "/open/figures/2017/",
        "/open/figures/2017.csv",
        "/open/figures/2017.json",
        "/api/v1/open/figures/2017",
    ):
        answer = Client().get(path)
        text = answer.json()["detail"] if path.startswith("/api/") else answer.content.decode()
        assert answer.status_code == 409
        assert "正在核对" in text
        assert one.title not in text


# -- the other pages -----------------------------------------------------------------------------------------------
def test_the_first_page_says_what_it_is_not_and_shows_open_calls(cast: Cast) -> None:
    call = make.call(cast)
    assert call.title not in Client().get("/open/").content.decode()
    perform(call, "open", cast.clerk, at=make.DAY)
    cache.clear()
    text = Client().get("/open/").content.decode()
    for word in (
        "110、119、120",
        "12345",
        call.title,
        "背街小巷照明",
        "我要反映",
        "查回音",
        "公开的提案",
        "年度数字",
    ):
        assert word in text
    assert "/open/" in Client().get("/accounts/login/").content.decode()


def test_the_feed_is_atom_and_carries_what_is_published(cast: Cast) -> None:
    from lxml import etree

    published(cast, "summary")
    published(cast, "closed", title="关于公交线路的提案")
    answer = Client().get("/open/feed.atom")
    feed = etree.fromstring(answer.content)
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert len(feed.findall("{*}entry")) == 1
    assert "公交线路" not in answer.content.decode()
    assert "四十六个小区" not in answer.content.decode()


def test_complaints_about_the_product_need_no_account_and_are_never_lost(
    cast: Cast, citizen: Citizen
) -> None:
    citizen.open("/open/feedback/").send(content="")
    assert citizen.answer.status_code == 422
    citizen.open("/open/feedback/").send(content="字可以再大些")
    assert Feedback.objects.get().content == "字可以再大些"
    Setting.objects.create(name="feedback.per_hour", starts_on="2017-01-01", value=1, at=timezone.now())
    citizen.open("/open/feedback/").send(content="再说一句")
    assert (citizen.answer.status_code, citizen.filled()["content"]) == (429, "再说一句")
    assert Feedback.objects.count() == 1


def test_robots_are_led_to_what_is_published(db: None) -> None:
    text = Client().get("/robots.txt").content.decode()
    assert "Disallow: /\nAllow: /open/\nDisallow: /open/r/" in text


def test_the_door_for_programs_needs_no_token_and_shows_the_same(cast: Cast) -> None:
    one = published(cast)
    read_ = Client().get(f"/api/v1/open/proposals/{one.pk}").json()
    assert (read_["title"], read_["disclosure"], len(read_["suggestions"]), len(read_["answers"])) == (
        one.title,
        "full",
        2,
        1,
    )
    assert read_["answers"][0]["promises"][0]["due_on"] == "2017-06-01"
    for word in ("张建国", "13800008201", "68910000", "郑文斌", "周建国"):
        assert word not in str(read_)
    assert Client().post("/api/v1/open/proposals").status_code == 405


# -- light, the same for everybody, cheap --------------------------------------------------------------------------
def every_page(cast: Cast) -> list[str]:
    one = published(cast)
    published(cast, "summary")
    perform(make.call(cast), "open", cast.clerk, at=make.DAY)
    mine = take_in(
        Voice(channel="web", content="路灯坏了。" * 100, source_id="x", contact={"phone": "138"}),
        timezone.now(),
    )
    cache.clear()
    return [
        "/open/", "/open/say/", "/open/check/", f"/open/r/{mine.token}", f"/open/r/{mine.token}/forget", "/open/proposals/",
        "/open/proposals/?q=%E7%AA%97%E5%8F%A3", f"/open/proposals/{one.pk}/", "/open/figures/2017/", "/open/feedback/",
        "/open/about/accessibility/", "/open/data/", "/open/nowhere/", "/open/reports/", "/open/bulletins/", "/open/search/?q=%E7%AA%97%E5%8F%A3",
    ]  # fmt: skip


def weight(text: str) -> int:
    """Bytes of a page with everything it asks for, unpacked."""
    asked = {link.split("?")[0] for link in re.findall(r'(?:src|href)="/static/([^"#]+)', text)}
    files = [Path(str(finders.find(name))) for name in sorted(asked)]
    return len(text.encode()) + sum(file.stat().st_size for file in files)


def test_every_page_is_light_and_asks_for_nothing_from_elsewhere(cast: Cast) -> None:
    weights = {}
    for path in every_page(cast):
        text = Client().get(path).content.decode()
        weights[path.split("?")[0].split("/r/")[0] + path[-3:]] = weight(text)
        own = [
            link
            for link in re.findall(r'(?:src|action|href)="([^"]+)"', text)
            if not link.startswith(("/", "#", "?"))
        ]
        assert own == []
        assert 'style="' not in text
        assert not re.search(r"<script(?![^>]*src=)", text)
    print(weights)  # pytest -s
    assert max(weights.values()) <= HEAVIEST


def test_a_reader_who_is_signed_in_gets_the_same_page_and_no_cookie(cast: Cast) -> None:
    known = Client()
    known.force_login(cast.li)
    for path in every_page(cast):
        plain, own = Client().get(path), known.get(path)
        assert not plain.cookies
        assert not own.cookies
        assert "Vary" not in plain or "cookie" not in plain["Vary"].lower()
        if 'name="letter"' not in plain.content.decode() and 'name="pass"' not in plain.content.decode():
            assert plain.content == own.content


def test_published_pages_are_kept_and_answered_by_their_mark(cast: Cast) -> None:
    one = published(cast)
    first = read(one)
    assert first["Cache-Control"] == "public, max-age=60"
    again = Client().get(f"/open/proposals/{one.pk}/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert questions(Client(), f"/open/proposals/{one.pk}/") == 0
    for path in ("/open/say/", "/open/check/"):
        assert Client().get(path)["Cache-Control"] == "private, no-store"


def test_a_list_and_a_proposal_cost_the_same_for_one_and_for_many(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.cache, "set", lambda *_: None)  # nothing is kept: every page is asked anew
    one = published(cast)
    mine = take_in(Voice(channel="web", content="路灯坏了。", source_id="x"), timezone.now())
    paths = (
        "/open/", "/open/say/", "/open/check/", f"/open/r/{mine.token}", "/open/proposals/", "/open/proposals/?year=2017",
        "/open/proposals/?q=%E7%AA%97%E5%8F%A3", f"/open/proposals/{one.pk}/", "/open/figures/2017/", "/open/feed.atom",
        "/api/v1/open/proposals", f"/api/v1/open/proposals/{one.pk}",
    )  # fmt: skip
    few = {path: questions(Client(), path) for path in paths}
    for n in range(4):
        published(cast, title=f"关于第{n}个窗口的提案")
        voices.say(mine.lead, "在办。", timezone.now())
    many = {path: questions(Client(), path) for path in paths}
    print(many)  # pytest -s
    assert few == many
    assert max(many.values()) <= 8
