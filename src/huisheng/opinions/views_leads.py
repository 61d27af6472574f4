"""收件台: one inbox for every channel, one lead with its thread, and the door to a sender's contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from huisheng.kernel import local, sealing, store
from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import StepForm, TextField
from huisheng.kernel.gather import Bundle, Part
from huisheng.kernel.models import Attachment, Entry
from huisheng.kernel.sounds import SOUNDS
from huisheng.people.models import Account
from huisheng.search.index import find
from huisheng.search.similar import similar
from huisheng.ui.paging import Page, page
from huisheng.ui.printing import send
from huisheng.ui.steps import new_key

from . import actions, gates, intake, onward, papers, suggesting
from . import local_rules as rules
from .channels.reading import read_file
from .channels.wecom.crypto import Rejected
from .models import (
    OPEN_LEADS,
    Channel,
    CollectingPoint,
    Lead,
    LeadMessage,
    LeadState,
    Medium,
    Opening,
    Opinion,
)
from .queries import INTAKE, may_look, visible_leads, visible_to
from .views import ALIKE, PAGE, account_of, is_part

GROUPS: dict[str, tuple[str, tuple[LeadState, ...]]] = {
    "open": ("在办", OPEN_LEADS),
    "new": ("待受理", (LeadState.RECEIVED,)),
    "suspect": ("疑似无效", (LeadState.SUSPECT,)),
    "answered": ("已答复", (LeadState.ANSWERED,)),
    "closed": ("没有采用和已指引", (LeadState.UNUSED, LeadState.REDIRECTED, LeadState.BINNED)),
    "joined": ("已并入", (LeadState.JOINED,)),
}


def visible_lead(request: HttpRequest, pk: int) -> Lead:
    """The lead, when the signed-in person works at the intake desk; absent and forbidden look the same."""
    if not request.user.is_authenticated:
        raise Http404
    rows = visible_leads(account_of(request), timezone.localdate()).select_related(
        "joined_to", "contact", "committee", "agency", "passed_to"
    )
    asked = Prefetch("openings", Opening.objects.select_related("asked_by", "granted_by"))
    found = rows.prefetch_related(asked).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def visible_opening(request: HttpRequest, pk: int) -> Opening:
    if not request.user.is_authenticated:
        raise Http404
    seen = visible_leads(account_of(request), timezone.localdate())
    found = Opening.objects.select_related("lead", "asked_by").filter(pk=pk, lead__in=seen).first()
    if found is None:
        raise Http404
    return found


def _desk(request: HttpRequest) -> Account:
    account = account_of(request)
    if not account.holds(*INTAKE):
        raise Http404
    return account


class Filters(forms.Form):
    q = TextField(label="找什么", max_length=100, required=False)
    group = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部状态"), *((key, word) for key, (word, _) in GROUPS.items())],
    )
    channel = forms.ChoiceField(label="渠道", required=False, choices=[("", "全部渠道"), *Channel.choices])
    category = forms.ChoiceField(label="类别", required=False)
    overdue = forms.BooleanField(label="已逾期", required=False)
    point = forms.ModelChoiceField(
        label="会场", required=False, queryset=CollectingPoint.objects.all(), empty_label="全部会场"
    )

    def __init__(self, request: HttpRequest, today: date) -> None:
        super().__init__(
            {name: request.GET[name] for name in self.base_fields if request.GET.get(name)}, label_suffix=""
        )
        options = [(one.code, one.label) for one in local.options(rules.LEAD_CATEGORY, today)]
        self.fields["category"].choices = [("", "全部类别"), *options]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """收件箱: newest first, with what the sender wrote since anybody looked."""
    account, today = _desk(request), timezone.localdate()
    filters = Filters(request, today)
    said = filters.said
    rows = _narrowed(visible_leads(account, today), said, today)
    found = _searched(rows, said["q"], request) if said.get("q") else page(
        rows, request, size=PAGE, order=("-received_at", "-pk"), count=True
    )  # fmt: skip
    _count_unread(found.rows)
    return render(request, "opinions/inbox.html", {"filters": filters, "page": found})


def _count_unread(rows: Sequence[Any]) -> None:
    """What the senders wrote since anybody looked; asked for the rows of one page, never for the whole inbox."""
    unread = LeadMessage.objects.filter(lead__in=rows, is_from_sender=True, read_at=None).order_by()
    counted = dict(unread.values_list("lead").annotate(n=Count("pk")))
    for one in rows:
        one.unread = counted.get(one.pk, 0)


def _narrowed(rows: QuerySet[Lead], said: dict[str, Any], today: date) -> QuerySet[Lead]:
    if group := GROUPS.get(said.get("group", "")):
        rows = rows.filter(state__in=group[1])
    if said.get("overdue"):
        rows = rows.filter(state__in=OPEN_LEADS, due_on__lt=today)
    return rows.filter(**{name: said[name] for name in ("channel", "category", "point") if said.get(name)})


def _searched(rows: QuerySet[Lead], words: str, request: HttpRequest) -> Page:
    found = find(words, within={Lead.kind(): rows}, limit=PAGE, after=request.GET.get("after"))
    by_id = rows.in_bulk([hit.record_id for hit in found.hits])
    query = request.GET.copy()
    query["after"] = found.after or ""
    next_url = f"?{query.urlencode()}" if found.after else ""
    return Page(
        [by_id[hit.record_id] for hit in found.hits if hit.record_id in by_id], next_url, "", found.total
    )


@dataclass(frozen=True)
class Alike:
    record: Lead | Opinion
    band: str


@login_required
def alike(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads and opinions about the same thing; fetched after the page, because comparing takes its time."""
    found, account, today = visible_lead(request, pk), account_of(request), timezone.localdate()
    return render(request, ALIKE[is_part(request)], {"alike": _alike(found, account, today), "record": found})


