"""THE TABLES. Read a row aloud: the office submits an endorsed plan to the party committee; the leaders are told."""

from huisheng.kernel.lifecycle import Lifecycle, Step
from huisheng.kernel.who import SYSTEM

from . import actions, forms, rules
from .models import (
    Line,
    LineState,
    Plan,
    PlanState,
    Research,
    ResearchState,
    Subject,
    SubjectState,
)
from .rules import CHAIR, GATHERER, GROUP, KEEPER, LEADER, OFFICE, PROPOSER, RESEARCHER, REVISER

T, P, L, R = SubjectState, PlanState, LineState, ResearchState

# fmt: off
SUBJECT = Lifecycle(Subject, T, (
    #    action      名称            from                                to           who
    Step("choose",   "列入备选",     (T.RECEIVED,),                      T.CHOSEN,    OFFICE, form=forms.OptionalNote, tell=PROPOSER),
    Step("keep",     "留待以后",     (T.RECEIVED, T.CHOSEN),             T.KEPT,      OFFICE, guard=rules.is_in_no_draft, form=forms.Note, tell=PROPOSER, optional=True, taken_back_by="reopen"),
    Step("decline",  "不列入",       (T.RECEIVED, T.CHOSEN, T.KEPT),     T.DECLINED,  OFFICE, guard=rules.is_in_no_draft, form=forms.Note, tell=PROPOSER, optional=True, taken_back_by="reopen"),
    Step("merge",    "并入另一议题", (T.RECEIVED, T.CHOSEN),             T.MERGED,    OFFICE, guard=rules.is_in_no_draft, form=forms.Merge, effect=actions.merge, tell=PROPOSER, optional=True, taken_back_by="reopen"),
    Step("reopen",   "恢复筛选",     (T.KEPT, T.DECLINED, T.MERGED),     T.RECEIVED,  OFFICE, form=forms.Note, effect=actions.reopen_subject, optional=True),
    Step("withdraw", "撤回议题",     (T.RECEIVED,),                      T.WITHDRAWN, PROPOSER, guard=rules.is_in_no_draft, optional=True),
    Step("plan",     "列入计划",     (T.CHOSEN,),                        T.PLANNED,   SYSTEM, tell=PROPOSER),
    Step("take_out", "调出计划",     (T.PLANNED,),                       T.KEPT,      SYSTEM, tell=PROPOSER),
))

PLAN = Lifecycle(Plan, P, (
    Step("collect",  "征集议题",     (P.DRAFT,),                None,        OFFICE,  form=forms.Collect, effect=actions.collect, optional=True),
    Step("discuss",  "提请审议",     (P.DRAFT,),                P.DISCUSSED, OFFICE,  guard=rules.has_lines, tell=CHAIR),
    Step("endorse",  "审议通过",     (P.DISCUSSED,),            P.ENDORSED,  CHAIR,   form=forms.Endorse, effect=actions.endorse, tell=OFFICE),
    Step("return",   "退回修改",     (P.DISCUSSED, P.ENDORSED), P.DRAFT,     REVISER, form=forms.Note, tell=OFFICE, optional=True),
    Step("submit",   "报区委审定",   (P.ENDORSED,),             P.SUBMITTED, OFFICE,  form=forms.OptionalNote, tell=LEADER),
    Step("approve",  "登记审定",     (P.SUBMITTED,),            P.APPROVED,  OFFICE,  form=forms.Approve, effect=actions.approve, tell=CHAIR),
    Step("refuse",   "登记退回",     (P.SUBMITTED,),            P.DRAFT,     OFFICE,  form=forms.Note, tell=CHAIR, optional=True),
    Step("issue",    "签发印发",     (P.APPROVED,),             P.ISSUED,    CHAIR,   guard=rules.is_approved, effect=actions.issue, tell=OFFICE, formal=True,
         help="印发后这一版定稿，不能再改；年中要调整的，走同样的程序出新的一版。"),
    Step("amend",    "提出调整",     (P.ISSUED,),               P.DRAFT,     OFFICE,  form=forms.Amend, effect=actions.amend, tell=CHAIR, optional=True),
    Step("keep",     "不再调整",     (P.DRAFT,),                P.ISSUED,    OFFICE,  only=rules.has_version, form=forms.Note, effect=actions.keep_plan, optional=True),
    Step("close",    "年终总结",     (P.ISSUED,),               P.CLOSED,    OFFICE,  form=forms.Close, effect=actions.close, tell=CHAIR, optional=True, formal=True,
         help="没有完成的项目结转下年，作为下一年的议题。"),
))

