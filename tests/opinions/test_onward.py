"""What a lead or an opinion becomes: a topic, a draft, and the chain that shows it from every end to those who may see."""

from __future__ import annotations

import pytest
from django.test import Client

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Notice
from huisheng.opinions.models import Lead
from huisheng.proposals import actions
from huisheng.proposals.models import Call, Proposal, Topic

from .. import make
from ..cast import Cast, make_cast
from ..counting import questions

pytestmark = pytest.mark.django_db
SECRET = "我叫金丝雀，电话13800008299"
PASSED = {"excerpt": "卫生站周末不开门。"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]
    return client


def chain(account: object, of: str, pk: int) -> str:
    return browser(account).get(f"/desk/chain/{of}/{pk}").content.decode()


def passed(cast: Cast) -> Lead:
    one = make.reading(cast, content=f"{SECRET}。卫生站周末不开门。")
    perform(one, "pass_on", cast.editor, PASSED | {"member": cast.member_li.pk}, at=make.DAY)
    return one


def test_the_office_makes_a_topic_of_an_opinion_and_its_reporter_hears_it(cast: Cast) -> None:
    call, opinion = make.call(cast), make.filed_opinion(cast)
    path = f"/proposals/topic-from/opinion/{opinion.pk}/"
    office = browser(cast.office)
    assert path in office.get(opinion.get_absolute_url()).content.decode()
    shown = office.get(path).content.decode()
    assert make.WORDS["title"] in shown
    words = {"call": call.pk, "title": "社区卫生站周末门诊", "background": "周末不开门。", "key": "k1"}
    assert office.post(path, words | {"title": ""}).status_code == 422
    for _ in range(2):
        office.post(path, words)
    topic = Topic.objects.get(number=2)
    assert (topic.title, topic.source, call.topics.count()) == ("社区卫生站周末门诊", "社情民意信息", 2)
    assert Notice.objects.filter(account=cast.li, text__contains="选题参考目录").count() == 1
    assert "社区卫生站周末门诊" in chain(cast.office, "opinion", opinion.pk)
    assert opinion.title in chain(cast.office, "topic", topic.pk)
    assert {name: browser(cast.accounts[name]).get(path).status_code for name in ("li", "editor", "clerk")} == {
        "li": 404, "editor": 404, "clerk": 404,
    }  # fmt: skip


def test_a_topic_of_a_lead_carries_no_contact_and_its_sender_reads_of_it(cast: Cast) -> None:
    call = make.call(cast)
    fresh, lead = make.lead(cast), make.reading(cast, content=f"{SECRET}。卫生站周末不开门。")
    office = browser(cast.office)
    assert office.get(f"/proposals/topic-from/lead/{fresh.pk}/").status_code == 404
    path = f"/proposals/topic-from/lead/{lead.pk}/"
    assert "13800008299" not in office.get(path).content.decode()
    office.post(path, {"call": call.pk, "title": "周末门诊", "background": "周末不开门。", "key": "k1"})
    assert "选题参考目录" in lead.messages.last().text
    topic = Topic.objects.get(title="周末门诊")
    assert lead.code in chain(cast.office, "topic", topic.pk)
    perform(call, "open", cast.office, at=make.DAY)
    assert lead.code not in chain(cast.li, "topic", topic.pk)


def test_a_closed_call_takes_no_topic(cast: Cast) -> None:
    call, opinion = make.call(cast), make.filed_opinion(cast)
    perform(call, "open", cast.office, at=make.DAY)
    perform(call, "close", cast.office, at=make.DAY)
    office = browser(cast.office)
    assert "请先起草一次征集" in office.get(f"/proposals/topic-from/opinion/{opinion.pk}/").content.decode()
    words = {"call": call.pk, "title": "周末门诊", "key": "k1"}
    assert office.post(f"/proposals/topic-from/opinion/{opinion.pk}/", words).status_code == 422
    assert Topic.objects.count() == 1


def test_a_member_starts_a_proposal_from_their_own_opinion(cast: Cast) -> None:
    opinion = make.filed_opinion(cast, advice="1．留一个窗口。\n2．公布值班表。")
    path = f"/proposals/draft-from/opinion/{opinion.pk}/"
    li = browser(cast.li)
    assert path in li.get(opinion.get_absolute_url()).content.decode()
    assert browser(cast.wang).get(path).status_code == 404
    told = li.post(path, {"key": "k1"})
    proposal = Proposal.objects.get()
    assert told["Location"] == f"/proposals/{proposal.pk}/draft/"
    assert proposal.title == "关于延长社区卫生站周末门诊的提案"
    assert [one.content for one in proposal.text.suggestions.all()] == ["留一个窗口。", "公布值班表。"]
    assert opinion.title in chain(cast.li, "proposal", proposal.pk)
    assert proposal.title in chain(cast.li, "opinion", opinion.pk)
    assert proposal.title not in chain(cast.office, "opinion", opinion.pk)  # a draft is its writer's alone


