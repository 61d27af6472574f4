"""Writing a proposal: three ways in, a draft that saves itself, a check before it is sent."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from huisheng.kernel import store
from huisheng.kernel.errors import Conflict, Invalid, Refused
from huisheng.kernel.forms import RecordsField, StepForm, TextField, TextsField
from huisheng.kernel.lifecycle import typed_place
from huisheng.kernel.models import Attachment, Typed
from huisheng.people import posts
from huisheng.people.models import Account, Agency, Body, Member
from huisheng.ui.forms import FilteredChoices
from huisheng.ui.steps import initial_from, keep_typed, new_key

from . import actions, drafting, hints, jobs, likeness, reading
from .forms import ANNEX_KINDS, LONG, Submit
from .models import CosponsorState, Proposal, Topic
from .views import may_start, visible_proposal

PAPER_KINDS = ("docx", "odt", "rtf", "pdf", "doc", "txt")
ACCEPTED = ".docx,.doc,.odt,.rtf,.pdf,.txt"
MOST_FILES = 100
DRAFT = "draft"
NEEDED = ("title", "situation", "suggestions")


class FilteredRadios(FilteredChoices):
    """One of a long list, narrowed by typing a part of the name or its initials."""

    input_type = "radio"
    allow_multiple_selected = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data


class DraftForm(StepForm):
    """The words of a draft. Only lengths are checked: what is missing is said when it is sent."""

    title = TextField(
        label="案由", max_length=200, required=False, help_text="一句话写明一件事，可以用“关于……的提案”。"
    )
    situation = TextField(
        label="情况",
        rows=8,
        max_length=LONG,
        required=False,
        help_text="看到了什么：时间、地点、数字、涉及多少人。",
    )
    analysis = TextField(label="分析", rows=6, max_length=LONG, required=False, help_text="为什么会这样。")
    suggestions = TextsField(
        label="建议",
        required=False,
        help_text="一条建议写一格，写明由谁办、办到什么程度。承办单位会逐条答复。",
    )
    rest = TextField(
        label="其他内容",
        rows=4,
        max_length=LONG,
        required=False,
        help_text="没有归进上面几栏的文字。会随提案一起保存。",
    )
    suggested = RecordsField(label="建议承办单位", queryset=Agency.objects.none(), required=False)
    contact_person = TextField(label="联系人", max_length=60, required=False)
    contact_phone = TextField(
        label="联系电话", max_length=40, required=False, help_text="只给政协和承办单位，不公开。"
    )

    use_required_attribute = False

    def prepare(self) -> None:
        for name in NEEDED:
            self.fields[name].required = True
        for name in ("situation", "analysis", "rest"):
            self.fields[name].widget.attrs.pop("maxlength", None)  # no counter towards 50,000
        agencies = Agency.objects.filter(ends_on=None).only("name", "initials")
        field: Any = self.fields["suggested"]
        field.queryset = agencies
        field.widget = FilteredChoices(initials={str(one.pk): one.initials.lower() for one in agencies})
        field.widget.choices = field.choices
        if self.record is not None and self.record.is_paper:
            self._ask_for_sponsor()

    def _ask_for_sponsor(self) -> None:
        people = Member.objects.filter(ends_on=None).select_related("sector").order_by("initials", "pk")
        self.fields["sponsor_member"] = field = forms.ModelChoiceField(
            label="第一提案人（委员）", queryset=people, required=False, empty_label="（不是委员个人提案）",
            widget=FilteredRadios(initials={str(one.pk): one.initials.lower() for one in people}),
        )  # fmt: skip
        field.label_from_instance = lambda obj: obj.full_name  # type: ignore[method-assign]
        self.fields["sponsor_body"] = forms.ModelChoiceField(
            label="或：提案单位", queryset=Body.objects.filter(ends_on=None), required=False, empty_label="（不是集体提案）",
        )  # fmt: skip

    def full_clean(self) -> None:
        """A draft may lack what a proposal needs: it is only shown as needed."""
        for name in NEEDED:
            self.fields[name].required = False
        super().full_clean()
        for name in NEEDED:
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if answers.get("sponsor_member") and answers.get("sponsor_body"):
            self.add_error("sponsor_body", "委员个人提案和集体提案只能选一种。")
        return answers


def initial_of(proposal: Proposal) -> dict[str, Any]:
    text = proposal.text
    words = {
        "title": text.title, "situation": text.situation, "analysis": text.analysis, "rest": text.rest,
        "suggestions": [one.content for one in text.suggestions.all()],
    } if text else {}  # fmt: skip
    return words | {
        "contact_person": proposal.contact_person, "contact_phone": proposal.contact_phone,
        "suggested": [one.pk for one in proposal.suggested.all()], "sponsor_member": proposal.sponsor_member_id,
        "sponsor_body": proposal.sponsor_body_id,
    }  # fmt: skip


def writable(request: HttpRequest, pk: int) -> Proposal:
    """The draft when the person may write it; a sent one, or somebody else's, is not there."""
    proposal = visible_proposal(request, pk)
    account: Account = request.user  # type: ignore[assignment]
    if proposal.state not in actions.WRITABLE or not actions.may_write(
        proposal, account, timezone.localdate()
    ):
        raise Http404
    return proposal


