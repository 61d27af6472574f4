"""来龙去脉: from any record the chain it came from and led to, cut to what its reader may see. Asked for after the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from huisheng.archive import queries as materials
from huisheng.archive.models import Material
from huisheng.bulletins import news_queries as news
from huisheng.bulletins.models_news import NewsItem
from huisheng.consultations import forum_queries as forums
from huisheng.consultations import queries as consultations
from huisheng.consultations.models import Line, Plan, Research, Subject
from huisheng.consultations.models_forum import Forum
from huisheng.gatherings import queries as gatherings
from huisheng.gatherings.models import Gathering, Speech
from huisheng.kernel import links
from huisheng.opinions import queries as voices
from huisheng.opinions.models import Lead, Opinion
from huisheng.outputs import queries as papers
from huisheng.outputs.models import FollowUp, Instruction, Output
from huisheng.people.models import Account
from huisheng.proposals import queries as proposals
from huisheng.proposals.models import Proposal, Topic
from huisheng.supervision import queries as supervision
from huisheng.supervision.models import Hearing, MonitorLetter, Supervision

Visible = Callable[[Account, date], QuerySet[Any]]


def _leads(account: Account, today: date) -> QuerySet[Lead]:
    return voices.visible_leads(account, today) | voices.passed_to(account, today)


# the word of the address -> the model, and which of its rows a person may read
KINDS: dict[str, tuple[Any, Visible]] = {
    "lead": (Lead, _leads),
    "opinion": (Opinion, voices.visible_to),
    "topic": (Topic, proposals.visible_topics),
    "proposal": (Proposal, proposals.visible_to),
    "output": (Output, papers.searched),
    "instruction": (Instruction, papers.visible_instructions),
    "gathering": (Gathering, gatherings.visible_to),
    "speech": (Speech, gatherings.visible_speeches),
    "subject": (Subject, consultations.visible_subjects),
    "plan": (Plan, consultations.visible_to),
    "line": (Line, consultations.visible_lines),
    "research": (Research, consultations.visible_research),
    "forum": (Forum, forums.visible_to),
    "material": (Material, materials.visible_to),
    "follow-up": (FollowUp, papers.visible_follow_ups),
    "supervision": (Supervision, supervision.visible_to),
    "hearing": (Hearing, supervision.visible_hearings),
    "news": (NewsItem, news.visible_to),
    "letter": (MonitorLetter, supervision.visible_letters),
}
BY_KIND: dict[str, Visible] = {model.kind(): visible for model, visible in KINDS.values()}


@dataclass(frozen=True)
class Shown:
    """One link as its reader sees it."""

    record: Any
    url: str
    label: str
    at: datetime
    before: bool


def chain_for(record: Any, account: Account, today: date) -> list[Shown]:
    """Earliest first; what the reader may not see is not there. One question a generation, one a kind."""

    def load(keys: set[links.Key]) -> dict[links.Key, Any]:
        return {
            (kind, pk): found
            for kind, pks in links.by_kind(keys).items()
            if kind in BY_KIND
            for pk, found in BY_KIND[kind](account, today).in_bulk(pks).items()
        }

    return [
        Shown(step.record, _url(step.record, account, today), step.label, step.at, step.before)
        for step in links.chain(record, load)
    ]


def _url(record: Any, account: Account, today: date) -> str:
    """A member to whom a lead was passed on has a page of their own for it."""
    if isinstance(record, Lead) and not account.holds(*voices.INTAKE, on=today):
        return reverse("opinions:passed", args=[record.pk])
    return str(record.get_absolute_url())


def _supervise_url(of: str, pk: int, account: Account, today: date) -> str:
    """列为监督议题: for the office, from what a supervision can come of."""
    if of not in ("proposal", "topic", "opinion", "lead") or not account.holds(*supervision.DESK, on=today):
        return ""  # a 监督员's letter has the way on its own page, while it waits
    return f"{reverse('supervision:new')}?from={of}-{pk}"


def _news_url(of: str, pk: int, account: Account, today: date) -> str:
    """写动态: for whoever writes news, from what an item may tell of."""
    if of not in news.SOURCES or not news.writes(account, today):
        return ""
    return f"{reverse('bulletins:news-new')}?from={of}-{pk}"


@login_required
@require_GET
def chain(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    account: Account = request.user  # type: ignore[assignment]
    today = timezone.localdate()
    if of not in KINDS:
        raise Http404
    record = KINDS[of][1](account, today).filter(pk=pk).first()
    if record is None:
        raise Http404
    template = "desk/_chain.html" if request.htmx else "desk/chain.html"  # type: ignore[attr-defined]
    context = {
        "record": record,
        "back": _url(record, account, today),
        "chain": chain_for(record, account, today),
        "supervise_url": _supervise_url(of, pk, account, today),
        "news_url": _news_url(of, pk, account, today),
    }
    return render(request, template, context)
