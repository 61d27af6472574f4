"""Printed matter: a proposal's papers as PDF or .docx, the list as .xlsx, and books that the worker makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from huisheng.kernel import local, store
from huisheng.kernel.errors import Refused
from huisheng.kernel.models import Job
from huisheng.kernel.papers import Paper
from huisheng.kernel.sheets import XLSX_TYPE, Column, write_xlsx
from huisheng.people import posts
from huisheng.ui.printing import send

from . import jobs, listing, papers, queries, reading
from . import local_rules as rules
from .models import Assignment, Disclosure, Packet, Proposal, Reply, State, Text
from .views import visible_proposal


@login_required
@require_GET
def paper(request: HttpRequest, pk: int, name: str, form: str) -> HttpResponse:
    """One paper of a proposal: form (提案表) or notice (通知), when the proposal has come so far."""
    proposal = visible_proposal(request, pk)
    made = _of_proposal(request, proposal, name)
    if made is None:
        raise Http404
    return send(made, form, f"{proposal.number_label or '草稿'} {made.title}")


def _of_proposal(request: HttpRequest, proposal: Proposal, name: str) -> Paper | None:
    account: Any = request.user
    dossier = reading.Dossier(proposal, account, timezone.localdate())
    if name == "form":
        if (
            dossier.shows_phone != "full"
        ):  # an instance that is never saved: the paper shows what the page shows
            proposal.contact_person = proposal.contact_phone = ""
        return papers.proposal_form(proposal, account.name)
    if name == "notice" and (dossier.reader.is_involved or dossier.reader.sees_all):
        return notice(proposal)
    return None


def notice(proposal: Proposal) -> Paper | None:
    """The letter that tells the sponsor what the review came to; None while there is nothing to tell."""
    if proposal.state == State.MERGED:
        return papers.merge_notice(proposal)
    if proposal.number and proposal.filed_on:
        return papers.filing_notice(proposal)
    if proposal.state == State.DECLINED:
        return papers.decline_letter(proposal)
    if proposal.state in (State.TO_OPINION, State.TO_CHANNEL, State.TO_UPPER):
        return papers.referral_letter(proposal)
    return None


@login_required
@require_GET
def slip(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """交办单, for the office, the coordinator and the agency itself."""
    rows = Assignment.objects.exclude(state="planned").select_related(
        "proposal__session__term", "agency", "taken_by"
    )
    one = rows.filter(pk=pk, proposal__in=queries.visible_to(request.user, timezone.localdate())).first()  # type: ignore[arg-type]
    if one is None or not _reads_slips(request, one):
        raise Http404
    reader: Any = request.user
    return send(papers.handover_slip(one, reader), form, f"交办单 {one.proposal.number_label} {one.agency}")


def _reads_slips(request: HttpRequest, one: Assignment) -> bool:
    account: Any = request.user
    return (
        queries.is_desk(account)
        or account.holds(posts.COORDINATOR)
        or one.agency_id in account.places(posts.HANDLER, posts.AGENCY_HEAD)
    )


@login_required
@require_GET
def reply(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """答复函: a delivered one for whoever may see the proposal; a draft for those who work on it."""
    account: Any = request.user
    rows = Reply.objects.select_related("assignment__proposal__session__term", "assignment__agency")
    one = rows.filter(
        pk=pk, assignment__proposal__in=queries.visible_to(account, timezone.localdate())
    ).first()
    if one is None or not _reads_reply(account, one):
        raise Http404
    if one.disclosed == Disclosure.CLOSED and not _is_party(account, one):
        raise Http404
    made = papers.reply_letter(one, _addressed(account, one))
    return send(made, form, f"答复 {one.assignment.proposal.number_label} {one.assignment.agency}")


def _reads_reply(account: Any, reply: Reply) -> bool:
    """Before its head signed, a draft is the agency's own paper; then the office checks it; delivered, it is read."""
    if reply.delivered_at or reply.assignment.agency_id in account.places(posts.HANDLER, posts.AGENCY_HEAD):
        return True
    return reply.approved_at is not None and (queries.is_desk(account) or account.holds(posts.COORDINATOR))


def _is_party(account: Any, reply: Reply) -> bool:
    """For a reply that is not public: its signers, its agencies, the office and the coordinator."""
    if queries.is_desk(account) or account.holds(posts.COORDINATOR, posts.CHAIR):
        return True
    today = timezone.localdate()
    mine = Proposal.objects.filter(listing.mine(account, today))
    own = reply.assignment.proposal
    return mine.filter(pk=own.pk).exists() or mine.filter(merges__main=own, merges__undone_at=None).exists()


def _addressed(account: Any, reply: Reply) -> Proposal | None:
    """A signer of a merged proposal gets the letter addressed to that proposal."""
    today = timezone.localdate()
    merged = Proposal.objects.filter(merges__main=reply.assignment.proposal_id, merges__undone_at=None)
    return merged.filter(listing.mine(account, today)).first()


