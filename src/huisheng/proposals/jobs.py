"""What takes longer than a request: archive packets, the compilation of all filed proposals, many papers to be read.

A job is ordered inside a transaction and done by the worker; its row shows how far it is, and its file when it ends.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from huisheng.kernel.errors import NotAllowed, Refused
from huisheng.kernel.journal import timeline
from huisheng.kernel.models import Attachment, Job
from huisheng.kernel.once import once
from huisheng.kernel.papers import NoFont, to_pdf
from huisheng.kernel.store import Upload, bytes_of, keep_upload, path_of, receive, write
from huisheng.people import posts
from huisheng.people.models import Account

from . import drafting, papers, queries
from .models import Disclosure, Packet, PaperFile, Proposal, Reply
from .roster import roster

# somebody sits before the papers and waits for the book; packets are for the shelf
PRIORITY = {"papers": 10, "compilation": 0, "packet": -10}


def order_packet(proposal: Proposal, account: Account, at: datetime) -> Job:
    """归档包, in the step's own transaction."""
    return _order(
        account, f"归档包：{proposal.number_label}《{proposal}》", at, "packet", proposal=proposal.pk
    )


def order_compilation(account: Account, year: int, at: datetime) -> Job:
    """提案汇编 of a year's filed proposals."""
    return _order(account, f"{year}年提案汇编", at, "compilation", year=year)


def order_papers(account: Account, uploads: Iterable[Upload], at: datetime, *, key: str = "") -> Job:
    """批量代录: every file is kept before anything is read; what the gate refuses has its sentence at once."""
    if not account.holds(posts.CLERK, posts.OFFICE, on=timezone.localdate(at)):
        raise NotAllowed("批量导入由提案委工作人员或办公室办理。")
    brought = list(uploads)

    def act() -> dict[str, Any]:
        job = Job(account=account, name=f"导入 {len(brought)} 个提案文件", total=len(brought), at=at)
        job.says = "排队中"
        job.save()
        PaperFile.objects.bulk_create(
            _brought(job, place, upload, at) for place, upload in enumerate(brought, 1)
        )
        work.using(priority=PRIORITY["papers"]).enqueue(job.pk, "papers", {})
        return {"job": job.pk}

    same = ["papers", [[one.verdict.safe_name, one.verdict.sha256] for one in brought]]
    return Job.objects.get(pk=once(account, key, same, at, act)["job"])


def _brought(job: Job, place: int, upload: Upload, at: datetime) -> PaperFile:
    if upload.refused:
        kept = keep_upload(upload, job.account, job.account, drafting.UNREAD, at)
        return PaperFile(job=job, position=place, file=kept, refused=upload.refused[:300], read_at=at)
    return PaperFile(job=job, position=place, file=keep_upload(upload, job, job.account, "paper", at))


def _order(account: Account, name: str, at: datetime, kind: str, **asked: Any) -> Job:
    job = Job.objects.create(account=account, name=name[:120], total=1, says="排队中", at=at)
    work.using(priority=PRIORITY[kind]).enqueue(job.pk, kind, asked)
    return job


@task()
def work(job_id: int, kind: str, asked: dict[str, Any]) -> None:
    """Done by the worker. A failure is told on the job's page in a sentence and never repeated by itself."""
    job = Job.objects.select_related("account").get(pk=job_id)
    if job.ended_at is not None:
        return
    try:
        WORK[kind](job, asked)
    except (Refused, NoFont) as problem:
        job.failed = str(problem)[:300]
    except Exception:
        job.failed = "程序出错，没有办成。请把这一页告诉系统管理员。"
        job.ended_at = timezone.now()
        job.save()
        raise
    job.ended_at = timezone.now()
    job.save()


def say(job: Job, done: int, total: int, text: str) -> None:
    job.done, job.total, job.says = done, total, text
    job.save(update_fields=["done", "total", "says"])


# -- 批量代录 ------------------------------------------------------------------------------------------------------
def _papers(job: Job, asked: dict[str, Any]) -> None:
    """Every file becomes a draft or gets its sentence; a worker that comes after a killed one goes on where it was."""
    known, total = roster(timezone.now()), job.total
    for paper in job.paper_files.filter(read_at=None).select_related("file"):  # type: ignore[attr-defined]
        say(
            job,
            paper.position - 1,
            total,
            f"正在读第 {paper.position} 个，共 {total} 个：{paper.file.name}"[:200],
        )
        _read(job, paper, known)
    drafts = job.paper_files.filter(refused="").count()  # type: ignore[attr-defined]
    unread = f"，{total - drafts} 个没有读出来" if drafts < total else ""
    say(job, total, total, f"{drafts} 个文件成为代录草稿{unread}。")


def papers_read(job: Job) -> list[PaperFile]:
    """The files read so far; ``same_as`` is an earlier one of the same title: a paper often comes as Word and as PDF."""
    read = job.paper_files.exclude(read_at=None).select_related("file", "proposal")  # type: ignore[attr-defined]
    first: dict[str, PaperFile] = {}
    found = list(read)
    for one in found:
        if one.proposal is not None and one.proposal.title:
            before = first.setdefault(one.proposal.title, one)
            one.same_as = before if before is not one else None
    return found


