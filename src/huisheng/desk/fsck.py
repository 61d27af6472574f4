"""核对: the oracle. Read-only; walks every record and says in one sentence each what is not as it must be.

The numbers I1 … I14 are those of docs/trust notes in docs/map.md. Runs as ``huisheng fsck``, nightly in the worker,
and in the tests after every fault.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from huisheng.kernel.journal import broken_links
from huisheng.kernel.lifecycle import Lifecycle
from huisheng.kernel.models import Attachment, Entry, IdempotencyKey, Notice
from huisheng.people.models import Account, Post
from huisheng.people.posts import APART
from huisheng.proposals import actions
from huisheng.proposals.models import (
    FILED_STATES, UNSENT_STATES, Assignment, Merge, Proposal, Reply, State, VoidNumber,
)  # fmt: skip
from huisheng.search.models import SearchRow


@dataclass
class Report:
    """What was checked and what was found. ``problems``: invariant -> sentences."""

    checked: dict[str, int] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not any(self.problems.values())

    def as_json(self) -> dict[str, Any]:
        return {"clean": self.is_clean, "checked": self.checked, "problems": self.problems}

    def as_text(self) -> str:
        lines = [f"{name}：{number} 行" for name, number in self.checked.items()]
        lines += [f"✗ {name}：{sentence}" for name, found in self.problems.items() for sentence in found]
        lines.append("核对完毕，没有发现问题。" if self.is_clean else "核对完毕，上面打 ✗ 的须处理。")
        return "\n".join(lines)


def check() -> Report:
    """Run every check. Read-only; about a second per ten thousand journal lines."""
    report = Report()
    report.checked = {
        "办理记录": Entry.objects.count(), "提案": Proposal.objects.count(), "附件": Attachment.objects.count(),
        "通知": Notice.objects.count(),
    }  # fmt: skip
    for name, questions in CHECKS.items():
        report.problems[name] = list(questions())
    return report


def keys() -> Iterator[str]:
    """I2: one idempotency key = one object that exists."""
    known = set(Entry.objects.filter(pk__in=_results("entry")).values_list("pk", flat=True))
    for key, result in IdempotencyKey.objects.values_list("key", "result").iterator():
        if not result:
            yield f"防重键 {key} 没有结果"
        elif "entry" in result and result["entry"] not in known:
            yield f"防重键 {key} 指向不存在的办理记录"


def _results(name: str) -> list[int]:
    return [result[name] for (result,) in IdempotencyKey.objects.values_list("result") if name in (result or {})]


def paths() -> Iterator[str]:
    """I3: the lines of each record are a legal path of its table, and its state is where the path ends."""
    for life in Lifecycle.every:
        steps = {step.action: step for step in life.steps}
        ends: dict[int, str] = {}
        kind = life.model.kind()
        rows = Entry.objects.filter(subject_type=kind).order_by("seq")
        for seq, pk, action, start, end in rows.values_list("seq", "subject_id", "action", "from_state", "to_state").iterator():
            step = steps.get(action)
            if step is not None:
                if start not in step.source or end != (step.target or start):
                    yield f"办理记录第 {seq} 行“{step.label}”不合流程（{start} → {end}）"
            if ends.get(pk, start) != start and start:
                yield f"办理记录第 {seq} 行与前一步的状态接不上"
            ends[pk] = end
        for pk, state in life.model._base_manager.values_list("pk", "state").iterator():
            if pk in ends and ends[pk] != state:
                name = life.model._meta.verbose_name
                yield f"{name} {pk} 的状态是“{life.states(state).label}”，办理记录的末步是“{life.states(ends[pk]).label}”"
            elif pk not in ends and kind == Proposal.kind():
                yield f"提案 {pk} 没有任何办理记录"


def numbers() -> Iterator[str]:
    """I6: 流水号 and 案号 contiguous in their series; a hole has a recorded void."""
    yield from _holes("流水号", Proposal.objects.exclude(serial=None).values_list("year", "serial"))
    given = list(Proposal.objects.exclude(number=None).values_list("session", "number_series", "number"))
    voided = list(VoidNumber.objects.values_list("session", "number_series", "number"))
    yield from _holes("案号", {((session, series), number) for session, series, number in given + voided})
    for proposal in Proposal.objects.filter(state__in=FILED_STATES, number=None):
        yield f"《{proposal}》已立案而没有案号"


def _holes(word: str, pairs: Any) -> Iterator[str]:
    by_series: dict[Any, set[int]] = {}
    for series, number in pairs:
        by_series.setdefault(series, set()).add(number)
    for series, found in by_series.items():
        missing = set(range(1, max(found) + 1)) - found
        if missing:
            yield f"{word}（{series}）缺 {'、'.join(map(str, sorted(missing)[:10]))}，没有记载原因"


def files() -> Iterator[str]:
    """I7: every attachment has its bytes, whole."""
    for one in Attachment.objects.iterator():
        path = settings.FILES_ROOT / one.sha256[:2] / one.sha256
        if not path.exists():
            yield f"附件“{one.name}”的文件不在了"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != one.sha256:
            yield f"附件“{one.name}”的内容与校验值不符"


def database() -> Iterator[str]:
    """I8: the database's own check."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        yield from (row[0] for row in cursor.fetchall() if row[0] != "ok")
        cursor.execute("PRAGMA foreign_key_check")
        yield from (f"外键落空：{row[0]} 第 {row[1]} 行" for row in cursor.fetchall())


