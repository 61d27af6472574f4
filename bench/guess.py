"""Guessing receipts: so many made-up links and so many made-up numbers, and what they find and tell.

    DJANGO_SETTINGS_MODULE=tests.settings_test PYTHONPATH=src:. python bench/guess.py 100000

Below the pages and with a quick hash, or it would take hours: at the product's own hash (argon2, one at a time a
process) 100,000 typed guesses cost more than an hour of two processes. The pages' own test makes 2,000 of each kind.
"""

from __future__ import annotations

import secrets
import sys
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from huisheng.kernel.errors import Refused  # noqa: E402
from huisheng.opinions import actions as voices  # noqa: E402
from huisheng.opinions.models import ReceiptTry  # noqa: E402
from huisheng.portal import actions, queries  # noqa: E402
from tests.cast import make_cast  # noqa: E402

LEADS = 200


def code() -> str:
    signs = "".join(secrets.choice(voices.ALPHABET) for _ in range(8))
    return f"HS-{signs[:4]}-{signs[4:]}"


def guess(many: int) -> None:
    call_command("migrate", verbosity=0)
    make_cast()
    at = timezone.now()
    leads = [voices.take_in(voices.Voice("web", "路灯坏了。", str(n)), at).lead.code for n in range(LEADS)]
    began = time.perf_counter()
    found = sum(queries.lead_of(secrets.token_urlsafe(16)) is not None for _ in range(many))
    print(f"{many} links: {found} found, {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    said: dict[str, dict[str, int]] = {"there": {}, "absent": {}}
    found = 0
    for n in range(many):
        kind, number = ("there", secrets.choice(leads)) if n % 2 else ("absent", code())
        try:
            actions.by_number(number, code()[3:].replace("-", ""), at)
            found += 1
        except Refused as refusal:
            words = "locked" if refusal.status == 429 else "wrong"
            said[kind][words] = said[kind].get(words, 0) + 1
    compared = LEADS * actions.TRIES
    print(f"{many} numbers with a secret: {found} found, {time.perf_counter() - began:.0f} s, answers {said}")
    print(f"secrets compared with a lead's: {said['there'].get('wrong', 0)} of at most {compared}")
    print(f"rows of tries: {ReceiptTry.objects.count()}")


if __name__ == "__main__":
    guess(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
