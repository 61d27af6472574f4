"""THE TABLES. Read a row aloud: the host notifies a prepared gathering, if somebody is invited; the invited are told."""

from huisheng.kernel.lifecycle import Lifecycle, Step
from huisheng.kernel.who import SYSTEM

from . import actions, floor, forms, rules
from .models import (
    Ballot,
    BallotState,
    Briefing,
    BriefingState,
    Gathering,
    GatheringState,
    Leave,
    LeaveState,
    Liaison,
    LiaisonState,
    Speech,
    SpeechState,
)
from .rules import APPLICANT, APPROVER, CHAIR, CHECKER, HOST, INVITED, KEEPER, OFFICE, RECORDER, SPEAKER

G, L, S, B, V = GatheringState, LeaveState, SpeechState, BriefingState, BallotState
C = LiaisonState

# fmt: off
GATHERING = Lifecycle(Gathering, G, (
    #    action        名称            from                                to           who
    Step("invite",     "增加人员",     (G.DRAFT, G.NOTIFIED, G.OPEN),      None,        HOST, form=forms.Invite, effect=actions.invite, optional=True, inside=True),
    Step("drop",       "减去人员",     (G.DRAFT, G.NOTIFIED),              None,        HOST, form=forms.Drop, effect=actions.drop, optional=True, inside=True),
    Step("divide",     "分组开会",     (G.DRAFT, G.NOTIFIED, G.OPEN),      None,        HOST, only=rules.meets_in_groups, guard=rules.has_groups, form=forms.Divide, effect=actions.divide, optional=True, inside=True,
         help="每组建一个小组会议，组员就是受邀人员；小组会议各自发通知、签到、记发言，都列在这次会议之下。"),
    Step("notify",     "发通知",       (G.DRAFT,),                         G.NOTIFIED,  HOST, guard=rules.is_ready, effect=actions.notify, tell=INVITED, formal=True,
         help="通知发出后，受邀人员即收到消息；时间、地点要改的，用“变更通知”。"),
    Step("change",     "变更通知",     (G.NOTIFIED,),                      None,        HOST, form=forms.Change, effect=actions.change, tell=INVITED, optional=True),
    Step("remind",     "提醒回执",     (G.NOTIFIED,),                      None,        HOST, form=forms.OptionalNote, effect=actions.remind, optional=True, inside=True),
    Step("cancel",     "取消",         (G.DRAFT, G.NOTIFIED),              G.CANCELLED, HOST, guard=rules.is_alone, form=forms.Note, effect=actions.cancel, optional=True),
    Step("open",       "开始签到",     (G.NOTIFIED,),                      G.OPEN,      HOST),
    Step("close",      "散会",         (G.OPEN,),                          G.HELD,      HOST, effect=actions.close, help="没有签到、也没有请假的，记为缺席；有出入的，散会后可以更正。"),
    Step("record",     "补记",         (G.DRAFT,),                         G.HELD,      HOST, guard=rules.has_begun, form=forms.Record, effect=actions.record, optional=True,
         help="已经办过的活动，勾选到场的人，直接登记。"),
    Step("correct",    "更正出席",     (G.OPEN, G.HELD, G.SETTLED),        None,        HOST, form=forms.Correct, effect=actions.correct, optional=True, inside=True),
    Step("settle",     "办结",         (G.HELD,),                          G.SETTLED,   HOST, guard=rules.is_settled, effect=actions.settle, formal=True,
         help="办结后纪要定稿，出席情况计入履职。"),
    Step("reopen",     "退回补正",     (G.SETTLED,),                       G.HELD,      OFFICE, form=forms.Note, effect=actions.reopen, optional=True),
))

