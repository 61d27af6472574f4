"""Changes to people, rules and calendar leave lines in the same journal as the steps of proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from huisheng.kernel import journal
from huisheng.kernel.models import Entry


@dataclass(frozen=True)
class About:
    """What a journal line is about: the face that ``journal.write`` asks of a record."""

    label: str
    pk: int

    @property
    def matter(self) -> About:
        return self

    def kind(self) -> str:
        return self.label


def note(
    record: models.Model,
    action: str,
    label: str,
    *,
    account: Any,
    at: datetime,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> Entry:
    """One line about a record that has no lifecycle. In the transaction of its change; never seen outside the office."""
    about: Any = About(record._meta.label_lower, record.pk)
    return journal.write(about, action, label, account=account, at=at, note=note, data=data, is_inside=True)


def lines_about(record: models.Model) -> models.QuerySet[Entry]:
    """The lines about a record, newest first, with who wrote them."""
    about: Any = About(record._meta.label_lower, record.pk)
    return journal.timeline(about)
