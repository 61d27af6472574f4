"""接口令牌: made for an account, shown once, kept as a hash. 256 bits, so a plain hash needs no salt."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from . import log
from .models import Account, ApiToken

PREFIX = "hs_"
_NOTE_EVERY = timedelta(minutes=1)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def issue(account: Account, *, by: Account | None = None, at: datetime | None = None) -> str:
    """A new token for the account; this is the only time it can be read."""
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(account=account, digest=digest_of(token), made_at=at or timezone.now())
    log.note(account, "token", "签发接口令牌", account=by, at=at or timezone.now())
    return token


def account_for(token: str, at: datetime | None = None) -> Account | None:
    """Whose token it is; None when it was never issued, has been ended, or its account is disabled. One query.

    The token is compared by its hash in the database's index: no time tells how much of it was right.
    """
    if not token.startswith(PREFIX) or len(token) > 100:
        return None
    found = ApiToken.objects.select_related("account").filter(digest=digest_of(token), ended_at=None).first()
    if found is None or not found.account.is_active:
        return None
    now = at or timezone.now()
    if found.used_at is None or now - found.used_at > _NOTE_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(used_at=now)
    return found.account


@transaction.atomic
def end(token: ApiToken, *, by: Account | None, at: datetime) -> None:
    ApiToken.objects.filter(pk=token.pk, ended_at=None).update(ended_at=at)
    log.note(token.account, "token_end", "停用接口令牌", account=by, at=at)