@login_required
@require_GET
def packet(request: HttpRequest, pk: int) -> HttpResponse:
    """归档包 of an archived proposal, for the office; the newest when it was built more than once."""
    proposal = visible_proposal(request, pk)
    account: Any = request.user
    if not queries.is_desk(account):
        raise Http404
    found = Packet.objects.filter(proposal=proposal).select_related("file").order_by("-pk").first()
    if found is None:
        raise Refused("归档包还在生成，请过几分钟再来取。")
    return store.download(found.file)  # type: ignore[return-value]


# -- the list as a sheet -----------------------------------------------------------------------------------------
COLUMNS = (
    Column("案号", 10), Column("流水号", 12), Column("案由", 44, wrap=True), Column("提案者", 16), Column("界别", 14),
    Column("状态", 12), Column("会间/平时", 10), Column("五位一体", 14), Column("本地分类", 14),
    Column("主办单位", 24), Column("办理结果", 10), Column("提交日期", 12), Column("立案日期", 12),
    Column("交办日期", 12), Column("办复日期", 12), Column("情况", 60, wrap=True), Column("分析", 60, wrap=True),
)  # fmt: skip


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as .xlsx, following its filters, at most what the account may see. Memory does not grow with it."""
    account: Any = request.user
    today = timezone.localdate()
    rows = listing.narrowed(
        queries.visible_to(account, today), listing.Filters(request, today).said, account, today
    )
    rows = rows.exclude(state__in=(State.DRAFT, State.DISCARDED)).order_by("year", "serial")
    file = write_xlsx(COLUMNS, _lines(rows, queries.is_desk(account)), "提案")
    return FileResponse(file, as_attachment=True, filename=f"提案{today:%Y%m%d}.xlsx", content_type=XLSX_TYPE)


def _lines(rows: Any, inside: bool) -> Iterator[list[object]]:
    """Rows as the sheet wants them, in slices: narrow values first, then the words of the slice."""
    names = ("number", "year", "serial", "title", "sponsor_name", "sector__name", "state", "series", "category_five",
             "category_local", "lead_agency__name", "result_letter", "submitted_at", "filed_on", "assigned_on",
             "answered_on", "text")  # fmt: skip
    slice_: list[tuple[Any, ...]] = []
    for row in rows.values_list(*names).iterator(chunk_size=500):
        slice_.append(row)
        if len(slice_) == 500:
            yield from _with_words(slice_, inside)
            slice_ = []
    yield from _with_words(slice_, inside)


def _with_words(rows: list[tuple[Any, ...]], inside: bool) -> Iterator[list[object]]:
    words = {pk: (situation, analysis) for pk, situation, analysis in Text.objects.filter(
        pk__in=[row[-1] for row in rows]).values_list("pk", "situation", "analysis")}  # fmt: skip
    for (
        number,
        year,
        serial,
        title,
        sponsor,
        sector,
        state,
        series,
        five,
        own,
        agency,
        letter,
        at,
        *days,
        text,
    ) in rows:
        situation, analysis = words.get(text, ("", ""))
        yield [
            number, f"{year}-{serial:04d}", title, sponsor, sector or "", State(state).word(inside),
            "会间" if series == "session" else "平时", local.label_of(rules.FIVE, five) if five else "",
            local.label_of(rules.LOCAL_CATEGORY, own) if own else "", agency or "", letter,
            timezone.localdate(at) if at else None, *days, situation, analysis,
        ]  # fmt: skip


# -- books the worker makes --------------------------------------------------------------------------------------
@login_required
@require_POST
def compile_year(request: HttpRequest) -> HttpResponse:
    """Order the 提案汇编 of a year; the page that follows shows how far it is."""
    account: Any = request.user
    if not queries.is_desk(account) and not account.holds(posts.CHAIR):
        raise Http404
    year = request.POST.get("year", "")
    if not (year.isdecimal() and len(year) == 4 and 1949 <= int(year) <= 2999):
        raise Refused("请选一个年度。")
    from django.db import transaction

    with transaction.atomic():
        job = jobs.order_compilation(account, int(year), timezone.now())
    messages.success(request, "已开始汇编。可以离开这一页，办好后在“我的”里取。")
    return redirect("proposals:job", job.pk)


@login_required
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is; asks again by itself until it ends."""
    found = Job.objects.filter(pk=pk, account=request.user).select_related("file").first()  # type: ignore[misc]
    if found is None:
        raise Http404
    template = "proposals/_job.html" if request.htmx else "proposals/job.html"  # type: ignore[attr-defined]
    return render(request, template, {"job": found, "papers": jobs.papers_read(found)})


@login_required
@require_GET
def job_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = Job.objects.filter(pk=pk, account=request.user, file__isnull=False).select_related("file").first()  # type: ignore[misc]
    if found is None or found.file is None:
        raise Http404
    return store.download(found.file)
