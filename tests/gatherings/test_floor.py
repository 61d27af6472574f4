"""What happens on the floor: speeches through their gates and under the clock, remarks, briefings, votes; who sees which."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huisheng.gatherings import floor, queries
from huisheng.gatherings.models import (
    Ballot,
    Briefing,
    Gathering,
    Invitee,
    Remark,
    Speech,
    SpeechState,
)
from huisheng.kernel.errors import Invalid, NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Typed
from huisheng.people.models import Body, Member, Post

from .. import make
from ..cast import BEGAN, Cast, make_cast, moment
from ..counting import questions
from ..make import DAY, MEETS

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


def statuses(cast: Cast, path: str) -> dict[str, int]:
    return {name: browser(account).get(path).status_code for name, account in cast.accounts.items()}


def openers(cast: Cast, path: str) -> set[str]:
    return {name for name, status in statuses(cast, path).items() if status == 200}


INSIDE = {"clerk", "second", "reviewer", "office", "editor", "chair"}
CALLED = {"li", "wang", "zhao"}


def chosen(cast: Cast, one: Speech, *, position: int = 1, state: str = "speak") -> Speech:
    """Through the three gates."""
    perform(one, "submit", cast.li, at=DAY)
    perform(one, "choose", cast.editor, {}, at=DAY)
    perform(one, "check", cast.office, {}, at=DAY)
    answers = {"position": position, "limit": 8} if state == "speak" else {}
    perform(one, state, cast.chair, answers, at=DAY)
    return one


def oral(cast: Cast, gathering: Gathering, title: str, position: int) -> Speech:
    data = {"title": title, "content": "请看三个数字。", "speaker_member": cast.member_li}
    return chosen(cast, floor.start_speech(gathering, cast.li, data, at=DAY), position=position)


# -- speeches ------------------------------------------------------------------------------------------------------------
def test_a_member_writes_a_speech_comes_back_to_it_and_submits(cast: Cast) -> None:
    one = make.notified_gathering(cast)
    client, path = browser(cast.li), f"/gatherings/{one.pk}/speeches/new/"
    assert f'href="{path}"' in text(client, "/gatherings/speeches/")
    words = {"title": "让老人下得了楼", "speaker": f"member:{cast.member_li.pk}", "content": "", "key": "k"}
    assert client.post(path, words | {"title": ""}).status_code == 422

    client.post("/typed", {"place": f"gatherings.gathering:{one.pk}:speech", "title": "写到一半"})
    page = text(client, path)
    assert 'value="写到一半"' in page
    assert "不要了，从头写" in page
    client.post(path, words)
    client.post(path, words)  # the same click twice
    speech = Speech.objects.get()
    assert not Typed.objects.exists()
    assert (speech.speaker_member, speech.speaker_body, speech.state) == (cast.member_li, None, "draft")
    refused = client.post(f"/gatherings/speeches/{speech.pk}/steps/submit", {"version": 0})
    assert "发言材料还没有写" in refused.content.decode()

    client.post(
        f"/gatherings/speeches/{speech.pk}/edit/", words | {"content": "好" * 3001, "wants_oral": "on"}
    )
    assert "超过 3000 字" in text(client, speech.get_absolute_url())
    client.post(f"/gatherings/speeches/{speech.pk}/steps/submit", {"version": 0})
    speech.refresh_from_db()
    assert (speech.state, len(speech.fingerprint), speech.wants_oral) == ("submitted", 64, True)
    assert client.get(f"/gatherings/speeches/{speech.pk}/edit/").status_code == 302


def test_a_party_speaks_at_a_meeting_that_it_does_not_hold(cast: Cast) -> None:
    party = Body.objects.create(kind="party", name="民盟上街区支部")
    Post.objects.create(account=cast.convener, kind="convener", body=party, starts_on=BEGAN)
    announced, draft = make.notified_gathering(cast), make.gathering(cast, title="下一次全会")
    client = browser(cast.convener)
    page = text(client, "/gatherings/speeches/")
    assert (announced.title in page, draft.title in page) == (True, False)
    path = f"/gatherings/{announced.pk}/speeches/new/"
    client.post(path, {"title": "集体发言", "speaker": f"body:{party.pk}", "reader": "周盟员", "content": "一", "key": "k"})  # fmt: skip
    speech = Speech.objects.get()
    assert (speech.speaker_name, speech.reader) == ("民盟上街区支部", "周盟员")
    assert "集体发言" in text(client, speech.get_absolute_url())
    # of the meeting itself a convener who is not called sees nothing more
    assert client.get(f"/gatherings/{announced.pk}/").status_code == 404
    assert browser(cast.li).get(f"/gatherings/{draft.pk}/speeches/new/").status_code == 404
    with pytest.raises(NotAllowed, match="发言委员本人"):
        floor.start_speech(
            announced, cast.wang, {"title": "x", "content": "y", "speaker_body": party}, at=DAY
        )


def test_who_sees_a_speech_before_and_after_it_is_chosen(cast: Cast) -> None:
    one = make.speech(cast)
    path, listed = one.get_absolute_url(), f"/gatherings/{one.gathering_id}/speeches/"
    assert openers(cast, path) == {"li"}
    perform(one, "submit", cast.li, at=DAY)
    assert openers(cast, path) == INSIDE | {"li"}
    assert one.title not in text(browser(cast.wang), listed)

    perform(one, "choose", cast.editor, {}, at=DAY)
    perform(one, "check", cast.office, {}, at=DAY)
    perform(one, "print", cast.chair, {}, at=DAY)
    assert openers(cast, path) == INSIDE | CALLED
    assert one.title in text(browser(cast.wang), listed)
    assert "办理记录" not in text(browser(cast.wang), path)
    assert openers(cast, listed) == INSIDE | CALLED


def test_one_person_does_not_hold_two_of_the_three_gates(cast: Cast) -> None:
    one = make.speech(cast)
    perform(one, "submit", cast.li, at=DAY)
    perform(one, "choose", cast.office, {}, at=DAY)
    with pytest.raises(Refused, match="初选是您办的，审稿须由另一位同志办理"):
        perform(one, "check", cast.office, {}, at=DAY)
    perform(one, "return", cast.editor, {"note": "请补数字"}, at=DAY)
    perform(one, "submit", cast.li, at=DAY)
    perform(one, "choose", cast.editor, {}, at=DAY)
    perform(one, "check", cast.office, {}, at=DAY)
    assert one.state == SpeechState.CHECKED


def test_the_office_sees_the_gates_and_the_balance(cast: Cast) -> None:
    cast.member_li.party = "民盟盟员"
    cast.member_li.save()
    one = make.speech(cast)
    chosen(cast, one)
    second = floor.start_speech(one.gathering, cast.wang, {"title": "二", "content": "三", "speaker_member": cast.member_wang}, at=DAY)  # fmt: skip
    perform(second, "submit", cast.wang, at=DAY)

    assert queries.balance(one.gathering) == [("教育界", 1, 1), ("经济界", 1, 0)]
    assert queries.party_balance(one.gathering) == [("未填政治面貌", 1, 0), ("民盟盟员", 1, 1)]
    path = f"/gatherings/{one.gathering_id}/speeches/"
    page = text(browser(cast.editor), path)
    assert "待初选 1" in page
    assert "口头发言 1" in page
    assert "民盟盟员" in page
    narrowed = text(browser(cast.editor), f"{path}?group=submitted")
    assert (second.get_absolute_url() in narrowed, one.get_absolute_url() in narrowed) == (True, False)
    assert "民盟盟员" not in text(browser(cast.zhao), path)


def test_the_clock_runs_for_one_speaker_at_a_time_and_a_double_click_does_no_harm(cast: Cast) -> None:
    gathering = make.notified_gathering(cast)
    first, second = oral(cast, gathering, "一", 1), oral(cast, gathering, "二", 2)

    floor.time_speech(first, cast.office, MEETS, press="begin")
    floor.time_speech(first, cast.office, MEETS + timedelta(seconds=1), press="begin")
    with pytest.raises(WrongState, match="《一》还在计时"):
        floor.time_speech(second, cast.office, MEETS, press="begin")
    with pytest.raises(WrongState, match="还没有开始计时"):
        floor.time_speech(second, cast.office, MEETS, press="end")
    floor.time_speech(first, cast.office, MEETS + timedelta(minutes=7), press="end")
    done = floor.time_speech(first, cast.office, MEETS + timedelta(minutes=8), press="end")
    assert (done.seconds, done.spoken) == (420, "7分00秒")
    with pytest.raises(WrongState, match="清除，重计"):
        floor.time_speech(first, cast.office, MEETS, press="begin")

    floor.untime_speech(first, cast.office, MEETS)
    first.refresh_from_db()
    assert (first.began_at, first.ended_at) == (None, None)
    assert Entry.objects.get(action="untime").data == {"seconds": 420}
    with pytest.raises(NotAllowed):
        floor.untime_speech(first, cast.li, MEETS)


def test_the_desk_times_from_one_page(cast: Cast) -> None:
    gathering = make.notified_gathering(cast)
    first, second = oral(cast, gathering, "一", 2), oral(cast, gathering, "二", 1)
    desk, path = browser(cast.office), f"/gatherings/{gathering.pk}/timing/"
    assert f'action="/gatherings/speeches/{second.pk}/time/"' in text(
        desk, path
    )  # the order's first, not the oldest
    assert f'action="/gatherings/speeches/{first.pk}/time/"' in text(desk, f"{path}?speech={first.pk}")
    assert 'value="begin"' in text(desk, f"{path}?speech=x")

    desk.post(f"/gatherings/speeches/{second.pk}/time/", {"press": "begin"})
    running = text(desk, f"{path}?speech={first.pk}")
    assert (running.count("data-runs"), 'value="end"' in running) == (1, True)
    desk.post(f"/gatherings/speeches/{second.pk}/time/", {"press": "end"})
    assert "各方面发言时间" in text(desk, path)
    assert desk.post(f"/gatherings/speeches/{second.pk}/time/", {"press": "x"}).status_code == 422
    assert openers(cast, path) == {"office"}
    assert browser(cast.editor).post(f"/gatherings/speeches/{second.pk}/time/", {"press": "again"}).status_code == 403  # fmt: skip


# -- remarks and briefings -------------------------------------------------------------------------------------------------
def test_the_recorder_picks_a_person_and_writes(cast: Cast) -> None:
    one = make.open_gathering(cast)
    client, path = browser(cast.office), f"/gatherings/{one.pk}/remarks/"
    assert '<option value="李清和（教育界）">' in text(client, path)
    client.post(path, {"person": "李清和（教育界）", "text": "先说。", "key": "a"})
    client.post(path, {"person": "李清和（教育界）", "text": "先说。", "key": "a"})
    client.post(path, {"person": "王立言", "text": "后说。", "key": "b"})
    client.post(path, {"person": "某局负责人", "text": "回应。", "key": "c"})
    assert [(row.name, str(row.invitee), row.text) for row in Remark.objects.all()] == [
        ("李清和", "李清和", "先说。"), ("王立言", "王立言", "后说。"), ("某局负责人", "None", "回应。"),
    ]  # fmt: skip
    page = text(client, path)
    assert page.index("后说。") < page.index("先说。")
    empty = client.post(path, {"person": "王立言", "text": "", "key": "d"})
    assert (empty.status_code, "“发言要点”还没有填。" in empty.content.decode()) == (422, True)


def test_two_people_of_one_name_are_told_apart(cast: Cast) -> None:
    one = make.open_gathering(cast)
    for sector in ("医卫界", "农业界"):
        body = Body.objects.create(kind="sector", name=sector)
        member = Member.objects.create(name="张明", sector=body, starts_on=BEGAN)
        Invitee.objects.create(gathering=one, member=member, name="张明", sector=body)
    client, path = browser(cast.office), f"/gatherings/{one.pk}/remarks/"
    asked = client.post(path, {"person": "张明", "text": "好。", "key": "a"})
    assert "名单上有2位“张明”" in asked.content.decode()
    client.post(path, {"person": "张明（农业界）", "text": "好。", "key": "b"})
    assert str(Remark.objects.get().invitee.sector) == "农业界"  # type: ignore[union-attr]


def test_remarks_are_read_by_who_keeps_the_meeting_and_the_office(cast: Cast) -> None:
    one = make.open_gathering(cast, type="group", title="第一组讨论", host=cast.committee)
    path = f"/gatherings/{one.pk}/remarks/"
    browser(cast.convener).post(path, {"person": "李清和", "text": "照明不够。", "key": "a"})
    assert openers(cast, path) == INSIDE | {"convener"}
    remark = Remark.objects.get()
    with pytest.raises(NotAllowed):
        floor.note_remark(one, cast.clerk, {"name": "李清和", "text": "x"}, at=MEETS)

    amend = f"{path}{remark.pk}/"
    assert openers(cast, amend) == {"office", "convener"}
    browser(cast.convener).post(amend, {"text": "路灯照明不够。"})
    remark.refresh_from_db()
    assert remark.text == "路灯照明不够。"
    other = make.open_gathering(cast, title="另一次")
    assert browser(cast.office).get(f"/gatherings/{other.pk}/remarks/{remark.pk}/").status_code == 404


def test_a_briefing_is_put_together_of_what_the_groups_said(cast: Cast) -> None:
    plenary = make.open_gathering(cast)
    group = make.open_gathering(cast, type="group", title="第一组讨论", parent=plenary)
    elsewhere = make.open_gathering(cast, type="group", title="别的会")
    for gathering, said in ((plenary, "大会上说。"), (group, "组里说。"), (elsewhere, "别处说。")):
        floor.note_remark(gathering, cast.office, {"name": "李清和", "text": said}, at=MEETS)
    client, path = browser(cast.office), f"/gatherings/{plenary.pk}/briefings/new/"
    page = text(client, path)
    assert ("［第一组讨论］李清和：组里说。" in page, "别处说。" in page) == (True, False)

    mine = [str(one.pk) for one in Remark.objects.exclude(gathering=elsewhere).order_by("pk")]
    other = str(Remark.objects.get(gathering=elsewhere).pk)
    assert client.post(path, {"title": "摘要", "remarks": [other], "key": "k"}).status_code == 422
    client.post(path, {"title": "摘要", "remarks": mine, "key": "k"})
    briefing = Briefing.objects.get()
    assert briefing.content == "李清和：大会上说。\n李清和：组里说。"
    assert "组里说。" not in text(client, path)
    assert "组里说。" in text(client, f"{path}?all=1")
    assert "已入简报" in text(client, f"/gatherings/{group.pk}/remarks/")


def test_a_briefing_is_the_offices_until_it_is_issued(cast: Cast) -> None:
    one = make.briefing(cast)
    path, listed = one.get_absolute_url(), f"/gatherings/{one.gathering_id}/briefings/"
    assert openers(cast, path) == INSIDE
    assert one.title not in text(browser(cast.li), listed)
    edited = browser(cast.office).post(
        f"{path}edit/", {"title": "第一组讨论摘要", "content": "补贴标准要写明。"}
    )
    assert edited.status_code == 302
    assert browser(cast.editor).get(f"{path}edit/").status_code == 404

    assert "不能撤回" in text(browser(cast.office), f"/gatherings/briefings/{one.pk}/steps/issue")
    browser(cast.office).post(f"/gatherings/briefings/{one.pk}/steps/issue", {"version": one.version})
    assert openers(cast, path) == INSIDE | CALLED
    assert "第1期" in text(browser(cast.li), listed)
    assert "补贴标准要写明。" in text(browser(cast.li), path)
    assert browser(cast.office).get(f"{path}edit/").status_code == 302


# -- votes -------------------------------------------------------------------------------------------------------------------
LINES = {"lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "1"}


def test_a_vote_by_hands_needs_only_who_was_present(cast: Cast) -> None:
    one = make.open_gathering(cast)
    desk = browser(cast.office)
    told = desk.post(
        f"/gatherings/{one.pk}/ballots/new/",
        {"title": "关于工作报告的决议", "method": "hands", "names": "", "key": "k"},
    )
    ballot = Ballot.objects.get()
    assert told["Location"] == f"/gatherings/ballots/{ballot.pk}/edit/"
    assert (ballot.due, [line.name for line in ballot.lines.all()]) == (3, ["关于工作报告的决议"])
    assert "发出票数" not in text(desk, told["Location"])

    rows = LINES | {"lines-0-name": "关于工作报告的决议", "lines-0-in_favour": "2"}
    many = desk.post(told["Location"], rows | {"title": "决议", "present": "4"})
    assert (many.status_code, "实到4人，多于应到3人" in many.content.decode()) == (422, True)
    desk.post(told["Location"], rows | {"title": "决议", "present": "3"})
    ballot.refresh_from_db()
    assert (ballot.present, ballot.issued, ballot.returned, ballot.valid) == (3, 3, 3, 3)
    page = text(desk, ballot.get_absolute_url())
    assert "共2票，有效票是3票，对不上" in page
    assert "2 票（以应到人数过半数计）" in page


def test_an_election_counts_papers_and_names_written_in(cast: Cast) -> None:
    one = make.open_gathering(cast)
    desk = browser(cast.office)
    path = f"/gatherings/{one.pk}/ballots/new/"
    said: dict[str, Any] = {"title": "选举副主席", "method": "acclaim", "is_election": "on", "key": "k"}
    wrong = desk.post(path, said).content.decode()
    assert all(sentence in wrong for sentence in ("选举须写明应选名额", "请写上候选人", "选举要计票"))
    desk.post(path, said | {"method": "secret", "seats": "1", "names": "甲\n\n乙\n"})
    ballot = Ballot.objects.get()
    edit = f"/gatherings/ballots/{ballot.pk}/edit/"
    assert "多于应选名额的作废" in text(desk, edit)

    counts = {
        "title": "选举副主席",
        "seats": "1",
        "present": "3",
        "issued": "3",
        "returned": "3",
        "void": "0",
    }
    rows = {
        "lines-TOTAL_FORMS": "4", "lines-INITIAL_FORMS": "2", "lines-0-name": "甲", "lines-0-in_favour": "2",
        "lines-0-against": "1", "lines-1-name": "乙", "lines-1-against": "3", "lines-2-name": "丙",
        "lines-2-in_favour": "1", "lines-2-is_written_in": "on",
    }  # fmt: skip
    more = desk.post(edit, counts | rows | {"returned": "4"}).content.decode()
    assert "收回4票，多于发出3票：投票无效" in more
    nameless = desk.post(edit, counts | rows | {"lines-3-against": "1"})
    assert (nameless.status_code, "有票数，但没有写姓名" in nameless.content.decode()) == (422, True)
    desk.post(edit, counts | rows)
    ballot.refresh_from_db()
    assert queries.what_does_not_close(ballot) == ""
    assert [(found.line.name, found.passed) for found in queries.outcomes(ballot)] == [
        ("甲", True), ("乙", False), ("丙", False),
    ]  # fmt: skip

    assert openers(cast, ballot.get_absolute_url()) == INSIDE
    desk.post(f"/gatherings/ballots/{ballot.pk}/steps/declare", {"version": ballot.version})
    assert openers(cast, ballot.get_absolute_url()) == INSIDE | CALLED
    assert "另选他人" in text(browser(cast.li), ballot.get_absolute_url())
    assert desk.get(edit).status_code == 302


def test_valid_papers_name_no_more_people_than_there_are_seats(cast: Cast) -> None:
    one = make.ballot(cast, is_election=True, seats=1, method="secret")
    lines = [{"name": "甲", "in_favour": 3}, {"name": "乙", "in_favour": 1, "against": 2}]
    floor.save_ballot(one, cast.office, {}, lines, MEETS)
    one.refresh_from_db()
    with pytest.raises(Refused, match="各人得票共4票，多于有效票3票乘应选名额1名（3票）"):
        perform(one, "declare", cast.office, at=MEETS)


def test_what_is_passed_by_applause_is_not_counted(cast: Cast) -> None:
    one = make.ballot(cast, method="acclaim")
    floor.save_ballot(one, cast.office, {}, [{"name": "主席团名单"}], MEETS)
    one.refresh_from_db()
    perform(one, "declare", cast.office, at=MEETS)
    assert [found.passed for found in queries.outcomes(one)] == [True]
    assert "不计票，宣布即为通过" in text(browser(cast.li), one.get_absolute_url())

    other = floor.start_ballot(one.gathering, cast.office, {"title": "x", "method": "hands"}, [{"name": "x"}], at=MEETS)  # fmt: skip
    with pytest.raises(Refused, match="还没有登记票数"):
        perform(other, "declare", cast.office, at=MEETS)


def test_who_is_due_to_vote_is_who_is_due_on_the_roll(cast: Cast) -> None:
    one = make.open_gathering(cast, type="committee", title="专委会会议", host=cast.committee)
    one.invitees.filter(member=cast.member_zhao).update(reply="declined")
    ballot = floor.start_ballot(one, cast.convener, {"title": "选举", "method": "hands"}, [{"name": "x"}], at=MEETS)  # fmt: skip
    assert ballot.due == queries.rolls(one)[0].due == 2
    with pytest.raises(Invalid) as told:
        floor.save_ballot(
            ballot, cast.convener, {"present": 3, "issued": 4, "returned": 5, "void": 6}, [], MEETS
        )
    assert set(told.value.errors) == {"present", "issued", "returned", "void"}
    with pytest.raises(NotAllowed):
        floor.start_ballot(one, cast.editor, {"title": "x", "method": "hands"}, [{"name": "x"}], at=MEETS)


def test_present_is_read_from_the_roll_of_the_sitting(cast: Cast) -> None:
    one = make.held_gathering(cast)
    ballot = floor.start_ballot(one, cast.office, {"title": "决议", "method": "hands"}, [{"name": "决议"}], at=MEETS)  # fmt: skip
    page = text(browser(cast.office), f"/gatherings/ballots/{ballot.pk}/edit/")
    assert 'name="present" value="1"' in page


# -- what pages cost, and what leads to them ---------------------------------------------------------------------------------
def test_the_pages_of_the_floor_cost_the_same_for_few_and_for_many(cast: Cast) -> None:
    gathering = make.open_gathering(cast)

    def fill(count: int) -> None:
        for n in range(count):
            data = {"title": f"发言{n}", "content": "好", "speaker_member": cast.member_li}
            speech = floor.start_speech(gathering, cast.li, data, at=DAY)
            chosen(cast, speech, position=n + 1)
            floor.time_speech(speech, cast.office, MEETS)
            floor.time_speech(speech, cast.office, MEETS + timedelta(minutes=5))
            remark = floor.note_remark(gathering, cast.office, {"name": f"人{n}", "text": "好"}, at=MEETS)
            floor.start_briefing(gathering, cast.office, {"title": f"简报{n}"}, [remark], at=MEETS)
            floor.note_remark(gathering, cast.office, {"name": f"人{n}", "text": "又说"}, at=MEETS)
            lines = [{"name": f"甲{m}"} for m in range(n + 1)]
            floor.start_ballot(gathering, cast.office, {"title": f"决议{n}", "method": "secret"}, lines, at=MEETS)  # fmt: skip

    fill(1)
    office, li = browser(cast.office), browser(cast.li)
    rooms = ("speeches/", "timing/", "remarks/", "briefings/", "briefings/new/", "ballots/")
    pages = [(office, f"/gatherings/{gathering.pk}/{room}") for room in rooms]
    pages += [(li, f"/gatherings/{gathering.pk}/speeches/"), (li, "/gatherings/speeches/")]
    few = [questions(client, path) for client, path in pages]
    few += [questions(office, f"/gatherings/ballots/{Ballot.objects.earliest('pk').pk}/{page}") for page in ("", "edit/")]  # fmt: skip
    fill(7)
    many = [questions(client, path) for client, path in pages]
    many += [questions(office, f"/gatherings/ballots/{Ballot.objects.latest('pk').pk}/{page}") for page in ("", "edit/")]  # fmt: skip
    assert many == few
    assert max(few) <= 16, few


def test_the_meetings_page_leads_to_what_its_kind_has(cast: Cast) -> None:
    plenary = make.notified_gathering(cast)
    study = make.notified_gathering(cast, type="study", title="读书会")
    visit = make.notified_gathering(cast, type="visit_in", title="来访")
    rooms = ("speeches", "remarks", "briefings", "ballots")

    def leads(account: Any, one: Gathering) -> list[str]:
        page = text(browser(account), f"/gatherings/{one.pk}/")
        return [room for room in rooms if f'href="/gatherings/{one.pk}/{room}/"' in page]

    assert leads(cast.office, plenary) == list(rooms)
    assert leads(cast.li, plenary) == ["speeches", "briefings", "ballots"]
    assert leads(cast.office, study) == ["remarks"]
    assert leads(cast.office, visit) == []
    before = moment("2017-03-08 08:00")
    assert list(queries.taking_speeches(cast.li, before.date())) == [plenary]
