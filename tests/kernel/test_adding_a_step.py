"""docs/adr/0003: adding a step is one row. The row is added to the table of proposals for the length of one test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client

from huisheng.desk.docs import lifecycles
from huisheng.kernel.errors import NotAllowed
from huisheng.kernel.journal import timeline
from huisheng.kernel.lifecycle import Lifecycle, Step, perform
from huisheng.people import tokens
from huisheng.proposals import forms
from huisheng.proposals.lifecycle import PROPOSAL
from huisheng.proposals.models import Proposal, State
from huisheng.proposals.rules import REVIEWER, SIGNERS
from tests import make
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db

ROW = Step(
    "unfile",
    "撤回立案",
    (State.FILED,),
    State.REVIEWED,
    REVIEWER,
    form=forms.Note,
    tell=SIGNERS,
    optional=True,
)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def one_row_more() -> Iterator[None]:
    Lifecycle.every.remove(PROPOSAL)
    Lifecycle(Proposal, State, (*PROPOSAL.steps, ROW))
    yield
    Lifecycle.every.pop()
    Lifecycle.every.insert(0, PROPOSAL)
    Proposal.lifecycle = PROPOSAL


@pytest.mark.usefixtures("one_row_more")
def test_one_row_gives_button_permission_journal_notice_and_document(cast: Cast, client: Client) -> None:
    proposal = make.filed(cast)
    client.force_login(cast.reviewer)
    assert "撤回立案" in client.get(f"/proposals/{proposal.pk}/").content.decode()
    client.force_login(cast.clerk)
    assert "撤回立案" not in client.get(f"/proposals/{proposal.pk}/").content.decode()

    with pytest.raises(NotAllowed, match="须由提案委主任办理"):
        perform(proposal, "unfile", cast.clerk, {"note": "误立"})
    perform(proposal, "unfile", cast.reviewer, {"note": "误立"})

    assert proposal.state == State.REVIEWED
    assert (timeline(proposal)[0].label, timeline(proposal)[0].note) == ("撤回立案", "误立")
    assert cast.li.notices.filter(text__contains="撤回立案").exists()
    assert "filed --> reviewed: 撤回立案" in lifecycles()


@pytest.mark.usefixtures("one_row_more")
def test_the_same_row_opens_the_same_door_for_machines(cast: Cast, client: Client) -> None:
    proposal = make.filed(cast)
    token = tokens.issue(cast.reviewer)
    answer = client.post(
        f"/api/v1/proposals/{proposal.pk}/steps/unfile", {"data": {"note": "误立"}}, "application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "adding-a-step"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["state"]) == (200, "reviewed")


def test_a_row_that_does_not_take_back_what_it_claims_is_no_table() -> None:
    for wrong in ("no_such_step", "discard", "submit"):
        row = replace(ROW, action="refile", taken_back_by=wrong)
        with pytest.raises(ValueError, match="cannot be taken back"):
            Lifecycle(Proposal, State, (*PROPOSAL.steps, row))
    assert Proposal.lifecycle is PROPOSAL
