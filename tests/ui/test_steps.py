from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Typed
from huisheng.people.models import Account
from huisheng.proposals.models import State
from huisheng.ui.steps import step_buttons, step_url
from tests import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def as_(account: Account, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(version|key|stage)" value="([^"]*)"', page))


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def now() -> Any:
    return timezone.now()


def test_a_form_is_filled_refused_kept_corrected_and_done(cast: Cast, now: Any) -> None:
    one, clerk = make.taken(cast, now), as_(cast.housing_clerk)
    url = step_url(one, "contact")
    given = {"form": "visit", "held_on": "2017-02-30", "people": "李清和", "points": "看了现场。"}

    first = clerk.get(url)
    refused = clerk.post(url, given | hidden(first.content.decode()))
    page = refused.content.decode()

    assert first.status_code == 200
    assert refused.status_code == 422
    assert "看了现场。" in page
    assert 'href="#id_held_on"' in page
    assert 'value="2017-02-30"' in page
    assert one.contacts.count() == 0
    assert "看了现场。" in clerk.get(url).content.decode(), "typed text is offered again"

    done = clerk.post(url, given | {"held_on": str(timezone.localdate())} | hidden(page))

    assert done.status_code == 302
    assert one.contacts.count() == 1
    assert not Typed.objects.filter(account=cast.housing_clerk).exists()
    assert "看了现场。" not in clerk.get(url).content.decode()


def test_the_same_form_sent_twice_is_done_once(cast: Cast, now: Any) -> None:
    one, clerk = make.taken(cast, now), as_(cast.housing_clerk)
    url = step_url(one, "contact")
    given = {
        "form": "visit",
        "held_on": str(timezone.localdate()),
        "people": "李清和",
        "points": "看了现场。",
    }
    given |= hidden(clerk.get(url).content.decode())

    assert [clerk.post(url, given).status_code for _ in range(2)] == [302, 302]
    assert one.contacts.count() == 1


def test_a_step_without_a_form_is_pressed_at_once(cast: Cast, now: Any) -> None:
    one = make.assignment(cast, now)
    clerk = as_(cast.housing_clerk)

    answer = clerk.post(step_url(one, "take"), {"version": one.version, "key": "k", "next": "/me"})

    assert (answer.status_code, answer.url) == (302, "/me")
    one.refresh_from_db()
    assert one.state == "taken"
    assert "“签收”已办好。" in clerk.get("/me").content.decode()


@pytest.mark.parametrize(
    "where", ["//evil.example", "https://evil.example", "\\\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_a_strangers_page(cast: Cast, now: Any, where: str) -> None:
    one = make.assignment(cast, now)

    answer = as_(cast.housing_clerk).post(
        step_url(one, "take"), {"version": one.version, "key": "k", "next": where}
    )

    assert answer.url == one.matter.get_absolute_url()


def test_a_formal_step_shows_the_answers_before_it_is_done(cast: Cast, now: Any) -> None:
    proposal, li = make.draft(cast, now), as_(cast.li)
    url = step_url(proposal, "submit")

    form = li.get(url).content.decode()
    assert hidden(form)["stage"] == "check"
    check = li.post(url, {"disclosure": "gist" if "gist" in form else "full"} | hidden(form))
    page = check.content.decode()
    proposal.refresh_from_db()

    assert check.status_code == 200
    assert proposal.state == State.DRAFT
    assert "是否同意公开" in words(page)
    assert f'href="{url}#id_disclosure"' in page
    assert "审查开始之前还可以修改" in page  # a step that can be taken back does not say it cannot
    assert "不能撤回" not in page

    carried = dict(re.findall(r'<input type="hidden" name="(disclosure)" value="([^"]*)"', page))
    done = li.post(url, carried | hidden(page))
    proposal.refresh_from_db()

    assert done.status_code == 302
    assert proposal.state == State.SUBMITTED


def test_a_formal_form_with_an_error_does_not_reach_the_check_page(cast: Cast, now: Any) -> None:
    proposal, li = make.draft(cast, now), as_(cast.li)
    url = step_url(proposal, "submit")

    answer = li.post(url, {"disclosure": "closed"} | hidden(li.get(url).content.decode()))

    assert answer.status_code == 422
    assert "理由" in words(answer.content.decode())


def test_the_loser_of_a_race_learns_who_was_first_and_keeps_the_words(cast: Cast, now: Any) -> None:
    proposal, li = make.submitted(cast, now), as_(cast.li)
    url = step_url(proposal, "withdraw")
    seen = hidden(li.get(url).content.decode())
    perform(proposal, "pre_review", cast.clerk, make.FILE, at=now)

    answer = li.post(url, {"note": "情况有变，另行提出。"} | seen | {"stage": ""})
    page = answer.content.decode()
    proposal.refresh_from_db()

    assert answer.status_code == 409
    assert proposal.state == State.REVIEWED
    assert "陈提办" in words(page)
    assert "情况有变，另行提出。" in page
    assert hidden(page)["version"] == str(proposal.version)
    again = li.post(url, {"note": "情况有变，另行提出。"} | hidden(page) | {"stage": ""})
    assert again.status_code == 302


def test_a_step_that_has_closed_shows_the_words_to_copy(cast: Cast, now: Any) -> None:
    proposal, li = make.submitted(cast, now), as_(cast.li)
    url = step_url(proposal, "revise")
    form = li.get(url).content.decode()
    perform(proposal, "pre_review", cast.clerk, make.FILE, at=now)

    answer = li.post(
        url, {"title": "新的案由", "situation": "改写的情况。", "suggestions": ["甲", "乙"]} | hidden(form)
    )
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "改写的情况。" in page
    assert 'type="submit">修改' not in page
    assert li.get(url).status_code == 409


def test_absent_records_and_steps_look_the_same(cast: Cast, now: Any) -> None:
    proposal = make.draft(cast, now)
    stranger, li = as_(cast.zhao), as_(cast.li)
    mine = step_url(proposal, "submit")

    answers = [
        stranger.get(mine), stranger.post(mine, {"key": "k"}), li.get("/proposals/999999/steps/submit"),
        li.get(f"/proposals/{10**30}/steps/submit"), li.get(f"/proposals/{proposal.pk}/steps/no_such_step"),
        li.post(f"/proposals/{proposal.pk}/steps/no_such_step"),
    ]  # fmt: skip

    assert [a.status_code for a in answers] == [404] * 6


def test_a_step_of_another_role_is_refused_with_the_name_of_the_role(cast: Cast, now: Any) -> None:
    proposal = make.submitted(cast, now)
    li = as_(cast.li)

    for answer in (
        li.get(step_url(proposal, "pre_review")),
        li.post(step_url(proposal, "pre_review"), make.FILE),
    ):
        assert answer.status_code == 403
        assert "提案委工作人员" in words(answer.content.decode())
    proposal.refresh_from_db()
    assert proposal.state == State.SUBMITTED


def test_nobody_unknown_takes_a_step(cast: Cast, now: Any) -> None:
    proposal = make.submitted(cast, now)

    assert Client().post(step_url(proposal, "pre_review"), make.FILE).status_code == 302
    assert not Entry.objects.filter(action="pre_review").exists()


def test_htmx_gets_a_way_on_instead_of_a_redirect(cast: Cast, now: Any) -> None:
    one = make.assignment(cast, now)

    answer = as_(cast.housing_clerk).post(
        step_url(one, "take"), {"version": one.version, "key": "k"}, headers={"hx-request": "true"}
    )

    assert (answer.status_code, answer["HX-Redirect"]) == (200, one.matter.get_absolute_url())


@pytest.mark.parametrize("version", ["-1", "abc", "9" * 40, "1\x00"])
def test_a_wrong_version_is_a_past_one(cast: Cast, now: Any, version: str) -> None:
    one = make.assignment(cast, now)

    answer = as_(cast.housing_clerk).post(step_url(one, "take"), {"version": version, "key": "k"})

    assert answer.status_code == 409


def test_hostile_words_come_back_as_words(cast: Cast, now: Any) -> None:
    one, clerk = make.taken(cast, now), as_(cast.housing_clerk)
    url = step_url(one, "contact")
    nasty = "<script>alert(1)</script>\x00\ud800\u202e</textarea><img src=x onerror=alert(1)>"
    given = {
        "form": "visit",
        "held_on": "x",
        "people": nasty.replace("\ud800", ""),
        "points": nasty.replace("\ud800", "") * 2000,
    }

    page = clerk.post(url, given).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page
    assert "\x00" not in Typed.objects.get(account=cast.housing_clerk).data["people"][0]


def test_one_filled_button_and_reasons_under_the_grey_ones(cast: Cast, now: Any) -> None:
    proposal = make.submitted(cast, now)
    buttons = step_buttons(proposal, proposal.lifecycle.open_steps(proposal, cast.li))

    tones = {button.label: button.tone for button in buttons}
    assert tones["撤案"] == "formal-plain"
    assert sum(tone in ("primary", "formal") for tone in tones.values()) <= 1
    drafts = make.draft(cast, now)
    first = step_buttons(drafts, drafts.lifecycle.open_steps(drafts, cast.li))[0]
    assert (first.label, first.tone, first.is_direct) == ("提交", "formal", False)


# -- autosave ----------------------------------------------------------------------------------------------------


def test_words_are_kept_and_belong_to_their_writer(cast: Cast, now: Any) -> None:
    one = make.taken(cast, now)
    place = f"proposals.assignment:{one.pk}:contact"

    answer = as_(cast.housing_clerk).post(
        "/typed", {"place": place, "points": "写到一半", "key": "k", "password": "x"}
    )
    as_(cast.traffic_clerk).post("/typed", {"place": place, "points": "别人的"})

    assert re.fullmatch(r"\d\d:\d\d", answer.json()["saved_at"])
    assert Typed.objects.get(account=cast.housing_clerk).data == {"points": ["写到一半"]}
    assert "写到一半" in as_(cast.housing_clerk).get(step_url(one, "contact")).content.decode()


def test_kept_words_can_be_dropped(cast: Cast, now: Any) -> None:
    one, clerk = make.taken(cast, now), as_(cast.housing_clerk)
    place = f"proposals.assignment:{one.pk}:contact"
    clerk.post("/typed", {"place": place, "points": "写到一半"})

    assert clerk.post("/typed", {"place": place, "forget": "1", "next": "/me"}).url == "/me"
    assert not Typed.objects.exists()


@pytest.mark.parametrize(
    "place", ["", "x", "a.b:1:c d", "proposals.proposal:1:submit\n", "../../x", "a.b:1:" + "c" * 200]
)
def test_a_strange_place_is_refused(cast: Cast, place: str) -> None:
    answer = as_(cast.li).post("/typed", {"place": place, "a": "b"})

    assert answer.status_code == 400
    assert "没有自动保存" in answer.json()["sentence"]


def test_autosave_has_a_limit_and_an_owner(cast: Cast) -> None:
    place = "proposals.proposal:1:submit"

    assert as_(cast.li).post("/typed", {"place": place, "a": "字" * 400_000}).status_code == 413
    assert Client().post("/typed", {"place": place, "a": "b"}).status_code == 302
    assert not Typed.objects.exists()
