"""Verbs: the effects of steps, and the acts that move nothing (take a lead in, start an opinion, write to the thread).

Every effect runs inside the transaction of its step. ``act`` says who, when and with what answers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import journal, local, sealing
from huisheng.kernel.errors import NotAllowed, Refused, WrongState
from huisheng.kernel.lifecycle import Act
from huisheng.kernel.links import link
from huisheng.kernel.models import Attachment, Counter, Link
from huisheng.kernel.once import once
from huisheng.kernel.store import Upload, keep_upload, receive
from huisheng.people import log, posts
from huisheng.people.models import Account, Body, Member
from huisheng.people.posts import holders

from . import findable, queries
from . import local_rules as rules
from .models import (
    CLOSED_LEADS,
    Adoption,
    Channel,
    CollectingPoint,
    Lead,
    LeadContact,
    LeadMessage,
    LeadState,
    Opening,
    Opinion,
    OpinionState,
    OpinionText,
    ReceiptTry,
)  # fmt: skip
from .receipts import hashed
from .unnamed import without_contact

# letters and digits that nobody mistakes for one another, read aloud or written by hand
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CONTACT = ("name", "phone", "address", "wecom")
ALSO = "also"  # what of a contact stood in the text; nobody is written to by it, it may be another person's
WORDS = ("title", "situation", "analysis", "advice")


# -- taking in ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Voice:
    """What a channel brought. ``source_id`` is the channel's own number: the same message is taken in once.

    contact: name, phone, address, wecom, as far as they were left. doubts: sentences why it may be no lead; with one
    it is parked as 疑似 and waits for a person. remarks: what the desk should know. raw: the original, kept sealed.
    """

    channel: str
    content: str
    source_id: str
    gist: str = ""
    place: str = ""
    source: str = ""
    contact: dict[str, str] = field(default_factory=dict)
    wants_answer: bool = True
    doubts: tuple[str, ...] = ()
    files: tuple[Upload, ...] = ()
    remarks: tuple[str, ...] = ()
    raw: bytes = b""
    raw_name: str = "原件"
    point: CollectingPoint | None = None


@dataclass(frozen=True)
class Taken:
    """A lead and the two ways in that its sender gets; they are derived from the message, so a repeat shows the same."""

    lead: Lead
    secret: str
    token: str
    is_new: bool


def take_in(voice: Voice, at: datetime, account: Account | None = None) -> Taken:
    """收下一条线索: row, sealed contact, files, journal, notices in one transaction. A repeat takes in nothing."""
    token, secret = ways_in(voice.channel, voice.source_id)
    same = Lead.objects.filter(channel=voice.channel, source_id=voice.source_id)
    if known := same.first():
        return Taken(known, secret, token, is_new=False)
    secret_hash = hashed(secret)  # slow: before anybody has to wait for us
    with transaction.atomic():
        if known := same.first():
            return Taken(known, secret, token, is_new=False)
        today = timezone.localdate(at)
        left = {name: voice.contact.get(name, "") for name in CONTACT}
        content, also = without_contact(voice.content, left.values())
        gist, _ = without_contact(voice.gist, (*left.values(), *also))
        lead = Lead.objects.create(
            code=_new_code(), channel=voice.channel, source=voice.source[:120], source_id=voice.source_id,
            state=LeadState.SUSPECT if voice.doubts else LeadState.RECEIVED, gist=gist[:120],
            content=content, place=voice.place[:120], doubts=[*voice.doubts, *voice.remarks], received_at=at, changed_at=at,
            due_on=local.deadline("span.lead", today).due_on, taken_by=account, point=voice.point,
            secret_hash=secret_hash, token_hash=token_digest(token),
        )  # fmt: skip
        if also or any(left.values()):
            kept = sealing.seal(left | {ALSO: "、".join(also)})
            wants_answer = voice.wants_answer and any(left.values())
            LeadContact.objects.create(lead=lead, sealed=kept, wants_answer=wants_answer)
        for upload in voice.files:
            keep_upload(upload, lead, account, "attachment", at)
        if voice.raw:
            sealed = receive(sealing.seal_bytes(voice.raw), voice.raw_name, lenient=True)
            keep_upload(sealed, lead, account, "raw", at)
        entry = journal.write(
            lead,
            "receive",
            "收到线索",
            account=account,
            at=at,
            to_state=lead.state,
            data={"channel": voice.channel},
        )
        findable.put_lead(lead)
        if not voice.doubts:
            desk = holders([posts.EDITOR], today)
            arrived = f"收到一条{lead.get_channel_display()}线索"
            journal.tell(desk, arrived, key=f"entry:{entry.seq}", at=at, card=arrived,
                         url=lead.get_absolute_url(), entry=entry)  # fmt: skip
    return Taken(lead, secret, token, is_new=True)


def take_in_by(account: Account, voice: Voice, at: datetime) -> Taken:
    """Taken in by hand or by the committee's own system: the intake desk alone. Raises NotAllowed."""
    if not account.holds(posts.EDITOR, posts.OFFICE, on=timezone.localdate(at)):
        raise NotAllowed("登记线索须由信息编辑或办公室办理。")
    return take_in(voice, at, account)


