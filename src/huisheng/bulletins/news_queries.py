"""Questions about 政协动态: who writes, who reads what, what it may tell of, what is public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from huisheng.consultations import forum_queries as forums
from huisheng.consultations import queries as consultations
from huisheng.consultations.models import Line
from huisheng.consultations.models_forum import Forum
from huisheng.gatherings import queries as gatherings
from huisheng.gatherings.models import Gathering
from huisheng.kernel.models import Attachment, Link
from huisheng.outputs import queries as outputs
from huisheng.outputs.models import Output
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.proposals import queries as proposals
from huisheng.proposals.models import Proposal
from huisheng.supervision import queries as supervision
from huisheng.supervision.models import Supervision

from .models_news import EVER_PUBLIC, NewsItem, NewsState

# whoever works in the office writes, and the convener for what their body did
WRITERS = (*posts.STAFF_KINDS, posts.CONVENER)
# 三审: by whom the first, the second and the last review is done
FIRST = (posts.EDITOR, posts.OFFICE)
SECOND = (posts.OFFICE, posts.REVIEWER)
FINAL = (posts.CHAIR, posts.OFFICE_HEAD)
REVIEWERS = tuple(dict.fromkeys((*FIRST, *SECOND, *FINAL)))
DESK = (*posts.STAFF_KINDS, *FINAL)

Visible = Callable[[Account, date], QuerySet[Any]]
# what an item may tell of: the word of the address -> the model, and which of its records the writer may read
SOURCES: dict[str, tuple[Any, Visible]] = {
    "gathering": (Gathering, gatherings.visible_to),
    "output": (Output, outputs.searched),
    "line": (Line, consultations.visible_lines),
    "forum": (Forum, forums.visible_to),
    "supervision": (Supervision, supervision.visible_to),
    "proposal": (Proposal, proposals.visible_to),
}


def writes(account: Account, today: date) -> bool:
    return account.is_active and account.holds(*WRITERS, on=today)


def reads_all(account: Account, today: date) -> bool:
    return account.is_active and account.holds(*DESK, on=today)


def visible_to(account: Account, today: date) -> QuerySet[NewsItem]:
    """The office and the chair all but other people's drafts; whoever wrote it their own; everybody what is published."""
    if not account.is_active:
        return NewsItem.objects.none()
    own = Q(made_by=account)
    if reads_all(account, today):
        return NewsItem.objects.filter(own | ~Q(state=NewsState.DRAFT))
    return NewsItem.objects.filter(own | Q(state=NewsState.PUBLISHED))


def is_own(item: NewsItem, account: Account, today: date) -> bool:
    """Whether the account still writes it: its writer, in a post that writes."""
    return bool(item.made_by_id == account.pk and writes(account, today))


# -- where it came from ------------------------------------------------------------------------------------------------
def origin(word: str, account: Account, today: date) -> Any:
    """The record an address names (“gathering-7”), when the writer may read it; None for anything else."""
    kind, _, pk = word.partition("-")
    if kind not in SOURCES or not (pk.isascii() and pk.isdecimal()) or len(pk) > 18:
        return None
    return SOURCES[kind][1](account, today).filter(pk=int(pk)).first()


def sources_of(item: NewsItem) -> dict[str, list[int]]:
    """Kind -> the numbers of the records it tells of."""
    found: dict[str, list[int]] = {}
    rows = Link.objects.filter(target_type=NewsItem.kind(), target_id=item.pk).order_by("pk")
    for kind, pk in rows.values_list("source_type", "source_id"):
        found.setdefault(kind, []).append(pk)
    return found


def offered_photos(item: NewsItem, account: Account, today: date) -> QuerySet[Attachment]:
    """照片 of the activities it tells of, as far as its writer sees them, that do not stand here yet."""
    held = gatherings.visible_to(account, today).filter(pk__in=sources_of(item).get(Gathering.kind(), []))
    rows = Attachment.objects.filter(
        subject_type=Gathering.kind(),
        subject_id__in=held.values("pk"),
        purpose=gatherings.PHOTO,
        kind__in=("jpg", "png"),
    )
    return rows.exclude(sha256__in=item.photos.values("file__sha256")).order_by("pk")


# -- the public ----------------------------------------------------------------------------------------------------------
def published() -> QuerySet[NewsItem]:
    """What anybody may read; nothing else ever leaves the database for the public."""
    return NewsItem.objects.filter(state=NewsState.PUBLISHED)


def taken_down(pk: int) -> NewsItem | None:
    """One that was public and is no more: its address says so."""
    rows = NewsItem.objects.filter(pk=pk, state=NewsState.TAKEN)
    return rows.only("pk", "state", "taken_on").first()


def published_in(year: int) -> QuerySet[NewsItem]:
    """Published in a year and still public: what was taken down counts no more."""
    return published().filter(published_on__year=year)


def ever_public() -> QuerySet[NewsItem]:
    return NewsItem.objects.filter(state__in=EVER_PUBLIC)
