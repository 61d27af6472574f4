"""撤销: what can be taken back is taken back with one press beside the word that it is done (kernel: ``taken_back_by``)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry
from huisheng.proposals.models import State
from huisheng.ui.steps import step_url
from tests import make
from tests.cast import Cast
from tests.ui.test_steps import as_

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> Any:
    return timezone.now()


def test_what_can_be_taken_back_is_offered_with_the_word_that_it_is_done(cast: Cast, now: Any) -> None:
    one, wang = make.cosponsor(cast, now), as_(cast.wang)

    for action, answer in (("accept", "accepted"), ("refuse", "declined")):
        one.refresh_from_db()
        wang.post(step_url(one, action), {"version": one.version, "key": f"k-{action}", "next": "/"})
        one.refresh_from_db()
        assert one.state == answer

        page = wang.get("/").content.decode()
        bar = re.search(r'<div class="says success">.*?</div>', page, re.S)
        assert bar
        assert "撤销" in bar[0]
        address = re.search(r'action="([^"]+)" class="way-back"', bar[0])
        assert address
        taken_back = wang.post(address[1], dict(re.findall(r'name="(\w+)" value="([^"]*)"', bar[0])))

        assert (taken_back.status_code, taken_back.url) == (302, "/")
        one.refresh_from_db()
        assert one.state == "invited"
        assert "way-back" not in wang.get("/").content.decode(), "taking back is not offered for taking back"


def test_a_required_note_is_filled_in_and_a_stale_way_back_is_refused(cast: Cast, now: Any) -> None:
    proposal, reviewer = make.reviewed(cast, now), as_(cast.reviewer)
    perform(proposal, "decide", cast.reviewer, make.FILE, at=now)
    perform(proposal, "review_anew", cast.reviewer, {"note": "再看一遍。"}, at=now)
    reviewer.post(step_url(proposal, "decide"), make.FILE | {"version": proposal.version, "key": "k"})
    page = reviewer.get(proposal.get_absolute_url()).content.decode()
    bar = re.search(r'<div class="says success">.*?</div>', page, re.S)
    assert bar
    given = dict(re.findall(r'name="(\w+)" value="([^"]*)"', bar[0]))
    address = re.search(r'action="([^"]+)" class="way-back"', bar[0])
    assert address

    late = reviewer.post(address[1], given | {"version": "1", "key": "another"})
    proposal.refresh_from_db()
    assert (late.status_code, proposal.state) == (409, State.DECIDED)

    assert reviewer.post(address[1], given).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == State.REVIEWED
    last = Entry.objects.filter(subject_id=proposal.pk, action="review_anew").order_by("-seq").first()
    assert last
    assert last.note == "刚才办错了，撤销。"


def test_a_refused_invitation_is_only_thought_over_never_read(cast: Cast, now: Any) -> None:
    one, wang = make.cosponsor(cast, now), as_(cast.wang)
    perform(one, "refuse", cast.wang, at=now)

    assert wang.get(one.proposal.get_absolute_url()).status_code == 404
    assert wang.get(step_url(one, "reconsider")).status_code == 200
    assert as_(cast.zhao).get(step_url(one, "reconsider")).status_code == 404
    perform(one.proposal, "submit", cast.li, {"disclosure": "full"}, at=now)
    late = wang.post(step_url(one, "reconsider"), {"version": one.version, "key": "k"})
    assert late.status_code == 409
    one.refresh_from_db()
    assert one.state == "declined"
