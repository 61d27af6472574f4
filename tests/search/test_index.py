"""The index: found as written, counted exactly, seen only by who may see it, in the same transaction as the record.

Runs on the database of the settings: SQLite, and PostgreSQL when DATABASE_URL names one.
"""

import random

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from huisheng.search import index
from huisheng.search.index import Findable, Hit, find
from huisheng.search.models import SearchRow, SearchVector
from tests.kernel.test_text import HOSTILE

pytestmark = pytest.mark.django_db

PAPER = "近年来，洛宁路上重型车辆来往频繁，扬尘严重。建议由区环保局牵头治理，加裝監測設備。"


@pytest.fixture
def papers():
    index.put("paper", 1, "洛宁路重型车辆扬尘治理", PAPER, ["第015号", "单田芳", "区环境保护局"])
    index.put(
        "paper",
        2,
        "关于增设公交站点的建议",
        "东环路居民出行不便，请开通到医院的线路。扬尘也多。",
        ["第016号", "王伟"],
    )
    index.put("letter", 2, "广场舞声音太大", "中心广场夜间噪声扰民，PM2.5 与 5G 无关。", "李娟 13800001234")


def ids(query, **kwargs):
    return [(hit.kind, hit.record_id) for hit in find(query, **kwargs).hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("扬尘", [("paper", 1), ("paper", 2)]),  # in the title first
        ("揚塵", [("paper", 1), ("paper", 2)]),
        ("加装监测设备", [("paper", 1)]),
        ("路上重型车", [("paper", 1)]),
        ("东环路 医院", [("paper", 2)]),
        ("扬尘，公交", [("paper", 2)]),
        ("路", [("paper", 1), ("paper", 2)]),
        ("尘", [("paper", 1), ("paper", 2)]),
        ("第015号", [("paper", 1)]),
        ("第15号", [("paper", 1)]),
        ("０１６", [("paper", 2)]),
        ("13800001234", [("letter", 2)]),
        ("王伟", [("paper", 2)]),
        ("王　伟", [("paper", 2)]),
        ("stf", [("paper", 1)]),
        ("qhjbhj", [("paper", 1)]),
        ("pm2.5", [("letter", 2)]),
        ("ＰＭ２．５", [("letter", 2)]),
        ("5g", [("letter", 2)]),
        ("138", []),  # a number is asked whole
        ("尘扬", []),
        ("宁路", [("paper", 1)]),
        ("飞机场", []),
    ],
)
def test_found_as_written(papers, query, found):
    page = find(query)
    assert [(hit.kind, hit.record_id) for hit in page.hits] == found
    assert page.total == len(found)


def test_title_and_keys_come_before_bodies(papers):
    assert find("扬尘").hits == [Hit("paper", 1, 2), Hit("paper", 2, 1)]


@pytest.mark.parametrize("strange", HOSTILE)
def test_what_is_typed_is_never_a_query(papers, strange):
    page = find(strange)
    assert page.total == len(page.hits)
    index.put("paper", 9, strange, strange * 3, [strange])
    index.put("paper", 9, "普通标题", "普通正文")
    assert ids("普通标题") == [("paper", 9)]


@pytest.mark.parametrize("rare", ["吕𬱖", "毛䶮", "\U0002cc56", "㐂", "\ue123村"])
def test_rare_characters_are_found(rare):
    index.put("paper", 1, f"关于{rare}的事", "", [rare])
    assert ids(rare) == [("paper", 1)]


def test_operators_are_words():
    index.put("paper", 1, "NOT AND OR NEAR", "title body keys rowid")
    index.put("paper", 2, "别的", "别的")
    assert ids('NOT "AND" (OR)') == [("paper", 1)]
    assert ids("title:别的") == []


def test_a_changed_record_is_found_by_its_new_text_only(papers):
    index.put("paper", 1, "新的案由", "新的正文")
    assert ids("扬尘") == [("paper", 2)]
    assert ids("新的正文") == [("paper", 1)]
    index.drop("paper", 1)
    index.drop("paper", 77)
    assert ids("新的正文") == []
    assert SearchRow.objects.count() == SearchVector.objects.count() == 2