# -- three ways in -------------------------------------------------------------------------------------------------
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """提提案: write, paste, or bring a file; the office registers paper here too."""
    account: Account = request.user  # type: ignore[assignment]
    if not may_start(account):
        raise Http404
    today = timezone.localdate()
    is_staff = account.holds(posts.CLERK, posts.OFFICE, on=today)
    writes_own = account.holds(posts.MEMBER, posts.CONVENER, on=today)
    unread = Attachment.objects.filter(
        subject_type=Account._meta.label_lower, subject_id=account.pk, purpose=drafting.UNREAD
    )
    return render(request, "proposals/new.html", {
        "is_staff": is_staff, "writes_own": writes_own, "key": new_key(), "accepted": ACCEPTED,
        "identities": identities(account, today), "topic": request.GET.get("topic", ""), "unread": unread.order_by("-pk")[:10],
    })  # fmt: skip


def identities(account: Account, today: Any) -> list[tuple[str, str]]:
    """In whose name a person may write, when there is more than one answer."""
    held = [
        post
        for post in account.posts_held
        if post.kind in (posts.MEMBER, posts.CONVENER) and post.is_held(today)
    ]
    return [(f"{post.kind}:{post.place_id}", str(post.place)) for post in held] if len(held) > 1 else []


def in_whose_name(request: HttpRequest) -> dict[str, Any]:
    """What the form said about paper, identity and topic, checked again by ``actions.start``."""
    data: dict[str, Any] = {"is_paper": bool(request.POST.get("is_paper"))}
    kind, _, place = request.POST.get("as", "").partition(":")
    if place.isascii() and place.isdigit() and len(place) < 19:
        if kind == posts.CONVENER:
            data["sponsor_body"] = Body.objects.filter(pk=int(place)).first()
        elif kind == posts.MEMBER:
            data["sponsor_member"] = Member.objects.filter(pk=int(place)).first()
    topic = request.POST.get("topic", "")
    if topic.isascii() and topic.isdigit() and len(topic) < 19:
        data["topic"] = Topic.objects.filter(pk=int(topic)).first()
    return data


@login_required
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """直接写: an empty draft."""
    data = in_whose_name(request)
    if data.get("topic"):
        data["title"] = data["topic"].title
    proposal = actions.start(request.user, data, key=request.POST.get("key", ""))  # type: ignore[arg-type]
    return redirect("proposals:draft", proposal.pk)


@login_required
@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """粘贴: the text of a word processor, cleaned and taken apart."""
    account: Account = request.user  # type: ignore[assignment]
    if not may_start(account):
        raise Http404
    typed, refused = "", ""
    if request.method == "POST":
        typed = request.POST.get("text", "")
        if typed.strip():
            done = drafting.import_paste(typed, request.POST.get("html", ""), account,
                                         is_paper=bool(request.POST.get("is_paper")), key=request.POST.get("key", ""))  # fmt: skip
            if done.proposal:
                return redirect("proposals:check", done.proposal.pk)
            refused = done.refused
        else:
            refused = "还没有粘贴文字。请在下面的框里粘贴，再点“读出来”。"
    return render(request, "proposals/paste.html", {
        "typed": typed, "refused": refused, "key": new_key(), "is_paper": bool(request.POST.get("is_paper") or request.GET.get("is_paper")),
    }, status=422 if refused else 200)  # fmt: skip


