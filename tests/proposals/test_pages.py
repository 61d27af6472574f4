"""Pages that are read: who may see what, what it costs, and what stays inside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry
from huisheng.people.models import Account
from huisheng.proposals.models import Assignment, Nomination, Proposal, Reply
from tests import make
from tests.cast import Cast
from tests.counting import questions

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]
MOST = 12


def page(browser: Client, path: str, status: int = 200) -> str:
    response = browser.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def seen_by(cast: Cast, enter: Enter, path: str) -> set[str]:
    return {name for name, account in cast.accounts.items() if enter(account).get(path).status_code == 200}


# -- who sees what -------------------------------------------------------------------------------------------------
def test_a_draft_is_seen_by_its_writer_alone(cast: Cast, enter: Enter) -> None:
    assert seen_by(cast, enter, make.draft(cast).get_absolute_url()) == {"li"}


def test_an_invited_member_reads_the_draft(cast: Cast, enter: Enter) -> None:
    assert seen_by(cast, enter, make.invited(cast).get_absolute_url()) == {"li", "wang"}


def test_what_was_received_is_seen_by_the_sponsor_and_the_committee(cast: Cast, enter: Enter) -> None:
    seen = seen_by(cast, enter, make.submitted(cast).get_absolute_url())

    assert seen == {"li", "clerk", "second", "reviewer", "office", "chair"}


def test_a_closed_proposal_in_hand_is_kept_from_other_members_and_other_agencies(
    cast: Cast, enter: Enter
) -> None:
    open_one = make.handling(cast)
    closed = make.handling(cast)
    Proposal.objects.filter(pk=closed.pk).update(disclosure="closed")

    assert {"zhao", "housing_clerk", "coordinator"} <= seen_by(cast, enter, open_one.get_absolute_url())
    seen = seen_by(cast, enter, closed.get_absolute_url())
    assert {"li", "housing_clerk", "housing_head", "coordinator", "clerk"} <= seen
    assert not {"zhao", "wang", "traffic_clerk", "admin", "auditor"} & seen


def test_nobody_reads_without_signing_in(cast: Cast, client: Client) -> None:
    proposal = make.handling(cast)

    for path in ("", "receipt/", "deadline/review/", "texts/1/", "steps/supplement"):
        assert client.get(f"{proposal.get_absolute_url()}{path}").status_code in (302, 404)
    assert client.get("/proposals/").status_code == 302


def test_steps_of_children_are_doors_for_their_own_people_only(cast: Cast, enter: Enter) -> None:
    one = make.contact(cast)
    path = f"/proposals/contact/{one.pk}/steps/confirm"

    assert enter(cast.li).get(path).status_code == 200
    assert enter(cast.zhao).get(path).status_code == 404
    rating = make.rating(cast)
    assert enter(cast.li).get(f"/proposals/rating/{rating.pk}/steps/rate").status_code == 200
    for account in (cast.zhao, cast.wang, cast.housing_clerk, cast.chair):
        assert enter(account).get(f"/proposals/rating/{rating.pk}/steps/rate").status_code == 404


def test_the_lists_show_only_what_may_be_seen(cast: Cast, enter: Enter) -> None:
    make.draft(cast, title="只有李清和看得到的草稿")
    make.handling(cast, title="大家看得到的提案")

    assert "大家看得到的提案" in page(enter(cast.zhao), "/proposals/")
    assert "只有李清和看得到的草稿" not in page(enter(cast.zhao), "/proposals/?group=draft")
    assert "只有李清和看得到的草稿" in page(enter(cast.li), "/proposals/?group=draft")
    assert "大家看得到的提案" not in page(enter(cast.traffic_clerk), "/proposals/")


# -- what a decision not yet published looks like ------------------------------------------------------------------
def test_what_is_decided_but_not_published_reads_as_in_review(cast: Cast, enter: Enter) -> None:
    one = make.decided(cast)

    outside, inside = (
        page(enter(cast.li), one.get_absolute_url()),
        page(enter(cast.clerk), one.get_absolute_url()),
    )
    assert "审查中" in outside
    assert "待公布" not in outside
    assert "社会建设" not in outside
    assert "待公布" in inside
    assert "社会建设" in inside


def test_a_plan_that_was_not_sent_is_for_the_office(cast: Cast, enter: Enter) -> None:
    one = make.filed(cast)
    perform(one, "plan", cast.clerk, {"lead": cast.housing.pk}, at=make.DAY)

    for path in (one.get_absolute_url(), "/proposals/"):
        assert "区住房和城乡建设局" in page(enter(cast.clerk), path).replace("<option", "")
    assert "区住房和城乡建设局" not in page(enter(cast.li), one.get_absolute_url())
    assert f'data-label="主办">{cast.housing.name}' not in page(enter(cast.li), "/proposals/")
    assert "共 <b>0</b> 件" in page(enter(cast.zhao), f"/proposals/?agency={cast.housing.pk}")


# -- whose turn ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stage", "line"),
    [
        ("submitted", "已收到，待审查"), ("returned_one", "退回修改"), ("filed", "已立案，待交办"), ("handling", "待签收"),
        ("answered", "已答复，待评价"), ("concluded", "已办结"),
    ],
)  # fmt: skip
def test_the_first_line_says_what_whose_turn_until_when(
    cast: Cast, enter: Enter, stage: str, line: str
) -> None:
    one = returned_one(cast) if stage == "returned_one" else getattr(make, stage)(cast)

    text = page(enter(cast.li), one.get_absolute_url())
    assert line in text.partition("turn-line")[2][:400]


def returned_one(cast: Cast) -> Proposal:
    one = make.submitted(cast)
    perform(one, "send_back", cast.clerk, {"reason": "vague", "note": "写明由谁办"}, at=make.DAY)
    return one


def test_who_blocks_is_visible_from_the_first_minute(cast: Cast, enter: Enter) -> None:
    countersign = make.countersign(cast)

    text = page(enter(cast.li), countersign.matter.get_absolute_url())
    assert "等区交通运输局会签：3月1日送签，期限3月8日" in text


def test_every_due_day_explains_itself(cast: Cast, enter: Enter) -> None:
    one = make.taken(cast)
    browser = enter(cast.li)
    base = one.proposal.get_absolute_url()

    text = page(browser, f"{base}deadline/reply-{one.pk}/")
    assert "2017年6月1日" in text
    assert "期限到这一天" in text
    for of in ("review", f"contact-{one.pk}", f"back-{one.pk}"):
        assert "起算当日不计入" in page(browser, f"{base}deadline/{of}/")
    for of in ("reply-999999", "sign-1", "x", "reply-"):
        page(browser, f"{base}deadline/{of}/", 404)


# -- replies and ratings -------------------------------------------------------------------------------------------
def test_a_drafted_reply_stays_in_its_agency_until_its_head_signed(cast: Cast, enter: Enter) -> None:
    one = make.drafted(cast)
    url = one.proposal.get_absolute_url()

    def readers() -> set[str]:
        return {
            n for n, a in cast.accounts.items() if "第1条：已经办理" in enter(a).get(url).content.decode()
        }

    assert readers() == {"housing_clerk", "housing_head"}
    perform(one, "approve", cast.housing_head, at=make.DAY)
    assert readers() == {"housing_clerk", "housing_head", "clerk", "second", "reviewer", "office"}
    perform(one, "deliver", cast.clerk, {"disclosed": "full"}, at=make.DAY)
    assert {"li", "zhao", "coordinator"} <= readers()


def rated(cast: Cast, *, bad: bool = False) -> Proposal:
    """Answered, cosigned by Wang, rated by Li with a remark for the committee alone."""
    one = make.answered(cast, is_cosigned=True)
    words = {
        "process": "good",
        "result": "bad" if bad else "fair",
        "remark": "电话打了三次没有人接",
        "reason": "silent" if bad else "",
    }
    perform(one.ratings.get(is_first=True), "rate", cast.li, words, at=make.DAY)
    one.refresh_from_db()
    return one


def test_the_agency_sees_nothing_of_a_rating_until_the_round_is_closed(cast: Cast, enter: Enter) -> None:
    one = rated(cast)
    url = one.get_absolute_url()

    for account in (cast.housing_clerk, cast.housing_head, cast.zhao, cast.chair, cast.coordinator):
        text = page(enter(account), url)
        assert "办理过程满意" not in text
        assert "电话打了三次" not in text
    assert "办理过程满意" in page(enter(cast.li), url)
    assert "办理过程满意" not in page(enter(cast.wang), url)
    assert "电话打了三次" in page(enter(cast.clerk), url)

    perform(
        one.ratings.get(is_first=False), "rate", cast.wang, {"process": "fair", "result": "fair"}, at=make.DAY
    )
    text = page(enter(cast.housing_clerk), url)
    assert "李清和（教育界）</b>" in text
    assert "办理过程满意，办理结果基本满意" in text
    assert "电话打了三次" not in text
    # two raters are fewer than three: a name would give the other away
    assert "一位联名人</b>" in text
    assert "王立言（经济界）</b>" not in text


def test_the_line_that_a_rating_brings_about_names_no_rater(cast: Cast, enter: Enter) -> None:
    one = rated(cast, bad=True)

    text = page(enter(cast.housing_clerk), one.get_absolute_url())
    redo = text.partition("<b>重办")[2][:400]
    assert "系统" in redo
    assert "李清和" not in redo
    assert one.round == 2


def test_names_that_were_not_confirmed_are_not_shown_to_others(cast: Cast, enter: Enter) -> None:
    one = make.invited(cast)
    perform(one, "submit", cast.li, {"disclosure": "full"}, at=make.DAY)

    assert "王立言" not in page(enter(cast.chair), one.get_absolute_url())
    assert "王立言" in page(enter(cast.li), one.get_absolute_url())


def test_the_sponsors_phone_is_masked_for_the_agency_and_showing_it_is_written_down(
    cast: Cast, enter: Enter
) -> None:
    one = make.handling(cast, contact_phone="138-0000-7788")
    url = one.get_absolute_url()

    assert "138-0000-7788" in page(enter(cast.clerk), url)
    assert "138" not in page(enter(cast.zhao), url)
    browser = enter(cast.housing_clerk)
    assert "138****7788" in page(browser, url)
    assert "138-0000-7788" in browser.post(f"{url}phone/").content.decode()
    assert (
        Entry.objects.filter(action="reveal_phone", account=cast.housing_clerk, is_inside=True).count() == 1
    )
    assert enter(cast.zhao).post(f"{url}phone/").status_code == 403


def test_only_the_sponsor_marks_a_reply_as_seen_and_reading_alone_does_not(cast: Cast, enter: Enter) -> None:
    one = make.answered(cast)
    url = one.get_absolute_url()

    page(enter(cast.li), url)
    assert Reply.objects.get().opened_at is None
    assert enter(cast.zhao).post(f"{url}opened/").status_code == 403
    assert enter(cast.li).get(f"{url}opened/").status_code == 405
    assert enter(cast.li).post(f"{url}opened/").status_code == 302
    assert Reply.objects.get().opened_at is not None
    assert "我已看到答复" not in page(enter(cast.li), url)


def test_an_agency_that_gave_the_proposal_back_no_longer_reads_it(cast: Cast, enter: Enter) -> None:
    one = make.taken(cast)
    perform(
        one, "reassign", cast.coordinator, {"agency": cast.traffic.pk, "note": "职责在交通局"}, at=make.DAY
    )

    assert enter(cast.housing_clerk).get(one.proposal.get_absolute_url()).status_code == 404
    assert enter(cast.traffic_clerk).get(one.proposal.get_absolute_url()).status_code == 200


# -- versions ------------------------------------------------------------------------------------------------------
def test_versions_show_what_was_added_and_what_was_taken_out(cast: Cast, enter: Enter) -> None:
    one = make.submitted(cast)
    changed = {
        "title": one.title, "situation": "我区一九九九年以前建成的多层住宅有五十个小区，上下楼难。", "analysis": make.TEXT["analysis"],
        "suggestions": make.TEXT["suggestions"], "note": "更新数字",
    }  # fmt: skip
    perform(one, "revise", cast.li, changed, at=make.DAY)

    text = page(enter(cast.li), f"{one.get_absolute_url()}texts/2/")
    assert "五十个小区，</ins>" in text
    assert (
        "四十六个小区"
        in text.partition("<del>")[2].partition("</del>")[0] + text.partition("［删去］")[2][:80]
    )
    assert "更新数字" in page(enter(cast.clerk), one.get_absolute_url())
    page(enter(cast.li), f"{one.get_absolute_url()}texts/3/", 404)


# -- what it costs -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["li", "clerk", "housing_clerk", "chair"])
def test_the_list_costs_the_same_for_one_row_and_for_thirty(cast: Cast, enter: Enter, who: str) -> None:
    for _ in range(2):
        make.handling(cast)
    browser = enter(cast.accounts[who])
    few = questions(browser, "/proposals/"), questions(browser, "/proposals/?q=电梯&sector=&group=handling")
    original = Proposal.objects.first()
    sent = Assignment.objects.first()
    for i in range(33):
        copy = make.handling(cast) if i < 2 else _clone(original, sent, i)
        assert copy.pk
    many = questions(browser, "/proposals/"), questions(browser, "/proposals/?q=电梯&sector=&group=handling")

    assert many == few
    assert max(many) <= MOST


def _clone(one: Proposal, sent: Assignment, i: int) -> Proposal:
    """A row like another, for counting only: cheaper than thirty lives."""
    values = {f.attname: getattr(one, f.attname) for f in Proposal._meta.concrete_fields if not f.primary_key}
    copy = Proposal.objects.create(**values | {"serial": 1000 + i, "number": 1000 + i})
    given = {
        f.attname: getattr(sent, f.attname) for f in Assignment._meta.concrete_fields if not f.primary_key
    }
    Assignment.objects.create(**given | {"proposal_id": copy.pk})
    return copy


@pytest.mark.parametrize(
    "who", ["li", "wang", "zhao", "clerk", "reviewer", "coordinator", "housing_clerk", "housing_head"]
)
def test_one_proposal_with_everything_costs_twelve_queries(cast: Cast, enter: Enter, who: str) -> None:
    one = make.drafted(cast, is_joint=True, is_cosigned=True)
    perform(one.proposal, "urge", cast.clerk, {"note": "请抓紧"}, at=make.DAY)
    perform(one.proposal, "supplement", cast.li, {"content": "补充一张表"}, at=make.DAY)
    countersign = one.replies.get().countersigns.get()
    perform(countersign, "agree", cast.traffic_clerk, at=make.DAY)
    url = one.proposal.get_absolute_url()
    assert questions(enter(cast.accounts[who]), url) <= MOST
    perform(one, "approve", cast.housing_head, at=make.DAY)
    assert questions(enter(cast.accounts[who]), url) <= MOST
    perform(one, "deliver", cast.clerk, {"disclosed": "full"}, at=make.DAY)
    assert questions(enter(cast.accounts[who]), url) <= MOST


def test_pages_of_the_list_hold_thirty_and_lose_none(cast: Cast, enter: Enter) -> None:
    original = make.handling(cast)
    sent = original.assignments.get()
    for i in range(34):
        _clone(original, sent, i)
    browser = enter(cast.clerk)

    first = browser.get("/proposals/")
    assert len(first.context["listing"].rows) == 30
    second = browser.get("/proposals/" + first.context["listing"].page.next_url)
    assert len(second.context["listing"].rows) == 5
    assert "共 <b>35</b> 件" in second.content.decode()


# -- filters -------------------------------------------------------------------------------------------------------
def test_every_filter_narrows_and_nonsense_is_simply_not_said(cast: Cast, enter: Enter) -> None:
    one = make.handling(cast)
    other = make.submitted(cast, title="关于公交线路的提案")
    browser = enter(cast.clerk)

    def found(query: str) -> set[int]:
        return {row.pk for row in browser.get(f"/proposals/?{query}").context["listing"].rows}

    both = {one.pk, other.pk}
    assert found("") == both
    assert found(f"session={cast.session.pk}") == both
    assert found("group=handling") == {one.pk}
    assert found("group=pending") == {other.pk}
    assert found(f"agency={cast.housing.pk}") == {one.pk}
    assert found("five=society") == {one.pk}
    assert found("sponsor=李清和") == both
    assert found(f"sector={cast.sector.pk}") == both
    assert found("key=on") == set()
    assert found("overdue=on") == both  # both deadlines lie in 2017
    assert found("q=公交线路") == {other.pk}
    assert found("q=公交线路&group=handling") == set()
    for nonsense in (
        "session=abc",
        "group=%F0%9F%98%80",
        "agency=99999999999999999999",
        "sector=-1",
        "after=xx",
        "q=%F0%AC%B3%AD",
    ):
        assert browser.get(f"/proposals/?{nonsense}").status_code == 200


def test_mine_means_what_i_proposed_signed_or_have_in_hand(cast: Cast, enter: Enter) -> None:
    signed = make.handling(cast, is_cosigned=True)
    other = make.handling(cast)

    def mine(account: Account) -> set[int]:
        return {row.pk for row in enter(account).get("/proposals/?mine=on").context["listing"].rows}

    assert mine(cast.li) == {signed.pk, other.pk}
    assert mine(cast.wang) == {signed.pk}
    assert mine(cast.zhao) == set()
    assert mine(cast.housing_clerk) == {signed.pk, other.pk}


# -- calls, nominations, promises ----------------------------------------------------------------------------------
CALL = {
    "title": "2018年提案征集", "opens_on": "2017-09-01", "closes_on": "2017-12-31", "content": "欢迎围绕中心工作提出提案。",
    "topics": ["背街小巷照明\n主次干道以外还有六十多条没有路灯。", "农村饮水"],
}  # fmt: skip


def test_the_office_publishes_a_call_and_a_member_takes_a_topic_up(cast: Cast, enter: Enter) -> None:
    office, member = enter(cast.clerk), enter(cast.zhao)
    assert member.post("/proposals/calls/new/", CALL).status_code == 403
    response = office.post("/proposals/calls/new/", CALL | {"session": cast.session.pk, "key": "k1"})
    again = office.post("/proposals/calls/new/", CALL | {"session": cast.session.pk, "key": "k1"})
    assert response.url == again.url
    url = response.url
    assert member.get(url).status_code == 404
    office.post(f"{url}steps/open")

    text = page(member, url)
    assert "背街小巷照明" in text
    topic = cast.session.calls.get().topics.get(number=1)
    member.post(f"{url}steps/take_up", {"topic": topic.pk})
    assert "您已认领" in page(member, url)
    started = member.post("/proposals/new/write/", {"topic": topic.pk, "key": "k2"})
    assert Proposal.objects.get(pk=started.url.split("/")[2]).topic == topic


def test_a_call_that_ends_before_it_begins_is_told_so(cast: Cast, enter: Enter) -> None:
    wrong = CALL | {"session": cast.session.pk, "closes_on": "2017-08-01"}

    response = enter(cast.clerk).post("/proposals/calls/new/", wrong)
    assert response.status_code == 422
    assert "结束日期不能早于开始日期" in response.content.decode()
    assert "背街小巷照明" in response.content.decode()


def test_a_nomination_is_made_once_and_decided_by_the_chairmens_meeting(cast: Cast, enter: Enter) -> None:
    one = make.concluded(cast)
    browser = enter(cast.zhao)
    answers = {"year": "2017", "proposal": one.pk, "reason": "装了电梯，住户满意。", "key": "n1"}
    for _ in range(2):
        assert browser.post("/proposals/nominations/new/", answers).status_code == 302

    nomination = Nomination.objects.get()
    assert "装了电梯" in page(enter(cast.chair), "/proposals/nominations/")
    assert "装了电梯" not in page(enter(cast.li), "/proposals/nominations/")
    assert (
        enter(cast.chair)
        .post(f"/proposals/nominations/{nomination.pk}/steps/award", {"note": ""})
        .status_code
        == 302
    )
    assert "装了电梯" in page(enter(cast.li), "/proposals/nominations/")
    assert "优秀" in page(enter(cast.li), one.get_absolute_url())


def test_the_ledger_of_promises_prints_numerator_and_denominator(cast: Cast, enter: Enter) -> None:
    promise = make.promise(cast)
    browser = enter(cast.clerk)

    assert "到期 <b>1</b> 条，兑现 <b>0</b> 条，<b>0%</b>" in page(browser, "/proposals/promises/")
    assert promise.what in page(browser, "/proposals/promises/?which=overdue")
    perform(promise, "report", cast.housing_clerk, {"evidence": "已装十部"}, at=make.DAY + timedelta(days=95))
    perform(promise, "keep", cast.clerk, {}, at=make.DAY + timedelta(days=96))
    assert "到期 <b>1</b> 条，兑现 <b>1</b> 条，<b>100%</b>" in page(browser, "/proposals/promises/")
    assert "没有符合条件的承诺" in page(browser, "/proposals/promises/?which=overdue")
    assert "还没有到期的承诺" in page(browser, f"/proposals/promises/?agency={cast.traffic.pk}")


# -- the reply form ------------------------------------------------------------------------------------------------
def test_the_reply_form_shows_each_suggestion_beside_its_answer(cast: Cast, enter: Enter) -> None:
    one = make.taken(cast)

    text = page(enter(cast.housing_clerk), f"/proposals/assignment/{one.pk}/steps/draft")
    assert text.count('class="group pair"') == 2
    assert "由街道司法所牵头编一份协商办法" in text
    assert "提交前要齐" in text
    assert "答复第 2 条" in text
    assert 'data-autosave="' in text


def test_a_reply_with_something_missing_keeps_what_was_written(cast: Cast, enter: Enter) -> None:
    one = make.taken(cast)
    browser = enter(cast.housing_clerk)
    answers: dict[str, Any] = make.reply_answers(one, letter="B")

    response = browser.post(f"/proposals/assignment/{one.pk}/steps/draft", answers)
    text = response.content.decode()
    assert response.status_code == 422
    assert "至少要有一条承诺" in text
    assert "第1条：已经办理。" in text


@pytest.mark.parametrize("path", ["99999999999999999999/", "1/files/99999999999999999999/", "1/texts/0/", "0/", "contact/999/steps/confirm",
                                  "1/deadline/reply-%F0%9F%98%80/", "1/steps/nonsense", "calls/77/", "calls/99999999999999999999/edit/"])  # fmt: skip
def test_addresses_of_nothing_lead_to_nothing(cast: Cast, enter: Enter, path: str) -> None:
    make.handling(cast)

    assert enter(cast.clerk).get(f"/proposals/{path}").status_code == 404
