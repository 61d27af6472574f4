"""履职, 常委述职 and 机关平时考核 by API: what the pages show whom, the machine tells whom; steps go through the same tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huisheng.duty import office_queries
from huisheng.duty.models import Honour, Objection
from huisheng.duty.models_office import OfficeReview
from huisheng.duty.models_standing import StandingReport
from huisheng.kernel.lifecycle import perform
from huisheng.people import tokens
from huisheng.people.models import Account, Member, Membership, Post
from tests import make
from tests.cast import Cast, make_cast, moment
from tests.counting import questions

pytestmark = pytest.mark.django_db
APRIL = moment("2017-04-05 10:00")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Machine:
    """A client with its token."""

    def __init__(self, account: Account) -> None:
        self.client, self.headers = Client(), {"Authorization": f"Bearer {tokens.issue(account)}"}

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path: str, data: Any = None, key: str = "key-00000001") -> Any:
        return self._send(self.client.post, path, data, key)

    def put(self, path: str, data: Any) -> Any:
        return self._send(self.client.put, path, data, "")

    def _send(self, send: Any, path: str, data: Any, key: str) -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return send(f"/api/v1{path}", data or {}, content_type="application/json", headers=headers)

    def step(self, path: str, action: str, data: Any = None, key: str = "key-step-0001", **more: Any) -> Any:
        return self.post(f"{path}/steps/{action}", {"data": data or {}, **more}, key)

    def ids(self, path: str, name: str = "id") -> list[int]:
        return [one[name] for one in self.get(path).json()["items"]]

    def costs(self, path: str) -> int:
        return questions(self.client, f"/api/v1{path}", HTTP_AUTHORIZATION=self.headers["Authorization"])


def seen_by(cast: Cast, path: str) -> set[str]:
    """Whose machine is answered at an address; everybody else is told that there is nothing."""
    answers = {name: Machine(account).get(path).status_code for name, account in cast.accounts.items()}
    assert set(answers.values()) <= {200, 404}
    return {name for name, status in answers.items() if status == 200}


def listed_for(cast: Cast, path: str, name: str = "id") -> dict[str, list[int]]:
    """Who finds anything in a list, and what."""
    found = {who: Machine(account).ids(path, name) for who, account in cast.accounts.items()}
    return {who: ids for who, ids in found.items() if ids}


def more_members(cast: Cast, n: int) -> list[Member]:
    made = Member.objects.bulk_create(
        Member(name=f"委员{i}", sector=cast.sector, starts_on=date(2017, 1, 1)) for i in range(n)
    )
    Membership.objects.bulk_create(
        Membership(member=one, body=cast.sector, kind="sector", starts_on=one.starts_on) for one in made
    )
    return made


# -- records -----------------------------------------------------------------------------------------------------------
def test_a_member_reads_their_own_record_and_the_office_all_in_the_order_of_the_roster(cast: Cast) -> None:
    make.concluded(cast, is_cosigned=True)
    make.honour(cast, member=cast.member_zhao)
    li, wang, zhao = cast.member_li.pk, cast.member_wang.pk, cast.member_zhao.pk

    everybody = [li, wang, zhao]  # zhao has more honours than wang, and stands where the roster has him
    assert listed_for(cast, "/duty-records?year=2017", "member") == {
        "li": [li], "wang": [wang], "zhao": [zhao], "office": everybody, "chair": everybody,
    }  # fmt: skip
    assert seen_by(cast, f"/duty-records/{li}?year=2017") == {"li", "office", "chair"}
    assert Machine(cast.wang).get(f"/duty-records/{li}/steps").status_code == 404
    mine = Machine(cast.li).get("/duty-records?year=2017").json()["items"][0]
    assert (mine["name"], mine["counts"]["提案"], mine["counts"]["表彰"]) == ("李清和", 3, 0)


def test_a_record_is_told_fact_by_fact(cast: Cast) -> None:
    proposal = make.concluded(cast)
    machine, path = Machine(cast.li), f"/duty-records/{cast.member_li.pk}"
    told = machine.get(f"{path}?year=2017").json()
    heads = {head["label"]: head["entries"] for head in told["heads"]}
    filed = next(one for one in heads["提案"] if one["credit"] == "proposal.filed")
    assert [(one["record"], one["url"]) for one in filed["facts"]] == [
        (proposal.pk, proposal.get_absolute_url())
    ]
    assert machine.get(f"{path}?year=2018").json()["heads"] == []
    whole = machine.get(f"{path}?year=2017&whole=true").json()
    assert (whole["starts_on"], whole["heads"]) == ("2017-01-01", told["heads"])


def test_the_office_turns_the_pages_of_the_records_and_finds_who_has_nothing(cast: Cast) -> None:
    make.filed(cast)
    added = [one.pk for one in more_members(cast, 5)]
    machine, found, cursor = Machine(cast.office), [], ""
    while cursor is not None:
        page = machine.get(f"/duty-records?year=2017&limit=3{f'&cursor={cursor}' if cursor else ''}").json()
        found += [one["member"] for one in page["items"]]
        cursor = page["next"]
    assert found == [cast.member_li.pk, cast.member_wang.pk, cast.member_zhao.pk, *added]
    assert machine.ids("/duty-records?year=2017&empty=true", "member") == found[1:]
    assert machine.get("/duty-records?cursor=xx").status_code == 422
    assert machine.get("/duty-records?order=points&year=2017").json()["items"][0]["name"] == "李清和"


# -- objections --------------------------------------------------------------------------------------------------------
def test_an_objection_is_raised_once_and_answered_by_machine(cast: Cast) -> None:
    proposal = make.filed(cast)
    path = f"/duty-records/{cast.member_li.pk}/objections"
    words = {
        "about": "电梯那一件",
        "reason": "是两个人一起提的。",
        "credit": "proposal.filed",
        "record": proposal.pk,
    }
    li, office = Machine(cast.li), Machine(cast.office)
    first, again = li.post(path, words), li.post(path, words)
    one = Objection.objects.get()
    assert (first.status_code, again.json()) == (201, first.json())
    assert (one.subject_id, one.subject_type, first.json()["state"]) == (
        proposal.pk,
        "proposals.proposal",
        "asked",
    )

    assert (
        office.post(path, words, "key-00000002").status_code == 403
    )  # read by the office, raised by the member
    assert Machine(cast.wang).post(path, words, "key-00000003").status_code == 404
    for wrong in ({"credit": "no.such"}, {"record": None}, {"about": " "}, {"record": 0}, {"sector": 1}):
        assert li.post(path, words | wrong, "key-00000004").status_code == 422, wrong
    missing = li.post(path, {"about": "三月的座谈会", "reason": "漏了。"}, "key-00000005")
    assert (missing.status_code, missing.json()["record"]) == (201, None)

    url = f"/duty-objections/{one.pk}"
    assert seen_by(cast, url) == {"li", "office", "chair"}
    assert [step["action"] for step in office.get(f"{url}/steps").json()] == ["uphold", "keep"]
    empty = office.step(url, "uphold")
    assert (empty.status_code, list(empty.json()["errors"])) == (422, ["answer"])
    done = office.step(url, "uphold", {"answer": "已补记联名人。"}, version=one.version)
    assert done.json()["state"] == "upheld"
    late = li.step(url, "withdraw", key="key-00000006", version=one.version)
    assert late.status_code == 409
    assert li.get(url).json()["answer"] == "已补记联名人。"
    assert li.ids("/duty-objections?state=upheld") == [one.pk]


# -- honours -----------------------------------------------------------------------------------------------------------
def test_honours_are_entered_by_the_office_and_read_by_those_of_the_room(cast: Cast) -> None:
    one = make.honour(cast)
    assert set(listed_for(cast, "/honours")) == {"li", "wang", "zhao", "convener", "office", "chair"}
    words = {"title": "先进单位", "level": "city", "given_by": "市政协", "given_on": "2017-02-01"}
    office = Machine(cast.office)
    made = office.post("/honours", words)
    assert (made.status_code, made.json()["whom"]) == (201, "本级政协")
    assert office.post("/honours", words).json() == made.json()
    assert Machine(cast.chair).post("/honours", words).status_code == 403
    both = words | {"member": cast.member_li.pk, "person": "何办公"}
    assert office.post("/honours", both, "key-00000002").json()["errors"] == {
        "person": ["委员和机关人员只填一个。"]
    }
    assert office.post("/honours", words | {"member": 10**30}, "key-00000003").status_code == 422
    assert office.ids("/honours") == [made.json()["id"], one.pk]
    assert Honour.objects.count() == 2


# -- rule books and years ----------------------------------------------------------------------------------------------
def test_a_draft_rule_is_the_offices_and_a_rule_in_force_everybodys_who_is_measured(cast: Cast) -> None:
    draft = make.rule_book(cast)
    url = f"/rule-books/{draft.pk}"
    assert seen_by(cast, url) == {"office", "chair"}
    assert Machine(cast.office).step(url, "adopt").status_code == 403
    assert Machine(cast.chair).step(url, "adopt").json()["state"] == "in_force"
    assert seen_by(cast, url) == {"li", "wang", "zhao", "office", "chair"}
    assert Machine(cast.li).get(url).json()["content"] == draft.content


def test_a_sheet_is_its_members_after_the_seal_and_stays_what_was_sealed(cast: Cast) -> None:
    make.adopted_book(cast)
    office, li = Machine(cast.office), Machine(cast.li)
    begun = office.post("/appraisals", {"year": 2017})
    assert office.post("/appraisals", {"year": 2017}, "key-00000002").status_code == 409
    assert li.post("/appraisals", {"year": 2018}).status_code == 403
    make.held_gathering(cast, type="committee")
    url = f"/appraisals/{begun.json()['id']}"
    sheets, mine = f"{url}/sheets", f"{url}/sheets/{cast.member_li.pk}"
    everybody = [cast.member_li.pk, cast.member_wang.pk, cast.member_zhao.pk]
    assert office.ids(sheets, "member") == everybody
    assert seen_by(cast, mine) == {"office", "chair"}  # not sealed yet
    assert li.get(sheets).status_code == 404

    assert Machine(cast.chair).step(url, "seal").json()["state"] == "sealed"
    told = li.get(mine).json()
    assert (told["total"], [line["label"] for line in told["lines"]]) == ("1", ["出席其他会议"])
    assert [fact["credit"] for fact in told["lines"][0]["facts"]] == ["gathering.attend"]
    assert seen_by(cast, mine) == {"li", "office", "chair"}
    assert listed_for_sheets(cast, sheets) == {
        "li": everybody[:1], "wang": everybody[1:2], "zhao": everybody[2:], "office": everybody, "chair": everybody,
    }  # fmt: skip

    make.held_gathering(cast, type="committee", title="又一次会议")
    Member.objects.filter(pk=cast.member_li.pk).update(name="李改名")
    assert li.get(mine).json() == told
    assert office.get(sheets).json()["items"][0] == {name: told[name] for name in told if name != "lines"}
    assert office.get(url).json()["fingerprint"] == li.get(url).json()["fingerprint"] != ""
    assert "sheets" not in li.get(url).json()


def listed_for_sheets(cast: Cast, path: str) -> dict[str, list[int]]:
    """Like ``listed_for``, for those who may open the year at all."""
    machines = {name: Machine(cast.accounts[name]) for name in seen_by(cast, path)}
    return {name: machine.ids(path, "member") for name, machine in machines.items()}


def test_the_sheets_of_a_year_are_turned_page_by_page_each_once(cast: Cast) -> None:
    one = make.appraisal(cast)
    more_members(cast, 4)
    everybody = list(Member.objects.order_by("pk").values_list("pk", flat=True))
    for _ in ("open", "sealed"):
        machine, found, cursor = Machine(cast.chair), [], ""
        while cursor is not None:
            answer = machine.get(
                f"/appraisals/{one.pk}/sheets?limit=2{f'&cursor={cursor}' if cursor else ''}"
            )
            found += [row["member"] for row in answer.json()["items"]]
            cursor = answer.json()["next"]
        assert found == everybody
        if one.state == "open":
            perform(one, "seal", cast.chair)


# -- standing members' reports -----------------------------------------------------------------------------------------
def test_a_report_is_its_writers_until_it_is_sent(cast: Cast) -> None:
    one = make.standing_report(cast)
    url = f"/standing-reports/{one.pk}"
    assert seen_by(cast, url) == {"li", "office", "chair"}
    li, office = Machine(cast.li), Machine(cast.office)
    assert "加装电梯" in li.get(url).json()["text"]
    assert [Machine(a).get(url).json()["text"] for a in (cast.office, cast.chair)] == ["", ""]
    own = StandingReport.objects.get(member=cast.member_wang).pk
    assert listed_for(cast, "/standing-reports") == {
        "li": [one.pk], "wang": [own], "office": [own, one.pk], "chair": [own, one.pk],
    }  # fmt: skip

    seen = li.get(url).json()["version"]
    saved = li.put(f"{url}/text", {"text": "一年来跑了六个小区。", "version": seen})
    assert (saved.status_code, saved.json()["text"]) == (200, "一年来跑了六个小区。")
    assert li.put(f"{url}/text", {"text": "另一处写的。", "version": seen}).status_code == 409
    assert office.put(f"{url}/text", {"text": "代写。"}).status_code == 403
    assert Machine(cast.wang).put(f"{url}/text", {"text": "代写。"}).status_code == 404

    assert li.step(url, "submit").json()["state"] == "submitted"
    assert office.get(url).json()["text"] == "一年来跑了六个小区。"
    assert office.step(url, "send_back", {"note": "再写写打算。"}).json()["state"] == "returned"
    li.put(f"{url}/text", {"text": "一年来跑了六个小区，明年还要跑。"})
    assert office.get(url).json()["text"] == "一年来跑了六个小区。"  # the supplement is not sent


def test_a_round_is_the_offices_and_opened_once(cast: Cast) -> None:
    office = Machine(cast.office)
    assert office.post("/standing-rounds", {"year": 2017}).status_code == 422  # nobody is a standing member
    one = make.standing_round(cast)
    assert seen_by(cast, f"/standing-rounds/{one.pk}") == {"office", "chair"}
    assert set(listed_for(cast, "/standing-rounds")) == {"office", "chair"}
    assert office.post("/standing-rounds", {"year": 2017}, "key-00000002").status_code == 409
    assert Machine(cast.li).post("/standing-rounds", {"year": 2018}).status_code == 403
    made = office.post("/standing-rounds", {"year": 2018, "content": "写体会。"}, "key-00000003")
    assert (made.status_code, made.json()["whole"], made.json()["missing"]) == (201, 2, 2)
    assert made.json()["due_on"] == made.json()["closes_on"] > str(timezone.localdate())
    reports = office.ids(f"/standing-reports?round={made.json()['id']}")
    assert (len(reports), set(reports) & set(office.ids(f"/standing-reports?round={one.pk}"))) == (2, set())


# -- the office's own appraisal ----------------------------------------------------------------------------------------
def test_a_record_of_the_staff_is_known_to_three_people_and_its_grade_when_it_is_confirmed(
    cast: Cast,
) -> None:
    one = make.graded_review(cast)
    url = f"/office-reviews/{one.pk}"
    three = {"clerk", "reviewer", "office"}
    assert seen_by(cast, url) == set(listed_for(cast, "/office-reviews")) == three
    clerk, leader, head = (Machine(cast.accounts[name]) for name in ("clerk", "reviewer", "office"))
    for told in (clerk.get(url).json(), clerk.get("/office-reviews").json()["items"][0]):
        assert not told["grade"]
        assert "核对仔细" not in str(told)
    assert clerk.get(url).json()["graded_by"] == ""
    assert (head.get(url).json()["grade"], leader.get(url).json()["words"]) == (
        "fair",
        "核对仔细，时限没有误过。",
    )
    for name in set(cast.accounts) - three:
        assert Machine(cast.accounts[name]).step(url, "confirm").status_code == 404

    assert head.step(url, "confirm").json()["state"] == "confirmed"
    mine = clerk.get(url).json()
    assert (mine["grade"], mine["words"], mine["confirmed_by"]) == (
        "fair",
        "核对仔细，时限没有误过。",
        "何办公",
    )
    assert clerk.step(url, "answer", {"words": "二季度补上回访。"}).json()["state"] == "answered"
    assert leader.get(url).json()["answer"] == "二季度补上回访。"
    assert mine["work"] == clerk.get(url).json()["work"]


def test_a_summary_is_begun_written_and_handed_in_by_machine(cast: Cast) -> None:
    make.office_posts(cast)
    clerk, leader = Machine(cast.clerk), Machine(cast.reviewer)
    spans = clerk.get("/office-reviews/to-write").json()
    assert [one["starts_on"] for one in spans] == [
        str(one.starts_on) for one in office_queries.recent_spans(timezone.localdate())
    ]
    assert Machine(cast.li).get("/office-reviews/to-write").json() == []
    started = {"starts_on": spans[0]["starts_on"]}
    first, again = clerk.post("/office-reviews", started), clerk.post("/office-reviews", started)
    assert (first.status_code, again.json()) == (201, first.json())
    assert clerk.post("/office-reviews", {"starts_on": "2017-01-02"}, "key-00000002").status_code == 422
    assert Machine(cast.li).post("/office-reviews", started).status_code == 403

    url = f"/office-reviews/{first.json()['id']}"
    assert leader.get(url).status_code == 404  # being written
    seen = first.json()["version"]
    assert clerk.put(f"{url}/summary", {"summary": "初审三十件。", "version": seen}).status_code == 200
    assert clerk.put(f"{url}/summary", {"summary": "另一处写的。", "version": seen}).status_code == 409
    assert clerk.put(f"{url}/summary", {"summary": " "}).status_code == 422
    assert clerk.step(url, "submit").json()["state"] == "submitted"
    assert leader.put(f"{url}/summary", {"summary": "代写。"}).status_code == 403
    assert leader.step(url, "return", {"words": "写写还差什么。"}).json()["state"] == "draft"
    assert (leader.get(url).json()["summary"], leader.get(url).json()["returned"]) == ("", "")
    assert (clerk.get(url).json()["summary"], clerk.get(url).json()["returned"]) == (
        "初审三十件。",
        "写写还差什么。",
    )


def test_the_head_begins_a_period_for_everybody_once(cast: Cast) -> None:
    make.office_posts(cast)
    head = Machine(cast.office)
    first, again = head.post("/office-reviews/everybody"), head.post("/office-reviews/everybody")
    assert (first.status_code, first.json(), again.json()) == (200, {"begun": 2}, {"begun": 2})
    assert OfficeReview.objects.count() == 2
    assert Machine(cast.clerk).post("/office-reviews/everybody").status_code == 403


# -- as many questions for thirty as for one ---------------------------------------------------------------------------
def test_a_list_of_members_costs_the_same_for_one_and_for_thirty(cast: Cast) -> None:
    make.held_gathering(cast)
    year = make.sealed_appraisal(cast)
    paths = [
        "/duty-records?year=2017", "/duty-records?year=2017&empty=true", f"/appraisals/{year.pk}/sheets",
    ]  # fmt: skip
    machine = Machine(cast.office)
    few = [machine.costs(f"{path}{'&' if '?' in path else '?'}limit=1") for path in paths]
    more_members(cast, 30)
    assert [machine.costs(path) for path in paths] == few
    assert len(machine.ids(paths[0], "member")) == 33


def test_sheets_of_a_year_that_is_not_sealed_cost_the_same_for_one_and_for_thirty(cast: Cast) -> None:
    year = make.appraisal(cast)
    more_members(cast, 30)
    machine, path = Machine(cast.office), f"/appraisals/{year.pk}/sheets"
    assert machine.costs(f"{path}?limit=1") == machine.costs(path)
    assert len(machine.ids(path, "member")) == 33


def test_a_record_and_the_lists_cost_the_same_for_one_row_and_for_thirty(cast: Cast) -> None:
    """One of each, then thirty of each."""
    make.objection(cast)
    make.honour(cast)
    make.standing_report(cast)
    make.rule_book(cast)
    paths = [
        "/duty-objections", "/honours", "/standing-reports", "/rule-books",
        f"/duty-records/{cast.member_li.pk}?year=2017",
    ]  # fmt: skip
    machine = Machine(cast.office)
    few = [machine.costs(path) for path in paths]
    for i in range(29):
        make.objection(cast)
        make.honour(cast, title=f"称号{i}")
        make.rule_book(cast, title=f"办法{i}")
    (round_,) = {one.round for one in StandingReport.objects.select_related("round")}
    for member in more_members(cast, 28):
        StandingReport.objects.create(
            round=round_, member=member, title=f"{member.name}的报告", changed_at=make.DAY
        )
    assert [machine.costs(path) for path in paths] == few
    assert [len(machine.ids(path)) for path in paths[:4]] == [30, 30, 30, 30]


def test_the_records_of_the_staff_cost_the_same_for_one_and_for_thirty(cast: Cast) -> None:
    make.office_posts(cast)
    make.confirmed_review(cast)
    machine = Machine(cast.office)
    few = machine.costs("/office-reviews")
    for i in range(29):
        one = Account.objects.create_user(f"clerk{i}", f"干事{i}", None)
        Post.objects.create(account=one, kind="clerk", starts_on=date(2017, 1, 1))
        Post.objects.create(account=cast.reviewer, kind="line_leader", staff=one, starts_on=date(2017, 1, 1))
        make.submitted_review(cast, staff=one)
    assert machine.costs("/office-reviews") == few
    assert len(machine.ids("/office-reviews")) == 30
