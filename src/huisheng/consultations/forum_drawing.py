"""The map as a drawing: groups as ovals, statements as numbered marks. Nobody's own place is drawn.

A group stands at the middle of its people, as wide as they spread; a statement at the middle of those who agree with
it. Positions are in the drawing's own units; the table beside it says the same in numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin
from typing import Any

from .forum_outline import MapView, group_name

WIDTH, HEIGHT, EDGE = 640.0, 440.0, 56.0
MARK = 13.0  # half a mark's size
SMALLEST_OVAL = 34.0
WIDE = 1.4  # an oval reaches so many standard deviations


@dataclass(frozen=True)
class Oval:
    name: str
    size: int
    kind: int
    x: float
    y: float
    rx: float
    ry: float
    label_y: float


@dataclass(frozen=True)
class Mark:
    """One statement. ``is_shared``: drawn as a square, so that colour is not needed."""

    number: int
    is_shared: bool
    x: float
    y: float

    @property
    def left(self) -> float:
        return round(self.x - MARK, 1)

    @property
    def top(self) -> float:
        return round(self.y - MARK, 1)


@dataclass(frozen=True)
class Drawing:
    ovals: list[Oval]
    marks: list[Mark]
    width: int = int(WIDTH)
    height: int = int(HEIGHT)
    side: int = int(2 * MARK)
    radius: int = int(MARK)


def draw(found: MapView) -> Drawing | None:
    """None while there are no groups: then the table stands alone."""
    data = found.map.data
    groups: list[dict[str, Any]] = data.get("groups", [])
    if not groups:
        return None
    places: dict[str, list[float]] = data.get("places", {})
    edges = [
        [group["center"][i] + sign * WIDE * group["spread"][i] for group in groups for sign in (-1, 1)]
        for i in (0, 1)
    ]
    xs = [*edges[0], *(one[0] for one in places.values())]
    ys = [*edges[1], *(one[1] for one in places.values())]
    scale_x = (WIDTH - 2 * EDGE) / max(max(xs) - min(xs), 1e-6)
    scale_y = (HEIGHT - 2 * EDGE) / max(max(ys) - min(ys), 1e-6)
    scale_y = min(scale_y, 2 * scale_x)  # the second direction says less: do not make it look like more
    middle_y = (max(ys) + min(ys)) / 2

    def put(place: list[float]) -> tuple[float, float]:
        return EDGE + (place[0] - min(xs)) * scale_x, HEIGHT / 2 - (place[1] - middle_y) * scale_y

    ovals = []
    for number, group in enumerate(groups):
        x, y = put(group["center"])
        rx = max(SMALLEST_OVAL, WIDE * group["spread"][0] * scale_x)
        ry = max(SMALLEST_OVAL, WIDE * group["spread"][1] * scale_y)
        label_y = max(16.0, y - ry - 8)
        ovals.append(
            Oval(
                group_name(number),
                group["size"],
                number + 1,
                *(round(one, 1) for one in (x, y, rx, ry, label_y)),
            )
        )
    taken = [(one.x, one.label_y) for one in ovals]
    marks = []
    for row in found.rows:
        place = places.get(str(row.statement.pk))
        if place is None or row.statement.number is None:
            continue
        x, y = _free(*put(place), taken)
        taken.append((x, y))
        marks.append(Mark(row.statement.number, row.is_shared, round(x, 1), round(y, 1)))
    return Drawing(ovals, marks)


def _free(x: float, y: float, taken: list[tuple[float, float]]) -> tuple[float, float]:
    """The nearest spot, along a spiral (2.4 is the golden angle), where a mark covers no other."""
    for turn in range(160):
        far = 3.2 * turn**0.5 * (turn > 0) * 2
        at = (x + far * cos(turn * 2.4), y + far * sin(turn * 2.4))
        at = (min(max(at[0], MARK + 2), WIDTH - MARK - 2), min(max(at[1], MARK + 2), HEIGHT - MARK - 2))
        if all((at[0] - a) ** 2 + (at[1] - b) ** 2 >= (2.15 * MARK) ** 2 for a, b in taken):
            return at
    return x, y
