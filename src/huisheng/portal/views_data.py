"""开放数据: what is published as files for programs, each with the schema that says what may stand in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.sheets import write_csv
from huisheng.kernel.store import disposition
from huisheng.ui.addresses import absolute

from . import popolo, queries
from .local_rules import PEOPLE
from .pages import page, published

TEN_MINUTES, DAY = 600, 86_400
SCHEMAS = Path(__file__).with_name("data") / "schemas"
NAMES = ("figures", "popolo", "proposals")


@published(TEN_MINUTES)
def data(request: HttpRequest) -> HttpResponse:
    """What there is to fetch, year by year."""
    is_open = local.rule(PEOPLE, timezone.localdate())
    return page("data", {"years": queries.years(), "people": is_open})


def answer(request: HttpRequest, found: Any, schema: str) -> HttpResponse:
    """A document for programs; its header names the schema it keeps to."""
    made = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    made["Link"] = f'<{absolute(request, reverse("portal:schema", args=[schema]))}>; rel="describedby"'
    return made


def sheet(name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> HttpResponse:
    made = HttpResponse(b"".join(write_csv(columns, rows)), content_type="text/csv; charset=utf-8")
    made["Content-Disposition"] = disposition(name)
    return made


def schema(request: HttpRequest, name: str) -> HttpResponse:
    if name not in NAMES:
        raise Http404  # before anything of the address is kept
    return _schema(request, name)


@published(DAY)
def _schema(request: HttpRequest, name: str) -> HttpResponse:
    text = (SCHEMAS / f"{name}.json").read_bytes()
    return HttpResponse(text, content_type="application/schema+json; charset=utf-8")


@published(TEN_MINUTES)
def people(request: HttpRequest) -> HttpResponse:
    return answer(request, popolo.document(timezone.localdate()), "popolo")


# -- proposals of a year -------------------------------------------------------------------------------------------
def _proposals(request: HttpRequest, year: int) -> list[dict[str, Any]]:
    if year not in queries.years():
        raise Http404
    rows = queries.published().filter(year=year).select_related("text", "session__term", "lead_agency")
    return [
        {
            "id": one.record.pk, "number": one.record.number, "title": one.title, "sponsor": one.record.sponsor_name,
            "lead_agency": str(one.record.lead_agency or ""), "answered_on": one.record.answered_on, "result": one.result,
            "disclosure": one.level, "heads": list(one.heads),
            "url": absolute(request, reverse("portal:proposal", args=[one.record.pk])),
        }
        for one in queries.publish(list(rows.order_by("number", "pk")), is_whole=False)
    ]  # fmt: skip


@published(TEN_MINUTES)
def proposals_json(request: HttpRequest, year: int) -> HttpResponse:
    found = {"year": year, "as_of": timezone.localdate(), "proposals": _proposals(request, year)}
    return answer(request, found, "proposals")


LEVELS = {"full": "全文", "summary": "摘要"}


@published(TEN_MINUTES)
def proposals_csv(request: HttpRequest, year: int) -> HttpResponse:
    columns = (
        "年度",
        "案号",
        "案由",
        "提案者",
        "主办单位",
        "答复日期",
        "办理结果",
        "公开",
        "建议要点",
        "网址",
    )
    rows: list[tuple[object, ...]] = [
        (
            year, one["number"], one["title"], one["sponsor"], one["lead_agency"], one["answered_on"], one["result"],
            LEVELS[one["disclosure"]], "；".join(one["heads"]), one["url"],
        )
        for one in _proposals(request, year)
    ]  # fmt: skip
    return sheet(f"{year}年公开的提案.csv", columns, rows)
