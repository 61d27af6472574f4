"""核对, the second half: leads and opinions, papers and issues, messages out. Questions of ``fsck``; read-only.

What the database itself keeps from being false (constraints beside the models) is not asked again here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.utils import timezone

from huisheng.bulletins.models import Issue, Item
from huisheng.kernel import sealing
from huisheng.kernel.errors import Refused
from huisheng.kernel.models import Attachment, Entry
from huisheng.opinions.actions import fingerprint as opinion_fingerprint
from huisheng.opinions.models import (
    UNSENT,
    Lead,
    LeadContact,
    LeadMessage,
    LeadState,
    Opening,
    OpeningState,
    Opinion,
    OpinionState,
    OpinionText,
)
from huisheng.outputs.actions import deadline_of
from huisheng.outputs.kinds import fingerprint as output_fingerprint
from huisheng.outputs.models import (
    OPEN_FOLLOW_UPS,
    OUT,
    Advice,
    Delivery,
    FollowUp,
    FollowUpState,
    Instruction,
    InstructionState,
    Kind,
    Output,
    OutputState,
)

from .models import Sending, SendingState
from .outbox import KEPT

STUCK = timedelta(days=12)  # a claim outlives the longest holiday only when no worker runs
SETTING = timedelta(hours=1)  # a paper signed later than this may still wait for its PDF
GRACE = timedelta(days=2)  # the words are emptied by night, and a night may be missed


def _named(rows: QuerySet[Any], name: str, sentence: str) -> Iterator[str]:
    """One sentence for each row; ``name``: the column that says which."""
    for value in rows.order_by("pk").values_list(name, flat=True):
        yield sentence.format(value)


# -- 社情民意 ----------------------------------------------------------------------------------------------------------
def voices() -> Iterator[str]:
    """A filed text reads as its fingerprint says; a closed lead has told its sender; nothing personal lies open."""
    yield from _texts()
    yield from _leads()
    yield from _contacts()
    yield from _opinions()


def _texts() -> Iterator[str]:
    written: dict[int, set[str]] = {}
    lines = Entry.objects.filter(
        subject_type=Opinion.kind(), action__in=("submit", "resubmit", "register", "edit", "check")
    )
    for pk, data in lines.values_list("subject_id", "data").iterator(chunk_size=2000):
        written.setdefault(pk, set()).add(data.get("fingerprint", ""))
    for text in OpinionText.objects.filter(is_frozen=True).order_by("pk").iterator(chunk_size=1000):
        if opinion_fingerprint(text) != text.fingerprint:
            yield f"社情民意信息 {text.opinion_id} 第 {text.number} 版文本与指纹不符，内容被改动过"
        elif text.fingerprint not in written.get(text.opinion_id, set()):
            yield f"社情民意信息 {text.opinion_id} 第 {text.number} 版文本的指纹不在办理记录里"


def _leads() -> Iterator[str]:
    told = (LeadState.ANSWERED, LeadState.UNUSED, LeadState.REDIRECTED, LeadState.JOINED)
    closings = Entry.objects.filter(subject_type=Lead.kind(), subject_id=OuterRef("pk"), to_state__in=told)
    closed = Lead.objects.filter(state__in=told).annotate(
        closed_at=Subquery(closings.order_by("-seq").values("at")[:1])
    )
    # what was said when it was taken up is no answer
    said = LeadMessage.objects.filter(
        lead=OuterRef("pk"), is_from_sender=False, at__gte=OuterRef("closed_at")
    )
    untold = closed.exclude(Exists(said))
    yield from _named(untold, "code", "线索 {} 已经办结，却没有给来信人的话")
    joined = Lead.objects.filter(
        Q(state=LeadState.JOINED, joined_to=None) | ~Q(state=LeadState.JOINED) & ~Q(joined_to=None)
    )
    yield from _named(joined, "code", "线索 {} 的状态与并入的记录不符")
    yield from _named(Lead.objects.filter(joined_to=F("pk")), "code", "线索 {} 并入了自己")


def _contacts() -> Iterator[str]:
    granted = Opening.objects.filter(state=OpeningState.GRANTED)
    yield from _named(
        granted.filter(asked_by=F("granted_by")), "lead__code", "线索 {} 的联系方式由同一人申请又同意"
    )
    lacking = granted.filter(Q(granted_by=None) | Q(ends_at=None))
    yield from _named(lacking, "lead__code", "线索 {} 的联系方式已同意查看，却没有同意人或期限")
    early = Opening.objects.exclude(state=OpeningState.GRANTED).exclude(ends_at=None)
    yield from _named(early, "lead__code", "线索 {} 的联系方式没有人同意查看，却有查看期限")
    left = LeadContact.objects.exclude(erased_at=None).exclude(sealed="")
    yield from _named(left, "lead__code", "线索 {} 的联系方式记为已删除，内容还在")
    kept = LeadContact.objects.exclude(sealed="").order_by("pk").values_list("lead__code", "sealed")
    for code, sealed in kept.iterator(chunk_size=1000):
        if not _is_sealed(sealed):
            yield f"线索 {code} 的联系方式没有封存好，或封存它的密钥不在了"
    raw = Attachment.objects.filter(subject_type=Lead.kind(), subject_id=OuterRef("lead"), purpose="raw")
    outlived = LeadContact.objects.exclude(erased_at=None).filter(sealed="").filter(Exists(raw))
    yield from _named(outlived, "lead__code", "线索 {} 的联系方式已删除，原件还在")


def _is_sealed(sealed: str) -> bool:
    try:
        sealing.unseal(sealed)
    except (Refused, ValueError):
        return False
    return True


def _opinions() -> Iterator[str]:
    every = Opinion.objects.all()
    state = OpinionState
    wrong = every.filter(
        Q(state=state.COMBINED, combined_in=None) | ~Q(state=state.COMBINED) & ~Q(combined_in=None)
    )
    yield from _named(wrong, "pk", "社情民意信息 {} 的状态与并入综合稿的记录不符")
    yield from _named(
        every.exclude(text=None).exclude(text__opinion=F("pk")),
        "pk",
        "社情民意信息 {} 的现行文本是别的信息的",
    )
    yield from _named(
        every.exclude(state__in=UNSENT).filter(text=None), "pk", "社情民意信息 {} 已提交而没有文本"
    )
    renamed = every.exclude(text=None).annotate(right=Left("text__title", 200)).exclude(title=F("right"))
    yield from _named(renamed, "pk", "社情民意信息 {} 的标题与它的现行文本不同")
    unsigned = every.filter(state=state.ISSUED).filter(Q(issued_on=None) | Q(signed_by=None))
    yield from _named(unsigned, "pk", "社情民意信息 {} 已签发，却没有签发人或日期")
    alone = every.exclude(edited_by=None).filter(
        edited_by=F("checked_by"), state__in=(state.CHECKED, state.ISSUED)
    )
    yield from _named(alone, "pk", "社情民意信息 {} 由同一人编辑又核稿")


# -- 成果、刊物 ----------------------------------------------------------------------------------------------------------
def papers() -> Iterator[str]:
    """A signed paper reads as its fingerprint says, is kept in both forms as it was set, and was checked by another."""
    yield from _signed()
    yield from _delivered()
    yield from _issues()
    yield from _instructions()
    yield from _follow_ups()


def _signed() -> Iterator[str]:
    sealed, hashes, fresh = _lines_of_papers()
    forms: dict[int, dict[str, str]] = {}
    kept = Attachment.objects.filter(subject_type=Output.kind(), purpose="signed")
    for pk, form, sha256 in kept.values_list("subject_id", "kind", "sha256").iterator(chunk_size=2000):
        forms.setdefault(pk, {})[form] = sha256
    signed = Output.objects.exclude(signed_on=None).prefetch_related("advice").order_by("pk")
    for one in signed.iterator(chunk_size=500):
        name = f"成果 {one.number_label}"
        if output_fingerprint(one) != one.fingerprint:
            yield f"{name} 的文本与签发时的指纹不符，内容被改动过"
        elif one.fingerprint != sealed.get(one.pk, one.fingerprint):
            yield f"{name} 的指纹不是办理记录里签发时的那一个"
        if one.drafted_by_id == one.checked_by_id:
            yield f"{name} 由同一人起草又核稿"
        for form in ("pdf", "docx"):
            there = forms.get(one.pk, {}).get(form)
            if there is None and one.pk not in fresh:
                yield f"{name} 没有签发时的 {form} 定稿"
            elif there is not None and there != hashes.get((one.pk, form)):
                yield f"{name} 的 {form} 定稿不是办理记录里的那一份，被换过"


def _lines_of_papers() -> tuple[dict[int, str], dict[tuple[int, str], str], set[int]]:
    """Of the journal: the seal of each paper, the hashes of its two forms, and the papers signed within the hour."""
    sealed: dict[int, str] = {}
    hashes: dict[tuple[int, str], str] = {}
    fresh: set[int] = set()
    lines = Entry.objects.filter(subject_type=Output.kind(), action__in=("sign", "freeze")).order_by("seq")
    for pk, action, data, at in lines.values_list("subject_id", "action", "data", "at").iterator(
        chunk_size=2000
    ):
        hashes |= {(pk, form): data[form] for form in ("pdf", "docx") if form in data}
        if action == "sign" and "fingerprint" in data:
            sealed[pk] = data["fingerprint"]
        if action == "sign" and at > timezone.now() - SETTING:
            fresh.add(pk)
    return sealed, hashes, fresh


def _delivered() -> Iterator[str]:
    sent = Output.objects.filter(state__in=OUT)
    row = Delivery.objects.filter(output=OuterRef("pk"))
    yield from _named(sent.exclude(Exists(row)), "pk", "成果 {} 已报送，却没有报送对象")
    yield from _named(sent.filter(delivered_on=None), "pk", "成果 {} 已报送而没有报送日期")
    unsigned = Output.objects.filter(state__in=(OutputState.SIGNED, *OUT)).filter(
        Q(signed_on=None) | Q(signed_by=None)
    )
    yield from _named(unsigned, "pk", "成果 {} 已签发，却没有签发人或日期")
    shown = Output.objects.exclude(published_on=None).exclude(state__in=OUT)
    yield from _named(shown, "pk", "成果 {} 没有报送，却已公开")
    done = Output.objects.filter(state__in=(OutputState.CONCLUDED, OutputState.ARCHIVED), concluded_on=None)
    yield from _named(done, "pk", "成果 {} 已办结而没有办结日期")
    answered = Advice.objects.exclude(response="").filter(Q(answered_by=None) | Q(answered_at=None))
    yield from _named(answered, "output", "成果 {} 有一条建议的采纳情况没有登记人")
    read = Delivery.objects.exclude(opened_at=None).filter(received_on=None)
    yield from _named(read, "output", "成果 {} 有人读过，却没有签收日期")


def _issues() -> Iterator[str]:
    """刊期: goes with an output of its kind; numbered when that was signed, and with something in it."""
    bare = Output.objects.filter(type=Kind.BULLETIN, issue=None)
    yield from _named(bare, "pk", "成果 {} 是刊物，却没有刊期")
    yield from _named(Issue.objects.exclude(output__type=Kind.BULLETIN), "pk", "刊期 {} 的成果不是刊物")
    numbered = Q(number__isnull=False)
    signed = Q(output__signed_on__isnull=False)
    yield from _named(Issue.objects.filter(signed, ~numbered), "pk", "刊期 {} 已签发而没有期号")
    yield from _named(Issue.objects.filter(~signed, numbered), "pk", "刊期 {} 没有签发，却有期号")
    sent = Issue.objects.exclude(output__state__in=(OutputState.DRAFT, OutputState.WITHDRAWN))
    yield from _named(sent.filter(items=None), "pk", "刊期 {} 已送核，却没有条目")
    odd = Item.objects.exclude(opinion__state=OpinionState.ISSUED)
    yield from _named(odd, "issue", "刊期 {} 编入了没有签发的信息")
    totals: dict[str, list[int]] = {}
    for series, total in Issue.objects.exclude(total=None).order_by("total").values_list("series", "total"):
        totals.setdefault(series, []).append(total)
    for series, found in totals.items():
        missing = sorted(set(range(found[0], found[-1] + 1)) - set(found))
        if missing:
            yield f"刊物 {series} 缺总第 {'、'.join(map(str, missing[:10]))} 期"


def _instructions() -> Iterator[str]:
    """批示 is append-only: its words are those of the journal."""
    given: dict[int, str] = {}
    lines = Entry.objects.filter(subject_type=Instruction.kind(), action="give")
    for pk, data in lines.values_list("subject_id", "data").iterator(chunk_size=2000):
        given[pk] = data.get("words", "")
    for pk, words in Instruction.objects.order_by("pk").values_list("pk", "words").iterator(chunk_size=2000):
        if hashlib.sha256(words.encode()).hexdigest() != given.get(pk):
            yield f"批示 {pk} 的原文与登记时不符，被改动过"
    passed = Instruction.objects.filter(state=InstructionState.PASSED, follow_ups=None)
    yield from _named(passed, "pk", "批示 {} 已转办，却没有转办件")
    early = Instruction.objects.exclude(output__state__in=OUT)
    yield from _named(early, "pk", "批示 {} 所批的成果没有报送")


def _follow_ups() -> Iterator[str]:
    void = FollowUp.objects.filter(instruction__state=InstructionState.VOID, state__in=OPEN_FOLLOW_UPS)
    yield from _named(void, "pk", "转办 {} 的批示已标为登记有误，还在办理")
    accepted = FollowUp.objects.filter(state=FollowUpState.ACCEPTED).filter(
        Q(accepted_on=None) | Q(report="")
    )
    yield from _named(accepted, "pk", "转办 {} 已办结，却没有报告或办结日期")
    concluded = FollowUp.objects.filter(
        state__in=OPEN_FOLLOW_UPS,
        instruction__output__state__in=(OutputState.CONCLUDED, OutputState.ARCHIVED),
    )
    yield from _named(concluded, "pk", "转办 {} 还在办理，所属成果却已办结")
    reported: dict[int, str] = {}
    lines = Entry.objects.filter(subject_type=FollowUp.kind(), action="report").order_by("seq")
    for pk, data in lines.values_list("subject_id", "data").iterator(chunk_size=2000):
        reported[pk] = data.get("fingerprint", "")
    for one in FollowUp.objects.order_by("pk").iterator(chunk_size=1000):
        if one.pk in reported and hashlib.sha256(one.report.encode()).hexdigest() != reported[one.pk]:
            yield f"转办 {one.pk} 的报告与办理记录不符，被改动过"
        right = deadline_of(one).due_on
        if one.due_on != right:
            yield f"转办 {one.pk} 的期限记为 {one.due_on}，重算是 {right}"


# -- 外发消息 ----------------------------------------------------------------------------------------------------------
def sendings() -> Iterator[str]:
    """What waits has its hour, nothing lies claimed by a worker long gone, nobody was told twice, no words stay for ever."""
    now = timezone.now()
    of = Sending.objects.filter
    claimed = of(state=SendingState.CLAIMED)
    # at night and on days off nobody looks after what a dead worker left behind
    yield from _named(claimed.filter(claimed_until__lt=now - STUCK), "pk", "外发消息 {} 一直停在“发送中”")
    yield from _named(claimed.filter(claimed_until=None), "pk", "外发消息 {} 记为发送中，却没有期限")
    waits = of(state=SendingState.QUEUED, next_try_at=None)
    yield from _named(waits, "pk", "外发消息 {} 在等待发送，却没有下次发送的时间，永远发不出")
    silent = of(state=SendingState.FAILED, failed="")
    yield from _named(silent, "pk", "外发消息 {} 没有送到，却没有记下原因")
    old = of(made_at__lt=now - KEPT - GRACE).exclude(text="")
    yield from _named(old, "pk", "外发消息 {} 已过三十天，内容还没有清除")
    astray = of(account__isnull=False).exclude(notices=None).exclude(notices__account=F("account")).distinct()
    yield from _named(astray, "pk", "外发消息 {} 代表的是别人的通知")
    through: Any = Sending.notices.through
    twice = through.objects.filter(sending__state=SendingState.SENT).values("notice", "sending__carrier")
    for row in twice.annotate(n=Count("pk")).filter(n__gt=1).order_by("notice"):
        yield f"通知 {row['notice']} 经同一通道发出了 {row['n']} 次"
