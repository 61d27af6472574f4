"""What comes in by itself: the mailbox, the drop folder, the WeCom callback and the media it announces.

Each asks its settings (environment) whether it is wanted. A visit that fails is tried again; what was taken in once is
known by its channel's own number, so a mail that comes twice is one lead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from huisheng.kernel import local
from huisheng.kernel.files import KINDS
from huisheng.kernel.sounds import SOUNDS
from huisheng.kernel.store import keep_upload, receive

from . import intake
from .channels import wecom
from .channels.item import Item
from .channels.mail import folder, poll
from .channels.wecom.client import WeCom, WeComError
from .channels.wecom.crypto import Callback
from .models import Medium

MOST_TRIES = 5  # of one medium; WeCom keeps it for three days


def mailbox() -> poll.Mailbox | None:
    """The mailbox of letters, when one is set."""
    given: dict[str, Any] = settings.INTAKE_MAIL
    return poll.Mailbox(**given) if given["host"] else None


def callback() -> Callback | None:
    given = settings.WECOM
    return Callback(given["token"], given["aes_key"], given["corp_id"]) if given["aes_key"] else None


def client() -> WeCom | None:
    given = settings.WECOM
    if not given["secret"]:
        return None
    return WeCom(given["corp_id"], given["secret"], int(given["agent_id"]), base_url=given["url"])


def fetch_mail(at: datetime) -> int:
    """Take in what the mailbox holds; how many mails. Raises Unreachable, which the worker logs and tries again."""
    box = mailbox()
    if box is None:
        return 0
    return poll.poll(box, intake.own(at), lambda items: _keep(items, "邮件", at)).kept


def fetch_folder(at: datetime) -> int:
    """Take in the .eml files that lie in the data folder under intake/; how many."""
    place = Path(settings.DATA) / "intake"
    if not place.is_dir():
        return 0
    return folder.take(place, intake.own(at), lambda items: _keep(items, "邮件", at)).kept


def sweep_refused(at: datetime) -> int:
    """What the drop folder refused shows who sent it: it is kept as long as a closed lead's contact. How many files."""
    days = int(local.rule("lead.keep_contact", timezone.localdate(at)))
    return folder.sweep(Path(settings.DATA) / "intake", (at - timedelta(days=days)).timestamp())


def _keep(items: list[Item], name: str, at: datetime) -> None:
    intake.take(items, name, at)


def heard(query: Mapping[str, str], body: bytes, at: datetime) -> None:
    """One WeCom callback: opened, read, taken in. Raises Rejected for what is not the platform's; a repeat changes
    nothing, because the platform's own number of the message is known."""
    gate = callback()
    assert gate is not None, "the address exists only with a callback"
    intake.take(wecom.read(gate.open(query, body, now=at), own=intake.own(at)), "企业微信", at)


def fetch_media(at: datetime) -> int:
    """Fetch the pictures and recordings that callbacks announced; how many came."""
    asked = client()
    if asked is None:
        return 0
    count = 0
    for medium in Medium.objects.filter(failed="").select_related("lead").order_by("pk")[:20]:
        try:
            found = asked.fetch(medium.media_id)
        except WeComError as problem:
            _try_later(medium, problem)
            continue
        # the callback guesses the ending, the platform's answer knows it
        name = found.name if "." in found.name else medium.name
        with transaction.atomic():
            keep_upload(
                receive(found.data, name, kinds=(*KINDS, *SOUNDS), lenient=True),
                medium.lead,
                None,
                "attachment",
                at,
            )
            medium.delete()
        count += 1
    return count


def _try_later(medium: Medium, problem: WeComError) -> None:
    medium.tries += 1
    if not problem.is_passing or medium.tries >= MOST_TRIES:
        medium.failed = problem.sentence[:200]
    medium.save(update_fields=["tries", "failed"])
