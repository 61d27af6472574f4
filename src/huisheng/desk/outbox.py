"""外发: messages that leave the house. ``plan`` writes down what is to go out, ``drain`` carries it out.

    notice due → card (three a day) ─┐
    the rest   → digest at 17:00    ─┤→ queued → claimed → sent
    unread 48 h and one's turn → SMS ┤      ↑        │ provider away: back off 1, 5, 15, 60 minutes …
    receipt, word to a lead's sender─┘      └────────┴→ failed: the call list of the office

Nothing goes out at night or on days off. The inbox has every notice exactly once; what stands here goes out at least
once: lost 0, twice at most as often as a worker is killed between the provider's yes and our commit. No transaction is
open while a provider is asked. After an outage one digest stands for everything that waited for a person.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from datetime import time as clock
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from huisheng.kernel import local, sealing
from huisheng.kernel.errors import Refused, WrongState
from huisheng.kernel.journal import QUIET_FROM, QUIET_TO
from huisheng.kernel.models import Notice
from huisheng.opinions.actions import ways_in
from huisheng.opinions.models import Channel, Lead, LeadContact, LeadMessage, LeadState
from huisheng.people import log as lines
from huisheng.people.models import Account

from .carriers import CARRIERS, Letter, NotSent, configured
from .models import Carrier, Muted, Preference, Sending, SendingState
from .todo import duties

log = logging.getLogger("huisheng.outbox")

LOOKBACK = timedelta(days=14)  # the longest holiday and a weekend; what is older is no news
LEASE = timedelta(minutes=5)  # longer than a pass may take
MOST_A_PASS, LONGEST_PASS = 200, 45  # messages, seconds: the worker has other duties in its minute
WAITS = (1, 5, 15, 60)  # minutes before the next try; the last one again and again
MOST_TRIES = 40  # about three working days
MOST_DEATHS = 3  # workers that one message may take along
FOLDED_AFTER = timedelta(hours=4)  # what has waited so long comes as one digest
KEPT = timedelta(days=30)
SHOWN_IN_DIGEST = 300
RECEIPT_WITHIN = timedelta(days=3)  # a receipt that comes later is no receipt
# who wrote by these has no receipt in hand, and is written to where they wrote from
BY_ADDRESS = (Channel.MAIL, Channel.WECOM)

# the ways of cards, and the column of an account that says where they reach it
CARDS = {Carrier.WECOM.value: "wecom", Carrier.MAIL.value: "email"}
WAITING = (SendingState.QUEUED, SendingState.HELD)
Kind = Sending.Kind


def is_open(now: datetime) -> bool:
    """Working day, 8 to 20 o'clock: what falls outside waits for the next working morning."""
    here = timezone.localtime(now)
    return QUIET_TO <= here.time() < QUIET_FROM and local.calendar().is_workday(here.date())


# -- planning --------------------------------------------------------------------------------------------------------
def plan(now: datetime) -> int:
    """Write down what is to go out. May be asked any number of times; how many messages were written."""
    ways = configured()
    if not ways or not is_open(now):
        return 0
    untold = _untold(ways, now)
    wishes = wishes_of(untold)
    made = sum(
        _plan_person(rows, [way for way in wanted(one, ways, wishes) if way in CARDS], now)
        for one, rows in untold.items()
    )
    made += _send_receipts(ways, now)
    made += _answer_senders(ways, now)
    _fold_what_waited(now)
    return made


def _fresh(now: datetime) -> QuerySet[Notice]:
    """Due, unread, not muted notices of people who may be written to."""
    muted = Muted.objects.filter(account=OuterRef("account"), url=OuterRef("url"))
    return (
        Notice.objects.filter(due_at__lte=now, due_at__gt=now - LOOKBACK, read_at=None)
        .filter(account__is_active=True, account__is_demo=False)
        .exclude(Exists(muted))
    )


def _told_by(carrier: str) -> Exists:
    through: Any = Sending.notices.through
    return Exists(through.objects.filter(notice=OuterRef("pk"), sending__carrier=carrier))


