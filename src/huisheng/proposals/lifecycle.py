"""THE TABLES. Read a row aloud: the sponsor submits a draft, if nothing is missing; the office is told."""

from huisheng.kernel.lifecycle import Lifecycle, Step
from huisheng.kernel.who import SYSTEM

from . import actions, forms, rules
from .models import (
    Assignment,
    Call,
    CallState,
    Contact,
    ContactState,
    Cosponsor,
    CosponsorState,
    Countersign,
    CountersignState,
    Extension,
    ExtensionState,
    Nomination,
    NominationState,
    Outcome,
    Promise,
    PromiseState,
    Proposal,
    Rating,
    RatingState,
)  # fmt: skip
from .models import (
    AssignmentState as A,
)
from .models import (
    State as S,
)
from .rules import (
    AGENCIES,
    AGENCY_HEAD,
    CHAIR,
    CLERK,
    COORDINATOR,
    DISPATCHER,
    HANDLER,
    INVITED,
    MEMBER,
    OVERSEER,
    RATER,
    REVIEWER,
    SIGNERS,
    SPONSOR,
    SPONSOR_OF_CONTACT,
    STAFF,
)  # fmt: skip

IN_REVIEW = (S.SUBMITTED, S.REVIEWED, S.DECIDED)
FILED_OPEN = (S.FILED, S.HANDLING)
ON_THE_WAY = (*IN_REVIEW, *FILED_OPEN)