@login_required
@require_POST
def import_file(request: HttpRequest) -> HttpResponse:
    """导入 Word: one file, one draft, then its check page."""
    account: Account = request.user  # type: ignore[assignment]
    if not may_start(account):
        raise Http404
    source = request.FILES.get("file")
    if source is None:
        raise Refused("还没有选文件。请返回上一页选一个 Word、ODT、RTF 或 PDF 文件。")
    upload = store.receive(source, str(source.name), lenient=True)
    done = drafting.import_upload(
        upload, account, is_paper=bool(request.POST.get("is_paper")), key=request.POST.get("key", "")
    )
    if done.proposal is None:
        return render(request, "proposals/imported.html", {"results": [done]}, status=422)
    return redirect("proposals:check", done.proposal.pk)


@login_required
@require_POST
def import_many(request: HttpRequest) -> HttpResponse:
    """批量代录: the files are kept, the worker reads them; the page that follows shows what becomes of each."""
    files = request.FILES.getlist("files")
    if not files:
        raise Refused("还没有选文件。请返回上一页，可以一次选多个文件。")
    if len(files) > MOST_FILES:
        raise Refused(f"一次最多导入 {MOST_FILES} 个文件，您选了 {len(files)} 个。请分几次导入。")
    account: Account = request.user  # type: ignore[assignment]
    key = request.POST.get("key", "")
    job = jobs.order_papers(account, map(_looked_at, files), timezone.now(), key=key)
    return redirect("proposals:job", job.pk)


def _looked_at(source: Any) -> store.Upload:
    """Past the gate, its bytes not held: a hundred files of 50 MB stay where the upload put them."""
    upload = store.receive(source, str(source.name), lenient=True)
    return store.Upload(upload.name, None, upload.verdict, source)


# -- the draft -----------------------------------------------------------------------------------------------------
@login_required
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = writable(request, pk)
    form = DraftForm(record=proposal, account=request.user, initial=initial_of(proposal))
    return _show_draft(request, proposal, form)


