"""THE TABLES. Read a row aloud: the archive reads what was sent in; another person checks it; the chair, a third, keeps it."""

from huisheng.kernel.lifecycle import Lifecycle, Step
from huisheng.kernel.who import SYSTEM

from . import actions, forms, rules
from .models import Drive, DriveState, Handover, HandoverState, Material, MaterialState
from .rules import CHAIR, EDITOR, KEEPER, OFFICE, SENDER

M, D, H = MaterialState, DriveState, HandoverState

# of a folder of photographs nobody is told one by one
T_KEEPER, T_CHAIR, T_SENDER = (rules.singly(who) for who in (KEEPER, CHAIR, SENDER))

# fmt: off
MATERIAL = Lifecycle(Material, M, (
    #    action          名称          from                                             to           who
    Step("submit",      "提交",        (M.DRAFT, M.RETURNED),                           M.SUBMITTED, SENDER, guard=rules.has_something, effect=actions.submit, tell=T_KEEPER),
    Step("revise",      "修改",        (M.DRAFT, M.RETURNED),                           None,        EDITOR, form=forms.Describe, effect=actions.describe, optional=True),
    Step("enter",       "导入",        (M.DRAFT,),                                      M.SUBMITTED, SYSTEM, effect=actions.submit, inside=True),
    Step("take_back",   "撤销导入",    (M.SUBMITTED,),                                  M.WITHDRAWN, SYSTEM, effect=actions.leave, inside=True),
    Step("read",        "初审",        (M.SUBMITTED,),                                  M.READ,      KEEPER, guard=rules.has_something, form=forms.OptionalNote, effect=actions.read, inside=True),
    Step("check",       "复审",        (M.READ,),                                       M.CHECKED,   KEEPER, guard=rules.checked_by_another, form=forms.OptionalNote, effect=actions.check, tell=T_CHAIR, inside=True),
    Step("approve",     "终审",        (M.CHECKED,),                                    M.KEPT,      CHAIR,  guard=rules.approved_by_another, form=forms.OptionalNote, effect=actions.approve, tell=T_SENDER,
         help="终审通过即入藏，计入年度数字。"),
    Step("return",      "退回补充",    (M.SUBMITTED, M.READ, M.CHECKED),                M.RETURNED,  KEEPER | CHAIR, form=forms.Note, effect=actions.send_back, tell=T_SENDER, optional=True),
    Step("decline",     "不收",        (M.SUBMITTED, M.READ, M.CHECKED),                M.DECLINED,  KEEPER | CHAIR, form=forms.Note, tell=T_SENDER, optional=True),
    Step("withdraw",    "撤回",        (M.DRAFT, M.SUBMITTED, M.RETURNED),              M.WITHDRAWN, SENDER, effect=actions.leave, optional=True),
    Step("describe",    "著录",        (M.SUBMITTED, M.READ, M.CHECKED, M.KEPT, M.HANDED), None,     KEEPER, form=forms.Describe, effect=actions.describe, optional=True, inside=True),
    Step("publish",     "对外展示",    (M.KEPT, M.HANDED),                              None,        OFFICE, only=rules.is_hidden, guard=rules.is_free, effect=actions.publish, optional=True, formal=True,
         help="在公开网页的文史展厅里，任何人都能看到。原件不外传，展出的图里没有拍摄位置和相机信息。"),
    Step("unpublish",   "撤下展示",    (M.KEPT, M.HANDED),                              None,        KEEPER, only=rules.is_shown, effect=actions.publish, optional=True),
    Step("use",         "登记采用",    (M.KEPT, M.HANDED),                              None,        KEEPER, form=forms.Using, effect=actions.use, tell=T_SENDER, optional=True),
    Step("give_back",   "归还",        (M.SUBMITTED, M.READ, M.CHECKED, M.KEPT, M.HANDED, M.RETURNED), None, KEEPER, only=rules.is_out_on_loan, form=forms.GiveBack, effect=actions.give_back, tell=T_SENDER, optional=True),
    Step("hand_over",   "移交",        (M.KEPT,),                                       M.HANDED,    SYSTEM, inside=True),
    Step("bring_back",  "撤回移交",    (M.HANDED,),                                     M.KEPT,      SYSTEM, inside=True),
))

DRIVE = Lifecycle(Drive, D, (
    Step("open",   "发布征集", (D.DRAFT,),  D.OPEN,   KEEPER, help="发布后在公开网页和委员首页都看得到。"),
    Step("extend", "延期",     (D.OPEN,),   None,     KEEPER, form=forms.Extend, effect=actions.extend, optional=True),
    Step("close",  "结束征集", (D.OPEN,),   D.CLOSED, KEEPER, optional=True),
))

HANDOVER = Lifecycle(Handover, H, (
    Step("list_more",  "编入",     (H.DRAFT,),              None,       KEEPER, form=forms.ListMore, effect=actions.list_more, optional=True, inside=True),
    Step("list_fewer", "移出",     (H.DRAFT,),              None,       KEEPER, form=forms.ListFewer, effect=actions.list_fewer, optional=True, inside=True),
    Step("hand",       "移交",     (H.DRAFT,),              H.HANDED,   KEEPER, guard=rules.has_lines, form=forms.Hand, effect=actions.hand, formal=True,
         help="移交前逐个核对文件；移交后清单定稿，逐件写明校验值。"),
    Step("receive",    "登记签收", (H.HANDED,),             H.RECEIVED, KEEPER, form=forms.Receive, effect=actions.receive),
    Step("verify",     "核验",     (H.HANDED, H.RECEIVED),  None,       KEEPER, effect=actions.verify, optional=True),
    Step("recall",     "撤回移交", (H.HANDED,),             H.DRAFT,    OFFICE, form=forms.Note, effect=actions.recall, optional=True),
    Step("void",       "作废",     (H.DRAFT,),              H.VOID,     KEEPER, form=forms.Note, optional=True),
))
# fmt: on
