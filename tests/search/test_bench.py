"""bench-similar and bench-classify: lines in, lines out, from an index of their own."""

import io
import json

import pytest
from django.db import connections

from huisheng.search.bench import bench_classify, bench_similar


def write(path, items):
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return path


def read(out):
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_twenty_ids_without_the_query_itself_from_a_scratch_index(tmp_path, django_db_blocker):
    """No database of the committee is open to this test: the index is one of its own, made and removed by the call."""
    corpus = [{"id": f"c{n}", "title": f"洛宁路扬尘治理{n}", "body": "重型车辆扬尘严重"} for n in range(30)]
    corpus.append({"id": "other", "title": "增设图书馆", "body": "读书无处可去"})
    queries = [
        {"id": "c3", "title": "洛宁路扬尘治理3", "body": "重型车辆扬尘严重"},
        {"id": "new", "title": "图书馆", "body": None}, {"id": "empty", "title": "", "body": ""},
    ]  # fmt: skip
    out = io.StringIO()
    with django_db_blocker.unblock():
        bench_similar(write(tmp_path / "c.jsonl", corpus), write(tmp_path / "q.jsonl", queries), out)
    first, second, third = read(out)
    assert first["id"] == "c3"
    assert len(first["ranked"]) == 20
    assert "c3" not in [one["id"] for one in first["ranked"]]
    assert second["ranked"][0]["id"] == "other"
    assert third == {"id": "empty", "ranked": []}
    assert "scratch" not in connections.databases


def test_classification_gives_three_labels_and_says_when_it_abstains(tmp_path):
    train = [{"text": f"{word}问题{n}", "label": label} for n in range(12) for word, label in
             (("路灯照明", "城建"), ("学校午餐", "教育"), ("医院挂号", "医疗"), ("扬尘噪声", "环保"))]  # fmt: skip
    out = io.StringIO()
    bench_classify(
        write(tmp_path / "a.jsonl", train),
        write(tmp_path / "b.jsonl", [{"text": "路灯照明坏了"}, {"text": ""}]),
        out,
    )
    first, second = read(out)
    assert [set(one) for one in first["top"]] == [{"label", "confidence"}] * 3
    assert first["top"][0]["label"] == "城建"
    assert second["abstain"] is True


def test_a_line_that_is_no_json_is_named(tmp_path):
    (tmp_path / "bad.jsonl").write_text('{"text": "a", "label": "b"}\n{oops\n', encoding="utf-8")
    with pytest.raises(ValueError, match="第 2 行不是 JSON"):
        bench_classify(tmp_path / "bad.jsonl", tmp_path / "bad.jsonl", io.StringIO())
