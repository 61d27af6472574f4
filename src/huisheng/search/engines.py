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
    table: str
    row: str  # the column that holds the id of the search row

    def create(self, execute: Any) -> None: ...
    def remove(self, execute: Any) -> None: ...
    def write(self, cursor: Any, entries: Iterable[Entry]) -> None: ...
    def delete(self, cursor: Any, row_ids: Iterable[int]) -> None: ...
    def clear(self, cursor: Any) -> None: ...
    def matching(self, phrases: Iterable[Phrase], in_head: bool = False) -> Sql:
        """A condition on `table`: holds every phrase; `in_head` asks title and keys only."""
        ...


class Sqlite:
    table, row = "search_text", "rowid"

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

    def matching(self, phrases: Iterable[Phrase], in_head: bool = False) -> Sql:
        asked = " AND ".join(f'"{" ".join(p.tokens)}"{" *" if p.is_open else ""}' for p in phrases)
        return "search_text MATCH %s", [f"{{title keys}} : ({asked})" if in_head else asked]


class Postgres:
    table, row = "search_text", "row_id"
    _LAST_PLACE = 16_000  # PostgreSQL counts places up to 16,383
    _LONG = "0long"  # marks a text longer than that; no text gives such a token

    def create(self, execute: Any) -> None:
        execute("CREATE TABLE search_text (row_id bigint PRIMARY KEY, terms tsvector NOT NULL)")
        execute("CREATE INDEX search_text_terms ON search_text USING gin (terms)")

    def remove(self, execute: Any) -> None:
        execute("DROP TABLE search_text")

    def write(self, cursor: Any, entries: Iterable[Entry]) -> None:
        cursor.executemany(
            "INSERT INTO search_text (row_id, terms) VALUES (%s, %s::tsvector) "
            "ON CONFLICT (row_id) DO UPDATE SET terms = excluded.terms",
            ((e.row_id, self._vector(e)) for e in entries),
        )

    def _vector(self, entry: Entry) -> str:
        """A tsvector in its own notation. Title is weight A, keys C, body B; an empty place parts them."""
        parts: list[str] = []
        place = 0
        for tokens, weight in ((entry.title, "A"), (entry.keys, "C"), (entry.body, "B")):
            for token in tokens:
                place += 1
                parts.append(f"'{token}':{min(place, self._LAST_PLACE)}{weight}")
            place += 1
        if place > self._LAST_PLACE:
            parts.append(f"'{self._LONG}':1B")
        return " ".join(parts)

    def delete(self, cursor: Any, row_ids: Iterable[int]) -> None:
        cursor.execute("DELETE FROM search_text WHERE row_id = ANY(%s)", [list(row_ids)])

    def clear(self, cursor: Any) -> None:
        cursor.execute("TRUNCATE search_text")

    def matching(self, phrases: Iterable[Phrase], in_head: bool = False) -> Sql:
        asked = " & ".join(f"({self._query(phrase, 'AC' if in_head else '')})" for phrase in phrases)
        return "terms @@ %s::tsquery", [asked]

    def _query(self, phrase: Phrase, weights: str) -> str:
        marks = [weights] * (len(phrase.tokens) - 1) + ["*" + weights if phrase.is_open else weights]
        lexemes = [
            f"'{token}':{mark}" if mark else f"'{token}'" for token, mark in zip(phrase.tokens, marks, strict=True)
        ]
        side_by_side = " <-> ".join(lexemes)
        if len(lexemes) == 1 or weights:
            return side_by_side
        return f"({side_by_side}) | ({' & '.join(lexemes)} & '{self._LONG}')"


_ENGINES: dict[str, Engine] = {"sqlite": Sqlite(), "postgresql": Postgres()}


def engine(using: str) -> Engine:
    return _ENGINES[connections[using].vendor]