def _untold(ways: list[str], now: datetime) -> dict[Account, list[Any]]:
    """The fresh notices of people who have an address, with the ways each has gone; by person, oldest first."""
    cards = [way for way in ways if way in CARDS]
    lacking = Q(pk=None)
    for way in cards:
        lacking |= Q(**{f"told_{way}": False, f"account__{CARDS[way]}__gt": ""})
    rows = _fresh(now).annotate(**{f"told_{way}": _told_by(way) for way in cards}).filter(lacking)
    return _by_person(rows)


def _by_person(rows: QuerySet[Notice]) -> dict[Account, list[Any]]:
    found: dict[Account, list[Any]] = {}
    for one in rows.select_related("account").order_by("due_at", "pk"):
        found.setdefault(one.account, []).append(one)
    return found


def wishes_of(accounts: Iterable[Account]) -> dict[tuple[int, str], bool]:
    rows = Preference.objects.filter(account__in=list(accounts))
    return {(one.account_id, one.carrier): one.is_on for one in rows}


def wanted(account: Account, ways: Iterable[str], wishes: dict[tuple[int, str], bool]) -> list[str]:
    """By which of the ways the person is to be reached: where there is an address and they want it."""
    reached = [way for way in ways if CARRIERS[way].address(account)]
    return [way for way in reached if wishes.get((account.pk, way), _by_habit(way, reached))]


def _by_habit(carrier: str, reached: list[str]) -> bool:
    """Without a word from the person: 企业微信, mail only where there is none; SMS (for what is urgent) always."""
    return carrier != Carrier.MAIL or Carrier.WECOM not in reached


def _plan_person(notices: list[Any], ways: list[str], now: datetime) -> int:
    """Cards as far as the day's number goes; at the hour of the digest the rest. ``notices`` are one person's."""
    lacking = [one for one in notices if any(not getattr(one, f"told_{way}") for way in ways)]
    if not lacking:
        return 0
    account = lacking[0].account
    most = int(local.rule("send.most_cards", timezone.localdate(now)))
    left = max(0, most - _cards_of_today(account, now))
    cards, rest = lacking[:left], lacking[left:]
    with transaction.atomic():
        made = sum(_write_card(one, way, now) for one in cards for way in ways)
        if rest and _is_digest_time(now):
            made += sum(_write_digest(account, rest, way, now) for way in ways)
    return made


def _cards_of_today(account: Account, now: datetime) -> int:
    """How many notices became cards today; on two ways it is the same card."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    cards = Sending.objects.filter(account=account, kind=Kind.CARD, made_at__gte=midnight)
    return cards.order_by().values("notices").distinct().count()


def _is_digest_time(now: datetime) -> bool:
    here = timezone.localtime(now)
    hour = clock.fromisoformat(str(local.rule("send.digest_hour", here.date())))
    return here.time() >= min(hour, clock(19))


def _write_card(notice: Notice, carrier: str, now: datetime) -> int:
    key = f"{carrier}:notice:{notice.pk}"
    return _write(key, [notice], now, account=notice.account, carrier=carrier, kind=Kind.CARD,
                  subject="回声：一条新通知", text=words_outside(notice), url=link(notice.url))  # fmt: skip


def _write_digest(account: Account, notices: list[Notice], carrier: str, now: datetime) -> int:
    key = f"{carrier}:digest:{account.pk}:{timezone.localdate(now)}"
    return _write(key, notices, now, account=account, carrier=carrier, kind=Kind.DIGEST, **_digest(notices))


def words_outside(notice: Notice) -> str:
    """What of a notice leaves the house: never a name, never a title; the rest is read behind the door."""
    return notice.card or "您有一条新通知，请打开查看"


def _digest(notices: list[Notice]) -> dict[str, str]:
    """The words of a message that stands for several notices; for one, those of the notice."""
    if len(notices) == 1:
        return {"subject": "回声：一条新通知", "text": words_outside(notices[0]), "url": link(notices[0].url)}
    text = f"您有 {len(notices)} 条通知：" + "；".join(dict.fromkeys(map(words_outside, notices)))
    if len(text) > SHOWN_IN_DIGEST:
        text = text[: SHOWN_IN_DIGEST - 1] + "…"
    return {"subject": f"回声：{len(notices)} 条通知", "text": text, "url": link("/notices")}


def _write(key: str, notices: Iterable[Notice], now: datetime, **columns: Any) -> int:
    """One message, once per key; 1 when it is new. What it stands for is never planned on this way again."""
    fresh = {"made_at": now, "next_try_at": now, **columns}
    one, is_new = Sending.objects.get_or_create(key=key, defaults=fresh)
    if is_new:
        one.notices.set(notices)
    return int(is_new)


def link(path: str) -> str:
    """The whole address of a page of ours; "" as long as nobody has said where the house stands."""
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL and path else ""


# -- SMS for what waits ------------------------------------------------------------------------------------------------
def nudge(now: datetime) -> int:
    """催看: it is somebody's turn and two days later they have not looked: one SMS a day, once for each notice."""
    if not CARRIERS[Carrier.SMS].is_on() or not is_open(now):
        return 0
    hours = int(local.rule("sms.after_hours", timezone.localdate(now)))
    late = _fresh(now).filter(due_at__lte=now - timedelta(hours=hours)).exclude(_told_by(Carrier.SMS))
    found = _by_person(late)
    wishes = wishes_of(found)
    reached = (one for one in found if wanted(one, [Carrier.SMS], wishes))
    return sum(_nudge_person(one, found[one], now) for one in reached)


