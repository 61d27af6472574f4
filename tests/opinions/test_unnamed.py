"""What of a sender's own words goes under the seal, and what stays because the letter is about it."""

from __future__ import annotations

import pytest

from huisheng.kernel import sealing
from huisheng.opinions import actions as voices
from huisheng.opinions.models import LeadContact
from huisheng.opinions.unnamed import without_contact
from tests import make
from tests.cast import make_cast


@pytest.mark.parametrize(
    ("text", "known", "left", "taken"),
    [
        ("路灯坏了。", [], "路灯坏了。", []),
        ("请打 138-0000 8201 找我", [], "请打 ［已封存］ 找我", ["138-0000 8201"]),
        ("请打13800008201", ["138-0000-8201"], "请打［已封存］", []),
        ("邮箱zhang.san@qq.com。", [], "邮箱［已封存］。", ["zhang.san@qq.com"]),
        ("身份证41010519491231002X", [], "身份证［已封存］", ["41010519491231002X"]),
        ("微信号：zhang_san1990", [], "微信号：［已封存］", ["zhang_san1990"]),
        ("我叫张大妈，灯坏了。\n张大妈", [], "我叫［已封存］，灯坏了。\n［已封存］", ["张大妈"]),
        ("灯坏了。\n周建", ["周建"], "灯坏了。\n［已封存］", []),
        ("我叫周建，四周建成的楼都没有灯。", ["周建"], "我叫［已封存］，四周建成的楼都没有灯。", []),
        ("12345 打不通，区住建局 68910000 没人接。", [], "12345 打不通，区住建局 68910000 没人接。", []),
        ("0371-68910000 是我家电话", ["037168910000"], "［已封存］ 是我家电话", []),
        ("王站长说不管。", ["王"], "王站长说不管。", []),
        ("2017-03-01 13:30 在第1380000号", [], "2017-03-01 13:30 在第1380000号", []),
    ],
)
def test_what_says_who_wrote_is_taken_out_and_the_rest_stays(
    text: str, known: list[str], left: str, taken: list[str]
) -> None:
    assert without_contact(text, known) == (left, taken)


@pytest.mark.django_db
def test_a_number_in_the_words_is_kept_under_the_seal_and_nobody_is_called_by_it() -> None:
    cast = make_cast()
    lead = make.lead(cast, contact={}, content="包工头是13800007777，他不管。")
    contact = LeadContact.objects.get(lead=lead)
    assert (lead.content, contact.wants_answer) == ("包工头是［已封存］，他不管。", False)
    voices.hear(lead, "他又换了13800006666，原来那个13800007777停机。", make.DAY)
    assert lead.messages.get().text == "他又换了［已封存］，原来那个［已封存］停机。"
    contact.refresh_from_db()
    assert sealing.unseal(contact.sealed)["also"] == "13800007777、13800006666"


@pytest.mark.django_db
def test_what_was_erased_stays_erased_and_a_new_number_is_sealed_anew() -> None:
    cast = make_cast()
    lead = make.lead(cast, contact={"phone": "13800008201"})
    voices.erase([lead.pk], make.DAY)
    voices.hear(lead, "我没有别的要说。", make.DAY)
    assert LeadContact.objects.get(lead=lead).sealed == ""
    voices.hear(lead, "还是留一个：13800008202", make.DAY)
    contact = LeadContact.objects.get(lead=lead)
    assert (contact.erased_at, sealing.unseal(contact.sealed)) == (None, {"also": "13800008202"})
