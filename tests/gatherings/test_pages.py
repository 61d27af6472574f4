"""Pages of 会议与活动: planning, answering, signing in by two phones, the desk, the agenda's papers; and what they cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huisheng.desk.todo import duties
from huisheng.gatherings import actions
from huisheng.gatherings.models import Gathering, Leave, Presence, Reading
from huisheng.kernel.lifecycle import perform

from .. import make
from ..cast import Cast, make_cast
from ..counting import questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: object) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def today_gathering(cast: Cast, **changes: object) -> Gathering:
    """One that sits now, whatever the clock says."""
    now = timezone.now()
    return make.open_gathering(cast, starts_at=now, ends_at=now + timedelta(hours=2), **changes)


PLAN = {
    "type": "symposium", "title": "企业发展座谈会", "starts_at": "2017-05-03T09:00", "ends_at": "2017-05-03T11:30",
    "place": "区政协二楼", "host": "", "key": "k1",
}  # fmt: skip
EMPTY = {
    f"{table}-{name}": value
    for table in ("parts", "stops", "guests", "aid")
    for name, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"))
}


def test_an_activity_is_planned_in_two_pages_and_made_once(cast: Cast) -> None:
    client = browser(cast.office)
    wrong = client.post("/gatherings/new/", PLAN | {"ends_at": "2017-05-03T08:00"})
    assert "结束时间早于开始时间" in wrong.content.decode()
    client.post("/gatherings/new/", PLAN)
    client.post("/gatherings/new/", PLAN)  # the same click twice
    one = Gathering.objects.get()
    assert [str(part) for part in one.parts.all()] == ["5月3日上午"]

    rows = EMPTY | {
        "guests-TOTAL_FORMS": "2", "guests-0-organisation": "某铝业公司", "guests-0-sort": "enterprise", "guests-0-people": "2",
        "guests-1-organisation": "", "guests-1-sort": "bank", "parts-TOTAL_FORMS": "2",
        "parts-0-label": "上午", "parts-0-starts_at": "2017-05-03T09:00", "parts-0-ends_at": "2017-05-03T11:30",
        "parts-1-label": "下午", "parts-1-starts_at": "2017-05-03T14:30", "parts-1-ends_at": "2017-05-03T17:00",
    }  # fmt: skip
    said = (
        PLAN
        | rows
        | {"version": "0", "leader": "李主席", "partners": [cast.sector.pk], "joints": ["work", "results"]}
    )
    answer = client.post(f"/gatherings/{one.pk}/plan/", said)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    one.refresh_from_db()
    assert [(row.organisation, row.people) for row in one.guests.all()] == [("某铝业公司", 2)]
    assert ([str(part) for part in one.parts.all()], one.joints) == (["上午", "下午"], ["work", "results"])
    assert timezone.localtime(one.ends_at).hour == 17


def test_only_who_organises_plans(cast: Cast) -> None:
    assert browser(cast.li).get("/gatherings/new/").status_code == 403
    convener = browser(cast.convener)
    assert "请选组织单位" in convener.post("/gatherings/new/", PLAN).content.decode()
    convener.post("/gatherings/new/", PLAN | {"host": cast.committee.pk})
    one = Gathering.objects.get()
    assert one.host == cast.committee
    assert browser(cast.li).get(f"/gatherings/{one.pk}/plan/").status_code == 404
    assert (
        browser(cast.clerk).get(f"/gatherings/{one.pk}/roll/").status_code == 404
    )  # reads, but does not keep it


def test_a_member_answers_and_asks_leave_on_the_page(cast: Cast) -> None:
    now = timezone.now()
    one = make.notified_gathering(
        cast, starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=3, hours=3)
    )
    client, path = browser(cast.li), f"/gatherings/{one.pk}/"
    page = text(client, path)
    assert "请您出席" in page
    assert "请假" in page

    client.post(f"{path}read/")
    client.post(f"{path}answer/", {"coming": "yes"})
    invitee = one.invitees.get(member=cast.member_li)
    assert (invitee.reply, invitee.read_at is not None) == ("coming", True)
    wrong = client.post(f"{path}leave/", {"key": "k"})
    assert wrong.status_code == 422
    client.post(f"{path}leave/", {"reason": "illness", "parts": [one.parts.get().pk], "key": "k"})
    client.post(f"{path}leave/", {"reason": "illness", "parts": [one.parts.get().pk], "key": "k"})
    leave = Leave.objects.get()
    assert "身体原因" in text(browser(cast.chair), f"/gatherings/leaves/{leave.pk}/")
    assert browser(cast.wang).get(f"/gatherings/leaves/{leave.pk}/").status_code == 404
    assert "李清和" in text(browser(cast.chair), "/gatherings/leaves/")


def test_two_phones_scan_the_code_on_the_screen(cast: Cast) -> None:
    one = today_gathering(cast)
    screen = text(browser(cast.office), f"/gatherings/{one.pk}/screen/")
    assert "<svg" in screen
    code = actions.code_of(one.parts.get(), timezone.now())

    for account in (cast.li, cast.wang):
        client = browser(account)
        page = text(client, f"/gatherings/{one.pk}/here/?code={code}")
        assert f'value="{code}"' in page
        assert client.post(f"/gatherings/{one.pk}/here/", {"code": code}).status_code == 302
    assert sorted(Presence.objects.values_list("invitee__name", "how")) == [
        ("李清和", "code"),
        ("王立言", "code"),
    ]
    refused = browser(cast.zhao).post(f"/gatherings/{one.pk}/here/", {"code": "0123456789"})
    assert (refused.status_code, Presence.objects.count()) == (422, 2)
    assert "已签到 <b>2</b> 人" in text(browser(cast.office), f"/gatherings/{one.pk}/screen/")


def test_the_desk_sends_what_it_ticked_without_a_network(cast: Cast) -> None:
    one = today_gathering(cast)
    part, wang = one.parts.get(), one.invitees.get(member=cast.member_wang)
    client = browser(cast.office)
    before = timezone.now() - timedelta(minutes=1)
    ticks = {"part": part.pk, "came": [wang.pk], f"at-{wang.pk}": before.isoformat()}

    for _ in range(2):  # the answer was lost, the browser sends once more
        assert (
            client.post(
                f"/gatherings/{one.pk}/roll/", ticks, headers={"X-Requested-With": "fetch"}
            ).status_code
            == 204
        )
    found = Presence.objects.get()
    assert (found.invitee, found.at, found.by) == (wang, before, cast.office)
    broken = client.post(
        f"/gatherings/{one.pk}/roll/", {"part": "x", "came": ["y", "9" * 30], "at-1": "never"}
    )
    assert broken.status_code == 302


def test_a_paper_of_the_agenda_is_for_those_called_and_its_readers_are_known(cast: Cast) -> None:
    cast.member_zhao.ends_on = make.MEETS.date() - timedelta(days=1)
    cast.member_zhao.save()
    one = make.notified_gathering(cast)
    item, office = one.agenda.get(), browser(cast.office)
    path = f"/gatherings/{one.pk}/agenda/{item.pk}/files/"
    assert "请先选一个文件" in office.post(path).content.decode()
    office.post(path, {"file": SimpleUploadedFile("报告.txt", "常委会工作报告".encode())})
    found = re.search(rf"/gatherings/{one.pk}/files/\d+/", text(office, f"/gatherings/{one.pk}/agenda/"))
    assert found
    li = browser(cast.li)
    assert li.post(found[0]).status_code == 302
    assert b"".join(li.get(found[0]).streaming_content).decode() == "常委会工作报告"  # type: ignore[attr-defined]
    assert browser(cast.zhao).get(found[0]).status_code == 404
    office.post(found[0])
    assert [row.account for row in Reading.objects.all()] == [cast.li]
    assert "1 人看过" in text(office, f"/gatherings/{one.pk}/agenda/")


def test_the_month_shows_each_day_of_a_gathering(cast: Cast) -> None:
    make.notified_gathering(cast, ends_at=make.MEETS + timedelta(days=2))
    page = text(browser(cast.li), "/gatherings/month/?month=2017-03")
    assert page.count("九届一次全体会议") == 3
    for word in ("2017-13", "x", "99999-1", "2017-3-1"):
        assert "月</h1>" in text(browser(cast.li), f"/gatherings/month/?month={word}")


def test_pages_cost_the_same_for_few_and_for_many(cast: Cast) -> None:
    one = make.held_gathering(cast)
    office, li = browser(cast.office), browser(cast.li)
    paths = (
        f"/gatherings/{one.pk}/",
        f"/gatherings/{one.pk}/roll/",
        "/gatherings/?when=all",
        "/gatherings/month/?month=2017-03",
    )
    few = [questions(office, path) for path in paths] + [questions(li, paths[0])]
    for number in range(12):
        make.held_gathering(cast, title=f"第{number}次主席会议", type="chairs")
    actions.save(
        one, cast.office, {}, at=make.ENDS,
        stops=[{"organisation": f"企业{n}", "sort": "enterprise", "on": make.MEETS.date()} for n in range(20)],
        guests=[{"organisation": f"银行{n}", "sort": "bank", "people": 2} for n in range(20)],
    )  # fmt: skip
    perform_many(cast, one)
    many = [questions(office, path) for path in paths] + [questions(li, paths[0])]
    assert many == few
    assert max(few) <= 12


def perform_many(cast: Cast, one: Gathering) -> None:
    """Thirty more people on the roll."""
    from huisheng.gatherings.models import Invitee
    from huisheng.people.models import Member

    for number in range(30):
        member = Member.objects.create(name=f"委员{number}", sector=cast.sector, starts_on="2017-01-01")
        invitee = Invitee.objects.create(gathering=one, member=member, name=member.name, sector=cast.sector)
        Presence.objects.create(
            invitee=invitee, part=one.parts.get(), mark="present", how="desk", at=make.MEETS
        )


def test_what_was_typed_and_not_sent_stands_there_again(cast: Cast) -> None:
    one = make.held_gathering(cast)
    client, path = browser(cast.office), f"/gatherings/{one.pk}/"
    place = f"gatherings.gathering:{one.pk}:minutes"
    client.post("/typed", {"place": place, "minutes": "会议审议了报告，写到一半。"})
    assert "写到一半。" in text(client, f"{path}minutes/")
    client.post(f"{path}minutes/", {"minutes": "写完了。", "version": one.version})
    one.refresh_from_db()
    assert "写到一半。" not in text(client, f"{path}minutes/")

    planned = make.gathering(cast, type="research", title="企业调研")
    typed = {
        "place": f"gatherings.gathering:{planned.pk}:plan",
        "note": "请带笔记本。",
        "stops-0-organisation": "某铝业公司",
    }
    client.post("/typed", typed)
    page = text(client, f"/gatherings/{planned.pk}/plan/")
    assert "请带笔记本。" in page
    assert "某铝业公司" in page


def test_minutes_are_kept_and_settled_from_the_page(cast: Cast) -> None:
    one = make.held_gathering(cast)
    client, path = browser(cast.office), f"/gatherings/{one.pk}/"
    client.post(f"{path}minutes/", {"minutes": "会议审议了报告。", "version": one.version})
    assert "会议审议了报告。" in text(client, path)
    assert "会议审议了报告。" not in text(browser(cast.li), path)
    one.refresh_from_db()
    perform(one, "settle", cast.office, at=make.ENDS)
    assert "会议审议了报告。" in text(browser(cast.li), path)
    assert client.get(f"{path}minutes/").status_code == 422


def test_a_meeting_stands_on_the_members_home_until_answered_and_on_the_desks_on_its_day(cast: Cast) -> None:
    now = timezone.now()
    one = make.notified_gathering(
        cast, starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=3, hours=2)
    )
    li = browser(cast.li)
    assert "九届一次全体会议" in text(li, "/")
    assert f'action="/gatherings/{one.pk}/answer/"' in text(li, "/")
    li.post(f"/gatherings/{one.pk}/answer/", {"coming": "yes"})
    assert "您已回执：参加" in text(li, "/")

    today = timezone.localdate(now)
    assert [duty.step.action for duty in duties(cast.office, today)] == []
    later = timezone.localdate(one.starts_at)
    assert [duty.sentence for duty in duties(cast.office, later)] == [
        "《九届一次全体会议》今天举行，请开始签到"
    ]
