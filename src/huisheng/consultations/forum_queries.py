"""Questions about 网络议政: what may be seen, who is asked, what was counted. No question answers who voted what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from huisheng.kernel import local
from huisheng.kernel.models import Entry, Matter
from huisheng.people import posts
from huisheng.people.models import Account, Member, Membership

from . import forum_local_rules as rules
from .models_forum import (
    ConsensusMap,
    Forum,
    ForumPost,
    ForumSeat,
    ForumState,
    PostState,
    Statement,
    StatementState,
    Vote,
)
from .thresholds import NEVER_BELOW

DESK = (posts.EDITOR, posts.OFFICE)
READS_ALL = (posts.EDITOR, posts.OFFICE, posts.CHAIR)
TAKES_STATEMENTS = (ForumState.PREPARING, ForumState.OPEN)
BEGUN = (ForumState.OPEN, ForumState.SUMMING, ForumState.CONCLUDED)


# -- what may be seen --------------------------------------------------------------------------------------------------
def visible_to(account: Account, today: date) -> QuerySet[Forum]:
    """The desk and the chair read all; a moderator their own; a member those they are asked to, once they began."""
    if not account.is_active:
        return Forum.objects.none()
    if account.holds(*READS_ALL, on=today):
        return Forum.objects.all()
    mine = Q(moderator=account)
    if members := account.places(posts.MEMBER, on=today):
        seats = ForumSeat.objects.filter(member__in=members).values("forum")
        mine |= Q(pk__in=seats) & ~Q(state=ForumState.PREPARING)
    return Forum.objects.filter(mine)


def visible_posts(account: Account, today: date) -> QuerySet[ForumPost]:
    """What stands in a forum one may see; a hidden or withdrawn one only for its author, the moderator and the desk."""
    rows = ForumPost.objects.filter(forum__in=visible_to(account, today).values("pk"))
    if account.holds(*READS_ALL, on=today):
        return rows
    own = Q(member__in=account.places(posts.MEMBER, on=today)) | Q(forum__moderator=account)
    return rows.filter(Q(state=PostState.SHOWN) | own)


def visible_statements(account: Account, today: date) -> QuerySet[Statement]:
    """Accepted ones for everybody in the forum; the others for who proposed them, the moderator and the desk."""
    rows = Statement.objects.filter(forum__in=visible_to(account, today).values("pk"))
    if account.holds(*READS_ALL, on=today):
        return rows
    own = Q(member__in=account.places(posts.MEMBER, on=today)) | Q(forum__moderator=account)
    return rows.filter(Q(state=StatementState.ACCEPTED) | own)


def visible(model: type[Matter], account: Account, today: date) -> QuerySet:
    """The rows of one of this room's matters that an account may read."""
    by_model: dict[Any, Any] = {
        Forum: visible_to, ForumPost: visible_posts, Statement: visible_statements,
    }  # fmt: skip
    return by_model[model](account, today)


# -- who is asked ------------------------------------------------------------------------------------------------------
def asked_to(forum: Forum, today: date) -> QuerySet[Member]:
    """The members a forum's invitation means on a day: all, those of its bodies, and those named."""
    serving = Member.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)
    if forum.is_for_all:
        return serving
    seats = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)
    inside = seats.filter(body__in=forum.bodies.values("pk")).values("member")
    return serving.filter(Q(pk__in=inside) | Q(pk__in=forum.members.values("pk")))


def seat_of(forum: Forum, account: Account, today: date) -> ForumSeat | None:
    """The seat the account sits on: a person has one, whatever posts they hold."""
    members = account.places(posts.MEMBER, on=today)
    if not members:
        return None
    return forum.seats.filter(member__in=members).select_related("member").order_by("pk").first()


def open_to(account: Account, today: date) -> QuerySet[Forum]:
    """What the account is asked to and can still speak in, the soonest to close first."""
    members = account.places(posts.MEMBER, on=today)
    seats = ForumSeat.objects.filter(member__in=members).values("forum")
    return Forum.objects.filter(pk__in=seats, state=ForumState.OPEN, closes_on__gte=today).order_by(
        "closes_on", "pk"
    )


def moderators(today: date) -> QuerySet[Account]:
    """Who may moderate: those who may draft the summary."""
    return posts.holders(DESK, today).order_by("pk")


# -- of one forum ------------------------------------------------------------------------------------------------------
def accepted(forum: Forum) -> QuerySet[Statement]:
    return forum.statements.filter(state=StatementState.ACCEPTED).order_by("number")