# fmt: off
PROPOSAL = Lifecycle(Proposal, S, (
    #    action           名称            from                              to             who
    Step("submit",        "提交",         (S.DRAFT,),                       S.SUBMITTED,   SPONSOR,    only=rules.is_not_paper, guard=rules.may_be_submitted, form=forms.Submit, effect=actions.receive, tell=CLERK, formal=True,
         help="提交后由提案委审查；审查开始之前还可以修改。", undo="提交以后，审查开始之前还可以修改，交办之前可以撤案。"),
    Step("register",      "代录提交",     (S.DRAFT,),                       S.SUBMITTED,   CLERK,      only=rules.is_paper, guard=rules.may_be_submitted, form=forms.Submit, effect=actions.receive, tell=SIGNERS, formal=True,
         help="按纸质提案代为提交，提案人会收到通知。", undo="提交以后，审查开始之前还可以修改，交办之前可以撤案。"),
    Step("invite",        "邀请联名",     (S.DRAFT, S.RETURNED),            None,          SPONSOR,    form=forms.Invite, effect=actions.invite, optional=True),
    Step("discard",       "作废草稿",     (S.DRAFT,),                       S.DISCARDED,   SPONSOR,    optional=True),
    Step("resubmit",      "改好再提交",   (S.RETURNED,),                    S.SUBMITTED,   SPONSOR,    guard=rules.may_be_submitted, effect=actions.receive, tell=CLERK),
    Step("revise",        "修改",         (S.SUBMITTED,),                   None,          SPONSOR,    form=forms.Revise, effect=actions.revise, tell=CLERK, optional=True,
         help="审查还没有开始，可以修改。原来的文本会保留。"),
    Step("supplement",    "补充材料",     (S.REVIEWED, S.DECIDED, *FILED_OPEN), None,      SPONSOR,    form=forms.Supplement, effect=actions.supplement, tell=CLERK, optional=True),
    Step("withdraw",      "撤案",         (S.SUBMITTED, S.REVIEWED, S.DECIDED, S.RETURNED, S.FILED), S.WITHDRAWN, SPONSOR, guard=rules.takes_in_nothing, form=forms.Withdraw, effect=actions.withdraw, tell=CLERK, optional=True, formal=True),

    Step("pre_review",    "初审",         (S.SUBMITTED,),                   S.REVIEWED,    CLERK,      guard=rules.not_own, form=forms.Review, effect=actions.first_review, tell=REVIEWER, inside=True),
    Step("send_back",     "退回修改",     (S.SUBMITTED, S.REVIEWED),        S.RETURNED,    CLERK,      guard=rules.not_own, form=forms.SendBack, effect=actions.send_back, tell=SPONSOR, optional=True),
    Step("decide",        "审定",         (S.REVIEWED,),                    S.DECIDED,     REVIEWER,   guard=rules.not_own, form=forms.Decide, effect=actions.decide, tell=CLERK, inside=True,
         help="现在定下，可以攒成一批再公布。公布之前提案人看到的是“审查中”。", taken_back_by="review_anew"),
    Step("review_anew",   "重新审查",     (S.DECIDED,),                     S.REVIEWED,    REVIEWER,   form=forms.Note, effect=actions.review_anew, optional=True, inside=True),
    Step("file",          "立案",         (S.DECIDED,),                     S.FILED,       STAFF,      only=rules.decided_to(Outcome.FILE), effect=actions.file, tell=SIGNERS),
    Step("merge",         "并案",         (S.DECIDED,),                     S.MERGED,      STAFF,      only=rules.decided_to(Outcome.MERGE), guard=rules.takes_in_nothing, effect=actions.merge, tell=SIGNERS),
    Step("decline",       "不予立案",     (S.DECIDED,),                     S.DECLINED,    STAFF,      only=rules.decided_to(Outcome.DECLINE), guard=rules.confirmed_by_another, effect=actions.decline, tell=SIGNERS,
         help="由审定人之外的另一位复核公布；通知当天送到提案人，写明理由和可走的其他途径。"),
    Step("to_opinion",    "转社情民意",   (S.DECIDED,),                     S.TO_OPINION,  STAFF,      only=rules.decided_to(Outcome.TO_OPINION), effect=actions.to_opinion, tell=SIGNERS),
    Step("to_channel",    "转其他渠道",   (S.DECIDED,),                     S.TO_CHANNEL,  STAFF,      only=rules.decided_to(Outcome.TO_CHANNEL), effect=actions.refer, tell=SIGNERS),
    Step("to_upper",      "转上级政协",   (S.DECIDED,),                     S.TO_UPPER,    STAFF,      only=rules.decided_to(Outcome.TO_UPPER), effect=actions.refer, tell=SIGNERS),
    Step("merge_filed",   "立案后并案",   (S.FILED,),                       S.MERGED,      REVIEWER,   guard=rules.takes_in_nothing, form=forms.MergeFiled, effect=actions.merge_filed, tell=SIGNERS, optional=True),
    Step("unmerge",       "解除并案",     (S.MERGED,),                      S.REVIEWED,    REVIEWER,   only=rules.was_in_review_before_merging, form=forms.Note, effect=actions.unmerge, tell=SIGNERS, optional=True),
    Step("unmerge_filed", "解除并案",     (S.MERGED,),                      S.FILED,       REVIEWER,   only=rules.was_filed_before_merging, form=forms.Note, effect=actions.unmerge, tell=SIGNERS, optional=True),
    Step("correct",       "更正文本",     ON_THE_WAY,                       None,          REVIEWER,   form=forms.Correct, effect=actions.correct, tell=SIGNERS, optional=True,
         help="更正是一个新版本，原文保留，提案人会收到通知。"),
    Step("classify",      "调整分类",     (*IN_REVIEW, *FILED_OPEN, S.ANSWERED, S.CONCLUDED), None, CLERK, form=forms.Classify, effect=actions.classify, optional=True, inside=True),

    Step("plan",          "拟定承办单位", (S.FILED,),                       None,          CLERK,      form=forms.Plan, effect=actions.plan, inside=True),
    Step("assign",        "交办",         (S.FILED,),                       S.HANDLING,    DISPATCHER, guard=rules.has_plan, effect=actions.assign, tell=SIGNERS),
    Step("recall",        "收回交办",     (S.HANDLING,),                    S.FILED,       DISPATCHER, guard=rules.none_taken, form=forms.Note, effect=actions.recall, optional=True),
    Step("add_agency",    "增加会办单位", (S.HANDLING,),                    None,          DISPATCHER, form=forms.AddAgency, effect=actions.add_agency, optional=True),
    Step("urge",          "催办",         (S.HANDLING,),                    None,          DISPATCHER, form=forms.Urge, tell=AGENCIES, optional=True),
    Step("mark_key",      "列为重点提案", FILED_OPEN,                       None,          OVERSEER,   only=rules.is_ordinary, form=forms.MarkKey, effect=actions.mark_key, tell=SIGNERS, optional=True),
    Step("oversee",       "记录督办",     (S.HANDLING, S.ANSWERED),         None,          OVERSEER,   form=forms.Oversee, effect=actions.oversee, tell=AGENCIES, optional=True),
    Step("answer",        "办复",         (S.HANDLING,),                    S.ANSWERED,    SYSTEM,     effect=actions.answer),
    Step("redo",          "重办",         (S.ANSWERED,),                    S.HANDLING,    SYSTEM,     effect=actions.redo, tell=AGENCIES),
    Step("conclude",      "办结",         (S.ANSWERED,),                    S.CONCLUDED,   SYSTEM,     effect=actions.conclude, tell=SIGNERS),
    Step("close",         "期满办结",     (S.ANSWERED,),                    S.CONCLUDED,   CLERK,      guard=rules.ratings_settled, effect=actions.close, tell=SIGNERS, optional=True,
         help="评价期满而没有评价的，照实记为“未评价”。"),
    Step("archive",       "归档",         (S.CONCLUDED,),                   S.ARCHIVED,    CLERK,      effect=actions.order_packet, inside=True),
))