def _show_draft(
    request: HttpRequest,
    proposal: Proposal,
    form: DraftForm,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    place = typed_place(proposal, DRAFT)
    other = Typed.objects.filter(account=request.user, place=place).first()  # type: ignore[misc]
    steps = proposal.lifecycle.open_steps(proposal, request.user)  # type: ignore[attr-defined]
    return render(request, "proposals/draft.html", {
        "proposal": proposal, "form": form, "token": actions.draft_token(proposal), "key": new_key(), "refusal": refusal,
        "other": other, "other_parts": _other_parts(proposal, other), "place": place,
        "cosponsors": proposal.cosponsors.select_related("member__sector"),
        "files": reading.files_of(proposal.pk).order_by("pk"), "purposes": _purposes(),
        "steps": [one for one in steps if one.step.action in ("invite", "discard", "withdraw")],
        "saved_at": proposal.changed_at,
    }, status=status)  # fmt: skip


def _purposes() -> list[tuple[str, str]]:
    return [(code, label) for code, label in reading.PURPOSES.items() if code not in ("source", "supplement")]


def _other_parts(proposal: Proposal, other: Typed | None) -> list[tuple[str, str, str]]:
    """(label, words in the draft, words kept aside) where the two differ."""
    if other is None:
        return []
    form = DraftForm(record=proposal)
    now, kept = initial_of(proposal), initial_from(form, other.data)
    rows = []
    for name in ("title", "situation", "analysis", "suggestions", "rest"):
        a, b = _as_text(now.get(name)), _as_text(kept.get(name))
        if a.strip() != b.strip():
            rows.append((str(form.fields[name].label), a, b))
    return rows


def _as_text(value: Any) -> str:
    return (
        "\n".join(str(one) for one in value if str(one).strip())
        if isinstance(value, list)
        else str(value or "")
    )


@login_required
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """保存: by the script every five seconds and on leaving a field, or by the button.

    What cannot be saved (too long, another window was first) is kept aside and shown beside the draft.
    """
    proposal = writable(request, pk)
    form = DraftForm(request.POST, record=proposal, account=request.user)
    by_script = request.headers.get("Accept") == "application/json"
    try:
        if not form.is_valid():
            raise Invalid({name: [str(e) for e in errors] for name, errors in form.errors.items()})
        proposal = actions.save_draft(
            proposal,
            request.user,
            _words(request, form),
            seen=request.POST.get("version", ""),  # type: ignore[arg-type]
        )
    except Refused as refusal:
        keep_typed(request.user, typed_place(proposal, DRAFT), request.POST)
        if by_script:
            return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
        proposal.refresh_from_db()
        if isinstance(refusal, Conflict):
            form = DraftForm(record=proposal, account=request.user, initial=initial_of(proposal))
        return _show_draft(request, proposal, form, refusal=refusal, status=refusal.status)
    if request.POST.get("settle"):
        Typed.objects.filter(account=request.user, place=typed_place(proposal, DRAFT)).delete()  # type: ignore[misc]
    if by_script:
        saved_at = timezone.localtime(proposal.changed_at).strftime("%H:%M")
        return JsonResponse({"saved_at": saved_at, "version": actions.draft_token(proposal)})
    if request.POST.get("then") == "check":
        return redirect("proposals:check", proposal.pk)
    messages.success(request, f"已保存 {timezone.localtime(proposal.changed_at):%H:%M}。")
    return redirect("proposals:draft", proposal.pk)


def _words(request: HttpRequest, form: DraftForm) -> dict[str, Any]:
    """Only what was sent: a field that was not on the page is left as it is."""
    sent = {name for name in form.fields if name in request.POST}
    if "suggested_asked" in request.POST:
        sent.add("suggested")
    words = {name: value for name, value in form.cleaned_data.items() if name in sent}
    if form.record.is_paper and sent & {"sponsor_member", "sponsor_body"}:
        words |= {name: form.cleaned_data.get(name) for name in ("sponsor_member", "sponsor_body")}
    return words


@login_required
@require_POST
def take_other(request: HttpRequest, pk: int) -> HttpResponse:
    """用这一份: the words kept aside become the draft's."""
    proposal = writable(request, pk)
    other = Typed.objects.filter(account=request.user, place=typed_place(proposal, DRAFT)).first()  # type: ignore[misc]
    if other is None:
        return redirect("proposals:draft", pk)
    form = DraftForm(record=proposal)
    words = {name: value for name, value in initial_from(form, other.data).items()
             if name in ("title", "situation", "analysis", "suggestions", "rest")}  # fmt: skip
    if len(words.get("title") or "") > 200:
        raise Refused("留住的那一份案由太长（最多 200 字），不能直接换用。请复制需要的文字。")
    actions.save_draft(proposal, request.user, words)  # type: ignore[arg-type]
    other.delete()
    messages.success(request, "已换成另一份内容。")
    return redirect("proposals:draft", pk)


# -- files and co-sponsors of a draft ------------------------------------------------------------------------------
@login_required
@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = writable(request, pk)
    source = request.FILES.get("file")
    if source is None:
        raise Refused("还没有选文件。请返回上一页选一个文件。")
    purpose = request.POST.get("purpose", "attachment")
    if purpose not in dict(_purposes()):
        purpose = "attachment"
    received = store.receive(source, str(source.name), kinds=ANNEX_KINDS)
    actions.attach(proposal, request.user, received, purpose, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"已上传“{received.verdict.safe_name}”。")
    return redirect(reverse("proposals:draft", args=[pk]) + "#files")


@login_required
@require_POST
def remove_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    proposal = writable(request, pk)
    found = reading.files_of(proposal.pk).filter(pk=file).first()
    if found is None:
        raise Http404
    actions.detach(proposal, request.user, found, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"已移去“{found.name}”。")
    return redirect(reverse("proposals:draft", args=[pk]) + "#files")


@login_required
def unread_file(request: HttpRequest, file: int) -> HttpResponse:
    """A file that could not be read, handed back to whoever brought it."""
    account: Account = request.user  # type: ignore[assignment]
    found = Attachment.objects.filter(
        pk=file, subject_type=Account._meta.label_lower, subject_id=account.pk, purpose=drafting.UNREAD
    ).first()
    if found is None:
        raise Http404
    return store.download(found)  # type: ignore[return-value]


@login_required
@require_POST
def choose_cosponsors(request: HttpRequest, pk: int) -> HttpResponse:
    """Names the paper leaves open: the person says who each one is, nobody is chosen by the machine."""
    proposal = writable(request, pk)
    chosen = {
        int(found[1]): int(value)
        for name, value in request.POST.items()
        if (found := re.fullmatch(r"person-(\d{1,3})", name, re.ASCII))
        and re.fullmatch(r"\d{1,18}", str(value), re.ASCII)
    }
    with contextlib.suppress(Member.DoesNotExist):
        drafting.settle_people(proposal, request.user, chosen)  # type: ignore[arg-type]
    return redirect(reverse("proposals:check", args=[pk]) + "#people")


# -- the check page ------------------------------------------------------------------------------------------------
@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """核对: what was understood, what is doubtful, what is alike; and the first half of the formal step."""
    proposal = writable(request, pk)
    account: Account = request.user  # type: ignore[assignment]
    today = timezone.localdate()
    steps = proposal.lifecycle.open_steps(proposal, account, today)  # type: ignore[attr-defined]
    sending = next((one for one in steps if one.step.action in ("submit", "register", "resubmit")), None)
    form = None
    if sending and sending.step.form is Submit:
        form = Submit(record=proposal, account=account, today=today)
    return render(request, "proposals/check.html", {
        "proposal": proposal, "text": proposal.text, "suggestions": list(proposal.text.suggestions.all()) if proposal.text else [],
        "sending": sending, "form": form, "key": new_key(), "notes": proposal.read_notes,
        "people": people_to_settle(proposal), "hints": hints.hints(proposal, today),
        "doubts": doubts(proposal), "alike": likeness.alike(proposal, account, today),
        "cosponsors": proposal.cosponsors.exclude(state=CosponsorState.DECLINED).select_related("member__sector"),
        "files": reading.files_of(proposal.pk).order_by("pk"), "agencies": list(proposal.suggested.all()),
        "asides": [(ASIDES.get(kind, kind), words) for kind, words in proposal.read_notes.get("asides", [])],
        "differs": _names_another(proposal),
    })  # fmt: skip


ASIDES = {
    "footnote": "脚注", "comment": "批注", "header": "页眉", "footer": "页脚", "deleted": "已删去的文字", "hidden": "隐藏文字",
}  # fmt: skip


def _names_another(proposal: Proposal) -> bool:
    """The paper names another sponsor than the one in whose name it is written."""
    written = proposal.read_notes.get("sponsor", "")
    person = proposal.read_notes.get("sponsor_person") or {}
    if not written:
        return False
    ids = (person.get("member"), person.get("body"))
    return written != proposal.sponsor_name and not (
        ids[0] and ids[0] == proposal.sponsor_member_id or ids[1] and ids[1] == proposal.sponsor_body_id
    )


def doubts(proposal: Proposal) -> list[hints.Hint]:
    """What the reading of the file left doubtful; what the hints over the text say anew is not said twice."""
    said_anew = {
        "too_short",
        "too_long",
        "no_suggestions",
        "suggestions_vague",
        "several_matters",
        "agency_missing",
    }
    rows = proposal.read_notes.get("warnings", [])
    return [
        hints.Hint(message, hints.rule_of(code), hints.field_of(code))
        for code, message, level in rows
        if level == "doubt" and code.partition(":")[0] not in said_anew | {"forbidden", "cosponsor_ambiguous"}
    ]


def people_to_settle(proposal: Proposal) -> list[dict[str, Any]]:
    """Names of the paper that fit several members, or none: with the members they may be."""
    people = proposal.read_notes.get("people", [])
    open_ones = [
        (i, one) for i, one in enumerate(people) if not one.get("member") and not one.get("is_settled")
    ]
    wanted = {pk for _, one in open_ones for pk in one.get("candidates", [])}
    members = (
        {one.pk: one for one in Member.objects.filter(pk__in=wanted).select_related("sector")}
        if wanted
        else {}
    )
    return [
        {"index": i, "name": one["name"], "sector": one.get("sector", ""),
         "members": [members[pk] for pk in one.get("candidates", []) if pk in members]}
        for i, one in open_ones if one.get("candidates")
    ]  # fmt: skip