def notices() -> Iterator[str]:
    """I9: nobody was told the same thing twice."""
    twice = Notice.objects.values("account", "key").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice:
        yield f"账号 {row['account']} 有 {row['n']} 条同样的通知（{row['key']}）"


def deadlines() -> Iterator[str]:
    """I11: stored deadlines equal a recount by the rule and the calendar of their day."""
    running = Assignment.objects.exclude(clock_from=None).filter(is_open=True).prefetch_related("extensions")
    for one in running.select_related("agency", "proposal"):
        due_on = actions.assignment_deadline(one).due_on
        if due_on != one.due_on:
            yield f"《{one.proposal}》{one} 的期限记为 {one.due_on}，重算是 {due_on}"


def shape() -> Iterator[str]:
    """What no constraint can say: merges and states agree, a filed one has its day, an answered one its reply."""
    merged = Merge.objects.filter(merged=OuterRef("pk"), undone_at=None)
    for one in Proposal.objects.filter(state=State.MERGED).exclude(Exists(merged)):
        yield f"《{one}》的状态是已并案，却没有并案记录"
    for one in Proposal.objects.exclude(state=State.MERGED).filter(Exists(merged)):
        yield f"《{one}》有并案记录，状态却是“{State(one.state).label}”"
    for one in Proposal.objects.filter(state__in=FILED_STATES, filed_on=None):
        yield f"《{one}》已立案而没有立案日期"
    replied = Reply.objects.filter(assignment__proposal=OuterRef("pk"), delivered_at__isnull=False)
    answered = (State.ANSWERED, State.CONCLUDED, State.ARCHIVED)
    for one in Proposal.objects.filter(state__in=answered).exclude(Exists(replied)):
        yield f"《{one}》已答复而没有送达的答复"
    owner = Assignment.objects.filter(proposal=OuterRef("pk"), is_open=True).exclude(role="assisting")
    for one in Proposal.objects.filter(state=State.HANDLING).exclude(Exists(owner)):
        yield f"《{one}》在办而没有主办或分办单位"


def index() -> Iterator[str]:
    """I13: what was received is findable, and nothing else is."""
    kind = Proposal.kind()
    received = set(Proposal.objects.exclude(state__in=UNSENT_STATES).values_list("pk", flat=True))
    found = set(SearchRow.objects.filter(kind=kind).values_list("record_id", flat=True))
    for pk in sorted(received - found):
        yield f"提案 {pk} 没有编入检索"
    for pk in sorted(found - received):
        yield f"检索里有未提交或不存在的提案 {pk}"


def people() -> Iterator[str]:
    """I14: no role outside its dates, administrators apart."""
    today = timezone.localdate()
    held: dict[int, set[str]] = {}
    for account, kind in Post.objects.current(today).values_list("account", "kind"):
        held.setdefault(account, set()).add(kind)
    for apart in APART:
        for account in Account.objects.filter(pk__in=[pk for pk, kinds in held.items() if apart <= kinds]):
            yield f"账号“{account.username}”一人兼了不能兼的管理岗位"


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "办理记录链": broken_links,
    "防重键": keys,
    "流程": paths,
    "编号": numbers,
    "附件": files,
    "数据库": database,
    "通知": notices,
    "期限": deadlines,
    "记录之间": shape,
    "检索": index,
    "账号": people,
}
