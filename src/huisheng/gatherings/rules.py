"""Who may, and what must be true first. A guard answers "" or with a sentence the person can act on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from huisheng.kernel.lifecycle import Act
from huisheng.kernel.who import EVERY, NONE, Who
from huisheng.people import posts
from huisheng.people.models import Account, Post
from huisheng.people.posts import anybody, at, holders

from . import queries
from .models import Ballot, Briefing, Gathering, Leave, Speech, SpeechState

OFFICE = anybody(posts.OFFICE)
CHAIR = anybody(posts.CHAIR)
CHECKER = anybody(posts.EDITOR, posts.OFFICE)
HOST = OFFICE | at(posts.CONVENER, "host", "组织单位召集人")
RECORDER = OFFICE | at(posts.CONVENER, "gathering__host", "组织单位召集人")
KEEPER = OFFICE | at(posts.CONVENER, "body", "召集人")
SPEAKER = at(posts.MEMBER, "speaker_member", "发言委员") | at(
    posts.CONVENER, "speaker_body", "发言单位召集人"
)
APPLICANT = at(posts.MEMBER, "invitee__member", "请假人")


def _invited_within(account: Any, today: date) -> Q:
    return queries.calls(account, today) if account.is_active else NONE


def _invited_audience(gathering: Any, today: date) -> QuerySet:
    members = Post.objects.current(today).filter(
        kind=posts.MEMBER, member__in=gathering.invitees.exclude(member=None).values("member")
    )
    named = gathering.invitees.exclude(account=None).values("account")
    guests = Post.objects.current(today).filter(
        kind=posts.HANDLER, agency__in=gathering.guests.exclude(agency=None).values("agency")
    )
    own = Q(pk__in=members.values("account")) | Q(pk__in=named) | Q(pk__in=guests.values("account"))
    return Account.objects.filter(own, is_active=True)


# everybody called to a gathering, and the units invited to it
INVITED = Who("受邀人员", _invited_within, _invited_audience)


def _approves(account: Any, today: date) -> Q:
    """请假由谁批: the chair where the kind says so, else the office or the convener of the host."""
    found = NONE
    if account.holds(posts.CHAIR, on=today):
        found = Q(is_chairs=True)
    if account.holds(posts.OFFICE, on=today):
        found = EVERY if found != NONE else Q(is_chairs=False)
    elif bodies := account.places(posts.CONVENER, on=today):
        own = Q(is_chairs=False, gathering__host__in=bodies)
        found = own if found == NONE else found | own
    return found


def _approvers(leave: Any, today: date) -> QuerySet:
    if leave.is_chairs:
        return holders([posts.CHAIR], today)
    office = holders([posts.OFFICE], today)
    host = leave.gathering.host
    return office | holders([posts.CONVENER], today, body=host) if host else office


APPROVER = Who("请假批准人", _approves, _approvers)


# -- guards ------------------------------------------------------------------------------------------------------------
def is_ready(gathering: Gathering, act: Act) -> str:
    """What a notice needs: somebody to call, and for a meeting with an agenda at least one item."""
    if not gathering.invitees.exists():
        return "还没有邀请人员。请先用“增加人员”选好。"
    if gathering.needs("agenda") and gathering.needs("must") and not gathering.agenda.exists():
        return f"{gathering.type_label}的通知要附议程，请先写好议程。"
    return ""


def has_begun(gathering: Gathering, act: Act) -> str:
    """补记 is for what is over."""
    if gathering.starts_at > act.at:
        return "这次活动还没有开始，不能补记。"
    return "" if gathering.invitees.exists() else "还没有邀请人员。请先用“增加人员”选好参加的人。"


def is_settled(gathering: Gathering, act: Act) -> str:
    """办结 waits for the minutes, for leave nobody decided, and for what this kind must say."""
    open_leave = gathering.leaves.filter(state="asked").count()
    if open_leave:
        return f"还有{open_leave}份请假没有批。"
    if gathering.needs("minutes") and not gathering.minutes.strip():
        return "纪要还没有写。"
    if missing := queries.missing(gathering):
        return f"还没有填：{'、'.join(missing)}。"
    drafts = gathering.ballots.filter(state="draft").count()
    return f"还有{drafts}项表决、选举没有宣布结果。" if drafts else ""


def is_alone(gathering: Gathering, act: Act) -> str:
    """A meeting with groups inside is cancelled after them."""
    inside = gathering.children.exclude(state="cancelled").count()
    return f"它下面还有{inside}个会议，请先取消它们。" if inside else ""


def meets_in_groups(gathering: Gathering) -> bool:
    """分组开会 is for a meeting of a kind with groups; a group meeting is not divided again."""
    return gathering.parent_id is None and gathering.needs("groups")


def has_groups(gathering: Gathering, act: Act) -> str:
    return "" if queries.groups_ahead(gathering) else "没有还要建的小组。请先用“增加人员”，写上组别。"


def has_words(speech: Speech, act: Act) -> str:
    return "" if speech.content.strip() else "发言材料还没有写。"


def calls_for_speeches(gathering: Gathering) -> bool:
    return gathering.needs("speeches")


def checked_by_another(speech: Speech, act: Act) -> str:
    """初选和审稿须是不同的人（两人原则）；审定由主席会议成员办理，本来就是第三个人。"""
    if act.account.pk == speech.made_by_id:
        return "审稿须由提交人以外的同志办理。"
    if act.account.pk == queries.chooser_of(speech):
        return "初选是您办的，审稿须由另一位同志办理。"
    return ""


def is_oral(speech: Speech) -> bool:
    return speech.state == SpeechState.ORAL


def briefing_has_words(briefing: Briefing, act: Act) -> str:
    return "" if briefing.content.strip() else "简报还没有写内容。"


def counts_close(ballot: Ballot, act: Act) -> str:
    """Announced is only what adds up."""
    return queries.what_does_not_close(ballot)


def is_not_own(leave: Leave, act: Act) -> str:
    mine = act.account.places(posts.MEMBER, on=act.today)
    return "自己的请假须由别人批准。" if leave.invitee.member_id in mine else ""