def test_an_unchanged_record_costs_one_question(papers, django_assert_num_queries):
    with django_assert_num_queries(1):
        index.put("paper", 1, "洛宁路重型车辆扬尘治理", PAPER, ["第015号", "单田芳", "区环境保护局"])


def test_the_index_is_undone_with_the_record(papers):
    with transaction.atomic():
        index.put("paper", 3, "将被撤回的扬尘", "正文")
        assert find("将被撤回").total == 1
        transaction.set_rollback(True)
    assert find("将被撤回").total == 0
    assert SearchRow.objects.filter(record_id=3).count() == 0


def test_only_what_may_be_seen_is_found_and_counted(papers):
    Group.objects.bulk_create([Group(pk=pk, name=str(pk)) for pk in (1, 2)])
    own = Group.objects.filter(pk=2)
    assert find("扬尘", within={"paper": own}) == index.Page([Hit("paper", 2, 1)], 1, ["扬尘"])
    assert ids("扬尘", within={"paper": Group.objects.none()}) == []
    assert ids("扬尘", within={}) == []
    assert ids("扬尘", kinds=["paper"], within={}) == []
    assert ids("广场", within={"paper": own}) == []
    assert ids("广场", within={"paper": own, "letter": own}) == [("letter", 2)]
    assert ids("广场", kinds=["paper"]) == []
    assert ids("广场", kinds=["letter"]) == [("letter", 2)]
    assert ids("广场", kinds=["letter"], within={"paper": own}) == []
    joined = Group.objects.filter(permissions__isnull=True).distinct().order_by("-name")
    assert ids("扬尘", within={"paper": joined}) == [("paper", 1), ("paper", 2)]


def test_pages_follow_one_another_without_gap_or_repeat(django_assert_num_queries):
    index.put_many(Findable("paper", n, "扬尘" if n % 3 else "其他", "扬尘治理") for n in range(1, 26))
    seen, after, totals = [], None, set()
    while True:
        with django_assert_num_queries(1):
            page = find("扬尘", limit=4, after=after)
        seen += [hit.record_id for hit in page.hits]
        totals.add(page.total)
        if not (after := page.after):
            break
    heads = [n for n in range(25, 0, -1) if n % 3]
    assert seen == heads + [n for n in range(25, 0, -1) if not n % 3]
    assert totals == {25}
    assert find("扬尘", limit=4, after="1.0").total == 25
    assert find("扬尘", limit=2, after="'; DROP").hits[0].record_id == 25


def test_the_number_of_questions_does_not_grow(papers, django_assert_num_queries):
    Group.objects.bulk_create([Group(pk=pk, name=str(pk)) for pk in range(1, 60)])
    within = {"paper": Group.objects.all(), "letter": Group.objects.filter(pk__gt=1)}
    with django_assert_num_queries(1):
        few = find("扬尘", within=within)
    index.put_many(Findable("paper", n, f"扬尘{n}", PAPER) for n in range(3, 60))
    with django_assert_num_queries(1):
        many = find("扬尘", within=within)
    assert (few.total, many.total) == (2, 59)


def test_a_very_long_text_is_found_to_its_indexed_end():
    body = "".join(map(chr, random.Random(7).choices(range(0x4E00, 0x9FA5), k=60_000)))
    index.put("paper", 1, "长文", body)
    assert ids(body[100:110]) == [("paper", 1)]
    assert ids(body[40_000:40_010]) == [("paper", 1)]
    assert ids(body[index.INDEXED + 10 : index.INDEXED + 18]) == []


def test_rebuilding_gives_the_same_index(papers):
    items = [Findable("paper", 1, "洛宁路重型车辆扬尘治理", PAPER), Findable("paper", 2, "公交", "扬尘也多")]
    assert index.rebuild(iter(items)) == 2
    assert ids("扬尘") == [("paper", 1), ("paper", 2)]
    assert ids("广场") == []


def test_an_empty_question_finds_nothing(papers):
    assert find("") == find(" ，。") == index.Page([], 0, [])


def test_the_index_is_a_table_of_its_own(papers):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_text")
        assert cursor.fetchone() == (3,)