@login_required
def suggested(request: HttpRequest, pk: int) -> HttpResponse:
    """推荐的类别、专委会和单位, each with its ground and one button; fetched after the page, like what is alike."""
    found, account, today = visible_lead(request, pk), account_of(request), timezone.localdate()
    is_open = any(one.step.action == "sort" for one in found.lifecycle.open_steps(found, account))
    context = {
        "lead": found, "groups": suggesting.aids(found, account, today).groups(), "is_open": is_open, "key": new_key(),
    }  # fmt: skip
    template = "opinions/_suggested.html" if is_part(request) else "opinions/suggested.html"
    return render(request, template, context)


def _alike(lead: Lead, account: Account, today: date) -> list[Alike]:
    words = f"{lead.gist} {lead.content}".strip()
    if not words:
        return []
    found = []
    for model, seen in ((Lead, visible_leads(account, today)), (Opinion, visible_to(account, today))):
        but = lead.pk if model is Lead else None
        near = [one for one in similar(str(lead), words, model.kind(), 3, but, seen) if one.band]  # type: ignore[attr-defined]
        records = model._default_manager.in_bulk([one.record_id for one in near]) if near else {}
        found += [Alike(records[one.record_id], one.band) for one in near if one.record_id in records]
    return found


DOSSIER = Bundle(
    lambda pk: {
        "files": Part(Attachment.objects.filter(subject_type=Lead.kind(), subject_id=pk)),
        "thread": Part(LeadMessage.objects.filter(lead=pk), {"account": ("name",)}),
        "joined": Part(Lead.objects.filter(joined_to=pk)),
        "media": Part(Medium.objects.filter(lead=pk)),
        "entries": Part(Entry.objects.filter(matter_type=Lead.kind(), matter_id=pk), {"account": ("name",)}),
    }
)


