"""From what a channel read to what the desk has: leads, words joined to a thread, or nothing, each with a verdict."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from huisheng.kernel import journal, local, sealing
from huisheng.kernel.files import KINDS
from huisheng.kernel.sounds import SOUNDS
from huisheng.kernel.store import Upload, receive
from huisheng.people.models import Account

from . import actions
from .channels.item import WARNINGS, Enclosed, Item, Kind, Own
from .channels.wecom import TOGETHER
from .models import Channel, Lead, LeadMessage, LeadState, Medium

VERDICTS = {
    Kind.LEAD: "新线索",
    Kind.FOLLOW_UP: "归入原线索",
    Kind.AUTO_REPLY: "自动回复，不登记",
    Kind.BOUNCE: "退信，记在原线索上",
    Kind.SUSPICIOUS: "疑似无效，待看",
    Kind.REFUSED: "没有登记",
}
NAMES, DOMAINS, NOT_LEADS = "lead.our_names", "lead.our_domains", "lead.not_leads"
REPEATED = "已经收过，没有重复登记"
RAW_NAMES = {"mail": "eml", "wecom": "xml"}


@dataclass(frozen=True)
class Result:
    """What became of one item. ``lead`` is the one it made or joined, if any."""

    file: str
    subject: str
    verdict: str
    reason: str = ""
    lead: Lead | None = None
    secret: str = ""


def own(at: datetime) -> Own:
    """The committee's own names and mail domains, by local rule: who only pretends to be us is told apart by them."""
    today = timezone.localdate(at)
    names, domains, not_leads = (_words(local.rule(name, today)) for name in (NAMES, DOMAINS, NOT_LEADS))
    return Own(names, domains, not_leads)


def default_own() -> Own:
    """The same where no rule can be asked for: no database yet."""
    names, domains, not_leads = (_words(local.RULES[name].default) for name in (NAMES, DOMAINS, NOT_LEADS))
    return Own(names, domains, not_leads)


def _words(text: Any) -> tuple[str, ...]:
    return tuple(word.strip() for word in str(text).replace("，", ",").split(",") if word.strip())


def take(items: list[Item], file: str, at: datetime, account: Account | None = None) -> list[Result]:
    """Take in what a file or a message held, item by item, each in a transaction of its own."""
    taken: dict[str, Lead] = {}
    results = []
    for item in items:
        with transaction.atomic():
            result = _take(item, file, at, account, taken)
        if result.lead is not None:
            taken[source_of(item)] = result.lead
        results.append(result)
    return results


def _take(item: Item, file: str, at: datetime, account: Account | None, taken: dict[str, Lead]) -> Result:
    if item.kind in (Kind.AUTO_REPLY, Kind.REFUSED):
        return Result(file, item.subject, VERDICTS[item.kind], item.reason)
    known = _lead_of(item, taken)
    if item.kind == Kind.BOUNCE:
        if known is not None:
            _note_bounce(known, item, at)
        return Result(file, item.subject, VERDICTS[item.kind], item.reason, known)
    if item.kind == Kind.FOLLOW_UP and known is not None:
        came = actions.hear(
            known, item.body or item.subject, at, channel=item.channel, source_id=source_of(item),
            files=_uploads(item.attachments), contact=_contact(item).values(),
        )  # fmt: skip
        return Result(file, known.gist, VERDICTS[item.kind] if came else REPEATED, "", known)
    heard = (
        LeadMessage.objects.filter(channel=item.channel, source_id=source_of(item))
        .select_related("lead")
        .first()
    )
    if heard is not None:  # the words to a picture, sent once more
        return Result(file, item.subject, REPEATED, "", heard.lead)
    if (picture := _wordless(item, at)) is not None:
        is_new = actions.put_words(picture, item.body, at, source_of(item), _contact(item).values())
        return Result(file, item.subject, VERDICTS[Kind.FOLLOW_UP] if is_new else REPEATED, "", picture)
    return _new_lead(item, file, at, account)


