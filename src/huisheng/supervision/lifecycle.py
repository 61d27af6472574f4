"""THE TABLES. Read a row aloud: the chair approves a submitted scheme, if its team is clear of conflicts; the office is told."""

from huisheng.kernel.lifecycle import Lifecycle, Step
from huisheng.kernel.who import SYSTEM

from . import actions, forms, letters, rules
from .models import (
    Finding,
    FindingState,
    Hearing,
    HearingState,
    LetterState,
    Monitor,
    MonitorLetter,
    MonitorState,
    Supervision,
    SupervisionState,
    Unit,
    UnitState,
)
from .rules import (
    CHAIR,
    HANDLER,
    HEAD,
    HEARER,
    INSPECTOR,
    KEEPER,
    LEADER,
    OFFICE,
    RECHECKER,
    REVISER,
    TEAM,
    WRITER,
)

S, U, H, F, M, B = SupervisionState, UnitState, HearingState, FindingState, MonitorState, LetterState

# fmt: off
SUPERVISION = Lifecycle(Supervision, S, (
    #    action           名称              from                                      to             who
    Step("compose",       "组成监督组",     (S.DRAFT, S.APPROVED, S.RUNNING),         None,          KEEPER,  form=forms.Compose, effect=actions.compose, optional=True, inside=True,
         help="在被监督单位工作或任岗的，系统自动列为回避，不进监督组。"),
    Step("recuse",        "申报回避",       (S.DRAFT, S.SUBMITTED, S.APPROVED, S.RUNNING, S.LISTED, S.RECTIFYING), None, TEAM, form=forms.Recuse, effect=actions.recuse, tell=KEEPER, optional=True, inside=True,
         help="与监督事项有利害关系的，写明理由，退出监督组。"),
    Step("submit",        "报批",           (S.DRAFT,),                               S.SUBMITTED,   KEEPER,  guard=rules.scheme_is_whole, tell=CHAIR),
    Step("send_back",     "退回修改",       (S.SUBMITTED,),                           S.DRAFT,       CHAIR,   form=forms.Note, tell=KEEPER, optional=True, inside=True),
    Step("approve",       "批准方案",       (S.SUBMITTED,),                           S.APPROVED,    CHAIR,   guard=rules.is_unapproved_by_self, effect=actions.approve, tell=KEEPER, formal=True,
         help="批准后编号，方案定下来。"),
    Step("checklist",     "编检查清单",     (S.DRAFT, S.APPROVED, S.RUNNING),         None,          KEEPER,  form=forms.Checklist, effect=actions.checklist, optional=True, inside=True),
    Step("notify",        "通知被监督单位", (S.APPROVED,),                            S.RUNNING,     KEEPER,  guard=rules.team_is_clear, form=forms.Notify, effect=actions.notify, tell=TEAM),
    Step("schedule",      "安排情况通报",   (S.APPROVED, S.RUNNING),                  None,          KEEPER,  form=forms.Schedule, effect=actions.schedule, optional=True),
    Step("survey",        "发评议问卷",     (S.RUNNING,),                             None,          KEEPER,  only=rules.may_survey, form=forms.OpenSurvey, effect=actions.open_survey, optional=True),
    Step("paper_sheets",  "登记纸质问卷",   (S.RUNNING,),                             None,          KEEPER,  only=rules.has_survey, form=forms.EnterSheets, effect=actions.enter_sheets, optional=True, inside=True,
         help="把收回的纸质问卷逐题数好份数，一次登记；再登记一次，就以新的为准。"),
    Step("end_survey",    "截止评议",       (S.RUNNING,),                             None,          KEEPER,  only=rules.has_survey, guard=rules.survey_is_open, effect=actions.end_survey, optional=True),
    Step("choose",        "选定检查结果",   (S.RUNNING,),                             None,          LEADER,  guard=rules.has_dispute, form=forms.Choose, effect=actions.choose, optional=True, inside=True,
         help="两位成员查同一项、结果不同的，两份都留着，由组长选定以哪一份为准。"),
    Step("list",          "形成问题清单",   (S.RUNNING,),                             S.LISTED,      LEADER,  guard=rules.is_looked_through, effect=actions.list_findings, tell=OFFICE, inside=True),
    Step("relist",        "退回补查",       (S.LISTED,),                              S.RUNNING,     KEEPER,  only=rules.has_no_output, form=forms.Note, tell=TEAM, optional=True, inside=True),
    Step("opine",         "起草监督意见",   (S.LISTED,),                              None,          OFFICE,  only=rules.has_no_output, form=forms.Opine, effect=actions.opine,
         help="按问题清单起草，到“成果报送”里核稿、签发、报送；批示和转办也在那里。"),
    Step("send",          "送达监督意见",   (S.LISTED,),                              S.RECTIFYING,  OFFICE,  only=rules.has_findings_to_send, guard=rules.opinion_is_out, effect=actions.send, tell=TEAM, formal=True,
         help="各单位只收到自己的问题，按期报整改措施。"),
    Step("close",         "办结",           (S.LISTED, S.RECTIFYING),                 S.CLOSED,      OFFICE,  only=rules.has_nothing_open, guard=rules.all_is_settled, form=forms.Close, effect=actions.close, tell=TEAM),
    Step("publish",       "公开",           (S.CLOSED,),                              None,          CHAIR,   only=rules.is_not_published, form=forms.Publish, effect=actions.publish, optional=True, formal=True,
         help="公众在公开页面看到题目、公开说明和各项问题的整改结果；监督人员的姓名不公开。"),
    Step("unpublish",     "停止公开",       (S.CLOSED,),                              None,          REVISER, only=rules.is_published, form=forms.Note, effect=actions.unpublish, optional=True),
    Step("cancel",        "取消",           (S.DRAFT, S.SUBMITTED, S.APPROVED),       S.CANCELLED,   KEEPER,  form=forms.Note, effect=actions.cancel, tell=TEAM, optional=True),
))

