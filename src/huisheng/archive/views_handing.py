"""Pages of drives and of handing-over lists."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huisheng.kernel import store
from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.journal import timeline
from huisheng.ui.paging import page
from huisheng.ui.printing import send
from huisheng.ui.steps import new_key

from . import actions, forms, jobs, papers, queries
from .models import Drive, DriveState, Handover, MaterialState
from .views import account_of

SHOWN = 60


# -- drives ------------------------------------------------------------------------------------------------------------
def visible_drive(request: HttpRequest, pk: int) -> Drive:
    if not request.user.is_authenticated:
        raise Http404
    found = queries.visible_drives(account_of(request), timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def drives(request: HttpRequest) -> HttpResponse:
    account, today = account_of(request), timezone.localdate()
    if not account.holds(*queries.ROOM):
        raise Http404
    rows = page(queries.visible_drives(account, today), request, order=("-opens_on", "-pk"))
    return render(request, "archive/drives.html", {"page": rows, "is_keeper": queries.keeps(account, today)})


@login_required
@require_GET
def drive(request: HttpRequest, pk: int) -> HttpResponse:
    """公告, and for the archive what came of it."""
    found, account, today = visible_drive(request, pk), account_of(request), timezone.localdate()
    is_keeper = queries.keeps(account, today)
    sent = found.materials.exclude(state__in=(MaterialState.DRAFT, MaterialState.WITHDRAWN))
    return render(request, "archive/drive.html", {
        "drive": found, "steps": found.lifecycle.open_steps(found, account),  # type: ignore[attr-defined]
        "is_keeper": is_keeper, "is_open": found.state == DriveState.OPEN, "may_edit": found.state != DriveState.CLOSED,
        "received": sent.count() if is_keeper else None, "entries": timeline(found) if is_keeper else [],
    })  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def edit_drive(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    account, today = account_of(request), timezone.localdate()
    if not queries.keeps(account, today):
        raise NotAllowed("征集公告由文史工作人员或政协办公室起草。")
    found = visible_drive(request, pk) if pk else None
    key = request.POST.get("key") or new_key()
    if request.method == "POST":
        form = forms.DriveForm(request.POST, account=account, today=today)
        if form.is_valid():
            saved = actions.save_drive(found, account, form.cleaned_data, at=timezone.now(), key=key)
            messages.success(request, "公告已保存。" if found else "公告已保存为草稿，发布后大家才看得到。")
            return redirect(saved)
    else:
        names = ("title", "opens_on", "closes_on", "content", "contact")
        form = forms.DriveForm(
            initial={name: getattr(found, name) for name in names} if found else {}, today=today
        )
    return render(request, "archive/drive_form.html", {"drive": found, "form": form, "key": key},
                  status=422 if form.errors else 200)  # fmt: skip


# -- handing over ----------------------------------------------------------------------------------------------------------
def visible_handover(request: HttpRequest, pk: int) -> Handover:
    if not request.user.is_authenticated:
        raise Http404
    rows = queries.visible_handovers(account_of(request), timezone.localdate())
    found = rows.select_related("made_by", "job", "packet").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "POST"])
def handovers(request: HttpRequest) -> HttpResponse:
    """All lists, and a new one."""
    account, today = account_of(request), timezone.localdate()
    if not queries.reads_all(account, today):
        raise Http404
    is_keeper = queries.keeps(account, today)
    key = request.POST.get("key") or new_key()
    form = forms.HandoverForm(
        request.POST if request.method == "POST" else None, account=account, today=today
    )
    if request.method == "POST":
        if not is_keeper:
            raise NotAllowed("移交清单由文史工作人员或政协办公室编制。")
        if form.is_valid():
            return redirect(actions.draw_up(account, form.cleaned_data, key=key))
    rows = page(queries.visible_handovers(account, today), request, order=("-pk",))
    return render(request, "archive/handovers.html", {"form": form, "page": rows, "key": key, "is_keeper": is_keeper},
                  status=422 if form.errors else 200)  # fmt: skip


@login_required
@require_GET
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: what stands on it, what can be done, how far its packet is."""
    found, account, today = visible_handover(request, pk), account_of(request), timezone.localdate()
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "archive/_job.html", {"record": found, "job": found.job})
    lines = found.lines.select_related("material")
    return render(request, "archive/handover.html", {
        "handover": found, "record": found, "job": found.job, "steps": found.lifecycle.open_steps(found, account),  # type: ignore[attr-defined]
        "page": page(lines, request, size=SHOWN, order=("position",), count=True), "entries": timeline(found),
        "is_keeper": queries.keeps(account, today), "is_frozen": bool(found.fingerprint),
    })  # fmt: skip


@login_required
@require_GET
def listed(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The list as .pdf or .xlsx."""
    found = visible_handover(request, pk)
    rows = (
        found.lines.select_related("material")
        .prefetch_related("material__originals__file")
        .order_by("position")
    )
    name = f"{found.number_label or '移交清单'}{found.title}"
    if form == "xlsx":
        return FileResponse(
            papers.handover_sheet(found, list(rows)), as_attachment=True, filename=f"{name}.xlsx"
        )
    if form != "pdf":
        raise Http404
    return send(papers.handover_paper(found, list(rows)), form, name)


@login_required
@require_POST
def packet(request: HttpRequest, pk: int) -> HttpResponse:
    """移交包: the worker packs every original with the list and the hashes."""
    found, account = visible_handover(request, pk), account_of(request)
    if not queries.keeps(account, timezone.localdate()):
        raise NotAllowed("移交包由文史工作人员或政协办公室生成。")
    if not found.fingerprint:
        raise Refused("清单还没有移交，没有定稿的文件可以打包。")
    if found.job is None or found.job.ended_at is not None:
        jobs.order("packet", found, f"移交包：{found}", account, timezone.now())
    return redirect(found)


@login_required
@require_GET
def packet_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = visible_handover(request, pk)
    if found.packet is None:
        raise Http404
    return store.download(found.packet)