COSPONSOR = Lifecycle(Cosponsor, CosponsorState, (
    Step("accept",           "同意联名",   (CosponsorState.INVITED,), CosponsorState.ACCEPTED, INVITED, tell=None, taken_back_by="reconsider"),
    Step("refuse",           "不参加联名", (CosponsorState.INVITED,), CosponsorState.DECLINED, INVITED, optional=True, taken_back_by="reconsider"),
    Step("reconsider",       "重新考虑",   (CosponsorState.ACCEPTED, CosponsorState.DECLINED), CosponsorState.INVITED, INVITED, only=rules.names_are_collected, optional=True),
    Step("confirm_on_paper", "纸面签名",   (CosponsorState.INVITED,), CosponsorState.ACCEPTED, SYSTEM),
    Step("lapse",            "逾期未确认", (CosponsorState.INVITED,), CosponsorState.LAPSED,   SYSTEM),
))

ASSIGNMENT = Lifecycle(Assignment, A, (
    Step("send",         "下发",             (A.PLANNED,),       A.SENT,     SYSTEM,      effect=actions.send, tell=HANDLER),
    Step("recall",       "收回",             (A.SENT,),          A.PLANNED,  SYSTEM,      effect=actions.unsend, tell=HANDLER),
    Step("take",         "签收",             (A.SENT,),          A.TAKEN,    HANDLER,     effect=actions.take),
    Step("hand_back",    "申退",             (A.SENT, A.TAKEN),  A.BACK,     HANDLER,     guard=rules.in_hand_back_window, form=forms.HandBack, effect=actions.hand_back, tell=COORDINATOR, optional=True,
         help="申退须在期限内提出，写明职责依据和建议改办的单位。决定之前仍由本单位办理。"),
    Step("agree_back",   "同意改办",         (A.BACK,),          A.RELEASED, COORDINATOR, form=forms.Reassign, effect=actions.agree_back, tell=HANDLER),
    Step("refuse_back",  "不同意申退",       (A.BACK,),          A.TAKEN,    COORDINATOR, form=forms.Note, effect=actions.refuse_back, tell=HANDLER),
    Step("reassign",     "调整承办单位",     (A.SENT, A.TAKEN),  A.RELEASED, COORDINATOR, form=forms.Reassign, effect=actions.reassign, tell=HANDLER, optional=True),
    Step("contact",      "记录面商",         (A.TAKEN,),         None,       HANDLER,     form=forms.Contact, effect=actions.record_contact, optional=True),
    Step("extend",       "申请延期",         (A.TAKEN,),         None,       HANDLER,     guard=rules.no_open_extension, form=forms.AskExtension, effect=actions.ask_extension, tell=COORDINATOR, optional=True),
    Step("opine",        "提交会办意见",     (A.TAKEN,),         A.OPINED,   HANDLER,     only=rules.is_assisting, form=forms.Opinion, effect=actions.opine),
    Step("draft",        "拟写答复",         (A.TAKEN,),         A.DRAFTED,  HANDLER,     only=rules.answers_itself, form=forms.Reply, effect=actions.draft_reply, tell=AGENCY_HEAD, taken_back_by="take_back"),
    Step("take_back",    "撤回修改",         (A.DRAFTED,),       A.TAKEN,    HANDLER,     effect=actions.take_back, optional=True),
    Step("approve",      "审签",             (A.DRAFTED,),       A.APPROVED, AGENCY_HEAD, guard=rules.countersigned, effect=actions.approve, tell=CLERK),
    Step("reject",       "退回拟稿",         (A.DRAFTED,),       A.TAKEN,    AGENCY_HEAD, form=forms.Note, effect=actions.send_reply_back, tell=HANDLER, optional=True),
    Step("deliver",      "审核送达",         (A.APPROVED,),      A.REPLIED,  CLERK,       form=forms.Deliver, effect=actions.deliver, tell=HANDLER),
    Step("return_reply", "退回重写",         (A.APPROVED,),      A.TAKEN,    CLERK,       form=forms.Note, effect=actions.send_reply_back, tell=HANDLER, optional=True),
    Step("redo",         "重新办理",         (A.REPLIED,),       A.TAKEN,    SYSTEM,      effect=actions.redo_assignment, tell=HANDLER),
))