UNIT = Lifecycle(Unit, U, (
    Step("notify", "送达通知", (U.WAITING,),  U.NOTIFIED, SYSTEM,  effect=actions.notify_unit, tell=HANDLER),
    Step("take",   "签收",     (U.NOTIFIED,), U.TAKEN,    HANDLER, effect=actions.take, tell=OFFICE),
))

HEARING = Lifecycle(Hearing, H, (
    Step("prepare",  "报通报材料",       (H.PLANNED, H.READY),  H.READY,     HANDLER, form=forms.Prepare, effect=actions.prepare, tell=OFFICE),
    Step("postpone", "改期",             (H.PLANNED, H.READY),  None,        OFFICE,  form=forms.Postpone, effect=actions.postpone, tell=HANDLER, optional=True),
    Step("hear",     "登记听取",         (H.PLANNED, H.READY),  H.HEARD,     OFFICE,  form=forms.Hear, effect=actions.hear),
    Step("collect",  "提意见",           (H.HEARD,),            None,        HEARER,  form=forms.Collect, effect=actions.collect, optional=True, inside=True),
    Step("settle",   "没有意见，办结",   (H.HEARD,),            H.DONE,      OFFICE,  guard=rules.opinions_are_none, optional=True),
    Step("send",     "送达意见",         (H.HEARD,),            H.SENT,      OFFICE,  guard=rules.opinions_are_there, effect=actions.send_opinions, tell=HANDLER),
    Step("answer",   "反馈",             (H.SENT,),             H.ANSWERED,  HANDLER, form=forms.Answer, effect=actions.answer, tell=OFFICE),
    Step("return",   "退回补充",         (H.ANSWERED,),         H.SENT,      OFFICE,  form=forms.Note, tell=HANDLER, optional=True),
    Step("accept",   "审核办结",         (H.ANSWERED,),         H.DONE,      OFFICE,  tell=HEARER),
    Step("cancel",   "取消",             (H.PLANNED, H.READY),  H.CANCELLED, OFFICE,  form=forms.Note, tell=HANDLER, optional=True),
))

FINDING = Lifecycle(Finding, F, (
    Step("revise", "修改",           (F.LISTED,),               None,       INSPECTOR, form=forms.Revise, effect=actions.revise, optional=True, inside=True),
    Step("drop",   "不列入",         (F.LISTED,),               F.DROPPED,  HEAD,      form=forms.Note, optional=True, inside=True),
    Step("send",   "送达",           (F.LISTED,),               F.SENT,     SYSTEM,    effect=actions.send_finding, tell=HANDLER),
    Step("plan",   "报整改措施",     (F.SENT,),                 F.PLANNED,  HANDLER,   form=forms.Plan, effect=actions.plan, tell=RECHECKER),
    Step("replan", "调整整改措施",   (F.PLANNED,),              None,       HANDLER,   form=forms.Replan, effect=actions.replan, optional=True, help="完成时间不变；要延期的，请与区政协办公室联系。"),
    Step("extend", "延长期限",       (F.SENT, F.PLANNED),       None,       OFFICE,    form=forms.Extend, effect=actions.extend, tell=HANDLER, optional=True),
    Step("urge",   "催办",           (F.SENT, F.PLANNED),       None,       OFFICE,    form=forms.OptionalNote, tell=HANDLER, optional=True),
    Step("report", "报告整改情况",   (F.PLANNED,),              F.REPORTED, HANDLER,   form=forms.Report, effect=actions.report, tell=RECHECKER),
    Step("pass",   "回头看：通过",   (F.REPORTED,),             F.CLOSED,   RECHECKER, guard=rules.looks_unbiased, form=forms.Pass, effect=actions.passed, tell=HANDLER),
    Step("fail",   "回头看：未通过", (F.REPORTED,),             F.PLANNED,  RECHECKER, guard=rules.looks_unbiased, form=forms.Fail, effect=actions.failed, tell=HANDLER, optional=True,
         help="退回单位重新整改，定一个新的完成时间；这一轮和下一轮都留着。"),
))

MONITOR = Lifecycle(Monitor, M, (
    Step("renew", "续任", (M.IN_POST,), None,    OFFICE, guard=rules.may_serve_again, form=forms.Renew, effect=actions.renew, optional=True),
    Step("end",   "卸任", (M.IN_POST,), M.ENDED, OFFICE, form=forms.Note, effect=actions.end_post, optional=True),
))

LETTER = Lifecycle(MonitorLetter, B, (
    Step("send",     "提交",     (B.DRAFT,), B.SENT,  WRITER, guard=rules.writer_is_in_post, effect=letters.send, tell=OFFICE),
    Step("withdraw", "撤回修改", (B.SENT,),  B.DRAFT, WRITER, optional=True),
    Step("take",     "采用",     (B.SENT,),  B.TAKEN, OFFICE, form=forms.TakeLetter, effect=letters.take, tell=WRITER,
         help="列入一项监督，或者转为社情民意信息；监督员看得到采用到哪里。"),
    Step("keep",     "留存",     (B.SENT,),  B.KEPT,  OFFICE, form=forms.Note, effect=letters.keep, tell=WRITER, optional=True),
))
# fmt: on
