"""提案工作情况统计 (domain.md §1.16) as values: for the page, the sheet and the paper alike. Nothing in it is typed.

Every number comes from a figure, and its place carries that figure's key: the page links it to its list. A period
whose figures do not close has no tables: ``tables`` refuses and names the records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import Count, Q

from huisheng.kernel import local
from huisheng.kernel.figures import MARK, together

from . import local_rules as rules
from .figures import PARTS, Figure, Period, agency_condition, changes, check, counts, figure, period_of
from .models import Assignment, LedgerRow, Proposal, Series

COMPARED = ("year_received", "filed", "merged", "answered", "collective", "key_proposals")
IN_LEDGER = {
    "year_received": Q(),
    "filed": Q(outcome="立案"),
    "merged": Q(outcome="并案"),
    "answered": Q(replied_on__isnull=False) | ~Q(letter=""),
}
FEWEST = 30  # with fewer than these no percentage is printed: it would promise more than it knows
Cell = str | int


@dataclass(frozen=True)
class Table:
    """``rows`` are texts and numbers; ``links``: (row, column) from 0 → key of the figure whose list makes the number."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    notes: tuple[str, ...] = ()
    links: dict[tuple[int, int], str] = field(default_factory=dict)


def tables(what: Any, numbers: dict[str, int] | None = None) -> list[Table]:
    """All tables of a year (int), a session or a term. Raises Refused with the names when they do not close.

    numbers: the period's counts, where the caller has counted and checked them already (the page does).
    """
    period = period_of(what)
    if numbers is None:
        numbers = counts(period, further(period))
        check(period, numbers)
    made = _Made(period, numbers)
    return [
        made.received(), made.proposers(), made.five(), made.local(), made.results(), made.ratings(), made.promises(),
        made.agencies(), made.key(), made.excellent(), *made.compared(),
    ]  # fmt: skip


def further(period: Period) -> list[Figure]:
    """Figures that only the tables ask for: the parts by series and by proposer type, and the period before."""
    keys = [f"{series}_{part}" for series in Series.values for part in PARTS]
    keys += [f"type_{one}_{end}" for one in _codes(rules.PROPOSER_TYPE) for end in ("filed", "answered")]
    return [*map(figure, keys), *_earlier(period)]


def _earlier(period: Period) -> Iterator[Figure]:
    """The compared figures for the period before, from the records (``before_…``) and from the ledger (``ledger_…``)."""
    before = period.before
    if before is None:
        return
    for key in COMPARED:
        one = figure(key)
        yield replace(one, key=f"before_{key}", where=lambda _, one=one: one.where(before))
    year = _year_of(before)
    for key, condition in IN_LEDGER.items():
        yield replace(
            figure(key), key=f"ledger_{key}", of=LedgerRow,
            where=lambda _, condition=condition: Q(year=year) & condition,
        )  # fmt: skip


def percent(part: int, whole: int) -> str:
    """“84.5%”; “” below thirty. Rounded to one place, and never to 100 or 0 when it is not."""
    if whole < FEWEST:
        return ""
    value = round(part * 100 / whole, 1)
    if part < whole and value >= 100:
        value = 99.9
    if part > 0 and value <= 0:
        value = 0.1
    return f"{value:g}%"


def share(part: int, whole: int) -> str:
    """“176/215，81.9%”: numerator and denominator always, the percentage where it means something."""
    shown = percent(part, whole)
    return f"{part}/{whole}" + (f"，{shown}" if shown else "")


