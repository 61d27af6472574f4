"""THE TABLES. Read a row aloud: the chair signs a checked paper; it is numbered and frozen, and the desk is told."""

from huisheng.kernel.lifecycle import Lifecycle, Step

from . import actions, forms, rules
from .models import (
    FollowUp,
    FollowUpState,
    Instruction,
    InstructionState,
    Output,
    OutputState,
)  # fmt: skip
from .rules import CHECKER, DRAFTER, HANDLER, LEADER, REVISER, SIGNER

O, I, F = OutputState, InstructionState, FollowUpState

# fmt: off
OUTPUT = Lifecycle(Output, O, (
    #    action                名称              from                                          to            who
    Step("send",               "送核",           (O.DRAFT,),                                   O.REVIEW,     DRAFTER, guard=rules.is_ready, effect=actions.send, tell=CHECKER),
    Step("check",              "核稿",           (O.REVIEW,),                                  O.CHECKED,    CHECKER, guard=rules.checked_by_another, form=forms.OptionalNote, effect=actions.check, tell=SIGNER, inside=True),
    Step("send_back",          "退回修改",       (O.REVIEW, O.CHECKED),                        O.DRAFT,      REVISER, form=forms.Note, tell=DRAFTER, optional=True, inside=True),
    Step("sign",               "签发",           (O.CHECKED,),                                 O.SIGNED,     SIGNER,  guard=rules.signed_by_another, effect=actions.sign, tell=DRAFTER, formal=True,
         help="签发后编号，正文定稿，不能再改。"),
    Step("withdraw",           "撤回",           (O.DRAFT, O.REVIEW, O.CHECKED, O.SIGNED),     O.WITHDRAWN,  DRAFTER, form=forms.Note, optional=True),
    Step("deliver",            "报送",           (O.SIGNED,),                                  O.DELIVERED,  DRAFTER, form=forms.Deliver, effect=actions.deliver),
    Step("deliver_more",       "补充报送",       (O.DELIVERED, O.CONCLUDED),                   None,         DRAFTER, form=forms.Deliver, effect=actions.deliver_more, optional=True),
    Step("record_receipt",     "登记签收",       (O.DELIVERED, O.CONCLUDED),                   None,         DRAFTER, form=forms.RecordReceipt, effect=actions.record_receipt, optional=True, inside=True),
    Step("register",           "登记批示",       (O.DELIVERED, O.CONCLUDED),                   O.DELIVERED,  DRAFTER, form=forms.Register, effect=actions.register, optional=True, formal=True, inside=True),
    Step("instruct",           "批示",           (O.DELIVERED, O.CONCLUDED),                   O.DELIVERED,  LEADER,  form=forms.Write, effect=actions.write_instruction, tell=DRAFTER, optional=True, formal=True, inside=True,
         elsewhere="批示请从阅读页办理：那里先预览，再确认是您本人。"),
    Step("answer_advice",      "登记采纳情况",   (O.DELIVERED, O.CONCLUDED),                   None,         DRAFTER, only=rules.has_advice, form=forms.AnswerAdvice, effect=actions.answer_advice, optional=True),
    Step("conclude",           "办结",           (O.DELIVERED,),                               O.CONCLUDED,  DRAFTER, guard=rules.is_settled, form=forms.Conclude, effect=actions.conclude, taken_back_by="reopen"),
    Step("reopen",             "继续办理",       (O.CONCLUDED,),                               O.DELIVERED,  DRAFTER, form=forms.Note, optional=True),
    Step("publish",            "公开",           (O.DELIVERED, O.CONCLUDED, O.ARCHIVED),       None,         SIGNER,  only=rules.is_not_published, effect=actions.publish, optional=True, formal=True,
         help="公开后，公众可以在公开页面看到全文和各条建议的采纳情况；电话、邮箱自动隐去。批示不公开。"),
    Step("unpublish",          "停止公开",       (O.DELIVERED, O.CONCLUDED, O.ARCHIVED),       None,         REVISER, only=rules.is_published, form=forms.Note, effect=actions.unpublish, optional=True),
    Step("archive",            "归档",           (O.CONCLUDED,),                               O.ARCHIVED,   CHECKER),
))

INSTRUCTION = Lifecycle(Instruction, I, (
    Step("transfer",      "转办",         (I.WAITING,),                   I.PASSED, DRAFTER, form=forms.Transfer, effect=actions.transfer, inside=True),
    Step("transfer_more", "增加转办单位", (I.PASSED,),                    None,     DRAFTER, form=forms.Transfer, effect=actions.transfer, optional=True, inside=True),
    Step("keep",          "阅存",         (I.WAITING,),                   I.FILED,  DRAFTER, form=forms.OptionalNote, optional=True, inside=True, help="批示不需要单位办理的，阅存即可。", taken_back_by="take_up"),
    Step("take_up",       "改为转办",     (I.FILED,),                     I.WAITING, DRAFTER, optional=True, inside=True, taken_back_by="keep"),
    Step("void",          "登记有误",     (I.WAITING, I.FILED),           I.VOID,   CHECKER, form=forms.Note, optional=True, inside=True, help="原文留着，标为登记有误；再照原件重新登记。"),
    Step("release",       "告知反映人",   (I.WAITING, I.PASSED, I.FILED), None,     CHECKER, only=rules.is_not_released, effect=actions.release, optional=True, formal=True, inside=True,
         help="反映委员和反映单位可以看到批示原文；来信的公众看不到原文。"),
))

FOLLOW_UP = Lifecycle(FollowUp, F, (
    Step("take",       "签收",         (F.SENT,),                    F.TAKEN,    HANDLER, tell=DRAFTER),
    Step("hand_back",  "申请退回",     (F.SENT, F.TAKEN),            F.BACK,     HANDLER, form=forms.Note, tell=DRAFTER, optional=True),
    Step("insist",     "不同意退回",   (F.BACK,),                    F.TAKEN,    DRAFTER, form=forms.Note, tell=HANDLER),
    Step("recall",     "收回转办",     (F.SENT, F.TAKEN, F.BACK),    F.RECALLED, DRAFTER, form=forms.Note, tell=HANDLER, optional=True),
    Step("extend",     "延长期限",     (F.SENT, F.TAKEN, F.BACK),    None,       DRAFTER, form=forms.Extend, effect=actions.extend, tell=HANDLER, optional=True),
    Step("urge",       "催办",         (F.SENT, F.TAKEN),            None,       DRAFTER, form=forms.OptionalNote, tell=HANDLER, optional=True),
    Step("report",     "报告办理情况", (F.TAKEN,),                   F.REPORTED, HANDLER, form=forms.Report, effect=actions.report, tell=DRAFTER),
    Step("return",     "退回重办",     (F.REPORTED,),                F.TAKEN,    DRAFTER, form=forms.Note, tell=HANDLER, optional=True),
    Step("accept",     "审核办结",     (F.REPORTED,),                F.ACCEPTED, DRAFTER, form=forms.Accept, effect=actions.accept, tell=HANDLER),
))
# fmt: on
