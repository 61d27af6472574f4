"""The year's plan on the public door: as it was issued, what became of its lines, and nothing that stays inside."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from lxml import etree

from huisheng.consultations import actions
from huisheng.consultations.models import Plan
from huisheng.kernel.lifecycle import perform
from huisheng.outputs.models import Advice, Output
from huisheng.portal import pages
from tests import make
from tests.cast import Cast
from tests.counting import questions
from tests.portal.conftest import Citizen

YEAR = "/open/consultations/2017/"


def text(path: str = YEAR) -> str:
    cache.clear()
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def with_paper(cast: Cast, line: object, **changes: str) -> Output:
    one = make.delivered_output(cast, **changes)
    perform(line, "attach", cast.office, {"outputs": [one.pk]}, at=make.DAY)  # type: ignore[type-var]
    return one


def test_a_plan_is_there_from_the_day_it_is_issued(cast: Cast) -> None:
    one = make.submitted_plan(cast, title="2017年度协商工作计划")
    assert Client().get(YEAR).status_code == 404
    assert "还没有印发的计划" in text("/open/consultations/")
    perform(one, "approve", cast.office, make.APPROVED, at=make.DAY)
    assert Client().get(YEAR).status_code == 404
    perform(one, "issue", cast.chair, at=make.DAY)
    page = text()
    for part in (
        "2017年度协商工作计划", "围绕中心。", "银企合作破解企业融资难", "专题协商（主席会议协商）", "4月", "副主席 冯主席",
        "区财政局", "待启动", "区委常委会会议2017年3月1日审定（区委常委会第3次会议）",
    ):  # fmt: skip
        assert part in page, part
    assert "部分委员、企业和银行" not in page  # who takes part is arranged inside
    assert "年中的调整" not in page
    assert "2017年度协商工作计划" in text("/open/consultations/")
    assert 'href="/open/consultations/"' in text("/open/")
    assert Client().get("/open/consultations/2016/").status_code == 404


def test_what_became_of_a_line_is_told_as_far_as_it_was_let_out(cast: Cast) -> None:
    line = make.running_line(cast)
    held = make.held_gathering(cast, title="内部题目不外传")
    perform(line, "arrange", cast.office, {"gatherings": [held.pk]}, at=make.DAY)
    kept = with_paper(cast, line, title="内部报告")
    page = text()
    assert "进行中" in page
    assert f"{held.starts_at.month}月{held.starts_at.day}日，{held.type_label}" in page
    assert "成果1件已报送，没有公开" in page
    assert "内部题目" not in page
    assert "内部报告" not in page

    Advice.objects.filter(output=kept, number=1).update(response="adopted", measures="内部往来的话。")
    perform(kept, "publish", cast.chair, at=make.DAY)
    page = text()
    assert f'href="/open/reports/{kept.pk}/"' in page
    assert "建议2条：采纳1条，部分采纳0条，还没有答复1条" in page
    assert "没有公开" not in page
    assert "内部往来的话" not in page
    kept.refresh_from_db()
    perform(kept, "unpublish", cast.office, {"note": "另行发布"}, at=make.DAY)
    assert "内部报告" not in text()


def test_a_change_is_told_with_its_version_and_day_once_it_is_issued(cast: Cast) -> None:
    one = make.issued_plan(cast, lines=2)
    first, second = one.lines.order_by("number")
    later = make.moment("2017-05-20 10:00")
    perform(one, "amend", cast.office, {"note": "区委作了新的部署，请电话13800008201联系"}, at=later)
    one.refresh_from_db()
    words = make.line_words(cast, title="银企合作破解小微企业融资难", month=6, participants="另一些人")
    actions.save_line(first, cast.office, words, later)
    actions.take_out(second, cast.office, later)
    assert "小微" not in text()
    one.refresh_from_db()
    make.issued_plan(cast, later, one)
    page = text()
    for part in (
        "现行第二版", "第二版，5月20日", "区委作了新的部署", "［已隐去］", "协商议题由“银企合作破解企业融资难”改为“银企合作破解小微企业融资难”",
        "时间安排由“4月”改为“6月”", "调出：",
    ):  # fmt: skip
        assert part in page, part
    assert not any(word in page for word in ("13800008201", "另一些人", "参加人员"))
    assert "2017年度协商工作计划（第二版）" in text("/open/consultations/")


def test_search_and_feed_know_what_was_issued_and_nothing_before(cast: Cast) -> None:
    one = make.plan(cast)
    assert "没有找到" in text("/open/search/?q=融资难")
    make.issued_plan(cast, one=one)
    found = text("/open/search/?q=融资难")
    assert "/open/consultations/2017/#n1" in found
    assert "2017年度协商工作计划第1项" in found
    for hidden in ("部分委员", "走访"):  # the index knows who takes part; the public does not
        assert "没有找到" in text(f"/open/search/?q={hidden}")
    cache.clear()
    entries = etree.fromstring(Client().get("/open/feed.atom").content).findall("{*}entry")
    assert [row.findtext("{*}title") for row in entries] == ["2017年度协商工作计划"]
    assert [row.findtext("{*}summary") for row in entries] == ["银企合作破解企业融资难"]


def filled(cast: Cast, one: Plan) -> None:
    """Every line of a plan with a meeting and two papers, one of them public; they share them."""
    held, out, kept = make.held_gathering(cast), make.delivered_output(cast), make.delivered_output(cast)
    perform(out, "publish", cast.chair, at=make.DAY)
    for line in one.lines.all():
        line.gatherings.add(held)
        line.outputs.add(out, kept)


def test_thirty_lines_cost_what_one_costs_and_stay_light(
    cast: Cast, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.cache, "set", lambda *_: None)  # nothing is kept: every page is asked anew
    small = make.issued_plan(cast, one=make.plan(cast, year=2016, title="2016年度协商工作计划"))
    filled(cast, small)
    one = make.issued_plan(cast, lines=30)
    filled(cast, one)
    paths = ("/open/consultations/2016/", YEAR)
    few, many = (questions(Client(), path) for path in paths)
    print(few, many)  # pytest -s
    assert few == many
    assert many <= 12
    page = citizen.open(YEAR).text
    assert page.count("<li id=") == 30
    assert "<script" not in page
    assert len(page.encode()) <= 100_000
    before = questions(Client(), "/open/consultations/")
    make.issued_plan(cast, one=make.plan(cast, year=2018, title="2018年度协商工作计划"))
    assert questions(Client(), "/open/consultations/") == before