def ways_in(channel: str, source_id: str) -> tuple[str, str]:
    """The link of 128 bits and the secret of eight characters. Only their hashes are stored."""
    seed = hmac.new(
        settings.SECRET_KEY.encode(), f"lead:{channel}:{source_id}".encode(), hashlib.sha256
    ).digest()
    token = base64.urlsafe_b64encode(seed[:16]).decode().rstrip("=")
    secret = "".join(ALPHABET[byte % len(ALPHABET)] for byte in seed[16:24])
    return token, secret


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _new_code() -> str:
    """HS-XXXX-XXXX by chance: the number of leads cannot be read from it."""
    while True:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(8))
        code = f"HS-{signs[:4]}-{signs[4:]}"
        if not Lead.objects.filter(code=code).exists():
            return code


def make_point(account: Account, data: dict[str, Any], at: datetime, key: str = "") -> CollectingPoint:
    """设会场征集码. data: title, place, opens_on, closes_on."""
    if not account.holds(posts.EDITOR, posts.OFFICE, on=timezone.localdate(at)):
        raise NotAllowed("会场征集码由信息编辑或办公室设置。")

    def act() -> dict[str, Any]:
        code = "".join(secrets.choice(ALPHABET) for _ in range(8))
        point = CollectingPoint.objects.create(code=code, made_by=account, made_at=at, **data)
        log.note(point, "make", "设会场征集码", account=account, at=at, note=point.title)
        return {"id": point.pk}

    payload = ["point", {name: str(value) for name, value in data.items()}]
    return CollectingPoint.objects.get(pk=once(account, key, payload, at, act)["id"])


def close_point(point: CollectingPoint, account: Account, at: datetime) -> None:
    """停止征集: from today on its sheet leads to the ordinary page."""
    with transaction.atomic():
        yesterday = timezone.localdate(at) - timedelta(days=1)
        CollectingPoint.objects.filter(pk=point.pk).update(closes_on=yesterday)
        log.note(point, "close", "停止征集", account=account, at=at, note=point.title)


def hear(
    lead: Lead, text: str, at: datetime, *, channel: str = Channel.WEB, source_id: str | None = None,
    files: Iterable[Upload] = (), contact: Iterable[str] = (),
) -> LeadMessage | None:  # fmt: skip
    """The sender writes again; None when this message is already there. A closed lead is looked at anew.

    contact: what the channel knows of who wrote, so that it does not stand in the words.
    """
    with transaction.atomic():
        if source_id and LeadMessage.objects.filter(channel=channel, source_id=source_id).exists():
            return None
        text = _seal_more(lead, text, contact)
        message = LeadMessage.objects.create(
            lead=lead, is_from_sender=True, text=text, channel=channel, source_id=source_id, at=at
        )
        for upload in files:
            keep_upload(upload, lead, None, "attachment", at)
        entry = journal.write(lead, "hear", "来信人补充", account=None, at=at)
        desk = holders([posts.EDITOR], timezone.localdate(at))
        again = f"线索{lead.code}的来信人写来新的话"
        journal.tell(desk, again, key=f"entry:{entry.seq}", at=at, card=again,
                     url=lead.get_absolute_url(), entry=entry)  # fmt: skip
    return message


