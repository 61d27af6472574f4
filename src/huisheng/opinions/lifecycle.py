"""THE TABLES. Read a row aloud: the intake desk accepts a lead that was received; the sender reads that it is read."""

from huisheng.kernel.lifecycle import Lifecycle, Step

from . import actions, forms, rules
from .models import (
    CLOSED_LEADS,
    Lead,
    LeadState,
    Opening,
    OpeningState,
    Opinion,
    OpinionState,
)  # fmt: skip
from .rules import CHECKER, EDITOR, INTAKE, REPORTER, REVISER, SIGNER

L, O = LeadState, OpinionState

# fmt: off
LEAD = Lifecycle(Lead, L, (
    #    action          名称                  from                                to             who
    Step("accept",       "受理",               (L.RECEIVED,),                      L.READING,     INTAKE, form=forms.Accept, effect=actions.accept),
    Step("transcribe",   "录入文字",           (L.RECEIVED, L.READING),            None,          INTAKE, form=forms.Transcribe, effect=actions.transcribe, optional=True, inside=True,
         help="来信扫描件和录音由人录入；原件不动。"),
    Step("sort",         "归类",               (L.RECEIVED, L.READING, L.PASSED),  None,          INTAKE, form=forms.Sort, effect=actions.sort, optional=True, inside=True),
    Step("park",         "列为疑似",           (L.RECEIVED,),                      L.SUSPECT,     INTAKE, form=forms.Note, optional=True, inside=True, taken_back_by="clear"),
    Step("clear",        "不是无效，恢复",     (L.SUSPECT,),                       L.RECEIVED,    INTAKE, inside=True),
    Step("bin",          "确认无效",           (L.SUSPECT,),                       L.BINNED,      INTAKE, form=forms.Note, effect=actions.close, optional=True, inside=True),
    Step("redirect",     "指引其他渠道",       (L.RECEIVED, L.READING),            L.REDIRECTED,  INTAKE, form=forms.Redirect, effect=actions.redirect, optional=True),
    Step("join",         "并入同一件事",       (L.RECEIVED, L.READING),            L.JOINED,      INTAKE, guard=rules.takes_in_no_lead, form=forms.Join, effect=actions.join, optional=True),
    Step("take_up",      "编为社情民意信息",   (L.READING,),                       L.PASSED,      INTAKE, form=forms.TakeUp, effect=actions.take_up),
    Step("pass_on",      "转给委员或单位",     (L.READING,),                       L.PASSED,      INTAKE, form=forms.PassOn, effect=actions.pass_on, optional=True),
    Step("ask",          "请来信人补充",       (L.RECEIVED, L.READING, L.PASSED),  None,          INTAKE, form=forms.Ask, effect=actions.ask_sender, optional=True),
    Step("answer",       "答复来信人",         (L.READING, L.PASSED),              L.ANSWERED,    INTAKE, form=forms.Answer, effect=actions.answer, formal=True),
    Step("unuse",        "不采用",             (L.READING, L.PASSED),              L.UNUSED,      INTAKE, form=forms.Unuse, effect=actions.unuse, optional=True),
    Step("reopen",       "重新办理",           CLOSED_LEADS,                       L.READING,     INTAKE, form=forms.Note, effect=actions.reopen, optional=True),
    Step("ask_contact",  "申请查看联系方式",   (L.RECEIVED, L.READING, L.PASSED),  None,          INTAKE, only=rules.has_contact, guard=rules.nobody_asks, form=forms.AskContact, effect=actions.ask_contact, optional=True, inside=True),
))

OPENING = Lifecycle(Opening, OpeningState, (
    Step("grant",  "同意查看",   (OpeningState.ASKED,), OpeningState.GRANTED, INTAKE, guard=rules.granted_by_another, effect=actions.grant_opening, inside=True),
    Step("refuse", "不同意查看", (OpeningState.ASKED,), OpeningState.REFUSED, INTAKE, guard=rules.granted_by_another, form=forms.Note, optional=True, inside=True),
))

OPINION = Lifecycle(Opinion, O, (
    Step("submit",          "提交",         (O.DRAFT,),                  O.SUBMITTED,  REPORTER, guard=rules.has_text, effect=actions.submit, tell=EDITOR),
    Step("discard",         "作废草稿",     (O.DRAFT,),                  O.DISCARDED,  REPORTER, optional=True),
    Step("resubmit",        "补充后再提交", (O.RETURNED,),               O.SUBMITTED,  REPORTER, guard=rules.has_text, effect=actions.submit, tell=EDITOR),
    Step("send_back",       "退回补充",     (O.SUBMITTED,),              O.RETURNED,   EDITOR,   guard=rules.not_own, form=forms.Note, effect=actions.send_back, tell=REPORTER, optional=True),
    Step("adopt",           "采用",         (O.SUBMITTED, O.KEPT),       O.EDITING,    EDITOR,   guard=rules.not_own, form=forms.Adopt, effect=actions.adopt, tell=REPORTER),
    Step("keep",            "留存",         (O.SUBMITTED, O.EDITING),    O.KEPT,       EDITOR,   guard=rules.not_own, form=forms.Keep, effect=actions.keep, tell=REPORTER, optional=True),
    Step("edit",            "编辑送核",     (O.EDITING,),                O.EDITED,     EDITOR,   guard=rules.has_parts, form=forms.Words, effect=actions.edit, tell=CHECKER, inside=True),
    Step("combine",         "并入综合稿",   (O.EDITING,),                O.COMBINED,   EDITOR,   only=rules.is_plain, guard=rules.holds_no_parts, form=forms.Combine, effect=actions.combine, optional=True, inside=True, taken_back_by="split"),
    Step("split",           "移出综合稿",   (O.COMBINED,),               O.EDITING,    EDITOR,   guard=rules.whole_is_open, form=forms.Note, effect=actions.split, optional=True, inside=True),
    Step("check",           "核稿",         (O.EDITED,),                 O.CHECKED,    CHECKER,  guard=rules.checked_by_another, form=forms.Words, effect=actions.check, tell=SIGNER, inside=True),
    Step("back_to_editing", "退回编辑",     (O.EDITED, O.CHECKED),       O.EDITING,    REVISER,  form=forms.Note, tell=EDITOR, optional=True, inside=True),
    Step("sign",            "签发",         (O.CHECKED,),                O.ISSUED,     SIGNER,   guard=rules.not_own, effect=actions.sign, tell=EDITOR, formal=True),
    Step("record_adoption", "登记采用",     (O.ISSUED, O.COMBINED),      None,         EDITOR,   form=forms.RecordAdoption, effect=actions.record_adoption, optional=True),
))
# fmt: on
