"""The life of a lead and of an opinion: who learns what became of it, and what stays closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huisheng.desk.fsck import check
from huisheng.kernel import links
from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment, Entry, Notice
from huisheng.opinions import actions, queries
from huisheng.opinions.models import Lead, LeadContact, Opinion, OpinionState
from huisheng.proposals.models import Proposal
from huisheng.search.models import SearchRow

from .. import make
from ..cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_the_same_message_is_taken_in_once_and_shows_the_same_ways_in(cast: Cast) -> None:
    voice = actions.Voice("phone", "井盖缺角。", "call-1")
    first, again = actions.take_in(voice, make.DAY), actions.take_in(voice, make.DAY)
    assert (first.is_new, again.is_new) == (True, False)
    assert (first.lead, first.secret, first.token) == (again.lead, again.secret, again.token)
    assert Lead.objects.count() == 1
    kept = str(Lead.objects.values())
    assert [word for word in (first.secret, first.token) if word in kept] == []


def test_a_sender_reads_every_change_and_the_answer(cast: Cast) -> None:
    lead = make.reading(cast)
    perform(lead, "ask", cast.editor, {"text": "请问是哪一个卫生站？"}, at=make.DAY)
    actions.hear(lead, "济源路那一个。", make.DAY)
    perform(lead, "take_up", cast.editor, {"title": "关于延长卫生站门诊的建议"}, at=make.DAY)
    perform(lead, "answer", cast.editor, {"text": "三月起周末有门诊。"}, at=make.DAY)
    assert [(one.is_from_sender, one.text) for one in lead.messages.all()] == [
        (False, "已经受理，正在看。2017年4月13日前答复您。"),
        (False, "请问是哪一个卫生站？"),
        (True, "济源路那一个。"),
        (False, "您反映的事已编入社情民意信息，正在整理上报。"),
        (False, "三月起周末有门诊。"),
    ]
    assert check().is_clean


def test_who_wrote_the_same_thing_reads_the_same_answer(cast: Cast) -> None:
    main, other = make.reading(cast), make.lead(cast)
    perform(other, "join", cast.editor, {"main": main.pk}, at=make.DAY)
    perform(main, "answer", cast.editor, {"text": "已经修好。"}, at=make.DAY)
    assert other.messages.last().text == "已经修好。"
    another = make.lead(cast)
    perform(Lead.objects.get(pk=main.pk), "reopen", cast.editor, {"note": "再看"}, at=make.DAY)
    with pytest.raises(Refused, match="并入本条"):
        perform(Lead.objects.get(pk=main.pk), "join", cast.editor, {"main": another.pk}, at=make.DAY)


def test_a_contact_is_opened_by_two_named_persons_and_every_look_is_written_down(cast: Cast) -> None:
    lead = make.lead(cast)
    perform(lead, "ask_contact", cast.editor, {"reason": "核对地点"}, at=make.DAY)
    opening = lead.openings.get()
    with pytest.raises(Refused, match="两人"):
        perform(opening, "grant", cast.editor, at=make.DAY)
    with pytest.raises(NotAllowed):
        actions.look(lead, cast.editor, make.DAY)
    perform(opening, "grant", cast.office, at=make.DAY)
    assert actions.look(lead, cast.editor, make.DAY)["phone"] == "13800008201"
    with pytest.raises(NotAllowed):
        actions.look(lead, cast.editor, make.DAY + timedelta(hours=25))
    looks = Entry.objects.filter(subject_type=Lead.kind(), subject_id=lead.pk, action="look")
    assert [one.account for one in looks] == [cast.editor]


def test_a_contact_lies_nowhere_in_the_open(cast: Cast) -> None:
    lead = make.lead(cast, contact={"name": "金丝雀甲", "phone": "13812345678"})
    perform(lead, "accept", cast.editor, make.ACCEPTED, at=make.DAY)
    for model in (Lead, LeadContact, Entry, Notice, SearchRow, Attachment):
        rows = str(list(model.objects.values()))
        assert [word for word in ("金丝雀", "13812345678") if word in rows] == [], model.__name__


def test_a_contact_is_erased_when_its_time_is_over(cast: Cast) -> None:
    lead = make.reading(cast)
    perform(lead, "answer", cast.editor, {"text": "已经办好。"}, at=make.DAY)
    assert actions.erase_contacts(make.DAY + timedelta(days=364)) == 0
    assert actions.erase_contacts(make.DAY + timedelta(days=366)) == 1
    assert LeadContact.objects.get().sealed == ""
    assert check().is_clean


def test_an_opinion_passes_edit_check_and_sign_by_three_persons(cast: Cast) -> None:
    one = make.edited_opinion(cast)
    assert [text.kind for text in one.texts.all()] == ["original", "edited"]
    original = one.texts.get(number=1)
    perform(one, "check", cast.office, make.WORDS | {"advice": "周末轮流留两个窗口。"}, at=make.DAY)
    perform(one, "sign", cast.chair, at=make.DAY)
    one.refresh_from_db()
    assert (one.state, one.text.kind, one.issued_on) == (OpinionState.ISSUED, "checked", make.DAY.date())
    assert original.advice == make.WORDS["advice"]
    assert Notice.objects.filter(account=cast.li, text__contains="已签发").exists()
    assert check().is_clean


def test_nobody_checks_what_they_edited(cast: Cast) -> None:
    one = make.adopted_opinion(cast)
    cast.editor.posts.create(kind="office", starts_on="2017-01-01")
    cast.editor.refresh_posts()
    perform(one, "edit", cast.editor, make.WORDS, at=make.DAY)
    with pytest.raises(Refused, match="另一位"):
        perform(one, "check", cast.editor, make.WORDS, at=make.DAY)


def test_what_becomes_of_a_synthesis_is_told_to_everyone_whose_words_are_in_it(cast: Cast) -> None:
    lead = make.reading(cast)
    perform(lead, "take_up", cast.editor, {"title": "关于周末门诊"}, at=make.DAY)
    from_lead = Opinion.objects.get(title="关于周末门诊")
    perform(from_lead, "adopt", cast.editor, {"area": "16"}, at=make.DAY)
    own = make.adopted_opinion(cast)
    perform(own, "combine", cast.editor, {"title": "社区卫生服务综合"}, at=make.DAY)
    whole = Opinion.objects.get(is_synthesis=True)
    with pytest.raises(Refused, match="至少"):
        perform(whole, "edit", cast.editor, make.WORDS, at=make.DAY)
    perform(from_lead, "combine", cast.editor, {"synthesis": whole.pk}, at=make.DAY)
    whole.refresh_from_db()
    perform(whole, "edit", cast.editor, make.WORDS | {"title": "社区卫生服务综合"}, at=make.DAY)
    perform(whole, "check", cast.office, make.WORDS | {"title": "社区卫生服务综合"}, at=make.DAY)
    perform(whole, "sign", cast.chair, at=make.DAY)
    adopted = {"level": "city", "how": "synthesis", "addressee": "市政协", "adopted_on": "2017-03-02"}
    perform(whole, "record_adoption", cast.editor, adopted, at=make.DAY)
    assert Notice.objects.filter(account=cast.li, text__contains="市级综合采用").count() == 1
    assert "市级综合采用" in lead.messages.last().text
    chain = [one.record for one in links.chain(lead)]
    assert chain == [from_lead, whole]
    assert {one.record for one in links.chain(whole)} == {from_lead, own, lead}
    assert check().is_clean


def test_a_proposal_that_was_not_filed_goes_on_as_an_opinion(cast: Cast) -> None:
    proposal = make.decided(cast, outcome={"outcome": "to_opinion"})
    perform(proposal, "to_opinion", cast.second, at=make.DAY)
    opinion = Opinion.objects.get()
    assert (opinion.state, opinion.reporter_member, opinion.title) == (
        OpinionState.SUBMITTED, cast.member_li, Proposal.objects.get(pk=proposal.pk).title,
    )  # fmt: skip
    assert [one.record for one in links.chain(opinion)] == [proposal]


def test_a_reporter_reads_their_own_and_nobody_else_reads_drafts_or_leads(cast: Cast) -> None:
    mine, lead = make.opinion(cast), make.lead(cast)
    today = make.DAY.date()
    assert list(queries.visible_to(cast.li, today)) == [mine]
    for account in (cast.wang, cast.editor, cast.housing_clerk, cast.admin, cast.leader):
        assert list(queries.visible_to(account, today)) == []
    seen = {
        name
        for name, account in cast.accounts.items()
        if list(queries.visible_leads(account, today)) == [lead]
    }
    assert seen == {"editor", "office"}