@login_required
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead: its own words, the thread, what came of it, what can be done."""
    return _show(request, visible_lead(request, pk))


def _show(request: HttpRequest, found: Lead, **more: Any) -> HttpResponse:
    account = account_of(request)
    contact = getattr(found, "contact", None)
    dossier = DOSSIER.ask(found.pk)
    context = {
        "lead": found, "steps": found.lifecycle.open_steps(found, account), "files": dossier["files"],
        "contact": contact, "thread": dossier["thread"], "joined": dossier["joined"], "media": dossier["media"],
        "openings": [(one, one.lifecycle.open_steps(one, account)) for one in found.openings.all()],
        "may_look": contact is not None and contact.erased_at is None and may_look(found, account, timezone.now()),
        "unread": any(one.is_from_sender and one.read_at is None for one in dossier["thread"]),
        "ways": onward.ways(found, account, timezone.localdate()), "category": local.label_of(rules.LEAD_CATEGORY, found.category) if found.category else "",
        "entries": reversed(dossier["entries"]), "sounds": SOUNDS,
    }  # fmt: skip
    return render(request, "opinions/lead.html", context | more)


@login_required
@require_POST
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """看联系方式: within the hours that two persons agreed on; every look is written down and the sender reads it."""
    found, account, at = visible_lead(request, pk), account_of(request), timezone.now()
    words = actions.look(found, account, at)
    return _show(
        request, found, words=[(label, words[name]) for name, label in CONTACT_LABELS if words.get(name)]
    )


CONTACT_LABELS = (
    ("name", "姓名"),
    ("phone", "电话"),
    ("address", "电子邮箱"),
    ("wecom", "企业微信"),
    ("also", "文中写到的"),
)


@login_required
def attachment(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    found = visible_lead(request, pk)
    one = Attachment.objects.filter(pk=file, subject_type=Lead.kind(), subject_id=found.pk).first()
    # the raw original carries the sender's address: it is kept for proof, and opened like the contact
    if one is None or (one.purpose == "raw" and may_look(found, account_of(request), timezone.now()) is None):
        raise Http404
    if one.purpose == "raw":
        return _original(one)
    return store.play(request, one) if "inline" in request.GET else store.download(one)  # type: ignore[return-value]


def _original(one: Attachment) -> HttpResponse:
    """The sealed original as it came; never shown in the page, never run."""
    with store.open_file(one) as handle:
        data = sealing.unseal_bytes(handle.read())
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = store.disposition(one.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """新来的话看过了."""
    found = visible_lead(request, pk)
    actions.mark_read(found, timezone.now())
    return redirect(found)


MOST_FILES = 50


@login_required
@require_http_methods(["GET", "POST"])
def import_files(request: HttpRequest) -> HttpResponse:
    """导入文件: each file is read by its channel and taken in; one that cannot be read is named with its reason."""
    account, at = _desk(request), timezone.now()
    context: dict[str, Any] = {}
    if request.method == "POST":
        files = request.FILES.getlist("files")
        if not files:
            context["refused"] = "还没有选文件。请选好再导入。"
        elif len(files) > MOST_FILES:
            context["refused"] = f"一次最多导入 {MOST_FILES} 个文件，这次选了 {len(files)} 个。请分几次导入。"
        else:
            own = intake.own(at)
            context["results"] = [
                result for file in files
                for result in intake.take(read_file(file.name or "", file.read(), own), file.name or "", at, account)
            ]  # fmt: skip
    return render(request, "opinions/import.html", context, status=422 if context.get("refused") else 200)


class NoteForm(StepForm):
    """代录一条线索: a call, a letter, a programme, a word at a meeting."""

    channel = forms.ChoiceField(
        label="渠道", choices=[one for one in Channel.choices if one[0] not in ("web", "mail", "wecom")]
    )
    source = TextField(
        label="出处", max_length=120, required=False, help_text="哪家媒体哪个栏目、哪次会议、哪个群。"
    )
    content = TextField(
        label="反映的内容", rows=6, max_length=50_000, help_text="照来信人的原话记，不写其姓名电话。"
    )
    place = TextField(label="地点", max_length=120, required=False)
    name = TextField(
        label="来信人姓名",
        max_length=60,
        required=False,
        is_kept=False,
        help_text="封存保管，查看须两人同意。",
    )
    phone = TextField(label="来信人电话", max_length=40, required=False, is_kept=False)


@login_required
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest) -> HttpResponse:
    account = _desk(request)
    form = NoteForm(request.POST or None, account=account, today=timezone.localdate())
    key = request.POST.get("key") or new_key()
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        voice = actions.Voice(
            channel=words["channel"], content=words["content"], source_id=f"note:{key}"[:200], place=words["place"],
            source=words["source"], contact={"name": words["name"], "phone": words["phone"]},
        )  # fmt: skip
        taken = actions.take_in_by(account, voice, timezone.now())
        messages.success(request, f"已登记，回执号{taken.lead.code}。回执可以打印或念给来信人。")
        return render(request, "opinions/slip.html", {"lead": taken.lead, "secret": taken.secret})
    return render(request, "opinions/note.html", {"form": form, "key": key})


@login_required
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt without its secret: that was shown once, when the lead was taken in."""
    return render(request, "opinions/slip.html", {"lead": visible_lead(request, pk), "secret": ""})


@login_required
def letter(request: HttpRequest, pk: int, message: int, form: str) -> HttpResponse:
    """A word to the sender, as a letter to be posted."""
    found = visible_lead(request, pk)
    said = found.messages.filter(pk=message, is_from_sender=False, source_id=None).first()
    if said is None:
        raise Http404
    return send(papers.sender_letter(found, said), form, f"{found.code} 给来信人的信")


@login_required
def channels(request: HttpRequest) -> HttpResponse:
    """渠道统计: which channel brought what became of it. One query; every number opens its list."""
    account, today = _desk(request), timezone.localdate()
    rows = visible_leads(account, today).order_by().values("channel", "state").annotate(count=Count("pk"))
    counted = {(one["channel"], one["state"]): one["count"] for one in rows}
    table = [
        (Channel(channel), [(key, sum(counted.get((channel, state), 0) for state in states)) for key, (_, states) in COLUMNS.items()],
         sum(count for (name, _), count in counted.items() if name == channel))
        for channel in Channel
    ]  # fmt: skip
    return render(request, "opinions/channels.html", {
        "table": table, "columns": [word for word, _ in COLUMNS.values()], "total": sum(counted.values()),
    })  # fmt: skip


COLUMNS = {key: GROUPS[key] for key in ("open", "suspect", "answered", "closed", "joined")}


@csrf_exempt
@require_http_methods(["GET", "POST"])
def wecom(request: HttpRequest) -> HttpResponse:
    """企业微信回调: proved by its signature, not by a cookie. Without a callback in the settings there is no such page."""
    gate, at = gates.callback(), timezone.now()
    if gate is None:
        raise Http404
    try:
        if request.method == "GET":
            return HttpResponse(gate.echo(request.GET.dict(), now=at), content_type="text/plain")
        gates.heard(request.GET.dict(), request.body, at)
    except Rejected:
        return HttpResponse(status=403)
    except Refused:  # the platform's own message, of a kind we do not keep: told once, not sent again
        return HttpResponse("")
    return HttpResponse("")
