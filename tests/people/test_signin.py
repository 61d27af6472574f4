"""The door: who gets in, for how long, and that a stranger can neither get in nor keep others out."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.sessions.models import Session as WebSession
from django.test import Client
from django.utils import timezone

from huisheng.kernel.models import Setting
from huisheng.people import actions, signin
from huisheng.people.models import Account, Post, SignIn
from tests.cast import PASSWORD, Cast

SignInFn = Callable[..., Client]
HOME = "/me/sign-ins"


def age(browser: Client, **back: timedelta) -> None:
    """Move the session's own clock back."""
    session = browser.session
    for name, span in back.items():
        session[name] = session[name] - span.total_seconds()
    session.save()


def fail(browser: Client, username: str, times: int) -> list[int]:
    data = {"login": username, "password": "错的"}
    return [browser.post("/accounts/login/", data).status_code for _ in range(times)]


# -- getting in --------------------------------------------------------------------------------------------------------


def test_signing_in_gives_a_new_session_and_a_row_in_the_list(cast: Cast) -> None:
    browser = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120 Edg/120")
    browser.get("/accounts/login/")
    session = browser.session
    session["planted"] = "by a stranger"
    session.save()
    before = session.session_key
    browser.cookies[settings.SESSION_COOKIE_NAME] = str(before)
    browser.post("/accounts/login/", {"login": "li", "password": PASSWORD})

    assert browser.session.session_key != before
    row = SignIn.objects.get()
    assert (row.account, row.device) == (cast.li, "Windows 电脑 · Edge")
    assert "本机" in browser.get(HOME).content.decode()


def test_wrong_password_and_unknown_account_hear_the_same_words(cast: Cast) -> None:
    browser = Client()
    known = browser.post("/accounts/login/", {"login": "li", "password": "错的"})
    unknown = browser.post("/accounts/login/", {"login": "没有这个人", "password": "错的"})

    assert known.status_code == unknown.status_code
    assert signin.WRONG in known.content.decode()
    assert signin.WRONG in unknown.content.decode()


def test_an_unknown_account_costs_the_same_time(cast: Cast, settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # type: ignore[attr-defined]
    settings.AXES_ENABLED = False  # type: ignore[attr-defined]
    cast.li.set_password(PASSWORD)
    cast.li.save()
    times: dict[str, list[float]] = {"li": [], "nobody": []}
    browser = Client()
    for _ in range(12):
        for username, seen in times.items():
            began = time.process_time()  # its own work, whatever else the machine does
            browser.post("/accounts/login/", {"login": username, "password": "错的"})
            seen.append(time.process_time() - began)
    known, unknown = (statistics.median(times[name]) for name in ("li", "nobody"))

    # hashing takes some 30 ms: without it the unknown account would answer in a fraction
    assert abs(known - unknown) < 0.5 * max(known, unknown)


def test_there_is_no_way_to_sign_oneself_up(cast: Cast) -> None:
    browser = Client()
    for path in (
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/email/",
        "/accounts/password/set/",
    ):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"username": "x", "password1": PASSWORD}).status_code == 404
    assert not Account.objects.filter(username="x").exists()


def test_a_foreign_next_is_not_followed(cast: Cast) -> None:
    for evil in ("//evil.example", "https://evil.example/", "\\\\evil.example", "javascript:alert(1)"):
        response = Client().post("/accounts/login/", {"login": "li", "password": PASSWORD, "next": evil})
        assert response.status_code == 302
        assert response["Location"] == "/"


# -- keeping strangers out, not members --------------------------------------------------------------------------------


def test_too_many_failures_lock_that_source_and_say_for_how_long(cast: Cast) -> None:
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    statuses = fail(stranger, "li", settings.AXES_FAILURE_LIMIT)

    assert statuses[-1] == 429
    locked = stranger.post("/accounts/login/", {"login": "li", "password": PASSWORD})
    assert locked.status_code == 429
    text = locked.content.decode()
    assert "分钟后" in text
    assert "请联系政协办公室" in text
    assert "_auth_user_id" not in stranger.session


