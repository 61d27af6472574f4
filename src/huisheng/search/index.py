"""Finding: `put` and `drop` write the index in the caller's transaction, `find` asks it.

Every term of a question must be found, as it is written, in title, keys or body together. Records whose title or
keys hold all terms come first, newer before older; the order is stable, so a page begins where the last one ended.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import BooleanField, F, Func, QuerySet

from huisheng.kernel.text import HAN, fingerprint, normalise, pinyin_initials, terms, tokens

from . import vectors
from .engines import Engine, Entry, Phrase, Sql, engine
from .models import SearchRow, SearchVector

INDEXED = 50_000  # characters of a body that can be found; a paper has 1,000, an annex rarely more than this
_BATCH = 500
_HAN_ENDS = re.compile(rf"[{HAN}]")

Visible = Mapping[str, QuerySet]


@dataclass(frozen=True)
class Findable:
    """A record as the index sees it. `keys` are what else it is asked for by: names, units, numbers."""

    kind: str
    record_id: int
    title: str
    body: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    kind: str
    record_id: int
    score: int  # 2 when title or keys hold every term, else 1


@dataclass(frozen=True)
class Page:
    """`total` counts everything the person may see, not only this page. `after` asks for the next page."""

    hits: list[Hit]
    total: int
    terms: list[str]
    after: str | None = None


# -- writing -------------------------------------------------------------------------------------------------------


def put(
    kind: str,
    record_id: int,
    title: str,
    body: str,
    extra: str | Iterable[str] = (),
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Make a record findable, or findable anew; does nothing when its text has not changed.

    `extra` are names of people and units, numbers and the like, one by one or in one string with spaces; Chinese
    ones are also found by the initials of their reading.
    """
    keys = tuple(extra.split()) if isinstance(extra, str) else tuple(filter(None, extra))
    item = Findable(kind, record_id, title or "", body or "", keys)
    source = _source_digest(item)
    known = SearchRow.objects.using(using).filter(kind=kind, record_id=record_id)
    if known.filter(source_digest=source).exists():
        return
    with transaction.atomic(using=using):
        _write([item], [source], using)


def put_many(items: Iterable[Findable], using: str = DEFAULT_DB_ALIAS) -> int:
    """The same for many, in batches, each in one transaction; returns how many were written."""
    written = 0
    items = iter(items)
    while batch := list(islice(items, _BATCH)):
        batch = list({(item.kind, item.record_id): item for item in batch}.values())
        with transaction.atomic(using=using):
            _write(batch, [_source_digest(item) for item in batch], using)
        written += len(batch)
    return written


def drop(kind: str, record_id: int, using: str = DEFAULT_DB_ALIAS) -> None:
    """The record can no longer be found; nothing happens when it never could."""
    rows = SearchRow.objects.using(using).filter(kind=kind, record_id=record_id)
    ids = list(rows.values_list("id", flat=True))
    if not ids:
        return
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        engine(using).delete(cursor, ids)
        rows.delete()


def rebuild(items: Iterable[Findable], using: str = DEFAULT_DB_ALIAS) -> int:
    """Empty the index and fill it again, oldest record first, in one transaction; returns how many records it holds."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            engine(using).clear(cursor)
        SearchVector.objects.using(using).all()._raw_delete(using)
        SearchRow.objects.using(using).all()._raw_delete(using)
        written = put_many(items, using)
    vectors.forget()
    return written


def _source_digest(item: Findable) -> str:
    source = "\0".join((item.title, item.body, *item.keys))
    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()


def _write(items: list[Findable], sources: list[str], using: str) -> None:
    items = [replace(item, title=normalise(item.title), body=normalise(item.body)) for item in items]
    rows = [
        SearchRow(kind=i.kind, record_id=i.record_id, body_digest=fingerprint(i.body), source_digest=source)
        for i, source in zip(items, sources, strict=True)
    ]
    SearchRow.objects.using(using).bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "record_id"],
        update_fields=["body_digest", "source_digest"],
    )
    with connections[using].cursor() as cursor:
        engine(using).write(cursor, (_entry(row.pk, item) for row, item in zip(rows, items, strict=True)))
    SearchVector.objects.using(using).bulk_create(
        [_vector(row.pk, item) for row, item in zip(rows, items, strict=True)],
        update_conflicts=True,
        unique_fields=["row"],
        update_fields=["title", "words", "counts"],
    )


def _entry(row_id: int, item: Findable) -> Entry:
    keys = [token for key in item.keys for token in (*tokens(key), *_initials(key))]
    return Entry(row_id, tokens(item.title), keys, tokens(normalise(item.body).head(INDEXED)))


def _initials(key: str) -> list[str]:
    """Both readings of a short key: as a person's name and as a word."""
    if len(key) > 24 or not _HAN_ENDS.search(key):
        return []
    return list(dict.fromkeys(filter(None, (pinyin_initials(key, True), pinyin_initials(key, False)))))


def _vector(row_id: int, item: Findable) -> SearchVector:
    words, counts = vectors.pack(vectors.counted(item.title, item.body))
    return SearchVector(row_id=row_id, title=normalise(item.title)[:400], words=words, counts=counts)


# -- asking --------------------------------------------------------------------------------------------------------


