"""THE TABLES of 常委述职. Read a row aloud: a standing member submits what is written; the office is told, and takes it in."""

from huisheng.kernel.lifecycle import Lifecycle, Step

from . import forms
from . import standing_actions as actions
from . import standing_forms as asked
from . import standing_rules as rules
from .models_standing import RoundState, StandingReport, StandingRound, StandingState
from .rules import MEMBER, OFFICE

R, S = RoundState, StandingState

# fmt: off
STANDING_ROUND = Lifecycle(StandingRound, R, (
    #    action       名称          from                       to           who
    Step("close",     "结束收取",   (R.OPEN,),                 R.CLOSED,    OFFICE, guard=rules.is_over, effect=actions.close,
         help="结束以后不再提醒；迟交的照样收。"),
    Step("extend",    "改期限",     (R.OPEN,),                 None,        OFFICE, form=asked.Extend, effect=actions.extend, optional=True),
    Step("call_in",   "补列常委",   (R.OPEN,),                 None,        OFFICE, guard=rules.somebody_is_missing, effect=actions.call_in, optional=True,
         help="发起以后增补的常务委员列进来，并通知本人。"),
))

STANDING_REPORT = Lifecycle(StandingReport, S, (
    Step("submit",    "提交",       (S.WRITING,),              S.SUBMITTED, MEMBER, guard=rules.is_written, effect=actions.submit, tell=OFFICE),
    Step("resubmit",  "补充后提交", (S.RETURNED,),             S.SUBMITTED, MEMBER, guard=rules.is_supplemented, effect=actions.submit, tell=OFFICE),
    Step("take_in",   "收存",       (S.SUBMITTED,),            S.TAKEN,     OFFICE, effect=actions.take_in, tell=MEMBER),
    Step("send_back", "退回补充",   (S.SUBMITTED,),            S.RETURNED,  OFFICE, form=forms.Note, tell=MEMBER, optional=True),
    Step("excuse",    "免交",       (S.WRITING, S.RETURNED),   S.EXCUSED,   OFFICE, form=forms.Note, tell=MEMBER, optional=True),
))
# fmt: on
