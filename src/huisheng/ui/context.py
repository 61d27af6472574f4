"""The frame around every page, computed once per request and only when a template asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from huisheng.kernel.models import Notice

from . import nav

SCALES = ("1.0", "1.4", "2.0")
THEMES = ("light", "dark")
SCALE_COOKIE, THEME_COOKIE, KEYS_COOKIE = "ui-scale", "ui-theme", "ui-keys"


def shell(request: HttpRequest) -> dict[str, Any]:
    """``shell`` in every template. Asks nothing until used; then at most three queries (posts, notices, name)."""
    return {"shell": shell_of(request)}


def shell_of(request: HttpRequest) -> Shell:
    """The same frame for all partials of one request."""
    found = getattr(request, "_shell", None)
    if found is None:
        found = request._shell = Shell(request)  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True)
class Link:
    """One line of the navigation as a template shows it."""

    url: str
    label: str
    icon: str
    key: str
    is_here: bool
    count: int = 0
    group: str = ""


class Shell:
    """What the frame of a page knows about the reader."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.now = timezone.localtime()
        self.today = self.now.date()

    @cached_property
    def account(self) -> Any:
        account = getattr(self.request, "user", None)
        return account if getattr(account, "is_authenticated", False) else None

    @cached_property
    def posts(self) -> list[Any]:
        """The hats worn today."""
        return [post for post in self.account.posts_held if post.is_held(self.today)] if self.account else []

    @cached_property
    def kinds(self) -> set[str]:
        return {post.kind for post in self.posts}

    @cached_property
    def inside(self) -> bool:
        """Reads the inside words and lines."""
        return bool(self.account and self.account.is_office)

    @cached_property
    def face(self) -> str:
        """How the pages are set: "leader" (20 px), "member" (18 px), both without single keys, or "staff" (16 px)."""
        if self.kinds - nav.MEMBER_POSTS:
            return "staff"
        return "leader" if self.kinds & nav.LEADER_POSTS else "member"

    @cached_property
    def keys(self) -> str:
        """Single-key verbs: for staff, unless turned off (WCAG 2.1.4)."""
        return "on" if self.face == "staff" and self.request.COOKIES.get(KEYS_COOKIE) != "off" else "off"

    @cached_property
    def scale(self) -> str:
        return (
            _chosen(getattr(self.account, "text_scale", ""), self.request.COOKIES.get(SCALE_COOKIE), SCALES)
            or "1.0"
        )

    @cached_property
    def theme(self) -> str:
        """The chosen one: "light", "dark", or "" to follow the system."""
        return _chosen(getattr(self.account, "theme", ""), self.request.COOKIES.get(THEME_COOKIE), THEMES)

    @cached_property
    def unread(self) -> int:
        if not self.account:
            return 0
        return Notice.objects.filter(account=self.account, read_at=None, due_at__lte=timezone.now()).count()

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The whole navigation of this person."""
        if not self.account:
            return ()
        return self._links(nav.rooms(self.kinds))

    @cached_property
    def tabs(self) -> tuple[Link, ...]:
        """The bar at the foot of a phone."""
        if not self.account:
            return ()
        return self._links(nav.tabs(self.kinds))

    def _links(self, rooms: list[nav.Room]) -> tuple[Link, ...]:
        """One of them at most is where the reader stands: the one whose address says most."""
        path, home = self.request.path, nav.url_of("home")
        urls = [nav.url_of(room.name) for room in rooms]
        here = max(
            (url for url in urls if path == url or url != home and path.startswith(url)), key=len, default=""
        )
        is_long = len(rooms) > nav.SHORT
        return tuple(
            Link(
                url,
                room.label,
                room.icon,
                room.key,
                url == here,
                self.unread if room.name == "notices" else 0,
                nav.GROUP_OF[room.name] if is_long else "",
            )
            for room, url in zip(rooms, urls, strict=True)
        )

    @cached_property
    def committee(self) -> str:
        """The committee's name as it stands on its papers; "" before the first run."""
        return committee_name()

    def url(self, name: str) -> str:
        return nav.url_of(name)

    @cached_property
    def home_url(self) -> str:
        return nav.url_of("home") or "/"

    @cached_property
    def search_url(self) -> str:
        return nav.url_of("search") if self.account else ""

    @cached_property
    def palette_url(self) -> str:
        return nav.url_of("palette") if self.face == "staff" else ""

    @cached_property
    def notices_url(self) -> str:
        return nav.url_of("notices") if self.account else ""

    @cached_property
    def me_url(self) -> str:
        return nav.url_of("me") if self.account else ""

    @cached_property
    def feedback_url(self) -> str:
        return nav.url_of("feedback")

    @cached_property
    def help_url(self) -> str:
        return nav.url_of("help")

    @cached_property
    def login_url(self) -> str:
        return nav.url_of("account_login")

    @cached_property
    def logout_url(self) -> str:
        return nav.url_of("account_logout")


def _chosen(own: str, cookie: str | None, allowed: tuple[str, ...]) -> str:
    return next((value for value in (own, cookie or "") if value in allowed), "")


def committee_name() -> str:
    """Asked of the database once a minute."""
    return cache.get_or_set("ui.committee", _committee, 60) or ""


def _committee() -> str:
    # asked by name: ui stands below people and may not import it
    name = (
        apps.get_model("people", "Term")
        .objects.order_by("-number")
        .values_list("committee", flat=True)
        .first()
    )
    if not name:
        return ""
    return name if name.endswith("委员会") else f"{name}委员会"
