"""What is printed of a proposal: 提案表, 交办单, 通知, 答复函, 提案汇编, 归档卷. Each function turns records into a Paper value.

Letters go out in 信函格式; the wording's openings are the field's own, the sentences are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.models import Entry
from huisheng.kernel.papers import (
    CopyTo,
    Field,
    Form,
    Heading,
    Note,
    PageBreak,
    Paper,
    Para,
    Signature,
    Table,
    Verify,
)  # fmt: skip
from huisheng.people.models import Account, Agency

from . import local_rules as rules
from .models import (
    Assignment,
    CosponsorState,
    Disclosure,
    Proposal,
    Reply,
    Review,
    Role,
    State,
    Text,
)  # fmt: skip


def committee(proposal: Proposal) -> str:
    """The issuing office: 政协……委员会提案委员会."""
    term = proposal.session.term if proposal.session else None
    return f"{term.committee}委员会提案委员会" if term else "提案委员会"


def heading_line(proposal: Proposal) -> str:
    return f"{proposal.session.title}提案" if proposal.session else "提案"


def signers(proposal: Proposal) -> str:
    """First proposer and confirmed co-signers, each with their sector; a name not confirmed is not printed."""
    names = [_signed(proposal.sponsor_name, proposal.sector)]
    accepted = [one for one in proposal.cosponsors.all() if one.state == CosponsorState.ACCEPTED]
    names += [_signed(str(one.member), one.sector) for one in accepted]
    return "、".join(names)


def _signed(name: str, sector: object) -> str:
    return f"{name}（{sector}）" if sector else name


def _verify(proposal: Proposal, printed_by: str, at: datetime | None, url: str = "") -> Verify:
    moment = timezone.localtime(at or timezone.now())
    return Verify(proposal.number_label, printed_by, moment.strftime("%Y-%m-%d %H:%M"), url)


def _body(text: Text | None) -> list[Para | Heading]:
    if text is None:
        return []
    blocks: list[Para | Heading] = [Heading(1, "情况", 1), Para(text.situation)]
    if text.analysis:
        blocks += [Heading(1, "分析", 2), Para(text.analysis)]
    blocks.append(Heading(1, "建议", 3 if text.analysis else 2))
    blocks += [Para(f"{one.number}．{one.content}") for one in text.suggestions.all()]
    if text.rest:
        blocks += [Para("其他内容", style="hei"), Para(text.rest)]
    return blocks


def masked(phone: str) -> str:
    """138****0000: enough to recognise, not to ring; "" stays ""."""
    digits = phone.strip()
    if not digits:
        return ""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 8 else "****"


def proposal_form(proposal: Proposal, printed_by: str = "", at: datetime | None = None) -> Paper:
    """提案表: what is archived; the head names session, number and category, the body stands point by point."""
    suggested = "、".join(str(agency) for agency in proposal.suggested.all())
    form = Form(
        [
            [
                Field("案号", proposal.number_label),
                Field("类别", local.label_of(rules.FIVE, proposal.category_five)),
            ],
            [Field("提案者", signers(proposal))],
            [Field("联系人", proposal.contact_person), Field("电话", proposal.contact_phone)],
            [Field("是否同意公开", str(Disclosure(proposal.disclosure).label))],
            [Field("建议承办单位", suggested)],
        ]
    )
    return Paper(
        "official", proposal.title, [form, *_body(proposal.text)], mark="", subtitle=heading_line(proposal),
        verify=_verify(proposal, printed_by, at),
    )  # fmt: skip


# -- notices to the sponsor --------------------------------------------------------------------------------------
def filing_notice(proposal: Proposal) -> Paper:
    """立案通知: number, date, what follows."""
    day = proposal.filed_on or timezone.localdate()
    merged = [row.merged for row in proposal.takes_in.filter(undone_at=None).select_related("merged")]
    lines = [
        Para(
            f"您在{heading_line(proposal).removesuffix('提案')}期间提出的《{proposal.title}》，经审查予以立案，案号为{proposal.number_label}。"
        )
    ]
    if merged:
        titles = "、".join(f"《{one.title}》" for one in merged)
        lines.append(
            Para(f"{titles}与本案内容相近，经第一提案人同意并入本案，各提案人均会收到答复并分别评价。")
        )
    lines.append(Para("下一步将交有关单位办理。办理进展和答复可随时在平台查看。"))
    return _letter(proposal, "关于提案立案的通知", proposal.sponsor_name, lines, day)


def merge_notice(proposal: Proposal) -> Paper:
    """并案通知: into which one, and that answer and rating stay the sponsor's own (design consequence 4)."""
    row = proposal.merges.filter(undone_at=None).select_related("main").get()
    lines = [
        Para(f"您提出的《{proposal.title}》（{proposal.number_label}）与{row.main.number_label}《{row.main.title}》内容相近，"
             "经第一提案人同意，并入该案办理。"),
        Para("您的原文、流水号和提案人都保留。答复也会送给您，由您单独评价。"),
    ]  # fmt: skip
    return _letter(
        proposal, "关于提案并案办理的通知", proposal.sponsor_name, lines, timezone.localdate(row.at)
    )


