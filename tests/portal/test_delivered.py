"""Reports and issues that the committee made public: whole, without contact data and without whose words they were."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from lxml import etree

from huisheng.bulletins.models import Issue
from huisheng.kernel.lifecycle import perform
from huisheng.outputs.models import Advice, Output
from huisheng.portal import pages
from tests import make
from tests.cast import Cast
from tests.counting import questions

SECRET = "联系人：张建国，电话13800008201。"
HIDDEN = ("张建国", "13800008201")


def public_report(cast: Cast, **changes: str) -> Output:
    one = make.delivered_output(cast, content=f"周末开放的只有六个。{SECRET}", **changes)
    Advice.objects.filter(output=one, number=1).update(response="adopted", measures="内部往来的话。")
    perform(one, "publish", cast.chair, at=make.DAY)
    cache.clear()
    return one


def public_issue(cast: Cast) -> Issue:
    gist = make.GIST.replace("群众希望周末", f"{SECRET}盼")
    one = make.delivered_issue(cast, gist=gist)
    make.instruction(cast, one=one.output, words="请卫计委抓紧。")
    perform(one.output, "publish", cast.chair, at=make.DAY)
    cache.clear()
    return one


def text(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_report_let_out_is_read_whole_with_what_was_adopted_and_closed_again_is_gone(cast: Cast) -> None:
    kept = make.delivered_output(cast, title="关于内部事项的报告")
    one = public_report(cast)
    page, listed = text(f"/open/reports/{one.pk}/"), text("/open/reports/")
    for part in (
        one.title, "周末开放的只有六个。", "周末轮流留一个门诊窗口。", "养老服务站周末开放。", "采纳", "［已隐去］",
    ):  # fmt: skip
        assert part in page
    assert one.title in listed
    assert kept.title not in listed
    assert Client().get(f"/open/reports/{kept.pk}/").status_code == 404
    assert Client().get(f"/open/bulletins/{one.pk}/").status_code == 404  # a report is no issue
    read = Client().get(f"/api/v1/open/reports/{one.pk}").json()
    assert [row["response"] for row in read["points"]] == ["采纳", ""]
    assert [row["id"] for row in Client().get("/api/v1/open/reports").json()["items"]] == [one.pk]
    assert not any(word in page + listed + str(read) for word in (*HIDDEN, "内部往来的话"))

    one.refresh_from_db()
    perform(one, "unpublish", cast.office, {"note": "另行发布"}, at=make.DAY)
    cache.clear()
    assert Client().get(f"/open/reports/{one.pk}/").status_code == 404
    assert Client().get(f"/api/v1/open/reports/{one.pk}").status_code == 404


def test_an_issue_let_out_tells_neither_a_contact_nor_who_reported_nor_what_leaders_said(cast: Cast) -> None:
    one = public_issue(cast)
    page, listed = text(f"/open/bulletins/{one.pk}/"), text("/open/bulletins/")
    read = Client().get(f"/api/v1/open/bulletins/{one.pk}").json()
    for shown in (page, str(read)):
        assert "社区卫生站周末应留门诊" in shown
        assert "请卫生部门安排周末轮值门诊。" in shown
        assert "［已隐去］" in shown
    assert "社区卫生站周末应留门诊" in listed
    assert not any(
        word in page + listed + str(read) for word in (*HIDDEN, "李清和", "3人反映", "请卫计委抓紧")
    )
    assert [row["id"] for row in Client().get("/api/v1/open/bulletins").json()["items"]] == [one.pk]


def test_one_box_finds_what_is_public_of_all_kinds_and_nothing_else(cast: Cast) -> None:
    report, issue = public_report(cast), public_issue(cast)
    make.delivered_output(cast, title="关于周末门诊的内部报告")

    def found(words: str) -> set[str]:
        page = text(f"/open/search/?q={words}")
        return {
            path for path in (f"/open/reports/{report.pk}/", f"/open/bulletins/{issue.pk}/") if path in page
        }

    assert found("周末") == {f"/open/reports/{report.pk}/", f"/open/bulletins/{issue.pk}/"}
    assert found("急诊") == {f"/open/bulletins/{issue.pk}/"}
    assert [found(word) for word in ("13800008201", "李清和", "张建国", "")] == [set()] * 4
    assert "内部报告" not in text("/open/search/?q=周末门诊")
    assert "没有找到" in text("/open/search/?q=没有的词")


def test_the_feed_and_the_years_figures_hold_the_papers_too(cast: Cast) -> None:
    report, issue = public_report(cast), public_issue(cast)
    make.submitted(cast)
    entries = etree.fromstring(Client().get("/open/feed.atom").content).findall("{*}entry")
    assert {one.findtext("{*}title") for one in entries} == {report.title, str(issue)}
    numbers = {one["key"]: one["value"] for one in Client().get("/open/figures/2017.json").json()["figures"]}
    assert (numbers["bulletins_issued"], numbers["outputs_delivered"], numbers["instructions_given"]) == (
        1,
        2,
        1,
    )
    assert "社情民意和报送" in text("/open/figures/2017/")


def test_lists_of_papers_cost_the_same_for_one_and_for_many(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.cache, "set", lambda *_: None)  # nothing is kept: every page is asked anew
    report, issue = public_report(cast), public_issue(cast)
    make.submitted(cast)
    paths = (
        "/open/reports/", "/open/bulletins/", "/open/search/?q=周末", "/open/feed.atom", "/open/figures/2017/",
        f"/open/reports/{report.pk}/", f"/open/bulletins/{issue.pk}/", "/api/v1/open/reports", "/api/v1/open/bulletins",
    )  # fmt: skip
    few = {path: questions(Client(), path) for path in paths}
    for _ in range(3):
        public_report(cast)
        public_issue(cast)
    many = {path: questions(Client(), path) for path in paths}
    print(many)  # pytest -s
    assert few == many
    assert max(many.values()) <= 12
