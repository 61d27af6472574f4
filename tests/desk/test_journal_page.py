"""办理记录 as a whole: for auditor and administrator; walked on request; a forged line is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from huisheng.kernel.models import Entry
from huisheng.people.models import Account
from tests import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Enter = Callable[[Account], Client]


def test_only_its_keepers_read_the_journal_as_a_whole(cast: Cast, enter: Enter) -> None:
    make.filed(cast)

    for method, path in (("get", "/desk/journal"), ("post", "/desk/journal/verify")):
        open_to = {
            name
            for name, one in cast.accounts.items()
            if getattr(enter(one), method)(path).status_code == 200
        }
        assert open_to == {"admin", "auditor"}
    page = enter(cast.auditor).get("/desk/journal").content.decode()
    assert "加装电梯" not in page  # titles are not the auditor's to read
    assert "第001号提案" in page


def test_the_lines_are_narrowed_by_person_step_number_and_day(cast: Cast, enter: Enter) -> None:
    make.filed(cast)
    make.submitted(cast)
    browser = enter(cast.auditor)

    def labels(query: str) -> list[str]:
        return [entry.label for entry in browser.get(f"/desk/journal?{query}").context["page"]]

    assert labels("who=陈提办") == ["立案", "初审"]
    assert labels("what=提交") == ["提交", "提交"]
    assert labels("number=1") == ["立案", "审定", "初审", "提交", "起草"]
    assert labels("since=2017-03-02") == []
    assert len(labels("since=nonsense")) == Entry.objects.count()


def test_verifying_says_whole_or_names_the_place(cast: Cast, enter: Enter) -> None:
    make.filed(cast)
    browser = enter(cast.auditor)
    assert "没有缺行，没有改动" in browser.post("/desk/journal/verify").content.decode()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_entry SET label = '撤案' WHERE seq = 2")

    assert "办理记录第 2 行的内容被改动过" in browser.post("/desk/journal/verify").content.decode()


def test_the_journal_costs_the_same_for_few_lines_and_many(cast: Cast, enter: Enter, queries: Any) -> None:
    make.filed(cast)
    browser = enter(cast.auditor)
    few = queries(browser, "/desk/journal")
    for _ in range(6):
        make.answered(cast)

    assert few == queries(browser, "/desk/journal") <= 12
