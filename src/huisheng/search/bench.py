"""The pages' own code over files of lines, to be measured or compared (huisheng bench-similar, bench-classify)."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.db import connections

from .engines import engine
from .index import Findable, put_many
from .models import SearchRow, SearchVector
from .similar import similar
from .suggest import Classifier

_KIND = "bench"
_SCRATCH = "scratch"
RANKED = 20


@contextmanager
def scratch_index() -> Iterator[str]:
    """The alias of an empty search index in a file of its own, gone afterwards; never the committee's."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(folder) / "scratch.sqlite3")}
        complete = connections.configure_settings({_SCRATCH: settings, "default": {}})
        connections.databases[_SCRATCH] = complete[_SCRATCH]
        try:
            with connections[_SCRATCH].schema_editor() as editor:
                editor.create_model(SearchRow)
                editor.create_model(SearchVector)
                engine(_SCRATCH).create(editor.execute)
            yield _SCRATCH
        finally:
            connections[_SCRATCH].close()
            del connections[_SCRATCH]
            del connections.databases[_SCRATCH]


def lines(path: str | Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file; ValueError names the line that is none."""
    with open(path, encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                item = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{path} 第 {number} 行不是 JSON：{error}") from None
            if not isinstance(item, dict):
                raise ValueError(f"{path} 第 {number} 行应当是一个对象")
            yield item


def _print(item: object, out: TextIO) -> None:
    out.write(json.dumps(item, ensure_ascii=False) + "\n")


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return "" if value is None else str(value)


def bench_similar(corpus_path: str | Path, queries_path: str | Path, out: TextIO) -> None:
    """For every query line {id, title, body} one line {id, ranked: [{id, score}]}: twenty ids, best first.

    A query that stands in the corpus itself (same id) is left out of its own list. When fewer than twenty texts
    are alike at all, the list is shorter.
    """
    ids: list[Any] = []

    def numbered() -> Iterator[Findable]:
        for item in lines(corpus_path):
            ids.append(item["id"])
            yield Findable(_KIND, len(ids), _text(item, "title"), _text(item, "body"))

    with scratch_index() as using:
        put_many(numbered(), using)
        places: dict[str, list[int]] = {}
        for place, name in enumerate(ids, 1):
            places.setdefault(str(name), []).append(place)
        for query in lines(queries_path):
            own = places.get(str(query["id"]), [])
            matches = similar(_text(query, "title"), _text(query, "body"), _KIND, RANKED, own, using=using)
            ranked = [{"id": ids[match.record_id - 1], "score": match.score} for match in matches]
            _print({"id": query["id"], "ranked": ranked}, out)


def bench_classify(train_path: str | Path, test_path: str | Path, out: TextIO) -> None:
    """Learns from lines {text, label}; for every test line one line {top: [{label, confidence}×3], abstain}."""
    model = Classifier.train([(_text(item, "text"), _text(item, "label")) for item in lines(train_path)])
    for item in lines(test_path):
        text = _text(item, "text")
        top = [{"label": label, "confidence": round(sure, 4)} for label, sure in model.top(text, 3)]
        _print({"top": top, "abstain": model.abstains(text)}, out)
