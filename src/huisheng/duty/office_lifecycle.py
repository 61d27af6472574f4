"""THE TABLE of 机关平时考核. Read a row aloud: the line leader grades what was handed in; the head is told."""

from huisheng.kernel.lifecycle import Lifecycle, Step

from . import office_actions as actions
from . import office_forms as forms
from . import office_rules as rules
from .models_office import OfficeReview, OfficeReviewState
from .office_rules import HEAD, LEADER, STAFF

R = OfficeReviewState

# fmt: off
OFFICE_REVIEW = Lifecycle(OfficeReview, R, (
    #    action       名称          from            to            who
    Step("submit",    "提交小结",   (R.DRAFT,),     R.SUBMITTED,  STAFF,  guard=rules.may_submit, effect=actions.submit, tell=LEADER),
    Step("grade",     "评鉴",       (R.SUBMITTED,), R.GRADED,     LEADER, form=forms.Grade, effect=actions.grade, tell=HEAD,
         help="写等次和意见。“好”有比例，超过的审定时会退回重评。"),
    Step("return",    "退回修改",   (R.SUBMITTED,), R.DRAFT,      LEADER, form=forms.GiveBack, effect=actions.give_back, tell=STAFF, optional=True),
    Step("confirm",   "审定",       (R.GRADED,),    R.CONFIRMED,  HEAD,   guard=rules.may_confirm, effect=actions.confirm, tell=STAFF | LEADER, formal=True,
         help="审定后封存，本人看到等次和意见。"),
    Step("send_back", "退回重评",   (R.GRADED,),    R.SUBMITTED,  HEAD,   form=forms.GiveBack, effect=actions.send_back, tell=LEADER, optional=True),
    Step("answer",    "本人说明",   (R.CONFIRMED,), R.ANSWERED,   STAFF,  form=forms.Answer, effect=actions.answer, tell=LEADER | HEAD, optional=True),
))
# fmt: on
