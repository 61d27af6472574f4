"""机构 pages and the matrix of 五联手: counted from dated records, cut to their reader."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from huisheng.desk import bodies
from huisheng.gatherings import actions as meetings
from huisheng.gatherings.models import Gathering
from huisheng.kernel.errors import NotAllowed
from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Body, BodyKind, Membership
from tests import make
from tests.cast import Cast, moment
from tests.counting import questions

pytestmark = pytest.mark.django_db


def open_as(account: Any, path: str) -> Any:
    client = Client()
    client.force_login(account)
    return client.get(path)


def joint(cast: Cast, *partners: Body, host: Body | None = None, day: str = "2017-04-06") -> Gathering:
    """An activity of the committee with others, held and recorded afterwards."""
    one = meetings.start(cast.office, {
        "type": "joint", "title": "进社区办实事", "starts_at": moment(f"{day} 09:00"), "ends_at": moment(f"{day} 11:00"),
        "place": "社区大厅", "host": host or cast.committee, "partners": list(partners), "joints": ["work", "results"],
    }, at=make.DAY)  # fmt: skip
    perform(one, "invite", cast.office, {"members": [cast.member_li.pk], "role": "due"}, at=make.DAY)
    came = {"came": list(one.invitees.values_list("pk", flat=True))}
    perform(one, "record", cast.office, came, at=moment(f"{day} 18:00"))
    return one


@pytest.fixture
def town(cast: Cast) -> Body:
    return Body.objects.create(kind=BodyKind.TOWN, name="济源路街道工委")


@pytest.fixture
def sector(cast: Cast) -> Body:
    return Body.objects.get(kind=BodyKind.SECTOR, name="教育界")


def test_a_joint_activity_counts_once_in_the_total_and_once_for_each_partner(
    cast: Cast, town: Body, sector: Body
) -> None:
    joint(cast, town, sector)
    joint(cast, sector, day="2017-05-06")

    page = open_as(cast.office, "/desk/joints/?year=2017")

    assert page.context["total"] == 2
    towns, sectors = page.context["grids"]
    row = {one.pk: (cells, total) for one, cells, total in sectors.rows}[cast.committee.pk]
    count = {cell.other: cell.count for cell in row[0]}
    assert count[sector.pk] == 2
    assert row[1] == 2
    assert sum(cell.count for _, cells, _ in towns.rows for cell in cells) == 1
    assert dict(page.context["served"])["开展工作联手"] == 2
    # the empty cells are there and counted
    assert sectors.empty == len(sectors.columns) * len(sectors.rows) - 1


def test_the_matrix_narrowed_to_a_town_shows_only_its_activities_and_opens_their_list(
    cast: Cast, town: Body, sector: Body
) -> None:
    both, alone = joint(cast, town, sector), joint(cast, sector, day="2017-05-06")
    path = f"/desk/joints/?year=2017&town={town.pk}&committee={cast.committee.pk}&other={sector.pk}"

    page = open_as(cast.office, path)

    assert page.context["shown"] == [both]
    assert alone not in page.context["shown"]
    assert [cell.count for _, cells, _ in page.context["grids"][1].rows for cell in cells if cell.count] == [
        1
    ]


def test_a_past_year_is_read_with_the_memberships_of_its_last_day(cast: Cast) -> None:
    seat = Membership.objects.get(member=cast.member_li, body__kind=BodyKind.SECTOR)
    before = bodies.shares(date(2017, 12, 31))[0][seat.body_id].people
    seat.ends_on = date(2017, 12, 30)
    seat.save()

    each, everybody = bodies.shares(date(2017, 12, 31))

    assert each.get(seat.body_id, bodies.Share()).people == before - 1
    assert bodies.shares(date(2017, 12, 30))[0][seat.body_id].people == before
    assert everybody.people >= everybody.others


def test_the_share_outside_the_party_counts_known_ones_alone(cast: Cast) -> None:
    for member, party in (
        (cast.member_li, "中共党员"),
        (cast.member_wang, "民盟盟员"),
        (cast.member_zhao, ""),
    ):
        member.party = party
        member.save()

    assert bodies.shares(date(2017, 6, 1))[1].others == 1


def test_a_body_shows_what_its_reader_may_see_and_says_how_much_is_hidden(cast: Cast, town: Body) -> None:
    held = joint(cast, town)

    office = open_as(cast.office, f"/desk/bodies/{cast.committee.pk}/?year=2017").context["lists"][0]
    outsider = open_as(cast.zhao, f"/desk/bodies/{cast.committee.pk}/?year=2017").context["lists"][0]

    assert (office.rows, office.hidden) == ([held], 0)
    assert (outsider.rows, outsider.total, outsider.hidden) == ([], 1, 1)
    assert open_as(cast.housing_clerk, f"/desk/bodies/{cast.committee.pk}/").status_code == 404


def test_a_contact_is_planned_met_and_read_by_its_own_body_alone(cast: Cast) -> None:
    one = make.liaison(cast)
    foreign = {
        "body": cast.committee,
        "with_whom": "工商联",
        "by_whom": "李清和",
        "way": "visit",
        "due_on": date(2017, 5, 1),
    }
    with pytest.raises(NotAllowed, match="召集人"):
        meetings.plan_liaison(cast.li, foreign, at=make.DAY)
    assert open_as(cast.housing_clerk, one.get_absolute_url()).status_code == 404

    perform(
        one,
        "report",
        cast.convener,
        {"held_on": date(2017, 5, 9), "heard": "希望早些拿到材料。"},
        at=moment("2017-05-09 18:00"),
    )

    one.refresh_from_db()
    assert (one.state, one.held_on) == ("done", date(2017, 5, 9))
    page = open_as(cast.convener, f"/desk/bodies/{cast.committee.pk}/?year=2017")
    assert "已联系 1 / 1" in page.content.decode()


@pytest.mark.parametrize(
    "path", ["/desk/bodies/?year=2017", "/desk/joints/?year=2017", "/desk/bodies/{body}/?year=2017"]
)
def test_the_pages_of_bodies_cost_the_same_for_one_activity_and_for_thirty(
    cast: Cast, town: Body, sector: Body, path: str
) -> None:
    client = Client()
    client.force_login(cast.office)
    asked = path.format(body=cast.committee.pk)
    joint(cast, town, sector)
    few = questions(client, asked)
    for day in range(2, 31):
        joint(cast, town, sector, day=f"2017-06-{day:02d}")

    assert questions(client, asked) == few
    assert few <= 12