LEAVE = Lifecycle(Leave, L, (
    Step("grant",    "批准",     (L.ASKED,), L.GRANTED,   APPROVER,  guard=rules.is_not_own, form=forms.OptionalNote, effect=actions.grant, tell=APPLICANT, inside=True),
    Step("refuse",   "不批准",   (L.ASKED,), L.REFUSED,   APPROVER,  form=forms.Note, effect=actions.refuse, tell=APPLICANT, optional=True, inside=True),
    Step("withdraw", "撤回请假", (L.ASKED, L.GRANTED), L.WITHDRAWN, APPLICANT, effect=actions.withdraw_leave, optional=True, inside=True),
    Step("register",         "登记纸质请假",       (L.ASKED,), L.GRANTED, SYSTEM, effect=actions.enter_leave, inside=True),
    Step("register_refused", "登记未批准的请假条", (L.ASKED,), L.REFUSED, SYSTEM, effect=actions.enter_leave, inside=True),
    Step("take_back",        "撤销登记",           (L.GRANTED, L.REFUSED), L.WITHDRAWN, SYSTEM, inside=True),
))

SPEECH = Lifecycle(Speech, S, (
    Step("submit",   "提交",         (S.DRAFT,),                                S.SUBMITTED, SPEAKER, guard=rules.has_words, effect=floor.submit_speech, tell=CHECKER),
    Step("choose",   "初选",         (S.SUBMITTED,),                            S.CHOSEN,    CHECKER, form=forms.OptionalNote, inside=True),
    Step("check",    "审稿",         (S.CHOSEN,),                               S.CHECKED,   OFFICE,  guard=rules.checked_by_another, form=forms.OptionalNote, tell=CHAIR, inside=True),
    Step("return",   "退回修改",     (S.SUBMITTED, S.CHOSEN, S.CHECKED),        S.DRAFT,     CHECKER, form=forms.Note, tell=SPEAKER, optional=True),
    Step("speak",    "定为口头发言", (S.CHECKED,),                              S.ORAL,      CHAIR,   form=forms.Arrange, effect=floor.arrange, tell=SPEAKER),
    Step("print",    "定为书面发言", (S.CHECKED,),                              S.WRITTEN,   CHAIR,   form=forms.OptionalNote, tell=SPEAKER, optional=True),
    Step("decline",  "不选用",       (S.SUBMITTED, S.CHOSEN, S.CHECKED),        S.DECLINED,  CHECKER, form=forms.Note, tell=SPEAKER, optional=True),
    Step("arrange",  "安排次序",     (S.ORAL,),                                 None,        OFFICE,  form=forms.Arrange, effect=floor.arrange, optional=True, inside=True),
    Step("withdraw", "撤回",         (S.DRAFT, S.SUBMITTED, S.CHOSEN, S.CHECKED), S.WITHDRAWN, SPEAKER, optional=True),
))

BRIEFING = Lifecycle(Briefing, B, (
    Step("issue",  "印发",     (B.DRAFT,),  B.ISSUED, OFFICE, guard=rules.briefing_has_words, effect=floor.issue_briefing, formal=True),
    Step("recall", "撤回更正", (B.ISSUED,), B.DRAFT,  OFFICE, form=forms.Note, optional=True),
))

BALLOT = Lifecycle(Ballot, V, (
    Step("declare", "宣布结果", (V.DRAFT,),    V.DECLARED, RECORDER, guard=rules.counts_close, effect=floor.declare, formal=True),
    Step("correct", "更正登记", (V.DECLARED,), V.DRAFT,    OFFICE,   form=forms.Note, optional=True, inside=True),
))

LIAISON = Lifecycle(Liaison, C, (
    Step("report", "登记联系", (C.PLANNED,), C.DONE,    KEEPER, form=forms.ReportLiaison, effect=actions.report_liaison),
    Step("move",   "改期",     (C.PLANNED,), None,      KEEPER, form=forms.MoveLiaison, effect=actions.move_liaison, optional=True),
    Step("drop",   "取消",     (C.PLANNED,), C.DROPPED, KEEPER, form=forms.Note, optional=True),
))
# fmt: on
