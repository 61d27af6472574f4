"""常务委员 by the day: elected in March 2018 is in no list of 2017; whoever leaves the committee leaves the standing one too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from huisheng.desk.fsck_people import membership as fsck
from huisheng.duty import actions as duty
from huisheng.duty.appraising import Rules
from huisheng.duty.standing_queries import standing_on
from huisheng.kernel.errors import Conflict, Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry
from huisheng.people import actions, importing
from huisheng.people.models import ImportBatch, Member, StandingSeat, Term
from huisheng.people.queries import was_standing
from tests import make
from tests.cast import BEGAN, Cast, moment
from tests.counting import questions

from .conftest import AT

MARCH = date(2018, 3, 1)
SignIn = Callable[..., Client]


def elected(cast: Cast, member: Member, since: date = MARCH) -> StandingSeat:
    return actions.elect(member, since, "九届二次会议选举", by=cast.office, at=AT)


def on(day: date) -> list[str]:
    return [one.name for one in Member.objects.filter(was_standing(day)).order_by("pk")]


# -- as of the day -------------------------------------------------------------------------------------------------------
def test_who_is_elected_in_march_2018_is_in_no_list_of_2017(cast: Cast) -> None:
    make.stands(cast, cast.member_li)
    Term.objects.create(number=10, committee="政协郑州市上街区", starts_on=date(2018, 2, 1))
    seat = elected(cast, cast.member_wang)
    assert (str(seat.term), str(cast.member_li.standing_seats.get().term)) == ("十届", "九届")
    assert on(date(2017, 12, 31)) == on(date(2018, 2, 28)) == ["李清和"]
    assert on(MARCH) == on(date(2019, 1, 1)) == ["李清和", "王立言"]
    assert [str(one) for one in standing_on(date(2017, 6, 1))] == ["李清和"]

    for starts, called in (("2017-12-20 09:00", ["李清和"]), ("2018-03-20 09:00", ["李清和", "王立言"])):
        at = moment(starts)
        one = make.gathering(cast, type="standing", starts_at=at, ends_at=at.replace(hour=11))
        one.invitees.all().delete()
        perform(one, "invite", cast.office, {"circle": "standing", "role": "due"}, at=AT)
        names = one.invitees.filter(role="due").order_by("member").values_list("name", flat=True)
        assert list(names) == called, starts


def test_a_year_is_measured_by_what_somebody_was_at_its_end(cast: Cast) -> None:
    """Or on their last day, where they left during the year."""
    rules = Rules.read({
        "categories": [{"code": "m", "label": "会议", "start": 10}],
        "items": [{"category": "m", "label": "常委会议", "credit": "gathering.attend", "points": 1, "whom": "standing"}],
    })  # fmt: skip
    elected(cast, cast.member_li, BEGAN)
    elected(cast, cast.member_wang)
    elected(cast, cast.member_zhao, BEGAN)
    actions.retire(cast.member_zhao, date(2017, 8, 31), "调离", by=cast.office, at=AT)

    def measured(year: int) -> list[str]:
        return [one.member.name for one in duty.sheets(year, rules) if one.lines]

    assert (measured(2017), measured(2018)) == (["李清和", "赵闻声"], ["李清和", "王立言"])
    seat = cast.member_li.standing_seats.get()
    actions.stand_down(seat, date(2018, 11, 30), "本人辞去", by=cast.office, at=AT)
    assert (measured(2017), measured(2018)) == (["李清和", "赵闻声"], ["王立言"])


# -- the office ----------------------------------------------------------------------------------------------------------
def test_the_office_registers_an_election_and_its_end_with_the_decision(cast: Cast, sign_in: SignIn) -> None:
    browser, url = sign_in("office"), f"/people/members/{cast.member_li.pk}"
    assert "没有担任过常务委员" in browser.get(url).content.decode()
    given = {"starts_on": "2018-03-01", "decision": "九届二次会议选举（2018年3月1日）"}
    assert browser.post(f"{url}/elect", given)["Location"] == url
    seat = StandingSeat.objects.get()
    page = browser.get(url).content.decode()
    assert "九届二次会议选举（2018年3月1日）" in page
    assert "/elect" not in page  # there is one already
    again = browser.post(f"{url}/elect", {"starts_on": "2019-03-01", "decision": "再选"})
    assert (again.status_code, "日期重叠" in again.content.decode()) == (422, True)
    assert "再选" in again.content.decode()  # nothing typed is lost

    end = f"{url}/standing/{seat.pk}/end"
    early = browser.post(end, {"ends_on": "2018-02-28", "reason": "辞去"})
    assert (early.status_code, "不能早于开始的日期" in early.content.decode()) == (422, True)
    assert browser.post(end, {"ends_on": "2018-06-30", "reason": ""}).status_code == 422
    assert (
        browser.post(end, {"ends_on": "2018-06-30", "reason": "九届八次常委会议同意辞去"}).status_code == 302
    )
    seat.refresh_from_db()
    assert (seat.ends_on, seat.end_decision) == (date(2018, 6, 30), "九届八次常委会议同意辞去")
    assert browser.get(end).status_code == 404  # ended already
    cast.member_li.refresh_from_db()
    assert cast.member_li.ends_on is None
    lines = Entry.objects.filter(subject_type="people.member", subject_id=cast.member_li.pk).order_by("seq")
    assert [one.label for one in lines] == ["当选常务委员", "不再担任常务委员"]
    elected(cast, cast.member_li, date(2018, 7, 1))  # a second time, after the first
    assert list(fsck()) == []
    assert "常务委员" in sign_in("reviewer").get(url).content.decode()
    assert sign_in("reviewer").get(f"{url}/elect").status_code == 404
    assert sign_in("li").get(f"{url}/elect").status_code == 404


@pytest.mark.parametrize("day", [date(2016, 12, 31), date(2018, 1, 1)])
def test_nobody_is_elected_outside_the_membership(cast: Cast, day: date) -> None:
    actions.retire(cast.member_li, date(2017, 12, 31), "届满", by=cast.office, at=AT)
    with pytest.raises(Refused, match="要在任期之内"):
        elected(cast, cast.member_li, day)
    assert elected(cast, cast.member_li, date(2017, 5, 1)).ends_on == date(2017, 12, 31)


def test_two_seats_do_not_overlap(cast: Cast) -> None:
    seat = elected(cast, cast.member_li)
    actions.stand_down(seat, date(2018, 6, 30), "辞去", by=cast.office, at=AT)
    with pytest.raises(Conflict, match="自 2018-03-01 至 2018-06-30"):
        elected(cast, cast.member_li, date(2018, 6, 30))
    with pytest.raises(Conflict):
        elected(cast, cast.member_li, BEGAN)  # an open one would run into the later one
    StandingSeat.objects.create(member=cast.member_wang, starts_on=BEGAN)
    with pytest.raises(IntegrityError), transaction.atomic():
        StandingSeat.objects.create(member=cast.member_wang, starts_on=MARCH)


def test_a_membership_does_not_begin_after_the_election(cast: Cast, sign_in: SignIn) -> None:
    elected(cast, cast.member_li)
    data = {"name": "李清和", "starts_on": "2018-03-02"}
    answer = sign_in("office").post(f"/people/members/{cast.member_li.pk}/edit", data)
    assert (answer.status_code, "已当选常务委员" in answer.content.decode()) == (422, True)


def test_the_day_of_an_election_is_put_right_and_the_journal_says_from_what(
    cast: Cast, sign_in: SignIn
) -> None:
    seat, browser = elected(cast, cast.member_li, BEGAN), sign_in("clerk")
    url = f"/people/members/{cast.member_li.pk}/standing/{seat.pk}/edit"
    assert 'value="2017-01-01"' in browser.get(url).content.decode()
    assert browser.post(url, {"starts_on": "2016-12-31", "decision": "选举"}).status_code == 422
    assert browser.post(url, {"starts_on": "2018-03-01", "decision": "九届二次会议选举"}).status_code == 302
    assert (on(date(2017, 6, 1)), on(MARCH)) == ([], ["李清和"])
    assert Entry.objects.latest("seq").note == "2017-01-01 → 2018-03-01。九届二次会议选举"
    seat.refresh_from_db()
    actions.stand_down(seat, date(2018, 6, 30), "辞去", by=cast.office, at=AT)
    elected(cast, cast.member_li, date(2018, 7, 1))
    for day in ("2018-07-01", "2018-07-02"):
        assert browser.post(url, {"starts_on": day, "decision": "选举"}).status_code == 422
    assert sign_in("reviewer").get(url).status_code == 404


# -- the end of a membership ---------------------------------------------------------------------------------------------
def test_a_change_that_ends_a_membership_ends_the_standing_one_the_same_day(cast: Cast) -> None:
    make.stands(cast, cast.member_zhao)
    make.decided_change(cast)
    cast.member_zhao.refresh_from_db()
    seat = cast.member_zhao.standing_seats.get()
    assert seat.ends_on == cast.member_zhao.ends_on == date(2017, 3, 1)
    assert "辞去" in seat.end_decision
    assert (on(date(2017, 3, 1)), on(date(2017, 2, 1))) == (["赵闻声"], ["赵闻声"])
    assert not standing_on(date(2017, 3, 2)).exists()
    assert list(fsck()) == []


def test_an_election_that_would_begin_later_comes_to_nothing(cast: Cast) -> None:
    elected(cast, cast.member_li)
    actions.retire(cast.member_li, date(2018, 2, 28), "调离", by=cast.office, at=AT)
    assert not StandingSeat.objects.exists()
    assert "一并取消" in Entry.objects.latest("seq").note


def test_fsck_names_seats_that_overlap_or_lie_outside(cast: Cast) -> None:
    make.stands(cast, cast.member_li)
    assert list(fsck()) == []
    StandingSeat.objects.create(member=cast.member_li, starts_on=BEGAN, ends_on=MARCH)
    assert list(fsck()) == ["李清和两次任常务委员的日期重叠"]
    StandingSeat.objects.filter(ends_on=MARCH).delete()
    Member.objects.filter(pk=cast.member_li.pk).update(ends_on=MARCH)
    assert list(fsck()) == ["李清和任常务委员的日期超出了任委员的日期"]


# -- lists and files -----------------------------------------------------------------------------------------------------
def test_the_roster_marks_them_and_costs_the_same_for_one_and_for_thirty(cast: Cast, sign_in: SignIn) -> None:
    make.stands(cast, cast.member_li)
    elected(cast, cast.member_wang, date(2999, 1, 1))
    browser = sign_in("office")
    assert [one.name for one in browser.get("/people/members?standing=1").context["rows"]] == ["李清和"]
    assert [one.stands for one in browser.get("/people/members").context["rows"]] == [True, False, False]
    few = [questions(browser, url) for url in ("/people/members", "/people/members?standing=1")]
    for i in range(30):
        one = Member.objects.create(name=f"常委{i}", starts_on=BEGAN, sector=cast.sector)
        StandingSeat.objects.create(member=one, starts_on=BEGAN)
    assert [questions(browser, url) for url in ("/people/members", "/people/members?standing=1")] == few
    url = f"/people/members/{cast.member_li.pk}"
    once = questions(browser, url)
    for year in range(1987, 2016):
        StandingSeat.objects.create(
            member=cast.member_li, starts_on=date(year, 1, 1), ends_on=date(year, 12, 31), decision="选举"
        )
    assert questions(browser, url) == once


def test_a_roster_says_who_stands_from_its_day_on_and_can_be_undone(
    cast: Cast, workbook: Callable[..., bytes]
) -> None:
    make.stands(cast, cast.member_wang)
    rows = [
        ["姓名", "界别", "常委"],
        ["李清和", "教育界", "是"],
        ["王立言", "经济界", "否"],
        ["赵闻声", "教育界", "否"],
    ]
    data, today = workbook({"名册": rows}), AT.date()
    assert (
        importing.import_file("members", data, "名册.xlsx", account=None, at=AT, is_dry=True)["changed"] == 2
    )
    batch = importing.prepare("members", data, "名册.xlsx", account=None, at=AT)
    importing.apply(batch, None, AT)
    li, wang = cast.member_li.standing_seats.get(), cast.member_wang.standing_seats.get()
    assert (li.starts_on, li.ends_on, li.decision) == (today, None, "委员名册导入")
    assert (wang.starts_on, wang.ends_on) == (BEGAN, date(2017, 2, 19))
    again = importing.import_file("members", data, "名册.xlsx", account=None, at=AT, is_dry=True)
    assert (again["changed"], again["same"]) == (0, 3)

    importing.undo(ImportBatch.objects.latest("pk"), None, AT)
    wang.refresh_from_db()
    assert (wang.ends_on, list(cast.member_li.standing_seats.all())) == (None, [])


# -- what was a flag -----------------------------------------------------------------------------------------------------
@pytest.fixture
def before() -> Iterator[Any]:
    """The database as it was with the flag."""
    executor = MigrationExecutor(connection)
    executor.migrate([("people", "0007_line_leader")])
    yield executor.loader.project_state([("people", "0007_line_leader")]).apps
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_a_flag_becomes_a_seat_from_the_beginning_of_the_membership_and_its_import_can_be_undone(
    before: Any,
) -> None:
    term = before.get_model("people", "Term").objects.create(number=9, committee="政协", starts_on=BEGAN)
    old = before.get_model("people", "Member").objects
    kept = old.create(name="李清和", starts_on=BEGAN, is_standing=True)
    gone = old.create(name="王立言", starts_on=date(2016, 1, 1), ends_on=date(2017, 3, 1), is_standing=True)
    old.create(name="赵闻声", starts_on=BEGAN)
    plain = {
        "name": "李清和", "initials": "", "sex": "", "born": "", "party": "", "unit": "", "job": "", "phone": "",
        "is_standing": True, "starts_on": "2017-01-01", "ends_on": None, "end_reason": "", "sector_id": None,
    }  # fmt: skip
    changes = [{"op": "create", "model": "people.member", "pk": kept.pk, "after": plain}]
    made = before.get_model("people", "ImportBatch").objects.create(
        kind="members", name="名册.xlsx", at=AT, applied_at=AT, changes=changes
    )

    executor = MigrationExecutor(connection)
    executor.migrate([("people", "0008_standing_seats")])

    seats = StandingSeat.objects.order_by("pk").values_list("member", "term", "starts_on", "ends_on")
    assert list(seats) == [
        (kept.pk, term.pk, BEGAN, None),
        (gone.pk, None, date(2016, 1, 1), date(2017, 3, 1)),
    ]
    assert on(date(2017, 2, 1)) == ["李清和", "王立言"]
    assert list(fsck()) == []
    importing.undo(ImportBatch.objects.get(pk=made.pk), None, AT)
    assert list(Member.objects.order_by("pk").values_list("name", flat=True)) == ["王立言", "赵闻声"]
    assert not StandingSeat.objects.filter(member=kept.pk).exists()
