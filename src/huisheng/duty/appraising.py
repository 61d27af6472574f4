"""考核: a rule book as data, applied to facts. No rule of any committee is written in code.

``Rules`` reads what a rule book holds; ``mark`` makes a member's sheet of it, every point with the facts it rests on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from huisheng.people.models import Member

from .credits import BY_KEY, Fact

PER = {"each": "每次", "record": "每项（同一会议只计一次）", "once": "有一次即可"}
FOR = {"": "全体委员", "standing": "常务委员", "others": "常委以外的委员"}
MOST_ITEMS = 80


@dataclass(frozen=True)
class Category:
    """``start``: points everybody begins with (deductions come off them); ``cap`` and ``floor`` bound the sum."""

    code: str
    label: str
    start: Decimal
    cap: Decimal | None
    floor: Decimal | None


@dataclass(frozen=True)
class Item:
    """One line of a rule book.

    credit: which facts; sorts: only of these sorts (kinds of meeting, levels), empty for all.
    points: for each, negative for a deduction; per: each fact, each record, or once.
    first, last: from which to which one in the year (2, None: from the second on).
    cap: at most so many points of this item (for a deduction: at least minus so many).
    best_of: of the items of one such group only the best counts. split: signers share: the first one half.
    whom: all, standing members, the others.
    """

    category: str
    label: str
    credit: str
    sorts: tuple[str, ...]
    points: Decimal
    per: str
    first: int
    last: int | None
    cap: Decimal | None
    best_of: str
    split: bool
    whom: str


@dataclass(frozen=True)
class Rules:
    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    bands: tuple[tuple[Decimal, str], ...]
    joined_after: str  # “10-01”: who came into office after this day of the year is not appraised

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Rules:
        """Raises ValueError with a Chinese sentence where the data do not make a rule book."""
        categories = tuple(
            Category(str(one["code"]), str(one["label"]), _number(one.get("start") or 0), _maybe(one.get("cap")), _maybe(one.get("floor")))
            for one in content.get("categories", ())
        )  # fmt: skip
        items = tuple(_item(one) for one in content.get("items", ()))
        bands = tuple(
            sorted(
                ((_number(one["from"]), str(one["label"])) for one in content.get("bands", ())), reverse=True
            )
        )
        rules = cls(categories, items, bands, str(content.get("joined_after", "")))
        if problem := rules.problem():
            raise ValueError(problem)
        return rules

    def problem(self) -> str:
        """What keeps it from being a rule book; "" when nothing does."""
        codes = [one.code for one in self.categories]
        if not codes or not self.items:
            return "至少要有一个类别和一条细则。"
        if len(set(codes)) != len(codes):
            return "有两个类别用了同一个代码，请改一个。"
        for one in self.items:
            if one.category not in codes:
                return f"细则“{one.label}”的类别“{one.category}”不在类别表里。"
            if one.credit not in BY_KEY:
                return f"细则“{one.label}”的履职事项“{one.credit}”不在清单里。"
            if one.per not in PER or one.whom not in FOR or one.first < 1:
                return f"细则“{one.label}”的计法写得不对。"
            if one.last is not None and one.last < one.first:
                return f"细则“{one.label}”的“计到第几次”小于“从第几次起”。"
        return ""


def _item(one: Mapping[str, Any]) -> Item:
    return Item(
        str(one["category"]), str(one["label"]), str(one["credit"]), tuple(one.get("sorts") or ()),
        _number(one["points"]), str(one.get("per") or "each"), int(one.get("first") or 1),
        int(one["last"]) if one.get("last") else None, _maybe(one.get("cap")), str(one.get("best_of") or ""),
        bool(one.get("split")), str(one.get("whom") or ""),
    )  # fmt: skip


def _number(value: Any) -> Decimal:
    return Decimal(str(value))


def _maybe(value: Any) -> Decimal | None:
    return None if value in (None, "") else _number(value)


@dataclass(frozen=True)
class Line:
    """One item of a sheet: how many facts counted, the points they gave, and the facts."""

    item: Item
    count: int
    points: Decimal
    facts: tuple[Fact, ...]
    counts: bool = True  # False: a better one of its group counts instead


@dataclass(frozen=True)
class Sheet:
    """One member's year under the rules. ``sums``: category code → points after cap and floor."""

    member: Member
    lines: tuple[Line, ...]
    sums: dict[str, Decimal]
    total: Decimal
    band: str


def mark(
    rules: Rules, member: Member, facts: Iterable[Fact], signers: Mapping[int, int], *, stands: bool = False
) -> Sheet:
    """``signers``: proposal → how many have co-signed it, for items that are split. ``stands``: whether the member is
    measured as 常务委员, which is what they were at the end of the year."""
    mine: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        mine[fact.credit.key].append(fact)
    lines = _best([_line(one, mine[one.credit], signers) for one in rules.items if _concerns(one, stands)])
    sums = {one.code: _bounded(one, lines) for one in rules.categories}
    total = sum(sums.values(), Decimal(0))
    band = next((label for least, label in rules.bands if total >= least), "")
    return Sheet(member, tuple(lines), sums, total, band)


def _concerns(item: Item, stands: bool) -> bool:
    return item.whom == "" or (item.whom == "standing") == stands


def _line(item: Item, facts: list[Fact], signers: Mapping[int, int]) -> Line:
    found = [one for one in facts if not item.sorts or one.sort in item.sorts]
    if item.per == "record":
        found = list({one.record_id: one for one in reversed(found)}.values())[::-1]
    found = found[item.first - 1 : item.last]
    if item.per == "once":
        found = found[:1]
    points = sum((_worth(item, one, signers) for one in found), Decimal(0))
    if item.cap is not None:
        points = max(points, -item.cap) if item.points < 0 else min(points, item.cap)
    return Line(item, len(found), points, tuple(found))


def _worth(item: Item, fact: Fact, signers: Mapping[int, int]) -> Decimal:
    """Alone the whole; jointly half for the first signer, the other half shared by the rest."""
    others = signers.get(fact.record_id, 0)
    if not item.split or (others == 0 and fact.credit.key != "proposal.cosigned"):
        return item.points
    half = item.points / 2
    return half if fact.credit.key != "proposal.cosigned" else half / max(1, others)


def _best(lines: list[Line]) -> list[Line]:
    best: dict[str, Line] = {}
    for one in lines:
        group = one.item.best_of
        if group and (group not in best or one.points > best[group].points):
            best[group] = one
    return [
        one
        if not one.item.best_of or best[one.item.best_of] is one
        else Line(one.item, one.count, one.points, one.facts, False)
        for one in lines
    ]


def _bounded(category: Category, lines: list[Line]) -> Decimal:
    points = category.start + sum(
        (one.points for one in lines if one.counts and one.item.category == category.code), Decimal(0)
    )
    if category.cap is not None:
        points = min(points, category.cap)
    if category.floor is not None:
        points = max(points, category.floor)
    return points


def shown(points: Decimal) -> str:
    """At most two decimals, none where there are none: 7.50 → 7.5, 20.00 → 20."""
    text = str(points.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_appraised(rules: Rules, member: Member, year: int) -> bool:
    """Who came into office too late in the year is not appraised for it."""
    if not rules.joined_after:
        return True
    month, day = map(int, rules.joined_after.split("-"))
    return member.starts_on <= date(year, month, day)
