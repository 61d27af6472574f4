"""The pages of this room: who sees them, what they cost, what the forms do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.deadlines import unknown_year
from huisheng.kernel.models import CalendarDay, Entry, Option, Setting
from huisheng.kernel.store import keep
from huisheng.people import actions, importing
from huisheng.people.models import (
    Account,
    Activation,
    Agency,
    Body,
    ImportBatch,
    Member,
    Membership,
    Post,
    SignIn,
)
from huisheng.people.posts import POSTS
from huisheng.people.urls import urlpatterns
from tests import make
from tests.cast import PASSWORD, Cast
from tests.counting import questions

from .conftest import AT

READERS = {"clerk", "second", "reviewer", "office", "admin"}
KEEPERS = READERS - {"reviewer"}
EVERYBODY = {"sign_ins", "end_sign_in", "particulars"}
OPEN = {"setup", "activate"}
STEPS = {
    "memberchange-step",
    "correction-step",
}  # asked step by step in tests/test_every_url.py and test_every_lifecycle.py
ROOMS: tuple[tuple[set[str], str], ...] = (
    (READERS, "members member agencies agency bodies terms rules rule options calendar imports import"),
    ({"office", "admin"}, "accounts account slip"),
    ({"office", "chair"}, "changes change change_paper register"),
    ({"office"}, "change_new change_edit corrections"),
    ({"office", "li"}, "correction"),
    ({"admin"}, "account_new account_reach post_new post_end account_switch"),
)
WHO = {name: who for who, names in ROOMS for name in names.split()}
POST_ONLY = {
    "end_sign_in", "account_switch", "slip", "rule_drop", "calendar_drop", "import_columns", "import_decide", "import_again",
    "import_apply", "import_undo",
}  # fmt: skip


@pytest.fixture
def batch(cast: Cast, roster: Callable[[str], bytes]) -> ImportBatch:
    return importing.prepare("agencies", roster("agencies.xlsx"), "agencies.xlsx", account=cast.clerk, at=AT)


@pytest.fixture
def arguments(cast: Cast, batch: ImportBatch) -> dict[str, dict[str, Any]]:
    setting = Setting.objects.create(
        name="signin.second_factor_grace", starts_on=timezone.localdate() + timedelta(days=9), value=3, at=AT, account=cast.admin
    )  # fmt: skip
    membership = Membership.objects.filter(member=cast.member_li).first()
    listing = next(iter(local.LISTS), "")
    assert membership is not None
    make.stands(cast, cast.member_li)
    change = make.change(cast)
    paper = keep("决定".encode(), "决定.txt", change, cast.office, "decision", AT)
    return {
        "member": {"pk": cast.member_li.pk}, "agency": {"pk": cast.housing.pk}, "body": {"pk": cast.committee.pk},
        "membership": {"pk": cast.member_li.pk, "membership": membership.pk}, "account": {"pk": cast.wang.pk},
        "seat": {"pk": cast.member_li.pk, "seat": cast.member_li.standing_seats.get().pk},
        "post": {"pk": cast.wang.pk, "post": cast.wang.posts.get().pk}, "term": {"pk": cast.session.term_id},
        "session": {"pk": cast.session.pk}, "import": {"pk": batch.pk}, "rule": {"name": "signin.second_factor"},
        "rule_drop": {"name": setting.name, "pk": setting.pk}, "calendar": {"pk": CalendarDay.objects.first().pk},  # type: ignore[union-attr]
        "change": {"pk": change.pk}, "change_paper": {"pk": change.pk, "file": paper.pk}, "register": {"form": "xlsx"},
        "correction": {"pk": make.correction(cast).pk},
        "options": {"listing": listing}, "option": {"listing": listing, "pk": getattr(Option.objects.filter(list=listing).first(), "pk", 0)},
    }  # fmt: skip


def url_of(pattern: Any, arguments: dict[str, dict[str, Any]]) -> str:
    from django.urls import reverse

    name, route = pattern.name, str(pattern.pattern)
    wanted = set(re.findall(r"<\w+:(\w+)>", route))
    keys = {
        "member_leave": "membership", "member_redate": "seat", "member_stand_down": "seat", "post_new": "account", "post_end": "post", "slip": "account", "option_new": "options",
        "rule_drop": "rule_drop", "option_edit": "option", "term_edit": "term", "session_edit": "session", "body_edit": "body",
    }  # fmt: skip
    source = arguments.get(keys.get(name) or name) or arguments[name.split("_")[0]]
    return reverse(f"people:{name}", kwargs={key: value for key, value in source.items() if key in wanted})


def test_every_page_is_absent_for_whoever_has_no_business_there(
    cast: Cast, arguments: dict[str, dict[str, Any]]
) -> None:
    wrong = []
    for name, account in cast.accounts.items():
        browser = Client()
        browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        for pattern in urlpatterns:
            if pattern.name in OPEN | STEPS or (pattern.name.startswith("option") and not local.LISTS):
                continue
            wanted: dict[str, Any] = {} if re.search("<", str(pattern.pattern)) is None else arguments
            url = url_of(pattern, wanted or {pattern.name: {"x": 0}})
            allowed = pattern.name in EVERYBODY or name in WHO.get(pattern.name, KEEPERS)
            status = browser.get(url).status_code
            expected = (405 if pattern.name in POST_ONLY else 200) if allowed else 404
            if status != expected:
                wrong.append((name, pattern.name, status, expected))
            if not allowed:
                status = browser.post(url, {"act": "disable"}).status_code
                if status not in (404, 405):
                    wrong.append((name, pattern.name, "POST", status))
    assert wrong == []


def test_a_stranger_is_sent_to_the_sign_in_page(cast: Cast, arguments: dict[str, dict[str, Any]]) -> None:
    for pattern in urlpatterns:
        if pattern.name in OPEN | STEPS or (pattern.name.startswith("option") and not local.LISTS):
            continue
        url = url_of(pattern, arguments if "<" in str(pattern.pattern) else {pattern.name: {"x": 0}})
        response = Client().get(url)
        assert response.status_code == 302, pattern.name
        assert response["Location"].startswith("/accounts/login/"), pattern.name


def test_a_list_costs_the_same_for_one_row_and_for_thirty(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("admin")
    urls = ("/people/members", "/people/agencies", "/people/bodies", "/people/accounts", "/imports")
    before = {url: questions(browser, url) for url in urls}
    for i in range(30):
        member = Member.objects.create(name=f"王{i}", sector=cast.sector, starts_on=AT.date())
        Agency.objects.create(name=f"单位{i}")
        Body.objects.create(kind="team", name=f"小组{i}")
        account = Account.objects.create_user(f"a{i}", f"王{i}", "x")
        Post.objects.create(account=account, kind="member", member=member, starts_on=AT.date())
        ImportBatch.objects.create(kind="members", name="a", at=AT, account=cast.clerk)

    assert {url: questions(browser, url) for url in urls} == before
    assert max(before.values()) <= 12


# -- roster ------------------------------------------------------------------------------------------------------------


def test_the_office_registers_a_member_and_gives_a_sector(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("office")
    data = {
        "name": "吕　𬱖",
        "born": "1968年5月",
        "phone": "138-0000-1171",
        "starts_on": "2017-01-01",
        "ends_on": "2017-01-02",
    }
    response = browser.post("/people/members/new", data)
    member = Member.objects.get(name="吕𬱖")

    assert response["Location"] == f"/people/members/{member.pk}"
    assert (member.born, member.phone, member.ends_on) == (
        "1968-05",
        "13800001171",
        None,
    )  # ends_on is not in the form
    browser.post(f"/people/members/{member.pk}/join", {"body": cast.sector.pk, "starts_on": "2017-01-01"})
    economy = Body.objects.get(name="经济界")
    browser.post(f"/people/members/{member.pk}/join", {"body": economy.pk, "starts_on": "2017-05-01"})
    member.refresh_from_db()
    assert member.sector == economy
    assert [(m.body.name, str(m.ends_on)) for m in member.memberships.order_by("starts_on")] == [
        ("教育界", "2017-04-30"), ("经济界", "None"),
    ]  # fmt: skip
    assert [e.label for e in Entry.objects.filter(subject_type="people.member", subject_id=member.pk).order_by("seq")] == [
        "登记", "加入机构", "加入机构",
    ]  # fmt: skip


def test_the_journal_keeps_no_telephone_number(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("office")
    url = f"/people/members/{cast.member_li.pk}/edit"
    browser.post(url, {"name": "李清和", "phone": "13812345678", "starts_on": "2017-01-01"})

    entry = Entry.objects.latest("seq")
    assert entry.note == "手机"
    assert "13812345678" not in str(entry.content())


def test_a_namesake_is_believed_on_the_second_try(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("clerk")
    data = {"name": "李清和", "starts_on": "2017-01-01"}
    response = browser.post("/people/members/new", data)

    assert response.status_code == 422
    assert "李清和（教育界）" in response.content.decode()
    assert browser.post("/people/members/new", data | {"believe": "李清和"}).status_code == 302
    page = browser.get(f"/people/members/{Member.objects.latest('pk').pk}").content.decode()
    assert "另有同名的" in page


def test_a_third_committee_is_refused(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("clerk")
    url = f"/people/members/{cast.member_li.pk}/join"
    bodies = [Body.objects.create(kind="committee", name=f"第{i}委员会") for i in range(3)]
    answers = [browser.post(url, {"body": body.pk, "starts_on": "2017-02-01"}).status_code for body in bodies]

    assert answers == [302, 302, 422]


def test_a_member_who_leaves_keeps_the_past(cast: Cast, sign_in: Callable[..., Client]) -> None:
    sign_in("office").post(
        f"/people/members/{cast.member_li.pk}/retire", {"ends_on": "2017-12-31", "reason": "工作调动"}
    )
    cast.member_li.refresh_from_db()

    assert str(cast.member_li.ends_on) == "2017-12-31"
    assert cast.member_li.sector == cast.sector
    assert not cast.member_li.memberships.filter(ends_on=None).exists()
    assert str(cast.li.posts.get().ends_on) == "2017-12-31"


def test_members_are_found_by_initials_name_and_sector(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("reviewer")
    Member.objects.filter(pk=cast.member_li.pk).update(initials="lqh")

    for query in ("q=lqh", "q=清和", "q=ＬＱＨ", f"sector={cast.sector.pk}"):
        assert "李清和" in browser.get(f"/people/members?{query}").content.decode()
    for query in ("q=xyz", "standing=1", "past=1", "sector=999999", "q=%25", "sector=x"):
        status = browser.get(f"/people/members?{query}").status_code
        assert status == 200, query


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_an_account_is_opened_with_a_slip_that_works_once(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("admin")
    browser.post("/people/accounts/new", {"name": "新 人", "username": "xinren", "phone": ""})
    account = Account.objects.get(username="xinren")
    browser.post(
        f"/people/accounts/{account.pk}/posts/new",
        {"kind": "member", "member": cast.member_zhao.pk, "starts_on": "2017-01-01"},
    )
    page = browser.post(f"/people/accounts/{account.pk}/slip").content.decode()
    code = re.search(r'mono">([\w-]{20,})<', page)
    assert code
    stranger, data = (
        Client(),
        {"code": code[1], "password": "春天里的第一件提案", "again": "春天里的第一件提案"},
    )

    assert stranger.get(f"/activate?code={code[1]}").status_code == 200
    assert stranger.post("/activate", data | {"again": "不一样"}).status_code == 422
    assert stranger.post("/activate", data)["Location"] == "/accounts/login/"
    assert stranger.post("/activate", data).status_code == 404
    assert (
        stranger.post("/accounts/login/", {"login": "xinren", "password": data["password"]}).status_code
        == 302
    )
    assert code[1] not in str([entry.content() for entry in Entry.objects.all()])


def test_a_slip_is_dead_after_a_day_and_when_a_new_one_is_given(cast: Cast) -> None:
    now = timezone.now()
    first = actions.issue_slip(cast.li, by=cast.office, at=now)
    second = actions.issue_slip(cast.li, by=cast.office, at=now)

    assert actions.slip_of(first, now) is None
    assert actions.slip_of(second, now + timedelta(hours=23)) is not None
    assert actions.slip_of(second, now + timedelta(hours=25)) is None
    assert first not in Activation.objects.values_list("digest", flat=True)


def test_the_office_cannot_give_itself_the_administrators_account(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in("office")

    assert browser.post(f"/people/accounts/{cast.admin.pk}/slip").status_code == 403
    assert browser.post(f"/people/accounts/{cast.li.pk}/slip").status_code == 200
    assert not Activation.objects.filter(account=cast.admin).exists()


def test_administrator_and_auditor_are_never_one_person(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("admin")
    response = browser.post(
        f"/people/accounts/{cast.auditor.pk}/posts/new", {"kind": "admin", "starts_on": "2017-01-01"}
    )

    assert response.status_code == 422
    assert "不能由同一个人担任" in response.content.decode()


def test_a_post_at_a_place_asks_for_the_place(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("admin")
    for kind in POSTS.values():
        if not kind.place:
            continue
        response = browser.post(
            f"/people/accounts/{cast.office.pk}/posts/new", {"kind": kind.code, "starts_on": "2017-01-01"}
        )
        assert response.status_code == 422, kind.code


def test_the_last_administrator_stays(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("admin")
    post = cast.admin.posts.get()

    url = f"/people/accounts/{cast.admin.pk}/posts/{post.pk}/end"
    assert browser.post(url, {"ends_on": timezone.localdate().isoformat()}).status_code == 409
    assert browser.post(f"/people/accounts/{cast.admin.pk}/switch", {"act": "disable"}).status_code == 422
    Post.objects.create(account=cast.clerk, kind="admin", starts_on="2017-01-01")
    assert browser.post(url, {"ends_on": timezone.localdate().isoformat()}).status_code == 302


def test_disabling_from_the_page_ends_the_sessions(cast: Cast, sign_in: Callable[..., Client]) -> None:
    other, browser = sign_in("li"), sign_in("admin")
    browser.post(f"/people/accounts/{cast.li.pk}/switch", {"act": "disable"})

    assert other.get("/me/sign-ins").status_code == 302
    assert not SignIn.objects.filter(account=cast.li).exists()
    browser.post(f"/people/accounts/{cast.li.pk}/switch", {"act": "enable"})
    assert sign_in("li").get("/me/sign-ins").status_code == 200
    assert browser.post(f"/people/accounts/{cast.li.pk}/switch", {"act": "promote"}).status_code == 422


def test_two_accounts_cannot_share_a_name_in_other_capitals(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    response = sign_in("admin").post("/people/accounts/new", {"name": "某", "username": "LI"})

    assert response.status_code == 422
    assert "已经有人用了" in response.content.decode()


# -- rules and calendar ------------------------------------------------------------------------------------------------


def test_a_rule_is_changed_from_a_day_on_and_earlier_days_keep_theirs(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    browser, today = sign_in("office"), timezone.localdate()
    later = today + timedelta(days=10)
    url = "/rules/signin.second_factor_grace"
    assert (
        browser.post(url, {"value": "14", "starts_on": later.isoformat(), "note": "办公会决定"}).status_code
        == 302
    )
    local.forget()

    assert local.rule("signin.second_factor_grace", today) == 7
    assert local.rule("signin.second_factor_grace", later) == 14
    assert "办公会决定" in browser.get(url).content.decode()
    assert Entry.objects.latest("seq").data == {
        "rule": "signin.second_factor_grace",
        "before": 7,
        "after": 14,
    }
    row = Setting.objects.get()
    assert browser.post(f"{url}/{row.pk}/drop").status_code == 302
    assert not Setting.objects.exists()
    browser.post(url, {"value": "9", "starts_on": today.isoformat(), "note": ""})
    assert browser.post(f"{url}/{Setting.objects.get().pk}/drop").status_code == 409


@pytest.mark.parametrize("value", ["-1", "很多", "1e9", "", "99999999999"])
def test_nonsense_is_no_value_of_a_rule(cast: Cast, sign_in: Callable[..., Client], value: str) -> None:
    response = sign_in("office").post(
        "/rules/signin.second_factor_grace", {"value": value, "starts_on": timezone.localdate().isoformat()}
    )
    assert response.status_code == 422
    assert not Setting.objects.exists()


def test_the_reviewer_reads_rules_and_changes_none(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("reviewer")
    data = {"value": "1", "starts_on": timezone.localdate().isoformat()}

    assert browser.get("/rules").status_code == 200
    assert browser.post("/rules/signin.second_factor_grace", data).status_code == 404
    assert (
        browser.post(
            "/rules/calendar", {"date": "2030-01-01", "is_workday": "False", "name": "元旦"}
        ).status_code
        == 404
    )
    assert not Setting.objects.exists()


def test_a_calendar_year_without_data_is_said_so_and_can_be_entered(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in("office")

    assert unknown_year(2017) not in browser.get("/rules/calendar?year=2017").content.decode()
    assert unknown_year(2031) in browser.get("/rules/calendar?year=2031").content.decode()
    browser.post("/rules/calendar", {"date": "2031-01-01", "is_workday": "False", "name": "元旦"})
    row = CalendarDay.objects.get(date="2031-01-01")
    assert (row.is_workday, row.name) == (False, "元旦")
    browser.post(f"/rules/calendar/{row.pk}/drop")
    assert not CalendarDay.objects.filter(date="2031-01-01").exists()
    assert browser.get("/rules/calendar?year=99999999999999999999").status_code == 200


# -- import wizard -----------------------------------------------------------------------------------------------------


def upload(browser: Client, kind: str, data: bytes, name: str) -> Any:
    return browser.post("/imports", {"kind": kind, "file": SimpleUploadedFile(name, data)})


def test_a_roster_is_checked_answered_imported_and_undone_in_the_browser(
    cast: Cast, sign_in: Callable[..., Client], roster: Callable[[str], bytes]
) -> None:
    browser = sign_in("clerk")
    response = upload(browser, "agencies", roster("agencies.xlsx"), "agencies.xlsx")
    url = response["Location"]
    count = Agency.objects.count()

    assert "有疑问 3" in browser.get(url).content.decode()
    assert browser.post(f"{url}/apply").status_code == 422
    browser.post(
        f"{url}/decide", {"do-12": "", "set-12-phone": "0371-68120010", "do-33": "skip", "do-43": "take"}
    )
    assert browser.post(f"{url}/apply").status_code == 302
    assert Agency.objects.get(name="区教育体育局").phone == "0371-68120010"
    assert Agency.objects.count() > count
    assert browser.post(f"{url}/apply").status_code == 409
    assert browser.post(f"{url}/undo").status_code == 302
    assert Agency.objects.count() == count
    assert browser.post(f"{url}/undo").status_code == 409


def test_columns_can_be_corrected_in_the_browser(cast: Cast, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("clerk")
    data = "单位名称,电话,谁\n区海绵办,0371-68120099,张三\n".encode()
    url = upload(browser, "agencies", data, "a.csv")["Location"]
    assert browser.post(f"{url}/columns", {"column-0-0": "-"}).status_code == 422
    twice = {"column-0-0": "name", "column-0-1": "phone", "column-0-2": "phone"}
    assert browser.post(f"{url}/columns", twice).status_code == 422
    browser.post(f"{url}/columns", {"column-0-0": "name", "column-0-1": "phone", "column-0-2": "contact"})
    browser.post(f"{url}/apply")

    assert Agency.objects.get(name="区海绵办").contact == "张三"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.xlsx"),
        (b"MZ\x90\x00", "a.exe"),
        (b"PK\x03\x04", "a.xlsx"),
        ("没有表头".encode(), "../../a.csv"),
        (b"\xff\xfe\x00", "a.csv"),
    ],
)
def test_a_hopeless_file_gets_a_sentence_beside_the_field(
    cast: Cast, sign_in: Callable[..., Client], data: bytes, name: str
) -> None:
    response = upload(sign_in("clerk"), "members", data, name)

    assert response.status_code == 422
    assert "请改正下面的内容" in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_the_reviewer_cannot_import(
    cast: Cast, sign_in: Callable[..., Client], roster: Callable[[str], bytes]
) -> None:
    assert upload(sign_in("reviewer"), "agencies", roster("agencies.xlsx"), "a.xlsx").status_code == 422
    assert not ImportBatch.objects.exists()


def test_the_password_is_never_what_everybody_would_guess(cast: Cast) -> None:
    code = actions.issue_slip(cast.li, by=cast.admin, at=timezone.now())
    for bad in ("12345678", "password", "li", "1234"):
        assert Client().post("/activate", {"code": code, "password": bad, "again": bad}).status_code == 422
    assert cast.li.check_password(PASSWORD)
