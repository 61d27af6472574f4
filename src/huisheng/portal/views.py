"""What is published: the first page, proposals with their answers, issues and reports, figures of a year, the feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from huisheng.archive.queries import open_drives
from huisheng.bulletins.news_reading import News
from huisheng.kernel import local
from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import clean_text
from huisheng.opinions.hiding import hide
from huisheng.ui.addresses import absolute
from huisheng.ui.context import committee_name
from huisheng.ui.paging import page as paged

from . import actions, delivered, planned, queries, yearly
from .delivered import Paper
from .forms import Complaint, Find
from .pages import page, published
from .planned import Planned
from .reading import Published, result_of, supervised_lines
from .views_data import answer, sheet

MINUTE, TEN_MINUTES = 60, 600
PAGE = 20
IN_FEED = 30
ON_HOME = 3  # items of news on the first page
FIRST_YEAR, LAST_YEAR = 1949, 2999


@published(MINUTE)
def home(request: HttpRequest) -> HttpResponse:
    """What this is and what it is not, the open calls, the latest news, the buttons."""
    drives = list(open_drives(timezone.localdate()))
    return page("home", {
        "calls": queries.open_calls(), "drives": drives, "phone": _phone(), "news": queries.newest_news(ON_HOME),
    })  # fmt: skip


def _phone() -> str:
    return str(local.rule("office.phone", timezone.localdate()))


# -- proposals -----------------------------------------------------------------------------------------------------
@published(MINUTE, asks=("q", "year", "after", "before"))
def proposals(request: HttpRequest) -> HttpResponse:
    """Newest answer first; a year narrows, words search."""
    form = Find({"q": request.GET.get("q", "")}, today=timezone.localdate())
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    year = _year(request.GET.get("year", ""))
    years = queries.years()
    context: dict[str, Any] = {"form": form, "words": words, "year": year, "years": years}
    if words:
        found = queries.search(words)
        hits = [one.record for one in found if year is None or one.record.year == year]
        return page("proposals", context | {"rows": _lines(hits), "count": len(hits), "most": queries.SHOWN})
    rows = queries.lines() if year is None else queries.lines().filter(year=year)
    listed = paged(rows, request, size=PAGE, order=("-answered_on", "-pk"))
    return page("proposals", context | {"rows": _lines(listed.rows), "page": listed})


@dataclass(frozen=True)
class Row:
    """One line of the list, as words: a template that looks up five columns of twenty records takes its time."""

    url: str
    title: str
    facts: str
    result: str


def _lines(rows: Any) -> list[Row]:
    first = reverse("portal:proposal", args=[0])
    return [
        Row(first.replace("0", str(one.pk)), one.title, _facts(one), result_of(one.result_letter))
        for one in rows
    ]


def _facts(one: Any) -> str:
    day = one.answered_on
    parts = [
        f"{one.year}年{one.number_label}", one.sponsor_name, str(one.lead_agency or ""),
        f"{day.year}年{day.month}月{day.day}日答复" if day else "",
    ]  # fmt: skip
    return " · ".join(filter(None, parts))


def _year(asked: str) -> int | None:
    is_year = asked.isascii() and asked.isdecimal() and len(asked) == 4
    return int(asked) if is_year and FIRST_YEAR <= int(asked) <= LAST_YEAR else None


@published(MINUTE)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.published_one(pk)
    if found is None:
        raise Http404
    return page("proposal", {"one": found})


# -- 《政协直通车》 and reports -----------------------------------------------------------------------------------------
@published(MINUTE, asks=("after", "before"))
def bulletins(request: HttpRequest) -> HttpResponse:
    listed = paged(queries.published_bulletins(), request, size=PAGE, order=("-total", "-pk"))
    return page("bulletins", {"page": listed, "rows": [delivered.read_issue(one) for one in listed.rows]})


@published(MINUTE)
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.published_bulletin(pk)
    if found is None:
        raise Http404
    return page("bulletin", {"one": found})


@published(MINUTE, asks=("after", "before"))
def reports(request: HttpRequest) -> HttpResponse:
    listed = paged(queries.published_reports(), request, size=PAGE, order=("-published_on", "-pk"))
    return page("reports", {"page": listed, "rows": [delivered.read_report(one) for one in listed.rows]})


@published(MINUTE)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.published_report(pk)
    if found is None:
        raise Http404
    return page("report", {"one": found})


# -- everything that is published ------------------------------------------------------------------------------------
@published(MINUTE, asks=("q",))
def search(request: HttpRequest) -> HttpResponse:
    """One box for all of it; best first."""
    form = Find({"q": request.GET.get("q", "")}, today=timezone.localdate())
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    rows = [_hit(one) for one in queries.search_all(words)] if words else []
    return page("search", {"form": form, "words": words, "rows": rows, "most": queries.SHOWN})


def _hit(one: Published | Paper | News | Planned) -> Row:
    if isinstance(one, Published):
        return _lines([one.record])[0]
    if isinstance(one, News):
        on = one.published_on
        facts = f"{one.column_label} · {on.year}年{on.month}月{on.day}日发布" if on else one.column_label
        return Row(reverse("portal:news-item", args=[one.pk]), one.title, facts, one.gist)
    if isinstance(one, Planned):
        return Row(one.url, one.title, one.facts, "")
    day = one.delivered_on
    facts = f"{one.label} · {day.year}年{day.month}月{day.day}日报送"
    return Row(one.url, one.title, facts, one.gist)


# -- 民主监督 --------------------------------------------------------------------------------------------------------
@published(MINUTE, asks=("after", "before"))
def supervisions(request: HttpRequest) -> HttpResponse:
    listed = paged(queries.published_supervisions(), request, size=PAGE, order=("-published_on", "-pk"))
    return page("supervisions", {"page": listed})


@published(MINUTE)
def supervision(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.published_supervision(pk)
    if found is None:
        raise Http404
    return page(
        "supervision", {"one": found, "note": hide(found.public_note), "findings": supervised_lines(found)}
    )


# -- figures -------------------------------------------------------------------------------------------------------
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    years = queries.years()
    if not years:
        return page("figures", {"years": []})
    return redirect("portal:year", years[0])


def _read(year: int, years: list[int] | None = None) -> yearly.Year:
    if year not in (queries.years() if years is None else years):
        raise Http404
    return yearly.read(year, timezone.localdate())


@published(TEN_MINUTES)
def year(request: HttpRequest, year: int) -> HttpResponse:
    years = queries.years()
    return page("figures", {"found": _read(year, years), "years": years})


@published(TEN_MINUTES)
def year_csv(request: HttpRequest, year: int) -> HttpResponse:
    found = _read(year)
    rows: list[tuple[object, ...]] = [
        (one.group, one.label, one.value, one.unit, one.note, "；".join(one.changes), one.key)
        for one in found.lines
    ]
    return sheet(
        f"{year}年度数字.csv", ("类别", "指标", "数", "单位", "口径", "与上年相比口径有变", "代码"), rows
    )


@published(TEN_MINUTES)
def year_json(request: HttpRequest, year: int) -> HttpResponse:
    return answer(request, as_json(_read(year)), "figures")


def as_json(found: yearly.Year) -> dict[str, Any]:
    lines = [
        {
            "group": one.group, "key": one.key, "label": one.label, "value": one.value, "unit": one.unit, "note": one.note,
            "changes": list(one.changes),
        }
        for one in found.lines
    ]  # fmt: skip
    return {"year": found.year, "as_of": found.as_of.isoformat(), "figures": lines}


# -- the feed ------------------------------------------------------------------------------------------------------
@published(TEN_MINUTES)
def feed(request: HttpRequest) -> HttpResponse:
    """Atom: the newest published proposals, issues, reports, news and plans of a year. No author, no address for mail."""
    name = committee_name() or "回声"
    made = Atom1Feed(
        f"{name}：公开的提案、刊物、报告、动态和协商计划",
        absolute(request, reverse("portal:home")),
        "",
        language="zh-CN",
        feed_url=absolute(request, reverse("portal:feed")),
    )
    for one in _newest():
        link = absolute(request, one.url)
        at = timezone.make_aware(datetime.combine(one.day, time(12))) if one.day else None
        made.add_item(one.title, link, one.gist, unique_id=link, updateddate=at, pubdate=at)
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@dataclass(frozen=True)
class Latest:
    url: str
    title: str
    gist: str
    day: date | None


def _newest() -> list[Latest]:
    rows = (
        queries.published()
        .select_related("text", "session__term", "lead_agency")
        .order_by("-answered_on", "-pk")[:IN_FEED]
    )
    found = [
        Latest(reverse("portal:proposal", args=[one.record.pk]), one.title, one.gist, one.record.answered_on)
        for one in queries.publish(list(rows), is_whole=False)
    ]
    found += [Latest(one.url, one.title, one.gist, one.published_on) for one in delivered.newest(IN_FEED)]
    found += [
        Latest(reverse("portal:news-item", args=[one.pk]), one.title, one.gist, one.published_on)
        for one in queries.newest_news(IN_FEED)
    ]
    found += [Latest(one.url, one.name, one.gist, one.issued_on) for one in planned.newest(IN_FEED)]
    return sorted(found, key=lambda one: one.day or date.min, reverse=True)[:IN_FEED]


# -- about ---------------------------------------------------------------------------------------------------------
@published(TEN_MINUTES)
def accessibility(request: HttpRequest) -> HttpResponse:
    return page("accessibility", {"phone": _phone()})


@csrf_exempt  # nobody is signed in here: there is nothing of anybody's to misuse
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """意见建议 without an account. Not for reporting matters: the page says where those go."""
    if request.method != "POST":
        return page("feedback", {"form": Complaint(today=timezone.localdate())})
    form = Complaint(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return page("feedback", {"form": form}, 422)
    if clean_text(request.POST.get("homepage", "")).strip():
        return page("feedback", {"is_sent": True})  # a program that fills every box is told nothing
    try:
        actions.complain(form.cleaned_data["content"], timezone.now())
    except Refused as refusal:
        form.add_error("content", refusal.sentence)
        return page("feedback", {"form": form}, 429)
    return page("feedback", {"is_sent": True})


ROBOTS = """User-agent: *
Disallow: /
Allow: /open/
Disallow: /open/r/
Disallow: /open/say/
Disallow: /open/check/
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    return response
