"""Papers, instructions, follow-ups and issues by API: the same rules as the pages; a 批示 only on its page."""

from __future__ import annotations

import pytest
from django.test import Client

from huisheng.outputs.models import FollowUpState, Instruction, Output, OutputState

from .. import make
from ..cast import Cast, make_cast
from ..opinions.test_machine import Machine

pytestmark = pytest.mark.django_db
NEW = {"type": "report", "title": "关于养老服务的调研报告", "content": "三十一个站。",
       "advice": [{"area": "16", "content": "周末轮流留一个门诊窗口。"}]}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_the_desk_drafts_a_paper_by_machine_once_and_sends_it(cast: Cast) -> None:
    machine = Machine(cast.editor)
    first, again = machine.post("/outputs", NEW), machine.post("/outputs", NEW)
    assert (first.status_code, first.json()) == (201, again.json())
    pk = first.json()["id"]
    assert [one["content"] for one in first.json()["advice"]] == ["周末轮流留一个门诊窗口。"]
    sent = machine.post(f"/outputs/{pk}/steps/send", {"version": 0, "data": {}}, "key-00000002")
    repeated = machine.post(f"/outputs/{pk}/steps/send", {"version": 0, "data": {}}, "key-00000002")
    assert (sent.json()["to_state"], sent.json()) == ("review", repeated.json())
    late = machine.post(
        f"/outputs/{pk}/steps/withdraw", {"version": 0, "data": {"note": "错了"}}, "key-00000003"
    )
    assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json; charset=utf-8")
    stranger = Machine(cast.li)
    assert stranger.post("/outputs", NEW).status_code == 403
    assert stranger.get(f"/outputs/{pk}").status_code == 404
    assert stranger.get("/outputs").json()["items"] == []
    wrong = machine.post("/outputs", NEW | {"advice": [{"area": "zz", "content": "字"}]}, "key-00000004")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["advice"])


def test_a_machine_cannot_instruct_in_a_leaders_name(cast: Cast) -> None:
    """批示 is previewed and proved on its page; a token alone must not be able to speak for a leader."""
    out = make.delivered_issue(cast).output
    machine = Machine(cast.leader)
    said = {"data": {"words": "请抓紧办。"}, "version": out.version}
    for number, word in enumerate(("outputs", "bulletins")):
        refused = machine.post(f"/{word}/{out.pk}/steps/instruct", said, f"key-0000000{number}")
        assert (refused.status_code, "阅读页" in refused.json()["detail"]) == (422, True)
        steps = {one["action"]: one["reason"] for one in machine.get(f"/{word}/{out.pk}/steps").json()}
        assert "阅读页" in steps["instruct"]
    page = Client()
    page.force_login(cast.leader)
    assert page.post(f"/outputs/{out.pk}/steps/instruct", {"words": "请抓紧办。"}).status_code == 422
    assert Machine(cast.office).post(f"/outputs/{out.pk}/steps/instruct", said).status_code == 403
    assert Instruction.objects.count() == 0


def test_an_agencys_machine_reads_its_part_and_reports(cast: Cast) -> None:
    one = make.follow_up(cast)
    machine = Machine(cast.housing_clerk)
    (line,) = machine.get("/follow-ups").json()["items"]
    assert (line["id"], line["agency"]) == (one.pk, "区住房和城乡建设局")
    assert machine.get(f"/follow-ups/{one.pk}").json()["task"] == one.task
    assert machine.get("/outputs").json()["items"] == []
    assert machine.get(f"/outputs/{one.instruction.output_id}").status_code == 404
    assert machine.get(f"/instructions/{one.instruction_id}").status_code == 404
    assert (
        machine.post(f"/follow-ups/{one.pk}/steps/take", {"data": {}}).json()["state"] == FollowUpState.TAKEN
    )
    assert Machine(cast.traffic_clerk).get(f"/follow-ups/{one.pk}").status_code == 404


def test_an_issue_is_read_and_moved_by_machine(cast: Cast) -> None:
    issue = make.issue(cast)
    editor = Machine(cast.editor)
    assert (
        editor.post(f"/bulletins/{issue.pk}/steps/send", {"data": {}}).json()["state"] == OutputState.REVIEW
    )
    told = editor.get(f"/bulletins/{issue.pk}").json()
    assert (told["series"], told["issue"], [one["headline"] for one in told["items"]]) == (
        "express", None, [make.ITEM["headline"]],
    )  # fmt: skip
    assert Machine(cast.leader).get("/bulletins").json()["items"] == []
    out = make.delivered_issue(cast)
    (line,) = Machine(cast.leader).get("/bulletins").json()["items"]
    assert (line["id"], line["issue"], line["total"]) == (out.pk, out.number, out.total)
    assert Machine(cast.li).get(f"/bulletins/{out.pk}").status_code == 404


def test_the_list_goes_on_where_it_stopped(cast: Cast) -> None:
    made = [make.output(cast).pk for _ in range(3)]
    machine = Machine(cast.office)
    first = machine.get("/outputs?limit=2").json()
    rest = machine.get(f"/outputs?limit=2&cursor={first['next']}").json()
    assert [one["id"] for one in first["items"] + rest["items"]] == sorted(made, reverse=True)
    assert rest["next"] is None
    assert machine.get("/outputs?state=review").json()["items"] == []
    assert machine.get("/outputs?cursor=x").status_code == 422
    assert Output.objects.count() == 3
