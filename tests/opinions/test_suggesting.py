"""推荐: category, committee and agency of a lead, with the words they rest on; taken with one press; silent when unsure."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Option
from huisheng.opinions import suggesting
from huisheng.opinions.models import Lead
from huisheng.people.models import Body

from .. import make
from ..cast import Cast, make_cast
from ..counting import questions
from .test_machine import Machine

pytestmark = pytest.mark.django_db
BUS = {
    "gist": "3路公共交通末班太早",
    "content": "济源路口到医院的公交六点就没有了，站牌也没写。下夜班的只能走回家。",
}


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    Body.objects.filter(pk=made.committee.pk).update(duty="联系公共交通、道路运输、商贸物流")
    return made


def browser(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]
    return client


def labels(lead: Lead, cast: Cast) -> dict[str, list[str]]:
    groups = suggesting.aids(lead, cast.editor, make.DAY.date()).groups()
    return {name: [one.label for one in rows] for name, _, rows in groups}


def test_a_lead_is_given_category_committee_and_agency_with_their_ground(cast: Cast) -> None:
    lead = make.lead(cast, **BUS)
    assert labels(lead, cast) == {
        "category": ["道路交通", "医疗卫生"], "committee": ["区政协经济委员会"], "agency": ["区交通运输局"],
    }  # fmt: skip
    (road, _) = suggesting.aids(lead, cast.editor, make.DAY.date()).categories
    assert road.ground == "说到“公交”“站牌”"
    (agency,) = suggesting.aids(lead, cast.editor, make.DAY.date()).agencies
    assert agency.ground == "职责里有“公共交通和道路运输管理”，来信写道“3路公共交通末班太早”"


def test_nothing_is_said_about_a_letter_that_says_nothing(cast: Cast) -> None:
    assert labels(make.lead(cast, gist="你好", content="谢谢你们。"), cast) == {}
    assert labels(make.lead(cast, gist="", content=""), cast) == {}


def test_one_press_takes_a_suggestion_and_leaves_the_others(cast: Cast) -> None:
    lead = make.lead(cast, **BUS)
    client = browser(cast.editor)
    shown = client.get(f"/opinions/leads/{lead.pk}/suggested/").content.decode()
    forms = [dict(re.findall(r'name="(\w+)" value="([^"]*)"', one)) for one in shown.split("<form")]
    for name, value in (("agency", str(cast.traffic.pk)), ("category", "road")):
        form = next(one for one in forms if name in one)
        lead.refresh_from_db()
        answer = client.post(f"/opinions/leads/{lead.pk}/steps/sort", form | {"version": str(lead.version)})
        assert answer.status_code == 302
        assert form[name] == value
    lead.refresh_from_db()
    assert (lead.category, lead.agency, lead.committee) == ("road", cast.traffic, None)
    perform(lead, "sort", cast.editor, {"agency": ""}, at=make.DAY)
    assert (lead.category, lead.agency) == ("road", None)
    assert browser(cast.li).get(f"/opinions/leads/{lead.pk}/suggested/").status_code == 404


def test_what_a_clerk_sorted_before_is_a_ground_too(cast: Cast) -> None:
    Body.objects.update(duty="")
    earlier = make.lead(cast, **BUS)
    perform(earlier, "sort", cast.editor, {"committee": cast.committee.pk}, at=make.DAY)
    (one,) = suggesting.aids(make.lead(cast, **BUS), cast.editor, make.DAY.date()).committees
    assert (one.label, one.ground) == ("区政协经济委员会", f"相近的线索{earlier.code}这样归类")


def test_the_office_writes_the_words_of_a_category(cast: Cast) -> None:
    row = Option.objects.get(list="lead_category", code="culture")
    client = browser(cast.office)
    path = f"/rules/lists/lead_category/{row.pk}"
    assert "图书馆" in client.get(path).content.decode()
    words = {
        "label": row.label,
        "position": row.position,
        "starts_on": "2017-01-01",
        "flag_words": "末班、夜班",
    }
    client.post(path, words)
    lead = make.lead(cast, gist="末班太早", content="下夜班的只能走回家。")
    assert labels(lead, cast)["category"] == ["文化体育"]


def test_a_machine_reads_and_takes_the_suggestions(cast: Cast) -> None:
    lead = make.lead(cast, **BUS)
    machine = Machine(cast.editor)
    told = machine.get(f"/leads/{lead.pk}").json()["suggestions"]
    assert [one["field"] for one in told] == ["category", "category", "committee", "agency"]
    answers = {one["field"]: one["value"] for one in reversed(told)}
    assert machine.post(f"/leads/{lead.pk}/steps/sort", {"data": answers}).status_code == 200
    assert machine.get(f"/leads/{lead.pk}").json()["committee"] == "区政协经济委员会"
    assert questions(browser(cast.editor), f"/opinions/leads/{lead.pk}/suggested/") <= 14
