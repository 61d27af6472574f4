"""Whoever wrote is found nowhere but under the seal: unique words in every contact, the whole way of a lead, every door.

A canary is a word that stands in one contact and nowhere else in the world. They come in by every channel and go all
the way: intake desk, opinion, bulletin, instruction, follow-up, answer. Then everything that can be read is read.
"""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core import mail as post
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from huisheng import command
from huisheng.bulletins import actions as issues
from huisheng.bulletins.models import Issue
from huisheng.desk import backup, outbox, worker
from huisheng.desk.models import Sending
from huisheng.kernel.lifecycle import perform
from huisheng.kernel.models import Attachment
from huisheng.opinions import gates, intake
from huisheng.opinions.actions import ways_in
from huisheng.opinions.models import Lead, LeadMessage, Opinion
from huisheng.people import tokens
from huisheng.people.models import Account
from huisheng.portal import rules as portal_rules
from huisheng.search.index import find
from tests import make
from tests.cast import Cast, make_cast, moment
from tests.desk.providers import Provider, provider
from tests.portal.conftest import Citizen
from tests.test_every_url import rows, world

from .senders import WHO, Sender, Watch, calls, chat, mail, programme, wecom

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = moment("2017-03-06 09:00")
READERS = ("li", "convener", "clerk", "office", "chair", "coordinator", "housing_clerk", "housing_head", "admin",
           "auditor", "editor", "leader")  # fmt: skip
ROOMS = ("", "search", "palette", "notices", "me", "desk", "opinions", "open", "outputs", "bulletins", "robots.txt",
         "people", "imports")  # fmt: skip