def _seal_more(lead: Lead, text: str, known: Iterable[str]) -> str:
    """The text without contacts; those it brought lie with the lead's own, under one seal."""
    row = LeadContact.objects.select_for_update().filter(lead=lead).first()
    try:
        words = sealing.unseal(row.sealed) if row else {}
    except Refused:  # sealed with a lost key: it stays as it is, and what is new cannot be put to it
        return without_contact(text, known)[0]
    text, also = without_contact(text, (*known, *words.values(), *str(words.get(ALSO, "")).split("、")))
    if also:
        words[ALSO] = "、".join(filter(None, (words.get(ALSO, ""), *also)))
        fresh = {"sealed": sealing.seal(words), "erased_at": None}
        LeadContact.objects.update_or_create(
            lead=lead, defaults=fresh, create_defaults=fresh | {"wants_answer": False}
        )
    return text


def put_words(lead: Lead, text: str, at: datetime, source_id: str, contact: Iterable[str] = ()) -> bool:
    """The words to a picture that came alone: they are the lead's text. False when they are there already."""
    with transaction.atomic():
        message = hear(lead, text, at, channel=lead.channel, source_id=source_id, contact=contact)
        if message is None:
            return False
        Lead.objects.filter(pk=lead.pk, content="").update(content=message.text)
        lead.content = message.text
        findable.put_lead(lead)
    return True


def mark_read(lead: Lead, at: datetime) -> None:
    lead.messages.filter(is_from_sender=True, read_at=None).update(read_at=at)


def say(lead: Lead, text: str, at: datetime, account: Account | None = None) -> LeadMessage:
    """A message to the sender: they find it on the receipt page; with a contact they are told that it is there."""
    return LeadMessage.objects.create(lead=lead, text=text, account=account, at=at)


# -- steps of a lead ---------------------------------------------------------------------------------------------
def accept(lead: Lead, act: Act) -> None:
    lead.gist, lead.category, lead.place = act.data["gist"], act.data["category"], act.data["place"]
    lead.due_on = local.deadline("span.lead_answer", act.today).due_on
    lead.save(update_fields=["gist", "category", "place", "due_on"])
    findable.put_lead(lead)
    say(lead, f"已经受理，正在看。{_by_when(lead)}前答复您。", act.at, act.account)


def _by_when(lead: Lead) -> str:
    assert lead.due_on
    return f"{lead.due_on.year}年{lead.due_on.month}月{lead.due_on.day}日"


def transcribe(lead: Lead, act: Act) -> None:
    lead.content = _seal_more(lead, act.data["content"], ())
    lead.save(update_fields=["content"])
    findable.put_lead(lead)


def sort(lead: Lead, act: Act) -> None:
    lead.category = act.data["category"] or ""
    lead.committee, lead.agency = act.data["committee"], act.data["agency"]
    lead.save(update_fields=["category", "committee", "agency"])


def redirect(lead: Lead, act: Act) -> None:
    service = local.label_of(rules.SERVICE, act.data["service"])
    say(lead, f"您反映的事应当找：{service}。{act.data['text']}", act.at, act.account)
    _close(lead)


def join(lead: Lead, act: Act) -> None:
    main: Lead = act.data["main"]
    lead.joined_to = main
    lead.save(update_fields=["joined_to"])
    link(lead, main, "并入", act.at)
    say(lead, "已有别的来信反映同一件事，与您的合在一起办理；有了结果同样会告诉您。", act.at, act.account)
    act.remember(main=main.code)
    _close(lead)


