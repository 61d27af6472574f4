"""The step as pages know it: the button, the form, the check page before a formal act, and what a refusal shows.

One view serves every step of every lifecycle:

    path("proposals/", include([*step_urls(Proposal, visible_proposal)]))

``visible_proposal(request, pk)`` returns the record or raises Http404; absent and forbidden look the same.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from huisheng.kernel.errors import Conflict, Invalid, Refused
from huisheng.kernel.forms import StepForm, clean_text
from huisheng.kernel.journal import timeline
from huisheng.kernel.lifecycle import OpenStep, Step, perform, typed_place
from huisheng.kernel.models import Entry, Matter, Typed

from .context import shell_of

MEGABYTE = 1 << 20
MOST_PLACES = 300  # at which one person's unfinished words are kept
# what is kept under the seal alone is not kept here, either
SEALED = ("provider_contact",)
# what a form carries besides the person's own words
CARRIED = ("csrfmiddlewaretoken", "version", "key", "stage", "next", "place", "forget")


def new_key() -> str:
    """One per rendered form: the same form sent twice is done once."""
    return secrets.token_urlsafe(18)


def step_urls(
    model: type[Matter], get_record: Callable[[HttpRequest, int], Matter], prefix: str = "", **options: Any
) -> list[URLPattern]:
    """``<prefix><pk>/steps/<action>`` named ``<model>-step``, where ``step_url`` finds it (app_name = app label)."""
    view = StepView.as_view(get_record=get_record, **options)
    return [path(f"{prefix}<int:pk>/steps/<slug:action>", view, name=f"{model._meta.model_name}-step")]


def step_url(record: Matter, action: str) -> str:
    name = f"{record._meta.app_label}:{record._meta.model_name}-step"
    return reverse(name, kwargs={"pk": record.pk, "action": action})


def safe_next(request: HttpRequest) -> str:
    """The page to return to, when it is one of ours; else ""."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    # a path, so that nobody takes a bare word for the name of a page
    return url if allowed and url.startswith("/") and "\x00" not in url else ""


# -- buttons -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Button:
    """One open step as _steps.html draws it. ``is_direct``: pressed at once, without a page between."""

    id: str
    label: str
    url: str
    key: str
    tone: str
    reason: str
    is_direct: bool


def step_buttons(record: Matter, open_steps: Iterable[OpenStep]) -> list[Button]:
    """The first duty that can be done now is the page's one filled button; rights and later steps stand plain."""
    steps = list(open_steps)
    first = next((one for one in steps if not one.step.optional and not one.reason), None)
    return [_button(record, one, is_first=one is first) for one in steps]


def _button(record: Matter, one: OpenStep, is_first: bool) -> Button:
    step = one.step
    tone = {(True, True): "formal", (True, False): "primary", (False, True): "formal-plain"}.get(
        (is_first, step.formal), ""
    )
    return Button(
        id=f"{record._meta.model_name}-{record.pk}-{step.action}",
        label=step.label,
        url=step_url(record, step.action),
        key=new_key(),
        tone=tone,
        reason=one.reason,
        is_direct=step.form is None and not step.formal,
    )


# -- the page of a step ------------------------------------------------------------------------------------------


