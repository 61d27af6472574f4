"""Questions of the public door: what is published, what a receipt opens. Nothing here changes a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse

from huisheng.bulletins import news_queries, news_reading
from huisheng.bulletins.models import Issue
from huisheng.bulletins.models_news import NewsItem, NewsPhoto
from huisheng.bulletins.news_reading import News
from huisheng.consultations.models import Line
from huisheng.kernel.models import Attachment, Entry
from huisheng.kernel.text import marked, normalise, terms
from huisheng.opinions.actions import token_digest, ways_in
from huisheng.opinions.hiding import hide
from huisheng.opinions.models import Lead, LeadMessage, Opening
from huisheng.outputs import queries as outputs
from huisheng.outputs.models import Output
from huisheng.proposals.models import UNSENT_STATES, Call, CallState, Disclosure, Proposal, State
from huisheng.search.index import Hit, find
from huisheng.supervision import queries as supervisions
from huisheng.supervision.models import Supervision

from . import delivered, planned
from .delivered import Paper
from .planned import Planned
from .reading import Published, publish, publish_one

PUBLISHED_STATES = (State.ANSWERED, State.CONCLUDED, State.ARCHIVED)
PASS = "portal.receipt"  # the salt of the address that number and secret lead to
PASS_LASTS = 30 * 60  # seconds
FOUND = 60  # hits that are looked at for one question
SHOWN = 30
AT_ONCE = 30  # hits read together
Found = Published | Paper | News | Planned


# -- what is published ---------------------------------------------------------------------------------------------
def published() -> QuerySet[Proposal]:
    """Answered proposals that the sponsor and the committee both let out, whole or as a summary."""
    return (
        Proposal.objects.filter(state__in=PUBLISHED_STATES)
        .exclude(disclosure=Disclosure.CLOSED)
        .filter(disclosed__in=(Disclosure.FULL, Disclosure.SUMMARY))
    )


def published_bulletins() -> QuerySet[Issue]:
    """《政协直通车》 as far as the committee made it public, newest first."""
    return delivered.issues()


def published_bulletin(pk: int) -> Paper | None:
    """One issue with its items: headline, gist and what is proposed; whose words they were stays inside."""
    found = delivered.issues().filter(pk=pk).first()
    return delivered.read_issue(found) if found else None


def published_reports() -> QuerySet[Output]:
    """Reports, letters and other papers that the committee made public."""
    return delivered.reports()


def published_report(pk: int) -> Paper | None:
    found = delivered.reports().filter(pk=pk).first()
    return delivered.read_report(found) if found else None


def published_supervisions() -> QuerySet[Supervision]:
    """民主监督 as far as the committee made it public, newest first."""
    return supervisions.published().select_related("output")


def published_supervision(pk: int) -> Supervision | None:
    """One with its findings and their rounds: what was found and what came of it; who found it stays inside."""
    rows = published_supervisions().prefetch_related("agencies", "findings__agency", "findings__rounds")
    return rows.filter(pk=pk).first()


# -- 政协动态 ------------------------------------------------------------------------------------------------------
def news_url(photo: NewsPhoto) -> str:
    return reverse("portal:news-picture", args=[photo.item_id, photo.number, "view"])


def published_news_item(pk: int) -> News | None:
    rows = news_queries.published().prefetch_related("photos", "versions")
    found = rows.filter(pk=pk).first()
    return news_reading.read(found, news_url) if found else None


def newest_news(most: int) -> list[News]:
    rows = news_queries.published().order_by("-published_on", "-pk")[:most]
    return [news_reading.read(one) for one in rows]


@dataclass(frozen=True)
class Told:
    """What an item of news tells of, as far as that is public itself."""

    title: str
    url: str


def told_of(pk: int) -> list[Told]:
    sources = news_queries.sources_of(NewsItem(pk=pk))
    found = []
    if pks := sources.get(Output.kind()):
        found += [Told(one.title, one.url) for one in delivered.read(pks).values()]
    if pks := sources.get(Proposal.kind()):
        found += [
            Told(hide(one.title), reverse("portal:proposal", args=[one.pk]))
            for one in published().filter(pk__in=pks).order_by("pk")
        ]
    if pks := sources.get(Supervision.kind()):
        found += [
            Told(hide(str(one)), reverse("portal:supervision", args=[one.pk]))
            for one in published_supervisions().filter(pk__in=pks)
        ]
    return found


# what a list shows of each, and what says how much of it is open
LINE = (
    "title", "year", "number", "number_series", "serial", "sponsor_name", "answered_on", "result_letter", "disclosure",
    "disclosed", "lead_agency__name",
)  # fmt: skip


def lines() -> QuerySet[Proposal]:
    """What a list of published proposals shows; narrow."""
    return published().select_related("lead_agency").only(*LINE)


def published_one(pk: int) -> Published | None:
    """The whole of one: whether it may be read, then all of it at once."""
    return publish_one(pk) if published().filter(pk=pk).exists() else None


def search(words: str) -> list[Published]:
    """Published proposals in whose *published* words every term stands."""
    return [one for one in _found(words, (Proposal.kind(),)) if isinstance(one, Published)]


def search_all(words: str) -> list[Found]:
    """The same in everything that is published: proposals, issues, reports, news, lines of a year's plan."""
    return _found(words, tuple(_ROOMS))


