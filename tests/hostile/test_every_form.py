"""Every form × every hostile value: never a broken page, a sentence in Chinese, nothing half done, nothing typed lost."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from huisheng.kernel.forms import TextsField
from huisheng.people.models import Account, Agency
from tests.cast import Cast

from . import catalogue
from .doors import STEPS, Door, asked_steps, doors
from .judge import (
    Keys,
    as_read,
    browser,
    dump,
    faults,
    is_given_back,
    is_json,
    outcome,
    post,
    quick,
    rows_of,
    undone,
)

pytestmark = pytest.mark.django_db
# forms with a long text, for what is expensive to send
LONG = {"draft", "Proposal.revise", "Assignment.draft", "feedback", "paste", "call"}
WHOLE = bool(os.environ.get("HUISHENG_WHOLE"))  # every value at every door on every database
# what is tried at every door: what a database may refuse, what is too long, too many, missing
CORE = {
    "nul",
    "half a character, as bytes",
    "10,000 characters",
    "one over the limit",
    "many",
    "none",
    "empty",
    "digits",
}
# all steps are read by one view: of the rest each of them gets a share, its neighbours the others
DEALT = {"everywhere": 6, "harmless": 2, "extreme": 2}


@dataclass
class Room:
    """A door standing open: who is there, where it posts to, its fields with their kinds, and ordinary answers."""

    door: Door
    account: Account | None
    client: Client
    url: str
    kinds: dict[str, str]
    ordinary: dict[str, Any]

    def send(self, **changes: Any) -> Any:
        fields = {name: value for name, value in (self.ordinary | changes).items() if value is not None}
        return post(self.client, self.url, fields)


def enter(door: Door, cast: Cast) -> Room:
    account = cast.accounts[door.who] if door.who else None
    url = door.open(cast)
    client = browser(account)
    own = {name: _named(cast, value) for name, value in door.answers.items()}
    if door.page is None:
        return Room(door, account, client, url, dict(door.kinds), own)
    page = client.get(door.page(url))
    assert page.status_code == 200, f"{door.page(url)}: {page.status_code}"
    form = _form_of(page)
    assert form is not None, f"{door.page(url)} shows no form: {page.content.decode()[:3000]}"
    ordinary = {name: _ordinary(field, form, name) for name, field in form.fields.items()}
    carried = {"key": "a-key-of-this-form"} | (
        {"version": page.context["token"]} if "token" in page.context else {}
    )
    kinds = {
        name: _kind(field) for name, field in form.fields.items() if not isinstance(field, forms.FileField)
    }
    return Room(door, account, client, url, kinds, ordinary | own | carried)


def _form_of(page: Any) -> Any:
    if "form" in page.context:
        return page.context["form"]
    return None


def _named(cast: Cast, value: Any) -> Any:
    """An answer that names somebody of the cast becomes their number; one that is only known now is asked for."""
    if callable(value):
        return value(cast)
    return str(getattr(cast, value).pk) if value in ("finance", "committee") else value


def _kind(field: forms.Field) -> str:
    match field:
        case forms.ModelChoiceField():
            return "id"
        case forms.ChoiceField():
            return "code"
        case forms.DateField() | forms.DateTimeField() | forms.TimeField():
            return "date"
        case forms.IntegerField():
            return "number"
        case forms.BooleanField():
            return "flag"
    return "text"


def _ordinary(field: forms.Field, form: forms.BaseForm, name: str) -> Any:
    given = form.get_initial_for_field(field, name)
    match field:
        case forms.ModelMultipleChoiceField() | forms.ModelChoiceField():
            found = field.queryset.first()  # type: ignore[union-attr]
            return str(found.pk) if found else ""
        case forms.ChoiceField():
            codes = [str(code) for code, _ in field.choices if str(code)]
            return str(given) if given and str(given) in codes else (codes[0] if codes else "")
        case forms.DateTimeField():
            return "2017-03-01T09:00"
        case forms.DateField():
            return (
                str(date(2017, 3, 1) if name.endswith(("starts_on", "opens_on", "held_on")) else _soon())
                if field.required
                else ""
            )
        case forms.IntegerField():
            return str(given or field.min_value or 1)
        case forms.BooleanField():
            return None
        case TextsField():
            return list(given or ["请设一个受理窗口。"])
    if isinstance(given, list):
        return "、".join(given)
    if not field.required:
        return str(given or "")
    return str(given or "区里的事")[: getattr(field, "max_length", None) or 2000]


def _soon() -> date:
    return timezone.localdate() + timedelta(days=40)


# -- the tests -------------------------------------------------------------------------------------------------------
def test_every_step_that_asks_for_something_has_its_door() -> None:
    assert set(asked_steps()) == set(STEPS)


@pytest.mark.parametrize("door", doors(), ids=lambda door: door.name.replace(" ", "-"))
def test_hostile_answers_are_refused_in_a_sentence_and_leave_nothing(door: Door, cast: Cast) -> None:
    room = enter(door, cast)
    wrong: list[str] = []
    if door.succeeds:
        with undone():
            answer = room.send()
            assert answer.status_code in (200, 204, 302), (
                f"ordinary answers: {answer.status_code} {answer.content.decode()[-3000:]}"
            )
    with quick():
        for told, changes in islice(attempts(room), 0, None, door.share):
            left = None
            with undone() as writes:
                answer = room.send(**changes)
                found = faults(answer, sent=_longest(changes))
                if answer.status_code >= 400:
                    found += [f"lost what was typed in {name}" for name in lost(room, answer, changes)]
                    left = dump(writes.tables) if writes.seen else None
                elif answer.status_code == 302 and not told.startswith("all"):
                    found += [f"then {fault}" for fault in faults(room.client.get(answer.url))]
                wrong += [f"{told}: {fault}" for fault in found]
            if left is not None and left != dump(writes.tables):  # what was there before is there again
                wrong.append(f"{told}: half done")
    assert not wrong, "\n".join(wrong)


def attempts(room: Room) -> Any:
    """(name, changed fields): each entry in all fields at once, harmless texts, and what can be read in one field alone,
    the first of its kind: the others are read by the same code.

    The last are read by the form before any database is asked, so one database tries them.
    """
    texts = [name for name, kind in room.kinds.items() if kind == "text" and "password" not in name]
    for told in everywhere(room.door):
        yield f"all · {told}", dict.fromkeys(room.kinds, catalogue.EVERYWHERE[told])
    yield "all · wrong ids", dict.fromkeys(room.kinds, catalogue.IDS["2^63"])
    yield "all · wrong days", dict.fromkeys(room.kinds, catalogue.DATES["30 February"])
    for told, value in dealt(room.door, "harmless", catalogue.HARMLESS).items():
        if texts:
            yield f"texts · {told}", {name: _as_texts(room, name, value) for name in texts}
    if connection.vendor != "sqlite" and not WHOLE:
        return
    for kind, name in {kind: name for name, kind in reversed(room.kinds.items())}.items():
        for told, value in dealt(room.door, "extreme", catalogue.EXTREME[kind]).items():
            yield f"{name} · {told}", {name: value}
    yield "bytes as version and key", {"version": b"\xff", "key": b"\xff"}
    if "stage" in _read(room):
        yield "check stage", {"stage": "check", **dict.fromkeys(room.kinds, catalogue.WORDS["nul"])}
        yield "check stage, ordinary", {"stage": "check"}
    if room.door.name in LONG:
        yield "several thousand fields", {f"x{i}": "1" for i in range(4100)}
        yield "five megabytes", {texts[0]: b"a" * (5 << 20)}
        yield "over the limit", {texts[0]: b"a" * (6 << 20)}
        yield from ((f"version · {told}", {"version": one}) for told, one in catalogue.IDS.items())
        yield from ((f"key · {told}", {"key": one}) for told, one in catalogue.CODES.items())


def everywhere(door: Door) -> list[str]:
    """What is put into all fields of a door at once: the core everywhere, of the rest a step's share."""
    rest = {told: told for told in catalogue.EVERYWHERE if told not in CORE}
    if connection.vendor != "sqlite" and not WHOLE:
        rest = {}
    return [*(told for told in catalogue.EVERYWHERE if told in CORE), *dealt(door, "everywhere", rest)]


