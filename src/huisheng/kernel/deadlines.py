"""Deadlines that explain themselves day by day.

A `Calendar` knows which days are worked in China: Monday to Friday, corrected by the yearly holiday notice of
国务院办公厅 (holidays off, 调休 make-up days worked). A `Span` is a length of time as a rule states it (15个工作日,
90日, 3个月). `count` lays a span over the calendar and returns a `Deadline`: the due date together with every day that
led to it and the reason it counted or not. Nothing here reads the clock or the database.

The law: the day of the event is not counted; months end on the corresponding day, or on the month's last; a period
counted in days or months that ends on a day off runs to the first working day after it.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

PUBLISHED = Path(__file__).with_name("data") / "workdays.csv"
ONE_DAY = timedelta(days=1)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
SATURDAY = 5

# Every notice since 2014 gives at least eleven days off; fewer rows mean that a year is only partly entered.
FEWEST_HOLIDAYS_OF_A_YEAR = 11

# A span longer than this is a slip of the pen, not a deadline.
LONGEST = {"w": 1000, "d": 3660, "m": 120}
UNITS = {"w": "个工作日", "d": "日", "m": "个月"}
WRITTEN = {
    "w": "w",
    "d": "d",
    "m": "m",
    "个工作日": "w",
    "工作日": "w",
    "日": "d",
    "天": "d",
    "个月": "m",
    "月": "m",
}


# ── the calendar ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Calendar:
    """Which days are worked. `exceptions` maps a date to (is it worked, name of the holiday it belongs to);
    a date that is not listed follows its weekday. `years` are those whose arrangement is known."""

    exceptions: dict[date, tuple[bool, str]] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    _weekdays_off: list[date] = field(init=False, repr=False, compare=False)
    _weekends_worked: list[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        off = sorted(d for d, (worked, _) in self.exceptions.items() if not worked and not is_weekend(d))
        worked = sorted(d for d, (worked, _) in self.exceptions.items() if worked and is_weekend(d))
        object.__setattr__(self, "_weekdays_off", off)
        object.__setattr__(self, "_weekends_worked", worked)

    @classmethod
    def from_rows(
        cls, rows: Iterable[tuple[date, bool, str]], years: Iterable[int] | None = None
    ) -> Calendar:
        """A calendar from rows (date, is_workday, name). A year counts as known when its days off are listed
        (at least eleven), unless `years` says which are."""
        exceptions = {day: (is_workday, name) for day, is_workday, name in rows}
        known = _years_listed(exceptions) if years is None else years
        return cls(exceptions, frozenset(known))

    @classmethod
    def published(cls) -> Calendar:
        """The calendar as the yearly notices published it: the seed that comes with the program."""
        return _published()

    def is_workday(self, day: date) -> bool:
        exception = self.exceptions.get(day)
        return exception[0] if exception else not is_weekend(day)

    def name(self, day: date) -> str:
        """Name of the holiday that the day belongs to as a day off or as its make-up day, or ""."""
        return self.exceptions.get(day, (True, ""))[1]

    def working_days_between(self, after: date, until: date) -> int:
        """Number of working days d with after < d <= until; 0 when until <= after. Constant in the distance."""
        if until <= after:
            return 0
        weekdays = _weekdays_since_epoch(until) - _weekdays_since_epoch(after)
        return (
            weekdays
            - _within(self._weekdays_off, after, until)
            + _within(self._weekends_worked, after, until)
        )

    def next_workday(self, day: date) -> date:
        """The day itself when it is worked, else the first working day after it."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day


def published_rows() -> list[tuple[date, bool, str]]:
    """The seed as rows (date, is_workday, name), in order of date. Source: tools/seed_workdays.py."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return [
            (date.fromisoformat(row["date"]), row["kind"] == "makeup", row["name"])
            for row in csv.DictReader(file)
        ]


@cache
def _published() -> Calendar:
    return Calendar.from_rows(published_rows())


def is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def _years_listed(exceptions: dict[date, tuple[bool, str]]) -> set[int]:
    days_off: dict[int, int] = {}
    for day, (worked, _) in exceptions.items():
        days_off[day.year] = days_off.get(day.year, 0) + (not worked)
    return {year for year, count_off in days_off.items() if count_off >= FEWEST_HOLIDAYS_OF_A_YEAR}


def _weekdays_since_epoch(day: date) -> int:
    """Mondays to Fridays from 0001-01-01 (a Monday) through the day."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


def _within(days: list[date], after: date, until: date) -> int:
    return bisect_right(days, until) - bisect_right(days, after)


