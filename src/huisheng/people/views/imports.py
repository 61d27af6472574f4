"""导入: upload, check columns, answer the questions row by row, import, undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from huisheng.kernel.errors import Refused
from huisheng.kernel.workbook import MAX_BYTES
from huisheng.ui.paging import page

from .. import importing
from ..forms import UploadForm
from ..importing import report as reports
from ..importing.tables import IGNORE
from ..models import Body, BodyKind, ImportBatch
from .common import KEEPERS, READERS, held_by, keeps

_ROWS_SHOWN = 300
_DECISIONS = ("", "skip", "take", "new")


def _me(request: HttpRequest) -> Any:
    return request.user


def _kinds() -> list[tuple[str, str]]:
    return [(kind.code, kind.label) for kind in importing.KINDS.values()]


def _abouts() -> list[tuple[str, list[tuple[str, str]]]]:
    """The questions that files of some kinds leave open, each once."""
    asked = {kind.about for kind in importing.KINDS.values() if kind.about}
    return [(one.label, one.options(timezone.localdate())) for one in asked]


@held_by(*READERS)
def imports(request: HttpRequest) -> HttpResponse:
    """Upload, and all batches since the beginning."""
    given = {"kind": request.GET.get("kind", ""), "about": request.GET.get("about", "")}
    form = UploadForm(
        request.POST or None, request.FILES or None, kinds=_kinds(), about=_abouts(), initial=given
    )
    if request.method == "POST":
        if not keeps(request):
            raise Refused("您的岗位只能查看导入记录，不能导入。")
        if form.is_valid():
            upload = form.cleaned_data["file"]
            if upload.size > MAX_BYTES:
                raise Refused("这个文件超过 10 MB，不像一份名册。请只保留要导入的工作表后再传。")
            try:
                batch = importing.prepare(
                    form.cleaned_data["kind"],
                    upload.read(),
                    upload.name,
                    account=_me(request),
                    at=timezone.now(),
                    about=form.cleaned_data.get("about", ""),
                )
            except Refused as no:
                form.add_error("file", no.sentence)
            else:
                return redirect("people:import", batch.pk)
    rows = ImportBatch.objects.defer("content", "report", "changes").select_related("account")
    return render(
        request, "people/imports.html",
        {"form": form, "rows": page(rows, request, order=("-pk",)), "keeps": keeps(request), "kinds": dict(_kinds())},
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


@held_by(*READERS)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ImportBatch.objects.select_related("account").defer("content"), pk=pk)
    kind = importing.KINDS.get(found.kind)
    report = found.report
    rows = report.get("rows", [])
    labels = {column.key: column.label for column in kind.columns} if kind else {}
    shown = request.GET.get(
        "show", "doubt" if any(row["verdict"] == reports.DOUBT for row in rows) else "all"
    )
    listed = [row for row in rows if shown == "all" or row["verdict"] == shown]
    return render(
        request, "people/import.html",
        {
            "batch": found, "kind": kind, "report": report, "is_open": not found.applied_at, "keeps": keeps(request),
            "counts": [(code, label, sum(row["verdict"] == code for row in rows)) for code, label in reports.VERDICTS.items()],
            "shown": shown, "rows": [_shown(row, labels) for row in listed[:_ROWS_SHOWN]], "left": max(0, len(listed) - _ROWS_SHOWN),
            "doubts": sum(row["verdict"] == reports.DOUBT for row in rows), "choices": _choices(found.kind),
            "tables": [_columns(table) for table in report.get("tables", [])],
            "columns": [(column.key, column.label) for column in kind.columns if column.key != IGNORE] if kind else [],
            "others": [sheet for sheet in report.get("summary", {}).get("ignored_sheets", []) if sheet],
        },
    )  # fmt: skip


def _shown(row: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    choices: dict[str, str] = {}
    for issue in row["issues"]:
        choices.update(issue["choices"])
    fields = {issue["field"]: issue for issue in row["issues"] if issue["field"]}
    return {
        **row, "label": reports.VERDICTS[row["verdict"]], "choices": choices, "is_open": row["verdict"] in ("doubt", "skipped"),
        "fields": [{"name": name, "label": labels.get(name, "这一项"), "suggest": issue["suggest"]} for name, issue in fields.items()],
    }  # fmt: skip


def _choices(kind: str) -> dict[str, list[str]]:
    """Names worth offering where a body is asked for."""
    if kind != "members":
        return {}
    names: dict[str, list[str]] = {"sector": [], "committee": [], "town": []}
    for body_kind, name in Body.objects.filter(ends_on=None).values_list("kind", "name"):
        if body_kind in (BodyKind.SECTOR, BodyKind.COMMITTEE, BodyKind.TOWN):
            names[body_kind].append(name)
    return names


def _columns(table: dict[str, Any]) -> dict[str, Any]:
    """The file's columns with what each was taken for and its first values."""
    return {
        **table,
        "columns": [
            {"index": i, "header": header or f"第 {i + 1} 列", "key": table["mapping"].get(str(i), IGNORE),
             "values": [row[i] for row in table["sample"] if i < len(row) and row[i]][:3]}
            for i, header in enumerate(table["headers"])
        ],
    }  # fmt: skip


