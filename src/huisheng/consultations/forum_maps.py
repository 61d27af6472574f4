"""Counting the votes of a 网络议政: the one place that reads them, and it hands out nothing but numbers of people.

A count is kept (``ConsensusMap``); no page computes one. While a forum is open a new count waits until as many people
as the smallest group voted since the last: of two counts that lie one vote apart, anybody could read that vote. The
last count, after the end, holds every vote.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from huisheng.kernel import local
from huisheng.kernel.text import things

from . import forum_local_rules as rules
from . import forum_queries as queries
from .models_forum import ConsensusMap, Forum, ForumState, PostState
from .thresholds import SMALLEST

if TYPE_CHECKING:
    from . import consensus

MOST_WORDS = 8


@task(priority=10)
def draw_soon(forum_id: int) -> None:
    """The last count of a forum that closed; by the worker, because a large one takes seconds."""
    draw(Forum.objects.get(pk=forum_id), timezone.now(), is_final=True)


def draw_waiting(now: datetime) -> int:
    """What the clock brings about: counts of open forums with enough news, and last ones that are missing."""
    done = 0
    for forum in queries.waiting_for_final():
        done += draw(forum, now, is_final=True) is not None
    for forum in Forum.objects.filter(state=ForumState.OPEN).order_by("pk"):
        if has_news(forum, now):
            done += draw(forum, now) is not None
    return done


def has_news(forum: Forum, now: datetime) -> bool:
    return queries.fresh_voters(forum) >= queries.smallest(timezone.localdate(now))


def draw(forum: Forum, at: datetime, *, is_final: bool = False) -> ConsensusMap | None:
    """Count every vote and keep what they say. None when the round was counted already, or the last count is there."""
    with transaction.atomic():
        locked = Forum.objects.select_for_update().get(pk=forum.pk)
        if locked.maps.filter(is_final=True).exists():
            return None
        statements = list(queries.accepted(locked).values_list("pk", flat=True))
        votes = _matrix(locked, statements)
        Forum.objects.filter(pk=locked.pk).update(round=F("round") + 1)
    # computed outside the transaction: nobody who votes waits for it; the round it belongs to is already its own
    found = _found(votes, timezone.localdate(at))
    data = as_kept(found, statements) | {"words": words_of(forum)}
    with transaction.atomic():
        row, is_new = ConsensusMap.objects.get_or_create(
            forum=forum, round=locked.round,
            defaults={"people": found.people, "votes": found.votes, "data": data, "is_final": is_final, "made_at": at},
        )  # fmt: skip
    return row if is_new else None


def _matrix(forum: Forum, statements: list[int]) -> consensus.Votes:
    """People × statements. Rows lie in the order of the marks, which says nothing about who they are."""
    import numpy as np  # the worker's alone: a web process never counts

    column = {pk: i for i, pk in enumerate(statements)}
    rows: dict[str, dict[int, int]] = defaultdict(dict)
    for mark, statement, value in queries.votes_of(forum):
        rows[mark][column[statement]] = value
    votes = np.full((len(rows), len(statements)), np.nan)
    for i, mark in enumerate(sorted(rows)):
        for j, value in rows[mark].items():
            votes[i, j] = value
    return votes


def _found(votes: consensus.Votes, today: Any) -> consensus.Consensus:
    from . import consensus

    return consensus.analyse(
        votes, least_people=queries.least(today), smallest=queries.smallest(today),
        share=int(local.rule(rules.SHARE, today)) / 100,
    )  # fmt: skip


def as_kept(found: consensus.Consensus, statements: list[int]) -> dict[str, Any]:
    """The count as JSON, by statement id. A group's numbers are left out where too few of it voted on a statement."""
    by_id = {
        str(pk): [one.agree, one.disagree, one.passed]
        for pk, one in zip(statements, found.counts, strict=True)
    }
    return {
        "counts": by_id,
        "why": found.why,
        "placed": found.placed,
        "explained": [round(one, 4) for one in found.explained],
        "silhouettes": {str(k): round(one, 4) for k, one in found.silhouettes.items()},
        "groups": [_group(one, statements) for one in found.groups],
        "shared": [
            [statements[one.statement], one.stance, [round(rate, 4) for rate in one.rates]]
            for one in found.shared
        ],
        "places": {
            str(statements[i]): [round(place[0], 4), round(place[1], 4)]
            for i, place in enumerate(found.places)
            if place
        },
    }


def _group(group: consensus.Group, statements: list[int]) -> dict[str, Any]:
    return {
        "size": group.size,
        "center": [round(x, 4) for x in group.center],
        "spread": [round(x, 4) for x in group.spread],
        "counts": {
            str(statements[i]): [one.agree, one.disagree, one.passed]
            for i, one in enumerate(group.counts)
            if one.seen >= SMALLEST
        },
        "traits": [
            [statements[one.statement], one.stance, round(one.inside.rate(one.stance), 4), round(one.outside.rate(one.stance), 4)]
            for one in group.traits
        ],
    }  # fmt: skip


def words_of(forum: Forum) -> list[list[Any]]:
    """机器提示的主题: words that several people used, in posts and statements, with how many did. A hint, no judgement."""
    who_said: dict[str, set[int]] = defaultdict(set)
    texts = [*forum.posts.filter(state=PostState.SHOWN).values_list("member", "content")]
    texts += [*queries.accepted(forum).exclude(member=None).values_list("member", "original")]
    for member, text in texts:
        for word in things(text):
            who_said[word].add(member)
    title = forum.title
    often = [(len(who), word) for word, who in who_said.items() if len(who) >= 3 and word not in title]
    often.sort(key=lambda one: (-one[0], -len(one[1]), one[1]))
    return [[word, count] for count, word in often[:MOST_WORDS]]
