"""Who may in a 网络议政, and what must be true first. A guard answers "" or with a sentence the person can act on."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from huisheng.kernel.lifecycle import Act
from huisheng.kernel.who import NONE, Who
from huisheng.outputs.models import OUT, OutputState
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.people.posts import anybody, at, holders

from . import forum_queries as queries
from .models_forum import Forum, ForumPost, ForumSeat, ForumState, Statement, StatementState

PREPARER = anybody(posts.EDITOR, posts.OFFICE)
OFFICE = anybody(posts.OFFICE)
WRITER = at(posts.MEMBER, "member", "发言人本人")
THINKER = at(posts.MEMBER, "member", "提出人")


def _moderates(column: str) -> Who:
    def within(account: Any, today: date) -> Q:
        return Q(**{f"{column}__in": [account.pk]}) if account.pk else NONE

    def audience(record: Any, today: date) -> QuerySet:
        return Account.objects.filter(pk=record.matter.moderator_id, is_active=True)

    return Who("主持人", within, audience)


MODERATOR = _moderates("moderator")
KEEPER = _moderates("forum__moderator")


def _sits(account: Any, today: date) -> Q:
    members = account.places(posts.MEMBER, on=today)
    return Q(pk__in=ForumSeat.objects.filter(member__in=members).values("forum")) if members else NONE


def _seated(forum: Any, today: date) -> QuerySet:
    return holders([posts.MEMBER], today, member__in=forum.seats.values("member"))


PARTICIPANT = Who("参加委员", _sits, _seated)


def mark_of(forum: Forum, member: int) -> str:
    """What stands in a vote for who gave it: made with the server's key, so the database alone tells nobody.

    The key lies outside the database (``kernel.sealing``); another forum makes another mark of the same member.
    """
    key = settings.FIELD_KEY if isinstance(settings.FIELD_KEY, bytes) else settings.FIELD_KEY.encode()
    return hmac.new(key, f"forum-vote:{forum.pk}:{member}".encode(), hashlib.sha256).hexdigest()


# -- guards ------------------------------------------------------------------------------------------------------------
def is_ready(forum: Forum, act: Act) -> str:
    """Somebody to ask, a day that is still to come, and a first statement to vote on."""
    if not queries.asked_to(forum, act.today).exists():
        return "还没有邀请委员。请在“修改筹备”里选全体委员、机构，或逐个选委员。"
    if forum.closes_on <= act.today:
        return "征集截止日期已经过了。请在“修改筹备”里改到今天以后。"
    return ""


def statements_are_settled(forum: Forum, act: Act) -> str:
    """结束 waits for the statements nobody has looked at."""
    waiting = forum.statements.filter(state=StatementState.PROPOSED).count()
    return f"还有{waiting}条观点没有审核。请先采用，或写明理由不采用。" if waiting else ""


def has_no_summary(forum: Forum) -> bool:
    return forum.output is None or forum.output.state == OutputState.WITHDRAWN


def has_summary(forum: Forum) -> bool:
    return not has_no_summary(forum)


def is_counted(forum: Forum, act: Act) -> str:
    """A summary is written with the last count before one's eyes."""
    if queries.needs_final(forum):
        return "最后一次统计还在计算，通常几秒钟就好。请稍后刷新再办。"
    return ""


def summary_is_out(forum: Forum, act: Act) -> str:
    if forum.output is not None and forum.output.state in OUT:
        return ""
    return "综述还没有报送。请在成果里送核、签发、报送以后，再来办结。"


def is_going_on(post: ForumPost | Statement) -> bool:
    return post.forum.state in (ForumState.OPEN, ForumState.SUMMING)


def takes_statements(statement: Statement) -> bool:
    return statement.forum.state in queries.TAKES_STATEMENTS


def is_open(record: ForumPost | Statement) -> bool:
    return record.forum.state == ForumState.OPEN