def _open(request: HttpRequest, pk: int) -> ImportBatch:
    return get_object_or_404(ImportBatch, pk=pk)


@held_by(*KEEPERS)
@require_POST
def batch_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column means, as the person corrected it."""
    found = _open(request, pk)
    kind = importing.KINDS[found.kind]
    known = {column.key for column in kind.columns}
    mapping: dict[str, dict[str, str]] = {}
    for number, table in enumerate(found.report.get("tables", [])):
        own = {}
        for i in range(len(table["headers"])):
            key = request.POST.get(f"column-{number}-{i}", IGNORE)
            if key in known and key != IGNORE:
                own[str(i)] = key
        mapping[table["sheet"]] = own
    if not all(kind.primary in own.values() for own in mapping.values()):
        label = next(column.label for column in kind.columns if column.key == kind.primary)
        raise Refused(f"没有一列指定为“{label}”。请至少指定这一列。")
    singles = {column.key for column in kind.columns if not column.many}
    for own in mapping.values():
        if twice := [key for key in singles if list(own.values()).count(key) > 1]:
            label = next(column.label for column in kind.columns if column.key == twice[0])
            raise Refused(f"有两列都指定为“{label}”。请只留一列。")
    sheet = request.POST.get("sheet", found.sheet)[:100]
    importing.revise(
        found,
        timezone.localdate(),
        mapping=mapping if sheet == found.sheet else {},
        sheet=sheet,
        decisions=importing.of_record(importing.said_about(found.decisions)),
    )
    messages.success(request, "已按新的列重新核对。")
    return redirect("people:import", pk)


@held_by(*KEEPERS)
@require_POST
def batch_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's answers to the rows in question."""
    found = _open(request, pk)
    decisions = dict(found.decisions)
    if request.POST.get("all") == "skip":
        for row in found.report.get("rows", []):
            if row["verdict"] == reports.DOUBT:
                decisions[row["key"]] = {"do": "skip"}
    else:
        for row in found.report.get("rows", []):
            if f"do-{row['key']}" in request.POST:
                decisions[row["key"]] = _decision(request, row)
    made = importing.revise(found, timezone.localdate(), decisions=decisions)
    left = len(made.doubts)
    messages.success(
        request, f"已重新核对，还有 {left} 行有疑问。" if left else "已重新核对，没有疑问了，可以导入。"
    )
    return redirect("people:import", pk)


def _decision(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    do = request.POST.get(f"do-{row['key']}", "")
    given = {
        issue["field"]: request.POST.get(f"set-{row['key']}-{issue['field']}", "").strip()[:200]
        for issue in row["issues"] if issue["field"]
    }  # fmt: skip
    kept = {name: value for name, value in given.items() if value}
    return {"do": do if do in _DECISIONS else "", **({"set": kept} if kept else {})}


@held_by(*KEEPERS)
@require_POST
def batch_apply(request: HttpRequest, pk: int) -> HttpResponse:
    found = _open(request, pk)
    made = importing.apply(found, _me(request), timezone.now())
    messages.success(
        request,
        f"已导入：新增 {made.count(reports.NEW)}，修改 {made.count(reports.CHANGED)}。发现不对，可以整批撤销。",
    )
    return redirect("people:import", pk)


@held_by(*KEEPERS)
@require_POST
def batch_undo(request: HttpRequest, pk: int) -> HttpResponse:
    count = importing.undo(_open(request, pk), _me(request), timezone.now())
    messages.success(request, f"已撤销，{count} 处改动已恢复原样。")
    return redirect("people:import", pk)


@held_by(*KEEPERS)
@require_POST
def batch_check_again(request: HttpRequest, pk: int) -> HttpResponse:
    importing.revise(_open(request, pk), timezone.localdate())
    messages.success(request, "已按现在的名册重新核对。")
    return redirect("people:import", pk)
