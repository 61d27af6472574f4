"""Charts as values: bars of 100 %, each part with its number and the figure behind it. Drawn by figures.html as SVG.

No gauges, no ranking, no percentage below thirty; the table beside a chart says the same in numbers (ux.md §7).
"""

from __future__ import annotations

from dataclasses import dataclass

from huisheng.kernel import local

from . import local_rules as rules
from .figures import Period
from .tables import percent

WIDTH = 1000.0  # of a whole bar, in the drawing's own units
GAP = 3.0
FILLS = {"solved": 1, "solving": 2, "planned": 2, "reference": 4}  # a result that is no fault carries no red


@dataclass(frozen=True)
class Part:
    """One part of a bar. ``x`` and ``width`` in drawing units; ``fill`` is the number of its pattern.

    key: the figure whose list makes the number; "" where the number is a difference of two.
    """

    label: str
    number: int
    key: str
    fill: int
    x: float = 0.0
    width: float = 0.0
    share: str = ""


@dataclass(frozen=True)
class Bar:
    """One line of a chart. ``changes``: what is defined otherwise than in the bar of the year before."""

    label: str
    parts: list[Part]
    whole: int
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A titled set of bars over the same parts."""

    key: str
    title: str
    bars: list[Bar]
    note: str = ""


def charts(period: Period, numbers: dict[str, int]) -> list[Chart]:
    """Those that have something to show."""
    made = [_flow(numbers), _results(numbers), _response(numbers), _promises(numbers)]
    return [one for one in made if any(bar.whole for bar in one.bars)]


def bar(label: str, parts: list[tuple[str, int, str, int]], least: float = 4.0) -> Bar:
    """A bar of parts (label, number, key, fill). A part that is there is never too thin to be seen."""
    whole = sum(number for _, number, _, _ in parts)
    some = [part for part in parts if part[1]]
    room = WIDTH - GAP * max(0, len(some) - 1)
    widths = [max(least, room * number / whole) for _, number, _, _ in some]
    scale = room / sum(widths) if widths else 1.0
    drawn, x = [], 0.0
    for (name, number, key, fill), width in zip(some, widths, strict=True):
        drawn.append(
            Part(name, number, key, fill, round(x, 1), round(width * scale, 1), percent(number, whole))
        )
        x += width * scale + GAP
    empty = [Part(name, 0, key, fill) for name, number, key, fill in parts if not number]
    order = {part[0]: i for i, part in enumerate(parts)}
    return Bar(label, sorted([*drawn, *empty], key=lambda part: order[part.label]), whole)


def _flow(n: dict[str, int]) -> Chart:
    parts = [
        ("已办结", n["concluded"], "concluded", 1), ("已答复，等评价", n["awaiting"], "awaiting", 2),
        ("办理中", n["in_handling"], "in_handling", 4),
    ]  # fmt: skip
    return Chart("flow", "立案的提案现在到了哪一步", [bar("立案", parts)])


def _results(n: dict[str, int]) -> Chart:
    letters = list({one.code: one for one in local.options(rules.LETTER)}.values())
    parts = [
        (f"{one.code}类，{rules.MEANINGS.get(one.data.get('meaning', ''), one.label)}", n[f"letter_{one.code}"],
         f"letter_{one.code}", FILLS.get(one.data.get("meaning", ""), 3))
        for one in letters
    ]  # fmt: skip
    return Chart(
        "results", "办复的提案有了什么结果", [bar("办复", parts)], "答复归类不等于办成，请与承诺兑现一起看。"
    )


def _response(n: dict[str, int]) -> Chart:
    def of(question: str, label: str) -> Bar:
        words = (("good", "满意", 1), ("fair", "基本满意", 2), ("bad", "不满意", 3))
        parts = [(word, n[f"{question}_{code}"], f"{question}_{code}", fill) for code, word, fill in words]
        return bar(label, [*parts, ("未评价", n["ratings_missing"], "ratings_missing", 4)])

    return Chart(
        "response",
        "提案人怎样评价",
        [of("process", "办理过程"), of("result", "办理结果")],
        "没有回音的单独列出，不算满意。",
    )


def _promises(n: dict[str, int]) -> Chart:
    parts = [
        ("已兑现", n["promises_kept"], "promises_kept", 1), ("说明改期", n["promises_explained"], "promises_explained", 2),
        ("未兑现", n["promises_broken"], "promises_broken", 3), ("在办", n["promises_open"], "promises_open", 4),
    ]  # fmt: skip
    return Chart("promises", "答复里的承诺", [bar("承诺", parts)])
