"""《政协直通车》 and 政协动态 for machines. An issue moves with its output, whose steps these are; an item of news by its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from huisheng.outputs.api import OutputLine, output_line, who
from huisheng.outputs.models import Output
from huisheng.ui.machine import Filters, Line, answers, id_of, page_of, step_operations

from . import news_queries as news
from . import queries
from .models import Issue
from .models_news import NewsItem
from .papers import source_line

router = Router(tags=["政协直通车"])


class IssueLine(OutputLine):
    series: str = Field(description="刊物系列代码")
    year: int | None
    issue: int | None = Field(description="期号，签发时才有")
    total: int | None = Field(description="总期号")


class ItemOut(Schema):
    headline: str
    gist: str
    proposal: str
    source: str
    voices: int = Field(description="反映人数")


class IssueOut(IssueLine):
    report_to: str
    send_to: str
    hand_to: str
    copies: int
    items: list[ItemOut]


class IssuePage(Schema):
    items: list[IssueLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


@router.get("/bulletins", response=answers(IssuePage), summary="我能看到的刊物，新的在前")
def list_issues(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    seen = queries.visible_to(who(request), timezone.localdate()).values("pk")
    return page_of(Output.objects.filter(pk__in=seen).select_related("issue"), filters, _line)


@router.get("/bulletins/{int:pk}", response=answers(IssueOut), summary="一期刊物")
def get_issue(request: HttpRequest, pk: int) -> dict[str, Any]:
    output = _visible(request, pk)
    issue: Issue = output.issue
    foot = {name: getattr(issue, name) for name in ("report_to", "send_to", "hand_to", "copies")}
    items = [
        {"headline": one.headline, "gist": one.gist, "proposal": one.proposal, "source": source_line(one),
         "voices": one.voices}
        for one in issue.items.all()
    ]  # fmt: skip
    return _line(output) | foot | {"items": items}


def _visible(request: HttpRequest, pk: int) -> Any:
    seen = queries.visible_to(who(request), timezone.localdate()).values("pk")
    found = Output.objects.filter(pk__in=seen).select_related("issue").filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


step_operations(router, "bulletins", Output, _visible)


def _line(output: Any) -> dict[str, Any]:
    issue: Issue = output.issue
    return output_line(output) | {
        "series": issue.series, "year": issue.year, "issue": issue.number, "total": issue.total,
    }  # fmt: skip


# -- 政协动态 ------------------------------------------------------------------------------------------------------
class NewsLine(Line):
    column: str = Field(description="栏目代码")
    column_label: str
    happened_on: date = Field(description="事情发生的日期")
    published_on: date | None


class NewsPhotoOut(Schema):
    number: int
    caption: str


class NewsVersionOut(Schema):
    number: int
    at: datetime
    note: str = Field(description="更正说明；首次发布的为空")


class NewsOut(NewsLine):
    content: str
    photos: list[NewsPhotoOut]
    versions: list[NewsVersionOut]


class NewsPage(Schema):
    items: list[NewsLine]
    next: str | None = Field(description="下一页的 cursor；没有了为 null")


@router.get("/news", response=answers(NewsPage), summary="我能看到的动态，新的在前")
def list_news(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    return page_of(news.visible_to(who(request), timezone.localdate()).defer("content"), filters, _news_line)


@router.get("/news/{int:pk}", response=answers(NewsOut), summary="一条动态")
def get_news(request: HttpRequest, pk: int) -> dict[str, Any]:
    one = _visible_news(request, pk)
    return _news_line(one) | {
        "content": one.content,
        "photos": [{"number": each.number, "caption": each.caption} for each in one.photos.all()],
        "versions": [
            {"number": each.number, "at": each.at, "note": each.note} for each in one.versions.all()
        ],
    }


def _visible_news(request: HttpRequest, pk: int) -> NewsItem:
    found = news.visible_to(who(request), timezone.localdate()).filter(pk=id_of(pk)).first()
    if found is None:
        raise Http404
    return found


step_operations(router, "news", NewsItem, _visible_news)


def _news_line(one: NewsItem) -> dict[str, Any]:
    return {
        "id": one.pk, "title": one.title, "number": "", "state": one.state, "state_label": one.get_state_display(),
        "due_on": None, "version": one.version, "column": one.column, "column_label": one.column_label,
        "happened_on": one.happened_on, "published_on": one.published_on,
    }  # fmt: skip
