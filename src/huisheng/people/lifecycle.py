"""THE TABLES. Read a row aloud: the office registers the decision of the standing committee, with meeting, day and paper."""

from huisheng.kernel.lifecycle import Lifecycle, Step
from huisheng.kernel.who import SYSTEM

from . import changing, rules
from . import forms_changes as forms
from .models import Correction, CorrectionState, MemberChange, MemberChangeState
from .rules import ASKER, CHAIR, MEMBER, OFFICE

M, C = MemberChangeState, CorrectionState

# fmt: off
MEMBER_CHANGE = Lifecycle(MemberChange, M, (
    #    action      名称             from                                to            who
    Step("propose",  "提请审议",       (M.DRAFT,),                         M.PROPOSED,   OFFICE, guard=rules.stands, tell=CHAIR),
    Step("endorse",  "主席会议同意",   (M.PROPOSED,),                      M.ENDORSED,   CHAIR,  guard=rules.stands, form=forms.ChairsMeeting,
         effect=changing.endorse, tell=OFFICE),
    Step("return",   "退回补充",       (M.PROPOSED,),                      M.DRAFT,      CHAIR,  form=forms.Note, tell=OFFICE, optional=True, inside=True),
    Step("refuse",   "主席会议不同意", (M.PROPOSED,),                      M.REJECTED,   CHAIR,  form=forms.Note, tell=OFFICE, optional=True),
    Step("decide",   "登记决定",       (M.ENDORSED,),                      M.DECIDED,    OFFICE, guard=rules.stands, form=forms.Decision,
         effect=changing.decide, tell=CHAIR | MEMBER, formal=True, undo="生效以前可以改登记。",
         help="常务委员会会议决定以后登记。到生效日期，任职自动起止；日期已到的，登记后立即生效。"),
    Step("reject",   "常委会议未通过", (M.ENDORSED,),                      M.REJECTED,   OFFICE, form=forms.Note, tell=CHAIR, optional=True),
    Step("amend",    "改登记",         (M.DECIDED,),                       M.ENDORSED,   OFFICE, guard=rules.is_before_its_day, form=forms.Note,
         tell=CHAIR, optional=True),
    Step("begin",    "生效",           (M.DECIDED,),                       M.IN_FORCE,   SYSTEM, effect=changing.take_effect, tell=OFFICE),
    Step("withdraw", "撤回变动",       (M.DRAFT, M.PROPOSED, M.ENDORSED),  M.WITHDRAWN,  OFFICE, form=forms.Note, optional=True),
))

CORRECTION = Lifecycle(Correction, C, (
    Step("approve",  "同意更正",       (C.ASKED,),                         C.MADE,       OFFICE, guard=rules.may_approve,
         effect=changing.correct, tell=ASKER),
    Step("refuse",   "不同意更正",     (C.ASKED,),                         C.REFUSED,    OFFICE, form=forms.Answer, effect=changing.refuse,
         tell=ASKER, optional=True),
    Step("withdraw", "撤回申请",       (C.ASKED,),                         C.WITHDRAWN,  ASKER,  optional=True),
))
# fmt: on