def _nudge_person(account: Account, notices: list[Notice], now: datetime) -> int:
    today = timezone.localdate(now)
    turns = {duty.matter.get_absolute_url() for duty in duties(account, today)}
    waiting = [one for one in notices if one.url in turns]
    if not waiting:
        return 0
    with transaction.atomic():
        return _write(f"sms:nudge:{account.pk}:{today}", waiting, now, account=account, carrier=Carrier.SMS,
                      kind=Kind.NUDGE, **_digest(waiting))  # fmt: skip


# -- word to the senders of leads --------------------------------------------------------------------------------------
def _send_receipts(ways: list[str], now: datetime) -> int:
    """收到了: whoever wrote by mail or 企业微信 gets number and secret there. Never what is doubtful: a forged sender
    would be written to, and two machines might answer one another for ever."""
    if not {Carrier.MAIL, Carrier.WECOM} & set(ways):
        return 0
    fresh = Lead.objects.filter(
        channel__in=BY_ADDRESS, received_at__lte=now, received_at__gt=now - RECEIPT_WITHIN,
        contact__wants_answer=True,
    ).exclude(contact__sealed="").exclude(state__in=(LeadState.SUSPECT, LeadState.BINNED))  # fmt: skip
    leads = {f"lead:receipt:{one.pk}": one for one in fresh.order_by("pk")}
    return _write_to_senders(leads, {key: _received(one.code) for key, one in leads.items()}, now)


def _answer_senders(ways: list[str], now: datetime) -> int:
    """One message for every word of the office in a thread whose sender left a contact. Never the word itself."""
    if not ways:
        return 0
    said = LeadMessage.objects.filter(
        # a word that came by a channel is a remark of the machine (a bounce), none of the office
        is_from_sender=False, source_id=None, at__lte=now, at__gt=now - LOOKBACK,
        lead__contact__wants_answer=True,
    ).exclude(lead__contact__sealed="")  # fmt: skip
    leads = {f"lead:{one.pk}": one.lead for one in said.select_related("lead").order_by("pk")}
    return _write_to_senders(leads, {key: _word(one.code) for key, one in leads.items()}, now)


def _write_to_senders(leads: dict[str, Lead], words: dict[str, dict[str, str]], now: datetime) -> int:
    """One message a key, once; held for a person's release where the office wants that."""
    known = set(
        Sending.objects.filter(kind=Kind.ANSWER, made_at__gt=now - LOOKBACK * 2).values_list("key", flat=True)
    )
    is_held = local.rule("send.hold_public", timezone.localdate(now))
    state = SendingState.HELD if is_held else SendingState.QUEUED
    return sum(
        _write(key, (), now, lead=one, kind=Kind.ANSWER, state=state, **words[key])
        for key, one in leads.items()
        if key not in known
    )


def _word(code: str) -> dict[str, str]:
    return {
        "subject": f"您反映的事有新进展（回执号 {code}）",
        "text": f"您反映的事（回执号 {code}）有新进展，请凭回执查看。",
    }


def _received(code: str) -> dict[str, str]:
    return {
        "subject": f"您反映的事已收到（回执号 {code}）",
        "text": f"您反映的事已收到，回执号 {code}。凭回执号和查询码可以看进展、再写话。",
    }


