"""企业微信, mail and SMS are away for a whole day, in every way of being away: nothing is lost, nobody is flooded, and
whoever works in the house does not notice (F10)."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from huisheng.desk import outbox
from huisheng.desk.carriers import sms as sms_carrier
from huisheng.desk.carriers import wecom as wecom_carrier
from huisheng.desk.fsck import check
from huisheng.desk.models import Sending, SendingState
from huisheng.kernel import journal
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Notice
from huisheng.opinions.models import LeadMessage
from huisheng.people.models import Account
from tests import make
from tests.cast import Cast, moment

from .providers import Provider, provider
from .smtp import MailServer, mail_server

pytestmark = pytest.mark.django_db
MONDAY = moment("2017-03-06 09:00")
DAY = timedelta(days=1)
# how the gateway and the platform are away, and how the mail server is
AWAY = {
    "refused": ("cut", "refuse"),
    "hanging": ("hang", "hang"),
    "too many requests": ((429, {"Retry_After": "600"}), "later"),
    "garbage": ("nonsense", "garbage"),
    "busy": (503, "later"),
}


@pytest.fixture
def ways(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Provider, MailServer]]:
    monkeypatch.setattr(sms_carrier, "TIMEOUT", 0.1)
    monkeypatch.setattr(wecom_carrier, "TIMEOUT", 0.1)
    wecom_carrier._client.cache_clear()
    with provider() as one, mail_server() as post:
        settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = "https://zx.example", "zx@example.cn"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", post.port, 0.1
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.SMS = {"url": f"{one.base_url}/sms", "token": "t"}
        settings.WECOM = configured.WECOM | {
            "corp_id": "c",
            "secret": "s",
            "agent_id": "7",
            "url": one.base_url,
        }
        yield one, post
    wecom_carrier._client.cache_clear()


def day_of_the_worker(start: datetime, end: datetime, step: timedelta = timedelta(minutes=20)) -> None:
    while start < end:
        outbox.plan(start)
        outbox.nudge(start)
        outbox.drain(start)
        start += step


def tell(account: Account, number: int, at: datetime, first: int) -> None:
    for n in range(first, first + number):
        journal.tell([account], f"《提案{n}》：催办", key=f"test:{n}", at=at, url=f"/proposals/{n}/")


def touched(one: Provider, post: MailServer) -> Counter[str]:
    """How many messages reached each person."""
    heard = Counter(card["touser"] for card in one.cards)
    heard.update(told["to"] for told in one.sms)
    heard.update(to for to, _ in post.letters)
    return heard


@pytest.mark.parametrize("way", AWAY)
def test_a_day_without_any_provider_loses_nothing_and_ends_in_one_message_a_person(
    cast: Cast, ways: tuple[Provider, MailServer], way: str
) -> None:
    one, post = ways
    Account.objects.filter(pk=cast.li.pk).update(wecom="li")
    Account.objects.filter(pk=cast.wang.pk).update(email="wang@example.cn")
    people = {account.pk: account for account in Account.objects.all()}
    li, wang = people[cast.li.pk], people[cast.wang.pk]
    leads = [make.lead(cast, MONDAY, contact={"phone": f"1370000941{n}"}) for n in range(2)]
    leads.append(make.lead(cast, MONDAY, contact={"address": "zhangdama@example.cn"}))
    one.is_down, (one.down_as, post.away) = True, AWAY[way]

    at, number = MONDAY, 1
    while at < MONDAY + DAY:  # all day long something happens
        tell(li, 1, at, number)
        tell(wang, 1, at, number + 1)
        number += 2
        day_of_the_worker(at, at + timedelta(hours=2))
        at += timedelta(hours=2)
    for lead in leads:  # the office asked, and asked again
        for hours in (1, 3):
            perform(lead, "ask", cast.editor, {"text": "请问是几号楼？"}, at=MONDAY + timedelta(hours=hours))
    day_of_the_worker(MONDAY + timedelta(hours=4), MONDAY + timedelta(hours=11))
    day_of_the_worker(MONDAY + timedelta(hours=23), MONDAY + DAY)
    assert touched(one, post) == Counter()
    assert one.asked > 10
    assert post.asked > 10
    told = Notice.objects.filter(key__startswith="test:")
    assert (told.count(), told.values("account", "key").distinct().count()) == (
        24,
        24,
    )  # in the house: each once

    one.is_down, post.away = False, ""
    day_of_the_worker(
        MONDAY + DAY, MONDAY + DAY + timedelta(hours=10)
    )  # to the evening, past the hour of the digest
    heard = touched(one, post)
    assert heard == Counter(
        ["li", "wang@example.cn", "13700009410", "13700009411", "zhangdama@example.cn"]
    ), heard
    words = one.cards[0]["textcard"]["description"]
    assert "您有 12 条通知" in words
    subject = next(
        str(make_header(decode_header(m["Subject"]))) for to, m in post.letters if to == "wang@example.cn"
    )
    assert subject == "回声：12 条通知"
    assert told.filter(sendings__state="sent").distinct().count() == 24
    assert not Sending.objects.filter(
        state__in=(SendingState.QUEUED, SendingState.CLAIMED, SendingState.FAILED)
    ).exists()
    assert (
        LeadMessage.objects.filter(is_from_sender=False).count() == 6
    )  # the receipt pages had the words all along


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Whoever opens a connection while a page is answered is written down, and fails."""
    tried: list[Any] = []

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            tried.append(address)
            raise OSError("no network in a request")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    return tried


def test_nobody_who_works_in_the_house_waits_for_a_provider(
    cast: Cast, ways: tuple[Provider, MailServer], no_network: list[Any], enter: Callable[[Account], Client]
) -> None:
    """Steps that tell people by every way, and the pages about them, open no connection at all."""
    one, post = ways
    one.is_down, one.down_as, post.away = True, "hang", "hang"
    Account.objects.filter(pk__in=[cast.li.pk, cast.leader.pk, cast.housing_clerk.pk]).update(
        wecom="somebody", email="somebody@example.cn", phone="13800001111"
    )
    lead = make.reading(cast, contact={"phone": "13700009410"})
    editor, office = enter(cast.editor), enter(cast.office)
    for action, data in (("ask", {"text": "请问是几号楼？"}), ("answer", {"text": "路灯换好了。"})):
        lead.refresh_from_db()
        done = editor.post(f"/opinions/leads/{lead.pk}/steps/{action}", data | {"version": lead.version})
        assert done.status_code == 302, done.content.decode()[:2000]
    issue = make.delivered_issue(cast)
    make.follow_up(cast, one=make.instruction(cast, one=issue.output))
    held = Sending.objects.create(
        account=cast.li, carrier="sms", key="held", made_at=timezone.now(), state="held", text="一", url="/"
    )
    assert office.post(f"/desk/outbox/{held.pk}/release").status_code == 302
    for path in ("/", "/desk/outbox", "/notices", "/me", f"/opinions/leads/{lead.pk}/", f"/bulletins/{issue.pk}/",
                 f"/outputs/{issue.pk}/", "/open/", "/open/bulletins/"):  # fmt: skip
        assert office.get(path).status_code == 200, path
    assert Entry.objects.filter(action="answer").exists()
    assert (no_network, one.asked, post.asked) == ([], 0, 0)
    assert check().problems["外发消息"] == []
