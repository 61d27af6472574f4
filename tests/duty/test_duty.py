"""What a member did is read from the records, may be objected to, and is sealed once a year; nobody is ranked."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from huisheng.desk.fsck_duty import duty as fsck
from huisheng.duty import actions, queries
from huisheng.duty.credits import facts, merits
from huisheng.duty.models import Appraisal, Objection, RuleBook
from huisheng.duty.papers import register
from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.papers import Table
from huisheng.people.models import Body, Member, Membership
from huisheng.ui.steps import put_back
from tests import make
from tests.cast import Cast, make_cast
from tests.counting import questions

pytestmark = pytest.mark.django_db
YEAR = (date(2017, 1, 1), date(2017, 12, 31))


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def as_(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]
    return client


def test_a_duty_record_is_what_the_rooms_recorded(cast: Cast) -> None:
    make.concluded(cast, is_cosigned=True)
    make.held_gathering(cast)

    found = {(one.credit.key, one.member_id) for one in facts(*YEAR)}

    li, wang = cast.member_li.pk, cast.member_wang.pk
    assert {
        ("proposal.sent", li),
        ("proposal.filed", li),
        ("proposal.rated", li),
        ("proposal.cosigned", wang),
    } <= found
    assert {("gathering.attend", li), ("gathering.absent", wang)} <= found
    assert ("proposal.sent", wang) not in found
    page = as_(cast.li).get(f"/duty/members/{li}/?year=2017").content.decode()
    assert "提案立案" in page
    assert make.TEXT["title"] in page
    assert as_(cast.li).get("/duty/").headers["Location"] == f"/duty/members/{li}/"


def test_a_duty_record_is_its_members_and_the_offices_alone(cast: Cast) -> None:
    url = f"/duty/members/{cast.member_li.pk}/"
    seen = {name: as_(account).get(url).status_code for name, account in cast.accounts.items()}
    assert {name for name, status in seen.items() if status == 200} == {"li", "office", "chair"}
    assert as_(cast.office).get(f"{url}register.docx").status_code == 200


def test_a_fact_counts_under_the_sector_of_its_day(cast: Cast) -> None:
    make.filed(cast)
    other = Body.objects.create(kind="sector", name="科技界")
    Membership.objects.filter(member=cast.member_li).update(ends_on=date(2017, 6, 30))
    Membership.objects.create(member=cast.member_li, body=other, starts_on=date(2017, 7, 1))

    heads = queries.sheet(cast.member_li, *YEAR)

    assert {line.sector for head in heads for entry in head.entries for line in entry.lines} == {"教育界"}


def test_a_member_objects_to_a_line_and_is_answered(cast: Cast) -> None:
    proposal = make.filed(cast)
    client, member = as_(cast.li), cast.member_li.pk
    asked = f"/duty/members/{member}/objections/new/?credit=proposal.filed&record={proposal.pk}&about=电梯"
    answer = client.post(asked, {"about": "电梯那一件", "reason": "是我和王立言一起提的。", "key": "k"})
    one = Objection.objects.get()
    assert (answer.headers["Location"], one.subject_id, one.credit) == (
        one.get_absolute_url(),
        proposal.pk,
        "proposal.filed",
    )
    with pytest.raises(NotAllowed, match="本人"):
        actions.ask(cast.member_li, cast.wang, {"about": "x", "reason": "y"}, at=timezone.now())
    with pytest.raises(NotAllowed, match="政协办公室"):
        perform(one, "uphold", cast.li, {"answer": "已补。"})

    perform(one, "uphold", cast.office, {"answer": "已补记联名人。"})

    assert "已补记联名人。" in client.get(one.get_absolute_url()).content.decode()
    assert as_(cast.wang).get(one.get_absolute_url()).status_code == 404


def book(cast: Cast) -> RuleBook:
    one = actions.begin_book(
        cast.office, {"title": "考核办法", "from_year": 2017, "scheme": "xuanwei"}, at=make.DAY
    )
    perform(one, "adopt", cast.chair, at=make.DAY)
    return one


def test_a_sealed_year_does_not_move_and_its_correction_is_a_new_edition(cast: Cast) -> None:
    book(cast)
    year = actions.begin(cast.office, 2017, at=make.DAY)
    make.held_gathering(cast, type="committee")
    li = f"/duty/appraisals/{year.pk}/members/{cast.member_li.pk}/"
    assert "合计 1 分" in as_(cast.office).get(li).content.decode()
    assert as_(cast.li).get(li).status_code == 404  # not sealed yet

    perform(year, "seal", cast.chair)
    sealed = Appraisal.objects.get(pk=year.pk)
    make.held_gathering(cast, type="committee", title="又一次会")

    assert "合计 1 分" in as_(cast.li).get(li).content.decode()
    assert Appraisal.objects.get(pk=year.pk).sealed == sealed.sealed
    assert "李清和：封存时 1，现在 2" in as_(cast.office).get(year.get_absolute_url()).content.decode()
    assert as_(cast.wang).get(li).status_code == 404
    perform(year, "correct", cast.office, {"note": "补记"})
    second = Appraisal.objects.get(edition=2)
    assert (
        "合计 2 分"
        in as_(cast.office).get(f"/duty/appraisals/{second.pk}/members/{cast.member_li.pk}/").content.decode()
    )
    assert list(fsck()) == []
    Appraisal.objects.filter(pk=year.pk).update(sealed=sealed.sealed | {"year": 2016})
    assert list(fsck()) == ["2017年委员履职考核与封存时的指纹不符，内容被改动过"]


def test_a_rule_book_is_written_tried_adopted_by_another_and_then_stands(cast: Cast) -> None:
    client = as_(cast.office)
    client.post(
        "/duty/rule-books/new/", {"title": "试行办法", "from_year": "2017", "scheme": "anqing", "key": "k"}
    )
    one = RuleBook.objects.get()
    page = client.get(f"{one.get_absolute_url()}?year=2017").content.decode()
    assert "李清和" in page
    assert "称职" in page
    form = client.get(f"{one.get_absolute_url()}edit/").content.decode()
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
    version = fields["version"]
    wrong = client.post(f"{one.get_absolute_url()}edit/", {
        "title": "试行办法", "from_year": "2017", "bands": "优秀九十", "version": version,
        "category-TOTAL_FORMS": "1", "category-INITIAL_FORMS": "0", "category-0-code": "all", "category-0-label": "履职",
        "item-TOTAL_FORMS": "1", "item-INITIAL_FORMS": "0", "item-0-label": "出席", "item-0-category": "all",
        "item-0-credit": "gathering.attend", "item-0-points": "2.5", "item-0-sorts": "plenary standing",
    })  # fmt: skip
    assert wrong.status_code == 422
    assert "写成“90 优秀”" in wrong.content.decode()
    with pytest.raises(NotAllowed):
        perform(one, "adopt", cast.office)
    perform(one, "adopt", cast.chair)
    with pytest.raises(Refused, match="已经启用"):
        actions.save_book(
            one, cast.office, {"title": "x", "from_year": 2017, "source": "", "content": {}}, at=make.DAY
        )
    second = actions.begin_book(
        cast.office, {"title": "另一份", "from_year": 2017, "scheme": "jinan"}, at=make.DAY
    )
    with pytest.raises(Refused, match="已有一份办法在用"):
        perform(second, "adopt", cast.chair)


def test_the_offices_list_costs_the_same_for_any_number_of_members(cast: Cast) -> None:
    client = as_(cast.office)
    book(cast)
    year = actions.begin(cast.office, 2017, at=make.DAY)
    pages = (
        "/duty/members/?year=2017",
        f"/duty/members/{cast.member_li.pk}/?year=2017",
        year.get_absolute_url(),
    )
    few = [questions(client, page) for page in pages]
    for _ in range(4):
        make.filed(cast)
    make.held_gathering(cast)

    assert [questions(client, page) for page in pages] == few
    assert max(few) <= 12


def test_the_offices_list_turns_its_pages_in_the_order_of_the_roster(cast: Cast) -> None:
    client = as_(cast.office)
    few = questions(client, "/duty/members/?year=2017")
    Member.objects.bulk_create(
        Member(name=f"委员{number:02}", starts_on=date(2017, 1, 1), sector=cast.sector)
        for number in range(60)
    )
    make.filed(cast)

    assert questions(client, "/duty/members/?year=2017") == few
    names, url = [], "/duty/members/?year=2017"
    while url:
        page = client.get(url)
        names += [row.member.name for row in page.context["rows"]]
        url = page.context["page"].next_url and f"/duty/members/{page.context['page'].next_url}"
    assert names == ["李清和", "王立言", "赵闻声", *(f"委员{number:02}" for number in range(60))]
    assert (page.context["all"], page.context["empty"]) == (63, 62)
    quiet = client.get("/duty/members/?year=2017&show=none")
    assert [row.member.name for row in quiet.context["rows"]][:2] == ["王立言", "赵闻声"]
    assert questions(client, "/duty/members/?year=2017&show=none") == few


def test_the_numbers_of_the_list_are_those_of_the_records(cast: Cast) -> None:
    make.concluded(cast, is_cosigned=True)
    make.held_gathering(cast)
    make.honour(cast)

    counted = merits(*YEAR)

    found: dict[int, dict[str, int]] = {}
    for one in facts(*YEAR):
        if not one.credit.adverse:
            heads = found.setdefault(one.member_id, {})
            heads[one.credit.head] = heads.get(one.credit.head, 0) + 1
    assert counted == found


def test_what_is_typed_into_an_objection_is_kept(cast: Cast) -> None:
    client, url = as_(cast.li), f"/duty/members/{cast.member_li.pk}/objections/new/"
    place = client.get(url).context["place"]
    answer = client.post(reverse("ui:typed"), {"place": place, "about": "座谈会", "reason": "那天我到了"})
    assert answer.status_code == 200
    assert "那天我到了" in client.get(url).content.decode()


def test_a_page_does_not_name_a_place_that_autosave_would_refuse(cast: Cast) -> None:
    with pytest.raises(ValueError, match="no place"):
        put_back(cast.li, "duty.objection:7")


def test_the_register_tells_the_sector_of_the_day_only_where_there_was_another(cast: Cast) -> None:
    make.filed(cast)
    heads = queries.sheet(cast.member_li, *YEAR)
    tables = [one for one in register(cast.member_li, heads, *YEAR).blocks if isinstance(one, Table)]
    assert {tuple(one.header) for one in tables} == {("日期", "事项", "内容")}


def test_a_rule_book_speaks_in_words(cast: Cast) -> None:
    one = make.rule_book(cast, scheme="anqing")
    page = as_(cast.office).get(one.get_absolute_url()).content.decode()
    assert "会议活动：缺席（常委会议、专委会会议、协商会、座谈会）" in page
    assert "symposium" not in page