# -- one digest instead of a storm -------------------------------------------------------------------------------------
def _fold_what_waited(now: datetime) -> None:
    """After an outage: everything that waits for a person on a way becomes one message."""
    stuck = Sending.objects.filter(state=SendingState.QUEUED, tries__gt=0, made_at__lte=now - FOLDED_AFTER)
    for account, lead, carrier in stuck.order_by().values_list("account", "lead", "carrier").distinct():
        with transaction.atomic():
            waiting = Sending.objects.filter(
                account=account, lead=lead, carrier=carrier, state=SendingState.QUEUED
            )
            rows = list(waiting.select_for_update().order_by("pk"))
            if len(rows) > 1:
                _fold(rows, now)


def _fold(rows: list[Sending], now: datetime) -> None:
    """A new row with a number of its own: under an old one a provider that has taken it would drop the digest. What of
    this day still waits for a card or for the evening comes with it: after an outage a person is disturbed once."""
    last = rows[-1]
    stood = Q(sendings__in=rows)
    if last.account_id and last.carrier in CARDS:
        stood |= Q(
            pk__in=_fresh(now).filter(account=last.account).exclude(_told_by(last.carrier)).values("pk")
        )
    told = list(Notice.objects.filter(stood).distinct().order_by("due_at", "pk"))
    notices = [one for one in told if one.read_at is None]
    if notices or last.kind == Kind.ANSWER:
        words = _digest(notices) if notices else {"subject": last.subject, "text": last.text, "url": last.url}
        one = Sending.objects.create(
            key=f"fold:{last.pk}", account=last.account, lead=last.lead, carrier=last.carrier,
            kind=Kind.DIGEST if notices else last.kind, made_at=min(row.made_at for row in rows), tries=max(row.tries for row in rows),
            next_try_at=min(row.next_try_at or now for row in rows), **words,
        )  # fmt: skip
        one.notices.set(told)
    _drop([row.pk for row in rows], "并入后一条")


def _drop(ids: list[int], why: str) -> None:
    Sending.objects.filter(pk__in=ids).update(state=SendingState.DROPPED, claimed_until=None, failed=why)


# -- carrying out ------------------------------------------------------------------------------------------------------
def drain(now: datetime) -> int:
    """Send what is due, oldest first, as long as its way is open; how many went out."""
    if not is_open(now):
        return 0
    due = Q(state=SendingState.QUEUED, next_try_at__lte=now)
    orphaned = Q(state=SendingState.CLAIMED, claimed_until__lte=now)
    ids = list(
        Sending.objects.filter(due | orphaned).order_by("pk").values_list("pk", "carrier")[:MOST_A_PASS]
    )
    end, sent = time.monotonic() + LONGEST_PASS, 0
    away: set[str] = set()  # ways that failed in this pass: the others need not wait for them
    for pk, carrier in ids:
        if time.monotonic() > end:
            break
        if carrier not in away and (one := _claim(pk, now)) is not None:
            sent += _carry(one, now, away)
    return sent


def _claim(pk: int, now: datetime) -> Sending | None:
    """Ours for five minutes, or None when somebody else was first. Who dies meanwhile leaves it to the next."""
    one = Sending.objects.select_related("account", "lead").filter(pk=pk).first()
    if one is None:
        return None
    has_died = one.state == SendingState.CLAIMED
    # asked anew: since the pass began somebody may have taken it, or its whole way been told to wait
    due = Q(state=SendingState.CLAIMED) | Q(next_try_at__lte=now)
    as_seen = Sending.objects.filter(
        due, pk=pk, state=one.state, tries=one.tries, claimed_until=one.claimed_until
    )
    if has_died and one.deaths + 1 >= MOST_DEATHS:
        as_seen.update(state=SendingState.FAILED, claimed_until=None, deaths=F("deaths") + 1,
                       failed=f"发送时中断了 {MOST_DEATHS} 次，不再重试。")  # fmt: skip
        return None
    one.tries, one.deaths, one.claimed_until = one.tries + 1, one.deaths + has_died, now + LEASE
    is_ours = as_seen.update(
        state=SendingState.CLAIMED, tries=one.tries, deaths=one.deaths, claimed_until=one.claimed_until
    )
    return one if is_ours else None


