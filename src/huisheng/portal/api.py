"""/api/v1/open/…: what is published, for programs; read-only, without a token."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from huisheng.bulletins import news_queries, news_reading
from huisheng.opinions.hiding import hide
from huisheng.proposals.api import answers
from huisheng.ui.addresses import absolute
from huisheng.ui.paging import page

from . import delivered, queries, reading, yearly
from .views import PAGE

router = Router(tags=["公开"], auth=None)
FRESH = "public, max-age=60"


class PublicLine(Schema):
    id: int
    title: str
    number: int | None = Field(description="案号")
    year: int | None
    sponsor: str
    lead_agency: str
    answered_on: date | None
    result: str
    disclosure: str = Field(description="full 全文 / summary 只有摘要")


class PublicPage(Schema):
    items: list[PublicLine]
    next: str | None = Field(description="下一页的查询串；没有了为 null")


class Numbered(Schema):
    number: int
    content: str


class PublicPromise(Schema):
    what: str
    due_on: date
    state: str


class PublicAnswer(Schema):
    agency: str
    role: str
    disclosure: str
    result: str
    number: str
    delivered_on: date
    opening: str
    items: list[Numbered]
    closing: str
    promises: list[PublicPromise]


class PublicProposal(PublicLine):
    heads: list[str] = Field(description="建议的要点")
    situation: str
    analysis: str
    rest: str
    suggestions: list[Numbered]
    answers: list[PublicAnswer]


class PublicPoint(Schema):
    number: int
    head: str = Field(description="刊物一条的标题，或一条建议的咨政方面")
    text: str
    proposal: str
    response: str = Field(description="采纳情况，没有登记的为空")


class PublicPaperLine(Schema):
    id: int
    kind: str
    title: str
    drafted: str = Field(description="起草单位")
    delivered_on: date
    published_on: date


class PublicPaper(PublicPaperLine):
    content: str
    points: list[PublicPoint]


class PublicPapers(Schema):
    items: list[PublicPaperLine]
    next: str | None = Field(description="下一页的查询串；没有了为 null")


class PublicNewsLine(Schema):
    id: int
    title: str
    column: str = Field(description="栏目")
    happened_on: date
    published_on: date


class PublicPicture(Schema):
    url: str
    caption: str


class PublicCorrection(Schema):
    on: date
    note: str = Field(description="更正了什么")


class PublicNews(PublicNewsLine):
    content: str
    pictures: list[PublicPicture]
    corrections: list[PublicCorrection]


class PublicNewsPage(Schema):
    items: list[PublicNewsLine]
    next: str | None = Field(description="下一页的查询串；没有了为 null")


class PublicFigure(Schema):
    group: str
    key: str
    label: str
    value: int
    unit: str
    note: str
    changes: list[str] = Field(description="与上年相比的口径变动")


class PublicYear(Schema):
    year: int
    as_of: date
    figures: list[PublicFigure]


class Cursor(Schema):
    after: str = Field("", max_length=2000, description="上一页的 next")


@router.get("/proposals", response=answers(PublicPage), summary="公开的提案")
def proposals(request: HttpRequest, response: HttpResponse, cursor: Query[Cursor]) -> PublicPage:
    response["Cache-Control"] = FRESH
    listed = page(queries.lines(), request, size=PAGE, order=("-answered_on", "-pk"))
    return PublicPage(
        items=[_line(one) for one in listed.rows], next=listed.next_url.removeprefix("?after=") or None
    )


@router.get("/proposals/{int:pk}", response=answers(PublicProposal), summary="一件公开的提案和答复")
def proposal(request: HttpRequest, response: HttpResponse, pk: int) -> PublicProposal:
    found = queries.published_one(pk) if 0 < pk < 1 << 63 else None
    if found is None:
        raise Http404
    response["Cache-Control"] = FRESH
    return PublicProposal(
        **_line(found.record).dict(), heads=list(found.heads), situation=found.situation, analysis=found.analysis,
        rest=found.rest, suggestions=_numbered(found.suggestions), answers=[_answer(one) for one in found.answers],
    )  # fmt: skip


@router.get("/bulletins", response=answers(PublicPapers), summary="公开的刊物")
def bulletins(request: HttpRequest, response: HttpResponse, cursor: Query[Cursor]) -> PublicPapers:
    response["Cache-Control"] = FRESH
    listed = page(queries.published_bulletins(), request, size=PAGE, order=("-total", "-pk"))
    return _papers([delivered.read_issue(one) for one in listed.rows], listed.next_url)


@router.get("/bulletins/{int:pk}", response=answers(PublicPaper), summary="一期公开的刊物")
def bulletin(request: HttpRequest, response: HttpResponse, pk: int) -> PublicPaper:
    return _paper(queries.published_bulletin(pk) if 0 < pk < 1 << 63 else None, response)


@router.get("/reports", response=answers(PublicPapers), summary="公开的报告、建议信等")
def reports(request: HttpRequest, response: HttpResponse, cursor: Query[Cursor]) -> PublicPapers:
    response["Cache-Control"] = FRESH
    listed = page(queries.published_reports(), request, size=PAGE, order=("-published_on", "-pk"))
    return _papers([delivered.read_report(one) for one in listed.rows], listed.next_url)


@router.get("/reports/{int:pk}", response=answers(PublicPaper), summary="一份公开的报告")
def report(request: HttpRequest, response: HttpResponse, pk: int) -> PublicPaper:
    return _paper(queries.published_report(pk) if 0 < pk < 1 << 63 else None, response)


@router.get("/news", response=answers(PublicNewsPage), summary="公开的动态")
def news(request: HttpRequest, response: HttpResponse, cursor: Query[Cursor]) -> PublicNewsPage:
    response["Cache-Control"] = FRESH
    listed = page(news_queries.published(), request, size=PAGE, order=("-published_on", "-pk"))
    return PublicNewsPage(
        items=[PublicNewsLine(**_news(news_reading.read(one))) for one in listed.rows],
        next=listed.next_url.removeprefix("?after=") or None,
    )


@router.get("/news/{int:pk}", response=answers(PublicNews), summary="一条公开的动态")
def news_item(request: HttpRequest, response: HttpResponse, pk: int) -> PublicNews:
    found = queries.published_news_item(pk) if 0 < pk < 1 << 63 else None
    if found is None:
        raise Http404
    response["Cache-Control"] = FRESH
    return PublicNews(
        **_news(found), content=found.content,
        pictures=[PublicPicture(url=absolute(request, one.url), caption=one.caption) for one in found.pictures],
        corrections=[PublicCorrection(on=one.on, note=one.note) for one in found.corrections],
    )  # fmt: skip


def _news(one: news_reading.News) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "column": one.column_label, "happened_on": one.happened_on,
        "published_on": one.published_on,
    }  # fmt: skip


@router.get("/figures/{int:year}", response=answers(PublicYear), summary="一年的数字")
def figures(request: HttpRequest, response: HttpResponse, year: int) -> PublicYear:
    if year not in queries.years():
        raise Http404
    found = yearly.read(year, timezone.localdate())
    response["Cache-Control"] = FRESH
    lines = [
        PublicFigure(
            group=one.group,
            key=one.key,
            label=one.label,
            value=one.value,
            unit=one.unit,
            note=one.note,
            changes=list(one.changes),
        )
        for one in found.lines
    ]
    return PublicYear(year=found.year, as_of=found.as_of, figures=lines)


def _line(one: reading.Proposal) -> PublicLine:
    return PublicLine(
        id=one.pk, title=hide(one.title), number=one.number, year=one.year, sponsor=one.sponsor_name,
        lead_agency=str(one.lead_agency or ""), answered_on=one.answered_on, result=reading.result_of(one.result_letter),
        disclosure=reading.level_of(one),
    )  # fmt: skip


def _papers(rows: list[delivered.Paper], next_url: str) -> PublicPapers:
    return PublicPapers(
        items=[PublicPaperLine(**_facts(one)) for one in rows],
        next=next_url.removeprefix("?after=") or None,
    )


def _paper(found: delivered.Paper | None, response: HttpResponse) -> PublicPaper:
    if found is None:
        raise Http404
    response["Cache-Control"] = FRESH
    points = [
        PublicPoint(
            number=one.number, head=one.head, text=one.text, proposal=one.proposal, response=one.response
        )
        for one in found.points
    ]
    return PublicPaper(**_facts(found), content=found.content, points=points)


def _facts(one: delivered.Paper) -> dict[str, Any]:
    return {
        "id": one.pk, "kind": one.label, "title": one.title, "drafted": one.drafted,
        "delivered_on": one.delivered_on, "published_on": one.published_on,
    }  # fmt: skip


def _numbered(rows: tuple[tuple[int, str], ...]) -> list[Numbered]:
    return [Numbered(number=number, content=text) for number, text in rows]


def _answer(one: reading.AnswerOut) -> PublicAnswer:
    return PublicAnswer(
        agency=one.agency, role=one.role, disclosure=one.level, result=one.result, number=one.number,
        delivered_on=one.delivered_on, opening=one.opening, items=_numbered(one.items), closing=one.closing,
        promises=[PublicPromise(what=it.what, due_on=it.due_on, state=it.state) for it in one.promises],
    )  # fmt: skip