def _wordless(item: Item, at: datetime) -> Lead | None:
    """The picture that these words belong to: a 企业微信 message alone of the same person, within ten minutes.

    Callbacks come one by one; the sender is compared inside, nobody is shown who it was.
    """
    if item.channel != Channel.WECOM or item.kind != Kind.LEAD or not item.body or item.attachments:
        return None
    near = Lead.objects.filter(
        channel=Channel.WECOM, content="", state=LeadState.RECEIVED, received_at__gt=at - TOGETHER, received_at__lte=at
    )  # fmt: skip
    for lead in near.select_related("contact").order_by("-pk"):
        contact = getattr(lead, "contact", None)
        is_voice = WARNINGS["needs_transcription"] in lead.doubts  # it says something itself
        if (
            not is_voice
            and contact
            and contact.sealed
            and sealing.unseal(contact.sealed).get("wecom") == item.from_address
        ):
            return lead
    return None


def _new_lead(item: Item, file: str, at: datetime, account: Account | None) -> Result:
    voice = actions.Voice(
        channel=item.channel, content=item.body or item.subject, source_id=source_of(item), gist=item.subject,
        contact=_contact(item),
        doubts=_doubts(item), remarks=tuple(WARNINGS[code] for code in item.warnings),
        files=_uploads(item.attachments), raw=item.raw,
        raw_name=f"原件.{RAW_NAMES.get(item.channel, 'txt')}",
    )  # fmt: skip
    taken = actions.take_in(voice, at, account)
    if taken.is_new:
        _announce(taken.lead, item.attachments)
    verdict = VERDICTS[item.kind if item.kind != Kind.FOLLOW_UP else Kind.LEAD] if taken.is_new else REPEATED
    return Result(
        file, taken.lead.gist, verdict, item.reason, taken.lead, taken.secret if taken.is_new else ""
    )


def _doubts(item: Item) -> tuple[str, ...]:
    """Why the desk should look before anything else happens with it."""
    return (item.reason or "这一件请人看过再定。",) if item.kind == Kind.SUSPICIOUS else ()


def _contact(item: Item) -> dict[str, str]:
    """What the channel knows of who wrote; an address of 企业微信 is a name there."""
    address = "wecom" if item.channel == "wecom" else "address"
    return {"name": item.from_name, "phone": item.phone, address: item.from_address}


def _lead_of(item: Item, taken: dict[str, Lead]) -> Lead | None:
    """The lead an item belongs to: by its receipt number, or by the item of the same file that it repeats."""
    if item.receipt_code:
        return Lead.objects.filter(code=item.receipt_code).first()
    return taken.get(item.follows) if item.follows else None


def source_of(item: Item) -> str:
    """The channel's own number of a message; without one, the hash of what came. A mail's number often holds the
    sender's address: its hash tells two mails apart as well."""
    if item.channel == "mail":
        return hashlib.sha256(item.source_id.encode("utf-8", "surrogatepass")).hexdigest()
    return item.source_id[:200]


def _note_bounce(lead: Lead, item: Item, at: datetime) -> None:
    """回执没有送到: written on the lead it was sent for; the desk looks for another way."""
    key = f"bounce:{source_of(item)}"[:200]
    if LeadMessage.objects.filter(channel=item.channel, source_id=key).exists():
        return
    LeadMessage.objects.create(
        lead=lead, channel=item.channel, source_id=key, at=at, text="给来信人的回执被退回，没有送到。"
    )
    journal.write(lead, "bounce", "回执退回", account=None, at=at, is_inside=True)


def _uploads(files: tuple[Enclosed, ...]) -> tuple[Upload, ...]:
    """Through the file gate; a refused file is kept as it came and only ever handed back."""
    return tuple(
        receive(one.data, one.name, kinds=(*KINDS, *SOUNDS), lenient=True) for one in files if one.data
    )


def _announce(lead: Lead, files: tuple[Enclosed, ...]) -> None:
    """Media whose bytes are still with the channel: the worker fetches them."""
    Medium.objects.bulk_create(
        (
            Medium(lead=lead, media_id=one.media_id, name=one.name)
            for one in files
            if one.media_id and not one.data
        ),
        ignore_conflicts=True,
    )
