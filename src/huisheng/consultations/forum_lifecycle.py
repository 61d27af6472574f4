"""THE TABLES of 网络议政. Read a row aloud: the moderator opens a prepared forum, if somebody is asked; they are told."""

from huisheng.kernel.lifecycle import Lifecycle, Step

from . import forum_actions as actions
from . import forum_forms as forms
from . import forum_rules as rules
from .forum_rules import KEEPER, MODERATOR, OFFICE, PARTICIPANT, PREPARER, THINKER, WRITER
from .models_forum import Forum, ForumPost, ForumState, PostState, Statement, StatementState

F, P, S = ForumState, PostState, StatementState

# fmt: off
FORUM = Lifecycle(Forum, F, (
    #    action        名称            from                              to           who
    Step("revise",     "修改筹备",     (F.PREPARING,),                   None,        PREPARER,  form=forms.Prepare, effect=actions.revise, optional=True, inside=True),
    Step("open",       "开始征集",     (F.PREPARING,),                   F.OPEN,      MODERATOR, guard=rules.is_ready, effect=actions.open_, tell=PARTICIPANT, formal=True,
         help="受邀委员即收到通知，可以发言、提出观点、表态。"),
    Step("invite",     "增邀委员",     (F.OPEN,),                        None,        MODERATOR, form=forms.Invite, effect=actions.invite, optional=True, inside=True),
    Step("extend",     "延长征集",     (F.OPEN,),                        None,        MODERATOR, form=forms.Extend, effect=actions.extend, tell=PARTICIPANT, optional=True),
    Step("close",      "结束征集",     (F.OPEN,),                        F.SUMMING,   MODERATOR, guard=rules.statements_are_settled, effect=actions.close, formal=True,
         help="结束后不再收发言和表态，并作最后一次统计。"),
    Step("summarise",  "整理综述",     (F.SUMMING,),                     None,        MODERATOR, only=rules.has_no_summary, guard=rules.is_counted, form=forms.Summarise, effect=actions.summarise),
    Step("conclude",   "办结",         (F.SUMMING,),                     F.CONCLUDED, MODERATOR, only=rules.has_summary, guard=rules.summary_is_out, effect=actions.conclude,
         help="参加的委员都收到结果；发言、观点被采用的，另有一句说明。"),
    Step("hand_over",  "更换主持人",   (F.PREPARING, F.OPEN, F.SUMMING), None,        OFFICE,    form=forms.HandOver, effect=actions.hand_over, optional=True, inside=True),
    Step("cancel",     "取消",         (F.PREPARING, F.OPEN),            F.CANCELLED, MODERATOR, form=forms.Note, tell=PARTICIPANT, optional=True),
))

POST = Lifecycle(ForumPost, P, (
    Step("hide",     "隐藏",     (P.SHOWN,),  P.HIDDEN,    KEEPER, only=rules.is_going_on, form=forms.Reason, effect=actions.hide, tell=WRITER, optional=True, inside=True, taken_back_by="show"),
    Step("show",     "恢复显示", (P.HIDDEN,), P.SHOWN,     KEEPER, only=rules.is_going_on, tell=WRITER, optional=True, inside=True),
    Step("withdraw", "撤回",     (P.SHOWN,),  P.WITHDRAWN, WRITER, only=rules.is_open, optional=True, inside=True),
))

STATEMENT = Lifecycle(Statement, S, (
    Step("accept",   "采用",     (S.PROPOSED,), S.ACCEPTED,  KEEPER,  only=rules.takes_statements, form=forms.Accept, effect=actions.accept, tell=THINKER),
    Step("decline",  "不采用",   (S.PROPOSED,), S.DECLINED,  KEEPER,  form=forms.Decline, tell=THINKER, optional=True, inside=True),
    Step("sort",     "归入主题", (S.ACCEPTED,), None,        KEEPER,  only=rules.is_going_on, form=forms.Sort, effect=actions.sort, optional=True, inside=True),
    Step("withdraw", "撤回",     (S.PROPOSED,), S.WITHDRAWN, THINKER, optional=True, inside=True),
))
# fmt: on
