"""What must be true of every answer, whatever was asked."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_from_bytes

from django.db import connection, models, transaction
from django.http import QueryDict
from django.template.base import Template
from django.test import Client
from django.test.utils import _TestState

from huisheng.desk import dump as dumping
from huisheng.kernel.forms import clean_text
from huisheng.kernel.models import Typed
from huisheng.people.models import Account

ALLOWED = {200, 204, 302, 400, 401, 403, 404, 405, 409, 413, 422, 429, 503}
SENTENCE = re.compile(r"[\u3400-\u9fff][^<>{}]{3,}。")
ENGLISH = re.compile(
    r"Enter a |Select a |Ensure (this|that|the)|This field|is required\.|already exists|Traceback|Not Found|Bad Request"
)
# rows that belong to a browser, to what was typed, or to the count of wrong passwords: no business of the house
ASIDE = re.compile(r'"(django_session|kernel_typed|axes_\w+|people_signin)"')
BROWSERS_OWN = re.compile(r'"(django_session|axes_\w+|people_signin)"')
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
TABLE = re.compile(r'(?:INTO|UPDATE|FROM)\s+"?(\w+)', re.IGNORECASE)


@contextmanager
def quick() -> Iterator[None]:
    """Pages without the test client's note of every template and its context: half the time of a page."""
    noted = Template._render
    Template._render = _TestState.saved_data.template_render
    try:
        yield
    finally:
        Template._render = noted


def browser(account: Account | None = None) -> Client:
    client = Client(raise_request_exception=False)
    if account is not None:
        client.force_login(account)
    return client


def body_of(response: Any) -> str:
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    text = raw.decode("utf-8", "replace")
    return str(response.json()) if is_json(response) else text


def is_json(response: Any) -> bool:
    return "json" in response.get("Content-Type", "")


def encode(fields: dict[str, Any]) -> bytes:
    """A form body. Values are str, bytes (sent as they are) or lists of them."""
    parts = []
    for name, value in fields.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            raw = one if isinstance(one, bytes) else str(one).encode("utf-8", "surrogatepass")
            parts.append(_quote(name.encode()) + b"=" + _quote(raw))
    return b"&".join(parts)


def _quote(raw: bytes) -> bytes:
    return quote_from_bytes(raw, safe="").encode()


def post(client: Client, url: str, fields: dict[str, Any], **more: Any) -> Any:
    more.setdefault("headers", {"Sec-Fetch-Site": "same-origin"})
    return client.generic(
        "POST", url, encode(fields), content_type="application/x-www-form-urlencoded", **more
    )


def dump(only: set[str] | None = None) -> list[tuple[str, list[Any]]]:
    """Every business row as the database holds it (of these tables). Equal dumps mean that nothing happened."""
    found = []
    with connection.cursor() as cursor:
        ours = {one for one in connection.introspection.django_table_names() if not ASIDE.match(f'"{one}"')}
        for table in sorted(ours if only is None else ours & only):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")
            found.append((table, cursor.fetchall()))
    return found


class Writes:
    """Notes whether anything but a browser's own rows was written (also inside what was rolled back), and where."""

    def __init__(self, aside: re.Pattern[str] = ASIDE) -> None:
        self.aside = aside
        self.seen = False
        self.tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql) and not self.aside.search(head := sql.split("(")[0].split("SET")[0]):
            self.seen = True
            self.tables.update(TABLE.findall(head)[:1])
        return execute(sql, params, many, context)


@contextmanager
def written(aside: re.Pattern[str] = ASIDE) -> Iterator[Writes]:
    """Tells afterwards whether anything was written inside."""
    writes = Writes(aside)
    with connection.execute_wrapper(writes):
        yield writes


@contextmanager
def undone() -> Iterator[Writes]:
    """What happens inside never happened."""
    with transaction.atomic(), written() as writes:
        yield writes
        transaction.set_rollback(True)


