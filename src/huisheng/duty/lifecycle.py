"""THE TABLES. Read a row aloud: the office upholds a member's objection, says what was corrected, and the member is told."""

from huisheng.kernel.lifecycle import Lifecycle, Step

from . import actions, forms, rules
from .models import Appraisal, AppraisalState, Objection, ObjectionState, RuleBook, RuleBookState
from .rules import CHAIR, MEMBER, OFFICE

O, B, A = ObjectionState, RuleBookState, AppraisalState

# fmt: off
OBJECTION = Lifecycle(Objection, O, (
    #    action      名称          from          to            who
    Step("uphold",   "已更正",     (O.ASKED,),   O.UPHELD,     OFFICE, form=forms.Answer, effect=actions.answer, tell=MEMBER),
    Step("keep",     "维持记录",   (O.ASKED,),   O.KEPT,       OFFICE, form=forms.Answer, effect=actions.answer, tell=MEMBER, optional=True),
    Step("withdraw", "撤回异议",   (O.ASKED,),   O.WITHDRAWN,  MEMBER, optional=True),
))

RULE_BOOK = Lifecycle(RuleBook, B, (
    Step("adopt",    "启用",       (B.DRAFT,),    B.IN_FORCE,  CHAIR,  guard=rules.may_begin, effect=actions.adopt, tell=OFFICE, formal=True,
         help="启用后不能再改；要改的，另拟一份，从以后的年度起用。"),
    Step("retire",   "停用",       (B.IN_FORCE,), B.RETIRED,   CHAIR,  form=forms.Note, tell=OFFICE, optional=True),
))

APPRAISAL = Lifecycle(Appraisal, A, (
    Step("seal",     "封存",       (A.OPEN,),     A.SEALED,    CHAIR,  guard=rules.is_answered, effect=actions.seal, tell=OFFICE, formal=True,
         help="封存后每位委员可以看到自己的一张；以后记录更正了的，另出更正版。"),
    Step("correct",  "另出更正版", (A.SEALED,),   None,        OFFICE, guard=rules.is_newest, form=forms.Note, effect=actions.correct, optional=True),
))
# fmt: on