def test_a_stranger_cannot_lock_a_member_out(cast: Cast, sign_in: SignInFn) -> None:
    fail(Client(REMOTE_ADDR="203.0.113.9"), "li", settings.AXES_FAILURE_LIMIT + 3)

    assert sign_in("li", source="10.0.0.7").get(HOME).status_code == 200


def test_capitals_do_not_buy_more_tries(cast: Cast) -> None:
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    statuses = [fail(stranger, name, 1)[0] for name in ("li", "Li", "LI", "lI", " li", "li ", "LI ", "Li ")]

    assert statuses[-1] == 429


def test_forwarding_headers_are_not_believed(cast: Cast) -> None:
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    statuses = [
        stranger.post(
            "/accounts/login/", {"login": "li", "password": "错的"}, HTTP_X_FORWARDED_FOR=f"198.51.100.{i}"
        ).status_code
        for i in range(settings.AXES_FAILURE_LIMIT)
    ]  # fmt: skip
    assert statuses[-1] == 429


# -- for how long ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "within", "beyond"),
    [
        ("li", timedelta(days=29), timedelta(days=31)),
        ("clerk", timedelta(hours=7), timedelta(hours=9)),
        ("admin", timedelta(minutes=29), timedelta(minutes=31)),
    ],
)
def test_a_session_ends_when_unused_as_the_posts_say(
    cast: Cast, sign_in: SignInFn, username: str, within: timedelta, beyond: timedelta
) -> None:
    browser = sign_in(username)
    age(browser, seen=within)
    assert browser.get(HOME).status_code == 200
    age(browser, seen=beyond)
    response = browser.get(HOME)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")
    assert "没有操作，已自动退出" in browser.get(response["Location"]).content.decode()


def test_a_session_ends_after_its_longest_time_however_busy(cast: Cast, sign_in: SignInFn) -> None:
    browser = sign_in("clerk")
    age(browser, started=timedelta(hours=25))

    assert browser.get(HOME).status_code == 302
    assert not SignIn.objects.exists()


def test_the_strictest_post_counts(cast: Cast) -> None:
    Post.objects.create(account=cast.li, kind="admin", starts_on=timezone.localdate())
    cast.li.refresh_posts()

    assert signin.limits_of(cast.li, timezone.localdate()) == (timedelta(minutes=30), timedelta(hours=12))


def test_an_htmx_request_of_a_dead_session_goes_to_the_sign_in_page_as_a_whole(
    cast: Cast, sign_in: SignInFn
) -> None:
    browser = sign_in("clerk")
    age(browser, seen=timedelta(hours=9))
    response = browser.get(HOME, HTTP_HX_REQUEST="true")

    assert (response.status_code, response["HX-Redirect"][:17]) == (204, "/accounts/login/?")


def test_using_a_page_costs_a_write_once_a_minute_only(
    cast: Cast, sign_in: SignInFn, django_assert_max_num_queries: Callable
) -> None:
    browser = sign_in("li")
    browser.get(HOME)
    with django_assert_max_num_queries(12) as first:
        browser.get(HOME)
    assert not [query for query in first.captured_queries if query["sql"].startswith(("UPDATE", "INSERT"))]
    before = SignIn.objects.get().seen_at
    age(browser, seen=timedelta(minutes=2))
    browser.get(HOME)
    assert SignIn.objects.get().seen_at > before


# -- ending it ---------------------------------------------------------------------------------------------------------


def test_disabling_an_account_puts_it_out_at_once(cast: Cast, sign_in: SignInFn) -> None:
    browser = sign_in("li")
    actions.disable(cast.li, by=cast.admin, at=timezone.now())

    assert browser.get(HOME).status_code == 302
    again = Client().post("/accounts/login/", {"login": "li", "password": PASSWORD})
    assert again.status_code == 302
    assert again["Location"] == "/accounts/inactive/"
    assert Client().get("/accounts/inactive/").status_code == 200


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(
    cast: Cast, sign_in: SignInFn
) -> None:
    here, there = sign_in("li"), sign_in("li", source="10.0.0.2")
    response = here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "换一句新的话也行", "password2": "换一句新的话也行"},
    )

    assert response.status_code == 302
    assert here.get(HOME).status_code == 200
    assert there.get(HOME).status_code == 302


