"""首页: everyone finds what is theirs to do, in at most twelve questions, for one row and for many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huisheng.desk.homes import agency_desk, chair_desk, home_of
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Job, Notice
from huisheng.people.models import Account
from huisheng.proposals import actions
from tests import make
from tests.cast import Cast, moment

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]
TODAY = make.DAY.date()


def several(cast: Cast, times: int) -> None:
    """A house with something in most rooms."""
    for i in range(times):
        make.submitted(cast, title=f"关于背街小巷照明的提案之{i}")
        make.reviewed(cast)
        make.filed(cast)
        make.handling(cast, is_joint=True)
        make.drafted(cast, is_joint=True)
        make.approved(cast)
        make.answered(cast, is_cosigned=True)
        make.contact(cast)
        make.extension(cast)
        make.promise(cast)
        make.invited(cast)


def test_every_home_asks_at_most_twelve_questions_for_one_row_and_for_many(
    cast: Cast, enter: Enter, queries: Any
) -> None:
    several(cast, 1)
    one = {name: queries(enter(account), "/") for name, account in cast.accounts.items()}
    several(cast, 4)
    many = {name: queries(enter(account), "/") for name, account in cast.accounts.items()}

    assert one == many
    assert {name: number for name, number in many.items() if number > 12} == {}


def text(browser: Client, path: str = "/") -> str:
    response = browser.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_a_member_reads_whose_turn_it_is_in_sentences(cast: Cast, enter: Enter) -> None:
    make.invited(cast)
    make.contact(cast)
    make.answered(cast)

    li, wang = text(enter(cast.li)), text(enter(cast.wang))

    assert "请您确认3月1日的面商" in li
    assert "已答复，请您评价" in li
    assert "李清和请您联名《关于给老旧小区加装电梯的提案》" in wang
    assert "队列" not in li
    assert "现在没有要您办的事" in text(enter(cast.zhao))


def test_the_office_finds_queues_with_counts_instead_of_cards(cast: Cast, enter: Enter) -> None:
    make.submitted(cast)
    make.approved(cast)

    page = text(enter(cast.clerk))

    assert "件事等您办" in page
    assert '<a href="/desk/queues/review" class="some"><b>1</b><span>待初审</span></a>' in page
    assert '<a href="/desk/queues/replies" class="some"><b>1</b><span>答复待审</span></a>' in page


def test_the_agency_reads_who_is_waited_for_and_since_when(cast: Cast) -> None:
    make.drafted(cast, is_joint=True)
    make.contact(cast)
    make.approved(cast)
    make.handling(cast, is_joint=True)
    later = TODAY + timedelta(days=3)

    desk = agency_desk(cast.housing_clerk, later, {})
    other = agency_desk(cast.traffic_clerk, later, {})

    assert sorted((row.next, tuple(row.waits)) for row in desk.rows) == sorted([
        ("审签", ("区交通运输局会签，3月1日送出，已 3 天",)),
        ("拟写答复", ("提案人确认3月1日的面商",)),
        ("送达", ("政协提案委审核",)),
        ("签收", ("本单位签收，3月1日送出，已 3 天",)),
    ])  # fmt: skip
    assert {row.assignment.role for row in other.rows} == {"assisting"}


def test_the_lead_waits_for_an_opinion_from_the_first_minute(cast: Cast) -> None:
    make.taken(cast, is_joint=True)

    desk = agency_desk(cast.housing_clerk, TODAY, {})

    assert [row.waits for row in desk.rows] == [["区交通运输局会办意见，3月1日送出，已 0 天"]]


def test_the_agency_s_filters_are_remembered_until_changed(cast: Cast, enter: Enter) -> None:
    make.handling(cast, is_joint=True)
    browser = enter(cast.traffic_clerk)

    assert "没有符合这些条件的" in text(browser, "/?role=lead&due=")
    assert "没有符合这些条件的" in text(browser)
    assert "没有符合这些条件的" in text(browser, "/?role=nonsense")
    assert "会办</td>" in text(browser, "/?role=&due=")
    assert "会办</td>" in text(browser)


def test_the_leader_s_home_is_what_waits_for_a_signature(cast: Cast, enter: Enter) -> None:
    make.drafted(cast)

    page = text(enter(cast.housing_head))

    assert "待我签" in page
    assert "的答复请您审签" in page
    assert "审签" not in text(enter(cast.traffic_head))


def test_a_lead_is_asked_to_reply_and_an_assisting_agency_for_its_opinion(cast: Cast) -> None:
    one = make.taken(cast, is_joint=True)
    perform(one.proposal.assignments.get(agency=cast.traffic), "take", cast.traffic_clerk, at=make.DAY)

    lead, other = (home_of(account, TODAY).duties for account in (cast.housing_clerk, cast.traffic_clerk))

    assert [duty.step.action for duty in lead] == ["draft"]
    assert [duty.step.action for duty in other] == ["opine"]


def test_what_is_decided_waits_for_its_own_publication(cast: Cast) -> None:
    make.decided(cast, outcome={"outcome": "decline", "reason": "10", "note": "没有建议"})

    from huisheng.desk.todo import duties

    assert [duty.step.action for duty in duties(cast.second, TODAY)] == ["decline"]


def test_the_chair_reads_four_numbers_key_proposals_and_names(cast: Cast, enter: Enter) -> None:
    key = make.handling(cast)
    perform(key, "mark_key", cast.chair, {"leader": "冯主席", "note": "主席会议确定"}, at=make.DAY)
    oversee = {"leader": "冯主席", "form": "inspection", "held_on": "2017-03-01", "result": "看了现场"}
    perform(key, "oversee", cast.chair, oversee, at=make.DAY)
    make.nomination(cast)
    make.submitted(cast)

    desk = chair_desk(moment("2017-12-01 09:00").date())

    assert (desk.year, desk.numbers) == (
        2017, {"received": 3, "filed": 2, "answered": 1, "overdue": 1, "waiting": 0}
    )  # fmt: skip
    assert [(one.pk, one.seen) for one in desk.key] == [(key.pk, 1)]
    assert [one.pk for one in desk.overdue] == [key.pk]
    page = text(enter(cast.chair))
    assert "等审定的提名" in page
    assert "队列</h2>" not in page


def test_who_keeps_the_system_reads_no_proposal(cast: Cast, enter: Enter) -> None:
    make.answered(cast)
    Job.objects.create(
        account=cast.clerk, name="2017年提案汇编", failed="没有字体", at=make.DAY, ended_at=make.DAY
    )

    admin, auditor = text(enter(cast.admin)), text(enter(cast.auditor))

    assert "没有字体" in admin
    assert "办理记录" in auditor
    assert "加装电梯" not in admin + auditor


# -- 待办、通知、我的、意见建议 ----------------------------------------------------------------------------------------
def test_all_duties_stand_on_one_page_soonest_first(cast: Cast, enter: Enter, queries: Any) -> None:
    make.answered(cast)
    make.contact(cast)

    page = text(enter(cast.li), "/desk/todo")

    assert page.index("请您评价") < page.index("请您确认")
    assert queries(enter(cast.li), "/desk/todo") <= 12


def test_a_notice_is_the_reader_s_own_and_leads_where_it_says(cast: Cast, enter: Enter) -> None:
    make.submitted(cast)
    mine = Notice.objects.filter(account=cast.clerk).first()
    assert mine is not None
    Notice.objects.update(due_at=make.DAY)

    assert mine.text in text(enter(cast.clerk), "/notices")
    assert enter(cast.zhao).post(f"/desk/notices/{mine.pk}").status_code == 404
    assert enter(cast.clerk).post(f"/desk/notices/{mine.pk}").headers["location"] == mine.url
    mine.refresh_from_db()
    assert mine.read_at is not None
    enter(cast.clerk).post("/desk/notices/read")
    assert not Notice.objects.filter(account=cast.clerk, read_at=None).exists()


def test_my_page_names_posts_and_the_doors_of_security(cast: Cast, enter: Enter) -> None:
    page = text(enter(cast.housing_clerk), "/me")

    assert "承办单位经办人" in page
    assert "区住房和城乡建设局" in page
    for url in ("/accounts/password/change/", "/accounts/2fa/", "/me/sign-ins"):
        assert f'href="{url}"' in page


def test_feedback_is_read_by_the_office_and_answered_where_it_was_said(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.zhao)

    assert 'value="/proposals/"' in text(browser, "/feedback?from=/proposals/")
    browser.post("/feedback", {"content": "字再大一点", "page": "/proposals/"})
    assert "字再大一点" not in text(enter(cast.li), "/feedback")
    assert "字再大一点" in text(enter(cast.office), "/feedback")
    from huisheng.desk.models import Feedback

    one = Feedback.objects.get()
    assert enter(cast.li).post(f"/desk/feedback/{one.pk}", {"answer": "好"}).status_code == 404
    enter(cast.office).post(f"/desk/feedback/{one.pk}", {"answer": "右上角“字号”可以调到两倍。"})
    assert "可以调到两倍" in text(browser, "/feedback")


def test_a_draft_written_for_oneself_is_a_duty_only_of_its_writer(cast: Cast) -> None:
    actions.start(cast.li, make.TEXT, at=make.DAY)

    assert [duty.sentence for duty in home_of(cast.li, TODAY).duties] == [
        "《关于给老旧小区加装电梯的提案》还是草稿，没有提交"
    ]
    assert home_of(cast.wang, TODAY).duties == []


def test_a_leader_finds_the_delivered_issues_on_their_home(cast: Cast, enter: Enter) -> None:
    leader = enter(cast.leader)
    assert "给您的刊物" not in text(leader)
    issue = make.delivered_issue(cast)
    page = text(leader)
    assert str(issue) in page
    assert f"/bulletins/{issue.pk}/read/" in page
    assert "给您的刊物" not in text(enter(cast.housing_clerk))
