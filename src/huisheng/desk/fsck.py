"""核对: the oracle. Read-only; walks every record and says in one sentence each what is not as it must be.

The numbers I1 … I14 are those of docs/trust notes in docs/map.md. Runs as ``huisheng fsck``, nightly in the worker,
and in the tests after every fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils import timezone

from huisheng.archive.findable import sent as sent_materials
from huisheng.archive.models import Handover, Material
from huisheng.bulletins.models import Issue
from huisheng.bulletins.models_news import NewsItem
from huisheng.bulletins.news_queries import published as published_news
from huisheng.consultations.findable import adopted
from huisheng.consultations.models import Line, Subject
from huisheng.gatherings.findable import announced
from huisheng.gatherings.models import Gathering
from huisheng.kernel.journal import broken_links
from huisheng.kernel.lifecycle import Lifecycle
from huisheng.kernel.models import Attachment, Counter, Entry, IdempotencyKey, Notice
from huisheng.kernel.store import fault
from huisheng.opinions.models import UNSENT, Lead, Opinion
from huisheng.outputs.findable import sent as sent_outputs
from huisheng.outputs.models import Output
from huisheng.people.models import Account, Post, SignIn
from huisheng.people.posts import APART
from huisheng.proposals import actions
from huisheng.proposals.models import (
    FILED_STATES,
    UNSENT_STATES,
    Assignment,
    Extension,
    Merge,
    Proposal,
    Reply,
    State,
    Text,
    VoidNumber,
)
from huisheng.search.models import SearchRow
from huisheng.supervision.models import Supervision
from huisheng.supervision.queries import announced as announced_supervisions

from .fsck_archive import archive
from .fsck_consultations import consultations
from .fsck_duty import duty
from .fsck_forums import forums
from .fsck_meetings import meetings
from .fsck_news import news
from .fsck_people import membership
from .fsck_reports import figures, reports
from .fsck_supervision import supervisions
from .fsck_voices import papers, sendings, voices
from .snapshot import snapshot

MOST = 200  # sentences of one check: who has that many has one trouble, not two hundred


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
    """Run every check on one moment's state. Read-only; about half a second per ten thousand journal lines."""
    report = Report()
    with snapshot():
        report.checked = {
            "办理记录": Entry.objects.count(), "提案": Proposal.objects.count(), "线索": Lead.objects.count(),
            "社情民意信息": Opinion.objects.filter(is_synthesis=False).count(), "附件": Attachment.objects.count(),
            "通知": Notice.objects.count(),
        }  # fmt: skip
        for name, questions in CHECKS.items():
            report.problems[name] = list(islice(questions(), MOST))
    return report


def keys() -> Iterator[str]:
    """I2: one idempotency key = one object that exists."""
    entries: set[int] = set()
    results = list(IdempotencyKey.objects.values_list("key", "result"))
    if any("entry" in (result or {}) for _, result in results):
        entries = set(Entry.objects.order_by().values_list("pk", flat=True))
    for key, result in results:
        if not result:
            yield f"防重键 {key} 没有结果"
        elif "entry" in result and result["entry"] not in entries:
            yield f"防重键 {key} 指向不存在的办理记录"


def paths() -> Iterator[str]:
    """I3: the lines of each record are a legal path of its table, and its state is where the path ends."""
    for life in Lifecycle.every:
        ends: dict[int, str] = {}
        yield from _walk(life, ends)
        yield from _compare(life, ends)


def _walk(life: Lifecycle, ends: dict[int, str]) -> Iterator[str]:
    """Follow the lines; leaves in ``ends`` the state in which each record's lines end."""
    steps = {step.action: step for step in life.steps}
    rows = Entry.objects.filter(subject_type=life.model.kind()).order_by("seq")
    for seq, pk, action, start, end in rows.values_list(
        "seq", "subject_id", "action", "from_state", "to_state"
    ).iterator(chunk_size=5000):
        step = steps.get(action)
        if step is None:
            if end:  # an act that brings a record into being says in which state; another moves nothing
                ends.setdefault(pk, end)
            continue
        if start not in step.source or end != (step.target or start):
            yield f"办理记录第 {seq} 行“{step.label}”不合流程（{start} → {end}）"
        if ends.get(pk, start) != start:
            yield f"办理记录第 {seq} 行与前一步的状态接不上"
        ends[pk] = end


