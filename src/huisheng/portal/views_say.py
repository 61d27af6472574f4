"""我要反映: one thing a page, carried in a sealed field; nothing is written before the last button (but photos).

Every button is one of the form's own (``go``): on, back, to the check page, away with a photo. What was typed stays,
whatever is pressed and whatever is wrong.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from huisheng.kernel import local, store
from huisheng.kernel.errors import Refused
from huisheng.kernel.forms import clean_text
from huisheng.opinions.actions import Taken
from huisheng.opinions.hiding import tells_who
from huisheng.opinions.queries import open_point
from huisheng.ui.addresses import absolute, qr

from . import actions, rules
from .forms import ContactLeft, Place, Question, Words
from .letter import Letter, opened
from .pages import page

PAGES = ("text", "place", "photos", "contact", "check")
FORMS: dict[str, type[Question]] = {"text": Words, "place": Place, "contact": ContactLeft}
FIELDS = {"text": ("text",), "place": ("place",), "contact": ("phone", "email")}
EXAMPLES = (
    "文化路小学门口早上七点半没有人疏导，车和孩子挤在一起。希望上学时段设人值守。",
    "我们小区东边的路灯坏了两盏，一个多月没人修，老人晚上不敢出门。",
    "社区卫生站周末不开门，孩子发烧只能跑大医院。希望周末轮流留一个门诊窗口。",
    "村口的公交车下午五点就停了，在城里上班的人赶不上。希望晚一个小时。",
    "菜市场改造后通道太窄，轮椅进不去。希望留出一条无障碍通道。",
    "河边步道的护栏断了一截，周末孩子多，很危险。",
)
AGED = "这份表单打开超过一天了。请再看一遍，没有变化就再按一次“提交”。写好的内容都在。"
STRANGE = "这一页不完整，请从这里再写一次；刚才这一页写的还在。"


@csrf_exempt  # no cookie here: the form is sealed, says when it was asked for, and makes one lead however often it is sent
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        fresh = Letter.new(at)
        fresh.at = clean_text(request.GET.get("at", ""))[:12]
        return _show("text", fresh, at)
    name = request.POST.get("page", "")
    letter = opened(request.POST.get("letter", ""))
    if letter is None or name not in PAGES:
        letter = Letter.new(at)
        _take(letter, "text", request)
        return _show("text", letter, at, says=[STRANGE], status=422)
    return _answer(request, name, letter, at)


def _answer(request: HttpRequest, name: str, letter: Letter, at: datetime) -> HttpResponse:
    go, today = request.POST.get("go", "on"), timezone.localdate(at)
    said = _take(letter, name, request)
    if go.startswith("to:") and go[3:] in PAGES:
        return _show(go[3:], letter, at, returns=True)
    if go == "back" and name != "text":
        return _show(PAGES[PAGES.index(name) - 1], letter, at)
    if go.startswith("drop:"):
        letter.photos = [one for i, one in enumerate(letter.photos) if go != f"drop:{i}"]
        letter.voice = None if go == "drop:voice" else letter.voice
        return _show(name, letter, at, returns="returns" in request.POST)
    if said or _form(name, letter, today, is_bound=True) is not None:
        return _show(
            name, letter, at, says=said, is_bound=True, returns="returns" in request.POST, status=422
        )
    if name == "check":
        return _send(request, letter, at)
    after = "check" if "returns" in request.POST else PAGES[PAGES.index(name) + 1]
    return _show(after, letter, at)


def _take(letter: Letter, name: str, request: HttpRequest) -> list[str]:
    """Put what this page asked into the letter, right or wrong; sentences about photos that did not come in."""
    if clean_text(request.POST.get("homepage", "")).strip():
        letter.is_trapped = True
    for one in FIELDS.get(name, ()):
        setattr(letter, one, clean_text(request.POST.get(one, "")).strip())
    if name == "text" and (voice := request.FILES.get("voice")):
        try:
            letter.voice = actions.keep_voice(voice, timezone.localdate())
        except Refused as refusal:
            return [refusal.sentence]
    if name != "photos":
        return []
    kept, said = actions.keep_photos(request.FILES.getlist("photos"), _room(letter))
    letter.photos += kept
    return said


def _room(letter: Letter) -> int:
    return int(local.rule("lead.photos", timezone.localdate())) - len(letter.photos)


def _form(name: str, letter: Letter, today: date, is_bound: bool) -> Question | None:
    """The page's form; where it is bound, only one that is not filled as it must be."""
    kind = FORMS.get(name)
    if kind is None:
        return None
    words = {one: getattr(letter, one) for one in FIELDS[name]}
    form = kind(words, today=today) if is_bound else kind(initial=words, today=today)
    if name == "text" and letter.voice:
        form.fields["text"].required = False  # a recording says it
    return None if is_bound and form.is_valid() else form


def _send(request: HttpRequest, letter: Letter, at: datetime) -> HttpResponse:
    """Every page once more: none may have been jumped over; then the lead, then its receipt."""
    for name in FORMS:
        if _form(name, letter, timezone.localdate(at), is_bound=True) is not None:
            return _show(name, letter, at, is_bound=True, returns=True, status=422)
    if letter.age(at) > rules.LONGEST:
        letter.began = at.timestamp() - rules.SOONEST  # it was read long enough
        return _show("check", letter, at, says=[AGED], status=422)
    try:
        taken = actions.send(letter, at, request.POST.get("work", ""))
    except Refused as refusal:
        lost = "text" if letter.voice and not store.has(letter.voice.sha256) else "photos"
        return _show(lost, letter, at, says=[refusal.sentence], returns=True, status=422)
    return _receipt(request, taken)


def _show(
    name: str, letter: Letter, at: datetime, *, says: list[str] | None = None, is_bound: bool = False,
    returns: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    today = timezone.localdate(at)
    form = _form(name, letter, today, is_bound) or _form(name, letter, today, is_bound=False)
    context: dict[str, Any] = {
        "name": name, "letter": letter, "sealed": letter.sealed(), "form": form, "says": says or [], "returns": returns,
        "number": PAGES.index(name) + 1, "of": len(PAGES), "is_first": name == "text",
    }  # fmt: skip
    if name == "text":
        start = today.toordinal() % len(EXAMPLES)
        context["point"] = open_point(letter.at, today) if letter.at else None
        context["most_voice"] = int(local.rule("lead.voice_megabytes", today))
        context["examples"] = (EXAMPLES + EXAMPLES)[start : start + 3]
    if name == "photos":
        context["room"] = _room(letter)
    if name == "check":
        context |= {"tells": tells_who(letter.text), "bits": rules.BITS if rules.is_busy(at) else 0}
    return page(f"say_{name}", context, status)


def _receipt(request: HttpRequest, taken: Taken) -> HttpResponse:
    """回执: shown once, in answer to the last button; the same button again shows the same."""
    link = absolute(request, reverse("portal:receipt", args=[taken.token]))
    return page("sent", {
        "lead": taken.lead, "secret": taken.secret, "link": link, "path": reverse("portal:receipt", args=[taken.token]),
        "qr": qr(link),
    })  # fmt: skip
