from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huisheng.kernel.models import CalendarDay, Notice
from huisheng.ui.paging import BROKEN, Page, page
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def ask(queryset: Any, url: str = "", **options: Any) -> Page:
    return page(queryset, RequestFactory().get(f"/{url}"), **options)


def walk(queryset: Any, **options: Any) -> list[list[Any]]:
    """All pages from first to last, then back; returns both walks' rows."""
    there, urls = [], [""]
    while True:
        one = ask(queryset, urls[-1], **options)
        there.append(one)
        if not one.next_url:
            break
        urls.append(one.next_url)
    back = [there[-1]]
    while back[-1].prev_url:
        back.append(ask(queryset, back[-1].prev_url, **options))
    return [[row for one in there for row in one], [row for one in reversed(back) for row in one]]


@pytest.fixture
def notices(cast: Cast) -> Any:
    """Twenty-three, of which every third is unread and many share the moment."""
    now = timezone.now()
    Notice.objects.all().delete()
    Notice.objects.bulk_create(
        Notice(account=cast.li, key=str(i), text=f"第{i}条", due_at=now, read_at=None if i % 3 else now)
        for i in range(23)
    )
    return Notice.objects.filter(account=cast.li)


@pytest.mark.parametrize(
    "order",
    [
        ("-due_at", "-pk"),
        ("due_at", "-pk"),
        ("read_at", "-pk"),
        ("-read_at", "pk"),
        ("-account__name", "pk"),
        ("pk",),
    ],
)
def test_pages_show_every_row_once_in_order_there_and_back(notices: Any, order: tuple[str, ...]) -> None:
    there, back = walk(notices, size=5, order=order)

    assert len(there) == len(set(there)) == 23
    assert back == there


def test_a_row_that_comes_while_somebody_reads_moves_nothing(notices: Any, cast: Cast) -> None:
    first = ask(notices, size=5, order=("-pk",))
    Notice.objects.create(account=cast.li, key="new", text="新的", due_at=timezone.now())

    second = ask(notices, first.next_url, size=5, order=("-pk",))

    assert first.rows[-1].pk == second.rows[0].pk + 1


def test_dates_make_cursors(db: None) -> None:
    CalendarDay.objects.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(date=f"2017-0{m}-01", is_workday=True, name="x") for m in range(1, 8)
    )

    there, back = walk(CalendarDay.objects.all(), size=3, order=("-date", "-pk"))

    assert [row.date.month for row in there] == [7, 6, 5, 4, 3, 2, 1]
    assert back == there


def test_a_page_costs_one_query_at_any_depth_and_one_more_with_a_count(notices: Any) -> None:
    second = ask(notices, size=5, order=("-pk",)).next_url

    for url, options, expected in (("", {}, 1), (second, {}, 1), (second, {"count": True}, 2)):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            one = ask(notices, url, size=5, order=("-pk",), **options)
        assert len(seen) == expected
    assert one.total == 23


def cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "given",
    [
        "", "x", "é", "%00", cursor({}), cursor([["-pk"], ["' or 1=1"]]), cursor([["-pk"], [None]]),
        cursor([["-pk"], [[1]]]), cursor([["pk"], [1]]), cursor([["-pk"], []]), cursor([["-pk"], ["\x00"]]),
        cursor([["-pk"], [1.5]]), "W" * 5000,
    ],
)  # fmt: skip
def test_a_broken_cursor_leads_to_the_first_page_with_a_sentence(notices: Any, given: str) -> None:
    one = page(notices, RequestFactory().get("/", {"after": given}), size=5, order=("-pk",))

    assert one.rows == list(notices.order_by("-pk")[:5])
    assert one.notice == BROKEN
    assert not one.prev_url


def test_filters_stay_in_the_address(notices: Any) -> None:
    one = ask(notices, "?q=电梯&after=x", size=5, order=("-pk",))

    assert one.next_url.startswith("?q=%E7%94%B5%E6%A2%AF&after=")
    assert one.next_url.count("after=") == 1
