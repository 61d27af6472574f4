"""THE TABLE of 政协动态. Read a row aloud: the office reviews what the editor passed; a third person publishes it, the writer is told."""

from huisheng.kernel.lifecycle import Lifecycle, Step

from . import news_actions as actions
from . import news_forms as forms
from . import news_rules as rules
from .models_news import NewsItem, NewsState
from .news_rules import FINAL, FIRST, KEEPER, REVIEWER, SECOND, WRITER

N = NewsState

# fmt: off
NEWS = Lifecycle(NewsItem, N, (
    #    action       名称          from                                to           who
    Step("submit",    "提交",       (N.DRAFT, N.RETURNED),              N.SUBMITTED, WRITER,   guard=rules.is_ready, effect=actions.submit, tell=FIRST),
    Step("read",      "初审",       (N.SUBMITTED,),                     N.READ,      FIRST,    form=forms.OptionalNote, effect=actions.read, tell=SECOND),
    Step("check",     "复审",       (N.READ,),                          N.CHECKED,   SECOND,   form=forms.OptionalNote, effect=actions.check, tell=FINAL),
    Step("publish",   "终审发布",   (N.CHECKED,),                       N.PUBLISHED, FINAL,    guard=rules.is_ready, effect=actions.publish, tell=WRITER, formal=True,
         help="发布后任何人都能在公开网页上看到，文字定稿。", undo="发布后可以更正，也可以撤下。"),
    Step("return",    "退回修改",   (N.SUBMITTED, N.READ, N.CHECKED),   N.RETURNED,  REVIEWER, form=forms.Note, tell=WRITER, optional=True),
    Step("withdraw",  "撤回",       (N.DRAFT, N.SUBMITTED, N.RETURNED), N.WITHDRAWN, WRITER,   optional=True),
    Step("correct",   "更正",       (N.PUBLISHED,),                     None,        FINAL,    form=forms.Correct, effect=actions.correct, tell=WRITER, optional=True, formal=True,
         undo="更正错了的，再更正一次；每一版都留着。"),
    Step("take_down", "撤下",       (N.PUBLISHED,),                     N.TAKEN,     KEEPER,   form=forms.Reason, effect=actions.take_down, tell=WRITER, optional=True, inside=True),
    Step("restore",   "恢复发布",   (N.TAKEN,),                         N.PUBLISHED, FINAL,    form=forms.Note, effect=actions.restore, tell=WRITER, optional=True, inside=True,
         help="文字和照片还是撤下以前的那一版。"),
))
# fmt: on
