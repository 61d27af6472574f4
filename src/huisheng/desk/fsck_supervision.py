"""核对, the fourth part: 民主监督. Read-only. What the database itself keeps from being false is not asked again here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise

from django.db.models import Count, F, Q, Sum

from huisheng.kernel import local
from huisheng.kernel.models import Entry, Link, Matter
from huisheng.outputs.models import OUT, Output
from huisheng.supervision import local_rules as rules
from huisheng.supervision.actions import finding_fingerprint
from huisheng.supervision.letters import fingerprint as letter_fingerprint
from huisheng.supervision.models import (
    WITH_UNIT,
    Check,
    CheckItem,
    Finding,
    FindingState,
    Hearing,
    Inspector,
    LetterState,
    MonitorLetter,
    Out,
    PaperSheets,
    Rectification,
    Supervision,
    SupervisionState,
    SurveyQuestion,
    SurveyRemarks,
    UnitState,
)

AFTER_NOTICE = (
    SupervisionState.RUNNING,
    SupervisionState.LISTED,
    SupervisionState.RECTIFYING,
    SupervisionState.CLOSED,
)


def supervisions() -> Iterator[str]:
    """Who was out wrote nothing; what was sent reads as it was sent; rounds follow each other; counts close."""
    yield from _matters()
    yield from _teams()
    yield from _checks()
    yield from _findings()
    yield from _rounds()
    yield from _surveys()
    yield from _hearings()
    yield from _letters()


def _last_lines(model: type[Matter], action: str) -> dict[int, dict[str, object]]:
    rows = Entry.objects.filter(subject_type=model.kind(), action=action).order_by("seq")
    return dict(rows.values_list("subject_id", "data").iterator(chunk_size=2000))


def _matters() -> Iterator[str]:
    for one in Supervision.objects.filter(state__in=AFTER_NOTICE).prefetch_related("agencies", "units"):
        if {unit.agency_id for unit in one.units.all()} != {agency.pk for agency in one.agencies.all()}:
            yield f"监督事项《{one}》的被监督单位与通知的单位不符"
        if any(unit.state == UnitState.WAITING for unit in one.units.all()):
            yield f"监督事项《{one}》已通知，有单位的通知没有送达"
    ended = Supervision.objects.filter(state__in=(SupervisionState.RECTIFYING, SupervisionState.CLOSED))
    for one in ended.exclude(output__state__in=OUT):
        yield f"监督事项《{one}》已{one.get_state_display()}，监督成果却没有报送"
    numbers: dict[int, set[int]] = {}
    for year, serial in Supervision.objects.exclude(serial=None).values_list("year", "serial"):
        numbers.setdefault(year, set()).add(serial)
    for year, found_serials in sorted(numbers.items()):
        if missing := sorted(set(range(1, max(found_serials) + 1)) - found_serials):
            yield f"{year}年监督事项缺第{'、'.join(map(str, missing[:10]))}号"
    linked = Link.objects.filter(source_type=Supervision.kind(), target_type=Output.kind())
    there = set(linked.values_list("source_id", "target_id"))
    for pk, output, title in Supervision.objects.exclude(output=None).values_list("pk", "output", "title"):
        if (pk, output) not in there:
            yield f"监督事项《{title}》的监督成果不在来龙去脉里"
    settled = (FindingState.CLOSED, FindingState.DROPPED)
    rows = Finding.objects.filter(supervision__state=SupervisionState.CLOSED).exclude(state__in=settled)
    for found in rows.select_related("supervision").order_by("pk"):
        yield f"监督事项《{found.supervision}》已办结，第{found.number}项问题还没有销号"


def _teams() -> Iterator[str]:
    """回避: who is out found nothing and looked at nothing again after that day."""
    rows = Inspector.objects.exclude(out=Out.NO).select_related("supervision", "member")
    for one in rows.order_by("pk").iterator(chunk_size=500):
        by = {"found_by__posts__member": one.member_id, "found_by__posts__kind": "member"}
        if one.supervision.findings.filter(found_on__gt=one.out_on, **by).exists():
            yield f"{one.member}在《{one.supervision}》中须回避，之后仍列入了问题"
        looked = Rectification.objects.filter(
            finding__supervision=one.supervision, looked_on__gt=one.out_on,
            looked_by__posts__member=one.member_id, looked_by__posts__kind="member",
        )  # fmt: skip
        if looked.exists():
            yield f"{one.member}在《{one.supervision}》中须回避，之后仍参加了回头看"


def _checks() -> Iterator[str]:
    """The answer that stands is the last one its journal line kept; the leader chose among the item's own answers."""
    for title, item in (
        CheckItem.objects.exclude(chosen__item=F("pk"))
        .exclude(chosen=None)
        .values_list("supervision__title", "title")
    ):
        yield f"《{title}》检查项“{item}”选定的记录不是它自己的"
    lines = Entry.objects.filter(action="inspect", subject_type=Supervision.kind()).order_by("seq")
    kept = {
        (data.get("item"), account): (data.get("version"), data.get("result"), data.get("note"))
        for account, data in lines.values_list("account", "data").iterator(chunk_size=2000)
    }
    for one in Check.objects.select_related("item").order_by("pk").iterator(chunk_size=2000):
        if kept.get((one.item_id, one.account_id)) != (one.version, one.result, one.note):
            yield f"检查记录 {one.pk}（{one.name}，{one.item}）与办理记录里的不同"


