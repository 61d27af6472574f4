"""Tokens of the interface: shown once, kept as a hash, ended with their account."""

from datetime import timedelta

from django.utils import timezone

from huisheng.people import actions, tokens
from huisheng.people.models import ApiToken
from tests.cast import Cast


def test_a_token_opens_its_own_account_and_is_not_stored(cast: Cast) -> None:
    token = tokens.issue(cast.clerk, by=cast.admin)

    assert tokens.account_for(token) == cast.clerk
    stored = ApiToken.objects.get()
    assert token not in (stored.digest, str(stored.pk))
    assert stored.used_at is not None


def test_a_wrong_an_ended_or_a_disabled_token_opens_nothing(cast: Cast) -> None:
    token = tokens.issue(cast.clerk)

    for wrong in ("", "hs_", token[:-1], token + "x", "hs_\udcff", "x" * 10_000, token.upper()):
        assert tokens.account_for(wrong) is None
    tokens.end(ApiToken.objects.get(), by=cast.admin, at=timezone.now())
    assert tokens.account_for(token) is None
    other = tokens.issue(cast.li)
    actions.disable(cast.li, by=cast.admin, at=timezone.now())
    assert tokens.account_for(other) is None


def test_use_is_noted_once_a_minute(cast: Cast) -> None:
    token, now = tokens.issue(cast.li), timezone.now()
    tokens.account_for(token, now)
    tokens.account_for(token, now + timedelta(seconds=30))
    assert ApiToken.objects.get().used_at == now
    tokens.account_for(token, now + timedelta(minutes=2))
    assert ApiToken.objects.get().used_at == now + timedelta(minutes=2)
