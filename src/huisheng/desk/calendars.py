"""日历订阅: one address a person, of 128 bits, where a calendar reads what is due without a session.

What it tells needs no lock: a kind, a number, a step, and of meetings their hours; no title, no place, no name of anybody else. Only the hash of the
address is kept; the address itself is derived anew for its owner's page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from huisheng.gatherings.queries import called_to
from huisheng.people import log
from huisheng.people.models import Account
from huisheng.ui.addresses import absolute

from .models import CalendarFeed
from .todo import duties


@dataclass(frozen=True)
class Day:
    """One entry of the calendar. ``key`` stays the same while the thing does."""

    key: str
    on: date
    text: str
    url: str
    hours: tuple[datetime, datetime] | None = None


def due_days(account: Account, today: date) -> Iterator[Day]:
    """期限: what waits for the person and has a day."""
    for duty in duties(account, today):
        if duty.due_on is not None:
            record = duty.record
            name = getattr(duty.matter, "number_label", "") or str(duty.matter._meta.verbose_name)
            key = f"{record.kind()}-{record.pk}-{duty.step.action}"
            yield Day(key, duty.due_on, f"{name}：{duty.step.label}到期", duty.url)


def meetings(account: Account, today: date) -> Iterator[Day]:
    """会议活动 I am called to, half-day by half-day; where it is stands behind the lock."""
    for part in called_to(account, today - timedelta(days=PAST))[:MOST]:
        one = part.gathering
        said = f"{one.type_label}{one.number_label}"
        hours = (part.starts_at, part.ends_at)
        yield Day(
            f"{one.kind()}-{part.pk}", timezone.localdate(part.starts_at), said, one.get_absolute_url(), hours
        )


PAST, MOST = 31, 200  # days that stay in a calendar after they are over; entries of meetings
# what stands in a calendar
SOURCES: tuple[Callable[[Account, date], Iterator[Day]], ...] = (due_days, meetings)


# -- the address ---------------------------------------------------------------------------------------------------
def secret_of(feed: CalendarFeed) -> str:
    seed = f"calendar:{feed.account_id}:{feed.number}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), seed, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def address_of(feed: CalendarFeed) -> str:
    return reverse("calendar", args=[secret_of(feed)])


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def renew(account: Account, at: datetime) -> CalendarFeed:
    """生成或更换地址: the one before opens nothing any more."""
    feed = CalendarFeed.objects.select_for_update().filter(account=account).first()
    feed = feed or CalendarFeed(account=account, number=0)
    feed.number, feed.made_at = feed.number + 1, at
    feed.digest = digest_of(secret_of(feed))
    feed.save()
    log.note(account, "calendar", "更换日历订阅地址", account=account, at=at)
    return feed


@transaction.atomic
def stop(account: Account, at: datetime) -> None:
    """停用订阅: the number stays, so that no address ever comes back."""
    if CalendarFeed.objects.filter(account=account).exclude(digest=None).update(digest=None):
        log.note(account, "calendar", "停用日历订阅", account=account, at=at)


# -- the door ------------------------------------------------------------------------------------------------------
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar. Its address is all there is to know: wrong, renewed and closed look the same."""
    found = CalendarFeed.objects.select_related("account").filter(digest=digest_of(secret)).first()
    if found is None or not found.account.is_active:
        raise Http404
    today = timezone.localdate()
    calendar = Calendar()
    calendar.add("prodid", "-//Huisheng//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "政协会议和待办期限")
    calendar.add("x-published-ttl", "PT1H")
    for source in SOURCES:
        for day in source(found.account, today):
            calendar.add_component(_event(day, request))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="huisheng.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


def _event(day: Day, request: HttpRequest) -> Event:
    event = Event()
    event.add("uid", f"{day.key}@{request.get_host().split(':')[0]}")
    event.add("dtstamp", timezone.now())
    start, end = day.hours or (day.on, day.on + timedelta(days=1))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", day.text)
    event.add("url", absolute(request, day.url))
    event.add("transp", "OPAQUE" if day.hours else "TRANSPARENT")
    return event