def test_signing_out_kills_the_session_for_good(cast: Cast, sign_in: SignInFn) -> None:
    browser = sign_in("li")
    stolen = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post("/accounts/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen

    assert thief.get(HOME).status_code == 302
    assert not SignIn.objects.exists()


def test_one_ends_own_sessions_elsewhere_but_not_those_of_others(cast: Cast, sign_in: SignInFn) -> None:
    here, there, other = sign_in("li"), sign_in("li", source="10.0.0.2"), sign_in("wang")
    foreign = SignIn.objects.get(account=cast.wang)

    here.post("/me/sign-ins/end", {"which": str(foreign.pk)})
    assert other.get(HOME).status_code == 200
    here.post("/me/sign-ins/end", {"which": "others"})
    assert here.get(HOME).status_code == 200
    assert there.get(HOME).status_code == 302
    assert WebSession.objects.count() == 2
    assert here.post("/me/sign-ins/end", {"which": "x'--"}).status_code == 422


def test_whoever_must_change_the_password_gets_nowhere_else(cast: Cast, sign_in: SignInFn) -> None:
    Account.objects.filter(pk=cast.li.pk).update(must_change_password=True)
    browser = sign_in("li")

    assert browser.get(HOME)["Location"] == "/accounts/password/change/"
    browser.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "换一句新的话也行", "password2": "换一句新的话也行"},
    )
    assert browser.get(HOME).status_code == 200


# -- second factor -----------------------------------------------------------------------------------------------------


def make_old(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(made_at=timezone.now() - timedelta(days=30))


def add_totp(account: Account) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    return secret


def code_of(secret: str) -> str:
    return f"{totp.hotp_value(secret, int(time.time()) // 30):06d}"


def test_staff_are_reminded_first_and_then_led_to_the_second_factor(cast: Cast, sign_in: SignInFn) -> None:
    browser = sign_in("clerk")
    assert "须用两步验证" in browser.get(HOME).content.decode()
    make_old(cast.clerk)
    assert browser.get(HOME)["Location"] == "/accounts/2fa/"
    assert browser.get("/accounts/2fa/").status_code == 200


def test_members_and_demonstration_accounts_are_not_asked_for_one(cast: Cast, sign_in: SignInFn) -> None:
    make_old(cast.li)
    assert sign_in("li").get(HOME).status_code == 200
    make_old(cast.clerk)
    Account.objects.filter(pk=cast.clerk.pk).update(is_demo=True)
    assert sign_in("clerk").get(HOME).status_code == 200


def test_the_office_may_make_the_second_factor_optional(cast: Cast, sign_in: SignInFn) -> None:
    make_old(cast.clerk)
    Setting.objects.create(
        name="signin.second_factor",
        value=False,
        starts_on=timezone.localdate(),
        at=timezone.now(),
        account=cast.admin,
    )
    assert sign_in("clerk").get(HOME).status_code == 200


def test_with_a_second_factor_the_password_alone_opens_nothing(cast: Cast) -> None:
    secret = add_totp(cast.clerk)
    browser = Client()
    response = browser.post("/accounts/login/", {"login": "clerk", "password": PASSWORD})

    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert browser.get(HOME).status_code == 302
    assert browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert browser.get(HOME).status_code == 200


def test_codes_cannot_be_guessed_on(cast: Cast) -> None:
    secret = add_totp(cast.clerk)
    browser = Client()
    browser.post("/accounts/login/", {"login": "clerk", "password": PASSWORD})
    for _ in range(settings.AXES_FAILURE_LIMIT):
        browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    assert browser.get(HOME).status_code == 302


def test_the_administrator_resets_a_lost_second_factor(cast: Cast, sign_in: SignInFn) -> None:
    add_totp(cast.clerk)
    browser = sign_in("admin")
    browser.post(f"/people/accounts/{cast.clerk.pk}/switch", {"act": "factor"})

    assert not Authenticator.objects.filter(user=cast.clerk).exists()
    assert sign_in("clerk").get(HOME).status_code == 200
