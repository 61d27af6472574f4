"""Pages of 社情民意 and the intake desk: what they show, what they cost, whom they let in."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from huisheng.kernel.lifecycle import perform
from huisheng.opinions import actions
from huisheng.opinions.models import Lead, Opinion, OpinionState

from .. import make
from ..cast import Cast, make_cast
from ..counting import questions

pytestmark = pytest.mark.django_db
LEADS = Path(__file__).parents[1] / "data" / "leads"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def browser(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]
    return client


def test_a_member_writes_comes_back_and_submits(cast: Cast) -> None:
    client = browser(cast.li)
    told = client.post("/opinions/new/", make.WORDS | {"advice": "", "key": "k1"}, follow=True)
    opinion = Opinion.objects.get()
    assert opinion.state == OpinionState.DRAFT
    assert "草稿已存好" in told.content.decode()
    saved = client.post(f"/opinions/{opinion.pk}/draft/save/", make.WORDS)
    assert set(saved.json()) == {"saved_at"}
    client.post(f"/opinions/{opinion.pk}/steps/submit", {"version": 0})
    opinion.refresh_from_db()
    assert (opinion.state, opinion.number_label[:2]) == (OpinionState.SUBMITTED, "民意")
    late = client.post(f"/opinions/{opinion.pk}/draft/save/", make.WORDS)
    assert late.status_code == 409
    assert "已经提交" in late.json()["sentence"]


def test_a_reporter_reads_their_own_words_until_the_edited_ones_are_issued(cast: Cast) -> None:
    one = make.edited_opinion(cast)
    perform(one, "check", cast.office, make.WORDS | {"advice": "改过的建议。"}, at=make.DAY)
    client = browser(cast.li)
    assert "改过的建议" not in client.get(one.get_absolute_url()).content.decode()
    assert client.get(f"/opinions/{one.pk}/texts/3/").status_code == 404
    perform(one, "sign", cast.chair, at=make.DAY)
    assert "改过的建议" in client.get(one.get_absolute_url()).content.decode()
    assert "<ins>" in client.get(f"/opinions/{one.pk}/texts/3/").content.decode()


@pytest.mark.one_database
def test_a_word_to_the_sender_is_printed_as_a_letter_without_a_name(cast: Cast) -> None:
    lead = make.reading(cast, contact={"name": "张大妈", "phone": "13800008201"})
    perform(
        lead, "redirect", cast.editor, {"service": "hotline", "text": "卫生站的排班归卫健委管。"}, at=make.DAY
    )
    said = lead.messages.order_by("-pk")[0]
    path = f"/opinions/leads/{lead.pk}/letters/{said.pk}"
    office = browser(cast.office)
    assert f"{path}.pdf" in office.get(lead.get_absolute_url()).content.decode()
    answer = office.get(f"{path}.docx")
    text = "".join(one.text for one in Document(io.BytesIO(answer.content)).paragraphs)
    for part in (
        "应当找哪里的告知",
        "12345政务服务热线",
        "卫生站的排班归卫健委管。",
        lead.code,
        "2017年3月1日反映的“社区卫生站周末不开门”",
    ):
        assert part in text
    assert "张大妈" not in text
    assert "13800008201" not in text
    assert answer["Cache-Control"] == "private, no-store"
    actions.hear(lead, "谢谢。", make.DAY)
    theirs = lead.messages.order_by("-pk")[0]
    assert office.get(f"/opinions/leads/{lead.pk}/letters/{theirs.pk}.pdf").status_code == 404
    assert office.get(f"{path}.html").status_code == 404
    assert browser(cast.li).get(f"{path}.pdf").status_code == 404


def test_the_desk_takes_a_call_down_and_shows_the_secret_once(cast: Cast) -> None:
    client = browser(cast.editor)
    words = {
        "channel": "phone",
        "content": "红绿灯坏了三天。",
        "name": "周老师",
        "phone": "13800008203",
        "key": "n1",
    }
    told = client.post("/opinions/leads/new/", words).content.decode()
    lead = Lead.objects.get()
    assert lead.code in told
    assert "只在这里显示一次" in told
    assert "13800008203" not in client.get(lead.get_absolute_url()).content.decode()
    client.post("/opinions/leads/new/", words)
    assert Lead.objects.count() == 1


def test_the_desk_reads_a_senders_contact_after_two_agreed(cast: Cast) -> None:
    lead = make.lead(cast)
    client = browser(cast.editor)
    url = f"/opinions/leads/{lead.pk}/"
    assert client.post(f"{url}contact/").status_code == 403
    client.post(f"{url}steps/ask_contact", {"reason": "核对地点", "version": lead.version})
    opening = lead.openings.get()
    browser(cast.office).post(f"/opinions/openings/{opening.pk}/steps/grant", {"version": 0})
    assert "13800008201" in client.post(f"{url}contact/").content.decode()


def test_every_file_of_the_leads_folder_is_taken_in_once(cast: Cast) -> None:
    client = browser(cast.editor)

    def send() -> str:
        names = [path for path in sorted(LEADS.iterdir()) if path.suffix != ".json"]
        files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in names]
        return client.post("/opinions/leads/import/", {"files": files}).content.decode()

    page = send()
    by_channel = {
        channel: Lead.objects.filter(channel=channel).count()
        for channel in ("mail", "wecom", "phone", "letter")
    }
    # 8 letters and one impostor, whose reply to an unknown receipt is a lead too; image and text of one person are one
    assert by_channel == {"mail": 10, "wecom": 5, "phone": 4, "letter": 1}
    assert [word for word in ("退信", "自动回复", "邻里纠纷") if word not in page] == []
    assert Lead.objects.filter(state="suspect").count() == 1
    count = Lead.objects.count()
    assert "已经收过" in send()
    assert Lead.objects.count() == count


def test_a_reply_with_a_receipt_number_joins_its_thread(cast: Cast) -> None:
    lead = make.lead(cast)
    Lead.objects.filter(pk=lead.pk).update(code="HS-4TR8-W6PD")
    bounced = make.lead(cast)
    Lead.objects.filter(pk=bounced.pk).update(code="HS-7K3M-92QX")
    client = browser(cast.editor)
    names = ("08-回复带回执码.eml", "07-退信.eml")
    client.post(
        "/opinions/leads/import/",
        {"files": [SimpleUploadedFile(name, (LEADS / name).read_bytes()) for name in names]},
    )
    assert lead.messages.get().text.startswith("谢谢回复。补充一点")
    assert "没有送到" in bounced.messages.get().text
    assert Lead.objects.count() == 2


@pytest.mark.parametrize("path", ["/opinions/leads/", "/opinions/", "/opinions/leads/channels/"])
def test_a_list_costs_the_same_for_one_and_for_thirty(cast: Cast, path: str) -> None:
    client = browser(cast.editor)
    make.lead(cast)
    make.filed_opinion(cast)
    one = questions(client, path)
    for i in range(29):
        make.lead(cast, source_id=f"more-{i}")
        make.filed_opinion(cast)
    assert questions(client, path) == one <= 12


def test_a_record_costs_the_same_with_much_in_it(cast: Cast) -> None:
    client = browser(cast.editor)
    lead = make.reading(cast)
    one = questions(client, lead.get_absolute_url())
    for i in range(12):
        perform(lead, "ask", cast.editor, {"text": f"第{i}问"}, at=make.DAY)
    assert questions(client, lead.get_absolute_url()) == one <= 12
    opinion = make.edited_opinion(cast)
    assert questions(client, opinion.get_absolute_url()) <= 12