def pass_on(lead: Lead, act: Act) -> None:
    """转给委员或单位: the member reads the excerpt behind their own door; the letter stays at the desk."""
    member: Member | None = act.data["member"]
    if member is not None:
        lead.passed_to, lead.excerpt = member, act.data["excerpt"]
        lead.save(update_fields=["passed_to", "excerpt"])
        told = holders([posts.MEMBER], act.today, member=member)
        act.tell(told, "转来一条群众反映，请您阅处", reverse("opinions:passed", args=[lead.pk]))
    to = "政协委员" if member is not None else act.data["to"]
    say(lead, act.data["text"] or f"您反映的事已转{to}阅处，有了结果告诉您。", act.at, act.account)


def take_up(lead: Lead, act: Act) -> None:
    """编为社情民意信息: the office writes, the sender stays unnamed."""
    opinion = act.data.get("opinion")
    if opinion is None:
        words = {"title": act.data["title"], "situation": lead.content, "analysis": "", "advice": ""}
        opinion = file_for(words, "群众来信", act.account, act.at)
    opinion.voices += 1 + lead.joined.count()
    opinion.save(update_fields=["voices"])
    link(lead, opinion, "编入", act.at)
    act.remember(opinion=opinion)
    say(lead, "您反映的事已编入社情民意信息，正在整理上报。", act.at, act.account)


def ask_sender(lead: Lead, act: Act) -> None:
    say(lead, act.data["text"], act.at, act.account)


def answer(lead: Lead, act: Act) -> None:
    """The senders of joined leads read the same answer."""
    for one in (lead, *lead.joined.all()):
        say(one, act.data["text"], act.at, act.account)
    _close(lead)


def unuse(lead: Lead, act: Act) -> None:
    reason = local.label_of(rules.UNUSED_REASON, act.data["reason"])
    say(lead, f"这条反映没有采用：{reason}。{act.data['text']}", act.at, act.account)
    _close(lead)


def reopen(lead: Lead, act: Act) -> None:
    lead.joined_to = None
    lead.due_on = local.deadline("span.lead_answer", act.today).due_on
    lead.save(update_fields=["joined_to", "due_on"])
    say(lead, f"您反映的事重新办理，{_by_when(lead)}前答复您。", act.at, act.account)


def close(lead: Lead, act: Act) -> None:
    _close(lead)


def _close(lead: Lead) -> None:
    lead.due_on = None
    lead.save(update_fields=["due_on"])


def ask_contact(lead: Lead, act: Act) -> None:
    opening = Opening.objects.create(
        lead=lead, reason=act.data["reason"], asked_by=act.account, asked_at=act.at, changed_at=act.at
    )
    journal.write(opening, "ask", "申请查看联系方式", account=act.account, at=act.at, to_state=opening.state,
                  is_inside=True)  # fmt: skip


def grant_opening(opening: Opening, act: Act) -> None:
    hours = int(local.rule("lead.look_hours", act.today))
    opening.granted_by, opening.ends_at = act.account, act.at + timedelta(hours=hours)
    opening.save(update_fields=["granted_by", "ends_at"])
    act.tell([opening.asked_by], f"线索{opening.lead.code}的联系方式可以看了，{hours}小时内有效")


def look(lead: Lead, account: Account, at: datetime) -> dict[str, str]:
    """看联系方式. Raises NotAllowed outside the hours two persons agreed on. Every look is a line of the journal."""
    if queries.may_look(lead, account, at) is None:
        raise NotAllowed("查看联系方式须先申请，由另一位同志同意；同意后在规定的小时内可以看。")
    with transaction.atomic():
        contact = LeadContact.objects.get(lead=lead)
        words = sealing.unseal(contact.sealed)
        journal.write(lead, "look", "查看联系方式", account=account, at=at, is_inside=True)
    return words


def erase_contacts(at: datetime) -> int:
    """到期删除: contacts of leads closed longer ago than the rule allows, and the raw originals that show the sender.

    Returns how many contacts were erased.
    """
    days = int(local.rule("lead.keep_contact", timezone.localdate(at)))
    closed = Lead.objects.filter(state__in=CLOSED_LEADS, changed_at__lt=at - timedelta(days=days))
    with transaction.atomic():
        return erase(closed.values_list("pk", flat=True), at)


