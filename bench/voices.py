"""python -m bench.voices seed [LEADS] | pages [ROUNDS] | mails [N] | paper: the second stream's speed, over the data in
$HUISHENG_DATA that bench.seed has filled.

seed   10,000 leads with their thread, opinions, an issue of eight items that is public, proposals let out to the public
pages  CPU milliseconds and queries of the inbox, similar leads and the public door, once kept and once not
mails  1,000 letters in four charsets, read and taken in one by one, as the mailbox's visit does
paper  an issue of eight items set as PDF

CPU time is told beside wall time: it stays meaningful on a machine that others use too. ``bench.run --only`` with the
names that begin with “open” measures the public pages through the server.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huisheng.settings")

import django

import huisheng  # noqa: F401

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402

from bench import gen_texts  # noqa: E402
from bench.pages import measure  # noqa: E402
from huisheng.bulletins import actions as issues  # noqa: E402
from huisheng.bulletins.models import Issue  # noqa: E402
from huisheng.desk.worker import tune  # noqa: E402
from huisheng.kernel.lifecycle import perform  # noqa: E402
from huisheng.kernel.papers import to_docx, to_pdf, warm  # noqa: E402
from huisheng.opinions import actions, findable, intake  # noqa: E402
from huisheng.opinions.channels import mail  # noqa: E402
from huisheng.opinions.models import Channel, Lead, LeadMessage, LeadState  # noqa: E402
from huisheng.opinions.receipts import hashed  # noqa: E402
from huisheng.outputs import freezing, papers  # noqa: E402
from huisheng.people.models import Account, Post  # noqa: E402
from huisheng.proposals.models import Proposal, Reply  # noqa: E402
from huisheng.search import index  # noqa: E402

SHANGHAI = ZoneInfo("Asia/Shanghai")
SINCE = datetime(2018, 1, 8, 9, tzinfo=SHANGHAI)
SLICE = 1000
STATES = [
    LeadState.RECEIVED,
    LeadState.READING,
    LeadState.PASSED,
    *[LeadState.ANSWERED] * 5,
    LeadState.UNUSED,
    LeadState.SUSPECT,
]
CHARSETS = ("utf-8", "gb18030", "gbk", "big5")
POSTS = {"desk": "editor", "second": "office", "chair": "chair"}


def words_of(i: int) -> str:
    """What somebody writes: two to five sentences of a made-up proposal."""
    body = gen_texts.proposal(i)["body"].replace("案由:", "").split("。")
    start = i % max(1, len(body) - 6)
    return "。".join(part.strip() for part in body[start : start + 2 + i % 4]) + "。"


# -- rows --------------------------------------------------------------------------------------------------------------
def seed(count: int = 10_000) -> None:
    people = {}
    for name, kind in POSTS.items():
        people[name] = Account.objects.create_user(f"voices-{name}", f"测速{kind}", "bench-Pass-123")
        Post.objects.create(account=people[name], kind=kind, starts_on=date(2016, 1, 1))
    one_hash = hashed("nobody's secret")  # a slow hash each would take the seeding an hour
    for first in range(0, count, SLICE):
        with transaction.atomic():
            _leads(range(first, min(first + SLICE, count)), one_hash)
    _issue(people)
    _let_out()
    index.rebuild(_everything())
    tune()  # as every night


def _leads(numbers: range, secret: str) -> None:
    chance = random.Random(numbers[0])
    rows = [
        Lead(code=f"HS-{i:08d}"[:12], channel=chance.choice(Channel.values), source_id=f"bench-{i}", state=STATES[i * 7 % len(STATES)],
             gist=words_of(i)[:30], content=words_of(i), place=chance.choice(("济源路", "中心路", "登封路", "")), received_at=SINCE + timedelta(hours=i),
             changed_at=SINCE + timedelta(hours=i), secret_hash=secret, token_hash=actions.token_digest(str(i)))
        for i in numbers
    ]  # fmt: skip
    for one in Lead.objects.bulk_create(rows):
        if one.pk % 4 == 0:
            LeadMessage.objects.create(
                lead=one, is_from_sender=True, text="请问有结果了吗？", at=one.received_at
            )


def _issue(people: dict[str, Account]) -> None:
    """Opinions and an issue, brought to their state through the lifecycle."""
    desk, second, chair = (people[name] for name in POSTS)
    for n in range(3):
        issue = issues.start(desk, "express", at=SINCE)
        for i in range(8):
            text = words_of(n * 100 + i)
            words = {"title": text[:24], "situation": text, "analysis": "", "advice": text[:120]}
            opinion = actions.register(desk, words | {"reporter_name": "群众"}, SINCE)
            perform(opinion, "adopt", desk, {"area": "16"}, at=SINCE)
            perform(opinion, "edit", desk, words, at=SINCE)
            perform(opinion, "check", second, words, at=SINCE)
            perform(opinion, "sign", chair, at=SINCE)
            item = issues.add_item(issue, opinion, desk, SINCE)
            gist = (text * 4)[:110]
            issues.save_item(
                item,
                desk,
                {
                    "headline": text[:20],
                    "gist": gist,
                    "proposal": text[:60],
                    "source": "据群众反映",
                    "voices": 3,
                },
                SINCE,
            )
        for action, account in (("send", desk), ("check", second), ("sign", chair)):
            perform(issue.output, action, account, at=SINCE)
        told = {"addressees": ["party_head"], "how": "platform", "delivered_on": "2018-01-08"}
        perform(issue.output, "deliver", desk, told, at=SINCE)
        perform(issue.output, "publish", chair, at=SINCE)
    freezing.freeze_waiting(SINCE)


def _let_out() -> None:
    answered = Proposal.objects.filter(state__in=("answered", "concluded"))
    answered.update(disclosure="full", disclosed="full")
    Reply.objects.filter(assignment__proposal__in=answered).update(disclosure="full", disclosed="full")


def _everything() -> Iterator[Any]:
    from huisheng.proposals.findable import every_findable

    yield from every_findable()
    yield from findable.every_findable()


# -- pages -------------------------------------------------------------------------------------------------------------
def public_pages() -> dict[str, str]:
    one = Proposal.objects.filter(state="concluded").order_by("pk").values_list("pk", flat=True)[50]
    issue = Issue.objects.order_by("pk").values_list("pk", flat=True)[0]
    return {
        "open home": "/open/", "open proposals": "/open/proposals/", "open proposal": f"/open/proposals/{one}/",
        "open bulletins": "/open/bulletins/", "open bulletin": f"/open/bulletins/{issue}/",
        "open search": "/open/proposals/?q=停车", "open feed": "/open/feed.atom",
        "open figures": "/open/figures/2018/", "open api": "/api/v1/open/proposals", "open form": "/open/say/",
    }  # fmt: skip


def pages(rounds: int = 15) -> None:
    if not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    desk, anybody = Client(), Client()
    desk.force_login(Account.objects.get(username="voices-desk"))
    lead = Lead.objects.order_by("-pk")[50]
    own = {
        "inbox": "/opinions/leads/", "inbox filtered": "/opinions/leads/?group=open&channel=mail", "inbox search": "/opinions/leads/?q=停车",
        "lead": f"/opinions/leads/{lead.pk}/", "similar": f"/opinions/leads/{lead.pk}/alike/",
    }  # fmt: skip
    for name, path in own.items():
        tell(name, measure(lambda path=path: desk.get(path), rounds))  # type: ignore[misc]
    for name, path in public_pages().items():

        def cold(path: str = path) -> Any:
            cache.delete(f"portal:http://testserver{path}")
            return anybody.get(path)

        tell(name, measure(cold, rounds))
        if name not in ("open search", "open api", "open form"):
            tell(f"{name}, kept", measure(lambda path=path: anybody.get(path), rounds))  # type: ignore[misc]


def tell(name: str, found: dict[str, Any]) -> None:
    print(json.dumps({"page": name, "leads": Lead.objects.count(), **found}, ensure_ascii=False), flush=True)


# -- letters and papers --------------------------------------------------------------------------------------------------
@contextmanager
def clocks(what: str, **more: Any) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    found = {"wall_s": round(time.perf_counter() - wall, 2), "cpu_s": round(time.process_time() - cpu, 2)}
    print(json.dumps({"what": what, **more, **found}, ensure_ascii=False), flush=True)


def letter(i: int, run: str) -> bytes:
    message = EmailMessage()
    charset = CHARSETS[i % len(CHARSETS)]
    body = f"{words_of(i)}\n\n电话：138{i:08d}".encode(charset, "ignore").decode(charset)
    message["From"] = f"发信人{i} <sender{i}@mail.example.cn>"
    message["To"] = "lead@example.org"
    message["Subject"] = " ".join(body[:20].split())
    message["Message-ID"] = f"<{run}.{i}@mail.example.cn>"
    message.set_content(body, charset=charset)
    if i % 10 == 0:
        message.add_attachment(b"x" * 20_000, maintype="text", subtype="plain", filename=f"附件{i}.txt")
    return message.as_bytes()


def mails(count: int = 1000) -> None:
    run, at = f"{time.time():.0f}", datetime(2018, 6, 1, 9, tzinfo=SHANGHAI)
    letters = [letter(i, run) for i in range(count)]
    own, before = intake.own(at), Lead.objects.count()
    with clocks("mails", count=count, leads=before):
        for data in letters:
            intake.take(mail.read(data, name="x.eml", own=own), "邮件", at)
    assert Lead.objects.count() == before + count


def paper(rounds: int = 9) -> None:
    output = Issue.objects.order_by("pk")[0].output
    warm()
    setters: dict[str, Callable[[Any], bytes]] = {"pdf": to_pdf, "docx": to_docx}
    for form, write in setters.items():
        walls, cpus = [], []
        for _ in range(rounds):
            wall, cpu = time.perf_counter(), time.process_time()
            data = write(papers.paper_of(output))
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
        print(json.dumps({"what": form, "items": 8, "bytes": len(data), "wall_s": [round(f(walls), 3) for f in (min, statistics.median, max)],
                          "cpu_s": round(statistics.median(cpus), 3)}))  # fmt: skip


COMMANDS: dict[str, Callable[..., None]] = {"seed": seed, "pages": pages, "mails": mails, "paper": paper}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*map(int, sys.argv[2:]))