def _compare(life: Lifecycle, ends: dict[int, str]) -> Iterator[str]:
    name, kind = life.model._meta.verbose_name, life.model.kind()
    first = next(iter(life.states)).value
    left = dict(ends)
    for pk, state in life.model._base_manager.values_list("pk", "state").iterator(chunk_size=5000):
        end = left.pop(pk, None)
        if end is None and kind == Proposal.kind():
            yield f"提案 {pk} 没有任何办理记录"
        elif state != (end or first):
            yield f"{name} {pk} 的状态是“{_word(life, state)}”，办理记录的末步是“{_word(life, end or first)}”"
    for pk, end in left.items():
        # what was planned, sent, called back and planned anew is gone, rightly
        if kind == Proposal.kind() or end != first:
            yield f"{name} {pk} 有办理记录（末步“{_word(life, end)}”），记录本身不在了"


def _word(life: Lifecycle, state: str) -> str:
    return life.states(state).label if state in life.states.values else state


def texts() -> Iterator[str]:
    """I1: what was received reads as its fingerprint says, and the fingerprint is the one its journal line carries."""
    written: dict[int, set[str]] = {}
    lines = Entry.objects.filter(
        subject_type=Proposal.kind(), action__in=("submit", "register", "resubmit", "revise", "correct")
    )
    for pk, data in lines.values_list("subject_id", "data").iterator(chunk_size=2000):
        written.setdefault(pk, set()).add(data.get("fingerprint", ""))
    frozen = Text.objects.filter(is_frozen=True).prefetch_related("suggestions").order_by("pk")
    for text in frozen.iterator(chunk_size=1000):
        if actions.fingerprint(text) != text.fingerprint:
            yield f"提案 {text.proposal_id} 第 {text.number} 版文本与指纹不符，内容被改动过"
        elif text.fingerprint not in written.get(text.proposal_id, set()):
            yield f"提案 {text.proposal_id} 第 {text.number} 版文本的指纹不在办理记录里"
    received = Proposal.objects.exclude(state__in=UNSENT_STATES).exclude(title=F("text__title"))
    for pk in received.values_list("pk", flat=True):
        yield f"提案 {pk} 的案由与它的现行文本不同"


def numbers() -> Iterator[str]:
    """I6: 流水号 and 案号 contiguous in their series and up to the counter; a hole has a recorded void."""
    serials = _by_series(Proposal.objects.exclude(serial=None).values_list("year", "serial"))
    yield from _holes("流水号", serials, "serial:{0}")
    filed = _by_series(Opinion.objects.exclude(serial=None).values_list("year", "serial"))
    yield from _holes("社情民意流水号", filed, "opinion:{0}")
    sent = _by_series(Output.objects.exclude(serial=None).values_list("year", "serial"))
    yield from _holes("成果流水号", sent, "output:{0}")
    issued = Issue.objects.exclude(number=None).values_list("series", "year", "number")
    yield from _holes(
        "刊物期号", _by_series(((series, year), n) for series, year, n in issued), "issue:{0[0]}:{0[1]}"
    )
    collected = _by_series(Material.objects.exclude(serial=None).values_list("year", "serial"))
    yield from _holes("征集号", collected, "material:{0}")
    handed = _by_series(Handover.objects.exclude(serial=None).values_list("year", "serial"))
    yield from _holes("移交清单号", handed, "handover:{0}")
    given = list(Proposal.objects.exclude(number=None).values_list("session", "number_series", "number"))
    voided = list(VoidNumber.objects.values_list("session", "number_series", "number"))
    numbered = _by_series(((session, series), number) for session, series, number in given + voided)
    yield from _holes("案号", numbered, "number:{0[0]}:{0[1]}")
    for pk in Proposal.objects.filter(state__in=FILED_STATES, number=None).values_list("pk", flat=True):
        yield f"提案 {pk} 已立案而没有案号"


def _by_series(pairs: Any) -> dict[Any, set[int]]:
    found: dict[Any, set[int]] = {}
    for series, number in pairs:
        found.setdefault(series, set()).add(number)
    return found


def _holes(word: str, by_series: dict[Any, set[int]], counter: str) -> Iterator[str]:
    """A counter that ran on beyond the last number: the last ones were taken away."""
    counted = dict(Counter.objects.values_list("series", "last"))
    for series, found in by_series.items():
        last = max(counted.get(counter.format(series), 0), max(found))
        missing = sorted(set(range(1, last + 1)) - found)
        if missing:
            yield f"{word}（{series}）缺 {'、'.join(map(str, missing[:10]))}，没有记载原因"