def _read(job: Job, paper: PaperFile, known: Any) -> None:
    waiting = paper.file
    upload = receive(path_of(waiting.sha256).read_bytes(), waiting.name, lenient=True)
    done = drafting.import_upload(
        upload, job.account, is_paper=True, key=f"job:{job.pk}:{paper.position}", known=known
    )
    with transaction.atomic():
        paper.proposal, paper.refused, paper.read_at = done.proposal, done.refused[:300], timezone.now()
        paper.file = done.kept or waiting
        paper.save()
        if paper.file != waiting:  # its bytes now hang on the draft, or on whoever brought them
            waiting.delete()


# -- 提案汇编 ------------------------------------------------------------------------------------------------------
def _compilation(job: Job, asked: dict[str, Any]) -> None:
    year = int(asked["year"])
    today = timezone.localdate()
    visible = queries.visible_to(job.account, today).filter(pk__in=queries.filed(year))
    rows = (
        visible.exclude(disclosure=Disclosure.CLOSED)
        .exclude(disclosed=Disclosure.CLOSED)
        .order_by("number", "pk")
    )
    total = rows.count()
    if not total:
        raise Refused(f"{year}年没有可以汇编的立案提案。")
    found = []
    loaded = rows.select_related("text", "sector", "lead_agency").prefetch_related(
        "text__suggestions", "cosponsors__member", "cosponsors__sector"
    )
    for i, one in enumerate(loaded, 1):
        found.append(one)
        if i % 20 == 0 or i == total:
            say(job, i, total + 1, f"已读 {i} / {total} 件")
    say(job, total, total + 1, "正在排版")
    pdf = to_pdf(papers.compilation(found, f"{year}年提案汇编", f"共 {total} 件，不公开的不收"))
    job.file = _keep(job, pdf, f"{year}年提案汇编.pdf", "pdf")
    say(job, total + 1, total + 1, f"共 {total} 件")


# -- 归档 ----------------------------------------------------------------------------------------------------------
def _packet(job: Job, asked: dict[str, Any]) -> None:
    proposal = Proposal.objects.select_related("text", "sector", "session__term", "decision").get(
        pk=asked["proposal"]
    )
    data = packet(proposal)
    job.file = _keep(job, data, f"{proposal.number_label}归档包.zip", "zip")
    Packet.objects.create(proposal=proposal, file=job.file, at=timezone.now())
    say(job, 1, 1, "已生成")


def packet(proposal: Proposal) -> bytes:
    """One zip: 提案表, originals, answers, ratings, the journal's lines with hashes, and a list of hashes of it all."""
    out = io.BytesIO()
    listed: dict[str, str] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _contents(proposal):
            archive.writestr(name, data)
            listed[name] = hashlib.sha256(data).hexdigest()
        archive.writestr("清单.json", json.dumps(listed, ensure_ascii=False, indent=1))
    return out.getvalue()


def _contents(proposal: Proposal) -> Iterator[tuple[str, bytes]]:
    entries = list(timeline(proposal).order_by("seq"))
    yield "提案.pdf", to_pdf(papers.proposal_form(proposal))
    for text in proposal.texts.prefetch_related("suggestions"):
        yield f"文本/第{text.number}版.json", _json(
            {"title": text.title, "situation": text.situation, "analysis": text.analysis, "rest": text.rest,
             "suggestions": [one.content for one in text.suggestions.all()], "fingerprint": text.fingerprint,
             "at": text.at, "reason": text.reason}
        )  # fmt: skip
    replies = Reply.objects.filter(assignment__proposal=proposal, delivered_at__isnull=False)
    for reply in replies.select_related("assignment__agency", "assignment__proposal__session__term"):
        name = f"答复/{reply.assignment.agency}-第{reply.round}轮-第{reply.version}版.pdf"
        yield name, to_pdf(papers.reply_letter(reply))
    yield "评价.json", _json([
        {"by": str(one.member or one.body), "round": one.round, "state": one.state, "process": one.process,
         "result": one.result, "reason": one.reason, "remark": one.remark, "at": one.given_at}
        for one in proposal.ratings.select_related("member", "body")
    ])  # fmt: skip
    yield "办理记录.jsonl", b"\n".join(_json(entry.content() | {"digest": entry.digest}) for entry in entries)
    yield "办理记录.pdf", to_pdf(papers.journal_extract(proposal, entries))
    kept = Attachment.objects.filter(subject_type=proposal.kind(), subject_id=proposal.pk)
    for one in kept.order_by("pk"):
        yield f"附件/{one.pk}-{one.name}", bytes_of(one.sha256)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()


def _keep(job: Job, data: bytes, name: str, kind: str) -> Attachment:
    """The finished file belongs to the job, and through it to the account that ordered it."""
    sha256, _ = write(iter([data]))
    return Attachment.objects.create(
        subject_type="kernel.job", subject_id=job.pk, purpose="result", name=name, kind=kind, sha256=sha256,
        size=len(data), account=job.account, at=timezone.now(),
    )  # fmt: skip


WORK: dict[str, Callable[[Job, dict[str, Any]], None]] = {
    "compilation": _compilation,
    "packet": _packet,
    "papers": _papers,
}
