"""The first run: who holds the code printed where the server runs may make the first account, nobody else."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

from .models import Account

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that look alike


def needed() -> bool:
    """Whether the installation has no account yet."""
    return not Account.objects.exists()


def setup_code() -> str:
    """The code of this installation, made on first asking; "" once an account exists.

    Kept in the data folder, readable by the server's user only; sixty bits, so guessing it through the page is vain.
    """
    if not needed():
        forget()
        return ""
    file = _file()
    if not file.exists():
        code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another worker was first
            return file.read_text().strip()
        with os.fdopen(descriptor, "w") as handle:
            handle.write(code)
    return file.read_text().strip()


def is_right(code: str) -> bool:
    expected = setup_code()
    given = code.strip().upper().replace("—", "-").replace(" ", "")
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def forget() -> None:
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return Path(settings.DATA) / "setup-code"
