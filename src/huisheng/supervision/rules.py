"""Who may, and what must be true first. A guard answers "" or with a sentence the person can act on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from huisheng.gatherings.models import Invitee
from huisheng.kernel import local
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.who import NONE, Who
from huisheng.outputs.models import OUT, OutputState
from huisheng.people import posts
from huisheng.people.models import Account, Post
from huisheng.people.posts import anybody, at

from . import local_rules, queries
from .models import (
    Finding,
    FindingState,
    Hearing,
    HearingState,
    Monitor,
    MonitorLetter,
    MonitorState,
    Out,
    Supervision,
)

OFFICE = anybody(posts.OFFICE)
CHAIR = anybody(posts.CHAIR)
REVISER = anybody(posts.OFFICE, posts.CHAIR)
KEEPER = OFFICE | at(posts.CONVENER, "host", "组织单位召集人")
HANDLER = at(posts.HANDLER, "agency")


def _team_within(column: str, rows: Any) -> Any:
    def within(account: Any, today: date) -> Q:
        if not account.places(posts.MEMBER, on=today):
            return NONE
        return Q(**{f"{column}__in": rows(account, today)})

    return within


def _team_audience(supervision: Supervision | None, today: date, **only: Any) -> QuerySet:
    if supervision is None:
        return Account.objects.none()
    members = supervision.team.filter(out=Out.NO, **only).values("member")
    rows = Post.objects.current(today).filter(kind=posts.MEMBER, member__in=members)
    return Account.objects.filter(is_active=True, pk__in=rows.values("account"))


TEAM = Who("监督组成员", _team_within("pk", queries.teams_of), _team_audience)
LEADER = Who(
    "监督组组长",
    _team_within("pk", queries.led_by),
    lambda one, today: _team_audience(one, today, is_leader=True),
)
INSPECTOR = Who(
    "监督组成员",
    _team_within("supervision", queries.teams_of),
    lambda one, today: _team_audience(one.supervision, today),
)
HEAD = Who(
    "监督组组长",
    _team_within("supervision", queries.led_by),
    lambda one, today: _team_audience(one.supervision, today, is_leader=True),
)


def _hears_within(account: Any, today: date) -> Q:
    members = account.places(posts.MEMBER, on=today)
    if not members:
        return NONE
    called = Invitee.objects.filter(member__in=members).values("gathering")
    return Q(gathering__in=called) | Q(supervision__in=queries.teams_of(account, today))


def _hears_audience(hearing: Hearing, today: date) -> QuerySet:
    team = _team_audience(hearing.supervision, today)
    if hearing.gathering is None:
        return team
    members = hearing.gathering.invitees.exclude(member=None).values("member")
    rows = Post.objects.current(today).filter(kind=posts.MEMBER, member__in=members)
    return team | Account.objects.filter(is_active=True, pk__in=rows.values("account"))


# whoever sat there may say something: the office notes it for them, or they write it themselves
HEARER = OFFICE | Who("听取通报的委员", _hears_within, _hears_audience)


def _looks_within(account: Any, today: date) -> Q:
    """回头看须由发现人以外的同志办理（两人原则）。"""
    found = (INSPECTOR | OFFICE).within(account, today)
    return found if found == NONE else found & ~Q(found_by=account)


RECHECKER = Who(
    "发现人以外的监督组成员或政协办公室",
    _looks_within,
    lambda one, today: (INSPECTOR | OFFICE).audience(one, today).exclude(pk=one.found_by_id),
)


# -- the scheme ----------------------------------------------------------------------------------------------------------
def scheme_is_whole(supervision: Supervision, act: Act) -> str:
    if not supervision.agencies.all():
        return "还没有选被监督单位。请在方案里选好。"
    return team_is_clear(supervision, act)


def team_is_clear(supervision: Supervision, act: Act) -> str:
    """A leader, and nobody who belongs to a supervised unit; asked again at every step that matters, for people move."""
    rows = [one for one in queries.team(supervision) if not one.out]
    if not any(one.is_leader for one in rows):
        return "监督组还没有组长。请先“组成监督组”。"
    found = queries.conflicts([one.member for one in rows], supervision, act.today)
    said = [sentence for _, sentence in found.values()]
    return f"须回避：{'；'.join(said[:3])}。请重新“组成监督组”。" if said else ""


def is_unapproved_by_self(supervision: Supervision, act: Act) -> str:
    """A plan is not approved by one of its own team."""
    mine = act.account.places(posts.MEMBER, on=act.today)
    if supervision.team.filter(member__in=mine, out=Out.NO).exists():
        return "您在这个监督组里，方案须由其他主席会议成员批准。"
    return team_is_clear(supervision, act)


def is_looked_through(supervision: Supervision, act: Act) -> str:
    """The list of findings waits until no answers stand against each other and no open survey."""
    items = queries.items_of(supervision)
    open_items = [one for one in items if queries.disputed(one)]
    if open_items:
        names = "、".join(f"第{one.number}项" for one in open_items[:5])
        return f"{names}有两种不同的检查结果，请先“选定检查结果”。"
    unseen = [one for one in items if not one.checks.all()]
    if unseen:
        names = "、".join(f"第{one.number}项" for one in unseen[:5])
        return f"{names}还没有检查记录。查不了的，请记“未查”并写明原因。"
    if queries.survey_is_open(supervision, act.today):
        return "评议问卷还没有截止。请等截止，或先“截止评议”。"
    return ""


def has_no_output(supervision: Supervision) -> bool:
    """No opinion is written, or the one that was is withdrawn."""
    return supervision.output is None or supervision.output.state == OutputState.WITHDRAWN


def has_output(supervision: Supervision) -> bool:
    return not has_no_output(supervision)


def has_findings_to_send(supervision: Supervision) -> bool:
    return has_output(supervision) and any(
        one.state == FindingState.LISTED for one in supervision.findings.all()
    )


def has_nothing_open(supervision: Supervision) -> bool:
    settled = (FindingState.CLOSED, FindingState.DROPPED)
    return has_output(supervision) and all(one.state in settled for one in supervision.findings.all())


def surveys(supervision: Supervision) -> bool:
    return supervision.may("surveys")


def may_survey(supervision: Supervision) -> bool:
    return surveys(supervision) and supervision.survey_ends_on is None


def has_survey(supervision: Supervision) -> bool:
    return supervision.survey_ends_on is not None


def survey_is_open(supervision: Supervision, act: Act) -> str:
    return "" if queries.survey_is_open(supervision, act.today) else "评议已经截止了。"


def opinion_is_out(supervision: Supervision, act: Act) -> str:
    """监督意见 goes to the units when it has been signed and delivered."""
    if supervision.output is None or supervision.output.state not in OUT:
        return "监督意见还没有签发报送。请先在“成果报送”里办好。"
    return ""


def all_is_settled(supervision: Supervision, act: Act) -> str:
    """办结 waits for every briefing and the paper; for every finding by ``has_nothing_open``."""
    if supervision.output is None or supervision.output.state not in OUT:
        return "监督成果还没有签发报送。"
    over = (HearingState.DONE, HearingState.CANCELLED)
    hearings = sum(one.state not in over for one in supervision.hearings.all())
    return f"还有{hearings}次情况通报没有办结。" if hearings else ""


def is_not_published(supervision: Supervision) -> bool:
    return supervision.published_on is None


def is_published(supervision: Supervision) -> bool:
    return supervision.published_on is not None


def has_dispute(supervision: Supervision, act: Act) -> str:
    if any(queries.disputed(one) or one.chosen_id for one in queries.items_of(supervision)):
        return ""
    return "没有结果不同的检查项，不用选定。"


# -- briefings ---------------------------------------------------------------------------------------------------------
def opinions_are_there(hearing: Hearing, act: Act) -> str:
    return "" if hearing.opinions.exists() else "还没有登记意见。没有意见的，请点“没有意见，办结”。"


def opinions_are_none(hearing: Hearing, act: Act) -> str:
    return "已经登记了意见，请送达通报单位，由它反馈。" if hearing.opinions.exists() else ""


# -- findings ----------------------------------------------------------------------------------------------------------
def looks_unbiased(finding: Finding, act: Act) -> str:
    """Who is out of the team looks at nothing again, whatever post lets them."""
    mine = act.account.places(posts.MEMBER, on=act.today)
    out = finding.supervision.team.filter(member__in=mine).exclude(out=Out.NO)
    return "您在这次监督中须回避。" if out.exists() else ""


WRITER = at(posts.MEMBER, "monitor__member", "写建议书的民主监督员")


def writer_is_in_post(letter: MonitorLetter, act: Act) -> str:
    if letter.monitor.state == MonitorState.IN_POST:
        return ""
    return f"您已经不是{letter.monitor.agency}的民主监督员，建议书不能再提交。可以作为社情民意反映。"


def may_serve_again(monitor: Monitor, act: Act) -> str:
    most = int(local.rule(local_rules.TERMS, act.today))
    return f"同一单位最多任{most}期，已经任满。请另行委派或聘请。" if monitor.term >= most else ""