def dealt(door: Door, what: str, values: dict[str, Any]) -> dict[str, Any]:
    """The share of a step in values of a kind; a form with a view of its own gets them all."""
    if WHOLE or door.name not in STEPS:
        return values
    place = list(STEPS).index(door.name)
    return dict(islice(values.items(), place % DEALT[what], None, DEALT[what]))


def _read(room: Room) -> set[str]:
    return {"stage"} if "/steps/" in room.url else set()


def _as_texts(room: Room, name: str, value: Any) -> Any:
    return [value] if isinstance(room.ordinary.get(name), list) else value


def _longest(changes: dict[str, Any]) -> str:
    return max((one for value in changes.values() for one in _as_read(value)), key=len, default="")


def _as_read(value: Any) -> list[str]:
    """What a server reads of it, read once: one value often goes into all fields."""
    if value is None:
        return []
    return _read_once(tuple(value) if isinstance(value, list) else value)


_read_once = cache(as_read)


def lost(room: Room, answer: Any, changes: dict[str, Any]) -> list[str]:
    """Text fields whose words came back nowhere. A request too big to be read at all keeps them in the browser."""
    if answer.status_code == 413 or is_json(answer) or "version" in changes or "key" in changes:
        return []  # what a script sends stands in its page all the while
    words = {
        name: one
        for name in changes
        if room.kinds.get(name) == "text" and not _is_secret(name)
        for one in _as_read(changes[name])[-1:]
        if not _is_bare(one)
    }
    gone = {one for one in set(words.values()) if not is_given_back(answer, room.account, one)}
    return [name for name, one in words.items() if one in gone]