def decline_letter(proposal: Proposal) -> Paper:
    """不予立案通知: the coded reason and the other way that is open (design consequence 5)."""
    return _letter(proposal, "关于提案不予立案的通知", proposal.sponsor_name, [Para(one) for one in outcome_lines(proposal)],
                   _published_on(proposal))  # fmt: skip


def referral_letter(proposal: Proposal) -> Paper:
    """转办通知: where the matter went instead."""
    return _letter(proposal, "关于提案转办的通知", proposal.sponsor_name, [Para(one) for one in outcome_lines(proposal)],
                   _published_on(proposal))  # fmt: skip


def outcome_lines(proposal: Proposal) -> list[str]:
    """What the signers of a proposal that was not filed are told, in the letter and on its page."""
    decision = _decision(proposal)
    note = [decision.note] if decision.note else []
    if proposal.state == State.DECLINED:
        reason = local.label_of(rules.DECLINE_REASON, decision.reason)
        return [
            f"您提出的《{proposal.title}》（{proposal.number_label}），经两位同志审查，依照提案工作条例关于“{reason}”的规定，不予立案。",
            *note, "您的意见我们会作为来信转有关方面参考。您也可以把它改写后再次提出，或作为社情民意信息报送。",
            "对这一决定有不同意见的，请与提案委员会联系。",
        ]  # fmt: skip
    where = {
        State.TO_OPINION: "作为社情民意信息报送",
        State.TO_CHANNEL: f"转{local.label_of(rules.CHANNEL, decision.channel)}办理",
        State.TO_UPPER: "报送上级政协",
    }.get(State(proposal.state), "转有关方面")
    return [
        f"您提出的《{proposal.title}》（{proposal.number_label}），经审查{where}。",
        *note,
        "有了结果，我们会告诉您。",
    ]


def _published_on(proposal: Proposal) -> date:
    at = _decision(proposal).published_at
    return timezone.localdate(at) if at else timezone.localdate()


def _decision(proposal: Proposal) -> Review:
    assert proposal.decision is not None, "asked only of a decided proposal"
    return proposal.decision


def _letter(proposal: Proposal, title: str, addressee: str, lines: Sequence[Para], day: date) -> Paper:
    org = committee(proposal)
    series = str(local.rule("letter.series", day))
    number = local.fill(series, year=day.year, number=proposal.number or proposal.serial)
    phone = str(local.rule("office.phone", day))
    notes = [Note(f"联系电话：{phone}")] if phone else []
    return Paper(
        "letter", title, [*lines, Signature(org, day), *notes], mark=org, number=number, addressee=f"{addressee}："
    )  # fmt: skip


# -- hand-over and reply -----------------------------------------------------------------------------------------
def handover_slip(assignment: Assignment, reader: Account, at: datetime | None = None) -> Paper:
    """交办单: who answers with whom, by when, until when it may be handed back, and the sponsor's contact.

    The telephone stands in full only on the office's own print; an agency reads it on the page, where that is noted.
    """
    proposal = assignment.proposal
    every = [one for one in proposal.assignments.select_related("agency") if one.is_open]
    by_role = {role: "、".join(str(one.agency) for one in every if one.role == role) for role in Role}
    requirement = Entry.objects.filter(
        subject_type=proposal.kind(), subject_id=proposal.pk, action="plan"
    ).order_by("-seq").values_list("note", flat=True).first()  # fmt: skip
    form = Form(
        [
            [Field("案号", proposal.number_label), Field("交办日期", _day(assignment.sent_on))],
            [Field("案由", proposal.title)],
            [Field("提案者", signers(proposal))],
            [
                Field("联系人", proposal.contact_person or proposal.sponsor_name),
                Field("电话", proposal.contact_phone if reader.is_office else masked(proposal.contact_phone)),
            ],
            [Field("主办单位", by_role[Role.LEAD] or by_role[Role.SEPARATE])],
            [Field("会办单位", by_role[Role.ASSISTING])],
            [
                Field("本单位角色", assignment.get_role_display()),
                Field("申退截止", _day(assignment.hand_back_until)),
            ],
            [
                Field("面商期限", _day(assignment.contact_until)),
                Field("答复（意见）期限", _day(assignment.due_on)),
            ],
            [Field("重点督办", proposal.key_leader if proposal.is_key else "")],
            [Field("办理要求", requirement or "", 20)],
            [Field("签收", _taken(assignment), 18, sign="签收人：　　　　日期：　　　　")],
        ]
    )
    return Paper("form", "提案交办单", [form, PageBreak(), Heading(1, proposal.title), *_body(proposal.text)],
                 subtitle=heading_line(proposal), verify=_verify(proposal, reader.name, at))  # fmt: skip


