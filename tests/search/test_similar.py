"""Similar texts: found, banded, bounded in questions, limited to what may be seen; floors of quality on a small set."""

import statistics
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import Group

from huisheng.search import index, vectors
from huisheng.search.index import Findable
from huisheng.search.similar import LIKELY, POSSIBLE, same_document, similar
from tests.kernel.test_text import HOSTILE

pytestmark = pytest.mark.django_db
BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(autouse=True)
def nothing_remembered():
    vectors.forget()
    yield
    vectors.forget()


TITLE = "洛宁路重型车辆扬尘治理"
BODY = (
    "洛宁路是运料车必经之路，重型货车昼夜不断，路面积尘厚，沿线小区不敢开窗。建议限定通行时段，增加洒水频次。"
)


@pytest.fixture
def collection():
    sys.path.insert(0, str(BENCH))
    import gen_texts

    sys.path.remove(str(BENCH))
    index.put_many(
        Findable("paper", 100 + i, p["title"], p["body"]) for i, p in enumerate(gen_texts.proposals(80))
    )
    index.put("paper", 1, TITLE, BODY)
    index.put("paper", 2, "关于丹江路扬尘治理的提案", BODY.replace("洛宁", "丹江").replace("小区", "住户"))
    index.put("paper", 3, "增设公共图书馆分馆", "居民读书无处可去，建议每个街道设一处阅览室。")
    index.put("letter", 1, TITLE, BODY)


def test_the_same_matter_comes_first_and_is_called_likely(collection):
    found = similar(TITLE.replace("治理", "太大"), BODY.replace("昼夜", "整夜"), "paper")
    assert found[0].record_id == 1
    assert found[0].band == LIKELY
    assert found[1].record_id == 2
    assert found[1].band in (LIKELY, POSSIBLE)
    assert all(0 < match.score <= 1 for match in found)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


def test_another_matter_is_in_no_band(collection):
    assert [m for m in similar("河道清淤", "汛期将至，请清理河道淤泥。", "paper") if m.band == LIKELY] == []


def test_the_text_itself_and_what_may_not_be_seen_are_left_out(collection):
    Group.objects.bulk_create([Group(pk=pk, name=str(pk)) for pk in (2, 3)])
    assert 1 not in [m.record_id for m in similar(TITLE, BODY, "paper", exclude=1)]
    assert {m.record_id for m in similar(TITLE, BODY, "paper", exclude=[1, 2])}.isdisjoint({1, 2})
    assert [m.record_id for m in similar(TITLE, BODY, "paper", within=Group.objects.filter(pk=2))] == [2]
    assert similar(TITLE, BODY, "paper", within=Group.objects.none()) == []
    assert similar(TITLE, BODY, "nothing") == []


def test_another_word_for_the_same_thing_finds_it(collection):
    index.put("paper", 50, "东区供暖不热", "小区采暖温度不达标，锅炉老化。")
    assert similar("暖气片冰凉", "交了取暖费屋里还是冷", "paper")[0].record_id == 50


def test_a_title_alone_is_compared_with_titles(collection):
    index.put("ledger", 7, "关于治理洛宁路扬尘的建议", "")
    index.put("ledger", 8, "关于昆仑路增设公共厕所的提案", "")
    found = similar(TITLE, BODY, "ledger")
    assert found[0].record_id == 7
    assert found[0].band


def test_it_costs_three_questions(collection, django_assert_num_queries):
    vectors.forget()
    with django_assert_num_queries(
        3
    ):  # how far the collection goes, how rare its words are (then remembered), the text
        similar(TITLE, BODY, "paper")


@pytest.mark.parametrize("strange", HOSTILE)
def test_nothing_pasted_breaks_it(collection, strange):
    assert len(similar(strange, strange * 2, "paper")) <= 20
    same_document(strange, "paper")


def test_the_same_document_is_known_letter_by_letter(collection):
    assert same_document(BODY.replace("，", ",").replace("。", "\n"), "paper") == [1]
    assert same_document(BODY, "paper", within=Group.objects.none()) == []
    assert same_document("", "paper") == []
    assert same_document(BODY + "另", "paper") == []


def test_quality_has_floors():
    """The evaluation of bench/similar on a small collection; the floors lie a little under what it measures."""
    sys.path[:0] = [str(BENCH), str(BENCH / "similar")]
    import evaluate

    del sys.path[:2]
    figures = {}
    for difficulty, by_neighbours in (("adapted", True), ("reworded", False), ("title only", False)):
        index.rebuild(evaluate.corpus(400, by_neighbours))
        figures[difficulty] = evaluate.measure("all", difficulty, "default", [], [], [])
    assert figures["adapted"][0] >= 0.95  # R@1
    assert figures["adapted"][2] >= 0.97  # MRR
    assert figures["reworded"][0] >= 0.75
    assert figures["title only"][0] >= 0.45
    assert statistics.mean(one[2] for one in figures.values()) >= 0.70
