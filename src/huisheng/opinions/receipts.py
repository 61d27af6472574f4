"""The secret of a receipt: hashed slowly, but not as slowly as a password.

It is made by chance and nobody thinks it up (31^8), five tries a day is all there is, and every letter that comes in
needs one: with a password's cost a thousand mails would take the machine minutes. The parameters are the least that
OWASP's Password Storage Cheat Sheet gives for Argon2id (19 MiB, two passes, one lane).
"""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class _Receipts(Argon2PasswordHasher):
    memory_cost, time_cost, parallelism = 19_456, 2, 1


_hasher = _Receipts()


def hashed(secret: str) -> str:
    return _hasher.encode(secret, _hasher.salt())


def is_right(secret: str, kept: str) -> bool:
    """The same work for every hash made with these parameters."""
    return _hasher.verify(secret, kept)
