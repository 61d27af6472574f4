"""The step as machines know it: what may be done, doing it, and how a refusal is declared. Pages: ``ui.steps``."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Router, Schema
from pydantic import Field

from huisheng.kernel.errors import Invalid, Refused
from huisheng.kernel.forms import StepForm, TextsField, clean_text
from huisheng.kernel.lifecycle import Step, perform, replayed
from huisheng.kernel.models import Entry, Matter

STATUSES = frozenset((400, 401, 403, 404, 405, 409, 413, 422, 500, 503))
PAGE = 50
MOST_CHOICES = 500


class Problem(Schema):
    """RFC 9457. ``detail`` is a sentence for a person; ``errors`` names the fields that must be mended."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] = {}
    instance: str | None = Field(None, description="事故编号，告诉管理员即可查到")


def answers(shape: Any, status: int = 200) -> dict[Any, Any]:
    """What an operation may answer: its own shape, or a problem of any of the declared statuses."""
    return {status: shape, STATUSES: Problem}


Key = Annotated[
    str,
    Header(alias="Idempotency-Key", min_length=8, max_length=100, pattern=r"^[!-~]+$",
           description="同一个键、同样内容重发，不会办两次，得到第一次的结果"),
]  # fmt: skip


class Choice(Schema):
    value: str
    label: str


class FieldOut(Schema):
    name: str
    label: str
    required: bool
    is_list: bool
    choices: list[Choice] = Field(description="可选的值；空为自己写")


class OpenStepOut(Schema):
    action: str
    label: str
    reason: str = Field(description="还不能办的原因；空为可以办")
    fields: list[FieldOut] = Field(description="办这一步要答的字段")


Scalar = str | bool | int | float | None


class StepIn(Schema, extra="forbid"):
    version: int | None = Field(None, description="您看到的版本；别人先办了会得到 409")
    data: dict[str, Scalar | list[Scalar]] = Field({}, description="按字段名答；字段见 steps")


class EntryOut(Schema):
    seq: int
    at: datetime
    label: str
    from_state: str
    to_state: str
    digest: str
    state: str = Field(description="办完之后的状态")
    version: int


def id_of(pk: int) -> int:
    """Larger than any row's id is simply not there, in every database."""
    return pk if -(2**63) < pk < 2**63 else -1


def cursor_of(last: Model) -> str:
    """By id: a page neither skips nor repeats a row because somebody changes one meanwhile."""
    return base64.urlsafe_b64encode(f"p{last.pk}".encode()).decode()


def last_seen(cursor: str) -> int:
    try:
        word = base64.urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        word = ""
    if not re.fullmatch(r"p[0-9]{1,18}", word):
        raise Refused("cursor 不对。请从第一页重新取。")
    return int(word[1:])


class Filters(Schema):
    """What a list may be narrowed to."""

    state: str | None = Field(None, max_length=20)
    cursor: str | None = Field(None, max_length=200)
    limit: int = Field(PAGE, ge=1, le=200)


class Line(Schema):
    """What a row of any list tells."""

    id: int
    title: str
    number: str = Field(description="编号；还没有编号的为空")
    state: str
    state_label: str = Field(description="状态，读者该看到的词")
    due_on: date | None
    version: int


