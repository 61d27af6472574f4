"""全局检索: Chinese, two-character words, names and numbers, limited to what the person may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from huisheng.archive import queries as archive
from huisheng.archive.models import Material
from huisheng.bulletins import news_queries as news
from huisheng.bulletins.models_news import NewsItem
from huisheng.consultations import queries as consultations
from huisheng.consultations.models import Line, LineState, Subject
from huisheng.gatherings import queries as meetings
from huisheng.gatherings.models import Gathering
from huisheng.kernel.text import excerpt, terms
from huisheng.opinions import queries as voices
from huisheng.opinions.models import UNSENT, Lead, Opinion
from huisheng.outputs import queries as papers
from huisheng.outputs.models import Output
from huisheng.people import posts
from huisheng.people.models import Account, Agency, Body, Member
from huisheng.proposals import queries
from huisheng.proposals.models import LedgerRow, Proposal
from huisheng.search import index
from huisheng.supervision import queries as supervision
from huisheng.supervision.models import Supervision

from .bodies import READERS as BODY_READERS

READS_LEDGER = (
    posts.CLERK,
    posts.REVIEWER,
    posts.OFFICE,
    posts.CHAIR,
    posts.COORDINATOR,
    posts.MEMBER,
    posts.CONVENER,
)


@dataclass(frozen=True)
class Found:
    title: str
    url: str
    hint: str
    record: Any = None
    excerpt: Any = ()


@dataclass(frozen=True)
class Answer:
    rows: list[Found]
    total: int
    after: str | None


def search(account: Account, question: str, today: date, after: str | None = None, limit: int = 20) -> Answer:
    """One page of what the account may see and the question's words stand in; ``total`` counts all of it."""
    within: dict[str, Any] = {
        Proposal.kind(): queries.visible_to(account, today),
        Opinion.kind(): voices.visible_to(account, today).exclude(state__in=UNSENT),
        Lead.kind(): voices.visible_leads(account, today),
        Output.kind(): papers.searched(account, today),
        Gathering.kind(): meetings.visible_to(account, today),
        Subject.kind(): consultations.visible_subjects(account, today),
        Line.kind(): consultations.visible_lines(account, today).exclude(state=LineState.PROPOSED),
        Supervision.kind(): supervision.visible_to(account, today),
        Material.kind(): archive.visible_to(account, today),
        NewsItem.kind(): news.published(),
    }
    if account.holds(*READS_LEDGER, on=today):
        within[LedgerRow._meta.label_lower] = LedgerRow.objects.all()
    page = index.find(question[:200], within=within, limit=limit, after=after)
    return Answer(_load(page.hits, question), page.total, page.after)


def _load(hits: Any, question: str) -> list[Found]:
    """One query a kind for the page, whatever is on it; the order is the index's."""
    wanted: dict[str, list[int]] = {}
    for hit in hits:
        wanted.setdefault(hit.kind, []).append(hit.record_id)
    proposals = Proposal.objects.select_related("text", "lead_agency").in_bulk(
        wanted.get(Proposal.kind(), [])
    )
    ledger = LedgerRow.objects.in_bulk(wanted.get(LedgerRow._meta.label_lower, []))
    opinions = Opinion.objects.select_related("text").in_bulk(wanted.get(Opinion.kind(), []))
    leads = Lead.objects.in_bulk(wanted.get(Lead.kind(), []))
    outputs = Output.objects.in_bulk(wanted.get(Output.kind(), []))
    gatherings = Gathering.objects.in_bulk(wanted.get(Gathering.kind(), []))
    subjects = Subject.objects.select_related("member", "body", "agency").in_bulk(
        wanted.get(Subject.kind(), [])
    )
    lines = Line.objects.select_related("plan", "body").in_bulk(wanted.get(Line.kind(), []))
    watched = Supervision.objects.in_bulk(wanted.get(Supervision.kind(), []))
    materials = Material.objects.in_bulk(wanted[Material.kind()]) if Material.kind() in wanted else {}
    told = NewsItem.objects.in_bulk(wanted[NewsItem.kind()]) if NewsItem.kind() in wanted else {}
    asked = terms(question)
    rows = []
    for hit in hits:
        if hit.kind == Proposal.kind() and hit.record_id in proposals:
            rows.append(_proposal(proposals[hit.record_id], asked))
        elif hit.kind == Opinion.kind() and hit.record_id in opinions:
            rows.append(_opinion(opinions[hit.record_id], asked))
        elif hit.kind == Lead.kind() and hit.record_id in leads:
            rows.append(_lead(leads[hit.record_id], asked))
        elif hit.kind == Output.kind() and hit.record_id in outputs:
            rows.append(_output(outputs[hit.record_id], asked))
        elif hit.kind == Gathering.kind() and hit.record_id in gatherings:
            rows.append(_gathering(gatherings[hit.record_id], asked))
        elif hit.kind == Subject.kind() and hit.record_id in subjects:
            rows.append(_subject(subjects[hit.record_id], asked))
        elif hit.kind == Line.kind() and hit.record_id in lines:
            rows.append(_line(lines[hit.record_id], asked))
        elif hit.kind == Supervision.kind() and hit.record_id in watched:
            rows.append(_supervision(watched[hit.record_id], asked))
        elif hit.kind == Material.kind() and hit.record_id in materials:
            rows.append(_material(materials[hit.record_id], asked))
        elif hit.kind == NewsItem.kind() and hit.record_id in told:
            rows.append(_news(told[hit.record_id], asked))
        elif hit.kind == LedgerRow._meta.label_lower and hit.record_id in ledger:
            rows.append(_ledger(ledger[hit.record_id]))
    return rows