def test_a_member_reads_what_was_passed_on_and_not_the_letter(cast: Cast) -> None:
    lead = passed(cast)
    li = browser(cast.li)
    notice = Notice.objects.get(account=cast.li, url=f"/opinions/passed/{lead.pk}/")
    assert "金丝雀" not in notice.text
    pages = [notice.url, f"/proposals/draft-from/lead/{lead.pk}/", "/opinions/"]
    said = "".join(li.get(path).content.decode() for path in pages)
    assert "卫生站周末不开门" in said
    assert [word for word in ("金丝雀", "13800008299") if word in said] == []
    assert li.get(lead.get_absolute_url()).status_code == 404
    assert [browser(one).get(notice.url).status_code for one in (cast.wang, cast.admin)] == [404, 404]
    li.post(f"/proposals/draft-from/lead/{lead.pk}/", {"key": "k1"})
    proposal = Proposal.objects.get()
    assert proposal.text.situation == PASSED["excerpt"]
    assert f"/opinions/passed/{lead.pk}/" in chain(cast.li, "proposal", proposal.pk)


def test_a_lead_goes_to_a_member_or_to_a_unit_and_a_number_is_hidden_first(cast: Cast) -> None:
    lead = make.reading(cast, content=f"{SECRET}。卫生站周末不开门。")
    client = browser(cast.editor)
    path = f"/opinions/leads/{lead.pk}/steps/pass_on"
    assert "13800008299" not in client.get(path).content.decode()
    assert "请选一位委员" in client.post(path, {"version": lead.version}).content.decode()
    both = {"version": lead.version, "member": cast.member_li.pk, "to": "区卫健委", "excerpt": "字"}
    assert client.post(path, both).status_code == 422
    perform(lead, "pass_on", cast.editor, {"to": "区卫健委"}, at=make.DAY)
    assert lead.passed_to is None


def test_the_office_registers_a_paper_draft_of_a_lead(cast: Cast) -> None:
    lead = make.reading(cast)
    browser(cast.office).post(f"/proposals/draft-from/lead/{lead.pk}/", {"key": "k1"})
    proposal = Proposal.objects.get()
    assert (proposal.is_paper, proposal.sponsor_name) == (True, "")
    assert lead.code in chain(cast.office, "proposal", proposal.pk)


def test_a_draft_by_a_topic_knows_where_the_topic_came_from(cast: Cast) -> None:
    call, lead = make.call(cast), make.reading(cast)
    topic = actions.add_topic(call, lead, cast.office, {"title": "周末门诊", "background": ""}, at=make.DAY)
    perform(call, "open", cast.office, at=make.DAY)
    browser(cast.li).post("/proposals/new/write/", {"topic": topic.pk, "key": "k1"})
    proposal = Proposal.objects.get()
    perform(proposal, "invite", cast.li, {"members": [cast.member_wang.pk]}, at=make.DAY)
    assert "周末门诊" in chain(cast.li, "proposal", proposal.pk)
    assert lead.code not in chain(cast.li, "proposal", proposal.pk)
    assert questions(browser(cast.office), f"/desk/chain/lead/{lead.pk}") <= 12


def test_a_topic_stays_itself_when_the_catalogue_is_edited(cast: Cast) -> None:
    call, lead = make.call(cast), make.reading(cast)
    topic = actions.add_topic(call, lead, cast.office, {"title": "周末门诊", "background": ""}, at=make.DAY)
    words = {name: getattr(call, name) for name in ("title", "session", "opens_on", "closes_on", "content")}
    actions.save_call(
        call, cast.office, words | {"topics": [("周末门诊", "改过"), ("新选题", "")]}, at=make.DAY
    )
    assert [(one.pk == topic.pk, one.title) for one in Call.objects.get().topics.all()] == [
        (True, "周末门诊"), (False, "新选题"),
    ]  # fmt: skip
    actions.save_call(
        call, cast.office, words | {"topics": [("周末也要有门诊", ""), ("新选题", "")]}, at=make.DAY
    )
    topic.refresh_from_db()
    assert topic.title == "周末也要有门诊"