LINE = Lifecycle(Line, L, (
    Step("begin",    "启动",         (L.PLANNED,),                         L.RUNNING,   KEEPER, form=forms.Begin, effect=actions.begin, tell=KEEPER),
    Step("arrange",  "关联会议活动", (L.PLANNED, L.RUNNING, L.CONCLUDED),  None,        KEEPER, form=forms.Arrange, effect=actions.arrange, optional=True),
    Step("gather",   "汇集提案",     (L.PLANNED, L.RUNNING),               None,        GATHERER, only=rules.is_about_proposals, form=forms.Gather, effect=actions.gather, optional=True),
    Step("attach",   "关联成果",     (L.PLANNED, L.RUNNING, L.CONCLUDED),  None,        OFFICE, form=forms.Attach, effect=actions.attach, optional=True),
    Step("note",     "记录进展",     (L.PLANNED, L.RUNNING),               None,        KEEPER, form=forms.Note, optional=True),
    Step("conclude", "完成",         (L.RUNNING,),                         L.CONCLUDED, OFFICE, guard=rules.has_result, form=forms.Conclude, effect=actions.conclude, tell=KEEPER, taken_back_by="reopen"),
    Step("reopen",   "继续办理",     (L.CONCLUDED,),                       L.RUNNING,   OFFICE, form=forms.Note, effect=actions.reopen_line, optional=True),
    Step("adopt",    "列入计划",     (L.PROPOSED,),                        L.PLANNED,   SYSTEM, effect=actions.adopt),
    Step("change",   "按新版调整",   (L.PLANNED, L.RUNNING),               None,        SYSTEM, effect=actions.change),
    Step("drop",     "调出计划",     (L.PLANNED, L.RUNNING),               L.DROPPED,   SYSTEM, effect=actions.drop, tell=KEEPER),
    Step("carry",    "结转下年",     (L.PLANNED, L.RUNNING),               L.CARRIED,   SYSTEM),
))

RESEARCH = Lifecycle(Research, R, (
    Step("ask",     "报批",         (R.DRAFT,),                      R.ASKED,    RESEARCHER, guard=rules.has_questions, tell=OFFICE),
    Step("approve", "批准",         (R.ASKED,),                      R.RUNNING,  OFFICE,     form=forms.OptionalNote, tell=GROUP),
    Step("return",  "退回修改",     (R.ASKED,),                      R.DRAFT,    OFFICE,     form=forms.Note, tell=RESEARCHER, optional=True),
    Step("record",  "记录情况",     (R.RUNNING,),                    None,       GROUP,    form=forms.Record, effect=actions.record, optional=True),
    Step("write",   "写报告",       (R.RUNNING,),                    None,       RESEARCHER, form=forms.Write, effect=actions.write_report, optional=True),
    Step("extend",  "延长期限",     (R.RUNNING,),                    None,       OFFICE,     form=forms.Extend, effect=actions.extend, tell=RESEARCHER, optional=True),
    Step("send",    "报告送审",     (R.RUNNING,),                    R.REPORTED, RESEARCHER, guard=rules.has_report, tell=OFFICE),
    Step("back",    "退回改报告",   (R.REPORTED,),                   R.RUNNING,  OFFICE,     form=forms.Note, tell=RESEARCHER, optional=True),
    Step("deliver", "转为成果",     (R.REPORTED,),                   R.DONE,     OFFICE,     form=forms.Deliver, effect=actions.deliver, tell=RESEARCHER,
         help="报告转到成果报送，在那里核稿、签发、报送。"),
    Step("drop",    "停止",         (R.DRAFT, R.ASKED, R.RUNNING),   R.DROPPED,  OFFICE,     form=forms.Note, tell=RESEARCHER, optional=True),
))
# fmt: on
