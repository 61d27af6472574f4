"""Batches: nothing is sent before it was looked at once more; refusals stop only their own row; then the papers."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from huisheng.kernel.lifecycle import perform
from huisheng.people.models import Account
from huisheng.proposals.models import Proposal, State
from tests import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]


def planned(cast: Cast, **options: Any) -> Proposal:
    one = make.filed(cast, **options)
    perform(one, "plan", cast.clerk, {"lead": cast.housing.pk, "assisting": [cast.traffic.pk]}, at=make.DAY)
    return one


def send(browser: Client, name: str, *chosen: Proposal, key: str = "k1") -> Any:
    return browser.post(f"/desk/send/{name}", {"chosen": [one.pk for one in chosen], "key": key}, follow=True)


def pages(data: bytes) -> list[str]:
    return [page.extract_text().replace("\n", "") for page in PdfReader(io.BytesIO(data)).pages]


def states(*proposals: Proposal) -> list[str]:
    return [Proposal.objects.get(pk=one.pk).state for one in proposals]


def test_only_the_chosen_ones_are_sent_and_a_second_click_sends_nothing_more(
    cast: Cast, enter: Enter
) -> None:
    first, second = planned(cast), planned(cast)
    browser = enter(cast.office)
    assert "确认之前什么也不会送出" in browser.get("/desk/assign").content.decode()
    assert states(first, second) == [State.FILED, State.FILED]

    page = send(browser, "assign", first)
    again = send(browser, "assign", first)

    assert "已交办 1 件" in page.content.decode()
    assert "没有选中要交办的提案" in again.content.decode()
    assert states(first, second) == [State.HANDLING, State.FILED]


def test_what_is_unusual_is_said_before_it_is_sent(cast: Cast, enter: Enter) -> None:
    for i in range(11):
        one = make.filed(cast, title=f"关于第{i}件事的提案")
        perform(one, "plan", cast.clerk, {"lead": cast.housing.pk}, at=make.DAY)

    page = enter(cast.office).get("/desk/assign").content.decode()

    assert page.count("没有会办单位") == 11
    assert page.count("区住房和城乡建设局这一批有 11 件") == 11


def test_who_decided_to_decline_cannot_publish_it_and_the_others_go_out(cast: Cast, enter: Enter) -> None:
    declined = make.decided(cast, outcome={"outcome": "decline", "reason": "10", "note": "没有具体建议"})
    filed = make.decided(cast)
    reviewer, clerk = enter(cast.reviewer), enter(cast.clerk)

    assert "须由另一位同志复核公布" in reviewer.get("/desk/publish").content.decode()
    refused = send(reviewer, "publish", declined, filed)
    assert refused.status_code == 409
    assert states(declined, filed) == [State.DECIDED, State.FILED]
    assert "不予立案须由两人决定" in refused.content.decode()

    send(clerk, "publish", declined, key="k2")
    assert states(declined) == [State.DECLINED]


def test_all_slips_of_the_day_come_in_one_file_and_recall_stands_until_one_signed(
    cast: Cast, enter: Enter
) -> None:
    one = planned(cast)
    browser = enter(cast.office)
    send(browser, "assign", one)
    day = timezone.localdate().isoformat()

    page = browser.get(f"/desk/sent/assign/{day}").content.decode()
    slips = pages(browser.get(f"/desk/sent/assign/{day}/papers.pdf").content)

    assert "交办单 2 份" in page
    assert f"/proposals/{one.pk}/steps/recall" in page
    assert sum("提案交办单" in text for text in slips) == 2
    assert any("区交通运输局" in text for text in slips)
    perform(one.assignments.get(agency=cast.housing), "take", cast.housing_clerk)
    assert f"/proposals/{one.pk}/steps/recall" not in browser.get(f"/desk/sent/assign/{day}").content.decode()


def test_all_letters_of_a_publication_come_in_one_file(cast: Cast, enter: Enter) -> None:
    outcomes = [
        {"outcome": "decline", "reason": "10", "note": "没有具体建议"},
        {"outcome": "to_opinion", "note": ""},
        make.FILE,
    ]
    proposals = [make.decided(cast, outcome=outcome) for outcome in outcomes]
    merged = make.decided(
        cast, outcome={"outcome": "merge", "main": proposals[2].pk, "consent": "电话征得同意"}
    )
    browser = enter(cast.second)
    send(browser, "publish", *proposals, merged)
    day = timezone.localdate().isoformat()

    letters = "".join(pages(browser.get(f"/desk/sent/publish/{day}/papers.pdf").content))

    for title in (
        "关于提案立案的通知",
        "关于提案不予立案的通知",
        "关于提案转办的通知",
        "关于提案并案办理的通知",
    ):
        assert title in letters


def test_batches_and_their_papers_belong_to_their_posts(cast: Cast, enter: Enter) -> None:
    one = planned(cast)
    send(enter(cast.office), "assign", one)
    day = timezone.localdate().isoformat()
    paths = ("/desk/assign", f"/desk/sent/assign/{day}", f"/desk/sent/assign/{day}/papers.pdf")

    for path in paths:
        open_to = {name for name, who in cast.accounts.items() if enter(who).get(path).status_code == 200}
        assert open_to == {"clerk", "second", "reviewer", "office", "coordinator"}, path
    assert send(enter(cast.housing_clerk), "assign", one).status_code == 404
    assert enter(cast.office).get("/desk/sent/assign/yesterday").status_code == 404
    assert enter(cast.office).get("/desk/sent/assign/2001-01-01/papers.pdf").status_code == 404