def files() -> Iterator[str]:
    """I7: every attachment has its bytes, whole; the same bytes are read once."""
    said: dict[str, str] = {}
    for name, sha256 in Attachment.objects.order_by("pk").values_list("name", "sha256").iterator():
        if sha256 not in said:
            said[sha256] = fault(sha256)
        if said[sha256]:
            yield f"附件“{name}”{said[sha256]}"


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
    recounted: dict[tuple[str, Any], Any] = {}
    running = (
        Assignment.objects.exclude(clock_from=None).filter(is_open=True).select_related("agency", "proposal")
    )
    extended = set(Extension.objects.filter(state="granted").values_list("assignment", flat=True))
    for one in running:
        clock = (one.clock_rule, one.clock_from)
        if one.pk in extended:
            due_on = actions.assignment_deadline(one).due_on
        else:
            if clock not in recounted:
                recounted[clock] = actions.assignment_deadline(one).due_on
            due_on = recounted[clock]
        if due_on != one.due_on:
            yield f"《{one.proposal}》{one} 的期限记为 {one.due_on}，重算是 {due_on}"
    answering = Q(assignments__is_open=True, assignments__role__in=("lead", "separate"))
    asked = Q(ratings__round=F("round"))
    yield from _due(
        Proposal.objects.filter(state=State.HANDLING).annotate(
            right=Max("assignments__due_on", filter=answering)
        )
    )
    yield from _due(
        Proposal.objects.filter(state=State.ANSWERED).annotate(right=Max("ratings__due_on", filter=asked))
    )


def _due(proposals: Any) -> Iterator[str]:
    wrong = proposals.exclude(right=None).exclude(due_on=F("right"))
    for title, due_on, right in wrong.values_list("title", "due_on", "right"):
        yield f"《{title}》的期限记为 {due_on}，按交办件和评价应是 {right}"


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
    yield from _not_found("社情民意信息", Opinion.kind(), Opinion.objects.exclude(state__in=UNSENT))
    yield from _not_found("线索", Lead.kind(), Lead.objects.all())
    yield from _not_found("成果", Output.kind(), sent_outputs())
    yield from _not_found("会议活动", Gathering.kind(), announced())
    yield from _not_found("协商议题", Subject.kind(), Subject.objects.all())
    yield from _not_found("计划项目", Line.kind(), adopted())
    yield from _not_found("文史资料", Material.kind(), sent_materials())
    yield from _not_found("政协动态", NewsItem.kind(), published_news())
    yield from _not_found("监督事项", Supervision.kind(), announced_supervisions())


def _not_found(name: str, kind: str, rows: Any) -> Iterator[str]:
    there = set(rows.values_list("pk", flat=True))
    found = set(SearchRow.objects.filter(kind=kind).values_list("record_id", flat=True))
    yield from (f"{name} {pk} 没有编入检索" for pk in sorted(there - found))
    yield from (f"检索里有不存在的{name} {pk}" for pk in sorted(found - there))


def people() -> Iterator[str]:
    """I14: no live session of a disabled account; nobody holds two posts that must be apart."""
    now = timezone.now()
    live = Session.objects.filter(expire_date__gt=now).values("session_key")
    for username in SignIn.objects.filter(account__is_active=False, session_key__in=live).values_list(
        "account__username", flat=True
    ):
        yield f"账号“{username}”已停用，还有没结束的登录"
    held: dict[int, set[str]] = {}
    for account, kind in Post.objects.current(timezone.localdate(now)).values_list("account", "kind"):
        held.setdefault(account, set()).add(kind)
    for apart in APART:
        for one in Account.objects.filter(pk__in=[pk for pk, kinds in held.items() if apart <= kinds]):
            yield f"账号“{one.username}”一人兼了不能兼的管理岗位"


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "办理记录链": broken_links,
    "防重键": keys,
    "流程": paths,
    "文本": texts,
    "编号": numbers,
    "附件": files,
    "数据库": database,
    "通知": notices,
    "期限": deadlines,
    "记录之间": shape,
    "社情民意": voices,
    "成果": papers,
    "政协动态": news,
    "会议活动": meetings,
    "年度协商": consultations,
    "网络议政": forums,
    "文史资料": archive,
    "履职": duty,
    "年度报告": reports,
    "指标": figures,
    "民主监督": supervisions,
    "外发消息": sendings,
    "检索": index,
    "账号": people,
    "委员变动": membership,
}