def page_of(rows: QuerySet[Any], filters: Filters, line: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """One page of a list, newest first, each row as ``line`` tells it."""
    if filters.state:
        rows = rows.filter(state=filters.state)
    found, following = leaf(rows, filters.cursor, filters.limit)
    return {"items": [line(one) for one in found], "next": following}


def leaf(
    rows: QuerySet[Any], cursor: str | None, limit: int, *, in_roster_order: bool = False
) -> tuple[list[Any], str | None]:
    """The rows of one page and the cursor of the following. ``in_roster_order``: first come first, as people are listed."""
    if cursor:
        rows = rows.filter(**{"pk__gt" if in_roster_order else "pk__lt": last_seen(cursor)})
    found = list(rows.order_by("pk" if in_roster_order else "-pk")[: limit + 1])
    return found[:limit], cursor_of(found[limit - 1]) if len(found) > limit else None


def cleaned(form: StepForm) -> dict[str, Any]:
    """What a page's own form makes of a machine's answers. Raises Invalid with the form's sentences."""
    if not form.is_valid():
        raise Invalid({name: [str(one) for one in errors] for name, errors in form.errors.items()})
    return form.cleaned_data


# -- steps -------------------------------------------------------------------------------------------------------
def step_operations(
    router: Router, word: str, model: type[Matter], find: Callable[[HttpRequest, int], Matter]
) -> None:
    """Two operations for one kind of matter: what may be done, and doing it. ``find`` raises Http404."""

    def steps(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
        return open_steps(request, find(request, pk))

    def step(request: HttpRequest, pk: int, action: str, payload: StepIn, key: Key) -> dict[str, Any]:
        done = again(request, model, pk, action, payload, key)
        return done or take(request, find(request, pk), action, payload, key)

    name, code = str(model._meta.verbose_name), word.replace("-", "_").replace("/", "_")
    router.get(f"/{word}/{{int:pk}}/steps", response=answers(list[OpenStepOut]), summary=f"{name}：我现在能办的步骤",
               operation_id=f"{code}_steps")(steps)  # fmt: skip
    router.post(f"/{word}/{{int:pk}}/steps/{{action}}", response=answers(EntryOut), summary=f"{name}：办一步",
                operation_id=f"{code}_step")(step)  # fmt: skip


def open_steps(request: HttpRequest, record: Matter) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {"action": one.step.action, "label": one.step.label, "reason": one.reason or one.step.elsewhere,
         "fields": _fields(one.step, record, request.user, today)}
        for one in record.lifecycle.open_steps(record, request.user, today)
    ]  # fmt: skip


def _fields(step: Step, record: Matter, account: Any, today: date) -> list[dict[str, Any]]:
    if step.form is None:
        return []
    return [
        {"name": name, "label": str(field.label or name), "required": field.required, "is_list": _is_list(field),
         "choices": _choices(field)}
        for name, field in step.form(record=record, account=account, today=today).fields.items()
        if not isinstance(field, forms.FileField)  # files come by the pages
    ]  # fmt: skip


def _is_list(field: forms.Field) -> bool:
    return isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField | TextsField)


def _choices(field: Any) -> list[dict[str, str]]:
    rows = islice(getattr(field, "choices", ()), MOST_CHOICES)
    return [
        {"value": str(value), "label": str(label)}
        for value, label in rows
        if not isinstance(label, list | tuple)
    ]


def again(
    request: HttpRequest, model: type[Matter], pk: int, action: str, payload: StepIn, key: str
) -> dict[str, Any] | None:
    """The first answer once more, also when the step has taken the record out of the account's sight."""
    entry = replayed(model.kind(), pk, action, request.user, _answers(payload), key)
    if entry is None:
        return None
    return _told(entry, model._base_manager.get(pk=pk))


def take(request: HttpRequest, record: Matter, action: str, payload: StepIn, key: str) -> dict[str, Any]:
    step = record.lifecycle.step(action)
    data = _answers(payload)
    record.lifecycle.check(record, action, request.user, payload.version)
    if step.elsewhere:
        raise Refused(step.elsewhere)
    _check_shape(step, record, request.user, data)
    return _told(perform(record, action, request.user, data, version=payload.version, key=key), record)


def _answers(payload: StepIn) -> dict[str, Any]:
    """As a form reads them: words, lists of words, yes and no."""
    return {clean_text(name): _answer(value) for name, value in payload.data.items()}


def _answer(value: Any) -> Any:
    if isinstance(value, list):
        return [_answer(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else clean_text(str(value))


def _check_shape(step: Step, record: Matter, account: Any, data: dict[str, Any]) -> None:
    """A name the form does not ask for, or a list where one answer belongs, is a mistake the client must hear of."""
    fields = step.form(record=record, account=account, today=timezone.localdate()).fields if step.form else {}
    errors = {name: ["没有这一项。"] for name in data if name not in fields}
    errors |= {
        name: ["只能答一项，不能是列表。"]
        for name, value in data.items()
        if name in fields and isinstance(value, list) and not _is_list(fields[name])
    }
    if errors:
        raise Invalid(errors)


def _told(entry: Entry, record: Any) -> dict[str, Any]:
    return {
        "seq": entry.seq, "at": entry.at, "label": entry.label, "from_state": entry.from_state,
        "to_state": entry.to_state, "digest": entry.digest, "state": record.state, "version": record.version,
    }  # fmt: skip
