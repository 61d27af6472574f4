"""What happens on the floor, in a real browser: the speaker's clock runs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from huisheng.gatherings.models import Speech
from huisheng.kernel.lifecycle import perform
from tests import make
from tests.cast import Cast, make_cast

from .pages import DESK, enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def oral(cast: Cast) -> Speech:
    """The first speech of a plenary, chosen for the rostrum."""
    one = make.speech(cast)
    perform(one, "submit", cast.li, at=make.DAY)
    perform(one, "choose", cast.editor, {}, at=make.DAY)
    perform(one, "check", cast.office, {}, at=make.DAY)
    perform(one, "speak", cast.chair, {"position": 1, "limit": 8}, at=make.DAY)
    return one


def test_the_speakers_clock_runs_and_says_when_the_time_is_over(
    cast: Cast, page: Page, live_server: Any
) -> None:
    speech = oral(cast)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    enter(page, live_server.url, cast.office, f"/gatherings/{speech.gathering_id}/timing/")
    clock = page.get_by_role("timer")
    expect(clock).to_have_text("还没有开始")

    page.get_by_role("button", name="开始", exact=True).click()
    expect(clock).to_have_text(re.compile(r"^0:0[1-9]$"))
    Speech.objects.update(began_at=timezone.now() - timedelta(minutes=8, seconds=5))
    page.reload()
    expect(clock).to_have_text(re.compile(r"^8:\d\d，超时 0:\d\d$"))
    expect(page.locator("[data-clock-says]")).to_have_text("到时间了。")
    page.get_by_role("button", name="结束", exact=True).click()
    expect(page.get_by_text("口头发言都已经计过时了。")).to_be_visible()
    speech.refresh_from_db()
    assert speech.seconds is not None
    assert speech.seconds >= 485
