"""日历订阅: one address a person; what is due, without a title or a name; renewed, the old one opens nothing."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from huisheng.desk import calendars
from huisheng.desk.models import CalendarFeed
from huisheng.gatherings import actions
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry
from huisheng.people.models import Account

from .. import make
from ..cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def subscribe(account: Account) -> tuple[Client, str]:
    browser = Client()
    browser.force_login(account)
    browser.post("/desk/calendar")
    return browser, calendars.address_of(CalendarFeed.objects.get(account=account))


def events(address: str, **headers: str) -> list[Any]:
    answer = Client().get(address, **headers)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_what_is_due_stands_in_the_calendar_on_its_day(cast: Cast) -> None:
    one = make.taken(cast)
    _, address = subscribe(cast.housing_clerk)
    found = {str(event["summary"]): event for event in events(address)}
    mine = found[f"{one.proposal.number_label}：拟写答复到期"]
    assert mine["dtstart"].dt == one.due_on
    assert isinstance(mine["dtstart"].dt, date)
    assert str(mine["url"]).startswith("http://testserver/")
    assert [event["uid"] for event in events(address)] == [event["uid"] for event in events(address)]


def test_nobody_else_and_no_title_stands_in_it(cast: Cast) -> None:
    make.cosponsor(cast)
    make.contact(cast)
    make.opening(cast)
    make.follow_up(cast)
    for account in (cast.wang, cast.li, cast.office, cast.housing_clerk):
        _, address = subscribe(account)
        text = Client().get(address).content.decode().replace("\r\n ", "")
        told = [one.name for one in cast.accounts.values() if one.name in text]
        assert (told, "电梯" in text, "门诊" in text) == ([], False, False)


def test_a_meeting_stands_there_by_its_hours_until_the_person_has_leave(cast: Cast) -> None:
    now = timezone.now().replace(microsecond=0)
    soon = {"starts_at": now + timedelta(days=3), "ends_at": now + timedelta(days=3, hours=2)}
    one = make.notified_gathering(cast, title="关于某某的会议", place="三楼会议室", **soon)
    make.gathering(cast, title="还没有发通知的", **soon)
    _, address = subscribe(cast.li)

    mine = next(event for event in events(address) if "全体会议" in str(event["summary"]))

    assert (mine["dtstart"].dt, mine["dtend"].dt) == (soon["starts_at"], soon["ends_at"])
    assert str(mine["url"]).endswith(one.get_absolute_url())
    text = Client().get(address).content.decode().replace("\r\n ", "")
    assert ("某某" in text, "三楼" in text, text.count("全体会议")) == (False, False, 1)
    leave = actions.ask_leave(one, cast.li, {"parts": list(one.parts.all()), "reason": "duty"}, at=now)
    perform(leave, "grant", cast.chair, at=now)
    assert "全体会议" not in Client().get(address).content.decode()


def test_a_renewed_address_closes_the_one_before(cast: Cast) -> None:
    browser, old = subscribe(cast.li)
    assert old in browser.get("/me").content.decode()
    browser.post("/desk/calendar")
    new = calendars.address_of(CalendarFeed.objects.get(account=cast.li))
    assert [Client().get(one).status_code for one in (old, new)] == [404, 200]
    browser.post("/desk/calendar", {"act": "stop"})
    assert Client().get(new).status_code == 404
    browser.post("/desk/calendar")
    assert calendars.address_of(CalendarFeed.objects.get(account=cast.li)) not in (old, new)
    assert Entry.objects.filter(action="calendar").count() == 4


def test_the_address_is_kept_nowhere_and_ends_with_the_account(cast: Cast, caplog: Any) -> None:
    _, address = subscribe(cast.li)
    secret = address.removeprefix("/me/calendar/").removesuffix(".ics")
    assert len(secret) == 22  # 128 bits
    assert secret not in str(list(CalendarFeed.objects.values()))
    with caplog.at_level(logging.DEBUG):
        answer = Client().get(address)
        Client().get(f"/me/calendar/{secret}x.ics")
    assert secret not in caplog.text
    assert (answer.cookies, answer["Cache-Control"]) == ({}, "private, no-store")
    Account.objects.filter(pk=cast.li.pk).update(is_active=False)
    assert Client().get(address).status_code == 404