EXTENSION = Lifecycle(Extension, ExtensionState, (
    Step("grant",  "同意延期",   (ExtensionState.ASKED,), ExtensionState.GRANTED, COORDINATOR, form=forms.OptionalNote, effect=actions.grant_extension),
    Step("refuse", "不同意延期", (ExtensionState.ASKED,), ExtensionState.REFUSED, COORDINATOR, form=forms.Note),
))

CONTACT = Lifecycle(Contact, ContactState, (
    Step("confirm", "确认面商", (ContactState.RECORDED,), ContactState.CONFIRMED, SPONSOR_OF_CONTACT, form=forms.ConfirmContact, effect=actions.keep_view),
    Step("dispute", "不属实",   (ContactState.RECORDED,), ContactState.DISPUTED,  SPONSOR_OF_CONTACT, form=forms.DisputeContact, effect=actions.keep_view, tell=CLERK, optional=True),
))

COUNTERSIGN = Lifecycle(Countersign, CountersignState, (
    Step("agree",   "同意",         (CountersignState.WAITING,), CountersignState.AGREED,    HANDLER),
    Step("dissent", "有不同意见",   (CountersignState.WAITING,), CountersignState.DISSENTED, HANDLER,     form=forms.Dissent, effect=actions.keep_content, optional=True),
    Step("deem",    "认定为无意见", (CountersignState.WAITING,), CountersignState.DEEMED,    COORDINATOR, guard=rules.countersign_is_overdue, form=forms.Note, optional=True,
         help="会签期满没有回音的，由督查室认定并说明理由；没有这道记录，主办单位不能送签。"),
    Step("void",    "作废",         (CountersignState.WAITING,), CountersignState.VOID,      SYSTEM),
))

PROMISE = Lifecycle(Promise, PromiseState, (
    Step("report",   "报告进展",     (PromiseState.OPEN, PromiseState.BROKEN), PromiseState.REPORTED,  HANDLER, only=rules.promise_is_live, form=forms.Report, effect=actions.report, tell=CLERK),
    Step("keep",     "认定已兑现",   (PromiseState.REPORTED,),                 PromiseState.KEPT,      CLERK,   form=forms.OptionalNote, tell=HANDLER),
    Step("break",    "认定未兑现",   (PromiseState.OPEN, PromiseState.REPORTED), PromiseState.BROKEN,  CLERK,   only=rules.promise_is_live, guard=rules.promise_is_due, form=forms.Note, tell=HANDLER, optional=True),
    Step("explain",  "说明并改期",   (PromiseState.OPEN, PromiseState.BROKEN), PromiseState.EXPLAINED, HANDLER, only=rules.promise_is_live, form=forms.Explain, effect=actions.explain, tell=CLERK, optional=True),
    Step("ask",      "到期再问",     (PromiseState.EXPLAINED,),                PromiseState.OPEN,      SYSTEM,  tell=HANDLER),
))

RATING = Lifecycle(Rating, RatingState, (
    Step("rate",     "评价",     (RatingState.ASKED,), RatingState.GIVEN,  RATER, form=forms.Rate, effect=actions.rate, tell=CLERK, inside=True),
    Step("rate_for", "代录评价", (RatingState.ASKED,), RatingState.GIVEN,  CLERK, form=forms.RateFor, effect=actions.rate_for, optional=True, inside=True),
    Step("lapse",    "未评价",   (RatingState.ASKED,), RatingState.LAPSED, SYSTEM),
))

NOMINATION = Lifecycle(Nomination, NominationState, (
    Step("award", "表彰",     (NominationState.NOMINATED,), NominationState.AWARDED, CHAIR, guard=rules.within_share, form=forms.OptionalNote, effect=actions.award),
    Step("pass",  "不予表彰", (NominationState.NOMINATED,), NominationState.PASSED,  CHAIR, form=forms.OptionalNote, optional=True),
))

CALL = Lifecycle(Call, CallState, (
    Step("open",    "发布征集", (CallState.DRAFT,), CallState.OPEN,   DISPATCHER),
    Step("take_up", "认领选题", (CallState.OPEN,),  None,             MEMBER,     form=forms.TakeUp, effect=actions.take_up, optional=True),
    Step("close",   "结束征集", (CallState.OPEN,),  CallState.CLOSED, DISPATCHER, optional=True),
))
# fmt: on