SENDERS = [one for way, one in WHO.items() if way != "leader"]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def ways(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A data folder of its own, providers on loopback, a cache that can be read."""
    settings.DATA, settings.FILES_ROOT = tmp_path, tmp_path / "files"
    settings.LOGGING_CONFIG = None
    monkeypatch.setattr(portal_rules, "SOONEST", 0)
    cache.clear()
    with provider() as one:
        settings.SITE_URL, settings.EMAIL_HOST = "https://zx.example", "mail.example"
        settings.DEFAULT_FROM_EMAIL = "zx@example.cn"
        settings.SMS = {"url": f"{one.base_url}/sms", "token": "t"}
        settings.WECOM = settings.WECOM | {
            "corp_id": "c",
            "secret": "s",
            "agent_id": "7",
            "url": one.base_url,
        }
        yield one
    cache.clear()


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Everything that any part of the house logs, at its most talkative, in a file as a server writes it."""
    path = tmp_path / "everything.log"
    handler = logging.FileHandler(path, encoding="utf-8")
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield path
    root.setLevel(level)
    root.removeHandler(handler)


def enter(account: Account) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(account)
    return browser


# -- 1 in by every way -------------------------------------------------------------------------------------------------
def by_web(one: Sender) -> Lead:
    citizen = Citizen().open("/open/say/").send(text=one.signed, go="on")
    citizen.send(place="", go="on").send(go="on").send(phone=one.phone, email=one.mail, go="on").send(go="on")
    assert citizen.heading == "收到了，谢谢您", citizen.text
    return Lead.objects.get(channel="web", content__contains=one.place)


def take(one: Sender, data: bytes, name: str, cast: Cast) -> Lead:
    """Through the desk's own page for files."""
    answer = enter(cast.editor).post("/opinions/leads/import/", {"files": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200
    return Lead.objects.filter(content__contains=one.place).latest("pk")


def by_folder(one: Sender, data: bytes) -> Lead:
    folder = Path(configured.DATA) / "intake"
    folder.mkdir(exist_ok=True)
    (folder / "letter.eml").write_bytes(data)
    assert (
        gates.folder.take(
            folder, intake.own(make.DAY), lambda items: gates._keep(items, "邮件", make.DAY), settled=0
        ).kept
        == 1
    )
    return Lead.objects.get(channel="mail", content__contains=one.place)


def by_note(one: Sender, channel: str, cast: Cast) -> Lead:
    words = {
        "channel": channel,
        "content": one.signed,
        "name": one.name,
        "phone": one.phone,
        "key": f"note-{channel}",
    }
    assert enter(cast.editor).post("/opinions/leads/new/", words).status_code == 200
    return Lead.objects.get(channel=channel, content__contains=one.place)


def by_api(one: Sender, cast: Cast) -> Lead:
    said = {
        "channel": "meeting",
        "content": one.signed,
        "source_id": "7",
        "name": one.name,
        "phone": one.phone,
    }
    answer = Client().post("/api/v1/leads", json.dumps(said), content_type="application/json",
                           headers={"Authorization": f"Bearer {tokens.issue(cast.editor)}"})  # fmt: skip
    assert answer.status_code == 201, answer.content
    return Lead.objects.get(pk=answer.json()["id"])


def in_by_every_way(cast: Cast) -> dict[str, Lead]:
    who = WHO
    intake.take(
        gates.wecom.read(wecom(who["wecom"], who["wecom"].signed, "71"), own=intake.own(make.DAY)),
        "企业微信",
        make.DAY,
    )
    return {
        "web": by_web(who["web"]),
        "mail": by_folder(who["mail"], mail(who["mail"], who["mail"].signed)),
        "list": take(who["list"], calls(who["list"]), "电话.csv", cast),
        "note": by_note(who["note"], "phone", cast),
        "letter": by_note(who["letter"], "letter", cast),
        "chat": take(who["chat"], chat(who["chat"]), "群.txt", cast),
        "broadcast": take(who["broadcast"], programme(who["broadcast"]), "电台.csv", cast),
        "api": by_api(who["api"], cast),
        "wecom": Lead.objects.get(channel="wecom"),
    }  # fmt: skip


def they_write_again(leads: dict[str, Lead]) -> None:
    """On the receipt's page with a number in the words; by mail and by 企业微信 with the receipt's number."""
    other, reply = WHO["thread"], WHO["reply"]
    token, _ = ways_in("web", leads["web"].source_id or "")
    citizen = Citizen().open(f"/open/r/{token}")
    citizen.send(
        f"/open/r/{token}", text=f"再补充一句：修好请打{other.phone}，或写{other.mail}，我叫{other.name}。"
    )
    assert "再补充一句" in Citizen().open(f"/open/r/{token}").text
    data = mail(reply, f"补充：{reply.signed}", subject=f"回复：{leads['mail'].code}", charset="utf-8")
    own = intake.own(make.DAY)
    results = intake.take(gates.folder.read(data, name="x.eml", own=own), "x.eml", make.DAY)
    words = wecom(WHO["wecom"], f"{leads['wecom'].code} 补充：{WHO['wecom'].signed}", "72")
    results += intake.take(gates.wecom.read(words, own=own), "企业微信", make.DAY)
    assert [one.verdict for one in results] == ["归入原线索"] * 2
    assert LeadMessage.objects.filter(is_from_sender=True).count() == 3


# -- 2 the whole way up and back -----------------------------------------------------------------------------------------
def all_the_way(leads: dict[str, Lead], cast: Cast) -> Issue:
    """Every lead becomes an opinion of its own; an editor changes as little as the rules allow; one issue takes them all."""
    day, opinions = make.DAY, []
    for lead in leads.values():
        lead.refresh_from_db()
        if lead.state == "suspect":
            perform(lead, "clear", cast.editor, at=day)
        perform(lead, "accept", cast.editor, {"gist": str(lead)[:120], "category": "health"}, at=day)
        perform(lead, "ask", cast.editor, {"text": "请问是几号楼？"}, at=day)
        perform(lead, "take_up", cast.editor, {"title": str(lead)[:200]}, at=day)
        one = Opinion.objects.latest("pk")
        perform(one, "adopt", cast.editor, {"area": "16"}, at=day)
        text = one.text
        assert text is not None
        words = {"title": text.title, "situation": text.situation, "analysis": "", "advice": text.situation}
        perform(one, "edit", cast.editor, words, at=day)
        perform(one, "check", cast.office, words, at=day)
        perform(one, "sign", cast.chair, at=day)
        opinions.append(one)
    issue = issues.start(cast.editor, "express", at=day)
    for one in opinions:
        item = issues.add_item(issue, one, cast.editor, day)
        body = "".join(one.text.situation.split())  # type: ignore[union-attr]
        first = {
            "headline": one.title[:24],
            "gist": body[:120],
            "proposal": body[-60:],
            "source": "据群众反映",
            "voices": 1,
        }
        issues.save_item(item, cast.editor, first, day)
    output = issue.output
    perform(output, "send", cast.editor, at=day)
    perform(output, "check", cast.office, at=day)
    perform(output, "sign", cast.chair, at=day)
    make.deliver(output, cast, day)
    given = make.instruction(cast, one=output)
    excerpt = {"agencies": [cast.housing.pk], "task": given.words, "excerpt": opinions[0].text.situation}  # type: ignore[union-attr]
    perform(given, "transfer", cast.office, excerpt, at=day)
    make.reported_follow_up(cast, one=given.follow_ups.get())
    perform(given.follow_ups.get(), "accept", cast.editor, {"told": "路灯换好了。"}, at=day)
    perform(output, "publish", cast.chair, at=day)
    for lead in leads.values():
        lead.refresh_from_db()
        perform(lead, "answer", cast.editor, {"text": "路灯换好了。"}, at=MONDAY)
    return Issue.objects.get(pk=output.pk)


def the_worker_works() -> None:
    """Every duty of a minute, an hour and a night but the learning of categories (a process of its own), then the messages."""
    duties = worker.EVERY_MINUTE | worker.EVERY_HOUR | worker.EVERY_NIGHT
    for name, duty in duties.items():
        if name != "学习分类":
            duty(MONDAY)
    for minute in range(3):
        outbox.plan(MONDAY + timedelta(minutes=minute))
        outbox.drain(MONDAY + timedelta(minutes=minute))


# -- 3 everything that can be read ---------------------------------------------------------------------------------------
def addresses(cast: Cast, leads: dict[str, Lead], issue: Issue) -> Iterator[str]:
    """Every address of the table in the rooms where a lead, or what came of it, can be met; once for each lead."""
    names = world(cast)
    output = issue.output
    given = output.instructions.get()
    names |= {"issue": issue.pk, "issue_out": issue.pk, "item": issue.items.first().pk, "output": output.pk,
              "instruction": given.pk, "follow_up": given.follow_ups.get().pk}  # type: ignore[union-attr]  # fmt: skip
    asked = [
        row["path"]
        for row in rows()
        if row["path"].partition("/")[0].partition(".")[0].partition("?")[0] in ROOMS
    ]
    for lead, opinion in zip(
        leads.values(), Opinion.objects.filter(items__issue=issue).order_by("pk"), strict=True
    ):
        words = names | {"lead": lead.pk, "opinion": opinion.pk}
        yield from ("/" + path.format(**words) for path in asked if "{lead}" in path or "{opinion}" in path)
        for file in Attachment.objects.filter(subject_type=Lead.kind(), subject_id=lead.pk):
            yield f"/opinions/leads/{lead.pk}/files/{file.pk}/"
    yield from (
        "/" + path.format(**names) for path in asked if "{lead}" not in path and "{opinion}" not in path
    )
    yield from (f"/outputs/{output.pk}/paper.{form}" for form in ("pdf", "docx"))
    yield from (f"/search?q={one.name}" for one in SENDERS[:3])
    yield from (f"/opinions/leads/?q={one.phone}" for one in SENDERS[:3])


def body_of(answer: Any) -> bytes:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data + str(answer.headers).encode()


def unpacked(data: bytes) -> Iterator[bytes]:
    """What lies in a file: itself, the parts of a zip (docx, xlsx, backup), the words of a PDF."""
    yield data
    if data[:4] == b"PK\3\4":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode() + b"\n" + archive.read(name)
    if data[:5] == b"%PDF-":
        for page in PdfReader(io.BytesIO(data)).pages:
            yield page.extract_text().replace("\n", "").encode()


def is_own_business(name: str, path: str) -> bool:
    """Where a colleague's telephone may stand: on the administrator's page of accounts, on their own two, on the call list."""
    is_their_own = name == "leader" and path in ("/me", "/me/particulars")
    return path.startswith("/people/accounts") or is_their_own or path == "/desk/outbox"


def read_everybodys_pages(watch: Watch, addressee: Watch, cast: Cast, paths: list[str]) -> None:
    for name in (*READERS, ""):
        browser = enter(cast.accounts[name]) if name else Client(raise_request_exception=False)
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code < 500, path
            asked = path.rpartition("?q=")[2]  # who asks for a word reads it in the box of the question
            data = body_of(answer).replace(asked.encode(), b"") if "?q=" in path else body_of(answer)
            for part in unpacked(data):
                watch.look(f"{name or 'anybody'} {path}", part)
                if not is_own_business(name, path):
                    addressee.look(f"{name or 'anybody'} {path}", part)


def read_the_machines_door(watch: Watch, cast: Cast, numbers: dict[str, list[int]]) -> None:
    described = Client().get("/api/v1/openapi.json").json()["paths"]
    for name in READERS:
        browser = Client(headers={"Authorization": f"Bearer {tokens.issue(cast.accounts[name])}"})
        for path, verbs in described.items():
            room = path.removeprefix("/api/v1/").partition("/")[0]
            if "get" in verbs:
                for pk in numbers.get(room, [1]) if "{" in path else [0]:
                    answer = browser.get(path.replace("{pk}", str(pk)).replace("{year}", "2017"))
                    watch.look(f"{name} {path}", answer.content)


def read_the_database(watch: Watch) -> None:
    """Every table there is, the index's and the framework's own too, and the dump of the backup."""
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            try:
                cursor.execute(f'SELECT * FROM "{table}"')
            except Exception:  # a contentless index cannot be read: its words are asked for below
                continue
            for row in cursor.fetchall():
                watch.look(f"table {table}", "\n".join(_plain(value) for value in row))
    for table, line in backup.records():
        watch.look(f"dump {table}", line)
    for one in SENDERS:
        for word in one.words:
            hits = find(word, limit=5).hits
            watch.seen += [f"index: {hit.kind} {hit.record_id} is found by {word}" for hit in hits]


def _plain(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def read_the_disk(watch: Watch) -> None:
    """All that lies in the data folder, and the database's own files."""
    for path in Path(configured.DATA).rglob("*"):
        if path.is_file():
            for part in unpacked(path.read_bytes()):
                watch.look(f"disk {path.relative_to(configured.DATA)}", part)
    if connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        for path in place.parent.glob(place.name + "*"):
            watch.look(f"disk {path.name}", path.read_bytes())


def read_the_console(watch: Watch, capsys: pytest.CaptureFixture[str], tmp_path: Path, issue: Issue) -> None:
    capsys.readouterr()
    for words in (["figures", "2017"], ["figures", "2017", "--json"], ["fsck"], ["fsck", "--json"],
                  ["bulletin", str(issue.total), "--pdf", str(tmp_path / "out.pdf")],
                  ["backup", str(tmp_path / "copy.zip")]):  # fmt: skip
        # 2017 is long ago: the words of its messages should have been emptied, says the check
        assert command.main(words) == (words[0] == "fsck"), words
    told = capsys.readouterr()
    watch.look("console", told.out + told.err)


def read_the_caches(watch: Watch) -> None:
    for backend in ("default",):
        kept = getattr(cache, "_cache", None)
        watch.look(f"cache {backend}", repr(kept))


def test_nobody_who_wrote_is_found_anywhere_but_under_the_seal(
    cast: Cast, ways: Provider, log_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leader = WHO["leader"]  # the addressee of the issue: told by card and SMS, printed nowhere
    Account.objects.filter(pk=cast.leader.pk).update(
        phone=leader.phone, email=leader.mail, wecom=leader.wecom
    )
    leads = in_by_every_way(cast)
    they_write_again(leads)
    issue = all_the_way(leads, cast)
    the_worker_works()
    watch, addressee = Watch(*SENDERS), Watch(leader)

    read_everybodys_pages(watch, addressee, cast, list(addresses(cast, leads, issue)))
    given = issue.output.instructions.get()
    read_the_machines_door(watch, cast, {
        "leads": [one.pk for one in leads.values()], "opinions": list(Opinion.objects.values_list("pk", flat=True)),
        "outputs": [issue.pk], "bulletins": [issue.pk], "instructions": [given.pk],
    })  # fmt: skip
    read_the_caches(watch)
    read_the_console(watch, capsys, tmp_path, issue)
    read_the_database(watch)
    read_the_disk(watch)
    for one in (watch, addressee):
        one.look("log", log_file.read_text(encoding="utf-8"))
    for card in ways.cards:
        watch.look("words of a card", json.dumps(card | {"touser": ""}, ensure_ascii=False))
    for told in ways.sms:
        watch.look("words of an SMS", told["text"] + told["id"])
    for letter in post.outbox:
        watch.look("words of a mail", f"{letter.subject}{letter.body}{letter.extra_headers}")

    assert sorted({*watch.seen, *addressee.seen}) == []
    assert watch.shown > 2000
    # what is outside the seal is the address on the envelope alone, and it is the sender's own
    assert {one["touser"] for one in ways.cards} == {leader.wecom, WHO["wecom"].wecom}
    assert {one["to"] for one in ways.sms} <= {one.phone for one in SENDERS}
    assert {to for letter in post.outbox for to in letter.to} <= {one.mail for one in SENDERS}
    assert WHO["web"].phone in {one["to"] for one in ways.sms}
    to_senders = [one for one in ways.cards if one["touser"] != leader.wecom]
    assert Sending.objects.filter(lead__isnull=False, state="sent").count() == len(
        [*ways.sms, *post.outbox, *to_senders]
    )


def test_two_persons_open_a_contact_and_its_original_and_nobody_else_does(cast: Cast) -> None:
    one = WHO["mail"]
    lead = by_folder(one, mail(one, one.signed))
    raw = Attachment.objects.get(subject_id=lead.pk, purpose="raw")
    contact, original = f"/opinions/leads/{lead.pk}/contact/", f"/opinions/leads/{lead.pk}/files/{raw.pk}/"
    stored = (Path(configured.FILES_ROOT) / raw.sha256[:2] / raw.sha256).read_bytes()
    watch = Watch(one)
    watch.look("the original on the disk", stored)
    assert watch.seen == []

    def readers_of(path: str, ask: str) -> set[str]:
        found = set()
        for name, account in cast.accounts.items():
            watch = Watch(one)
            answer = getattr(enter(account), ask)(path)
            watch.look(name, body_of(answer))
            found |= {name} if watch.seen else set()
        return found

    assert (readers_of(contact, "post"), readers_of(original, "get")) == (set(), set())
    now = timezone.now()
    perform(lead, "ask_contact", cast.editor, {"reason": "核对地点"}, at=now)
    assert (readers_of(contact, "post"), readers_of(original, "get")) == (set(), set())
    perform(lead.openings.get(), "grant", cast.office, at=now)
    assert (readers_of(contact, "post"), readers_of(original, "get")) == (
        {"editor", "office"},
        {"editor", "office"},
    )
    token, _ = ways_in("mail", lead.source_id or "")
    page = Citizen().open(f"/open/r/{token}").text
    assert all(name in page for name in (cast.editor.name, cast.office.name, "核对地点"))
    lead.openings.update(ends_at=now - timedelta(seconds=1))
    assert (readers_of(contact, "post"), readers_of(original, "get")) == (set(), set())
