"""The eight schemes reproduce their hand-worked examples; nothing of them is code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from huisheng.duty.appraising import Rules, mark, shown
from huisheng.duty.credits import BY_KEY, Fact
from huisheng.duty.schemes import SCHEMES
from huisheng.people.models import Member


def some(key: str, count: int = 1, sort: str = "", first: int = 1) -> list[Fact]:
    """``count`` facts of a credit, each of a record of its own."""
    return [Fact(BY_KEY[key], 1, date(2017, 3, n + 1), first + n, "某事", sort) for n in range(count)]


def half_days(key: str, count: int, sort: str) -> list[Fact]:
    """One meeting of several half-days."""
    return [Fact(BY_KEY[key], 1, date(2017, 2, 13 + n // 2), 900, "全体会议", sort) for n in range(count)]


def at(
    scheme: str, facts: list[Fact], *, standing: bool = False, signers: dict[int, int] | None = None
) -> tuple[str, str]:
    sheet = mark(
        Rules.read(SCHEMES[scheme]["content"]),
        Member(pk=1, name="李清和"),
        facts,
        signers or {},
        stands=standing,
    )
    return shown(sheet.total), sheet.band


def test_jinan() -> None:
    """70 and two further filed (10), a key one (5), an excellent one (10): 95; on leave from the plenary: 85."""
    facts = some("proposal.filed", 3) + some("proposal.key") + some("proposal.excellent")
    assert at("jinan", facts) == ("95", "优秀")
    assert at("jinan", facts + half_days("gathering.excused", 4, "plenary")) == ("85", "优秀")
    assert at("jinan", half_days("gathering.absent", 4, "plenary")) == ("40", "谈话提醒")


def test_tongcheng() -> None:
    """Leave from the plenary 30, a filed proposal with two co-signers 10 + 7.5, one used opinion 15, six activities 10: 72.5."""
    facts = (
        half_days("gathering.excused", 4, "plenary") + some("proposal.sent") + some("proposal.filed")
        + some("opinion.sent") + some("opinion.adopted") + some("gathering.attend", 6, "inspection", 20)
    )  # fmt: skip
    assert at("tongcheng", facts, signers={1: 2}) == ("72.5", "合格")
    assert at("tongcheng", some("proposal.cosigned"), signers={1: 2}) == ("53.75", "不合格")  # 50 + 15/2/2
    assert at("tongcheng", some("gathering.absent", 2, "standing"), standing=True) == ("40", "不合格")


def test_anqing() -> None:
    """One committee meeting and the plenary missed: 50 − 5 − 10; filed 30; information 10, research 10: 85, good. Never below none."""
    facts = (
        some("gathering.absent", 1, "committee") + half_days("gathering.absent", 4, "plenary") + some("proposal.filed")
        + some("opinion.sent") + some("gathering.attend", 2, "research")
    )  # fmt: skip
    assert at("anqing", facts) == ("85", "良好")
    assert at("anqing", some("gathering.absent", 20, "committee")) == ("0", "不称职")


def test_hefei() -> None:
    """30 + 25 + two activities of 15 = 85; five filed: four further ones give 20, a sixth no more."""
    base = half_days("gathering.attend", 4, "plenary") + some("gathering.attend", 3, "inspection", 20)
    assert at("hefei", base + some("proposal.filed")) == ("85", "")
    assert at("hefei", base + some("proposal.filed", 6)) == ("105", "")


def test_near_hefei() -> None:
    """A standing member: 35 + four meetings 30 + 15 + 10 + four events 30 = 120, a second proposal 5, a prize 8, used above 6."""
    facts = (
        half_days("gathering.attend", 4, "plenary") + some("gathering.attend", 5, "standing", 30)
        + some("gathering.attend", 4, "symposium", 50) + some("proposal.filed", 2) + some("opinion.adopted")
    )  # fmt: skip
    more = some("proposal.excellent") + some("opinion.above", 1, "city")
    assert at("near_hefei", facts + more, standing=True) == ("139", "")
    assert at("near_hefei", facts + more) == ("109", "")


def test_xuanwei() -> None:
    """Plenary 2, two other meetings 2, an oral speech 2, training 1, research 2: 9."""
    facts = (
        half_days("gathering.attend", 4, "plenary") + some("gathering.attend", 2, "committee", 20) + some("speech.oral")
        + some("gathering.attend", 1, "study", 40) + some("gathering.attend", 1, "research", 50)
    )  # fmt: skip
    assert at("xuanwei", facts) == ("9", "")


def test_guangshui() -> None:
    """Late twice: 8 of 10; own proposal 20 stands over the co-signed 15; a piece of history 20; help 20; a city honour 6: 74."""
    facts = (
        half_days("gathering.late", 2, "plenary") + some("proposal.filed") + some("proposal.cosigned", 2)
        + some("archive.given") + some("gathering.attend", 1, "aid") + some("honour.given", 1, "city")
    )  # fmt: skip
    assert at("guangshui", facts) == ("74", "")
    assert at("guangshui", some("gathering.absent", 2, "group")) == ("7", "")


def test_minhang() -> None:
    """Four half-days 20, one event 5, the higher of 15 and 3, a key proposal 15: 55."""
    facts = (
        half_days("gathering.attend", 4, "plenary") + some("gathering.attend", 1, "inspection") + some("proposal.filed", 2)
        + some("proposal.cosigned", 3) + some("proposal.key")
    )  # fmt: skip
    assert at("minhang", facts) == ("55", "")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"categories": []}, "至少要有一个类别"),
        (
            {"items": [{"category": "x", "label": "出席", "credit": "gathering.attend", "points": 1}]},
            "不在类别表里",
        ),
        (
            {"items": [{"category": "all", "label": "出席", "credit": "gathering.sat", "points": 1}]},
            "不在清单里",
        ),
        (
            {
                "items": [
                    {
                        "category": "all",
                        "label": "出席",
                        "credit": "gathering.attend",
                        "points": 1,
                        "first": 3,
                        "last": 2,
                    }
                ]
            },
            "小于",
        ),
    ],
)
def test_a_rule_book_that_is_none_says_what_is_missing(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Rules.read(SCHEMES["xuanwei"]["content"] | change)


def test_points_are_shown_as_people_write_them() -> None:
    assert [shown(Decimal(text)) for text in ("20.00", "7.50", "3.755", "0")] == ["20", "7.5", "3.76", "0"]