def _taken(assignment: Assignment) -> str:
    if assignment.taken_at is None:
        return ""
    return f"{assignment.taken_by} {timezone.localtime(assignment.taken_at):%Y年%-m月%-d日 %H:%M}"


def _day(day: date | None) -> str:
    return f"{day:%Y年%-m月%-d日}" if day else ""


def reply_letter(reply: Reply, proposal: Proposal | None = None) -> Paper:
    """答复函 in 信函格式, to the sponsor of the proposal or of one merged into it: each is answered separately."""
    own = reply.assignment.proposal
    to = proposal or own
    agency: Agency = reply.assignment.agency
    day = timezone.localdate(reply.approved_at or reply.drafted_at)
    blocks: list[object] = [
        Para(reply.opening or f"您提出的《{to.title}》收悉，经研究，现答复如下："),
    ]
    items = list(reply.items.select_related("suggestion__text"))
    mine = [one for one in items if one.suggestion.text_id in (to.text_id, own.text_id)]
    for item in mine:
        blocks += [
            Heading(2, item.suggestion.content.split("。")[0][:60], item.suggestion.number),
            Para(item.content),
        ]
    promises = list(reply.promises.all())
    if promises:
        blocks.append(Heading(2, "下一步工作安排"))
        blocks.append(Table([[p.what, p.who, _day(p.first_due_on)] for p in promises],
                            header=("事项", "责任人", "完成时间"), widths=(6, 3, 3)))  # fmt: skip
    blocks.append(Para(reply.closing or "感谢您对我们工作的关心和支持。"))
    blocks += [Signature(str(agency), day),
               Note(f"联系领导：{reply.leader}　经办人：{reply.handler}　电话：{reply.phone}"),
               CopyTo(_copies(reply))]  # fmt: skip
    session = own.session
    return Paper(
        "letter", f"关于{session.title if session else ''}{own.number_label}提案的答复", blocks, mark=str(agency),
        number=reply.number, addressee=f"{to.sponsor_name}：", top_right=reply.letter,
        top_left=f"公开属性：{Disclosure(reply.disclosed or reply.disclosure).label}",
    )  # fmt: skip


def _copies(reply: Reply) -> str:
    others = reply.assignment.proposal.assignments.filter(is_open=True, role=Role.ASSISTING).select_related(
        "agency"
    )
    return "，".join(["区委督查室", "区政府督查室", "区政协提案委员会", *(str(one.agency) for one in others)])


# -- books -------------------------------------------------------------------------------------------------------
def compilation(proposals: Iterable[Proposal], title: str, subtitle: str = "") -> Paper:
    """提案汇编: all filed proposals as one book with contents, one proposal a chapter."""
    blocks: list[object] = []
    for one in proposals:
        blocks.append(Heading(1, f"{one.number_label}　{one.title}"))
        blocks.append(Para(f"提案者：{signers(one)}", style="kai"))
        if one.lead_agency:
            blocks.append(Para(f"主办单位：{one.lead_agency}", style="kai"))
        text = one.text
        if text is None:
            continue
        blocks += [Heading(3, "情况"), Para(text.situation)]
        if text.analysis:
            blocks += [Heading(3, "分析"), Para(text.analysis)]
        blocks.append(Heading(3, "建议"))
        blocks += [Para(f"{s.number}．{s.content}") for s in text.suggestions.all()]
    return Paper("compilation", title, blocks, subtitle=subtitle)


def journal_extract(proposal: Proposal, entries: Iterable[Entry]) -> Paper:
    """办理记录摘录 with the hash of every line, for the archive packet."""
    rows = [
        [
            str(e.seq),
            f"{timezone.localtime(e.at):%Y-%m-%d %H:%M}",
            e.label,
            str(e.account or "系统"),
            e.digest[:16],
        ]
        for e in entries
    ]
    table = Table(
        rows, header=("序号", "时间", "步骤", "经手人", "校验值（前16位）"), widths=(1.5, 3.5, 3, 3, 4)
    )
    return Paper("official", f"{proposal.number_label}提案办理记录", [table], subtitle=proposal.title)
