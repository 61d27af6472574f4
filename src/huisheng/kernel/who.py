"""Who: said once, readable as a name, as a filter over records, and as an audience of accounts.

A role is never checked by ``if``: the lifecycle table names it, and from the same three things come the permission
(is this record in the filter?), the to-do list (which records are?) and the notices (who is the audience?).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

EVERY = Q(pk__isnull=False)
NONE = Q(pk__in=[])


@dataclass(frozen=True)
class Who:
    """A role towards a record.

    label     how the role is called on screen.
    within    (account, today) -> Q over the record's table: the rows towards which the account holds the role.
    audience  (record, today) -> queryset of the accounts that hold the role towards the record.
    """

    label: str
    within: Callable[[Any, date], Q]
    audience: Callable[[Any, date], QuerySet[Any]]

    def __or__(self, other: Who) -> Who:
        return Who(
            f"{self.label}或{other.label}",
            lambda account, today: _either(self.within(account, today), other.within(account, today)),
            lambda record, today: self.audience(record, today) | other.audience(record, today),
        )

    def includes(self, account: Any, record: Any, today: date) -> bool:
        return bool(roles_towards([record], [self], account, today)[record.pk])


def _either(a: Q, b: Q) -> Q:
    if a == NONE:
        return b
    if b == NONE:
        return a
    return EVERY if EVERY in (a, b) else a | b


def roles_towards(
    records: Iterable[Any], roles: Iterable[Who], account: Any, today: date
) -> dict[int, set[Who]]:
    """Which of the roles the account holds towards each record: at most one query for all rows and roles, none where
    the loaded records already say it."""
    records = list(records)
    held: dict[int, set[Who]] = {record.pk: set() for record in records}
    if not records or not getattr(account, "is_active", False):
        return held
    asked: list[tuple[Who, Q]] = []
    for role in dict.fromkeys(roles):
        condition = role.within(account, today)
        if condition == EVERY:
            for pk in held:
                held[pk].add(role)
        elif condition != NONE:
            known = {record.pk: read(condition, record) for record in records}
            if None in known.values():
                asked.append((role, condition))
            for pk, yes in known.items():
                if yes:
                    held[pk].add(role)
    if asked:
        _ask(type(records[0]), asked, held)
    return held


def read(condition: Q, record: Any) -> bool | None:
    """The answer where the loaded record gives it without the database; None where it must be asked.

    Most roles read “this column is one of these ids”, and the column is there.
    """
    answers = []
    for child in condition.children:
        if isinstance(child, Q):
            answers.append(read(child, record))
        elif isinstance(child, tuple):
            answers.append(_read_ids(child[0], child[1], record=record))
        else:
            return None  # an expression: the database's to answer
    if None in answers:
        return None
    together = any(answers) if condition.connector == Q.OR else all(answers)
    return together is not condition.negated


def _read_ids(lookup: str, wanted: Any, *, record: Any) -> bool | None:
    *path, last = lookup.split("__")
    if last != "in" or not path or not isinstance(wanted, list | tuple | set):
        return None
    for name in path[:-1]:
        field = record._meta.get_field(name) if record is not None else None
        if field is None or not field.is_relation or not field.is_cached(record):
            return None
        record = field.get_cached_value(record)
    if record is None:
        return False
    value = (
        record.pk
        if path[-1] == "pk"
        else record.__dict__.get(record._meta.get_field(path[-1]).attname, _ABSENT)
    )
    return None if value is _ABSENT else value in wanted


_ABSENT = object()


def _ask(model: Any, asked: list[tuple[Who, Q]], held: dict[int, set[Who]]) -> None:
    from django.db.models import BooleanField, Case, Value, When

    flags = {
        f"holds_{i}": Case(
            When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
        )
        for i, (_, condition) in enumerate(asked)
    }
    columns = ["pk", *flags]
    rows: Any = model._base_manager.filter(pk__in=list(held)).annotate(**flags)
    for pk, *answers in rows.values_list(*columns):
        held[pk] |= {role for (role, _), yes in zip(asked, answers, strict=True) if yes}


def _nobody(record: Any, today: date) -> QuerySet[Any]:
    from django.contrib.auth import get_user_model

    return get_user_model()._default_manager.none()


# a step that only another step's effect performs: no person may press it
SYSTEM = Who("系统", lambda account, today: NONE, _nobody)
