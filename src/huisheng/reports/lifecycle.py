"""THE TABLE. Read a row aloud: the chair approves a report that another wrote; words and numbers are sealed together."""

from huisheng.kernel.lifecycle import Lifecycle, Step

from . import actions, forms, rules
from .models import Report, ReportState
from .rules import APPROVER, REVISER, WRITER

R = ReportState

# fmt: off
REPORT = Lifecycle(Report, R, (
    #    action      名称          from                   to           who
    Step("send",     "送审定",     (R.DRAFT,),            R.REVIEW,    WRITER,   guard=rules.is_ready, form=forms.OptionalNote, tell=APPROVER),
    Step("return",   "退回修改",   (R.REVIEW,),           R.DRAFT,     REVISER,  form=forms.Note, tell=WRITER, optional=True),
    Step("approve",  "审定封存",   (R.REVIEW,),           R.SEALED,    APPROVER, guard=rules.approved_by_another, effect=actions.seal, tell=WRITER, formal=True,
         help="封存后文字和数字都不再变；以后记录更正了的，另出更正版。"),
    Step("withdraw", "撤回",       (R.DRAFT, R.REVIEW),   R.WITHDRAWN, WRITER,   form=forms.Note, optional=True),
    Step("correct",  "起草更正版", (R.SEALED,),           None,        WRITER,   guard=rules.is_newest, form=forms.Note, effect=actions.correct, optional=True),
))
# fmt: on