class StepView(LoginRequiredMixin, View):
    """GET shows the step's form with what was typed before; POST performs it.

    A formal step stops at a check page first (not when it carries a file, which a browser cannot carry on).
    Refusals show the same page with the typed text kept and the refusal's status.
    """

    get_record: Callable[[HttpRequest, int], Matter] | None = None
    template_name = "step.html"
    check_template = "step_check.html"
    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: int, action: str) -> HttpResponseBase:
        record, step = self._find(request, pk, action)
        if refusal := _why_not(record, step, request.user):
            return self._closed(request, record, step, None, refusal)
        form = _unbound(step, record, request.user) if step.form else None
        return self._show(request, record, step, form)

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponseBase:
        record, step = self._find(request, pk, action)
        try:
            if request.POST.get("stage") == "check" and step.form:
                return self._check(request, record, step)
            entry = perform(
                record, action, request.user, request.POST, request.FILES,
                version=version_seen(request), key=request.POST.get("key", ""),
            )  # fmt: skip
        except Refused as refusal:
            return self._refuse(request, record, step, refusal)
        messages.success(request, _done(request, record, step, entry))
        return _go(request, safe_next(request) or self._after(request, pk))

    def _find(self, request: HttpRequest, pk: int, action: str) -> tuple[Any, Step]:
        assert self.get_record is not None
        record = self.get_record(request, pk)
        try:
            step = record.lifecycle.step(action)  # type: ignore[attr-defined]
        except Refused:
            raise Http404 from None
        if step.elsewhere:
            raise Refused(step.elsewhere)
        return record, step

    def _after(self, request: HttpRequest, pk: int) -> str:
        """The matter's page, or home when the step took the record out of the person's sight."""
        assert self.get_record is not None
        try:
            return self.get_record(request, pk).matter.get_absolute_url()
        except Http404:
            return shell_of(request).home_url

    def _check(self, request: HttpRequest, record: Any, step: Step) -> HttpResponseBase:
        record.lifecycle.check(record, step.action, request.user, version_seen(request))
        form = _bound(request, step, record)
        if not form.is_valid():
            raise Invalid({name: [str(e) for e in errors] for name, errors in form.errors.items()})
        keep_typed(request.user, typed_place(record, step.action), request.POST)
        return self._show(
            request,
            record,
            step,
            form,
            template=self.check_template,
            answers=list(answers(form)),
            carried=carried(request.POST),
        )

    def _refuse(self, request: HttpRequest, record: Any, step: Step, refusal: Refused) -> HttpResponseBase:
        """Never lose what was typed: it goes to the server's store and back onto the page."""
        assert self.get_record is not None
        if step.form is not None:
            keep_typed(request.user, typed_place(record, step.action), request.POST)
        record = self.get_record(
            request, record.pk
        )  # as it is now, not as the failed attempt left it in memory
        form = _bound(request, step, record) if step.form else None
        if not any(one.step is step for one in record.lifecycle.open_steps(record, request.user)):
            return self._closed(request, record, step, form, refusal)
        if form is not None:
            _put_errors(form, refusal)
        shown_by_form = form is not None and isinstance(refusal, Invalid)
        return self._show(
            request, record, step, form, status=refusal.status, refusal=None if shown_by_form else refusal,
            latest=_latest(record) if isinstance(refusal, Conflict) else [],
        )  # fmt: skip

    def _closed(
        self, request: HttpRequest, record: Any, step: Step, form: StepForm | None, refusal: Refused
    ) -> HttpResponse:
        """The step is not open to the person any more: why, what happened, and their words to copy."""
        return self._show(
            request, record, step, None, status=refusal.status, is_open=False, refusal=refusal,
            latest=_latest(record), typed=list(typed_texts(form, request.POST)),
        )  # fmt: skip

    def _show(
        self,
        request: HttpRequest,
        record: Any,
        step: Step,
        form: StepForm | None,
        *,
        template: str = "",
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        carries_file = bool(form and form.is_multipart())
        context = {
            "record": record, "matter": record.matter, "step": step, "form": form, "key": new_key(),
            "place": typed_place(record, step.action) if form else "", "is_open": True,
            "next_url": safe_next(request), "cancel_url": safe_next(request) or record.matter.get_absolute_url(),
            "submit_label": getattr(form, "submit", "") or step.label,
            "step_url": request.path, "is_checked": step.formal and form is not None and not carries_file, **more,
        }  # fmt: skip
        return render(request, template or self.template_name, context, status=status)


def _done(request: HttpRequest, record: Any, step: Step, entry: Entry) -> str:
    """What the next page says; with a way back for what can be taken back, instead of a question before."""
    back = record.lifecycle.way_back(record, entry, request.user)
    if back is None:
        return f"“{step.label}”已办好。"
    context = {
        "step": step, "back_url": step_url(record, back.action), "version": record.version, "key": new_key(),
        "next_url": safe_next(request), "has_note": back.form is not None,
    }  # fmt: skip
    return render_to_string("_done.html", context, request)


def _why_not(record: Any, step: Step, account: Any) -> Refused | None:
    """What perform() would answer before it reads the form; asked before somebody fills it in."""
    opened = next((one for one in record.lifecycle.open_steps(record, account) if one.step is step), None)
    if opened is not None:
        return Refused(opened.reason) if opened.reason else None
    try:
        record.lifecycle.check(record, step.action, account)
    except Refused as refusal:
        return refusal
    return Refused(f"这件事现在不用办“{step.label}”。")


def _latest(record: Any) -> list[Any]:
    return [] if record.hides_hands else list(timeline(record.matter)[:3])


def version_seen(request: HttpRequest) -> int | None:
    """The version of the record on the page that a form was sent from; None where the page carried none."""
    given = request.POST.get("version", "")
    if not given:
        return None
    # what is no number was never a version of this record: treated like one that is past
    return int(given) if re.fullmatch(r"\d{1,9}", given, re.ASCII) else -1


def _bound(request: HttpRequest, step: Step, record: Any) -> StepForm:
    assert step.form is not None
    return step.form(
        request.POST, request.FILES, record=record, account=request.user, today=timezone.localdate()
    )


def _unbound(step: Step, record: Any, account: Any) -> StepForm:
    assert step.form is not None
    form = step.form(record=record, account=account, today=timezone.localdate())
    put_back(account, typed_place(record, step.action), form)
    return form


def _put_errors(form: StepForm, refusal: Refused) -> None:
    """The form finds its own errors; those of a guard or effect are added to the field they name."""
    known = form.errors
    if not isinstance(refusal, Invalid):
        known.clear()  # the refusal is not about the fields: its own sentence stands above
        return
    for name, sentences in refusal.errors.items():
        if name in known:
            continue
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


def carried(data: QueryDict) -> list[tuple[str, str]]:
    """All answers as hidden fields of the check page, whatever made them."""
    return [(name, value) for name in data if name not in CARRIED for value in data.getlist(name)]


# -- answers as they are read back ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """One line of the check page: the question, the answer in words, and where to change it."""

    label: str
    text: str
    anchor: str


def answers(form: forms.Form) -> Iterable[Answer]:
    for field in form.visible_fields():
        value = form.cleaned_data.get(field.name)
        if value in (None, "", []) and "data-when" in field.field.widget.attrs:
            continue  # it concerns another answer than the one given
        yield Answer(str(field.label), in_words(field, value), field.auto_id)


def in_words(field: forms.BoundField, value: Any) -> str:
    """An answer as the person would say it: labels for codes, 是/否, days in Chinese."""
    if value in (None, "", []):
        return "（没有填）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if hasattr(value, "strftime"):
        return f"{value.year}年{value.month}月{value.day}日"
    choices = getattr(field.field, "choices", None)
    if choices is not None and not hasattr(field.field, "queryset"):
        words = {str(code): str(word) for code, word in _flat(choices)}
        many = value if isinstance(value, list | tuple | set) else [value]
        return "、".join(words.get(str(one), str(one)) for one in many)
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return "、".join(str(one) for one in value) or "（没有填）"
    return str(value)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for code, word in choices:
        if isinstance(word, list | tuple):
            yield from word
        else:
            yield code, word


# -- what was typed and not sent -----------------------------------------------------------------------------------

PLACE = re.compile(r"[a-z_]+\.[a-z_]+:(?:\d{1,18}|new):[a-z_]{1,40}")


def keep_typed(account: Any, place: str, data: QueryDict) -> Any:
    """Store the words of a form, replacing the earlier ones. Returns the moment."""
    now = timezone.now()
    kept = {
        clean_text(name)[:80]: [clean_text(one) for one in data.getlist(name)]
        for name in data
        if name not in CARRIED and name not in SEALED and "password" not in name.lower()
    }
    _, is_new = Typed.objects.update_or_create(
        account=account, place=place, defaults={"data": kept, "saved_at": now}
    )
    if is_new:  # the oldest make room: nobody fills the disk by writing beginnings
        old = (
            Typed.objects.filter(account=account)
            .order_by("-saved_at", "-pk")
            .values_list("pk", flat=True)[MOST_PLACES:]
        )
        Typed.objects.filter(pk__in=list(old)).delete()
    return now


def initial_from(form: forms.BaseForm, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Field values as they were typed, valid or not. Files are never kept."""
    data = MultiValueDict(
        {name: value if isinstance(value, list) else [value] for name, value in kept.items()}
    )
    found = {}
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField) or field.disabled:
            continue
        prefixed = form.add_prefix(name)
        if field.widget.value_omitted_from_data(data, {}, prefixed):
            continue
        found[name] = field.widget.value_from_datadict(data, {}, prefixed)
    return found


def put_back(account: Any, place: str, *forms_of_page: forms.BaseForm) -> datetime | None:
    """What the person typed at a place and did not send stands in the page's forms again; since when, or None."""
    if not PLACE.fullmatch(place):
        raise ValueError(f"“{place}” is no place that autosave would take")
    kept = Typed.objects.filter(account=account, place=place).first()
    if kept is None:
        return None
    for form in forms_of_page:
        form.initial.update(initial_from(form, kept.data))
        form.typed_at = kept.saved_at  # type: ignore[attr-defined]
    return kept.saved_at


def forget_typed(account: Any, place: str) -> None:
    """The words have arrived where they belong."""
    Typed.objects.filter(account=account, place=place).delete()


def typed_texts(form: StepForm | None, data: QueryDict) -> Iterable[tuple[str, str]]:
    """The longer words of a form that can no longer be sent, to be copied elsewhere."""
    for name in data:
        text = clean_text(str(data[name])).strip()
        if name in CARRIED or "password" in name.lower() or not text:
            continue
        field = form.fields.get(name) if form else None
        if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
            continue
        yield (str(field.label) if field and field.label else name), text


class TypedView(LoginRequiredMixin, View):
    """Autosave: POST place and fields, get {"saved_at": "14:03"}. A person reads and writes only their own rows."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MEGABYTE:
            return JsonResponse(
                {"sentence": "内容太长，没有自动保存。请缩短，或把其余内容作为附件。"}, status=413
            )
        account: Any = request.user
        place = request.POST.get("place", "")
        if not PLACE.fullmatch(place):
            return JsonResponse(
                {"sentence": "这一页已过期，没有自动保存。请复制所写内容，刷新后再写。"}, status=400
            )
        if request.POST.get("forget"):
            Typed.objects.filter(account=account, place=place).delete()
            return _forgotten(request)
        saved_at = keep_typed(account, place, request.POST)
        return JsonResponse({"saved_at": timezone.localtime(saved_at).strftime("%H:%M")})


def _forgotten(request: HttpRequest) -> HttpResponse:
    url = safe_next(request)
    return redirect(url) if url else JsonResponse({"saved_at": ""})
