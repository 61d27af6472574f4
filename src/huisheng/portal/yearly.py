"""年度数字: counts of a year that everybody may read, each with its unit and what is counted. No name, no list.

Counted by the rooms' own figures, like everything else; a year that does not close is not published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from huisheng.bulletins import figures as voices
from huisheng.kernel import figures as ground
from huisheng.kernel import local
from huisheng.kernel.errors import Refused
from huisheng.proposals import local_rules as rules
from huisheng.proposals.figures import PARTS, Period, changes, closing, counts, figure

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("收到和审查", ("year_received", *PARTS)),
    ("谁提的", ("member_proposals", "collective", "cosigned", "proposing_members", "signing_members")),
    ("办理和答复", (
        "agencies_involved", "in_handling", "answered", "concluded", "replies_on_time", "replies_late",
        "proposals_contacted", "rounds_redone",
    )),
    ("办理结果", ("letter",)),
    ("承诺", ("promises", "promises_due", "promises_kept", "promises_broken", "promises_explained", "promises_open")),
    ("提案人评价", (
        "ratings_asked", "ratings_given", "ratings_missing", "process_good", "process_fair", "process_bad",
        "result_good", "result_fair", "result_bad",
    )),
    ("重点和优秀", ("key_proposals", "oversights", "excellent")),
)  # fmt: skip

# what people said and what came of it
VOICES = "社情民意和报送"
# of the same room, and about something else
APART = {"news_published": "政协动态"}


class BeingChecked(Refused):
    """The year's figures do not close; which records break them is the office's business."""

    status = 409  # as on the office's own page


@dataclass(frozen=True)
class Line:
    group: str
    key: str
    label: str
    value: int
    unit: str
    note: str
    changes: tuple[str, ...] = ()  # what changed in the definition since the year before


@dataclass(frozen=True)
class Year:
    year: int
    as_of: date
    lines: tuple[Line, ...]

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        names = dict.fromkeys(one.group for one in self.lines)
        return [(name, [one for one in self.lines if one.group == name]) for name in names]


def read(year: int, today: date) -> Year:
    """The published figures of a year. Raises BeingChecked when they do not close."""
    period = Period(year=year, today=today)
    numbers = counts(period)
    if not closing(period, numbers).closes:
        raise BeingChecked(f"{year}年的数字正在核对，核对好了就在这里公布。")
    letters = tuple(
        f"letter_{code}" for code in dict.fromkeys(one.code for one in local.options(rules.LETTER))
    )
    shown = [
        (name, figure(key)) for name, keys in GROUPS for key in (letters if keys == ("letter",) else keys)
    ]
    changed = changes([one for _, one in shown], year - 1, year)
    lines = [_line(name, one, numbers[one.key], changed[one.key]) for name, one in shown]
    said = voices.figures(year)
    lines += [
        _line(APART.get(one.key, VOICES), one, said[one.key], ground.changes(one, year - 1, year))
        for one in voices.FIGURES
    ]
    return Year(year, today, tuple(lines))


def _line(group: str, one: Any, number: int, changed: list[str]) -> Line:
    return Line(group, one.key, one.label, number, one.unit, one.note, tuple(changed))