def _proposal(one: Proposal, asked: list[str]) -> Found:
    body = f"{one.text.situation} {one.text.analysis}" if one.text else ""
    hint = " · ".join(filter(None, (one.number_label, one.sponsor_name, str(one.lead_agency or ""))))
    return Found(one.title, one.get_absolute_url(), hint, one, excerpt(body, asked, 60))


def _opinion(one: Opinion, asked: list[str]) -> Found:
    body = f"{one.text.situation} {one.text.advice}" if one.text else ""
    hint = " · ".join(filter(None, (one.number_label, one.reporter_name)))
    return Found(one.title, one.get_absolute_url(), hint, one, excerpt(body, asked, 60))


def _lead(one: Lead, asked: list[str]) -> Found:
    hint = f"线索 {one.code} · {one.get_channel_display()}"
    return Found(str(one), one.get_absolute_url(), hint, one, excerpt(one.content, asked, 60))


def _output(one: Output, asked: list[str]) -> Found:
    hint = f"{one.number_label} · {one.get_type_display()}"
    return Found(one.title, one.get_absolute_url(), hint, one, excerpt(one.content, asked, 60))


def _gathering(one: Gathering, asked: list[str]) -> Found:
    when = timezone.localtime(one.starts_at)
    hint = f"{one.type_label} · {when.year}年{when.month}月{when.day}日 · {one.place}"
    return Found(one.title, one.get_absolute_url(), hint, one, excerpt(one.note, asked, 60))


def _subject(one: Subject, asked: list[str]) -> Found:
    hint = f"协商议题 · {one.year}年 · {one.who}"
    return Found(one.title, one.get_absolute_url(), hint, one, excerpt(one.reason, asked, 60))


def _line(one: Line, asked: list[str]) -> Found:
    hint = f"{one.plan.year}年协商{one.number_label} · {one.form_label} · {one.body_name}"
    return Found(one.title, one.get_absolute_url(), hint, one, excerpt(one.scheme, asked, 60))


def _supervision(one: Supervision, asked: list[str]) -> Found:
    hint = f"{one.number_label} · {one.aspect_label}"
    return Found(one.title, one.get_absolute_url(), hint, one, excerpt(one.content, asked, 60))


def _material(one: Material, asked: list[str]) -> Found:
    hint = " · ".join(filter(None, (one.number_label, one.type_label, one.dated, one.place)))
    return Found(
        one.title, one.get_absolute_url(), hint, one, excerpt(f"{one.caption} {one.content}", asked, 60)
    )


def _news(one: NewsItem, asked: list[str]) -> Found:
    day = one.happened_on
    hint = f"动态 · {one.column_label} · {day.year}年{day.month}月{day.day}日"
    return Found(one.title, one.get_absolute_url(), hint, one, excerpt(one.content, asked, 60))


def _ledger(row: LedgerRow) -> Found:
    hint = " · ".join(
        filter(None, (f"{row.year}年台账 第{row.number}号", row.sponsor, row.agency_name, row.outcome))
    )
    return Found(row.title, "", hint)


def palette(account: Account, question: str, today: date) -> list[dict[str, str]]:
    """A dozen places for the command palette: numbers first, then titles, bodies and people. At most five queries."""
    question = question.strip()[:60]
    if not question:
        return []
    items = [_item(one) for one in _by_number(account, question, today)]
    items += [_hit(found) for found in search(account, question, today, limit=8).rows if found.url]
    items += _bodies(account, question, today)
    items += _people(account, question, today)
    return list({item["url"]: item for item in items}.values())[:12]


def _by_number(account: Account, question: str, today: date) -> list[Proposal]:
    number = re.fullmatch(r"第?\s*(\d{1,4})\s*号?", question)
    if not number:
        return []
    return list(queries.visible_to(account, today).filter(number=int(number[1])).order_by("-year")[:4])


def _item(one: Proposal) -> dict[str, str]:
    return {"title": one.title, "hint": f"{one.year}年 {one.number_label}", "url": one.get_absolute_url()}


def _hit(found: Found) -> dict[str, str]:
    return {"title": found.title, "hint": found.hint, "url": found.url}


def _bodies(account: Account, question: str, today: date) -> list[dict[str, str]]:
    """A committee's, sector's or town committee's own page."""
    if not account.holds(*BODY_READERS, on=today):
        return []
    rows = Body.objects.filter(name__icontains=question, ends_on=None)[:4]
    return [
        {"title": str(one), "hint": one.get_kind_display(), "url": reverse("desk:body", args=[one.pk])}
        for one in rows
    ]


def _people(account: Account, question: str, today: date) -> list[dict[str, str]]:
    if not account.holds(posts.CLERK, posts.REVIEWER, posts.OFFICE, posts.COORDINATOR, on=today):
        return []
    by_word = Q(name__icontains=question) | Q(initials__startswith=question.lower())
    lists = reverse("proposals:list")
    members = Member.objects.filter(by_word, ends_on=None).select_related("sector")[:4]
    agencies = Agency.objects.filter(by_word, ends_on=None)[:4]
    return [
        *(
            {"title": one.full_name, "hint": "委员的提案", "url": f"{lists}?sponsor={quote(one.name)}"}
            for one in members
        ),
        *({"title": one.name, "hint": "承办的提案", "url": f"{lists}?agency={one.pk}"} for one in agencies),
    ]