def _carry(one: Sending, now: datetime, away: set[str]) -> bool:
    """Send a claimed message and write down what became of it; whether it went out."""
    if _is_needless(one):
        _drop([one.pk], "已在系统里看过")
        return False
    carrier = one.carrier
    try:
        carrier, to = _address(one)
        if carrier in away:  # only a sealed contact says so as late as here
            return _hand_back(one, now)
        number = CARRIERS[carrier].send(_letter(one, carrier, to))
    except NotSent as problem:
        _put_back(one, problem, carrier, now)
        if problem.is_passing:
            away.add(carrier)
        return False
    except Exception as problem:
        # its words may hold the address: only its kind is told
        log.error("外发消息 %s 出错（%s）", one.pk, type(problem).__name__)
        _put_back(one, NotSent("发送时出错，稍后自动再试。", is_passing=True), carrier, now)
        return False
    _mark_sent(one, carrier, number, now)
    return True


def _hand_back(one: Sending, now: datetime) -> bool:
    """Not tried after all."""
    Sending.objects.filter(pk=one.pk, state=SendingState.CLAIMED, claimed_until=one.claimed_until).update(
        state=SendingState.QUEUED,
        claimed_until=None,
        tries=one.tries - 1,
        next_try_at=now + timedelta(minutes=1),
    )
    return False


def _is_needless(one: Sending) -> bool:
    """Every notice it stands for has been read in the house meanwhile."""
    told = one.notices.exists()
    return told and not one.notices.filter(read_at=None).exists()


def _address(one: Sending) -> tuple[str, str]:
    """(carrier, address), looked up now and kept nowhere. Raises NotSent."""
    if one.lead_id is not None:
        return _sealed_address(one.lead_id)
    account = one.account
    assert account is not None
    if not account.is_active:
        raise NotSent("账号已停用。")
    if one.carrier not in configured():
        raise NotSent(f"本机没有接通{one.get_carrier_display()}。")
    to = CARRIERS[one.carrier].address(account)
    if not to:
        raise NotSent(f"账号上没有{one.get_carrier_display()}的地址。")
    return one.carrier, to


def _sealed_address(lead: int) -> tuple[str, str]:
    """Where they wrote from by 企业微信, else by SMS when a telephone was left, else by mail. The seal is opened here
    and nowhere else."""
    contact = LeadContact.objects.filter(lead=lead).exclude(sealed="").first()
    if contact is None:
        raise NotSent("联系方式已经删除。")
    try:
        words = sealing.unseal(contact.sealed)
    except Refused as problem:
        raise NotSent(problem.sentence) from None
    left = {
        Carrier.WECOM: words.get("wecom", ""), Carrier.SMS: words.get("phone", ""), Carrier.MAIL: _mail_in(words),
    }  # fmt: skip
    found = next((way for way in left if left[way] and way in configured()), None)
    if found is None:
        raise NotSent("没有能送到的联系方式，或本机没有接通短信、邮件和企业微信。")
    return found.value, left[found]


def _mail_in(words: dict[str, Any]) -> str:
    """The sender's mail address stands where a postal one does for letters."""
    address = str(words.get("address", "")).strip()
    return address if "@" in address else ""


def _letter(one: Sending, carrier: str, to: str) -> Letter:
    when = f"{timezone.localtime(one.made_at):%-m月%-d日 %H:%M}"
    text, url, answers = one.text, one.url, ""
    if one.lead is not None and one.lead.channel in BY_ADDRESS and carrier != Carrier.SMS:
        # the two ways in stand in no row: they are derived as the letter goes out, to the address it came from
        token, secret = ways_in(one.lead.channel, one.lead.source_id or "")
        text, url = f"{text}查询码 {secret}。", link(reverse("portal:receipt", args=[token]))
        answers = str(settings.INTAKE_MAIL["user"] if settings.INTAKE_MAIL["host"] else "")
    return Letter(one.key, to, one.subject, text, url, when, answers if "@" in answers else "")


def _mark_sent(one: Sending, carrier: str, number: str, now: datetime) -> None:
    mine = Sending.objects.filter(pk=one.pk, state=SendingState.CLAIMED, claimed_until=one.claimed_until)
    mine.update(state=SendingState.SENT, sent_at=now, provider_id=number[:80], carrier=carrier, failed="",
                claimed_until=None, next_try_at=None)  # fmt: skip


