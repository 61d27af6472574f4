"""The door for machines: the whole life by API, refusals as problem+json, hostile bodies, one key one result."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)  # fmt: skip

from huisheng.kernel.models import Entry, IdempotencyKey
from huisheng.people import tokens
from huisheng.people.models import Account
from huisheng.proposals.models import Proposal

from . import make
from .cast import Cast, make_cast

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"
TEXT = {name: make.TEXT[name] for name in ("title", "situation", "analysis", "suggestions")}
_number = count(1)


class Machine:
    """A program that knocks with one account's token."""

    def __init__(self, account: Account | None, token: str = "") -> None:
        self.token = token or (tokens.issue(account) if account else "")
        self.client = Client(raise_request_exception=False)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(ROOT + path, query, headers=self.headers)

    def post(self, path: str, body: Any = None, key: str | None = None) -> Any:
        """``key`` "" sends none, None a new one."""
        return self.send(path, json.dumps(body or {}), key)

    def send(self, path: str, raw: str | bytes, key: str | None = None, method: str = "POST") -> Any:
        key = f"test-key-{next(_number)}" if key is None else key
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.generic(method, ROOT + path, raw, content_type="application/json", headers=headers)

    def step(self, kind: str, pk: int, action: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.post(f"/{kind}/{pk}/steps/{action}", {"data": data or {}, **more})

    def done(self, kind: str, pk: int, action: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.step(kind, pk, action, data)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Machines(dict[str, Machine]):
    """One machine per person of the cast, made when first asked for."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self.cast = cast

    def __missing__(self, name: str) -> Machine:
        self[name] = Machine(self.cast.accounts[name])
        return self[name]


@pytest.fixture
def machines(cast: Cast) -> Machines:
    return Machines(cast)


def is_problem(answer: Any, status: int, part: str = "") -> bool:
    """Whether an answer is a problem of that status whose sentence (or a field's) holds ``part``."""
    assert answer.status_code == status, answer.content.decode()[:500]
    assert answer["Content-Type"].startswith("application/problem+json")
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    told = body["detail"] + json.dumps(body.get("errors", {}), ensure_ascii=False)
    assert part in told, told
    return True


def moved(proposal: Proposal) -> int:
    """How many lines its journal has."""
    return Entry.objects.filter(matter_type=Proposal.kind(), matter_id=proposal.pk).count()


# -- the life ----------------------------------------------------------------------------------------------------
def test_a_proposal_lives_its_whole_life_by_api(cast: Cast, machines: Machines) -> None:
    li, clerk, reviewer, handler = (machines[name] for name in ("li", "clerk", "reviewer", "housing_clerk"))
    started = li.post("/proposals", TEXT)
    assert started.status_code == 201
    pk = started.json()["id"]
    li.done("proposals", pk, "invite", {"members": [cast.member_wang.pk]})
    cosponsor = li.get(f"/proposals/{pk}").json()["cosponsors"][0]
    machines["wang"].done("cosponsors", cosponsor["id"], "accept")
    submitted = li.done("proposals", pk, "submit", {"disclosure": "full"})
    assert (submitted["from_state"], submitted["state"]) == ("draft", "submitted")
    clerk.done("proposals", pk, "pre_review", make.FILE)
    reviewer.done("proposals", pk, "decide", make.FILE)
    assert li.get(f"/proposals/{pk}").json()["state"] == "reviewed"  # decided, not yet published
    clerk.done("proposals", pk, "file")
    clerk.done("proposals", pk, "plan", {"lead": cast.housing.pk, "assisting": [cast.traffic.pk]})
    machines["office"].done("proposals", pk, "assign")
    lead, assisting = sorted(
        clerk.get(f"/proposals/{pk}").json()["assignments"], key=lambda one: one["role"] != "lead"
    )
    handler.done("assignments", lead["id"], "take")
    machines["traffic_clerk"].done("assignments", assisting["id"], "take")
    handler.done(
        "assignments",
        lead["id"],
        "contact",
        {"form": "visit", "held_on": "2017-03-01", "people": "李清和、郑文", "points": "现场看了三个单元。"},
    )
    contact = next(one for one in li.get(f"/proposals/{pk}").json()["children"] if one["kind"] == "contacts")
    li.done("contacts", contact["id"], "confirm")
    asked = next(
        one for one in handler.get(f"/assignments/{lead['id']}/steps").json() if one["action"] == "draft"
    )
    answers = {one["name"]: "已经办理。" for one in asked["fields"] if one["name"].startswith("answer_")}
    assert len(answers) == 2
    handler.done("assignments", lead["id"], "draft", make.ANSWERS | answers)
    waiting = next(
        one
        for one in machines["traffic_clerk"].get(f"/proposals/{pk}").json()["children"]
        if one["kind"] == "countersigns"
    )
    is_problem(machines["housing_head"].step("assignments", lead["id"], "approve"), 422, "还在等会签")
    machines["traffic_clerk"].done("countersigns", waiting["id"], "agree")
    machines["housing_head"].done("assignments", lead["id"], "approve")
    clerk.done("assignments", lead["id"], "deliver", {"disclosed": "full"})
    for name in ("li", "wang"):
        (rating,) = machines[name].get(f"/proposals/{pk}").json()["ratings"]
        machines[name].done("ratings", rating["id"], "rate", {"process": "good", "result": "fair"})
    assert li.get(f"/proposals/{pk}").json()["state"] == "concluded"
    clerk.done("proposals", pk, "archive")
    assert clerk.get(f"/proposals/{pk}").json()["state"] == "archived"


def test_every_other_role_is_refused_at_every_step_of_the_review(cast: Cast, machines: Machines) -> None:
    proposal = make.submitted(cast)
    lines = moved(proposal)
    for name in cast.accounts:
        machine = machines[name]
        if name not in ("clerk", "second"):
            assert machine.step("proposals", proposal.pk, "pre_review", make.FILE).status_code in (
                403,
                404,
            ), name
        if name != "li":
            assert machine.step("proposals", proposal.pk, "withdraw", {"note": "不提了"}).status_code in (
                403,
                404,
            ), name
    assert is_problem(
        machines["reviewer"].step("proposals", proposal.pk, "pre_review", make.FILE), 403, "提案委工作人员"
    )
    assert moved(proposal) == lines


def test_what_may_not_be_seen_is_not_there(cast: Cast, machines: Machines) -> None:
    draft, rated = make.draft(cast), make.answered(cast, is_cosigned=True)
    assert is_problem(machines["clerk"].get(f"/proposals/{draft.pk}"), 404)
    assert is_problem(machines["zhao"].step("proposals", draft.pk, "submit"), 404)
    assert is_problem(machines["traffic_clerk"].get(f"/proposals/{rated.pk}"), 404)
    mine = rated.ratings.get(is_first=True)
    machines["li"].done(
        "ratings",
        mine.pk,
        "rate",
        {"process": "bad", "result": "good", "remark": "不便对外说", "reason": "silent"},
    )
    for name in ("wang", "zhao", "housing_clerk", "housing_head", "chair"):
        seen = machines[name].get(f"/proposals/{rated.pk}")
        assert "不便对外说" not in seen.content.decode()
        if name != "chair":
            assert mine.pk not in [one["id"] for one in seen.json()["ratings"]], name
            assert is_problem(machines[name].get(f"/ratings/{mine.pk}/steps"), 404)


def test_a_plan_is_nobodys_business_before_it_is_sent(cast: Cast, machines: Machines) -> None:
    from huisheng.kernel.lifecycle import perform

    proposal = make.filed(cast)
    perform(proposal, "plan", cast.clerk, {"lead": cast.housing.pk}, at=make.DAY)
    planned = proposal.assignments.get()
    assert machines["li"].get(f"/proposals/{proposal.pk}").json()["assignments"] == []
    assert is_problem(machines["li"].get(f"/assignments/{planned.pk}/steps"), 404)
    assert is_problem(machines["housing_clerk"].get(f"/proposals/{proposal.pk}"), 404)


def test_a_machine_is_asked_for_no_file(cast: Cast, machines: Machines) -> None:
    steps = machines["li"].get(f"/proposals/{make.reviewed(cast).pk}/steps").json()

    fields = next(one["fields"] for one in steps if one["action"] == "supplement")
    assert [one["name"] for one in fields] == ["content"]


# -- one key, one result -----------------------------------------------------------------------------------------
def test_the_same_key_gives_the_same_answer_and_other_content_a_refusal(machines: Machines) -> None:
    li = machines["li"]
    first, again = li.post("/proposals", TEXT, "one-and-same"), li.post("/proposals", TEXT, "one-and-same")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Proposal.objects.count() == 1
    assert is_problem(li.post("/proposals", TEXT | {"title": "另一件"}, "one-and-same"), 409, "已经提交过")
    pk = first.json()["id"]
    steps = [
        li.send(f"/proposals/{pk}/steps/submit", '{"data": {"disclosure": "full"}}', "submit-it")
        for _ in "ab"
    ]
    assert [one.status_code for one in steps] == [200, 200]
    assert steps[0].json() == steps[1].json()
    assert is_problem(li.send(f"/proposals/{pk}/steps/withdraw", '{"data": {"note": "x"}}', "submit-it"), 409)


def test_the_key_answers_also_when_the_step_took_the_record_out_of_sight(
    cast: Cast, machines: Machines
) -> None:
    invited = make.cosponsor(cast)
    path = f"/cosponsors/{invited.pk}/steps/refuse"
    first, again = (machines["wang"].post(path, key="refuse-it") for _ in "ab")
    assert first.status_code == 200
    assert first.json() == again.json()
    assert is_problem(machines["wang"].get(f"/proposals/{invited.proposal_id}"), 404)


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "带汉字的键一二三四"])
def test_a_missing_or_useless_key_is_told_in_a_sentence(machines: Machines, key: str) -> None:
    key = key.encode().decode("latin-1")
    assert is_problem(machines["li"].post("/proposals", TEXT, key), 422, "Idempotency-Key")
    assert not Proposal.objects.exists()


def test_a_key_belongs_to_its_account(cast: Cast, machines: Machines) -> None:
    ids = {machines[name].post("/proposals", TEXT, "common-key").json()["id"] for name in ("li", "wang")}
    assert len(ids) == 2
    assert IdempotencyKey.objects.count() == 2


def test_the_second_to_come_is_told_who_was_first(cast: Cast, machines: Machines) -> None:
    proposal = make.submitted(cast)
    seen = machines["clerk"].get(f"/proposals/{proposal.pk}").json()["version"]
    step = {"data": make.FILE, "version": seen}
    assert machines["second"].post(f"/proposals/{proposal.pk}/steps/pre_review", step).status_code == 200
    refused = machines["clerk"].post(f"/proposals/{proposal.pk}/steps/pre_review", step)
    assert is_problem(refused, 409, "吴复核已于")
    assert is_problem(
        machines["clerk"].step("proposals", proposal.pk, "pre_review", make.FILE), 409, "吴复核已于"
    )


# -- bad input ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("token", ["", "hs_unknown", "x" * 5000, "hs_\udcff"])
def test_an_unknown_token_is_401(token: str) -> None:
    token = token.encode("utf-8", "surrogateescape").decode("latin-1")
    for answer in (Machine(None, token).get("/proposals"), Machine(None, token).post("/proposals", TEXT)):
        assert is_problem(answer, 401, "令牌")
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_disabled_account_and_an_ended_token_are_401(cast: Cast) -> None:
    machine = Machine(cast.li)
    assert machine.get("/proposals").status_code == 200
    Account.objects.filter(pk=cast.li.pk).update(is_active=False)
    assert is_problem(machine.get("/proposals"), 401)


def test_a_signed_in_browser_is_nobody_here(cast: Cast) -> None:
    machine = Machine(None)
    machine.client.force_login(cast.li)
    assert is_problem(machine.get("/proposals"), 401)
    assert is_problem(machine.post("/proposals", TEXT), 401)


@pytest.mark.parametrize(("method", "path", "allow"), [
    ("DELETE", "/proposals", "GET, POST"), ("PUT", "/proposals/1", "GET"), ("PATCH", "/proposals/1/steps", "GET"),
    ("GET", "/proposals/1/steps/submit", "POST"),
])  # fmt: skip
def test_a_method_that_is_not_there_names_those_that_are(
    machines: Machines, method: str, path: str, allow: str
) -> None:
    answer = machines["li"].send(path, "", method=method)
    assert is_problem(answer, 405)
    assert answer["Allow"] == allow


@pytest.mark.parametrize(
    "raw", [b"{", b"", b"\xff\xfe{}", b'{"data":', b"[" * 100_000, b'{"a":' * 50_000, b"1" * 5000]
)
def test_what_is_no_json_is_400(machines: Machines, cast: Cast, raw: bytes) -> None:
    proposal = make.draft(cast)
    for path in ("/proposals", f"/proposals/{proposal.pk}/steps/submit"):
        answer = machines["li"].send(path, raw)
        assert answer.status_code in (400, 422)
        assert is_problem(answer, answer.status_code)


def test_a_body_of_five_megabytes_is_413(machines: Machines) -> None:
    raw = json.dumps(TEXT | {"situation": "大" * 1_700_000}, ensure_ascii=False)
    assert is_problem(machines["li"].send("/proposals", raw), 413, "1 MB")


WRONG: list[dict[str, Any]] = [
    {"title": 5}, {"title": ["a"]}, {"title": None}, {"title": "长" * 10_000}, {"situation": {"a": 1}},
    {"suggestions": "one"}, {"suggestions": [1]}, {"suggestions": [["a"]]}, {"suggestions": ["x"] * 61},
    {"sponsor_body": "x"}, {"sponsor_body": 2**70}, {"sponsor_body": -1}, {"suggested_agencies": [2**64]},
    {"suggested_agencies": [999]}, {"suggested_agencies": ["a"]}, {"state": "filed"}, {"id": 7}, {"is_paper": True},
    {"number": 1}, {"made_by": 1}, {"sponsor_member": 1}, {"contact_phone": "1" * 41},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: next(iter(wrong)))
def test_a_draft_with_a_wrong_field_is_refused_whole(machines: Machines, wrong: dict[str, Any]) -> None:
    assert is_problem(machines["li"].post("/proposals", TEXT | wrong), 422)
    assert not Proposal.objects.exists()


def test_hostile_characters_are_stored_so_that_every_database_can_hold_them(machines: Machines) -> None:
    raw = (
        '{"title": "a\\u0000bc\\u202edef 𬱖䶮㐂 🀄", "situation": "x\\r\\ny", "suggestions": ["\\u0007 好"]}'
    )
    answer = machines["li"].send("/proposals", raw)
    assert answer.status_code == 201
    one = answer.json()
    assert (one["title"], one["situation"]) == ("abc�def 𬱖䶮㐂 🀄", "x\ny")
    assert one["suggestions"] == [{"number": 1, "content": "好"}]


def test_half_a_character_is_refused(machines: Machines) -> None:
    assert is_problem(machines["li"].send("/proposals", '{"title": "a\\ud800"}'), 422, "半个字符")


ANSWERS: list[Any] = [
    {"members": 5}, {"members": "x"}, {"members": [2**64]}, {"members": [-1]}, {"members": ["\ud800"]}, {"members": [None]},
    {"members": [True]}, {"members": [1.5]}, {"members": [[1]]}, {"members": [{"a": 1}]}, {"members": {"a": 1}},
    {"members": []}, {"members": None}, {"state": "filed"}, {"": "x"}, {"\u0000": "x"}, {"members": ["9" * 5000]},
    {"members": float("inf")}, [], "x", 7, None,
]  # fmt: skip


@pytest.mark.parametrize("data", ANSWERS, ids=lambda data: repr(data)[:40])
def test_wrong_answers_to_a_step_are_named_and_move_nothing(
    cast: Cast, machines: Machines, data: Any
) -> None:
    proposal = make.draft(cast)
    lines = moved(proposal)
    answer = machines["li"].post(f"/proposals/{proposal.pk}/steps/invite", {"data": data})
    assert is_problem(answer, 422)
    assert moved(proposal) == lines
    assert not proposal.cosponsors.exists()


@pytest.mark.parametrize("data", [
    {"held_on": 20170301}, {"held_on": 1e308}, {"held_on": ["2017-03-01"]}, {"held_on": "0000-00-00"}, {"held_on": True},
    {"form": ["visit"]}, {"form": "nonsense"}, {"points": ["a", "b"]}, {"points": ""}, {"people": "人" * 10_000},
], ids=repr)  # fmt: skip
def test_a_contact_with_a_wrong_answer_is_not_recorded(cast: Cast, machines: Machines, data: Any) -> None:
    one = make.taken(cast)
    full = {"form": "visit", "held_on": "2017-03-01", "people": "李清和", "points": "看了现场。"}
    assert is_problem(machines["housing_clerk"].step("assignments", one.pk, "contact", full | data), 422)
    assert not one.contacts.exists()


@pytest.mark.parametrize("path", [
    "/proposals/999999", f"/proposals/{2**63}", f"/proposals/{10**30}", "/proposals/0", "/proposals/-1", "/proposals/x",
    "/proposals/" + "9" * 5000, "/assignments/1/steps", f"/ratings/{2**64}/steps", "/nothing/1/steps", "/zzz",
    "/accounts/1/steps", "/texts/1/steps", "/",
])  # fmt: skip
def test_what_is_not_there_is_404(machines: Machines, path: str) -> None:
    assert is_problem(machines["clerk"].get(path), 404)


def test_a_step_that_does_not_exist_is_404_and_a_closed_one_409(cast: Cast, machines: Machines) -> None:
    proposal = make.draft(cast)
    for word in ("fly", "%00", "%F0%9F%80%84", "..", "submit%2F"):
        assert machines["li"].step("proposals", proposal.pk, word).status_code in (400, 404)
    assert is_problem(machines["li"].step("proposals", proposal.pk, "fly"), 404, "没有“fly”这一步")
    assert is_problem(machines["li"].step("proposals", proposal.pk, "resubmit"), 409, "草稿")
    assert is_problem(machines["li"].step("proposals", proposal.pk, "answer"), 403, "自动完成")


@pytest.mark.parametrize("query", [
    {"limit": 0}, {"limit": 201}, {"limit": "x"}, {"cursor": "x"}, {"cursor": "é"}, {"cursor": "cDE="[::-1]},
    {"cursor": "a" * 201}, {"year": "x"}, {"is_key": "perhaps"}, {"agency": 1.5}, {"year": "1" * 5000},
])  # fmt: skip
def test_a_wrong_filter_is_422(machines: Machines, query: dict[str, Any]) -> None:
    assert is_problem(machines["clerk"].get("/proposals", **query), 422)


@pytest.mark.parametrize(
    "query", [{"year": 2**70}, {"agency": 2**70}, {"sponsor": -(2**70)}, {"state": "no"}, {"year": -1}]
)
def test_a_filter_that_fits_nothing_finds_nothing(
    cast: Cast, machines: Machines, query: dict[str, Any]
) -> None:
    make.submitted(cast)
    assert machines["clerk"].get("/proposals", **query).json() == {"items": [], "next": None}


# -- lists -------------------------------------------------------------------------------------------------------
def test_the_cursor_walks_every_row_once(cast: Cast, machines: Machines) -> None:
    made = [make.submitted(cast, title=f"第{i}件").pk for i in range(7)]
    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        answer = machines["clerk"].get("/proposals", limit=3, **({"cursor": cursor} if cursor else {})).json()
        seen += [one["id"] for one in answer["items"]]
        cursor, pages = answer["next"], pages + 1
    assert (seen, pages) == (made[::-1], 3)


def test_a_list_costs_the_same_queries_for_one_row_and_for_many(
    cast: Cast, machines: Machines, django_assert_max_num_queries: Any
) -> None:
    for i in range(8):
        make.handling(cast, title=f"第{i}件")
    assert machines["clerk"].token
    for limit in (1, 8):
        with django_assert_max_num_queries(5):
            assert len(machines["clerk"].get("/proposals", limit=limit).json()["items"]) == limit


def test_filters_narrow(cast: Cast, machines: Machines) -> None:
    sent, waiting = make.handling(cast), make.submitted(cast)
    clerk = machines["clerk"]

    def found(**query: Any) -> list[int]:
        return [one["id"] for one in clerk.get("/proposals", **query).json()["items"]]

    assert found() == [waiting.pk, sent.pk]
    assert (
        found(state="handling")
        == found(agency=cast.housing.pk)
        == found(category_five="society")
        == [sent.pk]
    )
    assert found(agency=cast.traffic.pk) == found(is_key=True) == found(year=2016) == []
    assert found(sponsor=cast.member_li.pk, year=2017) == [waiting.pk, sent.pk]


# -- the description ---------------------------------------------------------------------------------------------
def test_the_description_declares_every_status_of_every_operation() -> None:
    described = Client().get(f"{ROOT}/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    operations = [(path, one) for path, found in described["paths"].items() for one in found.values()]
    public = [path for path, _ in operations if path.startswith(f"{ROOT}/open/")]
    assert (len(operations) - len(public), len(public)) == (171, 9)
    for path, one in operations:
        assert {"400", "401", "403", "404", "405", "409", "413", "422", "500", "503"} < set(one["responses"])
        assert one["responses"]["422"]["content"].keys() == {"application/problem+json"}
        assert one["summary"]
        assert bool(one.get("security")) is (path not in public)  # what is published asks for no token


# -- a stranger who read the description (schemathesis) ----------------------------------------------------------
@pytest.fixture
def one_connection() -> Iterator[None]:
    """A real WSGI request ends by closing the connection; inside a test it must not, as Django's own client knows."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("is_honest", [True, False], ids=["as described", "not as described"])
def test_whatever_is_sent_the_answer_is_one_of_the_described(
    cast: Cast, machines: Machines, is_honest: bool
) -> None:
    """Made-up requests to every operation, by the description and against it: never a 500, never an undeclared shape."""
    one = make.answered(cast)
    kinds = {"proposals": one.pk, "assignments": one.assignments.get().pk, "ratings": one.ratings.get().pk}
    described = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", get_wsgi_application())
    mode = schemathesis.GenerationMode.POSITIVE if is_honest else schemathesis.GenerationMode.NEGATIVE
    asked: list[int] = []

    def ask(case: schemathesis.Case) -> None:
        if "kind" in case.path_parameters and case.path_parameters["kind"] not in kinds:
            case.path_parameters["kind"] = "assignments"
        if isinstance(case.path_parameters.get("pk"), int) and is_honest:
            case.path_parameters["pk"] = kinds[case.path_parameters.get("kind", "proposals")]
        name = ("li", "clerk", "housing_clerk")[len(asked) % 3]
        with transaction.atomic():
            response = case.call(headers=machines[name].headers)
            case.validate_response(response, checks=[
                schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance,
                response_schema_conformance,
            ])  # fmt: skip
            transaction.set_rollback(True)
        asked.append(response.status_code)

    for found in described.get_all_operations():
        operation = found.ok()
        trial = given(operation.as_strategy(generation_mode=mode))(ask)
        bounded = settings(max_examples=12, deadline=None, database=None, derandomize=True,
                           suppress_health_check=list(HealthCheck))  # fmt: skip
        try:
            bounded(trial)()
        except Unsatisfiable:  # an operation without parameters cannot be asked wrongly
            assert not is_honest
    assert len(asked) > 40
    assert 200 in asked or not is_honest