def own_votes(forum: Forum, mark: str) -> dict[int, int]:
    """Statement → how the bearer of the mark voted. The only question that reads a single vote."""
    rows = Vote.objects.filter(mark=mark, statement__forum=forum)
    return dict(rows.values_list("statement", "value"))


def newest_map(forum: Forum) -> ConsensusMap | None:
    return forum.maps.order_by("-round").first()


def needs_final(forum: Forum) -> bool:
    """A forum that closed and whose last count is not there yet."""
    return (
        forum.state in (ForumState.SUMMING, ForumState.CONCLUDED)
        and not forum.maps.filter(is_final=True).exists()
    )


def waiting_for_final() -> QuerySet[Forum]:
    counted = ConsensusMap.objects.filter(is_final=True).values("forum")
    return Forum.objects.filter(state__in=(ForumState.SUMMING, ForumState.CONCLUDED)).exclude(pk__in=counted)


def fresh_voters(forum: Forum) -> int:
    """How many people voted or changed their mind since the newest count."""
    rows = Vote.objects.filter(statement__forum=forum, round__gte=forum.round)
    return rows.aggregate(n=Count("mark", distinct=True))["n"] or 0


def threads(forum: Forum, account: Account, today: date) -> QuerySet[ForumPost]:
    """First posts, newest first, each with its replies in order."""
    seen = visible_posts(account, today).filter(forum=forum).select_related("member__sector", "forum")
    return seen.filter(answers=None).prefetch_related(Prefetch("replies", queryset=seen.order_by("pk")))


@dataclass(frozen=True)
class Numbers:
    """How a forum goes, in numbers nobody is named by."""

    seats: int
    posts: int
    writers: int
    statements: int
    waiting: int


def numbers(forum: Forum) -> Numbers:
    shown = forum.posts.filter(state=PostState.SHOWN).aggregate(
        n=Count("pk"), who=Count("member", distinct=True)
    )
    said = forum.statements.aggregate(
        n=Count("pk", filter=Q(state=StatementState.ACCEPTED)),
        waiting=Count("pk", filter=Q(state=StatementState.PROPOSED)),
    )
    return Numbers(forum.seats.count(), shown["n"], shown["who"], said["n"], said["waiting"])


def contributors(forum: Forum) -> set[int]:
    """Ids of the members whose words stand in the forum: posts that are shown, statements that were accepted."""
    wrote = forum.posts.filter(state=PostState.SHOWN).values_list("member", flat=True)
    thought = accepted(forum).exclude(member=None).values_list("member", flat=True)
    return {pk for pk in [*wrote, *thought] if pk}


def entries_of(forum: Forum) -> QuerySet[Entry]:
    return (
        Entry.objects.filter(matter_type=Forum.kind(), matter_id=forum.pk)
        .select_related("account")
        .order_by("-seq")
    )


def with_counts(rows: QuerySet[Forum]) -> QuerySet[Forum]:
    said = Count("statements", filter=Q(statements__state=StatementState.ACCEPTED), distinct=True)
    return rows.annotate(statement_count=said, voter_count=Max("maps__people"))


def votes_of(forum: Forum) -> Iterable[tuple[str, int, int]]:
    """(mark, statement, value) of every vote on an accepted statement: for counting, in ``forum_maps`` alone."""
    rows = Vote.objects.filter(statement__forum=forum, statement__state=StatementState.ACCEPTED)
    return rows.order_by("mark", "statement").values_list("mark", "statement", "value")


# -- figures -----------------------------------------------------------------------------------------------------------
def held(year: int) -> QuerySet[Forum]:
    """网络议政 that opened in a year and were not called off."""
    return Forum.objects.filter(opened_on__year=year, state__in=BEGUN).order_by("opened_on", "pk")


# -- what the pages say about the rules --------------------------------------------------------------------------------
def smallest(today: date) -> int:
    """How few people may stand apart: the office's number, but never so few that a person is picked out."""
    return max(NEVER_BELOW, int(local.rule(rules.SMALLEST, today)))


def least(today: date) -> int:
    return int(local.rule(rules.LEAST, today))


def hidden_count(forum: Forum, account: Account, today: date) -> int:
    """How many posts stand hidden that this reader does not see: that something was hidden is no secret."""
    return (
        forum.posts.filter(state=PostState.HIDDEN)
        .exclude(pk__in=visible_posts(account, today).values("pk"))
        .count()
    )