# ── spans ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Span:
    """A length of time as a rule states it: n working days ("w"), calendar days ("d") or months ("m")."""

    n: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError("期限的单位只能是工作日、日或月。")
        if not 1 <= self.n <= LONGEST[self.unit]:
            raise ValueError(f"期限须在1至{LONGEST[self.unit]}{UNITS[self.unit]}之间。")

    @classmethod
    def parse(cls, text: str) -> Span:
        """ "15w", "90d", "3m", and as people write it: “15个工作日”, “90天”. ValueError says what is expected."""
        found = re.fullmatch(r"([0-9]{1,5})\s*(\S+)", text.strip())
        unit = WRITTEN.get(found[2].lower()) if found else None
        if not found or not unit:
            raise ValueError(f"看不懂期限“{text[:20]}”：请写成“15个工作日”“90日”或“3个月”。")
        return cls(int(found[1]), unit)

    def __str__(self) -> str:
        """As stored in settings: "15w"."""
        return f"{self.n}{self.unit}"

    @property
    def label(self) -> str:
        """As shown to people: “15个工作日”."""
        return f"{self.n}{UNITS[self.unit]}"


@dataclass(frozen=True)
class Extension:
    """延期: more time, given by a named person for a reason. It counts on from the due date it extends."""

    span: Span
    approver: str
    reason: str


# ── the count ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Day:
    """One line of the explanation. `number` is the day's place in its span (None when not counted), `why` the
    reason in Chinese, `kind` one of start, workday, makeup, weekend, holiday, calendar, rolled (for icon and
    colour), `part` 0 for the original span and 1, 2 … for its extensions."""

    date: date
    counted: bool
    number: int | None
    why: str
    kind: str
    part: int = 0


@dataclass(frozen=True)
class Deadline:
    """A due date with everything that led to it. `original_due_on` is the due date before any extension."""

    start: date
    span: Span
    due_on: date
    original_due_on: date
    days: tuple[Day, ...]
    warnings: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()

    @property
    def label(self) -> str:
        """“15个工作日，延期5个工作日”"""
        return "，延期".join([self.span.label, *(extension.span.label for extension in self.extensions)])


def add_working_days(start: date, n: int, calendar: Calendar) -> date:
    """The n-th working day after start (before it when n is negative), which itself is not counted."""
    step = ONE_DAY if n >= 0 else -ONE_DAY
    day, left = start, abs(n)
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day


def add_months(start: date, n: int) -> date:
    """The corresponding day n months on, or the month's last where there is none (31 January → 28 February)."""
    months = start.year * 12 + start.month - 1 + n
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def before(due: date, span: Span, calendar: Calendar) -> date:
    """The day that lies the span before a due date: when to remind, or when a preliminary duty is due."""
    if span.unit == "w":
        return add_working_days(due, -span.n, calendar)
    if span.unit == "d":
        return due - span.n * ONE_DAY
    return add_months(due, -span.n)


def count(
    start: date,
    span: Span,
    calendar: Calendar,
    extension: Extension | Sequence[Extension] | None = None,
    *,
    roll: bool = True,
) -> Deadline:
    """Count the span from start (not counted itself), then its extensions, and say why for every day.
    `roll`: a span of days or months that ends on a day off runs to the first working day after it."""
    extensions = _as_tuple(extension)
    days, due = _count_span(start, span, calendar, roll, part=0)
    days.insert(0, Day(start, False, None, "起算当日不计入", "start"))
    original_due = due
    for part, more in enumerate(extensions, start=1):
        more_days, due = _count_span(due, more.span, calendar, roll, part)
        days += more_days
    return Deadline(start, span, due, original_due, tuple(days), _warnings(start, due, calendar), extensions)


def count_back(event: date, span: Span, calendar: Calendar) -> Deadline:
    """The last day on which something is still the whole span before an event, and why: each day counted backwards from
    the event, which itself is not counted. ``start`` is the event; ``due_on`` is never rolled, earlier is always safe."""
    if span.unit == "w":
        days, day, number = [], event, 0
        while number < span.n:
            day -= ONE_DAY
            is_counted = calendar.is_workday(day)
            number += is_counted
            why, kind = _reason(day, calendar)
            days.append(Day(day, is_counted, number if is_counted else None, why, kind))
    else:
        first = before(event, span, calendar)
        total = (event - first).days
        days = [Day(event - n * ONE_DAY, True, n, "计入", "calendar") for n in range(1, total + 1)]
    due = days[-1].date
    days.insert(0, Day(event, False, None, "当日不计入", "start"))
    return Deadline(event, span, due, due, tuple(days), _warnings(due, event, calendar))


def _as_tuple(extension: Extension | Sequence[Extension] | None) -> tuple[Extension, ...]:
    if extension is None:
        return ()
    return (extension,) if isinstance(extension, Extension) else tuple(extension)


def _count_span(start: date, span: Span, calendar: Calendar, roll: bool, part: int) -> tuple[list[Day], date]:
    if span.unit == "w":
        return _count_working_days(start, span.n, calendar, part)
    last = start + span.n * ONE_DAY if span.unit == "d" else add_months(start, span.n)
    days = _count_calendar_days(start, last, span, part)
    if roll and not calendar.is_workday(last):
        days += _roll(last, calendar, part)
    return days, days[-1].date