def erase(leads: Iterable[int], at: datetime) -> int:
    """Contacts of these leads, and the raw originals that show the sender, gone for good. How many contacts."""
    pks = list(leads)
    Attachment.objects.filter(subject_type=Lead.kind(), purpose="raw", subject_id__in=pks).delete()
    return LeadContact.objects.filter(lead__in=pks).exclude(sealed="").update(sealed="", erased_at=at)


def forget_tries(at: datetime) -> int:
    """How often receipt numbers were tried before yesterday counts for nothing any more."""
    day = timezone.localdate(at) - timedelta(days=1)
    return ReceiptTry.objects.filter(day__lt=day).delete()[0]


# -- opinions: acts that move nothing ----------------------------------------------------------------------------
def start(account: Account, data: dict[str, Any], *, at: datetime | None = None, key: str = "") -> Opinion:
    """起草: a draft of the account's own, as member or as convener of a body. data: title, situation, analysis, advice,
    reporter_body, is_anonymous; all optional."""
    at = at or timezone.now()
    today = timezone.localdate(at)
    member, body = _reporter(account, data.get("reporter_body"), today)

    def act() -> dict[str, Any]:
        opinion = Opinion.objects.create(
            title=(data.get("title") or "")[:200], reporter_member=member, reporter_body=body,
            reporter_name=str(member or body), sector=member.sector if member else None,
            is_anonymous=bool(data.get("is_anonymous")), made_by=account, made_at=at, changed_at=at,
        )  # fmt: skip
        _write(opinion, OpinionText.Kind.ORIGINAL, data, account, at)
        journal.write(opinion, "start", "起草", account=account, at=at, to_state=opinion.state)
        return {"id": opinion.pk}

    signature = {name: getattr(value, "pk", value) for name, value in data.items()}
    return Opinion.objects.get(pk=once(account, key, ["opinion", signature], at, act)["id"])


def _reporter(account: Account, body: Body | None, today: date) -> tuple[Member | None, Body | None]:
    members, bodies = account.places(posts.MEMBER, on=today), account.places(posts.CONVENER, on=today)
    if body is not None:
        if body.pk not in bodies:
            raise NotAllowed(f"以{body}名义反映，须由该单位的召集人起草。")
        return None, body
    if members:
        return Member.objects.select_related("sector").get(pk=members[0]), None
    if bodies:
        return None, Body.objects.get(pk=bodies[0])
    raise NotAllowed("起草社情民意信息须是委员，或党派、界别、专委会的召集人；机关代录请用“登记”。")


def save_draft(opinion: Opinion, account: Account, data: dict[str, Any], at: datetime) -> OpinionText:
    """Write the draft's words in place: nothing was submitted yet. Raises WrongState when it was meanwhile."""
    with transaction.atomic():
        opinion = Opinion.objects.select_for_update().get(pk=opinion.pk)
        if opinion.state not in (OpinionState.DRAFT, OpinionState.RETURNED):
            raise WrongState("这条信息已经提交，不能再改。要补充的，请等退回，或与信息编辑联系。")
        text = opinion.text
        if text is None or text.is_frozen:
            text = _write(opinion, OpinionText.Kind.ADDED, data, account, at)
        else:
            for name in WORDS:
                setattr(text, name, data.get(name, getattr(text, name)))
            text.at, text.account = at, account
            text.save()
        opinion.title = text.title[:200]
        opinion.is_anonymous = bool(data.get("is_anonymous", opinion.is_anonymous))
        opinion.save(update_fields=["title", "is_anonymous"])
    return text


