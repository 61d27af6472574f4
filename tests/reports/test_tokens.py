"""Prose with live figures: what a token says, what it may not, and numbers that were typed instead."""

from __future__ import annotations

from huisheng.reports import tokens

NUMBERS = {
    "proposals.filed": 119,
    "gatherings.symposium_enterprises": 31,
    "gatherings.sectors": 18,
    "proposals.merged": 0,
}


def read(text: str) -> str:
    return "".join(piece.words for piece in tokens.pieces(text, NUMBERS))


def test_a_token_stands_for_its_number_in_the_wording_it_asks_for() -> None:
    assert read("立案 {proposals.filed} 件") == "立案 119 件"
    assert (
        read("{gatherings.symposium_enterprises|余}家企业、{gatherings.sectors|中文}个界别")
        == "30余家企业、十八个界别"
    )
    assert [tokens.rounded(n) for n in (0, 7, 10, 30, 39, 100, 318, 1234)] == [
        "0",
        "7",
        "10",
        "30",
        "30余",
        "100",
        "310余",
        "1200余",
    ]
    assert read("并案 {proposals.merged|中文} 件") == "并案 0 件"


def test_a_token_that_is_none_stays_as_typed_and_is_said() -> None:
    text = "{proposals.filled}件，{proposals.filed|大约}件，{随手写的}"

    assert read(text) == text
    assert [one.sentence for one in tokens.problems(text, NUMBERS)] == [
        "没有“proposals.filled”这个指标。请从指标表里选。",
        "没有“大约”这种写法。可以写“余”“中文”“清单”，或者不写。",
        "“件，件，{随手写的}”里的花括号没有写成指标。请写成 {房间.指标}，或者去掉括号。",
    ]
    assert tokens.problems("立案 {proposals.filed} 件", NUMBERS) == []


def test_a_number_typed_beside_a_counted_noun_is_noticed_with_the_figure_that_says_it() -> None:
    found = tokens.typed("2017年立案119件，{proposals.filed} 件已办复，计划走访5家", NUMBERS)

    assert [(one.words, one.candidates) for one in found] == [("119件", ("proposals.filed",)), ("5家", ())]
