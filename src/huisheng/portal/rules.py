"""Why a letter may be no letter: a sentence each. With one it is parked as 疑似; none is ever thrown away."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta

from django.utils import timezone

from huisheng.kernel import local
from huisheng.opinions.models import Channel, Lead
from huisheng.opinions.queries import open_point
from huisheng.opinions.unnamed import without_contact

from .letter import Letter

SOONEST = 3.0  # seconds: nobody reads five pages faster
LONGEST = 24 * 3600.0  # seconds: older forms are shown once more
HOUR = timedelta(hours=1)
BITS = 15  # of work asked of a browser while more letters come in than usual: a second or two
MOST_ALIKE = 3
MOST_LINKS = 2
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


def doubts(letter: Letter, at: datetime, work: str = "") -> tuple[str, ...]:
    """Two questions to the database; whoever scans a sheet at a meeting is not held up by a busy hour of the web. work: what the browser calculated, asked for only when the hour is full."""
    is_at_meeting = bool(letter.at and open_point(letter.at, timezone.localdate(at)))
    found = [
        (letter.is_trapped, "填了人看不到的格子"),
        (letter.age(at) < SOONEST, "打开表单不到3秒就提交"),
        (len(_LINK.findall(letter.text)) > MOST_LINKS, "文字里有多个网址"),
        (
            not is_at_meeting and is_busy(at) and not has_worked(letter.key, work),
            "这一小时网页来信超过规定条数",
        ),
        (_alike(letter, at) >= MOST_ALIKE, "一小时内已收到几条同样的文字"),
    ]
    return tuple(sentence for is_so, sentence in found if is_so)


def is_busy(at: datetime) -> bool:
    most = int(local.rule("lead.per_hour", timezone.localdate(at)))
    return _of_this_hour(at).count() >= most


def _of_this_hour(at: datetime):  # type: ignore[no-untyped-def]
    return Lead.objects.filter(channel=Channel.WEB, received_at__gt=at - HOUR)


def _alike(letter: Letter, at: datetime) -> int:
    if not letter.text:
        return 0
    content, _ = without_contact(letter.text, (letter.phone, letter.email))
    return int(_of_this_hour(at).filter(content=content).count())


def has_worked(key: str, work: str) -> bool:
    """Whether ``sha256(key:work)`` begins with so many zero bits: cheap to see, a second to find."""
    if not work.isdecimal() or len(work) > 12:
        return False
    digest = hashlib.sha256(f"{key}:{work}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0
