"""Who may, and what must be true first. A guard answers "" or with a sentence the person can act on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from huisheng.kernel import local
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.models import Attachment
from huisheng.kernel.who import NONE, Who
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.people.posts import anybody, at

from .local_rules import PROPOSER_TYPE
from .models import (
    Assignment,
    AssignmentState,
    Cosponsor,
    CosponsorState,
    Countersign,
    CountersignState,
    Nomination,
    NominationState,
    Outcome,
    Promise,
    Proposal,
    RatingState,
    State,
)  # fmt: skip

# -- who ---------------------------------------------------------------------------------------------------------
CLERK = anybody(posts.CLERK)
REVIEWER = anybody(posts.REVIEWER)
STAFF = anybody(posts.CLERK, posts.REVIEWER, label="提案委")
DISPATCHER = anybody(posts.CLERK, posts.OFFICE, posts.COORDINATOR, label="提案委、办公室或督查室")
COORDINATOR = anybody(posts.COORDINATOR)
OVERSEER = anybody(posts.CHAIR, posts.COORDINATOR, posts.CLERK, label="主席会议成员、督查室或提案委")
CHAIR = anybody(posts.CHAIR)
MEMBER = anybody(posts.MEMBER)

SPONSOR = at(posts.MEMBER, "sponsor_member", "第一提案人") | at(
    posts.CONVENER, "sponsor_body", "提案单位召集人"
)
INVITED = at(posts.MEMBER, "member", "受邀联名的委员")
RATER = at(posts.MEMBER, "member", "评价人") | at(posts.CONVENER, "body", "评价单位召集人")

HANDLER = at(posts.HANDLER, "agency")
AGENCY_HEAD = at(posts.AGENCY_HEAD, "agency")
SPONSOR_OF_CONTACT = at(posts.MEMBER, "assignment__proposal__sponsor_member", "第一提案人") | at(
    posts.CONVENER, "assignment__proposal__sponsor_body", "提案单位召集人"
)


def _signs(account: Account, today: date) -> Q:
    members = account.places(posts.MEMBER, on=today)
    own = SPONSOR.within(account, today)
    if not members:
        return own
    signed = Cosponsor.objects.filter(member__in=members, state=CosponsorState.ACCEPTED)
    return Q(pk__in=signed.values("proposal")) | (own if own != NONE else Q(pk__in=[]))


def _signers(proposal: Proposal, today: date) -> QuerySet[Account]:
    accepted = proposal.cosponsors.filter(state=CosponsorState.ACCEPTED).values("member")
    return SPONSOR.audience(proposal, today) | posts.holders([posts.MEMBER], today, member__in=accepted)


SIGNERS = Who("提案人", _signs, _signers)


def _handles(account: Account, today: date) -> Q:
    agencies = account.places(posts.HANDLER, posts.AGENCY_HEAD, on=today)
    if not agencies:
        return NONE
    mine = Assignment.objects.filter(agency__in=agencies, is_open=True).exclude(state=AssignmentState.PLANNED)
    return Q(pk__in=mine.values("proposal"))


def _handlers(proposal: Proposal, today: date) -> QuerySet[Account]:
    agencies = (
        proposal.assignments.filter(is_open=True).exclude(state=AssignmentState.PLANNED).values("agency")
    )
    return posts.holders([posts.HANDLER], today, agency__in=agencies)


AGENCIES = Who("承办单位", _handles, _handlers)


# -- guards of a proposal ----------------------------------------------------------------------------------------
def may_be_submitted(proposal: Proposal, act: Act) -> str:
    return missing_parts(proposal) or wrong_time_for_type(proposal, act) or missing_seal(proposal, act)


def missing_parts(proposal: Proposal) -> str:
    """有情况、有分析、有具体建议（提案工作条例）; analysis may be part of the situation."""
    text = proposal.text
    missing = [
        word
        for word, there in (
            ("案由", proposal.title.strip()),
            ("情况", text and text.situation.strip()),
            ("具体建议", text and text.suggestions.exists()),
            ("提案者", proposal.sponsor_member_id or proposal.sponsor_body_id),
        )
        if not there
    ]
    return f"提交前还缺：{'、'.join(missing)}。补上后即可提交，已写的内容都在。" if missing else ""


def wrong_time_for_type(proposal: Proposal, act: Act) -> str:
    from huisheng.people.models import Session

    kind = local.option(PROPOSER_TYPE, proposal.proposer_type)
    if not kind or not kind.data.get("session_only"):
        return ""
    session = Session.objects.at(act.at)
    if session and session.is_sitting(act.at):
        return ""
    return f"{kind.label}只能在全体会议期间提出。现在可以由委员个人或联名提出。"


def missing_seal(proposal: Proposal, act: Act) -> str:
    kind = local.option(PROPOSER_TYPE, proposal.proposer_type)
    if not kind or proposal.sponsor_body_id is None:
        return ""
    needs = (
        "盖章页" if kind.data.get("needs_seal") else "召集人签名页" if kind.data.get("needs_convener") else ""
    )
    if not needs or proposal.is_paper:
        return ""
    if kind.data.get("needs_convener") and proposal.sponsor_body_id in act.account.places(
        posts.CONVENER, on=act.today
    ):
        return ""  # the convener submits in person: that is the signature
    has_scan = Attachment.objects.filter(
        subject_type=proposal.kind(), subject_id=proposal.pk, purpose="seal"
    ).exists()
    return "" if has_scan else f"{kind.label}须附{needs}。请在附件里上传扫描件或照片，用途选“盖章签名页”。"


def not_own(proposal: Proposal, act: Act) -> str:
    """审查回避: nobody reviews what they signed."""
    members = act.account.places(posts.MEMBER, on=act.today)
    if not members:
        return ""
    signed = proposal.sponsor_member_id in members or proposal.cosponsors.filter(member__in=members).exists()
    return "您是这件提案的提案人或联名人，须由他人审查。" if signed else ""


def is_paper(proposal: Proposal) -> bool:
    return proposal.is_paper


def names_are_collected(cosponsor: Cosponsor) -> bool:
    """Until the proposal is handed in, whoever answered an invitation may think again."""
    return cosponsor.proposal.state in (State.DRAFT, State.RETURNED)


def is_not_paper(proposal: Proposal) -> bool:
    return not proposal.is_paper


def decided_to(outcome: Outcome) -> Any:
    def only(proposal: Proposal) -> bool:
        return proposal.decision is not None and proposal.decision.outcome == outcome

    return only


def confirmed_by_another(proposal: Proposal, act: Act) -> str:
    """不予立案须两人：一人审定，另一人复核公布（本地设置，两人原则）。"""
    decision = proposal.decision
    if decision and decision.account_id == act.account.pk:
        return f"不予立案须由两人决定：{act.account.name}已审定，请由另一位同志复核公布。"
    return not_own(proposal, act)


def was_filed_before_merging(proposal: Proposal) -> bool:
    merge = proposal.merges.filter(undone_at=None).first()
    return merge is not None and merge.from_state == State.FILED


def was_in_review_before_merging(proposal: Proposal) -> bool:
    merge = proposal.merges.filter(undone_at=None).first()
    return merge is not None and merge.from_state != State.FILED


def takes_in_nothing(proposal: Proposal, act: Act) -> str:
    main_of = proposal.takes_in.filter(undone_at=None).count()
    return f"有{main_of}件提案并入本件，请先解除并案。" if main_of else ""


def has_plan(proposal: Proposal, act: Act) -> str:
    planned = proposal.assignments.filter(is_open=True)
    answering = [a for a in planned if a.answers_itself]
    return "" if answering else "还没有确定主办或分办单位。请先办“拟定承办单位”。"


def none_taken(proposal: Proposal, act: Act) -> str:
    taken = proposal.assignments.filter(is_open=True).exclude(
        state__in=(AssignmentState.SENT, AssignmentState.PLANNED)
    )
    first = taken.select_related("agency").first()
    return f"{first.agency}已经签收或申退，不能收回。需要改办的，请用“调整承办单位”。" if first else ""


def ratings_settled(proposal: Proposal, act: Act) -> str:
    open_ones = list(proposal.ratings.filter(state=RatingState.ASKED, round=proposal.round))
    if not open_ones:
        return ""
    until = max(rating.due_on for rating in open_ones)
    if act.today > until:
        return ""
    return f"还有{len(open_ones)}人没有评价，评价期限到{until:%-m月%-d日}。到期后可以办结，未评价的照实记为“未评价”。"


def is_ordinary(proposal: Proposal) -> bool:
    return not proposal.is_key


# -- guards of the children --------------------------------------------------------------------------------------
def in_hand_back_window(assignment: Assignment, act: Act) -> str:
    until = assignment.hand_back_until
    if until is None or act.today <= until:
        return ""
    return f"申退期限已于{until:%-m月%-d日}届满，不再受理申退。确有困难的，请与督查室联系，由督查室调整承办单位。"


def answers_itself(assignment: Assignment) -> bool:
    return assignment.answers_itself


def is_assisting(assignment: Assignment) -> bool:
    return not assignment.answers_itself


def countersigned(assignment: Assignment, act: Act) -> str:
    waiting = Countersign.objects.filter(
        reply__assignment=assignment, reply__is_current=True, state=CountersignState.WAITING
    ).select_related("agency")
    names = [f"{one.agency}（{one.asked_on:%-m月%-d日}送签，期限{one.due_on:%-m月%-d日}）" for one in waiting]
    return f"还在等会签：{'；'.join(names)}。" if names else ""


def no_open_extension(assignment: Assignment, act: Act) -> str:
    return "已有一份延期申请在等批准。" if assignment.extensions.filter(state="asked").exists() else ""


def countersign_is_overdue(countersign: Countersign, act: Act) -> str:
    if act.today > countersign.due_on:
        return ""
    return f"会签期限到{countersign.due_on:%-m月%-d日}，到期后才能认定为无意见。"


def promise_is_live(promise: Promise) -> bool:
    return promise.is_live


def promise_is_due(promise: Promise, act: Act) -> str:
    return "" if act.today >= promise.due_on else f"承诺的期限是{promise.due_on:%Y年%-m月%-d日}，还没有到期。"


def within_share(nomination: Nomination, act: Act) -> str:
    """优秀提案不超过立案数的比例（本地设置）。"""
    if nomination.proposal_id is None:
        return ""
    from .models import FILED_STATES

    filed = Proposal.objects.filter(year=nomination.year, state__in=FILED_STATES).count()
    share = int(local.rule("excellent.share", act.today))
    most = max(1, filed * share // 100)
    awarded = Nomination.objects.filter(
        year=nomination.year, proposal__isnull=False, state=NominationState.AWARDED
    ).count()
    return "" if awarded < most else f"本年度立案{filed}件，优秀提案最多{most}件（{share}%），已满。"