def _findings() -> Iterator[str]:
    sent = _last_lines(Finding, "send")
    for one in Finding.objects.filter(state__in=WITH_UNIT).select_related("supervision").order_by("pk"):
        name = f"《{one.supervision}》第{one.number}项问题"
        if finding_fingerprint(one) != one.fingerprint:
            yield f"{name}与送达时的指纹不符，内容被改动过"
        elif sent.get(one.pk, {}).get("fingerprint") != one.fingerprint:
            yield f"{name}的指纹不在办理记录里"
        if one.state == FindingState.SENT and not one.extensions and one.sent_on:
            due = local.deadline(rules.PLAN, one.sent_on).due_on
            if due != one.due_on:
                yield f"{name}报整改措施的期限记为{one.due_on}，按规则应为{due}"


def _rounds() -> Iterator[str]:
    rows = Finding.objects.filter(state__in=WITH_UNIT).exclude(state=FindingState.SENT)
    reported = {
        (pk, data.get("round")): data.get("report")
        for pk, data in Entry.objects.filter(subject_type=Finding.kind(), action="report").values_list(
            "subject_id", "data"
        )
    }
    for one in rows.select_related("supervision").prefetch_related("rounds").order_by("pk"):
        name, rounds = f"《{one.supervision}》第{one.number}项问题", list(one.rounds.all())
        if [row.round for row in rounds] != list(range(1, len(rounds) + 1)) or not rounds:
            yield f"{name}的整改轮次不连续"
            continue
        if any(before.passed is not False for before, _ in pairwise(rounds)):
            yield f"{name}前一轮没有判为未通过，就有了下一轮"
        if (rounds[-1].passed is True) != (one.state == FindingState.CLOSED):
            yield f"{name}的状态与最后一轮回头看的结果不符"
        if one.state != FindingState.CLOSED and rounds[-1].due_on != one.due_on:
            yield f"{name}的期限与最后一轮的完成时间不符"
        for row in rounds:
            if row.looked_by_id and row.looked_by_id == one.found_by_id:
                yield f"{name}第{row.round}轮回头看是发现人自己看的"
            digest = hashlib.sha256(row.report.encode()).hexdigest()
            if row.reported_on and reported.get((one.pk, row.round)) != digest:
                yield f"{name}第{row.round}轮的整改情况与报告时的不同，内容被改动过"


def _surveys() -> Iterator[str]:
    """Every question was answered by as many as handed their sheet in; on paper by no more than came back. There are no
    more remarks than sheets."""
    came_in = Count("raters", filter=Q(raters__has_answered=True))
    answered = dict(Supervision.objects.annotate(sheets=came_in).values_list("pk", "sheets"))
    paper = dict(PaperSheets.objects.values_list("supervision", "sheets"))
    for one in SurveyQuestion.objects.annotate(
        total=Sum("tallies__count", default=0), on_paper=Sum("tallies__paper", default=0)
    ).select_related("supervision"):
        if one.total != answered[one.supervision_id]:
            yield f"《{one.supervision}》评议题目“{one}”的份数合计{one.total}，收回的问卷是{answered[one.supervision_id]}份"
        if one.on_paper > paper.get(one.supervision_id, 0):
            yield f"《{one.supervision}》评议题目“{one}”的纸质份数合计{one.on_paper}，收回的纸质问卷是{paper.get(one.supervision_id, 0)}份"
    for kept in SurveyRemarks.objects.select_related("supervision"):
        if len(kept.texts) > answered[kept.supervision_id]:
            yield f"《{kept.supervision}》的补充意见比收回的问卷多"
    for sheets in PaperSheets.objects.select_related("supervision"):
        if len(sheets.texts) > sheets.sheets:
            yield f"《{sheets.supervision}》纸质问卷的补充意见比收回的份数多"


def _letters() -> Iterator[str]:
    """What was handed in reads as it was; what was taken up went somewhere."""
    sent, went = (
        _last_lines(MonitorLetter, "send"),
        set(Link.objects.filter(source_type=MonitorLetter.kind()).values_list("source_id", flat=True)),
    )
    for one in MonitorLetter.objects.exclude(state=LetterState.DRAFT).order_by("pk").iterator(chunk_size=500):
        if letter_fingerprint(one) != one.fingerprint:
            yield f"民主监督建议书《{one}》与提交时的指纹不符，内容被改动过"
        elif sent.get(one.pk, {}).get("fingerprint") != one.fingerprint:
            yield f"民主监督建议书《{one}》的指纹不在办理记录里"
        if one.state == LetterState.TAKEN and one.pk not in went:
            yield f"民主监督建议书《{one}》已采用，却不在来龙去脉里"


def _hearings() -> Iterator[str]:
    for one in Hearing.objects.filter(sent_on__isnull=False).prefetch_related("opinions").order_by("pk"):
        assert one.sent_on is not None
        due = local.deadline(rules.ANSWER, one.sent_on).due_on
        if due != one.due_on:
            yield f"情况通报“{one}”的反馈期限记为{one.due_on}，按规则应为{due}"
        if one.state in ("answered", "done") and any(not row.answer for row in one.opinions.all()):
            yield f"情况通报“{one}”已反馈，有意见没有答复"
