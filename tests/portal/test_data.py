"""开放数据: every document keeps to the schema that is served beside it, and says nothing of anybody but what was decided."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from huisheng.kernel.models import Setting
from huisheng.people.models import Body, Member, Membership, StandingSeat
from huisheng.portal import pages
from tests.cast import BEGAN, Cast
from tests.counting import questions

from .test_published import published

DOCUMENTS = {
    "popolo": "/open/data/popolo.json",
    "proposals": "/open/data/proposals-2017.json",
    "figures": "/open/figures/2017.json",
}


def let_out(on: str = "2017-01-01") -> None:
    Setting.objects.create(name="open.people", starts_on=on, value=True, at=timezone.now())
    cache.clear()


def errors(name: str, found: Any) -> list[str]:
    """What the stock validator says of a document, by the schema as it is served."""
    schema = Client().get(f"/open/data/schemas/{name}.json").json()
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [one.message for one in checker.iter_errors(found)]


def people() -> Any:
    return Client().get(DOCUMENTS["popolo"]).json()


def test_every_document_keeps_to_the_schema_its_header_names(cast: Cast) -> None:
    published(cast)
    published(cast, "summary", title="关于广场噪声的提案")
    let_out()
    cast.sector.other_names = ["教育组"]
    cast.sector.ends_on = date(2031, 12, 31)
    cast.sector.save()
    for name, path in DOCUMENTS.items():
        answer = Client().get(path)
        assert answer["Link"] == f'<http://testserver/open/data/schemas/{name}.json>; rel="describedby"'
        assert (answer.status_code, errors(name, answer.json())) == (200, [])
        assert all(len(rows) > 0 for rows in answer.json().values() if isinstance(rows, list))
    assert Client().get("/open/data/schemas/nothing.json").status_code == 404
    telling = people()
    telling["persons"][0]["email"] = "a@example.org"
    telling["memberships"][0]["start_date"] = "2017年"
    assert len(errors("popolo", telling)) >= 2


def test_names_are_kept_inside_until_the_committee_decides_and_from_that_day(cast: Cast) -> None:
    found = people()
    assert (found["persons"], found["memberships"]) == ([], [])
    assert "李清和" not in str(found)
    kinds = {one["classification"] for one in found["organizations"]}
    assert kinds == {"政协委员会", "界别", "专门委员会", "承办单位"}
    assert "委员名单没有公布" in Client().get("/open/data/").content.decode()

    let_out("2999-01-01")
    assert people()["persons"] == []
    let_out()
    assert [one["name"] for one in people()["persons"]] == ["李清和", "王立言", "赵闻声"]
    assert "只有姓名、界别" in Client().get("/open/data/").content.decode()


def test_a_member_is_published_with_seats_posts_and_dates_and_with_nothing_else(cast: Cast) -> None:
    li = cast.member_li
    Member.objects.filter(pk=li.pk).update(
        phone="13800008201", born="1970-01", sex="女", party="中共党员", unit="第三小学", job="校长",
        ends_on=date(2999, 12, 31), end_reason="调离",
    )  # fmt: skip
    StandingSeat.objects.create(
        member=li, starts_on=date(2017, 2, 15), ends_on=date(2018, 3, 1), decision="选举"
    )
    party = Body.objects.create(kind="party", name="民盟支部", leader="柳负责")
    for body, role in ((party, "主委"), (cast.committee, "副主任")):
        Membership.objects.create(member=li, body=body, role=role, starts_on=BEGAN)
    Body.objects.filter(pk=cast.committee.pk).update(leader="戴召集")
    let_out()
    found = people()
    mine = [one for one in found["memberships"] if one["person_id"] == f"person-{li.pk}"]
    names = {one["id"]: one["name"] for one in found["organizations"]}
    assert [(names[one["organization_id"]], one.get("role", ""), one.get("start_date")) for one in mine] == [
        ("政协郑州市上街区委员会", "委员", "2017-01-01"),
        ("政协郑州市上街区委员会", "常务委员", "2017-02-15"),
        ("教育界", "", "2017-01-01"),
        ("区政协经济委员会", "副主任", "2017-01-01"),
    ]
    assert [one["end_date"] for one in mine[:2]] == ["2999-12-31", "2018-03-01"]
    posts = {one["id"]: one["label"] for one in found["posts"]}
    assert [posts[one["post_id"]] for one in mine if "post_id" in one] == [
        "政协郑州市上街区委员会委员", "政协郑州市上街区委员会常务委员", "区政协经济委员会副主任",
    ]  # fmt: skip
    ids = [one["id"] for rows in found.values() for one in rows]
    assert len(ids) == len(set(ids))
    for word in ("13800008201", "1970", "女", "中共", "第三小学", "校长", "调离", "民盟", "柳负责", "戴召集", "周建", "郑文"):  # fmt: skip
        assert word not in str(found)


def test_the_published_proposals_of_a_year_come_as_a_sheet_and_as_a_document(cast: Cast) -> None:
    full = published(cast)
    summary = published(cast, "summary", title="关于广场噪声的提案")
    for closed in ("closed", ""):
        published(cast, closed, title="关于公交线路的提案")
    found = Client().get(DOCUMENTS["proposals"]).json()
    assert [(one["id"], one["disclosure"]) for one in found["proposals"]] == [
        (full.pk, "full"),
        (summary.pk, "summary"),
    ]
    assert found["proposals"][0]["heads"][1] == "由街道司法所牵头编一份协商办法"
    assert Client().get(found["proposals"][0]["url"].removeprefix("http://testserver")).status_code == 200
    text = b"".join(Client().get("/open/data/proposals-2017.csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["案由"], row["公开"]) for row in rows] == [(full.title, "全文"), (summary.title, "摘要")]
    for word in ("张建国", "13800008201", "公交线路"):
        assert word not in text + str(found)
    for form in ("csv", "json"):
        assert Client().get(f"/open/data/proposals-1999.{form}").status_code == 404


def test_a_document_costs_the_same_for_one_and_for_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.cache, "set", lambda *_: None)
    published(cast)
    let_out()
    paths = ("/open/data/", DOCUMENTS["popolo"], DOCUMENTS["proposals"], "/open/data/proposals-2017.csv")
    client = Client()
    few = [questions(client, path) for path in paths]
    for i in range(4):
        published(cast, title=f"关于第{i}条背街小巷照明的提案")
        one = Member.objects.create(name=f"新{i}", sector=cast.sector, starts_on=BEGAN)
        Membership.objects.create(member=one, body=cast.sector, starts_on=BEGAN)
    assert [questions(client, path) for path in paths] == few