class _Grid:
    """Rows being written: a key becomes its number and a link, any other text stays text."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self.numbers = numbers
        self.rows: list[tuple[Cell, ...]] = []
        self.links: dict[tuple[int, int], str] = {}

    def add(self, label: str, *keys: str, more: Sequence[Cell] = ()) -> None:
        place = len(self.rows)
        self.links |= {(place, i): key for i, key in enumerate(keys, 1)}
        self.rows.append((label, *(self.numbers[key] for key in keys), *more))


class _Made:
    """The tables of one period over one reading of its figures."""

    def __init__(self, period: Period, numbers: dict[str, int]) -> None:
        self.period, self.numbers = period, numbers

    def _title(self, title: str) -> str:
        return f"{self.period.label}{title}"

    def _grid(self) -> _Grid:
        return _Grid(self.numbers)

    def received(self) -> Table:
        grid = self._grid()
        for series in Series:
            grid.add(str(series.label), f"{series}_received", *(f"{series}_{part}" for part in PARTS))
        grid.add("合计", "year_received", *PARTS)
        columns = ("", "收到", *(figure(part).label for part in PARTS))
        n = self.numbers
        note = f"收到{n['year_received']}件 = " + " + ".join(
            f"{figure(part).label}{n[part]}" for part in PARTS
        )
        more = f"提出提案的委员{n['proposing_members']}人，参加联名的委员{n['signing_members']}人，联名提案{n['cosigned']}件。"
        return Table(
            "received", self._title("提案收到和审查情况"), columns, grid.rows, (f"{note}。", more), grid.links
        )

    def proposers(self) -> Table:
        grid = self._grid()
        for code, label in _options(rules.PROPOSER_TYPE):
            grid.add(label, f"type_{code}", f"type_{code}_filed", f"type_{code}_answered")
        grid.add("合计", "year_received", "filed", "answered")
        return Table("proposers", self._title("各类提案者提案情况"), ("提案者", "收到", "立案", "办复"), grid.rows,
                     (f"集体提案{self.numbers['collective']}件，其中立案{self.numbers['collective_filed']}件。",), grid.links)  # fmt: skip

    def five(self) -> Table:
        return self._categories("five", "立案提案五位一体分类", rules.FIVE, "category")

    def local(self) -> Table:
        return self._categories("local", "立案提案本地分类", rules.LOCAL_CATEGORY, "local")

    def _categories(self, key: str, title: str, name: str, prefix: str) -> Table:
        grid, whole = self._grid(), self.numbers["filed"]
        for code, label in _options(name):
            grid.add(label, f"{prefix}_{code}", more=(percent(self.numbers[f"{prefix}_{code}"], whole),))
        grid.add("合计", "filed", more=("",))
        missing = whole - sum(self.numbers[f"{prefix}_{code}"] for code, _ in _options(name))
        notes = (f"另有{missing}件未分类，计在合计之内。",) if missing else ()
        return Table(
            key,
            self._title(title),
            ("类别", "立案", "占立案"),
            grid.rows,
            (*notes, *_too_few(whole)),
            grid.links,
        )

    def results(self) -> Table:
        """A/B/C with what the letters mean here: the local letter and its neutral meaning, side by side."""
        grid, whole = self._grid(), self.numbers["answered"]
        for one in {one.code: one for one in local.options(rules.LETTER)}.values():
            key = f"letter_{one.code}"
            meaning = rules.MEANINGS.get(one.data.get("meaning", ""), "")
            grid.add(f"{one.code}类", key, more=(percent(self.numbers[key], whole), meaning, one.label))
        grid.add("合计", "answered", more=("", "", ""))
        n = self.numbers
        note = (
            f"立案{n['filed']}件，办复{share(n['answered'], n['filed'])}。按期答复{n['replies_on_time']}件次，逾期{n['replies_late']}件次。"
            f"有提案人确认的面商{share(n['proposals_contacted'], n['filed'])}；被提案人否认的{n['contacts_disputed']}次。"
        )
        return Table("results", self._title("办理结果"), ("结果", "办复", "占办复", "含义", "本地说法"), grid.rows,
                     (note, *_too_few(whole)), grid.links)  # fmt: skip

    def ratings(self) -> Table:
        grid, n = self._grid(), self.numbers
        given = n["ratings_given"]
        for word, label in (("good", "满意"), ("fair", "基本满意"), ("bad", "不满意")):
            process, result = f"process_{word}", f"result_{word}"
            grid.add(label, process, result, more=(share(n[process], given), share(n[result], given)))
        grid.add("收回", "ratings_given", "ratings_given", more=("", ""))
        grid.add("未评价", "ratings_missing", "ratings_missing", more=("", ""))
        grid.add("送达", "ratings_asked", "ratings_asked", more=("", ""))
        notes = (
            f"送达{n['ratings_asked']}份，收回{share(given, n['ratings_asked'])}，未评价{n['ratings_missing']}份；没有回音的不算满意。",
            f"代录{n['ratings_recorded']}份。重新办理{n['rounds_redone']}件，重办之前的不满意{n['rated_bad_before']}份另计，不在表内。",
            "百分比以收回的份数为分母。",
        )
        return Table("ratings", self._title("提案人评价"), ("", "办理过程", "办理结果", "过程占收回", "结果占收回"),
                     grid.rows, (*notes, *_too_few(given)), grid.links)  # fmt: skip

    def promises(self) -> Table:
        grid, n = self._grid(), self.numbers
        for key in (
            "promises",
            "promises_due",
            "promises_kept",
            "promises_broken",
            "promises_explained",
            "promises_open",
        ):
            grid.add(figure(key).label, key)
        note = f"兑现率{share(n['promises_kept'], n['promises_due'])}（兑现/到期），按{self.period.today:%Y年%-m月%-d日}的情况。"
        return Table("promises", self._title("承诺兑现情况"), ("", "条数"), grid.rows, (note,), grid.links)

    def agencies(self) -> Table:
        """Plain counts by agency in the order of the register; no ranking."""
        letters = _codes(rules.LETTER)
        names = [
            "lead",
            "separate",
            "assisting",
            "ontime",
            "late",
            "open",
            *(f"letter_{code}" for code in letters),
        ]
        sent = Assignment.objects.filter(self.period.q("proposal__"), is_open=True).exclude(state="planned")
        found = sent.values("agency", "agency__name").annotate(
            **{f"n_{name}": Count("pk", filter=agency_condition(name)) for name in names}
        ).order_by("agency")  # fmt: skip
        rows: list[tuple[Cell, ...]] = []
        links: dict[tuple[int, int], str] = {}
        for i, row in enumerate(list[dict[str, Any]](found)):
            links |= {(i, j): f"agency_{row['agency']}_{name}" for j, name in enumerate(names, 1)}
            rows.append((row["agency__name"], *(row[f"n_{name}"] for name in names)))
        columns = (
            "单位",
            "主办",
            "分办",
            "会办",
            "按期答复",
            "逾期答复",
            "在办",
            *(f"{code}类" for code in letters),
        )
        total = [sum(int(row[j]) for row in rows) for j in range(1, len(columns))]
        rows.append(("合计", *total))
        notes = (
            f"承办单位{self.numbers['agencies_involved']}个。按名册次序排列，不作排名。",
            "分办的各单位各自答复，各计一件次。",
        )
        return Table("agencies", self._title("各承办单位办理情况"), columns, rows, notes, links)

    def key(self) -> Table:
        return self._named(
            "key", "重点提案", "key_proposals", "督办领导", lambda one: one.is_key, lambda one: one.key_leader
        )

    def excellent(self) -> Table:
        return self._named(
            "excellent",
            "优秀提案",
            "excellent",
            "提案者",
            lambda one: one.is_excellent,
            lambda one: one.sponsor_name,
        )

    @cached_property
    def distinguished(self) -> list[Proposal]:
        """Key and excellent proposals, in the order of their numbers."""
        rows = figure("key_proposals").list(self.period) | figure("excellent").list(self.period)
        return list(rows.select_related("lead_agency").order_by("number", "pk"))

    def _named(
        self, key: str, title: str, of: str, heading: str, is_in: Callable[[Proposal], bool], value: Any
    ) -> Table:
        rows: list[tuple[Cell, ...]] = [
            (one.number_label, one.title, value(one), str(one.lead_agency or ""), one.result_letter)
            for one in self.distinguished
            if is_in(one)
        ]
        note = f"{figure(of).label}{self.numbers[of]}件。"
        if of == "key_proposals":
            note += f"督办活动{self.numbers['oversights']}次。"
        return Table(key, self._title(title), ("案号", "案由", heading, "主办单位", "结果"), rows, (note,))

    def compared(self) -> list[Table]:
        """Beside the period before: from our own records, else from an imported ledger, which is said."""
        before = self.period.before
        if before is None:
            return []
        if self.numbers["before_year_received"]:
            return [self._compared("与上期比较", "before", COMPARED, before.label)]
        if not self.numbers["ledger_year_received"]:
            return []
        year = _year_of(before)
        note = f"{year}年的数字来自导入的往年台账，不是本系统的记录，口径可能不同。"
        return [self._compared("与上年比较", "ledger", IN_LEDGER, f"{year}年（台账）", (note,))]

    def _compared(
        self, title: str, prefix: str, keys: Iterable[str], heading: str, notes: tuple[str, ...] = ()
    ) -> Table:
        grid, n, figures = self._grid(), self.numbers, [figure(key) for key in keys]
        changed = self._changed(figures)
        for one in figures:
            earlier = n[f"{prefix}_{one.key}"]
            label = f"{one.label} {MARK}" if changed[one.key] else one.label
            grid.add(label, one.key, more=(earlier, _change(n[one.key], earlier)))
        columns = ("", self.period.label, heading, "增减")
        told = together((one.label, changed[one.key]) for one in figures)
        notes = (*(f"{MARK} 口径有变：{line}。" for line in told), *notes)
        return Table("compared", self._title(title), columns, grid.rows, notes, grid.links)

    def _changed(self, figures: list[Figure]) -> dict[str, list[str]]:
        """By key: what changed in the definition since the period before."""
        years = [_year_of(one) for one in (self.period.before, self.period) if one]
        return changes(figures, min(years), max(years))


def _year_of(period: Period) -> int:
    return period.year or (period.session.year if period.session else 0)


def _options(name: str) -> list[tuple[str, str]]:
    return list({one.code: (one.code, one.label) for one in local.options(name)}.values())


def _codes(name: str) -> list[str]:
    return [code for code, _ in _options(name)]


def _change(now: int, before: int) -> str:
    return f"{now - before:+d}" if now != before else "持平"


def _too_few(whole: int) -> tuple[str, ...]:
    return () if whole >= FEWEST else (f"总数不足{FEWEST}，不列百分比。",)
