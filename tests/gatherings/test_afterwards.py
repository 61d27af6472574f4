"""Groups of a meeting, its photographs, study notes, readers of papers, and a speech that becomes a paper of the committee."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huisheng.desk.chain import chain_for
from huisheng.gatherings import actions, floor, queries
from huisheng.gatherings.models import Gathering, Remark
from huisheng.kernel import store
from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Notice
from huisheng.outputs.models import Output
from tests import make
from tests.cast import Cast, make_cast, moment
from tests.counting import questions
from tests.kernel.test_files import exif_with_place, jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


# -- groups ----------------------------------------------------------------------------------------------------------
def grouped(cast: Cast) -> Gathering:
    """A plenary whose people stand in two groups, called."""
    one = make.notified_gathering(cast)
    one.invitees.filter(member__in=[cast.member_li, cast.member_wang]).update(group="第一组")
    one.invitees.filter(member=cast.member_zhao).update(group="第二组")
    return one


TALKS = {"starts_at": "2017-03-08T09:30", "ends_at": "2017-03-08T11:00", "place": "二楼会议室", "tells": "on"}


def test_each_group_meets_by_itself_under_its_meeting_and_is_told(cast: Cast) -> None:
    plenary = grouped(cast)
    with pytest.raises(NotAllowed):
        perform(plenary, "divide", cast.editor, TALKS | {"groups": ["第一组"]}, at=make.DAY)

    perform(plenary, "divide", cast.office, TALKS | {"groups": ["第一组"]}, at=make.DAY)

    first = plenary.children.get()
    assert [str(one) for one in first.invitees.all()] == ["李清和", "王立言"]
    assert (first.state, first.title) == ("notified", "九届一次全体会议第一组讨论")
    assert Notice.objects.filter(account=cast.li, text__contains="第一组讨论").exists()
    # a group meets once; the one that is left can still be made, and then there is nothing to divide
    assert queries.groups_ahead(plenary) == {"第二组": 1}
    perform(plenary, "divide", cast.office, TALKS | {"groups": ["第二组"], "tells": ""}, at=make.DAY)
    assert plenary.children.get(title__contains="第二组").state == "draft"
    with pytest.raises(Refused, match="没有还要建的小组"):
        perform(plenary, "divide", cast.office, TALKS | {"groups": ["第二组"]}, at=make.DAY)
    assert "divide" not in {one.step.action for one in first.lifecycle.open_steps(first, cast.office)}


def test_what_a_group_said_goes_into_the_briefing_of_the_whole_and_counts_once(cast: Cast) -> None:
    plenary = grouped(cast)
    perform(plenary, "divide", cast.office, TALKS | {"groups": ["第一组"]}, at=make.DAY)
    group = plenary.children.get()
    for one in (plenary, group):
        perform(one, "open", cast.office, at=make.MEETS)
        actions.sign_in(one, cast.li, moment("2017-03-08 09:05"))
    floor.note_remark(group, cast.office, {"name": "李清和", "text": "报告要写到哪一家办。"}, at=make.MEETS)

    page = browser(cast.office).get(f"/gatherings/{plenary.pk}/briefings/new/").content.decode()

    assert "报告要写到哪一家办" in page
    for one in (plenary, group):
        perform(one, "close", cast.office, at=make.ENDS)
    assert queries.attended(2017).filter(invitee__member=cast.member_li).count() == 1
    assert list(queries.held(2017)) == [plenary]


def test_a_meeting_inside_another_is_made_from_its_page(cast: Cast) -> None:
    plenary, other = make.gathering(cast), make.gathering(cast, title="另一次")
    client = browser(cast.office)
    page = client.get(f"/gatherings/new/?under={plenary.pk}").content.decode()
    assert "列在《九届一次全体会议》之下" in page
    said = {
        "type": "chairs", "title": "主席团会议", "starts_at": "2017-03-08T08:00", "ends_at": "2017-03-08T08:40", "place": "三楼",
        "host": "", "under": plenary.pk, "key": "u1",
    }  # fmt: skip

    client.post("/gatherings/new/", said)

    inner = plenary.children.get()
    assert (inner.title, inner.session) == ("主席团会议", cast.session)
    assert "主席团会议" in client.get(plenary.get_absolute_url()).content.decode()
    # two floors are enough, and nobody hangs a meeting under one that is not theirs
    assert client.post("/gatherings/new/", said | {"under": inner.pk, "key": "u2"}).status_code == 409
    assert browser(cast.convener).get(f"/gatherings/new/?under={other.pk}").status_code == 404


# -- photographs -----------------------------------------------------------------------------------------------------
def located_photo() -> bytes:
    return jpeg(exif_with_place(6))


def picture(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("IMG_2017.JPG", data, "image/jpeg")


def test_a_photograph_is_kept_without_where_it_was_taken_and_seen_by_those_called(cast: Cast) -> None:
    one = make.held_gathering(cast)
    office, path = browser(cast.office), f"/gatherings/{one.pk}/photos/"
    assert b"GPS" in located_photo()
    for _ in range(2):  # pressed twice
        office.post(path, {"file": picture(located_photo()), "caption": "在会议中心"})

    kept = queries.photos(one).get()

    assert kept.name == "在会议中心.jpg"
    assert b"GPS" not in store.open_file(kept).read()
    assert "看照片（1 张）" in browser(cast.li).get(one.get_absolute_url()).content.decode()
    shown = browser(cast.li).get(f"{path}{kept.pk}/?inline")
    assert (shown["Content-Type"], shown["Content-Disposition"][:6]) == ("image/jpeg", "inline")
    assert browser(cast.housing_clerk).get(f"{path}{kept.pk}/").status_code == 404
    assert browser(cast.li).post(path, {"file": picture(located_photo()), "caption": "x"}).status_code == 403
    # no picture, no photograph
    words = SimpleUploadedFile("a.jpg", "不是照片".encode(), "image/jpeg")
    assert office.post(path, {"file": words, "caption": "会场"}).status_code == 422

    office.post(f"{path}{kept.pk}/remove/")

    assert not queries.photos(one).exists()
    assert list(Entry.objects.filter(action__startswith="photo").values_list("label", "note")) == [
        ("加照片", "在会议中心.jpg"), ("撤下照片", "在会议中心.jpg"),
    ]  # fmt: skip


# -- study notes and readers -----------------------------------------------------------------------------------------
def test_who_was_at_a_course_writes_what_was_learnt_and_others_do_not_read_it(cast: Cast) -> None:
    course = make.held_gathering(cast, type="study", title="专题研修班", hours=30)
    path = f"/gatherings/{course.pk}/note/"
    client = browser(cast.li)
    client.post(path, {"text": "协商要先做调研。", "key": "n1"})
    client.post(path, {"text": "协商要先做调研。", "key": "n1"})

    assert Remark.objects.get().text == "协商要先做调研。"
    assert "协商要先做调研" in client.get(path).content.decode()
    assert "协商要先做调研" not in browser(cast.wang).get(path).content.decode()
    assert "协商要先做调研" in browser(cast.office).get(f"/gatherings/{course.pk}/remarks/").content.decode()
    assert browser(cast.office).post(path, {"text": "代写。", "key": "n2"}).status_code == 403
    plenary = make.held_gathering(cast)
    assert client.get(f"/gatherings/{plenary.pk}/note/").status_code == 404


def test_the_office_reads_who_opened_a_paper_and_when(cast: Cast) -> None:
    one = make.notified_gathering(cast)
    file = store.keep("报告".encode(), "报告.txt", one.agenda.get(), cast.office, "paper", make.DAY)
    actions.opened(one, file, cast.li, moment("2017-03-02 08:15"))
    actions.opened(one, file, cast.li, moment("2017-03-05 20:00"))

    page = browser(cast.office).get(f"/gatherings/{one.pk}/agenda/").content.decode()

    assert "1 人看过" in page
    assert "李清和" in page
    assert "3月2日 08:15" in page
    assert "3月5日" not in page


# -- a speech becomes a paper ----------------------------------------------------------------------------------------
def test_a_chosen_speech_is_drafted_into_a_paper_and_each_leads_to_the_other(cast: Cast) -> None:
    speech = make.speech(cast)
    perform(speech, "submit", cast.li, at=make.DAY)
    editor = browser(cast.editor)
    assert "（根据" not in editor.get(f"/outputs/new/?speech={speech.pk}").content.decode()
    perform(speech, "choose", cast.editor, {}, at=make.DAY)
    perform(speech, "check", cast.office, {}, at=make.DAY)
    perform(speech, "print", cast.chair, {}, at=make.DAY)

    page = editor.get(f"/outputs/new/?speech={speech.pk}").content.decode()
    assert "（根据李清和在九届一次全体会议上的发言整理）" in page
    answer = editor.post("/outputs/new/", {
        "type": "report", "title": speech.title, "content": speech.content, "speech": speech.pk, "key": "o1",
        "advice-TOTAL_FORMS": "0", "advice-INITIAL_FORMS": "0",
    })  # fmt: skip

    assert answer.status_code == 302
    made = Output.objects.get()
    assert [one.record for one in chain_for(made, cast.editor, make.DAY.date())] == [speech]
    assert [one.record for one in chain_for(speech, cast.editor, make.DAY.date())] == [made]
    assert chain_for(speech, cast.li, make.DAY.date()) == []  # a draft of the office's is nobody else's


def test_the_page_of_five_hundred_people_costs_twelve_questions(cast: Cast) -> None:
    from huisheng.gatherings.models import Invitee, Presence

    one = make.open_gathering(cast)
    people = Invitee.objects.bulk_create(Invitee(gathering=one, name=f"委员{n}") for n in range(500))
    part = one.parts.get()
    Presence.objects.bulk_create(
        Presence(invitee=each, part=part, mark="present", how="desk", at=make.MEETS) for each in people
    )

    for account, path in ((cast.office, ""), (cast.li, ""), (cast.office, "roll/")):
        assert questions(browser(account), f"/gatherings/{one.pk}/{path}") <= 12
