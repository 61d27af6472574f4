"""我要反映: from the first page to the receipt, without JavaScript and without a cookie; what was typed is never lost."""

from __future__ import annotations

import hashlib
import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from huisheng.kernel import sealing
from huisheng.kernel.models import Attachment, Setting
from huisheng.kernel.store import path_of
from huisheng.opinions import hiding
from huisheng.opinions.models import Lead, LeadContact
from huisheng.portal import letter, rules

from .conftest import Citizen

TEXT = "文化路小学门口早上七点半没有人疏导，车和孩子挤在一起。"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the test of the trap hurries."""
    monkeypatch.setattr(rules, "SOONEST", 0.0)


def photo(name: str = "张三家门口.png", data: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


def to_check(citizen: Citizen, **words: str) -> Citizen:
    citizen.open("/open/say/").send(text=words.get("text", TEXT), go="on")
    citizen.send(place=words.get("place", ""), go="on").send(go="on")
    return citizen.send(phone=words.get("phone", ""), email=words.get("email", ""), go="on")


def test_a_letter_goes_from_the_first_page_to_its_receipt_one_thing_a_page(
    cast: Any, citizen: Citizen
) -> None:
    citizen.open("/open/say/")
    assert citizen.heading == "您想反映什么？"
    assert citizen.send(text=TEXT, go="on").heading == "这件事在哪里？"
    assert citizen.send(place="文化路小学门口", go="on").heading == "有照片吗？"
    assert citizen.send(photos=[photo()], go="on").heading == "要不要回音？"
    assert citizen.send(phone="138 0000 8201", email="a@example.com", go="on").heading == "核对一下"
    for word in (TEXT, "文化路小学门口", "1 张", "138 0000 8201"):
        assert word in citizen.text
    assert not Lead.objects.exists()
    citizen.send(go="send")

    lead = Lead.objects.get()
    assert (citizen.heading, citizen.answer.status_code) == ("收到了，谢谢您", 200)
    assert (lead.state, lead.channel, lead.content, lead.place) == ("received", "web", TEXT, "文化路小学门口")
    assert lead.doubts == []
    contact = LeadContact.objects.get(lead=lead)
    assert sealing.unseal(contact.sealed)["phone"] == "138 0000 8201"
    assert sealing.unseal(contact.sealed)["address"] == "a@example.com"
    file = Attachment.objects.get(subject_type=Lead.kind(), subject_id=lead.pk)
    assert (file.name, file.kind, path_of(file.sha256).exists()) == ("照片1.png", "png", True)
    assert lead.code in citizen.text
    assert "<svg" in citizen.text
    link = citizen.page.xpath("//a[contains(@href, '/open/r/')]/@href")[0]
    assert len(link.rsplit("/", 1)[1]) == 22  # 128 bits
    assert lead.code in citizen.open(link).text


def test_only_the_first_question_must_be_answered(cast: Any, citizen: Citizen) -> None:
    citizen.open("/open/say/").send(text="  ", go="on")
    assert (citizen.answer.status_code, citizen.heading) == (422, "您想反映什么？")
    assert "“您想反映的事”还没有写。" in citizen.text

    to_check(citizen).send(go="send")
    lead = Lead.objects.get()
    assert (lead.place, LeadContact.objects.exists()) == ("", False)


def test_what_is_wrong_is_said_in_a_sentence_and_stays_where_it_was_typed(
    cast: Any, citizen: Citizen
) -> None:
    long = "长" * 2001
    citizen.open("/open/say/").send(text=long, go="on")
    assert citizen.answer.status_code == 422
    assert "现在有 2001 字，最多 2000 字" in citizen.text
    assert citizen.filled()["text"] == long

    citizen.send(text=TEXT, go="on").send(go="on").send(go="on").send(phone="没有", email="不是邮箱", go="on")
    assert citizen.answer.status_code == 422
    assert "电话只写数字" in citizen.text
    assert "邮箱要有 @" in citizen.text
    assert (citizen.filled()["phone"], citizen.filled()["email"]) == ("没有", "不是邮箱")


def test_back_and_change_lead_where_they_say_and_nothing_is_lost(cast: Any, citizen: Citizen) -> None:
    citizen.open("/open/say/").send(text=TEXT, go="on").send(place="济源路", go="back")
    assert (citizen.heading, citizen.filled()["text"]) == ("您想反映什么？", TEXT)
    citizen.send(go="on")
    assert citizen.filled()["place"] == "济源路"
    citizen.send(go="on").send(go="on").send(go="on").send(go="to:place")
    assert citizen.heading == "这件事在哪里？"
    assert citizen.send(place="洛宁路", go="on").heading == "核对一下"
    assert "洛宁路" in citizen.text


def test_a_photo_that_may_not_come_in_is_named_and_the_others_are_kept(cast: Any, citizen: Citizen) -> None:
    citizen.open("/open/say/").send(text=TEXT, go="on").send(go="on")
    citizen.send(photos=[photo("一.png"), photo("二.png", b"MZ not a photo")], go="on")
    assert citizen.answer.status_code == 422
    assert "“二.png”没有收下" in citizen.text
    assert "已收下 1 张" in citizen.text
    citizen.send(go="drop:0")
    assert "已收下" not in citizen.text
    citizen.send(photos=[photo(f"{n}.png") for n in range(4)], go="on")
    assert "照片已经够数了" in citizen.text
    assert citizen.send(go="on").heading == "要不要回音？"


def test_a_photo_that_was_swept_meanwhile_costs_nothing_else(cast: Any, citizen: Citizen) -> None:
    citizen.open("/open/say/").send(text=TEXT, go="on").send(go="on").send(photos=[photo()], go="on").send(
        go="on"
    )
    path_of(hashlib.sha256(PNG).hexdigest()).unlink()
    citizen.send(go="send")
    assert (citizen.answer.status_code, citizen.heading) == (422, "有照片吗？")
    assert "已经不在了" in citizen.text
    citizen.send(go="drop:0").send(go="on").send(go="send")
    assert Lead.objects.get().content == TEXT


def test_the_same_form_sent_twice_is_one_lead_and_one_receipt(cast: Any, citizen: Citizen) -> None:
    to_check(citizen)
    words = citizen.filled() | {"go": "send"}
    first = citizen.client.post("/open/say/", words).content
    second = citizen.client.post("/open/say/", words).content
    assert Lead.objects.count() == 1
    assert first == second


def test_a_form_of_yesterday_is_shown_once_more_with_everything_in_it(cast: Any, citizen: Citizen) -> None:
    to_check(citizen)
    old = letter.opened(citizen.filled()["letter"])
    assert old is not None
    old.began -= timedelta(hours=25).total_seconds()
    citizen.send(letter=old.sealed(), go="send")
    assert (citizen.answer.status_code, citizen.heading, Lead.objects.count()) == (422, "核对一下", 0)
    assert "超过一天" in citizen.text
    assert TEXT in citizen.text
    citizen.send(go="send")
    assert Lead.objects.get().state == "received"


@pytest.mark.parametrize(
    "sealed", ["", "made up", sealing.seal({"phone": "1"})], ids=["none", "made up", "another"]
)
def test_a_form_that_is_none_of_ours_begins_anew_with_the_words_of_this_page(
    cast: Any, citizen: Citizen, sealed: str
) -> None:
    citizen.open("/open/say/").send(letter=sealed, text=TEXT, go="on")
    assert (citizen.answer.status_code, citizen.heading) == (422, "您想反映什么？")
    assert citizen.filled()["text"] == TEXT
    assert citizen.send(go="on").heading == "这件事在哪里？"


def test_no_page_can_be_jumped_over(cast: Any, citizen: Citizen) -> None:
    citizen.open("/open/say/").send(page="check", go="send")
    assert (citizen.answer.status_code, citizen.heading, Lead.objects.count()) == (422, "您想反映什么？", 0)


def test_what_a_letter_says_of_its_writer_is_pointed_out_before_it_goes(cast: Any, citizen: Citizen) -> None:
    to_check(citizen, text="我叫张三，家里水管坏了，电话１３８-0000-8201。")
    assert "像是写了电话" in citizen.text
    assert "您自己的名字" in citizen.text
    assert "像是写了" not in to_check(citizen, text=TEXT).text


# -- spam: parked, never lost --------------------------------------------------------------------------------------
def doubts_of(citizen: Citizen) -> list[str]:
    citizen.send(go="send")
    assert citizen.heading == "收到了，谢谢您"
    lead = Lead.objects.latest("pk")
    assert lead.state == ("suspect" if lead.doubts else "received")
    return list(lead.doubts)


def test_a_program_that_fills_every_box_is_parked_and_told_nothing(cast: Any, citizen: Citizen) -> None:
    citizen.open("/open/say/").send(text=TEXT, homepage="http://spam", go="on").send(go="on").send(
        go="on"
    ).send(go="on")
    assert doubts_of(citizen) == ["填了人看不到的格子"]


def test_a_letter_faster_than_anybody_reads_is_parked(
    cast: Any, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SOONEST", 3.0)
    assert doubts_of(to_check(citizen)) == ["打开表单不到3秒就提交"]


def test_beyond_the_hours_number_a_letter_is_parked_unless_its_browser_worked(
    cast: Any, citizen: Citizen
) -> None:
    Setting.objects.create(name="lead.per_hour", starts_on="2017-01-01", value=2, at=timezone.now())
    assert doubts_of(to_check(citizen, text="一")) == []
    assert "data-work" not in to_check(citizen, text="二").text
    assert doubts_of(citizen) == []
    assert doubts_of(to_check(citizen, text="三")) == ["这一小时网页来信超过规定条数"]

    to_check(citizen, text="四")
    field = citizen.page.xpath("//input[@data-work]")[0]
    key, bits = field.get("data-work"), int(field.get("data-bits"))
    work = next(n for n in itertools.count() if leading_zeros(f"{key}:{n}") >= bits)
    citizen.send(work=str(work), go="send")
    assert Lead.objects.latest("pk").state == "received"

    later = timezone.now() - timedelta(hours=2)
    Lead.objects.update(received_at=later)
    assert doubts_of(to_check(citizen, text="五")) == []


def leading_zeros(text: str) -> int:
    return 256 - int.from_bytes(hashlib.sha256(text.encode()).digest(), "big").bit_length()


def test_the_same_words_again_and_again_are_parked(cast: Any, citizen: Citizen) -> None:
    found = [doubts_of(to_check(citizen)) for _ in range(4)]
    assert found == [[], [], [], ["一小时内已收到几条同样的文字"]]


def test_a_key_nobody_worked_for_is_no_work() -> None:
    assert [rules.has_worked("key", word) for word in ("", "x", "-1", "1" * 20)] == [False] * 4


# -- what is hidden ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13800008201。", "请打［已隐去］。"),
        ("手机 138-0000-8201", "手机 ［已隐去］"),
        ("座机（0371）68910000转8", "座机［已隐去］"),
        ("电话：68910000", "电话：［已隐去］"),
        ("联系人：张建国，男", "联系人：［已隐去］，男"),
        ("证件410102197001011234", "证件［已隐去］"),
        ("写信到 a.b@example.com.cn。", "写信到 ［已隐去］。"),
        ("四周建成小区12000000元，打12345", "四周建成小区12000000元，打12345"),
        ("２０１７年立案１３２件", "２０１７年立案１３２件"),
    ],
)
def test_contact_data_is_hidden_and_other_numbers_stay(text: str, shown: str) -> None:
    assert hiding.hide(text, {"周建"}) == shown
