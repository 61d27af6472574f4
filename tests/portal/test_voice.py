"""A recording instead of a text: sent without a name, heard by the clerk, typed down; the original stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment, Setting
from huisheng.opinions.models import Lead, LeadState
from huisheng.portal import rules

from ..kernel.test_sounds import AMR, m4a
from .conftest import Citizen


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SOONEST", 0.0)


def voice(data: bytes, name: str = "张三的录音.m4a") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "audio/mp4")


def to_check(citizen: Citizen) -> Citizen:
    return citizen.send(go="on").send(go="on").send(go="on")


def test_a_recording_alone_is_a_letter_that_the_clerk_hears_and_types(cast: Any, citizen: Citizen) -> None:
    citizen.open("/open/say/").send(text="", go="on")
    assert citizen.answer.status_code == 422
    assert citizen.send(text="", voice=voice(m4a()), go="on").heading == "这件事在哪里？"
    assert "录音一段" in to_check(citizen).text
    citizen.send(go="send")
    lead = Lead.objects.get()
    assert (lead.state, lead.content, lead.doubts) == (LeadState.RECEIVED, "", ["只有录音，请听后“录入文字”"])
    kept = Attachment.objects.get(subject_type=Lead.kind(), subject_id=lead.pk)
    assert (kept.name, kept.kind) == ("录音.m4a", "m4a")
    clerk = Client()
    clerk.force_login(cast.editor)
    page = clerk.get(lead.get_absolute_url()).content.decode()
    assert f'src="/opinions/leads/{lead.pk}/files/{kept.pk}/?inline"' in page
    heard = clerk.get(f"/opinions/leads/{lead.pk}/files/{kept.pk}/?inline")
    assert (heard["Content-Type"], heard["Content-Disposition"][:6]) == ("audio/mp4", "inline")
    assert "张三".encode() not in b"".join(heard.streaming_content)
    stranger = Client()
    stranger.force_login(cast.li)
    assert stranger.get(f"/opinions/leads/{lead.pk}/files/{kept.pk}/?inline").status_code == 404
    perform(lead, "transcribe", cast.editor, {"content": "路灯坏了。"}, at=timezone.now())
    assert (Lead.objects.get().content, Attachment.objects.filter(pk=kept.pk).exists()) == (
        "路灯坏了。",
        True,
    )


def test_a_recording_that_may_not_come_in_is_said_and_the_text_stays(cast: Any, citizen: Citizen) -> None:
    Setting.objects.create(name="lead.voice_megabytes", starts_on="2017-01-01", value=0, at=timezone.now())
    citizen.open("/open/say/").send(text="路灯坏了。", voice=voice(m4a()), go="on")
    assert (citizen.answer.status_code, "最多 0 MB" in citizen.text) == (422, True)
    Setting.objects.all().delete()
    citizen.send(voice=voice(b"MZ no sound"), go="on")
    assert (citizen.answer.status_code, "录音没有收下" in citizen.text) == (422, True)
    assert citizen.filled()["text"] == "路灯坏了。"
    citizen.send(voice=voice(AMR, "a.amr"), go="on").send(go="to:text")
    assert "已收下一段录音" in citizen.text
    assert "已收下一段录音" not in citizen.send(go="drop:voice").text


def test_several_recordings_are_not_taken_for_the_same_text(cast: Any) -> None:
    for _ in range(5):
        citizen = Citizen()
        citizen.open("/open/say/").send(text="", voice=voice(m4a()), go="on")
        to_check(citizen).send(go="send")
    assert set(Lead.objects.values_list("state", flat=True)) == {LeadState.RECEIVED}