_ROOMS = {
    Proposal.kind(): lambda: published(), Output.kind(): lambda: outputs.published(),
    NewsItem.kind(): lambda: news_queries.published(),
    Line.kind(): lambda: planned.findable(),
}  # fmt: skip


def _found(words: str, kinds: Iterable[str]) -> list[Found]:
    """The index knows more than is published (closed parts, numbers that are hidden, who reported): what it finds is
    read again."""
    asked = terms(words)
    hits = find(words, within={kind: _ROOMS[kind]() for kind in kinds}, limit=FOUND).hits
    return list(islice((one for one in _read(hits) if _says_all(one.words, asked)), SHOWN))


def _read(hits: list[Hit]) -> Iterator[Found]:
    """Best first, so many at a time: most often the first thirty are shown and the others need not be read."""
    rows = published().select_related("text", "session__term", "lead_agency")
    for start in range(0, len(hits), AT_ONCE):
        some = hits[start : start + AT_ONCE]
        numbers = {kind: [hit.record_id for hit in some if hit.kind == kind] for kind in _ROOMS}
        proposals = list(rows.filter(pk__in=numbers[Proposal.kind()])) if numbers[Proposal.kind()] else []
        read: dict[tuple[str, int], Found] = {
            (Proposal.kind(), one.record.pk): one
            for one in (publish(proposals, is_whole=False) if proposals else ())
        }
        if numbers[Output.kind()]:
            papers = delivered.read(numbers[Output.kind()])
            read |= {(Output.kind(), pk): one for pk, one in papers.items()}
        if numbers[NewsItem.kind()]:
            told = news_queries.published().prefetch_related("photos", "versions")
            read |= {
                (NewsItem.kind(), one.pk): news_reading.read(one, news_url)
                for one in told.filter(pk__in=numbers[NewsItem.kind()])
            }
        if numbers[Line.kind()]:
            read |= {(Line.kind(), pk): one for pk, one in planned.lines(numbers[Line.kind()]).items()}
        yield from (read[key] for hit in some if (key := (hit.kind, hit.record_id)) in read)


def _says_all(text: str, asked: list[str]) -> bool:
    """Folded as the index folds it; what is written otherwise (numbers with zeros, gaps) is looked for more slowly."""
    folded = normalise(text)
    return bool(asked) and all(
        term in folded or any(is_hit for _, is_hit in marked(text, [term])) for term in asked
    )


def years() -> list[int]:
    """The years that have proposals, newest first."""
    found = Proposal.objects.exclude(state__in=UNSENT_STATES).exclude(year=None)
    return [year for year in found.order_by("-year").values_list("year", flat=True).distinct() if year]


def open_calls() -> list[Call]:
    return list(Call.objects.filter(state=CallState.OPEN).prefetch_related("topics"))


# -- what a receipt opens ------------------------------------------------------------------------------------------
def lead_of(token: str) -> Lead | None:
    """The lead of a receipt's link, or of the passing address that number and secret led to."""
    if ":" not in token:
        return Lead.objects.filter(token_hash=token_digest(token)).first()
    try:
        code = signing.loads(token, salt=PASS, max_age=PASS_LASTS)
    except signing.BadSignature:
        return None
    return Lead.objects.filter(code=code).first()


def passing(lead: Lead) -> str:
    """An address for half an hour: whoever typed the number has no link, and no cookie remembers them."""
    return signing.dumps(lead.code, salt=PASS)


def secret_of(lead: Lead) -> str:
    return ways_in(lead.channel, lead.source_id or "")[1]


def thread(lead: Lead) -> list[LeadMessage]:
    return list(lead.messages.all())


def photos(lead: Lead) -> int:
    return Attachment.objects.filter(
        subject_type=Lead.kind(), subject_id=lead.pk, purpose="attachment"
    ).count()


@dataclass(frozen=True)
class Look:
    """One time somebody opened the sender's contact."""

    at: datetime
    name: str


def openings(lead: Lead) -> list[Opening]:
    """谁申请看我的联系方式: who asked, why, who agreed."""
    return list(lead.openings.select_related("asked_by", "granted_by"))


def looks(lead: Lead) -> list[Look]:
    rows = Entry.objects.filter(matter_type=Lead.kind(), matter_id=lead.pk, action="look").order_by("seq")
    return [Look(at, name or "") for at, name in rows.values_list("at", "account__name")]