def faults(response: Any, *, sent: str = "") -> list[str]:
    """What is wrong with an answer by itself."""
    found = []
    if response.status_code not in ALLOWED:
        found.append(f"status {response.status_code} {_why(response)}")
        return found
    if response.status_code < 400:
        return found
    text = body_of(response)
    if not SENTENCE.search(text):
        found.append(f"{response.status_code} without a Chinese sentence: {text[:200]!r}")
    if english := ENGLISH.search(_without(text, sent)):
        found.append(f"{response.status_code} speaks English: {english[0]}")
    return found


def _why(response: Any) -> str:
    info = getattr(response, "exc_info", None)
    if not info:
        return ""
    trace, where = info[2], ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "huisheng" in name:
            where = f"{name.rpartition('/huisheng/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(info[1]).__name__}: {str(info[1])[:200]} at {where}"


def _without(text: str, sent: str) -> str:
    return text.replace(html.escape(sent), "") if sent else text


def is_given_back(response: Any, account: Account | None, value: str) -> bool:
    """Whether the words stand on the page again, or are kept for their writer."""
    wanted = _folded(value)[:1500]
    if not wanted:
        return True
    if wanted in _folded(html.unescape(body_of(response))):
        return True
    if account is None:
        return False
    kept = Typed.objects.filter(account=account)
    return any(wanted in _folded(one) for row in kept for values in row.data.values() for one in values)


def _folded(text: str) -> str:
    """Words without what a form may tidy: control marks, line ends, blanks at the ends."""
    return re.sub(r"\s+", "", clean_text(text).replace("\ufeff", ""))


def as_read(value: Any) -> list[str]:
    """What a server reads of a value that was sent; what is no UTF-8 it reads as GBK."""
    values = value if isinstance(value, list | tuple) else [value]
    is_gbk = any(isinstance(one, bytes) for one in values)
    return QueryDict(encode({"x": value}), encoding="gb18030" if is_gbk else "utf-8").getlist("x")


# codes and seals that are drawn anew each time
BY_CHANCE = {
    "opinions.CollectingPoint.code",
    "opinions.Lead.code",
    "opinions.Lead.secret_hash",
    "opinions.LeadContact.sealed",
}


# -- two outcomes compared -----------------------------------------------------------------------------------------
MOVING = {
    "at",
    "digest",
    "previous",
    "data",
    "key",
    "result",
    "url",
    "seq",
    "text",
    "entry",
    "version",
    "last_login",
    "password",
}


Row = tuple[type[models.Model], list[Any], tuple[Any, ...]]


def rows_of(writes: Writes) -> list[Row]:
    """The rows of every table that was written, while they stand there."""
    found: list[Row] = []
    for model in dumping.tables():
        aside = model._meta.label_lower in ("kernel.typed", "people.signin", "kernel.idempotencykey")
        if aside or model._meta.db_table not in writes.tables:
            continue
        columns = [one for one in model._meta.concrete_fields if not _moves(one)]
        every = model._base_manager.values_list(*(one.attname for one in columns))
        found += [(model, columns, values) for values in every]
    return found


def outcome(rows: list[Row], before: Keys) -> list[tuple[Any, ...]]:
    """Rows without what two equal acts may differ in: moments, hashes, numbers of new rows."""
    told = []
    for model, columns, values in rows:
        facts = (_steady(one, value, before) for one, value in zip(columns, values, strict=True))
        told.append((model._meta.label_lower, *facts))
    return sorted(told, key=repr)


def _moves(one: Any) -> bool:
    by_chance = str(one) in BY_CHANCE
    return by_chance or one.name in MOVING or one.name.endswith(("_at", "_id"))


def _steady(one: Any, value: Any, before: Keys) -> tuple[str, Any]:
    if one.is_relation or one.primary_key:
        model = one.related_model if one.is_relation else one.model
        return one.name, value if value is None or value in before[model] else "new"
    return one.name, repr(value)


class Keys(dict[type[models.Model], set[Any]]):
    """The keys of the rows that stand in a table now; a table is asked when its keys are wanted."""

    def __missing__(self, model: type[models.Model]) -> set[Any]:
        self[model] = set(model._base_manager.values_list("pk", flat=True))
        return self[model]