def register(account: Account, data: dict[str, Any], at: datetime, key: str = "") -> Opinion:
    """登记（代录）: the office files what reached it on paper or by telephone, for a member, a body or the public."""
    if not account.holds(posts.EDITOR, posts.OFFICE, on=timezone.localdate(at)):
        raise NotAllowed("登记社情民意信息须由信息编辑或办公室办理。")

    def act() -> dict[str, Any]:
        member, body = data.get("reporter_member"), data.get("reporter_body")
        name = str(member or body or data.get("reporter_name") or "机关")
        return {"id": file_for(data, name, account, at, member=member, body=body).pk}

    signature = {name: getattr(value, "pk", value) for name, value in data.items()}
    return Opinion.objects.get(pk=once(account, key, ["register", signature], at, act)["id"])


def file_for(
    words: dict[str, Any], name: str, account: Account, at: datetime, *, member: Member | None = None,
    body: Body | None = None, is_synthesis: bool = False,
) -> Opinion:  # fmt: skip
    """A filed opinion that nobody had to submit: of a lead, of a proposal that was not filed, of a synthesis."""
    opinion = Opinion(
        title=words["title"][:200], reporter_member=member, reporter_body=body, reporter_name=name[:80],
        sector=member.sector if member else None, is_synthesis=is_synthesis, made_by=account, made_at=at,
        changed_at=at, state=OpinionState.EDITING if is_synthesis else OpinionState.SUBMITTED,
    )  # fmt: skip
    _number(opinion, at)
    if is_synthesis:
        opinion.edited_by, opinion.due_on = account, None
    opinion.save()
    text = _write(opinion, OpinionText.Kind.ORIGINAL, words, account, at)
    _freeze(text)
    journal.write(opinion, "register", "新建综合稿" if is_synthesis else "登记", account=account, at=at,
                  to_state=opinion.state, data={"fingerprint": text.fingerprint})  # fmt: skip
    findable.put(opinion)
    return opinion


def _write(opinion: Opinion, kind: str, words: dict[str, Any], account: Account, at: datetime) -> OpinionText:
    """A new version; the ones before stay."""
    number = (opinion.texts.aggregate(last=Max("number"))["last"] or 0) + 1
    values = {name: words.get(name) or "" for name in WORDS}
    text = OpinionText.objects.create(
        opinion=opinion, number=number, kind=kind, account=account, at=at, **values
    )
    opinion.text, opinion.title = text, values["title"][:200]
    opinion.save(update_fields=["text", "title"])
    return text


def _freeze(text: OpinionText) -> None:
    text.is_frozen, text.fingerprint = True, fingerprint(text)
    text.save(update_fields=["is_frozen", "fingerprint"])


def fingerprint(text: OpinionText) -> str:
    return hashlib.sha256("\x1f".join(getattr(text, name) for name in WORDS).encode()).hexdigest()


def _number(opinion: Opinion, at: datetime) -> None:
    today = timezone.localdate(at)
    opinion.year = today.year
    opinion.serial = Counter.next(f"opinion:{today.year}")
    opinion.submitted_at = at
    opinion.due_on = local.deadline("span.first_check", today).due_on


# -- steps of an opinion -----------------------------------------------------------------------------------------
def submit(opinion: Opinion, act: Act) -> None:
    assert opinion.text is not None, "the guard asked for a text"
    if opinion.serial is None:
        _number(opinion, act.at)
    opinion.due_on = local.deadline("span.first_check", act.today).due_on
    opinion.save()
    _freeze(opinion.text)
    findable.put(opinion)
    act.remember(serial=opinion.serial, fingerprint=opinion.text.fingerprint)


def send_back(opinion: Opinion, act: Act) -> None:
    _no_deadline(opinion)


def keep(opinion: Opinion, act: Act) -> None:
    _no_deadline(opinion)


def adopt(opinion: Opinion, act: Act) -> None:
    opinion.area, opinion.is_urgent, opinion.due_on = act.data["area"], act.data["is_urgent"], None
    opinion.save(update_fields=["area", "is_urgent", "due_on"])


def edit(opinion: Opinion, act: Act) -> None:
    opinion.edited_by = act.account
    opinion.save(update_fields=["edited_by"])
    _new_version(opinion, OpinionText.Kind.EDITED, act)