def _is_secret(name: str) -> bool:
    """Nothing of the door is shown again by an error page, nor the codes that open it."""
    return "password" in name or name in ("again", "code", "x", "login")


def _is_bare(words: str) -> bool:
    """A number or a short word of machines costs nobody anything; an error page shows the longer words and the Chinese."""
    return words.isascii() and len(words) <= 20


@pytest.mark.one_database  # what a form reads it reads before it asks a database
@pytest.mark.parametrize(
    "door", [one for one in doors() if one.succeeds], ids=lambda door: door.name.replace(" ", "-")
)
def test_fields_that_were_not_asked_for_change_nothing(door: Door, cast: Cast) -> None:
    room = enter(door, cast)
    extra = {
        name: value
        for name, value in every_column(cast).items()
        if name not in room.ordinary and name not in room.kinds
    }
    with quick(), undone() as writes:
        assert room.send().status_code in (200, 204, 302)
        sent = rows_of(writes)
    room.client = browser(room.account)  # the first sending is undone; a changed password ended its session
    with quick(), undone() as writes:
        assert room.send(**extra).status_code in (200, 204, 302)
        sent_more = rows_of(writes)
    before = Keys()  # nothing of it has happened
    ordinary, assigned = outcome(sent, before), outcome(sent_more, before)
    assert [row for row in assigned if row not in ordinary] == []
    assert len(assigned) == len(ordinary)


# what a view reads besides its form, and so may change what happens
READ = {
    "then",
    "settle",
    "stage",
    "next",
    "forget",
    "believe",
    "is_paper",
    "as",
    "topic",
    "all",
    "place",
    "code",
}


def every_column(cast: Cast) -> dict[str, Any]:
    """Every column of every table of ours, with a value it could hold."""
    found: dict[str, Any] = {
        "is_staff": "on",
        "is_superuser": "on",
        "tenant": "1",
        "pk": "1",
        "role": "admin",
    }
    for model in apps.get_models():
        if model.__module__.startswith("huisheng"):
            for one in model._meta.concrete_fields:
                name = one.name
                kind = one.get_internal_type()
                value = {
                    "BooleanField": "on",
                    "DateField": "2016-01-01",
                    "DateTimeField": "2016-01-01T00:00",
                }.get(kind, "1")
                found[name] = found[one.attname] = (
                    str(cast.member_zhao.pk) if name.endswith("member") else value
                )
    found |= {"state": "archived", "is_key": "on", "number": "777", "serial": "777", "sponsor_name": "冒名"}
    return {name: value for name, value in found.items() if name not in READ | {"key", "version", "data"}}


def test_what_is_compared_sees_a_changed_row_and_a_new_one(cast: Cast) -> None:
    def act(phone: str, extra: int) -> Any:
        with undone() as writes:
            Agency.objects.filter(pk=cast.housing.pk).update(phone=phone)
            Agency.objects.bulk_create(Agency(name=f"新单位{number}") for number in range(extra))
            return rows_of(writes)

    before = Keys()
    plain = outcome(act("1", 1), before)
    assert plain == outcome(act("1", 1), Keys())
    assert len(plain) == Agency.objects.count() + 1
    assert plain != outcome(act("2", 1), before)
    assert len(outcome(act("1", 2), before)) == len(plain) + 1
