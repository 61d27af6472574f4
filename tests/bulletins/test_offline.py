"""离线副本: what a phone may keep of an issue, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Setting
from huisheng.people import signin

from .. import make
from ..cast import Cast, make_cast
from .test_issues import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_a_copy_holds_the_words_alone_and_ends_with_the_session_at_the_latest(cast: Cast) -> None:
    issue = make.delivered_issue(cast)
    make.instruction(cast, one=issue.output, words="请卫计委抓紧。")
    leader = browser(cast.leader)
    path = f"/bulletins/{issue.pk}/copy/"
    answer = leader.get(path)
    page = answer.content.decode()
    assert make.GIST in page
    assert "请卫计委抓紧" not in page
    assert "<form" not in page
    assert "csrf" not in page
    assert (answer["Cache-Control"], answer["X-Kept-Title"][:3]) == ("private, no-store", "%E3")

    def days() -> float:
        until = datetime.fromisoformat(leader.get(path)["X-Kept-Until"])
        return (until - timezone.now()) / timedelta(days=1)

    idle, longest = signin.limits_of(cast.leader, timezone.localdate())
    assert days() == pytest.approx(14, abs=0.1)
    Setting.objects.create(name="bulletin.offline_days", starts_on="2017-01-01", value=900, at=timezone.now())
    assert days() == pytest.approx(min(idle, longest) / timedelta(days=1), abs=0.1)
    Setting.objects.update(value=0)
    assert days() == pytest.approx(0, abs=0.1)
    assert [browser(one).get(path).status_code for one in (cast.li, cast.housing_clerk, cast.admin)] == [
        404
    ] * 3


def test_the_house_says_what_may_still_be_kept(cast: Cast) -> None:
    out, draft = make.delivered_issue(cast), make.issue(cast)
    path = f"/bulletins/kept/allowed/?pk={out.pk}&pk={draft.pk}&pk=99999&pk=x&pk=-1"
    assert browser(cast.leader).get(path).json() == {"issues": [out.pk]}
    assert browser(cast.office).get(path).json() == {"issues": [out.pk, draft.pk]}
    perform(draft.output, "withdraw", cast.editor, {"note": "改出专报"}, at=make.DAY)
    assert browser(cast.li).get(path).status_code == 404
    assert Client().get(path).status_code == 302


def test_pages_of_the_signed_in_stay_in_no_cache_and_the_worker_knows_nobody(cast: Cast) -> None:
    leader = browser(cast.leader)
    for path in ("/", "/bulletins/", "/bulletins/kept/", "/me"):
        assert leader.get(path)["Cache-Control"] == "private, no-store"
    one, other = leader.get("/bulletins/worker.js"), Client().get("/bulletins/worker.js")
    assert one.content == other.content
    assert (one["Content-Type"], one["Service-Worker-Allowed"]) == ("text/javascript; charset=utf-8", "/")