def check(opinion: Opinion, act: Act) -> None:
    """核稿: another person's eyes; changed words are another version."""
    opinion.checked_by = act.account
    opinion.save(update_fields=["checked_by"])
    assert opinion.text is not None
    if any(act.data[name] != getattr(opinion.text, name) for name in WORDS):
        _new_version(opinion, OpinionText.Kind.CHECKED, act)


def _new_version(opinion: Opinion, kind: str, act: Act) -> None:
    text = _write(opinion, kind, act.data, act.account, act.at)
    _freeze(text)
    findable.put(opinion)
    act.remember(text=text.number, fingerprint=text.fingerprint)


def combine(opinion: Opinion, act: Act) -> None:
    """并入综合稿: the part keeps its text, its serial and its reporter; what becomes of the whole becomes of it."""
    whole = act.data.get("synthesis")
    if whole is None:
        words = {"title": act.data["title"], "situation": "", "analysis": "", "advice": ""}
        whole = file_for(words, "综合", act.account, act.at, is_synthesis=True)
        whole.area = opinion.area
    opinion.combined_in = whole
    opinion.save(update_fields=["combined_in"])
    whole.voices += max(1, opinion.voices)
    whole.save(update_fields=["voices", "area"])
    link(opinion, whole, "并入综合稿", act.at)
    act.remember(synthesis=whole)


def split(opinion: Opinion, act: Act) -> None:
    whole = opinion.combined_in
    assert whole is not None, "only a combined one is taken out"
    whole.voices -= max(1, opinion.voices)
    whole.save(update_fields=["voices"])
    opinion.combined_in = None
    opinion.save(update_fields=["combined_in"])
    act.remember(synthesis=whole)


def sign(opinion: Opinion, act: Act) -> None:
    opinion.signed_by, opinion.issued_on, opinion.due_on = act.account, act.today, None
    opinion.save(update_fields=["signed_by", "issued_on", "due_on"])
    tell_contributors(opinion, f"《{opinion}》已签发，进入编发。", act)


def record_adoption(opinion: Opinion, act: Act) -> None:
    adoption = Adoption.objects.create(opinion=opinion, account=act.account, at=act.at, **act.data)
    tell_contributors(opinion, f"《{opinion}》：{adoption}，主送{adoption.addressee}。", act)


def tell_contributors(opinion: Opinion, sentence: str, act: Act) -> None:
    """What became of the words, told to everyone whose words they were: reporters, and senders of the leads in it."""
    from .rules import REPORTER

    for one in (opinion, *opinion.parts.select_related("reporter_member", "reporter_body")):
        act.tell(REPORTER.audience(one, act.today), sentence, one.get_absolute_url())
        for lead in leads_of(one):
            say(lead, f"您反映的事有新进展：{sentence}", act.at)


def tell_onward(record: Lead | Opinion, label: str, sentence: str, account: Account, at: datetime) -> None:
    """列入…: what a record led to is a line of its own journal, and those who spoke hear it. Inside a transaction."""
    entry = journal.write(record, "outcome", label, account=account, at=at, note=sentence)
    if isinstance(record, Lead):
        say(record, sentence, at, account)
        return
    from .rules import REPORTER

    told = REPORTER.audience(record, timezone.localdate(at))
    journal.tell(
        told,
        f"《{record}》：{sentence}",
        key=f"entry:{entry.seq}",
        at=at,
        url=record.get_absolute_url(),
        entry=entry,
    )
    for lead in leads_of(record):
        say(lead, sentence, at)


def leads_of(opinion: Opinion) -> list[Lead]:
    """The leads an opinion was made of, those joined to them too."""
    pks = Link.objects.filter(
        source_type=Lead.kind(), target_type=Opinion.kind(), target_id=opinion.pk
    ).values("source_id")
    leads = list(Lead.objects.filter(pk__in=pks).prefetch_related("joined"))
    return [one for lead in leads for one in (lead, *lead.joined.all())]


def _no_deadline(opinion: Opinion) -> None:
    opinion.due_on = None
    opinion.save(update_fields=["due_on"])
