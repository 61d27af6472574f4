"""The text index itself, once for SQLite (FTS5) and once for PostgreSQL (tsvector with GIN). Tokens only.

Both keep, for each search row, the tokens of title, keys (names, numbers, units, initials) and body, with their
places, so that a row of neighbouring tokens can be asked for. What reaches their query languages is built from
tokens alone, which hold nothing but letters and digits, and is passed as a parameter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connections

Sql = tuple[str, list[Any]]


@dataclass(frozen=True)
class Phrase:
    """Tokens that must stand side by side; the last one may be only the beginning of a token."""

    tokens: tuple[str, ...]
    is_open: bool = False


@dataclass(frozen=True)
class Entry:
    """What is written for one row: the tokens of its three parts. Made one at a time, a batch of them is large."""

    row_id: int
    title: list[str]
    keys: list[str]
    body: list[str]


class Engine(Protocol):
    def create(self, execute: Any) -> None: ...
    def remove(self, execute: Any) -> None: ...
    def write(self, cursor: Any, entries: Iterable[Entry]) -> None: ...
    def delete(self, cursor: Any, row_ids: Iterable[int]) -> None: ...
    def clear(self, cursor: Any) -> None: ...

    def rows(self, phrases: Iterable[Phrase], in_head: bool = False) -> Sql:
        """A question for the ids of the rows that hold every phrase; `in_head` asks title and keys only."""
        ...

    def weighed(self, phrases: Iterable[tuple[Phrase, float]]) -> Sql:
        """A question for (id, weight), one row for every phrase and every row that holds it."""
        ...


class Sqlite:
    def create(self, execute: Any) -> None:
        # contentless: the texts are in their own tables already; ascii: our tokens are cut, leave them alone
        execute(
            "CREATE VIRTUAL TABLE search_text USING fts5(title, keys, body, content='', contentless_delete=1, "
            "tokenize='ascii')"
        )

    def remove(self, execute: Any) -> None:
        execute("DROP TABLE search_text")

    def write(self, cursor: Any, entries: Iterable[Entry]) -> None:
        cursor.executemany(
            "INSERT OR REPLACE INTO search_text(rowid, title, keys, body) VALUES (%s, %s, %s, %s)",
            ((e.row_id, " ".join(e.title), " ".join(e.keys), " ".join(e.body)) for e in entries),
        )

    def delete(self, cursor: Any, row_ids: Iterable[int]) -> None:
        cursor.executemany("DELETE FROM search_text WHERE rowid = %s", [(row_id,) for row_id in row_ids])

    def clear(self, cursor: Any) -> None:
        cursor.execute("INSERT INTO search_text(search_text) VALUES ('delete-all')")

    def rows(self, phrases: Iterable[Phrase], in_head: bool = False) -> Sql:
        asked = " AND ".join(map(self._query, phrases))
        if in_head:
            asked = f"{{title keys}} : ({asked})"
        return "SELECT rowid AS id FROM search_text WHERE search_text MATCH %s", [asked]

    def weighed(self, phrases: Iterable[tuple[Phrase, float]]) -> Sql:
        parts, params = [], []
        for phrase, weight in phrases:
            parts.append(
                f"SELECT rowid AS id, {weight:.4f} AS weight FROM search_text WHERE search_text MATCH %s"
            )
            params.append(self._query(phrase))
        return " UNION ALL ".join(parts), params

    def _query(self, phrase: Phrase) -> str:
        return f'"{" ".join(phrase.tokens)}"{" *" if phrase.is_open else ""}'


class Postgres:
    """Title and keys have a column of their own: GIN keeps no weights, asking by weight would read every text."""

    _LAST_PLACE = 16_000  # PostgreSQL counts places up to 16,383
    _LONG = "0long"  # marks a text longer than that; no text gives such a token
    _GIN = "WITH (gin_pending_list_limit = 512)"  # kB; what is pending is read by every question

    def create(self, execute: Any) -> None:
        execute(
            "CREATE TABLE search_text (row_id bigint PRIMARY KEY, head tsvector NOT NULL, whole tsvector NOT NULL)"
        )
        # not compressed: a phrase is looked up in the text itself, and unpacking costs more than reading
        execute("ALTER TABLE search_text ALTER COLUMN whole SET STORAGE EXTERNAL")
        execute(f"CREATE INDEX search_text_head ON search_text USING gin (head) {self._GIN}")
        execute(f"CREATE INDEX search_text_whole ON search_text USING gin (whole) {self._GIN}")
        # Functions, because the planner takes reading a whole text for as cheap as reading a number and would go
        # through the table for every term as long as it is small.
        for name, column in (("search_heads", "head"), ("search_rows", "whole")):
            execute(
                f"CREATE FUNCTION {name}(tsquery) RETURNS SETOF bigint LANGUAGE sql STABLE SET enable_seqscan = off "
                f"SET jit = off AS 'SELECT row_id FROM search_text WHERE {column} @@ $1'"
            )
        execute(
            "CREATE FUNCTION search_weighed(tsquery[], float8[]) RETURNS TABLE (id bigint, weight float8) LANGUAGE sql "
            "STABLE SET enable_seqscan = off SET jit = off AS 'SELECT t.row_id, q.weight FROM unnest($1, $2) AS "
            "q (term, weight) JOIN search_text t ON t.whole @@ q.term'"
        )

    def remove(self, execute: Any) -> None:
        execute("DROP FUNCTION search_weighed(tsquery[], float8[])")
        execute("DROP FUNCTION search_rows(tsquery)")
        execute("DROP FUNCTION search_heads(tsquery)")
        execute("DROP TABLE search_text")

    def write(self, cursor: Any, entries: Iterable[Entry]) -> None:
        cursor.executemany(
            "INSERT INTO search_text (row_id, head, whole) VALUES (%s, %s::tsvector, %s::tsvector) "
            "ON CONFLICT (row_id) DO UPDATE SET head = excluded.head, whole = excluded.whole",
            (
                (e.row_id, self._vector(e.title, e.keys), self._vector(e.title, e.keys, e.body))
                for e in entries
            ),
        )

    def _vector(self, *parts: list[str]) -> str:
        """A tsvector in its own notation; an empty place stands between the parts."""
        lexemes: list[str] = []
        place = 0
        for tokens in parts:
            for token in tokens:
                place += 1
                lexemes.append(f"'{token}':{min(place, self._LAST_PLACE)}")
            place += 1
        if place > self._LAST_PLACE:
            lexemes.append(f"'{self._LONG}':1")
        return " ".join(lexemes)

    def delete(self, cursor: Any, row_ids: Iterable[int]) -> None:
        cursor.execute("DELETE FROM search_text WHERE row_id = ANY(%s)", [list(row_ids)])

    def clear(self, cursor: Any) -> None:
        cursor.execute("TRUNCATE search_text")

    def rows(self, phrases: Iterable[Phrase], in_head: bool = False) -> Sql:
        asked = " & ".join(f"({self._query(phrase)})" for phrase in phrases)
        return f"SELECT {'search_heads' if in_head else 'search_rows'}(%s::tsquery) AS id", [asked]

    def weighed(self, phrases: Iterable[tuple[Phrase, float]]) -> Sql:
        pairs = list(phrases)
        asked = [self._query(phrase) for phrase, _ in pairs]
        weights = [weight for _, weight in pairs]
        return "SELECT id, weight FROM search_weighed(%s::tsquery[], %s::float8[])", [asked, weights]

    def _query(self, phrase: Phrase) -> str:
        lexemes = [f"'{token}'" for token in phrase.tokens]
        if phrase.is_open:
            lexemes[-1] += ":*"
        if len(lexemes) == 1:
            return lexemes[0]
        return f"({' <-> '.join(lexemes)}) | ({' & '.join(lexemes)} & '{self._LONG}')"


_ENGINES: dict[str, Engine] = {"sqlite": Sqlite(), "postgresql": Postgres()}


def engine(using: str) -> Engine:
    return _ENGINES[connections[using].vendor]
