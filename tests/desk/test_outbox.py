"""外发消息: three cards and a digest, the quiet hours, a provider away for a day, killed workers, sealed contacts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huisheng.desk import carriers, fsck, health, outbox, reminders, worker
from huisheng.desk.carriers import sms as sms_carrier
from huisheng.desk.carriers import wecom as wecom_carrier
from huisheng.desk.models import Muted, Sending, SendingState
from huisheng.kernel import journal
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Entry, Notice, Setting
from huisheng.opinions import actions as voices
from huisheng.people.models import Account, Member

from .. import make
from ..cast import Cast, moment
from .providers import Provider, provider

pytestmark = pytest.mark.django_db
MONDAY = moment("2017-03-06 09:00")
CANARY = "13700009417"
NAME = "金丝雀"


@pytest.fixture(autouse=True)
def ways(settings: Any) -> Iterator[Provider]:
    """企业微信 and SMS on loopback, mail in memory; nobody has an address yet."""
    with provider() as one:
        settings.SITE_URL = "https://zx.example"
        settings.EMAIL_HOST = "mail.example"
        settings.DEFAULT_FROM_EMAIL = "zx@example.cn"
        settings.SMS = {"url": f"{one.base_url}/sms", "token": "t"}
        settings.WECOM = settings.WECOM | {
            "corp_id": "c",
            "secret": "s",
            "agent_id": "7",
            "url": one.base_url,
        }
        yield one


@pytest.fixture
def li(cast: Cast) -> Account:
    """李委员 with 企业微信 alone; what the cast was told while it was made is not counted."""
    Account.objects.filter(pk=cast.li.pk).update(wecom="li.wecom")
    cast.li.refresh_from_db()
    return cast.li


def tell(account: Account, number: int, at: datetime = MONDAY, first: int = 1) -> None:
    for n in range(first, first + number):
        said = f"《提案{n}》：催办"
        journal.tell([account], said, key=f"test:{n}", at=at, url=f"/proposals/{n}/", card=said)


def minutes(start: datetime, end: datetime, step: int = 1) -> Iterator[datetime]:
    while start <= end:
        yield start
        start += timedelta(minutes=step)


def work(*moments: datetime) -> None:
    """What the worker does every minute."""
    for now in moments:
        outbox.plan(now)
        outbox.drain(now)


def texts(one: Provider) -> list[str]:
    return [words(card) for card in one.cards]


def words(card: dict[str, Any]) -> str:
    return card["textcard"]["description"].partition("\n")[2]


def states() -> dict[str, int]:
    found = list(Sending.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in found}


# -- planning --------------------------------------------------------------------------------------------------------
def test_three_cards_a_day_and_the_rest_in_one_digest_at_five(li: Account, ways: Provider) -> None:
    tell(li, 7)
    work(*minutes(MONDAY, moment("2017-03-06 16:59"), 13))
    assert texts(ways) == ["《提案1》：催办", "《提案2》：催办", "《提案3》：催办"]
    assert ways.cards[0]["touser"] == "li.wecom"
    assert ways.cards[0]["textcard"]["url"] == "https://zx.example/proposals/1/"
    work(*minutes(moment("2017-03-06 17:00"), moment("2017-03-06 19:59"), 13))
    assert texts(ways)[3:] == [
        "您有 4 条通知：《提案4》：催办；《提案5》：催办；《提案6》：催办；《提案7》：催办"
    ]
    assert states() == {"sent": 4}
    tell(li, 1, moment("2017-03-07 09:00"), first=8)
    work(moment("2017-03-07 09:00"), moment("2017-03-07 17:00"))
    assert texts(ways)[4:] == ["《提案8》：催办"]


def test_the_numbers_are_local_rules(li: Account, ways: Provider) -> None:
    Setting.objects.create(name="send.most_cards", starts_on="2017-01-01", value=1, at=MONDAY)
    Setting.objects.create(name="send.digest_hour", starts_on="2017-01-01", value="11:30", at=MONDAY)
    tell(li, 3)
    work(MONDAY, moment("2017-03-06 11:29"))
    assert len(ways.cards) == 1
    work(moment("2017-03-06 11:30"))
    assert texts(ways)[1:] == ["您有 2 条通知：《提案2》：催办；《提案3》：催办"]


@pytest.mark.parametrize(
    ("told", "opens"),
    [
        ("2017-03-06 21:30", "2017-03-07 08:00"),  # at night
        ("2017-03-10 19:58", "2017-03-10 19:58"),  # Friday, still within the hours
        ("2017-03-11 10:00", "2017-03-13 08:00"),  # Saturday
        ("2017-04-01 10:00", "2017-04-01 10:00"),  # a Saturday that is worked
        ("2017-04-02 10:00", "2017-04-05 08:00"),  # 清明
        ("2017-01-27 09:00", "2017-02-03 08:00"),  # 春节
    ],
)
def test_nothing_leaves_at_night_and_on_days_off(li: Account, ways: Provider, told: str, opens: str) -> None:
    tell(li, 1, moment(told))
    opening = moment(opens)
    work(*(now for now in minutes(moment(told), opening - timedelta(minutes=1), 30)))
    assert ways.asked == 0
    work(opening)
    assert texts(ways) == ["《提案1》：催办"]


def test_who_has_read_it_in_the_house_gets_no_message(li: Account, ways: Provider) -> None:
    tell(li, 3)
    Notice.objects.filter(key="test:1").update(read_at=MONDAY)
    outbox.plan(MONDAY)
    Notice.objects.filter(key="test:2").update(read_at=MONDAY)
    outbox.drain(MONDAY)
    assert texts(ways) == ["《提案3》：催办"]
    assert states() == {"dropped": 1, "sent": 1}


def test_disabled_and_demonstration_accounts_and_those_without_address_get_none(
    cast: Cast, ways: Provider
) -> None:
    Account.objects.filter(pk=cast.wang.pk).update(wecom="wang", is_demo=True)
    Account.objects.filter(pk=cast.zhao.pk).update(wecom="zhao", is_active=False)
    for account in (cast.li, cast.wang, cast.zhao):
        tell(account, 1)
    work(MONDAY)
    assert (ways.asked, Sending.objects.count(), len(mail.outbox)) == (0, 0, 0)


def test_a_house_without_ways_plans_nothing_and_asks_the_database_nothing(li: Account, settings: Any) -> None:
    settings.EMAIL_HOST, settings.SMS = "", {"url": "", "token": ""}
    settings.WECOM = settings.WECOM | {"secret": ""}
    tell(li, 1)
    with CaptureQueriesContext(connection) as told:
        assert (outbox.plan(MONDAY), outbox.nudge(MONDAY)) == (0, 0)
    assert len(told) == 0


# -- wishes ----------------------------------------------------------------------------------------------------------
def test_mail_is_for_those_without_wecom_unless_they_tick_it(li: Account, ways: Provider) -> None:
    Account.objects.filter(pk=li.pk).update(email="li@example.cn")
    li.refresh_from_db()
    tell(li, 1)
    work(MONDAY)
    assert (len(ways.cards), len(mail.outbox)) == (1, 0)
    outbox.prefer(li, {"wecom": False, "mail": True}, MONDAY)
    tell(li, 5, first=2)
    work(MONDAY + timedelta(minutes=1), moment("2017-03-06 17:00"))
    assert len(ways.cards) == 1
    # the notice that has gone by card already goes by mail too, since it is wanted there and unread
    assert [one.body.partition("\n")[0] for one in mail.outbox][:2] == ["《提案1》：催办", "《提案2》：催办"]
    assert mail.outbox[0].to == ["li@example.cn"]
    assert mail.outbox[0].extra_headers["Message-ID"].endswith("@huisheng>")


def test_a_card_on_two_ways_counts_once(li: Account, ways: Provider) -> None:
    Account.objects.filter(pk=li.pk).update(email="li@example.cn")
    outbox.prefer(li, {"wecom": True, "mail": True}, MONDAY)
    tell(li, 5)
    work(MONDAY)
    assert (len(ways.cards), len(mail.outbox)) == (3, 3)
    work(moment("2017-03-06 17:00"))
    assert (len(ways.cards), len(mail.outbox)) == (4, 4)


def test_a_muted_matter_stays_in_the_house(
    li: Account, ways: Provider, enter: Callable[[Account], Client]
) -> None:
    tell(li, 2)
    browser = enter(li)
    one = Notice.objects.get(account=li, key="test:1")
    assert "这一件不再发到外面" in browser.get("/notices").content.decode() or one.due_at > timezone.now()
    assert browser.post(f"/desk/notices/{one.pk}/mute").status_code == 302
    work(MONDAY)
    assert texts(ways) == ["《提案2》：催办"]
    muted = Muted.objects.get(account=li)
    assert "《提案1》：催办" in browser.get("/me").content.decode()
    browser.post(f"/desk/muted/{muted.pk}/end")
    work(MONDAY + timedelta(minutes=1))
    assert texts(ways) == ["《提案2》：催办", "《提案1》：催办"]


def test_the_boxes_of_the_page_are_the_wishes(
    cast: Cast, li: Account, enter: Callable[[Account], Client]
) -> None:
    Account.objects.filter(pk=li.pk).update(email="li@example.cn", phone="13800001111")
    browser = enter(li)
    page = browser.get("/me").content.decode()
    assert [
        f'value="{way}"{on}' in page
        for way, on in (("wecom", " checked"), ("mail", ">"), ("sms", " checked"))
    ] == [True] * 3
    assert browser.post("/desk/wishes", {"carrier": ["mail"]}).status_code == 302
    li.refresh_from_db()
    ways = ["wecom", "mail", "sms"]
    assert outbox.wanted(li, ways, outbox.wishes_of([li])) == ["mail"]
    stranger = enter(cast.wang)
    tell(li, 1)
    assert (
        stranger.post(f"/desk/notices/{Notice.objects.get(account=li, key='test:1').pk}/mute").status_code
        == 404
    )
    assert "请让管理员" in stranger.get("/me").content.decode()


def test_a_card_tells_the_kind_and_the_number_and_names_nobody(cast: Cast, ways: Provider) -> None:
    """Titles and names stay behind the door, in cards and in the digest of the day alike."""
    for who in (cast.wang, cast.li, cast.housing_clerk):
        Account.objects.filter(pk=who.pk).update(wecom=f"{who.username}.wecom")
    Member.objects.filter(pk=cast.member_li.pk).update(name=NAME)
    cast.member_li.refresh_from_db()
    proposal = make.draft(cast, MONDAY, title=f"关于{NAME}的提案")
    perform(proposal, "invite", cast.li, {"members": [cast.member_wang.pk]}, at=MONDAY)
    perform(proposal, "submit", cast.li, {"disclosure": "full"}, at=MONDAY)
    perform(proposal, "pre_review", cast.clerk, make.FILE, at=MONDAY)
    perform(proposal, "decide", cast.reviewer, make.FILE, at=MONDAY)
    perform(proposal, "file", cast.clerk, at=MONDAY)
    perform(proposal, "plan", cast.clerk, {"lead": cast.housing.pk}, at=MONDAY)
    perform(proposal, "assign", cast.office, at=MONDAY)
    reminders.remind(MONDAY + timedelta(days=80))
    journal.tell([cast.wang], f"{NAME}请您看一下", key="canary", at=MONDAY)
    for n in range(5):
        journal.tell([cast.wang], f"{NAME}第{n}次", key=f"canary:{n}", at=MONDAY, card=f"提案第{n}号：催办")
    for hour in (9, 17, 18):
        outbox.plan(MONDAY.replace(hour=hour, minute=30))
        outbox.drain(MONDAY.replace(hour=hour, minute=40))
    assert Notice.objects.filter(text__contains=NAME).count() > 5
    words = list(Sending.objects.values_list("text", flat=True))
    assert len(words) > 4
    assert [one for one in words if NAME in one] == []
    assert f"提案{proposal.number_label}：立案" in "；".join(words)


def test_what_a_person_changed_is_shown_to_them(cast: Cast, ways: Provider, li: Account) -> None:
    browser = Client()
    browser.force_login(li)
    browser.post("/desk/wishes", {})
    browser.post("/desk/wishes", {})
    assert browser.get("/me").content.decode().count("企业微信不发") == 1


# -- SMS for what waits ------------------------------------------------------------------------------------------------
def test_an_sms_comes_once_when_it_is_ones_turn_and_two_days_later_it_is_unread(
    cast: Cast, ways: Provider
) -> None:
    Account.objects.filter(pk=cast.housing_clerk.pk).update(phone="13800002222")
    one = make.assignment(cast)
    start = Notice.objects.filter(account=cast.housing_clerk).latest("pk").due_at
    Notice.objects.exclude(account=cast.housing_clerk).delete()
    for hours in (1, 47):
        assert outbox.nudge(start + timedelta(hours=hours)) == 0
    late = moment("2017-03-06 10:00")
    assert (outbox.nudge(late), outbox.nudge(late), outbox.nudge(late + timedelta(days=1))) == (1, 0, 0)
    outbox.drain(late)
    waiting = Notice.objects.get(sendings__carrier="sms")
    assert [(each["to"], each["text"]) for each in ways.sms] == [
        ("13800002222", f"{waiting.card}https://zx.example{waiting.url}")
    ]
    assert waiting.url == one.proposal.get_absolute_url()


def test_no_sms_for_what_is_done_or_only_news(cast: Cast, ways: Provider) -> None:
    Account.objects.filter(pk__in=[cast.housing_clerk.pk, cast.li.pk]).update(phone="13800002222")
    make.taken(cast)
    perform(make.drafted(cast), "approve", cast.housing_head, at=make.DAY)
    Notice.objects.filter(account=cast.housing_clerk).update(url="/proposals/999/")
    assert outbox.nudge(moment("2017-03-06 10:00")) == 0


# -- word to the senders of leads ----------------------------------------------------------------------------------------
def answered(cast: Cast, **contact: str) -> Any:
    lead = make.lead(cast, MONDAY, contact={"name": "张大妈"} | contact)
    perform(lead, "ask", cast.editor, {"text": "请问是哪一个社区？机密答复"}, at=MONDAY)
    return lead


def test_a_sender_hears_by_sms_that_there_is_news_and_never_what(
    cast: Cast, ways: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    lead = answered(cast, phone=CANARY)
    by_mail = answered(cast, address="zhangdama@example.cn")
    work(MONDAY, MONDAY + timedelta(minutes=1))
    assert ways.sms == [
        {"id": Sending.objects.get(lead=lead).key, "to": CANARY,
         "text": f"您反映的事（回执号 {lead.code}）有新进展，请凭回执查看。"}
    ]  # fmt: skip
    assert [(one.to, one.body.partition("\n")[0]) for one in mail.outbox] == [
        (["zhangdama@example.cn"], f"您反映的事（回执号 {by_mail.code}）有新进展，请凭回执查看。")
    ]
    perform(lead, "ask", cast.editor, {"text": "还有一问"}, at=MONDAY + timedelta(hours=1))
    work(MONDAY + timedelta(hours=1))
    assert len(ways.sms) == 2
    assert Entry.objects.filter(action="look").count() == 0


def test_who_wrote_by_mail_or_wecom_gets_a_receipt_there_that_opens_the_thread(
    cast: Cast, ways: Provider, settings: Any
) -> None:
    settings.INTAKE_MAIL = settings.INTAKE_MAIL | {"host": "imap.example.cn", "user": "xs@zx.example.cn"}
    by_mail = make.lead(cast, MONDAY, channel="mail", source_id="m1", contact={"address": "hao@example.cn"})
    make.lead(
        cast, MONDAY, channel="mail", source_id="m2", contact={"address": "x@example.cn"}, doubts=("冒名",)
    )
    make.lead(cast, MONDAY, channel="web", source_id="m3", contact={"address": "web@example.cn"})
    by_wecom = make.lead(cast, MONDAY, channel="wecom", source_id="w1", contact={"wecom": "zhangsan"})
    work(*minutes(MONDAY, MONDAY + timedelta(minutes=30), 10))

    token, secret = voices.ways_in("mail", "m1")
    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == (["hao@example.cn"], ["xs@zx.example.cn"])
    assert by_mail.code in letter.subject
    assert f"查询码 {secret}" in letter.body
    assert f"https://zx.example/open/r/{token}" in letter.body
    assert "直接回复这封信" in letter.body
    (card,) = ways.cards
    assert (card["touser"], by_wecom.code in card["textcard"]["title"]) == ("zhangsan", True)
    assert card["textcard"]["url"].endswith(voices.ways_in("wecom", "w1")[0])
    stored = str(list(Sending.objects.values()))
    assert not any(word in stored for word in (token, secret, "hao@example.cn", "zhangsan"))

    perform(by_wecom, "ask", cast.editor, {"text": "请问在哪里？"}, at=MONDAY + timedelta(hours=1))
    work(MONDAY + timedelta(hours=1))
    assert voices.ways_in("wecom", "w1")[1] in words(ways.cards[-1])
    assert "有新进展" in words(ways.cards[-1])
    assert len(ways.cards) == 2


def test_the_sender_is_told_of_every_change(cast: Cast, ways: Provider) -> None:
    lead = make.lead(cast, MONDAY, contact={"phone": CANARY})
    told = []
    steps = (
        ("accept", make.ACCEPTED), ("pass_on", {"to": "区城管局"}), ("unuse", {"reason": "done", "text": "已经修好。"}),
        ("reopen", {"note": "又坏了"}), ("answer", {"text": "换了新灯。"}),
    )  # fmt: skip
    for hours, (action, data) in enumerate(steps):
        perform(lead, action, cast.editor, data, at=MONDAY + timedelta(hours=hours))
        work(MONDAY + timedelta(hours=hours))
        told.append(lead.messages.order_by("-pk")[0].text)
    assert len(ways.sms) == len(steps)
    for said, part in zip(told, ("已经受理", "转区城管局", "没有采用", "重新办理", "换了新灯"), strict=True):
        assert part in said


@pytest.mark.parametrize("way", [None, 503, 400, "nonsense", (429, {"Retry_After": "60"})])
def test_the_contact_is_in_no_row_and_no_log(
    cast: Cast, ways: Provider, caplog: pytest.LogCaptureFixture, way: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    answered(cast, phone=CANARY)
    ways.fails = [way] if way else []
    work(MONDAY)
    monkeypatch.setattr(sms_carrier, "_ask", lambda request: 1 / 0 if CANARY in str(request.data) else 1 // 0)
    work(*minutes(MONDAY, MONDAY + timedelta(hours=2), 10))
    from huisheng.desk.backup import records

    assert ways.asked >= 1
    assert CANARY not in caplog.text
    assert not [line for _, line in records() if CANARY.encode() in line]


def test_who_left_nothing_or_wants_no_answer_hears_nothing(cast: Cast, ways: Provider) -> None:
    lead = make.lead(cast, MONDAY, contact={})
    quiet = make.lead(cast, MONDAY, contact={"phone": CANARY}, wants_answer=False)
    for one in (lead, quiet):
        perform(one, "ask", cast.editor, {"text": "请问在哪里？"}, at=MONDAY)
    work(MONDAY)
    assert Sending.objects.filter(lead__isnull=False).count() == 0


def test_a_bounce_makes_no_new_letter(cast: Cast, ways: Provider) -> None:
    lead = make.lead(cast, MONDAY, contact={"address": "gone@example.cn"})
    voices.LeadMessage.objects.create(
        lead=lead, channel="mail", source_id="bounce:1", at=MONDAY, text="给来信人的回执被退回，没有送到。"
    )
    work(MONDAY)
    assert mail.outbox == []


def test_an_erased_contact_and_one_of_no_use_are_told_to_the_office(cast: Cast, ways: Provider) -> None:
    erased, useless = answered(cast, phone=CANARY), answered(cast, address="济源路 5 号")
    outbox.plan(MONDAY)
    type(erased.contact).objects.filter(lead=erased).update(sealed="", erased_at=MONDAY)
    outbox.drain(MONDAY)
    assert dict(Sending.objects.values_list("lead", "failed")) == {
        erased.pk: "联系方式已经删除。", useless.pk: "没有能送到的联系方式，或本机没有接通短信、邮件和企业微信。",
    }  # fmt: skip


def test_messages_to_the_public_may_wait_for_a_persons_word(
    cast: Cast, ways: Provider, enter: Callable[[Account], Client]
) -> None:
    Setting.objects.create(name="send.hold_public", starts_on="2017-01-01", value=True, at=MONDAY)
    answered(cast, phone=CANARY)
    work(MONDAY, MONDAY + timedelta(days=1))
    held = Sending.objects.get()
    assert (held.state, ways.sms) == (SendingState.HELD, [])
    office = enter(cast.editor)
    assert "等人放行" in office.get("/desk/outbox").content.decode()
    assert office.post(f"/desk/outbox/{held.pk}/release").status_code == 302
    assert office.post(f"/desk/outbox/{held.pk}/release").status_code == 409
    Sending.objects.update(next_try_at=MONDAY)
    work(MONDAY + timedelta(days=2))
    assert [one["to"] for one in ways.sms] == [CANARY]
    assert Entry.objects.filter(action="release", subject_type="desk.sending", is_inside=True).count() == 1


# -- providers that fail -------------------------------------------------------------------------------------------------
def test_a_provider_away_for_a_day_costs_nobody_a_word_and_brings_one_digest(
    cast: Cast, li: Account, ways: Provider
) -> None:
    Account.objects.filter(pk=cast.wang.pk).update(wecom="wang")
    ways.is_down = True
    tell(li, 5)
    tell(cast.wang, 2, first=21)
    lead = answered(cast, phone=CANARY)
    perform(lead, "ask", cast.editor, {"text": "还有一问"}, at=MONDAY + timedelta(hours=1))
    work(*minutes(MONDAY, moment("2017-03-06 19:59"), 7))
    tell(li, 2, moment("2017-03-06 22:00"), first=6)
    work(*minutes(moment("2017-03-07 08:00"), moment("2017-03-07 09:00"), 7))
    assert (ways.cards, ways.sms) == ([], [])
    ways.is_down = False
    work(*minutes(moment("2017-03-07 09:01"), moment("2017-03-07 11:01"), 1))
    by_person = {who: [words(c) for c in ways.cards if c["touser"] == who] for who in ("li.wecom", "wang")}
    assert by_person == {
        "li.wecom": ["您有 7 条通知：" + "；".join(f"《提案{n}》：催办" for n in range(1, 8))],
        "wang": ["您有 2 条通知：《提案21》：催办；《提案22》：催办"],
    }
    assert [one["to"] for one in ways.sms] == [CANARY]
    assert not Sending.objects.filter(state__in=("queued", "claimed", "failed")).exists()
    told = Notice.objects.filter(key__startswith="test:")
    assert told.filter(sendings__state="sent").distinct().count() == told.count() == 9


def test_while_one_way_is_away_it_is_asked_once_a_pass_and_the_others_go_on(
    cast: Cast, li: Account, ways: Provider
) -> None:
    Account.objects.filter(pk=cast.wang.pk).update(email="wang@example.cn")
    ways.is_down = True
    tell(li, 3)
    tell(cast.wang, 1, first=21)
    work(MONDAY)
    assert (ways.asked, len(mail.outbox)) == (1, 1)


def test_too_many_requests_waits_as_long_as_the_provider_says_for_the_whole_way(
    cast: Cast, ways: Provider
) -> None:
    for n in range(3):
        answered(cast, phone=f"1370000941{n}")
    ways.fails = [(429, {"Retry_After": "1800"})]
    work(*minutes(MONDAY, MONDAY + timedelta(minutes=29)))
    assert (ways.asked, ways.sms) == (1, [])
    work(MONDAY + timedelta(minutes=30))
    assert [one["to"] for one in ways.sms] == ["13700009410", "13700009411", "13700009412"]


def test_the_waits_grow_and_after_the_last_try_the_office_is_to_telephone(
    cast: Cast,
    li: Account,
    ways: Provider,
    enter: Callable[[Account], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "MOST_TRIES", 6)
    Account.objects.filter(pk=li.pk).update(phone="13800003333")
    ways.is_down = True
    tell(li, 1)
    asked = []
    for now in minutes(MONDAY, moment("2017-03-06 19:59")):
        before = ways.asked
        work(now)
        asked += [int((now - MONDAY).total_seconds() / 60)] if ways.asked > before else []
    assert asked == [0, 1, 6, 21, 81, 141]
    one = Sending.objects.get()
    assert (one.state, one.tries) == (SendingState.FAILED, 6)
    office = enter(cast.office)
    page = office.get("/desk/outbox").content.decode()
    assert all(word in page for word in ("李清和", "13800003333", "《提案1》：催办", "企业微信繁忙"))
    ways.is_down = False
    assert office.post(f"/desk/outbox/{one.pk}/resend").status_code == 302
    Sending.objects.update(next_try_at=MONDAY)
    work(moment("2017-03-07 09:00"))
    assert texts(ways) == ["《提案1》：催办"]
    assert Entry.objects.filter(action="resend", account=cast.office).count() == 1


def test_a_person_the_platform_does_not_know_is_on_the_call_list_at_once(
    cast: Cast, li: Account, ways: Provider, enter: Callable[[Account], Client]
) -> None:
    Account.objects.filter(pk=li.pk).update(wecom="nobody")
    tell(li, 1)
    work(MONDAY)
    one = Sending.objects.get()
    assert (one.state, one.failed) == (SendingState.FAILED, "企业微信里没有这个人，或不在应用的可见范围里。")
    office = enter(cast.clerk)
    assert "没有登记" in office.get("/desk/outbox").content.decode()
    office.post(f"/desk/outbox/{one.pk}/settle")
    assert "没有送不到的消息" in office.get("/desk/outbox").content.decode()
    assert states() == {"told": 1}


@pytest.mark.parametrize("way", ["nonsense", "hang", ("errcode", 45009), 500])
def test_a_wrong_or_slow_answer_is_no_yes(
    cast: Cast, li: Account, ways: Provider, way: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms_carrier, "TIMEOUT", 0.2)
    monkeypatch.setattr(wecom_carrier, "TIMEOUT", 0.2)
    wecom_carrier._client.cache_clear()
    tell(li, 1)
    if way == ("errcode", 45009):
        Account.objects.filter(pk=cast.li.pk).update(wecom="li.other")
    else:
        answered(cast, phone=CANARY)
    ways.fails = [way, way]
    work(MONDAY)
    assert "sent" not in states()
    work(*minutes(MONDAY, MONDAY + timedelta(minutes=10)))
    assert set(states()) == {"sent"}
    wecom_carrier._client.cache_clear()


class Broken(EmailBackend):
    """A mail server that fails as it is told, then works."""

    ways: list[Exception] = []

    def send_messages(self, messages: Any) -> int:
        if self.ways:
            raise self.ways.pop(0)
        return super().send_messages(messages)


def test_mail_waits_for_a_server_that_is_away_and_not_for_a_wrong_address(
    cast: Cast, ways: Provider, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    Account.objects.filter(pk=cast.li.pk).update(email="li@example.cn")
    tell(cast.li, 2)
    Broken.ways = [
        SMTPServerDisconnected("li@example.cn"),
        SMTPRecipientsRefused({"li@example.cn": (550, b"gone")}),
    ]
    work(MONDAY, MONDAY + timedelta(minutes=1), MONDAY + timedelta(minutes=2))
    assert sorted(Sending.objects.values_list("state", "failed")) == [
        ("failed", "邮件服务器不收这个地址。"), ("sent", ""),
    ]  # fmt: skip


# -- killed workers --------------------------------------------------------------------------------------------------------
class Killed(BaseException):
    """kill -9, as far as a test can be killed: nothing may catch it and write something down."""


def before(name: str, victim: Any) -> Callable[..., Any]:
    kept = getattr(victim, name)

    def dies(*args: Any, **kwargs: Any) -> Any:
        setattr(victim, name, kept)
        raise Killed

    return dies


def after(name: str, victim: Any) -> Callable[..., Any]:
    kept = getattr(victim, name)

    def dies(*args: Any, **kwargs: Any) -> Any:
        setattr(victim, name, kept)
        kept(*args, **kwargs)
        raise Killed

    return dies


POINTS = {
    "before claim": (before, "_claim", outbox, 0),
    "after claim": (after, "_claim", outbox, 0),
    "after the provider accepted": (after, "send", sms_carrier, 1),
    "before sent is committed": (before, "_mark_sent", outbox, 1),
    "after": (after, "_mark_sent", outbox, 0),
}


@pytest.mark.parametrize("dedupes", [False, True], ids=["every number taken", "numbers compared"])
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_loses_nothing_and_repeats_at_most_what_was_accepted(
    cast: Cast, ways: Provider, monkeypatch: pytest.MonkeyPatch, point: str, dedupes: bool
) -> None:
    kind, name, victim, extra = POINTS[point]
    ways.dedupes = dedupes
    for n in range(3):
        answered(cast, phone=f"1370000941{n}")
    outbox.plan(MONDAY)
    monkeypatch.setattr(victim, name, kind(name, victim))
    with pytest.raises(Killed):
        outbox.drain(MONDAY)
    outbox.drain(MONDAY)  # the next worker, at once: the claimed one is not touched before its time
    outbox.drain(MONDAY + outbox.LEASE)
    sent = [one["to"] for one in ways.sms]
    assert set(sent) == {"13700009410", "13700009411", "13700009412"}
    assert len(sent) == 3 + (0 if dedupes else extra)
    assert states() == {"sent": 3}


def test_a_message_that_kills_three_workers_is_parked(
    cast: Cast, ways: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(cast, phone=CANARY)
    outbox.plan(MONDAY)
    for n in range(3):
        monkeypatch.setattr(sms_carrier, "send", before("send", sms_carrier))
        with pytest.raises(Killed):
            outbox.drain(MONDAY + n * outbox.LEASE)
    outbox.drain(MONDAY + 3 * outbox.LEASE)
    one = Sending.objects.get()
    assert (one.state, one.failed, ways.sms) == (SendingState.FAILED, "发送时中断了 3 次，不再重试。", [])


def test_planning_killed_half_way_or_done_twice_writes_each_message_once(
    li: Account, ways: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(li, 5)
    monkeypatch.setattr(outbox, "_write_card", after("_write_card", outbox))
    with pytest.raises(Killed):
        outbox.plan(MONDAY)
    for _ in range(3):
        work(MONDAY)
    assert texts(ways) == ["《提案1》：催办", "《提案2》：催办", "《提案3》：催办"]


# -- the light on the page of health -----------------------------------------------------------------------------------------
def test_the_light_tells_what_waits_what_fails_and_since_when(cast: Cast, li: Account, settings: Any) -> None:
    def light(now: datetime) -> tuple[str, str]:
        found = health.messages(now)
        return found.word, found.sentence

    assert light(MONDAY) == ("正常", "0 条在等，没有送不到的。")
    common = {"account": li, "carrier": "wecom", "made_at": MONDAY, "text": "一"}
    one = Sending.objects.create(key="a", next_try_at=MONDAY, **common)
    Sending.objects.create(key="b", state="held", **common)
    assert light(MONDAY) == ("正常", "1 条在等，1 条等人放行，没有送不到的。")
    Sending.objects.filter(pk=one.pk).update(tries=2)
    assert light(MONDAY) == ("请留意", "1 条在等，1 条等人放行；1 条没有送到，正在重试。")
    assert light(MONDAY + timedelta(hours=3)) == (
        "须处理", "1 条在等，1 条等人放行；1 条一直没有送到，最早的从3月6日 09:00等起。",
    )  # fmt: skip
    Sending.objects.filter(pk=one.pk).update(state="failed", failed="没有这个人")
    assert light(MONDAY + timedelta(hours=3)) == (
        "请留意", "0 条在等，1 条等人放行；1 条没有送到，不再自动重试。",
    )  # fmt: skip
    settings.EMAIL_HOST, settings.SMS = "", {"url": "", "token": ""}
    settings.WECOM = settings.WECOM | {"secret": ""}
    assert light(MONDAY) == ("正常", "没有接通企业微信、邮件和短信，通知只在系统里看。")


# -- the rest ----------------------------------------------------------------------------------------------------------------
def test_the_words_are_emptied_after_thirty_days_and_fsck_would_say_if_not(
    li: Account, ways: Provider
) -> None:
    now = timezone.now()
    tell(li, 1, now - timedelta(days=33))
    Sending.objects.create(account=li, carrier="wecom", key="a", text="旧的", made_at=now - timedelta(days=33),
                           state="sent", sent_at=now)  # fmt: skip
    Sending.objects.create(
        account=li, carrier="wecom", key="b", text="没发的", made_at=now - timedelta(days=33), next_try_at=now
    )
    Sending.objects.create(account=li, carrier="wecom", key="c", text="新的", made_at=now, next_try_at=now)
    Sending.objects.create(account=li, carrier="wecom", key="d", text="", made_at=now, state="claimed")
    assert len(fsck.check().problems["外发消息"]) == 3
    worker.tidy(now)
    assert list(Sending.objects.order_by("key").values_list("text", "state")) == [
        ("", "sent"), ("", "failed"), ("新的", "queued"), ("", "claimed"),
    ]  # fmt: skip
    assert len(fsck.check().problems["外发消息"]) == 1


def test_an_emptied_message_is_not_sent_again(
    cast: Cast, li: Account, enter: Callable[[Account], Client]
) -> None:
    one = Sending.objects.create(account=li, carrier="wecom", key="a", made_at=MONDAY, state="failed")
    office = enter(cast.office)
    assert office.post(f"/desk/outbox/{one.pk}/resend").status_code == 422
    assert office.post(f"/desk/outbox/{one.pk}/burn").status_code == 404


def test_the_page_is_the_offices_and_costs_the_same_for_one_and_for_thirty(
    cast: Cast, li: Account, enter: Callable[[Account], Client], queries: Callable[..., int]
) -> None:
    lead = make.lead(cast)

    def fill(number: int) -> None:
        for n in range(number):
            key = f"{Sending.objects.count()}"
            Sending.objects.create(account=cast.li if n % 2 else cast.housing_clerk, carrier="wecom", key=key,
                                   made_at=MONDAY, state="failed", text="一")  # fmt: skip
            Sending.objects.create(lead=lead, key=key + "x", made_at=MONDAY, state="held", text="一")
            Sending.objects.create(
                lead=lead, key=key + "y", made_at=MONDAY, state="queued", tries=1, text="一"
            )

    assert enter(cast.li).get("/desk/outbox").status_code == 404
    assert enter(cast.housing_clerk).post("/desk/outbox/1/resend").status_code == 404
    office = enter(cast.office)
    fill(2)
    few = queries(office, "/desk/outbox")
    fill(15)
    assert queries(office, "/desk/outbox") == few


def test_the_worker_does_it_every_minute(li: Account, ways: Provider) -> None:
    tell(li, 1)
    done = {name: duty for name, duty in worker.EVERY_MINUTE.items() if name.startswith("外发")}
    for duty in done.values():
        duty(MONDAY)
    assert (list(done), texts(ways)) == (["外发计划", "外发"], ["《提案1》：催办"])
    assert "短信催看" in worker.EVERY_HOUR


def test_where_messages_reach_a_person_is_the_administrators_to_write(
    cast: Cast, enter: Callable[[Account], Client]
) -> None:
    admin, address = enter(cast.admin), f"/people/accounts/{cast.li.pk}/reach"
    wrong = admin.post(address, {"phone": "13800001111", "email": "li@example.cn", "wecom": "@all"})
    assert wrong.status_code == 422
    assert (
        admin.post(address, {"phone": "13800001111", "email": "li@example.cn", "wecom": "li"}).status_code
        == 302
    )
    cast.li.refresh_from_db()
    assert (cast.li.phone, cast.li.email, cast.li.wecom) == ("13800001111", "li@example.cn", "li")
    assert enter(cast.office).get(address).status_code == 404
    assert Entry.objects.get(action="reach").note == ""
    assert carriers.configured() == ["wecom", "mail", "sms"]
    assert date(2017, 3, 6).weekday() == 0
