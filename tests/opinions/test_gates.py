"""What comes in by itself: the mailbox, the drop folder, the WeCom callback, and what it announces."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.test import Client
from django.utils import timezone

from huisheng.kernel.models import Attachment, Setting
from huisheng.opinions import gates, intake
from huisheng.opinions.models import Lead, Medium

from ..cast import Cast, make_cast
from .fakes.imap import fake_mailbox
from .fakes.wecom import AES_KEY, AGENT, CORP, SECRET, TOKEN, FakeWeCom, fake_wecom

pytestmark = pytest.mark.django_db
LEADS = Path(__file__).parents[1] / "data" / "leads"
TEXT = """<xml><ToUserName>ww7d1f0a00example</ToUserName><FromUserName>zhangdama</FromUserName><CreateTime>1</CreateTime>
<MsgType>text</MsgType><Content>井盖缺了一角</Content><MsgId>73</MsgId><AgentID>1000002</AgentID></xml>"""
IMAGE = """<xml><ToUserName>ww7d1f0a00example</ToUserName><FromUserName>li_shifu</FromUserName><CreateTime>2</CreateTime>
<MsgType>image</MsgType><PicUrl>https://example.com/1</PicUrl><MediaId>M1</MediaId><MsgId>74</MsgId><AgentID>1</AgentID></xml>"""


@pytest.fixture(autouse=True)
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeWeCom]:
    with fake_wecom() as found:
        settings.WECOM = {
            "corp_id": CORP, "secret": SECRET, "agent_id": AGENT, "token": TOKEN, "aes_key": AES_KEY, "url": found.base_url,
        }  # fmt: skip
        yield found


def push(fake: FakeWeCom, message: str) -> Any:
    query, body = fake.pushes(message.encode(), at=timezone.now())
    return Client().post("/opinions/channels/wecom/", body, content_type="text/xml", query_params=query)


def test_the_mailbox_is_emptied_once(settings: Any) -> None:
    mails = [path.read_bytes() for path in sorted(LEADS.glob("*.eml"))]
    with fake_mailbox(*mails) as box:
        settings.INTAKE_MAIL = {"host": "127.0.0.1", "user": box.user, "password": box.password, "port": box.port,
                                "folder": box.folder, "has_tls": False}  # fmt: skip
        assert gates.fetch_mail(timezone.now()) == 12
        assert gates.fetch_mail(timezone.now()) == 0
        box.seen.clear()  # the connection broke before the marks were kept: everything comes once more
        gates.fetch_mail(timezone.now())
    assert Lead.objects.filter(channel="mail").count() == 10


def test_a_letter_laid_into_the_folder_is_taken_in(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    assert gates.fetch_folder(timezone.now()) == 0
    (tmp_path / "intake").mkdir()
    letter = tmp_path / "intake" / "12.eml"
    letter.write_bytes((LEADS / "12-井盖.eml").read_bytes())
    os.utime(letter, (1, 1))
    assert gates.fetch_folder(timezone.now()) == 1
    assert not list((tmp_path / "intake").rglob("12.eml"))
    assert Lead.objects.get().gist == "汝南路井盖缺角，请问归谁管"


def test_a_message_of_wecom_is_a_lead_and_its_repeat_is_not(fake: FakeWeCom) -> None:
    assert [push(fake, TEXT).status_code, push(fake, TEXT).status_code] == [200, 200]
    assert [(one.channel, one.content) for one in Lead.objects.all()] == [("wecom", "井盖缺了一角")]


def test_whoever_cannot_sign_is_not_heard(fake: FakeWeCom) -> None:
    query, body = fake.pushes(TEXT.encode(), at=timezone.now())
    forged = query | {"msg_signature": "0" * 40}
    told = Client().post("/opinions/channels/wecom/", body, content_type="text/xml", query_params=forged)
    assert (told.status_code, Lead.objects.count()) == (403, 0)


def test_without_a_callback_there_is_no_such_page() -> None:
    assert product.WECOM["aes_key"] == ""
    assert Client().get("/opinions/channels/wecom/").status_code == 404


def test_a_picture_is_fetched_afterwards_also_when_the_platform_was_away(fake: FakeWeCom) -> None:
    push(fake, IMAGE)
    lead = Lead.objects.get()
    picture = (LEADS / "letter_scan.png").read_bytes()
    fake.media["M1"] = (picture, "1.png", "image/png")
    fake.fails = ["away"]
    assert gates.fetch_media(timezone.now()) == 0
    assert Medium.objects.get().tries == 1
    assert gates.fetch_media(timezone.now()) == 1
    kept = Attachment.objects.get(subject_id=lead.pk, purpose="attachment")
    assert (kept.kind, Medium.objects.count()) == ("png", 0)


WORDS = TEXT.replace("zhangdama", "li_shifu").replace(">73<", ">75<")


def test_the_words_that_follow_a_picture_are_its_text(fake: FakeWeCom) -> None:
    for message in (IMAGE, WORDS, WORDS):
        push(fake, message)
    lead = Lead.objects.get()
    assert (lead.content, lead.messages.count()) == ("井盖缺了一角", 1)
    push(fake, WORDS.replace(">75<", ">76<").replace("井盖", "护栏"))  # a picture has its words once
    assert Lead.objects.count() == 2


def test_words_of_another_person_or_an_hour_later_are_a_lead_of_their_own(fake: FakeWeCom) -> None:
    push(fake, IMAGE)
    push(fake, TEXT)
    assert sorted(Lead.objects.values_list("content", flat=True)) == ["", "井盖缺了一角"]
    Lead.objects.filter(content="").update(received_at=timezone.now() - timedelta(hours=1))
    push(fake, WORDS)
    assert Lead.objects.count() == 3


def test_which_remarks_make_no_lead_is_the_offices_to_say() -> None:
    day = timezone.now()
    assert "举报" in intake.own(day).not_leads
    Setting.objects.create(name="lead.not_leads", starts_on="2017-01-01", value="转物业，转社区", at=day)
    assert intake.own(day).not_leads == ("转物业", "转社区")
    assert intake.default_own().not_leads[0] == "不作线索"
