"""核对, the fourth part: network deliberations. Read-only. No sentence says who voted what, and none could."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q

from huisheng.consultations.models_forum import (
    ConsensusMap,
    Forum,
    ForumPost,
    ForumSeat,
    ForumState,
    Statement,
    StatementState,
    Vote,
)
from huisheng.consultations.thresholds import NEVER_BELOW

MOST_MAPS = 2_000


def forums() -> Iterator[str]:
    """Votes lie where votes may lie; counts add up and show nobody; what closed was counted, what ended was told."""
    yield from _words()
    yield from _votes()
    yield from _maps()
    yield from _ends()


def _words() -> Iterator[str]:
    seated = ForumSeat.objects.filter(forum=OuterRef("forum"), member=OuterRef("member"))
    for post in ForumPost.objects.filter(~Exists(seated))[:200]:
        yield f"网络发言 {post.pk} 的委员没有受邀参加这次网络议政"
    for one in Statement.objects.filter(~Exists(seated), member__isnull=False)[:200]:
        yield f"观点 {one.pk} 的提出委员没有受邀参加这次网络议政"
    for post in ForumPost.objects.filter(answers__isnull=False).exclude(answers__forum=F("forum"))[:200]:
        yield f"网络发言 {post.pk} 回应的是另一次网络议政的发言"
    for post in ForumPost.objects.filter(answers__answers__isnull=False)[:200]:
        yield f"网络发言 {post.pk} 回应的是一条回应，应当排在首条发言之下"
    numbers: dict[int, list[int]] = defaultdict(list)
    for forum, number in Statement.objects.filter(state=StatementState.ACCEPTED).values_list(
        "forum", "number"
    ):
        numbers[forum].append(number or 0)
    for forum, given in numbers.items():
        if sorted(given) != list(range(1, len(given) + 1)):
            yield f"网络议政 {forum} 的观点序号不连续"


def _votes() -> Iterator[str]:
    loose = Vote.objects.exclude(statement__state=StatementState.ACCEPTED)
    for statement in loose.order_by().values_list("statement", flat=True).distinct()[:200]:
        yield f"观点 {statement} 没有采用，却有人表态"
    voters = Forum.objects.annotate(
        voters=Count("statements__votes__mark", distinct=True), asked=Count("seats", distinct=True)
    ).filter(voters__gt=F("asked"))
    for forum in voters:
        yield f"网络议政 {forum.pk} 表态的人（{forum.voters}）比受邀的人（{forum.asked}）多"
    ahead = Vote.objects.filter(round__gt=F("statement__forum__round"))
    for statement in ahead.order_by().values_list("statement", flat=True).distinct()[:200]:
        yield f"观点 {statement} 有表态记在还没有到的统计轮次"


def _maps() -> Iterator[str]:
    for one in ConsensusMap.objects.order_by("-pk")[:MOST_MAPS]:
        name = f"网络议政 {one.forum_id} 第 {one.round} 轮统计"
        counts = one.data.get("counts", {})
        if sum(sum(numbers) for numbers in counts.values()) != one.votes:
            yield f"{name}各条合计与表态次数不符"
        if any(sum(numbers) > one.people for numbers in counts.values()):
            yield f"{name}有一条的人数多于表态的人"
        groups = one.data.get("groups", [])
        if sum(group["size"] for group in groups) > one.people:
            yield f"{name}各组合计多于表态的人"
        if any(group["size"] < NEVER_BELOW for group in groups):
            yield f"{name}有不足{NEVER_BELOW}人的组，会认出个人"
        if one.is_final:
            yield from _recounted(one, name, counts)


def _recounted(one: ConsensusMap, name: str, counts: dict[str, list[int]]) -> Iterator[str]:
    """The last count is what lies in the table, or a vote was changed behind the house's back."""
    found: dict[str, list[int]] = {key: [0, 0, 0] for key in counts}
    place = {1: 0, -1: 1, 0: 2}
    rows = Vote.objects.filter(statement__forum=one.forum_id, statement__state=StatementState.ACCEPTED)
    for statement, value, number in rows.order_by().values_list("statement", "value").annotate(n=Count("pk")):
        found.setdefault(str(statement), [0, 0, 0])[place[value]] = number
    if found != counts:
        yield f"{name}与表态不符：结束以后有表态被改动过"


def _ends() -> Iterator[str]:
    for forum in Forum.objects.filter(state=ForumState.CONCLUDED).filter(
        Q(output=None) | Q(closed_on=None) | Q(concluded_on=None)
    ):
        yield f"网络议政 {forum.pk} 已办结，却没有综述或日期"
    several = ConsensusMap.objects.filter(
        is_final=True, forum__state__in=(ForumState.PREPARING, ForumState.OPEN)
    )
    for one in several:
        yield f"网络议政 {one.forum_id} 还在征集，却有最后一次统计"