def _count_working_days(start: date, n: int, calendar: Calendar, part: int) -> tuple[list[Day], date]:
    days: list[Day] = []
    day, number = start, 0
    while number < n:
        day += ONE_DAY
        is_counted = calendar.is_workday(day)
        number += is_counted
        why, kind = _reason(day, calendar)
        days.append(Day(day, is_counted, number if is_counted else None, why, kind, part))
    return days, day


def _reason(day: date, calendar: Calendar) -> tuple[str, str]:
    """Why a day is worked or not, and its kind."""
    name = calendar.name(day)
    if calendar.is_workday(day):
        return (
            (f"{name}调休，{_weekday(day)}上班，计入", "makeup")
            if is_weekend(day)
            else ("工作日，计入", "workday")
        )
    if name:
        return f"{name}放假，不计", "holiday"
    return (f"{_weekday(day)}，不计", "weekend") if is_weekend(day) else ("放假，不计", "holiday")


def _count_calendar_days(start: date, last: date, span: Span, part: int) -> list[Day]:
    total = (last - start).days
    days = [Day(start + n * ONE_DAY, True, n, "计入", "calendar", part) for n in range(1, total + 1)]
    if span.unit == "m":
        days[-1] = Day(last, True, total, _month_end(start, last, span), "calendar", part)
    return days


def _month_end(start: date, last: date, span: Span) -> str:
    if last.day == start.day:
        return f"计入；{span.label}后的对应日"
    return f"计入；{span.label}后没有{start.day}日，以月末日为准"


def _roll(last: date, calendar: Calendar, part: int) -> list[Day]:
    """The days after a last day that is off, through the first working day."""
    end = calendar.next_workday(last)
    off = [last + n * ONE_DAY for n in range(1, (end - last).days)]
    days = [
        Day(day, False, None, _reason(day, calendar)[0].replace("不计", "顺延"), "rolled", part)
        for day in off
    ]
    reason, _ = _reason(last, calendar)
    last_day = f"期限最后一日（{last.month}月{last.day}日）{reason.removesuffix('，不计')}"
    why = f"{last_day}，顺延至休假结束的次日（{_law(last)}）"
    return [*days, Day(end, False, None, why, "rolled", part)]


# What the law of the day said about a period that ends on a day off; newest first.
LAWS = (
    (date(2021, 1, 1), "《民法典》第二百零三条"),
    (date(2017, 10, 1), "《民法总则》第二百零三条"),
    (date.min, "《民法通则》第一百五十四条"),
)


def _law(day: date) -> str:
    return next(name for since, name in LAWS if day >= since)


def _warnings(start: date, due: date, calendar: Calendar) -> tuple[str, ...]:
    first = min(start + ONE_DAY, due)
    unknown = [year for year in range(first.year, due.year + 1) if year not in calendar.years]
    return tuple(unknown_year(year) for year in unknown)


def unknown_year(year: int) -> str:
    """The warning that stands beside every date reckoned without the year's holiday notice."""
    return f"{year}年没有节假日安排数据，按周末推算"


# ── what is left ──────────────────────────────────────────────────────────────────────────────────


def working_days_left(today: date, due: date, calendar: Calendar) -> int:
    """Working days after today through the due date; negative: working days since it. 0 on the due date itself, and
    also on the weekend right after or before it: compare the dates to know whether it is overdue."""
    if today <= due:
        return calendar.working_days_between(today, due)
    return -calendar.working_days_between(due, today)


def left_label(today: date, due: date, calendar: Calendar) -> str:
    """For the chip beside a matter: “还有5个工作日”, “今天到期”, “逾期2天” (days, as people count a delay)."""
    if today == due:
        return "今天到期"
    if today > due:
        return f"逾期{(today - due).days}天"
    left = working_days_left(today, due, calendar)
    return f"还有{left}个工作日" if left else f"还有{(due - today).days}天（无工作日）"


# ── in words ──────────────────────────────────────────────────────────────────────────────────────


def explain(deadline: Deadline) -> str:
    """The count as text for a terminal or a printed sheet, one line per day, warnings last."""
    lines = [f"{_long(deadline.start)}起算，{deadline.label}，{_long(deadline.due_on)}到期", ""]
    part = 0
    for day in deadline.days:
        if day.part != part:
            part = day.part
            lines.append(_extension_line(deadline.extensions[part - 1]))
        lines.append(f"{_long(day.date)}  {_number(day)}  {day.why}")
    lines += ["", f"到期日：{_long(deadline.due_on)}"]
    lines += [f"注意：{warning}" for warning in deadline.warnings]
    return "\n".join(lines)


def _extension_line(extension: Extension) -> str:
    return f"—— 延期{extension.span.label}，批准人：{extension.approver}，事由：{extension.reason}"


def _number(day: Day) -> str:
    return f"第{day.number}日".ljust(6) if day.number else "—".ljust(7)


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _long(day: date) -> str:
    return f"{day.isoformat()} {_weekday(day)}"
