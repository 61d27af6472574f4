"""Chinese text: folded, cut, excerpted, compared; and what hostile people paste."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huisheng.kernel import text
from huisheng.kernel.data import make_tables

HOSTILE = [
    "", " ", "\0", "a\0b", "\ud800", "扬\udfff尘", "扬尘" * 5_000, "🚲🛵👩‍👩‍👧", "\U0002cc56", "\u202e提案\u202c", "\u200b\ufeff",
    '" OR 1=1 --', "NEAR(扬 尘)", "* ^ - + : ( ) { } AND OR NOT", "'扬':*A & !", "%_\\", "〇", "ﬁ㈱½", "e\u0301" * 50,
]  # fmt: skip


def test_width_form_and_case_are_overlooked():
    assert text.normalise("ＰＭ２．５　方頂驛傳統村落") == "pm2.5 方顶驿传统村落"


def test_what_is_not_seen_is_not_searched():
    assert text.normalise("扬\u200b尘\ufe0f\u202e") == "扬尘"
    assert text.normalise("扬\0尘\ud83d") == "扬 尘"


def test_the_tables_agree_with_their_sources():
    assert (text.DATA / "simplified.txt").read_text(encoding="utf-8") == make_tables.simplified()
    assert (text.DATA / "initials.txt").read_text(encoding="utf-8") == make_tables.initials()


def test_han_is_cut_in_pairs_and_the_last_character_stands_alone():
    assert text.tokens("洛宁路") == ["洛宁", "宁路", "路"]
    assert text.tokens("桥") == ["桥"]
    assert text.tokens("毛䶮、吕𬱖") == ["毛䶮", "䶮", "吕𬱖", "𬱖"]
    assert text.tokens("\U0002cc56甲") == ["\U0002cc56甲", "甲"]


def test_numbers_lose_leading_zeros_and_words_of_latin_stay_whole():
    assert text.tokens("第０15号 DRG付费 000") == ["第", "15", "号", "drg", "付费", "费", "0"]


def test_spaces_and_line_ends_between_han_are_overlooked():
    assert text.tokens("王　伟\n反映") == text.tokens("王伟反映")


def test_taught_words_are_not_cut_apart():
    name = "呦呦堰巷"
    assert name not in text.words(f"在{name}口")
    text.use_words([name, "𬱖", "x" * 50])
    assert name in text.words(f"在{name}口")


def test_a_question_is_split_at_spaces_and_marks():
    assert text.terms(' 扬尘,"治理" 第０１５号 扬尘 (AND) ') == ["扬尘", "治理", "第015号", "and"]
    assert text.terms("，。！🚲") == []
    assert text.terms("吕𬱖 \U00031350") == ["吕𬱖", "\U00031350"]


def test_an_excerpt_shows_the_place_and_marks_the_words():
    body = "开头。" * 50 + "洛 宁路上重型车辆造成揚塵，编号０１５。" + "结尾。" * 50
    parts = text.excerpt(body, ["洛宁路 扬尘 15"], 50)
    assert [part for part, is_hit in parts if is_hit] == ["洛 宁路", "揚塵", "０１５"]
    assert parts[0] == ("…", False)
    assert parts[-1] == ("…", False)
    assert sum(len(part) for part, _ in parts) <= 52


def test_an_excerpt_without_a_hit_is_the_beginning():
    assert text.excerpt("甲乙丙丁", ["戊"], 2) == [("甲乙", False), ("…", False)]
    assert text.excerpt("", ["戊"]) == []


def test_a_number_is_not_marked_inside_a_longer_one():
    assert text.marked("15 与 2015 与 150", ["15"]) == [("15", True), (" 与 2015 与 150", False)]
    assert [p for p, hit in text.marked("015号 150号", ["15号"]) if hit] == ["015号"]


def test_passages_go_on_behind_a_replaced_road_name_or_number():
    a = "近年来，洛宁路上重型车辆来往频繁，扬尘严重，沿线居民反映强烈。据统计每日过车1200辆，建议由区环保局牵头治理。"
    b = "近年来，丹江路上重型车辆来往频繁，扬尘严重，沿线群众反映强烈。据统计每日过车800余辆，建议由区城管局牵头治理。"
    pieces = text.shared_passages(a, b)
    assert all(a[i : i + n] == b[j : j + n] for i, j, n in pieces)
    unmarked = "".join(c for at, c in enumerate(a) if not any(i <= at < i + n for i, _, n in pieces))
    assert unmarked == "洛宁居民1200环保"


def test_passages_of_different_texts_are_none():
    assert text.shared_passages("加强社区居家养老服务的建议", "关于治理扬尘污染的提案") == []


def test_passages_of_six_thousand_characters_come_at_once():
    texts = ["的" * 6_000, "的一" * 3_000, "".join(map(chr, range(0x4E00, 0x4E00 + 6_000)))]
    begun = time.process_time()
    for a in texts:
        for b in texts:
            text.shared_passages(a, b)
    assert time.process_time() - begun < 5  # nine comparisons; a quadratic one would take minutes


def test_what_is_quoted_within_a_quotation_has_the_inner_marks():
    assert text.quoted_within("承诺“““先做高层”首批完工””请报告") == "承诺“‘‘先做高层’首批完工’”请报告"
    assert text.quoted_within("《关于《条例》的提案》、《另一件》") == "《关于〈条例〉的提案》、《另一件》"
    assert text.quoted_within("”半句“没有完") == "”半句“没有完"


def test_the_same_paper_has_the_same_fingerprint():
    assert text.fingerprint("一、加强治理。\n二、增设站点") == text.fingerprint("一 加强治理， 二 增設站點")
    assert text.fingerprint("甲") != text.fingerprint("乙")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("单田芳", "stf"), ("曾国藩", "zgf"), ("仇和", "qh"), ("解晓东", "xxd"), ("查良镛", "zly"), ("区志航", "ozh"),
        ("朴树", "ps"), ("盖叫天", "gjt"), ("任正非", "rzf"), ("欧阳修", "oyx"), ("尉迟恭", "ycg"), ("长孙无忌", "zswj"),
        ("区教育局", "qjyj"), ("5G基站", "5gjz"), ("吕𬱖", "ld"), ("張 偉", "zw"), ("", ""),
    ],
)  # fmt: skip
def test_initials_read_surnames_as_surnames(name, letters):
    assert text.pinyin_initials(name) == letters


@pytest.mark.parametrize("strange", HOSTILE)
def test_nothing_pasted_breaks_it(strange):
    text.normalise(strange).encode("utf-8")
    assert all(token.isalnum() or token >= "\ue000" for token in text.tokens(strange))
    text.words(strange)
    text.terms(strange)
    text.pinyin_initials(strange)
    text.fingerprint(strange)
    text.shared_passages(strange, strange + "扬尘污染治理")
    parts = text.excerpt(strange * 3, [strange, "扬尘"], 20)
    assert sum(len(part) for part, _ in parts) <= 22


@given(st.text(max_size=200), st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_segments_joined_are_the_text(body, asked):
    parts = text.marked(body, [asked])
    assert "".join(part for part, _ in parts) == text._composed(body)
    for i, j, n in text.shared_passages(body, asked):
        assert text._same_length_fold(body)[i : i + n] == text._same_length_fold(asked)[j : j + n]
