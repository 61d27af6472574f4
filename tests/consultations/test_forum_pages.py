"""Pages and machines of 网络议政: one statement at a time without JavaScript, the map and its table, and what they cost."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huisheng.consultations import forum_actions as actions
from huisheng.consultations import forum_maps as maps
from huisheng.consultations import forum_queries as queries
from huisheng.consultations.forum_rules import mark_of
from huisheng.consultations.models_forum import Forum, ForumPost, Vote
from huisheng.desk.fsck import check
from huisheng.desk.fsck_forums import forums as faults
from huisheng.desk.todo import duties
from huisheng.kernel.lifecycle import perform
from huisheng.people import tokens

from .. import make
from ..cast import Cast, make_cast
from ..counting import questions
from .crowd import SENTENCES, crowd, vote_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: object) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def live(cast: Cast, **changes: object) -> Forum:
    """One that takes words today, whatever the clock says."""
    now = timezone.now()
    one = make.forum(cast, at=now, closes_on=timezone.localdate() + timedelta(days=9), **changes)
    actions.put(one, cast.editor, list(SENTENCES), at=now)
    perform(one, "open", cast.editor, at=now)
    return one


def test_a_phone_asks_one_statement_after_the_other_and_any_answer_can_be_changed(cast: Cast) -> None:
    one, phone = live(cast), browser(cast.li)
    url = f"/consultations/forums/{one.pk}/vote/"
    for left in range(len(SENTENCES), 0, -1):
        page = text(phone, url)
        assert f"还有 <b>{left}</b> 条没有表态" in page
        asked = re.search(r'name="statement" value="(\d+)"', page)
        assert asked
        assert re.findall(r'name="value" value="(-?\d)"', page) == ["1", "-1", "0"]
        answer = phone.post(url, {"statement": asked[1], "value": "1"})
        assert answer.status_code == 302
    page = text(phone, f"{url}?done={asked[1]}")
    assert "9 条都表过态了" in page
    assert "同意" in page
    phone.post(url, {"statement": asked[1], "value": "-1"})
    assert queries.own_votes(one, mark_of(one, cast.member_li.pk))[int(asked[1])] == -1
    assert phone.post(url, {"statement": asked[1], "value": "7"}).status_code == 422
    assert phone.post(url, {"statement": "99999", "value": "1"}).status_code == 422
    assert browser(cast.editor).get(url).status_code == 403

    order = {
        name: re.search(r'name="statement" value="(\d+)"', text(browser(getattr(cast, name)), url))
        for name in ("wang", "zhao")
    }
    assert all(order.values())


def test_nobody_elses_vote_stands_on_any_page_or_answer(cast: Cast) -> None:
    one = live(cast)
    first = queries.accepted(one)[0]
    actions.vote(first, cast.li, -1, timezone.now())
    pages = ["", "posts/", "statements/", "map/"]
    for name in ("wang", "editor", "office", "chair"):
        client = browser(getattr(cast, name))
        for page in pages:
            seen = text(client, f"/consultations/forums/{one.pk}/{page}")
            assert mark_of(one, cast.member_li.pk) not in seen
            assert "我的表态（" not in seen
    api = Client(headers={"Authorization": f"Bearer {tokens.issue(cast.editor)}"})
    rows = api.get(f"/api/v1/forums/{one.pk}/statements").json()
    assert {row["mine"] for row in rows} == {None}
    assert api.get(f"/api/v1/forums/{one.pk}/map").json()["people"] == 0


def test_the_map_names_groups_origin_and_the_table_and_costs_the_same_for_many(cast: Cast) -> None:
    people = crowd(36)
    one = live(cast)
    client = browser(cast.editor)
    assert "还没有公布统计" in text(client, f"/consultations/forums/{one.pk}/map/")
    vote_all(one, people)
    maps.draw_waiting(timezone.now())
    page = text(client, f"/consultations/forums/{one.pk}/map/")
    for words in (
        "甲组，18 人",
        "乙组，18 人",
        "机器分组",
        "机器统计",
        "<svg",
        "各条观点的人数",
        "怎样算出来的",
        "36 人表态",
    ):
        assert words in page, words
    assert page.count('class="oval kind-') == 2
    assert page.count('<circle class="mark"') + page.count('<rect class="mark shared"') == len(SENTENCES)
    assert "style=" not in page.split("<main", 1)[1]
    perform(queries.accepted(one)[0], "sort", cast.editor, {"theme": "收费"}, at=timezone.now())
    assert "主持人归纳" in text(client, f"/consultations/forums/{one.pk}/map/")

    pages = ["", "posts/", "statements/", "map/"]
    few = {page: questions(client, f"/consultations/forums/{one.pk}/{page}") for page in pages}
    now = timezone.now()
    for account in people[:20]:
        post = actions.write(one, account, "说一句。", at=now)
        actions.write(one, cast.li, "回一句。", answers=post, at=now)
        actions.propose(one, account, f"{account.name}的观点", at=now)
    many = {page: questions(client, f"/consultations/forums/{one.pk}/{page}") for page in pages}
    assert {page: many[page] - few[page] for page in pages} == {
        "": 0,
        "posts/": 1,
        "statements/": 0,
        "map/": 0,
    }
    assert max(many.values()) <= 12
    assert questions(client, "/consultations/forums/") <= 12
    assert questions(browser(cast.li), f"/consultations/forums/{one.pk}/vote/") <= 12


def test_what_is_typed_is_kept_and_a_late_word_gets_a_sentence(cast: Cast) -> None:
    one, client = live(cast), browser(cast.li)
    url = f"/consultations/forums/{one.pk}/posts/"
    answer = client.post(url, {"content": "", "key": "a"})
    assert answer.status_code == 422
    assert "“您的发言”还没有填" in answer.content.decode()
    assert client.post(url, {"content": "车位难找。", "key": "k"}).status_code == 302
    assert client.post(url, {"content": "车位难找。", "key": "k"}).status_code == 302
    assert ForumPost.objects.count() == 1
    assert "李清和（教育界）" in text(browser(cast.wang), url)
    perform(one, "close", cast.editor, at=timezone.now())
    late = client.post(url, {"content": "晚了一步的话", "key": "z"})
    assert late.status_code == 409
    assert "晚了一步的话" in late.content.decode()


def test_duties_are_the_moderators_and_the_end_becomes_one_when_the_day_is_over(cast: Cast) -> None:
    one = live(cast)
    make.statement(cast, timezone.now(), one)
    today = timezone.localdate()
    assert [str(duty.sentence) for duty in duties(cast.editor, today)] == [
        "网络议政《城区停车怎样便民》有观点待审核：小区要为老人留出临时车位"
    ]
    later = [str(duty.sentence) for duty in duties(cast.editor, one.closes_on + timedelta(days=1))]
    assert "网络议政《城区停车怎样便民》到期了，请结束征集" in later
    assert duties(cast.office, today) == []


def test_a_machine_takes_part_like_a_person(cast: Cast) -> None:
    one = live(cast)
    api = Client(headers={"Authorization": f"Bearer {tokens.issue(cast.li)}"})

    def send(method: str, path: str, body: dict, key: str = "key-12345678") -> tuple[int, dict]:
        answer = getattr(api, method)(
            f"/api/v1/forums/{one.pk}/{path}", json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key}
        )  # fmt: skip
        return answer.status_code, answer.json()

    assert send("post", "posts", {"content": "车位难找。"})[0] == 201
    assert send("post", "statements", {"content": "应当错时停车"}, "key-87654321")[0] == 201
    first = queries.accepted(one)[0].pk
    assert send("put", f"statements/{first}/vote", {"value": 1}) == (200, {"statement": first, "value": 1})
    assert send("put", f"statements/{first}/vote", {"value": 3})[0] == 422
    mine = {row["id"]: row["mine"] for row in api.get(f"/api/v1/forums/{one.pk}/statements").json()}
    assert mine[first] == 1
    assert api.get(f"/api/v1/forums/{one.pk}").json()["writers"] == 1
    assert api.get(f"/api/v1/forums/{one.pk}/posts").json()["items"][0]["by"] == "李清和（教育界）"
    assert [row["action"] for row in api.get(f"/api/v1/forums/{one.pk}/steps").json()] == []


def test_fsck_finds_a_vote_that_was_changed_after_the_end(cast: Cast) -> None:
    people = crowd(31)
    one = live(cast)
    vote_all(one, people)
    perform(one, "close", cast.editor, at=timezone.now())
    assert check().problems["网络议政"] == []
    changed = Vote.objects.filter(value=1).first()
    assert changed is not None
    Vote.objects.filter(pk=changed.pk).update(value=-1)
    assert list(faults()) == [f"网络议政 {one.pk} 第 1 轮统计与表态不符：结束以后有表态被改动过"]
