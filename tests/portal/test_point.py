"""会场征集码: a sheet at a meeting leads to the form; what comes by it is counted under the meeting, on its days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huisheng.opinions.models import CollectingPoint, Lead
from huisheng.portal import rules

from .. import make
from .conftest import Citizen


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SOONEST", 0.0)


def browser(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def say(path: str, text: str) -> Citizen:
    citizen = Citizen()
    citizen.open(path).send(text=text, go="on").send(go="on").send(go="on").send(go="on")
    return citizen.send(go="send")


def today() -> dict[str, str]:
    day = timezone.localdate()
    return {"opens_on": str(day), "closes_on": str(day + timedelta(days=1))}


def test_a_meetings_sheet_brings_leads_under_its_name(cast: Any) -> None:
    client = browser(cast.editor)
    client.post("/opinions/points/", {"title": "委员接待日", "place": "社区大厅", "key": "k1", **today()})
    point = CollectingPoint.objects.get()
    sheet = client.get(f"/opinions/points/{point.pk}/").content.decode()
    assert f"http://testserver/open/say/?at={point.code}" in sheet
    assert "<svg" in sheet
    citizen = Citizen()
    assert "会场：委员接待日" in citizen.open(f"/open/say/?at={point.code}").text
    say(f"/open/say/?at={point.code}", "路灯坏了。")
    lead = Lead.objects.get()
    assert (lead.channel, lead.source, lead.point, lead.doubts) == ("meeting", "委员接待日", point, [])
    assert "1 条" in client.get("/opinions/points/").content.decode()
    make.lead(cast)
    narrowed = client.get(f"/opinions/leads/?point={point.pk}").content.decode()
    assert (lead.code in narrowed, "共 <b>1</b> 条" in narrowed) == (True, True)
    assert "?channel=meeting" in client.get("/opinions/leads/channels/").content.decode()


def test_a_sheet_of_another_day_leads_to_the_ordinary_form(cast: Any) -> None:
    old = make.point(cast)
    citizen = say(f"/open/say/?at={old.code}", "路灯坏了。")
    assert citizen.answer.status_code == 200
    assert "征集已经结束" in Citizen().open(f"/open/say/?at={old.code}").text
    say("/open/say/?at=NOSUCHCODE", "井盖缺角。")
    assert set(Lead.objects.values_list("channel", "point")) == {("web", None)}
    now = make.point(cast, timezone.now())
    browser(cast.editor).post(f"/opinions/points/{now.pk}/close/")
    say(f"/open/say/?at={now.code}", "护栏断了。")
    assert Lead.objects.filter(channel="meeting").count() == 0


def test_a_full_hour_of_the_web_does_not_hold_up_a_meeting(cast: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "is_busy", lambda at: True)
    point = make.point(cast, timezone.now())
    say(f"/open/say/?at={point.code}", "路灯坏了。")
    assert Lead.objects.get().doubts == []
    say("/open/say/?at=NOSUCHCODE", "井盖缺角。")
    assert Lead.objects.get(channel="web").doubts == ["这一小时网页来信超过规定条数"]


def test_only_the_desk_makes_points_and_dates_must_make_sense(cast: Any) -> None:
    assert browser(cast.li).get("/opinions/points/").status_code == 404
    wrong = {"title": "接待日", "opens_on": "2017-03-02", "closes_on": "2017-03-01"}
    answer = browser(cast.office).post("/opinions/points/", wrong)
    assert (answer.status_code, "不能早于开始" in answer.content.decode()) == (422, True)
    assert CollectingPoint.objects.count() == 0
