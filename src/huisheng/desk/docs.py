"""Documents that the program writes: docs/lifecycles.md and docs/figures.md. Checked for staleness, never edited."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from huisheng.kernel.lifecycle import Lifecycle, Step
from huisheng.kernel.local import LISTS, RULES
from huisheng.kernel.who import SYSTEM

HEAD = "<!-- Written by `huisheng docs` from the tables. Do not edit. -->\n"


def write(*, check_only: bool = False) -> int:
    """Write both documents, or say which is stale. Exit status 1 when one is."""
    stale = 0
    for name, text in ((name, make()) for name, make in DOCUMENTS.items()):
        path = Path(settings.ROOT) / "docs" / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if check_only:
            print(f"docs/{name} 已过时，请运行 huisheng docs", file=sys.stderr)
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"写好 docs/{name}")
    return 1 if check_only and stale else 0


def lifecycles() -> str:
    """One section per lifecycle: a diagram, and every step in a row."""
    parts = [
        HEAD,
        "# Lifecycles\n\nWho may take which step, from which state to which. One row here is one row of code.\n",
    ]
    for life in Lifecycle.every:
        name = life.model._meta.verbose_name
        parts.append(
            f"\n## {name} ({life.model.__name__})\n\n```mermaid\nstateDiagram-v2\n{_diagram(life)}```\n\n"
        )
        parts.append(
            "| step | 名称 | from | to | who | asks | tells | |\n|---|---|---|---|---|---|---|---|\n"
        )
        parts += [_row(life, step) for step in life.steps]
    return "".join(parts)


def _diagram(life: Lifecycle) -> str:
    lines = [f"    {state.value}: {state.label}\n" for state in life.states]
    for step in life.steps:
        lines += [
            f"    {start.value} --> {step.target.value}: {step.label}\n"
            for start in step.source
            if step.target
        ]
    return "".join(lines)


def _row(life: Lifecycle, step: Step) -> str:
    start = "、".join(str(one.label) for one in step.source)
    end = str(step.target.label) if step.target else "（不变）"
    asks = "、".join(str(f.label) for f in step.form.base_fields.values()) if step.form else ""
    marks = [word for word, there in (
        ("系统", step.who is SYSTEM), ("可选", step.optional), ("须确认", step.formal), ("仅机关可见", step.inside),
        (f"可撤销（{life.step(step.taken_back_by).label}）" if step.taken_back_by else "", bool(step.taken_back_by)),
    ) if there]  # fmt: skip
    tells = step.tell.label if step.tell else ""
    return f"| `{step.action}` | {step.label} | {start} | {end} | {step.who.label} | {asks} | {tells} | {'，'.join(marks)} |\n"


def figures() -> str:
    """Every figure with its definition; the number on a page is the length of the list it opens."""
    from huisheng.proposals.figures import FIGURES
    from huisheng.reports.figures import ROOMS

    def table(figures: Iterable[Any]) -> str:
        rows = [
            f"| `{one.key}` | {one.label} | {one.unit} | {one.note} | {_rests_on(one)} |\n" for one in figures
        ]
        return "".join(["| key | 名称 | 单位 | 口径 | 口径随它变 |\n|---|---|---|---|---|\n", *rows])

    parts = [f"\n## {room.label} (`{room.code}.…`)\n\n{table(room.figures or FIGURES)}" for room in ROOMS]
    told = (
        "Each is a queryset: the number is its count, its page is the same queryset. The last column: the local rules and\n"
        "lists that decide what is counted (and changes of the product). Where two years stand side by side, what changed\n"
        "between them is marked ※ and said in a sentence.\n"
    )
    return f"{HEAD}# Figures\n\n{told}{''.join(parts)}"


def _rests_on(one: Any) -> str:
    names = [(LISTS.get(name) or RULES[name]).label for name in one.rests_on]
    return "、".join([*names, *(changed.sentence for changed in one.changed)])


DOCUMENTS: dict[str, Callable[[], str]] = {"lifecycles.md": lifecycles, "figures.md": figures}