def _put_back(one: Sending, problem: NotSent, carrier: str, now: datetime) -> None:
    """Wait and try again, or park it where the office sees it. Who asks for time gets it for the whole way."""
    mine = Sending.objects.filter(pk=one.pk, state=SendingState.CLAIMED, claimed_until=one.claimed_until)
    if not problem.is_passing or one.tries >= MOST_TRIES:
        mine.update(state=SendingState.FAILED, failed=problem.sentence, claimed_until=None, next_try_at=None)
        log.warning("外发消息 %s 没有送到：%s", one.pk, problem.sentence)
        return
    wait = timedelta(minutes=WAITS[min(one.tries, len(WAITS)) - 1])
    asked = timedelta(seconds=problem.retry_after)
    mine.update(state=SendingState.QUEUED, failed=problem.sentence, claimed_until=None,
                next_try_at=now + max(wait, asked))  # fmt: skip
    if asked:
        same_way = (
            Q(carrier=carrier) | Q(lead__isnull=False, carrier="")
            if carrier == Carrier.SMS
            else Q(carrier=carrier)
        )
        Sending.objects.filter(same_way, state=SendingState.QUEUED, next_try_at__lt=now + asked).update(
            next_try_at=now + asked
        )


# -- what the office does ----------------------------------------------------------------------------------------------
def resend(one: Sending, account: Account, at: datetime) -> None:
    """重发: from the call list back into the queue, with all its tries."""
    if not one.text:
        raise Refused("这条消息的内容已按期清除，不能重发。请直接联系本人。")
    _move(one, SendingState.FAILED, SendingState.QUEUED, account, at, "resend", "重发外发消息", tries=0, deaths=0,
          next_try_at=at, failed="")  # fmt: skip


def release(one: Sending, account: Account, at: datetime) -> None:
    """放行: a message that waited for a person's word goes out."""
    _move(one, SendingState.HELD, SendingState.QUEUED, account, at, "release", "放行外发消息", next_try_at=at)


def settle(one: Sending, account: Account, at: datetime) -> None:
    """已另行告知: somebody telephoned; it leaves the call list."""
    _move(one, SendingState.FAILED, SendingState.TOLD, account, at, "settle", "外发消息已另行告知")


ACTS = {"resend": resend, "release": release, "settle": settle}


def _move(one: Sending, source: str, target: str, account: Account, at: datetime, action: str, label: str,
          **columns: Any) -> None:  # fmt: skip
    with transaction.atomic():
        if not Sending.objects.filter(pk=one.pk, state=source).update(state=target, **columns):
            raise WrongState("这条消息已经有人办过了，请刷新页面。")
        lines.note(one, action, label, account=account, at=at)


# -- wishes ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def prefer(account: Account, wishes: dict[str, bool], at: datetime) -> None:
    """通知发到哪里: what changed is a line about the account, which its owner reads on 我的."""
    before = {one.carrier: one.is_on for one in Preference.objects.filter(account=account)}
    changed = {way: is_on for way, is_on in wishes.items() if before.get(way) != is_on}
    for carrier, is_on in changed.items():
        Preference.objects.update_or_create(account=account, carrier=carrier, defaults={"is_on": is_on})
    if changed:
        said = "，".join(f"{Carrier(way).label}{'发' if is_on else '不发'}" for way, is_on in changed.items())
        lines.note(account, "prefer", "修改通知去处", account=account, at=at, note=said)


def mute(notice: Notice, at: datetime) -> None:
    """不再提醒此件: nothing leaves the house about this matter any more; the inbox goes on."""
    if not notice.url:
        raise Refused("这条通知不属于哪一件，不能设为不再提醒。")
    Muted.objects.get_or_create(
        account=notice.account, url=notice.url, defaults={"text": notice.text, "at": at}
    )


# -- by night ----------------------------------------------------------------------------------------------------------
def tidy(now: datetime) -> int:
    """The words of messages older than thirty days are emptied; what still waited then is parked. How many."""
    old = Sending.objects.filter(made_at__lt=now - KEPT)
    old.filter(state__in=WAITING).update(
        state=SendingState.FAILED, failed="三十天没有发出，内容已清除。", next_try_at=None
    )
    return old.exclude(text="", subject="", url="").update(text="", subject="", url="")
