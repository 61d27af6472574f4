"""Prose with live figures: ``{proposals.filed}`` stands for a number that is counted when the text is read.

A token may carry a rule of wording: ``{gatherings.enterprises_heard|余}`` says 30余 for 31 to 39 and 30 for 30;
``{…|中文}`` writes the number in Chinese; ``{…|清单}``, alone on its line, stands for the list itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from huisheng.kernel.papers import chinese_number

TOKEN = re.compile(r"\{([a-z]+\.[A-Za-z0-9_]+)(?:\|([^{}|]{1,6}))?\}")
LIST = "清单"
# what looks like a token and is none is said, not printed
_STRAY = re.compile(r"[{}｛｝]")
# a number typed beside a counted noun: it would not change when a record does
_TYPED = re.compile(
    r"([0-9０-９]+)\s*(?:多|余)?\s*(件次|件|条次|条|家|次|个|人次|人|篇|幅|期|份|处|地|场|笔)"
)
_YEARS = re.compile(r"[0-9]{4}\s*年")


def rounded(number: int) -> str:
    """31 → 30余, 30 → 30, 7 → 7, 318 → 310余: tens below a thousand, hundreds above."""
    step = 100 if number >= 1000 else 10
    whole = number // step * step
    return f"{whole}余" if whole and number > whole else str(number)


def in_chinese(number: int) -> str:
    """18 → 十八; beyond 999 and for none the digits stay."""
    return chinese_number(number) if 1 <= number <= 999 else str(number)


WORDINGS: dict[str, Callable[[int], str]] = {"": str, "余": rounded, "中文": in_chinese}


@dataclass(frozen=True)
class Piece:
    """A stretch of the text: plain words, or what a token stands for with the figure's full name."""

    words: str
    name: str = ""
    is_list: bool = False


@dataclass(frozen=True)
class Problem:
    """A token that cannot be read; ``sentence`` says what to do."""

    token: str
    sentence: str


def names(text: str) -> list[str]:
    """The figures a text names, each once, in order."""
    return list(dict.fromkeys(match[1] for match in TOKEN.finditer(text)))


def pieces(text: str, numbers: Mapping[str, int]) -> Iterator[Piece]:
    """The text with its numbers put in; an unknown token stays as it is typed."""
    at = 0
    for match in TOKEN.finditer(text):
        if match.start() > at:
            yield Piece(text[at : match.start()])
        at = match.end()
        name, rule = match[1], match[2] or ""
        if name not in numbers or (rule != LIST and rule not in WORDINGS):
            yield Piece(match[0])
        elif rule == LIST:
            yield Piece(str(numbers[name]), name, is_list=True)
        else:
            yield Piece(WORDINGS[rule](numbers[name]), name)
    if at < len(text):
        yield Piece(text[at:])


def problems(text: str, numbers: Mapping[str, int]) -> list[Problem]:
    """What must be mended before a report is sent for approval."""
    found = []
    for match in TOKEN.finditer(text):
        rule = match[2] or ""
        if match[1] not in numbers:
            found.append(Problem(match[0], f"没有“{match[1]}”这个指标。请从指标表里选。"))
        elif rule != LIST and rule not in WORDINGS:
            found.append(Problem(match[0], f"没有“{rule}”这种写法。可以写“余”“中文”“清单”，或者不写。"))
    rest = TOKEN.sub("", text)
    if stray := _STRAY.search(rest):
        near = rest[max(0, stray.start() - 8) : stray.end() + 8].replace("\n", " ")
        found.append(
            Problem(stray[0], f"“{near}”里的花括号没有写成指标。请写成 {{房间.指标}}，或者去掉括号。")
        )
    return found


@dataclass(frozen=True)
class Typed:
    """A number that was typed; ``candidates`` are figures of the year with this very number."""

    words: str
    candidates: tuple[str, ...]


def typed(text: str, numbers: Mapping[str, int]) -> list[Typed]:
    """Numbers beside counted nouns that are no tokens: a hint, never a bar (a plan's number is nobody's record)."""
    rest = _YEARS.sub("", TOKEN.sub("\n", text))
    return [
        Typed(match[0], tuple(name for name, number in numbers.items() if number and number == int(match[1])))
        for match in _TYPED.finditer(rest)
    ]
