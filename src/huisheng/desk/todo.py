"""待办: what waits for a person, read from the lifecycle tables. Nothing is stored, so nothing can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Value
from django.urls import reverse
from django.utils import timezone

from huisheng.archive.models import Material
from huisheng.consultations.models import Line
from huisheng.consultations.models_forum import Forum
from huisheng.duty.models_office import OfficeReview
from huisheng.duty.models_standing import StandingRound
from huisheng.gatherings.models import Gathering, Speech
from huisheng.kernel.lifecycle import Lifecycle, Step
from huisheng.kernel.models import Matter
from huisheng.kernel.text import quoted_within
from huisheng.opinions.models import Opinion
from huisheng.people.models import Account
from huisheng.proposals.models import Proposal
from huisheng.ui.steps import new_key, step_url

# what each kind's row needs so that a duty can be worded without another query
JOINS = {
    "proposal": ("lead_agency",),
    "cosponsor": ("proposal",),
    "assignment": ("proposal", "agency"),
    "extension": ("assignment__proposal", "assignment__agency"),
    "contact": ("assignment__proposal", "assignment__agency"),
    "countersign": ("assignment__proposal", "agency", "reply__assignment__agency"),
    "promise": ("proposal", "agency"),
    "rating": ("proposal", "member", "body"),
    "nomination": ("proposal", "agency"),
    "instruction": ("output",),
    "followup": ("instruction__output", "agency"),
    "opening": ("lead", "asked_by"),
    "leave": ("gathering", "invitee"),
    "speech": ("gathering", "speaker_member", "speaker_body"),
    "briefing": ("gathering",),
    "ballot": ("gathering",),
    "liaison": ("body",),
    "objection": ("member",),
    "memberchange": ("member",),
    "correction": ("account",),
    "standingreport": ("round", "member"),
    "officereview": ("period", "staff"),
    "line": ("plan",),
    "statement": ("forum",),
    "unit": ("supervision", "agency"),
    "hearing": ("supervision", "agency"),
    "finding": ("supervision", "agency"),
    "monitorletter": ("monitor__agency", "monitor__member"),
    "supervision": ("output",),
}
# how the duty reads to the person who has it; the step's label where nothing is said
SENTENCES = {
    ("cosponsor", "accept"): "{matter.sponsor_name}请您联名《{matter}》",
    ("contact", "confirm"): "{record.assignment.agency}请您确认{record.held_on:%-m月%-d日}的面商",
    ("rating", "rate"): "《{matter}》已答复，请您评价",
    ("proposal", "resubmit"): "《{matter}》退回修改，请您改好再提交",
    ("proposal", "submit"): "《{matter}》还是草稿，没有提交",
    ("assignment", "take"): "{matter.number_label}《{matter}》请签收",
    ("assignment", "draft"): "{matter.number_label}《{matter}》请拟写答复",
    ("assignment", "opine"): "{matter.number_label}《{matter}》请提会办意见",
    ("assignment", "approve"): "{matter.number_label}《{matter}》的答复请您审签",
    ("assignment", "deliver"): "{record.agency}对{matter.number_label}的答复请审核送达",
    ("assignment", "agree_back"): "{record.agency}申请退回{matter.number_label}《{matter}》",
    ("countersign", "agree"): "{record.reply.assignment.agency}请本单位会签{matter.number_label}的答复",
    ("extension", "grant"): "{record.assignment.agency}申请{matter.number_label}延期",
    ("promise", "report"): "承诺“{record}”请报告进展",
    ("promise", "keep"): "{record.agency}报告了承诺“{record}”，请认定",
    ("output", "check"): "《{record}》请核稿",
    ("output", "sign"): "《{record}》请签发",
    ("instruction", "transfer"): "{record}请转办或阅存",
    ("followup", "take"): "转来区领导批示“{record}”，请签收",
    ("followup", "report"): "区领导批示“{record}”请报告办理情况",
    ("followup", "accept"): "{record.agency}报告了批示“{record}”的办理情况，请审核",
    ("followup", "insist"): "{record.agency}申请退回批示“{record}”",
    ("nomination", "award"): "“{record}”提名表彰，请审定",
    ("opinion", "submit"): "《{record}》还是草稿，没有提交",
    ("opinion", "resubmit"): "《{record}》退回补充，请补好再提交",
    ("opinion", "sign"): "社情民意《{record}》请签发",
    ("leave", "grant"): "{record.invitee.name}请假：{matter}",
    ("gathering", "notify"): "《{record}》还没有发通知",
    ("gathering", "open"): "《{record}》今天举行，请开始签到",
    ("gathering", "close"): "《{record}》散会了吗？请结清出席",
    ("gathering", "settle"): "《{record}》请写好纪要，办结",
    ("speech", "submit"): "发言《{record}》还是草稿，没有提交",
    ("speech", "choose"): "{record.speaker_name}的发言《{record}》请初选",
    ("speech", "check"): "{record.speaker_name}的发言《{record}》请审稿",
    ("speech", "speak"): "{record.speaker_name}的发言《{record}》请审定",
    ("briefing", "issue"): "会议简报《{record}》请印发",
    ("ballot", "declare"): "“{record}”请核对票数，宣布结果",
    ("liaison", "report"): "{record.body}{record}，联系过了请登记",
    ("subject", "choose"): "协商议题《{record}》请筛选",
    ("plan", "discuss"): "《{record}》拟好了请提请主席会议审议",
    ("plan", "endorse"): "《{record}》请主席会议审议",
    ("plan", "submit"): "《{record}》主席会议已通过，请报区委审定",
    ("plan", "approve"): "《{record}》报区委审定，有了结果请登记",
    ("plan", "issue"): "《{record}》区委已审定，请签发印发",
    ("line", "begin"): "{record.plan.year}年协商{record.number_label}《{record}》请启动",
    ("line", "conclude"): "{record.plan.year}年协商{record.number_label}《{record}》完成了吗？",
    ("research", "ask"): "调研课题《{record}》还没有报批",
    ("research", "approve"): "调研课题《{record}》请批准",
    ("research", "send"): "调研课题《{record}》请写好报告送审",
    ("research", "deliver"): "调研报告《{record}》请审核，转为成果",
    ("forum", "open"): "网络议政《{record}》筹备好了吗？请开始征集",
    ("forum", "close"): "网络议政《{record}》到期了，请结束征集",
    ("forum", "summarise"): "网络议政《{record}》请整理综述",
    ("forum", "conclude"): "网络议政《{record}》的综述报送以后，请办结",
    ("statement", "accept"): "网络议政《{matter}》有观点待审核：{record}",
    ("supervision", "submit"): "监督方案《{record}》还没有报批",
    ("supervision", "approve"): "监督方案《{record}》请批准",
    ("supervision", "notify"): "《{record}》的方案已批准，请通知被监督单位",
    ("supervision", "list"): "《{record}》查完了吗？请形成问题清单",
    ("supervision", "opine"): "《{record}》的问题清单已形成，请起草监督意见",
    ("supervision", "send"): "《{record}》的监督意见请送达被监督单位",
    ("supervision", "close"): "《{record}》的问题都已销号，请办结",
    ("monitorletter", "send"): "民主监督建议书《{record}》还没有提交",
    ("monitorletter", "take"): "{record.monitor.member.name}的民主监督建议书《{record}》请处理",
    ("unit", "take"): "区政协开展民主监督《{record.supervision}》，请签收通知",
    ("hearing", "prepare"): "请报送“{record}”的通报材料",
    ("hearing", "hear"): "{record.agency}通报“{record}”，听取后请登记",
    ("hearing", "send"): "“{record}”听取时提的意见，请送达{record.agency}",
    ("hearing", "answer"): "区政协对“{record}”提了意见，请反馈",
    ("hearing", "accept"): "{record.agency}反馈了“{record}”的意见，请审核",
    ("finding", "plan"): "监督发现的问题“{record}”请报整改措施",
    ("finding", "report"): "问题“{record}”请报告整改情况",
    ("finding", "pass"): "{record.agency}报告改好了“{record}”，请回头看",
    ("newsitem", "submit"): "动态《{record}》还没有提交",
    ("newsitem", "read"): "动态《{record}》请初审",
    ("newsitem", "check"): "动态《{record}》请复审",
    ("newsitem", "publish"): "动态《{record}》请终审发布",
    ("material", "submit"): "《{record}》还没有提交",
    ("material", "read"): "文史资料《{record}》请初审",
    ("material", "check"): "文史资料《{record}》请复审",
    ("material", "approve"): "文史资料《{record}》请终审",
    ("drive", "open"): "征集公告《{record}》还没有发布",
    ("handover", "hand"): "移交清单《{record}》还没有移交",
    ("handover", "receive"): "移交清单《{record}》对方签收了请登记",
    ("objection", "uphold"): "{record.member.name}{record}，请核对答复",
    ("memberchange", "propose"): "“{record}”准备好了请提请主席会议审议",
    ("memberchange", "endorse"): "“{record}”请主席会议审议",
    ("memberchange", "decide"): "“{record}”常委会会议决定以后请登记",
    ("correction", "approve"): "{record}，请核准",
    ("standinground", "close"): "{record}的期限到了，收齐了吗？",
    ("standingreport", "submit"): "《{record}》还没有提交",
    ("standingreport", "resubmit"): "《{record}》退回补充，请补好再提交",
    ("standingreport", "take_in"): "《{record}》请收存",
    ("rulebook", "adopt"): "考核办法《{record}》请审定启用",
    ("appraisal", "seal"): "{record}请核对封存",
    ("officereview", "submit"): "{record.period}平时考核，请写好个人小结提交",
    ("officereview", "grade"): "{record}请评鉴",
    ("officereview", "confirm"): "{record}请审定",
    ("report", "send"): "《{record}》还没有送审定",
    ("report", "approve"): "《{record}》请审定封存",
    ("opening", "grant"): "{record.asked_by.name}申请查看线索{record.lead.code}的联系方式",
}


# where many wait for the same thing, they are done on one page: (kind, action) -> its address, and the duty's words
MANY = 3
TOGETHER = {
    (Material.kind(), action): ("archive:review", f"有 {{count}} 件文史资料请{word}")
    for action, word in (("read", "初审"), ("check", "复审"), ("approve", "终审"))
}
# done by one tap on the card: there is nothing to read or write first that the sentence does not say
ONE_TAP = {("cosponsor", "accept"), ("assignment", "take")}


@dataclass(frozen=True)
class Duty:
    """One thing somebody must do: a sentence, one button, and until when."""

    record: Any
    step: Step
    sentence: str
    url: str
    due_on: date | None

    @property
    def matter(self) -> Matter:
        return self.record.matter

    @property
    def tap_url(self) -> str:
        """Where one tap does it; "" when the person first reads or writes."""
        kind = self.record._meta.model_name
        return step_url(self.record, self.step.action) if (kind, self.step.action) in ONE_TAP else ""

    @property
    def key(self) -> str:
        return new_key()


def duties(account: Account, today: date, most: int = 200) -> list[Duty]:
    """Everything that waits for the account, the soonest due first: one question finds it, one more reads each kind."""
    waiting = _waiting(account, today)
    found = [
        duty
        for life in Lifecycle.every
        if (waits := waiting.get(life.model.kind()))
        for duty in _of(life, waits, today, most)
    ]
    return sorted(found, key=lambda duty: (duty.due_on is None, duty.due_on or today))


def _waiting(account: Account, today: date) -> dict[str, dict[int, str]]:
    """Kind → record → the action that is waited for, of every lifecycle at once."""
    asked = [
        rows.order_by().annotate(kind_of=Value(life.model.kind())).values_list("kind_of", "pk", "duty")
        for life in Lifecycle.every
        if not (rows := life.awaiting(account, today)).query.is_empty()
    ]
    found: dict[str, dict[int, str]] = {}
    if asked:
        for kind, pk, action in asked[0].union(*asked[1:], all=True):
            found.setdefault(kind, {})[pk] = action
    return found


def _together(life: Lifecycle, waits: dict[int, str]) -> Iterator[Duty]:
    """A whole import waits for one review: one duty that says how many, not three hundred; taken out of ``waits``."""
    for (kind, action), (address, words) in TOGETHER.items():
        found = [pk for pk, one in waits.items() if one == action] if life.model.kind() == kind else []
        if len(found) > MANY:
            record = life.model._default_manager.get(pk=min(found))
            yield Duty(
                record,
                life.step(action),
                words.format(count=len(found)),
                reverse(address, args=[action]),
                None,
            )
            for pk in found:
                del waits[pk]


def _of(life: Lifecycle, waits: dict[int, str], today: date, most: int) -> Iterator[Duty]:
    yield from _together(life, waits)
    kind = life.model._meta.model_name or ""
    rows = life.model._default_manager.filter(pk__in=sorted(waits)[:most])
    for record in rows.select_related(*JOINS.get(kind, ())).order_by("pk"):
        step = _duty_of(life, record, waits[record.pk])
        if step is not None and not _comes_later(record, step, today):
            yield Duty(
                record,
                step,
                _sentence(kind, step, record),
                _url(record, step),
                getattr(record, "due_on", None),
            )


def _duty_of(life: Lifecycle, record: Any, action: str) -> Step | None:
    """The step that is waited for. Several rows may share state and person: a lead replies, an assisting agency opines."""
    first = life.step(action)
    rows = (step for step in life.steps if step.who is first.who and not step.optional)
    return next((step for step in rows if step.concerns(record)), None)


def _comes_later(record: Any, step: Step, today: date) -> bool:
    """A promise and a planned contact are duties from thirty days before they are due; a meeting from its day; a line of
    the year's plan from two months before the end of its month; the end of a forum, and of a round of 常委述职, when its last day is
    over; a summary of 平时考核 in the period's last days, its confirmation when the period is over."""
    if isinstance(record, Gathering):
        return step.action in ("open", "close") and timezone.localdate(record.starts_at) > today
    if isinstance(record, Line):
        return (record.last_day - today).days > (60 if step.action == "begin" else 0)
    if isinstance(record, StandingRound):
        return today <= record.closes_on
    if isinstance(record, OfficeReview):
        ahead = {"submit": 15, "confirm": 0}.get(step.action)
        return ahead is not None and (record.period.ends_on - today).days > ahead
    if isinstance(record, Forum):
        return step.action == "close" and today <= record.closes_on
    return step.action == "report" and (record.due_on - today).days > 30


def _sentence(kind: str, step: Step, record: Any) -> str:
    pattern = SENTENCES.get((kind, step.action))
    if pattern:
        return quoted_within(pattern.format(record=record, matter=record.matter))
    matter = record.matter
    number = getattr(matter, "number_label", "")
    return f"{number}《{matter}》{step.label}"


def _url(record: Any, step: Step) -> str:
    """Straight to the form; without one to the matter's page, where the button stands."""
    if step.action == "submit" and isinstance(record, Proposal):
        return reverse("proposals:draft", args=[record.pk])
    if step.action in ("submit", "resubmit") and isinstance(record, Opinion | Speech):
        return record.get_absolute_url()
    if step.form is None and not isinstance(record, Proposal):
        return record.matter.get_absolute_url()
    return step_url(record, step.action) if step.form else record.get_absolute_url()