def phrase(term: str) -> Phrase | None:
    """A term as neighbouring tokens. Han inside is asked by pairs; a single Han or Latin end may go on."""
    row = tokens(term)
    if not row:
        return None
    last = row[-1]
    if len(row) > 1 and _HAN_ENDS.fullmatch(last) and row[-2][1:] == last:  # the pair before says it already
        return Phrase(tuple(row[:-1]))
    return Phrase(tuple(row), is_open=not last.isdecimal())


def find(
    query: str,
    *,
    within: Visible | None = None,
    kinds: Iterable[str] | None = None,
    limit: int = 20,
    after: str | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Page:
    """One page of the records that hold every term of `query`, with the exact total.

    `within` maps a kind to the queryset of those records the person may see; kinds it does not name stay unseen.
    None means that everything may be seen. `kinds` narrows further. An empty question finds nothing.
    """
    asked = terms(query)
    phrases = [p for p in map(phrase, asked) if p]
    wanted = _wanted(kinds, within)
    if not phrases or wanted == []:
        return Page([], 0, asked)
    seen, params = _seen(engine(using), phrases, wanted, within, using)
    head, head_params = engine(using).rows(phrases, in_head=True)
    score, row = _place(after)
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"WITH {seen}, heads (id) AS ({head}), scored AS (SELECT kind, record_id, id, "
            "CASE WHEN id IN (SELECT id FROM heads) THEN 2 ELSE 1 END AS score FROM seen) "
            "SELECT kind, record_id, id, score, (SELECT count(*) FROM seen) FROM scored "
            "WHERE score < %s OR (score = %s AND id < %s) ORDER BY score DESC, id DESC LIMIT %s",
            [*params, *head_params, score, score, row, limit + 1],
        )
        rows = cursor.fetchall()
        total = rows[0][4] if rows else 0
        if not rows and after:
            cursor.execute(f"WITH {seen} SELECT count(*) FROM seen", params)
            total = cursor.fetchone()[0]
    more = f"{rows[limit - 1][3]}.{rows[limit - 1][2]}" if len(rows) > limit else None
    return Page([Hit(kind, record, score) for kind, record, _, score, _ in rows[:limit]], total, asked, more)


def _wanted(kinds: Iterable[str] | None, within: Visible | None) -> list[str] | None:
    """The kinds that are asked for and may be seen; None for all there are."""
    if within is None:
        return None if kinds is None else sorted(set(kinds))
    return sorted(set(within) if kinds is None else set(within) & set(kinds))


def _seen(
    text: Engine, phrases: list[Phrase], wanted: list[str] | None, within: Visible | None, using: str
) -> Sql:
    """SQL of two named tables: `hits` match the question, `seen` are those of them the person may see."""
    found, params = text.rows(phrases)
    of_kind = ""
    if wanted is not None:
        of_kind = f" AND r.kind IN ({', '.join(['%s'] * len(wanted))})"
        params = [*params, *wanted]
    hits = (
        f"hits AS MATERIALIZED (SELECT r.id, r.kind, r.record_id FROM ({found}) AS found "
        f"JOIN search_searchrow r ON r.id = found.id WHERE 1 = 1{of_kind})"
    )
    allowed, allowed_params = visible_sql("hits", wanted, within, using)
    return f"{hits}, seen AS MATERIALIZED (SELECT * FROM hits WHERE {allowed})", [*params, *allowed_params]


class _Among(Func):
    """The record is one of this kind in the named table."""

    output_field = BooleanField()
    template = "%(expressions)s IN (%(records)s)"

    def __init__(self, source: str, kind: str):
        super().__init__(F("pk"), records=f"SELECT record_id FROM {source} WHERE kind = %s")
        self.kind = kind

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        sql, params = super().as_sql(compiler, connection, *args, **context)
        return sql, (*params, self.kind)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # as an array: the planner has no idea how many there are and would go through them for every record
        template = "%(expressions)s = ANY(ARRAY(%(records)s))"
        return self.as_sql(compiler, connection, template=template, **context)


def visible_sql(source: str, wanted: Iterable[str] | None, within: Visible | None, using: str) -> Sql:
    """A condition on rows (kind, record_id) of the named table: the person may see the record.

    The person's queryset is asked only about the records in question, so it costs what the hits cost, not what
    the collection holds.
    """
    if within is None or wanted is None:
        return "1 = 1", []
    parts: list[str] = []
    params: list[object] = []
    for kind in wanted:
        ids = within[kind].using(using).order_by().filter(_Among(source, kind)).values("pk")
        if ids.query.is_empty():
            continue
        try:
            sql, sql_params = ids.query.get_compiler(using).as_sql()
        except EmptyResultSet:  # a queryset that can hold nothing, found out only when it is written down
            continue
        # CASE keeps PostgreSQL from turning the condition into a join whose size it cannot guess
        parts.append(f"CASE WHEN kind = %s THEN record_id IN ({sql}) ELSE 1 = 0 END")
        params += [kind, *sql_params]
    return (" OR ".join(parts) or "1 = 0"), params


_START = (3, 0)


def _place(after: str | None) -> tuple[int, int]:
    """Where the last page ended; an unreadable mark begins at the start."""
    found = re.fullmatch(r"([12])\.([0-9]{1,18})", after or "")
    return (int(found[1]), int(found[2])) if found else _START
