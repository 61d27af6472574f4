"""Local rules: declared once with a default and a source, changed by the office as dated rows, asked by date.

A rule in force on a day is the latest row that had begun on that day, else the default. So a deadline that was
counted in March is recounted in December by the rule of March.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.signals import request_started
from django.db.models.signals import post_save

from .deadlines import Calendar, Deadline, Extension, Span, count
from .models import CalendarDay, Option, Setting


@dataclass(frozen=True)
class Rule:
    """One local rule. ``kind``: days, span, number, text, yes_no, hour, month_day (“10-15”), choice. ``source``: regulation or
    “本地设置”.

    choices: of a ``choice``, its values with their words.
    """

    name: str
    label: str
    kind: str
    default: Any
    source: str
    help: str = ""
    choices: tuple[tuple[Any, str], ...] = ()


@dataclass(frozen=True)
class OptionList:
    """A list whose entries the office edits. ``flags``: name -> Chinese label of the yes/no marks an entry may carry;
    ``texts``: the same for words it may carry."""

    name: str
    label: str
    defaults: tuple[tuple[str, str, dict[str, Any]], ...]
    source: str
    flags: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


RULES: dict[str, Rule] = {}
LISTS: dict[str, OptionList] = {}


def declare(*rules: Rule) -> None:
    RULES.update({rule.name: rule for rule in rules})


def declare_list(*lists: OptionList) -> None:
    LISTS.update({one.name: one for one in lists})


_memory = threading.local()


def forget(**_: Any) -> None:
    """Drop what this thread remembers; a request and a command begin by asking the database anew."""
    _memory.__dict__.clear()


request_started.connect(forget)
post_save.connect(forget, sender=Setting)
post_save.connect(forget, sender=Option)
post_save.connect(forget, sender=CalendarDay)


class Listed(NamedTuple):
    """An entry of a list as it is read: every page reads some hundred of them, and changes none."""

    code: str
    label: str
    data: dict[str, Any]
    position: int
    starts_on: date
    ends_on: date | None
    pk: int


def rule(name: str, on: date) -> Any:
    """The value of a rule in force on a day. Unknown names are a programming error (KeyError)."""
    declared = RULES[name]
    value = declared.default
    for row_name, starts_on, row_value in _settings():
        if row_name == name and starts_on <= on:
            value = row_value
    return value


def _settings() -> list[tuple[str, date, Any]]:
    """All dated values, oldest first: one query a request."""
    rows = getattr(_memory, "settings", None)
    if rows is None:
        rows = _memory.settings = list(
            Setting.objects.order_by("starts_on").values_list("name", "starts_on", "value")
        )
    return rows


def calendar() -> Calendar:
    """The working calendar as the office keeps it: one query a request."""
    found = getattr(_memory, "calendar", None)
    if found is None:
        rows = CalendarDay.objects.values_list("date", "is_workday", "name")
        found = _memory.calendar = Calendar.from_rows(rows)
    return found


def deadline(name: str, start: date, extensions: tuple[Extension, ...] = (), span: str = "") -> Deadline:
    """Count a local rule's span from a day, by the rule and the calendar; explains itself day by day."""
    return count(start, Span.parse(span or str(rule(name, start))), calendar(), extensions)


def options(name: str, on: date | None = None) -> list[Listed]:
    """The entries of a list, in order; with a day, only those in force on it."""
    if name not in LISTS:
        raise KeyError(name)
    lists = getattr(_memory, "options", None)
    if lists is None:
        lists = _memory.options = {}
        rows = Option.objects.order_by("list", "position", "code").values_list("list", *Listed._fields)
        for of, *columns in rows:
            lists.setdefault(of, []).append(Listed(*columns))
    mine = list(lists.get(name, ()))
    if on is None:
        return mine
    return [row for row in mine if row.starts_on <= on and (row.ends_on is None or on <= row.ends_on)]


def option(name: str, code: str) -> Listed | None:
    return next((row for row in reversed(options(name)) if row.code == code), None)


def label_of(name: str, code: str) -> str:
    """The name of an entry, also of one that is no longer in force; the code itself when it was never declared."""
    found = option(name, code)
    return found.label if found else code


def text_of(name: str, entry: Listed | Option, text: str) -> str:
    """The words an entry carries; those declared with the list where nobody has written any."""
    declared = next((data for code, _, data in LISTS[name].defaults if code == entry.code), {})
    return str(entry.data.get(text, declared.get(text, "")))


# -- what changed ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, order=True)
class Changed:
    """Something is counted otherwise from a day on, in a sentence that says the day."""

    on: date
    sentence: str


def said(rule: Rule, value: Any) -> str:
    """A value as people say it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if rule.kind == "choice":
        return dict(rule.choices).get(value, str(value))
    if rule.kind == "span":
        try:
            return Span.parse(str(value)).label
        except ValueError:
            return str(value)
    if rule.kind == "days":
        return f"{value} 天"
    return "（空）" if value in ("", None) else str(value)


def changes(names: Iterable[str]) -> list[Changed]:
    """Every day on which one of these rules or lists was changed by its dated rows, oldest first. Asks nothing that a
    page has not asked already; what a list began with is no change."""
    return sorted(
        one for name in names for one in (_of_list(name) if name in LISTS else _of_rule(RULES[name]))
    )


def _of_rule(declared: Rule) -> Iterator[Changed]:
    before = declared.default
    for name, starts_on, value in _settings():
        if name == declared.name and value != before:
            told = f"“{declared.label}”由{said(declared, before)}改为{said(declared, value)}"
            yield Changed(starts_on, f"{day_said(starts_on)}起，{told}")
            before = value


def _of_list(name: str) -> Iterator[Changed]:
    rows = options(name)
    began = min((row.starts_on for row in rows), default=date.max)
    came, went = defaultdict[date, dict[str, str]](dict), defaultdict[date, dict[str, str]](dict)
    for row in rows:
        if row.starts_on > began:
            came[row.starts_on][row.code] = row.label
        if row.ends_on is not None:
            went[row.ends_on + timedelta(days=1)][row.code] = row.label
    for day in sorted({*came, *went}):
        new, old = came[day], went[day]
        told = [f"“{old[code]}”改为“{new[code]}”" for code in new if old.get(code, new[code]) != new[code]]
        told += [f"增加“{label}”" for code, label in new.items() if code not in old]
        told += [f"停用“{label}”" for code, label in old.items() if code not in new]
        if told:
            yield Changed(day, f"{day_said(day)}起，{LISTS[name].label}{'，'.join(told)}")


def day_said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def fill(pattern: str, **words: object) -> str:
    """A number pattern of the office with its words put in. Only ``{word}`` means something: braces that the office
    wrote otherwise stay as they are, and none of them can break a letter."""
    for name, word in words.items():
        pattern = pattern.replace(f"{{{name}}}", str(word))
    return pattern


def install_defaults(starts_on: date) -> None:
    """Write the default lists where a list is still empty. Rules need no rows: their defaults are in the code."""
    kept = set(Option.objects.order_by().values_list("list", flat=True).distinct())
    Option.objects.bulk_create(
        Option(list=one.name, code=code, label=label, data=data, position=i, starts_on=starts_on)
        for one in LISTS.values()
        if one.name not in kept
        for i, (code, label, data) in enumerate(one.defaults, 1)
    )
    forget()
