"""What a count says, in words: the outline of the summary, and the rows of the tables beside the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import forum_queries as queries
from .models_forum import ConsensusMap, Forum, Statement

NAMES = "甲乙丙丁戊"
STANCES = {1: "同意", -1: "不同意", 0: "略过"}


@dataclass(frozen=True)
class Tally:
    """How a statement was voted on, by everybody or by one group. ``is_open``: too few voted to show numbers."""

    agree: int
    disagree: int
    passed: int
    is_shown: bool = True

    @property
    def seen(self) -> int:
        return self.agree + self.disagree + self.passed

    @property
    def share(self) -> str:
        return f"{round(100 * self.agree / self.seen)}%" if self.seen else "—"


@dataclass(frozen=True)
class Said:
    """One line about a group: what it says of a statement, and how many of it and of the others do."""

    statement: Statement
    stance: str
    inside: str
    outside: str


@dataclass(frozen=True)
class GroupView:
    name: str
    size: int
    said: list[Said]


@dataclass(frozen=True)
class SharedView:
    statement: Statement
    stance: str
    rates: list[str]


@dataclass(frozen=True)
class Row:
    """One statement of the table beside the map."""

    statement: Statement
    whole: Tally
    groups: list[Tally]
    is_shared: bool


@dataclass(frozen=True)
class MapView:
    """A count as a page reads it. Where every finding comes from stands beside it."""

    map: ConsensusMap
    rows: list[Row]
    groups: list[GroupView]
    shared: list[SharedView]
    themes: list[tuple[str, int]]
    words: list[tuple[str, int]]
    why: str

    @property
    def is_grouped(self) -> bool:
        return bool(self.groups)

    @property
    def placed(self) -> int:
        return int(self.map.data.get("placed", 0))

    @property
    def explained(self) -> str:
        shares = self.map.data.get("explained") or []
        return "、".join(f"{round(100 * one)}%" for one in shares)


def group_name(number: int) -> str:
    return f"{NAMES[number]}组" if number < len(NAMES) else f"第{number + 1}组"


def view(count: ConsensusMap, statements: list[Statement]) -> MapView:
    """statements: the accepted ones of the forum, in their order."""
    data, by_id = count.data, {one.pk: one for one in statements}
    groups: list[dict[str, Any]] = data.get("groups", [])
    shared = {pk for pk, _, _ in data.get("shared", [])}
    themes: dict[str, int] = {}
    for one in statements:
        if one.theme:
            themes[one.theme] = themes.get(one.theme, 0) + 1
    rows = [
        Row(one, Tally(*data["counts"][str(one.pk)]), [_of_group(group, one) for group in groups], one.pk in shared)
        for one in statements
        if str(one.pk) in data.get("counts", {})
    ]  # fmt: skip
    return MapView(
        count,
        rows,
        [
            GroupView(
                group_name(i), group["size"],
                [Said(by_id[pk], STANCES[stance], _share(a), _share(b)) for pk, stance, a, b in group["traits"] if pk in by_id],
            )
            for i, group in enumerate(groups)
        ],
        [SharedView(by_id[pk], STANCES[stance], [_share(rate) for rate in rates]) for pk, stance, rates in data.get("shared", []) if pk in by_id],
        list(themes.items()),
        [(word, number) for word, number in data.get("words", [])],
        data.get("why", ""),
    )  # fmt: skip


def _of_group(group: dict[str, Any], one: Statement) -> Tally:
    numbers = group["counts"].get(str(one.pk))
    return Tally(*numbers) if numbers else Tally(0, 0, 0, is_shown=False)


def _share(rate: float) -> str:
    return f"{round(100 * rate)}%"


def summary(forum: Forum) -> str:
    """The skeleton of the summary: numbers from the last count, statements in their own words."""
    numbers, count = queries.numbers(forum), queries.newest_map(forum)
    lines = [
        "一、基本情况",
        f"{forum.opened_on:%Y年%-m月%-d日}至{forum.closed_on:%-m月%-d日}，围绕“{forum.title}”开展网络议政，"
        f"邀请{numbers.seats}名委员，{numbers.writers}名委员发言{numbers.posts}条，"
        f"{count.people if count else 0}人对{numbers.statements}条观点表态{count.votes if count else 0}次。",
    ]
    if count is None:
        return "\n".join([*lines, "二、主要意见", "（请主持人归纳）", "三、意见建议", "（请主持人归纳）"])
    found = view(count, list(queries.accepted(forum)))
    lines.append("二、一致的意见（按表态统计）")
    lines += [
        f"{i}．{one.statement.content}（{'、'.join(one.rates)}{one.stance}）" for i, one in enumerate(found.shared, 1)
    ] or ["没有各方面都达到比例的观点。"]  # fmt: skip
    lines.append("三、不同的意见（按表态统计）")
    for group in found.groups:
        said = "；".join(
            f"{one.stance}“{one.statement.content}”（{one.inside}，其他人{one.outside}）"
            for one in group.said
        )
        lines.append(f"{group.name}（{group.size}人）：{said or '没有明显不同的意见'}。")
    if not found.groups:
        lines.append(found.why)
    if found.themes:
        lines.append("四、归纳的主题（主持人归纳）")
        lines += [f"{name}：{number}条观点" for name, number in found.themes]
    lines += ["五、意见建议", "（请主持人归纳）"]
    return "\n".join(lines)
