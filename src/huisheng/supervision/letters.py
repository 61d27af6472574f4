"""Verbs of 民主监督建议书: what a 监督员 writes, hands in and hears back; what the office makes of it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from huisheng.kernel import journal
from huisheng.kernel.errors import NotAllowed, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.links import link
from huisheng.kernel.once import once
from huisheng.opinions import actions as opinions
from huisheng.people import posts
from huisheng.people.models import Account

from .models import LetterState, Monitor, MonitorLetter, MonitorState

WORDS = ("title", "content", "advice")


def is_writer(monitor: Monitor, account: Account, at: datetime) -> bool:
    return monitor.member_id in account.places(posts.MEMBER, on=timezone.localdate(at))


def start(
    monitor: Monitor, account: Account, data: dict[str, Any], *, at: datetime, key: str = ""
) -> MonitorLetter:
    """写建议书: a draft, which its writer alone reads. data: title, content, advice."""
    if not is_writer(monitor, account, at) or monitor.state != MonitorState.IN_POST:
        raise NotAllowed("建议书由在任的民主监督员本人写。")

    def act() -> dict[str, Any]:
        words = {name: data[name] for name in WORDS}
        one = MonitorLetter.objects.create(monitor=monitor, made_at=at, changed_at=at, **words)
        journal.write(one, "start", "写建议书", account=account, at=at, to_state=one.state)
        return {"id": one.pk}

    payload = ["letter", monitor.pk, *(data[name] for name in WORDS)]
    return MonitorLetter.objects.get(pk=once(account, key, payload, at, act)["id"])


def save(
    letter: MonitorLetter, account: Account, data: dict[str, Any], at: datetime, version: int | None
) -> MonitorLetter:
    """Write the draft in place. Raises WrongState when it was handed in, or written elsewhere, meanwhile."""
    if not is_writer(letter.monitor, account, at):
        raise NotAllowed("建议书由写的人本人改。")
    with transaction.atomic():
        one = MonitorLetter.objects.select_for_update().get(pk=letter.pk)
        if one.state != LetterState.DRAFT:
            raise WrongState("建议书已经提交，不能再改。要改的，请先“撤回修改”。")
        if version is not None and version != one.version:
            raise WrongState("您打开这一页之后，这份建议书改过。请看过最新的内容再改，您写的在下面。")
        for name in WORDS:
            setattr(one, name, data[name])
        one.changed_at = at
        one.save()
        journal.write(one, "revise", "修改", account=account, at=at)
    return one


def fingerprint(letter: MonitorLetter) -> str:
    return hashlib.sha256("\x1f".join(getattr(letter, name) for name in WORDS).encode()).hexdigest()


# -- effects of steps ------------------------------------------------------------------------------------------------
def send(letter: MonitorLetter, act: Act) -> None:
    letter.sent_on, letter.fingerprint = act.today, fingerprint(letter)
    letter.save(update_fields=["sent_on", "fingerprint"])
    act.remember(fingerprint=letter.fingerprint)


def take(letter: MonitorLetter, act: Act) -> None:
    """采用: a source of one supervision, or an opinion in the writer's name; the chain shows where it went."""
    if act.data["way"] == "supervision":
        supervision = act.data["supervision"]
        link(letter, supervision, "列为监督议题", act.at)
        act.remember(supervision=supervision)
        went = "列入一项监督。"
    else:
        member = letter.monitor.member
        words = {"title": letter.title, "situation": letter.content, "advice": letter.advice}
        opinion = opinions.file_for(words, str(member), act.account, act.at, member=member)
        link(letter, opinion, "转为社情民意", act.at)
        act.remember(opinion=opinion)
        went = "转为社情民意信息。"
    _answer(letter, act, went)


def keep(letter: MonitorLetter, act: Act) -> None:
    _answer(letter, act)


def _answer(letter: MonitorLetter, act: Act, went: str = "") -> None:
    """The writer reads where it went even where they may not open what it went into."""
    letter.answer, letter.answered_on = f"{went}{act.note}", act.today
    letter.save(update_fields=["answer", "answered_on"])
