"""From a lead or an opinion to a topic of the catalogue, and to a draft: each page shows what is taken along first."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from huisheng.kernel.forms import StepForm, TextField
from huisheng.opinions import onward
from huisheng.opinions.models import Lead, Opinion
from huisheng.people import posts
from huisheng.people.models import Account
from huisheng.ui.steps import new_key

from . import actions
from .models import Call, CallState
from .views_draft import identities, in_whose_name

_NUMBERED = re.compile(
    r"^\s*(?:[（(]?[0-9０-９一二三四五六七八九十]{1,3}[）)]|[0-9０-９一二三四五六七八九十]{1,3}[．.、])\s*"
)


def _record(request: HttpRequest, of: str, pk: int, route: str) -> Lead | Opinion:
    account: Account = request.user  # type: ignore[assignment]
    found = onward.find(of, pk, route, account, timezone.localdate())
    if found is None:
        raise Http404
    return found


class TopicForm(StepForm):
    call = forms.ModelChoiceField(label="列入哪一次征集", queryset=Call.objects.none(), empty_label=None)
    title = TextField(label="选题", max_length=120, help_text="一句话，委员看得懂是什么事。")
    background = TextField(
        label="背景", rows=8, max_length=4000, required=False,
        help_text="委员都看得到。请再看一遍：不写反映人的姓名、电话和住处。",
    )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["call"]
        field.queryset = Call.objects.exclude(state=CallState.CLOSED)


@login_required
@require_http_methods(["GET", "POST"])
def topic_from(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """列入选题参考目录: the title and the background are the office's to write."""
    record = _record(request, of, pk, "proposals:topic-from")
    account: Account = request.user  # type: ignore[assignment]
    words = onward.words_of(record, account)
    background = "\n".join(filter(None, (words.situation, words.analysis, words.advice)))
    initial = {"title": words.title[:120], "background": background[:4000]}
    form = TopicForm(request.POST or None, account=account, today=timezone.localdate(), initial=initial)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        topic = actions.add_topic(
            answers["call"], record, account, {name: answers[name] for name in ("title", "background")},
            at=timezone.now(), key=request.POST.get("key", ""),
        )  # fmt: skip
        messages.success(request, f"已列入“{topic.call}”，是第{topic.number}个选题。反映人会知道。")
        return redirect(topic)
    context = {"record": record, "form": form, "key": request.POST.get("key") or new_key(),
               "has_call": form.fields["call"].queryset.exists()}  # type: ignore[attr-defined]  # fmt: skip
    return render(request, "proposals/topic_from.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def draft_from(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """据此起草提案: a draft that begins with these words; whoever proposes writes it anew."""
    record = _record(request, of, pk, "proposals:draft-from")
    account: Account = request.user  # type: ignore[assignment]
    today = timezone.localdate()
    words = onward.words_of(record, account)
    if request.method == "POST":
        data = in_whose_name(request) | _as_draft(words) | {"origin": record}
        data["is_paper"] = not account.holds(posts.MEMBER, posts.CONVENER, on=today)
        proposal = actions.start(account, data, key=request.POST.get("key", ""))
        messages.success(request, "草稿已建好，文字已经带过来。请核实情况、改成您自己的话，再提交。")
        return redirect("proposals:draft", proposal.pk)
    return render(request, "proposals/draft_from.html", {
        "record": record, "words": words, "identities": identities(account, today), "key": new_key(),
        "is_paper": not account.holds(posts.MEMBER, posts.CONVENER, on=today),
    })  # fmt: skip


def _as_draft(words: onward.Words) -> dict[str, Any]:
    """Advice a line becomes a suggestion each; its number is given anew."""
    lines = (_NUMBERED.sub("", line).strip() for line in words.advice.splitlines())
    title = re.sub(r"^关于(.+?)的(?:建议|意见|情况反映|反映)$", r"\1", words.title)
    return {
        "title": f"关于{title}的提案"[:200], "situation": words.situation, "analysis": words.analysis,
        "suggestions": [line for line in lines if line],
    }  # fmt: skip
