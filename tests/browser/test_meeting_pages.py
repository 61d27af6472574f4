"""Every page of meetings, bodies and contacts, furnished: it answers, fits, and axe finds nothing (as test_every_page)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from huisheng.gatherings import actions, floor
from huisheng.gatherings.models import Gathering
from huisheng.kernel import store
from huisheng.kernel.lifecycle import perform
from tests import make
from tests.cast import Cast, make_cast, moment
from tests.kernel.test_files import png

from .pages import enter
from .test_every_page import LONG, Inspector

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def furnish(cast: Cast) -> dict[str, Any]:
    """One meeting with everything on its floor, and an activity of several bodies."""
    at = make.MEETS
    ballot = make.ballot(cast)
    one: Gathering = ballot.gathering
    one.invitees.filter(member=cast.member_li).update(group="第一组")
    file = store.keep("报告".encode(), "报告.txt", one.agenda.get(), cast.office, "paper", at)
    actions.opened(one, file, cast.li, at)
    actions.sign_in(one, cast.li, at)
    actions.add_photo(one, cast.office, store.receive(png(), "会场.png"), at)
    speech = make.speech(cast)
    perform(speech, "submit", cast.li, at=make.DAY)
    perform(speech, "choose", cast.editor, {}, at=make.DAY)
    perform(speech, "check", cast.office, {}, at=make.DAY)
    perform(speech, "speak", cast.chair, {"position": 1, "limit": 8}, at=make.DAY)
    floor.time_speech(speech, cast.office, at, press="begin")
    floor.time_speech(speech, cast.office, moment("2017-03-08 09:07"), press="end")
    leave = make.leave(cast)
    briefing = make.briefing(cast)
    course = make.held_gathering(cast, type="study", title="专题研修班", hours=30)
    floor.write_note(course, cast.li, "协商要先做调研。", at=make.ENDS)
    joint = make.gathering(
        cast,
        type="joint",
        title=LONG,
        host=cast.committee,
        partners=[cast.sector],
        joints=["work", "results"],
    )
    perform(
        joint,
        "record",
        cast.office,
        {"came": list(joint.invitees.values_list("pk", flat=True))},
        at=make.ENDS,
    )
    return {
        "one": one.pk, "speech": speech.pk, "of": speech.gathering_id, "leave": leave.pk, "briefing": briefing.pk,
        "talk": briefing.gathering_id, "ballot": ballot.pk, "course": course.pk, "body": cast.committee.pk,
        "sector": cast.sector.pk, "liaison": make.liaison(cast).pk, "draft": make.gathering(cast).pk,
    }  # fmt: skip


PAGES = (
    ("office", (
        "/gatherings/?when=all", "/gatherings/month/?month=2017-03", "/gatherings/new/?under={one}", "/gatherings/{one}/",
        "/gatherings/{draft}/plan/", "/gatherings/{one}/agenda/", "/gatherings/{one}/roll/", "/gatherings/{one}/screen/",
        "/gatherings/{one}/minutes/", "/gatherings/{one}/photos/", "/gatherings/{one}/steps/divide", "/gatherings/{one}/steps/invite",
        "/gatherings/{of}/speeches/", "/gatherings/{of}/timing/", "/gatherings/speeches/{speech}/", "/gatherings/{talk}/remarks/",
        "/gatherings/{talk}/briefings/", "/gatherings/{talk}/briefings/new/", "/gatherings/briefings/{briefing}/",
        "/gatherings/briefings/{briefing}/edit/", "/gatherings/{one}/ballots/", "/gatherings/{one}/ballots/new/",
        "/gatherings/ballots/{ballot}/", "/gatherings/ballots/{ballot}/edit/", "/gatherings/figures/",
        "/desk/bodies/?year=2017", "/desk/bodies/{body}/?year=2017", "/desk/joints/?year=2017&committee={body}&other={sector}",
        "/gatherings/liaisons/", "/gatherings/liaisons/new/", "/gatherings/liaisons/{liaison}/", "/gatherings/liaisons/{liaison}/steps/report",
    )),
    ("chair", ("/gatherings/leaves/", "/gatherings/leaves/{leave}/")),
    ("li", (
        "/gatherings/", "/gatherings/{one}/", "/gatherings/{one}/leave/", "/gatherings/{one}/here/", "/gatherings/{course}/note/",
        "/gatherings/speeches/", "/gatherings/{one}/speeches/new/",
    )),
)  # fmt: skip


def test_the_pages_of_meetings_and_bodies_answer_fit_and_are_accessible(
    transactional_db: None,
    page: Page,
    live_server: Any,
    expect_accessible: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.MEETS)
    cast = make_cast()
    names = furnish(cast)
    inspector = Inspector(page, expect_accessible)
    page.on("pageerror", lambda error: inspector.told.append(f"{page.url} {error}"))
    page.emulate_media(reduced_motion="reduce")
    for who, paths in PAGES:
        page.context.clear_cookies()
        enter(page, live_server.url, cast.accounts[who], "/")
        for path in (one.format(**names) for one in paths):
            answer = page.goto(live_server.url + path)
            if answer is None or answer.status != 200:
                inspector.told.append(f"{who} {path} 回答 {answer and answer.status}")
                continue
            inspector.look(who, path)

    assert not inspector.told, "\n".join(inspector.told)
